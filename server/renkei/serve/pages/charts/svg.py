"""Pictures drawn here as SVG: map, timeline, structure, population, classes.

Each is made from one query, comes with the same facts as a table and as CSV, and works
without script: places are links, bars have titles. Colours are set as attributes, so that
a picture taken alone is right, and by the style sheet in a page, so that it follows the
reader's theme.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import pyoxigraph as ox
from flask import Blueprint, Response, render_template
from markupsafe import Markup, escape

from renkei.errors import NotKnown
from renkei.language.locale import Language
from renkei.rdf.formats import CSV, HTML, Format
from renkei.serve.pages import view_models
from renkei.serve.pages.charts import tiles
from renkei.serve.read import named_queries
from renkei.serve.web.responses import answer
from renkei.serve.web.site import Site, here, reader_language
from renkei.sparql.outline import Term
from renkei.stores.base import Row

routes = Blueprint("looks", __name__)

QUERIES = {"classes": "class-diagram"}  # where picture and query differ in name
SVG = Format("svg", "image/svg+xml", "svg", "SVG", "page")
WIDTH = 720
MARGINS = (48.0, 130.0, 62.0, 60.0)  # around the places on the map, for circles and names
INK, ACCENT, PALE, LINE = "#1c1b19", "#a3341f", "#7d8a92", "#b8b2a7"


@dataclass(frozen=True)
class Picture:
    """A picture and the same facts in words."""

    name: str
    title: str
    about: str
    svg: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[view_models.Link | str, ...], ...]


def drawn(site: Site, lang: Language, name: str) -> Markup:
    """Return the picture *name* as a figure for a page; nothing when there is nothing to draw."""
    picture = _picture(site, lang, name)
    if picture is None:
        return Markup()
    return Markup(render_template("figure.html", picture=picture))


def _picture(site: Site, lang: Language, name: str) -> Picture | None:
    return site.once(f"picture-{name}-{lang.tag}", lambda: PICTURES[name](site, lang))


@routes.get("/pictures/<name>")
def picture(name: str) -> Response:
    """Answer with a picture: on a page with its facts, as SVG alone, or its facts as CSV."""
    stem, dot, suffix = name.partition(".")
    formats: dict[str, Format] = {"": HTML, "html": HTML, "svg": SVG, "csv": CSV}
    if stem not in PICTURES or (dot and suffix not in formats):
        raise NotKnown(
            "There is no picture %(name)s.", "There are %(names)s.", name=name, names=PICTURES
        )
    fmt, lang = formats[suffix], reader_language()

    def make() -> str:
        site = here()
        found = _picture(site, lang, stem)
        if found is None:
            raise NotKnown("This release has nothing to draw as %(name)s.", name=stem)
        if fmt is SVG:
            return str(found.svg)
        if fmt is CSV:
            return _as_csv(found)
        return render_template(
            "picture.html",
            picture=found,
            query=named_queries.text(QUERIES.get(stem, stem), site.reader.namespace),
        )

    return answer(make, fmt, variant=lang.tag, vary=("Accept-Language",))


def _as_csv(found: Picture) -> str:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(found.head)
    for row in found.rows:
        table.writerow([cell if isinstance(cell, str) else cell.text for cell in row])
    return "\ufeff" + out.getvalue()


def _svg(width: float, height: float, title: str, about: str, body: Iterable[str]) -> Markup:
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="group" aria-label="{escape(title)}" '
        f'font-family="sans-serif" font-size="13" fill="{INK}">\n'
        f"<desc>{escape(about)}</desc>\n" + "\n".join(body) + "\n</svg>"
    )


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(text)}</text>'
    )


def _linked(href: str | None, title: str, inner: str) -> str:
    body = f"<title>{escape(title)}</title>{inner}"
    return f'<a href="{escape(href)}">{body}</a>' if href else f"<g>{body}</g>"


def _wide(text: str, size: float = 13) -> float:
    """Return about how wide *text* is drawn: kanji and kana are as wide as high."""
    return sum(size if ord(c) > 0x2E80 else size * 0.56 for c in text)


# ---- map


def _map(site: Site, lang: Language) -> Picture | None:
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
        _svg(WIDTH, frame.height + 64, title, about, body),
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
    owed = _text(8, frame.height - 8, name, "label")
    return [
        f'<svg class="tiles" width="{frame.width:g}" height="{frame.height:.1f}" opacity="0.6">',
        *frame.tiles(template),
        "</svg>",
        _linked(address, name, owed),
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
    width = _wide(link.text)
    box, at_x, at_y, anchor = _free(x, y, r + 3, width, taken)
    taken.append(box)
    people = lang.number(row["population"].value) if "population" in row else ""
    role = view_models.link(site, row["role"].value, lang).text if "role" in row else ""
    title = lang.say(": ").join([link.text, lang.say(", ").join(t for t in (role, people) if t)])
    return _linked(link.href, title, marks + _text(at_x, at_y, link.text, "label", anchor))


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
        _text(20 + bar + 8, y + 4, label % {"number": length}, "small"),
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
            f'<g transform="translate({x:.0f} {y:.0f})">{mark}{_text(20, 1, text, "small")}</g>'
        )
        x += 44 + _wide(text, 12)
    return out


# ---- timeline


@dataclass(frozen=True)
class Span:
    """Something on the timeline: from its first to its last day; open when no end is known."""

    things: tuple[str, ...]
    kind: str
    start: date
    end: date
    written: str
    precision: str
    is_open: bool


def _timeline(site: Site, lang: Language) -> Picture | None:
    spans = _spans(site, lang)
    if len(spans) < 2:
        return None
    say = lang.say
    axis = _Axis(spans)
    top, step = 34, 30
    height = top + step * len(spans) + 22
    body = axis.drawn(lang, top, height - 20)
    table = []
    for place, span in enumerate(spans):
        y = top + step * place + step / 2
        label = _span_label(site, lang, span)
        link = view_models.link(site, span.things[0], lang)
        body.append(
            _linked(link.href, f"{label}{lang.say(': ')}{span.written}", _bar(axis, span, y, label))
        )
        table.append(
            (
                span.written,
                *(_name_cell(site, lang, span, label),),
                view_models.property_label(site, span.kind, lang).text,
            )
        )
    title = say("Timeline")
    about = say(
        "%(number)s events and periods from %(start)s to %(end)s. Years in which nothing "
        "begins or ends are drawn narrow; months are drawn as months.",
        number=len(spans),
        start=lang.date(str(axis.years[0]), "gYear"),
        end=lang.date(str(axis.years[-1]), "gYear"),
    )
    return Picture(
        "timeline",
        title,
        about,
        _svg(WIDTH, height, title, about, body),
        (say("When"), say("What"), say("Kind")),
        tuple(table),
    )


def _name_cell(site: Site, lang: Language, span: Span, label: str) -> view_models.Link | str:
    return view_models.link(site, span.things[0], lang) if len(span.things) == 1 else label


def _span_label(site: Site, lang: Language, span: Span) -> str:
    if len(span.things) == 1:
        return view_models.link(site, span.things[0], lang).text
    kind = view_models.property_label(site, span.kind, lang).text
    return lang.say("%(kind)s × %(number)s", kind=kind, number=len(span.things))


def _spans(site: Site, lang: Language) -> list[Span]:
    """Return the spans by start; things of one kind and one day are one span."""
    grouped: dict[tuple[str, str, str, str], list[str]] = {}
    for row in site.reader.ask("timeline"):
        stated, start, through = (_lexical(row.get(n)) for n in ("stated", "from", "through"))
        key = (row["class"].value, stated, start, through)
        grouped.setdefault(key, []).append(row["thing"].value)
    possible = {r["thing"].value for r in site.reader.ask("timeline") if "possible" in r}
    spans = []
    for (kind, stated, start, through), things in grouped.items():
        first, last = _bounds(stated or start)
        if first is None or last is None:
            continue
        ended = _bounds(through)[1]
        precision = {10: "day", 7: "month", 4: "year"}[len(stated or start)]
        lasts = not stated
        if things[0] in possible:
            precision = "possible"
        written = _when(lang, stated, start, through, things[0] in possible)
        spans.append(
            Span(
                tuple(sorted(set(things))),
                kind,
                first,
                ended or (date.max if lasts else last),
                written,
                precision,
                lasts and ended is None,
            )
        )
    return sorted(spans, key=lambda s: (s.start, -s.end.toordinal(), s.kind))


def _when(lang: Language, stated: str, start: str, through: str, possible: bool) -> str:
    words = {10: "date", 7: "gYearMonth", 4: "gYear"}

    def plain(text: str) -> str:
        return lang.date(text, words[len(text)]).partition("(")[0]

    if stated:
        return plain(stated)
    if possible and start[:4] == through[:4]:
        return lang.say("day not stated, in %(year)s", year=lang.date(start[:4], "gYear"))
    end = plain(through) if through else ""
    return f"{plain(start)} – {end}".strip()


def _lexical(term: Term | None) -> str:
    return term.value if isinstance(term, ox.Literal) else ""


def _bounds(text: str) -> tuple[date | None, date | None]:
    """Return the first and last day of an xsd:date, gYearMonth or gYear."""
    try:
        parts = [int(p) for p in text.split("-")] if text else []
        if len(parts) == 3:
            day = date(*parts)
            return day, day
        if len(parts) == 2:
            after = date(parts[0] + parts[1] // 12, parts[1] % 12 + 1, 1)
            return date(parts[0], parts[1], 1), after - timedelta(days=1)
        if len(parts) == 1:
            return date(parts[0], 1, 1), date(parts[0], 12, 31)
    except ValueError:
        pass
    return None, None


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
                out.append(_text(x + 3, top - 14, str(year), "small"))
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
    size = _wide(label, 12.5)
    if x + size < WIDTH - 4:
        return shape + _text(x, y - 4, label, "label")
    return shape + _text(min(WIDTH - 4, max(end, size + 4)), y - 4, label, "label", "end")


# ---- structure


def _structure(site: Site, lang: Language) -> Picture | None:
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
        body.append(_linked(agreement.href, agreement.text, _edge(centre_x, centre_y, x, y, row)))
    for row, x, y, side in spots:
        partner = view_models.link(site, row["partner"].value, lang)
        anchor = "middle" if abs(side) < 0.35 else "start" if side > 0 else "end"
        at_x = x + (0 if anchor == "middle" else 11 if side > 0 else -11)
        at_y = y + (5 if anchor != "middle" else -12 if y < centre_y else 24)
        body.append(
            _linked(
                partner.href,
                partner.text,
                f'<circle class="member" cx="{x:.1f}" cy="{y:.1f}" r="7" '
                f'fill="{PALE}"/>' + _text(at_x, at_y, partner.text, "label", anchor),
            )
        )
    wide = _wide(core.text, 15) / 2 + 14
    body.append(
        _linked(
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
        _svg(WIDTH, 450, title, about, body),
        (say("Municipality"), say("Agreement"), say("Amendment")),
        table,
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


# ---- population


def _population(site: Site, lang: Language) -> Picture | None:
    figures: dict[str, dict[str, int]] = {}
    for row in site.reader.ask("population"):
        figures.setdefault(row["place"].value, {})[row["year"].value] = int(row["population"].value)
    years = sorted({y for f in figures.values() for y in f})
    if not figures or not years:
        return None
    last = years[-1]
    places = sorted(figures, key=lambda p: -figures[p].get(last, 0))
    most = max(v for f in figures.values() for v in f.values())
    left = 16 + max(_wide(view_models.link(site, p, lang).text) for p in places)
    room = WIDTH - left - 96
    body, y = [], 14.0
    for place in places:
        link = view_models.link(site, place, lang)
        inner = _text(left - 8, y + 5 + 7 * len(years), link.text, "label", "end")
        for year in years:
            value = figures[place].get(year, 0)
            shade = "core" if year == last else "member"
            inner += (
                f'<rect class="{shade}" x="{left:.1f}" y="{y:.1f}" '
                f'width="{max(1.0, room * value / most):.1f}" height="11" '
                f'fill="{ACCENT if year == last else PALE}"/>'
                + _text(left + room * value / most + 6, y + 10, lang.number(value), "small")
            )
            y += 14
        y += 8
        title = lang.say(", ").join(
            f"{lang.date(n, 'gYear')} {lang.number(v)}" for n, v in sorted(figures[place].items())
        )
        body.append(_linked(link.href, f"{link.text}{lang.say(': ')}{title}", inner))
    x = left
    for year in years:
        shade, colour = ("core", ACCENT) if year == last else ("member", PALE)
        body.append(
            f'<rect class="{shade}" x="{x:.1f}" y="{y + 6:.1f}" width="11" height="11" '
            f'fill="{colour}"/>' + _text(x + 17, y + 16, lang.date(year, "gYear"), "small")
        )
        x += 90
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
        _svg(WIDTH, y + 30, title, about, body),
        (say("Municipality"), *(lang.date(n, "gYear") for n in years), say("Change (%)")),
        table,
    )


def _change(figures: dict[str, int], years: list[str]) -> str:
    before, after = figures.get(years[0], 0), figures.get(years[-1], 0)
    return f"{100 * (after - before) / before:+.1f}" if before and len(years) > 1 else ""


# ---- classes


def _classes(site: Site, lang: Language) -> Picture | None:
    above: dict[str, list[str]] = {}
    for row in site.reader.ask("class-diagram", namespace=ox.Literal(site.reader.namespace)):
        above.setdefault(row["class"].value, [])
        if "above" in row and row["above"].value != row["class"].value:
            above[row["class"].value].append(row["above"].value)
    if not above:
        return None
    below: dict[str, list[str]] = {}
    for child, parents in above.items():
        ours = [p for p in parents if p in above]
        for parent in (ours or parents or [""])[:1]:
            below.setdefault(parent, []).append(child)
    lines: list[tuple[int, str]] = []

    def walk(node: str, depth: int) -> None:
        lines.append((depth, node))
        for child in sorted(below.get(node, []), key=lambda c: site.name(c, lang)[0]):
            walk(child, depth + 1)

    for rootless in sorted(n for n in below if n not in above and n):
        walk(rootless, 0)
    for child in sorted(below.get("", [])):
        walk(child, 0)
    body: list[str] = []
    last_at: dict[int, int] = {}
    for number, (depth, node) in enumerate(lines):
        x, y = 16 + depth * 28, 20 + number * 24
        if depth:
            parent_y = last_at[depth - 1]
            body.append(
                f'<path class="tie" d="M{x - 20:.0f} {parent_y + 7:.0f}V{y - 5:.0f}h14" '
                f'fill="none" stroke="{PALE}"/>'
            )
        last_at[depth] = y
        link = view_models.property_label(site, node, lang)
        own = node in above
        body.append(
            _linked(
                link.href, link.text, _text(x, y, link.text, "label" if own else "small outside")
            )
        )
    title = lang.say("Diagram of the classes")
    about = lang.say(
        "%(number)s classes of this vocabulary, each under the class it narrows.", number=len(above)
    )
    table = tuple(
        (
            view_models.property_label(site, c, lang),
            lang.say(", ").join(
                view_models.property_label(site, p, lang).text for p in sorted(parents)
            ),
        )
        for c, parents in sorted(above.items())
    )
    return Picture(
        "classes",
        title,
        about,
        _svg(WIDTH, 30 + 24 * len(lines), title, about, body),
        (lang.say("Class"), lang.say("Broader")),
        table,
    )


PICTURES: dict[str, Callable[[Site, Language], Picture | None]] = {
    "map": _map,
    "timeline": _timeline,
    "structure": _structure,
    "population": _population,
    "classes": _classes,
}
