"""The process that loads a release and forks engines, seen by who started it."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from renkei.config import Settings
from renkei.errors import (
    StoreUnavailable,
)
from renkei.integrity import Seal
from renkei.rdf.serialization import context_of
from renkei.release import TERMS, Release
from renkei.stores.oxigraph.frames import (
    DEATH,
    DEATHS,
    folder_of_sockets,
)
from renkei.stores.oxigraph.service_proxy import ServiceProxy
from renkei.stores.prefork import end, python_path

log = logging.getLogger("renkei.stores")

START_SECONDS = 300.0
ASIDE = 2  # long queries that may stand aside, for each turn
CAUSE_SECONDS = 2.0  # how long it may take until it is known why an engine ended


class Engines:
    """The engines of a supervisor, as anybody finds them who knows the path of its socket."""

    def __init__(self, socket_path: str, services: Mapping[str, str] | None = None) -> None:
        self.socket_path = socket_path
        self._services = services or {}
        self.statements: int | None = None
        self.guards: list[str] = []  # of the kernel; known when ready

    @property
    def alive(self) -> bool:
        """Whether engines can be had, as far as that is known here."""
        return True

    def ready(self) -> None:
        """Return when the release has been loaded. Raises StoreUnavailable."""

    def services(self) -> Mapping[str, str]:
        """Return where each endpoint is asked that a query may reach, once that is known."""
        return self._services

    def cause(self, pid: int) -> int | None:
        """Return the signal that ended engine *pid*; None where nobody said in time."""
        path = Path(self.socket_path).with_name(DEATHS)
        until = time.monotonic() + CAUSE_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                ended: dict[int, int] = dict(DEATH.iter_unpack(_whole(path.read_bytes())))
                if pid in ended:
                    return ended[pid]
            time.sleep(0.005)
        return None

    def close(self) -> None:
        """Let the engines be: they are another's."""


def _whole(data: bytes) -> bytes:
    return data[: len(data) - len(data) % DEATH.size]


class Supervisor(Engines):
    """The process that loads the release and forks engines, seen by who started it.

    *socket_path* is where another supervisor of this store stood that has died; *beside* is how
    many processes use the engines beside who started it, each of which keeps one.
    """

    def __init__(
        self,
        release: Release,
        settings: Settings,
        relay: ServiceProxy | None = None,
        socket_path: str = "",
        beside: int = 0,
    ) -> None:
        if not socket_path:
            socket_path = str(folder_of_sockets() / "engines")
        super().__init__(socket_path)
        self._folder = Path(socket_path).parent
        self._folder.mkdir(mode=0o700, exist_ok=True)
        Path(socket_path).unlink(missing_ok=True)
        self._relay = relay
        self._handover, theirs = socket.socketpair()
        self.statements = release.manifest.counts.get("statements")
        order = _order(release, settings, self.socket_path, beside)
        order |= {"relay": relay and relay.port, "handover": theirs.fileno()}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "renkei.stores.oxigraph.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={
                "PATH": os.defpath,
                "PYTHONPATH": python_path(),
                "PYTHONHASHSEED": "0",
                "RUST_BACKTRACE": "0",
                "LC_ALL": "C.UTF-8",
                "PYTHONDONTWRITEBYTECODE": "1",
                # glibc keeps 7 freed pieces of a size at hand, and queries free many more;
                # with this one takes a fifth less time
                "GLIBC_TUNABLES": "glibc.malloc.tcache_count=127",
            },
            cwd="/",
            pass_fds=(theirs.fileno(),),
        )
        theirs.close()
        orders = self._process.stdin
        assert orders is not None
        with contextlib.suppress(BrokenPipeError):  # it ended: what it says is read below
            orders.write(json.dumps(order).encode() + b"\n")
            orders.flush()
        self._loading = threading.Lock()
        self._loaded = False
        self._release = release
        self._files = [] if order["folder"] else _loaded(release)
        self._files += [TERMS] if order["terms"] else []

    def ready(self) -> None:
        """Return when the release has been loaded, and what was loaded is what was packed.

        Raises StoreUnavailable, and FileDamaged.
        """
        if self._loaded:
            return
        with self._loading:
            if self._loaded:
                return
            output = self._process.stdout
            assert output is not None
            ready = b""
            if not output.closed and select.select([output], [], [], START_SECONDS)[0]:
                ready = output.readline()
            try:
                self._check(json.loads(ready) if ready.startswith(b"{") else {})
            except BaseException:
                self.close()
                raise
            self._guarded(json.loads(ready))
            self._loaded = True
            output.close()

    def _guarded(self, said: dict[str, Any]) -> None:
        """Take note of what guards the engines, and say what does not."""
        self.guards = said["guards"]
        if not self.guards:
            log.warning(
                "The kernel lets no engine be confined; only that it has no file descriptor free "
                "keeps a query from files and sockets. See docs/operating.md, Guards."
            )
        if self._relay is None:
            return
        if not said["services"]:
            log.warning(
                "SERVICE is off: the kernel does not let an engine be kept to the endpoints "
                "of RENKEI_SERVICES. See docs/operating.md, Guards."
            )
            return
        self._services = self._relay.addresses
        with contextlib.suppress(BlockingIOError):  # the engines are in our network
            self._handover.setblocking(False)
            listeners = socket.recv_fds(self._handover, 16, 1)[1]
            for listener in listeners:
                self._relay.listen(socket.socket(fileno=listener))

    def services(self) -> Mapping[str, str]:
        """Return where each endpoint is asked that a query may reach, once that is known."""
        if self._relay is not None:
            self.ready()
        return self._services

    def _check(self, said: dict[str, Any]) -> None:
        """Compare what was loaded while it was loaded; *said* is how the system saw the files.

        Raises FileDamaged, and StoreUnavailable where all are whole and yet not loaded.
        """
        compared = self._release.compared
        if "damaged" in said:
            raise compared.damage(said["damaged"])
        compared.require(*self._files)
        if not said:
            raise StoreUnavailable(
                "Release %(name)s could not be loaded.",
                "The lines above say why; pack the publication again.",
                name=self._release.manifest.id,
            )
        for name, seal in zip(self._files, said["seals"], strict=True):
            if compared.seen(name)[1] != Seal(*seal):
                raise compared.damage(name)  # changed between loading and comparing

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the supervisor and its engines, and take its folder away."""
        end(self._process, self._folder)
        self._handover.close()


def _loaded(release: Release) -> list[str]:
    """Return the files of *release* that a store in memory is loaded from."""
    return [name for name in ("data.nq", "description.nq") if name in release.manifest.files]


def _order(release: Release, settings: Settings, path: str, beside: int) -> dict[str, Any]:
    manifest = release.manifest
    quads = manifest.counts.get("quads", 0)
    index = release.folder / "store"
    in_memory = quads <= settings.memory_statements or not index.is_dir()
    return {
        "socket": path,
        "files": [str(release.path(n)) for n in _loaded(release)],
        "folder": None if in_memory else str(index),
        "terms": str(release.path(TERMS)) if TERMS in manifest.files else None,
        "engines": (1 + ASIDE) * settings.engines + beside,
        "memory": settings.query_memory,
        "release": manifest.id,
        "root": manifest.root,
        "roles": asdict(manifest.roles),
        "naming": asdict(manifest.naming),
        "prefixes": manifest.prefixes,
        "context": context_of(release),
        "context_address": f"{settings.public}context.jsonld",
    }
