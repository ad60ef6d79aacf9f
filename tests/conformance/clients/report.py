"""Write `docs/clients.md`: the table of a run, and the lines of every client."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.conformance.clients import environments, lines, subjects
from tests.conformance.clients.catalogue import DOES, Client, Task

PAGE = Path(__file__).resolve().parents[3] / "docs" / "clients.md"
TABLE = ("<!-- table: written by make conformance CLIENTS=yes -->", "<!-- end of the table -->")
LINES = ("<!-- lines: made of the files that are run -->", "<!-- end of the lines -->")
SHOWN = "members"  # the question that the lines of the paper ask
_FENCES = {
    ".cjs": "js", ".mjs": "js", ".pl": "perl", ".py": "python", ".R": "r",
    ".rb": "ruby", ".rs": "rust",
}  # fmt: skip
_INSTALLS = {
    "python": "pip install {}",
    "node": "npm install {}",
    "go": "go get {}",
    "debian": "apt-get install {}",
}
_TITLES = {
    "question": "a question, or a page of a large result",
    "page": "a page of a large result",
    "document": "a document",
    "links": "following links",
    "schema": "what there is",
    "federation": "our server in a query of its own",
    "asked": "its server in a query of ours",
    "reconcile": "names to things",
}


@dataclass
class Row:
    """What came of one client: for each task why it does not agree, or nothing."""

    client: Client
    said: dict[str, str] = field(default_factory=dict)
    missing: str = ""

    @property
    def agrees(self) -> bool:
        """Whether all that it asked was answered as it should be."""
        return not self.missing and not any(self.said.values())


def table(rows: Sequence[Row], seed: int, release: str) -> str:
    """Return the table of a run, with what does not agree below it."""
    told = [
        f"{sum(row.agrees for row in rows)} of {len(rows)} clients, "
        f"{sum(not wrong for row in rows for wrong in row.said.values())} of "
        f"{sum(len(row.said) for row in rows)} answers agree with `renkei query` on release "
        f"`{release}`; the order and what was drawn are those of `SEED={seed}`.",
        "",
        "| client | version | from | what was asked | result | remark |",
        "|---|---|---|---|---|---|",
    ]
    told += [_row(row) for row in rows]
    wrong = [
        f"- {row.client.name}, {task}: {_line(why)}"
        for row in rows
        for task, why in ([("not run", row.missing)] if row.missing else row.said.items())
        if why
    ]
    return "\n".join([*told, "", *(["What does not agree:", "", *wrong] if wrong else [])])


def _row(row: Row) -> str:
    client = row.client
    asked = [task.name for task in client.tasks]
    good = sum(not wrong for wrong in row.said.values())
    result = "not installed" if row.missing else f"{good} of {len(asked)}"
    result = "all agree" if row.agrees else f"**{result}**"
    linked = f"[{client.name}](#{anchor(client.name)})"
    cells = (linked, environments.version(client), client.registry, ", ".join(asked))
    return f"| {' | '.join((*cells, result, client.remark))} |"


def anchor(heading: str) -> str:
    """Return what a link to a heading of a page ends with."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")[:400]


def sections() -> str:
    """Return the lines of all clients, as they are run, about the question `SHOWN`."""
    from tests.conformance.clients.catalogue import listed

    return "\n".join(_section(client) for client in listed())


def _section(client: Client) -> str:
    told = [f"### {client.name}", ""]
    form = _INSTALLS.get(client.environment.partition("-")[0], "")
    install = client.install or (
        form.format(" ".join(map(_quoted, client.packages))) if client.packages else ""
    )
    if install:
        told += [f"`{install}`", ""]
    elif client.packages:
        told += ["Needs " + ", ".join(f"`{package}`" for package in client.packages) + ".", ""]
    if client.overrides:
        overrides = json.dumps({"overrides": dict(client.overrides)})
        told += [f"with this in `package.json`: `{overrides}`", ""]
    shown: dict[str, Task] = {}
    for task in sorted(client.tasks, key=lambda task: DOES.index(task.does)):
        shown.setdefault(task.lines, task)
    for task in shown.values():
        fence = _FENCES.get(Path(task.lines).suffix, Path(task.lines).suffix[1:])
        told += [f"{_TITLES[task.does].capitalize()}:", "", f"```{fence}"]
        told += [lines.written(task, subject_shown(task)).rstrip("\n"), "```", ""]
    return "\n".join(told)


def _quoted(package: str) -> str:
    return f"'{package}'" if "[" in package else package


def subject_shown(task: Task) -> subjects.Subject:
    """Return what the lines of the paper ask."""
    return subjects.question(task.asks or SHOWN)


def put(text: str, marks: tuple[str, str], page: str) -> str:
    """Return *page* with *text* between the *marks*. Raises ValueError where they are not."""
    before, begin, rest = page.partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not begin or not end:
        raise ValueError(f"{PAGE.name} has no {' … '.join(marks)}.")
    return f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}"


def write(parts: Mapping[tuple[str, str], str], page: Path = PAGE) -> None:
    """Put each of *parts* between its marks."""
    text = page.read_text("utf-8")
    for marks, part in parts.items():
        text = put(part, marks, text)
    page.write_text(text, "utf-8")
