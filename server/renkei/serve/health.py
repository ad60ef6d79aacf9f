"""How the server is: alive, ready, and in figures for Prometheus."""

from __future__ import annotations

import time

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from renkei.errors import RenkeiError
from renkei.serve.figures import Figures
from renkei.serve.site import here

pages = Blueprint("health", __name__)


@pages.get("/health/live")
def live() -> Response:
    """Say that the process answers."""
    return _plain({"ok": True})


@pages.get("/health/ready")
def ready() -> tuple[Response, int]:
    """Say whether the store answers; 503 when it does not."""
    site = here()
    try:
        health = site.store.health()
    except RenkeiError as error:
        health = {"ok": False, "detail": str(error)}
    if request.environ.get("renkei.draining"):
        health = {**health, "ok": False, "detail": "The server is about to stop."}
    body = {**health, "release": site.release.manifest.id}
    return _plain(body), 200 if health.get("ok") else 503


def _plain(body: dict[str, object]) -> Response:
    response = jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    return response


def watch(app: Flask) -> None:
    """Count requests by route and status, and time them, where *app* stands alone."""
    figures = Figures()
    app.extensions["figures"] = figures

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        seconds = time.perf_counter() - g.begun if "begun" in g else 0.0
        figures.count(request.method, route, response.status_code, seconds)
        return response


@pages.get("/metrics")
def metrics() -> Response:
    """Figures of this serving process; the event loop, where there is one, brings its own."""
    text = request.environ.get("renkei.figures")
    if text is None:
        text = _own_figures()
    return Response(text, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _own_figures() -> str:
    site = here()
    try:
        store = site.store.health()
    except RenkeiError:
        store = {"ok": False}
    figures: Figures = current_app.extensions["figures"]
    return figures.text(
        {
            "statements": site.release.manifest.counts.get("statements", 0),
            **{f"store_{name}": value for name, value in store.items()},
        }
    )
