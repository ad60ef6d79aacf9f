"""One slip is one finding: what merely follows from it stands under it."""

from __future__ import annotations

from renkei.pack import pipeline
from renkei.pack.findings import as_turtle

ROOT = "https://harbours.example/"
SHAPES = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix h: <https://harbours.example/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

h:Written a sh:NodeShape ; dct:identifier "H1" ; sh:targetSubjectsOf h:written ;
    sh:sparql [ sh:message "Not as written: {?value}."@en ; sh:select \"\"\"
        PREFIX h: <https://harbours.example/ns#> SELECT $this (h:year AS ?path) ?value {
        $this h:written ?words ; h:year ?value . FILTER (STR(?value) != ?words) }\"\"\" ] .
h:Served a sh:NodeShape ; dct:identifier "A1" ; sh:targetSubjectsOf h:calls ;
    sh:message "A ship calls at a harbour that is open."@en ; sh:severity sh:Violation ;
    sh:sparql [ sh:select \"\"\"
        PREFIX h: <https://harbours.example/ns#> SELECT $this (h:calls AS ?path) ?value {
        $this h:calls ?value ; h:in ?day . ?value h:opened ?year . FILTER (?day < ?year) }\"\"\" ] .
h:Deep a sh:PropertyShape ; dct:identifier "A2" ; sh:targetSubjectsOf h:depth ; sh:path h:depth ;
    sh:minInclusive 1 ; sh:message "A depth is one metre or more."@en .
"""
RULE = """PREFIX h: <https://harbours.example/ns#>
CONSTRUCT { ?s h:opened ?year } WHERE { ?s h:year ?year }"""
DATA = """
@prefix h: <https://harbours.example/ns#> .
<id/bari>
    h:written "1890" ;
    h:year 1980 ;
    h:depth 4 .
<id/elsa> h:calls <id/bari> ; h:in 1900 .
<id/maja> h:calls <id/bari> ; h:in 1901 .
"""


def check(publish, data: str) -> pipeline.Checked:
    files = {"shapes/s.ttl": SHAPES, "data/rules/1.rq": RULE, "data/a.ttl": data}
    return pipeline.check(publish(files), root=ROOT, title="X")


def found(checked: pipeline.Checked) -> list[tuple[str, int | None, list[str]]]:
    """Identifier, line and what stands under it, of every finding."""
    return [
        (f.identifier, f.place and f.place.line, [g.identifier for g in f.follows])
        for f in checked.findings
    ]


def test_what_is_gone_with_a_statement_stands_under_the_finding_that_names_it(publish) -> None:
    """Also what a rule derived from it; by the alphabet, what follows would have come first."""
    assert found(check(publish, DATA)) == [("H1", 5, ["A1", "A1"])]


def test_a_slip_of_its_own_stays_a_finding_of_its_own(publish) -> None:
    data = DATA.replace("h:depth 4", "h:depth 0")

    assert found(check(publish, data)) == [("H1", 5, ["A1", "A1"]), ("A2", 6, [])]


def test_without_a_cause_among_the_findings_all_stay(publish) -> None:
    """Two ships that called too early, each by its own line."""
    data = DATA.replace('"1890"', '"1980"')

    assert found(check(publish, data)) == [("A1", 7, []), ("A1", 8, [])]


def test_the_report_has_what_follows_as_the_detail_of_its_cause(publish) -> None:
    checked = check(publish, DATA)
    report = as_turtle(checked.findings, ROOT, {}).decode()

    assert report.count("sh:result ") == 1
    assert report.count("sh:detail <https://harbours.example/report#1.1>") == 1


def test_a_cause_is_as_severe_as_the_worst_that_follows(publish) -> None:
    """What would only have been looked at is refused for what comes of it."""
    mild = SHAPES.replace(
        "h:written ;\n    sh:sparql", "h:written ; sh:severity sh:Warning ;\n    sh:sparql"
    )
    files = {"shapes/s.ttl": mild, "data/rules/1.rq": RULE, "data/a.ttl": DATA}
    checked = pipeline.check(publish(files), root=ROOT, title="X")

    assert mild != SHAPES
    assert [(f.identifier, f.severity) for f in checked.findings] == [("H1", "Violation")]


def test_what_a_second_thing_has_of_the_first_stands_under_it(publish) -> None:
    """A thing that was described twice is one slip, whoever has the same name or number."""
    same = (
        SHAPES
        + """
h:Own a sh:NodeShape ; dct:identifier "N1" ; sh:targetSubjectsOf h:name ;
    sh:message "Two have one name."@en ; sh:sparql [ sh:select \"\"\"
        PREFIX h: <https://harbours.example/ns#> SELECT $this (h:name AS ?path) ?value {
        $this h:name ?value . ?other h:name ?value FILTER (?other != $this) }\"\"\" ] .
h:Code a sh:NodeShape ; dct:identifier "N2" ; sh:targetSubjectsOf h:code ;
    sh:message "Two have one code."@en ; sh:sparql [ sh:select \"\"\"
        PREFIX h: <https://harbours.example/ns#> SELECT $this (h:code AS ?path) ?value {
        $this h:code ?value . ?other h:code ?value FILTER (?other != $this) }\"\"\" ] .
"""
    )
    data = """@prefix h: <https://harbours.example/ns#> .
<id/bari> h:name "Bari" ; h:code 7 ; h:note "old" .
<id/bari2> h:name "Bari" ; h:code 7 .
"""
    checked = pipeline.check(
        publish({"shapes/s.ttl": same, "data/a.ttl": data}), root=ROOT, title="X"
    )

    assert [(f.place.line, len(f.follows)) for f in checked.findings if f.place] == [(3, 3)]
