"""The processes that run the Flask application.

`python -m renkei.serve.processes.worker` reads one line of JSON, its order, makes the
application once and forks processes, which share its memory until they write. A process
serves one connection, one request at a time, with a deadline kept by the kernel (SIGALRM
ends the process, whatever it is at); while the other end takes what was made, the clock of
the deadline stands still. Where the other end goes, the process ends. A dead process is
replaced by a fork.

It writes one line of JSON to its output when all is ready: what the event loop needs to know
of the application. It ends when its input is closed, and takes its folder along.
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

from renkei.config import Settings
from renkei.errors import RenkeiError
from renkei.release import open_release
from renkei.serve.app import create_app, warm
from renkei.serve.http.files import FilePart
from renkei.serve.processes.messages import (
    BYTES,
    END,
    FILE,
    HEADER,
    HELLO,
    LAST,
    REQUEST,
    ApplicationRequest,
    Head,
    frame,
)
from renkei.stores import open_store
from renkei.stores.oxigraph.store import SharedEngines
from renkei.stores.prefork import Memory, end_with, given_order, prefork

PIECE = 256 * 1024  # bytes of a body that are gathered into one frame
ERROR = "renkei.error"  # in the environ: what the request shall be answered with
GROWTH = 128 << 20  # bytes a process may have grown by before it is replaced

log = logging.getLogger("renkei.serve")


# --- the application ----------------------------------------------------------------


def application(order: dict[str, Any]) -> Flask:
    """Return the application for the release and the settings that *order* names."""
    settings = Settings(**order["settings"])
    settings = replace(settings, services=tuple(settings.services))
    shared = order["engines"] and SharedEngines(*order["engines"])
    release = open_release(Path(order["release"]))
    store = open_store(release, settings, shared=shared)
    app = create_app(release, store, settings, alone=False)
    app.before_request(_answer_with_error)
    app.after_request(_name_route)
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)  # compiled once, for all processes
    warm(app)
    return app


def _answer_with_error() -> None:
    error = request.environ.get(ERROR)
    if error is not None:
        raise error


def _name_route(response: Response) -> Response:
    request.environ["renkei.route"] = request.url_rule.rule if request.url_rule else "none"
    return response


def bodies(app: Flask) -> list[str]:
    """Return a pattern for each address that reads a body; no other is sent one."""
    return sorted(
        {
            re.sub(r"<path:\w+>", ".+", re.sub(r"<(?!path:)[^>]*>", "[^/]+", _literal(rule.rule)))
            for rule in app.url_map.iter_rules()
            if (rule.methods or set()) & {"POST", "PUT", "PATCH", "QUERY"}
        }
    )


def _literal(rule: str) -> str:
    return re.sub(r"[.+*?()\[\]{}^$|\\]", lambda found: "\\" + found[0], rule)


# --- one process --------------------------------------------------------------------


class Deadline:
    """How long the application may work on a request; it stands still while bytes are sent."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._since = 0.0

    def run(self) -> None:
        """Let the time run; the kernel ends this process when it is over."""
        self._since = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, max(0.001, self._left))

    def rest(self) -> None:
        """Let the time stand still."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._left -= time.monotonic() - self._since


def serve(app: Flask, connection: socket.socket, seconds: float, memory: Memory) -> None:
    """Answer requests on *connection*, one after the other, until it is closed."""
    connection.sendall(frame(HELLO, json.dumps({"pid": os.getpid()}).encode()))
    reader = connection.makefile("rb")
    while (payload := _next(reader)) is not None:
        asked = ApplicationRequest.of(payload)
        if _answer(app, connection, asked, Deadline(seconds), memory) == LAST:
            os._exit(0)


def _next(reader: Any) -> bytes | None:
    head = reader.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    kind, size = HEADER.unpack(head)
    assert kind == REQUEST
    return bytes(reader.read(size))


def _answer(
    app: Flask,
    connection: socket.socket,
    asked: ApplicationRequest,
    deadline: Deadline,
    memory: Memory,
) -> bytes:
    """Answer a request; LAST comes back where this process has answered for the last time."""
    environ: dict[str, Any] = {
        **asked.environ,
        "wsgi.version": (1, 0),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input": io.BytesIO(asked.body),
        "wsgi.input_terminated": True,
        ERROR: asked.error,
    }
    said: list[Any] = []
    deadline.run()

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        said[:] = [status, headers]

    result = app(environ, start_response)
    status = int(said[0].split(" ", 1)[0])
    head = Head(status, said[1], environ.get("renkei.route", "none")).frame()
    try:
        return _send(connection, head, result, deadline, memory)
    finally:
        getattr(result, "close", lambda: None)()
        deadline.rest()


def _send(
    connection: socket.socket,
    head: bytes,
    body: Iterable[bytes],
    deadline: Deadline,
    memory: Memory,
) -> bytes:
    """Send an answer: a file by its name, anything else as it is made. Return what its end says."""
    part = getattr(body, "response", body)  # what werkzeug's ClosingIterator goes over
    if isinstance(part, FilePart):
        named = json.dumps([str(part.path), part.first, part.length, part.stamp]).encode()
        connection.sendall(head + frame(FILE, named) + frame(END, b""))
        return b""
    held = bytearray(head)
    piece = bytearray()
    for more in body:
        piece += more
        if len(piece) >= PIECE:
            deadline.rest()
            connection.sendall(held + frame(BYTES, bytes(piece)))
            deadline.run()
            held.clear()
            piece.clear()
    if piece:
        held += frame(BYTES, bytes(piece))
    # A fresh fork is smaller than what this one has kept.
    last = LAST if memory.mapped() - memory.base > GROWTH else b""
    connection.sendall(held + frame(END, last))
    return last


def _process(app: Flask, listener: socket.socket, order: dict[str, Any]) -> None:
    """Be an application process, until ended."""
    memory = Memory()
    tempfile.tempdir = str(_files(order, os.getpid()))
    Path(tempfile.tempdir).mkdir(0o700)
    connection, _ = listener.accept()
    listener.close()
    end_with(connection.fileno())
    try:
        serve(app, connection, order["seconds"], memory)
    except (BrokenPipeError, ConnectionResetError):
        return
    except Exception:
        log.exception("application process %d", os.getpid())


def _files(order: dict[str, Any], pid: int) -> Path:
    """Return the folder for what process *pid* puts aside; it goes with it, however it ends."""
    return Path(order["socket"]).parent / f"files-{pid}"


# --- the one that forks ---------------------------------------------------------------


def supervisor(order: dict[str, Any]) -> None:
    """Make the application, fork the processes, replace each that dies, end with our input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    home = Path(order["socket"]).parent
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(order["socket"])
    listener.listen(1024)
    try:
        app = application(order)
    except RenkeiError as error:
        sys.exit(str(error))
    ready = {"bodies": bodies(app), "sparql": app.extensions["sparql"].templates(app)}
    prefork(
        order["processes"],
        lambda: _process(app, listener, order),
        lambda: os.write(1, (json.dumps(ready) + "\n").encode()),
        home,
        lambda pid, _: shutil.rmtree(_files(order, pid), ignore_errors=True),
    )


if __name__ == "__main__":
    supervisor(given_order())
