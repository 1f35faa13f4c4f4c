#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The longer part of what the datagram commands survive. The quick part is tests/datagrams.bats and the commands' own.

load ../helpers

@test "R19: every system call of the datagram commands fails once" {
	run timeout -k 5 1500 python3 -B "$BATS_TEST_DIRNAME/sweep-datagrams"
	echo "# ${lines[-1]}" >&3
	assert_success
	assert_output --regexp ' fine, 0 silent, 0 mute, 0 hung, 0 crash'
}

@test "1,000 programs for 1,000 datagrams: no zombie, no descriptor, none failed" {
	export SERVER_COMMAND=udp-listen
	serve_start 0 --exec -- cat
	before=$(find "/proc/$SERVER_PID/fd" -mindepth 1 | wc -l)
	for _ in {1..10}; do
		seq 100 | nsk udp-send -L -r 100 -w 30 "127.0.0.1:$SERVER_PORT" | sort -n | cmp - <(seq 100)
	done
	until_true sh -c '[ -z "$(pgrep -P "$1")" ]' sh "$SERVER_PID"
	assert_equal "$(find "/proc/$SERVER_PID/fd" -mindepth 1 | wc -l)" "$before"
	assert_equal "$(cat "$SERVER_STDERR")" ""
}

@test "a listener that waits uses no time" {
	export SERVER_COMMAND=udp-listen
	serve_start 0
	sleep 2
	read -r _ _ _ _ _ _ _ _ _ _ _ _ _ user system _ <"/proc/$SERVER_PID/stat"
	[ $((user + system)) -le 2 ]
}
