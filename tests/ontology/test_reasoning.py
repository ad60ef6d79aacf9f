"""Gates 3 and 4: a DL reasoner finds no class empty, and terms and data without contradiction.

Each thing that must never be both is broken once, to see that the reasoner would tell.
"""

import pytest
import rdflib

from tests.ontology.conftest import alone_of

CCUA = "https://w3id.org/jp-ccua/ns#"
ID = "https://w3id.org/jp-ccua/id/"

PREFIXES = f"""
@prefix agr: <{ID}agreement/> .
@prefix ccua: <{CCUA}> .
@prefix evt: <{ID}event/> .
@prefix id: <{ID}> .
@prefix muni: <{ID}municipality/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix prt: <{ID}partnership/> .
"""
CONTRADICTIONS = {
    "the area is also a union": "prt:sapporo a ccua:MunicipalUnion .",
    "the area is also its territory": "prt:sapporo a ccua:AreaOfCooperation .",
    "a membership of the area is also one of the union": (
        f"<{ID}membership/sapporo-otaru> a ccua:PartnershipMembership , ccua:UnionMembership ."
    ),
    "the listed document is also the agreement": (
        f"<{ID}document/agreement-otaru> a ccua:CooperationAgreement ."
    ),
    "the file is also the document": f"<{ID}file/agreement-otaru> a ccua:PublishedDocument .",
    "the approved item is the listed document": (
        f"evt:accounts-approval ccua:approvedItem <{ID}document/accounts-fy2019> ."
    ),
    "the dissolution has a result": (
        "evt:union-dissolution org:resultingOrganization muni:hokkaido-sapporo ."
    ),
    "the area comes out of the union": (
        f"evt:partnership-formation org:originalOrganization <{ID}union/sapporo-wide-area-union> ."
    ),
    "the area succeeds": "evt:settlement-succession ccua:successor prt:sapporo .",
    "the succession is a change of an organisation": (
        "evt:settlement-succession a org:ChangeEvent ."
    ),
    "a municipality is the advisor": (
        f"<{ID}appointment/terashima-jitsuro> org:member muni:hokkaido-otaru ."
    ),
    "the amendment amends itself": (
        "agr:sapporo-iwamizawa-2021 ccua:amends agr:sapporo-iwamizawa-2021 ."
    ),
    "Sapporo agrees with itself": (
        "agr:sapporo-otaru-2019 ccua:counterparty muni:hokkaido-sapporo ."
    ),
}


def write(path, graph, extra=""):
    """Write a graph and some Turtle as N-Triples."""
    more = rdflib.Graph().parse(data=PREFIXES + extra, format="turtle")
    path.write_text(alone_of(graph).serialize(format="nt") + more.serialize(format="nt"), "utf-8")
    return path


@pytest.fixture(scope="module")
def openllet(java, publication, tmp_path_factory):
    """Name of a case -> whether Openllet finds it consistent; all cases in one run."""
    built = tmp_path_factory.mktemp("openllet")
    cases = {"as published": "", **CONTRADICTIONS}
    files = {
        str(write(built / f"{i}.nt", publication, extra)): case
        for i, (case, extra) in enumerate(cases.items())
    }
    lines = java("Reason", "openllet", *files)
    return {
        files[file]: said == "true"
        for kind, file, said in (x for x in lines if len(x) == 3)
        if kind == "CONSISTENT"
    }


def test_every_class_can_have_members(java, terms, tmp_path):
    lines = java("Reason", "hermit", write(tmp_path / "terms.nt", terms))

    assert [(line[0], *line[2:]) for line in lines] == [("CONSISTENT", "true")]


def test_a_class_that_nothing_can_belong_to_is_found(java, terms, tmp_path):
    """The reasoner of the test above is awake: a council that is a municipality too."""
    broken = f"<{CCUA}MunicipalCouncil> <{rdflib.RDFS.subClassOf}> <{CCUA}Municipality> ."
    lines = java("Reason", "hermit", write(tmp_path / "terms.nt", terms, broken))

    assert ["UNSATISFIABLE", str(tmp_path / "terms.nt"), CCUA + "MunicipalCouncil"] in lines


def test_terms_and_data_do_not_contradict_each_other(openllet):
    assert openllet["as published"]


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_the_reasoner_finds_the_contradiction(openllet, case):
    assert not openllet[case]
