"""What is particular to one kind of thing: its sentence, and the part of its page that is its own.

The sentence is made from statements, never written by hand. Kinds are classes of the
vocabulary of municipal partnerships, known by their local names under the publication's
own namespace; a publication with another vocabulary gets the general page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyoxigraph as ox

from renkei.language.locale import Language
from renkei.rdf import iris
from renkei.serve.pages import view_models
from renkei.serve.pages.view_models import Link, Statements
from renkei.serve.read.reader import DCT, SCHEMA
from renkei.serve.web.site import Site
from renkei.sparql.outline import Term
from renkei.stores.base import Row

ORG = iris.PREFIXES["org"]


@dataclass
class Own:
    """The part of a page that only one kind has: a template under `kinds/` and its data."""

    template: str = ""
    sentence: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SectionContext:
    """What a kind is given: the site, the statements of the thing, the reader's choices."""

    site: Site
    statements: Statements
    lang: Language
    at: date | None

    @property
    def iri(self) -> str:
        """The thing."""
        return self.statements.iri

    def name(self, iri: str | None) -> str:
        """Return the name of a thing, or an empty string."""
        return self.site.name(iri, self.lang)[0] if iri else ""

    def link(self, iri: str) -> Link:
        """Return a link to a thing."""
        return view_models.link(self.site, iri, self.lang)

    def rows(self, query: str) -> list[Row]:
        """Ask one of our queries about the thing; only rows that the reader asks for."""
        rows = self.site.reader.ask(query, this=ox.NamedNode(self.iri))
        if self.statements.only != "stated":
            return rows
        return [row for row in rows if self._is_stated(next(iter(row.values())))]

    def _is_stated(self, node: Term) -> bool:
        """Say whether the source page states the tie between *node* and the thing.

        Where nothing ties them directly, it is enough that the page speaks of *node*.
        """
        if not isinstance(node, ox.NamedNode) or node.value == self.iri:
            return True
        reader = self.site.reader
        theirs = reader.statements(node.value)
        ties = [q for q in theirs if q.object == ox.NamedNode(self.iri)]
        ties += [q for q in self.statements.quads if q.object == node]
        graphs = {
            q.graph_name.value for q in ties or theirs if isinstance(q.graph_name, ox.NamedNode)
        }
        return any(reader.origin(graph).kind == "stated" for graph in graphs)

    def one(self, local: str) -> str | None:
        """Return the first IRI under one of our properties."""
        return next(iter(self.statements.links(local)), None)

    def names(self, local: str) -> str:
        """Return the names under one of our properties, joined as in a sentence."""
        return self.lang.listed([self.name(i) for i in self.statements.links(local)])

    def had_come(self, row: Row, name: str) -> bool:
        """Say whether a date of a row had come on the day asked for; one not stated has."""
        return self.at is None or name not in row or row[name].value <= self.at.isoformat()

    def date(self, row: Row, name: str) -> str:
        """Return a date of a row, written out, or an empty string."""
        term = row.get(name)
        return view_models.dated(term, self.lang, era=False) if isinstance(term, ox.Literal) else ""


def own(
    site: Site, statements: Statements, lang: Language, at: date | None, kinds: list[str]
) -> Own:
    """Return what is particular to a thing of *kinds*; empty for a kind that has nothing."""
    asked = SectionContext(site, statements, lang, at)
    above = view_models.vocabulary_of(site).above
    locals_ = [k.removeprefix(site.reader.namespace) for k in kinds]
    locals_ += [
        a.removeprefix(site.reader.namespace) for k in kinds for a in sorted(above.get(k, ()))
    ]
    for local in locals_:
        if local in KINDS:
            found = KINDS[local](asked)
            if found is not None:
                return found
    return Own(sentence=_described(asked))


def _described(asked: SectionContext) -> str:
    """Return the thing's own description or definition, where it has one."""
    for predicate in (iris.PREFIXES["skos"] + "definition", DCT + "description"):
        text = asked.statements.text(predicate)
        if text and text[1] in (asked.lang.tag, ""):
            return text[0]
    return ""


def _partnership(asked: SectionContext) -> Own:
    rows = asked.rows("members")
    members = [
        _member(asked, row)
        for row in rows
        if asked.at is None or view_models.is_valid(row, asked.at)
    ]
    core = [m["link"].text for m in members if m["core"]]
    say = asked.lang.say
    formed = next(
        (
            asked.date(r, "stated")
            for r in asked.rows("events")
            if r["relation"].value == ORG + "resultingOrganization"
        ),
        "",
    )
    sentence = (
        say(
            "Framework of cooperation that %(core)s and %(others)s other municipalities "
            "form by agreements of two parties each; formed in %(date)s.",
            core=asked.lang.listed(core),
            others=len(members) - len(core),
            date=formed,
        )
        if core and formed
        else _described(asked)
    )
    visions = [
        _vision_row(asked, row)
        for row in asked.rows("visions")
        if asked.at is None or view_models.is_valid(row, asked.at)
    ]
    return Own(
        "partnership", sentence, {"members": members, "visions": visions, "total": len(rows)}
    )


def _member(asked: SectionContext, row: Row) -> dict[str, Any]:
    agreement = row.get("agreement")
    return {
        "link": asked.link(row["member"].value),
        "reading": view_models.reading(asked.site, row["member"].value, asked.lang),
        "role": asked.link(row["role"].value) if "role" in row else None,
        "core": agreement is None,
        "since": asked.date(row, "from"),
        "through": asked.date(row, "through"),
        "agreement": asked.link(agreement.value) if agreement else None,
        "membership": asked.link(row["membership"].value),
    }


def _vision_row(asked: SectionContext, row: Row) -> dict[str, Any]:
    return {
        "link": asked.link(row["vision"].value),
        "from": asked.date(row, "from"),
        "through": asked.date(row, "through"),
    }


def _municipality(asked: SectionContext) -> Own:
    kind = asked.name(next(iter(asked.statements.objects(ORG + "classification")), None))
    part = asked.name(asked.one("subprefecture"))
    rows = asked.rows("memberships-of")
    current = [r for r in rows if asked.at is None or view_models.is_valid(r, asked.at)]
    belongs = [
        {
            "link": asked.link(r["organization"].value),
            "role": asked.link(r["role"].value) if "role" in r else None,
            "from": asked.date(r, "from"),
            "through": asked.date(r, "through"),
            "membership": asked.link(r["membership"].value),
        }
        for r in current
    ]
    censuses = [
        {
            "year": asked.lang.date(r["year"].value, "gYear"),
            "population": asked.lang.number(r["population"].value),
        }
        for r in asked.rows("censuses")
    ]
    agreements = [
        {
            "link": asked.link(r["agreement"].value),
            "date": asked.date(r, "date"),
            "amends": asked.link(r["amends"].value) if "amends" in r else None,
        }
        for r in asked.rows("agreements-of")
        if asked.had_come(r, "date")
    ]
    ended = asked.site.reader.value(asked.iri, "validThrough")
    say = asked.lang.say
    sentence = ""
    if ended:
        sentence = say(
            "Former municipality; it existed until %(date)s.",
            date=asked.lang.date(ended).partition("(")[0],
        )
    elif kind and part:
        sentence = say("%(kind)s in %(place)s.", kind=kind[:1].upper() + kind[1:], place=part)
    elif kind:
        sentence = say("%(kind)s.", kind=kind[:1].upper() + kind[1:])
    return Own(
        "municipality",
        sentence,
        {"belongs": belongs, "censuses": censuses, "agreements": agreements},
    )


def _agreement(asked: SectionContext) -> Own:
    parties = [asked.one("coreCityParty"), asked.one("counterparty")]
    names = [asked.name(p) for p in parties if p] or [
        asked.name(p) for p in asked.statements.links("hasParty")
    ]
    day = asked.statements.date("concludedOn")
    amended = asked.one("amends")
    say, listed = asked.lang.say, asked.lang.listed
    sentence = _described(asked)
    if names and day and amended:
        sentence = say(
            "Agreement by which %(parties)s changed a part of their earlier agreement on %(date)s.",
            parties=listed(names),
            date=day,
        )
    elif names and day:
        sentence = say(
            "Cooperation agreement that %(parties)s concluded on %(date)s.",
            parties=listed(names),
            date=day,
        )
    chain = [
        {
            "link": asked.link(r["agreement"].value),
            "date": asked.date(r, "date"),
            "here": r["agreement"].value == asked.iri,
            "amends": r.get("amends") is not None,
        }
        for r in asked.rows("amendments")
    ]
    return Own(
        "agreement",
        sentence,
        {
            "parties": [asked.link(p) for p in parties if p],
            "papers": _papers(asked),
            "chain": chain if len(chain) > 1 else [],
        },
    )


def _papers(asked: SectionContext) -> list[dict[str, Any]]:
    return [
        {
            "link": asked.link(r["document"].value),
            "size": asked.lang.number(r["size"].value) if "size" in r else "",
            "file": asked.link(r["file"].value) if "file" in r else None,
        }
        for r in asked.rows("papers")
    ]


def _union(asked: SectionContext) -> Own:
    events = [_event_row(asked, r) for r in asked.rows("events") if asked.had_come(r, "stated")]
    members = [
        _member(asked, row)
        for row in asked.rows("members")
        if asked.at is None or view_models.is_valid(row, asked.at)
    ]
    founded = next(
        (
            asked.date(r, "stated")
            for r in asked.rows("events")
            if r["relation"].value == ORG + "resultingOrganization"
        ),
        "",
    )
    ended = next(
        (
            asked.date(r, "stated")
            for r in asked.rows("events")
            if r["relation"].value == ORG + "originalOrganization"
        ),
        "",
    )
    sentence = (
        asked.lang.say(
            "Union of municipalities, founded in %(start)s and dissolved on %(end)s.",
            start=founded,
            end=ended,
        )
        if founded and ended
        else ""
    )
    return Own("union", sentence or _described(asked), {"events": events, "members": members})


def _event_row(asked: SectionContext, row: Row) -> dict[str, Any]:
    reasons = row.get("reasons")
    return {
        "link": asked.link(row["event"].value),
        "kinds": view_models.kinds(asked.site, row["event"].value, asked.lang),
        "date": asked.date(row, "stated"),
        "constituents": asked.lang.number(row["constituents"].value)
        if "constituents" in row
        else "",
        "reasons": [r for r in (reasons.value.split("\n") if reasons else []) if r],
        "session": asked.link(row["session"].value) if "session" in row else None,
    }


def _vision(asked: SectionContext) -> Own:
    start, end = asked.statements.date("validFrom"), asked.statements.date("validThrough")
    maker = asked.names("formulatedBy")
    number = asked.statements.literal("periodNumber")
    sentence = (
        asked.lang.say(
            "Vision that %(maker)s drew up for the years from %(start)s to %(end)s.",
            maker=maker,
            start=start,
            end=end,
        )
        if maker and start and end
        else _described(asked)
    )
    terms_ = [
        {**_vision_row(asked, row), "here": row["vision"].value == asked.iri}
        for row in asked.rows("terms")
    ]
    return Own(
        "vision",
        sentence,
        {"terms": terms_, "number": number.value if number else "", "papers": _papers(asked)},
    )


def _document(asked: SectionContext) -> Own:
    text = asked.one("publishesTextOf")
    page = asked.one("listedOn")
    sentence = (
        asked.lang.say("Document that publishes “%(text)s”.", text=asked.name(text))
        if text
        else _described(asked)
    )
    files = [
        {
            "link": asked.link(r["file"].value),
            "size": asked.lang.number(r["size"].value) if "size" in r else "",
            "media": r["media"].value.rsplit("/", 1)[-1].upper() if "media" in r else "",
        }
        for r in asked.rows("files")
    ]
    return Own(
        "document",
        sentence,
        {
            "text": asked.link(text) if text else None,
            "page": asked.link(page) if page else None,
            "files": files,
        },
    )


def _passage(asked: SectionContext) -> Own:
    source = next(iter(asked.statements.objects(DCT + "isPartOf")), None)
    line = next((t.value for p, t in asked.statements.kept if p == SCHEMA + "position"), "")
    about = asked.statements.text(DCT + "description")
    say = asked.lang.say
    sentence = (
        say(
            "Line %(line)s of %(source)s: %(about)s.",
            line=line,
            source=asked.name(source),
            about=about[0] if about else "",
        )
        if line and source
        else _described(asked)
    )
    held = [
        {
            "subject": asked.link(r["s"].value),
            "property": view_models.property_label(asked.site, r["p"].value, asked.lang),
            "value": view_models.written(asked.site, r["p"].value, r["o"], asked.lang),
        }
        for r in asked.rows("passage")
        if isinstance(r["s"], ox.NamedNode)
    ]
    return Own("passage", sentence, {"held": held})


def _event(asked: SectionContext) -> Own:
    day = asked.statements.date("dateStated")
    kind = " ".join(k.text for k in view_models.kinds(asked.site, asked.iri, asked.lang))
    of = asked.lang.listed(
        [
            asked.name(i)
            for p in ("originalOrganization", "resultingOrganization")
            for i in asked.statements.objects(ORG + p)
        ]
    )
    say = asked.lang.say
    if day and of:
        sentence = say(
            "%(kind)s of %(of)s, %(date)s.", kind=kind[:1].upper() + kind[1:], of=of, date=day
        )
    elif day:
        sentence = say("%(kind)s, %(date)s.", kind=kind[:1].upper() + kind[1:], date=day)
    else:
        sentence = _described(asked)
    order = [_event_row(asked, r) for r in asked.rows("neighbours")]
    return Own("event", sentence, {"order": order})


def _membership(asked: SectionContext) -> Own:
    member = asked.name(next(iter(asked.statements.objects(ORG + "member")), None))
    whole = asked.name(next(iter(asked.statements.objects(ORG + "organization")), None))
    role = asked.name(next(iter(asked.statements.objects(ORG + "role")), None))
    start, end = asked.statements.date("validFrom"), asked.statements.date("validThrough")
    say = asked.lang.say
    if not (member and whole and role):
        return Own(sentence=_described(asked))
    if start and end:
        text = say(
            "%(member)s in %(whole)s as %(role)s, from %(start)s to %(end)s.",
            member=member,
            whole=whole,
            role=role,
            start=start,
            end=end,
        )
    elif end:
        text = say(
            "%(member)s in %(whole)s as %(role)s, until %(end)s.",
            member=member,
            whole=whole,
            role=role,
            end=end,
        )
    elif start:
        text = say(
            "%(member)s in %(whole)s as %(role)s, since %(start)s.",
            member=member,
            whole=whole,
            role=role,
            start=start,
        )
    else:
        text = say("%(member)s in %(whole)s as %(role)s.", member=member, whole=whole, role=role)
    return Own(sentence=text)


KINDS: dict[str, Callable[[SectionContext], Own | None]] = {
    "CollaborativeCoreUrbanArea": _partnership,
    "Municipality": _municipality,
    "CooperationAgreement": _agreement,
    "MunicipalUnion": _union,
    "Vision": _vision,
    "PublishedDocument": _document,
    "SourcePassage": _passage,
    "Event": _event,
    "PartnershipMembership": _membership,
    "UnionMembership": _membership,
    "AdvisorAppointment": _membership,
}
