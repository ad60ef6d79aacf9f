"""Evaluate what authors wrote (rules, shapes, tables) where only the statements can be reached.

The kernel sees to it (see `confinement`): no socket, no program, no file but the program's
own. What a text says is read before as well, by the engine that will run it, so that an
author is told of a SERVICE and does not meet a refused call.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import pyoxigraph as ox

from renkei import confinement

T = TypeVar("T")
_WORD = re.compile("SERVICE", re.IGNORECASE)


def sealed(function: Callable[[], T]) -> T:
    """Return what *function* returns; whatever it evaluates, it reaches neither net nor file."""
    return confinement.offline(function, files=False)


def asks_others(text: str) -> bool:
    """Whether the query *text* has a SERVICE, by the grammar of the engine itself.

    The word is replaced wherever it stands, also in strings, comments and names: if one of
    them was a SERVICE, the text is no query any more. A text that is none anyway has none;
    where nothing can be confined, that is not tried, and it counts as one that has.
    """
    if not _WORD.search(text) or _parses(_WORD.sub("SXRVICE", text)):
        return False
    return not confinement.can_be_offline() or sealed(lambda: _parses(text))


def _parses(text: str) -> bool:
    try:
        ox.Store().query(text)
    except SyntaxError:
        return False
    except (OSError, RuntimeError, ValueError):  # it was read, and could not be run
        return True
    return True
