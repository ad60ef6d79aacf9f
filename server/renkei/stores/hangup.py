"""What a store is told when the reader of an answer has gone.

The server sets a Hangup for the thread that answers a request; whoever works for that
request asks to be told. Without a server there is none, and nobody hangs up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import ContextVar


class Hangup:
    """Tells, once, whoever asked to be told."""

    def __init__(self) -> None:
        self._calls: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self.happened = False

    def on(self, call: Callable[[], None]) -> None:
        """Have *call* called when the reader goes, or at once if they have gone."""
        with self._lock:
            self._calls.append(call)
            happened = self.happened
        if happened:
            call()

    def off(self, call: Callable[[], None]) -> None:
        """Forget *call*."""
        with self._lock:
            if call in self._calls:
                self._calls.remove(call)

    def tell(self) -> None:
        """Say that the reader has gone."""
        with self._lock:
            if self.happened:
                return
            self.happened = True
            calls = list(self._calls)
        for call in calls:
            call()


current: ContextVar[Hangup | None] = ContextVar("hangup", default=None)
