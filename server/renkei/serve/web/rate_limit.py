"""How much one client may ask for: seconds of work a minute, by address.

A client is an address, or for IPv6 the /64 it is in. Addresses in X-Forwarded-For are
believed only as far as there are trusted proxies. What is counted is the time somebody worked
for the client, an engine or the application, not the time a request waited.
"""

from __future__ import annotations

import ipaddress
import math
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from renkei.errors import TooManyRequests
from renkei.language.messages import counted

_ADDRESS = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::\d+)?|([0-9.]+)(?::\d+)?|([0-9A-Fa-f:.]+)")
REMEMBERED = 100_000  # clients; the longest unseen is forgotten first


@lru_cache(maxsize=1024)
def client(address: str, forwarded: str | None, proxies: int) -> str:
    """Return the key of the client at *address*, behind *proxies* trusted proxies.

    *forwarded* is the X-Forwarded-For header. Each trusted proxy appends the address it
    was called from, so the client is the entry so many from the right; some append its port
    as well. An entry that is no address is not believed.
    """
    ip = None
    if proxies and forwarded:
        hops = forwarded.split(",")
        ip = _address(hops[-min(proxies, len(hops))])
    ip = ip or _address(address)
    if ip is None:
        return address
    if ip.version == 6:
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the address that *text* is, with or without a port; None for anything else."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return ipaddress.ip_address(found[1] or found[2] or found[3])
    except ValueError:
        return None


class Budget:
    """Seconds of work that each client has left; they come back evenly over a minute."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._debts: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._at_work: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    def check(self, key: str) -> None:
        """Let the client pass, or raise TooManyRequests with the seconds until it may."""
        with self._lock:
            owed = self._owed(key)
        if owed >= self._seconds:
            wait = (owed - self._seconds) * 60 / self._seconds
            raise TooManyRequests(
                counted(
                    "This address has spent its %(number)s second of work of this minute.",
                    "This address has spent its %(number)s seconds of work of this minute.",
                    self._seconds,
                ),
                "Wait a little, ask for less at a time, or take the dump of the release.",
                max(1, math.ceil(wait)),
            )

    def charge(self, key: str, seconds: float) -> None:
        """Count *seconds* of work for the client."""
        with self._lock:
            self._debts[key] = (self._paid_off(key) + seconds, self._clock())
            self._debts.move_to_end(key)
            while len(self._debts) > REMEMBERED:
                self._debts.popitem(last=False)

    @contextmanager
    def working(self, key: str) -> Iterator[None]:
        """Charge the client for the time within, also while it still runs."""
        started = self._clock()
        with self._lock:
            self._at_work.setdefault(key, []).append(started)
        try:
            yield
        finally:
            with self._lock:
                self._at_work[key].remove(started)
                if not self._at_work[key]:
                    del self._at_work[key]
            self.charge(key, self._clock() - started)

    def _owed(self, key: str) -> float:
        now = self._clock()
        return self._paid_off(key) + sum(now - began for began in self._at_work.get(key, ()))

    def _paid_off(self, key: str) -> float:
        owed, at = self._debts.get(key, (0.0, 0.0))
        return max(0.0, owed - (self._clock() - at) * self._seconds / 60)
