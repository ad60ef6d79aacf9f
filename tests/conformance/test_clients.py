"""The clients: what is compared, what is listed, and that the paper has the lines that are run."""

from __future__ import annotations

import random

import pytest

from tests.conformance.clients import comparing, environments, lines, report, subjects
from tests.conformance.clients.catalogue import Client, Task, listed

JSON = b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"literal","value":"%b"}}]}}'
CSV = "name,note\r\n小樽市,\r\n".encode()
TRIPLES = b"<x:s> <x:p> _:a .\n_:a <x:q> 'one' .\n".replace(b"'", b'"')


@pytest.mark.parametrize(
    ("gives", "right", "said"),
    [
        ("csv", CSV, "name,note\n小樽市,\n".encode()),
        ("csv", CSV, '\ufeff"name","note"\n"小樽市",""\n'.encode()),
        ("rows", CSV, '[{"name": "小樽市", "note": null}]'.encode()),
        ("json", JSON % b"1", JSON % b"1"),
        ("json", JSON % b"1", JSON.replace(b',"results"', b',"metadata":{},"results"') % b"1"),
        ("tsv", JSON % b"x", b'?a\n"x"\n'),
        ("graph", TRIPLES, TRIPLES.replace(b"_:a", b"_:b") + b"<x:a> <x:b> <x:c> <x:g> ."),
    ],
)
def test_an_answer_is_the_same_however_it_is_written(gives: str, right: bytes, said: bytes) -> None:
    assert comparing.difference(right, said, gives) == ""


@pytest.mark.parametrize(
    ("gives", "right", "said", "told"),
    [
        ("csv", CSV, b"name,note\n", "0 rows, 1 are right"),
        ("csv", CSV, b"name,note\nx,\n", "row 1: ['x', ''] instead of ['小樽市', '']"),
        ("rows", CSV, b'[{"note": ""}]', "row 1: ['', ''] instead of ['小樽市', '']"),
        ("json", JSON % b"1", JSON % b"2", "row 1: ['\"2\"'] instead of ['\"1\"']"),
        (
            "json",
            JSON % b"1",
            JSON.replace(b'"a"', b'"b"') % b"1",
            "the names: ['b'] instead of ['a']",
        ),
        ("graph", b"<x:s> <x:p> <x:o> .", b"", "0 statements, 1 are right; lacking: "),
        (
            "graph",
            b"<x:s> <x:p> <x:o> .",
            b"<x:s> <x:p> <x:o> <x:g> .",
            "0 statements, 1 are right",
        ),
        ("json", JSON % b"1", b"<html>", "cannot be read as json: "),
        ("rows", CSV, b"[1]", "cannot be read as rows: "),
    ],
)
def test_an_answer_that_is_not_right_is_told(
    gives: str, right: bytes, said: bytes, told: str
) -> None:
    assert comparing.difference(right, said, gives).startswith(told)


def test_every_client_is_pinned_and_asks_something() -> None:
    """Debian pins its own; what comes with a language is Debian's as well."""
    loose = [
        (client.name, package)
        for client in listed()
        for package in client.packages
        if client.registry != "Debian" and not environments.PINNED.search(package)
    ]

    assert loose == []
    assert [client.name for client in listed() if not client.tasks] == []


def test_every_file_of_lines_is_run() -> None:
    used = {name for c in listed() for t in c.tasks for name in (t.lines, t.right) if name}

    kept = {path.name for place in lines.PLACES for path in place.iterdir()}

    assert kept - {"README.md"} == used


def test_a_name_that_is_not_listed_is_refused() -> None:
    with pytest.raises(SystemExit, match="no-such"):
        listed(["no-such"])


def test_the_paper_has_the_lines_that_are_run() -> None:
    """`LINES=only python -m tests.conformance.clients` writes them anew."""
    paper = report.PAGE.read_text("utf-8")

    assert report.put(report.sections(), report.LINES, paper) == paper


def test_the_table_of_the_paper_has_every_client() -> None:
    table = report.PAGE.read_text("utf-8").partition(report.LINES[0])[0]

    assert [
        c.name for c in listed() if f"\n| [{c.name}](#{report.anchor(c.name)}) | " not in table
    ] == []


def test_lines_name_the_server_that_is_asked_and_what_it_is_asked() -> None:
    task = Task("question", "pandas.py", "csv")
    text = lines.written(task, subjects.question("members"), "http://h:1/")

    assert 'read_csv("http://h:1/questions/members.csv"' in text


def test_a_draw_is_that_of_its_seed() -> None:
    one, other = (
        [subjects.drawn("page", random.Random(seed)).query for _ in range(3)] for seed in (1, 2)
    )

    assert one == [subjects.drawn("page", random.Random(1)).query for _ in range(3)] != other


def test_a_row_leads_to_the_lines_of_its_client() -> None:
    """As pages of Markdown name the places of their headings."""
    names = ("RDF4J 5.1", "RDF::Query::Client", "@rdfjs/fetch", "R with httr")

    assert [report.anchor(name) for name in names] == [
        "rdf4j-51", "rdfqueryclient", "rdfjsfetch", "r-with-httr",
    ]  # fmt: skip


def test_what_does_not_agree_stands_below_the_table() -> None:
    client = Client("a", "PyPI", "python", ("a==1.0",), (Task("page", "x.py", "csv"),))
    told = report.table([report.Row(client, {"page": "0 rows, 1 are right"})], 7, "abc")

    assert "0 of 1 clients, 0 of 1 answers agree" in told
    assert "| [a](#a) | 1.0 | PyPI | page | **0 of 1** |  |" in told
    assert "- a, page: 0 rows, 1 are right" in told


def test_a_client_that_cannot_be_had_is_named_with_the_reason() -> None:
    client = Client("a", "PyPI", "python", ("a==1.0",), (Task("page", "x.py", "csv"),))
    row = report.Row(client, missing="no such package")

    assert not row.agrees
    assert "- a, not run: no such package" in report.table([row], 7, "abc")


def test_there_are_twenty_five_clients_of_six_registries() -> None:
    clients = listed()

    assert len({client.name for client in clients}) == len(clients) >= 25
    assert {client.registry for client in clients} == {
        *("PyPI", "npm", "Maven Central", "Debian", "Cargo", "Go"),
    }
