"""Imports run one way: the picture in DESIGN, kept true."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SERVER = Path(__file__).parents[2] / "server" / "renkei"

# Who may import whom; nobody imports himself. `cli` may import all.
GROUND = {"errors", "config", "language", "rdf", "sparql", "integrity", "confinement"}
GROUND |= {
    "results",
    "roles",
    "naming",
    "release",
    "page_plan",
    "rooms",
    "history",
}  # what those who pack and those who serve share
READ = {"serve.http", "serve.read"}
MAY = {
    "language": set(),  # the floor under the ground
    "errors": {"language"},
    "config": {"errors", "language"},
    "integrity": {"errors", "language"},
    "confinement": set(),
    "roles": set(),
    "naming": set(),
    "rooms": {"rdf"},
    "release": {"errors", "integrity", "language", "naming", "roles"},
    "page_plan": {"release", "roles"},
    "history": {"errors", "integrity", "language", "naming", "rdf", "release"},
    "sparql": {"errors", "language", "rdf"},
    "rdf": {"errors", "naming", "release"},
    "results": {"errors", "language", "rdf"},
    "pack": {"pack.catalogue", "pack.index", "pack.reading", *GROUND},
    "pack.catalogue": {"pack.reading", *GROUND},
    "pack.index": {"pack.reading", *GROUND},
    "pack.reading": GROUND,
    "stores": {"stores.oxigraph", "stores.remote", *GROUND},  # which of them, `open_store` says
    "stores.oxigraph": {"stores", *GROUND},
    "stores.remote": {"stores", *GROUND},
    "query_command": {"stores", *GROUND},
    "serve.http": {"errors", "language", "rdf"},
    "serve.read": {"stores", *GROUND},
    "serve.web": {"stores", *READ, *GROUND},
    "serve.pages": {"stores", "serve.web", *READ, *GROUND},
    "serve.api": {"stores", "serve.pages", "serve.web", *READ, *GROUND},
    "serve.processes": {
        *{"serve", "serve.api", "serve.web", "serve.http"},
        *{"stores", "stores.oxigraph", *GROUND},
    },
    "serve": {
        *{"serve.processes", "serve.api", "serve.pages", "serve.web", *READ},
        *{"stores", *GROUND},
    },
    "rehearsal": {"pack", "serve", "serve.web", "stores", *GROUND},
    "cli": {
        "rehearsal",
        "pack",
        "pack.reading",
        "serve",
        "serve.api",
        "stores",
        "stores.remote",
        "query_command",
        *GROUND,
    },
}
AUTHORS_ONLY = {"rdflib", "pyshacl"}


def rooms() -> list[Path]:
    return sorted(SERVER.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Every module that *path* names in an import: at its head, in a function, or for types."""
    names = set()
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: say the whole name"
            names |= {node.module or ""} | {f"{node.module}.{a.name}" for a in node.names}
    return names


def room_of(module: str) -> str:
    """Return the room of a module by its whole name: the longest in the table above."""
    parts = module.split(".")[1:]
    names = (".".join(parts[:length]) for length in (2, 1))
    return next((name for name in names if name in MAY), "")


def name_of(path: Path) -> str:
    """Return the whole name of the module at *path*."""
    parts = ("renkei", *path.relative_to(SERVER).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in rooms()}


def ours(path: Path) -> set[str]:
    """Every module of ours that *path* imports, but for the package itself."""
    named = {name for name in imported(path) if name in MODULES} - {"renkei"}
    packages = {n for n in named if any(m.startswith(f"{n}.") for m in named)}
    return named - packages


@pytest.mark.parametrize("path", rooms(), ids=lambda p: p.relative_to(SERVER).as_posix())
def test_a_module_imports_what_its_room_may(path: Path) -> None:
    room = room_of(name_of(path))
    if path.name == "__init__.py" and path.parent == SERVER:
        return
    foreign = {name.split(".")[0] for name in imported(path)}

    assert {room_of(name) for name in ours(path)} - {room} - MAY[room] == set()
    if room not in ("pack", "pack.reading", "cli"):
        assert foreign & AUTHORS_ONLY == set()


def test_no_modules_import_each_other_in_a_circle() -> None:
    waiting = {name: ours(path) - {name} for name, path in MODULES.items()}
    while free := {name for name, needs in waiting.items() if not needs & waiting.keys()}:
        for name in free:
            del waiting[name]

    assert waiting == {}


NAMED = re.compile(r"(?<!getLogger\()[\"'](renkei\.[a-z_.]+)[\"']")


def test_no_module_is_named_by_a_string() -> None:
    """But for the two that are started as programs."""
    named = {
        (name_of(path), found)
        for path in rooms()
        for found in NAMED.findall(path.read_text("utf-8"))
        if found in MODULES
    }

    assert named == {
        ("renkei.stores.oxigraph.supervisor", "renkei.stores.oxigraph.worker"),
        ("renkei.serve.processes.pool", "renkei.serve.processes.worker"),
    }


def test_no_class_name_stands_for_two_things() -> None:
    places: dict[str, list[str]] = {}
    for module, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(module)

    assert {name: held for name, held in places.items() if len(held) > 1} == {}


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


def test_view_models_can_ask_nothing() -> None:
    """They are written from what was read: no site, no reader and no store is within reach."""
    path = SERVER / "serve" / "pages" / "view_models.py"
    tree = ast.parse(path.read_text("utf-8"))
    names = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }

    assert names & {"Site", "Reader", "Store", "here", "views", "reader", "flask"} == set()
