# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection ends, breaks or falls silent in every way: R05 to R11, R13, R14, R45."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from typing import Any

import harness
import tools
from stage import OPEN, PATIENCE, SOON, Lie, NotRun, Session, Stage, content, must_run, scenario
from tools import STREAMS, NoFeature

SOME = content(50_000, "some ")
MEGABYTE = content(1_000_000, "mega ")
SIX = content(6_000_000, "six ")
TCP = ("tcp-connect", "tcp-serve")


def break_off(session: Session) -> None:
    """The peer resets. A Unix socket has no reset but that of one that is closed unread: there must be something."""
    if not session.stage.is_tcp:
        session.say(b"unread\n")
        harness.until(lambda: session.peer.recv(1, socket.MSG_PEEK), "it was sent")
        session.peer.close()
    else:
        harness.reset(session.peer)


@scenario("R05", "reset after 50 KB were received", *STREAMS, quick=True)
def reset_received(stage: Stage) -> str:
    session = stage.session(stdin=OPEN)
    session.send(SOME)
    session.until_written(SOME)
    break_off(session)
    seen = session.fails(SOON, "connection reset by peer")
    if session.written != SOME:
        raise Lie("silent", f"{len(session.written)} of {len(SOME)} bytes on stdout")
    return seen


@scenario("R06", "reset while sending", *STREAMS, quick=True)
def reset_sending(stage: Stage) -> str:
    session = stage.session(stdin=content(20_000_000))
    session.take(1000)
    if stage.is_tcp:
        harness.reset(session.peer)
    else:
        session.peer.close()
    return session.fails(SOON, "reset|broken pipe|closed")


@scenario("R07", "socket killed locally (`ss -K`)", *TCP)
def killed(stage: Stage) -> str:
    stage.own_network()
    session = stage.session(stdin=OPEN)
    session.peer.sendall(b"hello")
    session.until_written(b"hello")
    side = f"dport = {session.where[1]}" if stage.is_client else f"sport = {session.where[1]}"
    if "ESTAB" not in must_run("ss", "-KHtn", "state", "established", *side.split()) and session.program.wait(0.2) is None:
        if session.program.wait(0.5) is None and "ESTAB" in must_run("ss", "-Htn"):
            raise NotRun("this kernel kills no sockets")
    return session.fails(SOON, "abort|reset")


@scenario("R08", "peer replies 1 MB one second after our half-close", *STREAMS, quick=True)
def late_reply(stage: Stage) -> str:
    session = stage.session(stdin=b"question\n")
    if session.take() != (b"question\n", "end"):
        raise Lie("fails", "no half-close came")
    time.sleep(1)
    session.send(MEGABYTE, end=True)
    return session.succeeds(PATIENCE, lambda: session.written == MEGABYTE)


@scenario("R08", "... and one that hangs up on a half-close, with -q", *STREAMS)
def hangs_up(stage: Stage) -> str:
    session = stage.session(stdin=b"question\n", stay_open=3)
    session.take(9)
    session.peer.settimeout(0.5)
    if session.take(1)[1] == "late":
        session.peer.settimeout(PATIENCE)
        session.send(MEGABYTE, end=True).join(PATIENCE)
    session.peer.close()
    return session.succeeds(PATIENCE, lambda: session.written == MEGABYTE)


@scenario("R09", "peer closes its side first, we send 1 MB later", *STREAMS, quick=True)
def peer_first(stage: Stage) -> str:
    session = stage.session(stdin=OPEN)
    session.send(b"hello", end=True)
    session.until_written(b"hello")
    time.sleep(0.3)
    threading.Thread(target=say_all, args=(session,), daemon=True).start()
    data, how = session.take()
    return session.succeeds(2, lambda: (data, how) == (MEGABYTE, "end"))


def say_all(session: Session) -> None:
    """A megabyte and its end to stdin, for as long as anybody reads it."""
    stdin, session.ends.stdin = session.ends.stdin, -1
    try:
        with open(stdin, "wb", buffering=0) as pipe:
            left = memoryview(MEGABYTE)
            while left:
                left = left[pipe.write(left[:50_000]) :]
    except BrokenPipeError:
        pass


RUNS = 20


def talk_both(stage: Stage, six: str, **words: Any) -> None:
    session = stage.session(stdin=six, **words)
    sender = session.send(SIX, end=bool(words.get("recv_only")))
    if words.get("recv_only"):
        session.succeeds(PATIENCE, lambda: session.written == SIX)
        return
    data, how = session.take()
    sender.join(PATIENCE)
    try:
        session.peer.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    session.succeeds(PATIENCE, lambda: (data, how) == (SIX, "end") and (bool(words.get("send_only")) or session.written == SIX))
    session.ends.out.unlink()


@scenario("R10", "peer talks while we send 6 MB and end, both ways and in the one-way modes", *STREAMS)
def while_it_talks(stage: Stage) -> str:
    six = str(stage.file(SIX))
    modes: list[dict[str, bool]] = [{}, {"send_only": True}, {"recv_only": True}]
    played = 0
    for number in range(RUNS):
        for mode in modes:
            try:
                talk_both(stage, six, **mode)
                played += 1
            except NoFeature:
                continue
            except Lie as lie:
                raise Lie(lie.way, f"run {number + 1} of {RUNS}, {' '.join(mode) or 'both ways'}: {lie.seen}") from None
    return f"{played} of {played} runs intact"


@scenario("R11", "peer never closes after our end, with -q", *STREAMS, quick=True)
def never_closes(stage: Stage) -> str:
    session = stage.session(stdin=SOME, quit_after=1)
    if session.take(len(SOME))[0] != SOME:
        raise Lie("fails", "not all came")
    return session.succeeds(3, lambda: True)


@scenario("R11", "... nor acknowledges all", *TCP)
def never_reads(stage: Stage) -> str:
    session = stage.session(stdin=MEGABYTE, quit_after=1, receive_buffer=4096)
    return session.fails(4, "[0-9]+ bytes")


@scenario("R11", "peer closed altogether while stdin stays open", *STREAMS)
def closed_altogether(stage: Stage) -> str:
    stage.own_network()
    session = stage.session(stdin=OPEN)
    session.send(b"hello").join()
    session.until_written(b"hello")
    session.peer.close()
    began = time.monotonic()
    session.succeeds(harness.seconds_until_forgotten() + 2, lambda: True)
    return f"found out after {time.monotonic() - began:.1f} s"


def drop(stage: Stage, chain: str, *match: str) -> None:
    """The network swallows what matches."""
    stage.own_network()
    stage.cleanup.callback(lambda: subprocess.run(["nft", "delete", "table", "ip", "hole"], check=False))
    must_run("nft", "add table ip hole")
    must_run("nft", f"add chain ip hole {chain} {{ type filter hook {chain} priority 0; }}")
    must_run("nft", f"add rule ip hole {chain} {' '.join(match)} drop")


@scenario("R13", "connect into a black hole", "tcp-connect")
def black_hole(stage: Stage) -> str:
    drop(stage, "output", "tcp", "dport", "9")
    where = [harness.LOOPBACK, "9"]
    program = stage.run(tools.command(stage.tool, stage.role, where, connect_timeout=1))
    return stage.judge(program, 2, False, 124, "127.0.0.1:9: ")


@scenario("R13", "connect into a black hole")
def black_hole_others(stage: Stage) -> str:
    drop(stage, "output", "tcp", "dport", "9")
    stage.nsk("tcp-connect", "-z", "-w", "1", "127.0.0.1", "9", status=4, says="127.0.0.1", seconds=2)
    stage.nsk("tcp-connect", "--retry", "1", "-w", "500ms", "127.0.0.1", "9", status=124, seconds=3)
    stage.nsk("wait", "--max-time", "1", "127.0.0.1:9", status=124, seconds=2)
    stage.role = "unix-connect"
    listener, where = stage.listen(backlog=0)
    stage.connect(where)
    stage.nsk("unix-connect", "-w", "1", where[0], status=124, seconds=2)
    del listener
    return "-z, --retry, wait, a full queue of unix-connect"


@scenario("R14", "black hole in mid-stream, `--idle-timeout`", *TCP)
def silent_line(stage: Stage) -> str:
    session = stage.session(stdin="/dev/zero", idle_timeout=1)
    session.take(1_000_000)
    drop(stage, "input", "tcp", "dport", "1-65535")
    return session.fails(4, r"127\.0\.0\.1:\d+: ", status=124)


@scenario("R14", "black hole in mid-stream, `--idle-timeout`", *STREAMS, quick=True)
def silent_peer(stage: Stage) -> str:
    session = stage.session(stdin=OPEN, idle_timeout=1)
    return session.fails(3, "", status=124)


@scenario("R45", "SIGTERM and SIGINT in mid-transfer", *STREAMS, quick=True)
def told_to_end(stage: Stage) -> str:
    for number in (signal.SIGTERM, signal.SIGINT):
        session = stage.session(stdin="/dev/zero")
        session.take(1_000_000)
        session.program.process.send_signal(number)
        status = session.program.wait(1)
        if status is None:
            raise Lie("hang", f"{number.name}: not ended within 1 s")
        if stage.is_nsk and (status != -number or session.program.stderr()):
            raise Lie("wrong", f"{number.name}: status {status}, {session.program.stderr().strip()!r}")
        _, how = session.take()
        # A Unix socket has no reset: its receiver cannot be told.
        if how == "late" or (how == "end" and stage.is_tcp):
            raise Lie("silent", f"{stage.role}: {number.name}: the peer saw an {how} and takes half for the whole")
    return "the peer saw a reset" if stage.is_tcp else "ended"


@scenario("R45", "SIGTERM and SIGINT in mid-transfer", "udp-listen", "unix-listen")
def listener_told_to_end(stage: Stage) -> str:
    for number in (signal.SIGTERM, signal.SIGINT):
        program, _ = stage.serve()
        program.process.send_signal(number)
        if program.wait(1) is None:
            raise Lie("hang", f"{number.name}: not ended within 1 s")
        if stage.is_nsk and (program.process.returncode != -number or program.stderr()):
            raise Lie("wrong", f"{number.name}: status {program.process.returncode}, {program.stderr()!r}")
    return "ended by the signal"


@scenario("R14", "... with -q: what was sent and never acknowledged is no success", *TCP)
def unacknowledged(stage: Stage) -> str:
    session = stage.session(stdin=OPEN, quit_after=1)
    session.say(b"hello\n")
    session.take(6)
    drop(stage, "input", "tcp", "dport", "1-65535")
    session.say(b"lost\n")
    session.ends.close_stdin()
    return session.fails(5, "5 bytes")
