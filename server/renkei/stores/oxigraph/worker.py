"""The supervisor and its engines: processes that answer queries and can be killed.

`python -m renkei.stores.oxigraph.worker` loads a release once and forks engines, which share its
memory until they write. An engine serves one connection, and ends with it. It has a deadline kept
by the kernel (SIGALRM, which ends the process even inside the engine's own code), a bound
of memory, and neither file nor socket to open, whatever a query says: by the kernel (see
`confinement`), and because no file descriptor is free. Where a query may reach a SERVICE, a
socket to our relay is left, and that only where the kernel keeps it to the relay. A dead
engine is replaced by a fork, without loading anything again.

The supervisor reads one line of JSON, its order, and writes one line of JSON to its output:
`ready`, once, with the guards that hold. Beside its socket it keeps a list of the engines that
died, each with the signal that ended it. It ends when its input is closed, so it never
outlives the process that started it, and takes its folder along.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox

from renkei import confinement
from renkei.confinement import Confinement
from renkei.errors import CannotCarry
from renkei.integrity import Seal
from renkei.naming import Naming
from renkei.rdf import fit, xml
from renkei.rdf.authored import NOTHING, Authored
from renkei.rdf.formats import RDF_XML, RESULTS_XML
from renkei.rdf.serialization import (
    GraphWriter,
    Marked,
    Rows,
    TooLargeError,
    Writer,
    compact,
    partial_comment,
    write_table,
)
from renkei.release import DATA
from renkei.roles import Roles
from renkei.sparql import outline
from renkei.stores.describe import Describer
from renkei.stores.oxigraph.frames import (
    BYTES,
    DEATH,
    DEATHS,
    END,
    ENDED,
    ERROR,
    HEADER,
    HELLO,
    frame,
    message,
)
from renkei.stores.prefork import Memory, end_with, given_order, prefork

MERGED = 50_000  # statements merged in one go; the loader for more takes memory ahead
GROWTH = 64 << 20  # bytes an engine may have kept after a query before it is replaced
STACK = 256 * 1024  # bytes of the stack of an engine's second thread
RELAY_FILES = 8  # descriptors left open where a query may reach a listed SERVICE


class Engine:
    """Answers queries over one loaded store."""

    def __init__(
        self, store: ox.Store, order: dict[str, Any], authored: Authored = NOTHING
    ) -> None:
        self.store = store
        self._authored = authored
        self.root: str = order["root"]
        self.release: str = order["release"]
        self._roles, self._naming = Roles(**order["roles"]), Naming.from_json(order["naming"])
        self._graphs = GraphWriter(order["prefixes"], order["context"], order["context_address"])

    def read(self, text: str) -> None:
        """Refuse what is not SPARQL. *text* has no solutions, so nothing is evaluated."""
        ox.Store().query(text, base_iri=self.root)

    def run(self, request: dict[str, Any], text: str, connection: socket.socket) -> bytes:
        """Answer one request; the last frames come back, to be sent when all is done."""
        started = time.monotonic()
        form, fmt = request["form"], request["format"]
        table = form in ("select", "ask")
        rows = Rows(fmt) if form == "select" else None
        send = partial(_send, connection)
        writer = Writer(send, request["bytes"], rows, request["rows"])
        store, options = self._dataset(request)
        cut = False
        if table:
            if request["partial"] and form == "select":
                text, cut = self._partial(store, text, request["rows"], options)
            answer: Any = store.query(text, base_iri=self.root, **options)
            out: Any = writer
            if cut and fmt in ("json", "xml"):
                out = Marked(writer, fmt, request["link"])
            if fmt == RESULTS_XML.name and form == "select":
                rows_again = partial(store.query, text, base_iri=self.root, **options)
                writer.check = lambda: xml.check_rows(cast(Any, rows_again()))
            write_table(answer, fmt, out)
        else:
            triples, again = self._statements(request, text, store, options)
            if fmt == RDF_XML.name:
                writer.check = lambda: deque(fit.checked(RDF_XML, again()), 0)
            most = request["rows"]
            if request["partial"]:
                kept = list(itertools.islice(triples, most + 1))
                cut = len(kept) > most
                triples = iter(kept[:most])
                if cut:
                    writer.write(partial_comment(fmt, most, request["link"]))
            self._graphs.write(_bounded(triples, most), fmt, writer)
            if cut and fmt == RDF_XML.name:
                writer.write(b"\n<!-- Partial: the first %d statements. -->\n" % most)
        rest = writer.rest()
        rest = frame(BYTES, rest) if rest else b""
        return rest + frame(END, ENDED.pack(cut, time.monotonic() - started))

    def _statements(
        self, request: dict[str, Any], text: str, store: ox.Store, options: dict[str, Any]
    ) -> tuple[Iterator[ox.Triple], Callable[[], Iterable[ox.Triple]]]:
        """Return the statements that are asked for, and what gives them once more."""
        if request["form"] == "describe":
            things = list(self._described(store, text, options))
            held = list(self._description(request, things))
            return iter(held), lambda: held

        graphs = [*(request["default_graphs"] or ()), *(request["named_graphs"] or ())]

        def again() -> Iterator[ox.Triple]:
            given = cast(Iterator[ox.Triple], store.query(text, base_iri=self.root, **options))
            return self._authored.triples(given, graphs)

        return again(), again

    def _dataset(self, request: dict[str, Any]) -> tuple[ox.Store, dict[str, Any]]:
        """Return the store to ask and the dataset options for it.

        The engine counts a statement once for each default graph it stands in; a merge
        of graphs is a set, so several are merged into a store of this query's own.
        """
        default, named = request["default_graphs"], request["named_graphs"]
        if default is None and named is None:
            return self.store, {}
        graphs = [ox.NamedNode(iri) for iri in dict.fromkeys(default or ())]
        names = [ox.NamedNode(iri) for iri in dict.fromkeys(named or ())]
        if len(graphs) < 2:
            return self.store, {"default_graph": graphs, "named_graphs": names}
        merged = ox.Store()
        quads = itertools.chain(
            (
                ox.Quad(q.subject, q.predicate, q.object)
                for graph in graphs
                for q in self.store.quads_for_pattern(None, None, None, graph)
            ),
            (q for name in names for q in self.store.quads_for_pattern(None, None, None, name)),
        )
        merged.extend(itertools.islice(quads, MERGED))
        if (first := next(quads, None)) is not None:
            merged.bulk_extend(itertools.chain((first,), quads))
        return merged, {"default_graph": [ox.DefaultGraph()], "named_graphs": names}

    def _partial(
        self, store: ox.Store, text: str, rows: int, options: dict[str, Any]
    ) -> tuple[str, bool]:
        probe: Any = store.query(outline.with_limit(text, 1, rows), base_iri=self.root, **options)
        cut = next(probe, None) is not None
        return outline.with_limit(text, rows), cut

    def _description(self, request: dict[str, Any], things: list[str]) -> Iterator[ox.Triple]:
        """Give the description of *things*, from the default graphs that *request* names."""
        options: dict[str, Any] = {}
        if request["default_graphs"] is not None or request["named_graphs"] is not None:
            graphs = [ox.NamedNode(iri) for iri in request["default_graphs"] or ()]
            options = {"default_graph": graphs, "named_graphs": graphs}

        def ask(text: str) -> list[Any]:
            found: Any = self.store.query(text, **options)
            return list(found)

        describer = Describer(self._roles, ask, self._naming, self._authored)
        quads = describer.description(things).quads
        return iter(dict.fromkeys(q.triple for q in quads))

    def _described(self, store: ox.Store, text: str, options: dict[str, Any]) -> Iterator[str]:
        terms, selection = outline.described(text)
        if terms:  # the engine reads the names, with the prefixes of the query
            values = " ".join(term.text for term in terms)
            naming = f"{outline.prologue(text)} SELECT ?x {{ VALUES ?x {{ {values} }} }}"
            named: Any = store.query(naming, base_iri=self.root)
            for row in named:
                yield row[0].value
        store.query(text, base_iri=self.root, **options)  # refuses what is not SPARQL
        if selection:
            chosen: Any = store.query(selection, base_iri=self.root, **options)
            for solution in chosen:
                for term in solution:
                    if isinstance(term, ox.NamedNode):
                        yield term.value


def _send(connection: socket.socket, data: bytes) -> None:
    connection.sendall(frame(BYTES, data))


def _bounded(triples: Iterable[ox.Triple], most: int) -> Iterator[ox.Triple]:
    for count, triple in enumerate(triples):
        if count >= most:
            raise TooLargeError("statements", most)
        yield triple


# --- one engine ---------------------------------------------------------------------


def serve(engine: Engine, connection: socket.socket, memory: Memory) -> None:
    """Answer queries on *connection*, one after the other, until it is closed."""
    connection.sendall(message(HELLO, pid=os.getpid()))
    while True:
        payload = _asked(connection)
        if payload is None:
            return
        order, _, texts = payload.partition(b"\n")
        request, said = _order(order), texts.decode()
        written, text = said[: request["written"]], said[request["written"] :]
        started = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, request["seconds"])
        try:
            if written:
                engine.read(written)
            last = engine.run(request, text, connection)
        except SyntaxError as error:
            last = message(ERROR, kind="syntax", detail=str(error))
        except TooLargeError as error:
            last = message(ERROR, kind="too-large", what=error.what, bound=error.bound)
        except CannotCarry as error:
            last = message(ERROR, kind="unfit", **error.facts)
        except MemoryError:
            os.kill(os.getpid(), signal.SIGABRT)
            return
        except (BrokenPipeError, ConnectionResetError):
            os._exit(0)  # the reader has gone; what runs for them may still hold memory
        except Exception as error:  # said, with its words, to whoever asked
            last = _failed(error, engine.release, text)
        signal.setitimer(signal.ITIMER_REAL, 0)
        connection.sendall(last)
        if time.monotonic() - started > 0.1 and memory.mapped() - memory.base > GROWTH:
            os._exit(0)  # a fresh fork is smaller than what this one has kept


def _failed(error: Exception, release: str, text: str) -> bytes:
    """Return the frame that tells of *error*; what a store says of its own files stays here."""
    if str(error).startswith("Corruption:"):
        print(f"engine {os.getpid()}: {error}", file=sys.stderr, flush=True)
        return message(ERROR, kind="damaged", release=release)
    # The engine reads what an endpoint said while it joins, and says then what it cannot read.
    unread = "custom function" not in str(error) and bool(outline.services(text))
    kind = "service" if isinstance(error, OSError) or unread else "failed"
    return message(ERROR, kind=kind, detail=f"{type(error).__name__}: {error}")


_order: Callable[[bytes], dict[str, Any]] = lru_cache(maxsize=64)(json.loads)


def _asked(connection: socket.socket) -> bytes | None:
    """Return the payload of the next frame; None where no more come.

    One query is sent at a time, so nothing follows the frame.
    """
    said = bytearray()
    while len(said) < HEADER.size or len(said) < HEADER.size + HEADER.unpack_from(said)[1]:
        try:
            part = connection.recv(1 << 14)
        except ConnectionResetError:
            return None
        if not part:
            return None
        said += part
    return bytes(said[HEADER.size :])


def _engine(
    listener: socket.socket,
    store: ox.Store | None,
    order: dict[str, Any],
    guard: Confinement,
    authored: Authored,
) -> None:
    """Be an engine, for one connection."""
    _close_all_but(listener.fileno())
    memory = Memory()
    guard.before_opening()
    if store is None:
        store = ox.Store.read_only(order["folder"])
    engine = Engine(store, order, authored)
    threading.stack_size(STACK)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    guard.for_good()
    memory.bound(order["memory"])
    connection, _ = listener.accept()
    end_with(connection.fileno())
    _close_the_door(guard.services)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        serve(engine, connection, memory)
    os._exit(0)  # no second connection is taken: the thread that ends this one would end it too


def _close_the_door(relay: bool) -> None:
    """Leave no file descriptor free: from here on nothing can be opened.

    Where a query may reach a SERVICE, a few are left: the address it goes to is our relay.
    """
    highest = max(fd for fd in range(1024) if _is_open(fd))
    while (filler := os.dup(0)) < highest:
        pass
    os.close(filler)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = highest + 1 + (RELAY_FILES if relay else 0)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def _close_all_but(kept: int) -> None:
    os.closerange(3, kept)
    os.closerange(kept + 1, 1024)


# --- the supervisor --------------------------------------------------------------------


def supervisor(order: dict[str, Any]) -> None:
    """Load the release, fork the engines, replace each that dies, end with our input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    home = Path(order["socket"]).parent
    deaths = os.open(home / DEATHS, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    guard = _guard(order)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(order["socket"])
    listener.listen(1024)
    compact([{"@id": order["root"]}], order["context"])  # loads what it needs
    # reads its questions while files can be opened
    Describer(Roles(**order["roles"]), lambda _: [], Naming.from_json(order["naming"]))
    store, seals, authored = None, [], NOTHING
    if order["folder"] is None:
        store = ox.Store()
        for path in order["files"]:
            try:
                seals.append(_load(store, path))
            except (OSError, SyntaxError) as error:  # who asked compares the file and names it
                sys.exit(f"{path}: {error}")
    elif not _opens(order["folder"]):
        _say(damaged="store")
        return
    if order["terms"] is not None:
        try:
            authored, seal = _terms(order["terms"])
        except (OSError, ValueError) as error:
            sys.exit(f"{order['terms']}: {error}")
        seals.append(seal)
    statements = len(store) if store is not None else None

    def begun() -> None:
        _say(
            ready=True,
            statements=statements,
            guards=guard.means,
            services=guard.services,
            seals=seals,
        )

    def ended(pid: int, status: int) -> None:
        cause = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        os.write(deaths, DEATH.pack(pid, cause))

    prefork(
        order["engines"],
        lambda: _engine(listener, store, order, guard, authored),
        begun,
        home,
        ended,
    )


def _load(store: ox.Store, path: str) -> list[int]:
    """Load the file at *path*; how the system saw it then comes back, to be compared."""
    before = Seal.of(Path(path).stat())
    if Path(path).name == DATA:  # its blank nodes keep their names, which other files have too
        quads = ox.parse(path=path, format=ox.RdfFormat.N_QUADS, lenient=True)
        store.bulk_extend(quads)
    else:
        store.bulk_load(path=path, format=ox.RdfFormat.N_QUADS, lenient=True)
    return _sealed(path, before)


def _terms(path: str) -> tuple[Authored, list[int]]:
    """Return the terms that the file at *path* keeps; how the system saw it comes back too."""
    before = Seal.of(Path(path).stat())
    return Authored(Path(path).read_bytes()), _sealed(path, before)


def _sealed(path: str, before: Seal) -> list[int]:
    """Return *before* as JSON has it, where the file at *path* is still the same."""
    if Seal.of(Path(path).stat()) != before:
        raise OSError(f"{path} was changed while it was loaded")
    return [before.inode, before.size, before.modified, before.changed]


def _opens(folder: str) -> bool:
    """Say whether the store in *folder* can be opened and read: tried in a process of its own.

    Each block of it has a checksum, which is compared whenever it is read.
    """
    pid = os.fork()
    if pid == 0:
        try:
            next(iter(ox.Store.read_only(folder).quads_for_pattern(None, None, None)), None)
            os._exit(0)
        except BaseException as error:
            print(f"{folder}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def _guard(order: dict[str, Any]) -> Confinement:
    """Return what will confine the engines; a place for the relay in our network is handed out."""
    folder, port = order["folder"], order["relay"]
    guard = Confinement(folder, port, network=False)
    if port is not None or confinement.SECCOMP not in guard.means:
        network = confinement.own_network()
        guard = Confinement(folder, port, network)
        if network and guard.services:
            with (
                socket.create_server(("127.0.0.1", port)) as relay,
                socket.socket(fileno=order["handover"]) as way,
            ):
                socket.send_fds(way, [b"relay"], [relay.fileno()])
    return guard if guard.services else guard.without_port()


def _say(**fields: object) -> None:
    os.write(1, (json.dumps(fields) + "\n").encode())


if __name__ == "__main__":
    supervisor(given_order())
