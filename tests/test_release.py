"""The door: a manifest comes back as it was written, and no name leads out of a release."""

from __future__ import annotations

from pathlib import Path

import pytest

from renkei.errors import ReleaseError
from renkei.release import Manifest, Release, open_release


def test_a_manifest_comes_back_as_it_was_written(miniature: Release) -> None:
    text = miniature.manifest.to_json()

    assert Manifest.from_json(text, Path("manifest.json")) == miniature.manifest
    assert (miniature.folder / "manifest.json").read_text("utf-8") == text


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"layout": 1}', "null"])
def test_what_is_no_manifest_is_refused_in_words(text: str) -> None:
    with pytest.raises(ReleaseError) as refused:
        Manifest.from_json(text, Path("m.json"))

    assert str(refused.value).startswith("m.json ")
    assert "Pack the publication again" in str(refused.value)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "manifest.json", "dumps", ""])
def test_only_names_in_the_manifest_are_paths(name: str, miniature: Release) -> None:
    with pytest.raises(ReleaseError):
        miniature.path(name)


def test_a_release_opened_by_its_link_stays_when_the_link_moves(
    miniature: Release, tmp_path: Path
) -> None:
    link = tmp_path / "current"
    link.symlink_to(miniature.folder)
    release = open_release(link)
    link.unlink()

    assert release.path("data.nq").is_file()


def test_where_there_is_no_release_the_next_step_is_said(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError) as refused:
        open_release(tmp_path)

    assert str(refused.value) == (
        f"{tmp_path} is not a release: it has no manifest.json. Run `renkei pack` first."
    )
