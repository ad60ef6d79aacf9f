"""The rules of a catalogue: what packing makes keeps them, and each catches what it is for."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import DCTERMS, SH, Graph

from renkei.errors import PublicationRefused
from renkei.pack import catalogue_check, pipeline
from renkei.pack.reading.terms import graph_of
from renkei.release import Release

ROOT = "https://w3id.org/jp-ccua/"
MUTATIONS = sorted((Path(__file__).parent / "mutations").glob("*.ru"))


@pytest.fixture(scope="module")
def rules() -> Graph:
    """The rules, as a graph."""
    return graph_of(catalogue_check.shapes(ROOT))


@pytest.fixture(scope="module")
def catalogue(release: Release) -> Graph:
    """The catalogue as it was written, with the mail address that it lacks."""
    written = Graph().parse(release.path("catalogue.ttl"), format="turtle")
    written.update(
        "PREFIX vcard: <http://www.w3.org/2006/vcard/ns#> INSERT"
        " { ?who vcard:hasEmail <mailto:editors@example.org> } WHERE { ?who vcard:fn ?name }"
    )
    return written


def found(graph: Graph) -> set[str]:
    """Return the identifiers of the rules that *graph* breaks."""
    text = graph.serialize(format="nt")
    quads = list(ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
    mine = [ox.Quad(q.subject, q.predicate, q.object) for q in quads]
    return {f.identifier for f in catalogue_check.check(mine, ROOT, mine)}


@pytest.mark.parametrize("name, lacks", [("release", ["C33"]), ("miniature", [])])
def test_the_catalogue_that_was_written_keeps_all_rules(
    name: str, lacks: list[str], request: pytest.FixtureRequest
) -> None:
    """But one: nobody has said yet whom to write to about the Sapporo publication."""
    release: Release = request.getfixturevalue(name)
    quads = list(ox.parse(release.path("catalogue.ttl").read_bytes(), format=ox.RdfFormat.TURTLE))
    findings = catalogue_check.check(quads, release.manifest.root, quads)

    assert [f.identifier for f in findings] == lacks


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda path: path.stem)
def test_each_rule_catches_what_it_is_for(mutation: Path, catalogue: Graph) -> None:
    """The mutation breaks that rule and no other."""
    broken = Graph()
    broken += catalogue
    broken.update(mutation.read_text("utf-8"))

    assert found(broken) == {mutation.stem}


def test_every_rule_has_its_mutation_and_its_words(rules: Graph) -> None:
    identifiers = {str(i) for i in rules.objects(None, DCTERMS.identifier)}
    silent = [
        shape
        for shape in rules.objects(None, SH.property)
        if {m.language for m in rules.objects(shape, SH.message)} != {"ja", "en", "de"}  # type: ignore[union-attr]
    ]

    assert identifiers == {path.stem for path in MUTATIONS}
    assert silent == []


def test_a_publication_whose_catalogue_would_not_harvest_is_not_released(tmp_path: Path) -> None:
    """The finding names the rule, the file and the line."""
    folder = tmp_path / "publication"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "catalogue.ttl").write_text(
        "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
        "@prefix dct: <http://purl.org/dc/terms/> .\n"
        "@prefix void: <http://rdfs.org/ns/void#> .\n"
        "<https://example.org/x/dataset/d> a dcat:Dataset ;\n"
        '    dct:title "Nobody\'s data"@en ; void:uriSpace "https://example.org/x/" .\n'
    )

    with pytest.raises(PublicationRefused) as refusal:
        pipeline.pack(folder, tmp_path / "releases")

    findings = refusal.value.checked.findings  # type: ignore[attr-defined]
    assert {f.identifier for f in findings if f.severity == "Violation"} == {"C03"}
    assert not (tmp_path / "releases" / "current").exists()


def test_a_publication_that_describes_no_data_set_is_not_held_to_it(tmp_path: Path) -> None:
    folder = tmp_path / "publication"
    (folder / "data").mkdir(parents=True)
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    (folder / "data" / "x.ttl").write_text(f'<https://example.org/x/id/a> {label} "a" .')

    assert pipeline.check(folder).findings == []
