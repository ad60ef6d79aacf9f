"""SPARQL 1.1 Protocol 2.1 and 2.2, rule by rule, against the live server."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

from renkei.stores.oxigraph import functions
from tests.protocol.conftest import Live, Reply, Start
from tests.stores.world import ROOT

NORTH, SOUTH = ROOT + "graph/north", ROOT + "graph/south"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s a ?o }"
NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?o } }"


def number(reply: Reply) -> int:
    assert reply.status == 200, reply.text
    return int(json.loads(reply.body)["results"]["bindings"][0]["n"]["value"])


def form(*fields: tuple[str, str]) -> bytes:
    return urlencode(fields).encode()


# 2.1.1 to 2.1.3: how a query is sent


def test_a_query_is_taken_by_get(live: Live) -> None:
    assert number(live.query(COUNT)) == 3


def test_a_query_is_taken_by_a_form(live: Live) -> None:
    assert number(live.ask("sparql", "POST", form(("query", COUNT)), Content_Type=FORM)) == 3


def test_a_query_is_taken_directly(live: Live) -> None:
    assert number(live.ask("sparql", "POST", COUNT.encode(), Content_Type=DIRECT)) == 3


def test_a_media_type_may_have_parameters(live: Live) -> None:
    reply = live.ask("sparql", "POST", COUNT.encode(), Content_Type=DIRECT + "; charset=UTF-8")
    assert number(reply) == 3


def test_a_query_is_taken_by_the_query_method(live: Live) -> None:
    assert number(live.ask("sparql", "QUERY", COUNT.encode(), Content_Type=DIRECT)) == 3


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        pytest.param(
            "GET",
            "sparql?query=ASK%7B%7D&query=ASK%7B%7D",
            None,
            {},
            400,
            id="two queries in the address",
        ),
        pytest.param(
            "POST",
            "sparql",
            form(("query", "ASK{}"), ("query", "ASK{}")),
            {"Content_Type": FORM},
            400,
            id="two queries in the form",
        ),
        pytest.param(
            "POST",
            "sparql?query=ASK%7B%7D",
            b"ASK{}",
            {"Content_Type": DIRECT},
            400,
            id="one in the address, one in the body",
        ),
        pytest.param(
            "GET", "sparql?query=ASK%7B%7D%20ASK%7B%7D", None, {}, 400, id="two queries in one text"
        ),
        pytest.param(
            "POST",
            "sparql",
            form(("query", "ASK{}")),
            {"Content_Type": "text/plain"},
            415,
            id="a wrong media type",
        ),
        pytest.param(
            "POST", "sparql", form(("query", "ASK{}")), {}, 415, id="a form without a media type"
        ),
        pytest.param("POST", "sparql", b"ASK{}", {}, 415, id="a body without a media type"),
        pytest.param(
            "POST",
            "sparql",
            "ASK{}".encode("utf-16"),
            {"Content_Type": DIRECT + "; charset=UTF-16"},
            415,
            id="another charset",
        ),
        pytest.param(
            "POST",
            "sparql",
            b"ASK{ ?s ?p '\xff' }",
            {"Content_Type": DIRECT},
            400,
            id="a body that is not UTF-8",
        ),
        pytest.param(
            "GET",
            "sparql?query=ASK%7B%3Fs%20%3Fp%20%22%FF%22%7D",
            None,
            {},
            400,
            id="an address that is not UTF-8",
        ),
        pytest.param("GET", "sparql?query=ASK%7B", None, {}, 400, id="bad syntax"),
        pytest.param(
            "POST",
            "sparql",
            form(("format", "json")),
            {"Content_Type": FORM},
            400,
            id="a form without a query",
        ),
        pytest.param(
            "PUT", "sparql?query=ASK%7B%7D", b"", {"Content_Type": DIRECT}, 405, id="another method"
        ),
        pytest.param("DELETE", "sparql?query=ASK%7B%7D", None, {}, 405, id="delete"),
        pytest.param(
            "POST",
            "sparql",
            b"CLEAR ALL",
            {"Content_Type": "application/sparql-update"},
            415,
            id="a direct update",
        ),
        pytest.param(
            "POST",
            "sparql",
            form(("update", "CLEAR ALL")),
            {"Content_Type": FORM},
            400,
            id="an update in a form",
        ),
        pytest.param("GET", "sparql?update=CLEAR%20ALL", None, {}, 400, id="an update by GET"),
        pytest.param("GET", "sparql?query=CLEAR%20ALL", None, {}, 400, id="an update as a query"),
        pytest.param(
            "GET",
            "sparql?query=ASK%7B%7D&default-graph-uri=no%20iri",
            None,
            {},
            400,
            id="a graph that is no IRI",
        ),
        pytest.param(
            "GET",
            "sparql?query=ASK%7B%7D&timeout=soon",
            None,
            {},
            400,
            id="a timeout that is no number",
        ),
        pytest.param(
            "POST",
            "sparql",
            b"ASK { } #" + b"x" * 20_001,
            {"Content_Type": DIRECT},
            413,
            id="a query that is too long",
        ),
        pytest.param(
            "POST",
            "sparql",
            b"x" * 900_000,
            {"Content_Type": DIRECT},
            413,
            id="a body that is too long",
        ),
    ],
)
def test_what_the_protocol_forbids_is_refused(
    live: Live, method: str, path: str, body: bytes | None, headers: dict[str, str], status: int
) -> None:
    reply = live.ask(path, method, body, **headers)
    assert reply.status == status, reply.text
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert json.loads(reply.body)["status"] == status


def test_a_wrong_query_is_answered_with_its_place(live: Live) -> None:
    reply = live.query("SELECT * {\n  ?s ?p\n}")
    problem = json.loads(reply.body)
    assert (reply.status, problem["line"], problem["column"], problem["token"]) == (400, 3, 1, "}")


def test_a_browser_gets_a_page_about_its_wrong_query(live: Live) -> None:
    reply = live.query("SELECT * {\n  ?s ?p\n}", "text/html")
    assert reply.status == 400
    assert reply.headers["Content-Type"].startswith("text/html")
    assert "Line 3, column 1" in reply.text or ">3<" in reply.text


def test_the_allowed_methods_are_said(live: Live) -> None:
    for method in ("PUT", "OPTIONS"):
        reply = live.ask("sparql", method)
        allowed = {name.strip() for name in reply.headers["Allow"].split(",")}
        assert allowed >= {"GET", "HEAD", "POST", "OPTIONS", "QUERY"}


def test_head_answers_as_get_without_a_body(live: Live) -> None:
    path = f"sparql?query={quote(COUNT)}"
    got, head = live.ask(path), live.ask(path, "HEAD")
    assert head.body == b""
    for name in ("Content-Type", "ETag", "Vary", "Content-Length", "Renkei-Release"):
        assert head.headers[name] == got.headers[name], name


# 2.1.4: the dataset


@pytest.mark.parametrize(
    ("query", "graphs", "expected"),
    [
        (COUNT, [("default-graph-uri", NORTH)], 2),
        (COUNT, [("default-graph-uri", NORTH), ("default-graph-uri", SOUTH)], 3),
        (NAMED, [("named-graph-uri", NORTH)], 2),
        (NAMED, [("named-graph-uri", NORTH), ("named-graph-uri", SOUTH)], 4),
        (NAMED, [("default-graph-uri", NORTH)], 0),
        (COUNT, [("named-graph-uri", NORTH)], 0),
        (COUNT, [("default-graph-uri", NORTH), ("named-graph-uri", SOUTH)], 2),
        (NAMED, [("default-graph-uri", NORTH), ("named-graph-uri", SOUTH)], 2),
        (COUNT.replace("{", f"FROM <{SOUTH}> {{", 1), [("default-graph-uri", NORTH)], 2),
        (COUNT.replace("{", f"FROM <{SOUTH}> {{", 1), [], 2),
        (COUNT, [("default-graph-uri", "https://example.org/unknown")], 0),
    ],
)
@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_the_dataset_parameters_are_obeyed(
    live: Live, query: str, graphs: list[tuple[str, str]], expected: int, way: str
) -> None:
    fields = [("query", query), *graphs]
    if way == "get":
        reply = live.ask("sparql?" + urlencode(fields))
    elif way == "form":
        reply = live.ask("sparql", "POST", form(*fields), Content_Type=FORM)
    else:
        reply = live.ask("sparql?" + urlencode(graphs), "POST", query.encode(), Content_Type=DIRECT)
    assert number(reply) == expected


# 2.1.5 to 2.1.6: what comes back


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        ("SELECT * {}", "*/*", "application/sparql-results+json"),
        ("SELECT * {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("SELECT * {}", "text/csv, text/tab-separated-values;q=0.5", "text/csv"),
        (
            "SELECT * {}",
            "text/csv;q=0.2, text/tab-separated-values;q=0.5",
            "text/tab-separated-values",
        ),
        (
            "ASK {}",
            "text/turtle;q=0.1, application/sparql-results+xml;q=0.1",
            "application/sparql-results+xml",
        ),
        ("ASK {}", "application/json", "application/sparql-results+json"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "*/*", "text/turtle"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples", "application/n-triples"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/rdf+xml", "application/rdf+xml"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/ld+json", "application/ld+json"),
        (f"DESCRIBE <{ROOT}id/trieste>", "application/trig", "application/trig"),
        (f"DESCRIBE <{ROOT}id/trieste>", "application/n-quads", "application/n-quads"),
    ],
)
def test_the_format_follows_accept(live: Live, query: str, accept: str, media_type: str) -> None:
    reply = live.query(query, accept)
    assert reply.status == 200
    assert reply.headers.get_content_type() == media_type
    assert "accept" in reply.headers["Vary"].lower()


@pytest.mark.parametrize("name", ["format", "output"])
@pytest.mark.parametrize(
    ("query", "word", "media_type"),
    [
        ("ASK {}", "csv", "text/csv"),
        ("ASK {}", "xml", "application/sparql-results+xml"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "json", "application/ld+json"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "xml", "application/rdf+xml"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "nt", "application/n-triples"),
        ("ASK {}", "application/sparql-results+json", "application/sparql-results+json"),
    ],
)
def test_a_word_wins_over_accept(
    live: Live, name: str, query: str, word: str, media_type: str
) -> None:
    reply = live.query(query, "text/html", **{name: word})
    assert reply.headers.get_content_type() == media_type


def test_formats_that_are_not_had_are_listed(live: Live) -> None:
    reply = live.query("SELECT * {}", "text/turtle")
    assert reply.status == 406
    assert "text/csv" in json.loads(reply.body)["available"]


def test_a_person_sees_rows_in_a_page(live: Live) -> None:
    reply = live.query("SELECT ?s { ?s a ?o } ORDER BY ?s", "text/html,*/*;q=0.8")
    assert reply.headers.get_content_type() == "text/html"
    assert f"{ROOT}id/brindisi" in reply.text or "id/brindisi" in reply.text


def test_the_page_without_a_query_is_a_form(live: Live) -> None:
    reply = live.ask("sparql", Accept="text/html")
    assert reply.status == 200
    assert "<textarea" in reply.text
    assert "<form" in reply.text


# bounds


def test_a_caller_may_ask_for_less_time(live: Live) -> None:
    runaway = (
        "SELECT (COUNT(*) AS ?n) {" + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(12)) + "}"
    )
    reply = live.query(runaway, timeout="0.3")
    assert reply.status == 504
    assert json.loads(reply.body)["seconds"] == 0.3


def test_no_caller_has_more_time_than_the_server_gives(start: Start, folder: Path) -> None:
    runaway = (
        "SELECT (COUNT(*) AS ?n) {" + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(12)) + "}"
    )
    reply = start(folder, query_seconds=1).query(runaway, timeout="1000")
    assert (reply.status, json.loads(reply.body)["seconds"]) == (504, 1)


def test_a_listed_answer_has_a_tag_and_304_needs_no_store(live: Live) -> None:
    first = live.query("SELECT * { ?s a ?o } ORDER BY ?s")
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    for sent in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = live.ask(
            "sparql?" + urlencode({"query": "SELECT * { ?s a ?o } ORDER BY ?s"}),
            Accept="*/*",
            If_None_Match=sent,
        )
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == tag


def test_an_answer_that_changes_each_time_is_not_remembered(live: Live) -> None:
    query = "SELECT (STRUUID() AS ?x) {}"
    first, second = live.query(query), live.query(query)
    assert first.body != second.body
    assert first.headers["ETag"] is None
    assert first.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_an_answer_comes_compressed_to_who_wants_it(live: Live, coding: str) -> None:
    query = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"
    plain = live.query(query)
    path = "sparql?" + urlencode({"query": query})
    for _ in range(2):
        reply = live.ask(path, Accept="*/*", Accept_Encoding=coding)
        assert reply.headers["Content-Encoding"] == coding
        assert reply.headers["ETag"] == plain.headers["ETag"][:-1] + f'-{coding}"'
        assert "accept-encoding" in reply.headers["Vary"].lower()
        assert len(reply.body) < len(plain.body)


# the Service Description


def test_without_a_query_rdf_describes_the_service(live: Live) -> None:
    reply = live.ask("sparql", Accept="text/turtle")
    sd = "http://www.w3.org/ns/sparql-service-description#"
    store = ox.Store()
    store.load(reply.body, ox.RdfFormat.TURTLE)
    text = f"""PREFIX sd: <{sd}> SELECT ?endpoint ?name {{
        ?me a sd:Service ; sd:endpoint ?endpoint ; sd:supportedLanguage sd:SPARQL11Query ;
            sd:defaultDataset [ sd:defaultGraph [] ; sd:namedGraph [ sd:name ?name ] ] }}"""
    rows = {(str(r["endpoint"]), str(r["name"])) for r in store.query(text)}  # type: ignore
    assert rows == {
        (f"<{live.address}sparql>", f"<{NORTH}>"),
        (f"<{live.address}sparql>", f"<{SOUTH}>"),
    }
    assert b"query_seconds" in reply.body
    listed = f"SELECT ?f {{ ?me <{sd}extensionFunction> ?f . ?f a <{sd}Function> }}"
    assert {r["f"].value for r in store.query(listed)} == set(functions.known())  # type: ignore
