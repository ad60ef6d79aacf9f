"""Pages in a browser: quiet, at home on a phone, open to everybody, with and without script."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

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
    "/concept/role",
    "/graph/seed-L79",
    "/ns",
    "/shapes",
    "/questions",
    "/questions/members",
    "/things",
    "/things/Municipality",
    "/search?q=otaru",
    "/about",
    "/report",
    "/dumps/",
    "/pictures/map",
    "/pictures/timeline",
    "/pictures/structure",
    "/pictures/population",
    "/pictures/classes",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
READERS = {
    "ja-phone-light": {
        "locale": "ja-JP",
        "color_scheme": "light",
        "viewport": {"width": 320, "height": 700},
    },
    "en-desktop-dark": {
        "locale": "en-GB",
        "color_scheme": "dark",
        "viewport": {"width": 1280, "height": 900},
    },
    "ja-desktop-without-script": {
        "locale": "ja-JP",
        "java_script_enabled": False,
        "viewport": {"width": 1280, "height": 900},
    },
}


@pytest.fixture(scope="module", params=READERS)
def reader(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A reader: language, theme, size of window, script or none."""
    context = browser.new_context(**READERS[request.param])
    yield context
    context.close()


@pytest.fixture
def page(reader: BrowserContext) -> Iterator[Page]:
    """A fresh page of the reader."""
    found = reader.new_page()
    yield found
    found.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_quiet_fits_and_asks_nobody_else(page: Page, address: str, path: str) -> None:
    """No console message, no failed request, no other host, no cookie, no sideways scroll."""
    said: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda asked: said.append(f"failed: {asked.url}"))
    page.on("request", lambda asked: hosts.add(urlsplit(asked.url).netloc))

    answer = page.goto(address + path)

    assert answer is not None and answer.status == 200
    assert (said, hosts) == ([], {urlsplit(address).netloc})
    assert page.context.cookies() == []
    box = page.locator("main").bounding_box()
    size = page.viewport_size
    assert box is not None and size is not None and box["width"] <= size["width"]


@pytest.mark.parametrize("locale, theme, width", [("ja-JP", "light", 320), ("en-GB", "dark", 1280)])
@pytest.mark.parametrize("path", [*PAGES, "/nothing"])
def test_axe_finds_nothing(
    browser: Browser, address: str, path: str, locale: str, theme: str, width: int
) -> None:
    page = browser.new_page(
        locale=locale,
        color_scheme=theme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 900},
    )
    try:
        page.goto(address + path)
        result = Axe().run(page, options={"runOnly": RULES})
        wide = page.evaluate("document.documentElement.scrollWidth")
    finally:
        page.close()

    assert [(v["id"], v["nodes"][0]["html"]) for v in result.response["violations"]] == []
    assert result.response["passes"]
    assert wide <= width


def test_the_first_page_is_small(browser: Browser, address: str) -> None:
    """Under 100 KB and under five requests."""
    page = browser.new_page()
    bodies: list[int] = []
    page.on("response", lambda answer: bodies.append(len(answer.body())))
    page.goto(address + "/", wait_until="networkidle")
    page.close()

    assert len(bodies) < 5
    assert sum(bodies) < 100_000


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
