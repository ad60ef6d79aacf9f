"""What terms of well-known vocabularies are called, and mean, where the release does not say.

Read once from the Turtle files in `vocabularies/`, which are data beside the program: nothing of
them is a statement of the publication. A name in the release always wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from renkei.naming import RDFS, SCHEMA, SKOS

FOLDER = Path(__file__).parent / "vocabularies"
OURS = "en"  # every term has a name in it


@dataclass(frozen=True)
class KnownTerm:
    """Name and definition of a term, by language; there is a name in English."""

    labels: Mapping[str, str] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)

    def label(self, tag: str) -> tuple[str, str]:
        """Return the name in the language *tag*, else in English, and its language."""
        tag = tag if tag in self.labels else OURS
        return self.labels[tag], tag

    def definition(self, tag: str) -> str:
        """Return the definition in the language *tag*, or nothing."""
        return self.definitions.get(tag, "")


def known_term(iri: str) -> KnownTerm | None:
    """Return what is known of *iri*; of schema.org under either scheme."""
    ours, other = SCHEMA
    return _terms().get(ours + iri.removeprefix(other) if iri.startswith(other) else iri)


def learn() -> None:
    """Read the files of terms, before processes are forked that share them."""
    _terms()


@cache
def _terms() -> Mapping[str, KnownTerm]:
    """Return every term of `vocabularies/`, by IRI."""
    labels: dict[str, dict[str, str]] = {}
    definitions: dict[str, dict[str, str]] = {}
    into = {RDFS + "label": labels, SKOS + "definition": definitions}
    for path in sorted(FOLDER.glob("*.ttl")):
        for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE):
            assert isinstance(quad.subject, ox.NamedNode)
            assert isinstance(quad.object, ox.Literal)
            texts = into[quad.predicate.value].setdefault(quad.subject.value, {})
            texts[quad.object.language or OURS] = quad.object.value
    return {iri: KnownTerm(found, definitions.get(iri, {})) for iri, found in labels.items()}
