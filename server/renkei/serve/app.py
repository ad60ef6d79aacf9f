"""The application: one release, its store, and the rooms that answer from them."""

from __future__ import annotations

import importlib
from typing import NoReturn

from flask import Flask

from renkei.config import Settings
from renkei.errors import NotKnown
from renkei.release import Release
from renkei.serve import (
    budget,
    dumps,
    editor,
    health,
    home,
    lists,
    looks,
    pages,
    problems,
    resources,
    search,
)
from renkei.serve.http.parameters import canonical_wsgi
from renkei.serve.site import Site
from renkei.stores.base import Store

STATIC_SECONDS = 3600  # how long style and script may be kept without asking again


def create_app(release: Release, store: Store, settings: Settings, alone: bool = True) -> Flask:
    """Return the Flask application that answers from *release*.

    *alone* means that no event loop of ours stands in front: the application then charges
    clients and keeps figures by itself.
    """
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.extensions["renkei"] = site = Site(release, store, settings)
    app.wsgi_app = canonical_wsgi(app.wsgi_app, site.languages)  # type: ignore[assignment,method-assign]
    app.url_map.strict_slashes = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    health.prepare(app)
    if alone:
        health.watch(app)
        budget.charge(app)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_SECONDS
    problems.register(app)
    pages.register(app)
    for room in (
        "sparql", "graphs", "reconcile", "crawlers", "signposting", "openapi",
        "catalogue", "ckan", "report", "tables", "releases", "troubles",
    ):  # fmt: skip
        _protocol(app, room, release, store, settings)
    if settings.mcp:
        _protocol(app, "mcp", release, store, settings)
    else:
        app.add_url_rule("/mcp", "no_mcp", _no_mcp, methods=["GET", "POST", "DELETE"])
    for blueprint in (
        home.pages,
        dumps.pages,
        health.pages,
        search.pages,
        lists.pages,
        looks.pages,
        resources.routes,
    ):
        app.register_blueprint(blueprint)
    editor.register(app)
    return app


def _no_mcp() -> NoReturn:
    """Say that the Model Context Protocol is switched off, and how it is switched on."""
    raise NotKnown(
        "The Model Context Protocol is switched off here.",
        "Whoever runs this server can switch it on with RENKEI_MCP=1.",
    )


def _protocol(app: Flask, room: str, release: Release, store: Store, settings: Settings) -> None:
    """Register `/sparql` or `/graphs`, which bring their own limits."""
    name = f"renkei.serve.{room}"
    if importlib.util.find_spec(name) is None:
        return
    module = importlib.import_module(name)
    app.register_blueprint(module.blueprint(store, release, settings))
