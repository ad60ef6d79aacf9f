"""`/openapi.json`: what can be asked here, for programs that write programs (OpenAPI 3.1).

Every address comes from the application's own routes, its summary from the docstring of
the function that answers; the table below adds what routes cannot say. So no address can be
forgotten, and none is described that is not there. `/openapi` shows the same document as a
page. HEAD and OPTIONS are answered wherever GET is and are not repeated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, current_app, render_template
from werkzeug.routing import Rule

from renkei.config import Settings
from renkei.language import locale
from renkei.rdf.formats import (
    DOCUMENT_FORMATS,
    GRAPH_FORMATS,
    HTML,
    JSON_LD,
    N_QUADS,
    RESULT_FORMATS,
    TRIG,
    Format,
)
from renkei.serve.api import crawlers, reconciliation
from renkei.serve.http.parameters import FORMAT, READ
from renkei.serve.read import questions
from renkei.serve.web import listings, question_parameters, responses
from renkei.serve.web.responses import answer
from renkei.serve.web.site import Site, dataset_contact, dataset_licence, here, reader_language

JSON = Format(
    "json", "application/json", "json", "JSON", "table", ("application/vnd.oai.openapi+json",)
)
METHODS = ("GET", "POST")  # those OpenAPI 3.1 has words for; QUERY is said in words
LIMITS = (
    "query_seconds",
    "query_memory",
    "query_length",
    "answer_rows",
    "answer_bytes",
    "engines",
    "queue",
    "queue_seconds",
    "client_seconds",
)
TRIED = ("q", "query", "prefix", "queries", "default", "iri")  # parameters an example is tried with
PROBLEM = {"$ref": "#/components/schemas/Problem"}
DOCUMENTS = tuple(f.media_type for f in DOCUMENT_FORMATS)
TABLES = tuple(f.media_type for f in RESULT_FORMATS)
GRAPHS = tuple(f.media_type for f in GRAPH_FORMATS)
LISTS = tuple(f.media_type for f in listings.FORMATS)
PAGE = (HTML.media_type,)
FEEDS = (TRIG.media_type, JSON_LD.media_type, N_QUADS.media_type)
RANGES = (206, 412, 416)  # what a file, or a result, may answer besides
READING = (200, 304, 400, 404, 406, 410, 413, 429, 502, 503, 504)


def _query(name: str, about: str, **schema: Any) -> dict[str, Any]:
    example = schema.pop("example", None)
    required = schema.pop("required", False)
    found: dict[str, Any] = {
        "name": name,
        "in": "query",
        "description": about,
        "schema": schema or {"type": "string"},
    }
    if required:
        found["required"] = True
    if example is not None:
        found["example"] = example
    return found


LANG = _query("lang", "language of names and pages; else Accept-Language decides", type="string")
ONLY = _query("only", "“stated”: only what a source states", type="string", enum=["stated"])
AT = _query(
    "at",
    "a day: the page shows only what held on it",
    type="string",
    format="date",
)
PAGES = _query(
    "page", "which part of a long list, from 1", type="integer", minimum=1, maximum=100000
)
DEPTH = _query(
    "depth",
    "levels of nameless things that the page shows within each other",
    type="integer",
    minimum=1,
    maximum=32,
)
OPEN = _query("open", "what stands open in the tree of what is below", type="string", format="iri")
FROM = _query("from", "entries of a level of that tree to skip", type="integer", minimum=0)
CURSOR = _query("cursor", "suggestions to skip", type="integer", minimum=0, maximum=999999)
ID = _query("id", "an identifier, an IRI, or a prefixed name", type="string", required=True)
PARTIAL = _query("partial", "take the first rows where the bound would refuse", type="boolean")
TIMEOUT = _query(
    "timeout",
    "seconds to spend, up to the budget of the server",
    type="number",
    exclusiveMinimum=0,
    example=5,
)
_DATASET = (
    _query(
        "default-graph-uri",
        "graphs of the default graph",
        type="array",
        items={"type": "string", "format": "uri"},
    ),
    _query(
        "named-graph-uri",
        "named graphs",
        type="array",
        items={"type": "string", "format": "uri"},
    ),
)
_ASKED = (
    _query(
        "query",
        "a SPARQL 1.1 query; without one, the Service Description",
        type="string",
        example="SELECT ?s WHERE { ?s ?p ?o } LIMIT 1",
    ),
    *_DATASET,
)
WORD = _query(
    FORMAT,
    "name, suffix or media type of a format, or a list of these with commas; the first that can "
    "be had wins over Accept, as a suffix of the address does over both",
    type="string",
)
RESULT_WORD = {**WORD, "description": f"{WORD['description']}; also named output and results"}


@dataclass(frozen=True)
class PathNote:
    """What the routes do not say of an address."""

    tag: str
    content: tuple[str, ...]
    parameters: tuple[dict[str, Any], ...] = ()
    also: tuple[int, ...] = ()
    schema: str = ""
    body: str = ""
    note: str = ""
    refused: tuple[str, ...] = ()  # media types of refusals beside problem documents


_DOCUMENT = PathNote("Things", DOCUMENTS, (LANG, ONLY, AT, PAGES, DEPTH, OPEN, FROM))
_CATALOGUE = PathNote(
    "Catalogue",
    DOCUMENTS,
    (
        LANG,
        PAGES,
        _query(
            "modified_since",
            "only what changed since then, an ISO 8601 instant",
            type="string",
        ),
    ),
)
_CKAN = PathNote(
    "Catalogue",
    ("application/json",),
    (
        _query("id", "what an action is about", type="string"),
        _query("q", "words looked for", type="string"),
        _query("fq", "filters", type="string"),
        _query("rows", "rows of an answer", type="integer", minimum=0),
        _query("start", "rows to skip", type="integer", minimum=0),
        _query("sort", "order", type="string"),
    ),
    (403, 409),
    body="ckan",
    refused=("application/json",),
    note="CKAN's action API, read-only; refusals have CKAN's own form.",
)
_RECON = "Reconciliation"
# By rule, as Flask writes it. A rule that is missing here is described by its route alone.
TABLE: dict[str, PathNote] = {
    "/": PathNote("Pages", DOCUMENTS, (LANG,)),
    "/about": PathNote("Pages", DOCUMENTS, (LANG,)),
    "/things": PathNote("Pages", LISTS, (LANG,)),
    "/things.<suffix>": PathNote("Pages", LISTS, (LANG,)),
    "/things/<path:word>": PathNote(
        "Pages",
        LISTS,
        (
            LANG,
            PAGES,
            _query("sort", "the word of a column, `-` before it for the other way", type="string"),
        ),
        note="Columns are also what a list is chosen by: `?word=value`, as its page links to it. "
        "What it does not offer is refused with what it does.",
    ),
    "/search": PathNote(
        "Search",
        ("application/json", *PAGE),
        (
            _query(
                "q",
                "what is looked for: a name, a reading in kana or Latin letters, a code",
                type="string",
                maxLength=200,
            ),
            LANG,
        ),
        schema="Search",
    ),
    "/search.<suffix>": PathNote(
        "Search",
        ("application/json", *PAGE),
        (_query("q", "what is looked for", type="string", maxLength=200), LANG),
        schema="Search",
    ),
    "/id/<path:rest>": PathNote(
        "Things", PAGE, (), (303,), note="Leads to the document that fits Accept."
    ),
    "/doc/<path:rest>": _DOCUMENT,
    "/-/resource": PathNote(
        "Things",
        DOCUMENTS,
        (_query("iri", "an IRI that the release speaks of", type="string", format="uri"), LANG),
        note="For what has no path of its own: an IRI outside the root, or one with a query.",
    ),
    "/<path:rest>": _DOCUMENT,
    "/concept": PathNote("Vocabulary", DOCUMENTS, (LANG, PAGES)),
    "/concept.<suffix>": PathNote("Vocabulary", DOCUMENTS, (LANG, PAGES)),
    "/graph": PathNote("Things", DOCUMENTS, (LANG, PAGES)),
    "/graph.<suffix>": PathNote("Things", DOCUMENTS, (LANG, PAGES)),
    "/graph/<path:rest>": PathNote("Things", DOCUMENTS, (LANG, PAGES)),
    "/ns": PathNote("Vocabulary", DOCUMENTS, (LANG,)),
    "/ns.<suffix>": PathNote("Vocabulary", DOCUMENTS, (LANG,)),
    "/ns/<path:rest>": PathNote("Vocabulary", DOCUMENTS, (LANG,)),
    "/shapes/<path:rest>": PathNote("Vocabulary", DOCUMENTS, (LANG,)),
    "/shapes": PathNote("Vocabulary", DOCUMENTS, (LANG,)),
    "/shapes.<suffix>": PathNote("Vocabulary", DOCUMENTS, (LANG,)),
    "/catalogue": _CATALOGUE,
    "/catalogue.<suffix>": _CATALOGUE,
    "/catalog": PathNote("Catalogue", PAGE, (), (301,)),
    "/catalog.<suffix>": _CATALOGUE,
    "/dataset/<path:rest>": PathNote("Catalogue", DOCUMENTS, (LANG,)),
    "/.well-known/void": PathNote("Catalogue", DOCUMENTS, (LANG, PAGES)),
    "/.well-known/void.<suffix>": PathNote("Catalogue", DOCUMENTS, (LANG, PAGES)),
    "/.well-known/csvm": PathNote("Catalogue", ("text/plain",)),
    "/data.json": PathNote("Catalogue", ("application/json",)),
    "/api": PathNote("Catalogue", ("application/json",)),
    "/api/3": PathNote("Catalogue", ("application/json",)),
    "/api/3/action/<name>": _CKAN,
    "/api/action/<name>": _CKAN,
    "/questions": PathNote("Questions", (*LISTS, *GRAPHS), (LANG,)),
    "/questions.<suffix>": PathNote("Questions", (*LISTS, *GRAPHS), (LANG,)),
    "/questions/<slug>": PathNote(
        "Questions",
        (*TABLES, *DOCUMENTS),
        (LANG,),
        RANGES,
        note=(
            "With a suffix (`.json`, `.csv`, `.xlsx` …) the answer as data; `.ttl` gives the "
            "question itself. Questions with parameters have addresses of their own below."
        ),
    ),
    "/sparql": PathNote(
        "SPARQL",
        (*TABLES, *GRAPHS, *PAGE),
        (
            *_ASKED,
            {**RESULT_WORD, "example": "json"},
            TIMEOUT,
            PARTIAL,
        ),
        (415, *RANGES),
        body="sparql",
        note=(
            "SPARQL 1.1 Protocol. The HTTP method QUERY is answered as POST is. Updates are "
            "refused. A query is stopped at its deadline (504) and never cut silently."
        ),
    ),
    "/sparql.<suffix>": PathNote(
        "SPARQL",
        (*TABLES, *GRAPHS, *PAGE),
        (*_ASKED, TIMEOUT, PARTIAL),
        (415, *RANGES),
        body="sparql",
        note=(
            "As `/sparql`, in the format of the suffix and with a name (`Content-Disposition`): "
            "the address of an answer for programs that know formats by the names of files. A "
            "suffix that does not fit the form of the query is refused (406) with those that do."
        ),
    ),
    "/sparql/completions.json": PathNote("SPARQL", ("application/json",), (LANG,)),
    "/sparql/names.json": PathNote(
        "SPARQL",
        ("application/json",),
        (
            _query(
                "iri",
                "IRIs whose names are wanted; may be given several times",
                type="array",
                items={"type": "string"},
                required=True,
            ),
            LANG,
        ),
    ),
    "/hints": PathNote(
        "SPARQL",
        ("application/json", *PAGE),
        (
            _query(
                "query",
                "a query of which shall be said why it may find nothing, or too much",
                type="string",
                required=True,
                example="SELECT ?s { ?s <http://example.org/nothing> ?o }",
            ),
            *_DATASET,
            LANG,
        ),
    ),
    "/sparql/questions.json": PathNote("SPARQL", ("application/json",), (LANG,)),
    "/graphs": PathNote(
        "SPARQL",
        GRAPHS,
        (
            {
                **_query("default", "the default graph", type="string", example=""),
                "allowEmptyValue": True,
            },
            _query("graph", "IRI of a named graph", type="string", format="uri"),
            RESULT_WORD,
        ),
    ),
    "/dumps/": PathNote("Files", LISTS, (LANG,)),
    "/dumps.<suffix>": PathNote("Files", LISTS, (LANG,)),
    "/tables/": PathNote("Files", LISTS, (LANG,)),
    "/tables.<suffix>": PathNote("Files", LISTS, (LANG,)),
    "/dumps/<path:name>": PathNote("Files", ("*/*",), also=RANGES),
    "/tables/<path:name>": PathNote("Files", ("*/*",), (LANG,), (*RANGES, 303)),
    "/tables/<any:name>": PathNote("Files", ("*/*",), (LANG,), (*RANGES, 303)),
    "/tables/<any:name>.<any:suffix>": PathNote("Files", DOCUMENTS, (LANG,)),
    "/tables/<name>.csv": PathNote("Files", ("text/csv",), also=RANGES),
    "/tables/csv-metadata.json": PathNote("Files", ("application/csvm+json",)),
    "/feeds/<feed>": PathNote("Files", FEEDS, note="What changed, as a Linked Data Event Stream."),
    "/feeds/<feed>.<suffix>": PathNote("Files", FEEDS),
    "/feeds/<feed>/<older>/<newer>/<number>": PathNote("Files", FEEDS),
    "/feeds/releases.atom": PathNote("Files", ("application/atom+xml",), (LANG,)),
    "/releases": PathNote("Files", DOCUMENTS, (LANG,)),
    "/releases.<suffix>": PathNote("Files", DOCUMENTS, (LANG,)),
    "/releases/<release>": PathNote(
        "Files", DOCUMENTS, (LANG,), note="The address with a suffix (`.ttl`) gives data."
    ),
    "/releases/<older>/diff/<newer>": PathNote(
        "Files", ("text/html", "application/json", "application/rdf-patch"), (LANG,)
    ),
    "/releases/<release>/<path:name>": PathNote("Files", ("*/*",), also=RANGES),
    "/releases/<release>/sparql": PathNote(
        "SPARQL", (*TABLES, *GRAPHS, *PAGE), note="The endpoint as it was in that release."
    ),
    "/timegate/<path:address>": PathNote(
        "Files",
        (),
        also=(302,),
        note="Leads to what an address said at `Accept-Datetime`.",
    ),
    "/timemap/<path:address>": PathNote(
        "Files", ("application/link-format", "application/json"), note="The days of an address."
    ),
    "/problems": PathNote("Description", LISTS, (LANG,)),
    "/problems.<suffix>": PathNote("Description", LISTS, (LANG,)),
    "/problems/<code>": PathNote(
        "Description", LISTS, (LANG,), note="The `type` of a problem document leads here."
    ),
    "/context.jsonld": PathNote("Files", ("application/ld+json",), also=RANGES),
    "/pictures/<name>": PathNote("Pages", (*PAGE, "image/svg+xml", "text/csv"), (LANG,)),
    "/report": PathNote("Catalogue", ("application/json", *DOCUMENTS), (LANG,)),
    "/report.<suffix>": PathNote("Catalogue", ("application/json", *DOCUMENTS), (LANG,)),
    "/report/badge.svg": PathNote("Catalogue", ("image/svg+xml",)),
    "/health/live": PathNote("Operation", ("application/json",), schema="Health"),
    "/health/ready": PathNote("Operation", ("application/json",), schema="Health"),
    "/metrics": PathNote("Operation", ("text/plain",)),
    "/openapi.json": PathNote("Description", ("application/json",), (LANG,)),
    "/openapi": PathNote("Description", (*PAGE, "application/json"), (LANG,)),
    "/reconcile": PathNote(
        _RECON,
        ("application/json",),
        (
            _query(
                "queries",
                "a batch of queries as JSON; without it, the manifest",
                type="string",
                contentMediaType="application/json",
            ),
            _query(
                "extend",
                "things and properties whose values are wanted, as JSON",
                type="string",
                contentMediaType="application/json",
            ),
            LANG,
        ),
        (415,),
        body="reconcile",
        note=(f"Reconciliation Service API 0.2. At most {reconciliation.BATCH} queries at a time."),
    ),
    "/reconcile/suggest/<what>": PathNote(
        _RECON,
        ("application/json",),
        (
            _query(
                "prefix",
                "the beginning of a name, reading, code or identifier",
                type="string",
            ),
            CURSOR,
            LANG,
        ),
        schema="Suggestions",
    ),
    "/reconcile/properties": PathNote(
        _RECON,
        ("application/json",),
        (
            _query("type", "a class", type="string"),
            _query("limit", "at most so many", type="integer", minimum=1, maximum=999999),
            LANG,
        ),
        schema="Properties",
    ),
    "/reconcile/preview": PathNote(_RECON, PAGE, (ID, LANG)),
    "/reconcile/view": PathNote(_RECON, PAGE, (ID,), (303,)),
    "/robots.txt": PathNote("Description", ("text/plain",)),
    "/.well-known/security.txt": PathNote("Description", ("text/plain",)),
    "/llms.txt": PathNote("Description", ("text/plain",), (LANG,)),
    "/opensearch.xml": PathNote("Description", ("application/opensearchdescription+xml",), (LANG,)),
    "/sitemap.xml": PathNote("Description", ("application/xml",)),
    "/sitemap-<int:number>.xml": PathNote("Description", ("application/xml",)),
    "/linkset/": PathNote(
        "Description", ("application/linkset+json", "application/linkset"), (LANG,)
    ),
    "/linkset/<path:rest>": PathNote(
        "Description", ("application/linkset+json", "application/linkset"), (LANG,)
    ),
}
HIDDEN = ("/static/<path:filename>", "/mcp")  # files of pages; a protocol of its own

_SUFFIXES = {
    **{
        f"/{name}.<suffix>": ["json", "csv", "html"]
        for name in ("things", "questions", "problems", "dumps", "tables")
    },
    "/search.<suffix>": ["json", "html"],
    "/sparql.<suffix>": [f.suffix for f in (*RESULT_FORMATS, *GRAPH_FORMATS, HTML)],
    "/report.<suffix>": ["ttl", "jsonld", "nt", "rdf", "json", "html"],
    "/catalog.<suffix>": ["ttl", "jsonld", "nt", "rdf", "xml", "n3", "html"],
}
_VARIABLE = re.compile(r'<(?:(\w+)(?:\(((?:[^()"]|"[^"]*")*)\))?:)?(\w+)>')
_WHAT = ["entity", "type", "property"]

routes = Blueprint("openapi", __name__)


@routes.app_context_processor
def fields_of_questions() -> dict[str, Any]:
    """Give templates the fields of the form of a question."""
    return {
        "question_fields": lambda path: question_parameters.fields(
            here(), path.removeprefix("questions/"), reader_language().tag
        )
    }


@routes.get("/openapi.json")
def document() -> Response:
    """Describe every address for programs (OpenAPI 3.1), in the same words for all readers."""
    return answer(
        lambda: json.dumps(described(current_app, here()), ensure_ascii=False, indent=1) + "\n",
        JSON,
        vary=(),
    )


@routes.get("/openapi")
def page() -> Response:
    """Describe every address for people who write programs; for these, as `/openapi.json` does."""
    if responses.wanted(None, (HTML, JSON), HTML) is JSON:
        return document()
    lang = reader_language()
    return answer(
        lambda: render_template(
            "openapi.html", view=shown(described(current_app, here()), _absent(here()))
        ),
        HTML,
        variant=lang.tag,
        vary=("Accept", "Accept-Language"),
    )


def described(app: Flask, site: Site) -> dict[str, Any]:
    """Return the OpenAPI document of *app*."""
    paths: dict[str, dict[str, Any]] = {}
    examples = _examples(site)
    catalogue = question_parameters.of(site)
    for rule in sorted(app.url_map.iter_rules(), key=_order):
        if is_hidden(rule.rule):
            continue
        path = path_of(rule.rule)
        for method in METHODS:
            if method in (rule.methods or ()):
                paths.setdefault(path, {})[method.lower()] = _operation(app, rule, method, examples)
    for question in catalogue.with_parameters():
        paths[f"/{question.path}.{{suffix}}"] = {"get": _question_operation(question)}
    manifest = site.release.manifest
    title = next(iter(manifest.title.values()), manifest.dataset)
    licence = dataset_licence()
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": title,
            "version": f"{manifest.version}+{manifest.id}",
            "summary": manifest.dataset,
            "description": _about(site),
        },
        "servers": [{"url": site.settings.public.rstrip("/")}],
        "tags": [{"name": t} for t in dict.fromkeys(e.tag for e in TABLE.values())],
        "paths": paths,
        "components": {"schemas": SCHEMAS, "responses": _refusals()},
        "x-renkei-limits": {name: getattr(site.settings, name) for name in LIMITS},
        "x-renkei-release": manifest.id,
    }
    if licence:
        document["info"]["license"] = {"name": licence.split("//")[-1].strip("/"), "url": licence}
    contact = dataset_contact()
    if contact:
        mail = contact.address.startswith("mailto:")
        way = (
            {"email": contact.address.removeprefix("mailto:")} if mail else {"url": contact.address}
        )
        document["info"]["contact"] = {"name": contact.name, **way}
    return document


def _order(rule: Rule) -> tuple[bool, str]:
    return rule.rule == "/<path:rest>", rule.rule


def is_hidden(rule: str) -> bool:
    """Say whether a rule is no address for readers: own files, or tables that are not there."""
    return rule in HIDDEN or '<any("-")' in rule


def _about(site: Site) -> str:
    known = {f.name: f.metadata["about"] for f in fields(Settings)}
    rows = "\n".join(
        f"- `{name}`: {getattr(site.settings, name):g} ({known[name]})" for name in LIMITS
    )
    return (
        "Linked open data, read-only. Identifiers are IRIs under "
        f"`{site.root}`; they are served here under the same path. Answers carry a strong ETag "
        "and the release in `Renkei-Release`; every origin may ask (CORS). What is refused is "
        "said as a problem document (RFC 9457). HEAD and OPTIONS are answered wherever GET is."
        f"\n\nLimits of this server:\n\n{rows}\n- `batch`: {reconciliation.BATCH} (queries of one "
        "reconciliation request)\n"
    )


def _operation(app: Flask, rule: Rule, method: str, examples: Mapping[str, Any]) -> dict[str, Any]:
    view = app.view_functions[rule.endpoint]
    words = (view.__doc__ or rule.rule).strip()
    entry = TABLE.get(plain(rule.rule), PathNote("Other", ("*/*",)))
    parameters = [
        _path_parameter(rule.rule, examples, *found) for found in _VARIABLE.findall(rule.rule)
    ]
    if method == "GET":
        parameters += [_with_example(p, examples) for p in entry.parameters]
        reads = READ.get(plain(rule.rule))
        if reads and reads.reads(FORMAT) and not any(p["name"] == FORMAT for p in parameters):
            parameters.append(WORD)
    statuses = [s for s in (*READING, *entry.also) if method == "GET" or s not in (304, *RANGES)]
    if method == "POST" and 415 not in statuses:
        statuses.append(415)
    found: dict[str, Any] = {
        "operationId": _id(method, path_of(rule.rule)),
        "tags": [entry.tag],
        "summary": words.splitlines()[0],
        "parameters": parameters,
        "responses": {str(s): _response(s, entry) for s in sorted(set(statuses))},
    }
    note = "\n\n".join(p for p in ("\n".join(words.splitlines()[1:]).strip(), entry.note) if p)
    if note:
        found["description"] = note
    if method == "POST" and entry.body:
        found["requestBody"] = _body(entry.body, examples)
    return found


def _with_example(parameter: dict[str, Any], examples: Mapping[str, Any]) -> dict[str, Any]:
    """Return *parameter* with the release's own example of it, where there is one."""
    name = parameter["name"]
    return {**parameter, "example": examples[name]} if name in examples else parameter


def _body(name: str, examples: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a POST takes; the batch of a reconciliation asks for a thing of the release."""
    body: dict[str, Any] = BODIES[name]
    if name == "reconcile" and "queries" in examples:
        form = "application/x-www-form-urlencoded"
        given = {**body["content"][form], "example": {"queries": examples["queries"]}}
        return {**body, "content": {form: given}}
    return body


def _id(method: str, path: str) -> str:
    """Return a name for one method of one path."""
    return "-".join([method.lower(), *re.findall(r"[A-Za-z0-9]+", path)])


def path_of(rule: str) -> str:
    """Return a rule as OpenAPI writes a path."""
    return _VARIABLE.sub(r"{\3}", rule)


def plain(rule: str) -> str:
    """Return a rule without what its converters are given, which a release may decide."""
    return _VARIABLE.sub(lambda m: f"<{m[1]}:{m[3]}>" if m[1] else f"<{m[3]}>", rule)


def _path_parameter(
    rule: str, examples: Mapping[str, Any], converter: str, given: str, name: str
) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "minLength": 1}
    if converter == "int":
        schema = {"type": "integer", "minimum": 1}
    elif converter == "any":
        schema = {"type": "string", "enum": [w.strip().strip('"') for w in given.split(",")]}
    elif name == "suffix":
        schema = {
            "type": "string",
            "enum": _SUFFIXES.get(rule, [f.suffix for f in DOCUMENT_FORMATS]),
        }
    elif name == "what":
        schema = {"type": "string", "enum": _WHAT}
    found = {"name": name, "in": "path", "required": True, "schema": schema}
    if plain(rule) in examples:
        found["example"] = examples[plain(rule)]
    if converter == "path":
        found["description"] = "may hold slashes, which are sent as they are"
    return found


def _response(status: int, entry: PathNote) -> dict[str, Any]:
    if status in (301, 302, 304, 303, 206, 416):
        words = {
            304: "What the client has is still right.",
            303: "The document, elsewhere.",
            301: "The address is another now.",
            302: "The answer of that day.",
            206: "The bytes asked for.",
            416: "There are no such bytes.",
        }[status]
        found: dict[str, Any] = {"description": words}
        if status == 206:
            found["content"] = {t: {} for t in entry.content}
        elif status in (301, 302, 303):
            found["headers"] = {"Location": {"schema": {"type": "string", "format": "uri"}}}
        elif status == 416:
            found["content"] = {"application/problem+json": {"schema": PROBLEM}, "text/html": {}}
        return found
    if status != 200 and entry.refused:
        return {
            "description": "The request is not right, or not allowed.",
            "content": {
                "application/problem+json": {"schema": PROBLEM},
                "text/html": {},
                **{t: {} for t in entry.refused},
            },
        }
    if status != 200:
        return {"$ref": f"#/components/responses/{status}"}
    schema = {"schema": {"$ref": f"#/components/schemas/{entry.schema}"}} if entry.schema else {}
    return {
        "description": "The answer.",
        "headers": {
            "ETag": {"schema": {"type": "string"}},
            "Renkei-Release": {"schema": {"type": "string"}},
        },
        "content": {t: (schema if t == "application/json" else {}) for t in entry.content},
    }


def _refusals() -> dict[str, Any]:
    words = {
        400: "The request is not right.",
        404: "Nothing is published here.",
        410: "An earlier release had this; “detail” says which.",
        406: "None of the formats asked for can be had.",
        412: "What stands here is not what the client has.",
        413: "The request is too large.",
        415: "The body is in a format that is not read here.",
        429: "This address has spent its share; see Retry-After.",
        502: "The store behind this server answered wrongly.",
        503: "The store cannot answer now, or the answer is over a bound.",
        504: "The query was stopped at its deadline.",
    }
    found: dict[str, Any] = {}
    for status, text in words.items():
        found[str(status)] = {
            "description": text,
            "content": {"application/problem+json": {"schema": PROBLEM}, "text/html": {}},
        }
        if status in (429, 503):
            found[str(status)]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return found


def _question_operation(question: questions.Question) -> dict[str, Any]:
    entry = PathNote("Questions", TABLES, (LANG,))
    parameters: list[dict[str, Any]] = [
        {
            "name": "suffix",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "enum": [f.suffix for f in RESULT_FORMATS]},
        }
    ]
    parameters += [
        _query(p.name, p.about, **p.schema(), example=p.default_text) for p in question.parameters
    ]
    return {
        "operationId": f"question-{question.slug}",
        "tags": ["Questions"],
        "summary": question.title,
        "description": question.about,
        "parameters": [*parameters, LANG],
        "responses": {str(s): _response(s, entry) for s in sorted((*READING, *RANGES))},
    }


def _examples(site: Site) -> dict[str, Any]:
    """Return an example of each kind of address and of parameters, from the release itself.

    Addresses by rule, parameters by name. What the release has not got has no example.
    """
    iri = _thing(site)
    thing = iri.removeprefix(f"{site.root}id/")
    lang = locale.named(site.languages[0])
    label = site.reader.label(iri, lang.tag) if iri else None
    name = label[0] if label else ""
    slug = next(iter(question_parameters.of(site).slugs), "")
    manifest = site.release.manifest
    dump = next((n.partition("/")[2] for n in manifest.files if n.startswith("dumps/")), "")
    table = next((n.partition("/")[2] for n in manifest.files if n.startswith("tables/")), "")
    found: dict[str, Any] = {
        "/doc/<path:rest>": f"{thing}.ttl" if thing else "",
        "/id/<path:rest>": thing,
        "/questions/<slug>": f"{slug}.json" if slug else "",
        "/dumps/<path:name>": dump,
        "/tables/<path:name>": table,
        "/api/3/action/<name>": "package_list",
        "/api/action/<name>": "package_list",
        "/linkset/<path:rest>": f"doc/{thing}.json" if thing else "",
        "lang": lang.tag,
        "at": manifest.created[:10],
        "modified_since": manifest.created,
        "q": name,
        "prefix": name[:2],
        "iri": [iri] if iri else [],
        "queries": json.dumps({"q0": {"query": name, "limit": 3}}, ensure_ascii=False)
        if name
        else "",
    }
    return {rule: text for rule, text in found.items() if text}


def _absent(site: Site) -> set[str]:
    """Return the paths that answer 404 because the release has no tables, or no concepts."""
    found = set()
    if not any(name.startswith("tables/") for name in site.release.manifest.files):
        found |= {"/tables/csv-metadata.json"}
    if not site.reader.ask("schemes"):
        found |= {"/concept", "/concept.{suffix}"}
    return found


def _thing(site: Site) -> str:
    """Return a thing the publication names as its example, else the first of all; or nothing."""
    named = crawlers.example(site)
    if named:
        return f"{site.root}id/{named}"
    rows = site.reader.ask_part("sitemap", 1, root=ox.Literal(site.root))
    return next(
        (r["thing"].value for r in rows if r["thing"].value.startswith(f"{site.root}id/")), ""
    )


def shown(document: dict[str, Any], absent: Collection[str] = ()) -> dict[str, Any]:
    """Return the document as the page shows it: operations by tag, references resolved.

    Paths that are *absent* have nothing to be tried in this release.
    """
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(
                {
                    "id": operation["operationId"],
                    "path": path,
                    "method": method.upper(),
                    "summary": operation["summary"],
                    "description": operation.get("description", ""),
                    "parameters": [
                        {**p, "kind": _kind(p["schema"])} for p in operation["parameters"]
                    ],
                    "content": list(operation["responses"]["200"].get("content", {})),
                    "statuses": list(operation["responses"]),
                    "try_it": _try_it(path, operation["parameters"])
                    if method == "get" and path not in absent
                    else None,
                }
            )
    return {"info": document["info"], "groups": groups, "limits": document["x-renkei-limits"]}


def _kind(schema: dict[str, Any]) -> str:
    words = [schema.get("format") or schema.get("type", "string")]
    if "enum" in schema:
        words = [" | ".join(str(v) for v in schema["enum"])]
    for name, sign in (("minimum", "≥"), ("maximum", "≤"), ("maxLength", "≤ length")):
        if name in schema:
            words.append(f"{sign} {schema[name]}")
    return " ".join(str(w) for w in words)


def _try_it(path: str, parameters: list[dict[str, Any]]) -> str | None:
    """Return the path with its examples put in; None where one is needed and there is none."""
    asked = {}
    for parameter in parameters:
        name, example = parameter["name"], parameter.get("example")
        if parameter["in"] == "path":
            value = example or next(iter(parameter["schema"].get("enum", [])), "")
            if not value:
                return None
            path = path.replace(f"{{{name}}}", quote(str(value)))
        elif example is not None and (name in TRIED or path.startswith("/questions/")):
            asked[name] = example
        elif parameter.get("required"):
            return None
    asked.pop("lang", None)
    return path + (f"?{urlencode(asked, doseq=True)}" if asked else "")


SCHEMAS: dict[str, Any] = {
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string"},
        },
    },
    "Search": {
        "type": "object",
        "required": ["query", "results"],
        "properties": {
            "query": {"type": "string"},
            "results": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["iri", "name"],
                    "properties": {
                        "iri": {"type": "string", "format": "uri"},
                        "name": {"type": "string"},
                        "reading": {"type": ["string", "null"]},
                        "kinds": {"type": "array", "items": {"type": "string"}},
                    },
                },
            },
        },
    },
    "Suggestions": {
        "type": "object",
        "required": ["result"],
        "properties": {
            "result": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "name"],
                    "properties": {
                        "id": {"type": "string"},
                        "name": {"type": "string"},
                        "description": {"type": "string"},
                    },
                },
            }
        },
    },
    "Properties": {
        "type": "object",
        "required": ["properties"],
        "properties": {
            "type": {"type": "string"},
            "limit": {"type": "integer"},
            "properties": {
                "type": "array",
                "items": {"type": "object", "required": ["id", "name"]},
            },
        },
    },
    "Health": {"type": "object", "required": ["ok"], "properties": {"ok": {"type": "boolean"}}},
}
BODIES: dict[str, Any] = {
    "sparql": {
        "required": True,
        "content": {
            "application/sparql-query": {
                "schema": {"type": "string"},
                "example": "ASK { ?s ?p ?o }",
            },
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["query"],
                    "properties": {"query": {"type": "string"}},
                },
                "example": {"query": "ASK { ?s ?p ?o }"},
            },
        },
    },
    "ckan": {
        "required": False,
        "content": {"application/json": {"schema": {"type": "object"}, "example": {}}},
    },
    "reconcile": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "queries": {"type": "string", "contentMediaType": "application/json"},
                        "extend": {"type": "string", "contentMediaType": "application/json"},
                    },
                },
            }
        },
    },
}
