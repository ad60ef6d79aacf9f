"""What robots, browsers and search engines find at the addresses they know."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as Xml
from typing import Any

import pytest
from flask import Flask

from renkei.language.locale import named
from renkei.serve.pages import schema_org, views
from tests.doors.conftest import app, served, small_app  # noqa: F401
from tests.fair.conftest import ROOT, Live

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def test_robots_are_told_the_way(live: Live) -> None:
    text = live.get("robots.txt").text
    assert f"Sitemap: {live.address}sitemap.xml" in text
    assert "Disallow: /sparql" in text


def test_the_sitemap_leads_to_every_page(live: Live) -> None:
    """Parts exist, days are days, and each page names itself in both languages."""
    index = Xml.fromstring(live.get("sitemap.xml").content)
    parts = [e.text or "" for e in index.iter(f"{SITEMAP}loc")]
    assert len(parts) == 2 and all(
        re.fullmatch(r"\d{4}-\d\d-\d\d", e.text or "") for e in index.iter(f"{SITEMAP}lastmod")
    )
    pages = []
    for part in parts:
        for url in Xml.fromstring(live.get(part.removeprefix(live.address)).content):
            pages.append(url.findtext(f"{SITEMAP}loc") or "")
            tongues = {link.get("hreflang") for link in url.iter(f"{XHTML}link")}
            assert tongues == {"ja", "en", "x-default"}
    assert len(pages) == len(set(pages)) > 500
    assert f"{live.address}doc/municipality/hokkaido-otaru" in pages
    for page in pages[:16] + pages[100::60]:
        assert live.get(page.removeprefix(live.address), "text/html").status_code == 200, page


def test_llms_txt_leads_on(live: Live) -> None:
    """Markdown: a title, a summary, links that lead somewhere."""
    text = live.get("llms.txt?lang=en").text
    lines = text.splitlines()
    assert lines[0].startswith("# ") and lines[2].startswith("> ")
    for address in re.findall(r"\]\((\S+?)\)", text)[:14]:
        assert live.get(address.removeprefix(live.address)).status_code == 200, address


def test_browsers_can_add_the_search(live: Live) -> None:
    found = live.get("opensearch.xml")
    assert found.headers["Content-Type"].startswith("application/opensearchdescription+xml")
    root = Xml.fromstring(found.content)
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    assert len(root.findtext(f"{space}ShortName") or "") <= 16
    template = next(
        u.get("template") or ""
        for u in root.iter(f"{space}Url")
        if u.get("type") == "application/json"
    )
    answer = live.get(template.removeprefix(live.address).replace("{searchTerms}", "さっぽろ"))
    assert answer.json()["results"]


def described(app: Flask, path: str, lang: str) -> dict[str, Any]:  # noqa: F811
    with app.test_request_context("/"):
        site = app.extensions["renkei"]
        text = schema_org.script(site, views.read(site, site.root + path, named(lang)))
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(
    "path, kind",
    [
        ("dataset/sapporo", "Dataset"),
        ("id/municipality/hokkaido-otaru", "GovernmentOrganization"),
        ("id/agreement/sapporo-otaru-2019", "Legislation"),
        ("id/person/terashima-jitsuro", "Person"),
        ("id/event/union-dissolution", "Event"),
        ("ns#Municipality", "DefinedTerm"),
        ("concept/role/core-city", "DefinedTerm"),
        ("id/union/sapporo-wide-area-union", "GovernmentOrganization"),
    ],
)
def test_pages_speak_schema_org(app: Flask, path: str, kind: str, lang: str) -> None:  # noqa: F811
    found = described(app, path, lang)

    assert found["@type"] == kind
    assert found["@id"] == ROOT + path
    assert 50 <= len(found["description"]) <= 5000


def test_every_thing_has_a_description_long_enough(app: Flask) -> None:  # noqa: F811
    site = app.extensions["renkei"]
    with app.test_request_context("/"):
        things = site.reader.ask_part("sitemap", 1000, root=_literal(ROOT))[::11]
        for row in things:
            text = schema_org.description(site, views.read(site, row["thing"].value, named("en")))
            assert 50 <= len(text) <= 5000, row["thing"].value


def _literal(text: str) -> Any:
    import pyoxigraph as ox

    return ox.Literal(text)


def test_the_data_set_has_what_search_engines_ask(app: Flask) -> None:  # noqa: F811
    found = described(app, "dataset/sapporo", "en")
    wanted = {
        "name",
        "description",
        "url",
        "identifier",
        "version",
        "license",
        "keywords",
        "inLanguage",
        "datePublished",
        "dateModified",
        "publisher",
        "spatialCoverage",
        "temporalCoverage",
        "includedInDataCatalog",
        "distribution",
        "about",
    }

    assert wanted <= set(found)
    assert {"contentUrl", "encodingFormat", "contentSize"} <= set(found["distribution"][0])


def test_what_others_call_a_municipality_is_told_and_a_code_is_not_it(app: Flask) -> None:  # noqa: F811
    found = described(app, "id/municipality/hokkaido-otaru", "en")

    assert sorted(found["sameAs"]) == [
        "http://ja.dbpedia.org/resource/小樽市",
        "http://www.wikidata.org/entity/Q242108",
    ]


def test_nothing_ends_the_script_early(small_app: Flask) -> None:  # noqa: F811
    """A name with markup stays text."""
    with small_app.test_request_context("/"):
        site = small_app.extensions["renkei"]
        text = schema_org.script(
            site, views.read(site, f"{site.root}id/hafen/bruecke", named("de"))
        )
    assert "<" not in text
    assert json.loads(text)["name"] == "Brücke & <Söhne>"
