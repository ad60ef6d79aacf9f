"""The solutions of a query, read as often as a file needs them.

What a store answers in SPARQL 1.1 Query Results JSON is put aside, on disk where it is long, and
parsed row by row: a writer may look at all rows before it writes the first, and holds none.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

import pyoxigraph as ox

IN_MEMORY = 8 << 20  # bytes of an answer that are not put on disk
BOOLEAN = "boolean"  # the column of an answer to ASK: its member in the JSON format

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = tuple[Term | None, ...]


def spool() -> IO[bytes]:
    """Return a file that is in memory while it is short, and that nobody else can open."""
    return tempfile.SpooledTemporaryFile(IN_MEMORY)


class Solutions:
    """The answer in *pieces*: its *columns*, and rows that are read anew each time.

    The answer to an ASK is one row with one column. Closing it gives its room back.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._file = spool()
        for piece in pieces:
            self._file.write(piece)
        answer = self._parsed()
        self._boolean = bool(answer) if isinstance(answer, ox.QueryBoolean) else None
        self.columns: tuple[str, ...] = (BOOLEAN,)
        if isinstance(answer, ox.QuerySolutions):
            self.columns = tuple(variable.value for variable in answer.variables)

    def __iter__(self) -> Iterator[Row]:
        """Give the rows, from the first on."""
        answer = self._parsed()
        if isinstance(answer, ox.QuerySolutions):
            for solution in answer:
                yield tuple(solution)
        else:
            yield (ox.Literal(bool(answer)),)

    @property
    def is_empty(self) -> bool:
        """Whether there are no rows; or the answer to an ASK is false."""
        return not self._boolean if self._boolean is not None else not any(True for _ in self)

    def close(self) -> None:
        """Forget the answer."""
        self._file.close()

    def _parsed(self) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        self._file.seek(0)
        return ox.parse_query_results(self._file, ox.QueryResultsFormat.JSON)
