"""Both publications, served in this process, and what their doors are asked with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.stores import open_store

PUBLIC = "https://data.example.org/"
ROOT = "https://w3id.org/jp-ccua/"


def served(release: Release) -> Iterator[Flask]:
    settings = Settings(public_url=PUBLIC, engines=2, client_seconds=1e6, query_seconds=10)
    store = open_store(release, settings)
    try:
        yield create_app(release, store, settings)
    finally:
        store.close()


@pytest.fixture(scope="session")
def app(release: Release) -> Iterator[Flask]:
    """The Sapporo publication, served."""
    yield from served(release)


@pytest.fixture(scope="session")
def small_app(miniature: Release) -> Iterator[Flask]:
    """The miniature publication, served."""
    yield from served(miniature)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def small(small_app: Flask) -> FlaskClient:
    return small_app.test_client()
