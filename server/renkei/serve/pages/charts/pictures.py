"""`/pictures/<name>`: each picture as a page, as SVG and as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from flask import Blueprint, Response, render_template
from markupsafe import Markup

from renkei.errors import NotKnown
from renkei.language.locale import Language
from renkei.rdf.formats import CSV, HTML, Format
from renkei.serve.pages.charts.classes import draw_classes
from renkei.serve.pages.charts.map import draw_map
from renkei.serve.pages.charts.population import draw_population
from renkei.serve.pages.charts.structure import draw_structure
from renkei.serve.pages.charts.svg import Picture
from renkei.serve.pages.charts.timeline import draw_timeline
from renkei.serve.read import named_queries
from renkei.serve.web.responses import answer
from renkei.serve.web.site import Site, here, reader_language

routes = Blueprint("pictures", __name__)
QUERIES = {"classes": "class-diagram"}  # where picture and query differ in name
SVG = Format("svg", "image/svg+xml", "svg", "SVG", "page")


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


PICTURES: dict[str, Callable[[Site, Language], Picture | None]] = {
    "map": draw_map,
    "timeline": draw_timeline,
    "structure": draw_structure,
    "population": draw_population,
    "classes": draw_classes,
}
