"""Figures of one serving process, as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest


class Figures:
    """Counts answers by route and status, and times them, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
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
        counted = self._known.get((method, route, status))
        if counted is None:
            known = method if method in METHODS else "other"
            child = self._requests.labels(known, route, str(status))
            counted = (child, self._seconds.labels(route))
            if known != "other":  # methods that anybody makes up are not remembered
                self._known[method, route, status] = counted
        counted[0].inc()
        counted[1].observe(seconds)

    def text(self, others: Mapping[str, object]) -> str:
        """Return all figures; *others* are added under `renkei_<name>` where they are numbers."""
        return generate_latest(self._registry).decode() + "".join(
            f"renkei_{name} {float(value):.15g}\n"
            for name, value in sorted(others.items())
            if isinstance(value, (int, float))
        )


METHODS = frozenset(("GET", "HEAD", "POST", "QUERY", "OPTIONS", "PUT", "DELETE", "PATCH"))
