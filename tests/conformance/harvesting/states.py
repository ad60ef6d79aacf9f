"""A publication at three times: as it is, with one word changed, with one data set withdrawn.

Each is packed and recorded into one folder of releases, as authors do it: the first two days
ago, the others on the days to come: of its own kind, CKAN takes a change only where it is dated
after the harvest before.
What is changed is told of one data set alone, in the catalogue; what is withdrawn is all that one
data set is made from.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DAY = 86_400


@dataclass(frozen=True)
class Subject:
    """A publication, what is changed in it, and what is withdrawn."""

    name: str
    folder: Path
    language: str
    whole: str  # the path of the data set that holds all others
    changed: str  # the path under the root of the data set that is changed
    old: str
    new: str
    withdrawn: str  # the path of the other
    removed: str  # the file or folder that it is made from
    besides: str = ""  # of what stands in the catalogue, the pattern that goes with it


def packed(subject: Subject, work: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name of each time with its release, once it is packed."""
    copy, releases = work / subject.name, work / f"{subject.name}-releases"
    for name in ("ontology", "data", "shapes"):
        shutil.copytree(subject.folder / name, copy / name)
    now = int(time.time())
    yield "as it is", _pack(copy, releases, now - 2 * DAY)
    _edit(copy, re.escape(subject.old), subject.new)
    _version(copy, 1)
    yield "changed", _pack(copy, releases, now + DAY)
    gone = copy / subject.removed
    if gone.is_dir():
        shutil.rmtree(gone)
        gone.mkdir()
    else:
        gone.unlink()
    if subject.besides:
        _edit(copy, subject.besides, "")
    _version(copy, 2)
    yield "withdrawn", _pack(copy, releases, now + 2 * DAY)


def _edit(copy: Path, pattern: str, new: str) -> None:
    file = copy / "data" / "catalogue.ttl"
    text, times = re.subn(pattern, new, file.read_text("utf-8"), flags=re.DOTALL)
    if not times:
        raise ValueError(f"{pattern!r} does not stand in {file}")
    file.write_text(text, "utf-8")


def _version(copy: Path, number: int) -> None:
    _edit(copy, r'((?:owl:versionInfo|dcat:version) )"[^"]*"', rf'\1"9.0.{number}"')


def _pack(copy: Path, releases: Path, moment: int) -> Path:
    environ = {n: v for n, v in os.environ.items() if not n.startswith("RENKEI_")}
    environ["SOURCE_DATE_EPOCH"] = str(moment)
    program = str(Path(sys.executable).with_name("renkei"))
    words = [program, "pack", str(copy), "--releases", str(releases), "--record"]
    done = subprocess.run(words, env=environ, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stdout[-1500:]} {done.stderr[-500:]}")
    return (releases / "current").resolve()
