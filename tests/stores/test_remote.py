"""The remote store against a second live server, and against servers that fail."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer

import pyoxigraph as ox
import pytest

from renkei.config import Settings
from renkei.errors import (
    AnswerTooLarge,
    DeadlineExceeded,
    QueryError,
    RenkeiError,
    StoreError,
    StoreUnavailable,
)
from renkei.rdf import formats
from renkei.rdf.formats import N_TRIPLES, Format
from renkei.release import Release
from renkei.roles import Roles
from renkei.stores import open_store
from renkei.stores.base import Limits, Query, Store
from renkei.stores.oxigraph.store import EmbeddedStore
from renkei.stores.remote.store import RemoteStore, with_dataset
from tests.protocol.conftest import Live, start_server
from tests.stores.world import ROOT

ROOMY = Limits(10.0, 1000, 1 << 20)
ORDERED = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"
Serve = Callable[..., str]


@pytest.fixture(scope="module")
def other(harbours: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A second server that holds the same release."""
    live = start_server(
        harbours.folder, tmp_path_factory.mktemp("other") / "log", client_seconds=100_000
    )
    yield live
    live.stop()


@pytest.fixture(scope="module")
def remote(harbours: Release, other: Live) -> Store:
    """A store over the second server."""
    return open_store(harbours, Settings(store=f"{other.address}sparql"))


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A function that starts an HTTP server which answers every POST in one way."""
    servers: list[HTTPServer] = []

    def begin(
        status: int = 200,
        body: bytes = b"",
        media_type: str = "application/sparql-results+json",
        headers: tuple[tuple[str, str], ...] = (),
        wait: float = 0.0,
        length: int | None = None,
    ) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                time.sleep(wait)
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body) if length is None else length))
                for name, value in headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/sparql"

    yield begin
    for server in servers:
        server.shutdown()
        server.server_close()


def ask(store: Store, text: str, fmt: Format, form: str = "select", **how: object) -> bytes:
    return b"".join(store.answer(Query(text, form, **how), fmt, ROOMY))  # type: ignore[arg-type]


@pytest.mark.parametrize("fmt", formats.TABLE_FORMATS, ids=lambda f: f.name)
def test_tables_are_those_of_the_embedded_store(
    remote: Store, store: EmbeddedStore, fmt: Format
) -> None:
    assert ask(remote, ORDERED, fmt) == ask(store, ORDERED, fmt)


@pytest.mark.parametrize("fmt", formats.GRAPH_FORMATS, ids=lambda f: f.name)
@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("construct", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"),
        ("describe", f"DESCRIBE <{ROOT}id/trieste>"),
        ("describe", f"PREFIX h: <{ROOT}ns#> DESCRIBE ?s {{ ?s h:depth 12 }}"),
    ],
)
def test_graphs_are_those_of_the_embedded_store(
    remote: Store, store: EmbeddedStore, fmt: Format, form: str, text: str
) -> None:
    assert ask(remote, text, fmt, form) == ask(store, text, fmt, form)


def test_a_description_has_what_properties_are_read_for(
    remote: Store, harbours: Release, other: Live
) -> None:
    """As if the depth of a harbour said how its name is spoken: so it goes with the name."""
    manifest = replace(harbours.manifest, roles=Roles(reading=f"{ROOT}ns#depth"))
    spoken = open_store(
        Release(harbours.folder, manifest), Settings(store=f"{other.address}sparql")
    )
    text, deep = f"DESCRIBE <{ROOT}id/venezia>", f'<{ROOT}id/trieste> <{ROOT}ns#depth> "18"'

    assert deep in ask(spoken, text, N_TRIPLES, "describe").decode()
    assert deep not in ask(remote, text, N_TRIPLES, "describe").decode()


def test_terms_and_bindings_are_those_of_the_embedded_store(
    remote: Store, store: EmbeddedStore
) -> None:
    bound = {"s": ox.NamedNode(ROOT + "id/brindisi")}
    assert remote.select(ORDERED, bound) == store.select(ORDERED, bound) != []


def test_the_dataset_is_passed_on(remote: Store) -> None:
    body = ask(
        remote,
        "SELECT (COUNT(*) AS ?n) { ?s a ?o }",
        formats.CSV,
        default_graphs=(ROOT + "graph/south",),
        named_graphs=(),
    )
    assert body == b"n\r\n2\r\n"


def test_bounds_are_kept_here(remote: Store) -> None:
    with pytest.raises(AnswerTooLarge):
        remote.answer(Query(ORDERED, "select"), formats.CSV, Limits(5, 10, 1 << 20))
    answer = remote.answer(
        Query(ORDERED, "select", partial=True), formats.RESULTS_JSON, Limits(5, 10, 1 << 20)
    )
    assert answer.cut
    assert len(json.loads(b"".join(answer))["results"]["bindings"]) == 10


EMPTY = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'


@pytest.mark.parametrize(
    ("how", "error"),
    [
        pytest.param({"status": 500, "body": b"oh"}, StoreError, id="it fails"),
        pytest.param({"status": 404}, StoreError, id="it is not there"),
        pytest.param({"status": 401}, StoreError, id="it wants a password"),
        pytest.param({"status": 503}, StoreUnavailable, id="it is busy"),
        pytest.param({"status": 400, "body": b"Parse error"}, QueryError, id="it refuses"),
        pytest.param({"body": b"<html>", "media_type": "text/html"}, StoreError, id="a page"),
        pytest.param({"body": b"{"}, StoreError, id="no JSON"),
        pytest.param({"body": b'{"head":{},"boolean":true}'}, StoreError, id="another form"),
        pytest.param({"body": EMPTY, "length": 1000}, StoreError, id="it breaks off"),
        pytest.param({"body": EMPTY, "wait": 3.0}, DeadlineExceeded, id="it takes too long"),
        pytest.param(
            {"body": EMPTY, "headers": (("X-SQL-State", "S1TAT"),)},
            StoreError,
            id="it gives a part",
        ),
        pytest.param(
            {"body": EMPTY, "headers": (("X-SPARQL-MaxRows", "10"),)}, StoreError, id="it cuts"
        ),
    ],
)
def test_a_failure_is_an_error_and_never_an_empty_answer(
    harbours: Release, serve: Serve, how: dict[str, object], error: type[RenkeiError]
) -> None:
    store = RemoteStore(harbours, Settings(store=serve(**how)))
    with pytest.raises(error):
        store.answer(Query("SELECT ?s { ?s ?p ?o }", "select"), formats.CSV, Limits(1, 9, 9999))


def test_a_server_that_is_not_there_is_said(harbours: Release) -> None:
    store = RemoteStore(harbours, Settings(store="http://127.0.0.1:1/sparql"))
    with pytest.raises(StoreError, match="cannot be reached"):
        store.select("SELECT ?s { ?s ?p ?o }")
    assert store.health()["ok"] is False


# SERVICE, over the relay of the embedded store


def federated(harbours: Release, *endpoints: str, **settings: object) -> EmbeddedStore:
    return EmbeddedStore(harbours, Settings(engines=1, services=endpoints, **settings))  # type: ignore[arg-type]


def service(endpoint: str) -> str:
    return f"SELECT ?s {{ SERVICE <{endpoint}> {{ ?s a ?o }} }} ORDER BY ?s"


def test_a_listed_service_is_reached(harbours: Release, other: Live) -> None:
    endpoint = f"{other.address}sparql"
    store = federated(harbours, endpoint)
    try:
        rows = store.select(service(endpoint))
        assert [str(r["s"]) for r in rows] == [
            f"<{ROOT}id/{n}>" for n in ("brindisi", "trieste", "venezia")
        ]
        for text in (
            service(endpoint + "/"),
            service(endpoint).replace(f"<{endpoint}>", "?e"),
            service(endpoint).replace("?s a ?o", service(endpoint)[10:-12]),
        ):
            with pytest.raises(QueryError):
                store.select(text)
    finally:
        store.close()


def test_a_service_has_a_deadline_and_a_bound_of_its_own(harbours: Release, serve: Serve) -> None:
    slow = serve(body=EMPTY, wait=600.0)
    large = serve(body=EMPTY + b" " * 100_000)
    broken = serve(status=500)
    store = federated(harbours, slow, large, broken, service_seconds=0.5, service_bytes=50_000)
    try:
        started = time.monotonic()
        for endpoint in (slow, large, broken):
            with pytest.raises(StoreError):
                store.select(service(endpoint))
        assert time.monotonic() - started < 60
    finally:
        store.close()


def test_a_name_that_leads_to_this_machine_is_not_followed(harbours: Release, serve: Serve) -> None:
    endpoint = serve(body=EMPTY).replace("127.0.0.1", "localhost")
    store = federated(harbours, endpoint)
    try:
        with pytest.raises(StoreError):
            store.select(service(endpoint))
    finally:
        store.close()


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("SELECT * WHERE { ?s ?p ?o }", "SELECT * \nFROM <a:all>\nWHERE { ?s ?p ?o }"),
        (
            "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }",
            "SELECT * \nFROM <a:all>\nFROM NAMED <a:one>\nWHERE { GRAPH ?g { ?s ?p ?o } }",
        ),
    ],
)
def test_named_graphs_are_listed_for_queries_that_ask_for_them(text: str, sent: str) -> None:
    assert with_dataset(text, "FROM <a:all>\nFROM NAMED <a:one>") == sent
