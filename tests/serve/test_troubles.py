"""The `type` of a problem leads to a page: what this kind of problem means, what to do."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from renkei import errors
from renkei.language.locale import named
from renkei.serve.web.problem_types import PROBLEM_TYPES
from tests.serve.conftest import PUBLIC

AUTHORS = {"SettingError", "SourceError", "RuleError", "PublicationRefused", "ReleaseError"}
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def test_every_error_that_a_reader_can_meet_has_its_row() -> None:
    """Those of authors have none: they are told at packing."""
    kinds = {
        errors.code_of(kind)
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.RenkeiError)
        if name not in AUTHORS | {"RenkeiError"}
    }

    assert set(PROBLEM_TYPES) == kinds | {"internal"}


@pytest.mark.parametrize(
    "path, method, headers",
    [
        ("/doc/nothing", "GET", {}),
        ("/sparql?query=SELECT%20FOO", "GET", {}),
        ("/sparql", "POST", {"Content-Type": "image/png"}),
        ("/about", "POST", {}),
        ("/ns", "GET", {"Accept": "image/png"}),
        ("/dumps/data.ttl", "GET", {"Range": "bytes=999999999-"}),
        ("/dumps/data.ttl", "GET", {"If-Match": '"other"'}),
        ("/catalogue?page=0", "GET", {}),
    ],
)
def test_the_type_of_a_problem_leads_to_its_page(
    client: FlaskClient, path: str, method: str, headers: dict[str, str]
) -> None:
    refused = client.open(path, method=method, headers=headers)
    problem = refused.get_json()
    assert problem["type"].startswith(f"{PUBLIC}problems/")
    kind = PROBLEM_TYPES[problem["type"].rpartition("/")[2]]
    page = client.get(f"/problems/{kind.code}", headers={"Accept-Language": "en"})

    assert (kind.status, problem["status"]) == (refused.status_code, refused.status_code)
    assert page.status_code == 200
    assert f"<h1>{kind.title}</h1>" in page.text


def test_every_row_is_told_in_each_language_of_the_reader(client: FlaskClient) -> None:
    for kind in PROBLEM_TYPES.values():
        page = client.get(f"/problems/{kind.code}", headers={"Accept-Language": "ja"})
        told = [named("ja").gettext(text) for text in (kind.title, kind.means, kind.remedy)]

        assert page.headers["Content-Language"] == "ja"
        assert [text for text in told if not JAPANESE.search(text)] == []
        assert all(text in page.text for text in told)


def test_all_kinds_stand_on_one_page_and_others_nowhere(client: FlaskClient) -> None:
    page = client.get("/problems").text

    assert [code for code in PROBLEM_TYPES if f'problems/{code}"' not in page] == []
    assert client.get("/problems/unheard-of").status_code == 404
