"""The servers of the bench: how each is started over one dump, and the memory it takes.

All listen on loopback. A peer that cannot be had says why (`Missing`), so that it is
named in the report and never silently left out.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
CACHE = CHECKOUT / "build" / "peers"
LONGEST_ADDRESS = 8_000  # letters of a query; Virtuoso refuses longer ones with 400
BIN = Path(sys.executable).parent


class Missing(Exception):
    """A peer that is not to be had on this machine; the message says what installs it."""


class Peer:
    """One server: `start` over a dump (default graph as N-Triples), `query`, `stop`."""

    name = ""
    port = 0
    command: list[str]
    ready_seconds = 180.0

    def __init__(self, dump: Path, work: Path, release: Path) -> None:
        self.dump, self.work, self.release = dump, work / self.name, release
        self.process: subprocess.Popen[bytes] | None = None
        self.seconds_to_start = 0.0
        self.seconds_to_load = 0.0
        self.work.mkdir(parents=True, exist_ok=True)

    @property
    def endpoint(self) -> str:
        """The SPARQL endpoint."""
        return f"http://127.0.0.1:{self.port}/sparql"

    def prepare(self) -> None:
        """Load the dump where that is a step of its own. Raises Missing."""

    def start(self) -> None:
        """Prepare, start the server and wait until it answers a query. Raises Missing."""
        started = time.monotonic()
        self.prepare()
        self.seconds_to_load = time.monotonic() - started
        started = time.monotonic()
        with (self.work / "log").open("wb") as log:
            self.process = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=log,
                cwd=self.work,
                start_new_session=True,
                env=self.environment(),
            )
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() - started > self.ready_seconds:
                self.stop()
                tail = (self.work / "log").read_text(errors="replace")[-300:]
                raise Missing(f"{self.name} did not start: {tail}")
            time.sleep(0.05)
        self.seconds_to_start = time.monotonic() - started

    def environment(self) -> dict[str, str]:
        """Return the environment of the server."""
        return dict(os.environ)

    def answers(self) -> bool:
        """Say whether a small query is answered with something in it."""
        try:
            return len(self.query("SELECT ?s WHERE { ?s ?p ?o } LIMIT 1")) > 60
        except (OSError, urllib.error.URLError):
            return False

    def query(self, text: str, seconds: float = 120.0) -> bytes:
        """Return the JSON answer to a query; a long one is posted, as `renkei serve` does."""
        sent = urllib.parse.urlencode({"query": text})
        long = len(sent) > LONGEST_ADDRESS
        request = urllib.request.Request(
            self.endpoint if long else f"{self.endpoint}?{sent}",
            data=sent.encode() if long else None,
            headers={"Accept": "application/sparql-results+json"},
        )
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return bytes(answer.read())

    def memory(self) -> int:
        """Return the peak memory of the server and its children, in bytes.

        Proportional set size where the kernel tells it, so that pages which forked
        processes share are counted once; resident peak otherwise.
        """
        if self.process is None:
            return 0
        return sum(_proportional(pid) for pid in _family(self.process.pid))

    def stop(self) -> None:
        """Stop the server and its children."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


def _family(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, queue = [], [pid]
    while queue:
        one = queue.pop()
        found.append(one)
        queue += children.get(one, [])
    return found


def _proportional(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def _program(name: str, install: str) -> str:
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin")
    if path is None:
        raise Missing(f"{name} is not here: {install}")
    return path


def _environment_with(name: str, *packages: str) -> Path:
    """Return the bin folder of a virtual environment with *packages*, made once."""
    folder = CACHE / name
    if not (folder / ".ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        try:
            subprocess.run(
                [folder / "bin" / "pip", "install", "-q", *packages],
                check=True,
                capture_output=True,
            )
        except subprocess.CalledProcessError as error:
            raise Missing(f"pip install {' '.join(packages)} failed") from error
        (folder / ".ready").touch()
    return folder / "bin"


class Renkei(Peer):
    """This program, over the packed release."""

    name, port = "renkei", 18701

    def prepare(self) -> None:
        self.command = [
            str(BIN / "renkei"),
            "serve",
            str(self.release),
            "--port",
            str(self.port),
            "--workers",
            os.environ.get("BENCH_WORKERS", "1"),
        ]

    def environment(self) -> dict[str, str]:
        # The share of one client is no part of the question: all load comes from one address.
        return {**os.environ, "RENKEI_CLIENT_SECONDS": "100000"}


class Oxigraph(Peer):
    """Oxigraph's own server, from PyPI."""

    name, port = "oxigraph", 18702

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/query"

    def prepare(self) -> None:
        program = str(_environment_with("oxigraph", "oxigraph==0.5.13") / "oxigraph")
        store = self.work / "store"
        shutil.rmtree(store, ignore_errors=True)
        subprocess.run(
            [program, "load", "--location", str(store), "--file", str(self.dump)],
            check=True,
            capture_output=True,
        )
        self.command = [
            program,
            "serve-read-only",
            "--location",
            str(store),
            "--bind",
            f"127.0.0.1:{self.port}",
        ]


class RdflibEndpoint(Peer):
    """rdflib-endpoint, from PyPI."""

    name, port = "rdflib-endpoint", 18703
    ready_seconds = 600.0

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def prepare(self) -> None:
        program = _environment_with("rdflib-endpoint", "rdflib-endpoint[cli]==0.6.3")
        self.command = [
            str(program / "rdflib-endpoint"),
            "serve",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            str(self.dump),
        ]


class Virtuoso(Peer):
    """Virtuoso 7, from Debian."""

    name, port = "virtuoso", 18704

    def prepare(self) -> None:
        program = _program("virtuoso-t", "apt-get install virtuoso-opensource-7")
        isql = _program("isql-vt", "apt-get install virtuoso-opensource-7")
        for old in self.work.glob("virtuoso.*"):
            old.unlink()
        shutil.copy(self.dump, self.work / "data.nt")
        (self.work / "virtuoso.ini").write_text(
            _VIRTUOSO.format(work=self.work, port=self.port, sql=self.port + 100)
        )
        self.command = [program, "-f", "-c", str(self.work / "virtuoso.ini")]
        loading = subprocess.Popen(
            self.command, cwd=self.work, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        script = (
            f"ld_dir('{self.work}', 'data.nt', 'urn:bench'); rdf_loader_run(); checkpoint; "
            "shutdown;"
        )
        for _ in range(240):
            done = subprocess.run(
                [isql, f"127.0.0.1:{self.port + 100}", "dba", "dba", f"EXEC={script}"],
                capture_output=True,
            )
            if done.returncode == 0 or b"Connected" in done.stdout:
                break
            time.sleep(0.5)
        loading.wait(600)


_VIRTUOSO = """[Database]
DatabaseFile = {work}/virtuoso.db
TransactionFile = {work}/virtuoso.trx
ErrorLogFile = {work}/virtuoso.log
xa_persistent_file = {work}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {work}/virtuoso.tdb
TransactionFile = {work}/virtuoso.ttr
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {work}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {work}
ServerThreads = 20
[SPARQL]
ResultSetMaxRows = 1000000
"""


def jena() -> Path:
    """Return the jar of Fuseki, which holds Jena's commands too (`riotcmd.riot`); fetched once."""
    jar = CACHE / "fuseki" / "jena-fuseki-server.jar"
    jar.parent.mkdir(parents=True, exist_ok=True)
    with jar.with_suffix(".lock").open("w") as lock:  # another worker may be fetching it
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not jar.exists():
            _fetch_fuseki(jar)
    return jar


def _fetch_fuseki(jar: Path) -> None:
    command = [_program("mvn", "apt-get install maven"), "-q", "dependency:copy"]
    command += ["-Dartifact=org.apache.jena:jena-fuseki-server:5.1.0"]
    command += ["-Dmdep.stripVersion=true", f"-DoutputDirectory={jar.parent}"]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=600)
    except subprocess.SubprocessError as error:
        raise Missing("Maven did not bring org.apache.jena:jena-fuseki-server") from error


class Fuseki(Peer):
    """Apache Jena Fuseki, from Maven Central."""

    name, port = "fuseki", 18705

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/data/query"

    def prepare(self) -> None:
        java = _program("java", "apt-get install default-jdk-headless")
        jar = jena()
        self.command = [
            java,
            "-Xmx8g",
            "-jar",
            str(jar),
            "--localhost",
            f"--port={self.port}",
            f"--file={self.dump}",
            "/data",
        ]


class Nginx(Peer):
    """nginx giving files from disk: the measure of how fast bytes can be handed out here."""

    name, port = "nginx", 18706

    def prepare(self) -> None:
        program = _program("nginx", "apt-get install nginx-light")
        (self.work / "html").mkdir(exist_ok=True)
        (self.work / "nginx.conf").write_text(
            f"user root; daemon off; worker_processes 1; pid {self.work}/pid;"
            f" error_log {self.work}/error.log;"
            "events { worker_connections 512; } http { access_log off; etag on;"
            f" client_body_temp_path {self.work}/b; proxy_temp_path {self.work}/p;"
            f" fastcgi_temp_path {self.work}/f; uwsgi_temp_path {self.work}/u;"
            f" scgi_temp_path {self.work}/s; server {{ listen 127.0.0.1:{self.port};"
            f" root {self.work}/html; }} }}"
        )
        self.command = [program, "-c", str(self.work / "nginx.conf"), "-p", str(self.work)]

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5)
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True


class Bare(Peer):
    """Our HTTP server over an application that does nothing: the most that ours could reach.

    It gives the bytes and headers of ours, which stand in the file of `SAMPLES`.
    """

    name, port = "bare", 18707
    SAMPLES = "samples.json"

    def prepare(self) -> None:
        if not (self.work / self.SAMPLES).is_file():
            raise Missing("there are no answers of ours to give")
        self.command = [
            str(BIN / "granian"),
            *("--interface", "asginl", "--loop", "uvloop", "--http", "1", "--no-ws"),
            *("--backpressure", "4096", "--port", str(self.port), "bare:app"),
        ]

    def environment(self) -> dict[str, str]:
        samples = str(self.work / self.SAMPLES)
        return {**os.environ, "PYTHONPATH": str(HERE), "RENKEI_BENCH_SAMPLES": samples}

    def answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


PEERS: dict[str, type[Peer]] = {
    peer.name: peer for peer in (Renkei, Bare, Oxigraph, RdflibEndpoint, Virtuoso, Fuseki, Nginx)
}
