"""What an engine and the serving process say to each other over their socket.

A frame is one letter, the length of its payload in four bytes, and the payload. The
serving process sends `QUERY`; an engine greets with `HELLO` and answers with any number
of `BYTES`, then `END` or `ERROR`. `QUERY` is a line of JSON, which many queries have in
common, and the text of the query, before it what is to be read and not evaluated (see
`federation.Resolved`); `END` is packed; `HELLO` and `ERROR` are JSON.
"""

from __future__ import annotations

import json
import os
import struct
import tempfile
from pathlib import Path

HELLO, QUERY, BYTES, END, ERROR = b"H", b"Q", b"B", b"E", b"X"
HEADER = struct.Struct(">cI")
DEATHS = "deaths"  # the file of engines that died, beside the supervisor's socket
DEATH = struct.Struct(">ii")  # in it: process, signal
ENDED = struct.Struct(">?d")  # whether rows were cut; seconds that the engine worked


def folder_of_sockets() -> Path:
    """Return a new folder of this user alone, whose path is short enough for a socket in it.

    The address of a UNIX socket has 107 bytes (unix(7)); where the place for temporary files
    has a longer name, the folder stands under /tmp.
    """
    folder = Path(tempfile.mkdtemp(prefix="renkei-"))
    if len(os.fsencode(folder)) + len("/engines") <= 107:
        return folder
    folder.rmdir()
    return Path(tempfile.mkdtemp(prefix="renkei-", dir="/tmp"))


def frame(kind: bytes, payload: bytes) -> bytes:
    """Return the bytes of one frame."""
    return HEADER.pack(kind, len(payload)) + payload


def message(letter: bytes, **fields: object) -> bytes:
    """Return the bytes of a frame with JSON in it."""
    return frame(letter, json.dumps(fields, ensure_ascii=False).encode())
