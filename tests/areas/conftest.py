"""The areas as publications, laid out and packed once for all workers and later runs."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.packed import Packed, alone, packed

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
AREAS = sorted(path.parent.name for path in HERE.glob("*/data"))
LAID_OUT = ROOT / "build" / "test-areas"
TAKEN_OVER = ("ontology", "shapes", "data/rules")


def lay_out(area: str, folder: Path) -> Path:
    """Return *area* as a publication: its data with what `docs/extending.md` says to copy."""
    shutil.copytree(HERE / area, folder, dirs_exist_ok=True)
    for name in TAKEN_OVER:
        shutil.copytree(ROOT / name, folder / name)
    (folder / "shapes" / "seed.ttl").unlink()
    return folder


def _laid_out(area: str) -> Path:
    """Return *area* laid out in a folder that is named by all it is made of."""
    found = hashlib.sha256()
    for folder in (HERE / area, *(ROOT / name for name in TAKEN_OVER)):
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    folder = LAID_OUT / f"{area}-{found.hexdigest()[:12]}"
    with alone(LAID_OUT / "lock"):
        if not folder.exists():
            for old in LAID_OUT.glob(f"{area}-*"):
                shutil.rmtree(old)
            making = Path(tempfile.mkdtemp(dir=LAID_OUT))
            lay_out(area, making).rename(folder)
    return folder


@pytest.fixture(scope="session")
def areas() -> dict[str, Packed]:
    """Each area, packed; a violation would have stopped it."""
    return {area: packed(_laid_out(area)) for area in AREAS}
