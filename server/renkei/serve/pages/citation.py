"""How a thing is cited."""

from __future__ import annotations

import json
import re

from renkei.language.locale import Language
from renkei.rdf import iris
from renkei.release import Manifest
from renkei.serve.web.site import Site


def citations(
    site: Site, iri: str, title: str, lang: Language, manifest: Manifest | None = None
) -> dict[str, str]:
    """Return how to cite the document of a thing: plain, BibTeX and CSL JSON.

    *manifest* is of the release it is cited from, by default of the one served.
    """
    manifest = manifest or site.release.manifest
    year = manifest.created[:4]
    whole = site.title(lang)
    address = iris.document_of(iri) if iri.startswith(site.root) else iri
    key = re.sub(r"[^A-Za-z0-9]+", "-", iri[len(site.root) :]).strip("-") or "document"
    release = lang.gettext("release %(id)s", id=manifest.id)
    plain = lang.gettext(
        "“%(title)s”, in: %(whole)s, version %(version)s, %(release)s, %(year)s. %(address)s",
        title=title,
        whole=whole,
        version=manifest.version,
        release=release,
        year=year,
        address=address,
    )

    def brace(text: str) -> str:
        return re.sub(r"([{}%&#_$\\])", r"\\\1", text)

    bibtex = (
        f"@misc{{{key},\n  title        = {{{brace(title)}}},\n"
        f"  howpublished = {{{brace(whole)}}},\n  version      = {{{manifest.version}}},\n"
        f"  note         = {{{brace(release)}}},\n  year         = {{{year}}},\n"
        f"  url          = {{{address}}}\n}}"
    )
    csl = {
        "id": key,
        "type": "entry",
        "title": title,
        "container-title": whole,
        "version": manifest.version,
        "URL": address,
        "language": lang.tag,
        "issued": {"date-parts": [[int(p) for p in manifest.created[:10].split("-")]]},
    }
    return {"plain": plain, "bibtex": bibtex, "csl": json.dumps(csl, ensure_ascii=False, indent=1)}
