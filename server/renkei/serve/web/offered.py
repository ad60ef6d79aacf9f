"""In which formats a document can be had: those that can carry what it says.

A release that has an RDF/XML dump says nothing that RDF/XML could not carry, and nothing is
asked. Of any other, what the document would hold is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from renkei.errors import NotKnown
from renkei.rdf import xml
from renkei.rdf.formats import DOCUMENT_FORMATS, RDF_XML, Format
from renkei.serve.web.site import here

DUMP = f"dumps/data.{RDF_XML.suffix}"
OTHERS = tuple(f for f in DOCUMENT_FORMATS if not f.xml_names)


def formats_for(iri: str) -> tuple[Format, ...]:
    """Return the formats that can carry the document about *iri*.

    Of a list or a graph, which no *iri* is given for, those that can carry anything.
    """
    if is_all_fit():
        return DOCUMENT_FORMATS
    if not iri:
        return OTHERS
    reader = here().reader
    try:
        known, description = reader.described(iri)
    except NotKnown:
        return OTHERS
    return formats_of(reader.named(description, [known]).quads)


def formats_of(quads: Iterable[ox.Quad]) -> tuple[Format, ...]:
    """Return the formats that can carry *quads*."""
    if is_all_fit() or xml.unfit(quad.triple for quad in quads) is None:
        return DOCUMENT_FORMATS
    return OTHERS


def is_all_fit() -> bool:
    """Say whether every format can carry every document of this release."""
    files = here().release.manifest.files
    return not files or DUMP in files
