"""Things are found however a person spells them."""

from __future__ import annotations

import pytest
from flask import Flask

from renkei.language.folding import fold, latin, romaji
from renkei.serve.read import search_index
from renkei.serve.read.search_index import Index, certain
from renkei.serve.web import site
from tests.doors.conftest import ROOT

SAPPORO = f"{ROOT}id/municipality/hokkaido-sapporo"


@pytest.fixture(scope="module")
def index(app: Flask) -> Index:
    return site.search_index_of(app.extensions["renkei"])


@pytest.mark.parametrize(
    "text, folded",
    [
        pytest.param("ｻｯﾎﾟﾛ", "さっぽろ", id="half-width katakana"),
        pytest.param("サッポロ", "さっぽろ", id="katakana"),
        pytest.param("Ｓａｐｐｏｒｏ", "sapporo", id="full-width letters"),
        pytest.param("Tōbetsu-chō", "tobetsucho", id="macrons and hyphens"),
        pytest.param("Brücke & <Söhne>", "bruckesohne", id="German"),
        pytest.param("か\u3099", "が", id="a mark of its own"),
        pytest.param("ガ", "が", id="voiced katakana stays voiced"),
        pytest.param("第 2 期・ビジョン", "第2期びじょん", id="spaces and points"),
    ],
)
def test_spellings_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    "kana, letters",
    [
        ("さっぽろ", "sapporo"),
        ("しんしのつむら", "shinshinotsumura"),
        ("ちょう", "chou"),
        ("きょうやく", "kyouyaku"),
        ("じゅうしょ", "juusho"),
        ("まっちゃ", "maccha"),
        ("らーめん", "raamen"),
    ],
)
def test_kana_in_latin_letters(kana: str, letters: str) -> None:
    assert romaji(kana) == letters


@pytest.mark.parametrize(
    "one, other",
    [
        ("toubetsu", "tobetsu"),
        ("sinsinotu", "shinshinotsu"),
        ("kyouyaku", "kyoyaku"),
        ("zyuusyo", "jusho"),
        ("matcha", "maccha"),
        ("namba", "nanba"),
        ("ohdori", "oodori"),
    ],
)
def test_ways_to_write_a_sound_are_one(one: str, other: str) -> None:
    assert latin(one) == latin(other)


@pytest.mark.parametrize(
    "text",
    [
        "札幌市",
        "札幌",
        "さっぽろし",
        "さっぽろ",
        "サッポロ",
        "サッポロシ",
        "ｻｯﾎﾟﾛ",
        "Sapporo",
        "SAPPORO",
        "Sapporo City",
        "City of Sapporo",
        "sapporo-shi",
        "011002",
        "01100",
        "０１１００",
        "11002",
        "9000020011002",
        SAPPORO,
        "id/municipality/hokkaido-sapporo",
        "muni:hokkaido-sapporo",
        "http://www.wikidata.org/entity/Q37951",
    ],
)
def test_every_spelling_finds_the_city(index: Index, text: str) -> None:
    """And alone at the top: nobody has to choose."""
    hits = index.find(text, 5, fits=index.is_thing)

    assert hits[0].iri == SAPPORO
    assert certain(hits)


@pytest.mark.parametrize(
    "text, slug",
    [
        ("Toubetsu", "hokkaido-tobetsu"),
        ("とうべつ町", "hokkaido-tobetsu"),
        ("sinsinotu", "hokkaido-shinshinotsu"),
        ("Shin-Shinotsu", "hokkaido-shinshinotsu"),
        ("Iwamisawa", "hokkaido-iwamizawa"),
        ("石狩", "hokkaido-ishikari"),
    ],
)
def test_municipalities_are_found(index: Index, text: str, slug: str) -> None:
    hits = index.find(text, 3, (f"{ROOT}ns#Municipality",))

    assert hits[0].iri.endswith(slug)


def test_a_slip_of_the_pen_is_near_and_not_certain(index: Index) -> None:
    hits = index.find("Sappporo", 3, fits=index.is_thing)

    assert hits[0].iri == SAPPORO
    assert hits[0].fit == "near"
    assert not certain(hits)


@pytest.mark.parametrize("text", ["", " ", "…", "zzzzqqqq", "\x00", "<>", "?" * 500])
def test_what_means_nothing_finds_nothing(index: Index, text: str) -> None:
    assert index.find(text) == []


def test_completion_goes_on(index: Index) -> None:
    """`skip` gives the next ones, none twice."""
    first = index.complete("札幌", 5)
    more = index.complete("札幌", 5, skip=5)

    assert len(first) == 5
    assert not {h.iri for h in first} & {h.iri for h in more}


def test_the_search_page_uses_the_same_index(app: Flask) -> None:
    found = app.test_client().get("/search.json?q=サッポロ").get_json()

    assert found["results"][0]["iri"] == SAPPORO


def test_another_language_is_found_too(small_app: Flask) -> None:
    index = site.search_index_of(small_app.extensions["renkei"])

    assert [h.iri.rsplit("/", 1)[1] for h in index.find("BRUCKE", 1)] == ["bruecke"]
    assert search_index.CERTAIN <= 100
