"""What is said beside an answer to a query: `Renkei-Hint`, a link to help, and that help.

The header is for programs (a list of RFC 9651), the address that the link leads to says the
same in the reader's language. An answer is never changed, and nothing is said that is not
certain (see `sparql.hints`). Before an answer with rows is looked at more closely, it is seen
cheaply whether its patterns may be apart: most queries never pay for more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode

from flask import Blueprint, Response, render_template, request
from werkzeug.datastructures import MultiDict

from renkei.config import Settings
from renkei.errors import BadRequest, FileDamaged
from renkei.language.locale import Language
from renkei.language.messages import Message, in_a_row, message, translate
from renkei.rdf.formats import HTML, Format
from renkei.release import WORDS, Release
from renkei.serve.api.sparql_protocol import DOORS
from renkei.serve.http import negotiation
from renkei.serve.http.compression import Headers
from renkei.serve.web.responses import answer
from renkei.serve.web.site import Site, here, reader_language
from renkei.sparql import hints
from renkei.sparql.hints import Hint
from renkei.sparql.words import WordsInUse
from renkei.stores.base import Query

JSON = Format("hints", "application/json", "json", "JSON", "table")
HEADER = "Renkei-Hint"
ASKED = "renkei.query"  # in the environ: the query of the request as it stands in an address
DATASET = ("default-graph-uri", "named-graph-uri")
TOLD = 4  # hints in a header; the page has all
LONGEST_VALUE = 300  # letters of a value in the header
LONGEST_LINK = 2_000  # letters of the address of the help, else it is not named
STOPPED = (503, 504)  # answers to a query that met a bound of rows, memory or time
SMALL = 2_000  # bytes of a graph that may be one without statements
NO_ROWS = (b'"bindings":[]}}', b"<results></results></sparql>", b"<results/></sparql>")
_GATHERS = re.compile(r"\b(?:COUNT|SUM|AVG|MIN|MAX|SAMPLE|GROUP_CONCAT)\s*\(", re.IGNORECASE)
_NOISE = re.compile(r"""<[^<>\s]*>|"[^"\n]*"|'[^'\n]*'|#[^\n]*""")
_AROUND = re.compile(
    r"\bGRAPH\s*[?$]\w+|\bSELECT\b[^{}]*|\b(?:GROUP|ORDER)\s+BY\b[^{}]*", re.IGNORECASE
)
_VARIABLE = re.compile(r"[?$]\w+")


class Hinter:
    """Says what is to be said beside answers from one release.

    *foreign* means that another engine answers, which may spell language tags otherwise. A
    release that an earlier program packed has no words, and nothing is said of it; where they
    are *damaged*, answers go without.
    """

    def __init__(self, release: Release, settings: Settings, foreign: bool) -> None:
        self._help = f"{settings.public}-/hints?"
        self._foreign = foreign
        self._words: WordsInUse | None = None
        self.damaged: FileDamaged | None = None
        if WORDS in release.manifest.files:
            try:
                self._words = WordsInUse.from_json(release.read(WORDS))
            except FileDamaged as error:
                self.damaged = error
        self._remembered = lru_cache(maxsize=256)(self._found)

    def of(self, text: str, graphs: tuple[str, ...] | None = None) -> tuple[Hint, ...]:
        """Return what is to be said of a query and the dataset of its request."""
        if len(text) > hints.LOOKED_AT:  # nor is it kept
            return ()
        if sum(map(len, graphs or ())) > hints.LOOKED_AT:
            return self._found(text, graphs)
        return self._remembered(text, graphs)

    def _found(self, text: str, graphs: tuple[str, ...] | None) -> tuple[Hint, ...]:
        return () if self._words is None else self._ours(hints.hints(text, self._words, graphs))

    def told(self, query: Query) -> Message | tuple[Hint, ...]:
        """Return what is to be said of *query* to who asks for it, or why that is nothing."""
        pattern = hints.read(query.text)
        if isinstance(pattern, Message):
            return pattern
        if self._words is None:
            return ()
        return self._ours(hints.of_pattern(pattern, query.text, self._words, graphs_of(query)))

    def _ours(self, found: Iterable[Hint]) -> tuple[Hint, ...]:
        return tuple(h for h in found if not (self._foreign and h.code == "language-case"))

    def headers(self, query: Query) -> Headers:
        """Return the headers that say what is to be said of *query*; none for nothing."""
        found = self.of(query.text, graphs_of(query))
        if not found:
            return []
        said = [(HEADER.lower(), ", ".join(_item(hint) for hint in found[:TOLD]))]
        address = self._help + address_of(query)
        if len(address) <= LONGEST_LINK:
            said.append(("link", f'<{address}>; rel="help"'))
        return said

    def beside(self, query: Query, body: bytes | None, is_empty: bool = False) -> Headers:
        """Return the headers beside an answer: *body*, or None where it is long.

        *is_empty* says that it is known to have no rows, of one whose bytes do not tell.
        """
        return self.headers(query) if is_empty or _may_surprise(query, body) else []


def graphs_of(query: Query) -> tuple[str, ...] | None:
    """Return the graphs of which a request makes a dataset of its own; None where it makes none."""
    if query.default_graphs is None and query.named_graphs is None:
        return None
    return (*(query.default_graphs or ()), *(query.named_graphs or ()))


def _may_surprise(query: Query, body: bytes | None) -> bool:
    """Say whether an answer may be empty, or gathered from nothing or from too much."""
    if len(query.text) > hints.LOOKED_AT:
        return False
    if query.form == "ask":
        return body is not None and b"false" in body
    if query.form != "select":
        return body is not None and len(body) <= SMALL
    if body is not None and _has_no_rows(body):
        return True
    return bool(_GATHERS.search(query.text)) or may_be_apart(query.text)


def _has_no_rows(body: bytes) -> bool:
    if body.startswith((b"{", b"<")):
        return body.rstrip().endswith(NO_ROWS)
    return body.count(b"\n") <= 1  # CSV and TSV: the line of names alone


def may_be_apart(text: str) -> bool:
    """Say whether variables of some patterns may have nothing to do with those of others.

    What a GRAPH is called holds nothing apart, and what a sub-SELECT gives or is ordered by holds
    nothing together.
    """
    start, end = text.find("{"), text.rfind("}")
    blocks = re.split(r"[.{}]", _AROUND.sub(" ", _NOISE.sub(" ", text[start:end])))
    named = [names for block in blocks if (names := _VARIABLE.findall(block))]
    return len(set(hints.components(named))) > 1


def _item(hint: Hint) -> str:
    """Return *hint* as an item of a structured field, with what fits into one."""
    parts = [hint.code]
    for name, value in (("of", hint.subject), ("near", hint.near)):
        written = quote(value, safe=" !#$&'()*+,/:;<=>?@[]^_`{|}~.…").replace('"', "%22")
        if value and len(written) <= LONGEST_VALUE:
            parts.append(f'{name}="{written}"')
    return ";".join(parts)


def sentences(found: Sequence[Hint], lang: Language) -> list[str]:
    """Return what *found* says to people, in their language."""
    return [_sentence(hint, lang) for hint in found]


def _sentence(hint: Hint, lang: Language) -> str:
    said = translate(hint.said, lang.interface)
    return in_a_row(said, translate(hint.advice, lang.interface)) if hint.advice else said


def hinter_of(site: Site) -> Hinter:
    """Return the hinter of a site, made once."""
    return site.once("hinter", lambda: Hinter(site.release, site.settings, site.store.foreign))


routes = Blueprint("hints", __name__)


@routes.after_app_request
def beside_what_was_stopped(response: Response) -> Response:
    """Say of a query that met a bound what is certain of it: patterns that share nothing do so."""
    if response.status_code not in STOPPED or request.path not in DOORS:
        return response
    asked = MultiDict(parse_qsl(request.environ.get(ASKED, "")))
    if asked:
        for name, value in hinter_of(here()).headers(_asked(asked)):
            response.headers.add(name.title(), value)
    return response


def address_of(query: Query) -> str:
    """Return a query and its dataset as they stand in an address."""
    graphs = zip(DATASET, (query.default_graphs, query.named_graphs), strict=True)
    dataset = [(name, iri) for name, iris in graphs for iri in iris or ()]
    return urlencode([("query", query.text), *dataset], quote_via=quote, safe="")


def _asked(fields: MultiDict[str, str]) -> Query:
    """Return the query that *fields* of an address name, with its dataset."""
    default, named = (tuple(fields.getlist(name)) for name in DATASET)
    given = bool(default or named)
    graphs = (default, named) if given else (None, None)
    return Query(fields.get("query", ""), "select", *graphs)


@routes.get("/hints")
def told() -> Response:
    """Say of a query why it may find nothing, or too much: for who follows `rel="help"`."""
    query, lang, site = _asked(request.args), reader_language(), here()
    text = query.text
    if not text.strip():
        raise BadRequest("No query was sent.", "Name it in the field “query”.", parameter="query")
    if len(text.encode()) > site.settings.query_length:
        raise BadRequest(
            "The query is too long to be looked at.", "Send a shorter one.", parameter="query"
        )
    fmt = negotiation.choose(request.headers.get("Accept"), (JSON, HTML), JSON)

    def make() -> str:
        hinter = hinter_of(site)
        if hinter.damaged is not None:
            raise hinter.damaged
        told = hinter.told(query)
        found = () if isinstance(told, Message) else told
        said = sentences(found, lang)
        none = told or message("Nothing certain can be said of this query.")
        nothing = translate(none, lang.interface) if isinstance(none, Message) else ""
        if fmt is HTML:
            view = {
                "query": text,
                "asked": address_of(query),
                "hints": said,
                "nothing": nothing,
            }
            return render_template("hints.html", **view)
        rows = [
            {"code": h.code, "of": h.subject, "near": h.near or None, "said": words}
            for h, words in zip(found, said, strict=True)
        ]
        body = {
            "query": text,
            "read": not isinstance(told, Message),
            "said": nothing or None,
            "hints": rows,
        }
        return json.dumps(body, ensure_ascii=False) + "\n"

    response = answer(make, fmt, variant=lang.tag, vary=("Accept", "Accept-Language"))
    response.headers["Content-Language"] = lang.tag
    return response
