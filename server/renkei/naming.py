"""Which properties name a thing and which describe it: the one place that lists them.

Packing works out what of these a release uses, with the sub-properties that its data declare and
what its catalogue adds, and writes that into the manifest; all doors read names by it. What is
kept here is the order among properties. Which language a reader gets, `stores.describe.Named` says.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyoxigraph as ox

DC = "http://purl.org/dc/elements/1.1/"
DCT = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
GN = "http://www.geonames.org/ontology#"
IC = "http://imi.go.jp/ns/core/rdf#"
OBO = "http://purl.obolibrary.org/obo/"
OIO = "http://www.geneontology.org/formats/oboInOwl#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = ("https://schema.org/", "http://schema.org/")  # both are in use; schema.org/docs/faq
SKOS = "http://www.w3.org/2004/02/skos/core#"
VCARD = "http://www.w3.org/2006/vcard/ns#"
XL = "http://www.w3.org/2008/05/skos-xl#"

Way = tuple[str, ...]  # a property, or one to a node and one from there to a text

NAMES: tuple[Way, ...] = (
    (SKOS + "prefLabel",),
    (XL + "prefLabel", XL + "literalForm"),  # SKOS-XL: a label is a thing of its own
    (RDFS + "label",),
    (DCT + "title",),
    (DC + "title",),
    (FOAF + "name",),
    *((scheme + "name",) for scheme in SCHEMA),
    (VCARD + "fn",),
    (GN + "name",),
    (IC + "表記",),  # IMI core vocabulary, its notation of anything
    (IC + "名称", IC + "表記"),
)
# Names by which a thing is found, and never called.
OTHERS: tuple[Way, ...] = (
    (SKOS + "altLabel",),
    (SKOS + "hiddenLabel",),
    (XL + "altLabel", XL + "literalForm"),
    (XL + "hiddenLabel", XL + "literalForm"),
    (DCT + "alternative",),
    (FOAF + "nick",),
    *((scheme + "alternateName",) for scheme in SCHEMA),
    (VCARD + "nickname",),
    (GN + "alternateName",),
    (IC + "通称", IC + "表記"),
    (OBO + "IAO_0000118",),
    *((OIO + f"has{kind}Synonym",) for kind in ("Exact", "Related", "Broad", "Narrow")),
)
# How a name is spoken, where no property of the publication plays that role.
READINGS: tuple[Way, ...] = ((IC + "カナ表記",), (IC + "名称", IC + "カナ表記"))
DESCRIPTIONS: tuple[str, ...] = (
    DCT + "description",
    *(scheme + "description" for scheme in SCHEMA),
    SKOS + "definition",
    OBO + "IAO_0000115",  # the definition of ontologies of OBO
    RDFS + "comment",
    DC + "description",
    IC + "説明",
    DCT + "abstract",
)


@dataclass(frozen=True)
class Naming:
    """What names things in a release, what else they are found by, and what describes them.

    Each best first. A name stands under one property, or behind a node: two properties.
    """

    names: tuple[Way, ...] = NAMES
    others: tuple[Way, ...] = OTHERS
    readings: tuple[Way, ...] = READINGS
    descriptions: tuple[str, ...] = DESCRIPTIONS

    @classmethod
    def from_json(cls, told: Mapping[str, Any] | None) -> Naming:
        """Return what a manifest says; without a word, what the program knows of itself.

        Raises TypeError for what was not written by `dataclasses.asdict`.
        """
        if told is None:
            return DEFAULT
        ways = {k: tuple(map(tuple, told[k])) for k in ("names", "others", "readings")}
        return cls(descriptions=tuple(told["descriptions"]), **ways)

    def limited_to(self, predicates: Container[str]) -> Naming:
        """Return this without what has a property that is not among *predicates*."""

        def kept(ways: Iterable[Way]) -> tuple[Way, ...]:
            return tuple(way for way in ways if all(step in predicates for step in way))

        described = tuple(name for name in self.descriptions if name in predicates)
        return Naming(kept(self.names), kept(self.others), kept(self.readings), described)

    @cached_property
    def places(self) -> dict[Way, int]:
        """The place of each way to a name among all; the first is the best."""
        return {way: place for place, way in enumerate(self.names)}

    @cached_property
    def straight(self) -> tuple[str, ...]:
        """The properties under which a name stands itself."""
        return tuple(way[0] for way in self.names if len(way) == 1)

    @cached_property
    def behind(self) -> tuple[Way, ...]:
        """The ways to a name that lead over a node."""
        return tuple(way for way in self.names if len(way) == 2)

    @cached_property
    def shown_as_names(self) -> frozenset[str]:
        """The properties that a page of a thing puts under “Names”."""
        return frozenset(way[0] for way in (*self.names, *self.others, *self.readings))


DEFAULT = Naming()  # what a release means that was packed before the manifest said it


def expanded(ways: Iterable[Way], narrower: Mapping[str, Iterable[str]]) -> tuple[Way, ...]:
    """Return *ways*, each followed by those of its sub-properties.

    *narrower* has the sub-properties of a property, as declared; one of two properties stands at
    its first place.
    """
    found: dict[Way, None] = {}
    for way in ways:
        steps = [with_narrower(step, narrower) for step in way]
        found.update(dict.fromkeys(itertools.product(*steps)))
    return tuple(found)


def with_narrower(name: str, narrower: Mapping[str, Iterable[str]]) -> list[str]:
    """Return *name* and all its sub-properties, the near ones first, each once."""
    found = {name: None}
    ahead = [name]
    while ahead:
        here = sorted({n for p in ahead for n in narrower.get(p, ()) if n not in found})
        found.update(dict.fromkeys(here))
        ahead = here
    return list(found)


def texts(
    statements: Iterable[ox.Quad], ways: Iterable[Way]
) -> Iterator[tuple[str, Way, ox.Literal]]:
    """Give each thing that has a text by one of *ways*, with the way and the text."""
    straight = {way[0]: way for way in ways if len(way) == 1}
    firsts = {way[0] for way in ways if len(way) == 2}
    lasts = {way[1] for way in ways if len(way) == 2}
    led: list[tuple[str, str, object]] = []
    held: dict[object, list[tuple[str, ox.Literal]]] = defaultdict(list)
    for q in statements:
        name, value = q.predicate.value, q.object
        if isinstance(value, ox.Literal):
            if name in lasts:
                held[q.subject].append((name, value))
            if name in straight and isinstance(q.subject, ox.NamedNode):
                yield q.subject.value, straight[name], value
        elif name in firsts and isinstance(q.subject, ox.NamedNode):
            led.append((q.subject.value, name, value))
    known = set(ways)
    for iri, first, node in led:
        for last, text in held.get(node, ()):
            if (first, last) in known:
                yield iri, (first, last), text
