"""Whose turn it is: so many queries at once, so many waiting, in the order they came.

Threads and the event loop wait in one queue. Nothing here knows engines or time.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable


class Full(Exception):
    """As many wait already as may."""


class Turns:
    """At most *most* turns are out at once, and at most *queue* wait for one."""

    def __init__(self, most: int, queue: int) -> None:
        self._most, self._queue = most, queue
        self._lock = threading.Lock()
        self._waiting: deque[Callable[[], object]] = deque()
        self.running = 0

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def take(self, wake: Callable[[], object]) -> bool:
        """Take a turn and return True; else *wake* is called, once, by who gives one back.

        Raises Full.
        """
        with self._lock:
            if self.running < self._most and not self._waiting:
                self.running += 1
                return True
            if len(self._waiting) >= self._queue:
                raise Full
            self._waiting.append(wake)
            return False

    def leave(self, wake: Callable[[], object]) -> bool:
        """Stop waiting; False where the turn has been given meanwhile."""
        with self._lock:
            if wake in self._waiting:
                self._waiting.remove(wake)
                return True
            return False

    def give_back(self) -> None:
        """Give a turn back: to who waits longest, else to nobody."""
        with self._lock:
            wake = self._waiting.popleft() if self._waiting else None
            if wake is None:
                self.running -= 1
        if wake is not None:
            wake()
