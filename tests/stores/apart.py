"""Run a piece of a test as another process: as another user, confined, or in a container."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

NOBODY = 65534


def apart(function: Callable[[], Any], user: int | None = None) -> Any:
    """Return what *function* returns in a forked process, as *user* where that is another.

    An error in there is an error here.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            if user is not None:
                become(user)
            said = True, function()
        except BaseException as error:
            said = False, f"{type(error).__name__}: {error}"
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(pickle.dumps(said))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    well, value = pickle.loads(data) if data else (False, f"ended with {status}")
    assert well, value
    return value


def become(user: int) -> None:
    """Be *user*, without any right of root's."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    os.environ["HOME"] = "/"


def users() -> list[Any]:
    """The users that a guard must hold for: who runs the tests, and nobody where that is root."""
    return [pytest.param(None, id="us"), pytest.param(NOBODY, id="an ordinary user")]


def need(user: int | None, program: bool = False) -> None:
    """Skip where the test cannot be run as *user*, who starts our *program* anew."""
    if user is None:
        return
    if os.geteuid() != 0:
        pytest.skip("only root can become another user; the other test is as an ordinary one")

    def starts() -> bool:
        command = [sys.executable, "-c", "import renkei, pyoxigraph"]
        try:
            return subprocess.run(command, capture_output=True, check=False).returncode == 0
        except PermissionError:
            return False

    if program and not apart(starts, user):
        pytest.skip("this checkout, or this Python, cannot be read by an ordinary user")
