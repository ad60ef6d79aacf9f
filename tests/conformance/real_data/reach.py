"""Which subjects a reader comes to from the first page, and with how many clicks.

A click is a link that is followed, whatever it leads to: first page, list, page 2 of the list
by its paging link, thing are three clicks. A place within a page counts with the page. Pages
are followed breadth-first, those that are no subject's page first.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from tests.conformance.real_data.asking import PAGE, Asked, Visitor, in_turns

CLICKS = int(os.environ.get("CLICKS", "4"))  # 0: nobody walks
MOST_PAGES = int(os.environ.get("MOST_PAGES", "1500"))  # followed of one publication
_ASIDE = re.compile(
    r"\.(ttl|nt|nq|trig|rdf|jsonld|json|csv|xlsx|gz|zip|svg|png|ico|css|js|xml|atom|txt)$"
    r"|^/(dumps|tables|static|sparql|health|api|\.well-known)\b"
)


@dataclass
class Reached:
    """*clicks* of each subject that is reached; *pages* followed, and whether that was all."""

    clicks: dict[str, int]
    pages: int
    cut: bool


def walk(base: str, asked: Asked, things: Collection[str]) -> Reached:
    """Follow links from the first page until all are found or `CLICKS` are used up.

    *things* are the addresses of all subjects, also of those that were not asked for.
    """
    wanted = set().union(*asked.addresses.values())
    clicks: dict[str, int] = {}
    seen, level, pages, cut = {"/"}, ["/"], 0, False
    for click in range(1, CLICKS + 1):
        level.sort(key=lambda path: _rank(path, things))
        if pages + len(level) > MOST_PAGES:
            level, cut = level[: MOST_PAGES - pages], True
        pages += len(level)
        found: dict[str, list[str]] = {}
        for start in range(0, len(level), 200):
            if len(clicks) == len(wanted):
                break
            part = level[start : start + 200]
            in_turns(base, [_reader(path, found) for path in part])
            for path in part:
                _note(found.get(path, []), asked, click, clicks)
        level = []
        for links in found.values():
            for link in links:
                path = link.partition("#")[0]
                if path not in seen and not _ASIDE.search(path.partition("?")[0]):
                    seen.add(path)
                    level.append(path)
        if len(clicks) == len(wanted):
            break
    return Reached(clicks, pages, cut)


def _rank(path: str, things: Collection[str]) -> tuple[bool, bool, int]:
    """Lists and their further pages come first, then other views of them, then things."""
    query = path.partition("?")[2]
    further = not query or re.fullmatch(r"page=\d+", query) is not None
    return unquote(path) in things, not further, len(path)


def _reader(path: str, found: dict[str, list[str]]) -> Callable[[Visitor], None]:
    def run(visitor: Visitor) -> None:
        answer = visitor.ask(path, PAGE)
        if answer.status == 200 and answer.media_type == PAGE:
            found[path] = links_of(answer.body.decode("utf-8", "replace"), visitor.base, answer)

    return run


def links_of(text: str, base: str, answer: object) -> list[str]:
    """Return where the links of a page lead on this server, as paths."""
    at = urljoin(base, getattr(answer, "path", "/"))
    found = []
    for target in re.findall(r'<a\b[^>]*?\bhref="([^"]*)"', text):
        place = urljoin(at, html.unescape(target))
        if place.startswith(base):
            parts = urlsplit(place)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            found.append(path + (f"#{parts.fragment}" if parts.fragment else ""))
    return found


def _note(links: list[str], asked: Asked, click: int, clicks: dict[str, int]) -> None:
    for link in links:
        for iri in asked.addresses.get(unquote(link.partition("#")[0]), ()):
            clicks.setdefault(iri, click)
