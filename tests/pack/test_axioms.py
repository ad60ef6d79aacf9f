"""What a vocabulary says of its terms is asked of the data, and the statement is named."""

from __future__ import annotations

import pytest

from renkei.pack import pipeline

ROOT = "https://harbours.example/"
VOCABULARY = """
@prefix h: <https://harbours.example/ns#> .
@prefix o: <https://elsewhere.example/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

h:Harbour a owl:Class ; rdfs:label "harbour"@en , "港"@ja ; owl:hasKey ( h:code ) .
h:FishingHarbour a owl:Class ; rdfs:subClassOf h:Harbour ; rdfs:label "fishing harbour"@en .
h:Ship a owl:Class ; rdfs:label "ship"@en , "船"@ja ; owl:disjointWith h:Harbour ;
    rdfs:subClassOf [ a owl:Restriction ; owl:onProperty h:lights ; owl:maxCardinality 2 ] ,
        [ a owl:Restriction ; owl:onProperty o:near ; owl:allValuesFrom h:Harbour ] .
h:code a owl:DatatypeProperty .
h:depth a owl:DatatypeProperty , owl:FunctionalProperty ; rdfs:domain h:Harbour ;
    rdfs:range xsd:decimal ; rdfs:label "depth"@en , "水深"@ja .
h:draught a owl:DatatypeProperty ; rdfs:domain h:Ship ; rdfs:label "draught"@en .
h:lights a owl:DatatypeProperty .
h:home a owl:ObjectProperty , owl:IrreflexiveProperty ; rdfs:label "home"@en ;
    rdfs:domain h:Ship ; rdfs:range [ owl:unionOf ( h:Harbour h:Yard ) ] .
h:opensBefore a owl:ObjectProperty , owl:AsymmetricProperty .
o:near a owl:ObjectProperty ; rdfs:domain h:Ship .
"""
PREFIXES = """
@prefix h: <https://harbours.example/ns#> .
@prefix o: <https://elsewhere.example/ns#> .
@prefix s: <https://harbours.example/id/ship/> .
@prefix p: <https://harbours.example/id/port/> .
"""
SOUND = """p:bari a h:FishingHarbour ; h:code "BRI" ; h:depth 12 .
s:elsa a h:Ship ; h:home p:bari , <https://far.example/port> ; h:draught 3.5 .
s:maja a h:Ship ; h:home p:bari ; h:draught 4.5 ; h:lights 1 , 2 .
"""


def found(publish, data: str, vocabulary: str = VOCABULARY) -> list[tuple[str, str, int, str]]:
    """Identifier, severity, line (of those added) and message of each finding."""
    before = (PREFIXES + SOUND).count("\n")
    folder = publish({"ontology/h.ttl": vocabulary, "data/a.ttl": PREFIXES + SOUND + data})
    findings = pipeline.check(folder, root=ROOT, title="X").findings
    return [
        (f.identifier, f.severity, f.place.line - before, f.message("en"))
        for f in findings
        if f.place and f.place.line
    ]


def test_data_that_keep_to_their_vocabulary_have_no_findings(publish) -> None:
    """A subclass counts as its superclass, an integer as a decimal; a thing elsewhere as any."""
    assert found(publish, "") == []


CASES = {
    "domain": (
        "p:bari h:draught 2.0 .",
        "“draught” (h:draught) is said of what is of the type “ship” (h:Ship), and p:bari is of "
        "the type “fishing harbour” (h:FishingHarbour). Say it of the right thing, or with "
        "another property.",
    ),
    "range": (
        "s:elsa h:home s:maja .",
        "The value of “home” (h:home) is of the type “harbour” (h:Harbour), h:Yard, and s:maja "
        "is of the type “ship” (h:Ship). See in the source who or what is meant.",
    ),
    "datatype": (
        'p:bari h:depth "deep" .',
        "The value of “depth” (h:depth) is written with the type “decimal number” (xsd:decimal), "
        "and this has the type “text” (xsd:string).",
    ),
    "single": (
        "p:bari h:depth 13.0 .",
        "p:bari has 2 values for “depth” (h:depth), and may have 1: "
        '"12"^^<http://www.w3.org/2001/XMLSchema#integer>, '
        '"13.0"^^<http://www.w3.org/2001/XMLSchema#decimal>. Keep what the source says.',
    ),
    "key": (
        'p:bari2 a h:Harbour ; h:code "BRI" .',
        'p:bari has the same h:code: "BRI". It stands on one thing only. Correct the value; or '
        "if both are one and the same, keep one IRI.",
    ),
    "disjoint": (
        "s:elsa a h:FishingHarbour .",
        "s:elsa is typed both “ship” (h:Ship) and “harbour” (h:Harbour), and nothing is both. "
        "Remove the type that is wrong.",
    ),
    "type": (
        "s:anna a h:Harbour ; h:home p:bari ; h:draught 2.0 .",
        "s:anna is typed “harbour” (h:Harbour), but what is said with “draught” (h:draught), "
        "“home” (h:home) is said of “ship” (h:Ship). Write that type, if the source speaks of "
        "such a thing.",
    ),
    "pair": (
        "p:bari h:opensBefore p:rab .\np:rab a h:Harbour ; h:opensBefore p:bari .",
        "h:opensBefore and h:opensBefore between the same two, p:bari and p:rab, cannot both be. "
        "See in the source which holds.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("identifier", CASES)
def test_a_statement_against_an_axiom_is_a_violation_at_its_line(publish, identifier) -> None:
    data, said = CASES[identifier]

    line = {"single": -2}.get(identifier, 1)  # of several values the first; the others are told too
    assert found(publish, data)[0] == (identifier, "Violation", line, said)


def test_a_restriction_of_a_class_counts_and_chooses_for_its_things_only(publish) -> None:
    data = "s:maja h:lights 3 .\np:bari h:lights 1 , 2 , 3 ."

    assert [(i, line) for i, _, line, _ in found(publish, data)] == [
        ("single", 0)
    ]  # of s:maja, where the first two stand


def test_a_term_of_another_vocabulary_is_a_warning(publish) -> None:
    """Copied into ontology/, it binds the world less than its author's own words do."""
    assert [(i, s) for i, s, _, _ in found(publish, "p:bari o:near p:bari .")] == [
        ("domain", "Warning")
    ]


def test_a_vocabulary_without_axioms_asks_nothing(publish) -> None:
    vocabulary = "@prefix owl: <http://www.w3.org/2002/07/owl#> . <urn:x> a owl:Class ."

    assert found(publish, "p:bari h:draught p:bari .", vocabulary) == []
