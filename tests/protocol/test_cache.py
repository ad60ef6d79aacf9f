"""What is remembered, for whom, and what leaves first."""

from __future__ import annotations

import pytest

from renkei.serve.cache import Asked, Cache, choose, encode, is_known

PUBLIC = [
    ("content-type", "text/turtle"),
    ("cache-control", "public, max-age=60"),
    ("etag", '"abc"'),
    ("vary", "Accept"),
]


def asked(path: str = "/x", accept: str = "*/*", language: str = "en") -> Asked:
    return Asked(path, "", accept, language)


def test_an_answer_is_found_by_address_and_by_what_it_varies_on() -> None:
    cache = Cache(1 << 20)
    cache.keep(asked(), 200, PUBLIC, b"a" * 300)
    assert cache.find(asked(language="ja")) is not None
    assert cache.find(asked(accept="text/html")) is None
    assert cache.find(asked("/y")) is None


def test_an_answer_in_one_language_is_not_given_to_another() -> None:
    cache = Cache(1 << 20)
    headers = [*PUBLIC[:-1], ("vary", "Accept, Accept-Language")]
    cache.keep(asked(), 200, headers, b"hello")
    assert cache.find(asked(language="ja")) is None


@pytest.mark.parametrize(
    ("status", "extra"),
    [
        (404, ()),
        (200, (("set-cookie", "a=b"),)),
        (200, (("cache-control", "no-store"),)),
        (200, (("vary", "Cookie"),)),
        (206, ()),
    ],
)
def test_what_is_not_for_everybody_is_not_kept(
    status: int, extra: tuple[tuple[str, str], ...]
) -> None:
    assert Cache(1 << 20).keep(asked(), status, [*PUBLIC, *extra], b"x") is None


def test_the_least_recently_used_leaves_and_the_bytes_stay_bounded() -> None:
    cache = Cache(100_000)
    for number in range(50):
        cache.keep(asked(f"/{number}"), 200, PUBLIC, bytes(5000))
        cache.find(asked("/0"))
        assert cache.size <= 100_000
    assert cache.find(asked("/0")) is not None
    assert cache.find(asked("/1")) is None
    assert cache.find(asked("/49")) is not None


def test_an_answer_too_large_for_the_cache_is_not_kept() -> None:
    assert Cache(100_000).keep(asked(), 200, PUBLIC, bytes(50_000)) is None


def test_a_coding_is_made_once_and_has_its_own_tag() -> None:
    cache = Cache(1 << 20)
    entry = cache.keep(asked(), 200, PUBLIC, b"a" * 3000)
    assert entry is not None
    form = cache.form(entry, "gzip")
    assert form is cache.form(entry, "gzip")
    assert form.etag == '"abc-gzip"'
    assert b"content-encoding: gzip\r\n" in form.hit
    assert encode(b"a" * 3000, "gzip") == form.body


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, br", "br"),
        ("gzip, br, zstd", "zstd"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("*", "zstd"),
        ("identity, br;q=0.5", ""),
        ("deflate", ""),
        ("br;q=0", ""),
        ("br;q=x", ""),
    ],
)
def test_the_coding_a_client_likes_best_is_chosen(header: str, coding: str) -> None:
    assert choose(header) == coding


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ('"abc"', True),
        ('W/"abc"', True),
        ('"abc-gzip"', True),
        ('"x", "abc-br"', True),
        ("*", True),
        ('"abcd"', False),
        ("", False),
    ],
)
def test_a_tag_is_known_whatever_its_coding(header: str, known: bool) -> None:
    assert is_known(header, '"abc"') is known
