"""Files of the release, byte for byte, with ranges; immutable under their release."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, send_file

from renkei.errors import NotKnown
from renkei.formats import HTML
from renkei.serve.site import FOR_EVER, FRESH, answer, here, reader_language

pages = Blueprint("dumps", __name__)


@pages.get("/dumps/", defaults={"folder": "dumps"})
def listing(folder: str) -> Response:
    """List the files of a folder of the release with size and digest."""
    lang = reader_language()
    entries = {
        name: entry
        for name, entry in sorted(here().release.manifest.files.items())
        if name.startswith(folder + "/") or (folder == "dumps" and name == "data.nq")
    }
    return answer(
        lambda: render_template("files.html", folder=folder, entries=entries),
        HTML,
        variant=lang.tag,
        vary=("Accept-Language",),
    )


@pages.get("/dumps/<path:name>")
def file(name: str) -> Response:
    """Send one file; `/dumps/data.nq` is the file the release is named by."""
    full = f"dumps/{name}"
    if full not in here().release.manifest.files and name == "data.nq":
        full = name
    return send(full, FRESH)


@pages.get("/context.jsonld")
def context() -> Response:
    """Send the JSON-LD context of the release."""
    if "context.jsonld" in here().release.manifest.files:
        return send("context.jsonld", FRESH)
    from renkei.serve.writing import context as prefixes

    response = make_response(prefixes(here().release))
    response.headers["Content-Type"] = "application/ld+json"
    return response


@pages.get("/releases")
def releases() -> Response:
    """Say which release this is."""
    lang = reader_language()
    files = dict(sorted(here().release.manifest.files.items()))
    return answer(
        lambda: render_template("release.html", entries=files),
        HTML,
        variant=lang.tag,
        vary=("Accept-Language",),
    )


@pages.get("/releases/<release>/<path:name>")
def of_release(release: str, name: str) -> Response:
    """Send a file under its release; it never changes there."""
    current = here().release.manifest.id
    if release != current:
        raise NotKnown(
            f"Release {release} is not kept here.",
            f"The release served is {current}.",
            release=current,
        )
    if name == "manifest.json":
        return make_response(send_file(here().release.folder / name, conditional=True))
    return send(name, FOR_EVER)


def send(name: str, caching: str) -> Response:
    """Send the file *name* of the release, whole or in ranges. Raises NotKnown."""
    release = here().release
    entry = release.manifest.files.get(name)
    if entry is None:
        raise NotKnown(
            f"The release has no file {name}.", "See /dumps/ and /tables/ for what it has."
        )
    response = make_response(
        send_file(
            release.path(name), mimetype=entry.media_type, conditional=True, etag=entry.sha256[:32]
        )
    )
    if entry.media_type.startswith("text/"):
        response.headers["Content-Type"] = f"{entry.media_type}; charset=utf-8"
    response.headers["Cache-Control"] = caching
    response.headers["Accept-Ranges"] = "bytes"
    if request.args.get("download") is not None:
        response.headers["Content-Disposition"] = f'attachment; filename="{name.split("/")[-1]}"'
    return response
