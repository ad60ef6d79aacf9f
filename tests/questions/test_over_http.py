"""Each question, asked of a running server as its readers ask, has its right answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from renkei.release import Release
from tests.protocol.conftest import Live, start_server
from tests.questions.conftest import QUESTIONS, Question
from tests.questions.test_questions import expected, plain


@pytest.fixture(scope="module")
def server(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    live = start_server(release.folder, tmp_path_factory.mktemp("live") / "log")
    try:
        yield live
    finally:
        live.stop()


@pytest.mark.parametrize("question", [pytest.param(q, id=q.slug) for q in QUESTIONS])
def test_a_question_is_answered_right_over_http(server: Live, question: Question) -> None:
    found = server.ask(
        "sparql?" + urlencode({"query": question.query}), Accept="application/sparql-results+json"
    )

    assert found.status == 200
    assert plain(json.loads(found.body)) == expected(question)
