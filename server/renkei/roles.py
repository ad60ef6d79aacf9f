"""Which property of a publication plays which part in the program.

A publication names them in `data/pages/pages.ttl` (`hv:since a pages:FirstDay`); what it names no
property for is left out of its pages and descriptions. No property is known by its name, but for
those of `FORMER`. Packing writes the roles into the manifest, not into the plan of the pages alone:
data are described by them too, and a damaged plan must take pages away and no more.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Roles:
    """The IRI of the property that plays each role; "", which no property has, for none.

    *first_day* and *last_day* are those on which a thing holds, *earliest_day* that before which
    it does not, where its first day is not known; *reading* is how a name is
    spoken; *passage* leads from a graph to the place in a source that it rests on; *line_count*
    marks the source that is walked line by line; *standing* ranks a source; *unstated_thing* and
    *unstated_property* lead from a recorded gap to the thing and the property that no source
    states.
    """

    first_day: str = ""
    last_day: str = ""
    earliest_day: str = ""
    reading: str = ""
    passage: str = ""
    line_count: str = ""
    standing: str = ""
    unstated_thing: str = ""
    unstated_property: str = ""

    def of(self, word: str) -> str:
        """Return the property of the role that is called *word* in `pages.ttl` and in queries.

        Raises KeyError for a word that is no role.
        """
        iri: str = getattr(self, WORDS[word])
        return iri


# What each role is called in `pages.ttl` and in queries: `FirstDay` for `first_day`.
WORDS = {f.name.title().replace("_", ""): f.name for f in fields(Roles)}

# Programs that knew no roles read these names under the publication's own namespace. A release
# that they packed has no roles in its manifest, and means these; nothing else is read by name.
FORMER = {
    "first_day": "validFrom",
    "last_day": "validThrough",
    "earliest_day": "beginsNotBefore",
    "reading": "reading",
    "passage": "supportedBy",
    "line_count": "lineCount",
    "standing": "standing",
    "unstated_thing": "gapSubject",
    "unstated_property": "gapProperty",
}


def former(namespace: str) -> Roles:
    """Return the roles of a release that was packed before there were any."""
    return Roles(**{role: namespace + local for role, local in FORMER.items()})
