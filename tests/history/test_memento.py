"""What an address said on an earlier day is found, and what was withdrawn is gone, not unknown."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from renkei.release import DATA, Release
from tests.history.conftest import PUBLIC, ROOT

VISION = "doc/vision/sapporo-2"
MAY = "Fri, 15 May 2026 00:00:00 GMT"


def links(text: str) -> dict[str, str]:
    return {rel: target for target, rel in re.findall(r'<([^>]*)>; rel="([^"]*)"', text)}


def test_an_address_is_asked_for_a_day(client: FlaskClient, three: list[Release]) -> None:
    """At itself and at the TimeGate: both lead to the release of that day."""
    first = three[0].manifest.id
    for path in (f"/{VISION}", f"/timegate/{PUBLIC}{VISION}", f"/timegate/{VISION}"):
        led = client.get(path, headers={"Accept-Datetime": MAY})

        assert (led.status_code, led.location) == (302, f"{PUBLIC}releases/{first}/{VISION}")
        assert "Accept-Datetime" in led.headers["Vary"]
        assert links(led.headers["Link"])["original"] == f"{PUBLIC}{VISION}"


@pytest.mark.parametrize(
    ("day", "place"),
    [("Mon, 01 Jan 2001 00:00:00 GMT", 0), ("Wed, 01 Jul 2026 00:00:00 GMT", 1),
     ("Tue, 30 Jun 2026 23:59:59 GMT", 0), ("Fri, 01 Jan 2100 00:00:00 GMT", 2)],
)  # fmt: skip
def test_the_release_of_a_day_is_the_last_before_it(
    day: str, place: int, client: FlaskClient, three: list[Release]
) -> None:
    led = client.get("/tables/agreements.csv", headers={"Accept-Datetime": day})

    assert f"/releases/{three[place].manifest.id}/tables/agreements.csv" in led.location


def test_an_earlier_release_is_read_whole(client: FlaskClient, three: list[Release]) -> None:
    """Documents, pages, tables and queries say what they said; links stay in that release."""
    base = f"/releases/{three[0].manifest.id}"
    data = client.get(f"{base}/{VISION}.ttl")
    page = client.get(f"{base}/{VISION}.html?lang=ja")
    thing, property = f"<{ROOT}id/vision/sapporo-2>", f"<{ROOT}ns#validThrough>"
    question = f"SELECT ?d {{ {thing} {property} ?d }}"
    rows = client.get(f"{base}/sparql", query_string={"query": question},
                      headers={"Accept": "application/sparql-results+json"})  # fmt: skip

    assert data.status_code == page.status_code == rows.status_code == 200
    assert '"2028-03-31"^^xsd:date' in data.text and "2029" not in data.text
    assert data.headers["Memento-Datetime"] == "Wed, 01 Apr 2026 00:00:00 GMT"
    assert "immutable" in data.headers["Cache-Control"]
    assert links(data.headers["Link"])["original"] == f"{PUBLIC}{VISION}.ttl"
    assert data.headers["Renkei-Release"] == three[0].manifest.id
    assert f'href="/portal{base}/' in page.text and "2028年" in page.text
    assert f'<a href="{PUBLIC}{VISION}.html">現在の内容を見る</a>' in page.text
    assert json.loads(rows.data)["results"]["bindings"][0]["d"]["value"] == "2028-03-31"
    assert client.get(f"/{VISION}.ttl").text.count("2028-03-31") == 0


def test_a_thing_within_a_release_leads_to_its_document_there(
    client: FlaskClient, three: list[Release]
) -> None:
    base = f"releases/{three[0].manifest.id}"
    led = client.get(f"/{base}/id/vision/sapporo-2", headers={"Accept": "text/turtle"})

    assert (led.status_code, led.location) == (303, f"{PUBLIC}{base}/{VISION}.ttl")
    assert client.get(f"/{base}/id/vision/none").status_code == 404
    assert client.get(f"/{base}/releases/x").location == f"{PUBLIC}releases/x"


def test_files_of_a_release_are_given_as_before(client: FlaskClient, three: list[Release]) -> None:
    with client.get(f"/releases/{three[1].manifest.id}/{DATA}") as answer:
        assert answer.data == three[1].read(DATA)
        assert answer.headers["Memento-Datetime"] == "Wed, 01 Jul 2026 00:00:00 GMT"
    assert client.get(f"/releases/{three[1].manifest.id}/manifest.json").status_code == 200


def test_few_releases_are_open_at_once(
    app: Flask, client: FlaskClient, three: list[Release]
) -> None:
    for release in three:
        answer = client.get(f"/releases/{release.manifest.id}/{VISION}.ttl")
        assert answer.status_code == 200
        assert len(app.extensions["renkei.older"]._held) <= 2


def test_the_timemap_lists_the_days_of_releases_that_have_the_thing(client: FlaskClient) -> None:
    """Of a thing that came or went, only those; also of one that is gone."""
    whole = client.get(f"/timemap/{PUBLIC}{VISION}")
    gone = client.get("/timemap/doc/concept/none")
    told = json.loads(client.get(f"/timemap/{VISION}", headers={"Accept": "application/json"}).data)

    assert whole.mimetype == "application/link-format"
    assert whole.text.count("memento") == 3 and 'rel="first memento"' in whole.text
    assert [one["datetime"][5:16] for one in told["mementos"]["list"]] == [
        "01 Apr 2026", "01 Jul 2026", "01 Oct 2026"]  # fmt: skip
    assert gone.status_code == 404


def test_what_was_withdrawn_is_gone_with_when_and_why(
    client: FlaskClient, three: list[Release]
) -> None:
    """And where it stood; what never was is unknown."""
    gone = client.get("/concept/remark/taken-back", headers={"Accept-Language": "ja"})
    said = json.loads(gone.data)

    assert (gone.status_code, said["day"]) == (410, "2026-09-15")  # that of the authors
    assert said["why"] == "出典を読み違えた注記でした。"
    assert f"{ROOT}id/vision/sapporo-2" in said["detail"]  # what stands in its place
    assert f"/releases/{three[1].manifest.id}/concept/remark/taken-back" in said["detail"]
    assert client.get("/concept/remark/never-was").status_code == 404


def test_what_goes_without_a_word_is_gone_since_the_release_after(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions["renkei"].memory, "withdrawn", {})
    said = json.loads(client.get("/concept/remark/taken-back").data)

    assert (said["status"], said["day"], said["why"]) == (410, "2026-10-01", "")


def test_a_document_says_where_its_days_are_found(client: FlaskClient) -> None:
    answer = client.get(f"/{VISION}.ttl")

    assert links(answer.headers["Link"])["timegate"] == f"{PUBLIC}timegate/{PUBLIC}{VISION}.ttl"
    assert "timegate" not in client.get("/health/live").headers.get("Link", "")


def test_a_date_that_is_none_is_told(client: FlaskClient) -> None:
    answer = client.get(f"/{VISION}", headers={"Accept-Datetime": "yesterday"})

    assert answer.status_code == 400
    assert "Mon, 01 Jun 2026" in answer.text
