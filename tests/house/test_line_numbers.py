"""A line of a text is named as the twenty-fifth in Japanese (25行目); 25行 would be 25 of them.

Every text that people read is looked through: translations, data, words,
shapes and papers, and the pages with a source in the margin.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from renkei.language.messages import CATALOGUES, FOLDER

HOME = Path(__file__).parents[2]
# A place is put in under these names; a count is put in under another.
PLACED = re.compile(r"[{(](?:line|column|row)s?[})]s?\s*(?:行|桁)(?!目)")
# What may follow "1行" where it counts: 1行ずつ, 1行ごと, 50行分.
NUMBERED = re.compile(r"[0-90-9]\s*行(?!目|ずつ|ごと|分|政|為|動)")


def papers() -> list[Path]:
    """Return all files with words for people, but for translations and what tests expect."""
    folders = ("data", "docs", "ontology", "shapes", "server", "tests/miniature")
    found = [
        path
        for folder in folders
        for path in (HOME / folder).rglob("*")
        if path.suffix in {".md", ".ttl", ".trig", ".rq", ".py", ".html", ".js"}
        and not {"node_modules", "editor"} & set(path.parts)
    ]
    return [*found, *HOME.glob("*.md")]


@pytest.mark.parametrize("text, named_as_a_count", [
    ("%(line)s行", True), ("{line}行{column}桁", True), ("{line}行目{column}桁", True),
    ("%(line)s行目%(column)s桁目", False), ("{number}行、{seconds}秒", False),
])  # fmt: skip
def test_the_pattern_tells_a_place_from_a_count(text: str, named_as_a_count: bool) -> None:
    assert bool(PLACED.search(text)) == named_as_a_count


@pytest.mark.parametrize("name", CATALOGUES)
def test_no_translation_names_a_line_as_a_count(name: str) -> None:
    with (FOLDER / "ja" / "LC_MESSAGES" / f"{name}.po").open("rb") as file:
        texts = [str(message.string) for message in read_po(file)]

    assert any("行目" in text for text in texts)
    assert [text for text in texts if PLACED.search(text)] == []


def test_no_text_names_a_line_as_a_count() -> None:
    """Numbers in the text itself, and in ranges: 27〜47行目."""
    wrong = [
        f"{path.relative_to(HOME)}: {text.strip()[:80]}"
        for path in papers()
        for text in path.read_text("utf-8").splitlines()
        if NUMBERED.search(text)
    ]

    assert len(papers()) > 200
    assert wrong == []
