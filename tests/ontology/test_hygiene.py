"""Gate 6: one query a rule; each finds nothing in our terms and its culprit in a broken copy."""

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

HYGIENE = Path(__file__).parent / "hygiene"
RULES = sorted(path.stem for path in HYGIENE.glob("*.rq"))
PREFIXES = """
@prefix ccua: <https://w3id.org/jp-ccua/ns#> .
@prefix concept: <https://w3id.org/jp-ccua/concept/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix role: <https://w3id.org/jp-ccua/concept/role/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vs: <http://www.w3.org/2003/06/sw-vocab-status/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

# Rule -> (Turtle that breaks it, the culprit it must name).
BROKEN = {
    "class-name": ("ccua:FundAndYear a owl:Class .", "ccua:FundAndYear"),
    "concept-complete": ('role:mayor a skos:Concept ; skos:prefLabel "市長"@ja .', "role:mayor"),
    "defined-by-us": ("ccua:Bridge a owl:Class .", "ccua:Bridge"),
    "definition-in-both-languages": (
        'ccua:Bridge a owl:Class ; skos:definition "橋"@ja .',
        "ccua:Bridge",
    ),
    "definition-not-circular": (
        'ccua:Bridge a owl:Class ; rdfs:label "bridge"@en ; '
        'skos:definition "kind of bridge that a town owns"@en .',
        "ccua:Bridge",
    ),
    "definition-not-shared": (
        'ccua:Bridge skos:definition "one"@en . ccua:Road skos:definition "one"@en .',
        "ccua:Bridge",
    ),
    "domain-or-note": ("ccua:crosses a owl:ObjectProperty .", "ccua:crosses"),
    "example-in-both-languages": (
        'ccua:Bridge a owl:Class ; skos:example "one"@en .',
        "ccua:Bridge",
    ),
    "label-in-both-languages": ('ccua:Bridge a owl:Class ; rdfs:label "橋"@ja .', "ccua:Bridge"),
    "label-not-shared": ('ccua:Bridge a owl:Class ; rdfs:label "fund"@en .', "ccua:Bridge"),
    "narrower-property-keeps-domain": (
        "ccua:coreCityParty rdfs:domain ccua:Fund .",
        "ccua:coreCityParty",
    ),
    "no-class-cycle": ("ccua:Event rdfs:subClassOf ccua:Consultation .", "ccua:Consultation"),
    "no-date-range": ("ccua:validFrom rdfs:range xsd:date .", "ccua:validFrom"),
    "no-deprecated-term-in-use": ("ccua:Event owl:deprecated true .", "ccua:Event"),
    "no-outer-white-space": ('ccua:Fund skos:scopeNote "注記\u3000"@ja .', "ccua:Fund"),
    "no-property-cycle": (
        "ccua:dateStated rdfs:subPropertyOf ccua:concludedOn .",
        "ccua:concludedOn",
    ),
    "no-unconnected-term": ("ccua:Bridge a owl:Class .", "ccua:Bridge"),
    "no-untyped-term": ("ccua:Fund rdfs:subClassOf org:Purse .", "org:Purse"),
    "one-domain-one-range": ("ccua:amends rdfs:domain ccua:Vision .", "ccua:amends"),
    "one-kind-of-property": ("dct:title a owl:DatatypeProperty .", "dct:title"),
    "one-text-a-language": ('ccua:Fund rdfs:label "purse"@en .', "ccua:Fund"),
    "property-name": ("ccua:Has-part a owl:ObjectProperty .", "ccua:Has-part"),
    "role-is-both": ("role:mayor skos:inScheme concept:role .", "role:mayor"),
    "scheme-complete": ("concept:colour a skos:ConceptScheme .", "concept:colour"),
    "sorts-are-apart": ("ccua:Bridge a owl:Class .", "ccua:Bridge"),
    "status-known": ('ccua:Bridge a owl:Class ; vs:term_status "done" .', "ccua:Bridge"),
}


def ask(rule: str, graph: rdflib.Graph, extra: str = "") -> set[tuple[str, str]]:
    """Return the (term, why) pairs that a rule finds in a graph with some Turtle added."""
    store = ox.Store()
    store.load(graph.serialize(format="nt").encode(), format=ox.RdfFormat.N_TRIPLES)
    store.load((PREFIXES + extra).encode(), format=ox.RdfFormat.TURTLE)
    answer = store.query((HYGIENE / f"{rule}.rq").read_text("utf-8"))
    return {(row["term"].value, row["why"].value) for row in answer}


@pytest.mark.parametrize("rule", RULES)
def test_the_terms_keep_the_rule(rule, terms):
    assert ask(rule, terms) == set()


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_names_the_culprit(rule, terms):
    broken, culprit = BROKEN[rule]
    prefix, local = culprit.split(":")
    namespace = dict(rdflib.Graph().parse(data=PREFIXES + broken).namespaces())[prefix]

    assert str(namespace) + local in {term for term, _ in ask(rule, terms, broken)}


def test_a_scheme_tells_its_version_and_what_changed(terms):
    scheme = 'concept:colour a skos:ConceptScheme ; dct:title "色"@ja , "colour"@en .'

    assert {why for _, why in ask("scheme-complete", terms, scheme)} == {
        "version",
        "note ja",
        "note en",
    }


def test_every_rule_has_an_example_that_breaks_it():
    assert sorted(BROKEN) == RULES


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_opens_with_a_sentence(rule):
    first, second, *_ = (HYGIENE / f"{rule}.rq").read_text("utf-8").splitlines()

    assert first.startswith("# ") and first.endswith(".")
    assert second.startswith("# Given ")
