"""What authors wrote reaches neither the network nor files while a release is made.

Each text is held against a listener that is there, and again with the reading of the text put
aside, so that only the kernel stands in the way.
"""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei import confinement
from renkei.errors import RenkeiError, RuleError
from renkei.pack import inference, pipeline, sealed, tables, validation
from renkei.pack.reading.terms import graph_of
from tests.pack.conftest import Publish

DATA = "<https://example.org/id/a> <https://example.org/ns#near> <https://example.org/id/b> ."
ROOT = "https://example.org/"


class Listener:
    """Counts who connects, and hangs up."""

    def __init__(self) -> None:
        self.came = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._socket.getsockname()[1]}/x"
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.came += 1
            connection.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    held = Listener()
    yield held
    held.close()


def test_the_listener_is_reached_by_who_is_not_sealed(listener: Listener) -> None:
    """What the other tests stand on."""
    with pytest.raises(OSError):
        list(ox.Store().query(f"SELECT * {{ SERVICE <{listener.endpoint}> {{ ?s ?p ?o }} }}"))
    assert listener.came == 1


HIDDEN = 'CONSTRUCT {{ ?s ?p ?o }} {{ FILTER(1<2#>"""\n) SERVICE {} {{ ?s ?p ?o }} #""" )\n}}'
PLAIN = "CONSTRUCT {{ ?s ?p ?o }} {{ SERVICE {} {{ ?s ?p ?o }} }}"
SILENT = HIDDEN.replace("SERVICE", "service silent")


@pytest.mark.parametrize("text", [HIDDEN, PLAIN, SILENT], ids=["hidden", "plain", "silent"])
def test_a_rule_with_a_service_is_refused(publish: Publish, listener: Listener, text: str) -> None:
    folder = publish({"data/a.ttl": DATA, "data/rules/1.rq": text.format(f"<{listener.endpoint}>")})

    with pytest.raises(RuleError, match="SERVICE may not be used"):
        pipeline.check(folder, ROOT, "A")
    assert listener.came == 0


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the reading of texts aside; skips where only that stands in the way."""
    if not confinement.can_be_offline():
        pytest.skip("nothing can be confined here: texts are read, and that is all")
    for module in (inference, tables):
        monkeypatch.setattr(module, "asks_others", lambda text: False)


@pytest.mark.usefixtures("unread")
def test_a_rule_that_no_reading_catches_is_refused_by_the_kernel(
    publish: Publish, listener: Listener
) -> None:
    text = HIDDEN.format(f"<{listener.endpoint}>")
    folder = publish({"data/a.ttl": DATA, "data/rules/1.rq": text})

    with pytest.raises(RuleError, match=r"1\.rq: SERVICE may not be used"):
        pipeline.check(folder, ROOT, "A")
    assert listener.came == 0


TABLE = """
@prefix csvw: <http://www.w3.org/ns/csvw#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
<https://example.org/table/a> a csvw:Table ; sh:select '''{}''' .
"""
SELECT = HIDDEN.replace("CONSTRUCT {{ ?s ?p ?o }}", "SELECT *")


def a_table(endpoint: str) -> None:
    tables._rows(ox.NamedNode("urn:t"), SELECT.format(f"<{endpoint}>"), ox.Store())


def test_a_table_with_a_service_is_refused(listener: Listener) -> None:
    with pytest.raises(RuleError, match="asks another server"):
        a_table(listener.endpoint)
    assert listener.came == 0


@pytest.mark.usefixtures("unread")
def test_a_table_that_no_reading_catches_is_refused_by_the_kernel(listener: Listener) -> None:
    with pytest.raises(RuleError, match="asks another server"):
        sealed.sealed(lambda: a_table(listener.endpoint))
    assert listener.came == 0


SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:shape> a sh:NodeShape ; sh:targetNode <urn:a> ; sh:sparql [ sh:select '''{}''' ] .
"""
SHAPES = [
    pytest.param("SELECT $this ?value { SERVICE <E> { $this ?p ?value } }", id="plain"),
    pytest.param(
        "SELECT $this ?value { # what pySHACL passes over\n SERVICE#\n<E> { $this ?p ?value } }",
        id="behind a remark",
    ),
    pytest.param(
        'SELECT $this { FILTER(1<2#>"""\n) SERVICE <E> { $this ?p ?o } #""" )\n}', id="hidden"
    ),
]


@pytest.mark.parametrize("text", SHAPES)
def test_a_shape_reaches_nobody(listener: Listener, text: str) -> None:
    """It is a finding, by pySHACL or by the kernel, and not a run without findings."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.Literal("x")))
    query = text.replace("<E>", f"<{listener.endpoint}>")
    shapes = graph_of(ox.parse(SHAPE.format(query), ox.RdfFormat.TURTLE))

    (finding,) = validation.validate(store, shapes)
    assert (finding.severity, listener.came) == ("Violation", 0)
    assert finding.message("en").startswith("This constraint cannot be run: ")


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(lambda: Path("/etc/hostname").read_bytes(), id="a file"),
        pytest.param(lambda: Path("/etc").iterdir().__next__(), id="a folder"),
        pytest.param(lambda: Path("/tmp/sealed").write_text(""), id="writing"),
        pytest.param(lambda: socket.socket(socket.AF_UNIX), id="a UNIX socket"),
        pytest.param(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM), id="UDP"),
        pytest.param(lambda: socket.create_connection(("127.0.0.1", 9)), id="TCP"),
        pytest.param(lambda: subprocess.run(["/bin/true"], check=False), id="a program"),
    ],
)
def test_what_is_sealed_reaches_nothing(attempt: Callable[[], object]) -> None:
    if not confinement.can_be_offline():
        pytest.skip("nothing can be confined here")
    with pytest.raises(PermissionError):
        sealed.sealed(attempt)


def test_who_called_is_not_sealed(tmp_path: Path) -> None:
    """The seal is that of one thread; serving goes on beside it."""
    assert sealed.sealed(lambda: threading.current_thread().name) == "offline"
    socket.socket(socket.AF_UNIX).close()
    (tmp_path / "a").write_text("")
    assert subprocess.run(["/bin/true"], check=False).returncode == 0


def test_what_is_raised_in_the_seal_is_raised_outside() -> None:
    def fail() -> None:
        raise RenkeiError("as it was")

    with pytest.raises(RenkeiError, match="as it was"):
        sealed.sealed(fail)


INNOCENT = [
    "# SERVICE <x>\nSELECT * { ?s ?p 'SERVICE <x> {}' }",
    "PREFIX service: <urn:service/> SELECT ?service { ?service service:a service:b }",
    'SELECT * { ?s ?p """SERVICE""" , <urn:SERVICE> FILTER(?s != "#service") }',
]


@pytest.mark.parametrize("text", INNOCENT)
def test_the_word_alone_is_no_service(text: str) -> None:
    assert not sealed.asks_others(text)


PIECES = ['"""', "'''", '"', "'", "\n", "#", "<", ">", " ", "\\", "a", "1<2", "#>", "(", ")", "||"]


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.lists(st.sampled_from(PIECES), max_size=8))
def test_no_service_that_the_engine_reads_is_overlooked(
    before: list[str], after: list[str]
) -> None:
    """Whatever stands around it: if the engine would ask somebody, the text is told so."""
    text = (
        f"SELECT * {{ {{}} {''.join(before)} SERVICE <http://127.0.0.1:1/> {{ ?s ?p ?o }} "
        f"{''.join(after)}\n}}"
    )

    def asks() -> bool:
        try:
            list(ox.Store().query(text))  # type: ignore[arg-type]
        except SyntaxError:
            return False
        except OSError:
            return True
        return False

    assert sealed.asks_others(text) or not sealed.sealed(asks)
