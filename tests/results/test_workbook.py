"""A workbook says what the terms say, as programs for spreadsheets read it."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import openpyxl
import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.cell.cell import Cell

from renkei.errors import AnswerTooLarge, CannotCarry
from renkei.rdf.formats import XLSX
from renkei.results import values, workbook
from renkei.results.writing import written
from tests.results.answers import CREATED, TERMS, Term, answer, column, file, made, typed


def cells(body: bytes) -> list[list[Cell]]:
    """The cells of the one sheet of a workbook, row by row."""
    (sheet,) = openpyxl.load_workbook(io.BytesIO(body)).worksheets
    return [list(row) for row in sheet.iter_rows()]


def read(*terms: Term) -> list[Any]:
    """What stands in the cells of *terms*."""
    heading, *rows = cells(column(XLSX, *terms))
    assert [cell.value for cell in heading] == ["x"]
    return [row[0].value for row in rows]


@pytest.mark.parametrize(
    ("term", "value", "kind"),
    [
        pytest.param(typed("12", "integer"), 12, "n", id="a whole number"),
        pytest.param(typed("1121.26", "decimal"), 1121.26, "n", id="a decimal"),
        pytest.param(typed("3.333333333333333333", "decimal"), 10 / 3, "n", id="a quotient"),
        pytest.param(typed("0.30000000000000004", "double"), 0.1 + 0.2, "n", id="a double"),
        pytest.param(typed("999999999999999", "integer"), 999999999999999, "n", id="15 digits"),
        pytest.param(typed("1" * 16, "integer"), "1" * 16, "s", id="16 digits"),
        pytest.param(typed("NaN", "double"), "NaN", "s", id="not a number"),
        pytest.param(typed("-INF", "double"), "-INF", "s", id="beyond measure"),
        pytest.param(typed("true", "boolean"), True, "b", id="a boolean"),
        pytest.param(typed("2019-03-29", "date"), datetime(2019, 3, 29), "d", id="a day"),
        pytest.param(typed("1900-02-28", "date"), "1900-02-28", "s", id="a disputed day"),
        pytest.param(typed("2019-03-29+09:00", "date"), "2019-03-29+09:00", "s", id="a zone"),
        pytest.param(
            typed("2019-03-29T10:11:12.5", "dateTime"),
            datetime(2019, 3, 29, 10, 11, 12, 500_000),
            "d",
            id="a time",
        ),
        pytest.param(typed("2019", "gYear"), "2019", "s", id="a year"),
        pytest.param(ox.Literal("01203"), "01203", "s", id="a code"),
        pytest.param(ox.Literal("小樽市", language="ja"), "小樽市", "s", id="a name"),
        pytest.param(ox.Literal("=1+1"), "=1+1", "s", id="no formula"),
        pytest.param(ox.Literal("#N/A"), "#N/A", "s", id="no error"),
        pytest.param(ox.Literal(" x\n"), " x\n", "s", id="spaces"),
        pytest.param(ox.BlankNode("b0"), "_:b0", "s", id="a blank node"),
        pytest.param(None, None, "n", id="nothing"),
    ],
)
def test_a_cell_is_what_its_term_is(term: Term, value: object, kind: str) -> None:
    _, (cell, _) = cells(file(XLSX, ["x", "y"], [[term, ox.Literal("y")]]))

    assert (cell.value, cell.data_type) == (value, kind)


def test_a_day_is_shown_as_a_day_of_our_calendar() -> None:
    _, (cell,) = cells(column(XLSX, typed("2019-03-29", "date")))

    assert cell.number_format == "yyyy-mm-dd"


def test_an_iri_is_a_link_to_its_address() -> None:
    """The text is the IRI; the link is a URI."""
    _, (cell,), (other,) = cells(
        column(XLSX, ox.NamedNode("https://example.org/札幌?a=b#c"), ox.NamedNode("urn:x:y"))
    )

    assert cell.value == "https://example.org/札幌?a=b#c"
    assert cell.hyperlink.target == "https://example.org/%E6%9C%AD%E5%B9%8C?a=b#c"
    assert (other.value, other.hyperlink) == ("urn:x:y", None)


def test_a_sheet_has_no_more_links_than_a_spreadsheet_opens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook, "MOST_LINKS", 2)
    _, *rows = cells(column(XLSX, *(ox.NamedNode(f"http://example.org/{n}") for n in range(3))))

    assert [row[0].value[-1] for row in rows] == ["0", "1", "2"]
    assert [row[0].hyperlink is not None for row in rows] == [True, True, False]


def test_the_answer_to_an_ask_is_one_boolean() -> None:
    body = made([b'{"head":{},"boolean":true}'], XLSX)

    assert [[cell.value for cell in row] for row in cells(body)] == [["boolean"], [True]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("x" * 32_768, "32,768", id="too long"),
        pytest.param("𩸽" * 16_384, "32,768", id="too long in UTF-16"),
        pytest.param("a\x00b", "U+0000", id="a control character"),
        pytest.param("a\r\nb", "U+000D", id="a carriage return"),
        pytest.param("a\uffffb", "U+FFFF", id="no character of XML"),
        pytest.param("_x0041_", "_x0041_", id="an escape"),
    ],
)
def test_what_a_cell_has_no_way_to_hold_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(CannotCarry) as refused:
        column(XLSX, ox.Literal("a"), ox.Literal(text))

    assert refused.value.facts == {"format": "Excel", "row": 2, "column": "x"}
    assert said in str(refused.value)


def test_the_longest_text_is_whole() -> None:
    assert read(ox.Literal("𩸽" * 16_383)) == ["𩸽" * 16_383]


def test_more_cells_than_can_be_written_in_time_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook, "MOST_CELLS", 4)
    pair = [ox.Literal("a"), ox.Literal("b")]
    file(XLSX, ["x", "y"], [pair, pair])

    with pytest.raises(CannotCarry, match="4 for its cells and 16,384 for its columns"):
        file(XLSX, ["x", "y"], [pair, pair, pair])


def test_more_columns_than_a_sheet_has_are_refused() -> None:
    names = [f"c{n}" for n in range(16_385)]

    with pytest.raises(CannotCarry, match="16,384 for its columns"):
        file(XLSX, names, [[None] * len(names)])


def test_a_file_over_the_bound_of_bytes_is_refused() -> None:
    with pytest.raises(AnswerTooLarge):
        written([answer(["x"], [[ox.Literal("a")]])], XLSX, 1_000, CREATED)


def test_the_same_answer_gives_the_same_bytes() -> None:
    terms = [ox.NamedNode("http://example.org/x"), typed("2019-03-29", "date")]

    assert column(XLSX, *terms) == column(XLSX, *terms)


@given(st.lists(TERMS, min_size=1, max_size=6))
@example([typed("5e-324", "double"), typed("-0.0", "double")])
def test_any_terms_stand_in_a_workbook_unharmed_or_are_refused(terms: list[Term]) -> None:
    """Numbers by value, the rest by what they say; a formula never."""
    try:
        body = column(XLSX, *terms)
    except CannotCarry as refused:
        at = int(str(refused.facts["row"]))
        assert (
            any(c in values.text(terms[at - 1]) for c in "\r_")
            or not values.text(terms[at - 1]).replace("\n", "").isprintable()
        )
        return
    _, *rows = cells(body)
    found = [row[0] for row in rows] + [None] * (len(terms) - len(rows))
    for term, cell in zip(terms, found, strict=True):
        assert cell is None or cell.data_type != "f"
        assert _same(term, None if cell is None else cell.value), (term, cell and cell.value)


def _same(term: Term, value: object) -> bool:
    text = "" if term is None else values.text(term)
    if value is None:
        return text == ""
    if isinstance(value, str) or not isinstance(term, ox.Literal):
        return value == text
    if isinstance(value, bool):
        return value == values.truth(term)
    if isinstance(value, datetime):
        day = values.day(term)
        return value == (values.moment(term) if day is None else datetime(*day.timetuple()[:3]))
    number = values.number(term)
    return number is not None and float(number) == value
