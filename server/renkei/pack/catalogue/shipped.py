"""The files of this folder: shapes and words for any catalogue, and nodes of code lists."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

FOLDER = Path(__file__).parent


def parsed(name: str, base: str = "") -> list[ox.Quad]:
    """Return the statements of the file *name* of this folder."""
    text = (FOLDER / name).read_text("utf-8")
    return list(ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base or None))
