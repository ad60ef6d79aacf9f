"""Blank nodes are named by what is said of them, in proportion to how much that is."""

from __future__ import annotations

import itertools
import random
import sys

import pyoxigraph as ox
import pytest

from renkei.rdf import blank_nodes

PREFIX = "@prefix e: <https://example.org/> .\n"


def tree(depth: int) -> str:
    """A node with two equal branches, down to *depth*."""
    return f"[ e:q {tree(depth - 1)} , {tree(depth - 1)} ]" if depth else "[ e:q 1 ]"


GRAPHS = {
    "a list of equal numbers": "e:a e:p ( " + "1 " * 365 + ") .",
    "a list without a head": "[] e:p ( " + "1 " * 100 + ") .",
    "a chain": "e:a e:p " + "[ e:p " * 400 + "1" + " ]" * 400 + " .",
    "a tree of equal branches": f"e:a e:p {tree(6)} .",
    "lists in a list": "e:a e:p ( " + "( 1 1 1 ) " * 40 + ") .",
    "equal leaves of one node": "[] e:p " + " , ".join(["[ e:q 1 ]"] * 50) + " .",
    "equal lists of one node": "[] e:p " + " , ".join(["( 1 2 3 )"] * 40) + " .",
    "two equal chains": "[] e:p " + " , ".join(["[ e:p " * 60 + "1" + " ]" * 60] * 2) + " .",
    "a ring with a mark": "".join(f"_:b{n} e:p _:b{(n + 1) % 90} . " for n in range(90))
    + "_:b7 e:q 1 .",
    "a ring without one": "".join(f"_:b{n} e:p _:b{(n + 1) % 90} . " for n in range(90)),
    "two lists alike": "e:a e:p ( " + "1 " * 50 + ") . e:b e:p ( " + "1 " * 50 + ") .",
    "small ones beside": "e:a e:p ( " + "1 " * 50 + ") , [ e:q 2 ] , ( 1 2 ) .",
}


def quads(text: str) -> list[ox.Quad]:
    """The statements of Turtle, each in the default graph and in a named one."""
    found = [q.triple for q in ox.parse(PREFIX + text, format=ox.RdfFormat.TURTLE)]
    graphs = ox.DefaultGraph(), ox.NamedNode("https://example.org/g")
    return [ox.Quad(t.subject, t.predicate, t.object, g) for g in graphs for t in found]


def lines(statements: list[ox.Quad]) -> list[str]:
    return sorted(map(str, blank_nodes.canonical(statements)))


def shuffled(statements: list[ox.Quad], seed: int) -> list[ox.Quad]:
    """The same statements in another order, their blank nodes called otherwise."""
    chance = random.Random(seed)
    names = {n for q in statements for n in blank_nodes._nodes(q)}
    called = {n: ox.BlankNode(f"x{chance.getrandbits(60)}") for n in sorted(names, key=str)}
    again = [blank_nodes._renamed(q, called) for q in statements]
    chance.shuffle(again)
    return again


@pytest.mark.parametrize("name", GRAPHS)
def test_names_depend_neither_on_order_nor_on_what_nodes_were_called(name: str) -> None:
    """And the statements say the same: as many, and the same where names are left out."""
    given = quads(GRAPHS[name])

    found = lines(given)

    assert [lines(shuffled(given, seed)) for seed in range(3)] == [found] * 3
    assert len(found) == len(set(given))
    names = {n for line in found for n in line.split() if n.startswith("_:")}
    assert len(names) == len({n for q in given for n in blank_nodes._nodes(q)})


@pytest.mark.parametrize("seed", range(8))
def test_the_named_graph_is_the_graph(seed: int) -> None:
    """Of trees by chance: what RDFC-1.0 makes of both is one thing."""
    chance = random.Random(seed)
    text = ". ".join(
        f"_:b{chance.randrange(n)} e:{chance.choice('pq')} _:b{n}" for n in range(1, 60)
    )
    given = [ox.Quad(*q.triple) for q in ox.parse(PREFIX + text + ".", format=ox.RdfFormat.TURTLE)]

    found = [ox.Quad(*q.triple) for q in blank_nodes.canonical(given)]

    ours, theirs = ox.Dataset(found), ox.Dataset(given)
    for dataset in (ours, theirs):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert set(ours) == set(theirs)
    assert lines(shuffled(given, seed)) == lines(given)


def test_what_costs_little_has_the_names_of_the_recommendation() -> None:
    given = quads("e:a e:p ( 1 1 1 ) , [ e:q [ e:r 1 ] ] , [ e:q 1 ] , [ e:q 1 ] .")
    dataset = ox.Dataset(given)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)

    assert lines(given) == sorted(map(str, dataset))


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda n: f"e:a e:p ( {'1 ' * n}) .", id="a list"),
        pytest.param(lambda n: f"[] e:p {' , '.join(['[ e:q 1 ]'] * n)} .", id="leaves"),
        pytest.param(
            lambda n: "".join(f"_:b{i} e:p _:b{(i + 1) % n} . " for i in range(n)), id="a ring"
        ),
        pytest.param(lambda n: f"e:a e:p {' , '.join(['( 1 1 )'] * n)} .", id="many small"),
    ],
)
def test_the_work_is_in_proportion(make) -> None:
    """In calls, which no busy machine makes more of: eight times as much takes twelve at most."""

    def calls(n: int) -> int:
        given, counted = quads(make(n)), itertools.count()
        sys.setprofile(lambda frame, event, arg: next(counted) if "call" in event else None)
        try:
            blank_nodes.canonical(given)
        finally:
            sys.setprofile(None)
        return next(counted)

    assert calls(4000) < 12 * calls(500)


def test_a_knot_takes_no_longer_than_it_has_lines() -> None:
    """Each of 30 nodes leads to each other: RDFC-1.0 would try 30! orders."""
    text = "".join(f"_:b{i} e:p _:b{j} . " for i in range(30) for j in range(30) if i != j)
    given = quads(text)

    assert lines(given) == lines(given)
    assert len(lines(shuffled(given, 1))) == len(given)
