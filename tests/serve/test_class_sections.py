"""What a publication brings for its own kinds: shown as it says, within the bounds it is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.pack import pipeline
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.stores import open_store
from renkei.stores.base import Row

HTML = {"Accept": "text/html", "Accept-Language": "en"}
HEAD = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ns: <https://example.org/ns#> .
@prefix page: <https://example.org/pages/> .
@prefix pages: <https://w3id.org/renkei/pages#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wgs: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
FILES = {
    "data/catalogue.ttl": """\
<https://example.org/dataset/main>
    <http://rdfs.org/ns/void#uriSpace> "https://example.org/" ;
    <http://purl.org/dc/terms/title> "Harbours"@en ;
    <http://purl.org/dc/terms/description> "All of them."@en ;
    <http://purl.org/dc/terms/language> "en" , "de" ;
    <http://xmlns.com/foaf/0.1/primaryTopic> <https://example.org/id/altwarp> .
""",
    "data/harbours.ttl": HEAD
    + """\
<https://example.org/id/altwarp> a ns:Harbour ; skos:prefLabel "Altwarp <b>"@en ;
    ns:near <https://example.org/id/kamp> ; wgs:lat 53.7 ; wgs:long 14.3 ;
    schema:startDate "1900-05-01"^^xsd:date .
<https://example.org/id/kamp> a ns:Harbour ; skos:prefLabel "Kamp"@en , "Kamp (de)"@de ;
    wgs:lat 53.8 ; wgs:long 13.8 ; schema:startDate "1905"^^xsd:gYear .
<https://example.org/id/wal> a ns:Ship ; skos:prefLabel "Wal"@en ;
    ns:lies <https://example.org/id/altwarp> ; ns:since "2001-02-03"^^xsd:date ;
    ns:until "2005-01-01"^^xsd:date ; ns:length 1234 .
<https://example.org/id/aal> a ns:Ship ; skos:prefLabel "Aal"@en ;
    ns:lies <https://example.org/id/altwarp> ; ns:since "2003-01-01"^^xsd:date .
""",
    "data/pages/pages.ttl": HEAD
    + 'ns:Harbour pages:template "Harbour.html" ; pages:query "ships-of.rq" .\n',
    "data/pages/ships-of.rq": """\
PREFIX ns: <https://example.org/ns#>
SELECT ?ship ?from ?through ?length {
  ?ship ns:lies ?this ; ns:since ?from
  OPTIONAL { ?ship ns:until ?through } OPTIONAL { ?ship ns:length ?length }
} ORDER BY ?from
""",
    "data/pages/Harbour.html": """\
{% macro sentence() %}
{{ _("%(name)s, near %(other)s.", name=thing.name, other=thing.names("near")) }}
{% endmacro %}
{% macro section() %}
<ul id="ships">
{% for s in rows.ships_of %}
<li>{{ p.name(s.ship) }} {{ s.from.text }} {{ s.length.text if s.length }}</li>
{% endfor %}
</ul>
<p id="of">{{ rows.ships_of.total }} {{ lang.tag }} {{ only }} {{ at }}</p>
{% endmacro %}
""",
    "data/pages/de.po": """\
msgid ""
msgstr ""

msgid "%(name)s, near %(other)s."
msgstr "%(name)s bei %(other)s."
""",
}
Serve = Callable[..., FlaskClient]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Pack a publication, with some files changed, and serve it."""
    with ExitStack() as stack:

        def served(**changed: str) -> FlaskClient:
            files = {
                **FILES,
                **{f"data/pages/{n.replace('_', '.')}": t for n, t in changed.items()},
            }
            for name, text in files.items():
                path = tmp_path / "publication" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
            release, _ = pipeline.pack(tmp_path / "publication", tmp_path / "releases")
            return over(release, stack)

        yield served


def over(release: Release, stack: ExitStack) -> FlaskClient:
    store = open_store(release, Settings())
    stack.callback(store.close)
    return create_app(release, store, Settings()).test_client()


def part(page: str, name: str) -> str:
    found = re.search(rf'<(\w+) id="{name}">(.*?)</\1>', page, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[2] if found else "")).strip()


def test_a_thing_is_told_and_shown_as_its_publication_says(serve: Serve) -> None:
    """Values are written for a person, names are links, and what is in a name is no markup."""
    page = serve().get("/doc/altwarp", headers=HTML).text

    assert '<p class="lead">Altwarp &lt;b&gt;, near Kamp.</p>' in page
    assert part(page, "ships") == "Wal 3 February 2001 1,234 Aal 1 January 2003"
    assert part(page, "of") == "2 en None"
    assert '<a href="/doc/wal">Wal</a>' in page
    assert page.index('id="ships"') < page.index("<dl>")


def test_its_words_are_those_that_the_publication_brings(serve: Serve) -> None:
    page = serve().get("/doc/altwarp", headers={**HTML, "Accept-Language": "de"}).text

    assert "Altwarp &lt;b&gt; bei Kamp (de)." in page
    assert part(page, "ships").startswith("Wal 3. Februar 2001 1.234")


def test_rows_that_did_not_hold_on_the_day_are_left_out(serve: Serve) -> None:
    client = serve()

    def ships(day: str) -> tuple[str, str]:
        page = client.get(f"/doc/altwarp?at={day}", headers=HTML).text
        return part(page, "ships"), part(page, "of")

    assert ships("2002-01-01") == ("Wal 3 February 2001 1,234", "2 en 2002-01-01")
    assert ships("2004-01-01")[0] == "Wal 3 February 2001 1,234 Aal 1 January 2003"
    assert ships("2006-01-01")[0] == "Aal 1 January 2003"


def test_rows_that_the_source_page_does_not_state_are_left_out(serve: Serve) -> None:
    """Nothing here rests on a page that is walked line by line."""
    page = serve().get("/doc/altwarp?only=stated", headers=HTML).text

    assert part(page, "ships") == ""
    assert part(page, "of") == "0 en stated None"


def test_a_section_may_stand_behind_the_statements(serve: Serve) -> None:
    plan = FILES["data/pages/pages.ttl"].replace('rq" .', 'rq" ; pages:place pages:After .')
    page = serve(pages_ttl=plan).get("/doc/altwarp", headers=HTML).text

    assert page.index('id="ships"') > page.index("<dl>")


@pytest.mark.parametrize(
    "template",
    [
        pytest.param("{{ 1 / 0 }}", id="a fault"),
        pytest.param("{{ rows.ships_of[0].leength.text }}", id="a variable that is none"),
        pytest.param("{{ thing._statements }}", id="what is not for it"),
        pytest.param("{{ ''.__class__.__mro__ }}", id="the classes of Python"),
        pytest.param("{{ p.name.__globals__ }}", id="the program by a macro"),
        pytest.param("{{ _.__self__._lang }}", id="the program by a function"),
        pytest.param("{{ rows.ships_of.clear.__self__ }}", id="the program by a list"),
        pytest.param("{{ lang.gettext.__func__.__globals__ }}", id="the program by a method"),
        pytest.param("{{ config }}", id="the settings"),
        pytest.param("{{ site }}", id="the site"),
        pytest.param("{% for n in range(10000000) %}{% endfor %}", id="no end"),
    ],
)
def test_a_template_that_fails_costs_its_section_and_no_more(
    serve: Serve, template: str, caplog: pytest.LogCaptureFixture
) -> None:
    macro = "{% macro section() %}" + template + "{% endmacro %}"
    page = serve(Harbour_html=macro).get("/doc/altwarp", headers=HTML)

    assert page.status_code == 200
    assert "A part of this page cannot be shown: its template fails." in page.text
    assert '<a href="/doc/kamp"' in page.text
    assert "The template Harbour.html fails for https://example.org/id/altwarp" in caplog.text


def test_a_section_asks_as_often_as_it_has_queries(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And once more for all rows together, where each is to be stated."""
    client = serve()
    site = client.application.extensions["renkei"]
    asked: list[str] = []
    select = site.store.select

    def asking(text: str, *given: object) -> list[Row]:
        asked.append(text)
        return select(text, *given)

    monkeypatch.setattr(site.store, "select", asking)
    monkeypatch.setattr(site.reader, "_ask", asking)  # who describes has hold of it already

    def queries(path: str) -> tuple[int, int]:
        client.get("/doc/kamp" + path, headers=HTML)
        client.get("/doc/altwarp" + path, headers=HTML)
        asked.clear()
        client.get("/doc/altwarp" + path, headers=HTML)
        about = [text for text in asked if "id/wal>" in text]
        assert all("id/aal>" in text for text in about)
        return sum("ns:lies" in text for text in asked), len(about)

    assert queries("") == (1, 0)
    assert queries("?only=stated") == (1, 1)


def test_a_release_that_brings_no_pages_is_served_with_general_ones(
    serve: Serve, miniature: Release
) -> None:
    """As every release of an earlier program is."""
    made = serve().application.extensions["renkei"].release
    files = {n: e for n, e in made.manifest.files.items() if not n.startswith("pages/")}
    earlier = Release(made.folder, replace(made.manifest, files=files))
    with ExitStack() as stack:
        client = over(earlier, stack)
        page = client.get("/doc/altwarp", headers=HTML)
        home = client.get("/", headers=HTML).text

    assert page.status_code == 200
    assert 'id="ships"' not in page.text and "Altwarp" in page.text
    assert re.findall(r"<h2>(.*?)</h2>", home)[:3] == ["What there is", "Map", "Timeline"]


def test_damaged_pages_are_refused_by_name(serve: Serve) -> None:
    client = serve()
    folder = client.application.extensions["renkei"].release.folder
    (folder / "pages/Harbour.html").write_text("x")
    page = client.get("/doc/altwarp", headers=HTML)

    assert page.status_code == 503
    assert "pages/Harbour.html" in page.text
    assert client.get("/doc/wal", headers=HTML).status_code == 200
