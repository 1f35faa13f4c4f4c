# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# For the tests of streams, after `load helpers`:
#
#   each_engine FUNCTION   FUNCTION with each poller and each pump (NSK_POLLER, NSK_PUMP)
#   peer_listen ACTION...  tests/peer as a server in the background; sets PEER_PORT, PEER_PID. What it took is
#                          in peer.out, what it saw in peer.log, both while it runs
#   peer_connect PORT ACTION...   the same as a client
#   peer_wait              waits for its end; fails unless it did all its actions
#   peer_did WORD...       succeeds when WORD... is a line of peer.log
#   ended_within SECONDS PID   waits for a child of this shell; sets STATUS_OF_PID
#   session_start ARGS...  `nsk ARGS...` in the background between a pipe that gives what is written to $STDIN_FD
#                          and does not end before close_stdin, and the files out and err (OUT=file: another).
#                          Sets SESSION_PID
#   session_serve ARGS...  the same for `nsk tcp-serve ARGS... 0`; sets SESSION_PORT once it listens
#   session_wait [SECONDS] waits for its end (10 s), and sets SESSION_STATUS

# pyenv and the like start slowly: ask once which program it is.
exec {STDIN_FD}>/dev/null
PYTHON=$(python3 -c 'import sys; print(sys.executable)')

each_engine() {
	local poller pump

	for poller in $(pollers); do
		for pump in $(pumps); do
			export NSK_POLLER=$poller NSK_PUMP=$pump
			rm -rf "$BATS_TEST_TMPDIR/$poller.$pump"
			mkdir "$BATS_TEST_TMPDIR/$poller.$pump"
			cd "$BATS_TEST_TMPDIR/$poller.$pump" || return
			echo "# poller $poller, pump $pump" # shown when the test fails: the last is the one
			"$@"                               # not within || or if: that would switch errexit off in it
		done
	done
	unset NSK_POLLER NSK_PUMP
}

# shellcheck disable=SC2034
peer_listen() {
	rm -f peer.port
	"$PYTHON" -B "$ROOT/tests/peer" listen peer.port "$@" </dev/null >peer.out 2>peer.log 3>&- {STDIN_FD}>&- &
	PEER_PID=$!
	background_pids+=("$PEER_PID")
	until_true test -s peer.port
	PEER_PORT=$(cat peer.port)
}

peer_connect() {
	rm -f peer.out peer.log # of the one before: the child empties them only when it runs
	"$PYTHON" -B "$ROOT/tests/peer" connect "$@" </dev/null >peer.out 2>peer.log 3>&- {STDIN_FD}>&- &
	PEER_PID=$!
	background_pids+=("$PEER_PID")
}

peer_wait() {
	wait_bounded "$PEER_PID"
	assert_equal "peer: $STATUS_OF_PID" "peer: 0"
}

peer_did() {
	grep -qx "$*" peer.log
}

ended_within() {
	NSK_TEST_SECONDS=$1 wait_bounded "$2"
}

session_start() {
	rm -f stdin err
	[ -n "${OUT:-}" ] || rm -f out
	mkfifo stdin
	"$NSK" "$@" <stdin >"${OUT:-out}" 2>err 3>&- {STDIN_FD}>&- &
	SESSION_PID=$!
	background_pids+=("$SESSION_PID")
	exec {STDIN_FD}>&-
	exec {STDIN_FD}>stdin
}

# shellcheck disable=SC2034 # the tests read these
session_serve() {
	rm -f port
	session_start tcp-serve --port-file port "$@" 0
	until_true test -s port
	SESSION_PORT=$(cat port)
}

# shellcheck disable=SC2034
session_wait() {
	ended_within "${1:-10}" "$SESSION_PID"
	SESSION_STATUS=$STATUS_OF_PID
}

close_stdin() {
	exec {STDIN_FD}>&-
	exec {STDIN_FD}>/dev/null
}
