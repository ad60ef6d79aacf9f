"""A message in a language: a look-up, with its values and its plural, whatever the values are."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from renkei.errors import (
    AnswerTooLarge,
    BadRequest,
    DeadlineExceeded,
    NothingAcceptable,
    NotKnown,
    QueryError,
    RenkeiError,
    SettingError,
    SourceError,
    StoreUnavailable,
)
from renkei.language.messages import Foreign, counted, gettext, message, speak, translate
from renkei.sparql import outline
from renkei.sparql.syntax import wrong_word

ASK = "Ask for less: add patterns, a LIMIT, or split the question."


def refused(text: str) -> QueryError:
    """Return what is said of the query *text* by our own reading."""
    wrong = wrong_word(text)
    if wrong is not None:
        place = outline.place(text, wrong.token.start)
        return QueryError.at(*place, wrong.token.text, wrong.detail)
    with pytest.raises(QueryError) as error:
        outline.form_of(text)
    return error.value


@pytest.mark.parametrize(
    "error, english, japanese, german",
    [
        (
            NotKnown("Nothing is published about %(iri)s.", iri="https://example.org/a"),
            "Nothing is published about https://example.org/a.",
            "https://example.org/aについては何も公開されていません。",
            "Über https://example.org/a ist nichts veröffentlicht.",
        ),
        (
            refused("ASK {\n ?a b:c ?d }"),
            'Line 2, column 5: the prefix "b:" is not declared.',
            "2行目5桁目：接頭辞「b:」が宣言されていません。",
            None,
        ),
        (
            refused("SELECT FOO"),
            'Line 1, column 8: "FOO" stands where a variable, "(" or "*" was expected.',
            "1行目8桁目：「FOO」があります。ここには変数、「(」または「*」が入ります。",
            None,
        ),
        (
            refused("SELECT *"),
            'Line 1, column 9: the query ends where WHERE or "{" was expected.',
            "1行目9桁目：問い合わせがここで終わっています。ここにはWHEREまたは「{」が入ります。",
            None,
        ),
        (
            DeadlineExceeded(1),
            f"The query was stopped after 1 second, its whole budget. {ASK}",
            "問い合わせは上限の1秒に達したため打ち切られました。"
            "条件を足す、LIMITを付ける、質問を分けるなどして、量を減らしてください。",
            None,
        ),
        (
            BadRequest("Words of %(whose)s, in no catalogue.", whose="nobody"),
            "Words of nobody, in no catalogue.",
            "Words of nobody, in no catalogue.",
            "Words of nobody, in no catalogue.",
        ),
        (BadRequest("A sentence at 100%."), *["A sentence at 100%."] * 3),
    ],
)
def test_an_error_is_told_in_each_language_with_its_values(
    error: RenkeiError, english: str, japanese: str, german: str | None
) -> None:
    assert (str(error), error.translated("en"), error.translated("ja")) == (
        english,
        english,
        japanese,
    )
    if german is not None:
        assert error.translated("de") == german


@pytest.mark.parametrize(
    "seconds, english, german",
    [
        (1, "after 1 second,", "nach 1 Sekunde "),
        (2, "after 2 seconds,", "nach 2 Sekunden "),
        (0.5, "after 0.5 seconds,", "nach 0.5 Sekunden "),
        (30.0, "after 30 seconds,", "nach 30 Sekunden "),
        (1.0, "after 1 second,", "nach 1 Sekunde "),
    ],
)
def test_what_is_counted_has_the_form_for_its_number(
    seconds: float, english: str, german: str
) -> None:
    error = DeadlineExceeded(seconds)

    assert english in error.translated("en")
    assert german in error.translated("de")
    assert error.facts == {"seconds": seconds}


@pytest.mark.parametrize("what", ["rows", "statements", "bytes"])
@pytest.mark.parametrize("most", [1, 2])
def test_an_answer_over_its_bound_says_which_and_how_many(what: str, most: int) -> None:
    word = what if most > 1 else what.removesuffix("s")

    assert f"more than {most} {word}," in AnswerTooLarge.over(most, what).translated("en")
    assert AnswerTooLarge.over(most, what).facts == {"retry_after": 5, "bound": what, "most": most}


@pytest.mark.parametrize(
    "error, facts",
    [
        (NotKnown("%(iri)s %(name)s", iri="a", name="b"), {"iri": "a"}),
        (
            NothingAcceptable.of("image/png", ["text/turtle", "text/html"]),
            {"accept": "image/png", "available": ["text/turtle", "text/html"]},
        ),
        (QueryError.at(3, 4, "x", "wrong"), {"line": 3, "column": 4, "token": "x"}),
        (
            StoreUnavailable("%(a)s", retry_after=2, bound="memory", a=1),
            {"retry_after": 2, "bound": "memory"},
        ),
        (SettingError("port", "a number"), {"name": "port"}),
        (
            SourceError(Path("a.ttl"), 2, None, "%(what)s.", "", what="b"),
            {"path": "a.ttl", "line": 2, "column": None},
        ),
    ],
)
def test_a_problem_document_carries_what_its_class_names_and_no_other_value(
    error: RenkeiError, facts: dict[str, object]
) -> None:
    assert error.facts == facts


def test_what_a_client_sent_is_quoted_in_part_and_an_authors_own_file_whole() -> None:
    long = "x" * 201
    cut = "x" * 200 + "…"
    inner = message("a %(long)s", long=long)
    unknown = NotKnown("%(iri)s, %(all)s, %(inner)s.", iri=long, all=[long], inner=inner)
    broken = SourceError(Path("a.ttl"), 1, 1, "%(text)s.", "", text=long)

    assert str(unknown) == f"{cut}, {cut}, a {cut}."
    assert unknown.facts == {"iri": cut}
    assert unknown.values["iri"] == long
    assert str(broken) == f"a.ttl:1:1: {long}."


def test_a_list_is_written_with_commas_and_its_messages_in_the_same_language() -> None:
    said = message("It has: %(names)s.", names=["a", message("an IRI"), 2, 0.5, Path("c")])

    assert translate(said, "en") == "It has: a, an IRI, 2, 0.5, c."
    assert translate(said, "ja") == "使えるパラメーター：a, IRI, 2, 0.5, c"


def test_words_of_another_program_stay_and_their_meaning_is_told_elsewhere() -> None:
    said = message("reading stopped here: %(said)s.", said=Foreign("EOF", message("an IRI")))

    assert [translate(said, tag) for tag in ("en", "ja")] == [
        "reading stopped here: EOF.",
        "ここで読めなくなりました(IRI)。",
    ]


def test_a_command_speaks_the_language_chosen_for_it() -> None:
    told = {}
    for tag in ("ja", "en", "xx"):
        speak(tag)
        told[tag] = gettext(counted("%(count)s row", "%(count)s rows", 1, count="1"))
    speak("en")

    assert told == {"ja": "1行", "en": "1 row", "xx": "1 row"}


def _calls(work: Callable[[], object]) -> int:
    """Return how many functions, of Python and of C, *work* calls."""
    count = 0

    def counting(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counting)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("sign", ["a", '"', '" or "', '" stands where "', "%(accept)s", "\n"])
@pytest.mark.parametrize("tag", ["en", "ja", "de"])
def test_a_value_is_never_searched_however_long_it_is(tag: str, sign: str) -> None:
    """A hundred thousand letters are as much work as three hundred, cut or whole."""

    def refusing(times: int) -> Callable[[], str]:
        return lambda: NothingAcceptable.of(sign * times, ["text/turtle"]).translated(tag)

    def telling(times: int) -> Callable[[], str]:
        said = message('"%(accept)s" names no format that is offered here.', accept=sign * times)
        return lambda: translate(said, tag)

    refusing(1)()  # the catalogue is read

    assert _calls(refusing(100_000)) == _calls(refusing(300))
    assert _calls(telling(100_000)) == _calls(telling(300))


def test_an_engine_loads_no_catalogue() -> None:
    """It raises errors and tells none, and starts for every release."""
    code = (
        "import sys, renkei.errors, renkei.stores.oxigraph.worker\n"
        "print(sorted({'babel', 'gettext'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
