"""The Service Description: what the endpoint is, gives, holds and allows.

SPARQL 1.1 Service Description, with what the release says of each named graph. Limits are
schema.org property values, because no vocabulary has terms for them. The statistics (VoID) and
the questions (SHACL) stand here too: programs that look for them in an endpoint without naming
a graph (sparql-editor, sparql-llm) look here where the endpoint has none, so that the default
graph can be the data alone.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from renkei.config import Settings
from renkei.rdf.formats import GRAPH_FORMATS, TABLE_FORMATS, Format
from renkei.rdf.iris import PREFIXES
from renkei.rdf.serialization import GraphWriter
from renkei.release import QUESTIONS_GRAPH, STATISTICS_GRAPH, Release
from renkei.stores.base import Store

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
RDF_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_DEFAULT = """# How many statements the default graph has.
SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"""
_GRAPHS = """# The named graphs, how many statements each has, and what is said of them.
SELECT ?g ?n ?p ?o {
  { SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?q ?r } } GROUP BY ?g }
  OPTIONAL { ?g ?p ?o }
} ORDER BY ?g ?p STR(?o) STR(DATATYPE(?o)) LANG(?o)"""
_STATED = """# What does a graph hold?
SELECT ?s ?p ?o { GRAPH ?graph { ?s ?p ?o } } ORDER BY ?s ?p STR(?o) STR(DATATYPE(?o)) LANG(?o)"""

# What of a term an answer keeps (RDF 1.1 Concepts, section 3.3), so that nobody is misled.
VALUES = {
    "en": "SELECT gives numbers, booleans, dates and times by their value: 1.5 for 1.50, "
    "xsd:integer for types derived from it, xsd:dateTime for xsd:dateTimeStamp. Statements "
    "of the data keep the terms of their authors in CONSTRUCT and DESCRIBE, in documents, "
    "in the graph store and in dumps.",
    "ja": "SELECTは、数、真偽値、日付、時刻を値として返します(1.50は1.5、xsd:integerから"
    "派生した型はxsd:integer、xsd:dateTimeStampはxsd:dateTime)。CONSTRUCT、DESCRIBE、"
    "文書、グラフストア、ダンプでは、データの文は書かれたとおりの形を保ちます。",
}


# What the default graph is, here as in documents, dumps and the graph store.
DEFAULT_GRAPH = {
    "en": "What the publication states and what its rules derive from that, and nothing else: a "
    "copy of its named graphs. Nothing is inferred while a query runs; what was derived before "
    "stands in graphs of its own beside it (…/graph/derived/…), one a rule. What "
    "describes it (statistics, questions, shapes, catalogue, tables, findings) stands in graphs "
    "of its own.",
    "ja": "公表した記述と、そこから規則で導いた記述だけを収めた既定グラフです"
    "(名前付きグラフの写し)。"
    "問い合わせの実行中に推論は行いません。あらかじめ導いた記述は、規則ごとの名前付きグラフ"
    "(…/graph/derived/…)にもあります。統計、検索例、"
    "点検項目、データカタログ、表、点検結果は、それぞれ専用の名前付きグラフにあります。",
}


def describe(store: Store, release: Release, settings: Settings) -> list[ox.Quad]:
    """Return the Service Description as statements, every node with an IRI."""
    address = f"{settings.public}sparql"
    me = ox.NamedNode(address)
    quads = [
        _quad(me, RDF_TYPE, _sd("Service")),
        _quad(me, _sd("endpoint"), me),
        _quad(me, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        _quad(
            me,
            _sd("defaultEntailmentRegime"),
            ox.NamedNode("http://www.w3.org/ns/entailment/Simple"),
        ),
        _quad(me, ox.NamedNode(PREFIXES["dct"] + "title"), ox.Literal("SPARQL")),
    ]
    quads += [
        _quad(me, ox.NamedNode(PREFIXES["rdfs"] + "comment"), ox.Literal(text, language=tag))
        for tag, text in VALUES.items()
    ]
    for fmt in (*TABLE_FORMATS, *GRAPH_FORMATS):
        quads.append(_quad(me, _sd("resultFormat"), ox.NamedNode(FORMATS + fmt.w3c)))
    if getattr(store, "services", settings.services):  # a guard may be lacking
        quads.append(_quad(me, _sd("feature"), _sd("BasicFederatedQuery")))
    quads += [_quad(t.subject, t.predicate, t.object) for t in getattr(store, "functions", ())]
    quads += [
        _quad(me, _sd("extensionFunction"), t.subject)
        for t in getattr(store, "functions", ())
        if t.object == _sd("Function")
    ]
    quads += _dataset(store, release, me)
    quads += _limits(me, settings)
    for name in (STATISTICS_GRAPH, QUESTIONS_GRAPH):
        graph = ox.NamedNode(release.manifest.root + name)
        quads += (_quad(r["s"], r["p"], r["o"]) for r in store.select(_STATED, {"graph": graph}))
    return quads


def _dataset(store: Store, release: Release, me: ox.NamedNode) -> Iterable[ox.Quad]:
    dataset = ox.NamedNode(f"{me.value}#dataset")
    default = ox.NamedNode(f"{me.value}#default-graph")
    triples = ox.NamedNode(PREFIXES["void"] + "triples")
    yield _quad(me, _sd("defaultDataset"), dataset)
    yield _quad(me, _sd("availableGraphs"), dataset)
    yield _quad(dataset, RDF_TYPE, _sd("Dataset"))
    yield _quad(dataset, RDF_TYPE, _sd("GraphCollection"))
    yield _quad(
        dataset, ox.NamedNode(PREFIXES["dct"] + "source"), ox.NamedNode(release.manifest.dataset)
    )
    yield _quad(dataset, _sd("defaultGraph"), default)
    yield _quad(default, RDF_TYPE, _sd("Graph"))
    yield _quad(default, triples, store.select(_DEFAULT)[0]["n"])
    for tag, text in DEFAULT_GRAPH.items():
        comment = ox.NamedNode(PREFIXES["rdfs"] + "comment")
        yield _quad(default, comment, ox.Literal(text, language=tag))
    seen = set()
    for row in store.select(_GRAPHS):
        name = row["g"]
        if not isinstance(name, ox.NamedNode):
            continue
        holder = ox.NamedNode(f"{me.value}?graph={_escaped(name.value)}#named")
        if name not in seen:
            seen.add(name)
            yield _quad(dataset, _sd("namedGraph"), holder)
            yield _quad(holder, RDF_TYPE, _sd("NamedGraph"))
            yield _quad(holder, _sd("name"), name)
            yield _quad(holder, _sd("graph"), name)
            yield _quad(name, RDF_TYPE, _sd("Graph"))
            yield _quad(name, triples, row["n"])
        if "p" in row:
            yield _quad(name, row["p"], row["o"])


def _limits(me: ox.NamedNode, settings: Settings) -> Iterable[ox.Quad]:
    for name, value, unit, about in (
        ("query_seconds", settings.query_seconds, "SEC", "wall-clock budget of one query"),
        ("query_memory", settings.query_memory, "AD", "bytes of memory one query may take on"),
        ("query_length", settings.query_length, "AD", "bytes of one query"),
        ("answer_rows", settings.answer_rows, "E53", "rows or statements of one answer"),
        ("answer_bytes", settings.answer_bytes, "AD", "bytes of one answer"),
        (
            "engines",
            settings.engines,
            "E53",
            "short queries answered at the same time, and twice as many long ones",
        ),
        ("queue", settings.queue, "E53", "queries that may wait for an engine"),
        (
            "client_seconds",
            settings.client_seconds,
            "SEC",
            "query seconds one address may spend a minute",
        ),
    ):
        limit = ox.NamedNode(f"{me.value}#limit-{name.replace('_', '-')}")
        yield _quad(me, _schema("additionalProperty"), limit)
        yield _quad(limit, RDF_TYPE, _schema("PropertyValue"))
        yield _quad(limit, _schema("propertyID"), ox.Literal(name))
        yield _quad(limit, _schema("name"), ox.Literal(about, language="en"))
        yield _quad(limit, _schema("unitCode"), ox.Literal(unit))
        number = (
            ox.Literal(int(value))
            if float(value).is_integer()
            else ox.Literal(
                f"{value:.6f}".rstrip("0"), datatype=ox.NamedNode(PREFIXES["xsd"] + "decimal")
            )
        )
        yield _quad(limit, _schema("maxValue"), number)


def write(quads: list[ox.Quad], fmt: Format, writer: GraphWriter) -> bytes:
    """Return the description in *fmt*, by the *writer* of the release."""
    prefixes = {
        "sd": SD,
        "formats": FORMATS,
        "schema": PREFIXES["schema"],
        "void": PREFIXES["void"],
        "dct": PREFIXES["dct"],
    }
    plain = [ox.Quad(q.subject, q.predicate, q.object) for q in quads]
    return writer.with_prefixes(prefixes).document(plain, fmt)


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)


def _schema(name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["schema"] + name)


def _quad(subject: object, predicate: object, value: object) -> ox.Quad:
    return ox.Quad(subject, predicate, value)  # type: ignore[arg-type]


def _escaped(iri: str) -> str:
    from urllib.parse import quote

    return quote(iri, safe="")
