"""The lists of a release, as packing wrote them into the index: which things, by what columns.

Which things a choice finds stands there as bits, one for each place of a list. So choices are
put together and counted as whole numbers, whatever the size of the list, and the store is not
asked. No request text reaches a query from here but as a bound value.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import Any, NamedTuple

import pyoxigraph as ox

from renkei.release import NO_KIND
from renkei.serve.read.index_file import IndexFile
from renkei.sparql.outline import Term

NAME = "name"
BY_NAME = -1  # the place of the order by name
PART = 5_000  # things that are read at once
Chosen = Mapping[str, str]  # the words that a reader chose, by the word they are asked by


class Kind(NamedTuple):
    """A class: how many things a list of it has, how many of them only describe the data, and some.

    *examples* are the IRIs of those to which most statements point.
    """

    iri: str
    members: int
    describing: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class FacetChoice:
    """A value of a facet: its word, the term it is (none for years and ranges), who has it."""

    word: str
    term: Term | None
    members: int
    places: int = field(default=0, repr=False)  # a bit for each place of the list


@dataclass(frozen=True, eq=False)
class ListedColumn:
    """A column of a list; see `release.INDEX_TABLES`."""

    place: int
    word: str
    asked: str
    iri: str
    told: int
    titles: Mapping[str, str]
    kind: str
    shown: bool
    filled: int


@dataclass(frozen=True)
class ListEntry:
    """A thing in a list, and its values by the number of a column."""

    iri: str
    values: Mapping[str, Sequence[Term]]

    def of(self, column: ListedColumn) -> Sequence[Term]:
        """Return the values of the thing in *column*."""
        return self.values.get(str(column.told), ())


class Lists:
    """All lists of one release; *root* is what the words of its own IRIs are written without."""

    def __init__(self, index: IndexFile, root: str, languages: Sequence[str]) -> None:
        self._index, self.root, self.languages = index, root, tuple(languages)

    def ask(self, query: str, given: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Ask the index. Raises FileDamaged."""
        return self._index.ask(query, given)

    def kinds(self) -> list[Kind]:
        """Return every class that is stated of a thing, the largest first; NO_KIND for none."""
        rows = self.ask(
            "SELECT class, members, describing, examples FROM list WHERE stated > 0 OR class = ?"
            " ORDER BY members DESC, class",
            (NO_KIND,),
        )
        return [Kind(c, n, d, tuple(json.loads(examples))) for c, n, d, examples in rows]

    def latest(self) -> list[tuple[str, str]]:
        """Return what was made or changed last, each with its day."""
        return [(i, day) for i, day in self.ask("SELECT iri, day FROM latest ORDER BY place")]

    def of(self, iri: str) -> ClassList | None:
        """Return the list of a class, NO_KIND for that of things of none; None without things."""
        rows = self.ask("SELECT number, members FROM list WHERE class = ?", (iri,))
        return next((ClassList(self, number, members) for number, members in rows), None)


@dataclass(frozen=True)
class ClassList:
    """The things of one class, in order of name."""

    lists: Lists
    number: int
    members: int

    @cached_property
    def columns(self) -> list[ListedColumn]:
        """What is shown of its things, and what they can be chosen by."""
        rows = self.lists.ask(
            "SELECT place, word, asked, property, told, titles, kind, shown, filled"
            " FROM list_column WHERE list = ? ORDER BY place",
            (self.number,),
        )
        return [
            ListedColumn(
                place, word, asked, iri, told, json.loads(titles), kind, bool(shown), filled
            )
            for place, word, asked, iri, told, titles, kind, shown, filled in rows
        ]

    @cached_property
    def facets(self) -> dict[ListedColumn, list[FacetChoice]]:
        """What each column that puts things together offers, without the places of its things."""
        return self._facets("NULL")

    @cached_property
    def _placed(self) -> dict[ListedColumn, list[FacetChoice]]:
        return self._facets("places")

    def _facets(self, places: str) -> dict[ListedColumn, list[FacetChoice]]:
        columns = {column.place: column for column in self.columns}
        found: dict[ListedColumn, list[FacetChoice]] = {}
        rows = self.lists.ask(
            f"SELECT column, word, term, members, {places} FROM choice WHERE list = ?"
            " ORDER BY column, place",
            (self.number,),
        )
        for place, word, told, members, held in rows:
            term = term_of(json.loads(told))
            short = word.removeprefix(self.lists.root) if isinstance(term, ox.NamedNode) else word
            at = int.from_bytes(held, "little") if held else 0
            found.setdefault(columns[place], []).append(
                FacetChoice(short or word, term, members, at)
            )
        return found

    def offered(self, chosen: Chosen) -> dict[ListedColumn, list[FacetChoice]]:
        """Return the choices of each facet with how many things each finds among the *chosen*.

        Those of a facet in which something is chosen count as if nothing were.
        """
        if not chosen:
            return self.facets
        found = {}
        for column, choices in self._placed.items():
            others = {asked: word for asked, word in chosen.items() if asked != column.asked}
            among = self._bits(others)
            counted = (
                FacetChoice(c.word, c.term, (c.places & among).bit_count(), c.places)
                for c in choices
            )
            kept = [c for c in counted if c.members or chosen.get(column.asked) == c.word]
            found[column] = kept
        return found

    def _bits(self, chosen: Chosen) -> int:
        """Return which places *chosen* finds, as bits."""
        held = (
            choice.places
            for column, choices in self._placed.items()
            for choice in choices
            if chosen.get(column.asked) == choice.word
        )
        return reduce(int.__and__, held, (1 << self.members) - 1)

    def places(
        self, chosen: Chosen, column: ListedColumn | None, descending: bool, language: str
    ) -> Sequence[int]:
        """Return the places of the things *chosen*, ordered by a column, or by name."""
        order = self._order(column, descending, language)
        if not chosen:
            return order
        held = self._bits(chosen).to_bytes(-(-self.members // 8), "little")
        return [place for place in order if held[place >> 3] >> (place & 7) & 1]

    def _order(self, column: ListedColumn | None, descending: bool, language: str) -> Sequence[int]:
        place = BY_NAME if column is None else column.place
        rows = self.lists.ask(
            "SELECT places FROM list_order WHERE list = ? AND column = ? AND language IN ('', ?)",
            (self.number, place, language),
        )
        order: Sequence[int] = range(self.members)
        for (places,) in rows:
            order = _numbers(places)
        if not descending:
            return order
        filled = self.members if column is None else column.filled
        return [*order[:filled][::-1], *order[filled:]]

    def entries(self, places: Sequence[int]) -> Iterator[ListEntry]:
        """Give the things at *places*, with their values."""
        ((held,),) = self.lists.ask("SELECT things FROM list WHERE number = ?", (self.number,))
        things = _numbers(held)
        for start in range(0, len(places), PART):
            wanted = [things[place] for place in places[start : start + PART]]
            rows = self.lists.ask(
                "SELECT number, iri, told FROM listed"
                " WHERE number IN (SELECT value FROM json_each(?))",
                (json.dumps(wanted),),
            )
            found = {number: (iri, told) for number, iri, told in rows}
            for number in wanted:
                iri, told = found[number]
                values = json.loads(told)
                yield ListEntry(iri, {k: [_term(v) for v in held] for k, held in values.items()})


def _numbers(held: bytes) -> array[int]:
    """Return numbers of 32 bits; they are written little-endian."""
    found = array("I")
    found.frombytes(held)
    return found


def term_of(told: str | list[str] | None) -> Term | None:
    """Return the term that stands in the index; see `pack.index.class_lists.as_json`."""
    return None if told is None else _term(told)


def _term(told: str | list[str]) -> Term:
    if isinstance(told, str):
        return ox.NamedNode(told)
    text, *rest = told
    if len(rest) == 1:
        return ox.Literal(text, language=rest[0])
    return ox.Literal(text, datatype=ox.NamedNode(rest[1])) if rest else ox.Literal(text)
