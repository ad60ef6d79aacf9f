"""Recognise characters that were broken on the way, or that nobody can see.

Pure: a text in, words out. What joins letters in some scripts, or turns their direction, is left
to those who write them; a publication's own shapes may be stricter.
"""

from __future__ import annotations

import re
import unicodedata

from renkei.language.messages import Message, message

_LOST = re.compile("[\ufffd\u0080-\u009f\u200b\u2060\ufeff]")
_HARSH = re.compile("[\u00ad\u200c-\u200f\u202a-\u202e\u2061-\u206f\ue000-\uf8ff]")
# UTF-8 that was read as Latin-1 or Windows-1252, or as Shift_JIS.
_MISREAD = re.compile("[ãâÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ]|[縺繧繝譁蟄][縺繧繝譁蟄\uff61-\uff9f]")
_BEFORE = 8  # so many letters before the place are shown


def broken(text: str, is_harsh: bool = False) -> Message | None:
    """Return which character of *text* is broken, and where; None for a text that is whole.

    If *is_harsh*, also what has its place in some scripts and is a slip in most names.
    """
    if found := _MISREAD.search(text):
        return message(
            "“%(signs)s” looks like text that was saved in one encoding and read in another.",
            signs=found.group(),
        )
    found = _LOST.search(text) or (_HARSH.search(text) if is_harsh else None)
    if found is None:
        return None
    sign, before = found.group(), text[max(0, found.start() - _BEFORE) : found.start()]
    code, name = f"U+{ord(sign):04X}", unicodedata.name(sign, "")
    what = f"{code} {name}".strip()
    if not before:
        return message("The text begins with %(character)s.", character=what)
    return message("After “%(before)s” stands %(character)s.", before=before, character=what)
