"""The plain WSGI application: `gunicorn 'renkei.serve.wsgi:create_app()'`.

It answers in the process and thread of its server: without the cache, without the event loop that
asks the store for queries, and without a deadline for what is not a query.
It serves what `RENKEI_RELEASES` names, by default `releases` in the folder where it is
started, and is set by the other `RENKEI_*` variables.
"""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from renkei.config import check_extras, read
from renkei.release import open_release
from renkei.serve import app as application
from renkei.serve.http.variance import widened_wsgi
from renkei.serve.processes.dispatcher import current
from renkei.stores import open_store


def create_app() -> Flask:
    """Return the application that the environment sets.

    Raises SettingError, ReleaseError, StoreUnavailable and StoreError.
    """
    settings = read({}, os.environ)
    check_extras(settings)
    release = open_release(current(Path(settings.releases)))
    made = application.create_app(release, open_store(release, settings), settings)
    made.wsgi_app = widened_wsgi(made.wsgi_app)  # type: ignore[assignment,method-assign]
    return made
