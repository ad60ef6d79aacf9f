"""Whatever is sent, twice as much of it is at most two and a half times the work.

Work is counted in calls of functions, which no busy machine changes. What goes on inside one
call, as a regular expression going back and forth, is not seen.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from renkei.serve.http import negotiation

SIZE = 3_000
THING = "/doc/municipality/hokkaido-sapporo"
PATHS = (THING, "/search", "/graphs?default", "/sparql?query=ASK{}")
Sent = tuple[str, dict[str, Any]]


def asked(path: str, **query: str) -> Sent:
    return path, {"query_string": query}


def posted(path: str, **form: Any) -> Sent:
    return path, {"method": "POST", "data": {name: json.dumps(v) for name, v in form.items()}}


def ckan(**query: Any) -> Sent:
    return "/api/3/action/package_search", {"method": "POST", "data": json.dumps(query)}


def columns(n: int) -> dict[str, Any]:
    values = [{"pid": p, "v": "市" * n} for p in ("skos:prefLabel", "org:role")]
    return {f"q{place}": {"query": "", "properties": values} for place in range(20)}


HEADERS: dict[str, tuple[str, str]] = {
    "quotation marks": ("Accept", '"'),
    "media types": ("Accept", "a/b;q=0.1,"),
    "qualities": ("Accept", "a/b;q=1;"),
    "languages": ("Accept-Language", "ja,"),
    "subtags": ("Accept-Language", "a-"),
    "codings": ("Accept-Encoding", "gzip;q=0.1,"),
    "tags": ("If-None-Match", '"a",'),
    "weak tags": ("If-None-Match", "W/"),
    "open tags": ("If-None-Match", '"'),
    "cookies": ("Cookie", "a=b;"),
    "open cookies": ("Cookie", '"\\'),
    "ranges": ("Range", "0-1,"),
    "days": ("If-Modified-Since", "a ("),
    "addresses": ("X-Forwarded-For", "1.1.1.1,"),
}
CASES: dict[str, Callable[[int], Sent]] = {
    "search: letters": lambda n: asked("/search.json", q="市" * n),
    "search: words": lambda n: asked("/search.json", q="a市 " * (n // 3)),
    "search, in bounds": lambda n: asked("/search.json", q="札幌" * (n // 60)),
    "nothing there": lambda n: asked("/id/x" + "あ" * n),
    "nothing there, steps": lambda n: asked("/a" * n),
    "parameters": lambda n: ("/about", {"query_string": "&".join(f"p{i}=1" for i in range(n))}),
    "reconcile: values": lambda n: posted("/reconcile", queries=columns(n // 15)),
    "reconcile: queries": lambda n: posted(
        "/reconcile", queries={f"q{i}": {"query": f"札幌{i}"} for i in range(n // 60)}
    ),
    "reconcile: names": lambda n: posted("/reconcile", queries={"q": {"query": "市" * (n // 15)}}),
    "reconcile: identifiers": lambda n: posted(
        "/reconcile",
        extend={"ids": [f"id/{i}" for i in range(n // 8)], "properties": [{"id": "a"}]},
    ),
    "suggest": lambda n: asked("/reconcile/suggest/entity", prefix="市" * n),
    "suggest a property": lambda n: asked("/reconcile/suggest/property", prefix="a" * n),
    "preview": lambda n: asked("/reconcile/preview", id="市" * n),
    "list": lambda n: asked("/things/Municipality", role="x" * n, page="9" * n),
    "a question": lambda n: asked("/questions/12", day="1" * n),
    "packages: words": lambda n: ckan(q="a " * (n // 4)),
    "packages: marks": lambda n: ckan(q='"-NOT ' * (n // 20)),
    "packages: filters": lambda n: ckan(fq_list=["tags:x*"] * (n // 30)),
    "packages: order": lambda n: ckan(sort="name asc," * n),
    "packages: facets": lambda n: ckan(**{"facet.field": [f"x{i}" for i in range(n)]}),
    "packages: nesting": lambda n: ("/api/3/action/tag_list", {"method": "POST", "data": "[" * n}),
    **{
        f"{name}: {path}": lambda n, path=path, header=header, piece=piece: (  # type: ignore[misc]
            path,
            {"headers": {header: ("bytes=" if header == "Range" else "") + piece * n}},
        )
        for name, (header, piece) in HEADERS.items()
        for path in PATHS
    },
}


def calls(client: FlaskClient, sent: Sent) -> int:
    """Return how many functions answering calls."""
    counted = 0

    def count(frame: object, event: str, given: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    negotiation.parse.cache_clear()  # what is sent has not been read before
    sys.setprofile(count)
    try:
        status = client.open(sent[0], **sent[1]).status_code
    finally:
        sys.setprofile(None)
    assert status < 500
    return counted


@pytest.mark.parametrize("sent", CASES.values(), ids=CASES)
def test_twice_as_much_is_not_more_than_twice_the_work(
    client: FlaskClient, sent: Callable[[int], Sent]
) -> None:
    client.open(sent(SIZE)[0], **sent(SIZE)[1])  # what is remembered is remembered now

    assert calls(client, sent(2 * SIZE)) <= 2.5 * calls(client, sent(SIZE))
