"""Which writer a format has, and the file that is made of an answer.

The bounds of rows and time are kept by who answers; that of bytes is kept here as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from typing import IO, NamedTuple

from renkei.errors import AnswerTooLarge
from renkei.rdf.formats import GEOJSON, XLSX, Format
from renkei.results import feature_collection, parquet, workbook
from renkei.results.solutions import Solutions, spool


class Written(NamedTuple):
    """A file, and whether the answer in it has no rows."""

    file: IO[bytes]
    is_empty: bool


def written(pieces: Iterable[bytes], fmt: Format, most_bytes: int, created: datetime) -> Written:
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
            is_empty = solutions.is_empty
        if out.seek(0, 2) > most_bytes:
            raise AnswerTooLarge.over(most_bytes, "bytes")
        out.seek(0)
    except BaseException:
        out.close()
        raise
    return Written(out, is_empty)
