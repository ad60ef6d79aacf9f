"""Every constraint holds on the data, and bites when the data are broken.

One file under `mutations/` breaks the packed publication in one way; its first lines say
what it does and exactly which shapes must report it, the intended one first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyshacl.entrypoints import meta_validate
from rdflib import RDF, SH, Graph, Literal

from renkei.pack.validation import validate

MUTATIONS = Path(__file__).parent / "mutations"
FILES = sorted(MUTATIONS.glob("*.ru"))


@dataclass(frozen=True)
class Mutation:
    """A broken world: what is done to the data, and which shapes must say so."""

    identifier: str
    what: str
    reports: tuple[str, ...]
    update: str


def mutation(text: str) -> Mutation:
    """Read a mutation from its text. A heading that is not understood is refused."""
    heading = re.match(r"# (\w+): (.+)\n# reports: (\w+(?: \w+)*)\n(?:# .+\n)*\n", text)
    assert heading, (
        "a mutation starts with '# A01: what is done', then '# reports: A01 …', then an empty line"
    )
    return Mutation(heading[1], heading[2], tuple(heading[3].split()), text)


def assert_caught(checker, broken: Mutation) -> None:
    """Apply *broken* to the data and ask that exactly the shapes it names report it."""
    store = checker.store()
    store.update(broken.update)
    assert frozenset(store) != checker.statements, "the mutation changes nothing"
    found = checker.check_changed(store)
    assert found.shapes == set(broken.reports), found.text


def test_the_data_conform(checker):
    """What should be looked at by a person (Warning) is shown, and is nothing today."""
    found = checker.check(checker.store())

    assert found.severities == {}, found.text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_mutation_is_reported_by_its_shape(path, checker):
    """Whole sets are compared, so that a new echo is noticed."""
    broken = mutation(path.read_text("utf-8"))

    assert broken.identifier == path.stem == broken.reports[0]
    assert_caught(checker, broken)


@pytest.mark.parametrize("update", [
    pytest.param("evt:accounts-submission ccua:afterEvent evt:accounts-approval", id="of two"),
    pytest.param("evt:settlement-succession ccua:afterEvent evt:accounts-approval", id="of three"),
    pytest.param("evt:union-dissolution ccua:afterEvent evt:union-dissolution", id="of one"),
])  # fmt: skip
def test_events_that_follow_each_other_in_a_circle_are_reported(checker, update):
    """The mutation of D12 is of dates; a circle may hold events without any."""
    prefixes = (
        "PREFIX ccua: <https://w3id.org/jp-ccua/ns#> "
        "PREFIX evt: <https://w3id.org/jp-ccua/id/event/> "
    )
    store = checker.store()
    store.update(f"{prefixes} INSERT DATA {{ {update} }}")

    assert checker.check_changed(store).shapes == {"D12"}


def test_every_shape_has_one_mutation_and_every_mutation_its_shape(constraints):
    assert sorted(constraints) == [path.stem for path in FILES]


def test_every_shape_has_something_to_look_at(checker, constraints):
    """A shape that targets nothing agrees with everything."""
    store = checker.store()
    idle = [i for i, shape in constraints.items() if not checker.focus_nodes(shape, store)]

    assert idle == []


@pytest.mark.parametrize(
    "predicate", [SH.name, SH.description, SH.message], ids=lambda p: p.fragment
)
def test_every_shape_speaks_japanese_and_english(predicate, shapes, constraints):
    """Once in each language: what must hold, who suffers, and what to do."""
    languages = {
        i: sorted(
            str(o.language) for o in shapes.objects(shape, predicate) if isinstance(o, Literal)
        )
        for i, shape in constraints.items()
    }

    assert {i: found for i, found in languages.items() if found != ["en", "ja"]} == {}


def test_every_shape_has_a_severity_a_group_and_an_order(shapes, constraints):
    groups = set(shapes.subjects(RDF.type, SH.PropertyGroup))
    severities = {SH.Violation, SH.Warning, SH.Info}

    for identifier, shape in constraints.items():
        assert shapes.value(shape, SH.severity) in severities, identifier
        assert shapes.value(shape, SH.group) in groups, identifier
        assert shapes.value(shape, SH.order) == Literal(int(identifier[1:])), identifier
        assert str(shape).split("#")[-1].startswith(f"{identifier}-"), identifier


def test_shapes_are_shapes(shapes):
    """The shapes of SHACL itself have nothing to say about ours."""
    own = Graph()
    own += shapes
    conforms, _, text = meta_validate(own, inference="none")

    assert conforms, text


def test_queries_are_portable(shapes):
    """No construct that the pre-binding rules of SHACL-SPARQL leave to the engine."""
    for constraint, select in shapes.subject_objects(SH.select):
        words = re.sub(r'"[^"]*"', "", str(select))
        assert not re.search(r"\b(VALUES|MINUS|SERVICE)\b", words), constraint
        assert all(
            "$this" in inner for inner in re.findall(r"SELECT\s+(.*?)\s*WHERE", words, re.S)
        ), constraint


@pytest.mark.parametrize("identifier", ["A01", "D05", "E27", "M13", "U03", "V03", "W06"])
def test_leaving_out_shapes_that_cannot_be_concerned_changes_nothing(identifier, checker):
    """The shortcut of the checker finds what a whole check finds."""
    store = checker.store()
    store.update((MUTATIONS / f"{identifier}.ru").read_text("utf-8"))

    assert checker.check_changed(store) == checker.check(store)


def test_the_packer_finds_the_same(checker, shapes):
    """`renkei check` reports what the tests here report."""
    store = checker.store()
    store.update((MUTATIONS / "A05.ru").read_text("utf-8"))
    named = [quad for quad in store if quad.graph_name != ox.DefaultGraph()]
    findings = validate(set(store) - set(named), shapes, named=named)

    assert {f.identifier for f in findings} == checker.check(store).shapes
    assert all(set(f.messages) == {"en", "ja"} for f in findings)


HARMLESS = """# A01: nothing that any shape looks at
# reports: A01

INSERT DATA { <https://w3id.org/jp-ccua/concept/means> <http://purl.org/dc/terms/abstract> "x"@en }
"""

IDLE = """# A01: nothing at all
# reports: A01

INSERT DATA {}
"""


@pytest.mark.parametrize("text", [HARMLESS, IDLE], ids=["nobody catches it", "nothing changes"])
def test_a_mutation_that_nobody_catches_fails(text, checker):
    """The harness itself is proven: it does not nod at everything."""
    with pytest.raises(AssertionError):
        assert_caught(checker, mutation(text))


def test_a_new_echo_fails(checker):
    """Reported by its shape and by one more that it does not name."""
    text = (MUTATIONS / "A01.ru").read_text("utf-8")
    silent = re.sub(r"# reports: .*", "# reports: A01", text)

    with pytest.raises(AssertionError):
        assert_caught(checker, mutation(silent))


@pytest.mark.parametrize("text", ["INSERT DATA {}", "# A01 what\n# reports: A01\n\nINSERT DATA {}"])
def test_a_heading_that_is_not_understood_is_refused(text):
    with pytest.raises(AssertionError, match="a mutation starts with"):
        mutation(text)


@pytest.mark.filterwarnings("ignore:NotImplemented should not be used:DeprecationWarning")
def test_an_impossible_date_does_not_stop_the_check(checker):
    """30 February is reported, and what does arithmetic with dates goes on."""
    store = checker.store()
    store.update("""
        PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
        PREFIX vis: <https://w3id.org/jp-ccua/id/vision/>
        PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        DELETE { vis:sapporo-1 ccua:validThrough ?day }
        INSERT { vis:sapporo-1 ccua:validThrough "2024-02-30"^^xsd:date }
        WHERE { vis:sapporo-1 ccua:validThrough ?day }""")

    assert "D02" in checker.check_changed(store).shapes
