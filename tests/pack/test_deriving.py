"""Rules: what they add, and which are refused, in words."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from renkei.errors import RuleError
from renkei.language.messages import LANGUAGES
from renkei.pack import pipeline
from renkei.pack.inference import derivations, derive
from renkei.pack.reading import source_files, sources

P = "PREFIX e: <https://example.org/>\n"
DATA = "@prefix e: <https://example.org/> .\ne:a e:near e:b .\ne:b e:near e:a , e:c .\n"

REFUSED = [
    pytest.param(
        "SELECT * WHERE { ?s ?p ?o }",
        "1.rq: this is not a CONSTRUCT query. "
        "Write CONSTRUCT { … } WHERE { … }: a rule constructs the statements it adds.",
        "規則 1.rq: CONSTRUCT の問い合わせではありません。"
        "加える記述を CONSTRUCT { … } WHERE { … } の形で書いてください。",
        id="not a CONSTRUCT",
    ),
    pytest.param(
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o",
        "1.rq: this query cannot be read: ",
        "規則 1.rq: 問い合わせを読めません",
        id="not SPARQL",
    ),
    pytest.param(
        P + "CONSTRUCT { ?s e:beside [] } WHERE { ?s e:near ?o }",
        "1.rq: it makes blank nodes. Mint an IRI with IRI(CONCAT(…)) instead.",
        "規則 1.rq: 空白ノードを作っています。IRI(CONCAT(…)) で IRI を付けてください。",
        id="blank nodes",
    ),
    pytest.param(
        P + "CONSTRUCT { ?s e:seen ?now } WHERE { ?s e:near ?o BIND(now() AS ?now) }",
        "1.rq: NOW may not be used: the same files would give another result next time. "
        "Derive from what the files state, and from nothing else.",
        "規則 1.rq: NOW は使えません。同じ資料から同じ結果が出なくなるためです。"
        "資料に書かれていることだけから導いてください。",
        id="the time of day",
    ),
    pytest.param(
        "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:8/> { ?s ?p ?o } }",
        "1.rq: SERVICE may not be used: ",
        "規則 1.rq: SERVICE は使えません。",
        id="another server",
    ),
    pytest.param(
        P + "CONSTRUCT { ?new e:near ?s } "
        "WHERE { ?s e:near ?o BIND(IRI(CONCAT(STR(?s), 'x')) AS ?new) }",
        "After 50 rounds the rules still add statements, ",
        "規則を 50 回適用しても終わらず、記述が ",
        id="endless, by and by",
    ),
    pytest.param(
        P + "CONSTRUCT { ?n e:near ?s . ?m e:near ?s } WHERE { ?s e:near ?o "
        "BIND(IRI(CONCAT(STR(?s), 'x')) AS ?n) BIND(IRI(CONCAT(STR(?s), 'y')) AS ?m) }",
        "rounds the rules still add statements, 10301 so far. "
        "A rule makes a new IRI in each round. Added last: <https://example.org/",
        "回ごとに新しい IRI を作る規則があります。最後に加わった記述: <https://example.org/",
        id="endless, doubling",
    ),
]


@pytest.mark.parametrize("rule, english, japanese", REFUSED)
def test_a_rule_that_will_not_do_is_refused_in_words(
    publish, rule: str, english: str, japanese: str
) -> None:
    publication = sources.read(publish({"data/a.ttl": DATA, "data/rules/1.rq": rule}))

    told = {}
    with pytest.raises(RuleError) as refused:
        derive(publication)
    for language in LANGUAGES:
        told[language] = refused.value.translated(language)

    assert english in told["en"]
    assert japanese in told["ja"]


def test_a_rule_in_another_encoding_is_refused(publish) -> None:
    folder = publish({"data/a.ttl": DATA, "data/rules/1.rq": ""})
    (folder / "data/rules/1.rq").write_bytes("# 規則".encode("shift_jis"))

    with pytest.raises(RuleError, match="Save the file again with the encoding UTF-8"):
        derive(sources.read(folder))


def test_words_that_only_look_like_chance_are_let_through(publish) -> None:
    """In comments, texts, IRIs, prefixed names and variables."""
    rule = """# NOW() and SERVICE <x>
        PREFIX service: <https://example.org/uuid()#now()>
        CONSTRUCT { ?service service:rand "RAND() 'NOW()" , '''"NOW()''' }
        WHERE { ?service ?p ?o }"""
    folder = publish({"data/a.ttl": DATA, "data/rules/1.rq": rule})

    assert len(derivations(sources.read(folder))) == 4


def test_rules_feed_each_other_until_nothing_new_comes(publish) -> None:
    """And nothing is derived that a source states already."""
    folder = publish(
        {
            "data/a.ttl": DATA,
            "data/rules/1.rq": P + "CONSTRUCT { ?a e:reaches ?c } "
            "WHERE { ?a e:reaches ?b . ?b e:reaches ?c }",
            "data/rules/2.rq": P + "CONSTRUCT { ?a e:reaches ?b ; e:near ?b } "
            "WHERE { ?a e:near ?b }",
        }
    )

    derived = derive(sources.read(folder))

    e = "https://example.org/"
    assert {
        (q.subject.value[-1] + q.object.value[-1], q.graph_name.value.removeprefix(e))
        for q in derived
        if q.predicate.value == e + "reaches"
    } == {
        *((pair, "graph/derived/1") for pair in ("aa", "ac", "bb")),
        *((pair, "graph/derived/2") for pair in ("ab", "ba", "bc")),
    }


LINEAGE = """
    PREFIX e: <https://example.org/> PREFIX prov: <http://www.w3.org/ns/prov#>
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""


def test_a_derived_statement_leads_to_its_rule_and_to_the_graphs_that_the_rule_read(
    publish,
) -> None:
    """Not to graphs that hold the same words of other things, nor to what was not matched."""
    folder = publish(
        {
            "data/near.ttl": DATA,
            "data/far.ttl": "@prefix e: <https://example.org/> .\ne:x e:far e:y .\n",
            "data/kinds.ttl": "@prefix e: <https://example.org/> .\ne:b a e:Place . e:z a e:Rock .",
            "data/rules/1.rq": "# What is near.\n# In one step.\n"
            + P
            + "CONSTRUCT { ?a e:reaches ?b } WHERE { ?a e:near ?b . ?b a e:Place }",
            "data/rules/2.rq": P + "CONSTRUCT { ?a e:seen ?b } WHERE { ?a e:reaches+ ?b }",
        }
    )
    store = ox.Store()
    publication = sources.read(folder)
    store.extend([*publication.quads, *derive(publication)])

    rows = store.query(
        LINEAGE
        + """SELECT ?rule ?says ?premise {
          GRAPH ?g { e:a ?how e:b } VALUES ?how { e:reaches e:seen }
          ?g prov:wasGeneratedBy ?run ; prov:wasDerivedFrom ?premise .
          ?run rdfs:label ?rule . FILTER (LANG(?rule) = "en")
          OPTIONAL { ?run rdfs:comment ?says }
        }""",
        use_default_graph_as_union=True,
    )

    assert {
        (r["rule"].value, r["says"] and r["says"].value, r["premise"].value[20:]) for r in rows
    } == {
        ("rule 1", "What is near. In one step.", "graph/kinds"),
        ("rule 1", "What is near. In one step.", "graph/near"),
        ("rule 2", None, "graph/derived/1"),
    }


def test_what_a_sub_query_reads_counts_by_its_words(publish) -> None:
    """Its variables are not seen outside; what it names is."""
    folder = publish(
        {
            "data/near.ttl": DATA,
            "data/far.ttl": "@prefix e: <https://example.org/> .\ne:x e:far e:y .\n",
            "data/rules/1.rq": P + "CONSTRUCT { ?a e:neighbours ?n } WHERE "
            "{ { SELECT ?a (COUNT(?b) AS ?n) { ?a e:near ?b } GROUP BY ?a } }",
        }
    )

    derived = derive(sources.read(folder))

    assert {q.object.value for q in derived if q.predicate.value.endswith("wasDerivedFrom")} == {
        "https://example.org/graph/near"
    }


def test_no_derived_statement_repeats_an_authored_one(checked: pipeline.Checked) -> None:
    """The catalogue speaks of the dataset, apart from the facts; it may say a thing again."""
    root = checked.publication.config.root
    graphs = f"<{root}graph/derived/"
    apart = {ox.NamedNode(root + name) for name in source_files.APART}
    authored = {q.triple for q in checked.publication.quads if q.graph_name not in apart}
    derived = [q.triple for q in checked.named if str(q.graph_name).startswith(graphs)]

    assert len(derived) == checked.derived > 0
    assert [t for t in derived if t in authored] == []
