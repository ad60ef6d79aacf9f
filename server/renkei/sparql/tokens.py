"""Take a SPARQL text apart into its words, as the embedded engine reads them.

That engine has no words of its own: it tries its grammar at each letter. So `<` begins an
IRI where a term is due and compares two values behind one, keywords need no space between
them, and a string with a wrong escape is no long string. The words follow it in all of
this but the last spelling of names; where others read otherwise, see `readings`. Nothing
here decides whether a query is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple


class Token(NamedTuple):
    """A word of a query: what it is, how it is written, where it starts (in characters)."""

    kind: str  # iri, string, variable, blank, name, number, language, word or mark
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind the last character."""
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """The text in upper case: how keywords are compared."""
        return self.text.upper()


_LETTER = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF"
    r"\u200C\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD"
    r"\U00010000-\U000EFFFF"
)
_NAME = rf"{_LETTER}_0-9\u00B7\u0300-\u036F\u203F\u2040\-"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL_PART = rf"(?:[{_NAME}:]|{_ESCAPED})"
_LOCAL = rf"(?:[{_LETTER}_0-9:]|{_ESCAPED}){_LOCAL_PART}*(?:\.+{_LOCAL_PART}+)"
# Behind a name: what SPARQL 1.1 reads into it (PN_LOCAL), and the engine does not, since
# it lets dots stand in one place only.
LONGER_NAME = re.compile(rf"(?:\.+{_LOCAL_PART}+){{1,64}}")
# One escape of a string; the engine takes a string with another for no string at all.
_ESCAPE = (
    r"\\(?:[tbnrf\"'\\]|u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}"
    r"|U(?:0010|000[1-9a-fA-F]|0000(?![dD][89a-fA-F]))[0-9A-Fa-f]{4})"
)
# Bounds and possessive signs keep it in proportion: no letter is looked at again and again.
_TOKEN = re.compile(
    rf"""
      (?P<space>[ \t\r\n]+|\#[^\r\n]*)
    | (?P<iri><[^<>"{{}}|^`\x00-\x20]*>)
    | (?P<string>"{{3}}(?:"{{0,2}}(?:[^"\\]|{_ESCAPE}))*"{{3}}
        |'{{3}}(?:'{{0,2}}(?:[^'\\]|{_ESCAPE}))*'{{3}}
        |"(?:[^"\\\r\n]|{_ESCAPE})*"|'(?:[^'\\\r\n]|{_ESCAPE})*')
    | (?P<variable>[?$][{_LETTER}_0-9\u00B7\u0300-\u036F\u203F\u2040]+)
    | (?P<blank>_:[{_LETTER}_0-9](?:[{_NAME}.]*[{_NAME}])?)
    | (?P<name>(?:[{_LETTER}][{_NAME}]*+(?:\.++[{_NAME}]++){{0,64}}+)?:(?:{_LOCAL}?)?)
    | (?P<number>[0-9]+\.?[0-9]*[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+(?:\.[0-9]+)?)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<word>[{_LETTER}_][{_NAME}]*)
    | (?P<mark>\^\^|&&|\|\||!=|<=|>=|.)
    """,
    re.VERBOSE | re.DOTALL,
)

OPEN = {"{": "}", "(": ")", "[": "]"}
CLOSE = frozenset(OPEN.values())
_TERMS = frozenset(("iri", "string", "variable", "name", "number", "language"))
_ABSOLUTE = re.compile("<[A-Za-z][A-Za-z0-9+.-]*:")
_NAME_ESCAPE = re.compile(r"\\(.)")
_STRING_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_ESCAPED_LETTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
# Words that a list, and no expression, may follow inside a pattern.
_BEFORE_LIST = frozenset(("A", "VALUES", "TRUE", "FALSE", "UNDEF"))


def token_at(text: str, at: int) -> tuple[str, int] | None:
    """Return kind and end of what begins at *at*, a space or comment too; None at the end.

    `<` begins an IRI here wherever one can be read.
    """
    match = _TOKEN.match(text, at)
    return None if match is None else (match.lastgroup or "mark", match.end())


def tokens(text: str) -> list[Token]:
    """Return the tokens of *text* without spaces and comments. Never fails."""
    new = tuple.__new__  # many are made for each query: this is half the time
    found: list[Token] = []
    frames = _Frames()
    at: int | None = 0
    while at is not None:
        start, at = at, None
        for m in _TOKEN.finditer(text, start):
            kind = m.lastgroup or "mark"
            if kind == "space":
                continue
            if kind == "iri" and frames.compares(found):
                sign = "<=" if m.group()[1] == "=" else "<"
                found.append(new(Token, ("mark", sign, m.start())))
                at = m.start() + len(sign)  # what stands behind it is read anew
                break
            token = new(Token, (kind, m.group(), m.start()))
            if kind == "mark" or kind == "word":
                frames.pass_by(token, found)
            found.append(token)
    return found


class _Frames:
    """The brackets that are open, by what stands in them: what `<` means is told by that.

    "select": what stands around patterns, where brackets hold expressions; "pattern":
    braces, and lists in them; "expression"; "triple": `<<` inside an expression.
    """

    def __init__(self) -> None:
        self._open = ["select"]

    def compares(self, before: list[Token]) -> bool:
        """Say whether `<` behind *before* compares two values."""
        if self._open[-1] != "expression" or not before:
            return False
        last = before[-1]
        if last.kind == "mark":
            return last.text in (")", "}")
        return last.kind in _TERMS or last.word in ("TRUE", "FALSE")

    def pass_by(self, token: Token, before: list[Token]) -> None:
        """Take note of a bracket or a word."""
        last = self._open[-1]
        if token.kind == "word":
            if token.word == "SELECT" and before and before[-1].text == "{":
                self._open[-1] = "select"
        elif token.text in OPEN:
            self._open.append(self._within(token.text, before))
        elif token.text in CLOSE:
            if len(self._open) > 1:
                self._open.pop()
        elif token.text == "<" and last == "expression" and _behind(token, "<", before):
            if not self.compares(before[:-1]):  # else it compares with an IRI
                self._open.append("triple")
        elif token.text == ">" and last == "triple" and _behind(token, ">", before):
            self._open.pop()

    def _within(self, bracket: str, before: list[Token]) -> str:
        last = self._open[-1]
        if bracket == "{":
            return "pattern"
        if last == "triple" or bracket == "[":
            return last if last == "triple" else "pattern"
        if last in ("select", "expression"):
            return "expression"
        calls = bool(before) and (
            (before[-1].kind == "word" and before[-1].word not in _BEFORE_LIST)
            or (
                before[-1].kind in ("iri", "name") and [t.word for t in before[-2:-1]] == ["FILTER"]
            )
        )
        return "expression" if calls else "pattern"


def _behind(token: Token, sign: str, before: list[Token]) -> bool:
    return bool(before) and before[-1].text == sign and before[-1].end == token.start


def iri_of(token: Token, prefixes: Mapping[str, str]) -> str:
    """Return the IRI that an IRI or a prefixed name stands for; "" where that is not known.

    A relative one is not, nor one that is written with escapes by number. *prefixes* may have ""
    for a namespace that is not known.
    """
    if token.kind == "iri":
        return token.text[1:-1] if _ABSOLUTE.match(token.text) and "\\" not in token.text else ""
    prefix, _, local = token.text.partition(":")
    space = prefixes.get(prefix)
    return space + _NAME_ESCAPE.sub(r"\1", local) if space else ""


def string_of(token: Token) -> str:
    """Return the text that a string writes, without its quotes and escapes."""
    quotes = 3 if token.text[:3] in ('"""', "'''") and len(token.text) > 5 else 1
    return _STRING_ESCAPE.sub(_unescaped, token.text[quotes:-quotes])


def _unescaped(escape: re.Match[str]) -> str:
    letter, digits = escape[0][1], escape[0][2:]
    return chr(int(digits, 16)) if digits else _ESCAPED_LETTERS.get(letter, letter)


def behind(words: Sequence[Token], at: int) -> int:
    """Return the index behind the next bracket that opens from *at* on, and all that is in it.

    Behind the last of *words* where it does not end; a bracket that closes before it ends the
    search too.
    """
    depth = 0
    while at < len(words):
        token = words[at]
        at += 1
        if token.kind != "mark":
            continue
        depth += (token.text in OPEN) - (token.text in CLOSE)
        if token.text in CLOSE and depth <= 0:
            break
    return at


def projected(projection: Sequence[Token]) -> Iterator[str]:
    """Give the names of the variables that a SELECT gives: those alone, and those behind AS."""
    depth = 0
    for position, token in enumerate(projection):
        depth += (token.text in OPEN) - (token.text in CLOSE)
        if token.kind == "variable" and (depth == 0 or projection[position - 1].word == "AS"):
            yield token.text[1:]


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of a character offset, both counted from 1."""
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")
