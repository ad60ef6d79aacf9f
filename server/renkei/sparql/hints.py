"""What a person would say of a query that finds nothing, or far too much.

Only what is certain from the words of the release is said, and nothing is guessed of what was
meant but the nearest spelling. It is said beside an answer, never in it, and never instead of
one. What stands in OPTIONAL, MINUS, SERVICE or NOT EXISTS keeps nothing from being found, and
of it nothing is said.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import NamedTuple

from renkei.errors import QueryError
from renkei.language.messages import Message, counted, message
from renkei.sparql import conditions, outline, patterns
from renkei.sparql.conditions import InLanguage, OneOf
from renkei.sparql.patterns import (
    RDF_TYPE,
    XSD,
    InnerGroup,
    Node,
    Pattern,
    PatternGroup,
    TriplePattern,
)
from renkei.sparql.tokens import Token
from renkei.sparql.words import Spellings, ValuesInUse, WordsInUse, kept_as

LOOKED_AT = 6_000  # letters of a query; of a longer one nothing is said
MOST = 8  # hints for one query
NAMED = 6  # variables that are named in one
_NUMERIC = frozenset(XSD + n for n in ("integer", "decimal", "double", "float"))


@dataclass(frozen=True)
class Hint:
    """One certain fact: *code* says which, *of* what, and *found* what there is instead.

    Of an IRI that may be what was meant; of a value, how its kind is written; of a language tag,
    those that occur.
    """

    code: str
    of: tuple[str, ...]
    found: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """What the hint is about, as one text."""
        return " ".join(self.of)

    @property
    def near(self) -> str:
        """What there is instead, as one text."""
        return ", ".join(self.found)

    @property
    def said(self) -> Message:
        """The sentence for people."""
        return _SAID[self.code](self)

    @property
    def advice(self) -> Message | None:
        """What to do about it, for people; None where that is in the sentence, or not known."""
        if self.code == "value":
            return _as_found(self)
        if self.code in _SPELT and self.found:
            return message("Did you mean <%(iri)s>?", iri=self.near)
        return None


def hints(text: str, words: WordsInUse, graphs: Collection[str] | None = None) -> tuple[Hint, ...]:
    """Return what is to be said of the query *text*, each once, and not more than MOST.

    Nothing is said of one that is not read here, or is longer than LOOKED_AT.

    *graphs* are those of which the request makes a dataset of its own; None where it makes none.
    """
    pattern = patterns.read(text) if len(text) <= LOOKED_AT else None
    return of_pattern(pattern, text, words, graphs) if pattern else ()


def read(text: str) -> Pattern | Message:
    """Return the pattern of the query *text*, or why nothing is said of it, for people."""
    if len(text) > LOOKED_AT:
        return counted(
            "The query is longer than %(number)s letter, so nothing is said of it.",
            "The query is longer than %(number)s letters, so nothing is said of it.",
            LOOKED_AT,
        )
    try:
        outline.form_of(text)
        wrong = outline.wrong_place(text)
    except QueryError as error:
        wrong = error
    if wrong is not None:
        return message(
            "The query cannot be read, so nothing is said of it. %(detail)s", detail=wrong.detail
        )
    found = patterns.read(text)
    return found or message("The query cannot be read here, so nothing is said of it.")


def of_pattern(
    pattern: Pattern, text: str, words: WordsInUse, graphs: Collection[str] | None
) -> tuple[Hint, ...]:
    """Return what `hints` does of a query *text* whose *pattern* has been read."""
    if graphs is None and pattern.dataset:
        graphs = _of_dataset(text)
    finder = _Finder(words, graphs is None)
    found = itertools.chain(
        *(finder.of_graph(iri) for iri in graphs or ()), finder.of_group(pattern.group, None, {})
    )
    if pattern.form == "SELECT":
        found = itertools.chain(found, _products(pattern.group, pattern.links))
    try:
        kept = [*dict.fromkeys(itertools.islice(found, 2 * MOST))][:MOST]
    except RecursionError:
        return ()
    return tuple(_with_nearest(hint, words) for hint in kept)


def _with_nearest(hint: Hint, words: WordsInUse) -> Hint:
    """Return *hint* with the spelling that is nearest to its IRI: dear, so for those kept alone."""
    spelt = _SPELT.get(hint.code)
    nearest = spelt(words).nearest(hint.of[0]) if spelt else ""
    return replace(hint, found=(nearest,)) if nearest else hint


def _of_dataset(text: str) -> tuple[str, ...]:
    """Return the graphs of FROM and FROM NAMED, as far as they can be told."""
    try:
        plain, named = outline.dataset(text)
    except QueryError:
        return ()
    return (*(plain or ()), *(named or ()))


class _Source(NamedTuple):
    """Where a variable has its values from: a predicate, in a graph (None for the default)."""

    predicate: str
    graph: Node | None


class _Finder:
    """Finds what *words* do not have; *whole* says that all of it is asked, and no dataset."""

    def __init__(self, words: WordsInUse, whole: bool) -> None:
        self.words, self.whole = words, whole

    def of_group(
        self, group: PatternGroup, graph: Node | None, outer: Mapping[str, _Source]
    ) -> Iterator[Hint]:
        """Give the hints of a group that must be met; *outer* says where variables come from."""
        uses = dict(outer)
        for triple in group.triples:
            if triple.predicate and triple.object.kind == "variable":
                uses.setdefault(triple.object.value, _Source(triple.predicate, graph))
        for triple in group.triples:
            yield from self.of_triple(triple, graph)
        for condition in group.filters:
            yield from self.of_filter(condition, uses)
        for part in group.parts:
            yield from self.of_part(part, graph, uses)

    def of_part(
        self, part: InnerGroup, graph: Node | None, uses: Mapping[str, _Source]
    ) -> Iterator[Hint]:
        """Give the hints of a group inside a group, where it must be met."""
        if part.kind == "graph" and part.name is not None:
            name = part.name
            if name.kind == "iri" and name.value:
                yield from self.of_graph(name.value)
            yield from self.of_group(part.groups[0], name, uses)
        elif part.kind == "group":
            yield from self.of_group(part.groups[0], graph, uses)
        elif part.kind == "select":  # what it does not give has nothing to do with what is outside
            yield from self.of_group(part.groups[0], graph, {})
        elif part.kind == "union":
            branches = [[*self.of_group(group, graph, uses)] for group in part.groups]
            if all(branches):
                yield from (hint for branch in branches for hint in branch)

    def of_graph(self, iri: str) -> Iterator[Hint]:
        """Give the hint for a graph that is not here."""
        if iri not in self.words.graphs:
            yield Hint("graph", (iri,))

    def of_triple(self, triple: TriplePattern, graph: Node | None) -> Iterator[Hint]:
        """Give the hints of a triple pattern."""
        known = self.words.predicates
        for iri in triple.needed:
            if iri not in known:
                yield Hint("predicate", (iri,))
            elif self.whole and graph is None and not known[iri].default:
                yield Hint("predicate-in-graphs", (iri,))
        if triple.predicate not in known:
            return
        value = triple.object
        if triple.predicate == RDF_TYPE:
            if value.kind == "iri" and value.value:
                yield from self.of_class(value.value, graph)
        elif value.kind in ("iri", "literal"):
            yield from self.of_value(value, _Source(triple.predicate, graph), exact=True)

    def of_class(self, iri: str, graph: Node | None) -> Iterator[Hint]:
        """Give the hint for a class of which there is nothing."""
        if iri not in self.words.classes:
            yield Hint("class", (iri,))
        elif self.whole and graph is None and not self.words.classes[iri]:
            yield Hint("class-in-graphs", (iri,))

    def of_value(self, value: Node, source: _Source, exact: bool) -> Iterator[Hint]:
        """Give the hint where no value of *source* is of the kind of *value*.

        *exact* says that the very term is asked for; else numbers are compared by value.
        """
        known = self.words.predicates[source.predicate]
        asked = known.default if self.whole and source.graph is None else None
        use = asked or known.everywhere
        if value.kind == "iri":
            fits = use.things
        elif value.value.startswith("@"):
            fits = value.value[1:] in use.languages
        elif not value.value:
            fits = True
        elif value.value in _NUMERIC and not exact:
            fits = bool(_NUMERIC & use.datatypes)
        else:
            fits = not use.datatypes.isdisjoint((value.value, kept_as(value.value)))
        if not fits:
            yield Hint("value", (value.written, f"<{source.predicate}>"), _kinds(use))

    def of_filter(self, condition: Sequence[Token], uses: Mapping[str, _Source]) -> Iterator[Hint]:
        """Give the hints of a condition; *uses* says where variables have their values from."""
        for found in conditions.certain(condition):
            if isinstance(found, OneOf):
                yield from self.of_equal(found, uses.get(found.variable))
            elif isinstance(found, InLanguage):
                yield from self.of_languages(found.tags)
            else:
                yield from self.of_range(found.range)

    def of_equal(self, compared: OneOf, source: _Source | None) -> Iterator[Hint]:
        """Give the hints for a value of *source* that is compared with literals, all in vain."""
        if source is None or source.predicate not in self.words.predicates:
            return
        found = [[*self.of_value(node, source, exact=False)] for node in compared.literals]
        if all(found):
            yield from itertools.chain(*found)

    def of_languages(self, tags: Sequence[str]) -> Iterator[Hint]:
        """Give the hints for language tags that are asked for, where no text has one of them."""
        known = self.words.languages
        if any(tag in known or tag == "" for tag in tags):
            return
        for tag in tags:
            if tag.lower() in known:
                yield Hint("language-case", (tag,), (tag.lower(),))
            else:
                yield Hint("language", (tag,), tuple(sorted(known)))

    def of_range(self, wanted: str) -> Iterator[Hint]:
        """Give the hint for a language range that no text is in."""
        begin, known = wanted.lower(), self.words.languages
        if begin != "*" and not any(f"{tag}-".startswith(f"{begin}-") for tag in known):
            yield Hint("language", (wanted,), tuple(sorted(known)))


def _kinds(use: ValuesInUse) -> tuple[str, ...]:
    """Return what the values in use are, as one would write them."""
    found = [f'"…"@{tag}' for tag in sorted(use.languages)]
    for datatype in sorted(use.datatypes):
        short = datatype.replace(XSD, "xsd:")
        found.append('"…"' if short == "xsd:string" else f'"…"^^{short}')
    return (*found, *(["<…>"] if use.things else []))


# --- patterns that share nothing ------------------------------------------------------


@dataclass
class _Piece:
    """Variables that belong together; *multiplies* says that rows come of them by themselves."""

    names: set[str]
    multiplies: bool
    first: str = ""


def _products(
    group: PatternGroup, links: Sequence[frozenset[str]], graph: str = ""
) -> Iterator[Hint]:
    """Give the hint for patterns whose rows are combined each with each.

    *graph* is the variable of the GRAPH that they stand in.
    """
    ties = list(links)
    pieces = [*_pieces(group, ties, graph)]
    for tie in ties:
        pieces.append(_Piece(set(tie), False))
    together: dict[int, list[_Piece]] = {}
    for piece, number in zip(pieces, components([p.names for p in pieces]), strict=True):
        together.setdefault(number, []).append(piece)
    free = sorted(
        next(p.first for p in found if p.first)
        for found in together.values()
        if any(p.multiplies for p in found) and any(p.first for p in found)
    )
    if len(free) > 1:
        yield Hint("cross-product", tuple(f"?{name}" for name in free[:NAMED]))
    for inner, within in _subselects(group, graph):
        yield from _products(inner, inner.links, within)


def components(sets: Sequence[Collection[str]]) -> list[int]:
    """Return for each of *sets* a number that it has in common with those it is tied to."""
    above = list(range(len(sets)))

    def top(number: int) -> int:
        while above[number] != number:
            above[number] = number = above[above[number]]
        return number

    seen: dict[str, int] = {}
    for number, names in enumerate(sets):
        for name in names:
            above[top(number)] = top(seen.setdefault(name, number))
    return [top(number) for number in range(len(sets))]


def _pieces(group: PatternGroup, ties: list[frozenset[str]], graph: str) -> Iterator[_Piece]:
    """Give the pieces of *group*, and add to *ties* what holds variables together.

    The patterns in one GRAPH are asked of the same graph: its variable holds them together.
    """
    ties += group.links
    same = {graph} if graph else set()
    for triple in group.triples:
        ends = (triple.subject, triple.object)
        named = [n.value for n in ends if n.kind == "variable"]
        named += [triple.verb] if triple.verb else []
        names = {*named, *(n.value for n in ends if n.kind == "blank")}
        if triple.predicate != RDF_TYPE:  # patterns about one and the same thing belong together
            names |= {f"<{n.value}>" for n in ends if n.kind == "iri"}
        # Of a thing that is named, one or a few values are looked up: that is meant.
        yield _Piece(names | same, triple.subject.kind != "iri", named[0] if named else "")
    for part in group.parts:
        if part.kind in ("group", "optional", "graph"):
            yield from _pieces(part.groups[0], ties, _graph_of(part, graph))
        elif part.kind in ("union", "service"):
            names = set().union(*(patterns.bound(g) for g in part.groups))
            first = min(names, default="")
            yield _Piece(names | same if part.kind == "union" else names, True, first)
        elif part.kind == "select":
            yield _Piece({*part.names, *same}, not part.one, min(part.names, default=""))


def _graph_of(part: InnerGroup, graph: str) -> str:
    """Return the variable of the graph that *part* is asked of, inside *graph*."""
    return part.name.value if part.name and part.name.kind == "variable" else graph


def _subselects(group: PatternGroup, graph: str) -> Iterator[tuple[PatternGroup, str]]:
    """Give the groups of the sub-SELECTs in *group*, each with the variable of its graph."""
    for part in group.parts:
        if part.kind == "select":
            yield part.groups[0], graph
        elif part.kind not in ("minus", "service"):
            for inner in part.groups:
                yield from _subselects(inner, _graph_of(part, graph))


# --- words for people -----------------------------------------------------------------


_SAID: Mapping[str, Callable[[Hint], Message]] = {
    "predicate": lambda hint: message(
        "No statement here has the predicate <%(iri)s>.", iri=hint.subject
    ),
    "predicate-in-graphs": lambda hint: message(
        "Statements with the predicate <%(iri)s> stand in named graphs alone: ask with "
        "GRAPH ?g { … } around the pattern.",
        iri=hint.subject,
    ),
    "class": lambda hint: message("Nothing here is of the class <%(iri)s>.", iri=hint.subject),
    "class-in-graphs": lambda hint: message(
        "What is of the class <%(iri)s> stands in named graphs alone: ask with GRAPH ?g { … } "
        "around the pattern.",
        iri=hint.subject,
    ),
    "graph": lambda hint: message("There is no graph <%(iri)s> here.", iri=hint.subject),
    "value": lambda hint: message(
        "Where this query looks, no value of %(predicate)s is of the kind of %(written)s; there "
        "they are: %(found)s.",
        predicate=hint.of[1],
        written=hint.of[0],
        found=hint.found,
    ),
    "language": lambda hint: message(
        "No text here has the language tag “%(tag)s”; here there are: %(found)s.",
        tag=hint.subject,
        found=hint.found,
    ),
    "language-case": lambda hint: message(
        "LANG() gives language tags in small letters, and = compares letter by letter: write "
        "“%(near)s” and not “%(tag)s”, or use LANGMATCHES.",
        tag=hint.subject,
        near=hint.near,
    ),
    "cross-product": lambda hint: message(
        "The patterns around %(variables)s share no variable: each row of the one is combined "
        "with each of the other. Join them, or ask two questions.",
        variables=hint.of,
    ),
}
# The spellings that an IRI is compared with.
_SPELT: Mapping[str, Callable[[WordsInUse], Spellings]] = {
    "predicate": attrgetter("spelt_predicates"),
    "class": attrgetter("spelt_classes"),
    "graph": attrgetter("spelt_graphs"),
}
_TEXT = re.compile(r"""(["'].*["'])(?:@[A-Za-z0-9-]+)?""", re.DOTALL)
_TAG = re.compile(r'"…"@([a-z0-9-]+)')
_EASTERN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # kana, Han, Hangul
_EAST = frozenset(("ja", "ko", "zh"))


def _as_found(hint: Hint) -> Message:
    """Return how the value of *hint* is to be written, with an example for a text."""
    text = _TEXT.fullmatch(hint.of[0])
    tags = [tagged[1] for found in hint.found if (tagged := _TAG.fullmatch(found))]
    if not text or not tags:
        return message("Write the value in one of these forms.")
    # Of the tags, the shortest that fits the letters.
    eastern = _EASTERN.search(text[1]) is not None
    tag = min(tags, key=lambda t: ((t.split("-")[0] in _EAST) is not eastern, len(t), t))
    return message(
        "Write the text with its language tag, such as %(example)s.", example=f"{text[1]}@{tag}"
    )
