# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person sees on a terminal after some bytes were written to it. Knows what nsk and readline use: CR, LF, BS, tab,
wrapping, and of ECMA-48 the cursor's moves and what erases; colours and modes are passed over."""

from __future__ import annotations

import re

CONTROL = re.compile(r"\x1b\[([?0-9;]*)([@-~])")


def screen(data: bytes, columns: int) -> list[str]:
    """The lines that stand on the screen after DATA."""
    text = data.decode("utf-8", "replace")
    lines: list[list[str]] = [[]]
    row = column = at = 0
    while at < len(text):
        c = text[at]
        control = CONTROL.match(text, at)
        at = control.end() if control else at + 1
        if control:
            given, what = control.groups()
            count = int(given) if given.isdigit() else 0
            if what == "A":
                row = max(0, row - max(count, 1))
            elif what == "B":
                row += max(count, 1)
            elif what == "C":
                column = min(columns - 1, column + max(count, 1))
            elif what == "D":
                column = max(0, column - max(count, 1))
            elif what == "K" and count == 0:
                del lines[row][column:]
            elif what == "J" and count == 0:
                del lines[row][column:], lines[row + 1 :]
            elif what == "P":
                del lines[row][column : column + max(count, 1)]
            elif what == "@":
                lines[row][column:column] = [" "] * max(count, 1)
            elif what not in "mhlr":
                raise ValueError(f"the screen does not know {control.group()!r}")
        elif c == "\r":
            column = 0
        elif c == "\n":
            row += 1
        elif c == "\b":
            column = max(0, min(column, columns) - 1)
        elif c == "\t":
            column = min(columns - 1, (column // 8 + 1) * 8)
        elif c >= " ":
            if column == columns:
                row, column = row + 1, 0
            while len(lines) <= row:
                lines.append([])
            lines[row] += [" "] * (column - len(lines[row]))
            lines[row][column : column + 1] = [c]
            column += 1
        while len(lines) <= row:
            lines.append([])
    return ["".join(line).rstrip() for line in lines]
