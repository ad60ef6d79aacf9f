"""`/releases`: the release served and those kept beside it, each with its files for ever.

A release never changes, so what stands under its identifier may be kept by any cache as long
as it likes. Its page and its description may not: they name the releases around it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox
from flask import Blueprint, Response, render_template
from flask.blueprints import BlueprintSetupState

from renkei.errors import NotKnown
from renkei.rdf.formats import HTML, Format
from renkei.release import Manifest, Release, kept
from renkei.serve.api import downloads
from renkei.serve.api.dcat import answer_data, listing_of, write
from renkei.serve.pages import citation, template_context
from renkei.serve.web import responses
from renkei.serve.web.site import Site, dataset_licence, here, reader_language, site_of

routes = Blueprint("releases", __name__)


@dataclass(frozen=True)
class Shown:
    """A release as its page shows it: what it says of itself, and those before and after it."""

    manifest: Manifest
    is_current: bool
    newer: str | None
    older: str | None


class KeptReleases:
    """The releases that can be had beside the one served, newest first."""

    def __init__(self, served: Release) -> None:
        self._served = served.manifest.id
        self._by_id = {r.manifest.id: r for r in kept(served)}
        self.order = list(self._by_id)
        self.mark = " ".join(self.order)

    def find(self, identifier: str) -> Release:
        """Return a release. Raises NotKnown."""
        if identifier not in self._by_id:
            raise NotKnown(
                "Release %(name)s is not kept here.",
                "The release served is %(release)s.",
                name=identifier,
                release=self._served,
            )
        return self._by_id[identifier]

    def named(self, word: str) -> Release:
        """Return the release that *word* names: by its identifier, or the last of a version.

        Raises NotKnown.
        """
        held = (r for r in self._by_id.values() if r.manifest.version == word)
        return self._by_id.get(word) or next(held, None) or self.find(word)

    def shown(self, identifier: str) -> Shown:
        """Return a release with those before and after it."""
        place = self.order.index(identifier)
        return Shown(
            self._by_id[identifier].manifest,
            identifier == self._served,
            self.order[place - 1] if place else None,
            self.order[place + 1] if place + 1 < len(self.order) else None,
        )


def kept_releases(site: Site) -> KeptReleases:
    """Return the releases that can be had here."""
    return site.once("kept", lambda: KeptReleases(site.release))


@routes.record_once
def _prepare(state: BlueprintSetupState) -> None:
    """Look which releases are kept before processes are forked."""
    kept_releases(site_of(state))


@routes.get("/releases")
@routes.get("/releases.<suffix>")
def every(suffix: str = "") -> Response:
    """List the releases kept here; as data, the series they belong to."""
    kept_here, listing = kept_releases(here()), listing_of(here())
    path, fmt = responses.split(f"releases.{suffix}" if suffix else "releases")
    if suffix and fmt is None:
        raise NotKnown("Nothing is published at %(path)s.", "See /releases.", path=f"/{path}")
    wanted = responses.wanted(fmt, default=HTML)
    if wanted is not HTML:
        series = next(iter(listing.typed("DatasetSeries")), None)
        return _described(series, "releases", wanted, suffix)
    return _page(
        "releases.html",
        suffix,
        kept_here.mark,
        releases=[kept_here.shown(i) for i in kept_here.order],
    )


@routes.get("/releases/<release>")
def one(release: str) -> Response:
    """Say what a release is: its files, their digests, how to cite it."""
    kept_here, listing = kept_releases(here()), listing_of(here())
    identifier, fmt = responses.split(release)
    held = kept_here.find(identifier)
    wanted = responses.wanted(fmt, default=HTML)
    path, suffix = f"releases/{identifier}", fmt.suffix if fmt else ""
    if wanted is not HTML:
        return _described(listing.edition(identifier), path, wanted, suffix)
    iri = here().addresses.root + path
    lang = reader_language()
    title = held.manifest.title
    response = _page(
        "release.html",
        suffix,
        kept_here.mark,
        shown=kept_here.shown(identifier),
        iri=iri,
        rows=[
            (name, entry, here().path(f"{path}/{name}"))
            for name, entry in sorted(held.manifest.files.items())
        ],
        holds=downloads.holds,
        cite=citation.citations(
            here(), iri, title.get(lang.tag) or here().title(lang), lang,
            held.manifest,
        ),
        formats=template_context.formats_of(path) if listing.edition(identifier) else [],
    )  # fmt: skip
    responses.add_links(response, _links(path, bool(listing.edition(identifier))))
    return response


def _links(path: str, described: bool) -> list[str]:
    """Return the links of the page of a release at *path*; *described* says that it is data too."""
    site = here()
    links = [
        f'<{site.root}{path}>; rel="cite-as"',
        f'<{site.addresses.public}releases>; rel="collection"',
    ]
    links += [
        f'<{site.addresses.public}{path}.{suffix}>; rel="describedby"; type="{media_type}"'
        for suffix, media_type in (("ttl", "text/turtle"), ("jsonld", "application/ld+json"))
        if described
    ]
    licence = dataset_licence()
    return [*links, f'<{licence}>; rel="license"'] if licence else links


def _described(entry: ox.NamedNode | None, path: str, fmt: Format, suffix: str) -> Response:
    """Answer with what the catalogue says of *entry*. Raises NotKnown."""
    if entry is None:
        raise NotKnown(
            "This release has no description of itself.",
            "Its manifest.json and its page list its files.",
        )
    listing = listing_of(here())
    triples = listing.served(listing.about(entry))
    return answer_data(lambda: write(triples, fmt), fmt, path, suffix, kept_releases(here()).mark)


def _page(template: str, suffix: str, mark: str, **view: object) -> Response:
    lang = reader_language()
    response = responses.answer(
        lambda: render_template(template, **view),
        HTML,
        variant=f"{lang.tag} {mark}",
        vary=("Accept-Language",) if suffix else ("Accept", "Accept-Language"),
    )
    response.headers["Content-Language"] = lang.tag
    return response
