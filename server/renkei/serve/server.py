"""The server: Granian in front, the cache behind it, the application behind that.

Granian speaks RSGI to `Server`, because only there a server learns that a client has hung
up. What is remembered is answered at once; all else goes to the Flask application in a
thread. A new release is opened beside the old one and takes its place between two
requests; the old one ends when its last answer has been given.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import io
import logging
import os
import select
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops, TaskImpl
from granian.http import HTTP1Settings
from granian.log import LogLevels

from renkei import __version__
from renkei.config import Settings
from renkei.errors import RenkeiError
from renkei.release import Release, open_release
from renkei.serve import cache
from renkei.serve.cache import Asked, Cache, Headers
from renkei.stores import hangup, open_store
from renkei.stores.base import Store

WHOLE = 4 << 20  # bytes up to which an answer of known length is sent in one piece
BODY_SECONDS = 30.0  # how long a client may take to send a body
SEND_SECONDS = 60.0  # how long a client may take to read one piece
HEADER_MILLISECONDS = 10_000
WATCH_AFTER = 0.1  # seconds of an answer's making after which the client is watched
LOOK_EVERY = 1.0  # seconds between looks at which release is current
log = logging.getLogger("renkei.serve")


def serve(releases: Path, settings: Settings) -> None:
    """Serve the current release under *releases*, or the one release that *releases* is.

    Returns when the server has been told to stop (SIGINT, SIGTERM). Raises ReleaseError
    when there is nothing to serve.
    """
    release = open_release(current(releases))
    title = next(iter(release.manifest.title.values()), release.manifest.dataset)
    print(
        f"Renkei {__version__} serves {title}, release {release.manifest.id}, at {settings.public}",
        flush=True,
    )
    Granian(
        "renkei.serve.server",
        settings.host,
        settings.port,
        interface=Interfaces.RSGI,
        workers=settings.workers,
        http=HTTPModes.http1,
        websockets=False,
        loop=Loops.auto,
        task_impl=TaskImpl.asyncio,
        backlog=1024,
        backpressure=512,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve(target_loader=partial(_load, releases, settings), wrap_loader=False)


def _load(releases: Path, settings: Settings) -> Any:
    return Server(releases, settings)


def current(releases: Path) -> Path:
    """Return the folder of the release to serve."""
    link = releases / "current"
    return link if link.exists() else releases


class Serving:
    """One release being served: application, store, cache, and how many are answered."""

    def __init__(self, release: Release, settings: Settings) -> None:
        from renkei.serve.app import create_app  # Flask and templates: only where it serves

        self.release = release
        self.store: Store = open_store(release, settings)
        try:
            self.app: Callable[..., Iterable[bytes]] = create_app(release, self.store, settings)
        except BaseException:
            self.store.close()
            raise
        self.cache = Cache(settings.cache_bytes)
        self.flights: dict[Asked, Flight] = {}
        self.answering = 0


class Flight:
    """An answer being made, which others wait for who asked the same."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.landed: asyncio.Future[None] = loop.create_future()
        self.waiting = 0


class Answer:
    """What the application said: status, headers, and the body, whole or in pieces."""

    def __init__(
        self,
        status: int,
        headers: Headers,
        body: bytes | None,
        pieces: Iterator[bytes],
        close: Callable[[], None],
    ) -> None:
        self.status, self.headers, self.body = status, headers, body
        self.pieces, self.close = pieces, close


class Server:
    """The RSGI application of one worker."""

    def __init__(self, releases: Path, settings: Settings) -> None:
        self._releases, self._settings = releases, settings
        self._serving: Serving | None = None
        self._threads = ThreadPoolExecutor(settings.engines + settings.queue + 8, "answer")
        self._watch: asyncio.Task[None] | None = None
        self._environ = {
            "SCRIPT_NAME": "",
            "wsgi.version": (1, 0),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": settings.workers > 1,
            "wsgi.run_once": False,
            "wsgi.input_terminated": True,
            "wsgi.url_scheme": "http",
            "SERVER_NAME": settings.host,
            "SERVER_PORT": str(settings.port),
            "SERVER_PROTOCOL": "HTTP/1.1",
        }

    # --- what Granian calls ---

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Open the release before the first request."""
        self._serving = Serving(open_release(current(self._releases)), self._settings)
        self._watch = loop.create_task(self._follow())

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give everything back."""
        if self._watch:
            self._watch.cancel()
        if self._serving:
            self._serving.store.close()

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        if scope.proto != "http":
            return
        serving = self._serving
        assert serving is not None
        headers = scope.headers
        get = headers.get
        if scope.method in ("GET", "HEAD") and "range" not in headers:
            asked = Asked(
                scope.path, scope.query_string, get("accept", ""), get("accept-language", "")
            )
            entry = serving.cache.find(asked)
            if entry is not None:
                self._remembered(serving, entry, scope, proto)
                return
            serving.answering += 1
            try:
                await self._once(serving, asked, scope, proto)
            finally:
                serving.answering -= 1
            return
        serving.answering += 1
        try:
            await self._answer(serving, None, scope, proto, await self._body(scope, proto))
        finally:
            serving.answering -= 1

    # --- answers ---

    def _remembered(
        self, serving: Serving, entry: cache.Entry, scope: Any, proto: Any, timing: str = ""
    ) -> None:
        """Send an answer from the cache: 304, headers alone, or all of it.

        *timing* is what to say instead of a hit, where the answer was made just now.
        """
        get = scope.headers.get
        encoding = cache.choose(get("accept-encoding", "")) if entry.coded else ""
        form = entry.forms.get(encoding) or serving.cache.form(entry, encoding)
        known = entry.etag and cache.is_known(get("if-none-match", ""), entry.etag)
        headers = form.unchanged if known else form.headers
        if timing:
            headers = [(n, timing if n == "server-timing" else v) for n, v in headers]
        if known:
            proto.response_empty(304, headers)
        elif scope.method == "HEAD":
            proto.response_empty(entry.status, headers)
        else:
            proto.response_bytes(entry.status, headers, form.body)

    async def _once(self, serving: Serving, asked: Asked, scope: Any, proto: Any) -> None:
        """Answer, and let everyone who asks the same meanwhile have the same answer."""
        flight = serving.flights.get(asked)
        if flight is not None:
            flight.waiting += 1
            try:
                await asyncio.shield(flight.landed)
            finally:
                flight.waiting -= 1
            entry = serving.cache.find(asked)
            if entry is not None:
                self._remembered(serving, entry, scope, proto)
                return
            await self._answer(serving, asked, scope, proto, b"")
            return
        flight = serving.flights[asked] = Flight(asyncio.get_running_loop())
        try:
            await self._answer(serving, asked, scope, proto, b"", flight)
        finally:
            serving.flights.pop(asked, None)
            if not flight.landed.done():
                flight.landed.set_result(None)

    async def _answer(
        self,
        serving: Serving,
        asked: Asked | None,
        scope: Any,
        proto: Any,
        body: bytes | None,
        flight: Flight | None = None,
    ) -> None:
        """Have the application answer, and send what it says."""
        if body is None:
            proto.response_empty(408, [("connection", "close")])
            return
        loop = asyncio.get_running_loop()
        gone = hangup.Hangup()
        environ = self._environ_of(scope, body)
        if asked is not None:  # the cache keeps whole answers, also where HEAD came first
            environ["REQUEST_METHOD"] = "GET"
        work = loop.run_in_executor(self._threads, _run, serving.app, environ, gone)
        watch = loop.call_later(WATCH_AFTER, self._watch_client, proto, gone, flight, work)
        try:
            answer = await work
        finally:
            watch.cancel()
        if answer.body is not None:
            entry = None
            if asked is not None:
                entry = serving.cache.keep(asked, answer.status, answer.headers, answer.body)
            if flight is not None and not flight.landed.done():
                flight.landed.set_result(None)
            if entry is not None:
                timing = dict(answer.headers).get("server-timing", "")
                self._remembered(serving, entry, scope, proto, timing)
            elif scope.method == "HEAD":
                proto.response_empty(answer.status, answer.headers)
            else:
                proto.response_bytes(answer.status, answer.headers, answer.body)
            return
        if flight is not None and not flight.landed.done():
            flight.landed.set_result(None)
        await self._stream(answer, scope, proto)

    async def _stream(self, answer: Answer, scope: Any, proto: Any) -> None:
        """Send an answer as it comes; break the connection off where it fails."""
        loop = asyncio.get_running_loop()
        client: Client | None = None
        try:
            if scope.method == "HEAD":
                proto.response_empty(answer.status, answer.headers)
                return
            client = Client.find(scope.client)
            transport = proto.response_stream(answer.status, answer.headers)
            while True:
                piece = await loop.run_in_executor(self._threads, next, answer.pieces, None)
                if piece is None:
                    return
                await transport.send_bytes(piece)
                if client is not None:
                    await client.taken()
        except Exception as error:
            if isinstance(error, RenkeiError):
                log.warning("%s broken off: %s", scope.path, error)
            if client is not None:
                client.break_off()
        finally:
            if client is not None:
                client.close()
            await loop.run_in_executor(self._threads, answer.close)

    def _watch_client(
        self,
        proto: Any,
        gone: hangup.Hangup,
        flight: Flight | None,
        work: asyncio.Future[Answer],
    ) -> None:
        """Stop what is made for a client who has gone, unless others wait for it too."""

        async def watch() -> None:
            await proto.client_disconnect()
            while flight is not None and flight.waiting and not work.done():
                await asyncio.sleep(0.2)
            gone.tell()

        task = asyncio.ensure_future(watch())
        work.add_done_callback(lambda _: task.cancel())

    async def _body(self, scope: Any, proto: Any) -> bytes | None:
        """Return the body, cut where it is longer than any we read; None when it is late."""
        most = 3 * self._settings.query_length + 2
        pieces: list[bytes] = []
        size = 0

        async def read() -> None:
            nonlocal size
            async for piece in proto:
                if size <= most:
                    pieces.append(bytes(piece))
                size += len(piece)
                if size > 16 * most:
                    return

        try:
            await asyncio.wait_for(read(), BODY_SECONDS)
        except TimeoutError:
            return None
        return b"".join(pieces)

    def _environ_of(self, scope: Any, body: bytes) -> dict[str, Any]:
        environ: dict[str, Any] = dict(self._environ)
        environ["REQUEST_METHOD"] = scope.method
        environ["PATH_INFO"] = scope.path.encode().decode("latin-1")
        environ["QUERY_STRING"] = scope.query_string.encode().decode("latin-1")
        environ["REMOTE_ADDR"] = scope.client.rpartition(":")[0]
        environ["wsgi.input"] = io.BytesIO(body)
        for name, value in scope.headers.items():
            key = name.upper().replace("-", "_")
            if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                key = f"HTTP_{key}"
            environ[key] = f"{environ[key]},{value}" if key in environ else value
        environ["CONTENT_LENGTH"] = str(len(body))
        return environ

    # --- releases ---

    async def _follow(self) -> None:
        """Look which release is current, and change over to a new one."""
        loop = asyncio.get_running_loop()
        refused: Path | None = None
        while True:
            await asyncio.sleep(LOOK_EVERY)
            serving = self._serving
            assert serving is not None
            folder: Path = current(self._releases).resolve()
            if folder in (serving.release.folder, refused):
                continue
            try:
                new = await loop.run_in_executor(self._threads, _open, folder, self._settings)
            except (RenkeiError, OSError) as error:
                log.error("release %s stays: %s", serving.release.manifest.id, error)
                refused = folder
                continue
            self._serving = new
            log.warning("release %s is served now", new.release.manifest.id)
            threading.Thread(target=_put_away, args=(serving,), daemon=True).start()


def _open(folder: Path, settings: Settings) -> Serving:
    return Serving(open_release(folder), settings)


def _put_away(serving: Serving) -> None:
    while serving.answering:
        time.sleep(0.05)
    serving.store.close()


def _run(
    app: Callable[..., Iterable[bytes]], environ: dict[str, Any], gone: hangup.Hangup
) -> Answer:
    """Call the application in this thread; its answer comes back whole where it is small."""
    token = hangup.current.set(gone)
    said: list[Any] = []

    def start_response(status: str, headers: Headers, exc_info: object = None) -> Any:
        said[:] = [int(status.split(" ", 1)[0]), headers]

    try:
        result = app(environ, start_response)
    finally:
        hangup.current.reset(token)
    close = getattr(result, "close", lambda: None)
    status = said[0]
    headers = [(name.lower(), value) for name, value in said[1]]
    length = next((value for name, value in headers if name == "content-length"), None)
    if status in (204, 304) or (length is not None and int(length) <= WHOLE):
        try:
            return Answer(status, headers, b"".join(result), iter(()), close)
        finally:
            close()
    return Answer(status, headers, None, iter(result), close)


class Client:
    """The socket of a client, for what Granian does not offer.

    Granian takes whatever an application sends into memory, and ends a response cleanly
    whatever the application raises. The socket is looked up among our descriptors: a full
    one is waited for, and one whose answer failed is reset, so that it cannot seem whole.
    """

    def __init__(self, held: socket.socket) -> None:
        self._socket = held
        self._poll = select.poll()
        self._poll.register(held, select.POLLOUT)

    @classmethod
    def find(cls, address: str) -> Client | None:
        """Return the client at *address* ("host:port"), if a socket of ours leads there."""
        for entry in Path("/proc/self/fd").iterdir():
            with contextlib.suppress(OSError):
                held = socket.socket(fileno=os.dup(int(entry.name)))
                with contextlib.suppress(OSError):
                    peer = held.getpeername()
                    if isinstance(peer, tuple) and address in (
                        f"{peer[0]}:{peer[1]}",
                        f"[{peer[0]}]:{peer[1]}",
                    ):
                        return cls(held)
                held.close()
        return None

    async def taken(self) -> None:
        """Wait until the client has taken what was sent. Raises TimeoutError."""
        until = time.monotonic() + SEND_SECONDS
        while not self._poll.poll(0):
            if time.monotonic() > until:
                raise TimeoutError
            await asyncio.sleep(0.01)

    def break_off(self) -> None:
        """Send a reset: what is queued is thrown away, and the client sees an error."""
        unspecified = struct.pack("H14x", socket.AF_UNSPEC)
        descriptor = self._socket.fileno()
        with contextlib.suppress(OSError):
            if ctypes.CDLL(None).connect(descriptor, unspecified, len(unspecified)):
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let the socket go; Granian has its own hold of it."""
        self._socket.close()
