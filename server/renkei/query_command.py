"""Ask a query on the command line: of a release, or of any SPARQL endpoint.

Finds the text (given, read, or that of a question), asks the store, and writes the answer
as a table for a terminal or as bytes in a format of `formats`. Knows nothing of click. An
endpoint of others is asked without a release: what a store needs to know of one is made
up from its address.
"""

from __future__ import annotations

import difflib
import io
import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import IO

import pyoxigraph as ox
from rich.console import Console
from rich.table import Table
from rich.text import Text

from renkei.config import Settings
from renkei.errors import NothingAcceptable, NotKnown, QueryError, SourceError
from renkei.language.messages import counted, gettext
from renkei.rdf import formats, iris
from renkei.rdf.formats import CSV, GRAPH_FORMATS, RESULT_FORMATS, RESULTS_JSON, TURTLE, Format
from renkei.release import LAYOUT, Manifest, Release
from renkei.sparql import outline
from renkei.sparql.outline import Form
from renkei.stores import files, open_store
from renkei.stores.base import Limits, Query, Store

TABLE = "table"  # the word for an answer laid out for a terminal
WORDS = (TABLE, *(f.suffix for f in (*RESULT_FORMATS, *GRAPH_FORMATS)))

_DECLARED = re.compile(r"(?im)^\s*PREFIX\s+([\w.-]+):\s*<([^>]+)>")

QUESTIONS = """# What are the queries of the questions? Gives question and text.
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?question ?text WHERE {
  GRAPH ?g { ?question a sh:SPARQLExecutable ; sh:select|sh:ask|sh:construct|sh:describe ?text }
}
ORDER BY ?question
"""


def nowhere(address: str) -> Release:
    """Return a release in name only, for an endpoint that is not known to hold one."""
    manifest = Manifest(
        layout=LAYOUT,
        id="remote",
        root=address,
        dataset=address,
        namespace=address,
        title={},
        version="",
        created="",
        commit=None,
        sources="",
        languages=("en",),
        prefixes={},
        tools={},
        counts={},
        files={},
    )
    return Release(Path(), manifest)


def ask(
    release: Release,
    settings: Settings,
    text: str | None,
    slug: str | None,
    word: str | None,
    out: IO[bytes],
    terminal: Console | None,
) -> None:
    """Ask *text*, or the question *slug*, and write the answer to *out* or *terminal*.

    *word* names the format; without it a terminal gets a table (graphs: Turtle) and
    anything else CSV (graphs: Turtle). Raises QueryError with line and column,
    NothingAcceptable, NotKnown, and what the store raises.
    """
    if text is not None:
        outline.form_of(text)  # a query that is not right is said before a store is opened
    with closing(open_store(release, replace(settings, engines=1))) as store:
        asked = text if text is not None else question(store, slug or "")
        form = outline.form_of(asked)
        drawn = word == TABLE or (word is None and terminal is not None)
        fmt = RESULTS_JSON if drawn and form in ("select", "ask") else _format(word, form)
        if fmt.packed and terminal is not None:
            raise NothingAcceptable(
                "%(format)s is nothing that a terminal shows.",
                "Send it to a file: renkei query … > answer.%(suffix)s",
                suffix=fmt.suffix,
                format=fmt.label,
            )
        limits = Limits(settings.query_seconds, settings.answer_rows, settings.answer_bytes)
        with closing(files.answer(store, release, Query(asked, form), fmt, limits)) as answer:
            if drawn and fmt is RESULTS_JSON:
                prefixes = {**release.manifest.prefixes, **dict(_DECLARED.findall(asked))}
                table = laid_out(b"".join(answer), prefixes)
                if terminal is not None:
                    terminal.print(table)
                    return
                held = Console(file=io.StringIO(), width=200, highlight=False)
                with held.capture() as drawing:
                    held.print(table)
                out.write(drawing.get().encode())
                return
            for part in answer:
                out.write(part)


def question(store: Store, slug: str) -> str:
    """Return the query of the question *slug*. Raises NotKnown, naming near ones."""
    found = {
        r["question"].value.rsplit("/", 1)[-1]: r["text"].value for r in store.select(QUESTIONS)
    }
    if slug in found:
        return found[slug]
    near = difflib.get_close_matches(slug, found, 3, 0.4)
    raise NotKnown(
        'There is no question "%(text)s".',
        "It has no questions."
        if not found
        else "Did you mean %(near)s?"
        if near
        else "See /questions for those there are.",
        text=slug,
        near=near,
    )


def _format(word: str | None, form: Form) -> Format:
    table = form in ("select", "ask")
    if word is None or word == TABLE:
        return CSV if table else TURTLE
    offered = RESULT_FORMATS if table else GRAPH_FORMATS
    found = formats.by_word(word, offered)
    if found not in offered or found is None:
        raise NothingAcceptable.of(word, [f.suffix for f in offered])
    return found


def laid_out(body: bytes, prefixes: dict[str, str]) -> Table | Text:
    """Return the answer to a SELECT or ASK as a terminal shows it, IRIs made short."""
    known = iris.with_known(prefixes)
    answer = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
    if isinstance(answer, ox.QueryBoolean):
        return Text("yes" if answer else "no")
    assert isinstance(answer, ox.QuerySolutions)
    columns = [v.value for v in answer.variables]
    rows = [[solution[c] for c in columns] for solution in answer]
    table = Table(box=None, header_style="bold", pad_edge=False, caption_justify="left")
    for place, column in enumerate(columns):
        numbers = [r[place] for r in rows if r[place] is not None]
        right = bool(numbers) and all(_is_number(n) for n in numbers)
        table.add_column(column, justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shown(term, known)) for term in row))
    table.caption = gettext(
        counted("%(count)s row", "%(count)s rows", len(rows), count=f"{len(rows):,}")
    )
    return table


def _shown(term: object, prefixes: dict[str, str]) -> str:
    if isinstance(term, ox.NamedNode):
        return iris.shorten(term.value, prefixes)
    if isinstance(term, ox.Literal):
        return term.value
    return "" if term is None else str(term)


_NUMBERS = {*iris.INTEGERS, *(iris.PREFIXES["xsd"] + n for n in ("decimal", "double", "float"))}


def _is_number(term: object) -> bool:
    """Say whether *term* is shown as numbers are."""
    return isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS


def pointed(error: QueryError | SourceError, text: str) -> str:
    """Return the line of a text that is not right, with a mark under the place."""
    lines = text.split("\n")
    if error.line is None or not 0 < error.line <= len(lines):
        return ""
    line = lines[error.line - 1].rstrip("\r")
    before = line[: (error.column or 1) - 1]
    gap = "".join("\t" if c == "\t" else "\u3000" if ord(c) > 0x2E80 else " " for c in before)
    return f"{line}\n{gap}^"
