r"""Find the keywords that another reader of the same text may see where we see none.

`tokens` reads as the embedded engine does. Engines elsewhere read by the letter of the
grammar, where the longest token wins: `1<2#>` is a number and an IRI to them, and to us a
comparison with a comment behind it. Some turn `\u0053` into a letter before they read
(SPARQL 1.1 Query, section 19.2). So a guard that asks for one word follows every reading
at once: from each place where a token may end, all that may begin there. That takes time
in proportion to the text, whatever stands in it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from renkei.sparql.tokens import LONGER_NAME, Token, token_at, tokens

_CODEPOINT = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_SPACES = re.compile(r"[ \t\r\n]*+")
_BREAK = re.compile(r"[\r\n]")
_SILENT = re.compile("SILENT|NAMED", re.IGNORECASE)
# What stands behind the keyword, and behind the term that it takes: else it is none.
_BEHIND = {
    "SERVICE": re.compile(r"[{(]"),
    "FROM": re.compile(r"[{(]|WHERE|FROM", re.IGNORECASE),
}
# A namespace that ends inside a port or an address: the engine falls back to the prefix
# alone where the whole is no IRI, and goes on reading at the colon.
_UNFINISHED = re.compile(r"(?:[^:/?#]+:)?//[^/?#]*[:\]][^/?#]*")
_NO_IRI = re.compile("[\ufff0-\ufffd]")  # stands in names, and in no IRI


class Readings:
    """All readings of a text, beside *words*, which is ours."""

    def __init__(self, text: str, words: Sequence[Token]) -> None:
        self._text, self._words = text, words
        self._upper = text.upper()
        self._plain, self._offsets = _plain(text) if "\\" in text else (text, [])
        self._plain_upper = self._plain.upper() if self._offsets else self._upper

    def has(self, letters: str) -> bool:
        """Say whether *letters* (in upper case) stand in the text at all, in any spelling."""
        return letters in self._upper or letters in self._plain_upper

    def hidden(self, letters: str) -> int | None:
        """Return where a reader may see the keyword *letters* and we see none; None for nowhere.

        *letters* is in upper case: SERVICE, FROM, or a function, which is one where a bracket
        follows.
        """
        if not self.has(letters):
            return None
        known = {word.start for word in self._words if _may_be(word.kind, word.text, letters)}
        if not self._offsets and self._upper.count(letters) == self._seen(known, letters):
            return None
        for reading, place in self._readings:
            for start in reading.keywords(letters):
                at = place[start] if place else start
                if at not in known:
                    return at
        return None

    def _seen(self, known: set[int], letters: str) -> int:
        """Return how often *letters* stand in tokens that are *known* to be keywords."""
        return sum(
            word.word.partition(":")[0].count(letters)
            for word in self._words
            if word.start in known
        )

    @cached_property
    def _readings(self) -> list[tuple[_Reading, list[int]]]:
        """The text as it stands, and with letters for their numbers where it has any."""
        loose = _loose(self._text, self._words)
        readings = [(_Reading(self._text, self._words, loose), list[int]())]
        if self._plain != self._text:
            plain = _Reading(self._plain, tokens(self._plain), loose)
            readings.append((plain, self._offsets))
        return readings


def _may_be(kind: str, written: str, letters: str) -> bool:
    """Say whether a keyword of *letters* may begin in this token: a word, or before a colon."""
    if kind == "name":
        written = written.partition(":")[0]
    return kind in ("word", "name") and letters in written.upper()


def _loose(text: str, words: Sequence[Token]) -> bool:
    """Say whether some name of *text* may be read as its prefix alone."""
    return bool(_NO_IRI.search(text)) or any(
        word.kind == "iri"
        and before.kind in ("word", "name")
        and _UNFINISHED.fullmatch(_plain(word.text[1:-1])[0])
        for before, word in pairwise(words)
    )


def _plain(text: str) -> tuple[str, list[int]]:
    """Return *text* with letters for their numbers, and where each came from."""
    parts: list[str] = []
    offsets: list[int] = []
    at = 0
    for match in _CODEPOINT.finditer(text):
        number = int(match[1] or match[2], 16)
        if number > 0x10FFFF:
            continue
        parts += [text[at : match.start()], chr(number)]
        offsets += [*range(at, match.start()), match.start()]
        at = match.end()
    return "".join([*parts, text[at:]]), [*offsets, *range(at, len(text) + 1)]


class _Reading:
    """One text, and every word and name that a reader of it may see."""

    def __init__(self, text: str, words: Sequence[Token], loose: bool) -> None:
        self._text, self._loose = text, loose
        self._compared = {word.start for word in words if word.text in ("<", "<=")}
        self._breaks = [match.start() for match in _BREAK.finditer(text)]
        self._seen = list(self._words())

    def keywords(self, letters: str) -> Iterator[int]:
        """Give where the tokens begin that some reader takes for the keyword *letters*."""
        for kind, start, end in self._seen:
            yield from self._keyword(letters, kind, start, end)

    def _words(self) -> Iterator[tuple[str, int, int]]:
        """Give kind, start and end of each word and name."""
        waiting, seen = [0], {0}
        while waiting:
            at = waiting.pop()
            kind, ends = self._token(at)
            if kind in ("word", "name"):
                yield kind, at, ends[0]
            for end in ends:
                if end not in seen:
                    seen.add(end)
                    waiting.append(end)

    def _token(self, at: int) -> tuple[str, tuple[int, ...]]:
        """Return the kind of the token that begins at *at*, and where it may end."""
        text = self._text
        if text.startswith("#", at):
            return "space", (self._line_end(at),)
        found = token_at(text, at)
        if found is None:
            return "space", ()
        kind, end = found
        if kind == "mark" and text[at] in "\"'":
            return kind, ()  # a string that nobody can read to its end
        if kind == "iri" and at in self._compared:
            return kind, (end, at + 1)
        if kind == "name" and (longer := LONGER_NAME.match(text, end)):
            return kind, (end, longer.end())
        return kind, (end,)

    def _keyword(self, letters: str, kind: str, at: int, end: int) -> Iterator[int]:
        """Give where the keyword begins, if the token from *at* to *end* may be one.

        Of several in one token only the first and the last can matter: what stands behind
        the others is the same.
        """
        written = self._text[at:end].upper()
        if letters not in written:
            return
        colon = written.index(":") if kind == "name" else len(written)
        for begin in {written.find(letters, 0, colon), written.rfind(letters, 0, colon)}:
            if begin >= 0 and self._stands(letters, at + begin + len(letters)):
                yield at
        local = written.rfind(letters, colon)
        if self._loose and local >= 0 and self._stands(letters, at + local + len(letters)):
            yield at + local

    def _stands(self, letters: str, at: int) -> bool:
        """Say whether what follows at *at* is what follows the keyword."""
        behind = _BEHIND.get(letters)
        at = self._skip(at)
        if behind is None:
            return self._text.startswith("(", at)
        silent = _SILENT.match(self._text, at)
        if silent and self._behind_term(self._skip(silent.end()), behind):
            return True
        return self._behind_term(at, behind)

    def _behind_term(self, at: int, behind: re.Pattern[str]) -> bool:
        kind, ends = self._token(at)
        if kind not in ("iri", "name", "variable"):
            return False
        return any(behind.match(self._text, self._skip(end)) for end in ends)

    def _skip(self, at: int) -> int:
        """Return the offset behind spaces and comments."""
        while True:
            at = _SPACES.match(self._text, at).end()  # type: ignore[union-attr]
            if not self._text.startswith("#", at):
                return at
            at = self._line_end(at)

    def _line_end(self, at: int) -> int:
        index = bisect_left(self._breaks, at)
        return self._breaks[index] if index < len(self._breaks) else len(self._text)
