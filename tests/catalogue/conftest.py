"""The world of the catalogue tests: both publications packed once, and served on request."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.stores import open_store
from renkei.stores.base import Store

PUBLIC = "http://data.example.org/portal/"


@pytest.fixture(scope="session")
def settings() -> Settings:
    """A server behind a proxy, with a public address that is not its own."""
    return Settings(public_url=PUBLIC)


@pytest.fixture(scope="session")
def store(release: Release, settings: Settings) -> Iterator[Store]:
    """The store of the Sapporo release."""
    store = open_store(release, settings)
    yield store
    store.close()


@pytest.fixture(scope="session")
def app(release: Release, store: Store, settings: Settings) -> Flask:
    """The Sapporo release, served."""
    return create_app(release, store, settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the Sapporo release."""
    return app.test_client()


@pytest.fixture(scope="session")
def small(miniature: Release, settings: Settings) -> Iterator[FlaskClient]:
    """A client of the miniature release."""
    store = open_store(miniature, settings)
    yield create_app(miniature, store, settings).test_client()
    store.close()
