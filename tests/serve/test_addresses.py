"""Addresses: each has one owner, and every spelling of an IRI finds the same thing."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from urllib.parse import quote

import html5lib
import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from tests.serve.test_hostile import GRAPH, LABEL, ROOT, _app, folder

__all__ = ["folder"]
NAME = "ガ行-é"
NFC, NFD = unicodedata.normalize("NFC", NAME), unicodedata.normalize("NFD", NAME)


def test_no_address_is_answered_in_two_places(client: FlaskClient) -> None:
    """Two rules of one pattern and method: the second would never be asked."""
    owners: dict[tuple[str, str], list[str]] = {}
    for rule in client.application.url_map.iter_rules():
        pattern = re.sub(r"<(?:([^:<>]+):)?[^<>]+>", r"<\1>", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            owners.setdefault((method, pattern), []).append(rule.endpoint)

    assert {k: v for k, v in owners.items() if len(v) > 1} == {}


@pytest.mark.parametrize("path", ["/report", "/catalogue", "/dataset/sapporo", "/.well-known/void"])
def test_an_address_for_data_has_a_page_for_browsers(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html", "Accept-Language": "ja"})
    data = client.get(path, headers={"Accept": "text/turtle"})

    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert (data.status_code, data.mimetype) == (200, "text/turtle")
    assert len(html5lib.parse(page.text, namespaceHTMLElements=False).findall(".//h1")) == 1


def test_tables_are_listed_and_each_file_of_them_is_sent(client: FlaskClient) -> None:
    listing = client.get("/tables/", headers={"Accept": "text/html"})
    metadata = client.get("/tables/members.csv-metadata.json", buffered=True)

    assert "members.csv" in listing.text
    assert (metadata.status_code, metadata.mimetype) == (200, "application/csvm+json")


@pytest.mark.parametrize("asked", [NFC, NFD, quote(NFC), quote(NFD)], ids=["c", "d", "%c", "%d"])
@pytest.mark.parametrize(
    "spelt", [NFC, NFD, quote(NFC), quote(NFD)], ids=["nfc", "nfd", "nfc-encoded", "nfd-encoded"]
)
def test_every_spelling_of_an_iri_finds_the_thing(folder: Path, spelt: str, asked: str) -> None:
    """Whether the data is composed or not, and whether the request is; page, data, way, graph."""
    thing = ox.NamedNode(f"{ROOT}id/thing/{spelt}")
    graph = ox.NamedNode(f"{ROOT}graph/{spelt}")
    client = _app(folder, [ox.Quad(thing, LABEL, ox.Literal("found"), graph)]).test_client()

    page = client.get(f"/doc/thing/{asked}", headers={"Accept": "text/html"})
    data = client.get(f"/doc/thing/{asked}.nt")
    way = client.get(f"/id/thing/{asked}", headers={"Accept": "text/turtle"})
    held = client.get(f"/graph/{asked}.nt")
    hits = client.get(f"/search.json?q={quote(ROOT)}id/thing/{asked}").json

    assert page.status_code == data.status_code == held.status_code == 200
    assert "found" in page.text and b"found" in data.data and b"found" in held.data
    assert way.status_code == 303 and client.get(way.location).status_code == 200
    assert [hit["iri"] for hit in hits["results"]] == [thing.value]


def _said(page: str) -> list[dict[str, object]]:
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return [
        json.loads(s.text or "")
        for s in tree.iter("script")
        if s.get("type") == "application/ld+json"
    ]


@pytest.mark.parametrize(
    "path, kind",
    [
        ("/", "Dataset"),
        ("/dataset/sapporo", "Dataset"),
        ("/doc/municipality/hokkaido-otaru", "GovernmentOrganization"),
        ("/doc/agreement/sapporo-otaru-2019", "Legislation"),
        ("/doc/person/terashima-jitsuro", "Person"),
    ],
)
def test_a_page_says_in_json_ld_what_the_release_says(
    client: FlaskClient, path: str, kind: str
) -> None:
    """Type, canonical IRI and names are those of the release; the address is the public one."""
    said = _said(client.get(path, headers={"Accept": "text/html", "Accept-Language": "ja"}).text)
    site = client.application.extensions["renkei"]

    assert [s["@type"] for s in said] == [kind]
    iri = str(said[0]["@id"])
    names = {q.object.value for q in site.reader.names(iri) if isinstance(q.object, ox.Literal)}
    assert iri.startswith("https://w3id.org/jp-ccua/") and said[0]["name"] in names
    assert str(said[0]["url"]).startswith("https://data.example.org/area/")


def test_a_page_of_a_part_says_nothing_to_search_engines(client: FlaskClient) -> None:
    """What `?only=` or `?at=` leaves out must not stand in the page in another form."""
    for choice in ("only=stated", "at=2019-05-01"):
        page = client.get(
            f"/doc/municipality/hokkaido-otaru?{choice}", headers={"Accept": "text/html"}
        )
        assert _said(page.text) == []


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!--<script>", "]]>", "\u2028"]
)
def test_no_label_ends_the_json_ld_early(folder: Path, text: str) -> None:
    thing = ox.NamedNode(ROOT + "id/thing/a")
    client = _app(folder, [ox.Quad(thing, LABEL, ox.Literal(text), GRAPH)]).test_client()

    said = _said(client.get("/doc/thing/a", headers={"Accept": "text/html"}).text)

    assert [s["name"] for s in said] == [text]


@pytest.mark.parametrize(
    "path, shown, gone",
    [
        ("municipality/hokkaido-otaru", "連携中枢都市圏形成に係る連携協約(小樽市)", "111,299"),
        ("union/sapporo-wide-area-union", "札幌広域圏組合の解散", "江別市"),
    ],
)
def test_the_switch_also_filters_what_is_particular_to_a_kind(
    client: FlaskClient, path: str, shown: str, gone: str
) -> None:
    """Populations come from the census, the names of the union's members from another city."""
    asked = {"Accept": "text/html", "Accept-Language": "ja"}
    page = client.get(f"/doc/{path}?only=stated", headers=asked).text

    assert shown in page and gone not in page
