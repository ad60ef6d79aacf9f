"""Run the rules of a publication until nothing new comes.

A rule is a SPARQL CONSTRUCT query under `data/rules/`. Its statements go to a graph of its own,
unless some source states them already, and the next round sees them. Rules see
the default graph only: the copy of all graphs that state facts. They are run `sealed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox

from renkei.errors import RuleError
from renkei.language.messages import counted
from renkei.pack.lineage import graph_of, lineage
from renkei.pack.reading.source_files import APART
from renkei.pack.reading.sources import Publication
from renkei.pack.sealed import asks_others, sealed

MOST_ROUNDS = 50
MOST_GROWTH = 100  # so many times as many statements as the authors wrote, and 10,000 more

# What gives another answer on another day or machine, or asks another server.
_CHANCE = re.compile(
    r"(?<![?$:\w-])(?:(NOW|RAND|UUID|STRUUID)\s*\(|(SERVICE)\b(?!\s*:))", re.IGNORECASE
)
_PASSED_OVER = re.compile(
    r"""\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>|\#[^\n]*""",
    re.DOTALL,
)


def derive(publication: Publication) -> list[ox.Quad]:
    """Return what the rules of *publication* add, each in the graph of its rule, sorted.

    Raises RuleError as `derivations` does.
    """
    return in_derived(publication, derivations(publication))


def in_derived(publication: Publication, derived: Mapping[ox.Triple, Path]) -> list[ox.Quad]:
    """Return *derived* statements in the graphs of their rules, and where those come from."""
    root = publication.config.root
    quads = [
        ox.Quad(t.subject, t.predicate, t.object, graph_of(root, rule))
        for t, rule in derived.items()
    ]
    return sorted((*quads, *lineage(publication, derived)), key=str)


def derivations(publication: Publication) -> dict[ox.Triple, Path]:
    """Return what the rules of *publication* add, each statement with the rule that made it.

    Raises RuleError for a rule that is not a CONSTRUCT query, makes blank nodes or leaves
    its answer to chance, and for rules that add statements without end.
    """
    if not publication.rules:
        return {}
    texts = {rule: _text(rule) for rule in publication.rules}  # files cannot be read in there
    return sealed(lambda: _derived(publication, texts))


def _derived(publication: Publication, texts: Mapping[Path, str]) -> dict[ox.Triple, Path]:
    store = ox.Store()
    store.bulk_extend(default_graph(publication.config.root, publication.quads))
    bound = MOST_GROWTH * len(store) + 10_000
    derived: dict[ox.Triple, Path] = {}
    for number in range(1, MOST_ROUNDS + 1):
        fresh: dict[ox.Triple, Path] = {}
        for rule, text in texts.items():
            news: dict[ox.Triple, Path] = {}
            for t in run(rule, text, store):
                if ox.Quad(t.subject, t.predicate, t.object) not in store:
                    news[t] = rule
                    if len(derived) + len(fresh) + len(news) > bound:
                        raise _endless(number, len(derived) + len(fresh) + len(news), news)
            store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in news)
            fresh |= news
        if not fresh:
            return derived
        derived |= fresh
    raise _endless(MOST_ROUNDS, len(derived), fresh)


def _endless(rounds: int, count: int, last: Iterable[ox.Triple]) -> RuleError:
    return RuleError(
        counted(
            "After %(number)s round the rules still add statements, %(count)s so far.",
            "After %(number)s rounds the rules still add statements, %(count)s so far.",
            rounds,
        ),
        "A rule makes a new IRI in each round. Added last: %(last)s",
        count=count,
        last=[str(t) for t in sorted(last, key=str)[:3]],
    )


def _text(rule: Path) -> str:
    """Return the text of *rule*. Raises RuleError for one that may not be run."""
    name = rule.name
    try:
        text = rule.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise RuleError(
            "%(rule)s: this query cannot be read: %(message)s.",
            "Save the file again with the encoding UTF-8.",
            rule=name,
            message="UTF-8",
        ) from error
    chance = _CHANCE.search(_PASSED_OVER.sub(" ", text))
    if chance or asks_others(text):
        word = (chance.group(1) if chance else None) or "SERVICE"
        raise _by_chance(name, word.upper())
    return text


def _by_chance(name: str, word: str) -> RuleError:
    return RuleError(
        "%(rule)s: %(word)s may not be used: the same files would give another result next time.",
        "Derive from what the files state, and from nothing else.",
        rule=name,
        word=word,
    )


def run(rule: Path, text: str, store: ox.Store) -> Iterable[ox.Triple]:
    """Yield what one rule constructs from the default graph of *store*. Raises RuleError."""
    try:
        yield from _constructed(rule.name, text, store)
    except OSError as error:  # what the kernel refused: only a SERVICE asks for it
        raise _by_chance(rule.name, "SERVICE") from error


def _constructed(name: str, text: str, store: ox.Store) -> Iterable[ox.Triple]:
    try:
        answer = store.query(text)
    except SyntaxError as error:
        raise RuleError(
            "%(rule)s: this query cannot be read: %(message)s.",
            "Correct the query.",
            rule=name,
            message=error.msg,
        ) from error
    if not isinstance(answer, ox.QueryTriples):
        raise RuleError(
            "%(rule)s: this is not a CONSTRUCT query.",
            "Write CONSTRUCT { … } WHERE { … }: a rule constructs the statements it adds.",
            rule=name,
        )
    for triple in answer:
        if ox.BlankNode in (type(triple.subject), type(triple.object)):
            raise RuleError(
                "%(rule)s: it makes blank nodes.",
                "Mint an IRI with IRI(CONCAT(…)) instead.",
                rule=name,
            )
        yield triple


def in_fact(root: str, quads: Iterable[ox.Quad]) -> Iterable[ox.Quad]:
    """Yield those of *quads* that state facts: all but what describes the data (`APART`)."""
    apart = {ox.NamedNode(root + name) for name in APART}
    return (quad for quad in quads if quad.graph_name not in apart)


def default_graph(root: str, quads: Iterable[ox.Quad]) -> Iterable[ox.Quad]:
    """Yield the copy for the default graph of what states facts."""
    for quad in in_fact(root, quads):
        yield ox.Quad(quad.subject, quad.predicate, quad.object)
