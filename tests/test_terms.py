"""IRIs and served addresses change places without loss."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.rdf.iris import Addresses, document_of, encoded, plain, shorten

ROOT = "https://data.example.org/ring/"
HERE = Addresses(ROOT, "http://127.0.0.1:8000/")


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param("id/muni/がわ", id="plain"),
        pytest.param("id/muni/がわ", id="NFD"),
        pytest.param("id/muni/%E3%81%8C%E3%82%8F", id="percent-encoded"),
        pytest.param("id/muni/%e3%81%8b%e3%82%99%E3%82%8F", id="NFD, percent-encoded, lower case"),
        pytest.param("/id/%6Duni/がわ", id="an escape nobody needs"),
    ],
)
def test_all_spellings_of_an_iri_are_one(spelling: str) -> None:
    assert HERE.canonical(spelling) == ROOT + "id/muni/がわ"


@pytest.mark.parametrize("escape", ["%2F", "%20", "%3F", "%23", "%FF", "%0A", "%25"])
def test_an_escape_that_means_something_stays(escape: str) -> None:
    assert plain(f"a{escape}b") == f"a{escape}b"


@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_plain_comes_to_rest(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20))
def test_what_is_encoded_for_the_wire_is_found_again(slug: str) -> None:
    iri = plain(f"{ROOT}id/{slug}")

    assert plain(encoded(iri)) == iri
    assert encoded(iri).isascii()


def test_a_canonical_iri_is_served_here_and_a_foreign_one_where_it_is() -> None:
    assert HERE.served(ROOT + "id/muni/札幌") == (
        "http://127.0.0.1:8000/id/muni/%E6%9C%AD%E5%B9%8C"
    )
    assert HERE.served("https://elsewhere.example/札") == "https://elsewhere.example/札"
    assert not HERE.is_ours("https://data.example.org/ringo/id/1")


def test_the_document_of_a_thing_differs_in_one_room_only() -> None:
    assert document_of(ROOT + "id/id/x") == ROOT + "doc/id/x"


@pytest.mark.parametrize(
    "iri, short",
    [
        pytest.param("https://e.example/ns#depth", "e:depth", id="a name"),
        pytest.param("https://e.example/ns#a.b-c", "e:a.b-c", id="dots and dashes inside"),
        pytest.param("https://e.example/ns#a.", "https://e.example/ns#a.", id="a dot at the end"),
        pytest.param("https://e.example/ns#", "https://e.example/ns#", id="no local name"),
        pytest.param("https://e.example/x/y/z", "https://e.example/x/y/z", id="a slash inside"),
        pytest.param("https://e.example/x/y", "x:y", id="the longest namespace wins"),
        pytest.param("urn:a", "urn:a", id="no namespace"),
    ],
)
def test_an_iri_is_shortened_only_to_a_plain_name(iri: str, short: str) -> None:
    prefixes = {
        "e": "https://e.example/ns#",
        "root": "https://e.example/",
        "x": "https://e.example/x/",
    }

    assert shorten(iri, prefixes) == short
