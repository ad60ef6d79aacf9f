"""How the server is: alive, ready, and in figures for Prometheus."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable, Mapping

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from renkei.errors import FileDamaged, RenkeiError, StoreUnavailable
from renkei.integrity import State
from renkei.rdf.formats import RESULTS_JSON as JSON
from renkei.release import INDEX
from renkei.serve.web import responses
from renkei.serve.web.figures import Figures
from renkei.serve.web.site import Site, here
from renkei.stores.base import Limits, Query

FRESH_SECONDS = 1.0  # how long an answer of /health/ready is given again
ASK_SECONDS = 5.0  # budget of the question to the store
HEAD = 1 << 16  # bytes of data.nq looked through for a statement to ask for
DAMAGED = (State.DAMAGED, State.MISSING)
_IRI = r"<[^<>\"{}|^`\\\s]*>"
_STATEMENT = re.compile(rf"(?P<s>{_IRI}) (?P<p>{_IRI}) (?P<o>{_IRI})(?: (?P<g>{_IRI}))? \.")

routes = Blueprint("health", __name__)


@routes.get("/health/live")
def live() -> Response:
    """Say that the process answers."""
    return _plain({"ok": True})


@routes.get("/health/ready")
def ready() -> tuple[Response, int]:
    """Say whether each part answers a real question; 503 when the store does not.

    A damaged file, or a damaged index, is named under `degraded` with status 200: what is
    whole goes on, and taking the whole site away would help nobody. Many who ask at once
    get one answer, which is a second old at most.
    """
    site = here()
    site.release.compared.watch()
    body, status = site.memory["readiness"].summary()
    if request.environ.get("renkei.draining"):
        body, status = {**body, "ok": False, "detail": "The server is about to stop."}, 503
    return _plain(body), status


class Readiness:
    """How the parts of a site are, asked at most once in FRESH_SECONDS."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._known = _known(site)  # before data.nq can be changed in place
        self._spelt: tuple[str, str] | None = None
        self._asking = threading.Lock()
        self._last: tuple[float, dict[str, object], int] | None = None

    def summary(self) -> tuple[dict[str, object], int]:
        """Return what is told of all parts, and the status."""
        last = self._last
        if last is not None and (
            time.monotonic() - last[0] < FRESH_SECONDS or self._asking.locked()
        ):
            return last[1:]
        with self._asking:
            if self._last is last:
                body, status = self._ask()
                self._last = (time.monotonic(), body, status)
            assert self._last is not None
            return self._last[1:]

    def _ask(self) -> tuple[dict[str, object], int]:
        health = self._health()
        store, index = _timed(self._store), _timed(self._index)
        self._site.release.compared.begin()  # what was changed just now is told just now
        states = self._site.release.compared.states()
        body = {
            **health,
            "ok": bool(health.get("ok")) and store["ok"],
            "release": self._site.release.manifest.id,
            "store": store,
            "index": index,
            "files": _counted(states),
            "degraded": sorted(n for n, s in states.items() if s in DAMAGED),
        }
        return body, 200 if body["ok"] else 503

    def _health(self) -> dict[str, object]:
        try:
            return self._site.store.health()
        except RenkeiError as error:
            return {"ok": False, "detail": str(error)}

    def _store(self) -> str:
        """Ask for a statement that is in the release; nothing, or why the answer is wrong."""
        try:
            limits = Limits(ASK_SECONDS, 1, 1 << 16)
            answer = b"".join(self._site.store.answer(Query(self._known, "ask"), JSON, limits))
        except StoreUnavailable as error:
            if error.facts.get("bound") == "engines":
                return ""  # it is at work for others
            raise
        said = ox.parse_query_results(answer, ox.QueryResultsFormat.JSON)
        return "" if said else "A statement of the release is not found in the store."

    def _index(self) -> str:
        """Look a spelling up that is in the index; nothing, or why the answer is wrong."""
        index = self._site.reader.index
        if INDEX not in self._site.release.manifest.files:
            return ""
        self._spelt = self._spelt or index.known()
        if self._spelt is None or index.finds(*self._spelt):
            return ""
        return "A name of the release is not found in the index."


def _known(site: Site) -> str:
    """Return an ASK that is true of the release: for its first statement with IRIs alone.

    Where the beginning of `data.nq` has none, or it is not known to be whole, any answer does.
    """
    lines: list[bytes] = []
    if "data.nq" in site.release.manifest.files:
        with contextlib.suppress(FileDamaged), site.release.compared.open("data.nq") as file:
            lines = file.read(HEAD).splitlines()[:-1]
    for line in lines:
        if found := _STATEMENT.fullmatch(line.decode(errors="replace")):
            statement = " ".join(found.group("s", "p", "o"))
            graph = found["g"]
            return f"ASK {{ {f'GRAPH {graph} {{ {statement} }}' if graph else statement} }}"
    return "ASK {}"


def _timed(ask: Callable[[], str]) -> dict[str, object]:
    """Return whether *ask* finds nothing wrong, what it does, and the milliseconds it took."""
    begun = time.perf_counter()
    try:
        wrong = ask()
    except RenkeiError as error:
        wrong = str(error.detail)
    said: dict[str, object] = {"ok": not wrong}
    if wrong:
        said["detail"] = wrong
    return {**said, "ms": round((time.perf_counter() - begun) * 1000, 1)}


def _counted(states: Mapping[str, State]) -> dict[str, object]:
    """Return how many of the files are whole, and what is still being compared, in words."""
    waiting = sum(state is State.WAITING for state in states.values())
    whole = sum(state is State.WHOLE for state in states.values())
    said: dict[str, object] = {"all": len(states), "whole": whole}
    if waiting:
        said["comparing"] = f"{len(states) - waiting} of {len(states)} files are compared"
    return said


def _plain(body: dict[str, object]) -> Response:
    response = jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    return response


def prepare(app: Flask) -> None:
    """Make what /health/ready asks, before anything of the release can be changed in place."""
    app.extensions["renkei"].memory["readiness"] = Readiness(app.extensions["renkei"])


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


@routes.get("/metrics")
def metrics() -> Response:
    """Figures of this serving process; the event loop, where there is one, brings its own."""
    text = request.environ.get("renkei.figures")
    if text is None:
        text = _own_figures()
    return responses.made(text, CONTENT_TYPE_LATEST, caching="no-store")


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
