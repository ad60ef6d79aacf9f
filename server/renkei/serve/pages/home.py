"""The first page, and the page about how all this is made: both read the release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, render_template
from markupsafe import Markup

from renkei.language.locale import Language
from renkei.rdf.formats import DOCUMENT_FORMATS, HTML
from renkei.serve.pages import class_list, class_sections, template_context, view_models
from renkei.serve.pages.charts import pictures
from renkei.serve.pages.view_models import Link, Statements
from renkei.serve.read.reader import DCT, FOAF
from renkei.serve.web import responses
from renkei.serve.web.responses import answer
from renkei.serve.web.site import Site, here, reader_language

routes = Blueprint("home", __name__)

VOID = "http://rdfs.org/ns/void#"


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
    dataset = _dataset(site, lang)
    topic = next(iter(dataset.objects(FOAF + "primaryTopic")), None)
    about = _statements(site, topic, lang) if topic else dataset
    own = class_sections.own(site, about, lang, None, sorted(site.reader.types(about.iri)))
    return render_template(
        "home.html",
        about=dataset.text(DCT + "description"),
        topic=view_models.link(site, topic, lang) if topic else None,
        sentence=own.sentence if topic else "",
        parts=[part for name in _shown(site) if (part := _part(site, lang, name, about))],
        examples=[
            view_models.link(site, e, lang) for e in dataset.objects(VOID + "exampleResource")
        ],
        questions=_questions(site, lang),
        kinds=_kinds(site, lang) if "kinds" in _shown(site) else [],
        counts=site.release.manifest.counts,
        alternates=template_context.formats_of("catalogue"),
    )


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


def _part(site: Site, lang: Language, name: str, about: Statements) -> Part | None:
    """Return a part of the first page; None for a picture that has nothing to draw."""
    if name in pictures.plans(site):
        figure = pictures.drawn(site, lang, name)
        return Part("", pictures.heading(site, lang, name), figure) if figure else None
    section = site.plan.sections.get(name)
    if section is not None:
        return Part("", "", class_sections.shown(site, section, about, lang, None).section)
    return Part(name)


def _kinds(site: Site, lang: Language) -> list[dict[str, Any]]:
    """Return the kinds of things with their numbers, the publication's own first."""
    rows: list[dict[str, Any]] = [
        {
            "link": Link(
                view_models.property_label(site, r["class"].value, lang).text,
                "",
                site.path(f"things/{class_list.word_of(site.reader, r['class'].value)}"),
            ),
            "number": int(r["number"].value),
            "others": not site.addresses.is_ours(r["class"].value),
        }
        for r in site.reader.ask("kinds")
    ]
    return sorted(rows, key=lambda row: bool(row["others"]))


def _dataset(site: Site, lang: Language) -> Statements:
    return _statements(site, site.release.manifest.dataset, lang)


def _statements(site: Site, iri: str, lang: Language) -> Statements:
    return Statements(site, iri, site.reader.statements(iri), lang)


def _questions(site: Site, lang: Language) -> list[Link]:
    """Return the questions marked for the first page."""
    rows = site.reader.ask("questions", keyword=ox.Literal("home"))
    return [view_models.link(site, r["question"].value, lang) for r in rows][:6]


@routes.get("/about")
def about() -> Response:
    """Say how the data is made, what is not known, and how to correct it."""
    lang = reader_language()
    return answer(_about, HTML, variant=lang.tag, vary=("Accept-Language",))


def _about() -> str:
    site, lang = here(), reader_language()
    dataset = _dataset(site, lang)
    sources: list[dict[str, Any]] = [
        {
            "link": view_models.link(site, r["source"].value, lang),
            "standing": view_models.link(site, r["standing"].value, lang)
            if "standing" in r
            else None,
            "graphs": lang.number(r["graphs"].value),
        }
        for r in site.reader.ask("sources")
    ]
    gaps = [view_models.link(site, r["gap"].value, lang) for r in site.reader.ask("all-gaps")]
    text = dataset.text(DCT + "description")
    return render_template(
        "about.html",
        about=text[0] if text else "",
        sources=sources,
        gaps=gaps,
        groups=view_models.groups(site, dataset, lang),
        counts=site.release.manifest.counts,
    )
