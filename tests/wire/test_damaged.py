"""A release that is damaged under a server of several processes: what is whole goes on.

What each file is needed for: tests/serve/test_damage.py, in one process.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from renkei.release import INDEX
from tests.wire.conftest import Server, Start, environment, free_port, serve, sparql
from tests.wire.processes import alive, becomes, family, parent
from tests.wire.talk import ask

ASKING = 8  # connections on which is searched while the index is cut
TRIES = 12  # of each address afterwards: every process comes to answer it
FOUND = "/search?q=altwarp&format=json"


@pytest.fixture
def copy(harbours: Path, tmp_path: Path) -> Path:
    """A copy of the release that may be harmed."""
    return Path(shutil.copytree(harbours, tmp_path / "releases" / harbours.name))


def statuses(server: Server, *targets: str) -> set[int]:
    """Return the statuses of targets, each asked often, with something new each time."""
    return {
        ask(server.port, target.format(n=number)).status
        for number in range(TRIES)
        for target in targets
    }


def degraded(server: Server) -> list[str]:
    """Return which files the server names as damaged."""
    return list(json.loads(ask(server.port, "/health/ready").body)["degraded"])


@pytest.mark.parametrize("left", [0, 1 / 3], ids=["emptied", "cut"])
def test_an_index_that_is_cut_is_named_and_nothing_else_ends(
    copy: Path, start: Start, left: float
) -> None:
    """Also for those who are searching at that moment: found, or refused, and never 500."""
    server = start(copy, workers=2, processes=2, engines=2, client_seconds=1_000_000)
    index = copy / INDEX
    whole = index.read_bytes()
    assert statuses(server, FOUND) == {200}
    everyone = family(server.pid)
    lasting = {parent(pid) for pid in everyone} & everyone  # others are replaced now and then
    seen: Counter[int] = Counter()
    over = threading.Event()

    def search(own: int) -> None:
        number = 0
        while not over.is_set():
            number += 1
            seen[ask(server.port, f"/search?q=bucht{own}x{number}").status] += 1

    together = [threading.Thread(target=search, args=(own,)) for own in range(ASKING)]
    for thread in together:
        thread.start()
    with index.open("r+b") as file:
        file.truncate(int(len(whole) * left))
    searching = [
        ask(server.port, f"/search?q=hafen{number}", "Accept: application/json")
        for number in range(TRIES)
    ]
    over.set()
    for thread in together:
        thread.join()

    assert set(seen) <= {200, 503}
    assert {answer.status for answer in searching} == {503}
    assert {json.loads(answer.body)["file"] for answer in searching} == {INDEX}
    looked_up = ("/reconcile/suggest/entity?prefix=n{n}", "/things?lang=de")
    assert statuses(server, *looked_up) == {503}
    assert statuses(server, "/doc/hafen/n00{n:02}.ttl", sparql("ASK {{}} # ") + "{n}") == {200}
    # what was said of it a second before may be said again
    assert becomes(lambda: degraded(server) == [INDEX], 10)
    assert alive(lasting) == lasting

    index.write_bytes(whole)
    assert statuses(server, "/search?q=altwarp{n}") == {200}
    assert server.process.poll() is None
    assert b"Traceback" not in server.log.read_bytes()


NEEDED = ("data.nq", "description.nq")


def overwrite(path: Path) -> None:
    """Put a letter in the middle of a file that it cannot be read with."""
    held = bytearray(path.read_bytes())
    held[len(held) // 2] = 0
    path.write_bytes(held)


@pytest.mark.parametrize("harm", [overwrite, Path.unlink], ids=["overwritten", "removed"])
@pytest.mark.parametrize("name", NEEDED)
def test_a_server_without_what_it_needs_names_it_and_never_says_that_it_serves(
    copy: Path, name: str, harm: Callable[[Path], object]
) -> None:
    harm(copy / name)
    done = subprocess.run(
        serve(copy, free_port()), env=environment(), capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 1
    assert str(copy / name) in done.stderr
    assert "Traceback" not in done.stderr
    assert "serves" not in done.stdout


@pytest.mark.parametrize("workers", [1, 3])
def test_a_server_says_once_that_it_serves_and_where(
    harbours: Path, start: Start, workers: int
) -> None:
    server = start(harbours, workers=workers)

    assert server.log.read_text().count(f" at http://127.0.0.1:{server.port}/\n") == 1
