# SPDX-License-Identifier: GPL-3.0-or-later
"""How each tool of the family is told what a scenario wants, so that all of them run through the same code.

A role is named as nsk's command: tcp-connect, tcp-serve, unix-connect, unix-serve, udp-send, udp-listen, unix-send,
unix-listen. What is wanted is said in words (quit_after=1, exec=["cat"]); each tool gets the options that one who
knows it would give. What it has no option for is NoFeature.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from typing import Any

import harness

STREAMS = ("tcp-connect", "tcp-serve", "unix-connect", "unix-serve")
DATAGRAMS = ("udp-send", "udp-listen", "unix-send", "unix-listen")
CLIENTS = frozenset(("tcp-connect", "unix-connect", "udp-send", "unix-send"))


class NoFeature(Exception):
    """The tool has no such thing."""


def listed(words: dict[str, Any], table: dict[str, Callable[[Any], list[str]]]) -> list[str]:
    """The options for WORDS by TABLE; NoFeature for a word that is not in it."""
    options: list[str] = []
    for word, value in words.items():
        if word not in table:
            raise NoFeature(word)
        options += table[word](value)
    return options


def flag(option: str) -> Callable[[Any], list[str]]:
    return lambda _: [option]


def valued(option: str) -> Callable[[Any], list[str]]:
    return lambda value: [option, f"{value:g}" if isinstance(value, float) else str(value)]


NSK = {
    "quit_after": valued("-q"),
    "stay_open": valued("-q"),
    "connect_timeout": valued("--connect-timeout"),
    "idle_timeout": valued("--idle-timeout"),
    "recv_only": flag("-d"),
    "send_only": flag("--send-only"),
    "keep_open": flag("-k"),
    "refuse_all": lambda _: ["--deny", "127.0.0.0/8"],
    "verbose": flag("-v"),
    "unlink": flag("--unlink"),
    "clean_env": flag("--clean-env"),
    "options": list,
}


def nsk(role: str, where: Sequence[str], words: dict[str, Any]) -> list[str]:
    program = words.pop("exec", None)
    if words.pop("echo", False):
        words["options"] = [*words.get("options", ()), "--echo"]
    tail = ["--exec", "--", *program] if program else []
    return [harness.nsk_path(), role, *listed(words, NSK), *where, *tail]


def nc(role: str, where: Sequence[str], words: dict[str, Any]) -> list[str]:
    table: dict[str, Callable[[Any], list[str]]] = {
        "quit_after": valued("-q"),
        "stay_open": lambda _: [],
        "connect_timeout": valued("-w"),
        "idle_timeout": valued("-w"),
        "recv_only": flag("-d"),
        "keep_open": flag("-k"),
        "verbose": flag("-v"),
    }
    options = ["-U"] if role.startswith("unix") else []
    options += ["-u"] if role in DATAGRAMS else []
    options += [] if role in CLIENTS else ["-l"]
    options += [] if {"quit_after", "stay_open"} & set(words) else ["-N"]
    return ["nc.openbsd", *options, *listed(words, table), *where]


def ncat(role: str, where: Sequence[str], words: dict[str, Any]) -> list[str]:
    if words.pop("echo", False):
        words["exec"] = ["/bin/cat"]
    table = {
        "stay_open": flag("--no-shutdown"),
        "connect_timeout": valued("-w"),
        "idle_timeout": valued("-i"),
        "recv_only": flag("--recv-only"),
        "send_only": flag("--send-only"),
        "keep_open": flag("-k"),
        "refuse_all": lambda _: ["--deny", "127.0.0.0/8"],
        "verbose": flag("-v"),
        "exec": lambda program: ["--exec", " ".join(program)],
    }
    options = ["-U"] if role.startswith("unix") else []
    options += ["-u"] if role in DATAGRAMS else []
    options += [] if role in CLIENTS else ["-l"]
    return ["ncat", *options, *listed(words, table), *where]


def socat(role: str, where: Sequence[str], words: dict[str, Any]) -> list[str]:
    if words.pop("echo", False):
        words["exec"] = ["cat"]
    kind = {
        "tcp-connect": "TCP:{}:{}",
        "tcp-serve": "TCP-LISTEN:{1},bind={0},reuseaddr",
        "unix-connect": "UNIX-CONNECT:{}",
        "unix-serve": "UNIX-LISTEN:{}",
        "udp-send": "UDP-SENDTO:{}:{}",
        "udp-listen": "UDP-RECV:{1},bind={0}",
        "unix-send": "UNIX-SENDTO:{}",
        "unix-listen": "UNIX-RECV:{}",
    }[role]
    where = [f"[{where[0]}]", *where[1:]] if len(where) == 2 and ":" in where[0] else where
    address = kind.format(*where)
    near = "-"
    if program := words.pop("exec", None):
        near = "EXEC:" + " ".join(program)
    if timeout := words.pop("connect_timeout", None):
        address += f",connect-timeout={timeout}"
    if words.pop("refuse_all", False):
        address += ",range=10.0.0.0/8"
    if words.pop("keep_open", False):
        address += ",fork"
    ends = [near, address] if role in CLIENTS else [address, near]
    if words.pop("stay_open", False):
        ends[ends.index(address)] += ",shut-none"
    if words.pop("recv_only", False) or role in ("udp-listen", "unix-listen"):
        ends = ["-u", address, near]
    elif words.pop("send_only", False) or role in ("udp-send", "unix-send"):
        ends = ["-u", near, address]
    words.setdefault("quit_after", 5)
    return ["socat", *listed(words, {"quit_after": valued("-t"), "idle_timeout": valued("-T"), "verbose": flag("-ddd")}), *ends]


def busybox(role: str, where: Sequence[str], words: dict[str, Any]) -> list[str]:
    if not role.startswith("tcp"):
        raise NoFeature(role)
    if words.pop("echo", False):
        words["exec"] = ["cat"]
    program = words.pop("exec", [])
    many = words.pop("keep_open", False)
    if many and not program:
        raise NoFeature("keep_open")
    options = listed(words, {"connect_timeout": valued("-w")})
    ends = list(where) if role in CLIENTS else ["-ll" if many else "-l", "-p", where[1]]
    return ["busybox", "nc", *options, *ends, *(["-e", *program] if program else [])]


COMMANDS = {"nsk": nsk, "nc": nc, "ncat": ncat, "socat": socat, "busybox": busybox}
PACKAGES = {"nc": "netcat-openbsd", "ncat": "ncat", "socat": "socat", "busybox": "busybox"}


def command(tool: str, role: str, where: Sequence[str], **words: Any) -> list[str]:
    """The command line of TOOL in ROLE at WHERE (host and port, or a path)."""
    return COMMANDS[tool](role, where, {word: value for word, value in words.items() if value})


def version(tool: str) -> str:
    """Its version: nsk's own, or its package's."""
    if tool == "nsk":
        return subprocess.run([harness.nsk_path(), "--version"], capture_output=True, text=True, check=False).stdout.split()[1]
    query = ["dpkg-query", "-W", "-f", "${Version}", PACKAGES[tool]]
    env = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(query, capture_output=True, text=True, env=env, check=False).stdout or "unknown"
