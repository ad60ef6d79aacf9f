"""Keywords that real portals take: CKAN refuses a whole data set for one tag that it does not.

TAGS was put to `tag_length_validator` and `tag_name_validator` of CKAN 2.11.6 themselves; what
they said is written down here, so that no CKAN need be installed to hold our rules to it.
"""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import pyoxigraph as ox
import pytest

from renkei.language.messages import speak
from renkei.pack import catalogue_check, pipeline, scaffold
from renkei.pack.validation import Finding
from renkei.release import Release

ROOT = "https://example.org/x/"
KEYWORD = ox.NamedNode("http://www.w3.org/ns/dcat#keyword")
TAGS = [
    ("連携協約", True), ("リンクトオープンデータ", True), ("々仝〆〇ヶー", True), ("第2期", True),
    ("ＤＸ２０２４", True), ("linked open data", True), ("a_b-c.d", True), ("Straße", True),
    ("ab", True), ("x" * 100, True), ("市町" * 50, True), ("が", False), ("か\u3099き", False),
    ("  ", True), (" ab ", True), ("½²", True), ("Ⅻ月", True), ("xy\u0301z", False),
    ("リンクト・オープン・データ", False), ("札幌市、小樽市", False), ("協約(変更)", False),
    ("協約（変更）", False), ("札幌　小樽", False), ("2019~2024", False), ("2019〜2024", False),
    ("", False), ("a", False), ("市", False), ("x" * 101, False), ("市町" * 50 + "村", False),
    ("C++", False), ("R&D", False), ("a/b", False), ("a,b", False), ("a:b", False),
    ("l'eau", False), ("l’eau", False), ('"ab"', False), ("a\\b", False), ("a\tb", False),
    ("a\nb", False), ("a\u00a0b", False), ("ab\u200b", False), ("ab\ufe0f", False), ("☃☃", False),
    ("हिन्दी", False),
]  # fmt: skip


def refused(keywords: list[str]) -> set[str]:
    """Return those of *keywords* that our rules refuse, each on a data set of its own."""
    quads = [
        ox.Quad(ox.NamedNode(f"{ROOT}{number}"), KEYWORD, ox.Literal(keyword, language="ja"))
        for number, keyword in enumerate(keywords)
    ]
    numbers = {
        int(finding.focus[len(ROOT) + 1 : -1])
        for finding in catalogue_check.check(quads, ROOT, quads)
        if finding.identifier in {"C29", "C30"}
    }
    return {keywords[number] for number in numbers}


def test_our_rules_refuse_the_keywords_that_ckan_refuses_and_no_other() -> None:
    assert refused([tag for tag, _ in TAGS]) == {tag for tag, taken in TAGS if not taken}


def test_a_character_is_refused_when_it_is_no_letter_digit_space_or_one_of_three_signs() -> None:
    """Of each kind that Unicode knows, and each of the blocks that Japanese is written in."""
    kinds: dict[str, list[str]] = {}
    for code in range(sys.maxunicode):
        if not 0xD800 <= code < 0xE000 and code:
            kinds.setdefault(unicodedata.category(chr(code)), []).append(chr(code))
    some = {c for of_kind in kinds.values() for c in [*of_kind[:4], *of_kind[-2:]]}
    some |= {chr(c) for block in ((1, 0x180), (0x3000, 0x3100), (0xFF01, 0xFFEF))
             for c in range(*block)}  # fmt: skip
    keywords = [f"x{c}y" for c in sorted(some)]

    assert len(keywords) > 800
    assert refused(keywords) == {k for k in keywords if not (k[1].isalnum() or k[1] in " -_.")}


def test_a_line_end_at_the_end_is_refused_though_ckan_takes_it() -> None:
    """CKAN's expression sees its end before it; no portal would show such a tag as it was meant."""
    assert refused(["ab\n"]) == {"ab\n"}


@pytest.mark.parametrize("name", ["release", "miniature"])
def test_the_keywords_of_what_we_publish_are_tags_for_ckan(
    name: str, request: pytest.FixtureRequest
) -> None:
    release: Release = request.getfixturevalue(name)
    quads = ox.parse(release.path("catalogue.ttl").read_bytes(), format=ox.RdfFormat.TURTLE)
    keywords = sorted({q.object.value for q in quads if q.predicate == KEYWORD})  # type: ignore[union-attr]

    assert keywords
    assert [k for k in keywords if not _tag(k)] == []


def _tag(keyword: str) -> bool:
    """Say whether CKAN takes *keyword*, said without the expression that our shape has."""
    return 2 <= len(keyword) <= 100 and all(c.isalnum() or c in " -_." for c in keyword)


@pytest.fixture
def publication(tmp_path: Path) -> Path:
    """A publication as `renkei init` lays it out, checked in English."""
    speak("en")
    scaffold.lay_out(tmp_path / "new", ROOT, None)
    return tmp_path / "new"


def keyword_findings(publication: Path, keyword: str) -> list[Finding]:
    """Return what is found about *keyword* when it is the one of *publication*."""
    file = publication / "data" / "catalogue.ttl"
    text = file.read_text("utf-8")
    assert '"municipal partnership"@en' in text
    file.write_text(text.replace('"municipal partnership"@en', f'"{keyword}"@en'), "utf-8")
    return [f for f in pipeline.check(publication).findings if f.identifier in {"C29", "C30"}]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_sample_that_init_lays_out_has_a_keyword_that_fits(
    language: str, tmp_path: Path
) -> None:
    speak(language)
    scaffold.lay_out(tmp_path / "new", ROOT, None)
    speak("en")

    assert pipeline.check(tmp_path / "new").findings == []


def test_a_keyword_is_told_once_at_its_line_with_its_character_and_a_word_instead(
    publication: Path,
) -> None:
    """Every data set of the release has it; it stands in one place."""
    [finding] = keyword_findings(publication, "LOD・open")
    text = (publication / "data" / "catalogue.ttl").read_text("utf-8")
    line = text[: text.index("LOD・open")].count("\n") + 1

    assert finding.severity == "Violation"
    assert finding.place is not None
    assert (finding.place.file, finding.place.line) == ("data/catalogue.ttl", line)
    assert finding.message("ja") == (
        "キーワード「LOD・open」に、データポータル(CKAN)で使えない文字 ・ (U+30FB) があります。"
        "文字と数字のほかは、半角の空白と「-」「_」「.」だけで書いてください。"
    )
    assert finding.message("en") == (
        'The keyword "LOD・open" holds ・ (U+30FB), which data portals (CKAN) refuse. '
        'Beside letters and digits, write spaces, "-", "_" and "." only.'
    )
    assert str(finding.hint) == '"LOD open" would do.'


@pytest.mark.parametrize("keyword, character, hint", [
    pytest.param("R&amp;D", "& (U+0026), ; (U+003B)", '"R amp D" would do.', id="two signs"),
    pytest.param("a\\\"b", '" (U+0022)', '"a b" would do.', id="a quotation mark"),
    pytest.param("ab\\u200B", "U+200B", '"ab" would do.', id="one that cannot be seen"),
    pytest.param("か\u3099き", "U+3099", "A mark stands apart from its letter; "
                 "type the same word anew (Unicode form NFC).", id="a mark by itself"),
    pytest.param("हिन्दी", "U+093F, U+094D, U+0940", None, id="a mark that cannot be joined"),
    pytest.param("C++", "+ (U+002B)", None, id="nothing would be left"),
])  # fmt: skip
def test_the_character_at_fault_is_named(
    publication: Path, keyword: str, character: str, hint: str | None
) -> None:
    [finding] = keyword_findings(publication, keyword)

    assert f"holds {character}, which" in finding.message("en")
    assert (str(finding.hint) if finding.hint else None) == hint


def test_a_keyword_of_one_letter_is_told_its_length(publication: Path) -> None:
    """A warning: DCAT knows keywords of one letter; one kind of portal refuses them."""
    [finding] = keyword_findings(publication, "市")

    assert finding.severity == "Warning"
    assert finding.message("ja") == (
        "キーワード「市」の長さは、データポータル(CKAN)で使えません。"
        "2字以上100字以下で書いてください。"
    )
