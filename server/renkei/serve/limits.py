"""How much one client may ask for: query seconds a minute, by address.

A client is an address, or for IPv6 the /64 it is in. Addresses in X-Forwarded-For are
believed only as far as there are trusted proxies. What is counted is the time an engine
worked for the client, not the time a question waited.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import lru_cache

from renkei.errors import TooManyRequests
from renkei.language.messages import counted
from renkei.stores.base import Answer

REMEMBERED = 100_000  # clients; the longest unseen is forgotten first


@lru_cache(maxsize=1024)
def client(address: str, forwarded: str | None, proxies: int) -> str:
    """Return the key of the client at *address*, behind *proxies* trusted proxies.

    *forwarded* is the X-Forwarded-For header. Each trusted proxy appends the address it
    was called from, so the client is the entry so many from the right.
    """
    if proxies and forwarded:
        hops = [part.strip() for part in forwarded.split(",")]
        address = hops[-min(proxies, len(hops))]
    try:
        ip = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return address
    if ip.version == 6:
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


class Budget:
    """Query seconds that each client has left; they come back evenly over a minute."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._debts: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, key: str) -> None:
        """Let the client pass, or raise TooManyRequests with the seconds until it may."""
        with self._lock:
            owed = self._owed(key)
        if owed >= self._seconds:
            wait = (owed - self._seconds) * 60 / self._seconds
            raise TooManyRequests(
                counted(
                    "This address has spent its %(number)s query second of this minute.",
                    "This address has spent its %(number)s query seconds of this minute.",
                    self._seconds,
                ),
                "Wait a little, ask for less at a time, or take the dump of the release.",
                max(1, math.ceil(wait)),
            )

    def charge(self, key: str, seconds: float) -> None:
        """Count *seconds* of an engine's work for the client."""
        with self._lock:
            self._debts[key] = (self._owed(key) + seconds, self._clock())
            self._debts.move_to_end(key)
            while len(self._debts) > REMEMBERED:
                self._debts.popitem(last=False)

    def _owed(self, key: str) -> float:
        owed, at = self._debts.get(key, (0.0, 0.0))
        return max(0.0, owed - (self._clock() - at) * self._seconds / 60)

    def paid(self, key: str, answer: Answer, started: float) -> Iterator[bytes]:
        """Give the bytes of *answer*; at its end the client is charged for it.

        What an answer does not tell of its cost is the time since *started*.
        """
        try:
            yield from answer
        finally:
            self.charge(key, float(getattr(answer, "seconds", time.monotonic() - started)))
