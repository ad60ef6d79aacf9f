"""Figures of one serving process, as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest


class Figures:
    """Counts answers by route and status, and times them, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "renkei_requests_total",
            "Requests answered",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "renkei_request_seconds",
            "Time to the end of an answer",
            ("route",),
            registry=self._registry,
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer; *seconds* is how long it took."""
        known = method if method in METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self, others: Mapping[str, object]) -> str:
        """Return all figures; *others* are added under `renkei_<name>` where they are numbers."""
        return generate_latest(self._registry).decode() + "".join(
            f"renkei_{name} {float(value):.15g}\n"
            for name, value in sorted(others.items())
            if isinstance(value, (int, float))
        )


METHODS = frozenset(("GET", "HEAD", "POST", "QUERY", "OPTIONS", "PUT", "DELETE", "PATCH"))
