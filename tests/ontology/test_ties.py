"""Each term of ours says why no other served: narrower than another's, near one, or none was found.

Where a term of another vocabulary is broader, or near, the axiom names it; a term of ours that
is narrower than a tied one is tied with it. Else a note tells where was looked, in both languages.
"""

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS, URIRef

NONE_FOUND = 'a:bridge a owl:ObjectProperty ; skos:editorialNote "None."@en .'
NS = "https://w3id.org/jp-ccua/ns#"
KINDS = OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty


def own(term: rdflib.term.Node) -> bool:
    return str(term).startswith(NS)


def tied(term: rdflib.term.Node, terms: rdflib.Graph) -> bool:
    """Say whether *term*, or one of ours that is broader, stands below or near another's."""
    line = [
        broader
        for axiom in (RDFS.subClassOf, RDFS.subPropertyOf)
        for broader in terms.transitive_objects(term, axiom)
        if isinstance(broader, URIRef)
    ]
    near = [other for one in line for other in terms.objects(one, RDFS.seeAlso)]
    return any(not own(other) for other in (*line, *near))


def languages_of_the_note(term: rdflib.term.Node, terms: rdflib.Graph) -> list[str | None]:
    return sorted(note.language for note in terms.objects(term, SKOS.editorialNote))  # type: ignore[attr-defined]


def unexplained(terms: rdflib.Graph) -> dict[str, list[str | None]]:
    """Return the terms that are neither tied nor explained, or both, with what they have."""
    ours = {term for kind in KINDS for term in terms.subjects(RDF.type, kind) if own(term)}
    return {
        str(term).removeprefix(NS): notes
        for term in ours
        if (notes := languages_of_the_note(term, terms))
        != ([] if tied(term, terms) else ["en", "ja"])
    }


def test_each_term_of_ours_says_why_no_other_served(terms):
    assert unexplained(terms) == {}


@pytest.mark.parametrize(
    ("turtle", "left"),
    [
        pytest.param("a:bridge a owl:ObjectProperty .", {"bridge": []}, id="nothing said"),
        pytest.param(NONE_FOUND, {"bridge": ["en"]}, id="one language"),
        pytest.param(
            "a:lineCount rdfs:seeAlso <https://schema.org/size> .",
            {"lineCount": ["en", "ja"]},
            id="found after all",
        ),
        pytest.param(
            "a:bridge a owl:Class ; rdfs:subClassOf a:Vision .", {}, id="below a tied one"
        ),
    ],
)
def test_a_term_without_a_tie_or_a_note_is_found(turtle, left, terms):
    prefixes = (
        f"@prefix a: <{NS}> . @prefix owl: <{OWL}> . "
        f"@prefix rdfs: <{RDFS}> . @prefix skos: <{SKOS}> ."
    )
    changed = rdflib.Graph().parse(data=prefixes + turtle)
    changed += terms

    assert unexplained(changed) == left
