"""What a property is read for, its publication says, whatever the property is called.

The same data are served twice: with roles, and without any. Its words are those that former
programs knew by name, or words that they never knew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.pack import pipeline
from renkei.roles import FORMER, WORDS
from renkei.serve.app import create_app
from renkei.stores import open_store

ROOT = "https://example.org/"
HEAD = """\
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX g: <https://example.org/graph/>
PREFIX id: <https://example.org/id/>
PREFIX ns: <https://example.org/ns#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX pages: <https://w3id.org/renkei/pages#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
CATALOGUE = """\
<https://example.org/dataset/main>
    <http://rdfs.org/ns/void#uriSpace> "https://example.org/" ;
    <http://purl.org/dc/terms/title> "Harbours"@en , "港"@ja ;
    <http://purl.org/dc/terms/language> "en" , "ja" .
"""
# Properties stand as {role}.
FACTS = """\
GRAPH g:line-7 {{
  id:wal a ns:Ship ; skos:prefLabel "Wal"@en , "鯨"@ja ; {reading} "くじら" ; ns:lies id:kamp .
  id:aal a ns:Ship ; skos:prefLabel "Aal"@en ; ns:lies id:kamp ;
    {first_day} "2001-02-03"^^xsd:date ; {last_day} "2005-01-01"^^xsd:date .
  id:tern a ns:Ship ; skos:prefLabel "Tern"@en ; ns:lies id:kamp ;
    {earliest_day} "2002-01-01"^^xsd:date .
  id:kamp a ns:Harbour ; skos:prefLabel "Kamp"@en .
  id:fleet skos:prefLabel "The fleet"@en ; org:hasMember id:wal .
  id:service a org:Membership ; skos:prefLabel "Service"@en ; org:member id:wal ;
    org:organization id:fleet ; {first_day} "1999-01-01"^^xsd:date ;
    {last_day} "2000-12-31"^^xsd:date .
}}
GRAPH g:about {{
  g:line-7 {passage} id:line-7 .
  id:line-7 skos:prefLabel "Line 7 of the register"@en ; dct:isPartOf id:register ;
    schema:position 7 .
  id:register skos:prefLabel "The register"@en ; {line_count} 9 ; {standing} id:official .
  id:official skos:prefLabel "Official"@en .
  id:gap skos:prefLabel "How deep it is"@en ; {unstated_thing} id:kamp ;
    {unstated_property} ns:depth ; dct:description "No depth is given."@en .
}}
"""
FORMER_WORDS = {role: f"ns:{name}" for role, name in FORMER.items()}
OTHER_WORDS = {role: f"ns:p-{role.replace('_', '-')}" for role in FORMER} | {
    "reading": "schema:alternateName",
    "first_day": "schema:startDate",
    "last_day": "schema:endDate",
}
Serve = Callable[..., FlaskClient]


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Pack the data with these properties, with or without their roles, and serve them."""
    made: dict[tuple[str, bool], FlaskClient] = {}
    with ExitStack() as stack:

        def served(words: dict[str, str], named: bool) -> FlaskClient:
            key = (str(words), named)
            if key not in made:
                folder = tmp_path_factory.mktemp("publication")
                (folder / "data/pages").mkdir(parents=True)
                (folder / "data/catalogue.ttl").write_text(CATALOGUE, "utf-8")
                (folder / "data/a.trig").write_text(HEAD + FACTS.format(**words), "utf-8")
                said = "".join(f"{words[role]} a pages:{word} .\n" for word, role in WORDS.items())
                plan = HEAD + (said if named else "")
                (folder / "data/pages/pages.ttl").write_text(plan, "utf-8")
                release, checked = pipeline.pack(folder, folder / "releases")
                assert checked.findings == []
                store = open_store(release, Settings(engines=1))
                stack.callback(store.close)
                made[key] = create_app(release, store, Settings()).test_client()
            return made[key]

        yield served


@pytest.fixture(params=[FORMER_WORDS, OTHER_WORDS], ids=["former words", "other words"])
def words(request: pytest.FixtureRequest) -> dict[str, str]:
    """The properties that the data are written with."""
    found: dict[str, str] = request.param
    return found


@pytest.fixture
def with_roles(serve: Serve, words: dict[str, str]) -> FlaskClient:
    """A server of the data whose publication says what its properties are read for."""
    return serve(words, named=True)


@pytest.fixture
def without(serve: Serve, words: dict[str, str]) -> FlaskClient:
    """A server of the same data, of which nothing is said."""
    return serve(words, named=False)


def page(client: FlaskClient, address: str, language: str = "en") -> str:
    """Return the text of a page, white space as one blank."""
    headers = {"Accept": "text/html", "Accept-Language": language}
    with client.get(address, headers=headers) as answer:
        assert answer.status_code == 200
        return re.sub(r"\s+", " ", answer.text)


def test_what_did_not_hold_on_the_day_is_left_out(
    with_roles: FlaskClient, without: FlaskClient
) -> None:
    assert "Aal" not in page(with_roles, "/doc/kamp?at=2010-01-01")
    assert "Aal" in page(with_roles, "/doc/kamp?at=2003-01-01")
    assert "Aal" in page(without, "/doc/kamp?at=2010-01-01")


def test_what_cannot_have_begun_on_the_day_is_left_out(
    with_roles: FlaskClient, without: FlaskClient
) -> None:
    assert "Tern" not in page(with_roles, "/doc/kamp?at=2001-12-31")
    assert "Tern" in page(with_roles, "/doc/kamp?at=2002-01-01")
    assert "Tern" in page(without, "/doc/kamp?at=2001-12-31")


def test_a_tie_holds_as_long_as_its_membership(
    with_roles: FlaskClient, without: FlaskClient
) -> None:
    def names(client: FlaskClient, day: str) -> bool:
        return ">Wal<" in page(client, f"/doc/fleet?at={day}")

    assert [names(with_roles, day) for day in ("1998-12-31", "2000-01-01", "2001-01-01")] == [
        False, True, False,
    ]  # fmt: skip
    assert names(without, "2001-01-01")


def test_a_day_can_be_chosen_where_things_have_days(
    with_roles: FlaskClient, without: FlaskClient
) -> None:
    assert 'class="asof"' in page(with_roles, "/doc/kamp")
    assert 'class="asof"' not in page(without, "/doc/kamp")


def test_a_reading_stands_over_the_name_and_finds_it(
    with_roles: FlaskClient, without: FlaskClient
) -> None:
    over = "<ruby>鯨<rp>(</rp><rt>くじら</rt><rp>)</rp></ruby>"

    assert over in page(with_roles, "/doc/wal", "ja")
    assert over in page(with_roles, "/search?q=kujira", "ja")
    assert "<ruby>" not in page(without, "/doc/wal", "ja")
    assert "鯨" not in page(without, "/search?q=kujira", "ja").partition("<main")[2]


def test_statements_are_told_with_the_line_that_they_rest_on(
    with_roles: FlaskClient, without: FlaskClient
) -> None:
    stated = '<a href="/doc/register">The register</a>, <a href="/doc/line-7">line 7</a>'

    assert stated in page(with_roles, "/doc/wal")
    assert 'class="from given"' not in page(with_roles, "/doc/wal")
    assert 'class="from given"' not in page(without, "/doc/wal")  # which has no passages at all
    assert "The register" not in page(without, "/doc/wal")


def test_only_what_the_source_states_can_be_shown(
    with_roles: FlaskClient, without: FlaskClient
) -> None:
    assert "Kamp" in page(with_roles, "/doc/wal?only=stated").partition("<dl>")[2]
    assert "Kamp" not in page(without, "/doc/wal?only=stated").partition("<dl>")[2]


def test_sources_and_gaps_are_listed(with_roles: FlaskClient, without: FlaskClient) -> None:
    about, nothing = page(with_roles, "/about"), page(without, "/about")

    assert re.search(r">The register</a>.{,80}>Official</a>", about)
    assert "How deep it is" in about
    assert "The register" not in nothing
    assert "How deep it is" not in nothing


def test_what_no_source_says_of_a_thing_stands_on_its_page(
    with_roles: FlaskClient, without: FlaskClient
) -> None:
    assert "No depth is given." in page(with_roles, "/doc/kamp")
    assert "No depth is given." not in page(without, "/doc/kamp")
    assert "How deep it is" in page(without, "/doc/kamp")  # as what points to it


@pytest.mark.parametrize(
    "address", ["/doc/wal.nt", f"/sparql?format=nt&query=DESCRIBE+%3C{ROOT}id/wal%3E"]
)
def test_a_description_goes_as_far_as_the_source(
    with_roles: FlaskClient, without: FlaskClient, address: str
) -> None:
    """By whoever describes: the application, and an engine of its own accord."""
    register = f"<{ROOT}id/register>"

    assert f"{register} <http://www.w3.org/2004/02/skos/core#prefLabel>" in (
        with_roles.get(address).text
    )
    assert f"{register} " not in without.get(address).text
