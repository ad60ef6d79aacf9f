"""Which query parameters an address reads: the one list of them, and an address without others.

What an address does not read makes no other answer, so it is taken out before an answer is looked
for, remembered or made. Paths are matched by Werkzeug, as the application matches them. Whether
the list is true is tested by recording what each address reads. Bodies are not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote, unquote_plus

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect, Rule

from renkei.rdf import iris

LONGEST = 1_000  # letters of an address whose reading is remembered
REMEMBERED = 4096
RESERVED = "renkei.reserved"  # in the environment: a page of the program is asked for
LANG = "lang"  # read everywhere: an error is told in the reader's language
FORMAT = "format"  # what an answer is wished in, at every address that gives more than one
# The same by the names of other endpoints; clients send all of them. In the order in which they
# count, which is that of names: an address is remembered whatever order it has.
FORMAT_WORDS = (FORMAT, "output", "results")


class Reads(NamedTuple):
    """What one address reads: *names*, of each its *first* value, or *every* name but *not_names*.

    Where *first* is false, a name may stand more than once; a wish for a format always may.
    """

    names: frozenset[str] = frozenset()
    first: bool = True
    every: bool = False
    not_names: frozenset[str] = frozenset()

    def reads(self, name: str) -> bool:
        """Say whether the parameter *name* counts."""
        return (self.every and name not in self.not_names) or name in self.names or name == LANG


def _only(*names: str) -> Reads:
    return Reads(frozenset(names))


def _formed(*names: str) -> Reads:
    return Reads(frozenset((FORMAT, *names)))


_NOTHING = Reads()
_FORMED = _formed()
_ALL = Reads(every=True, first=False)
_DOCUMENT = _formed("only", "at", "page", "depth", "open", "from")
_PAGED = _formed("page")
_CATALOGUE = _formed("page", "modified_since", "profiles")
_FILE = _only("download")
_CKAN = Reads(
    frozenset(("id", "name_or_id", "name", "q", "fq", "fq_list", "rows", "start", "sort"))
    | {"facet.field", "facet_field", "limit", "offset", "all_fields", "include_datasets", "query"}
    | {"resource_id", "filters", "fields", "include_total", "records_format"},
    first=False,
)
# A question has parameters of its own, and refuses names that it does not know.
_QUESTION = Reads(
    first=False,
    every=True,
    not_names=frozenset(("download", "page", "only", "at")),
)
_SPARQL = Reads(
    frozenset(("query", "default-graph-uri", "named-graph-uri", "timeout", *FORMAT_WORDS))
    | {"partial", "question", "update"},  # the last is read to be refused
    first=False,
)

OF_A_RELEASE = "/releases/<release>/<path:name>"
# By rule, as Flask writes it, without what its converters are given.
READ: dict[str, Reads] = {
    "/": _FORMED,
    "/.well-known/csvm": _NOTHING,
    "/.well-known/security.txt": _NOTHING,
    "/.well-known/void": _PAGED,
    "/.well-known/void.<suffix>": _PAGED,
    "/<path:rest>": _DOCUMENT,
    "/about": _FORMED,
    "/api": _NOTHING,
    "/api/3": _NOTHING,
    "/api/3/action/<name>": _CKAN,
    "/api/action/<name>": _CKAN,
    "/catalog": _CATALOGUE,
    "/catalog.<suffix>": _CATALOGUE,
    "/catalogue": _CATALOGUE,
    "/catalogue.<suffix>": _CATALOGUE,
    "/concept": _PAGED,
    "/concept.<suffix>": _PAGED,
    "/context.jsonld": _FILE,
    "/dataset/<path:rest>": _DOCUMENT,
    "/doc/<path:rest>": _DOCUMENT,
    "/-/resource": _formed("iri", "only", "at", "page", "depth", "open", "from"),
    "/dumps.<suffix>": _FORMED,
    "/data.json": _NOTHING,
    "/dumps/": _FORMED,
    "/dumps/<path:name>": _FILE,
    "/feeds/<feed>": _FORMED,
    "/feeds/<feed>.<suffix>": _FORMED,
    "/feeds/<feed>/<older>/<newer>/<number>": _FORMED,
    "/feeds/releases.atom": _NOTHING,
    "/graph": _PAGED,
    "/graph.<suffix>": _PAGED,
    "/graph/<path:rest>": _PAGED,
    "/graphs": Reads(frozenset(("default", "graph", *FORMAT_WORDS)), first=False),
    "/hints": Reads(frozenset(("query", "default-graph-uri", "named-graph-uri")), first=False),
    "/health/live": _NOTHING,
    "/health/ready": _NOTHING,
    "/id/<path:rest>": _DOCUMENT,  # leads to the document, and hands on what that reads
    "/linkset/": _FORMED,
    "/linkset/<path:rest>": _FORMED,
    "/llms.txt": _NOTHING,
    "/mcp": _NOTHING,
    "/metrics": _NOTHING,
    "/ns": _FORMED,
    "/ns.<suffix>": _FORMED,
    "/ns/<path:rest>": _DOCUMENT,
    "/openapi": _FORMED,
    "/openapi.json": _NOTHING,
    "/opensearch.xml": _NOTHING,
    "/pictures/<name>": _FORMED,
    "/problems.<suffix>": _FORMED,
    "/problems": _FORMED,
    "/problems/<code>": _FORMED,
    "/questions.<suffix>": _FORMED,
    "/questions": _FORMED,
    "/questions/<slug>": _QUESTION,
    "/reconcile": _only("queries", "extend"),
    "/reconcile/preview": _formed("id"),
    "/reconcile/properties": _only("type", "limit"),
    "/reconcile/suggest/<what>": _only("prefix", "cursor"),
    "/reconcile/view": _only("id"),
    "/releases": _FORMED,
    "/releases.<suffix>": _FORMED,
    "/releases/<release>": _FORMED,
    "/releases/<older>/diff/<newer>": _FORMED,
    "/releases/<release>/<path:name>": _FILE,  # and what the address within that release reads
    "/releases/<release>/sparql": _SPARQL,
    "/report": _FORMED,
    "/report.<suffix>": _FORMED,
    "/report/badge.svg": _NOTHING,
    "/robots.txt": _NOTHING,
    "/search": _formed("q"),
    "/search.<suffix>": _formed("q"),
    "/shapes": _FORMED,
    "/shapes.<suffix>": _FORMED,
    "/shapes/<path:rest>": _DOCUMENT,
    "/sitemap-<int:number>.xml": _NOTHING,
    "/sitemap.xml": _NOTHING,
    "/sparql": _SPARQL,
    "/sparql.<suffix>": _SPARQL,
    "/sparql/completions.json": _NOTHING,
    "/sparql/names.json": Reads(frozenset(("iri",)), first=False),
    "/sparql/questions.json": _NOTHING,
    "/static/<path:filename>": _NOTHING,
    "/tables.<suffix>": _FORMED,
    "/timegate/<path:address>": _ALL,  # handed on
    "/timemap/<path:address>": _FORMED,
    "/tables/": _FORMED,
    "/tables/<name>.csv": _FILE,
    # Which of them are data sets, with pages, the release knows.
    "/tables/<path:name>": _formed("download", "only", "at", "page", "depth", "open", "from"),
    "/tables/csv-metadata.json": _NOTHING,
    "/things.<suffix>": _FORMED,
    "/things": _FORMED,
    # Which columns a list can be chosen by, the release knows; others are refused.
    "/things/<path:word>": Reads(every=True, first=False),
}
_ROUTES = Map([Rule(rule, endpoint=rule) for rule in READ], strict_slashes=False).bind("")


def read_by(path: str) -> Reads:
    """Return what the address at *path*, percent-encoded or not, reads."""
    return _remembered(path) if len(path) <= LONGEST else _matched(path)


def unreserved(path: str) -> str:
    """Return the path of a page of the program without the mark of its reserved home, `/-/`."""
    return path[2:] if path.startswith("/-/") and path != "/-/resource" else path


def _matched(path: str) -> Reads:
    path = unreserved(path)
    try:
        rule, given = _ROUTES.match(unquote(path) if "%" in path else path, "GET")
    except RequestRedirect:
        return _ALL  # leads to where it is read
    except HTTPException:
        return _NOTHING
    if rule != OF_A_RELEASE:
        return READ[rule]
    inner = _matched(f"/{given['name']}")
    return inner._replace(names=inner.names | READ[rule].names)


_remembered = lru_cache(maxsize=REMEMBERED)(_matched)


def canonical(
    path: str,
    query: str,
    languages: tuple[str, ...] | None = None,
    queried: Collection[str] = (),
) -> str:
    """Return *query* without what the address at *path* does not read.

    What is left keeps its spelling, in the order of names. Where *languages* are given, a
    `lang` that is none of them does not count. For GET and HEAD. Among *queried* are path and
    query of things whose IRI has a query part.
    """
    if not query:
        return ""
    if queried and iris.queried(path, query) in queried:
        return query
    if len(path) + len(query) > LONGEST:
        return _without(path, query, languages)
    return _known(path, query, languages)


def _without(path: str, query: str, languages: tuple[str, ...] | None) -> str:
    reads = read_by(path)
    return "&".join(piece for _, piece in sorted(_kept(query, reads, languages), key=_name))


_known = lru_cache(maxsize=REMEMBERED)(_without)


def _name(kept: tuple[str, str]) -> str:
    return kept[0]


def _kept(query: str, reads: Reads, languages: Collection[str] | None) -> Iterable[tuple[str, str]]:
    """Give name and piece of each parameter that counts."""
    seen = set()
    for piece in query.split("&"):
        raw, _, value = piece.partition("=")
        name = unquote_plus(raw)
        if not piece or not reads.reads(name):
            continue
        if name == LANG and languages is not None and unquote_plus(value) not in languages:
            continue
        if name in seen and (reads.first or name == LANG) and name not in FORMAT_WORDS:
            continue
        seen.add(name)
        yield name, piece


def canonical_wsgi(
    app: Callable[..., Any], languages: tuple[str, ...], queried: Collection[str] = ()
) -> Callable[[dict[str, Any], Callable[..., Any]], Any]:
    """Return the WSGI application *app*, to which only what it reads of an address comes."""

    def run(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        query = environ.get("QUERY_STRING", "")
        if query and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
            path = path.replace("%", "%25")
            environ = {**environ, "QUERY_STRING": canonical(path, query, languages, queried)}
        if (own := unreserved(environ["PATH_INFO"])) != environ["PATH_INFO"]:
            environ = {**environ, "PATH_INFO": own, RESERVED: True}
        return app(environ, start_response)

    return run
