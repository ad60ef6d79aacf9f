"""Descriptions over an engine whose labels of blank nodes hold within one answer alone."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence

import pyoxigraph as ox
import pytest

from renkei.rdf.iris import PREFIXES
from renkei.roles import Roles
from renkei.stores import describe
from renkei.stores.describe import Describer, Solution

A, B = "https://example.org/a", "https://example.org/b"
GRAPH = ox.NamedNode("https://example.org/graph")
REST = ox.NamedNode(describe.REST)
FIRST = ox.NamedNode(describe.REST.replace("rest", "first"))
DOCUMENT = ox.NamedNode(PREFIXES["foaf"] + "Document")
NIL = ox.NamedNode(describe.REST.replace("rest", "nil"))
Ask = Callable[[str], Sequence[Solution]]


def engine(quads: Sequence[ox.Quad], *names: Sequence[str]) -> tuple[Ask, list[str]]:
    """Return what answers over *quads*, with new labels each time, and what it was asked.

    *names* are the variables of its answers, by default those of statements.
    """
    columns = [name for part in names or ("spog",) for name in part]
    store, asked = ox.Store(), []
    store.extend(quads)

    def ask(text: str) -> Sequence[Solution]:
        asked.append(text)
        found = store.query(text, use_default_graph_as_union=True)
        return [{n: renamed(row[n], len(asked)) for n in columns} for row in found]  # type: ignore[union-attr]

    return ask, asked


def renamed(term: ox.Term, number: int) -> ox.Term:
    """Return a blank node by a label of the answer *number*; else the term."""
    return ox.BlankNode(f"a{number}-{term.value}") if isinstance(term, ox.BlankNode) else term


def canonical(quads: Sequence[ox.Quad]) -> set[str]:
    """Return *quads* by the canonical names of their blank nodes."""
    found = ox.Dataset(quads)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in found}


def grown(chance: random.Random) -> Iterator[ox.Quad]:
    """Give what is said of two things, with blank nodes, lists and circles in it."""
    numbers = itertools.count()

    def predicate() -> ox.NamedNode:
        return ox.NamedNode(f"https://example.org/p{chance.randrange(3)}")

    def value(depth: int, told: list[ox.Quad]) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        kind = chance.choice(["node", "list", "literal", "thing", "bare"] if depth else ["literal"])
        if kind == "literal":
            return ox.Literal(str(next(numbers)))
        if kind == "thing":
            return ox.NamedNode(chance.choice([A, B]))
        node = ox.BlankNode()
        if kind == "node":
            for _ in range(chance.randint(1, 3)):
                told.append(ox.Quad(node, predicate(), value(depth - 1, told), GRAPH))
            if chance.random() < 0.3:
                told.append(ox.Quad(node, predicate(), node, GRAPH))
        elif kind == "list":
            cells = [node, *(ox.BlankNode() for _ in range(chance.randint(0, 4)))]
            for cell, rest in itertools.zip_longest(cells, cells[1:], fillvalue=NIL):
                told.append(ox.Quad(cell, FIRST, value(depth - 1, told), GRAPH))
                told.append(ox.Quad(cell, REST, rest, GRAPH))
        return node

    for thing in (A, B):
        told: list[ox.Quad] = []
        for _ in range(chance.randint(1, 4)):
            told.append(ox.Quad(ox.NamedNode(thing), predicate(), value(4, told), GRAPH))
        yield from told


@pytest.mark.parametrize("seed", range(200))
def test_each_blank_node_is_told_of_once(seed: int) -> None:
    quads = list(grown(random.Random(seed)))
    describer = Describer(Roles(), engine(quads)[0])
    found = describer.statements_about([A, B])

    assert canonical([*found.own, *found.beside]) == canonical(quads)


@pytest.mark.parametrize("seed", range(50))
def test_things_described_in_parts_are_told_of_once(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    quads = list(grown(random.Random(seed)))
    monkeypatch.setattr(describe, "BATCH", 1)
    found = Describer(Roles(), engine(quads)[0]).linked_statements([A, B], 0)

    assert canonical([*found.own, *found.beside]) == canonical(quads)


def test_a_document_asked_about_beside_its_thing_is_told_of_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(describe, "BATCH", 1)
    node = ox.BlankNode()
    quads = [
        ox.Quad(ox.NamedNode(A), ox.NamedNode(B), ox.Literal("its thing"), GRAPH),
        ox.Quad(ox.NamedNode(B), ox.NamedNode(describe.TYPE), DOCUMENT, GRAPH),
        ox.Quad(ox.NamedNode(B), ox.NamedNode(B), ox.NamedNode(A), GRAPH),
        ox.Quad(ox.NamedNode(B), ox.NamedNode(B), node, GRAPH),
        ox.Quad(node, ox.NamedNode(B), ox.Literal("in the document"), GRAPH),
    ]
    found = Describer(Roles(), engine(quads)[0]).linked_statements([A, B], 0)

    assert canonical([*found.own, *found.beside]) == canonical(quads)


def test_what_has_no_blank_nodes_in_blank_nodes_is_asked_for_once() -> None:
    node = ox.BlankNode()
    ask, asked = engine(
        [
            ox.Quad(ox.NamedNode(A), ox.NamedNode(B), node, GRAPH),
            ox.Quad(node, ox.NamedNode(B), ox.Literal("1"), GRAPH),
        ]
    )
    assert len(Describer(Roles(), ask).statements_about([A]).beside) == 1
    assert len(asked) == 1


def test_statements_are_those_of_the_thing_itself() -> None:
    node = ox.BlankNode()
    own = ox.Quad(ox.NamedNode(A), ox.NamedNode(B), ox.Literal("own"), GRAPH)
    quads = [
        own,
        ox.Quad(ox.NamedNode(A), ox.NamedNode(B), node, GRAPH),
        ox.Quad(node, ox.NamedNode(B), ox.Literal("another's"), GRAPH),
    ]
    found = Describer(Roles(), engine(quads)[0]).statements(A)

    assert {q.subject for q in found} == {ox.NamedNode(A)}
    assert own in found and len(found) == 2


def test_names_behind_a_node_are_read_in_one_answer_whatever_its_labels() -> None:
    """SKOS-XL with a blank label and with a named one; only the named can be told elsewhere."""
    xl, ic = "http://www.w3.org/2008/05/skos-xl#", "http://imi.go.jp/ns/core/rdf#"
    blank, label = ox.BlankNode("b"), ox.NamedNode("https://example.org/label")
    form = ox.NamedNode(xl + "literalForm")
    quads = [
        ox.Quad(ox.NamedNode(A), ox.NamedNode(xl + "prefLabel"), blank, GRAPH),
        ox.Quad(blank, form, ox.Literal("甲", language="ja"), GRAPH),
        ox.Quad(ox.NamedNode(A), ox.NamedNode(ic + "名称"), ox.BlankNode("c"), GRAPH),
        ox.Quad(ox.BlankNode("c"), ox.NamedNode(ic + "表記"), ox.Literal("乙"), GRAPH),
        ox.Quad(ox.NamedNode(B), ox.NamedNode(xl + "prefLabel"), label, GRAPH),
        ox.Quad(label, form, ox.Literal("B", language="en"), ox.NamedNode(B)),
    ]
    ask, asked = engine(quads, "spog", ("node", "last", "in"))
    describer = Describer(Roles(), ask)

    first, second = describer.names_of([A, B])

    assert (first.label(("ja",)), first.label(("en",))) == (("甲", "ja"), ("甲", "ja"))
    assert (second.label(("ja",)), second.quads) == (("B", "en"), quads[4:])
    assert (first.quads, len(asked)) == ([], 1)
    assert describer.all_names()[A].label(()) == first.label(())
