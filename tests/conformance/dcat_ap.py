"""Run DCAT-AP's own shapes over our catalogue and write down what they say.

    python -m tests.conformance.dcat_ap <a checkout of SEMICeu/DCAT-AP> [<where to write>]

Both publications are packed, with a release before the present one, served, fetched in three
forms as a harvester would, and validated with the shapes of release 3.0.1: the rules, the
ranges and the recommendations.
Ends with 1 where a finding is not explained in EXPLAINED. Nothing of the checkout is kept.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from pyshacl import validate
from rdflib import SH, Graph

from renkei.config import Settings
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.stores import open_store
from tests.catalogue.earlier import released_before

ROOT = Path(__file__).parents[2]
SHAPES = "releases/3.0.1/html/shacl"
SETS = {
    "rules": ("shapes.ttl",),
    "ranges": ("range.ttl",),
    "recommendations": ("shapes_recommended.ttl",),
    "code lists": ("mdr-vocabularies.shape.ttl",),
}
FORMS = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}
# (set, last part of the path) -> why it stays. The code lists are the EU's own; they are run
# for what can be learnt from them, and are no part of what issue and profile ask for.
EXPLAINED = {
    ("code lists", "publisher"): "Our publishers are no bodies of the European Union, so they do"
    " not stand in its list of corporate bodies.",
    ("code lists", "spatial"): "The territory of a partnership of municipalities stands in no list"
    " of countries, continents or places; it is given with its box and its middle.",
    (
        "code lists",
        "algorithm",
    ): "The shape asks for IRIs under https://spdx.org/rdf/terms;"
    " the SPDX vocabulary, DCAT-AP's text and its examples use http://spdx.org/rdf/terms#.",
    (
        "code lists",
        "theme",
    ): "Beside the EU's themes stands one of our own, which says what the"
    " data are about: partnerships of municipalities.",
}


def served(release: Release) -> dict[str, Graph]:
    """Return the catalogue of *release* as it is fetched, form by form."""
    settings = Settings()
    store = open_store(release, settings)
    try:
        client = create_app(release, store, settings).test_client()
        found = {}
        for suffix, name in FORMS.items():
            answer = client.get(f"/catalogue.{suffix}")
            assert answer.status_code == 200, (suffix, answer.status_code)
            found[suffix] = Graph().parse(data=answer.data, format=name)
        return found
    finally:
        store.close()


def findings(data: Graph, checkout: Path, names: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Return (severity, last part of the path, focus node) of each result."""
    shapes = Graph()
    for name in names:
        shapes.parse(checkout / SHAPES / name, format="turtle")
    _, results, _ = validate(data, shacl_graph=shapes, inplace=True)
    assert isinstance(results, Graph)
    return sorted(
        (
            str(results.value(r, SH.resultSeverity)).rsplit("#", 1)[-1],
            str(results.value(r, SH.resultPath)).rstrip("/").replace("#", "/").rsplit("/", 1)[-1],
            str(results.value(r, SH.focusNode)),
        )
        # only results of the report itself: pySHACL adds what made an inner shape fail
        for r in results.objects(None, SH.result)
    )


def main(checkout: Path, report: Path) -> int:
    """Run everything; return the exit status."""
    commit = subprocess.run(
        ["git", "-C", str(checkout), "rev-parse", "HEAD"], capture_output=True, text=True
    ).stdout.strip()
    unexplained = []
    lines = [
        "# DCAT-AP 3.0.1: what its own shapes say of our catalogue",
        "",
        f"Shapes: SEMICeu/DCAT-AP, `{SHAPES}`" + (f", commit `{commit[:7]}`." if commit else "."),
        "Written by `make conformance DCAT_AP=<checkout>`; `/catalogue` is fetched in three forms.",
        "",
        "| publication | form | statements | shapes | Violations | Warnings |",
        "|---|---|---|---|---|---|",
    ]
    remaining: Counter[tuple[str, str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for name, place in (("Sapporo", ROOT), ("miniature", ROOT / "tests" / "miniature")):
            release = released_before(place, ["0.0.1"], Path(folder) / name)
            for suffix, graph in served(release).items():
                for title, files in SETS.items():
                    found = findings(graph, checkout, files)
                    counted = Counter(severity for severity, _, _ in found)
                    lines.append(f"| {name} | {suffix} | {len(graph)} | {title} |"
                                 f" {counted['Violation']} | {counted['Warning']} |")  # fmt: skip
                    for severity, path, focus in found:
                        remaining[title, path, severity] += 1
                        if (title, path) not in EXPLAINED:
                            unexplained.append(
                                f"{name} {suffix} {title}: {severity} {path} {focus}"
                            )
    lines += ["", "## What remains, and why", ""]
    for title, path, severity in sorted(remaining):
        why = EXPLAINED.get((title, path), "**not explained**")
        lines.append(f"- {title}, `{path}` ({severity}): {why}")
    if not remaining:
        lines.append("Nothing.")
    report.write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(sorted(set(unexplained))) or f"Nothing unexplained. Written: {report}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    where = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs" / "conformance-dcat-ap.md"
    sys.exit(main(Path(sys.argv[1]), where))
