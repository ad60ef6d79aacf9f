"""Names for blank nodes that depend on what is said of them, and not on how they were written.

Names are those of RDFC-1.0 (https://www.w3.org/TR/rdf-canon/), whose work grows with the third
power of a chain of nodes alike and with the factorial of a knot of them: a list of 365 equal
numbers takes 40 seconds. What hangs together by blank nodes and would cost so much (more than
MOST_ALIKE nodes alike, or MOST_BRANCHES at one) is named here instead, in proportion: by what
is below each node, then by what leads to it, as in a list or a tree; what is still alike after
ROUNDS of looking at the neighbours is told apart by who is named already. That is canonical for
lists and trees. Of a knot that no such look tells apart, the order of the statements decides:
the same file gives the same names, another order of its lines may give others.

Pure: statements in, statements out.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

MOST_ALIKE = 32
MOST_BRANCHES = 4
ROUNDS = 8


def canonical(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return *quads* with canonical names for their blank nodes, without repeats, in no order."""
    plain: list[ox.Quad] = []
    blank: list[ox.Quad] = []
    for quad in dict.fromkeys(quads):
        (blank if any(_nodes(quad)) else plain).append(quad)
    small: list[ox.Quad] = []
    large: list[_Component] = []
    for component in _components(blank):
        if component.is_small():
            small += component.quads
        else:
            large.append(component)
    if small:
        dataset = ox.Dataset(small)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        plain += dataset
    return plain + list(_named(large))


def _nodes(quad: ox.Quad) -> Iterator[ox.BlankNode]:
    for term in _terms(quad):
        if isinstance(term, ox.BlankNode):
            yield term


def _terms(quad: ox.Quad) -> list[object]:
    """Return the terms of a statement, those within triple terms (RDF 1.2) in their order."""
    found: list[object] = [quad.subject, quad.predicate]
    value: object = quad.object
    while isinstance(value, ox.Triple):
        found += (value.subject, value.predicate)
        value = value.object
    return [*found, value, quad.graph_name]


def _components(quads: Iterable[ox.Quad]) -> list[_Component]:
    """Return what hangs together by blank nodes, in the order of their first statements."""
    above: dict[ox.BlankNode, ox.BlankNode] = {}

    def top(node: ox.BlankNode) -> ox.BlankNode:
        above.setdefault(node, node)
        while above[node] != node:
            above[node] = above[above[node]]
            node = above[node]
        return node

    quads = list(quads)
    for quad in quads:
        first, *others = _nodes(quad)
        for other in others:
            above[top(other)] = top(first)
    found: dict[ox.BlankNode, _Component] = {}
    for quad in quads:
        found.setdefault(top(next(_nodes(quad))), _Component()).quads.append(quad)
    return list(found.values())


def _named(components: Iterable[_Component]) -> Iterator[ox.Quad]:
    """Yield the statements of large components, their nodes named in one row."""
    number = 0
    for _, component in sorted(((c.name(), c) for c in components), key=lambda pair: pair[0]):
        names = {
            node: ox.BlankNode(f"n{number + place}") for place, node in enumerate(component.order)
        }
        number += len(names)
        yield from (_renamed(quad, names) for quad in component.quads)


def _renamed(quad: ox.Quad, names: dict[ox.BlankNode, ox.BlankNode]) -> ox.Quad:
    def named(term: object) -> object:
        if isinstance(term, ox.Triple):
            return ox.Triple(named(term.subject), term.predicate, named(term.object))  # type: ignore[arg-type]
        return names[term] if isinstance(term, ox.BlankNode) else term

    subject, value, graph = map(named, (quad.subject, quad.object, quad.graph_name))
    return ox.Quad(subject, quad.predicate, value, graph)  # type: ignore[arg-type]


@dataclass
class _Component:
    """Statements that hang together by blank nodes, and the order of these nodes."""

    quads: list[ox.Quad] = field(default_factory=list)
    order: list[ox.BlankNode] = field(default_factory=list)

    def is_small(self) -> bool:
        """Say whether RDFC-1.0 has little work with it."""
        looks = {node: _hash(sorted(said)) for node, said in self._said().items()}
        count = Counter(looks.values())
        alike = {node for node, look in looks.items() if count[look] > 1}
        if len(alike) > MOST_ALIKE:
            return False
        branches: Counter[tuple[object, ...]] = Counter()
        for node, way, predicate, other in self._edges():
            if other in alike:
                branches[node, way, predicate, looks[other]] += 1
        return max(branches.values(), default=0) <= MOST_BRANCHES

    def name(self) -> str:
        """Put the nodes in order, and return what tells this component from others."""
        colours = self._by_neighbours(self._by_place())
        self.order = _ordered(colours, list(self._edges()))
        return _hash(sorted(colours.values()))

    def _said(self) -> dict[ox.BlankNode, list[str]]:
        """Return what each node is said to be: its statements, other blank nodes as one."""
        said: dict[ox.BlankNode, list[str]] = {}
        for quad in self.quads:
            nodes = list(dict.fromkeys(_nodes(quad)))
            for node in nodes:
                text = " ".join(
                    str(t) if t not in nodes else "_:a" if t == node else "_:z"
                    for t in _terms(quad)
                )
                said.setdefault(node, []).append(text)
        return said

    def _edges(self) -> Iterator[tuple[ox.BlankNode, str, str, ox.BlankNode]]:
        """Yield how blank nodes stand to each other, from both ends."""
        for quad in self.quads:
            nodes = list(_nodes(quad))
            label = f"{quad.predicate} {quad.graph_name if len(nodes) < 3 else ''}"
            for place, node in enumerate(nodes):
                for other_place, other in enumerate(nodes):
                    if place != other_place:
                        yield node, f"{place}{other_place}", label, other

    def _by_place(self) -> dict[ox.BlankNode, str]:
        """Return a colour for each node by what is below it, and then by what leads to it.

        Where there is a circle, by what is said of the node alone.
        """
        own = {node: _hash(sorted(said)) for node, said in self._said().items()}
        down: dict[ox.BlankNode, list[tuple[str, ox.BlankNode]]] = {node: [] for node in own}
        up: dict[ox.BlankNode, list[tuple[str, ox.BlankNode]]] = {node: [] for node in own}
        for node, way, label, other in self._edges():
            (down if way[0] < way[1] else up)[node].append((label, other))
        below = _gathered(own, down, up)
        return _gathered(below, up, down)

    def _by_neighbours(self, colours: dict[ox.BlankNode, str]) -> dict[ox.BlankNode, str]:
        """Return *colours* told further apart by those of the neighbours."""
        edges = list(self._edges())
        for _ in range(ROUNDS):
            known = len(set(colours.values()))
            if known == len(colours):
                break
            around: dict[ox.BlankNode, list[str]] = defaultdict(list)
            for node, way, label, other in edges:
                around[node].append(f"{way} {label} {colours[other]}")
            finer = {n: _hash([c, *sorted(around[n])]) for n, c in colours.items()}
            if len(set(finer.values())) == known:
                break
            colours = finer
        return colours


def _gathered(
    own: dict[ox.BlankNode, str],
    towards: dict[ox.BlankNode, list[tuple[str, ox.BlankNode]]],
    back: dict[ox.BlankNode, list[tuple[str, ox.BlankNode]]],
) -> dict[ox.BlankNode, str]:
    """Return a colour for each node, of its *own* and of those that are gathered *towards* it."""
    colours = dict(own)
    waiting = {node: len(others) for node, others in towards.items()}
    ready = [node for node, count in waiting.items() if not count]
    for node in ready:  # it grows
        gathered = sorted(f"{label} {colours[other]}" for label, other in towards[node])
        colours[node] = _hash([own[node], *gathered])
        for _, other in back[node]:
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return colours


def _ordered(
    colours: dict[ox.BlankNode, str],
    edges: list[tuple[ox.BlankNode, str, str, ox.BlankNode]],
) -> list[ox.BlankNode]:
    """Return the nodes by colour; those alike by the neighbours that have a place already."""
    around: dict[ox.BlankNode, list[tuple[str, str, ox.BlankNode]]] = defaultdict(list)
    for node, way, label, other in edges:
        around[node].append((way, label, other))
    first = {node: place for place, node in enumerate(colours)}
    count = Counter(colours.values())
    places: dict[ox.BlankNode, int] = {}
    fresh = sorted((n for n in colours if count[colours[n]] == 1), key=lambda n: colours[n])
    rest = sorted((n for n in colours if count[colours[n]] > 1), key=lambda n: colours[n])
    left = iter(rest)
    while len(places) < len(colours):
        if not fresh:
            fresh = [next(node for node in left if node not in places)]
        for node in fresh:
            places[node] = len(places)
        near = {other for node in fresh for _, _, other in around[node] if other not in places}
        fresh = sorted(
            near,
            key=lambda n: (
                colours[n],
                sorted((w, label, places[o]) for w, label, o in around[n] if o in places),
                first[n],
            ),
        )
    return list(places)


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
