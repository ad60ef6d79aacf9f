"""Releases: each has a page and a description; the catalogue has all that are kept."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF

from renkei.config import Settings
from renkei.language.locale import named
from renkei.pack import catalogue_check
from renkei.release import Release, kept
from renkei.serve.api import downloads
from renkei.serve.app import create_app
from renkei.stores import open_store
from tests.catalogue.conftest import PUBLIC
from tests.catalogue.earlier import released_before
from tests.conftest import MINIATURE

DATASET = "https://daten.example.de/hafenverbund/dataset/hafenverbund"
PREV, MEMBER, LAST, IN_SERIES = (
    URIRef(f"{DCAT}{name}") for name in ("prev", "seriesMember", "last", "inSeries")
)


@pytest.fixture(scope="module")
def third(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The miniature, released twice before: as 0.0.9, and once under the present version."""
    folder = tmp_path_factory.mktemp("kept") / "releases"
    return released_before(MINIATURE, ["0.0.9", "0.1.0"], folder)


@pytest.fixture(scope="module")
def ids(third: Release) -> list[str]:
    """The identifiers of the releases, newest first."""
    return [release.manifest.id for release in kept(third)]


@pytest.fixture(scope="module")
def reader(third: Release) -> Iterator[FlaskClient]:
    """A reader of the last release."""
    settings = Settings(public_url=PUBLIC)
    store = open_store(third, settings)
    yield create_app(third, store, settings).test_client()
    store.close()


@pytest.fixture
def catalogue(reader: FlaskClient) -> Graph:
    """The catalogue as a harvester reads it."""
    return Graph().parse(data=reader.get("/catalogue.ttl").data, format="turtle")


def test_the_series_has_every_release_in_order(catalogue: Graph, ids: list[str]) -> None:
    """A version packed again keeps its name; its earlier release is named by identifier."""
    present, again, first = (URIRef(f"{DATASET}/{name}") for name in ("0.1.0", ids[1], "0.0.9"))
    series = URIRef(f"{DATASET}/series")

    assert set(catalogue.objects(series, MEMBER)) == {present, again, first}
    assert set(catalogue.subjects(IN_SERIES, series)) == {present, again, first}
    assert list(catalogue.objects(series, LAST)) == [present]
    assert [catalogue.value(present, PREV), catalogue.value(again, PREV)] == [again, first]
    assert [str(catalogue.value(v, DCTERMS.identifier)) for v in (present, again, first)] == ids
    titles = [str(catalogue.value(v, DCTERMS.title)) for v in (present, again, first)]
    assert len(set(titles)) == 3


def test_what_several_releases_describe_is_described_as_it_is_now(
    catalogue: Graph, third: Release
) -> None:
    """Two names of a publisher, or two boxes of a place, would not harvest."""
    present = Graph().parse(third.path("catalogue.ttl"), format="turtle")
    earlier = Graph().parse(kept(third)[1].path("catalogue.ttl"), format="turtle")

    assert set(earlier.objects(None, FOAF.name)) != set(present.objects(None, FOAF.name))
    assert set(catalogue.subject_objects(FOAF.name)) == set(present.subject_objects(FOAF.name))


def test_counts_agree_with_earlier_releases(catalogue: Graph, reader: FlaskClient) -> None:
    """Hydra, DCAT and CKAN list as many; so the harvester deletes nothing."""
    totals = catalogue.objects(None, URIRef("http://www.w3.org/ns/hydra/core#totalItems"))
    listed = set(catalogue.objects(None, DCAT.dataset))
    packages = reader.get("/api/3/action/package_list").json["result"]

    assert listed == set(catalogue.subjects(RDF.type, DCAT.Dataset))
    assert list(totals) == [Literal(len(listed))]
    assert len(set(packages)) == len(listed)


def test_the_catalogue_with_earlier_releases_keeps_all_rules(
    reader: FlaskClient, third: Release
) -> None:
    text = reader.get("/catalogue.ttl").data
    quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE))

    assert catalogue_check.check(quads, third.manifest.root, quads) == []


def test_files_of_every_release_are_those_of_its_manifest(
    reader: FlaskClient, catalogue: Graph, ids: list[str]
) -> None:
    """What the catalogue says of a file that never changes is what comes."""
    sizes = {}
    for file in catalogue.subjects(RDF.type, DCAT.Distribution):
        address = str(catalogue.value(file, DCAT.downloadURL)).removeprefix(PUBLIC)
        if address.startswith("releases/"):
            with reader.get("/" + address) as answer:
                assert "immutable" in answer.headers["Cache-Control"]
                sizes[address] = (len(answer.data), int(catalogue.value(file, DCAT.byteSize)))  # type: ignore[arg-type]

    assert {address.split("/")[1] for address in sizes} == set(ids)
    assert [address for address, (came, said) in sizes.items() if came != said] == []


def test_every_release_has_a_page_and_a_description(reader: FlaskClient, ids: list[str]) -> None:
    """The page names every file, and how to cite; with and without the last slash."""
    for identifier in ids:
        page = reader.get(f"/releases/{identifier}/", headers={"Accept": "text/html"})
        data = reader.get(f"/releases/{identifier}", headers={"Accept": "application/json"})
        with reader.get(f"/releases/{identifier}/manifest.json") as sent:
            manifest = json.loads(sent.data)

        assert (page.status_code, page.mimetype) == (200, "text/html")
        assert [
            n for n in manifest["files"] if f"/releases/{identifier}/{n}" not in page.text
        ] == []
        assert all(entry["sha256"] in page.text for entry in manifest["files"].values())
        assert f"https://daten.example.de/hafenverbund/releases/{identifier}" in page.text
        assert (data.status_code, data.mimetype) == (200, "application/ld+json")
        assert f"/releases/{identifier}" in reader.get("/releases").text


def test_the_entry_of_an_earlier_release_leads_a_person_to_its_page(
    reader: FlaskClient, ids: list[str]
) -> None:
    """The store has only the release served, so there is no page of the entry itself."""
    answer = reader.get("/dataset/hafenverbund/0.0.9", headers={"Accept": "text/html"})

    assert (answer.status_code, answer.location) == (303, f"{PUBLIC}releases/{ids[2]}")


def test_a_release_that_is_not_kept_is_404(reader: FlaskClient) -> None:
    for path in ("/releases/000000000000", "/releases/../pyproject.toml", "/releases/current"):
        assert reader.get(path).status_code == 404


def test_the_same_release_with_others_beside_it_has_another_etag(
    third: Release, reader: FlaskClient, small: FlaskClient, miniature: Release
) -> None:
    """The bytes of the catalogue are others, so a cache must not take one for the other."""
    assert third.manifest.id == miniature.manifest.id
    for path in ("/catalogue.ttl", "/releases", "/api/3/action/package_list"):
        assert reader.get(path).headers["ETag"] != small.get(path).headers["ETag"], path


def test_what_is_no_whole_release_is_not_kept(third: Release, tmp_path: Path) -> None:
    """A damaged folder, another publication's, and a file are passed over."""
    copies = tmp_path / "releases"
    shutil.copytree(third.folder.parent, copies, symlinks=True)
    first = kept(third)[-1].manifest.id
    (copies / first / "data.nq").write_text("")
    (copies / "notes.txt").write_text("")
    moved = Release(copies / third.manifest.id, third.manifest)

    assert [r.manifest.id for r in kept(moved)] == [r.manifest.id for r in kept(third)[:-1]]


def test_every_file_is_explained_in_the_language_of_the_reader(release: Release) -> None:
    """`data.nq` stands twice among the files: whole, and without the default graph."""
    said = {name: downloads.holds(name) for name in release.manifest.files}
    told = {name: named("ja").gettext(text) for name, text in said.items()}

    assert [name for name, text in said.items() if not text] == []
    assert [name for name, text in told.items() if text == said[name]] == []
    assert said["data.nq"] != said["dumps/data.nq"] == said["dumps/data.trig"]


def test_the_list_of_downloads_leads_to_the_file_it_names(
    client: FlaskClient, release: Release
) -> None:
    """The file that names the release stands under the release, the other among the dumps."""
    page = client.get("/dumps/").text
    links = re.findall(r'href="/portal/([^"]*data\.nq)">([^<]*)<', page)

    assert [name for _, name in links] == ["data.nq", "dumps/data.nq"]
    for path, name in links:
        with client.get("/" + path) as answer:
            assert len(answer.data) == release.manifest.files[name].size, name
