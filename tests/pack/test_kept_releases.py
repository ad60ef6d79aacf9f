"""A version names one content for ever; the releases that are kept are listed and go in order."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from renkei.errors import ReleaseError
from renkei.pack import kept_releases, pipeline
from renkei.release import Release, hold, is_held, open_release

Pack = Callable[..., Release]


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    """Pack a publication of one fact under a version, a day after the one before."""
    day = [1_700_000_000]

    def packed(version: str, fact: str, title: str = "T", amend: bool = False) -> Release:
        (tmp_path / "data").mkdir(exist_ok=True)
        declared = f'; <http://www.w3.org/2002/07/owl#versionInfo> "{version}"' if version else ""
        (tmp_path / "data" / "catalogue.ttl").write_text(
            "@prefix dct: <http://purl.org/dc/terms/> . @prefix void: <http://rdfs.org/ns/void#> . "
            f'<https://a.example/d> void:uriSpace "https://a.example/" ; dct:title "{title}"@en '
            f"{declared} ."
        )
        (tmp_path / "data" / "a.ttl").write_text(f"<https://a.example/s> a <urn:x:{fact}> .")
        day[0] += 86_400
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(day[0]))
        return pipeline.pack(tmp_path, tmp_path / "releases", amend=amend)[0]

    return packed


def ids(tmp_path: Path) -> list[str]:
    return [one.release.manifest.id for one in kept_releases.kept(tmp_path / "releases")]


@pytest.mark.parametrize("change", ["fact", "title"])
def test_other_content_under_a_version_that_is_kept_is_refused(
    change: str, pack: Pack, tmp_path: Path
) -> None:
    """Whatever reaches a reader is content; the former release stays as it is."""
    first = pack("1.0.0", "a")

    with pytest.raises(ReleaseError) as refused:
        pack("1.0.0", "b" if change == "fact" else "a", "U" if change == "title" else "T")

    assert str(refused.value) == (
        f"Version 1.0.0 is release {first.manifest.id}, and what would be packed now is another "
        "content. Give it a new version in data/catalogue.ttl (owl:versionInfo); or, if nobody "
        "was given that release yet, replace it with `--amend`."
    )
    assert open_release(tmp_path / "releases" / "current").manifest.id == first.manifest.id
    assert ids(tmp_path) == [first.manifest.id]


def test_a_new_version_and_an_older_content_are_no_conflict(pack: Pack, tmp_path: Path) -> None:
    first, second = pack("1.0.0", "a"), pack("1.1.0", "b")
    again = pack("1.0.0", "a")

    assert again.manifest.id == first.manifest.id
    assert ids(tmp_path) == [second.manifest.id, first.manifest.id]


def test_without_a_version_one_packs_as_often_as_one_likes(pack: Pack, tmp_path: Path) -> None:
    first, second = pack("", "a"), pack("", "b")

    assert ids(tmp_path) == [second.manifest.id, first.manifest.id]


def test_a_release_that_nobody_was_given_is_amended(pack: Pack, tmp_path: Path) -> None:
    """One that a server has open stays until it is pruned, and hinders nobody."""
    pack("1.0.0", "a")
    second = pack("1.0.0", "b", amend=True)
    assert ids(tmp_path) == [second.manifest.id]

    with hold(second.folder):
        third = pack("1.0.0", "c", amend=True)
        assert ids(tmp_path) == [third.manifest.id, second.manifest.id]
    assert pack("1.0.0", "c").manifest.id == third.manifest.id
    assert kept_releases.prune(tmp_path / "releases", 9) == ([second.manifest.id], [])


def test_what_was_amended_and_is_packed_again_is_a_release_like_any(
    pack: Pack, tmp_path: Path
) -> None:
    """Its version names its content again, and it is among the newest."""
    first = pack("1.0.0", "a")
    with hold(first.folder):
        second = pack("1.0.0", "b", amend=True)
    again = pack("1.0.0", "a", amend=True)

    assert again.manifest.id == first.manifest.id
    assert second.manifest.id not in ids(tmp_path)
    with pytest.raises(ReleaseError, match=f"Version 1.0.0 is release {first.manifest.id}"):
        pack("1.0.0", "b")
    assert kept_releases.prune(tmp_path / "releases", 1) == ([], [])


def test_pruning_keeps_the_newest_the_current_and_what_is_open(
    pack: Pack, tmp_path: Path, renkei
) -> None:
    made = [pack(f"1.{n}.0", str(n)) for n in range(5)]
    pack("1.0.0", "0")  # current again
    with hold(made[1].folder):
        told = renkei("prune", "--keep", "1", tmp_path)

    names = [release.manifest.id for release in made]
    assert ids(tmp_path) == [names[4], names[1], names[0]]
    assert told.stdout.splitlines() == [
        f"Release {names[3]} is removed.",
        f"Release {names[2]} is removed.",
        f"Release {names[1]} stays: a server has it open.",
    ]
    assert sorted(p.name for p in (tmp_path / "releases").iterdir()) == sorted(
        [".lock", "current", "packed.json", names[0], names[1], names[4]]
    )


def test_the_releases_are_listed_for_people_and_programs(
    pack: Pack, tmp_path: Path, renkei
) -> None:
    first, second = pack("1.0.0", "a"), pack("1.1.0", "b")

    listed = json.loads(renkei("releases", tmp_path, "--format", "json").stdout)
    shown = renkei("releases", tmp_path / "releases").stdout.splitlines()

    assert [(r["id"], r["version"], r["created"], r["current"], r["open"]) for r in listed] == [
        (second.manifest.id, "1.1.0", "2023-11-16T22:13:20Z", True, False),
        (first.manifest.id, "1.0.0", "2023-11-15T22:13:20Z", False, False),
    ]
    assert listed[0]["statements"] == 1
    assert listed[0]["bytes"] == sum(e.size for e in second.manifest.files.values())
    assert shown[0].split() == ["release", "version", "day", "statements", "bytes"]
    assert shown[1].split()[:4] == [second.manifest.id, "1.1.0", "2023-11-16", "1"]
    assert shown[1].split()[-1] == "current"


def test_every_release_is_verified_and_what_is_damaged_is_named(
    pack: Pack, tmp_path: Path, renkei
) -> None:
    first, second, third = (pack(f"1.{n}.0", str(n)) for n in range(3))
    whole = renkei("verify", tmp_path)
    (first.folder / "data.nq").write_text("")
    (second.folder / "manifest.json").write_text("{}")

    harmed = renkei("verify", tmp_path)

    assert (whole.returncode, harmed.returncode) == (0, 1)
    assert len(whole.stdout.splitlines()) == 3
    assert [line.split(":")[0] for line in harmed.stdout.splitlines()] == [
        f"Release {third.manifest.id}"
    ]
    assert f"damaged: {first.manifest.id}/data.nq\n" in harmed.stderr
    assert f"{second.manifest.id}/manifest.json is not a manifest" in harmed.stderr


def test_a_process_holds_a_release_and_those_it_forks_do_not(pack: Pack) -> None:
    release = pack("", "a")
    held = hold(release.folder)
    read, write = os.pipe()
    begun, begin = os.pipe()
    child = os.fork()
    if not child:
        os.write(begin, b"1")
        os.read(read, 1)
        os._exit(0)
    os.read(begun, 1)

    before = is_held(release.folder)
    held.close()
    after = is_held(release.folder)
    os.write(write, b"1")
    os.waitpid(child, 0)

    assert (before, after) == (True, False)
