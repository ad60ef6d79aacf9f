"""Take the present reading of each source as the right one: write `readings.json` anew.

    make accept

A source was read once, at a stated day; what its graph says changes only when somebody
has looked at the source again. `test_readings.py` holds the data to what was accepted.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox

from renkei.pack.reading import sources

ROOT = Path(__file__).parents[2]
ACCEPTED = Path(__file__).with_name("readings.json")


def readings() -> dict[str, dict[str, object]]:
    """Return, for each named graph under data/, how many statements it has and their SHA-256."""
    publication = sources.read(ROOT)
    graphs: dict[str, set[bytes]] = defaultdict(set)
    for file in publication.files:
        if not file.relative.startswith(("data/sources", "data/enrichment", "data/editorial")):
            continue
        for quad in file.quads:
            name = quad.graph_name.value.removeprefix(publication.config.root)
            graphs[name].add(ox.serialize([quad.triple], format=ox.RdfFormat.N_TRIPLES))
    return {
        name: {
            "statements": len(lines),
            "sha256": hashlib.sha256(b"".join(sorted(lines))).hexdigest(),
        }
        for name, lines in sorted(graphs.items())
    }


if __name__ == "__main__":
    ACCEPTED.write_text(json.dumps(readings(), indent=1) + "\n", "utf-8")
    print(f"accepted: {ACCEPTED.relative_to(ROOT)}")
