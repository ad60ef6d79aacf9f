"""Work out which properties name things in a publication, and which describe them.

The list of the program (`renkei.naming`), the sub-properties that the data declare, and what the
catalogue adds; of all these what is used. So a question for names stays as small as the data let
it be, and is the same over every store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from renkei import naming
from renkei.errors import SourceError
from renkei.naming import Naming
from renkei.pack.reading import source_files
from renkei.pack.reading.line_numbers import Lines
from renkei.pack.reading.sources import Publication
from renkei.rdf.iris import PREFIXES

PAGES = "https://w3id.org/renkei/pages#"
NAME, DESCRIPTION = PAGES + "nameProperty", PAGES + "descriptionProperty"
EQUIVALENT = PREFIXES["owl"] + "equivalentProperty"
_NARROWER = (PREFIXES["rdfs"] + "subPropertyOf", EQUIVALENT)
FIRST, REST, NIL = (PREFIXES["rdf"] + name for name in ("first", "rest", "nil"))


def naming_of(publication: Publication, statements: Iterable[ox.Quad], reading: str) -> Naming:
    """Return what names and describes things in *publication*, whose *statements* these are.

    *reading* is the property under which a name stands as it is spoken: it names nothing.
    Raises SourceError for a setting that gives no property.
    """
    narrower = _narrower(statements)
    own = [(name,) for name in _set(publication, NAME)]
    others = naming.expanded(naming.OTHERS, narrower)
    readings = naming.expanded(naming.READINGS, narrower)
    names = naming.expanded((*own, *naming.NAMES), narrower)
    described = [(name,) for name in (*_set(publication, DESCRIPTION), *naming.DESCRIPTIONS)]
    # skos:altLabel stands below rdfs:label as well; what is wished for stays.
    aside = {*others, *readings, (reading,)} - {*own, *naming.NAMES}
    return Naming(
        tuple(way for way in names if way not in aside),
        tuple(way for way in others if way in aside),
        tuple(way for way in readings if way in aside),
        tuple(way[0] for way in naming.expanded(described, narrower)),
    )


def _narrower(statements: Iterable[ox.Quad]) -> dict[str, set[str]]:
    """Return the sub-properties that *statements* declare; of two that are equal, each has one."""
    found: dict[str, set[str]] = defaultdict(set)
    for q in statements:
        if q.predicate.value in _NARROWER:
            lower, upper = q.subject, q.object
            if isinstance(lower, ox.NamedNode) and isinstance(upper, ox.NamedNode):
                found[upper.value].add(lower.value)
                if q.predicate.value == EQUIVALENT:
                    found[lower.value].add(upper.value)
    return found


def _set(publication: Publication, setting: str) -> list[str]:
    """Return the properties that the catalogue gives in *setting*: IRIs, or a list of them."""
    dataset = publication.config.dataset
    cells: dict[tuple[object, str], object] = {}
    given: list[ox.Quad] = []
    for q in publication.catalogue:
        if q.predicate.value in (FIRST, REST):
            cells[q.subject, q.predicate.value] = q.object
        elif q.predicate.value == setting and str(q.subject) == f"<{dataset}>":
            given.append(q)
    found: dict[str, None] = {}
    for q in sorted(given, key=str):
        for term in _members(q.object, cells):
            if not isinstance(term, ox.NamedNode):
                raise _no_property(publication, q, term)
            found[term.value] = None
    return list(found)


def _members(term: object, cells: Mapping[tuple[object, str], object]) -> list[object]:
    """Return the members of the list that *term* begins; *term* itself where it begins none."""
    if isinstance(term, ox.NamedNode) and term.value == NIL:
        return []
    if (term, FIRST) not in cells:
        return [term]
    members: list[object] = []
    seen: set[object] = set()
    while (term, FIRST) in cells and term not in seen:
        seen.add(term)
        members.append(cells[term, FIRST])
        term = cells.get((term, REST))
    return members


def _no_property(publication: Publication, quad: ox.Quad, term: object) -> SourceError:
    path = publication.folder / source_files.CATALOGUE_FILE
    lines = Lines(path, publication.config.root)
    found = lines.find(str(quad.subject), str(quad.predicate), str(quad.object))
    return SourceError(
        path,
        found.line,
        None,
        "%(term)s is no property.",
        "Give the IRIs of properties, or one list of them, the best first.",
        term=str(term),
    )
