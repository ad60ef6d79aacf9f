"""What the shapes found, as pages show it."""

from __future__ import annotations

import json
from typing import Any

from renkei.errors import FileDamaged
from renkei.language.locale import Language
from renkei.serve.pages import view_models, views
from renkei.serve.web.site import Site


def unread(site: Site, lang: Language) -> str:
    """Return why what the shapes found cannot be shown; nothing where it can."""
    try:
        _reported(site)
    except FileDamaged as error:
        return error.translated(lang.interface)
    return ""


def found(site: Site, iri: str | None, lang: Language) -> list[view_models.FindingRow]:
    """Return what the shapes found, or nothing where `unread` says why."""
    return [] if unread(site, lang) else findings(site, iri, lang)


def _reported(site: Site) -> list[dict[str, Any]]:
    """Return the findings as the report has them. Raises FileDamaged."""

    def read() -> list[dict[str, Any]]:
        if "report.json" not in site.release.manifest.files:
            return []
        held: list[dict[str, Any]] = json.loads(site.release.read("report.json"))["findings"]
        return held

    return site.once("findings", read)


def findings(site: Site, iri: str | None, lang: Language) -> list[view_models.FindingRow]:
    """Return what the shapes found, about one thing or all. Raises FileDamaged."""
    entries = [e for e in _reported(site) if iri is None or e.get("focus") == f"<{iri}>"]
    shapes = [str(entry.get("shape", "")) for entry in entries]
    view = views.view_of(site, lang, site.reader.known(s for s in shapes if ":" in s))
    result = []
    for entry, shape in zip(entries, shapes, strict=True):
        messages = entry.get("messages") or {}
        message = messages.get(lang.tag) or next(iter(messages.values()), "")
        severity = str(entry.get("severity", ""))
        result.append(view_models.FindingRow(severity, message, view.link(shape)))
    return result
