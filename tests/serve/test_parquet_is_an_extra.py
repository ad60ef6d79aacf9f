"""Where pyarrow is not installed Parquet is not offered, and who asks for it is told why.

A machine without the package is made by a finder of modules that finds no such package.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from renkei.release import Release

QUERY = "/sparql?query=SELECT+*+WHERE+{?s+a+?type}+LIMIT+1"
PROGRAM = """
import importlib.machinery, json, sys
from pathlib import Path

found = importlib.machinery.PathFinder.find_spec
importlib.machinery.PathFinder.find_spec = (
    lambda name, *more: None if name == "pyarrow" else found(name, *more)
)
from renkei.config import Settings
from renkei.release import open_release
from renkei.serve.app import create_app
from renkei.stores import open_store

settings = Settings(engines=1)
release = open_release(Path(sys.argv[1]))
store = open_store(release, settings)
try:
    client = create_app(release, store, settings).test_client()
    print(json.dumps([
        [answer.status_code, answer.get_data(as_text=True)]
        for address, accept in json.loads(sys.argv[2])
        for answer in [client.get(address, headers={"Accept": accept, "Accept-Language": "de"})]
    ]))
finally:
    store.close()
"""
ASKED = {
    "a suffix": (QUERY.replace("/sparql", "/sparql.parquet"), "*/*"),
    "a word": (QUERY + "&format=parquet", "*/*"),
    "a media type": (QUERY, "application/vnd.apache.parquet"),
    "a question": ("/questions/haefen.parquet", "*/*"),
}
OFFERED = {"the page of a query": (QUERY, "text/html"), "OpenAPI": ("/openapi.json", "*/*")}


@pytest.fixture(scope="module")
def told(miniature: Release) -> dict[str, tuple[int, str]]:
    """What is answered without pyarrow."""
    asked = {**ASKED, **OFFERED, "the rest": (QUERY, "text/csv")}
    command = [sys.executable, "-c", PROGRAM, str(miniature.folder), json.dumps([*asked.values()])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(zip(asked, json.loads(done.stdout.splitlines()[-1]), strict=True))


@pytest.mark.parametrize("what", ASKED)
def test_who_asks_for_parquet_is_told_what_it_needs(
    told: dict[str, tuple[int, str]], what: str
) -> None:
    status, body = told[what]

    assert status == 406
    assert json.loads(body)["detail"] == (
        "Parquet wird hier nicht geschrieben: Dazu fehlt das Paket pyarrow (pip install "
        "'.[parquet]' im Quellverzeichnis). Wählen Sie eines davon: json, xml, csv, tsv, xlsx, "
        "geojson."
    )


@pytest.mark.parametrize("what", OFFERED)
def test_parquet_is_not_offered(told: dict[str, tuple[int, str]], what: str) -> None:
    status, body = told[what]

    assert (status, "parquet" in body, "xlsx" in body) == (200, False, True)


def test_all_else_is_answered(told: dict[str, tuple[int, str]]) -> None:
    assert told["the rest"][0] == 200
