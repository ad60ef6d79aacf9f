"""The DataStore of CKAN's API over the tables, and what portals complete and follow by it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

NAMES = ["江別市", "石狩市", "千歳市", "北広島市"]


@pytest.fixture
def ask(client: FlaskClient) -> Any:
    """Ask one action; the parameters as a client sends them in a body."""

    def asked(action: str, **parameters: object) -> Any:
        answer = client.post(f"/api/3/action/{action}", json=parameters).json
        assert answer is not None
        return answer["result"] if answer["success"] else answer["error"]

    return asked


@pytest.fixture
def members(ask: Any) -> str:
    """The id of the table of members."""
    package = ask("package_show", id="tables-members")
    found = [r["id"] for r in package["resources"] if r["url"].endswith("/tables/members.csv")]
    return str(found[0])


def test_rows_are_found_sorted_and_cut(ask: Any, members: str) -> None:
    found = ask(
        "datastore_search", resource_id=members, q={"地方公共団体名": "市"},
        filters={"役割": "連携市町村"}, fields="地方公共団体名,全国地方公共団体コード",
        sort="全国地方公共団体コード desc", limit=2,
    )  # fmt: skip

    assert found["records"] == [
        {"全国地方公共団体コード": "012351", "地方公共団体名": "石狩市"},
        {"全国地方公共団体コード": "012343", "地方公共団体名": "北広島市"},
    ]
    assert (found["limit"], found["offset"], found["total_was_estimated"]) == (2, 0, False)
    assert found["total"] == 7


def test_a_word_is_looked_for_in_every_column(ask: Any, members: str) -> None:
    found = ask("datastore_search", resource_id=members, q="石狩市", fields=["地方公共団体名"])

    assert found["records"] == [{"地方公共団体名": "石狩市"}]


def test_filters_are_json_in_an_address_and_may_be_lists(client: FlaskClient, members: str) -> None:
    wanted = json.dumps({"地方公共団体名": NAMES})
    answer = client.get(
        "/api/3/action/datastore_search", query_string={"resource_id": members, "filters": wanted}
    ).json

    assert sorted(r["地方公共団体名"] for r in answer["result"]["records"]) == sorted(NAMES)  # type: ignore[index]


def test_pages_of_rows_are_the_whole_table(ask: Any, members: str) -> None:
    pages = [
        ask("datastore_search", resource_id=members, limit=5, offset=n)["records"]
        for n in range(0, 15, 5)
    ]

    assert [r["_id"] for page in pages for r in page] == list(range(1, 13))


def test_columns_have_their_types(ask: Any) -> None:
    package = ask("package_show", id="tables-census")
    csv = next(r["id"] for r in package["resources"] if r["format"] == "CSV")
    types = {f["id"]: f["type"] for f in ask("datastore_info", id=csv)["fields"]}
    [first] = ask("datastore_search", resource_id=csv, limit=1)["records"]

    assert types["人口"] == "int" and types["地方公共団体名"] == "text"
    assert isinstance(first["人口"], int)
    assert ask("datastore_info", id=csv)["meta"]["count"] == 24


@pytest.mark.parametrize("wrong, kind", [
    pytest.param({"resource_id": "nothing"}, "Not Found Error", id="no such table"),
    pytest.param({}, "Validation Error", id="no table"),
    pytest.param({"filters": {"x": 1}}, "Validation Error", id="no such column"),
    pytest.param({"filters": "{"}, "Validation Error", id="no JSON"),
    pytest.param({"sort": "x desc"}, "Validation Error", id="no order"),
    pytest.param({"limit": -1}, "Validation Error", id="no number"),
    pytest.param({"q": "x" * 3000}, "Validation Error", id="too long"),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused(
    ask: Any, members: str, wrong: dict[str, object], kind: str
) -> None:
    asked = wrong if "resource_id" in wrong or not wrong else {"resource_id": members, **wrong}

    assert ask("datastore_search", **asked)["__type"] == kind


def test_words_are_completed(ask: Any) -> None:
    assert ask("tag_autocomplete", query="携協約") == ["連携協約"]
    assert [p["name"] for p in ask("package_autocomplete", q="国勢調査")] == ["tables-census"]
    assert ask("tag_show", id="国勢調査", include_datasets=True)["packages"][0]["name"] == (
        "tables-census"
    )


def test_what_changed_can_be_followed(ask: Any) -> None:
    of_one = ask("package_activity_list", id="sapporo")
    of_all = ask("recently_changed_packages_activity_list", limit=1000)
    moments = [a["timestamp"] for a in of_all]

    assert of_one[-1]["activity_type"] == "new package"
    assert moments == sorted(moments, reverse=True)
    assert {a["data"]["package"]["name"] for a in of_all} == set(ask("package_list"))
