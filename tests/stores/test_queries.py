"""What is read from the text of a query without evaluating it."""

from __future__ import annotations

import contextlib
import time

import pyoxigraph as ox
import pytest

from renkei.errors import QueryError
from renkei.sparql import outline

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
    assert outline.form_of(text) == form


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
        outline.form_of(text)
    assert (refused.value.line, refused.value.column, refused.value.token) == (line, column, token)


def test_brackets_too_deep_for_an_engine_are_refused() -> None:
    with pytest.raises(QueryError, match="deep"):
        outline.form_of("ASK " + "{" * 1000 + "}" * 1000)


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
    assert [s.endpoint for s in outline.outline(text).services] == [endpoint]


def test_the_word_service_in_a_string_a_name_or_a_variable_is_no_service() -> None:
    text = (
        "PREFIX service: <http://e/> SELECT ?service { ?service service:service 'SERVICE <a:b>' }"
    )
    assert outline.outline(text).services == ()


HERE = "SERVICE <http://127.0.0.1:1/x> { }"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f'SELECT * {{ FILTER(1<2#>"""\n) {HERE} #""" )\n}}', id="comment, no IRI"),
        pytest.param(f'{{ SELECT (1<2#>"""\n AS ?x) {{}} }} {HERE} #"""\n', id="a subselect"),
        pytest.param(f'VALUES ?x {{ """a" #\\q\n }} {HERE} #"""\n', id="a wrong escape"),
        pytest.param(f'VALUES ?x {{ """a" #\\ud800\n }} {HERE} #"""\n', id="half a letter"),
        pytest.param(f"?s ?p <a:b>, ex:a.b.{HERE}", id="dots in a name"),
        pytest.param(f"?s ?p ex:.{HERE}", id="a name that begins with a dot"),
        pytest.param(f"?s ?p 1.{HERE}", id="a dot behind a number"),
    ],
)
def test_a_service_cannot_be_hidden_from_us_and_shown_to_the_engine(text: str) -> None:
    """Each was read as a string, a comment, an IRI or a name, and reached its endpoint."""
    if not text.startswith("SELECT"):
        text = f"PREFIX ex: <http://e/> SELECT * {{ {text} }}"
    ox.Store().query(text)  # the engine takes it
    with pytest.raises(SyntaxError):  # and the letters are a keyword to it
        ox.Store().query(text.replace("SERVICE", "SERVICF"))

    written = [service.written for service in outline.outline(text).services]
    assert written == ["<http://127.0.0.1:1/x>"]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        pytest.param(
            f"PREFIX a: <a:b> ASK {{ FILTER(1<a:2#>0) {HERE}\n) }}",
            1,
            40,
            id="a comment to us alone",
        ),
        pytest.param(f"SELECT * {{ \\u0053{HERE[1:]} }}", 1, 12, id="a letter by its number"),
        pytest.param(f'ASK {{ FILTER("\\u0022) {HERE} #") }}', 1, 23, id="a quote by its number"),
        pytest.param(f"PREFIX e: <http://h:8> ASK {{ ?s ?p e:{HERE} }}", 1, 38, id="a port"),
        pytest.param(
            f"PREFIX e: <//h\\u003A8> ASK {{ ?s ?p e:{HERE} }}", 1, 38, id="a port by number"
        ),
        pytest.param(f"PREFIX e: <http://[::1]> ASK {{ ?s e:true{HERE} }}", 1, 41, id="an address"),
        pytest.param(
            "PREFIX e: <http://h/> PREFIX \ufffd: <http://h/> ASK { ?s ?p e:SERVICE\ufffd:x { } }",
            1,
            59,
            id="no IRI",
        ),
    ],
)
def test_a_text_with_a_service_for_some_readers_only_is_refused_with_its_place(
    text: str, line: int, column: int
) -> None:
    with pytest.raises(QueryError, match="can be read with SERVICE here, and without") as refused:
        outline.outline(text)
    assert (refused.value.line, refused.value.column) == (line, column)


@pytest.mark.parametrize(
    "pattern",
    [
        "?service a ex:Service",
        "?s ex:service ?service . ?service service:name 'service'",
        "?s <http://e/service#service> <http://e/?service=1>",
        "?s <http://e/service/O'Brien> 'SERVICE <http://e/> { }'",
        "# SERVICE <http://e/> { ?s ?p ?o }\n?s ?p ?o",
        '?s ?p """a\nSERVICE <http://e/> { ?s ?p ?o }\n"""',
        "?s ?p 'fa\\u00E7ade of the service' FILTER(?s<?p&&?o>?s)",
        '?s ?p (1 <a:2#> """a\\nSERVICE <http://e/> { ?s ?p ?o }""")',
        "_:service ?p ?o . GRAPH service:g { ?s ?p ?o }",
        "?s ?p ?o FILTER(?o < 3) FILTER CONTAINS(?o, 'service # <')",
    ],
)
def test_the_word_service_hurts_nobody_who_calls_none(pattern: str) -> None:
    head = "PREFIX ex: <http://e/> PREFIX service: <http://e/service#> "

    assert outline.outline(f"{head}SELECT * {{ {pattern} }}").services == ()


def test_a_name_behind_silent_may_be_read_in_two_ways_and_is_none() -> None:
    """The engine reads SILENT and ex:x; a listed endpoint must not stand for another."""
    text = (
        "PREFIX silentex: <http://listed/> PREFIX ex: <http://other/> "
        "SELECT * { SERVICE silentex:x { } }"
    )
    assert [service.endpoint for service in outline.outline(text).services] == [None]


def test_a_prefix_called_service_may_name_an_endpoint() -> None:
    text = "PREFIX service: <http://e/> SELECT * { SERVICE service:x { } }"
    assert [service.endpoint for service in outline.outline(text).services] == ["http://e/x"]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (COUNT(DISTINCTRAND()) AS ?n) { }",
        "SELECT * { FILTERRAND() }",
        "SELECT * { } ORDER BYRAND()",
        "SELECT (RAND#\n() AS ?x) { }",
        'SELECT * { FILTER(1<2#>"""\n && RAND() < 2) #""" )\n}',
        "SELECT (R\\u0041ND() AS ?x) { }",
        "SELECT (strUUID() AS ?x) { }",
    ],
)
def test_what_changes_is_seen_however_it_is_written(text: str) -> None:
    assert not outline.lasts(text)


def test_the_names_of_changing_functions_elsewhere_change_nothing() -> None:
    text = "PREFIX e: <http://e/> SELECT ?now { ?now e:RAND 'NOW()' # UUID()\n}"
    assert outline.lasts(text)


@pytest.mark.parametrize(
    "piece",
    ["ab.", "a:b.", "a:b.c.d.", "<service#>", "<'>service ", "service?x.", "service.", "service{}"],
)
def test_reading_takes_time_in_proportion_to_the_text(piece: str) -> None:
    """Twenty times the text took four hundred times as long: each SERVICE looked at the rest."""
    spent = []
    for size in (2_000, 40_000):
        text = f"SELECT * {{ SERVICE <http://e/> {{ }} {piece * (size // len(piece))}\n }}"
        tries = []
        for _ in range(3):  # the least of them, for a machine may be busy
            outline.outline.cache_clear()
            started = time.process_time()
            with contextlib.suppress(QueryError):
                outline.outline(text)
            tries.append(time.process_time() - started)
        spent.append(min(tries))

    assert spent[1] < 60 * spent[0]


def test_a_service_inside_a_service_is_marked() -> None:
    text = "SELECT * { SERVICE <http://a/> { SERVICE <http://b/> { } } SERVICE <http://c/> { } }"
    assert [s.nested for s in outline.outline(text).services] == [False, True, False]


def test_values_are_bound_inside_the_outermost_pattern() -> None:
    bound = outline.with_values("SELECT (EXISTS { } AS ?x) WHERE { ?s ?p ?o }", {"s": A})
    assert bound == (
        "SELECT (EXISTS { } AS ?x) WHERE { VALUES (?s) { (<https://example.org/a>) }  ?s ?p ?o }"
    )


def test_a_value_that_looks_like_sparql_stays_a_value() -> None:
    evil = ox.Literal('"} DROP ALL #')
    bound = outline.with_values("SELECT * { ?s ?p ?o }", {"o": evil})
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
    assert outline.with_limit(text, 5) == limited
    list(ox.Store().query(limited))  # type: ignore[arg-type]


def test_skipping_adds_to_the_offset_and_takes_from_the_limit() -> None:
    skipped = outline.with_limit("SELECT * {} LIMIT 12 OFFSET 2", 5, 10)
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
    assert outline.dataset(text) == graphs


def test_a_description_names_iris_and_selects_variables() -> None:
    text = "PREFIX e: <http://e/> DESCRIBE e:x ?y <http://z/> WHERE { ?y ?p ?o } LIMIT 1"
    terms, selection = outline.described(text)
    assert [t.text for t in terms] == ["e:x", "<http://z/>"]
    assert selection == ("PREFIX e: <http://e/> SELECT DISTINCT ?y  WHERE { ?y ?p ?o } LIMIT 1")
