"""An engine that asks who is there: the login reaches it, and is told to nobody else."""

from __future__ import annotations

import base64
import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from renkei.config import Settings, read
from renkei.errors import SettingError, StoreError
from renkei.rdf import formats
from renkei.release import Release
from renkei.stores.base import Limits, Query
from renkei.stores.remote.store import RemoteStore
from tests.protocol.conftest import start_server

SECRET = "bridge-of-three-lamps"
BASIC = "Basic " + base64.b64encode(f"keeper:{SECRET}".encode()).decode()
BEARER = f"Bearer {SECRET}"
ROOMY = Limits(10.0, 1000, 1 << 20)
TYPED = Query("SELECT ?s { ?s a ?o } ORDER BY ?s", "select")


@pytest.fixture(scope="module")
def gate(harbours: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a gate before a live server: nobody passes without the login."""
    live = start_server(
        harbours.folder, tmp_path_factory.mktemp("behind") / "log", client_seconds=100_000
    )

    class Gate(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Authorization") not in (BASIC, BEARER):
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="harbours"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            names = ("Content-Type", "Accept")
            headers = {name: self.headers[name] for name in names if name in self.headers}
            passed = urllib.request.Request(f"{live.address}sparql", body, headers)
            try:
                reply = urllib.request.urlopen(passed, timeout=120)
            except urllib.error.HTTPError as error:
                reply = error
            with reply:
                said = reply.read()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.headers["Content-Type"])
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/sparql"
    server.shutdown()
    server.server_close()
    live.stop()


@pytest.mark.parametrize(
    "login",
    [{"store_user": "keeper", "store_password": SECRET}, {"store_token": SECRET}],
    ids=["user and password", "token"],
)
def test_who_is_known_is_let_in(harbours: Release, gate: str, login: dict[str, str]) -> None:
    store = RemoteStore(harbours, Settings(store=gate, **login))  # type: ignore[arg-type]

    assert b"id/trieste" in b"".join(store.answer(TYPED, formats.CSV, ROOMY))
    assert len(store.select(TYPED.text)) == 3
    assert store.health()["ok"] is True


@pytest.mark.parametrize("password", ["", "another"])
def test_who_is_not_known_is_told_what_to_set(harbours: Release, gate: str, password: str) -> None:
    user = "keeper" if password else ""
    store = RemoteStore(harbours, Settings(store=gate, store_user=user, store_password=password))

    with pytest.raises(StoreError, match=r"wants a login.*RENKEI_STORE_USER"):
        store.answer(TYPED, formats.CSV, ROOMY)


def test_pages_are_served_and_the_password_stands_nowhere(
    harbours: Release, gate: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in a setting shown, an error, a log, the service description or the health."""
    right = Settings(store=gate, store_user="keeper", store_password=SECRET)
    wrong = Settings(store=f"{gate}/nowhere", store_user="keeper", store_password=SECRET)
    log = tmp_path / "log"
    live = start_server(
        harbours.folder, log, store=gate, store_user="keeper", store_password=SECRET
    )
    try:
        with caplog.at_level(logging.DEBUG):
            health = RemoteStore(harbours, wrong).health()
        answers = [live.ask(path) for path in ("sparql", "health/ready", "metrics")]
        answers.append(live.query("SELECT ?s { ?s ?p ?o "))
        document = live.ask("doc/trieste", Accept="text/turtle")
    finally:
        live.stop()

    assert document.status == 200
    shown = [repr(right), str(health), caplog.text, log.read_text()]
    shown += [answer.body.decode() for answer in answers]
    assert [text for text in shown if SECRET in text or BASIC in text] == []


@pytest.mark.parametrize(
    "variables",
    [
        {"RENKEI_STORE": f"http://keeper:{SECRET}@engine.example/sparql"},
        {"RENKEI_STORE_USER": "keeper", "RENKEI_STORE_TOKEN": SECRET},
        {"RENKEI_STORE_TOKEN": f"{SECRET}\r\nHost: elsewhere"},
    ],
    ids=["in the address", "both", "a header in it"],
)
def test_a_login_that_cannot_be_meant_is_refused_without_repeating_it(
    variables: dict[str, str],
) -> None:
    with pytest.raises(SettingError) as refusal:
        read({}, variables)

    assert SECRET not in str(refusal.value)
