# SPDX-License-Identifier: GPL-3.0-or-later
"""The other ends of the datagram commands: one that receives, one that sends, over UDP or a Unix socket."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Sequence
from typing import Any

import harness
import tools
from stage import Stage


class Receiver:
    """Where a sending tool sends to."""

    def __init__(self, stage: Stage) -> None:
        is_unix = stage.role.startswith("unix")
        self.socket = socket.socket(socket.AF_UNIX if is_unix else socket.AF_INET, socket.SOCK_DGRAM)
        stage.cleanup.callback(self.socket.close)
        path = str(stage.path("s"))
        self.socket.bind(path if is_unix else (harness.LOOPBACK, 0))
        self.where = [path] if is_unix else [harness.LOOPBACK, str(self.socket.getsockname()[1])]

    def take(self, count: int, seconds: float = 3.0) -> list[bytes]:
        """At most COUNT datagrams, each within SECONDS."""
        got: list[bytes] = []
        self.socket.settimeout(seconds)
        try:
            while len(got) < count:
                got.append(self.socket.recv(1 << 18))
        except TimeoutError:
            pass
        return got


class Sender:
    """What sends to a listening tool."""

    def __init__(self, where: Sequence[str]) -> None:
        self.socket = socket.socket(socket.AF_INET if len(where) == 2 else socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.connect((where[0], int(where[1])) if len(where) == 2 else where[0])

    def send(self, *datagrams: bytes) -> None:
        with self.socket:
            for data in datagrams:
                self.socket.send(data)
                time.sleep(0.002)  # so that none is lost for want of room


def sender(stage: Stage, receiver: Receiver, data: bytes, wrap: Sequence[str] = (), env: dict[str, str] | None = None, **words: Any) -> harness.Program:
    """The tool sends DATA, all of its stdin."""
    command = tools.command(stage.tool, stage.role, receiver.where, **words)
    with stage.file(data).open("rb") as stdin:
        return stage.run([*wrap, *command], stdin=stdin, env=env)


def listened(stage: Stage, datagrams: Sequence[bytes], wrap: Sequence[str] = (), env: dict[str, str] | None = None, **words: Any) -> tuple[bytes, harness.Program]:
    """What the tool as listener writes of DATAGRAMS, when it has all of it or nothing more comes."""
    out = stage.path("out")
    with out.open("wb") as stdout:
        program, where = stage.serve(wrap=wrap, plan={"stdout": stdout, "env": env}, **words)
    with contextlib.suppress(OSError):  # the tool may be gone before the last
        Sender(where).send(*datagrams)
    wanted, last, since = sum(map(len, datagrams)), -1, time.monotonic()
    while time.monotonic() - since < 0.5 and out.stat().st_size < wanted and program.process.poll() is None:
        if out.stat().st_size != last:
            last, since = out.stat().st_size, time.monotonic()
        time.sleep(0.01)
    time.sleep(0.05)
    return out.read_bytes(), program
