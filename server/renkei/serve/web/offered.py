"""In which formats a document can be had: those that can carry what it says.

A format that a release has a dump in can carry whatever it says, and nothing is asked. For any
other, what the document would hold is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from renkei.errors import NotKnown
from renkei.rdf import fit
from renkei.rdf.formats import DOCUMENT_FORMATS, Format
from renkei.serve.web.site import here


def formats_for(iri: str) -> tuple[Format, ...]:
    """Return the formats that can carry the document about *iri*.

    Of a list or a graph, which no *iri* is given for, those that can carry anything.
    """
    sure = always()
    if sure == DOCUMENT_FORMATS or not iri:
        return sure
    reader = here().reader
    try:
        known, description = reader.described(iri)
    except NotKnown:
        return sure
    return formats_of(reader.named(description, [known]).quads)


def formats_of(quads: Iterable[ox.Quad]) -> tuple[Format, ...]:
    """Return the formats that can carry *quads*."""
    sure = always()
    if sure == DOCUMENT_FORMATS:
        return sure
    triples = [quad.triple for quad in quads]
    return tuple(f for f in DOCUMENT_FORMATS if f in sure or fit.unfit(f, triples) is None)


def always() -> tuple[Format, ...]:
    """Return the formats that can carry every document of this release."""
    files = here().release.manifest.files
    return tuple(
        f
        for f in DOCUMENT_FORMATS
        if not files or f.rdf is None or f"dumps/data.{f.suffix}" in files
    )
