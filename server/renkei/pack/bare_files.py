"""Files that stand in no publication yet, as one: to look at them takes one command.

A publication is laid out in a temporary folder, with links to the files where they stand, so
that nothing is written beside them, what is wrong is told with their own names, and what goes
over memory goes to disk once. It ends with the block that asked for it.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from renkei.errors import SourceError
from renkei.pack.reading import source_files, tabular


def are_meant(places: Sequence[Path]) -> bool:
    """Say whether *places* are files, or folders that are no publication."""
    return len(places) > 1 or any(not (place / "data").is_dir() for place in places)


@contextmanager
def as_publication(places: Sequence[Path]) -> Iterator[Path]:
    """Give a publication of the files at *places*, and remove it when it is no longer used.

    Raises SourceError for a place that is not there, that is no format that is read, that is a
    publication or release itself, or that holds no file to be read.
    """
    files = list(dict.fromkeys(file for place in places for file in _files_at(place)))
    first = places[0].resolve()
    name = first.name if first.is_dir() else source_files.stem_of(first)
    with tempfile.TemporaryDirectory(prefix="renkei-files-") as scratch, _ended_in_order():
        publication = Path(scratch) / (name or "data")
        shared = Path(os.path.commonpath([file.parent for file in files]))
        for file in files:
            link = publication / source_files.BARE / file.relative_to(shared)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(file)
        yield publication


def _files_at(place: Path) -> Iterable[Path]:
    """Return the files to read at *place*, each with its whole path. Raises SourceError."""
    whole = Path(os.path.normpath(place.absolute()))  # without "..", and with its links as they are
    if whole.is_dir():
        for sign in ("data", "manifest.json", "current"):
            if (whole / sign).exists():
                raise SourceError(
                    place,
                    None,
                    None,
                    "this is a publication or a release, and not a file among others.",
                    "Name it alone.",
                )
        found = [path for path in _below(whole) if source_files.suffix_of(path) != ".rq"]
        if not any(source_files.suffix_of(path) in source_files.SUFFIXES for path in found):
            raise _nothing(place, "there is no folder data/ here, and no file of a format that "
                           "is read.")  # fmt: skip
        return found
    if not whole.is_file():
        raise SourceError(place, None, None, "there is no such file or folder.", "See to its name.")
    if source_files.suffix_of(whole) not in (*source_files.SUFFIXES, *source_files.TABULAR):
        raise _nothing(place, "this is no format that is read.")
    return [whole, *tabular.beside(whole)]


def _nothing(place: Path, reason: str) -> SourceError:
    return SourceError(
        place,
        None,
        None,
        reason,
        "What is read ends in %(suffixes)s, or in one of these and %(compressed)s; `renkei init` "
        "makes a publication.",
        suffixes=" ".join(source_files.SUFFIXES),
        compressed=" ".join(source_files.COMPRESSED),
    )


def _below(folder: Path) -> list[Path]:
    """Return all files in *folder* and its folders, but those an editor or a system hides."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not path.name.endswith("~")
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Have SIGTERM end the block as Ctrl-C does, so that nothing is left behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
