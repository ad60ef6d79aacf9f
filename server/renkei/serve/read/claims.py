"""The addresses of the program's own pages that the data claim for themselves (see `rooms`)."""

from __future__ import annotations

import re

import pyoxigraph as ox

from renkei.rdf.formats import DOCUMENT_FORMATS
from renkei.rooms import CLAIMABLE
from renkei.serve.read import named_queries
from renkei.serve.read.reader import Reader


def claimed(reader: Reader) -> frozenset[str]:
    """Return the IRIs of things of the data that stand where pages of the program do, or that end
    as a format does: one question to the store. Of a hash IRI that is the document of its base.

    What only describes the release (its catalogue, questions, statistics) claims nothing: the
    program's pages are about that very thing.
    """
    root = re.escape(reader.release.manifest.root)
    of_rooms = "|".join(sorted(map(re.escape, CLAIMABLE)))
    of_formats = "|".join(fmt.suffix for fmt in DOCUMENT_FORMATS)
    pattern = f"^{root}(({of_rooms})([/.][^#]*)?|[^#]*[.]({of_formats}))(#.*)?$"
    # In the text and not bound: the engine then reads the pattern once and not for each row.
    text = named_queries.text("claiming-subjects", reader.roles)
    rows = reader.store.select(text.replace("?pattern", str(ox.Literal(pattern))))
    graphs = {row["graph"].value for row in rows}
    facts = {graph for graph in graphs if reader.origin(graph).kind != "vocabulary"}
    return frozenset(
        row["thing"].value.partition("#")[0] for row in rows if row["graph"].value in facts
    )
