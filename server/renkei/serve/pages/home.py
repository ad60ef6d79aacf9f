"""The first page, and the page about how all this is made: both read the release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

import pyoxigraph as ox
from flask import Blueprint, Response, render_template
from markupsafe import Markup

from renkei.language.locale import Language
from renkei.rdf.formats import GRAPH_FORMATS, HTML, Format
from renkei.serve.pages import class_list, class_sections, template_context, views
from renkei.serve.pages.charts import pictures
from renkei.serve.pages.class_list import KindRow
from renkei.serve.pages.class_sections import Asked
from renkei.serve.pages.view_models import Link, Statements, Value, View
from renkei.serve.read.class_lists import Kind
from renkei.serve.read.reader import DCT, FOAF, TYPE
from renkei.serve.web import responses
from renkei.serve.web.responses import answer
from renkei.serve.web.site import Site, here, reader_language

routes = Blueprint("home", __name__)

VOID = "http://rdfs.org/ns/void#"
QUESTIONS = 6  # on the first page
KINDS, WIDE = 60, 8  # kinds of things on it, and those of which it shows some
SOME = 12  # top concepts of a scheme on it


@routes.get("/")
def home() -> Response:
    """Answer with the first page, or with the description of the dataset as data."""
    fmt = responses.wanted(None, (HTML, *GRAPH_FORMATS), HTML)
    if fmt is not HTML:
        return _as_data(fmt)
    lang = reader_language()
    response = answer(_page, HTML, variant=lang.tag, vary=("Accept", "Accept-Language"))
    response.headers["Content-Language"] = lang.tag
    return response


def _as_data(fmt: Format) -> Response:
    """Answer with the description of the dataset, which has no other address of its own."""
    dataset = here().release.manifest.dataset

    def write() -> bytes:
        return here().writer.document(here().reader.description([dataset]).quads, fmt, dataset)

    return answer(write, fmt, links=responses.signposts(dataset))


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
    held = _held(site)
    questions = site.reader.ask("questions", keyword=ox.Literal("home"))[:QUESTIONS]
    named = [topic, *(r["question"].value for r in questions), *held.named()]
    named += dataset.objects(VOID + "exampleResource")
    named += [iri for one in asked.values() for iri in one.named()]
    view = views.view_of(site, lang, site.reader.known(named, described, kinds=True))
    about = view.statements_of([topic], described)[topic]
    own = class_sections.own(site, about, asked[""])
    parts = (_part(site, lang, name, about, asked) for name in _shown(site))
    files = site.release.manifest.files
    return {
        "about": dataset.description(),
        "facts": [] if site.plan.home else _facts(dataset),
        "topic": view.link(topic) if topic != dataset.iri else None,
        "sentence": own.sentence if topic != dataset.iri else "",
        "parts": [part for part in parts if part],
        "examples": [view.link(e) for e in dataset.objects(VOID + "exampleResource")],
        "questions": [view.link(r["question"].value) for r in questions],
        "kinds": _kinds(site, view, held.kinds),
        "schemes": _schemes(view, held.tops),
        "latest": [
            (class_list.thing_link(site, view, iri), lang.date(day[:10]).partition("(")[0])
            for iri, day in held.latest
        ],
        "counts": site.release.manifest.counts,
        "shows_licence": not site.plan.home,
        "has_tables": any(name.startswith("tables/") for name in files),
        "alternates": template_context.formats_of("catalogue"),
    }


@dataclass(frozen=True)
class Held:
    """What the release holds, as far as the first page shows it."""

    kinds: Sequence[Kind] = ()
    tops: Mapping[str, tuple[Sequence[str], int]] = field(default_factory=dict)
    latest: Sequence[tuple[str, str]] = ()

    def named(self) -> list[str]:
        """Return every IRI in it."""
        kinds = [iri for kind in self.kinds for iri in (kind.iri, *kind.examples) if iri]
        schemes = [iri for scheme, (tops, _) in self.tops.items() for iri in (scheme, *tops)]
        return [*kinds, *schemes, *(iri for iri, _ in self.latest)]


def _held(site: Site) -> Held:
    """Return what the release holds; nothing of what the publication does not show."""
    shown, lists = _shown(site), class_list.lists_of(site)
    kinds: list[Kind] = []
    if "kinds" in shown:
        kinds = [kind for kind in lists.kinds() if kind.describing < kind.members][:KINDS]
        wide = kinds[:WIDE]
        kinds = [*wide, *(kind._replace(examples=()) for kind in kinds[WIDE:])]
    tops: dict[str, tuple[list[str], int]] = {}
    if "schemes" in shown:
        index = site.reader.index
        for row in site.reader.ask("schemes"):
            iri = row["scheme"].value
            shows = sum(bool(found) for found, _ in tops.values()) < WIDE
            found = [below.iri for below in index.below(iri, SOME)] if shows else []
            tops[iri] = found, index.below_count(iri) if found else 0
    return Held(kinds, tops, lists.latest() if "latest" in shown else ())


def _facts(dataset: Statements) -> list[tuple[str, list[Value]]]:
    """Return who made the data, and which version they are, under the words for it."""
    makers = [p for p in (DCT + "creator", DCT + "publisher") if p in dataset.by_predicate]
    found = [("By", dataset.by_predicate[p]) for p in makers[:1]]
    version = here().release.manifest.version
    return [*found, *([("Version", [Value(version)])] if version != "0" else [])]


def _schemes(
    view: View, tops: Mapping[str, tuple[Sequence[str], int]]
) -> list[tuple[Link, list[Link], int]]:
    """Return the concept schemes, each with its top concepts in their order and how many more.

    Of very many schemes, top concepts are shown of the first.
    """
    found = [
        (view.link(scheme), [view.link(iri) for iri in concepts], number - len(concepts))
        for scheme, (concepts, number) in tops.items()
    ]
    return sorted(found, key=lambda row: (not row[1], row[0].text))


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
    drawn = (name for name in pictures.plans(site) if name != "classes")
    return ("schemes", "kinds", "latest", *drawn, "questions", "examples")


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


def _kinds(site: Site, view: View, kinds: Sequence[Kind]) -> list[tuple[KindRow, list[Link]]]:
    """Return the kinds of things with their numbers and some of each, the publication's own first.

    Things of which no kind is stated come behind those, and terms of vocabularies last.
    """
    rows = class_list.kind_rows(site, view, kinds)
    found = [
        (row, [class_list.thing_link(site, view, iri) for iri in kind.examples])
        for row, kind in zip(rows, kinds, strict=True)
    ]

    def place(row: KindRow) -> tuple[bool, bool, bool]:
        return row.is_term, not row.iri, not site.addresses.is_ours(row.iri)

    return sorted(found, key=lambda one: place(one[0]))


@routes.get("/about")
def about() -> Response:
    """Say how the data is made, what is not known, and how to correct it; as data, see `home`."""
    fmt = responses.wanted(None, (HTML, *GRAPH_FORMATS), HTML)
    if fmt is not HTML:
        return _as_data(fmt)
    lang = reader_language()
    return answer(_about, HTML, variant=lang.tag, vary=("Accept", "Accept-Language"))


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
