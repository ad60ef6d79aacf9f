"""`/reconcile`: the Reconciliation Service API 0.2, by which tables are matched with our things.

An identifier is what stands after the root of the publication, so that root and identifier
together are the IRI. A class or a property is its IRI; a prefixed name is taken as well. A
property may be a path of two, `org:hasMembership/org:role`: what a municipality is to a
partnership is said of its membership. JSONP is left out; every answer allows other origins.
What a request may hold is bounded and asked before any work; how values are compared stands in
`read.property_values`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, render_template, request

from renkei import __version__
from renkei.errors import BadRequest, NotKnown, TooLarge
from renkei.language.folding import fold
from renkei.language.locale import Language
from renkei.language.messages import counted, message
from renkei.rdf.formats import HTML, Format
from renkei.rdf.iris import INTEGERS, PREFIXES, document_of, shorten
from renkei.serve.pages import views
from renkei.serve.read import search_index
from renkei.serve.read.descriptions import SNIPPET, descriptions, excerpt
from renkei.serve.read.property_values import Path, PropertyValues, Sent
from renkei.serve.web import responses
from renkei.serve.web.responses import answer, redirect
from renkei.serve.web.site import Site, here, reader_language, search_index_of
from renkei.sparql.outline import Term

JSON = Format("json", "application/json", "json", "JSON", "table")
BATCH = 100  # queries or identifiers of one request
BODY = 2_000_000  # bytes of one request
CANDIDATES = 10  # of one query, unless it says otherwise
MOST = 100
LETTERS = 500  # of a name, an identifier or a value
PROPERTIES = 20  # of one query
VALUES = 20  # of one property of a query
CLASSES = 20  # of one query
PATHS = 20  # properties that the queries of one request speak of: columns of a table
SUGGESTED = 20
TYPES = 12  # classes offered as a choice
MEMBERSHIP = PREFIXES["org"] + "hasMembership"
XSD = PREFIXES["xsd"]
FLOATS = {XSD + name for name in ("decimal", "double", "float")}
PREVIEW = (420, 260)
FRAMED = "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-ancestors *"


@dataclass(frozen=True)
class ReconciliationQuery:
    """One query of a batch, read."""

    text: str
    types: tuple[str, ...]
    strict: str
    limit: int
    properties: tuple[tuple[Path, tuple[Sent, ...]], ...]


class Batch:
    """The queries of one request, read whole before any is answered.

    What several of them name, a value or a property, is read once.
    """

    def __init__(self, sent: dict[str, Any]) -> None:
        self._values: dict[tuple[type, object], Sent] = {}
        self._paths: dict[str, Path] = {}
        self.wishes = {key: _wish(key, value, self) for key, value in sent.items()}

    def value(self, value: str | float | bool) -> Sent:
        """Return a value that was sent, folded and looked up once."""
        known = self._values.get((type(value), value))
        if known is None:
            known = self._values[type(value), value] = _property_values().sent(value)
        return known

    def path(self, pid: str) -> Path | None:
        """Return the path that is *pid*; None where it is one too many."""
        if pid not in self._paths and len(self._paths) < PATHS:
            self._paths[pid] = tuple(_path(pid))
        return self._paths.get(pid)


class ReconciliationService:
    """What `/reconcile` answers."""

    def service(self) -> Response:
        """Answer with the manifest, with candidates (`queries`) or with values (`extend`)."""
        if (request.content_length or 0) > BODY:
            raise TooLarge(
                counted(
                    "The request is longer than %(number)s byte.",
                    "The request is longer than %(number)s bytes.",
                    BODY,
                ),
                counted(
                    "Send at most %(number)s query at a time.",
                    "Send at most %(number)s queries at a time.",
                    BATCH,
                ),
                bytes=BODY,
            )
        queries, extend = request.values.get("queries"), request.values.get("extend")
        if queries is not None:
            batch = Batch(_object(queries, "queries"))
            return _json(
                {key: {"result": self._result(wish)} for key, wish in batch.wishes.items()}
            )
        if extend is not None:
            return _json(self._extended(_object(extend, "extend", bounded=False)))
        if request.method == "POST":
            raise BadRequest(
                "Neither “queries” nor “extend” was sent.",
                "Send one of them as a form field that holds JSON.",
            )
        lang = reader_language()
        return answer(
            lambda: _written(self._manifest(lang)),
            JSON,
            variant=lang.tag,
            vary=("Accept-Language",),
        )

    # --- candidates

    def _result(self, wish: ReconciliationQuery) -> list[dict[str, Any]]:
        site, lang = here(), reader_language()
        index, values = search_index_of(site), _property_values()
        hard = wish.types if wish.strict != "should" else ()
        if wish.text:
            found = index.find(wish.text, max(50, wish.limit * 3), hard, index.is_thing)
        else:  # an empty cell of somebody's table finds nothing, and refuses nobody else's
            found = index.whole(values.holding(wish.properties), MOST, hard)
        scored = []
        for hit in found:
            entry = index.entry(hit.iri)
            types = entry.types if entry else frozenset()
            if wish.strict == "all" and not set(wish.types) <= types:
                continue
            fits_type = not wish.types or bool(set(wish.types) & types)
            marks = [values.agreement(hit.iri, path, sent) for path, sent in wish.properties]
            score = hit.score if wish.text else 100.0
            if marks:
                share = sum(marks) / len(marks)
                score = 0.6 * score + 40 * share if wish.text else 100 * share
            if not fits_type:
                score *= 0.6
            if score > 0:
                scored.append((round(score, 2), hit, fits_type, marks))
        scored.sort(key=lambda row: -row[0])
        sure = _sure(scored)
        return [
            _candidate(site, index, lang, hit, score, marks, fits, sure and place == 0)
            for place, (score, hit, fits, marks) in enumerate(scored[: wish.limit])
        ]

    # --- values

    def _extended(self, asked: dict[str, Any]) -> dict[str, Any]:
        ids, properties = asked.get("ids"), asked.get("properties")
        if not isinstance(ids, list) or not all(isinstance(i, str) for i in ids):
            raise BadRequest(
                "“ids” of “extend” is not a list of identifiers.",
                'Send {"ids": […], "properties": [{"id": …}]}.',
            )
        if not isinstance(properties, list) or not all(
            isinstance(p, dict) and isinstance(p.get("id"), str) for p in properties
        ):
            raise BadRequest(
                "“properties” of “extend” is not a list of objects with “id”.",
                'Send {"ids": […], "properties": [{"id": …}]}.',
            )
        if len(ids) > BATCH * 10 or len(properties) > BATCH:
            raise TooLarge(
                "More than %(things)s or %(properties)s were asked for.",
                "Ask in parts.",
                things=counted("%(number)s thing", "%(number)s things", BATCH * 10),
                properties=counted("%(number)s property", "%(number)s properties", BATCH),
            )
        site, lang = here(), reader_language()
        index = search_index_of(site)
        values = _property_values()
        paths = {p["id"]: tuple(_path(p["id"])) for p in properties}
        rows: dict[str, dict[str, Any]] = {}
        for identifier in ids:
            iri = index.resolve(identifier)
            rows[identifier] = {
                p["id"]: _shown(
                    site, lang, values.values(iri, paths[p["id"]]) if iri else [], p.get("settings")
                )
                for p in properties
            }
        meta = [{"id": p["id"], "name": _property_name(site, p["id"], lang)} for p in properties]
        return {"meta": meta, "rows": rows}

    def properties(self) -> Response:
        """Propose the properties that things of a class have (`?type=&limit=`)."""
        site, lang = here(), reader_language()
        asked = request.args.get("type", "")
        limit = _whole(request.args.get("limit"), "limit", MOST, least=1)
        kind = _term_iri(site, asked) if asked else None
        found = _properties_of(site, kind)[:limit]
        body: dict[str, Any] = {
            "properties": [_described(site, pid, lang, _property_name) for pid in found],
            "limit": limit,
        }
        if asked:
            body["type"] = asked
        return _json(body)

    # --- suggestions

    def suggest(self, what: str) -> Response:
        """Complete what a person types: an entity, a class (`type`) or a `property`."""
        site, lang = here(), reader_language()
        prefix = request.args.get("prefix", "").strip()[:200]
        skip = _whole(request.args.get("cursor"), "cursor", 0)
        if what == "entity":
            index = search_index_of(site)
            hits = index.complete(prefix, SUGGESTED, min(skip, 10_000), fits=index.is_thing)
            return _json({"result": [_entity(site, index, lang, hit.iri) for hit in hits]})
        if what == "type":
            return _json(
                {"result": _completed(site, lang, _all_types(site), prefix, skip, _class_name)}
            )
        if what == "property":
            return _json(
                {
                    "result": _completed(
                        site, lang, _properties_of(site, None), prefix, skip, _property_name
                    )
                }
            )
        raise NotKnown(
            "There is no suggestion of “%(what)s”.", "Use entity, type or property.", what=what
        )

    # --- pages

    def preview(self) -> Response:
        """Show one thing in a small frame (`?id=`); there is nothing but the page."""
        responses.wanted(None, (HTML,), HTML)
        site, lang = here(), reader_language()
        iri = _known(site, request.args.get("id", ""))
        entry = search_index_of(site).entry(iri)
        title, title_lang = site.name(iri, lang)
        others = sorted(
            {text for text, _ in (entry.names + entry.others if entry else ())} - {title}
        )
        body = render_template(
            "preview.html",
            iri=iri,
            title=title,
            title_lang=title_lang,
            kinds=views.view_of(site, lang).kinds(iri),
            others=[*others, *(entry.readings + entry.codes if entry else ())],
            about=excerpt(_about(site, iri, lang), SNIPPET),
            href=site.addresses.served(document_of(iri)),
        )
        response = responses.made(body, HTML.content_type, vary=("Accept-Language",))
        response.headers["Content-Security-Policy"] = FRAMED
        return response

    def view(self) -> Response:
        """Lead from an identifier to its document (303)."""
        site = here()
        iri = _known(site, request.args.get("id", ""))
        return redirect(site.addresses.served(document_of(iri)))

    def _manifest(self, lang: Language) -> dict[str, Any]:
        site = here()
        public = here().settings.public.rstrip("/")

        def path(part: str) -> dict[str, str]:
            return {"service_url": public, "service_path": f"/reconcile/{part}"}

        return {
            "versions": ["0.2"],
            "name": site.title(lang),
            "identifierSpace": site.root,
            "schemaSpace": site.reader.namespace,
            "defaultTypes": [
                {"id": t, "name": _class_name(site, t, lang)} for t in _all_types(site)[:TYPES]
            ],
            "documentation": f"{public}/openapi",
            "serviceVersion": f"Renkei {__version__}, release {site.release.manifest.id}",
            "view": {"url": f"{public}/reconcile/view?id={{{{id}}}}"},
            "preview": {
                "url": f"{public}/reconcile/preview?id={{{{id}}}}",
                "width": PREVIEW[0],
                "height": PREVIEW[1],
            },
            "suggest": {
                "entity": path("suggest/entity"),
                "type": path("suggest/type"),
                "property": path("suggest/property"),
            },
            "extend": {
                "propose_properties": path("properties"),
                "property_settings": [
                    {
                        "name": "limit",
                        "type": "number",
                        "default": 0,
                        "label": lang.gettext("Values at most"),
                        "help_text": lang.gettext("0 means all values."),
                    }
                ],
            },
            "batchSize": BATCH,
        }


# --- reading what was sent


def _object(text: str, name: str, bounded: bool = True) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = error if isinstance(error, ValueError) else message("it is nested too deep")
        raise BadRequest(
            "“%(name)s” is not JSON: %(detail)s.", "Send a JSON object.", name=name, detail=reason
        ) from None
    if not isinstance(found, dict):
        raise BadRequest("“%(name)s” is not a JSON object.", "Send a JSON object.", name=name)
    if bounded and len(found) > BATCH:
        raise TooLarge(
            counted(
                "%(number)s query was sent; %(most)s are taken at a time.",
                "%(number)s queries were sent; %(most)s are taken at a time.",
                len(found),
            ),
            "Send them in parts; the manifest says how many in “batchSize”.",
            most=BATCH,
        )
    return found


def _wish(key: str, value: Any, batch: Batch) -> ReconciliationQuery:
    """Return the query *key*. Raises BadRequest for what cannot be read or is over a bound."""
    if not isinstance(value, dict):
        raise _wrong(key, "is not an object")
    text = value.get("query", "")
    if not isinstance(text, str):
        raise _wrong(key, "has a “query” that is not a string")
    types = value.get("type") or []
    types = [types] if isinstance(types, str) else types
    if not isinstance(types, list):
        raise _wrong(key, "has a “type” that is neither a string nor a list")
    types = [t.get("id") if isinstance(t, dict) else t for t in types]
    limit = CANDIDATES if value.get("limit") is None else value["limit"]
    if isinstance(limit, bool) or not isinstance(limit, (int, float)) or not limit >= 1:
        raise _wrong(key, "has a “limit” that is not a number from 1 up")
    strict = value.get("type_strict") or "any"
    if strict not in ("any", "should", "all") or not all(isinstance(t, str) for t in types):
        raise _wrong(key, "has a “type” or “type_strict” that cannot be read")
    rows = _rows_of(key, value)
    for what, found, most in (
        ("letters in its “query”", len(text.strip()), LETTERS),
        ("classes as its “type”", len(types), CLASSES),
        ("letters in its “type”", max(map(len, types), default=0), LETTERS),
        ("candidates as its “limit”", limit, MOST),
        ("properties", len(rows), PROPERTIES),
    ):
        _bounded(key, what, found, most)
    return ReconciliationQuery(
        text.strip(),
        tuple(_term_iri(here(), t) for t in types if t),
        strict,
        int(limit),
        tuple(_property(key, pid, sent, batch) for pid, sent in rows),
    )


def _wrong(key: str, what: str) -> BadRequest:
    return BadRequest(
        "The query “%(key)s” %(what)s.",
        'Send {"query": "…", "type": "…", "limit": 5, "properties": […]}.',
        key=key,
        what=message(what),
        query=key,
    )


def _bounded(key: str, what: str, found: float, most: int) -> None:
    """Refuse the query *key* where *found* of something is over the bound."""
    if found > most:
        raise BadRequest(
            "The query “%(key)s” has %(found)s %(what)s; %(most)s are taken at most.",
            "Shorten it, or ask in parts.",
            key=key,
            found=f"{found:.0f}",
            what=message(what),
            most=most,
            query=key,
            bound=most,
        )


def _rows_of(key: str, value: dict[str, Any]) -> list[tuple[str, list[Any]]]:
    """Return the properties of a query, each with the values sent for it."""
    rows = value.get("properties") or []
    if not isinstance(rows, list) or not all(
        isinstance(r, dict) and isinstance(r.get("pid"), str) and "v" in r for r in rows
    ):
        raise _wrong(key, "has “properties” without “pid” and “v”")
    if "query" not in value and not rows:
        raise _wrong(key, "has neither “query” nor “properties”")
    return [(r["pid"], r["v"] if isinstance(r["v"], list) else [r["v"]]) for r in rows]


def _property(key: str, pid: str, sent: list[Any], batch: Batch) -> tuple[Path, tuple[Sent, ...]]:
    """Return a property of the query *key* and its values, read; null is no value."""
    _bounded(key, "values of a property", len(sent), VALUES)
    _bounded(key, "letters in a “pid”", len(pid), LETTERS)
    path = batch.path(pid)
    if path is None:
        raise BadRequest(
            "The query “%(key)s” speaks of one more property; those of one request may speak "
            "of %(most)s in all.",
            "Shorten it, or ask in parts.",
            key=key,
            most=PATHS,
            query=key,
            bound=PATHS,
        )
    values = []
    for one in sent:
        named = (one.get("id") or one.get("name") or "") if isinstance(one, dict) else one
        if named is None:
            continue
        if not isinstance(named, (str, int, float)):
            raise _wrong(key, "has a “v” that is neither text, number, truth value nor entity")
        _bounded(key, "letters in a value", _length(named), LETTERS)
        values.append(batch.value(named))
    return path, tuple(values)


def _length(value: str | float) -> int:
    """Return how long a value is, written; a number is not written out for that."""
    if isinstance(value, int):
        return value.bit_length() // 3
    return len(value) if isinstance(value, str) else 0


def _whole(text: str | None, name: str, default: int, least: int = 0) -> int:
    if text is None or text == "":
        return default
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) < least:
        raise BadRequest(
            "%(name)s is “%(text)s”.",
            "A whole number from %(least)s was expected.",
            name=name,
            text=text,
            least=least,
        )
    return int(text)


def _term_iri(site: Site, word: str) -> str:
    """Return the IRI of a class or property: in full, prefixed, or a local name of ours."""
    prefix, colon, local = word.partition(":")
    if "://" in word or not colon:
        return word if colon else site.reader.namespace + word
    return site.reader.prefixes[prefix] + local if prefix in site.reader.prefixes else word


def _path(pid: str) -> list[str]:
    """Return the IRIs of a property or of a path, whose steps a space or slash divides."""
    pid = pid.strip()
    if " " in pid:
        steps = pid.split()
    elif "://" in pid:
        steps = [pid]
    else:
        steps = pid.split("/")
    return [_term_iri(here(), step) for step in steps[:3] if step]


def _known(site: Site, word: str) -> str:
    index = search_index_of(site)
    iri = index.resolve(word) if word else None
    if iri is None:
        raise NotKnown(
            "Nothing is published about “%(text)s”.",
            "Use an identifier that /reconcile gave.",
            text=word,
        )
    return iri


def _property_values() -> PropertyValues:
    """Return the values of this release's properties, read when they are asked for."""
    site = here()
    return site.once(
        "property-values",
        lambda: PropertyValues(search_index_of(site), _ask_property, MEMBERSHIP),
    )


def _ask_property(iri: str) -> list[tuple[str, Term]]:
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        return []
    return [
        (row["s"].value, row["o"]) for row in here().reader.ask("property-values", property=node)
    ]


# --- comparing


def _sure(scored: list[tuple[float, search_index.Hit, bool, list[float]]]) -> bool:
    """Say whether the first candidate is the thing: whole, of the class, and alone."""
    if not scored:
        return False
    score, hit, fits, marks = scored[0]
    if (
        hit.fit != "whole"
        or hit.score < search_index.CERTAIN
        or not fits
        or min(marks, default=1) < 0.5
    ):
        return False
    return len(scored) < 2 or scored[1][1].fit != "whole" or score - scored[1][0] >= 2


# --- writing


def _candidate(
    site: Site,
    index: search_index.Index,
    lang: Language,
    hit: search_index.Hit,
    score: float,
    marks: list[float],
    fits: bool,
    sure: bool,
) -> dict[str, Any]:
    found = _entity(site, index, lang, hit.iri)
    features: list[dict[str, Any]] = [
        {"id": "name", "value": hit.score},
        {"id": "type", "value": fits},
    ]
    if marks:
        features.append({"id": "properties", "value": round(sum(marks) / len(marks), 4)})
    return {
        "id": found["id"],
        "name": found["name"],
        "description": found["description"],
        "type": found["notable"],
        "score": score,
        "features": features,
        "match": sure,
    }


def _entity(site: Site, index: search_index.Index, lang: Language, iri: str) -> dict[str, Any]:
    entry = index.entry(iri)
    kinds = [{"id": t, "name": _class_name(site, t, lang)} for t in site.reader.types(iri)]
    own = [k["name"] for k in kinds if k["id"].startswith(site.reader.namespace)]
    words: list[str] = (own or [k["name"] for k in kinds])[:1]
    if entry:
        words += entry.readings[:1] + entry.codes[:1]
    return {
        "id": iri.removeprefix(site.root),
        "name": site.name(iri, lang)[0] or iri,
        "description": " · ".join(words),
        "notable": kinds,
    }


def _class_name(site: Site, iri: str, lang: Language) -> str:
    return views.view_of(site, lang).property_label(iri).text or iri


def _property_name(site: Site, pid: str, lang: Language) -> str:
    view = views.view_of(site, lang)
    names = [view.property_label(step).text or step for step in _path(pid)]
    return " › ".join(names) or pid


def _described(
    site: Site, iri: str, lang: Language, name: Callable[[Site, str, Language], str]
) -> dict[str, str]:
    last = _path(iri)[-1]
    about = _about(site, last, lang) if last.startswith(site.root) else ""
    written = " / ".join(shorten(step, site.reader.prefixes) for step in _path(iri))
    return {"id": iri, "name": name(site, iri, lang), "description": about or written}


def _completed(
    site: Site,
    lang: Language,
    iris: list[str],
    prefix: str,
    skip: int,
    name: Callable[[Site, str, Language], str],
) -> list[dict[str, str]]:
    """Return terms that begin with *prefix*, by name in any language, prefixed name or IRI."""
    wish = fold(prefix)
    ranked = []
    for place, iri in enumerate(iris):
        words = [
            name(site, iri, lang),
            *(
                q.object.value
                for step in _path(iri)
                for q in site.reader.names(step).quads
                if isinstance(q.object, ox.Literal)
            ),
        ]
        keys = [fold(w) for w in words]
        short = " ".join(shorten(step, site.reader.prefixes) for step in _path(iri))
        if prefix in (iri, short):
            rank = 0
        elif any(k.startswith(wish) for k in keys):
            rank = 1
        elif short.lower().startswith(prefix.lower()) or iri.startswith(prefix):
            rank = 2
        elif wish and (any(wish in k for k in keys) or wish in fold(short)):
            rank = 3
        else:
            continue
        ranked.append((rank, place, iri))
    chosen = [iri for _, _, iri in sorted(ranked)[skip : skip + SUGGESTED]]
    return [_described(site, iri, lang, name) for iri in chosen]


def _all_types(site: Site) -> list[str]:
    """Return the classes of things: the vocabulary's own first, then those with identifiers.

    One that stands above another of them comes after all that do not.
    """

    def gather() -> list[str]:
        weights = search_index_of(site).classes()
        tree = site.reader.ask("class-tree")
        broader = {row["above"].value for row in tree if row["class"].value in weights}
        return sorted(
            weights,
            key=lambda t: (
                not t.startswith(site.reader.namespace),
                t in broader,
                -weights[t][0],
                -weights[t][1],
                t,
            ),
        )

    return site.once("reconcile-types", gather)


def _properties_of(site: Site, kind: str | None) -> list[str]:
    """Return the properties of a class, or of all things, the much used first."""
    if kind is None:
        return site.once(
            "reconcile-properties",
            lambda: [
                *(
                    r["property"].value
                    for r in site.reader.ask("used-properties", root=ox.Literal(site.root))
                    if "property" in r
                ),
                *_behind_memberships(site),
            ],
        )
    try:
        node = ox.NamedNode(kind)
    except ValueError:
        return []
    found = [
        r["property"].value
        for r in site.reader.ask("properties-of-class", **{"class": node})
        if "property" in r
    ]
    return [*found, *(_behind_memberships(site) if MEMBERSHIP in found else [])]


def _behind_memberships(site: Site) -> list[str]:
    prefixes = site.reader.prefixes
    return site.once(
        "reconcile-paths",
        lambda: [
            "/".join(shorten(r[name].value, prefixes) for name in ("first", "property"))
            for r in site.reader.ask("properties-by-membership")
            if "first" in r
        ],
    )


def _about(site: Site, iri: str, lang: Language) -> str:
    return descriptions(site.reader, [iri], lang.tag).get(iri, ("", ""))[0]


def _shown(site: Site, lang: Language, values: list[Term], settings: Any) -> list[dict[str, Any]]:
    """Return values as the data extension gives them; texts in the reader's language."""
    tags = {v.language for v in values if isinstance(v, ox.Literal) and v.language}
    tag = next((t for t in (lang.tag, *site.languages) if t in tags), None)
    kept = [
        v
        for v in values
        if not (
            isinstance(v, ox.Literal)
            and v.language
            and tag
            and v.language in site.languages
            and v.language != tag
        )
    ]
    limit = settings.get("limit") if isinstance(settings, dict) else None
    if isinstance(limit, str) and limit.isdigit():
        limit = int(limit)
    if isinstance(limit, (int, float)) and not isinstance(limit, bool) and 1 <= limit < 1e6:
        kept = kept[: int(limit)]
    return [_value(site, lang, v) for v in kept]


def _value(site: Site, lang: Language, term: Term) -> dict[str, Any]:
    if isinstance(term, ox.NamedNode):
        if site.addresses.is_ours(term.value):
            return {
                "id": term.value.removeprefix(site.root),
                "name": site.name(term.value, lang)[0] or term.value,
            }
        return {"str": term.value}
    if isinstance(term, ox.Literal):
        kind = term.datatype.value
        if kind in INTEGERS and re.fullmatch(r"[+-]?[0-9]{1,15}", term.value):
            return {"int": int(term.value)}
        if kind in FLOATS and re.fullmatch(
            r"[+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]{1,2})?", term.value
        ):
            return {"float": float(term.value)}
        if kind == XSD + "date" and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", term.value):
            return {"date": f"{term.value}T00:00:00"}
        if kind == XSD + "dateTime" and re.fullmatch(r"[0-9]{4}-[^ ]+", term.value):
            return {"date": term.value}
    return {"str": term.value}


def _written(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False) + "\n"


def _json(body: dict[str, Any]) -> Response:
    return responses.made(
        _written(body), JSON.media_type, caching="no-cache", vary=("Accept-Language",)
    )


_service = ReconciliationService()
routes = Blueprint("reconciliation", __name__)
routes.add_url_rule("/reconcile", "service", _service.service, methods=["GET", "POST"])
routes.add_url_rule("/reconcile/suggest/<what>", "suggest", _service.suggest)
routes.add_url_rule("/reconcile/properties", "properties", _service.properties)
routes.add_url_rule("/reconcile/preview", "preview", _service.preview)
routes.add_url_rule("/reconcile/view", "view", _service.view)
