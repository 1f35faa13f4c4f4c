# SPDX-License-Identifier: GPL-3.0-or-later
"""How a tool is started, and what it does to what it was given: R29 to R32."""

from __future__ import annotations

import fcntl
import itertools
import os
import pty
import signal
import sys
import termios
import tty

import harness
import tools
from datagram_stage import Receiver, Sender, listened, sender
from stage import NULL, PIPE, Exchange, Lie, Stage, scenario
from tools import DATAGRAMS, STREAMS

QUESTION, HELLO = b"question", b"hello"


@scenario("R29", "stdin, stdout, stderr closed at start, all 8 combinations", *STREAMS, quick=True)
def closed(stage: Stage) -> str:
    for marks in itertools.product((False, True), repeat=3):
        redirections = [text for text, is_closed in zip(("<&-", ">&-", "2>&-"), marks) if is_closed]
        session = stage.session(stdin=QUESTION, wrap=["sh", "-c", f'exec "$@" {" ".join(redirections)}', "sh"])
        session.send(HELLO, end=True)
        got, _ = session.take()
        status = session.program.wait(5)
        stdin_closed, stdout_closed, stderr_closed = marks
        seen = f"{stage.role} with {' '.join(redirections) or 'all open'}: status {status}, the peer got {got[:60]!r}"
        if status is None:
            raise Lie("hang", seen)
        if got not in (b"", QUESTION) or (stdin_closed and got):
            raise Lie("wrong", seen)
        whole = (stdout_closed or session.written == HELLO) and (stdin_closed or got == QUESTION)
        if status == 0 and (stdout_closed or not whole):
            raise Lie("silent", seen)
        if status > 0 and not stderr_closed and not session.program.stderr():
            raise Lie("mute", seen)
        if stage.is_nsk and status != int(stdout_closed):
            raise Lie("wrong", seen)
    return "8 of 8"


@scenario("R29", "stdin, stdout, stderr closed at start, all 8 combinations", "udp-send", "unix-send")
def closed_datagrams(stage: Stage) -> str:
    """A datagram that goes where stderr or stdout was is one too many."""
    for marks in itertools.product((False, True), repeat=2):
        redirections = [text for text, is_closed in zip((">&-", "2>&-"), marks) if is_closed]
        receiver = Receiver(stage)
        program = sender(stage, receiver, QUESTION, wrap=["sh", "-c", f'exec "$@" {" ".join(redirections)}', "sh"])
        got = receiver.take(1) + receiver.take(1, 0.2)
        if got != [QUESTION]:
            raise Lie("wrong", f"{stage.role} with {' '.join(redirections)}: {got}")
        program.end()
    return "4 of 4"


def is_nonblocking(*descriptors: int) -> bool:
    return any(fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_NONBLOCK for fd in descriptors)


@scenario("R30", "flags of shared stdio during, after, and after SIGKILL", *STREAMS, quick=True)
def flags(stage: Stage) -> str:
    for kind in ("pipes", "terminal"):
        for way in ("after", "after SIGKILL"):
            if kind == "pipes":
                into, own_in = os.pipe()
                own_out, out = os.pipe()
            else:
                own_in, into = pty.openpty()
                own_out, out = os.dup(own_in), os.dup(into)
            for fd in (into, own_in, own_out, out):
                stage.cleanup.callback(os.close, fd)
            plan = {"stdin": into, "stdout": out}
            listener, where = stage.listen() if stage.is_client else (None, stage.where())
            program = stage.run(tools.command(stage.tool, stage.role, where), **plan)
            if listener:
                peer, _ = listener.accept()
            else:
                stage.until_served(program, where)
                peer = stage.connect(where)
            peer.sendall(HELLO)
            harness.read_some(own_out, 5)
            during = is_nonblocking(into, out)
            if way == "after":
                peer.close()
                if kind == "pipes":
                    os.set_blocking(own_in, True)
                program.wait(1)
            program.process.send_signal(signal.SIGKILL if way != "after" else signal.SIGTERM)
            program.wait(5)
            peer.close()
            if during or is_nonblocking(into, out):
                raise Lie("wrong", f"{stage.role}: {kind} non-blocking {'while it runs' if during else way}")
    return "never O_NONBLOCK"


ODD = b"a\tb\n\x1b]0;title\x07 \x00 \x7f \xc2\x9bx \x9b \xff\xfe \xc3\xa9\n"


def on_screen(stage: Stage) -> bytes:
    """What the screen gets when stdout is a terminal and ODD comes."""
    master, slave = pty.openpty()
    stage.cleanup.callback(os.close, master)
    tty.setraw(slave, termios.TCSANOW)
    where = stage.where()
    plan = {"stdout": slave}
    if stage.role in DATAGRAMS:
        program, where = stage.serve(plan=plan)
        Sender(where).send(ODD)
    elif stage.is_client:
        listener, where = stage.listen()
        program = stage.run(tools.command(stage.tool, stage.role, where), **plan)
        peer, _ = listener.accept()
        peer.sendall(ODD)
        peer.close()
    else:
        program, where = stage.serve(plan=plan)
        with stage.connect(where) as peer:
            peer.sendall(ODD)
    os.close(slave)
    screen = b""
    while b"\xc3\xa9" not in screen:
        piece = harness.read_some(master, 5)
        if not piece:
            break
        screen += piece
    program.process.send_signal(signal.SIGTERM)
    program.wait(5)
    return screen


@scenario("R31", "escapes, C1, NUL, bad UTF-8 to a terminal", *STREAMS, "udp-listen", "unix-listen", quick=True)
def escapes(stage: Stage) -> str:
    screen = on_screen(stage)
    if b"\xc3\xa9" not in screen:
        raise Lie("fails", f"{stage.role}: {screen!r}")
    try:
        text = screen.decode()
    except UnicodeDecodeError:
        raise Lie("wrong", f"{stage.role}: bad UTF-8 on the terminal") from None
    raw = sorted({character for character in text if (character < " " and character not in "\t\n\r") or "\x7f" <= character < "\xa0"})
    if raw:
        raise Lie("wrong", f"{stage.role}: raw on the terminal: {' '.join(f'{ord(character):#x}' for character in raw)}")
    return "none raw"


@scenario("R31", "escapes, C1, NUL, bad UTF-8 to a terminal", *STREAMS)
def exact(stage: Stage) -> str:
    session = stage.session(stdin=NULL, stdout=PIPE)
    session.send(ODD, end=True)
    got = b""
    while piece := harness.read_some(session.ends.stdout, 5):
        got += piece
        if len(got) >= len(ODD):
            break
    if got != ODD:
        raise Lie("wrong", f"a pipe got {got!r}")
    return "pipes exact"


MANY = """import os, resource, sys
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
for _ in range(1100):
    os.set_inheritable(os.open("/dev/null", os.O_RDONLY), True)
os.execvp(sys.argv[1], sys.argv[1:])
"""
# select(2) cannot, and nsk says so: it is not what anybody gets without asking for it.
NOT_SELECT = {"NSK_POLLER": "poll"}


@scenario("R32", "1,100 descriptors inherited", *STREAMS, quick=True)
def inherited(stage: Stage) -> str:
    return Exchange(stage, wrap=[sys.executable, "-I", "-S", "-c", MANY], env=NOT_SELECT).judge(whole=True)


@scenario("R32", "1,100 descriptors inherited", *DATAGRAMS)
def inherited_datagrams(stage: Stage) -> str:
    wrap = [sys.executable, "-I", "-S", "-c", MANY]
    if stage.is_client:
        receiver = Receiver(stage)
        sender(stage, receiver, HELLO, wrap=wrap, env=NOT_SELECT)
        if receiver.take(1) != [HELLO]:
            raise Lie("fails", f"{stage.role}: nothing came")
    elif listened(stage, [HELLO], wrap=wrap, env=NOT_SELECT)[0] != HELLO:
        raise Lie("fails", f"{stage.role}: nothing was written")
    return "delivered"
