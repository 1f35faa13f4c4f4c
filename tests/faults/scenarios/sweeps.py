# SPDX-License-Identifier: GPL-3.0-or-later
"""What is tried many times over: R12, R16 to R21, R44. The larger ones are programs of their own beside this folder."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import harness
from stage import ENGINES, Exchange, Lie, Stage, ask, asking, descriptors, must_run, scenario
from tools import STREAMS

LONG = ("R19", "R12", "R44", "R20", "R41", "R10", "R11", "R25")
HERE = Path(__file__).resolve().parent.parent
ALLOCATIONS = 60
OF_ANY_TOOL = ("bulk", "deliveries", "endings", "peers", "sweep")


def program(stage: Stage, name: str, *words: str, seconds: float = 400) -> str:
    """One of the programs beside this folder for the tool; its last line, which is a sum. Its own verdicts become ours."""
    command = [sys.executable, "-B", str(HERE / name), *words]
    command += ["--program", stage.tool] if name in OF_ANY_TOOL else []
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=seconds, check=False)
    lines = (done.stdout + done.stderr).strip().splitlines() or [f"status {done.returncode}"]
    if done.returncode == 0:
        return lines[-1].removeprefix("nsk: ")
    counts = {way: int(count) for count, way in re.findall(r"([1-9]\d*) (silent|mute|half|hung|crash)\b", lines[-1])}
    if any("checksums differ" in line or re.search(r"FAILED: (stdout|the peer) got", line) for line in lines):
        counts["silent"] = 1  # these look only where the status is 0
    counts = counts or {way: 1 for line in lines for way in re.findall(r"FAILED: (silent|mute|hang|crash|wrong)\b", line)}
    for way, words_for_it in (("silent", "silent half"), ("crash", "crash"), ("hang", "hung hang"), ("mute", "mute")):
        if any(word in counts for word in words_for_it.split()):
            raise Lie(way, lines[-1])
    raise Lie("fails", "; ".join([line for line in lines if "FAILED" in line][:1] + lines[-1:]))


@scenario("R12", "every ordered pair of {stdin end, peer's FIN, stdin error, reset, stdout error, timeout}", "tcp-connect")
def endings(stage: Stage) -> str:
    if not stage.is_nsk:
        return program(stage, "endings", "--jobs", "6")
    engines = [["--poller", engine["NSK_POLLER"], "--pump", engine["NSK_PUMP"]] for engine in ENGINES]
    with ThreadPoolExecutor(3) as pool:
        sums = list(pool.map(lambda engine: program(stage, "endings", "--jobs", "6", *engine), engines))
    return f"{sums[0]} pairs end as documented, with each of {len(sums)} engines"


@scenario("R12", "... and every delivery beside a stream that is quiet, stalled or ended")
def deliveries(stage: Stage) -> str:
    return program(stage, "deliveries") + " deliveries"


SEEDS = 30


def shimmed(stage: Stage, **shim: str) -> str:
    """Fifty KB each way under the shim, with 30 seeds."""
    preload = stage.shim("shim")
    for seed in range(1, SEEDS + 1):
        env = {**shim, "LD_PRELOAD": preload, "SHIM_SEED": str(seed)}
        try:
            Exchange(stage, env=env).judge(whole=True)
        except Lie as lie:
            raise Lie(lie.way, f"seed {seed}: {lie.seen}") from None
    return f"{SEEDS} seeds intact"


@scenario("R16", "short reads and writes of 1 to 200 bytes", *STREAMS)
def short(stage: Stage) -> str:
    return shimmed(stage, SHIM_SHORT="200")


@scenario("R17", "the same with EINTR and EAGAIN at every second call", *STREAMS)
def interrupted(stage: Stage) -> str:
    return shimmed(stage, SHIM_SHORT="200", SHIM_EINTR="1", SHIM_EAGAIN="1")


@scenario("R18", "1,000 SIGWINCH a second and SIGSTOP/SIGCONT over 100 MB", "tcp-connect")
def disturbed(stage: Stage) -> str:
    return program(stage, "bulk", "--size", "100", "--disturb", seconds=60)


@scenario("R18", "... and 4 GiB undisturbed, under 8 MiB resident a side")
def four_gibibytes(stage: Stage) -> str:
    limit = ["--resident", "8192"] if stage.is_plain else []
    return program(stage, "bulk", "--size", "4096", *limit)


@scenario("R19", "every system call of the data path fails once", "tcp-connect")
def system_calls(stage: Stage) -> str:
    must_run("strace", "-V")
    return program(stage, "sweep", *(() if stage.is_nsk else ("--quick",)))


@scenario("R19", "every system call of the data path fails once")
def system_calls_datagrams(stage: Stage) -> str:
    must_run("strace", "-V")
    return program(stage, "sweep-datagrams", "--first", "2")


@scenario("R20", "every allocation fails, once and from then on", "tcp-connect", "tcp-serve", "unix-serve")
def allocations(stage: Stage) -> str:
    report = stage.path("count")
    env = {"LD_PRELOAD": stage.shim("memory"), "MEMORY_REPORT": str(report)}
    Exchange(stage, env=env).judge(whole=True)
    count = int(report.read_text(encoding="ascii"))
    for number in range(1, min(count, ALLOCATIONS) + 1):
        failing = {**env, "MEMORY_FAILS": str(number)}
        for faulty in (failing, {**failing, "MEMORY_STAYS": "1"}):
            Exchange(stage, env=faulty).judge("memory|allocate")
    return f"{min(count, ALLOCATIONS)} of a session's {count} allocations"


@scenario("R20", "... of every command")
def allocations_of_commands(stage: Stage) -> str:
    stage.shim("memory")
    return program(stage, "allocations")


@scenario("R21", "every descriptor-making call returns EMFILE", *STREAMS, quick=True)
def no_descriptors(stage: Stage) -> str:
    """With room for one descriptor more at each turn, until all goes well."""
    for limit in range(4, 40):
        exchange = Exchange(stage, wrap=["prlimit", f"--nofile={limit}:{limit}"], seconds=2)
        if exchange.status is None and not stage.is_client:
            if not exchange.program.stderr():
                raise Lie("mute", f"{stage.role}: with {limit} descriptors it takes no client, and says nothing")
            exchange.program.end()
            continue  # a server that has said so goes on
        exchange.judge("too many open files|descriptor")
        if exchange.whole:
            return f"from {limit} descriptors on all goes well"
    raise Lie("fails", f"{stage.role}: not even with {limit} descriptors")


@scenario("R21", "... and a server goes on", "tcp-serve", "unix-serve", quick=True)
def server_without_descriptors(stage: Stage) -> str:
    server, where = stage.serve(keep_open=True, echo=True)
    ask(stage, where)
    must_run("prlimit", "--pid", str(server.pid), f"--nofile={descriptors(server.pid)}:4096")
    waiting = stage.connect(where)
    harness.until(lambda: server.stderr() or server.process.poll() is not None, "it says that it has no descriptors")
    must_run("prlimit", "--pid", str(server.pid), "--nofile=100:4096")
    waiting.settimeout(3)
    with asking("the client that waited"):
        waiting.sendall(b"x")
        if waiting.recv(1) != b"x":
            raise Lie("fails", "the client that waited was sent away")
    return server.stderr().splitlines()[0]


@scenario("R44", "stdin is /dev/null or closed, each peer of the family sends or serves 64 MiB", "tcp-connect")
def nothing_to_say(stage: Stage) -> str:
    return program(stage, "peers", "--only", "stdin (null|closed) .*(nc|ncat|socat|busybox) +download", "--jobs", "2")


@scenario("R44", "... and every other stdin, peer and way")
def real_peers(stage: Stage) -> str:
    return program(stage, "peers", "--size", "8", "--only", "stdin (ended|kept|file)|python|nginx|redis|upload|answer")
