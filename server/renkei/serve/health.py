"""How the server is: alive, ready, and in figures for Prometheus."""

from __future__ import annotations

import time

from flask import Blueprint, Flask, Response, g, jsonify, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from renkei.errors import RenkeiError
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
    body = {**health, "release": site.release.manifest.id}
    return _plain(body), 200 if health.get("ok") else 503


def _plain(body: dict[str, object]) -> Response:
    response = jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    return response


def watch(app: Flask) -> None:
    """Count requests by route and status, and time them, in a registry of this application."""
    registry = CollectorRegistry()
    requests = Counter(
        "renkei_requests_total",
        "Requests answered",
        ("method", "route", "status"),
        registry=registry,
    )
    seconds = Histogram(
        "renkei_request_seconds", "Time to an answer's first byte", ("route",), registry=registry
    )
    statements = Gauge(
        "renkei_statements", "Statements of the release's default graph", registry=registry
    )

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        requests.labels(request.method, route, str(response.status_code)).inc()
        if "begun" in g:
            seconds.labels(route).observe(time.perf_counter() - g.begun)
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        """Figures of this serving process; `ahead` are what is answered before the routes."""
        site = here()
        ahead = app.extensions.get("ahead", dict)()
        statements.set(site.release.manifest.counts.get("statements", 0))
        try:
            figures = site.store.health()
        except RenkeiError:
            figures = {"ok": False}
        named = {
            **{f"renkei_{name}": value for name, value in ahead.items()},
            **{f"renkei_store_{name}": value for name, value in figures.items()},
        }
        text = generate_latest(registry).decode() + "".join(
            f"{name} {float(value):.15g}\n"
            for name, value in sorted(named.items())
            if isinstance(value, (int, float))
        )
        return Response(
            text, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"}
        )
