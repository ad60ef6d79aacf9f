"""Sending bytes as they stand, and reading what comes back: whole, or broken off.

A small reader of our own, because the libraries hide what is asked here: whether an answer
was ended by its own framing, how many there were, and what stood between them.
"""

from __future__ import annotations

import contextlib
import re
import select
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

PATIENCE = 10.0  # seconds; what takes longer has not happened
_HEAD = re.compile(rb"HTTP/1\.[01] (\d{3})[^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n")


@dataclass(frozen=True)
class Answer:
    """One answer; *whole* is whether its own framing says that it has ended."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    whole: bool

    def header(self, name: str) -> str:
        """All values of a header, joined as a list; "" where there is none."""
        return ", ".join(value for key, value in self.headers if key == name.lower())


def answers(said: bytes, head: bool = False, closed: bool = True) -> list[Answer]:
    """Return the answers in *said*; what stands between them and is none raises ValueError.

    *head* is whether they answer HEAD; *closed* whether the connection was closed in order,
    which is the end of an answer that has no other.
    """
    found = []
    while said:
        start = _HEAD.match(said)
        if start is None:
            raise ValueError(f"this is no answer: {said[:80]!r}")
        lines = start[2].decode("latin-1").split("\r\n")[:-1]
        pairs = (line.partition(":")[::2] for line in lines)
        headers = tuple((name.lower(), value.strip()) for name, value in pairs)
        status = int(start[1])
        bare = head or status < 200 or status in (204, 304)
        body, whole, said = _body(said[start.end() :], dict(headers), bare, closed)
        found.append(Answer(status, headers, body, whole))
    return found


def _body(
    said: bytes, headers: dict[str, str], bare: bool, closed: bool
) -> tuple[bytes, bool, bytes]:
    if bare:
        return b"", True, said
    if "chunked" in headers.get("transfer-encoding", ""):
        return _chunks(said)
    if "content-length" in headers:
        length = int(headers["content-length"])
        return said[:length], len(said) >= length, said[length:]
    return said, closed, b""


def _chunks(said: bytes) -> tuple[bytes, bool, bytes]:
    body = b""
    while size := re.match(rb"([0-9a-fA-F]+)[^\r\n]*\r\n", said):
        length, start = int(size[1], 16), size.end()
        if not length:
            end = re.match(rb"((?:[^\r\n]+\r\n)*)\r\n", said[start:])
            return body, end is not None, said[start + end.end() :] if end else b""
        body += said[start : start + length]
        if said[start + length : start + length + 2] != b"\r\n":
            return body, False, b""
        said = said[start + length + 2 :]
    return body, False, b""


@contextlib.contextmanager
def connected(port: int, source: str = "127.0.0.1", buffer: int = 0) -> Iterator[socket.socket]:
    """Give a connection from the address *source*, which takes *buffer* bytes unread."""
    with socket.socket() as held:
        if buffer:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        held.settimeout(PATIENCE)
        held.bind((source, 0))
        held.connect(("127.0.0.1", port))
        yield held


def rest(held: socket.socket, patience: float = PATIENCE) -> tuple[bytes, bool]:
    """Return all that comes until the other side closes, and whether it closed in order."""
    said = b""
    held.settimeout(patience)
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            data = held.recv(1 << 16)
        except ConnectionError:
            return said, False
        if not data:
            return said, True
        said += data
    raise AssertionError(f"not closed in {patience:g} s; came: {said[-200:]!r}")


def exchange(
    port: int,
    *parts: bytes,
    source: str = "127.0.0.1",
    head: bool = False,
    patience: float = PATIENCE,
) -> list[Answer]:
    """Send *parts* and return the answers, when the other side has closed.

    The last request asks to close, or is one after which that must happen.
    """
    with connected(port, source) as held:
        with contextlib.suppress(ConnectionError):  # refused while we were sending
            for part in parts:
                held.sendall(part)
        said, closed = rest(held, patience)
    return answers(said, head, closed)


def flood(held: socket.socket, piece: bytes, most: int) -> bytes:
    """Send *piece* over and over until something comes back, and return that.

    Nothing has come back after *most* bytes: AssertionError. A reset gives nothing.
    """
    sent = 0
    with contextlib.suppress(ConnectionError):
        while not select.select([held], [], [], 0)[0]:
            assert sent < most, "it is taken without end"
            held.sendall(piece)
            sent += len(piece)
        return held.recv(1 << 16)
    return b""


def until(held: socket.socket, pattern: bytes) -> bytes:
    """Return what comes, up to where *pattern* has been seen."""
    said = b""
    while not re.search(pattern, said, re.DOTALL):
        data = held.recv(1 << 16)
        assert data, f"closed before {pattern!r}; came: {said[-300:]!r}"
        said += data
    return said


def request(
    target: str, *lines: str, method: str = "GET", close: bool = True, host: str = "x"
) -> bytes:
    """Return the head of a request, with these lines of headers besides Host."""
    named = [f"{method} {target} HTTP/1.1", f"Host: {host}", *lines]
    return "\r\n".join([*named, *["Connection: close"] * close, "", ""]).encode()


def ask(
    port: int,
    target: str,
    *lines: str,
    method: str = "GET",
    source: str = "127.0.0.1",
    patience: float = PATIENCE,
) -> Answer:
    """Ask once and return the one answer."""
    asked = request(target, *lines, method=method)
    (answer,) = exchange(port, asked, source=source, head=method == "HEAD", patience=patience)
    return answer
