"""The adapter between an ASGI server and what answers: bounds before anything is gathered.

The server speaks HTTP (RFC 9112): framing, pipelining, `100 Continue`, TLS. What it leaves
open is settled here, before anybody looks at a request: exactly one Host, sizes of head and
body, all bodies together, a deadline for each receive and send, large answers in pieces.
A body is received only when it is wanted, so that nobody is told to go on sending what will
be refused. A broken answer is never ended: the server then closes the connection without the
last chunk. Follows ASGI 3.0 (HTTP 2.3). Nothing here knows Flask, the store or the cache.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

from renkei.errors import (
    BadRequest,
    HeadTooLarge,
    NotAllowed,
    RenkeiError,
    RequestTimeout,
    StoreUnavailable,
    TooLarge,
)
from renkei.language.messages import counted

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
HeaderBlock = list[tuple[bytes, bytes]]

PIECE = 64 * 1024  # bytes of an answer handed to the server at once
WHOLE = 256 * 1024  # bytes up to which an answer is handed over in one go
ONCE = frozenset(("host", "content-type", "content-length", "authorization", "expect"))
REFUSED = frozenset(("CONNECT", "TRACE"))  # methods that no address answers
OLD = frozenset(("1", "1.0", "0.9"))  # versions of HTTP without a Host
BODILESS = frozenset((204, 304))
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%!$&'()*+;=-]+)(?::\d{0,5})?")
log = logging.getLogger("renkei.serve")


@dataclass(frozen=True)
class Bounds:
    """What one client may cost before its request is understood. Times are seconds."""

    head: int  # bytes of target and headers
    bodies: int  # bytes of all bodies that are being gathered, together
    body_seconds: float  # to send a body
    send_seconds: float  # to take one piece of an answer


class BrokenOff(Exception):
    """An answer that failed on its way, or whose reader stands still or has gone.

    Raised through the ASGI server, which then closes the connection.
    """


class Bodies:
    """The bytes of all bodies that are being gathered, together under one bound."""

    def __init__(self, most: int) -> None:
        self._most, self.held = most, 0

    def take(self, size: int) -> None:
        """Count *size* more bytes. Raises StoreUnavailable where there is no room."""
        if self.held + size > self._most:
            raise StoreUnavailable(
                "Too many large requests are being received.",
                "Ask again in a few seconds.",
                retry_after=2,
            )
        self.held += size

    def give_back(self, size: int) -> None:
        """Count *size* bytes less."""
        self.held -= size


class Request:
    """A request, and where its answer goes.

    *path* is decoded octet by octet, as WSGI wants it (PEP 3333); *raw_path* and *query* are
    as they were sent. *headers* have lower-case names; lines of one name are joined by
    commas. *client* is the address of the connection.
    """

    __slots__ = (
        "_bodies",
        "_bounds",
        "_finished",
        "_receive",
        "_send",
        "asked",
        "begun",
        "client",
        "closing",
        "headers",
        "is_old",
        "method",
        "path",
        "query",
        "raw_path",
        "scheme",
    )

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, bounds: Bounds, bodies: Bodies
    ) -> None:
        self._receive, self._send = receive, send
        self._bounds, self._bodies = bounds, bodies
        self._finished = False  # the body has been received whole
        self.asked = ""  # the query that was read of it, as it stands in an address
        self.begun = False  # the head of the answer has been sent
        self.closing = False  # the connection shall end with this answer
        self.is_old = scope.get("http_version", "1.1") in OLD
        self.method: str = scope["method"]
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        self.raw_path = raw.partition(b"?")[0].decode("latin-1")
        octets = unquote_to_bytes(raw) if b"%" in raw else raw
        self.path = (
            octets.partition(b"?")[0].decode("latin-1") if b"?" in raw else octets.decode("latin-1")
        )
        self.query: str = scope["query_string"].decode("latin-1")
        self.scheme: str = scope.get("scheme", "http")
        self.client: str = (scope.get("client") or ("",))[0]
        self.headers = _headers(scope["headers"])

    def check(self) -> None:
        """Refuse what no address answers. Raises BadRequest or TooLarge."""
        size = len(self.raw_path) + len(self.query)
        size += sum(len(name) + len(value) for name, value in self.headers.items())
        if size > self._bounds.head:
            raise HeadTooLarge(
                counted(
                    "Address and headers are longer than %(number)s byte.",
                    "Address and headers are longer than %(number)s bytes.",
                    self._bounds.head,
                ),
                "Send a shorter address, or a long query by POST.",
            )
        if self.method in REFUSED:
            raise NotAllowed(
                "%(method)s is not answered here.", "Use GET, HEAD or OPTIONS.", method=self.method
            )
        coding = self.headers.get("transfer-encoding", "chunked")
        if coding.strip().lower() != "chunked":
            raise BadRequest(
                "The Transfer-Encoding is not chunked.", "Send the body chunked, once."
            )
        host = self.headers.get("host", "")
        if not host and not self.is_old:
            raise BadRequest(
                "There is no Host header.", "Send exactly one (RFC 9112, section 3.2)."
            )
        if host and not _is_host(host):
            raise BadRequest("The Host header is not a host.", "Send one host and its port.")

    # --- the body ---

    async def body(self, most: int) -> bytes:
        """Return the body, of *most* bytes at the most.

        Raises TooLarge, before anything is received where the length is announced;
        RequestTimeout where it does not come to its end; StoreUnavailable where all bodies
        together are too large; BadRequest where it breaks off.
        """
        announced = self.headers.get("content-length", "")
        if announced and (not announced.isdigit() or int(announced) > most):
            raise _too_large(most)
        taken = 0
        parts: list[bytes] = []
        try:
            if announced:
                self._bodies.take(int(announced))
                taken = int(announced)
            size = 0
            async with asyncio.timeout(self._bounds.body_seconds):
                while not self._finished:
                    part = await self._part()
                    size += len(part)
                    if size > most:
                        raise _too_large(most)
                    if size > taken:
                        self._bodies.take(size - taken)
                        taken = size
                    parts.append(part)
            return b"".join(parts)
        except TimeoutError:
            raise RequestTimeout(
                counted(
                    "The body did not come to its end in %(number)s second.",
                    "The body did not come to its end in %(number)s seconds.",
                    self._bounds.body_seconds,
                ),
                "Send it in one go.",
            ) from None
        finally:
            self._bodies.give_back(taken)

    async def _part(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":  # it hung up, or its chunks cannot be read
            raise BadRequest("The body broke off, or is not framed as it says.", "Send it again.")
        self._finished = not message.get("more_body", False)
        return bytes(message.get("body", b""))

    @property
    def has_body(self) -> bool:
        """Whether the client sends a body (RFC 9112, section 6.3)."""
        return "transfer-encoding" in self.headers or self.headers.get("content-length", "0") != "0"

    async def gone(self) -> None:
        """Return when the client has gone; never where its body has been left unread."""
        if not self._finished and self.has_body:
            await asyncio.get_running_loop().create_future()
        while (await self._receive())["type"] != "http.disconnect":
            self._finished = True

    # --- the answer ---

    async def respond(self, status: int, headers: HeaderBlock, body: bytes = b"") -> None:
        """Send a whole answer; *headers* have Content-Length where it has one."""
        await self.begin(status, headers)
        if self.method == "HEAD" or status in BODILESS:
            body = b""
        if len(body) <= WHOLE:
            await self._send({"type": "http.response.body", "body": body})
            return
        view = memoryview(body)
        for at in range(0, len(body), PIECE):
            await self.send(bytes(view[at : at + PIECE]))
        await self.end()

    async def begin(self, status: int, headers: HeaderBlock) -> None:
        """Send the head of an answer."""
        if self.closing:
            headers = [*headers, (b"connection", b"close")]
        self.begun = True
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def send(self, piece: bytes) -> None:
        """Send *piece* of the body; return when it was taken.

        Raises BrokenOff where the client has gone or takes nothing.
        """
        if not piece:
            return
        try:
            async with asyncio.timeout(self._bounds.send_seconds):
                await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        except TimeoutError:
            raise BrokenOff("the reader stands still") from None
        except OSError as error:
            raise BrokenOff("the reader has gone") from error

    async def end(self) -> None:
        """Say that no more pieces come."""
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})


Answering = Callable[[Request], Awaitable[None]]
Refusing = Callable[[Request, RenkeiError], Awaitable[None]]


class Adapter:
    """The ASGI application: hands each request to *answer*, and what is wrong to *refuse*.

    *starting* and *stopping* are awaited at the two ends of the server's life.
    """

    def __init__(
        self,
        bounds: Bounds,
        answer: Answering,
        refuse: Refusing,
        starting: Callable[[], Awaitable[None]],
        stopping: Callable[[], Awaitable[None]],
    ) -> None:
        self._bounds, self._answer, self._refuse = bounds, answer, refuse
        self._starting, self._stopping = starting, stopping
        self.bodies = Bodies(bounds.bodies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live through one life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)
        else:  # a WebSocket: there is none here
            await send({"type": "websocket.close", "code": 1000})

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send, self._bounds, self.bodies)
        try:
            try:
                request.check()
                _once(scope["headers"])
            except RenkeiError:
                request.closing = True  # what follows on this connection is not to be trusted
                raise
            await self._answer(request)
        except RenkeiError as error:
            if request.begun:
                raise BrokenOff(str(error)) from error
            if request.has_body:
                request.closing = True  # what is left of the body is not read
            await self._refuse(request, error)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self._starting()
        except Exception as error:
            if not isinstance(error, RenkeiError):
                log.exception("The server cannot start")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        with contextlib.suppress(Exception):
            await self._stopping()
        await send({"type": "lifespan.shutdown.complete"})


@lru_cache(maxsize=64)
def _is_host(text: str) -> bool:
    return _HOST.fullmatch(text) is not None


def _headers(lines: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers by name; a name with `_` could pass for another, and is dropped."""
    found: dict[str, str] = {}
    for name, value in lines:
        key = name.decode("latin-1")
        if "_" in key:
            continue
        text = value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _once(lines: Sequence[tuple[bytes, bytes]]) -> None:
    """Refuse headers that may stand once, and stand more often. Raises BadRequest."""
    if len(lines) < 2:
        return
    seen: set[bytes] = set()
    for name, _ in lines:
        if name in seen and name.decode("latin-1") in ONCE:
            raise BadRequest(
                "There is more than one %(name)s header.",
                "Send exactly one.",
                name=name.decode("latin-1"),
            )
        seen.add(name)


def _too_large(most: int) -> TooLarge:
    return TooLarge(
        counted(
            "The body is longer than %(number)s byte.",
            "The body is longer than %(number)s bytes.",
            most,
        ),
        "Send less.",
        bytes=most,
    )
