"""Write answers: tables with their rows counted, statements in a fixed order.

Used where an answer is made: in an engine, over what a remote store gave, and for documents.
Bounds of rows and bytes are kept here, where every answer passes. JSON-LD is compacted under
the release's own context and carries what it uses of it, so that nobody has to fetch it; who asks
for that gets its served address instead.
"""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import IO, Any, cast

import pyoxigraph as ox

from renkei.rdf import blank_nodes, contexts, fit, xml
from renkei.rdf.formats import (
    CSV,
    JSON_LD,
    JSON_LD_FORMS,
    RDF_XML,
    RESULTS_XML,
    TSV,
    WRITTEN,
    Format,
)
from renkei.release import Release

ORDERED = 2000  # statements up to which a graph is written in a fixed order
BATCH = 200  # nodes compacted together in JSON-LD
CHUNK = 64 * 1024  # bytes handed on together
HELD = 4 * 1024 * 1024  # bytes of XML held until it is known that all can be written

LINE_ENDS = {CSV.name: b"\r\n", TSV.name: b"\n"}

CONTEXT = "context.jsonld"  # the file of a release with its JSON-LD context

# By the names of formats, which is what an engine is told.
RESULTS = {f.name: f.results for f in WRITTEN if f.results is not None}
RDF = {f.name: f.rdf for f in WRITTEN if f.rdf is not None}
PREFIXED = frozenset(f.name for f in WRITTEN if f.prefixed)
COMMENTS = {f.name: f.comment for f in WRITTEN if f.comment}
PROFILES_OF = {f.name: f.profiles for f in (JSON_LD, *JSON_LD_FORMS)}  # by form of JSON-LD


def partial_comment(fmt: str, most: int, link: str) -> bytes:
    """Return the comment that begins a graph of the first *most* statements; *link* says more.

    Nothing where *fmt* knows no comment, or cannot begin with one: XML has its declaration first.
    """
    if fmt not in COMMENTS or fmt == RDF_XML.name:
        return b""
    return COMMENTS[fmt].format(f"Partial: the first {most} statements. {link}").encode()


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
    """The file that writers write to: passes bytes on in pieces, within the bounds.

    *check*, where there is one, is asked once before the first bytes leave, and raises what
    forbids it; an answer of less than HELD bytes is whole by then, and is not asked for.
    """

    def __init__(
        self, send: Callable[[bytes], object], most_bytes: int, rows: Rows | None, most_rows: int
    ) -> None:
        self.check: Callable[[], object] | None = None
        self._send = send
        self._buffer = bytearray()
        self._bytes = 0
        self._most_bytes, self._most_rows = most_bytes, most_rows
        self.rows = rows

    def write(self, data: bytes) -> int:
        """Take *data*; raises TooLargeError when a bound is met."""
        self._buffer += data
        if len(self._buffer) >= CHUNK and not self._waits():
            self._send(self._take())
        return len(data)

    def _waits(self) -> bool:
        if self.check is not None:
            if len(self._buffer) < HELD:
                return True
            self.check()
            self.check = None  # only now: after a refusal nothing leaves any more
        return False

    def flush(self) -> None:
        """Do nothing: the last bytes leave together with the end."""

    def rest(self) -> bytes:
        """Return the bytes not passed on yet."""
        if not self._bytes and len(self._buffer) <= min(self._most_rows, self._most_bytes):
            return bytes(self._buffer)  # a row takes a byte, so there is nothing to count
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

    *context* is the context itself, never fetched; *address* is where it is served. Where it
    is not *carried*, JSON-LD has the prefixes it uses as its context.
    """

    prefixes: dict[str, str] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=lambda: {"@context": {}})
    address: str = ""
    carried: bool = True

    @classmethod
    def of(cls, release: Release, public: str) -> GraphWriter:
        """Return the writer for *release*, which is served at the address *public*."""
        return cls(release.manifest.prefixes, context_of(release), public + CONTEXT)

    def with_prefixes(self, more: dict[str, str]) -> GraphWriter:
        """Return a writer that knows *more* prefixes, and whose JSON-LD carries those it uses.

        Where a prefix stands for two namespaces, it is the one of the release.
        """
        return replace(self, prefixes={**more, **self.prefixes}, carried=False)

    def write(
        self, triples: Iterator[ox.Triple], fmt: str, writer: Writer, settled: bool = True
    ) -> None:
        """Write statements: small graphs in a fixed order, with only the prefixes they use.

        Unless *settled*, blank nodes keep the labels they have.
        """
        start = list(itertools.islice(triples, ORDERED))
        if len(start) < ORDERED:
            known = {ox.Quad(t.subject, t.predicate, t.object) for t in start}
            known = _canonical(known) if settled else known
            ordered = sorted((q.triple for q in known), key=_order_of)
            self._put(ordered, fmt, cast(IO[bytes], writer), _used(self.prefixes, known))
            return
        start.sort(key=_order_of)
        self._put(itertools.chain(start, triples), fmt, cast(IO[bytes], writer), self.prefixes)

    def document(self, quads: Iterable[ox.Quad], fmt: Format, first: str = "") -> bytes:
        """Return *quads* in *fmt* in a fixed order, the statements about *first* before all.

        Each statement stands once; in formats with named graphs in the default graph, so that
        who reads that alone has the document, and then again in each graph that states it
        (RDF 1.1 Concepts, section 4: a default graph and named graphs).
        """
        known = _canonical(quads)
        stated = sorted({q.triple for q in known}, key=lambda t: _order_of(t, first))
        rows: list[ox.Quad] | list[ox.Triple] = stated
        if fmt.kind == "dataset":
            named = (q for q in known if not isinstance(q.graph_name, ox.DefaultGraph))
            rows = [ox.Quad(t.subject, t.predicate, t.object) for t in stated]
            rows += sorted(named, key=lambda q: (str(q.graph_name), *_order_of(q.triple, first)))
        out = io.BytesIO()
        self._put(rows, fmt.name, out, _used(self.prefixes, known))
        return out.getvalue()

    def _put(
        self,
        rows: Iterable[ox.Quad] | Iterable[ox.Triple],
        fmt: str,
        out: IO[bytes],
        prefixes: dict[str, str],
    ) -> None:
        if fmt in PROFILES_OF:
            triples = fit.checked(JSON_LD, cast(Iterable[ox.Triple], rows))
            nodes, iris = _nodes(triples)
            if "expanded" in PROFILES_OF[fmt]:
                _write_nodes(nodes, out)
                return
            linked = "context" in PROFILES_OF[fmt]
            context = self.context if self.carried or linked else {"@context": prefixes}
            context = contexts.narrowed(context, iris)
            named = self.address if linked else contexts.readable_by_all(context["@context"])
            _write_compact(nodes, context, named, out)
        elif fmt not in PREFIXED:
            ox.serialize(rows, out, RDF[fmt])
        else:
            if fmt == RDF_XML.name:
                rows = fit.checked(RDF_XML, cast(Iterable[ox.Triple], rows))
                out = cast(IO[bytes], xml.Escaping(out, RDF_XML))
            held = Sorted(out, fmt)
            ox.serialize(rows, cast(IO[bytes], held), RDF[fmt], prefixes=prefixes)
            held.end()


def write_table(answer: Any, fmt: str, out: Any) -> None:
    """Write *answer*, the solutions or the boolean of the engine, to the file *out*.

    A line of text ends as every other does, that of a boolean too. Raises CannotCarry where XML
    has no way to write one of its characters.
    """
    answer.serialize(
        xml.Escaping(out, RESULTS_XML) if fmt == RESULTS_XML.name else out, RESULTS[fmt]
    )
    if isinstance(answer, ox.QueryBoolean):
        out.write(LINE_ENDS.get(fmt, b""))


def context_of(release: Release) -> dict[str, Any]:
    """Return the release's JSON-LD context; its prefixes where it has no context file."""
    if CONTEXT in release.manifest.files:
        loaded: dict[str, Any] = json.loads(release.read(CONTEXT))
        return loaded
    return {"@context": dict(release.manifest.prefixes)}


def _canonical(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """Return *quads* with canonical names for blank nodes: a store renames them as it loads,
    and a strong ETag promises the same bytes from every process.
    """
    return set(blank_nodes.canonical(quads))


class Sorted:
    """A file that puts the prefixes at the start of a graph in order: the engine writes
    them in any.
    """

    def __init__(self, out: IO[bytes], fmt: str) -> None:
        self._out = out
        self._xml = fmt == RDF_XML.name
        self._start: bytes | None = b""

    def write(self, data: bytes) -> int:
        """Pass *data* on, once the prefixes are whole."""
        if self._start is None:
            return self._out.write(data)
        self._start += data
        if self._xml:
            whole = _ROOT.search(self._start) is not None
        else:
            last = self._start.rfind(b"\n@prefix ")
            whole = self._start.find(b"\n", last + 1) not in (-1, len(self._start) - 1)
        if whole:
            self.end()
        return len(data)

    def end(self) -> None:
        """Write what was held back."""
        if self._start and self._xml:
            self._out.write(
                _ROOT.sub(
                    lambda found: b"<rdf:RDF " + b" ".join(sorted(found[1].split())) + b">",
                    self._start,
                    count=1,
                )
            )
        elif self._start:
            lines = self._start.split(b"\n")
            count = next((i for i, x in enumerate(lines) if not x.startswith(b"@prefix ")), 0)
            gap = [b""] if count else []
            self._out.write(b"\n".join([*sorted(lines[:count]), *gap, *lines[count:]]))
        self._start = None

    def flush(self) -> None:
        """Do nothing: the file behind flushes."""


_ROOT = re.compile(rb"<rdf:RDF((?: xmlns:[^ =]+=\"[^\"]*\")+)>")


def _order_of(triple: ox.Triple, first: str = "") -> tuple[bool, str, bool, str, str]:
    subject, predicate = triple.subject, triple.predicate.value
    ahead = isinstance(subject, ox.NamedNode) and subject.value == first
    return not ahead, str(subject), predicate != _TYPE, predicate, str(triple.object)


def _used(prefixes: dict[str, str], quads: Iterable[ox.Quad]) -> dict[str, str]:
    """Return the prefixes that shorten something, so that a small document opens small."""
    terms: set[object] = set()
    for quad in quads:
        terms.update((quad.subject, quad.predicate, quad.object, quad.graph_name))
    iris = {t.value for t in terms if isinstance(t, ox.NamedNode)}
    iris |= {t.datatype.value for t in terms if isinstance(t, ox.Literal)}
    folders = {iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in iris}
    return {name: iri for name, iri in sorted(prefixes.items()) if iri in folders}


def _nodes(triples: Iterable[ox.Triple]) -> tuple[list[dict[str, Any]], set[str]]:
    """Return statements as node objects of expanded JSON-LD, and the IRIs in them.

    Each node stands once, and names others by their IRIs alone: the form is flattened as well.
    """
    nodes: dict[str, dict[str, Any]] = {}
    iris: set[str] = set()
    for triple in triples:
        iris |= contexts.iris_of([triple])
        name = _name(triple.subject)
        node = nodes.setdefault(name, {"@id": name})
        if triple.predicate.value == _TYPE and isinstance(triple.object, ox.NamedNode):
            node.setdefault("@type", []).append(triple.object.value)
        else:
            node.setdefault(triple.predicate.value, []).append(_value(triple.object))
    return list(nodes.values()), iris


def _write_nodes(nodes: Sequence[dict[str, Any]], out: IO[bytes]) -> None:
    """Write *nodes* as expanded JSON-LD, one a line."""
    out.write(b"[")
    for place, node in enumerate(nodes):
        out.write((",\n" if place else "\n").encode())
        out.write(json.dumps(node, ensure_ascii=False).encode())
    out.write(b"\n]\n")


def _write_compact(
    nodes: Sequence[dict[str, Any]], context: dict[str, Any], named: Any, out: IO[bytes]
) -> None:
    """Write *nodes* compacted under *context*, which the document has or names as *named*."""
    shown = json.dumps(named, ensure_ascii=False)
    out.write(f'{{"@context":{shown},"@graph":['.encode())
    for start in range(0, len(nodes), BATCH):
        compacted = compact(list(nodes[start : start + BATCH]), context)
        lines = ",\n".join(json.dumps(node, ensure_ascii=False) for node in compacted)
        out.write((",\n" if start else "\n").encode() + lines.encode())
    out.write(b"\n]}\n")


def compact(
    nodes: list[dict[str, Any]], context: dict[str, Any], strict: bool = False
) -> list[dict[str, Any]]:
    """Return expanded JSON-LD *nodes* compacted under *context*, which is never fetched.

    A node with an IRI that *context* would take for a name of its own (JSON-LD 1.1 API
    section 6.2.2: IRI confused with prefix) is given under no context, or is an error where
    *strict*.
    """
    from pyld import jsonld  # only where a release has a context

    def refuse(url: str, options: object) -> dict[str, Any]:
        raise ValueError(f"a context at {url} is never fetched")

    options = {"documentLoader": refuse, "graph": True, "processingMode": "json-ld-1.1"}
    try:
        compacted: list[dict[str, Any]] = jsonld.compact(nodes, context, options).get("@graph", [])
    except jsonld.JsonLdError as error:
        if strict or error.code != "IRI confused with prefix":
            raise
        if len(nodes) == 1:
            return [{"@context": None, **nodes[0]}]
        return [done for node in nodes for done in compact([node], context)]
    return compacted


_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_STRING = "http://www.w3.org/2001/XMLSchema#string"


def _name(term: object) -> str:
    return str(term) if isinstance(term, ox.BlankNode) else term.value  # type: ignore[attr-defined]


def _value(term: object) -> dict[str, str]:
    if not isinstance(term, ox.Literal):
        return {"@id": _name(term)}
    if term.language:
        written = {"@value": term.value, "@language": term.language}
        if term.direction is not None:
            written["@direction"] = term.direction.value
        return written
    if term.datatype.value == _STRING:
        return {"@value": term.value}
    return {"@value": term.value, "@type": term.datatype.value}
