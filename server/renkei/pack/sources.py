"""Read a publication: every file parsed, every statement in its named graph.

Which graph a file belongs to follows from where it stands:

    ontology/X.ttl            graph/X
    shapes/X.ttl              graph/shapes
    data/…/X.trig, X.nq       the graphs it names; the rest in graph/X
    data/…/X.ttl, .nt, …      graph/X
    data/catalogue.ttl        graph/catalogue     (also the configuration)
    data/questions/X.ttl      .well-known/sparql-examples
    data/tables/X.ttl         graph/tables        (what the CSV tables hold)
    data/pages/…              none: it says how pages look, and goes into the release as it is

Only `data/` must be there. Nothing is fetched, whatever a file refers to.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from renkei import __version__
from renkei.errors import SettingError, SourceError
from renkei.language.messages import gettext
from renkei.pack import syntax_errors, typos
from renkei.rdf.iris import PREFIXES

SUFFIXES: dict[str, ox.RdfFormat] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
}
FOLDERS = ("ontology", "data", "shapes")
PAGES = "data/pages"  # how this publication shows its own kinds: no statements; see `pages`
PAGE_SUFFIXES = (".html", ".po")

# Graphs that describe the publication rather than state facts: not in the default graph.
SHAPES = "graph/shapes"
CATALOGUE = "graph/catalogue"
QUESTIONS = ".well-known/sparql-examples"
TABLES = "graph/tables"
DERIVED = "graph/derived"
APART = (SHAPES, CATALOGUE, QUESTIONS, TABLES)

RDF_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")


@dataclass(frozen=True)
class SourceFile:
    """One file and the statements read from it, each in its named graph."""

    path: Path
    relative: str
    quads: tuple[ox.Quad, ...]


@dataclass(frozen=True)
class Configuration:
    """What `data/catalogue.ttl` says of the publication, or what is assumed without it.

    *said* lists, in words for a person, what was assumed.
    """

    root: str
    dataset: str
    namespace: str
    title: dict[str, str]
    version: str
    languages: tuple[str, ...]
    prefixes: dict[str, str]
    said: tuple[str, ...] = ()


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
    def context(self) -> Path | None:
        """The publication's JSON-LD context, if it has one."""
        path = self.folder / "data" / "context.jsonld"
        return path if path.is_file() else None


def digest_of(folder: Path) -> str:
    """Return the SHA-256 over names and bytes of all files a pack of *folder* reads."""
    digest = hashlib.sha256(f"renkei {__version__}\n".encode())
    for path in _all_files(folder):
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
    parsed: list[tuple[Path, list[ox.Quad]]] = []
    prefixes: dict[str, str] = {}
    if root is not None and not re.fullmatch(r"[A-Za-z][\w+.-]*:\S+[/#]", root):
        raise SettingError("--root", "an absolute IRI that ends in a slash")
    base = root or _root_in_catalogue(folder) or ""
    for path in _statement_files(folder):
        quads, declared = parse(path, base)
        parsed.append((path, quads))
        for prefix, namespace in declared.items():
            prefixes.setdefault(prefix, namespace)
    config = _configuration(
        folder, [q for _, quads in parsed for q in quads], prefixes, root, title
    )
    files = tuple(
        SourceFile(
            path,
            path.relative_to(folder).as_posix(),
            tuple(_in_graph(quads, ox.NamedNode(config.root + _graph_of(folder, path)))),
        )
        for path, quads in parsed
    )
    rules = tuple(sorted((folder / "data" / "rules").glob("*.rq")))
    return Publication(
        folder,
        files,
        rules,
        config,
        digest_of(folder),
        [quad for file in files for quad in file.quads],
    )


def parse(path: Path, base: str = "") -> tuple[list[ox.Quad], dict[str, str]]:
    """Return the statements of one file and the prefixes it declares. Raises SourceError."""
    shown = _shown(path)
    content = path.read_bytes()
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise syntax_errors.not_utf8(shown, content, error.start) from error
    suffix = path.suffix.lower()
    if suffix == ".rdf":
        syntax_errors.check_xml(shown, text)
    if suffix == ".jsonld":
        syntax_errors.check_json_ld(shown, text)
    try:
        parser = ox.parse(
            text, format=SUFFIXES[suffix], base_iri=base or None, rename_blank_nodes=True
        )
        quads = list(parser)
        declared = dict(parser.prefixes)
    except SyntaxError as error:
        raise syntax_errors.unread(shown, text, error) from error
    except ValueError as error:  # a root that is no IRI
        raise SourceError(
            shown,
            None,
            None,
            'the root IRI "%(root)s" cannot be used.',
            "Write an absolute IRI that ends in a slash, such as https://example.org/name/.",
            root=base,
        ) from error
    if suffix == ".jsonld":
        syntax_errors.check_dropped(shown, text, base)
    syntax_errors.check_terms(shown, text, quads)
    return quads, declared


def _shown(path: Path) -> Path:
    """Return *path* as a person would name it: from where they stand, if it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _all_files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in _visible_files(folder)
        if path.suffix.lower() in SUFFIXES or path.suffix == ".rq" or _is_page(folder, path)
    )


def _is_page(folder: Path, path: Path) -> bool:
    """Say whether *path* is a template of a page, or words for one."""
    return path.parent == folder / PAGES and path.suffix in PAGE_SUFFIXES


def _visible_files(folder: Path) -> Iterable[Path]:
    """Yield all files under FOLDERS, but those an editor or a system hides."""
    for name in FOLDERS:
        for path in (folder / name).rglob("*"):
            hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
            if path.is_file() and not hidden and not path.name.endswith("~"):
                yield path


def _left_aside(folder: Path) -> list[str]:
    """Return the files that look as if they were meant to be read, and are not."""
    read = {*SUFFIXES, ".rq", ".md"}
    return sorted(
        path.relative_to(folder).as_posix()
        for path in _visible_files(folder)
        if path.suffix.lower() not in read and not _is_page(folder, path)
    )


def _statement_files(folder: Path) -> list[Path]:
    return [
        path
        for path in _all_files(folder)
        if path.suffix.lower() in SUFFIXES
        and path != folder / "data" / "context.jsonld"
        and folder / PAGES not in path.parents
    ]


def _check_context(folder: Path) -> None:
    """Raise SourceError for a data/context.jsonld that is no JSON, or refers elsewhere."""
    path = folder / "data" / "context.jsonld"
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


def _graph_of(folder: Path, path: Path) -> str:
    place = path.relative_to(folder).parts
    if place[0] == "shapes":
        return SHAPES
    if place[:2] == ("data", "questions"):
        return QUESTIONS
    if place[:2] == ("data", "tables"):
        return TABLES
    return f"graph/{_slug(path.stem)}"


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-") or "data"


def _in_graph(quads: Iterable[ox.Quad], graph: ox.NamedNode) -> Iterable[ox.Quad]:
    for quad in quads:
        if isinstance(quad.graph_name, ox.DefaultGraph):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)
        else:
            yield quad


def _root_in_catalogue(folder: Path) -> str | None:
    """Find void:uriSpace before anything is parsed: relative IRIs need it as their base."""
    path = folder / "data" / "catalogue.ttl"
    if not path.is_file():
        return None
    quads, _ = parse(path, "https://root.invalid/")  # any base: what is sought is a literal
    return next(
        (
            q.object.value
            for q in quads
            if q.predicate.value == PREFIXES["void"] + "uriSpace"
            and isinstance(q.object, ox.Literal)
        ),
        None,
    )


def _configuration(
    folder: Path,
    quads: list[ox.Quad],
    prefixes: dict[str, str],
    root: str | None,
    title: str | None,
) -> Configuration:
    void, owl, vann = (PREFIXES[p] for p in ("void", "owl", "vann"))
    said: list[str] = []

    dataset = next(
        (
            q.subject.value
            for q in quads
            if q.predicate.value == void + "uriSpace" and isinstance(q.subject, ox.NamedNode)
        ),
        None,
    )
    if root is None:
        root = _first(quads, void + "uriSpace")
    if root is None:
        root = _common_root(quads) or f"https://example.org/{_slug(folder.name)}/"
        said.append(
            gettext(
                "No void:uriSpace in data/catalogue.ttl: the root IRI is taken to be %(root)s",
                root=root,
            )
        )
    if dataset is None:
        dataset = f"{root}dataset/{_slug(folder.name).lower()}"
    titles = _titles(quads, dataset) if title is None else {"und": title}
    if not titles:
        titles = {"und": folder.name}
        said.append(
            gettext(
                'No title in data/catalogue.ttl: the title is taken to be "%(title)s".',
                title=folder.name,
            )
        )
    if aside := _left_aside(folder):
        said.append(
            gettext(
                "Not read: %(files)s. What is read ends in %(suffixes)s.",
                files=", ".join(aside),
                suffixes=" ".join(SUFFIXES),
            )
        )
    namespace = _first(quads, vann + "preferredNamespaceUri") or f"{root}ns#"
    return Configuration(
        root=root,
        dataset=dataset,
        namespace=namespace,
        title=titles,
        version=_first(quads, owl + "versionInfo", dataset) or "0",
        languages=_languages(quads, dataset) or _languages_used(quads),
        prefixes=_prefixes(prefixes, quads),
        said=tuple(said),
    )


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


def _common_root(quads: list[ox.Quad]) -> str | None:
    """Return the start that most subjects share, up to a slash: a root when none is told."""
    starts = Counter(
        match.group()
        for q in quads
        if isinstance(q.subject, ox.NamedNode)
        and (match := re.match(r"https?://[^/]+/", q.subject.value))
    )
    if not starts:
        return None
    site = max(sorted(starts), key=lambda start: starts[start])
    inner = [
        q.subject.value
        for q in quads
        if isinstance(q.subject, ox.NamedNode) and q.subject.value.startswith(site)
    ]
    shared = inner[0]
    for iri in inner[1:]:
        while not iri.startswith(shared):
            shared = shared[:-1]
    root = shared[: shared.rfind("/") + 1]
    for room in ("id/", "ns/"):
        root = root.split(room)[0] if f"/{room}" in root else root
    return root if len(root) >= len(site) else site


def _prefixes(declared: dict[str, str], quads: list[ox.Quad]) -> dict[str, str]:
    """Return prefix → namespace, sorted; the standard spelling wins over a file's own."""
    standard = {namespace: prefix for prefix, namespace in PREFIXES.items()}
    chosen: dict[str, str] = {}
    for prefix, namespace in sorted(declared.items()):
        if namespace not in standard and prefix and namespace not in chosen.values():
            chosen[prefix] = namespace
    used = {ns for ns in declared.values() if ns in standard}
    chosen.update({standard[ns]: ns for ns in used})
    return dict(sorted(chosen.items()))
