"""The door between authors and readers: a release and its manifest.

A release is a folder that is whole or absent and never changes. Packing makes one,
serving opens one, and neither knows more of the other than what stands here.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from renkei.errors import ReleaseError

LAYOUT = 1  # raised when the files of a release change their meaning


@dataclass(frozen=True)
class FileEntry:
    """A file of a release: its size in bytes and SHA-256 in hex."""

    size: int
    sha256: str
    media_type: str


@dataclass(frozen=True)
class Manifest:
    """What a release says of itself (`manifest.json`).

    *id* is the first 12 hex digits of the SHA-256 of `data.nq`. *root* is the canonical
    root of its IRIs; *dataset* the IRI of the dataset. *created* is an ISO 8601 instant in
    UTC. *sources* is the digest of the authors' files it was made from. *counts* has
    `statements` (default graph), `quads` (all of data.nq), `graphs` and `findings`.
    *prefixes* and *languages* are the publication's own.
    """

    layout: int
    id: str
    root: str
    dataset: str
    namespace: str
    title: dict[str, str]
    version: str
    created: str
    commit: str | None
    sources: str
    languages: tuple[str, ...]
    prefixes: dict[str, str]
    tools: dict[str, str]
    counts: dict[str, int]
    files: dict[str, FileEntry]

    def to_json(self) -> str:
        """Return the manifest as indented JSON with sorted keys."""
        return json.dumps(asdict(self), indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str, path: Path) -> Manifest:
        """Read a manifest; *path* names it in errors. Raises ReleaseError."""
        try:
            fields = json.loads(text)
            if fields.get("layout") != LAYOUT:
                raise ReleaseError(
                    f"{path} has layout {fields.get('layout')}; this program reads {LAYOUT}.",
                    "Pack the publication again with this version.",
                )
            fields["files"] = {n: FileEntry(**e) for n, e in fields["files"].items()}
            fields["languages"] = tuple(fields["languages"])
            return cls(**fields)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ReleaseError(
                f"{path} is not a manifest: {error}.", "Pack the publication again."
            ) from error


@dataclass(frozen=True)
class Release:
    """An opened release: its folder and manifest."""

    folder: Path
    manifest: Manifest

    def path(self, name: str) -> Path:
        """Return the path of the file *name* of this release; raises ReleaseError if it has none.

        Only names that stand in the manifest are paths, so no name can lead outside.
        """
        if name not in self.manifest.files:
            raise ReleaseError(f"Release {self.manifest.id} has no file {name}.")
        return self.folder / name


def open_release(folder: Path) -> Release:
    """Open the release at *folder*, which may be a link such as `releases/current`.

    The folder is resolved at once, so that a link moved later changes nothing here.
    Raises ReleaseError when there is no release or a file of it is missing or of
    another size; contents are compared by `verify`.
    """
    folder = folder.resolve()
    manifest_path = folder / "manifest.json"
    if not manifest_path.is_file():
        raise ReleaseError(
            f"{folder} is not a release: it has no manifest.json.", "Run `renkei pack` first."
        )
    manifest = Manifest.from_json(manifest_path.read_text("utf-8"), manifest_path)
    for name, entry in manifest.files.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != entry.size:
            raise ReleaseError(
                f"Release {manifest.id} is damaged: {name} is missing or cut.",
                "Pack the publication again.",
            )
    return Release(folder, manifest)


def verify(release: Release) -> list[str]:
    """Return the names of files whose contents are not those of the manifest."""
    return [
        name
        for name, entry in release.manifest.files.items()
        if sha256_of(release.folder / name) != entry.sha256
    ]


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hex, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
