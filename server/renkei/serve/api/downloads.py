"""Files of the release, byte for byte, with ranges; immutable under their release."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pyoxigraph as ox
from flask import Blueprint, Response, render_template, request
from werkzeug.http import parse_date

from renkei.errors import BadRequest, Changed, FileDamaged, NotKnown
from renkei.rdf.formats import JSON_LD
from renkei.rdf.serialization import context_of
from renkei.release import FileEntry, Release
from renkei.serve.api.dcat import listing_of
from renkei.serve.http import ranges, variance
from renkei.serve.http.files import FilePart, stamp_of
from renkei.serve.web import listings, responses
from renkei.serve.web.responses import FRESH
from renkei.serve.web.site import here, reader_language

routes = Blueprint("downloads", __name__)
COLUMNS = ("file", "address", "holds", "mediaType", "bytes", "sha256")  # of the list as data


@routes.get("/dumps/", defaults={"folder": "dumps"})
@routes.get("/dumps.<suffix>", defaults={"folder": "dumps"})
def listing(folder: str, suffix: str = "") -> Response:
    """List the files of a folder of the release with size and digest."""
    site, lang = here(), reader_language()
    manifest = site.release.manifest
    files = [
        (name, entry, name if "/" in name else f"releases/{manifest.id}/{name}")
        for name, entry in sorted(manifest.files.items())
        if name.startswith(folder + "/") or (folder == "dumps" and name == "data.nq")
    ]

    def page() -> str:
        rows = [(name, entry, site.path(path)) for name, entry, path in files]
        return render_template("files.html", folder=folder, rows=rows, holds=holds)

    def rows() -> list[listings.Row]:
        return [
            {
                "file": name,
                "address": site.addresses.public + path,
                "holds": lang.gettext(holds(name)) if holds(name) else None,
                "mediaType": entry.media_type,
                "bytes": entry.size,
                "sha256": entry.sha256,
            }
            for name, entry, path in files
        ]

    return listings.answer(listings.wanted(suffix), page, COLUMNS, rows, folder)


@routes.get("/dumps/<path:name>")
def file(name: str) -> Response:
    """Send one file of the release served now."""
    return send(f"dumps/{name}", FRESH)


@routes.get("/context.jsonld")
def context() -> Response:
    """Send the JSON-LD context of the release."""
    if "context.jsonld" in here().release.manifest.files:
        return send("context.jsonld", FRESH)
    written = json.dumps(context_of(here().release), ensure_ascii=False) + "\n"
    return responses.made(written, JSON_LD.media_type)


def send(name: str, caching: str, release: Release | None = None) -> Response:
    """Send the file *name* of a release, by default of the one served. Raises NotKnown."""
    release = release or here().release
    entry = release.manifest.files.get(name)
    if entry is None:
        raise NotKnown(
            "The release has no file %(name)s.",
            "See /dumps/ and /tables/ for what it has.",
            name=name,
        )
    return send_bytes(release, name, entry, caching)


def _since(release: Release, name: str) -> datetime:
    """Return since when the file *name* has its content, as the catalogue says of the one served.

    A file that the catalogue does not list is as old as its release.
    """
    if release.manifest.id == here().release.manifest.id and name.startswith(("dumps/", "tables/")):
        file = ox.NamedNode(f"{release.manifest.dataset}/distribution/{Path(name).name}")
        with suppress(FileDamaged, BadRequest):  # a date of an author may be no moment
            return listing_of(here()).modified(file) or datetime.fromisoformat(
                release.manifest.created
            )
    return datetime.fromisoformat(release.manifest.created)


def send_bytes(release: Release, name: str, entry: FileEntry, caching: str) -> Response:
    """Send a file whole, or the range asked for (RFC 9110, sections 13 and 14).

    Raises Changed where a precondition fails, NoSuchRange for bytes that are not there, and
    FileDamaged where it is not what was packed.
    """
    tag = entry.sha256[:32]
    made = _since(release, name)
    response = responses.made(b"", entry.media_type, caching=caching, vary=(variance.FILE,))
    response.set_etag(tag)
    response.last_modified = made
    response.make_conditional(request)
    if response.status_code == 412:
        raise Changed("This is not the version you have.", "Ask again without If-Match.")
    if response.status_code == 200:
        chosen = None
        if request.method == "GET" and _is_still(tag, made):
            chosen = ranges.requested(request.headers.get("Range"), entry.size)
        if chosen is None:
            first, last = 0, entry.size - 1
            response.headers.set("Content-Disposition", "inline", filename=Path(name).name)
        else:
            first, last = chosen
            response.status_code = 206
            response.headers["Content-Range"] = f"bytes {first}-{last}/{entry.size}"
        response.response = part_of(release, name, first, last - first + 1)
        response.content_length = last - first + 1
        response.direct_passthrough = True  # the server sends the file
    if entry.media_type.startswith("text/"):
        response.headers["Content-Type"] = f"{entry.media_type}; charset=utf-8"
    response.headers["Accept-Ranges"] = "bytes"
    if request.args.get("download") is not None:
        response.headers["Content-Disposition"] = f'attachment; filename="{Path(name).name}"'
    return response


def _is_still(tag: str, made: datetime) -> bool:
    """Say whether If-Range, where it is sent, names exactly what stands here."""
    header = request.headers.get("If-Range", "").strip()
    return not header or header == f'"{tag}"' or parse_date(header) == made


def part_of(release: Release, name: str, first: int, length: int) -> FilePart:
    """Return a part of a file that is what was packed, as it is now. Raises FileDamaged."""
    with release.compared.open(name) as file:
        return FilePart(release.folder / name, first, length, stamp_of(file.fileno()))


# What a file of a release holds, by the beginning of its name; sentences are message ids.
_HOLDS = (
    ("data.nq", "every statement twice: in the graph of its source, and in the default graph; the "
                "release is named by the digest of this file and of pages/"),
    ("dumps/data.nq", "every statement in the default graph, and in the graph of its source"),
    ("dumps/data.trig", "every statement in the default graph, and in the graph of its source"),
    ("dumps/data.", "all statements, without graphs"),
    ("dumps/vocabulary.", "the vocabulary"),
    ("dumps/shapes.", "the rules that the data keep"),
    ("tables/workbook.", "all tables in one workbook"),
    ("report.", "what the check of this release found"),
    ("void.", "statistics of the data (VoID)"),
    ("catalogue.", "the catalogue (DCAT)"),
    ("description.", "catalogue, statistics and questions, as they stand in the store"),
    ("context.", "the JSON-LD context"),
    ("index.", "the index by which things are found"),
    ("words.", "which predicates, classes and graphs occur, and in which languages"),
    ("history.", "since when each data set, table and file is as it is"),
    ("withdrawn.", "what was withdrawn, when and why"),
    ("terms.", "terms as they are written, where a query engine gives their values"),
    ("pages/", "how the publication shows its own kinds of things"),
)  # fmt: skip


def holds(name: str) -> str:
    """Return what the file *name* of a release holds, as a message id."""
    if name.startswith("tables/"):
        if name.endswith("-metadata.json"):
            return "what the columns of the table mean"
        if name.endswith(".csv"):
            return "a table"
    return next((text for start, text in _HOLDS if name.startswith(start)), "")
