"""Tables as a source: a file of rows and its metadata (CSV on the Web) become statements."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyoxigraph as ox
import pytest

from renkei.errors import SourceError
from renkei.pack import bare_files, pipeline, scaffold
from renkei.pack.reading import sources
from renkei.pack.reading.csvw import datatypes, formats
from renkei.pack.reading.csvw.datatypes import Datatype, Unfit
from renkei.pack.reading.source_files import slug

ROOT = "https://data.city.jp/"
XSD = "http://www.w3.org/2001/XMLSchema#"
CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "ja"}]
SCHEMA: dict[str, Any] = {
    "aboutUrl": "id/town/{code}",
    "columns": [
        {"name": "code", "titles": "コード", "propertyUrl": "dcterms:identifier"},
        {"name": "name", "titles": "名称", "propertyUrl": "skos:prefLabel", "lang": "ja"},
        {"name": "since", "titles": "施行日", "propertyUrl": "ns#since"},
        {
            "name": "people",
            "titles": "人口",
            "propertyUrl": "ns#people",
            "datatype": {"base": "nonNegativeInteger", "format": {"groupChar": ","}},
        },
        {"virtual": True, "propertyUrl": "rdf:type", "valueUrl": "schema:City"},
    ],
}
ROWS = 'コード,名称,施行日,人口\n011002,札幌市,大正11年8月1日,"1,973,395"\n012033,小樽市,,不明\n'
SAPPORO = f"{ROOT}id/town/011002"

Tables = Callable[..., Path]


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    """Write files of a publication, text or bytes, and metadata of a table; gives its folder."""

    def write(metadata: Mapping[str, Any], /, **files: str | bytes) -> Path:
        (tmp_path / "data").mkdir(exist_ok=True)
        described = {"@context": CONTEXT, **metadata}
        (tmp_path / "data" / "towns-metadata.json").write_text(json.dumps(described), "utf-8")
        for name, content in files.items():
            raw = content.encode() if isinstance(content, str) else content
            (tmp_path / "data" / name.replace("__", ".")).write_bytes(raw)
        return tmp_path

    return write


def said_of(folder: Path, subject: str = SAPPORO) -> set[tuple[str, str]]:
    return {
        (q.predicate.value.removeprefix(ROOT), str(q.object))
        for q in sources.read(folder, ROOT).quads
        if isinstance(q.subject, ox.NamedNode)
        and q.subject.value == subject
        and q.graph_name == ox.NamedNode(f"{ROOT}graph/towns")
    }


OF_SAPPORO = {
    ("http://purl.org/dc/terms/identifier", '"011002"'),
    ("http://www.w3.org/2004/02/skos/core#prefLabel", '"札幌市"@ja'),
    ("ns#since", '"大正11年8月1日"'),
    ("ns#people", f'"1973395"^^<{XSD}nonNegativeInteger>'),
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "<http://schema.org/City>"),
}


@pytest.mark.parametrize(
    ("encoding", "dialect"),
    [("utf-8-sig", {}), ("cp932", {"dialect": {"encoding": "Shift_JIS"}})],
)
def test_a_row_becomes_statements_of_what_it_is_about(
    encoding: str, dialect: Mapping[str, Any], tables: Tables
) -> None:
    """Dates of an era are texts; ①, which only Microsoft's Shift_JIS has, is read."""
    rows = ROWS.replace("小樽市", "①")
    folder = tables(
        {"url": "towns.csv", "tableSchema": SCHEMA, **dialect}, towns__csv=rows.encode(encoding)
    )

    assert said_of(folder) == OF_SAPPORO
    assert ("http://www.w3.org/2004/02/skos/core#prefLabel", '"①"@ja') in said_of(
        folder, f"{ROOT}id/town/012033"
    )


def test_a_sheet_of_a_workbook_is_a_table(tables: Tables) -> None:
    book = openpyxl.Workbook()
    book.active.append(["nothing"])
    sheet = book.create_sheet("市町村")
    sheet.append(["コード", "名称", "施行日", "人口"])
    sheet.append(["011002", "札幌市", date(1922, 8, 1), 1973395])
    content = io.BytesIO()
    book.save(content)

    folder = tables(
        {"url": "towns.xlsx#市町村", "tableSchema": SCHEMA}, towns__xlsx=content.getvalue()
    )

    since = {("ns#since", '"大正11年8月1日"')}
    assert said_of(folder) == OF_SAPPORO - since | {("ns#since", '"1922-08-01"')}


def test_findings_and_lines_name_the_file_and_the_row(tables: Tables) -> None:
    rows = ROWS + '012033,"小樽\n市",,1\n'
    folder = tables(
        {"url": "towns.csv", "tableSchema": {**SCHEMA, "primaryKey": "code"}}, towns__csv=rows
    )
    (folder / "shapes").mkdir()
    (folder / "shapes" / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <https://data.city.jp/s> a sh:NodeShape ; "
        "sh:targetClass <http://schema.org/City> ; "
        "sh:property [ sh:path <https://data.city.jp/ns#people> ; sh:maxInclusive 10 ] ."
    )

    found = pipeline.check(folder, ROOT, "Towns").findings

    told = {(f.place.line, f.messages["en"]) for f in found if f.place and f.identifier == "CSVW"}
    assert told == {
        (3, 'Column "people": It is no nonNegativeInteger.'),
        (4, "An earlier row has the same primary key: code."),
    }
    lines = {(f.focus, f.place.file, f.place.line) for f in found if f.place and f.path}
    assert (f"<{SAPPORO}>", "data/towns.csv", 2) in lines


def test_from_which_row_a_thing_comes_stands_in_a_graph_apart(tables: Tables) -> None:
    folder = tables({"url": "towns.csv", "tableSchema": SCHEMA}, towns__csv=ROWS)

    checked = pipeline.check(folder, ROOT, "Towns")

    rows = [q for q in checked.named if q.graph_name == ox.NamedNode(f"{ROOT}graph/rows")]
    assert {(q.subject.value, q.object.value) for q in rows} == {
        (f"{ROOT}towns.csv", "http://www.w3.org/ns/csvw#Table"),
        (f"{ROOT}towns.csv", "towns.csv"),
        (SAPPORO, f"{ROOT}towns.csv#row=2"),
        (f"{ROOT}id/town/012033", f"{ROOT}towns.csv#row=3"),
    }
    assert not {q.triple for q in rows} & {q.triple for q in checked.default}


def test_columns_that_nobody_describes_are_named_by_the_file(tables: Tables) -> None:
    folder = tables({"url": "towns.csv"}, towns__csv="a b,c\n1,\n")

    publication = sources.read(folder, ROOT)

    graph = ox.NamedNode(f"{ROOT}graph/towns")
    cells = [q for q in publication.quads if q.graph_name == graph]
    assert [(q.predicate.value, str(q.object)) for q in cells] == [
        (f"{ROOT}towns.csv#a%20b", '"1"')
    ]
    assert [str(said) for said, _ in publication.files[0].told] == [
        "No aboutUrl names what the rows are of: they have no IRI."
    ]


def test_what_holds_for_all_of_a_table_holds_for_columns_that_nobody_describes(
    tables: Tables,
) -> None:
    """Metadata for Tabular Data, section 5.7: inherited properties."""
    folder = tables(
        {"url": "towns.csv", "null": ["-", ""], "datatype": "integer", "separator": ";"},
        towns__csv="a,b\n1;2,-\n",
    )

    cells = sources.read(folder, ROOT).quads

    assert {
        (q.predicate.value.removeprefix(f"{ROOT}towns.csv#"), str(q.object)) for q in cells
    } >= {("a", f'"1"^^<{XSD}integer>'), ("a", f'"2"^^<{XSD}integer>')}
    assert not [q for q in cells if q.predicate.value.endswith("#b")]


@pytest.mark.parametrize(
    ("beside", "root"),
    [
        ("<https://data.city.jp/a/x> a <https://data.city.jp/a/T> .", "https://data.city.jp/a/"),
        ("", ""),
    ],
)
def test_rows_lie_below_the_root_that_the_rest_gives(
    tables: Tables, beside: str, root: str
) -> None:
    folder = tables(
        {"url": "towns.csv", "tableSchema": {"aboutUrl": "id/{a}"}}, towns__csv="a,b\n1,x\n"
    )
    (folder / "data" / "own.ttl").write_text(beside)
    publication = sources.read(folder)
    root = root or f"https://example.org/{slug(folder.name)}/"

    assert publication.config.root == root
    assert ox.NamedNode(f"{root}id/1") in {q.subject for q in publication.quads}


def test_init_keeps_a_table_with_its_metadata(tables: Tables) -> None:
    """Metadata are no JSON-LD to be read for a root."""
    folder = tables(
        {"url": "towns.csv", "tableSchema": {"aboutUrl": "https://city.jp/id/{a}"}},
        towns__csv="a,b\n1,x\n",
    )
    scaffold.lay_out(folder, None, "Towns")

    assert sources.read(folder).config.root == "https://city.jp/"


def test_a_table_without_metadata_is_named(tables: Tables) -> None:
    folder = tables({"url": "towns.csv"}, towns__csv="a\n1\n", other__csv="a\n1\n", b__xlsx=b"")

    said = sources.read(folder, ROOT).config.said

    assert said[0] == (
        "Not read: data/b.xlsx, data/other.csv. No metadata describe these tables (CSV on the "
        "Web; the name is that of the table and -metadata.json)."
    )


@pytest.mark.parametrize(
    ("metadata", "content", "error"),
    [
        ({"url": "no.csv"}, "", "towns-metadata.json: no.csv, of which it speaks, is not here."),
        ({"url": "../../x.csv"}, "", "towns-metadata.json: x.csv, of which it speaks, is not"),
        ({}, "", "towns-metadata.json: a table has no url."),
        (
            {"url": "towns.csv", "tableSchema": {"columns": [{"name": "a"}, {"name": "a"}]}},
            "",
            'towns-metadata.json: two columns have the name "a".',
        ),
        ({"url": "towns.csv"}, b"a\nb\n\x8e\x73\n", "towns.csv:3: this is not utf-8."),
        ({"url": "towns.xlsx"}, b"PK", "towns.xlsx: this is no workbook (.xlsx)."),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(
    metadata: Mapping[str, Any], content: str | bytes, error: str, tables: Tables
) -> None:
    folder = tables(metadata, towns__csv=content, towns__xlsx=content)

    with pytest.raises(SourceError) as refused:
        sources.read(folder, ROOT)

    assert str(refused.value).startswith(f"{folder}/data/{error}")


def test_a_mapping_is_not_published_for_what_it_would_make(publish: Any) -> None:
    folder = publish({"data/a.rml.ttl": "<https://a.example/s> a <https://a.example/B> ."})

    with pytest.raises(SourceError) as refused:
        sources.read(folder)

    assert "a.rml.ttl: this is a mapping (RML), and Renkei runs none" in str(refused.value)


def test_a_table_alone_is_served_with_the_metadata_beside_it(tables: Tables) -> None:
    folder = tables({"url": "towns.csv", "tableSchema": SCHEMA})
    (folder / "data" / "towns-metadata.json").rename(folder / "towns.csv-metadata.json")
    (folder / "towns.csv").write_text(ROWS, "utf-8")

    for name in ("towns.csv", "towns.csv-metadata.json"):
        with bare_files.as_publication([folder / name]) as publication:
            read = sources.read(publication, ROOT)
        assert [(f.relative, len(f.quads)) for f in read.files] == [("towns.csv", 13)]


@pytest.mark.parametrize(
    ("datatype", "text", "lexical"),
    [
        (Datatype("integer"), "007", "007"),
        (Datatype("decimal"), "1.50", "1.50"),
        (Datatype("double"), "1e6", "1e6"),
        (Datatype("decimal", pattern="#,##0.0", formatted=True), "1,234.5", "1234.5"),
        (Datatype("decimal", pattern="0.0", formatted=True), "1", None),
        (Datatype("decimal", group=" ", decimal=",", formatted=True), "12 345,6", "12345.6"),
        (Datatype("number", formatted=True), "25%", "0.25"),
        (Datatype("byte"), "128", None),
        (Datatype("date"), "令和5年4月1日", None),
        (Datatype("date"), "2023-02-30", None),
        (Datatype("date", pattern="yyyy年M月d日", formatted=True), "2023年4月1日", "2023-04-01"),
        (Datatype("date", pattern="d.M.yyyy", formatted=True), "1.4.2023", "2023-04-01"),
        (Datatype("boolean", pattern="有|無", formatted=True), "無", "false"),
        (Datatype("string", limits={"maxLength": 2}), "abc", None),
        (Datatype("integer", limits={"minInclusive": 0}), "-1", None),
        (Datatype("double", limits={"minInclusive": 0}), "NaN", None),
        (Datatype("double"), "NaN", "NaN"),
        (Datatype("double"), "E5", None),
        (Datatype("double", group=",", formatted=True), ".5E1", ".5E1"),
        (Datatype("integer"), "１２３", None),
        (Datatype("date", pattern="yyyy/M/d", formatted=True), "２０２０/1/2", None),
    ],
)
def test_a_cell_keeps_its_spelling_unless_a_format_tells_another(
    datatype: Datatype, text: str, lexical: str | None
) -> None:
    parse, known = datatypes.parser(datatype)

    assert known
    if lexical is None:
        with pytest.raises(Unfit):
            parse(text)
    else:
        assert parse(text) == lexical


@pytest.mark.parametrize("pattern", ["x", "0.#0", "0,", "#,##0.0.0", ""])
def test_what_is_no_pattern_of_numbers_is_known_as_none(pattern: str) -> None:
    assert formats.number_format(pattern, None, ".") is None
