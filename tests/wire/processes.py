"""What the processes of a server take and do, as the kernel tells it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from tests.wire.talk import PATIENCE

STARVED = 60.0  # seconds in which also what runs when nobody else wants to has its turn


def family(pid: int) -> set[int]:
    """Return *pid* and all processes it started, and those that they started."""
    found, fresh = {pid}, {pid}
    while fresh:
        children: set[int] = set()
        for one in fresh:
            with contextlib.suppress(OSError):
                for task in Path(f"/proc/{one}/task").iterdir():
                    children |= {int(p) for p in (task / "children").read_text().split()}
        fresh = children - found
        found |= fresh
    return found


def parent(pid: int) -> int:
    """Return the process that started *pid*; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def alive(pids: set[int]) -> set[int]:
    """Return those of *pids* that run; one that has ended and nobody has asked for does not."""
    return {pid for pid in pids if _state(Path(f"/proc/{pid}")) not in ("", "Z", "X")}


def is_signalled(pid: int) -> bool:
    """Return whether a signal waits for *pid*, which stands still."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return any(int(line.split()[1], 16) for line in lines if line[:6] == "ShdPnd")


def memory(pid: int) -> float:
    """Return the megabytes of a server's processes, what they share counted once."""
    total = 0
    for one in family(pid):
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
            total += next(int(line.split()[1]) for line in text.splitlines() if line[:4] == "Pss:")
    return total / 1024


def working(pid: int) -> bool:
    """Return whether a server computes, also on a machine where it hardly gets to.

    Its threads run or want to run each time they are looked at, or take turns of the
    processor that come to more than looking after itself costs.
    """
    before, always = sum(ticks(pid).values()), _running(pid)
    for _ in range(8):
        time.sleep(0.05)
        if sum(ticks(pid).values()) - before > 2:
            return True
        always &= _running(pid) if always else always
    return bool(always)


def settles(pid: int, seconds: float) -> bool:
    """Return whether a server stops computing before it has computed for *seconds*.

    What counts is the time that processors give to it, for they have others to serve: on a
    calm machine that is the time that passes, and on a busy one it is not.
    """
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    until = time.monotonic() + STARVED
    while time.monotonic() < until:
        last |= ticks(pid)
        first = last | first
        if sum(last.values()) - sum(first.values()) > 100 * seconds:
            return False
        if not working(pid):
            return True
    return False


def ticks(pid: int) -> dict[int, int]:
    """Return hundredths of a second that each process of a server has computed."""
    found = {}
    for one in family(pid):
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            found[one] = int(words[11]) + int(words[12])
    return found


def _running(pid: int) -> set[str]:
    found = set()
    for one in family(pid):
        with contextlib.suppress(OSError):
            found |= {
                f"{one}/{task.name}"
                for task in Path(f"/proc/{one}/task").iterdir()
                if _state(task) == "R"
            }
    return found


def _state(task: Path) -> str:
    try:
        return (task / "stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return ""


def becomes(true: Callable[[], object], seconds: float = PATIENCE, interval: float = 0.02) -> bool:
    """Wait until *true* is so, and return whether it became so in *seconds*."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(interval)
    return bool(true())


def held(port: int, client: int) -> bool:
    """Return whether a process still holds the connection from port *client* to *port*."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        ends = tuple(int(words[n].partition(":")[2], 16) for n in (1, 2))
        if ends == (port, client):
            return words[9] != "0"  # the inode: none where the process has closed
    return False
