"""The application over each publication, asked without a network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.stores import open_store

PUBLIC = "https://data.example.org/area/"


def _client(release: Release) -> Iterator[FlaskClient]:
    settings = Settings(public_url=PUBLIC)
    store = open_store(release, settings)
    try:
        yield create_app(release, store, settings).test_client()
    finally:
        store.close()


@pytest.fixture(scope="session")
def client(release: Release) -> Iterator[FlaskClient]:
    """A reader of the Sapporo publication, behind a public address with a path."""
    yield from _client(release)


@pytest.fixture(scope="session")
def small(miniature: Release) -> Iterator[FlaskClient]:
    """A reader of the miniature publication, which is in German and under another root."""
    yield from _client(miniature)
