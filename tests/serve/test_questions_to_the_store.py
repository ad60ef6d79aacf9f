"""A page is written from a few answers of the store, and asks nothing while it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.serve.read.reader import Reader
from renkei.serve.web.site import Site
from renkei.sparql.outline import Term
from renkei.stores import open_store
from renkei.stores.base import Row, Store

MOST = 6  # questions of one page
PAGE = {"Accept": "text/html"}
PAGES = (
    "/ns", "/shapes", "/questions", "/ns/CooperationAgreement", "/ns/concludedOn",
    "/shapes/A01-AgreementHasTwoParties", "/questions/members", "/graph", "/graph/seed-L27",
    "/concept", "/things", "/things/Municipality", "/search?q=sapporo", "/about", "/report",
)  # fmt: skip
ONE_OF_EACH_CLASS = """
SELECT (MIN(STR(?thing)) AS ?one) WHERE {
  ?thing a ?class FILTER (STRSTARTS(STR(?thing), "https://w3id.org/jp-ccua/id/"))
} GROUP BY ?class
"""


@dataclass
class Counted:
    """A store that keeps what it was asked."""

    store: Store
    asked: list[str] = field(default_factory=list)

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> list[Row]:
        """Keep the question and answer it."""
        self.asked.append(text)
        return self.store.select(text, bindings)

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)


@dataclass
class Client:
    """A reader of a site whose questions to the store are counted."""

    web: FlaskClient
    store: Counted

    def page(self, address: str) -> tuple[str, list[str]]:
        """Return a page and what the store was asked for it."""
        self.store.asked.clear()
        answer = self.web.get(address, headers=PAGE)
        assert answer.status_code == 200, address
        return answer.get_data(as_text=True), [*self.store.asked]


@pytest.fixture(scope="module")
def clients(release: Release) -> Iterator[tuple[Client, Client]]:
    """Two readers of one release: all names in memory; each name asked for when it is met."""
    settings = Settings(public_url="https://data.example.org/area/")
    store = open_store(release, settings)
    made = []
    for in_memory in (10**9, 0):
        counted = Counted(store)
        app = create_app(release, counted, settings)  # type: ignore[arg-type]
        site: Site = app.extensions["renkei"]
        site.reader = Reader(release, counted, in_memory)  # type: ignore[arg-type]
        made.append(Client(app.test_client(), counted))
        made[-1].page("/ns/CooperationAgreement")  # reads what holds for every page
        made[-1].page("/doc/municipality/hokkaido-nanporo")
        made[-1].page("/questions/core-city")
    try:
        yield made[0], made[1]
    finally:
        store.close()


@pytest.fixture(scope="module")
def things(clients: tuple[Client, Client]) -> list[str]:
    """The pages of one thing of each class."""
    rows = clients[0].store.store.select(ONE_OF_EACH_CLASS)
    root = "https://w3id.org/jp-ccua/id/"
    return sorted({f"/doc/{row['one'].value.removeprefix(root)}" for row in rows})


OF_EVERYTHING = ("# What are things called", "# Which things of ours", "# Which things have an IRI")


def test_no_request_asks_about_everything_once_a_site_is_warm(
    clients: tuple[Client, Client], release: Release
) -> None:
    """A process whose first answer takes long is replaced, and would never know anything."""
    store = Counted(clients[0].store.store)
    app = create_app(release, store, Settings())  # type: ignore[arg-type]
    site: Site = app.extensions["renkei"]

    site.warm()
    warming = [text for text in store.asked if text.startswith(OF_EVERYTHING)]
    store.asked.clear()
    app.test_client().get("/doc/municipality/hokkaido-nanporo", headers=PAGE)

    assert len(warming) == len(OF_EVERYTHING)
    assert [text for text in store.asked if text.startswith(OF_EVERYTHING)] == []


def test_a_warm_site_holds_no_engine_that_a_fork_would_share(
    clients: tuple[Client, Client], release: Release
) -> None:
    store = clients[0].store.store
    site = Site(release, store, Settings())

    site.warm()

    assert store.waiting() is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_asks_the_store_at_most_six_times(
    clients: tuple[Client, Client], address: str
) -> None:
    """Of a release too large for memory, two more: names and origins, each all at once."""
    for client, most in zip(clients, (MOST, MOST + 2), strict=True):
        _, asked = client.page(address)

        assert len(asked) <= most, [text.partition("\n")[0][:80] for text in asked]


def test_a_page_of_a_thing_asks_the_store_at_most_six_times(
    clients: tuple[Client, Client], things: list[str]
) -> None:
    for address in things:
        clients[0].page(address)  # reads what holds for every page of its kind

    asked = {address: len(clients[0].page(address)[1]) for address in things}

    assert len(asked) > 30
    assert {address: number for address, number in asked.items() if number > MOST} == {}


def test_a_page_is_the_same_whether_names_are_in_memory_or_asked_for(
    clients: tuple[Client, Client], things: list[str]
) -> None:
    for address in (*PAGES, *things):
        small, large = (
            client.page(f"{address}{'&' if '?' in address else '?'}lang=ja")[0]
            for client in clients
        )

        assert large == small, address


@pytest.mark.parametrize(
    "address", ["/doc/municipality/hokkaido-nanporo", "/doc/agreement/sapporo-otaru-2019"]
)
def test_a_document_as_data_asks_the_store_twice(
    clients: tuple[Client, Client], address: str
) -> None:
    _, asked = clients[0].page(f"{address}.ttl")

    assert len(asked) <= 2, asked
