"""The catalogue of a release as statements: what belongs to an entry, and what makes a page.

Read from the release's own file, not from the store: some engines turn the datatypes that
DCAT-AP asks for into others. Addresses (where a file or service is reached) are exchanged
for served ones here, on terms; names of things stay canonical. Knows no request.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pyoxigraph as ox

from renkei.errors import BadRequest, NotKnown
from renkei.release import Release
from renkei.terms import PREFIXES, Addresses

VOCABULARIES = {
    **PREFIXES,
    "adms": "http://www.w3.org/ns/adms#",
    "dcatap": "http://data.europa.eu/r5r/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "voidext": "http://ldf.fi/void-ext#",
}


def node(prefix: str, name: str) -> ox.NamedNode:
    """Return a term of a vocabulary with a standard prefix."""
    return ox.NamedNode(VOCABULARIES[prefix] + name)


TYPE = node("rdf", "type")
ADDRESSES = {
    node(*name)
    for name in (
        ("dcat", "accessURL"), ("dcat", "downloadURL"), ("dcat", "endpointURL"),
        ("dcat", "endpointDescription"), ("dcat", "landingPage"), ("foaf", "homepage"),
        ("foaf", "page"), ("vcard", "hasURL"), ("void", "dataDump"), ("void", "sparqlEndpoint"),
    )
}  # fmt: skip
# An entry that a harvester takes by itself: the statements of another do not lead into it.
_ENTRIES = {
    node("dcat", n) for n in ("Catalog", "Dataset", "DatasetSeries", "DataService", "CatalogRecord")
}
_LISTS = (node("dcat", "dataset"), node("dcat", "service"), node("dcat", "record"))


@dataclass(frozen=True)
class Page:
    """One page: its number, how many there are, all entries that match, and the statements."""

    number: int
    last: int
    total: int
    size: int
    triples: list[ox.Triple]


class Listing:
    """The catalogue of one release."""

    def __init__(self, release: Release, addresses: Addresses) -> None:
        self.release, self.addresses = release, addresses
        path = release.path("catalogue.ttl")
        self.of: dict[ox.NamedNode, list[ox.Triple]] = defaultdict(list)
        for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.NamedNode):
                self.of[quad.subject].append(quad.triple)
        self.kinds = {
            subject: {t.object for t in triples if t.predicate == TYPE}
            for subject, triples in self.of.items()
        }
        self.datasets = self.typed("Dataset")
        self.catalogue = next(iter(self.typed("Catalog")), None)

    def typed(self, name: str) -> list[ox.NamedNode]:
        """Return the entries of a DCAT class in the order of their IRIs: a stable one."""
        return sorted((s for s, k in self.kinds.items() if node("dcat", name) in k), key=str)

    def values(self, subject: ox.NamedNode, prefix: str, name: str) -> list[object]:
        """Return what is said of *subject* under one property."""
        predicate = node(prefix, name)
        return [t.object for t in self.of.get(subject, ()) if t.predicate == predicate]

    def first(self, subject: ox.NamedNode, prefix: str, name: str) -> str | None:
        """Return the text or IRI of the first of `values`."""
        return next((t.value for t in self.values(subject, prefix, name)
                     if isinstance(t, (ox.NamedNode, ox.Literal))), None)  # fmt: skip

    def text(
        self, subject: ox.NamedNode, prefix: str, name: str, languages: Sequence[str]
    ) -> str | None:
        """Return a text in the first of *languages* that there is, else in any."""
        found = {t.language or "": t.value for t in self.values(subject, prefix, name)
                 if isinstance(t, ox.Literal)}  # fmt: skip
        return next((found[tag] for tag in languages if tag in found), None) or next(
            iter(found.values()), None
        )

    def about(self, entry: ox.NamedNode) -> list[ox.Triple]:
        """Return the statements of *entry* and of all that belongs to it. Raises NotKnown."""
        if entry not in self.of:
            raise NotKnown(f"The catalogue has no entry {entry.value}.",
                           "See /catalogue for what it lists.", iri=entry.value)  # fmt: skip
        return self._reached([entry])

    def _reached(self, starts: Iterable[ox.NamedNode]) -> list[ox.Triple]:
        starts = list(starts)
        waiting, seen = list(starts), set(starts)
        found: list[ox.Triple] = []
        while waiting:
            subject = waiting.pop()
            found += self.of[subject]
            for triple in self.of[subject]:
                there = triple.object
                if not isinstance(there, ox.NamedNode) or there in seen or there not in self.of:
                    continue
                if self.kinds[there] & _ENTRIES:
                    continue
                seen.add(there)
                waiting.append(there)
        return found

    def modified(self, entry: ox.NamedNode) -> datetime | None:
        """Return when *entry* was last changed."""
        text = self.first(entry, "dct", "modified")
        return instant(text) if text else None

    def page(self, number: int, size: int, since: datetime | None = None) -> Page:
        """Return page *number*, from 1; only what was changed since *since*, where it is given.

        The first page also has what belongs to no data set: services and the series. All
        pages together are the whole catalogue. Raises NotKnown behind the last page.
        """
        chosen = [
            d for d in self.datasets
            if since is None or ((changed := self.modified(d)) is not None and changed >= since)
        ]  # fmt: skip
        last = max(1, -(-len(chosen) // size))
        if number > last:
            raise NotKnown(f"The catalogue has {last} pages; there is no page {number}.",
                           "Follow hydra:next from the first page.", pages=last)  # fmt: skip
        here = chosen[(number - 1) * size : number * size]
        entries = list(here)
        if number == 1:
            entries += [*self.typed("DataService"), *self.typed("DatasetSeries")]
        entries += self._records(entries)
        triples = self._reached(entries)
        if self.catalogue is not None:
            shown = set(entries)
            own = self._reached([self.catalogue])
            triples += [
                t for t in own
                if t.subject != self.catalogue or t.predicate not in _LISTS or t.object in shown
            ]  # fmt: skip
        return Page(number, last, len(chosen), size, list(dict.fromkeys(triples)))

    def _records(self, entries: Iterable[ox.NamedNode]) -> list[ox.NamedNode]:
        wanted = set(entries)
        topic = node("foaf", "primaryTopic")
        return [
            record
            for record in self.typed("CatalogRecord")
            if any(t.predicate == topic and t.object in wanted for t in self.of[record])
        ]

    def served(self, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
        """Return *triples* with addresses under the root exchanged for those served here."""
        return served(triples, self.addresses)


def served(triples: Iterable[ox.Triple], addresses: Addresses) -> list[ox.Triple]:
    """Exchange the objects of address properties; a page described is described there as well."""
    out: list[ox.Triple] = []
    triples = list(triples)
    moved: dict[object, ox.NamedNode] = {}
    for triple in triples:
        there = triple.object
        if triple.predicate in ADDRESSES and isinstance(there, ox.NamedNode) and (
            addresses.is_ours(there.value)
        ):  # fmt: skip
            moved[there] = ox.NamedNode(addresses.served(there.value))
            triple = ox.Triple(triple.subject, triple.predicate, moved[there])
        out.append(triple)
    document = node("foaf", "Document")
    pages = {t.subject for t in triples if t.predicate == TYPE and t.object == document}
    out += [
        ox.Triple(moved[t.subject], t.predicate, t.object)
        for t in triples
        if t.subject in moved and t.subject in pages
    ]
    return sorted(set(out), key=str)


def instant(text: str) -> datetime:
    """Return an ISO 8601 date or date and time; without a zone it is UTC. Raises BadRequest."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest(f'"{text}" is no date.',
                         "Write it like 2026-04-01 or 2026-04-01T09:00:00Z.") from None  # fmt: skip
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
