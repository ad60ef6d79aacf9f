"""A connection to one engine, and what an engine says of what went wrong."""

from __future__ import annotations

import json
import re
import select
import socket
import time
from typing import Any

from renkei.errors import (
    AnswerTooLarge,
    CannotCarry,
    FileDamaged,
    NotSupported,
    QueryError,
    RenkeiError,
    ServiceFailed,
    StoreUnavailable,
)
from renkei.stores.oxigraph import functions
from renkei.stores.oxigraph.frames import (
    HEADER,
    HELLO,
)
from renkei.stores.oxigraph.service_proxy import without_address
from renkei.stores.prefork import Forked

_UNKNOWN = re.compile(r"custom function <?([^<>\s]+)>? is not supported", re.IGNORECASE)
_ARGUMENTS = re.compile(
    r"custom function <?([^<>\s]+)>? requires between (\d+) and (\d+) arguments, but (\d+)",
    re.IGNORECASE,
)
STORE = "store"  # the index of a release, by the name that an error gives it


class EngineDiedError(Exception):
    """The engine's end of the connection closed."""


class Connection:
    """A connection to one engine."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(5.0)
        self._buffer = bytearray()
        self.watched = False  # by the event loop; see `async_client`
        try:
            self._socket.connect(path)
            kind, payload = self.receive()
        except BaseException:
            self._socket.close()
            raise
        if kind != HELLO:
            raise EngineDiedError
        self.engine = Forked(json.loads(payload)["pid"])

    def ask(self, data: bytes, seconds: float) -> None:
        """Send the frame of a query; *seconds* is how long each wait for its answer may last."""
        self._socket.settimeout(seconds)
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise EngineDiedError from error

    def receive(self) -> tuple[bytes, bytes]:
        """Return the next frame. Raises EngineDiedError, or TimeoutError."""
        while True:
            if len(self._buffer) >= HEADER.size:
                kind, size = HEADER.unpack_from(self._buffer)
                end = HEADER.size + size
                if len(self._buffer) >= end:
                    payload = bytes(self._buffer[HEADER.size : end])
                    del self._buffer[:end]
                    return kind, payload
            try:
                data = self._socket.recv(128 * 1024)
            except TimeoutError:
                raise
            except OSError as error:
                raise EngineDiedError from error
            if not data:
                raise EngineDiedError
            self._buffer += data

    @property
    def pid(self) -> int:
        """The process of the engine."""
        return self.engine.pid

    def fileno(self) -> int:
        """Return the descriptor of the socket."""
        return self._socket.fileno()

    def hold(self, data: bytearray) -> None:
        """Take what has been read of an answer elsewhere."""
        self._buffer = data
        self._socket.settimeout(5.0)

    def wait(self, seconds: float) -> None:
        """Let each wait for an answer last so long from now on."""
        self._socket.settimeout(seconds)

    @property
    def stale(self) -> bool:
        """Whether the engine has gone, or said something nobody asked for."""
        return bool(select.select([self._socket], [], [], 0)[0])

    def kill(self) -> None:
        """End the engine at once, and the connection with it."""
        self.engine.end()
        self.close()

    def close(self) -> None:
        """Close the connection; the engine ends with it."""
        self._socket.close()
        self.engine.forget()


class Pace:
    """How long a query has been at it: *aside* has no turn, *behind* a low priority."""

    __slots__ = ("aside", "behind", "client", "started")

    def __init__(self, client: str = "") -> None:
        self.client = client
        self.started = time.monotonic()
        self.aside = self.behind = False

    @property
    def age(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.started


def said_error(said: dict[str, Any]) -> RenkeiError:
    """Return the error for an engine's ERROR frame."""
    kind, detail = said["kind"], without_address(said.get("detail", ""))
    if kind == "syntax":
        return QueryError("%(detail)s", detail=detail)
    if kind == "unfit":
        return CannotCarry.of_statement(said["format"], said["statement"])
    if kind == "too-large":
        return AnswerTooLarge.over(said["bound"], said["what"])
    if kind == "damaged":
        return FileDamaged(STORE, said["release"])
    if kind == "service":
        return ServiceFailed(
            "A SERVICE did not answer: %(detail)s",
            "Ask that endpoint alone, or write SERVICE SILENT to go on without it.",
            detail=detail,
        )
    if found := _UNKNOWN.search(detail):
        return NotSupported(
            "The custom function %(function)s is not known here.",
            "Use functions of SPARQL 1.1, or those beyond it that “known” lists; the Service "
            "Description says what they compute.",
            function=found[1],
            known=list(functions.known()),
        )
    if found := _ARGUMENTS.search(detail):
        least, most = found[2], found[3]
        return QueryError(
            "The function %(function)s is called with a wrong number of arguments: %(given)s. "
            "Right is %(right)s.",
            "The Service Description says what it computes.",
            function=found[1],
            given=found[4],
            right=least if least == most else f"{least} … {most}",
        )
    return StoreUnavailable(
        "The engine failed: %(detail)s", "Report this query to us.", detail=detail
    )
