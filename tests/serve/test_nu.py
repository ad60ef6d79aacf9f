"""The Nu Html Checker, which the W3C runs, has nothing against any kind of page.

html5lib (`test_pages.py`) reads the syntax; Nu also knows which element may stand where, which
attribute and which role it may have. Maven brings it once, to `build/nu`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.serve.test_pages import PAGES

HERE = Path(__file__).parent
JARS = Path(__file__).parents[2] / "build" / "nu"
OWN = ["/ns/Municipality", "/ns/hasParty", "/shapes/A01-AgreementHasTwoParties", "/openapi"]
# Two properties of two vocabularies may go by the same name; both stand in the list.
ALLOWED = "Duplicate “dt” name"
# The interface is described in English, each part of it marked so; Nu guesses by the bulk of it.
ENGLISH = ("openapi-ja.html", "This document appears to be written in English")


@pytest.fixture(scope="module")
def nu() -> list[str]:
    """The command that checks files; tests are left out, and say so, where it cannot be had."""
    if not shutil.which("java"):
        pytest.skip("Java is missing; on Debian: apt-get install default-jdk-headless")
    if not any(JARS.glob("validator-*.jar")):
        if not shutil.which("mvn"):
            pytest.skip("Maven is missing; on Debian: apt-get install maven")
        beside = JARS.with_name("nu.part")
        command = ["mvn", "-q", "-B", "-f", str(HERE / "nu" / "pom.xml")]
        command += ["dependency:copy-dependencies", "-DincludeScope=runtime"]
        try:
            subprocess.run(
                [*command, f"-DoutputDirectory={beside}"],
                check=True,
                capture_output=True,
                timeout=600,
            )
        except subprocess.SubprocessError:
            pytest.skip("Maven did not bring nu.validator:validator")
        beside.rename(JARS)
    main = "nu.validator.client.SimpleCommandLineValidator"
    return ["java", "-cp", f"{JARS}/*", main, "--format", "json", "--exit-zero-always"]


def _found(nu: list[str], folder: Path) -> list[tuple[str, str, str]]:
    """Return page, message and the markup it is about, for each thing that Nu found."""
    files = sorted(str(path) for path in folder.glob("*.html"))
    done = subprocess.run([*nu, *files], capture_output=True, text=True, check=True)
    return [
        (Path(m["url"]).name, m["message"], m.get("extract", ""))
        for m in json.loads(done.stderr)["messages"]
        if m["type"] != "info" or m.get("subType") == "warning"
        if not m["message"].startswith(ALLOWED)
        and not (m["url"].endswith(ENGLISH[0]) and m["message"].startswith(ENGLISH[1]))
    ]


def test_no_kind_of_page_has_a_fault(client: FlaskClient, nu: list[str], tmp_path: Path) -> None:
    """Errors and warnings, in both languages."""
    for number, path in enumerate([*PAGES, *OWN, "/sparql"]):
        for tag in ("ja", "en"):
            page = client.get(path, headers={"Accept": "text/html", "Accept-Language": tag})
            stem = path.strip("/").partition("?")[0].replace("/", "-")
            (tmp_path / f"{number:02}-{stem}-{tag}.html").write_bytes(page.data)

    assert _found(nu, tmp_path) == []


def test_a_fault_would_be_found(nu: list[str], tmp_path: Path) -> None:
    """A list item without a list is right for html5lib, and wrong for Nu."""
    page = '<!doctype html><html lang="en"><title>t</title><h1>t</h1><div><li>x</li></div></html>'
    (tmp_path / "wrong.html").write_text(page, "utf-8")

    assert [(name, text[:30]) for name, text, _ in _found(nu, tmp_path)] == [
        ("wrong.html", "Element “li” not allowed as ch")
    ]
