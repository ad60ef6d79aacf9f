"""What a person would say of a query that finds nothing, or far too much.

Only what is certain from the words of the release is said, and nothing is guessed of what was
meant but the nearest spelling. It is said beside an answer, never in it, and never instead of
one. What stands in OPTIONAL, MINUS, SERVICE or NOT EXISTS keeps nothing from being found, and
of it nothing is said.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from renkei.language.messages import Message, message
from renkei.sparql import patterns
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
from renkei.sparql.words import PredicateUse, WordsInUse

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


def hints(text: str, words: WordsInUse, whole: bool = True) -> tuple[Hint, ...]:
    """Return what is to be said of the query *text*, each once, and not more than MOST.

    Nothing is said of one that is not read here, or is longer than LOOKED_AT.

    *whole* is false where the request names a dataset of its own.
    """
    pattern = patterns.read(text) if len(text) <= LOOKED_AT else None
    if pattern is None:
        return ()
    finder = _Finder(words, whole and not pattern.dataset, pattern)
    found = finder.of_group(pattern.group, None, {})
    if pattern.form == "SELECT":
        found = itertools.chain(found, _products(pattern.group, pattern.links))
    try:
        return tuple(itertools.islice(dict.fromkeys(itertools.islice(found, 2 * MOST)), MOST))
    except RecursionError:
        return ()


class _Finder:
    def __init__(self, words: WordsInUse, whole: bool, pattern: Pattern) -> None:
        self.words, self.whole = words, whole
        self.prefixes = pattern.prefixes

    def of_group(
        self, group: PatternGroup, graph: Node | None, outer: Mapping[str, str]
    ) -> Iterator[Hint]:
        """Give the hints of a group that must be met; *outer* are predicates by their variable."""
        uses = dict(outer)
        for triple in group.triples:
            if triple.predicate and triple.object.kind == "variable":
                uses.setdefault(triple.object.value, triple.predicate)
        for triple in group.triples:
            yield from self.of_triple(triple, graph)
        for condition in group.filters:
            yield from self.of_filter(condition, uses)
        for part in group.parts:
            yield from self.of_part(part, graph, uses)

    def of_part(
        self, part: InnerGroup, graph: Node | None, uses: Mapping[str, str]
    ) -> Iterator[Hint]:
        if part.kind == "graph" and part.name is not None:
            name = part.name
            if name.kind == "iri" and name.value and name.value not in self.words.graphs:
                yield Hint("graph", name.value, self.words.spelt_graphs.nearest(name.value))
            yield from self.of_group(part.groups[0], name, uses)
        elif part.kind in ("group", "select"):
            yield from self.of_group(part.groups[0], graph, uses)
        elif part.kind == "union":
            branches = [[*self.of_group(group, graph, uses)] for group in part.groups]
            if all(branches):
                yield from (hint for branch in branches for hint in branch)

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
            yield from self.of_value(value, triple.predicate, exact=True)

    def of_class(self, iri: str, graph: Node | None) -> Iterator[Hint]:
        if iri not in self.words.classes:
            yield Hint("class", iri, self.words.spelt_classes.nearest(iri))
        elif self.whole and graph is None and not self.words.classes[iri]:
            yield Hint("class-in-graphs", iri)

    def of_value(self, value: Node, predicate: str, exact: bool) -> Iterator[Hint]:
        """Give the hint where no value of *predicate* is of the kind of *value*.

        *exact* says that the very term is asked for; else numbers are compared by value.
        """
        use = self.words.predicates[predicate]
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
            yield Hint("value", f"{value.written} <{predicate}>", _kinds(use))

    def of_filter(self, condition: Sequence[Token], uses: Mapping[str, str]) -> Iterator[Hint]:
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
                    name = behind[1].text[1:]
                    yield from self.of_equal((token, behind[2]), uses.get(name, ""))

    def of_equal(self, given: Sequence[Token], predicate: str) -> Iterator[Hint]:
        """Give the hint for a value of *predicate* that is compared with the literal *given*."""
        if predicate not in self.words.predicates or len(given) < 2:
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
        yield from self.of_value(node, predicate, exact=False)

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


def _kinds(use: PredicateUse) -> str:
    """Return what the values of a predicate are, as one would write them."""
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
        "No value of %(predicate)s is of the kind of %(written)s; here they are: %(found)s.",
        predicate=predicate,
        written=written,
        found=hint.near,
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
