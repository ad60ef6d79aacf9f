"""The ledger `data/history.ttl`: what was published under which digest, in which version, and when.

Authors keep it under version control, so that two machines that pack one commit give the same
dates. A data set, a table or a file is dated anew only where its bytes or its description are
others; a version names one content for ever. What the ledger has no line for yet is dated by the
moment of packing, proposed as a line, and written by `renkei pack --record`.

A line is a moment and not only a day: two changes of one day have an order then, and a harvester
that asks what changed since noon misses none.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox

from renkei.errors import ReleaseError, SourceError
from renkei.language.messages import message
from renkei.pack.reading import source_files, syntax_errors
from renkei.pack.reading.source_files import HISTORY_FILE
from renkei.rdf.graph_builder import node
from renkei.release import WITHDRAWN

_HEAD = """\
# What was published, under which digest, in which version, and when: one line each, in the order
# of time. `renkei pack --record` adds lines; none is changed once it was given to anybody.
# 公表したもののダイジェスト、版、日時の台帳。`renkei pack --record` が行を加える。
# 公表した後の行は書き換えない。

@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""
_WHAT = node("prov", "specializationOf")
_DIGEST = node("spdx", "checksumValue")
_VERSION = node("dcat", "version")
_WHEN = node("prov", "generatedAtTime")
_GONE = node("prov", "invalidatedAtTime")
_WHY = node("skos", "changeNote")
_INSTEAD = node("dct", "isReplacedBy")


@dataclass(frozen=True, order=True)
class LedgerLine:
    """That *what* (an IRI) had the content of *digest*, first in *version*, since *when*."""

    when: str
    what: str
    digest: str
    version: str

    @property
    def text(self) -> str:
        """The line as it stands in the file."""
        version = str(ox.Literal(self.version))
        return (
            f"[ prov:specializationOf <{self.what}> ; dcat:version {version} ; "
            f'prov:generatedAtTime "{self.when}"^^xsd:dateTime ; '
            f'spdx:checksumValue "{self.digest}"^^xsd:hexBinary ] .\n'
        )


@dataclass
class Ledger:
    """What `data/history.ttl` says; *withdrawn* is what it says of things that are gone."""

    lines: list[LedgerLine] = field(default_factory=list)
    withdrawn: dict[str, dict[str, object]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find lines by what they are about."""
        self._of: dict[str, list[LedgerLine]] = defaultdict(list)
        for line in sorted(self.lines):
            self._of[line.what].append(line)

    def last(self, what: str) -> LedgerLine | None:
        """Return the last line about *what*."""
        return self._of[what][-1] if what in self._of else None

    def first(self, what: str) -> LedgerLine | None:
        """Return the first line about *what*."""
        return self._of[what][0] if what in self._of else None

    @property
    def withdrawn_file(self) -> dict[str, bytes]:
        """The file of a release that says what was withdrawn; none where nothing was."""
        if not self.withdrawn:
            return {}
        text = json.dumps(self.withdrawn, ensure_ascii=False, indent=1, sort_keys=True)
        return {WITHDRAWN: f"{text}\n".encode()}


class Dates:
    """The dates of one release: those of the *ledger*, else *moment*, which is proposed.

    *used* are all lines that this release rests on, those that are not in the ledger among them.
    """

    def __init__(self, ledger: Ledger, version: str, moment: datetime) -> None:
        self.ledger, self.version, self._moment = ledger, version, written(moment)
        self.used: dict[str, LedgerLine] = {}

    def of(self, what: str, content: Iterable[object] | str) -> tuple[str, str]:
        """Return since when there is *what*, and since when it has *content*.

        That is told by its parts, in any order, or by their digest.
        """
        digest = content if isinstance(content, str) else digest_of(content)
        last = self.ledger.last(what)
        if last is None or last.digest != digest:
            last = LedgerLine(self._moment, what, digest, self.version)
        self.used[what] = last
        return (self.ledger.first(what) or last).when, last.when

    @property
    def proposed(self) -> list[LedgerLine]:
        """The lines that the ledger does not have yet."""
        return sorted(set(self.used.values()) - set(self.ledger.lines))


def written(moment: datetime) -> str:
    """Return *moment* as it is written: in UTC, to the second."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def digest_of(parts: Iterable[object]) -> str:
    """Return the SHA-256 over *parts*, each a line, in any order."""
    return hashlib.sha256("\n".join(sorted(map(str, parts))).encode()).hexdigest()


def release_line(dataset: str, version: str, identifier: str) -> str:
    """Return what the line of a release is about: its version, which names one content."""
    return f"{dataset}/{version if version != '0' else identifier}"


def read(folder: Path) -> Ledger:
    """Return the ledger of the publication at *folder*, empty where it keeps none.

    Raises SourceError for what is no ledger: every line has all four values, and is the only
    one of its moment about its thing.
    """
    path = folder / HISTORY_FILE
    if not path.is_file():
        return Ledger()
    try:
        text = source_files.content_of(path).decode("utf-8", "replace")
        quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        raise syntax_errors.unread(path, text, error, ox.RdfFormat.TURTLE) from error
    said: dict[object, dict[object, list[object]]] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        said[quad.subject][quad.predicate].append(quad.object)
    lines = [_line(path, values) for values in said.values() if _WHAT in values]
    gone = {
        subject.value: _withdrawn(values)
        for subject, values in said.items()
        if _GONE in values and isinstance(subject, ox.NamedNode)
    }
    return Ledger(lines, gone)


def _line(path: Path, values: Mapping[object, list[object]]) -> LedgerLine:
    texts = []
    for name in (_WHEN, _WHAT, _DIGEST, _VERSION):
        found = values.get(name, [])
        if len(found) != 1 or not isinstance(found[0], ox.NamedNode | ox.Literal):
            raise SourceError(
                path,
                None,
                None,
                message("a line of the ledger has not exactly one %(name)s.", name=name.value),
                "Take the line as `renkei pack --record` wrote it.",
            )
        texts.append(found[0].value)
    when, what, digest, version = texts
    return LedgerLine(_moment(path, when), what, digest, version)


def _moment(path: Path, text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SourceError(
            path,
            None,
            None,
            message('"%(text)s" is no date.', text=text),
            "Write it like 2026-04-01 or 2026-04-01T09:00:00Z.",
        ) from None
    return written(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _withdrawn(values: Mapping[object, list[object]]) -> dict[str, object]:
    """Return when and why something was withdrawn, and what stands in its place."""
    when = [v.value for v in values[_GONE] if isinstance(v, ox.Literal)]
    why = {v.language or "": v.value for v in values.get(_WHY, []) if isinstance(v, ox.Literal)}
    instead = [v.value for v in values.get(_INSTEAD, []) if isinstance(v, ox.NamedNode)]
    return {"when": when[0] if when else "", "why": why, "instead": sorted(instead)}


def check_version(ledger: Ledger, dataset: str, version: str, identifier: str) -> None:
    """Raise ReleaseError where the ledger has another content under *version* than *identifier*."""
    if version == "0":
        return
    last = ledger.last(release_line(dataset, version, identifier))
    if last is not None and last.digest != identifier:
        raise ReleaseError(
            "Version %(version)s is release %(id)s, and what would be packed now is another "
            "content.",
            "Give it a new version in data/catalogue.ttl (owl:versionInfo); or, if nobody was "
            "given that release yet, replace it with `--amend`.",
            version=version,
            id=last.digest,
        )


def as_text(lines: Iterable[LedgerLine]) -> str:
    """Return *lines* as a file of their own."""
    return _HEAD + "".join(line.text for line in sorted(lines))


def record(folder: Path, used: Iterable[LedgerLine]) -> int:
    """Write those of the lines *used* that are missing into the ledger; return how many.

    A line of the same version that one of *used* takes the place of goes: its release is amended.
    """
    path = folder / HISTORY_FILE
    known, used = set(read(folder).lines), set(used)
    text = path.read_text("utf-8") if path.is_file() else _HEAD
    missing = sorted(used - known)
    for line in missing:
        amended = re.escape(f"<{line.what}> ; dcat:version {ox.Literal(line.version)} ;")
        text = re.sub(rf"^\[ prov:specializationOf {amended}.*\n", "", text, flags=re.MULTILINE)
    if missing:
        text = text if text.endswith("\n") else text + "\n"
        if any(f"@prefix {name}:" not in text for name in ("dcat", "prov", "spdx", "xsd")):
            text = _HEAD + text
        path.write_text(text + "".join(line.text for line in missing), "utf-8")
    return len(missing)


def lines_in(content: bytes) -> list[LedgerLine]:
    """Return the lines of a file that `as_text` wrote."""
    said: dict[object, dict[object, str]] = defaultdict(dict)
    for quad in ox.parse(content, format=ox.RdfFormat.TURTLE):
        assert isinstance(quad.object, ox.NamedNode | ox.Literal)
        said[quad.subject][quad.predicate] = quad.object.value
    return [LedgerLine(v[_WHEN], v[_WHAT], v[_DIGEST], v[_VERSION]) for v in said.values()]
