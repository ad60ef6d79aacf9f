"""What links inside pages go to: paths of our own pages, addresses elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, urlencode, urlsplit

from renkei.rdf import iris
from renkei.rdf.formats import by_suffix
from renkei.rooms import RESERVED


def document_path(path: str) -> str:
    """Return the path of the page about what stands at *path* below the root.

    Where the name of a thing ends as a format does, the page says that it is one.
    """
    if not path.startswith("id/"):
        return path
    ends_like_a_format = "." in path and by_suffix(path.rpartition(".")[2]) is not None
    return "doc/" + path.removeprefix("id/") + (".html" if ends_like_a_format else "")


@dataclass(frozen=True)
class Links:
    """What links inside pages go to: *base* is the path of the public address.

    *claimed* gives the IRIs of the data that stand where pages of the program do, *apart* has
    those that are not answered at their own address.
    """

    addresses: iris.Addresses
    claimed: Callable[[], Collection[str]] = tuple
    apart: Collection[str] = ()

    @cached_property
    def base(self) -> str:
        """The path of the public address."""
        return urlsplit(self.addresses.public).path

    def path(self, path: str = "", **query: str | int) -> str:
        """Return the path of a page of ours, below the path of the public address.

        A page whose address the data claim is at its reserved home.
        """
        if path and self.addresses.root + path in self.claimed():
            path = f"{RESERVED}/{path}"
        asked = f"?{urlencode(query)}" if query else ""
        return self.base + quote(path, safe="/.~-_%#+:@!$&'()*,;=") + asked

    def resource(self, iri: str) -> str:
        """Return the path at which any *iri* the release speaks of is answered for."""
        return self.path(f"{RESERVED}/resource", iri=iri)

    def here(self, iri: str) -> str | None:
        """Return where the release tells of *iri*: at its own address if that is ours."""
        return self.href(iri) if self.addresses.is_ours(iri) else self.resource(iri)

    def href(self, iri: str) -> str | None:
        """Return what a link to *iri* goes to: our page, a web address, or nothing.

        Only http, https and mailto are links; any other scheme is shown and not linked.
        """
        if iri in self.apart or ("?" in iri and self.addresses.is_ours(iri)):
            return self.resource(iri)
        if self.addresses.is_ours(iri):
            rest = iri[len(self.addresses.root) :]
            return self.base + iris.encoded(document_path(rest))
        if iri.startswith(("http://", "https://", "mailto:", "tel:")):
            return iris.encoded(iri)
        return None
