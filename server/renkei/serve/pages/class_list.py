"""Lists: the kinds of things there are, and the things of one kind.

A list shows what packing found its data to suggest, or what the publication names. It is chosen
from, sorted and turned by its address alone, and is CSV or JSON under another suffix.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from math import ceil, sqrt
from urllib.parse import urljoin

import pyoxigraph as ox
from flask import Blueprint, Response, render_template, request

from renkei.errors import BadRequest, NotKnown
from renkei.language.locale import Language
from renkei.rdf import iris
from renkei.rdf.formats import CSV, HTML, Format
from renkei.release import NO_KIND
from renkei.serve.http.parameters import FORMAT
from renkei.serve.pages import view_models, views
from renkei.serve.pages.class_sections import described
from renkei.serve.pages.template_context import again
from renkei.serve.pages.view_models import Link, Value, View
from renkei.serve.read.class_lists import (
    NAME,
    ClassList,
    FacetChoice,
    Kind,
    ListedColumn,
    ListEntry,
    Lists,
)
from renkei.serve.web import listings, responses
from renkei.serve.web.choices import choice
from renkei.serve.web.paging import beyond, page_number, pages_of
from renkei.serve.web.site import Site, here, reader_language
from renkei.sparql.outline import Term

routes = Blueprint("class_list", __name__)

SHOWN = 200  # things on a page
VALUES = 4  # of one thing in a column, before the rest is counted
OPEN = 8  # choices of a facet that are shown at once
PAGES = 200  # pages that are all linked to; of more, in steps
PART = 2_000  # things of which a CSV has the names read at once
NOT_CHOSEN_BY = ("lang", "page", "sort", FORMAT)  # words in the address of a list
KIND_COLUMNS = ("class", "name", "members", "list")  # of the list of kinds as data
WITHOUT_KIND = "-"  # the word of the list of things of which no kind is stated
TERMS = tuple(iris.PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs"))


@dataclass(frozen=True)
class KindRow:
    """A kind of thing: its name with a link to its list, and how many there are."""

    iri: str
    link: Link
    number: int
    describes: bool

    @property
    def is_term(self) -> bool:
        """Whether its things are terms of a vocabulary."""
        return self.iri.startswith(TERMS)


@dataclass(frozen=True)
class Offer:
    """A choice of a facet, as it is offered: its text, how many it finds, and where to."""

    value: Value
    number: int
    href: str
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """What a list can be chosen by: a column and its choices."""

    label: Link
    offers: Sequence[Offer]
    chosen: Offer | None

    @property
    def first(self) -> Sequence[Offer]:
        """The choices that are shown at once."""
        return self.offers if len(self.offers) <= OPEN + 2 else self.offers[:OPEN]

    @property
    def rest(self) -> Sequence[Offer]:
        """The choices behind them."""
        return self.offers[len(self.first) :]


@dataclass(frozen=True)
class ColumnHead:
    """The head of a column: its name, where a click on it leads, and how it is sorted now."""

    label: Link
    href: str
    sorted: str  # as `aria-sort` has it; "" for not


@dataclass(frozen=True)
class ListRow:
    """A thing in a list, with the values of each column, and how many more there are of each."""

    link: Link
    reading: str | None
    cells: Sequence[tuple[Sequence[Value], int]]


@dataclass
class AskedList:
    """A list as a reader asks for it: chosen, sorted, in their language."""

    site: Site
    lang: Language
    iri: str
    listed: ClassList
    columns: list[ListedColumn] = field(init=False)
    chosen: dict[str, str] = field(init=False)
    by: ListedColumn | None = field(init=False)
    descending: bool = field(init=False)

    def __post_init__(self) -> None:
        """Read the address. Raises BadRequest for what the list does not offer."""
        self.columns = [column for column in self.listed.columns if column.shown]
        self.chosen = self._choices()
        words = {column.word: column for column in self.columns}
        offered = [f"{sign}{word}" for word in (NAME, *words) for sign in ("", "-")]
        sort = choice("sort", offered)
        self.by, self.descending = words.get(sort.lstrip("-")), sort.startswith("-")

    def _choices(self) -> dict[str, str]:
        facets = {column.asked: held for column, held in self.listed.facets.items()}
        for name, texts in request.args.lists():
            text = texts[0]
            if name in facets and len({*texts} - {""}) > 1:
                raise BadRequest(
                    "%(name)s is chosen by twice.",
                    "Choose one value of it.",
                    name=name,
                )
            if text and name not in facets and name not in NOT_CHOSEN_BY:
                raise BadRequest(
                    '"%(text)s" is no choice for %(name)s.',
                    "This list can be chosen from by: %(offered)s."
                    if facets
                    else "Leave it out: there is nothing to choose.",
                    text=text,
                    name=name,
                    offered=", ".join(facets),
                )
        found = {}
        for asked, choices in facets.items():
            text = request.args.get(asked, "")
            words = {c.word: c.word for c in choices}
            if text and text not in words:
                words |= self._by_name(choices)
            if text := choice(asked, words):
                found[asked] = words[text]
        return found

    def _by_name(self, choices: Iterable[FacetChoice]) -> dict[str, str]:
        """Return the words of choices by their names in the reader's language."""
        terms = {c.term.value: c.word for c in choices if isinstance(c.term, ox.NamedNode)}
        view = views.view_of(self.site, self.lang, self.site.reader.known(terms))
        return {view.link(iri).text: word for iri, word in terms.items()}

    @property
    def places(self) -> Sequence[int]:
        """The places of the things that are chosen, in the order that is asked for."""
        return self.listed.places(self.chosen, self.by, self.descending, self.lang.tag)


@routes.get("/things")
@routes.get("/things.<suffix>")
def things(suffix: str = "") -> Response:
    """List the classes that have things, the concept schemes, and what describes the data."""
    fmt = listings.wanted(suffix)
    return listings.answer(fmt, _kinds_page, KIND_COLUMNS, _kinds_as_rows, "things")


def _kinds_as_rows() -> list[listings.Row]:
    site, lang = here(), reader_language()
    kinds = lists_of(site).kinds()
    view = views.view_of(site, lang, site.reader.known([kind.iri for kind in kinds if kind.iri]))
    return [
        {
            "class": row.iri or None,
            "name": row.link.text,
            "members": row.number,
            "list": urljoin(site.addresses.public, row.link.href or ""),
        }
        for row in kind_rows(site, view, kinds)
    ]


def lists_of(site: Site) -> Lists:
    """Return the lists of the release."""
    languages = site.release.manifest.languages
    return site.once("lists", lambda: Lists(site.reader.index, site.root, languages))


def kind_rows(site: Site, view: View, kinds: Iterable[Kind]) -> list[KindRow]:
    """Return the kinds of things with a link to the list of each."""
    return [
        KindRow(
            kind.iri,
            Link(kind_name(view, kind.iri).text, "", list_path(site, kind.iri)),
            kind.members,
            kind.describing == kind.members,
        )
        for kind in kinds
    ]


def kind_name(view: View, iri: str) -> Link:
    """Return what the things of a class are called."""
    if iri == NO_KIND:
        return Link(view.lang.gettext("Of no stated kind"), view.lang.interface, None)
    return view.property_label(iri)


def list_path(site: Site, iri: str) -> str:
    """Return the path of the list of a class; at its reserved home where data are in the way."""
    word = iris.word(iri, site.reader.namespace, site.reader.prefixes) if iri else WITHOUT_KIND
    if iri and word in (WITHOUT_KIND, ".", ".."):
        word = iri
    claimed = f"{site.root}things/{word}" in site.claims
    return site.path("-/things/" if claimed else "things/") + iris.segment(word)


def _asked_for(site: Site, word: str) -> tuple[str, ClassList | None]:
    """Return the class that *word* stands for, and its list: a prefix may be the scheme of IRIs."""
    if word == WITHOUT_KIND:
        return NO_KIND, lists_of(site).of(NO_KIND)
    iri = iris.expanded(word, site.reader.namespace, site.reader.prefixes)
    found = ((one, lists_of(site).of(one)) for one in (iri, word))
    return next(((one, listed) for one, listed in found if listed is not None), (iri, None))


def _kinds_page() -> str:
    site, lang = here(), reader_language()
    kinds = lists_of(site).kinds()
    schemes = [row["scheme"].value for row in site.reader.ask("schemes")]
    named = [*(kind.iri for kind in kinds if kind.iri), *schemes]
    view = views.view_of(site, lang, site.reader.known(named))
    rows = kind_rows(site, view, kinds)
    facts = [r for r in rows if not r.describes and not r.is_term and r.iri]
    return render_template(
        "kinds.html",
        own=[r for r in facts if site.addresses.is_ours(r.iri)],
        others=[r for r in facts if not site.addresses.is_ours(r.iri)],
        unstated=next((r for r in rows if not r.iri), None),
        terms=[r for r in rows if r.is_term],
        # A narrower class may have the same name here: the larger one stands for both.
        describing=list(
            {r.link.text: r for r in rows[::-1] if r.describes and r.iri and not r.is_term}.values()
        )[::-1],
        schemes=[view.link(scheme) for scheme in schemes],
    )


@routes.get("/things/<path:word>")
def of_class(word: str) -> Response:
    """List the things of one class: a page, or all of it as CSV or JSON."""
    site, lang = here(), reader_language()
    named: Format | None = None
    iri, listed = _asked_for(site, word)
    stem, dot, suffix = word.rpartition(".")
    if listed is None and dot:
        named = next((fmt for fmt in listings.FORMATS if fmt.suffix == suffix), None)
        if named is not None:
            word = stem
            iri, listed = _asked_for(site, word)
    if listed is None:
        raise NotKnown(
            "There is nothing of the class %(iri)s.",
            "See /things for those there are.",
            iri=iri or word,
        )
    asked = AskedList(site, lang, iri, listed)
    fmt = responses.wanted(named, listings.FORMATS, HTML)

    def make() -> str | Iterator[bytes]:
        if fmt is HTML:
            return _list_page(asked)
        return _begun(_csv(asked) if fmt is CSV else _json(asked))

    whole = "" if request.query_string else f"things/{iris.segment(word)}"  # nothing left out
    return listings.made(make, fmt, whole)


def _list_page(asked: AskedList) -> str:
    site, lang, listed = asked.site, asked.lang, asked.listed
    places = asked.places
    page, pages = page_number(), pages_of(len(places), SHOWN)
    if page > pages:
        raise beyond(page)
    offered = listed.offered(asked.chosen)
    entries = list(listed.entries(places[(page - 1) * SHOWN : page * SHOWN]))
    about = site.reader.statements_about([asked.iri]) if asked.iri else None
    terms = [c.term for choices in offered.values() for c in choices if c.term is not None]
    terms += [t for e in entries for column in asked.columns for t in e.of(column)]
    named = [*(e.iri for e in entries), *(c.iri for c in listed.columns if c.iri)]
    named += [t.value for t in terms if isinstance(t, ox.NamedNode)]
    view = views.view_of(
        site,
        lang,
        site.reader.known([*named, *filter(None, (asked.iri,))], *([about] if about else ())),
    )
    facets = [_facet(asked, view, column, held) for column, held in offered.items()]
    own = list_path(site, asked.iri)
    return render_template(
        "list.html",
        title=kind_name(view, asked.iri),
        definition=described(view.statements_of([asked.iri], about)[asked.iri]) if about else "",
        total=listed.members,
        found=len(places),
        facets=[facet for facet in facets if len(facet.offers) > 1 or facet.chosen],
        chosen=[facet for facet in facets if facet.chosen],
        whole=again(**dict.fromkeys(asked.chosen)),
        heads=_heads(asked, view),
        rows=[_row(asked, view, entry) for entry in entries],
        page=page,
        pages=pages,
        steps=_steps(page, pages),
        # Names are those of the reader's language, so the address says which that is.
        csv="".join((own, ".csv", *again(lang=lang.tag).partition("?")[1:])),
    )


def _steps(page: int, pages: int) -> list[int]:
    """Return the pages that a page links to: all, or of very many those near and some between.

    From any of them every page is one click further.
    """
    if pages <= PAGES:
        return list(range(1, pages + 1))
    step = ceil(sqrt(pages))
    near = range(max(1, page - step), min(pages, page + step) + 1)
    return sorted({1, pages, *range(1, pages + 1, step), *near})


def column_label(view: View, column: ListedColumn) -> Link:
    """Return the name of a column: of its property, or as the publication names it."""
    if column.iri:
        return view.property_label(column.iri)
    found = view.nearest(column.titles)
    return Link(*found, None) if found else Link(view.lang.gettext("Date"), "", None)


def _facet(
    asked: AskedList, view: View, column: ListedColumn, choices: Sequence[FacetChoice]
) -> Facet:
    present = asked.chosen.get(column.asked)
    offers = [
        Offer(
            _choice_value(view, column, one),
            one.members,
            again(**{column.asked: None if one.word == present else one.word}),
            one.word == present,
        )
        for one in choices
    ]
    label = column_label(view, column)
    return Facet(label, offers, next((o for o in offers if o.chosen), None))


def _choice_value(view: View, column: ListedColumn, one: FacetChoice) -> Value:
    """Return a choice as a person reads it: a term, a year, a range of years or numbers."""
    if one.term is not None:
        return view.written(column.iri, one.term)
    start, dots, end = one.word.partition("..")
    if column.kind == "date":
        years = [view.lang.date(year, "gYear").partition("(")[0] or year for year in (start, end)]
        return Value(" – ".join(filter(None, years)))
    numbers = [_number(view, column, number) for number in (start, end)]
    if not dots:
        return Value(numbers[0])
    if not start:
        return Value(view.lang.gettext("under %(end)s", end=numbers[1]))
    if not end:
        return Value(view.lang.gettext("%(start)s and more", start=numbers[0]))
    return Value(view.lang.gettext("%(start)s to under %(end)s", start=numbers[0], end=numbers[1]))


def _number(view: View, column: ListedColumn, text: str) -> str:
    if not text:
        return ""
    value = view.written(column.iri, ox.Literal(text, datatype=ox.NamedNode(_DECIMAL)))
    return f"{value.text} {value.unit}".strip()


_DECIMAL = iris.PREFIXES["xsd"] + "decimal"


def _heads(asked: AskedList, view: View) -> list[ColumnHead]:
    """Return the heads of the table. A click sorts by a column; another, the other way round."""
    labels: list[tuple[ListedColumn | None, Link]] = [
        (None, Link(view.lang.gettext("Name"), view.lang.interface, None))
    ]
    labels += [(column, column_label(view, column)) for column in asked.columns]
    heads = []
    for column, label in labels:
        word = column.word if column else NAME
        present = asked.by is column
        up = present and not asked.descending
        sort = f"-{word}" if up else None if column is None else word
        direction = "ascending" if up else "descending"
        heads.append(ColumnHead(label, again(sort=sort), direction if present else ""))
    return heads


def _row(asked: AskedList, view: View, entry: ListEntry) -> ListRow:
    cells = []
    for column in asked.columns:
        values = [_cell(view, column, term) for term in _near(asked, entry.of(column))]
        cells.append((values[:VALUES], len(values) - VALUES))
    return ListRow(thing_link(asked.site, view, entry.iri), view.reading(entry.iri), cells)


def _near(asked: AskedList, terms: Sequence[Term]) -> Sequence[Term]:
    """Return *terms* without texts in other languages, where some are in the reader's."""
    tags = {t.language for t in terms if isinstance(t, ox.Literal)}
    if asked.lang.tag not in tags:
        return terms
    kept = (None, asked.lang.tag)
    return [t for t in terms if not isinstance(t, ox.Literal) or t.language in kept]


def _cell(view: View, column: ListedColumn, term: Term) -> Value:
    value = view.written(column.iri, term)
    if isinstance(term, ox.Literal) and term.datatype.value in view_models.DATES:
        return Value(view_models.dated(term, view.lang, era=False), machine=term.value)
    return value


def thing_link(site: Site, view: View, iri: str) -> Link:
    """Return a link to our page of a thing, wherever its IRI is."""
    return replace(view.link(iri), href=site.links.here(iri))


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Return *pieces*, the first rows made: what fails there is an error, and no broken file."""
    first = list(islice(pieces, 2))
    return chain(first, pieces)


def _csv(asked: AskedList) -> Iterator[bytes]:
    """Give the whole list as CSV, with all values of each column, piece by piece."""
    has_readings = bool(asked.site.reader.roles.reading)
    out = io.StringIO()
    table = csv.writer(out)
    head = ["iri", "name", *(["reading"] if has_readings else ())]
    table.writerow([*head, *(column.word for column in asked.columns)])
    yield listings.BOM.encode()
    for entries, view in _parts(asked):
        for e in entries:
            reading = [view.reading(e.iri) or ""] if has_readings else []
            cells = (
                listings.cell(
                    [view.link(t.value).text if _is_iri(t) else t.value for t in e.of(column)]
                )
                for column in asked.columns
            )
            table.writerow([e.iri, view.link(e.iri).text, *reading, *cells])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def _json(asked: AskedList) -> Iterator[bytes]:
    """Give the whole list as JSON: of each column an array, in which a thing has IRI and name."""
    has_readings = bool(asked.site.reader.roles.reading)
    before = "[\n"
    for entries, view in _parts(asked):
        lines = []
        for e in entries:
            row: dict[str, object] = {"iri": e.iri, "name": view.link(e.iri).text}
            if has_readings:
                row["reading"] = view.reading(e.iri) or None
            for column in asked.columns:
                row[column.word] = [
                    {"iri": t.value, "name": view.link(t.value).text} if _is_iri(t) else t.value
                    for t in e.of(column)
                ]
            lines.append(json.dumps(row, ensure_ascii=False))
        yield (before + ",\n".join(lines)).encode()
        before = ",\n"
    yield b"\n]\n"


def _parts(asked: AskedList) -> Iterator[tuple[list[ListEntry], View]]:
    """Give the entries of the list part by part, with a view that names what is in them."""
    site, places = asked.site, asked.places
    for start in range(0, max(1, len(places)), PART):
        entries = list(asked.listed.entries(places[start : start + PART]))
        terms = [t for e in entries for column in asked.columns for t in e.of(column)]
        named = [*(e.iri for e in entries), *(t.value for t in terms if _is_iri(t))]
        yield entries, views.view_of(site, asked.lang, site.reader.known(named))


def _is_iri(term: Term) -> bool:
    return isinstance(term, ox.NamedNode)
