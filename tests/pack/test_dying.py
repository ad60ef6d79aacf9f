"""A pack that dies at any moment leaves a whole current release, and the next pack works.

A hook in the child counts every write, flush to disk, link and rename, and kills the
process, or fails the disk, at the one that was asked for.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from renkei.errors import ReleaseError
from renkei.pack import pipeline
from renkei.release import Release, open_release, verify

MINIATURE = Path(__file__).parents[1] / "miniature"

# Run in the child: step K of all that touches the disk under the releases is its last.
# One import serves many deaths: a fork for each.
CHILD = """
import errno, os, signal, sys
from pathlib import Path
from renkei.pack import pipeline, release_writer

folder, releases, how = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
checked = pipeline.check(folder)

def at(step):
    left = [step]
    def dying(act):
        def acted(*words, **options):
            left[0] -= 1
            if left[0] == 0:
                if how == "kill":
                    os.kill(os.getpid(), signal.SIGKILL)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return act(*words, **options)
        return acted
    os.fsync = dying(os.fsync)
    for name in ("mkdir", "rename", "replace", "symlink_to", "write_text", "unlink"):
        setattr(Path, name, dying(getattr(Path, name)))
    plain = release_writer.Making.write
    def halved(self, name, content):
        content = content if isinstance(content, bytes) else b"".join(content)
        left[0] -= 1
        if left[0] == 0:
            os.makedirs((self.folder / name).parent, exist_ok=True)
            with (self.folder / name).open("wb") as file:
                file.write(content[: len(content) // 2])
                file.flush()
                if how == "kill":
                    os.kill(os.getpid(), signal.SIGKILL)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        plain(self, name, content)
    release_writer.Making.write = halved
    release_writer.Making.compress = dying(release_writer.Making.compress)
    return left

pipeline.check = lambda *words, **options: checked
for step in sys.stdin:
    child = os.fork()
    if child == 0:
        code = 3
        try:
            left = at(int(step))
            pipeline.pack(folder, Path(releases))
            code = 0 if left[0] > 0 else 4
        except Exception as error:
            print("said", type(error).__name__, error, flush=True)
        os._exit(code)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """A publication that changed since its release was made, and the releases."""
    folder, releases = tmp_path / "publication", tmp_path / "releases"
    shutil.copytree(MINIATURE, folder)
    pipeline.pack(folder, releases)
    _change(folder)
    return folder, releases


def whole(releases: Path) -> str:
    """The id of the current release. It and all others must be whole to the last byte."""
    for path in releases.iterdir():
        if path.is_dir() and not path.name.startswith("."):
            assert verify(open_release(path)) == []
    release = open_release(releases / "current")
    assert verify(release) == []
    return release.manifest.id


def put_back(releases: Path, former: str) -> None:
    """Undo what a pack did: back to one release, the former, with leavings kept."""
    for path in releases.iterdir():
        if path.is_dir() and not path.is_symlink() and path.name != former:
            shutil.rmtree(path)
    link = releases / "back"
    link.symlink_to(former)
    link.replace(releases / "current")


@pytest.mark.parametrize("how, first", [("kill", 1), ("disk full", 2)])
def test_a_pack_that_dies_at_any_step_harms_nothing(
    how: str, first: int, two: tuple[Path, Path]
) -> None:
    """Killed at the odd steps, out of space at the even ones."""
    folder, releases = two
    former = whole(releases)
    deaths, ends = 0, set()
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, folder, releases, how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin
        assert child.stdout
        for step in range(first, 300, 2):
            child.stdin.write(f"{step}\n")
            child.stdin.flush()
            line = child.stdout.readline().split(maxsplit=2)
            said = ""
            if line[0] == "said":
                said = line[1]
                line = child.stdout.readline().split()
            ends.add(whole(releases))
            if int(line[1]) == 0:
                break
            if how == "kill":
                assert int(line[1]) == -signal.SIGKILL, (step, said)
            else:
                assert (int(line[1]), said) == (3, "ReleaseError"), step
                if former == whole(releases):
                    assert not list(releases.glob(".making-[0-9a-f]*"))
            deaths += 1
            if step % 7 == 0 and step < 60:  # as good as any: the next pack works on what is left
                pipeline.pack(folder, releases)
                assert whole(releases) != former
            put_back(releases, former)
        child.stdin.close()

    assert deaths > 30
    assert len(ends) == 2
    pipeline.pack(folder, releases)
    assert sorted(p.name for p in releases.iterdir() if p.name.startswith(".")) == [".lock"]


def test_a_pack_killed_at_any_time_harms_nothing(two: tuple[Path, Path]) -> None:
    """Killed by the clock, without a hook, through its whole life."""
    folder, releases = two
    former = whole(releases)
    for tenth in (6, 9, 10, 11, 12, 14):
        child = subprocess.Popen(
            [sys.executable, "-c", "from renkei.cli import main; main()",
             "pack", folder, "--releases", releases],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            child.wait(tenth / 10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        whole(releases)
        put_back(releases, former)

    made, _ = pipeline.pack(folder, releases)
    assert whole(releases) == made.manifest.id != former


def test_a_bound_on_file_sizes_is_told_with_the_next_step(two: tuple[Path, Path]) -> None:
    """The disk says no; the officer is told what to do, and the former release stays."""
    folder, releases = two
    former = whole(releases)

    told = subprocess.run(
        [sys.executable, "-c", "from renkei.cli import main; main()",
         "pack", folder, "--releases", releases],
        capture_output=True, text=True, check=False, env=os.environ | {"LC_ALL": "C.UTF-8"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000)),
    )  # fmt: skip

    assert (told.returncode, told.stderr) == (
        1,
        "The release cannot be written: File too large. The present release stays as it is. "
        f"See to free space and permissions in {releases}, then run it again.\n",
    )
    assert whole(releases) == former
    assert not list(releases.glob(".making-*"))


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("mount"), reason="only root can mount a small disk"
)
def test_a_full_disk_is_told_with_the_next_step(two: tuple[Path, Path], tmp_path: Path) -> None:
    folder, _ = two
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True, check=False
    ).returncode:
        pytest.skip("this machine does not let root mount a small disk")
    try:
        with pytest.raises(ReleaseError) as refused:
            pipeline.pack(folder, disk / "releases")
        left = [p.name for p in (disk / "releases").iterdir()]
    finally:
        subprocess.run(["umount", disk], check=True)

    assert "No space left on device" in str(refused.value)
    assert left == [".lock"]


def test_two_packs_at_once_wait_for_each_other(two: tuple[Path, Path]) -> None:
    folder, releases = two
    command = [sys.executable, "-c", "from renkei.cli import main; main()"]
    children = [
        subprocess.Popen(
            [*command, "pack", folder, "--releases", releases],
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    told = [child.communicate()[1] for child in children]

    assert [child.returncode for child in children] == [0, 0], told
    assert whole(releases)
    assert sorted(p.name for p in releases.iterdir() if p.name.startswith(".")) == [".lock"]


def test_the_link_to_the_current_release_is_never_missing(tmp_path: Path) -> None:
    """A reader who looks all the time always finds one whole release or the other."""
    folder, releases = tmp_path / "publication", tmp_path / "releases"
    shutil.copytree(MINIATURE, folder)
    first, _ = pipeline.pack(folder, releases)
    _change(folder)
    second, _ = pipeline.pack(folder, releases)
    seen: set[str] = set()
    faults: list[Exception] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            try:
                seen.add(open_release(releases / "current").manifest.id)
            except Exception as error:
                faults.append(error)

    reader = threading.Thread(target=look)
    reader.start()
    for turn in range(300):
        _turn(releases, (first, second)[turn % 2])
    done.set()
    reader.join()

    assert faults == []
    assert seen == {first.manifest.id, second.manifest.id}


def _change(folder: Path) -> None:
    """Change a fact of the publication, and its version with it."""
    for name, old, new in (
        ("data/sources/register.trig", "hv:depth 4", "hv:depth 5"),
        ("data/catalogue.ttl", 'owl:versionInfo "0.1.0"', 'owl:versionInfo "0.2.0"'),
    ):
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))


def _turn(releases: Path, release: Release) -> None:
    from renkei.pack import release_writer

    release_writer.point(releases, release, "digest")
