"""Under which name an answer is kept: the Content-Disposition header (RFC 6266).

What a browser shows by itself is `inline`, and has its name when a reader saves it; anything
else is an `attachment`, so that it lies in a folder under a name that its program knows.
"""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from werkzeug.http import dump_options_header

from renkei.rdf.formats import Format

NAMELESS = "answer"  # where nothing of a name can be written in ASCII
_PLAIN = "!#$&+-.^_`|~"  # what stands in an extended value as it is (RFC 8187, section 3.2.1)


def named(stem: str, fmt: Format) -> str:
    """Return the header for an answer in *fmt* that is kept as *stem* and the format's suffix.

    A name beyond ASCII stands in `filename*`, and what is left of it without in `filename`.
    """
    stem = "".join(c if c.isprintable() and c not in "/\\" else "-" for c in stem) or NAMELESS
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().strip(" -.")
    names = {"filename": f"{plain or NAMELESS}.{fmt.suffix}"}
    if plain != stem:
        names["filename*"] = f"UTF-8''{quote(f'{stem}.{fmt.suffix}', safe=_PLAIN)}"
    return dump_options_header("inline" if fmt.shown else "attachment", names)
