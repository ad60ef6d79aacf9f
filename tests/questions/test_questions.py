"""Each competency question has its right answer, in both engines, and is complete in itself.

The right answers stand in expected/<slug>.json (SPARQL 1.1 Query Results JSON) and were checked
by hand against the source. When a fact changes, read the new answer before you replace the file.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.plugins.sparql

from tests.questions.conftest import (
    DCT,
    HOUSE,
    QUESTIONS,
    RDF_TYPE,
    RDFS,
    ROOT,
    SCHEMA,
    SH,
    Question,
)

CCUA = ROOT + "ns#"
TYPE = ox.NamedNode(RDF_TYPE)
EXPECTED = Path(__file__).parent / "expected"
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"

each_question = pytest.mark.parametrize(
    "question", [pytest.param(q, id=f"{q.number}-{q.slug}") for q in QUESTIONS]
)


def plain(results: dict[str, Any]) -> dict[str, Any]:
    """Return the answer without what engines are free to write differently."""
    if "boolean" in results:
        return {"head": {}, "boolean": results["boolean"]}

    def term(value: dict[str, str]) -> dict[str, str]:
        if value["type"] == "typed-literal":
            value = {**value, "type": "literal"}
        if "xml:lang" in value:
            value = {**value, "xml:lang": value["xml:lang"].lower()}
        return {k: v for k, v in value.items() if (k, v) != ("datatype", XSD_STRING)}

    rows = [
        {name: term(row[name]) for name in results["head"]["vars"] if name in row}
        for row in results["results"]["bindings"]
    ]
    return {"head": {"vars": results["head"]["vars"]}, "results": {"bindings": rows}}


def answer(store: ox.Store, question: Question) -> dict[str, Any]:
    results = store.query(question.query)
    assert not isinstance(results, ox.QueryTriples)
    return plain(json.loads(results.serialize(format=ox.QueryResultsFormat.JSON) or b""))


def expected(question: Question) -> dict[str, Any]:
    return plain(json.loads((EXPECTED / f"{question.slug}.json").read_text("utf-8")))


def named(slug: str) -> Question:
    return next(q for q in QUESTIONS if q.slug == slug)


# The answers


@each_question
def test_the_answer_is_the_right_one(question: Question, publication: ox.Store) -> None:
    """Rows, their order, terms, datatypes and languages are all compared."""
    assert answer(publication, question) == expected(question)


# rdflib 7.6 answers a query by way of names it has itself deprecated.
@pytest.mark.filterwarnings("ignore:Dataset[.]:DeprecationWarning")
@each_question
def test_a_second_engine_gives_the_same_answer(question: Question, dataset: rdflib.Dataset) -> None:
    result = dataset.query(question.query)

    assert plain(json.loads(result.serialize(format="json") or b"")) == expected(question)


def test_no_expected_answer_is_left_over() -> None:
    """A question that went takes its answer with it."""
    assert {p.stem for p in EXPECTED.glob("*.json")} == {q.slug for q in QUESTIONS}


GAPS = [
    ("undated", "outline-date"),
    ("undated", "succession-date"),
    ("undated", "consultation-dissolution-date"),
    ("undated", "consultation-settlement-date"),
    ("undated", "submission-date"),
    ("undated", "approval-date"),
    ("union-members-not-stated", "union-members"),
    ("policy-details", "mic-address"),
    ("recorded-gaps", "advisor-end"),
]


@pytest.mark.parametrize("slug, gap", GAPS)
def test_an_answer_not_stated_rests_on_a_gap(
    slug: str, gap: str, copy_of_publication: ox.Store
) -> None:
    """Silence is data: without its note the answer is no longer the right one."""
    note = ox.NamedNode(f"{ROOT}id/gap/{gap}")
    type_of_note = ox.Quad(note, ox.NamedNode(RDF_TYPE), ox.NamedNode(CCUA + "InformationGap"))
    assert type_of_note in copy_of_publication

    for quad in list(copy_of_publication.quads_for_pattern(note, None, None, None)):
        copy_of_publication.remove(quad)

    assert answer(copy_of_publication, named(slug)) != expected(named(slug))


@pytest.mark.parametrize("slug, gap", GAPS[:7])
def test_a_value_that_fills_a_gap_is_noticed(
    slug: str, gap: str, copy_of_publication: ox.Store
) -> None:
    """Somebody adds the value and forgets the note: the answer must not stay as it was."""
    note = ox.NamedNode(f"{ROOT}id/gap/{gap}")
    [subject] = copy_of_publication.quads_for_pattern(
        note, ox.NamedNode(CCUA + "gapSubject"), None, ox.DefaultGraph()
    )
    [predicate] = copy_of_publication.quads_for_pattern(
        note, ox.NamedNode(CCUA + "gapProperty"), None, ox.DefaultGraph()
    )
    value = ox.NamedNode(ROOT + "id/municipality/hokkaido-sapporo")
    copy_of_publication.add(ox.Quad(subject.object, predicate.object, value))

    assert answer(copy_of_publication, named(slug)) != expected(named(slug))


# The files


def test_questions_are_numbered_without_a_hole() -> None:
    assert sorted(int(q.number) for q in QUESTIONS) == list(range(1, len(QUESTIONS) + 1))
    assert len(QUESTIONS) >= 52


def test_questions_have_addresses_of_their_own() -> None:
    assert len({q.slug for q in QUESTIONS}) == len(QUESTIONS)


@each_question
def test_a_file_is_named_after_its_question(question: Question) -> None:
    assert re.fullmatch(r"[a-z0-9-]+", question.slug)
    assert question.path.name == f"{int(question.number):02d}-{question.slug}.ttl"


@each_question
def test_a_question_is_told_in_both_languages(question: Question) -> None:
    """The question, what its answer means, and the answer in words."""
    for predicate in (RDFS + "label", RDFS + "comment", SCHEMA + "abstract"):
        texts = question.literals(predicate)
        assert sorted(t.language or "" for t in texts) == ["en", "ja"], predicate
        assert all(t.value.strip() == t.value != "" for t in texts), predicate

    keywords = {t.language for t in question.literals(SCHEMA + "keywords")}
    assert {"ja", "en"} <= keywords


@each_question
def test_a_question_has_a_kind_and_an_audience(question: Question) -> None:
    types = {t.value for t in question.statements[RDF_TYPE]}

    assert types == {
        SH + "SPARQLExecutable",
        f"{SH}SPARQL{question.kind.capitalize()}Executable",
    }
    [audience] = question.literals(SCHEMA + "audienceType")
    assert audience.value in {"A", "B", "C"}
    [prefixes] = question.statements[SH + "prefixes"]
    assert prefixes.value == ROOT + "questions"


def test_three_questions_suit_the_home_page() -> None:
    home = [q for q in QUESTIONS if "home" in {k.value for k in q.literals(SCHEMA + "keywords")}]
    assert len(home) == 3


@each_question
def test_the_sources_of_a_question_are_passages(question: Question, publication: ox.Store) -> None:
    sources = question.statements[DCT + "source"]
    passage = ox.NamedNode(CCUA + "SourcePassage")

    strangers = [
        s.value for s in sources if ox.Quad(s, ox.NamedNode(RDF_TYPE), passage) not in publication
    ]

    assert strangers == []


@each_question
def test_a_query_can_be_pasted_anywhere(question: Question) -> None:
    """It brings its prefixes, each used and each the one that is declared for all."""
    declared = dict(re.findall(r"^PREFIX (\w+): <([^>]+)>$", question.query, re.MULTILINE))
    body = re.sub(r"^PREFIX .*\n", "", question.query, flags=re.MULTILINE)

    assert list(declared) == sorted(declared)
    assert declared.items() <= shared_prefixes().items()
    assert all(re.search(rf"\b{prefix}:", body) for prefix in declared)
    rdflib.plugins.sparql.prepareQuery(question.query)
    ox.Store().query(question.query)


def shared_prefixes() -> dict[str, str]:
    graph = rdflib.Graph().parse(HOUSE / "data" / "questions" / "prefixes.ttl")
    sh = rdflib.Namespace(SH)
    holder = rdflib.URIRef(ROOT + "questions")
    return {
        str(graph.value(node, sh.prefix)): str(graph.value(node, sh.namespace))
        for node in graph.objects(holder, sh.declare)
    }


@each_question
def test_the_order_of_rows_is_said(question: Question) -> None:
    """Only a query that always gives one row may do without ORDER BY."""
    if question.kind == "select" and "ORDER BY" not in question.query:
        assert len(expected(question)["results"]["bindings"]) == 1


# The vocabulary


def terms() -> list[str]:
    graph = rdflib.Graph()
    for name in ("ccua.ttl", "ccua-jp.ttl"):
        graph.parse(HOUSE / "ontology" / name)
    owl = rdflib.OWL
    kinds = (owl.Class, owl.ObjectProperty, owl.DatatypeProperty)
    found = {s for kind in kinds for s in graph.subjects(rdflib.RDF.type, kind)}
    return sorted(str(s).removeprefix(CCUA) for s in found if str(s).startswith(CCUA))


def test_every_term_in_use_serves_a_question(publication: ox.Store) -> None:
    """A class or property that no question needs is one too many, or a question is missing.

    A term for what occurs in other areas alone is not asked for here.
    """
    asked = {name for q in QUESTIONS for name in re.findall(r"\bccua:([A-Za-z]\w*)", q.query)}
    used = {
        term.value.removeprefix(CCUA)
        for quad in publication
        for term in (quad.predicate, quad.object)
        if isinstance(term, ox.NamedNode) and (term == quad.predicate or quad.predicate == TYPE)
    }

    assert [term for term in terms() if term in used and term not in asked] == []


def test_queries_name_only_terms_that_exist() -> None:
    """A misspelt term gives an empty answer, which would read as none."""
    known = set(terms())
    strangers = {
        (q.slug, name)
        for q in QUESTIONS
        for name in re.findall(r"\bccua:([A-Za-z]\w*)", q.query)
        if name not in known
    }

    assert strangers == set()
