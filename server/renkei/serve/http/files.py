"""A part of a file as the body of an answer, which a server may send without reading it here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PIECE = 64 * 1024  # bytes read at a time


def stamp_of(descriptor: int) -> tuple[int, ...]:
    """Return what the system says of an open file; a change in place gives another."""
    found = os.fstat(descriptor)
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


@dataclass(frozen=True)
class FilePart:
    """*length* bytes of the file at *path* from *first* on; a WSGI body.

    *stamp* is that of the file whose bytes are meant. Iterating raises OSError where another
    stands there, or it is changed meanwhile: before the last piece, so that what is sent of
    a changed file is broken off and never looks whole.
    """

    path: Path
    first: int
    length: int
    stamp: tuple[int, ...]

    def __iter__(self) -> Iterator[bytes]:
        """Give the pieces."""
        left = self.length
        with self.path.open("rb") as file:
            self._check(file.fileno())
            file.seek(self.first)
            while left:
                piece = file.read(min(PIECE, left))
                left -= len(piece)
                if not left or not piece:
                    self._check(file.fileno())
                if not piece:
                    raise OSError(f"{self.path.name} is shorter than it was")
                yield piece

    def _check(self, descriptor: int) -> None:
        now = stamp_of(descriptor)
        # a name that is taken away changes the last time alone, and no byte
        gone = os.fstat(descriptor).st_nlink == 0
        if now[:3] != self.stamp[:3] or (now != self.stamp and not gone):
            raise OSError(f"{self.path.name} was changed while it was sent")
