"""The dumps: whoever reads them, in whichever form, has the same graph."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

from renkei.release import Release
from tests.peers.peers import Missing, jena

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")

TRIPLES = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}
ENGINE = {
    "ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD, "trig": ox.RdfFormat.TRIG, "nq": ox.RdfFormat.N_QUADS,
}  # fmt: skip


def canonical(quads: list[ox.Quad]) -> list[str]:
    """Return statements in one spelling: two lists are equal where the graphs are isomorphic."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(str(q) for q in dataset)


def read(content: bytes, fmt: ox.RdfFormat) -> list[ox.Quad]:
    """Read with our own engine."""
    return list(ox.parse(content, format=fmt))


@pytest.fixture(scope="module", params=["release", "miniature"])
def packed(request: pytest.FixtureRequest) -> Release:
    """Each of the two releases."""
    found: Release = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def default(packed: Release) -> list[str]:
    """The default graph, as the release is named by it."""
    quads = read(packed.path("data.nq").read_bytes(), ox.RdfFormat.N_QUADS)
    return canonical([q for q in quads if isinstance(q.graph_name, ox.DefaultGraph)])


@pytest.fixture(scope="module")
def every(packed: Release) -> list[str]:
    """The default graph and the named graphs."""
    return canonical(read(packed.path("data.nq").read_bytes(), ox.RdfFormat.N_QUADS))


@pytest.mark.parametrize("suffix", TRIPLES)
def test_oxigraph_reads_the_default_graph(packed: Release, default: list[str], suffix: str) -> None:
    content = packed.path(f"dumps/data.{suffix}").read_bytes()

    assert canonical(read(content, ENGINE[suffix])) == default


@pytest.mark.parametrize("suffix", ["trig", "nq"])
def test_oxigraph_reads_all_graphs(packed: Release, every: list[str], suffix: str) -> None:
    content = packed.path(f"dumps/data.{suffix}").read_bytes()

    assert canonical(read(content, ENGINE[suffix])) == every


@pytest.mark.parametrize("suffix", TRIPLES)
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
def test_rdflib_reads_the_default_graph(packed: Release, default: list[str], suffix: str) -> None:
    content = packed.path(f"dumps/data.{suffix}").read_bytes()
    graph = Graph().parse(data=content, format=TRIPLES[suffix])
    text = graph.serialize(format="nt", encoding="utf-8")

    assert canonical(read(text, ox.RdfFormat.N_TRIPLES)) == default


@pytest.mark.parametrize("suffix", ["trig", "nq"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_rdflib_reads_all_graphs(packed: Release, every: list[str], suffix: str) -> None:
    name = {"nq": "nquads", "trig": "trig"}[suffix]
    dataset = Dataset()
    dataset.parse(data=packed.path(f"dumps/data.{suffix}").read_bytes(), format=name)
    text = dataset.serialize(format="nquads", encoding="utf-8")
    text = text.replace(f" <{DATASET_DEFAULT_GRAPH_ID}> .".encode(), b" .")

    assert canonical(read(text, ox.RdfFormat.N_QUADS)) == every


@pytest.mark.skipif(not shutil.which("rapper"), reason="raptor: apt-get install raptor2-utils")
@pytest.mark.parametrize("suffix, name", [("ttl", "turtle"), ("nt", "ntriples"), ("rdf", "rdfxml")])
def test_raptor_reads_the_default_graph(
    packed: Release, default: list[str], suffix: str, name: str
) -> None:
    """Raptor turns non-ASCII IRIs and text into escapes; they are the same when read again."""
    path = packed.path(f"dumps/data.{suffix}")
    done = subprocess.run(["rapper", "-q", "-i", name, "-o", "ntriples", str(path)],
                          capture_output=True, timeout=600)  # fmt: skip

    assert done.returncode == 0, done.stderr.decode()[:500]
    assert canonical(read(done.stdout, ox.RdfFormat.N_TRIPLES)) == default


@pytest.fixture(scope="session")
def read_by_jena(
    release: Release, miniature: Release, tmp_path_factory: pytest.TempPathFactory
) -> dict[Path, bytes]:
    """Every dump of both releases that Jena could read, as N-Quads; one start of Java for all."""
    java = shutil.which("java")
    if java is None:
        pytest.skip("Jena needs Java: apt-get install default-jdk-headless")
    try:
        command = [java, "-cp", str(jena()), str(Path(__file__).parent / "tools" / "Riot.java")]
    except Missing as missing:
        pytest.skip(str(missing))
    out = tmp_path_factory.mktemp("jena")
    paths = [one.path(f"dumps/data.{suffix}") for one in (release, miniature) for suffix in ENGINE]
    told = subprocess.run([*command, out, *paths], capture_output=True, text=True, timeout=600)
    print(told.stderr)  # shown with the test that misses its file
    written = {path: out / f"{place}.nq" for place, path in enumerate(paths, start=1)}
    return {path: made.read_bytes() for path, made in written.items() if made.exists()}


@pytest.mark.parametrize("suffix", ENGINE)
def test_jena_reads_every_form(
    packed: Release,
    default: list[str],
    every: list[str],
    suffix: str,
    read_by_jena: dict[Path, bytes],
) -> None:
    path = packed.path(f"dumps/data.{suffix}")

    assert path in read_by_jena, "see what Jena said, above"
    expected = default if suffix in TRIPLES else every
    assert canonical(read(read_by_jena[path], ox.RdfFormat.N_QUADS)) == expected


@pytest.mark.parametrize("suffix", ENGINE)
def test_the_compressed_file_is_the_same_file(packed: Release, suffix: str) -> None:
    name = f"dumps/data.{suffix}"

    assert gzip.decompress(packed.path(name + ".gz").read_bytes()) == packed.path(name).read_bytes()


def test_vocabulary_and_shapes_are_files_of_their_own(packed: Release) -> None:
    for name in ("vocabulary", "shapes"):
        assert len(Graph().parse(packed.path(f"dumps/{name}.ttl"), format="turtle")) > 5


def test_no_path_of_a_machine_stands_in_a_dump(release: Release) -> None:
    text = release.path("dumps/data.nq").read_text("utf-8")

    assert "file://" not in text and str(Path.home()) + "/" not in text
