"""The first page, and the page about how all this is made: both read the release."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, render_template

from renkei.language.locale import Language
from renkei.rdf.formats import DOCUMENT_FORMATS, HTML
from renkei.serve.pages import class_sections, template_context, view_models
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
    about = dataset.text(DCT + "description")
    topic = next(iter(dataset.objects(FOAF + "primaryTopic")), None)
    own = _topic(site, topic, lang) if topic else None
    return render_template(
        "home.html",
        about=about,
        topic=view_models.link(site, topic, lang) if topic else None,
        own=own,
        examples=[
            view_models.link(site, e, lang) for e in dataset.objects(VOID + "exampleResource")
        ],
        questions=_questions(site, lang),
        picture=pictures.drawn(site, lang, "map"),
        timeline=pictures.drawn(site, lang, "timeline"),
        counts=site.release.manifest.counts,
        alternates=template_context.formats_of("catalogue"),
    )


def _dataset(site: Site, lang: Language) -> Statements:
    iri = site.release.manifest.dataset
    return view_models.read(site, iri, lang)


def _topic(site: Site, iri: str, lang: Language) -> class_sections.Own:
    statements = view_models.read(site, iri, lang)
    return class_sections.own(site, statements, lang, None, sorted(site.reader.types(iri)))


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
        groups=dataset.view.groups(dataset),
        counts=site.release.manifest.counts,
    )
