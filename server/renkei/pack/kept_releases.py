"""The releases that are kept: which there are, that a version names one content, which go.

A version is a label that names one content for ever. Other content under a version that is kept
is refused, unless the release was given to nobody yet and is amended. A server that has a
release open says so by a lock on its manifest (`release.hold`), and nothing that is open goes.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from renkei.errors import ReleaseError
from renkei.release import MANIFEST, Release, is_held, open_release

UNDECLARED = "0"  # the version of a publication that declares none: it names nothing
REPLACED = "amended.json"  # in the folder of releases: which were amended, and still stand there


@dataclass(frozen=True)
class Kept:
    """A release that is kept. *size* is that of its files in bytes, as its manifest says."""

    release: Release
    current: bool
    size: int

    def facts(self) -> dict[str, Any]:
        """Return what `renkei releases` says of it, for machines."""
        manifest = self.release.manifest
        return {
            "id": manifest.id,
            "version": manifest.version,
            "created": manifest.created,
            "statements": manifest.counts["statements"],
            "bytes": self.size,
            "current": self.current,
            "layout": manifest.layout,
            "open": is_held(self.release.folder),
        }


def kept(releases: Path) -> list[Kept]:
    """Return the releases in the folder *releases*, newest first; see `unreadable`.

    Raises ReleaseError where there is no such folder.
    """
    found = []
    for folder in _folders(releases):
        with contextlib.suppress(ReleaseError):
            found.append(open_release(folder, any_layout=True))
    current = _current(releases)
    found.sort(key=lambda r: (r.manifest.created, r.manifest.id), reverse=True)
    return [
        Kept(r, r.manifest.id == current, sum(e.size for e in r.manifest.files.values()))
        for r in found
    ]


def unreadable(releases: Path) -> dict[str, ReleaseError]:
    """Return what is wrong with each release of *releases* that cannot be opened, by its name."""
    found = {}
    for folder in _folders(releases):
        try:
            open_release(folder, any_layout=True)
        except ReleaseError as error:
            found[folder.name] = error
    return found


def _folders(releases: Path) -> Iterator[Path]:
    if not releases.is_dir():
        raise ReleaseError(
            "%(folder)s is no folder of releases.", "Run `renkei pack` first.", folder=releases
        )
    for folder in sorted(releases.iterdir()):
        hidden = folder.name.startswith(".") or folder.is_symlink()
        if not hidden and (folder / MANIFEST).is_file():
            yield folder


def _current(releases: Path) -> str | None:
    link = releases / "current"
    return link.resolve().name if link.exists() else None


def check_version(releases: Path, identifier: str, dataset: str, version: str) -> None:
    """Raise ReleaseError where a kept release of *dataset* has *version* and another id.

    A publication without a version of its own may be packed as often as one likes.
    """
    other = _others(releases, identifier, dataset, version)
    if not other:
        return
    raise ReleaseError(
        "Version %(version)s is release %(id)s, and what would be packed now is another content.",
        "Give it a new version in data/catalogue.ttl (owl:versionInfo); or, if nobody was given "
        "that release yet, replace it with `--amend`.",
        version=version,
        id=other[0].manifest.id,
    )


def amend(releases: Path, identifier: str, dataset: str, version: str) -> list[str]:
    """Remove the releases that *identifier* takes the place of; return those that stay.

    What a server has open stays until it is pruned, and is no hindrance any more.
    """
    staying = []
    for other in _others(releases, identifier, dataset, version):
        if is_held(other.folder):
            staying.append(other.manifest.id)
        else:
            _remove(other.folder)
    if staying:
        listed = sorted({*_replaced(releases), *staying})
        (releases / REPLACED).write_text(json.dumps(listed) + "\n")
    return staying


def stands(releases: Path, identifier: str) -> None:
    """Note that the release *identifier* is one again, whatever once took its place."""
    replaced = _replaced(releases)
    if identifier in replaced:
        listed = sorted({*replaced} - {identifier})
        (releases / REPLACED).write_text(json.dumps(listed) + "\n")


def prune(releases: Path, number: int) -> tuple[list[str], list[str]]:
    """Remove all releases but the current one and the *number* newest; return what went.

    And those that would have gone and are open. Raises ReleaseError.
    """
    gone, staying = [], []
    replaced = _replaced(releases)
    found = kept(releases)
    standing = [one for one in found if one.release.manifest.id not in replaced]
    keep = {one.release.manifest.id for one in standing[:number]}
    for one in found:
        identifier = one.release.manifest.id
        if one.current or identifier in keep:
            continue
        if is_held(one.release.folder):
            staying.append(identifier)
        else:
            _remove(one.release.folder)
            gone.append(identifier)
    return gone, staying


def _remove(folder: Path) -> None:
    """Remove a release: first its name, so that it is whole or absent."""
    aside = folder.with_name(f".making-old-{folder.name}")
    folder.rename(aside)
    shutil.rmtree(aside, ignore_errors=True)


def _replaced(releases: Path) -> list[str]:
    try:
        return [str(name) for name in json.loads((releases / REPLACED).read_text())]
    except (OSError, ValueError):
        return []


def _others(releases: Path, identifier: str, dataset: str, version: str) -> list[Release]:
    """Return the releases of *dataset* that have *version* and are not *identifier*."""
    if version == UNDECLARED or not releases.is_dir():
        return []
    passed_over = {identifier, *_replaced(releases)}
    return [
        one.release
        for one in kept(releases)
        if one.release.manifest.id not in passed_over
        and (one.release.manifest.dataset, one.release.manifest.version) == (dataset, version)
    ]
