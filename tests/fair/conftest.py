"""The Sapporo publication on a live server, as harvesters meet it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import requests
from werkzeug.serving import make_server

from renkei.config import Settings
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.stores import open_store

ROOT = "https://w3id.org/jp-ccua/"


class Live:
    """A server on a free port, and how to ask it for a canonical IRI, as w3id.org would."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.session = requests.Session()

    def get(self, path: str, accept: str = "*/*", **options: object) -> requests.Response:
        path = path.removeprefix(ROOT).partition("#")[0]
        return self.session.get(
            self.address + path, headers={"Accept": accept}, timeout=120, **options
        )  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def live(release: Release) -> Iterator[Live]:
    probe = make_server("127.0.0.1", 0, lambda environ, start: [])
    port = probe.server_port
    probe.server_close()
    settings = Settings(port=port, engines=2, client_seconds=1e6)
    store = open_store(release, settings)
    server = make_server("127.0.0.1", port, create_app(release, store, settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found = Live(settings.public)
    try:
        yield found
    finally:
        found.session.close()
        server.shutdown()
        server.server_close()
        thread.join(5)
        store.close()
