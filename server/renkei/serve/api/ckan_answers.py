"""How CKAN's API refuses, and how it reads numbers and truth: for the actions of `ckan`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Record = dict[str, Any]


class RefusedError(Exception):
    """A request that CKAN would refuse: the status, and the error as CKAN tells it."""

    def __init__(self, status: int, error: Record | str) -> None:
        super().__init__(str(error))
        self.status, self.error = status, error


def invalid(field: str, message: str) -> RefusedError:
    return RefusedError(409, {"__type": "Validation Error", field: [message]})


def not_found(what: str = "Not found") -> RefusedError:
    return RefusedError(404, {"__type": "Not Found Error", "message": what})


def whole(parameters: Mapping[str, Any], name: str, default: int) -> int:
    value = parameters.get(name, default)
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise invalid(name, "Invalid integer") from None
    if number < 0:
        raise invalid(name, "Must be a natural number")
    return number


def true(value: object) -> bool:
    return str(value).lower() in ("true", "1", "yes", "t", "on")
