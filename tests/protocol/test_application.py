"""The application in processes of its own: each can be ended, and only its request with it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.protocol.conftest import Live, Start
from tests.protocol.test_server import RUNAWAY


def processes(live: Live, module: str = "renkei.serve.processes.worker") -> set[int]:
    """Return the processes below a server that run *module*, with those they are forked from."""
    found, everyone = {live.process.pid}, set()
    while found:
        children: set[int] = set()
        for pid in found:
            with contextlib.suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    children |= {int(p) for p in (task / "children").read_text().split()}
        everyone |= children
        found = children
    return {p for p in everyone if module in _command(p)}


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


def forked(live: Live) -> set[int]:
    """Return the application processes themselves: those whose parent runs the same module."""
    every = processes(live)
    return {p for p in every if _parent(p) in every}


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


@contextlib.contextmanager
def standing_still(live: Live) -> Iterator[set[int]]:
    """Stop all application processes: whoever asks them waits as for one that computes."""
    assert live.ask("things", Accept="text/html").status == 200  # one is at hand
    held = forked(live)
    for pid in held:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield held
    finally:
        for pid in held:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def test_a_page_that_takes_too_long_is_ended_and_said(start: Start, folder: Path) -> None:
    """The process that made it is gone; the next request is answered by another."""
    live = start(folder, query_seconds=0.5, client_seconds=1000)
    with standing_still(live) as held:
        reply = live.ask("things?page=1", Accept="application/json")
        ended = {p for p in held if not Path(f"/proc/{p}").exists()}

    problem = json.loads(reply.body)
    assert (reply.status, problem["type"].rpartition("/")[2]) == (504, "deadline-exceeded")
    assert len(ended) == 1
    assert live.ask("things", Accept="text/html").status == 200


def test_a_page_whose_reader_has_gone_is_ended_within_a_second(start: Start, folder: Path) -> None:
    live = start(folder, query_seconds=30)
    with standing_still(live) as held:
        with socket.create_connection(("127.0.0.1", live.port)) as reader:
            reader.sendall(b"GET /things?page=1 HTTP/1.1\r\nHost: x\r\n\r\n")
            time.sleep(1)  # until it has surely been handed to a process
        until = time.monotonic() + 10
        while time.monotonic() < until and all(Path(f"/proc/{p}").exists() for p in held):
            time.sleep(0.01)
        assert [p for p in held if not Path(f"/proc/{p}").exists()]


def test_a_process_that_is_killed_takes_only_its_request_along(start: Start, folder: Path) -> None:
    live = start(folder)
    for pid in forked(live):
        os.kill(pid, signal.SIGKILL)

    assert {live.ask("things", Accept="text/html").status for _ in range(3)} == {200}


def test_the_one_that_forks_them_comes_back_when_it_is_killed(start: Start, folder: Path) -> None:
    live = start(folder)
    [supervisor] = processes(live) - forked(live)
    os.kill(supervisor, signal.SIGKILL)
    time.sleep(0.2)

    assert live.ask("things", Accept="text/html").status == 200


def test_every_request_is_charged_to_its_client(start: Start, folder: Path) -> None:
    """A page costs what it took; health costs nothing, and another client is another's."""
    live = start(folder, client_seconds=0.1, query_seconds=4, trusted_proxies=1)
    assert live.ask("sparql?query=" + "x" * 10, X_Forwarded_For="198.51.100.1").status == 400
    assert live.query(RUNAWAY).status == 504

    mine = live.ask("things?page=1", Accept="text/html")
    assert (mine.status, live.ask("health/ready").status) == (429, 200)
    other = live.ask("things", Accept="text/html", X_Forwarded_For="198.51.100.2")
    assert other.status == 200


def test_a_process_that_has_grown_is_not_asked_once_more(
    folder: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It leaves after its answer, and says so with it: the next reader is another's."""
    monkeypatch.setenv("ARROW_DEFAULT_MEMORY_POOL", "mimalloc")  # takes a GiB of addresses ahead
    live = start(folder)
    before = forked(live)
    asked = [live.query(f"SELECT ?s {{ ?s ?p ?o }} # {n}", format="parquet") for n in range(8)]

    assert [reply.status for reply in asked] == [200] * 8
    assert forked(live) != before
