"""`/problems/<type>`: what each kind of problem means, and what to do about it.

One table: the `type` of a problem document (RFC 9457, section 3.1.1) leads to its row. A kind
is a class of `errors.py`, with its status and title; whatever fails inside is one kind more.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from renkei import errors
from renkei.errors import NotKnown, RenkeiError
from renkei.rdf.formats import Format
from renkei.serve.web import listings
from renkei.serve.web.site import here, reader_language

INTERNAL = "internal"
COLUMNS = ("type", "status", "title", "meaning", "remedy")  # of the list as data


@dataclass(frozen=True)
class ProblemType:
    """A kind of problem: its code in an address, status, title, meaning and remedy."""

    code: str
    status: int
    title: str
    means: str
    remedy: str


# Sentences are message ids; the catalogues of translations have them in other languages.
_SAID: dict[type[RenkeiError], tuple[str, str]] = {
    errors.BadRequest: (
        "A parameter, a header or the body could not be understood.",
        "“detail” says which one and what was expected. /openapi lists the parameters.",
    ),
    errors.QueryError: (
        "The text is not a SPARQL 1.1 query, or asks for what is not done here.",
        "“line” and “column” say where reading stopped. Correct the query there; the editor at "
        "/sparql marks the place.",
    ),
    errors.ServiceRefused: (
        "The query asks another endpoint by SERVICE, and this server asks only those that whoever "
        "runs it has listed, each by itself: none inside another.",
        "Ask that endpoint yourself and join the answers. SERVICE SILENT goes on without it. A "
        "SERVICE to this endpoint itself is answered, outside of GRAPH and without FROM.",
    ),
    errors.OriginRefused: (
        "A browser asked on behalf of a page of another site, and this address answers only "
        "pages of its own and programs.",
        "Ask from a program, or from a page that this server gave you.",
    ),
    errors.NotKnown: (
        "Nothing is published under this address or name. It may be misspelt, or belong to a "
        "release that is not kept here.",
        "Look for it with the search at /search, or start at the first page. Names that were "
        "published once do not change.",
    ),
    errors.Withdrawn: (
        "An earlier release had this, and the present one has not. It was withdrawn, and will not "
        "come back under this name with another meaning.",
        "“why” has the reason, where the authors gave one. The release that had it is kept: its "
        "address stands in “detail”, and /timemap/ lists all days of an address.",
    ),
    errors.NotAllowed: (
        "The address is answered, but not with this method. Everything here can only be read.",
        "Use a method that the Allow header lists.",
    ),
    errors.NothingAcceptable: (
        "The formats that were asked for, by Accept, by “format” or by the suffix of the address, "
        "are not offered here.",
        "Ask for a format listed in “available”, or for none.",
    ),
    errors.CannotCarry: (
        "The format has no way to hold what was asked for: a character in XML, a text too long "
        "for a cell, a place that no map has. “statement”, or “row” and “column”, say what it is.",
        "Ask for another format, such as Turtle for a graph and JSON for a table.",
    ),
    errors.Changed: (
        "The request was to be answered only if nothing had changed (If-Match or "
        "If-Unmodified-Since), and it has.",
        "Ask again without this header and take the new ETag.",
    ),
    errors.RequestTimeout: (
        "The request did not come to its end in the time a client has for it.",
        "Send it in one go. A long query goes by POST.",
    ),
    errors.HeadTooLarge: (
        "The address and the headers together are longer than they may be.",
        "Send a long query by POST, and fewer or shorter headers.",
    ),
    errors.TooLarge: (
        "The address or the body is longer than this server reads.",
        "Send less, or in several requests. The bounds are listed at /openapi.",
    ),
    errors.WrongMediaType: (
        "The body was sent in a format that this address does not read.",
        "Send a query as application/sparql-query or as a form, and say so in Content-Type.",
    ),
    errors.NoSuchRange: (
        "The Range header asks for bytes behind the end of the file.",
        "Content-Range says how many bytes the file has. Ask again within them, or for all of it.",
    ),
    errors.TooManyRequests: (
        "This client has used its share of the server's time for now.",
        "Wait as long as the Retry-After header says. For everything at once, take a file from "
        "/dumps/.",
    ),
    errors.NotSupported: (
        "The query uses a function that the engine behind this server does not have.",
        "Use the functions of SPARQL 1.1, or those beyond it that “known” lists; the Service "
        "Description at /sparql says what they compute.",
    ),
    errors.FileDamaged: (
        "A file of this release was damaged or changed after it was packed. It is not given out, "
        "nor is anything answered from it; all else is.",
        "Ask again later. Whoever runs this server can pack or copy the release again; “file” "
        "names what is damaged.",
    ),
    errors.StoreError: (
        "The engine behind this server answered, but not in the way agreed.",
        "Try again later. If it stays so, tell whoever runs this server.",
    ),
    errors.ServiceFailed: (
        "The query asks another endpoint by SERVICE, and that endpoint could not be reached, took "
        "too long, or gave an answer that is too large or cannot be read.",
        "Ask that endpoint alone to see what it says. SERVICE SILENT goes on without it.",
    ),
    errors.StoreUnavailable: (
        "The engine behind this server cannot answer now: it is busy, out of memory, or not "
        "reachable.",
        "Wait as long as the Retry-After header says and ask again, if possible for less.",
    ),
    errors.AnswerTooLarge: (
        "The answer has more rows or bytes than one answer may have. Nothing was given rather "
        "than a part that looks like the whole.",
        "Ask in parts with ORDER BY, LIMIT and OFFSET, or take a file from /dumps/. With "
        "partial=true the first rows are given and marked as such.",
    ),
    errors.VersionTooOld: (
        "Over HTTP/1.0 an answer of unknown length that is cut short would look whole.",
        "Ask over HTTP/1.1, as every client of today does.",
    ),
    errors.DeadlineExceeded: (
        "The query was stopped because it had used all the time a query may take.",
        "Ask for less: more exact patterns, a LIMIT, or several smaller questions.",
    ),
}
PROBLEM_TYPES: dict[str, ProblemType] = {
    code: ProblemType(code, kind.status, kind.title, *_SAID[kind])
    for code, kind in sorted((errors.code_of(kind), kind) for kind in _SAID)
}
PROBLEM_TYPES[INTERNAL] = ProblemType(
    INTERNAL,
    500,
    RenkeiError.title,
    "Something went wrong inside the server. It is not the fault of the request, and the server "
    "has written it to its log.",
    "Try again later. If it stays so, tell whoever runs this server when and where it happened.",
)

routes = Blueprint("problem_types", __name__)


@routes.get("/problems")
@routes.get("/problems.<suffix>")
def every(suffix: str = "") -> Response:
    """List the kinds of problems, each with what it means and what to do."""
    return _answer(list(PROBLEM_TYPES.values()), listings.wanted(suffix), "problems")


@routes.get("/problems/<code>")
def one(code: str) -> Response:
    """Say what a kind of problem means and what to do: its `type` leads here."""
    if code not in PROBLEM_TYPES:
        raise NotKnown(
            "There is no kind of problem “%(code)s”.", "See /problems for all.", code=code
        )
    return _answer([PROBLEM_TYPES[code]], listings.wanted(""))


def _answer(shown: list[ProblemType], fmt: Format, path: str = "") -> Response:
    lang = reader_language()

    def rows() -> list[listings.Row]:
        return [
            {
                "type": f"{here().addresses.public}problems/{kind.code}",
                "status": kind.status,
                "title": lang.gettext(kind.title),
                "meaning": lang.gettext(kind.means),
                "remedy": lang.gettext(kind.remedy),
            }
            for kind in shown
        ]

    return listings.answer(
        fmt, lambda: render_template("troubles.html", shown=shown), COLUMNS, rows, path
    )
