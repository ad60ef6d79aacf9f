"""What is said of a query, in the reader's language, and where another engine answers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.release import Release
from renkei.serve.api.hints import Hinter, may_be_apart

PREFIX = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
UNTAGGED = PREFIX + 'SELECT ?s { ?s skos:prefLabel "小樽市" }'
RIGHT = PREFIX + 'SELECT ?s { ?s skos:prefLabel "小樽市"@ja }'
NOTHING = "この問い合わせについて、確かに言えることはありません。"
UNREAD = "問い合わせを読み取れないため、内容については何も言えません。"
SAID = (
    "http://www.w3.org/2004/02/skos/core#prefLabel&gt; の値で &#34;小樽市&#34; と同じ種類のものは"
    "ありません。"
)


def test_the_help_and_the_query_page_speak_the_language_of_the_reader(client: FlaskClient) -> None:
    japanese = {"Accept": "text/html", "Accept-Language": "ja"}
    pages = [
        client.get(path, query_string={"query": UNTAGGED}, headers=japanese).text
        for path in ("/-/hints", "/sparql")
    ]

    assert [SAID in page for page in pages] == [True, True]


@pytest.mark.parametrize(
    "predicate", ["http://www.w3.org/2000/01/rdf-schema#label", "http://purl.org/dc/terms/title"]
)
def test_a_text_without_its_tag_is_told_though_the_catalogue_has_such_texts(
    release: Release, predicate: str
) -> None:
    hinter = Hinter(release, Settings(), False)
    pattern = f'?s <{predicate}> "小樽市"'

    assert [h.code for h in hinter.of(f"SELECT * {{ {pattern} }}")] == ["value"]
    assert hinter.of(f"SELECT * {{ GRAPH ?g {{ {pattern} }} }}") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RIGHT, NOTHING),
        ("SELECT * { <urn:nope> ?p ?o }", NOTHING),
        ("ASK { ?a ?b ?c . ?d ?e ?f }", NOTHING),
        ("hello", UNREAD),
        ("SELECT", UNREAD),
        ("INSERT DATA { <a:b> <a:p> <a:o> }", UNREAD),
        (RIGHT + " " * 6_000, "問い合わせが6000文字より長いため、内容については何も言えません。"),
    ],
)
def test_the_help_tells_what_it_has_not_read_from_what_it_has_nothing_to_say_of(
    client: FlaskClient, text: str, said: str
) -> None:
    asked = {"query": text}
    page = client.get(
        "/-/hints", query_string=asked, headers={"Accept": "text/html", "Accept-Language": "ja"}
    )
    told = client.get("/-/hints", query_string=asked, headers={"Accept-Language": "ja"}).json

    assert f"<p>{said}" in page.text
    assert told is not None
    assert (told["read"], told["said"].startswith(said), told["hints"]) == (
        said == NOTHING,
        True,
        [],
    )


def test_what_the_embedded_engine_does_with_tags_is_not_said_of_another(release: Release) -> None:
    """Others may keep tags as they were written, or in the case that BCP 47 recommends."""
    text = PREFIX + 'SELECT ?s { ?s skos:prefLabel ?l FILTER(LANG(?l) = "JA") }'
    codes = [
        [hint.code for hint in Hinter(release, Settings(), foreign).of(text)]
        for foreign in (False, True)
    ]

    assert codes == [["language-case"], []]


def test_a_release_without_words_says_nothing(release: Release) -> None:
    """One that an earlier program packed."""
    files = {n: e for n, e in release.manifest.files.items() if n != "words.json"}
    earlier = Release(release.folder, replace(release.manifest, files=files))

    assert Hinter(earlier, Settings(), False).of(UNTAGGED) == ()


@pytest.mark.parametrize(
    ("pattern", "apart"),
    [
        ("GRAPH ?g { ?s ?p ?o }", False),
        ("graph $g { ?s a ?t . ?s ?p ?o }", False),
        ("{ SELECT ?s { ?s ?p ?o } ORDER BY ?o }", False),
        ("?a ?b ?c . ?x ?y ?z", True),
        ("GRAPH ?g { ?a ?b ?c . ?x ?y ?z }", True),
        ("{ SELECT ?a ?x { ?a ?b ?c . ?x ?y ?z } }", True),
        ("{ SELECT * { ?a ?b ?c . ?x ?y ?z } ORDER BY ?a ?x }", True),
    ],
)
def test_it_is_seen_cheaply_whether_patterns_may_be_apart(pattern: str, apart: bool) -> None:
    """Of a query with rows nothing more is read where they are not."""
    assert may_be_apart(f"SELECT * {{ {pattern} }}") is apart
