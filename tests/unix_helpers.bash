# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# For the tests of Unix sockets, after `load helpers`: what may stand at a path already.
#
#   stale PATH stream|dgram        a socket file that nobody holds
#   hold PATH stream|dgram|bound   another program's socket, in the background; bound: it does not listen

stale() {
	python3 -c 'import socket, sys
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM if sys.argv[2] == "dgram" else socket.SOCK_STREAM).bind(sys.argv[1])' "$@"
}

hold() {
	python3 -c 'import socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM if sys.argv[2] == "dgram" else socket.SOCK_STREAM)
s.bind(sys.argv[1])
if sys.argv[2] == "stream":
    s.listen()
open("held", "w").close()
time.sleep(60)' "$@" 3>&- &
	background_pids+=($!)
	until_true test -e held
	rm held
}
