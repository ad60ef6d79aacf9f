"""The whole way from a publication to a release, step by step."""

from __future__ import annotations

import contextlib
import itertools
import os
import platform
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import Graph

from renkei import __version__, confinement
from renkei.errors import PublicationRefused, ReleaseError
from renkei.language.messages import gettext, speaking, translate
from renkei.naming import Naming
from renkei.pack import (
    addresses,
    axiom_check,
    axioms,
    context,
    kept_releases,
    ledger,
    list_columns,
    metadata,
    naming,
    pages,
    release_writer,
    root_causes,
    samples,
    source_check,
    validation,
)
from renkei.pack.findings import as_json, as_turtle, counts
from renkei.pack.index import class_lists, search_index
from renkei.pack.inference import default_graph, derivations, in_derived, in_fact
from renkei.pack.ledger import Dates
from renkei.pack.reading import source_files, sources
from renkei.pack.reading.sources import Publication
from renkei.pack.term_names import TermNames
from renkei.page_plan import PLAN, Plan
from renkei.rdf import authored, fit, xml
from renkei.rdf.formats import GRAPH_FORMATS, JSON_LD
from renkei.rdf.serialization import CONTEXT
from renkei.release import (
    DATA,
    INDEX,
    LAYOUT,
    PAGES,
    QUESTIONS_GRAPH,
    SETTINGS,
    STATISTICS_GRAPH,
    TERMS,
    WORDS,
    Manifest,
    Release,
    open_release,
    settings_digest,
)
from renkei.roles import Roles
from renkei.sparql.words import words_of

Progress = Callable[[str], None]  # what is told a step: a message id
# Opens a release that is not in its place yet, and says what fails of the samples.
Rehearse = Callable[[Release, list[samples.Sample]], list[samples.Failure]]

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@dataclass(frozen=True)
class Checked:
    """A publication that was read, derived and checked, ready to be written.

    *named* are all statements in their named graphs, *default* their copy in the default
    graph, *derived* says how many of *named* rules added. *pages* are files that say how things
    are shown, *roles* which property plays which part, *naming* what names and
    describes. *notes* are words about what was assumed or left out.
    """

    publication: Publication
    named: list[ox.Quad]
    default: list[ox.Quad]
    derived: int
    findings: list[validation.Finding]
    shapes: int
    pages: dict[str, bytes]
    roles: Roles
    naming: Naming
    context: context.Context
    addresses: addresses.SharedAddresses
    notes: tuple[str, ...]
    dates: Dates

    @property
    def refused(self) -> bool:
        """Whether a finding forbids a release."""
        return any(f.severity == "Violation" for f in self.findings)


def _silent(_: str) -> None:
    """Tell nobody."""


def check(
    folder: Path, root: str | None = None, title: str | None = None, progress: Progress = _silent
) -> Checked:
    """Read, derive and check the publication at *folder*; write nothing, and ask no server.

    Raises SourceError, RuleError, and PublicationRefused where the shapes themselves
    cannot be run. Findings are in the answer, whatever their severity.
    """
    return confinement.offline(lambda: _checked(folder, root, title, progress), files=True)


def _checked(folder: Path, root: str | None, title: str | None, progress: Progress) -> Checked:
    progress("read")
    publication = sources.read(folder, root, title)
    recorded = ledger.read(publication.folder)
    moment = _moment(publication.folder)
    dates = Dates(recorded, publication.config.version, moment)
    progress("derive")
    derived = derivations(publication)
    named = [*publication.quads, *in_derived(publication, derived)]
    stated = dict.fromkeys(default_graph(publication.config.root, named))
    default = without_axioms(publication, stated)
    if not default and source_files.hold_anything(folder):
        raise PublicationRefused(
            "Nothing is stated in %(folder)s, though there are files: no release is made of it.",
            "%(notes)s",
            folder=folder,
            notes=" ".join(publication.config.said),
        )
    progress("check")
    shapes = validation.shapes_of(publication)
    there = [*default, *in_the_catalogue(publication)]
    in_graphs = in_fact(publication.config.root, named)
    names = TermNames(default, publication.config.prefixes)
    places = validation.ShapePlaces(publication).of
    found = validation.validate(there, shapes, places, in_graphs, names)
    own = publication.config.namespace, publication.config.root
    found += axiom_check.check(axioms.read(publication), default, names, own, found)
    found += source_check.check(publication, found) + metadata.check(publication, dates)
    brought = pages.read(publication, named)
    written = context.read(publication, (q.triple for q in default))
    root = publication.config.root
    described = {root + name for name in source_files.APART}
    met = addresses.read(addresses.subjects_of(named, described), root)
    found = validation.called(validation.located(found, publication, derived), names)
    found = root_causes.folded(found, publication.quads, shapes, _again(publication, shapes, found))
    findings = validation.by_weight([*found, *brought.findings, *written.findings, *met.findings])
    return Checked(
        publication,
        named,
        default,
        len(derived),
        findings,
        validation.count_of(shapes),
        brought.files,
        brought.roles,
        naming.naming_of(publication, named, brought.roles.reading),
        written,
        met,
        publication.config.said + _dumps_left_out(default),
        Dates(recorded, publication.config.version, moment),
    )


def _dumps_left_out(default: list[ox.Quad]) -> tuple[str, ...]:
    """Return a note for each format that cannot write one of the statements."""
    return tuple(
        gettext(
            "No dump is made as %(format)s, which has no way to write %(statement)s",
            format=fmt.label,
            statement=str(unfit),
        )
        for fmt in GRAPH_FORMATS
        if (unfit := fit.unfit(fmt, (q.triple for q in default))) is not None
    )


def in_the_catalogue(publication: Publication) -> list[ox.Quad]:
    """Return the types of what `data/catalogue.ttl` describes under the root, as if data said so.

    Shapes look at the data, without what describes them. An agent who answers for the data and
    a point of contact are often described in the catalogue alone; they are there all the same.
    """
    own = publication.config.root + "id/"
    return [
        ox.Quad(q.subject, q.predicate, q.object)
        for file in publication.files
        if file.relative == source_files.CATALOGUE_FILE
        for q in file.quads
        if q.predicate == _TYPE
        and isinstance(q.subject, ox.NamedNode)
        and q.subject.value.startswith(own)
    ]


def _again(
    publication: Publication, shapes: Graph, findings: Iterable[validation.Finding]
) -> root_causes.Again:
    """Return what checks *publication* without some statements, by what had *findings*."""
    asked, known = root_causes.limited(shapes, findings), axioms.read(publication)
    own = publication.config.namespace, publication.config.root

    def found(without: frozenset[ox.Triple]) -> list[validation.Finding]:
        less = replace(
            publication, _quads=[q for q in publication.quads if q.triple not in without]
        )
        named = [*less.quads, *in_derived(less, derivations(less))]
        root = less.config.root
        default = without_axioms(less, dict.fromkeys(default_graph(root, named)))
        there = [*default, *in_the_catalogue(less)]
        told = validation.validate(there, asked, named=in_fact(root, named))
        return told + axiom_check.check(known, default, TermNames(), own)

    return found


def without_axioms(publication: Publication, stated: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return *stated* without the blank nodes of `ontology/`: restrictions and lists.

    What is asked and checked without naming a graph is data; axioms, which have no other way to
    be written than blank nodes, stay in the named graph of their file. The class tree stays, so
    that a subclass counts as its superclass.
    """
    axioms = {
        q.triple
        for file in publication.files
        if file.relative.startswith("ontology/")
        for q in file.quads
        if isinstance(q.subject, ox.BlankNode) or isinstance(q.object, ox.BlankNode)
    }
    return [q for q in stated if q.triple not in axioms]


def pack(
    folder: Path,
    releases: Path,
    root: str | None = None,
    title: str | None = None,
    progress: Progress = _silent,
    memory_statements: int = 2_500_000,
    rehearse: Rehearse | None = None,
    amend: bool = False,
) -> tuple[Release, Checked]:
    """Pack the publication at *folder* into *releases* and make the release the current one.

    Raises what `check` raises, and PublicationRefused (with the fact `checked`) for a
    Violation, among which is what *rehearse* finds; and ReleaseError where the version is that
    of another content that is kept, which *amend* replaces. Whatever goes wrong, the former
    release stays current and whole.
    """
    with contextlib.ExitStack() as stack:
        with _wanting(releases):
            stack.enter_context(release_writer.locked(releases))
        checked = check(folder, root, title, progress)
        if checked.refused:
            raise _refusal(checked)
        lines = release_writer.canonical_lines([*checked.named, *checked.default])
        covered = _covered(checked)
        identifier = release_writer.identity(lines, covered, settings_digest(_settings(checked)))
        label = checked.publication.config.dataset, checked.publication.config.version
        if not amend:
            kept_releases.check_version(releases, identifier, *label)
            ledger.check_version(checked.dates.ledger, *label, identifier)
        line = ledger.release_line(*label, identifier)
        _, created = checked.dates.of(line, identifier)
        with _wanting(releases):
            release = release_writer.present(releases, identifier)
            recorded = checked.dates.ledger.last(line)
            if release is None or (recorded and release.manifest.created != created):
                progress("write")
                release, checked = _write(
                    checked,
                    lines,
                    covered,
                    identifier,
                    releases,
                    memory_statements,
                    rehearse,
                    progress,
                )
            release_writer.point(releases, release, checked.publication.digest, (root, title))
            kept_releases.stands(releases, identifier)
            if amend:
                kept_releases.amend(releases, identifier, *label)
        return release, checked


@contextlib.contextmanager
def _wanting(releases: Path) -> Iterator[None]:
    """Turn a failure to write into *releases* into a ReleaseError."""
    try:
        yield
    except OSError as error:
        raise ReleaseError(
            "The release cannot be written: %(reason)s. The present release stays as it is.",
            "See to free space and permissions in %(folder)s, then run it again.",
            reason=error.strerror or error,
            folder=releases,
        ) from error


def _covered(checked: Checked) -> dict[str, bytes]:
    """Return the files that the id is of, beside the statements: report, context and pages."""
    config = checked.publication.config
    found = {
        **checked.pages,
        **checked.dates.ledger.withdrawn_file,
        "report.ttl": as_turtle(checked.findings, config.root, config.prefixes),
        "report.json": as_json(checked.findings).encode(),
    }
    return {**found, CONTEXT: checked.context.content} if checked.context.content else found


def _settings(checked: Checked) -> dict[str, Any]:
    config = checked.publication.config
    return {name: getattr(config, name) for name in SETTINGS}


def _write(
    checked: Checked,
    lines: list[bytes],
    covered: Mapping[str, bytes],
    identifier: str,
    releases: Path,
    memory_statements: int,
    rehearse: Rehearse | None,
    progress: Progress,
) -> tuple[Release, Checked]:
    publication = checked.publication
    config = publication.config
    making = release_writer.Making(releases, identifier)
    try:
        making.write("data.nq", lines)
        quads = list(ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS))
        _dumps(making, checked, quads)
        if terms := authored.noted(quads):
            making.write(TERMS, terms)
        for name, content in covered.items():
            making.write(name, content)
        statements = [*checked.named, *checked.default]
        metadata.write_tables(making, publication, statements, checked.naming, checked.dates)
        described = metadata.write_descriptions(
            making, publication, checked.default, checked.findings, checked.dates
        )
        making.write(WORDS, words_of(itertools.chain(statements, described)).to_json())
        used = {q.predicate.value for q in (*checked.named, *described)}
        called = checked.naming.limited_to(used)
        search_index.write(
            making.folder / INDEX,
            [*checked.default, *_found_besides(checked, described)],
            [*checked.named, *described],
            config.namespace,
            config.root,
            checked.roles.reading,
            called,
            {q.subject.value for q in checked.default if isinstance(q.subject, ox.NamedNode)},
            _listing(checked),
        )
        if len(lines) > memory_statements:
            _index(making)
        named = (DATA, *covered)
        making.seal(_manifest(checked, len(lines), identifier, making, named, called))
        if rehearse is not None:
            progress("rehearse")
            checked = _rehearsed(checked, making, quads, rehearse)
        return making.finish(), checked
    except BaseException:
        making.abandon()
        raise


def _rehearsed(
    checked: Checked, making: release_writer.Making, quads: list[ox.Quad], rehearse: Rehearse
) -> Checked:
    """Return *checked* with a word on what was too slow to be tried.

    Raises PublicationRefused where the release that is in the making fails its rehearsal.
    """
    chosen = samples.chosen(quads, checked.publication.config.root)
    failures = rehearse(open_release(making.folder), chosen)
    wrong = [failure for failure in failures if not failure.is_slow]
    if wrong:
        found = validation.located(samples.findings(wrong), checked.publication)
        raise _refusal(replace(checked, findings=[*checked.findings, *found]))
    said = [translate(f.said, speaking()) for f in failures if f.is_slow]
    if len(chosen) == samples.MOST:
        said.append(gettext("Tried before this release: %(number)s, not all.", number=len(chosen)))
    return replace(checked, notes=(*checked.notes, *said))


def _refusal(checked: Checked) -> PublicationRefused:
    return PublicationRefused(
        "Violations: %(count)s. No release is made until they are "
        "mended; the present release stays as it is.",
        count=counts(checked.findings)["violations"],
        checked=checked,
    )


def _listing(checked: Checked) -> class_lists.ListingRules:
    """Return how things are listed, with the columns that the publication names for its lists."""
    config = checked.publication.config
    plan = Plan.from_json(checked.pages[PLAN]) if PLAN in checked.pages else Plan()
    texts = {c.query: checked.pages[f"{PAGES}{c.query}"].decode() for c in plan.columns}
    columns = list_columns.named(plan, texts, checked.default, [*checked.named, *checked.default])
    return class_lists.ListingRules(config.prefixes, config.languages, columns)


def _found_besides(checked: Checked, described: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield, without graphs, what describes the data and is searched and listed with them.

    What VoID says as the catalogue does (people, days) is not: it is found on the catalogue's page.
    """
    root = checked.publication.config.root
    searched = {ox.NamedNode(root + name) for name in (STATISTICS_GRAPH, QUESTIONS_GRAPH)}
    said = [*checked.named, *described]
    catalogue = {
        q.triple for q in said if q.graph_name == ox.NamedNode(root + source_files.CATALOGUE)
    }
    stated = {
        ox.Quad(q.subject, q.predicate, q.object)
        for q in said
        if q.graph_name in searched and q.triple not in catalogue
    }
    yield from sorted(stated.difference(checked.default), key=str)


def _dumps(making: release_writer.Making, checked: Checked, quads: list[ox.Quad]) -> None:
    """Write the dumps from the canonical *quads*: blank nodes have the same names in all."""
    publication = checked.publication
    prefixes = publication.config.prefixes
    triples = [q.triple for q in quads if isinstance(q.graph_name, ox.DefaultGraph)]
    for fmt in GRAPH_FORMATS:
        statements: list[Any] = quads if fmt.kind == "dataset" else triples
        if fit.unfit(fmt, triples) is not None:
            continue  # a note says so
        if fmt is JSON_LD:
            content = release_writer.json_ld(triples, checked.context.names)
        else:
            shortened = prefixes if fmt.prefixed else None
            content = ox.serialize(statements, format=fmt.rdf, prefixes=shortened) or b""
            content = xml.escaped(content) if fmt.xml_names else content
        name = f"dumps/data.{fmt.suffix}"
        making.write(name, content)
        making.compress(name)


def _index(making: release_writer.Making) -> None:
    """Make the index that a store too large for memory is opened from."""
    store = ox.Store(str(making.folder / "store"))
    # Blank nodes of the data keep their names, which other files of the release have as well.
    store.bulk_extend(ox.parse(path=str(making.folder / DATA), format=ox.RdfFormat.N_QUADS))
    store.bulk_load(path=str(making.folder / "description.nq"), format=ox.RdfFormat.N_QUADS)
    store.optimize()
    store.flush()


def _manifest(
    checked: Checked,
    quads: int,
    identifier: str,
    making: release_writer.Making,
    identified_by: Iterable[str],
    called: Naming,
) -> Manifest:
    config = checked.publication.config
    line = ledger.release_line(config.dataset, config.version, identifier)
    _, created = checked.dates.of(line, identifier)
    return Manifest(
        layout=LAYOUT,
        id=identifier,
        **_settings(checked),
        created=created,
        commit=_commit(checked.publication.folder),
        sources=checked.publication.digest,
        identified_by=tuple(sorted(identified_by)),
        tools={
            "renkei": __version__,
            "python": platform.python_version(),
            **{name: version_of(name) for name in ("pyoxigraph", "pyshacl", "rdflib")},
        },
        counts={
            "statements": len(checked.default),
            "quads": quads,
            "derived": checked.derived,
            "graphs": len({q.graph_name for q in checked.named}),
            "shapes": checked.shapes,
            **counts(checked.findings),
        },
        files=making.entries(),
        roles=checked.roles,
        queried=checked.addresses.queried,
        apart=checked.addresses.apart,
        naming=called,
    )


def _moment(folder: Path) -> datetime:
    """Return what is dated that the ledger of *folder* has no line for.

    SOURCE_DATE_EPOCH where it is set (reproducible-builds.org); else when the files were
    committed, where none was changed since: the same on each machine. Else now.
    """
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        return datetime.fromtimestamp(int(epoch), UTC)
    files = [*source_files.FOLDERS, f":(exclude){source_files.HISTORY_FILE}"]
    if _git(folder, "status", "--porcelain", "--", *files) == "":
        with contextlib.suppress(ValueError):
            seconds = int(_git(folder, "log", "-1", "--format=%ct", "--", *files) or "")
            return datetime.fromtimestamp(seconds, UTC)
    return datetime.now(UTC).replace(microsecond=0)


def _commit(folder: Path) -> str | None:
    """Return the commit the publication stands at, with `+` where files differ from it."""
    changed = _git(folder, "status", "--porcelain", "--", ".")
    head = _git(folder, "rev-parse", "HEAD")
    return None if changed is None or head is None else head + ("+" if changed else "")


def _git(folder: Path, *words: str) -> str | None:
    """Return what git says about *folder*; None where there is no git, or no repository."""
    command = ["git", "-C", str(folder), *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
