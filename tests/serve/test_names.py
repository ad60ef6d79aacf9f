"""A thing is called by the name that its data give it, in whatever words, at every door."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.pack import pipeline
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.serve.read.reader import Reader
from renkei.serve.web.site import Site
from renkei.stores import open_store
from tests.house.test_own_names import PROGRAM

CATALOGUE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix pages: <https://w3id.org/renkei/pages#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix v: <https://names.example/v#> .
@prefix void: <http://rdfs.org/ns/void#> .
<https://names.example/dataset/main>
    dcterms:title "Names"@en ; void:uriSpace "https://names.example/" ;
    <http://purl.org/vocab/vann/preferredNamespaceUri> "https://names.example/v#" ;
    dcterms:description "Called in many ways."@en ;
    pages:nameProperty ( v:shown ) ; pages:descriptionProperty v:about ;
    dcterms:language <http://publications.europa.eu/resource/authority/language/JPN> ,
        <http://publications.europa.eu/resource/authority/language/ENG> ;
    dcterms:publisher <https://names.example/id/office> ; dcat:theme <https://names.example/id/w> .
<https://names.example/id/office> a foaf:Agent ; rdfs:label "Harbour office"@en .
<https://names.example/id/w> a skos:Concept ; v:shown "Water" .
"""
PREFIXES = """
@prefix : <https://names.example/id/> .
@prefix dc: <http://purl.org/dc/elements/1.1/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix gn: <http://www.geonames.org/ontology#> .
@prefix ic: <http://imi.go.jp/ns/core/rdf#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix s1: <http://schema.org/> .
@prefix s2: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix v: <https://names.example/v#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
"""
# What a thing says, and what it is called in Japanese and in English.
CALLED = {
    "pref": ('skos:prefLabel "甲"@ja , "Alpha"@en ; rdfs:label "no"@en', "甲", "Alpha"),
    "label": ('rdfs:label "Beta"', "Beta", "Beta"),
    "dct": ('dcterms:title "Gamma"', "Gamma", "Gamma"),
    "dc": ('dc:title "Delta"', "Delta", "Delta"),
    "foaf": ('foaf:name "Epsilon"', "Epsilon", "Epsilon"),
    "schema": ('s2:name "Zeta"', "Zeta", "Zeta"),
    "schema-http": ('s1:name "Eta"', "Eta", "Eta"),
    "vcard": ('vcard:fn "Theta"', "Theta", "Theta"),
    "geonames": ('gn:name "Iota"', "Iota", "Iota"),
    "imi": ('ic:表記 "港町"@ja', "港町", "港町"),
    "imi-behind": ('ic:名称 [ ic:表記 "港町役場"@ja ]', "港町役場", "港町役場"),
    "xl": (
        'xl:prefLabel [ xl:literalForm "乙"@ja ] , [ xl:literalForm "Kappa"@en ]',
        "乙",
        "Kappa",
    ),
    "xl-iri": ("xl:prefLabel :a-label", "Lambda", "Lambda"),
    "sub": ('v:mine "Mu"', "Mu", "Mu"),
    "sub-behind": ('v:term [ v:form "Nu" ]', "Nu", "Nu"),
    "set": ('v:shown "Xi" ; skos:prefLabel "no"', "Xi", "Xi"),
    "other-language": ('rdfs:label "Omikron"@en ; dcterms:title "丙"@ja', "丙", "Omikron"),
    "alternative": ('skos:altLabel "no"', "alternative", "alternative"),
    "blank_name": ('rdfs:label "" , " "', "blank_name", "blank_name"),
    "小樽": ("v:size 1", "小樽", "小樽"),
    "%E6%9C%AD%E5%B9%8C_x": ("v:size 2", "札幌_x", "札幌_x"),
}
DATA = (
    PREFIXES
    + """
:a-label xl:literalForm "Lambda"@en .
v:mine rdfs:subPropertyOf v:between . v:between rdfs:subPropertyOf rdfs:label .
v:term rdfs:subPropertyOf xl:prefLabel . v:form rdfs:subPropertyOf xl:literalForm .
skos:altLabel rdfs:subPropertyOf rdfs:label .
:all v:市町村 :imi , :xl , :小樽 , <https://elsewhere.example/town/1> ; v:comment "why"@en .
:told a v:Kind ; rdfs:label "Told" ; rdfs:comment "a remark"@en , "備考"@ja .
:told-set a v:Kind ; rdfs:label "Set" ; v:about "told by a setting"@en ; rdfs:comment "no"@en .
:told-elsewhere a v:Kind ; rdfs:label "Far" ; skos:definition "nur so"@de .
"""
    + "".join(
        f"<https://names.example/id/{thing}> a v:Thing ; {said} .\n"
        for thing, (said, _, _) in CALLED.items()
    )
)


@pytest.fixture(scope="module")
def packed_names(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A publication whose things are named in every way there is."""
    folder = tmp_path_factory.mktemp("names")
    (folder / "data").mkdir()
    (folder / "data" / "catalogue.ttl").write_text(CATALOGUE, "utf-8")
    (folder / "data" / "things.ttl").write_text(DATA, "utf-8")
    return pipeline.pack(folder, folder / "releases")[0]


@pytest.fixture(scope="module")
def readers(packed_names: Release) -> Iterator[tuple[FlaskClient, FlaskClient]]:
    """Two readers of it: all names in memory; each name asked for when it is met."""
    settings = Settings(public_url="https://names.example/")
    store = open_store(packed_names, settings)
    made = []
    for in_memory in (10**9, 0):
        app = create_app(packed_names, store, settings)
        site: Site = app.extensions["renkei"]
        site.reader = Reader(packed_names, store, in_memory)
        made.append(app.test_client())
    try:
        yield made[0], made[1]
    finally:
        store.close()


def page(reader: FlaskClient, thing: str, lang: str = "en") -> str:
    """Return the page of a thing."""
    answer = reader.get(
        f"/doc/{quote(thing, safe='%')}?lang={lang}", headers={"Accept": "text/html"}
    )
    assert answer.status_code == 200, thing
    return answer.text


def heading(text: str) -> str:
    """Return the heading of a page."""
    found = re.search(r"<h1[^>]*><bdi>(.*?)</bdi></h1>", text)
    return found[1] if found else ""


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_page_is_headed_by_the_name_whatever_property_gives_it(
    readers: tuple[FlaskClient, FlaskClient], lang: str
) -> None:
    """From memory, and asked for one by one as of a release too large for that."""
    wanted = {thing: ja if lang == "ja" else en for thing, (_, ja, en) in CALLED.items()}

    for reader in readers:
        assert {thing: heading(page(reader, thing, lang)) for thing in CALLED} == wanted


def test_values_and_properties_are_called_by_their_names_and_strangers_by_their_iri(
    readers: tuple[FlaskClient, FlaskClient],
) -> None:
    for reader in readers:
        text = page(reader, "all", "ja")
        values = re.findall(r"<li><a[^>]*><bdi>(.*?)</bdi>", text)

        assert values == ["港町", "乙", "https://elsewhere.example/town/1", "小樽"]
        assert re.findall(r"<dt><a[^>]*/v#[^>]*>(.*?)</a>", text) == ["comment", "市町村"]


def test_search_finds_by_any_name_and_by_the_local_name_of_what_has_none(
    readers: tuple[FlaskClient, FlaskClient],
) -> None:
    def found(text: str) -> str:
        rows = readers[0].get(f"/search.json?lang=en&q={quote(text)}").json["results"]  # type: ignore[index]
        return str(rows[0]["name"]) if rows else ""

    wanted = {name: en for _, ja, en in CALLED.values() for name in (ja, en)}

    assert {name: found(name) for name in wanted} == wanted


@pytest.mark.parametrize(
    "address",
    [
        "/reconcile?lang=en&queries=" + quote('{"q": {"query": "Kappa"}}'),
        "/reconcile/suggest/entity?lang=en&prefix=Kap",
        "/reconcile/preview?lang=en&id=id/xl",
        "/things/Thing?lang=en",
        "/doc/xl?lang=en",
    ],
)
def test_every_door_calls_a_thing_by_a_name_behind_a_node(
    readers: tuple[FlaskClient, FlaskClient], address: str
) -> None:
    for reader in readers:
        answer = reader.get(address, headers={"Accept": "text/html, application/json;q=0.9"})

        assert (answer.status_code, "Kappa" in answer.text) == (200, True), address


def test_a_document_carries_the_name_of_what_it_mentions_as_far_as_it_can_be_told(
    readers: tuple[FlaskClient, FlaskClient],
) -> None:
    """A blank node of another thing's document could not be told to be that one."""
    text = readers[0].get("/doc/all.ttl").text

    assert ('ic:表記 "港町"@ja' in text, "literalForm" in text) == (True, False)


def test_prefixes_are_written_as_the_author_declared_them(packed_names: Release) -> None:
    prefixes = packed_names.manifest.prefixes

    assert (prefixes["dcterms"], prefixes["s1"], "dct" in prefixes) == (
        "http://purl.org/dc/terms/",
        "http://schema.org/",
        False,
    )


def test_the_manifest_says_what_names_and_describes_and_only_what_is_used(
    packed_names: Release,
) -> None:
    naming = packed_names.manifest.naming

    assert naming.names[:3] == (
        ("https://names.example/v#shown",),
        ("http://www.w3.org/2004/02/skos/core#prefLabel",),
        (
            "http://www.w3.org/2008/05/skos-xl#prefLabel",
            "http://www.w3.org/2008/05/skos-xl#literalForm",
        ),
    )
    assert ("https://names.example/v#between",) not in naming.names
    assert naming.others == (("http://www.w3.org/2004/02/skos/core#altLabel",),)
    assert naming.descriptions == (
        "https://names.example/v#about",
        "http://purl.org/dc/terms/description",
        "http://www.w3.org/2004/02/skos/core#definition",
        "http://www.w3.org/2000/01/rdf-schema#comment",
    )


@pytest.mark.parametrize(
    "thing, lang, lead",
    [
        ("told", "en", "a remark"),
        ("told", "ja", "備考"),
        ("told-set", "en", "told by a setting"),
        ("told-elsewhere", "en", '<span lang="de" dir="ltr">nur so</span>'),
    ],
)
def test_a_page_begins_with_what_describes_the_thing(
    readers: tuple[FlaskClient, FlaskClient], thing: str, lang: str, lead: str
) -> None:
    text = page(readers[0], thing, lang)

    assert re.findall(r'<p class="lead">(.*?)</p>', text) == [lead]
    assert f'<meta name="description" content="{re.sub("<[^>]*>", "", lead)}">' in text


def test_a_hit_of_the_search_and_a_preview_say_what_describes_the_thing(
    readers: tuple[FlaskClient, FlaskClient],
) -> None:
    hit = readers[0].get("/search.json?lang=ja&q=Told").json["results"][0]  # type: ignore[index]
    preview = readers[0].get("/reconcile/preview?lang=ja&id=id/told").text

    assert (hit["description"], "<p>備考</p>" in preview) == ("備考", True)


def test_ckan_calls_publisher_and_theme_by_whatever_names_them(
    readers: tuple[FlaskClient, FlaskClient],
) -> None:
    answer = readers[0].get("/api/3/action/package_show?id=main").json["result"]  # type: ignore[index]

    assert answer["organization"]["title"] == "Harbour office"
    assert [group["title"] for group in answer["groups"]] == ["Water"]


def test_json_ld_of_a_page_names_and_describes_the_thing(
    readers: tuple[FlaskClient, FlaskClient],
) -> None:
    text = page(readers[0], "told-set")
    script = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    said = json.loads(script[1]) if script else {}

    assert said["name"] == "Set"
    assert said["description"].startswith("told by a setting")


def test_no_other_place_of_the_program_lists_what_names_things() -> None:
    """`renkei/naming.py` is the one home; who needs the list asks the release for it."""
    listing = re.compile(
        r'(?s)(prefLabel|"label"|rdfs:label|"name"|foaf:name|schema:name)\W.{0,60}'
        r'(prefLabel|rdfs:label|RDFS \+ "label"|foaf:name|FOAF \+ "name"|schema:name)'
    )
    wrong = [
        path.relative_to(PROGRAM).as_posix()
        for path in sorted(PROGRAM.rglob("*"))
        if path.suffix in (".py", ".rq")
        and path.name not in ("naming.py", "scaffold.py")
        and listing.search(path.read_text("utf-8"))
    ]

    assert wrong == []
