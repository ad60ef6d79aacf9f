"""Gate 7: every term of another vocabulary that we write exists in that vocabulary.

rdflib carries the term lists of the large ones; vocabularies.toml, kept by hand with its
sources, the rest. A misspelt term is not an error for any parser, so it is looked for here.
"""

import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib.namespace

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path
    for folder in ("ontology", "shapes", "data")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".ttl", ".trig")
)
OF_RDFLIB = [
    "DCAT",
    "DCTERMS",
    "DOAP",
    "FOAF",
    "GEO",
    "ORG",
    "OWL",
    "PROV",
    "PROF",
    "RDF",
    "RDFS",
    "SDO",
    "SH",
    "SKOS",
    "TIME",
    "VANN",
    "VOID",
    "XSD",
]


def read_vocabularies() -> dict[str, set[str]]:
    """Namespace -> local names that exist in it."""
    known: dict[str, set[str]] = {}
    for name in OF_RDFLIB:
        namespace = getattr(rdflib.namespace, name)
        names = {*namespace.__annotations__, *getattr(namespace, "_extras", [])}
        known.setdefault(str(namespace), set()).update(names)
    by_hand = tomllib.loads((Path(__file__).parent / "vocabularies.toml").read_text("utf-8"))
    for entry in by_hand.values():
        known.setdefault(entry["namespace"], set()).update(entry["terms"])
    return known


KNOWN = read_vocabularies()


def unknown(quads) -> set[str]:
    """The IRIs in *quads* that claim a known namespace but are not terms of it."""
    found = set()
    for quad in quads:
        for term in (quad.subject, quad.predicate, quad.object):
            iri = (
                term.datatype.value
                if isinstance(term, ox.Literal)
                else term.value
                if isinstance(term, ox.NamedNode)
                else ""
            )
            for namespace, names in KNOWN.items():
                if iri.startswith(namespace) and iri[len(namespace) :] not in {"", *names}:
                    found.add(iri)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_reused_term_exists(path):
    assert unknown(ox.parse(path=path)) == set()


@pytest.mark.parametrize(
    "iri",
    [
        "http://www.w3.org/ns/org#orginalOrganization",
        "http://www.w3.org/2002/07/owl#versionURI",
        "http://purl.org/dc/terms/author",
        "http://www.w3.org/ns/shacl#shape",
        "http://www.w3.org/ns/locn#zipCode",
    ],
)
def test_a_term_that_does_not_exist_is_found(iri):
    """All but the last stand in published vocabularies."""
    text = f"<https://example.org/a> <{iri}> <https://example.org/b> ."

    assert unknown(ox.parse(text, format=ox.RdfFormat.TURTLE)) == {iri}


def test_every_term_of_ours_in_data_and_shapes_is_defined(terms):
    """Properties and classes of ccua: wherever they are used."""
    namespace = "https://w3id.org/jp-ccua/ns#"
    defined = {str(s) for s in terms.subjects() if str(s).startswith(namespace)}
    used = {
        term.value
        for path in FILES
        for quad in ox.parse(path=path)
        for term in (quad.subject, quad.predicate, quad.object)
        if isinstance(term, ox.NamedNode) and term.value.startswith(namespace)
    }

    assert used - defined == set()
