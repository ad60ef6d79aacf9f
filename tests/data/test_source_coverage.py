"""Every line of the source page is modelled, or listed as not modelled with its reason.

The source text stands beside the checkout, in ../shared/source, and is not part of the project.
Where it stands, its lines and their digests are compared, and no sentence of it may stand in the
data. Where it does not, the passages are held against the line count and the sentences are not
looked for; the other tests still show that each passage has its place, its digest and a graph or a
reason. A machine that checks for us (CI=true) must have the text whenever ../shared is there.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

PUBLICATION = Path(__file__).parents[2]
SHARED = PUBLICATION.parent / "shared"
ROOT = "https://w3id.org/jp-ccua/"
SEED = ROOT + "graph/seed-L"

PREFIXES = f"""
PREFIX ccua: <{ROOT}ns#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX psg: <{ROOT}id/passage/>
PREFIX schema: <https://schema.org/>
PREFIX src: <{ROOT}id/source/>
"""


@pytest.fixture(scope="module")
def authored() -> ox.Store:
    """The files that speak of the source page, graphs as written."""
    store = ox.Store()
    for file in (PUBLICATION / "data" / "sources").glob("*.trig"):
        store.load(path=file)
    return store


@pytest.fixture(scope="module")
def passages(authored: ox.Store) -> dict[int, str]:
    """Line number and digest of every passage of the source."""
    rows = authored.query(
        PREFIXES
        + """SELECT ?line ?digest WHERE { GRAPH ?g { ?passage dct:isPartOf src:seed ;
            schema:position ?line ; ccua:passageDigest ?digest } }"""
    )
    found = [(int(row["line"].value), row["digest"].value) for row in rows]
    assert len(found) == len(dict(found)), "two passages for one line"
    return dict(found)


@pytest.fixture(scope="module")
def graphs(authored: ox.Store) -> set[int]:
    """The lines that have a graph with statements."""
    names = (g.value for g in authored.named_graphs() if isinstance(g, ox.NamedNode))
    return {int(name.removeprefix(SEED)) for name in names if name.startswith(SEED)}


@pytest.fixture(scope="module")
def reasons(authored: ox.Store) -> dict[int, set[str]]:
    """The lines that are not modelled, with the languages in which the reason is given."""
    rows = authored.query(
        PREFIXES
        + """SELECT ?line ?reason WHERE { GRAPH ?g {
            ?passage schema:position ?line ; ccua:notModelledBecause ?reason } }"""
    )
    found: dict[int, set[str]] = {}
    for row in rows:
        found.setdefault(int(row["line"].value), set()).add(row["reason"].language)
    return found


def source_lines() -> list[str] | None:
    """The lines of the source text, or None where it does not stand beside the checkout."""
    files = sorted((SHARED / "source").glob("*.txt"))
    if not files:
        expected = os.environ.get("CI") == "true" and SHARED.exists()
        assert not expected, f"{SHARED} is there without source/*.txt: nothing was compared"
        return None
    (file,) = files
    text = file.read_bytes().decode("utf-8")
    return text.removesuffix("\n").split("\n")


def test_each_passage_has_a_graph_or_a_reason_and_never_both(
    passages: dict[int, str], graphs: set[int], reasons: dict[int, set[str]]
) -> None:
    assert graphs | set(reasons) == set(passages)
    assert graphs & set(reasons) == set()
    assert all(languages == {"ja", "en"} for languages in reasons.values())


def test_each_graph_names_the_passage_of_its_own_line(authored: ox.Store, graphs: set[int]) -> None:
    rows = authored.query(
        PREFIXES
        + """SELECT ?graph ?line WHERE { GRAPH ?g {
            ?graph a ccua:AssertionGraph ; ccua:supportedBy ?passage .
            ?passage dct:isPartOf src:seed ; schema:position ?line } }"""
    )
    assert sorted((row["graph"].value, row["line"].value) for row in rows) == sorted(
        (f"{SEED}{line}", str(line)) for line in graphs
    )


def test_each_passage_is_named_after_its_line_and_told_in_both_languages(
    authored: ox.Store, passages: dict[int, str]
) -> None:
    for line in passages:
        rows = authored.query(
            PREFIXES
            + f"SELECT ?text WHERE {{ GRAPH ?g {{ psg:seed-l{line} dct:description ?text }} }}"
        )
        assert sorted(row["text"].language for row in rows) == ["en", "ja"], line


def test_each_line_with_text_is_a_passage_with_the_digest_of_that_line(
    authored: ox.Store, passages: dict[int, str]
) -> None:
    """Without the text: the first and last line are there, and each digest is one of its own."""
    (counted,) = authored.query(
        PREFIXES + "SELECT ?count WHERE { GRAPH ?g { src:seed ccua:lineCount ?count } }"
    )
    count = int(counted["count"].value)
    lines = source_lines()
    if lines is None:
        assert min(passages) == 1
        assert max(passages) == count
        assert len(set(passages.values())) == len(passages)
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", digest) for digest in passages.values())
        return
    assert len(lines) == count
    assert passages == {
        number: "sha256:" + hashlib.sha256(line.encode("utf-8")).hexdigest()
        for number, line in enumerate(lines, start=1)
        if line.strip()
    }


def test_names_carry_over_but_sentences_do_not() -> None:
    """No 24 characters in a row of a longer sentence; link texts and the breadcrumb are names."""
    lines = source_lines()
    sentences = [
        sentence
        for part in re.split("[。\n]", "\n".join(lines or []))
        if len(sentence := re.sub(r"\s", "", part)) >= 45
        and "PDF:" not in sentence
        and not sentence.startswith("ホーム>")
    ]
    assert sentences or lines is None
    copied = [
        f"{file.relative_to(PUBLICATION)}: {run}"
        for file in sorted((PUBLICATION / "data").rglob("*"))
        if file.is_file()
        for body in [re.sub(r"\s", "", file.read_text(encoding="utf-8"))]
        for sentence in sentences
        for start in range(len(sentence) - 23)
        if (run := sentence[start : start + 24]) in body
    ]
    assert copied == []
