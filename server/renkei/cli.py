"""The command line: parse words, call one function, print.

Exit codes: 0 done, 1 refused (a Violation, or an error that is said), 2 wrong words.
"""

from __future__ import annotations

import json
import locale
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from rich.console import Console
from rich.status import Status
from rich.table import Table

from renkei import __version__, config, query_command
from renkei.errors import (
    PublicationRefused,
    QueryError,
    ReleaseError,
    RenkeiError,
    SettingError,
    SourceError,
)
from renkei.language.messages import (
    LANGUAGES,
    counted,
    gettext,
    message,
    speak,
    speaking,
    translate,
)
from renkei.release import HISTORY, Release, open_release, verify

if TYPE_CHECKING:  # loaded only where something is packed: that takes longer than to serve
    from renkei.pack import pipeline

_out = Console(markup=False, highlight=False, emoji=False)
_err = Console(stderr=True, markup=False, highlight=False, emoji=False)

FOLDER = click.argument("folder", type=click.Path(path_type=Path), required=False)
RELEASES = click.option(
    "--releases",
    type=click.Path(path_type=Path),
    help="Where releases are kept; default: FOLDER/releases.",
)
ROOT = click.option("--root", help="Root IRI where data/catalogue.ttl has no void:uriSpace.")
TITLE = click.option("--title", help="Title where data/catalogue.ttl has none.")
LANG = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="Language of what is said; default: the locale's.",
)


AMEND = click.option(
    "--amend",
    is_flag=True,
    help="Replace the release that has this version: nobody was given it yet.",
)


RECORD = click.option(
    "--record",
    is_flag=True,
    help="Write dates and digests of what is packed into data/history.ttl.",
)


class _Command(click.Command):
    """A command whose complaints name an option and what it takes, never what was given."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of the command line; see `click.Command.parse_args`."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise _unsaid(error) from None


class _Commands(click.Group):
    """All commands; what is none of them is not repeated."""

    command_class = _Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant; see `click.Group.resolve_command`."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            names = ", ".join(self.list_commands(ctx))
            raise click.UsageError(f"One of these commands was expected: {names}.", ctx) from None


def _unsaid(error: click.UsageError) -> click.UsageError:
    """Return *error* without the words that were given: a password may be among them."""
    if isinstance(error, click.MissingParameter | click.NoSuchOption | click.BadOptionUsage):
        return error
    if not isinstance(error, click.BadParameter) or error.param is None:
        return click.UsageError("More words were given than this command takes.", error.ctx)
    kind = error.param.type
    expected = {"integer": "a whole number", "float": "a number"}.get(kind.name, "another value")
    if isinstance(kind, click.Choice):
        expected = f"one of {', '.join(kind.choices)}"
    return click.BadParameter(f"{expected} was expected.", error.ctx, error.param)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="renkei")
def main() -> None:
    """Renkei publishes the linked open data of municipal partnerships."""


@main.command()
@FOLDER
@RELEASES
@ROOT
@TITLE
@AMEND
@RECORD
@LANG
def pack(
    folder: Path | None,
    releases: Path | None,
    root: str | None,
    title: str | None,
    amend: bool,
    record: bool,
    lang: str | None,
) -> None:
    """Check the publication in FOLDER and turn it into a release."""
    _speak(lang)
    publication = _publication(folder)
    with _told():
        kept = releases or _releases_of(publication)
        release = _packed(publication, kept, root, title, amend=amend)
        _recorded(publication, kept, release, record)


def _recorded(publication: Path, releases: Path, release: Release, write: bool) -> None:
    """Write what the ledger does not know of *release* yet; or say that it does not.

    Who keeps no ledger is not told: the dates are those of packing then.
    """
    from renkei.pack import ledger, release_writer
    from renkei.pack.reading import source_files, sources

    used = ledger.lines_in(release.read(HISTORY)) if HISTORY in release.manifest.files else []
    if write:
        number = ledger.record(publication, used)
        options = release_writer.packed_with(releases)
        digest = sources.digest_of(publication)
        release_writer.point(releases, release, digest, options)  # the ledger is one of its sources
    elif (publication / source_files.HISTORY_FILE).is_file():
        number = len(set(used) - set(ledger.read(publication).lines))
        if not number:
            return
    else:
        return
    name = source_files.HISTORY_FILE
    if write:
        said = counted(
            "%(number)s line is written to %(file)s.",
            "%(number)s lines are written to %(file)s.",
            number,
            file=name,
        )
    else:
        said = counted(
            "%(file)s lacks %(number)s line about this release; `renkei pack --record` writes it.",
            "%(file)s lacks %(number)s lines about this release; `renkei pack --record` writes "
            "them.",
            number,
            file=name,
        )
    _err.print(translate(said, speaking()), soft_wrap=True)


@main.command()
@FOLDER
@ROOT
@TITLE
@LANG
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "turtle", "github"]),
    default="text",
    help="How findings are told.",
)
def check(
    folder: Path | None, root: str | None, title: str | None, lang: str | None, form: str
) -> None:
    """Do all that packing does, but write nothing; exit 1 on a Violation."""
    from renkei.pack import findings, pipeline

    _speak(lang)
    with _told(form):
        with _progress() as progress:
            checked = pipeline.check(_publication(folder), root, title, progress)
        base = checked.publication.config
        if form == "json":
            click.echo(findings.as_json(checked.findings), nl=False)
        elif form == "turtle":
            click.echo(findings.as_turtle(checked.findings, base.root, base.prefixes), nl=False)
        elif form == "github":
            lines = findings.as_annotations(checked.findings, base.prefixes, speaking())
            click.echo(lines, nl=False)
        else:
            _say_assumptions(checked)
            findings.tell(checked.findings, checked.shapes, base.prefixes, _out)
        sys.exit(1 if checked.refused else 0)


@main.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--root", help="Its root IRI; default: where most things lie.")
@click.option("--title", help="Its title; default: a name to be replaced.")
@LANG
def init_(folder: Path, root: str | None, title: str | None, lang: str | None) -> None:
    """Lay out a new publication in FOLDER that packs at once; what stands there is kept."""
    from renkei.pack import scaffold

    _speak(lang)
    with _told():
        written = scaffold.lay_out(folder, root, title)
        for path in written:
            click.echo(path)
        if folder / "data" / "members.ttl" not in written:
            _err.print(
                gettext(
                    "Laid out around what stands there. See what `renkei check %(folder)s` says, "
                    "then open it with `renkei serve %(folder)s`.",
                    folder=folder,
                ),
                soft_wrap=True,
            )
            return
        _err.print(
            gettext(
                "Laid out. Put your facts in place of the samples in data/, see what `renkei "
                "check %(folder)s` says, then open it with `renkei serve %(folder)s`.",
                folder=folder,
            ),
            soft_wrap=True,
        )


@main.command("releases")
@FOLDER
@LANG
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How it is told."
)
def releases_(folder: Path | None, lang: str | None, form: str) -> None:
    """List the releases that are kept in FOLDER: a publication, or a folder of releases."""
    from renkei.pack import kept_releases

    _speak(lang)
    with _told():
        found = kept_releases.kept(_kept_in(folder))
        if form == "json":
            click.echo(json.dumps([one.facts() for one in found], ensure_ascii=False, indent=2))
            return
        table = Table(box=None, pad_edge=False)
        for heading in ("release", "version", "day", "statements", "bytes", ""):
            right = heading in ("statements", "bytes")
            table.add_column(gettext(heading), justify="right" if right else "left")
        for one in found:
            facts = one.facts()
            standing = [gettext("current")] if one.current else []
            standing += [gettext("open")] if facts["open"] else []
            table.add_row(
                facts["id"],
                facts["version"],
                facts["created"][:10],
                f"{facts['statements']:,}",
                f"{facts['bytes']:,}",
                ", ".join(standing),
            )
        _out.print(table)


@main.command("diff")
@click.argument("older")
@click.argument("newer", required=False)
@click.option(
    "--of",
    "place",
    type=click.Path(path_type=Path),
    help="A publication, or a folder of releases; default: where we stand.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "patch"]),
    default="text",
    help="In words, for programs, or as an RDF Patch.",
)
@LANG
def diff_(older: str, newer: str | None, place: Path | None, form: str, lang: str | None) -> None:
    """Say what became different from release OLDER to NEWER; default: to the current one.

    Each is named by its identifier, its version, or its folder.
    """
    from renkei.history import differences, told

    _speak(lang)
    with _told():
        first, second = (_named(word, place) for word in (older, newer or "current"))
        if form == "patch":
            sys.stdout.buffer.writelines(differences.patch(first, second))
            return
        found = told.difference(first, second)
        if form == "json":
            click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
            return
        languages = (speaking(), *second.manifest.languages, "")
        for thing in found.things:
            for said in found.sentences(thing, languages):
                click.echo(translate(said, speaking()))
        for graph in found.graphs:
            counts = f"-{found.removed[graph]} +{found.added[graph]}"
            click.echo(f"{found.name(graph, languages)}: {counts}")
        if not found.things:
            click.echo(
                gettext(
                    "The statements are the same; what differs is how they are described or shown."
                )
            )


def _named(word: str, place: Path | None) -> Release:
    """Return the release that *word* names: by identifier, version or folder."""
    from renkei.pack import kept_releases

    if (Path(word) / "manifest.json").is_file():
        return open_release(Path(word), any_layout=True)
    releases = _kept_in(place)
    for one in kept_releases.kept(releases):
        manifest = one.release.manifest
        if word in (manifest.id, manifest.version) or (word == "current" and one.current):
            return one.release
    raise ReleaseError(
        "Release %(name)s is not kept in %(folder)s.",
        "`renkei releases` lists those that are kept.",
        name=word,
        folder=releases,
    )


@main.command("verify")
@FOLDER
@LANG
def verify_(folder: Path | None, lang: str | None) -> None:
    """Compare every file of one release, or of all that are kept in FOLDER, with its manifest."""
    from renkei.pack import kept_releases

    _speak(lang)
    with _told():
        harmed = False
        if folder is not None and (folder / "manifest.json").is_file():
            found = [open_release(folder, any_layout=True)]
        else:
            found = [one.release for one in kept_releases.kept(_kept_in(folder))]
            for error in kept_releases.unreadable(_kept_in(folder)).values():
                harmed = True
                _err.print(error.translated(speaking()), style="red", soft_wrap=True)
        for release in found:
            damaged = verify(release)
            harmed = harmed or bool(damaged)
            for name in damaged:
                _err.print(
                    gettext("damaged: %(name)s", name=f"{release.manifest.id}/{name}"),
                    soft_wrap=True,
                )
            if not damaged:
                number = len(release.manifest.files)
                whole = counted("%(number)s file is whole.", "%(number)s files are whole.", number)
                click.echo(
                    gettext("Release %(id)s: %(files)s", id=release.manifest.id, files=whole)
                )
        if harmed:
            sys.exit(1)


@main.command()
@FOLDER
@LANG
@click.option(
    "--keep", "number", type=click.IntRange(min=0), required=True, help="How many newest to keep."
)
def prune(folder: Path | None, lang: str | None, number: int) -> None:
    """Remove old releases: all but the current one, the newest, and what a server has open."""
    from renkei.pack import kept_releases, release_writer

    _speak(lang)
    with _told():
        releases = _kept_in(folder)
        kept_releases.kept(releases)  # says what is no folder of releases
        with release_writer.locked(releases):
            gone, staying = kept_releases.prune(releases, number)
        for identifier in gone:
            click.echo(gettext("Release %(id)s is removed.", id=identifier))
        for identifier in staying:
            click.echo(gettext("Release %(id)s stays: a server has it open.", id=identifier))
        if not gone and not staying:
            click.echo(gettext("Nothing is to be removed."))


def _kept_in(folder: Path | None) -> Path:
    """Return the folder of releases that FOLDER is or has."""
    if folder is not None and not (folder / "data").is_dir() and not (folder / "releases").is_dir():
        return folder
    return _releases_of(_publication(folder))


@main.command()
@click.argument("places", type=click.Path(path_type=Path), nargs=-1, metavar="[FOLDER | FILE...]")
@RELEASES
@ROOT
@TITLE
@AMEND
@LANG
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--workers", type=int, help="Serving processes.")
@click.option("--public-url", help="Address readers use for this server.")
@click.option("--store", help="SPARQL endpoint that holds the release; default: embedded.")
@click.option("--engines", type=int, help="Queries answered at the same time.")
@click.option("--query-seconds", type=float, help="Wall-clock budget of one query.")
@click.option(
    "--service",
    "services",
    multiple=True,
    help="Endpoint that queries may reach by SERVICE; may be given several times.",
)
@click.option("--tiles", help="Address of tiles under the map, with {z}, {x} and {y}.")
@click.option("--tiles-credit", help="Who made the tiles; an https address may follow.")
def serve(
    places: tuple[Path, ...],
    releases: Path | None,
    root: str | None,
    title: str | None,
    amend: bool,
    lang: str | None,
    **options: object,
) -> None:
    """Serve the publication (packed first when it changed) or the release in FOLDER.

    Or files of RDF as they are, or a folder of them that is no publication yet.
    """
    from renkei.serve.server import refuse_taken_port
    from renkei.serve.server import serve as serve_release
    from renkei.stores import open_store

    _speak(lang)
    with _told():
        settings = config.read(options, os.environ)
        config.check_extras(settings)
        refuse_taken_port(settings)
        with _served(places, releases, root, title, amend) as place:
            if settings.store:  # said here once, not by each serving process
                open_store(open_release(place), settings).close()
            serve_release(place, settings)


@contextmanager
def _served(
    places: tuple[Path, ...],
    releases: Path | None,
    root: str | None,
    title: str | None,
    amend: bool,
) -> Iterator[Path]:
    """Give the release that *places* are or make, as long as the block lasts."""
    folder = places[0] if places else None
    for found in (folder, folder and folder / "current"):
        if len(places) == 1 and found is not None and (found / "manifest.json").is_file():
            yield found
            return
    from renkei.pack import bare_files

    if not places or not bare_files.are_meant(places):
        publication = _publication(folder)
        kept = releases or _releases_of(publication)
        _packed(publication, kept, root, title, amend=amend)
        yield kept / "current"
        return
    with bare_files.as_publication(places) as publication:
        kept = releases or _releases_of(publication)
        _packed(publication, kept, root, title, amend=amend)
        _say_bare(kept, kept_on=releases is not None)
        yield kept / "current"


def _say_bare(releases: Path, kept_on: bool) -> None:
    """Say where files that are no publication were packed, and how all is settled."""
    lines = [
        gettext(
            "These files are no publication: they are packed in %(folder)s. Start the server "
            "again when they change.",
            folder=releases,
        )
    ]
    if not kept_on:
        lines.append(gettext("That folder is removed when the server ends."))
    lines.append(
        gettext(
            "To settle root, title and languages, run `renkei init NAME --root ROOT` and put the "
            "files into NAME/data/."
        )
    )
    for line in lines:
        _err.print(line, style="yellow", soft_wrap=True)


@main.command("push")
@FOLDER
@LANG
@click.option("--store", required=True, help="SPARQL endpoint of the engine to load.")
@click.option("--update", help="Its address for updates; default: …/update beside …/query.")
@click.option("--graph-store", help="Its Graph Store Protocol; default: all goes by updates.")
@click.option("--user", envvar="STORE_USER", help="Who may write; default: $STORE_USER.")
@click.option("--replace", is_flag=True, help="Replace a default graph that no push brought.")
def push_(
    folder: Path | None,
    lang: str | None,
    store: str,
    update: str | None,
    graph_store: str | None,
    user: str | None,
    replace: bool,
) -> None:
    """Load the release in FOLDER into an engine; the password is $STORE_PASSWORD."""
    from renkei.stores.remote import push

    _speak(lang)
    with _told():
        for name, given in (
            ("--store", store),
            ("--update", update),
            ("--graph-store", graph_store),
        ):
            config.address(name, given or "", message("--user and $STORE_PASSWORD give it."))
        release = _release(folder)
        password = os.environ.get("STORE_PASSWORD", "")
        target = push.Target(store, update or "", graph_store or "", user or "", password)
        with _status() as told:
            pushed = push.push(release, target, told, replace)
        held = "already held" if pushed.already else "now holds"
        click.echo(
            f"The engine {held} release {release.manifest.id}: "
            f"{pushed.statements:,} statements in {pushed.graphs} graphs."
        )
        if pushed.default_graph:
            click.echo(
                f"Its default graph is the union of all; that of the release is "
                f"<{pushed.default_graph}>. `renkei serve --store` asks it; others name it as "
                "default-graph-uri."
            )


@main.command()
@click.argument("text", required=False)
@click.option("--question", "slug", help="Ask the competency question of this name instead.")
@click.option(
    "--of",
    "place",
    type=click.Path(path_type=Path),
    help="Release, folder of releases or publication to ask; default: where we stand.",
)
@click.option("--store", help="SPARQL endpoint to ask instead of a release.")
@click.option(
    "--format",
    "form",
    type=click.Choice(query_command.WORDS),
    help="Default: a table on a terminal, CSV elsewhere; Turtle for a graph.",
)
@click.option("--query-seconds", type=float, help="Wall-clock budget of the query.")
@LANG
def query(
    text: str | None,
    slug: str | None,
    place: Path | None,
    store: str | None,
    form: str | None,
    query_seconds: float | None,
    lang: str | None,
) -> None:
    """Ask the SPARQL query TEXT ("-" reads it from the input) and print the answer."""
    if (text is None) == (slug is None):
        raise click.UsageError("Give a query, or --question and its name.")
    if place is not None and store is not None:
        raise click.UsageError("Give --of or --store, not both.")
    _speak(lang)
    asked = sys.stdin.read() if text == "-" else text
    with _told():
        settings = config.read({"store": store, "query_seconds": query_seconds}, os.environ)
        release = query_command.nowhere(settings.store) if settings.store else _release(place)
        terminal = _out if _out.is_terminal else None
        out = sys.stdout.buffer
        try:
            query_command.ask(release, settings, asked, slug, form, out, terminal)
            out.flush()
        except BrokenPipeError:  # who reads has enough, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except QueryError as error:
            if asked and (shown := query_command.pointed(error, asked)):
                _err.print(shown, soft_wrap=True)
            raise


def _release(place: Path | None) -> Release:
    """Return the release in *place*; a publication is packed first when it changed."""
    for folder in (place, place and place / "current"):
        if folder is not None and (folder / "manifest.json").is_file():
            return open_release(folder)
    publication = _publication(place)
    return _packed(publication, _releases_of(publication), None, None, keep=True)


@main.command()
@FOLDER
@LANG
@click.option("--store", help="SPARQL endpoint that holds the release; default: embedded.")
@click.option("--public-url", help="Address readers use for the server of this release.")
def mcp(folder: Path | None, lang: str | None, **options: object) -> None:
    """Speak the Model Context Protocol on standard input and output."""
    _speak(lang)
    with _told():
        if not config.installed("mcp"):
            raise SettingError("mcp", config.NEEDS_MCP)
        from renkei.serve.api.mcp import serve_stdio
        from renkei.stores import open_store

        settings = config.read(options, os.environ)
        release = _release(folder)
        store = open_store(release, settings)
        try:
            serve_stdio(store, release, settings)
        finally:
            store.close()


def _packed(
    publication: Path,
    releases: Path,
    root: str | None,
    title: str | None,
    keep: bool = False,
    amend: bool = False,
) -> Release:
    """Pack *publication* unless the current release was made from these very files and options.

    Who only asks takes options as they were: *keep*. With *amend* it takes the place of the
    release that has its version.
    """
    from renkei import rehearsal
    from renkei.pack import findings, pipeline, release_writer
    from renkei.pack.reading import sources

    options = None if keep else (root, title)
    release = release_writer.packed_from(releases, sources.digest_of(publication), options)
    if release is not None:
        _err.print(
            gettext("Nothing has changed: release %(id)s stays.", id=release.manifest.id),
            soft_wrap=True,
        )
        return release
    started = time.monotonic()
    with _progress() as progress:
        release, checked = pipeline.pack(
            publication,
            releases,
            root,
            title,
            progress,
            rehearse=rehearsal.rehearse,
            amend=amend,
        )
    _say_assumptions(checked)
    if checked.findings:
        findings.tell(checked.findings, checked.shapes, checked.publication.config.prefixes, _err)
    _err.print(_summary(release, time.monotonic() - started))
    return release


def _summary(release: Release, seconds: float) -> Table:
    counts = release.manifest.counts
    table = Table(
        title=gettext("Release %(id)s is packed.", id=release.manifest.id),
        show_header=False,
        box=None,
        title_justify="left",
        title_style="bold green",
    )
    table.add_column(style="dim")
    table.add_column(justify="left")
    table.add_row(gettext("statements"), f"{counts['statements']:,}")
    table.add_row(gettext("of these derived"), f"{counts['derived']:,}")
    table.add_row(gettext("graphs"), f"{counts['graphs']:,}")
    table.add_row(
        gettext("findings"),
        gettext(
            "Violations: %(violations)s, warnings: %(warnings)s, hints: %(infos)s.",
            **{k: counts[k] for k in ("violations", "warnings", "infos")},
        ),
    )
    table.add_row(gettext("folder"), str(release.folder))
    table.add_row(gettext("seconds"), f"{seconds:.1f}")
    return table


def _say_assumptions(checked: pipeline.Checked) -> None:
    for line in checked.notes:
        _err.print(line, style="yellow", soft_wrap=True)


def _publication(folder: Path | None) -> Path:
    """Return FOLDER, else the publication we stand in, else the one shipped with the program."""
    if folder is not None:
        return folder
    here = Path.cwd()
    if (here / "data").is_dir():
        return here
    return next(
        (place for place in here.parents if (place / "data" / "catalogue.ttl").is_file()),
        shipped_publication(),
    )


def shipped_publication() -> Path:
    """Return the publication that came with the program: in the wheel, or the checkout's."""
    inside = Path(__file__).parent / "publication"
    return inside if inside.is_dir() else Path(__file__).parents[2]


def _releases_of(publication: Path) -> Path:
    """Return where releases go by default: into the publication, unless it is the shipped one."""
    if publication == Path(__file__).parent / "publication":
        return Path.cwd() / "releases"
    return publication / "releases"


def _speak(lang: str | None) -> None:
    place = (
        os.environ.get("LC_ALL")
        or os.environ.get("LC_MESSAGES")
        or os.environ.get("LANG")
        or locale.getlocale()[0]
        or ""
    )
    speak(lang or ("ja" if place.startswith("ja") else "en"))


@contextmanager
def _progress() -> Iterator[pipeline.Progress]:
    """Show each step while it runs, on a terminal; say nothing elsewhere."""
    if not _err.is_terminal:
        yield lambda _: None
        return
    with Status("", console=_err) as status:
        yield lambda step: status.update(gettext(step))


@contextmanager
def _status() -> Iterator[Callable[[str], None]]:
    """Show each line while it is true, on a terminal; say nothing elsewhere."""
    if not _err.is_terminal:
        yield lambda _: None
        return
    with Status("", console=_err) as status:
        yield lambda line: status.update(line)


@contextmanager
def _told(form: str = "text") -> Iterator[None]:
    """Tell an error of ours in a few lines, or as machines read it, and exit 1."""
    try:
        yield
    except PublicationRefused as error:
        from renkei.pack import findings, pipeline

        checked = error.checked
        if isinstance(checked, pipeline.Checked):
            findings.tell(
                checked.findings, checked.shapes, checked.publication.config.prefixes, _err
            )
        _complain(error.translated(speaking()))
    except SourceError as error:
        if form == "github":
            from renkei.pack import findings

            text = f"{gettext(error.reason)} {gettext(error.remedy)}"
            place = str(error.path), error.line, error.column
            click.echo(findings.annotation("error", "renkei", text, *place), nl=False)
        elif form == "json":
            click.echo(
                json.dumps(
                    {
                        "conforms": False,
                        "error": error.facts
                        | {"reason": gettext(error.reason), "remedy": gettext(error.remedy)},
                    },
                    ensure_ascii=False,
                    indent=2,
                )
            )
        _complain(error.translated(speaking()), _pointed(error))
    except RenkeiError as error:
        _complain(error.translated(speaking()))
    except OSError as error:
        _complain(f"{error.filename or ''}: {error.strerror or error}".removeprefix(": "))


def _pointed(error: SourceError) -> str:
    """Return the line of a file that could not be read, with a mark under the place."""
    from renkei.pack.reading.source_files import content_of

    try:
        return query_command.pointed(error, content_of(error.path).decode("utf-8", "replace"))
    except (OSError, SourceError):
        return ""


def _complain(text: str, shown: str = "") -> NoReturn:
    _err.print(text, style="red", soft_wrap=True)
    if shown:
        _err.print(shown, soft_wrap=True)
    sys.exit(1)
