"""Each entry of the catalogue says what it is itself, as portals read it.

The rules are those of CKAN 2.11, ckanext-dcat 2.4 and DCAT-AP as they were seen to act
(`docs/conformance-harvesting.md`), asked here without any of them.
"""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDFS

from renkei.release import Release

ROOT = "https://w3id.org/jp-ccua/"
FORMS = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}
# rdflib's JSON-LD parser still uses what rdflib itself calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")


@pytest.fixture(scope="module")
def written(release: Release) -> Graph:
    """The catalogue of the Sapporo release."""
    return Graph().parse(release.path("catalogue.ttl"), format="turtle")


def texts(graph: Graph, path: str, predicate: URIRef, language: str) -> set[str]:
    """Return what *graph* says in one language of the entry at *path*."""
    values = graph.objects(URIRef(ROOT + path), predicate)
    return {str(v) for v in values if isinstance(v, Literal) and v.language == language}


@pytest.mark.parametrize("path, ja, en", [
    ("tables/members", "さっぽろ連携中枢都市圏 構成市町村一覧",
     "Sapporo Collaborative Core Urban Area: members"),
    ("tables/gaps", "さっぽろ連携中枢都市圏 未記載事項一覧",
     "Sapporo Collaborative Core Urban Area: what is not stated"),
])  # fmt: skip
def test_the_title_of_a_table_stands_alone(written: Graph, path: str, ja: str, en: str) -> None:
    assert texts(written, path, DCTERMS.title, "ja") == {ja}
    assert texts(written, path, DCTERMS.title, "en") == {en}


def test_no_two_entries_have_one_title(written: Graph) -> None:
    datasets = list(written.subjects(RDF.type, DCAT.Dataset))
    titles = [t for d in datasets for t in written.objects(d, DCTERMS.title)]

    assert len(titles) == len(set(titles)) == 2 * len(datasets)


def test_a_table_has_words_of_its_own_and_its_own_time(written: Graph) -> None:
    period = written.value(URIRef(f"{ROOT}tables/census"), DCTERMS.temporal)

    assert texts(written, "tables/census", DCAT.keyword, "ja") == {
        "連携中枢都市圏", "札幌市", "国勢調査", "人口"}  # fmt: skip
    assert str(written.value(period, DCAT.startDate)) == "2015-01-01"
    assert str(written.value(period, DCAT.endDate)) == "2020-12-31"


@pytest.mark.parametrize("name, word", [("vocabulary", "オントロジー"), ("shapes", "SHACL")])
def test_a_vocabulary_has_neither_place_nor_time_nor_the_words_of_the_data(
    written: Graph, name: str, word: str
) -> None:
    entry = URIRef(f"{ROOT}dataset/sapporo/{name}")
    words = texts(written, f"dataset/sapporo/{name}", DCAT.keyword, "ja")

    assert list(written.objects(entry, DCTERMS.spatial)) == []
    assert list(written.objects(entry, DCTERMS.temporal)) == []
    assert word in words and "連携協約" not in words


@pytest.mark.parametrize("suffix", FORMS)
def test_the_first_type_of_a_format_is_the_one_that_ckan_asks_for(
    client: FlaskClient, suffix: str
) -> None:
    """ckanext-dcat reads one type of a format, the first, and shows its label only for dct:IMT."""
    answer = client.get(f"/catalogue.{suffix}")
    graph = Graph().parse(data=answer.data, format=FORMS[suffix])
    formats = set(graph.objects(None, DCTERMS["format"]))
    shown = {
        str(graph.value(f, RDFS.label))
        for f in formats
        if next(graph.objects(f, RDF.type)) == DCTERMS.IMT
    }

    assert shown == {
        "CSV", "JSON", "JSON-LD", "N-Quads", "N-Triples", "RDF/XML", "TriG", "Turtle", "XLSX"
    }  # fmt: skip


def test_what_a_record_is_about_is_a_resource(written: Graph) -> None:
    """DCAT-AP 3.0.1 asks for the type itself; that of a sub-class does not do."""
    topics = set(written.objects(None, FOAF.primaryTopic)) - {
        written.value(URIRef(f"{ROOT}dataset/sapporo"), FOAF.primaryTopic)
    }

    assert topics and all((t, RDF.type, DCAT.Resource) in written for t in topics)
