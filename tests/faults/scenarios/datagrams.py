# SPDX-License-Identifier: GPL-3.0-or-later
"""Datagrams keep their boundaries, or it is told: R33 to R37."""

from __future__ import annotations

import json

import harness
from datagram_stage import Receiver, listened, sender
from stage import Lie, Stage, content, scenario

SIZES = (1, 1472, 8192, 16385, 65507)
SENDERS = ("udp-send", "unix-send")
LISTENERS = ("udp-listen", "unix-listen")


@scenario("R33", "datagrams of 0, 1, 1472, 8192, 16385, 65507 bytes", *SENDERS, quick=True)
def sizes_sent(stage: Stage) -> str:
    for size in SIZES:
        receiver, data = Receiver(stage), content(size)
        program = sender(stage, receiver, data)
        got = receiver.take(1) + receiver.take(9, 0.1)
        if got != [data]:
            raise Lie("wrong" if b"".join(got) == data else "silent", f"{stage.role}: {size} bytes went as {[len(piece) for piece in got][:6]}")
        program.end()
    if stage.is_nsk:
        receiver = Receiver(stage)
        stage.nsk(stage.role, "--empty", *receiver.where, status=0)
        if receiver.take(1) != [b""]:
            raise Lie("wrong", "--empty: no datagram of 0 bytes")
    return "each as one"


@scenario("R33", "datagrams of 0, 1, 1472, 8192, 16385, 65507 bytes", *LISTENERS, quick=True)
def sizes_received(stage: Stage) -> str:
    for size in SIZES:
        data = content(size)
        got, program = listened(stage, [data])
        if got != data:
            raise Lie("wrong" if program.stderr() else "silent", f"{stage.role}: {len(got)} of {size} bytes written")
        program.end()
    return "each whole"


@scenario("R33", "datagrams of 0, 1, 1472, 8192, 16385, 65507 bytes", quick=True)
def boundaries(stage: Stage) -> str:
    for stage.role in LISTENERS:
        sent = [content(size) for size in (0, *SIZES, 0)]
        lines, program = listened(stage, sent, options=["--json", "-W", str(len(sent))])
        program.wait(5)
        lines = program_output(lines, program)
        got = [bytes.fromhex(json.loads(line)["hex"]) for line in lines.splitlines()]
        if got != sent:
            raise Lie("wrong", f"{stage.role}: {[len(data) for data in got]}")
    return "boundaries kept"


def program_output(so_far: bytes, program: harness.Program) -> bytes:
    """JSON is longer than what was sent: all that there is when it has ended."""
    if program.process.returncode != 0:
        raise Lie("fails", f"status {program.process.returncode}: {program.stderr()[:200]}")
    return so_far


@scenario("R34", "an empty datagram first and in the middle", *LISTENERS, quick=True)
def empty_received(stage: Stage) -> str:
    got, program = listened(stage, [b"", b"one", b"", b"two"])
    if got != b"onetwo":
        raise Lie("silent" if program.process.poll() in (0, None) else "fails", f"{stage.role}: wrote {got!r}, status {program.process.returncode}")
    return "data, not an end"


@scenario("R34", "an empty datagram first and in the middle", quick=True)
def empty_sent(stage: Stage) -> str:
    for stage.role in SENDERS:
        receiver = Receiver(stage)
        sender(stage, receiver, b"\none\n\ntwo\n", options=["-L"])
        got = receiver.take(4)
        if got != [b"", b"one", b"", b"two"]:
            raise Lie("wrong", f"{stage.role} -L: {got}")
    return "sent as data"


@scenario("R35", "a datagram larger than the buffer", *LISTENERS, quick=True)
def truncated(stage: Stage) -> str:
    """Each tool has its own size; what does not fit is to be told."""
    data = content(65_507)
    got, program = listened(stage, [data], options=["--buffer", "8192", "-W", "1"] if stage.is_nsk else [])
    if stage.is_nsk:
        seen = stage.judge(program, 2, False, 1, "truncated to 8192")
        if got != data[:8192]:
            raise Lie("wrong", f"{len(got)} bytes written")
        return seen
    if got != data and not program.stderr():
        raise Lie("silent", f"{stage.role}: {len(got)} of {len(data)} bytes written and no word")
    return "whole"


@scenario("R36", "a refused port", *SENDERS, quick=True)
def refused(stage: Stage) -> str:
    receiver = Receiver(stage)
    receiver.socket.close()
    program = sender(stage, receiver, b"hello")
    return stage.judge(program, 8, False, 4, "refused")


@scenario("R37", "65,508 bytes are too large", "udp-send", quick=True)
def too_large(stage: Stage) -> str:
    receiver = Receiver(stage)
    program = sender(stage, receiver, content(65_508))
    got = receiver.take(9, 0.5)
    if got:
        raise Lie("wrong", f"sent as {[len(data) for data in got]}")
    return stage.judge(program, 8, False, 1, "65508 bytes|65507")


@scenario("R37", "... for UDP over IPv6 from 65,528 on, and nothing of a row of them is sent", quick=True)
def too_large_others(stage: Stage) -> str:
    stage.role = "udp-send"
    receiver = Receiver(stage)
    with stage.file(b"small\n" + content(65_508).replace(b"\n", b" ") + b"\n").open("rb") as stdin:
        stage.nsk("udp-send", "-L", *receiver.where, status=1, says="65508|65507", stdin=stdin)
    with stage.file(content(65_528)).open("rb") as stdin:
        stage.nsk("udp-send", "::1", "9", status=1, says="65528|65527", stdin=stdin)
    return "refused before sending"
