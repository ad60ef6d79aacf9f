"""Rules: what they add, and which are refused, in words."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from renkei.errors import RuleError
from renkei.language.messages import LANGUAGES
from renkei.pack import pipeline
from renkei.pack.inference import derive
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

    assert len(derive(sources.read(folder))) == 4


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
    graph = ox.NamedNode(e + "graph/derived")
    assert derived == [
        ox.Quad(ox.NamedNode(e + s), ox.NamedNode(e + "reaches"), ox.NamedNode(e + o), graph)
        for s, o in ["aa", "ab", "ac", "ba", "bb", "bc"]
    ]


def test_no_derived_statement_repeats_an_authored_one(checked: pipeline.Checked) -> None:
    """The catalogue speaks of the dataset, apart from the facts; it may say a thing again."""
    root = checked.publication.config.root
    graph = ox.NamedNode(root + "graph/derived")
    apart = {ox.NamedNode(root + name) for name in source_files.APART}
    authored = {q.triple for q in checked.publication.quads if q.graph_name not in apart}
    derived = [q.triple for q in checked.named if q.graph_name == graph]

    assert len(derived) == checked.derived > 0
    assert [t for t in derived if t in authored] == []
