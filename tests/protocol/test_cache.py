"""What is remembered, for whom, and what leaves first."""

from __future__ import annotations

import pytest

from renkei.serve.http.compression import ENCODINGS, choose, encode, streamed, whole
from renkei.serve.http.conditional import is_known
from renkei.serve.http.response_cache import Key, ResponseCache

PUBLIC = [
    ("content-type", "text/turtle"),
    ("cache-control", "public, max-age=60"),
    ("etag", '"abc"'),
    ("vary", "Accept"),
]


def asked(path: str = "/x", accept: str = "*/*", language: str = "en") -> Key:
    return Key(path, "", accept, language)


def test_an_answer_is_found_by_address_and_by_what_it_varies_on() -> None:
    cache = ResponseCache(1 << 20)
    cache.keep(asked(), 200, PUBLIC, b"a" * 300)
    assert cache.find(asked(language="ja")) is not None
    assert cache.find(asked(accept="text/html")) is None
    assert cache.find(asked("/y")) is None


def test_an_answer_in_one_language_is_not_given_to_another() -> None:
    cache = ResponseCache(1 << 20)
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
    assert ResponseCache(1 << 20).keep(asked(), status, [*PUBLIC, *extra], b"x") is None


def test_the_least_recently_used_leaves_and_the_bytes_stay_bounded() -> None:
    cache = ResponseCache(100_000)
    for number in range(50):
        cache.keep(asked(f"/{number}"), 200, PUBLIC, bytes(5000))
        cache.find(asked("/0"))
        assert cache.size <= 100_000
    assert cache.find(asked("/0")) is not None
    assert cache.find(asked("/1")) is None
    assert cache.find(asked("/49")) is not None


def test_an_answer_too_large_for_the_cache_is_not_kept() -> None:
    assert ResponseCache(100_000).keep(asked(), 200, PUBLIC, bytes(50_000)) is None


def test_a_coding_is_made_once_and_has_its_own_tag() -> None:
    cache = ResponseCache(1 << 20)
    entry = cache.keep(asked(), 200, PUBLIC, b"a" * 3000)
    assert entry is not None
    form = cache.form(entry, "gzip")
    assert form is cache.form(entry, "gzip")
    assert form.etag == '"abc-gzip"'
    assert (b"content-encoding", b"gzip") in form.hit
    assert encode(b"a" * 3000, "gzip") == form.body


DECIDING = {
    "status": {"status": 303},
    "a header": {"headers": [*PUBLIC, ("location", "/x.ttl")]},
    "a header's value": {"headers": [("content-type", "text/html"), *PUBLIC[1:]]},
    "the tag": {"headers": [*PUBLIC[:2], ("etag", '"abd"'), PUBLIC[3]]},
    "the body": {"body": b"b"},
    "that it is a file as it lies": {"headers": [*PUBLIC[:3], ("vary", "Accept-Encoding")]},
}


@pytest.mark.parametrize("other", DECIDING.values(), ids=DECIDING)
@pytest.mark.parametrize("first", ["", "*/*"])
def test_answers_that_differ_in_anything_are_two(first: str, other: dict[str, object]) -> None:
    """The second wish gets what it would have been given alone, whatever was asked before."""
    plain: dict[str, object] = {"status": 200, "headers": PUBLIC, "body": b"a"}
    changed = {**plain, **other}
    alone = ResponseCache(1 << 20)
    alone.keep(asked(accept="text/html"), **changed)  # type: ignore[arg-type]
    cache = ResponseCache(1 << 20)
    cache.keep(asked(accept=first), **plain)  # type: ignore[arg-type]
    cache.keep(asked(accept="text/html"), **changed)  # type: ignore[arg-type]

    assert given(cache, "text/html") == given(alone, "text/html")
    assert given(cache, first) != given(cache, "text/html")


def test_equal_answers_to_several_wishes_are_kept_once() -> None:
    cache = ResponseCache(1 << 20)
    one = cache.keep(asked(accept="*/*"), 200, PUBLIC, b"a" * 3000)

    assert cache.keep(asked(accept="text/turtle"), 200, PUBLIC, b"a" * 3000) is one


def test_redirects_of_different_wishes_are_not_taken_for_one() -> None:
    """They have neither body nor tag: what tells them apart is where they lead."""
    cache = ResponseCache(1 << 20)
    shared = [("cache-control", "public, max-age=60"), ("vary", "Accept")]
    for accept, place in (("*/*", "/x.ttl"), ("text/html", "/x.html")):
        cache.keep(asked(accept=accept), 303, [*shared, ("location", place)], b"")

    assert (b"location", b"/x.html") in given(cache, "text/html")[1]
    assert (b"location", b"/x.ttl") in given(cache, "*/*")[1]


def test_a_304_has_all_headers_of_the_200_but_those_of_its_body() -> None:
    """RFC 9110, section 15.4.5."""
    cache = ResponseCache(1 << 20)
    headers = [*PUBLIC, ("content-location", "/x.ttl"), ("expires", "0"), ("link", "<x>")]
    entry = cache.keep(asked(), 200, headers, b"a" * 3000)
    assert entry is not None
    form = cache.form(entry, "gzip")
    bodily = {b"content-type", b"content-length", b"content-encoding"}

    assert dict(form.unchanged) == {n: v for n, v in form.hit if n not in bodily}


def given(cache: ResponseCache, accept: str) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Return what a client with the wish *accept* gets from the cache."""
    entry = cache.find(asked(accept=accept))
    assert entry is not None
    return entry.status, entry.forms[""].hit, entry.forms[""].body


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
    "kind",
    [
        "application/gzip",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.sqlite3",
        "font/woff2",
        "image/png",
        "image/webp",
    ],
)
@pytest.mark.parametrize("coding", ENCODINGS)
def test_what_is_packed_already_is_left_as_it_is(kind: str, coding: str) -> None:
    headers, body = [("content-type", kind)], b"a" * 5000
    cache = ResponseCache(1 << 20)
    entry = cache.keep(asked(), 200, [*headers, *PUBLIC[1:]], body)

    assert whole(200, headers, body, coding) == (headers, body)
    assert streamed(headers, coding) == (headers, None)
    assert entry is not None
    assert not entry.coded


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ('"abc"', True),
        ('W/"abc"', True),
        ('"abc-gzip"', False),
        ('"x", W/"abc"', True),
        ('"x" , "abc"', True),
        ('"x, "abc', False),
        ('"' * 60_000, False),
        ("*", True),
        ('"abcd"', False),
        ("", False),
    ],
)
def test_a_tag_is_known_whole_and_weak_or_strong(header: str, known: bool) -> None:
    assert is_known(header, '"abc"') is known
