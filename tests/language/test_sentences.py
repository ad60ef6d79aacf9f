"""Errors carry ids and values: no sentence is finished where it is raised, all are translated."""

from __future__ import annotations

import ast
import re

import jinja2
import pytest
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po
from jinja2 import nodes

from renkei.language.messages import CATALOGUES, FOLDER, LANGUAGES, languages
from tests.language.sentences import (
    CUT_UP,
    ERRORS,
    SERVER,
    branches,
    calls,
    modules,
    name_of,
    parameters,
    said,
    sentences_of,
    values,
)

SAID = said()
# What only those who pack and run are told: their modules, and errors that no reader meets.
AUTHORS = (
    "rehearsal.py",
    "pack/",
    "cli.py",
    "config.py",
    "release.py",
    "query_command.py",
    "stores/remote/push.py",
)
VERBS = {"is", "was", "has", "does", "holds", "gives", "stands", "closes", "wants", "stays", "goes"}
VERBS |= {"asks", "answers"}


def entries(tag: str, name: str) -> list[Entry]:
    """Return what stands in one catalogue."""
    with (FOLDER / f"{tag}/LC_MESSAGES/{name}.po").open("rb") as file:
        return [entry for entry in read_po(file, locale=tag) if entry.id]


def ids(entry: Entry) -> tuple[str, ...]:
    return tuple(entry.id) if entry.pluralizable else (str(entry.id),)


def texts(entry: Entry) -> tuple[str, ...]:
    return tuple(entry.string) if entry.pluralizable else (str(entry.string),)


def is_worded(text: str) -> bool:
    """Say whether a message has words of its own beside its values."""
    return bool(re.search(r"[A-Za-z]", re.sub(r"%\(\w+\)s", "", text)))


def test_the_code_says_what_this_test_reads_off_it() -> None:
    """A reading that finds nothing would agree with everything."""
    raised = {one.raised for one in SAID}

    assert len({one.id for one in SAID}) > 350
    assert {"NotKnown", "BadRequest", "SourceError", "RuleError", "at", "_at", "counted"} <= raised


def test_no_sentence_is_finished_where_it_is_raised() -> None:
    """No f-string, no joining, no format: a message is a constant, or a Message already."""
    finished = [
        f"{place}: {ast.unparse(part)}"
        for place, call in calls()
        for part in sentences_of(call)
        if isinstance(part, (ast.JoinedStr, ast.BinOp))
        or (isinstance(part, ast.Call) and name_of(part) in CUT_UP)
        or (isinstance(part, ast.Constant) and not isinstance(part.value, str))
    ]

    assert finished == []


def test_a_name_that_stands_for_a_sentence_stands_for_a_whole_one() -> None:
    """Where a variable is raised, what is put into it in the same function is no f-string."""
    finished = []
    for path, tree in modules():
        for function in ast.walk(tree):
            if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            named = {
                part.id
                for call in ast.walk(function)
                if isinstance(call, ast.Call)
                for part in sentences_of(call)
                if isinstance(part, ast.Name)
            }
            for node in ast.walk(function):
                if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
                    continue
                if node.targets[0].id in named and any(
                    isinstance(part, (ast.JoinedStr, ast.BinOp, ast.Constant))
                    for part in branches(node.value)
                ):
                    finished.append(f"{path}:{node.lineno}: {ast.unparse(node)}")

    assert finished == []


def test_every_value_of_a_message_is_given_and_no_other() -> None:
    """A value is one that a sentence names, or one that the class of the error carries."""
    wrong = {}
    for one in SAID:
        if one.given is None or one.raised not in ERRORS.keys() | {"message", "at", "_at"}:
            continue
        own = parameters(one.raised)
        missing, idle = one.wanted - one.given - own, one.given - one.wanted - own
        if missing or idle:
            wrong[one.place] = missing | idle

    assert wrong == {}


@pytest.mark.parametrize("tag", languages("problems"))
def test_every_sentence_is_in_the_catalogue(tag: str) -> None:
    known = {ids(e): texts(e) for name in languages_of(tag) for e in entries(tag, name)}
    missing = {
        (one.place, one.id)
        for one in SAID
        if is_worded(one.id)
        and (tag in LANGUAGES or not one.place.startswith(AUTHORS))
        and one.raised not in ("SettingError", "__init__")
        and not all(known.get((one.id, one.many) if one.many else (one.id,), ("",)))
    }

    assert missing == set()


def languages_of(tag: str) -> list[str]:
    return [name for name in CATALOGUES if tag in languages(name)]


@pytest.mark.parametrize("tag", LANGUAGES[:-1])
def test_every_setting_and_class_of_error_has_its_sentence_in_the_catalogue(tag: str) -> None:
    known = {id for name in languages_of(tag) for e in entries(tag, name) for id in ids(e)}
    raised = {one.id for one in SAID if one.raised in ("SettingError", "__init__")}

    assert {id for id in raised if is_worded(id)} - known == set()


def constants() -> set[str]:
    """Return every text that stands in a module or a template."""
    found = {
        node.value
        for _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    environment = jinja2.Environment()
    for path in SERVER.rglob("*.html"):
        found |= {
            str(node.value)
            for node in environment.parse(path.read_text("utf-8")).find_all(nodes.Const)
        }
    return found


@pytest.mark.parametrize("name", CATALOGUES)
def test_no_catalogue_keeps_a_message_that_nothing_says(name: str) -> None:
    known = constants()
    unsaid = {
        (tag, id)
        for tag in languages(name)
        for entry in entries(tag, name)
        for id in ids(entry)
        if id not in known
    }

    assert unsaid == set()


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_translation_has_the_values_of_its_message_and_the_forms_of_its_language(
    name: str,
) -> None:
    wrong = []
    for tag in languages(name):
        forms = {"ja": 1, "de": 2}[tag]
        for entry in entries(tag, name):
            told = texts(entry)
            if entry.pluralizable and len(told) != forms:
                wrong.append((tag, entry.id, "forms"))
            if any(values(text) != values(ids(entry)[-1]) for text in told) or not all(told):
                wrong.append((tag, entry.id, "values"))

    assert wrong == []


@pytest.mark.parametrize("tag", languages("messages"))
def test_no_message_is_translated_in_two_catalogues(tag: str) -> None:
    """Words for one thing have one home."""
    every = [id for name in languages_of(tag) for e in entries(tag, name) for id in set(ids(e))]

    assert sorted(id for id in set(every) if every.count(id) > 1) == []


def test_a_number_of_things_is_told_in_the_form_for_that_number() -> None:
    """Where a value stands before a plural, "1 rows" would be said of one."""
    told = {text for one in SAID if not one.many for text in (one.id,)}
    plural = re.compile(r"%\(\w+\)s (?:more )?([A-Za-z]+s)\b")
    counting = {id for id in told if (found := plural.search(id)) and found.group(1) not in VERBS}

    assert counting == set()


def test_the_language_takes_no_sentence_apart() -> None:
    """Neither errors nor their translation know a regular expression, so no value is searched."""
    uses = {
        path
        for path, tree in modules()
        for node in ast.walk(tree)
        if path in ("errors.py", "language/messages.py")
        and isinstance(node, ast.Import)
        and any(alias.name == "re" for alias in node.names)
    }

    assert uses == set()
