"""Run the tests of requests: the SPARQL Protocol, the Graph Store Protocol, the description.

A release is read only. So an update of the Protocol's list has to be refused with a 4xx;
and of the Graph Store's list the reading requests are made against graphs published just
as the writing requests before them would have left them, while each writing request has
to be refused as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

from tests.conformance.w3c import sameness
from tests.conformance.w3c.evaluation import RDF_TYPES, TABLES, Outcome, Verdict
from tests.conformance.w3c.lists import RDF, ProtocolTest, Request, Statements
from tests.conformance.w3c.world import Client, Response

STATUSES = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
SD = "http://www.w3.org/ns/sparql-service-description#"
ACCEPT_RDF = "text/turtle, application/rdf+xml;q=0.9, application/n-triples;q=0.8"


# --- SPARQL 1.1 Protocol ------------------------------------------------------------


def is_update_side(test: ProtocolTest) -> bool:
    """Say whether a test of the Protocol is about updates."""
    return "update" in test.iri.rpartition("#")[2]


def _is_update(request: Request) -> bool:
    kind = dict(request.headers).get("content-type", "")
    return (
        "sparql-update" in kind or b"update=" in request.body or "update=" in request.path
    ) and "sparql-query" not in kind


def run(client: Client, test: ProtocolTest) -> Outcome:
    """Run one test of the Protocol's list."""
    reasons = []
    updating = is_update_side(test)
    for request in test.requests:
        path = re.sub(r"^/sparql/?", client.endpoint.query, request.path)
        answer = client.ask(request.method, path, request.headers, request.body)
        if updating and _is_update(request):
            if not 400 <= answer.status < 500:
                reasons.append(f"status {answer.status} for an update")
        elif not updating or "StatusCode4xx" in request.statuses:
            reasons.append(_fault(request, answer))
    reason = "; ".join(filter(None, reasons))
    verdict: Verdict = "failed" if reason else "passed"
    note = "refused" if updating else ""
    return Outcome(test.iri, test.name, test.suite, test.group, verdict, reason, note)


def _fault(request: Request, answer: Response) -> str:
    if not any(_is_status(answer.status, wanted) for wanted in request.statuses):
        return f"{request.method}: status {answer.status}, not {' or '.join(request.statuses)}"
    if not 200 <= answer.status < 300:
        return ""
    try:
        if request.format == "RDF":
            list(ox.parse(answer.body, format=RDF_TYPES[answer.media_type]))
        elif request.format:
            found = _table(answer)
            if isinstance(found, bool) != (request.format == "boolean"):
                return f"not a {request.format} result"
            if request.boolean is not None and found is not request.boolean:
                return f"{found}, not {request.boolean}"
    except (KeyError, ValueError, SyntaxError) as error:
        return f"{answer.media_type} that cannot be read: {error}"
    if request.expected is not None:
        if answer.media_type != request.expected_type.partition(";")[0]:
            return f"{answer.media_type}, not {request.expected_type}"
        wanted = frozenset(q.triple for q in _turtle(request.expected))
        found_graph = frozenset(q.triple for q in _turtle(answer.body))
        if sameness.same(wanted, found_graph) == "no":
            return "another graph"
    return ""


def _table(answer: Response) -> sameness.Result:
    if answer.media_type == "text/csv":
        return sameness.from_csv(answer.body)
    formats = dict(TABLES.values())
    return sameness.from_engine(answer.body, formats[answer.media_type])


def _is_status(status: int, wanted: str) -> bool:
    family = re.fullmatch(r"StatusCode(\d)xx", wanted)
    return status // 100 == int(family[1]) if family else status == STATUSES.get(wanted)


def _turtle(content: bytes) -> list[ox.Quad]:
    return list(ox.parse(content, format=ox.RdfFormat.TURTLE, base_iri="http://www.example/gsp"))


# --- Graph Store Protocol -----------------------------------------------------------


@dataclass
class Plan:
    """The Graph Store's list made fit for a server that only reads.

    *graphs* are to be published. Each state of a graph has an IRI of its own: the host
    in the requests is renamed. *default* is the default graph of a second publication.
    """

    tests: list[ProtocolTest] = field(default_factory=list)
    default_tests: list[ProtocolTest] = field(default_factory=list)
    inapplicable: list[ProtocolTest] = field(default_factory=list)
    graphs: dict[str, list[ox.Quad]] = field(default_factory=dict)
    default: list[ox.Quad] = field(default_factory=list)


def plan(tests: Iterable[ProtocolTest]) -> Plan:
    """Return what to publish and what to ask."""
    made = Plan()
    for test in tests:
        if {"DirectGraphIdentification", "POSTGraphCreation"} & set(test.requires):
            made.inapplicable.append(test)
        elif any(_graph_name(request) is None for request in test.requests):
            made.default_tests.append(test)
            contents = [r.expected for r in test.requests if r.expected is not None]
            made.default = _turtle(contents[-1])
        else:
            made.tests.append(_with_states(test, made.graphs))
    return made


def _with_states(test: ProtocolTest, graphs: dict[str, list[ox.Quad]]) -> ProtocolTest:
    slug = test.iri.rpartition("#")[2].replace("_", "-")
    renamed, state, number, has_read = [], dict[str, list[ox.Quad]](), 1, False
    for request in test.requests:
        name = _graph_name(request) or ""
        if not _reads(request) and has_read:
            number, has_read = number + 1, False
        if request.method == "PUT":
            state[name] = _turtle(request.body)
        elif request.method == "DELETE":
            state.pop(name, None)
        elif _reads(request):
            has_read = True
            if request.expected is not None:
                state[name] = _turtle(request.expected)
        host = f"{slug}-{number}.example"
        renamed.append(replace(request, path=request.path.replace("www.example", host)))
        if _reads(request):
            for known, quads in state.items():
                graphs[known.replace("www.example", host)] = quads
    return replace(test, requests=tuple(renamed))


def _reads(request: Request) -> bool:
    return request.method in ("GET", "HEAD")


def _graph_name(request: Request) -> str | None:
    return parse_qs(urlsplit(request.path).query).get("graph", [None])[0]


def run_graph_store(client: Client, test: ProtocolTest) -> Outcome:
    """Run one test of the Graph Store's list: reading as it says, writing refused."""
    reasons = []
    for request in test.requests:
        path = re.sub(r"^/gsp", client.endpoint.graphs, request.path)
        answer = client.ask(request.method, path, request.headers, request.body)
        if _reads(request):
            wanted = request if request.method == "GET" else replace(request, expected=None)
            reasons.append(_fault(wanted, answer))
        elif not 400 <= answer.status < 500:
            reasons.append(f"status {answer.status} for a {request.method}")
    reason = "; ".join(filter(None, reasons))
    verdict: Verdict = "failed" if reason else "passed"
    return Outcome(test.iri, test.name, test.suite, test.group, verdict, reason)


def skipped(test: ProtocolTest) -> Outcome:
    """Return the outcome of a test that asks for what a read-only server does not offer."""
    reason = ", ".join(test.requires)
    return Outcome(test.iri, test.name, test.suite, test.group, "inapplicable", reason)


def counted(plan: Plan) -> tuple[int, int]:
    """Return how many requests of the Graph Store's list read and how many write."""
    requests = [r for test in (*plan.tests, *plan.default_tests) for r in test.requests]
    reading = sum(1 for request in requests if _reads(request))
    return reading, len(requests) - reading


# --- Service Description ------------------------------------------------------------

LANGUAGES = {SD + name for name in ("SPARQL10Query", "SPARQL11Query", "SPARQL11Update")}
FEATURES = {
    SD + name
    for name in [
        "DereferencesURIs",
        "UnionDefaultGraph",
        "RequiresDataset",
        "EmptyGraphs",
        "BasicFederatedQuery",
    ]
}
CLASSES = {
    SD + name
    for name in [
        "Service",
        "Language",
        "Function",
        "Aggregate",
        "EntailmentRegime",
        "EntailmentProfile",
        "Feature",
        "GraphCollection",
        "Dataset",
        "Graph",
        "NamedGraph",
    ]
}
PROPERTIES = {
    SD + name
    for name in [
        "endpoint",
        "feature",
        "defaultEntailmentRegime",
        "entailmentRegime",
        "supportedEntailmentProfile",
        "defaultSupportedEntailmentProfile",
        "extensionFunction",
        "extensionAggregate",
        "languageExtension",
        "supportedLanguage",
        "propertyFeature",
        "defaultDataset",
        "availableGraphs",
        "resultFormat",
        "inputFormat",
        "defaultGraph",
        "namedGraph",
        "name",
        "graph",
    ]
}


def run_description(client: Client, test: ProtocolTest) -> Outcome:
    """Run one test of the Service Description's list."""
    address = client.endpoint.base.rstrip("/") + client.endpoint.query
    answer = client.ask("GET", client.endpoint.query, (("Accept", ACCEPT_RDF),))
    try:
        if answer.status != 200:
            raise ValueError(f"status {answer.status}")
        quads = list(ox.parse(answer.body, format=RDF_TYPES[answer.media_type], base_iri=address))
    except (KeyError, ValueError, SyntaxError) as error:
        reason = f"no RDF without a query: {error}"
    else:
        check = {
            "returns-rdf": lambda: "",
            "has-endpoint-triple": lambda: _names_itself(quads, address),
            "conforms-to-schema": lambda: _against_schema(quads),
        }
        reason = check[test.iri.rpartition("#")[2]]()
    verdict: Verdict = "failed" if reason else "passed"
    return Outcome(test.iri, test.name, test.suite, test.group, verdict, reason)


def _names_itself(quads: list[ox.Quad], address: str) -> str:
    named = [
        q.object.value
        for q in quads
        if q.predicate.value == SD + "endpoint" and isinstance(q.object, ox.NamedNode)
    ]
    return "" if address in named else f"sd:endpoint is {named}, not {address}"


def _against_schema(quads: list[ox.Quad]) -> str:
    """Say what in a description is not of the vocabulary, or is missing in it."""
    found = Statements(iter(quads))
    for quad in quads:
        if quad.predicate.value.startswith(SD) and quad.predicate.value not in PROPERTIES:
            return f"{quad.predicate} is no property of the vocabulary"
        is_type = quad.predicate.value == RDF + "type" and str(quad.object).startswith(f"<{SD}")
        if is_type and quad.object.value not in CLASSES:
            return f"{quad.object} is no class of the vocabulary"
        if quad.predicate.value == SD + "supportedLanguage" and quad.object.value not in LANGUAGES:
            return f"{quad.object} is no language of the vocabulary"
        if quad.predicate.value == SD + "feature" and quad.object.value not in FEATURES:
            return f"{quad.object} is no feature of the vocabulary"
    services = found.subjects(RDF + "type", SD + "Service")
    if len(services) != 1 or len(found.all(services[0], SD + "endpoint")) != 1:
        return "one sd:Service with one sd:endpoint was expected"
    for dataset in found.all(services[0], SD + "defaultDataset"):
        if len(found.all(dataset, SD + "defaultGraph")) > 1:
            return f"{dataset} has several default graphs"
        for named in found.all(dataset, SD + "namedGraph"):
            if len(found.all(named, SD + "name")) != 1:
                return f"{named} has not one sd:name"
    return ""
