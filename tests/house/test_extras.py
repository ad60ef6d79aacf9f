"""Without its extras the program says what is missing, before it begins, and what installs it.

A machine without the package `mcp` is made by a finder of modules that stands before all
others and finds no such package. On PyPI the name `renkei` is somebody else's.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from renkei import config
from renkei.config import Settings
from renkei.errors import SettingError

HOME = Path(__file__).parents[2]
WITHOUT = """
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "mcp":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Hidden())
from renkei.cli import main
main()
"""


def without_mcp(folder: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command in *folder* on a machine that has no package mcp."""
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, *words],
        cwd=folder,
        env={**os.environ, "LANG": "C.UTF-8", **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def publication(tmp_path: Path) -> Path:
    """A publication that could be served."""
    made = without_mcp(tmp_path, "init", "new", "--root", "https://example.org/x/")
    assert made.returncode == 0, made.stderr
    return tmp_path / "new"


def test_a_server_that_cannot_speak_mcp_does_not_begin(publication: Path) -> None:
    """One line, before anything is packed, and a status that is no success."""
    before = sorted(publication.rglob("*"))
    told = without_mcp(publication, "serve", "--lang", "en", RENKEI_MCP="1", RENKEI_PORT="0")

    assert told.returncode == 1
    assert told.stdout == ""
    assert told.stderr == (
        "RENKEI_MCP: 0, or the package mcp (pip install '.[mcp]' in the checkout) was expected.\n"
    )
    assert sorted(publication.rglob("*")) == before


def test_the_command_says_what_it_needs(publication: Path) -> None:
    told = without_mcp(publication, "mcp", "--lang", "en")

    assert told.returncode == 1
    assert told.stdout == ""
    assert told.stderr == (
        "mcp: the package mcp (pip install '.[mcp]' in the checkout) was expected.\n"
    )


@pytest.mark.parametrize("mcp", [0, 1])
def test_with_the_package_any_setting_can_be_kept(mcp: int) -> None:
    config.check_extras(Settings(mcp=mcp))


def test_a_package_that_no_machine_has_is_not_installed() -> None:
    assert config.installed("json")
    assert not config.installed("a_package_that_nobody_has")


def test_without_the_package_a_server_that_need_not_speak_mcp_is_not_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(config, "installed", lambda package: False)

    config.check_extras(Settings(mcp=0))
    with pytest.raises(SettingError, match="RENKEI_MCP"):
        config.check_extras(Settings(mcp=1))


# However one installs or runs a project by its name: pip, pipx, uv, uvx, pip download …
BY_NAME = re.compile(
    r"""(?x) \b(?:(?:pip|pipx|uv)\b[^\n`|]*?\b(?:install|add|run|download|inject)|uvx)\b
        (?:[ ]-[\w-]+)* [ ]["']?renkei\b (?![./]) | \brenkei\[""",
)


def texts() -> dict[str, str]:
    """What people read of the project, by its path."""
    found = [
        path
        for folder in ("docs", "data", "ontology", "server", "shapes", ".")
        for path in (HOME / folder).glob("*" if folder == "." else "**/*")
        if path.suffix in {".md", ".py", ".po", ".html", ".toml", ".ttl"} or path.name == "Makefile"
        if "node_modules" not in path.parts
    ]
    return {str(path.relative_to(HOME)): path.read_text("utf-8") for path in found}


def test_no_text_installs_a_project_that_is_not_ours() -> None:
    """By name pip would fetch another's project from PyPI; a checkout is installed by its path."""
    found = texts()

    assert len(found) > 200
    assert [name for name, text in found.items() if BY_NAME.search(text)] == []


@pytest.mark.parametrize(
    "words",
    [
        "pip install renkei",
        "pip install -U 'renkei[mcp]'",
        "python -m pip install --upgrade renkei",
        "pipx install renkei",
        "pipx run renkei serve",
        "uv tool install renkei",
        "uv add renkei",
        "uvx renkei serve",
    ],
)
def test_every_way_to_install_by_name_is_seen(words: str) -> None:
    assert BY_NAME.search(words)


def test_extras_that_texts_install_are_there() -> None:
    known = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))
    named = {
        extra.strip()
        for text in texts().values()
        for extras in re.findall(r"""install '?\.\[([^\]]+)\]""", text)
        for extra in extras.split(",")
    }

    assert named == set(known["project"]["optional-dependencies"])
