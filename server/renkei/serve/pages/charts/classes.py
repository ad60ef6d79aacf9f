"""The class diagram of the vocabulary."""

from __future__ import annotations

import pyoxigraph as ox

from renkei.language.locale import Language
from renkei.serve.pages import view_models
from renkei.serve.pages.charts.svg import PALE, WIDTH, Picture, drawing, linked, svg_text
from renkei.serve.web.site import Site


def draw_classes(site: Site, lang: Language) -> Picture | None:
    above: dict[str, list[str]] = {}
    for row in site.reader.ask("class-diagram", namespace=ox.Literal(site.reader.namespace)):
        above.setdefault(row["class"].value, [])
        if "above" in row and row["above"].value != row["class"].value:
            above[row["class"].value].append(row["above"].value)
    if not above:
        return None
    lines = _tree(site, lang, above)
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
            linked(
                link.href, link.text, svg_text(x, y, link.text, "label" if own else "small outside")
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
        drawing(WIDTH, 30 + 24 * len(lines), title, about, body),
        (lang.say("Class"), lang.say("Broader")),
        table,
    )


def _tree(site: Site, lang: Language, above: dict[str, list[str]]) -> list[tuple[int, str]]:
    """Return the classes as lines, each with its depth; each stands once, under one of *above*."""
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
    return lines
