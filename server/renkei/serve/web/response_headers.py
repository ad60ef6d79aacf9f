"""The headers that every answer carries, errors included."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Response, g, request

from renkei.serve.http import variance
from renkei.serve.web.site import here

EXPOSED = (
    "Accept-Ranges, Content-Disposition, Content-Location, Content-Range, ETag, Link, Location, "
    "Memento-Datetime, Renkei-Hint, Renkei-Links-Back, Renkei-Partial, Renkei-Release, Retry-After"
)
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def allow_images(origin: str) -> None:
    """Have the policy of the present answer allow images from *origin*; empty for our own."""
    if origin:
        images: dict[str, None] = g.setdefault("images", {})
        images[origin] = None


def add_headers(response: Response) -> Response:
    """Return *response* with the headers that every answer carries."""
    headers = response.headers
    headers.pop("Expires", None)  # Cache-Control says it, and says it the same each time
    headers.setdefault("Access-Control-Allow-Origin", "*")
    headers.setdefault("Access-Control-Expose-Headers", EXPOSED)
    headers.setdefault("Renkei-Release", here().release.manifest.id)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    if request.endpoint == "static":
        response.vary.add(variance.FILE)
    if response.mimetype in ("text/html", "image/svg+xml"):
        headers.setdefault(
            "Content-Security-Policy", _policy(here().settings.tiles, g.get("images", ()))
        )
    if request.method == "OPTIONS":
        if response.status_code == 200:  # what may be asked is said in the header alone
            response.status_code = 204
            response.headers.pop("Content-Type", None)
            response.headers.pop("Content-Length", None)
        methods = ", ".join(sorted(response.allow)) if response.allow else "GET, HEAD, OPTIONS"
        headers.setdefault("Access-Control-Allow-Methods", methods)
        asked = request.headers.get("Access-Control-Request-Headers", "*")
        headers.setdefault("Access-Control-Allow-Headers", asked)
        headers.setdefault("Access-Control-Max-Age", "86400")
    return response


def _policy(template: str, others: Iterable[str] = ()) -> str:
    """Return the policy of pages; with tiles set, images may come from their server too.

    *others* are the origins of the pictures that the data of this page name.
    """
    origins = [*([origin(template)] if template else []), *others]
    return POLICY.replace("img-src 'self'", " ".join(("img-src 'self'", *origins)))


def origin(template: str) -> str:
    """Return the origin of a tile server as a Content-Security-Policy names it."""
    parts = urlsplit(template)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
