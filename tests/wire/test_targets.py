"""Methods and targets reach the application as they were sent, and it is no proxy."""

from __future__ import annotations

import pytest

from tests.wire.conftest import Door, Open, sparql
from tests.wire.talk import exchange, request

COUNT = "SELECT (COUNT(*) AS ?n) { ?s a ?o }"


def test_head_says_what_get_says_without_a_body(door: Door) -> None:
    lines = ("Accept: text/turtle", "Accept-Encoding: identity")
    got = door.ask("/doc/hafen/altwarp", *lines)
    told = door.ask("/doc/hafen/altwarp", *lines, method="HEAD")
    assert told.status == got.status == 200
    assert told.header("content-length") == str(len(got.body))
    assert told.header("etag") == got.header("etag")


def test_a_query_can_be_asked_by_the_method_query(door: Door) -> None:
    lines = ("Content-Type: application/sparql-query", f"Content-Length: {len(COUNT)}")
    head = request("/sparql", "Accept: text/csv", *lines, method="QUERY")
    (answer,) = exchange(door.port, head + COUNT.encode())
    assert (answer.status, answer.body) == (200, door.ask(sparql(COUNT), "Accept: text/csv").body)


@pytest.mark.parametrize(
    "spelling",
    [
        "/id/hafen/altwarp",
        "/id/hafen/%61ltwarp",
        "/id/hafen/%E6%9C%AD%e6%9c%ad",
        "/id//hafen/altwarp",
        "//id/hafen/altwarp",
        "/id/hafen%2Faltwarp",
        "/id/./hafen/altwarp",
        "/id/x/../hafen/altwarp",
        "/id/hafen/altwarp?",
        "/search?q=%2B+&q=;",
        "/search?q=a%00b",
    ],
)
def test_no_proxy_changes_a_target(door: Door, open_door: Open, spelling: str) -> None:
    straight = open_door("direct").ask(spelling, "Accept: text/turtle")
    came = door.ask(spelling, "Accept: text/turtle")
    assert (came.status, came.body) == (straight.status, straight.body)


def test_a_slash_too_many_never_leads_to_another_host(door: Door) -> None:
    for target in ("//evil.example/", "//evil.example/..", "/\\evil.example", "/%2F/evil.example"):
        answer = door.ask(target)
        where = answer.header("location")
        assert answer.status in (400, 404) or not where.startswith(("//", "/\\")), target
        assert "://evil" not in where


@pytest.mark.parametrize("target", ["/%00", "/id/%00", "/dumps/%00", "/static/%00", "/doc/a%00b"])
def test_a_nul_in_a_path_is_refused_or_unknown(door: Door, target: str) -> None:
    assert door.ask(target).status in (400, 404)


@pytest.mark.parametrize("place", ["/dumps", "/static", "/tables", "/releases"])
@pytest.mark.parametrize("step", ["../", "%2e%2e/", "..%2f", "%2e%2e%2f", "..%5c", "....//"])
def test_no_step_upwards_leaves_a_folder(door: Door, place: str, step: str) -> None:
    for name in ("manifest.json", "etc/passwd"):
        answer = door.ask(f"{place}/{step * 3}{name}")
        assert answer.status in (400, 404), answer.body[:200]
        assert b"root:" not in answer.body


def test_a_target_with_a_host_is_read_as_its_path(door: Door) -> None:
    """RFC 9112, 3.2.2; a Host that says otherwise may be refused."""
    target = "http://x/id/hafen/altwarp"
    assert door.ask(target, "Accept: text/turtle").status == 303


def test_a_target_of_another_host_is_not_fetched(door: Door) -> None:
    answer = door.ask("http://127.0.0.1:1/id/hafen/altwarp", "Accept: text/turtle")
    assert answer.status in (303, 400, 421)


def test_options_of_the_server_itself_have_one_answer(door: Door) -> None:
    assert door.ask("*", method="OPTIONS").status in (200, 204, 400, 404, 405)
    assert door.ask("*").status in (400, 404)


@pytest.mark.parametrize("target", ["127.0.0.1:1", "x:443", "/"])
def test_connect_is_refused(door: Door, target: str) -> None:
    (answer,) = exchange(door.port, request(target, method="CONNECT"))
    assert answer.status in (400, 405, 501)


def test_trace_is_refused_and_repeats_nothing(door: Door) -> None:
    answer = door.ask("/", "Cookie: secret", method="TRACE")
    assert answer.status in (400, 405, 501)
    assert b"secret" not in answer.body


@pytest.mark.parametrize("method", ["FROB", "G\tT", "GET\x00", ""])
def test_a_method_nobody_knows_is_refused(door: Door, method: str) -> None:
    (answer,) = exchange(door.port, request("/", method=method))
    assert answer.status in (400, 405, 501)


def test_an_upgrade_is_not_taken_up(door: Door) -> None:
    lines = ("Connection: close, upgrade", "Upgrade: h2c")
    head = request("/health/live", *lines, close=False)
    assert [answer.status for answer in exchange(door.port, head)] == [200]


def test_answers_of_one_connection_come_in_the_order_of_their_requests(door: Door) -> None:
    asked = [sparql(COUNT + f" # {number}") for number in range(20)]
    heads = [request(target, "Accept: text/csv", close=False) for target in asked]
    last = request("/nowhere", "Accept: text/turtle")
    said = exchange(door.port, b"".join(heads) + last)
    assert [answer.status for answer in said] == [200] * 20 + [404]
