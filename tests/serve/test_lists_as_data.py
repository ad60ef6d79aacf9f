"""What lists things on a page lists them as data too, by suffix, `format=` and Accept."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.serve.conftest import PUBLIC

LISTS = {
    "/things": ("class", "name", "members", "list"),
    "/things/Municipality": (),
    "/questions": ("number", "question", "keywords", "address", "iri"),
    "/problems": ("type", "status", "title", "meaning", "remedy"),
    "/tables/": ("file", "address", "holds", "mediaType", "bytes", "sha256"),
    "/dumps/": ("file", "address", "holds", "mediaType", "bytes", "sha256"),
}


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(_cell, value))
    if isinstance(value, dict):
        return str(value["name"])
    return "" if value is None else str(value)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_says_the_same_as_json_and_as_csv(client: FlaskClient, path: str) -> None:
    """However it is asked for; in JSON what there is several of is an array."""
    said = {}
    for suffix, media_type in (("json", "application/json"), ("csv", "text/csv")):
        by_suffix, by_accept, by_word = (
            client.get(f"{path.rstrip('/')}.{suffix}", headers={"Accept": "text/html"}),
            client.get(path, headers={"Accept": media_type}),
            client.get(f"{path}?format={suffix}", headers={"Accept": "text/html"}),
        )
        assert {a.status_code for a in (by_suffix, by_accept, by_word)} == {200}
        assert {a.mimetype for a in (by_suffix, by_accept, by_word)} == {media_type}
        assert by_suffix.data == by_accept.data == by_word.data
        said[suffix] = by_suffix.get_data(as_text=True)
    rows = _rows(said["csv"])

    assert rows
    assert [{k: _cell(v) for k, v in row.items()} for row in json.loads(said["json"])] == rows
    assert tuple(rows[0]) == LISTS[path] or not LISTS[path]
    assert said["csv"].endswith("\r\n")


@pytest.mark.parametrize("path", [path for path in LISTS if path != "/questions"])
def test_a_list_that_is_no_rdf_says_what_it_is(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/turtle"})

    assert answer.status_code == 406
    assert answer.json["available"] == ["text/html", "application/json", "text/csv"]


@pytest.mark.parametrize("path", LISTS)
def test_a_person_gets_the_page_of_a_list(client: FlaskClient, path: str) -> None:
    for accept in ("*/*", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"):
        assert client.get(path, headers={"Accept": accept}).mimetype == "text/html"


def test_the_questions_come_as_rdf_with_what_is_said_of_each(client: FlaskClient) -> None:
    listed = client.get("/questions.json").json
    told = client.get("/questions", headers={"Accept": "application/n-triples"}).text

    assert {row["iri"] for row in listed} <= {line.split("> ")[0][1:] for line in told.split("\n")}
    assert client.get("/questions.nt").text == told


def test_addresses_in_a_list_are_those_of_the_server_and_lead_somewhere(
    client: FlaskClient,
) -> None:
    kinds = client.get("/things.json").json
    files = client.get("/tables.json").json
    first = [
        kinds[0]["list"],
        files[0]["address"],
        client.get("/questions.json").json[0]["address"],
    ]

    assert all(address.startswith(PUBLIC) for address in first)
    for address in first:
        with client.get(address.removeprefix(PUBLIC.rstrip("/"))) as answer:
            assert answer.status_code == 200, address


def test_a_thing_in_a_list_has_iri_and_name(client: FlaskClient) -> None:
    row = client.get("/things/Municipality.json?lang=en").json[0]
    values = [value for cell in row.values() if isinstance(cell, list) for value in cell]
    things = [value for value in values if isinstance(value, dict)]

    assert things
    assert all(value.keys() == {"iri", "name"} for value in things)


def test_about_is_as_data_what_the_first_page_is(client: FlaskClient) -> None:
    wish = {"Accept": "text/turtle"}

    assert client.get("/about", headers=wish).data == client.get("/", headers=wish).data


@pytest.mark.parametrize(
    "accept, media_type", [("image/svg+xml", "image/svg+xml"), ("text/csv", "text/csv")]
)
def test_a_picture_is_what_is_wished(client: FlaskClient, accept: str, media_type: str) -> None:
    answer = client.get("/pictures/structure", headers={"Accept": accept})

    assert (answer.status_code, answer.mimetype) == (200, media_type)


def test_the_description_of_the_doors_is_for_programs_too(client: FlaskClient) -> None:
    answer = client.get("/openapi", headers={"Accept": "application/json"})

    assert answer.json == client.get("/openapi.json").json


def test_a_suffix_of_no_list_leads_nowhere(client: FlaskClient) -> None:
    answer = client.get("/things.xlsx", headers={"Accept-Language": "en"})

    assert answer.status_code == 404
    assert answer.json["detail"].endswith("Use one of these suffixes: .html, .json, .csv.")


@pytest.mark.parametrize("path", ["/things", "/search?q=a", "/openapi"])
def test_a_format_that_is_left_empty_is_no_wish(client: FlaskClient, path: str) -> None:
    asked = f"{path}{'&' if '?' in path else '?'}format="

    answer = client.get(asked)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")


@pytest.mark.parametrize("path", ["/things/Municipality", "/pictures/timeline", "/problems"])
def test_a_list_says_its_language_and_where_it_is_in_other_formats(
    client: FlaskClient, path: str
) -> None:
    page = client.get(f"{path}.html?lang=ja")
    link = client.get(path, headers={"Accept": "text/html"}).headers["Link"]

    assert (page.status_code, page.headers["Content-Language"]) == (200, "ja")
    assert f'{path}.csv>; rel="alternate"; type="text/csv"' in link


def test_a_suffix_of_the_search_wins_over_accept(client: FlaskClient) -> None:
    page = client.get("/search.html?q=a", headers={"Accept": "application/json"})

    assert page.mimetype == "text/html"
    assert client.get("/search.foo?q=a").status_code == 404
