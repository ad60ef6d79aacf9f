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
    "/tables/",
    "/releases",
    "/catalogue",
    "/pictures/map",
    "/pictures/timeline",
    "/pictures/structure",
    "/pictures/population",
    "/pictures/classes",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Each kind of page is met once in each language; language, theme, width and script take turns
# from page to page, so that each pair of them is met by a fifth of the pages or more.
READERS = [
    (language, theme, width, script)
    for language, theme, width, script in (
        ("ja-JP", "light", 320, True),
        ("en-GB", "dark", 1280, True),
        ("ja-JP", "dark", 1280, True),
        ("en-GB", "light", 320, True),
        ("ja-JP", "light", 1280, False),
        ("en-GB", "dark", 320, False),
        ("ja-JP", "dark", 320, True),
        ("en-GB", "light", 1280, True),
    )
]
Visit = tuple[str, tuple[str, str, int, bool]]
VISITS: list[Visit] = [
    (path, READERS[(2 * place + turn) % len(READERS)])
    for place, path in enumerate([*PAGES, "/nothing"])
    for turn in (0, 1)
]


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> Iterator[dict[tuple[str, str, int, bool], BrowserContext]]:
    """One context a reader, opened once: language, theme, width of window, script or none."""
    opened = {
        (language, theme, width, script): browser.new_context(
            locale=language,
            color_scheme=theme,  # type: ignore[arg-type]
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
        )
        for language, theme, width, script in READERS
    }
    yield opened
    for context in opened.values():
        context.close()


@pytest.mark.parametrize(
    "visit", VISITS, ids=lambda v: "-".join([v[0], *(str(part) for part in v[1])])
)
def test_a_page_is_quiet_fits_and_is_open_to_everybody(
    contexts: dict[tuple[str, str, int, bool], BrowserContext], address: str, visit: Visit
) -> None:
    """No console message, failed request, other host, cookie or sideways scroll; axe is content.

    Where the reader has no script, axe has none either, and the rest is looked at alone.
    """
    path, reader = visit
    page = contexts[reader].new_page()
    said: list[str] = []
    hosts: set[str] = set()
    missing = "Failed to load resource: the server responded with a status of 404 (NOT FOUND)"
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda asked: said.append(f"failed: {asked.url}"))
    page.on("request", lambda asked: hosts.add(urlsplit(asked.url).netloc))
    try:
        answer = page.goto(address + path)
        noise = [text for text in said if path != "/nothing" or text != missing]
        wide = page.locator("main").bounding_box()
        language = page.locator("html").get_attribute("lang")
        found = (
            Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
            if reader[3]
            else None
        )
        scroll = page.evaluate("document.documentElement.scrollWidth") if reader[3] else 0
    finally:
        page.close()

    assert answer is not None and answer.status == (404 if path == "/nothing" else 200)
    assert language == reader[0][:2]
    assert (noise, hosts) == ([], {urlsplit(address).netloc})
    assert contexts[reader].cookies() == []
    assert wide is not None and wide["width"] <= reader[2] and scroll <= reader[2]
    if found is not None:
        assert [(v["id"], v["nodes"][0]["html"]) for v in found.response["violations"]] == []
        assert found.response["passes"]


def test_every_language_meets_every_theme_width_and_script() -> None:
    """What the turns are for."""
    met = {(r[0], part) for _, r in VISITS for part in r[1:]}

    assert met == {
        (tag, p) for tag in ("ja-JP", "en-GB") for p in ("light", "dark", 320, 1280, True, False)
    }
    assert all({r[0] for p, r in VISITS if p == path} == {"ja-JP", "en-GB"} for path in PAGES)


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
