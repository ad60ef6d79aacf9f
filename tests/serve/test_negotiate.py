"""Which format and language a reader gets, shown with two strings each."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from renkei.errors import NothingAcceptable
from renkei.rdf.formats import DOCUMENT_FORMATS, HTML, TURTLE
from renkei.serve.api.sparql_protocol import wanted
from renkei.serve.http.negotiation import choose, language
from renkei.sparql.outline import Form


@pytest.mark.parametrize(
    "accept, suffix",
    [
        pytest.param(None, "ttl", id="no header"),
        pytest.param("", "ttl", id="empty header"),
        pytest.param("*/*", "ttl", id="anything"),
        pytest.param("text/turtle", "ttl", id="turtle"),
        pytest.param("TEXT/HTML", "html", id="case does not matter"),
        pytest.param("text/html;q=0.5, application/ld+json", "jsonld", id="by quality"),
        pytest.param(
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html", id="browser"
        ),
        pytest.param("text/turtle, text/html", "ttl", id="a tie goes to data"),
        pytest.param("text/html, text/turtle", "html", id="unless the page is named first"),
        pytest.param("*/*, text/html", "html", id="a name beats a wildcard"),
        pytest.param("text/html;q=0, */*", "ttl", id="refused"),
        pytest.param("text/turtle;q=nonsense, text/html", "html", id="a quality that is no number"),
        pytest.param("application/x-turtle", "ttl", id="another name for it"),
        pytest.param("application/n-triples;charset=utf-8", "nt", id="other parameters"),
    ],
)
def test_the_reader_gets_the_format_they_prefer(accept: str | None, suffix: str) -> None:
    assert choose(accept, DOCUMENT_FORMATS, TURTLE).suffix == suffix


@pytest.mark.parametrize("accept", ["image/png", "text/turtle;q=0", "*/*;q=0"])
def test_what_we_do_not_have_is_refused_with_what_we_have(accept: str) -> None:
    with pytest.raises(NothingAcceptable) as caught:
        choose(accept, (TURTLE, HTML), TURTLE)

    assert caught.value.facts["available"] == ["text/turtle", "text/html"]


@pytest.mark.parametrize(
    "header, tag",
    [
        pytest.param(None, "ja", id="no header: the publication's first"),
        pytest.param("en-GB,en;q=0.9", "en", id="a region is left off"),
        pytest.param("fr, en;q=0.5, ja;q=0.4", "en", id="the best we have"),
        pytest.param("fr", "ja", id="none we have"),
        pytest.param("*", "ja", id="anything"),
    ],
)
def test_the_reader_gets_the_language_they_prefer(header: str | None, tag: str) -> None:
    assert language(header, ("ja", "en")) == tag


# What clients send in the address, by name and in the order in which it counts, and what they get.
# The library, the form of the query, the words, Accept, the name of the format.
SENT = [
    ("SPARQLWrapper", "select", ["json"] * 3, "application/sparql-results+json", "json"),
    ("SPARQLWrapper", "select", ["csv", "text/csv"] * 3, "text/csv", "csv"),
    ("SPARQLWrapper", "construct", ["n3"] * 3, "application/turtle,text/turtle,text/n3", "turtle"),
    ("SPARQLWrapper", "construct", ["json-ld"] * 3, "application/ld+json", "json-ld"),
    ("SPARQLWrapper", "construct", ["rdf+xml", "application/rdf+xml"] * 3, "*/*", "rdf-xml"),
    ("SPARQLWrapper, of a graph as JSON", "describe", ["json"] * 3, "*/*", "json-ld"),
    ("SPARQLWrapper, of a table as Turtle", "select", ["turtle"] * 3, "*/*", "json"),
    ("Virtuoso", "select", ["application/sparql-results+json"], "*/*", "json"),
    (
        "Virtuoso, its plus sign not encoded",
        "ask",
        ["application/sparql-results xml"],
        "*/*",
        "xml",
    ),
    ("Virtuoso", "construct", ["text/rdf+n3"], "*/*", "turtle"),
    ("Virtuoso", "construct", ["text/plain"], "*/*", "n-triples"),
    ("Virtuoso, which leaves it to Accept", "select", ["auto"], "text/csv", "csv"),
    ("Fuseki", "select", ["sparql"], "*/*", "xml"),
    ("Fuseki", "select", ["text"], "*/*", "tsv"),
    ("Fuseki", "construct", ["ttl"], "text/html", "turtle"),
    ("Fuseki", "construct", ["xml"], "*/*", "rdf-xml"),
    ("Jena's suffixes", "select", ["srj"], None, "json"),
    ("Jena's suffixes", "select", ["srx"], None, "xml"),
    ("RDF4J", "construct", [], "application/rdf+xml;q=0.8, application/xml;q=0.8", "rdf-xml"),
    ("RDF4J", "select", [], "application/sparql-results+xml;q=0.8, application/xml", "xml"),
    ("old clients", "construct", [], "text/plain", "n-triples"),
    ("old clients", "construct", [], "text/xml", "rdf-xml"),
    ("old clients", "construct", [], "text/n3", "turtle"),
    ("old clients", "select", [], "application/javascript", "json"),
    ("a list", "select", ["turtle, ods,tsv,json"], "text/csv", "tsv"),
    ("a list of media types", "construct", ["text/csv;q=1,application/trig;q=0.5"], None, "trig"),
    ("the first that fits", "select", ["nt", "csv", "json"], None, "csv"),
    ("none that fits", "construct", ["csv", "ods"], "application/n-quads", "n-quads"),
    ("a form of JSON-LD", "construct", ["jsonld-expanded"], None, "json-ld-expanded"),
    (
        "a profile",
        "construct",
        ['application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"'],
        None,
        "json-ld-expanded",
    ),
    ("a person", "select", ["html"], "text/csv", "html"),
]


@pytest.mark.parametrize("client, form, words, accept, name", SENT)
def test_a_client_gets_what_it_means_by_its_words(
    client: str, form: Form, words: list[str], accept: str | None, name: str
) -> None:
    assert wanted(form, tuple(words), accept).name == name


@pytest.mark.parametrize("words", [(), ("ods",), ("turtle",)])
def test_what_neither_words_nor_accept_name_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(NothingAcceptable):
        wanted("select", words, "text/turtle")


@pytest.mark.parametrize("path", ["/things", "/problems", "/tables/"])
def test_who_asks_for_a_format_that_a_list_has_not_gets_no_page(
    small: FlaskClient, path: str
) -> None:
    asked = small.get(f"{path}?format=ttl")
    shown = small.get(f"{path}?format=ttl", headers={"Accept": "text/html,*/*;q=0.8"})

    assert (asked.status_code, shown.status_code) == (406, 200)


@pytest.mark.parametrize("path", ["/ns.csv", "/ns.foo", "/shapes.csv", "/shapes.foo"])
def test_a_suffix_of_no_format_of_rdf_is_no_document_of_terms(
    client: FlaskClient, path: str
) -> None:
    assert client.get(path, headers={"Accept": "text/turtle"}).status_code == 404
