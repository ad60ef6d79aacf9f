"""The miniature publication: every byte served is its own, every page is in its language."""

from __future__ import annotations

import html
import json
import re
from collections import deque
from dataclasses import replace
from functools import cache
from urllib.parse import urljoin, urlsplit

import html5lib
import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.language.messages import FOLDER
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.stores import open_store
from tests.serve.conftest import PUBLIC

HTML = {"Accept": "text/html"}
ELSEWHERE = re.compile(
    r"sapporo|札幌|さっぽろ|hokkaido|北海道|otaru|小樽|ccua|連携中枢|w3id\.org/jp", re.IGNORECASE
)
ADDRESS = re.compile(rf'(?:href|src|action)="([^"#]+)|({re.escape(PUBLIC)}[^\s"<>\\)#]*)')
ROOT = "https://daten.example.de/hafenverbund/"
Served = dict[str, tuple[str, bytes]]


@pytest.fixture(scope="module")
def served(small: FlaskClient) -> Served:
    """Every address of the table and every link from there: its media type and its body."""
    document = small.get("/openapi.json").get_json()
    waiting = deque(["/", "/openapi", "/sparql", "/sitemap-1.xml", "/sitemap-2.xml"])
    waiting += [_tried(path, methods["get"]) for path, methods in document["paths"].items()
                if "get" in methods]  # fmt: skip
    found: Served = {}
    while waiting and len(found) < 2_000:
        path = waiting.popleft()
        if not path or path in found:
            continue
        with small.get(path, headers=HTML) as answer:
            kind, body, moved = answer.mimetype or "", answer.data, answer.location
        found[path] = kind, body
        links = ADDRESS.findall(body.decode("utf-8") if _is_text(kind) else "")
        for link in [moved or "", *(html.unescape(a or b) for a, b in links)]:
            waiting.append(_local(urljoin(PUBLIC + path[1:], link)))
    assert len(found) > 150
    return found


def _tried(path: str, operation: dict[str, object]) -> str:
    """Return a path of the OpenAPI document with its examples put in."""
    asked = []
    for parameter in operation["parameters"]:  # type: ignore[attr-defined]
        name, schema = parameter["name"], parameter["schema"]
        value = parameter.get("example", next(iter(schema.get("enum", [])), ""))
        if parameter["in"] == "path":
            path = path.replace(f"{{{name}}}", str(value) or "x")
        elif value and name in ("q", "prefix", "queries", "query"):
            asked.append(f"{name}={value}")
    return path + ("?" + "&".join(asked) if asked else "")


def _local(address: str) -> str:
    """Return the path behind the public address; nothing for other hosts and for variants."""
    if not address.startswith(PUBLIC):
        return ""
    parts = urlsplit("/" + address.removeprefix(PUBLIC))
    if parts.path == "/hints":  # has nothing to say without a query
        return f"{parts.path}?{parts.query}"
    if "query=" in parts.query or "at=" in parts.query or "lang=" in parts.query:
        return parts.path
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _is_text(media_type: str) -> bool:
    if "officedocument" in media_type:  # a packed file, for all that its name says of XML
        return False
    return media_type.startswith("text/") or "json" in media_type or "xml" in media_type


def test_no_byte_that_is_served_speaks_of_the_first_publication(served: Served) -> None:
    """A second publication is a folder, not a fork: pages, data, scripts, pictures, problems."""
    wrong = {
        path: found.group()
        for path, (_, body) in served.items()
        if (found := ELSEWHERE.search(body.decode("utf-8", "ignore")))
    }

    assert wrong == {}


def _without_tags(page: str) -> list[str]:
    """Return each piece of text of a page, but for what says itself that it is in English."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    pieces: list[str] = []

    def walk(element: object, spoken: bool) -> None:
        tag, attributes = element.tag, element.attrib  # type: ignore[attr-defined]
        inner = spoken and tag not in ("script", "style", "code", "pre", "textarea")
        inner = inner and attributes.get("lang", "de") == "de"
        if inner and element.text:  # type: ignore[attr-defined]
            pieces.append(element.text.strip())  # type: ignore[attr-defined]
        for name in ("aria-label", "placeholder", "title", "alt"):
            if inner and name in attributes:
                pieces.append(attributes[name].strip())
        for child in element:  # type: ignore[attr-defined]
            walk(child, inner)
            if inner and child.tail:
                pieces.append(child.tail.strip())

    for part in tree:
        walk(part, True)
    return [piece for piece in pieces if piece]


@cache
def foreign_words() -> frozenset[str]:
    """Return the words of the interface in English and Japanese that German says otherwise."""
    german = {}
    for name in ("messages", "problems"):
        with (FOLDER / f"de/LC_MESSAGES/{name}.po").open("rb") as file:
            german |= {str(m.id): str(m.string) for m in read_po(file) if m.id}
    others = set(german)
    for name in ("messages", "problems"):
        with (FOLDER / f"ja/LC_MESSAGES/{name}.po").open("rb") as file:
            others |= {str(m.string) for m in read_po(file) if m.id}
    variables = {"name"}  # of its question, which stands as a column of the answer
    local = {"checksum", "derived", "graphs", "shapes"}  # ends of IRIs of what has no name
    words = others - set(german.values()) - variables - local
    return frozenset(m for m in words if not re.search("%[(]|{", m))


def test_no_page_of_it_has_an_english_or_japanese_word_of_the_interface(served: Served) -> None:
    foreign = foreign_words()
    pages = {path: body.decode() for path, (kind, body) in served.items() if kind == "text/html"}
    wrong = {
        path: words
        for path, text in pages.items()
        if (words := sorted(foreign.intersection(_without_tags(text))))
    }

    assert len(pages) > 50
    assert wrong == {}


def test_each_page_of_it_says_that_it_is_german(served: Served) -> None:
    pages = {path: body.decode() for path, (kind, body) in served.items() if kind == "text/html"}
    for text in pages.values():
        html5lib.HTMLParser(strict=True).parse(text)

    assert [p for p, text in pages.items() if '<html lang="de"' not in text and "<h1" in text] == []


def test_a_link_of_the_interface_leads_somewhere(small: FlaskClient) -> None:
    """Those to try are made of examples that the release has."""
    page = small.get("/openapi", headers=HTML).text
    tries = [_local(urljoin(PUBLIC, html.unescape(a))) for a, _ in ADDRESS.findall(page)]

    def is_refused(path: str) -> bool:
        with small.get(path) as answer:
            return answer.status_code >= 400

    assert len(tries) > 40
    assert {p for p in tries if p and is_refused(p)} == set()


def _examples(node: object) -> list[object]:
    """Return every example of an OpenAPI document."""
    if isinstance(node, dict):
        own = [node["example"]] if "example" in node else []
        return own + [e for part in node.values() for e in _examples(part)]
    return [e for part in node for e in _examples(part)] if isinstance(node, list) else []


def test_examples_of_the_interface_are_things_of_the_release(small: FlaskClient) -> None:
    manifest = small.application.extensions["renkei"].release.manifest
    document = small.get("/openapi.json").get_json()
    asked = [
        small.get(f"/search.json?q={e}").get_json()["results"]
        for p in document["paths"]["/search"]["get"]["parameters"]
        if (e := p.get("example")) and p["name"] == "q"
    ]
    words = {str(e) for e in _examples(document["paths"])}

    assert [found[0]["iri"] for found in asked] == [f"{ROOT}id/hafen/altwarp"]
    assert {"de", "Altwarp", "Al", "hafen/altwarp.ttl", "tiefe.json"} <= words
    assert manifest.created[:10] in words
    assert not any(re.search("[\u3040-\u9fff]", word) for word in words)


def test_the_place_of_the_data_set_is_not_named_by_its_iri(small: FlaskClient) -> None:
    """It has no label; search engines take its box instead."""
    page = small.get("/", headers=HTML).text
    said = json.loads(re.findall(r'ld\+json">(.*?)</script>', page, flags=re.S)[0])

    assert said["spatialCoverage"] == {
        "@type": "Place",
        "@id": f"{ROOT}id/gebiet/nordkante",
        "geo": {"@type": "GeoShape", "box": "53.5 13.5 54.5 14.5"},
    }


def test_its_rules_are_counted_apart_from_those_of_the_program(
    small: FlaskClient, client: FlaskClient
) -> None:
    """The rule book and the report agree, in each publication."""
    book, report = (_pieces(small, path) for path in ("/shapes", "/report"))
    other, told = (_pieces(client, path, "ja") for path in ("/shapes", "/report"))
    total = client.application.extensions["renkei"].release.manifest.counts["shapes"]

    assert any(p.startswith("1 Regel.") for p in book) and "1 Regel." in report
    assert "39 Regeln des Programms für den Katalog." in report
    assert book.index("Regeln des Programms") < book.index("C01")
    assert [p for p in book if re.fullmatch(r"[A-Z]\d\d", p)][:2] == ["H01", "C01"]
    assert any(f"規則は{total}件。" in p for p in other) and f"規則は{total}件。" in told


def _pieces(client: FlaskClient, path: str, tag: str = "de") -> list[str]:
    page = client.get(path, headers={**HTML, "Accept-Language": tag}).text
    main = page.split("<main", 1)[1].split(">", 1)[1].split("</main>")[0]
    return [p.strip() for p in re.split(r"<[^>]+>", html.unescape(main)) if p.strip()]


def test_things_are_listed_apart_from_what_describes_the_data(small: FlaskClient) -> None:
    pieces = _pieces(small, "/things")
    things, describing = (
        pieces[: pieces.index("Begriffe von Vokabularen")],
        pieces[pieces.index("Was die Daten beschreibt") :],
    )

    assert things == [
        "Was es gibt", "Hafen", "2",
        "Nach Klassen anderer Vokabulare", "Zusammenschluss von Organisationen", "1",
    ]  # fmt: skip
    assert describing[1::2] == [
        "Datensatz", "Beschreibung eines Datensatzes", "Aktivität", "Frage",
    ]  # fmt: skip


def test_a_harbour_is_told_and_shown_as_the_publication_says(small: FlaskClient) -> None:
    """By a template and a query of its own, in its own language; names are no markup."""
    page = small.get("/doc/hafen/altwarp", headers=HTML).text
    section = page.split('<section class="own">')[1].split("</section>")[0]
    pieces = [html.unescape(p.strip()) for p in re.split(r"<[^>]+>", section) if p.strip()]

    assert '<p class="lead">Hafen im Hafenverbund Nordkante, 4 Meter tief.</p>' in page
    assert pieces == ["Häfen desselben Verbunds", "Brücke & <Söhne>", "7 m"]
    assert "<bdi>4</bdi> m" in page


def test_the_first_page_has_what_the_publication_says_in_its_order(small: FlaskClient) -> None:
    pieces = _pieces(small, "/")
    headings = re.findall(r"<h2>(.*?)</h2>", small.get("/", headers=HTML).text)

    assert headings[:3] == ["Häfen <small>2</small>", "Tiefen", "Fragen für den Einstieg"]
    assert "Wassertiefe von 2 Häfen in Metern bei Niedrigwasser." in pieces
    assert small.get("/pictures/tiefen.csv").text.splitlines() == [
        "\ufeffHafen,Tiefe in Metern", "Brücke & <Söhne>,7", "Altwarp,4",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "graph, mark",
    [
        ("derived", "durch eine Regel abgeleitet"),
        ("hv", "Teil der Beschreibung"),
        ("catalogue", "Teil der Beschreibung"),
        ("shapes", "Teil der Beschreibung"),
    ],
)
def test_a_graph_says_what_it_is(small: FlaskClient, graph: str, mark: str) -> None:
    """The vocabulary and the catalogue describe facts, of which nothing is said without sources."""
    assert mark in _pieces(small, f"/graph/{graph}")
    assert "ohne Quellenangabe" not in _pieces(small, "/graph/register")


def test_a_language_without_a_catalogue_falls_back_visibly(miniature: Release) -> None:
    """The page says that its own words are English; names keep the language they are in."""
    titles = {"fr": "Union des ports"}
    manifest = replace(miniature.manifest, languages=("fr",), title=titles)
    release = Release(miniature.folder, manifest)
    store = open_store(release, Settings())
    try:
        client = create_app(release, store, Settings()).test_client()
        page = client.get("/doc/hafen/altwarp", headers={**HTML, "Accept-Language": "fr"}).text
    finally:
        store.close()

    assert '<html lang="en" dir="ltr" data-lang="fr">' in page
    assert "The words of this site are in English: it has none in français yet." in page
    assert '<p class="name" lang="fr"><a href="/">Union des ports</a></p>' in page
    assert '<h1 lang="de"><bdi>Altwarp</bdi></h1>' in page
