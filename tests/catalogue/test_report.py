"""The report of a release: what the check found, for machines and as a badge."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, SH, Graph, Literal

from renkei.release import Release


@pytest.mark.parametrize("accept, media_type", [
    ("*/*", "text/turtle"), ("application/json", "application/json"),
    ("application/ld+json", "application/ld+json"), ("text/html", "text/html"),
])  # fmt: skip
def test_the_report_is_negotiated(client: FlaskClient, accept: str, media_type: str) -> None:
    answer = client.get("/report", headers={"Accept": accept})

    assert (answer.status_code, answer.mimetype) == (200, media_type)


def test_the_report_says_that_the_release_conforms(client: FlaskClient, release: Release) -> None:
    graph = Graph().parse(data=client.get("/report.ttl").data, format="turtle")
    body = client.get("/report.json").json
    report = graph.value(None, RDF.type, SH.ValidationReport)

    assert graph.value(report, SH.conforms) == Literal(True)
    assert body is not None and body["conforms"] and body["release"] == release.manifest.id


@pytest.mark.parametrize("name, language, words", [
    ("client", "ja", "適合"), ("client", "en", "conforms"), ("small", "de", "erfüllt"),
])  # fmt: skip
def test_the_badge_speaks_the_readers_language(
    name: str, language: str, words: str, request: pytest.FixtureRequest
) -> None:
    client: FlaskClient = request.getfixturevalue(name)
    answer = client.get("/report/badge.svg", headers={"Accept-Language": language})
    picture = ElementTree.fromstring(answer.data)

    assert answer.mimetype == "image/svg+xml"
    assert words in picture.attrib["aria-label"]


def test_another_suffix_is_unknown(client: FlaskClient) -> None:
    assert client.get("/report.pdf").status_code == 404
