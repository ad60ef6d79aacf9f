"""The first page is made of what is there."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.pack import pipeline
from renkei.pack.pipeline import Checked
from renkei.serve.app import create_app
from renkei.stores import open_store

PAGE = {"Accept": "text/html"}
HEAD = """
@prefix : <https://vocab.example.org/plants/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SAYS = """
  dct:description "Names of plants."@en ; dct:creator [ foaf:name "Flora Green" ] ;
  dct:license <https://creativecommons.org/publicdomain/zero/1.0/> ; owl:versionInfo "2.1" .
"""
SCHEME = f"""
:scheme a skos:ConceptScheme ; dct:title "Plants"@en ; {SAYS}
:trees a skos:Concept ; skos:prefLabel "Trees"@en ; skos:topConceptOf :scheme .
:oak a skos:Concept ; skos:prefLabel "Oak"@en ; skos:broader :trees ;
  dct:modified "2026-02-01"^^xsd:date .
:elm a skos:Concept ; skos:prefLabel "Elm"@en ; skos:broader :trees ;
  dct:modified "2026-01-01"^^xsd:date .
"""
ONTOLOGY = f"""
<https://vocab.example.org/plants/> a owl:Ontology ; rdfs:label "Plants"@en ; {SAYS}
:Tree a owl:Class ; rdfs:label "Tree"@en . :height a owl:DatatypeProperty ; rdfs:label "height"@en .
"""
DATASET = f"""
:set a void:Dataset ; dct:title "Plants"@en ; {SAYS}
:oak rdfs:label "Oak"@en .
"""
TAKEN = "title, description, creator, licence, version."


Packing = Callable[..., tuple[FlaskClient, Checked]]


@pytest.fixture
def packed(tmp_path: Path) -> Iterator[Packing]:
    """What packs and opens a publication of a name, a text, and a text of its catalogue."""
    stores = []

    def pack(name: str, text: str, catalogue: str = "") -> tuple[FlaskClient, Checked]:
        folder = tmp_path / name
        (folder / "data").mkdir(parents=True)
        (folder / "data" / "plants.ttl").write_text(HEAD + text, "utf-8")
        if catalogue:
            (folder / "data" / "catalogue.ttl").write_text(HEAD + catalogue, "utf-8")
        release, checked = pipeline.pack(folder, folder / "releases")
        settings = Settings(public_url="https://served.example.org/")
        stores.append(open_store(release, settings))
        return create_app(release, stores[-1], settings).test_client(), checked

    yield pack
    for store in stores:
        store.close()


def words(web: FlaskClient, path: str = "/") -> list[str]:
    """Return the texts of a page, each where it stands."""
    page = web.get(path, headers=PAGE).get_data(as_text=True)
    main = re.findall(r"<main.*</main>", page, re.DOTALL)[0]
    pieces = (html.unescape(p).strip() for p in re.split(r"<[^>]+>", main))
    return [piece for piece in pieces if piece]


@pytest.mark.parametrize("text", [SCHEME, ONTOLOGY, DATASET], ids=["scheme", "ontology", "set"])
def test_what_a_silent_catalogue_leaves_out_the_one_main_thing_says(
    packed: Packing, text: str
) -> None:
    web, checked = packed("p", text)
    main = checked.publication.config.main.iri

    assert words(web)[:8] == [
        "Plants", "Names of plants.", "By", "Flora Green", "Version", "2.1", "Licence:", "CC0 1.0",
    ]  # fmt: skip
    assert [note for note in checked.notes if main in note and "uriSpace" not in note] == [
        f"Not said in data/catalogue.ttl, and taken from {main}: {TAKEN}"
    ]


def test_a_first_page_shows_schemes_kinds_and_what_is_new(packed: Packing) -> None:
    web, _ = packed("p", SCHEME)
    found = words(web)

    assert found[8 : found.index("Structure")] == [
        "Top concepts", "Trees",
        "What there is", "concept", "3", "Trees", "Elm", "Oak", "concept scheme", "1", "Plants",
        "Latest", "Oak", "1 February 2026", "Elm", "1 January 2026",
    ]  # fmt: skip


def test_a_large_scheme_leaves_room_for_the_next(packed: Packing) -> None:
    """Twelve of its tops are named and the others counted; the other scheme has its own."""
    tops = "".join(
        f':c{n:03} a skos:Concept ; skos:topConceptOf :a ; rdfs:label "c {n:03}" .\n'
        for n in range(350)
    )
    other = ':b a skos:ConceptScheme . :z a skos:Concept ; skos:topConceptOf :b ; rdfs:label "z" .'
    web, _ = packed("p", f":a a skos:ConceptScheme .\n{tops}{other}")
    found = words(web)

    assert found[2 : found.index("What there is")] == [
        "a", *(f"c {n:03}" for n in range(12)), "338 more", "b", "z",
    ]  # fmt: skip


def test_what_the_catalogue_says_stands(packed: Packing) -> None:
    own = """
    :set a void:Dataset ; void:uriSpace "https://vocab.example.org/plants/" ; dct:title "Mine"@en ;
      owl:versionInfo "3" .
    """
    web, checked = packed("p", SCHEME, own)

    assert words(web)[:6] == ["Mine", "Names of plants.", "By", "Flora Green", "Version", "3"]
    assert checked.publication.config.version == "3"


def test_two_schemes_or_one_elsewhere_speak_for_nobody(packed: Packing) -> None:
    other = ':b a skos:ConceptScheme ; dct:title "Second"@en .'
    foreign = """<http://elsewhere.example/d> a void:Dataset ; dct:title "DBpedia"@en .
      :a rdfs:label "a" . :b rdfs:label "b" ."""
    for name, text in (("two", SCHEME + other), ("elsewhere", foreign)):
        _, checked = packed(name, text)

        assert checked.publication.config.title == {"und": name}


def test_words_of_a_source_page_stand_only_where_there_is_one(
    packed: Packing, client: FlaskClient
) -> None:
    web, _ = packed("p", SCHEME)
    passages = words(client, "/doc/municipality/hokkaido-nanporo?lang=en")

    assert "Only what the source page states" in passages
    for path in ("/oak", "/about", "/graph/plants"):
        page = web.get(path, headers=PAGE).get_data(as_text=True)
        assert page.count("ource page") + page.count("given without a source") == 0, path
        assert "given" not in words(web, path)
