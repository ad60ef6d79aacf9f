"""Find things by name, reading or identifier, however a person spells them.

One index for search, reconciliation and assistants, made once of a release. Spellings are
folded before they are compared: width, case, marks, hiragana and katakana are one; a kana
reading can also be asked in Latin letters, Hepburn or Kunrei. The decision one would
question is that the generic end of a Japanese place name (市, し, "City") may be left out:
nobody types it, and the full name still wins. No request text reaches a query from here.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Literal

import pyoxigraph as ox

from renkei import terms
from renkei.serve.description import Reader

Sort = Literal[
    "name", "alternative", "code", "reading", "short", "romaji", "digits", "number", "slug", "iri"
]
# What an exact match of each sort is worth, of 100.
WORTH: dict[Sort, int] = {
    "iri": 100,
    "code": 100,
    "name": 100,
    "alternative": 97,
    "reading": 96,
    "short": 94,
    "romaji": 93,
    "number": 90,
    "digits": 88,
    "slug": 80,
}
KEYS = 2_000  # keys looked at for one wish that is only the beginning or a part
COMMON = 20_000  # a pair of letters in more keys than this tells nothing apart
CERTAIN = 88  # from here on a hit alone at the top is taken for the thing itself

# The generic end of Japanese place names, as written and as read.
ENDS = {
    "市": ("し",),
    "町": ("ちょう", "まち"),
    "村": ("むら", "そん"),
    "区": ("く",),
    "郡": ("ぐん",),
    "県": ("けん",),
    "府": ("ふ",),
    "都": ("と",),
}
_ENGLISH = re.compile(
    r"^(?:the )?(?:city|town|village|ward|prefecture) of | (?:city|town|village|ward|prefecture)$",
    re.IGNORECASE,
)
_SYLLABLES = dict(
    re.findall(
        r"(\S+?):(\S+)",
        "あ:a い:i う:u え:e お:o か:ka き:ki く:ku け:ke こ:ko さ:sa し:shi す:su せ:se そ:so "
        "た:ta ち:chi つ:tsu て:te と:to な:na に:ni ぬ:nu ね:ne の:no は:ha ひ:hi ふ:fu へ:he "
        "ほ:ho ま:ma み:mi む:mu め:me も:mo や:ya ゆ:yu よ:yo ら:ra り:ri る:ru れ:re ろ:ro "
        "わ:wa ゐ:i ゑ:e を:o ん:n が:ga ぎ:gi ぐ:gu げ:ge ご:go ざ:za じ:ji ず:zu ぜ:ze ぞ:zo "
        "だ:da ぢ:ji づ:zu で:de ど:do ば:ba び:bi ぶ:bu べ:be ぼ:bo ぱ:pa ぴ:pi ぷ:pu ぺ:pe "
        "ぽ:po ゔ:vu ぁ:a ぃ:i ぅ:u ぇ:e ぉ:o",
    )
)
_KUNREI = tuple(
    (re.compile(a), b)
    for a, b in (
        (r"sy(?=[auo])", "sh"),
        (r"ty(?=[auo])", "ch"),
        (r"[jz]y(?=[auo])", "j"),
        (r"si", "shi"),
        (r"ti", "chi"),
        (r"tu", "tsu"),
        (r"(?<![sc])hu", "fu"),
        (r"[zd]i", "ji"),
        (r"du", "zu"),
        (r"tch", "cch"),
        (r"m(?=[bpm])", "n"),
        (r"o[uo]|oh(?![aiueo])", "o"),
        (r"uu", "u"),
    )
)


def fold(text: str) -> str:
    """Return *text* in the spelling that all its spellings share.

    Width, case, Latin marks, hiragana and katakana make no difference, nor do spaces and
    punctuation.
    """
    folded = []
    for char in unicodedata.normalize("NFKC", text).casefold():
        if "ァ" <= char <= "ヶ":
            char = chr(ord(char) - 0x60)
        elif ord(char) > 127 and not "\u3040" <= char <= "\u30ff":
            char = unicodedata.normalize("NFD", char)[0]
        if unicodedata.category(char)[0] not in "ZPSCM":
            folded.append(char)
    return "".join(folded)


def is_kana(text: str) -> bool:
    """Say whether folded *text* is kana and nothing else."""
    return bool(text) and all("ぁ" <= c <= "ゖ" or c == "ー" for c in text)


def romaji(kana: str) -> str:
    """Return folded *kana* in Hepburn letters; long vowels stay as they are written."""
    out: list[str] = []
    double = False
    for char in kana:
        if char == "っ":
            double = True
            continue
        if char in "ゃゅょ" and out and out[-1].endswith("i"):
            stem = out[-1][:-1]
            glide = _SYLLABLES[chr(ord(char) + 1)]
            out[-1] = stem + (glide[1:] if stem.endswith(("sh", "ch", "j")) else glide)
            continue
        if char == "ー":
            out.append(out[-1][-1] if out and out[-1] else "")
            continue
        syllable = _SYLLABLES.get(char, char)
        out.append(syllable[0] + syllable if double else syllable)
        double = False
    return "".join(out)


def latin(text: str) -> str:
    """Return folded Latin letters so that Hepburn, Kunrei and no macrons are one spelling."""
    for pattern, new in _KUNREI:
        text = pattern.sub(new, text)
    return text


@dataclass
class Entry:
    """One thing that can be found."""

    iri: str
    names: list[tuple[str, str]] = field(default_factory=list)  # text, language
    others: list[tuple[str, str]] = field(default_factory=list)  # other names
    readings: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)  # what identifies it
    numbers: list[str] = field(default_factory=list)  # numbers it carries
    types: frozenset[str] = frozenset()
    weight: int = 0


@dataclass(frozen=True)
class Hit:
    """A thing that was found: how sure (0 to 100), by what word, and how it fits.

    *fit* is `whole` where the wish is a spelling of the thing, else `start`, `part` or `near`.
    """

    iri: str
    score: float
    word: str
    sort: Sort
    fit: Literal["whole", "start", "part", "near"]


@dataclass(frozen=True)
class _Form:
    entry: int
    sort: Sort
    word: str


class Index:
    """Everything of one release that has a name."""

    def __init__(self, reader: Reader) -> None:
        self.namespace, self.root = reader.namespace, reader.release.manifest.root
        self._prefixes = reader.prefixes
        self.broader = broader_classes(reader)
        self.entries: list[Entry] = _entries(reader, self.broader)
        self.place = {entry.iri: n for n, entry in enumerate(self.entries)}
        self._plain = {terms.plain(e.iri): e.iri for e in self.entries}
        self._links = {
            row["other"].value: self.place[row["s"].value]
            for row in reader.ask("same-elsewhere")
            if row["s"].value in self.place
        }
        self._forms: dict[str, list[_Form]] = {}
        for number, entry in enumerate(self.entries):
            for key, sort, word in _spellings(entry):
                forms = self._forms.setdefault(key, [])
                if not any(f.entry == number and WORTH[f.sort] >= WORTH[sort] for f in forms):
                    forms.append(_Form(number, sort, word))
        self._keys = sorted(self._forms)
        self._pairs: dict[str, list[int]] = {}
        for number, key in enumerate(self._keys):
            for pair in _pairs(key):
                self._pairs.setdefault(pair, []).append(number)

    def entry(self, iri: str) -> Entry | None:
        """Return what is known of *iri*, or None."""
        number = self.place.get(iri)
        return None if number is None else self.entries[number]

    def resolve(self, word: str) -> str | None:
        """Return the IRI that *word* is: in full, after the root, prefixed, or elsewhere's."""
        word = word.strip()
        for iri in (word, self.root + word.lstrip("/"), self._expanded(word)):
            if iri in self.place:
                return iri
            if iri and terms.plain(iri) in self._plain:
                return self._plain[terms.plain(iri)]
        number = self._links.get(word)
        return None if number is None else self.entries[number].iri

    def _expanded(self, word: str) -> str | None:
        prefix, colon, local = word.partition(":")
        return self._prefixes[prefix] + local if colon and prefix in self._prefixes else None

    def is_thing(self, iri: str) -> bool:
        """Say whether *iri* is a thing or concept of ours, rather than a term or a document."""
        return iri.startswith((f"{self.root}id/", f"{self.root}concept/"))

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
        return self.ranked(self._hits(text), limit, types, fits)

    def complete(
        self,
        text: str,
        limit: int = 20,
        skip: int = 0,
        types: Collection[str] = (),
        fits: Callable[[str], bool] | None = None,
    ) -> list[Hit]:
        """Return things of which *text* is the beginning of a name, else a part of it."""
        hits = (hit for hit in self._hits(text) if hit[1].fit != "near")
        return self.ranked(hits, skip + limit, types, fits)[skip:]

    def ranked(
        self,
        hits: Iterator[tuple[int, Hit]],
        limit: int,
        types: Collection[str],
        fits: Callable[[str], bool] | None,
    ) -> list[Hit]:
        """Return the best hit of each thing, best first; ties go to what is pointed to more."""
        best: dict[int, Hit] = {}
        wanted = set(types)
        for number, hit in hits:
            if number in best and best[number].score >= hit.score:
                continue
            if wanted and not wanted & self.entries[number].types:
                continue
            if fits is not None and not fits(hit.iri):
                continue
            best[number] = hit
        order = sorted(
            best,
            key=lambda n: (
                -best[n].score,
                -self.entries[n].weight,
                len(best[n].word),
                self.entries[n].iri,
            ),
        )
        return [best[n] for n in order[:limit]]

    def _hits(self, text: str) -> Iterator[tuple[int, Hit]]:
        iri = self.resolve(text)
        if iri is not None:
            yield self.place[iri], Hit(iri, 100.0, text, "iri", "whole")
        key = fold(text)
        if not key:
            return
        wishes = dict.fromkeys((key, *_shortened(text)))
        if key.isascii() and key.isalpha():
            wishes["~" + latin(key)] = None
        for wish in wishes:
            for form in self._forms.get(wish, ()):
                yield self._hit(form, float(WORTH[form.sort]), "whole")
        yield from self._starting(key)
        if "~" + latin(key) in wishes and len(key) > 2:
            yield from self._starting("~" + latin(key))
        yield from self._near(key, [fold(w) for w in text.split()])

    def _starting(self, wish: str) -> Iterator[tuple[int, Hit]]:
        start = bisect_left(self._keys, wish)
        for key in self._keys[start : start + KEYS]:
            if not key.startswith(wish):
                break
            if key != wish:
                share = len(wish) / len(key)
                for form in self._forms[key]:
                    yield self._hit(form, WORTH[form.sort] * (0.55 + 0.3 * share), "start")

    def _near(self, wish: str, words: list[str]) -> Iterator[tuple[int, Hit]]:
        pairs = _pairs(wish)
        rows = [self._pairs.get(pair, []) for pair in pairs]
        counts = Counter(n for row in rows if len(row) <= COMMON for n in row)
        for number, shared in counts.most_common(KEYS):
            key = self._keys[number]
            share = 2 * shared / (len(pairs) + len(_pairs(key)))
            inside = wish in key or (len(words) > 1 and all(w in key for w in words))
            if key.startswith("~") or (not inside and share < 0.5) or len(wish) < 2:
                continue
            worth = 0.45 + 0.3 * min(1.0, len(wish) / len(key)) if inside else 0.75 * share
            for form in self._forms[key]:
                if form.sort not in ("code", "digits", "number") or inside:
                    yield self._hit(form, WORTH[form.sort] * worth, "part" if inside else "near")

    def _hit(
        self, form: _Form, score: float, fit: Literal["whole", "start", "part", "near"]
    ) -> tuple[int, Hit]:
        iri = self.entries[form.entry].iri
        return form.entry, Hit(iri, round(score, 2), form.word, form.sort, fit)


def certain(hits: list[Hit]) -> bool:
    """Say whether the first of *hits* stands alone: whole, and no other as good."""
    if not hits or hits[0].fit != "whole" or hits[0].score < CERTAIN:
        return False
    return len(hits) < 2 or hits[1].fit != "whole" or hits[0].score - hits[1].score >= 2


def _spellings(entry: Entry) -> Iterator[tuple[str, Sort, str]]:
    """Give each key of an entry with its sort and the word it stands for."""
    for sort, words in (("name", entry.names), ("alternative", entry.others)):
        for text, _ in words:
            key = fold(text)
            if key:
                yield key, sort, text  # type: ignore[misc]
            for short in _shortened(text):
                yield short, "short", text
            if key.isascii() and key.isalpha():
                yield "~" + latin(key), "romaji", text
    written = {text[-1:] for text, _ in entry.names}
    for reading in entry.readings:
        key = fold(reading)
        yield key, "reading", reading
        ends = [end for mark, spoken in ENDS.items() if mark in written for end in spoken]
        shorter = [key.removesuffix(e) for e in ends if key.endswith(e) and len(key) - len(e) > 1]
        for kana in shorter:
            yield kana, "short", reading
        for kana in (key, *shorter):
            if is_kana(kana):
                yield "~" + latin(romaji(kana)), "romaji", reading
    for code in entry.codes:
        yield fold(code), "code", code
        if code.isdigit() and code.startswith("0") and len(code) > 3:
            yield code.lstrip("0"), "digits", code  # what a spreadsheet leaves of it
    for number in entry.numbers:
        yield fold(number), "number", number
    slug = entry.iri.rstrip("/").replace("#", "/").rsplit("/", 1)[-1]
    if fold(slug):
        yield fold(slug), "slug", slug


def _shortened(text: str) -> list[str]:
    """Return *text*, folded, without the generic end of a place name, where it has one."""
    plain = unicodedata.normalize("NFKC", text).strip()
    short = _ENGLISH.sub("", plain)
    found = [fold(short)] if short != plain and short else []
    if plain[-1:] in ENDS and len(plain) > 2:
        found.append(fold(plain[:-1]))
    return found


def _pairs(key: str) -> set[str]:
    """Return the pairs of neighbouring letters in *key*, its ends marked."""
    framed = f"\x02{key}\x03"
    return {framed[n : n + 2] for n in range(len(framed) - 1)}


def broader_classes(reader: Reader) -> dict[str, frozenset[str]]:
    """Return, for each class that has any, all broader classes."""
    direct: dict[str, set[str]] = {}
    for row in reader.ask("broader-classes"):
        direct.setdefault(row["class"].value, set()).add(row["broader"].value)
    found = {}
    for name in direct:
        seen: set[str] = set()
        ahead = list(direct[name])
        while ahead:
            broader = ahead.pop()
            if broader not in seen:
                seen.add(broader)
                ahead.extend(direct.get(broader, ()))
        found[name] = frozenset(seen - {name})
    return found


def _entries(reader: Reader, above: dict[str, frozenset[str]]) -> list[Entry]:
    found: dict[str, Entry] = {}
    for row in reader.ask("findable"):
        term, sort = row["o"], row["sort"].value
        assert isinstance(term, ox.Literal)
        entry = found.setdefault(row["s"].value, Entry(row["s"].value))
        tag = (term.language or "").lower()
        if tag.endswith(("-hira", "-kana", "-hrkt")):
            sort = "reading"
        if sort in ("name", "alternative"):
            (entry.names if sort == "name" else entry.others).append((term.value, tag))
        else:
            {"code": entry.codes, "number": entry.numbers, "reading": entry.readings}[sort].append(
                term.value
            )
    for entry in found.values():
        entry.names, entry.others = sorted(set(entry.names)), sorted(set(entry.others))
        entry.readings, entry.codes = sorted(set(entry.readings)), sorted(set(entry.codes))
        entry.numbers = sorted(set(entry.numbers) - set(entry.codes) - set(entry.readings))
    types: dict[str, set[str]] = {}
    for row in reader.ask("kinds-of-all"):
        if row["s"].value in found:
            kind = row["class"].value
            types.setdefault(row["s"].value, set()).update({kind, *above.get(kind, ())})
    for row in reader.ask("weights"):
        if row["s"].value in found:
            found[row["s"].value].weight = int(row["number"].value)
    for iri, kinds in types.items():
        found[iri].types = frozenset(kinds)
    return [found[iri] for iri in sorted(found)]
