"""What shapes say that is not run here, or that nobody knows: told, and not passed over.

SHACL lets a processor ignore what it does not know (section 2), so that a slip of the hand
makes a rule that never bites. Nothing here runs a shape; see `constraints`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import SH, Graph, URIRef
from rdflib.term import Node

from renkei.language.messages import Message, message

# SHACL Advanced Features, SHACL JavaScript Extensions, and what SHACL 1.2 adds to Core.
_ADVANCED = "rule target expression values entailment"
_JAVASCRIPT = "js jsFunctionName jsLibrary"
_NEWER = (
    "memberShape minListLength maxListLength uniqueMembers someValue singleLine subsetOf "
    "rootClass reifierShape reificationRequired targetWhere nodeByExpression"
)
_SHACL = str(SH)
_NOT_RUN = {URIRef(_SHACL + word) for word in f"{_ADVANCED} {_JAVASCRIPT} {_NEWER}".split()}
_NOT_RUN |= {URIRef(_SHACL + word) for word in ("SPARQLFunction", "JSFunction", "SPARQLTargetType")}
_WORDS = {*SH.__annotations__, "and", "class", "in", "not", "or", "values"}
_KNOWN = {URIRef(_SHACL + word) for word in _WORDS}
# A parameter, and those without one of which it says nothing (SHACL section 2.1).
_COMPANIONS = {
    SH.ignoredProperties: (SH.closed,),
    SH.flags: (SH.pattern,),
    SH.qualifiedMinCount: (SH.qualifiedValueShape,),
    SH.qualifiedMaxCount: (SH.qualifiedValueShape,),
    SH.qualifiedValueShape: (SH.qualifiedMinCount, SH.qualifiedMaxCount),
}


@dataclass(frozen=True)
class Word:
    """A statement of a shapes graph that is not run as it stands, and what is said of it."""

    subject: Node
    predicate: URIRef
    value: Node
    said: Message
    hint: Message | None = None


def idle(shapes: Graph) -> list[Word]:
    """Return what *shapes* say in words that are not run here, not known, or without effect."""
    return sorted(_idle(shapes), key=lambda w: (str(w.subject), str(w.predicate), str(w.value)))


def _idle(shapes: Graph) -> Iterable[Word]:
    for subject, predicate, value in shapes:
        assert isinstance(predicate, URIRef)
        for term in (predicate, value):
            if term in _NOT_RUN:
                said = message("%(word)s is not run here.", word=_short(term))
                yield Word(subject, predicate, value, said)
            elif _is_of_shacl(term) and term not in _KNOWN:
                yield Word(subject, predicate, value, *_unknown(str(term)))
        needed = _COMPANIONS.get(predicate, ())
        if needed and not any((subject, other, None) in shapes for other in needed):
            said = message(
                "%(word)s has no effect without %(others)s.",
                word=_short(predicate),
                others=[_short(other) for other in needed],
            )
            yield Word(subject, predicate, value, said)


def _is_of_shacl(term: Node) -> bool:
    return isinstance(term, URIRef) and term.startswith(_SHACL) and term != _SHACL


def _unknown(iri: str) -> tuple[Message, Message | None]:
    said = message(
        "%(word)s is no word of SHACL that is known here: it is passed over.", word=_short(iri)
    )
    near = difflib.get_close_matches(iri.removeprefix(_SHACL), _WORDS, n=1)
    hint = message('Did you mean "%(near)s"?', near=f"<{_SHACL}{near[0]}>") if near else None
    return said, hint


def _short(iri: Node | str) -> str:
    return f"sh:{str(iri).removeprefix(_SHACL)}"
