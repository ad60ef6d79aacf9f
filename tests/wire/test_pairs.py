"""An answer is never another's: for every kind of address and every two wishes, in order.

What comes second is what it would have been alone (RFC 9110, 12.5; RFC 9111, 4.1): status,
every header, and the body. And a 304 repeats what a 200 says of keeping it (15.4.5).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

import pytest

from renkei.config import Settings
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.serve.http import variance
from renkei.stores import open_store
from tests.wire.application import Application, Seen, Wish

MINIATURE = "https://daten.example.de/hafenverbund/"
# By rule: an address of each kind, asked of the miniature where no other release is named;
# RELEASE stands for its name.
KINDS = {
    "home": "/",
    "about": "/about",
    "thing": "/id/hafen/altwarp",
    "document": "/doc/hafen/altwarp",
    "document with a suffix": "/doc/hafen/altwarp.ttl",
    "document with a suffix and forms": "/doc/hafen/altwarp.jsonld",
    "page with a suffix": "/doc/hafen/altwarp.html",
    "vocabulary": "/ns",
    "vocabulary with a suffix": "/ns.ttl",
    "term": "/ns/Harbour",
    "shapes": "/shapes",
    "shapes with a suffix": "/shapes.html",
    "shape": "/shapes/H01-HafenHatTiefe",
    "no schemes": "/concept",
    "graphs": "/graph",
    "graphs with a suffix": "/graph.html",
    "graph": "/graph/register",
    "any resource": "/-/resource?iri=" + quote(f"{MINIATURE}id/hafen/altwarp"),
    "hash resource": "/-/resource?iri=" + quote(f"{MINIATURE}ns#Harbour"),
    "list": "/things",
    "list with a suffix": "/things.json",
    "class with a suffix": "/things/Harbour.json",
    "questions with a suffix": "/questions.csv",
    "problem types with a suffix": "/problems.json",
    "dumps with a suffix": "/dumps.json",
    "tables with a suffix": "/tables.csv",
    "class": "/things/Harbour",
    "search": "/search?q=altwarp",
    "search with a suffix": "/search.json?q=altwarp",
    "static file": "/static/renkei.css",
    "dump": "/dumps/data.nq",
    "dumps": "/dumps/",
    "tables": "/tables",
    "no table": "/tables/csv-metadata.json",
    "where metadata stands": "/.well-known/csvm",
    "context": "/context.jsonld",
    "query": "/sparql?query=" + quote("SELECT * { ?s a ?type } ORDER BY ?s"),
    "graph by a query": "/sparql?query=" + quote("DESCRIBE ?s { ?s a ?type }"),
    "query with a suffix": "/sparql.csv?query=" + quote("SELECT * { ?s a ?type } ORDER BY ?s"),
    "graph with a suffix": "/sparql.jsonld?query=" + quote("DESCRIBE ?s { ?s a ?type }"),
    "hints": "/hints?query=" + quote("SELECT * { ?s <urn:p> ?o }"),
    "wrong query": "/sparql?query=" + quote("SELECT"),
    "endpoint": "/sparql",
    "completions": "/sparql/completions.json",
    "questions of the editor": "/sparql/questions.json",
    "names of the editor": "/sparql/names.json?iri=" + quote(f"{MINIATURE}ns#Harbour"),
    "graph store": "/graphs?default",
    "questions": "/questions",
    "question": "/questions/tiefe",
    "question with a suffix": "/questions/tiefe.csv",
    "catalogue": "/catalogue",
    "catalogue with a suffix": "/catalogue.rdf",
    "catalog": "/catalog",
    "catalog with a suffix": "/catalog.ttl",
    "data set": "/dataset/hafenverbund",
    "statistics": "/.well-known/void",
    "statistics with a suffix": "/.well-known/void.ttl",
    "releases": "/releases",
    "releases with a suffix": "/releases.html",
    "release": "/releases/RELEASE",
    "file of a release": "/releases/RELEASE/dumps/data.ttl",
    "no release": "/releases/nothing",
    "difference of releases": "/releases/RELEASE/diff/RELEASE",
    "endpoint of a release": "/releases/RELEASE/sparql?query=ASK%20%7B%7D",
    "time gate": "/timegate/doc/hafen/altwarp",
    "time map": "/timemap/doc/hafen/altwarp",
    "feed": "/feeds/things",
    "feed with a suffix": "/feeds/things.trig",
    "part of a feed": "/feeds/things/none/RELEASE/1",
    "feed of releases": "/feeds/releases.atom",
    "data sets as DCAT-US": "/data.json",
    "whom to tell of a weakness": "/.well-known/security.txt",
    "report": "/report",
    "report with a suffix": "/report.html",
    "badge": "/report/badge.svg",
    "picture": "/pictures/classes",
    "picture alone": "/pictures/classes.svg",
    "picture as a table": "/pictures/classes.csv",
    "actions": "/api/3",
    "no version of the actions": "/api",
    "action": "/api/3/action/package_list",
    "action without a version": "/api/action/package_search?q=hafen",
    "wrong action": "/api/3/action/nothing",
    "reconciliation": "/reconcile",
    "reconciling": "/reconcile?queries=" + quote('{"q": {"query": "Altwarp"}}'),
    "preview": "/reconcile/preview?id=" + quote(f"{MINIATURE}id/hafen/altwarp"),
    "view": "/reconcile/view?id=" + quote(f"{MINIATURE}id/hafen/altwarp"),
    "properties": "/reconcile/properties?type=Harbour",
    "suggestion": "/reconcile/suggest/entity?prefix=alt",
    "assistants": "/mcp",
    "links": "/linkset/doc/hafen/altwarp",
    "all links": "/linkset/",
    "robots": "/robots.txt",
    "sitemap": "/sitemap.xml",
    "part of the sitemap": "/sitemap-1.xml",
    "way to search": "/opensearch.xml",
    "language models": "/llms.txt",
    "description of the doors": "/openapi",
    "problem": "/nowhere",
    "problem types": "/problems",
    "problem type": "/problems/not-known",
}
# Over a release of two languages: over the miniature, which has one, none of them changes anything.
BILINGUAL = {
    "endpoint in two languages": "/sparql",
    "description for programs in two languages": "/openapi.json",
    "language models in two languages": "/llms.txt",
    "thing that leads on in two languages": "/id/agreement/sapporo-otaru-2019?lang=ja",
    "thing in two languages": "/doc/agreement/sapporo-otaru-2019",
    "page in two languages": "/doc/agreement/sapporo-otaru-2019.html",
    "concept in two languages": "/concept/role/core-city",
    "term in two languages": "/ns/Municipality",
    "shape in two languages": "/shapes/A01-AgreementHasTwoParties",
    "schemes in two languages": "/concept",
    "schemes with a suffix": "/concept.html",
    "list in two languages": "/things",
    "question in two languages": "/questions/declaration",
    "search in two languages": "/search?q=otaru",
    "table": "/tables/municipalities.csv",
    "tables together": "/tables/csv-metadata.json",
    "what columns mean": "/tables/municipalities.csv-metadata.json",
    "table as a data set": "/tables/municipalities",
    "table as a data set with a suffix": "/tables/municipalities.ttl",
    "picture in two languages": "/pictures/structure",
    "report in two languages": "/report",
    "reconciliation in two languages": "/reconcile",
    "problem in two languages": "/nowhere",
}
KINDS |= BILINGUAL
# Rules of the application that are no kind here, and why.
MOMENTARY = "tells how the server is at the moment; nothing of it is kept"
NO_KIND = {"/health/live": MOMENTARY, "/health/ready": MOMENTARY, "/metrics": MOMENTARY}
ACCEPTS = (
    "*/*",
    "text/html",
    "text/turtle",
    "application/ld+json",
    'application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"',
    "application/rdf+xml",
    "application/json",
    "text/csv",
    "image/webp",
    "text/turtle;q=0.5, text/html",
)
HTML = ("accept", "text/html")
TURTLE = ("accept", "text/turtle")
WISHES = (
    Wish("nothing"),
    *(Wish(accept, (("accept", accept),)) for accept in ACCEPTS),
    *(Wish(f"html in {tag}", (HTML, ("accept-language", tag))) for tag in ("ja", "en", "de, ja")),
    Wish("anything in ja", (("accept-language", "ja"),)),
    *(
        Wish(f"turtle in {coding}", (TURTLE, ("accept-encoding", coding)))
        for coding in ("gzip", "br", "zstd", "identity", "gzip;q=0, *")
    ),
    Wish("html in gzip", (HTML, ("accept-encoding", "gzip"))),
    Wish("a part", (("range", "bytes=0-9"),)),
    Wish("a part of html in gzip", (HTML, ("accept-encoding", "gzip"), ("range", "bytes=0-9"))),
    Wish("a part out of reach", (("range", "bytes=99999999-"),)),
    Wish("head", method="HEAD"),
    Wish("head of html", (HTML,), "HEAD"),
)
REPEATED = ("cache-control", "content-location", "etag", "expires", "vary")


@pytest.fixture(scope="module")
def applications() -> Iterator[dict[str, Application]]:
    """The applications that have been asked for, by the name of their release."""
    held: dict[str, Application] = {}
    yield held
    for application in held.values():
        application.close()


@pytest.fixture
def application(
    applications: dict[str, Application], miniature: Release, release: Release, kind: str
) -> Application:
    """The application over the release that *kind* is asked of."""
    served = release if kind in BILINGUAL else miniature
    name = served.manifest.id
    if name not in applications:
        applications[name] = Application(served.folder)
    return applications[name]


@pytest.fixture
def target(miniature: Release, release: Release, kind: str) -> str:
    """The address that stands for *kind*."""
    served = release if kind in BILINGUAL else miniature
    return KINDS[kind].replace("RELEASE", served.manifest.id)


def cold(application: Application, target: str, wish: Wish) -> Seen:
    """Return what *wish* gets where nothing is remembered."""
    application.forget()
    return application.ask(target, wish)


def conditional(application: Application, target: str) -> Iterator[Wish]:
    """Give wishes for what one has already: in the same form, and where another form is asked."""
    for wish in (
        WISHES[0],
        Wish("html", (HTML,)),
        Wish("turtle in gzip", (TURTLE, ("accept-encoding", "gzip"))),
    ):
        if etag := cold(application, target, wish).header("etag"):
            known = ("if-none-match", etag)
            yield Wish(f"{wish.name}, known", (*wish.headers, known))
            yield Wish(
                f"json, where {wish.name} is known", (("accept", "application/ld+json"), known)
            )
    yield Wish("turtle, if none is known", (TURTLE, ("if-none-match", "*")))


def test_each_route_that_is_read_is_a_kind_or_has_a_reason_not_to_be(release: Release) -> None:
    settings = Settings(engines=1)
    store = open_store(release, settings)
    try:
        routes = create_app(release, store, settings).url_map
    finally:
        store.close()
    read = {rule.rule for rule in routes.iter_rules() if "GET" in (rule.methods or ())}
    matching = routes.bind("")
    kinds = {
        matching.match(target.partition("?")[0], return_rule=True)[0].rule
        for target in KINDS.values()
    }

    assert read - kinds == set(NO_KIND)


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_second_is_what_it_would_have_been_alone(
    application: Application, target: str
) -> None:
    wishes = [*WISHES, *conditional(application, target)]
    alone = {wish: cold(application, target, wish) for wish in wishes}
    application.anew()
    assert cold(application, target, wishes[0]) == alone[wishes[0]]  # it is the same each time
    changed = []
    for first in wishes:
        assert cold(application, target, first) == alone[first]
        known = application.remembered()
        for second, seen in zip(wishes, application.ask_after(known, target, wishes), strict=True):
            if seen != alone[second]:
                changed.append((first.name, second.name))
    assert changed == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_unchanged_is_kept_as_it_would_be_anew(
    application: Application, target: str
) -> None:
    """Cold, and where the answer is remembered; by GET and by HEAD."""
    for wish, remembered in product(WISHES, (False, True)):
        whole = cold(application, target, wish)
        if whole.status != 200 or not whole.header("etag"):
            continue
        known = Wish(
            wish.name, (*wish.headers, ("if-none-match", whole.header("etag"))), wish.method
        )
        told = (application.ask if remembered else lambda t, w: cold(application, t, w))(
            target, known
        )
        assert (told.status, told.body) == (304, b""), wish.name
        assert {name: told.header(name) for name in REPEATED} == {
            name: whole.header(name) for name in REPEATED
        }, wish.name


@pytest.mark.parametrize("accept", ["text/turtle", "application/json", "text/csv"])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if not KINDS[kind].endswith(".html")])
def test_whoever_wants_data_alone_gets_no_page(
    application: Application, target: str, accept: str
) -> None:
    """Data, or 406 with what there is; never a page that a program would take for data."""
    seen = cold(application, target, Wish(accept, (("accept", accept),)))

    assert not seen.header("content-type").startswith("text/html"), seen.status
    if seen.status == 406:
        assert json.loads(seen.body)["available"]


# Files as they lie: the same to whoever asks, but for their coding. Errors about them are not.
FILES = {"static file", "dump", "file of a release", "table", "what columns mean"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_variant_of_an_address_varies_by_the_same(
    application: Application, target: str, kind: str
) -> None:
    """A 304, an error, a redirect, a part, and what is remembered too."""
    application.forget()
    first = [application.ask(target, wish) for wish in (*WISHES, *conditional(application, target))]
    again = [application.ask(target, wish) for wish in WISHES]
    plain = variance.FILE if kind in FILES else variance.ALL
    varied = {(s.status < 400, s.header("vary")) for s in (*first, *again)}

    assert varied <= {(True, plain), (False, variance.ALL)}


@pytest.mark.parametrize("kind", ["thing", "document", "home", "query", "dump", "static file"])
def test_a_kind_that_may_be_kept_is_kept_and_says_on_what_it_depends(
    application: Application, target: str
) -> None:
    """Else the pairs above would say nothing: there is a Vary where wishes change the answer."""
    plain = [wish for wish in WISHES if wish.method == "GET" and "part" not in wish.name]
    bodies = {cold(application, target, wish).body for wish in plain}
    answer = cold(application, target, Wish("html", (HTML,)))
    assert answer.status in (200, 303)
    assert "no-store" not in answer.header("cache-control")
    assert answer.header("vary") or len(bodies) == 1


@pytest.mark.parametrize("kind", ["document", "page in two languages", "list in two languages"])
def test_an_application_process_keeps_nothing_of_one_wish_for_the_next(
    application: Application, target: str
) -> None:
    """The pairs above ask it each thing once; here it is asked anew, after every other wish."""
    wishes = [
        w for w in WISHES if w.method == "GET" and "in " not in w.name and "part" not in w.name
    ]
    wishes += [Wish(f"html in {tag}", (HTML, ("accept-language", tag))) for tag in ("ja", "en")]
    alone = {wish: cold(application, target, wish) for wish in wishes}
    for first, second in product(wishes, repeat=2):
        application.anew()
        cold(application, target, first)
        application.anew()
        assert cold(application, target, second) == alone[second], (first.name, second.name)
