"""`renkei mcp` speaks with the official client, over stdio and over HTTP."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import anyio
import pytest
from flask.testing import FlaskClient
from mcp import Client, StdioServerParameters
from mcp.client.client import Client as Connection

from renkei.config import Settings
from renkei.release import Release
from renkei.serve.api.mcp import make_server
from renkei.serve.web.site import Site
from renkei.stores import open_store
from renkei.stores.base import Store
from tests.doors.conftest import PUBLIC, ROOT
from tests.protocol.conftest import Live, Reply, start_server

Asking = Callable[[Connection], Awaitable[Any]]
PING = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'


def _run(asked: Callable[[], Awaitable[Any]]) -> Any:
    """Return what *asked* gives, in a thread: the browser of other tests holds the loop of ours."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(anyio.run, asked).result()


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
            async with Client(make_server(Site(release, store, SETTINGS))) as client:
                return await client.call_tool(name, given)

        found = _run(run)
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

    tools, resources, found, words = _run(run)
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
        async with Client(make_server(Site(release, store, SETTINGS))) as client:
            return (await client.list_tools()).tools, client.instructions

    tools, instructions = _run(run)
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
    assert classes["ccua:Municipality"]["things"] == 12
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
def live(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server of its own process that answers at /mcp."""
    log = tmp_path_factory.mktemp("mcp") / "log"
    held = start_server(
        release.folder,
        log,
        mcp=1,
        public_url=PUBLIC,
        engines=2,
        query_seconds=5,
        client_seconds=1e6,
    )
    yield held
    held.stop()


def asked(live: Live, asking: Asking) -> Any:
    """Return what *asking* finds through the official client over HTTP."""

    async def run() -> Any:
        async with Client(f"{live.address}mcp") as client:
            return await asking(client)

    return _run(run)


def post(live: Live, body: bytes = PING, **headers: str) -> Reply:
    """Send one message as a program without the client would."""
    kind, accept = "application/json", "application/json, text/event-stream"
    return live.ask("mcp", "POST", body, Content_Type=kind, Accept=accept, **headers)


def test_over_http_the_same_tools_and_resources_are_listed(
    live: Live, release: Release, store: Store
) -> None:
    async def listed(client: Connection) -> Any:
        tools = (await client.list_tools()).tools
        resources = (await client.list_resources()).resources
        texts = {str(r.uri): (await client.read_resource(r.uri)).contents for r in resources}
        return client.instructions, tools, resources, texts

    async def in_memory() -> Any:
        async with Client(make_server(Site(release, store, SETTINGS))) as client:
            return await listed(client)

    assert asked(live, listed) == _run(in_memory)


@pytest.mark.parametrize(
    "tool, given",
    [
        ("search_things", {"text": "さっぽろし", "lang": "en"}),
        ("describe_thing", {"thing": "agr:sapporo-otaru-2019"}),
        ("list_classes", {"lang": "en"}),
        ("list_properties", {"kind": "ccua:Vision"}),
        ("list_questions", {"words": "vision"}),
        ("run_question", {"question": "vision-on-day", "parameters": {"day": "2024-04-01"}}),
        ("run_sparql", {"query": "SELECT * { ?vision ccua:periodNumber ?n } ORDER BY ?n"}),
    ],
)
def test_over_http_each_tool_answers_as_it_does_in_memory(
    live: Live, ask: Ask, tool: str, given: dict[str, Any]
) -> None:
    found = asked(live, lambda client: client.call_tool(tool, given))

    assert found.is_error is False
    assert found.structured_content == ask(tool, given)


def test_over_http_a_statement_comes_with_its_source_and_the_release(
    live: Live, release: Release
) -> None:
    query = "SELECT ?day ?g { GRAPH ?g { evt:union-dissolution ccua:dateStated ?day } } ORDER BY ?g"
    found = asked(live, lambda client: client.call_tool("run_sparql", {"query": query}))

    day = {"value": "2019-07-31", "type": "xsd:date"}
    notice, page = (f"{ROOT}graph/{name}" for name in ("ishikari-union-notice", "seed-L79"))
    assert found.structured_content == {
        "columns": ["day", "g"],
        "rows": [
            {"day": day, "g": {"iri": notice, "name": "ishikari-union-notice"}},
            {"day": day, "g": {"iri": page, "name": "seed-L79"}},
        ],
        "cut": False,
        "graphs": {
            notice: [
                {
                    "kind": "elsewhere",
                    "graph": notice,
                    "source": {
                        "iri": f"{ROOT}id/source/ishikari-union-notice",
                        "name": "石狩市のお知らせ「札幌広域圏組合の解散」",
                    },
                    "passages": [f"{ROOT}id/passage/ishikari-union-notice"],
                }
            ],
            page: [
                {
                    "kind": "stated",
                    "graph": page,
                    "source": {
                        "iri": f"{ROOT}id/source/seed",
                        "name": "札幌市のページ(連携中枢都市宣言・連携協約・ビジョンほか)",
                    },
                    "passages": [f"{ROOT}id/passage/seed-l79"],
                    "line": 79,
                }
            ],
        },
        "release": {
            "id": release.manifest.id,
            "version": release.manifest.version,
            "made": release.manifest.created,
            "dataset": f"{ROOT}dataset/sapporo",
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "served_at": PUBLIC,
        },
    }


def test_over_http_a_query_keeps_the_time_and_rows_of_the_endpoint(live: Live) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"

    async def both(client: Connection) -> Any:
        return (
            await client.call_tool("run_sparql", {"query": endless}),
            await client.call_tool("run_sparql", {"query": "SELECT * { ?s ?p ?o }"}),
        )

    stopped, many = asked(live, both)
    assert stopped.is_error is True
    assert stopped.content[0].text.endswith(
        "The query was stopped after 5 seconds, its whole budget. "
        "Ask for less: add patterns, a LIMIT, or split the question."
    )
    assert (len(many.structured_content["rows"]), many.structured_content["cut"]) == (500, True)


def test_over_http_a_client_over_its_budget_is_told_when_to_return(
    release: Release, tmp_path: Path
) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    call = {"name": "run_sparql", "arguments": {"query": endless}}

    message = {**json.loads(PING), "method": "tools/call", "params": call}

    live = start_server(
        release.folder, tmp_path / "log", mcp=1, query_seconds=1, client_seconds=0.5
    )
    try:
        first = post(live, json.dumps(message).encode())
        second = post(live, Accept_Language="en")
    finally:
        live.stop()

    assert first.status == 200
    assert second.status == 429
    assert json.loads(second.body)["title"] == "Too many requests from this address"
    assert int(second.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "origin, status",
    [
        pytest.param(None, 200, id="a program"),
        pytest.param(PUBLIC.rstrip("/"), 200, id="a page of this server"),
        pytest.param("http://localhost:6274", 200, id="a page of the reader's own machine"),
        pytest.param("https://elsewhere.example", 403, id="a page of another site"),
        pytest.param("https://data.example.org.elsewhere.example", 403, id="a longer name"),
        pytest.param("http://data.example.org", 403, id="another scheme"),
        pytest.param("null", 403, id="a page without a site"),
        pytest.param("http://[", 403, id="no origin at all"),
    ],
)
def test_over_http_only_pages_of_this_server_and_machine_may_ask(
    live: Live, origin: str | None, status: int
) -> None:
    """A name bound anew to this address (DNS rebinding) is still another site's."""
    found = post(live, **({"Origin": origin} if origin else {}))

    assert found.status == status
    if status == 403:
        assert json.loads(found.body)["origin"] == origin


def test_over_http_a_long_body_arrives_whole(live: Live) -> None:
    """At the reconciliation service too, whose bound is the widest of all."""
    queries = {f"q{n}": {"query": "小樽市" + " " * 30_000} for n in range(40)}
    form = urlencode({"queries": json.dumps(queries)}).encode()
    kind = "application/x-www-form-urlencoded"

    found = live.ask("reconcile", "POST", form, Content_Type=kind)
    longer = live.ask("reconcile", "POST", form * 2, Content_Type=kind)

    assert 1_000_000 < len(form) < 2_000_000
    assert {q: a["result"][0]["id"] for q, a in json.loads(found.body).items()} == dict.fromkeys(
        queries, "id/municipality/hokkaido-otaru"
    )
    assert longer.status == 413


@pytest.mark.parametrize(
    "method, body, status, said",
    [
        ("POST", b"no message", 400, "Parse error"),
        ("POST", b" " * (1 << 20) + PING, 413, "1048576"),
        ("GET", None, 405, "POST"),
        ("DELETE", None, 405, "POST"),
    ],
)
def test_over_http_what_is_no_message_is_refused(
    live: Live, method: str, body: bytes | None, status: int, said: str
) -> None:
    found = post(live, body) if body else live.ask("mcp", method)

    assert (found.status, said in found.text) == (status, True)
    assert found.headers["Cache-Control"] == "no-store"


def test_over_http_it_is_off_unless_switched_on(client: FlaskClient) -> None:
    for method in ("GET", "POST", "DELETE"):
        found = client.open("/mcp", method=method, headers={"Accept-Language": "en"})

        assert found.status_code == 404
        assert found.get_json()["detail"] == (
            "The Model Context Protocol is switched off here. "
            "Whoever runs this server can switch it on with RENKEI_MCP=1."
        )


def test_the_miniature_has_the_same_door(miniature: Release) -> None:
    store = open_store(miniature, SETTINGS)

    async def run() -> Any:
        async with Client(make_server(Site(miniature, store, SETTINGS))) as client:
            return await client.call_tool("describe_thing", {"thing": "Altwarp"})

    try:
        found = _run(run).structured_content
    finally:
        store.close()
    assert found["name"] == "Altwarp"
    assert found["release"]["id"] == miniature.manifest.id
