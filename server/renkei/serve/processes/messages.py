"""What the serving process and an application process say to each other over their socket.

Frames are those of the engines (`stores.oxigraph.frames`): a letter, a length, a payload.
`REQUEST` is a pickled `ApplicationRequest`; what comes back is one `HEAD` (JSON: status, headers,
route), then any number of `BYTES` or one `FILE` (JSON: path, first byte, length), then `END`, with
`LAST` in it where the process ends after this answer: nobody shall ask it again.
Both ends are ours and started by the same person, so pickles of the one are safe to the other.
"""

from __future__ import annotations

import json
import pickle
from typing import NamedTuple

from renkei.errors import RenkeiError
from renkei.stores.oxigraph.frames import BYTES, END, HEADER, HELLO, frame

REQUEST, HEAD, FILE = b"R", b"S", b"F"
LAST = b"last"

__all__ = [
    "BYTES",
    "END",
    "FILE",
    "HEAD",
    "HEADER",
    "HELLO",
    "LAST",
    "REQUEST",
    "ApplicationRequest",
    "Head",
    "frame",
]


class ApplicationRequest(NamedTuple):
    """A request as WSGI names it, its body, and the error it shall be answered with, if any."""

    environ: dict[str, str]
    body: bytes
    error: RenkeiError | None

    def frame(self) -> bytes:
        """Return the frame of this request."""
        return frame(REQUEST, pickle.dumps(tuple(self)))

    @classmethod
    def of(cls, payload: bytes) -> ApplicationRequest:
        """Return the request that a frame holds."""
        return cls(*pickle.loads(payload))


class Head(NamedTuple):
    """What goes before an answer; *route* is the rule that answered, for figures."""

    status: int
    headers: list[tuple[str, str]]
    route: str

    def frame(self) -> bytes:
        """Return the frame of this head."""
        return frame(HEAD, json.dumps(self).encode())

    @classmethod
    def of(cls, payload: bytes) -> Head:
        """Return the head that a frame holds."""
        status, headers, route = json.loads(payload)
        return cls(status, [(name, value) for name, value in headers], route)
