"""Whatever file of a release is damaged, and however: it is named, and what is whole goes on."""

from __future__ import annotations

import logging
import select
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.errors import FileDamaged, ReleaseError
from renkei.integrity import Comparison, Seal, State
from renkei.release import INDEX, WORDS, Manifest, Release, open_release, verify
from renkei.serve.api import downloads, health
from renkei.serve.app import create_app
from renkei.serve.http import files
from renkei.stores import open_store
from renkei.stores.base import Store

SETTINGS = Settings(public_url="https://data.example.org/area/", engines=1)
QUERY = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 9"
LOADED = ("data.nq", "description.nq", "context.jsonld")  # without these nothing is answered
ALL = "every address"


def _flip(path: Path) -> None:
    """Change one bit in the middle, in place."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    with path.open("r+b") as file:
        file.write(content)


def _replace(path: Path) -> None:
    """Put another file of equal size in its place, with the times of the first."""
    other = path.with_name("other")
    other.write_bytes(b"x" * path.stat().st_size)
    shutil.copystat(path, other)
    other.replace(path)


def _overwrite(path: Path) -> None:
    """Write other bytes over it, as many, and set its times back."""
    times = path.with_name("times")
    times.touch()
    shutil.copystat(path, times)
    with path.open("r+b") as file:
        file.write(b"\0" * path.stat().st_size)
    shutil.copystat(times, path)
    times.unlink()


def _cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\n")


HARMS: dict[str, Callable[[Path], object]] = {
    "one bit changed": _flip,
    "cut": _cut,
    "emptied": lambda path: path.write_bytes(b""),
    "removed": Path.unlink,
    "grown": _grow,
    "replaced": _replace,
    "overwritten": _overwrite,
}
# Nothing is known of a file before the start: it has other bytes, another size, or is not there.
BEFORE = ("one bit changed", "cut", "removed")
NAMES = (
    "catalogue.ttl", "data.nq", "description.nq", "history.ttl", INDEX, "report.json", "report.ttl",
    "void.ttl",
    "dumps/shapes.ttl", "dumps/vocabulary.ttl",
    *(f"pages/{n}" for n in ("Hafen.html", "haefen.html", "mitglieder.rq", "nachbarn.rq")),
    "pages/pages.json", "pages/tiefen.rq", WORDS,
    *(f"dumps/data.{s}" for s in ("jsonld", "nq", "nt", "rdf", "trig", "ttl")),
    *(f"dumps/data.{s}.gz" for s in ("jsonld", "nq", "nt", "rdf", "trig", "ttl")),
)  # fmt: skip
# Addresses, and the file that each is answered from besides what the store has loaded.
PROBES = {
    "/sparql?format=csv&query=" + QUERY.replace(" ", "%20").replace("?", "%3F"): "",
    "/search?q=hafen": INDEX,
    "/catalogue.ttl": "catalogue.ttl",
    "/.well-known/void.ttl": "void.ttl",
    "/report.ttl": "report.ttl",
    "/dumps/data.ttl": "dumps/data.ttl",
    "/shapes.html": "",
    "/hints?query=ASK%20%7B%7D": WORDS,
}
HELD = ("catalogue.ttl", WORDS)  # read at the start, and answered from memory
WORDED = {"report.json": ("/shapes.html",)}  # pages that say what they cannot show, and go on


@pytest.fixture(scope="module")
def store(miniature: Release) -> Iterator[Store]:
    """A store over the release while it was whole."""
    held = open_store(miniature, SETTINGS)
    yield held
    held.close()


@pytest.fixture(scope="module")
def whole(miniature: Release, store: Store) -> dict[str, tuple[int, bytes]]:
    """What each probe answers over the release that is whole."""
    return _answers(create_app(miniature, store, SETTINGS).test_client())


@pytest.fixture(scope="module")
def running(
    miniature: Release, store: Store, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Release, FlaskClient]]:
    """A server that began over a whole copy."""
    folder = tmp_path_factory.mktemp("running") / miniature.manifest.id
    shutil.copytree(miniature.folder, folder)
    release = open_release(folder)
    yield release, create_app(release, store, SETTINGS).test_client()
    release.compared.close()


@pytest.fixture
def copy(miniature: Release, tmp_path: Path) -> Path:
    """A copy of the release that may be harmed."""
    folder = tmp_path / miniature.manifest.id
    shutil.copytree(miniature.folder, folder)
    return folder


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FRESH_SECONDS", 0.0)


def _answers(client: FlaskClient) -> dict[str, tuple[int, bytes]]:
    found = {}
    for address in PROBES:
        with client.get(address) as answer:
            found[address] = (answer.status_code, answer.data)
    return found


def _is_named(
    client: FlaskClient, release: Release, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The file is refused by name, `ready` lists it, and the log tells its path and digests."""
    identifier = release.manifest.id
    ready = client.get("/health/ready")
    with client.get(f"/releases/{identifier}/{name}") as refused:
        problem = refused.get_json()
        told = {key: problem.get(key) for key in ("status", "file", "release")}
    entry, log = release.manifest.files.get(name), caplog.text

    assert told == {"status": 503, "file": name, "release": identifier}
    assert str(release.folder.parent) not in refused.text
    assert (ready.status_code, ready.get_json()["degraded"]) == (200, [name])
    assert log.count(f"{release.folder / name} is not what was packed") == 1
    assert entry is None or entry.sha256 in log


def _goes_on(
    client: FlaskClient, name: str, before: dict[str, tuple[int, bytes]], start: bool
) -> None:
    """What does not need the file *name* is answered as before, and what does is refused."""
    after = _answers(client)
    excepted = WORDED.get(name, ()) if start else ()

    for address, needed in PROBES.items():
        if needed == name and (start or name not in HELD):
            assert after[address][0] == 503, address
        elif address in excepted:
            assert after[address][0] == 200
            assert name in after[address][1].decode()
            assert name not in before[address][1].decode()
        else:
            assert after[address] == before[address], address


def test_every_file_of_a_release_is_harmed_here(miniature: Release) -> None:
    assert sorted(NAMES) == sorted(miniature.manifest.files)


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("name", NAMES)
def test_a_file_changed_under_a_running_server_is_named_and_the_rest_goes_on(
    name: str,
    harm: str,
    running: tuple[Release, FlaskClient],
    miniature: Release,
    whole: dict[str, tuple[int, bytes]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    release, client = running
    path = release.folder / name
    HARMS[harm](path)
    try:
        with caplog.at_level(logging.ERROR, "renkei.release"):
            if harm == "one bit changed" or name in PROBES.values():
                _goes_on(client, name, whole, start=False)
            _is_named(client, release, name, caplog)
    finally:
        shutil.copyfile(miniature.folder / name, path)

    assert client.get("/health/ready").get_json()["degraded"] == []


def test_a_release_that_was_mended_answers_as_before(
    running: tuple[Release, FlaskClient], whole: dict[str, tuple[int, bytes]]
) -> None:
    """After all that was done to it above, without a new start."""
    assert _answers(running[1]) == whole


def test_of_threads_that_find_the_same_damage_at_once_one_logs_it(
    copy: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who looks at all files and who answers a request come together now and then."""

    def slowly(_: Seal) -> bool:
        time.sleep(0.05)  # all others arrive meanwhile
        return True

    monkeypatch.setattr(Seal, "settled", property(slowly))
    compared = Comparison("r", copy, open_release(copy).manifest.files)
    _cut(copy / "data.nq")
    together = [threading.Thread(target=compared.compare, args=("data.nq",)) for _ in range(4)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()

    assert len(caplog.records) == 1


@pytest.mark.parametrize("harm", BEFORE)
@pytest.mark.parametrize("name", NAMES)
def test_a_file_damaged_before_the_start_is_named_and_the_rest_goes_on(
    name: str,
    harm: str,
    copy: Path,
    store: Store,
    whole: dict[str, tuple[int, bytes]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """*store* stands for another engine: it was loaded from what was whole."""
    HARMS[harm](copy / name)
    release = open_release(copy)
    try:
        with caplog.at_level(logging.ERROR, "renkei.release"):
            client = create_app(release, store, SETTINGS).test_client()
            _goes_on(client, name, whole, start=True)
            _is_named(client, release, name, caplog)
    finally:
        release.compared.close()

    assert verify(release) == [name]


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("name", NAMES)
def test_whatever_harmed_a_file_before_the_start_is_seen(name: str, harm: str, copy: Path) -> None:
    HARMS[harm](copy / name)
    release = open_release(copy)
    release.compared.begin()

    assert {n for n, state in release.compared.states().items() if state in health.DAMAGED} == {
        name
    }
    assert verify(release) == [name]


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("name", ["data.nq", "description.nq"])
def test_nothing_is_answered_from_data_that_were_damaged_before_the_start(
    name: str, harm: str, copy: Path
) -> None:
    HARMS[harm](copy / name)

    with pytest.raises(FileDamaged) as refused:
        open_store(open_release(copy), SETTINGS)

    assert refused.value.name == name


def test_data_exchanged_while_they_are_loaded_are_not_served(copy: Path) -> None:
    """What was loaded is compared, not what stands there afterwards."""
    release = open_release(copy)
    data = (copy / "data.nq").read_bytes()
    shutil.copyfile(copy / "dumps/data.nt", copy / "data.nq")
    opened = open_store(release, SETTINGS, wait=False)
    try:
        loaded = opened._supervisor._process.stdout  # type: ignore[attr-defined]
        assert select.select([loaded], [], [], 60)[0]  # it has been loaded
        (copy / "data.nq").write_bytes(data)

        with pytest.raises(FileDamaged) as refused:
            opened.ready()
    finally:
        opened.close()

    assert refused.value.name == "data.nq"


@pytest.mark.parametrize("harm", HARMS)
def test_a_harmed_manifest_is_refused_at_the_start(harm: str, copy: Path) -> None:
    HARMS[harm](copy / "manifest.json")
    if harm == "grown":
        with (copy / "manifest.json").open("a") as file:
            file.write("{}")

    with pytest.raises(ReleaseError) as refused:
        open_release(copy)

    assert str(copy) in str(refused.value)


def test_no_letter_of_a_manifest_can_be_changed_unnoticed(miniature: Release) -> None:
    content = (miniature.folder / "manifest.json").read_bytes()
    passed = []
    for place in range(0, len(content), 3):
        changed = bytearray(content)
        changed[place] ^= 1
        try:
            Manifest.from_json(changed.decode(), Path("m.json"))
        except (ReleaseError, UnicodeDecodeError):
            continue
        passed.append(content[place - 20 : place + 20])

    assert passed == []


@pytest.mark.parametrize("harm", HARMS)
def test_a_manifest_harmed_under_a_running_server_is_named(
    harm: str,
    running: tuple[Release, FlaskClient],
    miniature: Release,
    whole: dict[str, tuple[int, bytes]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    release, client = running
    path = release.folder / "manifest.json"
    HARMS[harm](path)
    try:
        _is_named(client, release, "manifest.json", caplog)
        assert _answers(client) == whole
    finally:
        shutil.copyfile(miniature.folder / "manifest.json", path)


@pytest.mark.parametrize("harm", HARMS)
def test_a_file_changed_while_it_is_sent_is_broken_off_or_whole(
    harm: str, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that goes under another name, or has none any more, is still the one it was."""
    monkeypatch.setattr(files, "PIECE", 1000)
    release = open_release(copy)
    content = (copy / "data.nq").read_bytes()
    pieces = iter(downloads.part_of(release, "data.nq", 0, len(content)))
    sent = next(pieces)
    HARMS[harm](copy / "data.nq")
    try:
        sent += b"".join(pieces)
    except OSError:
        assert harm not in ("removed", "replaced")
    else:
        assert harm in ("removed", "replaced")
        assert sent == content


def test_what_one_process_compared_another_knows(copy: Path) -> None:
    """Both were forked from one that had opened the release; neither reads the file again."""
    import os

    time.sleep(0.06)  # so that the times of the files tell a later change
    release = open_release(copy)
    pid = os.fork()
    if pid == 0:
        os._exit(release.compared.compare(INDEX) is not State.WHOLE)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    assert code == 0
    assert release.compared.state(INDEX) is State.WHOLE
    assert release.compared.state("data.nq") is State.WAITING


def test_large_files_are_compared_while_serving_and_ready_says_so(
    copy: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renkei.integrity.AT_ONCE", 1000)
    watch = Comparison.watch
    monkeypatch.setattr(Comparison, "watch", lambda self: None)
    time.sleep(0.06)
    release = open_release(copy)
    client = create_app(release, store, SETTINGS).test_client()
    early = client.get("/health/ready")
    monkeypatch.setattr(Comparison, "watch", watch)
    client.get("/health/ready")
    until = time.monotonic() + 10
    number = len(release.manifest.files) + 1  # and the manifest
    whole = {"all": number, "whole": number}
    while (late := client.get("/health/ready").get_json()["files"]) != whole:
        assert time.monotonic() < until, late
        time.sleep(0.05)
    release.compared.close()

    assert early.status_code == 200
    assert early.get_json()["files"]["comparing"].endswith(f"of {number} files are compared")
    assert early.get_json()["files"]["whole"] < 22
