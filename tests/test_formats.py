"""One table of formats, and every name in it leads to one row."""

from __future__ import annotations

import pytest

from renkei.rdf import formats

SHARED = "application/json"  # results where a table is asked for, else JSON-LD


@pytest.mark.parametrize("fmt", formats.FORMATS, ids=lambda f: f.name)
def test_every_name_of_a_format_finds_it(fmt: formats.Format) -> None:
    names = [fmt.name, fmt.suffix, fmt.media_type, fmt.label, fmt.label.upper(), *fmt.also]

    offered = [f for f in formats.FORMATS if f.kind == fmt.kind]

    assert {formats.by_word(f" {name} ", offered) for name in names} == {fmt}
    assert formats.by_suffix(fmt.suffix) is fmt


def test_json_is_results_among_tables_and_json_ld_among_graphs() -> None:
    tables, graphs = formats.TABLE_FORMATS, formats.GRAPH_FORMATS

    assert formats.by_word("application/json", tables) is formats.RESULTS_JSON
    assert formats.by_word("application/json", graphs) is formats.JSON_LD


def test_no_suffix_and_no_media_type_is_used_twice() -> None:
    suffixes = [f.suffix for f in formats.FORMATS]
    types = [t for f in formats.FORMATS for t in (f.media_type, *f.also) if t != SHARED]

    assert len(suffixes) == len(set(suffixes))
    assert len(types) == len(set(types))


def test_an_unknown_word_finds_nothing() -> None:
    assert formats.by_word("excel") is None
    assert formats.by_suffix("xls") is None


@pytest.mark.parametrize("fmt", formats.FORMATS, ids=lambda f: f.name)
def test_the_writers_agree_with_the_table(fmt: formats.Format) -> None:
    """What the engine writes is what the header says."""
    writer = fmt.rdf or fmt.results
    if writer is not None:
        assert writer.media_type in (fmt.media_type, fmt.content_type)
        assert fmt.suffix in (writer.file_extension, "json", "xml")
    if fmt.rdf is not None:
        assert fmt.kind == ("dataset" if fmt.name in ("trig", "n-quads") else "graph")


def test_text_says_its_charset() -> None:
    assert formats.TURTLE.content_type == "text/turtle; charset=utf-8"
    assert formats.JSON_LD.content_type == "application/ld+json"
