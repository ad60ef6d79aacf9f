"""A term of the vocabulary and a rule have pages of their own, beside their place in a long one."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

HTML = {"Accept": "text/html", "Accept-Language": "en"}
ROOT = "https://w3id.org/jp-ccua/"


def _text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))


def test_a_term_is_defined_in_every_language_the_readers_first(client: FlaskClient) -> None:
    """With its trap, what stands beside it, and how the data uses it."""
    text = _text(client.get("/ns/hasParty", headers=HTML).text)

    for part in (
        "Definition relates an agreement to a body that concluded it 約束を結んだ団体を示す ja",
        "Mind Another relation than belonging to the area (org:member). Parties may be",
        "Used on agreement",
        "Values organisation",
        "Narrower core city party , counterparty",
        "used 39 times",
        "Cooperation Agreement between Sapporo and Chitose on forming the Collaborative Core Urban "
        "Area → Chitose",
        "A01 Each agreement of the page has two parties",
        "Who are the parties of the Otaru agreement?",
    ):
        assert part in text, part


def test_a_class_leads_to_its_things_and_to_the_properties_that_go_with_it(
    client: FlaskClient,
) -> None:
    page = client.get("/ns/Municipality", headers=HTML).text

    assert 'href="/area/things/Municipality"' in page
    assert 'href="/area/ns/coreCityParty"' in page
    assert "used 12 times" in page


def test_a_rule_says_why_it_is_there_what_to_do_and_what_it_found(client: FlaskClient) -> None:
    text = _text(client.get("/shapes/A01-AgreementHasTwoParties", headers=HTML).text)

    for part in (
        "A01 Each agreement of the page has two parties",
        "Why Every agreement of the page is between two bodies.",
        "What to do This agreement has more than two parties",
        "Looks at cooperation agreement",
        "Severity Violation",
        "Nothing: the rule is kept.",
    ):
        assert part in text, part


@pytest.mark.parametrize(
    "path, iri",
    [
        ("ns/hasParty", "ns#hasParty"),
        ("shapes/A01-AgreementHasTwoParties", "shapes#A01-AgreementHasTwoParties"),
    ],
)
def test_the_page_the_data_and_the_links_name_the_hash_iri(
    client: FlaskClient, path: str, iri: str
) -> None:
    """Canonical link, cite-as, linkset and Turtle speak of the term, never of its page."""
    page = client.get(f"/{path}", headers=HTML)
    data = client.get(f"/{path}.ttl")
    linkset = client.get(f"/linkset/{path}.json")

    assert f'<link rel="canonical" href="https://data.example.org/area/{iri}">' in page.text
    for answer in (page, data):
        assert f'<{ROOT}{iri}>; rel="cite-as"' in answer.headers["Link"]
    assert data.mimetype == "text/turtle" and iri.partition("#")[2] in data.text
    assert f"{ROOT}{iri}" in linkset.text


def test_the_long_pages_lead_to_each(client: FlaskClient) -> None:
    """Every term and rule that is listed has its page, and each of those answers."""
    for room in ("ns", "shapes"):
        page = client.get(f"/{room}", headers=HTML).text
        places = re.findall(r'class="term" id="([^"]+)"', page)
        linked = re.findall(rf'href="/area/{room}/([\w.-]+)"><code>', page)

        assert linked == places and len(places) > 100
        for name in places[::25]:
            assert client.get(f"/{room}/{name}", headers=HTML).status_code == 200, name


@pytest.mark.parametrize(
    "path, told",
    [
        ("ns/0.9", "ns/0.9 is neither a version nor a term that is kept here."),
        ("ns/Municipalty", "ns/Municipalty is neither a version nor a term that is kept here."),
        ("ns/Municipality/x", "ns/Municipality/x is neither a version nor a term"),
        ("shapes/A99", f"Nothing is published about {ROOT}shapes/A99."),
    ],
)
def test_a_name_or_version_that_is_not_there_is_404_and_near_ones_are_named(
    client: FlaskClient, path: str, told: str
) -> None:
    page = client.get(f"/{path}", headers=HTML)

    assert page.status_code == 404
    assert told in _text(page.text)
    if path == "ns/Municipalty":
        assert 'href="/area/ns#Municipality"' in page.text


def test_the_version_that_is_declared_answers_with_the_whole_vocabulary(
    client: FlaskClient,
) -> None:
    assert client.get("/ns/1.0.0.ttl").data == client.get("/ns.ttl").data
    assert client.get("/ns/1.0.0", headers=HTML).text.count('class="term"') > 100


def test_terms_of_another_publication_have_their_pages_too(small: FlaskClient) -> None:
    page = small.get("/ns/Harbour", headers={"Accept": "text/html", "Accept-Language": "de"})

    assert page.status_code == 200
    assert "Ort an der Küste, an dem Schiffe sicher liegen" in page.text
