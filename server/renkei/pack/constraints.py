"""Run every constraint of SHACL for itself: what cannot be run is told, and the rest goes on.

pySHACL ends a whole validation at the first constraint that it cannot load or evaluate, and
names neither. Here each one is tried, at last on each focus node alone; a constraint that
asks whether another conforms (sh:not, sh:or …) is unknown where the other is (SHACL section
3.4.3: failures). Values are read as they were written; SPARQL reads them from Oxigraph.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
import pyshacl.shape
from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.constraint_component import CustomConstraintComponentFactory
from pyshacl.constraints.core import (
    logical_constraints,
    property_pair_constraints,
    shape_based_constraints,
    string_based_constraints,
)
from pyshacl.constraints.core.other_constraints import ClosedConstraintComponent
from pyshacl.constraints.sparql.sparql_based_constraint_components import (
    SPARQLConstraintComponentValidator,
)
from pyshacl.graph_abstraction import OxigraphDataGraph
from pyshacl.monkey import apply_patches
from pyshacl.shapes_graph import ShapesGraph
from pyshacl.validator import Validator
from rdflib import RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.query import Result
from rdflib.term import Node

from renkei.pack.reading.terms import graph_of, spelt
from renkei.sparql.tokens import tokens

# pySHACL 0.40.1 asks `if data_graph:` for every result it words, and counts the whole store
# to answer: with 7,000 statements that was nine tenths of the time. The graph is there.
OxigraphDataGraph.__bool__ = lambda self: True  # type: ignore[attr-defined]

# rdflib logs a traceback for each date that is none; what is wrong with it is a finding.
logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
_QUIET = logging.getLogger("renkei.pack.constraints")
_QUIET.setLevel(logging.CRITICAL)  # what pySHACL would say of a constraint is a finding

# Constraints that ask whether their values conform to another shape.
_ASKING = (
    logical_constraints.NotConstraintComponent,
    logical_constraints.AndConstraintComponent,
    logical_constraints.OrConstraintComponent,
    logical_constraints.XoneConstraintComponent,
    shape_based_constraints.NodeConstraintComponent,
    shape_based_constraints.QualifiedValueShapeConstraintComponent,
)
# Without these parameters there is no constraint (SHACL section 2.1), and nothing to run.
_MANDATORY = {
    ClosedConstraintComponent: SH.closed,
    shape_based_constraints.QualifiedValueShapeConstraintComponent: SH.qualifiedValueShape,
    string_based_constraints.PatternConstraintComponent: SH.pattern,
}
_FLAGS = set("im")  # what pySHACL knows of sh:flags; it passes over the others

Evaluated = tuple[bool, list[Any]]


@dataclass(frozen=True)
class Unrun:
    """What cannot be run: *parameter* of *shape*, or the whole shape, and what was *said* of it."""

    shape: Node
    parameter: URIRef | None
    said: str


class _Unknown(Exception):
    """Whether a value conforms to a shape cannot be told."""


class _AsWritten(OxigraphDataGraph):
    """The data graph: statements as they were written, and an Oxigraph store for SPARQL.

    Oxigraph keeps values and not terms: it answers xsd:integer for xsd:nonNegativeInteger.
    """

    def __init__(self, store: ox.Store, written: Graph) -> None:
        super().__init__(store)
        self._written = written

    @classmethod
    def is_multigraph(cls) -> bool:
        """Say no: pySHACL would ask the union of all graphs where the default graph is meant."""
        return False

    def objects(  # type: ignore[override]
        self, subject: Any, predicate: Any = None, unique: bool = False
    ) -> Iterable[Node]:
        subjects = subject if isinstance(subject, list | tuple) else [subject]
        for one in subjects:
            yield from self._written.objects(one, predicate, unique)

    def query(  # type: ignore[override]
        self, query_object: Any, *words: Any, **named: Any
    ) -> Result:
        """Ask the store; variables that are bound beforehand may stand anywhere (5.3.1, 6.2)."""
        text, was_ask = _projecting(query_object, named.get("initBindings") or {})
        answer = super().query(text, *words, **named)
        if not was_ask:
            return answer
        told = Result("ASK")
        told.askAnswer = next(iter(answer.bindings), None) is not None
        return told


def _projecting(text: str, bound: Iterable[str]) -> tuple[str, bool]:
    """Return *text* as a SELECT that has the variables *bound* in its projection, and if it asked.

    pyoxigraph puts values in place of such variables alone; of an ASK, of none.
    """
    words = tokens(text)
    start = next((n for n, t in enumerate(words) if t.word in ("SELECT", "ASK")), None)
    if start is None or not bound:
        return text, False
    if words[start].word == "ASK":
        names = " ".join(f"?{name}" for name in bound)
        return f"{text[: words[start].start]}SELECT {names} {text[words[start].end :]}", True
    if words[start + 1].word in ("DISTINCT", "REDUCED"):
        start += 1
    if words[start + 1].text == "*":
        return text, False
    head = itertools.takewhile(lambda t: t.text != "{", words[start:])
    there = {t.text[1:] for t in head if t.kind == "variable"}
    missing = "".join(f" ?{name}" for name in bound if name not in there)
    return f"{text[: words[start].end]}{missing} {text[words[start].end :]}", False


def _read_as_written(name: str) -> Callable[..., Any]:
    def method(self: _AsWritten, *words: Any, **named: Any) -> Any:
        return getattr(self._written, name)(*words, **named)

    return method


_READ = (
    "triples subjects predicates subject_objects subject_predicates predicate_objects "
    "transitive_subjects transitive_objects items value __contains__ __len__"
)
for _name in _READ.split():
    setattr(_AsWritten, _name, _read_as_written(_name))


class _LessThan(property_pair_constraints.LessThanConstraintComponent):
    """sh:lessThan by the operator of SPARQL; what cannot be compared is a result (4.5.3)."""

    operator = "<"

    def _compare_lt(
        self, values: Iterable[Any], others: Iterable[Any], graph: Any, focus: Any
    ) -> tuple[bool, list[Any]]:
        results = [
            self.make_v_result(graph, focus, value_node=value)
            for value in values
            for other in others
            if not _holds(value, self.operator, other)
        ]
        return bool(results), results


class _LessThanOrEquals(property_pair_constraints.LessThanOrEqualsConstraintComponent):
    """sh:lessThanOrEquals, likewise (4.5.4)."""

    operator = "<="
    _compare_ltoe = _LessThan._compare_lt


class _Pattern(string_based_constraints.PatternConstraintComponent):
    """sh:pattern; flags that are not kept are refused, and not passed over."""

    def __init__(self, shape: Any) -> None:
        super().__init__(shape)
        unknown = sorted(set(str(self.flags or "")) - _FLAGS)
        if unknown:
            raise ValueError(f"sh:flags {' '.join(unknown)}")


_OURS = {c.__mro__[1]: c for c in (_LessThan, _LessThanOrEquals, _Pattern)}
_EMPTY = ox.Store()


def _holds(value: Node, operator: str, other: Node) -> bool:
    """Say whether SPARQL finds that *value* stands in the relation *operator* to *other*."""
    if not isinstance(value, Literal) or not isinstance(other, Literal):
        return False
    answer = _EMPTY.query(f"ASK {{ FILTER({spelt(value)} {operator} {spelt(other)}) }}")
    return bool(answer)


def run(
    statements: Iterable[ox.Quad], shapes: Graph, named: Iterable[ox.Quad] = ()
) -> tuple[Graph, list[Unrun]]:
    """Validate *statements* against *shapes*: the results, and what could not be run.

    *statements* are taken as triples; *named* are what a query sees that says GRAPH. Results are
    those of SHACL Core and of SPARQL-based constraints (SHACL sections 4 to 6), as a validation
    report (section 3.6). *shapes*, in which pySHACL writes, should be nobody else's.
    """
    apply_patches()  # type: ignore[no-untyped-call]
    SPARQLConstraintComponentValidator.validator_cache.clear()  # it knows graphs by their id
    triples = [ox.Quad(q.subject, q.predicate, q.object) for q in statements]
    store = ox.Store()
    store.extend(triples)
    if _ask_for_graphs(shapes):
        store.extend(named)
    trial = _Trial()
    trial.cut_what_does_not_load(shapes)
    options = {"inplace": True, "logger": _QUIET}
    graph = _AsWritten(store, graph_of(triples))
    validator = Validator(graph, shacl_graph=shapes, options=options)
    trial.take(validator.shacl_graph)
    _, results, _ = validator.run()  # type: ignore[no-untyped-call]
    return results, list(trial.unrun.values())


def _ask_for_graphs(shapes: Graph) -> bool:
    texts = (*shapes.objects(None, SH.select), *shapes.objects(None, SH.ask))
    return any(t.word == "GRAPH" for text in texts for t in tokens(str(text)))


class _Trial:
    """One validation, and what could not be run in it."""

    def __init__(self) -> None:
        self.unrun: dict[tuple[Node, URIRef | None], Unrun] = {}

    def note(self, shape: Node, parameter: URIRef | None, error: BaseException) -> None:
        """Keep that something cannot be run; once is enough."""
        said = " ".join(str(error).split("\nFor reference, see")[0].split())
        found = Unrun(shape, parameter, said or type(error).__name__)
        self.unrun.setdefault((shape, parameter), found)

    def take(self, shapes: ShapesGraph) -> None:
        """Have every constraint of *shapes* tried by this."""
        guarded = {
            c: self._guarding(_OURS.get(c, c)) for c in {*CONSTRAINT_PARAMETERS_MAP.values()}
        }
        parameters = {p: guarded[c] for p, c in CONSTRAINT_PARAMETERS_MAP.items()}
        # pySHACL keeps here, for all validations, what it tries of a shape.
        tried = (ALL_CONSTRAINT_PARAMETERS, parameters)
        pyshacl.shape.CONSTRAINT_PARAMS = tried  # type: ignore[attr-defined]
        shapes._custom_constraints = set(self._custom(shapes))  # type: ignore[assignment]

    def _guarding(self, component: Any) -> Callable[[Any], _Attempt]:
        """Return what makes an attempt at *component* for a shape."""

        def attempt(shape: Any) -> _Attempt:
            mandatory = _MANDATORY.get(component.__mro__[1], _MANDATORY.get(component))
            if mandatory and not set(shape.objects(mandatory)):
                return _Attempt(self, shape.node, None, lambda: None)
            parameters = [p for p in component.constraint_parameters() if set(shape.objects(p))]
            return _Attempt(self, shape.node, parameters[0], lambda: component(shape))

        return attempt

    def _custom(self, shapes: ShapesGraph) -> Iterable[_Custom]:
        """Yield the constraint components that authors define (SHACL section 6)."""
        graph = shapes.graph
        kinds = {SH.ConstraintComponent, *graph.subjects(RDFS.subClassOf, SH.ConstraintComponent)}
        for component in {c for kind in kinds for c in graph.subjects(RDF.type, kind)}:
            if not str(component).startswith(str(SH)):
                try:
                    yield _Custom(self, CustomConstraintComponentFactory(shapes, component))
                except Exception as error:
                    self.note(component, None, error)

    def cut_what_does_not_load(self, shapes: Graph) -> None:
        """Take out of *shapes* each shape that is none (SHACL section 2), with what asks for it."""
        if _loading(shapes) is None:
            return
        for node in sorted(set(shapes.subjects()), key=str):
            own = Graph()
            own += ((node, p, o) for p, o in shapes.predicate_objects(node))
            for value in set(own.objects()):
                own += _list_from(shapes, value)
            if (error := _loading(own)) is not None:
                self.note(node, None, error)
                _cut(shapes, node)


def _loading(shapes: Graph) -> Exception | None:
    """Return why *shapes* cannot be loaded, or None."""
    copy = Graph()
    copy += shapes
    try:
        list(ShapesGraph(copy, logger=_QUIET).shapes)
    except Exception as error:
        return error
    return None


def _list_from(shapes: Graph, head: Node) -> Iterable[tuple[Node, Node, Node]]:
    seen: set[Node] = set()
    while head not in seen and (head, RDF.rest, None) in shapes:
        seen.add(head)
        yield from ((head, p, o) for p, o in shapes.predicate_objects(head))
        head = next(iter(shapes.objects(head, RDF.rest)))


def _cut(shapes: Graph, node: Node) -> None:
    """Remove the shape *node*, and the constraints that name it, alone or in a list."""
    naming = {node}
    cell: Node | None
    for cell in list(shapes.subjects(RDF.first, node)):
        while cell not in naming and cell is not None:
            naming.add(cell)
            cell = next(iter(shapes.subjects(RDF.rest, cell)), None)
    shapes.remove((node, None, None))
    for name in naming:
        for subject, predicate in list(shapes.subject_predicates(name)):
            if predicate not in (RDF.first, RDF.rest):
                shapes.remove((subject, predicate, name))


class _Attempt:
    """A constraint that is made and evaluated only when its turn comes."""

    def __init__(
        self, trial: _Trial, shape: Node, parameter: URIRef | None, make: Callable[[], Any]
    ) -> None:
        self._trial, self._shape, self._parameter, self._make = trial, shape, parameter, make

    def evaluate(
        self, executor: Any, graph: Any, values: Mapping[Node, Any], path: list[Any]
    ) -> Evaluated:
        """Return whether the focus nodes of *values* conform, as far as it can be told."""
        try:
            constraint = self._make()
        except Exception as error:
            return self._failed(error, path)
        if constraint is None:
            return True, []
        path = [*path[:-1], constraint]
        try:
            conforms, results = constraint.evaluate(executor, graph, values, path)
            return conforms, list(results)
        except _Unknown:
            if _asked(path):
                raise
        except Exception as error:
            failed = self._failed(error, path)
            if len(values) == 1:
                return failed
        return self._one_by_one(constraint, executor, graph, values, path)

    def _one_by_one(
        self,
        constraint: Any,
        executor: Any,
        graph: Any,
        values: Mapping[Node, Any],
        path: list[Any],
    ) -> Evaluated:
        """Return what holds of the focus nodes for which the constraint can be evaluated."""
        found: list[Any] = []
        for focus, of_focus in values.items():
            try:
                _, results = constraint.evaluate(executor, graph, {focus: of_focus}, path[:])
                found += results
            except Exception as error:
                if not isinstance(error, _Unknown):
                    self._trial.note(self._shape, self._parameter, error)
        return not found, found

    def _failed(self, error: Exception, path: list[Any]) -> Evaluated:
        self._trial.note(self._shape, self._parameter, error)
        if _asked(path):
            raise _Unknown from error
        return True, []


def _asked(path: list[Any]) -> bool:
    """Say whether a constraint before the last on *path* asks for what the last one answers."""
    return any(isinstance(step, _ASKING) for step in path[:-1])


class _Custom:
    """A constraint component of an author, as pySHACL asks it."""

    def __init__(self, trial: _Trial, component: Any) -> None:
        self._trial, self._component = trial, component
        self.parameters = component.parameters

    def make_validator_for_shape(self, shape: Any) -> _Attempt:
        """Return the attempt at this component for *shape*."""
        parameter = next((p.path() for p in self.parameters if not p.optional), None)
        return _Attempt(
            self._trial,
            shape.node,
            parameter,
            lambda: self._component.make_validator_for_shape(shape),
        )
