"""Validate our answers by the JSON schemas of the Reconciliation Service API.

    python tests/conformance/reconciliation.py CHECKOUT [RELEASE]

CHECKOUT is a work tree, or a git directory, of reconciliation-api/specs. Nothing of it is kept
here. The examples of the specification must agree with its schemas first, so that a schema
that is not read as meant cannot pass everything.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from renkei.config import Settings
from renkei.pack import pipeline
from renkei.release import open_release
from renkei.serve.app import create_app
from renkei.stores import open_store

ROOT = Path(__file__).parents[2]
VERSION = "0.2"
# The manifest's schema points to Swagger's for authentication, which we do not offer.
SWAGGER = {
    "$id": "http://swagger.io/v2/schema.json",
    "definitions": {"securityDefinitions": {"additionalProperties": {}}},
}


class Specification:
    """The schemas and examples of one version, read from a checkout."""

    def __init__(self, checkout: Path) -> None:
        self._checkout, self._bare = checkout, not (checkout / VERSION).is_dir()
        self.schemas = {
            Path(p).stem: json.loads(self._read(p))
            for p in self._list("schemas")
            if not p.endswith("openapi.json")
        }
        found = [
            (s.get("$id") or name, Resource(contents=s, specification=DRAFT7))
            for name, s in self.schemas.items()
        ]
        base = f"https://reconciliation-api.github.io/specs/{VERSION}/schemas/"
        found += [
            (base + f"{name}.json", Resource(contents=s, specification=DRAFT7))
            for name, s in self.schemas.items()
        ]
        found.append((SWAGGER["$id"], Resource(contents=SWAGGER, specification=DRAFT7)))
        self._registry: Registry[Any] = Registry().with_resources(found)

    def _list(self, folder: str) -> list[str]:
        if not self._bare:
            return sorted(
                str(p.relative_to(self._checkout))
                for p in (self._checkout / VERSION / folder).rglob("*.json")
            )
        listed = subprocess.run(
            [
                "git",
                "-C",
                str(self._checkout),
                "ls-tree",
                "-r",
                "--name-only",
                "HEAD",
                f"{VERSION}/{folder}",
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        return sorted(line for line in listed.splitlines() if line.endswith(".json"))

    def _read(self, path: str) -> str:
        if not self._bare:
            return (self._checkout / path).read_text("utf-8")
        return subprocess.run(
            ["git", "-C", str(self._checkout), "show", f"HEAD:{path}"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def wrong(self, name: str, document: Any) -> list[str]:
        """Return what the schema *name* finds wrong with *document*."""
        validator = jsonschema.Draft7Validator(self.schemas[name], registry=self._registry)
        return [
            f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}"
            for e in validator.iter_errors(document)
        ]

    def examples(self) -> Iterator[tuple[str, bool, Any]]:
        """Give schema name, whether it is said to be valid, and the example."""
        for path in self._list("examples"):
            _, _, name, said, _ = path.split("/")
            if name in self.schemas:
                yield name, said == "valid", json.loads(self._read(path))


def main(checkout: Path, folder: Path | None) -> int:
    """Check the examples, then our answers; return how many things are wrong."""
    specification = Specification(checkout)
    wrong = [
        f"example of {name} is said to be {'valid' if said else 'invalid'}"
        for name, said, example in specification.examples()
        if bool(specification.wrong(name, example)) == said
    ]
    examples = sum(1 for _ in specification.examples())
    release = open_release(folder) if folder else pipeline.pack(ROOT, ROOT / "releases")[0]
    settings = Settings(engines=1)
    store = open_store(release, settings)
    checked = 0
    try:
        client = create_app(release, store, settings).test_client()
        for name, path, form in _requests(client):
            answer = client.post(path, data=form) if form else client.get(path)
            found = specification.wrong(name, answer.get_json())
            checked += 1
            wrong += [f"{name} at {path[:60]}: {line}" for line in found]
            for field, schema in (
                ("queries", "reconciliation-query-batch"),
                ("extend", "data-extension-query"),
            ):
                if form and field in form:
                    wrong += [
                        f"request {field}: {line}"
                        for line in specification.wrong(schema, json.loads(form[field]))
                    ]
    finally:
        store.close()
    for line in wrong:
        print(line)
    print(
        f"Reconciliation API {VERSION}: {examples} examples of the specification, {checked} "
        f"answers of ours, {len(wrong)} findings."
    )
    return len(wrong)


def _requests(client: Any) -> Iterator[tuple[str, str, dict[str, str] | None]]:
    manifest = client.get("/reconcile").get_json()
    kinds = [t["id"] for t in manifest["defaultTypes"]]
    words = [
        r["name"]
        for r in client.get("/reconcile/suggest/entity?prefix=" + manifest["name"][:1]).get_json()[
            "result"
        ]
    ][:5]
    things = client.post(
        "/reconcile",
        data={"queries": json.dumps({f"q{n}": {"query": w} for n, w in enumerate(words)})},
    ).get_json()
    ids = [c["id"] for r in things.values() for c in r["result"]][:10]
    yield "manifest", "/reconcile", None
    for strict in ("any", "should", "all"):
        yield (
            "reconciliation-result-batch",
            "/reconcile",
            {
                "queries": json.dumps(
                    {
                        f"q{n}": {"query": w, "type": kinds[:2], "type_strict": strict, "limit": 4}
                        for n, w in enumerate(words)
                    }
                )
            },
        )
    properties = client.get("/reconcile/properties", query_string={"type": kinds[0]}).get_json()
    pids = [p["id"] for p in properties["properties"]]
    yield (
        "reconciliation-result-batch",
        "/reconcile",
        {
            "queries": json.dumps(
                {
                    "q0": {"properties": [{"pid": pids[0], "v": ["x", 1, True, {"id": "y"}]}]},
                    "q1": {"query": "none of these at all"},
                }
            )
        },
    )
    yield "data-extension-property-proposal", "/reconcile/properties?limit=5", None
    for kind in kinds:
        yield (
            "data-extension-property-proposal",
            f"/reconcile/properties?type={kind}".replace("#", "%23"),
            None,
        )
    yield (
        "data-extension-response",
        "/reconcile",
        {"extend": json.dumps({"ids": ids, "properties": [{"id": p} for p in pids]})},
    )
    for prefix in ("", *words, "a", "市", "zzz"):
        yield "suggest-entities-response", f"/reconcile/suggest/entity?prefix={prefix}", None
        yield "suggest-types-response", f"/reconcile/suggest/type?prefix={prefix}", None
        yield "suggest-properties-response", f"/reconcile/suggest/property?prefix={prefix}", None


if __name__ == "__main__":
    sys.exit(min(1, main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)))
