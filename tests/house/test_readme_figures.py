"""The figures in the README are those of the publication."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from renkei.pack.pipeline import Checked

README = Path(__file__).parents[2] / "README.md"


def kind_of(graph: str) -> str:
    """Return the row of the README's table that a named graph counts in."""
    name = graph.rsplit("/graph/", 1)[-1]
    if name.startswith("seed-"):
        return "page"
    if name.startswith("derived/"):
        return "derived"
    if name in ("provenance", "derived"):
        return "sources"
    if name == "concepts" or name.startswith("ccua"):
        return "words"
    if name in ("editorial", "partner-grouping", "legal-reading") or name.startswith("reason-"):
        return "editors"
    return "other"


@pytest.fixture(scope="module")
def counted(checked: Checked) -> Counter[str]:
    root = checked.publication.config.root
    apart = {f"{root}graph/{name}" for name in ("shapes", "catalogue", "tables")}
    return Counter(
        kind_of(quad.graph_name.value)
        for quad in set(checked.named)
        if quad.graph_name.value.startswith(f"{root}graph/") and quad.graph_name.value not in apart
    )


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_table_of_contents_counts_what_is_there(
    counted: Counter[str], checked: Checked, language: str
) -> None:
    japanese, english = README.read_text("utf-8").split("## English", 1)
    text = japanese if language == "ja" else english
    rows = [int(n.replace(",", "")) for n in re.findall(r"(?m)^\| .* \| ([\d,]+) \|$", text)]

    kinds = ("page", "other", "editors", "derived", "sources", "words")
    assert rows == [counted[kind] for kind in kinds]
    assert f"{len(checked.default):,}" in text


def test_rules_questions_and_gaps_are_counted_right(checked: Checked) -> None:
    questions = len(list((README.parent / "data" / "questions").glob("[0-9]*.ttl")))
    gaps = {
        quad.subject
        for quad in checked.default
        if quad.predicate.value.endswith("#type")
        and quad.object.value == f"{checked.publication.config.root}ns#InformationGap"
    }
    text = README.read_text("utf-8")

    assert (
        f"{checked.shapes} rules are checked" in text
        and f"{questions} questions are tested" in text
        and f"{len(gaps)} gaps in version" in text
    )
