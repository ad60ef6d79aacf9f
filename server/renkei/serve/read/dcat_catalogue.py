"""The catalogue of a release as statements: what belongs to an entry, and what makes a page.

Read from the release's own file, not from the store: some engines turn the datatypes that
DCAT-AP asks for into others. Addresses (where a file or service is reached) are exchanged
for served ones here, on terms; names of things stay canonical. Knows no request.

A release cannot know what was released before it: it is the same bytes on every machine. So
the earlier releases that stand beside it are added here, each as its own catalogue tells of
it, and the series has them all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pyoxigraph as ox

from renkei.errors import BadRequest, FileDamaged, NotKnown
from renkei.language.messages import counted
from renkei.rdf.iris import PREFIXES, Addresses
from renkei.release import Release, kept
from renkei.stores.describe import Named

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
_TEMPORAL = node("dct", "temporal")
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
    """The catalogue of one release, and of those before it unless it is asked for *alone*.

    *earlier* are the releases that were added, newest first; *release_of* says to which of
    them an entry belongs. Where a catalogue among them is damaged, whatever is asked raises
    FileDamaged, which names it: half a catalogue would make a harvester delete the other half.
    """

    earlier: list[Release]
    release_of: dict[ox.NamedNode, Release]
    of: dict[ox.NamedNode, list[ox.Triple]]
    kinds: dict[ox.NamedNode, set[object]]
    datasets: list[ox.NamedNode]
    catalogue: ox.NamedNode | None

    def __init__(self, release: Release, addresses: Addresses, alone: bool = False) -> None:
        self.release, self.addresses, self._alone = release, addresses, alone
        with suppress(FileDamaged):  # said to whoever asks, and all else is served
            self._load()

    def __getattr__(self, name: str) -> object:
        """Read the catalogue where that could not be done before. Raises FileDamaged."""
        if name not in Listing.__annotations__:
            raise AttributeError(name)
        self._load()
        return self.__dict__[name]

    def _load(self) -> None:
        read = Listing.__new__(Listing)
        read.release, read.addresses, read._alone = self.release, self.addresses, self._alone
        read._read()
        self.__dict__.update(read.__dict__)

    def _read(self) -> None:
        self.earlier, self.release_of, self.of = [], {}, defaultdict(list)
        content = self.release.read("catalogue.ttl")
        for quad in ox.parse(content, format=ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.NamedNode):
                self.of[quad.subject].append(quad.triple)
        self._settle()
        if not self._alone:
            self._add_earlier()

    def _settle(self) -> None:
        self.kinds = {
            subject: {t.object for t in triples if t.predicate == TYPE}
            for subject, triples in self.of.items()
        }
        self.datasets = self.typed("Dataset")
        self.catalogue = next(iter(self.typed("Catalog")), None)

    @property
    def mark(self) -> str:
        """What, beside the release, decides what is listed: the releases before it."""
        return " ".join(r.manifest.id for r in self.earlier)

    def edition(self, identifier: str) -> ox.NamedNode | None:
        """Return the entry of the release *identifier* itself, whose files never change."""
        wanted = ox.Literal(identifier)
        return next(
            (s for s in self.datasets if wanted in self.values(s, "dct", "identifier")), None
        )

    def _add_earlier(self) -> None:
        mine = self.release.manifest
        newer = self.edition(mine.id)
        if newer is None:
            return
        for release in kept(self.release):
            if release.manifest.created >= mine.created:
                continue
            entry = self._add(release, newer)
            if entry is not None:
                self.earlier.append(release)
                newer = entry
        self._settle()

    def _add(self, release: Release, newer: ox.NamedNode) -> ox.NamedNode | None:
        """Add the entry of *release* behind the one of the release after it, and return it.

        It is named as its own catalogue does, or, where a later release has taken that name
        (a version packed again), by its identifier. None where it has no entry.
        """
        own = Listing(release, self.addresses, alone=True)
        named = own.edition(release.manifest.id)
        if named is None:
            return None
        dataset = ox.NamedNode(self.release.manifest.dataset)
        entry = named
        if named in self.of:
            entry = ox.NamedNode(f"{dataset.value}/{release.manifest.id}")
        records = own._records([named])
        triples = [_renamed(t, named, entry, self.release.manifest.root)
                   for t in own._reached([named, *records])]  # fmt: skip
        if entry != named:
            triples = [_marked(t, entry, release.manifest.id) for t in triples]
        known = set(self.of)
        for triple in triples:
            subject = triple.subject
            if subject in known or not isinstance(subject, ox.NamedNode):
                continue  # what both releases describe is described as it is now
            self.of[subject].append(triple)
            if subject == entry or subject.value.startswith((f"{entry.value}/", f"{entry.value}#")):
                self.release_of[subject] = release
        pairs = [
            (dataset, "dcat", "hasVersion", entry),
            (dataset, "dct", "hasVersion", entry),
            (newer, "dcat", "prev", entry),
            (newer, "dcat", "previousVersion", entry),
        ]
        pairs += [(s, "dcat", "seriesMember", entry) for s in self.typed("DatasetSeries")]
        if self.catalogue is not None:
            pairs.append((self.catalogue, "dcat", "dataset", entry))
            topics = {t.subject for t in triples if t.predicate == node("foaf", "primaryTopic")}
            pairs += [(self.catalogue, "dcat", "record", r) for r in topics
                      if isinstance(r, ox.NamedNode)]  # fmt: skip
        for subject, prefix, name, there in pairs:
            self.of[subject].append(ox.Triple(subject, node(prefix, name), there))
        return entry

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

    def name(self, subject: ox.NamedNode, languages: Sequence[str]) -> str | None:
        """Return what *subject* is called, in the first of *languages* that there is, else any."""
        quads = (ox.Quad(*triple) for triple in self.of.get(subject, ()))
        label = Named(quads, self.release.manifest.naming).label((*languages, ""))
        return label[0] if label else None

    def about(self, entry: ox.NamedNode) -> list[ox.Triple]:
        """Return the statements of *entry* and of all that belongs to it. Raises NotKnown."""
        if entry not in self.of:
            raise NotKnown(
                "The catalogue has no entry %(iri)s.",
                "See /catalogue for what it lists.",
                iri=entry.value,
            )
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
            raise NotKnown(
                counted(
                    "The catalogue has %(number)s page; there is no page %(page)s.",
                    "The catalogue has %(number)s pages; there is no page %(page)s.",
                    last,
                ),
                "Follow hydra:next from the first page.",
                page=number,
                pages=last,
            )
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
        """Return *triples* as harvesters read them: addresses as served, periods within."""
        return with_periods_within(served(triples, self.addresses))


def _renamed(triple: ox.Triple, old: ox.NamedNode, new: ox.NamedNode, root: str) -> ox.Triple:
    """Return *triple* with *new* for *old*, also in the names of its files and its record."""

    def slug(node: ox.NamedNode) -> str:
        return node.value.removeprefix(root).replace("/", "-")

    def name(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> ox.NamedNode:
        assert isinstance(term, ox.NamedNode)
        if term == old or term.value.startswith((f"{old.value}/", f"{old.value}#")):
            return ox.NamedNode(new.value + term.value[len(old.value) :])
        if term.value.endswith(f"/record/{slug(old)}"):
            return ox.NamedNode(term.value.removesuffix(slug(old)) + slug(new))
        return term

    if old == new:
        return triple
    there = triple.object
    return ox.Triple(
        name(triple.subject) if isinstance(triple.subject, ox.NamedNode) else triple.subject,
        triple.predicate,
        name(there) if isinstance(there, ox.NamedNode) else there,
    )


def _marked(triple: ox.Triple, entry: ox.NamedNode, identifier: str) -> ox.Triple:
    """Return *triple* with the identifier behind the title of *entry*: the version is shared."""
    there = triple.object
    if triple.subject != entry or triple.predicate != node("dct", "title"):
        return triple
    assert isinstance(there, ox.Literal)
    text = f"{there.value} ({identifier})"
    title = ox.Literal(text, language=there.language) if there.language else ox.Literal(text)
    return ox.Triple(entry, triple.predicate, title)


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


def with_periods_within(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Write each period where it is named, as a blank node that says its IRI.

    A harvester (udata) looks up the IRI of a period, though it is described beside it, and takes
    the period for lost where nothing answers there.
    """
    triples = list(triples)
    named = {t.object for t in triples if t.predicate == _TEMPORAL}
    kind = node("dct", "PeriodOfTime")
    periods = sorted(
        {t.subject for t in triples if t.predicate == TYPE and t.object == kind} & named, key=str
    )
    within: dict[object, ox.BlankNode] = {
        period: ox.BlankNode(f"period{number}") for number, period in enumerate(periods)
    }
    out = [ox.Triple(within[p], node("owl", "sameAs"), p) for p in periods]
    for triple in triples:
        there = triple.object
        if triple.predicate == _TEMPORAL:
            there = within.get(there, there)
        out.append(ox.Triple(within.get(triple.subject, triple.subject), triple.predicate, there))
    return out


def instant(text: str) -> datetime:
    """Return an ISO 8601 date or date and time; without a zone it is UTC. Raises BadRequest."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest(
            '"%(text)s" is no date.',
            "Write it like 2026-04-01 or 2026-04-01T09:00:00Z.",
            text=text,
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
