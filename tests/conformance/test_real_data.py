"""The runner over real publications: what it compares, where it asks, and what it writes."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from tests.conformance.real_data import report
from tests.conformance.real_data.asking import address, heading_of
from tests.conformance.real_data.publications import Publication, listed
from tests.conformance.real_data.reach import links_of
from tests.conformance.real_data.report import Row
from tests.conformance.real_data.statements import Statements


def read(turtle: str) -> Statements:
    return Statements(ox.parse(f"@prefix : <x:> . {turtle}", format=ox.RdfFormat.TURTLE))


def test_blank_nodes_are_the_same_whatever_their_labels() -> None:
    one, other = read(":s :p _:a . _:a :q _:b . _:b :r 1 ."), read(":s :p [ :q [ :r 1 ] ] .")

    assert one.nested("x:s") == other.nested("x:s")


def test_a_blank_node_that_lacks_a_nested_statement_is_another() -> None:
    whole, less = read(":s :p [ :q [ :r 1, 2 ] ] ."), read(":s :p [ :q [ :r 1 ] ] .")

    assert whole.nested("x:s") != less.nested("x:s")


def test_blank_nodes_in_a_circle_are_told() -> None:
    assert read(":s :p _:a . _:a :q _:b . _:b :q _:a .").nested("x:s").total() == 1


def test_terms_are_compared_as_they_are_written() -> None:
    assert read(":s :p 1.50 .").plain("x:s") != read(":s :p 1.5 .").plain("x:s")


def test_what_nothing_leads_to_is_counted_by_itself() -> None:
    assert read("[] :p [ :q 1 ] . [] :p 2 .").tops().total() == 2


@pytest.mark.parametrize(
    ("iri", "root", "path"),
    [
        ("http://e.org/a/b", "http://e.org/a/", "/b"),
        ("http://e.org/a/c%2Fd", "http://e.org/a/", "/c%2Fd"),
        ("http://e.org/a/市", "http://e.org/a/", "/%E5%B8%82"),
        ("http://e.org/a/o#T", "http://e.org/a/", "/o"),
        ("http://e.org/x", "http://e.org/a/", "/-/resource?iri=http%3A%2F%2Fe.org%2Fx"),
        ("http://e.org/o#T", "http://e.org/o#", "/T"),
    ],
)
def test_an_iri_is_asked_for_at_its_address(iri: str, root: str, path: str) -> None:
    assert address(iri, root) == path


def test_the_heading_is_read_without_its_markup() -> None:
    assert heading_of('<h1 class="a">\n<span>A &amp;</span> B</h1>') == "A & B"


def test_links_are_those_to_this_server() -> None:
    page = '<a href="/x?a=1&amp;b=2#c">x</a> <a href="http://other.org/">o</a>'

    assert links_of(page, "http://127.0.0.1:1/", None) == ["/x?a=1&b=2#c"]


def test_every_publication_has_commit_kind_and_licence() -> None:
    assert len(listed()) >= 15
    assert [p.name for p in listed() if not (len(p.commit) == 40 and p.kind and p.licence)] == []


def test_a_name_that_is_not_listed_is_refused() -> None:
    with pytest.raises(SystemExit, match="no-such"):
        listed(["no-such"])


def test_what_was_found_is_written_between_its_marks(tmp_path: Path) -> None:
    row = Row(Publication("a", "o/r", "c", "k", "l", ()))
    row.faults.add("500 as page", "/x", 2)
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n", "utf-8")

    report.write(report.page([row], 0), page)

    text = page.read_text("utf-8")
    assert "old" not in text and text.startswith("before\n") and text.endswith("\nafter\n")
    assert "| 500 as page | 2 | a | `/x` |" in text
