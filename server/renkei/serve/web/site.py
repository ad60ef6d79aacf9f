"""What every answer needs: release, store, addresses, language, and the headers of a 200.

One Site stands for one release in one process. The public address comes from a setting,
never from the request; links inside pages are paths, so that a page works wherever it is
reached.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from flask import Response, current_app, request

from renkei import __version__
from renkei.config import Settings
from renkei.language import locale
from renkei.language.locale import Language
from renkei.rdf import iris
from renkei.rdf.formats import DOCUMENT_FORMATS, HTML, TURTLE, Format
from renkei.rdf.serialization import GraphWriter
from renkei.release import INDEX, Release
from renkei.serve.http import negotiation
from renkei.serve.read.reader import Reader
from renkei.serve.web.rate_limit import Budget
from renkei.stores.base import Store

FRESH = "public, max-age=60"
FOR_EVER = "public, max-age=31536000, immutable"
Value = TypeVar("Value")
ENCODINGS = ("-gzip", "-br", "-zstd")


@dataclass
class Site:
    """A release, ready to be read."""

    release: Release
    store: Store
    settings: Settings
    reader: Reader = field(init=False)
    addresses: iris.Addresses = field(init=False)
    writer: GraphWriter = field(init=False)
    budget: Budget = field(init=False)
    memory: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make what every room uses: one reader, one writer, one budget of each client."""
        self.reader = Reader(self.release, self.store)
        self.addresses = iris.Addresses(self.release.manifest.root, self.settings.public)
        self.budget = Budget(self.settings.client_seconds)
        self.writer = GraphWriter.of(self.release, self.settings.public)
        self._base = urlsplit(self.settings.public).path
        self.release.compared.begin(("data.nq", "description.nq", INDEX, "catalogue.ttl"))

    def once(self, key: str, make: Callable[[], Value]) -> Value:
        """Return what *make* gives, made once: the release never changes."""
        if key not in self.memory:
            self.memory[key] = make()
        value: Value = self.memory[key]
        return value

    @property
    def root(self) -> str:
        """The canonical root of the publication."""
        return self.release.manifest.root

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages a reader may choose: those of the publication."""
        return self.release.manifest.languages or ("en",)

    def title(self, lang: Language) -> str:
        """Return the publication's title in the reader's language, else in its first."""
        titles = self.release.manifest.title
        return titles.get(lang.tag) or next(iter(titles.values()), self.release.manifest.dataset)

    def title_tag(self, lang: Language) -> str:
        """Return the language that the title is given in; nothing where it is an IRI."""
        titles = self.release.manifest.title
        return lang.tag if titles.get(lang.tag) else next(iter(titles), "")

    def path(self, path: str = "", **query: str | int) -> str:
        """Return the path of a page of ours, below the path of the public address."""
        asked = f"?{urlencode(query)}" if query else ""
        return self._base + quote(path, safe="/.~-_%#+:@!$&'()*,;=") + asked

    def href(self, iri: str) -> str | None:
        """Return what a link to *iri* goes to: our page, a web address, or nothing.

        Only http, https and mailto are links; any other scheme is shown and not linked.
        """
        if self.addresses.is_ours(iri):
            rest = iri[len(self.root) :]
            if rest.startswith("id/"):
                rest = "doc/" + rest.removeprefix("id/")
            return self._base + iris.encoded(rest)
        if iri.startswith(("http://", "https://", "mailto:", "tel:")):
            return iris.encoded(iri)
        return None

    def name(self, iri: str, lang: Language) -> tuple[str, str]:
        """Return a name for *iri* and its language: a label, else the IRI made short."""
        label = self.reader.label(iri, lang.tag)
        return label or (iris.shorten(iri, self.reader.prefixes), "")


def here() -> Site:
    """Return the site of the running application."""
    site: Site = current_app.extensions["renkei"]
    return site


def reader_language() -> Language:
    """Return the language of the present request."""
    return locale.of(request, here().languages)


def etag(*variant: str) -> str:
    """Return the strong ETag of the present address: release, program, address, variant."""
    site = here()
    asked = request.full_path if request.query_string else request.path
    settings = site.settings
    shown = (settings.public, settings.tiles, settings.tiles_credit)
    parts = (site.release.manifest.id, __version__, *shown, asked, *variant)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def answer(
    make: Callable[[], bytes | str],
    fmt: Format,
    *,
    variant: str = "",
    vary: Sequence[str] = ("Accept",),
    links: Sequence[str] = (),
    location: str | None = None,
    content_type: str | None = None,
) -> Response:
    """Return a 200 with *make*'s body, or 304 without calling it when the client has it.

    The ETag names the variant: format, and language where that decided.
    """
    tag = etag(fmt.name, variant)
    known = {_bare(t) for t in request.if_none_match.as_set()}
    response = Response(status=304) if tag in known else Response(make(), status=200)
    if response.status_code == 200:
        response.headers["Content-Type"] = content_type or fmt.content_type
    response.set_etag(tag)
    response.headers["Cache-Control"] = FRESH
    for name in vary:
        response.vary.add(name)
    if location:
        response.headers["Content-Location"] = location
    if links:
        response.headers["Link"] = ", ".join(links)
    return response


def lead(address: str, status: int = 303) -> Response:
    """Return an answer that leads to *address* and has no body: the header says all."""
    response = Response(status=status)
    del response.headers["Content-Type"]
    response.headers["Location"] = address
    return response


def _bare(tag: str) -> str:
    """Return an ETag without the mark of a content coding."""
    bare = tag.strip('"')
    return next((bare.removesuffix(e) for e in ENCODINGS if bare.endswith(e)), bare)


def wanted(
    suffix: Format | None, formats: Sequence[Format] = DOCUMENT_FORMATS, default: Format = TURTLE
) -> Format:
    """Return the format of the present request: the suffix wins over Accept."""
    if suffix is not None and suffix in formats:
        return suffix
    return negotiation.choose(request.headers.get("Accept"), formats, default)


def is_page(fmt: Format) -> bool:
    """Say whether *fmt* is for eyes."""
    return fmt is HTML
