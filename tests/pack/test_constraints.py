"""A constraint that cannot be run is one finding with its place, and all others are run."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from rdflib import Graph

from renkei.pack import pipeline
from renkei.pack.validation import Place, validate

PREFIXES = """\
@prefix s: <https://example.org/shapes#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix v: <https://example.org/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DATA = (
    PREFIXES + '<id/1> a v:Event ; v:from "2015"^^xsd:gYear ; v:to "2014"^^xsd:gYear ;\n'
    'v:n "1"^^xsd:nonNegativeInteger ; v:code "01"^^xsd:integer ; v:name "a" .\n'
)
BITING = "s:Biting a sh:NodeShape ; sh:targetClass v:Event ; sh:property [ sh:path v:none ; \n"
BITING += "  sh:minCount 1 ] .\n"
TARGET = "a sh:NodeShape ; sh:targetClass v:Event ;"
ASK = """s:MaxLetters a sh:ConstraintComponent ; sh:parameter [ sh:path s:most ] ;
    sh:validator [ a sh:SPARQLAskValidator ;
        sh:ask "ASK { FILTER (STRLEN(STR($value)) < $most) }" ] .
"""


def found(publish, shapes: str) -> list[tuple[str, str, str | None, str, int | None]]:
    """Identifier, severity, path, message and line of what is found besides s:Biting."""
    catalogue = '<d> <http://rdfs.org/ns/void#uriSpace> "https://example.org/" .'
    folder = publish(
        {
            "data/a.ttl": DATA,
            "data/catalogue.ttl": catalogue,
            "shapes/s.ttl": PREFIXES + BITING + shapes,
        }
    )
    findings = pipeline.check(folder).findings
    assert "Biting" in {f.identifier for f in findings}
    return [
        (f.identifier, f.severity, _word(f.path), f.message("en"), f.place and f.place.line)
        for f in findings
        if f.identifier != "Biting"
    ]


def _word(path: str | None) -> str | None:
    return path and path.strip("<>").replace("http://www.w3.org/ns/shacl#", "sh:")


CANNOT = "This constraint cannot be run: "
UNRUN = [
    pytest.param(
        f'\ns:A {TARGET} sh:property [ sh:path v:name ;\n sh:pattern "^\\\\p{{IsKatakana}}+$" ] .',
        ("A", "Violation", "sh:pattern", CANNOT + "bad escape \\p at position 1", 9),
        id="a pattern of XPath",
    ),
    pytest.param(
        f'\ns:A {TARGET} sh:property [ sh:path v:name ; sh:pattern "b" ;\n sh:flags "q" ] .',
        ("A", "Violation", "sh:pattern", CANNOT + "sh:flags q", 8),
        id="flags that are not kept",
    ),
    pytest.param(
        f'\ns:A {TARGET} sh:sparql [\n sh:select "SELECT $this WHERE" ] .',
        ("A", "Violation", "sh:sparql", CANNOT, 8),
        id="a query that is none",
    ),
    pytest.param(
        f"\ns:A {TARGET} sh:not [\n sh:property [ sh:path v:name ;\n sh:pattern '(' ] ] .",
        (
            "A",
            "Violation",
            "sh:pattern",
            CANNOT + "missing ), unterminated subpattern at position 0",
            10,
        ),
        id="within a negation, which is unknown then",
    ),
    pytest.param(
        f"\ns:A {TARGET} sh:node s:B .\ns:B a sh:NodeShape ;\n sh:path v:name ; sh:minCount 1 .",
        (
            "B",
            "Violation",
            None,
            CANNOT + "A shape defined as a NodeShape cannot be the subject of a 'sh:path' "
            "predicate.",
            9,
        ),
        id="a shape that is none",
    ),
    pytest.param(
        f"\ns:A {TARGET} sh:property s:B .\ns:B a sh:PropertyShape ; sh:path v:a , v:b .",
        (
            "B",
            "Violation",
            None,
            CANNOT + "A shape defined as a PropertyShape cannot have more than one 'sh:path' "
            "property.",
            9,
        ),
        id="two paths",
    ),
    pytest.param(
        ASK.replace("validator [", "nodeValidator [") + f"s:A {TARGET}\n s:most 2 .",
        (
            "A",
            "Violation",
            "https://example.org/shapes#most",
            CANNOT + "Validator for a NodeShape or a PropertyShape must be of type "
            "SPARQLSelectValidator.",
            11,
        ),
        id="a component of the author's with the wrong validator",
    ),
    pytest.param(
        f"\ns:A {TARGET} sh:property [ sh:path v:n ;\n sh:minCout 1 ] .",
        (
            "A",
            "Warning",
            "sh:minCout",
            "sh:minCout is no word of SHACL that is known here: it is passed over.",
            9,
        ),
        id="a misspelt word",
    ),
    pytest.param(
        f"\ns:A {TARGET} sh:property [ sh:path v:n ;\n sh:nodeKind sh:Litteral ] .",
        (
            "A",
            "Warning",
            "sh:nodeKind",
            "sh:Litteral is no word of SHACL that is known here: it is passed over.",
            9,
        ),
        id="a misspelt value",
    ),
    pytest.param(
        f"\ns:A {TARGET}\n sh:rule [ a sh:TripleRule ; sh:subject sh:this ] .",
        ("A", "Warning", "sh:rule", "sh:rule is not run here.", 9),
        id="a rule",
    ),
    pytest.param(
        "\ns:A a sh:NodeShape ;\n sh:target [ a sh:SPARQLTarget ; sh:select 'SELECT ?this {}' ] .",
        ("A", "Warning", "sh:target", "sh:target is not run here.", 9),
        id="a target by SPARQL",
    ),
    pytest.param(
        f"\ns:A {TARGET}\n sh:ignoredProperties ( v:a ) .",
        (
            "A",
            "Warning",
            "sh:ignoredProperties",
            "sh:ignoredProperties has no effect without sh:closed.",
            9,
        ),
        id="a parameter without its companion",
    ),
]


@pytest.mark.parametrize("shapes, expected", UNRUN)
def test_what_is_not_run_is_one_finding_with_its_place_and_the_rest_is_run(
    publish, shapes: str, expected: tuple[str, str, str | None, str, int]
) -> None:
    told = found(publish, shapes)
    unrun = [f for f in told if f[3].startswith(CANNOT)]
    (one,) = [f for f in told if f[:3] == expected[:3]]

    assert (one[4], one[3].startswith(expected[3])) == (expected[4], True)
    assert unrun == [one] * expected[3].startswith(CANNOT)


def test_the_right_word_is_said_where_it_is_near(publish, renkei) -> None:
    shapes = PREFIXES + f"s:A {TARGET} sh:property [ sh:path v:n ; sh:minCout 1 ] .\n"
    folder = publish({"data/a.ttl": DATA.replace("<id/1>", "v:1"), "shapes/s.ttl": shapes})

    told = renkei("check", "--lang", "ja", cwd=folder)

    assert told.stdout == (
        "shapes/s.ttl\n  5行目  注意 A  s:A  sh:minCout  1\n".replace(
            "  1\n", '  "1"^^xsd:integer\n'
        )
        + "    sh:minCout は SHACL の語として知られていません。読み飛ばします。\n"
        "    「sh:minCount」の書き間違いではありませんか。\n"
        "違反 0 件、注意 1 件、参考 0 件。\n"
    )


@pytest.mark.parametrize(
    "shape, bites",
    [
        pytest.param("sh:property [ sh:path v:n ; sh:datatype xsd:nonNegativeInteger ]", False),
        pytest.param("sh:property [ sh:path v:n ; sh:datatype xsd:integer ]", True),
        pytest.param('sh:property [ sh:path v:code ; sh:pattern "^01$" ]', False),
        pytest.param('sh:property [ sh:path v:code ; sh:hasValue "01"^^xsd:integer ]', False),
        pytest.param("sh:property [ sh:path v:from ; sh:lessThanOrEquals v:to ]", True),
        pytest.param("sh:property [ sh:path v:to ; sh:lessThan v:from ]", False),
        pytest.param("sh:property [ sh:path v:to ; sh:lessThan v:name ]", True),
        pytest.param("sh:property [ sh:path v:name ; s:most 1 ]", True),
        pytest.param("sh:property [ sh:path v:name ; s:most 2 ]", False),
    ],
)
def test_values_are_read_as_they_were_written(publish, shape: str, bites: bool) -> None:
    """Their datatypes and spellings; years are compared as SPARQL does, and a year with no name."""
    assert bool(found(publish, ASK + f"s:A {TARGET} {shape} .")) == bites


def test_a_constraint_is_run_on_every_thing_that_it_can_be_run_on(publish) -> None:
    """Of two things one is nothing that sh:not can be asked of: the other is told."""
    shapes = PREFIXES + (
        f"s:A {TARGET} sh:property [ sh:path v:a ; sh:node s:B ; sh:maxCount 0 ] .\n"
        "s:B a sh:NodeShape ; sh:property [ sh:path v:b ; sh:pattern '(' ] .\n"
    )
    data = DATA + "<id/2> a v:Event ; v:a 1 .\n"
    catalogue = '<d> <http://rdfs.org/ns/void#uriSpace> "https://example.org/" .'
    folder = publish({"data/a.ttl": data, "data/catalogue.ttl": catalogue, "shapes/s.ttl": shapes})

    told = [(_word(f.path), f.place) for f in pipeline.check(folder).findings]

    assert told == [
        ("https://example.org/ns#a", Place("data/a.ttl", 7)),
        ("sh:pattern", Place("shapes/s.ttl", 6)),
    ]


def test_a_query_sees_the_graphs_where_it_asks_for_them_and_the_default_graph_elsewhere() -> None:
    """What stands in a graph alone is not mixed into what is asked without one."""
    thing, says = ox.NamedNode("http://e/thing"), ox.NamedNode("http://e/says")
    one, two = ox.Literal("one"), ox.Literal("two")
    shapes = Graph().parse(
        data="""
            @prefix sh: <http://www.w3.org/ns/shacl#> .
            <http://e/asks> a sh:NodeShape ; sh:targetNode <http://e/thing> ;
                sh:sparql [ sh:select "SELECT $this ?value { $this <http://e/says> ?value }" ] ;
                sh:sparql [ sh:select "SELECT $this (?g AS ?value) { GRAPH ?g { $this ?p ?o } }" ] .
        """
    )
    graph = ox.NamedNode("http://e/graph")

    found = validate([ox.Quad(thing, says, one)], shapes, named=[ox.Quad(thing, says, two, graph)])

    assert sorted(str(f.value) for f in found) == ['"one"', "<http://e/graph>"]
