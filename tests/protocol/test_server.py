"""The server itself: hanging up, breaking off, following releases, sharing the work."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import socket
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard

from tests.protocol.conftest import Live, Start
from tests.stores.world import TRIG, make_release

RUNAWAY = "SELECT (COUNT(*) AS ?n) {" + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(12)) + "}"
LARGE = "SELECT * {" + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(5)) + "}"


def request_of(live: Live, query: str) -> bytes:
    return (
        f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: 127.0.0.1:{live.port}\r\n"
        "Accept: text/csv\r\n\r\n"
    ).encode()


def engines(live: Live) -> set[int]:
    """Return the engine processes of a server: great-grandchildren of what we started."""
    found = {live.process.pid}
    everyone: set[int] = set()
    while found:
        children: set[int] = set()
        for pid in found:
            for task in Path(f"/proc/{pid}/task").iterdir():
                children |= {int(p) for p in (task / "children").read_text().split()}
        everyone |= children
        found = children
    return {
        p
        for p in everyone
        if "renkei.stores.oxigraph.worker" in Path(f"/proc/{p}/cmdline").read_text()
    }


def running(pids: set[int]) -> set[int]:
    return {
        p
        for p in pids
        if Path(f"/proc/{p}/stat").exists()
        and Path(f"/proc/{p}/stat").read_text().rsplit(")", 1)[1].split()[0] == "R"
    }


def test_a_client_that_hangs_up_stops_its_query_within_a_second(start: Start, folder: Path) -> None:
    live = start(folder, query_seconds=30)
    with socket.create_connection(("127.0.0.1", live.port)) as held:
        held.sendall(request_of(live, RUNAWAY))
        time.sleep(0.7)
        busy = running(engines(live))
        assert len(busy) == 1
    time.sleep(1.0)
    assert not running(busy)
    assert live.query("ASK {}").status == 200


def test_an_answer_that_fails_on_its_way_is_broken_off(start: Start, folder: Path) -> None:
    """A client that counts chunks sees an error, never a short answer with a clean end."""
    live = start(folder, query_seconds=10, answer_rows=30_000)
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=20)
    connection.request("GET", f"/sparql?query={quote(LARGE)}", headers={"Accept": "text/csv"})
    response = connection.getresponse()
    assert response.status == 200
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        response.read()
    connection.close()
    assert live.query("ASK {}").status == 200


def test_a_slow_reader_holds_no_more_than_a_little(start: Start, folder: Path) -> None:
    live = start(folder, query_seconds=4, answer_rows=10**9, answer_bytes=10**12)
    workers = Path(f"/proc/{live.process.pid}/task/{live.process.pid}/children").read_text()
    worker = int(workers.split()[0])
    with socket.create_connection(("127.0.0.1", live.port)) as held:
        held.sendall(request_of(live, LARGE))
        held.recv(1000)
        before = resident(worker)
        time.sleep(2)
        assert resident(worker) - before < 30 << 20


def resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_simultaneous_misses_are_answered_by_one_computation(live: Live) -> None:
    query = (
        "SELECT (COUNT(*) AS ?same) {" + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(6)) + "}"
    )
    timings: list[str] = []

    def ask() -> None:
        reply = live.query(query)
        assert reply.status == 200
        timings.append(reply.headers["Server-Timing"])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("store" in t for t in timings) == 1


def test_a_client_over_its_share_is_told_when_to_return(start: Start, folder: Path) -> None:
    live = start(folder, client_seconds=0.2, query_seconds=0.5)
    assert live.query(RUNAWAY).status == 504
    reply = live.query("ASK { ?s ?p 'another' }")
    assert reply.status == 429
    assert int(reply.headers["Retry-After"]) > 0


def test_a_new_release_is_served_without_dropping_a_request(start: Start, tmp_path: Path) -> None:
    releases = tmp_path / "releases"
    old = make_release(releases)
    (releases / "current").symlink_to(old.folder.name)
    live = start(releases, client_seconds=100_000)
    new = make_release(releases, TRIG + "GRAPH g:north { h:bari a def:Harbour }")
    seen: list[tuple[int, str]] = []
    stop = threading.Event()

    def ask() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            reply = live.query(f"SELECT (COUNT(*) AS ?n) {{ ?s a ?o }} # {number}")
            seen.append((reply.status, reply.headers["Renkei-Release"]))

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.3)
    (releases / "next").symlink_to(new.folder.name)
    (releases / "next").rename(releases / "current")
    until = time.monotonic() + 10
    while time.monotonic() < until and seen[-1][1] != new.manifest.id:
        time.sleep(0.05)
    time.sleep(0.3)
    stop.set()
    thread.join()
    assert {status for status, _ in seen} == {200}
    assert seen[0][1] == old.manifest.id
    assert seen[-1][1] == new.manifest.id
    answer = json.loads(live.query("SELECT (COUNT(*) AS ?n) { ?s a ?o }").body)
    assert answer["results"]["bindings"][0]["n"]["value"] == "4"


def test_a_damaged_release_does_not_take_the_place_of_a_whole_one(
    start: Start, tmp_path: Path
) -> None:
    releases = tmp_path / "releases"
    old = make_release(releases)
    (releases / "current").symlink_to(old.folder.name)
    live = start(releases)
    new = make_release(releases, TRIG + "GRAPH g:north { h:bari a def:Harbour }")
    (new.folder / "data.nq").write_bytes(b"")
    (releases / "next").symlink_to(new.folder.name)
    (releases / "next").rename(releases / "current")
    time.sleep(2.5)
    assert live.query("ASK {}").headers["Renkei-Release"] == old.manifest.id


def test_a_sender_that_dawdles_is_not_waited_for_by_others(live: Live) -> None:
    with socket.create_connection(("127.0.0.1", live.port)) as held:
        held.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
            b"Content-Type: application/sparql-query\r\n\r\nASK"
        )
        assert live.query("ASK {} # meanwhile").status == 200


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_long_answer_is_coded_as_it_comes(live: Live, coding: str) -> None:
    query = "SELECT * {" + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(4)) + "} LIMIT 4000"
    plain = live.query(query)
    assert plain.headers["Content-Length"] is None
    path = "sparql?" + urlencode({"query": query})
    coded = live.ask(path, Accept="*/*", Accept_Encoding=coding)
    assert coded.headers["Content-Encoding"] == coding
    decoded = {
        "gzip": gzip.decompress,
        "br": brotli.decompress,
        "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
    }[coding](coded.body)
    assert decoded == plain.body
    assert len(coded.body) < len(plain.body) // 5
