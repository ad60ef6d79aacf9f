"""The end of listening, at which nobody who is connected already is lost (Linux).

When a socket stops listening, the kernel resets the connections that wait in it to be accepted:
their requests are sent, and have no answer. So the kernel is told first to overlook whoever
begins to connect, by a filter on the socket; who waits in it is accepted meanwhile, and it is
closed when it is empty. Who was overlooked tries again by itself, and is refused in order or
reaches another server that listens by then.
"""

from __future__ import annotations

import contextlib
import ctypes
import socket
import struct
from pathlib import Path

ATTACH_FILTER = 26  # SO_ATTACH_FILTER of socket(7), which Python has no name for
# A program of classic BPF over the head of TCP: SYN without ACK is dropped, all else is taken.
_NO_SYN = b"".join(
    struct.pack("HBBI", *instruction)
    for instruction in (
        (0x30, 0, 0, 13),  # load the byte of flags
        (0x54, 0, 0, 0x12),  # keep SYN and ACK
        (0x15, 0, 1, 0x02),  # where that is SYN alone,
        (0x06, 0, 0, 0),  # drop
        (0x06, 0, 0, 0x40000),  # else take
    )
)


def overlook_new(port: int) -> None:
    """Let nobody begin to connect to the sockets of this process that listen at *port*."""
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):  # closed meanwhile, or no socket
            held = socket.socket(fileno=int(entry.name))
            try:
                if _listens(held) and held.getsockname()[1] == port:
                    _attach(held)
            finally:
                held.detach()  # it is not ours


def _listens(held: socket.socket) -> bool:
    if held.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    return bool(held.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))


def _attach(held: socket.socket) -> None:
    program = ctypes.create_string_buffer(_NO_SYN, len(_NO_SYN))
    described = struct.pack("HP", len(_NO_SYN) // 8, ctypes.addressof(program))
    held.setsockopt(socket.SOL_SOCKET, ATTACH_FILTER, described)
