#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds nsk's names and numbers against Python's functions of the same names on this machine.

usage: tests/names-differential.py NSK

Answers are asked for in batches ("-" reads operands from stdin), refusals one by one: status, nothing on stdout,
one line on stderr that begins "nsk COMMAND: " and names the code where there is one. The last line tells how many
were compared; status 1 when one differs. The hosts asked for are those of /etc/hosts and numbers, and some names that
do not exist: run it where those are answered at once (tests/names.bats gives it a namespace with a name server).
"""
import concurrent.futures
import ipaddress
import json
import random
import re
import socket
import struct
import subprocess
import sys

NSK = sys.argv[1]
EAI = {value: name for name, value in vars(socket).items() if name.startswith("EAI_")}
HERROR = {1: "HOST_NOT_FOUND", 2: "TRY_AGAIN", 3: "NO_RECOVERY", 4: "NO_DATA"}
PROTOCOLS = {0: "ip", socket.IPPROTO_TCP: "tcp", socket.IPPROTO_UDP: "udp"}

chance = random.Random(5)
counts = {"answers": 0, "refusals": 0}
differences = []


def run(arguments, stdin=b""):
    done = subprocess.run([NSK, *arguments], input=stdin, capture_output=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def differs(arguments, operand, wanted, got):
    differences.append(f"nsk {' '.join(arguments)}: {operand!r}: Python {wanted!r}, nsk {got!r}")


def compare_answers(arguments, pairs, tail=()):
    """PAIRS of an operand and what nsk should print for it; all at once, one operand a line."""
    if not pairs:
        return
    status, out, err = run([*arguments, "-", *tail], "".join(operand + "\n" for operand, _ in pairs).encode())
    wanted = "".join(text + "\n" for _, text in pairs)
    counts["answers"] += len(pairs)
    if status == 0 and out.decode() == wanted:
        return
    got = out.decode(errors="replace").split("\n")
    at = 0
    for operand, text in pairs:
        lines = text.split("\n")
        if got[at:at + len(lines)] != lines:
            differs([*arguments, *tail], operand, lines, got[at:at + len(lines)] + [status, err])
            return
        at += len(lines)
    differs([*arguments, *tail], "all", "nothing more", [status, err])


def refusal(case):
    arguments, operand, tail, statuses, code = case
    status, out, err = run([*arguments, "--", operand, *tail])
    said = err.decode(errors="replace")
    good = status in statuses and out == b"" and said.count("\n") == 1 and said.startswith(f"nsk {arguments[0]}: ")
    return good and (code is None or f"({code})" in said), case, status, out, said


def compare_refusals(cases):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for good, case, status, out, said in pool.map(refusal, cases):
            counts["refusals"] += 1
            if not good:
                differs([*case[0], *case[2]], case[1], f"refused {case[3]} {case[4]}", [status, out, said])


def sort_out(arguments, operands, function, statuses, tail=(), code=None):
    """Asks Python for each operand, then nsk for the same."""
    answers, refusals = [], []
    for operand in dict.fromkeys(operands):
        try:
            answers.append((operand, function(operand)))
        except (OSError, ValueError, OverflowError) as error:
            name = code
            if isinstance(error, socket.gaierror):
                name = EAI[error.errno]
            elif isinstance(error, socket.herror):
                name = HERROR[error.errno]
            refusals.append((arguments, operand, tail, statuses, name))
    compare_answers(arguments, answers, tail)
    compare_refusals(chance.sample(refusals, min(len(refusals), 40)))


# ---- byte order ---------------------------------------------------------------------------------------

def spell(value):
    return chance.choice([str, hex, oct, bin, "{:010d}".format, "0X{:X}".format])(value)


def byte_order():
    for name, bits in (("htons", 16), ("ntohs", 16), ("htonl", 32), ("ntohl", 32)):
        values = [0, 1, 255, 256, 2 ** bits - 1] + [chance.getrandbits(bits) for _ in range(120)]
        compare_answers([name], [(spell(value), str(getattr(socket, name)(value))) for value in values])
        bad = [str(2 ** bits), "-1", "99999999999999999999", hex(2 ** bits), "", " 80", "80 ", "+80", "0x", "8 0",
               "1e3", "80.0", "eighty", "0b2", "0o8", "80x", "--1"]
        compare_refusals([([name], operand, (), {1}, None) for operand in bad])


# ---- addresses ----------------------------------------------------------------------------------------

def ipv4():
    return str(ipaddress.IPv4Address(chance.getrandbits(32)))


def ipv6():
    """An IPv6 address in one of its spellings, with runs of zeros."""
    groups = [chance.choice([0, 0, chance.getrandbits(16), chance.getrandbits(4)]) for _ in range(8)]
    address = ipaddress.IPv6Address(b"".join(struct.pack(">H", group) for group in groups))
    form = chance.randrange(4)
    if form == 0:
        return address.exploded
    if form == 1:
        return str(address).upper()
    if form == 2:
        return ":".join(f"{group:x}" for group in groups[:6]) + ":" + ipv4()
    return str(address)


def mutate(text):
    at = chance.randrange(len(text) + 1)
    extra = chance.choice(["", ":", "::", ".", "0", "g", "9", "f", "256", "%lo", "/8", "-", "x", " "])
    return text[:at] + extra + text[at + chance.randrange(3):]


def aton_form():
    def part(bits):
        value = chance.getrandbits(bits)
        return chance.choice([str(value), hex(value), "0" + oct(value)[2:], "0X%X" % value])
    sizes = chance.choice([(32,), (8, 24), (8, 8, 16), (8, 8, 8, 8), (9, 8), (8, 25), (33,), (8, 8, 8, 8, 8)])
    return ".".join(part(bits) for bits in sizes) + chance.choice([""] * 8 + [" ", " x", "x", "."])


def addresses():
    plain = ["127.0.0.1", "0.0.0.0", "255.255.255.255", "::", "::1", "::ffff:1.2.3.4", "1.2.3.04", "1.2.3", "127.1",
             "0x7f.0.0.1", "fe80::1%lo", "1.2.3.256", "", " 1.2.3.4", "1.2.3.4 ", "1::2::3", ":::", "12345::", "localhost"]
    fours = plain + [ipv4() for _ in range(100)]
    sixes = plain + [ipv6() for _ in range(150)]
    fours += [mutate(ipv4()) for _ in range(100)]
    sixes += [mutate(ipv6()) for _ in range(200)]

    def pton(family):
        return lambda text: socket.inet_pton(family, text).hex()

    def either(text):
        try:
            return pton(socket.AF_INET)(text)
        except OSError:
            return pton(socket.AF_INET6)(text)

    sort_out(["pton", "-4"], fours, pton(socket.AF_INET), {1})
    sort_out(["pton", "-6"], sixes, pton(socket.AF_INET6), {1})
    sort_out(["inet_pton"], plain + chance.sample(fours, 60) + chance.sample(sixes, 60), either, {1})
    sort_out(["aton"], plain + [aton_form() for _ in range(250)], lambda text: socket.inet_aton(text).hex(), {1})

    def ntop(text):
        data = bytes.fromhex(text)
        return socket.inet_ntop(socket.AF_INET if len(data) == 4 else socket.AF_INET6, data)

    digits = [chance.randbytes(4).hex() for _ in range(60)] + [chance.randbytes(16).hex() for _ in range(60)]
    digits += [socket.inet_pton(socket.AF_INET6, ipv6()).hex() for _ in range(100)]
    digits += ["7F000001", "0", "7f", "7f00000", "7f0000011", "zz000001", "7f000001" * 2, "0x7f0000", "7f0001g0", ""]
    sort_out(["ntop"], digits, ntop, {1})
    sort_out(["inet_ntoa"], digits, lambda text: socket.inet_ntoa(bytes.fromhex(text)), {1})


# ---- services and protocols ----------------------------------------------------------------------------

def database(path):
    """The names in PATH with their aliases, in its order; and the numbers."""
    names, numbers = [], []
    for line in open(path, encoding="utf-8", errors="replace"):
        words = line.split("#")[0].split()
        if len(words) >= 2:
            names += [words[0], *words[2:]]
            numbers.append(words[1].split("/")[0])
    return list(dict.fromkeys(names)), list(dict.fromkeys(numbers))


def services():
    names, ports = database("/etc/services")
    unknown = ["", "nosuch", "HTTP ", "http/tcp", "-1", "no such"]
    for protocol in ((), ("tcp",), ("udp",), ("nosuch",)):
        few = len(protocol) > 0 and protocol[0] == "nosuch"
        some = names[:5] if few else names
        sort_out(["getservbyname"], unknown + some, lambda name: str(socket.getservbyname(name, *protocol)), {3}, protocol)
        some = ports[:5] if few else ports + ["1", "0", "65535"]
        sort_out(["getservbyport"], some, lambda port: socket.getservbyport(int(port), *protocol), {3}, protocol)
    compare_refusals([(["getservbyport"], port, (), {2}, None)
                      for port in ("65536", "-1", "", "http", " 80", "80 ", "0x50", "+80", "99999999999999999999")])
    names, _ = database("/etc/protocols")
    sort_out(["getprotobyname"], [*names, "nosuch", "", "6"], lambda name: str(socket.getprotobyname(name)), {3})


# ---- hosts ----------------------------------------------------------------------------------------------

def hosts():
    names, numbers = [], []
    for line in open("/etc/hosts", encoding="utf-8", errors="replace"):
        words = line.split("#")[0].split()
        if words and all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", word) for word in words[1:]):
            numbers.append(words[0])
            names += words[1:]
    return list(dict.fromkeys(names)), list(dict.fromkeys(numbers))


UNKNOWN = ["nosuch.invalid", "256.256.256.256", "1.2.3.4.5", "a..b", "x" * 64 + ".invalid", "no such", "-", "::g", "[::1]",
           "127.0.0.1:80"]


def three_lines(answer):
    name, aliases, addresses_ = answer
    return "\n".join([name, " ".join(aliases), " ".join(addresses_)])


def older_lookups():
    names, numbers = hosts()
    both = names + numbers + ["127.0.0.1", "::1", "127.1", "0x7f.1", "255.255.255.255", "<broadcast>", "0.0.0.0"]
    numbers = numbers + [ipv4() for _ in range(4)]
    unknown = [name for name in UNKNOWN if name != "-"]
    sort_out(["gethostbyname"], both + unknown, socket.gethostbyname, {3})
    sort_out(["gethostbyname_ex"], both + unknown, lambda name: three_lines(socket.gethostbyname_ex(name)), {3})
    sort_out(["gethostbyaddr"], both + numbers + unknown, lambda name: three_lines(socket.gethostbyaddr(name)), {3})
    sort_out(["getfqdn"], [name for name in both if name[0] != "<"] + ["nosuch.invalid", " localhost "], socket.getfqdn, {3})
    for arguments, wanted in ((["getfqdn"], socket.getfqdn()), (["gethostname"], socket.gethostname()),
                              (["gethostbyname", ""], socket.gethostbyname(""))):
        counts["answers"] += 1
        got = run(arguments)
        if got != (0, wanted.encode() + b"\n", b""):
            differs(arguments, "", wanted, got)


def with_port(address):
    """A Python socket address as nsk prints it."""
    host = address[0]
    if len(address) == 2:
        return f"{host}:{address[1]}"
    zone = f"%{socket.if_indextoname(address[3])}" if address[3] else ""
    return f"[{host}{zone}]:{address[1]}"


def tuple_text(info):
    family, kind, protocol, name, address = info
    return f"{family.name:<8}  {kind.name:<11}  {PROTOCOLS[protocol]:<3}  {name or '-'}  {with_port(address)}"


def new_lookups():
    names, numbers = hosts()
    everything = names + numbers + ["127.1", "::1", "fe80::1%lo", "::ffff:127.0.0.1"] + [ipv4(), ipv6()]
    everything += [name for name in UNKNOWN if name != "-"]
    families = ((), socket.AF_UNSPEC), (("-4",), socket.AF_INET), (("-6",), socket.AF_INET6)
    kinds = ((), 0), (("--type", "stream"), socket.SOCK_STREAM), (("--type", "dgram"), socket.SOCK_DGRAM), \
        (("--type", "raw"), socket.SOCK_RAW)
    for family_words, family in families:
        for kind_words, kind in kinds:
            for service in (None, "80", "http", "domain"):
                asked = everything if kind == 0 and service in (None, "http") else everything[:8]
                tail = () if service is None else (service,)

                def ask(name):
                    return socket.getaddrinfo(name, service, family, kind)

                def once(name):
                    found = dict.fromkeys(with_port(info[4]) if service else with_port(info[4]).rpartition(":")[0].strip("[]")
                                          for info in ask(name))
                    return "\n".join(found)

                options = [*family_words, *kind_words]
                sort_out(["getaddrinfo", *options], asked, lambda name: "\n".join(map(tuple_text, ask(name))), {3}, tail)
                sort_out(["resolve", *options], asked, once, {3}, tail)
    refused = [(["getaddrinfo"], "127.0.0.1", (port,), {2}, None) for port in ("65536", "-1", "", "+80", " 80", "80 ", "0x50")]
    refused += [(["resolve"], "127.0.0.1", (port,), {2}, None) for port in ("65536", "-1", "", "+80", " 80", "80 ", "0x50")]
    refused += [([name], "127.0.0.1", ("nosuch",), {3}, "EAI_SERVICE") for name in ("getaddrinfo", "resolve")]
    compare_refusals(refused)


def as_json():
    names, numbers = hosts()
    for name in names + numbers + ["::1", "fe80::1%lo"]:
        seen = {}
        for family, kind, protocol, canonical, address in socket.getaddrinfo(name, 80, 0, 0, 0, socket.AI_CANONNAME):
            host = with_port(address).rpartition(":")[0].strip("[]")
            seen.setdefault(host, {"family": family.name, "type": kind.name, "proto": PROTOCOLS[protocol],
                                   "canonname": canonical, "address": host, "port": 80})
        counts["answers"] += 1
        status, out, _ = run(["resolve", "--json", "--canonical", name, "80"])
        if status != 0 or json.loads(out) != list(seen.values()):
            differs(["resolve", "--json", "--canonical"], name, list(seen.values()), [status, out])


def names_of_addresses():
    _, numbers = hosts()
    numbers = numbers + ["127.0.0.1", "::1", "fe80::1%lo", ipv4(), ipv6()]
    bad = ["localhost", "nosuch", "", "1.2.3.256", "::g"]

    def address(number, port):
        info = socket.getaddrinfo(number, port, 0, socket.SOCK_DGRAM, 0, socket.AI_NUMERICHOST)
        return info[0][4]

    for port in (0, 22, 53, 80, 443, 65535):
        for options, flags in (([], 0), (["-n"], socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)):
            sort_out(["getnameinfo", *options], numbers + bad,
                     lambda number: " ".join(socket.getnameinfo(address(number, port), flags)), {3}, (str(port),))
    sort_out(["resolve", "-r"], numbers + bad,
             lambda number: socket.getnameinfo(address(number, 0), socket.NI_NAMEREQD)[0], {3})


# ---- socket options --------------------------------------------------------------------------------------

# Of Linux, where Python has no name for them.
LINUX = {"SO_BINDTOIFINDEX": 62, "SO_BUSY_POLL": 46, "SO_INCOMING_NAPI_ID": 56, "SO_LOCK_FILTER": 44, "SO_NO_CHECK": 11,
         "SO_PEEK_OFF": 42, "SO_PREFER_BUSY_POLL": 69, "SO_RXQ_OVFL": 40, "SO_SELECT_ERR_QUEUE": 45, "SO_TIMESTAMP": 29,
         "SO_TIMESTAMPNS": 35, "SO_TIMESTAMPING": 37, "SO_ZEROCOPY": 60, "TCP_FASTOPEN_CONNECT": 30,
         "TCP_FASTOPEN_NO_COOKIE": 34, "TCP_INQ": 36, "TCP_REPAIR": 19, "TCP_SAVE_SYN": 27, "TCP_THIN_DUPACK": 17,
         "TCP_THIN_LINEAR_TIMEOUTS": 16, "TCP_ULP": 31, "UDP_CORK": 1, "UDP_ENCAP": 100, "UDP_GRO": 104,
         "UDP_NO_CHECK6_RX": 102, "UDP_NO_CHECK6_TX": 101, "UDP_SEGMENT": 103, "IP_BIND_ADDRESS_NO_PORT": 24,
         "IP_CHECKSUM": 23, "IP_FREEBIND": 15, "IP_MINTTL": 21, "IP_MTU": 14, "IP_MTU_DISCOVER": 10,
         "IP_MULTICAST_ALL": 49, "IP_PASSSEC": 18, "IP_PKTINFO": 8, "IP_RECVERR": 11, "IP_RECVFRAGSIZE": 25,
         "IP_RECVORIGDSTADDR": 20, "IP_RECVTTL": 12, "IPV6_ADDR_PREFERENCES": 72, "IPV6_AUTOFLOWLABEL": 70,
         "IPV6_FREEBIND": 78, "IPV6_MINHOPCOUNT": 73, "IPV6_MTU": 24, "IPV6_MTU_DISCOVER": 23, "IPV6_MULTICAST_ALL": 29,
         "IPV6_RECVERR": 25, "IPV6_RECVFRAGSIZE": 77, "IPV6_RECVORIGDSTADDR": 74, "IPV6_TRANSPARENT": 75}


def option_value(sock, row):
    level = getattr(socket, row["level"])
    number = getattr(socket, row["name"], None)
    if number is None and sys.platform == "linux":
        number = LINUX.get(row["name"])
    if number is None:
        raise LookupError(f"Python has no {row['name']}")
    try:
        if row["kind"] == "linger":
            on, seconds = struct.unpack("ii", sock.getsockopt(level, number, 8))
            return seconds if on else "off"
        if row["name"] in ("SO_RCVTIMEO", "SO_SNDTIMEO"):
            seconds, micros = struct.unpack("@ll", sock.getsockopt(level, number, 16))
            return seconds + micros / 1e6
        if row["kind"] == "name":
            return sock.getsockopt(level, number, 63).split(b"\0")[0].decode()
        return sock.getsockopt(level, number)
    except OSError:
        return None


def options():
    for name, family, kind in (("tcp", socket.AF_INET, socket.SOCK_STREAM), ("udp", socket.AF_INET, socket.SOCK_DGRAM),
                               ("unix", socket.AF_UNIX, socket.SOCK_STREAM)):
        _, out, _ = run(["sockopts", "--type", name, "--json"])
        rows = json.loads(out)
        if len(rows) < 20:
            differs(["sockopts"], name, "at least 20", rows)
        for row in rows:
            with socket.socket(socket.AF_INET6 if row["level"] == "IPPROTO_IPV6" else family, kind) as sock:
                counts["answers"] += 1
                if option_value(sock, row) != row["default"]:
                    differs(["sockopts", "--type", name], row["name"], option_value(sock, row), row)
    compare_refusals([(["sockopts"], name, (), {2}, None) for name in ("SO_NOSUCH", "", "so_rcvbuf", "SO_RCVBUF ", "80")])


def main():
    for part in (byte_order, addresses, services, older_lookups, new_lookups, as_json, names_of_addresses, options):
        part()
    for difference in differences[:20]:
        print(difference)
    print(f"{counts['answers']} answers and {counts['refusals']} refusals compared, {len(differences)} different")
    return 1 if differences else 0


sys.exit(main())
