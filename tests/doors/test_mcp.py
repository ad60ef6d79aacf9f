"""`renkei mcp` speaks with the official client, over stdio and over HTTP."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from flask import Flask
from flask.testing import FlaskClient
from mcp import Client, StdioServerParameters
from mcp.client.client import Client as Connection

from renkei.config import Settings
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.serve.mcp import make_server
from renkei.stores import open_store
from renkei.stores.base import Store
from tests.doors.conftest import PUBLIC, ROOT

Asking = Callable[[Connection], Awaitable[Any]]


@pytest.fixture(scope="module")
def store(release: Release) -> Iterator[Store]:
    found = open_store(release, SETTINGS)
    yield found
    found.close()


SETTINGS = Settings(public_url=PUBLIC, engines=1, query_seconds=5, client_seconds=1e6)


@pytest.fixture
def ask(release: Release, store: Store) -> Callable[[str, dict[str, Any]], dict[str, Any]]:
    """Call a tool through the client, in memory."""

    def call(name: str, given: dict[str, Any]) -> dict[str, Any]:
        async def run() -> Any:
            async with Client(make_server(store, release, SETTINGS)) as client:
                return await client.call_tool(name, given)

        found = anyio.run(run)
        text = " ".join(getattr(c, "text", "") for c in found.content)
        if found.is_error:
            return {"error": text}
        answer: dict[str, Any] = found.structured_content or json.loads(text)
        assert answer["release"]["id"] == release.manifest.id
        assert answer["release"]["license"] == "https://creativecommons.org/licenses/by/4.0/"
        return answer

    return call


Ask = Callable[[str, dict[str, Any]], dict[str, Any]]


def test_over_stdio(release: Release) -> None:
    """A client starts the command, sees tools and resources, and asks; nothing else is printed."""

    async def run() -> tuple[set[str], set[str], Any, Any]:
        command = StdioServerParameters(
            command=str(Path(sys.executable).parent / "renkei"),
            args=["mcp", str(release.folder), "--public-url", PUBLIC],
            env={"PATH": os.environ["PATH"]},
        )
        async with Client(command) as client:
            tools = {t.name for t in (await client.list_tools()).tools}
            resources = {str(r.uri) for r in (await client.list_resources()).resources}
            found = await client.call_tool("search_things", {"text": "サッポロ"})
            words = await client.read_resource(f"{ROOT}ns#")
            return tools, resources, found, words

    tools, resources, found, words = anyio.run(run)
    assert tools == {
        "search_things",
        "describe_thing",
        "list_classes",
        "list_properties",
        "list_questions",
        "run_question",
        "run_sparql",
    }
    assert f"{ROOT}ns#" in resources
    assert found.structured_content["results"][0]["iri"].endswith("hokkaido-sapporo")
    assert "owl:Class" in words.contents[0].text


def test_tools_only_read(release: Release, store: Store) -> None:
    async def run() -> Any:
        async with Client(make_server(store, release, SETTINGS)) as client:
            return (await client.list_tools()).tools, client.instructions

    tools, instructions = anyio.run(run)
    assert all(t.annotations.read_only_hint and t.description for t in tools)
    assert release.manifest.id in instructions


def test_a_thing_is_described_with_its_sources(ask: Ask) -> None:
    found = ask("describe_thing", {"thing": "011002", "lang": "en"})

    assert found["name"] == "Sapporo"
    code = next(
        s
        for s in found["statements"]
        if s["value"].get("value") == "011002" and s["property_iri"].endswith("municipalityCode")
    )
    assert code["sources"][0]["kind"] == "elsewhere"
    assert code["sources"][0]["source"]["iri"].startswith(f"{ROOT}id/source/")


def test_a_statement_of_the_page_names_its_line(ask: Ask) -> None:
    found = ask("describe_thing", {"thing": f"{ROOT}id/event/union-dissolution"})

    lines = [w["line"] for s in found["statements"] for w in s["sources"] if "line" in w]
    assert 79 in lines


def test_gaps_are_told(ask: Ask) -> None:
    """What the source does not say is said to be unsaid."""
    found = ask("describe_thing", {"thing": f"{ROOT}id/union/sapporo-wide-area-union"})

    assert found["gaps"]


def test_questions_are_found_and_run(ask: Ask) -> None:
    listed = ask("list_questions", {"words": "vision day"})
    slugs = {q["question"]: q for q in listed["questions"]}
    assert slugs["vision-on-day"]["parameters"][0]["name"] == "day"

    found = ask(
        "run_question",
        {"question": "vision-on-day", "parameters": {"day": "2024-04-01"}, "lang": "en"},
    )
    assert found["rows"][0]["periodNumber"]["value"] == "2"
    assert found["sources"]
    assert "2024-04-01" in found["query"]


def test_classes_and_properties_come_with_definitions(ask: Ask) -> None:
    classes = {c["short"]: c for c in ask("list_classes", {"lang": "en"})["classes"]}
    assert classes["ccua:Municipality"]["things"] == 14
    assert classes["ccua:Municipality"]["definition"]
    assert classes["ccua:Municipality"]["example"].startswith(ROOT)

    properties = ask("list_properties", {"kind": "ccua:Municipality", "lang": "en"})["properties"]
    assert "ccua:municipalityCode" in {p["short"] for p in properties}


def test_sparql_with_known_prefixes_and_graphs_explained(ask: Ask) -> None:
    found = ask(
        "run_sparql",
        {
            "query": "SELECT ?g ?code WHERE { GRAPH ?g { "
            "muni:hokkaido-otaru ccua:municipalityCode ?code } }"
        },
    )

    assert found["rows"][0]["code"] == {"value": "012033"}
    assert found["graphs"][found["rows"][0]["g"]["iri"]][0]["source"]["name"]


def test_rows_over_the_bound_are_said(ask: Ask) -> None:
    found = ask("run_sparql", {"query": "SELECT * { ?s ?p ?o }"})
    assert len(found["rows"]) == 500
    assert found["cut"] is True
    assert ask("run_sparql", {"query": "ASK { ?s ?p ?o }"})["boolean"] is True
    assert "ccua:" in ask("run_sparql", {"query": "DESCRIBE muni:hokkaido-otaru"})["turtle"]


@pytest.mark.parametrize(
    "tool, given, said",
    [
        ("run_sparql", {"query": "SELECT * {"}, "never closed"),
        ("run_sparql", {"query": "DROP ALL"}, "update"),
        (
            "run_sparql",
            {"query": "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"},
            "SERVICE",
        ),
        (
            "run_sparql",
            {"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"},
            "stopped",
        ),
        ("run_question", {"question": "none"}, "no question"),
        ("run_question", {"question": "vision-on-day", "parameters": {"day": "x"}}, "day"),
        ("describe_thing", {"thing": "Sapporo Area Something"}, "not one thing"),
        ("list_properties", {"kind": "a b c<"}, "not an IRI"),
    ],
)
def test_refusals_are_told(ask: Ask, tool: str, given: dict[str, Any], said: str) -> None:
    assert said in ask(tool, given)["error"]


# --- over HTTP


@pytest.fixture(scope="module")
def http(release: Release, store: Store) -> Flask:
    return create_app(release, store, Settings(**{**SETTINGS.__dict__, "mcp": 1}))


def message(client: FlaskClient, method: str, **params: Any) -> Any:
    return client.post(
        "/mcp",
        json={"jsonrpc": "2.0", "id": 1, "method": method, "params": params},
        headers={"Accept": "application/json, text/event-stream"},
    )


def test_http_is_off_unless_switched_on(client: FlaskClient) -> None:
    assert message(client, "ping").status_code in (404, 405)


def test_over_http(http: Flask) -> None:
    client = http.test_client()
    begun = message(
        client,
        "initialize",
        protocolVersion="2025-06-18",
        capabilities={},
        clientInfo={"name": "t", "version": "1"},
    )
    assert begun.get_json()["result"]["serverInfo"]["name"] == "renkei"
    found = message(client, "tools/call", name="search_things", arguments={"text": "小樽市"})
    assert found.get_json()["result"]["structuredContent"]["results"][0]["iri"].endswith("otaru")
    assert found.headers["Cache-Control"] == "no-store"
    assert client.get("/mcp").status_code == 405


def test_the_miniature_has_the_same_door(miniature: Release) -> None:
    store = open_store(miniature, SETTINGS)

    async def run() -> Any:
        async with Client(make_server(store, miniature, SETTINGS)) as client:
            return await client.call_tool("describe_thing", {"thing": "Altwarp"})

    try:
        found = anyio.run(run).structured_content
    finally:
        store.close()
    assert found["name"] == "Altwarp"
    assert found["release"]["id"] == miniature.manifest.id
