"""Live servers over loopback, in processes of their own."""

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
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import IO
from urllib.parse import urlencode, urlsplit

import pytest

from tests.stores.world import make_release

SERVER = Path(__file__).parents[2] / "server"
START = """
import os, sys
from pathlib import Path
from renkei import config
from renkei.serve.server import serve
serve(Path(sys.argv[1]), config.read({"port": int(sys.argv[2])}, os.environ))
"""


@dataclass
class Reply:
    """What a server answered."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@dataclass
class Live:
    """A server that runs: its address, process and the file it logs to."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path
    port: int = field(default=0)

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> Reply:
        """Send one request; underscores in header names stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.address + path, body, named, method=method)
        if body is not None and "Content-Type" not in named:
            request.add_unredirected_header("Content-Type", "")
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                return Reply(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, error.headers, error.read())
        except urllib.error.URLError as error:
            if not isinstance(error.reason, BrokenPipeError):
                raise
        # It was refused while it was still being sent: what was said is there to be read.
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=120)
        with contextlib.closing(connection):
            with contextlib.suppress(BrokenPipeError):
                connection.request(method, f"/{path}", body, named)
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())

    def query(self, text: str, accept: str = "*/*", **parameters: str) -> Reply:
        """Ask a query by GET."""
        return self.ask("sparql?" + urlencode({"query": text, **parameters}), Accept=accept)

    def stop(self) -> None:
        """End the server and wait for it."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


Start = Callable[..., Live]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def start_server(folder: Path, log: Path, **settings: object) -> Live:
    """Start a server over *folder* and wait until it answers."""
    port = free_port()
    path = os.pathsep.join([str(SERVER), *filter(None, [os.environ.get("PYTHONPATH")])])
    env = {**os.environ, "PYTHONPATH": path, "RENKEI_DRAIN_SECONDS": "0"}
    env.update({f"RENKEI_{name.upper()}": str(value) for name, value in settings.items()})
    output: IO[bytes] = log.open("wb")
    with output:
        process = subprocess.Popen(
            [sys.executable, "-c", START, str(folder), str(port)],
            stdout=subprocess.PIPE,
            stderr=output,
            env=env,
        )
    live = Live(f"http://127.0.0.1:{port}/", process, log, port)
    for _ in range(2400):  # two minutes: a machine may be busy
        try:
            live.ask("sparql?query=ASK%7B%7D")
            return live
        except (OSError, urllib.error.URLError):
            assert process.poll() is None, log.read_text()
            time.sleep(0.05)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the harbours' release."""
    return make_release(tmp_path_factory.mktemp("harbours")).folder


@pytest.fixture(scope="session")
def live(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server with small bounds, of time enough for a busy machine."""
    held = start_server(
        folder,
        tmp_path_factory.mktemp("log") / "server.log",
        query_seconds=10,
        client_seconds=100_000,
        query_length=20_000,
    )
    yield held
    held.stop()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """A function that starts servers, which end with the test."""
    held: list[Live] = []

    def begin(folder: Path, **settings: object) -> Live:
        held.append(start_server(folder, tmp_path / f"server{len(held)}.log", **settings))
        return held[-1]

    yield begin
    for one in held:
        one.stop()


def connections(pid: int) -> set[str]:
    """Return the ends of a process's sockets, for watchers."""
    found = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(entry.readlink())
        except OSError:
            continue
        if re.match(r"socket:", target):
            found.add(target)
    return found
