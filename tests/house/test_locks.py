"""The lock files install on any day, with the oldest pip that a stock Python 3.11 brings.

The fault they are held against: pip's hash mode takes a package that is required with an
extra (`b[x]`) for one that nobody has pinned, where the lock names it without; it then wants
the newest, for which the lock has no hash. It shows from the day on which a newer one comes
out. Here it comes out in a folder of small wheels; nothing is fetched.
"""

from __future__ import annotations

import base64
import ensurepip
import hashlib
import itertools
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest
import uv
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
OLDEST = (23, 2)  # what Python 3.11 brings
EXTRAS_ARE_NO_MATTER = (23, 3)  # from this version of pip on


@dataclass(frozen=True)
class Pip:
    """A pip of this machine: how it is called, and its version."""

    command: tuple[str, ...]
    version: str

    @property
    def number(self) -> tuple[int, ...]:
        """Its first two parts, to compare."""
        return tuple(int(part) for part in self.version.split(".")[:2])


def pips() -> list[Pip]:
    """Every pip at hand, oldest first: the one that runs here, and the one Python brings."""
    found = [Pip((sys.executable, "-m", "pip"), metadata.version("pip"))]
    for wheel in (Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"):
        found.append(Pip((sys.executable, f"{wheel}/pip"), wheel.name.split("-")[1]))
    by_version = {pip.version: pip for pip in found if pip.number >= OLDEST}
    return sorted(by_version.values(), key=lambda pip: pip.number)


def wheel(folder: Path, name: str, version: str, *headers: str) -> None:
    """Write a wheel of nothing but metadata, with *headers* added to it."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{info}/METADATA": "\n".join(
            ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *headers, ""]
        ),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(text)},{len(text)}\n" for path, text in files.items())
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(path, text)


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder with `a`, which requires `b[x]`, and `b`, in the version of the lock's day."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    wheel(folder, "a", "1.0", "Requires-Dist: b[x]")
    wheel(folder, "b", "1.0", "Provides-Extra: x")
    return folder


def locked(wheels: Path, *more: str) -> Path:
    """Lock `a` as `make lock` does, with *more* options; a newer `b` comes out afterwards."""
    wanted, lock = wheels / "wanted.in", wheels / "stub.lock"
    wanted.write_text("a==1.0\n")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    told = subprocess.run(
        ["make", "-s", "--eval", "show-lock: ; @echo $(LOCK)", "show-lock"],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    options = told.stdout.split()[1:]
    local = ["--no-index", "--no-config", "--no-cache", "--find-links", str(wheels)]
    subprocess.run(
        [uv.find_uv_bin(), *options, *local, *more, str(wanted), "-o", str(lock)], check=True
    )
    wheel(wheels, "b", "2.0", "Provides-Extra: x")
    return lock


def install(pip: Pip, wheels: Path, lock: Path) -> tuple[list[str], str]:
    """Install *lock* beside *wheels*; what is then there, and what pip said."""
    target = wheels / f"installed-{pip.version}"
    told = subprocess.run(
        [
            *pip.command, "install", "-q", "--isolated", "--disable-pip-version-check",
            "--no-cache-dir", "--no-index", "--find-links", wheels, "--target", target,
            "--require-hashes", "-r", lock,
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return sorted(path.name for path in target.glob("*.dist-info")), told.stderr


@pytest.mark.parametrize("pip", pips(), ids=lambda pip: f"pip-{pip.version}")
def test_our_way_of_locking_installs_after_a_newer_version_came_out(pip: Pip, wheels: Path) -> None:
    lock = locked(wheels)

    assert "b[x]==1.0" in lock.read_text()
    assert install(pip, wheels, lock) == (["a-1.0.dist-info", "b-1.0.dist-info"], "")


@pytest.mark.parametrize("pip", pips(), ids=lambda pip: f"pip-{pip.version}")
def test_a_lock_without_extras_is_what_pip_refuses(pip: Pip, wheels: Path) -> None:
    """The reason for ours. From 23.3 on pip takes such a lock, in the version that it names."""
    lock = locked(wheels, "--strip-extras")
    found, said = install(pip, wheels, lock)

    assert "b==1.0" in lock.read_text()
    if pip.number >= EXTRAS_ARE_NO_MATTER:
        assert (found, said) == (["a-1.0.dist-info", "b-1.0.dist-info"], "")
    else:
        assert found == []
        assert "b[x]" in said
        assert "pinned with ==" in said


@dataclass(frozen=True)
class Pin:
    """A package in a lock file: the extras it stands there with, and its lines."""

    extras: frozenset[str]
    lines: frozenset[str]


def pins(lock: Path) -> dict[str, Pin]:
    """The packages of *lock* by name. A line is version, system and hashes."""
    found: dict[str, list[tuple[str, ...]]] = {}
    text = re.sub(r" \\\n +", " ", lock.read_text())
    for name, extras, line in re.findall(r"(?m)^([\w.-]+)(?:\[([\w,.-]+)\])?(==.*)$", text):
        found.setdefault(canonicalize_name(name), []).append((extras, line))
    return {
        name: Pin(
            frozenset(extra for extras, _ in lines for extra in extras.split(",") if extra),
            frozenset(line for _, line in lines),
        )
        for name, lines in found.items()
    }


# What a universal lock is for: each of these may say whether a requirement counts.
SYSTEMS: list[dict[str, str]] = [
    {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": platform,
        "platform_system": system,
        "os_name": kind,
    }
    for python in ("3.11", "3.12", "3.13", "3.14")
    for platform, system, kind in (
        ("linux", "Linux", "posix"),
        ("darwin", "Darwin", "posix"),
        ("win32", "Windows", "nt"),
    )
]


def required(name: str, extras: Iterable[str]) -> Iterator[Requirement]:
    """What *name* with *extras* requires on any system; nothing where it is not installed."""
    try:
        written = metadata.requires(name) or []
    except metadata.PackageNotFoundError:  # one for another system, as pywin32 is
        return
    for requirement in map(Requirement, written):
        if requirement.marker is None or any(
            requirement.marker.evaluate({**system, "extra": extra})
            for system in SYSTEMS
            for extra in ("", *extras)
        ):
            yield requirement


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_an_extra_that_a_package_requires_stands_in_the_lock(lock: Path) -> None:
    """Of every package that is locked and installed here, for every system it may run on."""
    pinned = pins(lock)
    missing = {
        f"{name} requires {wanted}"
        for name in pinned
        for wanted in required(name, pinned[name].extras)
        if (pin := pinned.get(canonicalize_name(wanted.name))) and wanted.extras - pin.extras
    }

    assert missing == set()


def test_locks_agree_on_every_package_they_share() -> None:
    """All are installed into one place, one after another."""
    for one, other in itertools.combinations(LOCKS, 2):
        ours, theirs = pins(one), pins(other)
        shared = ours.keys() & theirs.keys()

        assert {n: ours[n].lines for n in shared} == {n: theirs[n].lines for n in shared}, (
            f"{one.name} and {other.name}: run make lock"
        )
