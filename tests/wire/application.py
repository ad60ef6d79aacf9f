"""The application of one serving process, asked without a socket, with a memory to empty.

The only place here that knows how the server is made: a cold cache for each of thousands of
pairs cannot be had from outside. What it gives is what goes over the wire: status, headers
in order, body.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import uvloop

from renkei.config import Settings
from renkei.serve.http.asgi import Adapter, Bounds
from renkei.serve.http.response_cache import ResponseCache
from renkei.serve.processes.dispatcher import Dispatcher

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


class Application:
    """A serving process over the release in *folder*."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(
            client_seconds=1e9, engines=1, processes=1, public_url="https://wire.example/"
        )
        self._most = settings.cache_bytes
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self._dispatcher = dispatcher = Dispatcher(folder, settings)
        bounds = Bounds(96 * 1024, 64 << 20, 30, 30)
        self._app = Adapter(
            bounds, dispatcher.answer, dispatcher.refuse, dispatcher.start, dispatcher.stop
        )
        self._runner.run(dispatcher.start())

    def forget(self) -> None:
        """Remember nothing of what was asked before."""
        assert self._dispatcher._serving is not None
        self._dispatcher._serving.cache = ResponseCache(self._most)

    def ask(self, target: str, wish: Wish) -> Seen:
        """Ask once, and return what would go over the wire."""
        return self._runner.run(self._ask(target, wish))

    async def _ask(self, target: str, wish: Wish) -> Seen:
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": wish.method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "root_path": "",
            "headers": [(n.encode(), v.encode()) for n, v in (("host", "x"), *wish.headers)],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        stays = asyncio.get_running_loop().create_future()
        came: list[dict[str, Any]] = [{"type": "http.request", "body": b"", "more_body": False}]
        said: list[Any] = []

        async def receive() -> dict[str, Any]:
            return came.pop() if came else await stays

        async def send(message: Any) -> None:
            said.append(message)

        await asyncio.wait_for(self._app(scope, receive, send), 30)
        start, *pieces = said
        named = sorted((n.decode().lower(), v.decode("latin-1")) for n, v in start["headers"])
        headers = tuple(pair for pair in named if pair[0] not in UNTOLD)
        body = b"" if wish.method == "HEAD" else b"".join(p.get("body", b"") for p in pieces)
        return Seen(start["status"], headers, body)

    def close(self) -> None:
        """End its engines and its application processes."""
        self._runner.run(self._dispatcher.stop())
        self._runner.close()
