"""What the source page says, fact by fact, holds in the graph of the line that says it.

`page_facts.csv` was written from the page alone, line by line: one row a fact, told in words for
whoever compares it with the page, and as a pattern for us. A reason that the page gives is worded
by the editors, and stands in the graph that is named in its row. Nothing is asked of graphs that
rest on other sources, and no fact is here that the page does not state.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from renkei.pack.pipeline import Checked

FILE = Path(__file__).with_name("page_facts.csv")
ROOT = "https://w3id.org/jp-ccua/"
OWN = """acc:accounts agr:agreement apt:appointment area:area cnc:council cp:contact dcl:declaration
    doc:document evt:event fund:fund muni:municipality out:outline page:page pol:policy
    prt:partnership rec:record sec:section unn:union vis:vision agent:agent"""
CONCEPTS = """content:content duty:duty extent:extent field:field listing:listing-kind
    mkind:municipality-kind progress:progress purpose:purpose role:role session:session-kind"""
PREFIXES = "\n".join(
    [
        *(f"PREFIX {p}: <{ROOT}id/{n}/>" for p, _, n in (x.partition(":") for x in OWN.split())),
        *(
            f"PREFIX {p}: <{ROOT}concept/{n}/>"
            for p, _, n in (x.partition(":") for x in CONCEPTS.split())
        ),
        f"PREFIX ccua: <{ROOT}ns#>",
        f"PREFIX graph: <{ROOT}graph/>",
        "PREFIX cv: <http://data.europa.eu/m8g/>",
        "PREFIX dcat: <http://www.w3.org/ns/dcat#>",
        "PREFIX dct: <http://purl.org/dc/terms/>",
        "PREFIX foaf: <http://xmlns.com/foaf/0.1/>",
        "PREFIX locn: <http://www.w3.org/ns/locn#>",
        "PREFIX org: <http://www.w3.org/ns/org#>",
        "PREFIX prov: <http://www.w3.org/ns/prov#>",
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>",
        "PREFIX schema: <https://schema.org/>",
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>",
        "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>",
    ]
)


@dataclass(frozen=True)
class Fact:
    """One fact of the page: the *line* that states it, its *words*, and what must match where."""

    number: int
    line: int
    graph: str
    words: str
    pattern: str

    def holds(self, store: ox.Store) -> bool:
        """Say whether the fact is stated in its graph."""
        ask = f"{PREFIXES}\nASK {{ GRAPH graph:{self.graph} {{ {self.pattern} }} }}"
        return bool(store.query(ask))


with FILE.open(encoding="utf-8", newline="") as rows:
    FACTS = [
        Fact(int(row["number"]), int(row["line"]), row["graph"], row["fact"], row["pattern"])
        for row in csv.DictReader(rows)
    ]


@pytest.fixture(scope="module")
def named(checked: Checked) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(checked.named)
    return store


def test_every_fact_of_the_page_stands_under_its_line(named: ox.Store) -> None:
    assert [f"{fact.line}: {fact.words}" for fact in FACTS if not fact.holds(named)] == []


def test_no_fact_holds_of_a_graph_that_says_nothing() -> None:
    """A pattern that matches everything would agree with any data."""
    assert [fact.words for fact in FACTS if fact.holds(ox.Store())] == []


def test_no_fact_holds_without_the_line_that_states_it(checked: Checked) -> None:
    """The pattern is asked of that graph and no other."""
    lines = {f"{ROOT}graph/{fact.graph}" for fact in FACTS}
    store = ox.Store()
    store.bulk_extend(q for q in checked.named if q.graph_name.value not in lines)

    assert [fact.words for fact in FACTS if fact.holds(store)] == []


def test_the_facts_are_numbered_and_told_once() -> None:
    assert [fact.number for fact in FACTS] == [*range(1, len(FACTS) + 1)]
    assert len({(fact.line, fact.words) for fact in FACTS}) == len(FACTS) >= 120


def test_each_line_that_has_a_graph_has_a_fact(checked: Checked) -> None:
    graphs = {q.graph_name.value for q in checked.named}
    modelled = {g.rpartition("/seed-L")[2] for g in graphs if "/graph/seed-L" in g}

    assert {str(fact.line) for fact in FACTS} == modelled
