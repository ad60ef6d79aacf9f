"""Answers to queries in any format: what no engine writes is made of its JSON."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

from renkei.rdf.formats import GEOJSON, RESULT_FORMATS, RESULTS_JSON, Format
from renkei.release import Release
from renkei.results import feature_collection, writing
from renkei.results.solutions import Solutions
from renkei.stores.base import Answer, Limits, Query, Store


def answer(store: Store, release: Release, query: Query, fmt: Format, limits: Limits) -> Answer:
    """Answer *query* in *fmt* from the *store* of *release*.

    Raises what `Store.answer` does, and CannotCarry where a format that no engine writes has no way
    to hold the answer.
    """
    if fmt.is_of_engines:
        return store.answer(query, fmt, limits)
    with closing(store.answer(query, RESULTS_JSON, limits)) as found:
        created = datetime.fromisoformat(release.manifest.created)
        made = writing.written(found, fmt, limits.bytes, created)
        made.cut = found.cut
    return made


def formats_of(body: bytes) -> tuple[Format, ...]:
    """Return the formats to offer for an answer that begins as *body* does in JSON: those with
    places for one that has some.
    """
    with closing(Solutions([body])) as solutions:
        has_places = feature_collection.has_places(solutions)
    return tuple(f for f in RESULT_FORMATS if f is not GEOJSON or has_places)
