"""Write the index of a release: `index.sqlite3`, what is found by which words, what points where.

Every spelling of every name, reading and identifier is a row, in the order of its letters;
beside them stand the pairs of letters that each spelling has. Where very many statements point
to one thing, they are listed in the order pages show them, which a store would have to sort
each time. Serving opens the file and reads what it needs, so that a large release starts as fast
as a small one. SQLite is in the standard library. The same statements give the same bytes:
rows are written in order, once.
"""

from __future__ import annotations

import json
import sqlite3
import struct
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from renkei.language import folding
from renkei.language.folding import ENDS, WORTH, Sort, fold, is_kana, latin, romaji, shortened
from renkei.naming import DEFAULT, Naming, texts
from renkei.pack.index import class_lists, hierarchy, ontologies
from renkei.rdf import iris
from renkei.rdf.graph_builder import TYPE, node
from renkei.release import INDEX_TABLES, MANY

COMMON = 20_000  # a pair of letters in more spellings than this tells nothing apart
LONGEST_NUMBER = 40  # letters of a text that may be an identifier
READINGS = ("-hira", "-kana", "-hrkt")  # language tags of a text that is a reading


def _nodes(*names: str) -> tuple[ox.NamedNode, ...]:
    return tuple(node(*name.split(":")) for name in names)


_CODES = _nodes("org:identifier", "dct:identifier", "skos:notation", "schema:identifier")
_LIKE_A_CODE = frozenset(
    _nodes("rdfs:subPropertyOf", "owl:equivalentProperty", "skos:exactMatch", "skos:closeMatch")
)
_SAME = frozenset(_nodes("owl:sameAs", "schema:sameAs", "skos:exactMatch"))
_BROADER = node("rdfs", "subClassOf")
_STRING = node("xsd", "string")


@dataclass
class Findable:
    """One thing that can be found, and by which words."""

    names: set[tuple[str, str]] = field(default_factory=set)  # text, language
    others: set[tuple[str, str]] = field(default_factory=set)
    readings: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)  # what identifies it
    numbers: set[str] = field(default_factory=set)  # numbers it carries
    types: set[str] = field(default_factory=set)


def write(
    path: Path,
    statements: Sequence[ox.Quad],
    named: Sequence[ox.Quad],
    namespace: str,
    root: str,
    reading: str = "",
    naming: Naming = DEFAULT,
    subjects: Iterable[str] = (),
    listing: class_lists.ListingRules = class_lists.PLAIN,
) -> None:
    """Write the index of a release to *path*.

    *statements* is its default graph, *named* what its named graphs hold; *namespace* is that
    of the publication's vocabulary, *root* the root of its IRIs, *reading* the property under
    which a name stands as it is spoken, *naming* what else names things. *subjects* are found by
    their local names where they have no other. *listing* decides how things are listed.
    """
    above = _above(statements)
    entries = _entries(statements, namespace, reading, naming, subjects, above)
    pointed = Counter(q.object.value for q in statements if isinstance(q.object, ox.NamedNode))
    # The number of a thing is its rank: what is pointed to more comes first.
    order = sorted(entries, key=lambda iri: (-pointed[iri], iri))
    numbers = {iri: number for number, iri in enumerate(order)}
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {INDEX_TABLES}")
        file.execute("BEGIN")
        _write_entries(file, entries, order, pointed, root)
        file.executemany("INSERT INTO spelled VALUES (?, ?)", _spelled(order))
        file.executemany("INSERT INTO same VALUES (?, ?)", _same(statements, numbers))
        _write_forms(file, entries, order)
        _write_pointing(file, named)
        defined = ontologies.read(statements, named, naming)
        ontologies.write(file, defined)
        hierarchy.write(file, statements, defined, naming)
        facts = class_lists.facts(root, named)
        things = _things(statements, above, entries, listing.languages, reading, naming, facts)
        class_lists.write(file, things, namespace, listing, pointed)
        file.execute("COMMIT")


def _things(
    statements: Iterable[ox.Quad],
    above: dict[str, set[str]],
    entries: dict[str, Findable],
    languages: Sequence[str],
    reading: str,
    naming: Naming,
    facts: frozenset[str],
) -> class_lists.Things:
    """Return what stands in lists, in the order of the names that are found."""
    called = {iri: (entry.names or entry.others, entry.readings) for iri, entry in entries.items()}
    name = class_lists.naming(called, languages)
    said_above = naming.shown_as_names | {reading}
    return class_lists.Things(statements, above, said_above, name, languages, facts)


def _entries(
    statements: Sequence[ox.Quad],
    namespace: str,
    reading: str,
    naming: Naming,
    subjects: Iterable[str],
    above: dict[str, set[str]],
) -> dict[str, Findable]:
    """Return *subjects* and everything that has a name, a reading or an identifier, by IRI."""
    codes = _codes(statements)
    found = _named(statements, reading, naming)
    for iri in subjects:
        found.setdefault(iri, Findable())
    naming_ones = naming.shown_as_names | {reading}
    types: dict[str, set[str]] = defaultdict(set)
    for q in statements:
        if not isinstance(q.subject, ox.NamedNode):
            continue
        iri, p, o = q.subject.value, q.predicate, q.object
        if isinstance(o, ox.NamedNode):
            if p == TYPE:
                types[iri] |= {o.value, *above.get(o.value, ())}
            continue
        if not isinstance(o, ox.Literal):
            continue
        if p in codes:
            entry = found.setdefault(iri, Findable())
            (entry.readings if _is_reading(o) else entry.codes).add(o.value)
        elif (
            o.datatype == _STRING
            and p.value not in naming_ones
            and p.value.startswith(namespace)
            and len(o.value) <= LONGEST_NUMBER
            and any("0" <= letter <= "9" for letter in o.value)
        ):
            found.setdefault(iri, Findable()).numbers.add(o.value)
    for iri, entry in found.items():
        entry.numbers -= entry.codes | entry.readings
        entry.types = types.get(iri, set())
    return found


def _named(statements: Sequence[ox.Quad], reading: str, naming: Naming) -> dict[str, Findable]:
    """Return what has a name or a reading, by IRI, with these alone."""
    spoken = {(reading,), *naming.readings}
    names = set(naming.names)
    found: dict[str, Findable] = {}
    for iri, way, text in texts(statements, [*names, *naming.others, *spoken]):
        entry = found.setdefault(iri, Findable())
        if way in spoken or _is_reading(text):
            entry.readings.add(text.value)
        else:
            words = entry.names if way in names else entry.others
            words.add((text.value, (text.language or "").lower()))
    return found


def _is_reading(text: ox.Literal) -> bool:
    return (text.language or "").lower().endswith(READINGS)


def _codes(statements: Iterable[ox.Quad]) -> set[object]:
    """Return the properties that give identifiers: the known ones, and what leads to them."""
    direct: dict[object, set[object]] = defaultdict(set)
    for q in statements:
        if q.predicate in _LIKE_A_CODE:
            direct[q.object].add(q.subject)
    return _reached(_CODES, direct)


def _above(statements: Iterable[ox.Quad]) -> dict[str, set[str]]:
    """Return, for each class that has any, all broader classes."""
    direct: dict[object, set[object]] = defaultdict(set)
    for q in statements:
        if q.predicate == _BROADER and isinstance(q.object, ox.NamedNode):
            direct[q.subject].add(q.object)
    return {
        name.value: {c.value for c in _reached([name], direct) if isinstance(c, ox.NamedNode)}
        for name in direct
        if isinstance(name, ox.NamedNode)
    }


def _reached(first: Iterable[object], direct: dict[object, set[object]]) -> set[object]:
    """Return *first* and all that lies behind it, step by step."""
    seen: set[object] = set()
    ahead = list(first)
    while ahead:
        here = ahead.pop()
        if here not in seen:
            seen.add(here)
            ahead.extend(direct.get(here, ()))
    return seen


def _write_entries(
    file: sqlite3.Connection,
    entries: dict[str, Findable],
    order: list[str],
    pointed: Counter[str],
    root: str,
) -> None:
    """Write each thing, each set of classes once, and what things each class has."""
    kinds: dict[tuple[str, ...], int] = {}
    named: Counter[str] = Counter()
    weight: Counter[str] = Counter()

    def rows() -> Iterator[tuple[int, str, int, int, str]]:
        for number, iri in enumerate(order):
            entry = entries[iri]
            types = tuple(sorted(entry.types))
            if iris.is_thing(iri, root):
                for kind in types:
                    named[kind] += bool(entry.codes) + bool(entry.readings)
                    weight[kind] += pointed[iri] + 1
            words = (entry.names, entry.others, entry.readings, entry.codes, entry.numbers)
            told = json.dumps([sorted(w) for w in words], ensure_ascii=False)
            yield number, iri, pointed[iri], kinds.setdefault(types, len(kinds)), told

    file.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?)", rows())
    file.executemany(
        "INSERT INTO kinds VALUES (?, ?)",
        ((number, json.dumps(types, ensure_ascii=False)) for types, number in kinds.items()),
    )
    file.executemany(
        "INSERT INTO class VALUES (?, ?, ?)", ((k, named[k], weight[k]) for k in sorted(weight))
    )


def _spelled(order: list[str]) -> list[tuple[str, int]]:
    """Return each IRI that is not written in its plain spelling, under that spelling."""
    plain: dict[str, int] = {}
    for number, iri in enumerate(order):
        if iris.plain(iri) != iri:
            plain.setdefault(iris.plain(iri), number)
    return sorted(plain.items())


def _same(statements: Iterable[ox.Quad], numbers: dict[str, int]) -> list[tuple[str, int]]:
    """Return the IRIs that others gave our things; of two things, the one pointed to more."""
    found: dict[str, int] = {}
    for q in statements:
        if q.predicate in _SAME and isinstance(q.object, ox.NamedNode):
            number = numbers.get(getattr(q.subject, "value", ""))
            if number is not None:
                found[q.object.value] = min(number, found.get(q.object.value, number))
    return sorted(found.items())


def _write_forms(file: sqlite3.Connection, entries: dict[str, Findable], order: list[str]) -> None:
    """Write the spellings in order, whose they are, and where each pair of letters stands."""
    forms: dict[str, dict[int, tuple[Sort, str]]] = defaultdict(dict)
    for number, iri in enumerate(order):
        for key, sort, word in _spellings(iri, entries[iri]):
            known = forms[key].get(number)
            if known is None or WORTH[known[0]] < WORTH[sort]:
                forms[key][number] = (sort, word)
    keys = sorted(forms)
    file.executemany("INSERT INTO key VALUES (?, ?)", enumerate(keys))
    file.executemany(
        "INSERT INTO form VALUES (?, ?, ?, ?)",
        (
            (place, number, *forms[key][number])
            for place, key in enumerate(keys)
            for number in sorted(forms[key])
        ),
    )
    places: dict[str, array[int]] = defaultdict(lambda: array("I"))
    for place, key in enumerate(keys):
        if not key.startswith("~"):
            for pair in folding.pairs(key):
                if len(places[pair]) <= COMMON:
                    places[pair].append(place)
    file.executemany(
        "INSERT INTO pair VALUES (?, ?, ?)",
        (
            (pair, len(rows), struct.pack(f"<{len(rows)}I", *rows))
            for pair, rows in sorted(places.items())
            if len(rows) <= COMMON
        ),
    )


def _spellings(iri: str, entry: Findable) -> Iterator[tuple[str, Sort, str]]:
    """Give each key of an entry with its sort and the word it stands for."""
    listed: tuple[tuple[Sort, set[tuple[str, str]]], ...] = (
        ("name", entry.names),
        ("alternative", entry.others),
    )
    for sort, words in listed:
        for text, _ in sorted(words):
            key = fold(text)
            if key:
                yield key, sort, text
            for short in shortened(text):
                if short:
                    yield short, "short", text
            if key.isascii() and key.isalpha():
                yield "~" + latin(key), "romaji", text
    written = {text[-1:] for text, _ in entry.names}
    for reading in sorted(entry.readings):
        key = fold(reading)
        if not key:
            continue
        yield key, "reading", reading
        ends = [end for mark, spoken in ENDS.items() if mark in written for end in spoken]
        shorter = [key.removesuffix(e) for e in ends if key.endswith(e) and len(key) - len(e) > 1]
        for kana in shorter:
            yield kana, "short", reading
        for kana in (key, *shorter):
            if is_kana(kana):
                yield "~" + latin(romaji(kana)), "romaji", reading
    for code in sorted(entry.codes):
        if fold(code):
            yield fold(code), "code", code
        if code.isdigit() and code.startswith("0") and len(code) > 3 and code.lstrip("0"):
            yield code.lstrip("0"), "digits", code  # what a spreadsheet leaves of it
    for number in sorted(entry.numbers):
        if fold(number):
            yield fold(number), "number", number
    slug = iri.rstrip("/").replace("#", "/").rsplit("/", 1)[-1]
    for word in dict.fromkeys((slug, iris.local_name(iri))):
        if fold(word):
            yield fold(word), "slug", word


def _write_pointing(file: sqlite3.Connection, named: Sequence[ox.Quad]) -> None:
    """List what points to each thing to which very many statements do.

    Not where a blank node is among what points: its name means nothing in another answer.
    """
    counts: Counter[str] = Counter()
    unnamed: set[str] = set()
    for q in named:
        if isinstance(q.object, ox.NamedNode):
            counts[q.object.value] += 1
            if not isinstance(q.subject, ox.NamedNode):
                unnamed.add(q.object.value)
    many = {iri for iri, number in counts.items() if number > MANY} - unnamed
    found: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for q in named:
        if isinstance(q.object, ox.NamedNode) and q.object.value in many:
            found[q.object.value].add(
                (q.predicate.value, q.subject.value, q.graph_name.value)  # type: ignore[union-attr]
            )
    used = sorted({term for listed in found.values() for row in listed for term in row})
    numbers = {term: number for number, term in enumerate(used)}
    file.executemany("INSERT INTO term VALUES (?, ?)", enumerate(used))
    for number, iri in enumerate(sorted(found)):
        listed = sorted(found[iri])
        file.execute("INSERT INTO pointed VALUES (?, ?, ?)", (number, iri, len(listed)))
        file.executemany(
            "INSERT INTO pointing VALUES (?, ?, ?, ?, ?)",
            (
                (number, place, numbers[subject], numbers[predicate], numbers[graph])
                for place, (predicate, subject, graph) in enumerate(listed)
            ),
        )
