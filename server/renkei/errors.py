"""Everything Renkei refuses, in one tree.

    RenkeiError                      status 500 unless a branch says otherwise
    ├── SettingError                 a command-line option or RENKEI_* variable
    ├── SourceError                  a file of a publication that cannot be read
    ├── RuleError                    a rule under data/rules/ that cannot run
    ├── PublicationRefused           findings of severity Violation
    ├── ReleaseError                 a release that is missing, damaged or foreign
    │   └── FileDamaged         503  one file of it is not what was packed
    ├── BadRequest              400  the request itself is wrong
    │   └── QueryError          400  a query: carries line, column and token
    │       └── ServiceRefused  400  a SERVICE that is not asked from here
    ├── OriginRefused           403  a page of another site, where browsers may not ask
    ├── NotKnown                404  an IRI or address that is not published
    ├── Withdrawn               410  an address that only earlier releases answer
    ├── NotAllowed              405  the method does not fit the address
    ├── NothingAcceptable       406  no format of ours fits the Accept header
    ├── RequestTimeout          408  a body that does not come to its end
    │   └── CannotCarry         406  a format that cannot write what was asked for
    ├── Changed                 412  not what a precondition says the client has
    ├── TooLarge                413  a body over the bound
    ├── WrongMediaType          415  a body we do not read
    ├── NoSuchRange             416  bytes that a file does not have
    ├── HeadTooLarge            431  address and headers over their bound
    ├── TooManyRequests         429  a client over its share; says when to return
    ├── NotSupported            501  a function that the engine does not have
    ├── StoreError              502  a remote store answered wrongly
    │   └── ServiceFailed       502  a SERVICE that was asked did not answer
    ├── StoreUnavailable        503  no store, no free engine, or out of memory
    │   └── AnswerTooLarge      503  a row or byte bound was met
    ├── DeadlineExceeded        504  a query outlived its budget
    └── VersionTooOld           505  HTTP/1.0, for an answer of unknown length

An error carries message ids and values, never a finished sentence, so that a page, a log and
a command line can each tell it their own way and in their own language (`renkei.language`):

    raise NotKnown("Nothing is published about %(iri)s.", "Look for it with the search.", iri=iri)

Values that a class names as its `members` stand in the problem document as well (RFC 9457,
section 3.2). What is quoted of a client's text is cut; authors see their own text whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Self

from renkei.language.messages import SOURCE, Message, counted, in_a_row, shortened, translate

QUOTED = 200  # letters of one value that an answer repeats to a client

Text = str | Message  # a message id, or one with values of its own


class RenkeiError(Exception):
    """Something we refuse or cannot do; *remedy* says what to do next.

    *detail* and *remedy* are message ids (constants, in the catalogues), or messages where
    one counts or is chosen beforehand; *values* go into both.
    """

    status: ClassVar[int] = 500
    title: ClassVar[str] = "The server failed"
    members: ClassVar[tuple[str, ...]] = ()
    quoted: ClassVar[int | None] = QUOTED

    def __init__(self, detail: Text, remedy: Text = "", /, **values: object) -> None:
        super().__init__(detail, remedy)
        # An exception that stands for words of another program would hold on to its traceback.
        self.values = {k: str(v) if isinstance(v, Exception) else v for k, v in values.items()}
        self.detail = self._said(detail)
        self.remedy = self._said(remedy)

    def __str__(self) -> str:
        return self.translated(SOURCE)

    def translated(self, tag: str) -> str:
        """Return detail and remedy in the language *tag*."""
        return in_a_row(translate(self.detail, tag), translate(self.remedy, tag))

    @property
    def facts(self) -> dict[str, object]:
        """The values that a problem document carries as members of their own."""
        return {k: self._short(v) for k, v in self.values.items() if k in self.members}

    def __reduce__(self) -> tuple[object, ...]:
        """Return what a process needs to make the same error of (see `pickle`)."""
        return _remade, (type(self), self.args, self.__dict__)

    @property
    def code(self) -> str:
        """The last part of the problem type."""
        return code_of(type(self))

    def _said(self, text: Text) -> Message:
        said = text if isinstance(text, Message) else Message(text)
        values = {**self.values, **said.values}
        whole = Message(said.id, values, said.many, said.number)
        cut = self._short(whole)
        assert isinstance(cut, Message)
        return cut

    def _short(self, value: object) -> object:
        return value if self.quoted is None else shortened(value, self.quoted)


def _remade(
    kind: type[RenkeiError], args: tuple[object, ...], values: dict[str, object]
) -> RenkeiError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(values)
    return error


def code_of(kind: type[RenkeiError]) -> str:
    """Return the name of a class of errors in kebab case."""
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in kind.__name__).lstrip("-")


class SettingError(RenkeiError):
    """An option or variable with an unknown name or a value out of bounds.

    It says what was expected of *name* and never what was given: that may be a password,
    or the address of one. *expected* and *remedy* are message ids with the same *values*, or
    messages.
    """

    members = ("name",)

    def __init__(self, name: str, expected: Text, remedy: Text = "", /, **values: object) -> None:
        told = Message(expected, values) if isinstance(expected, str) else expected
        super().__init__(
            "%(name)s: %(expected)s was expected.",
            remedy,
            **{**values, "name": name, "expected": told},
        )


class SourceError(RenkeiError):
    """A file under ontology/, data/ or shapes/ that cannot be read; *reason* says why."""

    members = ("path", "line", "column")
    quoted = None

    def __init__(
        self,
        path: Path,
        line: int | None,
        column: int | None,
        reason: Text,
        remedy: Text,
        /,
        **values: object,
    ) -> None:
        place = ":".join(str(part) for part in (path, line, column) if part is not None)
        self.reason = Message(reason, values) if isinstance(reason, str) else reason
        told = {"place": place, "reason": self.reason, "path": str(path)}
        super().__init__(
            "%(place)s: %(reason)s", remedy, **{**values, **told, "line": line, "column": column}
        )
        self.path, self.line, self.column = path, line, column


class RuleError(RenkeiError):
    """A rule under data/rules/ that is not a CONSTRUCT query or never comes to rest."""

    quoted = None


class PublicationRefused(RenkeiError):
    """A publication with findings of severity sh:Violation; nothing was written.

    *checked* is what was found, for whoever tells it.
    """

    quoted = None

    def __init__(
        self, detail: Text, remedy: Text = "", /, checked: object = None, **values: object
    ) -> None:
        super().__init__(detail, remedy, **values)
        self.checked = checked


class ReleaseError(RenkeiError):
    """A release folder that is missing, incomplete, damaged or of another making."""


class FileDamaged(ReleaseError):
    """A file of a release that is not what was packed; *name* is its name, never a path."""

    status = 503
    title = "A file of this release is damaged"
    members = ("file", "release", "retry_after")

    def __init__(self, name: str, release: str) -> None:
        super().__init__(
            "%(file)s of release %(release)s is not what was packed.",
            "Whoever runs this server can pack or copy the release again.",
            file=name,
            release=release,
            retry_after=60,
        )
        self.name, self.release = name, release


class BadRequest(RenkeiError):
    """A request whose parameters or body cannot be understood."""

    members: ClassVar[tuple[str, ...]] = ("at", "parameter", "query", "bound")
    status = 400
    title = "The request is not right"


class QueryError(BadRequest):
    """A query that is not SPARQL 1.1, with the place where reading stopped.

    *line* and *column* count from 1; *token* is the text found there.
    """

    title = "The query is not right"
    members: ClassVar[tuple[str, ...]] = ("line", "column", "token")

    def __init__(
        self,
        detail: Text,
        remedy: Text = "",
        /,
        line: int | None = None,
        column: int | None = None,
        token: str | None = None,
        **values: object,
    ) -> None:
        super().__init__(detail, remedy, line=line, column=column, token=token, **values)
        self.line, self.column, self.token = line, column, token

    @classmethod
    def at(
        cls,
        line: int,
        column: int,
        token: str,
        wrong: Text,
        remedy: Text = "",
        /,
        **values: object,
    ) -> Self:
        """Return the error that says what is *wrong* at a place of the query."""
        said = Message(wrong, values) if isinstance(wrong, str) else wrong
        then = Message(remedy, values) if isinstance(remedy, str) else remedy
        place = line, column, token
        error = cls("Line %(line)s, column %(column)s: %(wrong)s", then, *place, wrong=said)
        error.values = {**values, **error.values}  # `members` says which of them are told
        return error

    @property
    def wrong(self) -> Message:
        """What is wrong, without the place, for whoever shows the place in another way."""
        said = self.values.get("wrong")
        return self._said(said) if isinstance(said, Message) else self.detail


class ServiceRefused(QueryError):
    """A SERVICE that is not asked from here; *endpoint* is as it was written."""

    title = "This SERVICE is not asked from here"
    members = (*QueryError.members, "endpoint")


class OriginRefused(RenkeiError):
    """A request that a browser sent for a page of another site; *origin* names that site."""

    status = 403
    title = "A page of another site may not ask here"
    members = ("origin",)


class NotKnown(RenkeiError):
    """An IRI or address nothing is published about."""

    status = 404
    title = "Nothing is published here"
    members = ("iri", "pages", "release")


class Withdrawn(RenkeiError):
    """An IRI about which earlier releases say something, and the present one nothing."""

    status = 410
    title = "This was withdrawn"
    members = ("iri", "day", "why")


class NotAllowed(RenkeiError):
    """A method the address does not answer."""

    status = 405
    title = "This method is not answered here"


class NothingAcceptable(RenkeiError):
    """An Accept header that names only formats we do not have."""

    status = 406
    title = "None of the formats asked for can be had"
    members: ClassVar[tuple[str, ...]] = ("accept", "available")

    @classmethod
    def of(cls, accept: str, available: list[str]) -> Self:
        """Return the error for a header, or a word, that names nothing of what is *available*."""
        return cls(
            '"%(accept)s" names no format that is offered here.',
            "Ask for one of: %(available)s.",
            accept=accept,
            available=available,
        )


class CannotCarry(NothingAcceptable):
    """A format that has no way to write what was asked for: a character, a property's name.

    *statement* is what it cannot write; of a table, *row* and *column* say where that stands.
    """

    title = "This format cannot carry the answer"
    members = ("format", "statement", "row", "column")

    @classmethod
    def of_statement(cls, name: str, statement: str) -> Self:
        """Return the error for a *statement* that the format *name* has no way to write."""
        return cls(
            "%(format)s has no way to write %(statement)s",
            "Ask for another format: JSON, CSV, or Turtle for statements.",
            format=name,
            statement=statement,
        )


class Changed(RenkeiError):
    """A precondition (If-Match, If-Unmodified-Since) that what stands here does not meet."""

    status = 412
    title = "What stands here is not what you have"


class RequestTimeout(RenkeiError):
    """A request that did not come to its end in time."""

    status = 408
    title = "The request did not come in time"


class TooLarge(RenkeiError):
    """A request over a size bound."""

    status = 413
    title = "The request is too large"
    members = ("bytes",)


class HeadTooLarge(RenkeiError):
    """An address and headers over the bound they have together."""

    status = 431
    title = "The address or the headers are too long"


class WrongMediaType(RenkeiError):
    """A request body in a media type that is not read here."""

    status = 415
    title = "The body is in a format that is not read here"


class NoSuchRange(RenkeiError):
    """A Range header none of whose bytes a file has; *size* is how many it has."""

    status = 416
    title = "The file has no such bytes"
    members = ("size",)

    def __init__(self, size: int) -> None:
        super().__init__(
            counted(
                "The file has %(number)s byte, and none of those asked for.",
                "The file has %(number)s bytes, and none of those asked for.",
                size,
            ),
            "Ask for bytes below its size, or without Range for the whole file.",
            size=size,
        )
        self.size = size


class TooManyRequests(RenkeiError):
    """A client over its share; *retry_after* is in whole seconds."""

    status = 429
    title = "Too many requests from this address"
    members = ("retry_after",)

    def __init__(self, detail: Text, remedy: Text, /, retry_after: int, **values: object) -> None:
        super().__init__(detail, remedy, retry_after=retry_after, **values)
        self.retry_after = retry_after


class NotSupported(RenkeiError):
    """A custom function that the engine does not have; *function* is its IRI.

    *known* are the IRIs of those that it has.
    """

    status = 501
    title = "This is not supported here"
    members = ("function", "known")


class VersionTooOld(RenkeiError):
    """A version of HTTP in which an answer cut short cannot be told from a whole one."""

    status = 505
    title = "A newer version of HTTP is needed"


class StoreError(RenkeiError):
    """A store that answered, but not as the SPARQL Protocol says."""

    status = 502
    title = "The store behind this server answered wrongly"
    members = ("held",)


class ServiceFailed(StoreError):
    """A SERVICE that was asked and gave no answer, or none that can be read."""

    title = "A SERVICE did not answer"


class StoreUnavailable(RenkeiError):
    """No store, no free engine, or an engine that met its memory bound."""

    status = 503
    title = "The store cannot answer now"
    members = ("retry_after", "bound", "bytes")

    def __init__(
        self, detail: Text, remedy: Text = "", /, retry_after: int = 5, **values: object
    ) -> None:
        super().__init__(detail, remedy, retry_after=retry_after, **values)
        self.retry_after = retry_after


class AnswerTooLarge(StoreUnavailable):
    """An answer over the row or byte bound; it is refused, never cut."""

    title = "The answer is larger than this server gives"
    members = ("retry_after", "bound", "most")

    @classmethod
    def over(cls, most: int, what: str) -> Self:
        """Return the error for an answer of more than *most* rows, statements or bytes."""
        return cls(
            _OVER[what].counting(most),
            "Add a LIMIT, ask for partial=true, or take the dump of the release.",
            bound=what,
            most=most,
        )


_OVER = {
    "rows": counted(
        "The answer has more than %(number)s row, the most this server gives.",
        "The answer has more than %(number)s rows, the most this server gives.",
        0,
    ),
    "statements": counted(
        "The answer has more than %(number)s statement, the most this server gives.",
        "The answer has more than %(number)s statements, the most this server gives.",
        0,
    ),
    "bytes": counted(
        "The answer has more than %(number)s byte, the most this server gives.",
        "The answer has more than %(number)s bytes, the most this server gives.",
        0,
    ),
}


class DeadlineExceeded(RenkeiError):
    """A query stopped at its deadline; *seconds* is the budget it had."""

    status = 504
    title = "The query took too long"
    members = ("seconds",)

    def __init__(self, seconds: float) -> None:
        super().__init__(
            counted(
                "The query was stopped after %(number)s second, its whole budget.",
                "The query was stopped after %(number)s seconds, its whole budget.",
                seconds,
            ),
            "Ask for less: add patterns, a LIMIT, or split the question.",
            seconds=seconds,
        )
        self.seconds = seconds
