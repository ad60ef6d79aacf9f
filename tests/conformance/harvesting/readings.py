"""Whether a package of CKAN says what the catalogue says: title, tags, dates, and the rest.

What is right is read from the catalogue of the release by rdflib, never from our own façade.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDFS, Namespace

VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
FORMATS = {"RDF/XML": "RDF", "JSON-LD": "JSON-LD"}  # CKAN's own registry calls it so
ASKED = ("title", "tags", "licence", "contact", "publisher", "dates", "period", "extent", "files")


def wrong(package: Mapping[str, Any], catalogue: Graph, language: str) -> list[str]:
    """Return which of ASKED *package* does not say as *catalogue* does."""
    extras = {e["key"]: e["value"] for e in package["extras"]}
    entry = URIRef(extras["uri"])
    if (entry, None, None) not in catalogue:  # withdrawn, and kept by a portal that never deletes
        return []
    right = dict(_right(catalogue, entry, language))
    said = dict(_said(package, extras))
    return [name for name in ASKED if name in right and said.get(name) != right[name]]


def _right(graph: Graph, entry: URIRef, language: str) -> Iterator[tuple[str, object]]:
    yield "title", _text(graph, entry, DCTERMS.title, language)
    yield "tags", sorted({str(k) for k in graph.objects(entry, DCAT.keyword)})
    licence = graph.value(entry, DCTERMS.license)
    yield "licence", str(graph.value(licence, DCTERMS.identifier))
    contact = graph.value(entry, DCAT.contactPoint)
    mail = graph.value(contact, VCARD.hasEmail)
    yield "contact", (str(graph.value(contact, VCARD.fn)), str(mail or "").removeprefix("mailto:"))
    publisher = graph.value(entry, DCTERMS.publisher)
    yield "publisher", str(publisher)
    yield "dates", [str(graph.value(entry, p))[:19] for p in (DCTERMS.issued, DCTERMS.modified)]
    period = graph.value(entry, DCTERMS.temporal)
    if period is not None:
        yield "period", [str(graph.value(period, p)) for p in (DCAT.startDate, DCAT.endDate)]
    place = graph.value(entry, DCTERMS.spatial)
    if place is not None:
        yield "extent", _corners(str(graph.value(place, DCAT.bbox)))
    yield "files", sorted(_file(graph, d) for d in graph.objects(entry, DCAT.distribution))


def _file(graph: Graph, file: Any) -> tuple[str, str, int, str]:
    label = str(graph.value(graph.value(file, DCTERMS["format"]), RDFS.label))
    digest = graph.value(graph.value(file, SPDX.checksum), SPDX.checksumValue)
    size = graph.value(file, DCAT.byteSize)
    return (
        str(graph.value(file, DCAT.downloadURL)),
        FORMATS.get(label, label),
        int(size),
        str(digest),
    )  # type: ignore[arg-type]


def _text(graph: Graph, entry: URIRef, predicate: URIRef, language: str) -> str:
    """Return a text in *language*, which every entry of a publication of that language has."""
    values = [v for v in graph.objects(entry, predicate) if isinstance(v, Literal)]
    return next(str(v) for v in values if v.language == language)


def _corners(bbox: str) -> list[list[float]]:
    numbers = bbox.partition("((")[2].rstrip(")").split(",")
    return [[float(n) for n in pair.split()] for pair in numbers]


def _said(package: Mapping[str, Any], extras: Mapping[str, str]) -> Iterator[tuple[str, object]]:
    yield "title", package["title"]
    yield "tags", sorted(t["name"] for t in package["tags"])
    yield "licence", package["license_id"]
    yield "contact", (extras.get("contact_name"), extras.get("contact_email", ""))
    yield "publisher", extras.get("publisher_uri")
    yield "dates", [extras.get(k, "")[:19] for k in ("issued", "modified")]
    yield "period", [extras.get(k) for k in ("temporal_start", "temporal_end")]
    extent = extras.get("spatial") or extras.get("spatial_bbox")
    yield "extent", json.loads(extent)["coordinates"][0] if extent else None
    files = package["resources"]
    yield "files", sorted((f["url"], _format(f["format"]), f["size"], f["hash"]) for f in files)


def _format(label: str) -> str:
    return FORMATS.get(label, label)
