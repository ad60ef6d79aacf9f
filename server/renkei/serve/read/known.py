"""Names, kinds, validity and origins that were read beforehand: looked up, never asked for.

A page is written from a description and from this. Both are whole before the first line of it
is written, so that how often a page asks the store can be told from where it reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from renkei.naming import Naming
from renkei.roles import Roles
from renkei.stores.describe import NOTHING, Named

Kind = Literal["stated", "elsewhere", "given", "derived", "editorial", "vocabulary"]


@dataclass(frozen=True)
class Origin:
    """Where the statements of one graph come from.

    *kind*: `stated` on the page this publication walks line by line, stated `elsewhere`,
    `given` without a source, `derived` by a rule, `editorial`, or `vocabulary` for what
    describes the data: terms, shapes, catalogue, questions, statistics. *names* has the names
    of the graph, its source, its first passage and its agent.
    """

    graph: str
    kind: Kind
    passages: tuple[str, ...]
    source: str | None
    line: int | None
    agent: str | None
    names: Mapping[str, Named] = field(default_factory=dict, compare=False)


class Names(Protocol):
    """What tells names, kinds, validity and origins."""

    @property
    def namespace(self) -> str:
        """The publication's vocabulary."""

    @property
    def roles(self) -> Roles:
        """Which property plays which part; `value` is asked for these."""

    @property
    def naming(self) -> Naming:
        """Which properties name and describe things."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the publication, in their order."""

    def label(self, iri: str, tag: str) -> tuple[str, str] | None:
        """Return the best name of *iri* for a reader of *tag*, and the language it is in."""

    def types(self, iri: str) -> tuple[str, ...]:
        """Return the classes of *iri*."""

    def describes(self, iri: str) -> bool:
        """Say whether the release itself says of *iri* what it is or what it is called."""

    def value(self, iri: str, predicate: str) -> str | None:
        """Return a literal of *iri* under *predicate*: its reading, its first or last day."""

    def origin(self, graph: str) -> Origin:
        """Return where *graph* comes from."""


@dataclass(frozen=True)
class Known:
    """Names and origins of all that one page names. What is not among them has no name.

    *languages* are those of the publication, *namespace* its vocabulary's,
    *roles* what its properties are read for, *naming* which of them name and describe.
    """

    names: Mapping[str, Named]
    origins: Mapping[str, Origin]
    languages: tuple[str, ...]
    namespace: str
    roles: Roles
    naming: Naming

    def label(self, iri: str, tag: str) -> tuple[str, str] | None:
        """Return the best name of *iri* for a reader of *tag*, and the language it is in.

        A name in the reader's language wins, then one without a language, then one of
        the publication's languages in their order, then any.
        """
        return self._named(iri).label((tag, "", *self.languages))

    def types(self, iri: str) -> tuple[str, ...]:
        """Return the classes of *iri*."""
        return self._named(iri).types

    def describes(self, iri: str) -> bool:
        """Say whether the release itself says of *iri* what it is or what it is called."""
        return bool(self._named(iri).quads)

    def value(self, iri: str, predicate: str) -> str | None:
        """Return a literal of *iri* under *predicate*: its reading, its first or last day."""
        return self._named(iri).values.get(predicate)

    def origin(self, graph: str) -> Origin:
        """Return where *graph* comes from. Raises KeyError for a graph that was not read."""
        return self.origins[graph]

    def _named(self, iri: str) -> Named:
        return self.names.get(iri, NOTHING)
