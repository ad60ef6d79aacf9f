"""Bars of figures: one a thing and series, such as a town and a census."""

from __future__ import annotations

import pyoxigraph as ox

from renkei.language.numerals import finite
from renkei.page_plan import Title
from renkei.serve.pages import view_models
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
from renkei.serve.pages.view_models import Link
from renkei.sparql.outline import Term
from renkei.stores.base import Row

Figures = dict[Term, dict[Term, float]]  # by thing and series


def draw_bars(material: Material) -> Picture | None:
    """Draw rows of ?thing, ?series and ?value: the last series has a colour of its own."""
    figures: Figures = {}
    for row in material.rows:
        value = _number(row.get("value"))
        if value is not None and {"thing", "series"} <= row.keys():
            figures.setdefault(row["thing"], {})[row["series"]] = value
    series = {
        s: _series(material, s) for s in sorted({s for f in figures.values() for s in f}, key=str)
    }
    if not figures:
        return None
    last = list(series)[-1]
    things = sorted(figures, key=lambda p: -figures[p].get(last, 0))
    lang = material.lang
    body, y, left = _drawn(material, figures, things, series)
    body += _key(list(series.values()), left, y)
    gettext = lang.gettext
    title = material.text_of(material.plan.title, "Figures")
    totals = gettext(", ").join(
        gettext(
            "%(number)s in %(year)s",
            number=lang.number(sum(f.get(s, 0) for f in figures.values())),
            year=text,
        )
        for s, text in series.items()
    )
    about = material.about("All together: %(totals)s.", number=len(things), totals=totals)
    dated = all(isinstance(s, ox.Literal) and s.datatype.value in view_models.DATES for s in series)
    change = dated and len(series) > 1
    table: tuple[tuple[Link | str, ...], ...] = tuple(
        (
            material.link(p),
            *(lang.number(figures[p].get(s, 0)) for s in series),
            *([_change(figures[p], list(series))] if change else []),
        )
        for p in things
    )
    thing = next((c for c in material.plan.columns if c.name == "thing"), Title("thing", {}))
    head = (*material.head([thing]), *series.values(), *([gettext("Change (%)")] if change else []))
    svg = drawing(WIDTH, y + 30, title, about, body)
    return Picture(material.name, title, about, svg, head, table)


def _number(term: Term | None) -> float | None:
    """Return a figure, whole where it is written so; None for what is none."""
    return None if term is None else finite(term.value)


def _series(material: Material, term: Term) -> str:
    row: Row = {"series": term}
    return material.text(row, "series")


def _drawn(
    material: Material, figures: Figures, things: list[Term], series: dict[Term, str]
) -> tuple[list[str], float, float]:
    """Return the bars, how far down they reach, and where they begin."""
    lang = material.lang
    most = max([v for f in figures.values() for v in f.values()] + [0]) or 1
    left = 16 + max(text_width(material.link(p).text) for p in things)
    room = WIDTH - left - 96
    last = list(series)[-1]
    body, y = [], 14.0
    for thing in things:
        link = material.link(thing)
        inner = svg_text(left - 8, y + 5 + 7 * len(series), link.text, "label", "end")
        for one in series:
            value = max(0, figures[thing].get(one, 0))
            shade = "core" if one == last else "member"
            inner += (
                f'<rect class="{shade}" x="{left:.1f}" y="{y:.1f}" '
                f'width="{max(1.0, room * value / most):.1f}" height="11" '
                f'fill="{ACCENT if one == last else PALE}"/>'
                + svg_text(left + room * value / most + 6, y + 10, lang.number(value), "small")
            )
            y += 14
        y += 8
        told = lang.gettext(", ").join(
            f"{series[s]} {lang.number(figures[thing][s])}" for s in series if s in figures[thing]
        )
        body.append(linked(link.href, f"{link.text}{lang.gettext(': ')}{told}", inner))
    return body, y, left


def _key(series: list[str], x: float, y: float) -> list[str]:
    """Return which colour stands for which series; the last has its own."""
    body = []
    for place, text in enumerate(series):
        is_last = place == len(series) - 1
        shade, colour = ("core", ACCENT) if is_last else ("member", PALE)
        body.append(
            f'<rect class="{shade}" x="{x:.1f}" y="{y + 6:.1f}" width="11" height="11" '
            f'fill="{colour}"/>' + svg_text(x + 17, y + 16, text, "small")
        )
        x += max(90, 40 + text_width(text, 12))
    return body


def _change(figures: dict[Term, float], series: list[Term]) -> str:
    before, after = figures.get(series[0], 0), figures.get(series[-1], 0)
    return f"{100 * (after - before) / before:+.1f}" if before else ""
