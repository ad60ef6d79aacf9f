"""What the relay passes on to a listed endpoint, as the endpoint reads it."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from renkei.stores.oxigraph.service_proxy import ServiceProxy

QUERY = "SELECT * WHERE { ?s ?p '小樽 & 1+1' }"


@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """An endpoint and what it has been sent: media type and body."""
    sent: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append((self.headers["Content-Type"], body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/sparql", sent
        server.shutdown()


def test_a_query_is_passed_on_as_a_form(endpoint: tuple[str, list[tuple[str, bytes]]]) -> None:
    """Virtuoso 7 never answers to one that is sent as `application/sparql-query`."""
    address, sent = endpoint
    relay = ServiceProxy((address,), 5, 1000)
    try:
        headers = {"Content-Type": "application/sparql-query", "Accept": "text/csv"}
        asked = urllib.request.Request(relay.addresses[address], QUERY.encode(), headers)
        with urllib.request.urlopen(asked, timeout=5) as answer:
            assert answer.status == 200
    finally:
        relay.close()

    form = b"query=SELECT+%2A+WHERE+%7B+%3Fs+%3Fp+%27%E5%B0%8F%E6%A8%BD+%26+1%2B1%27+%7D"
    assert sent == [("application/x-www-form-urlencoded", form)]
