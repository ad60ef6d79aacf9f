"""Terms of well-known vocabularies have names and short definitions, kept apart from the data."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import namespace

from renkei.rdf.iris import PREFIXES
from renkei.rdf.known_terms import FOLDER, KnownTerm, known_term

FILES = sorted(FOLDER.glob("*.ttl"))
LABEL = PREFIXES["rdfs"] + "label"
# Vocabularies whose terms rdflib lists; it has DCAT 2, RDF 1.1 and a part of schema.org.
LISTED = {
    "skos": (namespace.SKOS, set()),
    "foaf": (namespace.FOAF, set()),
    "org": (namespace.ORG, set()),
    "time": (namespace.TIME, {"Year", "generalDay", "generalMonth", "generalYear", "xsdDateTime"}),
    "void": (namespace.VOID, set()),
    "sosa": (namespace.SOSA, set()),
    "ssn": (namespace.SSN, set()),
    "geosparql": (namespace.GEO, set()),
    "dc": (namespace.DC, set()),
    "rdfs": (namespace.RDFS, set()),
    "owl": (namespace.OWL, set()),
}


def texts(path: Path) -> dict[str, dict[str, set[str]]]:
    """Return the languages of the texts of each term in a file, by property."""
    found: dict[str, dict[str, set[str]]] = {}
    for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE):
        kinds = found.setdefault(quad.subject.value, {})  # type: ignore[union-attr]
        kinds.setdefault(quad.predicate.value, set()).add(quad.object.language)  # type: ignore[union-attr]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_term_is_named_and_explained_in_both_languages(path: Path) -> None:
    """Of one vocabulary a file, whose specification it names."""
    text = path.read_text("utf-8")
    found = texts(path)
    prefix = re.search(rf"@prefix {path.stem}: <(.*)> \.", text)

    assert prefix is not None
    assert {iri for iri in found if not iri.startswith(prefix[1])} == set()
    assert {iri for iri, said in found.items() if not {"en", "ja"} <= said[LABEL]} == set()
    explained = [tags for said in found.values() for kind, tags in said.items() if kind != LABEL]
    assert all(tags == {"en", "ja"} for tags in explained)
    assert re.match("# Names of terms .*\n# Written after <[^>]+>", text)


@pytest.mark.parametrize("name", LISTED)
def test_of_the_common_vocabularies_no_term_is_left_out_and_none_made_up(name: str) -> None:
    listed, left = LISTED[name]
    every = {*listed.__annotations__, *listed._extras}
    known = {local for local in every if not local.startswith("_")} - left
    ours = {iri.removeprefix(str(listed)) for iri in texts(FOLDER / f"{name}.ttl")}

    assert ours == known


def test_schema_org_is_called_the_same_under_both_its_schemes() -> None:
    one, other = (known_term(f"{scheme}://schema.org/telephone") for scheme in ("http", "https"))

    assert one is not None
    assert (one.label("ja"), one) == (("電話", "ja"), other)


def test_a_language_that_a_term_has_no_name_in_gets_the_english_one() -> None:
    term = known_term(PREFIXES["skos"] + "broaderTransitive") or KnownTerm()

    assert (term.label("de")[1], term.definition("ja")) == ("en", "何段か上の、より広い概念。")
    assert known_term("https://data.example.org/nothing") is None


def test_what_we_call_a_term_is_no_statement_of_the_publication(small: FlaskClient) -> None:
    asked = "SELECT ?name { GRAPH ?g { <http://www.w3.org/ns/dcat#Dataset> ?p ?name } }"
    answer = small.get("/sparql", query_string={"query": asked}, headers={"Accept": "text/csv"})

    assert (answer.status_code, answer.text.strip()) == (200, "name")


def test_the_tree_of_a_vocabulary_names_classes_of_others(client: FlaskClient) -> None:
    """In the reader's language, as everywhere else."""
    page = client.get("/ns?lang=ja", headers={"Accept": "text/html"}).get_data(as_text=True)
    tree = page[page.index("クラスの階層") :].partition("</section>")[0]

    assert re.findall(r">([A-Za-z]+)</a>", tree) == []
