"""The map: places with names, in Web Mercator."""

from __future__ import annotations

import math

from renkei.language.locale import Language
from renkei.serve.pages import view_models
from renkei.serve.pages.charts import tiles
from renkei.serve.pages.charts.svg import (
    ACCENT,
    INK,
    PALE,
    WIDTH,
    Picture,
    drawing,
    linked,
    svg_text,
    text_width,
)
from renkei.serve.web.site import Site
from renkei.stores.base import Row

MARGINS = (48.0, 130.0, 62.0, 60.0)  # around the places on the map, for circles and names


def draw_map(site: Site, lang: Language) -> Picture | None:
    rows = [r for r in site.reader.ask("map") if "lat" in r and "long" in r]
    if len(rows) < 2:
        return None
    frame, spots = _spots(rows)
    say = lang.say
    body = _ground(site, frame)
    taken: list[tuple[float, float, float, float]] = []
    for x, y, r in spots:
        taken.append((x - r, y - r, x + r, y + r))
    for row, (x, y, r) in zip(rows, spots, strict=True):
        body.append(_place(site, lang, row, x, y, r, taken))
    body += _scale(frame, say("%(number)s km"))
    body += _legend(lang, frame.height)
    title = say("Map of the members")
    year = _year(lang, rows)
    about = say(
        "%(number)s members by the place of their office; the area of a circle is its "
        "population (%(year)s).",
        number=len(rows),
        year=year,
    )
    table = tuple(
        (
            view_models.link(site, r["place"].value, lang),
            view_models.link(site, r["role"].value, lang) if "role" in r else "",
            lang.number(r["population"].value) if "population" in r else "",
            say("yes") if int(r["unions"].value) else say("no"),
            r["lat"].value,
            r["long"].value,
        )
        for r in rows
    )
    return Picture(
        "map",
        title,
        about,
        drawing(WIDTH, frame.height + 64, title, about, body),
        (
            say("Municipality"),
            say("Role"),
            say("Population"),
            say("Was in the union"),
            say("Latitude"),
            say("Longitude"),
        ),
        table,
    )


def _year(lang: Language, rows: list[Row]) -> str:
    year = next((r["year"].value for r in rows if "year" in r), "")
    return lang.date(year, "gYear")


def _spots(rows: list[Row]) -> tuple[tiles.Frame, list[tuple[float, float, float]]]:
    """Return the frame of the map, and x, y and radius of each place."""
    places = [(float(r["lat"].value), float(r["long"].value)) for r in rows]
    frame = tiles.frame(places, WIDTH, MARGINS)
    people = [float(r["population"].value) if "population" in r else 0.0 for r in rows]
    most = max(people) or 1
    return frame, [
        (*frame.at(*place), max(4.0, 52 * math.sqrt(number / most)) if number else 5.0)
        for place, number in zip(places, people, strict=True)
    ]


def _ground(site: Site, frame: tiles.Frame) -> list[str]:
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
    site: Site,
    lang: Language,
    row: Row,
    x: float,
    y: float,
    r: float,
    taken: list[tuple[float, float, float, float]],
) -> str:
    link = view_models.link(site, row["place"].value, lang)
    core = "agreement" not in row
    union = int(row["unions"].value) > 0
    fill = ACCENT if core else PALE
    marks = (
        f'<circle class="{"core" if core else "member"}" cx="{x:.1f}" cy="{y:.1f}" '
        f'r="{r:.1f}" fill="{fill}" fill-opacity="0.75"/>'
    )
    if union:
        marks += (
            f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="{r + 3:.1f}" fill="none" '
            f'stroke="{INK}" stroke-width="1"/>'
        )
    width = text_width(link.text)
    box, at_x, at_y, anchor = _free(x, y, r + 3, width, taken)
    taken.append(box)
    people = lang.number(row["population"].value) if "population" in row else ""
    role = view_models.link(site, row["role"].value, lang).text if "role" in row else ""
    title = lang.say(": ").join([link.text, lang.say(", ").join(t for t in (role, people) if t)])
    return linked(link.href, title, marks + svg_text(at_x, at_y, link.text, "label", anchor))


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


def _scale(frame: tiles.Frame, label: str) -> list[str]:
    per = frame.kilometre
    length = next((k for k in (50, 20, 10, 5, 1) if k * per < 160), 1)
    y = frame.height + 8
    bar = length * per
    return [
        f'<path class="axis" d="M20 {y - 4:.1f}v8M20 {y:.1f}h{bar:.1f}m0 -4v8" fill="none" '
        f'stroke="{INK}"/>',
        svg_text(20 + bar + 8, y + 4, label % {"number": length}, "small"),
    ]


def _legend(lang: Language, height: float) -> list[str]:
    y = height + 40
    items = [
        (f'<circle class="core" cx="6" cy="-4" r="6" fill="{ACCENT}"/>', lang.say("core city")),
        (f'<circle class="member" cx="6" cy="-4" r="6" fill="{PALE}"/>', lang.say("other member")),
        (
            f'<circle class="ring" cx="6" cy="-4" r="6" fill="none" stroke="{INK}"/>',
            lang.say("ring: was in the union"),
        ),
    ]
    out, x = [], 20.0
    for mark, text in items:
        out.append(
            f'<g transform="translate({x:.0f} {y:.0f})">{mark}{svg_text(20, 1, text, "small")}</g>'
        )
        x += 44 + text_width(text, 12)
    return out
