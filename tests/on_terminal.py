#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command on a terminal of its own and prints what it wrote there.

usage: on_terminal.py [--columns N] [--only FDS] [--screen] COMMAND [ARG]...

  --columns N   the terminal's width (80)
  --only FDS    which descriptors are the terminal: "2", "12", "012" (default); the others are inherited
  --screen      print what a person sees at the end, carriage returns and newlines carried out, instead of
                the bytes

The status is the command's; 128 and the signal's number if it ended by one."""
import argparse
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

from screen import screen


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--columns", type=int, default=80)
    parser.add_argument("--only", default="012")
    parser.add_argument("--screen", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, options.columns, 0, 0))
    ends = [slave if str(fd) in options.only else None for fd in range(3)]
    child = subprocess.Popen(options.command, stdin=ends[0], stdout=ends[1], stderr=ends[2], start_new_session=True)
    os.close(slave)
    data = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            piece = b""
        if not piece:
            break
        data += piece
    status = child.wait()
    output = "\n".join(screen(data, options.columns)).encode() if options.screen else data
    sys.stdout.buffer.write(output)
    sys.exit(status if status >= 0 else 128 - status)


main()
