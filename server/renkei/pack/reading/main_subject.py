"""What the one scheme, ontology or data set of the data says of itself: for a silent catalogue.

A vocabulary that was published elsewhere names its title, makers, licence and version in its own
header; asked for again in `data/catalogue.ttl`, they would be written twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from renkei.naming import DEFAULT
from renkei.rdf.iris import PREFIXES

_DC = "http://purl.org/dc/elements/1.1/"
_CC = "http://creativecommons.org/ns#"
_PAV = "http://purl.org/pav/"
_SCHEMA = ("https://schema.org/", "http://schema.org/")
_DCT, _SKOS, _OWL = (PREFIXES[name] for name in ("dct", "skos", "owl"))

# What a publication is the whole of, in this order.
KINDS = (
    (PREFIXES["dcat"] + "Dataset", PREFIXES["void"] + "Dataset", *(f"{s}Dataset" for s in _SCHEMA)),
    (_SKOS + "ConceptScheme",),
    (_OWL + "Ontology",),
)
TITLE, DESCRIPTION, CREATOR, LICENCE, VERSION = (
    *(_DCT + name for name in ("title", "description", "creator", "license")),
    _OWL + "versionInfo",
)
# Under which properties each is looked for; the first that has a value gives all of it.
SAID_AS: dict[str, tuple[str, ...]] = {
    TITLE: tuple(dict.fromkeys((_DCT + "title", _DC + "title", *DEFAULT.straight))),
    DESCRIPTION: DEFAULT.descriptions,
    CREATOR: (
        *(_DCT + "creator", _DC + "creator", *(f"{s}{n}" for n in ("creator", "author")
                                               for s in _SCHEMA)),
        *(_DCT + "publisher", _DC + "publisher", *(f"{s}publisher" for s in _SCHEMA)),
    ),
    LICENCE: (
        *(_DCT + "license", _CC + "license", *(f"{s}license" for s in _SCHEMA), _DCT + "rights"),
    ),
    VERSION: (
        *(_OWL + "versionInfo", PREFIXES["dcat"] + "version", _PAV + "version"),
        *(f"{s}version" for s in _SCHEMA),
    ),
}  # fmt: skip
_NAMES = DEFAULT.straight
_TYPE = PREFIXES["rdf"] + "type"

Value = ox.NamedNode | ox.Literal


@dataclass(frozen=True)
class MainSubject:
    """A scheme, ontology or data set, and what it says of itself by the keys of SAID_AS."""

    iri: str
    said: dict[str, tuple[Value, ...]] = field(default_factory=dict)

    def texts(self, key: str) -> dict[str, str]:
        """Return the texts under *key* by language; `und` where none is said."""
        found = (v for v in self.said.get(key, ()) if isinstance(v, ox.Literal))
        texts: dict[str, str] = {}
        for value in found:
            texts.setdefault(value.language or "und", value.value)
        return texts


NOBODY = MainSubject("")


def main_subject(quads: Sequence[ox.Quad], root: str) -> MainSubject:
    """Return the one data set, scheme or ontology below *root* that *quads* describe.

    NOBODY where there is none, or where there are several of the first kind that there is.
    """
    kinds: dict[str, set[str]] = {}
    for quad in quads:
        if quad.predicate.value == _TYPE and isinstance(quad.subject, ox.NamedNode):
            kinds.setdefault(getattr(quad.object, "value", ""), set()).add(quad.subject.value)
    bare = root.rstrip("/#")
    below = (bare + "/", bare + "#")
    for sorts in KINDS:
        found = {
            iri
            for sort in sorts
            for iri in kinds.get(sort, ())
            if iri == bare or iri.startswith(below)
        }
        if found:
            return _said(found.pop(), quads) if len(found) == 1 else NOBODY
    return NOBODY


def _said(iri: str, quads: Sequence[ox.Quad]) -> MainSubject:
    node = ox.NamedNode(iri)
    near = {q.object for q in quads if q.subject == node}  # a creator may be a nameless thing
    held: dict[object, dict[str, list[object]]] = {}
    for quad in quads:
        if quad.subject != node and quad.subject not in near:
            continue
        by = held.setdefault(quad.subject, {})
        by.setdefault(quad.predicate.value, []).append(quad.object)
    own = held.get(ox.NamedNode(iri), {})
    said = {}
    for key, predicates in SAID_AS.items():
        values = next((own[p] for p in predicates if p in own), [])
        if key == LICENCE:
            values = [v for v in values if isinstance(v, ox.NamedNode)]
        told = [value for v in values for value in _told(v, held)]
        if told:
            said[key] = tuple(sorted(dict.fromkeys(told), key=str))
    return MainSubject(iri, said)


def _told(value: object, held: dict[object, dict[str, list[object]]]) -> list[Value]:
    """Return a value; for a blank node, its name."""
    if isinstance(value, (ox.NamedNode, ox.Literal)):
        return [value]
    about = held.get(value, {})
    names = next((about[p] for p in _NAMES if p in about), [])
    return [name for name in names if isinstance(name, ox.Literal)]
