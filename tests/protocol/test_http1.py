"""HTTP/1.1 by its rules (RFC 9110, RFC 9112), over sockets, with an application that echoes."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvloop

from renkei.serve import http1
from renkei.serve.http1 import MOST_HEAD, Exchange, Listener, block

MOST = 1000
BOUNDS = (  # as they are before the listener below is made impatient
    http1.HEAD_SECONDS,
    http1.BODY_SECONDS,
    http1.SEND_SECONDS,
    http1.IDLE_SECONDS,
    http1.MOST_TARGET,
)


class Echo:
    """Answers with what was asked; paths ask for the other ways to answer."""

    def __init__(self) -> None:
        self.gone = threading.Event()
        self.tasks: set[asyncio.Task[None]] = set()

    def take(self, asked: Exchange) -> None:
        """Answer at once, or in a task where the path says so."""
        if asked.path == "/raise":
            raise ValueError("a fault of ours")
        if asked.path in ("/later", "/stream", "/broken", "/wait"):
            task = asyncio.get_running_loop().create_task(self._later(asked))
            self.tasks.add(task)
            return
        self._whole(asked)

    def _whole(self, asked: Exchange) -> None:
        said = [asked.method, asked.path, asked.query, asked.headers, len(asked.body)]
        body = json.dumps(said).encode()
        asked.respond(200, block((("content-length", str(len(body))),)), body)

    async def _later(self, asked: Exchange) -> None:
        if asked.path == "/wait":
            await asked.gone()
            self.gone.set()
            return
        await asyncio.sleep(0.05)
        if asked.path == "/later":
            self._whole(asked)
            return
        asked.begin(200, block((("content-type", "text/plain"),)), sized=False)
        await asked.send(b"one ")
        if asked.path == "/broken":
            asked.abort()
            return
        await asked.send(b"two")
        asked.end()


@pytest.fixture(scope="module")
def port_and_echo() -> Iterator[tuple[int, Echo]]:
    """A listener in a thread of its own, quick to lose patience."""
    patch = pytest.MonkeyPatch()
    patch.setattr(http1, "HEAD_SECONDS", 0.4)
    patch.setattr(http1, "BODY_SECONDS", 0.4)
    patch.setattr(http1, "IDLE_SECONDS", 0.8)
    patch.setattr(http1, "LINGER_SECONDS", 0.4)
    patch.setattr(http1, "LOOK_EVERY", 0.05)
    held = socket.create_server(("127.0.0.1", 0))
    held.setblocking(False)
    echo = Echo()
    loop = uvloop.new_event_loop()
    listener = Listener(echo.take, MOST)

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(listener.start(held, 100))
        loop.run_forever()
        loop.run_until_complete(listener.stop(1))
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield held.getsockname()[1], echo
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    patch.undo()


@pytest.fixture
def port(port_and_echo: tuple[int, Echo]) -> int:
    """Where the listener listens."""
    return port_and_echo[0]


def sent(port: int, *parts: bytes) -> bytes:
    """Return all that comes until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as held:
        for part in parts:
            held.sendall(part)
        said = b""
        while data := held.recv(65536):
            said += data
        return said


def statuses(said: bytes) -> list[int]:
    return [int(m) for m in re.findall(rb"HTTP/1\.1 (\d+)", said)]


def bodies(said: bytes) -> list[object]:
    return [json.loads(line) for line in re.findall(rb"\r\n\r\n(\[[^\r]*\])", said)]


BOTH_LENGTHS = b"Host: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
CLOSE = b"Host: x\r\nConnection: close\r\n\r\n"


def test_a_request_is_handed_on_whole_with_its_path_decoded_and_its_query_as_sent(
    port: int,
) -> None:
    said = sent(port, b"GET /a%20b?q=%E6%9C%AD&r=+ HTTP/1.1\r\nAccept: x\r\nACCEPT: y\r\n" + CLOSE)
    headers = {"accept": "x, y", "host": "x", "connection": "close"}
    assert bodies(said) == [["GET", "/a b", "q=%E6%9C%AD&r=+", headers, 0]]


def test_a_name_sent_in_utf_8_as_it_stands_is_what_its_encoded_form_is(port: int) -> None:
    line = "GET /札幌?q=札幌 HTTP/1.1\r\n".encode()
    (plain,) = bodies(sent(port, line[:9], line[9:] + CLOSE))
    coded = b"GET /%E6%9C%AD%E5%B9%8C?q=%E6%9C%AD%E5%B9%8C HTTP/1.1\r\n"
    assert [plain] == bodies(sent(port, coded + CLOSE))


def test_requests_of_one_connection_are_answered_in_their_order(port: int) -> None:
    first = b"GET /later HTTP/1.1\r\nHost: x\r\n\r\n"
    many = b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % n for n in range(40))
    said = sent(port, first + many + b"GET /last HTTP/1.1\r\n" + CLOSE)
    paths = [path for _, path, *_ in bodies(said)]  # type: ignore[misc]
    assert paths == ["/later", *(f"/{n}" for n in range(40)), "/last"]


def test_head_has_the_headers_and_no_body(port: int) -> None:
    said = sent(port, b"HEAD /x HTTP/1.1\r\n" + CLOSE)
    assert said.endswith(b"\r\n\r\n")
    assert re.search(rb"content-length: [1-9]", said)


def test_pieces_of_unknown_length_come_in_chunks(port: int) -> None:
    said = sent(port, b"GET /stream HTTP/1.1\r\n" + CLOSE)
    assert said.endswith(b"\r\n\r\n4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n")


def test_a_client_of_http_1_0_gets_them_until_the_end_of_the_connection(port: int) -> None:
    said = sent(port, b"GET /stream HTTP/1.0\r\n\r\n")
    assert b"transfer-encoding" not in said
    assert said.endswith(b"\r\n\r\none two")


def test_an_answer_broken_off_is_a_reset(port: int) -> None:
    with pytest.raises(ConnectionResetError):
        sent(port, b"GET /broken HTTP/1.1\r\n" + CLOSE)


def test_a_fault_of_ours_is_a_reset_and_the_next_client_is_answered(port: int) -> None:
    with pytest.raises(ConnectionResetError):
        sent(port, b"GET /raise HTTP/1.1\r\n" + CLOSE)
    assert statuses(sent(port, b"GET /x HTTP/1.1\r\n" + CLOSE)) == [200]


def test_who_answers_is_told_when_the_client_has_gone(port_and_echo: tuple[int, Echo]) -> None:
    port, echo = port_and_echo
    with socket.create_connection(("127.0.0.1", port)) as held:
        held.sendall(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
    assert echo.gone.wait(1)


def test_a_body_that_waits_to_be_asked_for_is_asked_for(port: int) -> None:
    head = b"POST /x HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n" + CLOSE
    said = sent(port, head, b"abc")
    assert statuses(said) == [100, 200]
    assert bodies(said)[0][4] == 3  # type: ignore[index]


def test_of_a_long_body_is_kept_as_much_as_shows_that_it_is_long(port: int) -> None:
    said = sent(port, b"POST /x HTTP/1.1\r\nContent-Length: 5000\r\n" + CLOSE, bytes(5000))
    assert bodies(said)[0][4] == MOST + 1  # type: ignore[index]


def test_a_chunked_body_is_put_together(port: int) -> None:
    head = b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + CLOSE
    said = sent(port, head, b"3\r\nabc\r\n", b"2\r\nde\r\n0\r\n\r\n")
    assert bodies(said)[0][4] == 5  # type: ignore[index]


def test_a_header_whose_name_could_pass_for_another_is_left_out(port: int) -> None:
    said = sent(port, b"GET /x HTTP/1.1\r\nX_Forwarded_For: 1.2.3.4\r\n" + CLOSE)
    assert bodies(said)[0][3] == {"host": "x", "connection": "close"}  # type: ignore[index]


def test_an_upgrade_is_not_taken_up(port: int) -> None:
    head = b"GET /x HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n"
    assert statuses(sent(port, head + b"PRI * HTTP/2.0")) == [200]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /x HTTP/1.1\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET /x\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\n" + BOTH_LENGTHS, 400),
        (b"GET /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nHost: x\r\nBad\x00: y\r\n\r\n", 400),
        (b"FROB /x HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET /x HTTP/1.1\r\nHost: x\r\nY: " + b"y" * 100_000 + b"\r\n\r\n", 431),
        (b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n" + bytes(90_000), 413),
        (b"GET /x HTTP/1.1\r\nHost: x\r\n", 408),
        (b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na", 408),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason_and_the_connection_closed(
    port: int, request_: bytes, status: int
) -> None:
    said = sent(port, request_)
    assert statuses(said) == [status]
    problem = json.loads(said.partition(b"\r\n\r\n")[2])
    assert problem["status"] == status
    assert problem["detail"].endswith(".")
    assert b"access-control-allow-origin: *\r\n" in said


def test_what_cannot_be_read_does_not_overtake_the_answer_before_it(port: int) -> None:
    said = sent(port, b"GET /later HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n")
    assert statuses(said) == [200]


def test_a_connection_that_asks_nothing_more_is_closed(port: int) -> None:
    said = sent(port, b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
    assert statuses(said) == [200]
    assert b"connection: close" not in said


def test_what_the_manual_says_of_time_and_length_is_so() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "operating.md").read_text("utf-8")
    said = re.search(
        r"A client has (\d+) seconds to send its headers, (\d+) for a body and (\d+) to take each "
        r"piece of an answer; a connection that asks\s+nothing for (\d+) seconds is closed. "
        r"Targets are read up to ([\d,]+) bytes, target and headers up to (\d+) KiB.",
        manual,
    )
    assert said is not None
    assert [int(number.replace(",", "")) for number in said.groups()] == [*BOUNDS, MOST_HEAD >> 10]
