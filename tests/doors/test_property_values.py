"""Looking values up by their spelling finds what comparing all of them would have found."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from renkei.serve.api import reconciliation
from renkei.serve.read.property_values import ALIKE, ROWS, PropertyValues
from renkei.serve.web import site
from renkei.serve.web.site import here
from tests.doors.conftest import ROOT

CHANGES: dict[str, Callable[[str], object]] = {
    "as it is": lambda text: text,
    "its beginning": lambda text: text[: len(text) * 2 // 3],
    "too little of it": lambda text: text[: len(text) // 3],
    "with more behind": lambda text: text + text[: len(text) // 3],
    "in other letters": lambda text: f" {text.upper()}。",
    "a number, less its zeros": lambda text: int(text) if text.isdecimal() else text,
    "digits, less their zeros": lambda text: text.lstrip("0"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize(
    "pid",
    ["ccua:municipalityCode", "skos:prefLabel", "ccua:subprefecture", "org:role", "ccua:reading"],
)
def test_every_thing_with_such_a_value_is_found(
    app: Flask, pid: str, change: Callable[[str], object]
) -> None:
    with app.test_request_context("/"):
        values, path = reconciliation._property_values(), tuple(reconciliation._path(pid))
        things = {iri for table in values._both(path) for iri in table.of}
        terms = sorted({t for iri in things for t in values.values(iri, path)}, key=str)[::7]
        wished = [values.sent(change(_text(term))) for term in terms[:12]]
        found = [set(values.holding([(path, [sent])])) for sent in wished]
        meant = [
            {iri for iri in things if values.agreement(iri, path, [sent]) > ALIKE}
            for sent in wished
        ]

    assert things
    assert all(len(iris) <= ROWS for iris in meant)
    assert found == meant


def _text(term: object) -> str:
    assert isinstance(term, (ox.Literal, ox.NamedNode))
    name = here().reader.label(term.value, "ja") if isinstance(term, ox.NamedNode) else None
    return name[0] if name else term.value


def test_what_has_more_of_the_values_comes_first(app: Flask) -> None:
    with app.test_request_context("/"):
        values = reconciliation._property_values()
        role, name = (tuple(reconciliation._path(p)) for p in ("org:role", "skos:prefLabel"))
        wished = [(role, [values.sent("連携市町村")]), (name, [values.sent("小樽市")])]

        assert values.holding(wished)[0] == f"{ROOT}id/municipality/hokkaido-otaru"


def test_a_path_that_leads_to_too_many_values_is_refused_before_it_is_walked(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renkei.serve.read.property_values.REMEMBERED", 10_000)
    a, b = (ox.NamedNode(f"https://example.org/{n}") for n in "ab")
    rows = {
        "p": [(f"https://example.org/{n}", a) for n in range(200)],
        "q": [(a.value, ox.Literal(n)) for n in range(200)],
        "r": [(a.value, b)],
    }
    with app.test_request_context("/"):
        values = PropertyValues(site.search_index_of(here()), rows.__getitem__, "r")

        assert values.values("https://example.org/1", ("p", "r")) == [b]
        with pytest.raises(
            reconciliation.TooLarge, match="leads to 40000 values; at most 10000 are read"
        ):
            values.values("https://example.org/1", ("p", "q"))


BOUNDS = {
    "letters in its “query”": {"query": "a" * 501},
    "classes as its “type”": {"query": "a", "type": ["ccua:x"] * 21},
    "letters in its “type”": {"query": "a", "type": "x" * 501},
    "candidates as its “limit”": {"query": "a", "limit": 101},
    "properties": {"properties": [{"pid": "a", "v": "b"}] * 21},
    "values of a property": {"properties": [{"pid": "a", "v": ["b"] * 21}]},
    "letters in a “pid”": {"properties": [{"pid": "a" * 501, "v": "b"}]},
    "letters in a value": {"properties": [{"pid": "a", "v": {"id": "b" * 501}}]},
}


@pytest.mark.parametrize("what, query", BOUNDS.items(), ids=BOUNDS)
def test_a_query_over_a_bound_is_refused_by_name_before_any_is_answered(
    client: FlaskClient, what: str, query: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        reconciliation.ReconciliationService, "_result", lambda *_: pytest.fail("work was begun")
    )
    sent = {"queries": json.dumps({"good": {"query": "札幌"}, "bad": query})}
    found = client.post("/reconcile?lang=en", data=sent)
    told = found.get_json()
    said = f"The query “bad” has {told['bound'] + 1} {what}; {told['bound']} are taken at most."

    assert (found.status_code, told["query"]) == (400, "bad")
    assert told["detail"] == f"{said} Shorten it, or ask in parts."


def test_at_the_bounds_a_query_is_answered(client: FlaskClient) -> None:
    query = {
        "query": "市" * 500,
        "type": ["ccua:Municipality"] * 20,
        "limit": 100,
        "properties": [{"pid": "skos:prefLabel", "v": ["市" * 500] * 20}] * 20,
    }
    found = client.post("/reconcile", data={"queries": json.dumps({"q": query})})

    assert (found.status_code, found.get_json()) == (200, {"q": {"result": []}})


def test_queries_of_one_request_speak_of_so_many_properties_and_no_more(
    client: FlaskClient,
) -> None:
    batch = {f"q{n}": {"properties": [{"pid": f"ccua:p{n}", "v": "a"}]} for n in range(21)}
    found = client.post("/reconcile", data={"queries": json.dumps(batch)})
    batch.pop("q20")
    fewer = client.post("/reconcile", data={"queries": json.dumps(batch)})

    assert (found.status_code, fewer.status_code) == (400, 200)
    assert found.get_json()["query"] == "q20"


@pytest.mark.parametrize(
    "value, status",
    [
        (None, 200),
        (10**600, 400),
        (10**450, 200),
        (float("inf"), 200),
        (float("nan"), 200),
        (True, 200),
        ([], 200),
        ([["a"]], 400),
        ({"id": ["a"]}, 400),
        ({}, 200),
        ("\ud800", 200),
        ("0" * 500, 200),
    ],
    ids=repr,
)
def test_whatever_a_value_is_it_is_compared_or_refused(
    client: FlaskClient, value: object, status: int
) -> None:
    query = {"properties": [{"pid": "ccua:municipalityCode", "v": value}]}
    sent = {"queries": json.dumps({"q": query})}

    assert client.post("/reconcile", data=sent).status_code == status


def test_a_value_is_folded_once_for_all_queries_and_candidates(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred queries with three long values each took three quarters of a minute."""
    folded: list[str] = []
    module = sys.modules[PropertyValues.__module__]
    fold = module.fold  # type: ignore[attr-defined]
    monkeypatch.setattr(module, "fold", lambda text: folded.append(text) or fold(text))
    long = "連携中枢都市圏" * 60
    columns = [{"pid": p, "v": long} for p in ("skos:prefLabel", "ccua:reading", "org:role")]
    batch = {f"q{n}": {"query": "", "properties": columns} for n in range(100)}
    found = client.post("/reconcile", data={"queries": json.dumps(batch)})

    assert found.get_json() == {key: {"result": []} for key in batch}
    assert folded.count(long) == 1
