"""Terms as their authors wrote them, where an engine keeps only what they mean.

An engine calculates with values, and gives `1.5` for `1.50` and an `xsd:integer` for an
`xsd:nonNegativeInteger`; as RDF terms these are not equal (RDF 1.1 Concepts, section 3.3). So
packing notes the statements that an engine would give otherwise, and whoever gives statements
asks here for the terms that stand in the publication. What is noted is in proportion to what
differs, and nothing at all where nothing does.

The file is: MARK; the number n of statements noted, each as an engine gives it; n digests of
these, sorted; n + 1 places in the rest; and the rest, which says for each in which graph (`-` for
the default graph) which object stands, a line each. Numbers have 64 bits, little-endian.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache

import pyoxigraph as ox

from renkei.release import TERMS, Release

MARK = b"RenkeiT1"
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_ANY_BLANK = "_:"  # stands for blank nodes, which another engine calls as it likes
_DEFAULT = "-"
_BATCH = 50_000
_SEEN = 4096  # terms whose form in an engine is remembered

Said = tuple[str, ox.Literal | ox.Triple]  # a graph as it is spelt, and the object there
Node = ox.NamedNode | ox.BlankNode


class Authored:
    """The statements of a release whose objects an engine gives otherwise than authors did."""

    def __init__(self, content: bytes = b"", foreign: bool = False) -> None:
        """Read *content*, what `noted` has made. Raises ValueError for what it has not.

        *foreign* is an engine that is not ours, which may keep more or other forms.
        """
        self._foreign = foreign
        self._digests, self._places, self._rest = array("Q"), array("Q", [0]), b""
        if not content:
            return
        if not content.startswith(MARK):
            raise ValueError("this is no list of terms")
        start = len(MARK)
        (number,) = _numbers(content[start : start + 8]) or (0,)
        middle, end = start + 8 + 8 * number, start + 16 + 16 * number
        self._digests = _numbers(content[start + 8 : middle])
        self._places = _numbers(content[middle:end])
        self._rest = content[end:]
        if len(self._places) != number + 1 or self._places[-1] != len(self._rest):
            raise ValueError("this list of terms is cut short")

    def __len__(self) -> int:
        """Return how many statements an engine gives otherwise."""
        return len(self._digests)

    def quads(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        """Give *quads*, which an engine gave, as they stand in the publication."""
        if not self._digests:
            yield from quads
            return
        for quad in quads:
            found = self._said(quad.triple)
            if not found:
                yield quad
                continue
            graph = _graph(quad)
            here = [term for name, term in found if name == graph]
            for term in here or dict.fromkeys(term for _, term in found):
                yield ox.Quad(quad.subject, quad.predicate, term, quad.graph_name)

    def triples(
        self, triples: Iterable[ox.Triple], graphs: Iterable[str] = ()
    ) -> Iterator[ox.Triple]:
        """Give *triples*, which an engine gave, as they stand in the publication.

        Of what authors wrote in several ways, all are given, or those of the *graphs* asked.
        """
        if not self._digests:
            yield from triples
            return
        names = {f"<{iri}>" for iri in graphs}
        for triple in triples:
            found = self._said(triple)
            if not found:
                yield triple
                continue
            here = [term for name, term in found if name in names]
            for term in dict.fromkeys(here or (term for _, term in found)):
                yield ox.Triple(triple.subject, triple.predicate, term)

    def _said(self, triple: ox.Triple) -> list[Said]:
        """Return what authors wrote for the object of *triple*, and in which graphs."""
        given = triple.object
        if not may_differ(given):
            return []
        kept = _kept(given) if self._foreign else given
        found = self._at(_digest(triple.subject, triple.predicate, kept))
        if not found and isinstance(triple.subject, ox.BlankNode):
            found = self._at(_digest(None, triple.predicate, kept))
            if len({term for _, term in found}) > 1:
                return []  # which of the nodes is meant cannot be known
        return found

    def _at(self, digest: int) -> list[Said]:
        place = bisect_left(self._digests, digest)
        if place == len(self._digests) or self._digests[place] != digest:
            return []
        lines = self._rest[self._places[place] : self._places[place + 1]].decode().split("\n")
        return [_read(line) for line in lines[:-1]]


NOTHING = Authored()


def terms_of(release: Release, foreign: bool = False) -> Authored:
    """Return the terms of *release* that an engine, ours or a *foreign* one, gives otherwise.

    Raises FileDamaged where their file is not what was packed.
    """
    there = TERMS in release.manifest.files
    return Authored(release.read(TERMS), foreign) if there else NOTHING


def noted(quads: Iterable[ox.Quad]) -> bytes:
    """Return the note of those *quads*, a whole publication, that an engine gives otherwise.

    Nothing where there are none. The same quads in any order give the same bytes.
    """
    candidates = [q for q in quads if may_differ(q.object)]
    kept = _all_kept({q.object for q in candidates})  # type: ignore[misc]
    differing = {
        (q.subject, q.predicate, kept[q.object])  # type: ignore[index]
        for q in candidates
        if kept[q.object] != q.object  # type: ignore[index]
    }
    groups: dict[int, set[tuple[str, str]]] = {}
    for quad in candidates:
        term = kept[quad.object]  # type: ignore[index]
        if (quad.subject, quad.predicate, term) in differing:
            written = (_graph(quad), _spelt(quad.object))
            subjects = [quad.subject, *([None] if isinstance(quad.subject, ox.BlankNode) else [])]
            for subject in subjects:
                digest = _digest(subject, quad.predicate, term)
                groups.setdefault(digest, set()).add(written)
    return _written(groups)


def _written(groups: dict[int, set[tuple[str, str]]]) -> bytes:
    if not groups:
        return b""
    digests = sorted(groups)
    places, rest = array("Q", [0]), bytearray()
    for digest in digests:
        said = groups[digest]
        elsewhere = {term for graph, term in said if graph != _DEFAULT}
        lines = [
            f"{graph} {term}\n"
            for graph, term in sorted(said)
            if graph != _DEFAULT or term not in elsewhere
        ]
        rest += "".join(lines).encode()
        places.append(len(rest))
    number = array("Q", [len(digests)])
    return MARK + b"".join(_bytes(part) for part in (number, array("Q", digests), places)) + rest


def may_differ(term: object) -> bool:
    """Say whether *term* is of a sort that engines may give otherwise: all but plain texts."""
    if isinstance(term, ox.Literal):
        return not term.language and term.datatype.value != _XSD_STRING
    return isinstance(term, ox.Triple)


@lru_cache(maxsize=_SEEN)
def _kept(term: ox.Literal | ox.Triple) -> ox.Literal | ox.Triple:
    """Return *term* as the engine keeps it."""
    return _all_kept([term])[term]


def _all_kept(
    terms: Iterable[ox.Literal | ox.Triple],
) -> dict[ox.Literal | ox.Triple, ox.Literal | ox.Triple]:
    """Return each of *terms* as the engine keeps it."""
    found: dict[ox.Literal | ox.Triple, ox.Literal | ox.Triple] = {}
    waiting = list(terms)
    predicate = ox.NamedNode("urn:x")
    for start in range(0, len(waiting), _BATCH):
        batch = waiting[start : start + _BATCH]
        store = ox.Store()
        store.extend(
            ox.Quad(ox.NamedNode(f"urn:{number}"), predicate, term)
            for number, term in enumerate(batch)
        )
        for quad in store:
            number = int(quad.subject.value.removeprefix("urn:"))
            found[batch[number]] = quad.object
    return found


def _digest(
    subject: ox.NamedNode | ox.BlankNode | ox.Triple | None, predicate: ox.NamedNode, term: object
) -> int:
    text = f"{_ANY_BLANK if subject is None else subject} {predicate} {term}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def _spelt(term: object) -> str:
    """Return *term* as N-Quads has it; a triple is one where it is an object."""
    return f"<<( {term} )>>" if isinstance(term, ox.Triple) else str(term)


def _graph(quad: ox.Quad) -> str:
    return _DEFAULT if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name)


@lru_cache(maxsize=_SEEN)
def _read(line: str) -> Said:
    graph, _, term = line.partition(" ")
    if "\\" not in term and term.startswith('"'):
        text, _, datatype = term.rpartition('"^^<')
        return graph, ox.Literal(text[1:], datatype=ox.NamedNode(datatype[:-1]))
    (quad,) = ox.parse(f"<urn:x> <urn:x> {term} .", format=ox.RdfFormat.N_QUADS, lenient=True)
    return graph, quad.object


def _numbers(content: bytes) -> array[int]:
    numbers = array("Q")
    numbers.frombytes(content[: len(content) // 8 * 8])
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _bytes(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers = array("Q", numbers)
        numbers.byteswap()
    return numbers.tobytes()
