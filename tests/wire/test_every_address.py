"""What an address works for somebody has an end, is charged to them, and ends when they go.

Of queries the other tests say so; here are the addresses that ask no engine, or not it alone:
search, reconciliation, the actions of CKAN, tables. A process that is stopped (SIGSTOP) works
without end on a machine of any speed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from renkei.release import Release
from renkei.serve.processes.pool import TELLING
from tests.wire.conftest import Server, Start, address, start_server
from tests.wire.processes import alive, becomes, family, parent
from tests.wire.talk import Answer, answers, ask, connected, request, rest
from tests.wire.test_answers import SLOW_BATCH

MANY = 3000  # requests by which a share of a tenth of a second is spent on any machine
TRIES = 4  # to find a process at work
SHARE = 1.0  # second of work that a client has; each deadline here is longer
ADDRESSES = {
    "search": "/search?q=sapporo{n}",
    "search as json": "/search.json?q=sapporo{n}",
    "reconciling": "/reconcile?queries="
    + quote('{"q": {"query": "Sapporo ')
    + "{n}"
    + quote('"}}'),
    "suggestion": "/reconcile/suggest/entity?prefix=s{n}",
    "action": "/api/3/action/package_search?q=s{n}",
    "table": "/tables/municipalities.csv?download={n}",
}
BATCH = "Content-Type: application/x-www-form-urlencoded"


def at(name: str, number: int = 0) -> str:
    """Return the target of an address, with a wish that no other *number* has."""
    return ADDRESSES[name].format(n=number)


def posted(port: int, body: bytes, source: str) -> Answer:
    """Send a batch to be reconciled, and return the answer."""
    head = request("/reconcile", BATCH, f"Content-Length: {len(body)}", method="POST")
    with connected(port, source) as held:
        held.sendall(head + body)
        said, closed = rest(held)
    (answer,) = answers(said, closed=closed)
    return answer


def application_processes(server: Server) -> set[int]:
    """Return the processes that run the application, without those that fork them."""
    running = {pid for pid in family(server.pid) if b".processes.worker" in _command(pid)}
    return {pid for pid in running if parent(pid) in running}


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@contextlib.contextmanager
def standing_still(server: Server) -> Iterator[set[int]]:
    """Stop the application processes, and let those go on that are left."""
    stopped = application_processes(server)
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield stopped
    finally:
        for pid in alive(stopped):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


# --- charged ---


def test_what_an_address_works_is_charged_to_who_asked(release: Release, start: Start) -> None:
    """Each is asked by a client of its own, who is refused in the end; another client is not."""
    server = start(release.folder, client_seconds=0.1, processes=1, engines=1)
    for name in ADDRESSES:
        source = address()
        for number in range(MANY):
            answer = ask(server.port, at(name, number), source=source)
            if answer.status != 200:
                break
        assert (answer.status, bool(answer.header("retry-after"))) == (429, True), name
        assert ask(server.port, at(name, MANY), source=address()).status == 200, name


def test_a_posted_batch_is_charged_too(release: Release, start: Start) -> None:
    server = start(release.folder, client_seconds=0.1, processes=1, engines=1)
    source, body = address(), ("queries=" + quote('{"q": {"query": "Sapporo"}}')).encode()
    for _ in range(MANY):
        answer = posted(server.port, body, source)
        if answer.status != 200:
            break
    assert answer.status == 429
    assert posted(server.port, body, address()).status == 200


# --- with an end ---


def test_each_address_has_a_deadline_and_its_time_is_charged(
    release: Release, start: Start
) -> None:
    """All at once, for each is waited for: who asked is told 504, and has spent what they had."""
    server = start(
        release.folder,
        query_seconds=0.5,
        client_seconds=SHARE,
        processes=len(ADDRESSES),
        engines=1,
    )
    asking = {name: address() for name in ADDRESSES}
    with contextlib.ExitStack() as all_:
        all_.enter_context(standing_still(server))
        waiting = {
            name: all_.enter_context(connected(server.port, source))
            for name, source in asking.items()
        }
        for name, held in waiting.items():
            held.sendall(request(at(name)))
        told = {name: answers(rest(held, 60)[0])[0].status for name, held in waiting.items()}
    after = {name: ask(server.port, at(name, 1), source=who).status for name, who in asking.items()}
    assert told == dict.fromkeys(ADDRESSES, 504)
    assert after == dict.fromkeys(ADDRESSES, 429)


def test_a_batch_that_computes_too_long_is_ended_and_charged(harbours: Path, start: Start) -> None:
    """It computes in earnest, where the others stand still; who comes next is answered.

    A machine that is done before the deadline has nothing to end.
    """
    server = start(harbours, query_seconds=0.5, client_seconds=SHARE, processes=1, engines=1)
    source, begun = address(), time.monotonic()
    answer = posted(server.port, SLOW_BATCH.encode(), source)
    if answer.status == 200:
        assert time.monotonic() - begun < 0.5 + TELLING
        pytest.skip("this machine is done before the deadline")
    assert answer.status == 504
    assert ask(server.port, "/search?q=altwarp", source=source).status == 429
    assert ask(server.port, "/search?q=altwarp", source=address()).status == 200


# --- ended with who asked ---


@pytest.fixture(scope="module")
def patient(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose deadlines are far away."""
    log = tmp_path_factory.mktemp("patient") / "log"
    server = start_server(
        release.folder, log, query_seconds=300, client_seconds=1_000_000, processes=1, engines=1
    )
    yield server
    server.stop()


@pytest.mark.parametrize("name", ADDRESSES)
def test_the_work_for_an_address_ends_when_its_client_hangs_up(patient: Server, name: str) -> None:
    """The process that works for it is ended, long before its deadline; the next is served.

    On a busy machine the process at hand may just have been replaced, and nobody works.
    """
    assert any(ended_with_its_client(patient, name, 2 * number) for number in range(TRIES))
    assert ask(patient.port, at(name, 2 * TRIES)).status == 200


def ended_with_its_client(server: Server, name: str, number: int) -> bool:
    """Return whether a process that stands still is ended when the client hangs up."""
    assert ask(server.port, at(name, number)).status == 200  # one process is at hand now
    with standing_still(server) as stopped:
        with connected(server.port) as held:
            held.sendall(request(at(name, number + 1)))
        return becomes(lambda: alive(stopped) != stopped, 5)
