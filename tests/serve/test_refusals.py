"""Refusals in the reader's language, and no more of a client's text than they need."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient

from renkei import errors
from renkei.errors import QUOTED, RenkeiError
from renkei.language.locale import named

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, RenkeiError)
]
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
ENGLISH = re.compile(r"\b[A-Za-z]+ [a-z]+ [a-z]+\b")
OTARU = "/doc/municipality/hokkaido-otaru"


@pytest.mark.parametrize(
    "status, path, method, headers",
    [
        (400, "/sparql?query=SELECT%20%3Fs%20WHERE%20%7B%20%3Fs", "GET", {}),
        (400, "/sparql?query=SELECT%20FOO", "GET", {}),
        (400, "/sparql?query=SELECT%20*%20%7B%20x%3Ay%20a%20%3Fb%20%7D", "GET", {}),
        (400, "/sparql?query=DELETE%20WHERE%20%7B%7D", "GET", {}),
        (400, "/sparql?query=ASK%7B%7D&timeout=never", "GET", {}),
        (400, f"{OTARU}?at=soon", "GET", {}),
        (400, "/catalogue.ttl?page=x", "GET", {}),
        (404, "/doc/municipality/nowhere", "GET", {}),
        (404, "/graph/nowhere", "GET", {}),
        (404, "/things/Nothing", "GET", {}),
        (404, "/questions/nothing", "GET", {}),
        (404, "/pictures/nothing", "GET", {}),
        (404, "/tables/nothing.csv", "GET", {}),
        (404, "/dumps/nothing", "GET", {}),
        (404, "/dataset/nothing.ttl", "GET", {}),
        (404, "/releases/0/data.nq", "GET", {}),
        (404, "/report.csv", "GET", {}),
        (405, "/about", "POST", {}),
        (406, OTARU, "GET", {"Accept": "image/png"}),
        (415, "/sparql", "POST", {"Content-Type": "image/png"}),
    ],
)
def test_a_refusal_in_japanese_has_no_english_sentence(
    client: FlaskClient, status: int, path: str, method: str, headers: dict[str, str]
) -> None:
    """As a page where the reader takes one, else as a problem document."""
    asked = {"Accept": "text/html", "Accept-Language": "ja", **headers}
    answer = client.open(path, method=method, headers=asked)
    page = re.sub(r"<(script|style|head)\b.*?</\1>", "", answer.text, flags=re.S)
    text = re.sub(r"<[^>]+>|\"(instance|type)\": \"[^\"]*\"", " ", page)

    assert answer.status_code == status
    assert answer.headers["Content-Language"] == "ja"
    assert ENGLISH.findall(text) == []


def test_every_kind_of_refusal_has_a_title_in_japanese() -> None:
    titles = {kind.title for kind in KINDS}

    assert {t for t in titles if not JAPANESE.search(named("ja").gettext(t))} == set()


LONG = "%22or" * 1_500  # 7,500 letters in an address, and 4,500 when read


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("wanted", ["application/json", "text/html"])
@pytest.mark.parametrize(
    "path, method, headers",
    [
        (OTARU, "GET", {"Accept": '"' * 5_000}),
        (f"{OTARU}?at={LONG}", "GET", {}),
        (f"/doc/{LONG}", "GET", {}),
        (f"/{LONG}", "GET", {}),
        (f"/graph/{LONG}", "GET", {}),
        (f"/things/{LONG}", "GET", {}),
        (f"/questions/{LONG}", "GET", {}),
        (f"/questions/population.csv?year={LONG}", "GET", {}),
        (f"/questions/population.csv?{LONG}=1", "GET", {}),
        (f"/pictures/{LONG}", "GET", {}),
        (f"/dumps/{LONG}", "GET", {}),
        (f"/releases/{LONG}/data.nq", "GET", {}),
        (f"/problems/{LONG}", "GET", {}),
        (f"/dataset/{LONG}.ttl", "GET", {}),
        (f"/catalogue.ttl?page={LONG}", "GET", {}),
        (f"/graphs?graph={LONG}", "GET", {}),
        (f"/sparql/names.json?iri={LONG}", "GET", {}),
        (f"/sparql?query={LONG}", "GET", {}),
        (f"/sparql?query=ASK%20%7B%20a%20{LONG}", "GET", {}),
        (f"/sparql?query=ASK%20%7B%20%3Fa%20{LONG}:b%20%3Fc%7D", "GET", {}),
        (f"/sparql?query=ASK%7B%7D&timeout={LONG}", "GET", {}),
        (f"/sparql?query=ASK%7B%7D&default-graph-uri={LONG}", "GET", {}),
        (f"/reconcile?queries={LONG}", "GET", {}),
        (f"/reconcile/suggest/{LONG}?prefix=a", "GET", {}),
        (f"/reconcile/preview?id={LONG}", "GET", {}),
        ("/sparql", "POST", {"Content-Type": "a/" + "b" * 5_000}),
        (f"/linksets/{LONG}", "GET", {}),
    ],
)
def test_a_refusal_quotes_no_more_than_it_needs(
    client: FlaskClient, path: str, method: str, headers: dict[str, str], wanted: str, language: str
) -> None:
    """Neither its sentence nor a member of the problem document repeats what was sent at length."""
    asked = {"Accept": wanted, "Accept-Language": language, **headers}
    answer = client.open(path, method=method, headers=asked)

    assert 400 <= answer.status_code < 500
    if answer.mimetype == "application/problem+json":
        document = json.loads(answer.text)
        assert [k for k, v in document.items() if len(str(v)) > 3 * QUOTED] == []
    else:
        assert re.findall(r"(?:(?:&#34;|&quot;|%22|\")or){70}", _without_form(answer.text)) == []


def _without_form(page: str) -> str:
    """Return a page without what gives a query back to whoever wrote it, and its own address."""
    page = re.sub(r"<textarea.*?</textarea>", "", page, flags=re.S)
    return re.sub(r'(?:href|value)="[^"]*"', "", page)


NOT_KNOWN = {
    "en": "Nothing is published about https://w3id.org/jp-ccua/id/agreement/none.",
    "ja": "https://w3id.org/jp-ccua/id/agreement/noneについては何も公開されていません。",
}


@pytest.mark.parametrize(
    "asked, header, told",
    [
        ("", None, ["ja", "en"]),
        ("", "*", ["ja", "en"]),  # what programs send that have no language
        ("", "fr", ["ja", "en"]),
        ("", "en-GB", ["en"]),
        ("", "ja", ["ja"]),
        ("?lang=en", "ja", ["en"]),
        ("?lang=fr", "ja", ["ja"]),
    ],
)
def test_a_program_that_names_no_language_is_told_what_is_wrong_in_two(
    client: FlaskClient, asked: str, header: str | None, told: list[str]
) -> None:
    headers = {"Accept-Language": header} if header else {}
    answer = client.get(f"/doc/agreement/none.ttl{asked}", headers=headers)
    titles, details = (answer.json[name].split(" / ") for name in ("title", "detail"))

    assert answer.headers["Content-Language"] == ", ".join(told)
    assert [detail[: len(NOT_KNOWN[tag])] for detail, tag in zip(details, told, strict=True)] == [
        NOT_KNOWN[tag] for tag in told
    ]
    assert len(titles) == len(told)


def test_a_publication_of_one_language_tells_it_in_english_too(small: FlaskClient) -> None:
    answer = small.get("/doc/hafen/none.ttl")

    assert answer.headers["Content-Language"] == "de, en"
    assert answer.json["detail"].partition(" / ")[2].startswith("Nothing is published about ")


def test_a_person_is_told_in_one_language(client: FlaskClient) -> None:
    answer = client.get("/doc/agreement/none", headers={"Accept": "text/html"})

    assert answer.headers["Content-Language"] == "ja"


def test_a_client_that_takes_everything_for_latin_1_reads_what_is_wrong(
    client: FlaskClient,
) -> None:
    answer = client.get("/doc/agreement/none.ttl", headers={"Accept-Language": "ja"})

    assert answer.mimetype == "application/problem+json"
    assert json.loads(answer.data.decode("latin-1")) == answer.json
    assert "何も公開されていません" in answer.json["detail"]
