"""Small publications, written where a test can see them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from renkei import cli
from renkei.language.messages import speak

Publish = Callable[[Mapping[str, str]], Path]
Renkei = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Start every test in English; `speak` changes it for one."""
    speak("en")
    yield
    speak("en")


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """Write a publication: a dict from file name to text. Gives its folder."""

    def write(files: Mapping[str, str]) -> Path:
        folder = tmp_path / "publication"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return folder

    return write


@pytest.fixture
def renkei(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Renkei:
    """Run the command `renkei`, in this process; gives exit code and what was printed."""

    def run(
        *command: str | Path, cwd: Path = tmp_path, **environ: str
    ) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(cwd)
        told = CliRunner().invoke(
            cli.main, [str(word) for word in command], env={"LC_ALL": "C.UTF-8"} | environ
        )
        if told.exception and not isinstance(told.exception, SystemExit):
            raise told.exception
        return subprocess.CompletedProcess(command, told.exit_code, told.stdout, told.stderr)

    return run


@pytest.fixture
def apart(tmp_path: Path) -> Renkei:
    """Run the command `renkei` in a process of its own."""

    def run(
        *command: str | Path, cwd: Path = tmp_path, **environ: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from renkei.cli import main; main()", *map(str, command)],
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            env=os.environ | {"LC_ALL": "C.UTF-8"} | environ,
        )

    return run
