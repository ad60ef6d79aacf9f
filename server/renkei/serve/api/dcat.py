"""`/catalogue`, `/dataset/…` and `/.well-known/void`: the release as harvesters read it.

The manners are those that harvesters have learnt: HEAD is answered, RDF is given to `*/*`,
pages are linked by Hydra in a stable order, addresses are the public ones of the settings.
An answer is whole or an error: half a catalogue would make a harvester delete the other half.
`/catalog` and its suffixes are the spelling that other publishers have taught them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState

from renkei.errors import NotKnown
from renkei.rdf.formats import DOCUMENT_FORMATS, HTML, RDF_XML, TURTLE, Format, by_suffix
from renkei.rdf.iris import Addresses
from renkei.serve.http.parameters import FORMAT
from renkei.serve.pages.graph import graph_page
from renkei.serve.pages.thing import thing_page
from renkei.serve.read.dcat_catalogue import (
    TYPE,
    VOCABULARIES,
    Listing,
    Page,
    instant,
    node,
    served,
)
from renkei.serve.web import responses
from renkei.serve.web.paging import neighbours, page_number
from renkei.serve.web.site import Site, here, site_of

PAGE_SIZE = 100
_ALSO = {"xml": RDF_XML, "n3": TURTLE}

routes = Blueprint("dcat", __name__)


@routes.record_once
def _prepare(state: BlueprintSetupState) -> None:
    """Have the catalogue ready before processes are forked."""
    listing_of(site_of(state))


def listing_of(site: Site) -> Listing:
    """Return the catalogue of the site's release."""
    return site.once("listing", lambda: Listing(site.release, site.addresses))


@routes.get("/catalogue")
@routes.get("/catalogue.<suffix>")
@routes.get("/catalog.<suffix>", endpoint="catalog")
def catalogue(suffix: str = "") -> Response:
    """Answer with one page of the catalogue."""
    listing, fmt = listing_of(here()), _wanted(suffix)
    if fmt is HTML:
        return page_of(f"{here().root}graph/catalogue", "catalogue", suffix)
    number, since = page_number(), request.args.get("modified_since")
    page = listing.page(number, PAGE_SIZE, instant(since) if since else None)
    # Addresses are exchanged after paging, so that they are those of the page itself.
    triples = [*listing.served(page.triples), *_paging(page, here().addresses)]
    make = partial(write, triples, fmt)
    response = answer_data(make, fmt, "catalogue", suffix, listing.mark)
    for word, place in neighbours(page.number, page.last):
        address = _address(here().addresses, page=place)
        response.headers.add("Link", f'<{address}>; rel="{word.removesuffix("ious")}"')
    return response


@routes.get("/catalog")
def moved() -> Response:
    """Lead from the other spelling to ours."""
    asked = f"?{request.query_string.decode()}" if request.query_string else ""
    return responses.redirect(f"{here().addresses.public}catalogue{asked}", 301)


@routes.get("/dataset/<path:rest>")
def dataset(rest: str) -> Response:
    """Answer with one entry of the catalogue."""
    listing = listing_of(here())
    name, suffix = _split(rest)
    try:
        whole = ox.NamedNode(here().addresses.canonical(f"dataset/{rest}"))
        if suffix and whole in listing.of:
            name, suffix = rest, ""  # a distribution is named after its file
        fmt = _wanted(suffix)
        iri = ox.NamedNode(here().addresses.canonical(f"dataset/{name}"))
    except ValueError:
        raise NotKnown("“%(text)s” is not part of an IRI.", "See /catalogue.", text=name) from None
    if fmt is HTML:
        if iri in listing.release_of:
            earlier = listing.release_of[iri].manifest.id
            return responses.redirect(f"{here().addresses.public}releases/{earlier}")
        return page_of(iri.value, f"dataset/{name}", suffix)
    triples = listing.served(listing.about(iri))
    make = partial(write, triples, fmt)
    return answer_data(make, fmt, f"dataset/{name}", suffix, listing.mark)


@routes.get("/.well-known/void")
@routes.get("/.well-known/void.<suffix>")
def void(suffix: str = "") -> Response:
    """Answer with the VoID description; its addresses are the public ones."""
    fmt = _wanted(suffix)
    if fmt is HTML:
        return page_of(f"{here().root}.well-known/void", ".well-known/void", suffix)

    def body() -> bytes:
        content = here().release.read("void.ttl")
        triples = [q.triple for q in ox.parse(content, format=ox.RdfFormat.TURTLE)]
        return write(served(triples, here().addresses), fmt)

    return answer_data(body, fmt, ".well-known/void", suffix)


def write(triples: Iterable[ox.Triple], fmt: Format) -> bytes:
    """Return *triples* in *fmt*, with the prefixes that catalogues are usually written with."""
    quads = [ox.Quad(t.subject, t.predicate, t.object) for t in triples]
    return here().writer.with_prefixes(VOCABULARIES).document(quads, fmt)


def _paging(page: Page, addresses: Addresses) -> list[ox.Triple]:
    """Say in Hydra which page this is; under the old names too, which harvesters still read."""
    here = ox.NamedNode(_address(addresses, page=page.number))
    out = [
        ox.Triple(here, TYPE, node("hydra", name))
        for name in ("PagedCollection", "PartialCollectionView")
    ]
    for name, value in (("totalItems", page.total), ("itemsPerPage", page.size)):
        out.append(ox.Triple(here, node("hydra", name), ox.Literal(value)))
    for word, number in neighbours(page.number, page.last):
        there = ox.NamedNode(_address(addresses, page=number))
        for name in (word, f"{word}Page"):
            out.append(ox.Triple(here, node("hydra", name), there))
    return out


def _address(addresses: Addresses, page: int) -> str:
    """Return the public address of another page of what is asked now, its filter included."""
    asked = {k: v for k, v in request.args.items() if k in ("modified_since", "profiles", FORMAT)}
    words = urlencode({**asked, "page": page})
    return f"{addresses.public}{request.path.lstrip('/')}?{words}"


def _wanted(word: str) -> Format:
    if word:
        fmt = _ALSO.get(word) or by_suffix(word)
        if fmt not in DOCUMENT_FORMATS:
            raise NotKnown(
                "Nothing is published at %(path)s.",
                "Use the suffix .ttl, .jsonld or .rdf.",
                path=request.path,
            )
        return responses.wanted(fmt)
    return responses.wanted(None)


def _split(path: str) -> tuple[str, str]:
    name, dot, suffix = path.rpartition(".")
    known = suffix in _ALSO or by_suffix(suffix) in DOCUMENT_FORMATS
    return (name, suffix) if dot and name and known else (path, "")


def answer_data(
    make: Callable[[], bytes], fmt: Format, path: str, suffix: str, mark: str = ""
) -> Response:
    """Answer with the document at *path*; *mark* is what beside the release decides its body."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != FORMAT]
    return responses.answer(
        make,
        fmt,
        variant=mark,
        vary=() if suffix else ("Accept",),
        links=[
            f'<{responses.address_of(path, f, asked)}>; rel="alternate"; type="{f.media_type}"'
            for f in DOCUMENT_FORMATS
            if f is not fmt
        ],
        location=None if suffix else responses.address_of(path, fmt, asked),
    )


def page_of(iri: str, path: str, suffix: str) -> Response:
    """Answer a person: the page of a graph or thing, as every other page is made."""
    view = thing_page if path.startswith("dataset/") else graph_page
    return responses.page(lambda: view(iri), path, HTML if suffix else None)
