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
from urllib.parse import unquote, urlsplit
from xml.parsers import expat

import pyoxigraph as ox

from renkei.errors import SourceError
from renkei.language.messages import Message, message
from renkei.pack.reading import typos

_UNDECLARED = re.compile(r"(?:The prefix (.*?):? has not been declared|Unknown prefix (.*?):?$)")
_DECLARED = re.compile(r"(?im)^\s*@?prefix\s+([\w.-]*):|xmlns:([\w.-]+)\s*=")
_TAG_BEFORE = re.compile(r"""["']@[A-Za-z0-9-]*$""")
_TAG_MESSAGES = ("language tag", "language code", "subtag")


def not_utf8(path: Path, content: bytes, start: int) -> SourceError:
    """Return the error for bytes that are not UTF-8 from *start* on."""
    line, column = _reached(content[:start], "utf-8")
    return SourceError(
        path, line, column, "this is not UTF-8.", "Save the file again with the encoding UTF-8."
    )


def undecoded(path: Path, content: bytes, start: int, encoding: str) -> SourceError:
    """Return the error for bytes that are not in the *encoding* that a file declares."""
    line, column = _reached(content[:start], encoding)
    return SourceError(
        path,
        line,
        column,
        "this is not %(encoding)s.",
        "Save the file again with the encoding that it declares, or with UTF-8.",
        encoding=encoding,
    )


def _reached(before: bytes, encoding: str) -> tuple[int, int]:
    line = before[before.rfind(b"\n") + 1 :].decode(encoding, "replace")
    return before.count(b"\n") + 1, len(line) + 1


def name_of(address: str) -> str:
    """Return the name, without suffix, of the file that holds the context at *address*."""
    parts = urlsplit(address)
    return unquote(f"{parts.netloc}{parts.path}").rstrip("/")


def unread(path: Path, text: str, error: SyntaxError, form: ox.RdfFormat) -> SourceError:
    """Return the error for a *text* in *form* that a parser gave up on with *error*."""
    suffix = f".{form.file_extension}"
    said = re.sub(r"^Parser error .*?: ", "", error.msg).strip().rstrip(".")
    line, column = error.lineno, error.offset
    if line is None:
        line, column = _quoted_place(said, text)
    slip = _slip(said, text, suffix, line, column)
    if slip is not None:
        return SourceError(path, slip.line, slip.column, slip.reason, slip.remedy)
    reason, remedy = _words(said, text, suffix, line, column)
    return SourceError(path, line, column, reason, remedy)


def _slip(
    said: str, text: str, suffix: str, line: int | None, column: int | None
) -> typos.Slip | None:
    """Return the slip of the hand behind what a parser *said*, where one is recognised."""
    if suffix in (".rdf", ".jsonld") or line is None or column is None:
        return None
    if line > text.count("\n") + 1 or "language" in said or "IRI" in said:
        return None
    _, rest = _around(text, line, column)
    if rest[:1] in ("'", '"') and " is not a valid" not in said:
        return typos.wide_quote(text, line, column)
    if _UNDECLARED.search(said) or "nexpected end" in said:
        return None
    return typos.find(said, text, line, column)


def check_xml(path: Path, text: str) -> None:
    """Raise SourceError where *text* is not well-formed XML, which its RDF parser may pass over."""
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(text, True)
    except expat.ExpatError as error:
        line, column = error.lineno, error.offset + 1
        said = expat.ErrorString(error.code)
        if said == "unbound prefix":
            name = re.match(r"</?([\w.-]+):", text.splitlines()[line - 1][column - 1 :])
            said = f"Unknown prefix {name.group(1) if name else ''}:"
        reason, remedy = _words(said, text, ".rdf", line, column)
        raise SourceError(path, line, column, reason, remedy) from error


def check_json_ld(path: Path, text: str) -> None:
    """Raise SourceError where *text* refers to a context that stands elsewhere."""
    try:
        document = json.loads(text)
    except ValueError:
        return  # the RDF parser says where
    for address in remote_contexts(document):
        raise context_elsewhere(path, text, address)


def context_elsewhere(path: Path, text: str, address: str) -> SourceError:
    """Return the error for a context that *text* names by an *address* we have nothing of."""
    line, column = _place_of(json.dumps(address, ensure_ascii=False), text)
    name = name_of(address)
    return SourceError(
        path,
        line,
        column,
        "the JSON-LD context %(address)s stands elsewhere, and nothing is fetched.",
        "Save it as data/contexts/%(name)s, or write its terms into the @context of this file.",
        address=address,
        name=name if name.endswith((".jsonld", ".json")) else f"{name or 'NAME'}.jsonld",
    )


def check_beyond_turtle(path: Path, text: str, error: SyntaxError) -> None:
    """Raise SourceError where a *text* that is no Turtle, with *error*, is Notation3.

    What N3 has besides states no triples: rules, formulas, variables (W3C Notation3, 3 to 5).
    """
    try:
        for _ in ox.parse(text, format=ox.RdfFormat.N3, base_iri="https://root.invalid/"):
            pass
    except SyntaxError as in_n3:
        if "variable" not in in_n3.msg:
            return
    raise SourceError(
        path,
        error.lineno,
        error.offset,
        "this is Notation3 beyond Turtle (a rule, a formula, a variable or a path).",
        "Write what is stated as Turtle; a rule is a CONSTRUCT query in data/rules/.",
    ) from error


def dropped(
    path: Path, text: str, base: str, read: str | None = None
) -> Iterator[tuple[str, int | None]]:
    """Yield the keys of a JSON-LD *text* that no context maps, each once, with its line.

    They are left out by rule (JSON-LD 1.1 API section 5.1.2). Raises SourceError for what a
    processor leaves out as well because it is wrong: a value that is no IRI or language tag.
    """
    told = set()
    form = ox.RdfFormat.JSON_LD
    for quad in ox.parse(read or text, format=form, base_iri=base or None, lenient=True):
        for term, is_key in ((quad.subject, False), (quad.predicate, True), (quad.object, False)):
            fault = _fault(term)
            if fault is None:
                continue
            value, said = fault
            line, column = _place_of(value, text)
            if is_key and "No scheme" in said:
                if value not in told:
                    yield value, _place_of(json.dumps(value, ensure_ascii=False), text)[0] or line
                told.add(value)
                continue
            reason, remedy = _words(said, text, ".jsonld", line, column)
            raise SourceError(path, line, column, reason, remedy)


def check_graphs(path: Path, text: str, quads: Iterable[ox.Quad]) -> None:
    """Raise SourceError for a graph named by a blank node: nobody could ask for it."""
    if any(isinstance(quad.graph_name, ox.BlankNode) for quad in quads):
        line, column = _place_of("_:", text)
        raise SourceError(
            path,
            line,
            column,
            "a graph here has a blank node for its name, and nobody could ask for it.",
            "Give the graph an IRI.",
        )


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
    said: str, text: str, suffix: str, line: int | None, column: int | None
) -> tuple[Message, Message]:
    """Return reason and remedy for what a parser *said* about the place in *text*."""
    before, rest = _around(text, line, column)
    ended = "nexpected end" in said
    if undeclared := _UNDECLARED.search(said):
        return _undeclared(undeclared.group(1) or undeclared.group(2) or "", text, suffix)
    open_text = ended and rest[:1] in ("'", '"') and suffix != ".jsonld"
    if open_text or "Line jumps are not allowed in string" in said:
        return message('a quotation mark (") is missing.'), message(
            'Close the text with ". A text with line breaks stands between """.'
        )
    if ended and rest[:1] == "<":
        return message("this IRI has no end."), message("Close it with >.")
    if "No scheme" in said:
        return message("this IRI does not start with https:// or the like."), message(
            "Write it in full, or give data/catalogue.ttl a void:uriSpace."
        )
    if "IRI" in said and re.search(r"Invalid|parsing IRI", said):
        return message("this IRI has a character that no IRI may have."), message(
            "Remove spaces and quotation marks; after % stand two hexadecimal digits."
        )
    if any(words in said.lower() for words in _TAG_MESSAGES) or _TAG_BEFORE.search(before):
        return message("the language tag is not right."), message(
            "Write letters, digits and hyphens, as in ja, en or ja-hrkt."
        )
    if "Only UTF-8" in said:
        return message("this is not UTF-8."), message(
            "Save the file again with the encoding UTF-8."
        )
    if suffix == ".jsonld":
        return message("reading stopped here: %(said)s.", said=typos.understood(said)), message(
            "See to the commas, quotation marks and brackets on this line and the one before."
        )
    if suffix == ".rdf":
        return message("reading stopped here: %(said)s.", said=typos.understood(said)), message(
            "See that every element is closed by its own end tag."
        )
    if (" dot" in said or "'.' is expected" in said) and line is not None:
        return message("the statement before this one has no end."), message(
            'End line %(line)s with "." or, where more follows, with ";" or ",".',
            line=_line_with_text(text, line, before),
        )
    if ended:
        return message("the file ends within a statement."), message(
            'Look for a missing ".", "}", ")" or "]".'
        )
    return message("reading stopped here: %(said)s.", said=typos.understood(said)), message(
        "See whether a sign is missing or left over on this line or the one before."
    )


def _undeclared(prefix: str, text: str, suffix: str) -> tuple[Message, Message]:
    declared = [a or b for a, b in _DECLARED.findall(text) if (a or b) != prefix]
    near = difflib.get_close_matches(prefix, declared, n=1)
    if near:
        return message('the prefix "%(prefix)s:" is not declared.', prefix=prefix), message(
            'Did you mean "%(near)s:"?', near=near[0]
        )
    return (
        message('the prefix "%(prefix)s:" is not declared.', prefix=prefix),
        _declaring(prefix, suffix),
    )


def _declaring(prefix: str, suffix: str) -> Message:
    """Return how a prefix is declared in files of *suffix*."""
    if suffix in (".nt", ".nq"):
        return message("This format knows no prefixes: write the IRI in full, between < and >.")
    if suffix == ".rdf":
        return message('Add xmlns:%(prefix)s="…" to the start tag rdf:RDF.', prefix=prefix)
    return message("Add @prefix %(prefix)s: <…> . at the top of the file.", prefix=prefix)


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


def _quoted_place(said: str, text: str) -> tuple[int | None, int | None]:
    """Return where the value that *said* quotes stands in *text*."""
    quoted = re.search(r"parsing (?:IRI|language tag) '(.*?)':", said)
    return _place_of(quoted.group(1), text) if quoted else (None, None)


def _place_of(value: str, text: str) -> tuple[int | None, int | None]:
    """Return line and column of the first *value* in *text*, or of its last part."""
    for sought in (value, re.split(r"[/#:]", value)[-1]):
        at = text.lower().find(sought.lower()) if sought else -1
        if at >= 0:
            return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return None, None


def remote_contexts(node: Any) -> Iterator[str]:
    """Yield the address of each context that *node* names by one (JSON-LD 1.1, 3.1)."""
    if isinstance(node, list):
        for item in node:
            yield from remote_contexts(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "@context":
                values = value if isinstance(value, list) else [value]
                yield from (v for v in values if isinstance(v, str))
            if key == "@import" and isinstance(value, str):
                yield value
            yield from remote_contexts(value)
