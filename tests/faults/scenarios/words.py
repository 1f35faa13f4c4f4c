# SPDX-License-Identifier: GPL-3.0-or-later
"""Command lines that nobody should write, and somebody does: R43, R46."""

from __future__ import annotations

import tools
from stage import Lie, Stage, scenario

BAD_PORTS = ("99999", "65536", "-1", "0x50", " 80", "80x", "", "4294967376", "18446744073709551696")
# Command lines and their status.
NUMBERS = (
    *((["tcp-connect", "--", "127.0.0.1", port], 2) for port in BAD_PORTS),
    *((["tcp-serve", "--", "127.0.0.1", port], 2) for port in BAD_PORTS),
    *((["udp-send", "--", "127.0.0.1", port, "x"], 2) for port in BAD_PORTS),
    *((["udp-listen", "--", "127.0.0.1", port], 2) for port in BAD_PORTS),
    *((["tcp-connect", "-z", "127.0.0.1", ports], 2) for ports in ("1-99999", "5-2", "1-", "1,,2", "0x1-5")),
    *((["tcp-connect", "-w", time, "127.0.0.1", "9"], 2) for time in ("1x", "-1", "", "1e400", "99999999999999999999", "0x1", "1 s")),
    *((["tcp-connect", "--rate", size, "127.0.0.1", "9"], 2) for size in ("0", "1kk", "-1", "99999999999999999999G", "8388608T", "1.5k")),
    *((["tcp-serve", option, "0x", "0"], 2) for option in ("-m", "-W", "--backlog")),
    *((["tcp-serve", option, "99999999999999999999", "0"], 2) for option in ("-m", "-W", "--backlog")),
    *((["tcp-connect", "-O", setting, "127.0.0.1", "9"], 2) for setting in ("SO_RCVBUF=x", "SO_RCVBUF=99999999999999999999", "NO_SUCH=1", "SO_RCVBUF")),
    (["udp-send", "--size", "0", "127.0.0.1", "9"], 2),
    (["udp-send", "--ttl", "256", "127.0.0.1", "9", "x"], 2),
    (["udp-listen", "--buffer", "0x", "0"], 2),
    *(([command, number], 1) for command in ("htons", "ntohs") for number in ("65536", "99999999999999999999", "1x", "")),
    *(([command, number], 1) for command in ("htonl", "ntohl") for number in ("4294967296", "0x1ffffffff", "0b12")),
    *((["calcsize", text], 2) for text in ("99999999999999999999h", "9223372036854775807q", "4611686018427387904q4611686018427387904q", "5", "1z", "<n")),
    *((["pack", text], 2) for text in ("99999999999999999999h", "9223372036854775807d", "9223372036854775807s9s")),
    *((["pack", *words], 1) for words in (("B", "256"), ("b", "-129"), ("H", "1x"), ("Q", "18446744073709551616"), ("f", "1e999"), ("B", "1", "2"))),
    *((["unpack", *words], 2) for words in (("-n", "x", "B"), ("-n", "99999999999999999999", "B"), ("--offset", "-1", "B"), ("-r", "0B"))),
    *((["unpack", *words], 1) for words in (("H", "00"), ("B", "0"), ("B", "zz"), ("B", "0000"))),
    *((["pton", text], 1) for text in ("256.0.0.1", "1.2.3", "01.2.3.4", "1.2.3.4.5", ":::", "1::2::3", "")),
    *((["ntop", text], 1) for text in ("7f", "zz000001", "7f00000100")),
)


@scenario("R43", "bad numbers everywhere: ports, sizes, counts in FORMAT, overflowing products", quick=True)
def numbers(stage: Stage) -> str:
    for words, status in NUMBERS:
        stage.nsk(*words, status=status, seconds=3)
    return f"{len(NUMBERS)} command lines"


@scenario("R43", "bad numbers everywhere: ports, sizes, counts in FORMAT, overflowing products", "tcp-connect")
def ports(stage: Stage) -> str:
    """A port that is none must be refused as such, not tried as another one."""
    for port in BAD_PORTS:
        if port.startswith("-"):
            continue  # an option, for most
        program = stage.run(tools.command(stage.tool, stage.role, ["127.0.0.1", port]))
        stage.judge(program, 3, False, 2)
        if "refused" in program.stderr():
            raise Lie("wrong", f"port {port!r} was tried as another: {program.stderr().strip()[:100]!r}")
    return f"{len(BAD_PORTS) - 1} ports refused"


LONGEST = 131_071  # what the kernel lets one argument have, its NUL aside


@scenario("R46", "an argument of 131,071 bytes (the kernel's limit), 10,000 arguments", "tcp-connect", "unix-connect", "udp-send", quick=True)
def long_words(stage: Stage) -> str:
    words = "x" * LONGEST
    where = [words] if stage.role == "unix-connect" else [words, "9"]
    if stage.tool == "socat":
        where[0] = words[:-100]  # its address has a type before it
    seen = stage.judge(stage.run(tools.command(stage.tool, stage.role, where)), 5, False, 4 if stage.role == "unix-connect" else 3)
    if stage.is_nsk:
        stage.nsk(stage.role, *(str(number) for number in range(10_000)), status=2)
    return f"{seen[:30]}... {len(seen)} characters"


@scenario("R46", "an argument of 131,071 bytes (the kernel's limit), 10,000 arguments", quick=True)
def long_words_elsewhere(stage: Stage) -> str:
    words = "1" * LONGEST
    for command, status in (("htons", 1), ("pton", 1), ("ntop", 1), ("aton", 1), ("calcsize", 2), ("pack", 2), ("unpack", 2), ("resolve", 3),
                            ("getservbyname", 3), ("help", 2), (words, 2), ("tcp-serve", 2), ("unix-serve", 4), ("repl", 1)):
        stage.nsk(command, *([words] if command != words else []), status=status, seconds=5)
    stage.nsk("htons", *["80"] * 10_000, status=0)
    stage.nsk("pack", "x" * LONGEST, status=0)
    return "14 commands, and 10,000 numbers for htons"


