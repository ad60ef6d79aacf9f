"""The competency questions: their list, and each with its live answer, for people and programs."""

from __future__ import annotations

import itertools
from contextlib import closing
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, render_template, request

from renkei.errors import NotKnown
from renkei.language.locale import Language
from renkei.rdf import iris
from renkei.rdf.formats import (
    GRAPH_FORMATS,
    HTML,
    RESULT_FORMATS,
    RESULTS_JSON,
    Format,
    by_suffix,
)
from renkei.serve.api import linked_data
from renkei.serve.api.sparql_protocol import not_here
from renkei.serve.http import disposition
from renkei.serve.http.parameters import FORMAT
from renkei.serve.pages import client_lines, template_context, view_models, views
from renkei.serve.pages.view_models import Statements
from renkei.serve.read.questions import given
from renkei.serve.read.reader import DCT, RDFS, SCHEMA
from renkei.serve.web import listings, question_parameters, responses, results
from renkei.serve.web.responses import answer, wanted
from renkei.serve.web.site import Site, here, reader_language
from renkei.sparql.outline import Form
from renkei.stores import files
from renkei.stores.base import Limits, Query

routes = Blueprint("questions", __name__)
SHOWN = 200  # rows of an answer on its page
LISTED = (*listings.FORMATS, *GRAPH_FORMATS)  # what the list of questions comes in
COLUMNS = ("number", "question", "keywords", "address", "iri")  # of it as data
SH = iris.PREFIXES["sh"]


@routes.get("/questions")
@routes.get("/questions.<suffix>")
def questions(suffix: str = "") -> Response:
    """List the competency questions; as RDF, with all that is said of each."""
    fmt = listings.wanted(suffix, LISTED)
    if fmt.kind in ("graph", "dataset"):
        site = here()
        return responses.data(
            lambda: site.reader.statements_about(_all(site)).own,
            f"{site.root}questions",
            "questions",
            fmt,
            fmt if suffix else None,
        )
    return listings.answer(fmt, _questions_page, COLUMNS, _questions_rows, "questions", LISTED)


def _questions_page() -> str:
    return render_template("questions.html", rows=_kept_rows())


def _questions_rows() -> list[listings.Row]:
    return [
        {
            "number": row["number"],
            "question": row["link"].text,
            "keywords": row["words"],
            "address": here().addresses.served(row["iri"]),
            "iri": row["iri"],
        }
        for row in _kept_rows()
    ]


def _kept_rows() -> list[dict[str, Any]]:
    site, lang = here(), reader_language()
    rows: list[dict[str, Any]] = site.once(f"questions-{lang.tag}", lambda: _rows(site, lang))
    return rows


def _all(site: Site) -> list[str]:
    return [row["question"].value for row in site.reader.ask("all-questions")]


def _rows(site: Site, lang: Language) -> list[dict[str, Any]]:
    """Return link, number and keywords of each question, by number."""
    questions = _all(site)
    described = site.reader.statements_about(questions)
    view = views.view_of(site, lang, site.reader.known([], described))
    rows: list[dict[str, Any]] = []
    for iri, about in view.statements_of(questions, described).items():
        words = about.by_predicate.get(SCHEMA + "keywords", [])
        number = about.text(DCT + "identifier")
        rows.append(
            {
                "iri": iri,
                "link": view.link(iri),
                "number": number[0] if number else "",
                "words": [w.text for w in words if w.lang == lang.tag],
            }
        )
    return sorted(rows, key=lambda r: int(r["number"]) if r["number"].isdigit() else 10_000)


@routes.get("/questions/<slug>")
def question(slug: str) -> Response:
    """Answer with a question and its live answer; the answer alone under a table's suffix."""
    name, dot, suffix = slug.rpartition(".")
    found = by_suffix(suffix) if dot else None
    site, lang = here(), reader_language()
    words = request.args.getlist(FORMAT)
    if error := not_here((suffix,) if found else words, RESULT_FORMATS):
        raise error
    if found is not None and found.kind == "graph":
        return linked_data.anything(f"questions/{slug}")
    iri = site.addresses.canonical(f"questions/{name if found else slug}")
    iri = site.reader.find(iri) or iri
    fmt = wanted(found, (HTML, *RESULT_FORMATS, *GRAPH_FORMATS), HTML)
    if fmt.kind in ("graph", "dataset"):
        return linked_data.anything(f"questions/{slug}")

    def make() -> str | bytes:
        about = views.read(site, iri, lang)
        text, form = _query(about)
        text = question_parameters.filled(
            site, name if found else slug, request.args.to_dict(flat=False)
        )
        return (
            _question_page(site, about, text, form)
            if fmt is HTML
            else _asked(site, text, form, fmt)
        )

    response = answer(
        make,
        fmt,
        variant=lang.tag,
        vary=("Accept", "Accept-Language"),
        links=[f'<{iri}>; rel="cite-as"'],
    )
    if (found or words) and fmt is not HTML:
        response.headers["Content-Disposition"] = disposition.named(name if found else slug, fmt)
    passed_over = given(request.args)
    if passed_over and not question_parameters.of(site).find(name if found else slug).parameters:
        response.headers["Cache-Control"] = "no-cache"  # it fills no cache with one answer
    return response


def _query(about: Statements) -> tuple[str, Form]:
    for word in ("select", "ask", "construct"):
        text = about.text(SH + word)
        if text:
            form: Form = word
            return text[0], form
    raise NotKnown(
        "%(iri)s is not a question.", "See /questions for those there are.", iri=about.iri
    )


def _asked(site: Site, text: str, form: Form, fmt: Format) -> bytes:
    settings = site.settings
    limits = Limits(settings.query_seconds, settings.answer_rows, settings.answer_bytes)
    with closing(files.answer(site.store, site.release, Query(text, form), fmt, limits)) as found:
        return b"".join(found)


def _question_page(site: Site, about: Statements, text: str, form: Form) -> str:
    iri, view = about.iri, about.view
    comment = about.text(RDFS + "comment")
    abstract = about.text(SCHEMA + "abstract")
    number = about.text(DCT + "identifier")
    path = iri[len(site.root) :]
    body = _asked(site, text, form, RESULTS_JSON) if form != "construct" else b""
    columns, rows, verdict = _live(site, view.lang, body) if body else ([], [], None)
    chosen = given(request.args)
    return render_template(
        "question.html",
        iri=iri,
        title=view.link(iri).text,
        statements=about,
        comment=comment[0] if comment else "",
        abstract=abstract[0] if abstract else "",
        number=number[0] if number else "",
        text=text.strip(),
        columns=columns,
        rows=rows,
        verdict=verdict,
        total=len(rows),
        path=path,
        client_lines=client_lines.of_question(site, path, form, chosen),
        sources=[view.link(s) for s in about.objects(DCT + "source")],
        formats=[
            (
                f.label,
                f.media_type,
                site.path(f"{path}.{f.suffix}", **chosen),
            )
            for f in (results.formats_of(body) if body else ())
        ],
        alternates=template_context.formats_of(path),
    )


def _live(
    site: Site, lang: Language, body: bytes
) -> tuple[list[str], list[list[view_models.Value | None]], bool | None]:
    found = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return [], [], bool(found)
    assert isinstance(found, ox.QuerySolutions)
    names = [v.value for v in found.variables]
    terms: list[list[Any]] = [[s[name] for name in names] for s in itertools.islice(found, SHOWN)]
    named = (t.value for row in terms for t in row if isinstance(t, ox.NamedNode))
    view = views.view_of(site, lang, site.reader.known(named))
    rows = [[view.written("", t) if t is not None else None for t in row] for row in terms]
    return names, rows, None
