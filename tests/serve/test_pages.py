"""Pages: what they say, in which language, and that nothing in the data can break them."""

from __future__ import annotations

import re

import html5lib
import pytest
from flask.testing import FlaskClient

HTML = {"Accept": "text/html"}
JA = {**HTML, "Accept-Language": "ja"}
EN = {**HTML, "Accept-Language": "en"}
PAGES = [
    "/",
    "/about",
    "/things",
    "/things/Municipality",
    "/questions",
    "/questions/members",
    "/ns",
    "/shapes",
    "/report",
    "/search?q=otaru",
    "/dumps/",
    "/releases",
    "/graph/seed-L79",
    "/concept/role",
    "/doc/partnership/sapporo",
    "/doc/municipality/hokkaido-otaru",
    "/doc/agreement/sapporo-iwamizawa-2021",
    "/doc/union/sapporo-wide-area-union",
    "/doc/vision/sapporo-2",
    "/doc/document/agreement-otaru",
    "/doc/passage/seed-l79",
    "/doc/event/union-dissolution",
    "/doc/gap/union-members",
    "/dataset/sapporo",
    "/catalogue",
    "/pictures/map",
    "/pictures/timeline",
    "/pictures/structure",
    "/pictures/population",
    "/pictures/classes",
    "/nothing",
]


def _text(page: str) -> str:
    body = re.sub(r"<(script|style).*?</\1>", "", page, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))


def test_a_page_names_the_line_of_its_source_as_a_line(client: FlaskClient) -> None:
    """25行目 is line 25; 25行 would be twenty-five lines."""
    page = client.get("/doc/agreement/sapporo-otaru-2019", headers=JA).text
    signs = re.findall(r"</span>([^<]*行[^<]*)(?:<span class=\"more\">|</summary>)", page)

    assert "25行目" in signs
    assert [sign for sign in signs if not re.fullmatch(r"\d+行目", sign)] == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("headers", [JA, EN], ids=["ja", "en"])
def test_every_page_is_html_without_fault(
    client: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    """html5lib in strict mode stops at the first error; weight: `browser/test_manners.py`."""
    response = client.get(path, headers=headers)

    assert response.mimetype == "text/html"
    html5lib.HTMLParser(strict=True).parse(response.text)
    assert f'<html lang="{headers["Accept-Language"]}"' in response.text
    assert "<script>" not in response.text and " style=" not in response.text


@pytest.mark.parametrize(
    "path, japanese, english",
    [
        (
            "agreement/sapporo-otaru-2019",
            "札幌市と小樽市が2019年3月29日に締結した連携協約。",
            "Cooperation agreement that Sapporo and Otaru concluded on 29 March 2019.",
        ),
        (
            "union/sapporo-wide-area-union",
            "1997年2月に設立され、2019年7月31日に解散した市町村の組合。",
            "Union of municipalities, founded in February 1997 and dissolved on 31 July 2019.",
        ),
        (
            "vision/sapporo-2",
            "札幌市が策定した、2024年4月1日から2029年3月31日までを期間とするビジョン。",
            "Vision that Sapporo drew up for the years from 1 April 2024 to 31 March 2029.",
        ),
    ],
)
def test_a_thing_is_told_in_a_sentence_made_of_its_statements(
    client: FlaskClient, path: str, japanese: str, english: str
) -> None:
    assert japanese in client.get(f"/doc/{path}", headers=JA).text
    assert english in client.get(f"/doc/{path}", headers=EN).text


def test_values_are_written_for_a_person(client: FlaskClient) -> None:
    page = _text(client.get("/doc/agreement/sapporo-otaru-2019", headers=JA).text)
    month = _text(client.get("/doc/event/union-foundation", headers=JA).text)

    assert "2019年3月29日(平成31年3月29日)" in page
    assert "2,285 KB" in page
    assert "1997年2月(平成9年2月)" in month
    assert "<rt>おたるし</rt>" in client.get("/doc/municipality/hokkaido-otaru", headers=JA).text


def test_each_statement_says_where_it_comes_from(client: FlaskClient) -> None:
    """The party is stated in two lines; the membership comes from a rule."""
    agreement = client.get("/doc/agreement/sapporo-otaru-2019", headers=JA).text
    membership = client.get("/doc/membership/sapporo-otaru", headers=JA).text

    assert 'href="/area/doc/passage/seed-l27"' in agreement
    assert 'href="/area/graph/seed-L25"' in agreement
    assert "規則から導出" in membership
    assert "出典のページに記載" not in membership


def test_the_switch_leaves_only_what_the_source_page_states(client: FlaskClient) -> None:
    path = "/doc/municipality/hokkaido-otaru"
    whole = client.get(path, headers=JA).text
    stated = client.get(f"{path}?only=stated", headers=JA).text

    assert "法人番号" in whole and "法人番号" not in stated
    assert "小樽市" in stated and "隠しています" in stated


@pytest.mark.parametrize(
    "day, members, visions",
    [("2019-03-28", 0, 0), ("2019-03-29", 12, 0), ("2019-04-01", 12, 1), ("2024-04-01", 12, 1)],
)
def test_a_page_shows_what_was_true_on_a_day(
    client: FlaskClient, day: str, members: int, visions: int
) -> None:
    page = client.get(f"/doc/partnership/sapporo?at={day}", headers=JA).text
    own = page.split('<section class="own">')[1].split("</section>")[0]

    assert own.count('<tr><th scope="row"') == members
    assert own.count("期さっぽろ連携中枢都市圏ビジョン") == visions


@pytest.mark.parametrize(
    "day, area, union, vision",
    [
        pytest.param("2019-03-28", 0, 8, None, id="the union alone"),
        pytest.param("2019-03-29", 12, 8, None, id="agreements concluded, no vision yet"),
        pytest.param("2019-05-01", 12, 8, 1, id="union and area side by side"),
        pytest.param("2019-07-31", 12, 8, 1, id="the last day of the union counts"),
        pytest.param("2020-04-01", 12, 0, 1, id="the area alone"),
        pytest.param("2024-03-31", 12, 0, 1, id="the last day of the first vision counts"),
        pytest.param("2024-04-01", 12, 0, 2, id="the second vision"),
    ],
)
def test_no_part_of_a_page_shows_what_did_not_hold_on_the_day(
    client: FlaskClient, day: str, area: int, union: int, vision: int | None
) -> None:
    """Memberships have dates; `org:hasMember`, made from them, keeps to the same days."""

    def members(path: str) -> list[int]:
        page = client.get(f"/doc/{path}?at={day}", headers=JA).text
        assert "日付をもたない記述は、どの日を選んでも表示します。" in page
        own, rest = page.split('<section class="own">')[1].split("</section>", 1)
        named = [row.split("</dd>")[0] for row in rest.split("構成員")[1:]]
        towns = {m for row in named for m in re.findall(r"/doc/municipality/([a-z-]+)", row)}
        visions = set(re.findall(r"第([12])期さっぽろ連携中枢都市圏ビジョン", own))
        assert visions == ({str(vision)} if vision and path.startswith("partnership") else set())
        return [own.count('<tr><th scope="row"'), len(towns)]

    assert members("partnership/sapporo") == [area, area]
    assert members("union/sapporo-wide-area-union") == [union, union]


def test_what_had_not_come_or_was_over_on_the_day_is_told(client: FlaskClient) -> None:
    """An agreement of the next day, a dissolution of the next month, a union that is gone."""

    def own(path: str) -> str:
        return client.get(f"/doc/{path}", headers=JA).text

    ishikari, union = "municipality/hokkaido-ishikari", "union/sapporo-wide-area-union"
    over = "この日には、まだ存在しないか、すでに存在しません"
    agreement, dissolved = "連携協約(石狩市)", "解散"

    def told(path: str, word: str) -> bool:
        return word in own(path).split('<section class="own')[1].split("</section>")[0]

    assert not told(f"{ishikari}?at=2019-03-28", agreement)
    assert told(f"{ishikari}?at=2019-03-29", agreement)
    assert not told(f"{union}?at=2019-05-01", f"{dissolved}</")
    assert told(f"{union}?at=2019-07-31", f"{dissolved}</")
    assert [over in own(f"{union}?at={day}") for day in ("2019-07-31", "2019-08-01")] == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    "day, belongs",
    [
        ("2019-03-28", {"union/sapporo-wide-area-union"}),
        ("2019-05-01", {"union/sapporo-wide-area-union", "partnership/sapporo"}),
        ("2020-04-01", {"partnership/sapporo"}),
    ],
)
def test_a_member_belongs_to_what_it_belonged_to_on_the_day(
    client: FlaskClient, day: str, belongs: set[str]
) -> None:
    page = client.get(f"/doc/municipality/hokkaido-ishikari?at={day}", headers=JA).text

    found = set(re.findall(r"/doc/((?:partnership|union)/[a-z-]+)[\"?]", page))
    assert found == belongs


def test_a_day_that_is_none_is_refused_in_the_readers_language(client: FlaskClient) -> None:
    page = client.get("/doc/partnership/sapporo?at=yesterday", headers=JA)

    assert page.status_code == 400
    assert "「yesterday」は日付ではありません。" in page.text


def test_what_the_source_does_not_say_is_said(client: FlaskClient) -> None:
    page = client.get("/doc/union/sapporo-wide-area-union", headers=JA).text

    assert "出典に記載なし" in page


def test_the_story_of_the_union_is_in_order(client: FlaskClient) -> None:
    page = client.get("/doc/union/sapporo-wide-area-union", headers=EN).text
    story = page.split('<ol class="story">')[1].split("</ol>")[0]
    order = re.findall(r"/area/doc/event/([a-z-]+)", story)

    assert order == [
        "union-foundation",
        "union-dissolution",
        "settlement-succession",
        "accounts-submission",
        "accounts-approval",
    ]


def test_a_list_can_be_filtered_sorted_and_taken_as_csv(client: FlaskClient) -> None:
    """Twelve municipalities, the two former ones apart; one designated city."""
    kinds = _text(client.get("/things", headers=EN).text)
    whole = client.get("/things/Municipality", headers=EN).text
    city = client.get(
        "/things/Municipality", query_string={"kind": "designated city"}, headers=EN
    ).text
    csv = client.get("/things/Municipality.csv").text

    assert "municipality 12" in kinds
    assert whole.count('<th scope="row">') == 12
    assert city.count('<th scope="row">') == 1
    assert csv.splitlines()[0].endswith("iri,name,reading,role,kind")
    assert len(csv.splitlines()) == 13


@pytest.mark.parametrize("text", ["小樽", "おたる", "オタル", "ｵﾀﾙ", "otaru", "OTARU", "012033"])
def test_every_spelling_finds_the_same(client: FlaskClient, text: str) -> None:
    found = client.get("/search", query_string={"q": text, "format": "json"}).get_json()

    assert "https://w3id.org/jp-ccua/id/municipality/hokkaido-otaru" in [
        r["iri"] for r in found["results"][:3]
    ]


def test_a_wrong_address_suggests_near_ones(client: FlaskClient) -> None:
    page = client.get("/doc/municipality/hokkaido-otarru", headers=JA)

    assert page.status_code == 404
    assert 'href="/area/doc/municipality/hokkaido-otaru"' in page.text


@pytest.mark.parametrize("name", ["map", "timeline", "structure", "population", "classes"])
def test_a_picture_has_words_a_table_and_a_csv(client: FlaskClient, name: str) -> None:
    page = client.get(f"/pictures/{name}", headers=EN).text
    csv = client.get(f"/pictures/{name}.csv").text

    assert "<desc>" in page and "<table>" in page
    assert csv.startswith("\ufeff") and csv.count("\r\n") > 10
    assert client.get(f"/pictures/{name}.svg").mimetype == "image/svg+xml"


def test_the_miniature_publication_has_pages_in_its_own_language(small: FlaskClient) -> None:
    """No word of the first publication is left in the program or its templates."""
    manifest = small.application.extensions["renkei"].release.manifest
    example = "/doc/hafen/altwarp"

    home = small.get("/", headers=HTML).text
    page = small.get(example, headers=HTML)

    assert manifest.title["de"] in home
    assert '<html lang="de"' in home
    assert page.status_code == 200
    for path in ("/", example, "/things", "/ns", "/shapes", "/questions", "/about"):
        text = small.get(path, headers=HTML).text
        html5lib.HTMLParser(strict=True).parse(text)
        assert not re.search("sapporo|札幌|ccua|hokkaido", text, re.IGNORECASE)


def test_a_list_is_filtered_sorted_and_taken_away_as_it_is_seen(client: FlaskClient) -> None:
    """By the address alone; the CSV that the page links to holds the same things."""
    page = client.get("/things/CooperationAgreement?year=2019&sort=date", headers=JA)
    rows = re.findall(r'<tr><th scope="row"><a href="/area(/doc/[^"?]+)', page.text)
    link = re.search(r'href="/area(/things/CooperationAgreement\.csv[^"]*)"', page.text)
    assert link is not None
    table = client.get(link[1].replace("&amp;", "&"), headers=JA).text

    listed = [line.split(",")[0].partition("/id/")[2] for line in table.splitlines()[1:]]
    assert listed == [row.removeprefix("/doc/") for row in rows]
    assert link[1].endswith("lang=ja")
    assert len(rows) == 11
    assert '<th scope="col" aria-sort="ascending"><a href="/area/things/' in page.text
