"""Whether the files of a release are what was packed: each compared with its size and SHA-256.

What is used whole is compared as it is read (`read`), so that no change can slip in between.
What is sent or left to another program is compared once, and known afterwards by what the
system says of the file (inode, size, times): a file changed in place is another one, and is
compared again. The results stand in memory that forked processes share, one word for each
file; a word names the state of the file *and* the file it is about, and is written in one
piece, so no lock is needed and a process may be killed at any time.

Nothing here knows who serves or packs. Damage is logged where it is found, with the path and
both digests; an error tells a reader the name of the file and no path of this machine.
"""

from __future__ import annotations

import hashlib
import logging
import mmap
import os
import stat
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Protocol

from renkei.errors import FileDamaged

AT_ONCE = 64 << 20  # bytes compared before anything is answered; the rest while serving
LOOK_EVERY = 2.0  # seconds between looks at all files
ASLEEP = 15.0  # seconds after which who looks is taken to have ended
ENDED = 2**64 - 1  # stands where somebody looked, once nobody shall
SETTLED = 0.05  # seconds a file must be old for its times to tell a later change
log = logging.getLogger("renkei.release")


class State(Enum):
    """What is known of a file."""

    WHOLE = "whole"
    DAMAGED = "damaged"
    MISSING = "missing"
    WAITING = "not yet compared"


class PackedFile(Protocol):
    """What a manifest says of a file."""

    @property
    def size(self) -> int: ...

    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True)
class Seal:
    """What the system says of a file; a change in place gives another."""

    inode: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, found: os.stat_result) -> Seal:
        """Return the seal of a file from what `stat` found."""
        return cls(found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)

    @property
    def settled(self) -> bool:
        """Whether a change from now on gives another seal: times have a grain."""
        return abs(time.time() - self.changed / 1e9) > SETTLED

    def mark(self, state: State) -> int:
        """Return the word that says *state* of the file with this seal."""
        place = list(State).index(state)
        word = hash((place, self.inode, self.size, self.modified, self.changed))
        return word & (2**64 - 1) or 1


class Comparison:
    """The files of one release in *folder*, compared with *entries*, name by name."""

    def __init__(self, identifier: str, folder: Path, entries: Mapping[str, PackedFile]) -> None:
        self._id, self._folder, self._entries = identifier, folder, entries
        self._paths = {name: str(folder / name) for name in entries}
        self._place = {name: place for place, name in enumerate(entries)}
        # one word for each file, and one that says when somebody last looked at all
        self._words = memoryview(mmap.mmap(-1, 8 * (len(entries) + 1))).cast("Q")
        self._locks: dict[tuple[int, str], threading.Lock] = {}

    def state(self, name: str) -> State:
        """Return what is known of the file *name*, without reading it."""
        return self.seen(name)[0]

    def states(self) -> dict[str, State]:
        """Return what is known of every file."""
        return {name: self.state(name) for name in self._entries}

    def seen(self, name: str) -> tuple[State, Seal | None]:
        """Return what is known of the file *name*, and its seal where there is such a file."""
        try:
            found = os.stat(self._paths[name])  # noqa: PTH116 - before every question
        except OSError:
            return State.MISSING, None
        seal = Seal.of(found)
        word = self._words[self._place[name]]
        if not stat.S_ISREG(found.st_mode) or seal.size != self._entries[name].size:
            return State.DAMAGED, seal
        if word == seal.mark(State.WHOLE):
            return State.WHOLE, seal
        harmed = word in (seal.mark(State.DAMAGED), seal.mark(State.WAITING))
        return (State.DAMAGED if harmed else State.WAITING), seal

    def compare(self, name: str) -> State:
        """Return whether the file *name* is whole; it is read where that is not known yet."""
        if self._to_read(name):
            with self._lock("read"):  # one process reads it once
                if self._to_read(name):
                    return self._read(name)
        state, seal = self.seen(name)
        if state is not State.WHOLE:
            self._note(name, seal, state.value if seal is None else f"{seal.size} bytes")
        return state

    def _to_read(self, name: str) -> bool:
        """Say whether *name* has to be read: not compared yet, or just as it was changed."""
        state, seal = self.seen(name)
        if state is not State.DAMAGED or seal is None:
            return state is State.WAITING
        again = self._words[self._place[name]] == seal.mark(State.WAITING)
        return again and seal.size == self._entries[name].size

    def require(self, *names: str) -> None:
        """Return when the files *names* are whole. Raises FileDamaged."""
        for name in names:
            if self.compare(name) is not State.WHOLE:
                raise self.damage(name)

    def read(self, name: str) -> bytes:
        """Return the file *name*; the bytes that come back are those of the manifest.

        Raises FileDamaged.
        """
        try:
            content = (self._folder / name).read_bytes()
        except OSError:
            content = None
        if content is None or hashlib.sha256(content).hexdigest() != self._entries[name].sha256:
            self.compare(name)
            raise self.damage(name)
        return content

    def open(self, name: str) -> BinaryIO:
        """Return the file *name*, open at its beginning and whole. Raises FileDamaged.

        It may be changed while it is read: see `still`.
        """
        try:
            file = (self._folder / name).open("rb")
        except OSError:
            self.compare(name)
            raise self.damage(name) from None
        try:
            self.still(name, file)
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return file

    def still(self, name: str, file: BinaryIO) -> None:
        """Return where the open *file* holds what was packed as *name*. Raises FileDamaged.

        It is read again where it changed since it was compared; its position is lost then.
        """
        seal = Seal.of(os.fstat(file.fileno()))
        if self._words[self._place[name]] == seal.mark(State.WHOLE):
            return
        with self._lock("read"):
            if self._judge(name, file) is not State.WHOLE:
                raise self.damage(name)

    def damage(self, name: str) -> FileDamaged:
        """Return the error that names the file *name*."""
        return FileDamaged(name, self._id)

    def begin(self, first: Iterable[str] = ()) -> None:
        """Compare the files *first*, then the small ones, up to AT_ONCE bytes in all."""
        leading = [name for name in first if name in self._entries]
        order = sorted(self._entries, key=lambda n: (n not in leading, self._entries[n].size))
        taken = 0
        for name in order:
            taken += self._entries[name].size
            if taken > AT_ONCE:
                return
            self.compare(name)

    def watch(self) -> None:
        """See that some process looks at all files again and again; damage is logged.

        It compares what is left and what was changed. Where one looks already, nothing is
        done; where the process that looked has ended, this one takes over.
        """
        looked = self._words[-1]
        if looked != ENDED and (not looked or time.monotonic() - looked > ASLEEP):
            self._words[-1] = int(time.monotonic())
            threading.Thread(target=self._look, name="compare", daemon=True).start()

    def close(self) -> None:
        """Have nobody look any more, in whichever process."""
        self._words[-1] = ENDED

    def _look(self) -> None:
        while True:
            for name in self._entries:
                if self._words[-1] == ENDED:
                    return
                self._words[-1] = int(time.monotonic())
                self.compare(name)
            time.sleep(LOOK_EVERY)

    def _lock(self, purpose: str) -> threading.Lock:
        """Return a lock of this process: one held while it forked would never be free."""
        return self._locks.setdefault((os.getpid(), purpose), threading.Lock())

    def _read(self, name: str) -> State:
        try:
            with (self._folder / name).open("rb") as file:
                return self._judge(name, file)
        except OSError as error:
            self._note(name, self.seen(name)[1], error.strerror or "unreadable")
            return State.DAMAGED

    def _judge(self, name: str, file: BinaryIO) -> State:
        """Compare the open *file* with what was packed as *name*, and remember the outcome."""
        file.seek(0)
        seal = Seal.of(os.fstat(file.fileno()))
        digest = self._digest(file)
        if digest != self._entries[name].sha256:
            self._note(name, seal, f"SHA-256 {digest}")
            return State.DAMAGED
        with self._lock("note"):  # what another thread found of a later state stands
            if Seal.of(os.fstat(file.fileno())) == seal and seal.settled:
                self._words[self._place[name]] = seal.mark(State.WHOLE)
        return State.WHOLE

    def _digest(self, file: BinaryIO) -> str:
        """Return the SHA-256 of the rest of *file*; that somebody works is told meanwhile."""
        digest = hashlib.sha256()
        while piece := file.read(1 << 20):
            digest.update(piece)
            if self._words[-1] not in (0, ENDED):
                self._words[-1] = int(time.monotonic())
        return digest.hexdigest()

    def _note(self, name: str, seal: Seal | None, found: str) -> None:
        """Remember that a file is not whole, and log it where that is new."""
        seal = seal or Seal(0, 0, 0, 0)
        place = self._place[name]
        with self._lock("note"):  # of two threads that find the same, one logs it
            told = self._words[place] in (seal.mark(State.DAMAGED), seal.mark(State.WAITING))
            # a file that changed just now may be mended without another time: it is read again
            self._words[place] = seal.mark(State.DAMAGED if seal.settled else State.WAITING)
        if told:
            return
        entry = self._entries[name]
        log.error(
            "%s is not what was packed: %s found, %d bytes with SHA-256 %s expected. "
            "Pack the publication again, or copy release %s again.",
            self._folder / name, found, entry.size, entry.sha256, self._id,
        )  # fmt: skip


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hex, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
