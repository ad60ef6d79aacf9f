"""Which words a query can use: the predicates, classes and graphs that occur in a release.

Counted when packing, over every graph the endpoint has, and kept as a file of the release, so
that it can be said of a word at once that it occurs nowhere, and which one is nearest to it.
"""

from __future__ import annotations

import difflib
import heapq
import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from renkei.rdf.iris import INTEGERS
from renkei.sparql.patterns import RDF_LANG_STRING, RDF_TYPE, XSD

SHORT = 5  # letters of a name in which one slip is taken for one, and two in a longer one
COMPARED = 12  # names that are compared letter by letter
LONGEST = 300  # letters of an IRI that is compared; a longer one is never meant
WINDOW = 50  # names of one length, to either side by the alphabet, that are looked at


def kept_as(datatype: str) -> str:
    """Return the datatype as which the engine keeps a literal; others keep what was written."""
    if datatype in INTEGERS:
        return f"{XSD}integer"
    return f"{XSD}dateTime" if datatype == f"{XSD}dateTimeStamp" else datatype


@dataclass
class ValuesInUse:
    """What values are: things, texts of which languages, literals of which datatypes."""

    things: bool = False
    languages: set[str] = field(default_factory=set)
    datatypes: set[str] = field(default_factory=set)

    def add(self, value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> None:
        """Count *value* in."""
        if not isinstance(value, ox.Literal):
            self.things = True
        elif value.language:
            self.languages.add(value.language.lower())
        elif (datatype := value.datatype.value) != RDF_LANG_STRING:
            self.datatypes |= {datatype, kept_as(datatype)}

    def to_fields(self) -> dict[str, object]:
        """Return what `from_fields` reads."""
        return {
            "things": self.things,
            "languages": sorted(self.languages),
            "datatypes": sorted(self.datatypes),
        }

    @classmethod
    def from_fields(cls, said: Mapping[str, Any]) -> ValuesInUse:
        """Return the values that `to_fields` told of."""
        return cls(said["things"], set(said["languages"]), set(said["datatypes"]))


@dataclass
class PredicateUse:
    """The values of a predicate: in all graphs, and in the *default* graph, None where it has none.

    The same predicate may have tagged texts in the default graph and others in a named one.
    """

    everywhere: ValuesInUse = field(default_factory=ValuesInUse)
    default: ValuesInUse | None = None


@dataclass
class WordsInUse:
    """The words of a release; *classes* says of each whether the default graph has one of it."""

    predicates: dict[str, PredicateUse] = field(default_factory=dict)
    classes: dict[str, bool] = field(default_factory=dict)
    graphs: set[str] = field(default_factory=set)

    @cached_property
    def languages(self) -> set[str]:
        """The language tags that occur at all."""
        return set().union(*(use.everywhere.languages for use in self.predicates.values()))

    @cached_property
    def spelt_predicates(self) -> Spellings:
        """The names of the predicates."""
        return Spellings(self.predicates)

    @cached_property
    def spelt_classes(self) -> Spellings:
        """The names of the classes."""
        return Spellings(self.classes)

    @cached_property
    def spelt_graphs(self) -> Spellings:
        """The names of the graphs."""
        return Spellings(self.graphs)

    def to_json(self) -> bytes:
        """Return the words as JSON, the same for the same statements."""
        predicates = {
            iri: {
                **use.everywhere.to_fields(),
                "default": use.default.to_fields() if use.default else None,
            }
            for iri, use in self.predicates.items()
        }
        said = {"predicates": predicates, "classes": self.classes, "graphs": sorted(self.graphs)}
        return (json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    @classmethod
    def from_json(cls, text: bytes) -> WordsInUse:
        """Return the words that `to_json` wrote."""
        said = json.loads(text)
        predicates = {}
        for iri, use in said["predicates"].items():
            default = use["default"]
            predicates[iri] = PredicateUse(
                ValuesInUse.from_fields(use),
                # An earlier program said only that there are some.
                ValuesInUse.from_fields(use if default is True else default) if default else None,
            )
        return cls(predicates, said["classes"], set(said["graphs"]))


def words_of(quads: Iterable[ox.Quad]) -> WordsInUse:
    """Return the words of *quads*, everything that the endpoint has."""
    words = WordsInUse()
    for quad in quads:
        default = isinstance(quad.graph_name, ox.DefaultGraph)
        if isinstance(quad.graph_name, ox.NamedNode):
            words.graphs.add(quad.graph_name.value)
        predicate, value = quad.predicate.value, quad.object
        use = words.predicates.setdefault(predicate, PredicateUse())
        use.everywhere.add(value)
        if default:
            use.default = use.default or ValuesInUse()
            use.default.add(value)
        if predicate == RDF_TYPE and isinstance(value, ox.NamedNode):
            words.classes[value.value] = words.classes.get(value.value, False) or default
    return words


class Spellings:
    """The names of IRIs that are known, by which one that is not is compared with them.

    Which are nearest is asked while an answer waits, so little is compared however many there
    are: of names of one length those beside it by the alphabet, of namespaces those that begin
    and end most like it.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._names: dict[str, list[str]] = {}
        for iri in sorted(known):
            if len(iri) <= LONGEST:
                self._names.setdefault(_parts(iri)[1].casefold(), []).append(iri)
        self._by_length: dict[int, list[str]] = {}
        for name in sorted(self._names):
            self._by_length.setdefault(len(name), []).append(name)

    def nearest(self, iri: str) -> str:
        """Return the IRI that *iri* was most likely meant to be; "" for none.

        The same name in another namespace (http for https, # for /) comes before another
        spelling. A name of which another is only a part was not meant: *endDate* is no *date*.
        """
        if len(iri) > LONGEST:
            return ""
        space, name = _parts(iri)
        name = name.casefold()
        if name in self._names:
            return self._in_space(space, name)
        letters = set(name)
        near = sorted(
            (len(letters.symmetric_difference(other)), other)
            for length in range(len(name) - 2, len(name) + 3)
            for other in _beside(name, self._by_length.get(length, []))
        )[:COMPARED]
        allowed = 1 if len(name) <= SHORT else 2
        slips = [(_slips(name, other), other) for unlike, other in near if unlike <= 2 * allowed]
        best = min(slips, default=(allowed + 1, ""))
        return self._in_space(space, best[1]) if best[0] <= allowed else ""

    def _in_space(self, space: str, name: str) -> str:
        """Return the IRI of that *name* whose namespace is most like *space*."""
        known = self._names[name]
        if len(known) > COMPARED:
            known = heapq.nlargest(COMPARED, known, lambda other: _in_common(space, other))
        return max(known, key=lambda other: _alike(space, _parts(other)[0]))


def _beside(name: str, known: list[str]) -> list[str]:
    """Return those of *known* in order that stand next to *name*, on either side."""
    at = bisect_left(known, name)
    return known[max(0, at - WINDOW) : at + WINDOW]


def _in_common(space: str, iri: str) -> int:
    """Return with how many letters a namespace and that of *iri* begin and end alike."""
    other = _parts(iri)[0]
    ahead = _ahead(space, other)
    return ahead + _ahead(space[:ahead:-1], other[:ahead:-1])


def _ahead(one: str, other: str) -> int:
    """Return how many letters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _parts(iri: str) -> tuple[str, str]:
    """Return namespace and name of *iri*."""
    cut = max(iri.rfind("#"), iri.rfind("/"), -1 if "/" in iri or "#" in iri else iri.rfind(":"))
    return iri[: cut + 1], iri[cut + 1 :]


def _alike(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _slips(one: str, other: str) -> int:
    """Return how many letters are left out, put in, exchanged or swapped with the next."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]
