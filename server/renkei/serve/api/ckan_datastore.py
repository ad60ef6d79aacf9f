"""The tables of a release as CKAN's DataStore: `datastore_search` and `datastore_info`.

A resource that is a table (`tables/<name>.csv`) can be asked for rows. A column is called as the
CSV calls it; its type is told by the metadata beside the CSV. Everything is read anew for each
question: tables are small, and a release may have many.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from renkei.release import Release
from renkei.serve.api.ckan_answers import Record, RefusedError, invalid, not_found, true, whole

MOST_ROWS = 32_000  # of one answer, as in CKAN
LETTERS = 2_000  # of what one search asks
_TYPES = {
    "integer": "int", "nonNegativeInteger": "int", "decimal": "numeric", "double": "numeric",
    "boolean": "bool", "date": "date",
}  # fmt: skip
_VALUES: Mapping[str, Callable[[str], Any]] = {
    "int": int,
    "numeric": float,
    "bool": lambda text: text == "true",
}


class AskedTable:
    """One table: its *fields* as the DataStore tells them, and its *rows*."""

    def __init__(self, release: Release, name: str) -> None:
        text = release.read(f"tables/{name}.csv").decode("utf-8-sig")
        header, *rows = csv.reader(io.StringIO(text, newline=""))
        described = json.loads(release.read(f"tables/{name}.csv-metadata.json"))
        columns = [c for c in described["tableSchema"]["columns"] if not c.get("virtual")]
        self.fields: list[Record] = [{"id": "_id", "type": "int"}]
        for title, column in zip(header, columns, strict=False):
            kind = column.get("datatype", "string")
            base = kind.get("base", "string") if isinstance(kind, dict) else kind
            titles = column.get("titles", {})
            label = next((t[0] for tag, t in titles.items() if t and t[0] != title), title)
            self.fields.append(
                {"id": title, "type": _TYPES.get(base, "text"), "info": {"label": label}}
            )
        self.rows = [
            {"_id": number, **{
                f["id"]: _value(f["type"], text)
                for f, text in zip(self.fields[1:], row, strict=False)
            }}
            for number, row in enumerate(rows, 1)
        ]  # fmt: skip

    def known(self, parameter: str, names: Iterable[str]) -> list[str]:
        """Return *names*, all of which have to be columns. Raises RefusedError."""
        names = list(names)
        columns = {f["id"] for f in self.fields}
        for name in names:
            if name not in columns:
                raise invalid(parameter, f'field "{name}" not in table')
        return names


class Datastore:
    """The actions; *packages* gives all packages by name."""

    def __init__(self, release: Release, packages: Callable[[], Mapping[str, Record]]) -> None:
        self.release, self.packages = release, packages
        self.actions: dict[str, Callable[[Record], Any]] = {
            "datastore_search": self.search,
            "datastore_info": self.info,
        }

    def info(self, asked: Record) -> Record:
        """Return the columns of a table and how many rows it has. Parameter: id."""
        identifier, table = self._table(asked)
        return {
            "meta": {"id": identifier, "count": len(table.rows), "table_type": "BASE TABLE"},
            "fields": table.fields[1:],
            "schema": {f["id"]: f["type"] for f in table.fields[1:]},
        }

    def search(self, asked: Record) -> Record:
        """Return rows of a table.

        Parameters: resource_id, filters, q, fields, sort, limit, offset, include_total.
        """
        identifier, table = self._table(asked)
        limit, offset = min(whole(asked, "limit", 100), MOST_ROWS), whole(asked, "offset", 0)
        if asked.get("records_format", "objects") != "objects":
            raise invalid("records_format", "Only objects are given; take the CSV itself")
        if sum(len(str(asked.get(n) or "")) for n in ("filters", "q", "sort", "fields")) > LETTERS:
            raise invalid("q", f"More than {LETTERS} letters are asked for")
        rows = _sorted(table, _found(table, asked), asked.get("sort"))
        wanted = table.known("fields", _names(asked.get("fields")))
        shown = [f for f in table.fields if not wanted or f["id"] in wanted]
        names = [f["id"] for f in shown]
        answer: Record = {
            "resource_id": identifier,
            "include_total": true(asked.get("include_total", True)),
            "records_format": "objects",
            "fields": shown,
            "records": [{n: row[n] for n in names} for row in rows[offset : offset + limit]],
            "limit": limit,
            "offset": offset,
        }
        if answer["include_total"]:
            answer |= {"total": len(rows), "total_was_estimated": False}
        return answer

    def _table(self, asked: Record) -> tuple[str, AskedTable]:
        wanted = asked.get("resource_id") or asked.get("id")
        if not wanted:
            raise invalid("resource_id", "Missing value")
        for package in self.packages().values():
            for resource in package["resources"]:
                if resource["id"] == wanted:
                    name = str(resource["url"]).rpartition("/tables/")[2].removesuffix(".csv")
                    if f"tables/{name}.csv" in self.release.manifest.files:
                        return resource["id"], AskedTable(self.release, name)
        raise not_found(f'Resource "{wanted}" was not found.')


def _value(kind: str, text: str) -> Any:
    if not text:
        return None
    try:
        return _VALUES.get(kind, str)(text)
    except ValueError:  # a column of numbers may hold a word
        return text


def _found(table: AskedTable, asked: Record) -> list[Record]:
    """Return the rows that have the values of `filters` and the words of `q`."""
    filters = _dictionary("filters", asked.get("filters"))
    table.known("filters", filters)
    rows = table.rows
    for name, value in filters.items():
        held = {str(v) for v in (value if isinstance(value, list) else [value])}
        rows = [row for row in rows if str(row[name]) in held]
    words = asked.get("q")
    if isinstance(words, str) and not words.lstrip().startswith("{"):
        for word in words.casefold().split():
            rows = [row for row in rows if any(word in str(v).casefold() for v in row.values())]
        return rows
    by_column = _dictionary("q", words)
    table.known("q", by_column)
    for name, text in by_column.items():
        for word in str(text).casefold().split():
            rows = [row for row in rows if word in str(row[name]).casefold()]
    return rows


def _sorted(table: AskedTable, rows: list[Record], sort: object) -> list[Record]:
    """Return *rows* in the order of "column", "column asc" or "column desc"; empty ones last."""
    for part in reversed(_names(sort)):
        name, _, way = part.rpartition(" ")
        if way.lower() not in ("asc", "desc"):
            name, way = part, "asc"
        [key] = table.known("sort", [name.strip().strip('"')])
        filled = [row for row in rows if row[key] is not None]
        filled.sort(key=lambda row, key=key: _rank(row[key]), reverse=way.lower() == "desc")  # type: ignore[misc]
        rows = [*filled, *(row for row in rows if row[key] is None)]
    return rows


def _rank(value: Any) -> tuple[bool, Any]:
    """Return what a value is put in order by: numbers before words."""
    return isinstance(value, str), value


def _names(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(v) for v in value]
    return [part.strip() for part in str(value or "").split(",") if part.strip()]


def _dictionary(name: str, value: object) -> dict[str, Any]:
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise invalid(name, "Cannot parse JSON") from None
    if not value:
        return {}
    if not isinstance(value, dict):
        raise RefusedError(409, {"__type": "Validation Error", name: ["Must be a dictionary"]})
    return value
