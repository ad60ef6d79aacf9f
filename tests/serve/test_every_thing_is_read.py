"""Whatever RDF says of a thing can be read on its page, however it is put together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.language.locale import named
from renkei.pack import pipeline, scaffold
from renkei.serve.app import create_app
from renkei.serve.pages import views
from renkei.serve.pages.nested import NestedValues
from renkei.serve.pages.view_models import Statements
from renkei.stores import open_store

ROOT = "https://data.example.org/lod/"
HTML = "{http://www.w3.org/1999/xhtml}"
BLOCKS = {HTML + name for name in ("dd", "dt", "h2", "li", "p")}
PREFIXES = """
@prefix t: <https://data.example.org/lod/id/> .
@prefix n: <https://data.example.org/lod/ns#> .
@prefix o: <https://data.example.org/lod/ships#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ENGLISH = "<http://publications.europa.eu/resource/authority/language/ENG>"
NESTED = """
n:in rdfs:label "in"@en .
n:level rdfs:label "level"@en . n:has rdfs:label "has"@en .
t:deep n:in [ n:level 1 ; n:in [ n:level 2 ; n:in [ n:level 3 ; n:in [ n:level 4 ;
  n:in [ n:level 5 ; n:in [ n:level 6 ] ] ] ] ] ] .
t:hall rdfs:label "hall"@en ;
  n:has [ a schema:PostalAddress ; schema:addressLocality "札幌市"@ja ] .
t:list n:has ( t:hall 1 "two"@en "1,2"^^xsd:integer [ n:level 3 ] ( 5 ) ( ) ) .
t:long n:has ( MANY ) .
t:sequence n:has [ a rdf:Seq ; rdf:_10 "tenth" ; rdf:_2 "second" ; rdf:_1 "first" ] .
t:cycle n:in _:a . _:a n:in _:b ; n:level 1 . _:b n:in _:a ; n:level 2 .
t:knot n:has _:x . _:x rdf:first 1 , 2 ; rdf:rest _:y . _:y rdf:first 3 ; rdf:rest _:x .
t:nothing n:has [ ] .
[ ] n:in t:hall .
""".replace("MANY", " ".join(f'"item {n}"' for n in range(400)))
SHIPS = """
o:Ship a owl:Class ; rdfs:label "ship"@en , "船"@ja .
o:Mast a owl:Class ; rdfs:label "mast"@en , "帆柱"@ja .
o:has a owl:ObjectProperty ; rdfs:label "has"@en , "備え"@ja .
o:draught a owl:DatatypeProperty ; rdfs:label "draught"@en , "喫水"@ja .
o:Odd a owl:Class ; rdfs:label "odd"@en ;
  rdfs:subClassOf [ a owl:Restriction ; owl:someValuesFrom o:Mast ] .
"""
# Of each kind: how it is written, and how it is read in English and Japanese.
EXPRESSIONS = {
    "some": (
        "[ owl:onProperty o:has ; owl:someValuesFrom o:Mast ]",
        "has: at least one mast",
        "備えに帆柱が少なくとも一つある",
    ),
    "only": (
        "[ owl:onProperty o:has ; "
        "owl:allValuesFrom [ owl:unionOf ( o:Mast [ owl:complementOf o:Ship ] ) ] ]",
        "has: only (mast or not ship)",
        "備えは(帆柱または船でないもの)に限る",
    ),
    "value": (
        "[ owl:onProperty o:draught ; owl:hasValue 1.5 ]",
        "draught: the value 1.5",
        "喫水の値が1.5",
    ),
    "self": ("[ owl:onProperty o:has ; owl:hasSelf true ]", "has: itself", "備えが自分自身"),
    "min": (
        '[ owl:onProperty o:has ; owl:minCardinality "1"^^xsd:nonNegativeInteger ]',
        "has: at least 1",
        "備えが1以上ある",
    ),
    "max": (
        "[ owl:onProperty o:has ; owl:onClass o:Mast ; "
        'owl:maxQualifiedCardinality "2"^^xsd:nonNegativeInteger ]',
        "has: at most 2 of mast",
        "備えに帆柱は2まで",
    ),
    "exactly": (
        '[ owl:onProperty [ owl:inverseOf o:has ] ; owl:cardinality "3"^^xsd:nonNegativeInteger ]',
        "the inverse of has: exactly 3",
        "備えの逆がちょうど3ある",
    ),
    "and": (
        "[ owl:intersectionOf ( o:Ship [ owl:onProperty o:has ; owl:someValuesFrom o:Mast ] ) ]",
        "ship and has: at least one mast",
        "船であり、かつ備えに帆柱が少なくとも一つある",
    ),
    "one": ("[ owl:oneOf ( t:hall o:Ship ) ]", "one of these: hall, ship", "次のいずれか:hall、船"),
    "facets": (
        "[ owl:onDatatype xsd:integer ; "
        "owl:withRestrictions ( [ xsd:minInclusive 0 ] [ xsd:maxExclusive 10 ] ) ]",
        "whole number, ≥ 0, < 10",
        "整数、≥ 0、< 10",
    ),
}
THESAURUS = """
@prefix c: <https://data.example.org/lod/concept/> .
c:ports a skos:ConceptScheme ; skos:prefLabel "Ports"@en ; skos:hasTopConcept c:b .
c:a skos:topConceptOf c:ports ; skos:prefLabel "quays"@en ; skos:notation "1.10" .
c:b skos:prefLabel "boats"@en ; skos:notation "1.9" ; skos:narrower c:tug .
c:tug skos:prefLabel "tug"@en ; skos:broader c:a ; skos:inScheme c:ports .
c:rope skos:prefLabel "rope"@en ; skos:broader c:tug ; skos:inScheme c:ports ;
  skos:exactMatch <https://example.com/rope> ; skos:broadMatch <https://example.com/line> .
c:one skos:prefLabel "loop one"@en ; skos:broader c:two ; skos:inScheme c:ports .
c:two skos:prefLabel "loop two"@en ; skos:broader c:one ; skos:inScheme c:ports .
c:lost skos:prefLabel "lost"@en ; skos:inScheme c:ports .
c:order a skos:OrderedCollection ; skos:memberList ( c:tug c:a c:b ) .
c:flat a skos:ConceptScheme .
""" + "".join(
    f'c:n{n} skos:inScheme c:flat ; skos:notation "{n}" ; skos:prefLabel "entry {n}"@en .\n'
    for n in range(450)
)
# Ontologies with a hash, with a slash, and with no namespace of its own.
ONTOLOGIES = """
<https://example.com/boats> a owl:Ontology ; dct:title "Boats"@en .
<https://example.com/boats#Boat> a owl:Class ; rdfs:label "boat"@en , "舟"@ja ;
  rdfs:comment "What floats."@en , "浮かぶもの。"@ja .
<https://example.com/boats#Tug> a owl:Class ; rdfs:label "tug"@en ; rdfs:subClassOf
  <https://example.com/boats#Boat> ,
  [ a owl:Restriction ; owl:onProperty <https://example.com/boats#tows> ;
    owl:someValuesFrom <https://example.com/boats#Boat> ] .
<https://example.com/boats#tows> a owl:ObjectProperty ; rdfs:label "tows"@en ;
  rdfs:domain <https://example.com/boats#Tug> ; rdfs:range <https://example.com/boats#Boat> .
<https://example.com/boats#otaru> a <https://example.com/boats#Tug> ; rdfs:label "Otaru"@en .
<https://example.com/wind/> a owl:Ontology ; dct:title "Wind"@en .
<https://example.com/wind/Gale> a owl:Class ; rdfs:label "gale"@en .
<https://example.com/wind/n/9> a <https://example.com/wind/Gale> ; rdfs:label "nine"@en .
""" + "".join(
    f'<https://example.com/wind/k{n:03}> a owl:Class ; rdfs:label "k {n:03}"@en .\n'
    for n in range(200)
)
SEA = "<https://example.com/sea> a owl:Ontology .\n" + "".join(
    f"<https://example.com/sea#k{n:03}> a owl:Class .\n" for n in range(155)
)
ALONE = """
<https://example.com/alone.owl> a owl:Ontology ; dct:title "Alone"@en .
<https://example.com/terms/A_1> a owl:Class ; rdfs:label "first"@en .
<https://example.com/terms/A_2> a owl:Class ; rdfs:label "second"@en .
<https://example.com/alone.owl#last> a owl:ObjectProperty .
"""
PLACES = """
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix gsp: <http://www.opengis.net/ont/geosparql#> .
t:point geo:lat 43.06 ; geo:long 141.35 .
t:nameless schema:geo [ a schema:GeoCoordinates ; schema:latitude "43.06" ;
  schema:longitude "141.35" ] .
t:apart gsp:hasGeometry t:line . t:line gsp:asWKT "LINESTRING(141 43,142 44)"^^gsp:wktLiteral .
t:unclosed gsp:asWKT "POLYGON((141 43,142"^^gsp:wktLiteral ; geo:lat "north" ; geo:long 141 .
t:pictured rdfs:label "Tower"@en ; foaf:depiction <https://pictures.example.com:8443/a.jpg> ,
  <ftp://example.com/b.jpg> , <javascript:alert(1)> ;
  <http://schema.org/image> [ <http://schema.org/contentUrl> "https://other.example.com/c.png" ] .
"""
CLASSES = "".join(
    f'o:c-{name} a owl:Class ; rdfs:label "c {name}"@en ; rdfs:subClassOf {text} .\n'
    for name, (text, _, _) in EXPRESSIONS.items()
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A reader of a publication that has things of every build."""
    folder = tmp_path_factory.mktemp("readable")
    for path in scaffold.lay_out(folder, ROOT, "Everything"):
        if path.name == "catalogue.ttl":
            text = path.read_text("utf-8")
            path.write_text(text.replace(ENGLISH, f"{ENGLISH}, {ENGLISH.replace('ENG', 'JPN')}"))
        else:
            path.unlink()
    parts = {"nested": NESTED, "ships": SHIPS + CLASSES, "ports": THESAURUS}
    parts |= {"alike": "t:alike n:has _:a , _:a , _:b . _:a n:in _:b ."}
    parts |= {"ontologies": ONTOLOGIES, "alone": ALONE, "places": PLACES, "sea": SEA}
    for name, text in parts.items():
        (folder / "data" / f"{name}.ttl").write_text(PREFIXES + text, "utf-8")
    release, _ = pipeline.pack(folder, folder / "releases")
    store = open_store(release, Settings())
    try:
        yield create_app(release, store, Settings()).test_client()
    finally:
        store.close()


def page(reader: FlaskClient, path: str, tag: str = "en") -> Element:
    """Return the main part of a page."""
    answer = reader.get(path, headers={"Accept": "text/html", "Accept-Language": tag})
    assert answer.status_code == 200, (path, answer.text)
    found: Element | None = html5lib.parse(answer.text).find(f".//{HTML}main")
    assert found is not None
    return found


def words(node: Element) -> str:
    """Return the text of *node* as it is read: without the marks of where it comes from."""
    parts = [node.text or ""]
    for child in node:
        if "from" not in child.get("class", "").split():
            inner = words(child)
            parts.append(f"{inner} " if child.tag in BLOCKS else inner)
        parts.append(child.tail or "")
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def value(main: Element, label: str) -> Element:
    """Return what stands beside *label*, which a definition may follow."""
    for row in main.iter(f"{HTML}div"):
        term = row.find(f"{HTML}dt")
        if term is not None and words(term).startswith(label):
            found = row.find(f"{HTML}dd")
            assert found is not None
            return found
    raise AssertionError(f"{label} is not in: {words(main)}")


def test_a_nameless_thing_is_told_of_where_it_stands(reader: FlaskClient) -> None:
    told = value(page(reader, "/doc/hall"), "has")

    assert words(told) == "postal address address locality 札幌市 ja"


def test_nameless_things_are_nested_to_a_depth_and_the_rest_is_one_click_away(
    reader: FlaskClient,
) -> None:
    told = value(page(reader, "/doc/deep"), "in")
    (link,) = (a for a in told.iter(f"{HTML}a") if words(a) == "Show what lies deeper")
    more = value(page(reader, link.get("href", "").replace("http://127.0.0.1:8000", "")), "in")

    assert re.findall(r"level (\d)", words(told)) == ["1", "2", "3", "4"]
    assert re.findall(r"level (\d)", words(more)) == ["1", "2", "3", "4", "5", "6"]


def test_a_depth_that_is_none_is_refused(reader: FlaskClient) -> None:
    for depth in ("0", "33", "x", "٣"):
        for suffix in ("", ".ttl"):
            assert reader.get(f"/doc/deep{suffix}?depth={depth}").status_code == 400


def test_a_list_is_numbered_with_values_of_any_kind(reader: FlaskClient) -> None:
    told = value(page(reader, "/doc/list"), "has")
    (outer,) = (ol for ol in told.iter(f"{HTML}ol") if len(ol) > 1)

    assert [words(item) for item in outer] == [
        "hall", "1", "two", "1,2", "level 3", "5", "nothing: an empty list",
    ]  # fmt: skip


def test_a_long_list_says_what_it_leaves_out(reader: FlaskClient) -> None:
    told = words(value(page(reader, "/doc/long"), "has"))

    assert "item 29 370 more item 30" in told
    assert told.endswith("item 299 The rest is in the data formats of this page.")


def test_a_container_is_in_the_order_of_its_numbers(reader: FlaskClient) -> None:
    told = value(page(reader, "/doc/sequence"), "has")

    assert words(told) == "first second tenth"


@pytest.mark.parametrize(
    ("path", "label", "said"),
    [
        ("cycle", "in", "level 1 in level 2 in the same as around it"),
        ("nothing", "has", "something of which no more is said"),
        ("knot", "has", "first 1 2 rest first 3 rest the same as around it"),
    ],
)
def test_what_is_odd_is_read_as_it_stands(
    reader: FlaskClient, path: str, label: str, said: str
) -> None:
    assert words(value(page(reader, f"/doc/{path}"), label)) == said


def test_what_is_nameless_and_points_to_a_thing_is_counted(reader: FlaskClient) -> None:
    assert "3 statements of something nameless point here too" in words(page(reader, "/doc/hall"))


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_expression_of_owl_is_a_phrase(reader: FlaskClient, name: str) -> None:
    """In the reader's language; whatever it names is a link."""
    _, english, japanese = EXPRESSIONS[name]
    path = f"/-/resource?iri={ROOT}ships%23c-{name}"

    assert words(value(page(reader, path), "broader class")) == english
    assert words(value(page(reader, path, "ja"), "上位クラス")) == japanese


def test_an_expression_that_lacks_a_part_is_shown_as_it_stands(reader: FlaskClient) -> None:
    told = value(page(reader, f"/-/resource?iri={ROOT}ships%23Odd"), "broader class")

    assert words(told) == "restriction some values from mast"


def entries(main: Element) -> list[str]:
    """Return the entries of the tree on a page, each with the dots of its level."""
    found = []

    def walk(node: Element, depth: int) -> None:
        for child in node:
            if child.tag == f"{HTML}li":
                parts = [words(part) for part in child if part.tag != f"{HTML}ul"]
                found.append("." * depth + " ".join(parts))
            walk(child, depth + (child.tag == f"{HTML}li"))

    for section in main.iter(f"{HTML}section"):
        if section.get("id") == "below":
            walk(section, 0)
    return found


def ways_up(main: Element) -> list[list[str]]:
    """Return the ways up that a page shows."""
    navs = (nav for nav in main.iter(f"{HTML}nav") if nav.get("class") == "crumbs")
    return [[words(li) for li in way] for nav in navs for way in nav.iter(f"{HTML}ol")]


def test_a_scheme_shows_its_tops_in_the_order_of_notations(reader: FlaskClient) -> None:
    """Said from either end; and what no top leads to, so that all of it can be reached."""
    assert entries(page(reader, "/concept/ports")) == [
        "1.9 boats 1",
        "1.10 quays 1",
        "loop one 1",
        "lost",
    ]


def test_a_branch_is_opened_without_script(reader: FlaskClient) -> None:
    tops = page(reader, "/concept/ports")
    (link,) = (a.get("href", "") for a in tops.iter(f"{HTML}a") if "boats" in str(a.attrib))
    opened = page(reader, link.replace("http://127.0.0.1:8000", "").partition("#")[0])
    deeper = page(reader, f"/concept/ports?open={ROOT}concept/tug")

    assert entries(opened)[:3] == ["1.9 boats 1", ".tug 1", "1.10 quays 1"]
    assert entries(deeper)[:4] == ["1.9 boats 1", "1.10 quays 1", ".tug 1", "..rope"]


def test_a_circle_is_opened_without_end(reader: FlaskClient) -> None:
    opened = entries(page(reader, f"/concept/ports?open={ROOT}concept/two"))

    assert opened[2:] == ["loop one 1", ".loop two 1", "..loop one 1", "lost"]


def test_what_is_not_below_cannot_be_opened(reader: FlaskClient) -> None:
    for asked in ("open=https://example.com/", f"open={ROOT}concept/n1", "from=4", "from=x"):
        answer = reader.get(f"/concept/ports?{asked}", headers={"Accept": "text/html"})

        assert answer.status_code == 400, asked


def test_a_scheme_of_many_is_shown_part_by_part(reader: FlaskClient) -> None:
    first = page(reader, "/concept/flat")
    last = page(reader, "/concept/flat?from=400")

    assert (entries(first)[9], len(entries(first))) == ("9 entry 9", 200)
    assert "1 to 200 of 450 Further" in words(first)
    assert entries(last)[0] == "400 entry 400"
    assert "401 to 450 of 450" in words(last)


def test_a_concept_shows_every_way_up(reader: FlaskClient) -> None:
    assert ways_up(page(reader, "/concept/rope")) == [
        ["Ports", "quays", "tug"],
        ["Ports", "boats", "tug"],
    ]
    assert ways_up(page(reader, "/concept/two")) == [["Ports", "loop one"]]


def test_links_to_other_schemes_stand_together(reader: FlaskClient) -> None:
    (group,) = (
        section
        for section in page(reader, "/concept/rope").iter(f"{HTML}section")
        if words(section).startswith("Elsewhere")
    )

    assert words(group) == (
        "Elsewhere broader matchA more general concept of another scheme. https://example.com/line "
        "exact matchA concept of another scheme that can be used in place of this one. "
        "https://example.com/rope"
    )


def test_an_ordered_collection_keeps_its_order(reader: FlaskClient) -> None:
    told = value(page(reader, "/concept/order"), "member list")

    assert words(told) == "tug quays boats"


def terms(main: Element) -> dict[str, str]:
    """Return what the documentation on a page says of each term, by its anchor."""
    return {
        section.get("id", ""): words(section)
        for section in main.iter(f"{HTML}section")
        if section.get("class") == "term"
    }


def test_an_ontology_is_documented_wherever_its_namespace_is(reader: FlaskClient) -> None:
    """Its terms by kind, with comments, axioms in words, and what the terms say of each other."""
    boats = page(reader, "/-/resource?iri=https://example.com/boats")

    assert terms(boats) == {
        "Boat": "boat Boat What floats. Narrower tug Properties that lead to it tows",
        "Tug": "tug Tug Broader boat Holds of each tows: at least one boat "
        "Properties used on it tows",
        "tows": "tows Property Used on tug Values boat",
        "otaru": "Otaru otaru tug",
    }
    assert entries(boats) == ["boat", ".tug"]


def test_a_term_is_documented_in_the_language_of_the_reader(reader: FlaskClient) -> None:
    boats = page(reader, "/-/resource?iri=https://example.com/boats", "ja")

    assert terms(boats)["Boat"].startswith("舟 Boat 浮かぶもの。")


def test_an_ontology_with_little_in_its_namespace_has_what_its_file_declares(
    reader: FlaskClient,
) -> None:
    alone = page(reader, "/-/resource?iri=https://example.com/alone.owl")

    assert list(terms(alone)) == ["A_1", "A_2", "last"]


def test_a_large_ontology_is_told_of_part_by_part(reader: FlaskClient) -> None:
    """Whatever else stands below its address is none of its terms."""
    first = terms(page(reader, "/-/resource?iri=https://example.com/wind/"))
    second = terms(page(reader, "/-/resource?iri=https://example.com/wind/&page=2"))

    assert (len(first), len(second)) == (150, 51)
    assert (next(iter(first)), list(second)[-1]) == ("Gale", "k199")


@pytest.mark.parametrize("number", ["", "&page=2"])
def test_every_fragment_has_a_place_in_each_part_of_its_document(
    reader: FlaskClient, number: str
) -> None:
    """A browser asks for the base alone, and looks for the fragment in what comes."""
    main = page(reader, f"/-/resource?iri=https://example.com/sea{number}")
    places = [node.get("id") or "" for node in main.iter()]

    assert sorted(p for p in places if p.startswith("k")) == [f"k{n:03}" for n in range(155)]


def test_a_class_shows_what_is_above_it(reader: FlaskClient) -> None:
    tug = page(reader, "/-/resource?iri=https://example.com/boats%23Tug")

    assert ways_up(tug) == [["Boats", "boat"]]


def drawn(main: Element) -> tuple[int, int, int, str]:
    """Return how many points, lines and areas the map of a page has, and what is said of it."""
    svg = "{http://www.w3.org/2000/svg}"
    maps = [figure for figure in main.iter(f"{HTML}figure") if figure.get("id") == "map"]
    kinds = [shape.get("class") for figure in maps for shape in figure.iter()]
    told = [words(caption) for figure in maps for caption in figure.iter(f"{HTML}figcaption")]
    assert all(len(list(figure.iter(f"{svg}svg"))) == 1 for figure in maps)
    return kinds.count("core"), kinds.count("way"), kinds.count("area"), " ".join(told)


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        ("point", (1, 0, 0, "Latitude 43.06, longitude 141.35. On OpenStreetMap")),
        ("nameless", (1, 0, 0, "Latitude 43.06, longitude 141.35. On OpenStreetMap")),
        (
            "apart",
            (0, 1, 0, "Latitude 43 to 44, longitude 141 to 142. On OpenStreetMap"),
        ),
        ("unclosed", (0, 0, 0, "")),
    ],
)
def test_a_map_shows_where_a_thing_lies(
    reader: FlaskClient, thing: str, expected: tuple[int, int, int, str]
) -> None:
    assert drawn(page(reader, f"/doc/{thing}")) == expected


def test_a_geometry_that_cannot_be_read_is_text(reader: FlaskClient) -> None:
    told = value(page(reader, "/doc/unclosed"), "coordinates (WKT)")

    assert words(told) == "POLYGON((141 43,142"


def test_pictures_are_shown_and_only_their_hosts_are_allowed(reader: FlaskClient) -> None:
    answer = reader.get("/doc/pictured", headers={"Accept": "text/html"})
    images = page(reader, "/doc/pictured").iter(f"{HTML}img")

    assert [(image.get("src"), image.get("alt"), image.get("loading")) for image in images] == [
        ("https://pictures.example.com:8443/a.jpg", "Picture: Tower", "lazy"),
        ("https://other.example.com/c.png", "Picture: Tower", "lazy"),
    ]
    assert (
        "img-src 'self' https://pictures.example.com:8443 https://other.example.com data:;"
        in answer.headers["Content-Security-Policy"]
    )
    other = reader.get("/doc/point", headers={"Accept": "text/html"})
    assert "img-src 'self' data:;" in other.headers["Content-Security-Policy"]


def test_the_page_of_a_graph_numbers_what_has_no_name(reader: FlaskClient) -> None:
    """One and the same has one number, wherever it stands in the graph."""
    told = words(page(reader, "/graph/alike"))

    assert "nameless thing 1" in told and "nameless thing 2" in told
    assert "nameless thing 3" not in told


def test_a_statement_about_a_statement_is_read_as_one(reader: FlaskClient) -> None:
    """RDF 1.2 Concepts, section 3.1: a triple term; of whatever store has one."""
    site = reader.application.extensions["renkei"]
    mast = ox.NamedNode(f"{ROOT}ships#Mast")
    held = ox.Triple(mast, ox.NamedNode(f"{ROOT}ships#has"), ox.Literal("x"))
    with reader.application.test_request_context():
        view = views.view_of(site, named("en"), None, NestedValues([]))
        about = Statements(view, ROOT, [ox.Quad(mast, ox.NamedNode(f"{ROOT}ns#says"), held)])
        ((value,),) = about.by_predicate.values()

    assert value.inner is not None
    assert [part.text for part in value.inner.items] == ["mast", "has", "x"]
