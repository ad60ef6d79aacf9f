"""Run operations in OpenRefine over a column of names, and print the table as it exports it.

    python openrefine.py <operations, as OpenRefine extracts and applies them>

OpenRefine runs without a window, on a free port and in a folder that goes again. What a person
clicks is asked of the same addresses: make a project, apply operations, export.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tests.protocol.conftest import free_port

NAMES = "name\n小樽市\n江別市\n当別町\n"
START_SECONDS = 60.0
RECON_SECONDS = 60.0


class OpenRefine:
    """A running OpenRefine."""

    def __init__(self, folder: Path) -> None:
        self.base = f"http://127.0.0.1:{(port := free_port())}/command/core/"
        words = ["openrefine", "-i", "127.0.0.1", "-p", str(port), "-d", str(folder)]
        self._process = subprocess.Popen(
            [*words, "-x", "refine.headless=true"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(folder)},
            start_new_session=True,
        )

    def wait(self) -> None:
        """Wait until it answers. Raises TimeoutError."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            with contextlib.suppress(URLError, ConnectionError):
                self.ask("get-version")
                return
            time.sleep(0.3)
        raise TimeoutError("OpenRefine does not answer")

    def ask(self, command: str, said: dict[str, str] | None = None, **asked: str) -> bytes:
        """Return the answer to a command; one that changes something *said* as a form."""
        if said is not None:
            asked["csrf_token"] = json.loads(self.ask("get-csrf-token"))["token"]
        address = f"{self.base}{command}?{urlencode(asked)}"
        body = None if said is None else urlencode(said).encode()
        with urlopen(address, body, timeout=60) as answer:
            return bytes(answer.read())

    def table(self, text: str) -> str:
        """Make a project of a table in CSV, as from a file that is chosen; return its number."""
        token = json.loads(self.ask("get-csrf-token"))["token"]
        name = 'name="project-name"\r\n\r\nnames'
        file = f'name="project-file"; filename="names.csv"\r\nContent-Type: text/csv\r\n\r\n{text}'
        parts = [f"--x\r\nContent-Disposition: form-data; {part}\r\n" for part in (name, file)]
        address = f"{self.base}create-project-from-upload?{urlencode({'csrf_token': token})}"
        form = {"Content-Type": "multipart/form-data; boundary=x"}
        with urlopen(Request(address, "".join([*parts, "--x--\r\n"]).encode(), form)) as answer:
            return str(answer.url).partition("project=")[2]

    def apply(self, project: str, operations: str) -> None:
        """Apply operations, and wait for those that take long. Raises TimeoutError."""
        self.ask("apply-operations", {"project": project, "operations": operations})
        until = time.monotonic() + RECON_SECONDS
        while json.loads(self.ask("get-processes", project=project))["processes"]:
            if time.monotonic() > until:
                raise TimeoutError("OpenRefine goes on")
            time.sleep(0.3)

    def export(self, project: str) -> str:
        """Return the table in CSV."""
        engine = json.dumps({"facets": [], "mode": "row-based"})
        said = {"project": project, "format": "csv", "engine": engine}
        return self.ask("export-rows/names.csv", said).decode()

    def stop(self) -> None:
        """End it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def main(operations: str) -> str:
    """Return the table of names once the *operations* are done."""
    with tempfile.TemporaryDirectory(prefix="openrefine-") as folder:
        refine = OpenRefine(Path(folder))
        try:
            refine.wait()
            project = refine.table(NAMES)
            refine.apply(project, operations)
            return refine.export(project)
        finally:
            refine.stop()


if __name__ == "__main__":
    print(main(Path(sys.argv[1]).read_text("utf-8")), end="")
