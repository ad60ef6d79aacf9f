"""A tree: what stands under what."""

from __future__ import annotations

import math
from dataclasses import replace

from markupsafe import escape

from renkei.serve.pages import view_models
from renkei.serve.pages.charts import outline
from renkei.serve.pages.charts.material import Material
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
from renkei.stores.base import Row

AROUND = 24  # leaves that have room around one centre


def draw_tree(material: Material) -> Picture | None:
    """Draw rows of ?thing and what it stands under, ?above.

    What stands all under one is drawn around it: ?tie is what the line between them leads to,
    and ?double makes it two. Anything deeper is drawn as lines, each under the one above.
    """
    rows = [r for r in material.rows if "thing" in r and "above" in r and r["thing"] != r["above"]]
    if not rows:
        return None
    material = replace(material, rows=rows)
    centres = {row["above"] for row in rows}
    around = len(centres) == 1 and len(rows) <= AROUND
    body, height = _star(material) if around else _lines(material)
    title = material.text_of(material.plan.title, "Structure")
    about = material.about(
        "Things, each under what it belongs to: %(number)s.", number=len({r["thing"] for r in rows})
    )
    head, table = material.table()
    svg = drawing(WIDTH, height, title, about, body)
    return Picture(material.name, title, about, svg, head, table)


def _star(material: Material) -> tuple[list[str], float]:
    rows = material.rows
    core = material.link(rows[0]["above"])
    centre_x, centre_y, radius_x, radius_y = WIDTH / 2, 230.0, 255.0, 175.0
    body, spots = [], []
    for place, row in enumerate(rows):
        angle = 2 * math.pi * place / len(rows) - math.pi / 2
        x, y = centre_x + radius_x * math.cos(angle), centre_y + radius_y * math.sin(angle)
        spots.append((row, x, y, math.cos(angle)))
        edge = _edge(centre_x, centre_y, x, y, row)
        if "tie" in row:
            tie = material.link(row["tie"])
            edge = linked(tie.href, tie.text, edge)
        body.append(edge)
    for row, x, y, side in spots:
        body.append(_leaf(material.link(row["thing"]), x, y, side, above=y < centre_y))
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
    return body, 450


def _lines(material: Material) -> tuple[list[str], float]:
    above: dict[str, list[str]] = {}
    for row in material.rows:
        above.setdefault(row["thing"].value, []).append(row["above"].value)
        above.setdefault(row["above"].value, [])
    lines = outline.lines(above, lambda iri: material.view.name(iri)[0])
    links = [(d, material.view.link(n), "label") for d, n in lines]
    return outline.drawn(links), 30 + 24 * len(lines)


def _leaf(leaf: view_models.Link, x: float, y: float, side: float, above: bool) -> str:
    """Return a leaf at its place; *side* is how far right of the centre it is, -1 to 1."""
    anchor = "middle" if abs(side) < 0.35 else "start" if side > 0 else "end"
    at_x = x + (0 if anchor == "middle" else 11 if side > 0 else -11)
    at_y = y + (5 if anchor != "middle" else -12 if above else 24)
    return linked(
        leaf.href,
        leaf.text,
        f'<circle class="member" cx="{x:.1f}" cy="{y:.1f}" r="7" '
        f'fill="{PALE}"/>' + svg_text(at_x, at_y, leaf.text, "label", anchor),
    )


def _edge(x1: float, y1: float, x2: float, y2: float, row: Row) -> str:
    line = f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"
    hit = f'<path d="{line}" stroke="transparent" stroke-width="14"/>'
    if "double" not in row:
        return f'{hit}<path class="tie" d="{line}" stroke="{PALE}" stroke-width="1.5"/>'
    length = math.hypot(x2 - x1, y2 - y1) or 1
    dx, dy = -(y2 - y1) / length * 2.2, (x2 - x1) / length * 2.2
    return hit + "".join(
        f'<path class="tie" d="M{x1 + s * dx:.1f} {y1 + s * dy:.1f}L{x2 + s * dx:.1f} '
        f'{y2 + s * dy:.1f}" stroke="{PALE}" stroke-width="1.5"/>'
        for s in (-1, 1)
    )
