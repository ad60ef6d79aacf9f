"""What metadata says in words of others: common properties and notes (Metadata Vocabulary, 5.8).

They are JSON-LD with restrictions, so that no processor of JSON-LD is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

import pyoxigraph as ox

from renkei.language.messages import Message, message
from renkei.pack.reading.csvw.vocabulary import PREFIXES, TERMS, absolute, expanded, is_language

_XSD = PREFIXES["xsd"]
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")


def is_common(name: str) -> bool:
    """Say whether *name* is a property of others: a prefixed name, or a whole IRI."""
    return ":" in name and absolute(name) is not None


def check(value: Any, forbidden: type[Exception]) -> None:
    """Raise *forbidden*, made of a message, for a value that no common property may have."""
    if isinstance(value, list):
        for item in value:
            check(item, forbidden)
    if not isinstance(value, dict):
        return
    wrong = _fault(value)
    if wrong is not None:
        raise forbidden(wrong)
    for name, part in value.items():
        if not name.startswith("@"):
            check(part, forbidden)


def _fault(value: Mapping[str, Any]) -> Message | None:
    """Return what is wrong with an object itself."""
    for name in value:
        if name.startswith("@") and name not in ("@value", "@type", "@language", "@id"):
            return message('"%(name)s" may not stand here.', name=name)
    if "@value" in value:
        if set(value) - {"@value", "@type", "@language"} or {"@type", "@language"} <= set(value):
            return message("beside @value stands @type or @language, and nothing else.")
        if isinstance(value["@value"], dict | list):
            return message("a @value must be a text, a number, true or false.")
    elif "@language" in value:
        return message("@language stands only beside @value.")
    language = value.get("@language")
    if language is not None and not is_language(language):
        return message("@language must be a language tag (BCP 47).")
    identifier = value.get("@id", "")
    if not isinstance(identifier, str) or identifier.startswith("_:"):
        return message("an @id may be no blank node.")
    kinds = value.get("@type", [])
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if not isinstance(kind, str) or kind.startswith("_:") or absolute(kind) is None:
            return message("a @type must be a term of CSVW, a prefixed name or a whole IRI.")
    return None


def normal(value: Any, base: str, language: str) -> Any:
    """Return *value* in full: texts with their language, IRIs from *base* (6, Normalization)."""
    if isinstance(value, list):
        return [normal(item, base, language) for item in value]
    if isinstance(value, str):
        return {"@value": value} | ({} if language == "und" else {"@language": language})
    if not isinstance(value, dict) or "@value" in value:
        return value
    return {
        name: urljoin(base, expanded(part))
        if name == "@id"
        else part
        if name == "@type"
        else normal(part, base, language)
        for name, part in value.items()
    }


def triples(subject: ox.NamedNode | ox.BlankNode, said: Mapping[str, Any]) -> Iterator[ox.Triple]:
    """Yield what normalised common properties say of *subject* (csv2json, 5; csv2rdf, 5)."""
    for name, value in said.items():
        if name == "@type":
            for kind in value if isinstance(value, list) else [value]:
                yield ox.Triple(subject, _TYPE, ox.NamedNode(absolute(kind) or kind))
        elif not name.startswith("@"):
            predicate = ox.NamedNode(expanded(name))
            for item in value if isinstance(value, list) else [value]:
                yield from _stated(subject, predicate, item)


def _stated(
    subject: ox.NamedNode | ox.BlankNode, predicate: ox.NamedNode, value: Any
) -> Iterator[ox.Triple]:
    if isinstance(value, list):
        for item in value:
            yield from _stated(subject, predicate, item)
    elif not isinstance(value, dict):
        yield ox.Triple(subject, predicate, _literal(value))
    elif "@value" in value:
        yield ox.Triple(subject, predicate, _of_value(value))
    else:
        node = ox.NamedNode(value["@id"]) if "@id" in value else ox.BlankNode()
        yield ox.Triple(subject, predicate, node)
        yield from triples(node, value)


def _of_value(value: Mapping[str, Any]) -> ox.Literal:
    plain = value["@value"]
    if "@type" in value:
        kind = ox.NamedNode(absolute(value["@type"]) or TERMS["string"])
        return ox.Literal(_literal(plain).value, datatype=kind)
    if value.get("@language"):
        return ox.Literal(str(plain), language=value["@language"])
    return _literal(plain)


def _literal(value: Any) -> ox.Literal:
    if isinstance(value, bool):
        return ox.Literal("true" if value else "false", datatype=ox.NamedNode(_XSD + "boolean"))
    if isinstance(value, int):
        return ox.Literal(str(value), datatype=ox.NamedNode(_XSD + "integer"))
    if isinstance(value, float):
        return ox.Literal(repr(value), datatype=ox.NamedNode(_XSD + "double"))
    return ox.Literal(str(value))
