"""Every term comes out as it went in, though the engine behind keeps values alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.pack import pipeline
from renkei.rdf.authored import Authored, noted
from renkei.rdf.formats import GRAPH_FORMATS, JSON_LD, Format
from renkei.release import TERMS, Release
from renkei.serve.app import create_app
from renkei.stores import open_store

ROOT = "https://data.example.org/lod/"
XSD = "http://www.w3.org/2001/XMLSchema#"
# Forms that are another text for the same value, of which an engine may keep but one.
FORMS = {
    "boolean": ("1", "0", "true", " true "),
    "decimal": ("1.50", "+7", "01.0", ".5", "-0", "0.00001666666666666666666666666666666667"),
    "double": ("1e400", "1.0E0", "NaN", "INF", "-0", "1_000"),
    "float": ("1e400", "1.10", "3.4789E25"),
    "date": ("2024-03-31Z", "2024-03-31+00:00", "-0044-03-15", "12020-03-15", "2024-02-30"),
    "dateTime": ("2024-03-31T24:00:00", "2024-03-31T10:00:00.500", "2024-03-31T10:00:00-00:00"),
    "dateTimeStamp": ("2024-04-01T00:00:00Z", "2024-04-01T00:00:00.0Z"),
    "time": ("24:00:00", "10:00:00.10"),
    "gYear": ("2024", "-0044"),
    "duration": ("P1Y", "P12M", "PT60S"),
    "yearMonthDuration": ("P12M",),
    "dayTimeDuration": ("PT24H", "P1D"),
    "hexBinary": ("ab", "AB"),
    "string": ("1.50", " x "),
    "anyURI": ("HTTP://example.org/%7e",),
    **dict.fromkeys(
        (
            *("integer", "nonNegativeInteger", "positiveInteger", "long", "int", "short", "byte"),
            *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
        ),
        ("01100", "+5", "7", "1,200", "abc", "9" * 40),
    ),
    "negativeInteger": ("-01",),
    "nonPositiveInteger": ("-00", "0"),
}
LONG = "0" * 300_000 + "1"
THING = ROOT + "id/x/a"
GRAPHS = {"one": "1.50", "two": "1.5", "three": "01.5"}


def literal(form: str, datatype: str) -> ox.Literal:
    """Return a literal of a datatype of XML Schema."""
    return ox.Literal(form, datatype=ox.NamedNode(XSD + datatype))


def statements() -> list[ox.Triple]:
    """Return what is said of the thing, also by its blank nodes and in triple terms."""
    thing, nested = ox.NamedNode(THING), ox.BlankNode("n")
    values = [literal(form, datatype) for datatype in FORMS for form in FORMS[datatype]]
    values += [literal(LONG, "integer"), ox.Literal("さっぽろし", language="ja-Hrkt")]
    found = [
        ox.Triple(thing, ox.NamedNode(f"{ROOT}ns#{value.datatype.value.rpartition('#')[2]}"), value)
        for value in values
    ]
    found.append(ox.Triple(thing, ox.NamedNode(ROOT + "ns#has"), nested))
    found += [ox.Triple(nested, triple.predicate, triple.object) for triple in found[:9]]
    return found


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of those statements, and of a thing whose files write one value in three ways."""
    folder = tmp_path_factory.mktemp("terms")
    (folder / "data").mkdir()
    ox.serialize(statements(), str(folder / "data/terms.ttl"), format=ox.RdfFormat.TURTLE)
    for name, form in GRAPHS.items():
        line = f'<{ROOT}id/x/b> <{ROOT}ns#v> "{form}"^^<{XSD}decimal> .'
        (folder / f"data/{name}.nt").write_text(line)
    release, _ = pipeline.pack(folder, folder / "releases", root=ROOT, title="Terms")
    return release


@pytest.fixture(scope="module")
def client(packed: Release) -> Iterator[FlaskClient]:
    """A reader of that release."""
    store = open_store(packed, Settings())
    try:
        CONTEXT.update(packed.manifest.prefixes)
        yield create_app(packed, store, Settings()).test_client()
    finally:
        store.close()


def canonical(quads: list[ox.Quad]) -> set[ox.Triple]:
    """Return what is said of the thing and its blank nodes, these by canonical names."""
    own = [q for q in quads if isinstance(q.subject, ox.BlankNode) or q.subject.value == THING]
    dataset = ox.Dataset(ox.Quad(q.subject, q.predicate, q.object) for q in own)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {quad.triple for quad in dataset}


def read(answer: object, fmt: Format) -> list[ox.Quad]:
    """Return the statements of an answer in *fmt*."""
    assert answer.status_code == 200  # type: ignore[attr-defined]
    data = answer.data  # type: ignore[attr-defined]
    if fmt is JSON_LD:  # its context is named, and prefixes are all that is in it here
        data = json.dumps({**json.loads(data), "@context": CONTEXT}).encode()
    assert fmt.rdf is not None
    return list(ox.parse(data, format=fmt.rdf, base_iri=ROOT))


WRITTEN = canonical([ox.Quad(t.subject, t.predicate, t.object) for t in statements()])
CONTEXT: dict[str, str] = {}


@pytest.mark.parametrize("fmt", GRAPH_FORMATS, ids=lambda fmt: fmt.suffix)
def test_a_document_has_the_terms_of_its_author(client: FlaskClient, fmt: Format) -> None:
    """With all datatypes, ill-typed and long ones, and within blank nodes."""
    assert canonical(read(client.get(f"/doc/x/a.{fmt.suffix}"), fmt)) == WRITTEN


CONSTRUCTS = (
    f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ <{THING}> <{ROOT}ns#has>? ?s . ?s ?p ?o }}",
    f"DESCRIBE <{THING}>",
)


@pytest.mark.parametrize("query", CONSTRUCTS, ids=("construct", "describe"))
@pytest.mark.parametrize(
    "fmt", [f for f in GRAPH_FORMATS if f.kind != "dataset"], ids=lambda f: f.suffix
)
def test_a_query_for_statements_gives_those_of_the_author(
    client: FlaskClient, query: str, fmt: Format
) -> None:
    """Not what the engine reckons with."""
    answer = client.get(f"/sparql?query={quote(query)}", headers={"Accept": fmt.media_type})

    assert canonical(read(answer, fmt)) == WRITTEN


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_has_the_form_that_its_file_has(client: FlaskClient, name: str) -> None:
    """Where three files write one value in three ways: by the graph store and as a document."""
    value = {literal(GRAPHS[name], "decimal")}
    graph = f"{ROOT}graph/{name}"
    for path in (f"/graphs?graph={quote(graph)}&format=nt", f"/graph/{name}.nt"):
        quads = ox.parse(client.get(path).data, format=ox.RdfFormat.N_TRIPLES)

        assert {q.object for q in quads if q.predicate.value == f"{ROOT}ns#v"} == value


def test_a_document_has_every_form_of_a_value_each_in_its_graph(client: FlaskClient) -> None:
    """The three forms are three statements, for they are three terms."""
    quads = ox.parse(client.get("/doc/x/b.nq").data, format=ox.RdfFormat.N_QUADS)
    found = {
        (q.graph_name.value.rpartition("/")[2], q.object.value)
        for q in quads
        if q.predicate.value == f"{ROOT}ns#v" and isinstance(q.graph_name, ox.NamedNode)
    }

    assert found == set(GRAPHS.items())


def test_a_dump_a_document_and_a_query_hold_the_same_terms(
    client: FlaskClient, packed: Release
) -> None:
    """The dump is written from the files and the others by way of the engine."""
    path = packed.path("dumps/data.nt")

    assert canonical(list(ox.parse(path=str(path), format=ox.RdfFormat.N_TRIPLES))) == WRITTEN


def test_json_ld_writes_each_value_as_text_with_its_datatype(client: FlaskClient) -> None:
    """A native number would be another term (JSON-LD 1.1 API, section 8.6)."""
    (node,) = [n for n in client.get("/doc/x/b.jsonld").json["@graph"] if n["@id"].endswith("x/b")]
    values = next(value for key, value in node.items() if key.endswith("v"))

    assert {value["@value"] for value in values} == set(GRAPHS.values())
    assert {value["@type"].rpartition("#")[2].rpartition(":")[2] for value in values} == {"decimal"}


def test_a_page_shows_the_value_with_its_zeros(client: FlaskClient) -> None:
    """A price of 1.50 is not one of 1.5."""
    text = client.get("/doc/x/a", headers={"Accept": "text/html"}).text

    assert all(form in text for form in ("1.50", "01100", "2024-03-31T24:00:00", "1,200"))


def test_where_every_form_is_the_engines_nothing_is_noted(miniature: Release) -> None:
    """What is kept beside is in proportion to what differs."""
    same = [ox.Quad(ox.NamedNode(THING), ox.NamedNode(XSD), literal("12", "integer"))]

    assert noted(same) == b""
    assert TERMS not in miniature.manifest.files


def test_another_engine_that_keeps_the_form_or_names_blank_nodes_anew_changes_nothing() -> None:
    """The note speaks of values, and of a blank node by what alone has them."""
    thing, blank, p = ox.NamedNode(THING), ox.BlankNode("b"), ox.NamedNode(ROOT + "ns#v")
    written = [ox.Quad(node, p, literal("1.50", "decimal")) for node in (thing, blank)]
    note = Authored(noted(written), foreign=True)
    for form in ("1.50", "1.5", "01.5"):
        given = [ox.Quad(node, p, literal(form, "decimal")) for node in (thing, ox.BlankNode("q"))]

        assert [q.object.value for q in note.quads(given)] == ["1.50", "1.50"]


def test_which_of_two_blank_nodes_is_meant_is_never_guessed() -> None:
    """Under names that are not the release's own, the value stays as the engine gives it."""
    p = ox.NamedNode(ROOT + "ns#v")
    written = [
        ox.Quad(ox.BlankNode(name), p, literal(form, "decimal"))
        for name, form in (("a", "1.50"), ("b", "1.500"))
    ]
    note = Authored(noted(written))
    given = [
        ox.Quad(ox.BlankNode(name), p, literal("1.5", "decimal")) for name in ("a", "b", "other")
    ]

    assert [q.object.value for q in note.quads(given)] == ["1.50", "1.500", "1.5"]


def test_the_note_is_the_same_whatever_the_order_of_statements() -> None:
    """Two packs of one publication give the same bytes."""
    quads = [ox.Quad(t.subject, t.predicate, t.object) for t in statements()]

    assert noted(quads) == noted(quads[::-1])


@pytest.mark.parametrize("end", [4, 12, 40, -1])
def test_a_note_that_is_cut_is_refused(end: int) -> None:
    """Half of it would be a wrong answer."""
    content = noted([ox.Quad(t.subject, t.predicate, t.object) for t in statements()])

    with pytest.raises(ValueError, match="list of terms"):
        Authored(content[:end])
