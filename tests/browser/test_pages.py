"""Pages in a browser: quiet, at home on a phone, open to everybody, with and without script."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext

PAGES = [
    "/",
    "/doc/partnership/sapporo?at=2019-04-01",
    "/doc/municipality/hokkaido-otaru",
    "/doc/agreement/sapporo-iwamizawa-2021",
    "/doc/union/sapporo-wide-area-union",
    "/doc/vision/sapporo-2",
    "/doc/document/agreement-otaru",
    "/doc/passage/seed-l79",
    "/doc/gap/union-members",
    "/doc/event/union-dissolution",
    "/dataset/sapporo",
    "/concept/role",
    "/graph/seed-L79",
    "/ns",
    "/ns/Municipality",
    "/ns/hasParty",
    "/shapes",
    "/shapes/A01-AgreementHasTwoParties",
    "/questions",
    "/questions/members",
    "/things",
    "/things/Municipality",
    "/search?q=otaru",
    "/about",
    "/report",
    "/dumps/",
    "/tables/",
    "/releases",
    "/openapi",
    "/catalogue",
    "/pictures/map",
    "/pictures/timeline",
    "/pictures/structure",
    "/pictures/population",
    "/pictures/classes",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Language, width of the window, script. With script a reader of each language meets both themes,
# and axe looks; without, axe could not, and the rest is looked at alone.
READERS: dict[tuple[str, int, bool], str] = {
    ("ja-JP", 320, True): "light",
    ("ja-JP", 1280, True): "dark",
    ("en-GB", 320, True): "dark",
    ("en-GB", 1280, True): "light",
    ("ja-JP", 320, False): "dark",
    ("ja-JP", 1280, False): "light",
    ("en-GB", 320, False): "light",
    ("en-GB", 1280, False): "dark",
}
MISSING = "Failed to load resource: the server responded with a status of 404"


@pytest.fixture(scope="module")
def readers(browser: Browser) -> Iterator[dict[tuple[str, int, bool], BrowserContext]]:
    """One context a reader, opened once."""
    opened = {
        (language, width, script): browser.new_context(
            locale=language,
            color_scheme=theme,  # type: ignore[arg-type]
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
        )
        for (language, width, script), theme in READERS.items()
    }
    yield opened
    for context in opened.values():
        context.close()


@pytest.mark.parametrize("path", [*PAGES, "/nothing"])
@pytest.mark.parametrize(
    "reader", READERS, ids=lambda r: f"{r[0][:2]}-{r[1]}-{'script' if r[2] else 'plain'}"
)
def test_a_page_is_quiet_fits_and_is_open_to_everybody(
    readers: dict[tuple[str, int, bool], BrowserContext],
    address: str,
    path: str,
    reader: tuple[str, int, bool],
) -> None:
    """No console message, failed request, other host, cookie or sideways scroll; axe is content."""
    language, width, script = reader
    page = readers[reader].new_page()
    said: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda asked: said.append(f"failed: {asked.url}"))
    page.on("request", lambda asked: hosts.add(urlsplit(asked.url).netloc))
    try:
        answer = page.goto(address + path)
        noise = [text for text in said if path != "/nothing" or not text.startswith(MISSING)]
        wide = page.locator("main").bounding_box()
        tag = page.locator("html").get_attribute("lang")
        found = (
            Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
            if script
            else None
        )
        scroll = page.evaluate("document.documentElement.scrollWidth") if script else 0
    finally:
        page.close()

    assert answer is not None and answer.status == (404 if path == "/nothing" else 200)
    assert tag == language[:2]
    assert (noise, hosts) == ([], {urlsplit(address).netloc})
    assert readers[reader].cookies() == []
    assert wide is not None and wide["width"] <= width and scroll <= width
    if found is not None:
        assert [(v["id"], v["nodes"][0]["html"]) for v in found.response["violations"]] == []
        assert found.response["passes"]


def test_results_come_as_one_types_and_the_keyboard_reaches_them(
    browser: Browser, address: str
) -> None:
    page = browser.new_page(locale="ja-JP")
    page.goto(address + "/")
    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.className")
    page.fill("#q-top", "otar")
    page.wait_for_selector(".suggestions a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/municipality/hokkaido-otaru")
    heading = page.locator("h1").inner_text()
    page.close()

    assert skip == "skip"
    assert "小樽市" in heading


def test_the_origin_of_a_statement_opens_without_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="ja-JP")
    page = context.new_page()
    page.goto(address + "/doc/agreement/sapporo-otaru-2019")
    mark = page.locator("details.from").first
    mark.locator("summary").click()
    shown = mark.locator("ul").is_visible()
    context.close()

    assert shown


def test_the_language_changes_on_each_page_and_stays_in_the_address(
    browser: Browser, address: str
) -> None:
    page = browser.new_page(locale="ja-JP")
    page.goto(address + "/doc/municipality/hokkaido-otaru?only=stated")
    page.click(".languages a")
    heading, url = page.locator("h1").inner_text(), page.url
    page.close()

    assert heading == "Otaru"
    assert "only=stated" in url and "lang=en" in url
