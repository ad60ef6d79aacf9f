"""Tiles under the map, from a server of their own: fetched, drawn, and nobody else asked."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser

from renkei.config import read
from renkei.release import Release
from tests.browser.conftest import serving

GREEN = (40, 160, 60)


class _Tiles(BaseHTTPRequestHandler):
    """Answers /z/x/y.png with a green square, and remembers what was asked."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        body = io.BytesIO()
        Image.new("RGB", (256, 256), GREEN).save(body, "PNG")
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(body.getvalue())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def tiles() -> Iterator[tuple[str, list[str]]]:
    """A tile server on this machine: its address, and the paths it was asked for."""
    asked: list[str] = []
    handler = type("Tiles", (_Tiles,), {"asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def mapped(release: Release, tiles: tuple[str, list[str]]) -> Iterator[str]:
    """The address of a server whose map lies on those tiles."""
    credit = {"tiles": tiles[0] + "/{z}/{x}/{y}.png", "tiles_credit": "Green tiles"}
    with serving(release, read(credit, {})) as found:
        yield found


def test_the_map_lies_on_the_tiles_and_says_whose_they_are(
    browser: Browser, mapped: str, tiles: tuple[str, list[str]]
) -> None:
    """The policy lets them through, they fill the map, and only two hosts were asked."""
    page = browser.new_page(viewport={"width": 1000, "height": 900}, color_scheme="light")
    said: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda asked: said.append(f"failed: {asked.url}"))
    page.on("request", lambda asked: hosts.add(urlsplit(asked.url).netloc))
    page.goto(mapped + "/pictures/map", wait_until="networkidle")
    credit = page.locator(".picture").get_by_text("Green tiles", exact=True).last.is_visible()
    corner = page.locator(".picture svg").first.bounding_box()
    assert corner is not None
    picture = Image.open(
        io.BytesIO(page.screenshot(clip={**corner, "width": 40, "height": 40}))  # type: ignore[arg-type]
    ).convert("RGB")
    page.close()

    assert (said, hosts) == ([], {urlsplit(mapped).netloc, urlsplit(tiles[0]).netloc})
    assert credit
    assert 4 <= len(tiles[1]) <= 30
    assert all(re.fullmatch(r"/\d+/\d+/\d+\.png", path) for path in tiles[1])
    red, green, blue = picture.getpixel((20, 20))  # type: ignore[misc]
    assert green > red + 40 and green > blue + 40


def test_images_of_any_other_host_stay_out(browser: Browser, mapped: str) -> None:
    """The policy names one origin; an image from another port is refused by the browser."""
    page = browser.new_page()
    page.goto(mapped + "/pictures/map")
    loaded = page.evaluate(
        "() => new Promise(done => { const i = new Image(); i.onload = () => done('loaded');"
        " i.onerror = () => done('refused'); i.src = 'http://127.0.0.1:9/1/1/1.png';"
        " document.addEventListener('securitypolicyviolation', e => done(e.violatedDirective)); })"
    )
    page.close()

    assert loaded == "img-src"
