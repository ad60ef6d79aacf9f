"""What is legal in the sources and yet wants a look: told with its place, and never refused.

Keys of JSON-LD that no context maps, literals that are ill-typed, characters that were broken,
and what XML cannot carry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from renkei.language.messages import LANGUAGES, Message, counted, message, translate
from renkei.pack.reading import characters, lexical
from renkei.pack.reading.sources import Publication, SourceFile
from renkei.pack.validation import Finding, Place
from renkei.rdf import xml
from renkei.rdf.formats import GRAPH_FORMATS, RESULTS_XML

MOST = 100  # findings of one kind in one file that are told one by one


def check(publication: Publication, told: Iterable[Finding] = ()) -> list[Finding]:
    """Return a Warning for each key that is left out, ill-typed literal and unfit statement.

    At most MOST of a kind in each file, and then their number; nothing of a value for which
    the shapes have *told* their own word already.
    """
    known: set[tuple[str, str | None]] = {(f.focus, f.value) for f in told if f.value}
    return [finding for file in publication.files for finding in _bounded(file, known)]


def _bounded(file: SourceFile, known: set[tuple[str, str | None]]) -> Iterator[Finding]:
    counts: Counter[str] = Counter()
    for finding in _found(file):
        if (finding.focus, finding.value) in known:
            continue
        counts[finding.identifier] += 1
        if counts[finding.identifier] <= MOST:
            yield finding
    for identifier, count in counts.items():
        if count > MOST:
            said = counted(
                "%(number)s more of this kind in this file.",
                "%(number)s more of this kind in this file.",
                count - MOST,
            )
            yield _finding(identifier, said, focus=str(ox.Literal(file.relative)), file=file)


def _found(file: SourceFile) -> Iterator[Finding]:
    for key, line in file.unmapped:
        said = message(
            'The @context maps no key "%(key)s": what stands under it is left out, by rule '
            "(JSON-LD 1.1 API, 5.1.2).",
            key=key,
        )
        yield _finding("JSON-LD", said, focus=str(ox.Literal(key)), file=file, line=line)
    for said, row in file.told:
        yield _finding("CSVW", said, focus=str(ox.Literal(file.relative)), file=file, line=row)
    told: set[ox.Triple] = set()
    for quad in file.quads:
        of_statement = list(_of_statement(quad))
        if of_statement and quad.triple not in told:
            told.add(quad.triple)
            yield from (_finding(identifier, said, quad) for identifier, said in of_statement)


def _of_statement(quad: ox.Quad) -> Iterable[tuple[str, Message]]:
    value = quad.object
    if isinstance(value, ox.Literal):
        if lexical.is_ill_typed(value):
            yield (
                "ill-typed",
                message(
                    "This is no %(datatype)s. It is published as it stands, and no query can "
                    "calculate with it.",
                    datatype=f"{value.datatype}",
                ),
            )
        elif lexical.is_beyond_reckoning(value):
            yield (
                "digits",
                message(
                    "Queries cannot calculate with a number of so many digits. It is published "
                    "as it stands."
                ),
            )
        if characters.broken(value.value):
            said = message("A character of this text is broken. Copy it from its source again.")
            yield "character", said
    if isinstance(value, ox.Triple):
        formats = [fmt.label for fmt in GRAPH_FORMATS if not fmt.triple_terms]
        said = message(
            "A statement about a statement (RDF 1.2). What cannot carry it: %(formats)s. Shapes do "
            "not see it.",
            formats=formats,
        )
        yield "RDF 1.2", said
    if not xml.is_property_element(quad.predicate.value):
        said = message(
            "The name of this property does not end as an element of XML must: no %(format)s can "
            "carry the statement.",
            format=_XML[0],
        )
        yield "XML", said
    elif not xml.carries(quad.object):
        said = message(
            "This text has a character that XML does not know. What cannot carry it: %(formats)s.",
            formats=list(_XML),
        )
        yield "XML", said


_XML = (next(f.label for f in GRAPH_FORMATS if f.xml_names), f"SPARQL {RESULTS_XML.label}")

_UNSAID = (ox.BlankNode, ox.Triple)  # no values of a finding


def _finding(
    identifier: str,
    said: Message,
    quad: ox.Quad | None = None,
    focus: str = "",
    file: SourceFile | None = None,
    line: int | None = None,
) -> Finding:
    subject = quad and quad.subject
    return Finding(
        "sources",
        identifier,
        "_:" if isinstance(subject, ox.BlankNode) else str(subject or focus),
        str(quad.predicate) if quad else None,
        None if quad is None or isinstance(quad.object, _UNSAID) else str(quad.object),
        "Warning",
        {tag: translate(said, tag) for tag in LANGUAGES},
        Place(file.relative, line) if file else None,
    )
