"""Read what a FILTER says of a variable for certain: which values it must have, in which languages.

A condition is taken apart at its `&&`: each part must be true. One that is more than a comparison
of a variable, or of its language, with literals is left alone, whatever stands in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from renkei.sparql.patterns import XSD, Node
from renkei.sparql.tokens import CLOSE, OPEN, Token, string_of

Words = Sequence[Token]


class OneOf(NamedTuple):
    """The value of a variable is equal to one of *literals*: `?l = "a"`, `?l IN ("a", "b")`."""

    variable: str
    literals: tuple[Node, ...]


class InLanguage(NamedTuple):
    """The language tag of a variable is one of *tags*, as it is written."""

    tags: tuple[str, ...]


class InRange(NamedTuple):
    """The language tag of a variable is in a basic language range (RFC 4647, section 2.1)."""

    range: str


Certain = OneOf | InLanguage | InRange


def certain(condition: Words) -> Iterator[Certain]:
    """Give what must hold where the *condition* of a FILTER does."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for at, token in enumerate(condition):
        if token.kind == "mark" and token.text in OPEN:
            opened.append(at)
        elif token.kind == "mark" and token.text in CLOSE and opened:
            closing[opened.pop()] = at
    for part in _parts(condition, 0, len(condition), closing):
        if found := _compared(part) or _listed(part) or _ranged(part):
            yield found


def _parts(words: Words, start: int, end: int, closing: Mapping[int, int]) -> Iterator[Words]:
    """Give the parts of a condition that must all hold; none where one of several may."""
    while closing.get(start) == end - 1:
        start, end = start + 1, end - 1
    ends, at = [], start
    while at < end:
        if words[at].text == "||":
            return
        if words[at].text == "&&":
            ends.append(at)
        at = closing.get(at, at) + 1
    if not ends:
        yield words[start:end]
        return
    for stop in (*ends, end):
        yield from _parts(words, start, stop, closing)
        start = stop + 1


def _compared(part: Words) -> Certain | None:
    """Read `?l = "a"`, `LANG(?l) = "ja"` and the same the other way round."""
    at = next((n for n, token in enumerate(part) if token.text == "="), len(part))
    for asked, given in ((part[:at], part[at + 1 :]), (part[at + 1 :], part[:at])):
        literal = _literal(given)
        if literal is None:
            continue
        if [t.kind for t in asked] == ["variable"]:
            return OneOf(asked[0].text[1:], (literal,))
        if _is_language(asked) and len(given) == 1 and given[0].kind == "string":
            return InLanguage((string_of(given[0]),))
    return None


def _listed(part: Words) -> Certain | None:
    """Read `?l IN ("a", "b")` and `LANG(?l) IN ("ja", "en")`."""
    at = next((n for n, token in enumerate(part) if token.word == "IN"), len(part))
    listed = part[at + 1 :]
    if len(listed) < 3 or listed[0].text != "(" or listed[-1].text != ")":
        return None
    items: list[list[Token]] = [[]]
    for token in listed[1:-1]:
        if token.text == ",":
            items.append([])
        else:
            items[-1].append(token)
    literals = tuple(literal for item in items if (literal := _literal(item)))
    if len(literals) < len(items):
        return None
    if [t.kind for t in part[:at]] == ["variable"]:
        return OneOf(part[0].text[1:], literals)
    if _is_language(part[:at]) and all([t.kind for t in item] == ["string"] for item in items):
        return InLanguage(tuple(string_of(item[0]) for item in items))
    return None


def _ranged(part: Words) -> Certain | None:
    """Read `LANGMATCHES(LANG(?l), "ja")`."""
    around = [part[n].word for n in (0, 1, 6, 8)] if len(part) == 9 else []
    if around == ["LANGMATCHES", "(", ",", ")"] and part[7].kind == "string":
        return InRange(string_of(part[7])) if _is_language(part[2:6]) else None
    return None


def _is_language(words: Words) -> bool:
    around = [words[n].word for n in (0, 1, 3)] if len(words) == 4 else []
    return around == ["LANG", "(", ")"] and words[2].kind == "variable"


def _literal(words: Words) -> Node | None:
    """Return the literal that *words* are; None for anything else, and for one with a datatype.

    What is equal to one with a datatype is told by its value, which is not read here.
    """
    kinds = [token.kind for token in words]
    written = "".join(token.text for token in words)
    if kinds == ["number"] or (kinds == ["mark", "number"] and words[0].text in "+-"):
        return Node("literal", f"{XSD}decimal", written)
    if kinds == ["string"]:
        return Node("literal", f"{XSD}string", written)
    if kinds == ["string", "language"]:
        return Node("literal", words[1].text.lower(), written)
    return None
