"""`/tables/<name>`: tables for spreadsheets, and what their columns mean.

A CSV says where its metadata is as CSV on the Web wants it (tabular-data-model, 5.2):
`Link: …; rel="describedby"`, and by the place beside it. `/tables/<name>` itself names the
table as a data set, and gives the CSV to whoever asks for CSV.
"""

from __future__ import annotations

import json

import pyoxigraph as ox
from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState

from renkei.errors import NotKnown
from renkei.rdf.formats import CSV, DOCUMENT_FORMATS, HTML, Format, by_suffix
from renkei.release import Release
from renkei.serve.api import downloads
from renkei.serve.api.dcat import answer_data, listing_of, page_of, write
from renkei.serve.web import responses
from renkei.serve.web.site import here, site_of

METADATA = Format("csvm", "application/csvm+json", "json", "CSVW", "table", ("application/json",))

routes = Blueprint("tables", __name__)


@routes.record_once
def _register(state: BlueprintSetupState) -> None:
    """Give each table of the release its address as a data set."""
    names = _names(site_of(state).release)
    name = "<any({}):name>".format(",".join(f'"{n}"' for n in names) or '"-"')
    suffix = "<any({}):suffix>".format(",".join(f.suffix for f in DOCUMENT_FORMATS))
    state.add_url_rule(f"/tables/{name}", "dataset", dataset, methods=["GET"])
    state.add_url_rule(f"/tables/{name}.{suffix}", "dataset", dataset, methods=["GET"])


def _names(release: Release) -> list[str]:
    return sorted(
        n.removeprefix("tables/").removesuffix(".csv")
        for n in release.manifest.files
        if n.startswith("tables/") and n.endswith(".csv")
    )


@routes.get("/tables/")
@routes.get("/tables.<suffix>")
def all_tables(suffix: str = "") -> Response:
    """List the tables with size and digest."""
    return downloads.listing("tables", suffix)


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
    served_at = f"{here().addresses.public}tables/{name}.csv"
    response.headers.add(
        "Link",
        f'<{served_at}-metadata.json>; rel="describedby"; type="application/csvm+json", '
        f'<{here().addresses.public}tables/{name}>; rel="collection"',
    )
    return response


@routes.get("/tables/csv-metadata.json")
def group() -> Response:
    """Describe all tables as one group."""
    names = _names(here().release)
    if not names:
        raise NotKnown("This release has no tables.")

    def body() -> bytes:
        tables = [json.loads(here().release.read(f"tables/{n}.csv-metadata.json")) for n in names]
        context = tables[0]["@context"]
        for one in tables:
            del one["@context"]
        whole = {"@context": context, "tables": tables}
        return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()

    return responses.answer(body, METADATA, vary=())


@routes.get("/.well-known/csvm")
def places() -> Response:
    """Say where metadata stands: beside its table (tabular-data-model, 5.3)."""
    return responses.made("{+url}-metadata.json\ncsv-metadata.json\n", "text/plain")


def dataset(name: str, suffix: str = "") -> Response:
    """Answer with the table as an entry of the catalogue, or lead to its CSV."""
    listing = listing_of(here())
    iri = ox.NamedNode(here().addresses.canonical(f"tables/{name}"))
    fmt = responses.wanted(by_suffix(suffix), (*DOCUMENT_FORMATS, CSV))
    if fmt is CSV:
        response = responses.redirect(f"{here().addresses.public}tables/{name}.csv")
        response.vary.add("Accept")
        return response
    if fmt is HTML:
        return page_of(iri.value, f"dataset/tables/{name}", suffix)
    triples = listing.served(listing.about(iri))
    return answer_data(lambda: write(triples, fmt), fmt, f"tables/{name}", suffix)
