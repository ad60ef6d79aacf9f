"""What XML cannot carry is refused with its statement, and never sent as broken XML with 200."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.pack import pipeline
from renkei.serve.app import create_app
from renkei.stores import open_store

ROOT = "https://data.example.org/lod/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NS = ROOT + "ns#"
XML = {"Accept": "application/rdf+xml"}
TURTLE = {"Accept": "text/turtle"}
RESULTS = {"Accept": "application/sparql-results+xml"}
HTML = {"Accept": "text/html", "Accept-Language": "en"}
# XML 1.0, section 2.2: all below U+0020 but tab, line feed and return; and two non-characters.
FORBIDDEN = [*(chr(n) for n in range(0x20) if n not in (9, 10, 13)), "\ufffe", "\uffff"]
CARRIED = ["a\rb\r\nc", "\t \n", "<&>\"']]>", "\x7f\x85\u2028", "\ud7ff\ue000\ufffd", "\U0001f3ef"]
NAMED = [NS + "name", NS + "市町村", ROOT + "ns/0a", ROOT + "x'y", ROOT + "ns#a:b", "urn:a"]
NAMELESS = [ROOT + "ns/0000240", ROOT + "ns/", NS + "a%20", NS + "×", "urn:x:9", ROOT + "?a=%31"]
NAMELESS += [RDF + name for name in ("li", "Description", "about", "ID", "nodeID", "bagID")]


def _literals() -> dict[str, tuple[str, str]]:
    """Return property and value by the name of a thing: what can be carried and what cannot."""
    found = {f"no-{ord(c)}": (NS + "c", f"a{c}b") for c in FORBIDDEN}
    found |= {f"yes-{n}": (NS + "c", text) for n, text in enumerate(CARRIED)}
    found |= {f"yes-p{n}": (name, "v") for n, name in enumerate(NAMED)}
    return found | {f"no-p{n}": (name, "v") for n, name in enumerate(NAMELESS)}


THINGS = _literals()


def _served(folder: Path, things: dict[str, tuple[str, str]]) -> Iterator[FlaskClient]:
    (folder / "data").mkdir()
    lines = [
        f"{ox.Triple(ox.NamedNode(f'{ROOT}id/{n}'), ox.NamedNode(p), ox.Literal(v))} ."
        for n, (p, v) in things.items()
    ]
    (folder / "data" / "things.ttl").write_text("\n".join(lines), "utf-8")
    release, _ = pipeline.pack(folder, folder / "releases", root=ROOT, title="Characters")
    store = open_store(release, Settings(engines=1))
    try:
        yield create_app(release, store, Settings()).test_client()
    finally:
        store.close()


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A publication with each character that XML forbids, and properties of many shapes."""
    yield from _served(tmp_path_factory.mktemp("odd"), THINGS)


@pytest.fixture(scope="module")
def fit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A publication of only what XML can carry."""
    fitting = {name: said for name, said in THINGS.items() if name.startswith("yes")}
    yield from _served(tmp_path_factory.mktemp("fit"), fitting)


def _read(body: bytes) -> set[tuple[str, str, str]]:
    graph = rdflib.Graph().parse(data=body, format="xml")
    return {(str(s), str(p), str(o)) for s, p, o in graph}


@pytest.mark.parametrize("name", [n for n in THINGS if n.startswith("yes")])
def test_what_xml_can_carry_is_read_back_by_another_parser(odd: FlaskClient, name: str) -> None:
    """Documents, CONSTRUCT and DESCRIBE; a carriage return is not lost (section 2.11)."""
    iri, (predicate, value) = f"{ROOT}id/{name}", THINGS[name]
    for path in (
        f"/doc/{name}.rdf",
        f"/sparql?query=DESCRIBE <{iri}>",
        f"/sparql?query=CONSTRUCT WHERE {{ <{iri}> ?p ?o }}",
    ):
        answer = odd.get(path, headers=XML)
        assert answer.status_code == 200, path
        assert (iri, predicate, value) in _read(answer.data), path


@pytest.mark.parametrize("name", [n for n in THINGS if n.startswith("no")])
def test_what_it_cannot_is_406_with_the_statement_and_the_next_step(
    odd: FlaskClient, name: str
) -> None:
    iri, (predicate, _) = f"{ROOT}id/{name}", THINGS[name]
    for path in (
        f"/doc/{name}.rdf",
        f"/doc/{name}",
        f"/-/resource?iri={iri}",
        f"/sparql?query=DESCRIBE <{iri}>",
        f"/sparql?query=CONSTRUCT WHERE {{ <{iri}> ?p ?o }}",
    ):
        answer = odd.get(path, headers=XML)
        assert answer.status_code == 406, path
        problem = answer.get_json()
        assert f"<{iri}> <{predicate}>" in problem["statement"]
        assert "Ask for another format" in problem["detail"]
        assert odd.get(path.replace(".rdf", ".ttl"), headers=TURTLE).status_code == 200


def test_no_link_leads_to_a_format_that_cannot_carry_the_document(odd: FlaskClient) -> None:
    """From the thing, from its page, from its other formats and from its set of links."""

    def offered(name: str) -> list[bool]:
        answers = [
            odd.get(f"/id/{name}", headers=HTML),
            odd.get(f"/doc/{name}", headers=HTML),
            odd.get(f"/doc/{name}.ttl"),
            odd.get(f"/-/resource?iri={ROOT}id/{name}", headers=HTML),
            odd.get(f"/linkset/doc/{name}.json"),
        ]
        return [
            "application/rdf+xml" in answer.headers.get("Link", "") + answer.text
            for answer in answers
        ]

    assert offered("no-7") == offered("no-p0") == [False] * 5
    assert offered("yes-0") == offered("yes-p0") == [True] * 5


@pytest.mark.parametrize("character", FORBIDDEN)
def test_a_table_as_xml_is_refused_before_its_first_byte(odd: FlaskClient, character: str) -> None:
    """However many rows stand before it; JSON, CSV and TSV carry it."""
    many = " ".join(f'"{"x" * 40}{n}"' for n in range(60))
    text = (
        f"SELECT ?o {{ {{ VALUES ?a {{ {many} }} VALUES ?b {{ {many} }} VALUES ?c {{ {many} }} "
        f"BIND (?a AS ?o) }} UNION {{ <{ROOT}id/no-{ord(character)}> ?p ?o }} }}"
    )
    short = f"SELECT ?o {{ <{ROOT}id/no-{ord(character)}> ?p ?o }}"
    for query in (short, text) if character in "\0\x07\ufffe" else (short,):
        refused = odd.post("/sparql", data={"query": query}, headers=RESULTS)
        assert refused.status_code == 406
        assert "statement" in refused.get_json()
    for kind in ("application/sparql-results+json", "text/csv", "text/tab-separated-values"):
        assert (
            odd.post("/sparql", data={"query": short}, headers={"Accept": kind}).status_code == 200
        )


def test_a_large_table_that_xml_can_carry_is_given_whole(odd: FlaskClient) -> None:
    many = " ".join(f'"{"x" * 40}{n}\\r"' for n in range(60))
    text = (
        f"SELECT ?a ?b {{ VALUES ?a {{ {many} }} VALUES ?b {{ {many} }} VALUES ?c {{ {many} }} }}"
    )
    answer = odd.post("/sparql", data={"query": text}, headers=RESULTS)
    found = ET.fromstring(answer.data)
    texts = {e.text for e in found.iter("{http://www.w3.org/2005/sparql-results#}literal")}

    assert len(texts) == 60 and all((text or "").endswith("\r") for text in texts)


def test_a_large_graph_as_xml_is_refused_before_its_first_byte(odd: FlaskClient) -> None:
    many = " ".join(f'"{"x" * 40}{n}"' for n in range(24))
    text = (
        f"CONSTRUCT {{ <{ROOT}a> ?p ?o }} {{ {{ VALUES ?a {{ {many} }} VALUES ?b {{ {many} }} "
        f"VALUES ?c {{ {many} }} BIND (CONCAT(?a, ?b, ?c) AS ?o) BIND (<{NS}p> AS ?p) }} "
        f"UNION {{ <{ROOT}id/no-7> ?p ?o }} }}"
    )
    answer = odd.post("/sparql", data={"query": text}, headers=XML)

    assert answer.status_code == 406
    assert answer.get_json()["statement"] == f'<{ROOT}a> <{NS}c> "a\\u0007b"'


def test_the_graph_store_and_the_dump_say_so_too(odd: FlaskClient, fit: FlaskClient) -> None:
    assert odd.get("/graphs?default", headers=XML).status_code == 406
    assert odd.get("/dumps/data.rdf").status_code == 404
    with fit.get("/dumps/data.rdf") as dump:
        said = _read(dump.data)
    expected = {(f"{ROOT}id/{n}", p, v) for n, (p, v) in THINGS.items() if n.startswith("yes")}
    assert expected <= said
    assert expected <= _read(fit.get("/graphs?default", headers=XML).data)


def test_a_picture_is_xml_whatever_its_names(odd: FlaskClient) -> None:
    from renkei.serve.pages.charts import svg

    drawn = svg.drawing(
        9, 9, "a\x07", "b\ufffe", [svg.linked("c\x00", "d", svg.svg_text(1, 2, "\x1f"))]
    )

    assert re.findall("[\ufffd]", "".join(ET.fromstring(str(drawn)).itertext())) == ["\ufffd"] * 2
