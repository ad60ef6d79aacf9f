"""The queries of ours: one question per file under `queries/`, read once.

Values reach a query as bound terms. Three things are added as text, and never come from a
request: the prefix `own:` of the publication's vocabulary, and LIMIT and OFFSET, which
SPARQL cannot bind and which are written as whole numbers.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "queries"


@cache
def text(name: str, namespace: str) -> str:
    """Return the query *name* for a publication whose vocabulary is *namespace*."""
    body = (FOLDER / f"{name}.rq").read_text("utf-8")
    comment = [line for line in body.splitlines() if line.startswith("#")]
    rest = [line for line in body.splitlines() if not line.startswith("#")]
    return "\n".join([*comment, f"PREFIX own: <{namespace}>", *rest]) + "\n"


def part(name: str, namespace: str, limit: int, offset: int = 0) -> str:
    """Return the query *name* for *limit* rows from *offset*."""
    return f"{text(name, namespace)}LIMIT {limit:d} OFFSET {offset:d}\n"
