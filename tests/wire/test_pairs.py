"""An answer is never another's: for every kind of address and every two wishes, in order.

What comes second is what it would have been alone (RFC 9110, 12.5; RFC 9111, 4.1): status,
every header, and the body. And a 304 repeats what a 200 says of keeping it (15.4.5).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

import pytest

from renkei.release import Release
from tests.wire.application import Application, Seen, Wish

KINDS = {
    "thing": "/id/hafen/altwarp",
    "document": "/doc/hafen/altwarp",
    "document with a suffix": "/doc/hafen/altwarp.ttl",
    "page with a suffix": "/doc/hafen/altwarp.html",
    "vocabulary": "/ns",
    "list": "/things",
    "search": "/search?q=altwarp",
    "static file": "/static/renkei.css",
    "dump": "/dumps/data.nq",
    "dumps": "/dumps/",
    "tables": "/tables",
    "query": "/sparql?query=" + quote("SELECT * { ?s a ?type } ORDER BY ?s"),
    "graph by a query": "/sparql?query=" + quote("DESCRIBE ?s { ?s a ?type }"),
    "wrong query": "/sparql?query=" + quote("SELECT"),
    "endpoint": "/sparql",
    "graph store": "/graphs?default",
    "catalogue": "/catalogue",
    "problem": "/nowhere",
    "problem types": "/problems",
    "home": "/",
}
# Over a release of two languages: over the miniature, which has one, none of them changes anything.
BILINGUAL = {
    "thing in two languages": "/doc/agreement/sapporo-otaru-2019",
    "page in two languages": "/doc/agreement/sapporo-otaru-2019.html",
    "list in two languages": "/things",
    "problem in two languages": "/nowhere",
}
KINDS |= BILINGUAL
ACCEPTS = (
    "*/*",
    "text/html",
    "text/turtle",
    "application/ld+json",
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


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_second_is_what_it_would_have_been_alone(
    application: Application, kind: str
) -> None:
    target = KINDS[kind]
    wishes = [*WISHES, *conditional(application, target)]
    alone = {wish: cold(application, target, wish) for wish in wishes}
    application.anew()
    assert cold(application, target, wishes[0]) == alone[wishes[0]]  # it is the same each time
    changed = []
    for first in wishes:
        assert cold(application, target, first) == alone[first]
        known = application.remembered()
        for second in wishes:
            application.remember(known)
            if application.ask(target, second) != alone[second]:
                changed.append((first.name, second.name))
    assert changed == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_unchanged_is_kept_as_it_would_be_anew(application: Application, kind: str) -> None:
    """Cold, and where the answer is remembered; by GET and by HEAD."""
    target = KINDS[kind]
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


@pytest.mark.parametrize("kind", ["thing", "document", "home", "query", "dump", "static file"])
def test_a_kind_that_may_be_kept_is_kept_and_says_on_what_it_depends(
    application: Application, kind: str
) -> None:
    """Else the pairs above would say nothing: there is a Vary where wishes change the answer."""
    target = KINDS[kind]
    plain = [wish for wish in WISHES if wish.method == "GET" and "part" not in wish.name]
    bodies = {cold(application, target, wish).body for wish in plain}
    answer = cold(application, target, Wish("html", (HTML,)))
    assert answer.status in (200, 303)
    assert "no-store" not in answer.header("cache-control")
    assert answer.header("vary") or len(bodies) == 1


@pytest.mark.parametrize("kind", ["document", "page in two languages", "list in two languages"])
def test_an_application_process_keeps_nothing_of_one_wish_for_the_next(
    application: Application, kind: str
) -> None:
    """The pairs above ask it each thing once; here it is asked anew, after every other wish."""
    target = KINDS[kind]
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
