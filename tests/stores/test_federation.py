"""SERVICE: what is refused, what is asked of ourselves, and what SILENT makes of a failure."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pyoxigraph as ox
import pytest

from renkei.config import Settings
from renkei.confinement import SECCOMP
from renkei.errors import AnswerTooLarge, QueryError, ServiceFailed, ServiceRefused
from renkei.rdf import formats
from renkei.release import Release
from renkei.sparql.federation import resolved
from renkei.stores.base import Limits, Query
from renkei.stores.oxigraph.store import EmbeddedStore
from tests.stores.world import ROOT

OTHER = "http://127.0.0.1:1/sparql"
PUBLIC = f"{Settings().public}sparql"
OWN = [PUBLIC, f"{ROOT}sparql"]
PREFIX = f"PREFIX def: <{ROOT}ns#> PREFIX h: <{ROOT}id/> PREFIX g: <{ROOT}graph/> "
DEEP = "SELECT ?s { ?s def:depth ?d FILTER(?d > 15) }"


def rows(store: EmbeddedStore, text: str) -> list[dict[str, str]]:
    found = store.select(PREFIX + text)
    return [{name: str(term.value) for name, term in row.items()} for row in found]


@pytest.mark.parametrize(
    ("pattern", "bound"),
    [
        (f"SERVICE SILENT <{OTHER}> {{ ?s ?p ?o }}", {}),
        ("SERVICE SILENT ?e { ?s ?p ?o }", {}),
        ("SERVICE SILENT <relative> { ?s ?p ?o }", {}),
        (f"h:venezia def:depth ?d SERVICE SILENT <{OTHER}> {{ ?s ?p ?o }}", {"d": "12"}),
        (f"h:venezia def:depth ?d OPTIONAL {{ SERVICE SILENT <{OTHER}> {{ }} }}", {"d": "12"}),
        (f"GRAPH g:south {{ SERVICE SILENT <{OTHER}> {{ ?s ?p ?o }} }}", {}),
        (f"SERVICE SILENT <{OTHER}> {{ ?s ?p ?o }} BIND(1 AS ?one)", {"one": "1"}),
    ],
)
def test_a_silent_service_that_is_refused_gives_one_solution_without_bindings(
    store: EmbeddedStore, pattern: str, bound: dict[str, str]
) -> None:
    """SPARQL 1.1 Federated Query, section 3.1."""
    assert rows(store, f"SELECT * {{ {pattern} }}") == [bound]


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * FROM g:south {{ SERVICE SILENT <{PUBLIC}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ GRAPH g:south {{ SERVICE SILENT <{PUBLIC}> {{ ?s ?p ?o }} }} }}",
        f"SELECT * {{ SERVICE SILENT <{PUBLIC}> {{ ?s ?p ?o SERVICE <{OTHER}> {{ }} }} }}",
        f"SELECT * {{ SERVICE SILENT <{PUBLIC}> {{ ?s ?p ?o SERVICE SILENT <{OTHER}> {{ ?s ?p ?o }}"
        f" SERVICE <{PUBLIC}> {{ ?s ?p ?o }} SERVICE ?e {{ ?s ?p ?o }} }} }}",
        f"SELECT * {{ SERVICE SILENT <{PUBLIC}> {{ ?a ?b ?c GRAPH g:south {{ SERVICE <{PUBLIC}> "
        "{ ?s ?p ?o } } } }",
    ],
)
def test_what_is_refused_of_ourselves_or_within_fails_as_silently(
    store: EmbeddedStore, text: str
) -> None:
    """One solution without bindings, whichever part of the pattern it is that is refused."""
    assert rows(store, text) == [{}]


def test_a_failure_ends_at_the_innermost_silent_around_it(store: EmbeddedStore) -> None:
    text = (
        f"SELECT * {{ SERVICE SILENT <{PUBLIC}> {{ h:venezia def:depth ?d "
        f"SERVICE SILENT <{PUBLIC}> {{ ?s ?p ?o SERVICE <{OTHER}> {{ }} }} }} }}"
    )
    assert rows(store, text) == [{"d": "12"}]


@pytest.mark.parametrize("around", ["", f"SERVICE SILENT <{PUBLIC}> ", f"SERVICE <{PUBLIC}> "])
@pytest.mark.parametrize(
    ("pattern", "wrong"),
    [
        ("{ ?s ?p }", "}"),
        ("{ garbage !!! }", "garbage"),
        ("{ INSERT DATA {} }", "INSERT"),
        ("{ foo:a ?p ?o }", "foo:a"),
        ("{ ?s foo:p ?o }", "foo:p"),
        ("{ SELECT ?s { ?s ?p ?o } GROUP BY }", "}"),
        ("{ ?s ?p ?o } GROUP BY", "GROUP"),
        ("{ ?s ?p <a b> }", "<"),
        ("{ ?s ?p <http://[/> }", "<http://[/>"),
        (f"{{ SERVICE <{OTHER}> {{ ?s ?p }} }}", "}"),
        (f"{{ SERVICE SILENT <{OTHER}> {{ garbage }} }}", "garbage"),
        ("{ SERVICE foo:x { } }", "foo:x"),
    ],
)
def test_what_is_left_out_of_a_query_has_to_be_sparql_all_the_same(
    store: EmbeddedStore, pattern: str, wrong: str, around: str
) -> None:
    """It is told with the word and the place, as where no SERVICE is."""
    text = f"SELECT * {{ {around}{{\n SERVICE SILENT <{OTHER}> {pattern} }} }}"
    with pytest.raises(QueryError) as refused:
        store.select(text)

    told = refused.value
    assert (type(told), told.line, told.token) == (QueryError, 2, wrong)
    assert text.splitlines()[1][(told.column or 0) - 1 :].startswith(wrong)


def test_what_is_left_out_is_read_by_the_engine_and_not_evaluated(store: EmbeddedStore) -> None:
    """Only the engine knows that a variable is bound twice; and this would run for ever."""
    many = " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(99)))} }}" for n in range(9))
    silent = f"SELECT * {{ SERVICE SILENT <{OTHER}> {{ {many} %s }} }} ORDER BY ?v1"

    assert store.select(silent % "FILTER(<http://unknown.example/>(?v1))") == [{}]
    with pytest.raises(QueryError) as refused:
        store.select(silent % "BIND(1 AS ?v1)")
    assert type(refused.value) is QueryError


@pytest.mark.parametrize(
    "spelled",
    [
        PUBLIC.replace("http:", "HTTP:"),
        f"{PUBLIC}/",
        PUBLIC.replace("127.0.0.1", "localhost").replace("//localhost", "//LOCALHOST"),
        PUBLIC.replace("127.0.0.1", "[::1]").replace("localhost", "[::1]"),
        PUBLIC.replace("http:", "https:"),
    ],
)
def test_another_spelling_of_our_own_address_is_told_the_one_to_write(
    store: EmbeddedStore, spelled: str
) -> None:
    with pytest.raises(ServiceRefused, match=f"Write SERVICE <{PUBLIC}> where you mean"):
        store.select(f"SELECT * {{ SERVICE <{spelled}> {{ ?s ?p ?o }} }}")


@pytest.mark.parametrize("spelled", [OTHER, f"{PUBLIC}?x", "http://[/sparql", "urn:a"])
def test_an_address_of_another_is_not_taken_for_ours(store: EmbeddedStore, spelled: str) -> None:
    with pytest.raises(ServiceRefused, match="Ask that endpoint yourself"):
        store.select(f"SELECT * {{ SERVICE <{spelled}> {{ ?s ?p ?o }} }}")


def test_the_variables_of_a_silent_service_stay_columns(store: EmbeddedStore) -> None:
    text = f"SELECT * {{ SERVICE SILENT <{OTHER}> {{ ?s ?p ?o }} }}"
    body = b"".join(store.answer(Query(text, "select"), formats.CSV, Limits(5, 9, 999)))

    head, row = body.decode().splitlines()
    assert (sorted(head.split(",")), row) == (["o", "p", "s"], ",,")


@pytest.mark.parametrize(
    ("select", "columns"),
    [
        ("SELECT ?s { ?s ?p ?o } ORDER BY ?x ?z", ["s"]),
        ("SELECT ?s { ?s ?p ?o } VALUES ?v { 1 }", ["s"]),
        ("SELECT * { ?s a ?o } ORDER BY ?z", ["o", "s"]),
        ("SELECT * { ?s a <a:b> } VALUES ?v { 1 }", ["s", "v"]),
        ("SELECT (COUNT(?o) AS ?n) { ?s ?p ?o } GROUP BY ?s HAVING(?z > 1)", ["n"]),
        ("SELECT ?s { ?s ?p ?o { SELECT * { ?o ?q ?r } } }", ["s"]),
    ],
)
def test_only_what_a_subselect_gives_are_columns_of_a_silent_service(
    store: EmbeddedStore, select: str, columns: list[str]
) -> None:
    """SPARQL 1.1 Query, section 18.2.1: nothing that only orders or limits its rows."""
    text = f"SELECT * {{ SERVICE SILENT <{OTHER}> {{ {{ {select} }} }} }}"
    body = b"".join(store.answer(Query(text, "select"), formats.CSV, Limits(5, 9, 999)))

    assert sorted(body.decode().splitlines()[0].split(",")) == columns


def test_twice_as_many_services_take_twice_as_long() -> None:
    """With work for each pair of them these would take five seconds of the processor."""
    asked = " ".join(f"SERVICE SILENT <a:{n}> {{ ?a ?b ?c }}" for n in range(2_000))
    started = time.process_time()
    found = resolved(f"SELECT * {{ {asked} }}", {}, ())

    assert len(found.left_out) == 2_000
    assert time.process_time() - started < 2.5


def test_a_service_that_is_refused_says_so_with_its_place(store: EmbeddedStore) -> None:
    with pytest.raises(ServiceRefused) as refused:
        store.select(f"SELECT * {{\n  SERVICE <{OTHER}> {{ ?s ?p ?o }} }}")

    assert refused.value.code == "service-refused"
    assert refused.value.facts == {
        "line": 2,
        "column": 11,
        "token": f"<{OTHER}>",
        "endpoint": f"<{OTHER}>",
    }


@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize(
    "pattern",
    [
        "SERVICE <%s> { ?s def:depth ?d FILTER(?d > 15) }",
        "SERVICE SILENT <%s> { ?s def:depth ?d FILTER(?d > 15) }",
        "SERVICE <%s> { SERVICE <%s> { ?s def:depth ?d } FILTER(?d > 15) }",
        "?s a def:Harbour SERVICE <%s> { " + DEEP + " }",
        "?s a def:Harbour FILTER EXISTS { SERVICE <%s> { ?s def:depth ?d FILTER(?d > 15) } }",
        "?s a def:Harbour MINUS { SERVICE <%s> { ?s def:depth ?d FILTER(?d < 15) } }",
        "SERVICE <%s> { GRAPH g:north { ?s def:depth ?d FILTER(?d > 15) } }",
        f"SERVICE <%s> {{ ?s def:depth ?d SERVICE SILENT <{OTHER}> {{ ?s ?x ?y }} "
        "FILTER(?d > 15) }",
    ],
)
def test_a_service_to_our_own_address_is_answered_by_ourselves(
    store: EmbeddedStore, own: str, pattern: str
) -> None:
    """Also inside one another: nobody waits for an engine, and no socket is opened."""
    text = f"SELECT DISTINCT ?s {{ {pattern.replace('%s', own)} }}"

    assert rows(store, text) == [{"s": f"{ROOT}id/trieste"}]


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ GRAPH g:south {{ SERVICE <{PUBLIC}> {{ ?s ?p ?o }} }} }}",
        f"SELECT * {{ GRAPH ?g {{ ?s ?p ?o {{ SERVICE <{PUBLIC}> {{ ?s ?p ?o }} }} }} }}",
        f"SELECT * FROM g:south {{ SERVICE <{PUBLIC}> {{ ?s ?p ?o }} }}",
    ],
)
def test_where_a_part_is_asked_our_own_whole_is_refused_and_not_confused_with_it(
    store: EmbeddedStore, text: str
) -> None:
    with pytest.raises(ServiceRefused, match="outside of GRAPH and without FROM"):
        store.select(PREFIX + text)


JSON = "application/sparql-results+json"
ANSWERS = {
    "/html": ("text/html", b"<html>"),
    "/empty": (JSON, b""),
    "/broken": (JSON, b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":'),
    "/late": (JSON, b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":7}]}}'),
}
REFUSED = ["/500", "/html", "/empty"]  # what is seen to be no answer before it is read


class _Failing(BaseHTTPRequestHandler):
    """An endpoint that answers with what its path names."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        media_type, body = ANSWERS.get(self.path, ("text/plain", b""))
        self.send_response(200 if self.path in ANSWERS else 500)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def failing(harbours: Release) -> Iterator[tuple[EmbeddedStore, str]]:
    """A store that may ask an endpoint which fails, and the address of that."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Failing)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    base = f"http://127.0.0.1:{server.server_address[1]}"
    listed = (*(base + path for path in ("/500", *ANSWERS)), OTHER)
    held = EmbeddedStore(harbours, Settings(engines=1, services=listed, service_seconds=2.0))
    held.ready()
    yield held, base
    held.close()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/500", *ANSWERS])
def test_a_service_that_fails_is_a_problem_of_its_own(
    failing: tuple[EmbeddedStore, str], path: str
) -> None:
    store, base = failing
    if not store.services:
        pytest.skip(f"SERVICE is off here: no {SECCOMP}, or no guard of the network")
    with pytest.raises(ServiceFailed, match="SERVICE SILENT"):
        store.select(f"SELECT * {{ SERVICE <{base}{path}> {{ ?s ?p ?o }} }}")


@pytest.mark.parametrize("path", REFUSED)
def test_a_silent_service_that_fails_gives_one_solution_without_bindings(
    failing: tuple[EmbeddedStore, str], path: str
) -> None:
    """An answer that breaks only while it is joined is an error all the same; never a part."""
    store, base = failing
    if not store.services:
        pytest.skip(f"SERVICE is off here: no {SECCOMP}, or no guard of the network")

    found = store.select(f"SELECT * {{ SERVICE SILENT <{base}{path}> {{ ?s ?p ?o }} }}")

    assert found == [{}]


def test_what_a_service_of_our_own_gives_keeps_the_bound_of_rows(store: EmbeddedStore) -> None:
    text = f"SELECT * {{ SERVICE <{PUBLIC}> {{ ?s ?p ?o }} }}"
    with pytest.raises(AnswerTooLarge):
        b"".join(store.answer(Query(text, "select"), formats.CSV, Limits(5, 3, 9999)))


def test_engines_that_all_ask_ourselves_do_not_wait_for_one_another(
    harbours: Release,
) -> None:
    store = EmbeddedStore(harbours, Settings(engines=1, queue=8))
    try:
        store.ready()
        text = f"SELECT ?s {{ SERVICE <{PUBLIC}> {{ ?s <{ROOT}ns#depth> 12 }} }}"
        found: list[object] = []
        threads = [
            threading.Thread(target=lambda: found.append(store.select(text))) for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [[{"s": ox.NamedNode(f"{ROOT}id/venezia")}]] * 6
    finally:
        store.close()
