"""The small shared world of the tests: the two publications, checked and packed once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from renkei.pack import packing
from renkei.release import Release

ROOT = Path(__file__).parents[1]
MINIATURE = Path(__file__).parent / "miniature"


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> None:
    """Keep RENKEI_ variables of the machine out of the tests."""
    for name in [name for name in os.environ if name.startswith("RENKEI_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def checked() -> packing.Checked:
    """The Sapporo publication, read, derived and checked."""
    return packing.check(ROOT)


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the Sapporo publication."""
    return packing.pack(ROOT, tmp_path_factory.mktemp("sapporo"))[0]


@pytest.fixture(scope="session")
def miniature(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the miniature publication."""
    return packing.pack(MINIATURE, tmp_path_factory.mktemp("miniature"))[0]
