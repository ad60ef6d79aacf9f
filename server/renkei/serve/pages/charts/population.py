"""Bars of a figure of each census."""

from __future__ import annotations

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


def draw_population(site: Site, lang: Language) -> Picture | None:
    figures: dict[str, dict[str, int]] = {}
    for row in site.reader.ask("population"):
        figures.setdefault(row["place"].value, {})[row["year"].value] = int(row["population"].value)
    years = sorted({y for f in figures.values() for y in f})
    if not figures or not years:
        return None
    last = years[-1]
    places = sorted(figures, key=lambda p: -figures[p].get(last, 0))
    most = max(v for f in figures.values() for v in f.values())
    left = 16 + max(text_width(view_models.link(site, p, lang).text) for p in places)
    room = WIDTH - left - 96
    body, y = [], 14.0
    for place in places:
        link = view_models.link(site, place, lang)
        inner = svg_text(left - 8, y + 5 + 7 * len(years), link.text, "label", "end")
        for year in years:
            value = figures[place].get(year, 0)
            shade = "core" if year == last else "member"
            inner += (
                f'<rect class="{shade}" x="{left:.1f}" y="{y:.1f}" '
                f'width="{max(1.0, room * value / most):.1f}" height="11" '
                f'fill="{ACCENT if year == last else PALE}"/>'
                + svg_text(left + room * value / most + 6, y + 10, lang.number(value), "small")
            )
            y += 14
        y += 8
        title = lang.say(", ").join(
            f"{lang.date(n, 'gYear')} {lang.number(v)}" for n, v in sorted(figures[place].items())
        )
        body.append(linked(link.href, f"{link.text}{lang.say(': ')}{title}", inner))
    body += _key(lang, years, left, y)
    say = lang.say
    title = say("Population of the members")
    total = {n: sum(f.get(n, 0) for f in figures.values()) for n in years}
    about = say(
        "Census figures. All members together: %(totals)s.",
        totals=say(", ").join(
            say("%(number)s in %(year)s", number=lang.number(t), year=lang.date(n, "gYear"))
            for n, t in total.items()
        ),
    )
    table: tuple[tuple[view_models.Link | str, ...], ...] = tuple(
        (
            view_models.link(site, p, lang),
            *(lang.number(figures[p].get(n, 0)) for n in years),
            _change(figures[p], years),
        )
        for p in places
    )
    return Picture(
        "population",
        title,
        about,
        drawing(WIDTH, y + 30, title, about, body),
        (say("Municipality"), *(lang.date(n, "gYear") for n in years), say("Change (%)")),
        table,
    )


def _key(lang: Language, years: list[str], x: float, y: float) -> list[str]:
    """Return which colour stands for which year; the last has its own."""
    body = []
    for year in years:
        shade, colour = ("core", ACCENT) if year == years[-1] else ("member", PALE)
        body.append(
            f'<rect class="{shade}" x="{x:.1f}" y="{y + 6:.1f}" width="11" height="11" '
            f'fill="{colour}"/>' + svg_text(x + 17, y + 16, lang.date(year, "gYear"), "small")
        )
        x += 90
    return body


def _change(figures: dict[str, int], years: list[str]) -> str:
    before, after = figures.get(years[0], 0), figures.get(years[-1], 0)
    return f"{100 * (after - before) / before:+.1f}" if before and len(years) > 1 else ""
