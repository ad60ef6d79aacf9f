"""What an engine can reach, tried with real calls from inside, whatever a query says.

Each guard is held against a real listener or file, as the user who runs the tests and, where
that is root, as an ordinary one. Containers that forbid a guard are real as well: a filter of
calls that refuses the calls by which one confines oneself.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pyseccomp as seccomp
import pytest

from renkei import confinement
from renkei.config import Settings
from renkei.confinement import LANDLOCK, NETWORK, SECCOMP, Confinement
from renkei.errors import RenkeiError
from renkei.release import Release, open_release
from renkei.sparql.federation import Resolved
from renkei.stores.oxigraph.store import EmbeddedStore
from tests.stores.apart import apart, need, users
from tests.stores.world import make_release

REFUSED = {"EACCES", "EPERM", "EAFNOSUPPORT"}
MEMORY_AND_FOLDER = [pytest.param(False, id="in memory"), pytest.param(True, id="in a folder")]
EMPTY = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'


# --- by real calls ------------------------------------------------------------------


def called(attempt: Callable[[], object]) -> str:
    """Return `done`, or the name of the error that *attempt* ended with."""
    try:
        attempt()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    return "done"


def connected(address: tuple[str, int], family: int = socket.AF_INET) -> None:
    with socket.socket(family, socket.SOCK_STREAM) as held:
        held.settimeout(2)
        held.connect(address)


def fast_open(address: tuple[str, int]) -> None:
    """TCP Fast Open connects without a call of that name."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as held:
        held.settimeout(2)
        held.sendto(b"x", socket.MSG_FASTOPEN, address)


def raw(name: str, *arguments: object) -> None:
    """Make a system call that Python has no word for."""
    number = seccomp.resolve_syscall(seccomp.Arch.NATIVE, name)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(ctypes.c_long(number), *arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


def forked() -> None:
    if os.fork() == 0:
        os._exit(0)
    os.wait()


def attempts(folder: Path, listening: int) -> dict[str, Callable[[], object]]:
    """Everything that an engine has no need of, each towards something that is there.

    Done by a process that nothing confines, none of them does harm beyond *folder*.
    """
    (folder / "there").write_text("x")
    own, there = folder / "new", folder / "there"
    return {
        "another host": lambda: connected(("192.0.2.1", 80)),
        "another port of this host": lambda: connected(("127.0.0.1", listening)),
        "the same over IPv6": lambda: connected(("::1", listening), socket.AF_INET6),
        "TCP Fast Open": lambda: fast_open(("127.0.0.1", listening)),
        "listening": lambda: socket.create_server(("127.0.0.1", 0)),
        "UDP": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(
            b"", ("127.0.0.1", 9)
        ),
        "UDP over IPv6": lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM),
        "MPTCP": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262),
        "raw": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
        "a UNIX socket": lambda: socket.socket(socket.AF_UNIX),
        "a pair of sockets": socket.socketpair,
        "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        "packets": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM),
        "vsock": lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM),
        "reading a file": lambda: os.open("/etc/hostname", os.O_RDONLY),
        "reading a folder": lambda: os.open("/", os.O_RDONLY | os.O_DIRECTORY),
        "writing a file": lambda: os.open(own, os.O_WRONLY | os.O_CREAT),
        "openat2": lambda: raw("openat2", -100, b"/etc/hostname", bytes(24), 24),
        "truncating": lambda: os.truncate(there, 0),
        "removing": lambda: there.unlink(),
        "moving": lambda: there.rename(own),
        "making a folder": lambda: own.mkdir(),
        "rights of a file": lambda: there.chmod(0o777),
        "a link": lambda: own.symlink_to("/etc"),
        "a program": lambda: os.execv("/bin/true", ["true"]),
        "a process": forked,
        "being traced": lambda: raw("ptrace", 0, 0, 0, 0),
        "another's files": lambda: raw("pidfd_getfd", 0, 0, 0),
        "io_uring": lambda: raw("io_uring_setup", 1, bytes(120)),
        "another network": lambda: raw("unshare", 0x40000000),
        "a mount": lambda: raw("mount", b"none", b"/is/not/there", b"tmpfs", 0, 0),
    }


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may read and write."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


class Listener:
    """A server that counts who comes, and answers a query with no rows."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        came = self.came = []  # type: list[str]

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                came.append(self.path)
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.send_response(200)
                self.send_header("Content-Type", "application/sparql-results+json")
                self.send_header("Content-Length", str(len(EMPTY)))
                self.end_headers()
                self.wfile.write(EMPTY)

            def log_message(self, format: str, *arguments: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer((host, port), Handler)
        self.port: int = self._server.server_address[1]
        self.endpoint = f"http://{host}:{self.port}/x"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    held = Listener()
    yield held
    held.close()


def confined(guard: Confinement, *attempts: Callable[[], object]) -> list[str]:
    guard.before_opening()
    guard.for_good()
    return [called(attempt) for attempt in attempts]


@pytest.mark.parametrize("user", users())
@pytest.mark.parametrize("port", [None, 9], ids=["no SERVICE", "SERVICE"])
@pytest.mark.parametrize("in_folder", MEMORY_AND_FOLDER)
def test_a_confined_process_is_refused_all_it_has_no_need_of(
    open_folder: Path, listener: Listener, in_folder: bool, port: int | None, user: int | None
) -> None:
    """Without the guard most of these are done; the others fail in another way."""
    need(user)
    tries = attempts(open_folder, listener.port)

    def tried() -> tuple[bool, list[str]]:
        guard = Confinement(str(open_folder) if in_folder else None, port, network=False)
        holds = SECCOMP in guard.means and (port is None or guard.services)
        return holds, confined(guard, *tries.values())

    holds, outcomes = apart(tried, user)
    if not holds:
        pytest.skip("this kernel has not both: the tests of containers show that SERVICE is off")
    told = dict(zip(tries, outcomes, strict=True))
    assert {name: end for name, end in told.items() if end not in REFUSED} == {}
    assert listener.came == []


def test_processes_are_not_made_by_the_newer_call_either() -> None:
    """Its flags cannot be seen by a filter: it is as if the kernel did not know it."""
    guard = Confinement(None, None, network=False)
    if SECCOMP not in guard.means:
        pytest.skip("this kernel has no seccomp, or this system no libseccomp")

    assert apart(lambda: confined(guard, lambda: raw("clone3", 0, 0))) == ["ENOSYS"]


@pytest.mark.parametrize("means", [SECCOMP, LANDLOCK])
def test_each_guard_holds_alone(open_folder: Path, listener: Listener, means: str) -> None:
    tries = attempts(open_folder, listener.port)
    names = ("reading a file", "reading a folder", "writing a file", "another port of this host")

    def tried() -> tuple[bool, list[str]]:
        guard = Confinement(None, None, network=False)
        held = means in guard.means
        guard.means = [means]
        return held, confined(guard, *[tries[name] for name in names])

    holds, outcomes = apart(tried)
    if not holds:
        pytest.skip(f"this kernel has no {means}")
    assert set(outcomes) <= REFUSED


@pytest.mark.parametrize("user", users())
def test_the_port_of_the_relay_is_reached_and_threads_are_made(
    listener: Listener, user: int | None
) -> None:
    need(user)

    def tried() -> list[str]:
        guard = Confinement(None, listener.port, network=False)
        told = confined(guard, lambda: connected(("127.0.0.1", listener.port)))
        thread = threading.Thread(target=lambda: told.append("from a thread"))
        thread.start()
        thread.join()
        return told

    assert apart(tried, user) == ["done", "from a thread"]


def test_threads_that_ran_before_are_confined_as_well() -> None:
    """A store in a folder has threads of its own by then."""

    def tried() -> str:
        guard = Confinement(None, None, network=False)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(int).result()
            guard.for_good()
            return pool.submit(called, lambda: socket.socket(socket.AF_UNIX)).result()

    if SECCOMP not in apart(lambda: Confinement(None, None, network=False).means):
        pytest.skip("this kernel has no seccomp, or this system no libseccomp")
    assert apart(tried) in REFUSED


@pytest.mark.parametrize("user", users())
def test_in_a_network_of_its_own_a_process_finds_no_other(
    listener: Listener, user: int | None
) -> None:
    """Not even our own machine, by any of its addresses."""
    need(user)

    def tried() -> tuple[bool, set[str]]:
        own = confinement.own_network()
        hosts = ("127.0.0.1", "127.0.0.2", "192.0.2.1")
        return own, {called(lambda h=h: connected((h, listener.port))) for h in hosts}  # type: ignore[misc]

    own, outcomes = apart(tried, user)
    if not own:
        pytest.skip("a network of its own is not allowed here")
    assert "done" not in outcomes
    assert listener.came == []


# --- by queries ---------------------------------------------------------------------


def hidden(endpoint: str) -> str:
    """A SERVICE that a reader of strings takes for a string, and the engine for a SERVICE."""
    return f'SELECT * {{ FILTER(1<2#>"""\n) SERVICE <{endpoint}> {{ ?s ?p ?o }} #""" )\n}}'


def silent(endpoint: str) -> str:
    return f"SELECT * {{ SERVICE SILENT <{endpoint}> {{ ?s ?p ?o }} }}"


def asked(endpoint: str) -> str:
    return f"SELECT * {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}"


def computed(endpoint: str) -> str:
    return f"SELECT * {{ BIND(IRI('{endpoint}') AS ?e) SERVICE ?e {{ ?s ?p ?o }} }}"


def dataset(endpoint: str) -> str:
    return f"SELECT * FROM <{endpoint}> FROM NAMED <{endpoint}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"


HARBOURS = "SELECT ?s { ?s a <https://example.org/harbours/ns#Harbour> }"


@pytest.fixture
def release(open_folder: Path) -> Release:
    """A release that every user may read, with the store of one opened from a folder."""
    made = make_release(open_folder)
    index = ox.Store(str(made.folder / "store"))
    index.bulk_load(path=str(made.path("data.nq")), format=ox.RdfFormat.N_QUADS)
    index.flush()
    index.optimize()
    del index
    return open_release(made.folder)


def outcome(store: EmbeddedStore, text: str) -> object:
    """How many rows came, or what kind of error."""
    try:
        return len(store.select(text))
    except RenkeiError as error:
        return type(error).__name__


def unchecked(store: EmbeddedStore, texts: list[str]) -> list[object]:
    """Ask with the reading of the text put aside: the engine gets what was sent."""
    store._relayed = lambda text, whole: Resolved(text)  # type: ignore[method-assign]
    return [outcome(store, text) for text in texts]


def opened(release: Release, in_folder: bool, *services: str) -> EmbeddedStore:
    settings = Settings(
        engines=1, services=services, memory_statements=0 if in_folder else 10**6, query_seconds=5
    )
    return EmbeddedStore(release, settings)


@pytest.mark.parametrize("user", users())
@pytest.mark.parametrize("in_folder", MEMORY_AND_FOLDER)
@pytest.mark.parametrize("listed", [False, True], ids=["nothing listed", "another listed"])
def test_a_hidden_service_reaches_nobody(
    release: Release, listener: Listener, listed: bool, in_folder: bool, user: int | None
) -> None:
    """Whatever the text says; meanwhile queries are answered, and a listed SERVICE is reached."""
    need(user, program=True)
    other = Listener()
    texts = [w(listener.endpoint) for w in (hidden, silent, asked, computed, dataset)]

    def tried() -> object:
        store = opened(release, in_folder, *[other.endpoint] * listed)
        try:
            store.ready()
            reached = outcome(store, asked(other.endpoint)) if listed else "ServiceRefused"
            guards, services = store.health()["guards"], store.services
            return guards, services, reached, unchecked(store, texts), outcome(store, HARBOURS)
        finally:
            store.close()

    try:
        guards, services, reached, outcomes, harbours = apart(tried, user)
    finally:
        other.close()
    on = listed and SECCOMP in guards and bool({NETWORK, LANDLOCK} & set(guards))
    assert listener.came == []
    assert outcomes == ["ServiceFailed", 1, "ServiceFailed", "ServiceFailed", 0]
    assert harbours == 3
    assert services == ((other.endpoint,) if on else ())
    assert (reached, other.came) == ((0, ["/x"]) if on else ("ServiceRefused", []))


def test_another_host_on_the_port_of_the_relay_is_not_reached(release: Release) -> None:
    """Landlock knows ports only; the network of their own keeps engines from the hosts."""
    other = Listener()
    store = opened(release, False, other.endpoint)
    try:
        store.ready()
        if NETWORK not in store._supervisor.guards:
            pytest.skip("a network of its own is not allowed here; docs/operating.md says it")
        assert store._relay is not None
        impostor = Listener(port=store._relay.port)
        try:
            assert unchecked(store, [asked(impostor.endpoint)]) == ["ServiceFailed"]
            assert impostor.came == []
        finally:
            impostor.close()
    finally:
        store.close()
        other.close()


def test_the_address_of_the_relay_is_told_to_nobody(release: Release) -> None:
    """Who knew its port could look for a host where that port is theirs."""
    store = opened(release, False, "http://127.0.0.1:1/x")
    try:
        with pytest.raises(RenkeiError) as refused:
            store.select(asked("http://127.0.0.1:1/x"))
        assert store._relay is not None
        assert "http://127.0.0.1:1/x cannot be reached" in str(refused.value)
        assert str(store._relay.port) not in str(refused.value)
    finally:
        store.close()


def test_a_service_is_reached_again_when_the_supervisor_was_killed(
    release: Release, listener: Listener
) -> None:
    """The new supervisor has another network, and the relay moves there."""
    store = opened(release, False, listener.endpoint)
    try:
        assert outcome(store, asked(listener.endpoint)) == 0
        store._supervisor._process.kill()
        store._supervisor._process.wait()
        until = time.monotonic() + 10
        while (last := outcome(store, asked(listener.endpoint))) != 0:
            assert time.monotonic() < until, last
            time.sleep(0.05)
        assert listener.came == ["/x", "/x"]
    finally:
        store.close()


# --- in containers that forbid a guard ----------------------------------------------

SECCOMP_CALLS = {"seccomp", "prctl"}
LANDLOCK_CALLS = {"landlock_create_ruleset"}


def contained(refused: set[str]) -> None:
    """Make this process one in a container that refuses calls."""
    held = seccomp.SyscallFilter(seccomp.ALLOW)
    for name in sorted(refused):
        number = 444 if name in LANDLOCK_CALLS else name
        arguments = [seccomp.Arg(0, seccomp.EQ, 22)] if name == "prctl" else []
        held.add_rule(seccomp.ERRNO(errno.EPERM), number, *arguments)
    held.load()


@pytest.mark.parametrize(
    ("refused", "guards", "on"),
    [
        pytest.param({"unshare"}, {SECCOMP, LANDLOCK}, True, id="namespaces"),
        pytest.param(LANDLOCK_CALLS, {SECCOMP, NETWORK}, True, id="Landlock"),
        pytest.param({"unshare"} | LANDLOCK_CALLS, {SECCOMP}, False, id="both"),
        pytest.param(SECCOMP_CALLS, {LANDLOCK, NETWORK}, False, id="seccomp"),
        pytest.param({"unshare"} | LANDLOCK_CALLS | SECCOMP_CALLS, set(), False, id="all three"),
    ],
)
@pytest.mark.parametrize("in_folder", MEMORY_AND_FOLDER)
def test_where_a_guard_is_forbidden_the_others_hold_or_service_is_off(
    release: Release,
    listener: Listener,
    refused: set[str],
    guards: set[str],
    on: bool,
    in_folder: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is off where a query could reach others by it, and that is said in one line."""
    own = apart(lambda: Confinement(None, 9, confinement.own_network()).means)
    if not guards <= set(own):
        pytest.skip(f"this machine forbids more itself: {own}")
    other = Listener()

    def tried() -> object:
        contained(refused)
        caplog.clear()
        store = opened(release, in_folder, other.endpoint)
        try:
            store.ready()
            reached = outcome(store, asked(other.endpoint))
            outcomes = unchecked(store, [hidden(listener.endpoint), HARBOURS])
            return store._supervisor.guards, store.services, reached, outcomes, caplog.messages
        finally:
            store.close()

    try:
        held, services, reached, outcomes, said = apart(tried)
    finally:
        other.close()
    assert set(held) == guards
    assert (reached, bool(services)) == ((0, True) if on else ("ServiceRefused", False))
    assert outcomes == ["ServiceFailed", 3]
    assert listener.came == []
    assert sum("SERVICE is off" in line for line in said) == (not on)
    assert sum("lets no engine be confined" in line for line in said) == (not guards)
