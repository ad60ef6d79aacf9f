"""What XML can carry of RDF: asked before it is chosen, and seen to as it is written.

Some characters can stand in no XML document, not even escaped (XML 1.0, section 2.2). In RDF/XML
a property is the name of an element, so that its IRI has to end in one (RDF 1.1 XML Syntax,
section 6.1.2). A carriage return is written as a reference, since a reader makes a line feed of
one that stands alone (XML 1.0, section 2.11). Which characters begin and make a name is said in
Namespaces in XML 1.0, section 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol
from xml.sax.saxutils import escape

import pyoxigraph as ox

from renkei.errors import CannotCarry
from renkei.rdf.formats import RESULTS_XML, Format

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN_BYTES = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_ASIDE = re.compile(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_START = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = f"[{_START}][-.0-9\xb7\u0300-\u036f\u203f\u2040{_START}]*"
_ENDS_IN_NAME = re.compile(f"{_NAME}\\Z")  # found by search; by match it is all of a name
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
# Names with a meaning of their own in the syntax (section 5.1); rdf:li becomes rdf:_1.
_TAKEN = frozenset(
    _RDF + name
    for name in (
        *("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description"),
        *("aboutEach", "aboutEachPrefix", "bagID", "li"),
    )
)


def plain(text: str) -> str:
    """Return an XML document in which every text stands in one way, and means the same.

    Line ends are line feeds (XML 1.0, section 2.11), a CDATA section is written with references
    (section 2.7), and no remark stands within a text: the engine's reader keeps the first as
    they are, loses the spaces around the second and stops at the third.
    """
    return _ASIDE.sub(_plainly, text.replace("\r\n", "\n").replace("\r", "\n"))


def _plainly(found: re.Match[str]) -> str:
    if found[1] is not None:
        return escape(found[1])
    text, before, after = found.string, found.start() - 1, found.end()
    while before >= 0 and text[before].isspace():
        before -= 1
    while after < len(text) and text[after].isspace():
        after += 1
    between_tags = text[before : before + 1] in ("", ">") and text[after : after + 1] in ("", "<")
    return found[0] if before < 0 or between_tags else ""


def fits(triple: ox.Triple) -> bool:
    """Say whether RDF/XML has a way to write *triple*."""
    if isinstance(triple.object, ox.Triple) and not fits(triple.object):
        return False
    return (
        is_property_element(triple.predicate.value)
        and carries(triple.object)
        and not any(
            isinstance(node, ox.BlankNode) and _ENDS_IN_NAME.match(node.value) is None
            for node in (triple.subject, triple.object)
        )
    )


def carries(term: object) -> bool:
    """Say whether XML has every character of *term*."""
    if isinstance(term, ox.Triple):
        return carries(term.object)
    return not isinstance(term, ox.Literal) or FORBIDDEN.search(term.value) is None


_known: dict[str, bool] = {}  # properties are few, and asked of with each statement


def is_property_element(iri: str) -> bool:
    """Say whether RDF/XML can write *iri* as a property."""
    found = _known.get(iri)
    if found is None:
        found = iri not in _TAKEN and _ENDS_IN_NAME.search(iri) is not None
        if len(_known) < 10_000:
            _known[iri] = found
    return found


def shown(text: str) -> str:
    """Return *text* as a picture or sheet can show it: U+FFFD in place of what XML has not."""
    return FORBIDDEN.sub("\ufffd", text)


def check_rows(rows: Iterable[Iterable[object]]) -> None:
    """Raise CannotCarry for rows of a table with a value that XML has no way to write."""
    for row in rows:
        for term in row:
            if not carries(term):
                raise cannot_carry(RESULTS_XML, str(term))


def cannot_carry(fmt: Format, said: str) -> CannotCarry:
    """Return the error for *said*, a statement or a value, which *fmt* has no way to write."""
    written = FORBIDDEN.sub(lambda found: f"\\u{ord(found.group()):04X}", said)
    return CannotCarry.of_statement(fmt.label, written)


def escaped(data: bytes) -> bytes:
    """Return XML of an engine with references for carriage returns, which it writes bare."""
    return data.replace(b"\r", b"&#13;")


class Output(Protocol):
    """What takes bytes."""

    def write(self, data: bytes, /) -> int:
        """Take *data*."""


class Escaping:
    """A file for what an engine writes as XML: carriage returns become references.

    Raises CannotCarry for a character that XML has not, which *fmt* is then said to lack.
    """

    def __init__(self, out: Output, fmt: Format) -> None:
        self._out, self._fmt, self._end = out, fmt, b""

    def write(self, data: bytes) -> int:
        """Pass *data* on."""
        found = _FORBIDDEN_BYTES.search(self._end + data)
        if found:
            character = found.group().decode()
            raise cannot_carry(self._fmt, character)
        self._end = data[-2:]
        self._out.write(escaped(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: the file behind flushes."""
