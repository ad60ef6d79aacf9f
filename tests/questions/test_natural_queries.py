"""Queries that a newcomer writes, who knows SPARQL and well-known vocabularies and not our model.

They were written from the page of the City of Sapporo and the README, and their answers worked
out by hand from the page and from the sources of the municipalities' figures, not from the graph.
Each is as plain as it comes to mind: what gives a wrong answer here gives it to readers too.
"""

from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox
import pytest

from renkei.sparql.hints import hints
from renkei.sparql.words import WordsInUse, words_of

PREFIXES = """
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX wgs: <http://www.w3.org/2003/01/geo/wgs84_pos#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
Row = tuple[str, ...]
EIGHT = ["北広島市", "千歳市", "当別町", "恵庭市", "新篠津村", "札幌市", "江別市", "石狩市"]
TWELVE = sorted([*EIGHT, "南幌町", "小樽市", "岩見沢市", "長沼町"])
AREA = '?area rdfs:label "さっぽろ連携中枢都市圏"@ja'
UNION = '?union rdfs:label "札幌広域圏組合"@ja'
NAMED = '?m rdfs:label ?name FILTER (LANG(?name) = "ja")'

NATURAL: dict[str, tuple[str, list[Row]]] = {
    "the area of all municipalities, in square kilometres": (
        "SELECT (SUM(?a) AS ?sum) { ?m a ccua:Municipality ; ccua:areaSquareKilometres ?a }",
        [("4514.84",)],
    ),
    "how many municipalities there are": (
        "SELECT (COUNT(?m) AS ?n) { ?m a ccua:Municipality }",
        [("12",)],
    ),
    "the population of the area in 2020": (
        f"SELECT (SUM(?p) AS ?sum) {{ {AREA} ; org:hasMember ?m . ?c ccua:populationOf ?m ; "
        'ccua:censusYear "2020"^^xsd:gYear ; ccua:population ?p }',
        [("2604945",)],
    ),
    "the members of the area": (
        f"SELECT ?name {{ {AREA} ; org:hasMember ?m . {NAMED} }} ORDER BY ?name",
        [(name,) for name in TWELVE],
    ),
    "the constituents of the union, asked as the members of the area are": (
        f"SELECT ?name {{ {UNION} ; org:hasMember ?m . {NAMED} }} ORDER BY ?name",
        [(name,) for name in EIGHT],
    ),
    "members of area and union by the memberships of ORG": (
        "SELECT ?body (COUNT(DISTINCT ?m) AS ?n) { ?ms a org:Membership ; org:organization ?o ; "
        'org:member ?m . ?m a ccua:Municipality . ?o rdfs:label ?body FILTER (LANG(?body) = "ja") }'
        " GROUP BY ?body ORDER BY ?n",
        [("札幌広域圏組合", "8"), ("さっぽろ連携中枢都市圏", "12")],
    ),
    "the members of the area that had been constituents of the union": (
        f"SELECT (COUNT(?m) AS ?n) {{ {AREA} ; org:hasMember ?m . {UNION} ; org:hasMember ?m }}",
        [("8",)],
    ),
    "the agreements by year": (
        "SELECT ?year (COUNT(?a) AS ?n) { ?a a ccua:CooperationAgreement ; ccua:concludedOn ?d "
        "BIND (YEAR(?d) AS ?year) } GROUP BY ?year ORDER BY ?year",
        [("2019", "11"), ("2021", "1")],
    ),
    "with whom the core city concluded an agreement": (
        'SELECT DISTINCT ?name { ?s rdfs:label "札幌市"@ja . ?a a ccua:CooperationAgreement ; '
        f"ccua:hasParty ?s , ?m . FILTER (?m != ?s) {NAMED} }} ORDER BY ?name",
        [(name,) for name in TWELVE if name != "札幌市"],
    ),
    "names by rdfs:label": (
        'SELECT ?m { ?m a ccua:Municipality ; rdfs:label "小樽市"@ja , "Otaru"@en }',
        [("hokkaido-otaru",)],
    ),
    "names by skos:prefLabel": (
        'SELECT ?m { ?m a ccua:Municipality ; skos:prefLabel "小樽市"@ja , "Otaru"@en }',
        [("hokkaido-otaru",)],
    ),
    "names by schema:name": (
        'SELECT ?m { ?m a ccua:Municipality ; schema:name "小樽市"@ja , "Otaru"@en }',
        [("hokkaido-otaru",)],
    ),
    "one name a language, also where languages are matched": (
        'SELECT ?name { ?m schema:name "Otaru"@en ; rdfs:label ?name '
        'FILTER (LANGMATCHES(LANG(?name), "ja")) }',
        [("小樽市",)],
    ),
    "a reading in hiragana": (
        'SELECT ?m { ?m a ccua:Municipality ; skos:altLabel "おたるし"@ja-Hira }',
        [("hokkaido-otaru",)],
    ),
    "a reading in katakana": (
        'SELECT ?m { ?m a ccua:Municipality ; skos:altLabel "オタルシ"@ja-Kana }',
        [("hokkaido-otaru",)],
    ),
    "what is called Otaru, by a part of its name": (
        "SELECT ?m { ?m a ccua:Municipality ; rdfs:label ?l "
        'FILTER (CONTAINS(LCASE(?l), "otaru")) }',
        [("hokkaido-otaru",)],
    ),
    "things and their kinds, both by rdfs:label": (
        'SELECT DISTINCT ?kind { ?m rdfs:label "小樽市"@ja ; a ?c . ?c rdfs:label ?kind '
        'FILTER (LANG(?kind) = "ja" && STRSTARTS(STR(?c), STR(ccua:))) }',
        [("地方公共団体",), ("市町村",)],  # the broader one too
    ),
    "what has coordinates": (
        "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x wgs:lat ?lat ; wgs:long ?long }",
        [("12",)],
    ),
    "where the city hall of Otaru is, as WKT": (
        'SELECT ?wkt { ?m rdfs:label "小樽市"@ja ; '
        "org:hasPrimarySite/geo:hasGeometry/geo:asWKT ?wkt }",
        [("POINT(140.99449 43.19071)",)],
    ),
    "nothing is called by its WKT": (
        "SELECT ?x { ?x rdfs:label|skos:prefLabel|schema:name ?name . ?y geo:asWKT ?wkt "
        "FILTER (STR(?name) = STR(?wkt)) }",
        [],
    ),
    "the file of the agreement with Otaru, and its size in KB": (
        'SELECT ?kb { ?m rdfs:label "小樽市"@ja . '
        "?a a ccua:CooperationAgreement ; ccua:hasParty ?m ; "
        "foaf:page/dct:hasFormat/ccua:statedSizeKB ?kb }",
        [("2285",)],
    ),
    "until when the visions last": (
        "SELECT ?from ?to { ?v a ccua:Vision ; ccua:validFrom ?from ; ccua:validThrough ?to } "
        "ORDER BY ?from",
        [("2019-04-01", "2024-03-31"), ("2024-04-01", "2029-03-31")],
    ),
    "the last day of the union": (
        f"SELECT ?day {{ {UNION} ; ccua:validThrough ?day }}",
        [("2019-07-31",)],
    ),
    "the people, and what they are called": (
        'SELECT ?name { ?p a foaf:Person ; foaf:name ?name FILTER (LANG(?name) = "ja") }',
        [("寺島実郎",)],
    ),
}
each_query = pytest.mark.parametrize("asked", NATURAL)


@pytest.fixture(scope="module")
def words(publication: ox.Store) -> WordsInUse:
    return words_of(publication)


def plain(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    """Return a value as the answers above write it: figures without trailing zeros, local names."""
    assert isinstance(term, ox.NamedNode | ox.Literal)
    if isinstance(term, ox.NamedNode):
        return term.value.rsplit("/", 1)[-1]
    if term.datatype.value.endswith("#decimal"):
        return f"{Decimal(term.value).normalize():f}"
    return term.value


@each_query
def test_a_natural_query_is_right(asked: str, publication: ox.Store) -> None:
    text, expected = NATURAL[asked]

    solutions = publication.query(PREFIXES + text)

    assert isinstance(solutions, ox.QuerySolutions)
    assert [tuple(plain(term) for term in row) for row in solutions] == expected


@each_query
def test_nothing_is_said_of_a_natural_query(asked: str, words: WordsInUse) -> None:
    assert hints(PREFIXES + NATURAL[asked][0], words) == () or asked.startswith("nothing")


def test_mayors_of_whom_no_source_here_speaks_are_not_found_and_that_is_told(
    publication: ox.Store, words: WordsInUse
) -> None:
    text = f"{PREFIXES} SELECT ?who {{ ?m a ccua:Municipality ; schema:mayor ?who }}"

    assert list(publication.query(text)) == []  # type: ignore[arg-type]
    assert [(h.code, h.subject) for h in hints(text, words)] == [
        ("predicate", "https://schema.org/mayor")
    ]
