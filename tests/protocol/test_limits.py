"""How much one client may ask for."""

from __future__ import annotations

import pytest

from renkei.errors import TooManyRequests
from renkei.serve.web.rate_limit import Budget, client


@pytest.mark.parametrize(
    ("address", "forwarded", "proxies", "key"),
    [
        ("203.0.113.9", None, 0, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", 0, "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", 1, "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", 1, "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", 2, "198.51.100.1"),
        ("10.0.0.1", None, 1, "10.0.0.1"),
        ("2001:db8::1:2:3", None, 0, "2001:db8::/64"),
        ("::ffff:203.0.113.9", None, 0, "203.0.113.9"),
    ],
)
def test_a_client_is_known_by_the_address_that_can_be_believed(
    address: str, forwarded: str | None, proxies: int, key: str
) -> None:
    assert client(address, forwarded, proxies) == key


def test_a_share_is_spent_and_comes_back_evenly() -> None:
    now = [0.0]
    budget = Budget(30, lambda: now[0])
    budget.charge("a", 33)
    with pytest.raises(TooManyRequests) as refused:
        budget.check("a")
    assert refused.value.retry_after == 6
    budget.check("b")
    now[0] = 6.1
    budget.check("a")
