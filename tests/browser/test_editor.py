"""The query page in a real browser: with script, without, by keyboard and on a phone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.protocol.conftest import Live

ROOT = Path(__file__).parents[2]
OFFERED = ["JSON", "XML", "CSV", "TSV", "Excel", "Parquet"]
WRONG = "SELECT * WHERE {\n  ?s a ?class .\n  ?s ?p ?o ]\n}"
BARRED = """async () => {
  for (const moving of document.getAnimations())
    if (moving instanceof CSSTransition) moving.finish();  // links change colour slowly
  const found = await axe.run({ resultTypes: ["violations"] });
  return {
    faults: found.violations.map(v => [v.id, v.nodes.map(n => n.target)]),
    checked: found.passes.length > 0,
    wide: document.documentElement.scrollWidth > innerWidth,
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
  };
}"""


@pytest.fixture
def sapporo(live: Live) -> Live:
    """The server over the Sapporo release, without a share a client could use up."""
    return live


class Watched:
    """A page, with what it complained of and whom else it asked."""

    def __init__(self, browser: Browser, live: Live, **options: object) -> None:
        self.context = browser.new_context(**{"locale": "en", **options})  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._heard)
        self.page.on("request", lambda request: self._asked(request.url, live.address))

    def _heard(self, message: object) -> None:
        kind, text = message.type, message.text  # type: ignore[attr-defined]
        if kind in ("error", "warning") and "status of 400" not in text:
            self.complaints.append(text)

    def _asked(self, url: str, own: str) -> None:
        if not url.startswith((own, "data:")):
            self.foreign.append(url)

    def open(self, live: Live, query: str = "") -> Page:
        """Open the query page."""
        self.page.goto(f"{live.address}sparql{query}")
        return self.page


@pytest.fixture
def watched(browser: Browser, sapporo: Live) -> Iterator[Watched]:
    """A page that must not complain and must not ask anyone else."""
    held = Watched(browser, sapporo, viewport={"width": 1200, "height": 900})
    yield held
    held.context.close()
    assert held.complaints == []
    assert held.foreign == []


def write(page: Page, text: str) -> None:
    """Put *text* into the editor."""
    page.evaluate("t => document.querySelector('.CodeMirror').CodeMirror.setValue(t)", text)


def written(page: Page) -> str:
    """Return the text of the editor."""
    return str(page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()"))


def test_every_question_of_the_menu_is_asked_and_answered(watched: Watched, sapporo: Live) -> None:
    """One after the other, in one page: no complaint, no other host, an answer."""
    page = watched.open(sapporo)
    listed = json.loads(sapporo.ask("sparql/questions.json?lang=en").text)["questions"]
    assert len(listed) >= 50

    for question in listed:
        page.locator("details.menu").evaluate("box => { box.open = true }")
        page.locator(f'a[data-slug="{question["slug"]}"]').click()
        expect(page.locator("form.ask .stop")).to_be_hidden()
        expect(page.locator("section.answer .drawn > *")).to_be_visible()
        expect(page.locator(".trouble")).to_be_empty()
        assert written(page) == question["query"], question["slug"]


def test_the_menu_speaks_the_readers_language(watched: Watched, sapporo: Live) -> None:
    """`?lang=ja` wins over the browser's own language."""
    page = watched.open(sapporo, "?lang=ja")
    page.locator("details.menu summary").click()

    assert "札幌" in page.locator("details.menu ul").inner_text()
    assert page.locator("h1").inner_text() == "SPARQLで問い合わせる"


SLIP = "SELECT ?s { ?s <http://www.w3.org/2000/01/rdf-schema#lable> ?o }"
MEANT = "Did you mean <http://www.w3.org/2000/01/rdf-schema#label>?"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_an_answer_without_rows_says_what_is_certain_of_the_query(
    browser: Browser, sapporo: Live, script: bool
) -> None:
    """And no longer once the query is right."""
    held = Watched(browser, sapporo, java_script_enabled=script)
    page = held.open(sapporo, f"?lang=en&query={quote(SLIP)}")
    expect(page.locator(".help li")).to_contain_text(MEANT)

    page.goto(f"{sapporo.address}sparql?lang=en&query={quote(SLIP.replace('lable', 'label'))}")
    expect(page.locator("section.answer tbody tr").first).to_be_visible()
    expect(page.locator(".help li")).to_have_count(0)
    held.context.close()
    assert (held.complaints, held.foreign) == ([], [])


def test_an_error_is_marked_at_its_line(watched: Watched, sapporo: Live) -> None:
    """The third line holds the bracket; a click on the place leads there."""
    page = watched.open(sapporo)
    write(page, WRONG)
    page.locator("button.go").click()

    expect(page.locator("button.place")).to_have_text("Line 3, column 12")
    assert page.locator(".problem-line .CodeMirror-linenumber").inner_text() == "3"
    assert page.locator(".problem-place").inner_text() == "]"
    page.locator("button.place").click()
    cursor = page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getCursor()")
    assert (cursor["line"], cursor["ch"]) == (2, 11)


def test_a_link_to_a_wrong_query_shows_it_with_its_place(watched: Watched, sapporo: Live) -> None:
    """The page has status 400 and is still the editor."""
    page = watched.open(sapporo, f"?query={quote(WRONG)}")

    assert written(page) == WRONG
    assert page.locator(".problem-line .CodeMirror-linenumber").inner_text() == "3"
    assert "Line 3, column 12" in page.locator(".trouble").inner_text()


def test_a_class_is_completed_by_name_and_its_prefix_declared(
    watched: Watched, sapporo: Live
) -> None:
    """The words come from the release; the prefix line is written for the reader."""
    page = watched.open(sapporo)
    write(page, "SELECT * WHERE {\n  ?s a \n}")
    page.evaluate(
        "() => { const e = document.querySelector('.CodeMirror').CodeMirror;"
        " e.focus(); e.setCursor({ line: 1, ch: 8 }); }"
    )
    page.keyboard.type("ccua:Municipality")
    expect(page.locator(".CodeMirror-hint-active")).to_contain_text("ccua:Municipality")
    page.keyboard.press("Enter")

    assert written(page) == (
        "PREFIX ccua: <https://w3id.org/jp-ccua/ns#>\nSELECT * WHERE {\n  ?s a ccua:Municipality\n}"
    )


def test_iris_of_an_answer_are_links_with_names(watched: Watched, sapporo: Live) -> None:
    """A name in the reader's language, and the page of the thing behind it."""
    page = watched.open(sapporo, "?question=members&lang=en")
    link = page.locator('section.answer td a[href="/doc/municipality/hokkaido-otaru"]')

    expect(link.first).to_have_text("Otaru")


def test_numbers_are_drawn_as_bars_and_coordinates_as_a_map(
    watched: Watched, sapporo: Live
) -> None:
    """Each view has as many marks as the answer has rows."""
    page = watched.open(sapporo, "?question=population-change")
    page.locator('.views [data-view="chart"]').click()
    expect(page.locator("section.answer rect.bar")).to_have_count(12)

    page = watched.open(sapporo, "?question=office-map")
    page.locator('.views [data-view="map"]').click()
    expect(page.locator("section.answer circle.point")).to_have_count(12)


def test_the_address_is_the_state_of_the_page(watched: Watched, sapporo: Live) -> None:
    """Asking changes it; going back asks again; it can be given away."""
    page = watched.open(sapporo)
    write(page, "ASK { ?s ?p ?o }")
    page.locator("button.go").click()
    expect(page.locator("section.answer .lead")).to_have_text("yes")
    assert "ASK" in page.url
    write(page, "ASK { ?s a <urn:none> }")
    page.locator("button.go").click()
    expect(page.locator("section.answer .lead")).to_have_text("no")

    page.go_back()
    expect(page.locator("section.answer .lead")).to_have_text("yes")
    assert written(page) == "ASK { ?s ?p ?o }"
    assert page.locator("a.permalink").get_attribute("href") in page.url


def test_an_answer_can_be_had_in_every_format(watched: Watched, sapporo: Live) -> None:
    """Tables and graphs have formats of their own; each link answers in its own."""
    page = watched.open(sapporo, f"?query={quote('SELECT ?s { ?s ?p ?o } LIMIT 3')}")
    expect(page.locator("a.permalink")).to_be_visible()
    assert page.locator(".files a").all_inner_texts() == OFFERED
    write(page, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3")
    page.locator("button.go").click()
    expect(page.locator("section.answer pre")).to_be_visible()
    expect(page.locator(".files a")).to_have_text(
        ["Turtle", "JSON-LD", "N-Triples", "RDF/XML", "TriG", "N-Quads"]
    )
    for link in page.locator(".files a").all():
        path = str(link.get_attribute("href")).lstrip("/")
        assert sapporo.ask(path).status == 200, path


def test_the_keyboard_can_leave_the_editor(watched: Watched, sapporo: Live) -> None:
    """Tab is not caught; Ctrl+Enter asks."""
    page = watched.open(sapporo)
    page.evaluate("document.querySelector('.CodeMirror').CodeMirror.focus()")
    page.keyboard.press("Control+Enter")
    expect(page.locator("section.answer table")).to_be_visible()
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.className") == "go"


@pytest.mark.parametrize("width", [390, 1200])
def test_nothing_bars_the_way(browser: Browser, sapporo: Live, width: int) -> None:
    """No finding of axe and no sideways scrolling, with an answer, a chart and an error.

    Each in both themes.
    """
    held = Watched(browser, sapporo, viewport={"width": width, "height": 900})
    held.context.add_init_script(Axe().axe_script)
    page = held.open(sapporo, "?question=population-change&lang=en")
    page.locator('.views [data-view="chart"]').click()
    found = {}
    for state in ("chart", "error"):
        if state == "error":
            write(page, WRONG)
            page.locator("button.go").click()
            expect(page.locator("button.place")).to_be_visible()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found[state, scheme] = page.evaluate(BARRED)
    held.context.close()

    free = {"faults": [], "checked": True, "wide": False}
    assert found == {
        (state, scheme): {**free, "dark": scheme == "dark"}
        for state in ("chart", "error")
        for scheme in ("light", "dark")
    }
    assert held.complaints == []


def test_without_script_the_form_asks_and_the_page_answers(browser: Browser, sapporo: Live) -> None:
    """Questions are links that fill the form; the answer names its IRIs; errors have a place."""
    held = Watched(browser, sapporo, java_script_enabled=False)
    page = held.open(sapporo, "?lang=en")
    page.locator("details.menu summary").click()
    page.locator('a[data-slug="members"]').click()
    page.locator("button.go").click()

    expect(page.locator("section.answer tbody tr")).to_have_count(12)
    link = page.locator('section.answer a[href="/doc/municipality/hokkaido-otaru"]')
    expect(link.first).to_have_text("Otaru")
    assert page.locator(".files a").all_inner_texts() == OFFERED
    page.locator("textarea").fill(WRONG)
    page.locator("button.go").click()
    expect(page.locator("#problem")).to_contain_text("Line 3, column 12")
    expect(page.locator("textarea")).to_have_value(WRONG)
    held.context.close()


def test_the_built_editor_names_no_host_it_could_ask() -> None:
    """What Yasqe would ask (completion, prefixes, an endpoint) is out of the bundle."""
    built = (ROOT / "server/renkei/serve/pages/static/editor/editor.js").read_text("utf-8")

    assert not re.search(r"lov\.linkeddata|dbpedia\.org/sparql", built)


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is missing: the build is not compared")
def test_the_built_editor_is_what_its_sources_build(tmp_path: Path) -> None:
    """`make editor`: locked packages, a fresh folder, the same bytes."""
    copy = tmp_path / "server"
    shutil.copytree(
        ROOT / "server/editor", copy / "editor", ignore=shutil.ignore_patterns("node_modules")
    )
    built = "renkei/serve/pages/static/editor"
    shutil.copytree(ROOT / "server" / built, copy / built)
    quiet = {**os.environ, "npm_config_loglevel": "error"}
    had = subprocess.run(
        ["npm", "ci"], cwd=copy / "editor", env=quiet, capture_output=True, text=True, check=False
    )
    if had.returncode and re.search("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT", had.stderr):
        pytest.skip("npm reaches no registry: the build is not compared")
    assert had.returncode == 0, had.stderr

    done = subprocess.run(
        ["npm", "run", "-s", "check"],
        cwd=copy / "editor",
        env=quiet,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
