"""`/tables/<name>`: tables for spreadsheets, and what their columns mean.

A CSV says where its metadata is as CSV on the Web wants it (tabular-data-model, 5.2):
`Link: …; rel="describedby"`, and by the place beside it. `/tables/<name>` itself names the
table as a data set, and gives the CSV to whoever asks for CSV.
"""

from __future__ import annotations

import json

import pyoxigraph as ox
from flask import Blueprint, Response

from renkei.config import Settings
from renkei.errors import NotKnown
from renkei.rdf.formats import CSV, DOCUMENT_FORMATS, HTML, TURTLE, Format
from renkei.rdf.iris import Addresses
from renkei.release import Release
from renkei.serve.api import downloads
from renkei.serve.api.dcat import _data, _page_of, write
from renkei.serve.http import negotiation
from renkei.serve.read.dcat_catalogue import Listing
from renkei.serve.web import responses
from renkei.stores.base import Store

METADATA = Format("csvm", "application/csvm+json", "json", "CSVW", "table", ("application/json",))


def blueprint(store: Store, release: Release, settings: Settings) -> Blueprint:
    """Return the blueprint of the tables of one release."""
    routes = Blueprint("tables_of_release", __name__)
    addresses = Addresses(release.manifest.root, settings.public)
    listing = Listing(release, addresses)
    names = sorted(
        n.removeprefix("tables/").removesuffix(".csv")
        for n in release.manifest.files
        if n.startswith("tables/") and n.endswith(".csv")
    )

    @routes.get("/tables/")
    def all_tables() -> Response:
        """List the tables with size and digest."""
        return downloads.listing("tables")

    @routes.get("/tables/<path:name>")
    def file(name: str) -> Response:
        """Send any other file of the tables, as the metadata beside each."""
        return downloads.send(f"tables/{name}", responses.FRESH)

    @routes.get("/tables/<name>.csv")
    def table(name: str) -> Response:
        """Send a table, and say where its metadata is."""
        response = downloads.send(f"tables/{name}.csv", responses.FRESH)
        if response.status_code in (200, 206):
            response.headers["Content-Type"] = "text/csv; charset=utf-8; header=present"
        served_at = f"{addresses.public}tables/{name}.csv"
        response.headers.add(
            "Link",
            f'<{served_at}-metadata.json>; rel="describedby"; type="application/csvm+json", '
            f'<{addresses.public}tables/{name}>; rel="collection"',
        )
        return response

    @routes.get("/tables/csv-metadata.json")
    def group() -> Response:
        """Describe all tables as one group."""
        if not names:
            raise NotKnown("This release has no tables.")

        def body() -> bytes:
            tables = [json.loads(release.read(f"tables/{n}.csv-metadata.json")) for n in names]
            context = tables[0]["@context"]
            for one in tables:
                del one["@context"]
            whole = {"@context": context, "tables": tables}
            return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()

        return responses.answer(body, METADATA, vary=())

    @routes.get("/.well-known/csvm")
    def places() -> Response:
        """Say where metadata stands: beside its table (tabular-data-model, 5.3)."""
        return Response("{+url}-metadata.json\ncsv-metadata.json\n", content_type="text/plain")

    @routes.get("/tables/<any({}):name>".format(",".join(f'"{n}"' for n in names) or '"-"'))
    @routes.get(
        "/tables/<any({}):name>.<any(ttl,jsonld,rdf,nt,trig,nq,html):suffix>".format(
            ",".join(f'"{n}"' for n in names) or '"-"'
        )
    )
    def dataset(name: str, suffix: str = "") -> Response:
        """Answer with the table as an entry of the catalogue, or lead to its CSV."""
        iri = ox.NamedNode(addresses.canonical(f"tables/{name}"))
        found = next((f for f in DOCUMENT_FORMATS if f.suffix == suffix), None)
        fmt = found or negotiation.choose(_accept(), (*DOCUMENT_FORMATS, CSV), TURTLE)
        if fmt is CSV:
            response = responses.redirect(f"{addresses.public}tables/{name}.csv")
            response.vary.add("Accept")
            return response
        if fmt is HTML:
            return _page_of(iri.value, f"dataset/tables/{name}", suffix)
        triples = listing.served(listing.about(iri))
        return _data(lambda: write(triples, fmt, release), fmt, f"tables/{name}", suffix)

    return routes


def _accept() -> str | None:
    from flask import request

    return request.headers.get("Accept")
