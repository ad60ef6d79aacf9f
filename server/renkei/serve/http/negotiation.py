"""Choose the format a reader gets from the Accept header they sent.

Nothing here knows about Flask or the store, so each rule can be shown with two strings.
Ties are the decision one would question: data wins against a page unless the page was
named first, because clients that list both mostly want what they can read by machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from werkzeug.http import parse_list_header

from renkei.errors import NothingAcceptable
from renkei.rdf.formats import Format, by_word, with_profile

# A parameter of a media range. A value that is no token is read without quotation marks too:
# clients send profiles as they are.
_PARAMETER = re.compile(r';\s*([^\s=;]+)\s*=\s*("[^"]*"|[^;]*)')


@dataclass(frozen=True)
class Preference:
    """One media range of an Accept header with its profile, or one tag of Accept-Language."""

    name: str
    quality: float
    place: int
    profile: str = ""


def choose(accept: str | None, formats: Sequence[Format], default: Format) -> Format:
    """Return the one of *formats* that serves *accept* best.

    An absent or empty header, and a wildcard that settles nothing, get *default*. It comes in
    the form that a `profile` beside its media type asks for; see `formed`.
    Raises NothingAcceptable when every format of ours is unwanted.
    """
    wishes = parse(accept)
    if not wishes:
        return default
    return _formed(_chosen(accept, wishes, formats, default), wishes)


def asked_for(words: Iterable[str], formats: Sequence[Format]) -> Format | None:
    """Return the first of *formats* that *words* name, as a client sends them in an address.

    Each is a name, a suffix, a media type with or without a profile, or a list of these with
    commas. None where they name none: then Accept decides.
    """
    for wish in (wish for text in words for wish in parse(text)):
        found = by_word(wish.name, formats) if wish.quality > 0 else None
        if found is not None:
            return with_profile(found, wish.profile)
    return None


def formed(accept: str | None, fmt: Format) -> Format:
    """Return *fmt* in the form that *accept* asks for, where it names the media type.

    Of equal wishes the first counts, but one that needs a second request only where no other is.
    """
    return _formed(fmt, parse(accept))


def _formed(fmt: Format, wishes: Sequence[Preference]) -> Format:
    named = [w for w in wishes if w.quality > 0 and w.name in (fmt.media_type, *fmt.also)]
    best = max((w.quality for w in named), default=0.0)
    forms = [with_profile(fmt, w.profile) for w in named if w.quality == best]
    return next((f for f in forms if "context" not in f.profiles), forms[0] if forms else fmt)


def _chosen(
    accept: str | None, wishes: Sequence[Preference], formats: Sequence[Format], default: Format
) -> Format:
    own = {f.media_type for f in formats}
    marks = {f.name: _mark(f, own, wishes) for f in formats}
    best = max((quality, exact) for quality, exact, _ in marks.values())
    if best[0] <= 0:
        raise NothingAcceptable.of(accept or "", [f.media_type for f in formats])
    tied = [f for f in formats if marks[f.name][:2] == best]
    if best[1] < 2 and default in tied:
        return default
    pages = [f for f in tied if f.kind == "page"]
    data = [f for f in tied if f.kind != "page"]
    if not pages or not data:
        return tied[0]
    first = min(tied, key=lambda f: marks[f.name][2])
    return first if first in pages else data[0]


def language(header: str | None, languages: Sequence[str]) -> str:
    """Return the one of *languages* that serves *header* best; the first when none does."""
    return named_language(header, languages) or languages[0]


def named_language(header: str | None, languages: Sequence[str]) -> str | None:
    """Return the one of *languages* that *header* wishes for by name; None where it names none.

    A tag serves a language when its first part is that language (RFC 4647 lookup).
    """
    best, found = 0.0, None
    for wish in parse(header):
        primary = wish.name.partition("-")[0]
        if (primary in languages or wish.name == "*") and wish.quality > best:
            best, found = wish.quality, primary
    return None if found == "*" else found


@lru_cache(maxsize=256)
def parse(header: str | None) -> tuple[Preference, ...]:
    """Return the wishes of an Accept-like header in the order they stand, each once.

    A range with a quality that is no number is left out; of other parameters `profile` is read.
    A request is looked at several times, and clients send the same header again and again.
    """
    wishes: dict[tuple[str, float, str], Preference] = {}
    for place, part in enumerate(dict.fromkeys(parse_list_header(header or ""))):
        name, _, rest = part.partition(";")
        given = _PARAMETER.findall(f";{rest}") if rest else ()
        parameters = {k.lower(): v.strip().strip('"') for k, v in given}
        try:
            value = float(parameters.get("q", "1"))
        except ValueError:
            continue
        if name and 0 <= value <= 1:
            wish = Preference(name.strip().lower(), value, place, parameters.get("profile", ""))
            wishes.setdefault((wish.name, wish.quality, wish.profile), wish)
    return tuple(wishes.values())


def _mark(fmt: Format, own: set[str], wishes: Sequence[Preference]) -> tuple[float, int, int]:
    """Return quality, exactness (2 named, 1 type/*, 0 */*) and place of the wish for *fmt*.

    A media type that is some format's *own* means no other.
    """
    found = (0.0, -1, len(wishes))
    names = {fmt.media_type, *(set(fmt.also) - own)}
    for wish in wishes:
        if wish.name in names:
            exact = 2
        elif wish.name.endswith("/*") and fmt.media_type.startswith(wish.name[:-1]):
            exact = 1
        elif wish.name == "*/*":
            exact = 0
        else:
            continue
        if exact > found[1] or (exact == found[1] and wish.quality > found[0]):
            found = (wish.quality, exact, wish.place)
    return found
