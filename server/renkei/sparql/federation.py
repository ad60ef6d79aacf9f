"""What becomes of each SERVICE of a query, before any engine sees it.

One that asks ourselves is answered by ourselves: its pattern stands in the query as a group.
One that is reached is led to where it is asked. Any other is refused; with SILENT it gives
one solution without bindings, as one that fails does (SPARQL 1.1 Federated Query, section
3.1), and its pattern goes nowhere. The text that comes out is read once more, so that
nothing stands in it that an engine could take for another SERVICE.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from renkei.errors import ServiceRefused
from renkei.language.messages import message
from renkei.sparql.outline import Service, outline
from renkei.sparql.tokens import CLOSE, OPEN, Token, place

_ASIDE = frozenset(("FILTER", "MINUS", "EXISTS"))  # what they name is not in scope behind them


def resolved(
    text: str, addresses: Mapping[str, str], own: Collection[str], whole: bool = True
) -> str:
    """Return the query *text* as an engine may have it.

    *addresses* says where each endpoint is asked that may be; *own* are the addresses of this
    endpoint; *whole* says that the query is asked of everything here, and not of a dataset of
    its own. Raises ServiceRefused with the place, and QueryError as `outline` does.
    """
    found = outline(text)
    if not found.services:
        return text
    whole = whole and not found.has_dataset
    edits: list[tuple[int, int, str]] = []
    asked = dropped = 0  # up to where the pattern of another endpoint reaches, of none at all
    for service in found.services:
        if service.start < dropped:
            continue
        reached = service.endpoint in addresses and service.start >= asked
        ours = service.endpoint in own and service.start >= asked
        if ours and service.group:
            if service.graph or not whole:
                raise _cannot_stand_here(text, service)
            edits.append((service.begin, service.end, " "))
        elif reached:
            address = addresses[service.endpoint or ""]
            if address != service.endpoint:
                edits.append((service.start, service.end, f"<{address}>"))
            asked = service.group[1] if service.group else len(text)
        elif service.silent and service.group:
            start, end = service.group
            words = [t for t in found.tokens if start <= t.start < end]
            edits.append((service.begin, end, _one_solution(words)))
            dropped = end
        elif service.start < asked:
            raise _refused(text, service, inside=True)
        else:
            raise _refused(text, service)
    return _read_again(_edited(text, edits), frozenset(addresses.values()))


def _edited(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = f"{text[:start]}{new}{text[end:]}"
    return text


def _read_again(text: str, places: Collection[str]) -> str:
    """Return *text* where every SERVICE that can be read in it goes to one of *places*."""
    for service in outline(text).services:
        if service.endpoint not in places or service.nested:
            raise _refused(text, service)
    return text


def _refused(text: str, service: Service, inside: bool = False) -> ServiceRefused:
    wrong = message("SERVICE %(endpoint)s is not reached from here.", endpoint=service.written)
    if inside:
        wrong = message("SERVICE %(endpoint)s stands inside another.", endpoint=service.written)
    return ServiceRefused.at(
        *place(text, service.start),
        service.written,
        wrong,
        "Ask that endpoint yourself, or write SERVICE SILENT to go on without it.",
        endpoint=service.written,
    )


def _cannot_stand_here(text: str, service: Service) -> ServiceRefused:
    return ServiceRefused.at(
        *place(text, service.start),
        service.written,
        "SERVICE %(endpoint)s asks this endpoint for all it has, inside GRAPH or FROM, which "
        "leave a part.",
        "Write its pattern outside of GRAPH and without FROM, or send it as a query of its own.",
        endpoint=service.written,
    )


def _one_solution(words: Sequence[Token]) -> str:
    """Return a group with one solution that binds nothing, and the variables of *words*."""
    names = " ".join(dict.fromkeys(_in_scope(words)))
    if not names:
        return "{ }"
    return f"{{ VALUES ({names}) {{ ({' '.join('UNDEF' for _ in names.split())}) }} }}"


def _in_scope(words: Sequence[Token]) -> Iterator[str]:
    """Give the variables that a pattern may bind (SPARQL 1.1 Query, section 18.2.1)."""
    at = 0
    while at < len(words):
        token = words[at]
        at += 1
        if token.kind == "variable":
            yield token.text
        elif token.kind != "word":
            continue
        elif token.word in _ASIDE:
            at = _behind(words, at)
        elif token.word == "BIND":
            end = _behind(words, at)
            yield from _named(words[at:end])
            at = end
        elif token.word == "SELECT" and all(t.text != "*" for t in words[at : at + 2]):
            head = at
            while at < len(words) and words[at].text != "{":
                at = _behind(words, at) if words[at].text == "(" else at + 1
            yield from _named(words[head:at])
            at = _behind(words, at)


def _named(words: Sequence[Token]) -> Iterator[str]:
    """Give the variables of a projection: those alone, and those behind AS."""
    depth = 0
    for position, token in enumerate(words):
        depth += (token.text in OPEN) - (token.text in CLOSE)
        if token.kind == "variable" and (depth == 0 or words[position - 1].word == "AS"):
            yield token.text


def _behind(words: Sequence[Token], at: int) -> int:
    """Return the index behind the next bracket that opens, and all that stands in it."""
    depth = 0
    while at < len(words):
        token = words[at]
        at += 1
        if token.kind == "mark" and token.text in OPEN:
            depth += 1
        elif token.kind == "mark" and token.text in CLOSE:
            depth -= 1
            if depth <= 0:
                return at
    return at
