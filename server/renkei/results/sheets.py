"""What every workbook of ours has: how its first row looks, how wide a column is, and its bytes.

The same cells and the same time give the same bytes, as a strong ETag promises.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.writer.excel import ExcelWriter

WIDEST, NARROWEST = 60, 8  # letters of a column as it opens
HEAD_FONT, HEAD_FILL = Font(bold=True), PatternFill("solid", fgColor="E8EEF4")


def width(texts: Iterable[str]) -> int:
    """Return how many letters wide a column with *texts* opens; wide ones count twice."""
    widest = max((sum(2 if ord(c) > 0x2E7F else 1 for c in text) for text in texts), default=0)
    return min(max(widest, NARROWEST) + 2, WIDEST)


def save(book: Workbook, created: datetime, out: IO[bytes]) -> None:
    """Write *book* to *out*, with *created* as the time of everything inside."""
    book.properties.creator = "Renkei"
    book.properties.created = book.properties.modified = created.replace(tzinfo=None)
    with _StillArchive(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.time = created.timetuple()[:6]
        ExcelWriter(book, archive).save()


class _StillArchive(zipfile.ZipFile):
    """An archive whose entries all have one time."""

    time: tuple[int, ...] = ()

    def writestr(self, zinfo_or_arcname: Any, data: Any, *how: Any, **named: Any) -> None:
        """Write *data* as an entry."""
        super().writestr(self._entry(zinfo_or_arcname), data, *how, **named)

    def write(self, filename: Any, arcname: Any = None, *how: Any, **named: Any) -> None:
        """Write a file as an entry."""
        with Path(filename).open("rb") as read, self.open(self._entry(arcname), "w") as written:
            shutil.copyfileobj(read, written)

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, self.time)  # type: ignore[arg-type]
        entry.compress_type = zipfile.ZIP_DEFLATED
        return entry
