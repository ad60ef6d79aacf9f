"""Who follows the feeds has the present release in the end, and knows what came, changed, went."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef

from renkei.history import feed
from renkei.release import DATA, Release
from tests.history.conftest import PUBLIC, ROOT

AS = "https://www.w3.org/ns/activitystreams#"
TREE = "https://w3id.org/tree#"


def quads(client: FlaskClient, address: str) -> list[ox.Quad]:
    answer = client.get(address.removeprefix(PUBLIC.rstrip("/")), headers={"Accept": "*/*"})
    assert (answer.status_code, answer.mimetype) == (200, "application/trig")
    return list(ox.parse(answer.data, format=ox.RdfFormat.TRIG))


def pages(client: FlaskClient, what: str) -> list[str]:
    """The addresses of the pages, in the order in which the stream lists them."""
    found = [
        q.object.value
        for q in quads(client, f"/feeds/{what}")
        if q.predicate.value == f"{TREE}node"
    ]
    return list(dict.fromkeys(found))


def activities(client: FlaskClient, what: str) -> list[tuple[str, str, str, frozenset[ox.Triple]]]:
    """Kind, object, time and payload of all activities, in the order of time."""
    found = []
    for page in pages(client, what):
        held = quads(client, page)
        said = {(q.subject, q.predicate.value): q.object.value for q in held
                if isinstance(q.graph_name, ox.DefaultGraph)}  # fmt: skip
        for member in [q.object for q in held if q.predicate.value == f"{TREE}member"]:
            kind = said[member, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"]
            payload = frozenset(q.triple for q in held if q.graph_name == member)
            when = said[member, f"{AS}published"]
            found.append((when, kind.removeprefix(AS), said[member, f"{AS}object"], payload))
    return [(kind, about, when, payload) for when, kind, about, payload in
            sorted(found, key=lambda one: one[0])]  # fmt: skip


@pytest.mark.parametrize("what", ["things", "graphs"])
def test_the_present_release_comes_out_of_the_feed_alone(
    what: str, client: FlaskClient, three: list[Release]
) -> None:
    """Of things the default graph, of graphs every named graph; what was deleted is gone."""
    held: dict[str, frozenset[ox.Triple]] = {}
    for kind, about, _, payload in activities(client, what):
        held.pop(about, None)
        if kind != "Delete":
            held[about] = payload
    statements = list(ox.parse(three[-1].read(DATA), format=ox.RdfFormat.N_QUADS))

    if what == "things":
        assert {t for triples in held.values() for t in triples} == {
            q.triple for q in statements if isinstance(q.graph_name, ox.DefaultGraph)
        }
    else:
        assert {(g, t) for g, triples in held.items() for t in triples if "_:" not in str(t)} == {
            (q.graph_name.value, q.triple)
            for q in statements
            if isinstance(q.graph_name, ox.NamedNode) and "_:" not in str(q.triple)
        }


def test_each_step_tells_only_what_changed_in_it(client: FlaskClient) -> None:
    steps: dict[str, set[tuple[str, str]]] = {}
    for kind, about, when, _ in activities(client, "things"):
        steps.setdefault(when[:10], set()).add((kind, about.removeprefix(ROOT)))

    first, second, third = (steps[day] for day in sorted(steps))
    assert {kind for kind, _ in first} == {"Create"}
    assert ("Update", "id/vision/sapporo-2") in second
    assert ("Delete", "concept/remark/taken-back") in third
    assert len(second) < 10 and len(third) < 10


def test_a_page_never_changes_and_the_stream_says_since_when_each_goes(
    client: FlaskClient,
) -> None:
    """A harvester that knows a day asks for no page before it; addresses are the served ones."""
    listed = pages(client, "catalogue")
    inside = client.get(listed[-1].removeprefix(PUBLIC.rstrip("/")))
    head = client.get("/feeds/catalogue")
    values = re.findall(r'tree:value "([^"]*)"', head.text)

    assert all(page.startswith(f"{PUBLIC}feeds/catalogue/") for page in listed)
    assert "immutable" in inside.headers["Cache-Control"]
    assert "immutable" not in head.headers["Cache-Control"]
    assert sorted(set(values)) == [f"2026-{month}-01T00:00:00Z" for month in ("04", "07", "10")]


def test_an_entry_of_the_catalogue_is_told_only_where_it_changed(client: FlaskClient) -> None:
    """The last step changed a population: the table of it, and not that of laws."""
    told = {about.removeprefix(ROOT): kind for kind, about, when, _ in
            activities(client, "catalogue") if when.startswith("2026-10")}  # fmt: skip

    assert told["dataset/sapporo/1.0.0"] == "Create"
    assert told["dataset/sapporo"] == "Update"
    assert not [about for about in told if "laws" in about]
    assert "dataset/sapporo/0.8.0" not in told  # an earlier version stays


def test_modified_since_lists_what_changed_and_nothing_else(client: FlaskClient) -> None:
    def listed(since: str) -> set[str]:
        text = client.get(f"/catalogue.ttl?modified_since={since}").data
        graph = Graph().parse(data=text, format="turtle")
        dataset = URIRef("http://www.w3.org/ns/dcat#dataset")
        return {str(d).removeprefix(ROOT) for d in graph.objects(None, dataset)}

    everything, later = listed("2020-01-01"), listed("2026-09-01")

    assert "dataset/sapporo" in later and "dataset/sapporo/1.0.0" in later
    assert 2 <= len(later) < len(everything) / 2
    assert listed("2026-10-01T00:00:01Z") == set()


def test_a_file_is_dated_by_its_content_and_not_by_the_release(client: FlaskClient) -> None:
    """The last step changed the census, and no law."""
    days = []
    for name in ("laws", "census"):
        with client.get(f"/tables/{name}.csv") as answer:
            days.append(answer.headers["Last-Modified"])

    assert days == ["Wed, 01 Apr 2026 00:00:00 GMT", "Thu, 01 Oct 2026 00:00:00 GMT"]


def test_people_read_in_atom_what_changed(client: FlaskClient) -> None:
    answer = client.get("/feeds/releases.atom?lang=ja")
    graph = re.findall(r"<updated>([^<]*)</updated>", answer.text)

    assert answer.mimetype == "application/atom+xml"
    assert graph[0] == graph[1] == "2026-10-01T00:00:00Z"
    assert "2028-03-31 → 2029-03-31" in answer.text


def test_what_is_no_feed_or_no_page_of_one_is_not_there(client: FlaskClient) -> None:
    paths = ("/feeds/x", "/feeds/things.ttl", "/feeds/things/-/nothing/0", "/feeds/graphs/-/x/a")
    assert [client.get(path).status_code for path in paths] == [404] * 4
    assert client.get("/feeds/things", headers={"Accept": "text/html"}).status_code == 406


@pytest.mark.parametrize(
    ("line", "graph"),
    [
        (b"<x:s> <x:p> <x:o> .\n", b""),
        (b"<x:s> <x:p> <x:o> <x:g> .\n", b"<x:g>"),
        (b'<x:s> <x:p> "a <x:b>" .\n', b""),
        (b'<x:s> <x:p> "a b"^^<x:d> .\n', b""),
        (b'<x:s> <x:p> "a <b> c"@en <x:g> .\n', b"<x:g>"),
        (b'<x:s> <x:p> "a \\" <b>"^^<x:d> <x:g> .\n', b"<x:g>"),
        (b"<x:s> <x:p> _:b <x:g> .\n", b"<x:g>"),
        (b"<x:s> <x:p> <<( <x:a> <x:b> <x:c> )>> .\n", b""),
        (b"<x:s> <x:p> <<( <x:a> <x:b> <x:c> )>> <x:g> .\n", b"<x:g>"),
    ],
)
def test_the_graph_of_a_line_is_read_as_the_parser_reads_it(line: bytes, graph: bytes) -> None:
    (quad,) = ox.parse(line, format=ox.RdfFormat.N_QUADS)
    read = str(quad.graph_name).encode() if isinstance(quad.graph_name, ox.NamedNode) else b""

    assert feed._graph(line) == graph == read
