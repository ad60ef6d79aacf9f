"""The addresses of the program's own pages that the data claim for themselves.

Whatever IRI the release speaks of is answered by what the release says of it. Where that is
the address of a page of the program, the page is reached at its reserved home, `/-/…`, alone.
Fixed doors cannot be claimed: a client finds them without asking.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pyoxigraph as ox

from renkei.rdf.formats import DOCUMENT_FORMATS
from renkei.serve.read import named_queries
from renkei.serve.read.reader import Reader

RESERVED = "-"  # first part of the path of the program's own pages, whatever the data claim
# First parts of paths that are answered by the program whatever the data say, or that answer
# for things of the release anyway.
FIXED = frozenset(
    ("", RESERVED, "sparql", ".well-known", "robots.txt", "sitemap.xml", "health", "metrics")
)
OF_THE_DATA = frozenset(("id", "ns", "shapes", "concept", "graph"))


def rooms(paths: Iterable[str]) -> frozenset[str]:
    """Return the first parts of *paths*, rules of the program, that data may claim."""
    firsts = (re.split(r"[/<.]", path.lstrip("/"))[0] for path in paths)
    return frozenset(firsts) - FIXED - OF_THE_DATA


def claimed(reader: Reader, paths: Iterable[str]) -> frozenset[str]:
    """Return the IRIs of things of the data that stand at *paths* of the program, or that end
    as a format does: one question to the store.

    What only describes the release (its catalogue, questions, statistics) claims nothing: the
    program's pages are about that very thing.
    """
    root = re.escape(reader.release.manifest.root)
    of_rooms = "|".join(sorted(map(re.escape, rooms(paths))))
    of_formats = "|".join(fmt.suffix for fmt in DOCUMENT_FORMATS)
    pattern = f"^{root}(({of_rooms})([/.].*)?|.*[.]({of_formats}))$"
    # In the text and not bound: the engine then reads the pattern once and not for each row.
    text = named_queries.text("claiming-subjects", reader.roles)
    rows = reader.store.select(text.replace("?pattern", str(ox.Literal(pattern))))
    graphs = {row["graph"].value for row in rows}
    facts = {graph for graph in graphs if reader.origin(graph).kind != "vocabulary"}
    return frozenset(row["thing"].value for row in rows if row["graph"].value in facts)
