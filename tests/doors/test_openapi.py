"""`/openapi.json` describes every address that there is, and each answers as it says.

Schemathesis makes requests from the document, sensible and not, and looks at what comes back.
"""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from renkei.serve.api import openapi


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    found: dict[str, Any] = app.test_client().get("/openapi.json").get_json()
    return found


def test_every_address_is_described_and_no_other(app: Flask, document: dict[str, Any]) -> None:
    """A route that the table forgets would stand under “Other”."""
    rules = {rule.rule for rule in app.url_map.iter_rules() if not openapi.is_hidden(rule.rule)}
    paths = {openapi.path_of(rule) for rule in rules}
    asked = re.compile(r"/questions/[a-z0-9-]+\.\{suffix\}")
    of_questions = {path for path in document["paths"] if asked.fullmatch(path)}

    assert set(document["paths"]) == paths | of_questions
    all_rules = {openapi.plain(rule.rule) for rule in app.url_map.iter_rules()}
    assert set(openapi.TABLE) - all_rules == set()
    assert [
        path
        for path, methods in document["paths"].items()
        for operation in methods.values()
        if operation["tags"] == ["Other"]
    ] == []


def test_the_document_is_openapi(document: dict[str, Any]) -> None:
    """Ids are unique, references lead somewhere, schemas are JSON Schema 2020-12."""
    operations = [o for methods in document["paths"].values() for o in methods.values()]
    ids = [o["operationId"] for o in operations]
    assert len(ids) == len(set(ids))

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "$ref" in node:
                found: Any = document
                for step in node["$ref"].removeprefix("#/").split("/"):
                    found = found[step]
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(document)
    for operation in operations:
        for parameter in operation["parameters"]:
            jsonschema.Draft202012Validator.check_schema(parameter["schema"])
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_path_parameter_is_declared(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            declared = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
            assert declared == set(re.findall(r"\{(\w+)\}", path)), path


def test_limits_are_said(app: Flask, document: dict[str, Any]) -> None:
    limits = document["x-renkei-limits"]
    assert limits["query_seconds"] == 10
    assert all(f"`{name}`" in document["info"]["description"] for name in limits)


def test_examples_are_answered(client: FlaskClient, document: dict[str, Any]) -> None:
    """What the page offers to try, works; tables and a contact only where there are any."""
    tried = [
        o["try_it"]
        for group in openapi.shown(document)["groups"].values()
        for o in group
        if o["try_it"]
    ]
    assert len(tried) > 25
    for address in tried:
        with client.get(address) as found:
            optional = ("/tables/csv-metadata.json", "/.well-known/security.txt")
            missing = 404 if address in optional else 200
            assert found.status_code in (200, 301, 303, missing), address


def test_the_page_needs_no_other_host(client: FlaskClient) -> None:
    page = client.get("/openapi", headers={"Accept": "text/html"})
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert "/reconcile/suggest/{what}" in text
    assert not re.findall(r'(?:src|href)="https?://(?!creativecommons)[^"]*\.(?:js|css)', text)


def test_the_miniature_describes_itself(small: FlaskClient) -> None:
    found = small.get("/openapi.json").get_json()
    assert "hafenverbund" in found["info"]["summary"]
    assert not re.search("apporo|札幌|jp-ccua", str(found))


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# Schemathesis does not close what it has read; files of a release are then closed by chance.
LEFT_OPEN = "ignore::pytest.PytestUnraisableExceptionWarning"


@pytest.mark.filterwarnings(LEFT_OPEN, "ignore::ResourceWarning")
def test_no_500_and_no_undeclared_status(app: Flask) -> None:
    """503 and 504 are said to be possible, but none of these requests may bring them about."""
    api = schemathesis.openapi.from_wsgi("/openapi.json", app)
    wrong = []
    for result in api.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=8,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def holds(case: Any) -> None:
            case.call_and_validate(checks=CHECKS)

        try:
            holds()
        except Exception as error:
            wrong.append(f"{operation.label}: {error}")
    assert not wrong, "\n\n".join(wrong)
