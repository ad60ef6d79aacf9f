"""CKAN's action API: the client that its users have gets what it expects."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import ckanapi
import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from renkei.release import Release
from renkei.serve.api import ckan
from renkei.stores.base import Store


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """The server, listening."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["POST", "GET"])
def portal(address: str, request: pytest.FixtureRequest) -> Iterator[ckanapi.RemoteCKAN]:
    """The real client, both ways it asks."""
    with ckanapi.RemoteCKAN(address, get_only=request.param == "GET") as client:
        yield client


def test_the_client_lists_and_shows(portal: ckanapi.RemoteCKAN, release: Release) -> None:
    names = portal.action.package_list()
    shown = portal.action.package_show(id="sapporo")

    assert len(names) == 18 and names == sorted(names)
    assert shown == portal.action.package_show(id=shown["id"])
    assert shown["license_id"] == "CC-BY-4.0"
    assert shown["license_title"] == "クリエイティブ・コモンズ 表示 4.0 国際"
    assert shown["organization"]["name"] == "editors"
    assert shown["title_translated"]["en"].startswith("Knowledge graph")
    extras = {e["key"]: e["value"] for e in shown["extras"]}
    assert extras["municipality_codes"].split(",")[0] == "011002"
    assert len(extras["municipality_codes"].split(",")) == 12


def test_extent_contact_publisher_and_dates_stand_where_portals_look(
    portal: ckanapi.RemoteCKAN,
) -> None:
    """`spatial` is what ckanext-spatial reads; the others are ckanext-dcat's names."""
    shown = portal.action.package_show(id="tables-members")
    extras = {e["key"]: e["value"] for e in shown["extras"]}
    ring = [[140.6, 42.6], [142.2, 42.6], [142.2, 43.9], [140.6, 43.9], [140.6, 42.6]]

    assert len(extras) == len(shown["extras"])
    assert json.loads(extras["spatial"]) == {"type": "Polygon", "coordinates": [ring]}
    assert extras["publisher_name"] == extras["contact_name"] == "Renkeiの編集者"
    assert shown["maintainer"] == "Renkeiの編集者"
    assert extras["issued"].startswith(shown["metadata_created"])
    assert all(isinstance(value, str) and value for value in extras.values())


def test_a_mail_address_is_the_maintainers(small: FlaskClient) -> None:
    """Without mailto:, which CKAN refuses in a mail address."""
    shown = small.get("/api/3/action/package_show?id=hafenverbund").json

    assert shown["result"]["maintainer_email"] == "auskunft@daten.example.de"  # type: ignore[index]


def test_a_name_is_one_that_ckan_takes_and_no_two_are_alike(app: Flask) -> None:
    """CKAN's `name_validator` and `name_match_validator`: nothing is lost under another's name."""
    paths = ["new", "a", "統計", "x" * 120, "Ab", "ab", "members"]
    listing = SimpleNamespace(datasets=[ox.NamedNode(f"https://example.org/{p}") for p in paths])
    manifest = SimpleNamespace(root="https://example.org/", languages=("en",))
    named = ckan.Portal(listing, SimpleNamespace(manifest=manifest), None)._named  # type: ignore[arg-type]

    assert len(named) == len(set(named.values())) == len(paths)
    assert all(re.fullmatch(r"[a-z0-9_-]{2,100}", name) for name in named.values())
    assert not {"new", "edit", "search"} & set(named.values())
    assert named[ox.NamedNode("https://example.org/members")] == "members"


def test_resources_are_the_files(portal: ckanapi.RemoteCKAN, release: Release) -> None:
    shown = portal.action.package_show(id="sapporo")
    turtle = next(r for r in shown["resources"] if r["url"].endswith("dumps/data.ttl"))
    entry = release.manifest.files["dumps/data.ttl"]

    assert turtle["format"] == "Turtle"
    assert (turtle["size"], turtle["hash"], turtle["mimetype"]) == (
        entry.size, entry.sha256, entry.media_type)  # fmt: skip
    assert turtle["url"] == "http://data.example.org/portal/dumps/data.ttl"
    assert portal.action.resource_show(id=turtle["id"]) == turtle


@pytest.mark.parametrize("asked, count", [
    pytest.param({}, 18, id="everything"),
    pytest.param({"q": "*:*"}, 18, id="everything, as Solr"),
    pytest.param({"q": "語彙"}, 1, id="a word of a title"),
    pytest.param({"q": "VOCABULARY"}, 1, id="in the other language, any case"),
    pytest.param({"q": "name:sapporo"}, 1, id="a field"),
    pytest.param({"fq": "res_format:CSV"}, 14, id="a format"),
    pytest.param({"fq": "+res_format:CSV -name:tables-census"}, 13, id="but not"),
    pytest.param({"fq": 'tags:"連携協約"'}, 5, id="a tag in quotes"),
    pytest.param({"fq": "organization:nobody"}, 0, id="nobody's"),
    pytest.param({"fq": "metadata_modified:[2000-01-01T00:00:00.1Z TO *]"}, 18, id="since"),
    pytest.param({"fq": "+metadata_modified:[* TO 2000-01-01T00:00:00Z]"}, 0, id="and before"),
    pytest.param({"fq": "-metadata_modified:[* TO 2000-01-01T00:00:00Z]"}, 18, id="and not before"),
    pytest.param({"fq": "extras_municipality_codes:012033"}, 1, id="a municipality"),
])  # fmt: skip
def test_the_client_searches(portal: ckanapi.RemoteCKAN, asked: dict[str, str], count: int) -> None:
    assert portal.action.package_search(**asked)["count"] == count


def test_rows_start_and_sort(portal: ckanapi.RemoteCKAN) -> None:
    """Pages of five, in order of name, are the whole list, each once."""
    names = [
        p["name"]
        for start in range(0, 18, 5)
        for p in portal.action.package_search(rows=5, start=start, sort="name asc")["results"]
    ]
    backwards = portal.action.package_search(rows=18, sort="name desc")["results"]

    assert names == portal.action.package_list()
    assert [p["name"] for p in backwards] == names[::-1]


def test_lists(portal: ckanapi.RemoteCKAN) -> None:
    assert portal.action.organization_list() == ["editors"]
    assert portal.action.organization_show(id="editors")["package_count"] == 18
    assert "gove" in portal.action.group_list()
    assert "連携協約" in portal.action.tag_list()
    assert portal.action.tag_list(query="sapporo") == ["Sapporo"]
    assert portal.action.site_read() is True
    assert portal.action.status_show()["site_url"] == "http://data.example.org/portal"
    assert "data set" in portal.action.help_show(name="package_show")


def test_the_client_gets_its_own_errors(portal: ckanapi.RemoteCKAN) -> None:
    with pytest.raises(ckanapi.NotFound):
        portal.action.package_show(id="nothing")
    with pytest.raises(ckanapi.ValidationError):
        portal.action.package_search(rows=-1)
    with pytest.raises(ckanapi.CKANAPIError):
        portal.action.no_such_action()
    with pytest.raises(ckanapi.SearchQueryError):
        portal.action.package_search(sort="nonsense asc")
    with pytest.raises(ckanapi.SearchQueryError):
        portal.action.package_search(fq="metadata_modified:[NOW-7DAYS TO NOW]")


def test_writing_is_not_allowed(address: str) -> None:
    with ckanapi.RemoteCKAN(address) as portal, pytest.raises(ckanapi.NotAuthorized):
        portal.action.package_create(name="x")


@pytest.mark.parametrize("path, status, kind", [
    ("package_show", 409, "Validation Error"),
    ("package_show?id=x", 404, "Not Found Error"),
    ("package_delete?id=x", 403, "Authorization Error"),
])  # fmt: skip
def test_errors_have_ckans_shape(client: FlaskClient, path: str, status: int, kind: str) -> None:
    answer = client.get(f"/api/3/action/{path}")

    assert (answer.status_code, answer.json["success"]) == (status, False)  # type: ignore[index]
    assert answer.json["error"]["__type"] == kind  # type: ignore[index]
    assert answer.json["help"].startswith("http://data.example.org/portal/api/3/action/help_show")  # type: ignore[index]


def test_a_body_that_is_no_json_is_refused(client: FlaskClient) -> None:
    answer = client.post("/api/3/action/package_show", data="{", content_type="application/json")

    assert answer.status_code == 400


def test_answers_are_remembered(client: FlaskClient) -> None:
    first = client.get("/api/3/action/package_list")
    known = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/api/3/action/package_list", headers=known)

    assert again.status_code == 304


def test_the_codes_of_the_catalogue_are_those_of_the_members(
    store: Store, client: FlaskClient
) -> None:
    """They stand in data/catalogue.ttl for portals; the data know them, too."""
    query = """PREFIX ccua: <https://w3id.org/jp-ccua/ns#> PREFIX org: <http://www.w3.org/ns/org#>
        SELECT ?code { ?m a ccua:PartnershipMembership ; org:member/ccua:municipalityCode ?code }"""
    codes = sorted(r["code"].value for r in store.select(query))
    package = client.get("/api/3/action/package_show?id=sapporo").json["result"]  # type: ignore[index]
    said = next(e["value"] for e in package["extras"] if e["key"] == "municipality_codes")

    assert said.split(",") == codes


def test_the_miniature_speaks_ckan(small: FlaskClient) -> None:
    package = small.get("/api/3/action/package_show?id=hafenverbund").json["result"]  # type: ignore[index]

    assert package["title"] == "Hafenverbund Nordkante"
    assert package["organization"]["title"] == "Hafenverbund Nordkante"


REQUIRED = {
    "title", "description", "keyword", "modified", "publisher", "contactPoint", "identifier",
    "accessLevel",
}  # fmt: skip


def test_the_listing_of_dcat_us_has_all_that_its_schema_requires(small: FlaskClient) -> None:
    """Project Open Data 1.1, the fields that are required always, and each file's address."""
    listed = small.get("/data.json").json
    datasets = listed["dataset"]  # type: ignore[index]

    assert listed["conformsTo"] == "https://project-open-data.cio.gov/v1.1/schema"  # type: ignore[index]
    assert [d["identifier"].rpartition("/")[2] for d in datasets] == [
        "hafenverbund", "0.1.0", "shapes", "vocabulary"]  # fmt: skip
    assert all(set(d) >= REQUIRED for d in datasets)
    assert datasets[0]["contactPoint"]["hasEmail"] == "mailto:auskunft@daten.example.de"
    assert datasets[0]["temporal"] == "1998-01-01/2030-12-31"
    assert all(f["downloadURL"].startswith("http") for d in datasets for f in d["distribution"])
