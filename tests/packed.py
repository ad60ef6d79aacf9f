"""The publications, packed once: found again by the digest of all that decides a release.

A release is kept under `build/test-releases/<digest>`, for every worker of a run and for
the runs after it. It is whole or absent: made in a folder of another name, which is renamed
when all is there. Who comes while it is made waits. Nothing but disk space is lost by
removing the folder.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pickle
import platform
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import cast
from unittest import mock

from renkei.errors import ReleaseError
from renkei.pack import ledger, pipeline
from renkei.pack.reading import sources
from renkei.release import Release, open_release, verify

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "build" / "test-releases"
PROGRAM = ROOT / "server" / "renkei"
READERS = ("serve", "stores")  # take no part in packing: test_imports.py
CHECKED = "checked.pickle"
MAKING = "making-"
LAST_DAY = datetime(2026, 10, 1, tzinfo=UTC)  # of the present state, in a succession
NUMBER_KEPT = 19  # the last used: three publications, a succession, four areas; other days


@dataclass(frozen=True)
class Packed:
    """A publication as packed: where, with what packing found out about it."""

    folder: Path

    @property
    def release(self) -> Release:
        """The release."""
        return open_release(self.folder / "current")

    @property
    def checked(self) -> pipeline.Checked:
        """What was read, derived and checked."""
        return cast(pipeline.Checked, pickle.loads((self.folder / CHECKED).read_bytes()))

    @property
    def whole(self) -> bool:
        """Whether it is there, with every byte that packing wrote."""
        try:
            return not verify(self.release)
        except (OSError, ReleaseError):
            return False


def packed(publication: Path, kept: Path = KEPT) -> Packed:
    """Return *publication* as packed by this program, now or in an earlier run."""
    found = Packed(kept / digest(publication))
    with alone(kept / "lock"):
        if not found.whole:
            shutil.rmtree(found.folder, ignore_errors=True)
            _make(publication, found.folder)
        found.folder.touch()
        _remove_old(kept)
    return found


def digest(publication: Path) -> str:
    """Return what a release is found by: its sources, who packs it, with what, and the year.

    The year, because a release carries the day of packing, which is not to lie ahead.
    """
    found = hashlib.sha256(sources.digest_of(publication).encode())
    for path in sorted(PROGRAM.rglob("*")):
        inside = path.relative_to(PROGRAM)
        if path.is_file() and inside.parts[0] not in READERS and path.suffix != ".pyc":
            found.update(f"{inside}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    versions = [version(name) for name in ("pyoxigraph", "pyshacl", "rdflib", "pyld", "openpyxl")]
    year = datetime.now(UTC).year
    place = publication.resolve()  # what was checked names its files
    found.update(f"{platform.python_version()} {versions} {year} {place}".encode())
    return found.hexdigest()[:20]


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold *lock* against the other workers; its folder is made."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _make(publication: Path, folder: Path) -> None:
    making = Path(tempfile.mkdtemp(prefix=MAKING, dir=folder.parent))
    try:
        _, checked = pipeline.pack(publication, making)
        (making / CHECKED).write_bytes(pickle.dumps(checked))
        making.rename(folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise


def _remove_old(kept: Path) -> None:
    """Remove what was used least recently, and what a killed run left half made."""
    for folder in kept.glob(f"{MAKING}*"):  # nobody makes one now: we hold the lock
        shutil.rmtree(folder)
    folders = [path for path in kept.iterdir() if path.is_dir()]
    for folder in sorted(folders, key=lambda path: path.stat().st_mtime)[:-NUMBER_KEPT]:
        shutil.rmtree(folder)


def succession(publication: Path, earlier: Path, kept: Path = KEPT) -> Release:
    """Return *publication* as packed last, with its releases of earlier days beside it.

    *earlier* has one file for each of them, `<version>.toml`, which says how its files differed
    from those of the release after it. All are made once.
    """
    told = sorted(earlier.glob("*.toml"), reverse=True)
    texts = "".join(path.read_text("utf-8") for path in sorted(earlier.iterdir()))
    folder = kept / hashlib.sha256(f"{digest(publication)}{texts}".encode()).hexdigest()[:20]
    with alone(kept / "lock"):
        if not (folder / "current").exists():
            _succeed(publication, told, folder)
        folder.touch()
    return open_release(folder / "current")


def _succeed(publication: Path, told: list[Path], folder: Path) -> None:
    """Pack the states of the publication, the oldest first, each with the ledger of the former."""
    making = Path(tempfile.mkdtemp(prefix=MAKING, dir=folder.parent))
    states = making / ".states"
    try:
        copy = states / "present"
        for name in ("ontology", "data", "shapes"):
            shutil.copytree(publication / name, copy / name)
        days = {copy: LAST_DAY}
        for path in told:
            difference = tomllib.loads(path.read_text("utf-8"))
            copy = shutil.copytree(copy, states / path.stem)
            days[copy] = difference["day"]
            for one in difference["differs"]:
                _differ(copy / one["file"], one, path)
        recorded: Path | None = None
        for copy, day in reversed(days.items()):
            if recorded is not None:
                shutil.copy(recorded, copy / "data" / "history.ttl")
            if copy.name == "present":
                with (copy / "data" / "history.ttl").open("a", encoding="utf-8") as ledger_file:
                    ledger_file.write((told[0].parent / "withdrawn.ttl").read_text("utf-8"))
            with mock.patch.dict(os.environ, {"SOURCE_DATE_EPOCH": str(int(day.timestamp()))}):
                _, checked = pipeline.pack(copy, making)
            ledger.record(copy, checked.dates.used.values())
            recorded = copy / "data" / "history.ttl"
        shutil.rmtree(states)
        making.rename(folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise


def _differ(file: Path, one: dict[str, str], path: Path) -> None:
    """Write into *file* what it said before, as *path* says."""
    text = file.read_text("utf-8")
    if "append" in one:
        file.write_text(text + one["append"], "utf-8")
        return
    assert text.count(one["now"]) >= 1, f"{path}: {file.name} does not say {one['now']!r} any more"
    file.write_text(text.replace(one["now"], one["then"], 1), "utf-8")
