"""CKAN itself on this machine: installed once, started, asked to harvest, stopped.

Everything goes to one folder outside the checkout; only Debian's packages go where Debian puts
them. What cannot be had is told (`Missing`) and is never passed over. PostgreSQL will not run as
root, so there its own user runs it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.peers.peers import Missing

HERE = Path(__file__).parent
CKAN, HARVEST, DCAT = "2.11.6", "1.6.3", "2.4.4"
PYTHON = (f"ckan[requirements]=={CKAN}", f"ckanext-harvest=={HARVEST}", f"ckanext-dcat=={DCAT}")
DEBIAN = {"initdb": "postgresql", "redis-server": "redis-server", "javac": "default-jdk-headless",
          "mvn": "maven"}  # fmt: skip
PROFILE = "euro_dcat_ap_3"
PLUGINS = "harvest ckan_harvester dcat dcat_rdf_harvester"
START_SECONDS = 90.0


class Machine:
    """One CKAN with PostgreSQL, Redis and Solr. `install`, `start`, `ask`, `stop`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "v" / "bin" / "python"
        self.ini = folder / "ckan.ini"
        self.ports = {name: _free() for name in ("pg", "redis", "solr")}
        self._running: list[subprocess.Popen[bytes]] = []
        self._inside: subprocess.Popen[bytes] | None = None

    # What it needs

    def install(self) -> None:
        """Install what is lacking. Raises Missing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        _debian()
        if not (self.folder / "v" / "bin" / "ckan").exists():
            _run(["python3", "-m", "venv", self.folder / "v"])
        _run([self.python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PYTHON])
        self._install_solr()

    def _install_solr(self) -> None:
        solr = self.folder / "solr"
        solr.mkdir(exist_ok=True)
        for name in ("pom.xml", "SolrForCkan.java"):
            shutil.copyfile(HERE / "solr" / name, solr / name)
        if not list(solr.glob("lib/solr-core-*.jar")):
            copied = f"-DoutputDirectory={solr / 'lib'}"
            _run(["mvn", "-q", "-B", "dependency:copy-dependencies", copied], cwd=solr)
        _run(["javac", "-cp", "lib/*", "SolrForCkan.java"], cwd=solr)

    # Running

    def start(self) -> None:
        """Start all of it with an empty portal. Raises Missing."""
        self._start_postgres()
        redis = [
            "redis-server",
            "--port",
            str(self.ports["redis"]),
            "--save",
            "",
            "--bind",
            "127.0.0.1",
        ]
        self._background("redis", redis)
        self._start_solr()
        self._configure()

    def _start_postgres(self) -> None:
        data, port = self.folder / "pg", str(self.ports["pg"])
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir()
        if os.geteuid() == 0:
            shutil.chown(data, "postgres", "postgres")
            _reachable(data)
        programs = _postgres()
        _run([*_as_postgres(), programs / "initdb", "-D", data, "-U", "ckan", "-A", "trust",
              "-E", "UTF8", "--locale=C.UTF-8", "-N"], cwd=data)  # fmt: skip
        words = [*_as_postgres(), programs / "postgres", "-D", data, "-p", port, "-k", data,
                 "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]  # fmt: skip
        self._background("postgres", words, cwd=data)
        _until(lambda: _listens(self.ports["pg"]), "PostgreSQL")
        time.sleep(1)
        created = [programs / "createdb", "-h", "127.0.0.1", "-p", port, "-U", "ckan", "ckan"]
        _until(lambda: subprocess.run(created, capture_output=True).returncode == 0, "the database")

    def _start_solr(self) -> None:
        home = self.folder / "solr-home"
        shutil.rmtree(home, ignore_errors=True)
        conf = home / "ckan" / "conf"
        conf.mkdir(parents=True)
        (home / "solr.xml").write_text("<solr/>\n", "utf-8")
        (home / "ckan" / "core.properties").write_text("name=ckan\n", "utf-8")
        shutil.copyfile(HERE / "solr" / "solrconfig.xml", conf / "solrconfig.xml")
        [schema] = (self.folder / "v").glob("lib/*/site-packages/ckan/config/solr/schema.xml")
        shutil.copyfile(schema, conf / "schema.xml")
        for name in set(
            re.findall(r'(?:words|synonyms|protected)="([^"]+)"', schema.read_text("utf-8"))
        ):
            (conf / name).write_text("", "utf-8")
        java = [
            "java",
            "-Xmx700m",
            "-cp",
            "lib/*:.",
            "SolrForCkan",
            str(home),
            str(self.ports["solr"]),
        ]
        self._background("solr", java, cwd=self.folder / "solr")
        address = f"http://127.0.0.1:{self.ports['solr']}/solr/ckan/select?q=*:*"
        _until(lambda: _answers(address), "Solr", self.folder / "solr.log")

    def _configure(self) -> None:
        ckan = self.folder / "v" / "bin" / "ckan"
        self.ini.unlink(missing_ok=True)
        _run([ckan, "generate", "config", self.ini])
        settings = {
            "sqlalchemy.url": f"postgresql://ckan@127.0.0.1:{self.ports['pg']}/ckan",
            "solr_url": f"http://127.0.0.1:{self.ports['solr']}/solr/ckan",
            "ckan.redis.url": f"redis://127.0.0.1:{self.ports['redis']}/0",
            "ckan.site_url": "http://ckan.example.org",
            "ckan.plugins": PLUGINS,
            "ckanext.dcat.rdf.profiles": PROFILE,
            "ckan.locale_default": "ja",
            "ckan.harvest.mq.type": "redis",
            "ckan.harvest.mq.hostname": "127.0.0.1",
            "ckan.harvest.mq.port": str(self.ports["redis"]),
            "ckan.storage_path": str(self.folder / "storage"),
            "licenses_group_url": (HERE / "licenses.json").as_uri(),
        }
        _run([ckan, "config-tool", self.ini, *(f"{k} = {v}" for k, v in settings.items())])
        _run([ckan, "-c", self.ini, "db", "init"])
        _run([ckan, "-c", self.ini, "db", "upgrade", "-p", "harvest"])

    def ask(self, what: str, **given: object) -> Any:
        """Have `inside_ckan.py` do *what*, in CKAN's own process; return what it says."""
        if self._inside is None:
            words = [self.python, HERE / "inside_ckan.py", self.ini]
            self._inside = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=self.folder,
                stderr=(self.folder / "inside.log").open("wb"), start_new_session=True,
            )  # fmt: skip
        assert self._inside.stdin is not None and self._inside.stdout is not None
        self._inside.stdin.write(json.dumps({"do": what, **given}).encode() + b"\n")
        self._inside.stdin.flush()
        for line in self._inside.stdout:
            if line.startswith(b"ANSWER "):
                return json.loads(line.removeprefix(b"ANSWER "))
        said = (self.folder / "inside.log").read_text("utf-8", "replace")
        raise Missing(f"CKAN ended: {said[-1500:]}")

    def stop(self) -> None:
        """End what was started, the last first."""
        if self._inside is not None:
            assert self._inside.stdin is not None
            self._inside.stdin.close()
            self._running.append(self._inside)
        for process in reversed(self._running):
            process.terminate()
        for process in reversed(self._running):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)

    def _background(self, name: str, words: Sequence[str | Path], cwd: Path | None = None) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            started = subprocess.Popen(
                words, stdout=log, stderr=log, cwd=cwd or self.folder, start_new_session=True
            )
        self._running.append(started)


def _debian() -> None:
    lacking = [package for program, package in DEBIAN.items() if not _has(program)]
    if not lacking:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Missing(f"apt-get install {' '.join(lacking)} is for root, and for Debian")
    _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *lacking],
         more={"DEBIAN_FRONTEND": "noninteractive"})  # fmt: skip


def _has(program: str) -> bool:
    return bool(shutil.which(program)) or (
        program == "initdb" and any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    )


def _postgres() -> Path:
    """Return where PostgreSQL's programs are: Debian keeps them out of the way."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else Path(str(shutil.which("initdb"))).parent


def _as_postgres() -> list[str]:
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def _reachable(folder: Path) -> None:
    """Say it at once where the user of PostgreSQL cannot come to its folder. Raises Missing."""
    done = subprocess.run([*_as_postgres(), "test", "-w", folder], cwd="/")
    if done.returncode:
        raise Missing(f"the user postgres cannot write in {folder}; give another CKAN=<folder>")


def _run(
    words: Sequence[str | Path], cwd: Path | None = None, more: Mapping[str, str] | None = None
) -> None:
    kept = {n: v for n, v in os.environ.items() if not n.startswith("RENKEI_")}
    done = subprocess.run(
        words, cwd=cwd, env={**kept, **(more or {})}, capture_output=True, text=True
    )
    if done.returncode:
        said = (done.stderr or done.stdout)[-800:]
        raise Missing(f"{Path(words[0]).name} ended with {done.returncode}: {said}")


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(address: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
        return bool(answer.status == 200)
    return False


def _until(there: Callable[[], bool], what: str, log: Path | None = None) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if there():
            return
        time.sleep(0.3)
    said = log.read_text("utf-8", "replace")[-800:] if log else ""
    raise Missing(f"{what} did not start in {START_SECONDS:.0f} s. {said}")
