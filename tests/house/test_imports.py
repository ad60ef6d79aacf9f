"""Imports run one way: the picture in DESIGN, kept true."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

SERVER = Path(__file__).parents[2] / "server" / "renkei"

# Who may import whom. `cli` may import all; the rest stand on what is named, no more.
GROUND = {
    *{"terms", "formats", "errors", "config", "queries", "grammar", "spelling", "sparql"},
    *{"confinement", "integrity", "language"},
}
MAY = {
    "cli": {"pack", "serve", "stores", "release", "asking", *GROUND},
    "asking": {"stores", "release", *GROUND},
    "pack": {"release", *GROUND},
    "serve": {"stores", "release", *GROUND},
    "stores": {"release", *GROUND},
    "release": GROUND,
    **dict.fromkeys(GROUND, GROUND),
    "language": set(),  # the floor under the ground
}
AUTHORS_ONLY = {"rdflib", "pyshacl"}


def rooms() -> list[Path]:
    return sorted(SERVER.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Every module that *path* names in an import, at its head or inside a function.

    What is imported for a type checker alone is never loaded, and does not count.
    """
    names = set()
    tree = ast.parse(path.read_text("utf-8"))
    for branch in ast.walk(tree):
        if isinstance(branch, ast.If) and ast.unparse(branch.test) == "TYPE_CHECKING":
            branch.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: say the whole name"
            names |= {node.module or ""} | {f"{node.module}.{a.name}" for a in node.names}
    return names


def room_of(path: Path) -> str:
    return path.relative_to(SERVER).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", rooms(), ids=lambda p: p.relative_to(SERVER).as_posix())
def test_a_module_imports_what_its_room_may(path: Path) -> None:
    room = room_of(path)
    if room in ("__init__", "__main__"):
        return
    ours = {name.split(".")[1] for name in imported(path) if name.startswith("renkei.")}
    ours &= {room_of(p) for p in rooms()}
    foreign = {name.split(".")[0] for name in imported(path)}

    assert ours - {room} - MAY[room] == set()
    if room not in ("pack", "cli"):
        assert foreign & AUTHORS_ONLY == set()


def test_the_serving_process_needs_no_authors_tools() -> None:
    """Nothing that serving loads loads rdflib or pySHACL behind our back."""
    code = (
        "import sys, renkei.serve.app, renkei.stores\n"
        "print(sorted({'rdflib', 'pyshacl', 'renkei.pack'} & set(sys.modules)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )

    assert told.stdout.strip() == "[]"
