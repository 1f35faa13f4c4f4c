# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program on a connection gets and what becomes of its end: R26, R27."""

from __future__ import annotations

import os
import re
import signal
from typing import Any

from stage import NULL, Lie, Stage, asking, content, scenario
from tools import STREAMS

# What the program sees, on the connection. Python as the program would set signals of its own.
LOOK = """cat /proc/self/fdinfo/0 /proc/self/fdinfo/1
grep SigIgn /proc/self/status
echo fds $(ls /proc/self/fd)
env -0
"""
SECRETS = {"SECRET": "hush", "TCPREMOTEIP": "forged", "TCPREMOTEPORT": "forged", "TCPREMOTEHOST": "forged", "PROTO": "forged",
           "UNIXREMOTEPID": "forged"}
OURS = {
    "tcp": {"PROTO", "TCPREMOTEIP", "TCPREMOTEPORT", "TCPLOCALIP", "TCPLOCALPORT"},
    "unix": {"PROTO", "UNIXLOCALPATH", "UNIXREMOTEPID", "UNIXREMOTEEUID", "UNIXREMOTEEGID"},
}


def look(stage: Stage, **words: Any) -> tuple[str, dict[str, str]]:
    """What the program says of its descriptors and signals, and its environment."""
    session = stage.session(stdin=NULL, env=SECRETS, exec=["/bin/sh", str(stage.file(LOOK.encode()))], **words)
    answer, _ = session.take()
    session.peer.close()
    session.program.wait(5)
    head, _, env = answer.decode().partition("fds ")
    fds, _, env = env.partition("\n")
    if not env:
        raise Lie("fails", f"{stage.role}: {answer[:100]!r}, {session.program.stderr().strip()[:200]!r}")
    return f"{head}fds {fds}", dict(pair.split("=", 1) for pair in env.split("\0") if pair)


@scenario("R26", "what an `--exec` child gets: a blocking socket, default SIGPIPE, descriptors 0, 1, 2 only", *STREAMS, quick=True)
def child(stage: Stage) -> str:
    seen, _ = look(stage)
    nonblocking = any(int(flags, 8) & os.O_NONBLOCK for flags in re.findall(r"flags:\s+(\d+)", seen))
    ignored = int(re.findall(r"SigIgn:\s+(\w+)", seen)[0], 16) & 1 << signal.SIGPIPE - 1
    fds = re.findall(r"fds (.*)", seen)[0].split()
    extra = fds[4:] if len(fds) > 4 else []  # the fourth is ls's own
    wrong = ["a non-blocking socket"] * nonblocking + ["SIGPIPE ignored"] * bool(ignored) + [f"{len(extra)} more descriptors"] * bool(extra)
    if wrong:
        raise Lie("wrong", f"{stage.role}: {', '.join(wrong)}")
    return "blocking, SIGPIPE as found, 0, 1, 2"


@scenario("R27", "the child's environment is ours, with `--clean-env` no secrets; one that does not read does not reset the client")
def names(stage: Stage) -> str:
    for stage.role in STREAMS:
        _, env = look(stage)
        kind = stage.role.partition("-")[0]
        own = {name for name in env if name == "PROTO" or name.startswith(("TCP", "UNIX"))}
        # A client of a Unix socket has no address of its own.
        if not own <= OURS[kind] | {"UNIXREMOTEPATH"} or "PROTO" not in own or "forged" in env.values():
            raise Lie("wrong", f"{stage.role}: {sorted(own)}, {[name for name in env if env[name] == 'forged']} inherited")
        left = set(look(stage, clean_env=True)[1]) - own - {"PATH", "HOME", "TERM", "LANG", "PWD", "_"}
        if left:
            raise Lie("wrong", f"{stage.role}: --clean-env leaves {sorted(left)}")
    return "UCSPI names ours, --clean-env clean"


@scenario("R27", "... and the client is not reset", *STREAMS)
def unread(stage: Stage) -> str:
    answer = content(100_000)
    script = stage.file(b"cat " + str(stage.file(answer)).encode())
    for _ in range(10):
        session = stage.session(exec=["/bin/sh", str(script)])
        session.send(content(1_000_000), end=True)
        got, how = session.take()
        if (got, how) != (answer, "end"):
            raise Lie("silent", f"{stage.role}: the client got {len(got)} of {len(answer)} bytes and a{'n' * (how == 'end')} {how}")
        with asking("the tool"):
            session.program.wait(5)
    return "10 of 10 answers whole"
