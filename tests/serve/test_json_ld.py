"""JSON-LD is read without a second request, by every reader, and in the form that one asks for.

The forms and their profiles: JSON-LD 1.1, appendix C (IANA Considerations); RFC 6906.
"""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from pyld import jsonld
from rdflib import Graph
from rdflib.compare import isomorphic

from tests.serve.conftest import PUBLIC

FORM = "http://www.w3.org/ns/json-ld#"
OTARU = "/doc/municipality/hokkaido-otaru"
MADE = "/sparql?query=CONSTRUCT WHERE { ?s a ?class ; ?p ?o } LIMIT 300"
GIVEN = {
    "a thing": OTARU,
    "a description": "/sparql?query=DESCRIBE <https://w3id.org/jp-ccua/id/municipality/hokkaido-otaru>",
    "what a query makes": MADE,
    "the vocabulary": "/ns",
    "a term": "/ns/Municipality",
    "a graph": "/graph/seed-L79",
    "the graphs": "/graph",
    "any resource": "/-/resource?iri=https://w3id.org/jp-ccua/id/municipality/hokkaido-otaru",
    "a graph of the store": "/graphs?graph=https://w3id.org/jp-ccua/graph/seed-L27",
    "the catalogue": "/catalogue",
    "the data set": "/dataset/sapporo",
    "statistics": "/.well-known/void",
    "the report": "/report",
    "the endpoint": "/sparql",
}  # fmt: skip


def _profile(*names: str) -> str:
    return f'application/ld+json;profile="{" ".join(FORM + name for name in names)}"'


def _asked(client: FlaskClient, path: str, accept: str) -> Any:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    return answer


def _refuse(address: str, options: object) -> Any:
    raise AssertionError(f"{address} would be fetched")


def _canonical(nquads: str) -> str:
    """Return statements without their graphs and with settled blank nodes."""
    found = ox.Dataset(
        ox.Quad(q.subject, q.predicate, q.object)
        for q in ox.parse(nquads, format=ox.RdfFormat.N_QUADS)
    )
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(str(quad) for quad in found))


@pytest.mark.parametrize("path", GIVEN.values(), ids=GIVEN)
def test_each_answer_is_read_without_a_second_request(client: FlaskClient, path: str) -> None:
    """By PyLD, whose loader refuses here, and by pyoxigraph, which has none."""
    body = _asked(client, path, "application/ld+json").data
    whole = _canonical(_asked(client, path, "application/n-triples").text)
    options = {"format": "application/n-quads", "documentLoader": _refuse, "base": PUBLIC}

    assert _canonical(jsonld.to_rdf(json.loads(body), options)) == whole
    read = ox.serialize(ox.parse(body, format=ox.RdfFormat.JSON_LD), format=ox.RdfFormat.N_QUADS)
    assert _canonical((read or b"").decode()) == whole


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # by rdflib's own parser
def test_rdflib_reads_a_document_without_a_second_request(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rdflib.parser._urlopen", _refuse)
    read = Graph().parse(data=_asked(client, OTARU, "application/ld+json").data, format="json-ld")

    assert isomorphic(read, Graph().parse(data=_asked(client, OTARU, "text/turtle").data))


def test_a_document_carries_what_it_uses_of_the_context(client: FlaskClient) -> None:
    own = json.loads(client.get("/context.jsonld", buffered=True).data)["@context"]
    carried = _asked(client, OTARU, "application/ld+json").json["@context"]

    assert carried.items() <= own.items()
    assert len(carried) < len(own) / 2
    assert {"muni", "prefLabel"} - carried.keys() == set()
    assert "@version" not in carried  # else who knows JSON-LD 1.0 alone would refuse it


def _form(document: Any) -> str:
    if isinstance(document, list):
        return "expanded"
    return "linked" if isinstance(document["@context"], str) else "compacted"


@pytest.mark.parametrize("path", [OTARU, OTARU + ".jsonld", MADE, "/catalogue", "/sparql"])
@pytest.mark.parametrize(
    "asked, form, said",
    [
        ((), "compacted", ()),
        (("compacted",), "compacted", ("compacted",)),
        (("expanded",), "expanded", ("expanded",)),
        (("flattened",), "compacted", ("flattened",)),
        (("flattened", "compacted"), "compacted", ("compacted", "flattened")),
        (("flattened", "expanded"), "expanded", ("expanded", "flattened")),
        (("expanded", "compacted"), "compacted", ("compacted",)),
        (("context",), "linked", ("context",)),
        (("compacted", "context"), "linked", ("compacted", "context")),
        (("streaming",), "compacted", ()),
        (("streaming", "expanded"), "expanded", ("expanded",)),
    ],
)
def test_the_form_is_the_one_that_the_profile_names(
    client: FlaskClient, path: str, asked: tuple[str, ...], form: str, said: tuple[str, ...]
) -> None:
    """And Content-Type names what of it is given; what is not known is no wish (RFC 6906)."""
    answer = _asked(client, path, _profile(*asked) if asked else "application/ld+json")

    assert _form(answer.json) == form
    assert answer.content_type == (_profile(*said) if said else "application/ld+json")


def test_a_profile_of_others_is_no_wish(client: FlaskClient) -> None:
    plain = _asked(client, OTARU, "application/ld+json")
    other = _asked(client, OTARU, 'application/ld+json;profile="https://example.org/profile"')

    assert (other.data, other.headers["ETag"]) == (plain.data, plain.headers["ETag"])


def test_each_form_says_the_same_and_has_a_tag_of_its_own(client: FlaskClient) -> None:
    tags, said = set(), set()
    own = json.loads(client.get("/context.jsonld", buffered=True).data)
    for names in ((), ("compacted",), ("flattened",), ("expanded",), ("context",)):
        answer = _asked(client, OTARU, _profile(*names) if names else "application/ld+json")
        document = {**answer.json, **own} if names == ("context",) else answer.json
        tags.add(answer.headers["ETag"])
        said.add(_canonical(jsonld.to_rdf(document, {"format": "application/n-quads"})))

    assert (len(tags), len(said)) == (5, 1)


def test_nodes_of_every_form_stand_once_and_name_others_by_their_iris(client: FlaskClient) -> None:
    """Which is what `flattened` asks for (JSON-LD 1.1 API, section 7)."""
    for name in ("flattened", "expanded"):
        document = _asked(client, OTARU, _profile(name)).json
        expanded = jsonld.expand(document)
        assert len({node["@id"] for node in expanded}) == len(expanded)
        values = [
            value
            for node in expanded
            for name, values in node.items()
            if name not in ("@id", "@type")
            for value in values
        ]
        assert all("@value" in value or value.keys() == {"@id"} for value in values)


def test_the_context_by_link_is_that_of_its_address(client: FlaskClient) -> None:
    assert _asked(client, "/ns", _profile("context")).json["@context"] == f"{PUBLIC}context.jsonld"


@pytest.mark.parametrize(
    "accept, form",
    [
        pytest.param(
            f"application/ld+json;profile={FORM}context, application/ld+json",
            "compacted",
            id="a loader of contexts, in a tie",
        ),
        pytest.param(
            f"application/ld+json;profile={FORM}context, application/ld+json;q=0.9",
            "linked",
            id="without quotation marks",
        ),
        pytest.param(
            f"{_profile('expanded')};q=0.5, application/ld+json;q=0.4", "expanded", id="by quality"
        ),
        pytest.param(
            f"{_profile('expanded')};q=0, application/ld+json", "compacted", id="unwanted"
        ),
    ],
)
def test_of_two_wishes_for_json_ld_the_better_one_counts(
    client: FlaskClient, accept: str, form: str
) -> None:
    """Of equal ones one that needs no second request."""
    assert _form(_asked(client, OTARU, accept).json) == form


def test_turtle_comes_first_in_a_tie_with_a_form_that_needs_a_second_request(
    client: FlaskClient,
) -> None:
    answer = _asked(client, OTARU, f"{_profile('context')}, text/turtle")

    assert answer.mimetype == "text/turtle"


@pytest.mark.parametrize("path", ["report", "shapes", "catalogue", ".well-known/void"])
def test_the_address_of_a_form_asks_for_that_form(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/{path}?format=json-ld-expanded")

    location = answer.headers["Content-Location"]
    assert location.endswith(f"/{path}.jsonld?format=json-ld-expanded")


def test_a_parameter_is_read_by_one_grammar(client: FlaskClient) -> None:
    answer = client.get("/catalogue?f%6Frmat=ttl&page=1")

    assert answer.headers["Content-Location"].endswith("/catalogue.ttl?page=1")


def test_the_first_page_as_data_names_no_other_document(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Accept": "text/turtle"})

    assert (answer.mimetype, answer.headers.get("Content-Location")) == ("text/turtle", None)
