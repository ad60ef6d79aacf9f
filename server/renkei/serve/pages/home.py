"""The first page, and the page about how all this is made: both read the release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeGuard

import pyoxigraph as ox
from flask import Blueprint, Response, render_template
from markupsafe import Markup

from renkei.language.locale import Language
from renkei.rdf.formats import DOCUMENT_FORMATS, HTML
from renkei.serve.pages import class_list, class_sections, template_context, views
from renkei.serve.pages.charts import pictures
from renkei.serve.pages.class_sections import Asked
from renkei.serve.pages.view_models import Link, Statements, View
from renkei.serve.read.reader import FOAF, TYPE
from renkei.serve.web import responses
from renkei.serve.web.responses import answer
from renkei.serve.web.site import Site, here, reader_language
from renkei.stores.base import Row

routes = Blueprint("home", __name__)

VOID = "http://rdfs.org/ns/void#"
QUESTIONS = 6  # on the first page


@routes.get("/")
def home() -> Response:
    """Answer with the first page, or with the description of the dataset as data."""
    fmt = responses.wanted(None, (HTML, *DOCUMENT_FORMATS[:-1]), HTML)
    dataset = here().release.manifest.dataset
    if fmt is not HTML:
        return responses.data(
            lambda: here().reader.description([dataset]).quads, dataset, "catalogue", fmt, None
        )
    lang = reader_language()
    response = answer(_page, HTML, variant=lang.tag, vary=("Accept", "Accept-Language"))
    response.headers["Content-Language"] = lang.tag
    return response


def _page() -> str:
    site, lang = here(), reader_language()
    given: dict[str, Any] = site.once(f"home-{lang.tag}", lambda: _gathered(site, lang))
    return render_template("home.html", **given)


def _gathered(site: Site, lang: Language) -> dict[str, Any]:
    """Return all that the first page shows, which is the same as long as the release stands."""
    dataset = views.read(site, site.release.manifest.dataset, lang)
    topic = next(iter(dataset.objects(FOAF + "primaryTopic")), None) or dataset.iri
    described = site.reader.statements_about([topic])
    types = {t.value for q in described.own if q.predicate.value == TYPE and _is(t := q.object)}
    asked = {"": class_sections.ask(site, class_sections.section_of(site, types), topic)}
    for name in _shown(site):
        if name in site.plan.sections:
            asked[name] = class_sections.ask(site, site.plan.sections[name], topic)
    kinds = site.reader.ask("kinds") if "kinds" in _shown(site) else []
    questions = site.reader.ask("questions", keyword=ox.Literal("home"))[:QUESTIONS]
    named = [topic, *(r["question"].value for r in questions)]
    named += [r["class"].value for r in kinds]
    named += dataset.objects(VOID + "exampleResource")
    named += [iri for one in asked.values() for iri in one.named()]
    view = views.view_of(site, lang, site.reader.known(named, described, kinds=True))
    about = view.statements_of([topic], described)[topic]
    own = class_sections.own(site, about, asked[""])
    parts = (_part(site, lang, name, about, asked) for name in _shown(site))
    return {
        "about": dataset.description(),
        "topic": view.link(topic) if topic != dataset.iri else None,
        "sentence": own.sentence if topic != dataset.iri else "",
        "parts": [part for part in parts if part],
        "examples": [view.link(e) for e in dataset.objects(VOID + "exampleResource")],
        "questions": [view.link(r["question"].value) for r in questions],
        "kinds": _kinds(site, view, kinds),
        "counts": site.release.manifest.counts,
        "alternates": template_context.formats_of("catalogue"),
    }


def _is(term: object) -> TypeGuard[ox.NamedNode]:
    return isinstance(term, ox.NamedNode)


@dataclass(frozen=True)
class Part:
    """A part of the first page: of the program's own by *name*, or drawn, under a *heading*."""

    name: str = ""
    heading: str = ""
    drawn: Markup = class_sections.NOTHING


def _shown(site: Site) -> tuple[str, ...]:
    """Return what stands on the first page: what the publication says, or all there may be."""
    if site.plan.home:
        return site.plan.home
    return ("kinds", *(n for n in pictures.plans(site) if n != "classes"), "questions", "examples")


def _part(
    site: Site, lang: Language, name: str, about: Statements, asked: dict[str, Asked]
) -> Part | None:
    """Return a part of the first page; None for a picture that has nothing to draw."""
    if name in pictures.plans(site):
        figure = pictures.drawn(site, lang, name)
        return Part("", pictures.heading(site, lang, name), figure) if figure else None
    section = site.plan.sections.get(name)
    if section is not None:
        return Part("", "", class_sections.shown(site, section, about, asked[name]).section)
    return Part(name)


def _kinds(site: Site, view: View, rows: list[Row]) -> list[dict[str, Any]]:
    """Return the kinds of things with their numbers, the publication's own first."""
    kinds: list[dict[str, Any]] = [
        {
            "link": Link(
                view.property_label(row["class"].value).text,
                "",
                site.path(f"things/{class_list.word_of(site.reader, row['class'].value)}"),
            ),
            "number": int(row["number"].value),
            "others": not site.addresses.is_ours(row["class"].value),
        }
        for row in rows
    ]
    return sorted(kinds, key=lambda row: bool(row["others"]))


@routes.get("/about")
def about() -> Response:
    """Say how the data is made, what is not known, and how to correct it."""
    lang = reader_language()
    return answer(_about, HTML, variant=lang.tag, vary=("Accept-Language",))


def _about() -> str:
    site, lang = here(), reader_language()
    given: dict[str, Any] = site.once(f"about-{lang.tag}", lambda: _gathered_about(site, lang))
    return render_template("about.html", **given)


def _gathered_about(site: Site, lang: Language) -> dict[str, Any]:
    """Return what the page says of how the data is made and of what is not known."""
    dataset = views.read(site, site.release.manifest.dataset, lang)
    rows, gaps = site.reader.ask("sources"), site.reader.ask("all-gaps")
    named = [t.value for row in (*rows, *gaps) for t in row.values() if _is(t)]
    view = views.view_of(site, lang, site.reader.known(named))
    text = dataset.description()
    return {
        "about": text[0] if text else "",
        "sources": [
            {
                "link": view.link(r["source"].value),
                "standing": view.link(r["standing"].value) if "standing" in r else None,
                "graphs": lang.number(r["graphs"].value),
            }
            for r in rows
        ],
        "gaps": [view.link(r["gap"].value) for r in gaps],
        "groups": dataset.view.groups(dataset),
        "counts": site.release.manifest.counts,
    }
