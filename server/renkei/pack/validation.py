"""Check the statements of a publication against its shapes, and say where the culprits stand.

Shapes are run by `constraints` (which alone calls pySHACL), `sealed`: a SPARQL constraint
reaches the data alone. What cannot be run is a violation like any: a rule that says nothing
is worse than one that fails.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import pyoxigraph as ox
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from renkei.errors import PublicationRefused
from renkei.language.messages import LANGUAGES, Message, message, translate
from renkei.pack import constraints, shape_words
from renkei.pack.reading.line_numbers import Found, Lines, alike
from renkei.pack.reading.source_files import SHAPES
from renkei.pack.reading.sources import Publication, SourceFile, lines_of
from renkei.pack.reading.terms import graph_of, spelt
from renkei.pack.reading.typos import meant
from renkei.pack.sealed import sealed
from renkei.pack.term_names import TermNames

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
    may have meant; terms among its values are in N-Triples spelling. *called*
    has focus and path by their names, by language. *follows* are findings that are gone once
    this one is mended.
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
    called: Mapping[str, str] = field(default_factory=dict, compare=False)
    follows: tuple[Finding, ...] = ()

    def message(self, language: str) -> str:
        """Return the message in *language*, else in any."""
        return self.messages.get(language) or next(iter(self.messages.values()), "")


def count_of(shapes: Graph) -> int:
    """Return how many rules *shapes* has: shapes with an identifier or a target of their own."""
    marks = (DCTERMS.identifier, *(SH[name] for name in TARGETS))
    return len({shape for mark in marks for shape in shapes.subjects(mark)})


def shapes_of(publication: Publication) -> Graph:
    """Return the shapes of *publication*; an empty graph where it has none."""
    graph = ox.NamedNode(publication.config.root + SHAPES)
    return graph_of(q for q in publication.quads if q.graph_name == graph)


PlaceOf = Callable[[Node, Node, Node], Place | None]


def validate(
    statements: Iterable[ox.Quad],
    shapes: Graph,
    place: PlaceOf = lambda *_: None,
    named: Iterable[ox.Quad] = (),
    names: TermNames | None = None,
) -> list[Finding]:
    """Validate *statements*, as triples, against *shapes* (SHACL sections 3 to 6).

    A query that says GRAPH sees *named*, the statements in the graphs that state facts; messages
    call things and terms by *names*.

    Returns findings sorted by severity, identifier and focus; an empty list conforms. Among
    them are what cannot be run (a Violation) and what is not run here or not known (a
    Warning); *place* says where a statement of the shapes stands. Raises PublicationRefused
    when the shapes cannot be run at all.
    """
    if not len(shapes):
        return []
    own = Graph()
    own += shapes
    try:
        results, unrun = sealed(lambda: constraints.run(statements, own, named))
    except Exception as error:
        raise PublicationRefused(
            "The shapes cannot be run: %(error)s", "Correct the shape that is named.", error=error
        ) from error
    findings = [
        _finding(results, shapes, node, names or TermNames())
        for node in results.subjects(RDF.type, SH.ValidationResult)
    ]
    findings += [_of_unrun(one, shapes, place) for one in unrun]
    findings += [_of_word(word, shapes, place) for word in shape_words.idle(shapes)]
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


def _of_unrun(one: constraints.Unrun, shapes: Graph, place: PlaceOf) -> Finding:
    stated = sorted(shapes.predicate_objects(one.shape), key=str)
    predicate, value = next((s for s in stated if s[0] == one.parameter), (RDF.type, SH.Shape))
    if one.parameter is None and stated:
        predicate, value = next((s for s in stated if s[0] == RDF.type), stated[0])
    said = message("This constraint cannot be run: %(reason)s", reason=one.said)
    at = place(one.shape, predicate, value)
    path = spelt(one.parameter) if one.parameter else None
    return _of_shape(shapes, one.shape, path, value, "Violation", said, at)


def _of_word(word: shape_words.Word, shapes: Graph, place: PlaceOf) -> Finding:
    at = place(word.subject, word.predicate, word.value)
    path = spelt(word.predicate)
    found = _of_shape(shapes, word.subject, path, word.value, "Warning", word.said, at)
    return replace(found, hint=word.hint)


def _of_shape(
    shapes: Graph,
    node: Node,
    path: str | None,
    value: Node,
    severity: str,
    said: Message,
    place: Place | None,
) -> Finding:
    """Return what is said of a shape itself: its focus is the shape, its path a word of SHACL."""
    shape, identifier = _identified(shapes, node)
    shown = None if path is None or isinstance(value, BNode) else spelt(value)
    focus = f"<{shape}>" if ":" in shape else "_:"
    messages = {tag: translate(said, tag) for tag in LANGUAGES}
    return Finding(shape, identifier, focus, path, shown, severity, messages, place)


def by_weight(findings: Iterable[Finding]) -> list[Finding]:
    """Return what stops a release first, and first of all the cause of most; else as they stood."""
    return sorted(findings, key=lambda f: (SEVERITIES.index(f.severity), -len(f.follows)))


def set_of(findings: Iterable[Finding]) -> list[Finding]:
    """Return *findings* without repeats."""
    seen: dict[tuple[object, ...], Finding] = {}
    for f in findings:
        seen.setdefault((f.shape, f.focus, f.path, f.value, tuple(sorted(f.messages.items()))), f)
    return list(seen.values())


def _finding(results: Graph, shapes: Graph, node: Node, names: TermNames) -> Finding:
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
        _messages(results, shapes, node, shape, values, names),
    )


def _messages(
    results: Graph,
    shapes: Graph,
    node: Node,
    shape: str,
    values: dict[str, str],
    names: TermNames,
) -> dict[str, str]:
    """Return the messages of one result by language, with values put in and terms by their names.

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
                tag: _filled(names.spelt_out(text, tag), values, names, tag)
                for tag, text in sorted(written.items())
            }
    return {
        m.language or "en": str(m)
        for m in results.objects(node, SH.resultMessage)
        if isinstance(m, Literal)
    }


def _filled(text: str, values: dict[str, str], names: TermNames, tag: str) -> str:
    """Return *text* with a value for each placeholder; of a thing, its name and its IRI."""

    def put(found: re.Match[str]) -> str:
        value = values.get(found.group(1), found.group())
        return names.full(value[1:-1], tag) if value.startswith("<") else bare(value)

    return _PLACEHOLDER.sub(put, text)


_PLACEHOLDER = re.compile(r"\{([$?]\w+)\}")


def bare(term: str) -> str:
    """Return a term as a person writes it: an IRI without brackets, a literal without type."""
    if not term.startswith(("<", '"')):
        return term
    statement = next(ox.parse(f"<x:> <x:> {term} .", format=ox.RdfFormat.N_TRIPLES))
    return cast(ox.NamedNode | ox.Literal, statement.object).value


def _identified(shapes: Graph, source: Node | None) -> tuple[str, str]:
    """Return IRI and identifier of *source*, or of the shape that it is a part of.

    Without an identifier, it is the last part of the IRI; of blank nodes alone, a dash.
    """
    node, seen, named = source, {source}, None
    while node is not None:
        identifier = shapes.value(node, DCTERMS.identifier)
        if identifier is not None:
            return str(node), str(identifier)
        named = named or (str(node) if isinstance(node, URIRef) else None)
        node = next((s for s in shapes.subjects(None, node) if s not in seen), None)
        seen.add(node)
    return (named, re.split("[/#]", named)[-1]) if named else ("", "–")


def called(findings: Iterable[Finding], names: TermNames) -> list[Finding]:
    """Return *findings* with the names of what they are about, where it has one."""

    def of(finding: Finding, tag: str) -> str | None:
        iris = [t[1:-1] for t in (finding.focus, finding.path) if t and t.startswith("<")]
        if not any(names.name(iri, tag) for iri in iris):
            return None
        return "  ".join(names.full(iri, tag) for iri in iris)

    told = ((f, {tag: of(f, tag) for tag in LANGUAGES}) for f in findings)
    return [replace(f, called={k: v for k, v in called.items() if v}) for f, called in told]


class ShapePlaces:
    """Where the statements of the shapes of a publication stand."""

    def __init__(self, publication: Publication) -> None:
        graph = ox.NamedNode(publication.config.root + SHAPES)
        self._base = publication.config.root
        self._files = [f for f in publication.files if any(q.graph_name == graph for q in f.quads)]
        self._lines: dict[Path, Lines] = {}

    def of(self, subject: Node, predicate: Node, value: Node) -> Place | None:
        """Return the place of a statement, the nearest if it is none; None for no file's."""
        words = spelt(subject), spelt(predicate), spelt(value)
        found = [p for file in self._files if (p := self._in(file, *words)) is not None]
        return min(found, key=lambda p: (p[0], p[1].file))[1] if found else None

    def _in(
        self, file: SourceFile, subject: str, predicate: str, value: str
    ) -> tuple[Found, Place] | None:
        about = [q for q in file.quads if str(q.subject) == subject]
        if not about:
            return None
        if file.path not in self._lines:
            self._lines[file.path] = lines_of(file, self._base)
        lines = self._lines[file.path]
        if not subject.startswith("_:"):
            found = lines.find(subject, predicate, value)
        else:
            same = [
                q
                for q in file.quads
                if isinstance(q.subject, ox.BlankNode)
                and str(q.predicate) == predicate
                and alike(str(q.object)) == alike(value)
            ]
            number = next((n for n, q in enumerate(same) if q in about), len(same))
            found = Found(0, lines.of_blank(predicate, value, number))
        return found, Place(file.relative, found.line)


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
    graphs = {str(q.graph_name): file for file in publication.files for q in file.quads}
    out = []
    for finding in findings:
        if finding.place is not None:
            out.append(finding)
            continue
        places: list[tuple[Found, int, str, Lines]] = []
        for file, count in mentions.get(finding.focus, []):
            if file.path not in lines:
                lines[file.path] = lines_of(file, publication.config.root)
            found = lines[file.path].find(finding.focus, finding.path, finding.value)
            places.append((found, -count, file.relative, lines[file.path]))
        rule = None
        if not places or min(p[0].distance for p in places) > 0:
            rule = _rule_of(finding, rules.get(finding.focus, []), authored=bool(places))
        graph = graphs.get(finding.value or "") if _no_statement(places) else None
        named = _begin_of(graph, finding.value, publication.config.root) if graph else None
        if named is not None:
            finding = replace(finding, place=named)
        elif places:
            # The nearest statement; among equals the file that says most of the focus.
            found, _, relative, _ = min(places, key=lambda p: (p[0].distance, p[1], p[2]))
            place = Place(relative, found.line)
            finding = replace(finding, place=place, also=_also(finding, places, place))
        out.append(replace(finding, rule=rule, hint=finding.hint or meant(finding.value, known)))
    return out


def _no_statement(places: list[tuple[Found, int, str, Lines]]) -> bool:
    return all(found.distance > 0 for found, *_ in places)


def _begin_of(file: SourceFile, graph: str | None, root: str) -> Place:
    """Return where *graph* begins in *file*, for a finding about a graph as a whole."""
    lines = lines_of(file, root)
    inside = [
        (str(q.subject), str(q.predicate), str(q.object))
        for q in file.quads
        if str(q.graph_name) == graph
    ]
    found = [line for said in inside if (line := lines.find(*said).line) is not None]
    return Place(file.relative, min(found, default=None))


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
