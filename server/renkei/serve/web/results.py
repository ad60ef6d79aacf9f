"""In which formats a page offers an answer to a query."""

from __future__ import annotations

from contextlib import closing

from renkei.rdf.formats import GEOJSON, RESULT_FORMATS, Format
from renkei.results import feature_collection
from renkei.results.solutions import Solutions


def formats_of(body: bytes) -> tuple[Format, ...]:
    """Return the formats to offer for an answer that begins as *body* does in JSON: those with
    places for one that has some.
    """
    with closing(Solutions([body])) as solutions:
        has_places = feature_collection.has_places(solutions)
    return tuple(f for f in RESULT_FORMATS if f is not GEOJSON or has_places)
