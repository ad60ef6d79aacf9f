"""Check the statements of a publication against its shapes. The one place that calls pySHACL.

Shapes are checked over an Oxigraph store (ten times faster than over an rdflib graph)
holding the default graph. pySHACL writes into the shapes graph it is given, so each call
gets a copy of its own. They are run `sealed`: a SPARQL constraint reaches the data alone.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pyoxigraph as ox
from pyshacl import validate as shacl_validate
from pyshacl.graph_abstraction import OxigraphDataGraph
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from renkei.errors import PublicationRefused
from renkei.language.messages import Message
from renkei.pack.line_numbers import Found, Lines, spelt
from renkei.pack.sealed import sealed
from renkei.pack.sources import SHAPES, Publication, SourceFile
from renkei.pack.typos import meant

# pySHACL 0.40.1 asks `if data_graph:` for every result it words, and counts the whole store
# to answer: with 7,000 statements that was nine tenths of the time. The graph is there.
OxigraphDataGraph.__bool__ = lambda self: True  # type: ignore[attr-defined]

# rdflib logs a traceback for each date that is none; what is wrong with it is a finding.
logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)

SEVERITIES = ("Violation", "Warning", "Info")
TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")


@dataclass(frozen=True)
class Place:
    """Where the culprit stands: a file, relative to the publication, and its line."""

    file: str
    line: int | None


@dataclass(frozen=True)
class Finding:
    """One result of a check.

    *shape* is the IRI of the constraint's shape that carries an identifier, *identifier*
    that identifier (`A01`). *focus*, *path* and *value* are terms in N-Triples spelling,
    None where there is none. *severity* is `Violation`, `Warning` or `Info`; *messages* is
    by language. *place* is None for what no file states. *also* are other places that state
    the same property of the focus, where it is their number that is wrong. *rule* is the
    rule, relative to the publication, that derived the culprit. *hint* says what its author
    may have meant; terms among its values are in N-Triples spelling.
    """

    shape: str
    identifier: str
    focus: str
    path: str | None
    value: str | None
    severity: str
    messages: dict[str, str]
    place: Place | None = None
    also: tuple[Place, ...] = ()
    rule: str | None = None
    hint: Message | None = None

    def message(self, language: str) -> str:
        """Return the message in *language*, else in any."""
        return self.messages.get(language) or next(iter(self.messages.values()), "")


def shapes_graph(quads: Iterable[ox.Quad]) -> Graph:
    """Return the shapes among *quads* as the rdflib graph that pySHACL wants."""
    graph = Graph()
    text = ox.serialize((q.triple for q in quads), format=ox.RdfFormat.N_TRIPLES)
    graph.parse(data=text, format="nt")
    return graph


def count_of(shapes: Graph) -> int:
    """Return how many rules *shapes* has: shapes with an identifier or a target of their own."""
    marks = (DCTERMS.identifier, *(SH[name] for name in TARGETS))
    return len({shape for mark in marks for shape in shapes.subjects(mark)})


def shapes_of(publication: Publication) -> Graph:
    """Return the shapes of *publication*; an empty graph where it has none."""
    graph = ox.NamedNode(publication.config.root + SHAPES)
    return shapes_graph(q for q in publication.quads if q.graph_name == graph)


def validate(store: ox.Store, shapes: Graph) -> list[Finding]:
    """Validate the default graph of *store* against *shapes* (SHACL sections 3 to 6).

    Returns findings sorted by severity, identifier and focus; an empty list conforms.
    Raises PublicationRefused when the shapes themselves cannot be run.
    """
    if not len(shapes):
        return []
    own = Graph()
    own += shapes
    try:
        _, results, _ = sealed(
            lambda: shacl_validate(
                store,  # type: ignore[arg-type]
                shacl_graph=own,
                advanced=False,
                inplace=True,
            )
        )
    except Exception as error:
        raise PublicationRefused(
            "The shapes cannot be run: %(error)s", "Correct the shape that is named.", error=error
        ) from error
    if not isinstance(results, Graph):
        raise PublicationRefused("The shapes cannot be run: %(error)s", error=results)
    findings = [
        _finding(results, shapes, node) for node in results.subjects(RDF.type, SH.ValidationResult)
    ]
    return sorted(
        set_of(findings),
        key=lambda f: (
            SEVERITIES.index(f.severity),
            f.identifier,
            f.focus,
            f.path or "",
            f.value or "",
        ),
    )


def set_of(findings: Iterable[Finding]) -> list[Finding]:
    """Return *findings* without repeats."""
    seen: dict[tuple[object, ...], Finding] = {}
    for f in findings:
        seen.setdefault((f.shape, f.focus, f.path, f.value, tuple(sorted(f.messages.items()))), f)
    return list(seen.values())


def _finding(results: Graph, shapes: Graph, node: Node) -> Finding:
    def one(predicate: URIRef) -> str | None:
        value = results.value(node, predicate)
        return None if value is None or isinstance(value, BNode) else spelt(value)

    source = results.value(node, SH.sourceShape)
    shape, identifier = _identified(shapes, source)
    severity = str(results.value(node, SH.resultSeverity)).rsplit("#", 1)[-1]
    focus, value = one(SH.focusNode) or "_:", one(SH.value)
    values = {"$this": focus, "?value": value or ""}
    return Finding(
        shape,
        identifier,
        focus,
        one(SH.resultPath),
        value,
        severity,
        _messages(results, shapes, node, shape, values),
    )


def _messages(
    results: Graph, shapes: Graph, node: Node, shape: str, values: dict[str, str]
) -> dict[str, str]:
    """Return the messages of one result by language, with values put in.

    pySHACL words the messages of SPARQL constraints anew and loses their language tags,
    so they are read where they were written: on the constraint, its shape, or the shape
    that carries the identifier.
    """
    writers = (
        results.value(node, SH.sourceConstraint),
        results.value(node, SH.sourceShape),
        URIRef(shape),
    )
    for writer in writers:
        written = {
            m.language or "en": str(m)
            for m in shapes.objects(writer, SH.message)
            if writer is not None and isinstance(m, Literal)
        }
        if written:
            return {
                language: _PLACEHOLDER.sub(lambda m: bare(values.get(m.group(1), m.group())), text)
                for language, text in sorted(written.items())
            }
    return {
        m.language or "en": str(m)
        for m in results.objects(node, SH.resultMessage)
        if isinstance(m, Literal)
    }


_PLACEHOLDER = re.compile(r"\{([$?]\w+)\}")


def bare(term: str) -> str:
    """Return a term as a person writes it: an IRI without brackets, a literal without type."""
    if not term.startswith(("<", '"')):
        return term
    statement = next(ox.parse(f"<x:> <x:> {term} .", format=ox.RdfFormat.N_TRIPLES))
    return cast(ox.NamedNode | ox.Literal, statement.object).value


def _identified(shapes: Graph, source: Node | None) -> tuple[str, str]:
    """Return IRI and identifier of *source*, or of the shape that it is a part of."""
    node, seen = source, {source}
    while node is not None:
        identifier = shapes.value(node, DCTERMS.identifier)
        if identifier is not None:
            return str(node), str(identifier)
        node = next((s for s in shapes.subjects(None, node) if s not in seen), None)
        seen.add(node)
    return str(source), str(source).rsplit("#", 1)[-1]


def located(
    findings: list[Finding],
    publication: Publication,
    derived: Mapping[ox.Triple, Path] | None = None,
) -> list[Finding]:
    """Return *findings* with the file and line where each culprit stands.

    *derived* says which rule made a statement. Files are read again for their lines only
    if a finding's focus is stated in them.
    """
    lines: dict[Path, Lines] = {}
    mentions = _mentions(findings, publication)
    rules = _rules(findings, publication, derived or {})
    known = {str(q.subject) for q in publication.quads} if findings else set()
    out = []
    for finding in findings:
        places: list[tuple[Found, int, str, Lines]] = []
        for file, count in mentions.get(finding.focus, []):
            if file.path not in lines:
                lines[file.path] = Lines(file.path, publication.config.root)
            found = lines[file.path].find(finding.focus, finding.path, finding.value)
            places.append((found, -count, file.relative, lines[file.path]))
        rule = None
        if not places or min(p[0].distance for p in places) > 0:
            rule = _rule_of(finding, rules.get(finding.focus, []), authored=bool(places))
        if places:
            # The nearest statement; among equals the file that says most of the focus.
            found, _, relative, _ = min(places, key=lambda p: (p[0].distance, p[1], p[2]))
            place = Place(relative, found.line)
            finding = replace(finding, place=place, also=_also(finding, places, place))
        out.append(replace(finding, rule=rule, hint=finding.hint or meant(finding.value, known)))
    return out


def _also(
    finding: Finding, places: list[tuple[Found, int, str, Lines]], first: Place
) -> tuple[Place, ...]:
    """Return the other places of a property, for a finding about how often it is stated."""
    if finding.path is None or finding.value is not None:
        return ()
    stated = {
        Place(relative, line)
        for _, _, relative, index in places
        for line in index.all_of(finding.focus, finding.path)
    }
    return tuple(sorted(stated - {first}, key=lambda p: (p.file, p.line or 0)))


def _rules(
    findings: list[Finding], publication: Publication, derived: Mapping[ox.Triple, Path]
) -> dict[str, list[tuple[str, str, str]]]:
    """Return, by focus, the derived statements about it: property, value and rule."""
    wanted = {f.focus for f in findings}
    about: dict[str, list[tuple[str, str, str]]] = {}
    if wanted:
        for triple, rule in derived.items():
            if (subject := str(triple.subject)) in wanted:
                name = rule.relative_to(publication.folder).as_posix()
                about.setdefault(subject, []).append(
                    (str(triple.predicate), str(triple.object), name)
                )
    return about


def _rule_of(finding: Finding, about: list[tuple[str, str, str]], authored: bool) -> str | None:
    """Return the rule that made the culprit: the statement, its property, or the focus itself."""
    exact = [r for p, o, r in about if finding.path in (None, p) and o == finding.value]
    of_property = [r for p, _, r in about if p == finding.path]
    of_focus = [] if authored else [r for _, _, r in about]
    return next((sorted(rules)[0] for rules in (exact, of_property, of_focus) if rules), None)


def _mentions(
    findings: list[Finding], publication: Publication
) -> dict[str, list[tuple[SourceFile, int]]]:
    """Return, for each focus, the files that state something of it and how much."""
    wanted = {f.focus for f in findings}
    found: dict[str, list[tuple[SourceFile, int]]] = {}
    for file in publication.files:
        counted = Counter(str(q.subject) for q in file.quads)
        for subject in counted.keys() & wanted:
            found.setdefault(subject, []).append((file, counted[subject]))
    return found
