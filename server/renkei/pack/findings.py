"""Tell findings: to a person on a terminal, and to machines as Turtle, JSON or annotations."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from itertools import groupby
from typing import Any

import pyoxigraph as ox
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from renkei.language.messages import (
    LANGUAGES,
    Message,
    counted,
    gettext,
    message,
    speaking,
    translate,
)
from renkei.pack.validation import SEVERITIES, Finding
from renkei.rdf.graph_builder import in_order
from renkei.rdf.iris import PREFIXES, shorten, with_known

_SH, _DCT, _RDF = PREFIXES["sh"], PREFIXES["dct"], PREFIXES["rdf"]
_SEVERITIES = {
    "Violation": message("violation"),
    "Warning": message("warning"),
    "Info": message("hint"),
}
_COLOURS = {"Violation": "red", "Warning": "yellow", "Info": "blue"}


def counts(findings: list[Finding]) -> dict[str, int]:
    """Return how many findings there are of each severity, in lower-case plural words."""
    return {f"{s.lower()}s": sum(f.severity == s for f in findings) for s in SEVERITIES}


def as_quads(findings: list[Finding], root: str, graph: ox.NamedNode) -> list[ox.Quad]:
    """Return the findings as a sh:ValidationReport with IRIs instead of blank nodes."""
    report = ox.NamedNode(f"{root}report")

    def node(name: str) -> ox.NamedNode:
        return ox.NamedNode(_SH + name)

    type_ = ox.NamedNode(_RDF + "type")
    conforms = not any(f.severity == "Violation" for f in findings)
    boolean = ox.NamedNode(PREFIXES["xsd"] + "boolean")
    triples: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]] = [
        (report, type_, node("ValidationReport")),
        (report, node("conforms"), ox.Literal(str(conforms).lower(), datatype=boolean)),
    ]
    results = [(report, "result", str(n), f) for n, f in enumerate(findings, start=1)]
    for number, finding in enumerate(findings, start=1):
        told = ox.NamedNode(f"{root}report#{number}")
        results += [
            (told, "detail", f"{number}.{n}", f) for n, f in enumerate(finding.follows, start=1)
        ]
    for whole, part, name, finding in results:
        result = ox.NamedNode(f"{root}report#{name}")
        triples += [
            (whole, node(part), result),
            (result, type_, node("ValidationResult")),
            (result, node("resultSeverity"), node(finding.severity)),
            (result, ox.NamedNode(_DCT + "identifier"), ox.Literal(finding.identifier)),
        ]
        if finding.shape.startswith("http"):
            triples.append((result, node("sourceShape"), ox.NamedNode(finding.shape)))
        for name, text in (
            ("focusNode", finding.focus),
            ("resultPath", finding.path),
            ("value", finding.value),
        ):
            term = _term(text)
            if term is not None:
                triples.append((result, node(name), term))
        triples += [
            (result, node("resultMessage"), ox.Literal(text, language=language))
            for language, text in finding.messages.items()
        ]
    return [ox.Quad(s, p, o, graph) for s, p, o in triples]


def _term(text: str | None) -> ox.NamedNode | ox.Literal | None:
    if not text or text.startswith("_:"):
        return None
    if text.startswith("<"):
        return ox.NamedNode(text[1:-1])
    quad = next(iter(ox.parse(f"<x:x> <x:x> {text} .", format=ox.RdfFormat.N_TRIPLES)))
    return quad.object if isinstance(quad.object, ox.Literal) else None


def as_turtle(findings: list[Finding], root: str, prefixes: dict[str, str]) -> bytes:
    """Return the report in Turtle."""
    quads = as_quads(findings, root, ox.NamedNode(f"{root}graph/report"))
    text = ox.serialize(
        (q.triple for q in quads),
        format=ox.RdfFormat.TURTLE,
        prefixes={"sh": _SH, "dct": _DCT, **prefixes},
    )
    assert text is not None
    return in_order(text)


def as_json(findings: list[Finding]) -> str:
    """Return the report as JSON: counts, then one object a finding, its words in each language."""
    body = {
        "conforms": not any(f.severity == "Violation" for f in findings),
        **counts(findings),
        "findings": [_as_object(f) for f in findings],
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _as_object(finding: Finding) -> dict[str, Any]:
    follows = [_as_object(f) for f in finding.follows]
    return asdict(finding) | {"hint": _in_each(finding.hint), "follows": follows}


def _in_each(said: Message | None) -> dict[str, str] | None:
    return {tag: translate(said, tag) for tag in LANGUAGES} if said else None


def as_annotations(findings: list[Finding], prefixes: dict[str, str], language: str) -> str:
    """Return the report as workflow commands, one line a finding."""
    level = {"Violation": "error", "Warning": "warning", "Info": "notice"}
    return "".join(
        annotation(
            level[f.severity],
            f"{f.identifier} {short(f.focus, prefixes)}",
            " ".join(_sentences(f, prefixes, language)),
            f.place.file if f.place else None,
            f.place.line if f.place else None,
        )
        for f in findings
    )


def annotation(
    level: str, title: str, text: str, file: str | None, line: int | None, column: int | None = None
) -> str:
    """Return one workflow command that marks a place in a file."""

    def escaped(value: object) -> str:
        return str(value).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    facts = {"file": file, "line": line, "col": column, "title": title}
    told = ",".join(
        f"{name}={escaped(value).replace(':', '%3A').replace(',', '%2C')}"
        for name, value in facts.items()
        if value is not None
    )
    return f"::{level} {told}::{escaped(text)}\n"


def tell(findings: list[Finding], shapes: int, prefixes: dict[str, str], console: Console) -> None:
    """Print the findings for a person, grouped by file, each with its line and next step.

    What stops a release comes first: the files with violations, and in each its violations.
    """
    language = speaking()
    if not findings:
        said = counted(
            "Nothing was found amiss (%(number)s rule).",
            "Nothing was found amiss (%(number)s rules).",
            shapes,
        )
        console.print(f"✓ {gettext(said)}", style="green", soft_wrap=True)
        return
    elsewhere = gettext("derived by a rule, or not written anywhere")
    worst: dict[str | None, int] = {}  # of each file
    for f in findings:
        file, weight = f.place.file if f.place else None, SEVERITIES.index(f.severity)
        worst[file] = min(worst.get(file, weight), weight)
    ordered = sorted(
        findings,
        key=lambda f: (
            worst[f.place.file if f.place else None],
            f.place is None,
            f.place.file if f.place else "",
            SEVERITIES.index(f.severity),
            (f.place.line or 0) if f.place else 0,
            f.identifier,
        ),
    )
    for name, group in groupby(ordered, key=lambda f: f.place.file if f.place else elsewhere):
        _print(console, 0, Text(name, style="bold underline"))
        for f in group:
            head = Text()
            if f.place and f.place.line:
                head.append(gettext("line %(line)s", line=f.place.line) + "  ", style="bold")
            head.append(gettext(_SEVERITIES[f.severity]), style=_COLOURS[f.severity])
            head.append(f" {f.identifier}  ", style="dim")
            head.append(f.called.get(language) or _terms(f, prefixes), style="cyan")
            if f.value and f.value != f.focus:
                head.append("  " + short(f.value, prefixes))
            _print(console, 2, head)
            for sentence in _sentences(f, prefixes, language):
                _print(console, 4, Text(sentence))
    _print(
        console,
        0,
        Text(
            gettext(
                "Violations: %(violations)s, warnings: %(warnings)s, hints: %(infos)s.",
                **counts(findings),
            )
        ),
    )


def _terms(finding: Finding, prefixes: dict[str, str]) -> str:
    return "  ".join(short(t, prefixes) for t in (finding.focus, finding.path) if t)


def _print(console: Console, indent: int, text: Text) -> None:
    """Print *text*: with a hanging indent on a terminal, on one line where a program reads."""
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, indent), expand=False))
    else:
        console.print(Text(" " * indent).append_text(text), soft_wrap=True)


def _sentences(finding: Finding, prefixes: dict[str, str], language: str) -> list[str]:
    """Return what is to be said of a finding: its message, other places, the rule."""
    told = [_IRI.sub(lambda m: short(m.group(), prefixes), finding.message(language))]
    if finding.hint:
        values = {k: short(str(v), prefixes) for k, v in finding.hint.values.items()}
        told.append(gettext(finding.hint.id, **values))
    if finding.also:
        places = "  ".join(f"{p.file}:{p.line}" for p in finding.also)
        told.append(f"{gettext('the same is stated in')}: {places}")
    if finding.rule:
        told.append(
            gettext(
                "Derived by %(rule)s: correct the fact it was made from, and it is gone.",
                rule=finding.rule,
            )
        )
    if finding.follows:
        told.append(_following(finding, prefixes))
    return told


def _following(finding: Finding, prefixes: dict[str, str]) -> str:
    """Return which findings are gone once *finding* is mended, by what they are about."""
    about = [f"{f.identifier} {short(f.focus, prefixes)}" for f in finding.follows]
    names = list(dict.fromkeys(about))
    shown = [*names[:_SHOWN], *(["…"] if len(names) > _SHOWN else [])]
    said = counted(
        "What follows from it, and is gone with it (%(number)s finding): %(names)s",
        "What follows from it, and is gone with it (%(number)s findings): %(names)s",
        len(finding.follows),
        names=shown,
    )
    return gettext(said)


_SHOWN = 5
_IRI = re.compile(r"<[a-z][a-z0-9+.-]*:[^<>\s]*>")


def short(term: str, prefixes: dict[str, str]) -> str:
    """Return a term in N-Triples spelling as a person reads it, by the prefixes of the files."""
    if term.startswith("<"):
        return shorten(term[1:-1], with_known(prefixes))
    text, mark, datatype = term.rpartition("^^")
    return f"{text}{mark}{short(datatype, prefixes)}" if mark else term
