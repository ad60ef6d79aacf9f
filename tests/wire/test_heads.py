"""Heads: what cannot be read in one way only is refused, and nothing is gathered without end."""

from __future__ import annotations

import contextlib
import json

import pytest

from tests.wire.conftest import Door, in_time, sparql
from tests.wire.talk import Answer, answers, connected, exchange, flood, request, rest

LIVE = "/health/live"
TWO = request(LIVE)  # a request that must not be seen where it was hidden in another's body
BAD_HOSTS = ["a@b", "user:pw@b", "a b", "a/b", "a\\b", "a?b", "a#b", "a,b", "x:abc", "[::1", 'a"b']
TOO_LONG = (400, 414, 431)
WISHES = 40
WITHOUT_END = {  # how it begins, what comes over and over, and what nginx says
    "a header": (b"GET / HTTP/1.1\r\nHost: x\r\nA: ", b"a", 431),
    "headers": (b"GET / HTTP/1.1\r\nHost: x\r\n", b"b: c\r\n", 431),
    "a target": (b"GET /", b"a", 414),
    "a method": (b"A", b"a", 400),
}


def one(door: Door, data: bytes) -> Answer:
    """Send *data*, and return the one answer to it."""
    (answer,) = exchange(door.port, data)
    return answer


def refused(door: Door, data: bytes, statuses: tuple[int, ...] = (400,)) -> None:
    """See that *data* has one answer, of these statuses, and then the connection ends."""
    assert one(door, data).status in statuses


# --- Host (RFC 9112, 3.2) ---


def test_a_request_without_host_is_refused(door: Door) -> None:
    refused(door, b"GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n")


def test_a_client_of_http_1_0_needs_no_host(door: Door) -> None:
    assert one(door, b"GET /health/live HTTP/1.0\r\n\r\n").status == 200


def test_two_hosts_are_refused(door: Door) -> None:
    refused(door, request(LIVE, "Host: y", close=False))
    refused(door, b"GET /health/live HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n")


def test_two_equal_hosts_are_refused_or_sent_on_as_one(door: Door) -> None:
    """HAProxy makes one of them, and there is nothing left to misread."""
    answer = one(door, request(LIVE, "Host: x"))
    assert answer.status == (200 if door.name == "haproxy" else 400)


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_a_host_that_is_none_is_refused(door: Door, host: str) -> None:
    refused(door, request(LIVE, host=host))


def test_an_empty_host_is_refused(door: Door) -> None:
    refused(door, request(LIVE, host=""))


@pytest.mark.parametrize("host", ["x", "x:80", "127.0.0.1:8000", "[::1]:80", "EXAMPLE.org", "a_b"])
def test_a_host_that_can_be_is_taken(door: Door, host: str) -> None:
    assert one(door, request(LIVE, host=host)).status == 200


def test_what_is_published_does_not_follow_the_host(door: Door) -> None:
    answer = one(door, request("/id/hafen/altwarp", "Accept: text/turtle", host="evil.example"))
    assert answer.status == 303
    assert "evil" not in repr(answer.headers)


# --- framing (RFC 9112, 6.3) ---


@pytest.mark.parametrize("order", [1, -1])
def test_both_framings_at_once_are_refused_or_read_as_chunked_and_closed(
    door: Door, order: int
) -> None:
    """Whoever reads the length would see a second request, which must have no answer."""
    body = b"0\r\n\r\n"
    lines = [f"Content-Length: {len(body + TWO)}", "Transfer-Encoding: chunked"][::order]
    said = exchange(door.port, request(LIVE, *lines, method="POST", close=False) + body + TWO)
    assert len(said) == 1
    assert said[0].status in (400, 405, 501)


def test_two_lengths_are_refused(door: Door) -> None:
    lines = ("Content-Length: 3", "Content-Length: 4")
    refused(door, request("/sparql", *lines, method="POST", close=False) + b"abc" + TWO)


@pytest.mark.parametrize(
    "length", ["+3", "-1", "0x3", "3 3", "3, 4", "3;", "", "three", "9" * 30, "３"]
)
def test_a_length_that_is_no_number_is_refused(door: Door, length: str) -> None:
    head = request("/sparql", f"Content-Length: {length}", method="POST", close=False)
    refused(door, head + b"abc" + TWO, (400, 411, 413))


@pytest.mark.parametrize(
    "coding",
    [
        "xchunked",
        "chunked, identity",
        "identity",
        "gzip",
        "chunked, chunked",
        "\x0bchunked",
        "chunked;q=1",
    ],
)
def test_a_transfer_coding_that_is_not_chunked_is_refused(door: Door, coding: str) -> None:
    head = request("/sparql", f"Transfer-Encoding: {coding}", method="POST", close=False)
    said = exchange(door.port, head + b"0\r\n\r\n" + TWO)
    assert [answer.status for answer in said[:1]] in ([400], [411], [501])
    assert len(said) == 1


def test_chunked_from_a_client_of_http_1_0_is_refused_or_closes(door: Door) -> None:
    head = b"POST /health/live HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    said = exchange(door.port, head + b"0\r\n\r\n" + TWO)
    assert len(said) == 1


@pytest.mark.parametrize("name", ["Content-Length ", "Content-Length\t", "Transfer-Encoding\t"])
def test_a_blank_beside_a_name_is_refused(door: Door, name: str) -> None:
    value = "chunked" if "Transfer" in name else str(len(TWO))
    refused(door, request(LIVE, f"{name}: {value}", method="POST", close=False) + TWO)


def test_a_header_folded_over_lines_is_refused_or_read_as_one_line(door: Door) -> None:
    """RFC 9112, 5.2: refused, or the fold replaced by blanks; it is never a header of its own."""
    head = request(LIVE, "X-Note: a\r\n Content-Length: 3", method="POST", close=False)
    said = exchange(door.port, head + TWO)
    assert [answer.status for answer in said] in ([400], [405, 200])


@pytest.mark.parametrize("letter", ["\x00", "a\rb", "\x01", "\x7f"])
def test_a_control_character_in_a_value_is_refused(door: Door, letter: str) -> None:
    """RFC 9110, 5.5: CR, LF and NUL are refused, or replaced; others may be kept."""
    answer = one(door, request(LIVE, f"X-Note: {letter}"))
    dangerous = letter in ("\x00", "a\rb")
    assert answer.status in ((400,) if dangerous else (200, 400))


@pytest.mark.parametrize("letter", ["\x00", " ", "(", "é", "\x7f"])
def test_a_name_that_is_no_token_is_refused_or_dropped(door: Door, letter: str) -> None:
    answer = one(door, request("/id/hafen/altwarp", f"Acc{letter}ept: text/turtle"))
    assert answer.status in (303, 400)


def test_lines_that_end_in_a_bare_lf_are_refused_or_read_as_lines(door: Door) -> None:
    said = exchange(door.port, b"GET /health/live HTTP/1.1\nHost: x\nConnection: close\n\n")
    assert [answer.status for answer in said] in ([200], [400])


@pytest.mark.parametrize("end", [b"\r", b"\r\r\n", b"\n\r"])
def test_a_line_end_of_another_kind_hides_no_request(door: Door, end: bytes) -> None:
    lines = [
        b"GET /health/live HTTP/1.1",
        b"Host: x",
        b"X: y" + end + b"Content-Length: 60",
        b"",
        b"",
    ]
    with connected(door.port) as held:
        held.sendall(b"\r\n".join(lines) + TWO)
        with contextlib.suppress(TimeoutError):
            held.settimeout(1)
            said, closed = rest(held)
            assert [answer.status for answer in answers(said, closed=closed)][:1] in ([200], [400])


@pytest.mark.parametrize(
    "version", ["HTTP/1.2", "HTTP/2.0", "HTTP/3.0", "HTTP/0.9", "HTTP/1.1x", "http/1.1", "HTTP/11"]
)
def test_a_version_that_is_not_spoken_is_refused_or_read_as_1_1(door: Door, version: str) -> None:
    data = f"GET /health/live {version}\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    assert one(door, data).status in (200, 400, 426, 505)


def test_what_is_no_request_at_all_is_refused(door: Door) -> None:
    for data in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 600,
        b"\x00" * 100 + b"\r\n\r\n",
    ):
        with connected(door.port) as held:
            held.sendall(data + b"\r\n\r\n")
            said, _ = rest(held)
        assert not said or answers(said)[0].status in (400, 405, 501)


# --- sizes ---


def test_a_target_longer_than_any_query_is_refused(door: Door) -> None:
    refused(door, request("/?q=" + "a" * 120_000), TOO_LONG)


def test_a_query_of_sixty_thousand_letters_fits_into_a_target(door: Door) -> None:
    target = sparql("ASK {} #" + "a" * 60_000)
    assert door.ask(target, "Accept: application/sparql-results+json").status == 200


@pytest.mark.parametrize("size", [100_000, 1_000_000])
def test_a_head_of_many_letters_is_refused(door: Door, size: int) -> None:
    refused(door, request(LIVE, f"X-Note: {'a' * size}"), TOO_LONG)


def test_a_head_of_many_small_headers_is_refused(door: Door) -> None:
    refused(door, request(LIVE, *(f"X-{n}: y" for n in range(20_000))), TOO_LONG)


def test_a_head_as_browsers_send_them_is_taken(door: Door) -> None:
    lines = [f"X-{n}: {'y' * 60}" for n in range(40)]
    assert door.ask(LIVE, *lines, "Cookie: " + "c" * 7000).status == 200


@pytest.mark.parametrize("what", WITHOUT_END)
def test_a_head_without_end_is_refused_before_it_is_gathered(door: Door, what: str) -> None:
    """One header, one target, one method or ever more headers: others do not notice."""
    start, one_more, _ = WITHOUT_END[what]
    piece = one_more * (60_000 // len(one_more))
    before = door.memory
    with connected(door.port) as held:
        held.sendall(start)
        said = flood(held, piece, 32 << 20)
        in_time(lambda: door.ask(LIVE))
    assert [answer.status for answer in answers(said)] in ([], *([status] for status in TOO_LONG))
    assert door.memory - before < 40


@pytest.mark.parametrize("what", WITHOUT_END)
def test_a_head_without_end_has_the_answer_of_its_door(door: Door, what: str) -> None:
    """RFC 6585, 5, says 431; nginx names a target apart (414), and HAProxy says 400 to each.

    No more is sent than shows that it is too long, so that the answer is not lost to a reset.
    """
    start, piece, at_nginx = WITHOUT_END[what]
    said = one(door, start + piece * (120_000 // len(piece)))
    assert said.status == {"direct": 431, "nginx": at_nginx, "haproxy": 400}[door.name]


def test_hundreds_of_heads_begun_are_no_burden(door: Door) -> None:
    before = door.memory
    with contextlib.ExitStack() as all_:
        for _ in range(300):
            held = all_.enter_context(connected(door.port))
            held.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 2000)
        in_time(lambda: door.ask(LIVE))
        assert door.memory - before < 80


def test_headers_whose_names_could_pass_for_others_do_not(door: Door) -> None:
    """X_Forwarded_For and Accept_Language become the same variable as what they look like."""
    plain = door.ask("/id/hafen/altwarp", "Accept: text/turtle")
    other = door.ask(
        "/id/hafen/altwarp", "Accept: text/turtle", "Accept_: text/html", "ACCEPT_X: a"
    )
    assert other.header("location") == plain.header("location")
    hidden = door.ask("/id/hafen/altwarp", "HTTP_ACCEPT: text/turtle", "Accept: text/html")
    assert not hidden.header("location").endswith(".ttl")


# --- wishes that cost (RFC 9110, 12) ---


@pytest.mark.parametrize(
    "name",
    [
        "Accept",
        "Accept-Language",
        "Accept-Encoding",
        "If-None-Match",
        "Range",
        "Cookie",
        "Forwarded",
    ],
)
@pytest.mark.parametrize(
    "value", ['"' * 150, ",;=" * 2000, "a;q=" * 500, "*/*," * 1500, "bytes=0-1," * 600]
)
def test_a_strange_wish_costs_what_a_plain_one_does(
    direct: Door, refused_plainly: float, name: str, value: str
) -> None:
    """In time of processors, beside a plain wish that is refused in the same language."""
    allowed = (200, 206, 303, 304, 400, 406, 416)
    assert cost(direct, f"{name}: {value}", allowed) < 3 * refused_plainly + 0.15


def cost(door: Door, line: str, allowed: tuple[int, ...]) -> float:
    """Return the seconds of work that WISHES requests with this line make."""
    before = door.server.spent
    for _ in range(WISHES):
        answer = door.ask("/doc/hafen/altwarp", line, "Accept-Language: ja")
        assert answer.status in allowed, answer.body
    return door.server.spent - before


@pytest.fixture(scope="module")
def refused_plainly(direct: Door) -> float:
    """The seconds of work that as many plain wishes make, which nothing fits."""
    return cost(direct, "Accept: image/webp", (406,))


def test_a_refusal_of_the_servers_own_is_a_problem_that_names_its_status(direct: Door) -> None:
    """What the proxies or the kept server say themselves is theirs; ours are problems."""
    answer = one(direct, request(LIVE, host="a@b"))
    assert answer.header("content-type").startswith("application/problem+json")
    assert json.loads(answer.body)["status"] == answer.status == 400
