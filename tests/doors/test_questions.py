"""Questions take parameters: typed, checked, and put in as terms."""

from __future__ import annotations

import html
import json
import re

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from renkei.errors import BadRequest
from renkei.serve.read import questions
from renkei.serve.read.questions import Parameter, with_terms
from renkei.serve.web import question_parameters, site
from tests.doors.conftest import PUBLIC

XSD = "http://www.w3.org/2001/XMLSchema#"


def rows(client: FlaskClient, address: str) -> list[dict[str, str]]:
    found = client.get(address)
    assert found.status_code == 200, found.get_data(as_text=True)
    answer = json.loads(found.get_data(as_text=True))
    return [{k: v["value"] for k, v in row.items()} for row in answer["results"]["bindings"]]


def test_the_default_gives_the_documented_answer(client: FlaskClient) -> None:
    assert [r["periodNumber"] for r in rows(client, "/questions/vision-on-day.json")] == ["1"]


def test_defaults_stand_in_the_query_and_in_the_parameter(app: Flask) -> None:
    """A query that is pasted elsewhere gives what the question says; so the two must agree."""
    site = app.extensions["renkei"]
    found = list(question_parameters.of(site).with_parameters())
    assert len(found) >= 4
    for question in found:
        for parameter in question.parameters:
            written = questions.defaults(question.text, parameter.name)
            assert written is not None, question.slug
            values = site.store.select(
                f"{question.text.split('SELECT')[0]} SELECT ?v {{ VALUES ?v {{ {written} }} }}"
            )
            assert [row["v"] for row in values] == [parameter.default]


@pytest.mark.parametrize(
    "address, column, values",
    [
        ("/questions/vision-on-day.json?day=2024-04-01", "periodNumber", ["2"]),
        ("/questions/vision-on-day.json?day=2019-03-31", "periodNumber", []),
        ("/questions/vision-on-day.json?day=", "periodNumber", ["1"]),
        (
            "/questions/municipality-roles.json?municipality=muni:hokkaido-ebetsu",
            "municipalityCode",
            ["012173"],
        ),
        ("/questions/municipality-roles.json?municipality=012173", "areaCode", ["01217"]),
        ("/questions/municipality-roles.json?municipality=えべつ", "areaCode", ["01217"]),
        ("/questions/search-by-reading.json?beginning=え", "reading", ["えにわし", "えべつし"]),
    ],
)
def test_values_are_taken(
    client: FlaskClient, address: str, column: str, values: list[str]
) -> None:
    assert [row[column] for row in rows(client, address)] == values


def test_before_the_area_is_surely_there_no_member_is_certain(client: FlaskClient) -> None:
    assert rows(client, "/questions/members-on-day.json?day=2019-03-28") == []
    for day, certain in (("2019-03-29", "false"), ("2019-03-30", "false"), ("2019-03-31", "true")):
        found = rows(client, f"/questions/members-on-day.json?day={day}")
        assert [row["certain"] for row in found] == [certain] * 12


@pytest.mark.parametrize(
    "suffix, start",
    [
        ("csv", "vision,"),
        ("tsv", "?vision\t"),
        ("xml", "<?xml"),
        ("json", '{"head"'),
    ],
)
def test_every_table_format_takes_them(client: FlaskClient, suffix: str, start: str) -> None:
    found = client.get(f"/questions/vision-on-day.{suffix}?day=2024-04-01")
    assert found.get_data(as_text=True).startswith(start)


@pytest.mark.parametrize(
    "query, named",
    [
        ("day=yesterday", "day"),
        ("day=2024-02-30", "day"),
        ("day=2024-04-01&day=2024-04-02", "day"),
        ("dya=2024-04-01", "dya"),
        ("day=20240401", "day"),
        ("day=٢٠٢٤-04-01", "day"),
    ],
)
def test_what_is_not_right_is_said_by_name(client: FlaskClient, query: str, named: str) -> None:
    found = client.get(f"/questions/vision-on-day.json?{query}")

    assert found.status_code == 400
    assert found.get_json()["parameter"] == named


@pytest.mark.parametrize(
    "value", ["札", "さっぽろ圏", "<http://x>", "prt:sapporo", "?x", "x" * 600]
)
def test_only_one_thing_of_the_class_will_do(client: FlaskClient, value: str) -> None:
    found = client.get("/questions/municipality-roles.json", query_string={"municipality": value})
    assert found.status_code == 400


@pytest.mark.parametrize(
    "text",
    [
        '" } ?s ?p ?o { "',
        'い" . } UNION { ?s ?p ?o',
        "\\",
        "\n",
        "い\\u0022 } #",
        "}",
        "'''",
    ],
)
def test_text_never_becomes_query(client: FlaskClient, text: str) -> None:
    """An attack is a string like any other, and no reading begins with it."""
    found = client.get("/questions/search-by-reading.json", query_string={"beginning": f"x{text}"})

    assert found.status_code == 200
    assert found.get_json()["results"]["bindings"] == []


def test_only_the_clause_is_replaced() -> None:
    """What looks like it in a string or a comment stays."""
    text = '# VALUES ?d { 0 }\nSELECT * { BIND("VALUES ?d { 1 }" AS ?s) VALUES ?d { 2 } }'

    assert with_terms(text, {"d": ox.Literal(3)}) == text.replace(
        "{ 2 }", f'{{ "3"^^<{XSD}integer> }}'
    )


@pytest.mark.parametrize(
    "datatype, good, bad",
    [
        ("integer", "-12", "1.5"),
        ("decimal", "0.50", "1e3"),
        ("boolean", "true", "yes"),
        ("gYear", "2019", "19"),
        ("gYearMonth", "2019-12", "2019-13"),
        ("date", "2020-02-29", "2019-02-29"),
        ("anyURI", "https://example.org/", "not an iri"),
    ],
)
def test_types(app: Flask, datatype: str, good: str, bad: str) -> None:
    index = site.search_index_of(app.extensions["renkei"])
    parameter = Parameter("urn:p", "p", {}, {}, XSD + datatype, None, None)

    assert parameter.read(good, index) == ox.Literal(good, datatype=ox.NamedNode(XSD + datatype))
    with pytest.raises(BadRequest):
        parameter.read(bad, index)


def test_a_question_without_parameters_is_as_before(small: FlaskClient) -> None:
    assert len(rows(small, "/questions/tiefe.json?x=1")) == 2


def test_the_page_asks_and_its_files_answer_the_same(client: FlaskClient) -> None:
    """A form with the value that was given, no answer in words to another, and links with it."""
    html = {"Accept": "text/html"}
    plain = client.get("/questions/vision-on-day?lang=en", headers=html).get_data(as_text=True)
    asked = client.get("/questions/vision-on-day?lang=en&day=2024-04-01", headers=html)
    text = asked.get_data(as_text=True)

    assert 'type="date" value="2024-03-31"' in plain and "On 31 March 2024 the first" in plain
    assert 'type="date" value="2024-04-01"' in text and "On 31 March 2024 the first" not in text
    assert 'href="/questions/vision-on-day.csv?day=2024-04-01"' in text


@pytest.mark.parametrize(
    "named",
    [
        "hokkaido-otaru",
        "https://data.example.org/id/municipality/hokkaido-otaru",
        "https://w3id.org/jp-ccua/id/municipality/hokkaido-otaru",
        "01203",
        "小樽市",
    ],
)
def test_a_municipality_is_named_as_its_reader_knows_it(client: FlaskClient, named: str) -> None:
    """By slug, by the address of this server, by canonical IRI, by code, by name."""
    answer = client.get("/questions/municipality-roles.csv", query_string={"municipality": named})

    assert answer.status_code == 200, answer.text
    assert answer.data == client.get("/questions/municipality-roles.csv?municipality=01203").data


@pytest.mark.parametrize(
    ("address", "disposition"),
    [
        ("/questions/members.csv", "attachment; filename=members.csv"),
        ("/questions/members.json", "inline; filename=members.json"),
        ("/questions/members?format=csv", "attachment; filename=members.csv"),
        ("/questions/members.html", None),
        ("/questions/members", None),
    ],
)
def test_an_answer_that_is_fetched_as_a_file_is_called_as_the_question(
    client: FlaskClient, address: str, disposition: str | None
) -> None:
    answer = client.get(address, headers={"Accept": "text/csv"})

    assert (answer.status_code, answer.headers.get("Content-Disposition")) == (200, disposition)


def lines_of(client: FlaskClient, address: str) -> list[tuple[str, str]]:
    """The lines to copy on a page, each under its language."""
    page = client.get(address, headers={"Accept": "text/html"}).get_data(as_text=True)
    found = re.findall(r"(?s)<h3>([^<]+)</h3>\n<pre tabindex=\"0\"><code>(.*?)</code></pre>", page)
    return [(language, html.unescape(text)) for language, text in found]


def test_a_page_has_lines_to_copy_that_fetch_what_was_asked(client: FlaskClient) -> None:
    """At the public address, with the parameters of the page."""
    asked = "vision-on-day?day=2024-04-01&lang=en"
    found = {
        language: re.findall(r"""['"](http[^'"]*)""", text)
        for language, text in lines_of(client, f"/questions/{asked}")
    }

    table = f"{PUBLIC}questions/vision-on-day.csv?day=2024-04-01"
    assert found == {
        "curl": [table],
        "Python, pandas": [table],
        "R": [table],
        "JavaScript": [table.replace(".csv", ".json")],
        "DuckDB": [table],
        "Java": [table],
    }


def test_a_question_that_is_answered_with_yes_or_no_has_no_lines_that_read_a_table(
    client: FlaskClient,
) -> None:
    found = dict(lines_of(client, "/questions/union-has-no-result"))

    assert list(found) == ["curl", "JavaScript", "Java"]
    assert "const { boolean }" in found["JavaScript"]


def test_lines_to_copy_are_folded_and_said_in_the_readers_language(client: FlaskClient) -> None:
    page = client.get("/questions/members?lang=ja").get_data(as_text=True)
    folded = re.findall(r"(?s)<details class=\"folded\"><summary>(.*?)</summary>", page)

    assert folded == ["この回答をプログラムから取得する"]


def test_the_page_of_a_question_offers_its_answer_to_those_who_analyse(client: FlaskClient) -> None:
    """A file for maps only where the answer has places."""
    page = client.get("/questions/members?lang=en", headers={"Accept": "text/html"}).text
    offered = re.findall(r'href="/questions/members\.(\w+)[?"]', page)

    assert {"csv", "json", "xlsx", "parquet"} <= set(offered)
    assert "geojson" not in offered


@pytest.mark.parametrize(
    ("query", "is_offered"),
    [
        ("SELECT (43 AS ?lat) (141 AS ?long) {}", True),
        ("SELECT (43 AS ?flat) (141 AS ?long) {}", False),
        ("ASK {}", False),
    ],
)
def test_the_page_of_a_query_offers_maps_where_there_are_places(
    client: FlaskClient, query: str, is_offered: bool
) -> None:
    page = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"})

    assert ("/sparql.xlsx?" in page.text, "/sparql.geojson?" in page.text) == (True, is_offered)


def test_a_question_about_places_is_had_for_maps(client: FlaskClient) -> None:
    """Longitude first, whatever the order of its columns."""
    answer = client.get("/questions/office-map.geojson")
    table = rows(client, "/questions/office-map.json")
    found = json.loads(answer.text)["features"]

    assert answer.mimetype == "application/geo+json"
    assert [f["geometry"]["coordinates"] for f in found] == [
        [float(row["long"]), float(row["lat"])] for row in table
    ]
