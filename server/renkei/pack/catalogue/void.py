"""Count a release for machines: VoID with class, property and datatype partitions, and linksets.

W3C Interest Group Note VoID, section 4, with the datatype partitions of void-ext. What is
counted is the default graph as authors wrote and rules derived it; the description does
not count itself. Partitions have IRIs made of prefix and local name, so that two releases
can be compared line by line.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from urllib.parse import quote

import pyoxigraph as ox

from renkei.pack.reading.sources import Configuration, Publication
from renkei.rdf.graph_builder import TYPE, Notes, literal, node
from renkei.rdf.iris import PREFIXES
from renkei.release import QUESTIONS_GRAPH, STATISTICS_GRAPH

# Naming a class, a licence or a web page of another is no link between data.
_NOT_LINKS = frozenset(
    PREFIXES[p] + n
    for p, n in (
        ("rdf", "type"), ("rdfs", "subClassOf"), ("rdfs", "subPropertyOf"), ("rdfs", "range"),
        ("rdfs", "domain"), ("owl", "equivalentClass"), ("owl", "equivalentProperty"),
        ("rdfs", "isDefinedBy"), ("owl", "inverseOf"), ("dct", "license"), ("dct", "language"),
        ("dct", "format"), ("dcat", "mediaType"), ("owl", "onProperty"), ("owl", "members"),
        ("foaf", "page"), ("foaf", "homepage"), ("dcat", "downloadURL"), ("dcat", "accessURL"),
    )
)  # fmt: skip


class Statistics:
    """Counts of one default graph."""

    def __init__(self, default: Iterable[ox.Quad]) -> None:
        rows = list(default)
        self.triples = len(rows)
        self.subjects = {q.subject for q in rows}
        self.objects = {q.object for q in rows}
        self.properties = Counter(q.predicate.value for q in rows)
        types: dict[object, set[str]] = defaultdict(set)
        for q in rows:
            if q.predicate == TYPE and isinstance(q.object, ox.NamedNode):
                types[q.subject].add(q.object.value)
        self.entities = len(types)
        self.classes = Counter(c for classes in types.values() for c in classes)
        # (class, property) -> triples, subjects, objects; and by class or datatype of the object
        self.uses: Counter[tuple[str, str]] = Counter()
        self.users: dict[tuple[str, str], set[object]] = defaultdict(set)
        self.used: dict[tuple[str, str], set[object]] = defaultdict(set)
        self.of_class: Counter[tuple[str, str, str]] = Counter()
        self.of_datatype: Counter[tuple[str, str, str]] = Counter()
        for q in rows:
            for class_ in types.get(q.subject, ()):
                key = (class_, q.predicate.value)
                self.uses[key] += 1
                self.users[key].add(q.subject)
                self.used[key].add(q.object)
                if isinstance(q.object, ox.Literal):
                    self.of_datatype[*key, q.object.datatype.value] += 1
                elif q.predicate != TYPE:
                    for found in types.get(q.object, ()):
                        self.of_class[*key, found] += 1
        self.rows = rows


# What an observatory of endpoints (Umaka, KGHeartbeat) asks of a data set beside its figures.
_SAID = {
    node(*name)
    for name in (("dct", "description"), ("dct", "license"), ("dct", "publisher"),
                 ("dct", "creator"), ("dct", "issued"), ("dct", "modified"),
                 ("dcat", "contactPoint"), ("dcat", "version"))
}  # fmt: skip
_PEOPLE = {node("dct", "publisher"), node("dct", "creator"), node("dcat", "contactPoint")}


def void(
    publication: Publication, default: Iterable[ox.Quad], catalogue: Iterable[ox.Quad] = ()
) -> list[ox.Quad]:
    """Return the VoID description of *default*, the default graph of *publication*.

    Under which terms, by whom and since when is told as *catalogue* tells it.
    """
    config = publication.config
    figures = Statistics(default)
    notes = Notes(ox.NamedNode(config.root + STATISTICS_GRAPH))
    dataset = ox.NamedNode(config.dataset)
    name = _Names(config)
    _header(notes, config, figures)
    _say(notes, dataset, list(catalogue))

    def add_figures(subject: ox.NamedNode, prefix: str, **values: int) -> None:
        for key, value in values.items():
            notes.add(subject, node(prefix, key), literal(value))

    for iri, count in sorted(figures.classes.items()):
        part = name("class", iri)
        notes.add(dataset, node("void", "classPartition"), part)
        notes.add(part, node("void", "class"), ox.NamedNode(iri))
        add_figures(part, "void", entities=count)
    for (class_, property_), count in sorted(figures.uses.items()):
        part, inner = name("class", class_), name("class", class_, property_)
        notes.add(part, node("void", "propertyPartition"), inner)
        notes.add(inner, node("void", "property"), ox.NamedNode(property_))
        key = (class_, property_)
        add_figures(inner, "void", triples=count, distinctSubjects=len(figures.users[key]),
            distinctObjects=len(figures.used[key]))  # fmt: skip
    for (class_, property_, found), count in sorted(figures.of_class.items()):
        inner, last = name("class", class_, property_), name("class", class_, property_, found)
        notes.add(inner, node("void", "classPartition"), last)
        notes.add(last, node("void", "class"), ox.NamedNode(found))
        add_figures(last, "void", triples=count)
    for (class_, property_, found), count in sorted(figures.of_datatype.items()):
        inner, last = name("class", class_, property_), name("class", class_, property_, found)
        notes.add(inner, node("voidext", "datatypePartition"), last)
        notes.add(last, node("voidext", "datatype"), ox.NamedNode(found))
        add_figures(last, "void", triples=count)
    for iri, count in sorted(figures.properties.items()):
        part = name("property", iri)
        notes.add(dataset, node("void", "propertyPartition"), part)
        notes.add(part, node("void", "property"), ox.NamedNode(iri))
        add_figures(part, "void", triples=count)
    _linksets(notes, config, figures, name)
    return notes.quads


def _header(notes: Notes, config: Configuration, figures: Statistics) -> None:
    dataset, page = ox.NamedNode(config.dataset), notes.graph
    notes.add(page, TYPE, node("void", "DatasetDescription"))
    notes.add(page, node("foaf", "primaryTopic"), dataset)
    notes.add(dataset, TYPE, node("void", "Dataset"))
    for language, title in config.title.items():
        told = ox.Literal(title) if language == "und" else ox.Literal(title, language=language)
        notes.add(dataset, node("dct", "title"), told)
    for key, value in (
        ("triples", figures.triples),
        ("distinctSubjects", len(figures.subjects)),
        ("distinctObjects", len(figures.objects)),
        ("classes", len(figures.classes)),
        ("properties", len(figures.properties)),
        ("entities", figures.entities),
    ):
        notes.add(dataset, node("void", key), literal(value))
    notes.add(dataset, node("void", "uriSpace"), ox.Literal(config.root))
    notes.add(dataset, node("void", "sparqlEndpoint"), ox.NamedNode(f"{config.root}sparql"))
    for name in ("data.ttl", "data.nt", "data.trig", "data.jsonld", "data.rdf", "data.nq"):
        notes.add(dataset, node("void", "dataDump"), ox.NamedNode(f"{config.root}dumps/{name}"))
    for vocabulary in sorted({namespace(i) for i in [*figures.properties, *figures.classes]}):
        notes.add(dataset, node("void", "vocabulary"), ox.NamedNode(vocabulary))


def _say(notes: Notes, dataset: ox.NamedNode, catalogue: list[ox.Quad]) -> None:
    """Tell licence, people and dates of the data set, and who these people are."""
    said = [q for q in catalogue if q.subject == dataset and q.predicate in _SAID]
    people = {q.object for q in said if q.predicate in _PEOPLE}
    for quad in [*said, *(q for q in catalogue if q.subject in people)]:
        notes.add_statement(quad)


def _linksets(notes: Notes, config: Configuration, figures: Statistics, name: _Names) -> None:
    """Say how many links go out, by the data set they go to and the property they are."""
    vocabularies = set(PREFIXES.values())
    terms = {q.subject for q in figures.rows if q.predicate == TYPE and _is_term_type(q.object)}
    counted: Counter[tuple[str, str]] = Counter()
    for q in figures.rows:
        if not isinstance(q.object, ox.NamedNode) or not isinstance(q.subject, ox.NamedNode):
            continue
        there = q.object.value
        if there.startswith(config.root) or not q.subject.value.startswith(config.root):
            continue
        if q.predicate.value in _NOT_LINKS or not there.startswith("http"):
            continue
        if q.subject in terms or namespace(there) in vocabularies:
            continue
        counted[_site(there), q.predicate.value] += 1
    dataset = ox.NamedNode(config.dataset)
    for (site, property_), count in sorted(counted.items()):
        target = ox.NamedNode(f"{config.root}{STATISTICS_GRAPH}#dataset-{_plain(site)}")
        linkset = name(f"links-{_plain(site)}", property_)
        notes.add(dataset, node("void", "subset"), linkset)
        notes.add(linkset, TYPE, node("void", "Linkset"))
        notes.add(linkset, node("void", "subjectsTarget"), dataset)
        notes.add(linkset, node("void", "objectsTarget"), target)
        notes.add(linkset, node("void", "linkPredicate"), ox.NamedNode(property_))
        notes.add(linkset, node("void", "triples"), literal(count))
        notes.add(target, TYPE, node("void", "Dataset"))
        notes.add(target, node("void", "uriSpace"), ox.Literal(site))


def questions(publication: Publication) -> list[ox.Quad]:
    """Return for each question where it can be asked: schema:target, the endpoint."""
    graph = ox.NamedNode(publication.config.root + QUESTIONS_GRAPH)
    endpoint = ox.NamedNode(f"{publication.config.root}sparql")
    return [
        ox.Quad(q.subject, node("schema", "target"), endpoint, graph)
        for q in publication.quads
        if q.graph_name == graph
        and q.predicate == TYPE
        and q.object == node("sh", "SPARQLExecutable")
    ]


def namespace(iri: str) -> str:
    """Return *iri* up to its last slash or hash; up to its last colon where it has neither."""
    return iri[: (max(iri.rfind("#"), iri.rfind("/")) + 1) or (iri.rfind(":") + 1)]


def _is_term_type(term: object) -> bool:
    """Say whether *term* is a class of classes or properties: alignments are no data links."""
    return isinstance(term, ox.NamedNode) and namespace(term.value) in (
        PREFIXES["owl"],
        PREFIXES["rdfs"],
    )


def _site(iri: str) -> str:
    """Return the address space an outside IRI belongs to: its host, and its first folder."""
    scheme, _, rest = iri.partition("://")
    parts = rest.split("#")[0].split("/")
    folder = f"{parts[1]}/" if len(parts) > 2 and parts[1] and not parts[1].isdigit() else ""
    return f"{scheme}://{parts[0]}/{folder}"


def _plain(text: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in text.split("://")[-1]).strip(
        "-"
    )


class _Names:
    """Names partitions: `#class-org-Membership-org-member`."""

    def __init__(self, config: Configuration) -> None:
        self.base = f"{config.root}{STATISTICS_GRAPH}#"
        self.known = {ns: prefix for prefix, ns in {**config.prefixes, **PREFIXES}.items()}

    def __call__(self, kind: str, *iris: str) -> ox.NamedNode:
        return ox.NamedNode(self.base + "-".join([kind, *(self._short(i) for i in iris)]))

    def _short(self, iri: str) -> str:
        prefix = self.known.get(namespace(iri)) or _plain(namespace(iri))
        return f"{prefix}-{quote(iri[len(namespace(iri)) :], safe='')}"
