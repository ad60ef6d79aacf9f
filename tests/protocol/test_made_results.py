"""What no engine writes is made of its answer, under the same bounds: XLSX, GeoJSON, Parquet."""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path
from urllib.parse import urlencode

import pytest
from pyarrow import parquet as pq

from renkei.rdf.formats import GEOJSON, PARQUET, XLSX, Format
from tests.protocol.conftest import Live, Reply, Start

MADE = (XLSX, GEOJSON, PARQUET)
PLACES = "SELECT ?s (43.1 AS ?lat) (141.3 AS ?long) WHERE { ?s a ?o } ORDER BY ?s"
CONSTRUCT = "CONSTRUCT WHERE { ?s a ?o }"


def asked(live: Live, query: str, suffix: str, **more: str) -> Reply:
    return live.ask(f"sparql.{suffix}?" + urlencode({"query": query, **more}))


@pytest.mark.parametrize("fmt", MADE, ids=lambda f: f.name)
def test_a_file_is_asked_for_as_any_other_format(live: Live, fmt: Format) -> None:
    """By suffix, by `format` and by Accept, with the same bytes each time."""
    replies = [
        asked(live, PLACES, fmt.suffix),
        live.query(PLACES, format=fmt.label),
        live.query(PLACES, fmt.media_type),
    ]

    assert [(r.status, r.headers["Content-Type"]) for r in replies] == [(200, fmt.media_type)] * 3
    assert len({r.body for r in replies}) == 1


def test_what_is_compressed_already_is_not_compressed_again(live: Live) -> None:
    """GeoJSON is text; a workbook is an archive, and the columns of Parquet are compressed."""
    codings = [
        live.ask(
            f"sparql.{fmt.suffix}?" + urlencode({"query": PLACES}), Accept_Encoding="gzip"
        ).headers["Content-Encoding"]
        for fmt in MADE
    ]

    assert codings == [None, "gzip", None]


@pytest.mark.parametrize("fmt", MADE, ids=lambda f: f.name)
def test_a_graph_is_no_table(live: Live, fmt: Format) -> None:
    reply = asked(live, CONSTRUCT, fmt.suffix)

    assert (reply.status, json.loads(reply.body)["available"][0]) == (406, "ttl")


def test_an_answer_that_a_format_cannot_hold_is_refused_with_its_place(live: Live) -> None:
    reply = asked(live, "SELECT (1 AS ?n) ('a\\rb' AS ?text) {}", "xlsx")
    said = json.loads(reply.body)

    assert reply.status == 406
    assert (said["type"].rsplit("/", 1)[-1], said["row"], said["column"]) == (
        "cannot-carry",
        1,
        "text",
    )


def test_the_bounds_of_an_answer_hold_for_what_is_made_of_it(folder: Path, start: Start) -> None:
    """Too many rows are refused, or cut where the reader says so."""
    live = start(folder, answer_rows=2)
    refused, cut = asked(live, PLACES, "parquet"), asked(live, PLACES, "parquet", partial="true")

    assert (refused.status, json.loads(refused.body)["bound"]) == (503, "rows")
    assert (cut.status, cut.headers["Renkei-Partial"]) == (200, "rows=2")
    assert pq.read_table(io.BytesIO(cut.body)).num_rows == 2


def test_a_file_that_nobody_waits_for_any_more_leaves_nothing_behind(
    folder: Path, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deadline ends the process that writes, in the middle of its work."""
    place = tmp_path / "t"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    live = start(folder, query_seconds=2)
    digits = " ".join(f"VALUES ?{v} {{ 0 1 2 3 4 5 6 7 8 9 }}" for v in "abcdef")
    reply = asked(live, f"SELECT (CONCAT('x', STR(?a)) AS ?t) {{ {digits} }} LIMIT 400000", "xlsx")

    assert (reply.status, live.query("ASK {}").status) == (504, 200)
    for _ in range(100):  # who forked it sees to it
        left = [p.name for p in place.rglob("*") if p.is_file()]
        if left == ["deaths"]:
            break
        time.sleep(0.05)
    assert left == ["deaths"]


def test_a_workbook_is_whole(live: Live) -> None:
    assert zipfile.ZipFile(io.BytesIO(asked(live, PLACES, "xlsx").body)).testzip() is None
