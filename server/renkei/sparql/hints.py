"""What a person would say of a query that finds nothing, or far too much.

Only what is certain from the words of the release is said, and nothing is guessed of what was
meant but the nearest spelling. It is said beside an answer, never in it, and never instead of
one. What stands in OPTIONAL, MINUS, SERVICE or NOT EXISTS keeps nothing from being found, and
of it nothing is said.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from renkei.errors import QueryError
from renkei.language.messages import Message, counted, message
from renkei.sparql import outline, patterns
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
from renkei.sparql.words import ValuesInUse, WordsInUse

LOOKED_AT = 6_000  # letters of a query; of a longer one nothing is said
MOST = 8  # hints for one query
NAMED = 6  # variables that are named in one
_NUMERIC = frozenset(XSD + n for n in ("integer", "decimal", "double", "float"))
_NOTHING = (Token("end", "", 0),) * 8  # behind a condition, so that one may look ahead
_UNSURE = frozenset(("||", "!", "!=", "NOT", "IF", "COALESCE", "EXISTS"))


@dataclass(frozen=True)
class Hint:
    """One certain fact: *code* says which, *subject* of what, *near* what may have been meant."""

    code: str
    subject: str
    near: str = ""

    @property
    def said(self) -> Message:
        """The sentence for people."""
        return _SAID[self.code](self)

    @property
    def advice(self) -> Message | None:
        """What to do about it, for people; None where that is in the sentence, or not known."""
        if self.code == "value":
            return _as_found(self)
        if self.code in _NEAR and self.near:
            return message("Did you mean <%(iri)s>?", iri=self.near)
        return None


def hints(text: str, words: WordsInUse, graphs: Collection[str] | None = None) -> tuple[Hint, ...]:
    """Return what is to be said of the query *text*, each once, and not more than MOST.

    Nothing is said of one that is not read here, or is longer than LOOKED_AT.

    *graphs* are those of which the request makes a dataset of its own; None where it makes none.
    """
    pattern = patterns.read(text) if len(text) <= LOOKED_AT else None
    if pattern is None:
        return ()
    if graphs is None and pattern.dataset:
        graphs = _of_dataset(text)
    finder = _Finder(words, graphs is None, pattern)
    found = itertools.chain(
        *(finder.of_graph(iri) for iri in graphs or ()), finder.of_group(pattern.group, None, {})
    )
    if pattern.form == "SELECT":
        found = itertools.chain(found, _products(pattern.group, pattern.links))
    try:
        return tuple(itertools.islice(dict.fromkeys(itertools.islice(found, 2 * MOST)), MOST))
    except RecursionError:
        return ()


def unread(text: str) -> Message | None:
    """Return why nothing is said of *text*, for people; None where it is read as a query."""
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
    if patterns.read(text) is None:
        return message("The query cannot be read here, so nothing is said of it.")
    return None


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
    def __init__(self, words: WordsInUse, whole: bool, pattern: Pattern) -> None:
        self.words, self.whole = words, whole
        self.prefixes = pattern.prefixes

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
        if part.kind == "graph" and part.name is not None:
            name = part.name
            if name.kind == "iri" and name.value:
                yield from self.of_graph(name.value)
            yield from self.of_group(part.groups[0], name, uses)
        elif part.kind in ("group", "select"):
            yield from self.of_group(part.groups[0], graph, uses)
        elif part.kind == "union":
            branches = [[*self.of_group(group, graph, uses)] for group in part.groups]
            if all(branches):
                yield from (hint for branch in branches for hint in branch)

    def of_graph(self, iri: str) -> Iterator[Hint]:
        if iri not in self.words.graphs:
            yield Hint("graph", iri, self.words.spelt_graphs.nearest(iri))

    def of_triple(self, triple: TriplePattern, graph: Node | None) -> Iterator[Hint]:
        known = self.words.predicates
        for iri in triple.needed:
            if iri not in known:
                yield Hint("predicate", iri, self.words.spelt_predicates.nearest(iri))
            elif self.whole and graph is None and not known[iri].default:
                yield Hint("predicate-in-graphs", iri)
        if triple.predicate not in known:
            return
        value = triple.object
        if triple.predicate == RDF_TYPE:
            if value.kind == "iri" and value.value:
                yield from self.of_class(value.value, graph)
        elif value.kind in ("iri", "literal"):
            yield from self.of_value(value, _Source(triple.predicate, graph), exact=True)

    def of_class(self, iri: str, graph: Node | None) -> Iterator[Hint]:
        if iri not in self.words.classes:
            yield Hint("class", iri, self.words.spelt_classes.nearest(iri))
        elif self.whole and graph is None and not self.words.classes[iri]:
            yield Hint("class-in-graphs", iri)

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
            fits = value.value in use.datatypes
        if not fits:
            yield Hint("value", f"{value.written} <{source.predicate}>", _kinds(use))

    def of_filter(self, condition: Sequence[Token], uses: Mapping[str, _Source]) -> Iterator[Hint]:
        """Give the hints of a condition that is a comparison, or several that must all hold."""
        if any(t.word in _UNSURE for t in condition if t.kind in ("word", "mark")):
            return
        condition = [*condition, *_NOTHING]
        for at, token in enumerate(condition[: -len(_NOTHING)]):
            behind = condition[at + 1 :]
            if token.word in ("LANG", "LANGMATCHES"):
                yield from self.of_language(condition, at)
            elif token.kind == "variable" and token.text[1:] in uses and behind[:1]:
                if behind[0].text == "=" and condition[at - 1].text in ("(", "&&"):
                    yield from self.of_equal(behind[1:], uses[token.text[1:]])
            elif token.kind == "string" and condition[at - 1].text in ("(", "&&"):
                plain = [t.text for t in behind[:1]] == ["="] and len(behind) > 2
                if plain and behind[1].kind == "variable" and behind[2].text in (")", "&&"):
                    source = uses.get(behind[1].text[1:])
                    yield from self.of_equal((token, behind[2]), source)

    def of_equal(self, given: Sequence[Token], source: _Source | None) -> Iterator[Hint]:
        """Give the hint for a value of *source* that is compared with the literal *given*."""
        if source is None or source.predicate not in self.words.predicates or len(given) < 2:
            return
        first, behind = given[0], given[1]
        if first.kind == "number" and behind.text in (")", "&&"):
            node = Node("literal", f"{XSD}decimal", first.text)
        elif first.kind == "string" and behind.kind == "language":
            node = Node("literal", behind.text.lower(), first.text + behind.text)
        elif first.kind == "string" and behind.text in (")", "&&"):
            node = Node("literal", f"{XSD}string", first.text)
        else:
            return
        yield from self.of_value(node, source, exact=False)

    def of_language(self, condition: Sequence[Token], at: int) -> Iterator[Hint]:
        """Give the hint for a language tag that is asked for from *at* on and does not occur."""
        texts = [t.text for t in condition[at : at + 8]]
        if condition[at].word == "LANGMATCHES":
            if texts[6] == "," and condition[at + 7].kind == "string":
                ranged = texts[7][1:-1].lower()
                if ranged != "*" and not any(
                    tag == ranged or tag.startswith(f"{ranged}-") for tag in self.words.languages
                ):
                    yield Hint("language", texts[7][1:-1], ", ".join(sorted(self.words.languages)))
            return
        tags = []
        if texts[1:2] == ["("] and texts[3:5] == [")", "="] and condition[at + 5].kind == "string":
            tags = [texts[5][1:-1]]
        elif at > 1 and condition[at - 1].text == "=" and condition[at - 2].kind == "string":
            tags = [condition[at - 2].text[1:-1]]
        elif [text.upper() for text in texts[3:6]] == [")", "IN", "("]:
            for token in condition[at + 6 :]:
                if token.text == ")":
                    break
                tags += [token.text[1:-1]] if token.kind == "string" else []
        if tags and not any(tag in self.words.languages or tag == "" for tag in tags):
            for tag in tags:
                lower = tag.lower()
                if lower in self.words.languages:
                    yield Hint("language-case", tag, lower)
                else:
                    yield Hint("language", tag, ", ".join(sorted(self.words.languages)))


def _kinds(use: ValuesInUse) -> str:
    """Return what the values in use are, as one would write them."""
    found = [f'"…"@{tag}' for tag in sorted(use.languages)]
    for datatype in sorted(use.datatypes):
        short = datatype.replace(XSD, "xsd:")
        found.append('"…"' if short == "xsd:string" else f'"…"^^{short}')
    return ", ".join([*found, *(["<…>"] if use.things else [])])


# --- patterns that share nothing ------------------------------------------------------


@dataclass
class _Piece:
    """Variables that belong together; *multiplies* says that rows come of them by themselves."""

    names: set[str]
    multiplies: bool
    first: str = ""


def _products(group: PatternGroup, links: Sequence[frozenset[str]]) -> Iterator[Hint]:
    """Give the hint for patterns whose rows are combined each with each."""
    ties = list(links)
    pieces = [*_pieces(group, ties, "")]
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
        yield Hint("cross-product", " ".join(f"?{name}" for name in free[:NAMED]))
    for inner in _subselects(group):
        yield from _products(inner, inner.links)


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
    ties += group.links
    for triple in group.triples:
        ends = (triple.subject, triple.object)
        named = [n.value for n in ends if n.kind == "variable"]
        named += [triple.verb] if triple.verb else []
        names = {*named, *(n.value for n in ends if n.kind == "blank")}
        if triple.predicate != RDF_TYPE:  # patterns about one and the same thing belong together
            names |= {f"<{n.value}>" for n in ends if n.kind == "iri"}
        names |= {graph} if graph else set()
        # Of a thing that is named, one or a few values are looked up: that is meant.
        yield _Piece(names, triple.subject.kind != "iri", named[0] if named else "")
    for part in group.parts:
        if part.kind in ("group", "optional", "graph"):
            inner = part.name.value if part.name and part.name.kind == "variable" else graph
            yield from _pieces(part.groups[0], ties, inner)
        elif part.kind in ("union", "service"):
            names = set().union(*(patterns.bound(g) for g in part.groups))
            yield _Piece(names, True, min(names, default=""))
        elif part.kind == "select":
            yield _Piece(set(part.names), not part.one, min(part.names, default=""))


def _subselects(group: PatternGroup) -> Iterator[PatternGroup]:
    for part in group.parts:
        if part.kind == "select":
            yield part.groups[0]
        elif part.kind not in ("minus", "service"):
            for inner in part.groups:
                yield from _subselects(inner)


# --- words for people -----------------------------------------------------------------


def _predicate(hint: Hint) -> Message:
    return message("No statement here has the predicate <%(iri)s>.", iri=hint.subject)


def _predicate_in_graphs(hint: Hint) -> Message:
    return message(
        "Statements with the predicate <%(iri)s> stand in named graphs alone: ask with "
        "GRAPH ?g { … } around the pattern.",
        iri=hint.subject,
    )


def _class(hint: Hint) -> Message:
    return message("Nothing here is of the class <%(iri)s>.", iri=hint.subject)


def _class_in_graphs(hint: Hint) -> Message:
    return message(
        "What is of the class <%(iri)s> stands in named graphs alone: ask with GRAPH ?g { … } "
        "around the pattern.",
        iri=hint.subject,
    )


def _graph(hint: Hint) -> Message:
    return message("There is no graph <%(iri)s> here.", iri=hint.subject)


def _value(hint: Hint) -> Message:
    written, _, predicate = hint.subject.rpartition(" ")
    return message(
        "Where this query looks, no value of %(predicate)s is of the kind of %(written)s; there "
        "they are: %(found)s.",
        predicate=predicate,
        written=written,
        found=hint.near,
    )


def _as_found(hint: Hint) -> Message:
    """Return how the value of *hint* is to be written, with an example for a text."""
    text = _TEXT.fullmatch(hint.subject.rpartition(" ")[0])
    tags = _TAG.findall(hint.near)
    if not text or not tags:
        return message("Write the value in one of these forms.")
    # Of the tags, the shortest that fits the letters.
    eastern = _EASTERN.search(text[1]) is not None
    tag = min(tags, key=lambda t: ((t.split("-")[0] in _EAST) is not eastern, len(t), t))
    return message(
        "Write the text with its language tag, such as %(example)s.", example=f"{text[1]}@{tag}"
    )


def _language(hint: Hint) -> Message:
    return message(
        "No text here has the language tag “%(tag)s”; here there are: %(found)s.",
        tag=hint.subject,
        found=hint.near,
    )


def _language_case(hint: Hint) -> Message:
    return message(
        "LANG() gives language tags in small letters, and = compares letter by letter: write "
        "“%(near)s” and not “%(tag)s”, or use LANGMATCHES.",
        tag=hint.subject,
        near=hint.near,
    )


def _cross_product(hint: Hint) -> Message:
    return message(
        "The patterns around %(variables)s share no variable: each row of the one is combined "
        "with each of the other. Join them, or ask two questions.",
        variables=hint.subject.replace(" ", ", "),
    )


_TEXT = re.compile(r"""(["'].*["'])(?:@[A-Za-z0-9-]+)?""", re.DOTALL)
_TAG = re.compile(r'"…"@([a-z0-9-]+)')
_EASTERN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # kana, Han, Hangul
_EAST = frozenset(("ja", "ko", "zh"))
_NEAR = frozenset(("predicate", "class", "graph"))
_SAID = {
    "predicate": _predicate,
    "predicate-in-graphs": _predicate_in_graphs,
    "class": _class,
    "class-in-graphs": _class_in_graphs,
    "graph": _graph,
    "value": _value,
    "language": _language,
    "language-case": _language_case,
    "cross-product": _cross_product,
}
