"""Write answers: tables with their rows counted, statements in a fixed order.

Used where an answer is made: in an engine, and over what a remote store gave. Bounds of
rows and bytes are kept here, where everything passes.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, cast

import pyoxigraph as ox

ORDERED = 2000  # statements up to which a graph is written in a fixed order
BATCH = 200  # nodes compacted together in JSON-LD
CHUNK = 64 * 1024  # bytes handed on together

INCOMING = 2000  # statements pointing at a described thing that DESCRIBE gives
LABELS = tuple(
    ox.NamedNode(iri)
    for iri in (
        "http://www.w3.org/2004/02/skos/core#prefLabel",
        "http://www.w3.org/2000/01/rdf-schema#label",
        "http://purl.org/dc/terms/title",
        "http://xmlns.com/foaf/0.1/name",
        "https://schema.org/name",
    )
)

RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
RDF = {
    "turtle": ox.RdfFormat.TURTLE,
    "n-triples": ox.RdfFormat.N_TRIPLES,
    "rdf-xml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "n-quads": ox.RdfFormat.N_QUADS,
    "json-ld": ox.RdfFormat.JSON_LD,
}
COMMENTS = {
    "turtle": "# {}\n",
    "trig": "# {}\n",
    "n-triples": "# {}\n",
    "n-quads": "# {}\n",
    "rdf-xml": "<!-- {} -->\n",
}


class TooLargeError(Exception):
    """The answer met its bound of rows or bytes."""

    def __init__(self, what: str, bound: int) -> None:
        super().__init__(what)
        self.what, self.bound = what, bound


class Rows:
    """Counts the rows of a table as its bytes go by; exact in all four formats."""

    def __init__(self, fmt: str) -> None:
        self.count = 0
        self._carry = b""
        self._inside = False  # inside a string: JSON, CSV
        self._header = fmt in ("csv", "tsv")
        self._step = {"json": self._json, "csv": self._csv, "tsv": self._tsv, "xml": self._xml}[fmt]

    def feed(self, data: bytes) -> None:
        """Count the rows that begin (JSON, XML) or end (CSV, TSV) in *data*."""
        self._step(data)

    def _outside(self, data: bytes) -> list[bytes]:
        parts = data.split(b'"')
        outside = parts[1::2] if self._inside else parts[::2]
        self._inside ^= len(parts) % 2 == 0
        return outside

    def _json(self, data: bytes) -> None:
        # Rows are the objects of an array; objects inside a row follow a colon.
        data = self._carry + data
        kept = len(data) - len(data.rstrip(b"\\,["))
        self._carry = data[len(data) - kept :]
        data = data[: len(data) - kept].replace(b"\\\\", b"").replace(b'\\"', b"")
        structure = b'"'.join(self._outside(data))
        self.count += structure.count(b",{") + structure.count(b"[{")

    def _csv(self, data: bytes) -> None:
        self._lines(sum(part.count(b"\n") for part in self._outside(data)))

    def _tsv(self, data: bytes) -> None:
        self._lines(data.count(b"\n"))

    def _lines(self, lines: int) -> None:
        if lines and self._header:
            lines, self._header = lines - 1, False
        self.count += lines

    def _xml(self, data: bytes) -> None:
        data = self._carry + data
        self.count += data.count(b"<result>")
        self._carry = data[-len(b"<result") :]


class Writer:
    """The file that writers write to: passes bytes on in pieces, within the bounds."""

    def __init__(
        self, send: Callable[[bytes], object], most_bytes: int, rows: Rows | None, most_rows: int
    ) -> None:
        self._send = send
        self._buffer = bytearray()
        self._bytes = 0
        self._most_bytes, self._most_rows = most_bytes, most_rows
        self.rows = rows

    def write(self, data: bytes) -> int:
        """Take *data*; raises TooLargeError when a bound is met."""
        self._buffer += data
        if len(self._buffer) >= CHUNK:
            self._send(self._take())
        return len(data)

    def flush(self) -> None:
        """Do nothing: the last bytes leave together with the end."""

    def rest(self) -> bytes:
        """Return the bytes not passed on yet."""
        return self._take() if self._buffer else b""

    def _take(self) -> bytes:
        data = bytes(self._buffer)
        self._buffer.clear()
        self._bytes += len(data)
        if self._bytes > self._most_bytes:
            raise TooLargeError("bytes", self._most_bytes)
        if self.rows is not None:
            self.rows.feed(data)
            if self.rows.count > self._most_rows:
                raise TooLargeError("rows", self._most_rows)
        return data


class Marked:
    """A file that writes a link into the head of a JSON or XML table as it passes."""

    _HEADS = (re.compile(rb'^(\{"head":\{(?:"vars":\[[^\]]*\])?)(\})'), re.compile(rb"()(</head>)"))

    def __init__(self, writer: Writer, fmt: str, link: str) -> None:
        self._writer, self._link, self._fmt = writer, link, fmt
        self._start: bytes | None = b""

    def write(self, data: bytes) -> int:
        """Pass *data* on, with the link put in where the head ends."""
        if self._start is None:
            return self._writer.write(data)
        self._start += data
        json_head, xml_head = self._HEADS
        found = (json_head if self._fmt == "json" else xml_head).search(self._start)
        if found:
            link = (
                f',"link":[{json.dumps(self._link)}]'
                if self._fmt == "json"
                else f'<link href="{self._link}"/>'
            ).encode()
            whole = self._start
            self._start = None
            self._writer.write(whole[: found.end(1)] + link + whole[found.start(2) :])
        return len(data)

    def flush(self) -> None:
        """Do nothing: the writer behind flushes."""


@dataclass(frozen=True)
class GraphWriter:
    """Writes statements with the prefixes and the JSON-LD context of a release.

    *context* is the context itself, never fetched; *address* is how documents name it.
    """

    prefixes: dict[str, str] = field(default_factory=dict)
    context: dict[str, Any] | None = None
    address: str = ""

    def write(self, triples: Iterator[ox.Triple], fmt: str, writer: Writer) -> None:
        """Write statements: small graphs in a fixed order, with only the prefixes they use."""
        start = list(itertools.islice(triples, ORDERED))
        small = len(start) < ORDERED
        start.sort(key=_order_of)
        whole = itertools.chain(start, triples)
        if fmt == "json-ld" and self.context is not None:
            _write_json_ld(whole, self.context, self.address, writer)
            return
        if fmt not in ("turtle", "trig", "rdf-xml"):
            ox.serialize(whole, cast(IO[bytes], writer), RDF[fmt])
            return
        prefixes = _used(self.prefixes, start) if small else self.prefixes
        out = Sorted(writer) if fmt != "rdf-xml" else writer
        ox.serialize(whole, cast(IO[bytes], out), RDF[fmt], prefixes=prefixes)
        if isinstance(out, Sorted):
            out.end()


class Sorted:
    """A file that puts the prefix lines at the start of Turtle in order."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._start: bytes | None = b""

    def write(self, data: bytes) -> int:
        """Pass *data* on, once the prefix lines are whole."""
        if self._start is None:
            return self._writer.write(data)
        self._start += data
        last = self._start.rfind(b"\n@prefix ")
        if self._start.find(b"\n", last + 1) not in (-1, len(self._start) - 1):
            self.end()
        return len(data)

    def end(self) -> None:
        """Write what was held back."""
        if self._start:
            lines = self._start.split(b"\n")
            count = next((i for i, x in enumerate(lines) if not x.startswith(b"@prefix ")), 0)
            gap = [b""] if count else []
            self._writer.write(b"\n".join([*sorted(lines[:count]), *gap, *lines[count:]]))
        self._start = None

    def flush(self) -> None:
        """Do nothing: the writer behind flushes."""


def _order_of(triple: ox.Triple) -> tuple[str, bool, str, str]:
    predicate = triple.predicate.value
    return str(triple.subject), predicate != _TYPE, predicate, str(triple.object)


def _used(prefixes: dict[str, str], triples: Iterable[ox.Triple]) -> dict[str, str]:
    """Return the prefixes whose namespace some statement uses."""
    iris = set()
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object):
            if isinstance(term, ox.NamedNode):
                iris.add(term.value)
            elif isinstance(term, ox.Literal):
                iris.add(term.datatype.value)
    return {
        name: iri for name, iri in prefixes.items() if any(used.startswith(iri) for used in iris)
    }


def _write_json_ld(
    triples: Iterable[ox.Triple], context: dict[str, Any], address: str, writer: Writer
) -> None:
    """Write statements as compact JSON-LD, node by node, without ever fetching a context."""
    nodes: dict[str, dict[str, Any]] = {}
    for triple in triples:
        name = _name(triple.subject)
        node = nodes.setdefault(name, {"@id": name})
        if triple.predicate.value == _TYPE and isinstance(triple.object, ox.NamedNode):
            node.setdefault("@type", []).append(triple.object.value)
        else:
            node.setdefault(triple.predicate.value, []).append(_value(triple.object))
    writer.write(f'{{"@context":{json.dumps(address)},"@graph":['.encode())
    waiting = list(nodes.values())
    nodes.clear()
    for start in range(0, len(waiting), BATCH):
        compacted = compact(waiting[start : start + BATCH], context)
        lines = ",\n".join(json.dumps(node, ensure_ascii=False) for node in compacted)
        writer.write((",\n" if start else "\n").encode() + lines.encode())
    writer.write(b"\n]}\n")


def compact(nodes: list[dict[str, Any]], context: dict[str, Any]) -> list[dict[str, Any]]:
    """Return expanded JSON-LD *nodes* compacted under *context*, which is never fetched."""
    from pyld import jsonld  # only where a release has a context

    def refuse(url: str, options: object) -> dict[str, Any]:
        raise ValueError(f"a context at {url} is never fetched")

    options = {"documentLoader": refuse, "graph": True, "processingMode": "json-ld-1.1"}
    compacted: list[dict[str, Any]] = jsonld.compact(nodes, context, options).get("@graph", [])
    return compacted


_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_STRING = "http://www.w3.org/2001/XMLSchema#string"


def _name(term: object) -> str:
    return str(term) if isinstance(term, ox.BlankNode) else term.value  # type: ignore[attr-defined]


def _value(term: object) -> dict[str, str]:
    if not isinstance(term, ox.Literal):
        return {"@id": _name(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value == _STRING:
        return {"@value": term.value}
    return {"@value": term.value, "@type": term.datatype.value}
