"""Check a catalogue as a harvester would: what it could not take must not become a release.

The shapes are the program's own, one set for every publication (`catalogue/shapes.ttl`),
named under the publication's root. They look at the catalogue's graph alone, as a harvester
does: nothing that the data says elsewhere helps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pyoxigraph as ox

from renkei.language.messages import Message, message
from renkei.pack import validation
from renkei.pack.catalogue import keywords
from renkei.pack.catalogue.shipped import parsed
from renkei.pack.reading.source_files import SHAPES
from renkei.pack.reading.terms import graph_of

GRAPH = f"{SHAPES}-catalogue"


def shapes(root: str) -> list[ox.Quad]:
    """Return the shapes of a catalogue, named under *root*, in a graph of their own."""
    graph = ox.NamedNode(root + GRAPH)
    return [
        ox.Quad(q.subject, q.predicate, q.object, graph) for q in parsed("shapes.ttl", base=root)
    ]


def check(
    catalogue: Iterable[ox.Quad], root: str, authored: Iterable[ox.Quad] = ()
) -> list[validation.Finding]:
    """Return what a harvester would stumble over in *catalogue*.

    Warnings are hints to authors: of entries that packing makes from theirs, only those
    whose subject stands in *authored* are told, each once where it can be mended. A value
    that packing copied from an author's entry is told of that entry alone, for the same reason.
    """
    mine = {str(q.subject) for q in authored}
    findings = validation.validate(catalogue, graph_of(shapes(root)))
    told = {_wrong(f) for f in findings if f.focus in mine and f.value}
    return [
        _advised(finding)
        for finding in findings
        if finding.focus in mine
        or (finding.severity == "Violation" and _wrong(finding) not in told)
    ]


def _wrong(finding: validation.Finding) -> tuple[str, str | None, str | None]:
    """Return what is wrong, wherever it stands."""
    return finding.shape, finding.path, finding.value


def _advised(finding: validation.Finding) -> validation.Finding:
    """Return *finding* with the character at fault named, and with a word to write instead."""
    if finding.identifier != "C30":
        return finding
    keyword = validation.bare(finding.value or "")
    named = {
        language: text.replace("{?character}", keywords.refused(keyword))
        for language, text in finding.messages.items()
    }
    return replace(finding, messages=named, hint=_instead(keyword))


def _instead(keyword: str) -> Message | None:
    if keywords.composed(keyword):
        return message(
            "A mark stands apart from its letter; type the same word anew (Unicode form NFC)."
        )
    better = keywords.without(keyword)
    return message('"%(text)s" would do.', text=better) if better else None
