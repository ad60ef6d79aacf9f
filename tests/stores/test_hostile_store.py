"""A store behind us that leads elsewhere, tells secrets, and never ends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from renkei.config import Settings
from renkei.errors import RenkeiError, StoreError
from renkei.rdf import formats
from renkei.release import Release
from renkei.stores.base import Limits, Query
from renkei.stores.remote import push
from renkei.stores.remote.store import RemoteStore

SECRET = "/srv/engine/passwd: lamp-of-the-third-bridge"
ASKED = Query("SELECT ?s { ?s ?p ?o }", "select")


class Hostile(ThreadingHTTPServer):
    """A server that does what *manner* says, and counts who came to `/elsewhere`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.manner, self.elsewhere = "", 0
        self.address = f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Hostile

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/elsewhere"):
            self.server.elsewhere += 1
        if self.server.manner == "header":
            self.wfile.write(
                b"HTTP/1.1 200 OK\r\nX-Secret: " + SECRET.encode() * 9000 + b"\r\n\r\n"
            )
            return
        if self.server.manner == "no HTTP":
            self.wfile.write(f"{SECRET}\r\n".encode())
            return
        manner = self.server.manner
        self.send_response(int(manner) if manner.isdigit() else 200, SECRET)
        if manner.startswith("3"):
            self.send_header("Location", f"{self.server.address}/elsewhere")
        kind = SECRET.replace(" ", "") if manner == "type" else "application/sparql-results+json"
        self.send_header("Content-Type", kind)
        if manner == "part":
            self.send_header("X-SQL-Message", SECRET)
        self.end_headers()
        try:
            for _ in range(100_000 if manner in ("500", "endless") else 1):
                self.wfile.write(SECRET.encode())
        except OSError:
            pass

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    """The hostile server."""
    server = Hostile()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("login", [{}, {"store_user": "keeper", "store_password": "x"}])
@pytest.mark.parametrize("status", ["301", "302", "303", "307", "308"])
def test_no_redirect_is_followed(
    harbours: Release, hostile: Hostile, status: str, login: dict[str, str]
) -> None:
    hostile.manner = status
    store = RemoteStore(harbours, Settings(store=f"{hostile.address}/sparql", **login))  # type: ignore[arg-type]

    with pytest.raises(StoreError, match="leads elsewhere"):
        store.answer(ASKED, formats.CSV, Limits(5, 9, 9999))
    assert store.health()["ok"] is False
    target = push.Target(f"{hostile.address}/sparql", **({"user": "keeper"} if login else {}))
    with pytest.raises(StoreError):
        push.push(harbours, target, lambda told: None)
    assert hostile.elsewhere == 0


@pytest.mark.parametrize(
    "manner",
    ["400", "401", "404", "500", "503", "endless", "type", "part", "header", "no HTTP", "ok"],
)
def test_its_words_and_its_address_go_to_the_log_alone(
    harbours: Release, hostile: Hostile, manner: str, caplog: pytest.LogCaptureFixture
) -> None:
    hostile.manner = manner
    store = RemoteStore(harbours, Settings(store=f"{hostile.address}/sparql"))

    with caplog.at_level(logging.WARNING), pytest.raises(RenkeiError) as refused:
        store.answer(ASKED, formats.CSV, Limits(5, 9, 9999))
    with pytest.raises(StoreError) as pushed:
        push.push(harbours, push.Target(f"{hostile.address}/sparql"), lambda told: None)

    shown = f"{refused.value}{refused.value.facts}{pushed.value}{store.health()}"
    assert [word for word in ("lamp", "passwd", hostile.address[7:]) if word in shown] == []
    assert manner in ("endless", "header", "type", "ok") or "lamp" in caplog.text
