"""Drive all servers with the same load, in turn, and write `docs/bench.md`.

    python tests/peers/bench.py [--peers oxigraph,fuseki] [--statements 1000000]
                                [--rounds 3] [--seconds 4]

wrk (one thread, 16 connections) sends the load; each figure is the median of the rounds.
Peers take turns within a round, so that what the machine does meanwhile meets all.
"""

from __future__ import annotations

import argparse
import base64
import itertools
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import generate
from peers import BIN, CHECKOUT, PEERS, Bare, Missing, Nginx, Peer, Renkei

PREFIXES = """PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
REPEATED = (
    PREFIXES
    + """SELECT ?agreement ?day WHERE {
  ?agreement ccua:hasParty ?party ; ccua:concludedOn ?day } LIMIT 10"""
)
# %d is a number that no query had before: in a variable's name, so that nothing can know it.
FRESH = (
    PREFIXES
    + """SELECT ?s ?n%d WHERE {
  ?s a ccua:Municipality ; skos:prefLabel ?n%d } LIMIT 10"""
)
ANALYTIC = {
    "count by class": "SELECT ?c (COUNT(*) AS ?n) WHERE { ?s a ?c } GROUP BY ?c",
    "agreements a year": """SELECT ?y (COUNT(*) AS ?n) WHERE {
        ?a ccua:concludedOn ?d BIND (SUBSTR(STR(?d), 1, 4) AS ?y) } GROUP BY ?y""",
    "largest files": """SELECT ?d ?kb WHERE {
        ?d ccua:hasFile ?f . ?f ccua:statedSizeKB ?kb } ORDER BY DESC(?kb) LIMIT 20""",
    "members an area": """SELECT ?area (COUNT(?m) AS ?n) WHERE {
        ?area a ccua:CollaborativeCoreUrbanArea ; org:hasMember ?m }
        GROUP BY ?area ORDER BY DESC(?n) LIMIT 20""",
    "names with 桜": """SELECT ?s ?n WHERE {
        ?s skos:prefLabel ?n FILTER (CONTAINS(?n, "桜")) } LIMIT 100""",
    "two parties, three joins": """SELECT (COUNT(*) AS ?n) WHERE {
        ?m org:member ?town ; ccua:establishedBy ?a . ?a ccua:counterparty ?town ;
        ccua:coreCityParty ?core . ?doc ccua:publishesTextOf ?a }""",
}


@dataclass(frozen=True)
class Rate:
    """What wrk saw: answers a second, latencies in milliseconds, and how many were not 2xx."""

    per_second: float
    p50: float
    p99: float
    wrong: int


def wrk(url: str, seconds: int, script: str = "", headers: tuple[str, ...] = ()) -> Rate:
    """Send load to *url* for some seconds and return what came of it."""
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "--latency"]
    for header in headers:
        command += ["-H", header]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        if script:
            file.write(script)
            file.flush()
            command += ["-s", file.name]
        # The first second warms up what compiles or remembers, and is not counted.
        subprocess.run(["wrk", "-t1", "-c4", "-d1s", *_without(command), url], capture_output=True)
        out = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    return Rate(
        float(_found(r"Requests/sec:\s+([\d.]+)", out)),
        _latency(out, "50%"),
        _latency(out, "99%"),
        int(wrong.group(1)) if wrong else 0,
    )


def _without(command: list[str]) -> list[str]:
    """Return headers and script of a wrk command: what a warm-up shares with it."""
    return [
        word
        for flag, value in itertools.pairwise(command)
        if flag in ("-H", "-s")
        for word in (flag, value)
    ]


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(f"wrk said nothing of {pattern}: {text}")
    return match.group(1)


def _latency(text: str, row: str) -> float:
    value, unit = re.search(rf"{row}\s+([\d.]+)(us|ms|s)", text).groups()
    return float(value) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


# The number to begin with is taken when wrk starts: what the warm-up asked is not asked again.
NEVER_BEFORE = "local n = os.time() % 1000000 * 1000000"


def _fresh_script(path: str) -> str:
    """Return a wrk script whose every request is a query never sent before."""
    before, between, after = (
        urllib.parse.quote(PREFIXES + part) if i == 0 else urllib.parse.quote(part)
        for i, part in enumerate(FRESH[len(PREFIXES) :].split("%d"))
    )
    return f"""
{NEVER_BEFORE}
request = function()
  n = n + 1
  return wrk.format("GET", "{path}?query={before}" .. n .. "{between}" .. n .. "{after}",
    {{["Accept"] = "application/sparql-results+json"}})
end"""


def _uncached_script(path: str) -> str:
    """Return a wrk script whose every request for *path* has a wish never seen before."""
    return f"""
{NEVER_BEFORE}
request = function()
  n = n + 1
  return wrk.format("GET", "{path}", {{["Accept"] = "text/html",
    ["Accept-Language"] = "ja, x-" .. n}})
end"""


def _address(peer: Peer, query: str) -> str:
    return f"{peer.endpoint}?{urllib.parse.urlencode({'query': query})}"


JSON = ("Accept: application/sparql-results+json",)
HTML = ("Accept: text/html",)


def rates(peer: Peer, seconds: int) -> dict[str, Rate]:
    """Return the rates of all loads that *peer* can be given."""
    path = urllib.parse.urlsplit(peer.endpoint).path
    found = {
        "repeated query": wrk(_address(peer, REPEATED), seconds, headers=JSON),
        "never-repeated query": wrk(peer.endpoint, seconds, _fresh_script(path)),
    }
    if isinstance(peer, Renkei):
        base = peer.endpoint.removesuffix("/sparql")
        thing = _some_thing(peer)
        document = base + "/doc/" + thing.split("/id/", 1)[1]
        found["document, Turtle"] = wrk(document, seconds, headers=("Accept: text/turtle",))
        found["document, HTML"] = wrk(document, seconds, headers=("Accept: text/html",))
        request = urllib.request.Request(document, headers={"Accept": "text/turtle"})
        with urllib.request.urlopen(request) as answer:
            tag = answer.headers["ETag"]
        found["304"] = wrk(
            document, seconds, headers=("Accept: text/turtle", f"If-None-Match: {tag}")
        )
        if b"true" in peer.query(f"ASK {{ ?s ?p {generate.REGION} }}"):
            page = base + "/" + generate.REGION[1:-1].removeprefix(generate.ROOT)
            found["thousands of links back, HTML, never the same"] = wrk(
                page, seconds, _uncached_script(urllib.parse.urlsplit(page).path), HTML
            )
    return found


def samples(peer: Renkei) -> dict[str, tuple[str, tuple[str, ...], list[object]]]:
    """Return, by load, a path, the headers to ask with and our answer: status, headers, body."""
    base = peer.endpoint.removesuffix("/sparql")
    document = base + "/doc/" + _some_thing(peer).split("/id/", 1)[1]
    found = {}
    for place, (load, url, wished) in enumerate(
        (
            ("repeated query", _address(peer, REPEATED), JSON),
            ("document, Turtle", document, ("Accept: text/turtle",)),
            ("document, HTML", document, HTML),
        )
    ):
        request = urllib.request.Request(url, headers=dict(h.split(": ", 1) for h in wished))
        for _ in range(2):  # the second answer is a remembered one
            with urllib.request.urlopen(request) as answer:
                body = base64.b64encode(answer.read()).decode()
                headers = [
                    (name.lower(), value)
                    for name, value in answer.headers.items()
                    if name.lower() not in ("date", "server")
                ]
        found[load] = (f"/{place}", wished, [200, headers, body])
    return found


def bare_rates(
    peer: Bare, known: dict[str, tuple[str, tuple[str, ...], list[object]]], seconds: int
) -> dict[str, Rate]:
    """Return how fast our HTTP server gives the same answers when nobody has to think."""
    base = f"http://127.0.0.1:{peer.port}"
    return {load: wrk(base + path, seconds, headers=h) for load, (path, h, _) in known.items()}


def _some_thing(peer: Peer) -> str:
    answer = json.loads(
        peer.query(
            PREFIXES + "SELECT ?s WHERE { ?s a ccua:CooperationAgreement } ORDER BY ?s LIMIT 1"
        )
    )
    return str(answer["results"]["bindings"][0]["s"]["value"])


def analytic(peer: Peer) -> dict[str, float]:
    """Return seconds for each analytic query, median of three, none served from memory."""
    found = {}
    for name, query in ANALYTIC.items():
        times = []
        for _ in range(3):
            started = time.monotonic()
            try:
                peer.query(f"# {time.monotonic_ns()}\n{PREFIXES}{query}")
            except OSError:
                times.append(float("nan"))
                break
            times.append(time.monotonic() - started)
        found[name] = statistics.median(times)
    return found


def nginx_rates(peer: Nginx, sample: bytes, seconds: int) -> dict[str, Rate]:
    """Return how fast nginx hands out the same bytes from a file, and a 304."""
    (peer.work / "html" / "sample").write_bytes(sample)
    url = f"http://127.0.0.1:{peer.port}/sample"
    with urllib.request.urlopen(url) as answer:
        tag = answer.headers["ETag"]
    return {
        "document, Turtle": wrk(url, seconds),
        "304": wrk(url, seconds, headers=(f"If-None-Match: {tag}",)),
    }


@dataclass
class Ran:
    """All that was measured of one server over one publication."""

    rates: dict[str, list[Rate]]
    analytic: dict[str, float]
    load: float
    start: float
    memory: int


def run(
    name: str,
    release: Path,
    work: Path,
    rounds: int,
    seconds: int,
    wanted: list[str],
    missing: dict[str, str],
) -> dict[str, Ran]:
    """Measure all *wanted* servers over *release*, one running at a time, in rounds."""
    print(f"== {name}", flush=True)
    ran: dict[str, Ran] = {}
    sample = b""
    known: dict[str, tuple[str, tuple[str, ...], list[object]]] = {}
    for turn in range(rounds):
        for peer_name in wanted:
            if peer_name in missing:
                continue
            peer = PEERS[peer_name](release / "dumps" / "data.nt", work, release)
            try:
                peer.start()
                if isinstance(peer, Nginx):
                    measured = nginx_rates(peer, sample or b"x" * 4000, seconds)
                    times: dict[str, float] = {}
                elif isinstance(peer, Bare):
                    measured, times = bare_rates(peer, known, seconds), {}
                else:
                    if isinstance(peer, Renkei) and not sample:
                        sample = _sample(peer)
                        known = samples(peer)
                        _write_samples(work / Bare.name, known)
                    measured = rates(peer, seconds)
                    times = analytic(peer) if turn == 0 else {}
                memory = peer.memory()
            except (Missing, RuntimeError, OSError, subprocess.SubprocessError) as error:
                missing[peer_name] = f"{name}: {error}"
                print(f"   {peer_name}: missing: {error}", flush=True)
                continue
            finally:
                peer.stop()
            one = ran.setdefault(
                peer_name,
                Ran(defaultdict(list), times, peer.seconds_to_load, peer.seconds_to_start, 0),
            )
            one.memory = max(one.memory, memory)
            for load, rate in measured.items():
                one.rates[load].append(rate)
            said = ", ".join(f"{k} {v.per_second:,.0f}/s" for k, v in measured.items())
            print(f"   round {turn + 1} {peer_name}: {said}", flush=True)
    return ran


def _write_samples(
    folder: Path, known: dict[str, tuple[str, tuple[str, ...], list[object]]]
) -> None:
    folder.mkdir(exist_ok=True)
    told = {path: answer for path, _, answer in known.values()}
    (folder / Bare.SAMPLES).write_text(json.dumps(told), "utf-8")


def _sample(peer: Renkei) -> bytes:
    thing = _some_thing(peer)
    base = peer.endpoint.removesuffix("/sparql")
    request = urllib.request.Request(
        base + "/doc/" + thing.split("/id/", 1)[1], headers={"Accept": "text/turtle"}
    )
    with urllib.request.urlopen(request) as answer:
        return bytes(answer.read())


def table(ran: dict[str, Ran]) -> str:
    """Return the rates as a Markdown table, with each server's ratio to ours."""
    lines = [
        "| load | server | answers/s | p50 ms | p99 ms | ours : theirs | not 2xx |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    loads = list(dict.fromkeys(load for one in ran.values() for load in one.rates))
    for load in loads:
        ours = _median(ran["renkei"].rates.get(load, [])) if "renkei" in ran else None
        for name, one in ran.items():
            rate = _median(one.rates.get(load, []))
            if rate is None:
                continue
            ratio = f"{ours.per_second / rate.per_second:.2f}" if ours else "–"
            lines.append(
                f"| {load} | {name} | {rate.per_second:,.0f} | {rate.p50:.2f} | "
                f"{rate.p99:.2f} | {ratio} | {rate.wrong} |"
            )
    lines += [
        "",
        "| server | load s | start s | memory MB | "
        + " | ".join(f"{q}, ms" for q in ANALYTIC)
        + " |",
        "|---|---:|---:|---:|" + "---:|" * len(ANALYTIC),
    ]
    for name, one in ran.items():
        times = " | ".join(
            f"{one.analytic[q] * 1000:,.0f}" if q in one.analytic else "–" for q in ANALYTIC
        )
        lines.append(
            f"| {name} | {one.load:.1f} | {one.start:.1f} | {one.memory / 1e6:,.0f} | {times} |"
        )
    return "\n".join(lines)


def _median(rates_: list[Rate]) -> Rate | None:
    return sorted(rates_, key=lambda r: r.per_second)[(len(rates_) - 1) // 2] if rates_ else None


def pack(publication: Path, releases: Path) -> tuple[Path, float, int]:
    """Pack a publication in a process of its own; return release, seconds, peak memory."""
    started = time.monotonic()
    done = subprocess.run(
        [
            "/usr/bin/env",
            "time",
            "-f",
            "%M",
            str(BIN / "renkei"),
            "pack",
            str(publication),
            "--releases",
            str(releases),
            "--lang",
            "en",
        ]
        if shutil.which("time")
        else [
            str(BIN / "renkei"),
            "pack",
            str(publication),
            "--releases",
            str(releases),
            "--lang",
            "en",
        ],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    last = done.stderr.strip().splitlines()[-1]
    peak = int(last) * 1024 if last.isdigit() else 0
    return (releases / "current").resolve(), time.monotonic() - started, peak


def main() -> None:
    """Pack, start, load, and write the report."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--peers", default="all")
    words.add_argument("--statements", type=int, default=1_000_000)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--seconds", type=int, default=4)
    words.add_argument("--report", type=Path, default=CHECKOUT / "docs" / "bench.md")
    asked = words.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("The load generator is missing: apt-get install wrk")
    wanted = (
        list(PEERS)
        if asked.peers == "all"
        else ["renkei", "bare", *asked.peers.split(","), "nginx"]
    )
    missing: dict[str, str] = {}
    parts = [_head(asked)]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        made = generate.publication(work / "generated", asked.statements)
        for name, publication in (
            ("Sapporo", CHECKOUT),
            (f"{asked.statements:,} statements", made),
        ):
            release, seconds, peak = pack(publication, work / f"releases-{name[:3]}")
            ran = run(name, release, work, asked.rounds, asked.seconds, wanted, missing)
            parts.append(
                f"## {name}\n\nPacked in {seconds:.1f} s"
                + (f", peak memory {peak / 1e6:,.0f} MB" if peak else "")
                + f".\n\n{table(ran)}\n"
            )
    if missing:
        parts.append(
            "## Missing\n\n"
            + "\n".join(f"- {name}: {' '.join(why.split())[:300]}" for name, why in missing.items())
            + "\n"
        )
    asked.report.write_text("\n".join(parts), "utf-8")
    print(f"written: {asked.report}")


def _head(asked: argparse.Namespace) -> str:
    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "?",
    )
    return f"""# The bench

Made by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores ({cpu}),
Python {platform.python_version()}, {platform.system()} {platform.release()}. Load: wrk, one thread,
16 connections, {asked.seconds} s; {asked.rounds} rounds in turn, the median. The load generator
runs on the same cores as the servers. Memory is the proportional set size at the end of a round.
All servers hold the default graph; ours has the named graphs besides. "ours : theirs" above 1
means that ours gave more answers a second.
"""


if __name__ == "__main__":
    main()
