"""The miniature publication in a browser: German throughout, and unharmed by hostile labels."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser

from renkei.pack import pipeline
from tests.browser.conftest import Look, Tab, serving
from tests.conftest import MINIATURE
from tests.serve.test_miniature import foreign_words

# Each kind of page that this publication has; status 400 and 404 are pages as well.
PAGES = [
    ("/", 200),
    ("/about", 200),
    ("/things", 200),
    ("/things/Harbour", 200),
    ("/things/org:OrganizationalCollaboration", 200),
    ("/questions", 200),
    ("/questions/tiefe", 200),
    ("/ns", 200),
    ("/shapes", 200),
    ("/report", 200),
    ("/search?q=altwarp", 200),
    ("/search?q=zzz", 200),
    ("/dumps/", 200),
    ("/releases", 200),
    ("/catalogue", 200),
    ("/dataset/hafenverbund", 200),
    ("/openapi", 200),
    ("/sparql", 200),
    (f"/sparql?query={quote('SELECT ?s WHERE { ?s ?p ?o } LIMIT 3')}", 200),
    (f"/sparql?query={quote('SELECT ?s WHERE { ?s')}", 400),
    ("/doc/hafen/bruecke", 200),
    ("/doc/verbund/nordkante", 200),
    ("/doc/hafen/altwarp?only=stated", 200),
    ("/doc/hafen/altwarp?at=gestern", 400),
    ("/graph/register", 200),
    ("/graph/derived", 200),
    ("/.well-known/void", 200),
    ("/pictures/classes", 200),
    ("/pictures/tiefen", 200),
    ("/nichts", 404),
]
READERS = [("light", 320), ("dark", 1280), ("dark", 320), ("light", 1280)]
# Every text that is shown in German: where the nearest `lang` says so, and no code.
SPOKEN = """() => {
  const found = [];
  const german = (e) => e && e.closest("[lang]").lang === "de";
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const holder = walk.currentNode.parentElement;
    if (german(holder) && !holder.closest("script, style, code, pre, textarea, .CodeMirror"))
      found.push(walk.currentNode.data.trim());
  }
  for (const name of ["aria-label", "placeholder", "title", "alt"])
    for (const e of document.querySelectorAll(`[${name}]`))
      if (german(e)) found.push(e.getAttribute(name).trim());
  return found.filter(Boolean);
}"""
HOSTILE = """
@prefix graph: <https://daten.example.de/hafenverbund/graph/> .
@prefix hafen: <https://daten.example.de/hafenverbund/id/hafen/> .
@prefix hv: <https://daten.example.de/hafenverbund/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

graph:feindlich {
    hafen:skript a hv:Harbour ; hv:depth 1 ;
        skos:prefLabel "<script>alert(1)</script><img src=x onerror=alert(1)>"@de ;
        skos:altLabel "\\"><svg onload=alert(1)>"@de , "{{ 7*7 }} %(x)s"@de ;
        rdfs:seeAlso <javascript:alert(1)> , <data:text/html,x> .
    hafen:lang a hv:Harbour ; hv:depth 2 ; skos:prefLabel "%LONG%"@de .
    hafen:arabisch a hv:Harbour ; hv:depth 3 ; skos:prefLabel "\u0645\u0631\u062d\u0628\u0627"@ar .
    hafen:gewendet a hv:Harbour ; hv:depth 4 ; skos:prefLabel "\u202eabc\u202c Hafen"@de .
    hafen:zeilen a hv:Harbour ; hv:depth 5 ; skos:prefLabel "Zeile eins\\nZeile zwei\\t"@de .
    hafen:namenlos a hv:Harbour ; hv:depth 6 .
}
"""
PLACES = ["skript", "lang", "arabisch", "gewendet", "zeilen", "namenlos"]


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Tab]:
    """The tab of a German reader, opened once."""
    opened = Tab(browser, "de-DE")
    yield opened
    opened.context.close()


@pytest.mark.parametrize("place", range(len(PAGES)), ids=lambda n: f"{PAGES[n][0]}")
def test_each_kind_of_page_is_german_quiet_and_open_to_everybody(
    tab: Tab, small_address: str, place: int
) -> None:
    """No console message, other host or finding of axe; no English or Japanese word of ours."""
    path, status = PAGES[place]
    theme, width = READERS[place % len(READERS)]
    tab.resize(width, theme)
    # The editor asks what its address says, and draws the answer, after the page was loaded.
    tab.open(small_address + path, "networkidle" if path.startswith("/sparql") else "load")
    spoken = set(tab.page.evaluate(SPOKEN))
    look = tab.look()
    tab.page.wait_for_load_state("networkidle")

    assert (tab.status, look) == (status, Look((width, theme), "de", (), True, False))
    assert (tab.noise(), tab.hosts) == ([], {urlsplit(small_address).netloc})
    assert spoken & foreign_words() == set()
    assert len(spoken) > 10


@pytest.fixture(scope="module")
def hostile_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The miniature publication with harbours whose names try to break a page."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(MINIATURE, folder / "publication")
    text = HOSTILE.replace("%LONG%", "Donaudampfschifffahrt" * 140)
    (folder / "publication/data/sources/feindlich.trig").write_text(text, "utf-8")
    release = pipeline.pack(folder / "publication", folder / "releases")[0]
    with serving(release) as found:
        yield found


@pytest.mark.parametrize(
    "path",
    ["/", "/things/Harbour", "/questions/tiefe", "/graph/feindlich", "/search?q=a"]
    + [f"/doc/hafen/{name}" for name in PLACES],
)
def test_a_hostile_label_is_text_and_keeps_to_its_place(
    tab: Tab, hostile_address: str, path: str
) -> None:
    """Nothing runs, nobody else is asked, the page does not grow sideways, axe is content.

    On a phone that likes light, and made as wide as a desktop that likes dark.
    """
    windows, looks = [(320, "light"), (1280, "dark")], []
    for window in windows:
        tab.resize(*window)
        if not looks:
            tab.open(hostile_address + path)
        looks.append(tab.look())
    schemes = tab.page.evaluate("[...new Set([...document.links].map((a) => a.protocol))].sort()")
    tab.page.wait_for_load_state("networkidle")

    assert looks == [Look(window, "de", (), True, False) for window in windows]
    assert (tab.status, tab.said) == (200, [])
    assert tab.hosts == {urlsplit(hostile_address).netloc}
    assert set(schemes) <= {"http:", "https:", "mailto:"}
