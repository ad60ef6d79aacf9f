"""Sentences of refusals in the reader's language.

Errors are raised far below the pages, in English, with their values in the sentence. Here a
sentence is found among those of `problems.po` and its values are carried over; a value that
is a phrase of ours (what was expected, what was written) is translated too. Words of another
program (an engine, a parser) stay as they are.
"""

from __future__ import annotations

import re
from functools import lru_cache

from babel.messages.pofile import read_po

from renkei.serve.language import FOLDER

LONGEST = 1_000  # letters of a sentence that is looked up; a longer one is mostly data


def told(text: str, tag: str) -> str:
    """Return *text* in the interface language *tag*; as it is where that has no such sentence."""
    if not text or len(text) > LONGEST:
        return text
    whole, patterns = _sentences(tag)
    if text in whole:
        return whole[text]
    for pattern, message in patterns:
        found = pattern.fullmatch(text)
        if found:
            return message % {name: told(value, tag) for name, value in found.groupdict().items()}
    return text


@lru_cache(maxsize=8)
def _sentences(tag: str) -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    """Return the sentences without values, and those with, the most particular first."""
    path = FOLDER / tag / "LC_MESSAGES" / "problems.po"
    if not path.is_file():
        return {}, []
    with path.open("rb") as file:
        known = {str(m.id): str(m.string) for m in read_po(file, locale=tag) if m.id and m.string}
    with_values = sorted((m for m in known if "%(" in m), key=lambda m: -len(_bare(m)))
    return (
        {m: text for m, text in known.items() if "%(" not in m},
        [(_pattern(m), known[m]) for m in with_values],
    )


def _bare(message: str) -> str:
    return re.sub(r"%\(\w+\)s", "", message)


def _pattern(message: str) -> re.Pattern[str]:
    parts = re.split(r"%\((\w+)\)s", message)
    return re.compile(
        "".join(
            f"(?P<{part}>.*?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
        ),
        re.DOTALL,
    )
