"""Sentences of ours, carried as an id and its values and written in the reader's language.

One mechanism, gettext by Babel, for pages, refusals and authors. A message id is its English
sentence, with a name where a value goes: `Nothing is published about %(iri)s.` What raises or
says it gives the values, and never a finished sentence; telling it in a language is then a
look-up, and no value is ever searched. Values may be messages themselves (what was expected),
and are told in the same language; names, and words of another program, stay as they are.

Babel is loaded when a language other than English is first spoken: an engine never is asked to.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).parent / "translations"
SOURCE = "en"
# Who is spoken to: those who read pages, those who are refused, and those who pack and run.
CATALOGUES = ("messages", "problems", "authors")


def languages(catalogue: str) -> tuple[str, ...]:
    """Return the languages that *catalogue* is written in, besides English."""
    return tuple(sorted(p.parts[-3] for p in FOLDER.glob(f"*/LC_MESSAGES/{catalogue}.po")))


@dataclass(frozen=True)
class Message:
    """A sentence in no language yet: its English *id*, and the *values* that go into it.

    One that counts has the English form for *many* as well, and the *number* that chooses.
    """

    id: str
    values: Mapping[str, object] = field(default_factory=dict)
    many: str = ""
    number: float = 1

    def __str__(self) -> str:
        return translate(self, SOURCE)

    def counting(self, number: float) -> Message:
        """Return the message in the form for *number*."""
        return replace(self, values={**self.values, "number": number}, number=number)


@dataclass(frozen=True)
class Foreign:
    """Words of another program that speaks English, and what they mean in words of ours.

    They are told as they are in English, and by their meaning in every other language.
    """

    words: str
    meaning: Message


def in_a_row(*sentences: str) -> str:
    """Return *sentences* one after the other, with a blank, but none after a Japanese full stop."""
    text = ""
    for sentence in filter(None, sentences):
        text += sentence if not text or text.endswith("。") else f" {sentence}"
    return text


def message(id: str, /, **values: object) -> Message:
    """Return the message *id* with its *values*."""
    return Message(id, values)


def counted(one: str, many: str, number: float, /, **values: object) -> Message:
    """Return a message whose form follows *number*, which goes in where `%(number)s` stands."""
    return Message(one, values, many).counting(number)


def translate(said: Message | str, tag: str, own: NullTranslations | None = None) -> str:
    """Return *said* in the language *tag*, and in English where that has no such message.

    *own* is the catalogue of a publication, made by `catalogue`; its words come before ours.
    """
    if isinstance(said, str):
        said = Message(said)
    if not said.id:
        return ""  # gettext keeps what a catalogue says of itself under the empty id
    known = own or _translations(tag)
    if said.many:
        text = known.ngettext(said.id, said.many, _whole(said.number))
    else:
        text = known.gettext(said.id)
    if not said.values or "%(" not in text:
        return text
    return text % {name: _written(value, tag) for name, value in said.values.items()}


def _whole(number: float) -> int:
    """Return the number that chooses a plural: a broken one counts as none does (0.5 seconds)."""
    return int(number) if number == int(number) else 0


def _written(value: object, tag: str) -> str:
    """Return a value as it stands in a sentence: a list with commas, a number without zeros."""
    if isinstance(value, Message):
        return translate(value, tag)
    if isinstance(value, Foreign):
        return value.words if tag == SOURCE else translate(value.meaning, tag)
    if isinstance(value, (list, tuple)):
        return ", ".join(_written(part, tag) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def shortened(value: object, most: int) -> object:
    """Return a value, or each text in a message or list, with at most *most* letters and "…"."""
    if isinstance(value, str):
        return value if len(value) <= most else value[:most] + "…"
    if isinstance(value, Message):
        return replace(value, values={k: shortened(v, most) for k, v in value.values.items()})
    if isinstance(value, Foreign):
        return replace(value, words=str(shortened(value.words, most)))
    if isinstance(value, (list, tuple)):
        return [shortened(part, most) for part in value]
    return value


@lru_cache(maxsize=32)
def _translations(tag: str) -> NullTranslations:
    """Return the catalogues of a language as one; of English and unknown ones, an empty one."""
    from babel.support import NullTranslations, Translations

    whole: NullTranslations | None = None
    for name in CATALOGUES:
        if tag not in languages(name):
            continue
        part = _read((FOLDER / tag / "LC_MESSAGES" / f"{name}.po").read_bytes(), tag)
        whole = whole.merge(part) if isinstance(whole, Translations) else part
    return whole or NullTranslations()


def catalogue(content: bytes, tag: str, interface: str) -> NullTranslations:
    """Return the words that a publication brings for *tag*; what it lacks is ours in *interface*.

    Raises what Babel does for a *content* that is no catalogue: packing has read it before.
    """
    found = _read(content, tag)
    found.add_fallback(_translations(interface))
    return found


def is_translated(said: Message | str, tag: str) -> bool:
    """Say whether our own catalogues have the message for *tag*."""
    id = said if isinstance(said, str) else said.id
    return tag == SOURCE or (id != "" and _translations(tag).gettext(id) != id)


def _read(content: bytes, tag: str) -> Translations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po
    from babel.support import Translations

    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(content), locale=tag))
    compiled.seek(0)
    return Translations(compiled)


# --- whom a command line speaks to ---

LANGUAGES = (*languages("authors"), SOURCE)
_spoken: ContextVar[str] = ContextVar("spoken", default=SOURCE)


def speak(tag: str) -> None:
    """Choose the language of what a command says from here on; English for one not known."""
    _spoken.set(tag if tag in LANGUAGES else SOURCE)


def speaking() -> str:
    """Return the language chosen."""
    return _spoken.get()


def gettext(said: Message | str, /, **values: object) -> str:
    """Return *said*, or the message id with its *values*, in the language of the command."""
    return translate(Message(said, values) if isinstance(said, str) else said, speaking())
