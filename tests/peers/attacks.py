"""The worst we know to send to a server, over and over, each from an address of its own.

`soak.py` runs all of these beside normal clients, in processes of their own that give way to
others: attackers compute on machines of theirs. Each round is short and lets go of all it
held. Only this machine's loopback is ever asked.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import multiprocessing
import os
import socket
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.synchronize import Event

PAUSE = 0.1  # seconds between two rounds of an attack
HOLD = 3.0  # seconds for which a round that leaves something unread or unsent holds on
ANYTHING = " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(6))
QUERIES = {
    "cross product": f"SELECT (COUNT(*) AS ?n) {{ {ANYTHING} }}",
    "group_concat": "SELECT (GROUP_CONCAT(CONCAT(STR(?a0), STR(?a1), STR(?a2))) AS ?n) "
    "{ ?a0 ?b0 ?c0 . ?a1 ?b1 ?c1 . ?a2 ?b2 ?c2 }",
    "regex": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?t ?q ?r "
    'FILTER (REGEX(CONCAT(STR(?o), STR(?r)), "(.*a){1,30}(.*b){1,30}$")) }',
    "deep path": "SELECT (COUNT(*) AS ?n) { ?s (!<a:a>|^!<a:b>)+/(!<a:c>|^!<a:d>)+/(!<a:e>)+ ?o }",
}
ENDLESS = f"SELECT * {{ {ANYTHING} }}"
BATCH = "queries=" + urllib.parse.quote(
    json.dumps(
        {
            f"q{n}": {
                "query": "",
                "properties": [{"pid": f"p{i}", "v": f"ab {n} " * 450} for i in range(3)],
            }
            for n in range(100)
        }
    )
)


class Attacker:
    """One attack on the server at *port*: how a request of it begins, and how long it goes on."""

    def __init__(self, port: int, address: str, stop: Event) -> None:
        self.port, self.address, self.stop = port, address, stop
        self.numbers = itertools.count(time.monotonic_ns())

    def head(self, target: str, *lines: str, method: str = "GET") -> bytes:
        """Return the head of a request of this attacker."""
        named = [f"{method} {target} HTTP/1.1", "Host: x", f"X-Forwarded-For: {self.address}"]
        return "\r\n".join([*named, *lines, "", ""]).encode()

    def sparql(self, query: str) -> str:
        """Return the target of *query*, as one never asked before."""
        return "/sparql?" + urllib.parse.urlencode({"query": f"{query} # {next(self.numbers)}"})

    @contextlib.contextmanager
    def connections(self, number: int, buffer: int = 4096) -> Iterator[list[socket.socket]]:
        """Give as many connections, that block on nothing and are reset at the end."""
        with contextlib.ExitStack() as all_:
            held = []
            for _ in range(number):
                one = all_.enter_context(socket.socket())
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
                one.settimeout(5)
                one.connect(("127.0.0.1", self.port))
                held.append(one)
            yield held

    def asked(self, data: bytes, seconds: float = 60) -> str:
        """Send *data*, read up to the end of the first piece, and return its status."""
        with self.connections(1, 1 << 16) as (held,):
            held.settimeout(seconds)
            held.sendall(data)
            return held.recv(1 << 16)[9:12].decode("latin-1") or "closed"


Round = Callable[[Attacker], str]


def _query(query: str) -> Round:
    return lambda a: a.asked(a.head(a.sparql(query), "Accept: text/csv"))


def slow_reader(a: Attacker) -> str:
    """Ask for an answer without end and take a thousand bytes of it a second."""
    with a.connections(1) as (held,):
        held.sendall(a.head(a.sparql(ENDLESS), "Accept: text/csv"))
        while not a.stop.is_set() and held.recv(1000):
            a.stop.wait(1)
    return "over"


def pipelined_dumps(a: Attacker) -> str:
    """Ask 800 times for a dump on one connection and read nothing."""
    with a.connections(1) as (held,):
        held.sendall(a.head("/dumps/data.nq") * 800)
        a.stop.wait(HOLD)
    return "left"


def endless_header(a: Attacker) -> str:
    """Send a header that has no end, until it is refused."""
    with a.connections(1) as (held,):
        held.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nA: ")
        until = time.monotonic() + HOLD
        while time.monotonic() < until:
            held.sendall(b"a" * 60_000)
    return "taken"


def forged_trailer(a: Attacker) -> str:
    """Name another address, and another wish, in trailers."""
    query = f"ASK {{ ?s ?p {next(a.numbers)} }}".encode()
    lines = ("Content-Type: application/sparql-query", "Transfer-Encoding: chunked")
    body = b"%x\r\n%s\r\n0\r\nX-Forwarded-For: 66.7.1.1\r\nAccept: text/html\r\n\r\n"
    return a.asked(a.head("/sparql", *lines, method="POST") + body % (len(query), query))


def expectation_behind(a: Attacker) -> str:
    """Have an expectation wait behind an answer that runs."""
    lines = ("Content-Type: application/sparql-query", "Content-Length: 6", "Expect: 100-continue")
    first = a.head(a.sparql(f"{ENDLESS} LIMIT 20000"), "Accept: text/csv")
    return a.asked(first + a.head("/sparql", *lines, method="POST"))


def unfinished_bodies(a: Attacker) -> str:
    """Send all but the end of 300 bodies of 2 MB to an address that takes none."""
    head = a.head("/health/live", "Content-Length: 2000000", method="POST")
    with a.connections(300) as everyone:
        for held in everyone:
            held.setblocking(False)
            with contextlib.suppress(OSError):
                held.send(head + b"a" * 400_000)
        a.stop.wait(HOLD)
    return "left"


def costly_wish(a: Attacker) -> str:
    """Ask for what there is not, in marks that take long to quote, on four connections."""
    lines = ("Accept: " + '"' * 150, "Accept-Language: ja")
    with a.connections(4, 1 << 16) as everyone:
        for _ in range(25):
            for held in everyone:
                held.sendall(a.head("/doc/nowhere", *lines))
            said = [held.recv(1 << 16) for held in everyone]
    return said[0][9:12].decode("latin-1") or "closed"


def left_batch(a: Attacker) -> str:
    """Send a batch of queries that take long to match, and hang up."""
    lines = ("Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(BATCH)}")
    with a.connections(1) as (held,):
        held.sendall(a.head("/reconcile", *lines, method="POST") + BATCH.encode())
        a.stop.wait(0.5)
    return "left"


def made_up_parameters(a: Attacker) -> str:
    """Ask for the first page under ever new parameters, on 30 connections."""
    with a.connections(30, 1 << 16) as everyone:
        for held in everyone:
            held.sendall(a.head(f"/?cb={next(a.numbers)}"))
        said = [held.recv(1 << 16) for held in everyone]
    return said[-1][9:12].decode("latin-1")


def unfinished_heads(a: Attacker) -> str:
    """Hold 200 connections whose head never ends, a letter a second."""
    with a.connections(200) as everyone:
        for held in everyone:
            held.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nA: ")
        for _ in range(int(HOLD)):
            a.stop.wait(1)
            for held in everyone:
                held.sendall(b"a")
    return "left"


def hung_up(a: Attacker) -> str:
    """Ask ten long queries and go."""
    with a.connections(10) as everyone:
        for held in everyone:
            held.sendall(a.head(a.sparql(QUERIES["cross product"])))
        a.stop.wait(0.2)
    return "left"


ATTACKS: dict[str, Round] = {
    **{name: _query(query) for name, query in QUERIES.items()},
    "answer without end, hardly read": slow_reader,
    "800 dumps asked at once, unread": pipelined_dumps,
    "header without end": endless_header,
    "forged trailers": forged_trailer,
    "expectation behind an answer": expectation_behind,
    "300 unfinished bodies": unfinished_bodies,
    "wishes that cost": costly_wish,
    "long batch, then gone": left_batch,
    "made-up parameters": made_up_parameters,
    "200 unfinished heads": unfinished_heads,
    "long queries, then gone": hung_up,
}


def _repeat(attack: Round, attacker: Attacker, seen: Counter[str]) -> None:
    while not attacker.stop.is_set():
        try:
            seen[attack(attacker)] += 1
        except OSError as error:
            seen[type(error).__name__] += 1
        attacker.stop.wait(PAUSE)


def _process(
    port: int, stop: Event, told: multiprocessing.Queue[dict[str, dict[str, int]]]
) -> None:
    os.nice(10)
    seen: dict[str, Counter[str]] = {name: Counter() for name in ATTACKS}
    threads = [
        threading.Thread(
            target=_repeat, args=(attack, Attacker(port, f"203.0.113.{n + 1}", stop), seen[name])
        )
        for n, (name, attack) in enumerate(ATTACKS.items())
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put({name: dict(counts) for name, counts in seen.items()})


@contextlib.contextmanager
def under_attack(port: int) -> Iterator[dict[str, dict[str, int]]]:
    """Attack the server at *port*; afterwards what is given says what each attack saw."""
    context = multiprocessing.get_context("spawn")
    stop, told = context.Event(), context.Queue()
    process = context.Process(target=_process, args=(port, stop, told), daemon=True)
    process.start()
    seen: dict[str, dict[str, int]] = {}
    try:
        yield seen
    finally:
        stop.set()
        seen.update(told.get(timeout=90))
        process.join(10)
