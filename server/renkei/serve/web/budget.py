"""The share of each client, where the application stands without our event loop in front."""

from __future__ import annotations

import time

from flask import Flask, Response, g, request

from renkei.serve.web.rate_limit import client
from renkei.serve.web.site import here

FREE = ("/health/live", "/health/ready", "/metrics")


def charge(app: Flask) -> None:
    """Have *app* charge each client for the time that its requests take."""

    @app.before_request
    def check() -> None:
        site = here()
        forwarded = request.headers.get("X-Forwarded-For")
        g.client = client(request.remote_addr or "", forwarded, site.settings.trusted_proxies)
        g.started = time.monotonic()
        if request.path not in FREE:
            site.budget.check(g.client)

    @app.after_request
    def count(response: Response) -> Response:
        if "started" in g:
            who, started, budget = g.client, g.started, here().budget
            response.call_on_close(lambda: budget.charge(who, time.monotonic() - started))
        return response
