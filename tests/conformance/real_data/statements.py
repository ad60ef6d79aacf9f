"""What is said of each subject, with blank nodes told by what they say and not by their label.

Terms are compared as they are written: lexical form, datatype, language tag (without regard to
case, RDF 1.1 Concepts section 3.3). A blank node is told by everything that can be reached from
it through other blank nodes.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

Said = tuple[str, str]  # predicate and object


class Statements:
    """The statements of a document or file, by subject."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self._said: dict[str, set[tuple[str, str, bool]]] = defaultdict(set)
        self._signatures: dict[str, str] = {}
        for quad in quads:
            # str() of a term is N-Triples
            said = (str(quad.predicate), str(quad.object), isinstance(quad.object, ox.BlankNode))
            self._said[str(quad.subject)].add(said)

    def subjects(self) -> list[str]:
        """Return the IRIs that are subjects, sorted."""
        return sorted(s[1:-1] for s in self._said if s.startswith("<"))

    def __len__(self) -> int:
        return sum(len(said) for said in self._said.values())

    def plain(self, iri: str) -> set[Said]:
        """Return what is said of *iri* without the statements that lead to blank nodes."""
        return {(p, o) for p, o, blank in self._said.get(f"<{iri}>", ()) if not blank}

    def nested(self, iri: str) -> Counter[Said]:
        """Return predicate and signature of the blank nodes that *iri* leads to."""
        said = self._said.get(f"<{iri}>", ())
        return Counter((p, self._signature(o)) for p, o, blank in said if blank)

    def tops(self) -> Counter[str]:
        """Return the signatures of the blank nodes to which nothing leads."""
        led_to = {o for said in self._said.values() for _, o, blank in said if blank}
        return Counter(
            self._signature(s) for s in self._said if s.startswith("_:") and s not in led_to
        )

    def _signature(self, node: str) -> str:
        found = self._signatures.get(node)
        if found is None:
            self._signatures[node] = "(again)"  # what a cycle comes back to
            lines = sorted(
                f"{p} {self._signature(o) if blank else o}"
                for p, o, blank in self._said.get(node, ())
            )
            found = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
            self._signatures[node] = found
        return found
