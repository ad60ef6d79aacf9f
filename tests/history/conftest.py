"""The world of these tests: the Sapporo publication in the releases of three days, served."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.release import Release, kept
from renkei.serve.app import create_app
from renkei.stores import open_store

PUBLIC = "http://data.example.org/portal/"
ROOT = "https://w3id.org/jp-ccua/"


@pytest.fixture(scope="session")
def three(successive: Release) -> list[Release]:
    """The releases of three days, the oldest first."""
    return kept(successive)[::-1]


@pytest.fixture(scope="session")
def app(successive: Release) -> Iterator[Flask]:
    """The last of them, served."""
    settings = Settings(public_url=PUBLIC)
    store = open_store(successive, settings)
    app = create_app(successive, store, settings)
    yield app
    app.extensions["renkei.older"].close()
    store.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A reader of the last release."""
    return app.test_client()
