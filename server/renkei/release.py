"""The door between authors and readers: a release and its manifest.

A release is a folder that is whole or absent and never changes. Packing makes one,
serving opens one, and neither knows more of the other than what stands here.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import weakref
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from renkei.errors import ReleaseError
from renkei.integrity import Comparison, State
from renkei.language.messages import message
from renkei.naming import Naming
from renkei.roles import Roles, former

MANIFEST = "manifest.json"
DATA = "data.nq"
PAGES = "pages/"  # the folder of what a publication brings for its pages; see `page_plan`
# The named graphs, below the root, of what packing counts and of what the data is asked: apart from
# what authors state. The names are those that void-generator and sparql-examples ask for.
STATISTICS_GRAPH = ".well-known/void"
QUESTIONS_GRAPH = ".well-known/sparql-examples"
LAYOUT = 4  # raised when the files of a release change their meaning

log = logging.getLogger("renkei.release")

# What is found by which words, and what points where: a file of SQLite, written by packing,
# read by serving.
INDEX = "index.sqlite3"
TERMS = "terms.bin"  # terms as authors wrote them, where an engine does not: `rdf/authored`
HISTORY = "history.ttl"  # since when each part has its content: `pack/ledger`
WITHDRAWN = "withdrawn.json"  # what is gone, when and why
WORDS = "words.json"  # which predicates, classes and graphs occur: `sparql/words`
NO_KIND = ""  # stands for the class of things of which none is stated
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
-- What stands in a hierarchy: a scheme or ontology, a concept or class; with its notation.
CREATE TABLE node (
  number INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, notation TEXT NOT NULL);
-- What stands below what, in order; numbers are those of nodes.
CREATE TABLE branch (
  above INTEGER NOT NULL, place INTEGER NOT NULL, below INTEGER NOT NULL,
  PRIMARY KEY (above, place)) WITHOUT ROWID;
CREATE INDEX branch_below ON branch (below);
-- The terms that an ontology defines, in order; *kind* is class, datatype, property, individual.
CREATE TABLE defined (
  ontology TEXT NOT NULL, place INTEGER NOT NULL, term TEXT NOT NULL, kind TEXT NOT NULL,
  PRIMARY KEY (ontology, place)) WITHOUT ROWID;
-- A list: the things of a class and of narrower ones, "" for those of none; how many they are, of
-- how many the class itself is stated, how many only describe the data, and their numbers in
-- order of name: 32 bits, little-endian. *examples* are the IRIs of some, as JSON: those to which
-- most statements point.
CREATE TABLE list (
  number INTEGER PRIMARY KEY, class TEXT NOT NULL UNIQUE, members INTEGER NOT NULL,
  stated INTEGER NOT NULL, describing INTEGER NOT NULL, things BLOB NOT NULL,
  examples TEXT NOT NULL);
-- What was made or changed last, and on which day: the last first.
CREATE TABLE latest (place INTEGER PRIMARY KEY, iri TEXT NOT NULL, day TEXT NOT NULL);
-- A thing in lists. Its number is its place in order of name, in the first language. *told* is
-- JSON: its values by the number of what the columns stand for. An IRI is a text there, a literal
-- a list of its text, language and datatype.
CREATE TABLE listed (number INTEGER PRIMARY KEY, iri TEXT NOT NULL, told TEXT NOT NULL);
-- A column of a list: its word in addresses, that by which its values are chosen, the property
-- it shows (or "", with titles as JSON, where the publication named it), its number in *told*, of
-- what kind nearly all values are, whether it is shown or is there for choosing alone, and how
-- many things have a value.
CREATE TABLE list_column (
  list INTEGER NOT NULL, place INTEGER NOT NULL, word TEXT NOT NULL, asked TEXT NOT NULL,
  property TEXT NOT NULL, told INTEGER NOT NULL, titles TEXT NOT NULL, kind TEXT NOT NULL,
  shown INTEGER NOT NULL, filled INTEGER NOT NULL, PRIMARY KEY (list, place)) WITHOUT ROWID;
-- The places of a list in the order of a column; those without a value come last. Column -1 is
-- the name. *language* is "" where the order is the same in all.
CREATE TABLE list_order (
  list INTEGER NOT NULL, column INTEGER NOT NULL, language TEXT NOT NULL, places BLOB NOT NULL,
  PRIMARY KEY (list, column, language));
-- What a list can be chosen by: a value of a column, a year, a range; its word in addresses, the
-- term it is (JSON, null for years and ranges), how many things have it, and which: a bit for
-- each place of the list, the first the lowest of the first byte.
CREATE TABLE choice (
  list INTEGER NOT NULL, column INTEGER NOT NULL, place INTEGER NOT NULL, word TEXT NOT NULL,
  term TEXT NOT NULL, members INTEGER NOT NULL, places BLOB NOT NULL,
  PRIMARY KEY (list, column, place));
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

    *id* is that of `identity`. *root* is the canonical
    root of its IRIs; *dataset* the IRI of the dataset. *created* is an ISO 8601 instant in
    UTC. *sources* is the digest of the authors' files it was made from. *counts* has
    `statements` (default graph), `quads` (all of data.nq), `graphs` and `findings`.
    *prefixes* and *languages* are the publication's own; *roles* stands in its `pages.json` too,
    which makes it part of the id; *naming* follows from the statements. *identified_by* are the
    files that the id is of, beside the SETTINGS; none in what was packed before ids were of
    settings as well. *queried* are the addresses, below the root, of things with a query part;
    *apart* the IRIs that are not answered at their own address (see `pack/addresses.py`).
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
    roles: Roles = field(default_factory=Roles)
    naming: Naming = field(default_factory=Naming)
    identified_by: tuple[str, ...] = ()
    queried: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Return the manifest as indented JSON with sorted keys, sealed with its own digest."""
        fields = asdict(self)
        return _as_json({**fields, "digest": _digest(fields)})

    @classmethod
    def from_json(cls, text: str, path: Path, any_layout: bool = False) -> Manifest:
        """Read a manifest; *path* names it in errors. Raises ReleaseError."""
        try:
            fields = json.loads(text)
            if fields.get("layout") != LAYOUT and not any_layout:
                raise ReleaseError(
                    "%(path)s has layout %(layout)s; this program reads %(known)s.",
                    "Pack the publication again with this version of the program: `renkei pack`.",
                    path=path,
                    layout=fields.get("layout"),
                    known=LAYOUT,
                )
            _whole(fields, path)
            fields["files"] = {n: FileEntry(**e) for n, e in fields["files"].items()}
            fields["languages"] = tuple(fields["languages"])
            roles = fields.get("roles")
            fields["roles"] = former(fields["namespace"]) if roles is None else Roles(**roles)
            fields["naming"] = Naming.from_json(fields.get("naming"))
            for name in ("identified_by", "queried", "apart"):
                fields[name] = tuple(fields.get(name, ()))
            return cls(**fields)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ReleaseError(
                "%(path)s is not a manifest: %(detail)s.",
                "Pack the publication again.",
                path=path,
                detail=error,
            ) from error


def _as_json(fields: dict[str, object]) -> str:
    return json.dumps(fields, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _digest(fields: dict[str, object]) -> str:
    return hashlib.sha256(_as_json(fields).encode()).hexdigest()


# What of a manifest reaches readers beside the files: how things are named, and in what words.
SETTINGS = ("root", "dataset", "namespace", "title", "version", "languages", "prefixes")


def settings_digest(fields: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the SETTINGS among *fields*, as JSON with sorted keys."""
    return hashlib.sha256(_as_json({name: fields[name] for name in SETTINGS}).encode()).hexdigest()


def identity(digests: Mapping[str, str], settings: str = "") -> str:
    """Return the id of a release of files with these SHA-256 *digests*, by name.

    It is the first 12 hex digits of the SHA-256 of a list, in the manner of `sha256sum`, of
    those files and of the digest of its *settings*, under the name `settings`.
    """
    named = {**digests, **({"settings": settings} if settings else {})}
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(named.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]


def _earlier_identity(digests: Mapping[str, str]) -> str:
    """Return the id that programs gave before the manifest said what it is of."""
    pages = {name: digest for name, digest in digests.items() if name.startswith(PAGES)}
    return identity({DATA: digests[DATA], **pages}) if pages else digests[DATA][:12]


def _whole(fields: dict[str, Any], path: Path) -> None:
    """Refuse a manifest that was changed since it was written: it must fit its own digest.

    Those of earlier programs have no `digest`; their id must be that of their files like any.
    """
    digest = fields.pop("digest", None)
    digests = {name: entry["sha256"] for name, entry in fields["files"].items()}
    if digest is not None and digest != _digest(fields):
        reason = message("its digest is not that of its content")
    elif DATA in digests and _id_of(fields, digests) != fields["id"]:
        reason = message("its id is not that of its files")
    else:
        return
    raise ReleaseError(
        "%(path)s is not what was packed: %(reason)s.",
        "Pack the publication again, or copy the release again.",
        path=path,
        reason=reason,
    )


def _id_of(fields: dict[str, Any], digests: Mapping[str, str]) -> str:
    names = fields.get("identified_by") or ()
    if not names:
        return _earlier_identity(digests)
    return identity({name: digests[name] for name in names}, settings_digest(fields))


@dataclass(frozen=True)
class Release:
    """An opened release: its folder and manifest, and what its manifest is as a file.

    *compared* knows which of its files are what was packed.
    """

    folder: Path
    manifest: Manifest
    itself: FileEntry | None = None
    compared: Comparison = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Begin to know of the files; nothing is read yet."""
        itself = {MANIFEST: self.itself} if self.itself else {}
        compared = Comparison(self.manifest.id, self.folder, {**self.manifest.files, **itself})
        object.__setattr__(self, "compared", compared)

    def path(self, name: str) -> Path:
        """Return the path of the file *name* of this release; raises ReleaseError if it has none.

        Only names that stand in the manifest are paths, so no name can lead outside.
        """
        if name not in self.manifest.files:
            raise ReleaseError(
                "Release %(id)s has no file %(name)s.", id=self.manifest.id, name=name
            )
        return self.folder / name

    def read(self, name: str) -> bytes:
        """Return the content of the file *name*, which is what was packed.

        Raises ReleaseError where the release has no such file, FileDamaged where it differs.
        """
        self.path(name)
        return self.compared.read(name)


def open_release(folder: Path, any_layout: bool = False) -> Release:
    """Open the release at *folder*, which may be a link such as `releases/current`.

    The folder is resolved at once, so that a link moved later changes nothing here.
    Raises ReleaseError when there is no release, or its manifest is not what was written.
    Its files are compared where they are used (see `integrity`), or all by `verify`, so that
    one damaged file takes only itself away. One of *any_layout* can be given out file by
    file; only one of this layout can be served.
    """
    folder = folder.resolve()
    manifest_path = folder / MANIFEST
    if not manifest_path.is_file():
        raise ReleaseError(
            "%(folder)s is not a release: it has no manifest.json.",
            "Run `renkei pack` first.",
            folder=folder,
        )
    content = manifest_path.read_bytes()
    itself = FileEntry(len(content), hashlib.sha256(content).hexdigest(), "application/json")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise ReleaseError(
            "%(path)s is not a manifest: %(detail)s.",
            "Pack the publication again.",
            path=manifest_path,
            detail=error,
        ) from error
    return Release(folder, Manifest.from_json(text, manifest_path, any_layout), itself)


def hold(folder: Path) -> BinaryIO:
    """Return what says, as long as it is open, that this process uses the release in *folder*.

    Processes that it forks do not say so: they end before what they were forked for.
    """
    file = (folder / MANIFEST).open("rb")
    fcntl.flock(file, fcntl.LOCK_SH)
    _held.add(file)
    return file


_held: weakref.WeakSet[BinaryIO] = weakref.WeakSet()


def _let_go() -> None:
    for file in list(_held):
        file.close()


os.register_at_fork(after_in_child=_let_go)


def is_held(folder: Path) -> bool:
    """Say whether somebody uses the release in *folder*; see `hold`."""
    with (folder / MANIFEST).open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def kept(release: Release) -> list[Release]:
    """Return the releases of the same dataset that stand beside *release*, and it, newest first.

    What is no release, or has lost its data, is passed over with a word in the log; one of an
    older layout is kept, for its files do not change with the program. A folder that is removed
    withdraws its release.
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
        except (ReleaseError, OSError) as error:
            _pass_over(str(error))
            continue
        if other.compared.state("data.nq") in (State.MISSING, State.DAMAGED):
            _pass_over(f"{folder / 'data.nq'} is missing or cut.")
            continue
        mine, theirs = release.manifest, other.manifest
        if folder.name == theirs.id and (mine.root, mine.dataset) == (theirs.root, theirs.dataset):
            found[theirs.id] = other
    return sorted(found.values(), key=lambda r: (r.manifest.created, r.manifest.id), reverse=True)


@cache
def _pass_over(reason: str) -> None:
    """Say once that a folder beside a release is not kept."""
    log.warning("A release is passed over: %s", reason)


def verify(release: Release) -> list[str]:
    """Return the names of files that are missing, or not those of the manifest."""
    return [n for n in release.manifest.files if release.compared.compare(n) is not State.WHOLE]
