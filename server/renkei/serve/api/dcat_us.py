"""`/data.json`: the catalogue as DCAT-US 1.1 (Project Open Data) wants it, for who harvests that.

Told from the same packages as CKAN's API, so that no two listings differ.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response

from renkei.rdf.formats import Format
from renkei.serve.api.ckan import portal_of
from renkei.serve.web.responses import answer
from renkei.serve.web.site import here

SCHEMA = "https://project-open-data.cio.gov/v1.1/schema"
DATA_JSON = Format("data.json", "application/json", "json", "JSON", "page")

routes = Blueprint("dcat_us", __name__)


@routes.get("/data.json")
def data() -> Response:
    """List the data sets as DCAT-US 1.1 does."""
    portal = portal_of(here())

    def make() -> str:
        listed = {
            "@context": f"{SCHEMA}/catalog.jsonld",
            "@id": f"{here().addresses.public}data.json",
            "@type": "dcat:Catalog",
            "conformsTo": SCHEMA,
            "describedBy": f"{SCHEMA}/catalog.json",
            "dataset": [_dataset(package) for package in portal.packages.values()],
        }
        return json.dumps(listed, ensure_ascii=False)

    return answer(make, DATA_JSON, variant=portal.listing.mark, vary=())


def _dataset(package: dict[str, Any]) -> dict[str, Any]:
    extras = {e["key"]: e["value"] for e in package["extras"]}
    period = [extras.get(key, "") for key in ("temporal_start", "temporal_end")]
    told = {
        "@type": "dcat:Dataset",
        "title": package["title"],
        "description": package["notes"],
        "keyword": [tag["name"] for tag in package["tags"]],
        "identifier": extras["uri"],
        "accessLevel": "public",
        "issued": extras.get("issued"),
        "modified": extras.get("modified"),
        "license": package["license_url"],
        "landingPage": package["url"],
        "language": json.loads(extras["language"]),
        "publisher": {"@type": "org:Organization", "name": extras.get("publisher_name")},
        "contactPoint": _contact(extras),
        "spatial": extras.get("spatial"),
        "temporal": "/".join(period) if all(period) else None,
        "distribution": [
            {
                "@type": "dcat:Distribution",
                "title": resource["name"],
                "description": resource["description"],
                "downloadURL": resource["url"],
                "mediaType": resource["mimetype"],
                "format": resource["format"],
            }
            for resource in package["resources"]
        ],
    }
    return {key: value for key, value in told.items() if value not in (None, "", [])}


def _contact(extras: dict[str, str]) -> dict[str, str] | None:
    """Return the contact as the schema wants it: with a mail address, or not at all."""
    if "contact_email" not in extras:
        return None
    name, mail = extras.get("contact_name", ""), extras["contact_email"]
    return {"@type": "vcard:Contact", "fn": name, "hasEmail": f"mailto:{mail}"}
