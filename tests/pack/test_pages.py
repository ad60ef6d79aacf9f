"""`data/pages/`: what is wrong is told with file and line; what is right goes into the release."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from renkei.pack import pipeline
from renkei.page_plan import PicturePlan, Plan, Section, Title, plan_of
from renkei.release import open_release
from renkei.roles import Roles

ROOT = "https://example.org/"
CLASS = f"{ROOT}ns#Harbour"
HEAD = """\
@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ns: <https://example.org/ns#> .
@prefix page: <https://example.org/pages/> .
@prefix pages: <https://w3id.org/renkei/pages#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
FILES = {
    "data/catalogue.ttl": """\
<https://example.org/dataset/main> <http://rdfs.org/ns/void#uriSpace> "https://example.org/" ;
    <http://purl.org/dc/terms/title> "Harbours"@en ;
    <http://purl.org/dc/terms/language> "en" , "ja" .
""",
    "data/harbours.ttl": """\
<https://example.org/id/altwarp> a <https://example.org/ns#Harbour> ;
    <https://example.org/ns#opened> 1900 .
<https://example.org/ns#closed> a <http://www.w3.org/2002/07/owl#DatatypeProperty> .
""",
    "data/pages/pages.ttl": HEAD
    + """\
ns:Harbour
    pages:template "Harbour.html" ;
    pages:query "ships-of.rq" ;
    pages:place pages:After .
ns:opened a pages:FirstDay , pages:ListedDate .
ns:depth pages:unit "m" .
ns:closed a pages:LastDay .
page:home a pages:FirstPage ;
    pages:shows ( page:where pages:Questions page:ships ) .
page:ships a pages:Section ; pages:template "ships.html" .
page:where a pages:Map ;
    rdfs:label "Where"@en ;
    dct:title "Where they lie"@en ;
    dct:description "%(number)s harbours of %(land)s."@en ;
    pages:query "where.rq" ;
    pages:columns ( [ csvw:name "thing" ; csvw:title "Harbour"@en ] ) ;
    pages:legend ( [ csvw:name "deep" ; csvw:title "deep"@en , "深い"@ja ] ) .
""",
    "data/pages/Harbour.html": """\
{% macro sentence() %}{{ _("Harbour.") }}{% endmacro %}
{% macro section() %}{{ rows.ships_of|length }}{% endmacro %}
""",
    "data/pages/ships.html": "{% macro section() %}{% endmacro %}\n",
    "data/pages/ships-of.rq": "SELECT ?ship ?from { ?ship ?lies ?this ; ?since ?from }\n",
    "data/pages/where.rq": "SELECT ?thing ?lat ?long ?land ?group { ?thing ?p ?lat, ?long }\n",
    "data/pages/ja.po": 'msgid ""\nmsgstr ""\n\nmsgid "Harbour."\nmsgstr "港。"\n',
}


def told(folder: Path) -> list[tuple[str, str]]:
    """Return file and line of each finding, and what is said."""
    findings = pipeline.check(folder).findings
    places = [f"{f.place.file}:{f.place.line}" for f in findings if f.place]
    return [(p, f.message("en")) for p, f in zip(places, findings, strict=True)]


def test_what_a_publication_brings_stands_in_the_release(publish, tmp_path: Path) -> None:
    release, checked = pipeline.pack(publish(FILES), tmp_path / "releases")

    assert checked.findings == []
    assert {n for n in release.manifest.files if n.startswith("pages/")} == {
        "pages/Harbour.html", "pages/ja.po", "pages/pages.json", "pages/ships-of.rq",
        "pages/ships.html", "pages/where.rq",
    }  # fmt: skip
    assert plan_of(release) == Plan(
        classes={CLASS: Section("Harbour.html", {"ships-of.rq": ("ship", "from")}, last=True)},
        sections={"ships": Section("ships.html")},
        pictures={
            "where": PicturePlan(
                "map",
                "where.rq",
                {"en": "Where"},
                {"en": "Where they lie"},
                {"en": "%(number)s harbours of %(land)s."},
                (Title("thing", {"en": "Harbour"}),),
                (Title("deep", {"en": "deep", "ja": "深い"}),),
            )
        },
        home=("where", "questions", "ships"),
        dates=(f"{ROOT}ns#opened",),
        units={f"{ROOT}ns#depth": "m"},
        roles=Roles(first_day=f"{ROOT}ns#opened", last_day=f"{ROOT}ns#closed"),
    )
    assert release.manifest.roles == plan_of(release).roles


def test_nothing_in_it_is_a_statement_of_the_publication(publish, tmp_path: Path) -> None:
    release, _ = pipeline.pack(publish(FILES), tmp_path / "releases")

    assert b"renkei/pages#" not in release.read("data.nq")


def test_another_template_is_another_release(publish, tmp_path: Path) -> None:
    """A release of the same statements is not taken for it."""
    first, _ = pipeline.pack(publish(FILES), tmp_path / "releases")
    template = FILES["data/pages/Harbour.html"] + "{# changed #}\n"
    second, _ = pipeline.pack(publish({"data/pages/Harbour.html": template}), tmp_path / "releases")

    assert second.manifest.id != first.manifest.id
    assert second.manifest.files["data.nq"] == first.manifest.files["data.nq"]
    assert open_release(tmp_path / "releases/current").manifest.id == second.manifest.id


PAGES = "data/pages/pages.ttl"
WRONG = {
    "a word that is none": (
        PAGES, "pages:place", "pages:palce", "pages.ttl:10",
        "pages:palce has no meaning here.",
    ),
    "a word of others": (
        PAGES, "rdfs:label", "rdfs:comment", "pages.ttl:18",
        "rdfs:comment has no meaning here.",
    ),
    "a class that there is not": (
        PAGES, "ns:Harbour", "ns:Harbor", "pages.ttl:8", "There is no such class.",
    ),
    "a property that there is not": (
        PAGES, "ns:closed a", "ns:close a", "pages.ttl:13", "There is no such property.",
    ),
    "what is no property": (
        PAGES, "ns:closed a", "ns:Harbour a", "pages.ttl:13", "There is no such property.",
    ),
    "what has no name": (
        PAGES, "ns:closed a pages:LastDay", "[] a pages:LastDay", "pages.ttl:None",
        "There is no such property.",
    ),
    "a second property for a role": (
        PAGES, "pages:LastDay", "pages:FirstDay", "pages.ttl:13",
        "https://example.org/ns#opened is pages:FirstDay already, and one property alone can be.",
    ),
    "a query that is missing": (
        PAGES, '"where.rq"', '"were.rq"', "pages.ttl:21",
        "There is no file were.rq in data/pages.",
    ),
    "a template that is missing": (
        PAGES, '"ships.html"', '"ship.html"', "pages.ttl:16",
        "There is no file ship.html in data/pages.",
    ),
    "a part that there is not": (
        PAGES, "page:where pages:Q", "page:were pages:Q", "pages.ttl:15",
        "https://example.org/pages/were is neither a picture nor a section.",
    ),
    "a name that cannot be an address": (
        PAGES, "page:ships ", "page:Ships ", "pages.ttl:16",
        "“Ships” cannot name a picture or a section; small letters, digits and hyphens can, "
        "but for classes, examples, kinds, latest, questions, schemes.",
    ),
    "a value that no row has": (
        PAGES, "%(land)s", "%(country)s", "pages.ttl:20",
        "country: the query has no such variable.",
    ),
    "a column that no row has": (
        PAGES, 'csvw:name "thing"', 'csvw:name "place"', "pages.ttl:22",
        "place: the query has no such variable.",
    ),
    "more queries than a page may ask": (
        PAGES, '"ships-of.rq"', '"ships-of.rq" , "a.rq" , "b.rq" , "c.rq"', "pages.ttl:9",
        "More queries than 3: a page may not ask so much of the store.",
    ),
    "queries without a template": (
        PAGES, '    pages:template "Harbour.html" ;\n', "", "pages.ttl:8", "It names no template.",
    ),
    "a section without a template": (
        PAGES, '; pages:template "ships.html" .', ".", "pages.ttl:16", "It names no template.",
    ),
    "a picture without a query": (
        PAGES, '    pages:query "where.rq" ;\n', "", "pages.ttl:17", "It names no query.",
    ),
    "a template that cannot be read": (
        "data/pages/Harbour.html", "{% endmacro %}\n{", "\n{", "Harbour.html:2",
        "This is not a template: Unexpected end of template.",
    ),
    "a filter that there is not": (
        "data/pages/Harbour.html", "|length", "|lenght", "Harbour.html:2",
        "This is not a template: No filter named 'lenght'.",
    ),
    "no macro": (
        "data/pages/ships.html", "section", "part", "ships.html:1",
        "It has none of the macros section.",
    ),
    "rows of no query": (
        "data/pages/Harbour.html", "rows.ships_of", "rows.ships", "Harbour.html:2",
        "rows.ships: there is no such query here.",
    ),
    "another template that there is not": (
        "data/pages/ships.html", "{% macro", '{% import "a.html" as a %}{% macro',
        "ships.html:1", "There is no template a.html here.",
    ),
    "a query that cannot be read": (
        "data/pages/ships-of.rq", "?since ?from", "?since", "ships-of.rq:1",
        '"}" stands where an object was expected.',
    ),
    "a query of another server": (
        "data/pages/ships-of.rq", "{ ?ship", "{ SERVICE <http://a.example/> { ?a ?b ?c } ?ship",
        "ships-of.rq:1", "SERVICE may not be used: it would ask another server.",
    ),
    "a query that is no SELECT": (
        "data/pages/ships-of.rq", "SELECT ?ship ?from", "ASK", "ships-of.rq:1",
        "A query of a page is a SELECT.",
    ),
    "rows of which no map is drawn": (
        "data/pages/where.rq", "?lat ?long ?land", "?land", "where.rq:1",
        "A picture of this kind needs the variables lat, long, thing.",
    ),
    "words that cannot be read": (
        "data/pages/ja.po", 'msgid "Harbour."', 'msgidd "Harbour."', "ja.po:4",
        "This is not a catalogue of words: ",
    ),
    "a translation without the value": (
        "data/pages/ja.po", '"Harbour."', '"Harbour %(a)s."', "ja.po:4",
        "The translation does not have the values of its text.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_place(publish, name: str) -> None:
    file, old, new, place, said = WRONG[name]
    assert old in FILES[file]
    found = told(publish({**FILES, file: FILES[file].replace(old, new)}))

    assert [s for p, s in found if p == f"data/pages/{place}" and s.startswith(said)] != [], found


@pytest.mark.parametrize(
    "change, place, said",
    [
        pytest.param(
            {"data/pages/ja.po": 'msgid ""\nmsgstr ""\n'},
            "Harbour.html:1",
            "“Harbour.” has no translation in ja.",
            id="no translation",
        ),
        pytest.param(
            {"data/pages/idle.rq": "SELECT ?a { ?a ?b ?c }"},
            "idle.rq:None",
            "pages.ttl does not name this file.",
            id="a file that nothing names",
        ),
        pytest.param(
            {"data/pages/more/more.ttl": "<http://a.example/> a <http://a.example/> ."},
            "more/more.ttl:None",
            "pages.ttl does not name this file.",
            id="a file that is not looked for there",
        ),
        pytest.param(
            {"data/pages/ships-of.rq": "SELECT ?ship ?from { ?ship ?since ?from }\n"},
            "ships-of.rq:1",
            "?this does not stand in it: it would say the same of everything.",
            id="a query that is not about the thing",
        ),
    ],
)
def test_what_may_be_meant_so_is_a_warning(publish, change, place: str, said: str) -> None:
    checked = pipeline.check(publish({**FILES, **change}))

    assert told(publish({})) == [(f"data/pages/{place}", said)]
    assert not checked.refused


def test_a_misspelt_word_comes_with_the_one_that_was_meant(publish, renkei) -> None:
    wrong = FILES[PAGES].replace("pages:place", "pages:palce")
    said = renkei("check", publish({**FILES, PAGES: wrong}), "--lang", "en")

    assert said.returncode == 1
    assert 'Did you mean "pages:place"?' in said.stdout


def test_a_folder_without_a_plan_is_told(publish) -> None:
    files = {name: text for name, text in FILES.items() if "pages" not in name}
    found = told(
        publish({**files, "data/pages/Harbour.html": "{% macro section() %}{% endmacro %}"})
    )

    assert ("data/pages/pages.ttl:None", "pages.ttl is missing.") in found


def test_the_example_in_the_paper_is_right(publish) -> None:
    """Each block stands below the name of its file."""
    paper = (Path(__file__).parents[2] / "docs/extending.md").read_text("utf-8")
    part = paper.split("## A kind of page")[1].split("\n## ")[0]
    blocks = re.findall(
        r"`(data/pages/[\w.-]+)`[^`]*(?:`[^`\n]+`[^`]*)*```\w+\n(.*?)```", part, re.S
    )
    root = "https://data.example.org/harbours/"
    catalogue = FILES["data/catalogue.ttl"].replace(ROOT, root).replace(', "ja"', "")
    data = f"<{root}id/a> a <{root}ns#Harbour> ; <{root}ns#depth> 4 .\n"

    assert [name for name, _ in blocks] == [
        "data/pages/pages.ttl", "data/pages/ships-of.rq", "data/pages/Harbour.html",
        "data/pages/depths.rq",
    ]  # fmt: skip
    assert (
        told(publish({"data/catalogue.ttl": catalogue, "data/a.ttl": data, **dict(blocks)})) == []
    )


def test_words_of_the_program_need_no_translation_of_a_publication(publish) -> None:
    template = FILES["data/pages/Harbour.html"].replace("Harbour.", "Timeline")

    assert told(publish({**FILES, "data/pages/Harbour.html": template})) == []
