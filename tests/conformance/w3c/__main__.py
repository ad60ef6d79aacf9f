"""`python -m tests.conformance.w3c CHECKOUT`: run the W3C lists, write the page and EARL.

Exit 1 when a test fails that is not excused, or an excused one passes.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pyoxigraph as ox

from tests.conformance.w3c import evaluation, protocol, report, world
from tests.conformance.w3c.evaluation import Outcome
from tests.conformance.w3c.lists import Checkout, ProtocolTest, QueryTest
from tests.conformance.w3c.world import Client

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
QUERY_LISTS = {
    "SPARQL 1.1 query": "sparql/sparql11/manifest-sparql11-query.ttl",
    "SPARQL 1.1 result formats": "sparql/sparql11/manifest-sparql11-results.ttl",
    "SPARQL 1.0 evaluation": "sparql/sparql10/manifest-evaluation.ttl",
    "SPARQL 1.0 syntax": "sparql/sparql10/manifest-syntax.ttl",
}
PROTOCOL = "sparql/sparql11/protocol/manifest.ttl"
GRAPH_STORE = "sparql/sparql11/graph-store-protocol/manifest.ttl"
DESCRIPTION = "sparql/sparql11/service-description/manifest.ttl"


class Lists:
    """Everything there is to run."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self.queries: list[QueryTest] = []
        for suite, path in QUERY_LISTS.items():
            self.queries += checkout.query_tests(path, suite)
        asked = checkout.protocol_tests(PROTOCOL, "")
        self.protocol = [
            *(_in(t, "Protocol: query") for t in asked if not protocol.is_update_side(t)),
            *(_in(t, "Protocol: update, refused") for t in asked if protocol.is_update_side(t)),
        ]
        self.stores = protocol.plan(
            checkout.protocol_tests(GRAPH_STORE, "Graph Store Protocol: reading")
        )
        self.descriptions = checkout.protocol_tests(DESCRIPTION, "Service Description")

    def graphs(self) -> dict[str, list[ox.Quad]]:
        """Return all graphs to publish."""
        found = evaluation.graphs_of(self.checkout, self.queries) | self.stores.graphs
        for test in self.protocol:
            for iri, path in test.graphs:
                found[iri] = list(self.checkout.quads(path))
        return found

    def run(self, client: Client, everywhere: bool = False) -> list[Outcome]:
        """Run all but what needs a default graph of its own.

        *everywhere* asks for each answer in every format.
        """
        return [
            *(protocol.run(client, test) for test in self.protocol),
            *(protocol.run_graph_store(client, test) for test in self.stores.tests),
            *(protocol.skipped(test) for test in self.stores.inapplicable),
            *(protocol.run_description(client, test) for test in self.descriptions),
            *(evaluation.run(client, self.checkout, test, everywhere) for test in self.queries),
        ]

    def run_default(self, client: Client) -> list[Outcome]:
        """Run what needs a default graph of its own."""
        return [protocol.run_graph_store(client, test) for test in self.stores.default_tests]


def _in(test: ProtocolTest, suite: str) -> ProtocolTest:
    return replace(test, suite=suite)


def main() -> int:
    """Run, write, and say what is wrong."""
    words = argparse.ArgumentParser(prog="python -m tests.conformance.w3c", description=__doc__)
    words.add_argument("checkout", type=Path, help="a checkout of w3c/rdf-tests")
    words.add_argument("--oxigraph", type=Path, help="Oxigraph's own server, to compare with")
    words.add_argument("--page", type=Path, default=ROOT / "docs" / "conformance.md")
    words.add_argument("--earl", type=Path, default=ROOT / "build" / "earl.ttl")
    given = words.parse_args()
    if not (given.checkout / PROTOCOL).is_file():
        print(f"{given.checkout} is not a checkout of w3c/rdf-tests.", file=sys.stderr)
        return 2
    lists = Lists(Checkout(given.checkout))
    with tempfile.TemporaryDirectory() as name:
        ours, peer = _run(lists, Path(name), given.oxigraph)
    run = report.Run(
        ours,
        peer,
        report.faults(HERE.parent / "excuses.toml"),
        f"Oxigraph {version('pyoxigraph')}",
        f"Renkei {version('renkei')}",
        _suite(given.checkout),
        protocol.counted(lists.stores),
    )
    given.page.write_text(report.page(run), "utf-8")
    given.earl.parent.mkdir(parents=True, exist_ok=True)
    given.earl.write_bytes(report.earl(run))
    said = report.complaints(run)
    for line in said:
        print(line)
    passed = sum(1 for outcome in ours if outcome.verdict == "passed")
    print(f"{passed} of {len(ours)} pass; {len(said)} complaints. See {given.page}.")
    return 1 if said else 0


def _run(lists: Lists, folder: Path, program: Path | None) -> tuple[list[Outcome], list[Outcome]]:
    release = world.publish(lists.graphs(), folder / "lists")
    alone = world.publish({f"{world.ROOT}default": lists.stores.default}, folder / "default")
    with world.renkei(release) as client:
        ours = lists.run(client, everywhere=True)
    with world.renkei(alone) as client:
        ours += lists.run_default(client)
    kept = ROOT / "build" / "peers" / "oxigraph" / "bin" / "oxigraph"
    found = program or (kept if kept.is_file() else shutil.which("oxigraph"))
    if not found:
        print("Oxigraph's own server is missing: nothing to compare with.", file=sys.stderr)
        return ours, []
    with world.oxigraph(Path(found), release, folder / "lists") as client:
        peer = lists.run(client)
    with world.oxigraph(Path(found), alone, folder / "default") as client:
        peer += lists.run_default(client)
    return ours, peer


def _suite(checkout: Path) -> str:
    try:
        words = ["git", "-C", str(checkout), "log", "-1", "--format=%cs, commit %h"]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return "unknown date"


if __name__ == "__main__":
    sys.exit(main())
