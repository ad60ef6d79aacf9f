"""Whose turn it is: so many at work at once, so many waiting, fair between clients.

Who waits is served client by client, each in the order they came, so that one client with
many requests waits behind itself and not others behind it. A client may have only so many
at work, long ones that stand aside included. Threads and the event loop wait in one queue.
Nothing here knows engines or time.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable

Wake = Callable[[bool], object]  # called once: whether the turn is given, or the place lost


class Full(Exception):
    """As many wait already as may."""


class FairQueue:
    """At most *most* turns are out at once, and at most *queue* wait for one.

    *each* is how many one client may have at work; a client without a name is not bounded.
    """

    def __init__(self, most: int, queue: int, each: int | None = None) -> None:
        self._most, self._queue = most, queue
        self._each = each or most
        self._lock = threading.Lock()
        self._waiting: OrderedDict[str, deque[Wake]] = OrderedDict()
        self._at_work: Counter[str] = Counter()
        self.running = 0
        self.waiting = 0

    def take_now(self, client: str = "") -> bool:
        """Take a turn and return True where one is free; else False, and nothing waits."""
        with self._lock:
            return self._took(client)

    def take(self, wake: Wake, client: str = "") -> bool:
        """Take a turn and return True; else *wake* is called, once, when it is decided.

        Raises Full. Where the queue is full, the newest of the client who has most in it
        gives way to a client who has at least two less.
        """
        lost: Wake | None = None
        with self._lock:
            if self._took(client):
                return True
            if self.waiting >= self._queue:
                lost = self._crowded_out(client)
            self._waiting.setdefault(client, deque()).append(wake)
            self.waiting += 1
        if lost is not None:
            lost(False)
        return False

    def leave(self, wake: Wake, client: str = "") -> bool:
        """Stop waiting; False where it has been decided meanwhile."""
        with self._lock:
            queue = self._waiting.get(client)
            if queue is None or wake not in queue:
                return False
            queue.remove(wake)
            self._left(client, queue)
            return True

    def step_aside(self) -> None:
        """Give a turn to another, and go on working beside it."""
        self._pass_on(None)

    def give_back(self, client: str = "") -> None:
        """End the work of *client* and give its turn to another."""
        self._pass_on(client)

    def end(self, client: str = "") -> None:
        """End the work of *client*, which has stood aside."""
        wake = None
        with self._lock:
            self._ended(client)
            if self.running < self._most:
                wake = self._next()
        if wake is not None:
            wake(True)

    def _pass_on(self, client: str | None) -> None:
        with self._lock:
            self.running -= 1
            if client is not None:
                self._ended(client)
            wake = self._next()
        if wake is not None:
            wake(True)

    def _ended(self, client: str) -> None:
        self._at_work[client] -= 1
        if not self._at_work[client]:
            del self._at_work[client]

    def _took(self, client: str) -> bool:
        free = self.running < self._most and self._may(client)
        if free:
            self._give(client)
        return free

    def _may(self, client: str) -> bool:
        return not client or self._at_work[client] < self._each

    def _give(self, client: str) -> None:
        self.running += 1
        self._at_work[client] += 1

    def _next(self) -> Wake | None:
        """Give a turn to the client that waits longest since its last one."""
        for client, queue in self._waiting.items():
            if self._may(client):
                wake = queue.popleft()
                self._waiting.move_to_end(client)
                self._left(client, queue)
                self._give(client)
                return wake
        return None

    def _left(self, client: str, queue: deque[Wake]) -> None:
        self.waiting -= 1
        if not queue:
            del self._waiting[client]

    def _crowded_out(self, client: str) -> Wake:
        longest = max(self._waiting, key=lambda c: len(self._waiting[c]), default=client)
        queue = self._waiting.get(longest, deque())
        if len(queue) < len(self._waiting.get(client, ())) + 2:
            raise Full
        wake = queue.pop()
        self._left(longest, queue)
        return wake
