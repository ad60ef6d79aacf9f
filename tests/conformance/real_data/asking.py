"""Ask for every subject, as page and in every format, and hold it against what Jena read."""

from __future__ import annotations

import html
import http.client
import queue
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urljoin, urlsplit

import pyoxigraph as ox

from tests.conformance.real_data.statements import Statements

CONNECTIONS = 2
ANSWER_SECONDS = 120.0
FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}
PAGE = "text/html"
NAMING = (
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://purl.org/dc/terms/title",
    "http://purl.org/dc/elements/1.1/title",
    "http://xmlns.com/foaf/0.1/name",
    "https://schema.org/name",
    "http://schema.org/name",
    "http://www.w3.org/2006/vcard/ns#fn",
    "http://www.geonames.org/ontology#name",
)


@dataclass(frozen=True)
class Answer:
    """What came back at the end of the redirects; *path* is where that was."""

    status: int
    path: str
    media_type: str
    body: bytes
    links: str = ""
    seconds: float = 0.0


@dataclass
class Faults:
    """What went wrong, by kind: how often, and the first example."""

    number: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    example: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, example: str, times: int = 1) -> None:
        """Note one of *kind*."""
        with self._lock:
            self.number[kind] += times
            self.example.setdefault(kind, example)


class Visitor:
    """One connection that is kept, and follows redirects."""

    def __init__(self, base: str) -> None:
        self.base = base
        place = urlsplit(base)
        self._connection = http.client.HTTPConnection(
            place.hostname or "", place.port, timeout=ANSWER_SECONDS
        )

    def ask(self, path: str, accept: str, lang: str = "en") -> Answer:
        """Return what is answered; status 0 where nothing comes or the connection breaks."""
        began = time.monotonic()
        for _ in range(6):
            answer, leads_to = self._once(path, accept, lang)
            if answer.status in (429, 503):
                time.sleep(1)
            elif 300 <= answer.status < 400 and leads_to:
                target = urljoin(urljoin(self.base, path), leads_to)
                path = target.removeprefix(self.base.rstrip("/"))
                if not path.startswith("/"):
                    return Answer(answer.status, target, "", b"")
            else:
                break
        return Answer(
            answer.status, path, answer.media_type, answer.body, answer.links,
            time.monotonic() - began,
        )  # fmt: skip

    def _once(self, path: str, accept: str, lang: str) -> tuple[Answer, str]:
        headers = {"Accept": accept, "Accept-Language": lang}
        for attempt in (1, 2):
            try:
                self._connection.request("GET", path, headers=headers)
                got = self._connection.getresponse()
                body = got.read()
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                if attempt == 2:
                    return Answer(0, path, type(error).__name__, b""), ""
                continue
            media_type = (got.headers.get("Content-Type") or "").partition(";")[0]
            links = ", ".join(got.headers.get_all("Link") or ())
            return (
                Answer(got.status, path, media_type, body, links),
                got.headers.get("Location") or "",
            )
        raise AssertionError

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


def address(iri: str, root: str, apart: Collection[str] = ()) -> str:
    """Return where *iri* is asked for: its path under the root, else `/-/resource?iri=`.

    The release says which IRIs are not answered at their own address, *apart*.
    """
    document = iri.partition("#")[0]
    if iri in apart or "?" in document:
        return "/-/resource?iri=" + quote(iri, safe="")
    if root.endswith("#") and iri.startswith(root):
        return "/" + quote(iri.removeprefix(root), safe=SAFE)
    if document.startswith(root):
        return "/" + quote(document.removeprefix(root), safe=SAFE)
    return "/-/resource?iri=" + quote(iri, safe="")


SAFE = "%/:?@!$&'()*+,;=~-._"


def in_turns(base: str, work: Iterable[Callable[[Visitor], None]]) -> None:
    """Do *work* over the connections that are allowed."""
    waiting: queue.SimpleQueue[Callable[[Visitor], None]] = queue.SimpleQueue()
    for piece in work:
        waiting.put(piece)
    raised: list[BaseException] = []

    def run() -> None:
        visitor = Visitor(base)
        try:
            while not raised:
                waiting.get_nowait()(visitor)
        except queue.Empty:
            pass
        except BaseException as error:
            raised.append(error)
        finally:
            visitor.close()

    threads = [threading.Thread(target=run) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


@dataclass
class Asked:
    """What asking for all subjects came to; *addresses* leads from a page to its subjects."""

    faults: Faults
    addresses: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    requests: int = 0
    slowest: tuple[float, str] = (0.0, "")


def ask_for_all(
    base: str, root: str, apart: Collection[str], read: Statements, subjects: list[str]
) -> Asked:
    """Ask for each of *subjects* once in each form."""
    asked = Asked(Faults())
    groups: dict[str, list[str]] = defaultdict(list)
    for iri in subjects:
        groups[address(iri, root, apart)].append(iri)
    in_turns(base, [_piece(asked, read, path, iris) for path, iris in groups.items()])
    return asked


def _piece(asked: Asked, read: Statements, path: str, iris: list[str]) -> Callable[..., None]:
    def run(visitor: Visitor) -> None:
        page = visitor.ask(path, PAGE)
        asked.requests += 1 + len(FORMATS)
        asked.slowest = max(asked.slowest, (page.seconds, path))
        asked.addresses[unquote(path)].update(iris)
        asked.addresses[unquote(page.path)].update(iris)
        _look_at_page(asked.faults, read, page, path, iris)
        for media_type, form in FORMATS.items():
            answer = visitor.ask(path, media_type)
            if answer.status == 406 and f'"{media_type}"' not in page.links:
                continue  # told beforehand that this format cannot carry it
            if answer.status != 200:
                asked.faults.add(f"{answer.status or 'no answer'} as data", f"{media_type} {path}",
                                 len(iris))  # fmt: skip
                continue
            _look_at_data(asked.faults, read, answer, form, path, iris)

    return run


def _look_at_page(
    faults: Faults, read: Statements, page: Answer, path: str, iris: list[str]
) -> None:
    if page.status != 200:
        faults.add(f"{page.status or 'no answer'} as page", path, len(iris))
        return
    text = page.body.decode("utf-8", "replace")
    heading = heading_of(text)
    about = [iri for iri in iris if iri.partition("#")[0] == iri] or (
        iris if path.startswith("/-/") else []
    )
    for iri in about:
        _look_at_name(faults, read, heading, iri, path)
    ids = set(re.findall(r'\bid="([^"]*)"', text))
    for iri in iris:
        fragment = html.escape(iri.partition("#")[2])
        if fragment and iri not in about and not {fragment, unquote(fragment)} & ids:
            faults.add("the page of a hash IRI has no such place", iri)


def heading_of(text: str) -> str:
    """Return the text of the first heading of a page."""
    found = re.search(r"<h1\b[^>]*>(.*?)</h1>", text, re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", found[1])).split()) if found else ""


def _text_of(literal: str) -> str:
    """Return the lexical form of a literal of N-Triples."""
    (quad,) = ox.parse(f"<a:a> <a:a> {literal} .", format=ox.RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, ox.Literal)
    return quad.object.value


def _look_at_name(faults: Faults, read: Statements, heading: str, iri: str, path: str) -> None:
    if not heading:
        faults.add("no heading", path)
    elif "://" in heading or unquote(heading) == unquote(iri):
        faults.add("the heading is an IRI", f"{path}: {heading}")
    else:
        names = {
            " ".join(_text_of(o).split())
            for p, o in read.plain(iri)
            if p[1:-1] in NAMING and o.startswith('"')
        }
        local = re.split(r"[/#:]", unquote(iri).rstrip("/#"))[-1]
        if names and heading == local and local not in names:
            faults.add(
                "the heading is the local name, though there is a name", f"{path}: {heading}"
            )


def _look_at_data(
    faults: Faults,
    read: Statements,
    answer: Answer,
    form: ox.RdfFormat,
    path: str,
    iris: list[str],
) -> None:
    name = form.name
    try:
        said = Statements(ox.parse(answer.body, format=form, base_iri="http://127.0.0.1/"))
    except (SyntaxError, ValueError) as error:
        faults.add(f"{name}: what is sent cannot be read", f"{path}: {error}", len(iris))
        return
    for iri in iris:
        if lost := read.plain(iri) - said.plain(iri):
            p, o = min(lost)
            faults.add(f"{name}: a statement is lost or its term changed", f"<{iri}> {p} {o[:200]}")
        if gone := read.nested(iri) - said.nested(iri):
            p, _ = min(gone)
            faults.add(f"{name}: what a blank node says is lost or changed", f"<{iri}> {p}")
