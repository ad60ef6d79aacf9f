"""The lines to copy: templates that stand once, for the page of a question, the papers and the run.

What a question's page shows lies with the server's templates; the rest in `lines/` beside this.
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.conformance.clients.catalogue import Task
from tests.conformance.clients.subjects import ROOT, THING, Subject

HERE = Path(__file__).with_name("lines")
PAGES = Path(__file__).parents[3] / "server" / "renkei" / "serve" / "pages" / "templates"
PLACES = (PAGES / "client_lines", HERE)
BASE = "http://127.0.0.1:8000/"  # where `make serve` answers
# Where the engines of the papers answer: as they come.
ENGINES = {
    "oxigraph": "http://127.0.0.1:7878/query",
    "fuseki": "http://127.0.0.1:3030/data/query",
    "virtuoso": "http://127.0.0.1:8890/sparql",
}

_templates = Environment(
    loader=FileSystemLoader(PLACES),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_templates.filters["backslashes_doubled"] = lambda text: text.replace("\\", "\\\\")


def written(
    task: Task, subject: Subject, base: str = BASE, engines: dict[str, str] | None = None
) -> str:
    """Return the lines of *task* about *subject*, for a server at *base*."""
    return _templates.get_template(task.lines).render(
        answer=lambda suffix: subject.address(base, suffix),
        form=subject.form,
        query=subject.query,
        endpoint=f"{base}sparql",
        base=base,
        thing=f"{base}{THING}",
        iri=f"{ROOT}{THING}",
        document=lambda suffix: f"{base}{THING.replace('id/', 'doc/', 1)}.{suffix}",
        engines=engines or ENGINES,
        **task.given,
    )
