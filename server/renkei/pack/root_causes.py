"""Which finding is the cause, and which merely follow from it: one slip, one finding.

A wrong day of dissolution breaks the shape that holds it against the words of the source, and
with it every shape that reckons with that day. Which is which is not guessed: the statement that
a finding names is taken away, rules are run anew, and what is found no more followed from it.
The finding that names the statement stays, and carries the others. What names a statement of its
own that is still wrong stays as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pyoxigraph as ox
from rdflib import SH, Graph, URIRef

from renkei.pack.axioms import TYPE
from renkei.pack.validation import SEVERITIES, TARGETS, Finding

MOST_TRIED = 6  # statements, and after them half as many things, that are taken away to see
MOST_STATEMENTS = 50_000  # in a larger publication each trial would take longer than reading on
_MANY = 20  # what so many statements point at is no cause of what is found about them

Key = tuple[str, str, str | None, str | None]
# Finds again, without some statements, what the shapes of those findings find.
Again = Callable[[frozenset[ox.Triple]], Iterable[Finding]]


def folded(
    findings: list[Finding], authored: Iterable[ox.Quad], shapes: Graph, again: Again
) -> list[Finding]:
    """Return *findings* with each that follows from another one folded under that one.

    *authored* are the statements as they stand in files; *again* finds anew without some.
    """
    wrong = [f for f in findings if f.severity != "Info" and (_is_anew(f, shapes) or f.path)]
    if len(wrong) < 2 or not any(f.severity == "Violation" for f in wrong):
        return findings
    triples = {q.triple for q in authored}
    if len(triples) > MOST_STATEMENTS:
        return findings
    return _Folding(findings, triples, shapes, again).result()


def _key(f: Finding) -> Key:
    return f.identifier, f.focus, f.path, f.value


def _is_anew(f: Finding, shapes: Graph) -> bool:
    """Say whether *f* is found anew: by the shapes of the publication, or by its axioms."""
    return f.shape == "ontology" or (URIRef(f.shape), None, None) in shapes


class _Folding:
    """Findings, the statements that they name, and what is gone without each."""

    def __init__(
        self, findings: list[Finding], triples: set[ox.Triple], shapes: Graph, again: Again
    ) -> None:
        self._findings, self._triples = findings, triples
        self._shapes, self._again = shapes, again
        self._by_spelling: dict[tuple[str, str | None, str], ox.Triple] = {}
        for t in sorted(triples, key=str):
            for path in (str(t.predicate), None):
                self._by_spelling.setdefault((str(t.subject), path, str(t.object)), t)
        self._under: dict[Key, Key] = {}

    def result(self) -> list[Finding]:
        self._fold(self._statements(), MOST_TRIED)
        self._fold(self._things(), MOST_TRIED // 2)
        follows: dict[Key, list[Finding]] = {}
        for f in self._findings:
            if _key(f) in self._under:
                follows.setdefault(self._under[_key(f)], []).append(f)
        return [
            _heading(f, follows.get(_key(f), []))
            for f in self._findings
            if _key(f) not in self._under
        ]

    def _open(self) -> list[Finding]:
        """Return the findings that are not carried by another one."""
        return [
            f
            for f in self._findings
            if f.severity != "Info"
            and _key(f) not in self._under
            and f.focus != f"<{f.shape}>"  # what is amiss with a shape follows from no statement
        ]

    def _named(self, f: Finding) -> ox.Triple | None:
        """Return the authored statement that *f* names; without a path, by its value."""
        return self._by_spelling.get((f.focus, f.path, f.value or ""))

    def _statements(self) -> Mapping[frozenset[ox.Triple], Finding]:
        """Return the statements that findings name, each with the finding that tells it best."""
        best: dict[frozenset[ox.Triple], Finding] = {}
        for f in sorted(self._open(), key=self._rank):
            if (statement := self._named(f)) is not None:
                best.setdefault(frozenset([statement]), f)
        return best

    def _things(self) -> Mapping[frozenset[ox.Triple], Finding]:
        """Return what is said of each thing that findings are about, but for its types."""
        pointed: dict[str, int] = {}
        said: dict[str, set[ox.Triple]] = {}
        for t in self._triples:
            pointed[str(t.object)] = pointed.get(str(t.object), 0) + 1
            if t.predicate.value != TYPE:
                said.setdefault(str(t.subject), set()).add(t)
        best: dict[frozenset[ox.Triple], Finding] = {}
        for f in sorted(self._open(), key=self._rank):
            if f.focus in said and pointed.get(f.focus, 0) < _MANY:
                best.setdefault(frozenset(said[f.focus]), f)
        return best

    def _fold(self, causes: Mapping[frozenset[ox.Triple], Finding], most: int) -> None:
        if len(self._open()) < 2:
            return
        gone = [
            (head, statements, self._gone_without(statements, head))
            for statements, head in list(causes.items())[:most]
        ]
        # The cause of most comes first; of two alike the least, and what is told best.
        for head, _, keys in sorted(gone, key=lambda found: (-len(found[2]), len(found[1]))):
            if _key(head) not in self._under:
                for key in keys - set(self._under):
                    self._carry(key, _key(head))

    def _carry(self, key: Key, head: Key) -> None:
        """Put a finding under another one, with what it has carried so far."""
        self._under[key] = head
        for carried, carrier in self._under.items():
            if carrier == key:
                self._under[carried] = head

    def _gone_without(self, statements: frozenset[ox.Triple], head: Finding) -> set[Key]:
        """Return what is found no more without *statements*, besides *head* itself."""
        left = {_key(f) for f in self._again(statements)}
        said = {str(t.object) for t in statements}
        gone = set()
        for f in self._open():
            named = self._named(f)
            is_gone = _key(f) not in left if _is_anew(f, self._shapes) else named in statements
            # Of a whole thing, what names a statement of its own is a slip of its own, wherever;
            # but a value that another thing has as well is told of both.
            is_own = len(statements) > 1 and named is not None
            if is_own and f.value in said:
                is_own = not any(
                    (g.identifier, g.value) == (f.identifier, f.value) and g.focus != f.focus
                    for g in self._findings
                )
            if is_gone and not is_own:
                gone.add(_key(f))
        return gone - {_key(head)}

    def _rank(self, f: Finding) -> tuple[int, int, int, str]:
        """Order findings by how directly they tell a slip: its form before what it leads to."""
        if f.identifier == "character":
            kind = 0
        elif f.shape == "ontology":
            kind = 2
        else:
            shape = URIRef(f.shape)
            kind = 3 if (shape, SH.sparql, None) in self._shapes else 1
        # What is asked of many properties is a matter of form; of one class, of the topic.
        breadth = sum(
            1 for name in TARGETS for _ in self._shapes.objects(URIRef(f.shape), SH[name])
        )
        return SEVERITIES.index(f.severity), kind, -breadth, f.identifier


def _heading(head: Finding, follows: list[Finding]) -> Finding:
    if not follows:
        return head
    severity = min((head.severity, *(f.severity for f in follows)), key=SEVERITIES.index)
    return replace(head, severity=severity, follows=tuple(follows))


def limited(shapes: Graph, findings: Iterable[Finding]) -> Graph:
    """Return *shapes* with targets for those alone that found something."""
    wanted = {URIRef(f.shape) for f in findings}
    own = Graph()
    own += shapes
    for name in TARGETS:
        for shape in set(own.subjects(SH[name])) - wanted:
            own.remove((shape, SH[name], None))
    return own
