"""The query page's own room: questions as a menu, words for completion, names of a result.

The page itself is answered by `sparql`; here is what it shows beside query and answer, and
the three JSON documents its script asks for. Everything comes from the release: prefixes
from the manifest, classes and properties from its VoID and vocabulary, questions from its
graph of questions. A query that is refused is shown in the form again, with its place, so
that a reader without script can mend it; the decision to do that here, by error handlers
for this one address, keeps `sparql` free of pages.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, render_template, request

from renkei.errors import (
    AnswerTooLarge,
    BadRequest,
    DeadlineExceeded,
    NothingAcceptable,
    QueryError,
    RenkeiError,
    StoreUnavailable,
    TooManyRequests,
)
from renkei.language.locale import Language
from renkei.language.messages import counted, translate
from renkei.rdf.formats import GRAPH_FORMATS, HTML, RESULT_FORMATS, Format, by_suffix
from renkei.rdf.iris import PREFIXES, local_name, shorten
from renkei.serve.http.parameters import FORMAT_WORDS
from renkei.serve.pages import views
from renkei.serve.pages.view_models import Link
from renkei.serve.web import problems, responses
from renkei.serve.web.responses import answer
from renkei.serve.web.site import Site, here, reader_language

JSON = Format("json", "application/json", "json", "JSON", "table")
NAMES_MOST = 60  # IRIs that are named in one answer
SHOWN = (QueryError, DeadlineExceeded, AnswerTooLarge, TooManyRequests, StoreUnavailable)

routes = Blueprint("sparql_editor", __name__)


@dataclass(frozen=True)
class EditorQuestion:
    """A competency question as the menu shows it, with its query."""

    slug: str
    number: str
    label: Link
    href: str
    text: str


@dataclass(frozen=True)
class Editor:
    """What the query page shows beside a query and its answer, in one reader's language."""

    site: Site
    lang: Language

    @cached_property
    def questions(self) -> list[EditorQuestion]:
        """The questions of the release, in the order of their numbers."""
        site, lang = self.site, self.lang
        return site.once(f"editor-questions-{lang.tag}", lambda: _questions(site, lang))

    @property
    def chosen(self) -> EditorQuestion | None:
        """The question named by `?question=`."""
        slug = request.args.get("question", "")
        return next((q for q in self.questions if q.slug == slug), None) if slug else None

    @property
    def start(self) -> str:
        """The query the form opens with: that of the chosen question, else a first one."""
        return self.chosen.text if self.chosen else first_query(self.site, self.lang)

    def link(self, iri: str) -> Link:
        """Return a link to *iri* under its name."""
        return views.view_of(self.site, self.lang).link(iri)

    @property
    def words(self) -> str:
        """The words the script says, as JSON."""
        return json.dumps(_words(self.lang), ensure_ascii=False)

    @property
    def formats(self) -> str:
        """The formats an answer can be had in, as JSON: label and suffix."""
        offered = {"table": RESULT_FORMATS, "graph": GRAPH_FORMATS}
        return json.dumps({k: [[f.label, f.suffix] for f in v] for k, v in offered.items()})


def register(app: Flask) -> None:
    """Add the room to *app*: its documents, its view for the page, its refusals."""
    app.register_blueprint(routes)
    app.context_processor(lambda: {"editor": Editor(here(), reader_language())})
    for error in SHOWN:
        app.register_error_handler(error, _refused)


def first_query(site: Site, lang: Language) -> str:
    """Return a query to begin with: what there is, by kind, named in the reader's language."""
    own = site.release.manifest.prefixes.items()
    lines = [f"PREFIX {p}: <{n}>\n" for p, n in own if n == site.reader.namespace]
    return (
        "".join(lines[:1]) + f"PREFIX rdfs: <{PREFIXES['rdfs']}>\n\n"
        "SELECT ?class ?label (COUNT(?thing) AS ?things) WHERE {\n"
        "  ?thing a ?class .\n"
        f'  ?class rdfs:label ?label .\n  FILTER (LANG(?label) = "{lang.tag}")\n'
        "}\nGROUP BY ?class ?label\nORDER BY DESC(?things) ?label\nLIMIT 20\n"
    )


def _questions(site: Site, lang: Language) -> list[EditorQuestion]:
    found = {}
    rows = site.reader.ask("question-texts")
    view = views.view_of(site, lang, site.reader.known(r["question"].value for r in rows))
    for row in rows:
        iri = row["question"].value
        slug = iri.rsplit("/", 1)[-1]
        number = row["number"].value if "number" in row else ""
        href = site.path("sparql", question=slug)
        found[iri] = EditorQuestion(
            slug, number, view.link(iri), href, row["text"].value.strip() + "\n"
        )
    return sorted(
        found.values(), key=lambda q: (int(q.number) if q.number.isdigit() else 10_000, q.slug)
    )


def _completions(site: Site, lang: Language) -> dict[str, object]:
    """Return prefixes, and every class and property that the release declares or uses."""
    prefixes = site.reader.prefixes
    uses = {
        (row["kind"].value, row["term"].value): int(float(row["uses"].value))
        for row in site.reader.ask("described-terms")
    }
    for row in site.reader.ask("own-terms", namespace=ox.Literal(site.reader.namespace)):
        uses.setdefault((row["kind"].value, row["term"].value), 0)
    view = views.view_of(site, lang, site.reader.known(iri for _, iri in uses))
    listed: dict[str, list[dict[str, object]]] = {"class": [], "property": []}
    for (kind, iri), number in sorted(uses.items(), key=lambda u: (-u[1], u[0])):
        entry: dict[str, object] = {"iri": iri, "name": shorten(iri, prefixes)}
        label = view.property_label(iri)
        if label.text != local_name(iri):
            entry["label"] = label.text
        listed[kind].append({**entry, "uses": number})
    return {"prefixes": prefixes, "classes": listed["class"], "properties": listed["property"]}


@routes.get("/sparql/completions.json")
def completions() -> Response:
    """Give prefixes, classes and properties, for completion while a query is written."""
    site, lang = here(), reader_language()

    def make() -> str:
        known = site.once(f"completions-{lang.tag}", lambda: _completions(site, lang))
        return json.dumps(known, ensure_ascii=False)

    return answer(make, JSON, variant=lang.tag, vary=("Accept-Language",))


@routes.get("/sparql/questions.json")
def questions() -> Response:
    """Give the questions with their queries, in the reader's language."""
    editor = Editor(here(), reader_language())

    def make() -> str:
        rows = [
            {"slug": q.slug, "number": q.number, "label": q.label.text, "query": q.text}
            for q in editor.questions
        ]
        return json.dumps({"questions": rows}, ensure_ascii=False)

    return answer(make, JSON, variant=editor.lang.tag, vary=("Accept-Language",))


@routes.get("/sparql/names.json")
def names() -> Response:
    """Give name and page of each `?iri=`, so that a result shows names and not addresses."""
    site, lang = here(), reader_language()
    iris = request.args.getlist("iri")
    if not iris or len(iris) > NAMES_MOST:
        raise BadRequest(
            counted(
                "%(number)s IRI was asked about.", "%(number)s IRIs were asked about.", len(iris)
            ),
            "Ask about 1 to %(most)s at a time.",
            most=NAMES_MOST,
        )

    def make() -> str:
        for iri in iris:
            try:
                ox.NamedNode(iri)
            except ValueError:
                raise BadRequest('"%(iri)s" is not an IRI.', "Send whole IRIs.", iri=iri) from None
        view = views.view_of(site, lang, site.reader.known(iris))
        links = {iri: view.link(iri) for iri in iris}
        found = {i: {"text": x.text, "lang": x.lang, "href": x.href} for i, x in links.items()}
        return json.dumps(found, ensure_ascii=False)

    return answer(make, JSON, variant=lang.tag, vary=("Accept-Language",))


def _refused(error: RenkeiError) -> Response:
    """Show the form again with what was wrong, where a page for a query was asked."""
    asked = request.args.get("query") or ""
    if request.endpoint not in ("sparql.sparql", "sparql.sparql_in") or not asked:
        return problems.refused(error)
    if not _page_wanted():
        return problems.refused(error)
    lang = reader_language()
    line, column = error.facts.get("line"), error.facts.get("column")
    problem = {
        "title": lang.gettext(error.title),
        "detail": translate(
            error.wrong if isinstance(error, QueryError) else error.detail, lang.interface
        ),
        "remedy": translate(error.remedy, lang.interface),
        "line": line,
        "column": column,
    }
    page = render_template(
        "sparql.html",
        query=asked,
        table=None,
        graph=None,
        cut=False,
        downloads=[],
        problem=problem,
        endpoint=f"{here().settings.public}sparql",
    )
    response = responses.made(
        page,
        HTML.content_type,
        status=error.status,
        caching="no-store",
        vary=("Accept", "Accept-Language"),
    )
    response.headers["Content-Language"] = lang.interface
    if "retry_after" in error.facts:
        response.headers["Retry-After"] = str(error.facts["retry_after"])
    return response


def _page_wanted() -> bool:
    offered = (*RESULT_FORMATS, *GRAPH_FORMATS, HTML)
    suffix = (request.view_args or {}).get("suffix")
    if suffix:
        return by_suffix(suffix) is HTML
    try:
        return responses.wanted(None, offered, offered[0], FORMAT_WORDS) is HTML
    except NothingAcceptable:
        return False


def _words(lang: Language) -> dict[str, str]:
    """Return what the script says, by the keys it uses."""
    gettext = lang.gettext
    return {
        "query": gettext("Query"),
        "keys": gettext("Ctrl+Space completes, Ctrl+Enter asks, Esc leaves the text."),
        "asking": gettext("Asking…"),
        "stopped": gettext("Stopped."),
        "rows": gettext("{number} rows in {seconds} s"),
        "row": gettext("1 row in {seconds} s"),
        "none": gettext("No rows."),
        "statements": gettext("The answer is a graph; here it is in Turtle."),
        "yes": gettext("yes"),
        "no": gettext("no"),
        "table": gettext("Table"),
        "chart": gettext("Chart"),
        "map": gettext("Map"),
        "view": gettext("View of the answer"),
        "more": gettext("Show {number} more"),
        "sort": gettext("Sort by {column}"),
        "place": gettext("Line {line}, column {column}"),
        "wrong": gettext("Something is not right in this line."),
        "expected": gettext("Expected here: {tokens}"),
        "unreachable": gettext("The server cannot be reached."),
        "link": gettext("Address of this query"),
        "long": gettext("This query is too long for an address; only its text can be passed on."),
        "value": gettext("Value shown"),
        "chartof": gettext("{value} by {label}"),
        "mapof": gettext("{number} places by latitude and longitude, north at the top"),
        "cut": gettext("The first {number} of {total} are drawn."),
        "find": gettext("Find a question"),
    }
