"""The servers under test: a publication made of the suites' data, packed, served, asked.

Every data file is a named graph, so that a request chooses the dataset of its test by
protocol parameters. Oxigraph's own server is loaded with the same statements.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox

from renkei.pack import pipeline
from renkei.release import Release

ROOT = "https://conformance.example/"
CATALOGUE = f"""@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix void: <http://rdfs.org/ns/void#> .

<{ROOT}dataset/suites>
    a dcat:Dataset ;
    dct:title "Data of the W3C test suites"@en ;
    dct:description "The data files of the test suites, a named graph each."@en ;
    dct:language <http://publications.europa.eu/resource/authority/language/ENG> ;
    dct:publisher <{ROOT}id/agent/w3c> ;
    void:uriSpace "{ROOT}" .

<{ROOT}id/agent/w3c> a foaf:Agent ; foaf:name "World Wide Web Consortium"@en .
"""
START_SECONDS = 60.0
ANSWER_SECONDS = 60.0


def publish(graphs: Mapping[str, Iterable[ox.Quad]], folder: Path) -> Release:
    """Pack a publication whose named graphs are *graphs*; what they state goes in as it is."""
    data = folder / "publication" / "data"
    (data / "sources").mkdir(parents=True)
    (data / "catalogue.ttl").write_text(CATALOGUE, "utf-8")
    for number, (iri, quads) in enumerate(sorted(graphs.items(), key=lambda pair: pair[0])):
        name = ox.NamedNode(iri)
        lines = "".join(f"{ox.Quad(q.subject, q.predicate, q.object, name)} .\n" for q in quads)
        stem = re.sub(r"[^a-z0-9]+", "-", iri.rpartition("/")[2].lower()).strip("-")
        (data / "sources" / f"{number:04}-{stem}.nq").write_text(lines, "utf-8")
    return pipeline.pack(folder / "publication", folder / "releases")[0]


@dataclass(frozen=True)
class Endpoint:
    """Where a server stands: the paths of its query endpoint and of its graph store."""

    name: str
    base: str
    query: str
    graphs: str


@dataclass(frozen=True)
class Response:
    """What came back."""

    status: int
    content_type: str
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type, without parameters."""
        return self.content_type.partition(";")[0].strip().lower()


class Client:
    """Asks one server, over one connection as long as it lives."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        place = urlsplit(endpoint.base)
        self._connection = http.client.HTTPConnection(
            place.hostname or "", place.port, timeout=ANSWER_SECONDS
        )

    def ask(
        self, method: str, path: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> Response:
        """Send a request just as it is said: no header is added but Host and Content-Length."""
        for attempt in (1, 2):
            try:
                return self._ask(method, path, headers, body)
            except (http.client.HTTPException, ConnectionError):
                self._connection.close()
                if attempt == 2:
                    raise
        raise AssertionError

    def _ask(
        self, method: str, path: str, headers: Iterable[tuple[str, str]], body: bytes
    ) -> Response:
        sending = self._connection
        sending.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers:
            sending.putheader(name, value)
        if body or method in ("POST", "PUT"):
            sending.putheader("Content-Length", str(len(body)))
        sending.endheaders(body or None)
        answer = sending.getresponse()
        return Response(answer.status, answer.headers.get("Content-Type", ""), answer.read())

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


@contextlib.contextmanager
def renkei(release: Release, **settings: str) -> Iterator[Client]:
    """Serve *release* in a process of its own, as `renkei serve` does."""
    port = _free_port()
    environ = {n: v for n, v in os.environ.items() if not n.startswith("RENKEI_")}
    environ |= {"RENKEI_CLIENT_SECONDS": "1000000", **settings}
    program = Path(sys.executable).with_name("renkei")
    words = [str(program), "serve", str(release.folder), "--port", str(port)]
    endpoint = Endpoint("Renkei", f"http://127.0.0.1:{port}/", "/sparql", "/graphs")
    with _running(words, endpoint, "/health/ready", environ) as client:
        yield client


@contextlib.contextmanager
def oxigraph(program: Path, release: Release, folder: Path) -> Iterator[Client]:
    """Serve the statements of *release* with Oxigraph's own server."""
    location = folder / "oxigraph"
    words = [str(program), "load", "--location", str(location), "--file"]
    subprocess.run(
        [*words, str(release.path("data.nq"))], check=True, capture_output=True, timeout=120
    )
    port = _free_port()
    words = [str(program), "serve-read-only", "--location", str(location)]
    endpoint = Endpoint("Oxigraph", f"http://127.0.0.1:{port}/", "/query", "/store")
    ready = "/query?query=ASK%20%7B%7D"
    with _running([*words, "--bind", f"127.0.0.1:{port}"], endpoint, ready, None) as client:
        yield client


@contextlib.contextmanager
def _running(
    words: list[str], endpoint: Endpoint, ready: str, environ: dict[str, str] | None
) -> Iterator[Client]:
    process = subprocess.Popen(
        words,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    client = Client(endpoint)
    try:
        _await(client, ready, process)
        yield client
    finally:
        client.close()
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def _await(client: Client, path: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(
                f"{client.endpoint.name} ended with {process.returncode} at its start."
            )
        with contextlib.suppress(OSError, http.client.HTTPException):
            if client.ask("GET", path).status == 200:
                return
        client.close()
        time.sleep(0.1)
    raise SystemExit(f"{client.endpoint.name} was not ready within {START_SECONDS:g} s.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
