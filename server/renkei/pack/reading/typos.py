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
from renkei.language.messages import Foreign, Message, message
from renkei.pack.reading import characters

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
_SIGNS_OF_TURTLE = (";", ",", ".", "}", "{")
_EXPECTED_END = re.compile(r" dot|'\.' is expected|expected '\.'")

# What parsers of JSON and XML mean, for those who do not read English.
_PARSERS = {
    r"mismatched tag": message("the end tag does not match the start tag"),
    r"no element found": message("the file ends before its elements are closed"),
    r"not well-formed": message("a character that may not stand here, or a sign that is missing"),
    r"unclosed token": message("a tag is not closed"),
    r"duplicate attribute": message("the same attribute is written twice"),
    r"junk after document element": message("something stands after the last end tag"),
    r"undefined entity": message("“&…;” is not defined; the sign & is written &amp;"),
    r"bject values must be followed by a comma|',' delimiter|rray values must be": message(
        "no “,” or closing bracket after a value"
    ),
    r"[Tt]railing comma": message("a “,” too many after the last value"),
    r"property name|[Oo]bject keys?": message(
        'a name without quotation marks ("), or a “,” too many'
    ),
    r"':' delimiter|colon": message("no “:” after a name"),
    r"Unterminated string|Invalid control character": message('a quotation mark (") is not closed'),
    r"Extra data": message("something stands after the last bracket"),
    r"Expecting value": message("a value is missing"),
}
_OTHERWISE = message("it is not written by the rules of the format")


@dataclass(frozen=True)
class Slip:
    """Where a slip stands, what it is, and what to do."""

    line: int
    column: int
    reason: Message
    remedy: Message


def find(said: str, text: str, line: int, column: int) -> Slip | None:
    """Return the slip behind what a parser *said* about a place in Turtle, TriG or N-Quads.

    Returns None for what only the parser tells.
    """
    lines = text.split("\n")
    code = [_blanked(one) for one in lines[:line]]
    if (wide := _wide(code, line)) is not None:
        return wide
    before, rest = lines[line - 1][: column - 1], lines[line - 1][column - 1 :]
    token = (re.match(r'"[^"]*"|[;,.{}()\[\]]|[^\s;,{}()\[\]]+', rest) or re.match(".?", rest))[0]  # type: ignore[index]
    if slip := _outside_quotes(code[line - 1], before, line, token):
        return slip
    if _EXPECTED_END.search(said):
        return None if not before.strip() else _joint(line, column, token)
    if " is not a valid" not in said or not token:
        return None
    if token == "a" and (last := _joined(code, line)):
        return Slip(
            line,
            column,
            message("a new subject begins before the statement above has ended."),
            message('End line %(line)s with "." instead of ";" or ",".', line=last),
        )
    if token not in _SIGNS_OF_TURTLE and "valid subject" in said and before.strip():
        return _joint(line, column, token)
    return Slip(line, column, *_misplaced(token))


def _misplaced(token: str) -> tuple[Message, Message]:
    """Return what is wrong where *token* may not stand, and what to do."""
    if token == "}":
        return (
            message(
                '"%(token)s" closes nothing, or the statement before it is not complete.',
                token=token,
            ),
            message("Remove it, or complete the statement before it."),
        )
    if token == "{":
        return (
            message(
                '"%(token)s" may not stand here: the graph before does not seem to be closed.',
                token=token,
            ),
            message('See that the graph before ends with "}".'),
        )
    if token in _SIGNS_OF_TURTLE:
        return (
            message(
                '"%(token)s" may not stand here: a value is missing, '
                'or the line before ends with ".".',
                token=token,
            ),
            message(
                'Add the value; where more is said of the same thing, end the line before with ";".'
            ),
        )
    return (
        message('"%(token)s" may not stand here.', token=token),
        message(
            'See to its spelling, and to the sign that ends the line before (";", "," or ".").'
        ),
    )


def _outside_quotes(code: str, before: str, line: int, token: str) -> Slip | None:
    """Return the slip of a date, a text or a unit that stands where only signs may."""
    column = len(before) + 1
    for date in _DATE.finditer(code):
        if date.start() <= column - 1 <= date.end():
            iso = from_written(date.group()) or date.group()
            return Slip(
                line,
                date.start() + 1,
                message('the date "%(text)s" stands without quotation marks.', text=date.group()),
                message('Write it as "%(iso)s"^^xsd:date.', iso=iso),
            )
    if before.endswith('"') and re.match(r"[A-Za-z^]", token):
        return Slip(
            line,
            column,
            message('"%(token)s" may not follow a quotation mark.', token=token),
            message(
                'A type takes ^^, as in "2021-06-25"^^xsd:date, a language @, as in "town hall"@en.'
            ),
        )
    if _JAPANESE.match(token) and before[-1:].isdigit():
        return Slip(
            line,
            column,
            message('"%(token)s" stands at the end of a number.', token=token),
            message("Write the digits alone, without a unit."),
        )
    if _JAPANESE.search(token) and ":" not in token:
        return Slip(
            line,
            column,
            message('the text "%(text)s" stands without quotation marks.', text=token),
            message('Write it as "%(text)s"@ja.', text=token),
        )
    return None


def _joint(line: int, column: int, token: str) -> Slip:
    """Return the slip of a sign that is missing before *token*."""
    return Slip(
        line,
        column,
        message('the statement before "%(token)s" has no end.', token=token),
        message(
            'Put "," before a further value, ";" before a further property, or "." at the end.'
        ),
    )


def wide_quote(text: str, line: int, column: int) -> Slip | None:
    """Return the slip where a text that is never closed has a quotation mark of another kind."""
    rest = text.split("\n")[line - 1][column - 1 :]
    found = re.search("[“”„＂]", rest)
    if found is None:
        return None
    return _sign(line, column + found.start(), found.group())


def meant(value: str | None, known: Collection[str]) -> Message | None:
    """Return what the author of a *value*, in N-Triples spelling, may have meant.

    A date written another way, a text with a broken character, or an IRI that is near one of
    *known*. None for any other.
    """
    if not value:
        return None
    if value.startswith('"'):
        text = value[1 : value.rindex('"')]
        if (said := characters.broken(text, is_harsh=True)) is not None:
            return said
        iso = from_written(text)
        if iso is None:
            return None
        return message('As a date, "%(text)s" is written "%(iso)s".', text=text, iso=iso)
    if not value.startswith("<") or value in known:
        return None
    cut = max(value.rfind("/"), value.rfind("#")) + 1
    names = {k[cut:-1]: k for k in known if k.startswith(value[:cut])}
    near = difflib.get_close_matches(value[cut:-1], names, n=1)
    return message('Did you mean "%(near)s"?', near=names[near[0]]) if near else None


def understood(words: str) -> Foreign:
    """Return a parser's *words* with what they mean."""
    found = (meaning for pattern, meaning in _PARSERS.items() if re.search(pattern, words))
    return Foreign(words, next(found, _OTHERWISE))


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
        return Slip(
            line,
            column,
            message("there is a full-width (or no-break) space here."),
            message(
                "Write a plain space; full-width characters may stand between quotation marks only."
            ),
        )
    return Slip(
        line,
        column,
        message('the sign "%(sign)s" is a full-width one.', sign=sign),
        message(
            'Write "%(half)s"; full-width characters may stand between quotation marks only.',
            half=half,
        ),
    )


def _joined(code: list[str], line: int) -> int | None:
    """Return the nearest line before *line* that a sign joins to what follows."""
    lines = (n for n in range(line - 1, 0, -1) if code[n - 1].rstrip().endswith((";", ",")))
    return next(lines, None)


def _last_code(code: list[str], line: int) -> int:
    number = line - 1
    while number > 1 and not code[number - 1].strip():
        number -= 1
    return max(number, 1)
