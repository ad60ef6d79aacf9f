"""The applications as servers of others import them: uvicorn the one, gunicorn the other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from renkei.serve.http import variance
from tests.protocol.conftest import SERVER, Live, free_port

BIN = Path(sys.executable).parent
COMMANDS = {
    "uvicorn": ["uvicorn", "--port", "{port}", "--log-level", "error", "renkei.serve.asgi:app"],
    "gunicorn": ["gunicorn", "--bind", "127.0.0.1:{port}", "renkei.serve.wsgi:create_app()"],
}


@pytest.fixture(scope="module", params=COMMANDS)
def other(
    request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    """A server of others over our application."""
    port = free_port()
    program, *words = [word.format(port=port) for word in COMMANDS[request.param]]
    log = tmp_path_factory.mktemp(program) / "log"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(SERVER), os.environ.get("PYTHONPATH", "")]),
        "RENKEI_RELEASES": str(folder),
        "RENKEI_PUBLIC_URL": f"http://127.0.0.1:{port}/",
        "RENKEI_QUERY_SECONDS": "2",
    }
    with log.open("wb") as output:
        process = subprocess.Popen([BIN / program, *words], env=environment, stderr=output)
    live = Live(f"http://127.0.0.1:{port}/", process, log, port)
    for _ in range(1200):
        try:
            live.ask("health/live")
            break
        except (OSError, urllib.error.URLError):
            assert process.poll() is None, log.read_text()
            time.sleep(0.05)
    yield live
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) in (0, -signal.SIGTERM)


def test_pages_queries_and_refusals_are_answered(other: Live) -> None:
    page = other.ask("", Accept="text/html")
    answer = other.query("ASK {}", "text/csv")
    refused = other.query("ASK {", "text/csv")

    assert (page.status, page.headers.get_content_type()) == (200, "text/html")
    assert (answer.status, answer.body) == (200, b"true\r\n")
    assert (refused.status, refused.headers.get_content_type()) == (400, "application/problem+json")
    assert {reply.headers["Vary"] for reply in (page, answer, refused)} == {variance.ALL}


def test_a_body_is_read(other: Live) -> None:
    answer = other.ask(
        "sparql", "POST", b"ASK {}", Content_Type="application/sparql-query", Accept="text/csv"
    )

    assert (answer.status, answer.body) == (200, b"true\r\n")


def test_a_query_has_its_deadline(other: Live) -> None:
    runaway = "SELECT (COUNT(*) AS ?n) {" + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(12))

    assert other.query(runaway + "}").status == 504


def test_one_budget_is_spent_by_all_requests_of_a_client(other: Live) -> None:
    """Figures are those of the application itself, or of our event loop in front of it."""
    assert b"renkei_requests_total{" in other.ask("metrics").body
