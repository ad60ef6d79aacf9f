"""Pictures keep their geometry: what is drawn where, as text, the same on every machine.

Pixels differ with fonts and browsers; the numbers of our own SVG do not. What is kept stands
in `kept/`, one line a shape; after a wished change, write it anew: `make pictures`.
"""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from pathlib import Path

import html5lib
import pytest
from flask.testing import FlaskClient

KEPT = Path(__file__).parent / "kept"
KEEP = "RENKEI_KEEP" in os.environ  # read before the tests put such variables aside
PLACED = ("cx", "cy", "r", "x", "y", "width", "height", "x1", "y1", "x2", "y2", "d", "points")
SHAPES = ("circle", "rect", "line", "path", "polygon", "polyline", "text")


def _geometry(svg: ET.Element) -> str:
    """Return one line a shape: its kind, class, place and words."""
    lines = [f"svg {svg.get('viewBox')}"]
    for element in svg.iter():
        name = str(element.tag).rpartition("}")[2]
        if name in SHAPES:
            placed = " ".join(f"{k}={element.get(k)}" for k in PLACED if element.get(k) is not None)
            words = " ".join("".join(element.itertext()).split())
            lines.append(" ".join(f"{name}.{element.get('class', '')} {placed} {words}".split()))
    return "\n".join(lines) + "\n"


def _compare(name: str, found: str) -> None:
    path = KEPT / name
    if KEEP:
        path.write_text(found, "utf-8")
    assert found.splitlines() == path.read_text("utf-8").splitlines()


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("name", ["map", "timeline"])
def test_a_picture_is_drawn_as_it_was(client: FlaskClient, name: str, lang: str) -> None:
    svg = ET.fromstring(client.get(f"/pictures/{name}.svg?lang={lang}").data)

    _compare(f"{name}.{lang}.txt", _geometry(svg))


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_first_page_has_its_parts_in_order(client: FlaskClient, lang: str) -> None:
    """Headings, and how many links and pictures stand under each; words and order, not pixels."""
    page = client.get(f"/?lang={lang}", headers={"Accept": "text/html"}).text
    main = html5lib.parse(page, namespaceHTMLElements=False).find(".//main")
    assert main is not None
    lines = []
    for element in main.iter():
        if element.tag in ("h1", "h2"):
            lines.append([element.tag, "".join(element.itertext()).strip(), 0, 0])
        elif lines and element.tag == "a":
            lines[-1][2] += 1
        elif lines and element.tag == "svg":
            lines[-1][3] += 1
    text = "".join(
        f"{tag} {words}: {links} links, {svgs} svg\n" for tag, words, links, svgs in lines
    )

    _compare(f"home.{lang}.txt", text)
