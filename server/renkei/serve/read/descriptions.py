"""What describes a thing in a reader's language, and as much of it as fits.

Which properties describe, `renkei.naming` lists; here one text is chosen of all that a thing has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from renkei.rdf.iris import PREFIXES
from renkei.serve.read import named_queries
from renkei.serve.read.reader import Reader
from renkei.stores.describe import filled

LEAD = 500  # letters of a description at the head of a page
SNIPPET = 160  # letters of a description in a list
Text = tuple[str, str]  # and its language
_ENDS = re.compile(r"[。．！？]|[.!?;](?=\s)|\s")
_MARKUP = PREFIXES["rdf"] + "HTML", PREFIXES["rdf"] + "XMLLiteral"


def described(
    said: Iterable[tuple[str, object]], order: Sequence[str], languages: Sequence[str]
) -> Text | None:
    """Return one text of *said*, values by property, that describes a thing; None without one.

    One in the first of *languages* that there is, "" for none, else in any; of these one of the
    property that stands first in *order*. Markup and what is empty describe nothing.
    """
    place = {name: number for number, name in enumerate(order)}
    rank = {tag: number for number, tag in reversed([*enumerate(languages)])}
    found = [
        (rank.get(value.language or "", len(rank)), place[name], value.value, value.language or "")
        for name, value in said
        if name in place
        and isinstance(value, ox.Literal)
        and value.value.strip()
        and value.datatype.value not in _MARKUP
    ]
    return min(found)[2:] if found else None


def descriptions(reader: Reader, iris: Sequence[str], tag: str) -> dict[str, Text]:
    """Return what describes each of *iris* for a reader of *tag*, as far as anything does.

    One question to the store; none where nothing in the release describes anything.
    """
    order = reader.naming.descriptions
    if not (order and iris):
        return {}
    text = named_queries.text("descriptions", reader.roles, reader.naming)
    said: dict[str, list[tuple[str, object]]] = {}
    for row in reader.store.select(filled(text, list(dict.fromkeys(iris)))):
        said.setdefault(row["thing"].value, []).append((row["property"].value, row["text"]))
    languages = (tag, "", *reader.languages)
    chosen = {iri: described(texts, order, languages) for iri, texts in said.items()}
    return {iri: text for iri, text in chosen.items() if text}


def excerpt(text: str, most: int) -> str:
    """Return the beginning of *text*, at most *most* letters; where it is cut, "…" says so.

    It is cut behind a sentence or a word, if one ends in the second half of what fits.
    """
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    ends = [m.end() for m in _ENDS.finditer(kept) if m.end() > most // 2]
    return kept[: ends[-1] if ends else None].rstrip() + "…"
