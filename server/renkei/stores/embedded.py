"""The embedded store: Oxigraph in engine processes that can be killed.

The serving process never evaluates a query. It hands each one to an engine of the nursery
(see `engine`), waits for the first bytes, and passes the rest on as they come. An engine
that meets its deadline or its memory bound is ended by the kernel, and only the query it
was answering ends with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import queue
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

import renkei
from renkei import formats, queries
from renkei.config import Settings
from renkei.errors import (
    AnswerTooLarge,
    DeadlineExceeded,
    FileDamaged,
    NotSupported,
    QueryError,
    RenkeiError,
    StoreError,
    StoreUnavailable,
)
from renkei.formats import Format
from renkei.integrity import Seal
from renkei.language.messages import counted
from renkei.release import Release
from renkei.stores.base import Form, Limits, Query, Row, Term
from renkei.stores.frames import (
    BYTES,
    DEATH,
    DEATHS,
    END,
    ENDED,
    ERROR,
    HEADER,
    HELLO,
    QUERY,
    folder_of_sockets,
    frame,
)
from renkei.stores.lane import Lane
from renkei.stores.relay import Relay, without_address
from renkei.stores.turns import Full, Turns
from renkei.stores.writing import context_of

log = logging.getLogger("renkei.stores")

_UNKNOWN = re.compile(r"custom function <?([^<>\s]+)>? is not supported", re.IGNORECASE)
LONG = 0.05  # seconds after which a query gives its turn to another
LONGER = 0.2  # seconds after which its engine gets what processor time others leave
HELD = 1024 * 1024  # bytes waited for before an answer counts as begun
GRACE = 1.0  # seconds beyond a deadline after which the serving process kills by itself
START_SECONDS = 300.0
STORE = "store"  # the index of a release, by the name that an error gives it
CAUSE_SECONDS = 2.0  # how long it may take until it is known why an engine ended


class EngineDiedError(Exception):
    """The engine's end of the connection closed."""


class Connection:
    """A connection to one engine."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(5.0)
        self._buffer = bytearray()
        self.pid = 0
        self.watched = False  # by the event loop; see `lane`
        self._pidfd = -1
        try:
            self._socket.connect(path)
            kind, payload = self.receive()
        except BaseException:
            self._socket.close()
            raise
        if kind != HELLO:
            raise EngineDiedError
        self.pid = int(json.loads(payload)["pid"])
        with contextlib.suppress(AttributeError, OSError):
            self._pidfd = os.pidfd_open(self.pid)

    def ask(self, data: bytes, seconds: float) -> None:
        """Send the frame of a query; *seconds* is how long each wait for its answer may last."""
        self._socket.settimeout(seconds)
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise EngineDiedError from error

    def receive(self) -> tuple[bytes, bytes]:
        """Return the next frame. Raises EngineDiedError, or TimeoutError."""
        while True:
            if len(self._buffer) >= HEADER.size:
                kind, size = HEADER.unpack_from(self._buffer)
                end = HEADER.size + size
                if len(self._buffer) >= end:
                    payload = bytes(self._buffer[HEADER.size : end])
                    del self._buffer[:end]
                    return kind, payload
            try:
                data = self._socket.recv(128 * 1024)
            except TimeoutError:
                raise
            except OSError as error:
                raise EngineDiedError from error
            if not data:
                raise EngineDiedError
            self._buffer += data

    def fileno(self) -> int:
        """Return the descriptor of the socket."""
        return self._socket.fileno()

    def hold(self, data: bytearray) -> None:
        """Take what has been read of an answer elsewhere."""
        self._buffer = data
        self._socket.settimeout(5.0)

    def wait(self, seconds: float) -> None:
        """Let each wait for an answer last so long from now on."""
        self._socket.settimeout(seconds)

    @property
    def stale(self) -> bool:
        """Whether the engine has gone, or said something nobody asked for."""
        return bool(select.select([self._socket], [], [], 0)[0])

    def kill(self) -> None:
        """End the engine at once, and the connection with it."""
        self.end()
        self.close()

    def end(self) -> None:
        """End the engine at once; whoever reads from it sees the end."""
        with contextlib.suppress(OSError):
            if self._pidfd >= 0:
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            else:
                os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Close the connection; the engine ends with it."""
        self._socket.close()
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1


class Engines:
    """The engines of a nursery, as anybody finds them who knows the path of its socket."""

    def __init__(self, socket_path: str, services: Mapping[str, str] | None = None) -> None:
        self.socket_path = socket_path
        self._services = services or {}
        self.statements: int | None = None
        self.guards: list[str] = []  # of the kernel; known when ready

    @property
    def alive(self) -> bool:
        """Whether engines can be had, as far as that is known here."""
        return True

    def ready(self) -> None:
        """Return when the release has been loaded. Raises StoreUnavailable."""

    def services(self) -> Mapping[str, str]:
        """Return where each endpoint is asked that a query may reach, once that is known."""
        return self._services

    def cause(self, pid: int) -> int | None:
        """Return the signal that ended engine *pid*; None where nobody said in time."""
        path = Path(self.socket_path).with_name(DEATHS)
        until = time.monotonic() + CAUSE_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                ended: dict[int, int] = dict(DEATH.iter_unpack(_whole(path.read_bytes())))
                if pid in ended:
                    return ended[pid]
            time.sleep(0.005)
        return None

    def close(self) -> None:
        """Let the engines be: they are another's."""


def _whole(data: bytes) -> bytes:
    return data[: len(data) - len(data) % DEATH.size]


class Nursery(Engines):
    """The process that loads the release and forks engines, seen by who started it.

    *socket_path* is where another nursery of this store stood that has died.
    """

    def __init__(
        self,
        release: Release,
        settings: Settings,
        relay: Relay | None = None,
        socket_path: str = "",
    ) -> None:
        if not socket_path:
            socket_path = str(folder_of_sockets() / "engines")
        super().__init__(socket_path)
        self._folder = Path(socket_path).parent
        self._folder.mkdir(mode=0o700, exist_ok=True)
        Path(socket_path).unlink(missing_ok=True)
        self._relay = relay
        self._handover, theirs = socket.socketpair()
        self.statements = release.manifest.counts.get("statements")
        order = _order(release, settings, self.socket_path)
        order |= {"relay": relay and relay.port, "handover": theirs.fileno()}
        home = str(Path(renkei.__file__).parents[1])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "renkei.stores.engine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={
                "PATH": os.defpath,
                "PYTHONPATH": os.pathsep.join([home, *_site_folders()]),
                "PYTHONHASHSEED": "0",
                "RUST_BACKTRACE": "0",
                "LC_ALL": "C.UTF-8",
                "PYTHONDONTWRITEBYTECODE": "1",
                # glibc keeps 7 freed pieces of a size at hand, and queries free many more;
                # with this one takes a fifth less time
                "GLIBC_TUNABLES": "glibc.malloc.tcache_count=127",
            },
            cwd="/",
            pass_fds=(theirs.fileno(),),
        )
        theirs.close()
        orders = self._process.stdin
        assert orders is not None
        with contextlib.suppress(BrokenPipeError):  # it ended: what it says is read below
            orders.write(json.dumps(order).encode() + b"\n")
            orders.flush()
        self._loading = threading.Lock()
        self._loaded = False
        self._release = release
        self._files = [] if order["folder"] else _loaded(release)

    def ready(self) -> None:
        """Return when the release has been loaded, and what was loaded is what was packed.

        Raises StoreUnavailable, and FileDamaged.
        """
        if self._loaded:
            return
        with self._loading:
            if self._loaded:
                return
            output = self._process.stdout
            assert output is not None
            ready = b""
            if not output.closed and select.select([output], [], [], START_SECONDS)[0]:
                ready = output.readline()
            try:
                self._check(json.loads(ready) if ready.startswith(b"{") else {})
            except BaseException:
                self.close()
                raise
            self._guarded(json.loads(ready))
            self._loaded = True
            output.close()

    def _guarded(self, said: dict[str, Any]) -> None:
        """Take note of what guards the engines, and say what does not."""
        self.guards = said["guards"]
        if not self.guards:
            log.warning(
                "The kernel lets no engine be confined; only that it has no file descriptor free "
                "keeps a query from files and sockets. See docs/operating.md, Guards."
            )
        if self._relay is None:
            return
        if not said["services"]:
            log.warning(
                "SERVICE is off: the kernel does not let an engine be kept to the endpoints "
                "of RENKEI_SERVICES. See docs/operating.md, Guards."
            )
            return
        self._services = self._relay.addresses
        with contextlib.suppress(BlockingIOError):  # the engines are in our network
            self._handover.setblocking(False)
            listeners = socket.recv_fds(self._handover, 16, 1)[1]
            for listener in listeners:
                self._relay.listen(socket.socket(fileno=listener))

    def services(self) -> Mapping[str, str]:
        """Return where each endpoint is asked that a query may reach, once that is known."""
        if self._relay is not None:
            self.ready()
        return self._services

    def _check(self, said: dict[str, Any]) -> None:
        """Compare what was loaded while it was loaded; *said* is how the system saw the files.

        Raises FileDamaged, and StoreUnavailable where all are whole and yet not loaded.
        """
        compared = self._release.compared
        if "damaged" in said:
            raise compared.damage(said["damaged"])
        compared.require(*self._files)
        if not said:
            raise StoreUnavailable(
                "Release %(name)s could not be loaded.",
                "The lines above say why; pack the publication again.",
                name=self._release.manifest.id,
            )
        for name, seal in zip(self._files, said["seals"], strict=True):
            if compared.seen(name)[1] != Seal(*seal):
                raise compared.damage(name)  # changed between loading and comparing

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the nursery and its engines, and take its folder away."""
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._handover.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _loaded(release: Release) -> list[str]:
    """Return the files of *release* that a store in memory is loaded from."""
    return [name for name in ("data.nq", "description.nq") if name in release.manifest.files]


def _order(release: Release, settings: Settings, path: str) -> dict[str, Any]:
    manifest = release.manifest
    quads = manifest.counts.get("quads", 0)
    index = release.folder / "store"
    in_memory = quads <= settings.memory_statements or not index.is_dir()
    return {
        "socket": path,
        "files": [str(release.path(n)) for n in _loaded(release)],
        "folder": None if in_memory else str(index),
        "engines": 2 * settings.engines,  # as many again may be at long queries
        "memory": settings.query_memory,
        "release": manifest.id,
        "root": manifest.root,
        "namespace": manifest.namespace,
        "prefixes": manifest.prefixes,
        "context": context_of(release),
        "context_address": f"{settings.public}context.jsonld",
    }


def _site_folders() -> list[str]:
    return [folder for folder in sys.path if folder.endswith("-packages")]


class Pace:
    """How long a query has been at it: *aside* has no turn, *behind* a low priority."""

    __slots__ = ("aside", "behind", "client", "started")

    def __init__(self, client: str = "") -> None:
        self.client = client
        self.started = time.monotonic()
        self.aside = self.behind = False

    @property
    def age(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.started


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

    def __init__(
        self, release: Release, settings: Settings, shared: SharedEngines | None = None
    ) -> None:
        """Start engines for *release*, or use those of another process that are *shared*."""
        self._settings = settings
        self._release = release
        self._shared = shared
        self._relay = None
        if settings.services and not shared:
            self._relay = Relay(settings.services, settings.service_seconds, settings.service_bytes)
        self._nursery: Engines
        if shared:
            self._nursery = Engines(shared.socket_path, shared.services)
            self._nursery.statements = release.manifest.counts.get("statements")
            self._nursery.guards = list(shared.guards)
        else:
            self._nursery = Nursery(release, settings, self._relay)
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        self.turns = Turns(settings.engines, settings.queue, settings.engines + 1)
        self.queue_seconds = settings.queue_seconds
        self._aside = 0
        self.closed = False
        self.killed = self.answered = 0
        self._link = f"{settings.public}sparql#partial"

    def answer(self, query: Query, fmt: Format, limits: Limits) -> Stream:
        """Answer *query* in *fmt*; see `base.Store.answer` for what it raises."""
        connection = self._ask(frame(QUERY, self.payload(query, fmt, limits)), limits)
        stream = Stream(self, connection, fmt, limits)
        try:
            stream.begin()
        except QueryError as error:
            raise queries.located(query.text, error) from None
        except BaseException:
            stream.close()
            raise
        return stream

    def payload(self, query: Query, fmt: Format, limits: Limits) -> bytes:
        """Return what an engine is told of *query*. Raises QueryError for a SERVICE."""
        default, named = query.default_graphs, query.named_graphs
        if default is None and named is None:
            default, named = queries.dataset(query.text)
        order = _query_order(query.form, fmt, query.partial, default, named, self._link, limits)
        return order + self._relayed(query.text).encode()

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> list[Row]:
        """Run a SELECT of ours; see `base.Store.select`."""
        settings = self._settings
        limits = Limits(settings.query_seconds, settings.answer_rows, settings.answer_bytes)
        query = Query(queries.with_values(text, bindings or {}), "select")
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
        self._nursery.ready()

    def health(self) -> dict[str, object]:
        """Return how the engines are; `ok` is false when the nursery has died."""
        return {
            "ok": self._nursery.alive and not self.closed,
            "kind": "embedded",
            "statements": self._nursery.statements,
            "engines": self._settings.engines,
            "running": self.turns.running,
            "waiting": self.turns.waiting,
            "long": self._aside,
            "answered": self.answered,
            "killed": self.killed,
            "guards": ["no descriptor free", *self._nursery.guards],
        }

    @property
    def shared(self) -> SharedEngines:
        """What another process needs to know to use the engines of this store.

        Waits until they are ready where queries may reach a SERVICE.
        """
        nursery = self._nursery
        return SharedEngines(nursery.socket_path, nursery.services(), tuple(nursery.guards))

    @property
    def services(self) -> tuple[str, ...]:
        """The endpoints that a query may reach: those of the settings, where a guard holds."""
        return tuple(self._nursery.services())

    def lane(self, loop: asyncio.AbstractEventLoop) -> Lane:
        """Return what the event loop *loop*, in whose thread this is called, asks us by."""
        return Lane(self, loop)

    def close(self) -> None:
        """End all engines; queries that still run end with StoreUnavailable."""
        with self._lock:
            self.closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
        self._nursery.close()
        if self._relay:
            self._relay.close()

    # --- what a Stream and the Lane need of us ---

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

        As many may stand aside as may have turns; beyond that a long query keeps its turn.
        """
        age = pace.age
        if age >= LONGER and not pace.behind:
            pace.behind = True
            with contextlib.suppress(OSError, AttributeError):  # Linux only
                os.sched_setscheduler(connection.pid, os.SCHED_IDLE, os.sched_param(0))
        if age < LONG or pace.aside:
            return
        with self._lock:
            if self._aside >= self._settings.engines:
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
        cause = self._nursery.cause(pid)
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
            self._nursery.ready()
            return Connection(self._nursery.socket_path)
        except (OSError, EngineDiedError, StoreUnavailable) as error:
            self._revive()
            raise StoreUnavailable("No engine could be reached.", "Ask again.", 1) from error

    def _revive(self) -> None:
        """Start another nursery where ours has died."""
        with self._lock:
            if self._nursery.alive or self.closed:
                return
            self._nursery.close()
            path = self._nursery.socket_path  # who shares the engines knows this one
            self._nursery = Nursery(self._release, self._settings, self._relay, path)

    def _relayed(self, text: str) -> str:
        """Return *text* with its SERVICE endpoints led over the relay; refuse others."""
        services = queries.services(text)
        if not services:
            return text
        addresses = self._nursery.services()
        for service in services:
            if service.endpoint not in addresses or service.nested:
                raise queries.refused_service(text, service)
        return queries.redirected(text, addresses)


@lru_cache(maxsize=64)
def _query_order(
    form: Form,
    fmt: Format,
    partial: bool,
    default_graphs: tuple[str, ...] | None,
    named_graphs: tuple[str, ...] | None,
    link: str,
    limits: Limits,
) -> bytes:
    """Return the line that goes before the text of a query: the same for most of them."""
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
    }
    return json.dumps(order).encode() + b"\n"


def said_error(said: dict[str, Any]) -> RenkeiError:
    """Return the error for an engine's ERROR frame."""
    kind, detail = said["kind"], without_address(said.get("detail", ""))
    if kind == "syntax":
        return QueryError("%(detail)s", detail=detail)
    if kind == "too-large":
        return AnswerTooLarge.over(said["bound"], said["what"])
    if kind == "damaged":
        return FileDamaged(STORE, said["release"])
    if kind == "service":
        return StoreError("A SERVICE did not answer: %(detail)s", "Try it alone.", detail=detail)
    if found := _UNKNOWN.search(detail):
        return NotSupported(
            "The custom function %(function)s is not known here.",
            "Functions of SPARQL 1.1 and casts to XSD types are; say it with those.",
            function=found[1],
        )
    return StoreUnavailable(
        "The engine failed: %(detail)s", "Report this query to us.", detail=detail
    )
