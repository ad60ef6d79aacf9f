"""Read what a page is written from, and make the View that writes it.

A page reads in this order: statements (`Reader.described`, `Reader.statements_about`), the rows
of its own questions, then the names and origins of all that these name (`Reader.known`).
"""

from __future__ import annotations

from collections.abc import Mapping

from renkei.errors import FileDamaged
from renkei.language.locale import Language
from renkei.serve.pages.nested import NestedValues
from renkei.serve.pages.view_models import Statements, View
from renkei.serve.read import vocabulary
from renkei.serve.read.known import Names
from renkei.serve.read.vocabulary import Vocabulary
from renkei.serve.web.site import Site


def vocabulary_of(site: Site) -> Vocabulary:
    """Return the vocabulary of the release, read once."""
    return site.once("vocabulary", lambda: vocabulary.read(site.reader))


def units_of(site: Site) -> Mapping[str, str]:
    """Return the units of figures by property; none where the file that says them is damaged.

    A page that shows more of that file says so (`FileDamaged`), and `/health/ready` names it.
    """
    try:
        return site.plan.units
    except FileDamaged:
        return {}


def view_of(
    site: Site, lang: Language, known: Names | None = None, nested: NestedValues | None = None
) -> View:
    """Return a view over *known*; without it, over all names, each asked for when it is met.

    *nested* has what is said of blank nodes.
    """
    names: Names = known if known is not None else site.reader
    held, units = vocabulary_of(site), units_of(site)
    write = nested.write if nested else None
    return View(lang, names, held, site.links, site.reader.prefixes, units, write)


def read(site: Site, iri: str, lang: Language) -> Statements:
    """Return the statements about *iri*, read from the store with the names in them.

    Raises NotKnown for what can be no IRI.
    """
    site.reader.node(iri)
    described = site.reader.statements_about([iri])
    known = site.reader.known([iri], described)
    view = view_of(site, lang, known, NestedValues(described.beside))
    return view.statements_of([iri], described)[iri]
