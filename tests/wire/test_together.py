"""What many ask for at once is made once."""

from __future__ import annotations

from collections import Counter
from urllib.parse import quote

import pytest

from renkei.release import Release
from renkei.serve.http import compression
from tests.wire.application import Application, Wish

LONG = "/sparql?query=" + quote("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 3000")


def test_a_long_answer_is_compressed_once_for_all_who_ask_at_the_same_time(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each coding takes its own memory and time while it is made."""
    made: Counter[str] = Counter()
    encode = compression.encode

    def counted(body: bytes, encoding: str) -> bytes:
        made[encoding] += 1
        return encode(body, encoding)

    monkeypatch.setattr(compression, "encode", counted)
    application = Application(release.folder)
    try:
        wish = Wish("coded", (("accept", "text/csv"), ("accept-encoding", "gzip")))
        application.ask(LONG, Wish("plain", (("accept", "text/csv"),)))
        seen = application.ask_together(LONG, wish, 20)
    finally:
        application.close()

    assert len(seen[0].body) > 10_000
    assert set(seen) == {seen[0]}
    assert seen[0].header("content-encoding") == "gzip"
    assert made == {"gzip": 1}
