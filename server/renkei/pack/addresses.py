"""Where each thing of a release is answered, and where its name meets another: told when packing.

Data come first: a thing that stands where the program has a page is answered there, and the page
at its reserved home. What cannot be had at its own address is answered at `/-/resource?iri=`:
what stands at a fixed door, and the second of two IRIs that are one URI (RFC 3987, section 3.1).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from renkei.language.messages import LANGUAGES, Message, counted, message, translate
from renkei.pack.validation import Finding
from renkei.rdf import iris
from renkei.rdf.formats import DOCUMENT_FORMATS
from renkei.rooms import CLAIMABLE, FIXED

MOST = 20  # findings of one kind; then their number
QUERIED = 10_000  # IRIs with a query part that are answered at their own address
_SUFFIXES = frozenset(fmt.suffix for fmt in DOCUMENT_FORMATS)


@dataclass
class SharedAddresses:
    """The addresses of things that need a word.

    *queried* are those with a query part, below the root, as `iris.queried` has them; *apart* the
    IRIs that are answered at `/-/resource` alone; *findings* tell authors.
    """

    queried: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)


def read(subjects: Collection[str], root: str) -> SharedAddresses:
    """Return the addresses of *subjects*, IRIs that facts are stated of, below *root*."""
    inside = sorted(iri for iri in subjects if iri.startswith(root))
    bare = {iri[len(root) :].partition("#")[0] for iri in inside}
    queried = sorted({iris.queried(*path.split("?", 1)) for path in bare if "?" in path})
    met = list(_meetings(inside, root))
    apart = {iri for iri, kind, _ in met if kind == "apart"} | {root}.intersection(subjects)
    return SharedAddresses(tuple(queried[:QUERIED]), tuple(sorted(apart)), list(_findings(met)))


def _meetings(inside: list[str], root: str) -> Iterator[tuple[str, str, Message]]:
    """Give each IRI whose address is another's as well, of which kind that is, and a word."""
    known = set(inside)
    first: dict[str, str] = {}
    for iri in inside:
        path = iri[len(root) :]
        start = path.partition("#")[0].partition("/")[0].partition("?")[0]
        address = iris.encoded(iri)
        other = first.setdefault(address, iri)
        if other != iri:
            plain, encoded = sorted((other, iri), key=lambda one: one == address)
            yield (
                plain,
                "apart",
                message(
                    "This IRI and %(other)s are one address. That one is answered there; this "
                    "one at /-/resource?iri=.",
                    other=encoded,
                ),
            )
        elif path and start in FIXED:
            said = message(
                "%(path)s is a fixed address of every server: this thing is answered at "
                "/-/resource?iri=.",
                path=f"/{start}",
            )
            yield iri, "apart", said
        elif start.partition(".")[0] in CLAIMABLE:
            said = message(
                "The program has a page at %(path)s. This thing is answered there; the page is at "
                "%(home)s.",
                path=f"/{path}",
                home=f"/-/{path}",
            )
            yield iri, "claims", said
        else:
            stem, dot, suffix = iri.rpartition(".")
            if dot and suffix in _SUFFIXES and stem in known:
                said = message(
                    "This is where %(other)s would be had as a file of that format. This thing is "
                    "answered there; the other by Accept.",
                    other=stem,
                )
                yield iri, "suffix", said


def _findings(met: Iterable[tuple[str, str, Message]]) -> Iterator[Finding]:
    counts: dict[str, int] = {}
    for iri, kind, said in met:
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= MOST:
            yield _finding(f"<{iri}>", said)
    for count in counts.values():
        if count > MOST:
            said = counted(
                "%(number)s more address that two things share.",
                "%(number)s more addresses that two things share.",
                count - MOST,
            )
            yield _finding("_:", said)


def _finding(focus: str, said: Message) -> Finding:
    told = {tag: translate(said, tag) for tag in LANGUAGES}
    return Finding("sources", "address", focus, None, None, "Info", told)


def subjects_of(quads: Iterable[ox.Quad], leaving_out: Collection[str]) -> set[str]:
    """Return the IRIs that *quads* state something of, but for the graphs *leaving_out*."""
    return {
        q.subject.value
        for q in quads
        if isinstance(q.subject, ox.NamedNode)
        and not (isinstance(q.graph_name, ox.NamedNode) and q.graph_name.value in leaving_out)
    }
