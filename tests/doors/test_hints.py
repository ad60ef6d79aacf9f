"""What is said of a query, in the reader's language, and where another engine answers."""

from __future__ import annotations

from dataclasses import replace

from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.release import Release
from renkei.serve.api.hints import Hinter

PREFIX = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
UNTAGGED = PREFIX + 'SELECT ?s { ?s skos:prefLabel "小樽市" }'
SAID = (
    "http://www.w3.org/2004/02/skos/core#prefLabel&gt; の値に、&#34;小樽市&#34; と同じ種類のものは"
    "ありません。"
)


def test_the_help_and_the_query_page_speak_the_language_of_the_reader(client: FlaskClient) -> None:
    japanese = {"Accept": "text/html", "Accept-Language": "ja"}
    pages = [
        client.get(path, query_string={"query": UNTAGGED}, headers=japanese).text
        for path in ("/-/hints", "/sparql")
    ]

    assert [SAID in page for page in pages] == [True, True]


def test_of_a_right_query_the_help_says_so(client: FlaskClient) -> None:
    found = client.get(
        "/-/hints",
        query_string={"query": PREFIX + 'SELECT ?s { ?s skos:prefLabel "小樽市"@ja }'},
        headers={"Accept": "text/html", "Accept-Language": "ja"},
    )

    assert (
        "使われている語はすべてこのデータにあり、パターンは互いにつながっています。" in found.text
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
