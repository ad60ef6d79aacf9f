"""Write the lists of a release into its index: the things of each class, and those of none.

Of each list: its things in order of name, the columns and facets that its values suggest or that
the publication names (`pages:Lists`), the order by each column, and which things each choice of
a facet finds. Serving puts choices together and counts them without looking at a thing. What is
in a list is worked out once, from the statements; the same statements give the same bytes.
"""

from __future__ import annotations

import heapq
import json
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from renkei.language.folding import natural
from renkei.pack.index import suggested_columns
from renkei.pack.index.suggested_columns import Kind, Profile, Value
from renkei.pack.reading.source_files import APART, DERIVED
from renkei.page_plan import LIST_WORDS, Texts
from renkei.rdf import iris
from renkei.rdf.graph_builder import TYPE
from renkei.release import NO_KIND, STATISTICS_GRAPH

BY_NAME = -1  # the place of the order by name among those by column

# What a list says elsewhere (names, kinds, what is the same), or what no table can say (places).
NO_COLUMNS = frozenset(
    iris.PREFIXES[prefix] + name
    for prefix, name in (
        *(("rdf", "type"), ("owl", "sameAs"), ("rdfs", "seeAlso")),
        *(("skos", f"{how}Match") for how in ("exact", "close", "broad", "narrow", "related")),
        *(("foaf", "page"), ("foaf", "isPrimaryTopicOf"), ("wgs", "lat")),
        *(("wgs", "long"), ("schema", "latitude"), ("schema", "longitude")),
        *(("geosparql", "asWKT"), ("geosparql", "asGeoJSON"), ("rdfs", "isDefinedBy")),
    )
)
EXAMPLES = 5  # things of a list that are shown for it
LATEST = 5  # things that were made or changed last
WHOLE_DAY = len("2026-01-01")
MADE = tuple(
    iris.PREFIXES[prefix] + name
    for prefix, name in (
        *(("dct", "modified"), ("dct", "issued"), ("dct", "created"), ("dct", "date")),
        *(("schema", "dateModified"), ("schema", "datePublished"), ("schema", "dateCreated")),
    )
)
# Graphs that describe the data and hold none.
DESCRIBING = (*APART, DERIVED, "graph/shapes-catalogue", "graph/report", STATISTICS_GRAPH)


@dataclass(frozen=True)
class NamedColumn:
    """A column that the publication names: its word, its titles, and the values of each thing.

    In an address its values are chosen by the word *asked*.
    """

    word: str
    asked: str
    titles: Texts
    rows: Mapping[str, Sequence[Value]]
    instead: frozenset[str] = frozenset()  # properties that are not listed beside it


@dataclass(frozen=True)
class ListingRules:
    """How things are listed: prefixes of words in addresses, languages of the order by name,
    and columns that the publication names.
    """

    prefixes: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ("en",)
    columns: tuple[NamedColumn, ...] = ()


PLAIN = ListingRules()


@dataclass
class SuggestedColumn:
    """A column of one list: *values* of each place; *is_shown* unless it is for choosing alone."""

    word: str
    asked: str
    iri: str
    titles: Texts
    kind: Kind
    is_shown: bool
    is_facet: bool
    values: list[Sequence[Value]] = field(repr=False)


class Things:
    """All that is spoken of by an IRI, with the classes and the values of each.

    The number of a thing is its place in order of name, in the first language.
    """

    def __init__(
        self,
        statements: Iterable[ox.Quad],
        above: Mapping[str, Iterable[str]],
        naming: frozenset[str],
        name: Callable[[str, str], str],
        languages: Sequence[str],
        facts: Container[str],
    ) -> None:
        """Read *statements*.

        *above* has the broader classes of each; *naming* are properties of names, which *name*
        makes a key for sorting of. *facts* are the things of which more is said than what
        describes the data; of others without a class, none is listed.
        """
        apart = NO_COLUMNS | naming
        types: dict[str, set[str]] = {}
        self.facts, self.stated = facts, Counter[str]()
        held: dict[str, dict[str, dict[Value, None]]] = {}
        for quad in statements:
            subject, value = quad.subject, quad.object
            if not isinstance(subject, ox.NamedNode):
                continue
            iri, predicate = subject.value, quad.predicate
            kinds = types.setdefault(iri, set())
            if predicate == TYPE:
                if isinstance(value, ox.NamedNode):
                    kinds |= {value.value, *above.get(value.value, ())}
                    self.stated[value.value] += 1
            elif predicate.value not in apart and isinstance(value, (ox.NamedNode, ox.Literal)):
                held.setdefault(iri, {}).setdefault(predicate.value, {})[value] = None
        types = {iri: kinds for iri, kinds in types.items() if kinds or iri in facts}
        self.keys = {tag: {iri: name(iri, tag) for iri in types} for tag in languages}
        first = self.keys[languages[0]]
        self.iris = sorted(types, key=lambda iri: (first[iri], iri))
        self.languages, self.name = languages, name
        sets: dict[tuple[str, ...], tuple[str, ...]] = {}
        kinds_of = (tuple(sorted(types[iri])) or (NO_KIND,) for iri in self.iris)
        self.kinds = [sets.setdefault(kinds, kinds) for kinds in kinds_of]
        self.values: list[dict[str, list[Value]]] = [
            {p: _in_order(values) for p, values in held.get(iri, {}).items()} for iri in self.iris
        ]

    def members(self) -> dict[str, array[int]]:
        """Return the numbers of the things of each class, in order."""
        found: dict[str, array[int]] = defaultdict(lambda: array("I"))
        for number, kinds in enumerate(self.kinds):
            for kind in kinds:
                found[kind].append(number)
        return found

    def profiles(self) -> dict[str, dict[str, Profile]]:
        """Return what the values of each property are among the things of each class."""
        together: dict[tuple[str, ...], dict[str, Profile]] = defaultdict(
            lambda: defaultdict(Profile)
        )
        for kinds, held in zip(self.kinds, self.values, strict=True):
            for predicate, values in held.items():
                together[kinds][predicate].count(values)
        found: dict[str, dict[str, Profile]] = defaultdict(lambda: defaultdict(Profile))
        for kinds, profiles in together.items():
            for kind in kinds:
                for predicate, profile in profiles.items():
                    found[kind][predicate].add(profile)
        return found


def _in_order(values: Iterable[Value]) -> list[Value]:
    listed = list(values)
    return sorted(listed, key=str) if len(listed) > 1 else listed


def write(
    file: sqlite3.Connection,
    things: Things,
    namespace: str,
    listing: ListingRules,
    pointed: Mapping[str, int],
) -> None:
    """Write every list into the index *file*.

    *namespace* is the publication's own; *pointed* says how many statements point to a thing.
    """
    members, profiles = things.members(), things.profiles()
    numbers = _Numbers()
    shown: list[set[str]] = [set() for _ in things.iris]
    used: dict[str, NamedColumn] = {column.word: column for column in listing.columns}
    for number, kind in enumerate(sorted(members)):
        listed = members[kind]
        describing = sum(things.iris[n] not in things.facts for n in listed)
        file.execute(
            "INSERT INTO list VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(number, kind, len(listed), things.stated[kind], describing, listed.tobytes()),
                json.dumps(_examples(things, listed, pointed), ensure_ascii=False),
            ),
        )
        columns = _columns(things, listed, profiles[kind], namespace, listing)
        _write_names(file, number, things, listed)
        for place, column in enumerate(columns):
            _write_column(file, number, place, column, things, numbers)
        for word in (c.iri or c.word for c in columns if c.is_shown):
            for n in listed:
                shown[n].add(word)
    file.executemany(
        "INSERT INTO latest VALUES (?, ?, ?)",
        ((place, iri, day) for place, (iri, day) in enumerate(_latest(things))),
    )
    file.executemany(
        "INSERT INTO listed VALUES (?, ?, ?)",
        (
            (number, iri, _told(iri, things.values[number], shown[number], used, numbers))
            for number, iri in enumerate(things.iris)
        ),
    )


def _examples(things: Things, listed: Iterable[int], pointed: Mapping[str, int]) -> list[str]:
    """Return some things of a list: those to which most statements point, then by name."""

    def place(number: int) -> tuple[bool, int, int]:
        iri = things.iris[number]
        return iri not in things.facts, -pointed.get(iri, 0), number

    return [things.iris[number] for number in heapq.nsmallest(EXAMPLES, listed, key=place)]


def _latest(things: Things) -> list[tuple[str, str]]:
    """Return what was made or changed last, with the day; nothing where one day has all."""
    days = []
    for iri, held in zip(things.iris, things.values, strict=True):
        said = [
            value.value
            for predicate in MADE
            for value in held.get(predicate, ())
            if suggested_columns.kind_of(value) == "date" and len(value.value) >= WHOLE_DAY
        ]
        if said and iri in things.facts:
            days.append((max(said), iri))
    if len({day[:WHOLE_DAY] for day, _ in days}) < 2:
        return []
    return [(iri, day) for day, iri in heapq.nlargest(LATEST, days)]


class _Numbers(dict[str, int]):
    """Numbers of what columns stand for, in the order they are met."""

    def __missing__(self, key: str) -> int:
        self[key] = len(self)
        return self[key]


def _told(
    iri: str,
    held: Mapping[str, Sequence[Value]],
    shown: Iterable[str],
    named: Mapping[str, NamedColumn],
    numbers: Mapping[str, int],
) -> str:
    """Return the values of a thing in all columns of its lists, as JSON."""
    told = {}
    for word in shown:
        values = named[word].rows.get(iri, ()) if word in named else held.get(word, ())
        if values:
            told[numbers[word]] = [as_json(value) for value in values]
    return json.dumps(dict(sorted(told.items())), ensure_ascii=False, separators=(",", ":"))


def as_json(value: Value) -> str | list[str]:
    """Return an IRI as a text, a literal as its text, language and datatype, as far as it has them.

    See `serve.read.class_lists.term_of`.
    """
    if isinstance(value, ox.NamedNode):
        return value.value
    if value.language:
        return [value.value, value.language]
    datatype = value.datatype.value
    plain = datatype == suggested_columns.XSD + "string"
    return [value.value] if plain else [value.value, "", datatype]


def _columns(
    things: Things,
    listed: Sequence[int],
    profiles: Mapping[str, Profile],
    namespace: str,
    listing: ListingRules,
) -> list[SuggestedColumn]:
    """Return the columns of a list: those that the publication names, else what values suggest.

    What says the same as a column before it is none.
    """
    found: list[SuggestedColumn] = []
    instead: set[str] = set()
    members = len(listed)
    for one in listing.columns:
        values = [one.rows.get(things.iris[n], ()) for n in listed]
        profile = Profile()
        for held in filter(None, values):
            profile.count(held)
        if profile.having:
            kind, is_facet = profile.kind, not profile.is_one()
            found.append(
                SuggestedColumn(one.word, one.asked, "", one.titles, kind, True, is_facet, values)
            )
            instead |= one.instead
    if any(column.titles for column in found):
        return found  # its authors said what such a list shows
    taken = {column.word for column in found} | {column.asked for column in found}
    for predicate in _by_worth(profiles, members, namespace):
        profile = profiles[predicate]
        shown = sum(column.is_shown for column in found) < suggested_columns.SHOWN
        facets = sum(column.is_facet for column in found) < suggested_columns.FACETS
        is_shown = shown and profile.is_column(members)
        is_facet = facets and profile.is_facet(members)
        if predicate in instead or not (is_shown or is_facet):
            continue
        values = [things.values[n].get(predicate, ()) for n in listed]
        if any(values == column.values for column in found):
            continue
        word = iris.word(predicate, namespace, {**iris.PREFIXES, **listing.prefixes})
        word = predicate if word in taken or word in LIST_WORDS else word
        taken.add(word)
        found.append(
            SuggestedColumn(word, word, predicate, {}, profile.kind, is_shown, is_facet, values)
        )
    return found


def _by_worth(profiles: Mapping[str, Profile], members: int, namespace: str) -> list[str]:
    """Return properties, those first that put more of the members together and tell more apart."""

    def worth(predicate: str) -> tuple[bool, bool, int, str]:
        profile = profiles[predicate]
        share = round(10 * profile.having / members)
        return (
            not profile.is_facet(members),
            not predicate.startswith(namespace),
            -share,
            predicate,
        )

    return sorted(profiles, key=worth)


def _write_names(
    file: sqlite3.Connection, number: int, things: Things, listed: Sequence[int]
) -> None:
    """Write the order by name in each language but the first, in which a list stands."""
    for tag in things.languages[1:]:
        keys = things.keys[tag]
        order = sorted(range(len(listed)), key=lambda place: keys[things.iris[listed[place]]])
        _write_order(file, number, BY_NAME, tag, order)


def _write_order(
    file: sqlite3.Connection, number: int, place: int, tag: str, order: Iterable[int]
) -> None:
    file.execute(
        "INSERT INTO list_order VALUES (?, ?, ?, ?)",
        (number, place, tag, array("I", order).tobytes()),
    )


def _write_column(
    file: sqlite3.Connection,
    number: int,
    place: int,
    column: SuggestedColumn,
    things: Things,
    numbers: dict[str, int],
) -> None:
    """Write a column, the order by it, and what it can be chosen by."""
    filled = [at for at, values in enumerate(column.values) if values]
    file.execute(
        "INSERT INTO list_column VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(
                number,
                place,
                column.word,
                column.asked,
                column.iri,
                numbers[column.iri or column.word],
            ),
            json.dumps(column.titles, ensure_ascii=False, sort_keys=True),
            *(column.kind, column.is_shown, len(filled)),
        ),
    )
    if column.is_shown:
        empty = [at for at, values in enumerate(column.values) if not values]
        tags = things.languages if column.kind == "term" else ("",)
        for tag in tags:
            key = _sorting(column, things, tag)
            order = sorted(filled, key=lambda at: key(column.values[at]))
            _write_order(file, number, place, tag, [*order, *empty])
    if column.is_facet:
        _write_choices(file, number, place, column)


def _sorting(
    column: SuggestedColumn, things: Things, tag: str
) -> Callable[[Sequence[Value]], tuple[object, ...]]:
    """Return what the values of a cell are sorted by: the first of its size, day or name."""
    keys: dict[Value, tuple[object, ...]] = {}

    def of(value: Value) -> tuple[object, ...]:
        if column.kind == "number":
            number = suggested_columns.number_of(value)
            return (number is None, number or 0.0, value.value)
        if column.kind == "date":
            year = suggested_columns.year_of(value.value)
            return (year is None, year or 0, value.value)
        if isinstance(value, ox.NamedNode):
            return (1, things.name(value.value, tag))
        return ((value.language or tag) != tag, natural(value.value))

    def first(values: Sequence[Value]) -> tuple[object, ...]:
        for value in values:
            if value not in keys:
                keys[value] = of(value)
        return min(keys[value] for value in values)

    return first


def _write_choices(
    file: sqlite3.Connection, number: int, place: int, column: SuggestedColumn
) -> None:
    for order, choice in enumerate(suggested_columns.choices(column.kind, column.values)):
        term = None if choice.term is None else as_json(choice.term)
        file.execute(
            "INSERT INTO choice VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(number, place, order, choice.word),
                json.dumps(term, ensure_ascii=False),
                *(len(choice.places), bits(choice.places, len(column.values))),
            ),
        )


def bits(places: Iterable[int], size: int) -> bytes:
    """Return *places* of a list of *size* as bits: the first place is the lowest bit."""
    found = bytearray(-(-size // 8))
    for place in places:
        found[place >> 3] |= 1 << (place & 7)
    return bytes(found)


def facts(root: str, named: Iterable[ox.Quad]) -> frozenset[str]:
    """Return the things of which a graph says anything that does not describe the data.

    *named* are statements in their named graphs. The graphs of sources and passages are none.
    """
    apart = {ox.NamedNode(root + name) for name in DESCRIBING}
    names = {quad.graph_name for quad in named}
    graphs = {g for g in names if getattr(g, "value", "").startswith(f"{root}graph/")}
    return frozenset(
        quad.subject.value
        for quad in named
        if isinstance(quad.subject, ox.NamedNode)
        and quad.graph_name not in apart
        and quad.subject not in graphs
    )


def naming(
    entries: Mapping[str, tuple[Iterable[tuple[str, str]], Iterable[str]]],
    languages: Sequence[str],
) -> Callable[[str, str], str]:
    """Return what gives the text that a thing is sorted by, in a language.

    *entries* has names with their languages, and readings, by IRI. In Japanese a reading wins;
    without any name, the last part of the IRI.
    """

    def name(iri: str, tag: str) -> str:
        texts, readings = entries.get(iri, ((), ()))
        if tag == "ja" and readings:
            return natural(min(readings))
        order = (tag, "", *languages)
        found = [(order.index(held) if held in order else len(order), text) for text, held in texts]
        return natural(min(found)[1] if found else iris.local_name(iri))

    return name
