"""Run DCAT-AP's own shapes over our catalogue and write down what they say.

    python -m tests.conformance.dcat_ap <a checkout of SEMICeu/DCAT-AP> [<one of DCAT-AP.de's>]

The second is GovDataOfficial/DCAT-AP.de-SHACL-Validation, where its findings are wanted as well.

Both publications are packed, with a release before the present one, served, fetched in three
forms as a harvester would, and validated with both sets of shapes that release 3.0.1 has, with
those of release 2.1.1, which many portals still ask, and with Germany's.
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
HTML, SECOND, OLD = "releases/3.0.1/html/shacl", "releases/3.0.1/shacl", "releases/2.1.1"
SETS = {
    "3.0.1, rules": (f"{HTML}/shapes.ttl",),
    "3.0.1, ranges": (f"{HTML}/range.ttl",),
    "3.0.1, recommendations": (f"{HTML}/shapes_recommended.ttl",),
    "3.0.1, code lists": (f"{HTML}/mdr-vocabularies.shape.ttl",),
    "3.0.1, second set": (f"{SECOND}/dcat-ap-SHACL.ttl",),
    "3.0.1, second set, ranges": (f"{SECOND}/ranges.ttl",),
    "2.1.1, rules": (f"{OLD}/dcat-ap_2.1.1_shacl_shapes.ttl",),
    "2.1.1, ranges": (f"{OLD}/dcat-ap_2.1.1_shacl_range.ttl",),
    "2.1.1, recommendations": (f"{OLD}/dcat-ap_2.1.1_shacl_shapes_recommended.ttl",),
}
GERMAN = "validator/resources/v3.0/shapes"
GERMAN_SETS = {
    "DCAT-AP.de 3.0, rules": (f"{GERMAN}/dcat-ap-SHACL-DE.ttl",),
    "DCAT-AP.de 3.0, additions": (f"{GERMAN}/dcat-ap-spec-german-additions.ttl",),
}
FORMS = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}
# (set, last part of the path) -> why it stays. The code lists are the EU's own; they are run
# for what can be learnt from them, and are no part of what issue and profile ask for.
CODE_LISTS, SECOND_RANGES = "3.0.1, code lists", "3.0.1, second set, ranges"
OLDER = "2.1.1, rules"
EXPLAINED = {
    (CODE_LISTS, "publisher"): "Our publishers are no bodies of the European Union, so they do"
    " not stand in its list of corporate bodies.",
    (CODE_LISTS, "spatial"): "The territory of a partnership of municipalities stands in no list"
    " of countries, continents or places; it is given with its box and its middle.",
    (CODE_LISTS, "algorithm"): "The shape asks for IRIs under https://spdx.org/rdf/terms;"
    " the SPDX vocabulary, DCAT-AP's text and its examples use http://spdx.org/rdf/terms#.",
    (CODE_LISTS, "theme"): "Beside the EU's themes stands one of our own, which says what the"
    " data are about: partnerships of municipalities.",
    (SECOND_RANGES, "endpointURL"): "The shape asks that an address be said to be an rdfs:Resource,"
    " which everything is; the first set asks for an IRI, and gets one.",
    (SECOND_RANGES, "endpointDescription"): "As endpointURL.",
    (OLDER, "byteSize"): "2.1.1 asks for xsd:decimal, 3.0.1 for xsd:nonNegativeInteger: no"
    " value is both, and 3.0.1 is kept.",
    (OLDER, "algorithm"): "2.1.1 knows SHA-1 alone; ours are SHA-256, which 3.0.1 takes.",
    (OLDER, "primaryTopic"): "2.1.1 has no series of data sets; DCAT 3 has, and ours has a record.",
    ("2.1.1, ranges", "primaryTopic"): "As in the rules of 2.1.1.",
    **{
        (f"{version}, recommendations", name): "A vocabulary and its shapes have neither place nor"
        " time; the catalogue says what they are (`dct:type`)."
        for version in ("3.0.1", "2.1.1")
        for name in ("spatial", "temporal")
    },
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
        shapes.parse(checkout / name, format="turtle")
    # The second set names property shapes that have no path: by SHACL, 2.3, these are none.
    for shape, _, part in list(shapes.triples((None, SH.property, None))):
        if (part, SH.path, None) not in shapes:
            shapes.remove((shape, SH.property, part))
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


def commit_of(checkout: Path) -> str:
    """Return the commit of *checkout* for a person, or nothing where it is none."""
    words = ["git", "-C", str(checkout), "rev-parse", "HEAD"]
    commit = subprocess.run(words, capture_output=True, text=True).stdout.strip()
    return f", commit `{commit[:7]}`" if commit else ""


def main(checkout: Path, german: Path | None, report: Path) -> int:
    """Run everything; return the exit status."""
    sets = [(title, checkout, files) for title, files in SETS.items()]
    if german:
        sets += [(title, german, files) for title, files in GERMAN_SETS.items()]
    unexplained = []
    lines = [
        "# DCAT-AP: what its own shapes say of our catalogue",
        "",
        f"Shapes: SEMICeu/DCAT-AP{commit_of(checkout)}: both sets of 3.0.1 (`{HTML}`, `{SECOND}`)"
        f" and `{OLD}`"
        + (f"; GovDataOfficial/DCAT-AP.de-SHACL-Validation{commit_of(german)}." if german else "."),
        "Written by `make conformance DCAT_AP=<checkout> DCAT_AP_DE=<checkout>`; `/catalogue` is",
        "fetched in three forms.",
        "",
        "| publication | form | statements | shapes | Violations | Warnings |",
        "|---|---|---|---|---|---|",
    ]
    remaining: Counter[tuple[str, str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for name, place in (("Sapporo", ROOT), ("miniature", ROOT / "tests" / "miniature")):
            release = released_before(place, ["0.0.1"], Path(folder) / name)
            for suffix, graph in served(release).items():
                for title, where, files in sets:
                    found = findings(graph, where, files)
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
    given = [Path(word) for word in sys.argv[1:]]
    paper = ROOT / "docs" / "conformance-dcat-ap.md"
    sys.exit(main(given[0], given[1] if len(given) > 1 else None, paper))
