"""The embedded store: right answers, kept bounds, and deaths that cost nobody else anything."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from renkei.config import Settings
from renkei.confinement import Confinement
from renkei.errors import (
    AnswerTooLarge,
    DeadlineExceeded,
    QueryError,
    RenkeiError,
    StoreUnavailable,
)
from renkei.rdf import formats
from renkei.rdf.authored import NOTHING
from renkei.rdf.formats import TABLE_FORMATS, Format
from renkei.release import Release
from renkei.sparql.federation import Resolved
from renkei.stores import prefork
from renkei.stores.base import Limits, Query
from renkei.stores.oxigraph import worker
from renkei.stores.oxigraph.frames import QUERY, frame
from renkei.stores.oxigraph.store import EmbeddedStore
from tests.stores.world import CONTEXT, ROOT, make_release

ROOMY = Limits(10.0, 1000, 1 << 20)
RUNAWAY = "SELECT (COUNT(*) AS ?n) {" + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(12)) + "}"
HUNGRY = (
    "SELECT (STRLEN(?z) AS ?n) { BIND('%s' AS ?a) BIND(REPLACE(?a,'a',?a) AS ?b) "
    "BIND(REPLACE(?b,'a',?a) AS ?c) BIND(REPLACE(?c,'a',?a) AS ?d) BIND(REPLACE(?d,'a',?a) AS ?e) "
    "BIND(REPLACE(?e,'a',?a) AS ?z) }" % ("a" * 90)
)
PATIENCE = 60.0  # seconds to wait for what should come at once, on the busiest of machines
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
GRAPHS = (ROOT + "graph/north", ROOT + "graph/south")


def ask(
    store: EmbeddedStore,
    text: str,
    fmt: Format = formats.RESULTS_JSON,
    limits: Limits = ROOMY,
    **how: object,
) -> bytes:
    form = how.pop("form", "select")
    return b"".join(store.answer(Query(text, form, **how), fmt, limits))  # type: ignore[arg-type]


def count(store: EmbeddedStore, text: str, **how: object) -> int:
    answer = json.loads(ask(store, text, **how))  # type: ignore[arg-type]
    return int(answer["results"]["bindings"][0]["n"]["value"])


def test_a_select_gives_terms(store: EmbeddedStore) -> None:
    rows = store.select(
        "SELECT ?depth { ?port <https://example.org/harbours/ns#depth> ?depth }",
        {"port": ox.NamedNode(ROOT + "id/brindisi")},
    )
    assert rows == [
        {
            "depth": ox.Literal(
                "14.5", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
            )
        }
    ]


@pytest.mark.parametrize("fmt", formats.TABLE_FORMATS, ids=lambda f: f.name)
def test_rows_are_counted_exactly_in_every_format(store: EmbeddedStore, fmt: Format) -> None:
    """Labels hold quotes, braces and line ends, which are also the marks of the formats."""
    text = (
        "SELECT * { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l . ?a a ?b "
        'OPTIONAL { ?s <a:none> ?none } BIND("\\"},{\\"\\r\\n<result>\\\\" AS ?hard) }'
    )
    whole = ox.Store()
    rows = len(store.select(text))
    assert rows == 12
    ask(store, text, fmt, Limits(5, rows, 1 << 20))
    with pytest.raises(AnswerTooLarge):
        ask(store, text, fmt, Limits(5, rows - 1, 1 << 20))
    assert len(whole) == 0


@pytest.mark.parametrize("fmt", formats.TABLE_FORMATS, ids=lambda f: f.name)
def test_rows_are_counted_across_the_pieces_of_a_long_answer(
    store: EmbeddedStore, fmt: Format
) -> None:
    rows = 11**3
    with pytest.raises(AnswerTooLarge):
        ask(store, LARGE, fmt, Limits(5, rows - 1, 1 << 30))
    body = ask(store, LARGE, fmt, Limits(5, rows, 1 << 30))
    assert len(body) > 3 * 64 * 1024


def test_the_rows_of_unbound_variables_count_too(store: EmbeddedStore) -> None:
    text = "SELECT ?none { ?a ?b ?c OPTIONAL { ?a <a:none> ?none } }"
    with pytest.raises(AnswerTooLarge):
        ask(store, text, limits=Limits(5, 10, 1 << 20))
    ask(store, text, limits=Limits(5, 11, 1 << 20))


def test_an_answer_over_the_byte_bound_is_refused(store: EmbeddedStore) -> None:
    with pytest.raises(AnswerTooLarge, match="20000 bytes"):
        ask(store, LARGE, limits=Limits(5, 100_000, 20_000))


def test_a_partial_answer_has_the_first_rows_and_says_so(store: EmbeddedStore) -> None:
    answer = store.answer(
        Query(LARGE, "select", partial=True), formats.RESULTS_JSON, Limits(5, 7, 1 << 20)
    )
    said = json.loads(b"".join(answer))
    assert answer.cut
    assert len(said["results"]["bindings"]) == 7
    assert said["head"]["link"] == ["http://127.0.0.1:8000/sparql#partial"]


def test_a_partial_answer_that_is_whole_says_nothing(store: EmbeddedStore) -> None:
    answer = store.answer(
        Query("SELECT * { ?s a ?o } LIMIT 3", "select", partial=True),
        formats.RESULTS_XML,
        Limits(5, 3, 1 << 20),
    )
    assert b"<link" not in b"".join(answer)
    assert not answer.cut


def test_a_partial_graph_is_marked_in_a_comment(store: EmbeddedStore) -> None:
    answer = store.answer(
        Query("CONSTRUCT WHERE { ?s ?p ?o }", "construct", partial=True),
        formats.TURTLE,
        Limits(5, 4, 1 << 20),
    )
    body = b"".join(answer)
    assert answer.cut
    assert body.startswith(b"# Partial: the first 4 statements.")
    assert len(list(ox.parse(body, ox.RdfFormat.TURTLE))) == 4


@pytest.mark.parametrize(
    "text, form",
    [
        ("SELECT ?s { ?s ?p ?o }", "select"),
        ("SELECT ?s { FILTER(false) }", "select"),
        ("SELECT * { }", "select"),
        ('SELECT ?x { VALUES ?x { "a\\nb" } }', "select"),
        ("ASK { ?s ?p ?o }", "ask"),
        ("ASK { FILTER(false) }", "ask"),
    ],
)
def test_every_line_of_a_table_as_text_has_its_end(
    store: EmbeddedStore, text: str, form: str
) -> None:
    assert ask(store, text, formats.CSV, form=form).endswith(b"\r\n")
    assert ask(store, text, formats.TSV, form=form).endswith(b"\n")


@pytest.mark.parametrize("fmt", formats.GRAPH_FORMATS, ids=lambda f: f.name)
def test_a_description_is_symmetric_and_labelled(store: EmbeddedStore, fmt: Format) -> None:
    body = ask(store, f"DESCRIBE <{ROOT}id/trieste>", fmt, form="describe")
    if fmt is formats.JSON_LD:
        document = json.loads(body)
        assert document["@context"] == CONTEXT["@context"]
        nodes = {n["id"]: n for n in document["@graph"]}
        assert nodes["h:venezia"]["near"] == "h:trieste"
        assert nodes["h:trieste"]["label"] == {"it": "Trieste", "ja": "トリエステ"}
        return
    assert fmt.rdf is not None
    found = {str(q.triple) for q in ox.parse(body, fmt.rdf)}
    thing, other = f"<{ROOT}id/trieste>", f"<{ROOT}id/venezia>"
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    assert found == {
        f"{thing} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{ROOT}ns#Harbour>",
        f'{thing} {label} "Trieste"@it',
        f'{thing} {label} "トリエステ"@ja',
        f'{thing} <{ROOT}ns#depth> "18"^^<http://www.w3.org/2001/XMLSchema#integer>',
        f"{other} <{ROOT}ns#near> {thing}",
        f"{other} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{ROOT}ns#Harbour>",
        f'{other} {label} "Venezia"@it',
    }


def test_a_small_graph_is_written_the_same_each_time(store: EmbeddedStore) -> None:
    text = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } ORDER BY RAND()"
    bodies = {ask(store, text, formats.TURTLE, form="construct") for _ in range(5)}
    assert len(bodies) == 1
    assert bodies.pop().startswith(b"@prefix def:")


@pytest.mark.parametrize(
    ("text", "how", "number"),
    [
        ("SELECT (COUNT(*) AS ?n) { ?s a ?o }", {}, 3),
        ("SELECT (COUNT(*) AS ?n) { ?s a ?o }", {"default_graphs": GRAPHS, "named_graphs": ()}, 3),
        (f"SELECT (COUNT(*) AS ?n) FROM <{GRAPHS[0]}> FROM <{GRAPHS[1]}> {{ ?s a ?o }}", {}, 3),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?o } }", {}, 4),
        (
            "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?o } }",
            {"default_graphs": (), "named_graphs": GRAPHS[:1]},
            2,
        ),
        (
            f"SELECT (COUNT(*) AS ?n) FROM <{GRAPHS[0]}> {{ ?s a ?o }}",
            {"default_graphs": GRAPHS[1:], "named_graphs": ()},
            2,
        ),
        (
            "SELECT (COUNT(*) AS ?n) { ?s a ?o }",
            {"default_graphs": ("https://example.org/unknown",), "named_graphs": ()},
            0,
        ),
        ("SELECT (COUNT(*) AS ?n) FROM <file:///etc/passwd> { ?s ?p ?o }", {}, 0),
    ],
)
def test_the_dataset_is_the_one_asked_for(
    store: EmbeddedStore, text: str, how: dict[str, object], number: int
) -> None:
    """A statement of two graphs counts once in their merge; FROM fetches nothing."""
    assert count(store, text, **how) == number


def test_a_runaway_is_gone_at_its_deadline(store: EmbeddedStore) -> None:
    started = time.monotonic()
    with pytest.raises(DeadlineExceeded) as stopped:
        ask(store, RUNAWAY, limits=Limits(0.5, 10, 1000))
    assert 0.5 <= time.monotonic() - started < PATIENCE  # undisturbed, it would take years
    assert stopped.value.seconds == 0.5
    assert count(store, "SELECT (COUNT(*) AS ?n) { ?s a ?o }") == 3


def test_a_query_that_needs_too_much_memory_is_stopped(store: EmbeddedStore) -> None:
    with pytest.raises(StoreUnavailable, match="64 MiB"):
        ask(store, HUNGRY)
    assert count(store, "SELECT (COUNT(*) AS ?n) { ?s a ?o }") == 3


def test_a_query_that_overruns_the_stack_is_the_query_s_fault(store: EmbeddedStore) -> None:
    text = "SELECT * { " + " UNION ".join(["{ ?s ?p ?o }"] * 9000) + " }"
    try:
        ask(store, text)
    except (QueryError, AnswerTooLarge, DeadlineExceeded) as error:
        assert not isinstance(error, DeadlineExceeded)
    assert count(store, "SELECT (COUNT(*) AS ?n) { ?s a ?o }") == 3


def test_a_killed_engine_is_replaced_and_nobody_notices(store: EmbeddedStore) -> None:
    count(store, "SELECT (COUNT(*) AS ?n) { ?s a ?o }")
    for connection in list(store._idle):
        os.kill(connection.pid, signal.SIGKILL)
    time.sleep(0.05)
    for _ in range(10):
        assert count(store, "SELECT (COUNT(*) AS ?n) { ?s a ?o }") == 3


def test_a_dead_supervisor_is_started_again(harbours: Release, settings: Settings) -> None:
    store = EmbeddedStore(harbours, settings)
    store.ready()
    try:
        os.kill(store._supervisor._process.pid, signal.SIGKILL)
        store._supervisor._process.wait(5)
        for _ in range(3):
            try:
                number = count(store, "SELECT (COUNT(*) AS ?n) { ?s a ?o }")
                break
            except StoreUnavailable:
                continue
        assert number == 3
    finally:
        store.close()


def test_the_others_finish_while_one_runs_away(harbours: Release) -> None:
    """Both run until the store is put away; nobody else waits for them."""
    store = EmbeddedStore(harbours, Settings(engines=3))
    store.ready()
    caught: list[str] = []
    threads = [threading.Thread(target=runaway, args=(store, caught)) for _ in range(2)]
    try:
        for thread in threads:
            thread.start()
        by = time.monotonic() + PATIENCE
        while store.health()["long"] != 2:  # both have reached an engine long ago
            assert time.monotonic() < by
            time.sleep(0.01)
        for _ in range(20):
            assert count(store, "SELECT (COUNT(*) AS ?n) { ?s a ?o }") == 3
        assert [thread.is_alive() for thread in threads] == [True, True]
    finally:
        store.close()
        for thread in threads:
            thread.join()
    assert caught == ["The engine ended while it was answering. Ask again."] * 2


def runaway(store: EmbeddedStore, caught: list[str]) -> None:
    """Ask what never ends; what was said when it was ended is *caught*."""
    try:
        ask(store, RUNAWAY, limits=Limits(10 * PATIENCE, 10, 1000))
    except RenkeiError as error:
        caught.append(str(error))


def test_too_many_at_once_are_told_to_come_back(harbours: Release, settings: Settings) -> None:
    """Two run, two more step in beside them as those take long, two find no place."""
    store = EmbeddedStore(harbours, dataclasses.replace(settings, queue_seconds=3.0))
    store.ready()
    refused: list[StoreUnavailable] = []
    caught: list[str] = []
    over = threading.Event()

    def run() -> None:
        try:
            ask(store, RUNAWAY, limits=Limits(10 * PATIENCE, 10, 1000))
        except StoreUnavailable as error:
            (caught.append(str(error)) if over.is_set() else refused.append(error))

    threads = [threading.Thread(target=run) for _ in range(6)]
    try:
        for thread in threads:
            thread.start()
        assert _comes_true(lambda: len(refused) >= 2 and store.turns.waiting == 0)
        assert sum(thread.is_alive() for thread in threads) == 4
    finally:
        over.set()
        store.close()
        for thread in threads:
            thread.join()
    assert [error.facts["retry_after"] for error in refused] == [3, 3]
    assert len(caught) == 4


def test_closing_an_answer_ends_its_engine(store: EmbeddedStore) -> None:
    answer = store.answer(
        Query("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }", "select"),
        formats.RESULTS_JSON,
        Limits(10, 10**9, 1 << 40),
    )
    connection = answer._connection
    assert connection is not None
    next(iter(answer))
    answer.close()
    assert _gone(lambda: Path(f"/proc/{connection.pid}/stat").exists())


@pytest.mark.parametrize(
    ("text", "line", "token"),
    [
        ("SELECT * {\n ?s ?p\n}", 3, "}"),
        ("SELECT * {\n ?s foo:bar ?o\n}", 2, "foo:bar"),
        ("SELECT * {\n ?s ?p ?o .\n FILTER(?o > )\n}", 3, ")"),
        ("SELECT * {\n ?s ?p ?o\n ?a ?b ?c\n}", 3, "?a"),
        ("SELECT ?s WERE { ?s ?p ?o }", 1, "WERE"),
        ("SELECT * {\n ?s ?p ?o FILTER(REGEXP(?o, 'x'))\n}", 2, "REGEXP"),
        ("SELECT * { ?s ?p ?o }\nLIMIT ten", 2, "ten"),
        ("SELECT * {\n ?s <http://e/ x> ?o }", 2, "<"),
        ("PREFIX e: <http://e/>\nSELECT ?s ?nobody (COUNT(*) AS ?n) { ?s ?p ?o }", None, None),
    ],
)
def test_what_cannot_be_read_is_shown_at_its_place(
    store: EmbeddedStore, text: str, line: int | None, token: str | None
) -> None:
    with pytest.raises(QueryError) as refused:
        ask(store, text)
    if line is not None:
        assert (refused.value.line, refused.value.token) == (line, token)
    assert refused.value.line is not None


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { VALUES ?e { <http://127.0.0.1:1/> } SERVICE ?e { ?s ?p ?o } }",
    ],
)
def test_a_service_is_refused(store: EmbeddedStore, text: str) -> None:
    with pytest.raises(QueryError, match="SERVICE"):
        ask(store, text)


def test_an_engine_can_open_nothing_whatever_a_query_says(
    store: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text check is put aside; the kernel still refuses, and a watcher sees no connect."""
    strace = "/usr/bin/strace"
    if not Path(strace).exists():
        pytest.skip("strace is not installed: apt-get install strace")
    count(store, "SELECT (COUNT(*) AS ?n) { ?s a ?o }")
    pids = [str(c.pid) for c in store._idle]
    log = tmp_path / "calls"
    watcher = subprocess.Popen(
        [
            strace,
            "-f",
            "-e",
            "trace=openat,open,connect,socket",
            "-o",
            str(log),
            *(part for pid in pids for part in ("-p", pid)),
        ],
        stderr=subprocess.PIPE,
    )
    assert watcher.stderr is not None
    for _ in pids:
        if b"attached" not in watcher.stderr.readline():
            pytest.skip("strace may not attach here")
    monkeypatch.setattr(store, "_relayed", lambda text, whole: Resolved(text))
    for text in (
        "SELECT * { SERVICE <http://127.0.0.1:8/> { ?s ?p ?o } }",
        "SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }",
        "SELECT * FROM <file:///etc/passwd> FROM <http://127.0.0.1/> { ?s ?p ?o }",
        "SELECT * { GRAPH <file:///etc/passwd> { ?s ?p ?o } }",
    ):
        try:
            ask(store, text)
        except RenkeiError as error:
            assert "SERVICE" in str(error)
    watcher.terminate()
    watcher.wait()
    watcher.stderr.close()
    calls = [line for line in log.read_text().splitlines() if "(" in line and "= -1" not in line]
    assert calls == []


def test_a_store_in_a_folder_answers_as_one_in_memory(tmp_path: Path, store: EmbeddedStore) -> None:
    release = make_release(tmp_path)
    index = ox.Store(str(release.folder / "store"))
    index.bulk_load(path=str(release.path("data.nq")), format=ox.RdfFormat.N_QUADS)
    index.flush()
    del index
    folder = EmbeddedStore(release, Settings(engines=2, memory_statements=1))
    folder.ready()
    try:
        text = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"
        assert ask(folder, text) == ask(store, text)
        with pytest.raises(DeadlineExceeded):
            ask(folder, RUNAWAY, limits=Limits(0.3, 10, 1000))
        assert ask(folder, text) == ask(store, text)
    finally:
        folder.close()


def test_nothing_is_left_behind(harbours: Release, settings: Settings) -> None:
    store = EmbeddedStore(harbours, settings)
    store.ready()
    supervisor = store._supervisor._process.pid
    children = [
        int(p) for p in Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    ]
    folder = Path(store._supervisor.socket_path).parent
    assert len(children) == 3 * settings.engines + 1
    store.close()
    assert not folder.exists()
    for pid in (supervisor, *children):
        assert _gone(lambda pid=pid: Path(f"/proc/{pid}").exists())  # type: ignore[misc]


def _gone(exists: Callable[[], bool]) -> bool:
    return _comes_true(lambda: not exists())


def _comes_true(told: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if told():
            return True
        time.sleep(0.02)
    return False


def test_an_engine_whose_supervisor_ended_while_it_was_forked_ends_too() -> None:
    pid = os.fork()
    if pid == 0:
        prefork.die_with_parent(os.getppid() + 1)
        os._exit(3)
    assert os.waitpid(pid, 0)[1] == 0


@pytest.mark.parametrize(
    "text", [RUNAWAY, RUNAWAY.replace("(COUNT(*) AS ?n)", "*")], ids=["one row", "many rows"]
)
def test_an_engine_ends_with_who_asked_it(store: EmbeddedStore, text: str) -> None:
    """Also in the middle of its work: a process that is killed leaves no query behind."""
    limits = Limits(30, 10**9, 10**12)
    order = frame(QUERY, store.payload(Query(text, "select"), TABLE_FORMATS[0], limits))
    connection = store.connect()
    connection.ask(order, 30)
    time.sleep(0.2)
    with contextlib.closing(os.fdopen(os.pidfd_open(connection.pid))) as engine:
        connection.close()
        assert select.select([engine], [], [], 10)[0]


def test_an_engine_takes_one_connection_and_ends_with_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A second one would be let down: who watches the first ends the process."""
    monkeypatch.setattr(worker, "end_with", lambda descriptor: None)  # it comes too late
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "engines"))
        listener.listen()
        order = {"memory": 1 << 30, "release": "r", "root": ROOT}
        order |= {"roles": {}, "naming": None, "prefixes": {}}
        order |= {"context": {}, "context_address": ""}
        guard = Confinement(None, None, network=False)
        store = ox.Store()
        pid = prefork._fork(
            lambda: worker._engine(listener, store, order, guard, NOTHING), os.getpid()
        )
        with socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(10)
            asking.connect(str(tmp_path / "engines"))
            assert asking.recv(1000)
        with contextlib.closing(os.fdopen(os.pidfd_open(pid))) as ended:
            assert select.select([ended], [], [], 10)[0]
    assert os.waitpid(pid, 0)[1] == 0
