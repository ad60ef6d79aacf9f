"""What an address reads of its query string is declared in one place, and is all that counts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
from flask import Flask, Request
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict

from renkei.release import Release
from renkei.serve.api import ckan, openapi
from renkei.serve.http.parameters import _NOTHING, FORMAT, LANG, READ, canonical, read_by
from renkei.serve.read import questions
from renkei.serve.web.responses import FRESH

ACCEPTS = ("text/html", "text/turtle")
MUNICIPALITY = "municipality/hokkaido-sapporo"
# A path of each rule that has something to be filled in.
SAMPLES = {
    "/.well-known/void.<suffix>": "/.well-known/void.html",
    "/<path:rest>": "/concept/role/core-city",
    "/api/3/action/<name>": "/api/3/action/package_search",
    "/api/action/<name>": "/api/action/package_list",
    "/dumps.<suffix>": "/dumps.json",
    "/problems.<suffix>": "/problems.json",
    "/questions.<suffix>": "/questions.json",
    "/tables.<suffix>": "/tables.json",
    "/things.<suffix>": "/things.json",
    "/catalog.<suffix>": "/catalog.ttl",
    "/catalogue.<suffix>": "/catalogue.html",
    "/concept.<suffix>": "/concept.html",
    "/dataset/<path:rest>": "/dataset/sapporo",
    "/doc/<path:rest>": f"/doc/{MUNICIPALITY}",
    "/dumps/<path:name>": "/dumps/data.nt",
    "/graph.<suffix>": "/graph.html",
    "/graph/<path:rest>": "/graph/catalogue",
    "/id/<path:rest>": f"/id/{MUNICIPALITY}",
    "/linkset/<path:rest>": f"/linkset/doc/{MUNICIPALITY}.json",
    "/ns.<suffix>": "/ns.html",
    "/ns/<path:rest>": "/ns/Municipality",
    "/pictures/<name>": "/pictures/map.svg",
    "/problems/<code>": "/problems/not-known",
    "/questions/<slug>": "/questions/12",
    "/reconcile/suggest/<what>": "/reconcile/suggest/entity",
    "/releases.<suffix>": "/releases.html",
    "/feeds/<feed>": "/feeds/things",
    "/feeds/<feed>.<suffix>": "/feeds/things.trig",
    "/feeds/<feed>/<older>/<newer>/<number>": "/feeds/things/-/x/0",
    "/releases/<older>/diff/<newer>": "/releases/x/diff/y",
    "/releases/<release>/sparql": "/releases/x/sparql",
    "/timegate/<path:address>": "/timegate/about",
    "/timemap/<path:address>": "/timemap/about",
    "/releases/<release>": "/releases/x",
    "/releases/<release>/<path:name>": "/releases/x/dumps/data.nt",
    "/report.<suffix>": "/report.html",
    "/search.<suffix>": "/search.html",
    "/shapes.<suffix>": "/shapes.html",
    "/shapes/<path:rest>": "/shapes/Municipality",
    "/sitemap-<int:number>.xml": "/sitemap-1.xml",
    "/sparql.<suffix>": "/sparql.csv",
    "/static/<path:filename>": "/static/x.css",
    "/tables/<any:name>": "/tables/municipalities",
    "/tables/<any:name>.<any:suffix>": "/tables/municipalities.html",
    "/tables/<name>.csv": "/tables/municipalities.csv",
    "/tables/<path:name>": "/tables/municipalities.csv-metadata.json",
    "/things/<path:word>": "/things/Municipality",
}


class Recorded(ImmutableMultiDict[str, str]):
    """The parameters of a request, and which of them somebody looked for."""

    looked_for: ClassVar[set[str]] = set()

    def get(self, key: Any, *given: Any, **more: Any) -> Any:
        self.looked_for.add(key)
        return super().get(key, *given, **more)

    def getlist(self, key: Any, *given: Any, **more: Any) -> Any:
        self.looked_for.add(key)
        return super().getlist(key, *given, **more)

    def __contains__(self, key: object) -> bool:
        self.looked_for.add(str(key))
        return super().__contains__(key)

    def __getitem__(self, key: Any) -> Any:
        self.looked_for.add(key)
        return super().__getitem__(key)


@pytest.fixture
def recorded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The names that are looked for, of whatever is asked while the test runs."""

    class Recording(Request):
        parameter_storage_class = Recorded

    monkeypatch.setattr(app, "request_class", Recording)
    Recorded.looked_for = set()
    yield Recorded.looked_for


def rules(app: Flask) -> set[str]:
    return {openapi.plain(rule.rule) for rule in app.url_map.iter_rules()}


def sample(rule: str) -> str:
    return SAMPLES.get(rule, rule)


def test_each_address_is_declared_and_none_that_is_not_there(app: Flask) -> None:
    assert {r for r in rules(app) if "<any:" not in r} == set(READ)
    assert all("<" not in sample(rule) for rule in rules(app))


def test_a_path_is_matched_as_the_application_matches_it(app: Flask) -> None:
    for rule in rules(app):
        known = READ.get(rule, READ["/tables/<path:name>"])
        assert read_by(sample(rule)) == known, rule


@pytest.mark.parametrize("rule", sorted(READ))
def test_nothing_is_read_but_what_is_declared(
    client: FlaskClient, release: Release, recorded: set[str], rule: str
) -> None:
    reads = read_by(sample(rule))
    for accept in ACCEPTS:
        dataset = quote(release.manifest.dataset)
        asked = {
            "/graphs": "default",
            "/hints": "query=ASK%20%7B%7D",
            "/-/resource": f"iri={dataset}",
        }.get(rule, "")
        path = sample(rule).replace("/x", f"/{release.manifest.id}")
        client.get(path, query_string=asked, headers={"Accept": accept}, buffered=True)
    if rule == "/tables/<path:name>":  # the data set of a table among them
        client.get("/tables/municipalities.html")
    unread = set() if sample(rule) in HANDED_ON else reads.names - recorded
    if rule in ("/ns/<path:rest>", "/shapes/<path:rest>"):
        unread -= {"open", "from"}  # read where a thing with a tree stands there, and no term

    assert {n for n in recorded if not reads.reads(n)} - reads.not_names == set()
    assert unread == set()


# These read their query string otherwise: their declarations are tested below.
HANDED_ON = {
    "/releases/x/sparql",  # by the application of that release
    "/timegate/about",
    f"/id/{MUNICIPALITY}",
    "/catalog",
    "/sparql",
    "/sparql.csv",
    "/api/3/action/package_search",
    "/api/action/package_list",
    "/catalogue",
    "/catalogue.html",
    "/catalog.ttl",
}


def test_an_address_that_leads_on_reads_what_the_next_one_reads(client: FlaskClient) -> None:
    asked = "?at=2019-04-01&lang=ja&only=stated&page=2"
    found = client.get(f"/id/{MUNICIPALITY}{asked}&x=1", headers={"Accept": "text/html"})
    catalogue = client.get("/catalog?page=2&modified_since=2020-01-01&x=1")

    assert read_by(f"/id/{MUNICIPALITY}") == read_by(f"/doc/{MUNICIPALITY}")
    assert found.headers["Location"].endswith(f"{MUNICIPALITY}{asked}")
    assert catalogue.headers["Location"].endswith("?modified_since=2020-01-01&page=2")


def test_the_actions_of_ckan_read_what_is_declared() -> None:
    modules = sorted(Path(ckan.__file__).parent.glob("ckan*.py"))
    named = {
        argument.value
        for path in modules
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in ("asked.get", "_whole", "whole", "self._one")
        for argument in (call.args[:1] if ast.unparse(call.func) == "asked.get" else call.args)
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value
    }

    assert named == READ["/api/3/action/<name>"].names


def test_the_endpoint_reads_what_is_declared(client: FlaskClient, recorded: set[str]) -> None:
    text = "".join(
        Path(openapi.__file__).parent.joinpath(name).read_text("utf-8")
        for name in ("sparql.py", "sparql_protocol.py", "../pages/sparql_editor.py")
    )
    named = set(re.findall(r'(?:_last|_graphs)\(sent, "([a-z-]+)"\)', text))
    named |= set(re.findall(r'"(query|update)"(?: in sent|, \[\]\))', text))
    client.get("/sparql", headers={"Accept": "text/html"})

    assert named | recorded | {"output"} == READ["/sparql"].names | {LANG}


def test_programs_are_told_of_nothing_that_is_not_read() -> None:
    told = {(rule, p["name"]) for rule, e in openapi.TABLE.items() for p in e.parameters}

    assert {(rule, name) for rule, name in told if not read_by(sample(rule)).reads(name)} == set()


def test_what_is_not_read_makes_no_other_answer(client: FlaskClient, app: Flask) -> None:
    """Nobody fills the cache with `?x=1`, `?x=2`."""
    for rule in sorted(rules(app)):
        path = sample(rule)
        if read_by(path).every or path == "/metrics":  # it counts what is asked
            continue
        plain = client.get(path, buffered=True)
        other = client.get(f"{path}?x=1&lang=xx&&y&z=%ff", buffered=True)
        assert other.status_code == plain.status_code, path
        assert _lasting(other.headers) == _lasting(plain.headers), path


def _lasting(headers: Any) -> dict[str, str]:
    return {n: v for n, v in headers.items() if n not in ("Server-Timing", "Date")}


def test_what_a_question_without_parameters_is_given_fills_no_cache(small: FlaskClient) -> None:
    plain, given = (small.get(f"/questions/tiefe.json{q}") for q in ("", "?x=1"))

    assert read_by("/questions/1").not_names == set(questions.ALWAYS) - {LANG, FORMAT}
    assert (given.status_code, given.data) == (200, plain.data)
    assert [r.headers["Cache-Control"] for r in (plain, given)] == [FRESH, "no-cache"]


@pytest.mark.parametrize(
    "path, query, left",
    [
        ("/search", "x=1&q=%E6%9C%AD&y", "q=%E6%9C%AD"),
        ("/search", "q=a&q=b", "q=a"),
        ("/search", "%71=a", "%71=a"),
        ("/search", "format=a&q=b&format=json&output=csv", "format=a&format=json&q=b"),
        ("/doc/x/y", "format=a&format=ttl&results=nt", "format=a&format=ttl"),
        ("/search", "q=a&lang=en&lang=ja", "lang=en&q=a"),
        ("/search", "lang=xx&q=a", "q=a"),
        ("/se%61rch", "q=a&x=1", "q=a"),
        ("/", "cb=1", ""),
        ("/sparql", "timeout=1&query=ASK{}&timeout=2", "query=ASK{}&timeout=1&timeout=2"),
        ("/questions/12", "day=2020-01-01&page=2", "day=2020-01-01"),
        ("/nothing/there", "x=1&only=", "only="),
        ("/dumps/data.nt", "download&x", "download"),
    ],
)
def test_an_address_is_left_with_what_it_reads(path: str, query: str, left: str) -> None:
    assert canonical(path, query, ("ja", "en")) == left
    assert canonical(path, left, ("ja", "en")) == left


def test_what_reads_nothing_has_one_address() -> None:
    assert canonical("/robots.txt", "&".join(f"p{n}={n}" for n in range(1000))) == ""
    assert read_by("/" + "a" * 100_000) == READ["/<path:rest>"]
    assert _NOTHING.names == frozenset()
