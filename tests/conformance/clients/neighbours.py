"""Engines of others beside our server, which ask it by SERVICE and are asked by it.

Each holds the release as well, so that a query has the same answer wherever its parts are
evaluated. They are those of the tests of stores (`tests/stores/test_live_engines.py`).
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from renkei.errors import RenkeiError
from renkei.release import Release
from renkei.stores.remote import push
from tests.peers.peers import Missing, _program
from tests.stores.test_live_engines import Engine, Fuseki, Oxigraph, Virtuoso, quiet

# What Virtuoso needs to be told before a query of a stranger may use SERVICE.
_GRANTS = (
    'GRANT SELECT ON DB.DBA.SPARQL_SINV_2 TO "SPARQL"; '
    'GRANT EXECUTE ON DB.DBA.SPARQL_SINV_IMP TO "SPARQL";'
)


@contextmanager
def started(release: Release, wanted: set[str]) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Start the engines *wanted*; yield their endpoints, and why others could not be had."""
    endpoints: dict[str, str] = {}
    lacking: dict[str, str] = {}
    with ExitStack() as held:
        for kind in (Oxigraph, Fuseki, Virtuoso):
            if kind.name not in wanted:
                continue
            work = Path(held.enter_context(tempfile.TemporaryDirectory(prefix=kind.name)))
            engine = kind(work, work, work)
            try:
                engine.start()
                held.callback(engine.stop)
                push.push(release, engine.target, quiet)
                _grant(engine)
            except (Missing, RenkeiError, subprocess.SubprocessError) as error:
                lacking[kind.name] = str(error)
                continue
            endpoints[kind.name] = engine.endpoint
        yield endpoints, lacking


def _grant(engine: Engine) -> None:
    if not isinstance(engine, Virtuoso):
        return
    isql = _program("isql-vt", "apt-get install virtuoso-opensource-7")
    text = (engine.work / "virtuoso.ini").read_text("utf-8")
    port = text.partition("ServerPort = 127.0.0.1:")[2].partition("\n")[0]
    words = [isql, f"127.0.0.1:{port}", "dba", "dba", f"EXEC={_GRANTS}"]
    subprocess.run(words, check=True, capture_output=True, timeout=60)
