"""Have real CKAN harvest both publications, and write down what came of it.

    python -m tests.conformance.harvesting <folder for CKAN> [<where to write>]

By DCAT (`dcat_rdf`) in three forms, and by CKAN's own API (`ckan`); each four times: as it is, as
it is again, with one data set changed, with one withdrawn. Ends with 1 where a number is not what
it is to be, or something is read back otherwise than the catalogue says it, unless EXPLAINED.
ONLY="Sapporo ckan" in the environment harvests that alone, and writes no paper.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from rdflib import Graph

from tests.conformance.harvesting import report
from tests.conformance.harvesting.machine import Machine
from tests.conformance.harvesting.readings import wrong
from tests.conformance.harvesting.report import Run
from tests.conformance.harvesting.states import Subject, packed
from tests.conformance.real_data.__main__ import served
from tests.packed import ROOT

PUBLIC = "http://data.example.org/portal/"
WAYS = (("dcat_rdf", "catalogue.ttl"), ("dcat_rdf", "catalogue.jsonld"),
        ("dcat_rdf", "catalogue.rdf"), ("ckan", ""))  # fmt: skip
SUBJECTS = (
    Subject(
        "Sapporo", ROOT, "ja", whole="dataset/sapporo", changed="tables/laws",
        old='"根拠法令"@ja', new='"連携の根拠法令"@ja',
        withdrawn="tables/files", removed="data/tables/files.ttl",
        besides=r"\n<https://w3id\.org/jp-ccua/tables/files>\n.*?\.\n",
    ),
    Subject(
        "miniature", ROOT / "tests" / "miniature", "de",
        whole="dataset/hafenverbund", changed="dataset/hafenverbund",
        old='"Wassertiefe"@de', new='"Wassertiefen"@de',
        withdrawn="dataset/hafenverbund/shapes", removed="shapes",
    ),
)  # fmt: skip
# What a portal says of itself, and what it numbers anew at each import.
_OWN = {"metadata_modified", "metadata_created", "harvest_object_id", "harvest_source_id",
        "harvest_source_title", "harvest_job_id", "version", "has_version",
        "modified", "id", "package_id", "revision_id"}  # fmt: skip


def told(package: Any) -> Any:
    """Return what *package* says, without what is the portal's own or only names the version."""
    if isinstance(package, dict):
        if "key" in package and package["key"] in _OWN:
            return None
        return {k: told(v) for k, v in package.items() if k not in _OWN}
    if isinstance(package, list):
        return sorted((v for v in map(told, package) if v is not None), key=repr)
    return package


def by_uri(packages: dict[str, Any]) -> dict[str, Any]:
    """Return *packages* by the IRI of the data set, without what is the portal's own."""
    found = {}
    for package in packages.values():
        [uri] = [e["value"] for e in package["extras"] if e["key"] == "uri"]
        found[uri] = told(package)
    return found


def harvested(machine: Machine, subject: Subject, work: Path, only: str) -> list[Run]:
    """Harvest *subject* at all times, in all ways or those that begin as *only* says."""
    before: dict[str, dict[str, Any]] = {}
    releases = list(packed(subject, work))
    runs = []
    for kind, path in WAYS:
        way = f"{kind} {path.rpartition('.')[2]}".strip()
        if not f"{subject.name} {way}".startswith(only):
            continue
        source = None
        for number, (time, release) in enumerate([releases[0], *releases]):
            with served(release, work / "served.txt", public_url=PUBLIC) as base:
                if source is None:
                    name = f"{subject.name}-{way}".lower().replace(" ", "-").replace("_", "-")
                    source = machine.ask("source", name=name, url=base + path, kind=kind)
                answer = machine.ask("harvest", source_id=source, url=base + path)
                catalogue = Graph().parse(base + "catalogue.ttl")
            now = by_uri(answer["packages"])
            was = before.get(way, {})
            before[way] = now
            amiss = Counter(
                name
                for package in answer["packages"].values()
                for name in wrong(package, catalogue, subject.language)
            )
            runs.append(Run(
                subject.name, way, f"{number + 1}: {'again' if number == 1 else time}",
                gathered=answer["gathered"], errors=answer["errors"], here=len(now),
                added=sorted(set(now) - set(was)), deleted=sorted(set(was) - set(now)),
                changed=sorted(u for u in set(now) & set(was) if now[u] != was[u]),
                amiss=dict(amiss),
            ))  # fmt: skip
            print(runs[-1].line(), runs[-1].amiss, answer["errors"][:1], flush=True)
        machine.ask("forget", source_id=source)
    return runs


def main(folder: Path, where: Path) -> int:
    """Run everything; return the exit status."""
    only = os.environ.get("ONLY", "")
    machine = Machine(folder)
    runs: list[Run] = []
    try:
        machine.install()
        machine.start()
        with tempfile.TemporaryDirectory(prefix="harvesting-") as work:
            for subject in SUBJECTS:
                if only.startswith(subject.name) or not only:
                    runs += harvested(machine, subject, Path(work), only)
    finally:
        machine.stop()
    expected = {s.name: s for s in SUBJECTS}
    faults = [f for run in runs for f in report.faults(run, expected[run.publication])]
    if not only:
        where.write_text(report.paper(runs, faults), "utf-8")
    print("\n".join(faults) or "Nothing unexplained.")
    return 1 if faults else 0


if __name__ == "__main__":
    said = sys.argv[1]
    place = Path("/var/tmp/renkei-ckan") if said == "yes" else Path(said).resolve()
    paper = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs" / "conformance-harvesting.md"
    sys.exit(main(place, paper))
