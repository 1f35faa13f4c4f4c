# SPDX-License-Identifier: GPL-3.0-or-later
"""A scenario's stage: the tool in its role, its stdin and stdout, and at the other end a peer of ours, a plain socket.
And the judge: TRUST's rule, the same for every tool. nsk is held to its contract besides: the status, one line in
its form, the words.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import harness
import tools

PATIENCE = 10.0
# What socat waits for when one side has ended (-t5), and some more: for failures without a stated time.
SOON = 7.0


def engines() -> list[dict[str, str]]:
    """How this nsk may wait and move bytes."""
    shown = subprocess.run([harness.nsk_path(), "--version"], capture_output=True, text=True, check=False).stdout
    pollers = [name for name in ("epoll", "poll", "select") if name in shown.split()]
    return [{"NSK_POLLER": poller, "NSK_PUMP": pump} for poller in pollers for pump in ("copy", "splice") if pump in ("copy", *shown.split())]


ENGINES = engines()
ABORTED = (128 + signal.SIGABRT, 128 + signal.SIGSEGV)
OPEN, NULL, PIPE = "open", "null", "pipe"


class Lie(Exception):
    """What the tool did that it must not: silent, mute, hang, crash, spin, leak, fails (honestly), wrong."""

    def __init__(self, way: str, seen: str) -> None:
        super().__init__(f"{way}: {seen}")
        self.way, self.seen = way, seen


class NotRun(Exception):
    """This machine does not allow it; the text says why."""


@dataclasses.dataclass
class Scenario:
    item: str
    title: str
    roles: tuple[str, ...]
    play: Callable[[Stage], str]
    quick: bool


SCENARIOS: list[Scenario] = []


def scenario(item: str, title: str, *roles: str, quick: bool = False) -> Callable[[Callable[[Stage], str]], Callable[[Stage], str]]:
    """Registers a function that plays ITEM for each of ROLES and returns what it saw. Without roles it is nsk's alone."""

    def register(play: Callable[[Stage], str]) -> Callable[[Stage], str]:
        SCENARIOS.append(Scenario(item, title, roles or ("nsk",), play, quick))
        return play

    return register


def content(size: int, seed: str = "") -> bytes:
    """SIZE bytes in which each place can be told from every other."""
    block = b"".join(b"%s%d\n" % (seed.encode(), i) for i in range(10_000))
    return (block * (size // len(block) + 1))[:size]


def cpu_ticks(pid: int) -> int:
    """Hundredths of a second that PID has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def kib(pid: int, name: str) -> int:
    """NAME (VmRSS, VmHWM) of PID in KiB."""
    match = re.search(rf"^{name}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="ascii"), re.MULTILINE)
    return int(match.group(1)) if match else 0


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def must_run(*command: str) -> str:
    """Runs a tool of the system's; NotRun when it cannot do its work here."""
    if shutil.which(command[0]) is None:
        raise NotRun(f"{command[0]} is not installed")
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise NotRun(f"{' '.join(command[:2])}: {(done.stderr.strip() or 'failed').splitlines()[0]}")
    return done.stdout


UP, DOWN = content(50_000, "up "), content(50_000, "down ")


class Stage:
    """What one run of a scenario has, until it is closed."""

    def __init__(self, tool: str, role: str, folder: Path, built: Path, turn: int = 0) -> None:
        self.tool, self.role, self.folder, self.built = tool, role, folder, built
        self.cleanup = contextlib.ExitStack()
        self.number = 0
        self.turn = turn  # of the engines
        self.engine: dict[str, str] = {}

    @property
    def is_nsk(self) -> bool:
        return self.tool == "nsk"

    @property
    def is_plain(self) -> bool:
        """No sanitizer in it, whose memory says nothing about nsk's."""
        return not self.is_nsk or b"__asan_" not in Path(harness.nsk_path()).read_bytes()

    @property
    def is_tcp(self) -> bool:
        return self.role.startswith("tcp")

    @property
    def is_client(self) -> bool:
        return self.role in tools.CLIENTS

    def close(self) -> None:
        self.cleanup.close()

    def path(self, name: str) -> Path:
        """A path of this run's own."""
        self.number += 1
        return self.folder / f"{name}{self.number}"

    def file(self, data: bytes) -> Path:
        path = self.path("in")
        path.write_bytes(data)
        return path

    def shim(self, name: str) -> str:
        """The path of a library for LD_PRELOAD."""
        if not self.is_plain:
            raise NotRun("a shim and a sanitizer do not go together")
        path = self.built / f"{name}.so"
        if not path.exists():
            raise NotRun("no compiler for the shims")
        return str(path)

    def own_network(self) -> None:
        if os.environ.get("OWN_NETWORK") != "yes":
            raise NotRun("no namespaces here")

    def run(self, command: Sequence[str], **plan: Any) -> harness.Program:
        """A program, ended with the scenario at the latest. Each nsk waits and moves bytes in another way than the one before."""
        if harness.nsk_path() in command:
            self.engine = ENGINES[self.turn % len(ENGINES)]
            self.turn += 1
            plan["env"] = {**self.engine, **(plan.get("env") or {})}
        return self.cleanup.enter_context(harness.Program(command, **plan))

    def nsk(self, *words: str, status: int, says: str = "", seconds: float = PATIENCE, **plan: Any) -> str:
        """One run of nsk, whose outcome is known."""
        program = self.run([harness.nsk_path(), *words], **plan)
        return self.judge(program, seconds, status == 0, status, says, f"nsk {words[0][:40]}")

    def judge(self, program: harness.Program, seconds: float, whole: bool, status: int, says: str = "", name: str = "") -> str:
        """TRUST's rule, when it has SECONDS to end. WHOLE: whether every byte arrived, so that it may end with 0."""
        name = name or self.role
        ended = program.wait(seconds)
        said = program.stderr().strip()
        if ended is None:
            raise Lie("hang", f"{name}: not ended within {seconds:g} s")
        outcome = f"status {ended}" if ended >= 0 else f"ended by {signal.Signals(-ended).name}"
        seen = f"{name}: {outcome}, {said[:200]!r}"
        if "Sanitizer" in said or "runtime error" in said or ended in ABORTED or (
            ended < 0 and ended != status and -ended not in (signal.SIGPIPE, signal.SIGTERM)
        ):
            raise Lie("crash", seen)
        if ended == 0 and not whole:
            raise Lie("silent", seen)
        if ended > 0 and not said:
            raise Lie("mute", seen)
        if status == 0 and (ended != 0 or not whole):
            raise Lie("fails", seen)
        if self.is_nsk:
            form = "" if ended <= 0 else r"nsk( [\w-]+)?: [^\n]+\Z"
            if ended != status or len(said.splitlines()) > 1 or not re.match(form, said) or not re.search(says, said):
                raise Lie("wrong", f"{seen}; expected status {status} and {says!r}")
        return said.splitlines()[0] if said else outcome

    # ---- streams ----------------------------------------------------------------------------------

    def where(self) -> list[str]:
        """An address to be served in this role."""
        if not self.is_tcp and not self.role.startswith("udp"):
            return [str(self.path("s"))]
        port = self.cleanup.enter_context(harness.ReservedPort())
        return [harness.LOOPBACK, str(port.number)]

    def listen(self, backlog: int = 10, receive_buffer: int = 0) -> tuple[socket.socket, list[str]]:
        """A listener of ours for a client in this role."""
        listener = socket.socket(socket.AF_INET if self.is_tcp else socket.AF_UNIX)
        self.cleanup.callback(listener.close)
        if receive_buffer:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        path = str(self.path("s"))
        listener.bind((harness.LOOPBACK, 0) if self.is_tcp else path)
        listener.listen(backlog)
        listener.settimeout(PATIENCE)
        return listener, [harness.LOOPBACK, str(listener.getsockname()[1])] if self.is_tcp else [path]

    def connect(self, where: list[str], receive_buffer: int = 0) -> socket.socket:
        """A client of ours."""
        peer = socket.socket(socket.AF_INET if len(where) == 2 else socket.AF_UNIX)
        self.cleanup.callback(peer.close)
        if receive_buffer:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if len(where) == 2:
            peer.settimeout(PATIENCE)
        peer.connect((where[0], int(where[1])) if len(where) == 2 else where[0])
        peer.settimeout(PATIENCE)  # a full queue of a Unix socket is waited for only without a timeout
        return peer

    def until_served(self, program: harness.Program, where: list[str]) -> None:
        """Waits until PROGRAM serves WHERE, looked up in the kernel's tables."""

        def look() -> bool:
            if program.process.poll() is not None:
                raise harness.Failed(f"it ended with {program.process.returncode}: {program.stderr().strip()}")
            if len(where) == 2:
                return harness.is_listening(int(where[1])) if self.is_tcp else is_bound(int(where[1]))
            return unix_is_served(where[0])

        harness.until(look, "it listens")

    def serve(self, where: list[str] | None = None, wrap: Sequence[str] = (), plan: dict[str, Any] | None = None, **words: Any) -> tuple[harness.Program, list[str]]:
        """The tool as a server in this role, listening."""
        where = where or self.where()
        program = self.run([*wrap, *tools.command(self.tool, self.role, where, **words)], **(plan or {}))
        self.until_served(program, where)
        return program, where

    def session(
        self, stdin: Any = NULL, stdout: Any = "file", wrap: Sequence[str] = (), env: dict[str, str] | None = None,
        receive_buffer: int = 0, **words: Any,
    ) -> Session:
        """The tool in its role, connected to a peer of ours. STDIN: OPEN, NULL, bytes or a path; STDOUT: "file", PIPE or a path."""
        ends = Ends(self, stdin, stdout)
        plan: dict[str, Any] = {"stdin": ends.child_stdin, "stdout": ends.child_stdout, "env": env}
        if self.is_client:
            listener, where = self.listen(receive_buffer=receive_buffer)
            program = self.run([*wrap, *tools.command(self.tool, self.role, where, **words)], **plan)
            try:
                peer, _ = listener.accept()
            except TimeoutError:
                raise Lie("fails", f"{self.role} did not connect: {program.stderr().strip()[:200]!r}") from None
            listener.close()
        else:
            program, where = self.serve(wrap=wrap, plan=plan, **words)
            peer = self.connect(where, receive_buffer)
        ends.close_child()
        peer.settimeout(PATIENCE)
        self.cleanup.callback(peer.close)
        return Session(self, program, peer, ends, where)


class Ends:
    """stdin and stdout of the tool: what it gets, and what we keep of them."""

    def __init__(self, stage: Stage, stdin: Any, stdout: Any) -> None:
        self.stdin = self.stdout = -1
        self.out = stage.path("out")
        if stdin == OPEN:
            self.child_stdin, self.stdin = os.pipe()
            stage.cleanup.callback(self.close_stdin)
        else:
            path = "/dev/null" if stdin == NULL else stdin if isinstance(stdin, (str, Path)) else stage.file(stdin)
            self.child_stdin = os.open(path, os.O_RDONLY)
        if stdout == PIPE:
            self.stdout, self.child_stdout = os.pipe()
            stage.cleanup.callback(self.close_stdout)
        else:
            self.out = self.out if stdout == "file" else Path(stdout)
            self.child_stdout = os.open(self.out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)

    def close_child(self) -> None:
        os.close(self.child_stdin)
        os.close(self.child_stdout)

    def close_stdin(self) -> None:
        if self.stdin >= 0:
            os.close(self.stdin)
        self.stdin = -1

    def close_stdout(self) -> None:
        if self.stdout >= 0:
            os.close(self.stdout)
        self.stdout = -1


class Session:
    """A running tool and the connection to it."""

    def __init__(self, stage: Stage, program: harness.Program, peer: socket.socket, ends: Ends, where: list[str]) -> None:
        self.stage, self.program, self.peer, self.ends, self.where = stage, program, peer, ends, where
        self.broken = False

    @property
    def written(self) -> bytes:
        """What is on stdout, a file."""
        return self.ends.out.read_bytes()

    def until_written(self, data: bytes) -> None:
        try:
            harness.until(lambda: self.written == data, "it wrote what came")
        except harness.Failed as reason:
            raise Lie("fails", str(reason)) from None

    def say(self, data: bytes) -> None:
        """To the tool's stdin."""
        os.write(self.ends.stdin, data)

    def send(self, data: bytes, end: bool = False) -> threading.Thread:
        """From the peer, in the background, perhaps with an end after it; whoever is gone is told nothing more."""

        def work() -> None:
            try:
                self.peer.sendall(data)
                if end:
                    self.peer.shutdown(socket.SHUT_WR)
            except OSError:
                self.broken = True  # the reset may be told here, and the receiving side sees an end then

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def take(self, limit: int = -1) -> tuple[bytes, str]:
        """What comes to the peer, LIMIT bytes or all, and how it ended: end, reset, late; "" at the limit."""
        data = b""
        try:
            while len(data) != limit:
                piece = self.peer.recv(1 << 20 if limit < 0 else min(1 << 20, limit - len(data)))
                if not piece:
                    return data, "reset" if self.broken else "end"
                data += piece
        except TimeoutError:
            return data, "late"
        except OSError:
            return data, "reset"
        return data, ""

    def fails(self, seconds: float, says: str, status: int = 1) -> str:
        """It must end with a failure that is told: not every byte can have arrived."""
        return self.stage.judge(self.program, seconds, False, status, says)

    def succeeds(self, seconds: float, whole: Callable[[], bool]) -> str:
        """It must end with 0 and have everything delivered."""
        if self.program.wait(seconds) is None:
            raise Lie("hang", f"{self.stage.role}: not ended within {seconds:g} s")
        return self.stage.judge(self.program, 0.1, whole(), 0)


class Exchange:
    """A whole transfer both ways with a peer that is never at fault, though the tool may never come to it."""

    def __init__(self, stage: Stage, wrap: Sequence[str] = (), env: dict[str, str] | None = None, seconds: float = PATIENCE) -> None:
        self.stage, self.got, self.seconds = stage, b"", seconds
        self.listener: socket.socket | None = None
        self.peer: socket.socket | None = None
        out, source = stage.path("out"), stage.file(UP)
        where = stage.where()
        if stage.is_client:
            self.listener, where = stage.listen()
        with out.open("wb") as stdout, source.open("rb") as stdin:
            command = [*wrap, *tools.command(stage.tool, stage.role, where)]
            self.program = stage.run(command, stdin=stdin, stdout=stdout, env=env)
        thread = threading.Thread(target=self.talk, args=(where,), daemon=True)
        thread.start()
        self.status = self.program.wait(seconds)
        if self.listener:
            self.listener.shutdown(socket.SHUT_RDWR)
        thread.join(PATIENCE)
        self.written = out.read_bytes()
        for path in (out, source):
            path.unlink()

    @property
    def whole(self) -> bool:
        return self.status is not None and self.got == UP and self.written == DOWN

    def talk(self, where: list[str]) -> None:
        with contextlib.suppress(OSError, harness.Failed):
            if self.listener:
                self.peer, _ = self.listener.accept()
            else:
                self.stage.until_served(self.program, where)
                self.peer = self.stage.connect(where)
            with self.peer as peer:
                peer.settimeout(self.seconds)
                sender = threading.Thread(target=send_all, args=(peer, DOWN), daemon=True)
                sender.start()
                while piece := peer.recv(1 << 16):
                    self.got += piece
                sender.join(PATIENCE)

    def judge(self, says: str = "", whole: bool = False) -> str:
        """All was delivered and the status is 0, or a failure that SAYS why; WHOLE: only the former will do."""
        if self.status is None:
            raise Lie("hang", f"{self.stage.role}: not ended within {self.seconds:g} s")
        good = self.whole and (whole or self.status == 0)
        return self.stage.judge(self.program, 0.1, good, 0 if good or whole else self.status or 1, "" if good else says)


def send_all(peer: socket.socket, data: bytes) -> None:
    with contextlib.suppress(OSError):
        peer.sendall(data)
        peer.shutdown(socket.SHUT_WR)


def ask(stage: Stage, where: list[str], seconds: float = 5.0) -> None:
    """A client that says a word to an echoing server and gets it back."""
    with asking("a client"), stage.connect(where) as client:
        client.settimeout(seconds)
        client.sendall(b"word")
        client.shutdown(socket.SHUT_WR)
        got = b""
        while piece := client.recv(100):
            got += piece
        if got != b"word":
            raise Lie("fails", f"a client got {got!r} back")


def must_idle(program: harness.Program, seconds: float, percent: float = 5.0) -> None:
    """PROGRAM waits, and uses no time while it does."""
    time.sleep(0.2)
    before = cpu_ticks(program.pid)
    time.sleep(seconds)
    used = cpu_ticks(program.pid) - before
    if used > seconds * percent:
        raise Lie("spin", f"{used / seconds:.0f} % CPU while waiting")


def is_bound(port: int) -> bool:
    """Whether a UDP socket has PORT."""
    for table in ("/proc/net/udp", "/proc/net/udp6"):
        with contextlib.suppress(OSError):
            if any(line.split()[1].endswith(f":{port:04X}") for line in Path(table).read_text(encoding="ascii").splitlines()):
                return True
    return False


def unix_is_served(path: str) -> bool:
    """Whether a stream listener (flag 10000) or a datagram socket (type 2) has PATH."""
    for line in Path("/proc/net/unix").read_text(encoding="utf-8", errors="replace").splitlines():
        fields = line.split(None, 7)
        if len(fields) == 8 and fields[7] == path and (fields[3] == "00010000" or fields[4] == "0002"):
            return True
    return False


@contextlib.contextmanager
def asking(what: str) -> Iterator[None]:
    """Turns what went wrong inside into an honest failure of the tool's."""
    try:
        yield
    except (harness.Failed, OSError) as reason:
        raise Lie("fails", f"{what}: {reason}") from None

