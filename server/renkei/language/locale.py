"""The reader's language: which one, its words, and values written as a person writes them.

Interface words are message ids in English; the catalogues of `renkei.language` give each
other language. Labels come from the release, in any language it has, and fall back
visibly: whoever shows a label of another language says so with `lang`. A language of the
publication without a catalogue gets our words in English, on pages that say `lang="en"`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import localcontext
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from renkei.language.japanese_calendar import in_eras
from renkei.language.messages import SOURCE, Message, languages, translate
from renkei.language.numerals import LONGEST, first_and_last, is_written_plainly

INTERFACE = (SOURCE, *languages("messages"))
_LENGTHS = {"date": 10, "gYearMonth": 7, "gYear": 4}  # letters of a day, month, year


@lru_cache(4096)
def _plain(message: str, interface: str) -> str:
    """Return a message of ours without values; a page has the same ones many times."""
    return translate(message, interface)


@dataclass(frozen=True)
class Language:
    """A reader's language: *tag* for labels, *interface* for our own words."""

    tag: str
    interface: str

    def gettext(self, message: str, **values: object) -> str:
        """Return *message* in the interface language, with *values* put in."""
        if not values:
            return _plain(message, self.interface)
        return translate(Message(message, values), self.interface)

    def count(self, one: str, many: str, number: int) -> str:
        """Return the form of a message that fits *number*, with the number put in."""
        said = Message(one, {"number": self.number(number)}, many, number)
        return translate(said, self.interface)

    def number(self, value: float | str) -> str:
        """Write a number with the group and decimal marks of the language.

        What is none comes back as it is, and so do NaN, exponents and leading zeros.
        """
        text = str(value)
        if not is_written_plainly(text):
            return text
        places = len(text.partition(".")[2])
        mark = "#,##0" + ("." + "0" * places if places else "")
        with localcontext(prec=LONGEST):
            return format_decimal(text, format=mark, locale=self.interface)

    def date(self, value: str, precision: str = "date") -> str:
        """Write an xsd:date, gYearMonth or gYear; what cannot be read comes back as it is."""
        days = first_and_last(value)
        if days is None or _LENGTHS.get(precision) != len(value):
            return value
        first = days[0]
        if precision == "gYear":
            return self._year(first.year)
        return self._month(first) if precision == "gYearMonth" else self._day(first)

    def _day(self, day: datetime.date) -> str:
        if self.interface == "ja":
            era = in_eras(day.isoformat())
            western = f"{day.year}年{day.month}月{day.day}日"
            return f"{western}({era})" if era else western
        if self.interface == "en":
            return f"{day.day} {format_date(day, 'MMMM y', locale='en')}"
        return format_date(day, "long", locale=self.interface)

    def _month(self, month: datetime.date) -> str:
        if self.interface == "ja":
            era = in_eras(month.isoformat()[:7])
            western = f"{month.year}年{month.month}月"
            return f"{western}({era})" if era else western
        return format_skeleton("yMMMM", month, locale=self.interface)

    def _year(self, year: int) -> str:
        return f"{year}年" if self.interface == "ja" else str(year)

    def listed(self, items: list[str]) -> str:
        """Join names as a sentence does."""
        if self.interface == "ja":
            return "と".join(items) if len(items) == 2 else "、".join(items)
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.gettext('and')} {items[-1]}"

    @property
    def direction(self) -> str:
        """The writing direction of the interface."""
        return direction(self.interface)

    @property
    def own_name(self) -> str:
        """What those who speak it call the language of the labels."""
        return own_name(self.tag)


def direction(tag: str) -> str:
    """Return `rtl` or `ltr` for a language tag; `ltr` for one that nobody knows."""
    locale = _locale(tag)
    return locale.text_direction if locale else "ltr"


def own_name(tag: str) -> str:
    """Return a language's name in itself (`Deutsch`); the tag of one that nobody knows."""
    locale = _locale(tag)
    return (locale.display_name if locale else None) or tag


def is_foreign(lang: Language) -> bool:
    """Say whether our own words are in another language than the labels."""
    return lang.interface.partition("-")[0] != lang.tag.partition("-")[0]


@lru_cache(maxsize=256)
def _locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def named(tag: str) -> Language:
    """Return the language of labels *tag*, with the nearest interface language: `de` for `de-AT`.

    English where there is no catalogue.
    """
    near = (tag, tag.partition("-")[0], "en")
    return Language(tag, next(t for t in near if t in INTERFACE))
