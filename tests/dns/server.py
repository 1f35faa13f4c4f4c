#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small name server for tests, on 127.0.0.1 port 53 of a namespace. Writes "ready" once it listens.

usage: tests/dns/server.py [LOG]    LOG gets a line for each question: its type and name

good.test     192.0.2.1, 2001:db8::1        many.test     28 addresses
four.test     192.0.2.4 alone               alias.test    another name for good.test
missing.test  no such name                  nodata.test   a name without addresses
broken.test   SERVFAIL                      silent.test   no answer, ever
slow.test     after 1.5 s                   hostile.test  another name for one with an escape sequence in it
192.0.2.1     good.test                     192.0.2.66 to .69   hostile names
"""
import socket
import struct
import sys
import threading
import time

A, CNAME, PTR, AAAA = 1, 5, 12, 28
TYPES = {A: "A", AAAA: "AAAA", PTR: "PTR"}
SERVFAIL, NXDOMAIN = 2, 3
SLOW_SECONDS = 1.5

HOSTILE = {66: b"\x1b[31mred", 67: b"$(reboot)", 68: b"-rf", 69: b"bell\x07\xc2\x9b31m"}


def encode(labels):
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def name(text):
    return encode(text.encode().split(b"."))


def record(owner, kind, data):
    return owner + struct.pack(">HHIH", kind, 1, 60, len(data)) + data


def four(text):
    return A, socket.inet_aton(text)


def six(text):
    return AAAA, socket.inet_pton(socket.AF_INET6, text)


ADDRESSES = {
    "good.test": [four("192.0.2.1"), six("2001:db8::1")],
    "four.test": [four("192.0.2.4")],
    "slow.test": [four("192.0.2.5"), six("2001:db8::5")],
    "many.test": [four(f"192.0.2.{number}") for number in range(1, 29)],
    "nodata.test": [],
}
ALIASES = {"alias.test": name("good.test"), "hostile.test": encode([HOSTILE[66], b"test"])}


def pointers(asked):
    """The name behind D.C.B.A.in-addr.arpa."""
    number, *rest = asked.split(".")
    if rest[:3] != ["2", "0", "192"] or not number.isdigit():
        return None
    if int(number) in HOSTILE:
        return encode([HOSTILE[int(number)], b"test"])
    return name("good.test") if number == "1" else None


def records(asked, kind, owner):
    """The answer's records, or the code of a failure."""
    if asked == "broken.test":
        return SERVFAIL
    if kind == PTR:
        target = pointers(asked)
        return [record(owner, PTR, target)] if target else NXDOMAIN
    found = []
    if asked in ALIASES:
        found = [record(owner, CNAME, ALIASES[asked])]
        owner, asked = ALIASES[asked], "good.test"
    if asked not in ADDRESSES:
        return NXDOMAIN
    return found + [record(owner, own, data) for own, data in ADDRESSES[asked] if own == kind]


def answer(sock, data, peer, log):
    labels, at = [], 12
    while data[at]:
        labels.append(data[at + 1:at + 1 + data[at]])
        at += 1 + data[at]
    question = data[12:at + 5]
    kind = struct.unpack(">H", data[at + 1:at + 3])[0]
    asked = b".".join(labels).decode("ascii", "replace").lower()
    if log:
        with open(log, "a", encoding="utf-8") as file:
            file.write(f"{TYPES.get(kind, kind)} {asked}\n")
    if asked == "silent.test":
        return
    if asked == "slow.test":
        time.sleep(SLOW_SECONDS)
    found = records(asked, kind, data[12:at + 1])
    code = found if isinstance(found, int) else 0
    found = [] if code else found
    sock.sendto(data[:2] + struct.pack(">HHHHH", 0x8580 | code, 1, len(found), 0, 0) + question + b"".join(found), peer)


def main():
    log = sys.argv[1] if len(sys.argv) > 1 else None
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 53))
    print("ready", flush=True)
    while True:
        data, peer = sock.recvfrom(4096)
        threading.Thread(target=answer, args=(sock, data, peer, log), daemon=True).start()


main()
