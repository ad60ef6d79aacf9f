"""Find things by what people type: names, readings, romanised readings, codes, slugs.

How spellings are compared stands in `search_index`; here are the page, the JSON and the names
near an address that leads nowhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from renkei.errors import BadRequest
from renkei.language.locale import Language
from renkei.language.messages import counted
from renkei.rdf.formats import HTML
from renkei.serve.pages import view_models, views
from renkei.serve.read.descriptions import SNIPPET, Text, descriptions, excerpt
from renkei.serve.web import listings
from renkei.serve.web.responses import answer
from renkei.serve.web.site import Site, here, reader_language, search_index_of

routes = Blueprint("search", __name__)

SHOWN = 50
LETTERS = 200  # of what is looked for
NEAR = 5


@dataclass(frozen=True)
class SearchResult:
    """A thing that was found, ready to be shown."""

    iri: str
    name: view_models.Link
    reading: str | None
    kinds: tuple[view_models.Link, ...]
    about: Text | None = None  # the beginning of what describes it


def find(site: Site, text: str, limit: int = SHOWN) -> list[str]:
    """Return the IRIs that *text* finds: whole names first, then beginnings, then parts."""
    found = search_index_of(site).find(text, limit * 4, fits=site.addresses.is_ours)
    fits = ("whole", "start", "part", "near")
    certain = [hit for hit in found if hit.fit != "near"]
    ranked = sorted(
        certain or found,
        key=lambda h: (fits.index(h.fit), h.sort == "slug", _weight(h.iri, site), -h.score),
    )
    return [hit.iri for hit in ranked[:limit]]


def _weight(iri: str, site: Site) -> int:
    """Things first, then concepts, terms, questions and the rest."""
    rest = iri[len(site.root) :]
    order = ("id/passage", "id/interval", "id/file", "id/gap", "id/source")
    if rest.startswith(order):
        return 3
    return 0 if rest.startswith("id/") else 1 if rest.startswith(("concept/", "ns#")) else 2


def near(path: str, lang: Language) -> list[tuple[str, str]]:
    """Return name and path of things near an address that leads nowhere."""
    site = here()
    slug = path.rstrip("/").rsplit("/", 1)[-1].partition(".")[0][:LETTERS]
    found = find(site, slug, NEAR)
    view = views.view_of(site, lang, site.reader.known(found))
    links = [view.link(iri) for iri in found]
    return [(link.text, link.href) for link in links if link.href]


def hits(site: Site, text: str, lang: Language, limit: int = SHOWN) -> list[SearchResult]:
    """Return what *text* finds, ready to be shown."""
    found = find(site, text, limit)
    view = views.view_of(site, lang, site.reader.known(found, kinds=True))
    about = {
        iri: (excerpt(text, SNIPPET), tag)
        for iri, (text, tag) in descriptions(site.reader, found, lang.tag).items()
    }
    return [
        SearchResult(iri, view.link(iri), view.reading(iri), tuple(view.kinds(iri)), about.get(iri))
        for iri in found
    ]


@routes.get("/search", defaults={"suffix": ""})
@routes.get("/search.<suffix>")
def search(suffix: str) -> Response:
    """Answer a search as a page or as JSON."""
    site, lang = here(), reader_language()
    text = request.args.get("q", "")
    if len(text) > LETTERS:
        raise BadRequest(
            counted(
                "What is looked for has %(number)s letter; at most %(most)s may be sent.",
                "What is looked for has %(number)s letters; at most %(most)s may be sent.",
                len(text),
                most=LETTERS,
            ),
            "Look for a name, a reading or a code.",
            parameter="q",
        )
    fmt = listings.wanted(suffix, (HTML, listings.JSON))

    def as_json() -> str:
        rows = [
            {
                "iri": h.iri,
                "name": h.name.text,
                "lang": h.name.lang,
                "href": h.name.href,
                "reading": h.reading,
                "kinds": [k.text for k in h.kinds],
                "description": h.about[0] if h.about else None,
            }
            for h in hits(site, text, lang)
        ]
        return json.dumps({"query": text, "results": rows}, ensure_ascii=False) + "\n"

    def as_page() -> str:
        return render_template("search.html", text=text, hits=hits(site, text, lang))

    return answer(
        as_page if fmt is HTML else as_json,
        fmt,
        variant=lang.tag,
        vary=("Accept", "Accept-Language"),
    )
