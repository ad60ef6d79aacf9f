"""The queries of ours: one question per file under `queries/`, read once.

Values reach a query as bound terms. Three things are added as text, and never come from a
request: the properties that play a role or name things, and LIMIT and OFFSET, which SPARQL
cannot bind and which are written as whole numbers.
"""

from __future__ import annotations

from pathlib import Path

from renkei.naming import DEFAULT, Naming
from renkei.roles import Roles
from renkei.stores.describe import question

FOLDER = Path(__file__).parent / "queries"


def text(name: str, roles: Roles, naming: Naming = DEFAULT) -> str:
    """Return the query *name* for a publication whose properties play *roles*, and name things."""
    return question(FOLDER / f"{name}.rq", roles, naming)


def part(name: str, roles: Roles, limit: int, offset: int = 0, naming: Naming = DEFAULT) -> str:
    """Return the query *name* for *limit* rows from *offset*."""
    return f"{text(name, roles, naming)}LIMIT {limit:d} OFFSET {offset:d}\n"
