"""The Store protocol: the few things a store must do, whichever engine stands behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Protocol

from renkei.config import Settings
from renkei.rdf.formats import Format
from renkei.release import Release
from renkei.sparql.outline import Form, Term

Row = dict[str, Term]
GATHERED = 8 << 20  # bytes of an answer that is handed on in one piece
PIECE = 64 * 1024  # bytes of a longer one that are handed on together


@dataclass(frozen=True)
class Limits:
    """What one query may spend: wall-clock *seconds*, and *rows* and *bytes* of its answer."""

    seconds: float
    rows: int
    bytes: int


@dataclass(frozen=True)
class Query:
    """A SPARQL 1.1 query and its dataset.

    *default_graphs* and *named_graphs* are the graphs of the protocol's dataset
    parameters; None for both means the dataset of the store (or of the query's own FROM).
    *partial* asks for the first rows, marked, where the row bound would refuse.
    """

    text: str
    form: Form
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    partial: bool = False


def endpoints_of(release: Release, settings: Settings) -> frozenset[str]:
    """Return the addresses of our endpoint: where it stands, and what the data call it.

    A SERVICE of one of them asks ourselves.
    """
    return frozenset(f"{base}sparql" for base in (settings.public, release.manifest.root))


class Answer(Protocol):
    """The bytes of an answer, as they come. Closing it early stops the query."""

    media_type: str
    cut: bool  # True where a partial answer was asked for and the row bound was met

    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


class FileAnswer:
    """An answer that is whole, in a *file* without a name: its *size*, and its bytes, once.

    *complete* says that it is short enough to be gathered, *is_empty* that it is known to have no
    rows, *seconds* how long it was worked on.
    """

    def __init__(
        self,
        file: IO[bytes],
        media_type: str,
        cut: bool,
        seconds: float = 0.0,
        is_empty: bool = False,
    ) -> None:
        self.media_type, self.cut, self.seconds = media_type, cut, seconds
        self.is_empty = is_empty
        self._file = file
        self.size = file.seek(0, 2)
        self.complete = self.size <= GATHERED
        file.seek(0)

    def __iter__(self) -> Iterator[bytes]:
        """Give the bytes; the room is given back at their end."""
        with self._file:
            while piece := self._file.read(PIECE):
                yield piece

    def close(self) -> None:
        """Give its room back."""
        self._file.close()


class Store(Protocol):
    """What answers SPARQL about one release."""

    foreign: bool  # another engine than the one that packing looks at (see `rdf.authored`)

    def answer(self, query: Query, fmt: Format, limits: Limits) -> Answer:
        """Answer *query* in *fmt*. The first bytes are there when this returns.

        Raises QueryError, DeadlineExceeded, AnswerTooLarge, StoreUnavailable, StoreError.
        An answer that fails later raises the same from its iterator.
        """

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> list[Row]:
        """Run a SELECT of ours with variables bound to terms; return all rows.

        Raises StoreUnavailable, StoreError or DeadlineExceeded; never an empty list for
        a failure.
        """

    def ready(self) -> None:
        """Return when the store can answer.

        Raises StoreUnavailable, and StoreError where it holds another release.
        """

    def health(self) -> dict[str, object]:
        """Return how the store is: `ok` (bool), `kind`, and figures for /metrics."""

    def rest(self) -> None:
        """Let go of connections that wait: a process that is forked must not inherit them."""

    def close(self) -> None:
        """Give back processes, connections and folders."""
