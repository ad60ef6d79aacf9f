"""Eras, on pages, in tables and in what authors typed: one table, never beyond what is known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from renkei.language.japanese_calendar import from_written, in_eras
from renkei.language.locale import named
from renkei.pack.tables import WAYS

FIRST, LAST = date(1873, 1, 1), date(2030, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


@pytest.mark.parametrize(
    "text, written",
    [
        ("2019-04-30", "平成31年4月30日"),
        ("2019-05-01", "令和元年5月1日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1989-01-08", "平成元年1月8日"),
        ("1926-12-24", "大正15年12月24日"),
        ("1926-12-25", "昭和元年12月25日"),
        ("1912-07-29", "明治45年7月29日"),
        ("1912-07-30", "大正元年7月30日"),
        ("1873-01-01", "明治6年1月1日"),
        ("1997-02", "平成9年2月"),
        ("2019-04", "平成31年4月"),
        ("2019-05", "令和元年5月"),
        ("1989-02", "平成元年2月"),
        ("2020", "令和2年"),
        ("2029-03-31", "令和11年3月31日"),
    ],
)
def test_a_date_in_one_era_is_named_by_it(text: str, written: str) -> None:
    assert in_eras(text) == written


@pytest.mark.parametrize(
    "text, written",
    [
        ("1989-01", "昭和64年・平成元年1月"),
        ("1926-12", "大正15年・昭和元年12月"),
        ("1912-07", "明治45年・大正元年7月"),
        ("2019", "平成31年・令和元年"),
        ("1989", "昭和64年・平成元年"),
        ("1926", "大正15年・昭和元年"),
        ("1912", "明治45年・大正元年"),
    ],
)
def test_a_month_or_year_that_lies_in_two_eras_is_named_by_both(text: str, written: str) -> None:
    assert in_eras(text) == written


@pytest.mark.parametrize("text", ["1872-12-31", "1872-12", "1872", "1868-10-23", "1868", "0001"])
def test_what_began_before_1873_is_given_no_era(text: str) -> None:
    """Its day and month in the calendar of the time were others."""
    assert in_eras(text) == ""


@pytest.mark.parametrize(
    "text", ["soon", "", "2019-02-30", "2019-13", "-0044", "2019-5-1", "２０１９"]
)
def test_what_is_no_date_of_xml_schema_is_given_no_era(text: str) -> None:
    assert in_eras(text) == ""


def test_every_day_is_read_back_as_it_was_written() -> None:
    assert [d for d in DAYS if from_written(in_eras(d.isoformat())) != d.isoformat()] == []


@pytest.mark.parametrize("length", [7, 4])
def test_a_month_and_a_year_have_exactly_the_eras_of_their_days(length: int) -> None:
    of_days: dict[str, list[str]] = {}
    for day in DAYS:
        eras = of_days.setdefault(day.isoformat()[:length], [])
        eras.append(in_eras(day.isoformat()).partition("年")[0])
    told = {text: in_eras(text).split("年")[:-1] for text in of_days}

    assert {
        text: [name.lstrip("・") for name in names if name and not name[0].isdigit()]
        for text, names in told.items()
    } == {text: list(dict.fromkeys(eras)) for text, eras in of_days.items()}


@pytest.mark.parametrize("text", ["1989-01-07", "1989-01", "1872-12-31", "2019-05-01", "2019-04"])
def test_pages_and_tables_name_a_date_by_the_same_era(text: str) -> None:
    era = WAYS["ja-u-ca-japanese"](text)
    page = named("ja").date(text, "date" if len(text) == 10 else "gYearMonth")

    assert page.partition("(")[2].rstrip(")") == era


@pytest.mark.parametrize(
    "written, iso",
    [
        ("2021/06/25", "2021-06-25"),
        ("2021/6/25", "2021-06-25"),
        ("2021.6.25", "2021-06-25"),
        ("2021-6-25", "2021-06-25"),
        ("20210625", "2021-06-25"),
        ("2021年6月25日", "2021-06-25"),
        ("２０２１－０６－２５", "2021-06-25"),
        ("令和3年6月25日", "2021-06-25"),
        ("令和３年６月２５日", "2021-06-25"),
        ("R3.6.25", "2021-06-25"),
        ("r3/6/25", "2021-06-25"),
        ("令和元年5月", "2019-05"),
        ("平成9年2月", "1997-02"),
        ("H31.4.30", "2019-04-30"),
        ("S64.1.7", "1989-01-07"),
        ("明治45年7月29日", "1912-07-29"),
        ("明治6年1月1日", "1873-01-01"),
        ("明治5年12月2日", None),
        ("2021-06-25", None),
        ("2021年2月30日", None),
        ("3.6.25", None),
        ("第1期", None),
    ],
)
def test_a_date_written_another_way_is_told_as_it_should_be(written: str, iso: str | None) -> None:
    assert from_written(written) == iso
