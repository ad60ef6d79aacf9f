"""A small release made by hand, and stores over it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pyoxigraph as ox

from renkei.pack.index import search_index
from renkei.release import INDEX, LAYOUT, WORDS, FileEntry, Manifest, Release, open_release
from renkei.sparql.words import words_of

ROOT = "https://example.org/harbours/"
TRIG = """
PREFIX h: <https://example.org/harbours/id/>
PREFIX def: <https://example.org/harbours/ns#>
PREFIX g: <https://example.org/harbours/graph/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
GRAPH g:north {
  h:trieste a def:Harbour ; rdfs:label "Trieste"@it , "トリエステ"@ja ; def:depth 18 .
  h:venezia a def:Harbour ; rdfs:label "Venezia"@it ; def:depth 12 ; def:near h:trieste .
}
GRAPH g:south {
  h:brindisi a def:Harbour ; rdfs:label "Brindisi \\"porta\\", {\\n}"@it ; def:depth 14.5 .
  h:trieste a def:Harbour .
}
"""
CONTEXT = {
    "@context": {
        "h": ROOT + "id/",
        "def": ROOT + "ns#",
        "id": "@id",
        "type": "@type",
        "label": {"@id": "http://www.w3.org/2000/01/rdf-schema#label", "@container": "@language"},
        "near": {"@id": ROOT + "ns#near", "@type": "@id"},
    }
}
PREFIXES = {"h": ROOT + "id/", "def": ROOT + "ns#", "rdfs": "http://www.w3.org/2000/01/rdf-schema#"}


def make_release(folder: Path, trig: str = TRIG, extra: bytes = b"") -> Release:
    """Write a release of *trig* (its named graphs, copied to the default graph) and open it."""
    quads = list(ox.parse(trig, ox.RdfFormat.TRIG))
    quads += [ox.Quad(q.subject, q.predicate, q.object) for q in quads]
    lines = sorted({f"{q} .\n" for q in quads})
    data = "".join(lines).encode() + extra
    digest = hashlib.sha256(data).hexdigest()
    target = folder / digest[:12]
    target.mkdir(parents=True)
    contents = {
        "data.nq": ("application/n-quads", data),
        "description.nq": ("application/n-quads", b""),
        "context.jsonld": ("application/ld+json", json.dumps(CONTEXT).encode()),
        "catalogue.ttl": ("text/turtle", b""),
        "void.ttl": ("text/turtle", b""),
        WORDS: ("application/json", words_of(quads).to_json()),
    }
    entries = {}
    for name, (media_type, body) in contents.items():
        (target / name).write_bytes(body)
        entries[name] = FileEntry(len(body), hashlib.sha256(body).hexdigest(), media_type)
    plain, named = (
        [q for q in quads if (q.graph_name == ox.DefaultGraph()) is default]
        for default in (True, False)
    )
    search_index.write(target / INDEX, plain, named, ROOT + "ns#", ROOT)
    body = (target / INDEX).read_bytes()
    digest_of_index = hashlib.sha256(body).hexdigest()
    entries[INDEX] = FileEntry(len(body), digest_of_index, "application/vnd.sqlite3")
    default = sum(1 for line in lines if line.count("<https://example.org/harbours/graph/") == 0)
    manifest = Manifest(
        LAYOUT,
        digest[:12],
        ROOT,
        ROOT + "dataset/harbours",
        ROOT + "ns#",
        {"en": "Harbours", "it": "Porti"},
        "1.0.0",
        "2026-01-01T00:00:00Z",
        None,
        digest,
        ("en", "it"),
        PREFIXES,
        {},
        {"statements": default, "quads": len(lines), "graphs": 2, "findings": 0},
        entries,
    )
    (target / "manifest.json").write_text(manifest.to_json(), "utf-8")
    return open_release(target)
