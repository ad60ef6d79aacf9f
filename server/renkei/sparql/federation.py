"""What becomes of each SERVICE of a query, before any engine sees it.

One that asks ourselves is answered by ourselves: its pattern stands in the query as a group.
One that is reached is led to where it is asked. Any other is refused; with SILENT it gives
one solution without bindings, as one that fails does (SPARQL 1.1 Federated Query, section
3.1), and so does a SILENT around it. What that leaves out goes to no other endpoint, but it
has to be SPARQL: it is read, without being evaluated. The text that comes out is read once
more, so that nothing stands in it that an engine could take for another SERVICE.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from renkei.errors import ServiceRefused
from renkei.language.messages import message
from renkei.sparql.outline import Outline, Service, outline
from renkei.sparql.tokens import CLOSE, OPEN, Token, behind, place, projected

_ASIDE = frozenset(("FILTER", "MINUS", "EXISTS"))  # what they name is not in scope behind them
_SERVICE, _GRAPH = "SERVICE", "GRAPH"
_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))


class Resolved(NamedTuple):
    """A query as an engine may have it.

    *left_out* are the offsets, in the query as it was written, of the groups that are not
    in *text*. *written* is the query with them and with GRAPH for each SERVICE, each word at
    most one column later than it was written; its pattern has no solutions, so whoever reads
    it learns whether it is SPARQL, and evaluates nothing. It is empty where nothing is left
    out.
    """

    text: str
    written: str = ""
    left_out: tuple[tuple[int, int], ...] = ()


def resolved(
    text: str, addresses: Mapping[str, str], own: Collection[str], whole: bool = True
) -> Resolved:
    """Return the query *text* as an engine may have it.

    *addresses* says where each endpoint is asked that may be; *own* are the addresses of this
    endpoint; *whole* says that the query is asked of everything here, and not of a dataset of
    its own. Raises ServiceRefused with the place, and QueryError as `outline` does.
    """
    found = outline(text)
    if not found.services:
        return Resolved(text)
    whole = whole and not found.has_dataset
    edits: list[tuple[int, int, str]] = []
    silents: list[_Silent] = []  # those whose groups are open, one inside the other
    left_out: list[_Silent] = []
    asked = dropped = 0  # up to where the pattern of another endpoint reaches, of none at all
    for service in found.services:
        if service.start < dropped:
            continue
        while silents and silents[-1].end <= service.start:
            silents.pop()
        if service.silent and service.group:
            silents.append(_Silent(service.begin, *service.group))
        inside = service.start < asked
        ours = service.endpoint in own and not inside
        if ours and service.group and not service.graph and whole:
            edits.append((service.begin, service.end, " "))
        elif service.endpoint in addresses and not inside and not ours:
            address = addresses[service.endpoint or ""]
            if address != service.endpoint:
                edits.append((service.start, service.end, f"<{address}>"))
            asked = service.group[1] if service.group else len(text)
        elif silents:
            dropped = silents[-1].end
            while edits and edits[-1][0] >= silents[-1].begin:
                edits.pop()
            while left_out and left_out[-1].begin >= silents[-1].begin:
                left_out.pop()
            left_out.append(silents[-1])
        elif ours and service.group:
            raise _cannot_stand_here(text, service)
        else:
            raise _refused(text, service, own, inside)
    for begin, start, end in left_out:
        edits.append((begin, end, _one_solution(_words(found, start, end))))
    written = _unevaluated(found) if left_out else ""
    last = _read_again(_edited(text, edits), frozenset(addresses.values()))
    return Resolved(last, written, tuple((start, end) for _, start, end in left_out))


class _Silent(NamedTuple):
    """The offsets of a SERVICE SILENT: of its keyword, and of `{` and behind `}`."""

    begin: int
    start: int
    end: int


def _words(found: Outline, start: int, end: int) -> Sequence[Token]:
    """Return the words from one offset up to another."""
    first, last = (bisect_left(found.tokens, at, key=lambda t: t.start) for at in (start, end))
    return found.tokens[first:last]


def _unevaluated(found: Outline) -> str:
    """Return the query as `Resolved.written` has it. Raises ServiceRefused as a guard.

    Behind GRAPH stands what stands behind SERVICE (SPARQL 1.1 Query, section 19.8).
    """
    text = found.text
    edits = []
    for service in found.services:
        keyword = text[service.begin : service.start]  # and SILENT, and comments
        if keyword[: len(_SERVICE)].upper() == _SERVICE:
            aside = "".join(c if c in "\r\n" else " " for c in keyword[len(_GRAPH) :])
            edits.append((service.begin, service.start, _GRAPH + aside))
    text = _read_again(_edited(text, edits), ())
    opened, closed = (found.where_open or 1) - 1, (found.where_close or len(text) - 1) + 1
    return f"{text[:opened]}{{{text[opened:closed]}FILTER(false)}}{text[closed:]}"


def _edited(text: str, edits: Collection[tuple[int, int, str]]) -> str:
    """Return *text* with other words from one offset up to another; no two of them overlap."""
    pieces, at = [], 0
    for start, end, new in sorted(edits):
        pieces += [text[at:start], new]
        at = end
    return "".join([*pieces, text[at:]])


def _read_again(text: str, places: Collection[str]) -> str:
    """Return *text* where every SERVICE that can be read in it goes to one of *places*."""
    for service in outline(text).services:
        if service.endpoint not in places or service.nested:
            raise _refused(text, service)
    return text


def _refused(
    text: str, service: Service, own: Collection[str] = (), inside: bool = False
) -> ServiceRefused:
    wrong = message("SERVICE %(endpoint)s is not reached from here.", endpoint=service.written)
    if inside:
        wrong = message("SERVICE %(endpoint)s stands inside another.", endpoint=service.written)
    remedy = message("Ask that endpoint yourself, or write SERVICE SILENT to go on without it.")
    if ours := _meant(service, own):
        remedy = message("Write SERVICE <%(own)s> where you mean this endpoint.", own=ours)
    return ServiceRefused.at(
        *place(text, service.start),
        service.written,
        wrong,
        remedy,
        endpoint=service.written,
    )


def _meant(service: Service, own: Collection[str]) -> str | None:
    """Return the address of ours that the endpoint of *service* spells in another way."""
    spelled = _alike(service.endpoint or "")
    return next((a for a in sorted(own) if spelled and _alike(a) == spelled), None)


def _alike(address: str) -> tuple[str, int | None, str] | None:
    """Return what addresses of one endpoint have in common, for a hint and for no decision."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or parts.query or parts.scheme not in ("http", "https"):
        return None
    port = None if port in (80, 443) else port
    return "localhost" if host in _LOOPBACK else host, port, parts.path.rstrip("/")


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
    names = dict.fromkeys(_in_scope(words, 0, len(words)))
    if not names:
        return "{ }"
    return f"{{ VALUES ({' '.join(names)}) {{ ({' '.join('UNDEF' for _ in names)}) }} }}"


def _in_scope(words: Sequence[Token], at: int, end: int) -> Iterator[str]:
    """Give the variables that a pattern may bind (SPARQL 1.1 Query, section 18.2.1).

    It stands between two indices of *words*.
    """
    while at < end:
        token = words[at]
        at += 1
        if token.kind == "variable":
            yield f"?{token.text[1:]}"
        elif token.kind != "word":
            continue
        elif token.word in _ASIDE:
            at = behind(words, at)
        elif token.word == "BIND":
            start, at = at, behind(words, at)
            yield from (f"?{name}" for name in projected(words[start:at]))
        elif token.word == "SELECT":
            where = _where(words, at)
            tail = behind(words, where)
            close = _closing(words, tail, end)
            if any(t.text == "*" for t in words[at : at + 2]):
                yield from _in_scope(words, where, tail)
                values = next((n for n in range(tail, close) if words[n].word == "VALUES"), close)
                yield from _in_scope(words, values, close)
            else:  # what orders, groups and gives values behind the pattern is inside as well
                yield from (f"?{name}" for name in projected(words[at:where]))
            at = close


def _where(words: Sequence[Token], at: int) -> int:
    """Return the index of the `{` of a SELECT whose projection begins at *at*."""
    while at < len(words) and words[at].text != "{":
        at = behind(words, at) if words[at].text == "(" else at + 1
    return at


def _closing(words: Sequence[Token], at: int, end: int) -> int:
    """Return the index of the bracket that closes what *at* stands in; *end* for none before."""
    while at < end and words[at].text not in CLOSE:
        at = behind(words, at) if words[at].text in OPEN else at + 1
    return min(at, end)
