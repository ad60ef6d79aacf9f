"""Write statements in a format of the table, in an order that does not change.

JSON-LD is compacted under the release's own context, read from its file; the context is
named by its served address and never fetched. Data keeps canonical IRIs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox
from pyld import jsonld

from renkei.formats import JSON_LD, Format
from renkei.release import Release
from renkei.serve.description import TYPE, spelt

CONTEXT = "context.jsonld"


def context(release: Release) -> dict[str, Any]:
    """Return the release's JSON-LD context; its prefixes where it has no context file."""
    if CONTEXT in release.manifest.files:
        loaded: dict[str, Any] = json.loads(release.path(CONTEXT).read_text("utf-8"))
        return loaded
    return {"@context": dict(release.manifest.prefixes)}


def write(
    quads: Iterable[ox.Quad], fmt: Format, release: Release, first: str, context_address: str
) -> bytes:
    """Return *quads* in *fmt*; formats without graphs get each statement once.

    *first* is the IRI whose statements come first.
    """
    ordered = sorted(_canonical(quads), key=lambda q: _place(q, first))
    if fmt is JSON_LD:
        return _json_ld(_triples(ordered), release, context_address)
    assert fmt.rdf is not None, f"{fmt.name} does not carry statements"
    rows: list[ox.Quad] | list[ox.Triple]
    if fmt.kind == "dataset":
        rows = sorted(
            ordered,
            key=lambda q: q.graph_name.value if isinstance(q.graph_name, ox.NamedNode) else "",
        )
    else:
        rows = _triples(ordered)
    prefixes = _used_prefixes(ordered, release.manifest.prefixes)
    return _ordered_prefixes(_serialized(rows, fmt.rdf, prefixes))


def _canonical(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """Return *quads* with RDFC-1.0 names for blank nodes: a store renames them as it loads,
    and a strong ETag promises the same bytes from every process.
    """
    plain = set(quads)
    blank = {
        q
        for q in plain
        if isinstance(q.subject, ox.BlankNode) or isinstance(q.object, ox.BlankNode)
    }
    if blank:
        dataset = ox.Dataset(blank)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        plain = (plain - blank) | set(dataset)
    return plain


def _serialized(
    rows: list[ox.Quad] | list[ox.Triple],
    rdf: ox.RdfFormat,
    prefixes: dict[str, str] | None = None,
) -> bytes:
    text = ox.serialize(rows, format=rdf, prefixes=prefixes)
    assert text is not None, "without an output the bytes come back"
    return text


def _ordered_prefixes(text: bytes) -> bytes:
    """Return *text* with its prefixes in order: the engine writes them in any, and a strong
    ETag promises the same bytes from every process.
    """
    lines = text.split(b"\n")
    count = next((n for n, line in enumerate(lines) if not line.startswith(b"@prefix ")), 0)
    text = b"\n".join(sorted(lines[:count]) + lines[count:])
    return re.sub(
        rb"<rdf:RDF((?: xmlns:[^ =]+=\"[^\"]*\")+)",
        lambda found: b"<rdf:RDF " + b" ".join(sorted(found[1].split())),
        text,
        count=1,
    )


def _place(quad: ox.Quad, first: str) -> tuple[bool, str, bool, str, str, str]:
    return (
        spelt(quad.subject) != first,
        spelt(quad.subject),
        quad.predicate.value != TYPE,
        quad.predicate.value,
        str(quad.object),
        str(quad.graph_name),
    )


def _triples(quads: Iterable[ox.Quad]) -> list[ox.Triple]:
    return list(dict.fromkeys(q.triple for q in quads))


def _used_prefixes(quads: list[ox.Quad], prefixes: dict[str, str]) -> dict[str, str]:
    """Return the prefixes that shorten something, so that a small document opens small."""
    iris = {
        term.value
        for quad in quads
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)
        if isinstance(term, ox.NamedNode)
    }
    iris |= {q.object.datatype.value for q in quads if isinstance(q.object, ox.Literal)}
    folders = {
        iri[: cut + 1] for iri in iris for cut in [max(iri.rfind("/"), iri.rfind("#"))] if cut > 0
    }
    return {name: iri for name, iri in sorted(prefixes.items()) if iri in folders}


def _json_ld(triples: list[ox.Triple], release: Release, context_address: str) -> bytes:
    """Return compact JSON-LD. The library remembers a context by its address, so it gets
    one that is this release's own, and a loader that knows no other.
    """
    name = f"https://context.invalid/{release.manifest.id}"

    def load(url: str, *_: object) -> dict[str, Any]:
        if url != name:
            raise jsonld.JsonLdError(f"{url} is not fetched.", "jsonld.LoadDocumentError")
        return {"document": context(release), "documentUrl": name, "contextUrl": None}

    expanded = json.loads(_serialized(triples, ox.RdfFormat.JSON_LD))
    for node in expanded:
        if TYPE in node:  # the engine writes rdf:type like any property
            node["@type"] = [kind["@id"] for kind in node.pop(TYPE)]
    options = {"documentLoader": load, "processingMode": "json-ld-1.1", "graph": True}
    compact = jsonld.compact(expanded, name, options)
    rows = compact.pop("@graph", [])
    compact.pop("@context", None)
    document = {"@context": context_address, "@graph": rows}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
