"""An error that another process raised is the error that it was: words, values and status."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from renkei import errors
from renkei.errors import RenkeiError
from renkei.language.messages import Foreign, counted, message

MANY = counted("%(number)s second", "%(number)s seconds", 2)
LONG = "x" * 300
OWN: dict[type[RenkeiError], RenkeiError] = {
    errors.SettingError: errors.SettingError(
        "port", "a number from %(least)s up", message("Did you mean %(near)s?", near="a"), least=1.0
    ),
    errors.SourceError: errors.SourceError(
        Path("data/a.ttl"), 3, None, "%(words)s.", "Do %(it)s.", words=LONG, it=MANY
    ),
    errors.PublicationRefused: errors.PublicationRefused("%(a)s", checked=["found"], a=1),
    errors.FileDamaged: errors.FileDamaged("data.nq", "0123456789ab"),
    errors.QueryError: errors.QueryError.at(1, 7, LONG, "%(it)s is not %(a)s.", it=LONG, a=MANY),
    errors.NothingAcceptable: errors.NothingAcceptable.of(
        "image/png", ["text/turtle", "text/html"]
    ),
    errors.CannotCarry: errors.CannotCarry.of_statement("RDF/XML", LONG),
    errors.NoSuchRange: errors.NoSuchRange(7),
    errors.TooManyRequests: errors.TooManyRequests("%(a)s", "Wait.", retry_after=3, a=MANY),
    errors.StoreUnavailable: errors.StoreUnavailable("%(a)s", retry_after=2, bound="memory", a=1),
    errors.AnswerTooLarge: errors.AnswerTooLarge.over(2, "rows"),
    errors.DeadlineExceeded: errors.DeadlineExceeded(0.5),
}
KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, RenkeiError)
]


def made(kind: type[RenkeiError]) -> RenkeiError:
    """Return an error of *kind* with every sort of value, and all members that it may carry."""
    members = {name: f"the {name}" for name in kind.members}
    foreign = Foreign("Unexpected end.", message("The query is empty."))
    return OWN.get(kind) or kind(
        "%(iri)s: %(reason)s %(all)s %(words)s",
        MANY,
        **{"iri": LONG, "reason": ValueError("broken"), "all": [MANY, foreign], "words": foreign},
        **{name: value for name, value in members.items() if name != "iri"},
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_of_another_process_is_the_error_that_it_was(kind: type[RenkeiError]) -> None:
    error = made(kind)

    sent = pickle.loads(pickle.dumps(error))

    assert type(sent) is kind
    assert (sent.status, sent.title, sent.code) == (kind.status, kind.title, error.code)
    assert [sent.translated(tag) for tag in ("en", "ja", "de")] == [
        error.translated(tag) for tag in ("en", "ja", "de")
    ]
    assert sent.facts == error.facts
    # All else that it has, but for an exception among its values: that has no equal.
    assert repr(vars(sent)) == repr(vars(error))


def test_an_error_of_another_process_is_told_in_the_language_of_the_reader() -> None:
    sent = pickle.loads(pickle.dumps(errors.DeadlineExceeded(1)))

    assert sent.translated("ja") == (
        "問い合わせは上限の1秒に達したため打ち切られました。"
        "条件を足す、LIMITを付ける、質問を分けるなどして、量を減らしてください。"
    )
