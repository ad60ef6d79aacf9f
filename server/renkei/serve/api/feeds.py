"""`/feeds/…`: what changed from release to release, for harvesters (LDES) and for people (Atom).

`/feeds/things`, `/feeds/graphs` and `/feeds/catalogue` are event streams as DCAT-AP Feeds has
them: members are Activity Streams, each with its payload in a graph of its name. The address of
a stream lists its pages with their times (`tree:relation`); a page is that of one step from a
release to the next, and never changes. Streams and activities have canonical names, pages
served addresses. The oldest release that is kept is told as a whole: nothing is known before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox
from flask import Blueprint, Response

from renkei.errors import NotKnown
from renkei.history.feed import GRAPHS, THINGS, Activity, GraphFeed, ThingFeed, kind_of
from renkei.language.messages import translate
from renkei.rdf.formats import JSON_LD, N_QUADS, TRIG, Format
from renkei.rdf.iris import PREFIXES, with_known
from renkei.release import Release
from renkei.serve.api import differences
from renkei.serve.api.releases import kept_releases
from renkei.serve.read.dcat_catalogue import Listing
from renkei.serve.web import responses
from renkei.serve.web.site import here, reader_language

FORMATS = (TRIG, JSON_LD, N_QUADS)
ATOM = Format("atom", "application/atom+xml", "atom", "Atom", "page")
CATALOGUE = "catalogue"
FIRST = "-"  # stands for the release before the first
PAGE = 100  # entries of the catalogue on a page
TOLD = 50  # sentences of one entry of the Atom feed

AS, LDES, TREE, XSD = (
    "https://www.w3.org/ns/activitystreams#",
    "https://w3id.org/ldes#",
    "https://w3id.org/tree#",
    PREFIXES["xsd"],
)
SHAPE = ox.NamedNode("https://semiceu.github.io/LDES-DCAT-AP-feeds/shape.ttl#ActivityShape")
TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_WITHOUT = {ox.NamedNode(PREFIXES["dct"] + name) for name in ("issued", "modified")}

routes = Blueprint("feeds", __name__)
Step = tuple[Release | None, Release]


class Pages(Protocol):
    """The activities of one step, in pages."""

    def __len__(self) -> int: ...

    def page(self, number: int) -> list[Activity]: ...


class CatalogueFeed:
    """The activities about entries of the catalogue, from *older* (or nothing) to *newer*."""

    def __init__(self, older: Release | None, newer: Release) -> None:
        before, after = (_entries(release) for release in (older, newer))
        self._activities = [
            Activity(kind_of(entry in before, entry in after), entry, tuple(after.get(entry, ())))
            for entry in sorted({*before, *after})
            if _content(before.get(entry)) != _content(after.get(entry))
        ]

    def __len__(self) -> int:
        """Return the number of pages."""
        return -(-len(self._activities) // PAGE)

    def page(self, number: int) -> list[Activity]:
        """Return the activities of page *number*, from 0."""
        return self._activities[number * PAGE : (number + 1) * PAGE]


def _entries(release: Release | None) -> dict[str, list[ox.Triple]]:
    """Return what the catalogue of *release* says of each of its entries."""
    if release is None:
        return {}
    listing = Listing(release, here().addresses)
    entries = [*listing.datasets, *listing.typed("DataService"), *listing.typed("DatasetSeries")]
    return {entry.value: listing.served(listing.about(entry)) for entry in entries}


def _content(triples: Sequence[ox.Triple] | None) -> frozenset[ox.Triple] | None:
    """Return what is told of an entry, but for dates: they follow what is told."""
    return None if triples is None else frozenset(t for t in triples if t.predicate not in _WITHOUT)


FEEDS: dict[str, Callable[[Release | None, Release], Pages]] = {
    THINGS: ThingFeed,
    GRAPHS: GraphFeed,
    CATALOGUE: CatalogueFeed,
}


def _steps() -> list[Step]:
    """Return each release with the one before it, the oldest first."""
    kept = kept_releases(here())
    releases = [kept.find(identifier) for identifier in reversed(kept.order)]
    return list(zip([None, *releases], releases, strict=False))


def _pages(what: str, step: Step) -> Pages:
    older, newer = step
    name = f"feed {what} {older.manifest.id if older else FIRST} {newer.manifest.id}"
    return here().once(name, lambda: FEEDS[what](older, newer))


@routes.get("/feeds/<feed>")
@routes.get("/feeds/<feed>.<suffix>")
def stream(feed: str, suffix: str = "") -> Response:
    """Answer with the event stream: its pages, and since when each goes."""
    what = feed
    fmt, own = _wanted(what, suffix), f"feeds/{what}"

    def make() -> bytes:
        quads = _stream(what, own, suffix)
        node = ox.NamedNode(_address(own, suffix))
        number = 0
        for older, newer in _steps():
            for page in range(len(_pages(what, (older, newer)))):
                there = ox.NamedNode(_address(_page_path(what, (older, newer), page), suffix))
                for kind in ("GreaterThanOrEqualTo", "LessThanOrEqualTo"):
                    relation = ox.BlankNode(f"r{number}")
                    number += 1
                    quads += [
                        ox.Quad(node, _tree("relation"), relation),
                        ox.Quad(relation, TYPE, _tree(f"{kind}Relation")),
                        ox.Quad(relation, _tree("path"), _as("published")),
                        ox.Quad(relation, _tree("value"), _published(newer)),
                        ox.Quad(relation, _tree("node"), there),
                    ]
        return _body(quads, fmt)

    return _answered(make, fmt, own, suffix, responses.FRESH)


@routes.get("/feeds/<feed>/<older>/<newer>/<number>")
def page(feed: str, older: str, newer: str, number: str) -> Response:
    """Answer with one page, which never changes."""
    what = feed
    digits, _, suffix = number.partition(".")
    fmt = _wanted(what, suffix)
    step = next(
        (
            (before, after)
            for before, after in _steps()
            if (before.manifest.id if before else FIRST, after.manifest.id) == (older, newer)
        ),
        None,
    )
    if step is None or not digits.isdecimal() or int(digits) >= len(_pages(what, step)):
        raise NotKnown(
            "This feed has no page %(name)s.",
            "See /feeds/%(feed)s for those it has.",
            name=f"{older}/{newer}/{digits}",
            feed=what,
        )
    path = _page_path(what, step, int(digits))

    def make() -> bytes:
        quads = _stream(what, f"feeds/{what}", suffix)
        stream = quads[0].subject
        for place, activity in enumerate(_pages(what, step).page(int(digits))):
            name = ox.NamedNode(f"{here().root}{path}#{place}")
            quads += [
                ox.Quad(stream, _tree("member"), name),
                ox.Quad(name, TYPE, _as(activity.kind)),
                ox.Quad(name, _as("object"), ox.NamedNode(activity.iri)),
                ox.Quad(name, _as("published"), _published(step[1])),
            ]
            quads += [ox.Quad(t.subject, t.predicate, t.object, name) for t in activity.payload]
        return _body(quads, fmt)

    return _answered(make, fmt, path, suffix, responses.FOR_EVER)


def _stream(what: str, path: str, suffix: str) -> list[ox.Quad]:
    """Return what every page says of the stream that it is of."""
    name = ox.NamedNode(f"{here().root}feeds/{what}#stream")
    quads = [
        ox.Quad(name, TYPE, ox.NamedNode(LDES + "EventStream")),
        ox.Quad(name, ox.NamedNode(LDES + "timestampPath"), _as("published")),
        ox.Quad(name, ox.NamedNode(LDES + "versionOfPath"), _as("object")),
        ox.Quad(name, _tree("view"), ox.NamedNode(_address(path, suffix))),
    ]
    if what == CATALOGUE:
        quads.append(ox.Quad(name, _tree("shape"), SHAPE))
    return quads


def _page_path(what: str, step: Step, number: int) -> str:
    older, newer = step
    return f"feeds/{what}/{older.manifest.id if older else FIRST}/{newer.manifest.id}/{number}"


def _address(path: str, suffix: str) -> str:
    return responses.served(path) + (f".{suffix}" if suffix else "")


def _published(release: Release) -> ox.Literal:
    return ox.Literal(release.manifest.created, datatype=ox.NamedNode(XSD + "dateTime"))


def _as(name: str) -> ox.NamedNode:
    return ox.NamedNode(AS + name)


def _tree(name: str) -> ox.NamedNode:
    return ox.NamedNode(TREE + name)


def _wanted(what: str, word: str) -> Format:
    if what not in FEEDS:
        raise NotKnown(
            "There is no feed %(name)s.", "There are %(feeds)s.", name=what, feeds=sorted(FEEDS)
        )
    fmt = next((f for f in FORMATS if f.suffix == word), None)
    if word and fmt is None:
        raise NotKnown(
            "Nothing is published with the suffix .%(suffix)s.",
            "Use .trig, .jsonld or .nq.",
            suffix=word,
        )
    return responses.wanted(fmt, FORMATS, TRIG)


def _body(quads: list[ox.Quad], fmt: Format) -> bytes:
    prefixes = with_known(here().release.manifest.prefixes) | {"as": AS, "ldes": LDES, "tree": TREE}
    content = ox.serialize(quads, format=fmt.rdf, prefixes=prefixes if fmt.prefixed else None)
    assert content is not None
    return content


def _answered(
    make: Callable[[], bytes], fmt: Format, path: str, suffix: str, caching: str
) -> Response:
    response = responses.answer(
        make,
        fmt,
        variant=kept_releases(here()).mark,
        vary=() if suffix else ("Accept",),
        location=None if suffix else f"{responses.served(path)}.{fmt.suffix}",
        links=[
            f'<{responses.served(path)}.{f.suffix}>; rel="alternate"; type="{f.media_type}"'
            for f in FORMATS
            if f is not fmt
        ],
    )
    response.headers["Cache-Control"] = caching
    return response


@routes.get("/feeds/releases.atom")
def atom() -> Response:
    """Answer with the releases as Atom (RFC 4287): what each changed, in words."""
    lang = reader_language()
    return responses.answer(
        _atom,
        ATOM,
        variant=f"{lang.tag} {kept_releases(here()).mark}",
        vary=("Accept-Language",),
        content_type="application/atom+xml; charset=utf-8",
    )


def _atom() -> str:
    lang, site = reader_language(), here()
    own = responses.served("feeds/releases.atom")
    steps = _steps()[::-1]
    entries = "".join(_entry(*step) for step in steps)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(lang.tag)}>\n'
        f"<id>{escape(site.root)}feeds/releases</id>\n"
        f"<title>{escape(site.title(lang))}</title>\n"
        f"<updated>{steps[0][1].manifest.created}</updated>\n"
        f"<author><name>{escape(site.title(lang))}</name></author>\n"
        f'<link rel="self" type="application/atom+xml" href={quoteattr(own)}/>\n'
        f'<link rel="alternate" type="text/html" href={quoteattr(responses.served("releases"))}/>\n'
        f"{entries}</feed>\n"
    )


def _entry(older: Release | None, newer: Release) -> str:
    lang, manifest = reader_language(), newer.manifest
    path = f"releases/{manifest.id}"
    said = [lang.gettext("The first release that is kept.")]
    if older is not None:
        found = differences.between(older.manifest.id, manifest.id)
        spoken = differences.languages()
        told = (m for thing in found.things for m in found.sentences(thing, spoken))
        said = [translate(m, lang.interface) for m, _ in zip(told, range(TOLD), strict=False)]
        path = f"releases/{older.manifest.id}/diff/{manifest.id}"
    title = lang.gettext("Version %(version)s", version=manifest.version)
    return (
        f"<entry><id>{escape(here().root)}releases/{manifest.id}</id>"
        f"<title>{escape(title)}</title><updated>{manifest.created}</updated>"
        f'<link rel="alternate" href={quoteattr(responses.served(path))}/>'
        f'<content type="text">{escape(chr(10).join(said))}</content></entry>\n'
    )
