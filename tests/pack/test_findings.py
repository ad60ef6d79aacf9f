"""What a check finds, where it says the culprit stands, and how it tells people and machines."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from rich.console import Console

from renkei.language.messages import speak
from renkei.pack import pipeline
from renkei.pack.findings import as_turtle, tell
from renkei.pack.validation import Finding, Place

ROOT = Path(__file__).parents[2]

PREFIXES = """\
@prefix h: <https://example.org/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPES = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix h: <https://example.org/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://example.org/shapes#H01> a sh:NodeShape ;
    dct:identifier "H01" ;
    sh:targetClass h:Harbour ;
    sh:property [ sh:path h:depth ; sh:datatype xsd:integer ; sh:maxCount 1 ;
        sh:message "Give one depth in whole metres."@en , "水深を整数で一つ書いてください。"@ja ] .

<https://example.org/shapes#H02> a sh:NodeShape ;
    dct:identifier "H02" ;
    sh:targetClass h:Harbour ;
    sh:property [ sh:path h:note ; sh:maxLength 5 ; sh:severity sh:Warning ;
        sh:message "Shorten it."@en , "短くしてください。"@ja ] .

<https://example.org/shapes#H03> a sh:NodeShape ;
    dct:identifier "H03" ;
    sh:targetClass h:Harbour ;
    sh:sparql [ a sh:SPARQLConstraint ;
        sh:message "{?value} is shallow."@en , "{?value} は浅すぎます。"@ja ;
        sh:select \"\"\"SELECT $this ?value WHERE {
            $this <https://example.org/ns#draught> ?value FILTER(?value < 2) }\"\"\" ] .
"""
ROOT_IRI = (
    '@prefix void: <http://rdfs.org/ns/void#> .\n<d> void:uriSpace "https://example.org/" .\n'
)


def found(publish, files: dict[str, str]) -> list[tuple[str, str | None, int | None]]:
    """Identifier, file and line of every finding."""
    folder = publish({"shapes/s.ttl": SHAPES, "data/catalogue.ttl": ROOT_IRI, **files})
    return [
        (f.identifier, f.place.file if f.place else None, f.place.line if f.place else None)
        for f in pipeline.check(folder).findings
    ]


@pytest.mark.parametrize(
    "name, text, line",
    [
        pytest.param(
            "a.ttl",
            PREFIXES + '# a comment\n\n<id/a> a h:Harbour ;\n    h:depth\n        "4" .\n',
            7,
            id="turtle: the line of the value",
        ),
        pytest.param(
            "a.ttl",
            PREFIXES
            + '<id/a> a h:Harbour ;\n  h:name """two\nlines""" ,\n  "b" ;\n  h:depth "4" .',
            7,
            id="turtle: after a text of two lines",
        ),
        pytest.param(
            "a.ttl",
            "\ufeff" + PREFIXES + '<id/a> a h:Harbour ;\r\n  h:depth\r\n  "4" ;\r\n  h:b 1 .',
            5,
            id="turtle: a mark at the start and other line ends",
        ),
        pytest.param(
            "a.trig",
            PREFIXES + '<g/1> {\n  <id/a> a h:Harbour ;\n    h:c 1 , 2 ;\n    h:depth "4" .\n}\n',
            6,
            id="trig: inside a graph",
        ),
        pytest.param(
            "a.trig",
            PREFIXES + "<g/1> {\n  <id/b> h:c 1 .\n}\n\n# second\n<g/2> {\n  <id/a> a h:Harbour ;"
            '\n    h:depth "4" .\n}\n',
            10,
            id="trig: in a later graph",
        ),
        pytest.param(
            "a.nt",
            "# first\n<https://example.org/id/a> a:a 1 .\n".replace(" a:a 1", " <a:a> <a:b>")
            + "<https://example.org/id/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
            "<https://example.org/ns#Harbour> .\n"
            '<https://example.org/id/a> <https://example.org/ns#depth> "\\u0034" .\n',
            4,
            id="n-triples: an escaped value",
        ),
        pytest.param(
            "a.jsonld",
            '{\n "@context": {"h": "https://example.org/ns#"},\n'
            ' "@id": "https://example.org/id/a",\n "@type": "h:Harbour", "h:depth": "4"\n}\n',
            3,
            id="json-ld: the line that names the thing",
        ),
    ],
)
def test_a_finding_carries_the_line_of_the_very_statement(
    publish, name: str, text: str, line: int
) -> None:
    assert found(publish, {f"data/{name}": text}) == [("H01", f"data/{name}", line)]


def test_a_thing_in_several_files_is_pointed_at_where_the_culprit_stands(publish) -> None:
    files = {
        "data/a.ttl": PREFIXES + "<id/a> h:name 'A' ; h:name2 'B' .\n",
        "data/b.ttl": PREFIXES + "<id/a> a h:Harbour ; h:name 'C' .\n",
        "data/c.ttl": PREFIXES + "\n<id/a> h:draught 1 .\n",
    }

    assert found(publish, files) == [("H03", "data/c.ttl", 4)]


def test_what_the_catalogue_alone_describes_is_there_for_the_shapes(publish) -> None:
    """An agent who answers for a graph, for one; it is not asked for what data must have."""
    shapes = """@prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix h: <https://example.org/ns#> .
        h:S a sh:NodeShape ; <http://purl.org/dc/terms/identifier> "S" ;
            sh:targetSubjectsOf h:by ; sh:property [ sh:path h:by ; sh:class h:Agent ] ."""
    files = {
        "shapes/s.ttl": shapes,
        "data/catalogue.ttl": PREFIXES + ROOT_IRI + "<id/p> a h:Agent .\n",
        "data/a.ttl": PREFIXES + "<id/a> h:by <id/p> .\n<id/b> h:by <id/q> .\n",
    }

    assert found(publish, files) == [("S", "data/a.ttl", 4)]


def test_a_finding_about_a_graph_stands_where_the_graph_begins(publish) -> None:
    """The rule looks at the class of graphs, which stands in the vocabulary."""
    shapes = """@prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix h: <https://example.org/ns#> .
        h:S a sh:NodeShape ; <http://purl.org/dc/terms/identifier> "S" ;
            sh:targetNode h:Graph ; sh:sparql [ a sh:SPARQLConstraint ; sh:message "Whose?"@en ;
            sh:select '''SELECT $this ?value {
                GRAPH ?value { ?s ?p ?o } FILTER (STRENDS(STR(?value), "/graph/two")) }''' ] ."""
    files = {
        "shapes/s.ttl": shapes,
        "data/catalogue.ttl": ROOT_IRI,
        "data/a.trig": PREFIXES
        + "<graph/one> { <id/a> h:by <id/p> . h:Graph h:note 1 . }\n"
        + "<graph/two> {\n    <id/b> h:by <id/q> .\n    <id/a> h:by <id/q> . }\n",
    }

    assert found(publish, files) == [("S", "data/a.trig", 5)]


def test_what_is_stated_too_often_is_shown_in_every_place(publish) -> None:
    folder = publish(
        {
            "shapes/s.ttl": SHAPES,
            "data/catalogue.ttl": ROOT_IRI,
            "data/a.ttl": PREFIXES + "<id/a> a h:Harbour ; h:depth 4 .\n",
            "data/b.ttl": PREFIXES + "\n<id/a> h:depth 5 .\n",
        }
    )

    (finding,) = pipeline.check(folder).findings

    assert (finding.place, finding.also) == (Place("data/a.ttl", 3), (Place("data/b.ttl", 4),))


def test_a_derived_culprit_names_its_rule_and_the_thing_it_was_derived_for(publish) -> None:
    rule = "CONSTRUCT { ?s <https://example.org/ns#depth> 'x' } WHERE { ?s a ?t }"
    new = """PREFIX h: <https://example.org/ns#>
        CONSTRUCT { ?new a h:Harbour ; h:depth 'y' }
        WHERE { ?s h:twin ?t BIND(IRI(CONCAT(STR(?s), '-twin')) AS ?new) }"""
    folder = publish(
        {
            "shapes/s.ttl": SHAPES,
            "data/catalogue.ttl": '<d> <http://rdfs.org/ns/void#uriSpace> "https://example.org/" .',
            "data/a.ttl": PREFIXES + "<id/a> a h:Harbour .\n<id/b> h:twin 1 .\n",
            "data/rules/1.rq": rule.replace("?s a ?t", "?s a <https://example.org/ns#Harbour>"),
            "data/rules/0.rq": new,
        }
    )

    findings = pipeline.check(folder).findings

    assert {(f.focus, f.value, f.place, f.rule) for f in findings if f.value} == {
        ("<https://example.org/id/a>", '"x"', Place("data/a.ttl", 3), "data/rules/1.rq"),
        ("<https://example.org/id/b-twin>", '"x"', None, "data/rules/1.rq"),
        ("<https://example.org/id/b-twin>", '"y"', None, "data/rules/0.rq"),
    }


def test_the_same_complaint_is_made_once(publish) -> None:
    files = {"data/a.ttl": PREFIXES + "<id/a> a h:Harbour , h:Quay ; h:depth '4' .\n"}
    twice = SHAPES + "h:Quay <http://www.w3.org/2000/01/rdf-schema#subClassOf> h:Harbour .\n"

    assert found(publish, {**files, "shapes/s.ttl": twice}) == [("H01", "data/a.ttl", 3)]


@pytest.fixture(scope="module")
def impossible_date(tmp_path_factory: pytest.TempPathFactory) -> tuple[pipeline.Checked, int]:
    """The real publication with 39 March as the day of the Otaru agreement, and the line."""
    folder = tmp_path_factory.mktemp("corrupt")
    for name in ("ontology", "data", "shapes"):
        shutil.copytree(ROOT / name, folder / name)
    path = folder / "data/sources/seed.trig"
    text = path.read_text("utf-8")
    at = text.index('"2019-03-29"', text.index("agr:sapporo-otaru-2019\n        a "))
    path.write_text(text[:at] + text[at:].replace("2019-03-29", "2019-03-39", 1), "utf-8")
    return pipeline.check(folder), text.count("\n", 0, at) + 1


JAPANESE = """\
data/sources/seed.trig
  {line}行目  違反 D02  「連携中枢都市圏形成に係る連携協約(小樽市)」(agr:sapporo-otaru-2019)  \
"2019-03-39"^^xsd:date
    {D02}
    これに伴う指摘が4件あり、直すと一緒に消えます: A07 agr:sapporo-otaru-2019, \
D01 agr:sapporo-otaru-2019, \
D10 agr:sapporo-otaru-2019
data/catalogue.ttl
  {contact}行目  注意 C33  cp:editors
    {C33}
違反 1 件、注意 1 件、参考 0 件。
"""
ENGLISH = """\
data/sources/seed.trig
  line {line}  violation D02  “Cooperation Agreement between Sapporo and Otaru on forming the \
Collaborative Core Urban Area” (agr:sapporo-otaru-2019)  "2019-03-39"^^xsd:date
    {D02}
    What follows from it, and is gone with it (4 findings): A07 agr:sapporo-otaru-2019, \
D01 agr:sapporo-otaru-2019, \
D10 agr:sapporo-otaru-2019
data/catalogue.ttl
  line {contact}  warning C33  cp:editors
    {C33}
Violations: 1, warnings: 1, hints: 0.
"""


@pytest.mark.parametrize("language, page", [("ja", JAPANESE), ("en", ENGLISH)])
def test_what_an_officer_reads_about_one_wrong_date(
    impossible_date: tuple[pipeline.Checked, int],
    language: str,
    page: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The whole page, one finding for one slip, before what is less. Words of shapes are put in."""
    checked, line = impossible_date
    contact = next(f.place.line for f in checked.findings if f.identifier == "C33" and f.place)
    of_shapes = {f.identifier: f.message(language) for f in checked.findings}
    speak(language)
    console = Console(file=io.StringIO(), width=80, markup=False, highlight=False)

    tell(checked.findings, checked.shapes, checked.publication.config.prefixes, console)

    assert console.file.getvalue() == page.format(line=line, contact=contact, **of_shapes)
    assert capfd.readouterr() == ("", "")


def test_on_a_terminal_long_sentences_are_folded_under_their_beginning() -> None:
    words_ = {"en": "word " * 10}
    finding = Finding("s", "H01", "<x:a>", None, None, "Violation", words_, Place("a.ttl", 3))
    console = Console(file=io.StringIO(), width=34, force_terminal=True, color_system=None)

    tell([finding], 1, {}, console)

    assert [line.rstrip() for line in console.file.getvalue().splitlines()][:-2] == [
        "a.ttl",
        "  line 3  violation H01  x:a",
        "    word word word word word word",
        "    word word word word",
    ]


FAULTY = {
    "shapes/s.ttl": SHAPES,
    "data/catalogue.ttl": ROOT_IRI,
    "data/a.ttl": PREFIXES + '<id/a> a h:Harbour ;\n  h:depth "4" ;\n  h:note "100% zu lang" .\n',
}


def test_a_violation_exits_1_and_a_warning_0(publish, renkei) -> None:
    folder = publish(FAULTY)
    assert renkei("check", folder).returncode == 1
    assert renkei("pack", folder).returncode == 1

    publish({"data/a.ttl": FAULTY["data/a.ttl"].replace('"4"', "4")})
    warned = renkei("check", folder)
    assert (warned.returncode, warned.stdout) == (
        0,
        "data/a.ttl\n"
        '  line 5  warning H02  https://example.org/id/a  h:note  "100% zu lang"\n'
        "    Shorten it.\n"
        "Violations: 0, warnings: 1, hints: 0.\n",
    )

    assert renkei("check", "--no-such-option").returncode == 2


def test_the_locale_chooses_the_language_and_the_option_wins(publish, renkei) -> None:
    folder = publish(FAULTY)

    japanese = renkei("check", folder, LC_ALL="ja_JP.UTF-8").stdout
    english = renkei("check", folder, "--lang", "en", LC_ALL="ja_JP.UTF-8").stdout

    assert japanese.splitlines()[-1] == "違反 1 件、注意 1 件、参考 0 件。"
    assert english.splitlines()[-1] == "Violations: 1, warnings: 1, hints: 0."


def test_workflow_commands_mark_file_and_line(publish, renkei) -> None:
    told = renkei("check", publish(FAULTY), "--format", "github")

    assert (told.returncode, told.stdout) == (
        1,
        "::error file=data/a.ttl,line=4,title=H01 https%3A//example.org/id/a"
        "::Give one depth in whole metres.\n"
        "::warning file=data/a.ttl,line=5,title=H02 https%3A//example.org/id/a::Shorten it.\n",
    )


def test_the_json_report_holds_every_finding_whole(publish, renkei) -> None:
    told = renkei("check", publish(FAULTY), "--format", "json")

    assert (told.returncode, told.stderr) == (1, "")
    body = json.loads(told.stdout)
    assert {k: v for k, v in body.items() if k != "findings"} == {
        "conforms": False,
        "violations": 1,
        "warnings": 1,
        "infos": 0,
    }
    first = body["findings"][0]
    shape = first.pop("shape")
    assert shape == "https://example.org/shapes#H01"
    assert first == {
        "identifier": "H01",
        "focus": "<https://example.org/id/a>",
        "path": "<https://example.org/ns#depth>",
        "value": '"4"',
        "severity": "Violation",
        "messages": {
            "en": "Give one depth in whole metres.",
            "ja": "水深を整数で一つ書いてください。",
        },
        "place": {"file": "data/a.ttl", "line": 4},
        "also": [],
        "rule": None,
        "hint": None,
        "called": {},
        "follows": [],
    }


def test_the_turtle_report_is_a_validation_report_without_blank_nodes(publish, renkei) -> None:
    told = renkei("check", publish(FAULTY), "--format", "turtle")

    triples = [q.triple for q in ox.parse(told.stdout, format=ox.RdfFormat.TURTLE)]
    sh = "http://www.w3.org/ns/shacl#"
    values = {
        t.object.value for t in triples if t.predicate.value in (sh + "value", sh + "resultMessage")
    }
    assert told.returncode == 1
    assert not [t for t in triples if ox.BlankNode in (type(t.subject), type(t.object))]
    assert values == {
        "4",
        "Give one depth in whole metres.",
        "水深を整数で一つ書いてください。",
        "100% zu lang",
        "Shorten it.",
        "短くしてください。",
    }


def test_a_report_can_hold_any_literal() -> None:
    """Line breaks, quotation marks and language tags come through."""
    value = str(ox.Literal('a "b"\nc\\', language="ja"))
    finding = Finding("urn:s", "H01", "<urn:a>", "<urn:p>", value, "Info", {"en": "m"})

    text = as_turtle([finding], "https://example.org/", {})

    assert ox.Literal('a "b"\nc\\', language="ja") in {
        q.object for q in ox.parse(text, format=ox.RdfFormat.TURTLE)
    }


def test_a_shape_that_cannot_be_run_is_a_violation_with_its_place(publish, renkei) -> None:
    """A shape that says nothing is worse than one that fails; the others are run."""
    wrong = SHAPES.replace("SELECT $this ?value WHERE {", "SELECT $this ?value WHERE")
    told = renkei("check", publish({**FAULTY, "shapes/s.ttl": wrong}))

    assert told.returncode == 1
    assert "line 21  violation H03" in told.stdout
    assert "This constraint cannot be run: " in told.stdout
    assert "violation H01" in told.stdout


def test_the_publication_conforms(checked: pipeline.Checked) -> None:
    """But for whom to write to: no mail address and no form is known to its editors."""
    assert [(f.severity, f.identifier) for f in checked.findings] == [("Warning", "C33")]


def test_what_an_author_may_have_meant_is_told_under_the_finding(publish, renkei) -> None:
    """A date in an era, and a name that is nearly another's; where nothing is near, nothing."""
    lines = (
        'e:a a h:Harbour ; h:depth "令和3年6月25日" .',
        "e:harbor a h:Harbour ; h:depth e:harborr .",
        "e:c a h:Harbour ; h:depth e:zzzz .",
    )
    text = "@prefix e: <https://example.org/id/> .\n" + PREFIXES + "\n".join(lines)
    folder = publish({"shapes/s.ttl": SHAPES, "data/catalogue.ttl": ROOT_IRI, "data/a.ttl": text})

    told = renkei("check", "--lang", "ja", cwd=folder)

    rule = "    水深を整数で一つ書いてください。\n"
    assert told.stdout == (
        "data/a.ttl\n"
        '  4行目  違反 H01  e:a  h:depth  "令和3年6月25日"\n'
        + rule
        + '    「令和3年6月25日」は、日付としては "2021-06-25" と書きます。\n'
        "  5行目  違反 H01  e:harbor  h:depth  e:harborr\n"
        + rule
        + "    「e:harbor」の書き間違いではありませんか。\n"
        "  6行目  違反 H01  e:c  h:depth  e:zzzz\n" + rule + "違反 3 件、注意 0 件、参考 0 件。\n"
    )
