"""Lines to copy that fetch an answer, for each language that people ask from.

The lines are the templates of `templates/client_lines/`, given the address of the answer; the same
stand in `docs/clients.md`. They name the public address of this server, as whoever copies
them is elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin

from flask import render_template

from renkei.serve.web.site import Site
from renkei.sparql.outline import Form

LINES = (
    ("curl", "curl.sh"),
    ("Python, pandas", "pandas.py"),
    ("R", "r.R"),
    ("JavaScript", "javascript.mjs"),
    ("DuckDB", "duckdb.sql"),
    ("Java", "java.java"),
)
TABLES = ("pandas.py", "r.R", "duckdb.sql")  # read a table, which yes or no is not


def of_question(site: Site, path: str, form: Form, given: dict[str, str]) -> list[tuple[str, str]]:
    """Return the lines that fetch the answer to the question at *path*, each with its language.

    *given* are the parameters it was asked with. There are none for a question that is
    answered with a graph.
    """

    def answer(suffix: str) -> str:
        address = urljoin(site.addresses.public, site.path(f"{path}.{suffix}", **given))
        return address.replace("'", "%27")  # it stands between quotes

    return [] if form == "construct" else _written(answer, form)


def _written(answer: Callable[[str], str], form: Form) -> list[tuple[str, str]]:
    return [
        (language, render_template(f"client_lines/{name}", answer=answer, form=form).strip())
        for language, name in LINES
        if form == "select" or name not in TABLES
    ]
