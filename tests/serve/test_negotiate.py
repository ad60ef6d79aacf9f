"""Which format and language a reader gets, shown with two strings each."""

from __future__ import annotations

import pytest

from renkei.errors import NothingAcceptable
from renkei.rdf.formats import DOCUMENT_FORMATS, HTML, TURTLE
from renkei.serve.http.negotiation import choose, language


@pytest.mark.parametrize(
    "accept, suffix",
    [
        pytest.param(None, "ttl", id="no header"),
        pytest.param("", "ttl", id="empty header"),
        pytest.param("*/*", "ttl", id="anything"),
        pytest.param("text/turtle", "ttl", id="turtle"),
        pytest.param("TEXT/HTML", "html", id="case does not matter"),
        pytest.param("text/html;q=0.5, application/ld+json", "jsonld", id="by quality"),
        pytest.param(
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html", id="browser"
        ),
        pytest.param("text/turtle, text/html", "ttl", id="a tie goes to data"),
        pytest.param("text/html, text/turtle", "html", id="unless the page is named first"),
        pytest.param("*/*, text/html", "html", id="a name beats a wildcard"),
        pytest.param("text/html;q=0, */*", "ttl", id="refused"),
        pytest.param("text/turtle;q=nonsense, text/html", "html", id="a quality that is no number"),
        pytest.param("application/x-turtle", "ttl", id="another name for it"),
        pytest.param("application/n-triples;charset=utf-8", "nt", id="other parameters"),
    ],
)
def test_the_reader_gets_the_format_they_prefer(accept: str | None, suffix: str) -> None:
    assert choose(accept, DOCUMENT_FORMATS, TURTLE).suffix == suffix


@pytest.mark.parametrize("accept", ["image/png", "text/turtle;q=0", "*/*;q=0"])
def test_what_we_do_not_have_is_refused_with_what_we_have(accept: str) -> None:
    with pytest.raises(NothingAcceptable) as caught:
        choose(accept, (TURTLE, HTML), TURTLE)

    assert caught.value.facts["available"] == ["text/turtle", "text/html"]


@pytest.mark.parametrize(
    "header, tag",
    [
        pytest.param(None, "ja", id="no header: the publication's first"),
        pytest.param("en-GB,en;q=0.9", "en", id="a region is left off"),
        pytest.param("fr, en;q=0.5, ja;q=0.4", "en", id="the best we have"),
        pytest.param("fr", "ja", id="none we have"),
        pytest.param("*", "ja", id="anything"),
    ],
)
def test_the_reader_gets_the_language_they_prefer(header: str | None, tag: str) -> None:
    assert language(header, ("ja", "en")) == tag
