"""A browser, and the application on a free port of this machine."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect, sync_playwright
from werkzeug.serving import make_server

from renkei.config import Settings
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.stores import open_store
from tests.protocol.conftest import Live, start_server

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=60_000)  # a machine may be busy with something else
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What there is to say of a page as it stands, in one journey to the browser and back.
LOOK = """async rules => {
  for (const moving of document.getAnimations())
    if (moving instanceof CSSTransition) moving.finish();  // links change colour slowly
  const found = rules
    ? await axe.run({ runOnly: rules, resultTypes: ["violations"] })
    : { violations: [], passes: [] };
  return {
    faults: found.violations.map(v => [v.id, v.nodes[0].html]),
    checked: found.passes.length > 0,
    window: [innerWidth, matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"],
    tag: document.documentElement.lang,
    scroll: document.documentElement.scrollWidth,
    main: document.querySelector("main").getBoundingClientRect().width,
  };
}"""


@dataclass(frozen=True)
class Look:
    """What a page was found to be in one window: each part is what it should be, or named."""

    window: tuple[int, str]
    tag: str
    faults: tuple[tuple[str, str], ...]
    checked: bool
    too_wide: bool


class Tab:
    """A tab that stays open and goes from page to page; what each said and asked is kept."""

    def __init__(self, browser: Browser, language: str, script: bool = True) -> None:
        self.script = script
        self.context = browser.new_context(locale=language, java_script_enabled=script)
        if script:
            self.context.add_init_script(Axe().axe_script)
        self.page = self.context.new_page()
        self.status = 0
        self.said: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda box: (self.said.append(box.message), box.dismiss()))
        self.page.on("requestfailed", lambda asked: self.said.append(f"failed: {asked.url}"))
        self.page.on("request", lambda asked: self.hosts.add(urlsplit(asked.url).netloc))

    def resize(self, width: int, theme: str) -> None:
        """Make the window *width* wide, of a reader who likes the *theme*."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]

    def open(self, address: str, wait: str = "load") -> None:
        """Go to *address*; what former pages said and asked is forgotten."""
        self.page.goto("about:blank")
        self.said.clear()
        self.hosts.clear()
        answer = self.page.goto(address, wait_until=wait)  # type: ignore[arg-type]
        self.status = answer.status if answer else 0

    def look(self) -> Look:
        """Return what the page is in this window; without script axe cannot look."""
        found: dict[str, Any] = self.page.evaluate(LOOK, RULES if self.script else None)
        width, theme = found["window"]
        return Look(
            (width, theme),
            found["tag"],
            tuple((rule, html) for rule, html in found["faults"]),
            found["checked"],
            max(found["scroll"], found["main"]) > width,
        )

    def noise(self) -> list[str]:
        """Return what the page said; Chromium tells of each with a status, which was asked for."""
        return [s for s in self.said if self.status == 200 or f"status of {self.status}" not in s]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium; tests are left out, and say so, where there is none."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@contextmanager
def serving(release: Release, settings: Settings | None = None) -> Iterator[str]:
    """Serve *release* on a free port; the address is in use until the block ends."""
    settings = settings or Settings()
    store = open_store(release, settings)
    server = make_server("127.0.0.1", 0, create_app(release, store, settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        store.close()


@pytest.fixture(scope="session")
def live(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The Sapporo publication, as readers meet it: served by processes of its own, compressed."""
    log = tmp_path_factory.mktemp("browser") / "server.log"
    found = start_server(release.folder, log, client_seconds=100_000)
    yield found
    found.stop()


@pytest.fixture(scope="session")
def address(live: Live) -> str:
    """Where the Sapporo publication is served, without a slash."""
    return live.address.rstrip("/")


@pytest.fixture(scope="session")
def small_address(miniature: Release) -> Iterator[str]:
    """The miniature publication, served until the tests end."""
    with serving(miniature) as found:
        yield found
