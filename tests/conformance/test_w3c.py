"""The runner of the W3C lists itself: it must not take a wrong answer for a right one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from tests.conformance.w3c import evaluation, report, sameness
from tests.conformance.w3c.evaluation import Outcome
from tests.conformance.w3c.lists import Checkout
from tests.conformance.w3c.sameness import Sheet, Table

PASSED = Outcome("http://example.org/lists/paths/manifest#p1", "p1", "list", "paths", "passed")
FAILED = replace(PASSED, verdict="failed", reason="another answer")
NAME = "lists/paths#p1"


def rows(*values: str, ordered: bool = False) -> Table:
    """A table of one column, written as in Turtle."""
    text = "".join(f"<row:{n}> <row:v> {value} ." for n, value in enumerate(values))
    found = ox.parse(text, format=ox.RdfFormat.TURTLE)
    return Table(frozenset(["v"]), tuple((("v", q.object),) for q in found), ordered)


@pytest.mark.parametrize(
    ("expected", "found", "verdict"),
    [
        pytest.param(rows("1", "2"), rows("2", "1"), "yes", id="order is free"),
        pytest.param(rows("1", "2", ordered=True), rows("2", "1"), "no", id="order counts"),
        pytest.param(rows("1", "1"), rows("1"), "no", id="duplicates count"),
        pytest.param(rows("1.0"), rows("1.00"), "value", id="a number written otherwise"),
        pytest.param(rows("1.0"), rows("1"), "no", id="another datatype"),
        pytest.param(rows('"a"@en'), rows('"a"'), "no", id="a language lost"),
        pytest.param(rows("_:a", "_:a"), rows("_:b", "_:b"), "yes", id="blank nodes renamed"),
        pytest.param(rows("_:a", "_:a"), rows("_:b", "_:c"), "no", id="blank nodes split"),
        pytest.param(rows("true"), True, "no", id="a boolean for a table"),
        pytest.param(
            Sheet(("a", "b"), (("1", "2"),)), Sheet(("b", "a"), (("2", "1"),)), "yes", id="columns"
        ),
        pytest.param(Sheet(("a",), (("1",),)), Sheet(("a",), (("2",),)), "no", id="cells"),
    ],
)
def test_two_answers_are_the_same_only_when_they_mean_the_same(
    expected: sameness.Result, found: sameness.Result, verdict: str
) -> None:
    assert sameness.same(expected, found) == verdict


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        pytest.param(rows("1", "2"), "yes", id="once each"),
        pytest.param(rows("1", "1", "2"), "yes", id="as often"),
        pytest.param(rows("1", "2", "2"), "no", id="more often"),
        pytest.param(rows("1"), "no", id="a row lost"),
    ],
)
def test_under_reduced_a_row_may_come_less_often_but_not_more(found: Table, verdict: str) -> None:
    assert sameness.same(rows("1", "1", "2"), found, lax=True) == verdict


@pytest.mark.parametrize(
    ("text", "sorts"),
    [
        ("SELECT * { ?s ?p ?o } ORDER BY ?s", True),
        ("SELECT * { { SELECT * { ?s ?p ?o } ORDER BY ?s } }", False),
        ('SELECT * { ?s ?p "ORDER BY" } # ORDER BY ?s', False),
    ],
)
def test_an_answer_is_in_order_only_where_the_whole_query_sorts(text: str, sorts: bool) -> None:
    assert evaluation.ordered(text) is sorts


@pytest.mark.parametrize(
    ("ours", "peer", "excused", "complaint"),
    [
        pytest.param(PASSED, PASSED, [], None, id="passes"),
        pytest.param(FAILED, FAILED, [], "fails", id="fails without an excuse"),
        pytest.param(FAILED, FAILED, [NAME], None, id="fails with an excuse"),
        pytest.param(PASSED, FAILED, [NAME], "take it off", id="passes with an excuse"),
        pytest.param(FAILED, PASSED, [NAME], "Oxigraph's own", id="the engine passes it"),
        pytest.param(PASSED, PASSED, ["lists/paths#p2"], "no list has it", id="unknown test"),
    ],
)
def test_an_excuse_speaks_up_when_it_is_none(
    ours: Outcome, peer: Outcome, excused: list[str], complaint: str | None
) -> None:
    faults = [report.Fault("a fault", "", tuple(excused))]
    said = report.complaints(report.Run([ours], [peer], faults, "", "", "", (0, 0)))

    assert len(said) == (complaint is not None)
    assert complaint is None or complaint in said[0]


def test_a_manifest_is_read_with_what_it_includes(tmp_path: Path) -> None:
    """Withdrawn tests are left out, and every file has its stable IRI."""
    prefixes = """
        PREFIX dawgt: <http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#>
        PREFIX mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#>
        PREFIX qt: <http://www.w3.org/2001/sw/DataAccess/tests/test-query#>
        PREFIX : <http://example.org/lists/paths/manifest#>
    """
    (tmp_path / "paths").mkdir()
    (tmp_path / "all.ttl").write_text(f"{prefixes} <> mf:include ( <paths/manifest.ttl> ) .")
    (tmp_path / "paths" / "manifest.ttl").write_text(
        prefixes
        + """<> mf:entries ( :p1 :p2 ) .
        :p1 a mf:QueryEvaluationTest ; mf:name "one" ; mf:result <p1.srx> ;
            mf:action [ qt:query <p1.rq> ; qt:data <p1.ttl> ] .
        :p2 a mf:QueryEvaluationTest ; mf:action [ qt:query <p2.rq> ] ;
            dawgt:approval dawgt:Withdrawn ."""
    )

    [test] = Checkout(tmp_path).query_tests("all.ttl", "list")

    assert (test.iri, test.kind, test.group) == (PASSED.iri, "QueryEvaluationTest", "paths")
    assert test.query == tmp_path / "paths" / "p1.rq"
    assert test.data == ("https://w3c.github.io/rdf-tests/paths/p1.ttl",)
