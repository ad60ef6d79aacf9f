"""The class diagram of the vocabulary."""

from __future__ import annotations

from renkei.serve.pages.charts import outline
from renkei.serve.pages.charts.material import Material
from renkei.serve.pages.charts.svg import WIDTH, Picture, drawing


def draw_classes(material: Material) -> Picture | None:
    """Draw rows of ?thing and ?above, both classes."""
    view, lang = material.view, material.lang
    above: dict[str, list[str]] = {}
    for row in material.rows:
        above.setdefault(row["thing"].value, [])
        if "above" in row and row["above"] != row["thing"]:
            above[row["thing"].value].append(row["above"].value)
    if not above:
        return None
    lines = outline.lines(above, lambda iri: view.name(iri)[0])
    links = [(d, view.property_label(n), _look(n, above)) for d, n in lines]
    body = outline.drawn(links)
    title = lang.gettext("Diagram of the classes")
    about = lang.count(
        "%(number)s class of this vocabulary, under the class it narrows.",
        "%(number)s classes of this vocabulary, each under the class it narrows.",
        len(above),
    )
    table = tuple(
        (
            view.property_label(c),
            lang.gettext(", ").join(view.property_label(p).text for p in sorted(parents)),
        )
        for c, parents in sorted(above.items())
    )
    return Picture(
        material.name,
        title,
        about,
        drawing(WIDTH, 30 + 24 * len(lines), title, about, body),
        (lang.gettext("Class"), lang.gettext("Broader")),
        table,
    )


def _look(node: str, above: dict[str, list[str]]) -> str:
    return "label" if node in above else "small outside"
