"""The remote store: any SPARQL 1.1 server that was given the release.

What the other engine says is read whole, within the bounds, before a first byte leaves
here; so its failures are always a status and never a short answer. Tables are taken as
JSON and graphs as N-Triples, and written by our own writers: every store gives the same
forms. DESCRIBE means here what it means with the embedded store, so it is asked in parts.

What `push` left in the store says which release it holds. Another than ours is refused,
at the start and whenever it is seen later; a store that does not say is believed, with a
warning. Where the default graph stands under a name, queries are told so.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import http.client
import io
import itertools
import logging
import math
import re
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import IO, cast

import pyoxigraph as ox
from SPARQLWrapper import POST, SELECT, URLENCODED, SPARQLWrapper

from renkei.config import Settings
from renkei.errors import (
    AnswerTooLarge,
    DeadlineExceeded,
    QueryError,
    RenkeiError,
    StoreError,
    StoreUnavailable,
)
from renkei.language.messages import Message, message
from renkei.naming import Naming
from renkei.rdf import authored
from renkei.rdf.formats import Format
from renkei.rdf.serialization import (
    CHUNK,
    GraphWriter,
    Marked,
    Rows,
    TooLargeError,
    Writer,
    partial_comment,
    write_table,
)
from renkei.release import Release
from renkei.roles import Roles
from renkei.sparql import federation, outline
from renkei.sparql.outline import Term
from renkei.stores.base import GATHERED, FileAnswer, Limits, Query, Row, endpoints_of
from renkei.stores.describe import Describer
from renkei.stores.remote.auth import Login, open_straight, said
from renkei.stores.remote.push import DEFAULT_GRAPH, HAS_PART, IDENTIFIER, MARKER, UNFINISHED

SILENT = 30.0  # seconds without any byte after which a connection is given up
# Virtuoso names blank nodes as no blank node may be named.
VIRTUOSO_BLANK = re.compile(rb'("type"\s*:\s*"bnode"\s*,\s*"value"\s*:\s*")nodeID://')
VIRTUOSO_ASK = "__ASK_RETVAL"  # it tells an ASK as a table of this column, empty for false
LOOK_EVERY = 5.0  # seconds for which the store is believed to hold what it held
log = logging.getLogger("renkei.stores")


class RemoteStore:
    """Store over a SPARQL endpoint; see `base.Store`."""

    foreign = True

    def __init__(self, release: Release, settings: Settings) -> None:
        self._address = settings.store
        self._settings = settings
        self.login = Login(
            settings.store_user,
            settings.store_password,
            settings.store_token,
            seconds=min(settings.query_seconds, SILENT),
        )
        self._server = ""
        self._looked: float | None = None
        self._silent = False  # it was said that the store does not name its release
        self.dataset = ""  # FROM and FROM NAMED, where the default graph has a name
        manifest = release.manifest
        self._root, self._roles, self._naming = manifest.root, manifest.roles, manifest.naming
        self._release = manifest.id if manifest.files else None  # None: a release in name only
        self._graphs = GraphWriter.of(release, settings.public)
        self.authored = authored.terms_of(release, foreign=True)
        self._link = f"{settings.public}sparql#partial"
        self._own = endpoints_of(release, settings)

    def answer(self, query: Query, fmt: Format, limits: Limits) -> FileAnswer:
        """Answer *query* in *fmt*; see `base.Store.answer` for what it raises."""
        given = query.default_graphs is not None or query.named_graphs is not None
        reached = {endpoint: endpoint for endpoint in self._settings.services}
        led = federation.resolved(query.text, reached, self._own, not given)
        if led.left_out and (wrong := outline.wrong_place(query.text, led.left_out)):
            raise wrong  # the engine will not see these words
        query = replace(query, text=led.text)
        started = time.monotonic()
        self._look(limits)
        out = cast(IO[bytes], tempfile.SpooledTemporaryFile(GATHERED))  # noqa: SIM115
        rows = Rows(fmt.name) if query.form == "select" else None
        writer = Writer(out.write, limits.bytes, rows, limits.rows)
        try:
            with contextlib.ExitStack() as files:
                ask = _Asking(self, query, limits, files)
                if query.form in ("select", "ask"):
                    cut = self._table(ask, fmt, writer)
                else:
                    cut = self._graph(ask, fmt, writer)
            out.write(writer.rest())
        except TooLargeError as error:
            out.close()
            raise _too_large(error) from None
        except BaseException:
            out.close()
            raise
        return FileAnswer(out, fmt.media_type, cut, time.monotonic() - started)

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> list[Row]:
        """Run a SELECT of ours; see `base.Store.select`."""
        settings = self._settings
        limits = Limits(settings.query_seconds, settings.answer_rows, settings.answer_bytes)
        self._look(limits)
        query = Query(outline.with_values(text, bindings or {}), "select")
        with contextlib.ExitStack() as files:
            return _Asking(self, query, limits, files).rows(query.text)

    def health(self) -> dict[str, object]:
        """Return how the other engine is: `ok` when it answers an ASK in time."""
        query, limits = Query("ASK {}", "ask"), Limits(5.0, 100_000, 16 << 20)
        try:
            self._look(limits)
            with contextlib.ExitStack() as files:
                _Asking(self, query, limits, files).table(query.text)
        except RenkeiError as error:
            return {"ok": False, "kind": "remote", "error": str(error)}
        return {"ok": True, "kind": "remote"}

    def rest(self) -> None:
        """Do nothing: no connection outlives its answer."""

    def close(self) -> None:
        """Do nothing: no connection outlives its answer."""

    def ready(self) -> None:
        """Look which release the store holds.

        Raises StoreError where it is another, or none that is whole. A store that cannot
        be asked now, or does not say, is warned of.
        """
        limits = Limits(min(10.0, self._settings.query_seconds), 100_000, 16 << 20)
        try:
            self._look(limits)
        except RenkeiError as error:
            if "held" in error.facts:
                raise
            log.warning("which release the store holds is not known yet: %s", error)

    def _look(self, limits: Limits) -> None:
        """Read the marker of the store unless that was done just now."""
        now = time.monotonic()
        if self._release is None or (self._looked is not None and now - self._looked < LOOK_EVERY):
            return
        marker = f"<{self._root}{MARKER}>"
        text = f"SELECT ?p ?o {{ GRAPH {marker} {{ {marker} ?p ?o }} }}"
        query = Query(text, "select", (), ())  # the engine's own dataset
        with contextlib.ExitStack() as files:
            rows = _Asking(self, query, limits, files).rows(text)
        said: dict[str, list[str]] = {}
        for row in rows:
            p, o = (cast(ox.NamedNode | ox.Literal, row[name]).value for name in "po")
            said.setdefault(p, []).append(o)
        held = said.get(IDENTIFIER, [""])[0]
        if held not in ("", self._release):
            other = message("an unfinished push") if held == UNFINISHED else _release_named(held)
            raise StoreError(
                "The store holds %(other)s, and release %(name)s is served.",
                "Push this release, or serve that one.",
                other=other,
                name=self._release,
                held=held,
            )
        if not held and not self._silent:
            self._silent = True
            log.warning("the store does not say which release it holds; was it pushed?")
        default = said.get(DEFAULT_GRAPH, [])
        named = sorted(set(said.get(HAS_PART, ())) - set(default)) if default else []
        clauses = [f"FROM <{name}>" for name in default]
        self.dataset = "\n".join([*clauses, *(f"FROM NAMED <{name}>" for name in named)])
        self._looked = now

    # --- answers ---

    def _table(self, ask: _Asking, fmt: Format, writer: Writer) -> bool:
        query, limits = ask.query, ask.limits
        text, cut = query.text, False
        if query.partial and query.form == "select":
            cut = bool(ask.rows(outline.with_limit(text, 1, limits.rows)))
            text = outline.with_limit(text, limits.rows)
        answer = ask.table(text)
        if isinstance(answer, ox.QueryBoolean) != (query.form == "ask"):
            raise StoreError("The store answered another form than was asked.")
        marked = cut and fmt.name in ("json", "xml")
        target = Marked(writer, fmt.name, self._link) if marked else writer
        with _reading():
            write_table(answer, fmt.name, target)
        return cut

    def _graph(self, ask: _Asking, fmt: Format, writer: Writer) -> bool:
        query, limits, cut = ask.query, ask.limits, False
        described = query.form == "describe"
        if described:
            triples = ask.description(self._roles, self._naming)
        else:
            graphs = [*(query.default_graphs or ()), *(query.named_graphs or ())]
            triples = self.authored.triples(ask.triples(query.text), graphs)
        if query.partial:
            kept = list(itertools.islice(triples, limits.rows + 1))
            cut, triples = len(kept) > limits.rows, iter(kept[: limits.rows])
            if cut:
                writer.write(partial_comment(fmt.name, limits.rows, self._link))
        with _reading():
            # A CONSTRUCT may bring blank nodes that take for ever to name, and is not stopped.
            bounded = _bounded(triples, limits.rows)
            self._graphs.write(bounded, fmt.name, writer, settled=described)
        return cut


class _Client(SPARQLWrapper):
    """Asks an endpoint and no other: no redirect is followed, with a login or without."""

    def __init__(self, address: str, login: Login) -> None:
        super().__init__(address)
        self._login = login

    def _createRequest(self) -> urllib.request.Request:  # noqa: N802
        request: urllib.request.Request = super()._createRequest()
        self._login.sign(request)
        return request

    def _query(self) -> tuple[http.client.HTTPResponse, str]:
        """Ask. The wrapper's own would follow redirects, and read refusals without end."""
        return open_straight(self._createRequest(), self.timeout or SILENT), self.returnFormat


class _Asking:
    """One answer in the making: everything asked for it shares one deadline."""

    def __init__(
        self, store: RemoteStore, query: Query, limits: Limits, files: contextlib.ExitStack
    ) -> None:
        self.query, self.limits = query, limits
        self._store, self._files = store, files
        self._until = time.monotonic() + limits.seconds
        own = query.default_graphs is not None or query.named_graphs is not None
        self._dataset = "" if own else store.dataset  # clauses to add where there are none

    def table(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean:
        """Return the parsed answer to a SELECT or ASK."""
        body = self._get(text, "application/sparql-results+json", ("json",))
        if "virtuoso" in self._store._server.lower():
            body = io.BytesIO(VIRTUOSO_BLANK.sub(rb"\1", body.read()))
        with _reading():
            answer = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
            if isinstance(answer, ox.QuerySolutions) and [
                variable.value for variable in answer.variables
            ] == [VIRTUOSO_ASK]:
                said = b"true" if next(answer, None) else b"false"
                body = io.BytesIO(b'{"head":{},"boolean":%b}' % said)
                answer = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
            return answer

    def rows(self, text: str) -> list[Row]:
        """Return all rows of a SELECT, with labels of blank nodes that no other question has.

        A label stands for a node within one answer (SPARQL 1.1 Query, section 2.4), and many
        engines begin at the same one each time.
        """
        answer = self.table(text)
        if isinstance(answer, ox.QueryBoolean):
            raise StoreError("The store answered a SELECT with a boolean.")
        names = [variable.value for variable in answer.variables]
        with _reading():
            found = [
                {n: t for n, t in zip(names, row, strict=True) if t is not None} for row in answer
            ]
        return _apart(found, hashlib.sha256(text.encode()).hexdigest()[:12])

    def triples(self, text: str) -> Iterator[ox.Triple]:
        """Return the statements of a CONSTRUCT, each once."""
        body = self._get(
            text, "application/n-triples, text/turtle;q=0.5", ("triples", "turtle", "plain")
        )
        seen: set[ox.Triple] = set()
        with _reading():
            for quad in ox.parse(body, ox.RdfFormat.TURTLE):
                if quad.triple not in seen:
                    seen.add(quad.triple)
                    yield quad.triple

    def description(self, roles: Roles, naming: Naming) -> Iterator[ox.Triple]:
        """Return the description of what a DESCRIBE names, each statement once."""
        default, named = self.query.default_graphs, self.query.named_graphs
        if default is None and named is None:
            default, named = outline.dataset(self.query.text)
        things = self._described()
        within = copy.copy(self)
        if default is not None or named is not None:
            if not default:
                return iter(())  # a dataset with nothing in its default graph
            within.query = replace(self.query, default_graphs=None, named_graphs=None)
            within._dataset = "\n".join(
                f"FROM {how}<{iri}>" for how in ("", "NAMED ") for iri in dict.fromkeys(default)
            )
        describer = Describer(roles, within.rows, naming, self._store.authored, levels=1)
        quads = describer.description(things).quads
        return iter(dict.fromkeys(q.triple for q in quads))

    def _described(self) -> list[str]:
        """Return the IRIs that a DESCRIBE names, in its text and by its pattern."""
        terms, selection = outline.described(self.query.text)
        found: dict[str, None] = {}
        if terms:
            values = " ".join(term.text for term in terms)
            head = outline.prologue(self.query.text)
            rows = self.rows(f"{head} SELECT ?x {{ VALUES ?x {{ {values} }} }}")
            found.update((cast(ox.NamedNode, row["x"]).value, None) for row in rows)
        if selection:
            for row in self.rows(selection):
                found.update((t.value, None) for t in row.values() if isinstance(t, ox.NamedNode))
        return list(found)

    def _get(self, text: str, accept: str, expected: tuple[str, ...]) -> IO[bytes]:
        """Ask the endpoint, and return the body of its answer, whole."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise DeadlineExceeded(self.limits.seconds)
        response = self._open(text, accept, left)
        held = self._files.enter_context(tempfile.SpooledTemporaryFile(GATHERED))  # noqa: SIM115
        body = cast(IO[bytes], held)
        size = 0
        with contextlib.closing(response), _failures(text, self.limits):
            self._check(response, expected)
            while data := response.read1(CHUNK):
                if time.monotonic() > self._until:
                    raise DeadlineExceeded(self.limits.seconds)
                size += len(data)
                if size > 4 * self.limits.bytes:  # their form may be longer than ours
                    raise _too_large(TooLargeError("bytes", self.limits.bytes))
                body.write(data)
            if response.length:  # read1 ends quietly where a body is short
                raise StoreError("The store broke its answer off.", "Ask again.")
        body.seek(0)
        return body

    def _open(self, text: str, accept: str, seconds: float) -> http.client.HTTPResponse:
        address = self._store._address
        client = _Client(address, self._store.login)
        client.setMethod(POST)
        client.setOnlyConneg(True)  # else it adds format=xml, which some engines obey first
        client.setRequestMethod(URLENCODED)
        client.setTimeout(math.ceil(min(seconds, SILENT)))
        client.setQuery(f"BASE <{self._store._root}>\n{with_dataset(text, self._dataset)}")
        client.queryType = SELECT  # it guesses, and sends what it takes for an update as one
        client.addCustomHttpHeader("Accept", accept)
        for name, graphs in (
            ("default-graph-uri", self.query.default_graphs),
            ("named-graph-uri", self.query.named_graphs),
        ):
            for iri in graphs or ():
                client.addParameter(name, iri)
        server = self._store._server
        if "virtuoso" in server.lower():
            client.addParameter("timeout", str(int(seconds * 1000)))
        elif "fuseki" in server.lower() or "jena" in server.lower():
            client.addParameter("timeout", str(max(1, int(seconds))))
        with _failures(text, self.limits):
            try:
                response = client.query().response
            except urllib.error.HTTPError as error:
                if error.code != 401 or not self._store.login.again(address):
                    raise
                error.close()
                response = client.query().response  # what it asks of a login had changed
        self._store._server = response.headers.get("Server") or ""
        return response

    def _check(self, response: http.client.HTTPResponse, expected: tuple[str, ...]) -> None:
        """Refuse what is not an answer, or not all of it."""
        headers = response.headers
        media_type = headers.get_content_type()
        if not any(word in media_type for word in expected):
            log.warning("the store answered in %r", media_type)
            raise StoreError(
                "The store answered in a format that was not asked for.", "Is it a SPARQL endpoint?"
            )
        if headers.get("X-SQL-State") or headers.get("X-SQL-Message"):
            log.warning("the store gave a part: %r", headers.get("X-SQL-Message"))
            raise StoreError(
                "The store gave a part of the answer alone.", "Raise its own time limit."
            )
        if headers.get("X-SPARQL-MaxRows"):
            raise StoreError(
                "The store cut the answer at its own bound of rows.",
                "Raise its own bound of rows, or add a LIMIT.",
            )


def _apart(rows: list[Row], question: str) -> list[Row]:
    """Return *rows* with labels of blank nodes that begin with the digest of its *question*."""
    return [
        {
            name: ox.BlankNode(f"a{question}{term.value}")
            if isinstance(term, ox.BlankNode)
            else term
            for name, term in row.items()
        }
        for row in rows
    ]


def with_dataset(text: str, clauses: str) -> str:
    """Return the query with its dataset, unless it names one itself.

    In the text and not beside it, because Virtuoso answers every parameter by a header. Named
    graphs are left out where no GRAPH asks for them: with a hundred and more, it is slow.
    """
    found = outline.outline(text)
    if not clauses or found.has_dataset or found.where_open is None:
        return text
    if not any(token.word == "GRAPH" for token in found.tokens):
        clauses = "\n".join(c for c in clauses.split("\n") if not c.startswith("FROM NAMED"))
    behind = found.where_open
    before = [token for token in found.tokens if token.start < behind][-2:]
    start = before[0].start if before[0].word == "WHERE" else before[1].start
    return f"{text[:start]}\n{clauses}\n{text[start:]}"


def _release_named(held: str) -> Message:
    """Return the release that a store says it holds, unless that is no name of one."""
    if re.fullmatch(r"[\w.-]{1,64}", held):
        return message("release %(name)s", name=held)
    return message("another release")


@contextlib.contextmanager
def _failures(text: str, limits: Limits) -> Iterator[None]:
    """Turn the failures of a request into our errors; the words of the engine go to the log."""
    try:
        yield
    except RenkeiError:
        raise
    except urllib.error.HTTPError as error:
        with error:
            log.warning("the store refused: %s", said(error))
        raise _refusal(error.code, text, limits) from None
    except TimeoutError:
        raise DeadlineExceeded(limits.seconds) from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise DeadlineExceeded(limits.seconds) from None
        log.warning("the store cannot be reached: %s", error.reason)
        raise StoreError("The store cannot be reached.", "Ask again later.") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        log.warning("the store broke the connection off: %.500r", error)
        raise StoreError("The store broke the connection off.", "Ask again.") from None


def _refusal(status: int, text: str, limits: Limits) -> RenkeiError:
    """Return the error for a *status* that says no, with the place where a query is wrong."""
    if status == 400:
        if wrong := outline.wrong_place(text):
            return wrong
        return QueryError("The store refuses the query.", "The log of this server has its words.")
    if status == 401:
        return StoreError(
            "The store wants a login, or refuses the one it was given (401).",
            "Set RENKEI_STORE_USER and RENKEI_STORE_PASSWORD, or RENKEI_STORE_TOKEN.",
        )
    if status in (301, 302, 303, 307, 308):
        return StoreError(
            "The store leads elsewhere, and is not followed.", "Give the address it leads to."
        )
    if status == 503:
        return StoreUnavailable("The store is busy (503).", "Ask again.")
    if status == 504:
        return DeadlineExceeded(limits.seconds)
    return StoreError(
        "The store answered %(code)s.", "The log of this server has its words.", code=status
    )


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    """Say that an answer cannot be read, and to the log alone what stood in it."""
    try:
        yield
    except (SyntaxError, ValueError) as error:
        log.warning("the answer of the store cannot be read: %.500s", error)
        raise StoreError("The answer of the store cannot be read.", "Ask again.") from None


def _too_large(error: TooLargeError) -> AnswerTooLarge:
    return AnswerTooLarge.over(error.bound, error.what)


def _bounded(triples: Iterable[ox.Triple], most: int) -> Iterator[ox.Triple]:
    for count, triple in enumerate(triples):
        if count >= most:
            raise TooLargeError("statements", most)
        yield triple
