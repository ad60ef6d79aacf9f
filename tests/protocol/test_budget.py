"""One client has one budget, wherever it is spent."""

from __future__ import annotations

import pytest

from renkei.config import Settings
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.stores import open_store


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/graphs?default"])
def test_what_is_spent_in_one_room_is_spent_in_all(miniature: Release, path: str) -> None:
    settings = Settings(engines=1, client_seconds=10)
    store = open_store(miniature, settings)
    try:
        app = create_app(miniature, store, settings)
        assert app.test_client().get(path).status_code == 200
        app.extensions["renkei"].budget.charge("127.0.0.1", 100)
        assert app.test_client().get(path).status_code == 429
    finally:
        store.close()
