"""Lists hold everything, with the columns and facets that the data themselves suggest."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.errors import StoreUnavailable
from renkei.pack import pipeline
from renkei.serve.app import create_app
from renkei.serve.pages import class_list
from renkei.serve.read.reader import Reader
from renkei.serve.web.site import Site
from renkei.stores import open_store

ROOT = "https://data.example.org/lod/"
PAGE = {"Accept": "text/html"}
STATES = ("open", "closed", "planned")
HEAD = f"""
@prefix : <{ROOT}ns#> .
@prefix id: <{ROOT}id/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CATALOGUE = f"""
<{ROOT}dataset/x> a void:Dataset ; void:uriSpace "{ROOT}" ; dct:title "X"@en , "X"@ja ;
  dct:language "en" , "ja" .
"""
OTHERS = f"""
:state rdfs:label "state"@en . :kind rdfs:label "kind"@en . :seats rdfs:label "seats"@en .
:isUsed rdfs:label "isUsed"@en . :opened rdfs:label "opened"@en .
:Hall rdfs:subClassOf :Building . :Hall a owl:Class ; rdfs:label "hall"@en .
id:k0 a :Kind ; rdfs:label "wood"@en , "木"@ja . id:k1 a :Kind ; rdfs:label "stone"@en , "石"@ja .
id:nothing rdfs:label "of no kind" .
<{ROOT}id/doc#part> rdfs:label "a part" . <http://elsewhere.example/a> rdfs:label "elsewhere" .
<http://elsewhere.example/b> a <http://elsewhere.example/T#b> ; rdfs:label "b" .
<{ROOT}id/q?x=1> rdfs:label "with a query" . <urn:isbn:1> rdfs:label "a book" .
id:doc rdfs:label "a document" .
"""


def hall(n: int) -> str:
    """Return what is said of hall *n* of 30."""
    state = f':state "{STATES[n % 3]}" ;' if n else ""
    return f"""id:h{n} a :Hall ; rdfs:label "Hall {n}"@en , "ホール{n}"@ja ; {state}
      :kind id:k{n % 2} ; :seats {n * n * 10} ; :isUsed {"true" if n % 5 else "false"} ;
      :opened "{1900 + 4 * n}-05-01"^^xsd:date ; :notes "note {n}: {"long " * 80}" ; :of id:doc ."""


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A reader of thirty halls and of all that has no kind, a hash, or another root."""
    folder = tmp_path_factory.mktemp("halls")
    (folder / "data").mkdir()
    (folder / "data" / "catalogue.ttl").write_text(HEAD + CATALOGUE, "utf-8")
    halls = "\n".join(hall(n) for n in range(30))
    (folder / "data" / "halls.ttl").write_text(HEAD + OTHERS + halls, "utf-8")
    release, _ = pipeline.pack(folder, folder / "releases")
    settings = Settings(public_url="https://served.example.org/")
    store = open_store(release, settings)
    yield create_app(release, store, settings).test_client()
    store.close()


def rows(web: FlaskClient, query: str = "") -> list[dict[str, str]]:
    text = web.get(f"/things/Hall.csv?lang=en&{query}").get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def facets(web: FlaskClient, query: str = "") -> dict[str, dict[str, str]]:
    """Return the choices of each facet with how many things each finds."""
    page = web.get(f"/things/Hall?lang=en&{query}", headers=PAGE).get_data(as_text=True)
    found = {}
    for label, listed in re.findall(r"<dt[^>]*>(.*?)</dt><dd>(.*?)</dd>", page, re.DOTALL):
        items = re.findall(r"<bdi>(.*?)</bdi></a> <span class=\"note\">(.*?)</span>", listed)
        found[label] = dict(items)
    return found


def names(listed: list[dict[str, str]]) -> list[str]:
    return [row["name"].removeprefix("Hall ") for row in listed]


def test_a_list_has_the_columns_that_its_values_suggest(web: FlaskClient) -> None:
    """Not those that say the same of all, and no long texts."""
    assert rows(web)[4] == {
        "iri": f"{ROOT}id/h4", "name": "Hall 4", "isUsed": "true", "kind": "wood",
        "opened": "1916-05-01", "seats": "160", "state": "closed",
    }  # fmt: skip


def test_few_values_days_and_numbers_are_put_together(web: FlaskClient) -> None:
    assert facets(web) == {
        "isUsed": {"yes": "24", "no": "6"},
        "kind": {"stone": "15", "wood": "15"},
        "opened": {str(1900 + 4 * n): "1" for n in range(30)},
        "seats": {"under 360": "6", "360 to under 1,400": "6", "1,400 to under 3,200": "6",
                  "3,200 to under 5,800": "7", "5,800 and more": "5"},
        "state": {"closed": "10", "planned": "10", "open": "9"},
    }  # fmt: skip


def test_choices_are_counted_among_what_is_chosen_elsewhere(web: FlaskClient) -> None:
    found = facets(web, "state=open&kind=id/k1&seats=360..1400")

    assert "isUsed" not in found  # one choice is none
    assert found["kind"] == {"wood": "1"}  # chosen is stone, and open halls of that size are
    assert names(rows(web, "state=open&kind=id/k1&seats=360..1400")) == ["9"]
    assert {row["state"] for row in rows(web, "state=open")} == {"open"}


@pytest.mark.parametrize(
    "sort, first, last",
    [("name", "0", "29"), ("-name", "29", "0"), ("seats", "0", "29"), ("-opened", "29", "0"),
     ("state", "1", "0"), ("-state", "29", "0"), ("kind", "1", "28")],
)  # fmt: skip
def test_a_list_is_sorted_by_any_column_and_what_has_no_value_comes_last(
    web: FlaskClient, sort: str, first: str, last: str
) -> None:
    listed = names(rows(web, f"sort={sort}"))

    assert (len(listed), listed[0], listed[-1]) == (30, first, last)


@pytest.mark.parametrize(
    "query, told",
    [
        ("state=opne", "Choose one of: closed, planned, open."),
        ("seats=1..2", "Choose one of: ..360, 360..1400, 1400..3200, 3200..5800, 5800..."),
        ("role=x", "This list can be chosen from by: "),
        ("sort=notes", "Choose one of: name, -name, "),
        ("page=2", "There is no page 2."),
    ],
)
def test_what_a_list_does_not_offer_is_refused_by_its_word(
    web: FlaskClient, query: str, told: str
) -> None:
    answer = web.get(f"/things/Hall?lang=en&{query}", headers=PAGE)

    assert answer.status_code == (404 if query.startswith("page") else 400)
    assert told in html.unescape(answer.get_data(as_text=True))


def test_a_list_of_a_broader_class_holds_the_things_of_the_narrower(web: FlaskClient) -> None:
    listed = web.get("/things/Building.csv").get_data(as_text=True).splitlines()

    assert len(listed) == 31
    assert "things/Building" not in web.get("/things").get_data(as_text=True)


def test_every_subject_is_within_four_clicks_of_the_first_page(
    web: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By links alone, also where a list has very many pages."""
    monkeypatch.setattr(class_list, "SHOWN", 1)
    monkeypatch.setattr(class_list, "PAGES", 4)
    seen, ahead = {"/"}, ["/"]
    for _ in range(3):
        pages = [web.get(a, headers=PAGE).get_data(as_text=True) for a in ahead if is_way(a)]
        reached = {html.unescape(m) for p in pages for m in re.findall('href="([^"]+)', p)}
        ahead = sorted(reached - seen)
        seen |= reached
    pages = [web.get(a, headers=PAGE).get_data(as_text=True) for a in ahead if is_way(a)]
    seen |= {html.unescape(m) for p in pages for m in re.findall('href="([^"]+)', p)}

    wanted = {f"/doc/h{n}" for n in range(30)} | {"/doc/k0", "/doc/nothing", "/doc/doc#part"}
    wanted |= {
        f"/-/resource?iri={quote(ROOT + 'id/q?x=1', safe='')}",
        "/-/resource?iri=urn%3Aisbn%3A1",
        "/doc/doc",
        "/ns#Hall",
    }
    wanted |= {f"/-/resource?iri=http%3A%2F%2Felsewhere.example%2F{n}" for n in "ab"}
    assert wanted - seen == set()


def is_way(address: str) -> bool:
    path, asked = urlsplit(address).path, urlsplit(address).query
    turned = re.fullmatch(r"(page=\d+)?", asked) is not None
    return path == "/" or (path.startswith("/things") and turned)


def test_a_class_has_its_list_whatever_its_iri_is(web: FlaskClient) -> None:
    page = web.get("/things", headers=PAGE).get_data(as_text=True)
    link = next(a for a in re.findall('href="([^"]+)', page) if "elsewhere" in a)

    assert "<bdi>" not in link
    assert "elsewhere.example%2Fb" in web.get(link, headers=PAGE).get_data(as_text=True)


@pytest.mark.parametrize("path", ["/", "/things", "/things/-", "/things/Hall?state=open"])
def test_a_list_of_a_release_too_large_for_memory_is_the_same(web: FlaskClient, path: str) -> None:
    site: Site = web.application.extensions["renkei"]
    settings = Settings(public_url="https://served.example.org/")
    app = create_app(site.release, site.store, settings)
    app.extensions["renkei"].reader = Reader(site.release, site.store, in_memory=0)

    large, small = (c.get(path, headers=PAGE) for c in (app.test_client(), web))

    assert large.status_code == 200
    assert large.get_data(as_text=True) == small.get_data(as_text=True)


class Silent:
    """A store that does not answer, for a while."""

    def __init__(self, store: object) -> None:
        self.store, self.is_silent = store, True

    def select(self, text: str, bindings: object = None) -> object:
        """Answer, or say that nobody does."""
        if self.is_silent:
            raise StoreUnavailable("Nobody is there.")
        return self.store.select(text, bindings)  # type: ignore[attr-defined]

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)


def test_what_a_store_does_not_answer_is_an_error_and_is_asked_again(web: FlaskClient) -> None:
    """The menu of every page, and the rows of a CSV, of which no broken half is given."""
    site = web.application.extensions["renkei"]
    silent = Silent(site.store)
    app = create_app(site.release, silent, site.settings)  # type: ignore[arg-type]
    reader = app.test_client()
    while_silent = reader.get("/things/Hall.csv"), reader.get("/doc/h0", headers=PAGE)
    silent.is_silent = False

    assert [answer.status_code for answer in while_silent] == [503, 503]
    assert len(reader.get("/things/Hall.csv").get_data(as_text=True).splitlines()) == 31
    assert 'href="/ns"' in reader.get("/doc/h0", headers=PAGE).get_data(as_text=True)


def test_a_twice_chosen_column_is_refused(web: FlaskClient) -> None:
    """One of two values would be passed over in silence."""
    answer = web.get("/things/Hall?lang=en&state=open&state=closed", headers=PAGE)

    assert answer.status_code == 400
    assert "state is chosen by twice." in html.unescape(answer.get_data(as_text=True))


def test_the_vocabulary_reads_no_branch(web: FlaskClient) -> None:
    """Its tree is open as a whole, whoever came first."""
    first, second = (web.get(f"/ns{asked}", headers=PAGE) for asked in ("?open=x", ""))

    assert (first.status_code, first.data) == (200, second.data)
