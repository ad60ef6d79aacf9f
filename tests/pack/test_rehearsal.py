"""Before a release is called packed it is opened, and one of each sort is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest

from renkei.errors import PublicationRefused
from renkei.language.messages import message
from renkei.pack import pipeline, samples
from renkei.pack.samples import Failure, Sample
from renkei.rehearsal import rehearse
from renkei.release import Release

ROOT = "https://ex.org/"
DATA = f"""@prefix ex: <{ROOT}> .
ex:a a ex:Town ; ex:size 1.50 ; ex:has [ ex:part 1 ] .
ex:b a ex:Town, ex:Port ; ex:size 2 ; ex:said "町"@ja .
<{ROOT}q?x=1> ex:size 3 .
<urn:isbn:1> ex:size "2024-03-31T24:00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
ex:a%2Fb ex:said "odd"^^ex:kind .
ex:a ex:said "bell\\u0007" .
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication of few things of many sorts."""
    folder = tmp_path_factory.mktemp("rehearsal")
    (folder / "data").mkdir()
    (folder / "data" / "main.ttl").write_text(DATA, "utf-8")
    return folder


@pytest.fixture(scope="module")
def taken() -> list[list[Sample]]:
    """What rehearsals were given."""
    return []


@pytest.fixture(scope="module")
def release(folder: Path, taken: list[list[Sample]]) -> Release:
    """Its release, which was rehearsed in earnest."""

    def noted(release: Release, chosen: Sequence[Sample]) -> list[Failure]:
        taken.append(list(chosen))
        return rehearse(release, chosen)

    packed, _ = pipeline.pack(folder, folder / "releases", root=ROOT, rehearse=noted)
    return packed


def test_one_of_each_class_datatype_property_graph_and_shape_of_iri_is_asked_for(
    release: Release, taken: list[list[Sample]]
) -> None:
    """So many as are needed, and no more of a sort."""
    held = ox.parse(path=str(release.path("data.nq")), format=ox.RdfFormat.N_QUADS)
    statements = {q.triple for q in held if isinstance(q.subject, ox.NamedNode)}
    asked = {t for sample in taken[0] for t in sample.statements}

    def sorts(triples: set[ox.Triple]) -> set[str]:
        objects = [t.object for t in triples]
        return {
            *(t.predicate.value for t in triples if not isinstance(t.object, ox.BlankNode)),
            *(o.datatype.value for o in objects if isinstance(o, ox.Literal)),
            *(o.value for o in objects if isinstance(o, ox.NamedNode)),
        }

    assert sorts(asked) == sorts(statements)
    assert {sample.iri.removeprefix(ROOT) for sample in taken[0]} == {
        "a", "b", "q?x=1", "urn:isbn:1", "a%2Fb",
    }  # fmt: skip


def test_a_statement_that_a_format_would_lose_is_named(release: Release) -> None:
    """Here one that the release does not have; in each format that could carry it."""
    lost = ox.Triple(ox.NamedNode(ROOT + "b"), ox.NamedNode(ROOT + "size"), ox.Literal("2.0"))

    failures = rehearse(release, [Sample(ROOT + "b", frozenset((lost,)))])

    assert {(f.iri, f.said.values.get("statement")) for f in failures} == {
        (ROOT + "b", str(lost)),
        (ROOT + "b", None),  # at its own address
    }
    formats = [f.said.values["format"] for f in failures if "format" in f.said.values]
    assert formats == ["Turtle", "JSON-LD", "N-Triples", "RDF/XML", "TriG", "N-Quads"]


def test_a_thing_that_cannot_be_had_is_named_with_its_status(release: Release) -> None:
    failures = rehearse(release, [Sample(ROOT + "nobody", frozenset())])

    assert {(f.iri, f.said.values["status"]) for f in failures} == {(ROOT + "nobody", 404)}


def test_what_fails_is_a_violation_at_its_place_and_no_release_is_made(
    folder: Path, release: Release
) -> None:
    """The former release stays the current one, and nothing half made is left."""
    said = message("%(path)s answers %(status)s as %(format)s.", path="/b", status=500, format="X")
    (folder / "data" / "main.ttl").write_text(DATA + "ex:b ex:size 4 .\n", "utf-8")
    try:
        with pytest.raises(PublicationRefused) as refused:
            pipeline.pack(
                folder,
                folder / "releases",
                root=ROOT,
                rehearse=lambda *_: [Failure(ROOT + "b", said)],
            )
    finally:
        (folder / "data" / "main.ttl").write_text(DATA, "utf-8")

    (finding,) = [f for f in refused.value.checked.findings if f.identifier == "rehearsal"]
    assert (finding.severity, finding.focus, finding.messages["en"]) == (
        "Violation",
        f"<{ROOT}b>",
        "/b answers 500 as X.",
    )
    assert finding.place is not None
    assert (finding.place.file, finding.place.line) == ("data/main.ttl", 3)
    kept = sorted(p.name for p in (folder / "releases").iterdir() if not p.is_symlink())
    assert kept == sorted([".lock", "packed.json", release.manifest.id])
    assert (folder / "releases" / "current").resolve().name == release.manifest.id


def test_what_is_like_another_is_not_asked_for_again() -> None:
    """Of a thousand towns one is, and each that has something no other has."""
    lines = [f"<{ROOT}town{n:04}> a <{ROOT}Town> ; <{ROOT}size> {n} ." for n in range(1000)]
    lines.append(f"<{ROOT}town0500> <{ROOT}twin> <{ROOT}town0000> .")
    quads = sorted(ox.parse("\n".join(lines), format=ox.RdfFormat.TURTLE), key=str)

    assert [s.iri.removeprefix(ROOT) for s in samples.chosen(quads, ROOT)] == [
        "town0000",
        "town0500",
    ]
