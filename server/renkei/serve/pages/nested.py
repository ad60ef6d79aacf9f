"""What stands within a value: blank nodes, lists, expressions of OWL, statements as terms.

A blank node has no page, so that what is said of it is shown where it stands, to a depth; what
lies deeper is behind a link. A list (RDF Schema 1.1, section 5.2) and a container (5.1) are the
values in them, in order. A class expression of OWL is a phrase (OWL 2 Mapping to RDF Graphs,
section 3.2); one that lacks a part is shown as the blank node that it is. Pure: what was read
stands in `NestedValues`, which can ask nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from renkei.rdf import iris
from renkei.serve.pages.view_models import (
    TYPE,
    Inner,
    Line,
    Phrase,
    Statements,
    Value,
    View,
    Where,
    others_of,
)

RDF, OWL = iris.PREFIXES["rdf"], iris.PREFIXES["owl"]
FIRST, REST, NIL = RDF + "first", RDF + "rest", RDF + "nil"
REIFIES = RDF + "reifies"
DEPTH = 4  # levels of blank nodes that a page shows unasked
DEEPEST = 32  # levels that it shows when asked
LISTED = 300  # entries of one list; how many more there are is said
Anything = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
MOST = 2_000  # blank nodes, lists and expressions within one page
_MEMBER = re.compile(re.escape(RDF) + r"_([1-9]\d{0,8})")
# Restrictions by the property that says what is restricted, and expressions by theirs.
FILLERS = {
    "some": OWL + "someValuesFrom",
    "only": OWL + "allValuesFrom",
    "value": OWL + "hasValue",
    "self": OWL + "hasSelf",
}
NUMBERS = {
    OWL + "minCardinality": "min",
    OWL + "minQualifiedCardinality": "min",
    OWL + "maxCardinality": "max",
    OWL + "maxQualifiedCardinality": "max",
    OWL + "cardinality": "exactly",
    OWL + "qualifiedCardinality": "exactly",
}
JOINED = {OWL + "intersectionOf": "and", OWL + "unionOf": "or", OWL + "oneOf": "one of"}
SINGLE = {
    OWL + "complementOf": "not",
    OWL + "datatypeComplementOf": "not",
    OWL + "inverseOf": "inverse",
}
SIGNS = {"minInclusive": "≥", "minExclusive": ">", "maxInclusive": "≤", "maxExclusive": "<"}


@dataclass
class NestedValues:
    """Writes blank nodes and statements that are values, from what is said *beside* a thing.

    *depth*: levels that are shown; *deeper* and *data*: the address of a page that shows more
    of them, and of the thing as data. Not *whole*: not all of what is said of them was read.
    """

    beside: Iterable[ox.Quad]
    depth: int = DEPTH
    deeper: str | None = None
    data: str | None = None
    whole: bool = True
    _said: dict[Anything, list[ox.Quad]] = field(default_factory=dict)
    _path: list[Anything] = field(default_factory=list)
    _written: int = 0

    def __post_init__(self) -> None:
        """Sort what is said by what it is said of."""
        for quad in self.beside:
            if not isinstance(quad.subject, ox.NamedNode):
                self._said.setdefault(quad.subject, []).append(quad)

    def write(
        self, view: View, term: ox.BlankNode | ox.Triple, wheres: tuple[Where, ...] = ()
    ) -> Value:
        """Return *term* with what stands within it.

        *wheres* is where it comes from; what comes from there as well does not say so again.
        """
        gettext = view.lang.gettext
        said = self._said.get(term, [])
        if isinstance(term, ox.BlankNode) and not said:
            if not self.whole:
                return self._further(view)
            return Value(gettext("something of which no more is said"), view.lang.interface)
        if term in self._path:
            return Value(gettext("the same as around it"), view.lang.interface)
        if len(self._path) >= self.depth:
            return self._further(view)
        if self._written >= MOST:
            return Value(gettext("More is in the data of this page"), href=self.data)
        self._written += 1
        self._path.append(term)
        try:
            if isinstance(term, ox.Triple):
                return self._statement(view, term)
            return self._node(view, said, wheres)
        finally:
            self._path.pop()

    def _further(self, view: View) -> Value:
        text = view.lang.gettext("Show what lies deeper")
        return Value(text, view.lang.interface, self.deeper or self.data)

    def _node(self, view: View, said: list[ox.Quad], wheres: tuple[Where, ...]) -> Value:
        held = _by_property(said)
        items = self._items(said[0].subject) or _members(held)
        if items is not None:
            shown = tuple(self._item(view, term, wheres) for term in items[:LISTED])
            return _value(Inner("list", items=shown, number=len(items)))
        phrase = self._phrase(view, held)
        if phrase is not None:
            return _value(Inner("phrase", phrase=phrase))
        return _value(_rows(view, said, wheres))

    def _item(self, view: View, term: Anything, wheres: tuple[Where, ...]) -> Value:
        """Return what is in a list; it comes from where the list does."""
        if isinstance(term, ox.BlankNode | ox.Triple):
            return self.write(view, term, wheres)
        return view.written("", term)

    def _statement(self, view: View, triple: ox.Triple) -> Value:
        """Return a statement that is itself a value (RDF 1.2 Concepts, section 3.1)."""
        predicate = triple.predicate.value
        subject: ox.NamedNode | ox.BlankNode | ox.Triple = triple.subject
        parts = (
            view.written("", subject),
            Value(*_named(view, predicate)),
            view.written(predicate, triple.object),
        )
        return _value(Inner("statement", items=parts))

    def _items(self, node: Anything) -> list[Anything] | None:
        """Return what is in the list that begins with *node*; None for what is no whole list.

        One whose end was not read, or that has two ends or leads back into itself, is none.
        """
        items = []
        seen: set[Anything] = set()
        while node != ox.NamedNode(NIL):
            held = _by_property(self._said.get(node, []))
            firsts, rests = held.pop(FIRST, []), held.pop(REST, [])
            others = [p for p in held if p != TYPE]
            if node in seen or len(firsts) != 1 or len(rests) != 1 or others:
                return None
            seen.add(node)
            items.append(firsts[0])
            node = rests[0]
        return items

    def _phrase(self, view: View, held: dict[str, list[Anything]]) -> Phrase | None:
        """Return an expression of OWL; None for what is none, or lacks a part of it."""
        keys = {p for p in held if p != TYPE}
        on = held.get(OWL + "onProperty", [])
        if len(on) == 1:
            return self._restriction(view, held, keys, on[0])
        if keys == {OWL + "onDatatype", OWL + "withRestrictions"}:
            return self._datatype(view, held)
        if len(keys) != 1:
            return None
        (key,) = keys
        if len(held[key]) != 1:
            return None
        (end,) = held[key]
        if key in SINGLE:
            return Phrase(SINGLE[key], parts=(view.written(key, end),))
        items = self._items(end) if key in JOINED and not isinstance(end, ox.Literal) else None
        if not items:
            return None
        return Phrase(JOINED[key], parts=tuple(view.written("", item) for item in items))

    def _restriction(
        self, view: View, held: dict[str, list[Anything]], keys: set[str], on: Anything
    ) -> Phrase | None:
        name = next((n for n, key in FILLERS.items() if keys == {OWL + "onProperty", key}), None)
        if name is not None:
            ends = held[FILLERS[name]]
            if len(ends) != 1:
                return None
            predicate = on.value if isinstance(on, ox.NamedNode) else ""
            return Phrase(name, view.written("", on), (view.written(predicate, ends[0]),))
        counted = keys & NUMBERS.keys()
        fillers = keys & {OWL + "onClass", OWL + "onDataRange"}
        if len(counted) != 1 or keys != {OWL + "onProperty"} | counted | fillers:
            return None
        (key,) = counted
        numbers = held[key]
        parts = tuple(view.written("", t) for k in sorted(fillers) for t in held[k])
        if len(numbers) != 1 or not isinstance(numbers[0], ox.Literal) or len(parts) > 1:
            return None
        return Phrase(NUMBERS[key], view.written("", on), parts, numbers[0].value)

    def _datatype(self, view: View, held: dict[str, list[Anything]]) -> Phrase | None:
        """Return a datatype with its facets (OWL 2, section 7.5)."""
        of, facets = held[OWL + "onDatatype"], held[OWL + "withRestrictions"]
        items = self._items(facets[0]) if len(of) == len(facets) == 1 else None
        if items is None:
            return None
        parts = [view.written("", of[0])]
        for item in items:
            for quad in self._said.get(item, []):
                if not isinstance(quad.object, ox.Literal):
                    return None
                local = quad.predicate.value.rpartition("#")[2]
                name = SIGNS.get(local) or view.property_label(quad.predicate.value).text
                parts.append(Value(f"{name} {view.written('', quad.object).text}"))
        return Phrase("datatype", parts=tuple(parts))


def _rows(view: View, said: list[ox.Quad], wheres: tuple[Where, ...]) -> Inner:
    """Return what is said of a blank node, property by property."""
    about = Statements(view, "", said)
    places = view.vocabulary.places(set(about.objects(TYPE)))
    wide = {p for p, t in about.kept if isinstance(t, ox.BlankNode | ox.Triple)}
    lines = []
    for predicate, values in about.by_predicate.items():
        if predicate == TYPE:
            continue
        label = view.property_label(predicate)
        values = [replace(v, wheres=()) if v.wheres == wheres else v for v in values]
        line = Line(label, "", tuple(values), others=others_of(values, view.lang))
        place = (predicate in wide, places.get(predicate, ("", 1e6))[1], label.text)
        lines.append((place, line))
    kinds = tuple(view.property_label(kind) for kind in about.objects(TYPE))
    rows = tuple(line for _, line in sorted(lines, key=lambda pair: pair[0]))
    return Inner("node", kinds=kinds, rows=rows)


def _value(inner: Inner) -> Value:
    """Return what shows *inner*; where only a text has room, what it is made of in short."""
    return Value(inner.text, inner=inner)


def _named(view: View, predicate: str) -> tuple[str, str, str | None]:
    label = view.property_label(predicate)
    return label.text, label.lang, label.href


def _by_property(said: Iterable[ox.Quad]) -> dict[str, list[Anything]]:
    held: dict[str, list[Anything]] = {}
    for quad in said:
        terms = held.setdefault(quad.predicate.value, [])
        if quad.object not in terms:
            terms.append(quad.object)
    return held


def _members(held: dict[str, list[Anything]]) -> Sequence[Anything] | None:
    """Return the members of a container, by their number; None for what is none."""
    found = []
    for predicate, terms in held.items():
        if predicate == TYPE:
            continue
        number = _MEMBER.fullmatch(predicate)
        if number is None:
            return None
        found += [(int(number[1]), term) for term in terms]
    return [term for _, term in sorted(found, key=lambda pair: pair[0])] or None
