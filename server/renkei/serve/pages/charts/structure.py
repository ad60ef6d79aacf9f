"""The structure: who made what with whom."""

from __future__ import annotations

import math

from markupsafe import escape

from renkei.language.locale import Language
from renkei.serve.pages import view_models
from renkei.serve.pages.charts.svg import (
    ACCENT,
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


def draw_structure(site: Site, lang: Language) -> Picture | None:
    rows = site.reader.ask("structure")
    if not rows:
        return None
    first = rows[0]["partnership"].value
    rows = [r for r in rows if r["partnership"].value == first]
    core = view_models.link(site, rows[0]["core"].value, lang)
    centre_x, centre_y, radius_x, radius_y = WIDTH / 2, 230.0, 255.0, 175.0
    body = []
    spots = []
    for place, row in enumerate(rows):
        angle = 2 * math.pi * place / len(rows) - math.pi / 2
        x, y = centre_x + radius_x * math.cos(angle), centre_y + radius_y * math.sin(angle)
        spots.append((row, x, y, math.cos(angle)))
        agreement = view_models.link(site, row["agreement"].value, lang)
        body.append(linked(agreement.href, agreement.text, _edge(centre_x, centre_y, x, y, row)))
    for row, x, y, side in spots:
        partner = view_models.link(site, row["partner"].value, lang)
        body.append(_partner(partner, x, y, side, above=y < centre_y))
    wide = text_width(core.text, 15) / 2 + 14
    body.append(
        linked(
            core.href,
            core.text,
            f'<rect class="core" x="{centre_x - wide:.1f}" y="{centre_y - 19:.1f}" '
            f'width="{2 * wide:.1f}" height="38" rx="19" fill="{ACCENT}"/>'
            f'<text class="on" x="{centre_x:.1f}" y="{centre_y + 5:.1f}" '
            f'text-anchor="middle" font-size="15" fill="#fff">{escape(core.text)}'
            "</text>",
        )
    )
    title = lang.say("Structure")
    about = lang.say(
        "%(core)s is tied to each of %(number)s municipalities by one agreement of "
        "two parties; a double line is an agreement that was amended.",
        core=core.text,
        number=len(rows),
    )
    table = tuple(
        (
            view_models.link(site, r["partner"].value, lang),
            view_models.link(site, r["agreement"].value, lang),
            view_models.link(site, r["amendment"].value, lang) if "amendment" in r else "",
        )
        for r in rows
    )
    say = lang.say
    return Picture(
        "structure",
        title,
        about,
        drawing(WIDTH, 450, title, about, body),
        (say("Municipality"), say("Agreement"), say("Amendment")),
        table,
    )


def _partner(partner: view_models.Link, x: float, y: float, side: float, above: bool) -> str:
    """Return a partner at its place; *side* is how far right of the centre it is, -1 to 1."""
    anchor = "middle" if abs(side) < 0.35 else "start" if side > 0 else "end"
    at_x = x + (0 if anchor == "middle" else 11 if side > 0 else -11)
    at_y = y + (5 if anchor != "middle" else -12 if above else 24)
    return linked(
        partner.href,
        partner.text,
        f'<circle class="member" cx="{x:.1f}" cy="{y:.1f}" r="7" '
        f'fill="{PALE}"/>' + svg_text(at_x, at_y, partner.text, "label", anchor),
    )


def _edge(x1: float, y1: float, x2: float, y2: float, row: Row) -> str:
    line = f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"
    hit = f'<path d="{line}" stroke="transparent" stroke-width="14"/>'
    if "amendment" not in row:
        return f'{hit}<path class="tie" d="{line}" stroke="{PALE}" stroke-width="1.5"/>'
    length = math.hypot(x2 - x1, y2 - y1) or 1
    dx, dy = -(y2 - y1) / length * 2.2, (x2 - x1) / length * 2.2
    return hit + "".join(
        f'<path class="tie" d="M{x1 + s * dx:.1f} {y1 + s * dy:.1f}L{x2 + s * dx:.1f} '
        f'{y2 + s * dy:.1f}" stroke="{PALE}" stroke-width="1.5"/>'
        for s in (-1, 1)
    )
