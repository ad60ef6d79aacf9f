"""Run the tests of one query each: what it answers, and whether its text is SPARQL.

A query is sent as POST direct. Its relative IRIs are those of its file, so a BASE goes
before the text of an evaluation; a syntax test is sent byte by byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode, urljoin, urlsplit

import pyoxigraph as ox

from tests.conformance.w3c import sameness
from tests.conformance.w3c.lists import BASE, SYNTAX, Checkout, QueryTest, Statements
from tests.conformance.w3c.sameness import Result, Table
from tests.conformance.w3c.world import Client, Response

EMPTY = f"{BASE}none"  # a graph that nobody has: the dataset of a test without data
TABLES = {
    ".srj": ("application/sparql-results+json", ox.QueryResultsFormat.JSON),
    ".srx": ("application/sparql-results+xml", ox.QueryResultsFormat.XML),
    ".tsv": ("text/tab-separated-values", ox.QueryResultsFormat.TSV),
}
RDF_TYPES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}
Verdict = Literal["passed", "failed", "inapplicable"]
_FROM = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", re.IGNORECASE)
_COMMENT = re.compile(r"(?m)(?:^|\s)#.*$")


@dataclass(frozen=True)
class Outcome:
    """What became of a test.

    *note* is `value` where literals were written otherwise for the same value, `function`
    where a right query was read but calls a function that nobody has defined. *answers*
    says how many answers were compared with the list's.
    """

    iri: str
    name: str
    suite: str
    group: str
    verdict: Verdict
    reason: str = ""
    note: str = ""
    answers: int = 0


def graphs_of(checkout: Checkout, tests: Iterable[QueryTest]) -> dict[str, list[ox.Quad]]:
    """Return the graphs that the datasets of *tests* need, by IRI."""
    needed: set[str] = set()
    for test in tests:
        needed.update(test.data, test.graphs)
        if test.result is not None:
            needed.update(_from(checkout, test))
    return {
        iri: list(checkout.quads(path))
        for iri in sorted(needed)
        if (path := checkout.path(iri)).is_file() and path.suffix in SYNTAX
    }


def _from(checkout: Checkout, test: QueryTest) -> list[str]:
    text = _COMMENT.sub("", test.query.read_text("utf-8"))
    return [urljoin(checkout.iri(test.query), name) for name in _FROM.findall(text)]


def run(client: Client, checkout: Checkout, test: QueryTest, everywhere: bool) -> Outcome:
    """Run one test; *everywhere* asks for its answer in every format, not in one."""
    note, answers = "", 0
    if test.kind.startswith("PositiveSyntax"):
        reason, note = _positive(client, test)
    elif test.kind.startswith("NegativeSyntax"):
        reason = _negative(client, test)
    elif test.kind in ("QueryEvaluationTest", "CSVResultFormatTest"):
        reason, note, answers = _evaluation(client, checkout, test, everywhere)
    else:
        return Outcome(test.iri, test.name, test.suite, test.group, "inapplicable", test.kind)
    verdict: Verdict = "failed" if reason else "passed"
    return Outcome(test.iri, test.name, test.suite, test.group, verdict, reason, note, answers)


def _positive(client: Client, test: QueryTest) -> tuple[str, str]:
    """A right query has to be read; one with a function of nobody's cannot be answered."""
    answer = _post(client, test.query.read_bytes(), [("default-graph-uri", EMPTY)], "*/*")
    if answer.status != 200 and answer.status != 400 and b"custom function" in answer.body:
        return "", "function"
    return ("" if answer.status == 200 else f"status {answer.status} for a right query"), ""


def _negative(client: Client, test: QueryTest) -> str:
    answer = _post(client, test.query.read_bytes(), [("default-graph-uri", EMPTY)], "*/*")
    return "" if answer.status == 400 else f"status {answer.status} for a wrong query"


def _evaluation(
    client: Client, checkout: Checkout, test: QueryTest, everywhere: bool
) -> tuple[str, str, int]:
    """Return what is wrong, the note, and how many answers were compared.

    The format of the list's own result comes first; *everywhere* asks for the others too.
    """
    assert test.result is not None
    expected = _expected(checkout, test.result)
    text = test.query.read_text("utf-8")
    sent = f"BASE <{checkout.iri(test.query)}>\n{text}".encode()
    note, formats = "", _formats(test.result, expected)
    for accept in formats if everywhere else formats[:1]:
        answer = _post(client, sent, _dataset(test, text), accept)
        if answer.status != 200:
            return f"status {answer.status}: {_first_words(answer)}", "", 0
        if answer.media_type != accept:
            return f"{answer.media_type} where {accept} was asked for", "", 0
        found = sameness.same(expected, _found(client, answer), ordered(text), test.lax)
        if found == "no":
            return "another answer" if accept == formats[0] else f"another in {accept}", "", 0
        note = "value" if found == "value" else note
    return "", note, len(formats) if everywhere else 1


def _formats(result: Path, expected: Result) -> list[str]:
    """Return the media types a result can be asked in, the list's own first."""
    if result.suffix == ".csv":
        return ["text/csv"]
    if not isinstance(expected, (bool, Table)):
        return list(RDF_TYPES)
    own = TABLES.get(result.suffix, TABLES[".srj"])[0]
    others = [kind for kind, _ in TABLES.values() if kind != own]
    return [own] if isinstance(expected, bool) else [own, *others]


def _dataset(test: QueryTest, text: str) -> list[tuple[str, str]]:
    """Return the dataset parameters of a test; none where the query says FROM itself."""
    if _FROM.search(_COMMENT.sub("", text)):
        return []
    chosen = [("default-graph-uri", iri) for iri in test.data]
    chosen += [("named-graph-uri", iri) for iri in test.graphs]
    return chosen or [("default-graph-uri", EMPTY)]


def _post(client: Client, body: bytes, dataset: list[tuple[str, str]], accept: str) -> Response:
    path = client.endpoint.query + (f"?{urlencode(dataset)}" if dataset else "")
    headers = (("Content-Type", "application/sparql-query"), ("Accept", accept))
    return client.ask("POST", path, headers, body)


def _expected(checkout: Checkout, path: Path) -> Result:
    if path.suffix in TABLES:
        return sameness.from_engine(path.read_bytes(), TABLES[path.suffix][1])
    if path.suffix == ".csv":
        return sameness.from_csv(path.read_bytes())
    quads = list(checkout.quads(path))
    table = sameness.from_graph(Statements(iter(quads)))
    return table if table is not None else frozenset(q.triple for q in quads)


def _found(client: Client, answer: Response) -> Result:
    for media_type, fmt in TABLES.values():
        if answer.media_type == media_type:
            return sameness.from_engine(answer.body, fmt)
    if answer.media_type == "text/csv":
        return sameness.from_csv(answer.body)
    body = answer.body
    if RDF_TYPES[answer.media_type] == ox.RdfFormat.JSON_LD:
        body = _with_context(client, body)
    quads = ox.parse(body, format=RDF_TYPES[answer.media_type])
    return frozenset(q.triple for q in quads)


def ordered(text: str) -> bool:
    """Say whether a query sorts its answer: an ORDER BY outside every bracket."""
    depth = 0
    plain = re.sub(r'"[^"\n]*"|\'[^\'\n]*\'|<[^<>\s]*>', "", _COMMENT.sub("", text))
    for match in re.finditer(r"[{}]|\bORDER\s+BY\b", plain, re.IGNORECASE):
        if match.group() in "{}":
            depth += 1 if match.group() == "{" else -1
        elif depth == 0:
            return True
    return False


def _first_words(answer: Response) -> str:
    return " ".join(answer.body.decode("utf-8", "replace").split())[:120]


def _with_context(client: Client, body: bytes) -> bytes:
    """Return a JSON-LD document with the context that it names, got as any reader gets it."""
    document = json.loads(body)
    if isinstance(address := document.get("@context"), str):
        answer = client.ask("GET", urlsplit(address).path, ())
        document["@context"] = json.loads(answer.body)["@context"]
    return json.dumps(document).encode()
