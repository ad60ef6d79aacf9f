"""Ask our server with programs of others, and hold each answer against `renkei query`.

    python -m tests.conformance.clients

The environment says which: ONLY=name,name; SEED=number for the order and the draw of an earlier
run; LINES=only to write the lines of the paper anew and ask nothing. With ONLY no paper is
written. Ends with 1 where an answer is not right, or where a client could not be had.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.conformance.clients import comparing, environments, lines, neighbours, report, subjects
from tests.conformance.clients.catalogue import Client, Task, listed
from tests.conformance.clients.environments import Failed
from tests.conformance.clients.report import Row
from tests.conformance.real_data.__main__ import served
from tests.packed import ROOT, packed
from tests.peers.peers import Missing


def installed(clients: list[Client]) -> list[Row]:
    """Install all; a row for each, with why it could not be had."""
    rows = []
    for client in clients:
        row = Row(client)
        try:
            environments.install(client)
        except Missing as error:
            row.missing = str(error)
            print(f"{client.name}: {error}", flush=True)
        rows.append(row)
    return rows


def asked(
    client: Client, task: Task, draw: random.Random, base: str, engines: dict[str, str], of: Path
) -> str:
    """Run one task; return why its answer is not right, or nothing."""
    subject = subjects.question(task.asks) if task.asks else subjects.drawn(task.does, draw)
    text = lines.written(task, subject, base, engines)
    query = subject.query
    if task.right:
        query = (lines.HERE / task.right).read_text("utf-8")
    elif task.does == "document":
        query = subjects.description().query
    right = subjects.answer(of, query, comparing.SUFFIXES[task.gives])
    try:
        said = environments.run(client, task.lines, text)
    except Failed as error:
        return f"{error} ({_what(subject, task)})"
    wrong = comparing.difference(right, said, task.gives)
    return wrong and f"{wrong} ({_what(subject, task)})"


def _what(subject: subjects.Subject, task: Task) -> str:
    if task.right or task.does == "document":
        return task.lines
    return subject.path or subject.query.rpartition("\n")[2]


def engines_of(clients: list[Client]) -> set[str]:
    """Return the engines of others that the tasks of *clients* speak of."""
    return {
        str(task.given["engine"])
        for client in clients
        for task in client.tasks
        if "engine" in task.given
    }


def main(only: list[str], seed: int) -> int:
    """Run all tasks in the order of *seed*; print, write the paper; return the exit status."""
    clients = listed(only)
    print(f"SEED={seed}", flush=True)
    release = packed(ROOT).release
    rows = installed(clients)
    draw = random.Random(seed)
    tasks = [(row, task) for row in rows if not row.missing for task in row.client.tasks]
    draw.shuffle(tasks)
    with (
        tempfile.TemporaryDirectory(prefix="clients-") as folder,
        neighbours.started(release, engines_of(clients)) as (engines, lacking),
        served(
            release.folder, Path(folder) / "served.txt", services=" ".join(engines.values())
        ) as base,
    ):
        for row, task in tasks:
            began = time.monotonic()
            engine = task.given.get("engine", "")
            if engine in lacking:
                wrong = lacking[engine]
            else:
                wrong = asked(row.client, task, draw, base, engines, release.folder)
            row.said[task.name] = wrong
            took = time.monotonic() - began
            print(f"{row.client.name}: {task.name}: {wrong or 'agrees'} ({took:.1f} s)", flush=True)
    print(report.table(rows, seed, release.manifest.id))
    if not only:
        report.write(
            {
                report.TABLE: report.table(rows, seed, release.manifest.id),
                report.LINES: report.sections(),
            }
        )
    return 0 if all(row.agrees for row in rows) else 1


if __name__ == "__main__":
    if os.environ.get("LINES") == "only":
        report.write({report.LINES: report.sections()})
        sys.exit(0)
    names = [name for name in os.environ.get("ONLY", "").split(",") if name]
    sys.exit(main(names, int(os.environ.get("SEED") or random.randrange(1_000_000))))
