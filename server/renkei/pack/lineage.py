"""Tell where derived statements come from: by which rule each was made, and what the rule read.

What one rule adds stands in a graph of its own, `graph/derived/<rule>`. Of each such graph
`graph/derived` says which activity made it, and which graphs hold what the patterns of the rule
matched (PROV-O), other derived ones among them. What is behind a path
or inside a sub-query is not bound outside of it: there every graph counts that holds
something under one of its predicates, with the subject and object that it names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from renkei.pack.reading.source_files import APART, DERIVED
from renkei.pack.reading.sources import Publication
from renkei.pack.sealed import sealed
from renkei.rdf.graph_builder import TYPE, node
from renkei.sparql import patterns
from renkei.sparql.patterns import PatternGroup, TriplePattern
from renkei.sparql.tokens import behind, tokens

_ATTRIBUTED = node("prov", "wasAttributedTo")
_NAMES = {"en": "rule {}", "ja": "規則 {}"}


def graph_of(root: str, rule: Path) -> ox.NamedNode:
    """Return the graph that holds what *rule* adds."""
    return ox.NamedNode(f"{root}{DERIVED}/{rule.stem}")


def lineage(publication: Publication, derived: Mapping[ox.Triple, Path]) -> Iterator[ox.Quad]:
    """Yield what is said of the graphs of *derived* statements, in graph `derived`."""
    root = publication.config.root
    whole = ox.NamedNode(root + DERIVED)
    agents = [
        q.object for q in publication.quads if q.subject == whole and q.predicate == _ATTRIBUTED
    ]
    by_rule = set(derived.values())
    texts = {rule: rule.read_text("utf-8") for rule in publication.rules if rule in by_rule}
    for rule, used in sealed(lambda: _premises(publication, derived, texts)).items():
        graph = graph_of(root, rule)
        run = ox.NamedNode(f"{root}id/derivation/{rule.stem}")
        said = [
            (graph, node("prov", "wasGeneratedBy"), run),
            (graph, node("dct", "isPartOf"), whole),
            (run, TYPE, node("prov", "Activity")),
            *((graph, _ATTRIBUTED, agent) for agent in agents),
            *((graph, node("prov", "wasDerivedFrom"), premise) for premise in used),
        ]
        for tag, name in _NAMES.items():
            label = ox.Literal(name.format(rule.stem), language=tag)
            said += [(one, node("rdfs", "label"), label) for one in (graph, run)]
        if told := _opening(texts[rule]):
            said.append((run, node("rdfs", "comment"), ox.Literal(told)))
        yield from (ox.Quad(s, p, o, whole) for s, p, o in said)


def _opening(text: str) -> str:
    """Return the comment that a rule opens with, as one line."""
    lines = []
    for line in text.lstrip("\ufeff").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("#").strip())
    return " ".join(lines)


def _premises(
    publication: Publication, derived: Mapping[ox.Triple, Path], texts: Mapping[Path, str]
) -> dict[Path, list[ox.NamedNode]]:
    """Return the graphs that hold what each rule read."""
    root = publication.config.root
    apart = {root + name for name in APART}
    stands: dict[ox.Triple, set[str]] = defaultdict(set)
    store = ox.Store()
    for q in publication.quads:
        graph = getattr(q.graph_name, "value", None)
        if graph is not None and graph not in apart:
            stands[q.triple].add(graph)
    for triple, rule in derived.items():
        stands[triple].add(graph_of(root, rule).value)
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in stands)
    found = {}
    for rule, text in texts.items():
        used: set[str] = set()
        matched, loose = _matching(text)
        for triple in _constructed(store, matched) if matched else ():
            used |= stands.get(triple, set())
        for s, p, o in loose:
            for q in store.quads_for_pattern(s, p, o, ox.DefaultGraph()):
                used |= stands[q.triple]
        found[rule] = [ox.NamedNode(graph) for graph in sorted(used)]
    return found


def _constructed(store: ox.Store, query: str) -> list[ox.Triple]:
    """Return what *query* constructs; the answer itself does not leave its thread."""
    answer = store.query(query)
    return list(answer) if isinstance(answer, ox.QueryTriples) else []


_Loose = tuple[ox.NamedNode | None, ox.NamedNode, ox.NamedNode | None]


def _matching(text: str) -> tuple[str, set[_Loose]]:
    """Return a query for what the patterns of a rule match, and patterns it tells nothing of.

    The rule as it is, with its own patterns for a template.
    """
    pattern = patterns.read(text)
    exact: list[str] = []
    loose: set[_Loose] = set()
    for triple, inside in _triples(pattern.group) if pattern else ():
        ends = triple.subject, triple.object
        verb = f"<{triple.predicate}>" if triple.predicate else triple.verb and f"?{triple.verb}"
        if verb and not inside and all(end.kind != "blank" for end in ends):
            exact.append(f"{ends[0].written} {verb} {ends[1].written}")
        elif triple.predicate:
            loose.add((_named(ends[0]), ox.NamedNode(triple.predicate), _named(ends[1])))
        else:
            loose |= {(None, ox.NamedNode(predicate), None) for predicate in triple.needed}
    words = tokens(text)
    start = next(i for i, word in enumerate(words) if word.text.upper() == "CONSTRUCT")
    if not exact or words[start + 1].text != "{":
        return "", loose
    opening = words[start + 1].start
    rest = words[behind(words, start + 1)].start
    return f"{text[:opening]}{{ {' . '.join(exact)} }}\n{text[rest:]}", loose


def _triples(group: PatternGroup, inside: bool = False) -> Iterator[tuple[TriplePattern, bool]]:
    """Yield the triple patterns of *group*, and whether a sub-query holds them."""
    yield from ((triple, inside) for triple in group.triples)
    for part in group.parts:
        if part.kind != "minus":
            for inner in part.groups:
                yield from _triples(inner, inside or part.kind == "select")


def _named(term: patterns.Node) -> ox.NamedNode | None:
    return ox.NamedNode(term.value) if term.kind == "iri" else None
