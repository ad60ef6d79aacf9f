"""Dates are those of the ledger: they change with content, and are the same on every machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS

from renkei.cli import main
from renkei.errors import ReleaseError, SourceError
from renkei.pack import ledger, pipeline
from renkei.release import Release, open_release

DAY = 86_400
FIRST = 1_700_000_000
CATALOGUE = """
@prefix csvw: <http://www.w3.org/ns/csvw#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix void: <http://rdfs.org/ns/void#> .
<https://a.example/catalogue> a dcat:Catalog ; dct:title "C"@en ; dct:description "{about}"@en ;
  dct:publisher <https://a.example/p> ;
  dcat:dataset <https://a.example/d> .
<https://a.example/d> a dcat:Dataset ; void:uriSpace "https://a.example/" ; dct:title "T"@en ;
  dct:description "A data set."@en ; dct:publisher <https://a.example/p> ;
  <http://www.w3.org/2002/07/owl#versionInfo> "{version}" .
<https://a.example/p> a foaf:Agent ; foaf:name "P"@en .
"""
Pack = Callable[..., Release]


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    """Pack and record a publication of one fact, a day after the one before."""
    day = [FIRST]

    def packed(
        version: str, fact: str = "a", about: str = "About.", record: bool = True
    ) -> Release:
        (tmp_path / "data").mkdir(exist_ok=True)
        text = CATALOGUE.replace("{version}", version).replace("{about}", about)
        (tmp_path / "data" / "catalogue.ttl").write_text(text)
        (tmp_path / "data" / "a.ttl").write_text(f"<https://a.example/s> a <urn:x:{fact}> .")
        day[0] += DAY
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(day[0]))
        _, checked = pipeline.pack(tmp_path, tmp_path / "releases")
        release = open_release(tmp_path / "releases" / "current")
        if record:
            ledger.record(tmp_path, checked.dates.used.values())
        return release

    return packed


def days(release: Release, *names: str) -> list[tuple[str, str]]:
    """Return since when there is each entry, and since when it is as it is: days only."""
    graph = Graph().parse(release.path("catalogue.ttl"), format="turtle")
    found = []
    for name in names:
        entry = URIRef(f"https://a.example/{name}")
        issued, modified = graph.value(entry, DCTERMS.issued), graph.value(entry, DCTERMS.modified)
        found.append((str(issued)[8:10], str(modified)[8:10]))
    return found


def test_an_entry_is_dated_anew_only_where_its_content_is_another(pack: Pack) -> None:
    """A word of the catalogue changes the catalogue; a fact the data set and its files."""
    names = ("catalogue", "d", "d/distribution/data.nt", "service/sparql")
    first = pack("1.0.0")
    second = pack("1.1.0", about="About it.")
    third = pack("1.2.0", "b", about="About it.")

    assert days(first, *names) == [("15", "15")] * 4
    assert days(second, *names) == [("15", "16"), ("15", "16"), ("15", "15"), ("15", "15")]
    assert days(third, *names)[1:] == [("15", "17"), ("15", "17"), ("15", "15")]


def test_a_release_is_as_old_as_its_line_and_so_are_its_files(pack: Pack, tmp_path: Path) -> None:
    """Whoever packs it, and whenever: the folder of releases is lost, and all comes back."""
    pack("1.0.0")
    first = {p.name: p.read_bytes() for p in (tmp_path / "releases" / "current").iterdir()
             if p.is_file()}  # fmt: skip
    shutil.rmtree(tmp_path / "releases")
    again = pack("1.0.0", record=False)

    assert again.manifest.created == "2023-11-15T22:13:20Z"
    assert days(again, "d/1.0.0", "d/1.0.0/distribution/data.nt") == [("15", "15")] * 2
    same = {p.name: p.read_bytes() for p in again.folder.iterdir() if p.is_file()}
    assert {n for n in first if same[n] != first[n]} == {"manifest.json"}  # its sources: the ledger


def test_a_content_that_comes_back_is_a_change_again(pack: Pack) -> None:
    """The last line says what there is; an earlier one with the same digest does not."""
    pack("1.0.0")
    pack("1.1.0", "b")

    assert days(pack("1.2.0", "a"), "d/distribution/data.nt") == [("15", "17")]


def test_another_content_under_a_recorded_version_is_refused(pack: Pack, tmp_path: Path) -> None:
    """Also where the release itself is kept nowhere: in a fresh clone."""
    first = pack("1.0.0")
    shutil.rmtree(tmp_path / "releases")

    with pytest.raises(ReleaseError) as refused:
        pack("1.0.0", "b")

    assert str(refused.value).startswith(f"Version 1.0.0 is release {first.manifest.id}, and what")
    assert "Give it a new version" in str(refused.value)


def test_an_amended_version_takes_the_place_of_its_lines(tmp_path: Path, pack: Pack) -> None:
    pack("1.0.0")
    (tmp_path / "data" / "a.ttl").write_text("<https://a.example/s> a <urn:x:b> .")
    arguments = ["pack", str(tmp_path), "--amend", "--record", "--lang", "en"]
    told = CliRunner().invoke(main, arguments, catch_exceptions=False)
    release = open_release(tmp_path / "releases" / "current")
    lines = [one for one in ledger.read(tmp_path).lines if one.what.endswith("/d/1.0.0")]

    assert told.exit_code == 0
    assert [line.digest for line in lines] == [release.manifest.id]


def test_packing_says_what_the_ledger_lacks_and_record_writes_it(
    pack: Pack, tmp_path: Path
) -> None:
    """Once: what is recorded is not proposed again, and the release stays."""
    pack("1.0.0")
    (tmp_path / "data" / "history.ttl").write_text("")
    run = CliRunner()

    def told(*words: str) -> str:
        said = run.invoke(main, ["pack", str(tmp_path), "--lang", "en", *words])
        return said.stderr.strip().splitlines()[-1]

    number = len(ledger.lines_in((tmp_path / "releases/current/history.ttl").read_bytes()))
    assert told() == (
        f"data/history.ttl lacks {number} lines about this release; `renkei pack --record` "
        "writes them."
    )
    assert told("--record") == f"{number} lines are written to data/history.ttl."
    assert told().startswith("Nothing has changed")


def test_what_is_no_ledger_is_refused_with_the_place(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for text, reason in [
        ("[ a", "history.ttl:1"),
        ("[ <http://www.w3.org/ns/prov#specializationOf> <x:a> ] .", "generatedAtTime"),
    ]:
        (tmp_path / "data" / "history.ttl").write_text(text)
        with pytest.raises(SourceError, match=reason):
            ledger.read(tmp_path)


def test_without_a_line_the_day_is_that_of_the_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two machines that pack one commit give the same dates; a changed file is of now."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text("<https://a.example/s> a <urn:x:a> .")
    when = {**os.environ, "GIT_COMMITTER_DATE": "2024-04-03T00:00:00Z"}
    who = ["-c", "user.name=n", "-c", "user.email=n@example.org"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "x"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True, env=when)

    assert pipeline._moment(tmp_path).isoformat() == "2024-04-03T00:00:00+00:00"
    (tmp_path / "data" / "a.ttl").write_text("<https://a.example/s> a <urn:x:b> .")
    assert pipeline._moment(tmp_path).year > 2024
