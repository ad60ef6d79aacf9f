"""Preconditions (RFC 9110, section 13): whether a client has the present answer already."""

from __future__ import annotations

import re

_TAG = re.compile(r'\s*(?:W/)?("[^"]*")\s*(?:,|$)')


def is_known(if_none_match: str, etag: str) -> bool:
    """Say whether a client that sends *if_none_match* has the answer with *etag*.

    Tags are compared as section 13.1.2 says: a weak one is as good as a strong one. Codings
    of one answer have tags of their own. *etag* is quoted; "" is no tag, and never known.
    """
    if not if_none_match or not etag:
        return False
    if if_none_match.strip() == "*":
        return True
    wanted = etag.removeprefix("W/")
    return if_none_match == wanted or any(tag == wanted for tag in _tags(if_none_match))


def _tags(header: str) -> list[str]:
    """Return the entity tags of a list, without marks of weakness; what is none is passed over."""
    if header.count('"') > 2_000:
        return []
    return _TAG.findall(header)
