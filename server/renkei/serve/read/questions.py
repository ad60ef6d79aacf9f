"""Questions as an API: what a question may be given, and its query with that put in.

A question declares parameters as SHACL does (`sh:parameter`, with `sh:path`, `sh:datatype`
or `sh:class`, `sh:name`, `sh:defaultValue`); the last part of the path is the variable. The
query carries the default as `VALUES ?day { … }`, so that it can be pasted anywhere; a value
from a request is read as its type, and takes the place of that default as a term, written by
the engine's own writer. Text from a request never becomes part of a query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyoxigraph as ox

from renkei.errors import BadRequest, NotKnown, Text
from renkei.language.messages import Message, counted, message
from renkei.language.numerals import finite
from renkei.rdf import iris
from renkei.serve.read.reader import DCT, RDFS, Reader
from renkei.serve.read.search_index import Index, certain
from renkei.sparql.outline import Form, Term
from renkei.sparql.tokens import tokens

SH, XSD = iris.PREFIXES["sh"], iris.PREFIXES["xsd"]
FORMS: tuple[Form, ...] = ("select", "ask", "construct")
ALWAYS = ("lang", "download", "format", "page", "only", "at")  # what any address may carry
LONGEST = 500  # letters of one value
_READ = {
    "integer": r"[+-]?[0-9]{1,18}",
    "decimal": r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})",
    "boolean": r"true|false",
    "gYear": r"[0-9]{4}",
    "gYearMonth": r"[0-9]{4}-(?:0[1-9]|1[0-2])",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
}
_A_DAY = message("a day such as 2024-03-31")
_AN_IRI = message("an IRI")
_LETTERS = counted("1 to %(number)s letter", "1 to %(number)s letters", LONGEST)
# What a value of a datatype is called in a sentence.
_EXPECTED = {
    "integer": message("an integer"),
    "decimal": message("a decimal number"),
    "boolean": message("true or false"),
    "gYear": message("a year such as 2024"),
    "gYearMonth": message("a month such as 2024-03"),
    "date": _A_DAY,
}
_FORMATS = {"date": "date", "anyURI": "uri"}
_TYPES = {"integer": "integer", "decimal": "number", "boolean": "boolean"}


@dataclass(frozen=True)
class Parameter:
    """One thing that a question may be given: *name* is its variable."""

    iri: str
    name: str
    label: dict[str, str]
    described: dict[str, str]
    datatype: str | None
    kind: str | None
    default: Term | None

    @property
    def about(self) -> str:
        """What it is, in every language that says it."""
        return " / ".join([*self.described.values()] or [*self.label.values()])

    @property
    def default_text(self) -> str | None:
        """The default as a reader would send it."""
        return None if self.default is None else _text(self.default)

    def label_in(self, tag: str) -> str:
        """Return its name for a reader of *tag*."""
        return self.label.get(tag) or next(iter(self.label.values()), self.name)

    def schema(self) -> dict[str, Any]:
        """Return its type as JSON Schema."""
        local = (self.datatype or "").removeprefix(XSD)
        found: dict[str, Any] = {"type": _TYPES.get(local, "string")}
        if local in _FORMATS:
            found["format"] = _FORMATS[local]
        elif local in _READ and found["type"] == "string":
            found["pattern"] = f"^(?:{_READ[local]})$"
        if found["type"] == "string" and "format" not in found:
            found["maxLength"] = LONGEST
        if self.default is not None:
            found["default"] = _plain(self.default)
        return found

    def read(self, text: str, index: Index) -> Term:
        """Return *text* as a term of this parameter's type. Raises BadRequest."""
        text = text.strip()
        if len(text) > LONGEST or not text:
            raise self._wrong(text, _LETTERS)
        if self.kind is not None:
            return self._thing(text, index)
        local = (self.datatype or XSD + "string").removeprefix(XSD)
        if local in _READ and not re.fullmatch(_READ[local], text, re.ASCII):
            raise self._wrong(text, _EXPECTED[local])
        if local == "date":
            try:
                date.fromisoformat(text)
            except ValueError:
                raise self._wrong(text, _A_DAY) from None
        if local == "anyURI" and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
            raise self._wrong(text, _AN_IRI)
        return ox.Literal(text, datatype=ox.NamedNode(self.datatype or XSD + "string"))

    def _thing(self, text: str, index: Index) -> ox.NamedNode:
        """Return the thing of the class that *text* names: by IRI, identifier, code or name."""
        assert self.kind is not None
        iri = index.resolve(text)
        entry = index.entry(iri) if iri else None
        if entry is not None and self.kind in entry.types:
            return ox.NamedNode(entry.iri)
        # The end of its address names it as well, wherever this server stands.
        slug = text.rstrip("/").rsplit("/", 1)[-1] if "/id/" in text else text
        named = index.ending(slug, self.kind)
        if len(named) == 1:
            return ox.NamedNode(named[0])
        hits = index.find(text, 5, (self.kind,))
        if certain(hits):
            return ox.NamedNode(hits[0].iri)
        near = [h.word for h in hits[:3]]
        remedy = message("Did you mean: %(near)s?", near=near) if near else message("")
        expected = message("one thing of the class %(iri)s", iri=self.kind)
        raise self._wrong(text, expected, remedy)

    def _wrong(self, text: str, expected: Message, remedy: Text = "") -> BadRequest:
        return BadRequest(
            "%(parameter)s is “%(text)s”; %(expected)s was expected.",
            remedy,
            text=text,
            expected=expected,
            parameter=self.name,
        )


@dataclass(frozen=True)
class Question:
    """A question: its words, its query, and what it may be given."""

    iri: str
    slug: str
    labels: dict[str, str]
    comments: dict[str, str]
    form: Form
    text: str
    parameters: tuple[Parameter, ...]
    number: str = ""

    @property
    def path(self) -> str:
        """The path it is served under."""
        return f"questions/{self.slug}"

    @property
    def title(self) -> str:
        """The question in its first language."""
        return next(iter(self.labels.values()), self.slug)

    @property
    def about(self) -> str:
        """The question and what an answer means, in every language."""
        return "\n\n".join(self.comments.values())

    def filled(self, given: Mapping[str, Sequence[str]], index: Index) -> str:
        """Return the query with the values *given* by name in the place of its defaults.

        Raises BadRequest for a name it does not have, a name given twice, or a value that is
        not of the type.
        """
        if not self.parameters:
            return self.text
        known = {p.name: p for p in self.parameters}
        for name, values in given.items():
            if name not in known and name not in ALWAYS:
                raise BadRequest(
                    "This question has no parameter “%(parameter)s”.",
                    "It has: %(names)s.",
                    names=list(known),
                    parameter=name,
                )
            if name in known and len(values) > 1:
                raise BadRequest(
                    counted(
                        "“%(parameter)s” is given %(number)s time.",
                        "“%(parameter)s” is given %(number)s times.",
                        len(values),
                    ),
                    "Give it once.",
                    parameter=name,
                )
        bound = {
            name: known[name].read(values[0], index)
            for name, values in given.items()
            if name in known and values and values[0].strip()
        }
        return with_terms(self.text, bound)


def with_terms(text: str, bound: Mapping[str, Term]) -> str:
    """Return *text* with the terms of `VALUES ?name { … }` replaced by those of *bound*.

    The clause is found among the tokens of the query, so a string or comment that looks like
    one is left alone. Raises BadRequest where a variable has no such clause.
    """
    words = tokens(text)
    edits: list[tuple[int, int, str]] = []
    for name, term in bound.items():
        place = next(
            (
                n
                for n in range(len(words) - 3)
                if words[n].word == "VALUES"
                and words[n + 1].text == f"?{name}"
                and words[n + 2].text == "{"
            ),
            None,
        )
        if place is None:
            raise BadRequest(
                "The query of this question does not say where ?%(name)s goes.", name=name
            )
        end = next(n for n in range(place + 3, len(words)) if words[n].text == "}")
        edits.append((words[place + 2].end, words[end].start, f" {term} "))
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def defaults(text: str, name: str) -> str | None:
    """Return what stands in `VALUES ?name { … }` of a query, as it is written."""
    words = tokens(text)
    for n in range(len(words) - 3):
        if words[n].word == "VALUES" and words[n + 1].text == f"?{name}":
            end = next(m for m in range(n + 3, len(words)) if words[m].text == "}")
            return text[words[n + 2].end : words[end].start].strip()
    return None


class Questions:
    """All questions of a release, read once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._root = f"{reader.release.manifest.root}questions/"
        gathered: dict[str, dict[str, list[tuple[str, Term]]]] = {}
        for row in reader.ask("parameters"):
            gathered.setdefault(row["question"].value, {}).setdefault(
                row["parameter"].value, []
            ).append((row["p"].value, row["o"]))
        self._parameters = {
            question: tuple(_parameter(iri, said) for iri, said in found.items())
            for question, found in gathered.items()
        }
        self.slugs = tuple(
            iri.removeprefix(self._root)
            for iri in dict.fromkeys(row["question"].value for row in reader.ask("all-questions"))
            if iri.startswith(self._root)
        )

    def with_parameters(self) -> Iterable[Question]:
        """Return the questions that may be given something, by slug."""
        return [
            self.find(iri.removeprefix(self._root))
            for iri in sorted(self._parameters)
            if iri.startswith(self._root)
        ]

    def find(self, slug: str) -> Question:
        """Return the question *slug*. Raises NotKnown."""
        iri = self._root + slug
        if slug not in self.slugs:
            raise NotKnown(
                "There is no question “%(text)s”.", "See /questions for those there are.", text=slug
            )
        labels: dict[str, str] = {}
        comments: dict[str, str] = {}
        number, text, form = "", "", FORMS[0]
        for quad in sorted(self._reader.statements(iri), key=str):
            if not isinstance(quad.object, ox.Literal):
                continue
            tag, value = quad.object.language or "", quad.object.value
            predicate = quad.predicate.value
            if predicate == RDFS + "label":
                labels[tag] = value
            elif predicate == RDFS + "comment":
                comments[tag] = value
            elif predicate == DCT + "identifier":
                number = value
            else:
                for known in FORMS:
                    if predicate == SH + known:
                        text, form = value, known
        order = (*self._reader.release.manifest.languages, *sorted(labels))
        labels = {t: labels[t] for t in order if t in labels}
        comments = {t: comments[t] for t in order if t in comments}
        return Question(
            iri, slug, labels, comments, form, text, self._parameters.get(iri, ()), number
        )


def _parameter(iri: str, said: list[tuple[str, Term]]) -> Parameter:
    def texts(local: str) -> dict[str, str]:
        return {
            o.language or "": o.value
            for p, o in said
            if p == SH + local and isinstance(o, ox.Literal)
        }

    def value(local: str) -> Term | None:
        return next((o for p, o in said if p == SH + local), None)

    path, datatype, kind = value("path"), value("datatype"), value("class")
    name = re.split(r"[/#]", path.value if path is not None else iri)[-1]
    return Parameter(
        iri,
        name,
        texts("name"),
        texts("description"),
        datatype.value if datatype is not None else None,
        kind.value if kind is not None else None,
        value("defaultValue"),
    )


def _text(term: Term) -> str:
    return term.value


def _plain(term: Term) -> object:
    if isinstance(term, ox.Literal):
        local = term.datatype.value.removeprefix(XSD)
        if local in ("integer", "decimal"):
            number = finite(term.value)
            return term.value if number is None else number
        if local == "boolean":
            return term.value == "true"
    return term.value


def given(args: Mapping[str, str]) -> dict[str, str]:
    """Return those of a request's parameters that are for the question."""
    return {name: value for name, value in args.items() if name not in ALWAYS and value.strip()}
