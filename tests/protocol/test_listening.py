"""Before a socket stops listening, who waits in it is taken and nobody else gets in."""

from __future__ import annotations

import errno
import os
import select
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from renkei.serve.http.listening import overlook_new


@pytest.fixture(params=[socket.AF_INET, socket.AF_INET6], ids=["IPv4", "IPv6"])
def listener(request: pytest.FixtureRequest) -> Iterator[socket.socket]:
    """A socket that listens on the loopback address."""
    host = "127.0.0.1" if request.param == socket.AF_INET else "::1"
    with socket.create_server((host, 0), family=request.param) as held:
        held.settimeout(5)
        yield held


def test_who_waits_is_accepted_and_heard_and_who_comes_later_is_refused(
    listener: socket.socket,
) -> None:
    """Also what the first one sends afterwards arrives: only who begins to connect is not seen."""
    address = listener.getsockname()[:2]
    with socket.create_connection(address) as early:
        early.sendall(b"one")
        overlook_new(address[1])
        early.sendall(b"two")
        with socket.socket(listener.family) as late:
            late.setblocking(False)
            late.connect_ex(address)
            accepted, _ = listener.accept()
            with accepted:
                accepted.settimeout(5)
                while (heard := accepted.recv(6, socket.MSG_PEEK)) != b"onetwo":
                    assert heard in (b"one", b"onetwo")
                accepted.sendall(b"three")
                early.settimeout(5)
                assert early.recv(5) == b"three"
            listener.settimeout(0.3)
            with pytest.raises(TimeoutError):
                listener.accept()
            listener.close()
            assert select.select([], [late], [], 10)[1]  # it tries again by itself
            assert late.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNREFUSED


def test_other_ports_are_left_alone(listener: socket.socket) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        overlook_new(other.getsockname()[1])
        with socket.create_connection(listener.getsockname()[:2], 5):
            listener.accept()[0].close()


def test_no_file_of_the_process_is_left_open_twice_or_closed(listener: socket.socket) -> None:
    """Who waits for the end of a pipe would wait for ever."""
    reading, writing = os.pipe()
    before = sorted(Path("/proc/self/fd").iterdir())
    overlook_new(listener.getsockname()[1])
    assert sorted(Path("/proc/self/fd").iterdir()) == before
    os.close(writing)
    assert os.read(reading, 1) == b""
    os.close(reading)
