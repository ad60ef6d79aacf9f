"""Whose seconds are spent: the address that came in, or what trusted hops say of it, no more."""

from __future__ import annotations

import pytest

from tests.wire.conftest import Door, Open, address, refused, spend


@pytest.fixture(scope="module")
def hop(open_door: Open) -> Door:
    """The strict server that trusts one proxy, reached as that proxy would reach it."""
    return Door("hop", open_door("nginx", strict=True).server.port, open_door("nginx", True).server)


def forwarded(*parts: str) -> tuple[str, ...]:
    """Return lines of X-Forwarded-For."""
    return tuple(f"X-Forwarded-For: {part}" for part in parts)


def test_who_has_spent_their_seconds_is_refused_and_others_are_not(strict: Door) -> None:
    source = spend(strict)
    assert not refused(strict, address())
    assert refused(strict, source)


@pytest.mark.parametrize(
    "lines",
    [
        forwarded("66.7.1.1"),
        forwarded("66.7.1.2, 66.7.1.3"),
        forwarded("66.7.1.4", "66.7.1.5"),
        ("X_Forwarded_For: 66.7.1.6",),
        ("Forwarded: for=66.7.1.7",),
        ("X-Real-IP: 66.7.1.8", "True-Client-IP: 66.7.1.8", "CF-Connecting-IP: 66.7.1.8"),
        forwarded(""),
        forwarded("66.7.1.9,"),
        ("X-Forwarded-For : 66.7.1.10",),
        ("Connection: close, X-Forwarded-For", *forwarded("66.7.1.11")),
    ],
)
def test_nobody_takes_another_name_by_a_header(strict: Door, lines: tuple[str, ...]) -> None:
    source = spend(strict)
    answer = strict.ask("/sparql?query=ASK%7B%7D%23forged", *lines, source=source)
    assert answer.status in (400, 429)


def test_the_client_is_who_the_trusted_hop_names_last(hop: Door) -> None:
    spend(hop, address(), *forwarded("198.51.100.1"))
    assert refused(hop, address(), *forwarded("198.51.100.1"))
    assert refused(hop, address(), *forwarded("198.51.100.99, 198.51.100.1"))
    assert refused(hop, address(), *forwarded("198.51.100.99", "198.51.100.1"))
    assert not refused(hop, address(), *forwarded("198.51.100.1, 198.51.100.2"))
    assert not refused(hop, address(), *forwarded("198.51.100.1", "198.51.100.2"))


@pytest.mark.parametrize(
    "spelling",
    [
        "198.51.100.7",
        " 198.51.100.7 ",
        "::ffff:198.51.100.7",
        "[::ffff:198.51.100.7]",
        "198.51.100.7:4711",
    ],
)
def test_an_address_is_one_however_it_is_written(hop: Door, spelling: str) -> None:
    if not refused(hop, address(), *forwarded("198.51.100.7")):
        spend(hop, address(), *forwarded("198.51.100.7"))
    assert refused(hop, address(), *forwarded(spelling))


def test_a_client_of_ipv6_is_its_network_of_64_bits(hop: Door) -> None:
    spend(hop, address(), *forwarded("2001:db8:0:1::1"))
    for same in (
        "2001:db8:0:1::2",
        "2001:DB8:0:1:ffff::",
        "[2001:db8:0:1::3]",
        "[2001:db8:0:1::4]:443",
    ):
        assert refused(hop, address(), *forwarded(same)), same
    assert not refused(hop, address(), *forwarded("2001:db8:0:2::1"))


@pytest.mark.parametrize(
    "said", ["unknown", "_hidden", "a" * 3000, "1.2.3.4.5", ",,,", "\xe9", "::1%eth0"]
)
def test_a_hop_that_names_no_address_is_no_fault_of_ours(hop: Door, said: str) -> None:
    line = f"X-Forwarded-For: {said}"
    assert hop.ask("/sparql?query=ASK%7B%7D", line, source=address()).status in (200, 400)
