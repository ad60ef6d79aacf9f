"""Hints: each question with one slip is told of it, and the questions themselves of nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pyoxigraph as ox
import pytest

from renkei.language.messages import Message, translate
from renkei.sparql import patterns
from renkei.sparql.hints import Hint, hints, read
from renkei.sparql.patterns import RDF_TYPE, Pattern, PatternGroup, TriplePattern
from renkei.sparql.tokens import iri_of, tokens
from renkei.sparql.words import PredicateUse, ValuesInUse, WordsInUse, words_of
from tests.questions.conftest import QUESTIONS, Question

PREFIXES = (
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "PREFIX ccua: <https://w3id.org/jp-ccua/ns#> "
    "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
)
Slip = Callable[[str], str]


@pytest.fixture(scope="module")
def words(publication: ox.Store) -> WordsInUse:
    return words_of(publication)


def told(text: str, words: WordsInUse) -> list[tuple[str, str, str]]:
    return [(hint.code, hint.subject, hint.near) for hint in hints(text, words)]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.slug)
def test_nothing_is_said_of_a_right_query(question: Question, words: WordsInUse) -> None:
    assert hints(question.query, words) == ()


def needed(group: PatternGroup) -> Iterator[TriplePattern]:
    """Give the triple patterns of *group* that must be met."""
    yield from group.triples
    for part in group.parts:
        if part.kind in ("group", "graph", "select"):
            yield from needed(part.groups[0])


def spelt(text: str, iri: str, other: str) -> str:
    """Return the query *text* with *other* wherever it writes *iri*."""
    pattern = patterns.read(text)
    assert pattern is not None
    for token in reversed(tokens(text)):
        if token.kind in ("iri", "name") and iri_of(token, pattern.prefixes) == iri:
            text = f"{text[: token.start]}<{other}>{text[token.end :]}"
    return text


def swapped(iri: str) -> str:
    """Return *iri* with its last two letters the other way round."""
    return iri[:-2] + iri[-1] + iri[-2]


def elsewhere(iri: str) -> str:
    """Return *iri* in a namespace that is a near miss."""
    if iri.startswith("https:"):
        return "http:" + iri[6:]
    return "https:" + iri[5:]


SLIPS = [pytest.param(swapped, id="two letters swapped"), pytest.param(elsewhere, id="http(s)")]


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.slug)
def test_a_slip_in_a_predicate_or_a_class_is_told_with_what_was_meant(
    question: Question, slip: Slip, words: WordsInUse
) -> None:
    """Each predicate and each class of each question in turn, where it must occur."""
    pattern = patterns.read(question.query)
    assert pattern is not None
    triples = list(needed(pattern.group))
    meant = {("predicate", iri) for t in triples for iri in t.needed if iri != RDF_TYPE}
    meant |= {
        ("class", t.object.value)
        for t in triples
        if t.predicate == RDF_TYPE and t.object.kind == "iri"
    }
    missed = []
    for code, iri in sorted(meant):
        wrong = slip(iri)
        if wrong in words.predicates or wrong in words.classes:
            continue
        found = told(spelt(question.query, iri, wrong), words)
        if (code, wrong, iri) not in found:
            missed.append((code, wrong, iri, found))
    assert missed == []


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (
            '?s skos:prefLabel "小樽市"',
            ("value", '"小樽市" <http://www.w3.org/2004/02/skos/core#prefLabel>'),
        ),
        (
            '?s skos:prefLabel ?l FILTER(?l = "小樽市")',
            ("value", '"小樽市" <http://www.w3.org/2004/02/skos/core#prefLabel>'),
        ),
        (
            '?s skos:prefLabel ?l FILTER("小樽市" = ?l)',
            ("value", '"小樽市" <http://www.w3.org/2004/02/skos/core#prefLabel>'),
        ),
        (
            '?s skos:prefLabel "Otaru"@fr',
            ("value", '"Otaru"@fr <http://www.w3.org/2004/02/skos/core#prefLabel>'),
        ),
        (
            '?s ccua:dateStated "2019-03-29"',
            ("value", '"2019-03-29" <https://w3id.org/jp-ccua/ns#dateStated>'),
        ),
        ("?s ccua:dateStated 2019", ("value", "2019 <https://w3id.org/jp-ccua/ns#dateStated>")),
        (
            "?s ccua:dateStated ?d FILTER(?d = 2019)",
            ("value", "2019 <https://w3id.org/jp-ccua/ns#dateStated>"),
        ),
        (
            '?s ccua:hasParty "小樽市"@ja',
            ("value", '"小樽市"@ja <https://w3id.org/jp-ccua/ns#hasParty>'),
        ),
        ('?s skos:prefLabel ?l FILTER(LANG(?l) = "JA")', ("language-case", "JA")),
        ('?s skos:prefLabel ?l FILTER("EN" = LANG(?l))', ("language-case", "EN")),
        ('?s skos:prefLabel ?l FILTER(LANG(?l) IN ("JA", "fr"))', ("language-case", "JA")),
        ('?s skos:prefLabel ?l FILTER(LANG(?l) = "jp")', ("language", "jp")),
        ('?s skos:prefLabel ?l FILTER(LANGMATCHES(LANG(?l), "fr"))', ("language", "fr")),
        ("?s skos:prefLabel ?l FILTER(LANG(?l) = '''JA''')", ("language-case", "JA")),
        (r'?s skos:prefLabel ?l FILTER(LANG(?l) = "\u006Ap")', ("language", "jp")),
        (
            '?s skos:prefLabel ?l FILTER(((LANG(?l) = "jp") && (STR(?l) = "a" || ?s != <a:b>)))',
            ("language", "jp"),
        ),
        (
            '?s skos:prefLabel ?l FILTER(?l IN ("小樽市", "札幌市"))',
            ("value", '"小樽市" <http://www.w3.org/2004/02/skos/core#prefLabel>'),
        ),
        (
            "?s skos:prefLabel ?l FILTER(?l = -5)",
            ("value", "-5 <http://www.w3.org/2004/02/skos/core#prefLabel>"),
        ),
        ("?s ccua:dateStated -2019", ("value", "-2019 <https://w3id.org/jp-ccua/ns#dateStated>")),
        (
            "GRAPH <https://w3id.org/jp-ccua/graph/seed-L270> { ?s ?p ?o }",
            ("graph", "https://w3id.org/jp-ccua/graph/seed-L270"),
        ),
        ("?a ccua:hasParty ?b . ?x skos:prefLabel ?y", ("cross-product", "?a ?x")),
        (
            "?a ccua:hasParty ?b OPTIONAL { ?x skos:prefLabel ?y } FILTER(?b != <a:b>)",
            ("cross-product", "?a ?x"),
        ),
        (
            "?a ccua:hasParty ?b { SELECT ?x { ?x skos:prefLabel ?y } }",
            ("cross-product", "?a ?x"),
        ),
    ],
)
def test_what_finds_nothing_or_too_much_is_told(
    pattern: str, expected: tuple[str, str], words: WordsInUse
) -> None:
    found = told(f"{PREFIXES} SELECT * {{ {pattern} }}", words)

    assert [(code, subject) for code, subject, _ in found][:1] == [expected]


@pytest.mark.parametrize(
    "pattern",
    [
        '?s skos:prefLabel "小樽市"@ja',
        '?s skos:prefLabel ?l FILTER(LANG(?l) = "ja")',
        '?s skos:prefLabel ?l FILTER(LANG(?l) IN ("fr", "ja"))',
        '?s skos:prefLabel ?l FILTER(LANG(?l) = "fr" || LANG(?l) = "ja")',
        '?s skos:prefLabel ?l FILTER(LANG(?l) != "fr")',
        '?s skos:prefLabel ?l FILTER(LANGMATCHES(LANG(?l), "*"))',
        '?s skos:prefLabel ?l FILTER(STR(?l) = "小樽市")',
        "?s a ccua:Municipality OPTIONAL { ?s rdfs:nothing ?o }",
        "?s a ccua:Municipality MINUS { ?s rdfs:nothing ?o }",
        "?s a ccua:Municipality FILTER NOT EXISTS { ?s rdfs:nothing ?o }",
        "{ ?s a ccua:Municipality } UNION { ?s a ccua:Nothing }",
        "?s (rdfs:nothing|skos:prefLabel) ?o",
        "?s a/rdfs:nothing* ccua:Municipality",
        "SERVICE <http://example.org/> { ?s rdfs:nothing ?o }",
        "?a skos:prefLabel ?x . ?b skos:prefLabel ?y FILTER(?x = ?y)",
        "?a ccua:hasParty <https://w3id.org/jp-ccua/id/municipality/hokkaido-otaru> . "
        "?b ccua:concernsPartnership/ccua:centralCity "
        "<https://w3id.org/jp-ccua/id/municipality/hokkaido-otaru>",
        "[] skos:prefLabel ?x . VALUES ?n { 1 2 }",
        # What is in another expression need not hold.
        '?s skos:prefLabel ?l FILTER((?l = "小樽市") = false)',
        '?s skos:prefLabel ?l FILTER(STR(?l = "小樽市") = "false")',
        '?s skos:prefLabel ?l FILTER(xsd:boolean(?l = "小樽市"))',
        '?s skos:prefLabel ?l FILTER(BOUND(?s) = ("小樽市" = ?l))',
        '?s skos:prefLabel ?l FILTER((LANG(?l) = "jp") = false)',
        '?s skos:prefLabel ?l FILTER((LANGMATCHES(LANG(?l), "jp")) IN (false))',
        '?s skos:prefLabel ?l FILTER(?l NOT IN ("小樽市"))',
        # Of a list, any may be met, also what is no text.
        '?s skos:prefLabel ?l . ?s skos:notation ?t FILTER(LANG(?l) IN (?t, "jp"))',
        '?s skos:prefLabel ?l FILTER(LANG(?l) IN (STR("ja"), "jp"))',
        '?s skos:prefLabel ?l FILTER(?l IN ("小樽市", "小樽市"@ja))',
        '?s skos:prefLabel ?l FILTER(LANG(?l) = """ja""")',
        r'?s skos:prefLabel ?l FILTER(LANG(?l) = "\u006Aa")',
        r'?s skos:prefLabel ?l FILTER(LANGMATCHES(LANG(?l), "\u006Aa"))',
        # A name inside a sub-SELECT is no other's outside.
        "?s skos:prefLabel ?l { SELECT ?s { ?s ccua:dateStated ?l FILTER(?l > 0 && ?l = ?l) } }",
        '?s ccua:hasParty ?l { SELECT ?s { ?s skos:prefLabel ?l FILTER(?l = "小樽市"@ja) } }',
        # Whatever is asked of one graph has that in common.
        "GRAPH ?g { { ?a skos:prefLabel ?b } UNION { ?a rdfs:label ?b } ?c a ?d }",
        "GRAPH ?g { { SELECT ?a { ?a skos:prefLabel ?b } } ?c a ?d }",
        "GRAPH ?g { { SELECT * { ?a skos:prefLabel ?b . ?c a ?d } } }",
    ],
)
def test_nothing_is_said_of_what_may_be_meant(pattern: str, words: WordsInUse) -> None:
    found = told(f"{PREFIXES} SELECT * {{ {pattern} }}", words)

    assert [
        f for f in found if "concernsPartnership" not in f[1] and "centralCity" not in f[1]
    ] == []


def test_a_name_of_which_nobody_knows_the_namespace_is_left_alone(words: WordsInUse) -> None:
    """A relative one is completed with the address at which the query is asked."""
    assert told("PREFIX r: <ns#> SELECT * { ?s r:hasPart ?o }", words) == []


@pytest.mark.parametrize("datatype", ["int", "nonNegativeInteger", "unsignedByte", "integer"])
def test_whole_numbers_are_of_one_kind_whatever_they_are_called(datatype: str) -> None:
    """The engine keeps them all as xsd:integer, in the data and in the query."""
    quad = ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.Literal(5), ox.DefaultGraph())
    text = f'SELECT * {{ ?s <a:p> "5"^^<http://www.w3.org/2001/XMLSchema#{datatype}> }}'

    assert told(text, words_of([quad])) == []
    assert told(text.replace("5", "5.0").replace(datatype, "decimal"), words_of([quad])) != []


def test_a_count_of_nothing_is_told(words: WordsInUse) -> None:
    text = f"{PREFIXES} SELECT (COUNT(*) AS ?n) {{ ?s a ccua:Municipalty }}"

    assert told(text, words) == [
        (
            "class",
            "https://w3id.org/jp-ccua/ns#Municipalty",
            "https://w3id.org/jp-ccua/ns#Municipality",
        )
    ]


def test_what_stands_in_named_graphs_alone_is_told_where_the_default_graph_is_asked() -> None:
    graph = ox.NamedNode("a:g")
    quad = ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.NamedNode("a:o"), graph)
    kept = words_of([quad])

    assert told("SELECT * { ?s <a:p> ?o }", kept) == [("predicate-in-graphs", "a:p", "")]
    assert told("SELECT * { GRAPH ?g { ?s <a:p> ?o } }", kept) == []
    assert told("SELECT * FROM <a:g> { ?s <a:p> ?o }", kept) == []
    assert hints("SELECT * { ?s <a:p> ?o }", kept, ["a:g"]) == ()


@pytest.mark.parametrize("pattern", ['?s <a:p> "港"', '?s <a:p> ?l FILTER(?l = "港")'])
def test_of_the_default_graph_its_own_values_count(pattern: str) -> None:
    """Texts without a tag may stand in a named graph alone, such as the catalogue."""
    thing, predicate, graph = (ox.NamedNode(iri) for iri in ("a:s", "a:p", "a:g"))
    kept = words_of(
        [
            ox.Quad(thing, predicate, ox.Literal("港", language="ja")),
            ox.Quad(thing, predicate, ox.Literal("港"), graph),
        ]
    )

    assert told(f"SELECT * {{ {pattern} }}", kept) == [("value", '"港" <a:p>', '"…"@ja')]
    assert told(f"SELECT * {{ GRAPH ?g {{ {pattern} }} }}", kept) == []
    assert told(f"SELECT * FROM <a:g> {{ {pattern} }}", kept) == []


@pytest.mark.parametrize(
    ("text", "graphs"),
    [
        ("SELECT * FROM <urn:none> { ?s ?p ?o }", None),
        ("SELECT * FROM NAMED <urn:none> { GRAPH ?g { ?s ?p ?o } }", None),
        ("PREFIX u: <urn:> ASK FROM u:none { ?s ?p ?o }", None),
        ("DESCRIBE <a:b> FROM <urn:none>", None),
        ("SELECT * { ?s ?p ?o }", ["urn:none"]),
    ],
)
def test_a_graph_of_a_dataset_that_is_not_here_is_told(
    text: str, graphs: list[str] | None, words: WordsInUse
) -> None:
    assert [(h.code, h.subject) for h in hints(text, words, graphs)] == [("graph", "urn:none")]


def test_the_dataset_of_the_request_counts_before_that_of_the_query(words: WordsInUse) -> None:
    here = sorted(words.graphs)[:1]

    assert hints("SELECT * FROM <urn:none> { ?s ?p ?o }", words, here) == ()


def test_a_name_that_is_only_the_end_of_another_was_not_meant(words: WordsInUse) -> None:
    date = "http://purl.org/dc/terms/date"

    assert told(f"SELECT * {{ ?s <{date}> ?o }}", words) == [("predicate", date, "")]


@pytest.mark.parametrize(
    ("pattern", "advice"),
    [
        (
            '?s skos:prefLabel "小樽市"',
            'Write the text with its language tag, such as "小樽市"@ja.',
        ),
        (
            "?s skos:prefLabel 'Otaru'@fr",
            "Write the text with its language tag, such as 'Otaru'@en.",
        ),
        ('?s ccua:dateStated "2019"', "Write the value in one of these forms."),
    ],
)
def test_of_a_value_it_is_told_how_to_write_it(
    pattern: str, advice: str, words: WordsInUse
) -> None:
    found = hints(f"{PREFIXES} SELECT * {{ {pattern} }}", words)

    assert [h.advice and translate(h.advice, "en") for h in found] == [advice]


def test_the_words_are_the_same_after_they_were_kept(words: WordsInUse) -> None:
    assert WordsInUse.from_json(words.to_json()) == words


def test_words_that_an_earlier_program_kept_are_read() -> None:
    """It did not keep the values of the default graph apart."""
    kept = (
        b'{"predicates": {"a:p": {"default": true, "things": false, "languages": ["ja"], '
        b'"datatypes": []}, "a:q": {"default": false, "things": true, "languages": [], '
        b'"datatypes": []}}, "classes": {}, "graphs": []}'
    )
    texts = ValuesInUse(languages={"ja"})

    assert WordsInUse.from_json(kept).predicates == {
        "a:p": PredicateUse(texts, texts),
        "a:q": PredicateUse(ValuesInUse(things=True)),
    }


def test_hints_are_bounded_whatever_a_query_says(words: WordsInUse) -> None:
    many = " ".join(f"?a{i} <a:p{i}> ?b{i} ." for i in range(200))
    deep = "{" * 1_000 + "?s ?p ?o" + "}" * 1_000

    assert len(hints(f"SELECT * {{ {many} }}", words)) == 8
    assert hints(f"SELECT * {{ {deep} }}", words) == ()
    assert hints("SELECT * { ?s <a:b> ?o }" + " " * 6_000, words) == ()


def test_what_was_meant_is_found_at_once_however_much_there_is() -> None:
    """It is looked for while others wait: it took seconds."""
    long = "http://e.org/" + "a/b/" * 1_400
    names = [f"http://e.org/{'a/b/' * (n % 70)}{n // 50}/graph{n % 50:04}" for n in range(20_000)]
    many = WordsInUse(graphs={*names, *(f"{long}{n}" for n in range(50))})
    assert many.spelt_graphs.nearest("urn:none") == ""  # read once for all
    here = " ".join(f"GRAPH <http://e.org/a/b/{n}/graph0001> {{}}" for n in range(99))
    either = " UNION ".join(f"{{GRAPH <{n}:graph00Ol> {{}}}}" for n in "abc" * 50)
    queries = [f"SELECT * {{ {text} }}" for text in (f"GRAPH <{long}x> {{}}", here, either)]
    started = time.process_time()
    found = [told(query, many)[0] for query in queries]

    assert time.process_time() - started < 1
    assert found == [
        ("graph", f"{long}x", ""),
        ("graph", "http://e.org/a/b/1/graph0001", "http://e.org/a/b/14/graph0001"),
        ("graph", "a:graph00Ol", "http://e.org/0/graph0000"),
    ]


@pytest.mark.parametrize("tag", ["en", "ja", "de"])
def test_a_hint_is_a_sentence_in_each_language(tag: str) -> None:
    assert (
        translate(Hint("graph", ("a:g",)).said, tag)
        == {
            "en": "There is no graph <a:g> here.",
            "ja": "グラフ <a:g> は、ここにありません。",
            "de": "Einen Graphen <a:g> gibt es hier nicht.",
        }[tag]
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "SELECT",
        "PREFIX a:",
        "SELECT ?x",
        "SELECT * {",
        "SELECT * { { SELECT ?x } }",
        "SELECT * { { SELECT ?x { ?x ?p ?o } ",
        "INSERT DATA { <a:b> <a:p> <a:o> }",
        "DELETE WHERE { ?s <a:p> ?o }",
        "SELECT * { ?s ?p",
        "ASK { << ?a ?b ?c >> ?p ?o }",
        "SELECT * { ?s ?p ?o FILTER(LANG(",
        "SELECT * { ?s ?p ?o }" + " " * 6_000,
    ],
)
def test_of_what_cannot_be_read_nothing_is_said(text: str, words: WordsInUse) -> None:
    assert hints(text, words) == ()
    assert isinstance(read(text), Message)


def test_why_a_query_is_not_read_is_told() -> None:
    texts = ["hello", "SELECT", "INSERT DATA {}", "ASK {}" + " " * 6_000]
    stop = "The query cannot be read, so nothing is said of it. Line 1, column"

    assert [translate(said, "en") for text in texts if isinstance(said := read(text), Message)] == [
        f"{stop} 1: SELECT, ASK, CONSTRUCT or DESCRIBE was expected here.",
        f'{stop} 7: the query ends where a variable, "(" or "*" was expected.',
        f"{stop} 1: This is an update; this endpoint answers queries.",
        "The query is longer than 6000 letters, so nothing is said of it.",
    ]


@pytest.mark.parametrize("text", ["DESCRIBE <a:b>", "SELECT * { <urn:nope> ?p ?o }", "ASK {}"])
def test_a_query_that_is_read_may_have_nothing_certain(text: str, words: WordsInUse) -> None:
    assert (isinstance(read(text), Pattern), hints(text, words)) == (True, ())


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.slug)
def test_every_question_is_read(question: Question) -> None:
    assert isinstance(read(question.query), Pattern)
