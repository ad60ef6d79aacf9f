"""`/report`: what the check of this release found, as a page, RDF, JSON and a badge."""

from __future__ import annotations

import json

import pyoxigraph as ox
from flask import Blueprint, Response, request

from renkei.errors import NotKnown
from renkei.language.locale import Language
from renkei.rdf.formats import DOCUMENT_FORMATS, HTML, Format, by_suffix
from renkei.release import Release
from renkei.serve.api.dcat import write
from renkei.serve.pages import shapes
from renkei.serve.web import responses
from renkei.serve.web.site import here, reader_language

JSON = Format("report-json", "application/json", "json", "JSON", "table")
SVG = Format("svg", "image/svg+xml", "svg", "SVG", "page")
FORMATS = (*DOCUMENT_FORMATS, JSON)

routes = Blueprint("validation_report", __name__)


@routes.get("/report")
@routes.get("/report.<suffix>")
def report(suffix: str = "") -> Response:
    """Answer with the report."""
    fmt = _wanted(suffix)
    if fmt is HTML:
        lang = reader_language().tag
        return responses.answer(
            shapes.report_page, HTML, variant=lang, vary=("Accept", "Accept-Language")
        )
    served_at = f"{here().settings.public}report"
    return responses.answer(
        lambda: _body(here().release, fmt),
        fmt,
        vary=() if suffix else ("Accept",),
        location=None if suffix else responses.address_of("report", fmt),
        links=[f'<{served_at}.{f.suffix}>; rel="alternate"; type="{f.media_type}"'
               for f in FORMATS if f is not fmt],
    )  # fmt: skip


@routes.get("/report/badge.svg")
def badge() -> Response:
    """Answer with a badge that says whether the release conforms, and to how many rules."""
    lang = reader_language()
    return responses.answer(lambda: _badge(here().release, lang), SVG, variant=lang.tag,
                       vary=("Accept-Language",))  # fmt: skip


def _wanted(word: str) -> Format:
    if not word:
        return responses.wanted(None, FORMATS)
    fmt = JSON if word == "json" else by_suffix(word)
    if fmt not in FORMATS or fmt is None:
        raise NotKnown(
            "Nothing is published at %(path)s.",
            "Use the suffix .ttl, .jsonld or .json.",
            path=request.path,
        )
    return responses.wanted(fmt, FORMATS)


def _body(release: Release, fmt: Format) -> bytes:
    if fmt is JSON:
        body = json.loads(release.read("report.json"))
        manifest = release.manifest
        said = {"release": manifest.id, "created": manifest.created,
                "shapes": manifest.counts.get("shapes", 0)}  # fmt: skip
        return (json.dumps({**said, **body}, ensure_ascii=False, indent=2) + "\n").encode()
    content = release.read("report.ttl")
    return write((q.triple for q in ox.parse(content, format=ox.RdfFormat.TURTLE)), fmt)


def _badge(release: Release, lang: Language) -> bytes:
    counts = release.manifest.counts
    label = lang.gettext("checked")
    violations = counts.get("violations", 0)
    verdict = (
        lang.count("%(number)s violation", "%(number)s violations", violations)
        if violations
        else lang.gettext("conforms")
    )
    rules = lang.count("%(number)s rule", "%(number)s rules", counts.get("shapes", 0))
    value = f"{verdict} · {rules}"
    left, right = _width(label), _width(value)
    colour = "#b3261e" if violations else "#2e6b34"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" \
role="img" aria-label="{label}: {value}" lang="{lang.interface}">
<title>{label}: {value}</title>
<rect width="{left}" height="20" fill="#444"/>
<rect x="{left}" width="{right}" height="20" fill="{colour}"/>
<g fill="#fff" text-anchor="middle" font-family="sans-serif" font-size="11">
<text x="{left / 2:g}" y="14">{label}</text>
<text x="{left + right / 2:g}" y="14">{value}</text>
</g>
</svg>
""".encode()


def _width(text: str) -> int:
    return 12 + sum(12 if ord(c) > 0x2E7F else 7 for c in text)
