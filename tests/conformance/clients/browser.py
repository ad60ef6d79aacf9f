"""Open a page of the YASGUI lines in Chromium, and print the answer that its reader sees.

python browser.py <page>
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS

# The response of the server, as the page's own table has read it; nothing until there is one.
ANSWER = "() => { const r = yasgui.getTab().getYasr().results; return r && r.getAsJson(); }"


def answer(page: Path) -> str:
    """Return the answer, in SPARQL JSON, once the page has it."""
    with sync_playwright() as program:
        browser = program.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        tab = browser.new_page()
        tab.goto(page.as_uri())
        tab.wait_for_function(ANSWER, timeout=60_000)
        return str(tab.evaluate(f"JSON.stringify(({ANSWER})())"))


if __name__ == "__main__":
    print(answer(Path(sys.argv[1]).resolve()))
