"""What a rehearsal asks a release for: one thing of each sort, and what it must say.

Before a release is called packed it is opened as serving opens it, and one of each kind of thing,
datatype, graph, property and shape of IRI is written in every format. Which things stand for all
is decided here; who opens the release is told of them, and knows no publication.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from renkei.language.messages import LANGUAGES, Message, translate
from renkei.pack.validation import Finding
from renkei.rdf.graph_builder import TYPE

MOST = 300  # things that are asked for; who rehearses says where there are as many

# Shapes of IRIs, of each of which one is asked for: what a path, header or format may trip over.
_SHAPES = {
    "fragment": re.compile("#"),
    "query": re.compile(r"\?"),
    "percent": re.compile("%[0-9A-Fa-f]{2}"),
    "letters": re.compile("[^\x00-\x7f]"),
    "punctuation": re.compile(r"[()'!*,;=@$&+:]", re.ASCII),
    "slashes": re.compile("[^:]//|/$"),
    "suffix": re.compile(r"[.][A-Za-z0-9]+$"),
    "scheme": re.compile("^(?!https?:)"),
}


@dataclass(frozen=True)
class Sample:
    """A thing that stands for others, and its statements but those with blank nodes."""

    iri: str
    statements: frozenset[ox.Triple]


@dataclass(frozen=True)
class Failure:
    """What did not go well: with which thing, or none, in words.

    *is_slow* is what took too long to be judged, which forbids nothing.
    """

    iri: str | None
    said: Message
    is_slow: bool = False


def chosen(quads: Sequence[ox.Quad], root: str) -> list[Sample]:
    """Return few things that stand for all sorts of *quads*, all of a release in their order.

    A thing is taken where it is the first of some sort, and stands for all that is said of it.
    At most MOST are.
    """
    seen: set[tuple[str, str]] = set()
    taken: dict[str, set[ox.Triple]] = {}
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode):
            sorts = set(_sorts(quad, root))
            if quad.subject.value in taken or not sorts <= seen:
                seen |= sorts
                taken.setdefault(quad.subject.value, set())
    said = dict(itertools.islice(taken.items(), MOST))
    for quad in quads:
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            continue
        if isinstance(quad.object, ox.BlankNode) or not isinstance(quad.subject, ox.NamedNode):
            continue
        if quad.subject.value in said:
            said[quad.subject.value].add(quad.triple)
    return [Sample(iri, frozenset(statements)) for iri, statements in said.items()]


def _sorts(quad: ox.Quad, root: str) -> Iterator[tuple[str, str]]:
    """Give what the subject of a statement stands for."""
    assert isinstance(quad.subject, ox.NamedNode)
    if isinstance(quad.graph_name, ox.NamedNode):
        yield "graph", quad.graph_name.value
        return
    iri = quad.subject.value
    yield "property", quad.predicate.value
    if quad.predicate == TYPE and isinstance(quad.object, ox.NamedNode):
        yield "class", quad.object.value
    elif isinstance(quad.object, ox.Literal):
        yield "datatype", quad.object.datatype.value
    elif isinstance(quad.object, ox.BlankNode):
        yield "blank", ""
    inside = iri.startswith(root)
    for name, shape in _SHAPES.items():
        if shape.search(iri):
            yield f"{name} inside" if inside else name, ""


def findings(failures: Iterable[Failure]) -> list[Finding]:
    """Return *failures* as violations; who wrote the thing is looked for by its IRI."""
    return [
        Finding(
            "rehearsal",
            "rehearsal",
            "_:" if failure.iri is None else f"<{failure.iri}>",
            None,
            None,
            "Violation",
            {tag: translate(failure.said, tag) for tag in LANGUAGES},
        )
        for failure in failures
    ]
