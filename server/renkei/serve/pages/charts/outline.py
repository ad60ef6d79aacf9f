"""Things as indented lines, each under the one above it: pure, and drawn without a question."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from renkei.serve.pages.charts.svg import PALE, linked, svg_text
from renkei.serve.pages.view_models import Link


def lines(above: dict[str, list[str]], name: Callable[[str], str]) -> list[tuple[int, str]]:
    """Return all of *above* as lines, each with its depth.

    *above* has, for each, what stands directly above it. Each stands once, under one of those;
    what is above and not among them begins a line of its own. Those that stand in a circle
    begin one as well.
    """
    below: dict[str, list[str]] = {}
    for child, parents in above.items():
        ours = [p for p in parents if p in above]
        for parent in (ours or parents or [""])[:1]:
            below.setdefault(parent, []).append(child)
    found: list[tuple[int, str]] = []
    seen: set[str] = set()

    def walk(node: str, depth: int) -> None:
        if node in seen:
            return
        seen.add(node)
        found.append((depth, node))
        for child in sorted(below.get(node, []), key=name):
            walk(child, depth + 1)

    for node in sorted(n for n in below if n not in above and n):
        walk(node, 0)
    for node in [*sorted(below.get("", [])), *sorted(above)]:
        walk(node, 0)
    return found


def drawn(rows: Iterable[tuple[int, Link, str]]) -> list[str]:
    """Return lines (depth, link and the class of its text) as shapes, tied to those above."""
    body: list[str] = []
    last_at: dict[int, int] = {}
    for number, (depth, link, look) in enumerate(rows):
        x, y = 16 + depth * 28, 20 + number * 24
        if depth:
            parent_y = last_at[depth - 1]
            body.append(
                f'<path class="tie" d="M{x - 20:.0f} {parent_y + 7:.0f}V{y - 5:.0f}h14" '
                f'fill="none" stroke="{PALE}"/>'
            )
        last_at[depth] = y
        body.append(linked(link.href, link.text, svg_text(x, y, link.text, look)))
    return body
