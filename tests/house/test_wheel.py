"""The wheel works away from home: in an empty environment, from another folder.

The environment is made without pip and without the site packages of the machine. The wheel
is installed into it by pip, without the network and without dependencies; these are lent by
a `.pth` file that names the folder where the tests' own stand. Python does not read `.pth`
files of a folder named so, and therefore does not find the checkout, which the tests run
from by way of such a file. That the program comes from the wheel is asserted.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command `renkei` as installed from the wheel."""
    place = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    _run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", place, ROOT)
    (wheel,) = place.glob("renkei-*.whl")
    environment = place / "environment"
    _run(sys.executable, "-m", "venv", "--without-pip", environment)
    python = environment / "bin" / "python"
    _run(*pip, "--python", python, "install", "--no-index", "--no-deps", wheel)
    (site,) = environment.glob("lib/python*/site-packages")
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    origin = _run(python, "-c", "import renkei; print(renkei.__file__)", cwd=place).strip()
    assert Path(origin).is_relative_to(site), origin
    return environment / "bin" / "renkei"


def _run(*command: str | Path, cwd: Path | None = None) -> str:
    told = subprocess.run(
        command, cwd=cwd, env=_environ(), capture_output=True, text=True, check=False, timeout=600
    )
    assert told.returncode == 0, told.stderr
    return told.stdout


def _environ() -> dict[str, str]:
    """Without the ways to the checkout; on another day PYTHONPATH leads to tests/clock alone."""
    ways = {"VIRTUAL_ENV"} if "FAKETIME" in os.environ else {"PYTHONPATH", "VIRTUAL_ENV"}
    return {k: v for k, v in os.environ.items() if k not in ways}


@contextlib.contextmanager
def served(program: Path, folder: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    child = subprocess.Popen(
        [program, "serve", "--port", str(port)],
        cwd=folder,
        env=_environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _until_ready(address, child)
        yield address
    finally:
        child.terminate()
        child.communicate(timeout=120)


def _until_ready(address: str, child: subprocess.Popen[str]) -> None:
    for _ in range(1200):
        assert child.poll() is None, child.communicate()[0]
        try:
            with urllib.request.urlopen(f"{address}/health/ready", timeout=5) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            time.sleep(0.1)
    raise AssertionError("the server was not ready within two minutes")


def test_the_wheel_packs_and_serves_its_own_publication(program: Path, tmp_path: Path) -> None:
    with served(program, tmp_path) as address:
        manifest = json.loads((tmp_path / "releases/current/manifest.json").read_text("utf-8"))
        path = manifest["dataset"].removeprefix(manifest["root"])
        request = urllib.request.Request(f"{address}/{path}", headers={"Accept": "text/turtle"})
        with urllib.request.urlopen(request, timeout=120) as answer:
            text = answer.read().decode()

    assert manifest["counts"]["violations"] == 0
    assert manifest["counts"]["statements"] > 5000
    assert manifest["dataset"].rsplit("/", 1)[-1] in text


def test_the_wheel_makes_and_packs_a_new_publication(program: Path, tmp_path: Path) -> None:
    _run(program, "init", "new", cwd=tmp_path)
    _run(program, "pack", cwd=tmp_path / "new")
    _run(program, "verify", "new/releases/current", cwd=tmp_path)

    assert (tmp_path / "new/releases/current/data.nq").is_file()
