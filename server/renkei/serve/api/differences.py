"""`/releases/<older>/diff/<newer>`: what became different, in words, as JSON and as an RDF Patch.

Either may be named by its identifier or its version. Both never change, so what stands between
them never does; only the words of the page may.
"""

from __future__ import annotations

import json
from functools import lru_cache

from flask import Blueprint, Response, render_template

from renkei.errors import NotKnown
from renkei.history import differences, told
from renkei.rdf.formats import HTML, Format
from renkei.release import Release
from renkei.serve.api.releases import kept_releases
from renkei.serve.web import responses
from renkei.serve.web.site import here, reader_language

JSON = Format("diff-json", "application/json", "json", "JSON", "table")
PATCH = Format("rdf-patch", differences.PATCH_MEDIA_TYPE, "rdfp", "RDF Patch", "table")
FORMATS = (HTML, JSON, PATCH)
SHOWN = 200  # things that a page tells one by one; JSON has all that are told

routes = Blueprint("differences", __name__)


@routes.get("/releases/<older>/diff/<newer>")
def difference(older: str, newer: str) -> Response:
    """Answer with the difference of two releases that are kept."""
    name, suffix = newer, None
    for among in FORMATS:
        if newer.endswith(f".{among.suffix}"):
            name, suffix = newer.removesuffix(f".{among.suffix}"), among
    fmt = responses.wanted(suffix, FORMATS, HTML)
    first, second = (kept_releases(here()).named(word) for word in (older, name))
    if first.manifest.id == second.manifest.id:
        raise NotKnown(
            "Release %(name)s does not differ from itself.", "See /releases.", name=older
        )
    path = f"releases/{first.manifest.id}/diff/{second.manifest.id}"
    links = [
        f'<{responses.served(path)}.{f.suffix}>; rel="alternate"; type="{f.media_type}"'
        for f in FORMATS
        if f is not fmt
    ]
    lang = reader_language()
    response = responses.answer(
        lambda: _body(first, second, fmt, path),
        fmt,
        variant=lang.tag if fmt is HTML else "",
        vary=("Accept-Language",) if suffix is HTML else () if suffix else
             ("Accept", "Accept-Language"),
        location=None if suffix else f"{responses.served(path)}.{fmt.suffix}",
        links=links,
    )  # fmt: skip
    if fmt is HTML:
        response.headers["Content-Language"] = lang.tag
    return response


def _body(older: Release, newer: Release, fmt: Format, path: str) -> bytes | str:
    if fmt is PATCH:
        return b"".join(differences.patch(older, newer))
    found = between(older.manifest.id, newer.manifest.id)
    if fmt is JSON:
        return json.dumps(found.as_json(), ensure_ascii=False, indent=1) + "\n"
    return render_template(
        "difference.html", found=found, path=path, most=SHOWN, tongues=languages()
    )


@lru_cache(maxsize=4)
def between(older: str, newer: str) -> told.Difference:
    """Return the difference of two releases that are kept, made once."""
    kept = kept_releases(here())
    return told.difference(kept.find(older), kept.find(newer))


def languages() -> tuple[str, ...]:
    """Return the languages in which the present reader is given names, best first."""
    return (reader_language().tag, *here().languages, "")
