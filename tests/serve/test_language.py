"""Values as a person writes them, and words that all have a translation."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2 import nodes

from renkei.language import locale
from renkei.language.locale import named
from renkei.language.messages import FOLDER

SERVE = Path(locale.__file__).parent
JA, EN = named("ja"), named("en")
CATALOGUES = [tag for tag in locale.INTERFACE if tag != "en"]


@pytest.mark.parametrize(
    "value, precision, japanese, english",
    [
        ("2019-03-29", "date", "2019年3月29日(平成31年3月29日)", "29 March 2019"),
        ("2019-04-30", "date", "2019年4月30日(平成31年4月30日)", "30 April 2019"),
        ("2019-05-01", "date", "2019年5月1日(令和元年5月1日)", "1 May 2019"),
        ("1997-02", "gYearMonth", "1997年2月(平成9年2月)", "February 1997"),
        ("2020", "gYear", "2020年", "2020"),
        ("1850-01-02", "date", "1850年1月2日", "2 January 1850"),
        ("not a date", "date", "not a date", "not a date"),
        ("2019-02-30", "date", "2019-02-30", "2019-02-30"),
    ],
)
def test_dates_are_written_at_their_own_precision(
    value: str, precision: str, japanese: str, english: str
) -> None:
    assert (JA.date(value, precision), EN.date(value, precision)) == (japanese, english)


def test_numbers_are_grouped_and_keep_their_decimals() -> None:
    assert (JA.number("2285"), EN.number("1121.26"), EN.number(7)) == ("2,285", "1,121.26", "7")


def test_a_language_without_a_catalogue_gets_english_words_and_its_own_labels() -> None:
    assert (named("fr").tag, named("fr").interface) == ("fr", "en")
    assert (named("de-AT").tag, named("de-AT").interface) == ("de-AT", "de")


def test_german_values_are_written_as_germans_write_them() -> None:
    german = named("de")

    assert [german.date(*d) for d in (("2019-03-29",), ("1997-02", "gYearMonth"))] == [
        "29. März 2019",
        "Februar 1997",
    ]
    assert (german.number("2285"), german.number("1121.26")) == ("2.285", "1.121,26")
    assert german.listed(["Altwarp", "Brücke", "Cammin"]) == "Altwarp, Brücke und Cammin"


@pytest.mark.parametrize(
    "tag, name, way",
    [("de", "Deutsch", "ltr"), ("ar", "العربية", "rtl"), ("x-klingon", "x-klingon", "ltr")],
)
def test_a_language_is_called_what_its_speakers_call_it(tag: str, name: str, way: str) -> None:
    assert (locale.own_name(tag), locale.direction(tag)) == (name, way)


def _messages() -> set[str]:
    found: set[str] = set()
    for path in SERVE.glob("*.py"):
        with path.open("rb") as file:
            for _, message, _, _ in extract("python", file, {"say": None, "count": (1, 2)}):
                found |= set(message) if isinstance(message, tuple) else {message}
    environment = jinja2.Environment()
    for path in (SERVE / "templates").rglob("*.html"):
        for call in environment.parse(path.read_text("utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in ("_", "count"):
                words = call.args[: 2 if call.node.name == "count" else 1]
                found |= {word.value for word in words if isinstance(word, nodes.Const)}
    return {m for m in found if m and m != "yesno"}


def _catalogue(tag: str, name: str) -> dict[str, str]:
    """Return what a catalogue says, by message id; a plural by its first and its last form."""
    found = {}
    with (FOLDER / f"{tag}/LC_MESSAGES/{name}.po").open("rb") as file:
        for m in read_po(file, locale=tag):
            ids, texts = (m.id, m.string) if m.pluralizable else ((m.id,), (m.string,))
            found |= {str(ids[0]): str(texts[0]), str(ids[-1]): str(texts[-1])}
    return {id: text for id, text in found.items() if id}


@pytest.mark.parametrize("tag", CATALOGUES)
def test_every_word_of_the_interface_is_in_the_catalogue(tag: str) -> None:
    """A message without a translation would show English in a page of another language."""
    known = _catalogue(tag, "messages")

    assert {m for m in _messages() if not known.get(m)} == set()


@pytest.mark.parametrize("name", ["messages", "problems"])
def test_every_catalogue_says_the_same_and_says_all_of_it(name: str) -> None:
    """A message that one language has and another has not would be English in the other."""
    known = {tag: _catalogue(tag, name) for tag in CATALOGUES}
    every = set().union(*known.values())

    assert len(CATALOGUES) > 1
    missing = {(tag, m) for tag, texts in known.items() for m in every if not texts.get(m)}
    assert missing == set()


@pytest.mark.parametrize("name", ["messages", "problems"])
@pytest.mark.parametrize("tag", CATALOGUES)
def test_a_translation_carries_the_same_values(tag: str, name: str) -> None:
    """Each value in its place, and none twice where the message has it once."""

    def values(text: str) -> list[str]:
        return sorted(re.findall(r"%\(\w+\)s|\{\w+\}", text))

    texts = _catalogue(tag, name)

    assert {m for m, text in texts.items() if values(text) != values(m)} == set()


def test_no_word_of_a_template_stands_outside_the_catalogue() -> None:
    """Text between tags is names of formats and marks, never a sentence."""
    names = r"SPARQL|JSON-LD|JSON|DCAT|VoID|CSV|SVG|BibTeX|CSL|SHA-256|KB|OpenAPI"
    allowed = re.compile(rf"^({names}|[\W\d_]*)$")
    found = []
    for path in (SERVE / "templates").rglob("*.html"):
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S)
        for piece in re.findall(r">([^<>]+)<", re.sub(r"<!--.*?-->", "", text)):
            found += [f"{path.name}: {word}" for word in piece.split() if not allowed.match(word)]

    assert found == []
