"""What is read from the text of a query without evaluating it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from renkei import queries
from renkei.errors import QueryError

A = ox.NamedNode("https://example.org/a")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * { ?s ?p ?o }", "select"),
        ("# SELECT\nASK { }", "ask"),
        ("PREFIX select: <http://e/> CONSTRUCT WHERE { ?s ?p select:x }", "construct"),
        ("BASE <http://e/> describe <x>", "describe"),
        ("PREFIX : <http://e/ask> ask { :a :b 'SELECT }' }", "ask"),
    ],
)
def test_the_form_is_told_from_the_words_outside_strings_and_comments(text: str, form: str) -> None:
    assert queries.form_of(text) == form


@pytest.mark.parametrize(
    ("text", "line", "column", "token"),
    [
        ("", 1, 1, ""),
        ("  \n# nothing\n", 3, 1, ""),
        ("INSERT DATA { <a:a> <a:b> 1 }", 1, 1, "INSERT"),
        ("PREFIX e: <http://e/>\nDELETE WHERE { ?s ?p ?o }", 2, 1, "DELETE"),
        ("ASK { }\nASK { }", 2, 1, "ASK"),
        ("SELECT * {\n ?s ?p ?o", 1, 10, "{"),
        ("SELECT * { ?s ?p (1 2 }", 1, 23, "}"),
        ("SELEC * { }", 1, 1, "SELEC"),
    ],
)
def test_what_is_no_query_is_refused_with_its_place(
    text: str, line: int, column: int, token: str
) -> None:
    with pytest.raises(QueryError) as refused:
        queries.form_of(text)
    assert (refused.value.line, refused.value.column, refused.value.token) == (line, column, token)


def test_brackets_too_deep_for_an_engine_are_refused() -> None:
    with pytest.raises(QueryError, match="deep"):
        queries.form_of("ASK " + "{" * 1000 + "}" * 1000)


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("SELECT * { SERVICE <http://e/sparql> { ?s ?p ?o } }", "http://e/sparql"),
        ("SELECT * { service silent<http://e/> { } }", "http://e/"),
        ("PREFIX e: <http://e/> SELECT * { SERVICE e:x { } }", "http://e/x"),
        ("SELECT * { SERVICE ?where { } }", None),
        ("SELECT * { SERVICE <relative> { } }", None),
        ("SELECT * { SERVICESILENT<http://e/>{ } }", None),
        ("SELECT * { ?s ?p trueSERVICE <http://e/>{ } }", None),
        (r"SELECT * { SERVICE <http://e\u002F/> { } }", None),
        ("PREFIX e: <http://e/> PREFIX e: <http://f/> SELECT * { SERVICE e:x { } }", None),
    ],
)
def test_every_service_is_found_however_it_is_written(text: str, endpoint: str | None) -> None:
    assert [s.endpoint for s in queries.outline(text).services] == [endpoint]


def test_the_word_service_in_a_string_a_name_or_a_variable_is_no_service() -> None:
    text = (
        "PREFIX service: <http://e/> SELECT ?service { ?service service:service 'SERVICE <a:b>' }"
    )
    assert queries.outline(text).services == ()


def test_a_service_inside_a_service_is_marked() -> None:
    text = "SELECT * { SERVICE <http://a/> { SERVICE <http://b/> { } } SERVICE <http://c/> { } }"
    assert [s.nested for s in queries.outline(text).services] == [False, True, False]


def test_values_are_bound_inside_the_outermost_pattern() -> None:
    bound = queries.with_values("SELECT (EXISTS { } AS ?x) WHERE { ?s ?p ?o }", {"s": A})
    assert bound == (
        "SELECT (EXISTS { } AS ?x) WHERE { VALUES (?s) { (<https://example.org/a>) }  ?s ?p ?o }"
    )


def test_a_value_that_looks_like_sparql_stays_a_value() -> None:
    evil = ox.Literal('"} DROP ALL #')
    bound = queries.with_values("SELECT * { ?s ?p ?o }", {"o": evil})
    assert list(ox.Store().query(bound)) == []
    assert str(evil) in bound


@pytest.mark.parametrize(
    ("text", "limited"),
    [
        ("SELECT * {}", "SELECT * {}\nLIMIT 5 "),
        ("SELECT * {} # end", "SELECT * {} # end\nLIMIT 5 "),
        ("SELECT * {} LIMIT 3", "SELECT * {} LIMIT 3"),
        ("SELECT * {} LIMIT 30 OFFSET 2", "SELECT * {} LIMIT 5 OFFSET 2"),
        ("SELECT * { {SELECT * {} LIMIT 9} }", "SELECT * { {SELECT * {} LIMIT 9} }\nLIMIT 5 "),
        ("SELECT * {} VALUES ?x { 1 }", "SELECT * {} \nLIMIT 5 VALUES ?x { 1 }"),
    ],
)
def test_a_limit_is_put_where_it_bounds_the_answer(text: str, limited: str) -> None:
    assert queries.with_limit(text, 5) == limited
    list(ox.Store().query(limited))  # type: ignore[arg-type]


def test_skipping_adds_to_the_offset_and_takes_from_the_limit() -> None:
    skipped = queries.with_limit("SELECT * {} LIMIT 12 OFFSET 2", 5, 10)
    assert skipped == "SELECT * {} LIMIT 2 OFFSET 12"


@pytest.mark.parametrize(
    ("text", "graphs"),
    [
        ("SELECT * {}", (None, None)),
        ("SELECT * FROM <http://a/> {}", (("http://a/",), ())),
        (
            "PREFIX e: <http://e/> ASK FROM e:a FROM NAMED <http://b/> FROM e:c { }",
            (("http://e/a", "http://e/c"), ("http://b/",)),
        ),
        ("SELECT * FROM <relative> {}", (None, None)),
    ],
)
def test_the_graphs_of_from_are_read(text: str, graphs: object) -> None:
    assert queries.dataset(text) == graphs


def test_a_description_names_iris_and_selects_variables() -> None:
    text = "PREFIX e: <http://e/> DESCRIBE e:x ?y <http://z/> WHERE { ?y ?p ?o } LIMIT 1"
    terms, selection = queries.described(text)
    assert [t.text for t in terms] == ["e:x", "<http://z/>"]
    assert selection == ("PREFIX e: <http://e/> SELECT DISTINCT ?y  WHERE { ?y ?p ?o } LIMIT 1")
