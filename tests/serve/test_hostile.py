"""Labels and IRIs that try to break a page: nothing executes, nothing leaves its place."""

from __future__ import annotations

import json
from pathlib import Path

import html5lib
import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renkei.config import Settings
from renkei.integrity import sha256_of
from renkei.pack.index import search_index
from renkei.rdf.formats import Format
from renkei.release import INDEX, FileEntry, Manifest, Release
from renkei.serve.app import create_app
from renkei.sparql import outline
from renkei.sparql.outline import Term
from renkei.stores.base import Answer, Limits, Query, Row

ROOT = "https://data.example.org/"
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
GRAPH = ox.NamedNode(ROOT + "graph/x")
FILES = {
    "catalogue.ttl": f"<{ROOT}dataset/x> a <http://www.w3.org/ns/dcat#Dataset> .",
    "void.ttl": "",
    "report.ttl": "",
    "report.json": '{"conforms": true, "findings": []}',
}


class Memory:
    """A store in this process, filled by the test."""

    foreign = False

    def __init__(self, quads: list[ox.Quad]) -> None:
        self.store = ox.Store()
        for quad in quads:
            self.store.add(quad)
            self.store.add(ox.Quad(quad.subject, quad.predicate, quad.object))

    def select(self, text: str, bindings: dict[str, Term] | None = None) -> list[Row]:
        found = self.store.query(outline.with_values(text, bindings or {}))
        assert isinstance(found, ox.QuerySolutions)
        names = [v.value for v in found.variables]
        return [{n: s[n] for n in names if s[n] is not None} for s in found]  # type: ignore[misc]

    def answer(self, query: Query, fmt: Format, limits: Limits) -> Answer:
        raise NotImplementedError

    def health(self) -> dict[str, object]:
        return {"ok": True}

    def close(self) -> None:
        self.store.flush()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for a release with empty descriptions."""
    return _described(tmp_path_factory.mktemp("hostile"))


def _described(path: Path) -> Path:
    for name, text in FILES.items():
        (path / name).write_text(text, "utf-8")
    return path


def _entry(path: Path) -> FileEntry:
    return FileEntry(path.stat().st_size, sha256_of(path), "text/turtle")


def _app(folder: Path, quads: list[ox.Quad]) -> Flask:
    (folder / INDEX).unlink(missing_ok=True)
    plain = [ox.Quad(q.subject, q.predicate, q.object) for q in quads]
    search_index.write(folder / INDEX, plain, quads, ROOT + "ns#", ROOT)
    manifest = Manifest(
        1,
        "0" * 12,
        ROOT,
        ROOT + "dataset/x",
        ROOT + "ns#",
        {"en": "x"},
        "1",
        "2026-01-01T00:00:00Z",
        None,
        "",
        ("en",),
        {},
        {},
        {"statements": len(quads)},
        {name: _entry(folder / name) for name in (*FILES, INDEX)},
    )
    return create_app(Release(folder, manifest), Memory(quads), Settings())


texts = st.one_of(
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "{{ 7*7 }}",
            "%(x)s %s",
            "مرحبا بالعالم",
            "a\nb\tc",
            "‮abc",
            "あ" * 3000,
            "&lt;b&gt;",
            "",
            " ",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60),
)


labels = st.tuples(texts, st.sampled_from(["en", "ar", "ja", "x-klingon"]))


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(several=st.lists(labels, min_size=5, max_size=5))
def test_a_label_is_text_whatever_it_says(folder: Path, several: list[tuple[str, str]]) -> None:
    """Five labels share an application, which costs more to make than to ask."""
    quads = []
    for number, (text, tag) in enumerate(several):
        thing = ox.NamedNode(f"{ROOT}id/thing/a{number}")
        other = ox.NamedNode(f"{ROOT}id/thing/b{number}")
        quads.append(ox.Quad(thing, LABEL, ox.Literal(text, language=tag), GRAPH))
        quads.append(ox.Quad(other, LABEL, thing, GRAPH))
    client = _app(folder, quads).test_client()
    things = [f"/doc/thing/{kind}{number}" for kind in "ab" for number in range(len(several))]

    for path in (*things, "/search?q=a", "/graph/x"):
        page = client.get(path, headers={"Accept": "text/html"})
        assert page.status_code == 200, path
        tree = html5lib.parse(page.text, namespaceHTMLElements=False)
        sources = [s.get("src", "")[:8] for s in tree.iter("script") if s.get("src")]
        assert sources == ["/static/"], path
        for said in (s for s in tree.iter("script") if not s.get("src")):
            assert said.get("type") == "application/ld+json", path
            assert json.loads(said.text or "")["@id"].startswith(ROOT), path
        assert not any(name.startswith("on") for e in tree.iter() for name in e.attrib), path


IRIS = [
    "javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "https://x.example/'onclick='a",
    "https://x.example/%22%3E%3Cscript%3E",
    "urn:uuid:1",
    "http://日本.example/札幌?q=1#z",
]


@pytest.fixture(scope="module")
def pointing(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A reader of things that each name one of the IRIs."""
    quads = [
        ox.Quad(ox.NamedNode(f"{ROOT}id/thing/a{n}"), LABEL, ox.NamedNode(iri), GRAPH)
        for n, iri in enumerate(IRIS)
    ]
    return _app(_described(tmp_path_factory.mktemp("pointing")), quads).test_client()


@pytest.mark.parametrize("iri", IRIS)
def test_an_iri_is_a_link_only_where_it_is_an_address(pointing: FlaskClient, iri: str) -> None:
    page = pointing.get(f"/doc/thing/a{IRIS.index(iri)}", headers={"Accept": "text/html"})
    tree = html5lib.parse(page.text, namespaceHTMLElements=False)
    schemes = {
        a.get("href", "").partition(":")[0]
        for a in tree.iter("a")
        if ":" in a.get("href", "").partition("/")[0]
    }

    assert page.status_code == 200
    assert schemes <= {"http", "https"}


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A reader of a release without a statement."""
    return _app(_described(tmp_path_factory.mktemp("nothing")), []).test_client()


@pytest.mark.parametrize(
    "path",
    [
        "/doc/%00",
        "/doc/a%0Ab",
        "/id/%22%3E",
        "/doc/%F0%9F",
        "/graph/ ",
        "/things/a%20b",
        "/questions/%3Cx%3E",
        "/concept/{x}",
        "/ns/..",
        "/doc/a?at=9999999-1-1",
        "/search?q=%00",
        "/doc/x.ttl.ttl",
    ],
)
def test_an_address_nobody_publishes_is_refused_politely(nothing: FlaskClient, path: str) -> None:
    for accept in ("text/html", "text/turtle"):
        assert nothing.get(path, headers={"Accept": accept}).status_code in (200, 400, 404, 406)


def test_thousands_of_links_back_come_in_parts(folder: Path) -> None:
    thing = ox.NamedNode(ROOT + "id/thing/a")
    quads = [
        ox.Quad(ox.NamedNode(f"{ROOT}id/other/n{n}"), LABEL, thing, GRAPH) for n in range(3000)
    ]
    client = _app(folder, quads).test_client()

    page = client.get("/doc/thing/a", headers={"Accept": "text/html"})
    last = client.get("/doc/thing/a?page=60", headers={"Accept": "text/html"})
    data = client.get("/doc/thing/a.nt")

    assert "1 of 60" in page.text and "60 of 60" in last.text
    assert len(page.data) < 100_000
    assert data.headers["Renkei-Links-Back"] == "2000 of 3000"
