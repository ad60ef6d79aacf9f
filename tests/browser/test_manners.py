"""Every kind of page is light, and the keyboard alone reaches all of it and shows where it is."""

from __future__ import annotations

from collections.abc import Iterator
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


class Wire:
    """A tab that keeps nothing, so that each visit is a first one, and what came over the wire."""

    def __init__(self, browser: Browser) -> None:
        self.context = browser.new_context(locale="ja-JP")
        self.page = self.context.new_page()
        self.asked: dict[str, str] = {}
        self.came: list[float] = []
        wire = self.context.new_cdp_session(self.page)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        wire.on("Network.requestWillBeSent", self._sent)
        wire.on("Network.loadingFinished", self._finished)

    def _sent(self, event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):  # a mark of Chromium's own date field
            self.asked[event["requestId"]] = event["request"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.asked:
            self.came.append(event["encodedDataLength"])

    def open(self, address: str) -> None:
        """Go to *address*; what came before is forgotten."""
        self.page.goto("about:blank")
        self.asked.clear()
        self.came.clear()
        self.page.goto(address, wait_until="networkidle")


@pytest.fixture(scope="module")
def wire(browser: Browser) -> Iterator[Wire]:
    """The tab whose wire is watched, opened once."""
    opened = Wire(browser)
    yield opened
    opened.context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_under_100_kb_and_five_requests(wire: Wire, live: Live, path: str) -> None:
    """What a first visit brings over the wire: page, style, script, mark; headers included."""
    wire.open(live.address + path.lstrip("/"))
    asked, came = list(wire.asked.values()), list(wire.came)

    assert (len(asked) < 5, len(came)) == (True, len(asked)), asked
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
