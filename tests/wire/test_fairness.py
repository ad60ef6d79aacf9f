"""One address that asks without end, on many connections, keeps no other from being answered.

What is counted is turns, not time: how many answers the one has for each of the other's.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.wire.conftest import HARBOURS, Server, address, sparql, start_server
from tests.wire.processes import STARVED, becomes
from tests.wire.talk import ask

CONNECTIONS = 30  # of the one who asks without end
VISITS = 20  # of the other, one after the other
TURNS = 10  # of the one, for one of the other; who waits behind all of them waits for 30
SUFFIXES = ("html", "ttl", "jsonld", "rdf", "nt")
LAST = len(SUFFIXES) * HARBOURS - 1
AT_ONCE = 2  # engines, and application processes
Target = Callable[[int], str]


def page(number: int) -> str:
    """Return the address of a document that nobody has asked for, one of 15,000."""
    return f"/doc/hafen/n{number % HARBOURS:04}.{SUFFIXES[number // HARBOURS]}"


def expensive(number: int) -> str:
    """Return a query that counts some hundred thousand combinations, and is like no other."""
    some = "{ SELECT ?%s { ?%s ?%s1 ?%s2 } LIMIT 600 }"
    both = " ".join(some % (name, name, name, name) for name in "ab")
    return sparql(f"SELECT (COUNT(*) AS ?n) {{ {both} }} # {number}")


def small(number: int) -> str:
    """Return a query that gives one thing, and is like no other."""
    return sparql(f"SELECT * {{ ?s ?p ?o }} LIMIT 1 # {number} of a visitor")


@pytest.fixture(scope="module")
def server(harbours: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with few turns and a long queue, in which nobody is refused."""
    held = start_server(
        harbours,
        tmp_path_factory.mktemp("fair") / "log",
        engines=AT_ONCE,
        processes=AT_ONCE,
        queue=64,
        queue_seconds=60,
        client_seconds=1_000_000,
        query_seconds=60,
    )
    yield held
    held.stop()


class Flood:
    """Connections on which is asked for something new as soon as there was an answer."""

    def __init__(self, port: int, target: Target) -> None:
        self.statuses: Counter[int] = Counter()
        self._port, self._target, self._source = port, target, address()
        self._numbers = itertools.count()
        self._over = False
        self._threads = [threading.Thread(target=self._ask) for _ in range(CONNECTIONS)]

    @property
    def answered(self) -> int:
        """How many answers came."""
        return self.statuses.total()

    def __enter__(self) -> Flood:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        while not self._over:
            target = self._target(next(self._numbers))
            answer = ask(self._port, target, source=self._source, patience=STARVED)
            self.statuses[answer.status] += 1


@pytest.mark.parametrize(
    ("flooded", "visited"),
    [(page, page), (expensive, small), (expensive, page), (page, small)],
    ids=["pages", "queries", "a page among queries", "a query among pages"],
)
def test_who_asks_without_end_waits_behind_themselves(
    server: Server, flooded: Target, visited: Target
) -> None:
    visitor = address()
    with Flood(server.port, flooded) as flood:
        assert becomes(lambda: flood.answered >= CONNECTIONS, 2 * STARVED)  # all of them are at it
        before = flood.answered
        told = [
            ask(server.port, visited(LAST - number), source=visitor, patience=STARVED).status
            for number in range(VISITS)
        ]
        had = flood.answered - before
    assert told == [200] * VISITS
    assert set(flood.statuses) == {200}
    assert had < TURNS * VISITS, f"{had / VISITS} answers for each of another's"
