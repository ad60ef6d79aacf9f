"""`/sparql`: the SPARQL 1.1 Protocol for queries, the Service Description, a plain page.

`read` turns a request into what was asked and refuses what the protocol forbids; it knows
nothing of Flask. Bounds of time, memory and size are the store's; the share of one client
is checked here, before the store is asked.
"""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass, replace
from email.message import Message
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, render_template, request
from flask.blueprints import BlueprintSetupState
from jinja2 import TemplateNotFound
from markupsafe import Markup, escape

from renkei import __version__, formats, queries
from renkei.config import Settings
from renkei.errors import (
    BadRequest,
    NothingAcceptable,
    QueryError,
    RenkeiError,
    StoreUnavailable,
    TooLarge,
    WrongMediaType,
)
from renkei.formats import GRAPH_FORMATS, HTML, RESULTS_JSON, TABLE_FORMATS, TURTLE, Format
from renkei.language import messages
from renkei.language.messages import counted, message
from renkei.release import Release
from renkei.serve import cache, problems, service, site
from renkei.serve import limits as client_limits
from renkei.serve.negotiate import choose
from renkei.stores.base import Answer, Form, Limits, Query, Store

FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
METHODS = ("GET", "POST", "QUERY")  # HEAD and OPTIONS come with GET
BEGUN = "renkei.begun"  # in the environ: what the fast lane has of the answer, or its error
SHORT = 16_000  # characters of a query that the fast lane takes
PAGE_ROWS = 500  # rows of a table on a page
_WORDS: dict[str, Format] = {"json": formats.JSON_LD, "xml": formats.RDF_XML}


class Asked(NamedTuple):
    """What a request asks: the query, its dataset, and what is wished of the answer."""

    text: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    word: str | None
    seconds: float | None
    partial: bool


class Plan(NamedTuple):
    """What is to be done for a request: the query, the format, and the bounds it has.

    *lasting* says that the same query gives the same answer as long as the release stands.
    """

    query: Query
    fmt: Format
    limits: Limits
    lasting: bool


def read(
    method: str, query_string: bytes, content_type: str | None, body: bytes, most: int
) -> Asked | None:
    """Return what a request to `/sparql` asks; None for a GET that asks nothing.

    Follows SPARQL 1.1 Protocol 2.1; QUERY is read as POST is. *most* is the length a
    query may have. Raises BadRequest, QueryError, WrongMediaType or TooLarge.
    """
    fields = list(_fields(query_string, message("the address")))
    if method in ("POST", "QUERY"):
        fields += _sent(content_type, body, any(name == "query" for name, _ in fields))
    if any(name == "update" for name, _ in fields):
        raise BadRequest(
            "Updates are not taken: this endpoint answers queries.",
            "The data is changed by packing a new release.",
        )
    texts = [value for name, value in fields if name == "query"]
    if len(texts) > 1:
        raise BadRequest(
            counted("%(number)s query was sent.", "%(number)s queries were sent.", len(texts)),
            "Send one query at a time.",
        )
    if not texts:
        if method in ("POST", "QUERY"):
            raise BadRequest("No query was sent.", "Name it in the field “query”.")
        return None
    if len(texts[0].encode()) > most:
        raise TooLarge(
            counted(
                "The query is longer than %(number)s byte.",
                "The query is longer than %(number)s bytes.",
                most,
            ),
            "Send a shorter one.",
        )
    default = _graphs(fields, "default-graph-uri")
    named = _graphs(fields, "named-graph-uri")
    given = default is not None or named is not None
    return Asked(
        texts[0],
        (default or ()) if given else None,
        (named or ()) if given else None,
        _last(fields, "format") or _last(fields, "output"),
        _seconds(_last(fields, "timeout")),
        (_last(fields, "partial") or "").lower() in ("true", "1", "yes"),
    )


def _sent(content_type: str | None, body: bytes, asked: bool) -> tuple[tuple[str, str], ...]:
    """Return the fields that *body* sends; *asked* says that the address has a query already.

    Raises BadRequest and WrongMediaType.
    """
    media_type, charset = _media_type(content_type)
    if charset not in ("", "utf-8", "utf8"):
        raise WrongMediaType("The body is in %(charset)s.", "Send it in UTF-8.", charset=charset)
    if media_type == FORM:
        return _fields(body, message("the form"))
    if media_type == DIRECT:
        if asked:
            raise BadRequest(
                "A query stands in the address and another in the body.",
                "Send one query at a time.",
            )
        return (("query", _text(body, message("the body"))),)
    if media_type == "application/sparql-update":
        raise WrongMediaType(
            "Updates are not taken: this endpoint answers queries.",
            "The data is changed by packing a new release.",
        )
    raise WrongMediaType(
        "A body of %(media_type)s." if media_type else "A body without Content-Type.",
        "Send %(direct)s, or a form as %(form)s.",
        media_type=media_type,
        direct=DIRECT,
        form=FORM,
    )


def _media_type(header: str | None) -> tuple[str, str]:
    if not header:
        return "", ""
    read = Message()
    read["Content-Type"] = header
    return read.get_content_type(), str(read.get_param("charset") or "").lower()


def _text(data: bytes, where: messages.Message) -> str:
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise BadRequest(
            "Byte %(number)s of %(where)s is not UTF-8.",
            "Send UTF-8.",
            number=error.start,
            where=where,
        ) from None


def _fields(data: bytes, where: messages.Message) -> tuple[tuple[str, str], ...]:
    try:
        return cache.fields(_text(data, where))
    except UnicodeDecodeError as error:
        raise BadRequest(
            "A percent-encoded value in %(where)s is not UTF-8.", "Encode UTF-8 bytes.", where=where
        ) from error


def _last(fields: list[tuple[str, str]], name: str) -> str | None:
    return next((value for key, value in reversed(fields) if key == name and value), None)


def _graphs(fields: list[tuple[str, str]], name: str) -> tuple[str, ...] | None:
    found = tuple(value for key, value in fields if key == name)
    for iri in found:
        try:
            ox.NamedNode(iri)
        except ValueError as error:
            raise BadRequest(
                '%(name)s "%(iri)s" is not an IRI: %(detail)s.',
                "Send a whole IRI.",
                name=name,
                iri=iri,
                detail=error,
            ) from None
    return found or None


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not seconds > 0 or math.isinf(seconds):
        raise BadRequest(
            'timeout is "%(text)s".', "A number of seconds above 0 was expected.", text=text
        )
    return seconds


@lru_cache(maxsize=1024)
def wanted(form: Form, word: str | None, accept: str | None) -> Format:
    """Return the format of an answer to a query of *form*; *word* wins over *accept*.

    A page is given only to who names it. Raises NothingAcceptable.
    """
    offered = TABLE_FORMATS if form in ("select", "ask") else GRAPH_FORMATS
    default = offered[0]
    if word is not None:
        found = formats.by_word(word, (*offered, HTML))
        if found not in offered and offered is GRAPH_FORMATS:
            found = _WORDS.get(word.lower(), found)
        if found is HTML or found in offered:
            return found
        raise NothingAcceptable(word, [f.suffix for f in offered])
    return choose(accept, (*offered, HTML), default)


def blueprint(store: Store, release: Release, settings: Settings) -> Blueprint:
    """Return the blueprint of `/sparql` for one release."""
    endpoint = Endpoint(store, release, settings)
    routes = Blueprint("sparql", __name__)
    routes.add_url_rule("/sparql", "sparql", endpoint.answer, methods=METHODS)

    @routes.record_once
    def join(state: BlueprintSetupState) -> None:
        endpoint.budget = state.app.extensions["renkei"].budget
        state.app.extensions["sparql"] = endpoint

    return routes


class Endpoint:
    """The endpoint of one release: what it has to hand while it answers."""

    def __init__(self, store: Store, release: Release, settings: Settings) -> None:
        self.store = store
        self._release, self._settings = release, settings
        self.budget: client_limits.Budget  # the site's, which comes with the application
        self._described: list[ox.Quad] | None = None
        self._templates: dict[tuple[str, bool, bool], cache.Headers] = {}
        self._usual = Limits(settings.query_seconds, settings.answer_rows, settings.answer_bytes)
        self._seal = "\n".join((release.manifest.id, __version__, settings.public, ""))

    def answer(self) -> Response:
        """Answer the present request."""
        most = self._settings.query_length
        body = request.stream.read(3 * most + 1) if request.method in ("POST", "QUERY") else b""
        if len(body) > 3 * most:  # a query in a form may be written three times as long
            raise TooLarge(
                counted(
                    "The body is longer than %(number)s byte.",
                    "The body is longer than %(number)s bytes.",
                    3 * most,
                ),
                "Send a shorter query.",
            )
        accept = request.headers.get("Accept")
        asked = read(
            request.method, request.query_string, request.headers.get("Content-Type"), body, most
        )
        if asked is None:
            return self._without_query(accept)
        plan = self.plan(asked, accept)
        if plan.fmt is HTML:
            return self._page(plan.query, asked)
        return self._data(plan)

    def plan(self, asked: Asked, accept: str | None, form: Form | None = None) -> Plan:
        """Return what is to be done for *asked*, whose *form* may be known already.

        Raises QueryError or NothingAcceptable.
        """
        form = form or queries.form_of(asked.text)
        fmt = wanted(form, asked.word, accept)
        query = Query(asked.text, form, asked.default_graphs, asked.named_graphs, asked.partial)
        return Plan(query, fmt, self._limits(asked), queries.lasts(asked.text))

    def _limits(self, asked: Asked) -> Limits:
        if asked.seconds is None or asked.seconds >= self._usual.seconds:
            return self._usual
        return replace(self._usual, seconds=asked.seconds)

    def planned(self, query_string: str, accept: str) -> Plan | None:
        """Return the plan of a GET that the fast lane may answer; None for any other.

        The rest is Flask's: pages, descriptions of the service, what reaches a SERVICE,
        very long queries, and everything that is wrong.
        """
        try:
            asked = read("GET", query_string.encode(), None, b"", self._settings.query_length)
            if asked is None or len(asked.text) > SHORT:
                return None
            plan = self.plan(asked, accept or None, queries.plain(asked.text))
        except RenkeiError:
            return None
        if plan.fmt is HTML or queries.services(asked.text):
            return None
        return plan

    def tag(self, query_string: str, fmt: Format) -> str:
        """Return the strong ETag of the answer to a GET: release, address, format."""
        asked = f"{self._seal}{cache.normal(query_string)}\n{fmt.name}"
        return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()[:24]

    def client(self, address: str, forwarded: str | None) -> str:
        """Return the key of the client at *address*."""
        return client_limits.client(address, forwarded, self._settings.trusted_proxies)

    def headers(self, app: Flask, fmt: Format, lasting: bool, cut: bool) -> cache.Headers:
        """Return the headers of a 200 but its ETag, Content-Length and Server-Timing.

        They are what *app* says once, so that each rule about headers has one home.
        """
        found = self._templates.get((fmt.name, lasting, cut))
        if found is None:
            with app.test_request_context("/sparql"):
                response = self._finished(Response(b""), fmt, lasting)
                if cut:
                    response.headers["Renkei-Partial"] = f"rows={self._settings.answer_rows}"
                problems.dress(response)
                found = [
                    (name.lower(), value)
                    for name, value in response.headers
                    if name.lower() not in ("etag", "content-length")
                ]
            self._templates[fmt.name, lasting, cut] = found
        return found

    def _data(self, plan: Plan) -> Response:
        query, fmt, limits, lasting = plan
        lasting = lasting and request.method in ("GET", "HEAD")
        tag = self.tag(request.query_string.decode("latin-1"), fmt) if lasting else ""
        if lasting and _is_known(tag):
            response = Response(status=304)
        else:
            response = self._asked(query, fmt, limits)
        if lasting:
            response.set_etag(tag)
        return self._finished(response, fmt, lasting)

    def _finished(self, response: Response, fmt: Format, lasting: bool) -> Response:
        if response.status_code == 200:
            response.headers["Content-Type"] = fmt.content_type
        response.headers["Cache-Control"] = site.FRESH if lasting else "no-store"
        response.vary.add("Accept")
        return response

    def _asked(self, query: Query, fmt: Format, limits: Limits) -> Response:
        begun = request.environ.get(BEGUN)
        key = self.client(request.remote_addr or "", request.headers.get("X-Forwarded-For"))
        if begun is None:
            self.budget.check(key)
        started = time.monotonic()
        try:
            if isinstance(begun, QueryError):
                raise queries.located(query.text, begun)
            if isinstance(begun, RenkeiError):
                raise begun
            answer: Answer = begun or self.store.answer(query, fmt, limits)
        except RenkeiError as error:
            if not (isinstance(error, StoreUnavailable) and error.facts.get("bound") == "engines"):
                self.budget.charge(key, time.monotonic() - started)
            raise
        waited = (time.monotonic() - started) * 1000
        response: Response
        if getattr(answer, "complete", False):
            response = Response(b"".join(self.budget.paid(key, answer, started)))
        else:
            response = Response(self.budget.paid(key, answer, started))
            response.call_on_close(answer.close)
        response.headers["Server-Timing"] = f"store;dur={waited:.1f}"
        if answer.cut:
            response.headers["Renkei-Partial"] = f"rows={limits.rows}"
        return response

    def _without_query(self, accept: str | None) -> Response:
        word = request.args.get("format") or request.args.get("output")
        fmt = formats.by_word(word) if word else None
        if fmt not in (*GRAPH_FORMATS, HTML):
            fmt = choose(accept, (*GRAPH_FORMATS, HTML), TURTLE)
        assert fmt is not None
        if fmt is HTML:
            return self._page(None, None)
        if self._described is None:
            self._described = service.describe(self.store, self._release, self._settings)
        body = service.write(self._described, fmt, self._release)
        response = Response(body, content_type=fmt.content_type)
        response.set_etag(site.etag(fmt.name))
        response.headers["Cache-Control"] = site.FRESH
        response.vary.add("Accept")
        return response

    def _page(self, query: Query | None, asked: Asked | None) -> Response:
        view: dict[str, Any] = {
            "query": asked.text if asked else "",
            "table": None,
            "graph": None,
            "cut": False,
            "endpoint": f"{self._settings.public}sparql",
            "downloads": [],
        }
        if query is not None and asked is not None:
            self._fill(view, query, asked)
        try:
            page = render_template("sparql.html", **view)
        except TemplateNotFound as error:
            if error.name != "sparql.html":
                raise
            page = _plain_page(view)
        response = Response(page, content_type=HTML.content_type)
        changing = query is not None and not queries.lasts(query.text)
        response.headers["Cache-Control"] = "no-store" if changing else site.FRESH
        response.headers["Renkei-Partial"] = f"rows={PAGE_ROWS}"
        if not view["cut"]:
            del response.headers["Renkei-Partial"]
        response.vary.add("Accept")
        response.vary.add("Accept-Language")
        return response

    def _fill(self, view: dict[str, Any], query: Query, asked: Asked) -> None:
        """Put the first rows or statements of the answer into the view of the page."""
        own = self._limits(asked)
        limits = Limits(own.seconds, min(PAGE_ROWS, own.rows), own.bytes)
        short = Query(query.text, query.form, query.default_graphs, query.named_graphs, True)
        table = query.form in ("select", "ask")
        response = self._asked(short, RESULTS_JSON if table else TURTLE, limits)
        body = response.get_data()
        view["cut"] = "Renkei-Partial" in response.headers
        if table:
            view["table"] = _table(body)
        else:
            view["graph"] = body.decode()
        offered = TABLE_FORMATS if table else GRAPH_FORMATS
        view["downloads"] = [
            (f.label, "?" + urlencode([("query", query.text), ("format", f.suffix)]))
            for f in offered
        ]


def _is_known(tag: str) -> bool:
    return cache.is_known(request.headers.get("If-None-Match", ""), tag)


@dataclass(frozen=True)
class Cell:
    """One term of a table as a page shows it."""

    text: str
    href: str | None = None
    language: str = ""


def _table(body: bytes) -> dict[str, Any]:
    answer = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
    if isinstance(answer, ox.QueryBoolean):
        return {"variables": [], "rows": [], "boolean": bool(answer)}
    here = site.here()
    rows = []
    for solution in answer:
        row = []
        for term in solution:
            if isinstance(term, ox.NamedNode):
                row.append(Cell(term.value, here.href(term.value)))
            elif isinstance(term, ox.Literal):
                row.append(Cell(term.value, None, term.language or ""))
            else:
                row.append(Cell("" if term is None else str(term)))
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
    if view["cut"]:
        parts.append(escape(f"The first {PAGE_ROWS} are shown."))
    return str(Markup("\n").join(parts))
