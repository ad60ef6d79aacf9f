"""Two releases are told apart: in words, for programs, and as a patch that makes one the other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from renkei.cli import main
from renkei.history import differences, told
from renkei.language.messages import translate
from renkei.release import DATA, Release
from tests.history.conftest import ROOT

VISION = "第2期さっぽろ連携中枢都市圏ビジョン"


def said(found: told.Difference, iri: str, tag: str) -> list[str]:
    (thing,) = [thing for thing in found.things if thing.iri == ROOT + iri]
    return [translate(m, tag) for m in found.sentences(thing, (tag, "ja", "en", ""))]


def test_a_changed_day_is_told_in_words(three: list[Release]) -> None:
    """What it was and what it is, in the reader's language, and nothing that did not change."""
    found = told.difference(three[0], three[1])

    assert said(found, "id/vision/sapporo-2", "ja") == [
        f"{VISION}の「日付(原文表記)」: 令和6年(2024年)4月1日~令和10年(2028年)3月31日 → "
        "令和6年(2024年)4月1日~令和11年(2029年)3月31日",
        f"{VISION}の「終了日(当日を含む)」: 2028-03-31 → 2029-03-31",
    ]


def test_what_went_is_told_once_and_each_change_with_its_source(three: list[Release]) -> None:
    """Source by source too; what rules derive stands apart, at the end."""
    found = told.difference(three[1], three[2])
    gone = "concept/remark/taken-back"

    assert said(found, gone, "en") == ["Removed: remark taken back"]
    assert dict(found.total) == {"changed": 2, "removed": 1}
    (census,) = [thing for thing in found.things if "census" in thing.iri]
    (population,) = [p for p in census.properties if p.predicate == f"{ROOT}ns#population"]
    assert [str(v.value) for v in (*population.before, *population.after)] == ["95647", "95648"]
    assert population.graphs == (f"{ROOT}graph/ssdse-a",)
    assert found.graphs[-1].startswith(f"{ROOT}graph/derived")


def patched(lines: set[bytes], patch: bytes) -> set[bytes]:
    """Apply an RDF Patch as its specification says: what is deleted is there, what is added not."""
    for line in patch.splitlines(keepends=True):
        what, _, rest = line.partition(b" ")
        if what == b"D":
            lines.remove(rest)
        elif what == b"A":
            assert rest not in lines
            lines.add(rest)
    return lines


@pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 2), (0, 2), (2, 0)])
def test_the_patch_makes_one_release_the_other(
    first: int, second: int, three: list[Release], client: FlaskClient
) -> None:
    """Statement for statement, in every graph, forwards and backwards."""
    older, newer = three[first], three[second]
    path = f"/releases/{older.manifest.id}/diff/{newer.manifest.id}.rdfp"
    answer = client.get(path)
    held = set(older.read(DATA).splitlines(keepends=True))

    assert answer.mimetype == "application/rdf-patch"
    assert answer.data.splitlines()[0].decode() == f"H id <{ROOT}releases/{newer.manifest.id}> ."
    assert patched(held, answer.data) == set(newer.read(DATA).splitlines(keepends=True))


def test_the_page_says_it_in_the_language_of_the_reader(client: FlaskClient) -> None:
    """Named by their versions; terms of others by the names that the program knows."""
    page = client.get("/releases/0.8.0/diff/0.9.0?lang=ja", headers={"Accept": "text/html"})
    text = page.text

    assert page.status_code == 200
    assert f"{VISION}の「終了日(当日を含む)」: 2028-03-31 → 2029-03-31" in text
    assert "0.8.0から0.9.0への変更" in text
    assert "schema:endDate" not in text and ">endDate" not in text
    assert 'lang=de"' not in text


def test_programs_get_json_and_wrong_names_are_told(client: FlaskClient) -> None:
    answer = client.get("/releases/0.9.0/diff/1.0.0", headers={"Accept": "application/json"})
    body = json.loads(answer.data)

    assert answer.headers["Content-Location"].endswith(".json")
    assert (body["from"]["version"], body["to"]["version"]) == ("0.9.0", "1.0.0")
    assert body["total"] == {"added": 0, "removed": 1, "changed": 2}
    assert client.get("/releases/0.9.0/diff/7").status_code == 404
    assert client.get("/releases/0.9.0/diff/0.9.0").status_code == 404


def test_the_command_says_the_same_as_the_page(three: list[Release]) -> None:
    folder = str(three[0].folder.parent)
    run = CliRunner()
    words = run.invoke(main, ["diff", "0.8.0", "0.9.0", "--of", folder, "--lang", "ja"])
    patch = run.invoke(main, ["diff", "0.9.0", "--of", folder, "--format", "patch"])
    wrong = run.invoke(main, ["diff", "0.7", "--of", folder, "--lang", "en"])

    assert f"{VISION}の「終了日(当日を含む)」: 2028-03-31 → 2029-03-31" in words.stdout
    assert patch.stdout_bytes == b"".join(differences.patch(three[1], three[2]))
    assert wrong.exit_code == 1
    assert "Release 0.7 is not kept in" in wrong.stderr.replace("\n", " ")


def test_a_subject_that_is_the_beginning_of_another_is_told_apart(tmp_path: Path) -> None:
    """Lines are sorted as bytes, and `<a>` stands behind `<a-b>` and before `<a/b>`."""
    lines = [b"<x:a-b> <x:p> <x:o> .\n", b"<x:a/b> <x:p> <x:o> .\n", b"<x:a> <x:p> <x:o> .\n"]
    found = {}
    for number, side in enumerate((lines, lines[1:])):
        file = tmp_path / str(number)
        file.write_bytes(b"".join(sorted(side)))
        found[number] = file
    with found[0].open("rb") as old, found[1].open("rb") as new:
        both = [change for change, _ in differences.side_by_side(old, new)]
        changed = [change for change in both if change.older != change.newer]

    assert [(c.subject, c.removed, c.added) for c in changed] == [(b"<x:a-b>", [lines[0]], [])]
