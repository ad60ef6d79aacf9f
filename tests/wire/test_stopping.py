"""Starting, stopping and dying: as a good citizen, and leaving nothing behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.wire.conftest import (
    RUNAWAY,
    Door,
    Server,
    Start,
    answers_at,
    environment,
    free_port,
    installed,
    product,
    serve,
    sparql,
    start_proxy,
)
from tests.wire.processes import alive, becomes, family, is_signalled
from tests.wire.talk import Answer, answers, ask, connected, request, rest, until

DRAIN = 1.0
CROWD = 40  # connections that wait to be accepted
SETTINGS = {"drain_seconds": DRAIN, "query_seconds": 4, "engines": 2}


@pytest.fixture
def own(harbours: Path, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server of the test's own, whose temporary files are in a folder of its own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return start(harbours, **SETTINGS)


def status(port: int, target: str) -> int:
    """Return the status of an answer, or 0 where nobody listens any more."""
    try:
        return ask(port, target).status
    except (ConnectionError, ValueError):
        return 0


def left(folder: Path) -> list[str]:
    """Return what stands in the folder of temporary files."""
    return [path.name for path in (folder / "temporary").iterdir()]


# --- told to stop ---


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGINT])
def test_a_server_told_to_stop_ends_in_order_with_all_it_started(
    own: Server, tmp_path: Path, signal_: signal.Signals
) -> None:
    everyone = family(own.pid)
    own.process.send_signal(signal_)
    assert own.process.wait(20) == 0
    assert becomes(lambda: not alive(everyone))
    assert left(tmp_path) == []
    assert b"Traceback" not in own.log.read_bytes()


def test_ready_says_no_at_once_while_new_connections_are_still_answered(own: Server) -> None:
    """Who balances the load has the time of draining to look and to send readers elsewhere."""
    own.process.send_signal(signal.SIGTERM)
    assert becomes(lambda: status(own.port, "/health/ready") == 503, DRAIN)
    answer = ask(own.port, "/doc/hafen/altwarp", "Accept: text/turtle")
    assert answer.status == 200
    assert becomes(lambda: status(own.port, "/health/live") == 0)
    assert own.process.wait(20) == 0


def test_answers_of_a_server_that_stops_close_their_connections(own: Server) -> None:
    """Those of connections that stood open before as well: the next request goes elsewhere."""
    asked = request("/health/live", close=False)
    with connected(own.port) as held:
        held.sendall(asked)
        assert b"connection: close" not in until(held, rb"\r\n\r\n.*\}").lower()
        own.process.send_signal(signal.SIGTERM)
        assert becomes(lambda: status(own.port, "/health/ready") == 503, DRAIN)
        held.sendall(asked)
        said, closed = rest(held)
    (answer,) = answers(said, closed=closed)
    assert (answer.status, answer.header("connection").lower()) == (200, "close")


def test_what_is_in_flight_when_a_server_stops_is_answered(own: Server) -> None:
    """One that lasts longer than draining, and a body that is still being sent."""
    slow = f"SELECT (COUNT(*) AS ?n) {{ {product(6)} }}"
    body = b"ASK {}"
    lines = ("Content-Type: application/sparql-query", f"Content-Length: {len(body)}")
    with connected(own.port) as one, connected(own.port) as two:
        one.sendall(request(sparql(slow), "Accept: text/csv"))
        two.sendall(request("/sparql", *lines, method="POST") + body[:3])
        assert own.busy()
        own.process.send_signal(signal.SIGTERM)
        time.sleep(DRAIN / 2)
        two.sendall(body[3:])
        (sent,) = answers(rest(two)[0])
        (late,) = answers(rest(one)[0])
    assert (sent.status, late.status) == (200, 504)  # by its own bound, and said so
    assert own.process.wait(20) == 0


def test_a_connection_that_asks_nothing_does_not_hold_a_server_that_stops(own: Server) -> None:
    with connected(own.port) as held:
        held.sendall(request("/health/live", close=False))
        until(held, rb"\r\n\r\n")
        own.process.send_signal(signal.SIGTERM)
        assert own.process.wait(DRAIN + 3) == 0


def test_a_reader_who_takes_nothing_does_not_hold_a_server_that_stops(own: Server) -> None:
    with connected(own.port, buffer=4096) as held:
        held.sendall(request("/dumps/data.nq", close=False) * 30)
        until(held, rb"\r\n\r\n")
        own.process.send_signal(signal.SIGTERM)
        assert own.process.wait(DRAIN + SETTINGS["query_seconds"] + 5) == 0


def test_none_of_those_who_ask_while_a_server_stops_is_lost(own: Server) -> None:
    """Each request that was taken has its answer; each that was not is told by the connection."""
    own.process.send_signal(signal.SIGTERM)
    seen: list[object] = []
    number = 0
    while own.process.poll() is None:
        number += 1
        seen.append(_asked(own.port, sparql(f"ASK {{}} # {number}")))
        time.sleep(0.01)
    assert set(seen) <= {200, "refused"}
    assert 200 in seen


def test_nor_is_any_of_those_whose_connections_wait_to_be_accepted(own: Server) -> None:
    """The serving process stands still until it is told to stop, and a crowd has come by then."""
    (worker,) = workers(own)
    own.process.send_signal(signal.SIGTERM)
    os.kill(worker, signal.SIGSTOP)
    with contextlib.ExitStack() as all_:
        crowd = [all_.enter_context(connected(own.port)) for _ in range(CROWD)]
        for held in crowd:
            held.sendall(request("/doc/hafen/altwarp.ttl"))
        assert becomes(lambda: is_signalled(worker))
        os.kill(worker, signal.SIGCONT)
        assert Counter(map(_said_on, crowd)) == {200: CROWD}
    assert own.process.wait(20) == 0


def _asked(port: int, target: str) -> object:
    """Return the status, or `refused` where nothing could be sent, or how it was lost."""
    try:
        held = socket.create_connection(("127.0.0.1", port), 10)
    except ConnectionRefusedError:
        return "refused"
    with held:
        try:
            held.sendall(request(target))
        except ConnectionError:
            return "refused"
        return _said_on(held)


def _said_on(held: socket.socket) -> object:
    said, closed = rest(held)
    found = answers(said, closed=closed)
    if not found:
        return "closed without a word" if closed else "reset"
    return found[0].status if found[0].whole else "cut short"


@pytest.mark.parametrize("name", ["nginx", "haproxy"])
def test_behind_a_proxy_nobody_sees_more_than_that_it_is_away(
    own: Server, name: str, tmp_path: Path
) -> None:
    installed(name)
    (tmp_path / name).mkdir()
    door = start_proxy(name, own, tmp_path / name)
    assert door.proxy is not None
    try:
        own.process.send_signal(signal.SIGTERM)
        seen: list[Answer] = []
        while own.process.poll() is None:
            seen.append(door.ask("/health/live"))
        seen.append(door.ask("/doc/hafen/altwarp"))
    finally:
        door.proxy.terminate()
        door.proxy.wait(10)
    assert {answer.status for answer in seen} <= {200, 503}
    assert (seen[-1].status, seen[-1].header("retry-after")) == (503, "5")


# --- starting ---


def test_a_second_server_on_a_port_says_so_in_one_line_and_ends(
    direct: Door, harbours: Path
) -> None:
    ended = subprocess.run(
        serve(harbours, direct.port), capture_output=True, text=True, timeout=30, env=environment()
    )
    lines = [line for line in (ended.stdout + ended.stderr).splitlines() if line.strip()]
    assert ended.returncode not in (0, None)
    assert len(lines) == 1, lines
    assert lines[0].startswith("port: ")  # the name of the setting; values are never said
    assert direct.ask("/health/ready").status == 200


def test_a_server_starts_again_where_another_has_just_ended(
    own: Server, start: Start, harbours: Path
) -> None:
    """Connections of the former that still linger do not keep the port."""
    with connected(own.port) as held:
        held.sendall(request("/health/live", close=False))
        until(held, rb"\r\n\r\n")
        own.process.send_signal(signal.SIGTERM)
        own.process.wait(20)
        assert start(harbours, own.port, **SETTINGS).port == own.port


# --- dying ---


def workers(server: Server) -> set[int]:
    """Return the processes whose socket readers are connected to, the first one apart."""
    with connected(server.port) as held:
        held.sendall(request("/health/live", close=False))
        until(held, rb"\r\n\r\n")
        return _holders(server, held.getsockname()[1]) - {server.pid}


def _holders(server: Server, client: int) -> set[int]:
    inode = ""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        if [int(words[n].partition(":")[2], 16) for n in (1, 2)] == [server.port, client]:
            inode = f"socket:[{words[9]}]"
    return {pid for pid in family(server.pid) if inode in _files(pid)}


def _files(pid: int) -> set[str]:
    found = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.add(str(entry.readlink()))
        except OSError:
            continue
    return found


def killed(server: Server) -> set[int]:
    """Kill a serving process; return it and those it had started."""
    assert becomes(lambda: answers_at(server.port), 20), "it did not come back"
    (worker, *_) = workers(server)
    everyone = family(worker)
    os.kill(worker, signal.SIGKILL)
    return everyone


@pytest.mark.parametrize("times", [1, 3])
def test_a_serving_process_that_is_killed_comes_back(
    own: Server, tmp_path: Path, times: int
) -> None:
    """Also three times within seconds; what it had started goes with it."""
    before = len(family(own.pid))
    gone: set[int] = set()
    for _ in range(times):
        gone |= killed(own)
    assert becomes(lambda: answers_at(own.port), 20)
    assert becomes(lambda: not alive(gone)), "something outlives its parent"
    assert becomes(lambda: len(family(own.pid)) <= before)
    own.process.send_signal(signal.SIGTERM)
    assert own.process.wait(20) == 0
    assert left(tmp_path) == []


def test_a_serving_process_killed_at_work_takes_its_engines_along(own: Server) -> None:
    with connected(own.port) as held:
        held.sendall(request(sparql(RUNAWAY)))
        assert own.busy()
        gone = killed_while_busy(own, held.getsockname()[1])
    assert becomes(lambda: not alive(gone))  # to end, a process needs a processor
    assert becomes(lambda: answers_at(own.port), 20)


def killed_while_busy(server: Server, client: int) -> set[int]:
    """Kill the process that answers *client*; return it and those it had started."""
    holders = _holders(server, client) - {server.pid}
    everyone = set().union(*map(family, holders))
    for pid in holders:
        os.kill(pid, signal.SIGKILL)
    return everyone


def test_an_engine_that_is_killed_is_replaced(own: Server) -> None:
    (worker, *_) = workers(own)
    for pid in family(worker) - {worker}:
        os.kill(pid, signal.SIGKILL)
    assert becomes(lambda: status(own.port, sparql("ASK {} # after")) == 200)


@pytest.mark.parametrize("busy", [False, True])
def test_a_main_process_that_is_killed_takes_all_along(own: Server, busy: bool) -> None:
    everyone = family(own.pid)
    with connected(own.port) as held:
        if busy:
            held.sendall(request(sparql(RUNAWAY)))
            assert own.busy()
            everyone |= family(own.pid)
        own.process.kill()
        own.process.wait()
        assert becomes(lambda: not alive(everyone))
    assert becomes(lambda: status(own.port, "/health/live") == 0, 2)


# --- TLS ---


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 of an authority of its own, and its key."""
    installed("openssl")
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "certificate.pem", folder / "key.pem"
    options = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", *options, *names, "-out", str(made), "-keyout", str(key)]
    subprocess.run(command, check=True, capture_output=True)
    return made, key


@pytest.fixture
def secure(
    harbours: Path, certificate: tuple[Path, Path], tmp_path: Path
) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """Curl, asking a server that speaks TLS."""
    installed("curl")
    made, key = certificate
    port = free_port()
    log = (tmp_path / "log").open("wb")
    env = environment(tls_certificate=made, tls_key=key, engines=1)
    process = subprocess.Popen(serve(harbours, port), stdout=log, stderr=log, env=env)

    def curl(*words: str, trusted: bool = True) -> subprocess.CompletedProcess[str]:
        trust = ["--cacert", str(made)] if trusted else []
        command = ["curl", "-sS", "-m", "10", *trust, *words]
        at = f"https://127.0.0.1:{port}/health/ready"
        return subprocess.run([*command, at], capture_output=True, text=True)

    assert becomes(lambda: process.poll() is not None or curl().returncode == 0, 30)
    assert process.poll() is None, (tmp_path / "log").read_text()
    yield curl
    Server(process, port, tmp_path / "log").stop()
    log.close()


def test_curl_asks_over_tls_and_trusts_the_certificate_it_was_given(
    secure: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    asked = secure("-o", os.devnull, "-w", "%{http_code} %{scheme} %{ssl_verify_result}")
    assert asked.stdout == "200 HTTPS 0"
    assert secure(trusted=False).returncode == 60  # curl: the certificate cannot be verified
    assert secure("--tls-max", "1.1", "--tlsv1.0").returncode != 0


def test_a_client_that_speaks_no_tls_to_it_is_no_trouble(
    secure: Callable[..., subprocess.CompletedProcess[str]], certificate: tuple[Path, Path]
) -> None:
    port = int(secure("-o", os.devnull, "-w", "%{remote_port}").stdout)
    with connected(port) as held:
        held.sendall(request("/health/live"))
        said, _ = rest(held)
    assert b"200 OK" not in said
    context = ssl.create_default_context(cafile=str(certificate[0]))
    with connected(port) as plain, context.wrap_socket(plain, server_hostname="127.0.0.1") as held:
        held.sendall(request("/health/live"))
        assert answers(rest(held)[0])[0].status == 200


@pytest.mark.parametrize("given", ["certificate only", "key only", "another's key", "no file"])
def test_tls_that_cannot_work_is_refused_at_the_start_by_name(
    harbours: Path, certificate: tuple[Path, Path], tmp_path: Path, given: str
) -> None:
    made, key = certificate
    settings: dict[str, object] = {"tls_certificate": made, "tls_key": key}
    if given == "certificate only":
        del settings["tls_key"]
    elif given == "key only":
        del settings["tls_certificate"]
    elif given == "no file":
        settings["tls_key"] = tmp_path / "nowhere.pem"
    else:
        settings["tls_key"] = shutil.copy(made, tmp_path / "other.pem")
    command = serve(harbours, free_port())
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=30, env=environment(**settings)
    )
    assert ended.returncode not in (0, None)
    assert "RENKEI_TLS_" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "PRIVATE KEY" not in ended.stderr
