"""Earlier days of a document: Memento (RFC 7089) over the releases that are kept.

`/releases/<id>/…` is the whole of a release as it was: its documents, pages, tables and queries,
answered by an application of its own that is opened when it is first asked for; each process
keeps a few. What an address said on a day is asked by `Accept-Datetime`, at the address itself
or at `/timegate/<address>`, which lead to that release; `/timemap/<address>` lists all days. What
earlier releases had and the present one has not is gone (410), with when and why, as far as the
authors say so in their ledger.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, request

from renkei.config import Settings
from renkei.errors import BadRequest, NotKnown, RenkeiError, Withdrawn
from renkei.language.messages import in_a_row, message
from renkei.rdf import iris
from renkei.rdf.formats import Format
from renkei.release import LAYOUT, MANIFEST, WITHDRAWN, Release
from renkei.serve.api import downloads
from renkei.serve.api.releases import kept_releases
from renkei.serve.http.parameters import unreserved
from renkei.serve.read.index_file import IndexFile
from renkei.serve.web import responses
from renkei.serve.web.site import Site, here, reader_language, sent_path
from renkei.stores.base import Store

LINKS = Format("link-format", "application/link-format", "link", "Link Format", "table")
JSON = Format("timemap-json", "application/json", "json", "JSON", "table")
# What of the program is of no day: what leads to days itself, and what whoever runs it asks.
NEVER_WITHIN = frozenset(("feeds", "health", "mcp", "metrics", "releases", "timegate", "timemap"))
# And what is asked of the present release alone; of an earlier one under its own address.
NOT_OF_A_DAY = NEVER_WITHIN | {"problems", "robots", "sitemap", "sparql", "static"}
AN_EARLIER_PAGE = "public, max-age=86400"  # its words are of this program, and may change with it
Open = Callable[[Release, Store | None, Settings, str], tuple[Flask, Store]]

routes = Blueprint("memento", __name__)


class OpenReleases:
    """The applications of releases that this process has open, the last asked for last."""

    def __init__(self, open_one: Open, site: Site) -> None:
        self._open, self._site = open_one, site
        self._held: OrderedDict[str, tuple[Flask, Store]] = OrderedDict()
        self._lock = threading.Lock()

    def app(self, release: Release) -> Flask:
        """Return the application that answers from *release*. Raises NotKnown, StoreUnavailable."""
        identifier = release.manifest.id
        with self._lock:
            if identifier not in self._held:
                self._held[identifier] = self._opened(release)
            self._held.move_to_end(identifier)
            self._put_away(max(1, self._site.settings.older_releases))
            return self._held[identifier][0]

    def close(self) -> None:
        """Give back what the open releases use."""
        with self._lock:
            self._put_away(0)

    def _put_away(self, most: int) -> None:
        while len(self._held) > most:
            _, (_, store) = self._held.popitem(last=False)
            if store is not self._site.store:
                store.close()

    def _opened(self, release: Release) -> tuple[Flask, Store]:
        settings = self._site.settings
        is_present = release.manifest.id == self._site.release.manifest.id
        if not settings.older_releases or release.manifest.layout != LAYOUT:
            raise NotKnown(
                "Release %(name)s is kept as files, and cannot be read page by page here.",
                "See /releases/%(name)s for its files.",
                name=release.manifest.id,
            )
        inner = replace(
            settings,
            public_url=f"{settings.public}releases/{release.manifest.id}/",
            store="", engines=1, services=(), mcp=0,
        )  # fmt: skip
        return self._open(release, self._site.store if is_present else None, inner, settings.public)


@routes.get("/releases/<release>/sparql")
@routes.get("/releases/<release>/<path:name>")
def of_release(release: str, name: str = "sparql") -> Response:
    """Answer as the release did: with a file of it, which never changes, or with a document."""
    held = kept_releases(here()).find(release)
    if not held.folder.is_dir():
        raise NotKnown("Release %(name)s is not kept here.", "See /releases.", name=release)
    if name == MANIFEST and held.itself:
        return downloads.send_bytes(held, name, held.itself, responses.FOR_EVER)
    if name in held.manifest.files:
        return _dated(downloads.send(name, responses.FOR_EVER, held), held)
    if name.startswith("static/"):  # style and script are of the program, and of no day
        return current_app.send_static_file(name.removeprefix("static/"))
    if _first(name) in NEVER_WITHIN:
        return responses.redirect(f"{here().addresses.public}{name}")
    opened: OpenReleases = current_app.extensions["renkei.older"]
    response = _within(opened.app(held), f"/releases/{release}")
    if response.status_code == 200:
        is_page = response.mimetype == "text/html"
        response.headers["Cache-Control"] = AN_EARLIER_PAGE if is_page else responses.FOR_EVER
        if is_page:
            response.headers["X-Robots-Tag"] = "noindex"
    return _dated(response, held)


def _dated(response: Response, release: Release) -> Response:
    """Say of what *release* answers of which day it is, and where its original is."""
    if response.status_code in (200, 206, 304):
        response.headers["Memento-Datetime"] = _written(release)
        original = sent_path().removeprefix(f"releases/{release.manifest.id}/")
        responses.add_links(response, _links(original))
    return response


def _within(app: Flask, prefix: str) -> Response:
    """Return what *app* answers to the present request, whose path is below *prefix*."""
    environ = {k: v for k, v in request.environ.items() if not k.startswith(("werkzeug", "flask"))}
    environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(prefix)
    for name in ("RAW_URI", "REQUEST_URI"):
        if name in environ:
            environ[name] = environ[name].replace(prefix, "", 1)
    answer = Response.from_app(app.wsgi_app, environ, buffered=True)
    return cast(Response, answer)


def asked_for_a_day() -> Response | None:
    """Lead who asks an address for a day to what it said then."""
    path = sent_path()
    if "Accept-Datetime" not in request.headers or request.method not in ("GET", "HEAD"):
        return None
    return None if _first(path) in NOT_OF_A_DAY else _led(path)


def _first(path: str) -> str:
    """Return the first part of *path*, without the reserved home and without a suffix."""
    return unreserved(f"/{path}").strip("/").partition("/")[0].partition(".")[0]


def advertise(response: Response) -> Response:
    """Say of what an address says today where its earlier days are found."""
    path = sent_path()
    if response.status_code == 200 and _first(path) not in NOT_OF_A_DAY:
        responses.add_links(response, _links(path)[1:])
    return response


@routes.get("/timegate/<path:address>")
def timegate(address: str) -> Response:
    """Lead to what an address said on the day that is asked for, by default today."""
    return _led(_original("timegate"))


def _led(path: str) -> Response:
    release = _at(request.headers.get("Accept-Datetime", ""))
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    there = f"{here().addresses.public}releases/{release.manifest.id}/{path}{query}"
    response = responses.redirect(there, 302)
    response.vary.add("Accept-Datetime")
    own = f'<{there}>; rel="memento"; datetime="{_written(release)}"'
    responses.add_links(response, [*_links(path), own])
    return response


def _at(text: str) -> Release:
    """Return the release that was the present one at an HTTP date; the first for one before it.

    Raises BadRequest.
    """
    kept = kept_releases(here())
    releases = [kept.find(identifier) for identifier in kept.order]
    if not text:
        return releases[0]
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        raise BadRequest(
            'Accept-Datetime is "%(text)s", which is no date of HTTP.',
            "Write it like Mon, 01 Jun 2026 00:00:00 GMT.",
            text=text,
        ) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return next((r for r in releases if _moment(r) <= moment), releases[-1])


@routes.get("/timemap/<path:address>")
def timemap(address: str) -> Response:
    """List the days of an address; of a thing, those of releases that have it."""
    path = _original("timemap")
    fmt = responses.wanted(None, (LINKS, JSON), LINKS)
    kept = kept_releases(here())
    releases = [kept.find(identifier) for identifier in reversed(kept.order)]
    having = [release for release in releases if _has(release, path)]
    if not having:
        raise NotKnown("Nothing is published at %(path)s.", "See /releases.", path=f"/{path}")
    public = here().addresses.public

    def make() -> str:
        days = [(f"{public}releases/{r.manifest.id}/{path}", _written(r)) for r in having]
        if fmt is JSON:
            listed = [{"uri": uri, "datetime": day} for uri, day in days]
            said = {
                "original_uri": public + path,
                "timegate_uri": f"{public}timegate/{public}{path}",
                "mementos": {"list": listed, "first": listed[0], "last": listed[-1]},
            }
            return json.dumps(said, ensure_ascii=False, indent=1) + "\n"
        own = f'<{public}timemap/{public}{path}>; rel="self"; type="application/link-format"'
        links = [*_links(path)[:2], f'{own}; from="{days[0][1]}"; until="{days[-1][1]}"']
        for place, (uri, day) in enumerate(days):
            words = ["first"] * (place == 0) + ["last"] * (place == len(days) - 1) + ["memento"]
            links.append(f'<{uri}>; rel="{" ".join(words)}"; datetime="{day}"')
        return ",\n".join(links) + "\n"

    return responses.answer(make, fmt, variant=kept.mark)


def _links(path: str) -> list[str]:
    """Return the links that every part of a Memento says: original, TimeGate, TimeMap."""
    public = here().addresses.public
    return [
        f'<{public}{path}>; rel="original"',
        f'<{public}timegate/{public}{path}>; rel="timegate"',
        f'<{public}timemap/{public}{path}>; rel="timemap"; type="application/link-format"',
    ]


def _original(gate: str) -> str:
    """Return the path, below our address, of the original that is asked for at a *gate*."""
    path = unreserved(f"/{sent_path()}").lstrip("/").removeprefix(f"{gate}/")
    site = here()
    for base in (site.addresses.public, site.root):
        # a server or a client may have made one slash of two
        pattern = re.escape(base.rstrip("/")).replace("://", ":/+")
        if found := re.match(rf"{pattern}(?:/|$)", path):
            return path[found.end() :]
    if re.match(r"[A-Za-z][\w+.-]*:/", path):
        raise NotKnown(
            "%(iri)s is not served here.", "Ask for an address below %(public)s.",
            iri=path, public=site.addresses.public,
        )  # fmt: skip
    return path


def _moment(release: Release) -> datetime:
    return datetime.fromisoformat(release.manifest.created)


def _written(release: Release) -> str:
    return format_datetime(_moment(release), usegmt=True)


def _has(release: Release, path: str) -> bool:
    """Say whether *release* has the thing whose document is at *path*; of pages, always."""
    name, _ = responses.split(path)
    if name.startswith("doc/"):
        name = name.replace("doc/", "id/", 1)
    if not name.startswith("id/"):
        return True
    return _knows(release, here().root + name)


def _knows(release: Release, iri: str) -> bool:
    with suppress(RenkeiError):
        asked = [iri, iris.plain(iri)]
        rows = IndexFile(release).ask("SELECT 1 FROM entry WHERE iri IN (?, ?) LIMIT 1", asked)
        return bool(rows)
    return False


def withdrawn(path: str) -> RenkeiError | None:
    """Return what is said of an address of the data that only earlier releases have, if any has."""
    site = here()
    name, _ = responses.split(path.lstrip("/"))
    iri = site.root + re.sub("^doc/", "id/", name)
    if _first(name) in NOT_OF_A_DAY:
        return None
    said = _tombstones(site).get(iri)
    kept = kept_releases(site)
    place = kept.order.index(site.release.manifest.id)
    order = [kept.find(identifier) for identifier in kept.order[place + 1 :]]
    last = next((n for n, r in enumerate(order) if _knows(r, iri)), None)
    if said is None and last is None:
        return None
    after = site.release if not last else order[last - 1]  # the first that did not have it
    lang = reader_language()
    why = said["why"].get(lang.tag) or next(iter(said["why"].values()), "") if said else ""
    when = said["when"] if said else after.manifest.created
    instead = said["instead"] if said else []
    where = (
        message("It stands in release %(name)s, at %(address)s.",
                name=order[last].manifest.id,
                address=f"{site.addresses.public}releases/{order[last].manifest.id}/{path.lstrip('/')}")
        if last is not None
        else message("See /releases.")
    )  # fmt: skip
    return Withdrawn(
        "%(iri)s was withdrawn on %(day)s. %(why)s",
        "%(instead)s%(where)s",
        iri=iri,
        day=when[:10],
        why=why,
        instead=in_a_row(*(f"<{other}>" for other in instead)) + (" " if instead else ""),
        where=where,
    )


def _tombstones(site: Site) -> dict[str, dict[str, Any]]:
    """Return what the authors say of things that they withdrew."""

    def read() -> dict[str, dict[str, Any]]:
        if WITHDRAWN not in site.release.manifest.files:
            return {}
        found: dict[str, dict[str, Any]] = json.loads(site.release.read(WITHDRAWN))
        return found

    return site.once("withdrawn", read)
