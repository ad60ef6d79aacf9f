"""Other areas are published with our vocabulary, shapes and rules as they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from renkei.pack import pipeline
from renkei.release import open_release

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
AREAS = sorted(path.parent.name for path in HERE.glob("*/data"))


def lay_out(area: str, folder: Path) -> Path:
    """Return *area* as a publication: its data with what `docs/extending.md` says to copy."""
    shutil.copytree(HERE / area, folder)
    shutil.copytree(ROOT / "ontology", folder / "ontology")
    shutil.copytree(ROOT / "shapes", folder / "shapes")
    (folder / "shapes" / "seed.ttl").unlink()
    shutil.copytree(ROOT / "data" / "rules", folder / "data" / "rules")
    return folder


@pytest.mark.parametrize("area", AREAS)
def test_an_area_is_packed_as_it_is(area: str, tmp_path: Path) -> None:
    """A violation would stop it; warnings are of the catalogue alone, and stop nothing."""
    _, checked = pipeline.pack(lay_out(area, tmp_path / area), tmp_path / "releases")

    assert [f for f in checked.findings if not f.identifier.startswith("C")] == []
    assert open_release(tmp_path / "releases" / "current").path("data.nq").exists()


def test_what_sapporo_has_not_is_no_fault(tmp_path: Path) -> None:
    """Unions with prefectures, a union that succeeds, agreements without an area or a date."""
    folder = lay_out("hino", tmp_path / "kinds")
    for file in (folder / "data").glob("*.trig"):
        file.unlink()
    shutil.copy(HERE / "kinds.trig", folder / "data")

    findings = pipeline.check(folder).findings

    assert [f for f in findings if not f.identifier.startswith("C")] == []
