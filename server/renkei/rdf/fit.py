"""Whether a format can carry a statement: asked before it is chosen, and as it is written.

RDF/XML has to write a property as an element and has not every character (`xml`); JSON-LD 1.1 has
no way to write a statement about a statement, the triple terms of RDF 1.2. Base directions go
everywhere: `@direction` in JSON-LD 1.1, `its:dir` in RDF 1.2 XML Syntax, `--ltr` elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from renkei.rdf import xml
from renkei.rdf.formats import Format


def fits(fmt: Format, triple: ox.Triple) -> bool:
    """Say whether *fmt* has a way to write *triple*."""
    if isinstance(triple.object, ox.Triple) and not fmt.triple_terms:
        return False
    return not fmt.xml_names or xml.fits(triple)


def unfit(fmt: Format, triples: Iterable[ox.Triple]) -> ox.Triple | None:
    """Return a statement that *fmt* has no way to write; None where there is no such."""
    if fmt.triple_terms and not fmt.xml_names:
        return None
    return next((triple for triple in triples if not fits(fmt, triple)), None)


def checked(fmt: Format, triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Give *triples*. Raises CannotCarry at one that *fmt* has no way to write."""
    for triple in triples:
        if not fits(fmt, triple):
            raise xml.cannot_carry(fmt, str(triple))
        yield triple
