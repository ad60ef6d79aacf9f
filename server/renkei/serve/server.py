"""The server: HTTP/1.1 in front, the cache behind it, the application behind that.

What is remembered is answered at once, on the event loop; small queries are answered there
too, by the store's fast lane; all else goes to the Flask application in a thread. A new
release is opened beside the old one and takes its place between two requests; the old one
ends when its last answer has been given.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import uvloop

from renkei import __version__
from renkei.config import Settings
from renkei.errors import RenkeiError
from renkei.release import Release, open_release
from renkei.serve import cache, reconcile, workers
from renkei.serve.cache import Asked, Cache, Headers
from renkei.serve.http1 import MOST_CONNECTIONS, Exchange, Listener, block
from renkei.serve.sparql import BEGUN, Endpoint
from renkei.stores import hangup, open_store
from renkei.stores.base import Store
from renkei.stores.lane import Lane, Whole

WHOLE = 4 << 20  # bytes up to which an answer of known length is sent in one piece
BACKLOG = 1024  # connections that wait to be accepted
END_SECONDS = 5.0  # how long answers being made may take when the server is told to stop
WATCH_AFTER = 0.1  # seconds of an answer's making after which the client is watched
LOOK_EVERY = 1.0  # seconds between looks at which release is current
YOUNG = 20_000  # objects made before the garbage collector looks at them
log = logging.getLogger("renkei.serve")


def serve(releases: Path, settings: Settings) -> None:
    """Serve the current release under *releases*, or the one release that *releases* is.

    Returns when the server has been told to stop (SIGINT, SIGTERM). Raises ReleaseError
    when there is nothing to serve.
    """
    release = open_release(current(releases))
    title = next(iter(release.manifest.title.values()), release.manifest.dataset)
    listening = _listening(settings)
    print(
        f"Renkei {__version__} serves {title}, release {release.manifest.id}, at {settings.public}",
        flush=True,
    )
    with listening:
        workers.keep(partial(_work, releases, settings, listening), settings.workers, END_SECONDS)


def _listening(settings: Settings) -> socket.socket:
    """Return the socket that all workers accept on."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    held = socket.socket(family, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind((settings.host, settings.port))
    held.listen(BACKLOG)
    held.setblocking(False)
    return held


def _work(releases: Path, settings: Settings, listening: socket.socket) -> None:
    """Be a worker, until told to stop or left alone."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = 2 * MOST_CONNECTIONS
    wanted = files if most == resource.RLIM_INFINITY else min(files, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(Server(releases, settings).run(listening))
    except RenkeiError as error:
        sys.exit(str(error))


def current(releases: Path) -> Path:
    """Return the folder of the release to serve."""
    link = releases / "current"
    return link if link.exists() else releases


class Serving:
    """One release being served: application, store, cache, and how many are answered."""

    def __init__(self, release: Release, settings: Settings) -> None:
        self.release = release
        self.store: Store = open_store(release, settings, wait=False)
        try:
            from renkei.serve.app import create_app  # Flask and templates: only where it serves

            self.app = create_app(release, self.store, settings)  # while the store loads
            self.store.ready()
        except BaseException:
            self.store.close()
            raise
        self.cache = Cache(settings.cache_bytes)
        self.flights: dict[Asked, Flight] = {}
        self.answering = 0
        self.swift = 0  # answers of the fast lane
        self.app.extensions["ahead"] = self._figures
        self.endpoint: Endpoint | None = getattr(self.app, "extensions", {}).get("sparql")
        self.lane: Lane | None = None

    def _figures(self) -> dict[str, int]:
        """Return what /metrics says of answers that the application never saw."""
        return {
            "cache_answers_total": self.cache.hits,
            "cache_bytes": self.cache.size,
            "swift_answers_total": self.swift,
        }

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
        self._tasks: set[asyncio.Task[None]] = set()
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

    async def run(self, listening: socket.socket) -> None:
        """Answer what comes on *listening* until SIGTERM, or until who started us has gone."""
        loop = asyncio.get_running_loop()
        parent = os.getppid()
        self._serving = Serving(open_release(current(self._releases)), self._settings)
        self._serving.open_lane(loop)
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG)
        stop = asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, stop.set)
        most = max(3 * self._settings.query_length, reconcile.BODY) + 2
        listener = Listener(self.take, most)
        await listener.start(listening, BACKLOG)
        follow = loop.create_task(self._follow())
        while not stop.is_set() and os.getppid() == parent:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_EVERY)
        follow.cancel()
        await listener.stop(END_SECONDS - 1)
        self._serving.store.close()

    def take(self, asked: Exchange) -> None:
        """Answer a request: at once where that is remembered, else in a task."""
        serving = self._serving
        assert serving is not None
        key = None
        if asked.method in ("GET", "HEAD") and "range" not in asked.headers:
            get = asked.headers.get
            key = Asked(asked.path, asked.query, get("accept", ""), get("accept-language", ""))
            entry = serving.cache.find(key)
            if entry is not None:
                encoding = cache.choose(get("accept-encoding", "")) if entry.coded else ""
                form = entry.forms.get(encoding)
                if form is not None:
                    _remembered(entry, form, asked)
                    return
        serving.answering += 1  # before anything can take the release away
        task = asyncio.get_running_loop().create_task(self._answered(serving, key, asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answered(self, serving: Serving, key: Asked | None, asked: Exchange) -> None:
        try:
            if key is None:
                await self._answer(serving, None, asked)
            else:
                await self._once(serving, key, asked)
        except Exception:
            log.exception("%s %s", asked.method, asked.path)
            asked.abort()
        finally:
            serving.answering -= 1

    # --- answers ---

    async def _form(self, serving: Serving, entry: cache.Entry, asked: Exchange) -> cache.Form:
        """Return *entry* in the coding that fits; a long body is compressed in a thread."""
        encoding = cache.choose(asked.headers.get("accept-encoding", "")) if entry.coded else ""
        form = entry.forms.get(encoding)
        if form is not None:
            return form
        body = None
        if len(entry.body) > cache.FAST:
            loop = asyncio.get_running_loop()
            body = await loop.run_in_executor(self._threads, cache.encode, entry.body, encoding)
        return serving.cache.form(entry, encoding, body)

    async def _once(self, serving: Serving, key: Asked, asked: Exchange) -> None:
        """Answer, and let everyone who asks the same meanwhile have the same answer."""
        flight = serving.flights.get(key)
        if flight is not None:
            await flight.landed()
        entry = serving.cache.peek(key)
        if entry is not None:
            _remembered(entry, await self._form(serving, entry, asked), asked)
            return
        if flight is not None:
            await self._answer(serving, key, asked)
            return
        flight = serving.flights[key] = Flight()
        try:
            begun = None
            if key.path == "/sparql" and serving.lane is not None and asked.method == "GET":
                done, begun = await self._swift(serving, key, asked, flight)
                if done:
                    return
            await self._answer(serving, key, asked, flight, begun)
        finally:
            if serving.flights.get(key) is flight:
                del serving.flights[key]
            flight.land()

    async def _swift(
        self, serving: Serving, key: Asked, asked: Exchange, flight: Flight
    ) -> tuple[bool, object]:
        """Answer a small query at once, without a thread; say whether that was possible.

        Where it was not, what has been begun of the answer comes back, or the error that
        ended it, for the application to go on with.
        """
        endpoint, lane = serving.endpoint, serving.lane
        assert endpoint is not None
        assert lane is not None
        plan = endpoint.planned(key.query, key.accept)
        if plan is None or "if-none-match" in asked.headers:
            return False, None
        client = endpoint.client(asked.client, asked.headers.get("x-forwarded-for"))

        async def left() -> None:
            await asked.gone()
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
        serving.swift += 1
        headers = endpoint.headers(serving.app, plan.fmt, plan.lasting, answer.cut)
        timing = f"store;dur={(time.monotonic() - started) * 1000:.1f}"
        if plan.lasting:
            tag = endpoint.tag(key.query, plan.fmt)
            entry = serving.cache.put(key, 200, headers, tag, answer.body)
            flight.land()
            if entry is not None:
                _remembered(entry, await self._form(serving, entry, asked), asked, timing)
                return True, None
            headers = [*headers, ("etag", f'"{tag}"')]
        length = ("content-length", str(len(answer.body)))
        asked.respond(200, block([*headers, length, ("server-timing", timing)]), answer.body)
        return True, None

    async def _answer(
        self,
        serving: Serving,
        key: Asked | None,
        asked: Exchange,
        flight: Flight | None = None,
        begun: object = None,
    ) -> None:
        """Have the application answer, and send what it says.

        *begun* is what the fast lane has of the answer already.
        """
        loop = asyncio.get_running_loop()
        gone = hangup.Hangup()
        environ = self._environ_of(asked)
        if key is not None:  # the cache keeps whole answers, also where HEAD came first
            environ["REQUEST_METHOD"] = "GET"
        if begun is not None:
            environ[BEGUN] = begun
        work = loop.run_in_executor(self._threads, _run, serving.app, environ, gone)
        watch = loop.call_later(WATCH_AFTER, self._watch_client, asked, gone, flight, work)
        try:
            answer = await work
        finally:
            watch.cancel()
        if answer.body is None:
            if flight is not None:
                flight.land()
            await self._stream(answer, asked)
            return
        entry = None
        if key is not None:
            entry = serving.cache.keep(key, answer.status, answer.headers, answer.body)
        if flight is not None:
            flight.land()
        if entry is not None:
            timing = dict(answer.headers).get("server-timing", "")
            _remembered(entry, await self._form(serving, entry, asked), asked, timing)
        else:
            asked.respond(answer.status, block(answer.headers), answer.body)

    async def _stream(self, answer: Answer, asked: Exchange) -> None:
        """Send an answer as it comes; break the connection off where it fails."""
        loop = asyncio.get_running_loop()
        headers, coder = cache.streamed(answer.headers, asked.headers.get("accept-encoding", ""))

        def piece() -> bytes | None:
            made = next(answer.pieces, None)
            return made if coder is None or made is None else coder.add(made)

        try:
            if asked.method == "HEAD":
                asked.respond(answer.status, block(headers))
                return
            sized = any(name == "content-length" for name, _ in headers)
            asked.begin(answer.status, block(headers), sized)
            while (made := await loop.run_in_executor(self._threads, piece)) is not None:
                await asked.send(made)
            if coder is not None:
                await asked.send(coder.end())
            asked.end()
        except Exception as error:
            if isinstance(error, RenkeiError):
                log.warning("%s broken off: %s", asked.path, error)
            asked.abort()
        finally:
            await loop.run_in_executor(self._threads, answer.close)

    def _watch_client(
        self,
        asked: Exchange,
        gone: hangup.Hangup,
        flight: Flight | None,
        work: asyncio.Future[Answer],
    ) -> None:
        """Stop what is made for a client who has gone, unless others wait for it too."""

        async def watch() -> None:
            await asked.gone()
            while flight is not None and flight.waiting and not work.done():
                await asyncio.sleep(0.2)
            gone.tell()

        task = asyncio.ensure_future(watch())
        work.add_done_callback(lambda _: task.cancel())

    def _environ_of(self, asked: Exchange) -> dict[str, Any]:
        environ: dict[str, Any] = dict(self._environ)
        environ["REQUEST_METHOD"] = asked.method
        environ["PATH_INFO"] = asked.path
        environ["QUERY_STRING"] = asked.query
        environ["REMOTE_ADDR"] = asked.client
        environ["wsgi.input"] = io.BytesIO(asked.body)
        for name, value in asked.headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        environ["CONTENT_LENGTH"] = str(len(asked.body))
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


def _remembered(entry: cache.Entry, form: cache.Form, asked: Exchange, timing: str = "") -> None:
    """Send an answer from the cache: 304, headers alone, or all of it.

    *timing* is what to say instead of a hit, where the answer was made just now.
    """
    known = asked.headers.get("if-none-match")
    if known and entry.etag and (known == form.etag or cache.is_known(known, entry.etag)):
        asked.respond(304, form.unchanged)
    elif timing:
        asked.respond(
            entry.status, b"%bserver-timing: %b\r\n" % (form.fresh, timing.encode()), form.body
        )
    else:
        asked.respond(entry.status, form.hit, form.body)
