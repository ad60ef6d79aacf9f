"""The steps of `docs/extending.md` for another area are followed word for word."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from renkei.pack import pipeline
from tests.areas.conftest import ROOT

STEPS = re.search(
    r"## Another area, step by step\n(.*?)\n## A term\n",
    (ROOT / "docs" / "extending.md").read_text("utf-8"),
    re.DOTALL,
)
COMMANDS = re.findall(r"(?m)^    (\S.*)$", re.sub(r"(?s)```.*?```", "", STEPS[1] if STEPS else ""))
FILES = re.findall(r"`(takahashi/data/\w+\.trig)`:\n\n```turtle\n(.*?)```", STEPS[1], re.DOTALL)  # type: ignore[index]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """What the commands take from this repository."""
    for name in ("ontology", "shapes", "data/rules", "data/pages"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_steps_for_another_area_lead_to_a_publication_without_a_finding(
    repository: Path,
) -> None:
    """But for `serve`, which does not end, each command is run as it stands there."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for command in COMMANDS:
        if command.startswith("renkei check"):
            for file, text in FILES:
                (repository / file).write_text(text, "utf-8")
        if not command.startswith("renkei serve"):
            done = subprocess.run(
                ["sh", "-c", command], cwd=repository, env={**os.environ, "PATH": path}, check=False
            )
            assert done.returncode == 0, command

    assert len(FILES) == 2
    assert [c.split()[:2] for c in COMMANDS if c.startswith("renkei")] == [
        ["renkei", "init"],
        ["renkei", "check"],
        ["renkei", "serve"],
    ]
    assert pipeline.check(repository / "takahashi").findings == []
