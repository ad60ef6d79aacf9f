"""Find the things whose property has a value like the one that somebody sent.

The values of a property are read once and remembered, folded once, and looked up by their
spelling: what is asked never meets every value there is. What was sent is read once for a whole
request (`Sent`). Knows no request and no page. Likeness is equality, a number less its zeros, or
being the beginning, so no distance between strings is computed and no library for one is needed.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

import pyoxigraph as ox

from renkei.errors import TooLarge
from renkei.language.folding import fold
from renkei.language.messages import counted
from renkei.serve.read.search_index import KEYS, ROWS, Index
from renkei.sparql.outline import Term

Path = tuple[str, ...]  # the IRIs of the steps from a thing to its values
Ask = Callable[[str], Iterable[tuple[str, Term]]]  # all things and values of one property

PATHS = 64  # properties and paths whose values are remembered
REMEMBERED = 2_000_000  # values remembered of all of them, and read of one path at most
NAMED = 500  # spellings that were sent, and the things they name
WORDS = 20_000  # spellings of values, and things with their words, kept folded
ALIKE = 0.5  # from here on a value is the one that was meant


@dataclass(frozen=True)
class Sent:
    """A value that was sent: *key* is its spelling, *iri* the thing it names if it names one."""

    text: str
    key: str
    iri: str | None = None
    number: float | None = None
    truth: str = ""


class Values:
    """The values of one property or path, by thing and by spelling."""

    def __init__(self, of: dict[str, list[Term]]) -> None:
        self.of = of
        self.number = sum(map(len, of.values()))

    @cached_property
    def holders(self) -> dict[Term, list[str]]:
        """The things that have a value, in the order of their IRIs."""
        found: dict[Term, list[str]] = defaultdict(list)
        for iri in sorted(self.of):
            for term in self.of[iri]:
                found[term].append(iri)
        return dict(found)

    @cached_property
    def _spelled(self) -> dict[str, list[Term]]:
        found: dict[str, list[Term]] = defaultdict(list)
        for term in self.holders:
            if isinstance(term, ox.Literal):
                key = fold(term.value)
                found[key].append(term)
                if key.isdigit():
                    found["0" + key.lstrip("0")].append(term)  # whatever its zeros
        return dict(found)

    @cached_property
    def _order(self) -> list[str]:
        return sorted(self._spelled)

    @cached_property
    def _numbers(self) -> dict[float, list[Term]]:
        found: dict[float, list[Term]] = defaultdict(list)
        for term in self.holders:
            number = number_of(term.value) if isinstance(term, ox.Literal) else None
            if number is not None:
                found[number].append(term)
        return dict(found)

    def like(self, sent: Sent) -> Iterator[Term]:
        """Give the literals that *sent* may mean; some may not be."""
        if sent.number is not None:
            yield from self._numbers.get(sent.number, ())
        spellings = [sent.truth or sent.key]
        if sent.key.isdigit():
            spellings.append("0" + sent.key.lstrip("0"))
        spellings += beginnings(sent.key)
        for key in dict.fromkeys(spellings):
            yield from self._spelled.get(key, ())
        first = bisect_left(self._order, sent.key)
        for key in islice(self._order, first, first + KEYS):
            if not key.startswith(sent.key):
                break
            if len(key) < 2 * len(sent.key):
                yield from self._spelled[key]


class PropertyValues:
    """The values of all properties, read when they are first asked for."""

    def __init__(self, index: Index, ask: Ask, membership: str) -> None:
        """*ask* reads a property; *membership* leads to what stands between a thing and a role."""
        self._index, self._ask, self._membership = index, ask, membership
        self._read: OrderedDict[Path, Values] = OrderedDict()
        self._lock = threading.Lock()
        self._key = lru_cache(maxsize=WORDS)(fold)
        self._words = lru_cache(maxsize=WORDS)(self._words_of)
        self._named = lru_cache(maxsize=NAMED)(index.spelled_like)

    def sent(self, value: object) -> Sent:
        """Return *value*, a string, number or boolean of a request, read once."""
        if isinstance(value, bool):
            return Sent(str(value), "", truth=str(value).lower())
        if isinstance(value, float):
            return Sent(f"{value:g}", fold(f"{value:g}"), None, value)
        text = str(value).strip()
        number = number_of(text) if isinstance(value, int) else None
        return Sent(text, fold(text), self._index.resolve(text), number)

    def values(self, iri: str, path: Path) -> list[Term]:
        """Return the values of a thing; those of its membership where it has none itself."""
        return next((v.of[iri] for v in self._both(path) if iri in v.of), [])

    def agreement(self, iri: str, path: Path, sent: Sequence[Sent]) -> float:
        """Return how well the values of a thing fit those that were sent, from 0 to 1."""
        own = self.values(iri, path)
        return max((self.likeness(term, one) for term in own for one in sent), default=0.0)

    def holding(self, wished: Sequence[tuple[Path, Sequence[Sent]]]) -> list[str]:
        """Return things that have a value like one sent, those that have most of them first.

        Rare values come first, and of no wish more than ROWS things are looked at.
        """
        near = [(path, self._near(path, sent)) for path, sent in wished]
        lists = [
            values.holders[term]
            for path, terms in near
            for values in self._both(path)
            for term in terms
            if term in values.holders
        ]
        listed = (iri for holders in sorted(lists, key=len) for iri in holders)
        some = list(dict.fromkeys(islice(listed, ROWS)))
        fits = {
            iri: sum(not terms.isdisjoint(self.values(iri, path)) for path, terms in near)
            for iri in some
        }
        # A value of its membership is none of a thing that has values of its own.
        return sorted((iri for iri in some if fits[iri]), key=lambda iri: -fits[iri])

    def likeness(self, term: Term, sent: Sent) -> float:
        """Return how alike one of our values and one that was sent are, from 0 to 1."""
        if sent.truth:
            return float(isinstance(term, ox.Literal) and term.value == sent.truth)
        if isinstance(term, ox.NamedNode):
            if term.value in (sent.text, sent.iri):
                return 1.0
            return max((alike(word, sent.key) for word in self._words(term.value)), default=0.0)
        if not isinstance(term, ox.Literal):
            return 0.0
        own = number_of(term.value) if sent.number is not None else None
        return alike(self._key(term.value), sent.key) if own is None else float(own == sent.number)

    def _near(self, path: Path, sent: Sequence[Sent]) -> set[Term]:
        """Return the values that may be meant by one of those sent."""
        found: set[Term] = set()
        for one in sent:
            named = dict.fromkeys((one.text, one.iri, *self._named(one.key)))
            nodes = [node for node in map(_node, named) if node is not None]
            for values in self._both(path):
                terms = dict.fromkeys((*values.like(one), *nodes))
                found.update(
                    t for t in terms if t in values.holders and self.likeness(t, one) > ALIKE
                )
        return found

    def _both(self, path: Path) -> list[Values]:
        """Return the values of *path*, and those that a thing has by being a member."""
        found = [self._of(path)] if path else []
        return [*found, self._of((self._membership, *path))] if len(path) == 1 else found

    def _of(self, path: Path) -> Values:
        with self._lock:
            if path in self._read:
                self._read.move_to_end(path)
                return self._read[path]
        values = Values({iri: sorted(set(v), key=str) for iri, v in self._walked(path).items()})
        with self._lock:
            self._read[path] = values
            while len(self._read) > 1 and (
                len(self._read) > PATHS or sum(v.number for v in self._read.values()) > REMEMBERED
            ):
                self._read.popitem(last=False)
        return values

    def _walked(self, path: Path) -> dict[str, list[Term]]:
        """Return what each thing comes to by *path*. Raises TooLarge before that is too much."""
        found: dict[str, list[Term]] = {}
        for iri, value in self._ask(path[0]):
            found.setdefault(iri, []).append(value)
        for step in path[1:]:
            behind: dict[str, list[Term]] = {}
            for subject, value in self._ask(step):
                behind.setdefault(subject, []).append(value)
            ways = sum(len(behind.get(v.value, ())) for vs in found.values() for v in _nodes(vs))
            if ways > REMEMBERED:
                raise _too_many(ways)
            walked = {
                iri: [o for v in _nodes(values) for o in behind.get(v.value, ())]
                for iri, values in found.items()
            }
            found = {iri: values for iri, values in walked.items() if values}
        return found

    def _words_of(self, iri: str) -> tuple[str, ...]:
        """Return the words of a thing, folded."""
        entry = self._index.entry(iri)
        if entry is None:
            return ()
        names = (word for word, _ in entry.names + entry.others)
        return tuple(fold(word) for word in (*names, *entry.readings, *entry.codes))


def alike(one: str, other: str) -> float:
    """Return how alike two folded spellings are, from 0 to 1."""
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    if one.isdigit() and other.isdigit():
        return 0.9 if one.lstrip("0") == other.lstrip("0") else 0.0
    if one.startswith(other) or other.startswith(one):
        return 0.8 * min(len(one), len(other)) / max(len(one), len(other)) + 0.1
    return 0.0


def beginnings(key: str) -> list[str]:
    """Return the beginnings of *key* that are alike to it: more than half of it, not all."""
    return [key[:end] for end in range(len(key) - 1, len(key) // 2, -1)]


def number_of(text: str) -> float | None:
    """Return the number that *text* writes; None where it writes none or one beyond measure."""
    try:
        return float(text)
    except ValueError:
        return None


def _nodes(terms: Iterable[Term]) -> Iterator[ox.NamedNode]:
    return (term for term in terms if isinstance(term, ox.NamedNode))


def _node(iri: str | None) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri) if iri else None
    except ValueError:
        return None


def _too_many(ways: int) -> TooLarge:
    return TooLarge(
        counted(
            "A path of properties leads to %(number)s value; at most %(most)s are read.",
            "A path of properties leads to %(number)s values; at most %(most)s are read.",
            ways,
            most=REMEMBERED,
        ),
        "Ask for its steps one by one.",
    )
