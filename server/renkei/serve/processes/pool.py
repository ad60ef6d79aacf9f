"""What the event loop asks the application processes by.

Each request waits for its turn, fair between clients, and is answered by one process. One
that takes long gives its turn to others and goes on behind them. Where its client goes, or
its deadline passes, its process is ended, and only that request with it. What is small comes
back whole, so that a slow reader holds no process.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from renkei.config import Settings
from renkei.errors import DeadlineExceeded, StoreUnavailable
from renkei.release import Release
from renkei.serve.http.files import FilePart
from renkei.serve.processes.messages import (
    BYTES,
    END,
    FILE,
    HEAD,
    HEADER,
    HELLO,
    LAST,
    ApplicationRequest,
    Head,
)
from renkei.serve.web.rate_limit import Budget
from renkei.stores.oxigraph.frames import folder_of_sockets
from renkei.stores.oxigraph.store import SharedEngines
from renkei.stores.prefork import Forked, end, python_path
from renkei.stores.queue import FairQueue, Full

HELD = 8 << 20  # bytes of an answer that are taken from a process however slow the reader is
ASIDE = 0.1  # seconds after which a request gives its turn to another
BEHIND = 0.3  # seconds after which its process gets what processor time others leave
WATCH_AFTER = 0.1  # seconds after which it is watched whether anybody still waits
TELLING = 2.0  # seconds that a page has, beyond those of a query, to say that one took too long
GRACE = 1.0  # seconds beyond a deadline after which a process is ended from here
TRIED = 4  # processes asked before a request is refused because none answers

Left = Callable[[], Awaitable[object]]


@dataclass(slots=True)
class ApplicationAnswer:
    """What the application said: *body* is whole, a part of a file, or what comes in pieces."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes | FilePart | Rest
    route: str


class _EndedError(Exception):
    """The process ended before its answer did."""


class _Process:
    """A connection to one application process."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._forked: Forked | None = None
        self.behind = False

    @classmethod
    async def at(cls, path: str) -> _Process:
        """Return a connection to a process that waits at *path*. Raises OSError or _EndedError."""
        made = cls(*await asyncio.open_unix_connection(path, limit=1 << 20))
        try:
            kind, payload = await made.receive()
        except BaseException:
            made.close()
            raise
        assert kind == HELLO
        made._forked = Forked(json.loads(payload)["pid"])
        return made

    @property
    def stale(self) -> bool:
        """Whether the process ended while nothing was asked."""
        return self._reader.at_eof()

    async def send(self, data: bytes) -> None:
        """Send the frame of a request. Raises _EndedError."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            raise _EndedError from error

    async def receive(self) -> tuple[bytes, bytes]:
        """Return the next frame. Raises _EndedError."""
        try:
            kind, size = HEADER.unpack(await self._reader.readexactly(HEADER.size))
            return kind, await self._reader.readexactly(size)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise _EndedError from error

    def go_behind(self) -> None:
        """Let others go first, for good: the process is replaced after this answer."""
        self.behind = True
        if self._forked is not None:
            self._forked.go_behind()

    def end(self) -> None:
        """End the process at once."""
        if self._forked is not None:
            self._forked.end()
        self.close()

    def close(self) -> None:
        """Close the connection; the process ends with it."""
        with contextlib.suppress(OSError, RuntimeError):
            self._writer.close()
        if self._forked is not None:
            self._forked.forget()


class ApplicationPool:
    """The application processes of one release, as the event loop sees them.

    *budget* is what each client has left. The first process starts at once, and is told what
    to do when `ready` is called.
    """

    def __init__(
        self,
        release: Release,
        settings: Settings,
        budget: Budget,
    ) -> None:
        self._settings = settings
        self.budget = budget
        self.query_seconds = settings.query_seconds
        self.seconds = settings.query_seconds + TELLING
        self._order = {
            "release": str(release.folder),
            "settings": asdict(settings),
            "processes": self.processes_of(settings),
            "seconds": settings.query_seconds + TELLING,
        }
        self.turns = FairQueue(settings.processes, settings.queue, settings.processes + 1)
        self._idle: list[_Process] = []
        self._aside = 0
        self._starting = threading.Lock()
        self.closed = False
        self.killed = 0
        self.told: dict[str, Any] = {}
        self._engines: SharedEngines | None = None
        self._start()

    @staticmethod
    def processes_of(settings: Settings) -> int:
        """Return how many processes answer: as many again may be at long requests."""
        return 2 * settings.processes

    def _start(self) -> None:
        self._home = folder_of_sockets()
        self._path = str(self._home / "asked")
        self._supervisor = subprocess.Popen(
            [sys.executable, "-m", "renkei.serve.processes.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith("RENKEI_")},
                "PYTHONPATH": python_path(),
            },
        )

    def ready(self, engines: SharedEngines | None) -> None:
        """Return when requests are answered. Raises StoreUnavailable.

        *engines* are those of the store that the processes share, where it is embedded.
        """
        self._engines = engines
        shared = engines and [engines.socket_path, dict(engines.services), list(engines.guards)]
        order = {**self._order, "socket": self._path, "engines": shared}
        assert self._supervisor.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it ended: that is seen below
            self._supervisor.stdin.write(json.dumps(order).encode() + b"\n")
            self._supervisor.stdin.flush()
        output = self._supervisor.stdout
        assert output is not None
        said = output.readline()
        if not said.startswith(b"{"):
            self.close()
            raise StoreUnavailable(
                "The application could not be started.", "The lines above say why."
            )
        self.told = json.loads(said)

    async def ask(self, request: ApplicationRequest, client: str, left: Left) -> ApplicationAnswer:
        """Have a process answer *request* for *client*.

        *left* is awaited where that takes long, and returns when nobody waits for it any
        more. Raises StoreUnavailable and DeadlineExceeded.
        """
        await self._turn(client)
        work = _Work(self, client)
        try:
            return await work.answer(request, left)
        except BaseException:
            work.over()
            raise

    def close(self) -> None:
        """End all processes; what they are at ends with them."""
        self.closed = True
        for process in self._idle:
            process.close()
        self._idle.clear()
        end(self._supervisor, self._home)

    def figures(self) -> dict[str, int]:
        """Return how the processes are, for figures."""
        return {
            "application_running": self.turns.running,
            "application_waiting": self.turns.waiting,
            "application_long": self._aside,
            "application_killed_total": self.killed,
        }

    async def _turn(self, client: str) -> None:
        """Wait for a turn. Raises StoreUnavailable."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def wake(given: bool) -> None:
            if not future.done():
                future.set_result(given)
            elif given:
                self.turns.give_back(client)  # who waited has gone

        given = False
        try:
            given = self.turns.take(wake, client)
            if not given:
                given = await asyncio.wait_for(future, self._settings.queue_seconds)
        except asyncio.CancelledError:
            self.turns.leave(wake, client)
            raise
        except (Full, TimeoutError):
            self.turns.leave(wake, client)
        if not given:
            raise StoreUnavailable(
                "Too many requests are being answered, and as many wait as may.",
                "Ask again in a few seconds.",
                retry_after=max(1, round(self._settings.queue_seconds)),
                bound="processes",
            )

    # --- what a _Work needs of us ---

    async def process(self) -> _Process:
        """Return a process that waits. Raises StoreUnavailable."""
        while self._idle:
            process = self._idle.pop()
            if not process.stale:
                return process
            process.close()
        for _ in range(TRIED):
            try:
                return await _Process.at(self._path)
            except (OSError, _EndedError):
                await asyncio.get_running_loop().run_in_executor(None, self._revive)
        raise StoreUnavailable("No application process answers.", "Ask again in a few seconds.")

    def keep(self, process: _Process) -> None:
        """Take a process back that has answered."""
        if process.behind or self.closed:
            process.end()
        else:
            self._idle.append(process)

    def may_step_aside(self) -> bool:
        """Let a long request go on beside others, where there are not too many of its kind."""
        if self._aside >= self._settings.processes:
            return False
        self._aside += 1
        self.turns.step_aside()
        return True

    def over(self, client: str, aside: bool) -> None:
        """Take note that a request has ended."""
        if aside:
            self._aside -= 1
            self.turns.end(client)
        else:
            self.turns.give_back(client)

    def _revive(self) -> None:
        """Start the processes anew where the one that forks them has died."""
        with self._starting:
            if self.closed or self._supervisor.poll() is None:
                return
            shutil.rmtree(self._home, ignore_errors=True)
            self._start()
            with contextlib.suppress(StoreUnavailable):
                self.ready(self._engines)


class Rest:
    """An answer too large to be gathered; closing it before its end stops what makes it."""

    def __init__(self, work: _Work, process: _Process, parts: list[bytes]) -> None:
        self._work, self._process, self._parts = work, process, parts

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._work.rest(self._process, self._parts)

    def close(self) -> None:
        """Stop making the answer, where it is not whole."""
        self._work.over()


class _Work:
    """One request at one process."""

    def __init__(self, pool: ApplicationPool, client: str) -> None:
        self._pool, self._client = pool, client
        self._process: _Process | None = None
        self._aside = self._ended = self._abandoned = False
        self._started = time.monotonic()
        self._loop = asyncio.get_running_loop()
        self._timers: list[asyncio.TimerHandle] = []
        self._watch: asyncio.Task[None] | None = None
        self._task = asyncio.current_task()

    async def answer(self, request: ApplicationRequest, left: Left) -> ApplicationAnswer:
        """Return the answer, whole where it is small; see `ApplicationPool.ask`."""
        self._timers = [
            self._loop.call_later(ASIDE, self._step_aside),
            self._loop.call_later(BEHIND, self._go_behind),
            self._loop.call_later(WATCH_AFTER, self._begin_watch, left),
        ]
        seconds = self._pool.seconds + GRACE
        try:
            with self._pool.budget.working(self._client):
                async with asyncio.timeout(seconds):
                    self._process = process = await self._pool.process()
                    await process.send(request.frame())
                    kind, payload = await process.receive()
                    assert kind == HEAD
                    head = Head.of(payload)
                    body = await self._body(process)
        except (TimeoutError, _EndedError):
            raise self._why() from None
        except asyncio.CancelledError:
            if self._abandoned:
                raise self._why() from None
            raise
        return ApplicationAnswer(*head[:2], body, head.route)

    async def _body(self, process: _Process) -> bytes | FilePart | Rest:
        parts: list[bytes] = []
        size = 0
        while size < HELD:
            kind, payload = await process.receive()
            if kind == FILE:
                path, first, length, stamp = json.loads(payload)
                await process.receive()
                self.over(process)
                return FilePart(Path(path), first, length, tuple(stamp))
            if kind == END:
                self._ended_with(process, payload)
                return b"".join(parts)
            assert kind == BYTES
            parts.append(payload)
            size += len(payload)
        return Rest(self, process, parts)

    async def rest(self, process: _Process, parts: list[bytes]) -> AsyncIterator[bytes]:
        """Give what was gathered and what still comes."""
        for part in parts:
            yield part
        parts.clear()
        try:
            while True:
                kind, payload = await process.receive()
                if kind == END:
                    self._ended_with(process, payload)
                    return
                yield payload
        except _EndedError:
            raise self._why() from None

    def _ended_with(self, process: _Process, payload: bytes) -> None:
        """Take note of the end of an answer: a process that leaves is not asked again."""
        process.behind = process.behind or payload == LAST
        self.over(process)

    def over(self, process: _Process | None = None) -> None:
        """End this work, once; *process* is what can be asked again, where it can."""
        if self._ended:
            return
        self._ended = True
        for timer in self._timers:
            timer.cancel()
        if self._watch is not None:
            self._watch.cancel()
        if process is not None:
            self._pool.keep(process)
        elif self._process is not None:
            self._pool.killed += 1
            self._process.end()
        self._pool.over(self._client, self._aside)

    def _why(self) -> DeadlineExceeded | StoreUnavailable:
        seconds = self._pool.seconds
        if self._abandoned:
            return StoreUnavailable("The reader hung up.")
        if time.monotonic() - self._started >= seconds - 0.02:
            return DeadlineExceeded(self._pool.query_seconds)
        return StoreUnavailable("The process ended while it was answering.", "Ask again.")

    def _step_aside(self) -> None:
        self._aside = self._pool.may_step_aside()

    def _go_behind(self) -> None:
        if self._process is not None:
            self._process.go_behind()

    def _begin_watch(self, left: Left) -> None:
        self._watch = self._loop.create_task(self._watched(left))

    async def _watched(self, left: Left) -> None:
        """End the process of a request for which nobody waits any more."""
        await left()
        self._abandoned = True
        if self._process is not None:
            self._process.end()
        elif self._task is not None:
            self._task.cancel()
