"""What a reader chose of what a page offers, by a parameter of the address."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

from flask import request

from renkei.errors import BadRequest

NAMED = 20  # of what is offered, in a refusal


def choice(name: str, offered: Collection[str]) -> str:
    """Return the value of `?name=`, which is one of *offered*; empty where none is given.

    Raises BadRequest for another: a misspelt choice is not a list without entries.
    """
    text = request.args.get(name, "")
    if text and text not in offered:
        some = ", ".join(islice(offered, NAMED)) + (", …" if len(offered) > NAMED else "")
        raise BadRequest(
            '"%(text)s" is no choice for %(name)s.',
            "Choose one of: %(offered)s."
            if offered
            else "Leave it out: there is nothing to choose.",
            text=text,
            name=name,
            offered=some,
        )
    return text
