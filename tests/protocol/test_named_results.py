"""The address of an answer ends as a file of its format does, and the answer has a name."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest

from renkei.rdf import formats
from renkei.rdf.formats import CSV, GRAPH_FORMATS, HTML, TABLE_FORMATS, Format
from renkei.serve.http.disposition import named
from tests.protocol.conftest import Live, Reply

SELECT = "SELECT ?s WHERE { ?s a ?o } ORDER BY ?s"
CONSTRUCT = "CONSTRUCT WHERE { ?s a ?o }"
LONG = SELECT + " # " + "long" * 4_500  # what the event loop leaves to the application
FITTING = [
    *((SELECT, fmt.suffix, fmt) for fmt in (*TABLE_FORMATS, HTML)),
    *((CONSTRUCT, fmt.suffix, fmt) for fmt in (*GRAPH_FORMATS, HTML)),
    (CONSTRUCT, "json", formats.JSON_LD),
    (CONSTRUCT, "xml", formats.RDF_XML),
]


def asked(live: Live, suffix: str, query: str, **more: str) -> Reply:
    return live.ask(f"sparql.{suffix}?" + urlencode({"query": query, **more}), Accept="image/png")


@pytest.mark.parametrize(
    ("query", "suffix", "fmt"), FITTING, ids=lambda part: part if len(str(part)) < 10 else ""
)
def test_the_suffix_is_the_format(live: Live, query: str, suffix: str, fmt: Format) -> None:
    """It wins over what the request wishes otherwise."""
    reply = asked(live, suffix, query, format="tsv")

    assert (reply.status, reply.headers["Content-Type"]) == (200, fmt.content_type)


def test_what_is_asked_by_suffix_is_what_is_asked_by_accept(live: Live) -> None:
    assert asked(live, "csv", SELECT).body == live.query(SELECT, "text/csv").body


@pytest.mark.parametrize(
    ("query", "suffix", "fitting"),
    [(SELECT, "ttl", TABLE_FORMATS), (CONSTRUCT, "csv", GRAPH_FORMATS)],
)
def test_a_suffix_that_does_not_fit_the_form_is_refused_with_those_that_do(
    live: Live, query: str, suffix: str, fitting: tuple[Format, ...]
) -> None:
    reply = asked(live, suffix, query)

    assert reply.status == 406
    assert set(json.loads(reply.body)["available"]) >= {fmt.suffix for fmt in fitting}


@pytest.mark.parametrize("method", ["POST", "QUERY"])
def test_every_method_of_the_endpoint_is_answered(live: Live, method: str) -> None:
    reply = live.ask("sparql.csv", method, SELECT.encode(), Content_Type="application/sparql-query")

    assert (reply.status, reply.body) == (200, asked(live, "csv", SELECT).body)


def test_without_a_query_the_service_is_described_where_the_suffix_can(live: Live) -> None:
    described, refused = live.ask("sparql.ttl"), live.ask("sparql.csv")

    assert (described.status, b"sd:Service" in described.body) == (200, True)
    assert (refused.status, "ttl" in json.loads(refused.body)["available"]) == (406, True)


def test_a_suffix_that_is_no_format_is_no_door(live: Live) -> None:
    assert live.ask("sparql.xls?query=ASK%7B%7D").status == 404


def test_an_answer_asked_for_as_a_file_has_a_name(live: Live) -> None:
    """The same for the same query, also where `format` asks for it."""
    name = asked(live, "csv", SELECT).headers["Content-Disposition"]

    assert name == "attachment; filename=sparql-4e345631.csv"
    assert live.query(SELECT, format="csv").headers["Content-Disposition"] == name
    assert asked(live, "csv", SELECT + " ").headers["Content-Disposition"] != name


def test_what_a_browser_shows_is_not_made_a_file_of(live: Live) -> None:
    """JSON has a name for when it is saved; a page, and what a program negotiates, has none."""
    dispositions = [
        asked(live, "json", SELECT).headers["Content-Disposition"],
        asked(live, "html", SELECT).headers["Content-Disposition"],
        live.query(SELECT, "text/csv").headers["Content-Disposition"],
    ]

    assert dispositions == ["inline; filename=sparql-4e345631.json", None, None]


def test_an_answer_by_suffix_is_the_same_whatever_accept_says(live: Live) -> None:
    address = f"sparql.csv?{urlencode({'query': SELECT})}"
    plain, other = (live.ask(address, Accept=accept) for accept in ("*/*", "text/html"))

    assert (other.body, other.headers["ETag"]) == (plain.body, plain.headers["ETag"])


def test_the_application_gives_the_same_headers_as_the_event_loop(live: Live) -> None:
    """It answers what is too long for the other."""
    unlike = ("date", "etag", "server-timing", "content-disposition")
    short, long = (
        {n.lower(): v for n, v in asked(live, "csv", q).headers.items() if n.lower() not in unlike}
        for q in (SELECT, LONG)
    )

    assert long == short
    assert asked(live, "csv", LONG).headers["Content-Disposition"].startswith("attachment; ")


def test_a_refusal_of_a_page_is_the_form_again(live: Live) -> None:
    reply = asked(live, "html", "SELECT nothing")

    assert (reply.status, b"<textarea" in reply.body) == (400, True)


@pytest.mark.parametrize(
    ("stem", "header"),
    [
        ("members", "attachment; filename=members.csv"),
        (
            "札幌",
            f"attachment; filename=answer.csv; filename*=UTF-8''{quote('札幌')}.csv",
        ),
        ("Güter", "attachment; filename=Guter.csv; filename*=UTF-8''G%C3%BCter.csv"),
        ('a"b\\c/d\r\nx', 'attachment; filename="a\\"b-c-d--x.csv"'),
        ("", "attachment; filename=answer.csv"),
    ],
)
def test_a_name_is_written_as_every_browser_reads_it(stem: str, header: str) -> None:
    """RFC 6266: beyond ASCII in `filename*`, and nothing that leads into another folder."""
    assert named(stem, CSV) == header
