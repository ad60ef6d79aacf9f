"""Which writer a format has, and an answer that is made of another.

The bounds of rows and time are kept by who answers; that of bytes is kept here as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime
from typing import IO

from renkei.errors import AnswerTooLarge
from renkei.rdf.formats import GEOJSON, XLSX, Format
from renkei.results import feature_collection, parquet, workbook
from renkei.results.solutions import IN_MEMORY, Solutions, spool

PIECE = 64 * 1024  # bytes handed on together


class WrittenAnswer:
    """An answer that is whole: its *size*, and its bytes, once.

    *cut* is what the answer it is made of says; *complete* that it is small enough to be gathered.
    """

    def __init__(self, file: IO[bytes], fmt: Format) -> None:
        self.media_type = fmt.media_type
        self.cut = False
        self._file = file
        self.size = file.seek(0, 2)
        self.complete = self.size <= IN_MEMORY
        file.seek(0)

    def __iter__(self) -> Iterator[bytes]:
        """Give the bytes; the room is given back at their end."""
        try:
            while piece := self._file.read(PIECE):
                yield piece
        finally:
            self.close()

    def close(self) -> None:
        """Give its room back."""
        self._file.close()


def written(
    pieces: Iterable[bytes], fmt: Format, most_bytes: int, created: datetime
) -> WrittenAnswer:
    """Return an answer in SPARQL Results JSON, which comes in *pieces*, as a file in *fmt*.

    *created* is the time that a file which has one says. Raises CannotCarry where *fmt* has no way
    to hold the answer, AnswerTooLarge over *most_bytes*, and what reading the pieces raises.
    """
    out = spool()
    try:
        with closing(Solutions(pieces)) as solutions:
            if fmt is XLSX:
                workbook.write(solutions, out, created)
            elif fmt is GEOJSON:
                feature_collection.write(solutions, out)
            else:
                parquet.write(solutions, out)
        answer = WrittenAnswer(out, fmt)
        if answer.size > most_bytes:
            raise AnswerTooLarge.over(most_bytes, "bytes")
    except BaseException:
        out.close()
        raise
    return answer
