"""Pack, serve and read real publications, and hold them against what Jena reads.

    python -m tests.conformance.real_data <folder of checkouts> [<where to write>]

The environment says which: ONLY=name,name; AT_MOST=number of subjects asked for; CLICKS=0 to follow
no links; MOST_PAGES=how many are followed. With the first or second,
the page is written only where a place for it is named. Ends with 1 where anything is wrong.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote
from urllib.request import urlopen

import pyoxigraph as ox

from tests.conformance.real_data import asking, reach, report
from tests.conformance.real_data.publications import lay_out, listed, pack, statements
from tests.conformance.real_data.report import Row
from tests.conformance.real_data.statements import Statements

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "conformance-real-data.md"
START_SECONDS = 120.0


@contextlib.contextmanager
def served(release: Path, said: Path, **settings: str) -> Iterator[str]:
    """Serve *release* in a process of its own, with *settings*; its log goes to *said*."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environ = {n: v for n, v in os.environ.items() if not n.startswith("RENKEI_")}
    environ["RENKEI_CLIENT_SECONDS"] = "1000000"
    environ |= {f"RENKEI_{name.upper()}": value for name, value in settings.items() if value}
    program = Path(sys.executable).with_name("renkei")
    words = [str(program), "serve", str(release), "--port", str(port)]
    with said.open("wb") as out:
        process = subprocess.Popen(
            words, env=environ, stdout=out, stderr=out, start_new_session=True
        )
    base = f"http://127.0.0.1:{port}/"
    try:
        _await(base, process, said)
        yield base
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def _await(base: str, process: subprocess.Popen[bytes], said: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        quiet = contextlib.suppress(OSError, http.client.HTTPException)
        with quiet, urlopen(f"{base}health/ready", timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise TimeoutError(said.read_text("utf-8", "replace")[-2000:] or "no word")


def tried(row: Row, checkouts: Path, folder: Path, at_most: int) -> None:
    """Do everything with one publication; put what comes out into *row*."""
    publication = row.publication
    files = lay_out(publication, checkouts, folder)
    packing = pack(publication, folder)
    row.seconds, row.megabytes = packing.seconds, packing.megabytes
    if packing.release is None:
        row.faults.add("not packed", " ".join(packing.said.split())[-600:])
        return
    manifest = json.loads((packing.release / "manifest.json").read_text("utf-8"))
    root = publication.root or manifest["root"]
    quads = ox.parse(statements(publication, files, root), format=ox.RdfFormat.N_QUADS)
    read = Statements(quads)
    subjects = read.subjects()
    row.statements, row.subjects = len(read), len(subjects)
    if not len(read):
        row.faults.add("nothing read", f"Jena reads no statement in {len(files)} files")
    if at_most and len(subjects) > at_most:
        subjects = sorted(random.Random(1).sample(subjects, at_most))
    try:
        with served(packing.release, folder / "served.txt") as base:
            _ask(row, base, root, manifest.get("apart", ()), read, subjects)
    except TimeoutError as error:
        row.faults.add("not served", str(error))


def _ask(
    row: Row, base: str, root: str, apart: list[str], read: Statements, subjects: list[str]
) -> None:
    _look_at_dump(row, base, read)
    asked = asking.ask_for_all(base, root, apart, read, subjects)
    for kind, number in asked.faults.number.items():
        row.faults.add(kind, asked.faults.example[kind], number)
    row.requests, row.slowest = asked.requests, asked.slowest[0]
    if row.slowest > 2:
        row.faults.add("a page takes more than two seconds", f"{asked.slowest[1]}")
    if not subjects or not reach.CLICKS:
        return
    things = {unquote(asking.address(iri, root, apart)) for iri in read.subjects()}
    reached = reach.walk(base, asked, things)
    missed = sorted(set(subjects) - reached.clicks.keys())
    row.reached = f"{len(subjects) - len(missed):,} of {len(subjects):,}"
    row.reached += f" ({reached.pages:,} pages followed" + (", cut)" if reached.cut else ")")
    if missed:
        row.faults.add("not reached in four clicks", missed[0], len(missed))


def _look_at_dump(row: Row, base: str, read: Statements) -> None:
    visitor = asking.Visitor(base)
    answer = visitor.ask("/dumps/data.nq", "application/n-quads")
    visitor.close()
    if answer.status != 200:
        row.faults.add(f"{answer.status} for the dump", "/dumps/data.nq")
        return
    said = Statements(ox.parse(answer.body, format=ox.RdfFormat.N_QUADS))
    for iri in read.subjects():
        if lost := read.plain(iri) - said.plain(iri):
            row.faults.add("dump: a statement is lost", f"<{iri}> {min(lost)}")
        if gone := read.nested(iri) - said.nested(iri):
            row.faults.add("dump: a blank node is lost", f"<{iri}> {min(gone)[0]}")
    if lacking := read.tops() - said.tops():
        number = lacking.total()
        row.faults.add("dump: a blank node without a subject is lost", f"{number} nodes", number)


def main(checkouts: Path, target: Path | None) -> int:
    """Try all; print the table, write it to *target*; return the exit status."""
    only = [name for name in os.environ.get("ONLY", "").split(",") if name]
    at_most = int(os.environ.get("AT_MOST") or 0)
    rows = []
    for publication in listed(only):
        if publication.dropped:
            continue
        with tempfile.TemporaryDirectory(prefix="real-") as folder:
            row = Row(publication)
            try:
                tried(row, checkouts, Path(folder), at_most)
            except (SystemExit, SyntaxError) as error:  # what was compared with could not be had
                row.faults.add("not compared", str(error))
        print(" | ".join(row.cells()), flush=True)
        for kind, example in row.faults.example.items():
            print(f"    {kind}: {example[:300]}", flush=True)
        rows.append(row)
    text = report.page(rows, at_most)
    if target is None and not only and not at_most:
        target = PAGE
    if target is not None:
        report.write(text, target)
    return 1 if any(row.faults.number for row in rows) else 0


if __name__ == "__main__":
    sys.setrecursionlimit(200_000)  # an RDF list is as deep as it is long
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
