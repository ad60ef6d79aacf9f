"""Attack the server while others use it, and say what they noticed.

    python tests/peers/soak.py [--seconds 600] [--release releases/current]

Normal clients ask what nobody asked before (small queries, documents, pages, searches), first
in calm, then while others send the worst we know, over and over: what `attacks.py` lists.
Each client has an address of its own, told by X-Forwarded-For from a proxy that is trusted.
Fails where normal requests fail, where their p99 more than doubles, or where memory,
processes or descriptors are not what they were when all is over. What it prints at the end
is the table of `docs/operating.md`.
"""

from __future__ import annotations

import argparse
import http.client
import os
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from renkei.config import Settings

sys.path.insert(0, str(Path(__file__).resolve().parent))
from attacks import under_attack
from bench import FRESH
from peers import CHECKOUT, Peer, Renkei, _family, _proportional

CLIENTS = 4  # normal ones
PAUSE = 0.01  # seconds a normal client thinks between two questions
REST = 5.0  # seconds a server has to give back what it took
BOUND = 1500  # megabytes that the server's processes may come to, whatever is sent
THINGS = ("/doc/municipality/hokkaido-nanporo", "/id/agreement/sapporo-otaru-2019", "/")


class Client(threading.Thread):
    """Asks until told to stop; *times* are seconds of each answer, *seen* counts statuses."""

    def __init__(self, port: int, address: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.address, self.stop = port, address, stop
        self.times: list[float] = []
        self.seen: Counter[object] = Counter()

    def ask(self, target: str, accept: str, timeout: float = 60) -> None:
        """Ask once over a connection of its own."""
        started = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            headers = {"X-Forwarded-For": self.address, "Accept": accept}
            connection.request("GET", target, headers=headers)
            answer = connection.getresponse()
            answer.read()
            self.seen["answered" if answer.status < 400 else answer.status] += 1
        except (OSError, http.client.HTTPException) as error:
            self.seen[type(error).__name__] += 1
        finally:
            connection.close()
            self.times.append(time.monotonic() - started)


class Normal(Client):
    """Asks small queries, each for the first time, and between them documents and a search."""

    def run(self) -> None:
        number = time.monotonic_ns()
        while not self.stop.is_set():
            number += 1
            query = FRESH % (number, number)
            self.ask("/sparql?" + urllib.parse.urlencode({"query": query}), "text/csv")
            if number % 5 == 0:
                self.ask(THINGS[number // 5 % len(THINGS)], "text/turtle, text/html;q=0.5")
            if number % 20 == 0:
                self.ask(f"/search?q={number}", "application/json")
            time.sleep(PAUSE)


def normals(port: int, seconds: float) -> tuple[list[float], Counter[object]]:
    """Let normal clients ask for some seconds; return their times and what they saw."""
    stop = threading.Event()
    clients = [Normal(port, f"198.51.100.{n + 1}", stop) for n in range(CLIENTS)]
    for client in clients:
        client.start()
    stop.wait(seconds)
    stop.set()
    for client in clients:
        client.join()
    seen: Counter[object] = sum((c.seen for c in clients), Counter())
    return [t for c in clients for t in c.times], seen


def percentiles(times: list[float]) -> tuple[float, float]:
    """Return p50 and p99 in milliseconds."""
    cuts = statistics.quantiles(times, n=100)
    return cuts[49] * 1000, cuts[98] * 1000


def figures(pid: int) -> tuple[float, int, int]:
    """Return megabytes, processes and descriptors of a server."""
    family = _family(pid)
    files = 0
    for one in family:
        try:
            files += sum(1 for _ in Path(f"/proc/{one}/fd").iterdir())
        except OSError:
            continue
    return sum(map(_proportional, family)) / 1e6, len(family), files


def say(when: str, pid: int) -> tuple[float, int, int]:
    """Print and return the figures of a server."""
    found = figures(pid)
    print(
        f"  {when:>8}  {found[0]:7,.0f} MB  {found[1]:3} processes  {found[2]:5} files", flush=True
    )
    return found


def main() -> int:
    """Run calm, attack, calm again; print the figures; return 1 where something broke."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seconds", type=float, default=600)
    words.add_argument("--release", type=Path, default=CHECKOUT / "releases" / "current")
    asked = words.parse_args()
    os.environ["RENKEI_TRUSTED_PROXIES"] = "1"
    Renkei.environment = Peer.environment  # type: ignore[method-assign]  # with all its bounds
    with tempfile.TemporaryDirectory() as work:
        Renkei.port = 18711
        peer = Renkei(Path(), Path(work), asked.release.resolve())
        peer.start()
        try:
            assert peer.process is not None
            return soak(peer.process.pid, peer.port, asked.seconds)
        finally:
            peer.stop()


def soak(pid: int, port: int, seconds: float) -> int:
    """Soak a server that runs.

    Normal clients are a process of their own: as threads beside the attackers they would wait
    for these and not for the server.
    """
    with ProcessPoolExecutor(1, get_context("fork")) as clients:

        def normal(seconds: float) -> tuple[list[float], Counter[object]]:
            return clients.submit(normals, port, seconds).result()

        return _soak(pid, port, seconds, normal)


def _soak(
    pid: int,
    port: int,
    seconds: float,
    normal: Callable[[float], tuple[list[float], Counter[object]]],
) -> int:
    normal(2)
    first = say("calm", pid)
    calm, seen = normal(max(5.0, seconds / 10))
    worst: list[float] = []
    peak = Peak(pid)
    peak.start()
    with under_attack(port) as attacks:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            times, more = normal(min(left, max(5.0, seconds / 10)))
            worst += times
            seen += more
            say(f"{seconds - left:.0f} s", pid)
    most = peak.end()
    time.sleep(REST)
    last = say("after", pid)
    _table(calm, worst, first, most, last, attacks)
    broken = _broken(calm, worst, seen, first, most, last)
    print(f"Normal requests: {dict(seen)}. " + ("; ".join(broken) or "Nothing broke."))
    return bool(broken)


class Peak(threading.Thread):
    """Looks each second how much memory a server takes, until the end is asked for."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.most = pid, 0.0
        self.over = threading.Event()

    def run(self) -> None:
        """Look, until it is over."""
        while not self.over.wait(1):
            self.most = max(self.most, figures(self.pid)[0])

    def end(self) -> float:
        """Return the most megabytes that were seen."""
        self.over.set()
        self.join()
        return self.most


Figures = tuple[float, int, int]


def _table(
    calm: list[float],
    worst: list[float],
    first: Figures,
    peak: float,
    last: Figures,
    attacks: dict[str, dict[str, int]],
) -> None:
    """Print what `docs/operating.md` shows."""
    (p50, p99), (under50, under99) = percentiles(calm), percentiles(worst)
    print("\n| | calm | under attack | after |\n|---|---|---|---|")
    print(f"| normal requests | {len(calm):,} | {len(worst):,} | |")
    print(f"| p50 | {p50:.1f} ms | {under50:.1f} ms | |")
    print(f"| p99 | {p99:.1f} ms | {under99:.1f} ms ({under99 / p99:.2f}) | |")
    print(f"| memory | {first[0]:,.0f} MB | at most {peak:,.0f} MB | {last[0]:,.0f} MB |")
    print(f"| processes | {first[1]} | | {last[1]} |")
    print("\n| attack | what it saw |\n|---|---|")
    for name, counts in attacks.items():
        print(f"| {name} | {', '.join(f'{k}: {v:,}' for k, v in sorted(counts.items()))} |")
    print()


def _broken(
    calm: list[float],
    worst: list[float],
    seen: Counter[object],
    first: Figures,
    peak: float,
    last: Figures,
) -> list[str]:
    """Return what is not as it should be."""
    remembered = Settings().cache_bytes / 1e6  # answers that may stay by design
    kept = last[0] > 1.3 * first[0] + 50 + remembered
    grown = last[1] > first[1] + 2 or last[2] > first[2] + 50
    faults = {
        "normal requests failed": set(seen) != {"answered"},
        "the p99 of normal requests more than doubled": percentiles(worst)[1]
        > 2 * percentiles(calm)[1],
        "memory was not given back": kept,
        f"memory went over {BOUND} MB": peak > BOUND,
        "processes or files were left behind": grown,
    }
    return [what for what, so in faults.items() if so]


if __name__ == "__main__":
    sys.exit(main())
