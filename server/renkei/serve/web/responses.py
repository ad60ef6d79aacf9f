"""What makes the answers of pages and documents: 200, 304 or 303, with their `Link` header."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from flask import Response, request

from renkei import __version__
from renkei.errors import NothingAcceptable
from renkei.rdf.formats import DOCUMENT_FORMATS, HTML, TURTLE, Format, by_suffix
from renkei.serve.http import negotiation
from renkei.serve.http.compression import ENCODINGS
from renkei.serve.http.conditional import is_known
from renkei.serve.http.parameters import FORMAT
from renkei.serve.web import offered
from renkei.serve.web.site import dataset_licence, here, reader_language, sent_path
from renkei.stores.base import Answer, FileAnswer

FRESH = "public, max-age=60"
FOR_EVER = "public, max-age=31536000, immutable"
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
CODINGS = tuple(f"-{name}" for name in ENCODINGS)  # marks of a coding in a tag


def etag(*variant: str) -> str:
    """Return the strong ETag of the present address: release, program, address, variant."""
    site = here()
    asked = f"{sent_path()}?{request.query_string.decode('latin-1')}"
    settings = site.settings
    shown = (settings.public, settings.tiles, settings.tiles_credit)
    parts = (site.release.manifest.id, __version__, *shown, asked, *variant)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def answer(
    make: Callable[[], bytes | str | Iterable[bytes]],
    fmt: Format,
    *,
    variant: str = "",
    vary: Sequence[str] = ("Accept",),
    links: Sequence[str] = (),
    location: str | None = None,
    content_type: str | None = None,
) -> Response:
    """Return a 200 with *make*'s body, or 304 without calling it when the client has it.

    The ETag names the variant: format, and language where that decided.
    """
    tag = etag(fmt.name, variant)
    if is_known_here(tag):
        response = not_modified(tag, vary=vary)
    else:
        response = made(make(), content_type or fmt.content_type, caching=FRESH, vary=vary)
        response.set_etag(tag)
    if location:
        response.headers["Content-Location"] = location
    add_links(response, links)
    return response


def made(
    body: bytes | str | Iterable[bytes],
    content_type: str,
    *,
    status: int = 200,
    caching: str = "",
    vary: Sequence[str] = (),
) -> Response:
    """Return an answer with *body*; *caching* is its Cache-Control, *vary* what it varies by."""
    response = Response(body, status, content_type=content_type)
    if caching:
        response.headers["Cache-Control"] = caching
    for name in vary:
        response.vary.add(name)
    return response


def not_modified(tag: str, *, caching: str = FRESH, vary: Sequence[str] = ("Accept",)) -> Response:
    """Return a 304 with what RFC 9110 15.4.5 asks: the tag, and what a 200 would say of caching."""
    response = made(b"", "", status=304, caching=caching, vary=vary)
    del response.headers["Content-Type"]
    response.set_etag(tag)
    return response


def answered(found: Answer, fmt: Format, *, caching: str, vary: Sequence[str]) -> Response:
    """Return what a store answers in *fmt*: whole where it is complete, else as it comes."""
    if getattr(found, "complete", False):
        return made(b"".join(found), fmt.content_type, caching=caching, vary=vary)
    response = made(iter(found), fmt.content_type, caching=caching, vary=vary)
    response.call_on_close(found.close)
    if isinstance(found, FileAnswer) and fmt.packed:  # nobody codes it on its way
        response.content_length = found.size
    return response


def add_links(response: Response, links: Iterable[str]) -> None:
    """Add *links* to the `Link` header of *response*, each once (RFC 8288).

    A target is a URI: what is not ASCII in an IRI is percent-encoded (section 3.1).
    """
    held = response.headers.get("Link", "")
    uris = (_NOT_ASCII.sub(lambda found: quote(found.group()), link) for link in links)
    added = [link for link in dict.fromkeys(uris) if link not in held]
    if added:
        response.headers["Link"] = ", ".join([*([held] if held else []), *added])


def redirect(address: str, status: int = 303) -> Response:
    """Return an answer that leads to *address* and has no body: the header says all."""
    response = made(b"", "", status=status)
    del response.headers["Content-Type"]
    response.headers["Location"] = address
    return response


def is_known_here(tag: str) -> bool:
    """Say whether the client has the answer with *tag* already, in whichever coding."""
    held = request.headers.get("If-None-Match", "")
    return any(is_known(held, f'"{tag}{coding}"') for coding in ("", *CODINGS))


def wanted(
    suffix: Format | None,
    formats: Sequence[Format] = DOCUMENT_FORMATS,
    default: Format = TURTLE,
    names: Sequence[str] = (FORMAT,),
) -> Format:
    """Return the format of the present request: by its suffix, else its address, else Accept.

    *names* are the parameters of the address that say it. The form of JSON-LD is what they or
    Accept say in any case: there is no suffix for it. Raises NothingAcceptable.
    """
    accept = request.headers.get("Accept")
    words = [word for name in names for word in request.args.getlist(name) if word.strip()]
    if suffix is not None and suffix in formats:
        return negotiation.asked_for(words, (suffix,)) or negotiation.formed(accept, suffix)
    found = negotiation.asked_for(words, formats)
    if found is None:
        found = negotiation.choose(accept, formats, default)
        if found is HTML and words and HTML.media_type not in (accept or ""):
            # who asks for a format that is not here wants data, and is given no page for it
            raise NothingAcceptable.of(", ".join(words), [f.suffix for f in formats])
    return found


def address_of(path: str, fmt: Format, asked: Sequence[tuple[str, str]] = ()) -> str:
    """Return the address of the document at *path* in *fmt* alone, with the parameters *asked*."""
    form = [(FORMAT, fmt.name)] if fmt.profiles else []
    words = urlencode([*asked, *form])
    return f"{served(path)}.{fmt.suffix}{'?' if words else ''}{words}"


def split(path: str) -> tuple[str, Format | None]:
    """Return *path* without its format suffix, and the format, if it has one."""
    name, dot, suffix = path.rpartition(".")
    fmt = by_suffix(suffix) if dot else None
    return (name, fmt) if fmt in DOCUMENT_FORMATS and name else (path, None)


def data(
    quads: Callable[[], list[ox.Quad]], iri: str, path: str, fmt: Format, suffix: Format | None
) -> Response:
    """Answer with statements in *fmt*; *path* is where the document is found in all formats."""
    others = [offered.always()]

    def make() -> bytes:
        held = quads()
        others.append(offered.formats_of(held))
        return here().writer.document(held, fmt, iri)

    response = answer(
        make,
        fmt,
        vary=() if suffix else ("Accept",),
        location=None if suffix else address_of(path, fmt),
    )
    add_links(response, [*alternates(path, fmt, others[-1]), *signposts(iri)])
    return response


def page(
    make: Callable[[], str],
    path: str,
    suffix: Format | None,
    iri: str | None = None,
    about: str = "",
) -> Response:
    """Answer with a page in the reader's language; *path* is where it is found in all formats.

    *iri* is what is cited, *about* what its document as data describes, where that is one thing.
    """
    lang = reader_language()
    iri = iri or here().root + path.replace("doc/", "id/", 1)
    response = answer(
        make,
        HTML,
        variant=lang.tag,
        links=[*alternates(path, HTML, offered.formats_for(about)), *signposts(iri)],
        vary=("Accept-Language",) if suffix else ("Accept", "Accept-Language"),
        location=None if suffix else f"{served(path + '.html')}?lang={quote(lang.tag)}",
    )
    response.headers["Content-Language"] = lang.tag
    return response


def served(path: str) -> str:
    """Return the address of *path* as readers see it."""
    return here().addresses.served(here().root + path)


def alternates(path: str, present: Format | None, among: Iterable[Format]) -> list[str]:
    """Return a link to *path* in each format of *among* but the *present* one (RFC 8288)."""
    return [
        f'<{served(path)}.{f.suffix}>; rel="alternate"; type="{f.media_type}"'
        for f in among
        if f is not present and f"{here().root}{path}.{f.suffix}" not in here().claims
    ]


def signposts(iri: str) -> list[str]:
    """Return the links that say how to cite *iri* and under which licence it is."""
    links = [f'<{iri}>; rel="cite-as"']
    rights = dataset_licence()
    return [*links, f'<{rights}>; rel="license"'] if rights else links
