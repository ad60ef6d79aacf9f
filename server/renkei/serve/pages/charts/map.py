"""The map: places with names, in Web Mercator."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pyoxigraph as ox

from renkei.language.numerals import finite
from renkei.serve.pages.charts import geometry, tiles
from renkei.serve.pages.charts.material import Material
from renkei.serve.pages.charts.svg import (
    ACCENT,
    INK,
    LINE,
    PALE,
    WIDTH,
    Picture,
    drawing,
    linked,
    svg_text,
    text_width,
)
from renkei.serve.web.site import Site
from renkei.sparql.outline import Term
from renkei.stores.base import Row

MARGINS = (48.0, 130.0, 62.0, 60.0)  # around the places on the map, for circles and names
LOOKS = (("core", ACCENT), ("member", PALE), ("third", INK), ("fourth", LINE))  # of groups


def draw_map(material: Material) -> Picture | None:
    """Draw rows of ?thing with ?lat and ?long, or ?wkt, each thing once.

    The area of a circle is ?value, its colour ?group; ?ring draws one around it.
    """
    places: dict[int, tuple[float, float]] = {}
    placed: set[Term] = set()
    for number, row in enumerate(material.rows):
        place = _place_of(row)
        if place is not None and row["thing"] not in placed:
            placed.add(row["thing"])
            places[number] = place
    if len(places) < 2:
        return None
    material = replace(material, rows=[material.rows[n] for n in places])
    rows, lang = material.rows, material.lang
    frame, spots = _spots(rows, list(places.values()))
    body = ground(material.site, frame)
    taken: list[tuple[float, float, float, float]] = []
    for x, y, r in spots:
        taken.append((x - r, y - r, x + r, y + r))
    groups = list(dict.fromkeys(row["group"] for row in rows if "group" in row))
    for row, spot in zip(rows, spots, strict=True):
        look = (
            LOOKS[min(groups.index(row["group"]), len(LOOKS) - 1)] if "group" in row else LOOKS[0]
        )
        body.append(_place(material, row, spot, look, taken))
    body += scale(frame, lang.gettext("%(number)s km"))
    legend = _legend(material, groups, frame.height)
    body += legend
    title = material.text_of(material.plan.title, "Map")
    about = material.about("Places: %(number)s.", number=len(rows))
    height = frame.height + (64 if legend else 34)
    head, table = material.table()
    svg = drawing(WIDTH, height, title, about, body)
    return Picture(material.name, title, about, svg, head, table)


def _place_of(row: Row) -> tuple[float, float] | None:
    """Return latitude and longitude of a row, of an area its middle; None for none on earth."""
    if "lat" in row and "long" in row:
        return spot(row["lat"].value, row["long"].value)
    shape = geometry.from_wkt(row["wkt"].value) if "wkt" in row else None
    return shape.middle() if shape else None


def spot(lat: str, long: str) -> tuple[float, float] | None:
    """Return latitude and longitude as numbers; None for what is no place on earth."""
    found = finite(lat), finite(long)
    if found[0] is None or found[1] is None or abs(found[0]) > 90 or abs(found[1]) > 180:
        return None
    return float(found[0]), float(found[1])


def _spots(
    rows: list[Row], places: list[tuple[float, float]]
) -> tuple[tiles.Frame, list[tuple[float, float, float]]]:
    """Return the frame of the map, and x, y and radius of each place."""
    frame = tiles.frame(places, WIDTH, MARGINS)
    sizes = [_number(row.get("value")) for row in rows]
    most = max(sizes) or 1
    return frame, [
        (*frame.at(*place), max(4.0, 52 * math.sqrt(size / most)) if size else 5.0)
        for place, size in zip(places, sizes, strict=True)
    ]


def _number(term: Term | None) -> float:
    """Return a size; 0 for what is none."""
    return max(0.0, float(finite(term.value) or 0)) if term is not None else 0.0


def ground(site: Site, frame: tiles.Frame) -> list[str]:
    """Return the tiles under the map and whom they are owed to; nothing where none are set."""
    template = site.settings.tiles
    if not template:
        return []
    name, address = tiles.credit(site.settings.tiles_credit)
    owed = svg_text(8, frame.height - 8, name, "label")
    return [
        f'<svg class="tiles" width="{frame.width:g}" height="{frame.height:.1f}" opacity="0.6">',
        *frame.tiles(template),
        "</svg>",
        linked(address, name, owed),
    ]


def _place(
    material: Material,
    row: Row,
    spot: tuple[float, float, float],
    look: tuple[str, str],
    taken: list[tuple[float, float, float, float]],
) -> str:
    x, y, r = spot
    link = material.link(row["thing"])
    marks = (
        f'<circle class="{look[0]}" cx="{x:.1f}" cy="{y:.1f}" '
        f'r="{r:.1f}" fill="{look[1]}" fill-opacity="0.75"/>'
    )
    if _ringed(row):
        marks += (
            f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="{r + 3:.1f}" fill="none" '
            f'stroke="{INK}" stroke-width="1"/>'
        )
    width = text_width(link.text)
    box, at_x, at_y, anchor = _free(x, y, r + 3, width, taken)
    taken.append(box)
    gettext = material.lang.gettext
    told = gettext(", ").join(_told(material, row))
    title = gettext(": ").join(t for t in (link.text, told) if t)
    return linked(link.href, title, marks + svg_text(at_x, at_y, link.text, "label", anchor))


def _ringed(row: Row) -> bool:
    return "ring" in row and row["ring"].value != ""


def _told(material: Material, row: Row) -> list[str]:
    """Return what is said of a place where it is pointed at: all but coordinates and yes or no."""
    names = [c.name for c in material.columns() if c.name not in ("thing", "lat", "long")]
    terms = [(name, row[name]) for name in names if name in row]
    return [
        material.text(row, name)
        for name, term in terms
        if not (isinstance(term, ox.Literal) and term.datatype.value.endswith("#boolean"))
    ]


def _free(
    x: float, y: float, r: float, width: float, taken: list[tuple[float, float, float, float]]
) -> tuple[tuple[float, float, float, float], float, float, str]:
    """Return a place for a label beside a circle that nothing else has, if there is one."""
    choices = []
    for at_x, at_y, anchor in (
        (x + r + 4, y + 5, "start"),
        (x - r - 4, y + 5, "end"),
        (x, y - r - 5, "middle"),
        (x, y + r + 15, "middle"),
        (x + r * 0.7 + 4, y - r * 0.7 - 3, "start"),
        (x + r * 0.7 + 4, y + r * 0.7 + 12, "start"),
    ):
        left = at_x - {"start": 0, "middle": width / 2, "end": width}[anchor]
        box = (left, at_y - 12, left + width, at_y + 3)
        over = sum(_overlap(box, other) for other in taken)
        out = max(0.0, -left) + max(0.0, left + width - WIDTH)
        choices.append((over + out * 20, box, at_x, at_y, anchor))
    _, box, at_x, at_y, anchor = min(choices, key=lambda c: c[0])
    return box, at_x, at_y, anchor


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> float:
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    return wide * high if wide > 0 and high > 0 else 0.0


LENGTHS = (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)  # kilometres a bar may stand for


def scale(frame: tiles.Frame, label: str, lengths: Sequence[float] = LENGTHS) -> list[str]:
    """Return how long kilometres are: the longest of *lengths* that has room, if one has."""
    per = frame.kilometre
    length = next((k for k in lengths if k * per < 160), None)
    if length is None:
        return []
    y = frame.height + 8
    bar = length * per
    return [
        f'<path class="axis" d="M20 {y - 4:.1f}v8M20 {y:.1f}h{bar:.1f}m0 -4v8" fill="none" '
        f'stroke="{INK}"/>',
        svg_text(20 + bar + 8, y + 4, label % {"number": length}, "small"),
    ]


def _legend(material: Material, groups: list[Term], height: float) -> list[str]:
    y = height + 40
    items = [
        (f'<circle class="{name}" cx="6" cy="-4" r="6" fill="{colour}"/>', material.meaning(group))
        for group, (name, colour) in zip(groups, LOOKS, strict=False)
    ]
    ring = next((row["ring"] for row in material.rows if _ringed(row)), None)
    if ring is not None:
        mark = f'<circle class="ring" cx="6" cy="-4" r="6" fill="none" stroke="{INK}"/>'
        items.append((mark, material.meaning(ring)))
    out, x = [], 20.0
    for mark, text in items:
        out.append(
            f'<g transform="translate({x:.0f} {y:.0f})">{mark}{svg_text(20, 1, text, "small")}</g>'
        )
        x += 44 + text_width(text, 12)
    return out
