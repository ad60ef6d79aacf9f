"""Read the patterns of a query that an engine has taken: groups, triples, what ties them together.

By the grammar of SPARQL 1.1 Query (section 19.8), over the words of `sparql.tokens`. Only for
what is said beside an answer: what cannot be read here is no error, and nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from renkei.rdf.iris import PREFIXES
from renkei.sparql.tokens import CLOSE, OPEN, Token, behind, iri_of, projected, tokens

RDF_TYPE, RDF_LANG_STRING = (PREFIXES["rdf"] + name for name in ("type", "langString"))
XSD = PREFIXES["xsd"]
_FORMS = frozenset(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"))
_AGGREGATES = frozenset(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"))


class Node(NamedTuple):
    """A term of a pattern: its kind, its value, and how it is written.

    *value* is a variable's name, an IRI, a language tag (`@ja`) or the IRI of a datatype; ""
    where it is not known.
    """

    kind: Literal["variable", "blank", "iri", "literal"]
    value: str
    written: str


class TriplePattern(NamedTuple):
    """A triple pattern: *needed* are the predicates that its path cannot do without.

    *predicate* is the one IRI that the path is, or None; *verb* is the variable in its place.
    """

    subject: Node
    object: Node
    needed: tuple[str, ...]
    predicate: str | None
    verb: str | None


Kind = Literal["group", "union", "optional", "minus", "graph", "service", "select"]


@dataclass
class InnerGroup:
    """A group inside a group: *name* is the graph of a GRAPH, *names* what a SELECT gives."""

    kind: Kind
    groups: list[PatternGroup]
    name: Node | None = None
    names: frozenset[str] = frozenset()
    one: bool = False  # a SELECT that gives one row whatever it finds


@dataclass
class PatternGroup:
    """A group graph pattern; *links* are variables that a condition or a value ties together."""

    triples: list[TriplePattern] = field(default_factory=list)
    parts: list[InnerGroup] = field(default_factory=list)
    filters: list[Sequence[Token]] = field(default_factory=list)
    links: list[frozenset[str]] = field(default_factory=list)


@dataclass
class Pattern:
    """The pattern of a query: *form* as its word says; *dataset* says whether FROM stands in it."""

    form: str
    group: PatternGroup
    dataset: bool
    links: list[frozenset[str]]
    prefixes: dict[str, str]


class _UnreadError(Exception):
    """Something that is not read here."""


def read(text: str) -> Pattern | None:
    """Return the pattern of the query *text*; None where it is none, or cannot be read here.

    A DESCRIBE of IRIs alone has one without patterns.
    """
    try:
        return _PatternReader(tokens(text)).query()
    except (_UnreadError, IndexError, RecursionError, ValueError):
        return None


def variables_of(words: Sequence[Token]) -> frozenset[str]:
    """Return the names of the variables among *words*."""
    return frozenset(word.text[1:] for word in words if word.kind == "variable")


class _PatternReader:
    def __init__(self, words: list[Token]) -> None:
        self.words, self.at = words, 0
        self.prefixes: dict[str, str] = {}
        self.anonymous = 0

    @property
    def now(self) -> Token:
        return self.words[self.at]

    def is_(self, *wanted: str) -> bool:
        if self.at >= len(self.words):
            return False
        token = self.now
        return token.kind in ("word", "mark") and token.word in wanted

    def take(self, *wanted: str) -> bool:
        found = self.is_(*wanted)
        self.at += found
        return found

    def need(self, wanted: str) -> None:
        if not self.take(wanted):
            raise _UnreadError

    def bracket(self) -> Sequence[Token]:
        """Pass by what comes up to the next bracket and all within it; return it."""
        start, self.at = self.at, behind(self.words, self.at)
        if self.at == start or self.words[self.at - 1].text not in CLOSE:
            raise _UnreadError
        return self.words[start : self.at]

    def pass_to(self, mark: str) -> None:
        """Pass by what comes up to *mark*, with the brackets in between."""
        while not self.is_(mark):
            if self.is_("(", "{"):
                self.bracket()
            elif self.at < len(self.words):
                self.at += 1
            else:
                raise _UnreadError

    # --- queries ---

    def query(self) -> Pattern:
        while self.is_("PREFIX", "BASE", "VERSION"):
            if self.take("PREFIX"):
                name, iri = self.words[self.at : self.at + 2]
                self.prefixes[name.text.rstrip(":")] = iri_of(iri, {})
                self.at += 2
            else:
                self.at += 2
        form = self.now.word
        if form not in _FORMS:
            raise _UnreadError
        self.at += 1
        if form == "CONSTRUCT" and self.is_("{"):
            self.bracket()
        head = self.at
        if form == "DESCRIBE" and not any(word.text == "{" for word in self.words[head:]):
            dataset = any(word.word == "FROM" for word in self.words[head:])
            return Pattern(form, PatternGroup(), dataset, [], self.prefixes)
        self.pass_to("{")
        projection = self.words[head : self.at]
        dataset = any(word.word == "FROM" for word in projection)
        self.need("{")
        group = self.group()
        links = [*_expressions(projection), *_expressions(self.words[self.at :])]
        return Pattern(form, group, dataset, links, self.prefixes)

    def subselect(self) -> InnerGroup:
        self.need("SELECT")
        head = self.at
        self.pass_to("{")
        projection = self.words[head : self.at]
        self.need("{")
        group = self.group()
        group.links += _expressions(projection)
        tail = self.at
        self.pass_to("}")
        words = self.words[tail : self.at]
        self.need("}")
        grouped = any(w.word == "GROUP" for w in words)
        gathered = any(w.kind == "word" and w.word in _AGGREGATES for w in projection)
        first = any(
            w.word == "LIMIT" and words[i + 1].text == "1" for i, w in enumerate(words[:-1])
        )
        every = any(w.text == "*" for w in projection[:2])
        names = bound(group) if every else frozenset(projected(projection))
        return InnerGroup("select", [group], names=names, one=first or (gathered and not grouped))

    # --- groups ---

    def group(self) -> PatternGroup:
        """Read a group whose `{` has been passed."""
        group = PatternGroup()
        if self.is_("SELECT"):
            group.parts.append(self.subselect())
            return group
        while not self.take("}"):
            if not self.take(".") and not self.part(group) and not self.condition(group):
                self.triples(group)
        return group

    def part(self, group: PatternGroup) -> bool:
        """Read a group within *group*; say whether there was one."""
        name = None
        if self.take("{"):
            found = [self.group()]
            while self.take("UNION"):
                self.need("{")
                found.append(self.group())
            group.parts.append(InnerGroup("union" if len(found) > 1 else "group", found))
            return True
        kind: Kind
        if self.take("OPTIONAL"):
            kind = "optional"
        elif self.take("MINUS"):
            kind = "minus"
        elif self.take("GRAPH"):
            kind, name = "graph", self.node(group)
        elif self.take("SERVICE"):
            self.take("SILENT")
            kind, name = "service", self.node(group)
        else:
            return False
        self.need("{")
        group.parts.append(InnerGroup(kind, [self.group()], name))
        return True

    def condition(self, group: PatternGroup) -> bool:
        """Read a FILTER, BIND or VALUES; say whether there was one."""
        if self.take("FILTER"):
            words = self.bracket()
            group.filters.append(words)
            group.links.append(variables_of(words))
        elif self.take("BIND"):
            group.links.append(variables_of(self.bracket()))
        elif self.take("VALUES"):
            if self.is_("("):
                group.links.append(variables_of(self.bracket()))
            else:
                self.at += 1
            self.bracket()
        else:
            return False
        return True

    # --- triples ---

    def triples(self, group: PatternGroup) -> None:
        subject = self.node(group)
        if not self.is_(".", "}"):
            self.properties(group, subject)

    def properties(self, group: PatternGroup, subject: Node) -> None:
        while True:
            needed, predicate, verb = self.verb()
            while True:
                value = self.node(group)
                group.triples.append(TriplePattern(subject, value, needed, predicate, verb))
                if not self.take(","):
                    break
            if not self.take(";"):
                return
            while self.take(";"):
                pass
            if self.at >= len(self.words) or self.is_(".", "}", "]") or not self.is_verb():
                return

    def is_verb(self) -> bool:
        return self.now.kind in ("variable", "iri", "name") or self.is_("A", "^", "(", "!")

    def verb(self) -> tuple[tuple[str, ...], str | None, str | None]:
        if self.now.kind == "variable":
            self.at += 1
            return (), None, self.words[self.at - 1].text[1:]
        start = self.at
        needed = self.path()
        return needed, needed[0] if self.at == start + 1 and needed else None, None

    def path(self) -> tuple[str, ...]:
        needed = self.sequence()
        while self.take("|"):
            self.sequence()
            needed = ()
        return needed

    def sequence(self) -> tuple[str, ...]:
        needed = self.step()
        while self.take("/"):
            needed += self.step()
        return needed

    def step(self) -> tuple[str, ...]:
        self.take("^")
        needed: tuple[str, ...] = ()
        if self.take("!"):
            self.take("^")
            if self.is_("("):
                self.bracket()
            else:
                self.at += 1
        elif self.take("("):
            needed = self.path()
            self.need(")")
        elif self.now.text == "a":
            self.at += 1
            needed = (RDF_TYPE,)
        elif self.now.kind in ("iri", "name"):
            iri = iri_of(self.now, self.prefixes)
            self.at += 1
            needed = (iri,) if iri else ()
        else:
            raise _UnreadError
        if self.take("*", "?"):
            return ()
        self.take("+")
        return needed

    def node(self, group: PatternGroup) -> Node:
        token = self.now
        self.at += 1
        if token.kind == "variable":
            return Node("variable", token.text[1:], token.text)
        if token.kind == "blank":
            return Node("blank", token.text, token.text)
        if token.kind in ("iri", "name"):
            return Node("iri", iri_of(token, self.prefixes), token.text)
        if token.kind == "string":
            return self.literal(token)
        sign = ""
        if token.kind == "mark" and token.text in "+-":
            sign, token = token.text, self.now
            self.at += 1
        if token.kind == "number":
            return Node("literal", XSD + _number(token.text), sign + token.text)
        if token.word in ("TRUE", "FALSE"):
            return Node("literal", f"{XSD}boolean", token.text)
        if token.text == "[":
            return self.blank(group)
        if token.text == "(":
            return self.list_(group)
        raise _UnreadError

    def literal(self, token: Token) -> Node:
        written, value = token.text, f"{XSD}string"
        if self.at < len(self.words) and self.now.kind == "language":
            value = self.now.text.lower()
            written += self.now.text
            self.at += 1
        elif self.take("^^"):
            value = iri_of(self.now, self.prefixes)
            written += f"^^{self.now.text}"
            self.at += 1
        return Node("literal", value, written)

    def blank(self, group: PatternGroup) -> Node:
        node = self.new()
        if not self.take("]"):
            self.properties(group, node)
            self.need("]")
        return node

    def list_(self, group: PatternGroup) -> Node:
        node = self.new()
        names = {node.value}
        while not self.take(")"):
            member = self.node(group)
            if member.kind in ("variable", "blank"):
                names.add(member.value)
        group.links.append(frozenset(names))
        return node

    def new(self) -> Node:
        self.anonymous += 1
        return Node("blank", f"_:[{self.anonymous}]", "[]")


def _number(text: str) -> str:
    if text.isdigit():
        return "integer"
    return "double" if "e" in text.lower() else "decimal"


def _expressions(words: Sequence[Token]) -> list[frozenset[str]]:
    """Return the variables of each bracket among *words*: what is calculated from them together."""
    found: list[frozenset[str]] = []
    depth = start = 0
    for position, token in enumerate(words):
        if token.kind == "mark" and token.text in OPEN:
            start = position if depth == 0 else start
            depth += 1
        elif token.kind == "mark" and token.text in CLOSE:
            depth -= 1
            if depth == 0:
                found.append(variables_of(words[start:position]))
    return found


def bound(group: PatternGroup) -> frozenset[str]:
    """Return the variables that stand in *group* and in what is in it."""
    names: set[str] = set()
    for triple in group.triples:
        names |= {n.value for n in (triple.subject, triple.object) if n.kind == "variable"}
        names |= {triple.verb} if triple.verb else set()
    for link in group.links:
        names |= link
    for part in group.parts:
        names |= part.names
        if part.kind != "select":
            names |= frozenset().union(*(bound(inner) for inner in part.groups))
    return frozenset(names)
