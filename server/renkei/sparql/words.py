"""Which words a query can use: the predicates, classes and graphs that occur in a release.

Counted when packing, over every graph the endpoint has, and kept as a file of the release, so
that it can be said of a word at once that it occurs nowhere, and which one is nearest to it.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from renkei.sparql.patterns import RDF_LANG_STRING, RDF_TYPE, XSD

SHORT = 5  # letters of a name in which one slip is taken for one, and two in a longer one
COMPARED = 12  # names that are compared letter by letter
# What the engine keeps as another datatype; other engines keep what was written.
_ALSO = {
    **dict.fromkeys(
        (
            *("int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger"),
            *("nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedLong"),
            *("unsignedShort", "unsignedByte"),
        ),
        "integer",
    ),
    "dateTimeStamp": "dateTime",
}


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
            self.datatypes.add(datatype)
            if datatype.startswith(XSD) and datatype[len(XSD) :] in _ALSO:
                self.datatypes.add(XSD + _ALSO[datatype[len(XSD) :]])

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
    """The names of IRIs that are known, by which one that is not is compared with them."""

    def __init__(self, known: Iterable[str]) -> None:
        self._names: dict[str, list[str]] = {}
        for iri in sorted(known):
            self._names.setdefault(_parts(iri)[1].casefold(), []).append(iri)
        self._by_length: dict[int, list[str]] = {}
        for name in self._names:
            self._by_length.setdefault(len(name), []).append(name)

    def nearest(self, iri: str) -> str:
        """Return the IRI that *iri* was most likely meant to be; "" for none.

        The same name in another namespace (http for https, # for /) comes before another
        spelling. A name of which another is only a part was not meant: *endDate* is no *date*.
        """
        space, name = _parts(iri)
        name = name.casefold()
        if name in self._names:
            return self._in_space(space, name)
        letters = set(name)
        near = sorted(
            (len(letters.symmetric_difference(other)), other)
            for length in range(len(name) - 2, len(name) + 3)
            for other in self._by_length.get(length, ())
        )[:COMPARED]
        allowed = 1 if len(name) <= SHORT else 2
        slips = [(_slips(name, other), other) for unlike, other in near if unlike <= 2 * allowed]
        best = min(slips, default=(allowed + 1, ""))
        return self._in_space(space, best[1]) if best[0] <= allowed else ""

    def _in_space(self, space: str, name: str) -> str:
        """Return the IRI of that *name* whose namespace is most like *space*."""
        return max(self._names[name], key=lambda other: _alike(space, _parts(other)[0]))


def _parts(iri: str) -> tuple[str, str]:
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
