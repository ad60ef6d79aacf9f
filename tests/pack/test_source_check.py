"""What is legal and yet wants a look is a warning with its place, and packing goes on."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from renkei.pack import pipeline, source_check
from renkei.pack.reading import lexical

ROOT = "https://example.org/"
PREFIXES = """\
@prefix v: <https://example.org/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def found(publish, files: dict[str, str]) -> list[tuple[str, str, str | None, int | None, str]]:
    """Identifier, severity, value, line and message of every finding."""
    findings = pipeline.check(publish(files), root=ROOT, title="X").findings
    return [
        (f.identifier, f.severity, f.value, f.place and f.place.line, f.message("en"))
        for f in findings
    ]


def test_a_key_that_no_context_maps_is_named_and_the_rest_is_read(publish, tmp_path) -> None:
    text = '{"@context": {"name": "http://schema.org/name"},\n'
    text += ' "@id": "https://example.org/a",\n "name": "X",\n'
    text += ' "accessLevel": "public", "more": {"accessLevel": 1}}'
    folder = publish({"data/a.jsonld": text})

    release, checked = pipeline.pack(folder, tmp_path / "releases", root=ROOT, title="X")

    said = (
        'The @context maps no key "%s": what stands under it is left out, by rule '
        "(JSON-LD 1.1 API, 5.1.2)."
    )
    assert [
        (f.severity, f.place and (f.place.file, f.place.line), f.message("en"))
        for f in checked.findings
    ] == [
        ("Warning", ("data/a.jsonld", 4), said % "accessLevel"),
        ("Warning", ("data/a.jsonld", 4), said % "more"),
    ]
    assert release.path("dumps/data.nt").read_text() == (
        '<https://example.org/a> <http://schema.org/name> "X" .\n'
    )


def test_an_ill_typed_literal_is_a_warning_where_it_stands(publish) -> None:
    ill = "This is no <http://www.w3.org/2001/XMLSchema#integer>. It is published as it stands, "
    ill += "and no query can calculate with it."
    digits = "Queries cannot calculate with a number of so many digits. It is published as it "
    digits += "stands."
    text = PREFIXES + (
        'v:a v:n "01" ,\n  "01100"^^xsd:integer ,\n  "1,200"^^xsd:integer .\n'
        f'[] v:n "x"^^xsd:integer .\nv:b v:m "0.{"1" * 40}"^^xsd:decimal .\n'
    )

    assert (
        found(publish, {"data/a.ttl": text, "data/b.ttl": text})
        == [
            ("ill-typed", "Warning", '"1,200"^^<http://www.w3.org/2001/XMLSchema#integer>', 5, ill),
            ("ill-typed", "Warning", '"x"^^<http://www.w3.org/2001/XMLSchema#integer>', None, ill),
            (
                "digits",
                "Warning",
                f'"0.{"1" * 40}"^^<http://www.w3.org/2001/XMLSchema#decimal>',
                7,
                digits,
            ),
        ]
        * 2
    )


def test_what_xml_cannot_carry_is_named_with_the_formats(publish, tmp_path) -> None:
    """A carriage return it can carry, and it comes back as one (XML 1.0 section 2.11)."""
    text = PREFIXES + 'v:a v:c "bell\\u0007" ,\n "a\\uFFFEb" ,\n "a\\rb" ;\n <ns#0000> "c" .\n'
    no_text = "This text has a character that XML does not know. What cannot carry it: "
    no_text += "RDF/XML, SPARQL XML."
    no_name = "The name of this property does not end as an element of XML must: no RDF/XML can "
    no_name += "carry the statement."

    assert found(publish, {"data/a.ttl": text}) == [
        ("XML", "Warning", '"bell\\u0007"', 3, no_text),
        ("XML", "Warning", '"a\\uFFFEb"', 4, no_text),
        ("XML", "Warning", '"c"', 6, no_name),
    ]

    folder = publish({"data/a.ttl": PREFIXES + 'v:a v:c "a\\rb\\r\\nc" .\n'})
    release, _ = pipeline.pack(folder, tmp_path / "releases", root=ROOT, title="X")
    (quad,) = ox.parse(release.path("dumps/data.rdf").read_bytes(), format=ox.RdfFormat.RDF_XML)
    assert quad.object == ox.Literal("a\rb\r\nc")
    assert b"&#13;" in release.path("dumps/data.rdf").read_bytes()


def test_of_very_many_the_rest_is_counted(publish) -> None:
    lines = "".join(f'v:a{n} v:n "x"^^xsd:integer .\n' for n in range(source_check.MOST + 5))

    told = found(publish, {"data/a.ttl": PREFIXES + lines})

    assert len(told) == source_check.MOST + 1
    assert [t[4] for t in told if t[2] is None] == ["5 more of this kind in this file."]


XSD = "http://www.w3.org/2001/XMLSchema#"
WELL = """\
boolean true 1|integer 01100 -0 +5|decimal 1.50 .5 5. -0.0
double 1e400 INF -INF NaN 1.5E-10
date 2024-02-29 -0044-03-15 12020-03-15 2024-01-01+09:00 2000-02-29Z
dateTime 2024-03-31T24:00:00|dateTimeStamp 2024-04-01T00:00:00Z
time 23:59:59.5|gYear -0044 2009|gYearMonth 1997-02|gMonth --12
gMonthDay --02-29|gDay ---31|duration P1Y2M3DT4H5M6.7S -PT1S P1D
yearMonthDuration P1Y|byte -128 7|dayTimeDuration PT36H
nonNegativeInteger 0 -0 99999999999999999999999999999999999999999999999999
unsignedByte 255|hexBinary 0aFF|language ja-Hrkt|long 9223372036854775807
negativeInteger -1"""
ILL = """\
boolean yes TRUE|integer 1,200 1.0 １ abc|decimal 1e5 1.2.3|double inf 1,5
gMonthDay --02-30
date 2023-02-29 平成21年 2024-4-1 2024-04-31 20240401 1900-02-29
dateTime 2024-01-01 2024-01-01T25:00:00|dateTimeStamp 2024-04-01T00:00:00
gYear 44 02009|gYearMonth 1997-13|gDay ---32|byte 128 -129|time 9:00
duration P PT 1Y P1YT|positiveInteger 0|nonNegativeInteger -1|unsignedByte 256
hexBinary 0|language 日本
negativeInteger 0 99999999999999999999999999999999999999999999999999
long 9223372036854775808"""


def _cases(text: str) -> list[tuple[str, str]]:
    rows = [row.split() for row in text.replace("\n", "|").split("|")]
    return [(datatype, value) for datatype, *values in rows for value in values]


@pytest.mark.parametrize("datatype, value", _cases(WELL))
def test_what_a_datatype_has_is_well_typed(datatype: str, value: str) -> None:
    assert not lexical.is_ill_typed(ox.Literal(value, datatype=ox.NamedNode(XSD + datatype)))


@pytest.mark.parametrize("datatype, value", _cases(ILL))
def test_what_it_has_not_is_ill_typed(datatype: str, value: str) -> None:
    assert lexical.is_ill_typed(ox.Literal(value, datatype=ox.NamedNode(XSD + datatype)))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("札幌広\ufffd圏", "After “札幌広” stands U+FFFD REPLACEMENT CHARACTER."),
        ("\u200b小樽市", "The text begins with U+200B ZERO WIDTH SPACE."),
        ("cafÃ©", "“Ã©” looks like text that was saved in one encoding and read in another."),
        (
            "蟆乗ｨｽ蟶ゅ縺ｮ",
            "“縺ｮ” looks like text that was saved in one encoding and read in another.",
        ),
    ],
)
def test_a_broken_character_is_named(publish, text, hint) -> None:
    folder = publish({"data/a.ttl": f'{PREFIXES}<https://example.org/a> v:name "{text}" .'})
    findings = pipeline.check(folder, root=ROOT, title="X").findings

    assert [(f.identifier, f.severity, f.place.line, str(f.hint)) for f in findings] == [
        ("character", "Warning", 3, hint)
    ]


def test_what_joins_letters_in_some_scripts_is_no_broken_character(publish) -> None:
    text = "می\u200cخواهم"

    assert found(publish, {"data/a.ttl": f'{PREFIXES}<https://e.org/a> v:name "{text}"@fa .'}) == []
