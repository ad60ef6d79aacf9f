"""What a picture is drawn from: rows of a query, and the words that go with it.

A publication says both (`page_plan`); where it says nothing, the words are the program's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from renkei.language.locale import Language
from renkei.page_plan import PicturePlan, Texts, Title
from renkei.serve.pages import view_models
from renkei.serve.pages.view_models import Link, View
from renkei.serve.web.site import Site
from renkei.sparql.outline import Term
from renkei.stores.base import Row

# Columns that need no words of a publication; message ids.
HEADINGS = {
    "thing": "Thing",
    "above": "Broader",
    "lat": "Latitude",
    "long": "Longitude",
    "group": "Kind",
    "value": "Value",
}
UNTOLD = ("wkt", "ring", "possible")  # variables that are drawn and no column by themselves


@dataclass(frozen=True)
class Material:
    """A picture to be drawn for a reader: its *name*, what the plan says of it, and its rows."""

    site: Site
    view: View
    name: str
    plan: PicturePlan
    rows: list[Row]

    @property
    def lang(self) -> Language:
        """The reader's language."""
        return self.view.lang

    def text_of(self, texts: Texts, otherwise: str = "") -> str:
        """Return the text for this reader; *otherwise*, a message id, where there is none."""
        near = (self.lang.tag, self.lang.tag.partition("-")[0], self.lang.interface, "")
        found = next((texts[tag] for tag in near if tag in texts), None)
        if found is None and texts:
            found = next(iter(texts.values()))
        return self.lang.gettext(otherwise) if found is None else found

    def about(self, otherwise: str = "", **values: str | int) -> str:
        """Return the words under the picture, with *values* and those of the rows put in."""
        said = self.text_of(self.plan.about, otherwise)
        first: dict[str, object] = {}
        for row in self.rows:
            for name in row:
                if name not in first and f"%({name})s" in said:
                    first[name] = self.text(row, name)
        return said % {**first, **values} if "%(" in said else said

    def link(self, term: Term) -> Link:
        """Return a link to a thing under its name."""
        return self.view.link(term.value)

    def text(self, row: Row, name: str) -> str:
        """Return a value of a row in words; an empty string where there is none."""
        cell = self.cell(row, name)
        return cell if isinstance(cell, str) else cell.text

    def cell(self, row: Row, name: str) -> Link | str:
        """Return a value of a row as it stands in the table."""
        term = row.get(name)
        if term is None:
            return ""
        if isinstance(term, ox.NamedNode):
            return self.link(term)
        if name in ("lat", "long"):
            return term.value
        if isinstance(term, ox.Literal) and term.datatype.value in view_models.DATES:
            return view_models.dated(term, self.lang, era=False)
        return self.view.written("", term).text

    def meaning(self, term: Term) -> str:
        """Return what a group of rows is called in the legend."""
        for one in self.plan.legend:
            if one.name == term.value:
                return self.text_of(one.title)
        return self.link(term).text if isinstance(term, ox.NamedNode) else term.value

    def columns(self) -> list[Title]:
        """Return the columns of the table, in order."""
        if self.plan.columns:
            return list(self.plan.columns)
        used = dict.fromkeys(name for row in self.rows for name in row)
        return [Title(name, {}) for name in used if name not in UNTOLD]

    def head(self, columns: Iterable[Title]) -> tuple[str, ...]:
        """Return the headings of *columns*."""
        return tuple(self.text_of(c.title, HEADINGS.get(c.name, c.name)) for c in columns)

    def table(self) -> tuple[tuple[str, ...], tuple[tuple[Link | str, ...], ...]]:
        """Return the headings and all rows."""
        columns = self.columns()
        rows = tuple(tuple(self.cell(row, c.name) for c in columns) for row in self.rows)
        return self.head(columns), rows
