"""The JSON-LD context of a release: the publication's own, or one made of its prefixes.

It is tried with what serving writes with, before anything is written: a context that cannot
be used would cost every JSON-LD answer. What of the prefixes cannot stand in a context is
left out, aloud; Turtle keeps it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from pyld import jsonld

from renkei.errors import SourceError
from renkei.language.messages import LANGUAGES, Message, message, translate
from renkei.pack.reading.source_files import content_of
from renkei.pack.reading.sources import Publication
from renkei.pack.validation import Finding, Place
from renkei.rdf.iris import PREFIXES
from renkei.rdf.serialization import compact

_LABEL = PREFIXES["rdfs"] + "label"
_USUAL = {namespace: prefix for prefix, namespace in PREFIXES.items()}


@dataclass(frozen=True)
class Context:
    """What is written as `context.jsonld`; *content* is None where the prefixes do for it."""

    content: bytes | None
    findings: tuple[Finding, ...] = ()

    @property
    def names(self) -> dict[str, Any] | None:
        """The context as JSON, None where there is none."""
        names: dict[str, Any] | None = json.loads(self.content) if self.content else None
        return names


def read(publication: Publication, triples: Iterable[ox.Triple]) -> Context:
    """Return the context for *triples*, which are all that is published.

    Raises SourceError for a `data/context.jsonld` that cannot be used with them.
    """
    sample = _sample(triples)
    if publication.context is not None:
        content = publication.context.read_bytes()
        try:
            nodes = [{"@id": iri, _LABEL: [{"@value": "x"}]} for iri in sample]
            compact(nodes, json.loads(content), strict=True)
        except Exception as error:  # PyLD raises what it comes upon
            raise SourceError(
                publication.context,
                None,
                None,
                "this JSON-LD context cannot be used: %(said)s.",
                "Correct the term that is named.",
                said=_said(error),
            ) from error
        return Context(content)
    prefixes = publication.config.prefixes
    schemes = {_scheme(iri) for iri in sample}
    left_out = unusable(prefixes, schemes)
    if not left_out:
        return Context(None)
    usable = {name: iri for name, iri in prefixes.items() if name not in left_out}
    for name in [*left_out]:  # what authors call as they like may go by its usual name here
        usual = _USUAL.get(prefixes[name])
        if usual and usual not in prefixes:
            named = {**usable, usual: prefixes[name]}
            if not unusable(named, schemes):
                usable = dict(sorted(named.items()))
                del left_out[name]
    content = json.dumps({"@context": usable}, ensure_ascii=False, indent=2).encode() + b"\n"
    return Context(content, tuple(_finding(publication, n, m) for n, m in left_out.items()))


def unusable(prefixes: Mapping[str, str], schemes: Iterable[str] = ()) -> dict[str, Message]:
    """Return which of *prefixes* cannot stand in one context together, and why.

    A name that another's namespace begins with takes that for its own, or runs in a circle
    (JSON-LD 1.1 API section 4.2: cyclic IRI mapping); one that is the scheme of published
    IRIs, *schemes*, takes those (section 6.2.2: IRI confused with prefix).
    """
    wrong: dict[str, Message] = {}
    for name, iri in prefixes.items():
        if _scheme(iri) in prefixes:
            wrong[name] = message(
                'JSON-LD would read the prefix "%(other)s:" in its namespace.', other=_scheme(iri)
            )
    for name in sorted({"http", "https", *schemes} & prefixes.keys() - wrong.keys()):
        wrong[name] = message("There are IRIs that begin so, with another meaning.")
    for name, iri in prefixes.items():
        if name not in wrong and not _means({name: iri}, name, iri):
            wrong[name] = message("JSON-LD cannot use its namespace.")
    return dict(sorted(wrong.items()))


def _means(context: Mapping[str, str], name: str, iri: str) -> bool:
    try:
        expanded = jsonld.expand({"@context": dict(context), name: "x"})
    except jsonld.JsonLdError:
        return False
    return [list(node) for node in expanded] == [[iri]]


def _scheme(iri: str) -> str:
    """Return the scheme of an IRI without an authority; "" of any other."""
    scheme, _, rest = iri.partition(":")
    return "" if rest.startswith("//") else scheme


def _sample(triples: Iterable[ox.Triple]) -> list[str]:
    """Return one IRI for each scheme without authority that there is."""
    found: dict[str, str] = {}
    for iri in _iris(triples):
        if not iri.startswith("http") and (scheme := _scheme(iri)):  # nearly all do
            found.setdefault(scheme, iri)
    return sorted(found.values())


def _iris(triples: Iterable[ox.Triple]) -> Iterator[str]:
    for subject, predicate, value in triples:
        if isinstance(value, ox.Triple):
            continue  # JSON-LD cannot carry it
        yield predicate.value
        if isinstance(subject, ox.NamedNode):
            yield subject.value
        if isinstance(value, ox.NamedNode):
            yield value.value
        elif isinstance(value, ox.Literal):
            yield value.datatype.value


def _said(error: BaseException) -> str:
    """Return the innermost words of an error of PyLD, with the term that it names."""
    while error.__cause__ is not None:
        error = error.__cause__
    words = str(error.args[0] if error.args else error).rstrip(".")
    term = (getattr(error, "details", None) or {}).get("term")
    return f"{words} ({term})" if term else words


def _finding(publication: Publication, name: str, reason: Message) -> Finding:
    said = message(
        'The prefix "%(prefix)s:" is left out of the JSON-LD context. %(reason)s',
        prefix=name,
        reason=reason,
    )
    iri = publication.config.prefixes[name]
    return Finding(
        "sources",
        "JSON-LD",
        str(ox.Literal(f"{name}:")),
        None,
        str(ox.NamedNode(iri)),
        "Warning",
        {tag: translate(said, tag) for tag in LANGUAGES},
        _declared(publication, name),
    )


def _declared(publication: Publication, name: str) -> Place | None:
    """Return where a file declares the prefix *name*."""
    declaration = re.compile(rf"(?i:prefix)\s+{re.escape(name)}\s*:|xmlns:{re.escape(name)}\s*=")
    for file in publication.files:
        text = content_of(file.path).decode("utf-8", "replace")
        if (found := declaration.search(text)) is not None:
            return Place(file.relative, text.count("\n", 0, found.start()) + 1)
    return None
