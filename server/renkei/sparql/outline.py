"""Read the outline of a SPARQL text: its form, its brackets, where it names a SERVICE.

Pure text analysis over the words of `sparql.tokens`: nothing here evaluates a query, and
nothing here decides whether it is right; the engine does. It errs on the safe side: what
could be read as SERVICE by a lenient parser is reported as SERVICE, and a text in which
another reader may find more of them than we do is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import pyoxigraph as ox

from renkei.errors import QueryError, Text
from renkei.language.messages import Message, message
from renkei.sparql.readings import Readings
from renkei.sparql.tokens import CLOSE, OPEN, Token, iri_of, place, tokens

Form = Literal["select", "ask", "construct", "describe"]
Term = ox.NamedNode | ox.BlankNode | ox.Literal

# Functions that give another value each time.
CHANGING = frozenset(("NOW", "RAND", "UUID", "STRUUID", "BNODE"))
DEPTH = 128  # brackets inside brackets; far deeper ones overrun the engine's stack

_FORMS: dict[str, Form] = {
    "SELECT": "select",
    "ASK": "ask",
    "CONSTRUCT": "construct",
    "DESCRIBE": "describe",
}
_UPDATES = frozenset(
    ["INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"]
)


@dataclass(frozen=True)
class Service:
    """A SERVICE clause: the endpoint as an absolute IRI, None where it is not one.

    *start* and *end* are the offsets of the term that names the endpoint, *begin* that of the
    keyword, *group* those of `{` and behind `}` (None where the group cannot be told).
    *nested* says that it stands inside the pattern of another SERVICE, *graph* inside that of
    a GRAPH.
    """

    endpoint: str | None
    written: str
    start: int
    end: int
    nested: bool = False
    begin: int = 0
    silent: bool = False
    group: tuple[int, int] | None = None
    graph: bool = False


@dataclass(frozen=True)
class Outline:
    """What a query text looks like from outside.

    *head* is the offset of the word that names the form; *where_open* and *where_close*
    those behind `{` and of `}` of the outermost pattern (None where there is none:
    DESCRIBE of IRIs alone). *has_dataset* says whether FROM or FROM NAMED stands in it;
    *changing*, whether it may call a function that gives another value each time.
    """

    text: str
    form: Form
    tokens: tuple[Token, ...]
    head: int
    where_open: int | None
    where_close: int | None
    has_dataset: bool
    services: tuple[Service, ...]
    changing: bool


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
    if sum(map(text.count, OPEN)) > DEPTH:
        return None
    head = _HEAD.match(text)
    return _FORMS[head[1].upper()] if head else None


def lasts(text: str) -> bool:
    """Say whether the query *text* gives the same answer as long as a release stands."""
    if plain(text):
        return True
    found = outline(text)
    return not found.services and not found.changing


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
        if token.kind == "mark" and token.text in OPEN:
            if len(opened) >= DEPTH:
                raise _at(
                    text,
                    token,
                    "brackets stand more than %(most)s deep here.",
                    "Take the query apart.",
                    most=DEPTH,
                )
            opened.append(token)
        elif token.kind == "mark" and token.text in CLOSE:
            if not opened or OPEN[opened[-1].text] != token.text:
                raise _unopened(text, token, opened)
            start = opened.pop()
            if token.text == "}" and not opened:
                where.append((start.end, token.start))
        elif not opened and token.kind == "word" and position > head:
            dataset = dataset or "FROM" in token.word  # also run together with others
            if where and (token.word in _FORMS or token.word in _UPDATES):
                raise _at(text, token, "A second query begins here.", "Send one query at a time.")
    if opened:
        raise _at(
            text,
            opened[-1],
            '"%(mark)s" is never closed.',
            'Add the "%(closing)s" that belongs to it.',
            mark=opened[-1].text,
            closing=OPEN[opened[-1].text],
        )
    prefixes = _prefixes(words)
    dataset = dataset or _names_a_graph(words, prefixes)
    readings = Readings(text, words)
    for keyword in ("SERVICE", "FROM"):
        if (hidden := readings.hidden(keyword)) is not None:
            raise _hidden(text, hidden, keyword)
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
        tuple(_services(text, words, prefixes)),
        _changes(readings, words),
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
        expected=message('"%(first)s"', first=OPEN[opened[-1].text]),
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


def _hidden(text: str, offset: int, keyword: str) -> QueryError:
    """Return the error for a text that may be read with and without a keyword."""
    return QueryError.at(
        *place(text, offset),
        keyword,
        "this text can be read with %(keyword)s here, and without.",
        "Put a space on both sides of <, > and of each keyword, write letters as they are and "
        "not by their numbers, and IRIs in full where a name holds the keyword.",
        keyword=keyword,
    )


def _names_a_graph(words: list[Token], prefixes: Mapping[str, str]) -> bool:
    """Say whether FROM is run together with a name, as in FROMex:a."""
    names = (word.text.split(":", 1)[0] for word in words if word.kind == "name")
    return any("FROM" in name.upper() and name not in prefixes for name in names)


def _changes(readings: Readings, words: list[Token]) -> bool:
    """Say whether some reader may find a call of a function that changes its value."""
    names = tuple(name for name in CHANGING if readings.has(name))
    if not names:
        return False
    # By the end of a word: DISTINCTRAND() is read as two.
    return any(word.kind == "word" and word.word.endswith(names) for word in words) or any(
        readings.hidden(name) is not None for name in names
    )


def _services(text: str, words: list[Token], prefixes: Mapping[str, str]) -> list[Service]:
    """Find every SERVICE clause, also where words are run together."""
    if "SERVICE" not in text.upper():
        return []
    found: list[Service] = []
    closed, within, graph = _closed(words), 0, 0  # the offsets up to which those two reach
    for position, token in enumerate(words):
        if token.text == "{" and _of_graph(words, position):
            graph = max(graph, closed.get(token.start, 0))
        service = _service(words, position, prefixes, closed)
        if service is None:
            continue
        found.append(replace(service, nested=service.start < within, graph=service.start < graph))
        if service.group:
            within = max(within, service.group[1])
    return found


def _service(
    words: list[Token], position: int, prefixes: Mapping[str, str], closed: Mapping[int, int]
) -> Service | None:
    """Return the SERVICE clause that begins at a token; None where none does."""
    token, following = words[position], words[position + 1 : position + 4]
    if token.kind == "name":
        # "SERVICEex:a {" is read as SERVICE ex:a by parsers that need no space.
        prefix = token.text.split(":", 1)[0].upper()
        before = words[position - 1].word if position else ""
        follows = following[:1] and following[0].text == "{"
        if "SERVICE" in prefix and before not in ("GRAPH", "SERVICE", "SILENT") and follows:
            return Service(None, token.text, token.start, token.end, begin=token.start)
        return None
    if token.kind != "word" or "SERVICE" not in token.word:
        return None
    silent = bool(following) and following[0].word == "SILENT"
    following = following[silent:]
    name = following[0] if following else token
    endpoint = None
    is_plain = name.kind in ("iri", "name") and "\\" not in name.text
    if token.word == "SERVICE" and is_plain and not name.word.startswith("SILENT"):
        endpoint = iri_of(name, prefixes) or None  # what starts with it may be SILENT and a name
    opened = following[1].start if len(following) > 1 else name.end
    group = (opened, closed[opened] + 1) if opened in closed else None
    silent = silent and token.word == "SERVICE"
    return Service(endpoint, name.text, name.start, name.end, False, token.start, silent, group)


def _of_graph(words: list[Token], position: int) -> bool:
    """Say whether the `{` at *position* opens the group of a GRAPH, also where run together."""
    before = words[max(0, position - 2) : position]
    return any("GRAPH" in token.word.partition(":")[0] for token in before if token.kind != "iri")


def _closed(words: list[Token]) -> dict[int, int]:
    """Return the offset of the closing brace for that of each `{`."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for token in words:
        if token.kind == "mark" and token.text == "{":
            opened.append(token.start)
        elif token.kind == "mark" and token.text == "}" and opened:
            found[opened.pop()] = token.start
    return found


def _prefixes(words: list[Token]) -> dict[str, str]:
    """Return the prefixes whose namespace is written once and without escapes; "" if relative."""
    found: dict[str, str] = {}
    twice = set()
    for position, token in enumerate(words[:-2]):
        if token.kind == "word" and token.word == "PREFIX":
            name, iri = words[position + 1], words[position + 2]
            if name.kind == "name" and iri.kind == "iri" and "\\" not in iri.text:
                prefix = name.text[:-1]
                twice.update({prefix} & found.keys())
                found[prefix] = iri_of(iri, {})
    return {prefix: iri for prefix, iri in found.items() if prefix not in twice}


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
        if token.kind == "mark" and token.text in OPEN:
            depth += 1
        elif token.kind == "mark" and token.text in CLOSE:
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
        if token.kind != "word" or "FROM" not in token.word:
            continue
        if token.word != "FROM":
            return None, None
        named = words[position + 1].word == "NAMED"
        name = words[position + 2] if named and position + 2 < len(words) else words[position + 1]
        if "\\" in name.text or name.kind not in ("iri", "name"):
            return None, None
        iri = iri_of(name, prefixes)
        if not iri:
            return None, None
        graphs[named].append(iri)
    return tuple(graphs[0]), tuple(graphs[1])


_PLACE = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
# The engine lists what it would have read next, and among it what is wrong in words.
_SENTENCE = re.compile(r"(?:one of )?([A-Z][a-z]+ [^,\[\]\"]*[a-z][^,\[\]\"]*)")


def wrong_place(text: str, within: Collection[tuple[int, int]] | None = None) -> QueryError | None:
    """Return the error for the first word that the grammar does not allow; None for none.

    Where that word stands elsewhere than *within* offsets that are given, None as well.
    """
    from renkei.sparql.syntax import wrong_word

    wrong = wrong_word(text)
    if wrong is None:
        return None
    at = wrong.token.start
    if within is not None and not any(start <= at < end for start, end in within):
        return None
    return _at(text, wrong.token, wrong.detail)


def located(text: str, error: QueryError) -> QueryError:
    """Return *error*, as the engine said it, with the place where reading should have stopped.

    The engine tells the furthest place it looked at. The word is found by the grammar;
    what only the engine knows (a variable out of scope, an IRI that is none) is told in
    its own words, at the place it gives.
    """
    match = _PLACE.search(str(error.values.get("detail", "")))
    if match is None or error.line is not None:
        return error
    if wrong := wrong_place(text):
        return wrong
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
