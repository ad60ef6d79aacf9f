"""A part of a file as the body of an answer, which a server may send without reading it here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PIECE = 64 * 1024  # bytes read at a time


@dataclass(frozen=True)
class FilePart:
    """*length* bytes of the file at *path* from *first* on; a WSGI body.

    Iterating raises OSError where the file has become shorter: what was sent is not whole.
    """

    path: Path
    first: int
    length: int

    def __iter__(self) -> Iterator[bytes]:
        left = self.length
        with self.path.open("rb") as file:
            file.seek(self.first)
            while left:
                piece = file.read(min(PIECE, left))
                if not piece:
                    raise OSError(f"{self.path.name} has become shorter while it was sent")
                left -= len(piece)
                yield piece
