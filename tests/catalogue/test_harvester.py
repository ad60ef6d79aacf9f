"""A harvester reads the catalogue: rule by rule as ckanext-dcat does, and behind a proxy.

Written after ckanext/dcat/harvesters/base.py and rdf.py and processors.py of ckan/ckanext-dcat.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import OWL, RDF, BNode, Graph, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, FOAF

from renkei.config import Settings
from renkei.release import Release, open_release
from renkei.serve.api import dcat
from renkei.serve.app import create_app
from renkei.serve.web.site import Site
from renkei.stores.base import Store

# rdflib's JSON-LD parser still uses what rdflib itself calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")

PUBLIC = "http://data.example.org/portal/"
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
FORMATS = {
    "text/turtle": "turtle",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
}


def paged(release: Release, store: Store, settings: Settings) -> FlaskClient:
    """Return a client of the catalogue alone."""
    app = Flask("renkei.serve.app")
    app.extensions["renkei"] = Site(release, store, settings)
    app.register_blueprint(dcat.routes)
    return app.test_client()


class Harvester:
    """What ckanext-dcat does: HEAD, then GET, then the next page, until one equals the first."""

    def __init__(self, client: FlaskClient, address: str) -> None:
        self.client, self.datasets, self.pages = client, {}, 0  # type: ignore[var-annotated]
        first: bytes | None = None
        next_address: str | None = address
        while next_address:
            content, media_type = self.fetch(next_address)
            if content == first:
                break
            first = first or content
            next_address = self.read(content, media_type)
            self.pages += 1

    def fetch(self, address: str) -> tuple[bytes, str]:
        """HEAD first; 400 and 405 alone would make it try GET."""
        path = "/" + address.removeprefix(PUBLIC).lstrip("/")
        head = self.client.head(path)
        assert head.status_code in (200, 400, 405)
        assert int(head.headers["Content-Length"]) < 50 * 1024 * 1024
        answer = self.client.get(path, headers={"Accept": "*/*"})
        assert answer.status_code == 200
        return answer.data, answer.content_type.split(";")[0]

    def read(self, content: bytes, media_type: str) -> str | None:
        """Take what is typed exactly dcat:Dataset; one without a title ends the harvest."""
        graph = Graph().parse(data=content, format=FORMATS.get(media_type, "xml"))
        for dataset in graph.subjects(RDF.type, DCAT.Dataset):
            titles = list(graph.objects(dataset, DCTERMS.title))
            assert titles, dataset
            self.datasets[str(dataset)] = str(titles[0])
        for node in graph.subjects(RDF.type, HYDRA.PagedCollection):
            for predicate in (HYDRA.next, HYDRA.nextPage):
                for there in graph.objects(node, predicate):
                    return str(there)
        return None


@pytest.mark.parametrize("path", ["/catalogue", "/catalogue.ttl", "/catalog.rdf",
                                  "/catalog.ttl", "/catalog.jsonld", "/catalog.xml"])  # fmt: skip
def test_a_harvester_takes_every_data_set(client: FlaskClient, path: str) -> None:
    """RDF for */*; JSON-LD carries its own context, so nothing else is fetched."""
    harvested = Harvester(client, path)

    assert harvested.pages == 1
    assert len(harvested.datasets) == 18
    assert "https://w3id.org/jp-ccua/dataset/sapporo" in harvested.datasets


def with_names(graph: Graph) -> Graph:
    """Return *graph* with its periods under the names that they say: each page has them anew."""
    names = dict(graph.subject_objects(OWL.sameAs))
    found = Graph()
    for s, p, o in graph:
        if p != OWL.sameAs:
            found.add((names.get(s, s), p, names.get(o, o)))
    return found


def test_a_period_is_read_where_it_is_named(client: FlaskClient) -> None:
    """Udata asks the IRI of a period, though it is described beside it, and loses it offline."""
    graph = Graph().parse(data=client.get("/catalogue.ttl").data, format="turtle")
    periods = set(graph.objects(None, DCTERMS.temporal))
    named = {str(graph.value(p, OWL.sameAs)) for p in periods}

    assert periods and all(isinstance(p, BNode) for p in periods)
    assert all(graph.value(p, DCAT.startDate) and graph.value(p, DCAT.endDate) for p in periods)
    assert "https://w3id.org/jp-ccua/id/interval/coverage" in named


@pytest.mark.parametrize("size", [1, 4, 5, 18])
def test_pages_follow_each_other_and_together_are_the_whole(
    release: Release,
    store: Store,
    settings: Settings,
    size: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each data set stands on exactly one page; the addresses are those behind the proxy."""
    client = paged(release, store, settings)
    whole = Graph().parse(data=client.get("/catalogue.ttl").data)
    monkeypatch.setattr(dcat, "PAGE_SIZE", size)
    harvested = Harvester(client, "/catalogue.ttl")
    graphs = [
        Graph().parse(data=client.get(f"/catalogue.ttl?page={n}").data, format="turtle")
        for n in range(1, harvested.pages + 1)
    ]
    counts = [len(set(g.subjects(RDF.type, DCAT.Dataset))) for g in graphs]

    assert harvested.pages == -(-18 // size)
    assert (len(harvested.datasets), sum(counts)) == (18, 18)
    parts = Graph()
    for graph in graphs:
        parts += with_names(graph)
    whole = with_names(whole)
    for graph in (whole, parts):
        for node in set(graph.subjects(RDF.type, HYDRA.PagedCollection)):
            graph.remove((node, None, None))
    assert isomorphic(whole, parts)


def test_totals_agree(client: FlaskClient, release: Release) -> None:
    """Hydra's count, the catalogue's list and the data sets are as many; VoID counts the graph."""
    graph = Graph().parse(data=client.get("/catalogue.ttl").data, format="turtle")
    void = Graph().parse(data=client.get("/.well-known/void.ttl").data, format="turtle")
    listed = set(graph.objects(None, DCAT.dataset))
    dataset = URIRef(release.manifest.dataset)
    counts = client.get("/api/3/action/package_search?rows=0").json["result"]["count"]

    assert {int(n) for n in graph.objects(None, HYDRA.totalItems)} == {len(listed)}
    assert listed == set(graph.subjects(RDF.type, DCAT.Dataset))
    assert counts == len(listed)
    triples = void.value(dataset, URIRef("http://rdfs.org/ns/void#triples"))
    assert int(triples) == release.manifest.counts["statements"]  # type: ignore[arg-type]


def test_the_order_is_the_same_each_time(client: FlaskClient) -> None:
    first, second = client.get("/catalogue.ttl"), client.get("/catalogue.ttl")

    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]


def test_nothing_new_is_304(client: FlaskClient) -> None:
    tag = client.get("/catalogue").headers["ETag"]

    assert client.get("/catalogue", headers={"If-None-Match": tag}).status_code == 304


def test_addresses_are_public_and_names_canonical(client: FlaskClient) -> None:
    """A file can be fetched today, wherever w3id leads; what it is called never changes."""
    graph = Graph().parse(data=client.get("/catalogue").data, format="turtle")
    addresses = [str(o) for p in (DCAT.downloadURL, DCAT.accessURL, DCAT.endpointURL)
                 for o in graph.objects(None, p)]  # fmt: skip
    names = [str(s) for s in graph.subjects(RDF.type, DCAT.Distribution)]

    assert addresses and all(a.startswith(PUBLIC) for a in addresses)
    assert names and all(n.startswith("https://w3id.org/jp-ccua/") for n in names)


@pytest.mark.parametrize("name", ["client", "small"])
def test_every_file_listed_can_be_fetched_and_is_what_it_says(
    name: str, request: pytest.FixtureRequest
) -> None:
    """Size, checksum and media type are those of the bytes that come."""
    import hashlib

    client: FlaskClient = request.getfixturevalue(name)
    graph = Graph().parse(data=client.get("/catalogue").data, format="turtle")
    spdx = Namespace("http://spdx.org/rdf/terms#")
    checked = 0
    for file in graph.subjects(RDF.type, DCAT.Distribution):
        address = str(graph.value(file, DCAT.downloadURL))
        answer = client.get("/" + address.removeprefix(PUBLIC))
        content = answer.data
        answer.close()
        checksum = graph.value(graph.value(file, spdx.checksum), spdx.checksumValue)
        media = graph.value(file, DCAT.compressFormat) or graph.value(file, DCAT.mediaType)
        assert answer.status_code == 200, address
        assert len(content) == int(graph.value(file, DCAT.byteSize)), address  # type: ignore[arg-type]
        assert hashlib.sha256(content).hexdigest() == checksum.toPython().hex(), address  # type: ignore[union-attr]
        assert str(media).endswith(answer.mimetype), address
        checked += 1

    assert checked >= 18


def test_the_services_listed_answer(client: FlaskClient) -> None:
    graph = Graph().parse(data=client.get("/catalogue").data, format="turtle")
    endpoints = {str(o).removeprefix(PUBLIC) for o in graph.objects(None, DCAT.endpointURL)}

    assert endpoints == {"", "sparql", "graphs", "search"}
    assert client.get("/sparql?query=ASK%7B%7D").status_code == 200
    assert client.get("/graphs?default").status_code == 200
    assert client.get("/search?q=a").status_code == 200


def test_only_what_changed_since_is_given(client: FlaskClient, release: Release) -> None:
    """A date and a moment are understood; what is no date is 400."""
    before = client.get("/catalogue.ttl?modified_since=2020-01-01")
    after = client.get("/catalogue.ttl?modified_since=2999-01-01T00:00:00Z")
    wrong = client.get("/catalogue.ttl?modified_since=yesterday")
    count = [len(set(Graph().parse(data=a.data).subjects(RDF.type, DCAT.Dataset)))
             for a in (before, after)]  # fmt: skip

    assert count == [18, 0]
    assert wrong.status_code == 400


@pytest.mark.parametrize("page, status", [("0", 400), ("-1", 400), ("one", 400), ("99", 404)])
def test_a_page_that_is_not_there_is_said(client: FlaskClient, page: str, status: int) -> None:
    assert client.get(f"/catalogue?page={page}").status_code == status


def test_the_other_spelling_leads_here(client: FlaskClient) -> None:
    answer = client.get("/catalog?page=1")

    assert (answer.status_code, answer.location) == (301, PUBLIC + "catalogue?page=1")


def test_formats_are_negotiated_and_the_rest_refused(client: FlaskClient) -> None:
    for media_type, name in FORMATS.items():
        answer = client.get("/catalogue", headers={"Accept": media_type})
        assert answer.mimetype == media_type
        assert len(Graph().parse(data=answer.data, format=name)) > 1000

    assert client.get("/catalogue", headers={"Accept": "image/png"}).status_code == 406


def test_a_broken_catalogue_is_an_error_and_never_a_shorter_one(
    release: Release, store: Store, settings: Settings, tmp_path: Path
) -> None:
    """Half a catalogue with 200 would make the harvester delete the other half."""
    import shutil

    copy = tmp_path / release.manifest.id
    shutil.copytree(release.folder, copy)
    whole = (copy / "catalogue.ttl").read_bytes()
    half = whole[: len(whole) // 2]
    (copy / "catalogue.ttl").write_bytes(half.ljust(len(whole)))
    opened = open_release(copy)
    try:
        app = create_app(opened, store, settings)
    except SyntaxError:
        return  # the server does not start, which is as good
    assert app.test_client().get("/catalogue").status_code >= 500


def test_an_entry_can_be_fetched_by_itself(client: FlaskClient) -> None:
    """As /dataset/{id}.{ext} of CKAN."""
    answer = client.get("/dataset/sapporo/vocabulary.rdf")
    graph = Graph().parse(data=answer.data, format="xml")

    assert set(graph.subjects(RDF.type, DCAT.Dataset)) == {
        URIRef("https://w3id.org/jp-ccua/dataset/sapporo/vocabulary")
    }
    assert client.get("/dataset/nothing.ttl").status_code == 404


def test_the_release_is_a_member_of_its_series(client: FlaskClient, release: Release) -> None:
    """Its files stand under the release and never change."""
    graph = Graph().parse(data=client.get("/catalogue").data, format="turtle")
    dataset = URIRef(release.manifest.dataset)
    version = graph.value(dataset, URIRef(f"{DCAT}hasCurrentVersion"))
    files = [
        str(graph.value(d, DCAT.downloadURL)) for d in graph.objects(version, DCAT.distribution)
    ]

    assert graph.value(version, URIRef(f"{DCAT}inSeries")) == URIRef(f"{dataset}/series")
    assert files and all(f.startswith(f"{PUBLIC}releases/{release.manifest.id}/") for f in files)


def test_the_miniature_has_a_catalogue_in_its_own_language(small: FlaskClient) -> None:
    graph = Graph().parse(data=small.get("/catalogue").data, format="turtle")
    languages = {o.language for o in graph.objects(None, DCTERMS.title)} - {None}  # type: ignore[union-attr]

    assert languages == {"de"}
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == 4
    assert all(graph.value(a, FOAF.name) for a in graph.subjects(RDF.type, FOAF.Agent))
