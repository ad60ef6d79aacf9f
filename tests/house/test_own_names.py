"""Nothing of one publication stands in the program: a second one is a folder, not a fork.

The names and labels of every term and concept under `ontology/` are looked for in the code, the
templates, the queries and the translations. What is found is excepted here, by name, or wrong.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from renkei.rdf.iris import PREFIXES
from renkei.roles import FORMER, WORDS

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "server" / "renkei"
SUFFIXES = (".py", ".html", ".css", ".js", ".rq", ".json", ".ttl", ".po")
OTHERS = {
    PROGRAM / "serve/pages/static/editor",  # the query editor of others
    PROGRAM / "rdf/vocabularies",  # terms that others gave, by their names
}
SAMPLE = "pack/scaffold.py"  # `renkei init` lays out a partnership of towns
OWN = "https://w3id.org/jp-ccua/"
NAMING = {PREFIXES["rdfs"] + "label", *(PREFIXES["skos"] + n for n in ("prefLabel", "altLabel"))}

# Releases that were packed before there were roles are read by these names, and by no others.
EARLIER = "roles.py"
# A term that is read by its name, under the namespace of whatever publication is served.
BY_NAME = re.compile(r"""namespace \+ f?["']|namespace\}\w|\bown:\w""")
# Names that others gave first, or that everybody uses.
COMMON = {
    "web page": "a page of the web",
    "under way": "what goes on",
    "一部": "a part",
    "全部": "all",
    "出来事": "an event",
    "地方公共団体": "a local public body, one of the EU's kinds of publishers too",
    "参考": "for reference; our word for a hint",
    "市": "a city; the letter stands in many words",
    "期": "a term; the letter stands in many words",
    "村": "a village; one of the endings that names are searched without",
    "町": "a town; likewise",
    "目的": "a purpose; also in the word for an object",
    "役割": "a role, as org:role",
    "行数": "a number of rows",
    "読み": "a reading; how a name is spoken",
}
PLACE = re.compile(
    r"sapporo|hokkaido|otaru|札幌|さっぽろ|北海道|小樽|jp-ccua|\bccua\b", re.IGNORECASE
)


@cache
def texts() -> dict[str, str]:
    """Return each file of the program with its text; broken lines of a catalogue are joined."""
    found = {
        path.relative_to(PROGRAM).as_posix(): path.read_text("utf-8").replace('"\n"', "")
        for path in sorted(PROGRAM.rglob("*"))
        if path.suffix in SUFFIXES and OTHERS.isdisjoint(path.parents)
    }
    return {name: text for name, text in found.items() if name != SAMPLE}


@cache
def lowered() -> dict[str, str]:
    """Return `texts` in small letters."""
    return {name: text.lower() for name, text in texts().items()}


def names() -> tuple[set[str], set[str]]:
    """Return local names and labels under `ontology/`, but for those of one English word."""
    local, labels = set(), set()
    for path in (ROOT / "ontology").glob("*.ttl"):
        for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE):
            if not isinstance(quad.subject, ox.NamedNode) or not quad.subject.value.startswith(OWN):
                continue
            local.add(re.split("[/#]", quad.subject.value)[-1])
            if quad.predicate.value in NAMING and isinstance(quad.object, ox.Literal):
                labels.add(quad.object.value)
    return (
        {name for name in local if len(re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)) > 1},
        {label for label in labels if not label.isascii() or " " in label},
    )


def found(words: set[str]) -> dict[str, list[str]]:
    """Return which of *words* stand in the program, and where: whole ones, where letters are."""
    patterns = {
        word: re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])" if word.isascii() else word, re.I)
        for word in words
    }
    places = {
        word: [
            name
            for name, text in texts().items()
            if word.lower() in lowered()[name] and pattern.search(text)  # the former is fast
        ]
        for word, pattern in patterns.items()
    }
    return {word: where for word, where in places.items() if where}


def test_there_are_names_to_look_for_and_files_to_look_into() -> None:
    """A reading that finds nothing would agree with everything."""
    local, labels = names()

    assert {"CollaborativeCoreUrbanArea", "hasParty", "municipality-kind"} <= local
    assert {"cooperation agreement", "連携協約"} <= labels
    assert {"serve/pages/home.py", "serve/pages/templates/home.html"} <= texts().keys()
    assert {"stores/queries/names.rq", "language/translations/ja/LC_MESSAGES/messages.po"} <= (
        texts().keys()
    )


def test_no_name_and_no_label_of_the_vocabulary_stands_in_the_program() -> None:
    local, labels = names()
    wrong = found(local | labels)

    assert {w: where for w, where in wrong.items() if w not in {*FORMER.values(), *COMMON}} == {}


def test_names_of_earlier_releases_stand_in_one_place() -> None:
    """`reading` and `standing` are words of everybody, and only looked for as terms, below."""
    local, _ = names()
    former = set(FORMER.values()) & local

    assert found(former) == {name: [EARLIER] for name in former}


def test_no_term_is_read_by_its_name() -> None:
    """What a property is read for, its publication says (`roles.py`)."""
    wrong = {name: m.group() for name, text in texts().items() if (m := BY_NAME.search(text))}

    assert wrong == {}


def test_what_is_excepted_is_there() -> None:
    """An exception that nothing needs any more goes."""
    local, labels = names()

    assert COMMON.keys() - found(local | labels).keys() == set()


def test_what_properties_are_read_for_is_told_to_who_begins_a_publication() -> None:
    paper = (ROOT / "docs/extending.md").read_text("utf-8")

    assert {word for word in WORDS if f"`pages:{word}`" not in paper} == set()


def test_no_place_of_it_and_no_address_of_it_stands_in_the_program() -> None:
    wrong = {name: m.group() for name, text in texts().items() if (m := PLACE.search(text))}

    assert wrong == {}
