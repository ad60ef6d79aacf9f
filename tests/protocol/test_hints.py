"""Hints over HTTP: beside each answer that may surprise, in it never, however it was made."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from renkei.rdf.formats import GEOJSON, PARQUET, TABLE_FORMATS, XLSX, Format
from renkei.serve.api.sparql_protocol import FORM
from tests.protocol.conftest import Live, Reply
from tests.stores.world import ROOT

NEAR = f"{ROOT}ns#depth"
WRONG = f"{ROOT}ns#dept"
HINT = f'predicate;of="{WRONG}";near="{NEAR}"'
SLIP = f"SELECT ?s {{ ?s <{WRONG}> ?o }}"
RIGHT = f"SELECT ?s {{ ?s <{NEAR}> 12 }}"
APART = f"SELECT * {{ ?a <{NEAR}> ?b . ?c a ?d }}"


def help_of(reply: Reply) -> str:
    """Return the address of the help that the answer links to."""
    links = ", ".join(reply.headers.get_all("Link") or ())
    found = [link for link in links.split(", <") if 'rel="help"' in link]
    return found[0].strip("<").partition(">")[0] if found else ""


@pytest.mark.parametrize("fmt", TABLE_FORMATS, ids=lambda f: f.name)
@pytest.mark.parametrize("form", ["SELECT", "ASK"])
def test_an_empty_answer_comes_with_a_hint_in_every_format(
    live: Live, fmt: Format, form: str
) -> None:
    text = SLIP if form == "SELECT" else SLIP.replace("SELECT ?s", "ASK")
    first = live.query(text, fmt.media_type)
    again = live.query(text, fmt.media_type)

    assert [first.headers["Renkei-Hint"], again.headers["Renkei-Hint"]] == [HINT, HINT]
    assert parse_qs(urlsplit(help_of(first)).query) == {"query": [text]}
    assert WRONG.encode() not in first.body


@pytest.mark.parametrize("fmt", [XLSX, GEOJSON, PARQUET], ids=lambda f: f.name)
def test_a_file_that_is_made_of_an_answer_has_a_hint_where_that_has_none(
    live: Live, fmt: Format
) -> None:
    """As every format: where it has no rows, which its bytes do not tell."""
    empty = f"SELECT ?s {{ ?s <{WRONG}> ?o }}"
    full = "SELECT ('POINT(1 2)' AS ?wkt) FROM <urn:none> {}"
    replies = [live.query(text, fmt.media_type) for text in (empty, full)]

    assert [(r.status, r.headers["Renkei-Hint"]) for r in replies] == [(200, HINT), (200, None)]


@pytest.mark.parametrize("accept", ["text/csv", "text/tab-separated-values"])
def test_a_row_without_values_is_a_row(live: Live, accept: str) -> None:
    """Two line ends: nothing is missing, though the graph that is named is not here."""
    reply = live.query("SELECT ?x FROM <urn:none> { OPTIONAL { ?x a ?o } }", accept)

    assert (reply.body.split(), reply.body.count(b"\n")) == ([reply.body.split()[0]], 2)
    assert reply.headers["Renkei-Hint"] is None


@pytest.mark.parametrize("accept", ["text/turtle", "application/n-triples", "application/ld+json"])
def test_a_graph_without_statements_comes_with_a_hint(live: Live, accept: str) -> None:
    reply = live.query(f"CONSTRUCT {{ ?s a ?o }} {{ ?s <{WRONG}> ?o }}", accept)

    assert reply.headers["Renkei-Hint"] == HINT


@pytest.mark.parametrize(
    "text",
    [
        RIGHT,
        f"SELECT ?s {{ ?s <{NEAR}> 99 }}",
        f"ASK {{ ?s <{NEAR}> 99 }}",
        f"SELECT (COUNT(*) AS ?n) {{ ?s <{NEAR}> ?o }}",
        "SELECT * { ?s ?p ?o }",
    ],
)
def test_a_right_query_comes_without_one_also_where_it_finds_nothing(live: Live, text: str) -> None:
    reply = live.query(text)

    assert (reply.status, reply.headers["Renkei-Hint"], help_of(reply)) == (200, None, "")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (APART, 'cross-product;of="?a ?c"'),
        (f"SELECT (SUM(?b) AS ?n) {{ ?a <{NEAR}> ?b . ?c a ?d }}", 'cross-product;of="?a ?c"'),
        (f"SELECT (COUNT(*) AS ?n) {{ ?s <{WRONG}> ?o }}", HINT),
    ],
)
def test_an_answer_with_rows_that_means_something_else_comes_with_a_hint(
    live: Live, text: str, hint: str
) -> None:
    assert live.query(text).headers["Renkei-Hint"] == hint


def test_the_link_leads_to_what_is_said(live: Live) -> None:
    address = help_of(live.query(SLIP)).removeprefix(live.address)

    said = f"No statement here has the predicate <{WRONG}>. Did you mean <{NEAR}>?"
    assert json.loads(live.ask(address, Accept="application/json").body) == {
        "query": SLIP,
        "read": True,
        "said": None,
        "hints": [{"code": "predicate", "of": WRONG, "near": NEAR, "said": said}],
    }


def test_a_dataset_of_the_request_is_looked_at_and_the_link_has_it(live: Live) -> None:
    asked = urlencode({"query": "SELECT * { ?s ?p ?o }", "default-graph-uri": "urn:none"})
    reply = live.ask(f"sparql?{asked}", Accept="text/csv")
    address = help_of(reply).removeprefix(live.address)

    assert reply.headers["Renkei-Hint"] == 'graph;of="urn:none"'
    assert [h["of"] for h in json.loads(live.ask(address).body)["hints"]] == ["urn:none"]


def test_a_page_with_an_answer_says_it_too(live: Live) -> None:
    assert "No statement here has the predicate" in live.query(SLIP, "text/html").text
    assert "No statement here has the predicate" not in live.query(RIGHT, "text/html").text


def test_a_long_query_has_a_hint_and_no_link_that_is_too_long(live: Live) -> None:
    long = SLIP + " " * 3_000
    reply = live.ask("sparql", "POST", long.encode(), Content_Type="application/sparql-query")

    assert (reply.headers["Renkei-Hint"], help_of(reply)) == (HINT, "")


def test_the_help_wants_a_query(live: Live) -> None:
    assert live.ask("-/hints").status == 400


def test_a_hint_has_ascii_alone(live: Live) -> None:
    reply = live.query('SELECT ?s { ?s <http://www.w3.org/2000/01/rdf-schema#label> "港\\"" }')

    assert reply.headers["Renkei-Hint"] == (
        'value;of="%22%E6%B8%AF%5C%22%22 <http://www.w3.org/2000/01/rdf-schema#label>";'
        'near="%22%E2%80%A6%22@it, %22%E2%80%A6%22@ja"'
    )


@pytest.mark.parametrize("sent", ["GET", "form", "application/sparql-query"])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_query_that_was_stopped_says_what_may_have_taken_so_long(
    live: Live, suffix: str, sent: str
) -> None:
    """However it was sent, and whoever answers it: the store at once, or the application."""
    apart = " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(9))
    text = f"SELECT (COUNT(*) AS ?n) {{ {apart} }}"
    address, form = f"sparql.{suffix}?timeout=0.2", urlencode({"query": text})
    if sent == "GET":
        reply = live.ask(f"{address}&{form}")
    elif sent == "form":
        reply = live.ask(address, "POST", form.encode(), Content_Type=FORM)
    else:
        reply = live.ask(address, "POST", text.encode(), Content_Type=sent)

    assert (reply.status, reply.headers.get_all("Renkei-Hint")) == (
        504,
        ['cross-product;of="?a0 ?a1 ?a2 ?a3 ?a4 ?a5"'],
    )
    assert parse_qs(urlsplit(help_of(reply)).query) == {"query": [text]}
