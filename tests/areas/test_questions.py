"""All areas together answer what is asked over many; the answers were worked out by hand."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from tests.areas.conftest import HERE
from tests.packed import Packed


@pytest.fixture(scope="module")
def together(areas: dict[str, Packed]) -> ox.Store:
    """The statements of all areas, derived ones included, in one store."""
    store = ox.Store()
    for area in areas.values():
        store.bulk_extend(area.checked.default)
    return store


def ask(store: ox.Store, question: str) -> list[tuple[str, ...]]:
    """Return the rows that *question* gives, as texts."""
    answer = store.query((HERE / "questions" / f"{question}.rq").read_text("utf-8"))
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple(value.value for value in row) for row in answer]  # type: ignore[union-attr]


def test_which_areas_have_two_core_cities(together: ox.Store) -> None:
    assert set(ask(together, "two-core-cities")) == {
        ("とやま呉西圏域連携中枢都市圏", "射水市"),
        ("とやま呉西圏域連携中枢都市圏", "高岡市"),
        ("山口県央連携都市圏域", "宇部市"),
        ("山口県央連携都市圏域", "山口市"),
    }


BINGO = "備後圏域連携中枢都市圏"
FUKUSHIMA = "ふくしま田園中枢都市圏"
KORIYAMA = "こおりやま広域連携中枢都市圏"
CHUO = "広島中央地域連携中枢都市圏"
HIROSHIMA = "広島広域都市圏"
TAKAHASHI = "高梁川流域連携中枢都市圏"


def test_which_municipality_belongs_to_two_areas(together: ox.Store) -> None:
    """Kure leads one area and is a partner in another; Takehara belongs to three."""
    found: dict[str, set[str]] = {}
    for municipality, area in ask(together, "in-two-areas"):
        found.setdefault(municipality, set()).add(area)

    assert found == {
        "三原市": {BINGO, HIROSHIMA},
        "世羅町": {BINGO, HIROSHIMA},
        "二本松市": {FUKUSHIMA, KORIYAMA},
        "井原市": {BINGO, TAKAHASHI},
        "呉市": {CHUO, HIROSHIMA},
        "坂町": {CHUO, HIROSHIMA},
        "大崎上島町": {CHUO, HIROSHIMA},
        "大玉村": {FUKUSHIMA, KORIYAMA},
        "本宮市": {FUKUSHIMA, KORIYAMA},
        "東広島市": {CHUO, HIROSHIMA},
        "江田島市": {CHUO, HIROSHIMA},
        "海田町": {CHUO, HIROSHIMA},
        "熊野町": {CHUO, HIROSHIMA},
        "笠岡市": {BINGO, TAKAHASHI},
        "竹原市": {BINGO, CHUO, HIROSHIMA},
    }


def test_areas_by_the_year_of_their_agreements_or_formation(together: ox.Store) -> None:
    """Of 36 areas, nine have no such date in the list, and are in no row."""
    found: dict[str, set[str]] = {}
    for year, area in ask(together, "by-year"):
        found.setdefault(year, set()).add(area)

    assert found == {
        "2015": {"備後圏域連携中枢都市圏", "播磨圏域連携中枢都市圏", "高梁川流域連携中枢都市圏"},
        "2016": {
            "とやま呉西圏域連携中枢都市圏",
            "久留米広域連携中枢都市圏",
            "北九州都市圏域",
            "大分都市広域圏",
            "岡山連携中枢都市圏",
            "広島広域都市圏",
            "松山圏域連携中枢都市圏",
            "瀬戸・高松広域連携中枢都市圏",
            "熊本連携中枢都市圏",
            "長野地域連携中枢都市圏",
        },
        "2017": {
            "かごしま連携中枢都市圏",
            "しずおか中部連携中枢都市圏",
            "八戸圏域連携中枢都市圏",
            "山口県央連携都市圏域",
            "広島中央地域連携中枢都市圏",
        },
        "2018": {
            "れんけいこうち広域都市圏",
            "因幡・但馬麒麟のまち連携中枢都市圏",
            "富山広域連携中枢都市圏",
        },
        "2019": {
            "こおりやま広域連携中枢都市圏",
            "さっぽろ連携中枢都市圏",
            "西九州させぼ広域都市圏",
        },
        "2022": {"いばらき県央地域連携中枢都市圏", "ふくしま田園中枢都市圏"},
        "2023": {"やまなし県央連携中枢都市圏"},
    }
