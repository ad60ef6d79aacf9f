"""What a harvest came to, what it should have come to, and the paper on all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.conformance.harvesting import machine
from tests.conformance.harvesting.states import Subject

# (way, what) -> why it is read back otherwise than the catalogue says it.
EXPLAINED = {
    (
        "ckan",
        "withdrawn",
    ): "CKAN's harvester of other CKANs never deletes; a portal that is to follow"
    " withdrawals harvests by DCAT.",
}

# What cannot be run by the script, and was tried by hand.
BESIDES = """\
- A package harvested by DCAT is named after its title, of which CKAN keeps no Japanese letter
  (`__`, `__-1`): a portal that wants good names harvests by the façade (type `ckan`).
- CKAN's built-in list of licences has no Creative Commons licence with a version; a portal whose
  `licenses_group_url` names a list with `CC-BY-4.0`, as here, shows it. Without, the licence
  stands at each resource.
- Of the façade, CKAN takes a change only where it is dated after its own import.

## udata

The reading half of udata 17.18 (`udata.core.dataset.rdf.dataset_from_rdf`) was run over
`/catalogue.ttl` with a stand-in for MongoDB (PyPI `mongomock`); its harvest job was not run, since
Debian 12 has no MongoDB. 18 of 18 data sets were read with title, period (where there is one),
extent, formats, files and dates. Learnt so: it looks up the IRI of a period although the period
is described beside it, so that ours are blank nodes as served; it fills a lacking month or day
with today's, so that ours are whole days (C39); it writes keywords in Latin letters. Licence and
contact were not tried: the stand-in has no list of licences and no owner.
"""


@dataclass
class Run:
    """One harvest: of which publication, in which way, when; and what came of it."""

    publication: str
    way: str
    time: str
    gathered: int = 0
    here: int = 0
    errors: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    amiss: dict[str, int] = field(default_factory=dict)

    def line(self) -> str:
        """Return the row of the table."""
        numbers = (self.gathered, len(self.errors), self.here, len(self.added), len(self.changed),
                   len(self.deleted), sum(self.amiss.values()))  # fmt: skip
        told = " | ".join(map(str, numbers))
        return f"| {self.publication} | {self.way} | {self.time} | {told} |"


def faults(run: Run, subject: Subject) -> list[str]:
    """Return in words what *run* did not come to, unless it is EXPLAINED."""
    said = []
    number = int(run.time[0])
    kind = run.way.split()[0]
    if run.errors:
        said.append(f"{len(run.errors)} errors, the first: {run.errors[0]}")
    if kind == "dcat_rdf" and run.gathered - len(run.deleted) != run.here:
        said.append(f"{run.gathered} gathered, {run.here} there")
    if number == 1 and (not run.added or run.changed or run.deleted):
        said.append("the first harvest did not add all")
    if number == 2 and (run.added or run.changed or run.deleted):
        said.append("the second harvest changed something")
    others = [iri for iri in run.changed if not iri.endswith(f"/{subject.whole}")]
    if number == 3 and not _only(others or run.changed, subject.changed):
        said.append(f"changed: {', '.join(run.changed)}; {subject.changed} was")
    if number == 3 and (len(run.added) != 1 or run.deleted):
        said.append("more than the new release was added or deleted")
    stays = (kind, "withdrawn") in EXPLAINED
    if number == 4 and not stays and not _only(run.deleted, subject.withdrawn):
        said.append(f"deleted: {', '.join(run.deleted)}; {subject.withdrawn} was")
    said += [
        f"{name} of {count} read back otherwise"
        for name, count in run.amiss.items()
        if (kind, name) not in EXPLAINED
    ]
    return [f"{run.publication}, {run.way}, {run.time}: {text}" for text in said]


def _only(found: Sequence[str], path: str) -> bool:
    return len(found) == 1 and found[0].endswith(f"/{path}")


def paper(runs: Sequence[Run], found: Sequence[str]) -> str:
    """Return the paper."""
    lines = [
        "# Harvested by CKAN itself",
        "",
        f"CKAN {machine.CKAN}, ckanext-harvest {machine.HARVEST}, ckanext-dcat {machine.DCAT}"
        f" (profile `{machine.PROFILE}`), Solr, PostgreSQL and Redis on one machine, set up and"
        " asked by `make conformance CKAN=yes` (or `CKAN=<folder>`), which writes this paper.",
        "",
        "Each way is harvested four times: the publication as it is, the same again, with the"
        " words of one data set changed, and with one data set withdrawn. *Added*, *changed* and"
        " *deleted* are counted by what `package_show` says before and after, without the portal's"
        " own numbers and dates and without the version. A new release adds itself, and the whole"
        " data set changes with each of its parts, since its dumps hold them. *Amiss* counts"
        " what is read back otherwise than the catalogue says it: title, tags, licence, contact,"
        " publisher, dates, period, extent, and each file's address, format, size and digest.",
        "",
        "| publication | way | harvest | gathered | errors | there | added | changed | deleted"
        " | amiss |",
        "|---|---|---|--:|--:|--:|--:|--:|--:|--:|",
        *(run.line() for run in runs),
        "",
        "## What remains, and why",
        "",
        *(f"- {way}, {what}: {why}" for (way, what), why in EXPLAINED.items()),
        *(f"- **{text}**" for text in found),
        BESIDES,
    ]
    return "\n".join(lines)
