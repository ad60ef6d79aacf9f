"""The RDF tests of w3c/csvw against our reading of tables; prints the table of results.

    python -m tests.conformance.csvw <checkout of w3c/csvw>

What a test calls http://www.w3.org/2013/csvw/tests/ is the folder tests/ of the checkout. How
metadata is found from a table (Model for Tabular Data, 5) belongs to the web, and so stands here.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import pyoxigraph as ox
from rdflib import Graph, Namespace
from rdflib.compare import isomorphic
from rdflib.namespace import RDF

from renkei.language.messages import Message, translate
from renkei.pack.reading.csvw.conversion import convert
from renkei.pack.reading.csvw.dialects import Unreadable
from renkei.pack.reading.csvw.metadata import Forbidden, TableDescription, TableGroup, read
from renkei.pack.reading.terms import graph_of

BASE = "http://www.w3.org/2013/csvw/tests/"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
CSVT = Namespace("http://www.w3.org/2013/csvw/tests/vocab#")


@dataclass(frozen=True)
class Case:
    """One test: what it is of, and what is expected."""

    name: str
    kind: str
    action: str
    result: str | None
    metadata: str | None
    minimal: bool
    link: str | None


@dataclass(frozen=True)
class Outcome:
    """What became of a test: *why* it failed, None where it passed."""

    case: Case
    why: str | None


def cases(folder: Path) -> Iterator[Case]:
    """Yield the tests of the manifest."""
    graph = Graph().parse(folder / "manifest-rdf.ttl", publicID=BASE + "manifest-rdf")
    for test in sorted(set(graph.subjects(MF.action))):
        options = graph.value(test, CSVT.option)
        result, link = graph.value(test, MF.result), graph.value(test, CSVT.httpLink)
        metadata = graph.value(options, CSVT.metadata)
        yield Case(
            str(test).rpartition("#")[2],
            str(graph.value(test, RDF.type)).rpartition("#")[2],
            str(graph.value(test, MF.action)),
            str(result) if result else None,
            str(metadata) if metadata else None,
            bool(graph.value(options, CSVT.minimal)),
            str(link) if link else None,
        )


class Web:
    """The tests as files, and what was said while one ran."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.told: list[str] = []

    def load(self, url: str) -> bytes:
        """Return what stands at *url*. Raises OSError."""
        return (self._folder / url.removeprefix(BASE).partition("?")[0]).read_bytes()

    def there(self, url: str) -> bool:
        """Say whether something stands at *url*; a query makes another address."""
        return url.startswith(BASE) and (self._folder / url.removeprefix(BASE)).is_file()

    def warn(self, said: Message, row: int | None = None) -> None:
        """Note a warning."""
        self.told.append(f"{row or ''} {translate(said, 'en')}")


def group_of(case: Case, web: Web) -> TableGroup:
    """Return the tables of a test, with the metadata that is found for them."""
    if case.action.endswith(".json"):
        return read(web.load(case.action), case.action, web.load, web.warn)
    if case.metadata:
        return read(web.load(case.metadata), case.metadata, web.load, web.warn)
    for url in _places(case, web):
        if not web.there(url):
            continue
        group = read(web.load(url), url, web.load, web.warn)
        if any(table.url == case.action for table in group.tables):
            return group
        web.warn(Message("metadata do not speak of the table", {}))
    return TableGroup((TableDescription(case.action),))


def _places(case: Case, web: Web) -> Iterator[str]:
    if case.link:
        yield urljoin(case.action, re.sub(r"^<([^>]*)>.*", r"\1", case.link))
    yield (
        case.action + "-metadata.json"
        if "?" not in case.action
        else (case.action.partition("?")[0] + "-metadata.json")
    )
    yield urljoin(case.action, "csv-metadata.json")
    if case.name == "test259":  # its site has other templates in /.well-known/csvm
        yield urljoin(case.action, "csvm.json")
    if case.name == "test260":
        yield case.action + ".json"


def run(case: Case, folder: Path) -> Outcome:
    """Return what becomes of a test."""
    web = Web(folder)
    try:
        made = convert(group_of(case, web), web.load, web.warn, standard=not case.minimal)
    except (Forbidden, Unreadable, OSError) as error:
        negative = case.kind == "NegativeRdfTest"
        return Outcome(case, None if negative else f"refused: {getattr(error, 'said', error)}")
    if case.kind == "NegativeRdfTest":
        return Outcome(case, "not refused")
    if case.kind == "ToRdfTestWithWarnings" and not web.told:
        return Outcome(case, "nothing was said")
    quads = [ox.Quad(*t) for t in made.triples]
    assert case.result is not None
    expected = ox.parse(web.load(case.result), format=ox.RdfFormat.TURTLE, base_iri=case.result)
    if not isomorphic(graph_of(_by_value(quads)), graph_of(_by_value(expected))):
        return Outcome(case, "other statements")
    return Outcome(case, None)


def _by_value(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield statements with one spelling for each value: ours keep that of the table."""
    store = ox.Store()  # which keeps values, and not their spelling
    store.extend(quads)
    for quad in store:
        value = quad.object
        if isinstance(value, ox.Literal) and value.datatype.value.endswith("#hexBinary"):
            value = ox.Literal(value.value.upper(), datatype=value.datatype)
        yield ox.Quad(quad.subject, quad.predicate, value)


def outcomes(checkout: Path) -> list[Outcome]:
    """Return what becomes of every test in *checkout*."""
    folder = checkout / "tests" if (checkout / "tests").is_dir() else checkout
    return [run(case, folder) for case in cases(folder)]


def table(found: list[Outcome]) -> str:
    """Return the results as Markdown."""
    passed = Counter(o.case.kind for o in found if o.why is None)
    lines = ["| tests | passed | of |", "|---|---|---|"]
    for kind, count in sorted(Counter(o.case.kind for o in found).items()):
        lines.append(f"| `{kind}` | {passed[kind]} | {count} |")
    lines.append(f"| all | {sum(passed.values())} | {len(found)} |")
    return "\n".join(lines)


PAGE = Path(__file__).parents[2] / "docs" / "conformance-csvw.md"
HEAD = """\
# CSV on the Web: tables to RDF

Tests: w3c/csvw, `tests/manifest-rdf.ttl`, commit `{commit}`. Written by
`make conformance CSVW=<checkout>`. Negative tests pass when the metadata is refused, tests with
warnings when something is said as well. Statements are compared with one spelling for each
value: where the suite writes `15.0`, a table that has `15` keeps it. How metadata is found from
a table over HTTP is the test runner's part: a publication names its metadata itself.

"""
TAIL = """
## この文書について

表(CSV)をメタデータに従って RDF にする W3C の試験の結果です。
`make conformance CSVW=…` で作り直します。
"""


def main() -> None:
    """Run all tests, write and print the table, say what failed; end with 1 where one did."""
    checkout = Path(sys.argv[1])
    found = outcomes(checkout)
    failed = [f"{o.case.name}: {o.why}" for o in found if o.why is not None]
    git = ["git", "-C", str(checkout), "rev-parse", "--short=7", "HEAD"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    listed = "".join(f"- {line}\n" for line in failed)
    page = HEAD.format(commit=commit or "unknown") + table(found) + "\n" + listed + TAIL
    PAGE.write_text(page, "utf-8")
    print("\n".join([*failed, table(found)]))
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
