"""What the ontology and the shapes of a release say that every page needs, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from renkei.language.numerals import finite
from renkei.serve.read.descriptions import described
from renkei.serve.read.reader import Reader
from renkei.stores.base import Row
from renkei.stores.describe import Named

LAST = 1e5  # place of a property whose shape gives no order


@dataclass(frozen=True)
class Placing:
    """Where a property of a class stands on a page: its group (`sh:group`) and `sh:order`."""

    of: str
    path: str
    group: str
    order: float


@dataclass(frozen=True)
class Vocabulary:
    """Classes above each class, places of properties, and what the publication's terms mean.

    *groups* has the names of the groups that properties stand in, *group_order* their order;
    *definitions* holds, by term, its definition by language.
    """

    above: Mapping[str, frozenset[str]]
    placings: tuple[Placing, ...]
    group_order: Mapping[str, float]
    groups: Mapping[str, Named]
    definitions: Mapping[str, Mapping[str, str]]

    def with_broader(self, types: tuple[str, ...]) -> set[str]:
        """Return *types* and all classes above them."""
        return {*types, *(above for of in types for above in self.above.get(of, ()))}

    def places(self, types: set[str]) -> dict[str, tuple[str, float]]:
        """Return group and order of each property, as the shapes that target *types* say."""
        found: dict[str, tuple[str, float]] = {}
        for placing in self.placings:
            path = placing.path
            if placing.of in types and (path not in found or placing.order < found[path][1]):
                found[path] = (placing.group, placing.order)
        return found


def read(reader: Reader) -> Vocabulary:
    """Read the vocabulary of a release: four questions to the store."""
    above: dict[str, set[str]] = {}
    for row in reader.ask("class-tree"):
        above.setdefault(row["class"].value, set()).add(row["above"].value)
    rows = reader.ask("shape-groups")
    groups = list(dict.fromkeys(row["group"].value for row in rows))
    root = reader.release.manifest.root
    said: dict[str, list[tuple[str, object]]] = {}
    for row in reader.ask("definitions"):
        if row["term"].value.startswith(root):
            said.setdefault(row["term"].value, []).append(
                (row["property"].value, row["definition"])
            )
    return Vocabulary(
        {of: frozenset(classes) for of, classes in above.items()},
        tuple(
            Placing(
                row["class"].value,
                row["path"].value,
                row["group"].value,
                _order(row, "order"),
            )
            for row in rows
        ),
        {r["group"].value: _order(r, "groupOrder") for r in rows if "groupOrder" in r},
        dict(zip(groups, reader.names_of(groups), strict=True)),
        {term: _by_language(texts, reader) for term, texts in said.items()},
    )


def _by_language(said: list[tuple[str, object]], reader: Reader) -> dict[str, str]:
    """Return the best of the definitions *said*, each under its property, in each language."""
    tags = {value.language or "" for _, value in said if isinstance(value, ox.Literal)}
    found = (described(said, reader.naming.descriptions, (tag,)) for tag in sorted(tags))
    return {text[1]: text[0] for text in found if text}


def _order(row: Row, name: str) -> float:
    """Return an `sh:order`; what has none that is a number comes last."""
    number = finite(row[name].value) if name in row else None
    return LAST if number is None else number
