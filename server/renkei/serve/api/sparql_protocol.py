"""What a request to `/sparql` asks, by the SPARQL 1.1 Protocol, section 2.1.

`read` turns a request into what was asked and refuses what the protocol forbids; a `Planner`
says what is to be done for it. Nothing here knows Flask, so that the event loop can answer a
query without the application.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from email.message import Message
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from renkei import __version__
from renkei.config import NEEDS_PARQUET, Settings
from renkei.errors import (
    BadRequest,
    NothingAcceptable,
    RenkeiError,
    TooLarge,
    WrongMediaType,
)
from renkei.language import messages
from renkei.language.messages import counted, message
from renkei.rdf.formats import ABSENT, FORMATS, GRAPH_FORMATS, HTML, RESULT_FORMATS, Format, by_word
from renkei.release import Release
from renkei.serve.http import disposition, query_string
from renkei.serve.http.negotiation import asked_for, choose, formed
from renkei.serve.http.parameters import FORMAT_WORDS
from renkei.sparql import outline
from renkei.sparql.outline import Form
from renkei.stores.base import Limits, Query

FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
REMEMBERED = 500  # characters of wishes whose format is remembered: a client may send any
SHORT = 16_000  # characters of a query that is answered without the application
# The addresses of the endpoint, and the format that each asks for: "" is left to the request.
DOORS = {"/sparql": "", **{f"/sparql.{fmt.suffix}": fmt.suffix for fmt in FORMATS}}
# Where the answer to a query is given: its whole bytes are remembered, and come in parts as well.
_ENDINGS = "|".join(fmt.suffix for fmt in RESULT_FORMATS)
RESULTS = re.compile(rf"/sparql(?:\.[a-z]+)?|/questions/[^/]+\.(?:{_ENDINGS})")


class SparqlRequest(NamedTuple):
    """What a request asks: the query, its dataset, and what is wished of the answer."""

    text: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    words: tuple[str, ...]
    seconds: float | None
    partial: bool


class QueryPlan(NamedTuple):
    """What is to be done for a request: the query, the format, and the bounds it has.

    *lasting* says that the same query gives the same answer as long as the release stands,
    *disposition* under which name the answer is kept; "" where nobody asked for a file.
    """

    query: Query
    fmt: Format
    limits: Limits
    lasting: bool
    disposition: str


def read(
    method: str, asked: bytes, content_type: str | None, body: bytes, most: int
) -> SparqlRequest | None:
    """Return what a request to `/sparql` asks; None for a GET that asks nothing.

    Follows SPARQL 1.1 Protocol 2.1; QUERY is read as POST is. *most* is the length a
    query may have. Raises BadRequest, QueryError, WrongMediaType or TooLarge.
    """
    fields = list(_fields(asked, message("the address")))
    if method in ("POST", "QUERY"):
        fields += _sent(content_type, body, any(name == "query" for name, _ in fields))
    sent: dict[str, list[str]] = {}
    for name, value in fields:
        sent.setdefault(name, []).append(value)
    if "update" in sent:
        raise BadRequest(
            "Updates are not taken: this endpoint answers queries.",
            "The data is changed by packing a new release.",
        )
    texts = sent.get("query", [])
    if len(texts) > 1:
        raise BadRequest(
            counted("%(number)s query was sent.", "%(number)s queries were sent.", len(texts)),
            "Send one query at a time.",
        )
    if not texts:
        if method in ("POST", "QUERY"):
            raise BadRequest("No query was sent.", "Name it in the field “query”.")
        return None
    if len(texts[0].encode()) > most:
        raise TooLarge(
            counted(
                "The query is longer than %(number)s byte.",
                "The query is longer than %(number)s bytes.",
                most,
            ),
            "Send a shorter one.",
        )
    default = _graphs(sent, "default-graph-uri")
    named = _graphs(sent, "named-graph-uri")
    given = default is not None or named is not None
    return SparqlRequest(
        texts[0],
        (default or ()) if given else None,
        (named or ()) if given else None,
        tuple(word for name in FORMAT_WORDS for word in sent.get(name, ()) if word),
        _seconds(_last(sent, "timeout")),
        (_last(sent, "partial") or "").lower() in ("true", "1", "yes"),
    )


def _sent(content_type: str | None, body: bytes, asked: bool) -> tuple[tuple[str, str], ...]:
    """Return the fields that *body* sends; *asked* says that the address has a query already.

    Raises BadRequest and WrongMediaType.
    """
    media_type, charset = _media_type(content_type)
    if charset not in ("", "utf-8", "utf8"):
        raise WrongMediaType("The body is in %(charset)s.", "Send it in UTF-8.", charset=charset)
    if media_type == FORM:
        return _fields(body, message("the form"))
    if media_type == DIRECT:
        if asked:
            raise BadRequest(
                "A query stands in the address and another in the body.",
                "Send one query at a time.",
            )
        return (("query", _text(body, message("the body"))),)
    if media_type == "application/sparql-update":
        raise WrongMediaType(
            "Updates are not taken: this endpoint answers queries.",
            "The data is changed by packing a new release.",
        )
    raise WrongMediaType(
        "A body of %(media_type)s." if media_type else "A body without Content-Type.",
        "Send %(direct)s, or a form as %(form)s.",
        media_type=media_type,
        direct=DIRECT,
        form=FORM,
    )


def _media_type(header: str | None) -> tuple[str, str]:
    if not header:
        return "", ""
    read = Message()
    read["Content-Type"] = header
    return read.get_content_type(), str(read.get_param("charset") or "").lower()


def _text(data: bytes, where: messages.Message) -> str:
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise BadRequest(
            "Byte %(number)s of %(where)s is not UTF-8.",
            "Send UTF-8.",
            number=error.start,
            where=where,
        ) from None


def _fields(data: bytes, where: messages.Message) -> tuple[tuple[str, str], ...]:
    try:
        return query_string.fields(_text(data, where))
    except UnicodeDecodeError as error:
        raise BadRequest(
            "A percent-encoded value in %(where)s is not UTF-8.", "Encode UTF-8 bytes.", where=where
        ) from error


def _last(sent: dict[str, list[str]], name: str) -> str | None:
    return next(filter(None, reversed(sent.get(name, ()))), None)


def _graphs(sent: dict[str, list[str]], name: str) -> tuple[str, ...] | None:
    found = tuple(sent.get(name, ()))
    for iri in found:
        try:
            ox.NamedNode(iri)
        except ValueError as error:
            raise BadRequest(
                '%(name)s "%(iri)s" is not an IRI: %(detail)s.',
                "Send a whole IRI.",
                name=name,
                iri=iri,
                detail=error,
            ) from None
    return found or None


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not seconds > 0 or math.isinf(seconds):
        raise BadRequest(
            'timeout is "%(text)s".', "A number of seconds above 0 was expected.", text=text
        )
    return seconds


def wanted(form: Form, words: tuple[str, ...], accept: str | None, suffix: str = "") -> Format:
    """Return the format of an answer to a query of *form*; see `negotiation.asked_for`.

    The *suffix* of the address has to fit the form. Without one, the first of *words* that does
    wins; where none does, *accept* decides. A page is given only to who names it. Raises
    NothingAcceptable.
    """
    length = len(accept or "") + sum(map(len, words))
    return (_remembered if length <= REMEMBERED else _wanted)(form, words, accept, suffix)


def _wanted(form: Form, words: tuple[str, ...], accept: str | None, suffix: str) -> Format:
    table = form in ("select", "ask")
    offered = RESULT_FORMATS if table else GRAPH_FORMATS
    if suffix:
        named = by_word(suffix, (*offered, HTML))
        if named is None:
            absent = not_here((suffix,), offered) if table else None
            raise absent or NothingAcceptable.of(suffix, [f.suffix for f in offered])
        return asked_for(words, (named,)) or formed(accept, named)
    found = asked_for(words, (*offered, HTML))
    if found is not None:
        return found
    if table and (error := not_here(words, offered)):
        raise error
    try:
        return choose(accept, (*offered, HTML), offered[0])
    except NothingAcceptable as refused:
        raise (not_here((accept or "",), offered) if table else None) or refused from None


_remembered = lru_cache(maxsize=1024)(_wanted)


def not_here(words: Sequence[str], offered: Sequence[Format]) -> NothingAcceptable | None:
    """Return the error for who asks by *words* for what is written where a package is installed.

    None where they do not, or name one of *offered* as well: the formats that can be had.
    """
    absent = None if asked_for(words, offered) else asked_for(words, ABSENT)
    if absent is None:
        return None
    return NothingAcceptable(
        "%(format)s is not written here without %(package)s.",
        "Ask for one of: %(available)s.",
        package=NEEDS_PARQUET,
        available=[f.suffix for f in offered],
        format=absent.label,
    )


def template_key(fmt: Format, lasting: bool, suffix: str) -> str:
    """Return the name of the headers of an answer in *fmt*; see `sparql.Endpoint.templates`."""
    return " ".join((fmt.name, *(("lasting",) if lasting else ()), *(("named",) if suffix else ())))


class Planner:
    """What is to be done for requests to the endpoint of one release."""

    def __init__(self, release: Release, settings: Settings) -> None:
        self._settings = settings
        self._usual = Limits(settings.query_seconds, settings.answer_rows, settings.answer_bytes)
        self._seal = "\n".join((release.manifest.id, __version__, settings.public, ""))

    @property
    def body_bytes(self) -> int:
        """Bytes of a body that is read: a query in a form may be written three times as long."""
        return 3 * self._settings.query_length

    def read(
        self, method: str, query: bytes, content_type: str | None, body: bytes
    ) -> SparqlRequest | None:
        """Return what a request asks; see `read`."""
        return read(method, query, content_type, body, self._settings.query_length)

    def plan(
        self,
        asked: SparqlRequest,
        accept: str | None,
        suffix: str = "",
        form: Form | None = None,
    ) -> QueryPlan:
        """Return what is to be done for *asked*, whose *form* may be known already.

        The *suffix* of the address wins over the format that is asked for, and that over
        *accept*. Raises QueryError or NothingAcceptable.
        """
        form = form or outline.form_of(asked.text)
        fmt = wanted(form, asked.words, accept, suffix)
        query = Query(asked.text, form, asked.default_graphs, asked.named_graphs, asked.partial)
        is_file = fmt is not HTML and (suffix or asked.words)
        kept_as = disposition.named(_stem(asked.text), fmt) if is_file else ""
        return QueryPlan(query, fmt, self.limits(asked), outline.lasts(asked.text), kept_as)

    def limits(self, asked: SparqlRequest) -> Limits:
        """Return the bounds of *asked*: its own number of seconds, where that is less."""
        if asked.seconds is None or asked.seconds >= self._usual.seconds:
            return self._usual
        return replace(self._usual, seconds=asked.seconds)

    def small(
        self,
        method: str,
        query: str,
        content_type: str | None,
        body: bytes,
        accept: str,
        suffix: str = "",
    ) -> QueryPlan | None:
        """Return the plan of a request that the store may be asked at once; None for any other.

        The rest is the application's: pages, files that are made of an answer, descriptions of the
        service, what reaches a SERVICE, very long queries, and everything that is wrong.
        """
        try:
            asked = self.read(method, query.encode(), content_type, body)
            if asked is None or len(asked.text) > SHORT:
                return None
            plan = self.plan(asked, accept or None, suffix, outline.plain(asked.text))
        except RenkeiError:
            return None
        if not plan.fmt.is_of_engines or outline.services(asked.text):
            return None
        return plan

    def tag(self, query: str, fmt: Format) -> str:
        """Return the strong ETag of the answer to a GET: release, address, format."""
        asked = f"{self._seal}{query_string.normal(query)}\n{fmt.name}"
        return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _stem(text: str) -> str:
    """Return the name of the file with the answer to a query: the same for the same query."""
    return f"sparql-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
