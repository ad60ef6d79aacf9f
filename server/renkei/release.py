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

LAYOUT = 2  # raised when the files of a release change their meaning

# What is found by which words, and what points where: a file of SQLite, written by packing,
# read by serving.
INDEX = "index.sqlite3"
MANY = 200  # statements that point to a thing, above which they are listed in the index
INDEX_TABLES = """
-- A thing. Its number is its rank: what more statements point to comes first. *told* is JSON:
-- names and other names as [text, language], readings, identifiers, numbers it carries.
CREATE TABLE entry (
  number INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, weight INTEGER NOT NULL,
  kinds INTEGER NOT NULL, told TEXT NOT NULL);
-- A set of classes that things have together, the broader ones included, as JSON.
CREATE TABLE kinds (number INTEGER PRIMARY KEY, classes TEXT NOT NULL);
-- A class of things: how many identifiers and readings they have, and how often all are named.
CREATE TABLE class (iri TEXT PRIMARY KEY, named INTEGER NOT NULL, weight INTEGER NOT NULL)
  WITHOUT ROWID;
-- The plain spelling of an IRI that is written otherwise; an IRI that others gave a thing.
CREATE TABLE spelled (iri TEXT PRIMARY KEY, entry INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE same (iri TEXT PRIMARY KEY, entry INTEGER NOT NULL) WITHOUT ROWID;
-- A folded spelling, in the order of its letters; those in Latin sounds begin with "~".
CREATE TABLE key (number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
-- Whose spelling it is, of what sort, and the word that is spelt so.
CREATE TABLE form (
  key INTEGER NOT NULL, entry INTEGER NOT NULL, sort TEXT NOT NULL, word TEXT NOT NULL,
  PRIMARY KEY (key, entry)) WITHOUT ROWID;
-- In which spellings two letters stand side by side: numbers of keys, 32 bits, little-endian.
-- Pairs that stand in very many are left out.
CREATE TABLE pair (letters TEXT PRIMARY KEY, number INTEGER NOT NULL, keys BLOB NOT NULL);
-- To which terms very many statements in named graphs point, all with an IRI, and how many.
CREATE TABLE pointed (
  number INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE, statements INTEGER NOT NULL);
-- Those statements, by predicate, subject and graph; numbers are those of terms.
CREATE TABLE pointing (
  pointed INTEGER NOT NULL, place INTEGER NOT NULL, subject INTEGER NOT NULL,
  predicate INTEGER NOT NULL, graph INTEGER NOT NULL,
  PRIMARY KEY (pointed, place)) WITHOUT ROWID;
-- An IRI.
CREATE TABLE term (number INTEGER PRIMARY KEY, text TEXT NOT NULL);
"""


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
    def from_json(cls, text: str, path: Path, any_layout: bool = False) -> Manifest:
        """Read a manifest; *path* names it in errors. Raises ReleaseError."""
        try:
            fields = json.loads(text)
            if fields.get("layout") != LAYOUT and not any_layout:
                raise ReleaseError(
                    "%(path)s has layout %(layout)s; this program reads %(known)s.",
                    "Pack the publication again with this version.",
                    path=path,
                    layout=fields.get("layout"),
                    known=LAYOUT,
                )
            fields["files"] = {n: FileEntry(**e) for n, e in fields["files"].items()}
            fields["languages"] = tuple(fields["languages"])
            return cls(**fields)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ReleaseError(
                "%(path)s is not a manifest: %(detail)s.",
                "Pack the publication again.",
                path=path,
                detail=error,
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
            raise ReleaseError(
                "Release %(id)s has no file %(name)s.", id=self.manifest.id, name=name
            )
        return self.folder / name


def open_release(folder: Path, any_layout: bool = False) -> Release:
    """Open the release at *folder*, which may be a link such as `releases/current`.

    The folder is resolved at once, so that a link moved later changes nothing here.
    Raises ReleaseError when there is no release or a file of it is missing or of
    another size; contents are compared by `verify`. One of *any_layout* can be given out
    file by file; only one of this layout can be served.
    """
    folder = folder.resolve()
    manifest_path = folder / "manifest.json"
    if not manifest_path.is_file():
        raise ReleaseError(
            "%(folder)s is not a release: it has no manifest.json.",
            "Run `renkei pack` first.",
            folder=folder,
        )
    manifest = Manifest.from_json(manifest_path.read_text("utf-8"), manifest_path, any_layout)
    for name, entry in manifest.files.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != entry.size:
            raise ReleaseError(
                "Release %(id)s is damaged: %(name)s is missing or cut.",
                "Pack the publication again.",
                id=manifest.id,
                name=name,
            )
    return Release(folder, manifest)


def kept(release: Release) -> list[Release]:
    """Return the releases of the same dataset that stand beside *release*, and it, newest first.

    What is no whole release is passed over; one of an older layout is kept, for its files do
    not change with the program. A folder that is removed withdraws its release.
    """
    found = {release.manifest.id: release}
    try:
        folders = sorted(release.folder.parent.iterdir())
    except OSError:
        folders = []
    for folder in folders:
        if folder.name in found or folder.is_symlink() or not (folder / "manifest.json").is_file():
            continue
        try:
            other = open_release(folder, any_layout=True)
        except (ReleaseError, OSError):
            continue
        mine, theirs = release.manifest, other.manifest
        if folder.name == theirs.id and (mine.root, mine.dataset) == (theirs.root, theirs.dataset):
            found[theirs.id] = other
    return sorted(found.values(), key=lambda r: (r.manifest.created, r.manifest.id), reverse=True)


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
