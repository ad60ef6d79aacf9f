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
    ├── OriginRefused           403  a page of another site, where browsers may not ask
    ├── NotKnown                404  an IRI or address that is not published
    ├── NotAllowed              405  the method does not fit the address
    ├── NothingAcceptable       406  no format of ours fits the Accept header
    ├── RequestTimeout          408  a body that does not come to its end
    ├── Changed                 412  not what a precondition says the client has
    ├── TooLarge                413  a body over the bound
    ├── WrongMediaType          415  a body we do not read
    ├── NoSuchRange             416  bytes that a file does not have
    ├── HeadTooLarge            431  address and headers over their bound
    ├── TooManyRequests         429  a client over its share; says when to return
    ├── NotSupported            501  a function that the engine does not have
    ├── StoreError              502  a remote store answered wrongly
    ├── StoreUnavailable        503  no store, no free engine, or out of memory
    │   └── AnswerTooLarge      503  a row or byte bound was met
    └── DeadlineExceeded        504  a query outlived its budget

An error carries its facts as attributes, so that a page, a log and a command line
can each tell it their own way. Messages are English; `serve` translates by the
error's `code` and `facts`.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class RenkeiError(Exception):
    """Something we refuse or cannot do; *remedy* says what to do next."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "The server failed"

    def __init__(self, detail: str, remedy: str = "", **facts: object) -> None:
        super().__init__(f"{detail} {remedy}".strip())
        self.detail = detail
        self.remedy = remedy
        self.facts = facts

    def __reduce__(self) -> tuple[object, ...]:
        """Return what a process needs to make the same error of (see `pickle`)."""
        return _remade, (type(self), self.args, self.__dict__)

    @property
    def code(self) -> str:
        """The last part of the problem type."""
        return code_of(type(self))


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
    or the address of one.
    """

    def __init__(self, name: str, expected: str, remedy: str = "") -> None:
        super().__init__(f"{name}: {expected} was expected.", remedy, name=name, expected=expected)


class SourceError(RenkeiError):
    """A file under ontology/, data/ or shapes/ that cannot be read."""

    def __init__(
        self, path: Path, line: int | None, column: int | None, reason: str, remedy: str
    ) -> None:
        place = ":".join(str(part) for part in (path, line, column) if part is not None)
        super().__init__(f"{place}: {reason}", remedy, path=str(path), line=line, column=column)
        self.path, self.line, self.column, self.reason = path, line, column, reason


class RuleError(RenkeiError):
    """A rule under data/rules/ that is not a CONSTRUCT query or never comes to rest."""


class PublicationRefused(RenkeiError):
    """A publication with findings of severity sh:Violation; nothing was written."""


class ReleaseError(RenkeiError):
    """A release folder that is missing, incomplete, damaged or of another making."""


class FileDamaged(ReleaseError):
    """A file of a release that is not what was packed; *name* is its name, never a path."""

    status = 503
    title = "A file of this release is damaged"

    def __init__(self, name: str, release: str) -> None:
        super().__init__(
            f"{name} of release {release} is not what was packed.",
            "Whoever runs this server can pack or copy the release again.",
            file=name,
            release=release,
            retry_after=60,
        )
        self.name, self.release = name, release


class BadRequest(RenkeiError):
    """A request whose parameters or body cannot be understood."""

    status = 400
    title = "The request is not right"


class QueryError(BadRequest):
    """A query that is not SPARQL 1.1, with the place where reading stopped.

    *line* and *column* count from 1; *token* is the text found there.
    """

    title = "The query is not right"

    def __init__(
        self,
        detail: str,
        remedy: str = "",
        line: int | None = None,
        column: int | None = None,
        token: str | None = None,
    ) -> None:
        super().__init__(detail, remedy, line=line, column=column, token=token)
        self.line, self.column, self.token = line, column, token


class OriginRefused(RenkeiError):
    """A request that a browser sent for a page of another site; *origin* names that site."""

    status = 403
    title = "A page of another site may not ask here"


class NotKnown(RenkeiError):
    """An IRI or address nothing is published about."""

    status = 404
    title = "Nothing is published here"


class NotAllowed(RenkeiError):
    """A method the address does not answer."""

    status = 405
    title = "This method is not answered here"


class NothingAcceptable(RenkeiError):
    """An Accept header that names only formats we do not have."""

    status = 406
    title = "None of the formats asked for can be had"

    def __init__(self, accept: str, available: list[str]) -> None:
        super().__init__(
            f'"{accept}" names no format that is offered here.',
            f"Ask for one of: {', '.join(available)}.",
            accept=accept,
            available=available,
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

    def __init__(self, size: int) -> None:
        super().__init__(
            f"The file has {size} bytes, and none of those asked for.",
            "Ask for bytes below its size, or without Range for the whole file.",
            size=size,
        )
        self.size = size


class TooManyRequests(RenkeiError):
    """A client over its share; *retry_after* is in whole seconds."""

    status = 429
    title = "Too many requests from this address"

    def __init__(self, detail: str, remedy: str, retry_after: int) -> None:
        super().__init__(detail, remedy, retry_after=retry_after)
        self.retry_after = retry_after


class NotSupported(RenkeiError):
    """A custom function that the engine does not have; *function* is its IRI."""

    status = 501
    title = "This is not supported here"


class StoreError(RenkeiError):
    """A store that answered, but not as the SPARQL Protocol says."""

    status = 502
    title = "The store behind this server answered wrongly"


class StoreUnavailable(RenkeiError):
    """No store, no free engine, or an engine that met its memory bound."""

    status = 503
    title = "The store cannot answer now"

    def __init__(
        self, detail: str, remedy: str = "", retry_after: int = 5, **facts: object
    ) -> None:
        super().__init__(detail, remedy, retry_after=retry_after, **facts)
        self.retry_after = retry_after


class AnswerTooLarge(StoreUnavailable):
    """An answer over the row or byte bound; it is refused, never cut."""

    title = "The answer is larger than this server gives"


class DeadlineExceeded(RenkeiError):
    """A query stopped at its deadline; *seconds* is the budget it had."""

    status = 504
    title = "The query took too long"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The query was stopped after {seconds:g} seconds, its whole budget.",
            "Ask for less: add patterns, a LIMIT, or split the question.",
            seconds=seconds,
        )
        self.seconds = seconds
