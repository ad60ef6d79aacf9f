"""`/pictures/<name>`: each picture as a page, as SVG and as a table."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
from flask import Blueprint, Response, render_template
from markupsafe import Markup

from renkei.errors import NotKnown
from renkei.language.locale import Language
from renkei.page_plan import PicturePlan
from renkei.rdf.formats import CSV, HTML, Format
from renkei.serve.pages import views
from renkei.serve.pages.charts.bars import draw_bars
from renkei.serve.pages.charts.classes import draw_classes
from renkei.serve.pages.charts.map import draw_map
from renkei.serve.pages.charts.material import Material
from renkei.serve.pages.charts.svg import Picture
from renkei.serve.pages.charts.timeline import draw_timeline
from renkei.serve.pages.charts.tree import draw_tree
from renkei.serve.pages.class_sections import query_in
from renkei.serve.web import listings, responses
from renkei.serve.web.site import Site, here, reader_language

routes = Blueprint("pictures", __name__)
SVG = Format("svg", "image/svg+xml", "svg", "SVG", "page")
# What a publication has that says of no picture: whatever these find something for.
GENERAL = {
    "map": PicturePlan("map"),
    "timeline": PicturePlan("timeline"),
    "tree": PicturePlan("tree"),
}
MANY = 60  # rows up to which a picture that nobody asked for is drawn
CLASSES = {"classes": PicturePlan("classes")}  # of every vocabulary
DRAW: dict[str, Callable[[Material], Picture | None]] = {
    "map": draw_map,
    "timeline": draw_timeline,
    "bars": draw_bars,
    "tree": draw_tree,
    "classes": draw_classes,
}
LABELS = {
    "map": "Map",
    "timeline": "Timeline",
    "bars": "Figures",
    "tree": "Structure",
    "classes": "Diagram of the classes",
}


def plans(site: Site) -> dict[str, PicturePlan]:
    """Return the pictures there may be, by name: those the publication says, or the general."""
    return {**(site.plan.pictures or GENERAL), **CLASSES}


def heading(site: Site, lang: Language, name: str) -> str:
    """Return what a picture is called in a word."""
    plan = plans(site)[name]
    view = views.view_of(site, lang, site.reader.known(()))
    return Material(site, view, name, plan, []).text_of(plan.label, LABELS[plan.kind])


def drawn(site: Site, lang: Language, name: str) -> Markup:
    """Return the picture *name* as a figure for a page; nothing when there is nothing to draw."""
    picture = _picture(site, lang, name)
    if picture is None:
        return Markup()
    return Markup(render_template("figure.html", picture=picture))


def _picture(site: Site, lang: Language, name: str) -> Picture | None:
    return site.once(f"picture-{name}-{lang.tag}", lambda: _draw(site, lang, name))


def _draw(site: Site, lang: Language, name: str) -> Picture | None:
    plan = plans(site)[name]
    if plan.query:
        rows = site.store.select(query_in(site, plan.query))
    elif plan.kind == "classes":
        rows = site.reader.ask("picture-classes", namespace=ox.Literal(site.reader.namespace))
    else:
        root = ox.Literal(site.root)
        rows = site.reader.ask_part(f"picture-{plan.kind}", MANY + 1, root=root)
        if len(rows) > MANY:
            return None  # nobody sees anything in it; whoever has so many says what is to be seen
        rows.sort(key=lambda row: (str(row.get("above", "")), str(row["thing"])))
    nodes = (t.value for r in rows for t in r.values() if isinstance(t, ox.NamedNode))
    view = views.view_of(site, lang, site.reader.known(nodes))
    return DRAW[plan.kind](Material(site, view, name, plan, rows))


@routes.get("/pictures/<name>")
def picture(name: str) -> Response:
    """Answer with a picture: on a page with its facts, as SVG alone, or its facts as CSV."""
    stem, dot, suffix = name.partition(".")
    formats: dict[str, Format] = {"": HTML, "html": HTML, "svg": SVG, "csv": CSV}
    names = plans(here())
    if stem not in names or (dot and suffix not in formats):
        raise NotKnown(
            "There is no picture %(name)s.", "There are %(names)s.", name=name, names=list(names)
        )
    fmt = responses.wanted(formats[suffix] if dot else None, (HTML, SVG, CSV), HTML)
    lang = reader_language()

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
            query=query_in(site, names[stem].query) if names[stem].query else "",
        )

    return listings.made(make, fmt, f"pictures/{stem}", (HTML, SVG, CSV))


def _as_csv(found: Picture) -> str:
    rows = ([cell if isinstance(cell, str) else cell.text for cell in row] for row in found.rows)
    return listings.csv_of(found.head, rows)
