"""The tables: a spreadsheet opens them, a CSVW processor understands them, and they say no more
and no less than the graph.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pyoxigraph as ox
import pytest
from csvw import CSVW
from flask.testing import FlaskClient

from renkei.errors import RuleError
from renkei.pack import pipeline
from renkei.pack.tables import katakana
from renkei.release import Release
from renkei.stores.base import Store

ROOT = Path(__file__).parents[2]
NAMES = sorted(p.stem for p in (ROOT / "data" / "tables").glob("*.ttl"))
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def rows(release: Release, name: str) -> list[list[str]]:
    """Return the rows of a table as a spreadsheet reads them, the header first."""
    content = release.path(f"tables/{name}.csv").read_bytes()
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def metadata(release: Release, name: str) -> dict[str, Any]:
    """Return the CSVW metadata of a table."""
    found: dict[str, Any] = json.loads(release.path(f"tables/{name}.csv-metadata.json").read_text())
    return found


def expanded(template: str, row: dict[str, str]) -> str:
    """Expand a URI template of level 2, which is all that our metadata use."""
    return re.sub(r"\{\+(\w+)\}", lambda m: row[m[1]], template)


def turned_back(release: Release, name: str) -> set[ox.Triple]:
    """Convert a table to RDF, minimal mode (https://www.w3.org/TR/csv2rdf/)."""
    described = metadata(release, name)
    schema = described["tableSchema"]
    columns = schema["columns"]
    real = [c for c in columns if not c.get("virtual")]
    triples = set()
    for cells in rows(release, name)[1:]:
        row = dict(zip((c["name"] for c in real), cells, strict=True))
        subject = ox.NamedNode(expanded(schema["aboutUrl"], row))
        for column in columns:
            text = row.get(column["name"], "-")
            if column.get("suppressOutput") or text == "":
                continue
            predicate = expanded(column["propertyUrl"].replace("rdf:type", RDF_TYPE.value), row)
            value: ox.NamedNode | ox.Literal
            if "valueUrl" in column:
                value = ox.NamedNode(expanded(column["valueUrl"], row))
            elif column.get("lang", "und") != "und":
                value = ox.Literal(text, language=column["lang"])
            else:
                value = ox.Literal(text, datatype=ox.NamedNode(XSD + column["datatype"]))
            triples.add(ox.Triple(subject, ox.NamedNode(predicate), value))
    return triples


@pytest.mark.parametrize("name", NAMES)
def test_a_csvw_processor_accepts_it(release: Release, name: str, tmp_path: Path) -> None:
    """Header, datatypes and metadata fit together, and every cell is read."""
    for suffix in ("", "-metadata.json"):
        source = release.path(f"tables/{name}.csv{suffix}")
        (tmp_path / source.name).write_bytes(source.read_bytes())
    read = CSVW(str(tmp_path / f"{name}.csv-metadata.json"), validate=True)

    assert read.is_valid, [str(w.message) for w in read.warnings]
    assert len(read.to_json()["tables"][0]["row"]) == len(rows(release, name)) - 1


@pytest.mark.parametrize("name", NAMES)
def test_turned_back_into_rdf_it_says_what_the_graph_says(
    release: Release, checked: pipeline.Checked, name: str
) -> None:
    """Every statement of a row stands in the graph; for single values none is missing."""
    graph = {q.triple for q in checked.default}
    said = turned_back(release, name)

    assert said and said <= graph
    subjects = {t.subject for t in said}
    for predicate in {t.predicate for t in said}:
        held = [t for t in graph if t.subject in subjects and t.predicate == predicate]
        of_table = [t for t in said if t.predicate == predicate]
        if predicate != RDF_TYPE and len({t.subject for t in held}) == len(held):
            assert set(of_table) == set(held), predicate


@pytest.mark.parametrize("name", NAMES)
def test_every_column_has_a_heading_in_both_languages(release: Release, name: str) -> None:
    columns = [c for c in metadata(release, name)["tableSchema"]["columns"] if "titles" in c]

    assert [c["titles"]["ja"][0] for c in columns] == rows(release, name)[0]
    assert all("en" in c["titles"] for c in columns)
    assert len(set(rows(release, name)[0])) == len(columns)


@pytest.mark.parametrize("name", NAMES)
def test_one_row_is_one_thing(release: Release, name: str) -> None:
    """No row stands twice: an OPTIONAL with two values would multiply rows unseen."""
    found = [tuple(r) for r in rows(release, name)[1:]]

    assert found and len(set(found)) == len(found)


def test_a_spreadsheet_sees_utf_8_and_codes_keep_their_zero(release: Release) -> None:
    content = release.path("tables/municipalities.csv").read_bytes()
    header, first, *_ = rows(release, "municipalities")
    cells = dict(zip(header, first, strict=True))

    assert content.startswith(b"\xef\xbb\xbf") and b"\r\n" in content
    assert cells["全国地方公共団体コード"] == "011002"
    assert cells["地方公共団体名_カナ"] == "サッポロシ"
    assert (cells["構成開始の最早日"], cells["構成開始の最早日_和暦"]) == (
        "2019-03-29",
        "平成31年3月29日",
    )
    assert len(rows(release, "municipalities")) == 15


def test_the_workbook_has_every_table(release: Release) -> None:
    """Codes are text, figures are numbers, dates are dates; the first sheet lists the others."""
    book = openpyxl.load_workbook(release.path("tables/workbook.xlsx"))
    sheet = book["市町村"]
    header = [c.value for c in sheet[1]]
    first = dict(zip(header, (c.value for c in sheet[2]), strict=True))

    assert len(book.sheetnames) == len(NAMES) + 1
    assert first["全国地方公共団体コード"] == "011002"
    assert first["人口"] == 1973395
    assert first["構成開始の最早日"].isoformat()[:10] == "2019-03-29"
    assert [row[2].value for row in book.worksheets[0].iter_rows()] == [
        sheet.max_row - 1 for sheet in book.worksheets[1:]
    ]


def test_the_same_tables_give_the_same_workbook(
    release: Release, checked: pipeline.Checked
) -> None:
    from datetime import UTC, datetime

    from renkei.pack import tables

    made = tables.tables(checked.publication, [*checked.named, *checked.default])
    when = datetime(2026, 4, 1, tzinfo=UTC)

    assert tables.as_workbook(made, "x", ("ja",), when) == tables.as_workbook(
        made, "x", ("ja",), when
    )


def test_a_csv_says_where_its_metadata_is(client: FlaskClient) -> None:
    answer = client.get("/tables/census.csv")
    beside = client.get("/tables/census.csv-metadata.json")
    answer.close()
    beside.close()

    assert answer.content_type == "text/csv; charset=utf-8; header=present"
    links = ", ".join(answer.headers.getlist("Link"))
    assert 'census.csv-metadata.json>; rel="describedby"' in links
    assert beside.mimetype == "application/csvm+json"
    assert "{+url}-metadata.json" in client.get("/.well-known/csvm").text
    assert len(client.get("/tables/csv-metadata.json").json["tables"]) == len(NAMES)  # type: ignore[index]


@pytest.mark.parametrize("accept, status", [("text/csv", 303), ("text/turtle", 200), ("*/*", 200)])
def test_a_table_is_also_a_data_set(client: FlaskClient, accept: str, status: int) -> None:
    assert client.get("/tables/census", headers={"Accept": accept}).status_code == status


def test_a_publication_without_tables_has_none(miniature: Release, small: FlaskClient) -> None:
    assert not [n for n in miniature.manifest.files if n.startswith("tables/")]
    assert small.get("/tables/census.csv").status_code == 404


@pytest.mark.parametrize("change, words", [
    pytest.param(("?name", "?nobody"), "nobody", id="a variable without a column"),
    pytest.param(("SELECT", "SELEKT"), "Correct", id="a query that cannot be read"),
])  # fmt: skip
def test_a_table_that_cannot_be_made_is_refused(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    text = """@prefix csvw: <http://www.w3.org/ns/csvw#> .
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <https://example.org/x/tables/t> a csvw:Table ;
            csvw:column <https://example.org/x/tables/t#n> ;
            sh:select "SELECT ?name { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?name }" .
        <https://example.org/x/tables/t#n> csvw:name "name" ."""
    (tmp_path / "data" / "tables").mkdir(parents=True)
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    (tmp_path / "data" / "x.ttl").write_text(f'<https://example.org/x/id/a> {label} "a" .')
    (tmp_path / "data" / "tables" / "t.ttl").write_text(text.replace(*change))

    with pytest.raises(RuleError, match=words):
        pipeline.pack(tmp_path, tmp_path / "releases", "https://example.org/x/")


def test_readings_in_katakana() -> None:
    assert katakana("しんしのつむら(いしかり)ABC") == "シンシノツムラ(イシカリ)ABC"


def test_the_tables_are_made_of_the_store_that_is_served(store: Store, release: Release) -> None:
    """As many municipalities in the table as a query finds, the former ones with them."""
    query = (
        "PREFIX ccua: <https://w3id.org/jp-ccua/ns#> SELECT (COUNT(?m) AS ?n) "
        "{ VALUES ?class { ccua:Municipality ccua:FormerMunicipality } ?m a ?class }"
    )

    assert int(store.select(query)[0]["n"].value) == len(rows(release, "municipalities")) - 1
