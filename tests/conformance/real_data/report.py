"""Print what a run has found, and write it into docs/conformance-real-data.md."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from tests.conformance.real_data.asking import Faults
from tests.conformance.real_data.publications import Publication

BEGIN, END = "<!-- found: written by make conformance REAL=… -->", "<!-- end -->"
COLUMNS = ("name", "statements", "subjects", "packed in s", "MB", "requests", "slowest page, s",
           "in four clicks", "what is wrong")  # fmt: skip


@dataclass
class Row:
    """What one publication came to."""

    publication: Publication
    faults: Faults = field(default_factory=Faults)
    statements: int = 0
    subjects: int = 0
    seconds: float = 0.0
    megabytes: float = 0.0
    requests: int = 0
    slowest: float = 0.0
    reached: str = "—"

    def cells(self) -> tuple[str, ...]:
        """Return the line of the table."""
        wrong = ", ".join(f"{n}×{kind}" for kind, n in sorted(self.faults.number.items()))
        return (self.publication.name, f"{self.statements:,}", f"{self.subjects:,}",
                f"{self.seconds:.1f}", f"{self.megabytes:.0f}", f"{self.requests:,}",
                f"{self.slowest:.2f}", self.reached, wrong or "nothing")  # fmt: skip


def page(rows: list[Row], sampled: int) -> str:
    """Return the table and the examples in Markdown."""
    lines = []
    if sampled:
        lines += [f"At most {sampled} subjects of each were asked for (`AT_MOST`).", ""]
    lines += [f"| {' | '.join(COLUMNS)} |", "|" + "---|" * len(COLUMNS)]
    lines += [f"| {' | '.join(cell.replace('|', '&#124;') for cell in row.cells())} |"
              for row in rows]  # fmt: skip
    kinds: dict[str, list[Row]] = {}
    for row in rows:
        for kind in row.faults.number:
            kinds.setdefault(kind, []).append(row)
    if kinds:
        lines += ["", "| what is wrong | how often | where | first example |", "|---|---|---|---|"]
    for kind, where in sorted(kinds.items()):
        number = sum(row.faults.number[kind] for row in where)
        example = where[0].faults.example[kind].replace("|", "&#124;").replace("\n", " ")
        names = ", ".join(row.publication.name for row in where)
        lines.append(f"| {kind} | {number:,} | {names} | `{example[:300]}` |")
    return "\n".join(lines)


def write(text: str, target: Path) -> None:
    """Put *text* between the marks of *target*."""
    whole = target.read_text("utf-8")
    marked = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    if not marked.search(whole):
        raise SystemExit(f"{target} has no place for what was found: {BEGIN} … {END}")
    made = marked.sub(lambda _: f"{BEGIN}\n{text}\n{END}", whole)
    target.write_text(made, "utf-8")
