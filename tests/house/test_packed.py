"""The shared releases of the tests are found again, and are what packing makes now."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from renkei.pack import pipeline
from tests import packed

MINIATURE = Path(__file__).parents[1] / "miniature"


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was packed, each time that something was."""
    seen: list[Path] = []
    pack = pipeline.pack

    def counted(folder: Path, releases: Path) -> object:
        seen.append(folder)
        return pack(folder, releases)

    monkeypatch.setattr(pipeline, "pack", counted)
    return seen


def test_two_who_come_at_once_pack_once(tmp_path: Path, count: list[Path]) -> None:
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: packed.packed(MINIATURE, tmp_path / "kept"), range(2))

    assert count == [MINIATURE]
    assert one.release == other.release
    assert one.checked.findings == other.checked.findings == []


def test_a_release_that_a_test_damaged_is_made_anew(tmp_path: Path, count: list[Path]) -> None:
    first = packed.packed(MINIATURE, tmp_path / "kept")
    first.release.path("data.nq").write_bytes(b"")
    again = packed.packed(MINIATURE, tmp_path / "kept")

    assert again.whole
    assert count == [MINIATURE, MINIATURE]


def test_another_word_in_the_sources_is_another_release(tmp_path: Path) -> None:
    folder = tmp_path / "publication"
    shutil.copytree(MINIATURE, folder)
    before = packed.digest(folder)
    (folder / "data" / "more.ttl").write_text("<urn:a> <urn:b> 1 .")

    assert packed.digest(folder) != before


def test_another_program_is_another_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those who only read take no part."""
    for path in ("pack/a.py", "serve/b.py"):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text("1")
    monkeypatch.setattr(packed, "PROGRAM", tmp_path)
    before = packed.digest(MINIATURE)
    (tmp_path / "serve/b.py").write_text("2")
    assert packed.digest(MINIATURE) == before
    (tmp_path / "pack/a.py").write_text("2")
    assert packed.digest(MINIATURE) != before


def test_only_the_last_used_are_kept(tmp_path: Path) -> None:
    for number in range(packed.NUMBER_KEPT + 2):
        (tmp_path / f"{number}").mkdir()
    (tmp_path / f"{packed.MAKING}killed").mkdir()
    found = packed.packed(MINIATURE, tmp_path)

    folders = [path for path in tmp_path.iterdir() if path.is_dir()]
    assert found.folder in folders
    assert len(folders) == packed.NUMBER_KEPT
