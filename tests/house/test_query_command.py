"""`renkei query`: of a release, of an endpoint, for a terminal and for a pipe."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from renkei import cli
from renkei.release import Release
from tests.protocol.conftest import Live, start_server


def ask(*words: str, text: str | None = None) -> Result:
    """Run `renkei query` with *words*."""
    return CliRunner().invoke(cli.main, ["query", *words], input=text)


@pytest.fixture(scope="module")
def live(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server that holds the release, as any endpoint of others would."""
    log = tmp_path_factory.mktemp("asked") / "server.log"
    held = start_server(release.folder, log, client_seconds=100_000)
    yield held
    held.stop()


def of(release: Release) -> tuple[str, str]:
    """Return the words that name a release."""
    return "--of", str(release.folder)


def test_a_pipe_gets_csv(release: Release) -> None:
    """The bytes are those of the endpoint's CSV."""
    result = ask("SELECT ?x ?y { VALUES (?x ?y) { (1 'é') (2 'ö') } }", *of(release))

    assert result.exit_code == 0, result.output
    assert result.stdout_bytes.decode() == "x,y\r\n1,é\r\n2,ö\r\n"


def test_a_question_is_asked_by_its_name(release: Release) -> None:
    """Twelve municipalities."""
    result = ask("--question", "members", *of(release))

    assert len(list(csv.DictReader(io.StringIO(result.stdout)))) == 12


def test_a_terminal_gets_a_table_with_short_names(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prefixes are the publication's; the last line counts the rows."""
    shown = io.StringIO()
    screen = Console(file=shown, force_terminal=True, color_system=None, width=100)
    monkeypatch.setattr(cli, "_out", screen)
    result = ask(
        "SELECT ?m { VALUES ?m { <https://w3id.org/jp-ccua/id/municipality/hokkaido-otaru> } }",
        *of(release),
    )

    assert result.exit_code == 0, result.output
    assert [line.rstrip() for line in shown.getvalue().splitlines()] == [
        "m",
        "muni:hokkaido-otaru",
        "1 row",
    ]


@pytest.mark.parametrize(
    "form, opening",
    [
        pytest.param("json", '{"head":', id="json"),
        pytest.param("xml", "<?xml", id="xml"),
        pytest.param("tsv", "?x\n", id="tsv"),
        pytest.param("table", "x", id="table"),
    ],
)
def test_the_format_named_is_given(release: Release, form: str, opening: str) -> None:
    """Also a table, where it is asked for in a pipe."""
    result = ask("SELECT (1 AS ?x) {}", "--format", form, *of(release))

    assert result.stdout.startswith(opening), result.output


@pytest.mark.parametrize("form, opening", [("xlsx", b"PK"), ("parquet", b"PAR1")])
@pytest.mark.parametrize("place", ["a release", "an endpoint"])
def test_a_file_for_those_who_analyse_is_written_to_a_pipe(
    release: Release, live: Live, place: str, form: str, opening: bytes
) -> None:
    where = of(release) if place == "a release" else ("--store", f"{live.address}sparql")
    result = ask("SELECT (1 AS ?x) {}", "--format", form, *where)

    assert (result.exit_code, result.stdout_bytes[: len(opening)]) == (0, opening)


def test_a_terminal_is_not_given_a_file(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Console(file=io.StringIO(), force_terminal=True, color_system=None, width=100)
    monkeypatch.setattr(cli, "_out", screen)
    result = ask("SELECT (1 AS ?x) {}", "--format", "xlsx", "--lang", "en", *of(release))

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Excel is nothing that a terminal shows. Send it to a file: renkei query … > answer.xlsx\n"
    )


@pytest.mark.parametrize(
    "form, opening",
    [
        pytest.param(None, "@prefix", id="turtle unless said"),
        pytest.param("nt", "<urn:a> <urn:b> <urn:c> .", id="n-triples"),
        pytest.param("json", "{", id="json means json-ld"),
    ],
)
def test_a_graph_comes_in_formats_of_graphs(
    release: Release, form: str | None, opening: str
) -> None:
    """As the endpoint gives them."""
    words = ["--format", form] if form else []
    result = ask("CONSTRUCT { <urn:a> <urn:b> <urn:c> } {}", *words, *of(release))

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(opening) or form is None


def test_a_format_that_does_not_fit_is_refused_with_those_that_do(release: Release) -> None:
    """A table has no Turtle."""
    result = ask("SELECT * {}", "--format", "ttl", *of(release))

    assert result.exit_code == 1
    assert "json, xml, csv, tsv" in result.stderr


def test_an_error_has_line_column_and_a_mark_under_the_place(release: Release) -> None:
    """From the input, as an editor or a script sends it; the answer stays empty."""
    result = ask("-", *of(release), text="SELECT * WHERE {\n  ?s ?p ]\n}\n")

    assert result.exit_code == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[:2] == ["  ?s ?p ]", "        ^"]
    assert lines[2].startswith("Line 2, column 9:")


def test_a_question_that_is_none_is_said_with_near_ones(release: Release) -> None:
    """A slip of the hand is found."""
    result = ask("--question", "membres", *of(release))

    assert result.exit_code == 1
    assert "Did you mean members" in result.stderr


def test_an_endpoint_is_asked_like_a_release(release: Release, live: Live) -> None:
    """The same bytes from both, for a query and for a question."""
    store = ("--store", f"{live.address}sparql")
    for words in (("--question", "members"), ("--question", "pdf-count", "--format", "json")):
        near, far = ask(*words, *of(release)), ask(*words, *store)
        assert far.exit_code == 0, far.output
        if "json" in words:
            assert json.loads(near.stdout) == json.loads(far.stdout)
        else:
            assert near.stdout_bytes == far.stdout_bytes


def test_an_endpoint_that_is_not_there_is_said() -> None:
    """In one line, with its address."""
    result = ask("ASK {}", "--store", "http://127.0.0.1:9/sparql")

    assert result.exit_code == 1
    assert "cannot be reached" in result.stderr
    assert "Traceback" not in result.output


def test_neither_or_both_of_query_and_question_are_wrong_words() -> None:
    """Exit code 2, before anything is opened."""
    assert ask().exit_code == 2
    assert ask("ASK {}", "--question", "members").exit_code == 2
    assert ask("ASK {}", "--of", ".", "--store", "http://127.0.0.1/").exit_code == 2


def test_a_folder_of_releases_stands_for_its_current_one(release: Release, tmp_path: Path) -> None:
    """As `renkei serve` reads it."""
    (tmp_path / "current").symlink_to(release.folder)

    assert ask("ASK {}", "--of", str(tmp_path)).stdout.strip() == "true"
