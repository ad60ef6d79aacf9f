"""What a publication brings for its pages: written when packing, read when serving.

Authors write `data/pages/pages.ttl`; packing checks it and writes it as a plan, with the
templates, queries and words that it names beside it, all under `pages/` in the release. A
release without one is served with general pages. Nothing here knows RDF or templates.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from renkei.release import PAGES, Release
from renkei.roles import Roles

PLAN = f"{PAGES}pages.json"
MOST_QUERIES = 3  # of one section: a page of a thing asks the store six at most

Texts = dict[str, str]  # by language
# Words in the address of a list that mean something else than a column of it.
LIST_WORDS = frozenset(("format", "iri", "lang", "name", "page", "reading", "sort"))


@dataclass(frozen=True)
class Section:
    """A part of a page: its template, and its queries with the variables of each.

    *last* puts it behind the statements of a thing, not before them.
    """

    template: str
    queries: dict[str, tuple[str, ...]] = field(default_factory=dict)
    last: bool = False


@dataclass(frozen=True)
class Title:
    """What a variable of a query is called as a column, or a value of one in a legend."""

    name: str
    title: Texts


@dataclass(frozen=True)
class PicturePlan:
    """A picture: what *kind* it is (`map` …), the query of its rows, and its words.

    *about* stands under it, with values put in; *columns* are those of its table, in order,
    and *legend* says what the groups of its rows mean.
    """

    kind: str
    query: str = ""
    label: Texts = field(default_factory=dict)
    title: Texts = field(default_factory=dict)
    about: Texts = field(default_factory=dict)
    columns: tuple[Title, ...] = ()
    legend: tuple[Title, ...] = ()


@dataclass(frozen=True)
class ListColumn:
    """A column of lists: its *name* in addresses, its words, and the query of its rows."""

    name: str
    query: str
    title: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """How a publication shows its own kinds of things.

    *classes* are sections by the IRI of their class, *sections* those of the first page by
    name. *home* names what stands on the first page, in order: pictures, sections and parts
    that the program has. *dates* are the properties by which things are dated in lists;
    *columns* are what else a list of them shows;
    *units* are written behind the numbers of a property. *roles* are those of the manifest,
    where readers find them; an earlier plan has none.
    """

    classes: dict[str, Section] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    pictures: dict[str, PicturePlan] = field(default_factory=dict)
    home: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    units: dict[str, str] = field(default_factory=dict)
    roles: Roles = field(default_factory=Roles)
    columns: tuple[ListColumn, ...] = ()

    def to_json(self) -> bytes:
        """Return the plan as indented JSON with sorted keys."""
        text = json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False)
        return f"{text}\n".encode()

    @classmethod
    def from_json(cls, text: bytes) -> Plan:
        """Read a plan that `to_json` wrote."""
        said = json.loads(text)
        return cls(
            classes={iri: _section(told) for iri, told in said["classes"].items()},
            sections={name: _section(told) for name, told in said["sections"].items()},
            pictures={name: _picture(told) for name, told in said["pictures"].items()},
            home=tuple(said["home"]),
            dates=tuple(said["dates"]),
            units=said["units"],
            roles=Roles(**said.get("roles", {})),
            columns=tuple(ListColumn(**told) for told in said.get("columns", ())),
        )


def _section(told: dict[str, Any]) -> Section:
    queries = {name: tuple(variables) for name, variables in told["queries"].items()}
    return Section(told["template"], queries, told["last"])


def _picture(told: dict[str, Any]) -> PicturePlan:
    titles = {name: tuple(Title(**t) for t in told[name]) for name in ("columns", "legend")}
    return PicturePlan(**{**told, **titles})


def plan_of(release: Release) -> Plan:
    """Return the plan of *release*; an empty one where it brings none. Raises FileDamaged."""
    if PLAN not in release.manifest.files:
        return Plan()
    return Plan.from_json(release.read(PLAN))
