"""`/api/3/action/…`: CKAN's action API over the catalogue, reading only.

Portals and their tools speak it (docs.ckan.org, API guide). The same listing that
`/catalogue` gives is told in CKAN's words: a data set is a package, a distribution a
resource, a publisher an organization, a theme a group, a keyword a tag. Errors have CKAN's
statuses and shape, because its clients look for them. What a search may ask is the part of
Solr's language that clients send: words, `field:value`, quotes, `-`/`NOT`; words are ANDed.
"""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import unquote

import pyoxigraph as ox
from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState

from renkei.rdf import wkt
from renkei.rdf.iris import Addresses
from renkei.release import Release
from renkei.serve.api.ckan_answers import Record, RefusedError, invalid, not_found, true, whole
from renkei.serve.api.ckan_datastore import Datastore
from renkei.serve.api.dcat import listing_of
from renkei.serve.read.dcat_catalogue import Listing
from renkei.serve.web import responses
from renkei.serve.web.site import Site, here, site_of

VERSION = "2.11.0"  # the CKAN whose answers these are like
MOST_ROWS = 1000
LETTERS = 2_000  # of what one search asks, `q` and all filters together
FACETS = 50  # fields of one search that are counted
SORTS = 10  # fields that one search is sorted by
_WRITING = re.compile(r"_(create|update|delete|patch|purge|revise|upsert)$")
_BEHIND = re.compile(
    r"(?P<not>-|NOT\s+)?\+?(?:(?P<field>[A-Za-z_.]+):)?"
    r'(?:"(?P<quoted>[^"]*)"|[\[{](?P<low>[^\s\]}]+) TO (?P<high>[^\s\]}]+)[\]}]'
    r"|(?P<word>[^\s()]+))"
)
# What stands in an extra, under the name that ckanext-dcat gives it.
_EXTRAS = (
    ("identifier", "dct", "identifier"),
    ("issued", "dct", "issued"),
    ("modified", "dct", "modified"),
    ("frequency", "dct", "accrualPeriodicity"),
    ("spatial_uri", "dct", "spatial"),
    ("access_rights", "dct", "accessRights"),
)
_NUMBER_OR_DATE = re.compile(r"[\d.:TZ+-]+")


class Wish(NamedTuple):
    """A part of what a search asks: whether it must not be, in which field, what; or up to what."""

    unwanted: bool
    field: str | None
    value: str
    upto: str | None = None


routes = Blueprint("ckan", __name__)


@routes.record_once
def _prepare(state: BlueprintSetupState) -> None:
    """Have the portal ready before processes are forked."""
    portal_of(site_of(state))


def portal_of(site: Site) -> Portal:
    """Return the catalogue of the site's release in CKAN's words."""
    return site.once("ckan", lambda: Portal(listing_of(site), site.release, site.addresses))


@routes.get("/api")
@routes.get("/api/3")
def version() -> Response:
    """Say which API this is."""
    return _json({"version": 3})


@routes.route("/api/3/action/<name>", methods=["GET", "POST"])
@routes.route("/api/action/<name>", methods=["GET", "POST"])
def action(name: str) -> Response:
    """Run one action."""
    portal = portal_of(here())
    envelope: Record = {"help": f"{here().addresses.public}api/3/action/help_show?name={name}"}
    try:
        if name not in portal.actions:
            raise _unknown(name)
        result = portal.actions[name](_parameters())
    except RefusedError as error:
        if isinstance(error.error, str):
            return _json(error.error, error.status)
        return _json({**envelope, "error": error.error, "success": False}, error.status)
    response = _json({**envelope, "success": True, "result": result})
    if request.method == "GET":
        response.set_etag(responses.etag("ckan", portal.listing.mark))
        response.headers["Cache-Control"] = responses.FRESH
        response.make_conditional(request)
    return response


def _json(body: object, status: int = 200) -> Response:
    text = json.dumps(body, ensure_ascii=False)
    return responses.made(text, "application/json;charset=utf-8", status=status)


def _unknown(name: str) -> RefusedError:
    if _WRITING.search(name):
        return RefusedError(403, {"__type": "Authorization Error",
                             "message": "Access denied: this catalogue is read-only"})  # fmt: skip
    return RefusedError(400, f"Bad request - Action name not known: {name}")


def _parameters() -> Record:
    """Return the parameters of the request: of the address, a form or a JSON body."""
    found: Record = {}
    for key, values in request.args.lists():
        found[key] = values if len(values) > 1 else values[0]
    if request.method == "POST":
        body = request.get_data()
        if request.mimetype == "application/x-www-form-urlencoded" and request.form:
            # ckanapi and old clients send JSON under a form's media type, too.
            if len(request.form) == 1 and next(iter(request.form)).startswith("{"):
                body = unquote(next(iter(request.form))).encode()
            else:
                return {**found, **request.form.to_dict()}
        if body.strip():
            try:
                sent = json.loads(body)
            except (ValueError, RecursionError) as error:
                reason = str(error) if isinstance(error, ValueError) else "it is nested too deep"
                raise RefusedError(400, f"Bad request - JSON Error: {reason}") from None
            if not isinstance(sent, dict):
                raise RefusedError(400, "Bad request - Request data JSON decoded to no dictionary")
            found.update(sent)
    return found


class Portal:
    """The catalogue in CKAN's words. Everything is made once: a release does not change."""

    def __init__(self, listing: Listing, release: Release, addresses: Addresses) -> None:
        self.listing, self.release, self.addresses = listing, release, addresses
        self.languages = release.manifest.languages or ("en",)
        self.actions: dict[str, Callable[[Record], Any]] = {
            "package_list": self.package_list,
            "package_show": self.package_show,
            "package_search": self.package_search,
            "current_package_list_with_resources": self.current,
            "resource_show": self.resource_show,
            "organization_list": self.organization_list,
            "organization_show": self.organization_show,
            "group_list": self.group_list,
            "group_show": self.group_show,
            "tag_list": self.tag_list,
            "tag_show": self.tag_show,
            "tag_autocomplete": self.tag_autocomplete,
            "package_autocomplete": self.package_autocomplete,
            "package_activity_list": self.package_activity_list,
            "recently_changed_packages_activity_list": self.recently_changed,
            "license_list": self.license_list,
            "status_show": self.status_show,
            "site_read": self.site_read,
            "help_show": self.help_show,
            **Datastore(release, lambda: self.packages).actions,
        }

    # What there is

    @cached_property
    def packages(self) -> dict[str, Record]:
        """All packages by name, in order of name."""
        found = [self._package(d) for d in self.listing.datasets]
        return {p["name"]: p for p in sorted(found, key=lambda p: p["name"])}

    @cached_property
    def organizations(self) -> dict[str, Record]:
        """All publishers by name, with how many packages each has."""
        return self._collected("organization")

    @cached_property
    def groups(self) -> dict[str, Record]:
        """All themes by name, with how many packages each has."""
        return self._collected("groups")

    def _collected(self, key: str) -> dict[str, Record]:
        counts: Counter[str] = Counter()
        known: dict[str, Record] = {}
        for package in self.packages.values():
            value = package[key]
            for one in value if isinstance(value, list) else [value] if value else []:
                known.setdefault(one["name"], one)
                counts[one["name"]] += 1
        return {n: {**known[n], "package_count": counts[n]} for n in sorted(known)}

    def _package(self, dataset: ox.NamedNode) -> Record:
        listing = self.listing
        organization = self._organization(dataset)
        contact = self._contact(dataset)
        extras = {**self._extras(dataset), **contact}
        licence = self._licence(dataset)
        tags = sorted({t.value for t in listing.values(dataset, "dcat", "keyword")
                       if isinstance(t, ox.Literal)})  # fmt: skip
        files = [
            d
            for d in listing.values(dataset, "dcat", "distribution")
            if isinstance(d, ox.NamedNode)
        ]
        resources = [
            self._resource(file, dataset, place)
            for place, file in enumerate(sorted(files, key=str))
        ]
        return {
            "id": _uuid(dataset),
            "name": self._named[dataset],
            "title": listing.text(dataset, "dct", "title", self.languages),
            "title_translated": self._translated(dataset, "title"),
            "notes": listing.text(dataset, "dct", "description", self.languages),
            "notes_translated": self._translated(dataset, "description"),
            "url": self._served(listing.first(dataset, "dcat", "landingPage")),
            "version": listing.first(dataset, "dcat", "version"),
            "author": organization["title"] if organization else None,
            "author_email": None,
            "maintainer": contact.get("contact_name"),
            "maintainer_email": contact.get("contact_email"),
            **licence,
            "organization": organization,
            "owner_org": organization["id"] if organization else None,
            "groups": [self._group(t) for t in listing.values(dataset, "dcat", "theme")
                       if isinstance(t, ox.NamedNode)],
            "tags": [{"name": t, "display_name": t, "id": _uuid(t), "state": "active",
                      "vocabulary_id": None} for t in tags],
            "num_tags": len(tags),
            "resources": resources,
            "num_resources": len(resources),
            "extras": [{"key": k, "value": v} for k, v in extras.items()],
            "metadata_created": _moment(listing.first(dataset, "dct", "issued")),
            "metadata_modified": _moment(listing.first(dataset, "dct", "modified")),
            "private": False,
            "state": "active",
            "type": "dataset",
            "creator_user_id": None,
            "relationships_as_object": [],
            "relationships_as_subject": [],
        }  # fmt: skip

    def _resource(self, distribution: ox.NamedNode, dataset: ox.NamedNode, place: int) -> Record:
        listing = self.listing
        checksum = next((c for c in listing.values(distribution, "spdx", "checksum")
                         if isinstance(c, ox.NamedNode)), None)  # fmt: skip
        size = listing.first(distribution, "dcat", "byteSize")
        media = listing.first(distribution, "dcat", "compressFormat") or listing.first(
            distribution, "dcat", "mediaType"
        )
        file_type = listing.first(distribution, "dct", "format")
        label = listing.first(ox.NamedNode(file_type), "rdfs", "label") if file_type else None
        return {
            "id": _uuid(distribution),
            "package_id": _uuid(dataset),
            "uri": distribution.value,
            "name": listing.text(distribution, "dct", "title", self.languages),
            "description": listing.text(distribution, "dct", "description", self.languages),
            "url": self._served(
                listing.first(distribution, "dcat", "downloadURL")
                or listing.first(distribution, "dcat", "accessURL")
            ),
            "format": label or "",
            "mimetype": media.partition("media-types/")[2] if media else None,
            "size": int(size) if size else None,
            "hash": listing.first(checksum, "spdx", "checksumValue") if checksum else "",
            "hash_algorithm": listing.first(checksum, "spdx", "algorithm") if checksum else None,
            "position": place,
            "state": "active",
            "resource_type": "file",
            "url_type": None,
            "created": _moment(listing.first(distribution, "dct", "issued")),
            "last_modified": _moment(listing.first(distribution, "dct", "modified")),
            "metadata_modified": _moment(listing.first(distribution, "dct", "modified")),
        }

    def _licence(self, dataset: ox.NamedNode) -> Record:
        found = self.listing.first(dataset, "dct", "license")
        if found is None:
            return {"license_id": "notspecified", "license_title": None, "license_url": None,
                    "isopen": False}  # fmt: skip
        licence = ox.NamedNode(found)
        name = self.listing.first(licence, "dct", "identifier") or found
        return {
            "license_id": name,
            "license_title": self.listing.name(licence, self.languages) or name,
            "license_url": found,
            "isopen": name.startswith(("CC-BY-4", "CC0", "PDL")) or "ODC" in name,
        }

    def _organization(self, dataset: ox.NamedNode) -> Record | None:
        found = self.listing.first(dataset, "dct", "publisher")
        if found is None:
            return None
        agent = ox.NamedNode(found)
        title = self.listing.name(agent, self.languages) or found
        return {
            "id": _uuid(agent),
            "name": _slug(found.rstrip("/").rsplit("/", 1)[-1]),
            "title": title,
            "display_name": title,
            "description": "",
            "image_url": "",
            "type": "organization",
            "is_organization": True,
            "approval_status": "approved",
            "state": "active",
            "uri": found,
        }

    def _group(self, theme: ox.NamedNode) -> Record:
        title = self.listing.name(theme, self.languages) or theme.value
        return {
            "id": _uuid(theme),
            "name": _slug(theme.value.rstrip("/").rsplit("/", 1)[-1]),
            "title": title,
            "display_name": title,
            "description": "",
            "image_display_url": "",
        }

    def _contact(self, dataset: ox.NamedNode) -> dict[str, str]:
        """Tell whom to ask, under the names that ckanext-dcat gives these."""
        found = self.listing.first(dataset, "dcat", "contactPoint")
        if found is None:
            return {}
        who = ox.NamedNode(found)
        mail = self.listing.first(who, "vcard", "hasEmail")
        told = {
            "contact_name": self.listing.name(who, self.languages),
            "contact_email": mail.removeprefix("mailto:") if mail else None,
            "contact_url": self._served(self.listing.first(who, "vcard", "hasURL")),
        }
        return {key: value for key, value in told.items() if value}

    def _extras(self, dataset: ox.NamedNode) -> dict[str, str]:
        """Tell what CKAN has no field for; schema:additionalProperty gives authors' own."""
        listing = self.listing
        found: dict[str, str] = {"uri": dataset.value}
        for key, prefix, name in _EXTRAS:
            value = listing.first(dataset, prefix, name)
            if value:
                found[key] = value
        place = listing.first(dataset, "dct", "spatial")
        found |= self._place(ox.NamedNode(place)) if place else {}
        publisher = listing.first(dataset, "dct", "publisher")
        if publisher:
            named = listing.name(ox.NamedNode(publisher), self.languages)
            found |= {"publisher_uri": publisher, "publisher_name": named or publisher}
        languages = [listing.first(t, "dct", "identifier")
                     for t in listing.values(dataset, "dct", "language")
                     if isinstance(t, ox.NamedNode)]  # fmt: skip
        found["language"] = json.dumps(sorted(t for t in languages if t))
        period = listing.first(dataset, "dct", "temporal")
        for key, name in (("temporal_start", "startDate"), ("temporal_end", "endDate")):
            value = listing.first(ox.NamedNode(period), "dcat", name) if period else None
            if value:
                found[key] = value
        for own in listing.values(dataset, "schema", "additionalProperty"):
            if isinstance(own, ox.NamedNode):
                key_ = listing.first(own, "schema", "propertyID")
                values = sorted(v.value for v in listing.values(own, "schema", "value")
                                if isinstance(v, ox.Literal))  # fmt: skip
                if key_:
                    found[key_] = ",".join(values)
        return found

    def _place(self, place: ox.NamedNode) -> dict[str, str]:
        """Tell the place in words, and its extent as GeoJSON, which map searches of CKAN read."""
        told = {"spatial_text": self.listing.name(place, self.languages)}
        box = self.listing.first(place, "dcat", "bbox")
        if box:
            with suppress(ValueError):  # what nobody can read is no extent
                system, read, _ = wkt.parsed(box)
                if wkt.is_wgs84(system) and wkt.first_axis(system) != "latitude":
                    told["spatial"] = json.dumps(read)
        return {key: value for key, value in told.items() if value}

    def _translated(self, dataset: ox.NamedNode, name: str) -> dict[str, str]:
        return {v.language: v.value for v in self.listing.values(dataset, "dct", name)
                if isinstance(v, ox.Literal) and v.language}  # fmt: skip

    @cached_property
    def _named(self) -> dict[ox.NamedNode, str]:
        """Name every data set as CKAN takes it: 2 to 100 of a-z, 0-9, "-", "_", each once."""
        found: dict[ox.NamedNode, str] = {}
        taken = {"new", "edit", "search"}  # CKAN's own addresses
        for dataset in sorted(self.listing.datasets, key=str):
            path = dataset.value.removeprefix(self.release.manifest.root).removeprefix("dataset/")
            name = _slug(path)
            if name in taken or not 2 <= len(name) <= 100:
                name = f"{name[:91]}-{_uuid(dataset)[:8]}"
            taken.add(name)
            found[dataset] = name
        return found

    def _served(self, iri: str | None) -> str | None:
        return self.addresses.served(iri) if iri else None

    # Actions

    def package_list(self, asked: Record) -> list[str]:
        """Return the names of all data sets. Parameters: limit, offset."""
        names = list(self.packages)
        start = whole(asked, "offset", 0)
        return names[start : start + whole(asked, "limit", len(names))]

    def current(self, asked: Record) -> list[Record]:
        """Return all data sets with their resources, newest first. Parameters: limit, offset."""
        start = whole(asked, "offset", 0)
        found = self._sorted(list(self.packages.values()), "metadata_modified desc")
        return found[start : start + whole(asked, "limit", MOST_ROWS)]

    def package_show(self, asked: Record) -> Record:
        """Return one data set. Parameter: id, its id or name."""
        return self._one(self.packages, asked, "id")

    def resource_show(self, asked: Record) -> Record:
        """Return one resource. Parameter: id."""
        resources = {r["id"]: r for p in self.packages.values() for r in p["resources"]}
        return self._one(resources, asked, "id")

    def organization_list(self, asked: Record) -> list[Any]:
        """Return the publishers. Parameters: all_fields, limit, offset."""
        return self._names(self.organizations, asked)

    def organization_show(self, asked: Record) -> Record:
        """Return one publisher. Parameters: id, include_datasets."""
        found = self._one(self.organizations, asked, "id")
        return self._with_packages(
            found, asked, lambda p: (p["organization"] or {}).get("name") == found["name"]
        )

    def group_list(self, asked: Record) -> list[Any]:
        """Return the themes. Parameters: all_fields, limit, offset."""
        return self._names(self.groups, asked)

    def group_show(self, asked: Record) -> Record:
        """Return one theme. Parameters: id, include_datasets."""
        found = self._one(self.groups, asked, "id")
        return self._with_packages(
            found, asked, lambda p: found["name"] in (g["name"] for g in p["groups"])
        )

    def tag_list(self, asked: Record) -> list[Any]:
        """Return the keywords. Parameters: query, all_fields."""
        wanted = str(asked.get("query", "")).casefold()
        tags = {t["name"]: t for p in self.packages.values() for t in p["tags"]}
        found = [tags[name] for name in sorted(tags) if wanted in name.casefold()]
        return found if true(asked.get("all_fields")) else [t["name"] for t in found]

    def tag_show(self, asked: Record) -> Record:
        """Return one keyword. Parameters: id, its id or name, include_datasets."""
        found = {t["name"]: t for p in self.packages.values() for t in p["tags"]}
        tag = self._one(found, asked, "id")
        has = [p for p in self.packages.values() if tag["name"] in (t["name"] for t in p["tags"])]
        return {**tag, **({"packages": has} if true(asked.get("include_datasets")) else {})}

    def tag_autocomplete(self, asked: Record) -> list[str]:
        """Return keywords that hold some letters. Parameters: query or q, limit."""
        wanted = str(asked.get("query") or asked.get("q") or "").casefold()
        names = sorted({t["name"] for p in self.packages.values() for t in p["tags"]})
        return [n for n in names if wanted in n.casefold()][: whole(asked, "limit", 10)]

    def package_autocomplete(self, asked: Record) -> list[Record]:
        """Return data sets whose name or title holds some letters. Parameters: q, limit."""
        wanted = str(asked.get("q") or "").casefold()
        found = []
        for package in self.packages.values():
            for field in ("name", "title"):
                if wanted in str(package[field]).casefold():
                    found.append({
                        "name": package["name"], "title": package["title"], "match_field": field,
                        "match_displayed": f"{package['title']} ({package['name']})",
                    })  # fmt: skip
                    break
        return found[: whole(asked, "limit", 10)]

    def package_activity_list(self, asked: Record) -> list[Record]:
        """Return when one data set was new and when it changed. Parameters: id, limit, offset."""
        return _part(_activities(self._one(self.packages, asked, "id")), asked)

    def recently_changed(self, asked: Record) -> list[Record]:
        """Return what was new or changed, newest first. Parameters: limit, offset."""
        every = [a for p in self.packages.values() for a in _activities(p)]
        return _part(sorted(every, key=lambda a: (a["timestamp"], a["id"]), reverse=True), asked)

    def license_list(self, asked: Record) -> list[Record]:
        """Return the licences in use."""
        found = {p["license_id"]: p for p in self.packages.values()}
        return [{"id": name, "title": p["license_title"], "url": p["license_url"],
                 "status": "active", "is_okd_compliant": p["isopen"]}
                for name, p in sorted(found.items())]  # fmt: skip

    def status_show(self, asked: Record) -> Record:
        """Return what this site is."""
        manifest = self.release.manifest
        title = next((manifest.title[t] for t in self.languages if t in manifest.title),
                     next(iter(manifest.title.values()), ""))  # fmt: skip
        return {
            "ckan_version": VERSION,
            "site_url": self.addresses.public.rstrip("/"),
            "site_title": title,
            "site_description": "",
            "locale_default": self.languages[0],
            "error_emails_to": None,
            "extensions": [],
            "release": manifest.id,
        }

    def site_read(self, asked: Record) -> bool:
        """Return true: everybody may read."""
        return True

    def help_show(self, asked: Record) -> str:
        """Return what an action does. Parameter: name."""
        name = asked.get("name")
        if not name:
            raise invalid("name", "Missing value")
        if name not in self.actions:
            raise not_found(f"Action function not found: {name}")
        return self.actions[str(name)].__doc__ or ""

    def package_search(self, asked: Record) -> Record:
        """Return data sets that match. Parameters: q, fq, fq_list, rows, start, sort, facet."""
        start, rows = whole(asked, "start", 0), min(whole(asked, "rows", 10), MOST_ROWS)
        filters = asked.get("fq_list") or []
        filters = filters if isinstance(filters, list) else [filters]
        texts = [str(t or "") for t in (asked.get("q"), asked.get("fq"), *filters)]
        _few("letters in q and its filters", sum(map(len, texts)), LETTERS)
        wished = [part for text in texts for part in _wished(text)]
        found = [p for p in self.packages.values() if _matches(p, wished)]
        sort = str(asked.get("sort") or "score desc, metadata_modified desc")
        _few("fields to sort by", sort.count(",") + 1, SORTS)
        found = self._sorted(found, sort)
        facets = self._facets(found, asked)
        return {
            "count": len(found),
            "results": found[start : start + rows],
            "sort": sort,
            "facets": {name: dict(values) for name, values in facets.items()},
            "search_facets": {
                name: {"title": name, "items": [
                    {"name": v, "display_name": v, "count": n} for v, n in values.most_common()]}
                for name, values in facets.items()
            },
        }  # fmt: skip

    def _facets(self, found: list[Record], asked: Record) -> dict[str, Counter[str]]:
        wanted = asked.get("facet.field") or asked.get("facet_field") or []
        if isinstance(wanted, str):
            try:
                wanted = json.loads(wanted)
            except (ValueError, RecursionError):
                wanted = [wanted]
        wanted = list(wanted) if isinstance(wanted, (list, dict)) else [wanted]
        _few("fields of facets", len(wanted), FACETS)
        return {str(f): Counter(v for p in found for v in set(_field(p, str(f)))) for f in wanted}

    def _sorted(self, found: list[Record], sort: str) -> list[Record]:
        found = sorted(found, key=lambda p: str(p["name"]))
        for part in reversed([piece.split() for piece in sort.split(",") if piece.strip()]):
            name, way = part[0], part[1].lower() if len(part) > 1 else "asc"
            name = {"title_string": "title", "last_modified": "metadata_modified"}.get(name, name)
            if name == "score":
                continue
            if way not in ("asc", "desc") or (found and name not in found[0]):
                message = f"SOLR cannot sort by {' '.join(part)}"
                raise RefusedError(400, {"__type": "Search Query Error", "message": message})
            found.sort(key=lambda p: str(p[name] or ""), reverse=way == "desc")
        return found

    def _one(self, known: Mapping[str, Record], asked: Record, key: str) -> Record:
        wanted = asked.get(key) or asked.get("name_or_id")
        if not wanted:
            raise invalid(key, "Missing value")
        for name, value in known.items():
            if wanted in (name, value["id"]):
                return value
        raise not_found()

    def _names(self, known: Mapping[str, Record], asked: Record) -> list[Any]:
        start = whole(asked, "offset", 0)
        limit = whole(asked, "limit", MOST_ROWS)
        found = list(known.values())[start : start + limit]
        return found if true(asked.get("all_fields")) else [v["name"] for v in found]

    def _with_packages(
        self, found: Record, asked: Record, belongs: Callable[[Record], bool]
    ) -> Record:
        packages = [p for p in self.packages.values() if belongs(p)]
        wanted = true(asked.get("include_datasets", False))
        return {**found, **({"packages": packages} if wanted else {}), "extras": [], "users": []}


def _activities(package: Record) -> list[Record]:
    """Return what happened to *package*, newest first: it was new, and it changed since."""
    moments = {"new package": package["metadata_created"]}
    if package["metadata_modified"] != package["metadata_created"]:
        moments["changed package"] = package["metadata_modified"]
    return [
        {
            "id": _uuid(f"{package['id']} {kind} {moment}"),
            "timestamp": moment,
            "activity_type": kind,
            "object_id": package["id"],
            "user_id": None,
            "data": {"package": {k: package[k] for k in ("id", "name", "title")}},
        }
        for kind, moment in reversed(moments.items())
        if moment
    ]


def _part(activities: list[Record], asked: Record) -> list[Record]:
    start = whole(asked, "offset", 0)
    return activities[start : start + whole(asked, "limit", 31)]


def _few(what: str, number: int, most: int) -> None:
    """Refuse a search that asks for more than a catalogue can be asked at once."""
    if number > most:
        message = f"There are {number} {what}; {most} are taken at most"
        raise RefusedError(400, {"__type": "Search Query Error", "message": message})


def _wished(text: str) -> list[Wish]:
    """Return the parts of what is asked. Raises RefusedError for a range without ends."""
    if text.strip() in ("", "*:*", "*"):
        return []
    found = []
    for part in _BEHIND.finditer(text):
        if part["low"] is not None:
            found.append(
                Wish(bool(part["not"]), part["field"], *map(_end, part.group("low", "high")))
            )
            continue
        value = part["quoted"] if part["quoted"] is not None else part["word"]
        if part["field"] or value not in ("AND", "OR", "*:*", "*"):
            found.append(Wish(bool(part["not"]), part["field"], value))
    return list(dict.fromkeys(found))


def _end(text: str) -> str:
    """Return one end of a range, as values are held: a moment has no zone, and is UTC."""
    if text != "*" and not _NUMBER_OR_DATE.fullmatch(text):
        message = f"{text} is no end of a range: a number, a date like 2026-04-01T00:00:00Z, or *"
        raise RefusedError(400, {"__type": "Search Query Error", "message": message})
    return text.removesuffix("Z")


def _matches(package: Record, wished: Iterable[Wish]) -> bool:
    """Say whether *package* has all that is asked for."""
    words = ""
    for wish in wished:
        if wish.upto is not None:
            hit = any(_within(wish, held) for held in _field(package, wish.field or "text"))
        elif wish.field:
            held = _field(package, wish.field)
            hit = (wish.value == "*" and any(held)) or any(_same(wish.value, h) for h in held)
        else:
            words = words or _words(package)
            hit = wish.value.casefold().strip("*") in words
        if hit == wish.unwanted:
            return False
    return True


def _within(wish: Wish, held: str) -> bool:
    low, high = wish.value, str(wish.upto)
    return (low == "*" or low <= held) and (high == "*" or held <= high)


def _same(wanted: str, held: str) -> bool:
    wanted, held = wanted.casefold(), held.casefold()
    return held.startswith(wanted[:-1]) if wanted.endswith("*") else wanted == held


def _words(package: Record) -> str:
    parts = [package["name"], package["title"] or "", package["notes"] or "",
             *package["title_translated"].values(), *package["notes_translated"].values(),
             *(t["name"] for t in package["tags"])]  # fmt: skip
    return "\n".join(parts).casefold()


def _field(package: Record, field: str) -> list[str]:
    """Return the values of a Solr field."""
    if field in ("tags", "vocab_tags"):
        return [t["name"] for t in package["tags"]]
    if field == "organization":
        return [package["organization"]["name"]] if package["organization"] else []
    if field == "groups":
        return [g["name"] for g in package["groups"]]
    if field in ("res_format", "format"):
        return [r["format"] for r in package["resources"]]
    if field == "dataset_type":
        return [package["type"]]
    if field in ("site_id", "capacity", "permission_labels"):
        return ["public", "default"]
    own = {e["key"]: e["value"] for e in package["extras"]}
    key = field.removeprefix("extras_")
    if key in own:
        return [own[key], *own[key].split(",")]
    value = package.get(field)
    return [] if value in (None, [], "") else [str(value)]


def _uuid(term: ox.NamedNode | str) -> str:
    """Return the id CKAN clients expect: the same for the same IRI, for ever."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, term if isinstance(term, str) else term.value))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-") or "data"


def _moment(text: str | None) -> str | None:
    """Return a date as CKAN writes it: without a zone, in UTC."""
    if text is None:
        return None
    return (text if "T" in text else f"{text}T00:00:00").removesuffix("Z")
