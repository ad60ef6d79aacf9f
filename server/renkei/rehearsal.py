"""Open a release as serving opens it, and ask for one of each sort, before it is called packed.

What fails here would fail readers. Everything is asked of the application itself, with its store
and its engines; nothing listens.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

import pyoxigraph as ox
from flask import Flask
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.language.messages import Message, message
from renkei.pack.samples import Failure, Sample
from renkei.rdf.formats import (
    DOCUMENT_FORMATS,
    GRAPH_FORMATS,
    JSON_LD,
    N_TRIPLES,
    TABLE_FORMATS,
    Format,
)
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.serve.web.site import Site
from renkei.stores import open_store

PUBLIC = "https://rehearsal.invalid/"
PAGES = (
    *("", "-/things", "-/search?q=a", "-/about", "-/report", "-/catalogue", "-/graph"),
    *("sparql", "sitemap.xml"),
)
SECONDS = 120.0  # of all things together
QUERY_SECONDS = 10.0  # of one question; what takes longer is told, and forbids nothing
SLOW = 504
ROWS = 200  # of each kind of answer of SPARQL
UNREADABLE = (ValueError, SyntaxError, KeyError)


def rehearse(release: Release, samples: Sequence[Sample]) -> list[Failure]:
    """Return what fails of *release*, which is not in its place yet.

    Each of *samples* is asked for as a page in every language and in every RDF format, and has
    to hold its statements, term by term; then the pages that every release has, each result
    format of SPARQL, and each dump. Raises StoreUnavailable where it cannot be opened at all.
    """
    settings = Settings(
        public_url=PUBLIC, engines=1, client_seconds=1e9, query_seconds=QUERY_SECONDS
    )
    store = open_store(release, settings)
    try:
        app = create_app(release, store, settings)
        app.testing = False
        return list(_Rehearsal(app, release).failures(samples))
    finally:
        store.close()


class _Rehearsal:
    def __init__(self, app: Flask, release: Release) -> None:
        self._client: FlaskClient = app.test_client()
        self._release = release
        self._asked: set[str] = set()
        self._site: Site = app.extensions["renkei"]
        self._languages = release.manifest.languages or ("en",)

    def failures(self, samples: Sequence[Sample]) -> Iterator[Failure]:
        until = time.monotonic() + SECONDS
        for number, sample in enumerate(samples):
            if time.monotonic() > until:
                said = message(
                    "The rehearsal took too long and was ended: tried %(number)s of %(all)s.",
                    all=len(samples),
                    number=number,
                )
                yield Failure(None, said, is_slow=True)
                break
            for look in (self._pages, self._documents, self._address):
                found = list(look(sample))
                yield from found
                if any(failure.is_slow for failure in found):
                    break
        for path in PAGES:
            yield from self._page(None, path)
        yield from self._queries()
        yield from self._dumps()

    def _pages(self, sample: Sample) -> Iterator[Failure]:
        return self._page(sample.iri, f"-/resource?iri={quote(sample.iri, safe='')}")

    def _page(self, iri: str | None, path: str) -> Iterator[Failure]:
        for tag in self._languages:
            headers = {"Accept": "text/html", "Accept-Language": tag}
            status = self._client.get(f"/{path}", headers=headers, buffered=True).status_code
            if status >= 400 and (iri is not None or status >= 500):
                yield _refused(iri, path, "HTML", status)
                if status == SLOW:
                    return

    def _documents(self, sample: Sample) -> Iterator[Failure]:
        path = f"-/resource?iri={quote(sample.iri, safe='')}"
        for fmt in DOCUMENT_FORMATS:
            if fmt.rdf is None:
                continue
            answer = self._client.get(f"/{path}&format={fmt.suffix}", buffered=True)
            if answer.status_code == 406 and (fmt.xml_names or not fmt.triple_terms):
                continue  # what a format cannot carry is told to authors as such
            if answer.status_code != 200:
                yield _refused(sample.iri, path, fmt.label, answer.status_code)
                if answer.status_code == SLOW:
                    return
                continue
            try:
                held = {quad.triple for quad in self._read(answer.data, fmt)}
            except UNREADABLE as error:
                yield Failure(sample.iri, _unreadable(fmt.label, error))
                continue
            for lost in sorted(sample.statements - held, key=str)[:1]:
                said = message(
                    "As %(format)s, this statement is lost or changed: %(statement)s",
                    format=fmt.label,
                    statement=str(lost),
                )
                yield Failure(sample.iri, said)

    def _address(self, sample: Sample) -> Iterator[Failure]:
        """Ask where links to the thing lead, if that is here."""
        address = self._site.href(sample.iri)
        if address is None or not address.startswith("/"):
            return
        path = address.partition("#")[0]
        if path in self._asked:
            return  # a document of many things is read once
        self._asked.add(path)
        headers = {"Accept": "application/n-triples"}
        answer = self._client.get(path, headers=headers, follow_redirects=True)
        if answer.status_code != 200:
            yield _refused(sample.iri, path[1:], "N-Triples", answer.status_code)
        elif answer.mimetype != N_TRIPLES.media_type:
            return  # a page of the program, which the release describes
        elif sample.statements - {q.triple for q in self._read(answer.data, N_TRIPLES)}:
            said = message("%(path)s answers about something else.", path=path)
            yield Failure(sample.iri, said)

    def _queries(self) -> Iterator[Failure]:
        for text, formats in (
            (f"SELECT * {{ ?s ?p ?o }} LIMIT {ROWS}", TABLE_FORMATS),
            (f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }} LIMIT {ROWS}", GRAPH_FORMATS),
        ):
            for fmt in formats:
                path = f"sparql?query={quote(text)}&format={fmt.suffix}"
                answer = self._client.get(f"/{path}", buffered=True)
                if answer.status_code != 200 and not (
                    answer.status_code == 406 and _may_refuse(fmt)
                ):
                    yield _refused(None, "sparql", fmt.label, answer.status_code)

    def _dumps(self) -> Iterator[Failure]:
        expected = self._release.manifest.counts["statements"]
        for fmt in GRAPH_FORMATS:
            name = f"dumps/data.{fmt.suffix}"
            if name not in self._release.manifest.files or fmt.kind == "dataset":
                continue
            if fmt is JSON_LD:
                continue  # its documents are read; a whole dump is more than is read at once
            try:
                path = str(self._release.path(name))
                base = self._release.manifest.root
                number = sum(1 for _ in ox.parse(path=path, format=fmt.rdf, base_iri=base))
            except UNREADABLE as error:
                yield Failure(None, _unreadable(name, error))
                continue
            if number < expected:
                said = message(
                    "%(name)s has %(number)s statements and not %(expected)s.",
                    name=name,
                    number=number,
                    expected=expected,
                )
                yield Failure(None, said)

    def _read(self, data: bytes, fmt: Format) -> Iterable[ox.Quad]:
        return ox.parse(data, format=fmt.rdf, base_iri=self._release.manifest.root)


def _may_refuse(fmt: Format) -> bool:
    """Say whether there are terms that *fmt* cannot carry (see `rdf.fit`)."""
    return "xml" in fmt.media_type or not fmt.triple_terms


def _refused(iri: str | None, path: str, form: str, status: int) -> Failure:
    said = message(
        "%(path)s answers %(status)s as %(format)s.", path=f"/{path}", status=status, format=form
    )
    return Failure(iri, said, is_slow=status == SLOW)


def _unreadable(form: str, error: Exception) -> Message:
    return message("As %(format)s it cannot be read: %(detail)s.", format=form, detail=error)
