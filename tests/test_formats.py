"""One table of formats, and every name in it leads to one row."""

from __future__ import annotations

import pytest

from renkei.rdf import formats


@pytest.mark.parametrize("fmt", formats.FORMATS, ids=lambda f: f.name)
def test_every_name_of_a_format_finds_it(fmt: formats.Format) -> None:
    names = [fmt.name, fmt.suffix, fmt.media_type, fmt.label, fmt.label.upper()]
    names += [*fmt.also, *fmt.words]

    offered = [f for f in formats.FORMATS if f.kind == fmt.kind]

    assert {formats.by_word(f" {name} ", offered) for name in names} == {fmt}
    assert formats.by_suffix(fmt.suffix) is fmt


def test_json_is_results_among_tables_and_json_ld_among_graphs() -> None:
    tables, graphs = formats.TABLE_FORMATS, formats.GRAPH_FORMATS

    assert formats.by_word("application/json", tables) is formats.RESULTS_JSON
    assert formats.by_word("application/json", graphs) is formats.JSON_LD


def test_no_suffix_and_no_media_type_is_used_twice() -> None:
    """One that graphs and tables share means what is asked for: results, or statements."""
    suffixes = [f.suffix for f in formats.FORMATS]

    assert len(suffixes) == len(set(suffixes))
    for offered in (formats.DOCUMENT_FORMATS, (*formats.TABLE_FORMATS, formats.HTML)):
        types = [t for f in offered for t in (f.media_type, *f.also)]
        assert len(types) == len(set(types))


@pytest.mark.parametrize(
    "word, name",
    [
        ("rdf+xml", "rdf-xml"),
        ("rdf/xml", "rdf-xml"),
        ("rdf xml", "rdf-xml"),  # a plus sign that a client has not encoded
        ("N3", "turtle"),
        ("ntriples", "n-triples"),
        ("json_ld", "json-ld"),
        ("jsonld-expanded", "json-ld-expanded"),
        ("json-ld-context", "json-ld-context"),
        ("nquads", "n-quads"),
    ],
)
def test_a_word_is_known_however_it_is_spelt(word: str, name: str) -> None:
    found = formats.by_word(word, formats.GRAPH_FORMATS)

    assert found is not None
    assert found.name == name


def test_each_form_of_json_ld_has_a_word_of_its_own() -> None:
    assert {f: formats.by_word(f.name) for f in formats.JSON_LD_FORMS} == {
        f: f for f in formats.JSON_LD_FORMS
    }


def test_an_unknown_word_finds_nothing() -> None:
    assert formats.by_word("spreadsheet") is None
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
