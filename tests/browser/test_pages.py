"""Pages in a browser: quiet, at home on a phone, open to everybody, with and without script."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Look, Tab

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
# Language, script; then the windows: width and theme. A page is loaded in the first, made as wide
# as the second and looked at again. Each language with script meets both themes, and axe looks;
# without, axe could not, and the rest is looked at alone. Each width has pages loaded in it.
READERS: dict[tuple[str, bool], list[tuple[int, str]]] = {
    ("ja-JP", True): [(320, "light"), (1280, "dark")],
    ("en-GB", True): [(1280, "light"), (320, "dark")],
    ("ja-JP", False): [(1280, "light"), (320, "dark")],
    ("en-GB", False): [(320, "light"), (1280, "dark")],
}


@pytest.fixture(scope="module")
def tabs(browser: Browser) -> Iterator[dict[tuple[str, bool], Tab]]:
    """One tab a reader, opened once."""
    opened = {reader: Tab(browser, *reader) for reader in READERS}
    yield opened
    for tab in opened.values():
        tab.context.close()


@pytest.mark.parametrize("path", [*PAGES, "/nothing"])
@pytest.mark.parametrize(
    "reader", READERS, ids=lambda r: f"{r[0][:2]}-{'script' if r[1] else 'plain'}"
)
def test_a_page_is_quiet_fits_and_is_open_to_everybody(
    tabs: dict[tuple[str, bool], Tab], address: str, path: str, reader: tuple[str, bool]
) -> None:
    """No console message, failed request, other host, cookie or sideways scroll; axe is content."""
    language, script = reader
    tab, windows, looks = tabs[reader], READERS[reader], []
    for window in windows:
        tab.resize(*window)
        if not looks:
            tab.open(address + path)
        looks.append(tab.look())

    assert tab.status == (404 if path == "/nothing" else 200)
    assert looks == [Look(window, language[:2], (), script, False) for window in windows]
    assert (tab.noise(), tab.hosts) == ([], {urlsplit(address).netloc})
    assert tab.context.cookies() == []


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
