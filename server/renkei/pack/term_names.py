"""What things and terms are called where a person is told of them: the name first, then the term.

Names are the publication's, and for terms of well-known vocabularies those of the program. A
shape's message may write `org:memberOf`, or put in a value: its reader sees
「所属先」(org:memberOf), and who wants the term still finds it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from renkei.naming import DEFAULT
from renkei.rdf.iris import shorten, with_known
from renkei.rdf.known_terms import known_term

_NAMES = DEFAULT.straight
# A prefixed name that stands for itself: not a part of an address, a type of a literal, or of a
# text in quotation marks, and not in brackets behind its name.
_PREFIXED = re.compile(r'(?<![\w:/.\-^"“@])([a-z][\w-]*):([A-Za-z][\w-]*)(?![\w:/])')


class TermNames:
    """The names of what *statements* speak of, and the *prefixes* that its authors know it by."""

    def __init__(
        self, statements: Iterable[ox.Quad] = (), prefixes: Mapping[str, str] | None = None
    ) -> None:
        self._prefixes = with_known(dict(prefixes or {}))
        self._names: dict[str, dict[str, str]] = defaultdict(dict)
        ranked = sorted(
            (
                _NAMES.index(q.predicate.value),
                q.object.value,
                q.object.language or "",
                q.subject.value,
            )
            for q in statements
            if q.predicate.value in _NAMES and isinstance(q.object, ox.Literal)
            if isinstance(q.subject, ox.NamedNode)
        )
        for _, text, language, subject in ranked:
            self._names[subject].setdefault(language, text)

    def name(self, iri: str, tag: str) -> str | None:
        """Return what *iri* is called in the language *tag*; None where nothing is known."""
        own = self._names.get(iri)
        if own:
            return own.get(tag) or (None if tag == "ja" else own.get("en")) or own.get("")
        known = known_term(iri)
        if known is None:
            return None
        label, found = known.label(tag)
        return label if found == tag else None

    def full(self, iri: str, tag: str) -> str:
        """Return the name of *iri* with the term in brackets behind it, or the term alone."""
        short, name = shorten(iri, self._prefixes), self.name(iri, tag)
        if not name:
            return short
        return f"「{name}」({short})" if tag == "ja" else f"“{name}” ({short})"

    def spelt_out(self, text: str, tag: str) -> str:
        """Return *text* with a name before each prefixed name of a term that stands alone."""

        def named(found: re.Match[str]) -> str:
            prefix, local = found.groups()
            before = text[: found.start()].rstrip()
            if prefix not in self._prefixes or before.endswith(("(", "（")):
                return found.group()
            return self.full(self._prefixes[prefix] + local, tag)

        return _PREFIXED.sub(named, text)
