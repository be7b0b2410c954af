"""The agent beside AWS's Workload Credentials Provider: start, memory, size, hits, and cold clients of one secret."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

from bench import child, equipment, notation, table
from bench.figures import paired_ratio, rotated, spread
from bench.resources import SECRET, SEEN
from bench.run import Result, Run
from tests.agent_beside_provider import TOKEN, Server
from tests.fakes.environment import without_aws

TITLE = "the agent beside AWS's Workload Credentials Provider, one secret over TLS"
OURS, PROVIDER = "agent", "provider"
TITLES = {OURS: "lambda-cache-agent", PROVIDER: "Workload Credentials Provider 3.1.2"}
CLIENTS = 64
_PATH = f"/secretsmanager/get?secretId={SECRET}"
_AGENT = equipment.PROJECT / "dist" / "lambda-cache-agent"
_PROVIDER = equipment.PROJECT / ".tools" / "agent-peer" / "bin" / "aws-workload-credentials-provider"
_TARGET = equipment.TARGET / "bench" / "rust"
_LOAD = _TARGET / "release" / "agent-load"
_FIRST_BYTE_MILLISECONDS = 50
"""What an answer of AWS takes, so that cold clients ask while the first request is under way."""

Round = dict[str, float]


def minutes(full: bool) -> float:
    """Returns the time limit in minutes, without the builds."""
    return 4 if full else 1


def build() -> None:
    """Builds the agent unless `make agent` did, the provider unless it is there, and the program that asks them."""
    scripts = equipment.PROJECT / "scripts"
    for is_there, script in ((_AGENT.exists(), "agent.sh"), (False, "agent_peer.sh")):
        if not is_there and subprocess.run([scripts / script], stdout=subprocess.DEVNULL, check=False).returncode:
            raise equipment.MissingError(f"scripts/{script} failed: the reason is above")
    manifest = equipment.PROJECT / "bench" / "rust" / "Cargo.toml"
    where = ("--release", "--manifest-path", str(manifest), "--target-dir", str(_TARGET))
    equipment.cargo("agent-load", *where, "--package", "agent-load")


def measure(run: Run) -> Result:
    """Both in turn; each round has new processes."""
    run.fill()
    rounds: dict[str, list[Round]] = {OURS: [], PROVIDER: []}
    for order in rotated((OURS, PROVIDER), run.either(5, 15)):
        for name in order:
            rounds[name].append(_round(run, name))
    sizes = {name: _zipped(program, run.folder) for name, program in ((OURS, _AGENT), (PROVIDER, _PROVIDER))}
    _show(rounds, sizes)

    def ratio(what: str) -> float:
        ours, theirs = ([one[what] for one in rounds[name]] for name in (OURS, PROVIDER))
        return paired_ratio(ours, theirs).median

    return Result(
        {"rounds": rounds, "zipped_bytes": sizes},
        {
            "agent-start": ratio("first_cpu_ms"),
            "agent-memory": ratio("peak_mib"),
            "agent-size": sizes[OURS] / sizes[PROVIDER],
            "agent-hit": ratio("hit_us"),
            "agent-request": ratio("cpu_us"),
            "agent-cold": max(one["cold_requests"] for one in rounds[OURS]),
            "agent-ready": spread([one["ready_cpu_ms"] for one in rounds[OURS]]).median,
        },
    )


def _round(run: Run, name: str) -> Round:
    """One of them: a start, a first answer, hits at one connection and at many, and a cold cache with many clients."""
    with _started(run, name) as server:
        ready = _ended(server)
    with _started(run, name) as server:
        assert SEEN["secret"] in server.ask(_PATH).body.decode()
        peak = _peak_bytes(server.process.pid)
        first = _ended(server)
    with _started(run, name) as server:
        server.ask(_PATH)
        _load(run, server, 1, 2_000)
        hits = _load(run, server, 1, run.either(10_000, 30_000))
        before = _cpu_seconds(server.process.pid)
        many = _load(run, server, CLIENTS, run.either(500, 1_500))
        each = (_cpu_seconds(server.process.pid) - before) / many["requests"]
    run.server.link(first_byte_milliseconds=_FIRST_BYTE_MILLISECONDS)
    with _started(run, name) as server:
        before = run.server.counts()["requests"]
        _load(run, server, CLIENTS, 1)
        cold = run.server.counts()["requests"] - before
    run.server.link()
    return {
        "ready_cpu_ms": ready * 1e3,
        "first_cpu_ms": first * 1e3,
        "peak_mib": peak / notation.MIB,
        "hit_us": hits["median_ns"] / 1e3,
        "hit_p99_us": hits["p99_ns"] / 1e3,
        "cpu_us": each * 1e6,
        "requests_per_second": many["requests"] / many["seconds"],
        "cold_requests": cold,
    }


def _started(run: Run, name: str) -> Server:
    # The provider reads the machine's certificates, or what SSL_CERT_FILE names.
    environment = run.environment() | {"SSL_CERT_FILE": str(run.bundle)}
    if name == OURS:
        return Server.ours(_AGENT, environment, run.folder)
    return Server.provider(_PROVIDER, environment, run.folder)


def _load(run: Run, server: Server, connections: int, requests: int) -> dict[str, Any]:
    command = [str(_LOAD), f"127.0.0.1:{server.port}", _PATH, TOKEN, str(connections), str(requests)]
    return child.run(command, without_aws(), run.folder).answer


def _ended(server: Server) -> float:
    """Ends the process. Returns the CPU seconds that it took in all."""
    server.process.kill()
    _, status, usage = os.wait4(server.process.pid, 0)
    server.process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def _cpu_seconds(process: int) -> float:
    """The CPU time of a running process so far, in ticks of 10 ms."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_bytes(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024


def _zipped(program: Path, folder: Path) -> int:
    """The size in a layer: stripped and compressed."""
    stripped, archive = folder / "stripped", folder / "layer.zip"
    if shutil.which("strip") is None:
        raise equipment.MissingError("`strip` is not installed: install binutils")
    subprocess.run(["strip", "-o", stripped, program], check=True)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as layer:
        layer.write(stripped, "program")
    return archive.stat().st_size


def _show(rounds: dict[str, list[Round]], sizes: dict[str, int]) -> None:
    what = {
        "ready_cpu_ms": "CPU until the port is open, ms",
        "first_cpu_ms": "CPU of start and first answer, ms",
        "peak_mib": "peak memory after it, MiB",
        "hit_us": "a hit at 1 connection, median, us",
        "hit_p99_us": "the same, 99 %",
        "cpu_us": f"CPU of a request at {CLIENTS} connections, us",
        "requests_per_second": "requests a second there",
        "cold_requests": f"requests to AWS of {CLIENTS} cold clients",
    }
    rows: list[list[str]] = []
    for key, words in what.items():
        ours, theirs = ([one[key] for one in rounds[name]] for name in (OURS, PROVIDER))
        ratio = paired_ratio(ours, theirs)
        shown = [notation.number(spread(values).median) for values in (ours, theirs)]
        rows.append([words, *shown, *(notation.number(one) for one in (ratio.median, ratio.least, ratio.most))])
    shown = [notation.number(sizes[name] / notation.MB) for name in (OURS, PROVIDER)]
    rows.append(["zipped, MB", *shown, notation.number(sizes[OURS] / sizes[PROVIDER]), "", ""])
    table.show(["medians of the rounds", TITLES[OURS], TITLES[PROVIDER], "ratio", "least", "most"], rows)
