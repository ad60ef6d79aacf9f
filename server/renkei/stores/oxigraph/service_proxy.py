"""The way from a query to a listed SERVICE: bounded in time and bytes, and only there.

An engine's own client knows no bounds, so it is sent to this relay on the loopback
address instead, which is that of the engines' own network where they have one. The relay
asks the endpoint that stands in the settings, follows no redirect, and reads no more than
allowed. A name that leads to a private or loopback address is refused; such an endpoint is
listed by its address.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode, urlsplit

from renkei.errors import SettingError

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/[\w-]{32}/\d+")
QUERY = "application/sparql-query"
REQUEST = 1 << 20  # bytes of a question that is passed on


class RelayError(Exception):
    """Why an endpoint was not asked, or its answer not passed on."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class ServiceProxy:
    """A small HTTP server for our engines; *addresses* says where each endpoint is asked."""

    def __init__(self, endpoints: tuple[str, ...], seconds: float, most: int) -> None:
        for endpoint in endpoints:
            parts = urlsplit(endpoint)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise SettingError("services", "an address with http:// or https://")
        token = secrets.token_urlsafe(24)
        paths = {f"/{token}/{i}": endpoint for i, endpoint in enumerate(endpoints)}
        self._handler = _handler(paths, seconds, most)
        self._server = _started(ThreadingHTTPServer(("127.0.0.1", 0), self._handler))
        self.port: int = self._server.server_address[1]
        self.addresses = {e: f"http://127.0.0.1:{self.port}{path}" for path, e in paths.items()}

    def listen(self, listener: socket.socket) -> None:
        """Listen on *listener* instead: our port in the network that the engines are in."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler, bind_and_activate=False)
        server.socket.close()
        server.socket = listener
        self.close()
        self._server = _started(server)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


def without_address(text: str) -> str:
    """Return *text*, an engine's words, without our address: who knows it could go there."""
    return _ADDRESS.sub("the relay", text)


def _started(server: ThreadingHTTPServer) -> ThreadingHTTPServer:
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.5,), daemon=True).start()
    return server


def _handler(paths: Mapping[str, str], seconds: float, most: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            """Pass one question on."""
            endpoint = paths.get(self.path)
            size = int(self.headers.get("Content-Length") or 0)
            try:
                if endpoint is None:
                    raise RelayError(404, "no such endpoint")
                if size > REQUEST:
                    raise RelayError(413, f"the question is longer than {REQUEST} bytes")
                headers, question = _as_form(self.headers, self.rfile.read(size))
                media_type, body = ask(endpoint, question, headers, seconds, most)
                self._say(200, media_type, body)
            except RelayError as error:
                self._say(error.status, "text/plain", error.reason.encode(), error.reason)

        def _say(self, status: int, media_type: str, body: bytes, reason: str = "") -> None:
            self.send_response(status, reason.encode("latin-1", "replace").decode("latin-1")[:200])
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: what fails is said to who asked."""

    return Handler


def _as_form(headers: Message, question: bytes) -> tuple[dict[str, str], bytes]:
    """Return what is passed on: a query as a form, which every endpoint reads.

    Both ways are the protocol's (SPARQL 1.1 Protocol, sections 2.1.2 and 2.1.3), but Virtuoso 7
    never answers to a query that is sent as it is.
    """
    passed = {name: value for name in ("Accept", "Content-Type") if (value := headers.get(name))}
    if headers.get_content_type() == QUERY:
        question = urlencode({"query": question}).encode()
        passed["Content-Type"] = "application/x-www-form-urlencoded"
    return passed, question


def ask(
    endpoint: str, body: bytes, headers: Mapping[str, str], seconds: float, most: int
) -> tuple[str, bytes]:
    """Return media type and body of an endpoint's answer. Raises RelayError."""
    until = time.monotonic() + seconds
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    path = parts.path or "/"
    if parts.query:
        path += f"?{parts.query}"
    try:
        held: socket.socket = socket.create_connection((_allowed(host, port), port), seconds)
        try:
            if parts.scheme == "https":
                held = ssl.create_default_context().wrap_socket(held, server_hostname=host)
            connection = http.client.HTTPConnection(host, port)
            connection.sock = held
            connection.request(
                "POST", path, body, {**headers, "Connection": "close", "User-Agent": "renkei"}
            )
            held.settimeout(max(0.01, until - time.monotonic()))
            response = connection.getresponse()
            if response.status != 200:
                raise RelayError(502, f"{endpoint} answered {response.status}")
            media_type = response.getheader("Content-Type") or ""
            return media_type, _body(endpoint, response, held, until, seconds, most)
        finally:
            held.close()
    except TimeoutError:
        raise RelayError(504, f"{endpoint} took more than {seconds:g} seconds") from None
    except (OSError, http.client.HTTPException) as error:
        raise RelayError(502, f"{endpoint} cannot be reached: {error}") from None


def _body(
    endpoint: str,
    response: http.client.HTTPResponse,
    held: socket.socket,
    until: float,
    seconds: float,
    most: int,
) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise RelayError(504, f"{endpoint} took more than {seconds:g} seconds")
        held.settimeout(left)
        piece = response.read1(64 * 1024)
        if not piece:
            if response.length:
                raise RelayError(502, f"{endpoint} broke its answer off")
            return b"".join(pieces)
        size += len(piece)
        if size > most:
            raise RelayError(502, f"{endpoint} answered with more than {most} bytes")
        pieces.append(piece)


def _allowed(host: str, port: int) -> str:
    """Return the address to connect to; refuse names that lead into a private network."""
    try:
        ipaddress.ip_address(host)
        return host  # listed by address
    except ValueError:
        pass
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for entry in found:
        if not ipaddress.ip_address(entry[4][0]).is_global:
            raise RelayError(502, f"{host} leads to a private address; list it by its address")
    return str(found[0][4][0])
