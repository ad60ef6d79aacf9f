"""DESCRIBE and documents tell the same of a thing, and all of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.rdf.formats import GRAPH_FORMATS, TURTLE, Format
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.stores import open_store
from tests.stores.world import ROOT, make_release

LINKS = 3000
NESTED = f"""
PREFIX def: <{ROOT}ns#>
PREFIX h: <{ROOT}id/>
GRAPH <{ROOT}graph/south> {{
  h:trieste def:quay [ def:berth [ def:crane ( "one" [ def:tons 12 ] ) ] ] .
  h:mole def:part [ def:of h:trieste ] .
}}
"""
MANY = f"GRAPH <{ROOT}graph/south> {{" + "".join(
    f"<{ROOT}id/boat-{n}> <{ROOT}ns#moored> <{ROOT}id/trieste> .\n" for n in range(LINKS)
)


def _client(release: Release) -> Iterator[FlaskClient]:
    settings = Settings(engines=1)
    store = open_store(release, settings)
    try:
        yield create_app(release, store, settings).test_client()
    finally:
        store.close()


@pytest.fixture(scope="module")
def nested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A release with blank nodes in blank nodes and lists."""
    yield from _client(make_release(tmp_path_factory.mktemp("nested"), NESTED))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A release in which thousands point to one thing."""
    yield from _client(make_release(tmp_path_factory.mktemp("many"), MANY + "}"))


@pytest.fixture(scope="module")
def mini(miniature: Release) -> Iterator[FlaskClient]:
    """The miniature publication."""
    yield from _client(miniature)


def statements(body: bytes, fmt: Format) -> ox.Dataset:
    """Return the statements of *body*, whatever their graph, with settled blank nodes."""
    assert fmt.rdf is not None
    found = ox.Dataset(
        ox.Quad(q.subject, q.predicate, q.object) for q in ox.parse(body, fmt.rdf, base_iri=ROOT)
    )
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def described(client: FlaskClient, iri: str, fmt: Format) -> bytes:
    found = client.get("/sparql", query_string={"query": f"DESCRIBE <{iri}>", "format": fmt.suffix})
    assert found.status_code == 200
    return found.data


@pytest.mark.parametrize("fmt", GRAPH_FORMATS, ids=lambda fmt: fmt.name)
def test_describe_is_the_document(nested: FlaskClient, fmt: Format) -> None:
    """In each format, with what is said about blank nodes and lists, however deep."""
    document = nested.get(f"/doc/trieste.{fmt.suffix}").data
    found = described(nested, f"{ROOT}id/trieste", fmt)

    assert statements(found, fmt) == statements(document, fmt)
    assert {q.object.value for q in statements(found, fmt) if isinstance(q.object, ox.Literal)} == {
        "one",
        "12",
    }


def test_describe_is_the_document_where_sources_and_shapes_are(mini: FlaskClient) -> None:
    """The documents that publish a thing, names and the origin of graphs are in both."""
    found = mini.get(
        "/sparql", query_string={"query": "SELECT DISTINCT ?x { ?x a [] } ORDER BY ?x"}
    ).get_json()
    things = [row["x"]["value"] for row in found["results"]["bindings"]]
    root = mini.application.extensions["renkei"].root
    documents = [iri for iri in things if iri.startswith(f"{root}id/")]
    assert documents
    for iri in documents:
        path = iri.replace(f"{root}id/", "/doc/")
        document = statements(mini.get(f"{path}.ttl").data, TURTLE)
        assert statements(described(mini, iri, TURTLE), TURTLE) == document


def test_a_description_is_never_cut(many: FlaskClient) -> None:
    found = statements(described(many, f"{ROOT}id/trieste", TURTLE), TURTLE)

    assert len(found) == LINKS


def test_a_document_says_which_of_the_links_back_it_holds(many: FlaskClient) -> None:
    """In its header and in its body; the parts together are all of them."""
    document, hydra = f"{ROOT}doc/trieste", "http://www.w3.org/ns/hydra/core#"

    first, second = (many.get(f"/doc/trieste.ttl?page={page}") for page in (1, 2))
    beyond = many.get("/doc/trieste.ttl?page=3")

    held = [statements(answer.data, TURTLE) for answer in (first, second)]
    pointing = [
        {q.subject for q in part if q.predicate.value == f"{ROOT}ns#moored"} for part in held
    ]
    assert [len(part) for part in pointing] == [2000, 1000]
    assert len(pointing[0] | pointing[1]) == LINKS
    assert [answer.headers["Renkei-Links-Back"] for answer in (first, second)] == [
        "2000 of 3000",
        "1000 of 3000",
    ]
    assert {
        (q.subject.value, q.predicate.value, q.object.value)  # type: ignore[union-attr]
        for q in held[0]
        if q.predicate.value.startswith(hydra)
    } == {
        (document, f"{hydra}totalItems", "3000"),
        (document, f"{hydra}view", f"{document}?page=1"),
        (f"{document}?page=1", f"{hydra}first", f"{document}?page=1"),
        (f"{document}?page=1", f"{hydra}next", f"{document}?page=2"),
        (f"{document}?page=1", f"{hydra}last", f"{document}?page=2"),
    }
    assert '/doc/trieste.ttl?page=2>; rel="next"' in ", ".join(first.headers.getlist("Link"))
    assert 'rel="next"' not in ", ".join(second.headers.getlist("Link"))
    assert beyond.status_code == 404


WRITE = """
import hashlib, sys
from pathlib import Path
from renkei.config import Settings
from renkei.rdf.formats import GRAPH_FORMATS
from renkei.release import open_release
from renkei.stores import open_store
from renkei.stores.base import Limits, Query
store = open_store(open_release(Path(sys.argv[1])), Settings(engines=1))
query = Query(f"DESCRIBE <{sys.argv[2]}>", "describe")
for fmt in GRAPH_FORMATS:
    body = b"".join(store.answer(query, fmt, Limits(20, 10000, 1 << 20)))
    print(fmt.name, hashlib.sha256(body).hexdigest())
store.close()
"""


def test_every_process_writes_the_same_bytes(tmp_path: Path) -> None:
    """Whatever order its sets and dictionaries have, and whatever it calls blank nodes."""
    release = make_release(tmp_path, NESTED)

    def written(seed: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", WRITE, str(release.folder), f"{ROOT}id/trieste"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    told = written("1")
    assert len(told.splitlines()) == len(GRAPH_FORMATS)
    assert [written(seed) for seed in ("2", "3")] == [told, told]
