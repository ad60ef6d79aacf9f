"""What a page offers can be chosen in every language, and nothing else."""

from __future__ import annotations

import csv
import html
import io
import re
from urllib.parse import parse_qsl

import pytest
from flask.testing import FlaskClient

PAGE = {"Accept": "text/html"}
LISTS = ("Municipality", "PartnerAgreement", "PartnershipMembership", "Vision", "CensusPopulation")
FACETS = re.compile(r'<nav class="facets".*?</nav>', re.DOTALL)
OFFERED = re.compile(r'<li><a href="[^"?]*\?([^"]+)"')


def offered(page: str) -> set[tuple[str, str]]:
    """Return names and values of all choices of a page."""
    asked = (parse_qsl(html.unescape(q)) for q in OFFERED.findall("".join(FACETS.findall(page))))
    return {pair for pairs in asked for pair in pairs if pair[0] != "lang"}


@pytest.mark.parametrize("listed", LISTS)
def test_every_choice_of_a_list_finds_the_same_things_in_every_language(
    client: FlaskClient, listed: str
) -> None:
    pages = {
        lang: client.get(f"/things/{listed}?lang={lang}", headers=PAGE).get_data(as_text=True)
        for lang in ("ja", "en")
    }
    choices = offered(pages["ja"])
    assert choices == offered(pages["en"])

    for name, value in choices:
        found = []
        for lang in pages:
            table = client.get(f"/things/{listed}.csv", query_string={name: value, "lang": lang})
            assert table.status_code == 200
            rows = csv.DictReader(io.StringIO(table.get_data(as_text=True).lstrip("\ufeff")))
            found.append({row["iri"] for row in rows})
        assert found[0] == found[1] != set(), (name, value)


ASKED = (
    *(("/things/Municipality", name) for name in ("role", "kind", "year", "sort")),
    *(("/things/Municipality.csv", name) for name in ("role", "kind", "year", "sort")),
    ("/things/PartnerAgreement", "year"),
    ("/doc/municipality/hokkaido-nanporo", "only"),
    ("/doc/municipality/hokkaido-nanporo.ttl", "only"),
    ("/ns/CooperationAgreement", "only"),
    ("/ns/CooperationAgreement.jsonld", "only"),
)


@pytest.mark.parametrize("value", ["zzz", "1", "DATE", "é", "x" * 300])
@pytest.mark.parametrize("address, name", ASKED)
def test_what_is_not_offered_is_refused_by_its_word(
    client: FlaskClient, address: str, name: str, value: str
) -> None:
    answer = client.get(address, query_string={name: value, "lang": "en"}, headers=PAGE)

    assert answer.status_code == 400
    assert f"is no choice for {name}." in html.unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize("address, name", ASKED)
def test_a_choice_left_open_is_none(client: FlaskClient, address: str, name: str) -> None:
    """A form sends what nobody chose as an empty value."""
    open_one, plain = (client.get(f"{address}{q}", headers=PAGE) for q in (f"?{name}=", ""))

    assert (open_one.status_code, plain.status_code) == (200, 200)


def test_a_refusal_says_what_is_offered(client: FlaskClient) -> None:
    told = client.get("/things/Municipality?sort=up&lang=ja", headers=PAGE).get_data(as_text=True)

    assert "「up」はsortの選択肢にありません。" in told
    assert "次から選んでください: name, -name, role, -role, kind, -kind。" in told
