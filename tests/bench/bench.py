#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmarks share: limit programs, servers that are started and ended whole, medians, tables, and the
machine-readable copy of the results, build/bench/NAME.json.

usage: tests/bench/bench.py [NAME...]    joins those of NAME... (all that are there) into build/bench.json
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RESULTS = ROOT / "build/bench"
PATIENCE = 60.0

sys.path.insert(0, str(HERE.parent / "faults"))
import harness  # noqa: E402

NSK = harness.nsk_path()


def setting(name: str, otherwise: int) -> int:
    """A number from the environment."""
    return int(os.environ.get(name, otherwise))


def here(programs: Mapping[str, Any]) -> list[str]:
    """Those of PROGRAMS, names with a command's first word in front, that this machine has."""
    return [name for name in programs if name.split()[0] in ("nsk", "limit", "bare") or shutil.which(name.split()[0])]


def compile_limit(name: str, folder: Path) -> str:
    """tests/bench/limits/NAME.c as a program in FOLDER."""
    program = str(folder / name)
    subprocess.run([os.environ.get("CC", "cc"), "-O2", "-o", program, str(HERE / "limits" / f"{name}.c")], check=True)
    return program


def output_of(command: Sequence[str], patience: float = PATIENCE, **options: Any) -> str:
    """What COMMAND prints; harness.Failed if it fails or hangs."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=patience, check=False, **options)
    except subprocess.TimeoutExpired as late:
        raise harness.Failed(f"{command[0]} was not done within {patience:g} s") from late
    if done.returncode != 0:
        raise harness.Failed(f"{' '.join(command[:2])} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def processes_of(group: int) -> list[int]:
    """The processes of a group."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(entry.name))
    return found


class Server:
    """A server in a process group of its own, which ends with it. COMMAND is given the port."""

    def __init__(self, command: Callable[[int], list[str]]) -> None:
        self.reserved = harness.ReservedPort()
        self.port = self.reserved.number
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command(self.port), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, start_new_session=True
        )
        self.cpu = 0.0
        try:
            self.wait_until_ready(command)
        except BaseException:
            self.end()
            raise

    def wait_until_ready(self, command: Callable[[int], list[str]]) -> None:
        if command(0) == command(1):  # takes no port: prints the one that it has
            assert self.process.stdout is not None
            self.port = int(self.process.stdout.readline())
            return
        harness.until(lambda: self.process.poll() is not None or harness.is_listening(self.port), "the server listens")
        if self.process.poll() is not None:
            raise harness.Failed(f"{self.process.args!r} ended: {os.pread(self.log.fileno(), 999, 0).decode()}")

    def pss(self) -> float:
        """Bytes of all its processes, what several share in proportion."""
        total = 0
        for pid in processes_of(self.process.pid):
            try:
                text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue
            total += int(text.partition("\nPss:")[2].split()[0]) * 1024
        return total

    def peak(self) -> int:
        """The most that was resident, in bytes."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(text.partition("VmHWM:")[2].split()[0]) * 1024

    def processes(self) -> int:
        return len(processes_of(self.process.pid))

    def end(self) -> None:
        """Afterwards cpu is what it and the children that it waited for have used."""
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            time.sleep(0.02)
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        if self.process.returncode is None:
            _, status, usage = os.wait4(self.process.pid, 0)
            self.process.returncode = os.waitstatus_to_exitcode(status)
            self.cpu = usage.ru_utime + usage.ru_stime
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.log.close()
        self.reserved.socket.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def middle(values: Sequence[float]) -> float:
    return statistics.median(values)


def spread(values: Sequence[float], form: str = ".0f") -> str:
    return f"{min(values):{form}}–{max(values):{form}}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns, the first to the left and the others to the right."""
    widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    for row in (heads, *rows):
        print("  ".join(f"{cell:<{width}}" if i == 0 else f"{cell:>{width}}" for i, (cell, width) in enumerate(zip(row, widths))).rstrip())
    sys.stdout.flush()


def save(name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes build/bench/NAME.json."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"benchmark": name, "rows": list(rows)}, indent=1) + "\n"
    (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")


def join(names: Sequence[str]) -> None:
    files = [RESULTS / f"{name}.json" for name in names] or sorted(RESULTS.glob("*.json"))
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in files if path.exists()]
    (ROOT / "build/bench.json").write_text(json.dumps(documents, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    join(sys.argv[1:])
