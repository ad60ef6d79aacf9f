"""SPARQL 1.1 Graph Store HTTP Protocol, its reading half, against the live server."""

from __future__ import annotations

import json
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from tests.protocol.conftest import Live
from tests.stores.world import ROOT

NORTH = ROOT + "graph/north"


def statements(body: bytes) -> int:
    return len(list(ox.parse(body, ox.RdfFormat.TURTLE)))


def test_a_graph_is_read_by_its_name(live: Live) -> None:
    reply = live.ask(f"graphs?graph={quote(NORTH)}", Accept="text/turtle")
    assert (reply.status, statements(reply.body)) == (200, 8)


def test_the_default_graph_is_read(live: Live) -> None:
    assert statements(live.ask("graphs?default", Accept="text/turtle").body) == 11


def test_an_unknown_graph_is_not_found(live: Live) -> None:
    assert live.ask("graphs?graph=https://example.org/none").status == 404


@pytest.mark.parametrize(
    "query", ["", "?default&graph=a:b", "?graph=a:b&graph=a:c", "?graph=x%20y"]
)
def test_a_request_without_one_graph_is_wrong(live: Live, query: str) -> None:
    assert live.ask(f"graphs{query}").status == 400


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_writing_is_refused(live: Live, method: str) -> None:
    reply = live.ask("graphs?default", method, b"<a:a> <a:b> <a:c> .", Content_Type="text/turtle")
    assert reply.status == 405
    assert "GET" in reply.headers["Allow"]
    assert reply.headers["Access-Control-Allow-Origin"] == "*"


def test_head_says_the_same_without_a_body(live: Live) -> None:
    got, head = (live.ask("graphs?default", m, Accept="text/turtle") for m in ("GET", "HEAD"))
    assert (head.status, head.body, head.headers["ETag"]) == (200, b"", got.headers["ETag"])


def test_formats_follow_accept_and_others_are_refused(live: Live) -> None:
    nt = live.ask("graphs?default", Accept="application/n-triples")
    assert nt.headers.get_content_type() == "application/n-triples"
    refused = live.ask("graphs?default", Accept="image/png")
    assert refused.status == 406
    assert json.loads(refused.body)["available"]
