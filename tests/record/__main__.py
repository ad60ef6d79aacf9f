"""Record what a server answers to everything that can be asked, or compare with a record.

    python -m tests.record make FILE RELEASE        before: what a release is served as
    python -m tests.record compare FILE RELEASE     after: what has become another answer

Every address is found as a crawler finds them: from the first page, the sitemap, the
OpenAPI description, the links of pages and the `Link` headers; of those that are alike but
for a name, some. Each is asked in every language given and every form that may be wished.
What is compared is status, headers and body; only what tells of the moment is left out. FILE
is a database of SQLite, which belongs nowhere in the repository. With `--statements`, RDF is
compared as graphs and the headers of length and identity are let be.
"""

from __future__ import annotations

import argparse
import difflib
import html
import http.client
import json
import re
import sqlite3
import sys
import tempfile
import zlib
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

import pyoxigraph as ox

from tests.wire.conftest import start_server

PUBLIC = "https://record.example/"
ACCEPTS = ("text/html", "text/turtle", "application/ld+json", "*/*")
UNTOLD = frozenset(("date", "server-timing", "age", "connection"))
OF_THE_MOMENT = frozenset(("/health/ready", "/metrics"))  # how the server is just now
OF_THE_BYTES = frozenset(("etag", "content-length"))
MOST_QUERIES = 3  # addresses that differ in their query alone
ALIKE = re.compile(r"^((?:/[^/]*){2}).*?((?:\.[a-z0-9-]+)?)$")  # two segments and the suffix
LINKS = re.compile(r"""(?:href|src|action)=["']?([^"'\s>]+)""")
LOCATIONS = re.compile(r"<loc>([^<]+)</loc>")
LINK_HEADER = re.compile(r"<([^>]*)>")
# What no link leads to, with an example of each parameter.
BEGIN = (
    "/",
    "/sitemap.xml",
    "/openapi.json",
    "/nowhere",
    "/health/live",
    "/robots.txt",
    "/llms.txt",
    "/reconcile",
    "/reconcile/suggest/entity?prefix=a",
    "/reconcile/properties?type=x",
    "/api/3/action/package_list",
    "/api/3/action/package_search?rows=100",
    "/api/3/action/status_show",
    "/graphs?default",
    "/sparql?query=" + quote("SELECT * { ?s a ?type } ORDER BY ?s ?type LIMIT 20"),
    "/sparql?query=" + quote("SELECT * {"),
    "/sparql?query=" + quote("CONSTRUCT WHERE { ?s a ?type }"),
    "/search?q=a",
    "/things?page=0",
    "/things?page=x",
    "/catalogue?page=99",
    "/.well-known/void",
)
Key = tuple[str, str, str]  # address, Accept, Accept-Language
Answer = tuple[int, list[tuple[str, str]], bytes]
RDF = {
    form.media_type: form
    for form in (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
} | {
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


class Site:
    """A server that runs, asked over one connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, key: Key) -> Answer:
        """Ask once, and leave out what tells of the moment."""
        address, accept, language = key
        self._connection.request(
            "GET",
            address,
            headers={"Host": "record.example", "Accept": accept, "Accept-Language": language},
        )
        answer = self._connection.getresponse()
        body = answer.read()
        named = sorted((n.lower(), v) for n, v in answer.getheaders() if n.lower() not in UNTOLD)
        return answer.status, named, body


def crawl(site: Site, languages: Sequence[str], each: int) -> Iterator[tuple[Key, Answer]]:
    """Give every address in every form and language, with its answer.

    Of addresses alike *each* are taken; of those that differ in their query alone fewer.
    """
    waiting = deque(BEGIN)
    seen = set(BEGIN)
    queries: Counter[str] = Counter()
    alike: Counter[tuple[str, ...]] = Counter()
    while waiting:
        address = waiting.popleft()
        for key in wishes(address, languages):
            answer = site.ask(key)
            yield key, answer
            for found in links(address, answer):
                path, _, query = found.partition("?")
                if found in seen or path in OF_THE_MOMENT:
                    continue
                if query and queries[path] >= MOST_QUERIES:
                    continue
                queries[path] += bool(query)
                seen.add(found)
                kind = (*kind_of(path), str(bool(query)))
                alike[kind] += 1
                if alike[kind] <= each:
                    waiting.append(found)


def kind_of(path: str) -> tuple[str, ...]:
    """Return what addresses have in common that are answered alike, as far as can be seen."""
    found = ALIKE.match(path)
    return found.groups() if found else (path,)


def wishes(address: str, languages: Sequence[str]) -> Iterator[Key]:
    """Give what an address is asked for; the form of one with a suffix is fixed."""
    for language in languages:
        yield address, ACCEPTS[0], language
    if not re.search(r"\.[a-z0-9-]+$", urlsplit(address).path):
        for accept in ACCEPTS[1:]:
            yield address, accept, ""


def links(address: str, answer: Answer) -> Iterator[str]:
    """Give the addresses of this site that an answer names, in order."""
    _, headers, body = answer
    named = dict(headers)
    found = [*LINK_HEADER.findall(named.get("link", "")), named.get("location", "")]
    media_type = named.get("content-type", "").partition(";")[0]
    text = body.decode("utf-8", "replace") if media_type.startswith(("text/html", "app")) else ""
    if media_type == "text/html":
        found += [html.unescape(link) for link in LINKS.findall(text)]
    if media_type.endswith("xml"):
        found += [html.unescape(link) for link in LOCATIONS.findall(text)]
    if address == "/openapi.json":
        found += [path for path in json.loads(text)["paths"] if "{" not in path]
    for link in found:
        whole = urlsplit(urljoin(PUBLIC + address.lstrip("/"), link))
        if link and f"{whole.scheme}://{whole.netloc}/" == PUBLIC and len(link) < 1000:
            path = quote(unquote(whole.path), safe="/:@!$&'()*+,;=~-._%")
            yield path + (f"?{whole.query}" if whole.query else "")


def make(file: Path, site: Site, languages: Sequence[str], each: int) -> int:
    """Write the record; return how many answers it has."""
    file.unlink(missing_ok=True)
    with sqlite3.connect(file) as database:
        database.execute(
            "CREATE TABLE answer (address, accept, language, status, headers, body,"
            " PRIMARY KEY (address, accept, language))"
        )
        for key, (status, headers, body) in crawl(site, languages, each):
            database.execute(
                "INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?)",
                (*key, status, json.dumps(headers), zlib.compress(body)),
            )
        (count,) = database.execute("SELECT count(*) FROM answer").fetchone()
    return int(count)


def compare(file: Path, site: Site, statements: bool) -> Iterator[tuple[Key, str]]:
    """Give what is answered otherwise than recorded, with the difference in words."""
    with sqlite3.connect(file) as database:
        rows = database.execute("SELECT * FROM answer").fetchall()
    for *key, status, headers, body in rows:
        before = (status, [(n, v) for n, v in json.loads(headers)], zlib.decompress(body))
        after = site.ask((key[0], key[1], key[2]))
        if said := difference(before, after, statements):
            yield (key[0], key[1], key[2]), said


def difference(before: Answer, after: Answer, statements: bool) -> str:
    """Return in words how two answers differ; "" where they do not."""
    said = []
    if before[0] != after[0]:
        said.append(f"status {before[0]} -> {after[0]}")
    left_out = OF_THE_BYTES if statements else frozenset()
    was, now = ({h for h in a[1] if h[0] not in left_out} for a in (before, after))
    said += [f"- {n}: {v}" for n, v in sorted(was - now)]
    said += [f"+ {n}: {v}" for n, v in sorted(now - was)]
    if before[2] != after[2] and not (statements and graph(before) == graph(after) is not None):
        lines = [a[2].decode("utf-8", "replace").splitlines() for a in (before, after)]
        said += list(difflib.unified_diff(*lines, lineterm="", n=0))[:12] or ["other bytes"]
    return "\n".join(said)


def graph(answer: Answer) -> ox.Dataset | None:
    """Return what an answer states; None where it is not RDF."""
    media_type = dict(answer[1]).get("content-type", "").partition(";")[0]
    if media_type not in RDF:
        return None
    dataset = ox.Dataset(ox.parse(answer[2], RDF[media_type], base_iri=PUBLIC))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def main() -> int:
    """Do what was asked; 1 where anything is answered otherwise."""
    asked = argparse.ArgumentParser(prog="python -m tests.record")
    asked.add_argument("what", choices=("make", "compare"))
    asked.add_argument("file", type=Path)
    asked.add_argument("release", type=Path)
    asked.add_argument("--languages", nargs="+", default=("ja", "en"))
    asked.add_argument("--each", type=int, default=12, help="of addresses alike")
    asked.add_argument("--statements", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = start_server(
            given.release.resolve(),
            Path(folder) / "log",
            public_url=PUBLIC,
            client_seconds=1_000_000,
            mcp=1,
        )
        try:
            site = Site(server.port)
            if given.what == "make":
                print(make(given.file, site, given.languages, given.each), "answers recorded")
                return 0
            others = 0
            for key, said in compare(given.file, site, given.statements):
                others += 1
                print(*key, "\n" + said, "\n", flush=True)
            print(others, "answers are others")
            return int(others > 0)
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
