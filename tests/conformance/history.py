"""Clients of others follow the history: `ldes-client` (npm) replicates, `memento-client` asks back.

Run by `make conformance LDES=yes`. The releases are those of three days that the tests make. The
feeds of things and of graphs are followed by the client alone, and what it has in the end is
compared with the present release, statement for statement: default graph and named graphs.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from renkei.release import DATA, Release
from tests.packed import ROOT, succession

CLIENT = ROOT / "build" / "ldes-client"
VERSION = "0.3.0"
MEMENTO = ROOT / "build" / "memento-client"
MEMENTO_VERSION = "0.6.1"
PAPER = ROOT / "docs" / "conformance-history.md"
AS = "https://www.w3.org/ns/activitystreams#"


@contextlib.contextmanager
def served(release: Release) -> Iterator[str]:
    """Serve *release* in a process of its own, and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code = "from renkei.cli import main; main()"
    words = [sys.executable, "-c", code, "serve", str(release.folder), "--port", str(port)]
    child = subprocess.Popen(words, cwd=ROOT)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5).close()
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/"
    finally:
        child.terminate()
        child.wait(60)


def followed(address: str) -> str:
    """Return what the client writes of a stream, in the order of time, as N-Quads."""
    if not (CLIENT / "node_modules" / "ldes-client").is_dir():
        CLIENT.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--ignore-scripts"]
        subprocess.run([*install, f"ldes-client@{VERSION}"], cwd=CLIENT, check=True, timeout=600)
    script = shutil.copy(Path(__file__).with_name("follow.mjs"), CLIENT)  # beside what it imports
    command = ["node", Path(script).name, address]
    done = subprocess.run(command, cwd=CLIENT, stdout=subprocess.PIPE, check=True, timeout=600)
    return done.stdout.decode()


def state(text: str) -> tuple[dict[str, frozenset[ox.Triple]], int]:
    """Return what each object is in the end, and how many activities told it."""
    kind: dict[str, str] = {}
    about: dict[str, str] = {}
    when: dict[str, str] = {}
    held: dict[str, set[ox.Triple]] = {}
    for quad in ox.parse(text, format=ox.RdfFormat.N_QUADS):
        if isinstance(quad.graph_name, ox.NamedNode):
            held.setdefault(quad.graph_name.value, set()).add(quad.triple)
        elif quad.predicate.value.endswith("#type"):
            kind[quad.subject.value] = quad.object.value  # type: ignore[union-attr]
        elif quad.predicate.value == AS + "object":
            about[quad.subject.value] = quad.object.value  # type: ignore[union-attr]
        elif quad.predicate.value == AS + "published":
            when[quad.subject.value] = quad.object.value  # type: ignore[union-attr]
    found: dict[str, frozenset[ox.Triple]] = {}
    for name in sorted(about, key=lambda activity: when[activity]):
        found.pop(about[name], None)
        if kind[name] != AS + "Delete":
            found[about[name]] = frozenset(held.get(name, ()))
    return found, len(about)


def present(release: Release) -> tuple[set[ox.Triple], dict[str, set[ox.Triple]]]:
    """Return the default graph of *release*, and its named graphs."""
    default: set[ox.Triple] = set()
    named: dict[str, set[ox.Triple]] = {}
    for quad in ox.parse(path=str(release.path(DATA)), format=ox.RdfFormat.N_QUADS):
        if isinstance(quad.graph_name, ox.NamedNode):
            named.setdefault(quad.graph_name.value, set()).add(quad.triple)
        else:
            default.add(quad.triple)
    return default, named


def same(one: set[ox.Triple], other: set[ox.Triple]) -> bool:
    """Say whether two graphs are one, whatever their blank nodes are called."""
    if one == other:
        return True
    named = []
    for triples in (one, other):
        dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        named.append(set(dataset))
    return named[0] == named[1]


HEAD = """\
# Clients that follow the history

Written by `make conformance LDES=yes`, over the releases of three days that the tests make of the
Sapporo publication.
"""
FOOT = "札幌の公開版3つ分の履歴を、実際のクライアントでたどった結果です。"
ASK = """
import sys
from datetime import datetime
from memento_client import MementoClient
base, *paths = sys.argv[1:]
for native in (False, True):
    client = MementoClient(timegate_uri=base + "timegate/", check_native_timegate=native)
    for path in paths:
        for day in (datetime(2026, 5, 15), datetime(2026, 8, 1), datetime(2030, 1, 1)):
            closest = client.get_memento_info(base + path, day)["mementos"]["closest"]
            print(path, day.date(), closest["datetime"].date(), closest["http_status_code"])
"""
PATHS = ("doc/vision/sapporo-2", "doc/vision/sapporo-2.ttl", "tables/visions.csv")
RIGHT = {"2026-05-15": "2026-04-01", "2026-08-01": "2026-07-01", "2030-01-01": "2026-10-01"}


def remembered(address: str) -> list[str]:
    """Return what `memento-client` was told wrongly of the days of some addresses."""
    python = MEMENTO / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", MEMENTO], check=True)
        packages = [f"memento-client=={MEMENTO_VERSION}"]
        subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
    command = [python, "-c", ASK, address, *PATHS]
    done = subprocess.run(command, capture_output=True, check=True, timeout=600, text=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert len(lines) == 2 * len(PATHS) * len(RIGHT)
    return [" ".join(line) for line in lines if (RIGHT[line[1]], "200") != (line[2], line[3])]


def main() -> int:
    """Follow the feeds, ask for earlier days, and write down whether it came out."""
    release = succession(ROOT, ROOT / "tests" / "history" / "earlier")
    default, named = present(release)
    with served(release) as address:
        things, told = state(followed(f"{address}feeds/things"))
        graphs, told_graphs = state(followed(f"{address}feeds/graphs"))
        entries, told_entries = state(followed(f"{address}feeds/catalogue"))
        misled = remembered(address)
    union = {triple for triples in things.values() for triple in triples}
    same_graphs = sum(same(named.get(g, set()), set(graphs.get(g, ()))) for g in named)
    wrong = bool(default ^ union or same_graphs != len(named) or set(graphs) - set(named) or misled)
    days = 2 * len(PATHS) * len(RIGHT)
    rows = (
        ("client", "followed", "came out"),
        ("---", "---", "---"),
        (f"`ldes-client` {VERSION} (npm)", f"`/feeds/things`: {told} activities",
         f"{len(default & union):,} of {len(default):,} statements of the default graph, "
         f"{len(union - default)} too many"),
        ("", f"`/feeds/graphs`: {told_graphs} activities",
         f"{same_graphs} of {len(named)} named graphs, statement for statement"),
        ("", f"`/feeds/catalogue`: {told_entries} activities", f"{len(entries)} entries"),
        (f"`memento-client` {MEMENTO_VERSION} (PyPI)",
         "`/timegate/`, and the gate that an address names",
         f"{days - len(misled)} of {days} days led to the right release"),
    )  # fmt: skip
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    PAPER.write_text(f"{HEAD}\n{table}\n\n{FOOT}\n")
    print(PAPER.read_text())
    return 1 if wrong else 0


if __name__ == "__main__":
    os.environ.setdefault("RENKEI_CLIENT_SECONDS", "1000")
    sys.exit(main())
