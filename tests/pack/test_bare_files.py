"""Files that stand in no publication are served as they are; `init` keeps what stands there."""

from __future__ import annotations

import gzip
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from renkei.errors import SourceError
from renkei.pack import bare_files, pipeline, scaffold
from renkei.pack.reading import sources
from renkei.pack.reading.roots import common_root
from renkei.release import Release, open_release

ONE = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://a.example/things#a> skos:prefLabel "A"@en .
<https://a.example/things#b> skos:prefLabel "B"@en .
<https://b.example/z> skos:prefLabel "Z"@ja .
"""


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, with nothing in it."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Release]]:
    """What a server would have been started over: it ends at once."""
    seen: list[Release] = []
    monkeypatch.setattr(
        "renkei.serve.server.serve", lambda place, _: seen.append(open_release(place))
    )
    monkeypatch.setattr("renkei.serve.server.refuse_taken_port", lambda _: None)
    yield seen


def test_a_file_is_served_and_what_was_assumed_is_said(
    renkei, served: list[Release], scratch: Path, tmp_path: Path
) -> None:
    (tmp_path / "towns.ttl").write_text(ONE, "utf-8")

    told = renkei("serve", "towns.ttl")

    manifest = served[0].manifest
    lines = told.stderr.splitlines()
    assert told.returncode == 0
    assert (manifest.root, manifest.title, manifest.languages, manifest.counts["statements"]) == (
        "https://a.example/",
        {"und": "towns"},
        ("en", "ja"),
        3,
    )
    assert lines[:3] == [
        "No void:uriSpace in data/catalogue.ttl: the root IRI is taken to be https://a.example/ "
        "(it covers 2 of 3)",
        'No title in data/catalogue.ttl: the title is taken to be "towns".',
        "No dct:language in data/catalogue.ttl: the languages are taken to be en, ja.",
    ]
    assert lines[-3].endswith("/towns/releases. Start the server again when they change.")
    assert lines[-2:] == [
        "That folder is removed when the server ends.",
        "To settle root, title and languages, run `renkei init NAME --root ROOT` and put the "
        "files into NAME/data/.",
    ]
    assert list(scratch.iterdir()) == []
    assert sorted(p.name for p in tmp_path.iterdir()) == ["scratch", "towns.ttl"]


def test_a_folder_of_files_is_served_whatever_they_are_called(
    renkei, served: list[Release], tmp_path: Path
) -> None:
    """Also by the names that mean something in a publication; a release may be kept."""
    for name in ("catalogue.ttl", "questions/q.ttl", "pages/p.ttl", ".hidden/h.ttl"):
        path = tmp_path / "many" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'<https://a.example/{path.stem}> <https://a.example/p> "x"@en .', "utf-8")

    renkei("serve", "many", "--releases", "kept")

    assert served[0].folder.parent == tmp_path / "kept"
    graphs = served[0].read("data.nq").decode()
    assert [line.split()[0] for line in graphs.splitlines() if line.count("<") == 2] == [
        "<https://a.example/catalogue>",
        "<https://a.example/p>",
        "<https://a.example/q>",
    ]


def test_several_files_compressed_or_not_are_one_publication(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.ttl").write_text(ONE, "utf-8")
    (tmp_path / "x.nt.gz").write_bytes(
        gzip.compress(b"<https://a.example/n> <https://a.example/p> 'n' .".replace(b"'", b'"'))
    )

    with bare_files.as_publication([tmp_path / "a" / "x.ttl", tmp_path / "x.nt.gz"]) as folder:
        read = sources.read(folder)

    assert [(file.relative, len(file.quads)) for file in read.files] == [
        ("a/x.ttl", 3),
        ("x.nt.gz", 1),
    ]
    assert not folder.exists()


def test_a_place_may_be_named_from_anywhere(
    scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `..` as well: nothing is linked to outside of what is removed again."""
    (tmp_path / "here" / "below").mkdir(parents=True)
    for name in ("x.ttl", "here/y.ttl"):
        (tmp_path / name).write_text(ONE, "utf-8")
    monkeypatch.chdir(tmp_path / "here" / "below")

    with bare_files.as_publication([Path("../../x.ttl"), Path("../y.ttl")]) as folder:
        read = [file.relative for file in sources.read(folder).files]
        inside = [path for path in scratch.rglob("*.ttl") if path.is_relative_to(folder)]

    assert (read, len(inside)) == (["here/y.ttl", "x.ttl"], 2)


def test_an_error_and_a_finding_name_the_file_where_it_stands(
    renkei, scratch: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.ttl").write_text("<https://a.example/s> a b:C .", "utf-8")
    (tmp_path / "odd.ttl").write_text(
        '<https://a.example/s> <https://a.example/p> "x"^^'
        "<http://www.w3.org/2001/XMLSchema#date> .",
        "utf-8",
    )

    told = renkei("serve", "bad.ttl", RENKEI_PORT="0")
    with bare_files.as_publication([tmp_path / "odd.ttl"]) as folder:
        places = [f.place for f in pipeline.check(folder).findings if f.place]

    assert told.returncode == 1
    assert told.stderr.startswith('bad.ttl:1:25: the prefix "b:" is not declared.')
    assert [(place.file, place.line) for place in places] == [("odd.ttl", 1)]
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["none.ttl"], "none.ttl: there is no such file or folder."),
        (["a.docx"], "a.docx: this is no format that is read."),
        (["empty"], "empty: there is no folder data/ here, and no file of a format that is read."),
        (["a.ttl", "whole"], "whole: this is a publication or a release"),
    ],
)
def test_what_cannot_be_served_is_named(
    names: list[str], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.docx").write_text("")
    (tmp_path / "a.ttl").write_text("")
    (tmp_path / "empty").mkdir()
    (tmp_path / "whole" / "data").mkdir(parents=True)

    with pytest.raises(SourceError) as refused, bare_files.as_publication([Path(n) for n in names]):
        pass

    assert str(refused.value).startswith(reason)


def test_being_told_to_end_leaves_nothing_behind(scratch: Path, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(ONE, "utf-8")

    with pytest.raises(SystemExit), bare_files.as_publication([tmp_path / "a.ttl"]):
        os.kill(os.getpid(), signal.SIGTERM)

    assert list(scratch.iterdir()) == []


def test_the_root_assumed_covers_most_things() -> None:
    most = {"https://data.city.jp/id/a", "https://data.city.jp/x/b", "https://w3id.org/z"}

    assert common_root(most) == "https://data.city.jp/"
    assert common_root({"https://data.city.jp/o#a", "https://data.city.jp/o#b"}) == (
        "https://data.city.jp/"
    )
    assert common_root(most | {f"https://example.org/{n}" for n in range(9)}) == (
        "https://data.city.jp/"
    )
    assert common_root({"urn:x:y"}) is None


@pytest.mark.parametrize("mark", ["/", "#"])
def test_a_root_ends_in_a_slash_or_a_hash(mark: str, publish) -> None:
    folder = publish({"data/a.ttl": ONE})

    config = sources.read(folder, f"https://a.example/things{mark}").config

    root = "https://a.example/" if mark == "#" else "https://a.example/things/"
    namespace = "https://a.example/things#" if mark == "#" else "https://a.example/things/ns#"
    assert (config.root, config.namespace) == (root, namespace)


def test_what_init_lays_out_does_not_decide_the_root_of_what_is_added(tmp_path: Path) -> None:
    scaffold.lay_out(tmp_path, None, None)
    (tmp_path / "data" / "own.ttl").write_text(
        ONE.replace("a.example", "data.city.jp").replace("b.example", "w3id.org"), "utf-8"
    )

    config = sources.read(tmp_path).config

    assert (config.root, config.title) == ("https://data.city.jp/", {"en": "A partnership"})


def test_init_adds_to_what_stands_there_and_changes_nothing_of_it(publish) -> None:
    folder = publish({"data/own.ttl": ONE.replace("a.example", "data.city.jp")})

    written = scaffold.lay_out(folder, None, "Own")

    assert [p.relative_to(folder).as_posix() for p in written] == ["data/catalogue.ttl"]
    assert (folder / "data" / "own.ttl").read_text() == ONE.replace("a.example", "data.city.jp")
    config = sources.read(folder).config
    assert (config.root, config.title, config.said) == (
        "https://data.city.jp/",
        {"en": "Own"},
        (),
    )
