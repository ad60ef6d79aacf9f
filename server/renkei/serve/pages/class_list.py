"""Lists: the kinds of things there are, the things of one kind, the questions.

A list can be sorted and filtered by its address alone, and is a CSV under another suffix.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, render_template

from renkei.errors import NotKnown
from renkei.language.locale import Language
from renkei.rdf import iris
from renkei.rdf.formats import (
    CSV,
    HTML,
)
from renkei.serve.pages import view_models, views
from renkei.serve.pages.view_models import Link, View
from renkei.serve.read.reader import DCT, SCHEMA, Reader
from renkei.serve.web.choices import choice
from renkei.serve.web.paging import beyond, page_number, pages_of
from renkei.serve.web.responses import answer
from renkei.serve.web.site import Site, here, reader_language
from renkei.sparql.outline import Term
from renkei.stores.base import Row

routes = Blueprint("class_list", __name__)

ROWS = 5_000  # rows a list is sorted over; beyond, it says that it is cut
SHOWN = 200
# By what things are dated where the publication does not say it.
DATES = (
    *(SCHEMA + name for name in ("startDate", "datePublished", "foundingDate")),
    *(DCT + name for name in ("date", "issued", "created")),
    iris.PREFIXES["dcat"] + "startDate",
)


@dataclass(frozen=True)
class Item:
    """A thing in a list."""

    iri: str
    link: Link
    reading: str | None
    date: str
    machine_date: str
    roles: dict[str, Link]  # by what a reader chooses them by
    sorts: dict[str, Link]


@routes.get("/things")
def things() -> Response:
    """List the classes that have things, the concept schemes, and what describes the data."""
    lang = reader_language()
    return answer(_kinds_page, HTML, variant=lang.tag, vary=("Accept-Language",))


def _kinds_page() -> str:
    site, lang = here(), reader_language()
    found = site.reader.ask("classes", root=ox.Literal(site.root))
    schemes = [row["scheme"].value for row in site.reader.ask("schemes")]
    named = [*(row["class"].value for row in found), *schemes]
    view = views.view_of(site, lang, site.reader.known(named))
    rows: list[dict[str, Any]] = [
        {
            "link": Link(
                view.property_label(r["class"].value).text,
                "",
                site.path(f"things/{word_of(site.reader, r['class'].value)}"),
            ),
            "number": int(r["number"].value),
            "own": site.addresses.is_ours(r["class"].value),
            "describes": r["describes"].value in ("true", "1"),
        }
        for r in found
    ]
    return render_template(
        "kinds.html",
        own=[r for r in rows if r["own"] and not r["describes"]],
        others=[r for r in rows if not r["own"] and not r["describes"]],
        # A narrower class may have the same name here: the larger one stands for both.
        describing=list({r["link"].text: r for r in rows[::-1] if r["describes"]}.values())[::-1],
        schemes=[view.link(scheme) for scheme in schemes],
    )


def word_of(reader: Reader, iri: str) -> str:
    """Return the word a class has in an address: local name, or prefixed name."""
    if iri.startswith(reader.namespace):
        return iri.removeprefix(reader.namespace)
    return next(
        (
            f"{p}:{iri[len(n) :]}"
            for p, n in sorted(reader.prefixes.items())
            if iri.startswith(n) and iri[len(n) :].isidentifier()
        ),
        iri,
    )


def _class(reader: Reader, word: str) -> str:
    prefix, colon, local = word.partition(":")
    if colon and prefix in reader.prefixes:
        return reader.prefixes[prefix] + local
    return word if "://" in word else reader.namespace + word


@routes.get("/things/<path:word>")
def of_class(word: str) -> Response:
    """List the things of one class, as a page or as CSV."""
    name, dot, suffix = word.rpartition(".")
    fmt = CSV if dot and suffix == "csv" else HTML
    site, lang = here(), reader_language()
    iri = _class(site.reader, name if fmt is CSV else word)

    def make() -> str:
        rows = _items(site, iri, lang)
        return _as_csv(_chosen(rows)) if fmt is CSV else _list_page(site, lang, iri, word, rows)

    return answer(make, fmt, variant=lang.tag, vary=("Accept-Language",))


def _items(site: Site, iri: str, lang: Language) -> list[Item]:
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        raise NotKnown(
            "%(iri)s is not a class.", "See /things for those there are.", iri=iri
        ) from None
    dating = ox.Literal(f" {' '.join(site.plan.dates or DATES)} ")
    rows = site.reader.ask_part("things", ROWS, of=node, dates=dating)
    if not rows:
        raise NotKnown(
            "There is nothing of the class %(iri)s.", "See /things for those there are.", iri=iri
        )
    named = (term.value for r in rows for term in r.values() if _is_iri(term))
    view = views.view_of(site, lang, site.reader.known(named))
    gathered: dict[str, list[Row]] = {}
    for row in rows:
        gathered.setdefault(row["thing"].value, []).append(row)
    items = []
    for thing, found in gathered.items():
        dates = sorted(
            (r["date"] for r in found if isinstance(r.get("date"), ox.Literal)),
            key=lambda d: d.value,
        )
        items.append(
            Item(
                thing,
                view.link(thing),
                view.reading(thing),
                view_models.dated(dates[0], lang, era=False) if dates else "",  # type: ignore[arg-type]
                dates[0].value if dates else "",
                _links(site, view, found, "role"),
                _links(site, view, found, "kind"),
            )
        )
    return items


def _is_iri(term: Term) -> bool:
    return isinstance(term, ox.NamedNode)


def _links(site: Site, view: View, rows: list[Row], name: str) -> dict[str, Link]:
    """Return links by the IRI, without our root: it is the same in every language."""
    named = sorted({r[name].value for r in rows if name in r})
    return {iri.removeprefix(site.root): view.link(iri) for iri in named}


def _list_page(site: Site, lang: Language, iri: str, word: str, items: list[Item]) -> str:
    offered = _offered(items)
    kept = _chosen(items)
    about = views.read(site, iri, lang)
    definition = about.text("http://www.w3.org/2004/02/skos/core#definition")
    page, pages = page_number(), pages_of(len(kept), SHOWN)
    if page > pages:
        raise beyond(page)
    return render_template(
        "list.html",
        title=about.view.property_label(iri),
        word=word,
        total=len(items),
        definition=definition[0] if definition else "",
        cut=len(items) >= ROWS,
        items=kept[(page - 1) * SHOWN : page * SHOWN],
        found=len(kept),
        page=page,
        pages=pages,
        roles=offered["role"],
        sorts=offered["kind"],
        years=offered["year"],
        chosen=_choices(items),
        # Names are those of the reader's language, so the address says which that is.
        csv=site.path(
            f"things/{word}.csv", **{k: v for k, v in _choices(items).items() if v}, lang=lang.tag
        ),
    )


def _offered(items: list[Item]) -> dict[str, dict[str, str]]:
    """Return what a reader may choose of a list: words by what stands for them, in order."""

    def named(links: Iterable[tuple[str, Link]]) -> dict[str, str]:
        words = {value: link.text for value, link in links}
        return dict(sorted(words.items(), key=lambda word: (word[1], word[0])))

    years = sorted({i.machine_date[:4] for i in items if i.machine_date})
    return {
        "role": named(role for i in items for role in i.roles.items()),
        "kind": named(kind for i in items for kind in i.sorts.items()),
        "year": {year: year for year in years},
        "sort": {"name": "", "date": ""},
    }


def _choices(items: list[Item]) -> dict[str, str]:
    """Return what the reader chose of a list, in the address. Raises BadRequest: see `choice`.

    Roles and kinds also by their name in the reader's language.
    """
    return {
        name: choice(name, {**offered, **dict.fromkeys(filter(None, offered.values()))})
        for name, offered in _offered(items).items()
    }


def _is_among(links: dict[str, Link], chosen: str) -> bool:
    return not chosen or chosen in links or chosen in (link.text for link in links.values())


def _chosen(items: list[Item]) -> list[Item]:
    """Return the things that the reader chose, in the order they chose."""
    chosen = _choices(items)
    kept = [
        i
        for i in items
        if _is_among(i.roles, chosen["role"])
        and _is_among(i.sorts, chosen["kind"])
        and (not chosen["year"] or i.machine_date.startswith(chosen["year"]))
    ]

    def place(item: Item) -> tuple[str, str]:
        if chosen["sort"] == "date":
            return item.machine_date or "9999", item.link.text
        return item.reading or item.link.text, item.machine_date

    return sorted(kept, key=place)


def _as_csv(items: list[Item]) -> str:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["iri", "name", "reading", "date", "role", "kind"])
    for i in items:
        table.writerow(
            [
                i.iri,
                i.link.text,
                i.reading or "",
                i.machine_date,
                "; ".join(r.text for r in i.roles.values()),
                "; ".join(s.text for s in i.sorts.values()),
            ]
        )
    return "\ufeff" + out.getvalue()
