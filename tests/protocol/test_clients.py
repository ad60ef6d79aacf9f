"""Clients that people use, each with one question to the live server.

Comunica is a program of Node.js. It is installed once into `build/comunica`; where that
cannot be done, or there is no Node.js, its test is skipped and says why. Under CI only the
missing Node.js is a reason.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from xml.dom.minidom import Document

import pytest
import SPARQLWrapper
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from tests.protocol.conftest import Live
from tests.stores.world import ROOT

COMUNICA = "@comunica/query-sparql@4.5.0"  # 5 needs Node.js 22; Debian 13 has 20
CACHE = Path(__file__).parents[2] / "build" / "comunica"
QUESTION = f"""
PREFIX def: <{ROOT}ns#>
SELECT ?harbour ?depth WHERE {{ ?harbour a def:Harbour ; def:depth ?depth }} ORDER BY ?depth
"""
ANSWER = [
    (f"{ROOT}id/venezia", "12"),
    (f"{ROOT}id/brindisi", "14.5"),
    (f"{ROOT}id/trieste", "18"),
]


def told(text: str | bytes) -> list[tuple[str, str]]:
    """The rows of an answer in SPARQL JSON."""
    found = json.loads(text)["results"]["bindings"]
    return [(row["harbour"]["value"], row["depth"]["value"]) for row in found]


def test_sparqlwrapper_gets_its_answer(live: Live) -> None:
    asking = wrapper(live, QUESTION, SPARQLWrapper.JSON, "GET")
    with asking.query().response as response:
        assert told(response.read()) == ANSWER


TABLES = (SPARQLWrapper.JSON, SPARQLWrapper.XML, SPARQLWrapper.CSV, SPARQLWrapper.TSV)
GRAPHS = (
    SPARQLWrapper.TURTLE,
    SPARQLWrapper.N3,
    SPARQLWrapper.XML,
    SPARQLWrapper.RDFXML,
    SPARQLWrapper.JSONLD,
)
DESCRIBED = f"{ROOT}id/trieste"
FORMS = {
    "SELECT": (f"SELECT ?s {{ ?s a <{ROOT}ns#Harbour> }}", TABLES),
    "ASK": ("ASK { ?s ?p ?o }", TABLES),
    "CONSTRUCT": (f"CONSTRUCT WHERE {{ <{DESCRIBED}> ?p ?o }}", GRAPHS),
    "DESCRIBE": (f"DESCRIBE <{DESCRIBED}>", GRAPHS),
}


def wrapper(live: Live, query: str, wish: str, method: str) -> SPARQLWrapper.SPARQLWrapper:
    asking = SPARQLWrapper.SPARQLWrapper(f"{live.address}sparql")
    asking.setReturnFormat(wish)
    asking.setMethod(method)
    asking.setQuery(query)
    return asking


def holds(answer: object) -> bool:
    """Say whether a converted answer names what every query here asks for, or says yes."""
    if isinstance(answer, dict):
        answer = json.dumps(answer)
    elif isinstance(answer, Document):
        answer = answer.toxml()
    elif isinstance(answer, Graph):
        answer = answer.serialize(format="nt")
    text = answer.decode() if isinstance(answer, bytes) else str(answer)
    return "trieste" in text or "true" in text


@pytest.mark.filterwarnings("error", "ignore:ConjunctiveGraph is deprecated")  # it uses that itself
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "form, wish", [(form, wish) for form, (_, wishes) in FORMS.items() for wish in wishes]
)
def test_sparqlwrapper_gets_each_form_in_each_format_without_a_warning(
    live: Live, form: str, wish: str, method: str
) -> None:
    """It sends the format three times under three names, and looks at the Content-Type."""
    assert holds(wrapper(live, FORMS[form][0], wish, method).queryAndConvert())


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize("form", FORMS)
def test_sparqlwrapper_gets_something_where_a_format_is_not_for_the_form(
    live: Live, form: str
) -> None:
    """It warns itself, sends `*/*`, and takes what comes."""
    query, _ = FORMS[form]
    for wish in (*TABLES, *GRAPHS, SPARQLWrapper.RDF):
        assert holds(wrapper(live, query, wish, "GET").queryAndConvert()), wish


def test_the_store_of_rdflib_gets_its_answer(live: Live) -> None:
    store = SPARQLStore(f"{live.address}sparql")
    rows = [(str(harbour), str(depth)) for harbour, depth in store.query(QUESTION)]

    assert rows == ANSWER


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_gets_its_answer(live: Live) -> None:
    words = ["curl", "--silent", "--fail", "--header", "Accept: text/csv"]
    done = subprocess.run(
        [*words, "--data-urlencode", f"query={QUESTION}", f"{live.address}sparql"],
        capture_output=True,
        check=True,
        timeout=60,
    )
    lines = done.stdout.decode().split("\r\n")

    assert lines == ["harbour,depth", *(",".join(row) for row in ANSWER), ""]


@pytest.fixture(scope="module")
def comunica() -> Path:
    """The program of Comunica, installed once."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Comunica needs Node.js: apt-get install nodejs npm")
    program = CACHE / "node_modules" / ".bin" / "comunica-sparql"
    marker = CACHE / f".{COMUNICA.rpartition('@')[2]}"
    if not marker.is_file():
        shutil.rmtree(CACHE, ignore_errors=True)
        CACHE.mkdir(parents=True)
        words = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--ignore-scripts"]
        try:
            subprocess.run(
                [*words, "--prefix", str(CACHE), COMUNICA],
                check=True,
                capture_output=True,
                timeout=300,
            )
        except (OSError, subprocess.SubprocessError) as error:
            shutil.rmtree(CACHE, ignore_errors=True)
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(f"Comunica could not be installed: {error}")
        marker.touch()
    return program


def test_comunica_gets_its_answer(live: Live, comunica: Path) -> None:
    """It finds out by itself that the address is a SPARQL endpoint."""
    words = [str(comunica), f"{live.address}sparql", QUESTION]
    done = subprocess.run(
        [*words, "--outputType", "application/sparql-results+json"],
        capture_output=True,
        check=True,
        timeout=120,
    )

    assert told(done.stdout) == ANSWER
