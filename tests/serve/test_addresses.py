"""Every name that the release speaks of can be followed, in the format that was asked for."""

from __future__ import annotations

import socket

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from renkei.cli import main
from renkei.rdf.formats import TURTLE
from renkei.rdf.serialization import GraphWriter
from renkei.release import Release


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/questions/members", id="a question"),
        pytest.param("/dataset/sapporo/distribution/data.ttl", id="a file's entry"),
        pytest.param("/.well-known/sparql-examples", id="a graph that is not under graph/"),
    ],
)
def test_a_name_is_followed_to_turtle(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/turtle"})

    assert (answer.status_code, answer.mimetype) == (200, "text/turtle")


def test_a_day_is_refused_where_a_document_is_data(client: FlaskClient) -> None:
    """Data has all statements; a day that changed nothing would pass for an answer."""
    answer = client.get("/doc/partnership/sapporo.ttl?at=2019-05-01")

    assert answer.status_code == 400


def test_blank_nodes_are_written_alike_whatever_a_store_called_them(miniature: Release) -> None:
    """A store renames them as it loads; the strong ETag promises the same bytes."""
    word = ox.NamedNode("https://example.org/p")

    def written(one: str, other: str) -> bytes:
        quads = [
            ox.Quad(ox.NamedNode("https://example.org/s"), word, ox.BlankNode(one)),
            ox.Quad(ox.BlankNode(one), word, ox.BlankNode(other)),
        ]
        return GraphWriter.of(miniature, "").document(quads, TURTLE, "https://example.org/s")

    assert written("a", "b") == written("z", "y")


def test_a_port_that_is_taken_is_refused_by_name(miniature: Release) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = CliRunner().invoke(main, ["serve", str(miniature.folder), "--port", port])

    assert said.exit_code == 1
    assert "port: a free one on an address of this machine" in said.output.replace("\n", " ")
