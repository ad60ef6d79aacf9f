"""Answers of a store in any format: what no engine writes is made of its JSON."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

from renkei.rdf.formats import RESULTS_JSON, Format
from renkei.release import Release
from renkei.results import writing
from renkei.stores.base import Answer, FileAnswer, Limits, Query, Store


def answer(store: Store, release: Release, query: Query, fmt: Format, limits: Limits) -> Answer:
    """Answer *query* in *fmt* from the *store* of *release*.

    A file that says when it was made says when the release was. Raises what `Store.answer` does,
    and CannotCarry where a format that no engine writes has no way to hold the answer.
    """
    if fmt.is_of_engines:
        return store.answer(query, fmt, limits)
    made = release.manifest.created  # of an endpoint of others there is no release
    created = datetime.fromisoformat(made) if made else datetime.now(UTC)
    with closing(store.answer(query, RESULTS_JSON, limits)) as found:
        written = writing.written(found, fmt, limits.bytes, created)
        cut = found.cut
    return FileAnswer(written.file, fmt.media_type, cut, is_empty=written.is_empty)
