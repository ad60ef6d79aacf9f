"""Read `data/pages/`: how a publication shows its own kinds of things.

`pages.ttl` says which class has which template and queries, which pictures there are, and
what stands on the first page, in the words of `WORDS`. Here it becomes the plan that serving
reads. Whatever is wrong is a finding with file and line; templates are checked and queries
read, and neither is run over the data. What they may not do when they are run is kept from
them there (`serve/pages/class_sections`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from renkei.errors import QueryError
from renkei.language.messages import LANGUAGES, SOURCE, Message, message, translate
from renkei.pack.page_templates import Template, WordsFile
from renkei.pack.reading.line_numbers import Lines
from renkei.pack.reading.source_files import PAGES, SUFFIXES
from renkei.pack.reading.sources import Publication, parse
from renkei.pack.sealed import sealed
from renkei.pack.validation import Finding, Place
from renkei.page_plan import (
    LIST_WORDS,
    MOST_QUERIES,
    PLAN,
    ListColumn,
    PicturePlan,
    Plan,
    Section,
    Texts,
    Title,
)
from renkei.rdf.iris import PREFIXES, shorten
from renkei.release import PAGES as IN_RELEASE
from renkei.roles import WORDS as ROLES
from renkei.roles import Roles
from renkei.sparql import outline
from renkei.sparql.syntax import wrong_word
from renkei.sparql.tokens import place

NAMESPACE = "https://w3id.org/renkei/pages#"
FILE = "pages.ttl"
KINDS = {"Map": "map", "Timeline": "timeline", "Bars": "bars", "Tree": "tree"}
PARTS = {
    name: name.lower()
    for name in ("Questions", "Examples", "Kinds", "Schemes", "Latest", "Classes")
}
PLACES = {"Before": False, "After": True}
SORTS = ("FirstPage", "Section", "ListedDate", "Lists")
PROPERTIES = ("template", "query", "place", "shows", "columns", "legend", "unit")
WORDS = (*KINDS, *PARTS, *PLACES, *SORTS, *ROLES, *PROPERTIES)
CSVW = "http://www.w3.org/ns/csvw#"
READ = (*SUFFIXES, ".rq", ".html", ".po")  # others are told by `sources`
TYPE, FIRST, REST, NIL = (PREFIXES["rdf"] + name for name in ("type", "first", "rest", "nil"))
OTHERS = {
    *(TYPE, FIRST, REST, PREFIXES["rdfs"] + "label"),
    *(PREFIXES["dct"] + name for name in ("title", "description")),
    *(CSVW + name for name in ("name", "title")),
}
CLASSES = tuple(PREFIXES[prefix] + "Class" for prefix in ("owl", "rdfs"))
PREDICATES = {
    PREFIXES["rdf"] + "Property",
    *(PREFIXES["owl"] + f"{kind}Property" for kind in ("Object", "Datatype", "Annotation")),
}
# Values that a description may name, besides the variables of its query.
VALUES = {
    "map": {"number"},
    "timeline": {"number", "start", "end"},
    "bars": {"number", "totals"},
    "tree": {"number"},
}
NEEDED = {
    "map": ({"thing", "lat", "long"}, {"thing", "wkt"}),
    "timeline": ({"thing", "date"}, {"thing", "from"}),
    "bars": ({"thing", "series", "value"},),
    "tree": ({"thing", "above"},),
}
COLUMN = {"thing", "value"}  # variables of a column of lists
TAKEN = LIST_WORDS | {"date", "year"}  # that a column of lists cannot be called
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_VALUE = re.compile(r"%\((\w+)\)s")

Node = ox.NamedNode | ox.BlankNode


@dataclass
class Brought:
    """What a publication brings: files of the release by name, and what is wrong with them.

    *roles* says which property plays which part in the program.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    roles: Roles = field(default_factory=Roles)
    findings: list[Finding] = field(default_factory=list)


def read(publication: Publication, statements: Sequence[ox.Quad]) -> Brought:
    """Read the pages of *publication*; nothing where it brings none.

    *statements* are all of it, the derived ones too: classes and properties are looked for there.
    Raises SourceError for a `pages.ttl` that is not Turtle.
    """
    folder = publication.folder / PAGES
    if not folder.is_dir():
        return Brought()
    reading = _PageReader(publication, folder, statements)
    plan = reading.plan()
    files = {
        f"{IN_RELEASE}{path.name}": path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.suffix in (".html", ".rq", ".po")
    }
    return Brought({**files, PLAN: plan.to_json()}, plan.roles, reading.findings)


class _PageReader:
    """One reading of a folder; what is wrong gathers in *findings*."""

    def __init__(
        self, publication: Publication, folder: Path, statements: Sequence[ox.Quad]
    ) -> None:
        self.findings: list[Finding] = []
        self.folder, self._publication, self._statements = folder, publication, statements
        path = folder / FILE
        root = publication.config.root
        self._quads = parse(path, root).quads if path.is_file() else []
        self._lines = Lines(path, root) if path.is_file() else None
        if not path.is_file():
            self._amiss(FILE, None, message("%(file)s is missing.", file=FILE))
        self._named: set[str] = set()
        self._templates = self._read_templates()

    def plan(self) -> Plan:
        """Return what the files say."""
        self._check_words()
        sections: dict[str, Section] = {}
        classes: dict[str, Section] = {}
        pictures: dict[str, PicturePlan] = {}
        columns: list[ListColumn] = []
        for node in self._subjects():
            sort = self._sort(node)
            if sort in KINDS:
                pictures[self._name(node)] = self._picture(node, KINDS[sort])
            elif sort == "Section":
                sections[self._name(node)] = self._section(node, ("section",))
            elif sort == "Lists":
                columns += self._columns(node)
            elif self._values(node, "template"):
                self._check_class(node)
                classes[node.value] = self._section(node, ("sentence", "section"))
            elif self._values(node, "query") or self._values(node, "place"):
                self._misstated(node, NAMESPACE + "query", message("It names no template."))
        home = self._home(pictures, sections)
        self._check_words_of_templates()
        self._check_left_over()
        return Plan(
            classes,
            sections,
            pictures,
            home,
            tuple(n.value for n in self._subjects() if self._sort(n) == "ListedDate"),
            {n.value: v for n in self._subjects() for v in self._texts_of(n, "unit")},
            self._roles(),
            tuple(columns),
        )

    # --- what is said of a node ---

    def _subjects(self) -> list[ox.NamedNode]:
        found = {q.subject for q in self._quads if isinstance(q.subject, ox.NamedNode)}
        return sorted(found, key=str)

    def _objects(
        self, node: Node, predicate: str
    ) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        found = (q for q in self._quads if q.subject == node and q.predicate.value == predicate)
        return [q.object for q in found]  # type: ignore[misc]

    def _values(self, node: Node, word: str) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        return self._objects(node, NAMESPACE + word)

    def _texts_of(self, node: Node, word: str) -> list[str]:
        return [o.value for o in self._values(node, word) if isinstance(o, ox.Literal)]

    def _told(self, node: Node, predicate: str) -> Texts:
        found = self._objects(node, predicate)
        return {o.language or "": o.value for o in found if isinstance(o, ox.Literal)}

    def _sort(self, node: Node) -> str:
        """Return which class of ours *node* is of, by its local name; "" for none.

        A role is none: what plays one may be something else besides.
        """
        types = (o.value for o in self._objects(node, TYPE))
        ours = (t.removeprefix(NAMESPACE) for t in types if t.startswith(NAMESPACE))
        return next((sort for sort in ours if sort not in ROLES), "")

    def _list(self, head: object) -> Iterator[ox.NamedNode | ox.BlankNode | ox.Literal]:
        seen = set()
        while isinstance(head, ox.BlankNode) and head not in seen:
            seen.add(head)
            yield from self._objects(head, FIRST)[:1]
            head = next(iter(self._objects(head, REST)), None)

    def _name(self, node: ox.NamedNode) -> str:
        """Return the name of a picture or section: the last part of its IRI."""
        name = re.split(r"[/#]", node.value)[-1]
        if not _NAME.fullmatch(name) or name in PARTS.values():
            self._misstated(
                node,
                TYPE,
                message(
                    "“%(name)s” cannot name a picture or a section; small letters, digits and "
                    "hyphens can, but for %(parts)s.",
                    name=name,
                    parts=sorted(PARTS.values()),
                ),
            )
        return name

    # --- sections and pictures ---

    def _section(self, node: ox.NamedNode, macros: tuple[str, ...]) -> Section:
        name = next(iter(self._texts_of(node, "template")), "")
        queries = self._texts_of(node, "query")
        if len(queries) > MOST_QUERIES:
            said = message(
                "More queries than %(most)s: a page may not ask so much of the store.",
                most=MOST_QUERIES,
            )
            self._misstated(node, NAMESPACE + "query", said)
        read = {query: self._query(node, query, "this") for query in sorted(queries)}
        template = self._templates.get(name)
        if not name:
            self._misstated(node, TYPE, message("It names no template."))
        elif template is None:
            self._missing(node, "template", name)
        elif not template.wrong and not template.macros & set(macros):
            said = message("It has none of the macros %(names)s.", names=list(macros))
            self._amiss(name, 1, said)
        else:
            for line, asked in template.rows:
                if asked not in {query_name(query) for query in queries}:
                    said = message("rows.%(name)s: there is no such query here.", name=asked)
                    self._amiss(name, line, said)
        self._named.add(name)
        places = (o.value.removeprefix(NAMESPACE) for o in self._values(node, "place"))
        return Section(name, read, any(PLACES.get(place) for place in places))

    def _picture(self, node: ox.NamedNode, kind: str) -> PicturePlan:
        query = next(iter(self._texts_of(node, "query")), "")
        if not query:
            self._misstated(node, TYPE, message("It names no query."))
        variables = set(self._query(node, query)) if query else set()
        if variables and not any(needed <= variables for needed in NEEDED[kind]):
            said = message(
                "A picture of this kind needs the variables %(names)s.",
                names=sorted(NEEDED[kind][0]),
            )
            self._amiss(query, 1, said)
        about = self._told(node, PREFIXES["dct"] + "description")
        for text in about.values():
            for value in set(_VALUE.findall(text)) - variables - VALUES[kind]:
                said = message("%(name)s: the query has no such variable.", name=value)
                self._misstated(node, PREFIXES["dct"] + "description", said)
        columns = tuple(self._titles(node, "columns"))
        for column in columns:
            if variables and column.name not in variables:
                said = message("%(name)s: the query has no such variable.", name=column.name)
                self._misstated(node, NAMESPACE + "columns", said)
        return PicturePlan(
            kind,
            query,
            self._told(node, PREFIXES["rdfs"] + "label"),
            self._told(node, PREFIXES["dct"] + "title"),
            about,
            columns,
            tuple(self._titles(node, "legend")),
        )

    def _columns(self, node: ox.NamedNode) -> Iterator[ListColumn]:
        """Give the columns of lists; the query of each gives what has a value, and the value."""
        for one in (o for head in self._values(node, "columns") for o in self._list(head)):
            if isinstance(one, ox.Literal):
                continue
            query = next(iter(self._texts_of(one, "query")), "")
            name = next(iter(self._told(one, CSVW + "name").values()), "")
            if not _NAME.fullmatch(name) or name in TAKEN:
                said = message(
                    "“%(name)s” cannot name a column; small letters, digits and hyphens can, but "
                    "for %(parts)s.",
                    name=name,
                    parts=sorted(TAKEN),
                )
                self._misstated(node, NAMESPACE + "columns", said)
            elif not query:
                said = message("%(name)s: it names no query.", name=name)
                self._misstated(node, NAMESPACE + "columns", said)
            elif (variables := set(self._query(node, query))) and not variables >= COLUMN:
                said = message("A column of lists needs the variables %(names)s.",
                               names=sorted(COLUMN))  # fmt: skip
                self._amiss(query, 1, said)
            else:
                titles = self._told(one, CSVW + "title") or {"": name}
                yield ListColumn(name, query, titles)

    def _titles(self, node: ox.NamedNode, word: str) -> Iterator[Title]:
        for head in self._values(node, word):
            for one in self._list(head):
                if isinstance(one, (ox.NamedNode, ox.BlankNode)):
                    names = self._told(one, CSVW + "name")
                    yield Title(next(iter(names.values()), ""), self._told(one, CSVW + "title"))

    def _home(
        self, pictures: dict[str, PicturePlan], sections: dict[str, Section]
    ) -> tuple[str, ...]:
        """Return what stands on the first page, in order."""
        found = []
        for node in self._subjects():
            if self._sort(node) != "FirstPage":
                continue
            for part in (p for head in self._values(node, "shows") for p in self._list(head)):
                local = part.value.removeprefix(NAMESPACE)
                name = PARTS.get(local) or re.split(r"[/#]", part.value)[-1]
                if name not in {*pictures, *sections, *PARTS.values()}:
                    said = message(
                        "%(iri)s is neither a picture nor a section.", iri=_short(part.value)
                    )
                    self._misstated(node, NAMESPACE + "shows", said)
                found.append(name)
        return tuple(found)

    # --- roles ---

    def _roles(self) -> Roles:
        """Return which property plays each role; what is none is told, and so is a second one."""
        found: dict[str, str] = {}
        for quad in (q for q in self._quads if q.predicate.value == TYPE):
            word = getattr(quad.object, "value", "").removeprefix(NAMESPACE)
            if word not in ROLES or quad.object != ox.NamedNode(NAMESPACE + word):
                continue
            iri, hint = getattr(quad.subject, "value", ""), None
            if quad.subject not in self._properties:
                said = message("There is no such property.")
                hint = _meant(quad.subject, self._properties)
            elif found.setdefault(ROLES[word], iri) != iri:
                said = message(
                    "%(iri)s is %(role)s already, and one property alone can be.",
                    iri=_short(found[ROLES[word]]),
                    role=_short(NAMESPACE + word),
                )
            else:
                continue
            self._misstated(quad.subject, TYPE, said, str(quad.object), hint)
        return Roles(**found)

    @cached_property
    def _properties(self) -> set[object]:
        """Every property that is declared or used."""
        used = {q.predicate for q in self._statements}
        declared = (q for q in self._statements if q.predicate.value == TYPE)
        return used | {q.subject for q in declared if getattr(q.object, "value", "") in PREDICATES}

    # --- files ---

    def _query(self, node: ox.NamedNode, name: str, given: str = "") -> tuple[str, ...]:
        """Return the variables of the query in the file *name*; none where it is wrong."""
        path = self.folder / name
        self._named.add(name)
        if not name.endswith(".rq") or "/" in name or not path.is_file():
            self._missing(node, "query", name)
            return ()
        text = self._text(path)
        wrong = wrong_word(text)
        try:
            form = outline.form_of(text)
            asks_others = bool(outline.services(text))
        except QueryError as error:
            self._amiss(name, error.line, error.wrong)
            return ()
        if wrong is not None:
            self._amiss(name, place(text, wrong.token.start)[0], wrong.detail)
        elif asks_others:
            self._amiss(name, 1, message("SERVICE may not be used: it would ask another server."))
        elif form != "select":
            self._amiss(name, 1, message("A query of a page is a SELECT."))
        elif given and f"?{given}" not in {token.text for token in outline.outline(text).tokens}:
            said = message("?%(name)s does not stand in it: it would say the same of everything.",
                           name=given)  # fmt: skip
            self._amiss(name, 1, said, "Warning")
            return self._variables(name, text)
        else:
            return self._variables(name, text)
        return ()

    def _variables(self, name: str, text: str) -> tuple[str, ...]:
        """Return the variables of a query, as the engine reads it."""
        try:
            return sealed(lambda: tuple(v.value for v in _asked(text).variables))
        except SyntaxError as error:
            said = message("this query cannot be read: %(message)s", message=str(error))
            self._amiss(name, 1, said)
            return ()

    def _text(self, path: Path) -> str:
        content = path.read_bytes()
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self._amiss(path.name, line, message("Save the file again with the encoding UTF-8."))
            return content.decode("utf-8", "replace")

    def _read_templates(self) -> dict[str, Template]:
        found = {}
        for path in sorted(self.folder.glob("*.html")):
            template = found[path.name] = Template(self._text(path))
            for line, said in template.wrong:
                self._amiss(path.name, line, said)
        for name, template in found.items():
            for line, other in template.imported:
                self._named.add(other)
                if other not in found:
                    said = message("There is no template %(name)s here.", name=other)
                    self._amiss(name, line, said)
        return found

    # --- checks ---

    def _check_words(self) -> None:
        """Find words that mean nothing here: ours misspelt, and any other property."""
        for quad in self._quads:
            terms = [quad.predicate, quad.object]
            for term in (t for t in terms if isinstance(t, ox.NamedNode)):
                local = term.value.removeprefix(NAMESPACE)
                ours = term.value.startswith(NAMESPACE)
                if (ours and local not in WORDS) or (
                    term is terms[0] and not ours and term.value not in OTHERS
                ):
                    said = message("%(iri)s has no meaning here.", iri=_short(term.value))
                    near = difflib.get_close_matches(local, WORDS, n=1) if ours else []
                    hint = (
                        message('Did you mean "%(near)s"?', near=_short(NAMESPACE + near[0]))
                        if near
                        else None
                    )
                    self._misstated(
                        quad.subject, quad.predicate.value, said, str(quad.object), hint
                    )

    def _check_class(self, node: ox.NamedNode) -> None:
        known = {
            q.subject if q.object.value in CLASSES else q.object
            for q in self._statements
            if q.predicate.value == TYPE and isinstance(q.object, ox.NamedNode)
        }
        if node not in known:
            said = message("There is no such class.")
            self._misstated(node, NAMESPACE + "template", said, hint=_meant(node, known))

    def _check_words_of_templates(self) -> None:
        """Find texts that a language of the publication does not have."""
        words: dict[str, WordsFile] = {}
        for path in sorted(self.folder.glob("*.po")):
            self._named.add(path.name)
            words[path.stem] = found = WordsFile(path.read_bytes(), path.stem)
            for line, said in found.wrong:
                self._amiss(path.name, line, said)
        for tag in self._publication.config.languages:
            if tag == SOURCE:
                continue
            for name, template in self._templates.items():
                for line, text in template.texts:
                    if tag not in words or not words[tag].has(text):
                        said = message(
                            "“%(text)s” has no translation in %(language)s.",
                            text=text,
                            language=tag,
                        )
                        self._amiss(name, line, said, "Warning")

    def _check_left_over(self) -> None:
        """Find files that nothing names: each would be passed over in silence."""
        self._named |= {FILE, "README.md"}
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            if path.is_file() and path.suffix in READ and name not in self._named:
                said = message("%(file)s does not name this file.", file=FILE)
                self._amiss(name, None, said, "Warning")

    # --- telling ---

    def _missing(self, node: Node, word: str, name: str) -> None:
        said = message("There is no file %(name)s in %(folder)s.", name=name, folder=PAGES)
        self._misstated(node, NAMESPACE + word, said, str(ox.Literal(name)))

    def _misstated(
        self,
        node: object,
        predicate: str,
        said: Message,
        value: str | None = None,
        hint: Message | None = None,
    ) -> None:
        """Note what is wrong with a statement of `pages.ttl`."""
        assert self._lines is not None
        found = self._lines.find(str(node), f"<{predicate}>", value)
        focus = str(node) if isinstance(node, ox.NamedNode) else str(ox.Literal(FILE))
        self._note(focus, FILE, found.line, said, "Violation", f"<{predicate}>", hint)

    def _amiss(
        self, name: str, line: int | None, said: Message, severity: str = "Violation"
    ) -> None:
        """Note what is wrong with another file."""
        self._note(str(ox.Literal(name)), name, line, said, severity)

    def _note(
        self,
        focus: str,
        name: str,
        line: int | None,
        said: Message,
        severity: str,
        path: str | None = None,
        hint: Message | None = None,
    ) -> None:
        finding = Finding(
            "pages",
            "pages",
            focus,
            path,
            None,
            severity,
            {tag: translate(said, tag) for tag in LANGUAGES},
            Place(f"{PAGES}/{name}", line),
            hint=hint,
        )
        if finding not in self.findings:
            self.findings.append(finding)


def _short(iri: str) -> str:
    return shorten(iri, {**PREFIXES, "pages": NAMESPACE})


def _meant(node: object, known: Iterable[object]) -> Message | None:
    """Return the word for which of *known* an unknown *node* may have been meant."""
    near = difflib.get_close_matches(str(node), sorted(map(str, known)), n=1)
    return message('Did you mean "%(near)s"?', near=near[0]) if near else None


def query_name(file: str) -> str:
    """Return what the rows of the query in *file* are called in a template."""
    return file.removesuffix(".rq").replace("-", "_")


def _asked(text: str) -> ox.QuerySolutions:
    found = ox.Store().query(text)
    assert isinstance(found, ox.QuerySolutions)
    return found
