"""The application: one release, its store, and the rooms that answer from them."""

from __future__ import annotations

from contextlib import suppress
from typing import NoReturn

from flask import Flask

from renkei.config import Settings
from renkei.errors import NotKnown, RenkeiError
from renkei.rdf import known_terms
from renkei.release import Release
from renkei.serve.api import (
    ckan,
    crawlers,
    dcat,
    dcat_us,
    differences,
    downloads,
    feeds,
    graph_store,
    health,
    hints,
    linked_data,
    memento,
    openapi,
    questions,
    reconciliation,
    releases,
    signposting,
    sparql,
    tables,
    validation_report,
)
from renkei.serve.http.parameters import canonical_wsgi
from renkei.serve.pages import (
    class_list,
    home,
    search,
    sparql_editor,
    template_context,
    views,
)
from renkei.serve.pages.charts import pictures
from renkei.serve.web import budget, problem_types, problems
from renkei.serve.web.site import Site
from renkei.stores import open_store
from renkei.stores.base import Store

ROOMS = (
    sparql,
    graph_store,
    hints,
    reconciliation,
    crawlers,
    signposting,
    openapi,
    dcat,
    dcat_us,
    ckan,
    validation_report,
    tables,
    differences,
    feeds,
    releases,
    memento,
    problem_types,
    home,
    downloads,
    health,
    search,
    class_list,
    pictures,
    questions,
    linked_data,
)
STATIC_SECONDS = 3600  # how long style and script may be kept without asking again


def create_app(
    release: Release, store: Store, settings: Settings, alone: bool = True, within: str = ""
) -> Flask:
    """Return the Flask application that answers from *release*.

    *alone* means that no event loop of ours stands in front: the application then charges
    clients and keeps figures by itself. *within* is the address of another application that
    asks this one about a release of an earlier day.
    """
    app = Flask(
        __name__,
        static_folder="pages/static",
        template_folder="pages/templates",
        static_url_path="/static",
    )
    app.extensions["renkei"] = site = Site(release, store, settings, within)
    app.wsgi_app = canonical_wsgi(app.wsgi_app, site.languages, site.queried)  # type: ignore[assignment,method-assign]
    app.url_map.strict_slashes = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    health.prepare(app)
    if alone:
        health.watch(app)
        budget.charge(app)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_SECONDS
    problems.register(app, search.near, memento.withdrawn)
    template_context.register(app)
    for room in ROOMS:
        app.register_blueprint(room.routes)
    if settings.mcp:
        from renkei.serve.api import mcp  # whose package is an extra

        app.register_blueprint(mcp.routes)
    else:
        app.add_url_rule("/mcp", "no_mcp", _no_mcp, methods=["GET", "POST", "DELETE"])
    sparql_editor.register(app)
    app.extensions["renkei.older"] = memento.OpenReleases(_opened, site)
    if not within:
        app.before_request(memento.asked_for_a_day)
        app.after_request(memento.advertise)
    app.before_request(linked_data.claimed)
    return app


def _opened(
    release: Release, store: Store | None, settings: Settings, present: str
) -> tuple[Flask, Store]:
    """Return the application of a release within that at *present*, and its store."""
    own = store or open_store(release, settings)
    return create_app(release, own, settings, alone=False, within=present), own


def warm(app: Flask) -> None:
    """Learn what every page needs, before processes are forked that share it.

    A store that does not answer now is asked when it is needed.
    """
    site: Site = app.extensions["renkei"]
    for tag in site.languages:
        with suppress(RenkeiError), app.test_request_context(f"/?lang={tag}"):
            template_context.learn()
            views.vocabulary_of(site)
    known_terms.learn()
    site.warm()


def _no_mcp() -> NoReturn:
    """Say that the Model Context Protocol is switched off, and how it is switched on."""
    raise NotKnown(
        "The Model Context Protocol is switched off here.",
        "Whoever runs this server can switch it on with RENKEI_MCP=1.",
    )
