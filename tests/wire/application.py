"""The application of one serving process, asked without a socket, with a memory to empty.

The only place here that knows how the server is made: a cold cache for each of thousands of
pairs cannot be had from outside. What it gives is what goes over the wire: status, headers
in order, body.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from renkei.config import Settings
from renkei.release import open_release
from renkei.serve.cache import Cache
from renkei.serve.server import Server, Serving

UNTOLD = {"date", "server-timing", "age"}  # of the moment, not of the answer


@dataclass(frozen=True)
class Wish:
    """What a reader sends besides the address."""

    name: str
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "GET"


@dataclass(frozen=True)
class Seen:
    """What a reader got; two are one only if all of it is equal."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    def header(self, name: str) -> str:
        """The value of a header, "" where there is none."""
        return dict(self.headers).get(name, "")


@dataclass
class Recorder:
    """Takes an answer where a connection would send it."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes = b""
    client: str = "127.0.0.1"
    said: list[bytes] = field(default_factory=list)
    status: int = 0
    lines: bytes = b""
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def respond(self, status: int, lines: bytes, body: bytes = b"") -> None:
        """Take a whole answer."""
        self.begin(status, lines, True)
        self.said.append(b"" if self.method == "HEAD" or status == 304 else body)
        self.end()

    def begin(self, status: int, lines: bytes, sized: bool) -> None:
        """Take the head of an answer."""
        self.status, self.lines = status, lines

    async def send(self, piece: bytes) -> None:
        """Take a piece of an answer."""
        self.said.append(piece)

    def end(self) -> None:
        """Take the end of an answer."""
        self.done.set()

    def abort(self) -> None:
        """Take it that an answer breaks off."""
        self.status = 0
        self.done.set()

    async def gone(self) -> None:
        """Never go."""
        await asyncio.Event().wait()


class Application:
    """A serving process over the release in *folder*."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(client_seconds=1e9, engines=1, public_url="https://wire.example/")
        self._most = settings.cache_bytes
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self._server = Server(folder, settings)
        self._serving = Serving(open_release(folder), settings)
        self._server._serving = self._serving
        self._runner.run(self._open())

    async def _open(self) -> None:
        self._serving.open_lane(asyncio.get_running_loop())

    def forget(self) -> None:
        """Remember nothing of what was asked before."""
        self._serving.cache = Cache(self._most)

    def ask(self, target: str, wish: Wish) -> Seen:
        """Ask once, and return what would go over the wire."""
        return self._runner.run(self._ask(target, wish))

    async def _ask(self, target: str, wish: Wish) -> Seen:
        path, _, query = target.partition("?")
        asked = Recorder(wish.method, path, query, {"host": "x", **dict(wish.headers)})
        self._server.take(asked)  # type: ignore[arg-type]
        await asyncio.wait_for(asked.done.wait(), 30)
        lines = asked.lines.decode("latin-1").split("\r\n")[:-1]
        pairs = (line.partition(":")[::2] for line in lines)
        named = sorted((name.lower(), value.strip()) for name, value in pairs)
        headers = tuple(pair for pair in named if pair[0] not in UNTOLD)
        return Seen(asked.status, headers, b"".join(asked.said))

    def close(self) -> None:
        """End its engines."""
        self._serving.store.close()
        self._runner.close()
