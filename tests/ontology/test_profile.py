"""Gate 2: the vocabulary stays inside the OWL 2 profiles that ontology/README.md names."""

import pytest


@pytest.fixture(scope="module")
def verdicts(java, root, terms, publication, tmp_path_factory):
    """(file, profile) -> (inside?, violations), for all files in one run of the program."""
    built = tmp_path_factory.mktemp("profiles")
    terms.serialize(built / "terms.nt", format="nt", encoding="utf-8")
    publication.serialize(built / "publication.nt", format="nt", encoding="utf-8")
    files = [
        *(
            root / "ontology" / name
            for name in ("ccua.ttl", "ccua-restrictions.ttl", "ccua-alignments.ttl")
        ),
        built / "terms.nt",
        built / "publication.nt",
    ]
    found = {}
    for kind, file, profile, rest in (line for line in java("Profile", *files) if len(line) == 4):
        key = (file.rsplit("/", 1)[-1], profile)
        if kind == "PROFILE":
            found[key] = (rest == "true", [])
        elif kind == "VIOLATION":
            found[key][1].append(rest)
    return found


@pytest.mark.parametrize(
    "file, profile",
    [
        ("ccua.ttl", "DL"),
        ("ccua.ttl", "RL"),
        ("ccua-restrictions.ttl", "DL"),
        ("ccua-alignments.ttl", "DL"),
        ("ccua-alignments.ttl", "RL"),
        ("terms.nt", "DL"),
    ],
)
def test_the_terms_lie_in_the_profile(verdicts, file, profile):
    """terms.nt is all four files of ontology/ together."""
    assert verdicts[file, profile] == (True, [])


def test_terms_and_data_leave_owl_2_dl_by_datatypes_only(verdicts):
    """OWL 2 DL knows no xsd:date, xsd:gYearMonth, xsd:gYear; all else must be declared."""
    _, violations = verdicts["publication.nt", "DL"]

    assert [v for v in violations if "datatype" not in v.lower()] == []
