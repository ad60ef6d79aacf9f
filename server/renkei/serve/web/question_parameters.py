"""The questions of the site, and what of a request is for one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from renkei.serve.read.questions import XSD, Questions
from renkei.serve.web.site import Site, search_index_of


def of(site: Site) -> Questions:
    """Return the questions of the site's release, read once."""
    return site.once("questions", lambda: Questions(site.reader))


def filled(site: Site, slug: str, given: Mapping[str, Sequence[str]]) -> str:
    """Return the query of the question *slug* with the parameters of a request put in."""
    return of(site).find(slug).filled(given, search_index_of(site))


def fields(site: Site, slug: str, tag: str) -> list[dict[str, str]]:
    """Return what a form for the question *slug* asks, in the reader's language *tag*."""
    question = of(site).find(slug)
    return [
        {
            "name": p.name,
            "label": p.label_in(tag),
            "about": p.described.get(tag) or next(iter(p.described.values()), ""),
            "type": "date" if p.datatype == XSD + "date" else "text",
            "value": p.default_text or "",
        }
        for p in question.parameters
    ]
