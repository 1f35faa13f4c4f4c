# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the bytes go cannot take them: R01 to R04, R15."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import harness
from stage import OPEN, PIPE, Lie, Stage, content, kib, must_idle, must_run, scenario
from tools import STREAMS

LISTENERS = ("udp-listen", "unix-listen")
FULL = "stdout is /dev/full"

# Commands that answer and need no network.
ANSWERS = (
    "htons 80", "ntohl 1", "pton ::1", "ntop 7f000001", "aton 127.1", "ntoa 7f000001", "resolve 127.0.0.1", "getaddrinfo 127.0.0.1",
    "gethostbyname 127.0.0.1", "gethostname", "getservbyname http", "getservbyport 80", "getprotobyname tcp", "getfqdn localhost",
    "sockopts", "sockopts --json", "pack -x H 1", "pack H 1", "unpack H 0050", "unpack --json H 0050", "calcsize H",
    "calcsize --explain H", "help", "help htons", "--version", "--describe", "demo", "demo --show tcp-flow", "repl -c print(htons(80))",
    "tcp-serve --help",
)


@scenario("R01", FULL, *STREAMS, quick=True)
def full(stage: Stage) -> str:
    session = stage.session(stdin=OPEN, stdout="/dev/full")
    session.peer.sendall(b"hello")
    return session.fails(1, "standard output: no space left on device")


def to_listener(where: list[str], data: bytes) -> None:
    """A datagram of ours to the tool."""
    with socket.socket(socket.AF_INET if len(where) == 2 else socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(data, (where[0], int(where[1])) if len(where) == 2 else where[0])


@scenario("R01", FULL, *LISTENERS, quick=True)
def full_datagrams(stage: Stage) -> str:
    with open("/dev/full", "wb") as full_device:
        program, where = stage.serve(plan={"stdout": full_device})
    to_listener(where, b"hello")
    return stage.judge(program, 1, False, 1, "standard output: no space left on device")


@scenario("R01", FULL, quick=True)
def full_answers(stage: Stage) -> str:
    with open("/dev/full", "wb") as full_device:
        for words in ANSWERS:
            stage.nsk(*words.split(" "), status=1, says="no space left on device", seconds=1, stdout=full_device)
    return f"{len(ANSWERS)} commands that answer"


def small_disk(stage: Stage) -> Path:
    stage.own_network()
    disk = stage.path("disk")
    disk.mkdir()
    must_run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk))
    stage.cleanup.callback(must_run, "umount", "-l", str(disk))
    return disk


@scenario("R02", "disk full in mid-file", *STREAMS)
def disk_full(stage: Stage) -> str:
    disk = small_disk(stage)
    data = content(4_000_000)
    session = stage.session(stdout=disk / "out")
    session.send(data, end=True)
    seen = session.fails(5, "standard output: no space left on device")
    if session.written != data[: len(session.written)] or len(session.written) < 900_000:
        raise Lie("silent", f"{len(session.written)} bytes are there, and not as they came")
    return f"{seen}; {len(session.written)} bytes intact"


@scenario("R02", "disk full in mid-file")
def disk_full_files(stage: Stage) -> str:
    """The same for files that nsk opens itself."""
    disk = small_disk(stage)
    stage.role = "tcp-connect"
    data = content(4_000_000)
    for option in ("--output", "--log-received"):
        session = stage.session(options=[option, str(disk / "file")])
        session.send(data, end=True)
        session.fails(5, f"{disk}/file: no space left on device")
        if not data.startswith((disk / "file").read_bytes()):
            raise Lie("silent", f"{option}: not as it came")
        (disk / "file").unlink()
    return "--output and --log-received"


LIMIT = 102_400


@scenario("R03", "a file size limit", *STREAMS, quick=True)
def size_limit(stage: Stage) -> str:
    data = content(1_000_000)
    session = stage.session(wrap=["prlimit", f"--fsize={LIMIT}"])
    session.send(data, end=True)
    seen = session.fails(5, "standard output: file too large")
    if session.written != data[:LIMIT]:
        raise Lie("silent", f"{len(session.written)} bytes written, not the first {LIMIT}")
    return seen


@scenario("R03", "a file size limit", *LISTENERS)
def size_limit_datagrams(stage: Stage) -> str:
    with stage.path("out").open("wb") as out:
        program, where = stage.serve(wrap=["prlimit", "--fsize=1000"], plan={"stdout": out})
    for _ in range(2):
        to_listener(where, bytes(700))
    return stage.judge(program, 2, False, 1, "standard output: file too large")


@scenario("R04", "stdout's reader gone, peer still sending, stdin open", *STREAMS, quick=True)
def reader_gone(stage: Stage) -> str:
    session = stage.session(stdin=OPEN, stdout=PIPE)
    session.send(content(64 << 20))
    os.read(session.ends.stdout, 5)
    session.ends.close_stdout()
    seen = stage.judge(session.program, 1, False, -signal.SIGPIPE)
    _, how = session.take()
    if how == "late":
        raise Lie("hang", "the peer was not told")
    return f"{seen or 'SIGPIPE'}; the peer saw a {how}"


@scenario("R04", "stdout's reader gone, peer still sending, stdin open", *LISTENERS)
def reader_gone_datagrams(stage: Stage) -> str:
    taking, out = os.pipe()
    program, where = stage.serve(plan={"stdout": out})
    os.close(out)
    os.close(taking)
    to_listener(where, b"hello")
    return stage.judge(program, 1, False, -signal.SIGPIPE)


@scenario("R15", "nobody reads stdout for 2 s of incoming data", *STREAMS)
def stalled(stage: Stage) -> str:
    session = stage.session(stdin=OPEN, stdout=PIPE)
    harness.fill(session.peer.fileno())
    before = kib(session.program.pid, "VmRSS")
    must_idle(session.program, 2)
    grown = kib(session.program.pid, "VmRSS") - before
    if stage.is_plain and (grown > 64 or kib(session.program.pid, "VmHWM") > 32 << 10):
        raise Lie("leak", f"{grown} KiB more while stalled, {kib(session.program.pid, 'VmHWM')} at most")
    session.say(b"a line\n")
    session.peer.settimeout(2)
    line, _ = session.take(7)
    if line != b"a line\n":
        raise Lie("hang", "the other direction stands still too")
    return f"{grown} KiB more, the other direction goes on"


@scenario("R15", "... and who only waits uses no time either", *STREAMS, *LISTENERS)
def waiting(stage: Stage) -> str:
    if stage.is_client:
        must_idle(stage.session(stdin=OPEN).program, 1)
    else:
        must_idle(stage.serve()[0], 1)
    return "no time while waiting"


@scenario("R15", "nobody reads stdout for 2 s of incoming data", *LISTENERS)
def stalled_datagrams(stage: Stage) -> str:
    taking, out = os.pipe()
    program, where = stage.serve(plan={"stdout": out})
    os.close(out)
    stage.cleanup.callback(os.close, taking)
    with socket.socket(socket.AF_INET if len(where) == 2 else socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.connect((where[0], int(where[1])) if len(where) == 2 else where[0])
        flood_listener(sender)
        must_idle(program, 0.5)
        before = kib(program.pid, "VmRSS")
        flood_listener(sender)
        must_idle(program, 2)
    grown = kib(program.pid, "VmRSS") - before
    if stage.is_plain and grown > 64:
        raise Lie("leak", f"{grown} KiB more while stalled")
    return f"{grown} KiB more"


def flood_listener(sender: socket.socket) -> None:
    """Two thousand datagrams, as many as are taken."""
    sender.setblocking(False)
    for _ in range(2000):
        try:
            sender.send(bytes(1000))
        except BlockingIOError:
            time.sleep(0.001)
