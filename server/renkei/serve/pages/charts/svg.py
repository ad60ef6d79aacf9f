"""The tools of pictures: shapes and words of SVG.

Each picture is made from the rows of one query, comes with the same facts as a table and as
CSV, and works without script: places are links, bars have titles. Colours are set as
attributes, so that a picture taken alone is right, and by the style sheet in a page, so that
it follows the reader's theme.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup
from markupsafe import escape as as_markup

from renkei.rdf import xml
from renkei.serve.pages import view_models

WIDTH = 720
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


def escape(text: str | None) -> Markup:
    """Return *text* as it can stand in a picture, which is XML when it is taken alone."""
    return as_markup(xml.shown(str(text or "")))


def drawing(width: float, height: float, title: str, about: str, body: Iterable[str]) -> Markup:
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="group" aria-label="{escape(title)}" '
        f'font-family="sans-serif" font-size="13" fill="{INK}">\n'
        f"<desc>{escape(about)}</desc>\n" + "\n".join(body) + "\n</svg>"
    )


def svg_text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(text)}</text>'
    )


def linked(href: str | None, title: str, inner: str) -> str:
    body = f"<title>{escape(title)}</title>{inner}"
    return f'<a href="{escape(href)}">{body}</a>' if href else f"<g>{body}</g>"


def text_width(text: str, size: float = 13) -> float:
    """Return about how wide *text* is drawn: kanji and kana are as wide as high."""
    return sum(size if ord(c) > 0x2E80 else size * 0.56 for c in text)
