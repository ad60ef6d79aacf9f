"""The processes that serve: started here, and started again where one ends by itself."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

AGAIN_SECONDS = 1.0  # a worker that lived shorter than this is not started again at once


def keep(work: Callable[[], None], number: int, seconds: float) -> None:
    """Have *number* processes do *work* until SIGINT or SIGTERM, which they are told by SIGTERM.

    They have *seconds* to end before they are killed. Raises SystemExit(1) where a worker
    ends before it was told to, and so did the one before it, right after their start.
    """
    forking = multiprocessing.get_context("fork")
    stopping = False

    def told(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    def begin() -> tuple[multiprocessing.process.BaseProcess, float]:
        process = forking.Process(target=_worker, args=(work,), daemon=False)
        process.start()
        return process, time.monotonic()

    signal.signal(signal.SIGINT, told)
    signal.signal(signal.SIGTERM, told)
    running = [begin() for _ in range(number)]
    failed = given_up = False
    while not stopping and not given_up:
        multiprocessing.connection.wait([p.sentinel for p, _ in running], timeout=0.2)
        for place, (process, started) in enumerate(running):
            if process.is_alive() or stopping:
                continue
            soon = time.monotonic() - started < AGAIN_SECONDS
            if soon and failed:
                given_up = True
                break
            failed = soon
            print("A serving process ended; another takes its place.", file=sys.stderr)
            running[place] = begin()
    for process, _ in running:
        if process.is_alive():
            process.terminate()
    until = time.monotonic() + seconds
    for process, _ in running:
        process.join(max(0.0, until - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()
    if given_up:
        raise SystemExit(1)


def _worker(work: Callable[[], None]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    work()
