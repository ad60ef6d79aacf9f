"""`/releases`: the release served and those kept beside it, each with its files for ever.

A release never changes, so what stands under its identifier may be kept by any cache as long
as it likes. Its page and its description may not: they name the releases around it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox
from flask import Blueprint, Response, render_template

from renkei.config import Settings
from renkei.errors import NotKnown
from renkei.rdf.formats import HTML, Format
from renkei.rdf.iris import Addresses
from renkei.release import MANIFEST, Manifest, Release, kept
from renkei.serve.api import downloads
from renkei.serve.api.dcat import _data, write
from renkei.serve.pages import citation, template_context
from renkei.serve.read.dcat_catalogue import Listing
from renkei.serve.web import responses, site
from renkei.serve.web.site import dataset_licence
from renkei.stores.base import Store


@dataclass(frozen=True)
class Shown:
    """A release as its page shows it: what it says of itself, and those before and after it."""

    manifest: Manifest
    is_current: bool
    newer: str | None
    older: str | None


def blueprint(store: Store, release: Release, settings: Settings) -> Blueprint:
    """Return the blueprint of the releases that can be had beside *release*."""
    routes = Blueprint("releases", __name__)
    addresses = Addresses(release.manifest.root, settings.public)
    listing = Listing(release, addresses)
    releases = {r.manifest.id: r for r in kept(release)}
    order = list(releases)
    mark = " ".join(order)

    def shown(identifier: str) -> Shown:
        place = order.index(identifier)
        return Shown(
            releases[identifier].manifest,
            identifier == release.manifest.id,
            order[place - 1] if place else None,
            order[place + 1] if place + 1 < len(order) else None,
        )

    def known(identifier: str) -> Release:
        if identifier not in releases:
            raise NotKnown(
                "Release %(name)s is not kept here.",
                "The release served is %(release)s.",
                name=identifier,
                release=release.manifest.id,
            )
        return releases[identifier]

    def described(entry: ox.NamedNode | None, path: str, fmt: Format, suffix: str) -> Response:
        if entry is None:
            raise NotKnown("This release has no description of itself.",
                           "Its manifest.json and its page list its files.")  # fmt: skip
        triples = listing.served(listing.about(entry))
        return _data(lambda: write(triples, fmt, release), fmt, path, suffix, mark)

    @routes.get("/releases")
    @routes.get("/releases.<suffix>")
    def every(suffix: str = "") -> Response:
        """List the releases kept here; as data, the series they belong to."""
        path, fmt = responses.split(f"releases.{suffix}" if suffix else "releases")
        if suffix and fmt is None:
            raise NotKnown("Nothing is published at %(path)s.", "See /releases.", path=f"/{path}")
        wanted = responses.wanted(fmt, default=HTML)
        if wanted is not HTML:
            series = next(iter(listing.typed("DatasetSeries")), None)
            return described(series, "releases", wanted, suffix)
        return _page("releases.html", suffix, mark, releases=[shown(i) for i in order])

    @routes.get("/releases/<release>")
    def one(release: str) -> Response:
        """Say what a release is: its files, their digests, how to cite it."""
        identifier, fmt = responses.split(release)
        held = known(identifier)
        wanted = responses.wanted(fmt, default=HTML)
        path, suffix = f"releases/{identifier}", fmt.suffix if fmt else ""
        if wanted is not HTML:
            return described(listing.edition(identifier), path, wanted, suffix)
        iri = addresses.root + path
        lang = site.reader_language()
        title = held.manifest.title
        response = _page(
            "release.html",
            suffix,
            mark,
            shown=shown(identifier),
            iri=iri,
            rows=[
                (name, entry, site.here().path(f"{path}/{name}"))
                for name, entry in sorted(held.manifest.files.items())
            ],
            holds=downloads.holds,
            cite=citation.citations(
                site.here(), iri, title.get(lang.tag) or site.here().title(lang), lang,
                held.manifest,
            ),
            formats=template_context.formats_of(path) if listing.edition(identifier) else [],
        )  # fmt: skip
        links = [f'<{iri}>; rel="cite-as"', f'<{addresses.public}releases>; rel="collection"']
        links += [
            f'<{addresses.public}{path}.{suffix}>; rel="describedby"; type="{media_type}"'
            for suffix, media_type in (("ttl", "text/turtle"), ("jsonld", "application/ld+json"))
            if listing.edition(identifier)
        ]
        licence = dataset_licence()
        links += [f'<{licence}>; rel="license"'] if licence else []
        response.headers["Link"] = ", ".join(links)
        return response

    @routes.get("/releases/<release>/<path:name>")
    def of_release(release: str, name: str) -> Response:
        """Send a file under its release; it never changes there."""
        held = known(release)
        if not held.folder.is_dir():
            raise NotKnown("Release %(name)s is not kept here.", "See /releases.", name=release)
        if name == MANIFEST and held.itself:
            return downloads.send_bytes(held, name, held.itself, responses.FOR_EVER)
        return downloads.send(name, responses.FOR_EVER, held)

    return routes


def _page(template: str, suffix: str, mark: str, **view: object) -> Response:
    lang = site.reader_language()
    response = responses.answer(
        lambda: render_template(template, **view),
        HTML,
        variant=f"{lang.tag} {mark}",
        vary=("Accept-Language",) if suffix else ("Accept", "Accept-Language"),
    )
    response.headers["Content-Language"] = lang.tag
    return response
