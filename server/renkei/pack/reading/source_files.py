"""Which files of a publication are read, in which format, and what graph each belongs to.

    ontology/X.ttl            graph/X
    shapes/X.ttl              graph/shapes
    data/…/X.trig, X.nq       the graphs it names; the rest in graph/X
    data/…/X.ttl, .nt, …      graph/X
    data/catalogue.ttl        graph/catalogue     (also the configuration)
    data/questions/X.ttl      .well-known/sparql-examples
    data/…/X.csv, .xlsx       graph/X             where metadata describe it; see `tabular`
    data/tables/X.ttl         graph/tables        (what the CSV tables hold)
    data/contexts/…           none: contexts that JSON-LD files refer to
    data/history.ttl          none: since when each part has its content; see `pack.ledger`
    data/pages/…              none: it says how pages look, and goes into the release as it is

Two files that would share a graph get longer names: with the format, else with the folders.
Each may be compressed. What is left aside has a reason.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import json
import lzma
import re
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox
import zstandard

from renkei.errors import SourceError
from renkei.language.messages import Message, message
from renkei.release import QUESTIONS_GRAPH

SUFFIXES: dict[str, ox.RdfFormat] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".n3": ox.RdfFormat.TURTLE,  # what of N3 is Turtle; see `syntax_errors.check_beyond_turtle`
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json-ld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,  # or Turtle; see `format_of`
}
TABULAR = (".csv", ".tsv", ".xlsx", ".xlsm")  # read where metadata describe them; see `tabular`


def _of_zstandard(content: bytes) -> bytes:
    """Return what all frames of *content* hold. Raises EOFError where the last is cut."""
    found = b""
    while content:
        frame = zstandard.ZstdDecompressor().decompressobj()
        found += frame.decompress(content)
        if not frame.eof:
            raise EOFError
        content = frame.unused_data
    return found


COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.decompress,
    ".bz2": bz2.decompress,
    ".xz": lzma.decompress,
    ".zst": _of_zstandard,
}
_DAMAGED = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zstandard.ZstdError)

FOLDERS = ("ontology", "data", "shapes")
CATALOGUE_FILE = "data/catalogue.ttl"
CONTEXT_FILE = "data/context.jsonld"
HISTORY_FILE = "data/history.ttl"  # the ledger: dates, no statements; see `pack.ledger`
BARE = "data/files"  # links to files that stand in no publication; see `pack.bare_files`
CONTEXTS = ("data/contexts", f"{BARE}/contexts")  # what JSON-LD refers to; see `contexts`
PAGES = "data/pages"  # how this publication shows its own kinds: no statements; see `pages`
PAGE_SUFFIXES = (".html", ".po")

# Graphs that describe the publication rather than state facts: not in the default graph.
SHAPES = "graph/shapes"
CATALOGUE = "graph/catalogue"
TABLES = "graph/tables"
DERIVED = "graph/derived"
ROWS = "graph/rows"  # from which row of a table a thing comes
APART = (SHAPES, CATALOGUE, QUESTIONS_GRAPH, TABLES, ROWS)
# Graphs that are written by packing, or read from a file or folder of their own.
_TAKEN = frozenset((*APART, DERIVED, f"{SHAPES}-catalogue", "graph/report"))


def authored_name(folder: Path, path: Path) -> str:
    """Return *path* as authors know it: from the publication at *folder*, or from their own."""
    name = path.relative_to(folder).as_posix()
    return name.removeprefix(f"{BARE}/") if path.is_symlink() else name


def suffix_of(path: Path) -> str:
    """Return the suffix that tells the format of *path*, in small letters: of `a.nt.gz`, `.nt`."""
    return Path(_uncompressed(path)).suffix.lower()


def stem_of(path: Path) -> str:
    """Return the name of *path* without what tells format and compression."""
    return Path(_uncompressed(path)).stem


def _uncompressed(path: Path) -> str:
    return path.stem if path.suffix.lower() in COMPRESSED else path.name


def content_of(path: Path) -> bytes:
    """Return the content of *path*, unpacked where it is compressed. Raises SourceError."""
    content = path.read_bytes()
    unpack = COMPRESSED.get(path.suffix.lower())
    if unpack is None:
        return content
    try:
        return unpack(content)
    except _DAMAGED as error:
        raise SourceError(
            path,
            None,
            None,
            "this is not a whole %(suffix)s file.",
            "Compress the file again, or leave it as it is.",
            suffix=path.suffix,
        ) from error


def format_of(path: Path, text: str) -> ox.RdfFormat:
    """Return the format of the *text* of *path*: an ontology (.owl) may be Turtle as well."""
    if suffix_of(path) == ".owl" and not text.lstrip("\ufeff \t\r\n").startswith(
        ("<?xml", "<!", "<rdf:RDF")
    ):
        return ox.RdfFormat.TURTLE
    return SUFFIXES[suffix_of(path)]


def foreign(path: Path, text: str) -> Message | None:
    """Return why a *text* whose suffix says little is no RDF, None where it is."""
    suffix = suffix_of(path)
    if suffix == ".json" and not _is_json_ld(text):
        return message("this JSON has no @context and no @id, so that it is no JSON-LD")
    if suffix == ".xml" or (suffix == ".owl" and _XML.match(text)):
        root = _ROOT.search(_PASSED_OVER.sub("", text))
        if root is not None and not root[1].endswith("RDF"):
            return message("the root of this XML is %(root)s, and not rdf:RDF", root=root[1])
    return None


_XML = re.compile(r"\s*<(?:\?xml|!|[\w.-]+:RDF\b|Ontology\b)")
_PASSED_OVER = re.compile(r"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^\[>]*(?:\[.*?\])?\s*>", re.DOTALL)
_ROOT = re.compile(r"<([^\s/>]+)")


def _is_json_ld(text: str) -> bool:
    try:
        document = json.loads(text)
    except ValueError:
        return True  # the parser says where it is wrong
    parts = document if isinstance(document, list) else [document]
    words = {"@context", "@id", "@graph", "@type", "@value"}
    return any(isinstance(part, dict) and words & part.keys() for part in parts)


def all_files(folder: Path) -> list[Path]:
    """Return the files that a pack of *folder* reads, sorted."""
    return sorted(
        path
        for path in _visible_files(folder)
        if suffix_of(path) in (*SUFFIXES, *TABULAR)
        or path.suffix == ".rq"
        or _is_page(folder, path)
    )


def statement_files(folder: Path) -> list[Path]:
    """Return those of `all_files` that state something."""
    return [
        path
        for path in all_files(folder)
        if suffix_of(path) in SUFFIXES
        and path not in (folder / CONTEXT_FILE, folder / HISTORY_FILE)
        and not any(folder / place in path.parents for place in (PAGES, *CONTEXTS))
    ]


def left_aside(folder: Path) -> list[str]:
    """Return the files that look as if they were meant to be read, and are not."""
    read = {*SUFFIXES, *TABULAR, ".rq", ".md"}
    inside = [
        path
        for path in _visible_files(folder)
        if suffix_of(path) not in read and not _is_page(folder, path)
    ]
    return sorted(authored_name(folder, path) for path in inside)


def tables(folder: Path) -> list[Path]:
    """Return the files of rows, which are read where metadata describe them."""
    return [path for path in all_files(folder) if suffix_of(path) in TABULAR]


def hold_anything(folder: Path) -> bool:
    """Say whether there are files that should state something: others than README and settings."""
    silent = {folder / CATALOGUE_FILE, folder / CONTEXT_FILE}
    return any(
        path not in silent and path.suffix not in (".md", ".rq") and path.stat().st_size
        for path in _visible_files(folder)
        if path.relative_to(folder).parts[0] == "data"
        and not any(folder / place in path.parents for place in (PAGES, *CONTEXTS))
    )


def misplaced(folder: Path) -> list[str]:
    """Return the files of a known format that stand beside the folders that are read."""
    beside = (p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    return sorted(p.name for p in beside if suffix_of(p) in SUFFIXES.keys() - {".json", ".xml"})


def _is_page(folder: Path, path: Path) -> bool:
    """Say whether *path* is a template of a page, or words for one."""
    return path.parent == folder / PAGES and path.suffix in PAGE_SUFFIXES


def _visible_files(folder: Path) -> Iterable[Path]:
    """Yield all files under FOLDERS, but those an editor or a system hides."""
    for name in FOLDERS:
        for path in (folder / name).rglob("*"):
            hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
            if path.is_file() and not hidden and not path.name.endswith("~"):
                yield path


def graphs_of(names: Sequence[str]) -> dict[str, str]:
    """Return the graph of each file, without the root: *names* are relative to the publication.

    One graph a file, but for shapes, questions and tables, which have one graph each. A name
    of letters and digits that no other file has gives the graph `graph/<name>`.
    """
    found = {name: graph for name in names if (graph := _common_graph(name)) is not None}
    waiting = [name for name in names if name not in found]
    for scheme in _SCHEMES:
        asking: dict[str, list[str]] = defaultdict(list)
        for name in waiting:
            asking[f"graph/{scheme(Path(name))}"].append(name)
        used = _TAKEN | set(found.values())
        given = {graph: who[0] for graph, who in asking.items() if len(who) == 1}
        found |= {name: graph for graph, name in given.items() if graph not in used}
        waiting = [name for name in waiting if name not in found]
    return found


def _common_graph(name: str) -> str | None:
    if name == CATALOGUE_FILE:
        return CATALOGUE
    if name.startswith("shapes/"):
        return SHAPES
    if name.startswith("data/questions/"):
        return QUESTIONS_GRAPH
    return TABLES if name.startswith("data/tables/") else None


def slug(name: str) -> str:
    """Return *name* as a part of an IRI: letters, digits and hyphens (RFC 3987)."""
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", name)).strip("-") or "data"


def _with_format(path: Path) -> str:
    return slug(f"{stem_of(path)}{suffix_of(path)}")


def _with_folders(path: Path) -> str:
    return slug("/".join((*path.parts[:-1], stem_of(path))))


def _whole(path: Path) -> str:
    return slug(path.as_posix())


def _numbered(path: Path) -> str:
    return f"{_whole(path)}-{hashlib.sha256(path.as_posix().encode()).hexdigest()[:8]}"


_SCHEMES: tuple[Callable[[Path], str], ...] = (
    lambda path: slug(stem_of(path)),
    _with_format,
    _with_folders,
    _whole,
    _numbered,
)
