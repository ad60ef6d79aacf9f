"""Where one thing lies: its points, lines and areas on a sheet with degrees.

Drawn as SVG, without a request to anybody; over the tiles of a map where a setting names them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from renkei.language.locale import Language
from renkei.serve.pages.charts import tiles
from renkei.serve.pages.charts.geometry import Geometry, Spot
from renkei.serve.pages.charts.map import ground, scale
from renkei.serve.pages.charts.svg import ACCENT, LINE, WIDTH, drawing, svg_text
from renkei.serve.web.site import Site

MARGIN = 28.0
FLATTEST = 0.42  # height of the sheet, of its width
SMALLEST = 0.02  # degrees that are shown of the neighbourhood of a point
STEPS = (30.0, 15.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005)
EDGE = 56.0  # where a degree has no room for its name
LINES = 5  # of longitude, at most
HIGHEST = 85.0  # latitude that Web Mercator shows


@dataclass(frozen=True)
class Whereabouts:
    """Where a thing lies: drawn, in words, and the address of a map of others."""

    svg: Markup
    about: str
    elsewhere: str
    is_cut: bool


def draw(
    site: Site, lang: Language, name: str, geometries: Sequence[Geometry], is_cut: bool
) -> Whereabouts | None:
    """Draw where the thing called *name* lies; None where nothing says it.

    *is_cut*: a geometry was too long to be read.
    """
    spots = [spot for geometry in geometries for spot in geometry.spots()]
    if not spots:
        return None
    lats, longs = zip(*spots, strict=True)
    south, north, west, east = min(lats), max(lats), min(longs), max(longs)
    frame = _frame(south, north, west, east)
    body = [*ground(site, frame), *_degrees(frame)]
    for geometry in geometries:
        body += _shapes(frame, geometry)
    body += scale(frame, lang.gettext("%(number)s km"))
    title = lang.gettext("Map: %(name)s", name=name)
    about = _words(lang, south, north, west, east)
    svg = drawing(WIDTH, frame.height + 24, title, about, body)
    lat, long = (south + north) / 2, (west + east) / 2
    zoom = max(1, min(18, round(math.log2(frame.scale / tiles.TILE)))) if frame.scale else 1
    marker = f"?mlat={lat:.6f}&mlon={long:.6f}#map={zoom}/{lat:.5f}/{long:.5f}"
    return Whereabouts(svg, about, f"https://www.openstreetmap.org/{marker}", is_cut)


def _words(lang: Language, south: float, north: float, west: float, east: float) -> str:
    if (south, west) == (north, east):
        return lang.gettext(
            "Latitude %(lat)s, longitude %(long)s.", lat=_degree(south), long=_degree(west)
        )
    return lang.gettext(
        "Latitude %(south)s to %(north)s, longitude %(west)s to %(east)s.",
        south=_degree(south),
        north=_degree(north),
        west=_degree(west),
        east=_degree(east),
    )


def _degree(value: float) -> str:
    return f"{value:.5f}".rstrip("0").rstrip(".")


def _frame(south: float, north: float, west: float, east: float) -> tiles.Frame:
    """Return a frame around the box, no smaller than a neighbourhood and not upright."""
    south, north = (max(-HIGHEST, min(HIGHEST, lat)) for lat in (south, north))
    aside = max(0.0, SMALLEST - (north - south)) / 2
    south, north = max(-HIGHEST, south - aside), min(HIGHEST, north + aside)
    stretch = math.cos(math.radians((south + north) / 2))
    least = max(SMALLEST, (north - south) / max(0.1, stretch) / FLATTEST)
    wider = max(0.0, least - (east - west)) / 2
    corners = ((south, west - wider), (north, east + wider))
    return tiles.frame(corners, WIDTH, (MARGIN, MARGIN, MARGIN, MARGIN))


def _degrees(frame: tiles.Frame) -> list[str]:
    """Return lines of longitude and latitude, named at the edge."""
    span = frame.width / frame.scale * 360
    step = next((s for s in reversed(STEPS) if span / s <= LINES), STEPS[0])
    west = frame.west * 360 - 180
    body = []
    for number in range(math.ceil(west / step), math.floor((west + span) / step) + 1):
        x, _ = frame.at(0.0, number * step)
        body.append(f'<path class="year" d="M{x:.1f} 0V{frame.height:.1f}" stroke="{LINE}"/>')
        if x < frame.width - EDGE:
            body.append(svg_text(x + 3, 12, _named(number * step, "E", "W"), "small"))
    south, north = (_latitude(frame.north + y / frame.scale) for y in (frame.height, 0))
    for number in range(math.ceil(south / step), math.floor(north / step) + 1):
        _, y = frame.at(number * step, 0.0)
        if 14 < y < frame.height:
            body.append(f'<path class="year" d="M0 {y:.1f}H{frame.width:g}" stroke="{LINE}"/>')
            body.append(svg_text(3, y - 3, _named(number * step, "N", "S"), "small"))
    return body


def _latitude(share: float) -> float:
    """Return the latitude at a *share* of the height of the world in Web Mercator, in its bounds.

    The inverse of what `tiles.Frame.at` does.
    """
    degrees = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * share))))
    return max(-HIGHEST, min(HIGHEST, degrees))


def _named(value: float, plus: str, minus: str) -> str:
    value = (value + 180) % 360 - 180 if plus == "E" else value
    return f"{_degree(abs(value))}°{plus if value > 0 else minus if value < 0 else ''}"


def _shapes(frame: tiles.Frame, geometry: Geometry) -> list[str]:
    body = []
    for area in geometry.areas:
        rings = "".join(_path(frame, ring, True) for ring in area)
        body.append(
            f'<path class="area" d="{rings}" fill="{ACCENT}" fill-opacity="0.18" '
            f'fill-rule="evenodd" stroke="{ACCENT}" stroke-width="1.5"/>'
        )
    for line in geometry.lines:
        body.append(
            f'<path class="way" d="{_path(frame, line, False)}" fill="none" stroke="{ACCENT}" '
            f'stroke-width="2"/>'
        )
    for lat, long in geometry.points:
        x, y = frame.at(lat, long)
        body.append(f'<circle class="core" cx="{x:.1f}" cy="{y:.1f}" r="5.5" fill="{ACCENT}"/>')
    return body


def _path(frame: tiles.Frame, spots: Iterable[Spot], is_closed: bool) -> str:
    """Return a path through *spots*; what falls on the same tenth of a point is drawn once."""
    drawn: list[str] = []
    for spot in spots:
        x, y = frame.at(*spot)
        point = f"{x:.1f} {y:.1f}"
        if not drawn or drawn[-1] != point:
            drawn.append(point)
    return f"M{'L'.join(drawn)}{'Z' if is_closed else ''}"
