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
from renkei.serve.sparql import BEGUN, Endpoint
from renkei.stores import hangup, open_store
from renkei.stores.base import Store
from renkei.stores.lane import Lane, Whole

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
            self.app = create_app(release, self.store, settings)
        except BaseException:
            self.store.close()
            raise
        self.cache = Cache(settings.cache_bytes)
        self.flights: dict[Asked, Flight] = {}
        self.answering = 0
        self.endpoint: Endpoint | None = getattr(self.app, "extensions", {}).get("sparql")
        self.lane: Lane | None = None

    def open_lane(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let the store be asked by the event loop, in whose thread this is called."""
        lane = getattr(self.store, "lane", None)
        if lane is not None and self.endpoint is not None:
            self.lane = lane(loop)


class Flight:
    """An answer being made, which others wait for who asked the same."""

    __slots__ = ("_waiters",)

    def __init__(self) -> None:
        self._waiters: list[asyncio.Future[None]] = []

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(not waiter.done() for waiter in self._waiters)

    async def landed(self) -> None:
        """Wait until the answer has been made, or could not be."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        await waiter

    def land(self) -> None:
        """Let all go on who wait."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)


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
        self._serving.open_lane(loop)
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
                encoding = cache.choose(get("accept-encoding", "")) if entry.coded else ""
                form = entry.forms.get(encoding) or await self._form(serving, entry, scope)
                self._remembered(entry, form, scope, proto)
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
        self, entry: cache.Entry, form: cache.Form, scope: Any, proto: Any, timing: str = ""
    ) -> None:
        """Send an answer from the cache: 304, headers alone, or all of it.

        *timing* is what to say instead of a hit, where the answer was made just now.
        """
        known = scope.headers.get("if-none-match")
        if known and entry.etag and (known == form.etag or cache.is_known(known, entry.etag)):
            proto.response_empty(304, form.unchanged)
            return
        headers = [*form.fresh, ("server-timing", timing)] if timing else form.headers
        if scope.method == "HEAD":
            proto.response_empty(entry.status, headers)
        else:
            proto.response_bytes(entry.status, headers, form.body)

    async def _form(self, serving: Serving, entry: cache.Entry, scope: Any) -> cache.Form:
        """Return *entry* in the coding that fits; a long body is compressed in a thread."""
        encoding = cache.choose(scope.headers.get("accept-encoding", "")) if entry.coded else ""
        form = entry.forms.get(encoding)
        if form is not None:
            return form
        body = None
        if len(entry.body) > cache.FAST:
            loop = asyncio.get_running_loop()
            body = await loop.run_in_executor(self._threads, cache.encode, entry.body, encoding)
        return serving.cache.form(entry, encoding, body)

    async def _once(self, serving: Serving, asked: Asked, scope: Any, proto: Any) -> None:
        """Answer, and let everyone who asks the same meanwhile have the same answer."""
        flight = serving.flights.get(asked)
        if flight is not None:
            await flight.landed()
            entry = serving.cache.find(asked)
            if entry is not None:
                form = await self._form(serving, entry, scope)
                self._remembered(entry, form, scope, proto)
                return
            await self._answer(serving, asked, scope, proto, b"")
            return
        flight = serving.flights[asked] = Flight()
        try:
            begun = None
            if asked.path == "/sparql" and serving.lane is not None and scope.method == "GET":
                done, begun = await self._swift(serving, asked, scope, proto, flight)
                if done:
                    return
            await self._answer(serving, asked, scope, proto, b"", flight, begun)
        finally:
            if serving.flights.get(asked) is flight:
                del serving.flights[asked]
            flight.land()

    async def _swift(
        self, serving: Serving, asked: Asked, scope: Any, proto: Any, flight: Flight
    ) -> tuple[bool, object]:
        """Answer a small query at once, without a thread; say whether that was possible.

        Where it was not, what has been begun of the answer comes back, or the error that
        ended it, for the application to go on with.
        """
        endpoint, lane = serving.endpoint, serving.lane
        assert endpoint is not None
        assert lane is not None
        plan = endpoint.planned(asked.query, asked.accept)
        get = scope.headers.get
        if plan is None or get("if-none-match"):
            return False, None
        forwarded = None
        if self._settings.trusted_proxies:
            forwarded = ",".join(v for n, v in scope.headers.items() if n == "x-forwarded-for")
        client = endpoint.client(scope.client.rpartition(":")[0], forwarded)

        async def left() -> None:
            await proto.client_disconnect()
            while flight.waiting:
                await asyncio.sleep(0.2)

        started = time.monotonic()
        try:
            endpoint.budget.check(client)
            answer = await lane.ask(plan.query, plan.fmt, plan.limits, left)
        except RenkeiError as error:
            if error.facts.get("bound") != "engines":
                endpoint.budget.charge(client, time.monotonic() - started)
            return False, error
        if not isinstance(answer, Whole):
            return False, answer
        endpoint.budget.charge(client, answer.seconds)
        headers = endpoint.headers(serving.app, plan.fmt, plan.lasting, answer.cut)
        timing = f"store;dur={(time.monotonic() - started) * 1000:.1f}"
        if plan.lasting:
            tag = endpoint.tag(asked.query, plan.fmt)
            entry = serving.cache.put(asked, 200, headers, tag, answer.body)
            flight.land()
            if entry is not None:
                form = await self._form(serving, entry, scope)
                self._remembered(entry, form, scope, proto, timing)
                return True, None
            headers = [*headers, ("etag", f'"{tag}"')]
        length = ("content-length", str(len(answer.body)))
        headers = [*headers, length, ("server-timing", timing)]
        proto.response_bytes(200, headers, answer.body)
        return True, None

    async def _answer(
        self,
        serving: Serving,
        asked: Asked | None,
        scope: Any,
        proto: Any,
        body: bytes | None,
        flight: Flight | None = None,
        begun: object = None,
    ) -> None:
        """Have the application answer, and send what it says.

        *begun* is what the fast lane has of the answer already.
        """
        if body is None:
            proto.response_empty(408, [("connection", "close")])
            return
        loop = asyncio.get_running_loop()
        gone = hangup.Hangup()
        environ = self._environ_of(scope, body)
        if asked is not None:  # the cache keeps whole answers, also where HEAD came first
            environ["REQUEST_METHOD"] = "GET"
            alone = asked.accept, asked.language
            if (environ.get("HTTP_ACCEPT", ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")) != alone:
                asked = None  # sent in several lines, of which the cache knows one
        if begun is not None:
            environ[BEGUN] = begun
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
            if flight is not None:
                flight.land()
            if entry is not None:
                timing = dict(answer.headers).get("server-timing", "")
                form = await self._form(serving, entry, scope)
                self._remembered(entry, form, scope, proto, timing)
            elif scope.method == "HEAD":
                proto.response_empty(answer.status, answer.headers)
            else:
                proto.response_bytes(answer.status, answer.headers, answer.body)
            return
        if flight is not None:
            flight.land()
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
            new.open_lane(loop)
            self._serving = new
            log.warning("release %s is served now", new.release.manifest.id)
            threading.Thread(target=_put_away, args=(serving, loop), daemon=True).start()


def _open(folder: Path, settings: Settings) -> Serving:
    return Serving(open_release(folder), settings)


def _put_away(serving: Serving, loop: asyncio.AbstractEventLoop) -> None:
    while serving.answering:
        time.sleep(0.05)
    if serving.lane is not None:
        loop.call_soon_threadsafe(serving.lane.close)
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
