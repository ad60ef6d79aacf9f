"""Processes that are forked from one that has loaded everything, and can be killed.

The process that forks keeps a number of them alive: each waits for one who asks, and one that
dies is replaced without loading anything again. It ends when its input is closed, so it never
outlives the process that started it, and takes the folder of its socket along. A forked process
ends with who forked it, and with who asks it. Linux only in parts; elsewhere those are left out.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import renkei

SPARE = 1  # processes beyond the number that may work, so that a replacement is there at once
BORN_DEAD = 0.02  # seconds of life under which a process counts as one that cannot live
PATIENCE = 2.0  # seconds a process that forks has to end by itself
PAUSE = 0.05  # seconds waited before such a one is replaced
FORKED = (signal.SIGALRM, signal.SIGTERM, signal.SIGCHLD)  # have their usual effect in a child


def prefork(
    number: int,
    child: Callable[[], object],
    begun: Callable[[], object],
    home: Path,
    ended: Callable[[int, int], object] = lambda pid, status: None,
) -> None:
    """Keep *number* processes alive, and one to spare, that each run *child*; return at the end.

    *begun* is called when all have been forked, *ended* with process and status (waitpid(2)) of
    each that died. The end is that of our input; *home* is removed then.
    """
    parent = os.getpid()
    gc.collect()
    gc.freeze()
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    alive = {_fork(child, parent): time.monotonic() for _ in range(number + SPARE)}
    begun()
    while True:
        ready, _, _ = select.select([0, reading], [], [])
        if 0 in ready and not os.read(0, 1):
            for pid in alive:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            shutil.rmtree(home, ignore_errors=True)  # also where who started us was killed
            return
        with contextlib.suppress(BlockingIOError):
            os.read(reading, 4096)
        for pid, status in _dead():
            ended(pid, status)
            if time.monotonic() - alive.pop(pid, 0.0) < BORN_DEAD:
                time.sleep(PAUSE)  # one that cannot live is not forked in a busy loop
            alive[_fork(child, parent)] = time.monotonic()


def python_path() -> str:
    """Return where a Python that is started finds this program and what it needs."""
    packages = [folder for folder in sys.path if folder.endswith("-packages")]
    return os.pathsep.join([str(Path(renkei.__file__).parents[1]), *packages])


def end(process: subprocess.Popen[bytes], home: Path) -> None:
    """End a process that forks others, by closing its input; take its folder *home* away."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
    shutil.rmtree(home, ignore_errors=True)


def given_order() -> dict[str, Any]:
    """Return the first line of our input, JSON; nothing else is sent.

    Raises SystemExit where who would give it has gone: nobody waits for what it asks.
    """
    line = b""
    while not line.endswith(b"\n"):
        data = os.read(0, 65536)
        if not data:
            sys.exit()
        line += data
    found: dict[str, Any] = json.loads(line)
    return found


def die_with_parent(parent: int) -> None:
    """Ask the kernel to end this process when its *parent* ends (Linux); it may have already."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def end_with(descriptor: int) -> None:
    """End this process when who asks at the other end of *descriptor* has gone.

    What is being made is of no use to anybody then, and it may be in the middle of its work.
    """
    threading.Thread(target=_wait_and_end, args=(descriptor,), daemon=True).start()


class Memory:
    """How much private writable memory this process has mapped, read without opening a file."""

    def __init__(self) -> None:
        try:
            self._statm = os.open("/proc/self/statm", os.O_RDONLY)
        except OSError:  # not Linux: there is no bound, and nothing to compare
            self._statm = -1
        self.base = self.mapped()

    def mapped(self) -> int:
        """Return the bytes mapped now; 0 where the system does not tell."""
        if self._statm < 0:
            return 0
        return int(os.pread(self._statm, 200, 0).split()[5]) * resource.getpagesize()

    def bound(self, more: int) -> None:
        """Let this process take on at most *more* bytes from now on."""
        self.base = self.mapped()
        if self._statm >= 0:
            most = self.base + more
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))


class Forked:
    """A forked process, as who asks it sees it: *pid* is never taken for another's."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._pidfd = -1
        with contextlib.suppress(AttributeError, OSError):
            self._pidfd = os.pidfd_open(pid)

    def go_behind(self) -> None:
        """Give it only what processor time others leave; that is for good."""
        with contextlib.suppress(OSError, AttributeError):
            os.sched_setscheduler(self.pid, os.SCHED_IDLE, os.sched_param(0))

    def end(self) -> None:
        """End it at once."""
        with contextlib.suppress(OSError):
            if self._pidfd >= 0:
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            else:
                os.kill(self.pid, signal.SIGKILL)

    def forget(self) -> None:
        """Let it be, and never signal it again."""
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1


def _fork(child: Callable[[], object], parent: int) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            die_with_parent(parent)
            for name in FORKED:
                signal.signal(name, signal.SIG_DFL)
            signal.set_wakeup_fd(-1)
            child()
        except BaseException as error:
            print(f"process {os.getpid()}: {type(error).__name__}: {error}", file=sys.stderr)
        os._exit(1)
    return pid


def _dead() -> Iterator[tuple[int, int]]:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        yield pid, status


def _wait_and_end(descriptor: int) -> None:
    watch = select.poll()
    watch.register(descriptor, select.POLLRDHUP)
    watch.poll()
    os._exit(0)
