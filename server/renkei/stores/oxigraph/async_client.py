"""The store asked from an event loop: an answer is awaited, without a thread.

Small answers come back whole. One that grows beyond HELD becomes a Stream, which a thread
reads on. Nothing is set up per query but one future: all engines are watched by one epoll
that stays with the loop, and one tick sees to those that take long. Deadlines are the
engines' own: an engine that meets its own ends, and its end is what is seen here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from renkei.errors import DeadlineExceeded, RenkeiError, StoreUnavailable
from renkei.stores.base import Limits, Query
from renkei.stores.oxigraph.connection import Connection, Pace, said_error
from renkei.stores.oxigraph.frames import BYTES, END, ENDED, HEADER, QUERY, frame
from renkei.stores.oxigraph.store import HELD, EmbeddedStore, Stream
from renkei.stores.queue import Full

if TYPE_CHECKING:
    from renkei.rdf.formats import Format

TICK = 0.01  # seconds between looks at what takes long
WATCH_AFTER = 0.1  # seconds after which it is watched whether anybody still waits
ENGINES_TRIED = 4  # before a query is refused because none answers
PIECE = 256 * 1024  # bytes read at once

Left = Callable[[], Awaitable[object]]


class Whole(NamedTuple):
    """An answer that is all here."""

    body: bytes
    cut: bool
    seconds: float


class Gathered:
    """A stream of which so much has been taken already that it is too long to be held."""

    def __init__(self, parts: list[bytes], rest: Iterator[bytes], stream: Stream) -> None:
        self.media_type, self.cut = stream.media_type, stream.cut
        self._parts, self._rest, self._stream = parts, rest, stream

    @property
    def seconds(self) -> float:
        """How long an engine has worked on this."""
        return self._stream.seconds

    def __iter__(self) -> Iterator[bytes]:
        yield from self._parts
        yield from self._rest

    def close(self) -> None:
        """Stop the query if it still runs."""
        self._stream.close()


def gathered(stream: Stream, most: int) -> Whole | Gathered:
    """Return all of *stream* where that is *most* bytes at most, else what goes on with it.

    For a thread: it waits for the engine. Raises what ended the query.
    """
    parts, size, rest = [], 0, iter(stream)
    for part in rest:
        parts.append(part)
        size += len(part)
        if size > most:
            return Gathered(parts, rest, stream)
    return Whole(b"".join(parts), stream.cut, stream.seconds)


class _EngineEndedError(Exception):
    """The engine ended before its answer did."""


class _Call:
    """A query that an engine answers."""

    __slots__ = ("buffer", "connection", "fmt", "future", "left", "limits", "pace")

    def __init__(
        self,
        connection: Connection,
        fmt: Format,
        limits: Limits,
        left: Left,
        pace: Pace,
        future: asyncio.Future[Whole | Stream],
    ) -> None:
        self.connection, self.fmt, self.limits = connection, fmt, limits
        self.left: Left | None = left
        self.future = future
        self.buffer = bytearray()
        self.pace = pace


class AsyncClient:
    """What the event loop asks an embedded store by."""

    def __init__(self, store: EmbeddedStore, loop: asyncio.AbstractEventLoop) -> None:
        self._store, self._loop = store, loop
        self._thread = threading.get_ident()
        self._calls: dict[int, _Call] = {}
        self._waiting: dict[asyncio.Future[None], float] = {}
        self._ticking: asyncio.TimerHandle | None = None
        self._watchers: set[asyncio.Task[None]] = set()
        self._epoll = select.epoll()
        loop.add_reader(self._epoll.fileno(), self._readable)

    def close(self) -> None:
        """Leave the loop; called on it when nothing is asked any more."""
        self._loop.remove_reader(self._epoll.fileno())
        self._epoll.close()
        if self._ticking:
            self._ticking.cancel()

    async def ask(
        self, query: Query, fmt: Format, limits: Limits, left: Left, client: str = ""
    ) -> Whole | Stream:
        """Answer *query* in *fmt* for *client*; see `base.Store.answer` for what it raises.

        *left* is awaited where the answer takes long, and returns when nobody waits for it
        any more. A QueryError has no place yet: see `outline.located`.
        """
        store = self._store
        payload = frame(QUERY, store.payload(query, fmt, limits))
        await self._turn(client)
        try:
            connection = await self._told(payload)
        except BaseException:
            store.turns.give_back(client)
            raise
        return await self._answer(connection, fmt, limits, left, client)

    async def _told(self, payload: bytes) -> Connection:
        """Return the connection to an engine that has been sent *payload*."""
        for number in range(ENGINES_TRIED):
            # One that ended while it waited shows when it is written to; then all are looked at.
            connection = self._store.idle() if number else self._store.waiting()
            if connection is None:
                connection = await self._loop.run_in_executor(None, self._store.connect)
            if not connection.watched:
                self._epoll.register(connection.fileno(), select.EPOLLIN | select.EPOLLET)
                connection.watched = True
            try:
                if os.write(connection.fileno(), payload) == len(payload):
                    return connection
            except OSError:  # it ended while it waited
                connection.close()
                continue
            connection.kill()
        raise StoreUnavailable("No engine answers.", "Ask again in a few seconds.")

    async def _answer(
        self, connection: Connection, fmt: Format, limits: Limits, left: Left, client: str
    ) -> Whole | Stream:
        descriptor = connection.fileno()
        call = _Call(connection, fmt, limits, left, Pace(client), self._loop.create_future())
        self._calls[descriptor] = call
        if self._ticking is None:
            self._ticking = self._loop.call_later(TICK, self._tick)
        try:
            return await call.future
        except _EngineEndedError:
            error = await self._loop.run_in_executor(
                None, self._store.explain, connection.pid, limits
            )
            raise error from None
        except asyncio.CancelledError:
            if self._calls.pop(descriptor, None) is not None:
                connection.kill()
                self._store.lost(call.pace)
            raise

    async def _turn(self, client: str) -> None:
        """Wait for a turn, within the bounds of the queue."""
        store = self._store
        if not store.turns.take_now(client):
            await self._waited(client)
        if store.closed:
            store.turns.give_back(client)
            raise StoreUnavailable("This release is being put away.", "Ask again.", 1)

    async def _waited(self, client: str) -> None:
        """Wait until a turn is given. Raises StoreUnavailable."""
        store = self._store
        future: asyncio.Future[None] = self._loop.create_future()

        def wake(given: bool) -> None:
            if threading.get_ident() == self._thread:
                decided(given)
            else:
                self._loop.call_soon_threadsafe(decided, given)

        def decided(given: bool) -> None:
            if future.done():
                if given:
                    store.turns.give_back(client)  # who waited has gone
            elif given:
                future.set_result(None)
            else:
                future.set_exception(TimeoutError())

        try:
            if store.turns.take(wake, client):
                return
            self._waiting[future] = time.monotonic() + store.queue_seconds
            if self._ticking is None:
                self._ticking = self._loop.call_later(TICK, self._tick)
            try:
                await future
            except (asyncio.CancelledError, TimeoutError):
                store.turns.leave(wake, client)
                raise
            finally:
                del self._waiting[future]
        except (Full, TimeoutError):
            raise store.busy() from None

    def _readable(self) -> None:
        """Take what engines say."""
        for descriptor, _ in self._epoll.poll(0):
            call = self._calls.get(descriptor)
            while call is not None:
                try:
                    data = os.read(descriptor, PIECE)
                except BlockingIOError:
                    break
                except OSError:
                    data = b""
                if not data:
                    self._ended(descriptor, call, _EngineEndedError())
                    break
                if self._fed(descriptor, call, data) or len(data) < PIECE:
                    break

    def _fed(self, descriptor: int, call: _Call, data: bytes) -> bool:
        """Take *data*; say whether the call is over for the loop."""
        held = call.buffer
        held += data
        at, size, parts = 0, len(held), []
        while size - at >= HEADER.size:
            kind, length = HEADER.unpack_from(held, at)
            start, at = at + HEADER.size, at + HEADER.size + length
            if at > size:
                break
            if kind == BYTES:
                parts.append((start, at))
                continue
            del self._calls[descriptor]
            said = held[start:at]
            body = b"".join(held[a:b] for a, b in parts)
            self._store.done(call.connection, call.pace)
            if not call.future.done():
                if kind == END:
                    call.future.set_result(Whole(body, *ENDED.unpack(said)))
                else:
                    call.future.set_exception(said_error(json.loads(said)))
            return True
        if size < HELD:
            return False
        del self._calls[descriptor]
        self._epoll.unregister(descriptor)
        call.connection.watched = False
        call.connection.hold(held)
        stream = self._store.stream(call.connection, call.fmt, call.limits, call.pace)
        if call.future.done():
            stream.close()
        else:
            call.future.set_result(stream)
        return True

    def _ended(self, descriptor: int, call: _Call, error: Exception) -> None:
        del self._calls[descriptor]
        call.connection.close()
        self._store.lost(call.pace)
        if not call.future.done():
            call.future.set_exception(error)

    def _tick(self) -> None:
        """See to what takes long, and to who waited too long."""
        self._ticking = None
        now = time.monotonic()
        for future, until in list(self._waiting.items()):
            if now > until and not future.done():
                future.set_exception(TimeoutError())
        for descriptor, call in list(self._calls.items()):
            age = call.pace.age
            if age < TICK:
                continue
            if call.left is not None and age >= WATCH_AFTER:
                task = self._loop.create_task(self._watch(descriptor, call, call.left))
                self._watchers.add(task)
                task.add_done_callback(self._watchers.discard)
                call.future.add_done_callback(lambda _, task=task: task.cancel())  # type: ignore[misc]
                call.left = None
            self._store.step_aside(call.connection, call.pace)
            if age > call.limits.seconds + 1.0:
                call.connection.engine.end()
                self._ended(descriptor, call, DeadlineExceeded(call.limits.seconds))
        if self._calls or self._waiting:
            self._ticking = self._loop.call_later(TICK, self._tick)

    async def _watch(self, descriptor: int, call: _Call, left: Left) -> None:
        """End a query for which nobody waits any more."""
        with contextlib.suppress(Exception):
            await left()
            if self._calls.get(descriptor) is call:
                call.connection.engine.end()
                self._ended(descriptor, call, _gone())


def _gone() -> RenkeiError:
    return StoreUnavailable("The reader hung up.")
