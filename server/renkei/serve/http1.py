"""HTTP/1.1 on sockets (RFC 9110, RFC 9112): requests as they come, answers as they are made.

llhttp reads the bytes (`httptools`), uvloop moves them. A request is handed on whole, as an
`Exchange`, which the answer is given to: at once, or piece by piece, no faster than the
client takes it. Requests of one connection are answered in their order. What comes too
slowly or is too long is refused here. Nothing here knows what is asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Iterable
from email.utils import formatdate
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes

import httptools

MOST_TARGET = 65_534  # bytes of a request target
MOST_HEAD = 96 * 1024  # bytes of target and headers
MOST_CONNECTIONS = 4096
MOST_PENDING = 8  # requests of one connection that wait for their turn
AHEAD = 256 * 1024  # bytes of an answer that may wait for the client to take them
HEAD_SECONDS = 10.0  # how long a client may take to send target and headers
BODY_SECONDS = 30.0  # how long it may take to send a body
SEND_SECONDS = 60.0  # how long it may take to read one piece
LINGER_SECONDS = 2.0  # how long it may go on sending what is not read
IDLE_SECONDS = 75.0  # how long a connection may wait for its next request
LOOK_EVERY = 1.0  # seconds between looks at who is too slow

log = logging.getLogger("renkei.serve")
STATUS = {s.value: f"HTTP/1.1 {s.value} {s.phrase}\r\n".encode() for s in HTTPStatus}
EMPTY = frozenset((204, 304))  # that have neither body nor length
_HIGH = re.compile(rb"[\x80-\xff]")


def block(headers: Iterable[tuple[str, str]]) -> bytes:
    """Return the lines of *headers* as they are sent."""
    return "".join([f"{name}: {value}\r\n" for name, value in headers]).encode("latin-1")


class Clock:
    """The Date header, made once a second."""

    def __init__(self) -> None:
        self._at, self._line = 0, b""

    def line(self) -> bytes:
        """Return `date: …` for now."""
        now = int(time.time())
        if now != self._at:
            self._at, self._line = now, f"date: {formatdate(now, usegmt=True)}\r\n".encode()
        return self._line


CLOCK = Clock()


class Exchange:
    """A request, and where its answer goes.

    *path* is decoded octet by octet, as WSGI wants it (PEP 3333); *query* is as it was
    sent. *headers* have lower-case names; lines of one name are joined by commas. *body*
    holds at most *most* + 1 bytes, so that one too long is known by its length.
    """

    __slots__ = (
        "_chunked",
        "_connection",
        "_last",
        "_old",
        "body",
        "client",
        "headers",
        "method",
        "path",
        "query",
    )

    def __init__(
        self,
        connection: Connection,
        method: str,
        target: bytes,
        headers: dict[str, str],
        body: bytes,
        old: bool,
        last: bool,
    ) -> None:
        path, _, query = target.partition(b"?")
        self._connection = connection
        self._old, self._last, self._chunked = old, last, False
        self.method = method
        self.path = (unquote_to_bytes(path) if b"%" in path else path).decode("latin-1")
        self.query = query.decode("latin-1")
        self.headers, self.body = headers, body
        self.client: str = connection.client

    def respond(self, status: int, lines: bytes, body: bytes = b"") -> None:
        """Send a whole answer; *lines* are its headers, with Content-Length where it has one."""
        close = b"connection: close\r\n\r\n" if self._last else b"\r\n"
        if self.method == "HEAD" or status in EMPTY:
            body = b""
        self._connection.write(b"".join((STATUS[status], lines, CLOCK.line(), close, body)))
        self._connection.answered(self)

    def begin(self, status: int, lines: bytes, sized: bool) -> None:
        """Send the head of an answer that comes in pieces; *sized* says it has a length."""
        self._chunked = not sized and not self._old
        close = b"connection: close\r\n" if self._last else b""
        chunked = b"transfer-encoding: chunked\r\n" if self._chunked else b""
        self._connection.write(
            b"".join((STATUS[status], lines, CLOCK.line(), close, chunked, b"\r\n"))
        )

    async def send(self, piece: bytes) -> None:
        """Send *piece*; return when the client has taken most of what was sent.

        Raises ConnectionResetError where it has gone, TimeoutError where it takes nothing.
        """
        if not piece:
            return
        if self._chunked:
            piece = b"%x\r\n%b\r\n" % (len(piece), piece)
        self._connection.write(piece)
        await self._connection.drained()

    def end(self) -> None:
        """Say that no more pieces come."""
        if self._chunked:
            self._connection.write(b"0\r\n\r\n")
        self._connection.answered(self)

    def abort(self) -> None:
        """Break the connection off, so that what was sent cannot seem whole."""
        self._connection.abort()

    async def gone(self) -> None:
        """Return when the client has gone."""
        await self._connection.lost()

    @property
    def is_last(self) -> bool:
        """Whether the connection ends with this answer."""
        return self._last

    def close_after(self) -> None:
        """Let no other request follow this one."""
        self._last = True


class Refusal(Exception):
    """Why a request is not read to its end."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class Connection(asyncio.Protocol):
    """One connection: what httptools calls while it reads, and asyncio about the socket."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._transport: Any = None
        self._parser = httptools.HttpRequestParser(self)
        self._pending: deque[Exchange] = deque()
        self._answering: Exchange | None = None
        self._writable: asyncio.Future[None] | None = None
        self._paused = self._deaf = self._gone = self._advancing = False
        self._begins = self._in_line = True
        self._watchers: list[asyncio.Future[None]] = []
        self._refusal: Refusal | None = None
        self.client = ""
        self.until = 0.0  # when the client has been too slow; 0 while we are at work
        self._begin()

    # --- what asyncio calls ---

    def connection_made(self, transport: Any) -> None:
        """Take note of a new client."""
        self._transport = transport
        transport.set_write_buffer_limits(AHEAD)
        peer = transport.get_extra_info("peername")
        self.client = peer[0] if isinstance(peer, tuple) else ""
        self.until = self._listener.time() + HEAD_SECONDS
        if not self._listener.opened(self):
            self._refuse(Refusal(503, "Too many connections are open."))

    def connection_lost(self, error: Exception | None) -> None:
        """Tell whoever works for this client that it has gone."""
        self._gone = True
        self._listener.closed(self)
        self.resume_writing()
        for watcher in self._watchers:
            if not watcher.done():
                watcher.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Read what the client sends."""
        if self._deaf:
            return
        if self._in_line:
            data = self._plain_line(data)
        if self._begins:
            self._begins = False
            self.until = self._listener.time() + HEAD_SECONDS
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._last_request()
        except httptools.HttpParserInvalidMethodError:
            self._refuse(Refusal(501, "This method is not known."))
        except httptools.HttpParserError as error:
            self._refuse(self._refusal or Refusal(400, f"This is not HTTP/1.1: {error}."))
        self._advance()

    def pause_writing(self) -> None:
        """Wait with more bytes: the client has much to take."""
        self._writable = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        """Go on writing."""
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    # --- what httptools calls ---

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        self._target += url
        self._size += len(url)
        if self._size > MOST_TARGET:
            self._stop(414, f"The address is longer than {MOST_TARGET} bytes.")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._size += len(name) + len(value)
        if self._size > MOST_HEAD:
            self._stop(431, f"The headers are longer than {MOST_HEAD} bytes.")
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        if "_" in key:  # could pass for another name where names are made variables
            return
        known = self._headers.get(key)
        if known is not None:
            if key in ("host", "content-type"):
                self._stop(400, f"There is more than one {key} header.")
            text = f"{known}, {text}"
        self._headers[key] = text

    def on_headers_complete(self) -> None:
        """Look at the head; ask for a body that waits to be asked for."""
        self._in_line = False
        self._old = self._parser.get_http_version() == "1.0"
        if "host" not in self._headers and not self._old:
            self._stop(400, "There is no Host header.")
        self.until = self._listener.time() + BODY_SECONDS
        if "expect" in self._headers and not self._old:
            self.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        most = self._listener.most
        self._length += len(body)
        if len(self._body) <= most:
            self._body += body[: most + 1 - len(self._body)]
        if self._length > 16 * most:
            self._stop(413, "The body is far longer than anything that is read here.")

    def on_message_complete(self) -> None:
        """Let the request wait for its turn."""
        target = self._target
        exchange = Exchange(
            self,
            self._parser.get_method().decode("ascii"),
            target if target.startswith(b"/") else _origin_form(target),
            self._headers,
            bytes(self._body),
            self._old,
            self._old or not self._parser.should_keep_alive(),
        )
        self._pending.append(exchange)
        self.until = 0.0
        self._begin()
        if len(self._pending) >= MOST_PENDING and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    # --- what an Exchange asks for ---

    def write(self, data: bytes) -> None:
        """Send bytes to a client who is still there."""
        if not self._gone:
            self._transport.write(data)

    async def drained(self) -> None:
        """Wait until the client has taken enough. Raises as `Exchange.send` does."""
        if self._writable is not None:
            await asyncio.wait_for(asyncio.shield(self._writable), SEND_SECONDS)
        if self._gone:
            raise ConnectionResetError

    def answered(self, exchange: Exchange) -> None:
        """Go on with the next request; close where there shall be none."""
        if exchange is not self._answering:
            return
        self._answering = None
        if exchange.is_last or self._listener.stopping:
            self.close()
            return
        if self.until == 0.0:
            self.until = self._listener.time() + IDLE_SECONDS
        self._advance()

    def abort(self) -> None:
        """Send a reset: what is queued is thrown away, and the client sees an error."""
        with contextlib.suppress(OSError, AttributeError):
            held = self._transport.get_extra_info("socket")
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._deaf = True
        self._transport.abort()

    async def lost(self) -> None:
        """Return when the connection is lost."""
        if self._gone:
            return
        watcher = asyncio.get_running_loop().create_future()
        self._watchers.append(watcher)
        try:
            await watcher
        finally:
            self._watchers.remove(watcher)

    # --- what the Listener asks for ---

    @property
    def idle(self) -> bool:
        """Whether nothing is being answered."""
        return self._answering is None

    def close(self) -> None:
        """Close when what was written has been sent."""
        self._deaf = True
        self._pending.clear()
        self.until = self._listener.time() + SEND_SECONDS
        self._transport.close()

    def too_slow(self) -> None:
        """Give a client up that has not sent its request, or taken its answer, in time."""
        if self._deaf:
            self._transport.abort()
        elif self._size:
            self._refuse(Refusal(408, "The request did not come to its end in time."))
        else:
            self.close()

    # --- ours ---

    def _begin(self) -> None:
        """Make ready for the next request."""
        self._target = b""
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._size = self._length = 0
        self._old = False  # HTTP/1.0
        self._in_line = self._begins = True  # the target is still to come, and not begun

    def _advance(self) -> None:
        """Hand on what waits for its turn, one after the other."""
        if self._advancing:
            return
        self._advancing = True
        while self._pending and self._answering is None and not self._gone:
            self.until = 0.0
            self._answering = self._pending.popleft()
            try:
                self._listener.take(self._answering)
            except Exception:
                log.exception("%s %s", self._answering.method, self._answering.path)
                self.abort()
        self._advancing = False
        if self._paused and len(self._pending) < MOST_PENDING and not self._gone:
            self._paused = False
            self._transport.resume_reading()

    def _plain_line(self, data: bytes) -> bytes:
        """Return *data* with the target percent-encoded, where it has octets that are not ASCII.

        That is how a client writes a name in Japanese that it was given as it stands.
        """
        line, end, rest = data.partition(b"\r\n")
        if end:
            self._in_line = False
        if line.isascii():
            return data
        return _HIGH.sub(lambda m: b"%%%02X" % m[0][0], line) + end + rest

    def _last_request(self) -> None:
        """Take no more after what has been read."""
        self._deaf = True
        last = self._pending[-1] if self._pending else self._answering
        if last is None:
            self.close()
        else:
            last.close_after()

    def _stop(self, status: int, detail: str) -> None:
        self._refusal = Refusal(status, detail)
        raise self._refusal

    def _refuse(self, refusal: Refusal) -> None:
        """Answer what cannot be read, and close."""
        if self._answering is not None or self._pending:  # their answers come first
            self._last_request()
            return
        status = HTTPStatus(refusal.status)
        problem = {"title": status.phrase, "status": status.value, "detail": refusal.detail}
        body = json.dumps(problem).encode() + b"\n"
        headers = [
            ("content-type", "application/problem+json"),
            ("content-length", str(len(body))),
            ("access-control-allow-origin", "*"),
            ("cache-control", "no-store"),
            ("connection", "close"),
        ]
        parts = (STATUS[refusal.status], block(headers), CLOCK.line(), b"\r\n", body)
        self.write(b"".join(parts))
        self._linger()

    def _linger(self) -> None:
        """Close without a reset that would overtake the answer: what still comes is not heard."""
        self._deaf = True
        self.until = self._listener.time() + LINGER_SECONDS
        if not self._gone:
            self._transport.write_eof()


def _origin_form(target: bytes) -> bytes:
    """Return path and query of a target in absolute form; `*` is that of a path that is none."""
    if target == b"*":
        return b"/*"
    url = httptools.parse_url(target)
    return (url.path or b"/") + (b"?" + url.query if url.query else b"")


class Listener:
    """Accepts connections on a socket; hands each request to *take*."""

    def __init__(self, take: Callable[[Exchange], object], most: int) -> None:
        self.take = take
        self.most = most  # bytes of a body that are kept
        self.stopping = False
        self._open: set[Connection] = set()
        self._server: asyncio.Server | None = None
        self._looking: asyncio.TimerHandle | None = None
        self.time: Callable[[], float] = time.monotonic

    async def start(self, listening: socket.socket, backlog: int) -> None:
        """Begin to accept on *listening*, a bound socket."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Connection(self), sock=listening, backlog=backlog
        )
        self._looking = loop.call_later(LOOK_EVERY, self._look)

    async def stop(self, seconds: float) -> None:
        """Accept no more; give answers that are being made so many *seconds* to end."""
        self.stopping = True
        if self._looking:
            self._looking.cancel()
        if self._server:
            self._server.close()
        until = self.time() + seconds
        while self._open and self.time() < until:
            for connection in list(self._open):
                if connection.idle:
                    connection.close()
            await asyncio.sleep(0.02)
        for connection in list(self._open):
            connection.abort()

    def opened(self, connection: Connection) -> bool:
        """Take note of a connection; False where there are too many."""
        self._open.add(connection)
        return len(self._open) <= MOST_CONNECTIONS

    def closed(self, connection: Connection) -> None:
        """Forget a connection."""
        self._open.discard(connection)

    def _look(self) -> None:
        """Give up those who are too slow."""
        now = self.time()
        for connection in list(self._open):
            if connection.until and now > connection.until:
                connection.too_slow()
        self._looking = asyncio.get_running_loop().call_later(LOOK_EVERY, self._look)
