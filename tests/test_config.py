"""Settings are read once; what is unknown or out of bounds is refused by name."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from renkei import cli
from renkei.config import Settings, environment_names, read
from renkei.errors import SettingError


def test_an_option_wins_over_a_variable_and_a_variable_over_the_default() -> None:
    environ = {"RENKEI_PORT": "9000", "RENKEI_QUERY_SECONDS": "2.5", "PATH": "/bin"}

    settings = read({"port": 9001, "host": None, "services": ()}, environ)

    assert settings == dataclasses.replace(Settings(), port=9001, query_seconds=2.5)


def test_a_list_of_services_is_read_from_one_variable() -> None:
    read_ = read({}, {"RENKEI_SERVICES": " https://a.example/sparql  https://b.example/sparql "})

    assert read_.services == ("https://a.example/sparql", "https://b.example/sparql")


@pytest.mark.parametrize(
    "name, value, told",
    [
        ("RENKEI_PORT", "lots", "RENKEI_PORT: a whole number was expected."),
        ("RENKEI_PORT", "8.5", "RENKEI_PORT: a whole number was expected."),
        ("RENKEI_QUERY_SECONDS", "x", "RENKEI_QUERY_SECONDS: a number was expected."),
        ("RENKEI_PORT", "65536", "port: a number from 0 to 65535 was expected."),
        ("RENKEI_WORKERS", "0", "workers: a number from 1 to 64 was expected."),
        (
            "RENKEI_QUERY_SECONDS",
            "nan",
            "query_seconds: a number from 0.05 to 3600 was expected.",
        ),
        (
            "RENKEI_PUBLIC_URL",
            "example.org",
            "public_url: an address with http:// or https:// was expected.",
        ),
        ("RENKEI_STORE", "ftp://h/", "store: an address with http:// or https:// was expected."),
        ("RENKEI_STORE", "http://[", "store: an address with http:// or https:// was expected."),
        (
            "RENKEI_SERVICES",
            "http://a/ file:///",
            "services: an address with http:// or https:// was expected.",
        ),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str, told: str) -> None:
    with pytest.raises(SettingError) as refused:
        read({}, {name: value})

    assert str(refused.value) == told


CREDIT = "地理院タイル https://maps.example/about"


@pytest.mark.parametrize(
    "tiles, credit, told",
    [
        ("https://a.example/{z}/{x}.png", CREDIT, "an address with {z}, {x} and {y}, each once"),
        ("https://a.example/{z}/{x}/{y}/{s}", CREDIT, "an address with {z}, {x} and {y}, each"),
        ("https://a.example/{z}/{x}/{x}.png", CREDIT, "an address with {z}, {x} and {y}, each"),
        (
            "https://a.example;script-src/{z}{x}{y}",
            CREDIT,
            "an address with {z}, {x} and {y}, each",
        ),
        ("https://u:p@a.example/{z}/{x}/{y}", CREDIT, "an address with {z}, {x} and {y}, each"),
        ("//a.example/{z}/{x}/{y}.png", CREDIT, "an address with {z}, {x} and {y}, each once"),
        (
            "http://a.example/{z}/{x}/{y}.png",
            CREDIT,
            "an address with https://, or one on the host",
        ),
        ("https://a.example/{z}/{x}/{y}.png", " ", "whom the map shall name for the tiles"),
    ],
)
def test_tiles_that_are_not_safe_or_not_owed_are_refused_by_name(
    tiles: str, credit: str, told: str
) -> None:
    with pytest.raises(SettingError) as refused:
        read({}, {"RENKEI_TILES": tiles, "RENKEI_TILES_CREDIT": credit})

    name = "tiles_credit" if told.startswith("whom") else "tiles"
    assert str(refused.value).startswith(f"{name}: {told}")


@pytest.mark.parametrize(
    "tiles, public",
    [
        ("https://a.example/xyz/{z}/{x}/{y}.png?key=1", ""),
        ("http://127.0.0.1:9001/{z}/{y}/{x}", ""),
        ("http://data.example:8080/{z}/{x}/{y}.png", "http://data.example/"),
    ],
)
def test_tiles_come_over_https_or_from_the_host_itself(tiles: str, public: str) -> None:
    options = {"tiles": tiles, "tiles_credit": CREDIT, "public_url": public}

    assert read(options, {}).tiles == tiles


def test_an_unknown_variable_is_refused_and_all_known_ones_are_named() -> None:
    with pytest.raises(SettingError) as refused:
        read({}, {"RENKEI_PROT": "1"})

    assert str(refused.value) == (
        f"RENKEI_PROT: one of {', '.join(environment_names())} was expected. "
        "Did you mean RENKEI_PORT?"
    )


def test_an_option_out_of_bounds_is_refused_too() -> None:
    with pytest.raises(SettingError, match="port: a number from 0"):
        read({"port": -1}, {})


@pytest.mark.parametrize(
    "options, public",
    [
        ({}, "http://127.0.0.1:8000/"),
        ({"host": "::1", "port": 80}, "http://[::1]:80/"),
        ({"public_url": "https://a.example/x"}, "https://a.example/x/"),
        ({"public_url": "https://a.example/x//"}, "https://a.example/x/"),
    ],
)
def test_the_public_address_ends_in_one_slash(options: dict[str, object], public: str) -> None:
    assert read(options, {}).public == public


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


# What is given is never said: not in the error, not by a command, not in what they log.

MARK = "lamp-of-the-third-bridge"
WRONG = [
    MARK,
    f"http://keeper:{MARK}@engine.example/sparql",
    f"http://[{MARK}",
    f"{MARK} http://b.example/",
    f"https://a.example/{{z}}/{MARK}",
    f"x\r\n{MARK}: y",
    f"https://a.example:{MARK}/",
]


def commands() -> list[tuple[str, str]]:
    """Every option of every command that takes a value."""
    assert isinstance(cli.main, click.Group)
    return [
        (name, option)
        for name, command in sorted(cli.main.commands.items())
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.is_flag
        for option in parameter.opts
    ]


@pytest.mark.parametrize("value", WRONG)
def test_no_error_about_a_setting_repeats_its_value(value: str) -> None:
    said = ""
    for name in [*environment_names(), "RENKEI_STORE_PASWORD", "RENKEI_"]:
        others = {"RENKEI_STORE_TOKEN": "x"} if name == "RENKEI_STORE_USER" else {}
        try:
            said += repr(read({}, {name: value, **others}))
        except SettingError as error:
            said += f"{error}{error!r}{error.facts}"
        assert MARK not in said, name

    assert "Did you mean RENKEI_STORE_PASSWORD?" in said


@pytest.mark.parametrize(
    "name, option", [pytest.param(*pair, id=" ".join(pair)) for pair in commands()]
)
@pytest.mark.parametrize("value", [MARK, WRONG[1], WRONG[2]], ids=["a word", "a login", "no host"])
def test_no_command_repeats_the_value_of_a_setting(
    name: str, option: str, value: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Options that are titles, places and queries are told back on purpose, and left out."""
    if option in ("--title", "--releases", "--of", "--question", "--user"):
        return
    words = [name, str(tmp_path)] if name != "query" else [name, "ASK {}"]
    words += ["--store", "http://127.0.0.1:1/"] if name == "push" and option != "--store" else []

    result = CliRunner().invoke(cli.main, [*words, option, value], env={"COLUMNS": "500"})

    assert result.exit_code != 0 or (name, option) == ("init", "--root")  # any IRI may be one
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert MARK not in result.output + caplog.text


def test_words_too_many_and_commands_unknown_are_not_repeated() -> None:
    for words in (["verify", "a", MARK], [MARK], ["check", "a", MARK]):
        result = CliRunner().invoke(cli.main, words)

        assert (result.exit_code, MARK in result.output) == (2, False), words


@pytest.mark.parametrize("name", environment_names())
def test_no_command_repeats_the_value_of_a_variable(name: str, tmp_path: Path) -> None:
    """Asked of a release that is not there, so that what is right does no harm."""
    for value in WRONG:
        result = CliRunner().invoke(cli.main, ["serve", str(tmp_path)], env={name: value})

        assert (result.exit_code, MARK in result.output) == (1, False), value
