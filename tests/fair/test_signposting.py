"""FAIR Signposting, read with the parser that harvesters use."""

from __future__ import annotations

import json
import re

import pytest
import signposting

from tests.fair.conftest import ROOT, Live

PAGES = [
    "",
    "doc/municipality/hokkaido-otaru",
    "doc/event/union-dissolution",
    "ns",
    "shapes",
    "concept/role/core-city",
    "graph/seed-L79",
    "questions/members",
    "catalogue",
]


def posts(live: Live, path: str, accept: str = "text/html") -> signposting.Signposting:
    found = live.get(path, accept)
    assert found.status_code == 200
    return signposting.find_signposting_http_link(
        [found.headers["Link"]], baseurl=live.address + path
    )


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_signed(live: Live, path: str) -> None:
    """Level 1: one `cite-as`, and the rest at least once, each with its media type."""
    found = posts(live, path)

    assert found.citeAs is not None and found.citeAs.target.startswith(ROOT)
    assert found.license is not None
    assert found.license.target == "https://creativecommons.org/licenses/by/4.0/"
    assert {a.target for a in found.authors} == {f"{ROOT}id/agent/editors"}
    types = {t.target for t in found.types}
    assert "https://schema.org/AboutPage" in types and len(types) == 2
    assert {"text/turtle", "application/ld+json"} <= {d.type for d in found.describedBy}
    assert {s.type for s in found.linksets} == {"application/linkset+json", "application/linkset"}


def test_what_the_links_name_is_there(live: Live) -> None:
    found = posts(live, "doc/municipality/hokkaido-otaru")

    for link in [*found.describedBy, *found.linksets]:
        answer = live.get(link.target.removeprefix(live.address))
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].partition(";")[0] == link.type


def test_the_data_set_has_items_and_they_lead_back(live: Live) -> None:
    """The set has them all; a header with so many links would be refused by some proxies."""
    linkset = next(s for s in posts(live, "").linksets if s.type == "application/linkset+json")
    found = json.loads(live.get(linkset.target.removeprefix(live.address)).text)["linkset"]
    items = next(c["item"] for c in found if c["anchor"] == live.address)
    dumps = {i["href"].rsplit("/", 1)[-1] for i in items if "/dumps/" in i["href"]}
    assert {"data.ttl", "data.nq", "data.jsonld", "data.rdf.gz", "vocabulary.ttl"} <= dumps
    for item in items[:3]:
        answer = live.get(item["href"].removeprefix(live.address))
        assert answer.headers["Content-Type"].partition(";")[0] == item["type"]
        assert f'<{live.address}>; rel="collection"; type="text/html"' in answer.headers["Link"]


def test_a_header_stays_small(live: Live) -> None:
    """Whatever there are many of stands in the set of links."""
    sizes = {path: len(live.get(path, "text/html").headers["Link"]) for path in PAGES}
    assert sizes[""] < 1_000
    assert [path for path, size in sizes.items() if size > 1_800] == []


def test_a_thing_belongs_to_the_data_set(live: Live) -> None:
    header = live.get("doc/municipality/hokkaido-otaru", "text/html").headers["Link"]
    assert f'<{live.address}>; rel="collection"; type="text/html"' in header


def test_data_says_what_it_describes(live: Live) -> None:
    header = live.get("doc/municipality/hokkaido-otaru.ttl").headers["Link"]
    assert f'<{live.address}doc/municipality/hokkaido-otaru>; rel="describes"' in header
    assert header.count('rel="cite-as"') == 1


@pytest.mark.parametrize("path", ["doc/municipality/hokkaido-otaru", "index", "ns"])
def test_level_2_says_the_same(live: Live, path: str) -> None:
    """JSON and text hold the same links, and those of level 1 are among them."""
    as_json = live.get(f"linkset/{path}.json")
    as_text = live.get(f"linkset/{path}.txt")
    assert as_json.headers["Content-Type"] == "application/linkset+json"
    assert as_text.headers["Content-Type"].startswith("application/linkset")

    contexts = json.loads(as_json.text)["linkset"]
    told = {
        (c["anchor"], rel, target["href"])
        for c in contexts
        for rel, targets in c.items()
        if rel != "anchor"
        for target in targets
    }
    written = set()
    for line in as_text.text.strip().split(",\n"):
        found = re.match(r'<([^>]*)>; rel="([^"]*)".*; anchor="([^"]*)"', line)
        assert found is not None, line
        written.add((found[3], found[2], found[1]))
    assert told == written

    page = live.address + ("" if path == "index" else path)
    header = live.get(page.removeprefix(live.address), "text/html").headers["Link"]
    level_1 = set(re.findall(r'<([^>]*)>; rel="([^"]*)"', header))
    mine = {(target, rel) for anchor, rel, target in told if anchor == page}
    kept = {
        (t, r)
        for t, r in level_1
        if r not in ("linkset", "alternate", "first", "last", "next", "prev", "cite-as")
    }
    assert kept <= mine


def test_the_parser_reads_the_linkset(live: Live) -> None:
    found = signposting.find_signposting_linkset(
        f"{live.address}linkset/doc/municipality/hokkaido-otaru.json"
    )
    assert any(s.target.endswith("hokkaido-otaru.ttl") for s in found.signposts)


def test_a_document_that_is_not_there_has_no_linkset(live: Live) -> None:
    assert live.get("linkset/doc/municipality/nowhere.json").status_code == 404
