"""A browser, and the application on a free port of this machine."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
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
