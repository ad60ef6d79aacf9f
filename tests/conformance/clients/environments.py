"""Where clients are installed, once, and how their lines are run there.

Everything goes to `build/clients/<environment>`; Debian's packages go where Debian puts them,
and only root may do that. What cannot be had is told (`Missing`) and is never passed over.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.conformance.clients.catalogue import Client
from tests.peers.peers import Missing

CHECKOUT = Path(__file__).resolve().parents[3]
FOLDER = CHECKOUT / "build" / "clients"
INSTALL_SECONDS = 580
RUN_SECONDS = 120
PINNED = re.compile(r"\d+(?:\.\w+)+")  # the version in a package as it is listed


class Failed(Exception):
    """A client that ended with an error; the message is what it said last."""


def place(client: Client) -> Path:
    """Return the folder that *client* is installed in."""
    return FOLDER / client.environment


def install(client: Client) -> None:
    """Install *client* where that has not been done. Raises Missing with the reason."""
    folder = place(client)
    folder.mkdir(parents=True, exist_ok=True)
    marker = folder / f".installed-{re.sub(r'[^a-z0-9]+', '-', client.name.lower())}"
    wanted = "\n".join(client.packages)
    if marker.is_file() and marker.read_text("utf-8") == wanted:
        return
    try:
        if client.overrides:
            told = json.dumps({"overrides": dict(client.overrides)})
            (folder / "package.json").write_text(told, "utf-8")
        _INSTALLS[client.environment.partition("-")[0]](folder, client.packages)
    except (OSError, subprocess.SubprocessError) as error:
        raise Missing(f"{client.name} cannot be installed: {_words_of(error)}") from error
    marker.write_text(wanted, "utf-8")


def version(client: Client) -> str:
    """Return which version runs: as pinned in the list, or Debian's without its revision."""
    if client.environment == "debian" and client.packages:
        shown = ["dpkg-query", "-W", "-f", "${Version}", client.packages[0]]
        done = subprocess.run(shown, capture_output=True, text=True)
        return done.stdout.partition(":")[2].partition("-")[0] or done.stdout.partition("-")[0]
    found = PINNED.search(client.packages[0] if client.packages else client.version)
    return found.group() if found else ""


def run(client: Client, name: str, text: str) -> bytes:
    """Run lines that stand in a file of that *name*; return what they write. Raises Failed."""
    folder = place(client)
    suffix = Path(name).suffix
    path = folder / ("src/main.rs" if suffix == ".rs" else f"lines-{name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    try:
        return _output(_RUNS[suffix](folder, path), folder, RUN_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        raise Failed(_words_of(error)) from error


def _output(words: Sequence[str | Path], folder: Path, seconds: float, **more: str) -> bytes:
    environ = {n: v for n, v in os.environ.items() if not n.startswith("RENKEI_")}
    search = f"{folder / 'bin'}{os.pathsep}{environ['PATH']}{os.pathsep}/usr/sbin"
    environ |= {"PATH": search, "LANG": "C.UTF-8", **more}
    done = subprocess.run(
        words, cwd=folder, env=environ, capture_output=True, timeout=seconds, check=True
    )
    return done.stdout


def _words_of(error: Exception) -> str:
    """Return what a program said last, in a line."""
    said = getattr(error, "stderr", None) or getattr(error, "stdout", None) or b""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines()]
    told = [line for line in lines if line and not line.startswith(("at ", "... "))]
    wrong = [line for line in told if re.search(r"(?i)error|exception|not found", line)]
    return " / ".join((wrong or told)[-2:])[-400:] or str(error)[:300]


# How each kind is installed


def _python(folder: Path, packages: Sequence[str]) -> None:
    if not (folder / "bin" / "pip").exists():
        _output(["python3", "-m", "venv", folder], folder, INSTALL_SECONDS)
    pip = [folder / "bin" / "pip", "install", "-q", "--disable-pip-version-check"]
    _output([*pip, *packages], folder, INSTALL_SECONDS)
    if any(package.startswith("duckdb-extensions") for package in packages):
        fetch = "from duckdb_extensions import import_extension; import_extension('httpfs')"
        _output([folder / "bin" / "python", "-c", fetch], folder, 60, HOME=str(folder))


def _node(folder: Path, packages: Sequence[str]) -> None:
    quiet = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--ignore-scripts"]
    _output([*quiet, "--prefix", folder, *packages], folder, INSTALL_SECONDS)


_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>lines</groupId><artifactId>lines</artifactId>
<version>1</version><packaging>pom</packaging><dependencies>{}</dependencies></project>
"""


def _java(folder: Path, packages: Sequence[str]) -> None:
    if not packages:
        return
    names = ("groupId", "artifactId", "version", "type")
    parts = [dict(zip(names, package.split(":"), strict=False)) for package in packages]
    told = "".join(
        f"<dependency>{''.join(f'<{n}>{v}</{n}>' for n, v in part.items())}</dependency>"
        for part in parts
    )
    (folder / "pom.xml").write_text(_POM.format(told), "utf-8")
    shutil.rmtree(folder / "lib", ignore_errors=True)
    words = ["mvn", "-q", "-B", "dependency:copy-dependencies"]
    _output([*words, f"-DoutputDirectory={folder / 'lib'}"], folder, INSTALL_SECONDS)


def _rust(folder: Path, packages: Sequence[str]) -> None:
    dependencies = "\n".join(packages)
    (folder / "src").mkdir(exist_ok=True)
    (folder / "src" / "main.rs").write_text("fn main() {}\n", "utf-8")
    package = '[package]\nname = "lines"\nversion = "0.0.0"\nedition = "2024"\n'
    (folder / "Cargo.toml").write_text(f"{package}\n[dependencies]\n{dependencies}\n", "utf-8")
    tomllib.loads((folder / "Cargo.toml").read_text("utf-8"))
    _output(["cargo", "build", "-q"], folder, INSTALL_SECONDS)


def _go(folder: Path, packages: Sequence[str]) -> None:
    if not (folder / "go.mod").exists():
        _output(["go", "mod", "init", "lines"], folder, 60)
    for package in packages:
        _output(["go", "get", package], folder, INSTALL_SECONDS)


def _debian(folder: Path, packages: Sequence[str]) -> None:
    shown = ["dpkg-query", "-W", "-f", "${Package} ${Status}\n", *packages]
    done = subprocess.run(shown, capture_output=True, text=True)
    lacking = [p for p in packages if f"{p} install ok installed" not in done.stdout]
    if not lacking:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise OSError(f"apt-get install {' '.join(lacking)} is for root, and for Debian")
    quiet = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
    _output([*quiet, *lacking], folder, INSTALL_SECONDS, DEBIAN_FRONTEND="noninteractive")


_INSTALLS: Mapping[str, Callable[[Path, Sequence[str]], None]] = {
    "python": _python,
    "node": _node,
    "java": _java,
    "rust": _rust,
    "go": _go,
    "debian": _debian,
}


# How lines are run, by the suffix of their file


def _duckdb(folder: Path, path: Path) -> list[str | Path]:
    home, program = f"HOME={folder}", folder / "bin" / "duckdb"
    return ["env", home, program, "-csv", "-nullvalue", "", "-f", path]


def _by(driver: str) -> Callable[[Path, Path], list[str | Path]]:
    """Return how a page or a list of operations is run: by one of our modules, in its program."""
    words = ["env", f"PYTHONPATH={CHECKOUT}", sys.executable, "-m"]
    return lambda folder, path: [*words, f"tests.conformance.clients.{driver}", path]


def _jvm(folder: Path, path: Path) -> list[str | Path]:
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=off"
    return ["java", "-Xmx1g", quiet, "-cp", f"{folder / 'lib'}/*", path]


_RUNS: Mapping[str, Callable[[Path, Path], Sequence[str | Path]]] = {
    ".py": lambda folder, path: [folder / "bin" / "python", path],
    ".sql": _duckdb,
    ".sh": lambda folder, path: ["bash", "-e", path],
    ".mjs": lambda folder, path: ["node", path],
    ".cjs": lambda folder, path: ["node", path],
    ".java": _jvm,
    ".rs": lambda folder, path: ["cargo", "run", "-q"],
    ".go": lambda folder, path: ["go", "run", path],
    ".R": lambda folder, path: ["Rscript", "--vanilla", path],
    ".php": lambda folder, path: ["php", path],
    ".pl": lambda folder, path: ["perl", path],
    ".rb": lambda folder, path: ["ruby", path],
    ".html": _by("browser"),
    ".json": _by("openrefine"),
}
