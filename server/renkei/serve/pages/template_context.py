"""What every template is given: words, links, and what of a request a page reads."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache, partial
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from flask import Flask, request
from markupsafe import Markup

from renkei import __version__
from renkei.errors import BadRequest, RenkeiError
from renkei.language import locale
from renkei.language.locale import Language
from renkei.rdf.formats import HTML
from renkei.serve.web import offered
from renkei.serve.web.choices import choice
from renkei.serve.web.site import (
    Site,
    dataset_contact,
    dataset_licence,
    here,
    reader_language,
    sent_path,
)

UNSPACED = ("ja", "zh")  # languages that put no space between sentences
MARKS = {
    "stated": "stated",
    "elsewhere": "stated in another source",
    "given": "given without a source",
    "derived": "derived by a rule",
    "editorial": "added by the editors",
    "vocabulary": "part of the description",
}


def register(app: Flask) -> None:
    """Give every template its words and links."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(marks=MARKS, program=__version__)
    app.context_processor(_common)


def learn() -> None:
    """Read what every page shows, for the language of the present request; raises RenkeiError."""
    _common()
    here().once("menu", lambda: menu(here()))


def _common() -> dict[str, Any]:
    site, lang = here(), reader_language()
    return {
        "site": site,
        "lang": lang,
        "_": lang.gettext,
        "count": lang.count,
        "languages": [(t, locale.own_name(t), again(lang=t)) for t in site.languages],
        "again": again,
        "spoken": partial(spoken, lang.interface),
        "title_tag": site.title_tag(lang),
        "foreign": locale.is_foreign(lang),
        "contact": dataset_contact(),
        "licence": dataset_licence(),
        "licence_name": licence_name(),
        "has_passages": bool(site.reader.roles.passage),
        "menu": _menu_of(site),
        "gap": "" if lang.interface in UNSPACED else " ",
        "ask_link": lambda query: site.path("sparql", query=query),
        "names_of_marks": MARKS,
        "made_on": made_on(site, lang),
    }


def menu(site: Site) -> list[tuple[str, str]]:
    """Return path and word of the pages that not every release has something for."""
    found = []
    if site.reader.ask_part("all-questions", 1):
        found.append(("questions", "Questions"))
    if site.reader.ask_part("own-terms", 1, namespace=ox.Literal(site.reader.namespace)):
        found.append(("ns", "Vocabulary"))
    if site.release.manifest.counts.get("shapes", 0):
        found.append(("shapes", "Rules"))
    return found


def _menu_of(site: Site) -> list[tuple[str, str]]:
    """Return the menu; none while the store does not answer: an error has a page all the same."""
    try:
        return site.once("menu", lambda: menu(site))
    except RenkeiError:
        return []


@lru_cache(1024)
def spoken(interface: str, tag: str | None) -> Markup:
    """Return the `lang` attribute of a text in *tag*; nothing where the page says so already."""
    return Markup(' lang="{}"').format(tag) if tag and tag != interface else Markup()


def again(**changes: str | int | None) -> str:
    """Return the present address with some parameters changed; None takes one away."""
    asked: dict[str, str] = {k: v for k, v in request.args.items() if k != "page"}
    for name, value in changes.items():
        if value is None:
            asked.pop(name, None)
        else:
            asked[name] = str(value)
    path = here().links.base + quote(sent_path(), safe="/%:@!$&'()*+,;=~-._")
    return path + (f"?{urlencode(asked)}" if asked else "")


def made_on(site: Site, lang: Language) -> str:
    """Return the day the release was made, written out."""
    return lang.date(site.release.manifest.created[:10]).partition("(")[0]


def licence_name() -> str:
    """Return the licence as people call it: `CC BY 4.0`; its address where it has no such name."""
    iri = dataset_licence() or ""
    address = iri.partition("//")[2].strip("/")
    found = re.fullmatch(r"creativecommons\.org/(\w+)/([a-z-]+)/(\d\.\d)(?:/\w+)?", address)
    if found is None:
        site, tag = here(), reader_language().tag
        label = site.once(f"licence-{tag}", lambda: iri and site.reader.label(iri, tag))
        return label[0] if label else address
    names = {"zero": "CC0", "mark": "Public Domain Mark"}
    return f"{names.get(found[2], f'CC {found[2].upper()}')} {found[3]}"


def only_stated() -> str:
    """Return `stated` where `?only=` asks for what a source states, else nothing.

    Raises BadRequest for anything else.
    """
    return choice("only", ("stated",))


def as_of() -> date | None:
    """Return the day of `?at=`. Raises BadRequest for what is no day."""
    text = request.args.get("at", "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest('"%(at)s" is not a day.', "Write it as 2019-05-01.", at=text) from None


def formats_of(path: str, iri: str = "") -> list[tuple[str, str, str]]:
    """Return label, media type and path of each format of a document, which is about *iri*."""
    site = here()
    return [
        (f.label, f.media_type, site.path(f"{path}.{f.suffix}"))
        for f in offered.formats_for(iri)
        if f is not HTML and f"{site.root}{path}.{f.suffix}" not in site.claims
    ]
