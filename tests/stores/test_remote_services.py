"""A store behind us runs what it is sent: a SERVICE that is not listed never gets there.

Its network and its grammar are its own, so nothing but what we send keeps it from asking
others. Whatever is refused is refused before a first byte has left.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from renkei.config import Settings
from renkei.errors import QueryError
from renkei.rdf import formats
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.sparql.outline import Form
from renkei.stores.base import Limits, Query
from renkei.stores.remote.store import RemoteStore

LISTED = "http://127.0.0.1:8211/listed"
OTHER = "http://127.0.0.1:8210/x"
HERE = f"SERVICE <{OTHER}> {{ ?s ?p ?o }}"
SILENT = HERE.replace("SERVICE", "SERVICE SILENT")
PREFIXES = "PREFIX e: <http://127.0.0.1:8210/> PREFIX l: <http://127.0.0.1:8211/> "
FORMS: tuple[Form, ...] = ("construct", "describe", "select", "ask")
LIMITS = Limits(5, 9, 9999)
EMPTY = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'
TRUE = b'{"head":{},"boolean":true}'
NOT_LISTED = {
    "plain": f"SELECT * {{ {HERE} }}",
    "small letters": f"SELECT * {{ {HERE.replace('SERVICE', 'service')} }}",
    "silent, without a blank": f"SELECT * {{ {HERE.replace('SERVICE', 'SERVICESILENT')} }}",
    "silent, beside one that is not": f"SELECT * {{ {SILENT} {HERE} }}",
    "silent, around one by a letter's number": f"SELECT * {{ {SILENT[:-1]} \\u0053{HERE[1:]} }} }}",
    "without a blank": f"SELECT * {{ {HERE.replace('SERVICE ', 'SERVICE')} }}",
    "a prefix": PREFIXES + "SELECT * { SERVICE e:x { ?s ?p ?o } }",
    "a prefix that is written twice": PREFIXES
    + "PREFIX l: <http://127.0.0.1:8210/> SELECT * { SERVICE l:listed { ?s ?p ?o } }",
    "a relative address": "BASE <http://127.0.0.1:8210/> SELECT * { SERVICE <x> { ?s ?p ?o } }",
    "a variable": f"SELECT * {{ VALUES ?e {{ <{OTHER}> }} SERVICE ?e {{ ?s ?p ?o }} }}",
    "the listed one, and more": f"SELECT * {{ SERVICE <{LISTED}/> {{ ?s ?p ?o }} }}",
    "beside the listed one": f"SELECT * {{ SERVICE <{LISTED}> {{ ?s ?p ?o }} {HERE} }}",
    "inside the listed one": f"SELECT * {{ SERVICE <{LISTED}> {{ {HERE} }} }}",
    "a subquery": f"SELECT * {{ {{ SELECT * {{ {HERE} }} }} }}",
    "a condition": f"SELECT * {{ ?s ?p ?o FILTER EXISTS {{ {HERE} }} }}",
    "ask": f"ASK {{ {HERE} }}",
    "construct": f"CONSTRUCT {{ ?s ?p ?o }} {{ {HERE} }}",
    "describe": f"DESCRIBE ?s {{ {HERE} }}",
    "a comment to one, an IRI to another": f'SELECT * {{ FILTER(1<2#>"""\n) {HERE} #""" )\n}}',
    "the other way round": f"{PREFIXES}ASK {{ FILTER(1<e:2#>0) {HERE}\n) }}",
    "in a string with a wrong escape": f'SELECT * {{ VALUES ?x {{ """a" #\\q\n }} {HERE} #"""\n }}',
    "a letter by its number": f"SELECT * {{ \\u0053{HERE[1:]} }}",
    "a quote by its number": f'ASK {{ FILTER("\\u0022) {HERE} #") }}',
    "behind a name with a dot": f"{PREFIXES}SELECT * {{ ?s ?p e:a.b.{HERE} }}",
    "behind a number with a dot": f"SELECT * {{ ?s ?p 1.{HERE} }}",
}
NO_SERVICE = {
    "a string": "SELECT * { ?s ?p 'SERVICE <http://127.0.0.1:8210/x> { }' }",
    "a comment": f"SELECT * {{ ?s ?p ?o # {HERE}\n}}",
    "a name": "PREFIX service: <http://e/> SELECT ?service { ?service service:service ?o }",
}


class Recording(ThreadingHTTPServer):
    """An engine that keeps each query it is sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sent: list[str] = []
        self.address = f"http://127.0.0.1:{self.server_address[1]}/sparql"

    @property
    def asked(self) -> list[str]:
        """What was sent besides the question which release it holds."""
        return [text for text in self.sent if "?p ?o } }" not in text.partition("GRAPH")[2]]


class _Handler(BaseHTTPRequestHandler):
    server: Recording

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        text = parse_qs(body.decode())["query"][0]
        self.server.sent.append(text)
        said = TRUE if "ASK" in text else EMPTY
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def do_GET(self) -> None:
        self.server.sent.append(self.path)
        self.send_error(405)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def engine() -> Iterator[Recording]:
    """The engine behind us."""
    server = Recording()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def store(harbours: Release, engine: Recording, *services: str) -> RemoteStore:
    """Return a store over *engine* that may be told to ask *services*."""
    return RemoteStore(harbours, Settings(store=engine.address, services=services))


def query(text: str) -> Query:
    """Return the query *text*, of the form that its first word says; no reader of ours looks."""
    words = set(text.lower().split())
    return Query(text, next(form for form in FORMS if form in words))


@pytest.mark.parametrize("services", [(), (LISTED,)], ids=["none listed", "another listed"])
@pytest.mark.parametrize("how", NOT_LISTED)
def test_a_service_that_is_not_listed_never_reaches_the_engine(
    harbours: Release, engine: Recording, how: str, services: tuple[str, ...]
) -> None:
    """Also what one reader takes for a SERVICE, and another for a string or a comment."""
    asked = query(NOT_LISTED[how])
    fmt = formats.N_TRIPLES if asked.form in ("construct", "describe") else formats.RESULTS_JSON

    with pytest.raises(QueryError, match="SERVICE"):
        store(harbours, engine, *services).answer(asked, fmt, LIMITS)

    assert engine.sent == []


@pytest.mark.parametrize("how", NOT_LISTED)
def test_nor_does_it_over_http(harbours: Release, engine: Recording, how: str) -> None:
    settings = Settings(store=engine.address, services=(LISTED,))
    client = create_app(harbours, RemoteStore(harbours, settings), settings).test_client()
    engine.sent.clear()
    answers = [
        client.get("/sparql", query_string={"query": NOT_LISTED[how]}),
        client.post("/sparql", data={"query": NOT_LISTED[how]}),
        client.post("/sparql", data=NOT_LISTED[how], content_type="application/sparql-query"),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert engine.sent == []


NOTHING = "{ VALUES (?s ?p ?o) { (UNDEF UNDEF UNDEF) } }"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        (f"SELECT * {{ {SILENT} }}", f"SELECT * {{ {NOTHING} }}"),
        (f"SELECT * {{ {SILENT} {SILENT} }}", f"SELECT * {{ {NOTHING} {NOTHING} }}"),
        (
            f"SELECT * {{ SERVICE SILENT <{OTHER}> {{ ?s ?p ?o {HERE} }} }}",
            f"SELECT * {{ {NOTHING} }}",
        ),
        (
            f"SELECT * {{ SERVICE <{LISTED}> {{ ?a ?b ?c {SILENT} }} }}",
            f"SELECT * {{ SERVICE <{LISTED}> {{ ?a ?b ?c {NOTHING} }} }}",
        ),
        ("SELECT * { ?s ?p ?e SERVICE SILENT ?e { } }", "SELECT * { ?s ?p ?e { } }"),
        (
            f"SELECT * {{ SERVICE SILENT <{OTHER}> {{ ?a ?b 'c', 1 FILTER(?a < ?x) "
            "MINUS { ?y ?b 1 } "
            "BIND(?w + 1 AS ?d) { SELECT ?e (MAX(?v) AS ?m) { ?e ?f ?v } GROUP BY ?e } } }",
            "SELECT * { { VALUES (?a ?b ?d ?e ?m) { (UNDEF UNDEF UNDEF UNDEF UNDEF) } } }",
        ),
    ],
)
def test_of_a_silent_service_that_is_refused_one_empty_solution_is_sent(
    harbours: Release, engine: Recording, text: str, sent: str
) -> None:
    """SPARQL 1.1 Federated Query, section 3.1; its variables stay columns."""
    b"".join(store(harbours, engine, LISTED).answer(query(text), formats.RESULTS_JSON, LIMITS))

    assert [asked.partition("\n")[2] for asked in engine.asked] == [sent]


def test_what_is_left_out_has_to_be_sparql_and_is_told_before_anything_is_sent(
    harbours: Release, engine: Recording
) -> None:
    """The engine never sees it, so it is read here by the grammar of SPARQL 1.1."""
    asked = query(f"SELECT * {{\n SERVICE SILENT <{OTHER}> {{ ?s ?p }} }}")

    with pytest.raises(QueryError) as refused:
        store(harbours, engine).answer(asked, formats.RESULTS_JSON, LIMITS)

    assert (type(refused.value), refused.value.facts) == (
        QueryError,
        {"line": 2, "column": 51, "token": "}"},
    )
    assert engine.sent == []


def test_what_is_not_left_out_is_for_the_engine_to_judge(
    harbours: Release, engine: Recording
) -> None:
    """It may know more than SPARQL 1.1."""
    text = f"SELECT * {{ {SILENT} ?s ?p <<( ?a ?b ?c )>> }}"

    b"".join(store(harbours, engine).answer(query(text), formats.RESULTS_JSON, LIMITS))

    sent = text.replace(SILENT, NOTHING)
    assert [asked.partition("\n")[2] for asked in engine.asked] == [sent]


def test_a_service_of_our_own_is_sent_as_a_group(harbours: Release, engine: Recording) -> None:
    text = f"SELECT * {{ ?s ?p ?o SERVICE <{Settings().public}sparql> {{ ?o ?q ?r }} }}"

    b"".join(store(harbours, engine).answer(query(text), formats.RESULTS_JSON, LIMITS))

    sent = "SELECT * { ?s ?p ?o   { ?o ?q ?r } }"
    assert [asked.partition("\n")[2] for asked in engine.asked] == [sent]


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT ?s {{ SERVICE <{LISTED}> {{ ?s ?p ?o }} }}",
        PREFIXES + "SELECT ?s { SERVICE l:listed { ?s ?p ?o } }",
        f"ASK {{ SERVICE <{LISTED}> {{ ?s ?p ?o }} }}",
    ],
)
def test_a_listed_service_is_sent_as_it_was_written(
    harbours: Release, engine: Recording, text: str
) -> None:
    b"".join(store(harbours, engine, LISTED).answer(query(text), formats.RESULTS_JSON, LIMITS))
    assert [sent.partition("\n")[2] for sent in engine.asked] == [text]

    engine.sent.clear()
    with pytest.raises(QueryError, match="SERVICE"):
        store(harbours, engine).answer(query(text), formats.RESULTS_JSON, LIMITS)
    assert engine.sent == []


def test_what_is_certain_of_a_query_is_said_over_another_engine_too(
    harbours: Release, engine: Recording
) -> None:
    settings = Settings(store=engine.address)
    client = create_app(harbours, RemoteStore(harbours, settings), settings).test_client()
    text = "SELECT ?s { ?s <https://example.org/harbours/ns#dept> ?o }"

    answer = client.get("/sparql", query_string={"query": text})

    assert (answer.status_code, answer.headers["Renkei-Hint"]) == (
        200,
        'predicate;of="https://example.org/harbours/ns#dept";'
        'near="https://example.org/harbours/ns#depth"',
    )


@pytest.mark.parametrize("how", NO_SERVICE)
def test_the_word_alone_keeps_no_query_back(harbours: Release, engine: Recording, how: str) -> None:
    text = NO_SERVICE[how]

    b"".join(store(harbours, engine).answer(query(text), formats.RESULTS_JSON, LIMITS))

    assert [sent.partition("\n")[2] for sent in engine.asked] == [text]
