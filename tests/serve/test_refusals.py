"""Refusals in the reader's language: every sentence that the code can raise has a translation."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import renkei
from renkei import errors, grammar
from renkei.serve.language import named
from renkei.serve.refusals import told

SERVER = Path(renkei.__file__).parent
REFUSALS = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.RenkeiError)
} - {"SettingError", "ReleaseError", "NothingAcceptable", "DeadlineExceeded"}
BUILDERS = {"_at"}  # functions that make a refusal of their sentences
AUTHORS = ("pack", "cli.py", "config.py", "release.py", "asking.py", "push.py")
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
ENGLISH = re.compile(r"\b[A-Za-z]+ [a-z]+ [a-z]+\b")


def _sentences() -> list[tuple[str, str]]:
    """Return where each sentence of a refusal stands, and the sentence with sample values."""
    found = []
    for path in sorted(SERVER.rglob("*.py")):
        place = path.relative_to(SERVER)
        if place.parts[0] in AUTHORS or place.name in AUTHORS:
            continue
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
            if name not in REFUSALS | BUILDERS:
                continue
            assert isinstance(call, ast.Call)
            for part in [p for a in call.args for p in _branches(a)]:
                text = _sample(part)
                if text and " " in text:
                    found.append((f"{place}:{part.lineno}", text))
    return found


def _branches(node: ast.expr) -> list[ast.expr]:
    return [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]


def _sample(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [p.value if isinstance(p, ast.Constant) else "9" for p in node.values]
        return "".join(str(p) for p in parts)
    return ""


def _expected() -> list[str]:
    """Return what the grammar says was expected."""
    tree = ast.parse(Path(grammar.__file__).read_text("utf-8"))
    return [
        arg.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and getattr(call.func, "attr", "") in ("wrong", "many", "node")
        for arg in call.args
        if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
    ]


def test_every_sentence_of_a_refusal_is_in_the_catalogue() -> None:
    found = _sentences()
    untold = [(place, text) for place, text in found if not JAPANESE.search(told(text, "ja"))]
    untold += [
        ("grammar.py", text) for text in _expected() if not JAPANESE.search(told(text, "ja"))
    ]

    assert len(found) > 80
    assert untold == []


@pytest.mark.parametrize(
    "english, japanese",
    [
        (
            'Line 2, column 7: "FOO" stands where a variable was expected.',
            "2行目7桁目：「FOO」があります。ここには変数が入ります。",
        ),
        (
            'Line 1, column 1: the query ends where WHERE or "{" was expected.',
            "1行目1桁目：問い合わせがここで終わっています。ここにはWHEREまたは「{」が入ります。",
        ),
        ("Byte 3 of the body is not UTF-8.", "本文の3バイト目がUTF-8ではありません。"),
        (
            "The query “q0” has neither “query” nor “properties”.",
            "問い合わせ「q0」に誤りがあります（「query」も「properties」もありません）。",
        ),
        ("Words nobody knows.", "Words nobody knows."),
    ],
)
def test_values_are_carried_over_and_phrases_translated(english: str, japanese: str) -> None:
    assert told(english, "ja") == japanese
    assert told(english, "en") == english


def test_a_sentence_of_data_is_answered_at_once() -> None:
    """A long text with many places where a pattern might begin costs nothing."""
    assert told('"' * 5_000, "ja") == '"' * 5_000
    assert told('" or ' * 190, "ja")


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
    titles = {getattr(errors, name).title for name in REFUSALS} | {"The server failed"}

    assert {t for t in titles if not JAPANESE.search(named("ja").say(t))} == set()
