# SPDX-License-Identifier: GPL-3.0-or-later
"""What the fault tests share: how each program of the family is called, ports that are free and stay so,
programs started and ended by pid, and bounded waits.

Names of programs: nsk (the binary in $NSK, or build/release/nsk), nc (OpenBSD's), ncat, socat, busybox.
"""

from __future__ import annotations

import fcntl
import importlib.machinery
import importlib.util
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = ("nsk", "nc", "ncat", "socat", "busybox")
LOOPBACK = "127.0.0.1"


class Failed(Exception):
    """What was expected did not happen; the text says what was seen."""


def neighbour(name: str) -> Any:
    """The program NAME of this folder as a module."""
    loader = importlib.machinery.SourceFileLoader(name, str(Path(__file__).with_name(name)))
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    return module


def nsk_path() -> str:
    path = os.environ.get("NSK") or str(ROOT / "build/release/nsk")
    return str((ROOT / path).resolve())


def client_command(program: str, port: int, options: Sequence[str] = ()) -> list[str]:
    """PROGRAM's command line as a client of PORT on this machine; OPTIONS are that program's own."""
    return {
        "nsk": [nsk_path(), "tcp-connect", *options, LOOPBACK, str(port)],
        "nc": ["nc.openbsd", *options, LOOPBACK, str(port)],
        "ncat": ["ncat", *options, LOOPBACK, str(port)],
        "socat": ["socat", *options, "-", f"TCP:{LOOPBACK}:{port}"],
        "busybox": ["busybox", "nc", *options, LOOPBACK, str(port)],
    }[program]


def server_command(program: str, port: int, options: Sequence[str] = ()) -> list[str]:
    """PROGRAM's command line as a server for one client on PORT."""
    return {
        "nsk": [nsk_path(), "tcp-serve", *options, LOOPBACK, str(port)],
        "nc": ["nc.openbsd", "-l", *options, LOOPBACK, str(port)],
        "ncat": ["ncat", "-l", *options, LOOPBACK, str(port)],
        "socat": ["socat", *options, "-", f"TCP-LISTEN:{port},bind={LOOPBACK},reuseaddr"],
        "busybox": ["busybox", "nc", "-l", *options, "-p", str(port)],
    }[program]


# What makes each program pass an end on and wait long enough for the other one.
WHOLE = {"nc": ("-N",), "socat": ("-t5",)}

FIN_TIMEOUT = "/proc/sys/net/ipv4/tcp_fin_timeout"


def own_network() -> None:
    """Runs the whole script again in a network namespace of its own, where loopback is up and a connection
    that its owner has closed is forgotten after 1 s: for so long (60 s elsewhere) Linux answers keepalive probes for
    it, and nobody can tell that it was closed. Where that is not allowed, one has to be more patient."""
    if os.environ.get("OWN_NETWORK") is None:
        os.environ["OWN_NETWORK"] = "no"
        kind = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-Urn"]
        if subprocess.run([*kind, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            os.environ["OWN_NETWORK"] = "yes"
            os.execvp("unshare", [*kind, sys.executable, "-B", *sys.argv])
    if os.environ["OWN_NETWORK"] == "yes":
        with socket.socket() as any_socket:
            request = struct.pack("16sH14x", b"lo", 1)  # SIOCSIFFLAGS, IFF_UP: netdevice(7)
            fcntl.ioctl(any_socket, 0x8914, request)
        Path(FIN_TIMEOUT).write_text("1\n", encoding="ascii")


def seconds_until_forgotten() -> float:
    """How long a peer that has closed altogether may go unnoticed: the above, and two probes 5 s apart."""
    return float(Path(FIN_TIMEOUT).read_text(encoding="ascii")) + 12


class ReservedPort:
    """A port that the kernel picked. The socket that holds it never listens, so that a program which sets
    SO_REUSEADDR, as all of these do, can listen there, but nobody gets it by chance."""

    def __init__(self) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((LOOPBACK, 0))
        self.number: int = self.socket.getsockname()[1]

    def __enter__(self) -> ReservedPort:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()


def is_listening(port: int) -> bool:
    """Asks the kernel's table, so that a server for one client is not used up."""
    wanted = f":{port:04X}"
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(table, encoding="ascii") as lines:
            for line in lines:
                fields = line.split()
                if fields[3] == "0A" and fields[1].endswith(wanted):
                    return True
    return False


def until(condition: Callable[[], Any], what: str, seconds: float = 10.0) -> Any:
    """CONDITION's first true value; Failed(WHAT) when there is none within SECONDS."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failed(f"not within {seconds:g} s: {what}")
        time.sleep(0.01)


class Program:
    """A program under test or a peer, with what it said on stderr."""

    def __init__(
        self,
        command: Sequence[str],
        stdin: Any = subprocess.DEVNULL,
        stdout: Any = subprocess.DEVNULL,
        env: dict[str, str] | None = None,
        close_stdin: bool = False,
        **options: Any,
    ) -> None:
        self.stderr_file = tempfile.TemporaryFile()
        if close_stdin:
            command = ["sh", "-c", 'exec "$@" <&-', "sh", *command]
        self.process = subprocess.Popen(
            list(command),
            stdin=stdin,
            stdout=stdout,
            stderr=self.stderr_file,
            env={**os.environ, **(env or {})},
            **options,
        )
        self.started = time.monotonic()

    @property
    def pid(self) -> int:
        return self.process.pid

    def stderr(self) -> str:
        return os.pread(self.stderr_file.fileno(), 1 << 16, 0).decode("utf-8", "backslashreplace")

    def until_listening(self, port: int, seconds: float = 10.0) -> None:
        def look() -> bool:
            if self.process.poll() is not None:
                raise Failed(f"the server ended with {self.process.returncode}: {self.stderr().strip()}")
            return is_listening(port)

        until(look, f"{self.process.args!r} listens", seconds)

    def wait(self, seconds: float) -> int | None:
        """The status (negative: a signal), or None when it goes on after SECONDS."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def end(self) -> None:
        """Kills what is left of it, itself alone."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait(10)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass
        self.stderr_file.close()

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def reset(connection: socket.socket) -> None:
    """Closes with a reset instead of an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def read_some(descriptor: int, seconds: float, limit: int = 1 << 16) -> bytes | None:
    """What comes within SECONDS; b"" is the end, None is nothing."""
    if not select.select([descriptor], [], [], max(0.0, seconds))[0]:
        return None
    return os.read(descriptor, limit)


def fill(descriptor: int, quiet_seconds: float = 0.4) -> int:
    """Writes until nothing was taken for QUIET_SECONDS; the number of bytes. The descriptor becomes
    non-blocking. A first small piece goes ahead alone, so that no buffer on the way is full just at the edge
    of a write: who is told "there is room" and then writes more than that blocks, as in real life."""
    os.set_blocking(descriptor, False)
    written = os.write(descriptor, b"x" * 1001)
    time.sleep(0.05)
    block = b"0123456789abcde" * 4000
    last = time.monotonic()
    while time.monotonic() - last < quiet_seconds and written < 1 << 28:
        try:
            written += os.write(descriptor, block)
            last = time.monotonic()
        except BlockingIOError:
            select.select([], [descriptor], [], 0.05)
    return written
