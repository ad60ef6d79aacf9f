"""What existed, or held, on a day: yes, no, or it cannot be told; around uncertain bounds."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from tests.questions.conftest import QUESTIONS

DEFAULT = '"2024-03-31"^^xsd:date'
UNION, AREA = "union/sapporo-wide-area-union", "partnership/sapporo"


def answers(store: ox.Store, slug: str, day: str) -> dict[str, str]:
    """Return the answer for each thing on *day*, by the end of its IRI."""
    query = next(q.query for q in QUESTIONS if q.slug == slug)
    assert DEFAULT in query
    rows = store.query(query.replace(DEFAULT, f'"{day}"^^xsd:date'))
    thing = "organisation" if slug == "organisations-on-day" else "text"
    return {r[thing].value.split("/id/")[1]: r["answer"].value for r in rows}


@pytest.mark.parametrize(
    "day, union, area",
    [
        pytest.param("1997-01-31", "no", "no", id="before the month of the foundation"),
        pytest.param("1997-02-15", "cannot be told", "no", id="inside that month"),
        pytest.param("1997-02-28", "yes", "no", id="on its last day"),
        pytest.param("2000-01-01", "yes", "no", id="long after"),
        pytest.param("2019-03-15", "yes", "cannot be told", id="in the month of the formation"),
        pytest.param("2019-07-31", "yes", "yes", id="on the last day of the union"),
        pytest.param("2019-08-01", "no", "yes", id="a day later"),
        pytest.param("2024-04-03", "no", "yes", id="on the day of the source"),
        pytest.param("2035-01-01", "no", "cannot be told", id="after all sources"),
    ],
)
def test_whether_an_organisation_existed_on_a_day(
    publication: ox.Store, day: str, union: str, area: str
) -> None:
    found = answers(publication, "organisations-on-day", day)

    assert (found[UNION], found[AREA]) == (union, area)


@pytest.mark.parametrize(
    "day, agreement, first, second",
    [
        pytest.param("2019-03-28", "no", "no", "no", id="before the conclusion"),
        pytest.param("2019-03-29", "cannot be told", "no", "no", id="on the day of it"),
        pytest.param("2019-04-01", "cannot be told", "yes", "no", id="first day of the first term"),
        pytest.param("2024-04-01", "cannot be told", "no", "yes", id="first day of the second"),
        pytest.param("2029-04-01", "cannot be told", "no", "no", id="after the second"),
    ],
)
def test_whether_a_text_was_in_force_on_a_day(
    publication: ox.Store, day: str, agreement: str, first: str, second: str
) -> None:
    found = answers(publication, "in-force-on-day", day)

    assert (
        found["agreement/sapporo-otaru-2019"],
        found["vision/sapporo-1"],
        found["vision/sapporo-2"],
    ) == (agreement, first, second)


def test_everything_of_a_day_is_found_under_one_property(publication: ox.Store) -> None:
    """Agreements concluded, a vision adopted; and what began on a day and lasted."""
    ask = """
        PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
        PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        SELECT DISTINCT ?thing { ?thing ccua:dateStated "%s"^^xsd:date }"""

    def on(day: str) -> set[str]:
        return {r["thing"].value.split("/id/")[1] for r in publication.query(ask % day)}

    assert len({t for t in on("2019-03-29") if t.startswith("agreement/")}) == 11
    assert "vision/sapporo-1" in on("2019-03-29")
    assert on("2019-02-04") == {"event/public-comment-vision-1"}


def test_a_begin_known_to_the_month_is_in_its_interval(publication: ox.Store) -> None:
    ask = """
        PREFIX dct: <http://purl.org/dc/terms/> PREFIX org: <http://www.w3.org/ns/org#>
        PREFIX time: <http://www.w3.org/2006/time#>
        SELECT ?thing ?month { ?thing dct:temporal|org:memberDuring ?interval .
          ?interval time:hasBeginning/time:inXSDgYearMonth ?month }"""
    found = {(r["thing"].value.split("/id/")[1], r["month"].value) for r in publication.query(ask)}

    assert {(UNION, "1997-02"), (AREA, "2019-03")} < found
    assert {month for thing, month in found if thing.startswith("membership/")} == {"2019-03"}
