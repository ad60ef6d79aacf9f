"""`/sparql`: the SPARQL 1.1 Protocol for queries, the Service Description, a plain page.

At `/sparql.csv` and its like the suffix is the format, so that the address of an answer can be
given to a program that knows formats by the names of files.

What a request asks is read in `api/sparql_protocol`. Bounds of time, memory and size are the
store's; the share of one client is seen to before a request comes here.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from jinja2 import TemplateNotFound
from markupsafe import Markup, escape

from renkei.config import Settings
from renkei.errors import TooLarge
from renkei.language.messages import counted
from renkei.rdf.formats import (
    GRAPH_FORMATS,
    HTML,
    JSON_LD_FORMS,
    RESULTS_JSON,
    TABLE_FORMATS,
    TURTLE,
    Format,
)
from renkei.release import Release
from renkei.serve.api import linked_data, service_description
from renkei.serve.api.hints import ASKED, address_of, graphs_of, hinter_of, sentences
from renkei.serve.api.sparql_protocol import (
    DOORS,
    Planner,
    QueryPlan,
    SparqlRequest,
    template_key,
    wanted,
)
from renkei.serve.http.compression import Headers
from renkei.serve.http.parameters import FORMAT_WORDS
from renkei.serve.web import response_headers, responses, results
from renkei.serve.web.site import here, reader_language, site_of
from renkei.sparql import outline
from renkei.stores import files
from renkei.stores.base import Answer, FileAnswer, Limits, Query, Store

METHODS = ("GET", "POST", "QUERY")  # HEAD and OPTIONS come with GET
PAGE_ROWS = 500  # rows of a table on a page


class Endpoint:
    """The endpoint of one release: what it has to hand while it answers."""

    def __init__(self, store: Store, release: Release, settings: Settings) -> None:
        self.store = store
        self._release, self._settings = release, settings
        self._planner = Planner(release, settings)
        self._described: dict[str, bytes] = {}  # what the endpoint is, by format

    def answer(self, suffix: str = "") -> Response:
        """Answer the present request in the format of *suffix*, where the address has one."""
        most = self._planner.body_bytes
        body = request.stream.read(most + 1) if request.method in ("POST", "QUERY") else b""
        if len(body) > most:
            raise TooLarge(
                counted(
                    "The body is longer than %(number)s byte.",
                    "The body is longer than %(number)s bytes.",
                    most,
                ),
                "Send a shorter query.",
            )
        accept = request.headers.get("Accept")
        asked = self._planner.read(
            request.method, request.query_string, request.headers.get("Content-Type"), body
        )
        if asked is None:
            return self._without_query(suffix)
        plan = self._planner.plan(asked, accept, suffix)
        request.environ[ASKED] = address_of(plan.query)
        if plan.fmt is HTML:
            return self._page(plan.query, asked, suffix)
        return self._data(plan, suffix)

    def templates(self, app: Flask) -> dict[str, Headers]:
        """Return the headers of a 200 to a query: by format, door, and whether the answer lasts.

        Without ETag, Content-Length and Server-Timing. They are what *app* says once, so that
        each rule about headers has one home.
        """
        return {
            template_key(fmt, lasting, suffix): self._template(app, fmt, lasting, suffix)
            for fmt in (*TABLE_FORMATS, *GRAPH_FORMATS, *JSON_LD_FORMS)
            for lasting in (True, False)
            for suffix in ("", fmt.suffix)
        }

    def _template(self, app: Flask, fmt: Format, lasting: bool, suffix: str) -> Headers:
        with app.test_request_context("/sparql"):
            made = responses.made(
                b"", fmt.content_type, caching=_caching(lasting), vary=_vary(suffix)
            )
            response = response_headers.add_headers(made)
            return [
                (name.lower(), value)
                for name, value in response.headers
                if name.lower() not in ("etag", "content-length")
            ]

    def _data(self, plan: QueryPlan, suffix: str) -> Response:
        query, fmt, limits, lasting, kept_as = plan
        lasting = lasting and request.method in ("GET", "HEAD")
        tag = self._planner.tag(request.query_string.decode("latin-1"), fmt) if lasting else ""
        if lasting and responses.is_known_here(tag):
            return responses.not_modified(tag, vary=_vary(suffix))
        started = time.monotonic()
        found: Answer = files.answer(self.store, self._release, query, fmt, limits)
        waited = (time.monotonic() - started) * 1000
        response = responses.answered(found, fmt, caching=_caching(lasting), vary=_vary(suffix))
        if lasting:
            response.set_etag(tag)
        if kept_as:
            response.headers["Content-Disposition"] = kept_as
        response.headers["Server-Timing"] = f"store;dur={waited:.1f}"
        if found.cut:
            response.headers["Renkei-Partial"] = f"rows={limits.rows}"
        seen = None if response.is_streamed else response.get_data()
        is_empty = isinstance(found, FileAnswer) and found.is_empty
        for name, value in hinter_of(here()).beside(query, seen, is_empty):
            response.headers.add(name.title(), value)
        return response

    def _without_query(self, suffix: str) -> Response:
        if suffix:
            fmt = wanted("describe", (), request.headers.get("Accept"), suffix)
        else:
            fmt = responses.wanted(None, (*GRAPH_FORMATS, HTML), names=FORMAT_WORDS)
        if fmt is HTML:
            return self._page(None, None, suffix)
        if fmt.name not in self._described:  # as long as the release stands it is the same
            told = service_description.describe(self.store, self._release, self._settings)
            self._described[fmt.name] = service_description.write(told, fmt, here().writer)
        body = self._described[fmt.name]
        response = responses.made(
            body, fmt.content_type, caching=responses.FRESH, vary=_vary(suffix)
        )
        response.set_etag(responses.etag(fmt.name))
        return response

    def _page(self, query: Query | None, asked: SparqlRequest | None, suffix: str) -> Response:
        view: dict[str, Any] = {
            "query": asked.text if asked else "",
            "table": None,
            "graph": None,
            "cut": False,
            "endpoint": f"{self._settings.public}sparql",
            "downloads": [],
            "hints": [],
        }
        if query is not None and asked is not None:
            self._fill(view, query, asked)
        try:
            page = render_template("sparql.html", **view)
        except TemplateNotFound as error:
            if error.name != "sparql.html":
                raise
            page = _plain_page(view)
        lasting = query is None or outline.lasts(query.text)
        response = responses.made(
            page,
            HTML.content_type,
            caching=_caching(lasting),
            vary=(*_vary(suffix), "Accept-Language"),
        )
        if view["cut"]:
            response.headers["Renkei-Partial"] = f"rows={PAGE_ROWS}"
        return response

    def _fill(self, view: dict[str, Any], query: Query, asked: SparqlRequest) -> None:
        """Put the first rows or statements of the answer into the view of the page."""
        own = self._planner.limits(asked)
        limits = Limits(own.seconds, min(PAGE_ROWS, own.rows), own.bytes)
        short = Query(query.text, query.form, query.default_graphs, query.named_graphs, True)
        table = query.form in ("select", "ask")
        found: Answer = self.store.answer(short, RESULTS_JSON if table else TURTLE, limits)
        try:
            body = b"".join(found)
        finally:
            found.close()
        view["cut"] = found.cut
        hints = hinter_of(here()).of(query.text, graphs_of(query))
        view["hints"] = sentences(hints, reader_language())
        if table:
            view["table"] = _table(body)
        else:
            view["graph"] = body.decode()
        offered = results.formats_of(body) if table else GRAPH_FORMATS
        view["downloads"] = [
            (f.label, f".{f.suffix}?" + urlencode([("query", query.text)])) for f in offered
        ]


def _caching(lasting: bool) -> str:
    return responses.FRESH if lasting else "no-store"


def _vary(suffix: str) -> tuple[str, ...]:
    return () if suffix else ("Accept",)


@dataclass(frozen=True)
class TableCell:
    """One term of a table as a page shows it."""

    text: str
    href: str | None = None
    language: str = ""


def _table(body: bytes) -> dict[str, Any]:
    answer = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
    if isinstance(answer, ox.QueryBoolean):
        return {"variables": [], "rows": [], "boolean": bool(answer)}
    site = here()
    rows = []
    for solution in answer:
        row = []
        for term in solution:
            if isinstance(term, ox.NamedNode):
                row.append(TableCell(term.value, site.href(term.value)))
            elif isinstance(term, ox.Literal):
                row.append(TableCell(term.value, None, term.language or ""))
            else:
                row.append(TableCell("" if term is None else str(term)))
        rows.append(row)
    return {"variables": [v.value for v in answer.variables], "rows": rows, "boolean": None}


def _plain_page(view: dict[str, Any]) -> str:
    """Return the page for an application without templates: a form and the answer."""
    parts = [
        Markup(
            "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>SPARQL</title>"
            "<h1>SPARQL</h1><form action=sparql><textarea name=query rows=12 cols=80>"
            "{}</textarea><p><button>Ask</button></form>"
        ).format(view["query"])
    ]
    table = view["table"]
    if table and table["boolean"] is not None:
        parts.append(Markup("<p>{}").format("true" if table["boolean"] else "false"))
    elif table:
        head = Markup("").join(Markup("<th>{}").format(v) for v in table["variables"])
        parts.append(Markup("<table><tr>{}").format(head))
        parts.extend(
            Markup("<tr>") + Markup("").join(Markup("<td>{}").format(c.text) for c in row)
            for row in table["rows"]
        )
        parts.append(Markup("</table>"))
    if view["graph"]:
        parts.append(Markup("<pre>{}</pre>").format(view["graph"]))
    parts.extend(Markup("<p>{}").format(said) for said in view["hints"])
    if view["cut"]:
        parts.append(escape(f"The first {PAGE_ROWS} are shown."))
    return str(Markup("\n").join(parts))


routes = Blueprint("sparql", __name__)


@routes.record_once
def _prepare(state: BlueprintSetupState) -> None:
    site = site_of(state)
    state.app.extensions["sparql"] = Endpoint(site.store, site.release, site.settings)


@routes.route("/sparql", methods=METHODS)
def sparql() -> Response:
    """Answer a query, or say what the endpoint is (SPARQL 1.1 Protocol)."""
    endpoint: Endpoint = current_app.extensions["sparql"]
    return endpoint.answer()


@routes.route("/sparql.<suffix>", methods=METHODS)
def sparql_in(suffix: str) -> Response:
    """Answer a query in the format of the suffix, which wins over `Accept` and `format`."""
    if request.path not in DOORS:
        return linked_data.anything(f"sparql.{suffix}")
    endpoint: Endpoint = current_app.extensions["sparql"]
    return endpoint.answer(suffix)
