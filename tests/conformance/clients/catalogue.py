"""The list of clients: `clients.toml`, read into rows that say what is wrong with them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LIST = Path(__file__).with_name("clients.toml")
# What a client may do, in the order of the table.
DOES = ("question", "page", "document", "links", "schema", "federation", "asked", "reconcile")
GIVES = ("csv", "rows", "geojson", "json", "tsv", "xml", "graph")


@dataclass(frozen=True)
class Task:
    """One thing that a client does: it runs *lines*, which write an answer as *gives* says.

    *asks* names the question, where it is not drawn; *right* a file with the query whose answer
    is right, where the task is no question, page or document. *given* is put into the lines.
    """

    does: str
    lines: str
    gives: str
    asks: str = ""
    right: str = ""
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called in a report: with what tells it from its brothers."""
        return " ".join([self.does, *self.given.values()])


@dataclass(frozen=True)
class Client:
    """A program of others: where it comes from, in which versions, and what it does.

    *install* are the words that install it, where those of its registry are not; *version* is
    said of what `neighbours` starts, which installs it itself. *overrides* are versions of what a
    package of Node.js needs, put in the place of those that it asks for.
    """

    name: str
    registry: str
    environment: str
    packages: tuple[str, ...]
    tasks: tuple[Task, ...]
    install: str = ""
    version: str = ""
    overrides: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""


def listed(only: Sequence[str] = ()) -> list[Client]:
    """Return the list, or those of it that are named.

    Raises SystemExit for a name that is not in it, or a row that is no client.
    """
    rows = tomllib.loads(LIST.read_text("utf-8"))["client"]
    found = [_client(row) for row in rows]
    if unknown := set(only) - {client.name for client in found}:
        raise SystemExit(f"{LIST.name} has no {', '.join(sorted(unknown))}.")
    return [client for client in found if not only or client.name in only]


def _client(row: dict[str, object]) -> Client:
    name = row.get("name", "a client without a name")
    try:
        tasks = tuple(Task(**task) for task in row.pop("tasks"))  # type: ignore[attr-defined]
        packages = tuple(row.pop("packages"))  # type: ignore[call-overload]
        client = Client(tasks=tasks, packages=packages, **row)  # type: ignore[arg-type]
    except (KeyError, TypeError) as error:
        raise SystemExit(f"{LIST.name}: {name}: {error}.") from error
    for task in tasks:
        if task.does not in DOES or task.gives not in GIVES:
            raise SystemExit(f"{LIST.name}: {name}: nothing does {task.does} as {task.gives}.")
    return client
