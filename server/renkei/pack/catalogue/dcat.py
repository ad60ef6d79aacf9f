"""List a release for catalogues: DCAT 3 as DCAT-AP 3.0.1 wants it.

The publication's own `data/catalogue.ttl` comes first and is never contradicted. What it
leaves out and the release knows is filled in: files with size and checksum, services, the
version and its series, a record for each entry, and the nodes of code lists that are
named, typed, because harvesters look for them in the same graph (`catalogue/`). A title of
ours is written in each language of the publication.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

import pyoxigraph as ox

from renkei.pack.catalogue.shipped import parsed
from renkei.pack.reading.source_files import CATALOGUE
from renkei.pack.reading.sources import Configuration, Publication
from renkei.rdf.formats import GRAPH_FORMATS
from renkei.rdf.graph_builder import TYPE, Notes, Value, literal, node

_WORDS = "urn:renkei:words:"
_IN_A_SEGMENT = "!$&'()*+,;=:@~"  # of a path, as they are (RFC 3986, section 3.3)
_IANA = "https://www.iana.org/assignments/media-types/"
_AVAILABILITY = ox.NamedNode(
    "http://publications.europa.eu/resource/authority/planned-availability/STABLE"
)
_STANDARD = ox.NamedNode("http://data.europa.eu/r5r/")
_UPDATED = ox.NamedNode("http://purl.org/adms/changetype/updated")
_SUFFIXES = {f.suffix: f.media_type for f in GRAPH_FORMATS}
# What an entry says like the data set it belongs to, unless it says so itself.
_SHARED = (
    ("dct", "publisher"), ("dct", "creator"), ("dct", "license"), ("dct", "language"),
    ("dct", "accessRights"), ("dct", "spatial"), ("dct", "temporal"), ("dct", "provenance"),
    ("dct", "accrualPeriodicity"), ("dcat", "contactPoint"), ("dcat", "theme"),
    ("dcat", "keyword"),
)  # fmt: skip
# Of these, what is about the things of the data: a vocabulary has words of its own, and neither
# place nor time.
_ABOUT_THINGS = (("dct", "spatial"), ("dct", "temporal"), ("dcat", "keyword"))
_KINDS = {
    name: ox.NamedNode(f"http://publications.europa.eu/resource/authority/dataset-type/{kind}")
    for name, kind in (("vocabulary", "ONTOLOGY"), ("shapes", "SCHEMA"))
}


# Which entries a harvester takes by themselves; one is not part of another's content.
_ENTRIES = {
    node("dcat", name)
    for name in ("Catalog", "Dataset", "DatasetSeries", "DataService", "CatalogRecord")
}
# What changes with dates and versions, and not with what an entry holds.
_NO_CONTENT = {
    node(*name)
    for name in (("dct", "issued"), ("dct", "modified"), ("dct", "hasVersion"),
                 ("dcat", "hasVersion"), ("dcat", "hasCurrentVersion"), ("dcat", "version"))
}  # fmt: skip
# Since when there is a thing, and since when it has a content, which is told by its statements or
# by a digest: see `pack.ledger`.
DatesOf = Callable[[str, Iterable[object] | str], tuple[str, str]]


@dataclass(frozen=True)
class File:
    """A file of a release as the catalogue tells it: name, media type, size, SHA-256 in hex."""

    name: str
    media_type: str
    size: int = 0
    sha256: str = "0" * 64

    @property
    def last(self) -> str:
        """The name without its folder."""
        return self.name.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Listed:
    """A table that the catalogue lists as a data set of its own: its IRI, and its files' stem."""

    iri: ox.NamedNode
    stem: str


def describes(publication: Publication) -> bool:
    """Say whether authors describe a catalogue or data set at all: then it must harvest."""
    wanted = {node("dcat", "Catalog"), node("dcat", "Dataset")}
    return any(q.predicate == TYPE and q.object in wanted for q in publication.catalogue)


def catalogue(
    publication: Publication,
    identifier: str,
    dates: DatesOf,
    files: Sequence[File],
    tables: Sequence[Listed] = (),
    table_quads: Iterable[ox.Quad] = (),
) -> list[ox.Quad]:
    """Return the catalogue of the release *identifier* with *files*, in the catalogue's graph.

    *dates* gives since when something has which content. *table_quads* are what authors say of
    *tables*.
    """
    return _Writing(publication, identifier, dates, files, tables, table_quads).whole()


class _Writing:
    """A catalogue being written: one method a kind of entry."""

    def __init__(
        self,
        publication: Publication,
        identifier: str,
        dates: DatesOf,
        files: Sequence[File],
        tables: Sequence[Listed],
        table_quads: Iterable[ox.Quad],
    ) -> None:
        self.publication, self.config = publication, publication.config
        self.root = self.config.root
        self.identifier, self._dates = identifier, dates
        self.files, self.tables = files, tables
        self.notes = Notes(ox.NamedNode(self.root + CATALOGUE), publication.catalogue)
        self.dataset = ox.NamedNode(self.config.dataset)
        self._said_of_tables(table_quads)
        self.catalogue = next(
            iter(self.notes.typed(node("dcat", "Catalog"))), ox.NamedNode(f"{self.root}catalogue")
        )
        self.words = _Words(self.config, self.notes, self.dataset)
        self.data_files = [
            f for f in files if f.name.startswith("dumps/data.") or f.name == "data.nq"
        ]

    def _said_of_tables(self, table_quads: Iterable[ox.Quad]) -> None:
        """Take what authors say of a table where it stands, unless the catalogue says it."""
        listed = {t.iri for t in self.tables}
        before = set(self.notes.quads)
        told = {(q.subject, q.predicate) for q in before}
        for quad in table_quads:
            if (
                quad.subject in listed
                and quad.predicate.value in _TABLE_SAYS
                and (quad.subject, quad.predicate) not in told
            ):
                self.notes.add_statement(quad)

    def whole(self) -> list[ox.Quad]:
        """Return all statements of the catalogue."""
        self._dataset()
        self._catalogue()
        datasets = [self.dataset]
        datasets += self._terms("vocabulary", "ontology", ("https://www.w3.org/TR/owl2-overview/",))
        datasets += self._terms("shapes", "shapes", ("https://www.w3.org/TR/shacl/",))
        datasets += [self._table(table) for table in self.tables]
        version, series = self._version()
        datasets.append(version)
        services = self._services(datasets[0])
        for entry in datasets:
            self.notes.add(self.catalogue, node("dcat", "dataset"), entry)
        for entry in services:
            self.notes.add(self.catalogue, node("dcat", "service"), entry)
        for entry in (self.catalogue, *datasets, series, *services):
            self._date(entry, entry == version)
        for entry in [*datasets, series, *services]:
            self._record(entry)
        self._code_lists()
        return self.notes.quads

    def _dataset(self) -> None:
        notes, dataset = self.notes, self.dataset
        notes.add(dataset, TYPE, node("dcat", "Dataset"))
        for predicate, values in self.config.main.said.items():
            notes.fill(dataset, ox.NamedNode(predicate), *values)
        notes.fill(dataset, node("dct", "title"), *self.words.titles)
        notes.fill(dataset, node("dct", "description"), *self.words("dataset", "description"))
        notes.fill(dataset, node("dct", "identifier"), ox.Literal(dataset.value))
        notes.fill(dataset, node("dct", "language"), *self._languages())
        for catalogue in notes.typed(node("dcat", "Catalog")):
            for term in (node(*name) for name in _SHARED):
                notes.fill(dataset, term, *notes.values(catalogue, term))
        for publisher in notes.values(dataset, node("dct", "publisher")):
            if isinstance(publisher, ox.NamedNode):
                notes.fill(dataset, node("dct", "creator"), publisher)
        for file in self.data_files:
            words = "compressed" if file.last.endswith(".gz") else "data"
            self._distribution(dataset, file, words)
        for file in self.files:
            if file.name.endswith(".xlsx"):
                self._distribution(dataset, file, "workbook")

    def _languages(self) -> list[ox.NamedNode]:
        """Return the EU's nodes for the publication's languages, as far as they are known."""
        known = {
            q.object.value: q.subject
            for q in _authorities()
            if q.predicate == node("dct", "identifier") and isinstance(q.object, ox.Literal)
            and isinstance(q.subject, ox.NamedNode) and "/language/" in q.subject.value
        }  # fmt: skip
        return [known[tag] for tag in self.config.languages if tag in known]

    def _date(self, entry: ox.NamedNode, is_version: bool) -> None:
        """Say since when there is *entry*, and since when it is as it is; of its files as well.

        A version is one content, and its files are as old as it.
        """
        content: Iterable[object] | str
        content = self.identifier if is_version else self._content(entry)
        dates = self._dates(entry.value, content)
        self._put(entry, dates)
        for file in self.notes.values(entry, node("dcat", "distribution")):
            if isinstance(file, ox.NamedNode):
                content = self._content(file)
                self._put(file, dates if is_version else self._dates(file.value, content))

    def _put(self, entry: ox.NamedNode, dates: tuple[str, str]) -> None:
        for name, date in zip(("issued", "modified"), dates, strict=True):
            self.notes.fill(entry, node("dct", name), literal(date, "dateTime"))

    def _content(self, entry: ox.NamedNode) -> Iterator[ox.Triple]:
        """Yield what is said of *entry* and of what belongs to it, which is no entry of its own."""
        waiting, seen = [entry], {entry}
        while waiting:
            subject = waiting.pop()
            for triple in self.notes.about(subject):
                if triple.predicate in _NO_CONTENT:
                    continue
                yield triple
                there = triple.object
                if isinstance(there, ox.NamedNode) and there not in seen and not self._is_entry(
                    there
                ):  # fmt: skip
                    seen.add(there)
                    waiting.append(there)

    def _is_entry(self, subject: ox.NamedNode) -> bool:
        return any(kind in _ENTRIES for kind in self.notes.values(subject, TYPE))

    def _catalogue(self) -> None:
        notes, catalogue = self.notes, self.catalogue
        home = ox.NamedNode(self.root)
        notes.add(catalogue, TYPE, node("dcat", "Catalog"))
        notes.fill(catalogue, node("dct", "title"), *self.words("catalogue", "title"))
        notes.fill(catalogue, node("dct", "description"), *self.words("catalogue", "description"))
        for name in (("dct", "publisher"), ("dct", "license"), ("dct", "language"),
                     ("dct", "spatial"), ("dcat", "contactPoint")):  # fmt: skip
            notes.fill(catalogue, node(*name), *notes.values(self.dataset, node(*name)))
        notes.fill(catalogue, node("foaf", "homepage"), home)
        own = ox.NamedNode(self.root + CATALOGUE)
        told = {q.subject for q in self.publication.quads if q.graph_name != own}
        for page in {*notes.values(catalogue, node("foaf", "homepage")), home}:
            if isinstance(page, ox.NamedNode) and page not in told:  # else it is an author's thing
                notes.add(page, TYPE, node("foaf", "Document"))
                notes.fill(page, node("dct", "title"), *self.words("home", "title"))
        notes.fill(self.dataset, node("dcat", "landingPage"), home)

    def _inherit(self, entry: ox.NamedNode, without: Iterable[tuple[str, str]] = ()) -> None:
        for name in (n for n in _SHARED if n not in without):
            self.notes.fill(entry, node(*name), *self.notes.values(self.dataset, node(*name)))
        self.notes.fill(entry, node("dct", "identifier"), ox.Literal(entry.value))
        self.notes.fill(
            entry, node("dcat", "landingPage"),
            *self.notes.values(self.dataset, node("dcat", "landingPage")),
        )  # fmt: skip

    def _terms(self, name: str, folder: str, standards: Iterable[str]) -> list[ox.NamedNode]:
        """Describe the vocabulary or the shapes as a data set; nothing where there are none."""
        file = next((f for f in self.files if f.name == f"dumps/{name}.ttl"), None)
        if file is None:
            return []
        entry = ox.NamedNode(f"{self.dataset.value}/{name}")
        self.notes.add(entry, TYPE, node("dcat", "Dataset"))
        self.notes.add(entry, node("dct", "type"), _KINDS[name])
        self.notes.fill(entry, node("dct", "title"), *self.words(name, "title"))
        self.notes.fill(entry, node("dct", "description"), *self.words(name, "description"))
        self.notes.fill(entry, node("dcat", "keyword"), *self.words.each(name, "keyword"))
        for standard in standards:
            self.notes.add(entry, node("dct", "conformsTo"), ox.NamedNode(standard))
        self._inherit(entry, without=_ABOUT_THINGS)
        self._distribution(entry, file, "terms")
        self.notes.add(self.dataset, node("dct", "relation"), entry)
        return [entry]

    def _table(self, table: Listed) -> ox.NamedNode:
        self.notes.add(table.iri, TYPE, node("dcat", "Dataset"))
        self.notes.exchange(table.iri, node("dct", "title"), self.words.standing_alone(table.iri))
        self.notes.fill(
            table.iri,
            node("dct", "description"),
            *self.notes.values(table.iri, node("dct", "title")),
        )
        self._inherit(table.iri)
        self.notes.add(table.iri, node("dct", "isPartOf"), self.dataset)
        for file in self.files:
            if file.name == f"tables/{table.stem}.csv":
                made = self._distribution(table.iri, file, "table")
                standard = ox.NamedNode("https://www.w3.org/TR/tabular-data-model/")
                self.notes.add(made, node("dct", "conformsTo"), standard)
            elif file.name == f"tables/{table.stem}.csv-metadata.json":
                made = self._distribution(table.iri, file, "metadata")
                standard = ox.NamedNode("https://www.w3.org/TR/tabular-metadata/")
                self.notes.add(made, node("dct", "conformsTo"), standard)
        return table.iri

    def _version(self) -> tuple[ox.NamedNode, ox.NamedNode]:
        """Describe this release, which never changes, and the series it belongs to."""
        notes = self.notes
        label = self.config.version if self.config.version != "0" else self.identifier
        version = ox.NamedNode(f"{self.dataset.value}/{quote(label, safe=_IN_A_SEGMENT)}")
        series = ox.NamedNode(f"{self.dataset.value}/series")
        notes.add(version, TYPE, node("dcat", "Dataset"))
        notes.fill(version, node("dct", "title"), *self.words("version", "title", version=label))
        notes.fill(
            version, node("dct", "description"),
            *self.words("version", "description", version=label),
        )  # fmt: skip
        notes.fill(version, node("dcat", "version"), ox.Literal(label))
        notes.fill(self.dataset, node("dcat", "version"), ox.Literal(label))
        notes.add(version, node("dct", "identifier"), ox.Literal(self.identifier))
        notes.add(version, node("dcat", "isVersionOf"), self.dataset)
        notes.add(version, node("dcat", "inSeries"), series)
        notes.add(series, node("dcat", "seriesMember"), version)
        notes.add(series, node("dcat", "last"), version)
        page = ox.NamedNode(f"{self.root}releases/{self.identifier}")
        notes.fill(version, node("dcat", "landingPage"), page)
        notes.add(page, TYPE, node("foaf", "Document"))
        notes.fill(page, node("dct", "title"), *notes.values(version, node("dct", "title")))
        notes.add(self.dataset, node("dcat", "hasVersion"), version)
        notes.add(self.dataset, node("dct", "hasVersion"), version)
        notes.add(self.dataset, node("dcat", "hasCurrentVersion"), version)
        self._inherit(version)
        for file in self.data_files:
            if not file.last.endswith(".gz"):
                self._distribution(version, file, "data", f"releases/{self.identifier}/")
        notes.add(series, TYPE, node("dcat", "DatasetSeries"))
        notes.fill(series, node("dct", "title"), *self.words("series", "title"))
        notes.fill(series, node("dct", "description"), *self.words("series", "description"))
        self._inherit(series)
        return version, series

    def _distribution(
        self, entry: ox.NamedNode, file: File, words: str, folder: str = ""
    ) -> ox.NamedNode:
        """Describe one file as a distribution of *entry*; *folder* comes before its address."""
        notes = self.notes
        base = self.dataset if not folder else entry
        made = ox.NamedNode(f"{base.value}/distribution/{file.last}")
        checksum = ox.NamedNode(f"{made.value}#checksum")
        address = ox.NamedNode(self.root + folder + file.name)
        inner = _SUFFIXES.get(file.last.removesuffix(".gz").rsplit(".", 1)[-1], file.media_type)
        media = _media(inner)
        named = _label(media)
        notes.add(entry, node("dcat", "distribution"), made)
        notes.add(made, TYPE, node("dcat", "Distribution"))
        title = self.words.of(entry)
        notes.fill(
            made, node("dct", "title"),
            *self.words("distribution", "title", format=named, file=file.last),
        )  # fmt: skip
        notes.fill(
            made, node("dct", "description"),
            *self.words(words, "description", format=named, file=file.last, title=title),
        )  # fmt: skip
        notes.add(made, node("dcat", "accessURL"), address)
        notes.add(made, node("dcat", "downloadURL"), address)
        notes.add(made, node("dcat", "byteSize"), literal(file.size, "nonNegativeInteger"))
        notes.add(made, node("dcat", "mediaType"), media)
        notes.add(media, TYPE, node("dct", "MediaType"))
        file_type = _file_type(media)
        if file_type is None:
            notes.add(media, TYPE, node("dct", "MediaTypeOrExtent"))
        notes.add(made, node("dct", "format"), file_type or media)
        if file.last.endswith(".gz"):
            notes.add(made, node("dcat", "compressFormat"), _media("application/gzip"))
        notes.add(made, node("dcatap", "availability"), _AVAILABILITY)
        notes.add(made, node("spdx", "checksum"), checksum)
        notes.add(checksum, TYPE, node("spdx", "Checksum"))
        notes.add(checksum, node("spdx", "algorithm"), node("spdx", "checksumAlgorithm_sha256"))
        notes.add(checksum, node("spdx", "checksumValue"), literal(file.sha256, "hexBinary"))
        for name in (("dct", "license"), ("dct", "language")):
            notes.fill(made, node(*name), *notes.values(entry, node(*name)))
        if words in ("data", "compressed"):
            for standard in notes.values(self.dataset, node("dct", "conformsTo")):
                notes.add(made, node("dct", "conformsTo"), standard)
        return made

    def _services(self, dataset: ox.NamedNode) -> list[ox.NamedNode]:
        services = []
        for name, address, about, standard in (
            ("sparql", "sparql", "sparql", "https://www.w3.org/TR/sparql11-protocol/"),
            ("graphs", "graphs", "sparql", "https://www.w3.org/TR/sparql11-http-rdf-update/"),
            ("linked-data", "", ".well-known/void", "https://www.w3.org/TR/cooluris/"),
            ("search", "search", "openapi.json", "https://spec.openapis.org/oas/v3.1.0"),
        ):
            service = ox.NamedNode(f"{self.root}service/{name}")
            notes = self.notes
            notes.add(service, TYPE, node("dcat", "DataService"))
            notes.fill(service, node("dct", "title"), *self.words(name, "title"))
            notes.fill(service, node("dct", "description"), *self.words(name, "description"))
            notes.add(service, node("dcat", "endpointURL"), ox.NamedNode(self.root + address))
            notes.add(service, node("dcat", "endpointDescription"), ox.NamedNode(self.root + about))
            notes.add(service, node("dcat", "servesDataset"), dataset)
            notes.add(service, node("dct", "conformsTo"), ox.NamedNode(standard))
            for term in (("dct", "publisher"), ("dct", "license"), ("dct", "accessRights"),
                         ("dcat", "contactPoint"), ("dcat", "theme"), ("dcat", "keyword"),
                         ("dcat", "landingPage")):  # fmt: skip
                notes.fill(service, node(*term), *notes.values(dataset, node(*term)))
            services.append(service)
        return services

    def _record(self, entry: ox.NamedNode) -> None:
        notes = self.notes
        path = entry.value.removeprefix(self.root).replace("/", "-")
        record = ox.NamedNode(f"{self.root}catalogue/record/{path}")
        notes.add(self.catalogue, node("dcat", "record"), record)
        notes.add(record, TYPE, node("dcat", "CatalogRecord"))
        title = self.words.of(entry)
        notes.add(record, node("dct", "title"), *self.words("record", "title", title=title))
        notes.add(record, node("foaf", "primaryTopic"), entry)
        notes.add(entry, TYPE, node("dcat", "Resource"))
        notes.add(record, node("dct", "conformsTo"), _STANDARD)
        notes.add(record, node("adms", "status"), _UPDATED)
        for name in ("issued", "modified"):
            notes.add(record, node("dct", name), notes.first(entry, node("dct", name)))

    def _code_lists(self) -> None:
        """Copy what the program knows of the nodes that are named, and of those they name."""
        known: dict[object, list[ox.Quad]] = {}
        for quad in _authorities():
            known.setdefault(quad.subject, []).append(quad)
        waiting: list[object] = [q.object for q in self.notes.quads]
        done: set[object] = set()
        while waiting:
            term = waiting.pop()
            if not isinstance(term, ox.NamedNode) or term in done or term not in known:
                continue
            done.add(term)
            for quad in known[term]:
                if self._speaks(quad.object, known[term]):
                    self.notes.add_statement(quad)
                    waiting.append(quad.object)
        for scheme in self.notes.typed(node("skos", "ConceptScheme")):
            self.notes.fill(scheme, node("dct", "title"), *self.notes.values(
                scheme, node("skos", "prefLabel")))  # fmt: skip
        for theme in self.notes.values(self.dataset, node("dcat", "theme")):
            if isinstance(theme, ox.NamedNode):
                for above in self.notes.values(theme, node("skos", "inScheme")):
                    self.notes.add(self.catalogue, node("dcat", "themeTaxonomy"), above)

    def _speaks(self, value: object, beside: Iterable[ox.Quad]) -> bool:
        """Say whether to copy a label: in a language of the publication, else in English."""
        if not isinstance(value, ox.Literal) or not value.language:
            return True
        offered = {q.object.language for q in beside if isinstance(q.object, ox.Literal)}
        spoken = offered & set(self.config.languages) or {"en"}
        return value.language in spoken


_TABLE_SAYS = {
    node(*name).value
    for name in (*_SHARED, ("dct", "title"), ("dct", "description"), ("dct", "issued"),
                 ("dct", "modified"), ("dct", "conformsTo"), ("dct", "subject"))
}  # fmt: skip


@cache
def _authorities() -> tuple[ox.Quad, ...]:
    return tuple(parsed("authorities.ttl"))


def _media(media_type: str) -> ox.NamedNode:
    return ox.NamedNode(_IANA + media_type)


def _file_type(media: ox.NamedNode) -> ox.NamedNode | None:
    """Return the EU's node for the file type that *media* usually comes in."""
    for quad in _authorities():
        if quad.subject == media and quad.predicate == node("dct", "format"):
            assert isinstance(quad.object, ox.NamedNode)
            return quad.object
    return None


def _label(media: ox.NamedNode) -> str:
    """Return what a person calls a format: Turtle."""
    wanted = _file_type(media) or media
    for quad in _authorities():
        if quad.subject == wanted and quad.predicate == node("rdfs", "label"):
            assert isinstance(quad.object, ox.Literal)
            return quad.object.value
    return media.value.removeprefix(_IANA)


class _Words:
    """The sentences of `words.ttl`, in the languages of one publication."""

    def __init__(self, config: Configuration, notes: Notes, dataset: ox.NamedNode) -> None:
        self.notes, self.dataset = notes, dataset
        self.titles = [
            ox.Literal(title) if language == "und" else ox.Literal(title, language=language)
            for language, title in config.title.items()
        ]
        self._sentences: dict[tuple[str, str], dict[str, list[str]]] = {}
        for quad in parsed("words.ttl"):
            assert isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal)
            name = quad.subject.value.removeprefix(_WORDS)
            key = (name, re.split("[/#]", quad.predicate.value)[-1])
            of = self._sentences.setdefault(key, {}).setdefault(quad.object.language or "", [])
            of.append(quad.object.value)
        self.languages = config.languages

    def of(self, entry: ox.NamedNode) -> dict[str, str]:
        """Return the titles of *entry* by language."""
        return _by_language(self.notes.values(entry, node("dct", "title")))

    def each(self, name: str, kind: str) -> list[ox.Literal]:
        """Return all that stands as *name*, in each language of the publication."""
        sentences = self._sentences[name, kind]
        return [
            ox.Literal(text, language=tag)
            for tag in self._spoken(sentences)
            for text in sentences[tag]
        ]

    def _spoken(self, sentences: dict[str, list[str]]) -> list[str]:
        return [tag for tag in self.languages if tag in sentences] or ["en"]

    def standing_alone(self, entry: ox.NamedNode) -> list[ox.Literal]:
        """Return the titles of *entry* with the short name of the publication, where it lacks it.

        The short name is the data set's dct:alternative, else its title. In a list of a whole
        country, "members" says nothing.
        """
        short = _by_language(self.notes.values(self.dataset, node("dct", "alternative")))
        short = {**_by_language(self.titles), **short}
        patterns = self._sentences["table", "title"]
        found = []
        for tag, title in self.of(entry).items():
            name = short.get(tag) or short.get("") or next(iter(short.values()), "")
            [pattern] = patterns.get(tag) or patterns["en"]
            whole = title if name in title else pattern.format(short=name, title=title)
            found.append(ox.Literal(whole, language=tag) if tag else ox.Literal(whole))
        return found

    def __call__(
        self, name: str, kind: str, /, title: dict[str, str] | None = None, **put: str
    ) -> list[ox.Literal]:
        """Return the sentence *name*, once a language, with *put* and a title put in."""
        titles = title or _by_language(self.titles)
        sentences = self._sentences[name, kind]
        return [
            ox.Literal(
                sentences[tag][0].format(
                    title=titles.get(tag) or next(iter(titles.values()), ""), **put
                ),
                language=tag,
            )
            for tag in self._spoken(sentences)
        ]


def _by_language(values: Iterable[Value]) -> dict[str, str]:
    return {v.language or "": v.value for v in values if isinstance(v, ox.Literal)}
