"""Gate 2: the vocabulary as served stays inside the OWL 2 profiles that its README names."""

import pytest

from tests.ontology.conftest import DOCUMENTS, alone_of


@pytest.fixture(scope="module")
def verdicts(java, served, terms, publication, tmp_path_factory):
    """(file, profile) -> (inside?, violations), for all files in one run of the program."""
    built = tmp_path_factory.mktemp("profiles")
    for name, graph in (("terms", terms), ("publication", publication)):
        alone_of(graph).serialize(built / f"{name}.nt", format="nt", encoding="utf-8")
    stand = [f"{iri}={served[address]}" for address, iri in DOCUMENTS.items()]
    files = [*served.values(), built / "terms.nt", built / "publication.nt"]
    called = {str(file): address for address, file in served.items()}
    found = {}
    lines = java("Profile", *stand, *files)
    for kind, file, profile, rest in (line for line in lines if len(line) == 4):
        key = (called.get(file) or file.rsplit("/", 1)[-1], profile)
        if kind == "PROFILE":
            found[key] = (rest == "true", [])
        elif kind == "VIOLATION":
            found[key][1].append(rest)
    return found


@pytest.mark.parametrize(
    "address, profile",
    [
        ("ns", "DL"),
        ("ns", "RL"),
        ("ns/jp", "DL"),
        ("ns/jp", "RL"),
        ("ns/alignments", "DL"),
        ("ns/alignments", "RL"),
        ("ns/restrictions", "DL"),
        ("ns/all", "DL"),
    ],
)
def test_what_is_served_lies_in_the_profile_with_all_that_it_imports(verdicts, address, profile):
    assert verdicts[address, profile] == (True, [])


def test_the_restrictions_would_leave_owl_2_rl(verdicts):
    """Why they stand apart; and a sign that the other documents do not hold them."""
    inside, violations = verdicts["ns/restrictions", "RL"]

    assert (inside, violations == []) == (False, False)


def test_all_terms_together_lie_in_owl_2_dl(verdicts):
    """terms.nt is all files of ontology/ as one."""
    assert verdicts["terms.nt", "DL"] == (True, [])


def test_terms_and_data_leave_owl_2_dl_by_datatypes_only(verdicts):
    """OWL 2 DL knows no xsd:date, xsd:gYearMonth, xsd:gYear; all else must be declared."""
    _, violations = verdicts["publication.nt", "DL"]

    assert [v for v in violations if "datatype" not in v.lower()] == []
