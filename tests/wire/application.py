"""The application of one serving process, asked without a socket, with a memory to empty.

The only place here that knows how the server is made: a cold cache for each of thousands of
pairs cannot be had from outside. What it gives is what goes over the wire: status, headers
in order, body. Its event loop has a thread of its own, for the one of a test may have a loop
that runs already.
"""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections import OrderedDict
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

import uvloop

from renkei.config import Settings
from renkei.serve.http.asgi import Adapter, Bounds
from renkei.serve.http.response_cache import ResponseCache
from renkei.serve.processes.dispatcher import Dispatcher
from renkei.serve.processes.messages import ApplicationRequest
from renkei.serve.processes.pool import ApplicationAnswer, Left, Rest

T = TypeVar("T")
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
    """A serving process over the release in *folder*.

    What its application processes say to a request is the same each time, and said again
    here: what stands before them, which remembers, is what is asked anew. `anew` forgets it.
    """

    def __init__(self, folder: Path) -> None:
        settings = Settings(
            client_seconds=1e9, engines=1, processes=1, public_url="https://wire.example/"
        )
        self._most = settings.cache_bytes
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._dispatcher = dispatcher = Dispatcher(folder, settings)
        bounds = Bounds(96 * 1024, 64 << 20, 30, 30)
        self._app = Adapter(
            bounds, dispatcher.answer, dispatcher.refuse, dispatcher.start, dispatcher.stop
        )
        self._run(dispatcher.start())
        assert dispatcher._serving is not None
        self._serving = dispatcher._serving
        self._said: dict[bytes, ApplicationAnswer] = {}
        self._pooled = self._serving.pool.ask
        self._serving.pool.ask = self._once  # type: ignore[method-assign]

    def anew(self) -> None:
        """Have the application processes say again what they have said."""
        self._said.clear()

    def forget(self) -> None:
        """Remember nothing of what was asked before."""
        self._serving.cache = ResponseCache(self._most)

    def remembered(self) -> ResponseCache:
        """Return what is remembered now, as it will stay whatever is asked later."""
        return copied(self._serving.cache, self._most)

    def remember(self, known: ResponseCache) -> None:
        """Remember this and nothing else; *known* itself stays as it is."""
        self._serving.cache = copied(known, self._most)

    def ask(self, target: str, wish: Wish) -> Seen:
        """Ask once, and return what would go over the wire."""
        return self._run(self._ask(target, wish))

    def ask_after(self, known: ResponseCache, target: str, wishes: Sequence[Wish]) -> list[Seen]:
        """Ask each of *wishes* as if *known* were all that is remembered."""

        async def each() -> list[Seen]:
            seen = []
            for wish in wishes:
                self.remember(known)
                seen.append(await self._ask(target, wish))
            return seen

        return self._run(each())

    def ask_together(self, target: str, wish: Wish, number: int) -> list[Seen]:
        """Ask the same so many times at once."""

        async def all_() -> list[Seen]:
            return list(await asyncio.gather(*(self._ask(target, wish) for _ in range(number))))

        return self._run(all_())

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _once(
        self, request: ApplicationRequest, client: str, left: Left
    ) -> ApplicationAnswer:
        """Ask the application processes, where they have not been asked this."""
        asked = request.frame()
        answer = self._said.get(asked)
        if answer is None:
            answer = await self._pooled(request, client, left)
            if isinstance(answer.body, Rest):
                return answer
            self._said[asked] = answer
        return dataclasses.replace(answer, headers=list(answer.headers))

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
        self._run(self._dispatcher.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def copied(cache: ResponseCache, most: int) -> ResponseCache:
    """Return a cache that remembers the same, and shares nothing that changes."""
    twins = {
        place: dataclasses.replace(entry, forms=dict(entry.forms), keys=list(entry.keys))
        for place, entry in cache._entries.items()
    }
    made = ResponseCache(most)
    made._entries = OrderedDict((id(twin), twin) for twin in twins.values())
    made._found = {key: twins[id(entry)] for key, entry in cache._found.items()}
    made.size, made.hits, made.misses = cache.size, cache.hits, cache.misses
    return made
