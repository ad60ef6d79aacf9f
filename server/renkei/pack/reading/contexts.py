"""Contexts of JSON-LD that a file names by their address: read from the publication, not fetched.

    https://schema.org/               data/contexts/schema.org.jsonld
    https://www.w3.org/ns/csvw        data/contexts/www.w3.org/ns/csvw.jsonld

The name is that of the address, without scheme and last slash; it ends in `.jsonld` or
`.json`, by itself or with that added. What stands there takes the place of the address
(JSON-LD 1.1, 3.1 and 4.1.10).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from renkei.errors import SourceError
from renkei.pack.reading import source_files, syntax_errors


def with_contexts(shown: Path, text: str, folder: Path | None) -> str:
    """Return a JSON-LD *text* with each context that it names by address written into it.

    *folder* is the publication, *shown* the name of the file in errors. Raises SourceError for a
    context that the publication does not have, that is no JSON, or that refers to itself.
    """
    try:
        document = json.loads(text)
    except ValueError:
        return text  # the RDF parser says where
    if not any(syntax_errors.remote_contexts(document)):
        return text
    return json.dumps(_Inliner(shown, text, folder).node(document), ensure_ascii=False)


class _Inliner:
    """One file whose contexts are being written out; *within* are the addresses it stands in."""

    def __init__(self, shown: Path, text: str, folder: Path | None) -> None:
        self._shown, self._text, self._folder = shown, text, folder
        self._within: list[str] = []

    def node(self, node: Any) -> Any:
        """Return a part of a document with its contexts written out."""
        if isinstance(node, list):
            return [self.node(item) for item in node]
        if not isinstance(node, dict):
            return node
        return {k: self._context(v) if k == "@context" else self.node(v) for k, v in node.items()}

    def _context(self, context: Any) -> Any:
        if isinstance(context, str):
            return self._of(context)
        if isinstance(context, list):
            parts: list[Any] = []
            for part in context:
                written = self._context(part)
                parts += written if isinstance(written, list) else [written]
            return parts
        if not isinstance(context, dict):
            return context
        written = self.node(context)  # a term may have a context of its own
        imported = written.pop("@import", None)
        if isinstance(imported, str):
            found = self._of(imported)
            written = {**(found if isinstance(found, dict) else {}), **written}
        return written

    def _of(self, address: str) -> Any:
        """Return the context at *address*, its own references written out as well."""
        whole = urljoin(self._within[-1], address) if self._within else address
        path = _file_of(whole, self._folder)
        if path is None:
            raise syntax_errors.context_elsewhere(self._shown, self._text, whole)
        if whole in self._within:
            raise self._unfit(path, whole)
        try:
            document = json.loads(source_files.content_of(path).decode("utf-8"))
        except ValueError as error:
            raise self._unfit(path, whole) from error
        if not isinstance(document, dict) or "@context" not in document:
            raise self._unfit(path, whole)
        self._within.append(whole)
        try:
            return self._context(document["@context"])
        finally:
            self._within.pop()

    def _unfit(self, path: Path, address: str) -> SourceError:
        return SourceError(
            path,
            None,
            None,
            "this is no JSON-LD context for %(address)s: JSON with a @context that does not "
            "refer to itself was expected.",
            "Save the context of that address here, as its publisher gives it.",
            address=address,
        )


def _file_of(address: str, folder: Path | None) -> Path | None:
    name = syntax_errors.name_of(address)
    if folder is None or not name or ".." in name.split("/"):
        return None
    for place in source_files.CONTEXTS:
        for suffix in ("", ".jsonld", ".json"):
            path = folder / place / f"{name}{suffix}"
            if path.is_file() and path.suffix in (".jsonld", ".json"):
                return path
    return None
