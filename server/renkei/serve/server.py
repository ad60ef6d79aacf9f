"""The server: Granian speaks HTTP, its workers answer by a `Dispatcher` each.

The main process watches the workers, starts one again that ends by itself, and stops as a
good citizen: told to stop, `ready` says 503 for some seconds while connections are still
taken, so that who is in front can turn elsewhere; then nobody may begin to connect, all
answers in flight come to their end, and the engines end last.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import mmap
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.server.mp import MPServer as Server

from renkei import __version__
from renkei.config import Settings
from renkei.errors import SettingError
from renkei.release import open_release
from renkei.serve.http.asgi import Adapter, Bounds
from renkei.serve.http.listening import overlook_new
from renkei.serve.processes.dispatcher import Dispatcher, current
from renkei.stores.prefork import die_with_parent

BACKLOG = 2048  # connections that wait to be accepted
CONNECTIONS = 4096  # connections that one worker has open; who stands still counts as well
FILES = 2 * CONNECTIONS + 1024  # files one worker may have open
LAST_CALL = signal.SIGUSR1  # tells a worker that nobody may begin to connect any more
ACCEPTING = 0.5  # seconds from then on in which it accepts who is connected already
END_SECONDS = 3.0  # how long a worker may take to end, its last answer given
SOON = 6.0  # seconds within which a second end of all workers counts as not starting at all
HEAD = 96 * 1024  # bytes of target and headers
YOUNG = 20_000  # objects made before the garbage collector looks at them
log = logging.getLogger("renkei.serve")


def serve(releases: Path, settings: Settings) -> None:
    """Serve the current release under *releases*, or the one release that *releases* is.

    Returns when the server has been told to stop (SIGINT, SIGTERM). Raises ReleaseError
    when there is nothing to serve, SettingError where somebody listens on the port already,
    and SystemExit where the workers cannot start.
    """
    release = open_release(current(releases))
    refuse_taken_port(settings)
    title = next(iter(release.manifest.title.values()), release.manifest.dataset)
    flags = Flags(
        f"Renkei {__version__} serves {title}, release {release.manifest.id}, at {settings.public}"
    )
    sys.stdout.flush()  # what was said before comes before what a worker says
    while not flags.stopping:
        flags.ready = False
        begun = time.monotonic()
        try:
            server, worker = _granian(releases, settings, flags)
            server.serve(target_loader=worker, wrap_loader=False)
        except SystemExit:
            # Granian gives up where a worker ends twice within seconds. One that was killed
            # while it served is no reason to: all are started anew.
            if not flags.ready or (flags.stopping and time.monotonic() - begun < SOON):
                raise
            print("The serving processes ended; others take their place.", file=sys.stderr)


class Flags:
    """What the main process and its workers tell each other, in memory that they share.

    *greeting*: what the first worker that answers tells whoever started the server.
    """

    def __init__(self, greeting: str) -> None:
        self._shared = mmap.mmap(-1, 2)
        self._greeting = greeting
        self._turn, first = os.pipe()  # of one byte: who reads it tells
        os.set_blocking(self._turn, False)
        os.write(first, b"1")

    def greet(self) -> None:
        """Tell the greeting, unless another worker has."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._turn, 1)
            print(self._greeting, flush=True)

    @property
    def stopping(self) -> bool:
        """Whether the server has been told to stop."""
        return self._shared[0] == 1

    @stopping.setter
    def stopping(self, value: bool) -> None:
        self._shared[0] = value

    @property
    def ready(self) -> bool:
        """Whether a worker has begun to answer."""
        return self._shared[1] == 1

    @ready.setter
    def ready(self, value: bool) -> None:
        self._shared[1] = value


def asgi(
    releases: Path,
    settings: Settings,
    stopping: Callable[[], bool] = lambda: False,
    starting: Callable[[], None] = lambda: None,
) -> Adapter:
    """Return the ASGI application that serves what stands under *releases*.

    It opens the release when its server starts (the lifespan protocol of ASGI).
    """
    dispatcher = Dispatcher(releases, settings, stopping)

    async def start() -> None:
        await dispatcher.start()
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG)
        starting()

    bounds = Bounds(HEAD, settings.bodies_bytes, settings.body_seconds, settings.send_seconds)
    return Adapter(bounds, dispatcher.answer, dispatcher.refuse, start, dispatcher.stop)


def _granian(
    releases: Path, settings: Settings, flags: Flags
) -> tuple[Server, Callable[[], Adapter]]:
    """Return the HTTP server, and what makes the application in each of its workers."""
    parent = os.getpid()

    def worker() -> Adapter:
        die_with_parent(parent)
        _allow_files()

        def begun() -> None:
            flags.ready = True
            flags.greet()
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(LAST_CALL, overlook_new, settings.port)

        return asgi(releases, settings, lambda: flags.stopping, begun)

    server: Server = Server(
        "renkei",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=round(settings.head_seconds * 1000),
            max_buffer_size=HEAD,
            pipeline_flush=False,
        ),
        websockets=False,
        backlog=BACKLOG,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=round(settings.query_seconds + END_SECONDS),
        log_dictconfig=_LOGGING,
        ssl_cert=Path(settings.tls_certificate) if settings.tls_certificate else None,
        ssl_key=Path(settings.tls_key) if settings.tls_key else None,
    )
    server.on_startup(lambda: _stop_gently(server, settings, flags))
    return server, worker


# What Granian says of itself is for who debugs it; that it stopped taking requests is not.
_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"none": {"class": "logging.NullHandler"}},
    "loggers": {
        "_granian": {"handlers": ["none"], "level": "CRITICAL", "propagate": False},
        "granian.access": {"handlers": ["none"], "propagate": False},
    },
}


def _stop_gently(server: Server, settings: Settings, flags: Flags) -> None:
    """Have the first signal turn `ready` to 503, and the server stop some seconds later."""

    def told(signum: int, frame: FrameType | None) -> None:
        again, flags.stopping = flags.stopping, True
        _later(0.0 if again else settings.drain_seconds, last_call)

    def last_call() -> None:
        for pid in filter(None, [worker.inner.pid for worker in server.wrks]):
            with contextlib.suppress(OSError):  # it has ended
                os.kill(pid, LAST_CALL)
        _later(ACCEPTING, server.signal_handler_interrupt)

    signal.signal(LAST_CALL, signal.SIG_IGN)  # for workers that have not begun
    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)


def _later(seconds: float, call: Callable[[], object]) -> None:
    """Make *call* in so many seconds, if the process still runs."""
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()


def refuse_taken_port(settings: Settings) -> None:
    """Refuse a port that somebody listens on: the kernel would share it without a word."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind((settings.host, settings.port))
        except OSError as error:
            raise SettingError(
                "port",
                "a free one on an address of this machine (%(reason)s)",
                reason=error.strerror,
            ) from None
        except ValueError:  # a host that cannot be written for the name service
            raise SettingError("host", "an address of this machine") from None


def _allow_files() -> None:
    """Let this process have as many files open as its connections may need."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
