"""The timeline: what happened when, as far as that is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pyoxigraph as ox

from renkei.language.locale import Language
from renkei.language.numerals import first_and_last
from renkei.serve.pages.charts.material import Material
from renkei.serve.pages.charts.svg import (
    ACCENT,
    LINE,
    PALE,
    WIDTH,
    Picture,
    drawing,
    linked,
    svg_text,
    text_width,
)
from renkei.sparql.outline import Term
from renkei.stores.base import Row


@dataclass(frozen=True)
class Span:
    """Something on the timeline: from its first to its last day; open when no end is known."""

    things: tuple[Term, ...]
    kind: Term | None
    start: date
    end: date
    written: str
    precision: str
    is_open: bool


def draw_timeline(material: Material) -> Picture | None:
    """Draw rows of ?thing with ?date (a day, month or year), or with ?from and ?through.

    Things of one ?kind and one time are one span; ?possible marks bounds of something whose
    day is not known.
    """
    lang = material.lang
    spans = _spans(material)
    if len(spans) < 2:
        return None
    gettext = lang.gettext
    axis = _Axis(spans)
    top, step = 34, 30
    height = top + step * len(spans) + 22
    body = axis.drawn(lang, top, height - 20)
    table = []
    for place, span in enumerate(spans):
        y = top + step * place + step / 2
        link, kind = material.link(span.things[0]), _kind(material, span)
        single = len(span.things) == 1
        many = gettext("%(kind)s × %(number)s", kind=kind, number=len(span.things))
        label = link.text if single else many
        bar = _bar(axis, span, y, label)
        body.append(linked(link.href, f"{label}{gettext(': ')}{span.written}", bar))
        table.append((span.written, link if single else label, kind))
    title = material.text_of(material.plan.title, "Timeline")
    about = material.about(
        "%(number)s events and periods from %(start)s to %(end)s. Years in which nothing "
        "begins or ends are drawn narrow; months are drawn as months.",
        number=len(spans),
        start=lang.date(str(axis.years[0]), "gYear"),
        end=lang.date(str(axis.years[-1]), "gYear"),
    )
    svg = drawing(WIDTH, height, title, about, body)
    head = (gettext("When"), gettext("What"), gettext("Kind"))
    return Picture(material.name, title, about, svg, head, tuple(table))


def _kind(material: Material, span: Span) -> str:
    if span.kind is None:
        return ""
    return material.view.property_label(span.kind.value).text


def _spans(material: Material) -> list[Span]:
    """Return the spans by start; things of one kind and one day are one span."""
    grouped: dict[tuple[str, str, str, str], list[Row]] = {}
    for row in material.rows:
        kind = row["kind"].value if "kind" in row else ""
        stated, start, through = (_lexical(row.get(n)) for n in ("date", "from", "through"))
        grouped.setdefault((kind, stated, start, through), []).append(row)
    possible = {row["thing"] for row in material.rows if "possible" in row}
    spans = []
    for (_, stated, start, through), rows in grouped.items():
        bounds = first_and_last(stated or start)
        if bounds is None:
            continue
        first, last = bounds
        ended = (first_and_last(through) or (None, None))[1]
        precision = {10: "day", 7: "month", 4: "year"}[len(stated or start)]
        lasts = not stated
        guessed = rows[0]["thing"] in possible
        spans.append(
            Span(
                tuple(sorted({row["thing"] for row in rows}, key=str)),
                rows[0].get("kind"),
                first,
                ended or (date.max if lasts else last),
                _when(material.lang, stated, start, through, guessed),
                "possible" if guessed else precision,
                lasts and ended is None,
            )
        )
    return sorted(spans, key=lambda s: (s.start, -s.end.toordinal(), str(s.kind)))


def _when(lang: Language, stated: str, start: str, through: str, possible: bool) -> str:
    words = {10: "date", 7: "gYearMonth", 4: "gYear"}

    def plain(text: str) -> str:
        return lang.date(text, words.get(len(text), "")).partition("(")[0]

    if stated:
        return plain(stated)
    if possible and start[:4] == through[:4]:
        return lang.gettext("day not stated, in %(year)s", year=lang.date(start[:4], "gYear"))
    end = plain(through) if through else ""
    return f"{plain(start)} – {end}".strip()


def _lexical(term: Term | None) -> str:
    return term.value if isinstance(term, ox.Literal) else ""


class _Axis:
    """Years side by side, those in which something begins or ends wider than the others."""

    left, right = 20.0, WIDTH - 20.0

    def __init__(self, spans: list[Span]) -> None:
        days = [s.start for s in spans] + [s.end for s in spans if s.end != date.max]
        busy = {d.year for d in days}
        self.years = list(range(min(busy), max(busy) + 1))
        self.busy = busy
        unit = (self.right - self.left) / sum(7 if y in busy else 1 for y in self.years)
        self.edges: dict[int, float] = {}
        x = self.left
        for year in self.years:
            self.edges[year] = x
            x += unit * (7 if year in busy else 1)
        self.edges[self.years[-1] + 1] = x

    def at(self, day: date) -> float:
        """Return the x of the morning of *day*."""
        if day == date.max:
            return self.right + 12
        start, end = self.edges[day.year], self.edges[day.year + 1]
        length = (date(day.year + 1, 1, 1) - date(day.year, 1, 1)).days
        return start + (end - start) * (day - date(day.year, 1, 1)).days / length

    def drawn(self, lang: Language, top: float, bottom: float) -> list[str]:
        out = []
        for year in self.years:
            x = self.edges[year]
            kind = "year" if year in self.busy else "year quiet"
            out.append(
                f'<path class="{kind}" d="M{x:.1f} {top - 10:.1f}V{bottom:.1f}" '
                f'stroke="{LINE}" stroke-opacity="{0.9 if year in self.busy else 0.35}"/>'
            )
            if year in self.busy:
                out.append(svg_text(x + 3, top - 14, str(year), "small"))
        return out


def _bar(axis: _Axis, span: Span, y: float, label: str) -> str:
    x = axis.at(span.start)
    end = (
        axis.at(span.end)
        if span.is_open
        else axis.at(min(span.end + timedelta(days=1), date(axis.years[-1], 12, 31)))
    )
    width = max(end - x, 1.5)
    lasting = width > 40 or span.is_open
    kind = "possible" if span.precision == "possible" else "bar" if lasting else "point"
    if kind == "point" and span.precision == "day":
        shape = f'<circle class="point" cx="{x:.1f}" cy="{y + 5:.1f}" r="4" fill="{ACCENT}"/>'
    elif kind == "point":
        shape = (
            f'<rect class="point" x="{x:.1f}" y="{y + 1:.1f}" width="{max(width, 5):.1f}" '
            f'height="8" fill="{ACCENT}"/>'
        )
    else:
        dash = ' stroke-dasharray="3 3" fill-opacity="0"' if kind == "possible" else ""
        shape = (
            f'<rect class="{kind}" x="{x:.1f}" y="{y + 1:.1f}" width="{width:.1f}" '
            f'height="8" fill="{PALE}" stroke="{PALE}"{dash}/>'
        )
    size = text_width(label, 12.5)
    if x + size < WIDTH - 4:
        return shape + svg_text(x, y - 4, label, "label")
    return shape + svg_text(min(WIDTH - 4, max(end, size + 4)), y - 4, label, "label", "end")
