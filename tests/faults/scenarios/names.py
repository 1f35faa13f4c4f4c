# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and addresses: a name server of ours (tests/dns) that answers everything, or nothing: R28, R41, R42."""

from __future__ import annotations

import re
import socket
import subprocess
from pathlib import Path

import harness
import tools
from stage import PATIENCE, Lie, NotRun, Stage, must_run, scenario

DNS = Path(__file__).resolve().parent.parent.parent / "dns/namespace"


def name_server(stage: Stage, *addresses: str) -> None:
    """All names are answered by tests/dns/server.py from now on, and this machine has ADDRESSES."""
    stage.own_network()
    script = ["env", "DNS_INSIDE=yes", str(DNS), "sh", "-c", "echo up; read -r _"]
    server = stage.run(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.process.stdin and server.process.stdout
    stdin, stdout = server.process.stdin, server.process.stdout

    def over() -> None:
        stdin.close()  # it stops its server then
        server.wait(5)
        for file in ("resolv.conf", "nsswitch.conf", "hosts"):
            subprocess.run(["umount", f"/etc/{file}"], stderr=subprocess.DEVNULL, check=False)

    stage.cleanup.callback(over)
    if harness.read_some(stdout.fileno(), 10) != b"up\n":
        raise NotRun(f"no name server: {server.stderr().strip()[:100]}")
    for address in addresses:
        must_run("ip", "address", "add", address, "dev", "lo", *(["nodad"] if ":" in address else []))
        stage.cleanup.callback(must_run, "ip", "address", "del", address, "dev", "lo")


def control_characters(data: bytes) -> list[int]:
    """Bytes that a terminal would obey."""
    text = data.decode("utf-8", "surrogateescape")
    return sorted({ord(character) for character in text if (character < " " and character not in "\t\n\r") or "\x7f" <= character < "\xa0"})


HOSTILE = ("192.0.2.66", "192.0.2.67", "192.0.2.68", "192.0.2.69")


@scenario("R28", "hostile names from DNS (shell characters, escapes, leading `-`)", "tcp-serve")
def hostile_clients(stage: Stage) -> str:
    """A server that tells who has come, and the name of who has come is an attack."""
    name_server(stage, *HOSTILE)
    for address in HOSTILE:
        program, where = stage.serve(verbose=True)
        with socket.create_connection((where[0], int(where[1])), PATIENCE, (address, 0)) as client:
            client.sendall(b"hello")
            client.shutdown(socket.SHUT_WR)
            client.recv(1)
        program.wait(2)
        said = program.stderr()
        if control_characters(said.encode()) or "$(" in said:
            raise Lie("wrong", f"{address}: {said!r}")
        program.end()
    return "no name of theirs on stderr"


@scenario("R28", "hostile names from DNS (shell characters, escapes, leading `-`)")
def hostile_answers(stage: Stage) -> str:
    name_server(stage)
    for address in HOSTILE:
        for command in (["resolve", "-r"], ["gethostbyaddr"], ["getnameinfo"], ["getfqdn"]):
            words = [*command, address, *(["80"] if command == ["getnameinfo"] else [])]
            done = subprocess.run([harness.nsk_path(), *words], capture_output=True, stdin=subprocess.DEVNULL, timeout=30, check=False)
            seen = done.stdout + done.stderr
            if control_characters(seen) or b"$(" in done.stdout or done.stdout.startswith(b"-") or done.returncode not in (0, 1, 3):
                raise Lie("wrong", f"{' '.join(words)}: status {done.returncode}, {seen!r}")
    for words in (["resolve", "--canonical", "hostile.test"], ["getaddrinfo", "hostile.test"], ["gethostbyname_ex", "hostile.test"]):
        done = subprocess.run([harness.nsk_path(), *words], capture_output=True, stdin=subprocess.DEVNULL, timeout=30, check=False)
        if control_characters(done.stdout + done.stderr):
            raise Lie("wrong", f"{' '.join(words)}: {done.stdout + done.stderr!r}")
    return "dropped or escaped in seven commands"


DNS_TITLE = "DNS: no such name, SERVFAIL, no answer, 28 addresses of which 27 dead, IPv6 refused and IPv4 good"


def to_name(stage: Stage, name: str, port: str = "9", **words: float) -> harness.Program:
    return stage.run(tools.command(stage.tool, stage.role, [name, port], **words))


@scenario("R41", DNS_TITLE, "tcp-connect")
def bad_names(stage: Stage) -> str:
    name_server(stage)
    for name in ("missing.test", "broken.test", "nodata.test"):
        stage.judge(to_name(stage, name), 3, False, 3, re.escape(name))
    return stage.judge(to_name(stage, "silent.test", connect_timeout=2), 2.5, False, 124, r"silent\.test")


@scenario("R41", DNS_TITLE, "tcp-connect")
def many_addresses(stage: Stage) -> str:
    """The one that works is the last that is tried."""
    addresses = [f"192.0.2.{number}" for number in range(1, 29)]
    name_server(stage, *addresses)
    order = [entry[4][0] for entry in socket.getaddrinfo("many.test", 9, socket.AF_INET, socket.SOCK_STREAM)]
    with socket.create_server((order[-1], 0)) as listener:
        port = str(listener.getsockname()[1])
        must_run("nft", "add table ip dead")
        stage.cleanup.callback(must_run, "nft", "delete", "table", "ip", "dead")
        must_run("nft", "add chain ip dead out { type filter hook output priority 0; }")
        must_run("nft", f"add rule ip dead out ip daddr != {order[-1]} tcp dport {port} drop")
        return connects(stage, "many.test", listener, 12)


@scenario("R41", DNS_TITLE, "tcp-connect")
def other_family(stage: Stage) -> str:
    name_server(stage, "192.0.2.1", "2001:db8::1")
    with socket.create_server(("192.0.2.1", 0)) as listener:
        return connects(stage, "good.test", listener, 3)


def connects(stage: Stage, name: str, listener: socket.socket, seconds: float) -> str:
    listener.settimeout(seconds)
    program = to_name(stage, name, str(listener.getsockname()[1]), connect_timeout=10)
    try:
        peer, _ = listener.accept()
    except TimeoutError:
        if program.wait(0) is None:
            raise Lie("hang", f"{name}: not connected within {seconds:g} s") from None
        raise Lie("fails", f"{name}: status {program.process.returncode}, {program.stderr().strip()[:200]!r}") from None
    peer.close()
    return f"{name}: connected"


@scenario("R41", "... and each look-up says the same")
def bad_names_elsewhere(stage: Stage) -> str:
    name_server(stage)
    for command in ("resolve", "getaddrinfo", "gethostbyname", "gethostbyname_ex", "udp-send"):
        tail = ["9", "text"] if command == "udp-send" else []
        for name in ("missing.test", "broken.test"):
            stage.nsk(command, name, *tail, status=3, says=re.escape(name), seconds=5)
    stage.nsk("resolve", "-w", "1", "silent.test", status=124, says=r"silent\.test", seconds=1.5)
    stage.nsk("tcp-serve", "--connect-timeout", "1", "missing.test", "0", status=3, says=r"missing\.test", seconds=5)
    return "six commands"


LINK_LOCAL = "IPv6 link-local with and without scope"


def link_local(stage: Stage) -> str:
    """An address of a link of our own."""
    stage.own_network()
    must_run("sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0")
    must_run("ip", "link", "add", "wire", "type", "veth", "peer", "name", "end")
    stage.cleanup.callback(must_run, "ip", "link", "del", "wire")
    must_run("ip", "link", "set", "wire", "up")
    must_run("ip", "link", "set", "end", "up")

    def look() -> str:
        shown = must_run("ip", "-6", "address", "show", "dev", "wire")
        found = re.search(r"inet6 (fe80::\S+)/64", shown)
        return found.group(1) if found and "tentative" not in shown else ""

    return str(harness.until(look, "the link has an address"))


@scenario("R42", LINK_LOCAL, "tcp-connect")
def scoped(stage: Stage) -> str:
    address = link_local(stage)
    with socket.socket(socket.AF_INET6) as listener:
        listener.bind((address, 0, 0, socket.if_nametoindex("wire")))
        listener.listen()
        listener.settimeout(3)
        port = str(listener.getsockname()[1])
        program = to_name(stage, f"{address}%wire", port)
        try:
            listener.accept()[0].close()
        except TimeoutError:
            raise Lie("fails", f"with its scope: status {program.wait(0)}, {program.stderr().strip()[:200]!r}") from None
        return stage.judge(to_name(stage, address, port), 3, False, 4, "link")


@scenario("R42", LINK_LOCAL, "tcp-serve")
def scoped_server(stage: Stage) -> str:
    address = link_local(stage)
    with harness.ReservedPort() as port:
        program, _ = stage.serve([f"{address}%wire", str(port.number)])
        with socket.socket(socket.AF_INET6) as client:
            client.settimeout(3)
            client.connect((address, port.number, 0, socket.if_nametoindex("wire")))
            client.shutdown(socket.SHUT_WR)
        program.wait(3)
    return "served"


@scenario("R42", LINK_LOCAL)
def unscoped_others(stage: Stage) -> str:
    address = link_local(stage)
    stage.nsk("tcp-serve", f"[{address}]:0", status=4, says="link", seconds=2)
    stage.nsk("udp-send", f"[{address}]:9", "x", status=4, says="link", seconds=2)
    stage.nsk("tcp-connect", f"[{address}%nowhere]:9", status=3, says="nowhere", seconds=2)
    return "servers and datagrams likewise"
