"""What root the IRIs of things have, where nobody says it."""

from __future__ import annotations

import re
from collections import Counter

# Hosts that nobody has (RFC 2606): examples and samples.
_OF_EXAMPLES = re.compile(r"https?://([^/:]+\.)?(example|invalid|example\.(org|com|net))[:/]")


def common_root(subjects: set[str]) -> str | None:
    """Return the start that most *subjects* share, up to a slash; None where none is of the web.

    Hosts that are reserved for examples stand back where there are others.
    """
    starts = Counter(
        match.group() for iri in subjects if (match := re.match(r"https?://[^/?#]+/", iri))
    )
    if not starts:
        return None
    real = [start for start in starts if not _OF_EXAMPLES.match(start)]
    site = max(sorted(real or starts), key=lambda start: starts[start])
    inner = [iri for iri in subjects if iri.startswith(site)]
    root = folder_of(_shared(min(inner), max(inner)))
    for room in ("id/", "ns/"):
        root = root.split(f"/{room}")[0] + "/" if f"/{room}" in root else root
    return root if len(root) >= len(site) else site


def folder_of(iri: str) -> str:
    """Return *iri* up to the last slash of its path, which is its own where it ends in one."""
    path = re.split(r"[?#]", iri, maxsplit=1)[0]
    return path[: path.rfind("/") + 1]


def _shared(first: str, last: str) -> str:
    """Return the beginning that two texts have in common."""
    pairs = enumerate(zip(first, last, strict=False))
    differing = next((place for place, (one, other) in pairs if one != other), None)
    return min(first, last, key=len) if differing is None else first[:differing]
