"""The ASGI application, for whoever runs a server of their own: `uvicorn renkei.serve.asgi:app`.

It serves what `RENKEI_RELEASES` names, by default `releases` in the folder where it is
started, and is set by the other `RENKEI_*` variables.
"""

from __future__ import annotations

import os
from pathlib import Path

from renkei.config import check_extras, read
from renkei.serve.http.asgi import Adapter
from renkei.serve.server import asgi


def create_app() -> Adapter:
    """Return the ASGI application that the environment sets. Raises SettingError."""
    settings = read({}, os.environ)
    check_extras(settings)
    return asgi(Path(settings.releases), settings)


app = create_app()
