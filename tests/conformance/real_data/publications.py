"""The publications of `real.toml`, and how a checkout becomes a folder that is packed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.peers.peers import jena

LIST = Path(__file__).with_name("real.toml")
PACK_SECONDS = 1800
SYNTAXES = {"rdf": "rdfxml", "n3": "turtle"}  # suffix -> what Jena calls it


@dataclass(frozen=True)
class Publication:
    """One line of the list. *rewritten* is the suffix of the syntax Jena puts it into first."""

    name: str
    repo: str
    commit: str
    kind: str
    licence: str
    paths: tuple[str, ...]
    root: str = ""
    title: str = ""
    rewritten: str = ""
    context: str = ""
    context_file: str = ""
    dropped: str = ""
    not_read_by_jena: tuple[str, ...] = ()

    def files(self, checkouts: Path) -> list[Path]:
        """Return its files in the checkout. Raises SystemExit where there are none."""
        place = checkouts / self.name
        found = sorted(
            path
            for pattern in self.paths
            for path in place.glob(pattern)
            if path.relative_to(place).as_posix() not in self.not_read_by_jena
        )
        if not found:
            raise SystemExit(f"{place} has none of {', '.join(self.paths)}: see {LIST.name}.")
        return found


@dataclass(frozen=True)
class Packing:
    """What packing came to: *said* is its output, *release* None where it was refused."""

    release: Path | None
    said: str
    seconds: float
    megabytes: float


def listed(only: Sequence[str] = ()) -> list[Publication]:
    """Return the list, or those of it that are named. Raises SystemExit for an unknown name."""
    rows = tomllib.loads(LIST.read_text("utf-8"))["publication"]
    found = [
        Publication(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()})
        for row in rows
    ]
    if unknown := set(only) - {p.name for p in found}:
        raise SystemExit(f"{LIST.name} has no {', '.join(sorted(unknown))}.")
    return [p for p in found if not only or p.name in only]


def lay_out(publication: Publication, checkouts: Path, folder: Path) -> list[Path]:
    """Copy the files into *folder*`/data/` as they are, or rewritten; return the copies."""
    laid = []
    for path in publication.files(checkouts):
        target = folder / "data" / path.relative_to(checkouts / publication.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        if publication.rewritten:
            target = target.with_suffix("." + publication.rewritten)
            said = f"--formatted={SYNTAXES[publication.rewritten]}"
            target.write_bytes(riot(said, str(path)))
        else:
            shutil.copyfile(path, target)
        laid.append(target)
    if publication.context_file:
        kept = _context_of(publication, folder)
        kept.parent.mkdir(parents=True)
        shutil.copyfile(checkouts / publication.name / publication.context_file, kept)
    return laid


def _context_of(publication: Publication, folder: Path) -> Path:
    """Return where a publication keeps the context that a document names by its address."""
    place = publication.context.split("//")[1].strip("/")
    return folder / "data" / "contexts" / f"{place}.jsonld"


def statements(publication: Publication, files: Sequence[Path], root: str) -> bytes:
    """Return what Jena reads in *files*, as N-Quads; relative IRIs stand under *root*."""
    if publication.context_file:
        files = [_with_context(publication, path) for path in files]
    said = riot("--nocheck", f"--base={root}", "--output=nquads", *map(str, files))
    return b"".join(  # its warnings stand between its lines
        line + b"\n" for line in said.split(b"\n") if line.startswith((b"<", b"_:"))
    )


def _with_context(publication: Publication, path: Path) -> Path:
    """Write *path* with its context inside, for a reader that would fetch it."""
    folder = next(p for p in path.parents if p.name == "data").parent
    context = json.loads(_context_of(publication, folder).read_text("utf-8"))["@context"]
    document = json.loads(path.read_text("utf-8")) | {"@context": context}
    target = folder / f"inside-{path.stem}.jsonld"
    target.write_text(json.dumps(document), "utf-8")
    return target


LOGGING = Path(__file__).parent / "log4j2.properties"
FAILED = ("Exception in thread", "Error:", "java.lang.")  # how Java begins when it ends


def riot(*words: str) -> bytes:
    """Run Jena's command of that name. Raises SystemExit with what it says."""
    logging = f"-Dlog4j2.configurationFile={LOGGING}"
    command = ["java", "-Xmx4g", logging, "-cp", str(jena()), "riotcmd.riot", *words]
    try:
        done = subprocess.run(command, capture_output=True, timeout=600)
    except subprocess.TimeoutExpired as error:
        raise SystemExit(f"riot {words[0]}: {error}") from error
    said = (done.stdout + done.stderr).decode("utf-8", "replace").splitlines()
    wrong = [line for line in said if " ERROR " in line[:40] or line.startswith(FAILED)]
    if wrong or done.returncode > 1:  # it returns 1 for warnings too
        raise SystemExit(f"riot {words[0]}: {(wrong or said[-1:] or ['nothing said'])[0]}")
    return done.stdout


def pack(publication: Publication, folder: Path) -> Packing:
    """Pack *folder* in a process of its own, as its owner would."""
    program = Path(sys.executable).with_name("renkei")
    words = [str(program), "pack", str(folder), "--lang", "en"]
    if publication.root:
        words += ["--root", publication.root]
    if publication.title:
        words += ["--title", publication.title]
    environ = {n: v for n, v in os.environ.items() if not n.startswith("RENKEI_")}
    said = folder / "said.txt"
    began = time.monotonic()
    with said.open("wb") as out:
        process = subprocess.Popen(words, env=environ, stdout=out, stderr=subprocess.STDOUT)
        while True:
            done, status, used = os.wait4(process.pid, os.WNOHANG)
            if done:
                break
            if time.monotonic() - began > PACK_SECONDS:
                process.kill()
                os.wait4(process.pid, 0)
                return Packing(None, f"not packed in {PACK_SECONDS} s", PACK_SECONDS, 0)
            time.sleep(0.05)
    process.returncode = os.waitstatus_to_exitcode(status)
    release = folder / "releases" / "current"
    packed = process.returncode == 0 and release.exists()
    return Packing(
        release.resolve() if packed else None,
        said.read_text("utf-8", "replace"),
        time.monotonic() - began,
        used.ru_maxrss / 1024,
    )
