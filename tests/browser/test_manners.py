"""Every kind of page is light, and the keyboard alone reaches all of it and shows where it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.test_pages import PAGES
from tests.protocol.conftest import Live

STYLES = Path(__file__).parents[2] / "server/renkei/serve/pages/static"
REACH = """() => {
  const all = [...document.querySelectorAll(
    'a[href], a[*|href], button, input:not([type=hidden]), select, summary, [tabindex="0"]')]
    .filter(e => e.checkVisibility() && !e.disabled);
  const told = e => (e.textContent.trim() || e.name || e.tagName).slice(0, 60);
  window.reached = new Map();
  document.addEventListener('focusin', event => {
    const style = getComputedStyle(event.target);
    window.reached.set(event.target, style.outlineStyle === 'solid' ? style.outlineWidth : 'none');
  });
  window.missed = () => all.filter(e => !window.reached.has(e)).map(told);
  window.unseen = () => all.filter(e => window.reached.get(e) === 'none').map(told);
  return all.length;
}"""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_under_100_kb_and_five_requests(browser: Browser, live: Live, path: str) -> None:
    """What a first visit brings over the wire: page, style, script, mark; headers included."""
    context = browser.new_context(locale="ja-JP")
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    asked: dict[str, str] = {}
    came: list[float] = []

    def sent(event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):  # a mark of Chromium's own date field
            asked[event["requestId"]] = event["request"]["url"]

    def finished(event: dict[str, Any]) -> None:
        if event["requestId"] in asked:
            came.append(event["encodedDataLength"])

    wire.on("Network.requestWillBeSent", sent)
    wire.on("Network.loadingFinished", finished)
    page.goto(live.address + path.lstrip("/"), wait_until="networkidle")
    context.close()

    assert (len(asked) < 5, len(came)) == (True, len(asked)), list(asked.values())
    assert sum(came) < 100_000


def test_all_style_is_under_30_kb() -> None:
    """As it lies there, not compressed; the editor has its own page and its own sheet."""
    assert sum(len(sheet.read_bytes()) for sheet in STYLES.glob("*.css")) < 30_000


@pytest.mark.parametrize(
    "path",
    [
        "",
        "doc/municipality/hokkaido-otaru",
        "doc/partnership/sapporo?at=2019-04-01",
        "pictures/map",
        "search?q=otaru",
        "things/Municipality",
        "ns/Municipality",
        "questions/members",
    ],
)
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    browser: Browser, live: Live, path: str
) -> None:
    """Tab goes through every link, field and fold, also those in pictures; each is outlined."""
    page = browser.new_page(locale="ja-JP", viewport={"width": 1000, "height": 900})
    page.goto(live.address + path)
    count = page.evaluate(REACH)
    for _ in range(count + 12):  # a date has several stops of its own
        page.keyboard.press("Tab")
    missed, unseen = page.evaluate("[window.missed(), window.unseen()]")
    page.close()

    assert count > 20
    assert (missed, unseen) == ([], [])


def test_a_fold_opens_and_a_place_on_the_map_is_followed_by_keyboard(
    browser: Browser, live: Live
) -> None:
    page = browser.new_page(locale="en")
    page.goto(live.address + "doc/municipality/hokkaido-otaru")
    fold = page.locator("details.from summary").first
    fold.focus()
    page.keyboard.press("Enter")
    opened = fold.locator("xpath=..").get_attribute("open") is not None
    page.goto(live.address + "pictures/map")
    page.locator('.picture svg a[href$="hokkaido-otaru"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/municipality/hokkaido-otaru")
    page.close()

    assert opened
