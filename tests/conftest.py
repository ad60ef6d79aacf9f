"""The small shared world of the tests: the two publications, checked and packed once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from renkei.pack import pipeline
from renkei.release import Release
from tests.packed import Packed, packed, succession

# The same examples each time, on a machine of any speed; FUZZ=3000 looks for others.
settings.register_profile(
    "here",
    deadline=None,
    derandomize="FUZZ" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("here")

ROOT = Path(__file__).parents[1]
MINIATURE = Path(__file__).parent / "miniature"


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> None:
    """Keep RENKEI_ variables of the machine out of the tests."""
    for name in [name for name in os.environ if name.startswith("RENKEI_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def sapporo_packed() -> Packed:
    """The Sapporo publication, packed."""
    return packed(ROOT)


@pytest.fixture(scope="session")
def checked(sapporo_packed: Packed) -> pipeline.Checked:
    """The Sapporo publication, read, derived and checked."""
    return sapporo_packed.checked


@pytest.fixture(scope="session")
def release(sapporo_packed: Packed) -> Release:
    """A release of the Sapporo publication; no test changes it."""
    return sapporo_packed.release


@pytest.fixture(scope="session")
def successive() -> Release:
    """A release of the Sapporo publication, with those of two earlier days beside it."""
    return succession(ROOT, ROOT / "tests" / "history" / "earlier")


@pytest.fixture(scope="session")
def miniature() -> Release:
    """A release of the miniature publication; no test changes it."""
    return packed(MINIATURE).release
