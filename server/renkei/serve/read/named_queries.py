"""The queries of ours: one question per file under `queries/`, read once.

Values reach a query as bound terms. Three things are added as text, and never come from a
request: the prefix `own:` of the publication's vocabulary, and LIMIT and OFFSET, which
SPARQL cannot bind and which are written as whole numbers.
"""

from __future__ import annotations

from pathlib import Path

from renkei.stores.describe import question

FOLDER = Path(__file__).parent / "queries"


def text(name: str, namespace: str) -> str:
    """Return the query *name* for a publication whose vocabulary is *namespace*."""
    return question(FOLDER / f"{name}.rq", namespace)


def part(name: str, namespace: str, limit: int, offset: int = 0) -> str:
    """Return the query *name* for *limit* rows from *offset*."""
    return f"{text(name, namespace)}LIMIT {limit:d} OFFSET {offset:d}\n"
