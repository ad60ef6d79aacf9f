"""Hold the data against the axioms of their vocabulary, and say which statement breaks one.

What `axioms` reads is asked here of each statement. Where several statements about one thing
speak against its type, the type is the slip, and is told once. Shapes speak first: of what they
have told, nothing is said again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pyoxigraph as ox

from renkei.language.messages import LANGUAGES, Message, message, translate
from renkei.pack.axioms import TYPE, Axioms, Classes, datatypes
from renkei.pack.term_names import TermNames
from renkei.pack.validation import Finding

MOST = 100  # findings of one axiom and one property that are told one by one
_TYPE = f"<{TYPE}>"


@dataclass(frozen=True)
class _Misuse:
    """*thing* stands in a statement where only things of the classes *needed* may."""

    thing: str
    path: str
    needed: Classes
    statement: ox.Quad
    is_value: bool = False


def check(
    axioms: Axioms,
    statements: Iterable[ox.Quad],
    names: TermNames,
    own: tuple[str, ...],
    told: Iterable[Finding] = (),
) -> list[Finding]:
    """Return what *statements* say against *axioms*.

    It is a Violation where the term that says so stands in one of the namespaces *own*, else a
    Warning. Nothing is said of a property of a thing, or a value, of which shapes have *told*.
    """
    if not axioms:
        return []
    known = [(f.focus, f.path, f.value) for f in told]
    paths = {(focus, path) for focus, path, _ in known if path}
    values = {(focus, value) for focus, _, value in known if value and value != focus}
    found = _Check(axioms, statements, names, own).findings()
    counts: Counter[tuple[str, str | None]] = Counter()
    kept = []
    for f in found:
        counts[f.identifier, f.path] += 1
        said_already = (f.focus, f.path) in paths or (f.focus, f.value) in values
        if not said_already and counts[f.identifier, f.path] <= MOST:
            kept.append(f)
    return kept


class _Check:
    """The statements of a publication, by what axioms ask of them."""

    def __init__(
        self,
        axioms: Axioms,
        statements: Iterable[ox.Quad],
        names: TermNames,
        own: tuple[str, ...],
    ) -> None:
        self._axioms, self._names, self._own = axioms, names, own
        asked = {*axioms.domains, *axioms.ranges, *axioms.single, *axioms.identifying}
        asked |= {path for _, key in axioms.keys for path in key}
        asked |= {r.path for r in axioms.restrictions}
        asked |= {
            *axioms.irreflexive,
            *axioms.asymmetric,
            *(p for x in axioms.exclusive for p in x),
        }
        self._stated: dict[str, set[str]] = defaultdict(set)  # the types that are stated
        self._size: Counter[str] = Counter()
        self._asked: dict[str, list[ox.Quad]] = defaultdict(list)  # by property
        for q in statements:
            subject = str(q.subject)
            self._size[subject] += 1
            if q.predicate.value == TYPE and isinstance(q.object, ox.NamedNode):
                self._stated[subject].add(q.object.value)
            elif q.predicate.value in asked:
                self._asked[q.predicate.value].append(q)
        self._types = {thing: axioms.of(stated) for thing, stated in self._stated.items()}

    def findings(self) -> list[Finding]:
        found = [
            *self._of_types(),
            *self._of_literals(),
            *self._of_numbers(),
            *self._of_keys(),
            *self._of_pairs(),
            *self._of_disjoint(),
        ]
        return sorted(found, key=lambda f: (f.severity, f.identifier, f.focus, f.path or ""))

    # --- which classes

    def _of_types(self) -> Iterator[Finding]:
        misuses: dict[str, list[_Misuse]] = defaultdict(list)
        for misuse in self._misuses():
            misuses[misuse.thing].append(misuse)
        for thing, of_thing in misuses.items():
            if right := self._right_type(thing, of_thing):
                yield self._wrong_type(thing, right, of_thing)
            else:
                yield from map(self._misused, of_thing)

    def _uses(self) -> Iterator[_Misuse]:
        """Yield every statement in which a thing stands where classes are asked of it."""
        for path, quads in self._asked.items():
            for needed in self._axioms.domains.get(path, ()):
                yield from (_Misuse(str(q.subject), path, needed, q) for q in quads)
            for needed in self._axioms.ranges.get(path, ()):
                if datatypes(needed) is None:
                    yield from (_Misuse(str(q.object), path, needed, q, True) for q in quads)
        for r in self._axioms.restrictions:
            if r.only and datatypes(r.only) is None:
                for q in self._asked.get(r.path, ()):
                    if r.of in self._types.get(str(q.subject), ()):
                        yield _Misuse(str(q.object), r.path, r.only, q, True)

    def _misuses(self) -> Iterator[_Misuse]:
        for use in self._uses():
            # Of a thing elsewhere, of which nothing is said here, no type can be asked.
            elsewhere = use.thing.startswith("<") and use.thing not in self._size
            if not elsewhere and not use.needed & self._types.get(use.thing, set()):
                yield use

    def _right_type(self, thing: str, misuses: list[_Misuse]) -> str | None:
        """Return the class that most of what is said of *thing* asks for, if its own is wrong."""
        if thing not in self._stated or thing.startswith('"'):
            return None
        siblings = self._siblings(thing)
        best: tuple[int, str] | None = None
        for right in sorted({c for m in misuses for c in m.needed}):
            as_right = self._axioms.of([right])
            speaking = {(m.path, m.is_value) for m in misuses if m.needed & as_right}
            against = {
                (use.path, use.is_value)
                for use in self._uses_of(thing)
                if use.needed & self._types[thing] and not use.needed & as_right
            }
            score = len(speaking) - len(against)
            score += (siblings[right] > 0) - (siblings[right] == 0 and bool(siblings))
            if len(speaking) > 1 and score > 0 and (best is None or score > best[0]):
                best = score, right
        return best[1] if best else None

    def _uses_of(self, thing: str) -> Iterator[_Misuse]:
        return (use for use in self._uses() if use.thing == thing)

    def _siblings(self, thing: str) -> Counter[str]:
        """Return how many other things in the folder of *thing* are of each class."""
        folder = thing.rpartition("/")[0]
        return Counter(
            cls
            for other, stated in self._stated.items()
            if other != thing and other.rpartition("/")[0] == folder
            for cls in stated
        )

    def _wrong_type(self, thing: str, right: str, misuses: list[_Misuse]) -> Finding:
        as_right = self._axioms.of([right])
        wrong = sorted(self._narrowest(self._types[thing] - as_right)) or [""]
        return self._finding(
            "type",
            thing,
            TYPE,
            f"<{wrong[0]}>",
            right,
            message(
                "%(thing)s is typed %(types)s, but what is said with %(properties)s is said of "
                "%(needed)s. Write that type, if the source speaks of such a thing.",
                thing=thing,
                types=[f"<{w}>" for w in wrong],
                properties=sorted({f"<{m.path}>" for m in misuses if m.needed & as_right}),
                needed=f"<{right}>",
            ),
        )

    def _misused(self, use: _Misuse) -> Finding:
        q = use.statement
        types = sorted(self._narrowest(self._types.get(use.thing, set())))
        values: dict[str, object] = {
            "property": f"<{use.path}>",
            "needed": [f"<{c}>" for c in sorted(use.needed)],
            "thing": use.thing,
            "types": [f"<{t}>" for t in types],
        }
        if use.is_value and use.thing.startswith('"'):
            said = message(
                "The value of %(property)s is a thing, of the type %(needed)s, and this is a text: "
                "write its IRI.",
                **values,
            )
        elif not types:
            said = message(
                "%(thing)s has no type. What stands with %(property)s is of the type %(needed)s: "
                "write its type, or correct the statement.",
                **values,
            )
        elif use.is_value:
            said = message(
                "The value of %(property)s is of the type %(needed)s, and %(thing)s is of the "
                "type %(types)s. See in the source who or what is meant.",
                **values,
            )
        else:
            said = message(
                "%(property)s is said of what is of the type %(needed)s, and %(thing)s is of the "
                "type %(types)s. Say it of the right thing, or with another property.",
                **values,
            )
        identifier = "range" if use.is_value else "domain"
        return self._finding(identifier, str(q.subject), use.path, str(q.object), use.path, said)

    def _narrowest(self, classes: set[str]) -> set[str]:
        return {c for c in classes if not any(c in self._axioms.of([o]) for o in classes if o != c)}

    # --- which values

    def _of_literals(self) -> Iterator[Finding]:
        for path, alternatives in self._axioms.ranges.items():
            for classes in alternatives:
                if (allowed := datatypes(classes)) is not None:
                    yield from self._ill_typed(path, allowed, classes)
        for path in sorted(self._axioms.literals):
            if not self._axioms.ranges.get(path):
                yield from self._ill_typed(path, None, frozenset())

    def _ill_typed(
        self, path: str, allowed: set[str] | None, classes: Classes
    ) -> Iterator[Finding]:
        for q in self._asked.get(path, ()):
            value = q.object
            found = value.datatype.value if isinstance(value, ox.Literal) else None
            if found is None:
                said = message(
                    "The value of %(property)s is a text or a number, and this is an IRI.",
                    property=f"<{path}>",
                )
            elif allowed is not None and found not in allowed:
                said = message(
                    "The value of %(property)s is written with the type %(needed)s, and this has "
                    "the type %(types)s.",
                    property=f"<{path}>",
                    needed=[f"<{c}>" for c in sorted(classes)],
                    types=f"<{found}>",
                )
            else:
                continue
            yield self._finding("datatype", str(q.subject), path, str(value), path, said)

    def _of_numbers(self) -> Iterator[Finding]:
        """Yield what has more values of a property than its function or its class allows."""
        for path in sorted(self._axioms.single):
            yield from self._too_many(path, 1, path, None)
        for r in self._axioms.restrictions:
            if r.most is not None and r.path not in self._axioms.single:
                yield from self._too_many(r.path, r.most, r.of, r.of)

    def _too_many(self, path: str, most: int, term: str, cls: str | None) -> Iterator[Finding]:
        values: dict[str, dict[str, None]] = defaultdict(dict)
        for q in self._asked.get(path, ()):
            if cls is None or cls in self._types.get(str(q.subject), ()):
                values[str(q.subject)][str(q.object)] = None
        for thing, given in values.items():
            if len(given) > most:
                yield self._finding(
                    "single",
                    thing,
                    path,
                    None,
                    term,
                    message(
                        "%(thing)s has %(found)s values for %(property)s, and may have %(most)s: "
                        "%(values)s. Keep what the source says.",
                        thing=thing,
                        found=len(given),
                        most=most,
                        property=f"<{path}>",
                        values=sorted(given),
                    ),
                )

    def _of_keys(self) -> Iterator[Finding]:
        keys: list[tuple[str | None, tuple[str, ...]]] = [*self._axioms.keys]
        keys += [(None, (path,)) for path in sorted(self._axioms.identifying)]
        for cls, paths in keys:
            bearers: dict[tuple[str, ...], list[str]] = defaultdict(list)
            for thing, values in self._keyed(cls, paths):
                bearers[values].append(thing)
            for values, things in bearers.items():
                # The least described is taken for the newcomer.
                first, *others = sorted(set(things), key=lambda t: (-self._size[t], t))
                for other in others:
                    yield self._twice(paths[0], paths, values, other, first)

    def _keyed(
        self, cls: str | None, paths: tuple[str, ...]
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each thing of *cls*, or of any class, and each set of values that it has."""
        rows: dict[str, list[tuple[str, ...]]] = {}
        for n, path in enumerate(paths):
            given: dict[str, list[str]] = defaultdict(list)
            for q in self._asked.get(path, ()):
                given[str(q.subject)].append(str(q.object))
            known = given if n == 0 else rows
            rows = {
                thing: [(*row, v) for row in (rows[thing] if n else [()]) for v in given[thing]]
                for thing in known
                if thing in given
            }
        for thing, found in rows.items():
            if cls is None or cls in self._types.get(thing, ()):
                yield from ((thing, row) for row in found)

    def _twice(
        self, term: str, paths: tuple[str, ...], values: tuple[str, ...], thing: str, other: str
    ) -> Finding:
        return self._finding(
            "key",
            thing,
            paths[-1],
            values[-1],
            term,
            message(
                "%(other)s has the same %(properties)s: %(values)s. It stands on one thing only. "
                "Correct the value; or if both are one and the same, keep one IRI.",
                other=other,
                properties=[f"<{p}>" for p in paths],
                values=list(values),
            ),
        )

    def _of_pairs(self) -> Iterator[Finding]:
        """Yield each statement between two things that another one, or they themselves, forbid."""
        forbidden = [(path, path, True) for path in sorted(self._axioms.asymmetric)]
        forbidden += [(path, other, False) for path, other in self._axioms.exclusive]
        for path in sorted(self._axioms.irreflexive):
            for q in self._asked.get(path, ()):
                if q.subject == q.object:
                    said = message(
                        "By %(property)s a thing points at another one, and here at itself. See "
                        "in the source which is meant.",
                        property=f"<{path}>",
                    )
                    yield self._of_statement(path, q, said)
        for path, other, is_turned in forbidden:
            pairs = {(q.subject, q.object) for q in self._asked.get(other, ())}
            for q in self._asked.get(path, ()):
                pair = (q.object, q.subject) if is_turned else (q.subject, q.object)
                if pair in pairs and q.subject != q.object:
                    said = message(
                        "%(property)s and %(other)s between the same two, %(thing)s and "
                        "%(value)s, cannot both be. See in the source which holds.",
                        property=f"<{path}>",
                        other=f"<{other}>",
                        thing=str(q.subject),
                        value=str(q.object),
                    )
                    yield self._of_statement(path, q, said)

    def _of_statement(self, path: str, q: ox.Quad, said: Message) -> Finding:
        return self._finding("pair", str(q.subject), path, str(q.object), path, said)

    def _of_disjoint(self) -> Iterator[Finding]:
        for thing, types in self._types.items():
            if len(self._stated[thing]) < 2:
                continue
            for one, other in self._axioms.apart:
                if one in types and other in types:
                    wrong = self._newer(thing, one, other)
                    yield self._finding(
                        "disjoint",
                        thing,
                        TYPE,
                        f"<{wrong}>",
                        one,
                        message(
                            "%(thing)s is typed both %(one)s and %(other)s, and nothing is both. "
                            "Remove the type that is wrong.",
                            thing=thing,
                            one=f"<{one}>",
                            other=f"<{other}>",
                        ),
                    )
                    break

    def _newer(self, thing: str, one: str, other: str) -> str:
        """Return the stated type that speaks against the others: fewer things near it have it."""
        siblings = self._siblings(thing)
        stated = [
            t for t in self._narrowest(self._stated[thing]) if {one, other} & self._axioms.of([t])
        ]
        return min(sorted(stated), key=lambda t: siblings[t], default=one)

    def _finding(
        self, identifier: str, focus: str, path: str, value: str | None, term: str, said: Message
    ) -> Finding:
        """Return a finding that *said* tells, for an axiom of *term*."""
        messages = {tag: translate(self._naming(said, tag), tag) for tag in LANGUAGES}
        is_own = term.startswith(self._own)
        return Finding(
            "ontology",
            identifier,
            "_:" if focus.startswith("_:") else focus,
            f"<{path}>",
            value,
            "Violation" if is_own else "Warning",
            messages,
        )

    def _naming(self, said: Message, tag: str) -> Message:
        return replace(said, values={k: self._named(v, tag) for k, v in said.values.items()})

    def _named(self, value: object, tag: str) -> object:
        if isinstance(value, list):
            return [self._named(v, tag) for v in value]
        if isinstance(value, str) and value.startswith("<"):
            return self._names.full(value[1:-1], tag)
        return value
