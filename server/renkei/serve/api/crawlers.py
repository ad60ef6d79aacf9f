"""What robots, search engines, browsers and language models look for at a known address.

`/robots.txt`, `/.well-known/security.txt`, `/sitemap.xml` and its parts, `/llms.txt`,
`/opensearch.xml`. The sitemap names each page in every language (`hreflang`); its dates are the
day the release was made, because a release changes as a whole.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox
from flask import Blueprint, Response, request
from markupsafe import Markup

from renkei.errors import NotKnown
from renkei.language.locale import Language
from renkei.rdf import iris
from renkei.rdf.formats import Format
from renkei.serve.http.parameters import read_by
from renkei.serve.pages import schema_org, views
from renkei.serve.pages.view_models import Statements
from renkei.serve.read.descriptions import descriptions
from renkei.serve.web.responses import answer
from renkei.serve.web.site import (
    Site,
    dataset_contact,
    here,
    reader_language,
    search_index_of,
)

TEXT = Format("text", "text/plain", "txt", "Text", "page")
SITEMAP = Format("sitemap", "application/xml", "xml", "XML", "page")
OPENSEARCH = Format("opensearch", "application/opensearchdescription+xml", "xml", "XML", "page")
PART = 10_000  # pages of one sitemap file; the protocol allows 50,000 and 50 MB
KEPT_OUT = ("sparql", "graphs", "search", "reconcile", "health/", "metrics")
FIXED = (
    "",
    "about",
    "things",
    "questions",
    "ns",
    "shapes",
    "catalogue",
    "report",
    "dumps/",
    "tables/",
    "openapi",
)
VOID = iris.PREFIXES["void"]

routes = Blueprint("crawlers", __name__)


@routes.app_context_processor
def search_engines() -> dict[str, Any]:
    """Give templates what a page says to search engines."""
    return {"schema_org": _schema_org}


def _schema_org(iri: str, about: Statements | None = None) -> Markup:
    """Return what a page says to search engines: of its thing, or of the data set at `/`.

    *about*: the statements about the thing, where the page has read them.

    A page that shows a part of what is known (`?only=`, `?at=`) says nothing: the whole
    one is its canonical address.
    """
    site = here()
    if any(n in request.args for n in ("only", "at") if read_by(request.path).reads(n)):
        return Markup()
    if not iri and request.path == "/":
        iri = site.release.manifest.dataset
    if not iri or request.method not in ("GET", "HEAD"):
        return Markup()
    lang = reader_language()

    def script() -> Markup:
        return schema_org.script(site, about or views.read(site, iri, lang))

    if iri == site.release.manifest.dataset:
        return site.once(f"schema-org-dataset-{lang.tag}", script)
    return script()


@routes.get("/robots.txt")
def robots() -> Response:
    """Tell robots where the map of the site is, and to leave queries alone."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {here().path(p)}" for p in KEPT_OUT),
        "Allow: /",
        "",
        f"Sitemap: {here().addresses.public}sitemap.xml",
    ]
    return answer(lambda: "\n".join(lines) + "\n", TEXT, vary=())


@routes.get("/.well-known/security.txt")
def security() -> Response:
    """Say whom to tell of a hole (RFC 9116): the contact of the publication.

    It says until when it may be believed, which has to lie ahead: half a year, to the month, so
    that the file changes once a month.
    """
    contact = dataset_contact()
    if contact is None:
        raise NotKnown(
            "This publication names nobody to write to.",
            "Look for whoever runs the server; its authors add vcard:hasEmail to the contact.",
        )
    ahead = datetime.now(UTC).date().replace(day=1)
    for _ in range(7):
        ahead = (ahead + timedelta(days=31)).replace(day=1)
    lines = [
        f"Contact: {contact.address}",
        f"Expires: {ahead.isoformat()}T00:00:00Z",
        f"Preferred-Languages: {', '.join(here().languages)}",
        f"Canonical: {here().addresses.public}.well-known/security.txt",
    ]
    return answer(lambda: "\n".join(lines) + "\n", TEXT, variant=lines[1], vary=())


@routes.get("/sitemap.xml")
def sitemap() -> Response:
    """List the parts of the map of the site (sitemaps.org), with the day they changed."""
    site = here()

    def make() -> str:
        index = search_index_of(site)
        if index.has_rooms:
            counted = site.reader.ask("sitemap-count", root=ox.Literal(site.root))
            number = int(counted[0]["number"].value)
        else:
            number = index.count()
        parts = range(1, 2 + max(0, -(-number // PART)))
        rows = "".join(
            f"<sitemap><loc>{escape(site.addresses.public)}sitemap-{n}.xml</loc>"
            f"<lastmod>{_changed(site)}</lastmod></sitemap>\n"
            for n in parts
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex '
            f'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</sitemapindex>\n'
        )

    return answer(make, SITEMAP, vary=())


@routes.get("/sitemap-<int:number>.xml")
def part(number: int) -> Response:
    """List pages, each in every language: the first part has the fixed ones and questions."""
    site = here()

    def make() -> str:
        addresses = _fixed(site) if number == 1 else _things(site, number - 2)
        if not addresses:
            raise NotKnown(
                "The map of the site has no part %(number)s.", "See /sitemap.xml.", number=number
            )
        rows = "".join(_page(site, address) for address in addresses)
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<urlset '
            'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
            f'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{rows}</urlset>\n'
        )

    return answer(make, SITEMAP, vary=())


def _fixed(site: Site) -> list[str]:
    questions = [
        site.addresses.served(row["question"].value)
        for row in site.reader.ask("all-questions")
        if site.addresses.is_ours(row["question"].value)
    ]
    return [*(site.addresses.public + path for path in FIXED), *questions]


def _things(site: Site, place: int) -> list[str]:
    if place * PART > 10_000_000:
        return []
    index = search_index_of(site)
    if not index.has_rooms:
        found = index.things(PART, place * PART)
        return [site.addresses.served(iri) for iri in found if iri not in site.links.apart]
    rows = site.reader.ask_part("sitemap", PART, place * PART, root=ox.Literal(site.root))
    return [site.addresses.served(iris.document_of(row["thing"].value)) for row in rows]


def _page(site: Site, address: str) -> str:
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{tag}" href={quoteattr(f"{address}?lang={tag}")}/>'
        for tag in site.languages
    )
    links += f'<xhtml:link rel="alternate" hreflang="x-default" href={quoteattr(address)}/>'
    return f"<url><loc>{escape(address)}</loc><lastmod>{_changed(site)}</lastmod>{links}</url>\n"


def _changed(site: Site) -> str:
    return site.release.manifest.created[:10]


@routes.get("/opensearch.xml")
def opensearch() -> Response:
    """Describe the search to browsers (OpenSearch 1.1)."""
    site, lang = here(), reader_language()
    public = site.addresses.public
    title = site.title(lang)
    tag = f"&amp;lang={lang.tag}"

    def make() -> str:
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
            f"<ShortName>{escape(title[:16])}</ShortName>\n"
            f"<LongName>{escape(title[:48])}</LongName>\n"
            f"<Description>{escape(_about(site, lang)[:1000] or title)}</Description>\n"
            f'<Url type="text/html" template="{escape(public)}search?q={{searchTerms}}{tag}"/>\n'
            '<Url type="application/json" '
            f'template="{escape(public)}search.json?q={{searchTerms}}{tag}"/>\n'
            '<Url type="application/opensearchdescription+xml" rel="self" '
            f'template="{escape(public)}opensearch.xml?lang={lang.tag}"/>\n'
            f"<Language>{lang.tag}</Language>\n"
            "<InputEncoding>UTF-8</InputEncoding>\n<OutputEncoding>UTF-8</OutputEncoding>\n"
            "</OpenSearchDescription>\n"
        )

    return answer(make, OPENSEARCH, variant=lang.tag, vary=("Accept-Language",))


@routes.get("/llms.txt")
def llms() -> Response:
    """Tell language models, in Markdown, what is here and how to ask for it (llmstxt.org)."""
    site, lang = here(), reader_language()
    return answer(lambda: _llms(site, lang), TEXT, variant=lang.tag, vary=("Accept-Language",))


def _llms(site: Site, lang: Language) -> str:
    public, manifest = site.addresses.public, site.release.manifest
    about = " ".join(_about(site, lang).split())
    lines = [
        f"# {site.title(lang)}",
        "",
        f"> {about or manifest.dataset}",
        "",
        f"Linked open data, version {manifest.version}, release {manifest.id} of "
        f"{_changed(site)}. Things have IRIs under {site.root}; each is served at the same path "
        f"under {public}, in HTML or, with a suffix (.ttl .jsonld .nt .rdf .trig), as data. "
        "Statements stand in named graphs, one for each place of a source, so that each can be "
        "followed to it; cite the source with the statement.",
        "",
        "## Data",
        "",
        f"- [SPARQL endpoint]({public}sparql): SPARQL 1.1 queries by GET or POST, read-only; "
        f"{site.settings.query_seconds:g} seconds a query",
        f"- [Search]({public}search.json?q=): names, readings and codes, as JSON",
        f"- [Questions]({public}questions): questions with their queries and live answers",
        f"- [Catalogue]({public}catalogue.ttl): the data set described with DCAT",
        f"- [Dumps]({public}dumps/): everything in one file",
        f"- [Reconciliation]({public}reconcile): matches tables of names or codes",
        "",
        "## Words",
        "",
        f"- [Vocabulary]({public}ns): classes and properties with definitions and examples",
        f"- [Rules]({public}shapes): what must hold (SHACL)",
        f"- [VoID]({public}.well-known/void): statistics",
        "",
        "## Interface",
        "",
        f"- [OpenAPI]({public}openapi.json): every address, parameter and limit",
        f"- [Map of the site]({public}sitemap.xml)",
        "",
        "## Examples",
        "",
    ]
    for row in site.reader.ask("all-questions"):
        iri = row["question"].value
        if len(lines) < 60 and site.addresses.is_ours(iri):
            lines.append(f"- [{site.name(iri, lang)[0]}]({site.addresses.served(iri)}.json)")
    for iri in examples(site):
        lines.append(
            f"- [{site.name(iri, lang)[0]}]({site.addresses.served(iris.document_of(iri))}.ttl)"
        )
    return "\n".join(lines) + "\n"


def _about(site: Site, lang: Language) -> str:
    dataset = site.release.manifest.dataset
    return descriptions(site.reader, [dataset], lang.tag).get(dataset, ("", ""))[0]


def examples(site: Site) -> list[str]:
    """Return the things that the publication names as examples of itself."""
    return site.once(
        "examples",
        lambda: sorted(
            {
                q.object.value
                for q in site.reader.statements(site.release.manifest.dataset)
                if q.predicate.value == VOID + "exampleResource"
                and isinstance(q.object, ox.NamedNode)
            }
        ),
    )


def example(site: Site) -> str:
    """Return the path of one example below `id/`, or nothing."""
    return next(
        (
            iri.removeprefix(f"{site.root}id/")
            for iri in examples(site)
            if iri.startswith(f"{site.root}id/")
        ),
        "",
    )
