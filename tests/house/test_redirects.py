"""The redirect rules for w3id.org, applied to requests as Apache would.

The file is read as it will be sent; only the few directives it uses are understood, and
any other fails the test rather than being passed over. Where a rule leads is then asked
of the application itself, so that a rule and an address cannot drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.stores import open_store

RULES = Path(__file__).parents[2] / "docs" / "w3id" / ".htaccess"
ROOT = "https://w3id.org/jp-ccua/"
TARGET = "https://data.example.org"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass(frozen=True)
class Rule:
    """One RewriteRule: what it matches, where it leads, with which status."""

    pattern: re.Pattern[str]
    substitution: str
    status: int

    def apply(self, path: str) -> str | None:
        """Return where *path* leads by this rule, or None."""
        match = self.pattern.search(path)
        if match is None:
            return None
        return re.sub(r"\$(\d)", lambda n: match[int(n[1])] or "", self.substitution)


def read_rules(text: str) -> list[Rule]:
    """Return the rules of an .htaccess file, in order, TARGET filled in."""
    rules = []
    for line in text.splitlines():
        words = line.split()
        if not words or words[0].startswith("#") or words[0] in ("RewriteEngine", "Header"):
            continue
        assert words[0] == "RewriteRule", f"not understood here: {line}"
        _, pattern, substitution, flags = words
        found = re.fullmatch(r"\[R=(30[123]),L\]", flags)
        assert found, f"a redirect that ends the matching was expected: {line}"
        rules.append(
            Rule(
                re.compile(pattern, re.ASCII),
                substitution.replace("TARGET", TARGET),
                int(found[1]),
            )
        )
    return rules


@cache
def rules() -> list[Rule]:
    """Return the rules that will be sent, read once."""
    return read_rules(RULES.read_text("utf-8"))


def redirect(iri: str) -> tuple[int, str] | None:
    """Return status and Location that the rules give for *iri*; None when no rule fits."""
    path = urlsplit(iri)._replace(fragment="").geturl().removeprefix(ROOT)
    for rule in rules():
        location = rule.apply(path)
        if location is not None:
            return rule.status, location
    return None


@pytest.fixture(scope="module")
def client(release: Release) -> Iterator[FlaskClient]:
    """The application over a release of the publication."""
    settings = Settings(public_url=TARGET)
    store = open_store(release, settings)
    try:
        yield create_app(release, store, settings).test_client()
    finally:
        store.close()


@pytest.mark.parametrize(
    "path, status, location",
    [
        ("", 302, "/"),
        ("ns", 302, "/ns"),
        ("ns#CooperationAgreement", 302, "/ns"),
        ("ns.ttl", 302, "/ns.ttl"),
        ("ns/1.0.0", 302, "/ns/1.0.0"),
        ("ns/1.0.0.jsonld", 302, "/ns/1.0.0.jsonld"),
        ("ns/2.10.0", 302, "/ns/2.10.0"),
        ("ns/10.11.12", 302, "/ns/10.11.12"),
        ("ns/10.11.12.ttl", 302, "/ns/10.11.12.ttl"),
        ("ns/alignments", 302, "/ns/alignments"),
        ("ns/restrictions.ttl", 302, "/ns/restrictions.ttl"),
        ("ns/jp", 302, "/ns/jp"),
        ("ns/jp/1.0.0", 302, "/ns/jp/1.0.0"),
        ("ns/all/10.11.12.ttl", 302, "/ns/all/10.11.12.ttl"),
        ("shapes", 302, "/shapes"),
        ("shapes#A01-AgreementHasTwoParties", 302, "/shapes"),
        ("shapes.ttl", 302, "/shapes.ttl"),
        ("catalogue.rdf", 302, "/catalogue.rdf"),
        ("context.jsonld", 302, "/context.jsonld"),
        (".well-known/void", 302, "/.well-known/void"),
        (".well-known/sparql-examples", 302, "/.well-known/sparql-examples"),
        ("id/agreement/sapporo-otaru-2019", 303, "/doc/agreement/sapporo-otaru-2019"),
        ("doc/agreement/sapporo-otaru-2019", 302, "/doc/agreement/sapporo-otaru-2019"),
        ("doc/agreement/sapporo-otaru-2019.ttl", 302, "/doc/agreement/sapporo-otaru-2019.ttl"),
        ("concept/role", 302, "/concept/role"),
        ("concept/role/core-city", 302, "/concept/role/core-city"),
        ("graph/seed-L25", 302, "/graph/seed-L25"),
        ("graph/seed-L25.trig", 302, "/graph/seed-L25.trig"),
        ("questions/members", 302, "/questions/members"),
        ("dataset/sapporo", 302, "/dataset/sapporo"),
        ("dataset/sapporo/1.10.0", 302, "/dataset/sapporo/1.10.0"),
    ],
)
def test_an_iri_leads_where_the_server_answers_for_it(
    path: str, status: int, location: str
) -> None:
    assert redirect(ROOT + path) == (status, TARGET + location)


@pytest.mark.parametrize(
    "path",
    [
        "ns/latest",
        "ns/1.0",
        "ns/1.0.0.1",
        "ns/1x0x0",
        "nsx",
        "identity/x",
        "id/",
        "shapesx",
        "sparql",
    ],
)
def test_what_is_not_promised_leads_nowhere(path: str) -> None:
    assert redirect(ROOT + path) is None


@pytest.mark.parametrize(
    "accept, media_type",
    [
        pytest.param("text/turtle", "text/turtle", id="turtle"),
        pytest.param("application/ld+json", "application/ld+json", id="json-ld"),
        pytest.param("application/rdf+xml", "application/rdf+xml", id="rdf-xml"),
        pytest.param("application/n-triples", "application/n-triples", id="n-triples"),
        pytest.param("text/turtle;q=0.2, application/ld+json", "application/ld+json", id="q"),
        pytest.param("*/*", "text/turtle", id="anything"),
        pytest.param(BROWSER, "text/html", id="browser"),
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "id/agreement/sapporo-otaru-2019",
        "ns",
        "ns/1.0.0",
        "ns/alignments",
        "ns/restrictions",
        "ns/jp",
        "ns/jp/1.0.0",
        "ns/all",
        "shapes",
        "concept/role/core-city",
        "graph/seed-L25",
        "dataset/sapporo",
    ],
)
def test_behind_the_redirect_the_reader_gets_the_format_they_prefer(
    client: FlaskClient, path: str, accept: str, media_type: str
) -> None:
    """Accept decides at the server, and only there."""
    found = redirect(ROOT + path)
    assert found is not None

    answer = client.get(found[1].removeprefix(TARGET), headers={"Accept": accept})

    assert (answer.status_code, answer.mimetype) == (200, media_type)


def test_a_format_that_is_not_written_is_refused_behind_the_redirect(client: FlaskClient) -> None:
    found = redirect(ROOT + "ns")
    assert found is not None

    answer = client.get(found[1].removeprefix(TARGET), headers={"Accept": "image/png"})

    assert answer.status_code == 406


def test_every_iri_of_the_publication_has_a_rule(release: Release) -> None:
    """Whatever the data says something of can be followed from its name."""
    with release.path("data.nq").open("rb") as file:
        named = {
            term.value
            for quad in ox.parse(file, format=ox.RdfFormat.N_QUADS)
            for term in (quad.subject, quad.graph_name)
            if isinstance(term, ox.NamedNode) and term.value.startswith(ROOT)
        }

    assert len(named) > 500
    assert [iri for iri in sorted(named) if redirect(iri) is None] == []


def test_browsers_may_follow_a_redirect() -> None:
    """Without `always` Apache leaves the header out of every answer but 2xx."""
    assert 'Header always set Access-Control-Allow-Origin "*"' in RULES.read_text("utf-8")
