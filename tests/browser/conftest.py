"""A browser, and the application on a free port of this machine."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from renkei.config import Settings
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.stores import open_store

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
def address(release: Release) -> Iterator[str]:
    """The Sapporo publication, served until the tests end."""
    with serving(release) as found:
        yield found


@pytest.fixture(scope="session")
def small_address(miniature: Release) -> Iterator[str]:
    """The miniature publication, served until the tests end."""
    with serving(miniature) as found:
        yield found
