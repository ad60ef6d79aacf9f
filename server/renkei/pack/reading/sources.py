"""Read a publication: every file parsed, every statement in its named graph.

Which files are read and where their statements come to stand, `source_files` says; what is
configured, `data/catalogue.ttl` and no other file.

Only `data/` must be there. Nothing is fetched, whatever a file refers to.
"""

from __future__ import annotations

import hashlib
import json
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urljoin

import pyoxigraph as ox

from renkei import __version__
from renkei.errors import SettingError, SourceError
from renkei.language.messages import Message, gettext, message
from renkei.pack.reading import contexts, roots, source_files, syntax_errors, tabular, typos
from renkei.pack.reading.line_numbers import Lines
from renkei.pack.reading.main_subject import (
    NOBODY,
    SAID_AS,
    TITLE,
    VERSION,
    MainSubject,
    main_subject,
)
from renkei.pack.reading.source_files import slug
from renkei.rdf import xml
from renkei.rdf.iris import PREFIXES

_DERIVED_FROM = ox.NamedNode(PREFIXES["prov"] + "wasDerivedFrom")
RDF_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")

# The base of relative IRIs until the root is known (RFC 2606, section 2).
NOWHERE = "https://relative.invalid/"


class Parsed(NamedTuple):
    """What one file says: its statements, the prefixes it declares, and what was left out.

    *unmapped* are the keys of JSON-LD that its context does not map, each with its line. Of a
    table, *rows* has the row of each statement, and *told* what is to be said of it, with rows.
    """

    quads: list[ox.Quad]
    prefixes: dict[str, str]
    unmapped: tuple[tuple[str, int | None], ...] = ()
    rows: array[int] | None = None
    told: tuple[tuple[Message, int | None], ...] = ()


@dataclass(frozen=True)
class SourceFile:
    """One file and the statements read from it, each in its named graph; see `Parsed`."""

    path: Path
    relative: str
    quads: tuple[ox.Quad, ...]
    unmapped: tuple[tuple[str, int | None], ...] = ()
    rows: array[int] | None = None
    told: tuple[tuple[Message, int | None], ...] = ()


@dataclass(frozen=True)
class Configuration:
    """What `data/catalogue.ttl` says of the publication, or what is assumed without it.

    *said* lists, in words for a person, what was assumed; *main* is the scheme, ontology or data
    set that speaks where the catalogue is silent.
    """

    root: str
    dataset: str
    namespace: str
    title: dict[str, str]
    version: str
    languages: tuple[str, ...]
    prefixes: dict[str, str]
    said: tuple[str, ...] = ()
    main: MainSubject = NOBODY


@dataclass(frozen=True)
class Publication:
    """A publication as read: files, configuration, and the digest of all its bytes."""

    folder: Path
    files: tuple[SourceFile, ...]
    rules: tuple[Path, ...]
    config: Configuration
    digest: str
    _quads: list[ox.Quad] = field(repr=False)

    @property
    def quads(self) -> list[ox.Quad]:
        """All statements as authored, each in its named graph, in reading order."""
        return self._quads

    @property
    def catalogue(self) -> list[ox.Quad]:
        """What authors say in the graph of the catalogue: settings, and what is told of the set."""
        graph = ox.NamedNode(self.config.root + source_files.CATALOGUE)
        return [q for q in self._quads if q.graph_name == graph]

    @property
    def context(self) -> Path | None:
        """The publication's JSON-LD context, if it has one."""
        path = self.folder / source_files.CONTEXT_FILE
        return path if path.is_file() else None


def digest_of(folder: Path) -> str:
    """Return the SHA-256 over names and bytes of all files a pack of *folder* reads."""
    digest = hashlib.sha256(f"renkei {__version__}\n".encode())
    for path in source_files.all_files(folder):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def read(folder: Path, root: str | None = None, title: str | None = None) -> Publication:
    """Read the publication at *folder*.

    *root* and *title* stand in for what a catalogue would say. Raises SourceError
    for a file that cannot be read, with its line and column and the next step.
    """
    folder = folder.resolve()
    if not (folder / "data").is_dir():
        raise SourceError(
            folder,
            None,
            None,
            "there is no folder data/ here.",
            "Name a publication, or make one with `renkei init`.",
        )
    _check_context(folder)
    if root is not None and not re.fullmatch(r"[A-Za-z][\w+.-]*:\S+[/#]", root):
        raise SettingError("--root", "an absolute IRI that ends in a slash or a #")
    catalogue = folder / source_files.CATALOGUE_FILE
    base = root or (_root_in(catalogue) if catalogue.is_file() else None) or ""
    stands = Standing.of(folder)
    parsed = stands.parsed(folder, base or NOWHERE)
    notes: list[str] = []
    if not base and (relative := [p for p, found in parsed.items() if _is_relative(found)]):
        base = root = _base_of(folder, parsed, relative, notes)
        parsed = stands.parsed(folder, base)
    config = _configuration(folder, parsed, root, title)
    said = (*_not_read(folder, stands.foreign, parsed), *notes, *config.said)
    config = replace(config, said=said)
    files = tuple(_files(folder, parsed, config.root))
    return Publication(
        folder,
        files,
        tuple(sorted((folder / "data" / "rules").glob("*.rq"))),
        config,
        digest_of(folder),
        [quad for file in files for quad in file.quads],
    )


@dataclass
class Standing:
    """What stands in a publication: files of statements, metadata of tables, and what is neither.

    *foreign* has the reasons, by the names that authors gave.
    """

    statements: dict[Path, str] = field(default_factory=dict)
    described: list[Path] = field(default_factory=list)
    foreign: dict[str, Message] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> Standing:
        """Return what stands in *folder*. Raises SourceError for what cannot be read as text."""
        found = cls()
        for path in source_files.statement_files(folder):
            text = _text_of(path)
            _refuse_mapping(path)
            if tabular.is_metadata(path, text):
                found.described.append(path)
            elif (reason := source_files.foreign(path, text)) is not None:
                found.foreign[source_files.authored_name(folder, path)] = reason
            else:
                found.statements[path] = text
        return found

    def parsed(self, folder: Path, base: str) -> dict[Path, Parsed]:
        """Return what each file and table says, with relative IRIs below *base*."""
        said = {path: _parsed(path, text, base, folder) for path, text in self.statements.items()}
        return said | _tables(folder, self.described, base)


def _is_relative(found: Parsed) -> bool:
    """Say whether an IRI of a file was written without its beginning."""
    terms = (t for q in found.quads for t in (q.subject, q.predicate, q.object, q.graph_name))
    return any(isinstance(term, ox.NamedNode) and term.value.startswith(NOWHERE) for term in terms)


def _base_of(
    folder: Path, parsed: Mapping[Path, Parsed], relative: list[Path], said: list[str]
) -> str:
    """Return what the *relative* IRIs of files lie below: the root that the others give."""
    base = _assumed_root(folder, parsed, said)
    names = [source_files.authored_name(folder, path) for path in relative]
    said.append(
        gettext(
            "There are relative IRIs in %(files)s: they are read as parts of %(root)s",
            files=", ".join(names[:3]) + (" …" if len(names) > 3 else ""),
            root=base,
        )
    )
    return base


def _files(folder: Path, parsed: Mapping[Path, Parsed], root: str) -> Iterable[SourceFile]:
    names = {path: path.relative_to(folder).as_posix() for path in parsed}
    graphs = source_files.graphs_of(list(names.values()))
    for path, found in parsed.items():
        graph = ox.NamedNode(root + graphs[names[path]])
        quads = tuple(_in_graph(found.quads, graph))
        name = source_files.authored_name(folder, path)
        if found.rows is not None:
            quads += tuple(_row_quads(root, path.name, found))
        yield SourceFile(path, name, quads, found.unmapped, found.rows, found.told)


def _row_quads(root: str, name: str, found: Parsed) -> Iterable[ox.Quad]:
    """Yield from which row of the table *name* each thing with an IRI comes (RFC 7111).

    And that there is the table, so that who follows the link to a row finds something.
    """
    graph = ox.NamedNode(root + source_files.ROWS)
    place = urljoin(root, quote(name))
    table, called = ox.NamedNode(place), ox.NamedNode(PREFIXES["rdfs"] + "label")
    yield ox.Quad(table, RDF_TYPE, ox.NamedNode("http://www.w3.org/ns/csvw#Table"), graph)
    yield ox.Quad(table, called, ox.Literal(name), graph)
    told = dict.fromkeys(
        (q.subject, row)
        for q, row in zip(found.quads, found.rows or (), strict=False)
        if isinstance(q.subject, ox.NamedNode)
    )
    for subject, row in told:
        yield ox.Quad(subject, _DERIVED_FROM, ox.NamedNode(f"{place}#row={row}"), graph)


def _tables(folder: Path, described: list[Path], base: str) -> dict[Path, Parsed]:
    """Return what the tables say that metadata describe. Raises SourceError."""
    parsed: dict[Path, Parsed] = {}
    for path, read in tabular.read(folder, described, base, _shown):
        if path not in parsed:
            parsed[path] = Parsed(read.quads, read.prefixes, (), read.rows, read.told)
            continue
        former = parsed[path]
        parsed[path] = Parsed(
            [*former.quads, *read.quads],
            former.prefixes | read.prefixes,
            (),
            (former.rows or array("L")) + read.rows,
            former.told + read.told,
        )
    return parsed


def _refuse_mapping(path: Path) -> None:
    """Raise SourceError for an RML mapping, which nothing here can run."""
    if path.name.endswith((".rml.ttl", ".rml.ttl.gz")):
        raise SourceError(
            _shown(path),
            None,
            None,
            "this is a mapping (RML), and Renkei runs none: that needs morph-kgc, whose version of "
            "pyoxigraph is another than ours.",
            "Run morph-kgc in an environment of its own, put what it writes into data/, and keep "
            "the mapping beside data/; or describe the table by CSVW metadata.",
        )


def _not_read(
    folder: Path, foreign: Mapping[str, Message], tables: Iterable[Path]
) -> Iterable[str]:
    """Yield what is to be said of files that are left aside, each with the reason."""
    if aside := source_files.left_aside(folder):
        yield gettext(
            "Not read: %(files)s. What is read ends in %(suffixes)s, or in one of these and "
            "%(compressed)s.",
            files=", ".join(aside),
            suffixes=" ".join(source_files.SUFFIXES),
            compressed=" ".join(source_files.COMPRESSED),
        )
    alone = [path for path in source_files.tables(folder) if path not in set(tables)]
    if alone:
        yield gettext(
            "Not read: %(files)s. No metadata describe these tables (CSV on the Web; the name is "
            "that of the table and -metadata.json).",
            files=[source_files.authored_name(folder, path) for path in alone],
        )
    for name, reason in foreign.items():
        yield gettext("Not read: %(file)s; %(reason)s.", file=name, reason=reason)
    if beside := source_files.misplaced(folder):
        yield gettext(
            "Not read: %(files)s. Statements are read from the folders %(folders)s.",
            files=", ".join(beside),
            folders=[f"{name}/" for name in source_files.FOLDERS],
        )


def lines_of(file: SourceFile, base: str) -> Lines:
    """Return the lines of *file*, or the rows of a table; see `line_numbers`."""
    rows = None if file.rows is None else zip(file.quads, file.rows, strict=False)
    return Lines(file.path, base, rows)


def parse(path: Path, base: str = "", folder: Path | None = None) -> Parsed:
    """Return what one file says, of the publication at *folder*. Raises SourceError."""
    return _parsed(path, _text_of(path), base, folder)


_DECLARED = re.compile(rb"""<\?xml[^>]*?(\sencoding=["']([\w.-]+)["'])""")


def _text_of(path: Path) -> str:
    content = source_files.content_of(path)
    declared = _DECLARED.match(content)
    try:
        if declared is not None:  # XML says how it is encoded (XML 1.0, section 4.3.3)
            encoding = declared[2].decode()
            with suppress(LookupError):
                try:
                    text = content.decode(encoding)
                except UnicodeDecodeError as error:
                    raise syntax_errors.undecoded(
                        _shown(path), content, error.start, encoding
                    ) from error
                return text.replace(declared[1].decode(), "", 1).removeprefix("\ufeff")
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise syntax_errors.not_utf8(_shown(path), content, error.start) from error


def _parsed(path: Path, text: str, base: str, folder: Path | None = None) -> Parsed:
    shown = _shown(path)
    form = source_files.format_of(path, text)
    if form == ox.RdfFormat.RDF_XML:
        syntax_errors.check_xml(shown, text)
    read = text
    if form == ox.RdfFormat.JSON_LD:
        read = contexts.with_contexts(shown, text, folder)
    elif form == ox.RdfFormat.RDF_XML:
        read = xml.plain(text)
    try:
        parser = ox.parse(read, format=form, base_iri=base or None, rename_blank_nodes=True)
        quads = list(parser)
        declared = dict(parser.prefixes)
        syntax_errors.check_graphs(shown, text, quads)
    except SyntaxError as error:
        if source_files.suffix_of(path) == ".n3":
            syntax_errors.check_beyond_turtle(shown, text, error)
        if read is not text:  # lines of what was written out are not the author's
            error = SyntaxError(error.msg)
        raise syntax_errors.unread(shown, text, error, form) from error
    except ValueError as error:  # a root that is no IRI
        raise SourceError(
            shown,
            None,
            None,
            'the root IRI "%(root)s" cannot be used.',
            "Write an absolute IRI that ends in a slash, such as https://example.org/name/.",
            root=base,
        ) from error
    unmapped: tuple[tuple[str, int | None], ...] = ()
    if form == ox.RdfFormat.JSON_LD:
        unmapped = tuple(syntax_errors.dropped(shown, text, base, read))
    return Parsed(quads, declared, unmapped)


def _shown(path: Path) -> Path:
    """Return *path* as a person would name it: from where they stand, if it lies below."""
    here = Path.cwd()
    if path.is_symlink() and path.parent.joinpath(path.readlink()).is_file():
        path = path.parent / path.readlink()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _check_context(folder: Path) -> None:
    """Raise SourceError for a data/context.jsonld that is no JSON, or refers elsewhere."""
    path = folder / source_files.CONTEXT_FILE
    if not path.is_file():
        return
    content, shown = path.read_bytes(), _shown(path)
    try:
        text = content.decode("utf-8")
        json.loads(text)
    except UnicodeDecodeError as error:
        raise syntax_errors.not_utf8(shown, content, error.start) from error
    except json.JSONDecodeError as error:
        raise SourceError(
            shown,
            error.lineno,
            error.colno,
            "this is not JSON: %(said)s.",
            "See to the commas, quotation marks and brackets on this line and the one before.",
            said=typos.understood(error.msg),
        ) from error
    syntax_errors.check_json_ld(shown, text)


def _in_graph(quads: Iterable[ox.Quad], graph: ox.NamedNode) -> Iterable[ox.Quad]:
    for quad in quads:
        if isinstance(quad.graph_name, ox.DefaultGraph):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)
        else:
            yield quad


def _root_in(catalogue: Path) -> str | None:
    """Find void:uriSpace before anything is parsed: relative IRIs need it as their base."""
    quads = parse(catalogue, "https://root.invalid/").quads  # any base: sought is a literal
    return _own_dataset(quads, None)[1]


def _own_dataset(quads: list[ox.Quad], root: str | None) -> tuple[str | None, str | None]:
    """Return IRI and root of the data set that a catalogue describes, as far as it says them.

    It is the one with a void:uriSpace that is *root*, else that its own IRI lies in, else the
    first; without any, the only one that is called a dcat:Dataset or void:Dataset.
    """
    spaces = [
        (q.subject.value, q.object.value)
        for q in quads
        if q.predicate.value == PREFIXES["void"] + "uriSpace"
        and isinstance(q.subject, ox.NamedNode)
        and isinstance(q.object, ox.Literal)
    ]
    of_root = (s for s in spaces if s[1] == root)
    of_itself = (s for s in spaces if s[0].startswith(s[1]))
    for found in (*of_root, *of_itself, *spaces):
        return found
    kinds = {PREFIXES[prefix] + "Dataset" for prefix in ("dcat", "void")}
    called = {
        q.subject.value
        for q in quads
        if q.predicate == RDF_TYPE
        and isinstance(q.subject, ox.NamedNode)
        and isinstance(q.object, ox.NamedNode)
        and q.object.value in kinds
    }
    return (called.pop() if len(called) == 1 else None), None


def _configuration(
    folder: Path, parsed: Mapping[Path, Parsed], root: str | None, title: str | None
) -> Configuration:
    """Return the settings: those of the options and of the catalogue, else what is assumed."""
    quads = [quad for found in parsed.values() for quad in found.quads]
    own = next(
        (f.quads for p, f in parsed.items() if p == folder / source_files.CATALOGUE_FILE), []
    )
    said: list[str] = []
    dataset, space = _own_dataset(own, root)
    root, words = _root(folder, parsed, root or space, said)
    if dataset is None:
        dataset = f"{root}dataset/{slug(folder.name).lower()}"
    titles = _titles(own, dataset) if title is None else {"und": title}
    main = _main(folder, parsed, root)
    taken = _taken(main, own, dataset, is_titled=bool(titles))
    if taken:
        said.append(
            gettext(
                "Not said in data/catalogue.ttl, and taken from %(iri)s: %(names)s.",
                iri=main.iri,
                names=", ".join(gettext(_CALLED[key]) for key in taken),
            )
        )
    titles = titles or main.texts(TITLE) or _assumed_title(folder, said)
    return Configuration(
        root=root,
        dataset=dataset,
        namespace=_namespace(folder, own, parsed) or words or f"{root}ns#",
        title=titles,
        version=_first(own, VERSION, dataset)
        or _first(own, PREFIXES["dcat"] + "version", dataset)
        or next(iter(main.texts(VERSION).values()), "0"),
        languages=_languages(own, dataset) or _assumed_languages(quads, said),
        prefixes=_prefixes(parsed.values()),
        said=tuple(said),
        main=replace(main, said={key: main.said[key] for key in taken}),
    )


def _root(
    folder: Path, parsed: Mapping[Path, Parsed], root: str | None, said: list[str]
) -> tuple[str, str | None]:
    """Return the root, the one given or the one that covers most, and a document that is given."""
    if root is None:
        root = _assumed_root(folder, parsed, said)
    if not root.endswith("#"):
        return root, None
    words, root = root, roots.folder_of(root)  # what is published lies where the document does
    said.append(
        gettext(
            "%(given)s is one document with all its things: the root IRI is %(root)s",
            given=words,
            root=root,
        )
    )
    return root, words


def _assumed_title(folder: Path, said: list[str]) -> dict[str, str]:
    said.append(
        gettext(
            'No title in data/catalogue.ttl: the title is taken to be "%(title)s".',
            title=folder.name,
        )
    )
    return {"und": folder.name}


def _assumed_languages(quads: list[ox.Quad], said: list[str]) -> tuple[str, ...]:
    languages = _languages_used(quads)
    said.append(
        gettext(
            "No dct:language in data/catalogue.ttl: the languages are taken to be %(tags)s.",
            tags=list(languages),
        )
    )
    return languages


_CALLED = dict(
    zip(
        SAID_AS,
        (
            message("title"),
            message("description"),
            message("creator"),
            message("licence"),
            message("version"),
        ),
        strict=True,
    )
)


def _main(folder: Path, parsed: Mapping[Path, Parsed], root: str) -> MainSubject:
    """Return what speaks for the publication where the catalogue is silent.

    It stands in `data/`; in `ontology/` where nothing else is stated.
    """
    catalogue = folder / source_files.CATALOGUE_FILE
    files = [path for path in parsed if path != catalogue]
    data = [path for path in files if folder / "data" in path.parents]
    return main_subject([q for path in data or files for q in parsed[path].quads], root)


def _taken(
    main: MainSubject, own: list[ox.Quad], dataset: str, *, is_titled: bool
) -> tuple[str, ...]:
    """Return what *main* says and the catalogue does not, by the keys of `SAID_AS`."""
    subject = ox.NamedNode(dataset)
    said = {q.predicate.value for q in own if q.subject == subject}
    if is_titled:
        said.add(TITLE)
    return tuple(key for key in main.said if key not in said)


def _namespace(folder: Path, own: list[ox.Quad], parsed: Mapping[Path, Parsed]) -> str | None:
    """Return the namespace of the publication's own words, as catalogue or vocabulary say it."""
    vann = PREFIXES["vann"] + "preferredNamespaceUri"
    vocabulary = (q for p, f in parsed.items() if folder / "ontology" in p.parents for q in f.quads)
    return _first(own, vann) or _first(list(vocabulary), vann)


def _first(quads: list[ox.Quad], predicate: str, subject: str | None = None) -> str | None:
    """Return the first value of *predicate*, of *subject* where one is given."""
    return next(
        (
            q.object.value
            for q in quads
            if q.predicate.value == predicate
            and (subject is None or str(q.subject) == f"<{subject}>")
            and isinstance(q.object, (ox.NamedNode, ox.Literal))
        ),
        None,
    )


def _titles(quads: list[ox.Quad], dataset: str) -> dict[str, str]:
    """Return the titles of *dataset* by language."""
    return {
        q.object.language or "und": q.object.value
        for q in quads
        if q.predicate.value == PREFIXES["dct"] + "title"
        and isinstance(q.subject, ox.NamedNode)
        and q.subject.value == dataset
        and isinstance(q.object, ox.Literal)
    }


def _languages(quads: list[ox.Quad], dataset: str) -> tuple[str, ...]:
    """Return the languages that *dataset* says it has, as tags (BCP 47)."""
    codes = dict.fromkeys(
        q.object.value.rsplit("/", 1)[-1] if isinstance(q.object, ox.NamedNode) else q.object.value
        for q in quads
        if q.predicate.value == PREFIXES["dct"] + "language"
        and isinstance(q.subject, ox.NamedNode)
        and q.subject.value == dataset
        and isinstance(q.object, (ox.NamedNode, ox.Literal))
    )
    return tuple(_LANGUAGE_TAGS.get(code, code) for code in codes)


# The EU language authority writes ISO 639-3 in capitals; labels carry BCP 47 tags.
_LANGUAGE_TAGS = {
    "JPN": "ja",
    "ENG": "en",
    "DEU": "de",
    "FRA": "fr",
    "ITA": "it",
    "SPA": "es",
    "NLD": "nl",
    "FIN": "fi",
    "SWE": "sv",
    "POR": "pt",
    "KOR": "ko",
    "ZHO": "zh",
}


def _languages_used(quads: list[ox.Quad]) -> tuple[str, ...]:
    """Return the languages of labels, most used first; English where there are none."""
    counted = Counter(
        q.object.language.split("-")[0]
        for q in quads
        if isinstance(q.object, ox.Literal) and q.object.language
    )
    return tuple(sorted(counted, key=lambda tag: (-counted[tag], tag))[:3]) or ("en",)


def _assumed_root(folder: Path, parsed: Mapping[Path, Parsed], said: list[str]) -> str:
    """Return the root when none is told: what most things lie in. What is assumed is *said*.

    What `data/catalogue.ttl` describes decides nothing, as far as there is anything else.
    """
    catalogue = folder / source_files.CATALOGUE_FILE
    things = _subjects(f.quads for p, f in parsed.items() if p != catalogue)
    things = things or _subjects(f.quads for f in parsed.values())
    things = {iri for iri in things if not iri.startswith(NOWHERE)}
    root = roots.common_root(things)
    if root is None:
        root = f"https://example.org/{slug(folder.name)}/"
        said.append(
            gettext(
                "No void:uriSpace in data/catalogue.ttl, and no thing has an IRI with https:// or "
                "http://: the root IRI is taken to be %(root)s",
                root=root,
            )
        )
    else:
        said.append(
            gettext(
                "No void:uriSpace in data/catalogue.ttl: the root IRI is taken to be %(root)s "
                "(it covers %(inside)s of %(all)s)",
                root=root,
                inside=sum(iri.startswith(root) for iri in things),
                all=len(things),
            )
        )
    return root


def _subjects(parts: Iterable[list[ox.Quad]]) -> set[str]:
    return {
        q.subject.value for quads in parts for q in quads if isinstance(q.subject, ox.NamedNode)
    }


def _prefixes(parsed: Iterable[Parsed]) -> dict[str, str]:
    """Return prefix → namespace, sorted: one for each namespace, as authors declare it.

    Of several prefixes of a namespace it is the usual one if that is among them, else the first.
    """
    declared: dict[str, str] = {}
    for found in parsed:
        for prefix, namespace in found.prefixes.items():
            declared.setdefault(prefix, namespace)
    usual = {namespace: prefix for prefix, namespace in PREFIXES.items()}
    chosen: dict[str, str] = {}
    for prefix, namespace in sorted(declared.items()):
        if prefix and (namespace not in chosen or prefix == usual.get(namespace)):
            chosen[namespace] = prefix
    return {prefix: namespace for namespace, prefix in sorted(chosen.items(), key=lambda c: c[1])}
