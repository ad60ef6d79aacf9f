"""Slips by kind, made over the whole data: each is found at the statement that was changed.

A mutation here is what a hand may do to any statement of its kind. Those of one group do not
disturb each other and are checked together, so that hundreds cost a few validations. What is
asked is that some finding is about the thing, and of the kind that is named where there is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import cycle

import pyoxigraph as ox
import pytest

from renkei.pack import axiom_check, axioms
from renkei.pack.inference import default_graph, derive, in_fact
from renkei.pack.pipeline import without_axioms
from renkei.pack.term_names import TermNames
from renkei.pack.validation import validate

CCUA = "https://w3id.org/jp-ccua/ns#"
ID = "https://w3id.org/jp-ccua/id/"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
LABEL = ox.NamedNode(SKOS + "prefLabel")
WRITTEN = ox.NamedNode(CCUA + "dateAsWritten")


@dataclass(frozen=True)
class Slip:
    """What is taken out and put in, and which finding must be about which thing."""

    about: ox.NamedNode
    found: frozenset[str]  # any of these; empty where any finding will do
    remove: tuple[ox.Quad, ...] = ()
    add: tuple[ox.Quad, ...] = ()


class Data:
    """The authored statements, and the axioms of their vocabulary."""

    def __init__(self, publication) -> None:
        self.publication = publication
        self.quads = list(in_fact(publication.config.root, publication.quads))
        self.axioms = axioms.read(publication)
        self.by_property: dict[str, list[ox.Quad]] = defaultdict(list)
        self.types: dict[object, set[str]] = defaultdict(set)
        for q in self.quads:
            if isinstance(q.subject, ox.NamedNode) and q.subject.value.startswith(ID):
                self.by_property[q.predicate.value].append(q)
                if q.predicate == TYPE:
                    self.types[q.subject] |= self.axioms.of([q.object.value])

    def things(self, cls: str) -> list[ox.NamedNode]:
        return sorted({t for t, types in self.types.items() if CCUA + cls in types}, key=str)

    def everywhere(self, quad: ox.Quad) -> tuple[ox.Quad, ...]:
        """Return the statement as it stands in each graph."""
        same = self.by_property[quad.predicate.value]
        return tuple(q for q in same if q.triple == quad.triple)


def put(quad: ox.Quad, value: object) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, value, quad.graph_name)


def changed(data: Data, quad: ox.Quad, value: object, *found: str) -> Slip:
    """Return the slip of another *value* in the place of that of *quad*."""
    return Slip(quad.subject, frozenset(found), data.everywhere(quad), (put(quad, value),))


def dated(data: Data) -> Iterator[ox.Quad]:
    """Yield each date that stands beside the words it was read from."""
    words = {(q.subject, q.graph_name) for q in data.by_property[WRITTEN.value]}
    for quads in data.by_property.values():
        for q in quads:
            is_date = isinstance(q.object, ox.Literal) and q.object.datatype.value in (
                XSD + "date",
                XSD + "gYearMonth",
                XSD + "gYear",
            )
            if is_date and (q.subject, q.graph_name) in words:
                yield q


def of_precision(data: Data) -> Iterator[Slip]:
    for q in dated(data):
        text = q.object.value
        if len(text) == 10:
            value = ox.Literal(text[:7], datatype=ox.NamedNode(XSD + "gYearMonth"))
        else:
            day = f"{text}-01" if len(text) == 7 else f"{text}-01-01"
            value = ox.Literal(day, datatype=ox.NamedNode(XSD + "date"))
        yield changed(data, q, value, "D13")


def of_days(data: Data) -> Iterator[Slip]:
    for q in dated(data):
        if len(q.object.value) == 10:
            other = date.fromisoformat(q.object.value) - timedelta(days=1)
            value = ox.Literal(other.isoformat(), datatype=q.object.datatype)
            yield changed(data, q, value, "D10", "D05", "D06")


def of_domains(data: Data) -> Iterator[Slip]:
    """Each property of ours with a domain is said of a passage, one of each."""
    free = cycle(data.things("SourcePassage"))
    for path, domains in sorted(data.axioms.domains.items()):
        used = data.by_property.get(path)
        thing = next(free)
        if path.startswith(CCUA) and used and not any(d & data.types[thing] for d in domains):
            add = ox.Quad(thing, ox.NamedNode(path), used[0].object, used[0].graph_name)
            yield Slip(thing, frozenset({"domain", "type"}), (), (add,))


def of_ranges(data: Data) -> Iterator[Slip]:
    """Each object property of ours points at a passage, one use of each."""
    free = cycle(data.things("SourcePassage"))
    for path, ranges in sorted(data.axioms.ranges.items()):
        used = data.by_property.get(path)
        things = [r for r in ranges if axioms.datatypes(r) is None]
        wrong = next(free)
        is_asked = path.startswith(CCUA) and used and things
        if is_asked and not any(r & data.types[wrong] for r in things):
            yield changed(data, used[0], wrong)


def of_keys(data: Data) -> Iterator[Slip]:
    """Of each key, a second thing with the values of the first that has them."""
    for cls, paths in data.axioms.keys:
        have = [{q.subject: q for q in data.by_property.get(path, ())} for path in paths]
        for thing in sorted(set.intersection(*(set(h) for h in have)), key=str)[:6]:
            if cls in data.types[thing]:
                twin = ox.NamedNode(f"{thing.value}-again")
                first = have[0][thing]
                stated = [q for q in data.by_property[TYPE.value] if q.subject == thing]
                add = [ox.Quad(twin, TYPE, q.object, first.graph_name) for q in stated]
                add += [
                    ox.Quad(twin, q.predicate, q.object, q.graph_name)
                    for q in (h[thing] for h in have)
                ]
                yield Slip(twin, frozenset({"key", "V01"}), (), tuple(add))


def of_types(data: Data) -> Iterator[Slip]:
    """A thing is given a type that nothing of its kind can have, one of each class."""
    classes = sorted({c for pair in data.axioms.apart for c in pair if c.startswith(CCUA)})
    for cls in classes:
        others = [b if a == cls else a for a, b in data.axioms.apart if cls in (a, b)]
        things = [t for t, types in data.types.items() if cls in types]
        if things and others:
            thing = min(things, key=str)
            graph = next(q for q in data.by_property[TYPE.value] if q.subject == thing).graph_name
            add = ox.Quad(thing, TYPE, ox.NamedNode(others[0]), graph)
            yield Slip(thing, frozenset(), (), (add,))


def of_datatypes(data: Data) -> Iterator[Slip]:
    """A figure becomes a text, one of each property."""
    for path, ranges in sorted(data.axioms.ranges.items()):
        used = data.by_property.get(path)
        if used and path.startswith(CCUA) and axioms.datatypes(ranges[0]):
            yield changed(data, used[-1], ox.Literal("many"))


def of_names(data: Data) -> Iterator[Slip]:
    """Names that lose a character, in each class of ours."""
    for cls in ("Municipality", "Instrument", "Event", "LegalProvision", "Fund", "PageSection"):
        things = set(data.things(cls))
        for q in [q for q in data.by_property[LABEL.value] if q.subject in things][:4]:
            text = q.object.value[:2] + "\ufffd" + q.object.value[3:]
            yield changed(data, q, ox.Literal(text, language=q.object.language), "T01")


def of_numbers(data: Data) -> Iterator[Slip]:
    """A number that stands in a name or an IRI is one too high."""
    for local in ("periodNumber", "sessionOrdinal", "articleNumber", "noticeNumber"):
        for q in data.by_property[CCUA + local]:
            text = q.object.value
            digits = text.rstrip("()-0123456789") or text.split("(")[0].split("-")[0]
            number = str(int(digits) + 1) if digits.isdigit() else "9"
            value = text.replace(digits, number, 1)
            yield changed(
                data, q, ox.Literal(value, datatype=q.object.datatype), "N01", "N05", "N06"
            )


def of_kinds(data: Data) -> Iterator[Slip]:
    """A municipality is of another kind than its name says."""
    classification = "http://www.w3.org/ns/org#classification"
    kinds = "https://w3id.org/jp-ccua/concept/municipality-kind/"
    for q in data.by_property[classification]:
        if q.object.value.startswith(kinds):
            other = "town" if not q.object.value.endswith("town") else "village"
            yield changed(data, q, ox.NamedNode(kinds + other), "N03")


def of_links(data: Data) -> Iterator[Slip]:
    """A letter is lost at the end of what a statement points at, one of each property."""
    for _, used in sorted(data.by_property.items()):
        q = used[0]
        if isinstance(q.object, ox.NamedNode) and q.object.value.startswith(ID):
            yield changed(data, q, ox.NamedNode(q.object.value[:-1] + "qq"))


GROUPS: dict[str, tuple[Callable[[Data], Iterator[Slip]], ...]] = {
    "values": (of_precision, of_names, of_numbers, of_kinds, of_domains),
    "things": (of_days, of_keys),
    "ranges": (of_ranges,),
    "links": (of_links, of_types, of_datatypes),
}


@pytest.fixture(scope="module")
def data(publication) -> Data:
    return Data(publication)


def about(data: Data, shapes, slips: list[Slip]) -> dict[str, set[str]]:
    """Return, by thing, what is found in the data with all *slips*."""
    gone = {q for slip in slips for q in slip.remove}
    quads = [q for q in data.publication.quads if q not in gone]
    quads += [q for slip in slips for q in slip.add]
    changed_ = replace(data.publication, _quads=quads)
    named = [*quads, *derive(changed_)]
    root = data.publication.config.root
    default = without_axioms(changed_, dict.fromkeys(default_graph(root, named)))
    told = validate(default, shapes, named=in_fact(root, named))
    told += axiom_check.check(data.axioms, default, TermNames(), (CCUA,))
    found: dict[str, set[str]] = defaultdict(set)
    for f in told:
        found[f.focus].add(f.identifier)
        if f.value:
            found[f.value].add(f.identifier)
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_slips_of_a_kind_are_found_at_their_thing(group, data, shapes) -> None:
    slips = [slip for kind in GROUPS[group] for slip in kind(data)]
    found = about(data, shapes, slips)

    missed = [
        (slip.about.value.removeprefix(ID), sorted(slip.found), sorted(found[str(slip.about)]))
        for slip in slips
        if not (found[str(slip.about)] & slip.found if slip.found else found[str(slip.about)])
    ]
    assert missed == []
    assert len(slips) > 15


def test_there_are_hundreds_of_slips(data) -> None:
    assert sum(len(list(kind(data))) for kinds in GROUPS.values() for kind in kinds) > 250
