"""A format is one row: what is added to the table is asked for, listed, described and written."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from renkei.release import Release

SERVER = Path(__file__).parents[2] / "server"
ROW = """
NOTATION3 = Format(
    "notation3",
    "text/n3",
    "n3x",
    "Notation3",
    "graph",
    rdf=ox.RdfFormat.N3,
    w3c="N3",
    comment="# {}\\n",
    prefixed=True,
)
"""
PROGRAM = """
import json, sys
from pathlib import Path

from renkei.config import Settings
from renkei.release import open_release
from renkei.serve.app import create_app
from renkei.stores import open_store

settings = Settings(engines=1)
release = open_release(Path(sys.argv[1]))
store = open_store(release, settings)
try:
    client = create_app(release, store, settings).test_client()
    told = {}
    for address, accept in json.loads(sys.argv[2]):
        answer = client.get(address, headers={"Accept": accept})
        told[f"{address} {accept}"] = (
            answer.status_code,
            answer.headers["Content-Type"],
            answer.headers.get("Link", ""),
            answer.get_data(as_text=True),
        )
    print(json.dumps(told))
finally:
    store.close()
"""
WRITTEN = {
    "a document by its suffix": ("/doc/hafen/altwarp.n3x", "*/*"),
    "a document by Accept": ("/doc/hafen/altwarp", "text/n3"),
    "the vocabulary": ("/ns.n3x", "*/*"),
    "the shapes": ("/shapes", "text/n3"),
    "a graph": ("/graphs?default", "text/n3"),
    "a graph by a query": ("/sparql?query=CONSTRUCT+WHERE+{?s+a+?type}", "text/n3"),
    "the catalogue": ("/catalogue", "text/n3"),
    "the Service Description": ("/sparql", "text/n3"),
}
LISTED = {
    "links of a document": ("/doc/hafen/altwarp", "text/turtle"),
    "the page of a thing": ("/doc/hafen/altwarp", "text/html"),
    "an error": ("/doc/hafen/altwarp", "image/png"),
    "OpenAPI": ("/openapi.json", "*/*"),
}


@pytest.fixture(scope="module")
def told(
    miniature: Release, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[int, str, str, str]]:
    """What each address answers where the program has a row more."""
    folder = tmp_path_factory.mktemp("program")
    shutil.copytree(SERVER / "renkei", folder / "renkei")
    table = folder / "renkei/rdf/formats.py"
    text = table.read_text("utf-8")
    text = text.replace("FORMATS: tuple", f"{ROW}FORMATS: tuple", 1)
    table.write_text(text.replace("    N_QUADS,\n", "    N_QUADS,\n    NOTATION3,\n", 1))
    asked = json.dumps([*WRITTEN.values(), *LISTED.values()])
    command = [sys.executable, "-c", PROGRAM, str(miniature.folder), asked]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    found: dict[str, tuple[int, str, str, str]] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("what", WRITTEN)
def test_a_format_of_one_row_is_written_everywhere(
    told: dict[str, tuple[int, str, str, str]], what: str
) -> None:
    status, media_type, _, body = told[" ".join(WRITTEN[what])]

    assert (status, media_type) == (200, "text/n3; charset=utf-8")
    assert "@prefix" in body


@pytest.mark.parametrize("what", LISTED)
def test_a_format_of_one_row_is_listed_everywhere(
    told: dict[str, tuple[int, str, str, str]], what: str
) -> None:
    _, _, links, body = told[" ".join(LISTED[what])]

    assert "n3x" in links + body or "text/n3" in links + body


def test_a_format_of_one_row_is_described_by_the_endpoint(
    told: dict[str, tuple[int, str, str, str]],
) -> None:
    assert "formats/N3" in told["/sparql text/n3"][3] or "formats:N3" in told["/sparql text/n3"][3]
