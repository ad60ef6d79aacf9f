"""Gates 3 and 4: a DL reasoner finds no class empty, and terms and data without contradiction.

Each thing that must never be both is broken once, to see that the reasoner would tell.
"""

import pytest
import rdflib

CCUA = "https://w3id.org/jp-ccua/ns#"
ID = "https://w3id.org/jp-ccua/id/"
A = str(rdflib.RDF.type)

CONTRADICTIONS = {
    "the area is also a union": f"<{ID}partnership/sapporo> <{A}> <{CCUA}MunicipalUnion> .",
    "the area is also its territory": f"<{ID}partnership/sapporo> <{A}> <{CCUA}AreaOfCooperation> .",
    "a membership of the area is also one of the union": f"<{ID}membership/sapporo-otaru> <{A}> <{CCUA}PartnershipMembership> , "
    f"<{CCUA}UnionMembership> .",
    "the listed document is also the agreement": f"<{ID}document/agreement-otaru> <{A}> <{CCUA}CooperationAgreement> .",
    "the file is also the document": f"<{ID}file/agreement-otaru> <{A}> <{CCUA}PublishedDocument> .",
    "the approved item is the listed document": f"<{ID}event/accounts-approval> <{CCUA}approvedItem> <{ID}document/accounts-fy2019> .",
    "the dissolution has a result": f"<{ID}event/union-dissolution> <http://www.w3.org/ns/org#resultingOrganization> "
    f"<{ID}municipality/hokkaido-sapporo> .",
    "the area comes out of the union": f"<{ID}event/partnership-formation> <http://www.w3.org/ns/org#originalOrganization> "
    f"<{ID}union/sapporo-wide-area-union> .",
    "the area succeeds": f"<{ID}event/settlement-succession> <{CCUA}successor> <{ID}partnership/sapporo> .",
    "the succession is a change of an organisation": f"<{ID}event/settlement-succession> <{A}> <http://www.w3.org/ns/org#ChangeEvent> .",
    "a municipality is the advisor": f"<{ID}appointment/terashima-jitsuro> <http://www.w3.org/ns/org#member> "
    f"<{ID}municipality/hokkaido-otaru> .",
    "the amendment amends itself": f"<{ID}agreement/sapporo-iwamizawa-2021> <{CCUA}amends> "
    f"<{ID}agreement/sapporo-iwamizawa-2021> .",
    "Sapporo agrees with itself": f"<{ID}agreement/sapporo-otaru-2019> <{CCUA}counterparty> "
    f"<{ID}municipality/hokkaido-sapporo> .",
}


def write(path, graph, extra=""):
    """Write a graph and some Turtle as N-Triples."""
    more = rdflib.Graph().parse(data=extra, format="turtle")
    path.write_text(graph.serialize(format="nt") + more.serialize(format="nt"), "utf-8")
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
