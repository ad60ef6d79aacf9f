"""The formats we write: one row each, from which everything that names a format is made.

Order is preference: among equal wishes the earlier row wins. A new format is one more row
in `FORMATS`; where it is asked for, listed, described, compressed and written follows.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import pyoxigraph as ox

Kind = Literal["graph", "dataset", "table", "page"]


@dataclass(frozen=True)
class Format:
    """One format: how it is asked for (media type, suffix) and what it can carry.

    *kind* is `graph` (triples), `dataset` (quads; fit for a graph too), `table` (query
    solutions) or `page`. *also* are other media types that it is asked for by, *words* other
    names. *rdf* and *results* are the engine's writers. *w3c* is its name under
    `http://www.w3.org/ns/formats/`, *comment* how a comment is written in it, where it knows
    any, *prefixed* whether it shortens IRIs.
    *xml_names* says that a predicate must be writable as the name of an XML element,
    *triple_terms* that it has a way to write those of RDF 1.2, *shown* that a browser shows it
    rather than keeping it as a file, *packed* that its bytes are compressed already. *needs* is
    the module without which it cannot be written. *profiles* are those that a reader is told of
    (RFC 6906), by their names under `PROFILE_ROOT`.
    """

    name: str
    media_type: str
    suffix: str
    label: str
    kind: Kind
    also: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    rdf: ox.RdfFormat | None = None
    results: ox.QueryResultsFormat | None = None
    w3c: str = ""
    comment: str = ""
    prefixed: bool = False
    xml_names: bool = False
    triple_terms: bool = True
    shown: bool = False
    profiles: tuple[str, ...] = ()
    packed: bool = False
    needs: str = ""

    @property
    def is_here(self) -> bool:
        """Whether what it needs is installed."""
        return not self.needs or importlib.util.find_spec(self.needs) is not None

    @property
    def is_of_engines(self) -> bool:
        """Whether the engine of a store writes it."""
        return self.rdf is not None or self.results is not None

    @property
    def content_type(self) -> str:
        """The Content-Type header: text formats say their charset, others their profiles."""
        if self.profiles:
            named = " ".join(f"{PROFILE_ROOT}{name}" for name in self.profiles)
            return f'{self.media_type};profile="{named}"'
        return (
            f"{self.media_type}; charset=utf-8" if "text/" in self.media_type else self.media_type
        )


# The names of the forms of JSON-LD (JSON-LD 1.1, appendix C, IANA Considerations) begin so.
PROFILE_ROOT = "http://www.w3.org/ns/json-ld#"

TURTLE = Format(
    "turtle",
    "text/turtle",
    "ttl",
    "Turtle",
    "graph",
    ("application/x-turtle", "application/turtle", "text/n3", "text/rdf+n3", "application/n3"),
    ("n3",),  # of which Turtle is a part: what reads N3 reads it, and is told what it is
    ox.RdfFormat.TURTLE,
    w3c="Turtle",
    comment="# {}\n",
    prefixed=True,
)
JSON_LD = Format(
    "json-ld",
    "application/ld+json",
    "jsonld",
    "JSON-LD",
    "graph",
    ("application/json", "application/x-json+ld"),
    ("json", "ld+json"),
    ox.RdfFormat.JSON_LD,
    w3c="JSON-LD",
    triple_terms=False,
    shown=True,
)
N_TRIPLES = Format(
    "n-triples",
    "application/n-triples",
    "nt",
    "N-Triples",
    "graph",
    ("text/plain", "text/ntriples"),
    ("text",),
    ox.RdfFormat.N_TRIPLES,
    w3c="N-Triples",
    comment="# {}\n",
)
RDF_XML = Format(
    "rdf-xml",
    "application/rdf+xml",
    "rdf",
    "RDF/XML",
    "graph",
    ("application/xml", "text/xml"),
    ("xml",),
    ox.RdfFormat.RDF_XML,
    w3c="RDF_XML",
    comment="<!-- {} -->\n",
    prefixed=True,
    xml_names=True,
    shown=True,
)
TRIG = Format(
    "trig",
    "application/trig",
    "trig",
    "TriG",
    "dataset",
    ("application/x-trig",),
    (),
    ox.RdfFormat.TRIG,
    w3c="TriG",
    comment="# {}\n",
    prefixed=True,
)
N_QUADS = Format(
    "n-quads",
    "application/n-quads",
    "nq",
    "N-Quads",
    "dataset",
    ("text/x-nquads",),
    (),
    ox.RdfFormat.N_QUADS,
    w3c="N-Quads",
    comment="# {}\n",
)
HTML = Format("html", "text/html", "html", "HTML", "page", ("application/xhtml+xml",), shown=True)
RESULTS_JSON = Format(
    "json",
    "application/sparql-results+json",
    "json",
    "JSON",
    "table",
    (
        "application/json",
        "text/javascript",
        "application/javascript",
    ),  # the last two by old clients
    ("srj", "sparql-results+json"),
    results=ox.QueryResultsFormat.JSON,
    w3c="SPARQL_Results_JSON",
    shown=True,
)
RESULTS_XML = Format(
    "xml",
    "application/sparql-results+xml",
    "xml",
    "XML",
    "table",
    ("application/xml", "text/xml"),
    ("srx", "sparql-results+xml", "sparql"),
    results=ox.QueryResultsFormat.XML,
    w3c="SPARQL_Results_XML",
    shown=True,
)
CSV = Format(
    "csv",
    "text/csv",
    "csv",
    "CSV",
    "table",
    results=ox.QueryResultsFormat.CSV,
    w3c="SPARQL_Results_CSV",
)
TSV = Format(
    "tsv",
    "text/tab-separated-values",
    "tsv",
    "TSV",
    "table",
    ("text/plain",),
    ("text",),
    results=ox.QueryResultsFormat.TSV,
    w3c="SPARQL_Results_TSV",
)

# Of the solutions of a query, made of their JSON (`renkei.results`): no engine writes them.
XLSX = Format(
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsx",
    "Excel",
    "table",
    packed=True,
)
GEOJSON = Format(
    "geojson",
    "application/geo+json",
    "geojson",
    "GeoJSON",
    "table",
    ("application/vnd.geo+json",),
)
PARQUET = Format(
    "parquet",
    "application/vnd.apache.parquet",
    "parquet",
    "Parquet",
    "table",
    packed=True,
    needs="pyarrow",
)

FORMATS: tuple[Format, ...] = (
    TURTLE,
    JSON_LD,
    N_TRIPLES,
    RDF_XML,
    TRIG,
    N_QUADS,
    RESULTS_JSON,
    RESULTS_XML,
    CSV,
    TSV,
    XLSX,
    GEOJSON,
    PARQUET,
    HTML,
)
GRAPH_FORMATS = tuple(f for f in FORMATS if f.kind in ("graph", "dataset"))
TABLE_FORMATS = tuple(f for f in FORMATS if f.results is not None)
# What the answer to a SELECT or ASK is offered in.
RESULT_FORMATS = tuple(f for f in FORMATS if f.kind == "table" and f.is_here)
ABSENT = tuple(f for f in FORMATS if not f.is_here)
# What a document is offered in.
DOCUMENT_FORMATS = (*GRAPH_FORMATS, HTML)

# JSON-LD in the form that a profile asks for. Each node stands once and at the top in all of them,
# so compacted and expanded documents are flattened ones as well.
JSON_LD_FORMS = tuple(
    replace(JSON_LD, name="-".join((JSON_LD.name, *profiles)), profiles=profiles)
    for profiles in (
        ("compacted",),
        ("flattened",),
        ("compacted", "flattened"),
        ("expanded",),
        ("expanded", "flattened"),
        ("context",),
        ("compacted", "context"),
        ("context", "flattened"),
        ("compacted", "context", "flattened"),
    )
)
_BY_PROFILES = {frozenset(f.profiles): f for f in JSON_LD_FORMS}
_PROFILE_NAMES = frozenset().union(*_BY_PROFILES)
WRITTEN = (*FORMATS, *JSON_LD_FORMS)  # every form that is written, each with a name of its own

_BY_SUFFIX = {f.suffix: f for f in FORMATS}
_NO_LETTER = re.compile(r"[^a-z0-9]+")


def by_suffix(suffix: str) -> Format | None:
    """Return the format written with *suffix* (`ttl`), or None."""
    return _BY_SUFFIX.get(suffix)


def with_profile(fmt: Format, profile: str) -> Format:
    """Return *fmt* in the form that *profile* asks for: IRIs with spaces between (RFC 6906).

    JSON-LD knows `compacted`, `expanded`, `flattened` and `context`, the last being compacted
    with the context named by its address. One that asks for both compacted and expanded gets
    compacted. A profile that is not known is no wish.
    """
    if fmt is not JSON_LD:
        return fmt
    known = {name for name in _PROFILE_NAMES if f"{PROFILE_ROOT}{name}" in profile.split()}
    if known & {"compacted", "context"}:
        known -= {"expanded"}
    return _BY_PROFILES.get(frozenset(known), fmt)


def by_word(word: str, among: Sequence[Format] = FORMATS) -> Format | None:
    """Return the one of *among* that *word* means: its name, suffix, media type or another.

    Only letters and digits count: `rdf+xml` is `rdf/xml`, and `rdf xml`, which is left of it where
    a client does not encode the plus sign. A format's own name goes before words of others.
    """
    wanted = _plain(word)
    forms = (*among, *JSON_LD_FORMS) if JSON_LD in among else among
    for names in (_own_names, _other_names):
        found = next((f for f in forms if wanted and wanted in names(f)), None)
        if found is not None:
            return found
    return None


def _plain(word: str) -> str:
    return _NO_LETTER.sub("", word.lower())


@cache
def _own_names(fmt: Format) -> frozenset[str]:
    if fmt.profiles:  # what else it is called, the plain form is
        return frozenset((_plain(fmt.name),))
    return frozenset(map(_plain, (fmt.name, fmt.suffix, fmt.media_type, fmt.label)))


@cache
def _other_names(fmt: Format) -> frozenset[str]:
    return frozenset(map(_plain, (*fmt.also, *fmt.words))) if not fmt.profiles else frozenset()
