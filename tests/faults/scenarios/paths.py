# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of Unix sockets: R38 to R40."""

from __future__ import annotations

import os
import signal
import socket
import stat
from pathlib import Path

import tools
from stage import Lie, Stage, scenario

SERVERS = ("unix-serve", "unix-listen")


def of_length(stage: Stage, length: int) -> str:
    folder = stage.folder / f"d{length}"
    folder.mkdir()
    return str(folder / ("x" * (length - len(str(folder)) - 1)))


@scenario("R38", "Unix paths of 107, 108, 109, 200 bytes", "unix-connect", "unix-serve", "unix-send", "unix-listen", quick=True)
def lengths(stage: Stage) -> str:
    for length in (108, 109, 200):
        path = of_length(stage, length)
        program = stage.run(tools.command(stage.tool, stage.role, [path]))
        if program.wait(2) is None or program.process.returncode == 0:
            raise Lie("silent", f"{stage.role}: {length} bytes: status {program.process.returncode}, made {os.listdir(Path(path).parent)}")
        seen = stage.judge(program, 1, False, 4, "107|longer|too long")
    path = of_length(stage, 107)
    if stage.is_client:
        kind = socket.SOCK_STREAM if stage.role == "unix-connect" else socket.SOCK_DGRAM
        other = socket.socket(socket.AF_UNIX, kind)
        stage.cleanup.callback(other.close)
        other.bind(path)
        if kind == socket.SOCK_STREAM:
            other.listen()
        with stage.file(b"hello").open("rb") as stdin:
            stage.run(tools.command(stage.tool, stage.role, [path]), stdin=stdin)
        other.settimeout(3)
        other = other.accept()[0] if kind == socket.SOCK_STREAM else other
        if other.recv(100) != b"hello":
            raise Lie("fails", "107 bytes: nothing came")
    else:
        stage.serve([path])
    return seen


def occupy(kind: str, path: Path) -> socket.socket | None:
    """Puts something at PATH; a live socket is held by what is returned."""
    if kind == "a regular file":
        path.write_text("precious", encoding="ascii")
    elif kind == "a link":
        path.with_suffix(".target").write_text("precious", encoding="ascii")
        path.symlink_to(path.with_suffix(".target"))
    elif kind == "a directory":
        path.mkdir()
    else:
        holder = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM if "datagram" in kind else socket.SOCK_STREAM)
        holder.bind(str(path))
        if kind == "a live socket":
            holder.listen()
        if kind.startswith("a stale"):
            holder.close()
            return None
        return holder
    return None


def identity(path: Path) -> tuple[int, int, bytes]:
    what = path.lstat()
    return what.st_ino, what.st_mode, path.read_bytes() if path.is_file() else b""


@scenario("R39", "a regular file, link, directory, live socket, stale socket at the path", *SERVERS, quick=True)
def occupied(stage: Stage) -> str:
    kinds = ("a regular file", "a link", "a directory", "a live socket", "a live datagram socket", "a stale socket")
    for unlink in (False, True) if stage.is_nsk else (False,):
        for kind in kinds:
            path = stage.path("s")
            holder = occupy(kind, path)
            before = identity(path)
            command = tools.command(stage.tool, stage.role, [str(path)], unlink=unlink)
            program = stage.run(command)
            if kind == "a stale socket" and (unlink or not stage.is_nsk):
                if unlink:
                    stage.until_served(program, [str(path)])
                program.end()
                continue
            ended = program.wait(2)
            if not os.path.lexists(path) or identity(path) != before:
                raise Lie("wrong", f"{stage.role}: {kind} at the path was removed")
            if ended is None:
                raise Lie("hang", f"{stage.role}: {kind} at the path: it went on")
            stage.judge(program, 1, False, 4, str(path))
            if holder:
                holder.close()
    return "nothing of others removed, a stale one only with --unlink"


@scenario("R40", "SIGTERM, a replaced inode; mode 0600", *SERVERS, quick=True)
def left_behind(stage: Stage) -> str:
    os.umask(0o022)
    program, where = stage.serve()
    path = Path(where[0])
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o022 or (stage.is_nsk and mode != 0o600):
        raise Lie("wrong", f"{stage.role}: mode {mode:04o}")
    program.process.send_signal(signal.SIGTERM)
    program.wait(2)
    if path.exists():
        raise Lie("leak", f"{stage.role}: the socket is left behind after SIGTERM")
    program, where = stage.serve()
    path = Path(where[0])
    path.unlink()
    path.write_text("another's", encoding="ascii")
    program.process.send_signal(signal.SIGTERM)
    program.wait(2)
    if not path.exists():
        raise Lie("wrong", f"{stage.role}: another's file at the path was removed")
    return f"mode {mode:04o}, gone at exit, another's left alone"
