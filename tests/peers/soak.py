"""Attack the server while others use it, and say what they noticed.

    python tests/peers/soak.py [--seconds 600] [--release releases/current]

Normal clients ask small queries that nobody asked before, first in calm, then while five
others send the worst we know, over and over: a cross product, a GROUP_CONCAT bomb, a regex
bomb, a deep property path, and an answer without end to a reader who hardly reads. Each
client has an address of its own, told by X-Forwarded-For from a proxy that is trusted.
Fails where normal queries fail, where their p99 more than doubles, or where memory,
processes or descriptors are not what they were when all is over.
"""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from pathlib import Path

from renkei.config import Settings

sys.path.insert(0, str(Path(__file__).resolve().parent))
from bench import FRESH
from peers import CHECKOUT, Peer, Renkei, _family, _proportional

CLIENTS = 4  # normal ones
PAUSE = 0.01  # seconds a normal client thinks between two questions
ANYTHING = " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(6))
ATTACKS = {
    "cross product": f"SELECT (COUNT(*) AS ?n) {{ {ANYTHING} }}",
    "group_concat": "SELECT (GROUP_CONCAT(CONCAT(STR(?a0), STR(?a1), STR(?a2))) AS ?n) "
    "{ ?a0 ?b0 ?c0 . ?a1 ?b1 ?c1 . ?a2 ?b2 ?c2 }",
    "regex": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?t ?q ?r "
    'FILTER (REGEX(CONCAT(STR(?o), STR(?r)), "(.*a){1,30}(.*b){1,30}$")) }',
    "deep path": "SELECT (COUNT(*) AS ?n) { ?s (!<a:a>|^!<a:b>)+/(!<a:c>|^!<a:d>)+/(!<a:e>)+ ?o }",
}
ENDLESS = f"SELECT * {{ {ANYTHING} }}"


class Client(threading.Thread):
    """Asks until told to stop; *times* are seconds of each answer, *seen* counts statuses."""

    def __init__(self, port: int, address: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.address, self.stop = port, address, stop
        self.times: list[float] = []
        self.seen: Counter[object] = Counter()

    def ask(self, query: str, timeout: float = 60) -> None:
        """Ask one query over a connection of its own."""
        started = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(
                "GET",
                "/sparql?" + urllib.parse.urlencode({"query": query}),
                headers={"X-Forwarded-For": self.address, "Accept": "text/csv"},
            )
            answer = connection.getresponse()
            answer.read()
            self.seen[answer.status] += 1
        except (OSError, http.client.HTTPException) as error:
            self.seen[type(error).__name__] += 1
        finally:
            connection.close()
            self.times.append(time.monotonic() - started)


class Normal(Client):
    """Asks small queries, each for the first time."""

    def run(self) -> None:
        number = time.monotonic_ns()
        while not self.stop.is_set():
            number += 1
            self.ask(FRESH % (number, number))
            time.sleep(PAUSE)


class Attacker(Client):
    """Sends one attack over and over."""

    query = ""

    def run(self) -> None:
        while not self.stop.is_set():
            self.ask(f"{self.query} # {time.monotonic_ns()}")
            time.sleep(0.1)


class SlowReader(Client):
    """Asks for an answer without end and takes a thousand bytes of it a second."""

    def run(self) -> None:
        while not self.stop.is_set():
            with socket.create_connection(("127.0.0.1", self.port)) as held:
                path = "/sparql?" + urllib.parse.urlencode({"query": ENDLESS})
                held.sendall(
                    f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n"
                    f"X-Forwarded-For: {self.address}\r\n\r\n".encode()
                )
                try:
                    while not self.stop.is_set() and held.recv(1000):
                        time.sleep(1)
                except OSError:
                    pass
            self.seen["over"] += 1
            self.stop.wait(0.1)


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
    """Soak a server that runs."""
    normals(port, 2)
    first = say("calm", pid)
    calm, seen = normals(port, max(5.0, seconds / 10))
    stop = threading.Event()
    attackers: list[Client] = []
    for number, (name, query) in enumerate(ATTACKS.items()):
        attacker = Attacker(port, f"203.0.113.{number + 1}", stop)
        attacker.name, attacker.query = name, query
        attackers.append(attacker)
    attackers.append(SlowReader(port, "203.0.113.99", stop))
    attackers[-1].name = "slow reader"
    for client in attackers:
        client.start()
    worst: list[float] = []
    peak = 0.0
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        times, more = normals(port, min(left, max(5.0, seconds / 10)))
        worst += times
        seen += more
        peak = max(peak, say(f"{seconds - left:.0f} s", pid)[0])
    stop.set()
    for client in attackers:
        client.join(40)
        print(f"  {client.name}: {dict(client.seen)}")
    time.sleep(2)
    last = say("after", pid)
    (p50, p99), (under50, under99) = percentiles(calm), percentiles(worst)
    print(f"calm          {len(calm):6} queries  p50 {p50:6.1f} ms  p99 {p99:6.1f} ms")
    print(f"under attack  {len(worst):6} queries  p50 {under50:6.1f} ms  p99 {under99:6.1f} ms")
    print(f"p99 under attack : calm = {under99 / p99:.2f}; normal answers {dict(seen)}")
    broken = []
    if set(seen) != {200}:
        broken.append("normal queries failed")
    if under99 > 2 * p99:
        broken.append("the p99 of normal queries more than doubled")
    remembered = Settings().cache_bytes / 1e6  # answers that may stay by design
    if (
        last[0] > 1.3 * first[0] + 50 + remembered
        or last[1] > first[1] + 2
        or last[2] > first[2] + 50
    ):
        broken.append("something was left behind")
    print(f"peak memory {peak:,.0f} MB. " + ("; ".join(broken) or "Nothing broke."))
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
