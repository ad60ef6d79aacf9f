"""Bring the spellings of a name together: width, case, marks, kana, romanisation.

Packing spells every name so, and serving every wish; both must do the same, so it stands
here. Pure: knows no release and no store. The decision one would question is that the
generic end of a Japanese place name (市, し, "City") may be left out: nobody types it, and
the full name still wins.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

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


def shortened(text: str) -> list[str]:
    """Return *text*, folded, without the generic end of a place name, where it has one."""
    plain = unicodedata.normalize("NFKC", text).strip()
    short = _ENGLISH.sub("", plain)
    found = [fold(short)] if short != plain and short else []
    if plain[-1:] in ENDS and len(plain) > 2:
        found.append(fold(plain[:-1]))
    return found


def pairs(key: str) -> set[str]:
    """Return the pairs of neighbouring letters in *key*, its ends marked."""
    framed = f"\x02{key}\x03"
    return {framed[n : n + 2] for n in range(len(framed) - 1)}


_DIGITS = re.compile(r"\d+")


def natural(text: str) -> str:
    """Return what a text is sorted by: width and case do not count, numbers by their size."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _DIGITS.sub(lambda digits: digits[0].zfill(16), plain)
