"""The index is a file of the release: it is read in bounded parts, and no store is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from renkei.errors import ReleaseError
from renkei.integrity import sha256_of
from renkei.pack.index import search_index as packed
from renkei.release import INDEX, Manifest, Release
from renkei.serve.read import search_index
from renkei.serve.read.reader import Reader
from renkei.serve.read.search_index import Index
from renkei.stores.base import Store

ROOT = "https://data.example.org/ring/"
NAME = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


class Unasked:
    """A store that must not be asked."""

    foreign = False

    def select(self, text: str, bindings: object = None) -> object:
        raise AssertionError(f"the store was asked: {text}")


def index_of(release: Release) -> Index:
    store: Store = Unasked()  # type: ignore[assignment]
    return Index(Reader(release, store))


@pytest.fixture
def town(miniature: Release, tmp_path: Path):
    """Make the index of statements: things named so, and what names them besides."""

    def index(statements: list[ox.Quad]) -> Index:
        folder = tmp_path / "release"
        folder.mkdir()
        packed.write(folder / INDEX, statements, [], f"{ROOT}ns#", ROOT)
        return index_of(Release(folder, fitting(miniature.manifest, folder / INDEX)))

    return index


def fitting(manifest: Manifest, path: Path) -> Manifest:
    """Return *manifest* with the index at *path* for its own: no other would be read."""
    entry = replace(manifest.files[INDEX], size=path.stat().st_size, sha256=sha256_of(path))
    return replace(manifest, files={**manifest.files, INDEX: entry})


def named(slug: str, text: str) -> ox.Quad:
    return ox.Quad(ox.NamedNode(f"{ROOT}id/town/{slug}"), NAME, ox.Literal(text))


def test_the_index_comes_with_the_release_and_asks_no_store(release: Release) -> None:
    """So that it is the same over an engine elsewhere, which may be slow or gone."""
    hits = index_of(release).find("サッポロ", 1)

    assert [h.iri.rsplit("/", 1)[1] for h in hits] == ["hokkaido-sapporo"]


def test_a_release_without_its_index_is_refused(release: Release) -> None:
    files = {k: v for k, v in release.manifest.files.items() if k != INDEX}
    bare = Release(release.folder, replace(release.manifest, files=files))

    with pytest.raises(ReleaseError) as refused:
        index_of(bare).find("Sapporo")

    assert str(refused.value) == f"Release {release.manifest.id} has no file {INDEX}."


@pytest.mark.parametrize("wish", ["Brücke", "Brü", "rücke", "Brügge"])
def test_a_name_that_thousands_have_is_read_in_part(
    town, wish: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the whole name, its beginning, a part or nearly: those pointed to most are there."""
    many = [named(str(n), "Brücke") for n in range(50)]
    pointing = [
        ox.Quad(ox.NamedNode(f"{ROOT}x/{n}"), NAME, ox.NamedNode(f"{ROOT}id/town/{t}"))
        for n, t in enumerate(["31", "31", "7"])
    ]
    index = town(many + pointing)
    read: list[object] = []
    rows = index._rows
    monkeypatch.setattr(index, "_rows", lambda *a, **k: map(seen(read), rows(*a, **k)))
    monkeypatch.setattr(search_index, "ROWS", 10)

    hits = index.find(wish, 2)

    assert [h.iri.rsplit("/", 1)[1] for h in hits] == ["31", "7"]
    assert len(read) <= 5 * search_index.ROWS  # five ways to fit: IRI, whole, start, sound, inside


def seen(read: list[object]):
    def one(row: object) -> object:
        read.append(row)
        return row

    return one


def test_a_class_is_looked_for_before_the_rest_is_left_out(
    town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound counts what is wanted: a rare kind is found among thousands of namesakes."""
    many = [named(f"{n:02}", "Ring") for n in range(50)]
    ship = ox.NamedNode(f"{ROOT}ns#Ship")
    index = town([*many, ox.Quad(many[49].subject, TYPE, ship)])
    monkeypatch.setattr(search_index, "ROWS", 10)

    assert [h.iri for h in index.find("Ring", 5, [ship.value])] == [f"{ROOT}id/town/49"]


@pytest.mark.parametrize("wish", ["\ud800", "a\x00b", "%", "_", "'; DROP TABLE entry", "*", '"'])
def test_no_wish_harms_the_index(town, wish: str) -> None:
    index = town([named("1", "Ring")])

    index.find(wish)
    index.complete(wish)

    assert [h.word for h in index.find("ring", 1)] == ["Ring"]


@pytest.mark.parametrize("slug", ["otaru", "小樽", "𠮷野"])
def test_things_that_lie_in_a_room_are_told_from_terms(town, miniature: Release, slug: str) -> None:
    """Whatever letters their names begin with."""
    root = miniature.manifest.root
    thing = ox.NamedNode(f"{root}id/{slug}")
    index = town([ox.Quad(thing, NAME, ox.Literal("a town"))])

    assert (index.has_rooms, index.is_thing(thing.value), index.is_thing(f"{root}ns#Town")) == (
        True,
        True,
        False,
    )


def test_without_such_rooms_whatever_has_a_name_is_a_thing(town, miniature: Release) -> None:
    thing = ox.NamedNode(f"{miniature.manifest.root}小樽")
    index = town([ox.Quad(thing, NAME, ox.Literal("a town"))])

    assert (index.has_rooms, index.is_thing(thing.value), index.things(9, 0)) == (
        False,
        True,
        [thing.value],
    )
