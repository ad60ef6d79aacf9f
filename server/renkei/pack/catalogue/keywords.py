"""Spell a keyword as data portals take it: letters, digits, spaces, "-", "_" and ".".

That a keyword breaks the rule is found by the shapes of the catalogue (`catalogue/shapes.ttl`,
C30); here it is said which character does, and what could be written instead. The rule is
CKAN's (`tag_name_validator`), and what a letter is, is what Python's `re` thinks: a mark that
combines with the letter before it is none, so text must be in Unicode's composed form.
"""

from __future__ import annotations

import re
import unicodedata

_REFUSED = re.compile(r"[^\w \-.]")
SHORTEST, LONGEST = 2, 100


def refused(keyword: str) -> str:
    """Return the characters of *keyword* that portals refuse, each once, for a message."""
    return ", ".join(_named(c) for c in dict.fromkeys(_REFUSED.findall(keyword)))


def composed(keyword: str) -> str | None:
    """Return *keyword* with marks joined to their letters, if that is all that it lacks."""
    joined = unicodedata.normalize("NFC", keyword)
    return joined if joined != keyword and not _REFUSED.search(joined) else None


def without(keyword: str) -> str | None:
    """Return *keyword* with a space for each sign that is refused; None if that says little.

    A mark that belongs to its letter is never taken out: the word would be another.
    """
    signs = _REFUSED.findall(keyword)
    left = " ".join(_REFUSED.sub(" ", keyword).split())
    if any(unicodedata.category(c)[0] == "M" for c in signs) or left == keyword:
        return None
    return left if SHORTEST <= len(left) <= LONGEST else None


def _named(character: str) -> str:
    """Return a character as it can be seen and looked up: ・ (U+30FB), or U+200B alone."""
    code = f"U+{ord(character):04X}"
    return f"{character} ({code})" if unicodedata.category(character)[0] in "PS" else code
