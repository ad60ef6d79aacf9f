"""The servers and the doors before them, started once and shared by all tests."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from renkei.pack import pipeline
from tests.conftest import MINIATURE, ROOT
from tests.wire import processes
from tests.wire.talk import Answer, ask

HARBOURS = 3000
ONCE = 100.0  # megabytes that the processes of a server grow by with their first requests
DOORS = ("direct", "nginx", "haproxy")
PUBLIC = "https://wire.example/"
GENEROUS = {
    "public_url": PUBLIC,
    "query_seconds": 30,
    "client_seconds": 1_000_000,
    "answer_rows": 10_000,
    "mcp": 1,
}
STRICT = {
    "query_seconds": 1,
    "client_seconds": 0.25,
    "engines": 2,
    "body_seconds": 2,
    "send_seconds": 2,
    "head_seconds": 2,
}


def product(patterns: int) -> str:
    """Return the pattern of a cross product: everything, so many times."""
    return " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(patterns))


def sparql(query: str) -> str:
    """Return the target that asks *query*."""
    return f"/sparql?query={quote(query)}"


RUNAWAY = f"SELECT (COUNT(*) AS ?n) {{ {product(6)} }}"  # computes for years
ENDLESS = f"SELECT * {{ {product(2)} }}"  # has more rows than anybody can take


@dataclass
class Server:
    """A server that runs; *log* is where its words go."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def pid(self) -> int:
        """The process that was started."""
        return self.process.pid

    @property
    def memory(self) -> float:
        """Megabytes of all its processes."""
        return processes.memory(self.pid)

    @property
    def spent(self) -> float:
        """Seconds that its processes have computed."""
        return sum(processes.ticks(self.pid).values()) / 100

    def idle(self, seconds: float) -> bool:
        """Return whether it stops computing within *seconds* of a processor's time."""
        return processes.settles(self.pid, seconds)

    def busy(self) -> bool:
        """Return whether it begins to compute."""
        return processes.becomes(lambda: processes.working(self.pid))

    def stop(self) -> None:
        """End it at once, and whatever it started; ending gently is what some tests see to."""
        everyone = processes.family(self.pid)
        self.process.kill()
        self.process.wait()
        processes.becomes(lambda: not processes.alive(everyone))  # they put their files away
        for pid in processes.alive(everyone):
            os.kill(pid, signal.SIGKILL)


@dataclass
class Door:
    """Where readers come in: the server itself, or a proxy before it."""

    name: str
    port: int
    server: Server
    proxy: subprocess.Popen[bytes] | None = None

    def ask(
        self, target: str, *lines: str, method: str = "GET", source: str = "127.0.0.1"
    ) -> Answer:
        """Ask once."""
        return ask(self.port, target, *lines, method=method, source=source)

    @property
    def memory(self) -> float:
        """Megabytes of the server and of the proxy before it."""
        return self.server.memory + (processes.memory(self.proxy.pid) if self.proxy else 0)


Start = Callable[..., Server]
Open = Callable[..., Door]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def environment(**settings: object) -> dict[str, str]:
    """Return the environment of a server with these settings and no others."""
    kept = {name: text for name, text in os.environ.items() if name[:7] != "RENKEI_"}
    return kept | {f"RENKEI_{name.upper()}": str(value) for name, value in settings.items()}


def serve(folder: Path, port: int) -> list[str]:
    """Return the command that serves *folder*, as a person gives it."""
    return [
        str(Path(sys.executable).with_name("renkei")),
        "serve",
        str(folder),
        "--port",
        str(port),
    ]


def answers_at(port: int) -> bool:
    """Return whether a ready server answers at *port*."""
    try:
        return ask(port, "/health/ready").status == 200
    except (OSError, ValueError, AssertionError):
        return False


def start_server(folder: Path, log: Path, port: int = 0, **settings: object) -> Server:
    """Start a server over *folder* and wait until it is ready."""
    port = port or free_port()
    with log.open("wb") as words:
        process = subprocess.Popen(
            serve(folder, port), stdout=words, stderr=words, env=environment(**settings)
        )
    server = Server(process, port, log)
    if not processes.becomes(lambda: process.poll() is not None or answers_at(port), 60):
        server.stop()
    assert process.poll() is None, log.read_text()
    return server


def start_proxy(name: str, server: Server, folder: Path, impatient: bool = False) -> Door:
    """Start nginx or HAProxy before *server*, by the file that is shipped."""
    port = free_port()
    if name == "nginx":
        command = _nginx(port, server.port, folder, impatient)
    else:
        command = _haproxy(port, server.port, folder, impatient)
    with (folder / "words").open("wb") as words:
        process = subprocess.Popen(command, stdout=words, stderr=words)
    assert processes.becomes(lambda: process.poll() is not None or answers_at(port))
    assert process.poll() is None, (folder / "words").read_text()
    return Door(name, port, server, process)


def _replaced(name: str, *pairs: tuple[str, str]) -> str:
    """Return a shipped file with plain words replaced, each of which stands in it."""
    text = (ROOT / "docs" / "deploy" / name).read_text("utf-8")
    for old, new in pairs:
        assert old in text, f"{name} has no {old!r}"
        text = text.replace(old, new)
    return text


def _nginx(port: int, behind: int, folder: Path, impatient: bool) -> list[str]:
    text = _replaced(
        "nginx.conf",
        ("listen 8080;", f"listen 127.0.0.1:{port};"),
        ("127.0.0.1:8000", f"127.0.0.1:{behind}"),
        ("/run/nginx.pid", f"{folder}/pid"),
        ("/var/log/nginx", str(folder)),
        ("/var/lib/nginx", str(folder)),
        ("user www-data;", "user root;" if os.geteuid() == 0 else ""),
        ("worker_processes auto;", "worker_processes 1;"),
    )
    if impatient:
        text = re.sub(r"((?:client_header|client_body|send)_timeout) \d+s", r"\1 2s", text)
    (folder / "nginx.conf").write_text(text)
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]


def _haproxy(port: int, behind: int, folder: Path, impatient: bool) -> list[str]:
    text = _replaced(
        "haproxy.cfg",
        ("bind :8080", f"bind 127.0.0.1:{port}"),
        ("127.0.0.1:8000", f"127.0.0.1:{behind}"),
    )
    if impatient:
        text = re.sub(r"timeout (http-request|client) +\d+s", r"timeout \1 2s", text)
    (folder / "haproxy.cfg").write_text(text)
    return ["haproxy", "-db", "-f", str(folder / "haproxy.cfg")]


def installed(name: str) -> None:
    """Skip where a program is missing, but never in CI, which installs it."""
    if shutil.which(name) is None and not os.environ.get("CI"):
        pytest.skip(f"{name} is not installed: apt-get install {name}")


@pytest.fixture(scope="session")
def harbours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release of the miniature with many harbours: its dump has 3 MB."""
    folder = tmp_path_factory.mktemp("harbours")
    shutil.copytree(MINIATURE, folder / "publication")
    sources = folder / "publication" / "data" / "sources"
    prefixes = re.findall(r"(?m)^@prefix .*$", (sources / "register.trig").read_text("utf-8"))
    blocks = [
        f'hafen:n{n:04} a hv:Harbour ; skos:prefLabel "Hafen der Bucht {n}"@de ;'
        f" hv:depth {n % 40} ; org:memberOf verbund:nordkante ."
        for n in range(HARBOURS)
    ]
    text = "\n".join([*prefixes, "graph:viele {", *blocks, "}"])
    (sources / "viele.trig").write_text(text, "utf-8")
    return pipeline.pack(folder / "publication", folder / "releases")[0].folder


@pytest.fixture(scope="session")
def open_door(harbours: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """A function that opens a door of a kind, once: its server is shared with others."""
    servers: dict[tuple[bool, bool], Server] = {}
    doors: dict[tuple[str, bool], Door] = {}

    def open_(name: str, strict: bool = False) -> Door:
        proxied = name != "direct"
        if (name, strict) in doors:
            return doors[name, strict]
        if proxied:
            installed(name)
        if (proxied, strict) not in servers:
            log = tmp_path_factory.mktemp("server") / "log"
            settings = STRICT if strict else GENEROUS
            servers[proxied, strict] = start_server(
                harbours, log, trusted_proxies=int(proxied), **settings
            )
        server = servers[proxied, strict]
        door = Door(name, server.port, server)
        if proxied:
            door = start_proxy(name, server, tmp_path_factory.mktemp(name), strict)
        return doors.setdefault((name, strict), door)

    yield open_
    for door in doors.values():
        if door.proxy is not None:
            door.proxy.terminate()
            door.proxy.wait(10)
    for server in servers.values():
        server.stop()


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest, open_door: Open) -> Door:
    """Each way in, to a server that is generous."""
    return open_door(request.param)


@pytest.fixture(params=DOORS)
def strict(request: pytest.FixtureRequest, open_door: Open) -> Door:
    """Each way in, to a server that is soon out of patience."""
    return open_door(request.param, strict=True)


@pytest.fixture(scope="session")
def direct(open_door: Open) -> Door:
    """The generous server itself."""
    return open_door("direct")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """A function that starts servers of a test's own, which end with it."""
    held: list[Server] = []

    def begin(folder: Path, port: int = 0, **settings: object) -> Server:
        held.append(start_server(folder, tmp_path / f"log{len(held)}", port, **settings))
        return held[-1]

    yield begin
    for one in held:
        one.stop()


def in_time(call: Callable[[], object], seconds: float = 5.0) -> None:
    """Make *call* and see that it took no longer than *seconds*."""
    started = time.monotonic()
    call()
    assert time.monotonic() - started < seconds


_ADDRESSES = (f"127.0.{a}.{b}" for a in range(1, 200) for b in range(1, 200))


def address() -> str:
    """Return a loopback address that no test has used."""
    return next(_ADDRESSES)


def spend(door: Door, source: str = "", *lines: str) -> str:
    """Spend all seconds of the client at *source*, or a new one; return its address."""
    source = source or address()
    asked = sparql(f"{RUNAWAY} # {source} {lines}") + "&timeout=0.5"
    assert door.ask(asked, *lines, source=source).status == 504
    assert refused(door, source, *lines)
    return source


def refused(door: Door, source: str, *lines: str) -> bool:
    """Return whether the client at *source* has no seconds left."""
    return door.ask(sparql(f"ASK {{}} # {source}"), *lines, source=source).status == 429
