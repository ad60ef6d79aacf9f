"""The parts of the address space that are the program's own.

Whatever IRI the release speaks of is answered by what the release says of it (data first). Where
that is the address of a page of the program, the page is reached at its reserved home, `/-/…`,
alone. Fixed doors cannot be claimed: a client finds them without asking.
"""

from __future__ import annotations

from renkei.rdf.formats import FORMATS

RESERVED = "-"  # first part of the path of the program's own pages, whatever the data claim
# First parts of paths that are answered by the program whatever the data say.
FIXED = frozenset(
    (
        *("", RESERVED, ".well-known", "robots.txt", "sitemap.xml", "health", "metrics"),
        *("sparql", *(f"sparql.{fmt.suffix}" for fmt in FORMATS)),
    )
)
# First parts of paths that answer for things of the release anyway.
OF_THE_DATA = frozenset(("id", "ns", "shapes", "concept", "graph"))
# First parts of the paths of the program's pages, which data may claim; a test holds them to
# the routes.
CLAIMABLE = frozenset(
    (
        *(
            "about",
            "api",
            "catalog",
            "catalogue",
            "context",
            "data",
            "dataset",
            "doc",
            "dumps",
            "feeds",
            "graphs",
        ),
        *(
            "feeds",
            "hints",
            "linkset",
            "llms",
            "mcp",
            "openapi",
            "opensearch",
            "pictures",
            "problems",
            "questions",
        ),
        *("reconcile", "releases", "report", "robots", "search", "sitemap", "sitemap-", "static"),
        *("tables", "things", "timegate", "timemap"),
    )
)
