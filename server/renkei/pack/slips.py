"""Recognise slips of the hand in a file that could not be read, and dates written another way.

A parser says what it did not expect; a person wants to know what they typed. Most slips in
Japanese files are signs typed in full width, which look right. Pure: text in, words out.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from renkei.language.japanese_calendar import from_written
from renkei.pack.words import say, speaking

# Signs as an input method for Japanese types them, and what Turtle wants in their place.
_SIGNS = dict(
    zip(
        "；：。．，、“”„＂「」＠＾｛｝（）［］〈〉＜＞＿－＃　\u00a0",
        ';:..,,""""""@^{}()[]<><>_-#  ',
        strict=True,
    )
)
_WIDE = re.compile("[" + re.escape("".join(_SIGNS)) + "]|[０-９]+")
_APART = re.compile(
    r'"(?:\\.|[^"\\])*"|<[^<>\s]*>|#.*'
)  # what may hold any sign: texts, IRIs, comments
_DATE = re.compile(r"(?<![\w\"])\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_EXPECTED_END = re.compile(r" dot|'\.' is expected|expected '\.'")

# What parsers of JSON and XML say, for those who do not read English.
_PARSERS = {
    r"mismatched tag": "終了タグが開始タグと合いません",
    r"no element found": "要素が閉じられないまま、ファイルが終わっています",
    r"not well-formed": "使えない文字があるか、記号が抜けています",
    r"unclosed token": "タグが閉じられていません",
    r"duplicate attribute": "同じ属性が二度書かれています",
    r"junk after document element": "最後の終了タグの後に余分な文字があります",
    r"undefined entity": "「&…;」が定義されていません。記号の & は &amp; と書きます",
    r"bject values must be followed by a comma|',' delimiter|rray values must be": (
        "値の後に「,」か、閉じる括弧がありません"
    ),
    r"[Tt]railing comma": "最後の値の後に余分な「,」があります",
    r"property name|[Oo]bject keys?": '項目名を引用符(")で囲んでいないか、余分な「,」があります',
    r"':' delimiter|colon": "項目名の後に「:」がありません",
    r"Unterminated string|Invalid control character": '引用符(")が閉じられていません',
    r"Extra data": "最後の括弧の後に余分な文字があります",
    r"Expecting value": "値がありません",
}


@dataclass(frozen=True)
class Slip:
    """Where a slip stands, what it is, and what to do."""

    line: int
    column: int
    reason: str
    remedy: str


def find(message: str, text: str, line: int, column: int) -> Slip | None:
    """Return the slip behind a parser's *message* about a place in Turtle, TriG or N-Quads.

    Returns None for what only the message tells.
    """
    lines = text.split("\n")
    code = [_blanked(one) for one in lines[:line]]
    if (wide := _wide(code, line)) is not None:
        return wide
    before, rest = lines[line - 1][: column - 1], lines[line - 1][column - 1 :]
    token = (re.match(r'"[^"]*"|[;,.{}()\[\]]|[^\s;,{}()\[\]]+', rest) or re.match(".?", rest))[0]  # type: ignore[index]
    for date in _DATE.finditer(code[line - 1]):
        if date.start() <= column - 1 <= date.end():
            iso = from_written(date.group()) or date.group()
            return Slip(
                line, date.start() + 1, say("bare-date", text=date.group()), say("typed", iso=iso)
            )
    if before.endswith('"') and re.match(r"[A-Za-z^]", rest):
        return Slip(line, column, say("mark", token=token), say("mark-remedy"))
    if _JAPANESE.match(token) and before[-1:].isdigit():
        return Slip(line, column, say("unit", token=token), say("unit-remedy"))
    if _JAPANESE.search(token) and ":" not in token:
        return Slip(line, column, say("bare-text", text=token), say("bare-text-remedy", text=token))
    if _EXPECTED_END.search(message):
        return (
            None
            if not before.strip()
            else Slip(line, column, say("joint", token=token), say("joint-remedy"))
        )
    if " is not a valid" not in message or not token:
        return None
    if token == "a" and (last := _joined(code, line)):
        return Slip(line, column, say("new-subject"), say("new-subject-remedy", line=last))
    key = {";": "no-value", ",": "no-value", ".": "no-value", "}": "close", "{": "open"}
    if token not in key and "valid subject" in message and before.strip():
        return Slip(line, column, say("joint", token=token), say("joint-remedy"))
    reason = key.get(token, "unfit")
    return Slip(line, column, say(reason, token=token), say(f"{reason}-remedy"))


def wide_quote(text: str, line: int, column: int) -> Slip | None:
    """Return the slip where a text that is never closed has a quotation mark of another kind."""
    rest = text.split("\n")[line - 1][column - 1 :]
    found = re.search("[“”„＂]", rest)
    if found is None:
        return None
    return _sign(line, column + found.start(), found.group())


def meant(value: str | None, known: Collection[str]) -> str | None:
    """Return what the author of a *value*, in N-Triples spelling, may have meant.

    A date written another way, or an IRI that is near one of *known*. None for any other.
    """
    if not value:
        return None
    if value.startswith('"'):
        text = value[1 : value.rindex('"')]
        iso = from_written(text)
        return say("meant-date", text=text, iso=iso) if iso else None
    if not value.startswith("<") or value in known:
        return None
    cut = max(value.rfind("/"), value.rfind("#")) + 1
    names = {k[cut:-1]: k for k in known if k.startswith(value[:cut])}
    near = difflib.get_close_matches(value[cut:-1], names, n=1)
    return say("meant-iri", near=names[near[0]]) if near else None


def in_japanese(message: str) -> str:
    """Return a parser's *message* as the reader's language has it; as it is in English."""
    if speaking() != "ja":
        return message
    return next(
        (said for pattern, said in _PARSERS.items() if re.search(pattern, message)),
        "書き方が決まりに合いません",
    )


def _blanked(line: str) -> str:
    """Return *line* with spaces in place of texts, IRIs and comments."""
    return _APART.sub(lambda m: " " * len(m.group()), line)


def _wide(code: list[str], line: int) -> Slip | None:
    """Return the full-width sign on the line, else on the last line with code before it."""
    last = _last_code(code, line)
    for number in dict.fromkeys((line, last)):
        found = _WIDE.search(code[number - 1])
        if found:
            return _sign(number, found.start() + 1, found.group())
    return None


def _sign(line: int, column: int, sign: str) -> Slip:
    half = _SIGNS.get(sign) or unicodedata.normalize("NFKC", sign)
    if half == " ":
        return Slip(line, column, say("wide-space"), say("wide-space-remedy"))
    return Slip(line, column, say("wide", sign=sign), say("wide-remedy", half=half))


def _joined(code: list[str], line: int) -> int | None:
    """Return the nearest line before *line* that a sign joins to what follows."""
    lines = (n for n in range(line - 1, 0, -1) if code[n - 1].rstrip().endswith((";", ",")))
    return next(lines, None)


def _last_code(code: list[str], line: int) -> int:
    number = line - 1
    while number > 1 and not code[number - 1].strip():
        number -= 1
    return max(number, 1)
