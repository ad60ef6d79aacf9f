"""The store asked from the event loop: what it answers is what the application would have said."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from tests.protocol.conftest import Live, Reply, Start
from tests.protocol.test_server import RUNAWAY, engines
from tests.stores.world import ROOT

numbers = itertools.count()


def new(query: str) -> str:
    """Return *query* as nobody asked it before."""
    return f"{query} # {time.monotonic_ns()} {next(numbers)}"


def said(reply: Reply) -> tuple[int, dict[str, str], bytes]:
    """Return what was answered, without what differs each time."""
    headers = {name.lower(): value for name, value in reply.headers.items()}
    for name in ("date", "server", "server-timing"):
        headers.pop(name, None)
    return reply.status, headers, reply.body


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", {}),
        ("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", {"format": "xml"}),
        ("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", {"output": "csv", "timeout": "2"}),
        ("ASK {}", {"format": "tsv"}),
        ("SELECT (COUNT(*) AS ?n) { ?s a ?o }", {"default-graph-uri": ROOT + "graph/north"}),
        ("CONSTRUCT WHERE { ?s a ?o }", {}),
        ("CONSTRUCT WHERE { ?s a ?o }", {"format": "jsonld"}),
        (f"DESCRIBE <{ROOT}id/trieste>", {"format": "nt"}),
        ("SELECT (ABS(1) AS ?x) { FILTER (NOW() > 0 || true) }", {}),
        ("SELECT * { ?s ?p", {}),
        ("SELECT (<http://e/f>(1) AS ?x) {}", {}),
        ("SELECT * {}", {"format": "turtle"}),
        ("SELECT * {}", {"timeout": "soon"}),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", {}),
    ],
)
def test_both_ways_say_the_same(live: Live, query: str, parameters: dict[str, str]) -> None:
    """A request with a tag of something else is left to the application, and answered in full."""
    path = "sparql?" + urlencode({"query": new(query), **parameters})
    slow = live.ask(path, Accept="*/*", If_None_Match='"another"')
    other = path.replace("sparql?", "sparql?&")  # not remembered by this address
    fast = live.ask(other, Accept="*/*")
    again = live.ask(path, Accept="*/*")
    assert said(fast) == said(slow) == said(again)


def test_an_address_is_known_however_it_is_written(live: Live) -> None:
    query = new("SELECT * { ?s a ?o } ORDER BY ?s")
    first = live.ask(f"sparql?query={quote(query)}&format=csv")
    again = live.ask("sparql?" + urlencode({"format": "csv", "query": query}))
    assert "store" in first.headers["Server-Timing"]
    assert "hit" in again.headers["Server-Timing"]
    assert (again.body, again.headers["ETag"]) == (first.body, first.headers["ETag"])
    other = live.ask(f"sparql?query={quote(query)}&format=tsv&format=csv")
    assert other.headers.get_content_type() == "text/tab-separated-values"


def test_an_accept_header_in_two_lines_misleads_nobody(live: Live) -> None:
    query = quote(new("SELECT * { ?s a ?o }"))
    connection = http.client.HTTPConnection("127.0.0.1", live.port)
    connection.putrequest("GET", f"/sparql?query={query}", skip_accept_encoding=True)
    connection.putheader("Accept", "text/csv;q=0.1")
    connection.putheader("Accept", "text/tab-separated-values")
    connection.endheaders()
    connection.getresponse().read()
    connection.close()
    reply = live.ask(f"sparql?query={query}", Accept="text/csv;q=0.1")
    assert reply.headers.get_content_type() == "text/csv"


def test_a_custom_function_is_not_supported_and_named(live: Live) -> None:
    reply = live.query(new("SELECT (<http://e/f>(1) AS ?x) {}"))
    problem = json.loads(reply.body)
    assert (reply.status, problem["function"]) == (501, "http://e/f")
    assert "custom function" in problem["detail"]
    assert reply.headers["Retry-After"] is None


def test_short_queries_go_on_beside_as_many_long_ones_as_there_are_engines(
    start: Start, folder: Path
) -> None:
    live = start(folder, engines=2, queue=4, query_seconds=3, client_seconds=1000)
    seen: list[int] = []
    threads = [
        threading.Thread(target=lambda: seen.append(live.query(new(RUNAWAY)).status))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    for _ in range(20):
        assert live.query(new("ASK {}")).status == 200
    for thread in threads:
        thread.join()
    assert seen == [504, 504]


def test_too_many_at_once_are_told_to_come_back(start: Start, folder: Path) -> None:
    live = start(folder, engines=1, queue=1, queue_seconds=0.5, query_seconds=3)
    seen: list[tuple[int, str | None]] = []

    def ask() -> None:
        reply = live.query(new(RUNAWAY))
        seen.append((reply.status, reply.headers["Retry-After"]))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    for thread in threads:
        thread.join()
    assert {status for status, _ in seen} == {503, 504}
    assert {after for status, after in seen if status == 503} == {"1"}
    assert live.query(new("ASK {}")).status == 200


def test_the_order_to_the_engines_is_not_for_all_eyes(live: Live) -> None:
    for pid in engines(live):
        assert "prefixes" not in Path(f"/proc/{pid}/cmdline").read_text()
