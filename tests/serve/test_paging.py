"""`?page=` is one behaviour everywhere: what is no page is refused, and so is one too many."""

from __future__ import annotations

import html

import pytest
from flask.testing import FlaskClient

LONG = {
    "a thing": "/doc/agreement/sapporo-otaru-2019",
    "a thing as data": "/doc/agreement/sapporo-otaru-2019.ttl",
    "a list": "/things/Municipality",
    "the graphs": "/graph",
    "the schemes": "/concept",
    "a graph": "/graph/seed-L27",
    "the catalogue": "/catalogue",
    "the catalogue as data": "/catalogue.ttl",
}
PAGE = {"Accept": "text/html"}
NO_PAGES = ("0", "-1", "x", "1.5", "", "٣", "１", "1234567", "1 OR 1")


@pytest.mark.parametrize("word", NO_PAGES)
@pytest.mark.parametrize("address", LONG.values(), ids=LONG)
def test_what_is_no_page_is_refused_by_its_word(
    client: FlaskClient, address: str, word: str
) -> None:
    answer = client.get(address, query_string={"page": word, "lang": "en"}, headers=PAGE)

    assert answer.status_code == 400
    assert f'"{word}" is no page.' in html.unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize("address", LONG.values(), ids=LONG)
def test_a_page_behind_the_last_is_not_found(client: FlaskClient, address: str) -> None:
    answer = client.get(f"{address}?page=999&lang=en", headers=PAGE)

    assert answer.status_code == 404
    assert "no page 999" in answer.get_data(as_text=True)


@pytest.mark.parametrize("address", LONG.values(), ids=LONG)
def test_the_first_page_is_the_address_without_a_number(client: FlaskClient, address: str) -> None:
    first, plain = (client.get(f"{address}{query}", headers=PAGE) for query in ("?page=1", ""))

    assert (first.status_code, plain.status_code) == (200, 200)
