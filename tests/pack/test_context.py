"""A JSON-LD context is tried when packing, and JSON-LD answers say what was published."""

from __future__ import annotations

import io
import json

import pyoxigraph as ox
import pytest
from pyld import jsonld

from renkei.errors import SourceError
from renkei.pack import pipeline
from renkei.rdf import contexts
from renkei.rdf.serialization import GraphWriter, compact, context_of
from renkei.release import Release

ROOT = "https://example.org/"
LABEL = (
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix e: <https://example.org/> .\n"
)
LEFT_OUT = 'The prefix "%s:" is left out of the JSON-LD context. '
OTHER = 'JSON-LD would read the prefix "%s:" in its namespace.'
MEANING = "There are IRIs that begin so, with another meaning."

PREFIXES = [
    pytest.param(
        "@prefix termed: <termed:property:> .\n", {"termed": OTHER % "termed"}, id="in a circle"
    ),
    pytest.param(
        "@prefix a: <b:x/> .\n@prefix b: <a:y/> .\n",
        {"a": OTHER % "b", "b": OTHER % "a"},
        id="in a circle of two",
    ),
    pytest.param(
        "@prefix doi: <info:doi/> .\n@prefix info: <http://info.example/> .\n"
        "e:x e:p doi:a , info:b .\n",
        {"doi": OTHER % "info", "info": MEANING},
        id="in the namespace of another",
    ),
    pytest.param(
        "@prefix urn: <http://urn.fi/urn:nbn:fi:au:> .\ne:x rdfs:seeAlso <urn:isbn:1> , urn:b .\n",
        {"urn": MEANING},
        id="the scheme of other IRIs",
    ),
    pytest.param(
        "@prefix geo: <http://www.opengis.net/ont/geosparql#> .\n"
        'e:x e:at <geo:43,141> ; e:as "POINT(0 0)"^^geo:wktLiteral .\n',
        {},
        id="a prefix that goes by its standard name",
    ),
    pytest.param(
        "@prefix tel: <tel:> .\ne:x e:p <tel:+81> .\n", {"tel": OTHER % "tel"}, id="itself"
    ),
    pytest.param(
        "@prefix x: <http://x.example/a_> .\ne:x e:p x:b .\n", {}, id="no sign at its end"
    ),
]


@pytest.mark.parametrize("text, left_out", PREFIXES)
def test_what_cannot_stand_in_a_context_is_left_out_aloud(
    publish, tmp_path, text: str, left_out: dict[str, str]
) -> None:
    """Written as serving writes and read by another processor, all is what it was."""
    folder = publish({"data/a.ttl": LABEL + text + 'e:x rdfs:label "X" .\n'})

    release, checked = pipeline.pack(folder, tmp_path / "releases", root=ROOT, title="X")

    told = {f.focus: f.message("en") for f in checked.findings}
    assert told == {f'"{n}:"': LEFT_OUT % n + reason for n, reason in left_out.items()}
    assert all(f.place and f.place.file == "data/a.ttl" for f in checked.findings)
    assert not left_out.keys() & context_of(release)["@context"].keys()
    assert left_out.keys() <= release.manifest.prefixes.keys()
    triples = [q.triple for q in checked.default]
    out = io.BytesIO()
    GraphWriter.of(release, "https://served.example/").write(iter(triples), "json-ld", out)
    document = json.loads(out.getvalue())
    assert set(document["@context"].items()) <= set(context_of(release)["@context"].items())
    for written in (document, json.loads(release.path("dumps/data.jsonld").read_bytes())):
        found = jsonld.to_rdf(written, {"format": "application/n-quads"})
        assert set(ox.parse(found, format=ox.RdfFormat.N_QUADS)) == set(checked.default)


@pytest.mark.parametrize(
    "context, said",
    [
        pytest.param(
            '{"@context": {"a": "b:x", "b": "a:y"}}',
            "Cyclical context definition detected (a). ",
            id="in a circle",
        ),
        pytest.param('{"@context": {"a": {"@type": 5}}}', "Invalid JSON-LD syntax", id="no type"),
        pytest.param(
            '{"@context": {"urn": "https://example.org/urn/"}}',
            "Absolute IRI confused with prefix",
            id="urn",
        ),
        pytest.param('["a"]', "", id="a list"),
    ],
)
def test_a_context_of_the_publication_that_cannot_be_used_is_refused(
    publish, context: str, said: str
) -> None:
    folder = publish(
        {"data/a.ttl": "<https://example.org/a> a <urn:isbn:1> .", "data/context.jsonld": context}
    )

    with pytest.raises(SourceError) as refused:
        pipeline.check(folder, root=ROOT, title="X")

    assert str(refused.value).startswith(
        f"{folder}/data/context.jsonld: this JSON-LD context cannot be used: {said}"
    )
    assert refused.value.path.name == "context.jsonld"


def test_an_answer_may_have_any_iri() -> None:
    """One that a query makes up, which the context would take for a name of its own."""
    context = {"@context": {"e": "https://example.org/", "urn": "https://example.org/urn/"}}
    nodes = [{"@id": f"{ROOT}a", f"{ROOT}p": [{"@id": iri}]} for iri in (f"{ROOT}b", "urn:isbn:1")]

    compacted = compact(nodes, context)

    assert compacted[0] == {"@id": "e:a", "e:p": {"@id": "e:b"}}
    assert jsonld.expand({**context, "@graph": compacted})[1] == nodes[1]


MANY = {f"p{number}": f"http://p{number}.example/" for number in range(300)}
IRIS = ("http://p7.example/a", "https://example.org/x", "urn:isbn:1", "info:b")


@pytest.mark.parametrize("iri", IRIS)
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"e": "https://example.org/", "term": "https://example.org/x", "ex": "e:x"},
        {"urn": "http://urn.fi/"},
        {"p7": "http://p7.example/", "p70": "http://p7.example/a"},
    ],
)
def test_a_narrowed_context_writes_what_the_whole_one_writes(
    iri: str, more: dict[str, str]
) -> None:
    whole = {"@context": MANY | more}
    nodes = [{"@id": iri, iri: [{"@value": "x", "@type": iri}, {"@id": iri}], "@type": [iri]}]

    assert compact(nodes, contexts.narrowed(whole, {iri})) == compact(nodes, whole)


def test_a_context_is_narrowed_to_the_names_that_can_be_used() -> None:
    whole = {"@context": MANY | {"e": "https://example.org/", "ex": "e:x"}}

    assert contexts.narrowed(whole, {"http://p7.example/a"}) == {
        "@context": {"p7": "http://p7.example/"}
    }


DEFINED = {
    "@version": 1.1,
    "e": {"@id": "https://example.org/", "@prefix": True},
    "u": "https://unused.example/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": "@id",
    "day": {"@id": "e:day", "@type": "xsd:date"},
    "dayOfWeek": {"@id": "e:dayOfWeek", "@type": "u:Day"},
    "name": {"@id": "https://names.example/name", "@container": "@language"},
}


def test_definitions_are_narrowed_too_with_what_they_are_built_of() -> None:
    narrowed = contexts.narrowed({"@context": DEFINED}, {"https://example.org/day"})

    assert list(narrowed["@context"]) == ["@version", "e", "xsd", "id", "day"]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"p": {"@id": "e:p", "@context": {"q": "e:q"}}}, id="a context of its own"),
        pytest.param({"@vocab": "https://example.org/"}, id="a vocabulary"),
        pytest.param({"p": None}, id="no meaning"),
        pytest.param({"p": {"@reverse": "e:p"}}, id="reverse"),
    ],
)
def test_a_context_that_is_more_than_names_stays_whole(more: dict[str, object]) -> None:
    whole = {"@context": DEFINED | more}

    assert contexts.narrowed(whole, set()) == whole
    assert contexts.readable_by_all(whole["@context"]) == whole["@context"]


def test_a_context_in_which_nothing_is_new_is_for_readers_of_json_ld_1_0_too() -> None:
    """They refuse all that says `@version`."""
    assert list(contexts.readable_by_all(DEFINED)) == [n for n in DEFINED if n != "@version"]


def test_a_dump_is_for_readers_of_json_ld_1_0_too(release: Release) -> None:
    dump = json.loads(release.path("dumps/data.jsonld").read_bytes())

    assert "@version" in context_of(release)["@context"]
    assert "@version" not in dump["@context"]
