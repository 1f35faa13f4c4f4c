# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that has trouble with taking clients in: R22 to R25."""

from __future__ import annotations

import contextlib
import socket
import time
from pathlib import Path

import harness
from stage import Lie, Stage, ask, children, content, descriptors, kib, must_idle, must_run, scenario

SERVERS = ("tcp-serve", "unix-serve")


def limit_descriptors(pid: int, count: int) -> None:
    must_run("prlimit", "--pid", str(pid), f"--nofile={count}:{count}")


@scenario("R22", "accept at the descriptor limit, 40 clients", *SERVERS)
def too_many(stage: Stage) -> str:
    server, where = stage.serve(keep_open=True, echo=True)
    ask(stage, where)
    limit_descriptors(server.pid, descriptors(server.pid) + 5)
    crowd = []
    for _ in range(40):
        client = stage.connect(where)
        client.sendall(b"x")
        crowd.append(client)
    if server.wait(0.5) is not None:
        raise Lie("crash" if server.process.returncode < 0 else "fails", f"{stage.role}: the server ended: {server.stderr()[-200:]!r}")
    before, began = len(server.stderr().splitlines()), time.monotonic()
    must_idle(server, 2)
    lines = len(server.stderr().splitlines()) - before
    if lines > time.monotonic() - began + 1:
        raise Lie("wrong", f"{stage.role}: {lines} lines in 2 s")
    for client in crowd:
        client.close()
    ask(stage, where, 1.0)
    return f"no spin, {lines} lines in 2 s, served again"


@scenario("R23", "ECONNABORTED, EPROTO, ENOBUFS, EPERM from accept", *SERVERS)
def bad_accept(stage: Stage) -> str:
    must_run("strace", "-V")
    data = content(1000)
    for error in ("ECONNABORTED", "EPROTO", "ENOBUFS", "EPERM"):
        inject = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=accept,accept4", "-e", f"inject=accept,accept4:error={error}:when=1"]
        try:
            session = stage.session(wrap=inject, env={"ASAN_OPTIONS": "detect_leaks=0"})
            session.send(data, end=True)
            session.take()
            session.succeeds(5, lambda: session.written == data)
        except (Lie, OSError) as lie:
            raise Lie(getattr(lie, "way", "fails"), f"{stage.role}, {error}: {getattr(lie, 'seen', lie)}") from None
    return "the next client is served"


@scenario("R24", "1,000 refused clients", "tcp-serve")
def turned_away(stage: Stage) -> str:
    server, where = stage.serve(keep_open=True, refuse_all=True)

    def knock() -> None:
        try:
            with stage.connect(where) as client:
                if client.recv(1):
                    raise Lie("wrong", "a refused client was served")
        except ConnectionResetError:
            pass

    for _ in range(50):
        knock()
    time.sleep(0.1)
    before = descriptors(server.pid), kib(server.pid, "VmRSS")
    for _ in range(1000):
        knock()
    time.sleep(0.1)
    after = descriptors(server.pid), kib(server.pid, "VmRSS")
    if after[0] > before[0] or (after[1] > before[1] + 300 and stage.is_plain):
        raise Lie("leak", f"descriptors {before[0]} to {after[0]}, resident {before[1]} to {after[1]} KiB")
    return f"{after[0]} descriptors, {after[1] - before[1]} KiB more"


def zombies(pid: int) -> int:
    count = 0
    for child in children(pid):
        with contextlib.suppress(OSError):  # it may be gone by now
            count += Path(f"/proc/{child}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
    return count


@scenario("R25", "1,000 `--exec` connections", *SERVERS)
def many_programs(stage: Stage) -> str:
    server, where = stage.serve(keep_open=True, exec=["/bin/echo", "hi"])
    failed = 0
    for _ in range(100):
        crowd = [stage.connect(where) for _ in range(10)]
        for client in crowd:
            got = b""
            try:
                while piece := client.recv(100):
                    got += piece
            except OSError:
                pass
            failed += got != b"hi\n"
            client.close()
    if failed:
        raise Lie("fails", f"{stage.role}: {failed} of 1,000 got no answer")
    try:
        harness.until(lambda: zombies(server.pid) == 0, "no zombie is left", 3)
    except harness.Failed:
        raise Lie("leak", f"{zombies(server.pid)} zombies") from None
    if stage.is_nsk and server.stderr():
        raise Lie("wrong", server.stderr()[:200])
    return "1,000 of 1,000, no zombie"


@scenario("R25", "1,000 `--exec` connections")
def many_programs_for_datagrams(stage: Stage) -> str:
    stage.role = "udp-listen"
    server, where = stage.serve(exec=["/bin/cat"])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.connect((where[0], int(where[1])))
        for number in range(1000):
            client.send(b"%d" % number)
            if client.recv(100) != b"%d" % number:
                raise Lie("wrong", "an answer is not for its question")
    harness.until(lambda: not children(server.pid), "no child is left", 3)
    return "1,000 datagrams"
