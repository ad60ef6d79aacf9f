"""What runs needs only what running needs: told by the packages' own metadata and our imports."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.test_imports import imported, rooms
from tests.house.test_locks import pins, required

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RUNS = PROJECT["project"]["dependencies"]
OPTIONAL = PROJECT["project"]["optional-dependencies"]
GROUPS = PROJECT["dependency-groups"]
BUILDERS = {
    "build", "flit-core", "hatchling", "maturin", "meson-python", "pdm-backend", "pip",
    "poetry-core", "scikit-build-core", "setuptools", "setuptools-scm", "uv-build", "wheel",
}  # fmt: skip


def names(wanted: Iterable[str]) -> set[str]:
    """The packages that requirements speak of."""
    return {canonicalize_name(Requirement(one).name) for one in wanted}


def closure(wanted: Iterable[str]) -> set[str]:
    """Every package that *wanted* brings along, on any system, by the packages' metadata."""
    waiting = [Requirement(one) for one in wanted]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        one = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if one not in seen:
            seen.add(one)
            waiting += required(*one)
    return {name for name, _ in seen}


def test_what_runs_is_what_the_project_asks_for_and_what_that_requires() -> None:
    assert set(pins(ROOT / "requirements.lock")) == closure(RUNS)


def test_what_runs_brings_no_build_backend() -> None:
    assert pins(ROOT / "requirements.lock").keys() & BUILDERS == set()


@pytest.mark.parametrize("kind", [*OPTIONAL, *GROUPS])
def test_what_runs_brings_nothing_that_only_others_ask_for(kind: str) -> None:
    """Unless something that runs requires it by itself, as pySHACL does with owlrl."""
    others = names([*OPTIONAL.get(kind, []), *GROUPS.get(kind, [])])

    assert names(RUNS) & others == set()
    assert pins(ROOT / "requirements.lock").keys() & others <= closure(RUNS)


def providers() -> dict[str, set[str]]:
    """The packages that give each module that can be imported."""
    return {
        module: {canonicalize_name(package) for package in packages}
        for module, packages in metadata.packages_distributions().items()
    }


def foreign() -> dict[str, set[str]]:
    """The modules of others that the program imports, with the files that do."""
    found: dict[str, set[str]] = {}
    for path in rooms():
        if "templates" in path.parts:
            continue  # lines to copy for programs of others
        for name in imported(path):
            module = name.partition(".")[0]
            if module not in sys.stdlib_module_names and module != "renkei":
                found.setdefault(module, set()).add(path.name)
    return found


def test_every_module_that_is_imported_comes_from_a_declared_package() -> None:
    """Not from one that another brings along today."""
    declared = names([*RUNS, *(one for extra in OPTIONAL.values() for one in extra)])
    provided = providers()

    assert {
        module: sorted(files)
        for module, files in foreign().items()
        if not provided.get(module, set()) & declared
    } == {}


def test_every_declared_package_is_imported() -> None:
    provided = providers()
    used = {package for module in foreign() for package in provided.get(module, set())}
    declared = names([*RUNS, *(one for extra in OPTIONAL.values() for one in extra)])

    # The event loop is named to Granian, which imports it.
    named = (
        {"uvloop"}
        if "loop=Loops.uvloop" in (ROOT / "server/renkei/serve/server.py").read_text()
        else set()
    )

    assert declared - used == named
