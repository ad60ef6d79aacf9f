"""What the clients ask, drawn anew for each: a question, a page of all statements, a thing.

The right answers are what `renkei query` says of the release. No two clients ask the same page,
and the draw is that of the seed, so that a run can be had again.
"""

from __future__ import annotations

import functools
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from tests.questions.conftest import QUESTIONS, ROOT

ROWS = 1000  # of a page of all statements
# Every statement without blank nodes, in an order that breaks all ties.
STATEMENTS = """SELECT ?s ?p ?o WHERE {{
  ?s ?p ?o
  FILTER (isIRI(?s) && !isBlank(?o))
}}
ORDER BY ?s ?p ?o
LIMIT {rows}
OFFSET {offset}"""
# The thing whose document is read: with links back, gaps, readings, geometry and sources.
THING = "id/municipality/hokkaido-otaru"


@dataclass(frozen=True)
class Subject:
    """A query of some form, and the address where its answer is to be had in a format."""

    query: str
    path: str = ""
    form: str = "select"

    def address(self, base: str, suffix: str) -> str:
        """Return where a server at *base* gives the answer in the format of *suffix*."""
        if self.path:
            return f"{base}{self.path}.{suffix}"
        asked = urlencode({"query": self.query, "format": suffix}, quote_via=quote)
        return f"{base}sparql?{asked}"


SLUGS = [question.slug for question in QUESTIONS if question.kind == "select"]


def question(slug: str) -> Subject:
    """Return the question of that name."""
    found = next(question for question in QUESTIONS if question.slug == slug)
    return Subject(found.query.strip(), f"questions/{slug}", found.kind)


def page(offset: int) -> Subject:
    """Return a page of all statements."""
    return Subject(STATEMENTS.format(rows=ROWS, offset=offset))


def description() -> Subject:
    """Return what is said of the thing."""
    return Subject(f"DESCRIBE <{ROOT}{THING}>")


def drawn(does: str, draw: random.Random) -> Subject:
    """Return something to be asked by who does that."""
    if does == "page":
        return page(draw.randrange(4 * ROWS))
    return question(draw.choice(SLUGS))


@functools.cache
def answer(release: Path, query: str, suffix: str) -> bytes:
    """Return what `renkei query` answers about the release. Raises SystemExit with its words."""
    program = Path(sys.executable).with_name("renkei")
    words = [str(program), "query", "-", "--of", str(release), "--format", suffix]
    return _output(words, query.encode())


def _output(words: Sequence[str], sent: bytes) -> bytes:
    environ = {n: v for n, v in os.environ.items() if not n.startswith("RENKEI_")}
    done = subprocess.run(words, input=sent, capture_output=True, env=environ, timeout=120)
    if done.returncode:
        raise SystemExit(f"renkei query: {done.stderr.decode('utf-8', 'replace')}")
    return done.stdout
