"""Find the word at which a query stops being SPARQL 1.1.

The engine decides whether a query is right, and tells only the furthest place it looked
at. This reads the same text by the grammar of SPARQL 1.1 Query (section 19.8), word by
word, and stops at the first that cannot stand where it stands. It runs only for queries
that were refused, so it is written to be plain, not fast.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from renkei.language.messages import Message, message
from renkei.sparql.tokens import Token, tokens

_FUNCTION_NAMES = (
    "ABS ADJUST AVG BNODE BOUND CEIL COALESCE CONCAT CONTAINS COUNT DATATYPE DAY "
    "ENCODE_FOR_URI FLOOR GROUP_CONCAT HASLANG HASLANGDIR HOURS IF IRI ISBLANK ISIRI "
    "ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGDIR LANGMATCHES LCASE MAX MD5 MIN "
    "MINUTES MONTH NOW OBJECT PREDICATE RAND REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS "
    "SHA1 SHA256 SHA384 SHA512 STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLANGDIR "
    "STRLEN STRSTARTS STRUUID SUBJECT SUBSTR SUM TIMEZONE TRIPLE TZ UCASE URI UUID YEAR "
)
FUNCTIONS = frozenset(_FUNCTION_NAMES.split())
_COMPARED = ("=", "!=", "<", ">", "<=", ">=")


class WrongWordError(Exception):
    """The word that cannot stand where it stands, and what could."""

    def __init__(self, token: Token, detail: Message) -> None:
        super().__init__(str(detail))
        self.token, self.detail = token, detail


def wrong_word(text: str) -> WrongWordError | None:
    """Return the first word of *text* that the grammar does not allow; None for none."""
    try:
        _Reader(text).query()
    except WrongWordError as error:
        return error
    except RecursionError:
        return None
    return None


class _Reader:
    def __init__(self, text: str) -> None:
        self.words = [*tokens(text), Token("end", "", len(text))]
        self.at = 0
        self.prefixes: set[str] = set()

    # --- words ---

    @property
    def now(self) -> Token:
        return self.words[self.at]

    def is_(self, *wanted: str) -> bool:
        token = self.now
        return token.kind in ("word", "mark") and token.word in wanted

    def take(self, *wanted: str) -> bool:
        if self.is_(*wanted):
            self.at += 1
            return True
        return False

    def need(self, wanted: str) -> None:
        if not self.take(wanted):
            self._stop(message('"%(first)s"', first=wanted))

    def wrong(self, expected: str) -> NoReturn:
        self._stop(message(expected))

    def _stop(self, expected: Message) -> NoReturn:
        if self.now.kind == "end":
            said = message("the query ends where %(expected)s was expected.", expected=expected)
        else:
            said = message(
                '"%(token)s" stands where %(expected)s was expected.',
                token=self.now.text,
                expected=expected,
            )
        raise WrongWordError(self.now, said)

    def kind(self, *kinds: str) -> bool:
        return self.now.kind in kinds

    def variable(self) -> None:
        if not self.kind("variable"):
            self.wrong("a variable")
        self.at += 1

    def is_iri(self) -> bool:
        return self.kind("iri", "name")

    def iri(self) -> None:
        if not self.is_iri():
            self.wrong("an IRI or a prefixed name")
        token = self.now
        if token.kind == "name" and token.text.split(":", 1)[0] not in self.prefixes:
            prefix = token.text.split(":", 1)[0]
            said = message('the prefix "%(prefix)s" is not declared.', prefix=f"{prefix}:")
            raise WrongWordError(token, said)
        self.at += 1

    def variable_or_iri(self) -> None:
        if self.kind("variable"):
            self.at += 1
        elif self.is_iri():
            self.iri()
        else:
            self.wrong("a variable or an IRI")

    def integer(self) -> None:
        if not (self.kind("number") and self.now.text.isdigit()):
            self.wrong("a whole number")
        self.at += 1

    # --- queries ---

    def query(self) -> None:
        self.prologue()
        if self.take("SELECT"):
            self.projection()
            self.datasets()
            self.where()
        elif self.take("CONSTRUCT"):
            self.construct()
        elif self.take("DESCRIBE"):
            self.describe()
        elif self.take("ASK"):
            self.datasets()
            self.where()
        else:
            self.wrong("SELECT, ASK, CONSTRUCT or DESCRIBE")
        self.modifiers()
        if self.take("VALUES"):
            self.data()
        if not self.kind("end"):
            self.wrong("the end of the query")

    def prologue(self) -> None:
        while True:
            if self.take("PREFIX"):
                if not (self.kind("name") and self.now.text.endswith(":")):
                    self.wrong('a prefix with its colon, such as "ex:",')
                self.prefixes.add(self.now.text[:-1])
                self.at += 1
            elif self.take("VERSION"):
                if not self.kind("string"):
                    self.wrong("a version in quotes")
                self.at += 1
                continue
            elif not self.take("BASE"):
                return
            if not self.kind("iri"):
                self.wrong("an IRI in angle brackets")
            self.at += 1

    def projection(self) -> None:
        self.take("DISTINCT", "REDUCED")
        if self.take("*"):
            return
        found = False
        while True:
            if self.kind("variable"):
                self.at += 1
            elif self.take("("):
                self.expression()
                self.need("AS")
                self.variable()
                self.need(")")
            elif found:
                return
            else:
                self.wrong('a variable, "(" or "*"')
            found = True

    def construct(self) -> None:
        if self.take("{"):
            self.triples(path=False)
            self.need("}")
            self.datasets()
            self.where()
            return
        self.datasets()
        self.need("WHERE")
        self.need("{")
        self.triples(path=False)
        self.need("}")

    def describe(self) -> None:
        if not self.take("*"):
            self.variable_or_iri()
            while self.kind("variable") or self.is_iri():
                self.variable_or_iri()
        self.datasets()
        if self.is_("WHERE", "{"):
            self.where()

    def datasets(self) -> None:
        while self.take("FROM"):
            self.take("NAMED")
            self.iri()

    def where(self) -> None:
        if not self.take("WHERE") and not self.is_("{"):
            self.wrong('WHERE or "{"')
        self.group()

    def modifiers(self) -> None:
        if self.take("GROUP"):
            self.need("BY")
            self.many(self.group_condition, "a variable or an expression to group by")
        if self.take("HAVING"):
            self.many(self.constraint_maybe, "a condition")
        if self.take("ORDER"):
            self.need("BY")
            self.many(self.order_condition, "a variable or an expression to order by")
        for _ in range(2):
            if self.take("LIMIT", "OFFSET"):
                self.integer()

    def many(self, read: Callable[[], bool], expected: str) -> None:
        if not read():
            self.wrong(expected)
        while read():
            pass

    def group_condition(self) -> bool:
        if self.kind("variable"):
            self.at += 1
        elif self.take("("):
            self.expression()
            if self.take("AS"):
                self.variable()
            self.need(")")
        else:
            return self.constraint_maybe()
        return True

    def order_condition(self) -> bool:
        if self.take("ASC", "DESC"):
            self.need("(")
            self.expression()
            self.need(")")
            return True
        if self.kind("variable"):
            self.at += 1
            return True
        return self.constraint_maybe()

    def constraint_maybe(self) -> bool:
        known = self.kind("word") and self.now.word in (*FUNCTIONS, "EXISTS", "NOT")
        if self.is_("(") or self.is_iri() or known:
            self.constraint()
            return True
        return False

    # --- patterns ---

    def group(self) -> None:
        self.need("{")
        if self.take("SELECT"):
            self.projection()
            self.where()
            self.modifiers()
            if self.take("VALUES"):
                self.data()
            self.need("}")
            return
        while not self.take("}"):
            if not self.pattern():
                self.triples_block()

    def pattern(self) -> bool:
        """Read one pattern that is not triples; say whether there was one."""
        if self.is_("{"):
            self.group()
            while self.take("UNION"):
                self.group()
        elif self.take("OPTIONAL", "MINUS", "LATERAL"):
            self.group()
        elif self.take("GRAPH"):
            self.variable_or_iri()
            self.group()
        elif self.take("SERVICE"):
            self.take("SILENT")
            self.variable_or_iri()
            self.group()
        elif self.take("FILTER"):
            self.constraint()
        elif self.take("BIND"):
            self.need("(")
            self.expression()
            self.need("AS")
            self.variable()
            self.need(")")
        elif self.take("VALUES"):
            self.data()
        else:
            return False
        self.take(".")
        return True

    def triples_block(self) -> None:
        self.subject(path=True)
        if not self.take(".") and not self.is_("}") and not self.starts_pattern():
            self.wrong('".", ";", "," or "}"')

    def starts_pattern(self) -> bool:
        return self.is_(
            "{", "OPTIONAL", "MINUS", "LATERAL", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES"
        )

    def triples(self, path: bool) -> None:
        while not self.is_("}"):
            self.subject(path)
            if not self.take(".") and not self.is_("}"):
                self.wrong('".", ";", "," or "}"')

    def subject(self, path: bool) -> None:
        alone = self.node(path, "a subject")  # a list or [ … ] may stand alone
        if alone and (self.is_(".", "}") or self.starts_pattern()):
            return
        self.properties(path)

    def properties(self, path: bool) -> None:
        self.verb(path)
        self.objects(path)
        while self.take(";"):
            while self.take(";"):
                pass
            if self.is_(".", "}", "]") or self.starts_pattern():
                return
            self.verb(path)
            self.objects(path)

    def verb(self, path: bool) -> None:
        if self.kind("variable"):
            self.at += 1
        elif path:
            self.path()
        elif not (self.now.text == "a" and self.take("A")):
            self.iri()

    def objects(self, path: bool) -> None:
        self.node(path, "an object")
        while self.take(","):
            self.node(path, "an object")

    def node(self, path: bool, expected: str) -> bool:
        """Read a node; say whether it is a list or a blank node with properties."""
        if self.take("("):
            if self.take(")"):
                return False
            while not self.take(")"):
                self.node(path, 'an element or ")"')
            return True
        if self.take("["):
            if self.take("]"):
                return False
            self.properties(path)
            self.need("]")
            return True
        if self.kind("variable", "blank"):
            self.at += 1
        elif self.is_iri():
            self.iri()
        elif not self.literal():
            self.wrong(expected)
        return False

    def literal(self) -> bool:
        if self.kind("string"):
            self.at += 1
            if self.kind("language"):
                self.at += 1
            elif self.take("^^"):
                self.iri()
        elif self.kind("number") or self.is_("TRUE", "FALSE"):
            self.at += 1
        elif self.is_("+", "-") and self.words[self.at + 1].kind == "number":
            self.at += 2
        else:
            return False
        return True

    def path(self) -> None:
        self.path_sequence()
        while self.take("|"):
            self.path_sequence()

    def path_sequence(self) -> None:
        self.path_part()
        while self.take("/"):
            self.path_part()

    def path_part(self) -> None:
        self.take("^")
        if self.take("!"):
            self.negated()
        elif self.take("("):
            self.path()
            self.need(")")
        elif not self.path_name():
            self.wrong("a property")
        self.take("?", "*", "+")

    def path_name(self) -> bool:
        if self.now.text == "a":
            self.at += 1
        elif self.is_iri():
            self.iri()
        else:
            return False
        return True

    def negated(self) -> None:
        if not self.take("("):
            self.one_of_negated()
            return
        if self.take(")"):
            return
        self.one_of_negated()
        while self.take("|"):
            self.one_of_negated()
        self.need(")")

    def one_of_negated(self) -> None:
        self.take("^")
        if not self.path_name():
            self.wrong("a property")

    def data(self) -> None:
        single = self.kind("variable")
        if single:
            self.at += 1
        else:
            self.need("(")
            while not self.take(")"):
                self.variable()
        self.need("{")
        while not self.take("}"):
            if single:
                self.value()
                continue
            self.need("(")
            while not self.take(")"):
                self.value()

    def value(self) -> None:
        if self.take("UNDEF"):
            return
        if self.is_iri():
            self.iri()
        elif not self.literal():
            self.wrong('a value, UNDEF or the closing "}" or ")"')

    # --- expressions ---

    def constraint(self) -> None:
        if self.take("("):
            self.expression()
            self.need(")")
        elif self.is_iri():
            self.iri()
            self.arguments()
        elif not self.call():
            self.wrong('"(" or a function')

    def expression(self) -> None:
        self.both()
        while self.take("||"):
            self.both()

    def both(self) -> None:
        self.compared()
        while self.take("&&"):
            self.compared()

    def compared(self) -> None:
        self.sum()
        if self.take(*_COMPARED):
            self.sum()
        elif self.is_("NOT", "IN"):
            self.take("NOT")
            self.need("IN")
            self.arguments()

    def sum(self) -> None:
        self.product()
        while self.take("+", "-"):
            self.product()

    def product(self) -> None:
        self.unary()
        while self.take("*", "/"):
            self.unary()

    def unary(self) -> None:
        self.take("!", "+", "-")
        if self.take("("):
            self.expression()
            self.need(")")
        elif self.is_iri():
            self.iri()
            if self.is_("("):
                self.arguments()
        elif self.kind("variable"):
            self.at += 1
        elif not self.literal() and not self.call():
            self.wrong("a value, a variable or a function")

    def call(self) -> bool:
        """Read a call of a function of SPARQL; say whether there was one."""
        if self.is_("NOT", "EXISTS"):
            self.take("NOT")
            self.need("EXISTS")
            self.group()
            return True
        if not self.kind("word") or self.now.word not in FUNCTIONS:
            return False
        self.at += 1
        self.arguments()
        return True

    def arguments(self) -> None:
        self.need("(")
        if self.take(")"):
            return
        self.take("DISTINCT")
        if not self.take("*"):
            self.expression()
            while self.take(","):
                self.expression()
            if self.take(";"):
                self.need("SEPARATOR")
                self.need("=")
                if not self.literal():
                    self.wrong("a separator in quotes")
        self.need(")")
