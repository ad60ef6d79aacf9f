"""The words of a query: IRIs and names, texts, what a SELECT gives, where a bracket ends."""

from __future__ import annotations

import pytest

from renkei.sparql.tokens import behind, iri_of, projected, string_of, tokens

PREFIXES = {"e": "http://e.org/", "relative": ""}


@pytest.mark.parametrize(
    ("written", "iri"),
    [
        ("<http://e.org/a>", "http://e.org/a"),
        ("e:a", "http://e.org/a"),
        (r"e:a\.b", "http://e.org/a.b"),
        ("e:", "http://e.org/"),
        ("<a>", ""),
        (r"<http://e.org/\u0061>", ""),
        ("other:a", ""),
        ("relative:a", ""),
    ],
)
def test_an_iri_is_known_where_all_of_it_is_written(written: str, iri: str) -> None:
    assert iri_of(tokens(written)[0], PREFIXES) == iri


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('"港"', "港"),
        ("'港'", "港"),
        ('"""a"b"""', 'a"b'),
        ("'''a'''", "a"),
        ('""', ""),
        ('""""""', ""),
        (r'"a\"\\\tb"', 'a"\\\tb'),
        (r'"\u6E2F\U00006E2F"', "港港"),
    ],
)
def test_a_string_is_read_without_quotes_and_escapes(written: str, text: str) -> None:
    assert string_of(tokens(written)[0]) == text


def test_a_select_gives_its_variables_and_those_behind_as() -> None:
    assert [*projected(tokens("?a (COUNT(?b) AS ?c) $d"))] == ["a", "c", "d"]


@pytest.mark.parametrize(
    ("text", "rest"),
    [("x (a [b] {c}) d", "d"), ("(a", ""), (") a", "a"), ('("(" a) b', "b")],
)
def test_what_stands_behind_a_bracket_is_found(text: str, rest: str) -> None:
    words = tokens(text)

    assert " ".join(t.text for t in words[behind(words, 0) :]) == rest
