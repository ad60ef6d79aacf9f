"""Other areas are published with our vocabulary, shapes and rules as they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from renkei.pack import pipeline
from tests.areas.conftest import AREAS, HERE, lay_out
from tests.packed import Packed


@pytest.mark.parametrize("area", AREAS)
def test_an_area_is_packed_as_it_is(area: str, areas: dict[str, Packed]) -> None:
    """A violation would have stopped it; warnings of the catalogue alone are left."""
    found = areas[area]

    assert [f for f in found.checked.findings if not f.identifier.startswith("C")] == []
    assert found.release.path("data.nq").exists()


def test_what_sapporo_has_not_is_no_fault(tmp_path: Path) -> None:
    """Unions with prefectures, a union that succeeds, agreements without an area or a date.

    Who publishes it is described in the catalogue alone, and who made the vocabulary nowhere.
    """
    folder = lay_out("hino", tmp_path / "kinds")
    for file in (folder / "data").glob("*.trig"):
        file.unlink()
    shutil.copy(HERE / "kinds.trig", folder / "data")
    catalogue = folder / "data" / "catalogue.ttl"
    catalogue.write_text(catalogue.read_text("utf-8").replace("agent:editors", "agent:publisher"))

    findings = pipeline.check(folder).findings

    assert [f for f in findings if not f.identifier.startswith("C")] == []
