"""Pages of what is long: `?page=`, counted from 1, and refused where there is no such page."""

from __future__ import annotations

from flask import request

from renkei.errors import BadRequest, NotKnown

DIGITS = 6  # of the number of a page


def page_number() -> int:
    """Return the number of `?page=`, 1 where none is given. Raises BadRequest for what is none."""
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdigit()) or len(text) > DIGITS or int(text) < 1:
        raise BadRequest('"%(text)s" is no page.', "Pages are counted from 1.", text=text)
    return int(text)


def pages_of(total: int, size: int) -> int:
    """Return how many pages *total* things take, *size* on each; one where there are none."""
    return max(1, -(-total // size))


def neighbours(page: int, last: int) -> list[tuple[str, int]]:
    """Return the pages around *page* by their relation (Hydra; `rel` of IANA has `prev`)."""
    found = [("first", 1), ("last", last)]
    if page > 1:
        found.append(("previous", page - 1))
    if page < last:
        found.append(("next", page + 1))
    return found


def beyond(page: int) -> NotKnown:
    """Return the error for a page behind the last one."""
    return NotKnown("There is no page %(page)s.", "Pages are counted from 1.", page=page)
