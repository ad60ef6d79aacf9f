"""Map, timeline and first page look as they did: drawn by Chromium, compared with kept pictures.

One font for all (Noto CJK of Debian), a fixed window and no movement. Both pictures are made
four times smaller before they are compared, so that the edges of letters do not count, and
a share of what is left may differ. `make pictures` keeps what is drawn now; after a failure
`build/pictures/` shows what was kept, what is drawn, and where they differ.
"""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser

KEPT = Path(__file__).parent / "kept"
DRAWN = Path(__file__).parents[2] / "build" / "pictures"
KEEP = "RENKEI_KEEP" in os.environ  # read before the tests put such variables aside
FONTS = ':root { --sans: "Noto Sans CJK JP" !important; --serif: "Noto Serif CJK JP" !important; }'
COLOURS = 256  # of a kept picture, so that it is small
SMALLER = 4
FAR = 32  # levels of 256 by which a point may differ
SHARE = 0.01  # of the points that may differ by more
PICTURES = [
    pytest.param("map", "/pictures/map", ".picture svg", "light", 1000, id="map"),
    pytest.param("map-dark", "/pictures/map", ".picture svg", "dark", 1000, id="map, dark"),
    pytest.param("timeline", "/pictures/timeline", ".picture svg", "light", 1000, id="timeline"),
    pytest.param("home", "/", "main", "light", 1000, id="first page"),
    pytest.param("home-phone", "/", "main", "dark", 320, id="first page, phone, dark"),
]


def drawn(
    browser: Browser, address: str, part: str, theme: str, width: int, extra: str = ""
) -> Image.Image:
    """Return the *part* of a page as it is drawn."""
    context = browser.new_context(
        locale="ja-JP",
        color_scheme=theme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 900},
        device_scale_factor=1,
        reduced_motion="reduce",
        bypass_csp=True,
    )
    page = context.new_page()
    page.goto(address)
    page.add_style_tag(content=FONTS + extra)
    page.evaluate("document.fonts.ready")
    picture = page.locator(part).first.screenshot(animations="disabled")
    context.close()
    return Image.open(io.BytesIO(picture)).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> tuple[float, Image.Image]:
    """Return the share of points that differ, and a picture of them; all, if the sizes do."""
    if one.size != other.size:
        return 1.0, Image.new("L", one.size, 255)
    apart = ImageChops.difference(one.reduce(SMALLER), other.reduce(SMALLER))
    red, green, blue = apart.split()
    far = ImageChops.lighter(ImageChops.lighter(red, green), blue).point(
        lambda level: 255 if level > FAR else 0
    )
    return far.histogram()[255] / (far.width * far.height), far


@pytest.fixture(scope="module", autouse=True)
def _fonts() -> None:
    """Leave the comparison out, and say so, where the font of the kept pictures is missing."""
    try:
        found = subprocess.run(["fc-list"], capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        found = ""
    if "Noto Serif CJK JP" not in found:
        pytest.skip("Noto CJK is not installed; on Debian: apt-get install fonts-noto-cjk")


@pytest.mark.parametrize("name, path, part, theme, width", PICTURES)
def test_a_page_looks_as_it_did(
    browser: Browser, address: str, name: str, path: str, part: str, theme: str, width: int
) -> None:
    found = drawn(browser, address + path, part, theme, width)
    if KEEP:
        few = found.quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(KEPT / f"{name}.png", optimize=True)
    kept = Image.open(KEPT / f"{name}.png").convert("RGB")
    share, where = difference(kept, found)

    if share >= SHARE:
        DRAWN.mkdir(parents=True, exist_ok=True)
        found.save(DRAWN / f"{name}.png")
        beside = Image.new(
            "RGB",
            (kept.width + found.width + where.width * SMALLER, max(kept.height, found.height)),
            "white",
        )
        beside.paste(kept, (0, 0))
        beside.paste(found, (kept.width, 0))
        beside.paste(where.resize(kept.size), (kept.width + found.width, 0))
        beside.save(DRAWN / f"{name}.difference.png")
    assert (kept.size, share < SHARE) == (found.size, True), (
        f"{share:.1%} of {name} differs: build/pictures/{name}.difference.png shows what was kept, "
        "what is drawn, and where. Take it as right with: make pictures"
    )


@pytest.fixture(scope="module")
def unchanged(browser: Browser, address: str) -> Image.Image:
    """The map as it is drawn now."""
    return drawn(browser, address + "/pictures/map", ".picture", "light", 1000)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(".picture .core { fill: green }", id="another colour"),
        pytest.param(".picture .label { font-size: 18px }", id="larger letters"),
        pytest.param(".picture .member, .picture .ring { display: none }", id="no members"),
        pytest.param(".picture svg { transform: translateX(12px) }", id="moved aside"),
    ],
)
def test_a_change_of_the_map_would_be_seen(
    browser: Browser, address: str, unchanged: Image.Image, change: str
) -> None:
    """What the share is good for: each of these is more than it lets pass."""
    found = drawn(browser, address + "/pictures/map", ".picture", "light", 1000, change)

    assert difference(unchanged, found)[0] >= SHARE
