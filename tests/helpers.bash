# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# What every .bats file loads first: `load helpers`.
#
#   nsk ARGS...          nsk as a user types it, so `run nsk htons 80`; one that hangs is killed after
#                        60 s (NSK_TEST_SECONDS) and its status is then 137, never nsk's own 124
#   $NSK                 the binary itself, for background jobs, ptys and strace
#   serve_start ARGS...  starts `nsk tcp-serve ARGS... --ready-fd 9` in the background, waits until it listens.
#                        Its stdin is the caller's (`serve_start 0 <file`), /dev/null by default.
#                        Sets SERVER_PID, SERVER_ADDRESS (127.0.0.1:43005), SERVER_HOST, SERVER_PORT,
#                        SERVER_STDOUT and SERVER_STDERR (files in $BATS_TEST_TMPDIR).
#                        Several may run: each call sets these anew; keep the ones you need.
#                        SERVER_COMMAND=unix-serve (or another) in front starts that command instead.
#   server_wait [PID]    waits for its end, at most 30 s (NSK_TEST_SECONDS), and sets SERVER_STATUS;
#                        one that does not end is killed and the test fails
#   background ARGS...   `nsk ARGS...` in the background as it should be started in bats: descriptor 3 closed,
#                        ended by teardown. Sets BACKGROUND_PID. Redirect its streams as you like.
#   until_true COMMAND   runs COMMAND every 20 ms until it succeeds, at most 10 s
#   random_file NAME N   N random bytes (head -c's sizes: 1M) in NAME
#   has_ipv6             is there a ::1 to bind to?
#   has FEATURE          was the binary built with it? (a word of the features line of nsk --version)
#   needs FEATURE...     skips the test unless it was
#   needs_preload        skips the test unless a library can be loaded into the binary (LD_PRELOAD)
#   needs_glibc WHY      skips the test unless the C library is glibc
#   glibc_or_musl A B    prints A or B: they word some errors differently
#   pollers, pumps       what the binary has of epoll, poll, select; of copy, splice
#
# Rules that bats 1.8 makes: background jobs close descriptor 3 (3>&-), or the run hangs; `run` drops NUL
# bytes, so binary output goes to a file and cmp; no sleeps, no fixed ports.
#
# A file with a setup or teardown of its own calls common_setup and common_teardown from it. Any report of
# a sanitizer, in whichever process, fails the test in teardown.

bats_require_minimum_version 1.5.0

for library in bats-support bats-assert bats-file; do
	for place in ${BATS_LIB_PATH:-} /usr/lib/bats /usr/share/bats /usr/local/lib/bats /opt/homebrew/lib; do
		if [ -e "$place/$library/load.bash" ]; then
			load "$place/$library/load.bash"
			break
		fi
	done
done
unset library place

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
NSK=${NSK:-$ROOT/build/release/nsk}
case $NSK in
/*) ;;
*) NSK=$ROOT/$NSK ;;
esac
export ROOT NSK
export LC_ALL=C.UTF-8
unset NSK_POLLER NO_COLOR

common_setup() {
	exec </dev/null
	background_pids=()
	server_number=0
	export HOME=$BATS_TEST_TMPDIR
	ASAN_OPTIONS=detect_leaks=1:exitcode=99:log_path=$BATS_TEST_TMPDIR/sanitizer
	UBSAN_OPTIONS=print_stacktrace=1:exitcode=99:log_path=$BATS_TEST_TMPDIR/sanitizer
	export ASAN_OPTIONS UBSAN_OPTIONS
	cd "$BATS_TEST_TMPDIR" || return
}

common_teardown() {
	local pid report

	if [[ $NSK == */coverage/* ]] && kill -TERM "${background_pids[@]}" 2>/dev/null; then
		sleep 0.1 # what is killed has counted nothing
	fi
	for pid in "${background_pids[@]}"; do
		if kill -KILL "$pid" 2>/dev/null; then
			wait "$pid" 2>/dev/null || true
		fi
	done
	for report in "$BATS_TEST_TMPDIR"/sanitizer.*; do
		# a mere warning, of a thread that was gone before the leak checker could look, is none
		if grep -Eqs 'ERROR: |runtime error' "$report"; then
			cat "$report"
			return 1
		fi
	done
}

setup() {
	common_setup
}

teardown() {
	common_teardown
}

nsk() {
	timeout --foreground -s KILL "${NSK_TEST_SECONDS:-60}" "$NSK" "$@" 3>&-
}

# shellcheck disable=SC2034 # the tests read these
serve_start() {
	local ready=$BATS_TEST_TMPDIR/ready.$((++server_number))

	SERVER_STDOUT=$BATS_TEST_TMPDIR/server.$server_number.stdout
	SERVER_STDERR=$BATS_TEST_TMPDIR/server.$server_number.stderr
	mkfifo "$ready"
	# The child opens the fifo first and waits there for our read, so its end is seen, whatever its reason.
	"$NSK" "${SERVER_COMMAND:-tcp-serve}" --ready-fd 9 "$@" \
		<&0 9>"$ready" >"$SERVER_STDOUT" 2>"$SERVER_STDERR" 3>&- &
	SERVER_PID=$!
	background_pids+=("$SERVER_PID")
	SERVER_ADDRESS=
	read -r -t "${NSK_TEST_SECONDS:-30}" SERVER_ADDRESS <"$ready" || true
	if [ -z "$SERVER_ADDRESS" ]; then
		echo "# the server did not become ready: ${SERVER_COMMAND:-tcp-serve} $*"
		sed 's/^/# /' "$SERVER_STDERR"
		return 1
	fi
	SERVER_HOST=${SERVER_ADDRESS%:*}
	SERVER_PORT=${SERVER_ADDRESS##*:}
}

# Is PID a running child of this shell? Asks the shell, not the kernel: a number is given to a stranger in time.
is_running() {
	case $'\n'$(jobs -rp)$'\n' in
	*$'\n'"$1"$'\n'*) return 0 ;;
	*) return 1 ;;
	esac
}

# Sets STATUS_OF_PID to how PID, a child of this shell, ended; kills it at the deadline and fails. It polls:
# a watchdog in the background would have bats' traps.
wait_bounded() {
	local pid=$1 end=$((SECONDS + ${NSK_TEST_SECONDS:-30})) late=0

	while is_running "$pid"; do
		if [ "$SECONDS" -gt "$end" ]; then
			echo "# process $pid did not end in time"
			kill -KILL "$pid"
			late=1
			break
		fi
		sleep 0.02
	done
	STATUS_OF_PID=0
	wait "$pid" 2>/dev/null || STATUS_OF_PID=$?
	return "$late"
}

# shellcheck disable=SC2034
server_wait() {
	wait_bounded "${1:-$SERVER_PID}" || return
	SERVER_STATUS=$STATUS_OF_PID
}

# shellcheck disable=SC2034
background() {
	"$NSK" "$@" <&0 3>&- &
	BACKGROUND_PID=$!
	background_pids+=("$BACKGROUND_PID")
}

until_true() {
	local attempts

	for ((attempts = 0; attempts < 500; attempts++)); do
		if "$@" >/dev/null 2>&1; then
			return 0
		fi
		sleep 0.02
	done
	echo "# not within 10 s: $*"
	return 1
}

# A port of 127.0.0.1 where nobody listens: one that was free a moment ago.
# shellcheck disable=SC2034 # the tests read it
closed_port() {
	CLOSED=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
}

has() {
	features=${features:-$("$NSK" --version | sed -n 's/^features://p')}
	case " $features " in
	*" $1 "*) return 0 ;;
	*) return 1 ;;
	esac
}

needs() {
	local feature

	for feature in "$@"; do
		has "$feature" || skip "this build has no $feature"
	done
}

needs_preload() {
	! has static || skip "nothing can be loaded into a static program"
}

needs_glibc() {
	! has static || skip "this build has musl, which answers otherwise: $1"
}

glibc_or_musl() {
	has static && echo "$2" || echo "$1"
}

pollers() {
	local name

	for name in epoll poll select; do
		if has "$name"; then
			echo "$name"
		fi
	done
}

pumps() {
	echo copy
	if has splice; then
		echo splice
	fi
}

has_ipv6() {
	grep -qs '^0*1 ' /proc/net/if_inet6
}

random_file() {
	head -c "$2" /dev/urandom >"$1"
}
