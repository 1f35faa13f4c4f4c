#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares nsk pack, unpack and calcsize with this Python's struct module on random formats and values.

usage: NSK=path tests/pack-differential.py [CASES] [SEED]

Each case is a random FORMAT, well-formed or not, packed with random values, good or bad, and unpacked from random
bytes. Bytes, values, sizes and refusals must agree. Nothing but the first ten differences is printed, and the
last line is "CASES cases, N differences"; the status is 0 only when N is 0.

Where the two differ on purpose, this file says so: see `known`."""

import math
import os
import random
import struct
import subprocess
import sys

NSK = os.environ.get("NSK", "build/release/nsk")
CASES = int(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("PACK_CASES", "2000"))
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(1 << 32)
STANDARD = "xcbB?hHiIlLqQefdsp"
NATIVE = STANDARD + "nNP"
INTEGERS = "bBhHiIlLqQnNP"
differences = 0


def run(*arguments, stdin=b""):
    done = subprocess.run([NSK, *arguments], input=stdin, capture_output=True)
    return done.returncode, done.stdout, done.stderr


def differ(*what):
    global differences
    differences += 1
    if differences <= 10:
        print("# DIFFERENCE", *(repr(each) for each in what))


def random_count(code):
    count = random.choice(["", "", "", "", "0", "1", "2", "3", "7", "03", str(random.randrange(20))])
    if code in "sp" and random.random() < 0.3:
        count = str(random.randrange(1, 400))
    # known: 0p is no bytes and "" here; Python 3.11 writes past its buffer and cannot unpack it
    return "1" if code == "p" and count != "" and int(count) == 0 else count


def random_format():
    order = random.choice(["", "@", "=", "<", ">", "!"])
    codes = NATIVE if order in ("", "@") else STANDARD
    parts = [order]
    for _ in range(random.randrange(0, 7)):
        code = random.choice(codes)
        parts.append(random.choice(["", "", "", " ", "\t", "\n "]) + random_count(code) + code)
    if order in ("", "@") and random.random() < 0.3:
        parts.append("0" + random.choice("hilqdPn"))
    return "".join(parts)


def malformed_format():
    text = list(random_format())
    for _ in range(random.randrange(1, 4)):
        junk = random.choice("zZaAk;,.-+_*(0123456789 <>!=@xhIdspnNPe\x7f\xe9") if random.random() < 0.9 else \
            random.choice(["99999999999999999999", "9223372036854775807", "9223372036854775808", "4611686018427387904q"])
        where = random.randrange(len(text) + 1)
        if text and random.random() < 0.3:
            del text[random.randrange(len(text))]
        else:
            text.insert(where, junk)
    return "".join(text)


def codes_of(text):
    """The code of each value, with its count for s and p."""
    native = text[:1] not in ("=", "<", ">", "!")
    number, codes = "", []
    for letter in text:
        if letter.isdigit():
            number += letter
        elif letter in "@=<>!" or letter.isspace():
            continue
        else:
            count = int(number) if number else 1
            number = ""
            if letter in "sp":
                codes.append((letter, count, native))
            elif letter != "x":
                codes += [(letter, 1, native)] * count
    return codes


def edge(low, high):
    kind = random.random()
    if kind < 0.3:
        return random.choice([low, high, 0, 1, low + 1, high - 1])
    if kind < 0.4:
        return random.choice([low - 1, high + 1, high * 3 + 7, -(1 << 80)])
    return random.randint(low, high)


def random_float(code):
    kind = random.random()
    if kind < 0.1:
        return random.choice([0.0, -0.0, 1.0, math.inf, -math.inf, math.nan, 65504.0, 65519.999, 65520.0, 5e-324,
                              3.4028234663852886e38, 3.4028235677973366e38, 1e39, 6e-8, 2.98e-8, 1 + 2.0 ** -24])
    if kind < 0.4:
        return random.choice([-1, 1]) * random.randrange(10 ** random.randrange(1, 18)) / 10 ** random.randrange(0, 12)
    if kind < 0.7:
        width = {"e": "H", "f": "I", "d": "Q"}[code]
        bits = random.getrandbits(8 * struct.calcsize("<" + width))
        value = struct.unpack("<" + code, struct.pack("<" + width, bits))[0]
    else:
        value = struct.unpack("<d", random.randbytes(8))[0]
    return math.nan if math.isnan(value) else value  # a NaN's payload has no text


def spell_integer(value):
    if abs(value) >> 64:
        return str(value)
    sign = "-" if value < 0 else random.choice(["", "", "", "+"])
    body = random.choice([str, str, hex, oct, bin, lambda n: "00" + str(n), lambda n: hex(n).upper()])(abs(value))
    return sign + body


def spell_float(value):
    if math.isfinite(value) and random.random() < 0.2:
        return value.hex()
    return random.choice([repr, repr, lambda v: repr(v).upper()])(value)


def spell_bytes(data, quoted):
    out = []
    for byte in data:
        kind = random.random()
        if byte in b'\\"' and (quoted or byte == 0x5C):
            out.append("\\" + chr(byte))
        elif 0x20 < byte < 0x7F and kind < 0.9:
            out.append(chr(byte))
        elif kind < 0.5:
            out.append("\\%03o" % byte)
        else:
            out.append("\\x%02x" % byte)
    return "".join(out)


def random_value(code, count, native):
    """A word for nsk and the value for Python; None where Python is not asked, as the word must be refused."""
    if random.random() < 0.01:
        word = {"c": "ab", "s": "\\q", "p": "\\x1", "?": "yes"}.get(code, random.choice(["", "x", "1x", "--1", "1 ", "0x"]))
        return word, None
    if code in INTEGERS:
        width = struct.calcsize(("@" if native else "=") + code) * 8
        signed = code in "bhilqn"
        # P takes negative numbers as well, in Python and here
        low = -(1 << (width - 1)) if signed or code == "P" else 0
        high = (1 << (width - (1 if signed else 0))) - 1
        value = edge(low, high)
        return spell_integer(value), value
    if code in "efd":
        value = random_float(code)
        # known: Python checks the range of f in the standard orders alone, and packs infinity in native order
        if code == "f" and python_pack("<f", [value]) is None:
            return spell_float(value), None
        return spell_float(value), value
    if code == "?":
        return random.choice([("true", True), ("false", False), ("1", True), ("0", False)])
    length = 1 if code == "c" else random.choice([0, count, max(count - 1, 0), count + 3, random.randrange(300)])
    data = random.randbytes(length) if random.random() < 0.7 else b"GET / HTTP"[:length] + b"x" * (length - 10)
    return data, data


def python_pack(text, values):
    if any(value is None for value in values):
        return None
    try:
        return struct.pack(text, *values)
    except (struct.error, OverflowError):
        return None


def check_pack(text):
    pairs = [random_value(*each) for each in codes_of(text)]
    if random.random() < 0.05:
        pairs += [("1", 1)] if random.random() < 0.5 or not pairs else []
        pairs = pairs[:-1] if pairs and random.random() < 0.5 else pairs
    wanted = python_pack(text, [value for _, value in pairs])
    operands = [spell_bytes(word, False) if isinstance(word, bytes) else word for word, _ in pairs]
    if pairs or not codes_of(text):
        status, out, error = run("pack", "--", text, *operands)
        if status != (1 if wanted is None else 0) or out != (wanted or b"") or bool(error) != (wanted is None):
            differ("pack", text, operands, wanted, status, out, error)
    if pairs and not any("\n" in word or " " in word or word == "" for word, _ in pairs if isinstance(word, str)):
        line = " ".join('"%s"' % spell_bytes(word, True) if isinstance(word, bytes) else word for word, _ in pairs)
        if not codes_of(text):
            return
        status, out, error = run("pack", "--", text, stdin=line.encode("latin-1") + random.choice([b"", b"\n"]))
        if status != (1 if wanted is None else 0) or out != (wanted or b""):
            differ("pack line", text, line, wanted, status, out, error)


def token(code, value):
    """What unpack prints, but for floats."""
    if code in "csp":
        return '"' + "".join("\\" + chr(b) if b in b'\\"' else chr(b) if 0x20 <= b < 0x7F else "\\x%02x" % b
                             for b in value) + '"'
    return str(value).lower() if code == "?" else str(value)


def split_line(line):
    """The words of a line, quoted ones whole."""
    words, at = [], 0
    while at < len(line):
        end = at
        quoted = line[at] == '"'
        while True:
            end += 1
            if end >= len(line) or (not quoted and line[end] == " "):
                break
            if quoted and line[end] == "\\":
                end += 1
            elif quoted and line[end] == '"':
                end += 1
                break
        words.append(line[at:end])
        at = end + 1
    return words


def digits_of(text):
    return text.lower().lstrip("-").partition("e")[0].replace(".", "").strip("0")


def same_float(code, text, value):
    if math.isnan(value):
        return text == "nan"
    if struct.pack("<" + code, float(text)) != struct.pack("<" + code, value):
        return False
    if code == "d" and math.isfinite(value):  # Python's repr is the shortest there is
        return digits_of(text) == digits_of(repr(value))
    return True


def check_unpack(text):
    size = struct.calcsize(text)
    data = random.randbytes(size)
    values = struct.unpack(text, data)
    codes = codes_of(text)
    status, out, error = run("unpack", "--", text, stdin=data)
    words = split_line(out.decode("ascii").rstrip("\n"))
    good = status == 0 and len(words) == len(values)
    for (code, _, _), word, value in zip(codes, words, values):
        good = good and (same_float(code, word, value) if code in "efd" else word == token(code, value))
    if not good:
        differ("unpack", text, data.hex(), values, status, out, error)
    elif codes and "nan" not in words:
        # the law: pack gives back what unpack was given, but for pad bytes, what p leaves unused, and ? bytes
        status, again, error = run("pack", "--", text, stdin=out)
        if status != 0 or again != struct.pack(text, *values):
            differ("law", text, data.hex(), out, status, again, error)
    other = random.randbytes(random.choice([max(size - 1, 0), size + 1, random.randrange(40)]))
    if len(other) != size:
        status, out, error = run("unpack", "--", text, other.hex()) if other else run("unpack", "--", text)
        if status != 1 or out or b"requires a buffer of %d bytes, got " % size not in error:
            differ("unpack refusal", text, other.hex(), status, out, error)


def check(index):
    text = malformed_format() if index % 2 else random_format()
    if "\0" in text or len(text) > 4000:
        return
    try:
        size = struct.calcsize(text)
    except (struct.error, UnicodeEncodeError):
        size = None
    status, out, error = run("calcsize", "--", text)
    if size is None:
        if status != 2 or out or not error:
            differ("calcsize refusal", text, status, out, error)
        for command in ("pack", "unpack"):
            status, out, error = run(command, "--", text)
            if status != 2 or out or not error:
                differ(command + " refusal", text, status, out, error)
        return
    if (status, out) != (0, b"%d\n" % size):
        differ("calcsize", text, size, status, out, error)
    if size < 5000 and "0p" not in text.replace("10p", "") and len(codes_of(text)) < 500:
        check_pack(text)
        check_unpack(text)


def main():
    random.seed(SEED)
    for index in range(CASES):
        check(index)
    if differences:
        print(f"# seed {SEED}")
    print(f"{CASES} cases, {differences} differences")
    return 1 if differences else 0


sys.exit(main())
