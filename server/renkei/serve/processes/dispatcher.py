"""Who answers a request: the cache, the store at once, or an application process.

What is remembered is answered at once, on the event loop; a query that the store can be asked
without more ado is answered there too; all else goes to the application, in a process of its
own. A new release is opened beside the old one and takes its place between two requests; the
old one ends when its last answer has been given.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
import re
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from renkei.config import Settings
from renkei.errors import QueryError, RenkeiError, VersionTooOld
from renkei.release import Release, hold, open_release
from renkei.serve.api.hints import ASKED, STOPPED, Hinter, address_of
from renkei.serve.api.sparql_protocol import DOORS, RESULTS, Planner, QueryPlan, template_key
from renkei.serve.http import compression, ranges, response_cache, variance
from renkei.serve.http.asgi import BrokenOff, Request
from renkei.serve.http.compression import Headers
from renkei.serve.http.conditional import is_known
from renkei.serve.http.files import PIECE, FilePart
from renkei.serve.http.parameters import canonical
from renkei.serve.http.response_cache import CachedResponse, EncodedBody, Key, ResponseCache, block
from renkei.serve.http.variance import widened
from renkei.serve.processes.messages import ApplicationRequest
from renkei.serve.processes.pool import ApplicationPool, Rest
from renkei.serve.web.figures import Figures
from renkei.serve.web.rate_limit import Budget, client
from renkei.sparql import outline
from renkei.stores import open_store
from renkei.stores.base import Answer as StoreAnswer
from renkei.stores.base import Store
from renkei.stores.oxigraph.async_client import AsyncClient, Gathered, Whole, gathered
from renkei.stores.oxigraph.store import EmbeddedStore, Stream

LOOK_EVERY = 1.0  # seconds between looks at which release is current
ASK_EVERY = 10  # looks between questions how the application is
WAIT_AGAIN = 0.2  # seconds between looks whether others still wait for an answer
FREE = ("/health/live", "/health/ready", "/metrics")  # addresses that cost a client nothing
PARTIAL = ("range", "if-range", "if-match", "if-unmodified-since")  # of files: not for the cache
# Parts are cut of what is remembered. Of an answer that is made anew for each request they are not
# given: those of two requests need not fit together.
IN_PARTS, WHOLE_ALONE = ("accept-ranges", "bytes"), ("accept-ranges", "none")
BODILY = ("content-type", "content-length", "content-range", "content-encoding")
BARE = block(
    (
        ("content-type", "application/problem+json"),
        ("access-control-allow-origin", "*"),
        ("cache-control", "no-store"),
        ("vary", variance.ALL),
    )
)
log = logging.getLogger("renkei.serve")


def current(releases: Path) -> Path:
    """Return the folder of the release to serve."""
    link = releases / "current"
    return link if link.exists() else releases


class Serving:
    """One release being served: store, application processes, cache, who is being answered."""

    def __init__(self, release: Release, settings: Settings, budget: Budget) -> None:
        self.release = release
        self.queried = frozenset(release.manifest.queried)
        self.store: Store = open_store(
            release, settings, wait=False, beside=ApplicationPool.processes_of(settings)
        )
        self._held = hold(release.folder)  # so that nobody prunes it
        try:
            self.pool = ApplicationPool(release, settings, budget)
            try:
                self.store.ready()
                self.pool.ready(getattr(self.store, "shared", None))
            except BaseException:
                self.pool.close()
                raise
        except BaseException:
            self.store.close()
            self._held.close()
            raise
        self.cache = ResponseCache(settings.cache_bytes)
        self.flights: dict[Key, InFlight] = {}
        self.planner = Planner(release, settings)
        self.hinter = Hinter(release, settings, self.store.foreign)
        self.answering = 0
        self.async_client: AsyncClient | None = None
        self._bodies = re.compile("|".join(self.pool.told["bodies"]) or r"(?!)")
        self.templates: dict[str, Headers] = {
            name: [(n, v) for n, v in headers] for name, headers in self.pool.told["sparql"].items()
        }

    def reads_body(self, request: Request) -> bool:
        """Say whether the address of a request reads a body."""
        return bool(self._bodies.fullmatch(request.path))

    def open_async_client(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let the store be asked by the event loop, in whose thread this is called."""
        if isinstance(self.store, EmbeddedStore):
            self.async_client = AsyncClient(self.store, loop)

    def close(self) -> None:
        """End the application processes and the store."""
        self.pool.close()
        self.store.close()
        self._held.close()


class InFlight:
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
        """Wake everyone who waits for this answer."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)


class Dispatcher:
    """What answers the requests of one serving process.

    *draining* says whether the server has been told to stop.
    """

    def __init__(
        self, releases: Path, settings: Settings, draining: Callable[[], bool] = lambda: False
    ) -> None:
        self._releases, self._settings = releases, settings
        self._draining = draining
        self._budget = Budget(settings.client_seconds)
        self._figures = Figures()
        self._threads = ThreadPoolExecutor(2 * settings.engines + 4, "answer")
        self._follower: asyncio.Task[None] | None = None
        self._serving: Serving | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._coding: dict[tuple[int, str], asyncio.Future[bytes]] = {}
        self._environ = {
            "SCRIPT_NAME": "",
            "SERVER_NAME": settings.host,
            "SERVER_PORT": str(settings.port),
            "SERVER_PROTOCOL": "HTTP/1.1",
        }

    async def start(self) -> None:
        """Open the current release. Raises ReleaseError, StoreUnavailable and StoreError."""
        loop = asyncio.get_running_loop()
        self._serving = await loop.run_in_executor(
            self._threads, self._open, current(self._releases)
        )
        self._serving.open_async_client(loop)
        self._follower = loop.create_task(self._follow())

    async def stop(self) -> None:
        """End what answers; no request may be under way."""
        if self._follower is not None:
            self._follower.cancel()
        if self._serving is not None:
            self._serving.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def answer(self, request: Request) -> None:
        """Answer a request: at once where that is remembered. Raises what refused it."""
        serving = self._serving
        assert serving is not None
        if self._draining():
            request.closing = True
        if request.query and request.method in ("GET", "HEAD"):
            languages = serving.release.manifest.languages or ("en",)
            request.query = canonical(request.path, request.query, languages, serving.queried)
        key = _key(request)
        if key is not None:
            entry = serving.cache.find(key)
            if entry is not None:
                form = entry.forms.get(_coding(entry, request))
                if form is not None:
                    await _remembered(entry, form, request)
                    return
        serving.answering += 1  # before anything can take the release away
        started = time.monotonic()
        try:
            if key is None:
                route, status = await self._make(serving, None, request)
            else:
                route, status = await self._once(serving, key, request)
            self._figures.count(request.method, route, status, time.monotonic() - started)
        finally:
            serving.answering -= 1

    async def refuse(self, request: Request, error: RenkeiError) -> None:
        """Answer with what *error* says, in the words of the application."""
        serving = self._serving
        assert serving is not None
        try:
            asked = ApplicationRequest(self._environ_of(request, 0), b"", error)
            answer = await serving.pool.ask(asked, "", request.gone)
            assert isinstance(answer.body, bytes)
            headers = block(widened(answer.headers))
            self._figures.count(request.method, answer.route, answer.status, 0.0)
            await request.respond(answer.status, headers, answer.body)
        except (RenkeiError, AssertionError):
            if request.begun:
                raise BrokenOff("the answer failed") from error
            said = _bare_body(error, self._settings.public)
            await request.respond(error.status, _bare(error, len(said)), said)

    # --- answers ---

    async def _once(self, serving: Serving, key: Key, request: Request) -> tuple[str, int]:
        """Answer, and let everyone who asks the same meanwhile have the same answer."""
        flight = serving.flights.get(key)
        if flight is not None:
            await flight.landed()
            entry = serving.cache.peek(key)
            if entry is not None:
                return await self._from(serving, entry, request)
            return await self._make(serving, key, request)
        flight = serving.flights[key] = InFlight()
        try:
            return await self._make(serving, key, request, flight)
        finally:
            if serving.flights.get(key) is flight:
                del serving.flights[key]
            flight.land()

    async def _make(
        self,
        serving: Serving,
        key: Key | None,
        request: Request,
        flight: InFlight | None = None,
    ) -> tuple[str, int]:
        """Have a request answered by who can; return route and status."""
        body = b""
        if request.has_body and serving.reads_body(request):
            body = await request.body(self._most(serving, request.path))
        if request.path in DOORS and serving.async_client is not None:
            plan = self._plan(serving, request, body)
            if plan is not None:
                return await self._query(serving, key, request, flight, plan)
        return await self._application(serving, key, request, flight, body)

    def _most(self, serving: Serving, path: str) -> int:
        """Return how many bytes of a body are received at an address; it may refuse fewer."""
        return serving.planner.body_bytes if path in DOORS else self._settings.body_bytes

    def _plan(self, serving: Serving, request: Request, body: bytes) -> QueryPlan | None:
        method = "GET" if request.method == "HEAD" else request.method
        if method not in ("GET", "POST", "QUERY"):
            return None
        get = request.headers.get
        return serving.planner.small(
            method,
            request.query,
            get("content-type"),
            body,
            get("accept", ""),
            DOORS[request.path],
        )

    async def _query(
        self,
        serving: Serving,
        key: Key | None,
        request: Request,
        flight: InFlight | None,
        plan: QueryPlan,
    ) -> tuple[str, int]:
        """Answer a query without the application."""
        lasting = plan.lasting and key is not None
        tag = serving.planner.tag(request.query, plan.fmt) if lasting else ""
        who = self._client(request)
        started = time.monotonic()
        answer = await self._asked(serving, request, flight, plan, lasting)
        timing = f"store;dur={(time.monotonic() - started) * 1000:.1f}"
        headers = self._beside(serving, request, plan, lasting, answer)
        if isinstance(answer, Whole):
            self._budget.charge(who, answer.seconds)
            entry = None
            if lasting and key is not None:
                entry = serving.cache.put(key, 200, [*headers, IN_PARTS], tag, answer.body)
            if flight is not None:
                flight.land()
            if entry is not None:
                return await self._from(serving, entry, request, timing, "/sparql")
            body: bytes | StoreAnswer = answer.body
        else:
            body = answer
            if flight is not None:
                flight.land()
        tagged = [*headers, ("server-timing", timing)] + ([("etag", f'"{tag}"')] if tag else [])
        if not isinstance(answer, Stream):  # of what is sent as it comes nobody knows the length
            tagged.append(WHOLE_ALONE)
        try:
            await self._send(200, tagged, body, request)
        finally:
            if not isinstance(answer, Whole):
                self._budget.charge(who, answer.seconds)
        return "/sparql", 200

    def _beside(
        self,
        serving: Serving,
        request: Request,
        plan: QueryPlan,
        lasting: bool,
        answer: Whole | Stream | Gathered,
    ) -> Headers:
        """Return the headers of a 200 to a query, but for what is said of this one *answer*."""
        headers = [*serving.templates[template_key(plan.fmt, lasting, DOORS[request.path])]]
        if plan.disposition:
            headers.append(("content-disposition", plan.disposition))
        if answer.cut:
            headers.append(("renkei-partial", f"rows={self._settings.answer_rows}"))
        seen = answer.body if isinstance(answer, Whole) else None
        return [*headers, *serving.hinter.beside(plan.query, seen)]

    async def _asked(
        self,
        serving: Serving,
        request: Request,
        flight: InFlight | None,
        plan: QueryPlan,
        lasting: bool,
    ) -> Whole | Stream | Gathered:
        """Return the answer of the store: whole, where it is small or its length is of use.

        What failed is charged here, what did not by who sends it. Raises what refused the query.
        """
        asking = serving.async_client
        assert asking is not None
        who = self._client(request)
        self._budget.check(who)
        started = time.monotonic()
        try:
            answer = await asking.ask(
                plan.query, plan.fmt, plan.limits, _left(request, flight), who
            )
            if lasting and isinstance(answer, Stream) and _asks_its_length(request):
                held: Whole | Gathered = await self._in_thread(
                    gathered, answer, serving.cache.longest
                )
                return held
        except QueryError as error:
            self._budget.charge(who, time.monotonic() - started)
            raise outline.located(plan.query.text, error) from None
        except RenkeiError as error:
            if error.status in STOPPED:
                request.asked = address_of(plan.query)
            if error.facts.get("bound") != "engines":
                self._budget.charge(who, time.monotonic() - started)
            raise
        return answer

    async def _application(
        self,
        serving: Serving,
        key: Key | None,
        request: Request,
        flight: InFlight | None,
        body: bytes,
    ) -> tuple[str, int]:
        """Have the application answer, and send what it says."""
        environ = self._environ_of(request, len(body))
        if request.method in ("GET", "HEAD"):  # whether it is known already is said here
            environ.pop("HTTP_IF_NONE_MATCH", None)
        if key is not None:  # the cache keeps whole answers, also where HEAD came first
            environ["REQUEST_METHOD"] = "GET"
            environ.pop("HTTP_IF_MODIFIED_SINCE", None)
        if request.path == "/metrics":
            environ["renkei.figures"] = self._text(serving)
        if request.closing and self._draining():
            environ["renkei.draining"] = "1"
        who = self._client(request)
        if request.path not in FREE:
            self._budget.check(who)
        answer = await serving.pool.ask(
            ApplicationRequest(environ, body, None), who, _left(request, flight)
        )
        entry = None
        is_result = answer.status == 200 and _is_result(request.path)
        if key is not None and isinstance(answer.body, bytes):
            said = [*answer.headers, IN_PARTS] if is_result else answer.headers
            entry = serving.cache.keep(key, answer.status, said, answer.body)
        if flight is not None:
            flight.land()
        if entry is not None:
            timing = dict(compression.lowered(answer.headers)).get("server-timing", "")
            return await self._from(serving, entry, request, timing, answer.route)
        headers = [*answer.headers, WHOLE_ALONE] if is_result else answer.headers
        await self._send(answer.status, headers, answer.body, request)
        return answer.route, answer.status

    async def _from(
        self,
        serving: Serving,
        entry: CachedResponse,
        request: Request,
        timing: str = "",
        route: str = "cache",
    ) -> tuple[str, int]:
        """Send what is remembered now; *timing* is said where it was made for this request."""
        form = await self._form(serving, entry, request)
        await _remembered(entry, form, request, timing)
        return route, entry.status

    async def _form(self, serving: Serving, entry: CachedResponse, request: Request) -> EncodedBody:
        """Return *entry* in the coding that fits; a long body is compressed in a thread."""
        encoding = _coding(entry, request)
        form = entry.forms.get(encoding)
        if form is not None:
            return form
        body = None
        if len(entry.body) > compression.FAST:
            body = await self._coded(entry, encoding)
        return serving.cache.form(entry, encoding, body)

    async def _coded(self, entry: CachedResponse, encoding: str) -> bytes:
        """Return the body of *entry* in a content coding, made once for all who wait for it."""
        key = id(entry), encoding
        made = self._coding.get(key)
        if made is None:
            work = self._in_thread(compression.encode, entry.body, encoding)
            made = self._coding[key] = asyncio.ensure_future(work)
            made.add_done_callback(lambda _: self._coding.pop(key, None))
        return await asyncio.shield(made)

    async def _send(
        self,
        status: int,
        headers: Headers,
        body: bytes | FilePart | Rest | StoreAnswer,
        request: Request,
    ) -> None:
        """Send an answer that is not remembered. Raises BrokenOff where it fails on its way."""
        headers = widened(headers)
        try:
            known = dict(compression.lowered(headers)).get("etag", "").strip('"')
            if status == 200 and known and _is_result(request.path):
                ranges.check_match(known, request.headers.get("if-match"))
            accepted = request.headers.get("accept-encoding", "")
            if isinstance(body, bytes):
                headers, body = await self._in_thread_if(
                    len(body) > compression.FAST, compression.whole, status, headers, body, accepted
                )
            tag = dict(compression.lowered(headers)).get("etag", "")
            if status in (200, 206) and _is_known(request, tag):
                await request.respond(304, block(_without_body(headers)))
            elif isinstance(body, bytes):
                await request.respond(status, block(headers), body)
            else:
                await self._stream(status, headers, body, request)
        finally:
            if not isinstance(body, (bytes, FilePart)):
                close = body.close
                await (self._in_thread(close) if not isinstance(body, Rest) else _now(close))

    async def _stream(
        self,
        status: int,
        headers: Headers,
        body: FilePart | Rest | StoreAnswer,
        request: Request,
    ) -> None:
        coder = None
        if not isinstance(body, FilePart):
            accepted = request.headers.get("accept-encoding", "")
            headers, coder = compression.streamed(headers, accepted)
        if request.is_old and not isinstance(body, FilePart):
            raise VersionTooOld(
                "An answer of unknown length is not given over HTTP/1.0: cut short it would "
                "look whole.",
                "Ask over HTTP/1.1, or add a LIMIT.",
            )
        await request.begin(status, block(headers))
        if request.method == "HEAD":
            await request.end()
            return
        try:
            if isinstance(body, Rest):
                async for piece in body:
                    await request.send(coder.add(piece) if coder else piece)
            else:
                await self._from_thread(body, coder, request)
        except (RenkeiError, OSError) as error:
            log.warning("%s broken off: %s", request.path, error)
            raise BrokenOff(str(error)) from error
        if coder is not None:
            await request.send(coder.end())
        await request.end()

    async def _from_thread(
        self,
        body: FilePart | StoreAnswer,
        coder: compression.Coder | None,
        request: Request,
    ) -> None:
        """Send what has to be waited for outside the event loop."""
        pieces = iter(body)

        def piece() -> bytes | None:
            made = next(pieces, None)
            return made if coder is None or made is None else coder.add(made)

        while (made := await self._in_thread(piece)) is not None:
            for at in range(0, len(made), 4 * PIECE):
                await request.send(made[at : at + 4 * PIECE])

    # --- what is asked and who asks ---

    def _environ_of(self, request: Request, length: int) -> dict[str, str]:
        """Return a request as WSGI names it (PEP 3333)."""
        environ = dict(self._environ)
        environ["REQUEST_METHOD"] = request.method
        environ["PATH_INFO"] = request.path
        environ["RAW_URI"] = request.raw_path
        environ["QUERY_STRING"] = request.query
        environ["REMOTE_ADDR"] = request.client
        environ["wsgi.url_scheme"] = request.scheme
        for name, value in request.headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        environ["CONTENT_LENGTH"] = str(length)
        if request.asked:
            environ[ASKED] = request.asked
        return environ

    def _client(self, request: Request) -> str:
        forwarded = request.headers.get("x-forwarded-for")
        return client(request.client, forwarded, self._settings.trusted_proxies)

    def _text(self, serving: Serving) -> str:
        """Return all figures of this process as Prometheus reads them."""
        try:
            store: Mapping[str, object] = serving.store.health()
        except RenkeiError:
            store = {"ok": False}
        return self._figures.text(
            {
                "statements": serving.release.manifest.counts.get("statements", 0),
                "cache_answers_total": serving.cache.hits,
                "cache_bytes": serving.cache.size,
                **serving.pool.figures(),
                **{f"store_{name}": value for name, value in store.items()},
            }
        )

    # --- threads ---

    async def _in_thread(self, call: Callable[..., Any], *args: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *args)

    async def _in_thread_if(self, long: bool, call: Callable[..., Any], *args: object) -> Any:
        return await self._in_thread(call, *args) if long else call(*args)

    # --- releases ---

    def _open(self, folder: Path) -> Serving:
        return Serving(open_release(folder), self._settings, self._budget)

    async def _follow(self) -> None:
        """Look which release is current, and change over to a new one."""
        loop = asyncio.get_running_loop()
        refused: Path | None = None
        for turn in itertools.count():
            await asyncio.sleep(LOOK_EVERY)
            if turn % ASK_EVERY == 0:  # an application process looks after the files meanwhile
                self._background(self._ask_ready())
            serving = self._serving
            assert serving is not None
            folder: Path = current(self._releases).resolve()
            if folder in (serving.release.folder, refused):
                continue
            try:
                new = await self._in_thread(self._open, folder)
            except (RenkeiError, OSError) as error:
                log.error("release %s stays: %s", serving.release.manifest.id, error)
                refused = folder
                continue
            new.open_async_client(loop)
            self._serving = new
            log.warning("release %s is served now", new.release.manifest.id)
            threading.Thread(target=_put_away, args=(serving, loop), daemon=True).start()

    async def _ask_ready(self) -> None:
        """Ask the application how it is: it begins to compare the files of the release."""
        serving = self._serving
        assert serving is not None
        environ = {**self._environ, "REQUEST_METHOD": "GET", "PATH_INFO": "/health/ready"}
        environ |= {"QUERY_STRING": "", "wsgi.url_scheme": "http", "REMOTE_ADDR": ""}
        with contextlib.suppress(RenkeiError):
            await serving.pool.ask(ApplicationRequest(environ, b"", None), "", _for_ever)

    def _background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _for_ever() -> None:
    await asyncio.get_running_loop().create_future()


def _put_away(serving: Serving, loop: asyncio.AbstractEventLoop) -> None:
    while serving.answering:
        time.sleep(0.05)
    if serving.async_client is not None:
        loop.call_soon_threadsafe(serving.async_client.close)
    serving.close()


def _key(request: Request) -> Key | None:
    """Return what decides the answer to a request; None where it is not for the cache."""
    headers = request.headers
    if request.method not in ("GET", "HEAD") or "accept-datetime" in headers:
        return None
    if not _is_result(request.path):  # a result has no date, and its parts are cut here
        if any(name in headers for name in PARTIAL):
            return None
        if "if-modified-since" in headers and "if-none-match" not in headers:
            return None
    get = headers.get
    return Key(request.raw_path, request.query, get("accept", ""), get("accept-language", ""))


def _is_result(path: str) -> bool:
    return RESULTS.fullmatch(path) is not None


def _asks_its_length(request: Request) -> bool:
    """Say whether a request is of little use where nobody knows how long the answer is."""
    return request.method == "HEAD" or "range" in request.headers


def _part(
    entry: CachedResponse, request: Request
) -> tuple[response_cache.HeaderBlock, bytes] | None:
    """Return the part of a result that is asked for; None for all of it. Raises NoSuchRange."""
    get = request.headers.get
    if not _is_result(request.path):
        return None
    if request.method != "GET" or "range" not in request.headers:
        return None
    return ranges.part_of(entry, get("range"), get("if-range"))


def _coding(entry: CachedResponse, request: Request) -> str:
    if not entry.coded:
        return ""
    return compression.choose(request.headers.get("accept-encoding", ""))


def _left(request: Request, flight: InFlight | None) -> Callable[[], Any]:
    """Return what to await until nobody waits for an answer any more."""

    async def left() -> None:
        await request.gone()
        while flight is not None and flight.waiting:
            await asyncio.sleep(WAIT_AGAIN)

    return left


async def _remembered(
    entry: CachedResponse, form: EncodedBody, request: Request, timing: str = ""
) -> None:
    """Send an answer from the cache: 304, headers alone, or all of it.

    *timing* is what to say instead of a hit, where the answer was made just now. `If-Match` comes
    before `If-None-Match` (RFC 9110, section 13.2.2). Raises Changed and NoSuchRange.
    """
    if entry.status == 200 and _is_result(request.path):
        ranges.check_match(entry.etag, request.headers.get("if-match"))
    if entry.status == 200 and _is_known(request, form.etag):
        await request.respond(304, form.unchanged)
        return
    part = _part(entry, request)
    if part is not None:
        said = timing.encode() if timing else response_cache.HIT[1]
        await request.respond(206, [*part[0], (b"server-timing", said)], part[1])
    elif timing:
        await request.respond(
            entry.status, [*form.fresh, (b"server-timing", timing.encode())], form.body
        )
    else:
        await request.respond(entry.status, form.hit, form.body)


def _is_known(request: Request, tag: str) -> bool:
    known = request.headers.get("if-none-match")
    return bool(known) and request.method in ("GET", "HEAD") and is_known(known or "", tag)


def _without_body(headers: Headers) -> Headers:
    return [(n, v) for n, v in headers if n.lower() not in BODILY]


async def _now(call: Callable[[], None]) -> None:
    call()


def _bare(error: RenkeiError, length: int) -> response_cache.HeaderBlock:
    extra = [("content-length", str(length))]
    if "retry_after" in error.facts:
        extra.append(("retry-after", str(error.facts["retry_after"])))
    return [*BARE, *block(extra)]


def _bare_body(error: RenkeiError, public: str) -> bytes:
    """Return a problem document for when no application process can make one (RFC 9457)."""
    said = {
        "type": f"{public}problems/{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": str(error),
    }
    return json.dumps(said, ensure_ascii=True).encode() + b"\n"
