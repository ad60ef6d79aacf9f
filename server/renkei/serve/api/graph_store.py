"""`/graphs`: the Graph Store Protocol, its reading half.

A graph is named by `?graph=IRI` or `?default`. A graph that the release does not have is
404, never an empty 200. Writing is refused: the data is changed by packing a release.
"""

from __future__ import annotations

import pyoxigraph as ox
from flask import Blueprint, Response, request

from renkei.errors import BadRequest, NotKnown
from renkei.rdf.formats import GRAPH_FORMATS
from renkei.serve.http.parameters import FORMAT_WORDS
from renkei.serve.web import responses
from renkei.serve.web.site import here
from renkei.stores.base import Limits, Query

ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
KNOWN = "# Whether a graph has statements.\nSELECT ?g { GRAPH ?g { ?s ?p ?o } } LIMIT 1"

routes = Blueprint("graph_store", __name__)


@routes.get("/graphs")
def graph() -> Response:
    """Answer with one graph (SPARQL 1.1 Graph Store HTTP Protocol 5.2)."""
    name, store, settings = _name(), here().store, here().settings
    fmt = responses.wanted(None, GRAPH_FORMATS, names=FORMAT_WORDS)
    tag = responses.etag(fmt.name)
    if responses.is_known_here(tag):
        return responses.not_modified(tag)
    if name is not None and not store.select(KNOWN, {"g": ox.NamedNode(name)}):
        raise NotKnown(
            "This release has no graph %(iri)s.",
            "The Service Description at /sparql lists the graphs.",
            iri=name,
        )
    graphs = None if name is None else (name,)
    found = store.answer(
        Query(ALL, "construct", graphs, None if name is None else ()),
        fmt,
        Limits(settings.query_seconds, settings.answer_rows, settings.answer_bytes),
    )
    response = responses.answered(found, fmt, caching=responses.FRESH, vary=("Accept",))
    response.set_etag(tag)
    return response


def _name() -> str | None:
    """Return the IRI of the graph asked for, None for the default graph."""
    named = request.args.getlist("graph")
    default = "default" in request.args
    if default + len(named) != 1:
        raise BadRequest("Name one graph.", "Ask /graphs?default or /graphs?graph=IRI.")
    if default:
        return None
    try:
        ox.NamedNode(named[0])
    except ValueError as error:
        raise BadRequest(
            '"%(iri)s" is not an IRI: %(detail)s.', "Send a whole IRI.", iri=named[0], detail=error
        ) from None
    return named[0]
