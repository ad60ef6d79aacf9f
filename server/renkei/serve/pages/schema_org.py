"""Describe documents in schema.org's words, as search engines read them (JSON-LD).

Types come from the data where it has schema.org types, else from what the vocabulary is
aligned with, else from well-known superclasses. Descriptions have 50 to 5,000 characters,
as dataset search wants: the publication's own words first, then what the statements say.
The data set's page carries the data set with its files and the catalogue it is in.
"""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
from markupsafe import Markup

from renkei.language.locale import Language
from renkei.language.numerals import finite
from renkei.rdf import iris
from renkei.serve.pages import views
from renkei.serve.pages.view_models import Statements, View
from renkei.serve.read.reader import DCT, FOAF, SCHEMA, SKOS, TYPE
from renkei.serve.web.site import Site, dataset_licence
from renkei.sparql.outline import Term

LEAST, MOST = 50, 5_000
DCAT, ORG, OWL = iris.PREFIXES["dcat"], iris.PREFIXES["org"], iris.PREFIXES["owl"]
XSD, GEO = iris.PREFIXES["xsd"], iris.PREFIXES["wgs"]
# schema.org types of well-known classes; the first that fits wins.
KNOWN = (
    (iris.PREFIXES["cv"] + "PublicOrganisation", "GovernmentOrganization"),
    (ORG + "OrganizationalUnit", "GovernmentOrganization"),
    (ORG + "FormalOrganization", "Organization"),
    (iris.PREFIXES["eli"] + "LegalResource", "Legislation"),
    (iris.PREFIXES["cv"] + "ReferenceFramework", "Legislation"),
    (ORG + "ChangeEvent", "Event"),
    (ORG + "Organization", "Organization"),
    (FOAF + "Person", "Person"),
    (FOAF + "Document", "DigitalDocument"),
    (DCAT + "Distribution", "DataDownload"),
    (DCAT + "Dataset", "Dataset"),
    (DCT + "Location", "Place"),
    (ORG + "Site", "Place"),
    (iris.PREFIXES["locn"] + "Address", "PostalAddress"),
    (iris.PREFIXES["prov"] + "Activity", "Event"),
    (ORG + "Membership", "OrganizationRole"),
    (SKOS + "ConceptScheme", "DefinedTermSet"),
    (SKOS + "Concept", "DefinedTerm"),
    (OWL + "Ontology", "DefinedTermSet"),
    (OWL + "Class", "DefinedTerm"),
    (OWL + "ObjectProperty", "DefinedTerm"),
    (OWL + "DatatypeProperty", "DefinedTerm"),
)
# What schema.org calls our statements: property, then what is kept of it.
SAID = (
    (DCT + "identifier", "identifier"),
    (ORG + "identifier", "identifier"),
    (SKOS + "altLabel", "alternateName"),
    (FOAF + "homepage", "url"),
    (SKOS + "exactMatch", "sameAs"),
    (OWL + "sameAs", "sameAs"),
    (SCHEMA + "sameAs", "sameAs"),
    (DCT + "issued", "datePublished"),
    (DCT + "modified", "dateModified"),
    (DCT + "created", "dateCreated"),
    (DCT + "publisher", "publisher"),
    (DCT + "isPartOf", "isPartOf"),
    (DCT + "source", "isBasedOn"),
    (ORG + "memberOf", "memberOf"),
)


def type_of(site: Site, view: View, iri: str) -> str:
    """Return the schema.org type of *iri*, as an IRI."""
    if iri == site.release.manifest.dataset:
        return SCHEMA + "Dataset"
    types = view.known.types(iri)
    given = sorted(t for t in types if t.startswith(SCHEMA))
    if given:
        return given[0]
    above = view.vocabulary.above
    aligned = site.once(
        "schema-classes",
        lambda: {
            row["class"].value: row["type"].value for row in site.reader.ask("schema-classes")
        },
    )
    line = [c for t in types for c in (t, *sorted(above.get(t, ())))]
    for name in line:
        if name in aligned:
            return aligned[name]
    return SCHEMA + next((word for name, word in KNOWN if name in line), "Thing")


def description(site: Site, about: Statements) -> str:
    """Return a thing described in 50 to 5,000 characters in the reader's language."""
    lang = about.view.lang
    parts = []
    for predicate in (*about.view.known.naming.descriptions, SKOS + "scopeNote"):
        text = _text(site, about.quads, predicate, lang)
        if text and text not in parts:
            parts.append(text)
    written = " ".join(parts)
    if len(written) < LEAST:
        written = " ".join([*parts, _listed(about)])
    if len(written) < LEAST:
        written = f"{written} {site.title(lang)}. {about.iri}"
    if len(written) < LEAST:
        written += f" (release {site.release.manifest.id}, {site.release.manifest.dataset})"
    return written if len(written) <= MOST else written[: MOST - 1] + "…"


def _text(site: Site, quads: list[ox.Quad], predicate: str, lang: Language) -> str:
    found = {
        q.object.language or "": q.object.value
        for q in quads
        if q.predicate.value == predicate and isinstance(q.object, ox.Literal)
    }
    return next((found[t] for t in (lang.tag, "", *site.languages) if t in found), "")


def _listed(about: Statements) -> str:
    """Return the first statements about a thing as a sentence of names and values."""
    view = about.view
    name = view.name(about.iri)[0]
    kinds = ", ".join(dict.fromkeys(k.text for k in view.kinds(about.iri)))
    said: dict[str, list[str]] = {}
    for quad in about.quads:
        predicate, value = quad.predicate.value, quad.object
        if predicate == TYPE or isinstance(value, ox.BlankNode | ox.Triple):
            continue
        if isinstance(value, ox.Literal) and value.language not in (None, view.lang.tag):
            continue
        text = view.name(value.value)[0] if isinstance(value, ox.NamedNode) else value.value
        values = said.setdefault(view.property_label(predicate).text, [])
        if text not in values and text != name:
            values.append(text)
    rows = "; ".join(
        f"{label}: {', '.join(values[:3])}" for label, values in said.items() if values
    )
    return f"{name} ({kinds}). {rows[:600]}"


def described(site: Site, about: Statements) -> dict[str, Any]:
    """Return what a page about a thing says of it to search engines."""
    found = _base(site, about)
    if about.iri == site.release.manifest.dataset:
        found.update(_dataset(site, about))
    else:
        word = "isPartOf" if "isPartOf" not in found else "includedInDataCatalog"
        found[word] = site.once(
            f"schema-org-{about.view.lang.tag}", lambda: _whole(site, about.view.lang)
        )
    return found


def _whole(site: Site, lang: Language) -> dict[str, Any]:
    """Return the data set as the page of a part of it names it."""
    dataset = site.release.manifest.dataset
    return {
        "@type": "Dataset",
        "@id": dataset,
        "name": site.title(lang),
        "description": description(site, views.read(site, dataset, lang)),
        "url": site.addresses.public,
        **_licence(site),
    }


def script(site: Site, about: Statements) -> Markup:
    """Return the description as the text of a `script` element that nothing can end early."""
    text = json.dumps(described(site, about), ensure_ascii=False, indent=1)
    for char, escape in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(char, escape)
    return Markup(text)


def _base(site: Site, about: Statements) -> dict[str, Any]:
    quads, iri, view = about.quads, about.iri, about.view
    name, tag = view.name(iri)
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": type_of(site, view, iri).removeprefix(SCHEMA),
        "@id": iri,
        "name": name,
        "description": description(site, about),
        "url": site.addresses.served(iris.document_of(iri)),
        "inLanguage": tag or view.lang.tag,
    }
    for predicate, word in SAID:
        values = [_value(view, q.object) for q in quads if q.predicate.value == predicate]
        kept: list[Any] = list(dict.fromkeys(v for v in values if isinstance(v, str)))
        kept = kept or [v for v in values if isinstance(v, dict)]
        if kept and word not in found:
            found[word] = kept[0] if len(kept) == 1 else kept
    place = {
        q.predicate.value.removeprefix(GEO): q.object.value
        for q in quads
        if q.predicate.value.startswith(GEO) and isinstance(q.object, ox.Literal)
    }
    if "lat" in place and "long" in place:
        found["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": place["lat"],
            "longitude": place["long"],
        }
    return found


def _value(view: View, term: Term | ox.Triple) -> str | dict[str, Any] | None:
    if isinstance(term, ox.NamedNode):
        if view.links.addresses.is_ours(term.value):
            return _named(view, term.value)
        return term.value
    if isinstance(term, ox.Literal) and term.language in (None, view.lang.tag):
        return term.value
    return None


def _named(view: View, iri: str) -> dict[str, Any]:
    """Return *iri* and its label; an IRI is no name, so what has no label gets none."""
    label = view.known.label(iri, view.lang.tag)
    return {"@id": iri, "name": label[0]} if label else {"@id": iri}


def _licence(site: Site) -> dict[str, Any]:

    licence = dataset_licence()
    return {"license": licence} if licence else {}


def _dataset(site: Site, about: Statements) -> dict[str, Any]:
    manifest, quads, view = site.release.manifest, about.quads, about.view
    lang = view.lang
    public = site.addresses.public

    def nodes(predicate: str) -> list[str]:
        return sorted(
            {
                q.object.value
                for q in quads
                if q.predicate.value == predicate and isinstance(q.object, ox.NamedNode)
            }
        )

    found: dict[str, Any] = {
        "name": site.title(lang),
        "url": public,
        "identifier": [manifest.dataset, manifest.id],
        "version": manifest.version,
        "dateModified": manifest.created[:10],
        "datePublished": manifest.created[:10],
        "isAccessibleForFree": True,
        "inLanguage": list(site.languages),
        "keywords": [
            q.object.value
            for q in quads
            if q.predicate.value == DCAT + "keyword"
            and isinstance(q.object, ox.Literal)
            and q.object.language in (None, lang.tag)
        ],
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "@id": f"{site.root}catalogue",
            "name": site.title(lang),
            "url": f"{public}catalogue",
        },
        "distribution": _downloads(site),
        **_licence(site),
    }
    for predicate, word in (("creator", "creator"), ("publisher", "publisher")):
        agents = [{"@type": "Organization", **_named(view, iri)} for iri in nodes(DCT + predicate)]
        if agents:
            found[word] = agents[0]
    if subjects := [_named(view, iri) for iri in nodes(DCT + "subject")]:
        found["about"] = subjects
    places = nodes(DCT + "spatial")
    if places:
        found["spatialCoverage"] = _place(site, view, places[0])
    for period in nodes(DCT + "temporal"):
        if days := _period(site, period):
            found["temporalCoverage"] = days
    return found


def _period(site: Site, iri: str) -> str:
    """Return a period of time as ISO 8601 writes it; nothing where its start is not said."""
    days = {
        q.predicate.value: q.object.value
        for q in site.reader.statements(iri)
        if isinstance(q.object, ox.Literal)
    }
    start = days.get(DCAT + "startDate")
    return f"{start}/{days.get(DCAT + 'endDate', '..')}" if start else ""


def _downloads(site: Site) -> list[dict[str, Any]]:
    """Return the files with everything, as schema.org tells of them."""
    return [
        {
            "@type": "DataDownload",
            "contentUrl": f"{site.addresses.public}{name}",
            "encodingFormat": entry.media_type,
            "contentSize": f"{entry.size} B",
            "sha256": entry.sha256,
        }
        for name, entry in sorted(site.release.manifest.files.items())
        if name.startswith(("dumps/", "tables/"))
    ]


def _place(site: Site, view: View, iri: str) -> dict[str, Any]:
    found: dict[str, Any] = {"@type": "Place", **_named(view, iri)}
    box = next(
        (
            q.object.value
            for q in site.reader.statements(iri)
            if q.predicate.value == DCAT + "bbox" and isinstance(q.object, ox.Literal)
        ),
        "",
    )
    pairs = [
        pair.split()
        for pair in box[box.rfind("(") + 1 :].rstrip(")").split(",")
        if len(pair.split()) == 2
    ]
    read = [[finite(p[n]) for p in pairs] for n in (0, 1)]
    longs, lats = ([number for number in axis if number is not None] for axis in read)
    if longs and lats and len(longs) == len(lats) == len(pairs):
        found["geo"] = {
            "@type": "GeoShape",
            "box": f"{min(lats):g} {min(longs):g} {max(lats):g} {max(longs):g}",
        }
    return found
