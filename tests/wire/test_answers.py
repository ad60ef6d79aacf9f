"""Answers: one cut short never looks whole, one nobody waits for is not made on, none piles up."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import time
import zlib
from collections.abc import Callable
from urllib.parse import quote

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard

from tests.wire.conftest import ENDLESS, ONCE, RUNAWAY, Door, address, in_time, product, sparql
from tests.wire.talk import answers, connected, exchange, request, rest, until

DUMP = "/dumps/data.nq"
LARGE = sparql(f"SELECT * {{ {product(2)} }} LIMIT 6000")  # 2 MB, and remembered
TRIES = 3  # times that a busy machine may let a query run out of time
SOON = 2.0  # seconds of a processor: one for the end of the work, and one for what surrounds it
FOR_A_WHILE = (
    "SELECT (COUNT(*) AS ?n) { { SELECT ?a { ?a ?b ?c } LIMIT 2000 } "
    "{ SELECT ?d { ?d ?e ?f } LIMIT 2000 } }"
)
CALL = json.dumps(
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "run_sparql", "arguments": {"query": RUNAWAY}},
    }
).encode()
SLOW_BATCH = "queries=" + quote(  # takes many seconds, and keeps within all bounds
    json.dumps(
        {
            f"q{number}": {
                "query": f"Hafen der Bucht {number}",
                "limit": 100,
                "properties": [
                    {"pid": pid, "v": [f"Hafen der Bucht {number} {n}" * 5 for n in range(20)]}
                    for pid in ("hv:depth", "skos:prefLabel", "org:memberOf")
                ],
            }
            for number in range(100)
        }
    )
)


def decoded(coding: str, body: bytes) -> bytes:
    """Return *body* without its coding; raises where it has no end."""
    if coding == "gzip":
        return gzip.decompress(body)
    if coding == "br":
        return bytes(brotli.decompress(body))
    if coding == "zstd":
        read = zstandard.ZstdDecompressor().decompressobj()
        body = read.decompress(body)
        if not read.eof:
            raise EOFError
    return body


# --- broken off ---


@pytest.mark.parametrize("coding", ["identity", "gzip", "br", "zstd"])
def test_an_answer_over_its_bound_is_seen_to_be_cut_short(door: Door, coding: str) -> None:
    target = sparql(ENDLESS + f" # {coding} {door.name}")
    (answer,) = exchange(
        door.port, request(target, "Accept: text/csv", f"Accept-Encoding: {coding}")
    )
    assert answer.status == 200
    assert not answer.whole
    if coding != "identity":
        with pytest.raises((EOFError, brotli.error, zlib.error, zstandard.ZstdError)):
            decoded(coding, answer.body)


def test_an_answer_over_its_time_is_seen_to_be_cut_short(strict: Door) -> None:
    """Its first bytes leave at once, the rest takes too long."""
    target = sparql(f"SELECT * {{ {product(2)} }} # {strict.name}")
    with connected(strict.port, address()) as held:  # nobody has spent its share
        held.sendall(request(target, "Accept: text/csv"))
        said, closed = rest(held)
    (answer,) = answers(said, closed=closed)
    assert (answer.status, answer.whole) in ((200, False), (504, True))


@pytest.mark.parametrize("lines", [(), ("Connection: keep-alive",)], ids=["close", "keep"])
def test_a_client_of_http_1_0_sees_it_too_or_is_refused(door: Door, lines: tuple[str, ...]) -> None:
    """Without chunks only a reset tells, or a length that is not reached."""
    asked = sparql(ENDLESS + f" # {len(lines)} {door.name}")
    head = "\r\n".join([f"GET {asked} HTTP/1.0", "Host: x", "Accept: text/csv", *lines, "", ""])
    with connected(door.port) as held:
        held.sendall(head.encode())
        said = until(held, rb"\r\n\r\n")
        if said[9:12] in (b"426", b"505"):
            return
        more, closed = rest(held)
    (answer,) = answers(said + more, closed=closed)
    assert (answer.status, answer.whole) == (200, False)


def test_a_long_answer_that_is_whole_looks_whole(door: Door) -> None:
    for coding in ("identity", "gzip", "br", "zstd"):
        got = door.ask(LARGE, "Accept: text/csv", f"Accept-Encoding: {coding}")
        assert (got.status, got.whole) == (200, True)
        assert decoded(coding, got.body).count(b"\r\n") == 6001


# --- coded ---

CODINGS = ("identity", "gzip", "br", "zstd")


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("/static/renkei.css", "text/css"),
        ("/static/renkei.js", "text/javascript"),
        ("/static/mark.svg", "image/svg+xml"),
        ("/static/editor/editor.js", "text/javascript"),
    ],
)
def test_a_static_file_that_is_text_is_sent_in_the_coding_that_is_wished(
    door: Door, target: str, kind: str
) -> None:
    """Also where it is asked for again: what is remembered is not one coding alone."""
    plain = door.ask(target)
    assert (plain.status, plain.header("content-encoding")) == (200, "")
    for coding in (*CODINGS, *CODINGS):
        got = door.ask(target, f"Accept-Encoding: {coding}")
        assert (got.status, got.whole) == (200, True)
        assert got.header("content-type").partition(";")[0] == kind
        assert got.header("content-encoding") == ("" if coding == "identity" else coding)
        assert "accept-encoding" in got.header("vary").lower()
        assert decoded(coding, got.body) == plain.body
        assert int(got.header("content-length")) == len(got.body)
        assert coding == "identity" or len(got.body) < len(plain.body)


def test_each_coding_of_a_static_file_has_a_tag_of_its_own(door: Door) -> None:
    tags = {
        door.ask("/static/renkei.css", f"Accept-Encoding: {coding}").header("etag")
        for coding in CODINGS
    }
    assert len(tags) == len(CODINGS)


@pytest.mark.parametrize("coding", CODINGS)
def test_what_is_compressed_already_is_not_compressed_again(door: Door, coding: str) -> None:
    plain = door.ask("/dumps/data.nq.gz")
    got = door.ask("/dumps/data.nq.gz", f"Accept-Encoding: {coding}")
    assert (got.status, got.header("content-encoding"), got.body) == (200, "", plain.body)
    assert gzip.decompress(got.body) == door.ask(DUMP).body


# --- hanging up ---


def hang_up(door: Door, data: bytes) -> None:
    """Send *data*, hang up when work has begun, and see the work end soon."""
    assert door.server.idle(20)
    with connected(door.port) as held:
        held.sendall(data)
        assert door.server.busy(), "no work began"
    assert door.server.idle(SOON), "work goes on for nobody"


@pytest.mark.parametrize("lines", [(), ("Accept-Encoding: gzip",)], ids=["plain", "coded"])
def test_the_work_of_a_query_ends_when_its_client_hangs_up(
    door: Door, lines: tuple[str, ...]
) -> None:
    hang_up(door, request(sparql(f"{RUNAWAY} # {door.name} {lines}"), *lines))


def test_the_work_of_a_posted_query_ends_when_its_client_hangs_up(door: Door) -> None:
    body = f"{RUNAWAY} # posted {door.name}".encode()
    lines = ("Content-Type: application/sparql-query", f"Content-Length: {len(body)}")
    hang_up(door, request("/sparql", *lines, method="POST") + body)


def test_the_work_of_a_long_answer_ends_when_its_client_hangs_up(door: Door) -> None:
    with connected(door.port, buffer=4096) as held:
        held.sendall(request(sparql(f"{ENDLESS} # gone {door.name}"), "Accept: text/csv"))
        until(held, rb"\r\n\r\n")
    assert door.server.idle(SOON)


def test_the_work_of_a_batch_ends_when_its_client_hangs_up(door: Door) -> None:
    body = SLOW_BATCH.encode()
    lines = ("Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}")
    hang_up(door, request("/reconcile", *lines, method="POST") + body)


def test_the_work_of_a_tool_ends_when_its_client_hangs_up(door: Door) -> None:
    lines = (
        "Content-Type: application/json",
        "Accept: application/json, text/event-stream",
        f"Content-Length: {len(CALL)}",
    )
    hang_up(door, request("/mcp", *lines, method="POST") + CALL)


def test_the_work_of_all_who_hang_up_together_ends(door: Door) -> None:
    assert door.server.idle(20)
    with contextlib.ExitStack() as all_:
        for number in range(20):
            held = all_.enter_context(connected(door.port))
            held.sendall(request(sparql(f"{RUNAWAY} # {number} of many {door.name}")))
        assert door.server.busy()
    assert door.server.idle(SOON + 2)
    assert door.ask(sparql(f"ASK {{}} # then {door.name}")).status == 200


def test_one_of_two_who_ask_the_same_may_hang_up(door: Door) -> None:
    """The other has the answer all the same.

    The query takes long enough that it is watched who waits, and no longer: on a busy machine
    it has little time from then on. One that came to the end of its time is asked again.
    """
    statuses = [504]
    for _ in range(TRIES):
        if statuses != [504]:
            break
        asked = request(sparql(f"{FOR_A_WHILE} # two {address()} {door.name}"))
        with connected(door.port) as first, connected(door.port) as second:
            for held in (first, second):
                held.sendall(asked)
            first.close()
            said, closed = rest(second, 60)
        statuses = [answer.status for answer in answers(said, closed=closed)]
    assert statuses == [200]


# --- left unread, and asked without end ---


def unread(door: Door, data: bytes, connections: int, most: float) -> None:
    """Send *data* on each connection, read nothing; memory and others' time stay bounded.

    The first time, each process also keeps what it needs from then on: that has a bound too.
    """
    for bound in (most + ONCE, most):
        before, more = door.memory, []
        with contextlib.ExitStack() as all_:
            for _ in range(connections):
                held = all_.enter_context(connected(door.port, buffer=4096))
                held.setblocking(False)
                with contextlib.suppress(BlockingIOError, ConnectionError):
                    held.send(data)
            for _ in range(10):
                in_time(lambda: door.ask("/health/live"))
            for _ in range(5):
                time.sleep(0.1)
                more.append(door.memory - before)
        assert max(more) < bound, f"{more} MB more, of at most {bound}"


@pytest.mark.parametrize(
    "target", [DUMP, LARGE, "/id/hafen/altwarp"], ids=["file", "kept", "small"]
)
def test_what_is_pipelined_and_left_unread_is_not_gathered(door: Door, target: str) -> None:
    unread(door, request(target, "Accept: */*", close=False) * 800, 1, 60)


def test_files_left_unread_by_many_are_not_gathered(door: Door) -> None:
    """A hundred times 3 MB; a proxy may keep a little of each."""
    unread(door, request(DUMP, close=False), 100, 100)


def test_coded_answers_left_unread_by_many_are_not_gathered(door: Door) -> None:
    """What is begun at once grows by some megabytes an engine, and by no more for each reader."""
    unread(door, request(LARGE, "Accept: text/csv", "Accept-Encoding: gzip"), 50, 120)


def test_a_pipeline_is_read_no_faster_than_it_is_answered(door: Door) -> None:
    """Sixty megabytes of small requests, nothing read: they stay with who sends them."""
    piece = request("/health/live", close=False) * 1000
    before = door.memory
    sent = 0
    with connected(door.port, buffer=4096) as held:
        held.settimeout(1)
        with contextlib.suppress(TimeoutError, ConnectionError):
            while sent < 60 << 20:
                sent += held.send(piece)
        assert sent < 60 << 20
        in_time(lambda: door.ask("/health/live"))
        assert door.memory - before < 40


def test_connections_that_ask_nothing_are_no_burden(door: Door) -> None:
    before = door.memory
    with contextlib.ExitStack() as all_:
        for _ in range(800):
            all_.enter_context(connected(door.port))
        in_time(lambda: door.ask("/health/live"))
        assert door.memory - before < 60


@pytest.mark.parametrize("option", ["read", "reset"])
def test_a_client_who_goes_in_the_middle_leaves_others_alone(door: Door, option: str) -> None:
    for _ in range(20):
        with connected(door.port, buffer=4096) as held:
            held.sendall(request(DUMP))
            until(held, rb"\r\n\r\n")
            if option == "reset":
                held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    in_time(lambda: door.ask("/health/live"))


# --- parameters that nobody reads ---


@pytest.mark.parametrize(
    "target", ["/", "/doc/hafen/altwarp", "/search", "/dumps/data.ttl", "/questions", "/things"]
)
def test_a_parameter_that_an_address_does_not_read_makes_no_other_answer(
    direct: Door, target: str
) -> None:
    """It leads to the address without it, or what is remembered does not grow."""
    kept: Callable[[], float] = lambda: figure(direct, "renkei_cache_bytes")  # noqa: E731
    direct.ask(target), direct.ask(f"{target}?cb=0")
    before = kept()
    for number in range(1, 6):
        answer = direct.ask(f"{target}?cb={number}")
        if answer.status in (301, 302, 303, 307, 308):
            assert "cb=" not in answer.header("location")
        else:
            assert answer.status == 200
    assert kept() == before


def figure(door: Door, name: str) -> float:
    """Return one of the figures at /metrics."""
    text = door.ask("/metrics").body.decode()
    return next(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))
