"""Read the outline of a SPARQL text: its form, its brackets, where it names a SERVICE.

Pure text analysis by a tokenizer: nothing here evaluates a query, and nothing here decides
whether it is right; the engine does. The tokenizer errs on the safe side: what could be
read as SERVICE by a lenient parser is reported as SERVICE.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

import pyoxigraph as ox

from renkei.errors import QueryError, Text
from renkei.language.messages import Message, message

if TYPE_CHECKING:  # the word is the stores'; only its type is needed here
    from renkei.stores.base import Form, Term

# Functions that give another value each time.
CHANGING = frozenset(("NOW", "RAND", "UUID", "STRUUID", "BNODE"))
DEPTH = 128  # brackets inside brackets; far deeper ones overrun the engine's stack

Kind = Literal["iri", "string", "variable", "name", "blank", "number", "language", "word", "mark"]


class Token(NamedTuple):
    """A word of a query: what it is, how it is written, where it starts (in characters)."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind the last character."""
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """The text in upper case: how keywords are compared."""
        return self.text.upper()


_LETTER = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF"
    r"\u200C\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD"
    r"\U00010000-\U000EFFFF"
)
_NAME = rf"{_LETTER}_0-9\u00B7\u0300-\u036F\u203F\u2040\-"
_LOCAL = rf"(?:[{_NAME}:.]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])"
_TOKEN = re.compile(
    rf"""
      (?P<space>[ \t\r\n]+|\#[^\r\n]*)
    | (?P<iri><[^<>"{{}}|^`\x00-\x20]*>)
    | (?P<string>"{{3}}(?:"{{0,2}}(?:[^"\\]|\\.))*"{{3}}|'{{3}}(?:'{{0,2}}(?:[^'\\]|\\.))*'{{3}}
        |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
    | (?P<variable>[?$][{_LETTER}_0-9\u00B7\u0300-\u036F\u203F\u2040]+)
    | (?P<blank>_:[{_LETTER}_0-9](?:[{_NAME}.]*[{_NAME}])?)
    | (?P<name>(?:[{_LETTER}](?:[{_NAME}.]*[{_NAME}])?)?:(?:{_LOCAL}*(?<!\.))?)
    | (?P<number>[0-9]+\.?[0-9]*[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+(?:\.[0-9]+)?)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<word>[{_LETTER}_][{_NAME}]*)
    | (?P<mark>\^\^|&&|\|\||!=|<=|>=|.)
    """,
    re.VERBOSE | re.DOTALL,
)

_OPEN, _CLOSE = {"{": "}", "(": ")", "[": "]"}, {"}", ")", "]"}
_FORMS: dict[str, Form] = {
    "SELECT": "select",
    "ASK": "ask",
    "CONSTRUCT": "construct",
    "DESCRIBE": "describe",
}
_UPDATES = frozenset(
    ["INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"]
)


def tokens(text: str) -> list[Token]:
    """Return the tokens of *text* without spaces and comments. Never fails."""
    new = tuple.__new__  # many are made for each query: this is half the time
    return [
        new(Token, (m.lastgroup or "mark", m.group(), m.start()))
        for m in _TOKEN.finditer(text)
        if m.lastgroup != "space"
    ]


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of a character offset, both counted from 1."""
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


@dataclass(frozen=True)
class Service:
    """A SERVICE clause: the endpoint as an absolute IRI, None where it is not one.

    *start* and *end* are the offsets of the term that names the endpoint; *nested* says
    that it stands inside the pattern of another SERVICE.
    """

    endpoint: str | None
    written: str
    start: int
    end: int
    nested: bool = False


@dataclass(frozen=True)
class Outline:
    """What a query text looks like from outside.

    *head* is the offset of the word that names the form; *where_open* and *where_close*
    those behind `{` and of `}` of the outermost pattern (None where there is none:
    DESCRIBE of IRIs alone). *graphs* says whether FROM or FROM NAMED stands in it.
    """

    text: str
    form: Form
    tokens: tuple[Token, ...]
    head: int
    where_open: int | None
    where_close: int | None
    has_dataset: bool
    services: tuple[Service, ...]


def form_of(text: str) -> Form:
    """Return the form of the query *text*.

    Raises QueryError, with the place, when it is empty, an update, two queries, or
    nested deeper than an engine can read.
    """
    return outline(text).form


_HEAD = re.compile(
    r"(?:\s*(?:PREFIX\s+[^\s<>:#]*:\s*|BASE\s+)<[^<>\s]*>)*\s*(SELECT|ASK)\b", re.IGNORECASE
)
_TELLING = ("SERVICE", "FROM", *CHANGING, "\\")


@lru_cache(maxsize=256)
def plain(text: str) -> Form | None:
    """Return the form of a SELECT or ASK of which nothing else need be known; else None.

    Such a query names no SERVICE and no dataset, is not nested too deeply, and gives the
    same answer each time. That is seen without reading it word by word, so a query never
    seen before costs little; what looks otherwise is left to `outline`. Whether it is right
    is left to the engine.
    """
    upper = text.upper()
    if any(word in upper for word in _TELLING):
        return None
    if sum(map(text.count, _OPEN)) > DEPTH:
        return None
    head = _HEAD.match(text)
    return _FORMS[head[1].upper()] if head else None


def lasts(text: str) -> bool:
    """Say whether the query *text* gives the same answer as long as a release stands."""
    if plain(text):
        return True
    found = outline(text)
    return not found.services and not any(
        token.kind == "word" and token.word in CHANGING for token in found.tokens
    )


def services(text: str) -> tuple[Service, ...]:
    """Return every SERVICE clause of the query *text*."""
    return () if plain(text) else outline(text).services


@lru_cache(maxsize=256)
def outline(text: str) -> Outline:
    """Return the outline of the query *text*; raises QueryError as `form_of` does."""
    words = tokens(text)
    head = _head(text, words)
    form = _FORMS[words[head].word]
    opened: list[Token] = []
    where: list[tuple[int, int]] = []
    dataset = False
    for position, token in enumerate(words):
        if token.kind == "mark" and token.text in _OPEN:
            if len(opened) >= DEPTH:
                raise _at(
                    text,
                    token,
                    "brackets stand more than %(most)s deep here.",
                    "Take the query apart.",
                    most=DEPTH,
                )
            opened.append(token)
        elif token.kind == "mark" and token.text in _CLOSE:
            if not opened or _OPEN[opened[-1].text] != token.text:
                raise _unopened(text, token, opened)
            start = opened.pop()
            if token.text == "}" and not opened:
                where.append((start.end, token.start))
        elif not opened and token.kind == "word" and position > head:
            dataset = dataset or token.word == "FROM"
            if where and (token.word in _FORMS or token.word in _UPDATES):
                raise _at(text, token, "A second query begins here.", "Send one query at a time.")
    if opened:
        raise _at(
            text,
            opened[-1],
            '"%(mark)s" is never closed.',
            'Add the "%(closing)s" that belongs to it.',
            mark=opened[-1].text,
            closing=_OPEN[opened[-1].text],
        )
    template = form == "construct" and _has_template(words, head)
    patterns = where[1:] if template else where
    return Outline(
        text,
        form,
        tuple(words),
        words[head].start,
        patterns[0][0] if patterns else None,
        patterns[0][1] if patterns else None,
        dataset,
        tuple(_services(text, words)),
    )


def _head(text: str, words: list[Token]) -> int:
    """Return the index of the token that names the form, behind the prologue."""
    position = 0
    while position < len(words):
        word = words[position].word if words[position].kind == "word" else ""
        if word == "PREFIX":
            position += 3
        elif word == "BASE" or word == "VERSION":
            position += 2
        elif word in _FORMS:
            return position
        elif word in _UPDATES:
            raise _at(
                text,
                words[position],
                "This is an update; this endpoint answers queries.",
                "The data is changed by packing a new release, never over HTTP.",
            )
        else:
            raise _at(
                text, words[position], "SELECT, ASK, CONSTRUCT or DESCRIBE was expected here."
            )
    raise QueryError(
        "The query is empty.",
        "Write SELECT, ASK, CONSTRUCT or DESCRIBE.",
        *place(text, len(text)),
        "",
    )


def _has_template(words: list[Token], head: int) -> bool:
    return head + 1 < len(words) and words[head + 1].text == "{"


def _unopened(text: str, token: Token, opened: list[Token]) -> QueryError:
    """Return the error for a bracket that closes nothing, or another than the one open."""
    remedy = _opened_at(text, opened)
    if not opened:
        return _at(text, token, '"%(token)s" closes nothing here.', remedy, token=token.text)
    return _at(
        text,
        token,
        '"%(token)s" stands where %(expected)s was expected.',
        remedy,
        token=token.text,
        expected=message('"%(first)s"', first=_OPEN[opened[-1].text]),
    )


def _opened_at(text: str, opened: list[Token]) -> Message:
    if not opened:
        return message("Remove it, or open it before.")
    line, column = place(text, opened[-1].start)
    return message(
        'The "%(mark)s" of line %(line)s, column %(column)s is still open.',
        mark=opened[-1].text,
        line=line,
        column=column,
    )


def _at(text: str, token: Token, wrong: Text, remedy: Text = "", /, **values: object) -> QueryError:
    """Return the error that says what is *wrong* with a token of *text*, with its place."""
    return QueryError.at(*place(text, token.start), token.text, wrong, remedy, **values)


def _services(text: str, words: list[Token]) -> list[Service]:
    """Find every SERVICE clause, also where words are run together."""
    if "SERVICE" not in text.upper():
        return []
    prefixes = _prefixes(words)
    found = []
    for position, token in enumerate(words):
        following = words[position + 1 : position + 4]
        if token.kind == "name":
            # "SERVICEex:a {" is read as SERVICE ex:a by parsers that need no space.
            prefix = token.text.split(":", 1)[0].upper()
            before = words[position - 1].word if position else ""
            if (
                "SERVICE" in prefix
                and before != "GRAPH"
                and following[:1]
                and (following[0].text == "{")
            ):
                found.append(Service(None, token.text, token.start, token.end))
            continue
        if token.kind != "word" or "SERVICE" not in token.word:
            continue
        if following and following[0].word == "SILENT":
            following = following[1:]
        name = following[0] if following else token
        endpoint = None
        if token.word == "SERVICE" and "\\" not in name.text:
            if name.kind == "iri" and re.match(r"<[A-Za-z][A-Za-z0-9+.-]*:", name.text):
                endpoint = name.text[1:-1]
            elif name.kind == "name":
                prefix, local = name.text.split(":", 1)
                endpoint = prefixes[prefix] + local if prefix in prefixes else None
        within = any(s.start < name.start < _end_of_group(words, s.end) for s in found)
        found.append(Service(endpoint, name.text, name.start, name.end, within))
    return found


def _end_of_group(words: list[Token], after: int) -> int:
    """Return where the group that opens behind *after* ends."""
    depth = 0
    for token in words:
        if token.start < after or token.kind != "mark":
            continue
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0 and token.text == "}":
            return token.start
    return after


def _prefixes(words: list[Token]) -> dict[str, str]:
    """Return the prefixes whose namespace is written once, in full and without escapes."""
    found: dict[str, str] = {}
    twice = set()
    for position, token in enumerate(words[:-2]):
        if token.kind == "word" and token.word == "PREFIX":
            name, iri = words[position + 1], words[position + 2]
            if name.kind == "name" and iri.kind == "iri" and "\\" not in iri.text:
                prefix = name.text[:-1]
                twice.update({prefix} & found.keys())
                found[prefix] = iri.text[1:-1]
    return {prefix: iri for prefix, iri in found.items() if prefix not in twice}


def refused_service(text: str, service: Service) -> QueryError:
    """Return the error for a SERVICE that may not be reached, with its place."""
    return QueryError.at(
        *place(text, service.start),
        service.written,
        "SERVICE %(iri)s is not reached from here.",
        "Ask that endpoint yourself; the Service Description names those that are reached.",
        iri=service.written,
    )


def redirected(text: str, addresses: Mapping[str, str]) -> str:
    """Return *text* with every SERVICE endpoint replaced by its entry in *addresses*.

    Endpoints must have been checked before: one without an entry raises KeyError.
    """
    for service in reversed(outline(text).services):
        address = addresses[service.endpoint or ""]
        text = f"{text[: service.start]}<{address}>{text[service.end :]}"
    return text


def with_values(text: str, bindings: Mapping[str, Term]) -> str:
    """Return a SELECT with variables bound to terms by a VALUES clause in its pattern.

    Terms are written by the engine's own writer. Raises QueryError for a blank node,
    which a query cannot name.
    """
    found = outline(text)
    if not bindings or found.where_open is None:
        return text
    if any(isinstance(term, ox.BlankNode) for term in bindings.values()):
        raise QueryError("A blank node cannot be given to a query.")
    names = " ".join(f"?{name.lstrip('?$')}" for name in bindings)
    terms = " ".join(str(term) for term in bindings.values())
    at = found.where_open
    return f"{text[:at]} VALUES ({names}) {{ ({terms}) }} {text[at:]}"


def with_limit(text: str, limit: int, skip: int | None = None) -> str:
    """Return the SELECT *text* with at most *limit* solutions.

    A LIMIT of its own stays where it is lower. With *skip*, the solutions begin so many
    later, and a LIMIT of its own is lowered by as many.
    """
    found = outline(text)
    edits: list[tuple[int, int, str]] = []
    end = len(text)
    depth, own_limit, own_offset = 0, None, None
    tail = [t for t in found.tokens if t.start > (found.where_close or 0)]
    for position, token in enumerate(tail):
        if token.kind == "mark" and token.text in _OPEN:
            depth += 1
        elif token.kind == "mark" and token.text in _CLOSE:
            depth -= 1
        elif depth == 0 and token.kind == "word" and position + 1 < len(tail):
            if token.word == "LIMIT":
                own_limit = tail[position + 1]
            elif token.word == "OFFSET":
                own_offset = tail[position + 1]
            elif token.word == "VALUES":
                end = token.start
                break
    if own_limit is not None:
        limit = max(0, min(limit, int(own_limit.text) - (skip or 0)))
        edits.append((own_limit.start, own_limit.end, str(limit)))
    else:
        edits.append((end, end, f"\nLIMIT {limit} "))
    if skip:
        if own_offset is not None:
            edits.append((own_offset.start, own_offset.end, str(int(own_offset.text) + skip)))
        else:
            edits.append((end, end, f"\nOFFSET {skip} "))
    for start, stop, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[stop:]
    return text


def described(text: str) -> tuple[list[Token], str | None]:
    """Return what a DESCRIBE names: its IRI tokens, and a SELECT for its variables.

    The SELECT has the prologue, dataset and pattern of the query; None where the query
    has no pattern.
    """
    found = outline(text)
    names = []
    after = found.head + len("DESCRIBE")
    for token in found.tokens:
        if token.start < after:
            continue
        if token.kind not in ("iri", "name", "variable") and token.text != "*":
            break
        names.append(token)
        after = token.end
    terms = [t for t in names if t.kind in ("iri", "name")]
    if found.where_open is None:
        return terms, None
    variables = " ".join(t.text for t in names if t.kind == "variable")
    if not variables:
        variables = "*"
    if terms and not any(t.kind == "variable" or t.text == "*" for t in names):
        return terms, None  # a pattern that gives nothing to describe
    return terms, f"{text[: found.head]}SELECT DISTINCT {variables} {text[after:]}"


def prologue(text: str) -> str:
    """Return what stands before the word that names the form: PREFIX and BASE lines."""
    return text[: outline(text).head]


def dataset(text: str) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Return the graphs of FROM and of FROM NAMED; two Nones where there is neither.

    Names that cannot be told without parsing (relative, or with escapes) leave the whole
    to the engine: two Nones as well.
    """
    if plain(text):
        return None, None
    found = outline(text)
    if not found.has_dataset:
        return None, None
    prefixes = _prefixes(list(found.tokens))
    graphs: tuple[list[str], list[str]] = ([], [])
    words = found.tokens
    for position, token in enumerate(words[:-1]):
        if found.where_open is not None and token.start > found.where_open:
            break
        if token.kind != "word" or token.word != "FROM":
            continue
        named = words[position + 1].word == "NAMED"
        name = words[position + 2] if named and position + 2 < len(words) else words[position + 1]
        if "\\" in name.text:
            return None, None
        if name.kind == "iri" and re.match(r"<[A-Za-z][A-Za-z0-9+.-]*:", name.text):
            iri = name.text[1:-1]
        elif name.kind == "name" and name.text.split(":", 1)[0] in prefixes:
            prefix, local = name.text.split(":", 1)
            iri = prefixes[prefix] + local
        else:
            return None, None
        graphs[named].append(iri)
    return tuple(graphs[0]), tuple(graphs[1])


_PLACE = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
# The engine lists what it would have read next, and among it what is wrong in words.
_SENTENCE = re.compile(r"(?:one of )?([A-Z][a-z]+ [^,\[\]\"]*[a-z][^,\[\]\"]*)")


def located(text: str, error: QueryError) -> QueryError:
    """Return *error*, as the engine said it, with the place where reading should have stopped.

    The engine tells the furthest place it looked at. The word is found by the grammar;
    what only the engine knows (a variable out of scope, an IRI that is none) is told in
    its own words, at the place it gives.
    """
    from renkei.grammar import wrong_word  # which reads by the tokens of this module

    match = _PLACE.search(str(error.values.get("detail", "")))
    if match is None or error.line is not None:
        return error
    wrong = wrong_word(text)
    if wrong is not None:
        return QueryError.at(*place(text, wrong.token.start), wrong.token.text, wrong.detail)
    said = next(
        (m for part in match[3].split(", ") if (m := _SENTENCE.fullmatch(part.strip()))), None
    )
    bad = next((t for t in tokens(text) if t.kind == "iri" and not _is_iri(t.text)), None)
    line, column = int(match[1]), int(match[2])
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    offset = min(starts[min(line, len(starts)) - 1] + column - 1, len(text))
    token = bad or next((t for t in reversed(tokens(text)) if t.start < offset), None)
    line, column = place(text, token.start if token else offset)
    return QueryError.at(
        line,
        column,
        token.text if token else "",
        "%(detail)s" if said else "the query cannot be read here.",
        detail=f"{said[1]}." if said else "",
    )


def _is_iri(written: str) -> bool:
    try:
        ox.parse(f"<> <a:p> {written} .", ox.RdfFormat.TURTLE, base_iri="a://b/").__next__()
    except SyntaxError:
        return False
    return True
