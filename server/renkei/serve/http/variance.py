"""`Vary`, as it is sent: the same set with every answer of an address (RFC 9110, section 12.5.5).

The application says of each answer what decided it, and our own cache keeps answers by that. To
caches of others every variant of an address, 304, errors and redirects among them, names all that
can decide there: one that goes by the last answer it saw would else give a reader what is made
for another. A file as it lies is the same to whoever asks, but for its coding, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from renkei.serve.http.compression import Headers

ALL = "Accept, Accept-Datetime, Accept-Language, Accept-Encoding"
FILE = "Accept-Encoding"  # by which the application marks a file as it lies


def told(varies: str) -> str:
    """Return the `Vary` that is sent with an answer that depends on what *varies* names."""
    names = [name.strip() for name in varies.split(",") if name.strip()]
    if [name.lower() for name in names] == [FILE.lower()]:
        return FILE
    known = {name.lower() for name in ALL.split(", ")}
    return ", ".join((ALL, *(name for name in names if name.lower() not in known)))


def widened(headers: Headers) -> Headers:
    """Return *headers*, in lower case, with the `Vary` that is sent."""
    own = [(n, v) for n, v in headers if n.lower() != "vary"]
    return [*own, ("vary", told(", ".join(v for n, v in headers if n.lower() == "vary")))]


def widened_wsgi(
    app: Callable[..., Iterable[bytes]],
) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """Return the WSGI application *app*, whose answers have the `Vary` that is sent."""

    def run(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: Headers, *more: Any) -> Any:
            return start_response(status, widened(headers), *more)

        return app(environ, start)

    return run
