"""Write a release: beside first, then renamed into place, so that it is whole or absent.

The id is of all that reaches a reader and is not made from something that it is of: statements,
report, context, pages and settings. They give the same bytes on any day and machine; everything
else is made from them, and says when.
"""

from __future__ import annotations

import contextlib
import fcntl
import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from pyld import jsonld

from renkei.errors import ReleaseError
from renkei.integrity import sha256_of
from renkei.rdf import blank_nodes, contexts
from renkei.rdf.formats import CSV, GRAPH_FORMATS
from renkei.release import DATA, FileEntry, Manifest, Release, open_release, verify
from renkei.release import identity as release_id

MEDIA_TYPES = {
    ".json": "application/json",
    **{f".{f.suffix}": f.media_type for f in (*GRAPH_FORMATS, CSV)},
    ".gz": "application/gzip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".md": "text/markdown",
    ".svg": "image/svg+xml",
    ".sqlite3": "application/vnd.sqlite3",
    ".html": "text/plain",  # a template is to be read, and is no page
    ".rq": "application/sparql-query",
    ".po": "text/plain",
}
# Compacting JSON-LD needs the whole graph several times in memory; above this many
# statements the dump is written expanded, as a stream.
COMPACT_UP_TO = 100_000


def media_type(name: str) -> str:
    """Return the media type that a file of a release has by its name."""
    if name.endswith(".csv-metadata.json"):
        return "application/csvm+json"
    return MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream")


def canonical_lines(quads: Iterable[ox.Quad]) -> list[bytes]:
    """Return the statements as sorted N-Quads lines without repeats.

    Blank nodes get their canonical names; see `blank_nodes`.
    """
    text = ox.serialize(blank_nodes.canonical(quads), format=ox.RdfFormat.N_QUADS)
    assert text is not None
    return sorted(set(text.splitlines(keepends=True)))


def identity(lines: Iterable[bytes], files: Mapping[str, bytes], settings: str) -> str:
    """Return the id of a release: of the *lines* of its `data.nq`, *files* by name, and settings.

    *settings* is the digest of what stands in the manifest alone.
    """
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return release_id({DATA: digest.hexdigest(), **digests}, settings)


@contextlib.contextmanager
def locked(releases: Path) -> Iterator[None]:
    """Hold the releases folder for one pack at a time; leavings of a killed pack are removed."""
    releases.mkdir(parents=True, exist_ok=True)
    with (releases / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for leaving in releases.glob(".making-*"):
            shutil.rmtree(leaving, ignore_errors=True)
        for leaving in (*releases.glob(".current-*"), *releases.glob(".packed-*")):
            leaving.unlink()
        yield


class Making:
    """A release in the making: a hidden folder that becomes the release at `finish`."""

    def __init__(self, releases: Path, identifier: str) -> None:
        self.releases, self.id = releases, identifier
        self.folder = releases / f".making-{identifier}-{os.getpid()}"
        self.folder.mkdir()

    def write(self, name: str, content: bytes | Iterable[bytes]) -> None:
        """Write one file; its folder is made where it is missing."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines([content] if isinstance(content, bytes) else content)

    def compress(self, name: str) -> None:
        """Write `name.gz` beside *name*, without a time stamp."""
        path = self.folder / name
        with (
            path.open("rb") as plain,
            path.with_name(path.name + ".gz").open("wb") as packed,
            gzip.GzipFile("", "wb", 6, packed, mtime=0) as file,
        ):
            shutil.copyfileobj(plain, file, 1 << 20)

    def entries(self) -> dict[str, FileEntry]:
        """Return name → size, digest and media type of all files so far, but the store's."""
        return {
            path.relative_to(self.folder).as_posix(): FileEntry(
                path.stat().st_size,
                sha256_of(path),
                media_type(path.name),
            )
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.relative_to(self.folder).parts[0] != "store"
        }

    def seal(self, manifest: Manifest) -> None:
        """Write the manifest: the folder is a release then, but not in its place."""
        self.write("manifest.json", manifest.to_json().encode())

    def finish(self) -> Release:
        """Flush all to disk and rename the folder into place."""
        for path in self.folder.rglob("*"):
            _flush(path)
        _flush(self.folder)
        place = self.releases / self.id
        damaged = self.folder.with_name(f".making-old-{self.id}-{os.getpid()}")
        if place.exists():  # `present` has refused it
            place.rename(damaged)
        self.folder.rename(place)
        _flush(self.releases)
        shutil.rmtree(damaged, ignore_errors=True)
        return open_release(place)

    def abandon(self) -> None:
        """Remove everything written so far."""
        shutil.rmtree(self.folder, ignore_errors=True)


def present(releases: Path, identifier: str) -> Release | None:
    """Return the release *identifier* if it stands whole in *releases*, to the last byte."""
    try:
        release = open_release(releases / identifier)
        return None if verify(release) else release
    except (ReleaseError, OSError):
        return None


Options = tuple[str | None, str | None]  # root and title, as the command was given them


def point(releases: Path, release: Release, digest: str, options: Options = (None, None)) -> None:
    """Make *release* the current one, atomically; remember which sources and *options* gave it."""
    link = releases / f".current-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(release.manifest.id)
    told = {"sources": digest, "options": options, "release": release.manifest.id}
    note = releases / f".packed-{os.getpid()}"
    note.write_text(json.dumps(told) + "\n")
    note.replace(releases / "packed.json")
    link.replace(releases / "current")
    _flush(releases)


def packed_with(releases: Path) -> Options:
    """Return the options that the current release was packed with."""
    try:
        root, title = json.loads((releases / "packed.json").read_text()).get("options")
    except (OSError, ValueError, AttributeError, TypeError):
        return None, None
    return root, title


def packed_from(releases: Path, digest: str, options: Options | None = None) -> Release | None:
    """Return the current release if it is whole and was made from the sources of *digest*.

    And with *options*, where some are given.
    """
    try:
        note = json.loads((releases / "packed.json").read_text())
        given = tuple(note.get("options", (None, None)))
        release = open_release(releases / "current")
    except (OSError, ValueError, AttributeError, TypeError, ReleaseError):
        return None
    same = (note.get("sources"), note.get("release")) == (digest, release.manifest.id)
    same = same and options in (None, given)
    return release if same and not verify(release) else None


def json_ld(triples: list[ox.Triple], context: dict[str, Any] | None) -> bytes:
    """Return *triples* as JSON-LD, compacted with *context* where there is one, and carrying it.

    Never fetches: a context that refers to another is refused by the loader.
    """
    expanded = ox.serialize(triples, format=ox.RdfFormat.JSON_LD)
    assert expanded is not None
    if context is None or len(triples) > COMPACT_UP_TO:
        return expanded
    context = contexts.narrowed(context, contexts.iris_of(triples))
    compacted = jsonld.compact(
        json.loads(expanded), context, {"documentLoader": _refuse, "graph": True}
    )
    compacted["@context"] = contexts.readable_by_all(compacted["@context"])
    return (json.dumps(compacted, ensure_ascii=False, indent=1) + "\n").encode()


def _refuse(address: str, _: object) -> object:
    raise ReleaseError(
        "The JSON-LD context refers to %(address)s; nothing is fetched.",
        "Write the terms into data/context.jsonld itself.",
        address=address,
    )


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
