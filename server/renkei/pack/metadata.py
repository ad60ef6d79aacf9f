"""Everything a release says of itself: the tables, VoID, the DCAT catalogue, its own check.

Packing calls here; what each description holds stands in `tables`, `void`, `dcat` and
`catalogue_check`. All are made under the publication's root IRI, so that a release is the same
wherever it is served.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

import pyoxigraph as ox

from renkei.naming import Naming
from renkei.pack import catalogue_check, release_writer, tables
from renkei.pack.catalogue import dcat, void
from renkei.pack.findings import as_quads
from renkei.pack.ledger import Dates, as_text
from renkei.pack.reading.source_files import TABLES
from renkei.pack.reading.sources import Publication
from renkei.pack.validation import Finding
from renkei.rdf import blank_nodes
from renkei.rdf.formats import GRAPH_FORMATS
from renkei.rdf.graph_builder import node, turtle
from renkei.release import HISTORY

WORKBOOK = "tables/workbook.xlsx"
_NOBODY = "0" * 12  # the id of a release that is not made yet


def check(publication: Publication, dates: Dates) -> list[Finding]:
    """Check the catalogue that this publication will have, before its files are made.

    Sizes and digests are the only things that differ then. A publication that describes
    neither catalogue nor data set promises none, and is not held to it.
    """
    if not dcat.describes(publication):
        return []
    listed = _listed(publication)
    names = [f"dumps/data.{f.suffix}{gz}" for f in GRAPH_FORMATS for gz in ("", ".gz")]
    names += [f"dumps/{name}.ttl" for name, _ in _terms(publication)]
    for table in listed:
        names += [f"tables/{table.stem}.csv", f"tables/{table.stem}.csv-metadata.json"]
    if listed:
        names.append(WORKBOOK)
    files = [dcat.File(name, release_writer.media_type(name)) for name in names]
    planned = _catalogue(publication, _NOBODY, files, dates)
    return catalogue_check.check(planned, publication.config.root, publication.quads)


def write_tables(
    making: release_writer.Making,
    publication: Publication,
    statements: Iterable[ox.Quad],
    naming: Naming,
    dates: Dates,
) -> None:
    """Write vocabulary and shapes as files, each table as CSV with metadata, all as one workbook.

    *statements* is everything there is to ask: named graphs and default graph;
    *naming* what names a property.
    """
    config = publication.config
    for name, quads in _terms(publication):
        making.write(f"dumps/{name}.ttl", turtle(blank_nodes.canonical(quads), config.prefixes))
    made = tables.tables(publication, statements, naming)
    if not made:
        return
    parts: list[object] = [config.title, config.languages]
    for table in made:
        name = f"tables/{table.stem}.csv"
        rows = tables.as_csv(table, config.languages)
        making.write(name, rows)
        metadata = tables.as_metadata(table, config.languages, _licence(publication))
        making.write(f"{name}-metadata.json", metadata)
        parts += [hashlib.sha256(rows).hexdigest(), metadata]
    _, changed = dates.of(f"{config.root}{WORKBOOK}", parts)  # its bytes have its date in them
    title = tables.nearest(config.title, config.languages)
    day = datetime.fromisoformat(changed)
    making.write(WORKBOOK, tables.as_workbook(made, title, config.languages, day))


def write_descriptions(
    making: release_writer.Making,
    publication: Publication,
    default: Sequence[ox.Quad],
    findings: list[Finding],
    dates: Dates,
) -> list[ox.Quad]:
    """Write VoID and DCAT, each as Turtle, and all descriptions as `description.nq`.

    Each stands in a graph of its own, apart from what authors state: tools that look for VoID
    and questions where no graph is named (sparql-editor, sparql-llm) find them in the Service
    Description. Returns all of them in a stable order.
    """
    config = publication.config
    targets = void.questions(publication)
    files = [
        dcat.File(name, entry.media_type, entry.size, entry.sha256)
        for name, entry in making.entries().items()
        if name.startswith(("dumps/", "tables/"))
    ]
    catalogue = _catalogue(publication, making.id, files, dates)
    statistics = void.void(publication, default, catalogue)
    making.write("void.ttl", turtle(statistics, config.prefixes))
    making.write("catalogue.ttl", turtle(catalogue, config.prefixes))
    results = as_quads(findings, config.root, ox.NamedNode(f"{config.root}graph/report"))
    making.write(HISTORY, as_text(dates.used.values()).encode())
    everything: list[ox.Quad] = [*statistics, *catalogue, *targets, *results]
    everything += catalogue_check.shapes(config.root)
    making.write("description.nq", release_writer.canonical_lines(everything))
    return sorted(set(everything), key=str)


def _catalogue(
    publication: Publication, identifier: str, files: Sequence[dcat.File], dates: Dates
) -> list[ox.Quad]:
    graph = ox.NamedNode(publication.config.root + TABLES)
    said = [q for q in publication.quads if q.graph_name == graph]
    return dcat.catalogue(publication, identifier, dates.of, files, _listed(publication), said)


def _listed(publication: Publication) -> list[dcat.Listed]:
    """Return the tables that authors describe, without their rows."""
    graph = ox.NamedNode(publication.config.root + TABLES)
    return [
        dcat.Listed(q.subject, tables.stem(q.subject))
        for q in publication.quads
        if q.graph_name == graph
        and q.object == node("csvw", "Table")
        and isinstance(q.subject, ox.NamedNode)
    ]


def _terms(publication: Publication) -> list[tuple[str, list[ox.Quad]]]:
    """Return the vocabulary and the shapes, as far as there are any, each as one file's content."""
    found = []
    for name, folder in (("vocabulary", "ontology/"), ("shapes", "shapes/")):
        quads = [q for f in publication.files if f.relative.startswith(folder) for q in f.quads]
        if quads:
            found.append((name, quads))
    return found


def _licence(publication: Publication) -> str | None:
    return next(
        (
            q.object.value
            for q in publication.catalogue
            if str(q.subject) == f"<{publication.config.dataset}>"
            and q.predicate == node("dct", "license")
            and isinstance(q.object, ox.NamedNode)
        ),
        None,
    )
