"""Every message that the code can say, read off its syntax: where, its id, and its values."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import renkei
from renkei import errors
from renkei.errors import RenkeiError

SERVER = Path(renkei.__file__).parent
ERRORS = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, RenkeiError)
}
# Where a sentence stands among the arguments; a starred place is two of them, line and column.
AT = {
    **dict.fromkeys(ERRORS, (0, 1)),
    "SettingError": (1, 2),
    "SourceError": (3, 4),
    "FileDamaged": (),
    "NoSuchRange": (),
    "DeadlineExceeded": (),
    "at": (3, 4),  # QueryError.at
    "_at": (2, 3),
    "cls": (0, 1),  # other ways to make an error
    "__init__": (0, 1),  # of errors whose class says the sentence
    "message": (0,),
    "counted": (0, 1),
    "gettext": (0,),
    "progress": (0,),
    # what could have stood there: functions that make a message of what they are given
    "wrong": (0,),
    "many": (1,),
    "node": (1,),
}
CUT_UP = {"format", "join", "replace", "removeprefix", "strip", "str", "repr"}


@dataclass(frozen=True)
class Said:
    """One message at one place: *many* is its plural, *raised* what it is given to.

    *wanted* are the values that it and its fellows in the call name, *given* those they get;
    None where that is not seen in the call.
    """

    place: str
    id: str
    many: str
    raised: str
    wanted: frozenset[str]
    given: frozenset[str] | None


@cache
def modules() -> list[tuple[str, ast.Module]]:
    """Return each module of the program with its path."""
    return [
        (path.relative_to(SERVER).as_posix(), ast.parse(path.read_text("utf-8")))
        for path in sorted(SERVER.rglob("*.py"))
    ]


def name_of(call: ast.Call) -> str:
    """Return the name that is called, without what stands before its dot."""
    return getattr(call.func, "id", "") or getattr(call.func, "attr", "")


def sentences_of(call: ast.Call) -> list[ast.expr]:
    """Return the arguments of *call* that are sentences."""
    name = name_of(call)
    if name not in AT or (name == "__init__" and "super" not in ast.unparse(call.func)):
        return []
    if name in ("many", "node") and not ast.unparse(call.func).startswith("self."):
        return []
    places: list[ast.expr] = []
    for arg in call.args:
        places += [arg, arg] if isinstance(arg, ast.Starred) else [arg]
    chosen = [places[n] for n in AT[name] if n < len(places)]
    return [part for arg in chosen for part in branches(arg)]


def branches(node: ast.expr) -> list[ast.expr]:
    """Return both sides of an `a if b else c`, and of any within."""
    if isinstance(node, ast.IfExp):
        return branches(node.body) + branches(node.orelse)
    return [node]


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call that says something, with its place."""
    for path, tree in modules():
        if path == "language/messages.py":
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not sentences_of(node):
                continue
            if name_of(node) != "__init__" or path == "errors.py":
                yield f"{path}:{node.lineno}", node


@cache
def said() -> list[Said]:
    """Return every message whose words stand in the code."""
    found = []
    for place, call in calls():
        parts = sentences_of(call)
        texts = [str(p.value) for p in parts if isinstance(p, ast.Constant) and p.value]
        wanted = frozenset(name for text in texts for name in values(text))
        whole = len(parts) == sum(isinstance(p, ast.Constant) for p in parts)
        starred = any(k.arg is None for k in call.keywords)
        given = frozenset(k.arg for k in call.keywords if k.arg)
        name = name_of(call)
        seen = None if starred or not whole or name == "counted" else given
        if name == "counted":
            found.append(Said(place, texts[0], texts[1], name, wanted, seen))
        else:
            found += [Said(place, text, "", name, wanted, seen) for text in texts]
    return found


def values(text: str) -> list[str]:
    """Return the names of the values in a message."""
    return sorted(re.findall(r"%\((\w+)\)s", text))


def parameters(name: str) -> set[str]:
    """Return what an error takes by name besides the values of its sentences."""
    kind = ERRORS.get(name, RenkeiError)
    by_name = {
        parameter
        for parameter, how in inspect.signature(kind.__init__).parameters.items()
        if parameter != "self" and how.kind not in (how.POSITIONAL_ONLY, how.VAR_KEYWORD)
    }
    return by_name | set(kind.members)
