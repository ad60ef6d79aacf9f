"""Turn every refusal into an answer that helps: a problem document, or a page for a browser.

RFC 9457 in JSON for programs; for a reader a page in their language with the same facts. A program
that names no language is told in two: nobody knows who will read what it logs.
Nobody receives a traceback. Headers that every answer carries, errors included, are set
here as well: they are what a client needs when something went wrong.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

from flask import Flask, Response, current_app, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from renkei.errors import QUOTED, NotAllowed, NothingAcceptable, NotKnown, RenkeiError
from renkei.language.locale import Language
from renkei.language.messages import Message, in_a_row, message, translate
from renkei.rdf.formats import HTML, Format
from renkei.serve.http import negotiation
from renkei.serve.web import responses
from renkei.serve.web.problem_types import INTERNAL, PROBLEM_TYPES
from renkei.serve.web.response_headers import add_headers
from renkei.serve.web.responses import redirect
from renkei.serve.web.site import here, languages_told, reader_language

PROBLEM = Format(
    "problem", "application/problem+json", "json", "Problem", "table", ("application/json",)
)
_BARE = Markup(
    '<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{title}</title>'
    "<p>{status}</p><h1>{title}</h1><p>{detail}</p><p>{remedy}</p></html>\n"
)
BETWEEN = " / "  # stands between two languages of one text
log = logging.getLogger("renkei.serve")
Gone = Callable[[str], RenkeiError | None]  # a path: what is said where it was withdrawn
Near = Callable[[str, Language], list[tuple[str, str]]]  # address, language: names and paths


def register(app: Flask, near: Near, gone: Gone) -> None:
    """Give *app* its error handlers and the headers of every answer.

    *near* finds things whose names are near an address that leads nowhere, *gone* what became of
    one that led somewhere.
    """
    app.extensions["renkei.gone"] = gone
    app.extensions["renkei.near"] = near
    app.register_error_handler(RenkeiError, refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _failed)
    app.after_request(add_headers)


def refused(error: RenkeiError) -> Response:
    """Return the answer that tells of *error*, in the reader's format and language."""
    if type(error) is NotKnown and request.method in ("GET", "HEAD"):
        error = current_app.extensions["renkei.gone"](request.path) or error
    if error.status >= 500:
        log.warning("%s %s: %s", request.method, request.path, error)
    code = error.code if error.code in PROBLEM_TYPES else INTERNAL
    return _answer(error.status, code, error.title, error.detail, error.remedy, error.facts)


def _http(error: HTTPException) -> Response:
    """Say in our words what Flask found: 404, 405 and the like."""
    if error.code is not None and error.code < 400:
        return redirect(error.get_response().headers["Location"], error.code)
    if error.code == 404:
        return refused(
            NotKnown(
                "Nothing is published at %(path)s.",
                "Look for it with the search, or start at the first page.",
                path=request.path,
            )
        )
    if error.code == 405:
        methods = sorted(getattr(error, "valid_methods", None) or ("GET", "HEAD", "OPTIONS"))
        response = refused(
            NotAllowed(
                "%(method)s is not answered here.",
                "Use one of: %(methods)s.",
                method=request.method,
                methods=methods,
            )
        )
        response.headers["Allow"] = ", ".join(methods)
        return response
    status, name = error.code or 500, error.name or "Error"
    known = (t for t in PROBLEM_TYPES.values() if t.status == status)
    kind = next(known, PROBLEM_TYPES["bad-request" if status < 500 else INTERNAL])
    return _answer(
        status,
        kind.code,
        kind.title,
        message("This is answered with %(status)s (%(name)s).", status=status, name=name),
        message(""),
        {},
    )


def _failed(error: Exception) -> Response:
    log.exception("%s %s failed", request.method, request.path, exc_info=error)
    return _answer(
        500,
        INTERNAL,
        RenkeiError.title,
        message("Something went wrong inside the server; it has been written to its log."),
        message("Try again later."),
        {},
    )


def _answer(
    status: int,
    code: str,
    title: str,
    detail: Message,
    remedy: Message,
    facts: dict[str, object],
) -> Response:
    is_page = _wants_page()
    told = [reader_language()] if is_page else languages_told()
    said = [_said(title, detail, remedy, lang) for lang in told]
    if is_page:
        response = _page(status, code, facts, told[0], said[0])
    else:
        response = _document(status, code, facts, said)
    response.headers["Content-Language"] = ", ".join(lang.interface for lang in told)
    if "retry_after" in facts:
        response.headers["Retry-After"] = str(facts["retry_after"])
    if status == 416 and "size" in facts:
        response.headers["Content-Range"] = f"bytes */{facts['size']}"
    return response


def _page(
    status: int, code: str, facts: dict[str, object], lang: Language, said: dict[str, str]
) -> Response:
    try:
        body = render_template(
            "problem.html", status=status, code=code, facts=facts, near=_near(status), **said
        )
    except RenkeiError:  # what stands around every page is asked of the store that fails
        body = _BARE.format(lang=lang.interface, status=status, **said)
    return _unkept(body, status, HTML.content_type)


def _document(
    status: int, code: str, facts: dict[str, object], said: list[dict[str, str]]
) -> Response:
    details = [in_a_row(one["detail"], one["remedy"]) for one in said]
    document = {
        "type": here().addresses.public + f"problems/{code}",
        "title": BETWEEN.join(one["title"] for one in said),
        "status": status,
        "detail": BETWEEN.join(details),
        # A reference that is cut would be another: a long one is left out.
        "instance": request.path if len(request.path) <= QUOTED else None,
        **facts,
    }
    document = {name: value for name, value in document.items() if value is not None}
    # In ASCII: there are clients that take whatever comes for Latin-1.
    return _unkept(json.dumps(document, default=str) + "\n", status, PROBLEM.media_type)


def _said(title: str, detail: Message, remedy: Message, lang: Language) -> dict[str, str]:
    return {
        "title": lang.gettext(title),
        "detail": translate(detail, lang.interface),
        "remedy": translate(remedy, lang.interface),
    }


def _unkept(body: str, status: int, content_type: str) -> Response:
    wishes = ("Accept", "Accept-Language")
    return responses.made(body, content_type, status=status, caching="no-store", vary=wishes)


def _near(status: int) -> list[tuple[str, str]]:
    """Return things whose names are near the address that was asked, as name and path."""
    if status != 404:
        return []
    near: Near = current_app.extensions["renkei.near"]
    try:
        return near(request.path, reader_language())
    except RenkeiError:
        return []


def _wants_page() -> bool:
    try:
        return negotiation.choose(request.headers.get("Accept"), (PROBLEM, HTML), PROBLEM) is HTML
    except NothingAcceptable:
        return False
