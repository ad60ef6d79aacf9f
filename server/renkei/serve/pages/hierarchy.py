"""The place of a thing in its hierarchy: the ways up to the top, and the tree of what is below.

A tree shows one branch open at a time (`?open=`), and of a level one part at a time (`?from=`),
so that a scheme of any size is walked without script. All of it stands in the index of the
release; the store is asked for names only, with all others of the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import request

from renkei.errors import BadRequest, ReleaseError
from renkei.language.messages import counted
from renkei.rdf import iris
from renkei.serve.pages.template_context import again
from renkei.serve.pages.view_models import Link, View
from renkei.serve.read.index_file import Below, IndexFile
from renkei.serve.web.paging import DIGITS

SHOWN = 200  # entries of one level
PATHS = 6  # ways up that are shown
HIGHEST = 24  # steps of one of them, and levels that stand open
LOOKED_AT = 2_000  # entries that are looked at for the ways up
SKOS, RDFS, OWL = iris.PREFIXES["skos"], iris.PREFIXES["rdfs"], iris.PREFIXES["owl"]
HEADINGS = {
    SKOS + "ConceptScheme": "Concepts",
    OWL + "Ontology": "Class hierarchy",
    SKOS + "Concept": "Narrower concepts",
}


@dataclass(frozen=True)
class Level:
    """Part of what stands below one entry: *rows* from *first* on, of *number* in all."""

    rows: tuple[Below, ...]
    first: int
    number: int


@dataclass(frozen=True)
class Position:
    """Where a thing stands: the ways up to it, the *levels* that are open, by what is above.

    *opened* is the way down to what was opened, itself last; empty where nothing was.
    *whole*: all that is below stands open.
    """

    iri: str
    ways: tuple[tuple[str, ...], ...]
    more_ways: bool
    levels: dict[str, Level]
    opened: tuple[str, ...]
    whole: bool = False

    def named(self) -> Iterator[str]:
        """Give every IRI whose name is shown."""
        for way in self.ways:
            yield from way
        for level in self.levels.values():
            yield from (row.iri for row in level.rows)


@dataclass(frozen=True)
class Entry:
    """An entry of a tree; *toggle* is the address that opens or closes what is below it.

    Empty where all is open.
    """

    link: Link
    notation: str
    number: int
    toggle: str
    below: Tree | None = None


@dataclass(frozen=True)
class Tree:
    """The entries of a level, and the addresses of its other parts."""

    entries: tuple[Entry, ...]
    first: int
    number: int
    before: str | None = None
    after: str | None = None


def chosen() -> tuple[str, int]:
    """Return what `?open=` and `?from=` of the request name. Raises BadRequest for no number."""
    return request.args.get("open", ""), _start()


def read(
    index: IndexFile, iri: str, whole: bool = False, wished: str = "", start: int = 0
) -> Position:
    """Return the place of *iri*, with the branch to *wished* open, from *start* on.

    If *whole*, all of it is open where it is not too much.
    Raises BadRequest where *wished* is not below it, or *start* is no place there. Without an
    index, or with a damaged one, a thing stands nowhere.
    """
    with suppress(ReleaseError):
        ways, more = _ways(index, iri)
        opened = _opened(index, iri, wished)
        if whole and not opened and not start and (all_levels := _all(index, iri)):
            return Position(iri, ways, more, all_levels, (), True)
        levels = {}
        chain = (iri, *opened)[:HIGHEST]
        for place, above in enumerate(chain):
            level = _level(index, above, start if place == len(chain) - 1 else 0)
            if place < len(chain) - 1:
                level = _with(index, above, level, chain[place + 1])
            levels[above] = level
        return Position(iri, ways, more, levels, opened)
    return Position(iri, (), False, {}, ())


def shown(view: View, place: Position, types: list[str]) -> dict[str, Any]:
    """Return what a template shows of the place of a thing of these *types*."""
    return {
        "paths": [[view.property_label(iri) for iri in way] for way in place.ways],
        "more_paths": place.more_ways,
        "tree": tree(view, place),
        "tree_heading": heading(view, types),
    }


def tree(view: View, place: Position) -> Tree | None:
    """Return what is below a thing, as far as it is open; None where nothing is."""
    found = _tree(view, place, place.iri, 0, set())
    return found if found and found.entries else None


def heading(view: View, types: list[str]) -> str:
    """Return what a tree below a thing of these *types* is called."""
    word = next((HEADINGS[t] for t in HEADINGS if t in types), "Narrower")
    return view.lang.gettext(word)


def _tree(view: View, place: Position, above: str, depth: int, seen: set[str]) -> Tree | None:
    """Return a level as far as it is open; where all is, each branch once (*seen*)."""
    level = place.levels.get(above)
    if level is None or above in seen:
        return None
    if place.whole:
        seen.add(above)
    entries = []
    on_way = place.opened[depth] if depth < len(place.opened) else None
    closing = place.opened[depth - 1] if depth and not place.whole else None
    for row in _sorted(view, level):
        is_open = place.whole or row.iri == on_way
        below = _tree(view, place, row.iri, depth + 1, seen) if is_open else None
        toggle = again(open=closing if below else row.iri, **{"from": None}) + "#below"
        toggle = "" if place.whole else toggle
        entries.append(Entry(view.property_label(row.iri), row.notation, row.number, toggle, below))
    before = after = None
    if level.first:
        before = _part(closing, max(0, level.first - SHOWN))
    if level.first + SHOWN < level.number:
        after = _part(closing, level.first + SHOWN)
    return Tree(tuple(entries), level.first, level.number, before, after)


def _part(opened: str | None, first: int) -> str:
    return again(open=opened, **{"from": first or None}) + "#below"


def _sorted(view: View, level: Level) -> list[Below]:
    """Return a level as packing ordered it; without notations, where all is shown, by name."""
    if level.number > SHOWN or any(row.notation for row in level.rows):
        return list(level.rows)
    return sorted(
        level.rows, key=lambda row: (view.property_label(row.iri).text.casefold(), row.iri)
    )


def _all(index: IndexFile, iri: str) -> dict[str, Level]:
    """Return every level below *iri*; nothing where they are too many or too deep."""
    levels: dict[str, Level] = {}
    ahead, number = {iri: 0}, 0
    while ahead:
        above = next(iter(ahead))
        depth = ahead.pop(above)
        rows = tuple(index.below(above, SHOWN + 1))
        number += len(rows)
        if number > SHOWN or depth > HIGHEST:
            return {}
        levels[above] = Level(rows, 0, len(rows))
        for row in rows:
            if row.number and row.iri not in levels:
                ahead.setdefault(row.iri, depth + 1)
    return levels


def _level(index: IndexFile, above: str, first: int) -> Level:
    rows = tuple(index.below(above, SHOWN, first))
    number = index.below_count(above) if first or len(rows) == SHOWN else len(rows)
    if first >= max(1, number):
        raise BadRequest(
            counted(
                "There is %(number)s entry here.", "There are %(number)s entries here.", number
            ),
            "Leave out from=.",
        )
    return Level(rows, first, number)


def _with(index: IndexFile, above: str, level: Level, iri: str) -> Level:
    """Return *level* with *iri*, which is open, also where it stands in another part."""
    if any(row.iri == iri for row in level.rows):
        return level
    number = index.below_count(iri)
    notation = index.notation(iri)
    return Level((*level.rows, Below(iri, notation, number)), level.first, level.number)


def _start() -> int:
    text = request.args.get("from", "0")
    if not (text.isascii() and text.isdigit()) or len(text) > DIGITS + 2:
        raise BadRequest('"%(text)s" is no place in a list.', "Ask for a whole number.", text=text)
    return int(text)


def _opened(index: IndexFile, iri: str, wished: str) -> tuple[str, ...]:
    """Return a way down from *iri* to what is *wished*: the shortest."""
    if not wished:
        return ()
    ahead: list[tuple[str, ...]] = [(wished,)]
    seen = {wished}
    for way in ahead:
        for above in index.above(way[0], LOOKED_AT):
            if above == iri:
                return way
            if above not in seen and len(seen) < LOOKED_AT and len(way) < HIGHEST:
                seen.add(above)
                ahead.append((above, *way))
    raise BadRequest(
        "%(open)s is not below this.", "Leave out open=, and open it from above.", open=wished
    )


def _ways(index: IndexFile, iri: str) -> tuple[tuple[tuple[str, ...], ...], bool]:
    """Return the ways from the tops down to *iri*, without it, and whether there are more.

    A way ends where nothing is above, and before it would come to itself.
    """
    found: list[tuple[str, ...]] = []
    ahead: list[tuple[str, ...]] = [(iri,)]
    known: dict[str, list[str]] = {}
    while ahead and len(found) < PATHS and len(known) < LOOKED_AT:
        way = ahead.pop()
        if way[0] not in known:
            known[way[0]] = index.above(way[0], LOOKED_AT)
        above = [a for a in known[way[0]] if a not in way]
        if not above or len(way) > HIGHEST:
            if len(way) > 1:
                found.append(way[:-1])
            continue
        ahead += [(a, *way) for a in reversed(above[: PATHS + 1])]
    return tuple(found), bool(ahead)
