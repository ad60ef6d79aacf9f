"""A result comes in parts where the whole of it is remembered (RFC 9110, section 14)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from renkei.serve.api.sparql_protocol import RESULTS
from tests.protocol.conftest import Live, Reply, Start, start_server

SELECT = "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"
SUFFIXES = ("csv", "tsv", "json", "xml", "xlsx", "parquet")
# 100,000 rows of 34 bytes: more than is gathered of a stream before it is sent.
DIGITS = " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "abcde")
LONG = f"SELECT ?t {{ {DIGITS} BIND(CONCAT('{'x' * 32}', STR(?a)) AS ?t) }}"


def path(suffix: str, query: str = SELECT) -> str:
    return f"sparql.{suffix}?" + urlencode({"query": query})


def said(reply: Reply, *names: str) -> list[str | None]:
    return [reply.headers[name] for name in names]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_part_is_the_part_of_the_whole_and_says_so(live: Live, suffix: str) -> None:
    """Also where nobody has asked for the whole yet."""
    address = path(suffix, f"{SELECT} # {suffix}")
    part = live.ask(address, Range="bytes=10-19")
    whole = live.ask(address)
    length = len(whole.body)

    assert (part.status, part.body) == (206, whole.body[10:20])
    assert said(part, "Content-Range", "Content-Length") == [f"bytes 10-19/{length}", "10"]
    same = ("ETag", "Content-Type", "Content-Disposition", "Cache-Control", "Vary", "Accept-Ranges")
    assert said(part, *same) == said(whole, *same)
    assert (whole.status, said(whole, "Accept-Ranges")) == (200, ["bytes"])


def test_head_says_how_long_it_is_and_that_parts_can_be_had(live: Live) -> None:
    """What a reader of Parquet asks first; an answer that is not asked for yet as well."""
    address = path("parquet", f"{SELECT} # head")
    head = live.ask(address, "HEAD")

    assert (head.status, head.body) == (200, b"")
    assert said(head, "Content-Length", "Accept-Ranges") == [
        str(len(live.ask(address).body)),
        "bytes",
    ]


def test_the_last_bytes_are_those_of_the_end(live: Live) -> None:
    assert live.ask(path("parquet"), Range="bytes=-4").body == b"PAR1"


def test_a_part_has_no_content_coding(live: Live) -> None:
    """Half of a compressed answer could not be decoded; its tag is that of the plain one."""
    plain = live.ask(path("csv"))
    part = live.ask(path("csv"), Range="bytes=0-9", Accept_Encoding="gzip")

    assert (part.status, part.body) == (206, plain.body[:10])
    assert said(part, "Content-Encoding", "ETag") == [None, plain.headers["ETag"]]


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        pytest.param("{tag}", 206, id="the very same"),
        pytest.param("W/{tag}", 200, id="a weak tag is no promise of bytes"),
        pytest.param('"another"', 200, id="another"),
        pytest.param("Sun, 31 Mar 2024 00:00:00 GMT", 200, id="a day: a result has none"),
    ],
)
def test_if_range_gets_a_part_of_the_very_same_or_the_whole(
    live: Live, condition: str, status: int
) -> None:
    whole = live.ask(path("csv"))
    condition = condition.format(tag=whole.headers["ETag"])
    reply = live.ask(path("csv"), Range="bytes=0-9", If_Range=condition)

    assert (reply.status, reply.body) == (status, whole.body[:10] if status == 206 else whole.body)


def test_what_is_known_is_not_sent_in_parts_either(live: Live) -> None:
    tag = live.ask(path("csv")).headers["ETag"]

    assert live.ask(path("csv"), Range="bytes=0-9", If_None_Match=tag).status == 304


@pytest.mark.parametrize(("condition", "status"), [("{tag}", 206), ("*", 206), ('"other"', 412)])
def test_if_match_holds_for_parts(live: Live, condition: str, status: int) -> None:
    tag = live.ask(path("csv")).headers["ETag"]
    reply = live.ask(path("csv"), Range="bytes=0-9", If_Match=condition.format(tag=tag))

    assert reply.status == status


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-9"}])
def test_if_match_comes_before_if_none_match(live: Live, headers: dict[str, str]) -> None:
    """RFC 9110, section 13.2.2: who has another version is told so, whatever else is known."""
    tag = live.ask(path("csv")).headers["ETag"]
    replies = [
        live.ask(path("csv"), If_Match=match, If_None_Match=tag, **headers)
        for match in ('"other"', tag)
    ]

    assert [reply.status for reply in replies] == [412, 304]


def test_bytes_that_are_not_there_are_refused_with_the_length(live: Live) -> None:
    length = len(live.ask(path("csv")).body)
    reply = live.ask(path("csv"), Range=f"bytes={length}-")

    assert (reply.status, said(reply, "Content-Range")) == (416, [f"bytes */{length}"])
    assert json.loads(reply.body)["type"].endswith("/problems/no-such-range")


@pytest.mark.parametrize("header", ["bytes=0-1,5-6", "lines=0-1", "bytes=9-2"])
def test_what_is_no_single_range_gets_the_whole(live: Live, header: str) -> None:
    reply = live.ask(path("csv"), Range=header)

    assert (reply.status, reply.body) == (200, live.ask(path("csv")).body)


def test_a_range_is_for_get_alone(live: Live) -> None:
    query = {"Content_Type": "application/sparql-query", "Range": "bytes=0-9"}
    posted = live.ask("sparql.csv", "POST", SELECT.encode(), **query)

    assert (posted.status, posted.body) == (200, live.ask(path("csv")).body)
    assert live.ask(path("csv"), "HEAD", Range="bytes=0-9").status == 200


def test_an_answer_that_is_negotiated_comes_in_parts_as_well(live: Live) -> None:
    query = urlencode({"query": SELECT})
    part = live.ask(f"sparql?{query}", Accept="text/csv", Range="bytes=0-9")

    assert (part.status, part.body) == (206, live.ask(path("csv")).body[:10])


@pytest.mark.parametrize(
    ("address", "is_result"),
    [
        ("/sparql", True),
        ("/sparql.parquet", True),
        ("/questions/members.parquet", True),
        ("/questions/members", False),
        ("/questions/members.ttl", False),
        ("/sparql/questions.json", False),
        ("/doc/municipality/hokkaido-otaru.csv", False),
    ],
)
def test_answers_to_queries_and_questions_come_in_parts(address: str, is_result: bool) -> None:
    assert (RESULTS.fullmatch(address) is not None) is is_result


def test_an_answer_that_is_another_each_time_has_no_parts(live: Live) -> None:
    reply = live.ask(path("csv", "SELECT (RAND() AS ?x) {}"), Range="bytes=0-3")

    assert (reply.status, said(reply, "Accept-Ranges")) == (200, ["none"])


def test_what_comes_in_a_stream_is_gathered_for_who_asks_its_length(live: Live) -> None:
    """Whoever only reads it gets the first bytes before the last are made."""
    head, part = live.ask(path("csv", LONG), "HEAD"), live.ask(path("csv", LONG), Range="bytes=-6")
    whole = live.ask(path("csv", LONG))

    assert len(whole.body) > 3_000_000
    assert said(head, "Content-Length", "Accept-Ranges") == [str(len(whole.body)), "bytes"]
    assert (part.status, part.body) == (206, whole.body[-6:])


@pytest.fixture(scope="module")
def forgetful(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server that remembers little: the bound of parts is a sixteenth of it."""
    log = tmp_path_factory.mktemp("forgetful") / "log"
    held = start_server(folder, log, cache_bytes=16 * 1_000, client_seconds=100_000)
    yield held
    held.stop()


@pytest.mark.parametrize("suffix", ["csv", "json", "xlsx"])
def test_over_the_bound_the_whole_is_sent_and_no_parts_are_promised(
    forgetful: Live, suffix: str
) -> None:
    address = path(suffix, "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 500")
    head, part = forgetful.ask(address, "HEAD"), forgetful.ask(address, Range="bytes=0-9")

    assert len(part.body) > 1_000
    assert (head.status, part.status, part.body) == (200, 200, forgetful.ask(address).body)
    assert said(head, "Accept-Ranges") == said(part, "Accept-Ranges") == ["none"]


def test_a_long_stream_over_the_bound_goes_on_where_it_was_looked_at(
    folder: Path, start: Start
) -> None:
    live = start(folder, cache_bytes=16 * 2_000_000)
    address = path("csv", LONG)
    head, part = live.ask(address, "HEAD"), live.ask(address, Range="bytes=0-9")

    assert (head.status, said(head, "Accept-Ranges", "Content-Length")) == (200, ["none", None])
    assert (part.status, said(part, "Accept-Ranges")) == (200, ["none"])
    assert part.body == live.ask(address).body


def test_if_match_holds_for_what_is_not_remembered(forgetful: Live) -> None:
    address = path("csv", "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 500")
    tag = forgetful.ask(address).headers["ETag"]
    statuses = [forgetful.ask(address, If_Match=match).status for match in ('"other"', tag)]

    assert statuses == [412, 200]
