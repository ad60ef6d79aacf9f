"""JSON-LD contexts, made short enough to write with.

PyLD tries every name of a context for every IRI: with the hundreds of prefixes that an author
declares by habit, a dump of 14,000 statements took half a minute.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import pyoxigraph as ox


def iris_of(triples: Iterable[ox.Triple]) -> set[str]:
    """Return the IRIs in *triples*, those of datatypes too."""
    found: set[str] = set()
    waiting = list(triples)
    while waiting:
        for term in waiting.pop():
            if isinstance(term, ox.Triple):
                waiting.append(term)
            elif isinstance(term, ox.NamedNode):
                found.add(term.value)
            elif isinstance(term, ox.Literal):
                found.add(term.datatype.value)
    return found


def narrowed(context: dict[str, Any], iris: Collection[str]) -> dict[str, Any]:
    """Return *context* without the names that no IRI of *iris* can be written with.

    What is written with it means the same under the whole one: kept is also what others are
    built of, and what *iris* could be mistaken for (JSON-LD 1.1 API section 6.2.2). Only a plain
    table of names is narrowed, whose definitions have no context of their own; any other context
    comes back as it is.
    """
    names = context.get("@context")
    if not isinstance(names, dict) or not all(_is_plain(*entry) for entry in names.items()):
        return context
    meant = {name: _meant(name, names) for name in names}
    ordered = sorted(iris)
    schemes = {iri.partition(":")[0] for iri in (*meant.values(), *ordered)}
    kept = {
        name
        for name, iri in meant.items()
        if name in schemes
        or name.startswith("@")
        or "://" not in iri
        or _occurs(iri, ordered, exactly=not _is_prefix(names[name]))
    }
    for name in sorted(kept):
        kept |= _built_of(names[name], names)
    return {**context, "@context": {n: d for n, d in names.items() if n in kept}}


def readable_by_all(names: Any) -> Any:
    """Return the context *names* as processors of JSON-LD 1.0 read it too, where it can be.

    `@version` forbids them to read it (JSON-LD 1.1, section 4.1.1), and has no other effect on
    those of 1.1. A plain table of names, `_is_plain`, has nothing in it that they would misread.
    """
    if isinstance(names, dict) and all(_is_plain(*entry) for entry in names.items()):
        return {name: definition for name, definition in names.items() if name != "@version"}
    return names


# What a definition of a plain table may say; each name means the same in JSON-LD 1.0 and 1.1.
_PLAIN: dict[str, Callable[[Any], bool]] = {
    "@id": lambda value: isinstance(value, str),
    "@type": lambda value: isinstance(value, str) and value not in ("@none", "@json"),
    "@language": lambda value: value is None or isinstance(value, str),
    "@container": lambda value: value in ("@list", "@set", "@language", "@index"),
    "@prefix": lambda value: value is True,
}


def _is_plain(name: str, definition: object) -> bool:
    """Say whether an entry of a context leads from a name to an IRI, and to no other context."""
    if isinstance(definition, dict):
        return "@id" in definition and all(
            key in _PLAIN and _PLAIN[key](value) for key, value in definition.items()
        )
    return name == "@version" or (
        isinstance(definition, str) and name not in ("@vocab", "@base", "@import", "@language")
    )


def _is_prefix(definition: object) -> bool:
    return not isinstance(definition, dict) or "@prefix" in definition


def _written(definition: object) -> str:
    written = definition.get("@id", "") if isinstance(definition, dict) else definition
    return written if isinstance(written, str) else ""


def _meant(name: str, names: dict[str, Any]) -> str:
    """Return the IRI that *name* stands for, written in full."""
    iri = _written(names[name])
    for _ in names:  # a name may be built of another; a circle was refused when packing
        prefix, colon, rest = iri.partition(":")
        if not colon or rest.startswith("//") or prefix not in names:
            break
        iri = _written(names[prefix]) + rest
    return iri


def _occurs(iri: str, ordered: Sequence[str], exactly: bool) -> bool:
    place = bisect.bisect_left(ordered, iri)
    if place == len(ordered):
        return False
    return ordered[place] == iri if exactly else ordered[place].startswith(iri)


def _built_of(definition: object, names: dict[str, Any]) -> set[str]:
    """Return the names that *definition* is written with, and those that these are."""
    found: set[str] = set()
    written = [_written(definition)]
    if isinstance(definition, dict) and "@type" in definition:
        written.append(definition["@type"])
    while written:
        text = written.pop()
        prefix = text.partition(":")[0]
        for name in {prefix, text} & names.keys() - found:
            found.add(name)
            written.append(_written(names[name]))
    return found
