"""What every answer needs: release, store, addresses, language, and the headers of a 200.

One Site stands for one release in one process. The public address comes from a setting,
never from the request; links inside pages are paths, so that a page works wherever it is
reached.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote

import pyoxigraph as ox
from flask import current_app, request
from flask.blueprints import BlueprintSetupState

from renkei.config import Settings
from renkei.errors import FileDamaged, RenkeiError
from renkei.language.locale import Language, named
from renkei.page_plan import Plan, plan_of
from renkei.rdf import iris
from renkei.rdf.serialization import GraphWriter
from renkei.release import DATA, INDEX, TERMS, WORDS, Release
from renkei.serve.http import negotiation
from renkei.serve.read import claims, search_index
from renkei.serve.read.reader import DCT, Reader
from renkei.serve.web.links import Links
from renkei.serve.web.rate_limit import Budget
from renkei.stores.base import Store

Value = TypeVar("Value")

log = logging.getLogger("renkei.serve")


@dataclass
class Site:
    """A release, ready to be read."""

    release: Release
    store: Store
    settings: Settings
    present: str = ""  # where the present release is, if this one is of an earlier day
    reader: Reader = field(init=False)
    addresses: iris.Addresses = field(init=False)
    links: Links = field(init=False)
    writer: GraphWriter = field(init=False)
    budget: Budget = field(init=False)
    memory: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make what every room uses: one reader, one writer, one budget of each client."""
        self.reader = Reader(self.release, self.store)
        with suppress(FileDamaged):  # whoever needs what is damaged says so
            self.reader.load()
        self.addresses = iris.Addresses(self.release.manifest.root, self.settings.public)
        self.budget = Budget(self.settings.client_seconds)
        self.writer = GraphWriter.of(self.release, self.settings.public)
        self.links = Links(
            self.addresses, lambda: self.claims, frozenset(self.release.manifest.apart)
        )
        self.release.compared.begin((DATA, "description.nq", INDEX, TERMS, WORDS, "catalogue.ttl"))

    def warm(self) -> None:
        """Learn what every request needs, before processes are forked that share it.

        What a process learns by itself makes its first answer take long, and one that takes
        long is replaced: where all take long, none would ever know anything. A store that does
        not answer now is asked when it is needed. No connection to it stays open.
        """
        try:
            self.reader.warm()
            _ = self.claims, self.plan
        except RenkeiError as error:
            log.warning("not read beforehand: %s", error)
        self.store.rest()

    def once(self, key: str, make: Callable[[], Value]) -> Value:
        """Return what *make* gives, made once: the release never changes."""
        if key not in self.memory:
            self.memory[key] = make()
        value: Value = self.memory[key]
        return value

    @cached_property
    def queried(self) -> frozenset[str]:
        """The addresses, below the root, of things whose IRI has a query part."""
        return frozenset(self.release.manifest.queried)

    @property
    def plan(self) -> Plan:
        """How the publication shows its own kinds."""
        return self.once("plan", lambda: plan_of(self.release))

    @property
    def claims(self) -> frozenset[str]:
        """The IRIs of the data that stand where pages of the program do, or end as formats do."""
        return self.once("claims", lambda: claims.claimed(self.reader))

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
        """Return the path of a page of ours; see `Links.path`."""
        return self.links.path(path, **query)

    def href(self, iri: str) -> str | None:
        """Return what a link to *iri* goes to; see `Links.href`."""
        return self.links.href(iri)

    def name(self, iri: str, lang: Language) -> tuple[str, str]:
        """Return a name for *iri* and its language: a label, else see `iris.called`."""
        label = self.reader.label(iri, lang.tag)
        known = bool(self.reader.types(iri))
        return label or (iris.called(iri, self.reader.prefixes, self.root, known), "")


def sent_path() -> str:
    """Return the path of the present request as it was sent, percent-encoded, without a slash.

    A server names it RAW_URI or REQUEST_URI; where it does not, the path is encoded anew.
    """
    environ = request.environ
    sent: str = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    if sent.startswith("/"):
        return sent.partition("?")[0].partition("#")[0].lstrip("/")
    octets: bytes = environ["PATH_INFO"].encode("latin-1")
    return quote(octets, safe="/:@!$&'()*+,;=~-._").lstrip("/")


def here() -> Site:
    """Return the site of the running application."""
    site: Site = current_app.extensions["renkei"]
    return site


def site_of(state: BlueprintSetupState) -> Site:
    """Return the site of the application that a blueprint is being registered with."""
    site: Site = state.app.extensions["renkei"]
    return site


def reader_language() -> Language:
    """Return the language of the present request: the one wished for, else the first."""
    return wished_language() or named(here().languages[0])


def wished_language() -> Language | None:
    """Return the language that the present request names by `?lang=`, else by Accept-Language.

    A `lang` that the publication does not have is passed over, as an unknown tag in
    Accept-Language is. None where it names none that there is.
    """
    languages = here().languages
    tag: str | None = request.args.get("lang", "")
    if tag not in languages:
        tag = negotiation.named_language(request.headers.get("Accept-Language"), languages)
    return named(tag) if tag else None


def languages_told() -> list[Language]:
    """Return the languages in which the present request is told what cannot be said in data.

    The one it wishes for. Where it names none, nobody knows who reads: then the first language
    of the publication and its second, or English where it has no other.
    """
    wished = wished_language()
    if wished is not None:
        return [wished]
    all_ = {lang.interface: lang for lang in map(named, (*here().languages, "en"))}
    return list(all_.values())[:2]


@dataclass(frozen=True)
class Contact:
    """Whom to write to: an address (`mailto:…` or a page), and the name of who answers."""

    address: str
    name: str


def dataset_contact() -> Contact | None:
    """Return whom the publication names to write to; None where that leads only to its own root."""
    site = here()

    dcat, vcard = iris.PREFIXES["dcat"], iris.PREFIXES["vcard"]

    def find() -> Contact | None:
        who = _stated(site, site.release.manifest.dataset, f"{dcat}contactPoint")
        if who is None:
            return None
        way = _stated(site, who, vcard + "hasEmail") or _stated(site, who, vcard + "hasURL")
        name = _stated(site, who, vcard + "fn") or _stated(site, who, vcard + "hasFN")
        if way is None or way.rstrip("/") == site.root.rstrip("/"):
            return None
        return Contact(site.addresses.served(way), name or way.removeprefix("mailto:"))

    return site.once("contact", find)


def _stated(site: Site, subject: str, predicate: str) -> str | None:
    """Return what is stated as *predicate* of *subject*, the first by its text."""
    quads = site.reader.statements(subject)
    values = [q.object.value for q in quads if q.predicate.value == predicate
              and isinstance(q.object, (ox.NamedNode, ox.Literal))]  # fmt: skip
    return min(values, default=None)


def dataset_licence() -> str | None:
    """Return the licence of the dataset."""
    site = here()

    def find() -> str | None:
        quads = site.reader.statements(site.release.manifest.dataset)
        return next(
            (
                q.object.value
                for q in quads
                if q.predicate.value == DCT + "license" and isinstance(q.object, ox.NamedNode)
            ),
            None,
        )

    return site.once("licence", find)


def search_index_of(site: Site) -> search_index.Index:
    """Return the index of this release."""
    return site.once("finding", lambda: search_index.Index(site.reader))
