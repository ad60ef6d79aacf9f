"""The embedded store: Oxigraph in engine processes that can be killed.

The serving process never evaluates a query. It hands each one to an engine of the supervisor
(see `worker`), waits for the first bytes, and passes the rest on as they come. An engine
that meets its deadline or its memory bound is ended by the kernel, and only the query it
was answering ends with it.
"""

from __future__ import annotations

import contextlib
import json
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from renkei.config import Settings
from renkei.errors import (
    DeadlineExceeded,
    QueryError,
    RenkeiError,
    StoreUnavailable,
)
from renkei.language.messages import counted
from renkei.rdf import formats
from renkei.rdf.formats import Format
from renkei.release import Release
from renkei.sparql import federation, outline
from renkei.sparql.federation import Resolved
from renkei.sparql.outline import Form, Term
from renkei.stores.base import Limits, Query, Row, endpoints_of
from renkei.stores.oxigraph import functions
from renkei.stores.oxigraph.connection import Connection, EngineDiedError, Pace, said_error
from renkei.stores.oxigraph.frames import (
    BYTES,
    END,
    ENDED,
    ERROR,
    QUERY,
    frame,
)
from renkei.stores.oxigraph.service_proxy import ServiceProxy
from renkei.stores.oxigraph.supervisor import ASIDE, Engines, Supervisor
from renkei.stores.queue import FairQueue, Full

LONG = 0.02  # seconds after which a query gives its turn to another
LONGER = 0.2  # seconds after which its engine gets what processor time others leave
HELD = 1024 * 1024  # bytes waited for before an answer counts as begun
GRACE = 1.0  # seconds beyond a deadline after which the serving process kills by itself


class Stream:
    """The bytes of an answer. Closing it before its end kills the engine."""

    def __init__(
        self,
        store: EmbeddedStore,
        connection: Connection,
        fmt: Format,
        limits: Limits,
        pace: Pace | None = None,
    ) -> None:
        self.media_type = fmt.media_type
        self.cut = False
        self._store = store
        self._connection: Connection | None = connection
        self._limits = limits
        self._pace = pace or Pace()
        self._until = self._pace.started + limits.seconds + GRACE
        self._seconds: float | None = None
        self._held: deque[bytes] = deque()
        self.complete = False

    @property
    def seconds(self) -> float:
        """How long an engine has worked on this."""
        return self._seconds or self._pace.age

    def begin(self) -> None:
        """Wait until the answer is whole or HELD bytes of it are here."""
        size = 0
        while size < HELD:
            data = self._next()
            if data is None:
                return
            self._held.append(data)
            size += len(data)

    def __iter__(self) -> Iterator[bytes]:
        try:
            while self._held:
                yield self._held.popleft()
            while not self.complete:
                data = self._next()
                if data is not None:
                    yield data
        finally:
            self.close()

    def close(self) -> None:
        """Stop the query if it still runs."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.kill()
            self._store.lost(self._pace)

    def _received(self, connection: Connection) -> tuple[bytes, bytes]:
        """Return the next frame; a query that takes long steps aside meanwhile."""
        pace = self._pace
        for bound in (LONG, LONGER):
            if (left := bound - pace.age) > 0:
                connection.wait(left)
                with contextlib.suppress(TimeoutError):
                    return connection.receive()
            self._store.step_aside(connection, pace)
        connection.wait(max(0.01, self._until - time.monotonic()))
        return connection.receive()

    def _next(self) -> bytes | None:
        """Return the next bytes; None at the end. Raises what ended the query instead."""
        connection = self._connection
        if connection is None:
            return None
        try:
            kind, payload = self._received(connection)
            if kind == BYTES:
                if time.monotonic() > self._until:
                    raise TimeoutError
                return payload
        except TimeoutError:
            self.close()
            raise DeadlineExceeded(self._limits.seconds) from None
        except EngineDiedError:
            self._connection = None
            connection.close()
            self._store.lost(self._pace)
            raise self._store.explain(connection.pid, self._limits) from None
        self._connection = None
        self.complete = True
        self._store.done(connection, self._pace)
        if kind == END:
            self.cut, self._seconds = ENDED.unpack(payload)
            return None
        assert kind == ERROR
        raise said_error(json.loads(payload))


class SharedEngines(NamedTuple):
    """Where the engines of another process are asked, and how they reach each SERVICE."""

    socket_path: str
    services: Mapping[str, str]
    guards: tuple[str, ...] = ()


class EmbeddedStore:
    """Store over the engines of one release; see `base.Store`."""

    foreign = False

    def __init__(
        self,
        release: Release,
        settings: Settings,
        shared: SharedEngines | None = None,
        beside: int = 0,
    ) -> None:
        """Start engines for *release*, or use those of another process that are *shared*.

        *beside* is how many other processes use ours; each keeps an engine.
        """
        self._beside = beside
        self._settings = settings
        self._release = release
        self._shared = shared
        self._relay = None
        if settings.services and not shared:
            self._relay = ServiceProxy(
                settings.services, settings.service_seconds, settings.service_bytes
            )
        self._supervisor: Engines
        if shared:
            self._supervisor = Engines(shared.socket_path, shared.services)
            self._supervisor.statements = release.manifest.counts.get("statements")
            self._supervisor.guards = list(shared.guards)
        else:
            self._supervisor = Supervisor(release, settings, self._relay, beside=beside)
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        self.turns = FairQueue(settings.engines, settings.queue, settings.engines + 1)
        self.queue_seconds = settings.queue_seconds
        self._aside = 0
        self.closed = False
        self.killed = self.answered = 0
        self._link = f"{settings.public}sparql#partial"
        self._own = endpoints_of(release, settings)

    def answer(self, query: Query, fmt: Format, limits: Limits) -> Stream:
        """Answer *query* in *fmt*; see `base.Store.answer` for what it raises."""
        connection = self._ask(frame(QUERY, self.payload(query, fmt, limits)), limits)
        stream = Stream(self, connection, fmt, limits)
        try:
            stream.begin()
        except QueryError as error:
            raise outline.located(query.text, error) from None
        except BaseException:
            stream.close()
            raise
        return stream

    def payload(self, query: Query, fmt: Format, limits: Limits) -> bytes:
        """Return what an engine is told of *query*. Raises ServiceRefused."""
        default, named = query.default_graphs, query.named_graphs
        given = default is not None or named is not None
        if not given:
            default, named = outline.dataset(query.text)
        led = self._relayed(query.text, not given)
        order = _query_order(
            query.form, fmt, query.partial, default, named, self._link, limits, len(led.written)
        )
        return order + led.written.encode() + led.text.encode()

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> list[Row]:
        """Run a SELECT of ours; see `base.Store.select`."""
        settings = self._settings
        limits = Limits(settings.query_seconds, settings.answer_rows, settings.answer_bytes)
        query = Query(outline.with_values(text, bindings or {}), "select")
        data = b"".join(self.answer(query, formats.RESULTS_JSON, limits))
        solutions = ox.parse_query_results(data, ox.QueryResultsFormat.JSON)
        assert isinstance(solutions, ox.QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        return [
            {name: term for name, term in zip(names, row, strict=True) if term is not None}
            for row in solutions
        ]

    def ready(self) -> None:
        """Return when the release has been loaded; see `base.Store.ready`."""
        self._supervisor.ready()

    def health(self) -> dict[str, object]:
        """Return how the engines are; `ok` is false when the supervisor has died."""
        return {
            "ok": self._supervisor.alive and not self.closed,
            "kind": "embedded",
            "statements": self._supervisor.statements,
            "engines": self._settings.engines,
            "running": self.turns.running,
            "waiting": self.turns.waiting,
            "long": self._aside,
            "answered": self.answered,
            "killed": self.killed,
            "guards": ["no descriptor free", *self._supervisor.guards],
        }

    @property
    def shared(self) -> SharedEngines:
        """What another process needs to know to use the engines of this store.

        Waits until they are ready where queries may reach a SERVICE.
        """
        supervisor = self._supervisor
        return SharedEngines(
            supervisor.socket_path, supervisor.services(), tuple(supervisor.guards)
        )

    @property
    def services(self) -> tuple[str, ...]:
        """The endpoints that a query may reach: those of the settings, where a guard holds."""
        return tuple(self._supervisor.services())

    @property
    def functions(self) -> tuple[ox.Triple, ...]:
        """What is said of the functions that queries may call beyond SPARQL 1.1."""
        return functions.described()

    def rest(self) -> None:
        """Let go of the engines that wait; they end, and others are forked for who asks next."""
        while (connection := self.waiting()) is not None:
            connection.close()

    def close(self) -> None:
        """End all engines; queries that still run end with StoreUnavailable."""
        with self._lock:
            self.closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
        self._supervisor.close()
        if self._relay:
            self._relay.close()

    # --- what a Stream and the AsyncClient need of us ---

    def done(self, connection: Connection, pace: Pace) -> None:
        """Take an engine back that has answered."""
        self.answered += 1
        if pace.behind:  # a low priority is for good: another is forked
            connection.kill()
        else:
            with self._lock:
                closed = self.closed
                if not closed:
                    self._idle.append(connection)
            if closed:
                connection.close()
        self._over(pace)

    def lost(self, pace: Pace) -> None:
        """Take note that an engine ended before its answer did."""
        self.killed += 1
        self._over(pace)

    def _over(self, pace: Pace) -> None:
        if pace.aside:
            with self._lock:
                self._aside -= 1
            self.turns.end(pace.client)
        else:
            self.turns.give_back(pace.client)

    def step_aside(self, connection: Connection, pace: Pace) -> None:
        """Let a query that takes long give its turn to others, and then go on behind them.

        `ASIDE` times as many may stand aside as may have turns; beyond that a long one keeps its
        turn.
        """
        age = pace.age
        if age >= LONGER and not pace.behind:
            pace.behind = True
            connection.engine.go_behind()
        if age < LONG or pace.aside:
            return
        with self._lock:
            if self._aside >= ASIDE * self._settings.engines:
                return
            self._aside += 1
        pace.aside = True
        self.turns.step_aside()

    def stream(self, connection: Connection, fmt: Format, limits: Limits, pace: Pace) -> Stream:
        """Return the rest of an answer that has begun."""
        return Stream(self, connection, fmt, limits, pace)

    def busy(self) -> StoreUnavailable:
        """Return the error for who found all engines busy."""
        settings = self._settings
        return StoreUnavailable(
            "Every engine is busy (%(engines)s), and %(queue)s already.",
            "Ask again in a few seconds.",
            max(1, round(settings.queue_seconds)),
            engines=settings.engines,
            queue=counted("%(number)s query waits", "%(number)s queries wait", settings.queue),
            bound="engines",
        )

    def explain(self, pid: int, limits: Limits) -> RenkeiError:
        """Return the error that says why engine *pid* ended."""
        cause = self._supervisor.cause(pid)
        if cause == signal.SIGALRM:
            return DeadlineExceeded(limits.seconds)
        if cause == signal.SIGABRT:
            megabytes = self._settings.query_memory >> 20
            return StoreUnavailable(
                "The query needed more than %(most)s MiB of memory and was stopped.",
                "Ask for less: add patterns, a LIMIT, or drop ORDER BY and DISTINCT.",
                most=megabytes,
                bound="memory",
                bytes=self._settings.query_memory,
            )
        if cause == signal.SIGSEGV:
            return QueryError(
                "The query is nested too deeply to be evaluated.",
                "Take it apart into shorter alternatives and expressions.",
            )
        return StoreUnavailable("The engine ended while it was answering.", "Ask again.")

    # --- engines ---

    def _ask(self, data: bytes, limits: Limits) -> Connection:
        self._admit()
        try:
            for _ in range(4):
                connection = self.idle() or self.connect()
                try:
                    connection.ask(data, limits.seconds + GRACE)
                except EngineDiedError:
                    connection.close()
                    continue
                return connection
            raise StoreUnavailable("No engine answers.", "Ask again in a few seconds.")
        except BaseException:
            self.turns.give_back()
            raise

    def _admit(self) -> None:
        """Wait for a turn, within the bounds of the queue."""
        turn: queue.SimpleQueue[bool] = queue.SimpleQueue()
        given = False
        try:
            given = self.turns.take(turn.put) or turn.get(timeout=self.queue_seconds)
        except queue.Empty:
            given = not self.turns.leave(turn.put) and turn.get()
        except Full:
            pass
        if not given:
            raise self.busy()
        if self.closed:
            self.turns.give_back()
            raise StoreUnavailable("This release is being put away.", "Ask again.", 1)

    def idle(self) -> Connection | None:
        """Return an engine that waits and lives, if there is one."""
        while (connection := self.waiting()) is not None and connection.stale:
            connection.close()
        return connection

    def waiting(self) -> Connection | None:
        """Return an engine that waited when it was last heard of, if there is one."""
        with self._lock:
            return self._idle.pop() if self._idle else None

    def connect(self) -> Connection:
        """Return a connection to another engine."""
        try:
            self._supervisor.ready()
            return Connection(self._supervisor.socket_path)
        except (OSError, EngineDiedError, StoreUnavailable) as error:
            self._revive()
            raise StoreUnavailable("No engine could be reached.", "Ask again.", 1) from error

    def _revive(self) -> None:
        """Start another supervisor where ours has died."""
        with self._lock:
            if self._supervisor.alive or self.closed:
                return
            self._supervisor.close()
            path = self._supervisor.socket_path  # who shares the engines knows this one
            self._supervisor = Supervisor(
                self._release, self._settings, self._relay, path, self._beside
            )

    def _relayed(self, text: str, whole: bool) -> Resolved:
        """Return *text* with each SERVICE led to where it is asked; see `federation.resolved`."""
        if not outline.services(text):
            return Resolved(text)
        return federation.resolved(text, self._supervisor.services(), self._own, whole)


@lru_cache(maxsize=64)
def _query_order(
    form: Form,
    fmt: Format,
    partial: bool,
    default_graphs: tuple[str, ...] | None,
    named_graphs: tuple[str, ...] | None,
    link: str,
    limits: Limits,
    written: int,
) -> bytes:
    """Return the line that goes before the text of a query: the same for most of them.

    *written* is how many letters before that text are to be read alone.
    """
    order = {
        "form": form,
        "format": fmt.name,
        "partial": partial,
        "default_graphs": default_graphs,
        "named_graphs": named_graphs,
        "link": link,
        "seconds": limits.seconds,
        "rows": limits.rows,
        "bytes": limits.bytes,
        "written": written,
    }
    return json.dumps(order).encode() + b"\n"
