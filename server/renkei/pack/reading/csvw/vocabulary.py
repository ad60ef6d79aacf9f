"""Prefixes and terms that CSVW metadata may use: those of the context of http://www.w3.org/ns/csvw.

They are fixed: a metadata document can declare none (Metadata Vocabulary, 5.8).
"""

from __future__ import annotations

import re

import pyoxigraph as ox

CONTEXT = "http://www.w3.org/ns/csvw"

PREFIXES = {
    "as": "https://www.w3.org/ns/activitystreams#",
    "cc": "http://creativecommons.org/ns#",
    "csvw": "http://www.w3.org/ns/csvw#",
    "ctag": "http://commontag.org/ns#",
    "dc": "http://purl.org/dc/terms/",
    "dc11": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "dctypes": "http://purl.org/dc/dcmitype/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "duv": "https://www.w3.org/TR/vocab-duv#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "gr": "http://purl.org/goodrelations/v1#",
    "grddl": "http://www.w3.org/2003/g/data-view#",
    "ical": "http://www.w3.org/2002/12/cal/icaltzd#",
    "ldp": "http://www.w3.org/ns/ldp#",
    "ma": "http://www.w3.org/ns/ma-ont#",
    "oa": "http://www.w3.org/ns/oa#",
    "og": "http://ogp.me/ns#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfa": "http://www.w3.org/ns/rdfa#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "rev": "http://purl.org/stuff/rev#",
    "rif": "http://www.w3.org/2007/rif#",
    "rr": "http://www.w3.org/ns/r2rml#",
    "schema": "http://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sioc": "http://rdfs.org/sioc/ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "v": "http://rdf.data-vocabulary.org/#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "wdr": "http://www.w3.org/2007/05/powder#",
    "wrds": "http://www.w3.org/2007/05/powder-s#",
    "xhv": "http://www.w3.org/1999/xhtml/vocab#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# Datatypes of cells whose IRI is not that of their name in XML Schema.
OTHERS = {
    "any": PREFIXES["xsd"] + "anyAtomicType",
    "binary": PREFIXES["xsd"] + "base64Binary",
    "datetime": PREFIXES["xsd"] + "dateTime",
    "html": PREFIXES["rdf"] + "HTML",
    "json": PREFIXES["csvw"] + "JSON",
    "number": PREFIXES["xsd"] + "double",
    "xml": PREFIXES["rdf"] + "XMLLiteral",
}
XSD = (
    "anyAtomicType", "anyURI", "base64Binary", "boolean", "byte", "date", "dateTime",
    "dateTimeStamp", "dayTimeDuration", "decimal", "double", "duration", "float", "gDay",
    "gMonth", "gMonthDay", "gYear", "gYearMonth", "hexBinary", "int", "integer", "language",
    "long", "Name", "NCName", "NMTOKEN", "negativeInteger", "nonNegativeInteger",
    "nonPositiveInteger", "normalizedString", "positiveInteger", "QName", "short", "string",
    "time", "token", "unsignedByte", "unsignedInt", "unsignedLong", "unsignedShort",
    "yearMonthDuration",
)  # fmt: skip
BUILT_IN = {**{name: PREFIXES["xsd"] + name for name in XSD}, **OTHERS}
CLASSES = (
    "Cell", "Column", "Datatype", "Dialect", "Direction", "ForeignKey", "JSON",
    "NumericFormat", "Row", "Schema", "Table", "TableGroup", "TableReference",
    "Transformation", "Template",
)  # fmt: skip
TERMS = {
    **BUILT_IN,
    **{name: PREFIXES["csvw"] + name for name in CLASSES},
    "describedby": PREFIXES["wrds"] + "describedby",
    "license": PREFIXES["xhv"] + "license",
    "role": PREFIXES["xhv"] + "role",
}
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


def expanded(name: str) -> str:
    """Return *name* in full where it is a prefixed name, else as it is."""
    prefix, colon, rest = name.partition(":")
    if colon and prefix in PREFIXES and not rest.startswith("//"):
        return PREFIXES[prefix] + rest
    return name


def absolute(name: str) -> str | None:
    """Return the IRI that *name* stands for: term, prefixed name or absolute; else None."""
    if name in TERMS:
        return TERMS[name]
    whole = expanded(name)
    known = whole != name or "://" in name or name.startswith(("urn:", "mailto:", "tag:"))
    return whole if known and _ABSOLUTE.fullmatch(whole) else None


def is_language(tag: object) -> bool:
    """Say whether *tag* is a language tag that is well-formed (BCP 47)."""
    if not isinstance(tag, str) or not tag:
        return False
    try:
        ox.Literal("", language=tag)
    except ValueError:
        return False
    return True
