"""Find things by name, reading or identifier, however a person spells them.

One index for search, reconciliation and assistants, made when a release is packed
(`pack/index`) and read from its file, so that a large release answers like a small one: each
wish reads a bounded number of rows. How spellings are brought together stands in
`renkei.language.folding`. No request text reaches a query from here but as a bound value.
"""

from __future__ import annotations

import json
import struct
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from renkei.language.folding import WORTH, Sort, fold, latin, pairs, shortened
from renkei.rdf.iris import is_thing, plain
from renkei.serve.read.reader import Reader

Fit = Literal["whole", "start", "part", "near"]
KEYS = 1_000  # spellings looked at for one wish that is only the beginning or a part
ROWS = 2_000  # things looked at for one of the ways in which a wish may fit
PLACES = 30_000  # places read of pairs of letters, the rare pairs first
CERTAIN = 88  # from here on a hit alone at the top is taken for the thing itself

_FORMS = """
  SELECT form.entry, form.sort, form.word, entry.iri, entry.weight, entry.kinds, key.text
  FROM key JOIN form ON form.key = key.number JOIN entry ON entry.number = form.entry"""

LAST = chr(0x10FFFF)  # sorted behind whatever an IRI may go on with


@dataclass(frozen=True)
class IndexEntry:
    """One thing that can be found."""

    iri: str
    names: tuple[tuple[str, str], ...]  # text, language
    others: tuple[tuple[str, str], ...]  # other names
    readings: tuple[str, ...]
    codes: tuple[str, ...]  # what identifies it
    numbers: tuple[str, ...]  # numbers it carries
    types: frozenset[str]
    weight: int


@dataclass(frozen=True)
class Hit:
    """A thing that was found: how sure (0 to 100), by what word, and how it fits.

    *fit* is `whole` where the wish is a spelling of the thing, else `start`, `part` or `near`.
    """

    iri: str
    score: float
    word: str
    sort: Sort
    fit: Fit


class _Row(NamedTuple):
    """A thing that may be meant, as the index has it."""

    number: int
    sort: Sort
    word: str
    iri: str
    weight: int
    kinds: int
    key: str


class _Found(NamedTuple):
    """A row, and how well it fits."""

    row: _Row
    score: float
    fit: Fit


class Index:
    """Everything of one release that has a name."""

    def __init__(self, reader: Reader) -> None:
        self.root = reader.release.manifest.root
        self._prefixes = reader.prefixes
        self._ask = reader.index.ask

    @cached_property
    def has_rooms(self) -> bool:
        """Whether things lie apart from terms and documents, in rooms of their own."""
        within = "SELECT 1 FROM entry WHERE iri >= ? AND iri < ? LIMIT 1"
        rooms = (f"{self.root}id/", f"{self.root}concept/")
        return any(self._ask(within, (room, room + LAST)) for room in rooms)

    @cached_property
    def _kinds(self) -> dict[int, frozenset[str]]:
        rows = self._ask("SELECT number, classes FROM kinds")
        return {number: frozenset(json.loads(classes)) for number, classes in rows}

    def entry(self, iri: str) -> IndexEntry | None:
        """Return what is known of *iri*, or None."""
        found = self._ask("SELECT weight, kinds, told FROM entry WHERE iri = ?", (_sent(iri),))
        for weight, kinds, told in found:
            names, others, *words = json.loads(told)
            readings, codes, numbers = map(tuple, words)
            return IndexEntry(
                iri,
                tuple((text, tag) for text, tag in names),
                tuple((text, tag) for text, tag in others),
                readings,
                codes,
                numbers,
                self._kinds[kinds],
                weight,
            )
        return None

    def classes(self) -> dict[str, tuple[int, int]]:
        """Return each class of things, with how many identifiers and readings those have, and
        how often they are named.
        """
        rows = self._ask("SELECT iri, named, weight FROM class")
        return {iri: (named, weight) for iri, named, weight in rows}

    def resolve(self, word: str) -> str | None:
        """Return the IRI that *word* is: in full, after the root, prefixed, or elsewhere's."""
        word = _sent(word).strip()
        for iri in (word, self.root + word.lstrip("/"), self._expanded(word)):
            if iri:
                found = self._iri("SELECT iri FROM entry WHERE iri IN (?, ?)", iri, plain(iri))
                found = found or self._behind("spelled", plain(iri))
                if found:
                    return found
        return self._behind("same", word)

    def _behind(self, table: Literal["spelled", "same"], iri: str) -> str | None:
        entry = f"SELECT entry FROM {table} WHERE iri = ?"
        return self._iri(f"SELECT iri FROM entry WHERE number = ({entry})", iri)

    def _iri(self, query: str, *given: str) -> str | None:
        found = [row[0] for row in self._ask(query, given)]
        return next((iri for iri in given if iri in found), found[0]) if found else None

    def _expanded(self, word: str) -> str | None:
        prefix, colon, local = word.partition(":")
        return self._prefixes[prefix] + local if colon and prefix in self._prefixes else None

    def is_thing(self, iri: str) -> bool:
        """Say whether *iri* is a thing or concept of ours, rather than a term or a document.

        Where a publication has no rooms that tell these apart, whatever has an entry is one.
        """
        return is_thing(iri, self.root) or not self.has_rooms

    def things(self, limit: int, offset: int) -> list[str]:
        """Return the things below the root by IRI, *limit* from *offset* on."""
        rows = self._ask(
            "SELECT iri FROM entry WHERE iri >= ? AND iri < ? ORDER BY iri LIMIT ? OFFSET ?",
            (self.root, self.root + LAST, limit, offset),
        )
        return [iri for (iri,) in rows if not {"#", "?"}.intersection(iri)]

    def count(self) -> int:
        """Return how many entries lie below the root."""
        rows = self._ask(
            "SELECT COUNT(*) FROM entry WHERE iri >= ? AND iri < ?",
            (self.root, self.root + LAST),
        )
        return int(rows[0][0])

    def ending(self, slug: str, kind: str) -> list[str]:
        """Return the things of the class *kind* whose IRI ends with *slug*."""
        rows = self._rows(f"{_FORMS} WHERE key.text = ?", (fold(slug),), {kind})
        return [row.iri for row in rows if row.iri.rsplit("/", 1)[-1] == slug]

    def find(
        self,
        text: str,
        limit: int = 20,
        types: Collection[str] = (),
        fits: Callable[[str], bool] | None = None,
    ) -> list[Hit]:
        """Return what *text* may mean, best first.

        *types*: only things of one of these classes. *fits* is asked with an IRI.
        """
        return _ranked(self._all(text, set(types), near=True), limit, fits)

    def complete(
        self,
        text: str,
        limit: int = 20,
        skip: int = 0,
        types: Collection[str] = (),
        fits: Callable[[str], bool] | None = None,
    ) -> list[Hit]:
        """Return things of which *text* is the beginning of a name, else a part of it."""
        return _ranked(self._all(text, set(types), near=False), skip + limit, fits)[skip:]

    def spelled_like(self, key: str) -> list[str]:
        """Return the things of which folded *key* is a spelling, or more than half of one.

        Or one of which is more than half of *key*.
        """
        if not key:
            return []
        begun = [key, *(key[:end] for end in range(len(key) - 1, len(key) // 2, -1))]
        rows = (
            *self._rows(
                f"{_FORMS} WHERE key.text IN (SELECT value FROM json_each(?))",
                (json.dumps(begun),),
                set(),
            ),
            *self._rows(
                f"{_FORMS} WHERE key.number IN (SELECT number FROM (SELECT number, text FROM key"
                " WHERE text > ? AND text < ? ORDER BY text LIMIT ?) WHERE length(text) < ?)",
                (key, key + chr(0x10FFFF), KEYS, 2 * len(key)),
                set(),
            ),
        )
        return list(dict.fromkeys(row.iri for row in rows))

    def whole(self, iris: Collection[str], limit: int, types: Collection[str] = ()) -> list[Hit]:
        """Return those of *iris* that are things, as if each had been asked for by its IRI."""
        wanted = json.dumps([_sent(iri) for iri in iris])
        rows = self._rows(
            "SELECT number, 'iri', '', iri, weight, kinds, '' FROM entry"
            " WHERE iri IN (SELECT value FROM json_each(?))",
            (wanted,),
            set(types),
            order="number",
        )
        return _ranked((_Found(row, 100.0, "whole") for row in rows), limit, self.is_thing)

    def _rows(
        self, query: str, given: Sequence[object], types: set[str], order: str = "form.entry"
    ) -> Iterator[_Row]:
        """Return the rows of *query*, at most ROWS, only those of one of the classes *types*."""
        if types:
            wanted = [number for number, kinds in self._kinds.items() if types & kinds]
            query += " AND kinds IN (SELECT value FROM json_each(?))"
            given = (*given, json.dumps(wanted))
        return map(_Row._make, self._ask(f"{query} ORDER BY {order} LIMIT {ROWS}", given))

    def _all(self, text: str, types: set[str], near: bool) -> Iterator[_Found]:
        """Give whatever *text* may mean, one thing more than once, in no order."""
        iri = self.resolve(text)
        if iri is not None:
            for row in self._rows(
                "SELECT number, 'iri', ?, iri, weight, kinds, '' FROM entry WHERE iri = ?",
                (_sent(text), iri),
                types,
                order="number",
            ):
                yield _Found(row, 100.0, "whole")
        key = fold(text)
        if not key:
            return
        wishes = dict.fromkeys((key, *shortened(text)))
        sound = "~" + latin(key) if key.isascii() and key.isalpha() else None
        if sound:
            wishes[sound] = None
        for wish in wishes:
            for row in self._rows(f"{_FORMS} WHERE key.text = ?", (wish,), types):
                yield _Found(row, float(WORTH[row.sort]), "whole")
        yield from self._starting(key, types)
        if sound and len(key) > 2:
            yield from self._starting(sound, types)
        yield from self._inside(key, [fold(w) for w in text.split()], types, near)

    def _starting(self, wish: str, types: set[str]) -> Iterator[_Found]:
        """Give things of which *wish* is the beginning of a spelling."""
        some = "SELECT number FROM key WHERE text > ? AND text < ? ORDER BY text LIMIT ?"
        rows = self._rows(
            f"{_FORMS} WHERE key.number IN ({some})",
            (wish, wish + chr(0x10FFFF), KEYS),
            types,
            order="form.key, form.entry",
        )
        for row in rows:
            share = len(wish) / len(row.key)
            yield _Found(row, WORTH[row.sort] * (0.55 + 0.3 * share), "start")

    def _inside(self, wish: str, words: list[str], types: set[str], near: bool) -> Iterator[_Found]:
        """Give things of which *wish* is a part of a spelling or, if *near*, nearly one."""
        if len(wish) < 2:
            return
        own = pairs(wish)
        close: dict[str, tuple[float, Fit]] = {}
        numbers = []
        for number, key in self._sharing(own):
            other = pairs(key)
            share = 2 * len(own & other) / (len(own) + len(other))
            if wish in key or (len(words) > 1 and all(w in key for w in words)):
                close[key] = (0.45 + 0.3 * min(1.0, len(wish) / len(key)), "part")
            elif near and share >= 0.5:
                close[key] = (0.75 * share, "near")
            else:
                continue
            numbers.append(number)
        for row in self._rows(
            f"{_FORMS} WHERE key.number IN (SELECT value FROM json_each(?))",
            (json.dumps(numbers),),
            types,
            order="form.key, form.entry",
        ):
            worth, fit = close[row.key]
            if fit == "part" or row.sort not in ("code", "digits", "number"):
                yield _Found(row, WORTH[row.sort] * worth, fit)

    def _sharing(self, wished: set[str]) -> list[tuple[int, str]]:
        """Return the spellings, with their numbers, that share most pairs of letters."""
        order = self._ask(
            "SELECT letters, number FROM pair WHERE letters IN (SELECT value FROM json_each(?))"
            " ORDER BY number, letters",
            (json.dumps(sorted(wished)),),
        )
        counts: Counter[int] = Counter()
        read = 0
        for letters, number in order:
            read += number
            if counts and read > PLACES:
                break
            ((keys,),) = self._ask("SELECT keys FROM pair WHERE letters = ?", (letters,))
            counts.update(struct.unpack(f"<{number}I", keys))
        most = [number for number, _ in counts.most_common(KEYS)]
        return self._ask(
            "SELECT number, text FROM key WHERE number IN (SELECT value FROM json_each(?))"
            " ORDER BY number",
            (json.dumps(most),),
        )


def _ranked(found: Iterable[_Found], limit: int, fits: Callable[[str], bool] | None) -> list[Hit]:
    """Return the best hit of each thing, best first; ties go to what is pointed to more."""
    best: dict[int, _Found] = {}
    for one in found:
        known = best.get(one.row.number)
        if known is not None and known.score >= one.score:
            continue
        if fits is None or fits(one.row.iri):
            best[one.row.number] = one
    order = sorted(
        best.values(),
        key=lambda f: (-round(f.score, 2), -f.row.weight, len(f.row.word), f.row.iri),
    )
    return [Hit(f.row.iri, round(f.score, 2), f.row.word, f.row.sort, f.fit) for f in order[:limit]]


def _sent(text: str) -> str:
    """Return *text* without what cannot be written in UTF-8: half of a pair of surrogates."""
    return text.encode("utf-8", "replace").decode()


def certain(hits: list[Hit]) -> bool:
    """Say whether the first of *hits* stands alone: whole, and no other as good."""
    if not hits or hits[0].fit != "whole" or hits[0].score < CERTAIN:
        return False
    return len(hits) < 2 or hits[1].fit != "whole" or hits[0].score - hits[1].score >= 2
