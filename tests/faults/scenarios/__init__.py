# SPDX-License-Identifier: GPL-3.0-or-later
"""A file for each kind of fault; importing this registers all scenarios."""

from . import accept, connection, datagrams, names, output, paths, programs, start, sweeps, words

__all__ = ["accept", "connection", "datagrams", "names", "output", "paths", "programs", "start", "sweeps", "words"]
