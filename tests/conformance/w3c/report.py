"""Judge a run against the excuses; write it as a page and as EARL."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Template

import pyoxigraph as ox

from tests.conformance.w3c.evaluation import Outcome
from tests.conformance.w3c.lists import RDF

EARL = "http://www.w3.org/ns/earl#"
DCT = "http://purl.org/dc/terms/"
DOAP = "http://usefulinc.com/ns/doap#"
COLUMNS = ["tests", "pass", "excused", "fail", "not asked", "Oxigraph's own server passes"]
PROJECT = "urn:x-renkei:renkei"


@dataclass(frozen=True)
class Fault:
    """A fault of the engine, and the tests it makes fail."""

    about: str
    issue: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """Everything a run has found. *peer* is empty where Oxigraph's server was not run."""

    ours: Sequence[Outcome]
    peer: Sequence[Outcome]
    faults: Sequence[Fault]
    engine: str
    program: str
    suite: str
    stores: tuple[int, int]


def faults(path: Path) -> list[Fault]:
    """Read the excuses."""
    found = tomllib.loads(path.read_text("utf-8"))
    return [Fault(f["about"], f.get("issue", ""), tuple(f["tests"])) for f in found["fault"]]


def short(iri: str) -> str:
    """Return how a test is named here: the folder of its list and its own name."""
    place, _, name = iri.partition("#")
    return f"{'/'.join(place.split('/')[-3:-1])}#{name}"


def complaints(run: Run) -> list[str]:
    """Return what makes a run fail, each in one line."""
    excused = {test for fault in run.faults for test in fault.tests}
    known = {short(outcome.iri) for outcome in run.ours}
    passing_there = {o.iri for o in run.peer if o.verdict == "passed"}
    said = [f"{name} is excused, but no list has it" for name in sorted(excused - known)]
    for outcome in run.ours:
        name = short(outcome.iri)
        if outcome.verdict == "failed" and name not in excused:
            said.append(f"{name} fails: {outcome.reason}")
        elif outcome.verdict == "failed" and outcome.iri in passing_there:
            said.append(f"{name} is excused, but Oxigraph's own server passes it")
        elif outcome.verdict == "passed" and name in excused:
            said.append(f"{name} is excused and passes: take it off the list")
    return said


def page(run: Run) -> str:
    """Return the page `docs/conformance.md`."""
    peers = {o.iri: o for o in run.peer}
    excused = {test for fault in run.faults for test in fault.tests}
    suites = list(dict.fromkeys(o.suite for o in run.ours))
    of_suite = {suite: [o for o in run.ours if o.suite == suite] for suite in suites}
    summary = [_row([suite], own, peers, excused) for suite, own in of_suite.items()]
    categories = [
        _row([suite, group], [o for o in own if o.group == group], peers, excused)
        for suite, own in of_suite.items()
        for group in sorted({o.group for o in own})
    ]
    reading, writing = run.stores
    return Template((Path(__file__).parent / "page.md").read_text("utf-8")).substitute(
        program=run.program,
        engine=run.engine,
        suite=run.suite,
        summary=_table(["list"], [*summary, _row(["**all**"], run.ours, peers, excused)]),
        comparison=_comparison(run, peers),
        reading=reading,
        writing=writing,
        value=_noted(run, "value"),
        answers=f"{sum(outcome.answers for outcome in run.ours):,}",
        function=_noted(run, "function"),
        categories=_table(["list", "category"], categories),
        excused="\n".join(_faults(run.faults)),
        more="\n".join(_more(run, peers)),
    )


def _table(names: list[str], rows: list[str]) -> str:
    head = [*names, *COLUMNS]
    line = "|---" * len(names) + "|--:" * len(COLUMNS) + "|"
    return "\n".join([f"| {' | '.join(head)} |", line, *rows])


def _comparison(run: Run, peers: dict[str, Outcome]) -> str:
    if not run.peer:
        return "Oxigraph's own server was not run: its figures are missing."
    better = sum(1 for o in run.ours if o.verdict == "passed" and _failed(peers, o))
    worse = sum(1 for o in run.ours if o.verdict == "failed" and _passed(peers, o))
    return (
        f"Tests that Oxigraph's own server passes and this one does not: {worse}. "
        f"The other way round: {better}."
    )


def _faults(faults: Iterable[Fault]) -> Iterable[str]:
    yield "| fault | known as | tests |"
    yield "|---|---|---|"
    for fault in faults:
        tests = ", ".join(f"`{name}`" for name in fault.tests)
        known = f"[{fault.issue.rpartition('/')[2]}]({fault.issue})" if fault.issue else "–"
        yield f"| {fault.about} | {known} | {tests} |"


def _more(run: Run, peers: dict[str, Outcome]) -> Iterable[str]:
    better = [o for o in run.ours if o.verdict == "passed" and _failed(peers, o)]
    if better:
        yield "\n## Where this server passes and Oxigraph's own does not\n"
        yield from (f"- `{short(o.iri)}`: there {peers[o.iri].reason}" for o in better)
    if said := complaints(run):
        yield "\n## Failures\n"
        yield from (f"- {line}" for line in said)
    yield ""


def _noted(run: Run, note: str) -> int:
    return sum(1 for outcome in run.ours if outcome.note == note)


def _failed(peers: dict[str, Outcome], outcome: Outcome) -> bool:
    return outcome.iri in peers and peers[outcome.iri].verdict == "failed"


def _passed(peers: dict[str, Outcome], outcome: Outcome) -> bool:
    return outcome.iri in peers and peers[outcome.iri].verdict == "passed"


def _row(
    names: list[str], own: Sequence[Outcome], peers: dict[str, Outcome], excused: Iterable[str]
) -> str:
    failed = [o for o in own if o.verdict == "failed"]
    forgiven = sum(1 for o in failed if short(o.iri) in excused)
    passed = sum(1 for o in own if o.verdict == "passed")
    there = sum(1 for o in own if _passed(peers, o)) if peers else "–"
    unasked = len(own) - passed - len(failed)
    figures = (len(own), passed, forgiven, len(failed) - forgiven, unasked, there)
    return f"| {' | '.join([*names, *map(str, figures)])} |"


def earl(run: Run) -> bytes:
    """Return the run as EARL in Turtle."""
    subject, me = ox.NamedNode(PROJECT), ox.NamedNode(f"{PROJECT}-conformance")
    kind = ox.NamedNode(RDF + "type")
    triples = [
        ox.Triple(subject, kind, _earl("Software")),
        ox.Triple(subject, kind, _earl("TestSubject")),
        ox.Triple(subject, kind, ox.NamedNode(DOAP + "Project")),
        ox.Triple(subject, ox.NamedNode(DOAP + "name"), ox.Literal(run.program)),
        ox.Triple(me, kind, _earl("Software")),
        ox.Triple(me, kind, _earl("Assertor")),
    ]
    now = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    when = ox.Literal(now, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#dateTime"))
    for number, outcome in enumerate(run.ours):
        claim, result = ox.BlankNode(f"c{number}"), ox.BlankNode(f"r{number}")
        triples += [
            ox.Triple(claim, kind, _earl("Assertion")),
            ox.Triple(claim, _earl("assertedBy"), me),
            ox.Triple(claim, _earl("subject"), subject),
            ox.Triple(claim, _earl("test"), ox.NamedNode(outcome.iri)),
            ox.Triple(claim, _earl("mode"), _earl("automatic")),
            ox.Triple(claim, _earl("result"), result),
            ox.Triple(result, kind, _earl("TestResult")),
            ox.Triple(result, _earl("outcome"), _earl(outcome.verdict)),
            ox.Triple(result, ox.NamedNode(DCT + "date"), when),
        ]
        if outcome.reason:
            triples.append(ox.Triple(result, _earl("info"), ox.Literal(outcome.reason)))
    prefixes = {"dct": DCT, "doap": DOAP, "earl": EARL}
    return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""


def _earl(name: str) -> ox.NamedNode:
    return ox.NamedNode(EARL + name)
