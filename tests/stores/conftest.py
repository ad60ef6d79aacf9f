"""A small release by hand, and stores over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from renkei.config import Settings
from renkei.release import Release
from renkei.stores.oxigraph.store import EmbeddedStore
from tests.stores.world import make_release


@pytest.fixture(scope="session")
def harbours(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The release of the harbours."""
    return make_release(tmp_path_factory.mktemp("harbours"))


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Settings of the stores in these tests: little of everything."""
    return Settings(
        engines=2, queue=2, queue_seconds=5.0, query_seconds=10.0, query_memory=64 << 20
    )


@pytest.fixture(scope="module")
def store(harbours: Release, settings: Settings) -> Iterator[EmbeddedStore]:
    """An embedded store over the harbours."""
    held = EmbeddedStore(harbours, settings)
    held.ready()
    yield held
    held.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of this test's own."""
    return tmp_path
