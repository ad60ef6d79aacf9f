"""`/reconcile` answers as the Reconciliation Service API 0.2 says, and finds the right city.

The shapes of answers are checked here in our own words; `make conformance RECON=…` checks them
by the specification's JSON schemas. Requests are written as OpenRefine and the test bench do.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.doors.conftest import PUBLIC, ROOT

MUNICIPALITY = f"{ROOT}ns#Municipality"
SAPPORO = "id/municipality/hokkaido-sapporo"


def ask(client: FlaskClient, **queries: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    found = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert found.status_code == 200, found.get_data(as_text=True)
    answer = found.get_json()
    assert set(answer) == set(queries)
    for result in answer.values():
        scores = [c["score"] for c in result["result"]]
        assert scores == sorted(scores, reverse=True)
        for candidate in result["result"]:
            assert {"id", "name", "score", "match", "type", "features"} <= set(candidate)
            assert isinstance(candidate["match"], bool)
            assert all(isinstance(f["value"], (bool, int, float)) for f in candidate["features"])
    return {key: result["result"] for key, result in answer.items()}


def test_the_manifest_says_what_there_is(client: FlaskClient) -> None:
    found = client.get("/reconcile")
    manifest = found.get_json()

    assert manifest["versions"] == ["0.2"]
    assert (manifest["identifierSpace"], manifest["schemaSpace"]) == (ROOT, f"{ROOT}ns#")
    assert manifest["defaultTypes"][0]["id"] == MUNICIPALITY
    assert "{{id}}" in manifest["view"]["url"] and "{{id}}" in manifest["preview"]["url"]
    assert set(manifest["suggest"]) == {"entity", "type", "property"}
    assert found.headers["Access-Control-Allow-Origin"] == "*"


def test_one_city_however_it_is_written(client: FlaskClient) -> None:
    words = ["札幌市", "札幌", "さっぽろし", "サッポロ", "Sapporo", "011002", "01100"]
    found = ask(client, **{f"q{n}": {"query": w, "limit": 3} for n, w in enumerate(words)})

    assert [(r[0]["id"], r[0]["match"]) for r in found.values()] == [(SAPPORO, True)] * 7
    assert all(sum(c["match"] for c in result) == 1 for result in found.values())


def test_openrefine_asks_for_types_first(client: FlaskClient) -> None:
    """It sends ten names without a type, limit 3, and offers the types that come back."""
    names = ["小樽市", "岩見沢市", "江別市", "千歳市", "恵庭市", "北広島市", "石狩市", "当別町"]
    found = ask(client, **{f"q{n}": {"query": w, "limit": 3} for n, w in enumerate(names)})

    types = [t["id"] for result in found.values() for t in result[0]["type"]]
    assert types.count(MUNICIPALITY) == len(names)


def test_openrefine_then_asks_with_type_and_columns(client: FlaskClient) -> None:
    query = {
        "query": "石狩",
        "type": MUNICIPALITY,
        "type_strict": "should",
        "limit": 5,
        "properties": [
            {"pid": f"{ROOT}ns#subprefecture", "v": "石狩"},
            {"pid": "org:hasMembership/org:role", "v": "連携市町村"},
        ],
    }
    first, second = ask(client, q0=query)["q0"][:2]

    assert first["id"] == "id/municipality/hokkaido-ishikari" and first["match"]
    assert second["score"] < first["score"] / 2


@pytest.mark.parametrize(
    "pid, value",
    [
        ("ccua:municipalityCode", "012033"),
        (f"{ROOT}ns#municipalityCode", 12033),
        ("standardAreaCode", ["01203", "x"]),
        ("ccua:corporateNumber", "9000020012033"),
    ],
)
def test_a_code_alone_is_enough(client: FlaskClient, pid: str, value: Any) -> None:
    """A query may have no words, only properties."""
    found = ask(client, q={"properties": [{"pid": pid, "v": value}]})["q"]

    assert [c["id"] for c in found if c["score"] >= 90] == ["id/municipality/hokkaido-otaru"]


def test_role_tells_the_core_city(client: FlaskClient) -> None:
    found = ask(
        client,
        q={
            "type": [MUNICIPALITY],
            "properties": [
                {"pid": "org:role", "v": {"id": "concept/role/core-city", "name": "連携中枢都市"}}
            ],
        },
    )["q"]

    assert [c["id"] for c in found] == [SAPPORO]


def test_types_are_a_wish_or_a_must(client: FlaskClient) -> None:
    council = {"query": "札幌市", "type": f"{ROOT}ns#MunicipalCouncil"}
    found = ask(
        client,
        any=council,
        should={**council, "type_strict": "should"},
        all={**council, "type": [MUNICIPALITY, "org:Site"], "type_strict": "all"},
    )

    assert {c["id"] for c in found["any"]} == {"id/council/sapporo"}
    assert SAPPORO in {c["id"] for c in found["should"]}
    assert not any(c["match"] for c in found["should"] if c["id"] == SAPPORO)
    assert found["all"] == []


@pytest.mark.parametrize(
    "sent",
    [
        "{",
        "[]",
        '"x"',
        '{"q0": 1}',
        '{"q0": {}}',
        '{"q0": {"query": 3}}',
        '{"q0": {"query": "a", "limit": 0}}',
        '{"q0": {"query": "a", "limit": "5"}}',
        '{"q0": {"query": "a", "properties": [{"v": 1}]}}',
        '{"q0": {"query": "a", "type": 3}}',
        '{"q0": {"query": "a", "type_strict": "x"}}',
        "[" * 100_000,
        '{"q0": {"query": "a", "limit": NaN}}',
    ],
)
def test_what_cannot_be_read_is_400(client: FlaskClient, sent: str) -> None:
    found = client.post("/reconcile", data={"queries": sent})

    assert found.status_code == 400
    assert found.content_type.startswith("application/problem+json")
    assert found.headers["Access-Control-Allow-Origin"] == "*"


def test_a_batch_too_long_is_413(client: FlaskClient) -> None:
    batch = {f"q{n}": {"query": "a"} for n in range(101)}
    assert client.post("/reconcile", data={"queries": json.dumps(batch)}).status_code == 413


def test_get_is_answered_as_post_is(client: FlaskClient) -> None:
    asked = {"queries": json.dumps({"q0": {"query": "小樽"}})}
    assert (
        client.get("/reconcile", query_string=asked).get_json()
        == client.post("/reconcile", data=asked).get_json()
    )


def test_values_are_fetched(client: FlaskClient) -> None:
    """The data extension, as OpenRefine sends it: settings and all."""
    asked = {
        "ids": [SAPPORO, "id/municipality/hokkaido-otaru", "id/none"],
        "properties": [
            {"id": "ccua:municipalityCode"},
            {"id": "ccua:subprefecture"},
            {"id": "ccua:areaSquareKilometres"},
            {"id": "org:hasMembership/ccua:beginsNotBefore"},
            {"id": "schema:sameAs", "settings": {"limit": 1}},
        ],
    }
    found = client.post("/reconcile?lang=en", data={"extend": json.dumps(asked)}).get_json()

    assert [m["id"] for m in found["meta"]] == [p["id"] for p in asked["properties"]]
    otaru = found["rows"]["id/municipality/hokkaido-otaru"]
    assert otaru["ccua:municipalityCode"] == [{"str": "012033"}]
    assert otaru["ccua:subprefecture"][0]["id"] == "id/area/shiribeshi-kannai"
    assert otaru["ccua:areaSquareKilometres"] == [{"float": 243.87}]
    assert otaru["org:hasMembership/ccua:beginsNotBefore"] == [{"date": "2019-03-29T00:00:00"}]
    assert len(otaru["schema:sameAs"]) == 1
    assert set(found["rows"]["id/none"].values().__iter__().__next__()) == set()


def test_properties_are_proposed(client: FlaskClient) -> None:
    found = client.get("/reconcile/properties", query_string={"type": MUNICIPALITY}).get_json()
    ids = [p["id"] for p in found["properties"]]

    assert {
        f"{ROOT}ns#municipalityCode",
        f"{ROOT}ns#subprefecture",
        "org:hasMembership/org:role",
    } <= set(ids)
    assert found["type"] == MUNICIPALITY
    short = client.get("/reconcile/properties", query_string={"limit": 3}).get_json()
    assert len(short["properties"]) == 3


@pytest.mark.parametrize(
    "what, prefix, first",
    [
        ("entity", "さっぽ", SAPPORO),
        ("entity", "Sapp", SAPPORO),
        ("entity", "01100", SAPPORO),
        ("entity", SAPPORO, SAPPORO),
        ("type", "市町村", MUNICIPALITY),
        ("type", "Munic", MUNICIPALITY),
        ("type", "ccua:Municipality", MUNICIPALITY),
        ("type", MUNICIPALITY, MUNICIPALITY),
        ("property", "subpref", f"{ROOT}ns#subprefecture"),
        ("property", "読み", f"{ROOT}ns#reading"),
        ("property", "org:hasMembership/org:role", "org:hasMembership/org:role"),
    ],
)
def test_suggestions(client: FlaskClient, what: str, prefix: str, first: str) -> None:
    found = client.get(f"/reconcile/suggest/{what}", query_string={"prefix": prefix})

    assert found.get_json()["result"][0]["id"] == first


def test_suggestions_go_on_behind_the_cursor(client: FlaskClient) -> None:
    one = client.get("/reconcile/suggest/entity?prefix=札幌").get_json()["result"]
    two = client.get("/reconcile/suggest/entity?prefix=札幌&cursor=20").get_json()["result"]

    assert len(one) == 20
    assert not {r["id"] for r in one} & {r["id"] for r in two}
    assert client.get("/reconcile/suggest/entity?cursor=x").status_code == 400
    assert client.get("/reconcile/suggest/nothing?prefix=x").status_code == 404


def test_the_view_leads_to_the_document(client: FlaskClient) -> None:
    """The identifier is encoded as one component, slashes and all."""
    found = client.get("/reconcile/view?id=id%2Fmunicipality%2Fhokkaido-sapporo")

    assert found.status_code == 303
    assert found.headers["Location"] == f"{PUBLIC}doc/municipality/hokkaido-sapporo"


def test_the_preview_may_stand_in_a_frame(client: FlaskClient) -> None:
    found = client.get("/reconcile/preview?id=id%2Fmunicipality%2Fhokkaido-sapporo&lang=en")

    assert "frame-ancestors *" in found.headers["Content-Security-Policy"]
    text = found.get_data(as_text=True)
    assert "さっぽろし" in text and "011002" in text
    assert not re.search("<script", text)
    assert client.get("/reconcile/preview?id=nothing").status_code == 404


def test_the_miniature_has_the_same_door(small: FlaskClient) -> None:
    manifest = small.get("/reconcile").get_json()
    assert manifest["identifierSpace"] == "https://daten.example.de/hafenverbund/"
    found = ask(
        small,
        q={
            "query": "brucke sohne",
            "type": "hv:Harbour",
            "properties": [{"pid": "hv:depth", "v": 7}],
        },
    )["q"]
    assert [(c["id"], c["match"]) for c in found] == [("id/hafen/bruecke", True)]


def test_an_empty_cell_finds_nothing_and_stops_nobody_else(client: FlaskClient) -> None:
    found = ask(client, full={"query": "札幌市"}, empty={"query": ""})

    assert found["empty"] == []
    assert found["full"][0]["name"] == "札幌市"
