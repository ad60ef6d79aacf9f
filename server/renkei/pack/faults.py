"""Say why a file could not be read: the place, the reason, and what to do.

Parsers speak to programmers, and some of them say less than they could: RDF/XML comes
without a line, a cut RDF/XML file without a word, and JSON-LD drops what it cannot use.
Here each of these becomes a SourceError in the reader's language. Nothing is fetched.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pyoxigraph as ox

from renkei.errors import SourceError
from renkei.pack import slips
from renkei.pack.words import say

_UNDECLARED = re.compile(r"(?:The prefix (.*?):? has not been declared|Unknown prefix (.*?):?$)")
_DECLARED = re.compile(r"(?im)^\s*@?prefix\s+([\w.-]*):|xmlns:([\w.-]+)\s*=")
_TAG_BEFORE = re.compile(r"""["']@[A-Za-z0-9-]*$""")
_TAG_MESSAGES = ("language tag", "language code", "subtag")


def not_utf8(path: Path, content: bytes, start: int) -> SourceError:
    """Return the error for bytes that are not UTF-8 from *start* on."""
    before = content[:start]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
    return SourceError(path, line, column, say("not-utf8"), say("save-utf8"))


def unread(path: Path, text: str, error: SyntaxError) -> SourceError:
    """Return the error for a *text* that a parser gave up on with *error*."""
    message = re.sub(r"^Parser error .*?: ", "", error.msg).strip().rstrip(".")
    line, column = error.lineno, error.offset
    if line is None:
        line, column = _quoted_place(message, text)
    slip = _slip(message, text, path.suffix, line, column)
    if slip is not None:
        return SourceError(path, slip.line, slip.column, slip.reason, slip.remedy)
    reason, remedy = _words(message, text, path.suffix, line, column)
    return SourceError(path, line, column, reason, remedy)


def _slip(
    message: str, text: str, suffix: str, line: int | None, column: int | None
) -> slips.Slip | None:
    """Return the slip of the hand behind *message*, where one is recognised."""
    if suffix in (".rdf", ".jsonld") or line is None or column is None:
        return None
    if line > text.count("\n") + 1 or "language" in message or "IRI" in message:
        return None
    _, rest = _around(text, line, column)
    if rest[:1] in ("'", '"') and " is not a valid" not in message:
        return slips.wide_quote(text, line, column)
    if _UNDECLARED.search(message) or "nexpected end" in message:
        return None
    return slips.find(message, text, line, column)


def check_xml(path: Path, text: str) -> None:
    """Raise SourceError where *text* is not well-formed XML, which its RDF parser may pass over."""
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(text, True)
    except expat.ExpatError as error:
        line, column = error.lineno, error.offset + 1
        message = expat.ErrorString(error.code)
        if message == "unbound prefix":
            name = re.match(r"</?([\w.-]+):", text.splitlines()[line - 1][column - 1 :])
            message = f"Unknown prefix {name.group(1) if name else ''}:"
        reason, remedy = _words(message, text, ".rdf", line, column)
        raise SourceError(path, line, column, reason, remedy) from error


def check_json_ld(path: Path, text: str) -> None:
    """Raise SourceError where *text* refers to a context that stands elsewhere."""
    try:
        document = json.loads(text)
    except ValueError:
        return  # the RDF parser says where
    for address in _remote_contexts(document):
        line, column = _place_of(json.dumps(address, ensure_ascii=False), text)
        raise SourceError(
            path, line, column, say("context", address=address), say("context-remedy")
        )


def check_dropped(path: Path, text: str, base: str) -> None:
    """Raise SourceError for the first name in a JSON-LD *text* that would be left out in silence.

    JSON-LD has a processor leave out what it cannot make an IRI or a language tag of.
    """
    for quad in ox.parse(text, format=ox.RdfFormat.JSON_LD, base_iri=base or None, lenient=True):
        for term in (quad.subject, quad.predicate, quad.object):
            fault = _fault(term)
            if fault:
                value, message = fault
                line, column = _place_of(value, text)
                reason, remedy = _words(message, text, ".jsonld", line, column)
                raise SourceError(path, line, column, reason, remedy)


def check_terms(path: Path, text: str, quads: Iterable[ox.Quad]) -> None:
    """Raise SourceError for a statement about a statement: RDF 1.2, which no dump can carry."""
    if any(isinstance(quad.object, ox.Triple) for quad in quads):
        line, column = _place_of("<<", text)
        raise SourceError(path, line, column, say("triple-term"), say("triple-term-remedy"))


def _fault(term: object) -> tuple[str, str] | None:
    """Return what is wrong with a term that was read leniently: its text, and the message."""
    try:
        if isinstance(term, ox.NamedNode):
            value = term.value
            ox.NamedNode(value)
        elif isinstance(term, ox.Literal) and term.language:
            value = term.language
            ox.Literal("", language=value)
    except ValueError as error:
        if isinstance(term, ox.Literal):
            return value, "language tag"
        return value, f"parsing IRI '{value}': {error}"
    return None


def _words(
    message: str, text: str, suffix: str, line: int | None, column: int | None
) -> tuple[str, str]:
    """Return reason and remedy for a parser's *message* about the place in *text*."""
    before, rest = _around(text, line, column)
    ended = "nexpected end" in message
    if undeclared := _UNDECLARED.search(message):
        return _undeclared(undeclared.group(1) or undeclared.group(2) or "", text, suffix)
    open_text = ended and rest[:1] in ("'", '"') and suffix != ".jsonld"
    if open_text or "Line jumps are not allowed in string" in message:
        return say("string-end"), say("string-end-remedy")
    if ended and rest[:1] == "<":
        return say("iri-end"), say("iri-end-remedy")
    if "No scheme" in message:
        return say("iri-relative"), say("iri-relative-remedy")
    if "IRI" in message and re.search(r"Invalid|parsing IRI", message):
        return say("iri"), say("iri-remedy")
    if any(words in message.lower() for words in _TAG_MESSAGES) or _TAG_BEFORE.search(before):
        return say("language-tag"), say("language-tag-remedy")
    if "Only UTF-8" in message:
        return say("not-utf8"), say("save-utf8")
    if suffix == ".jsonld":
        return say("syntax", message=slips.in_japanese(message)), say("syntax-json")
    if suffix == ".rdf":
        return say("syntax", message=slips.in_japanese(message)), say("syntax-xml")
    if (" dot" in message or "'.' is expected" in message) and line is not None:
        return say("dot"), say("dot-remedy", line=_line_with_text(text, line, before))
    if ended:
        return say("end"), say("end-remedy")
    return say("syntax", message=slips.in_japanese(message)), say("syntax-remedy")


def _undeclared(prefix: str, text: str, suffix: str) -> tuple[str, str]:
    declared = [a or b for a, b in _DECLARED.findall(text) if (a or b) != prefix]
    near = difflib.get_close_matches(prefix, declared, n=1)
    if near:
        return say("prefix", prefix=prefix), say("prefix-near", near=near[0])
    key = {".rdf": "prefix-declare-xml", ".nt": "prefix-none", ".nq": "prefix-none"}
    return (
        say("prefix", prefix=prefix),
        say(key.get(suffix, "prefix-declare"), prefix=prefix),
    )


def _around(text: str, line: int | None, column: int | None) -> tuple[str, str]:
    """Return the line's text before and from the place on."""
    lines = text.split("\n")
    if line is None or column is None or line > len(lines):
        return "", ""
    return lines[line - 1][: column - 1], lines[line - 1][column - 1 :]


def _line_with_text(text: str, line: int, before: str) -> int:
    """Return the last line before a place that is neither empty nor a comment."""
    if before.strip():
        return line
    lines = text.split("\n")
    number = line - 1
    while number > 1 and (not lines[number - 1].strip() or lines[number - 1].lstrip()[0] == "#"):
        number -= 1
    return max(number, 1)


def _quoted_place(message: str, text: str) -> tuple[int | None, int | None]:
    """Return where the value that *message* quotes stands in *text*."""
    quoted = re.search(r"parsing (?:IRI|language tag) '(.*?)':", message)
    return _place_of(quoted.group(1), text) if quoted else (None, None)


def _place_of(value: str, text: str) -> tuple[int | None, int | None]:
    """Return line and column of the first *value* in *text*, or of its last part."""
    for sought in (value, re.split(r"[/#:]", value)[-1]):
        at = text.lower().find(sought.lower()) if sought else -1
        if at >= 0:
            return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return None, None


def _remote_contexts(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _remote_contexts(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "@context":
                values = value if isinstance(value, list) else [value]
                yield from (v for v in values if isinstance(v, str))
            if key == "@import" and isinstance(value, str):
                yield value
            yield from _remote_contexts(value)
