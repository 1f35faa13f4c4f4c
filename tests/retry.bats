#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# tcp-connect --retry: again until it passes.

# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # scripts in quotes, variables of bats

load helpers

# Milliseconds since some moment.
now_ms() {
	echo $((${EPOCHREALTIME/./} / 1000))
}

@test "it connects once somebody listens, and the bytes arrive" {
	closed_port
	nsk tcp-connect -v --retry 20 127.0.0.1 "$CLOSED" <<<"at last" 2>log 3>&- &
	client=$!
	background_pids+=("$client")
	until_true grep refused log
	serve_start 127.0.0.1 "$CLOSED"
	server_wait
	wait_bounded "$client"
	assert_equal "$STATUS_OF_PID" 0
	assert_equal "$(cat "$SERVER_STDOUT")" "at last"
}

@test "at the end: one message, the last failure's status, and not before the time" {
	before=$(now_ms)
	run --separate-stderr nsk tcp-connect --retry 0.4 127.0.0.1 1
	after=$(now_ms)
	assert_failure 4
	assert_equal "$stderr" "nsk tcp-connect: 127.0.0.1:1: connection refused"
	[ $((after - before)) -ge 400 ]
	[ $((after - before)) -lt 4000 ]
}

@test "pauses grow from 10 to 200 ms; under -v each try is told" {
	run nsk tcp-connect -v --retry 1 127.0.0.1 1
	assert_failure 4
	# 10, 20, 40, 80, 160, then 200 each: nine tries in a second when nothing else takes time
	tries=$(grep -c '^nsk tcp-connect: 127.0.0.1:1: connection refused$' <<<"$output")
	[ "$tries" -ge 5 ]
	[ "$tries" -le 11 ]
}

@test "--retry 0 is one try" {
	run --separate-stderr nsk tcp-connect -v --retry 0 127.0.0.1 1
	assert_failure 4
	assert_equal "$(grep -c refused <<<"$stderr")" 1
}

@test "a name that is not there yet is looked up again" {
	unshare -Urm true 2>/dev/null || skip "no namespaces here"
	cat >mine <<-'END'
		mount --bind "$PWD/hosts" /etc/hosts
		echo 127.0.0.1 localhost >/etc/hosts
		"$NSK" tcp-connect -v --retry 20 nsk-late.test "$1" <<<"found" 2>log &
		client=$!
		for ((i = 0; i < 500; i++)); do grep -qs nsk-late.test: log && break; sleep 0.02; done
		echo 127.0.0.1 nsk-late.test >>/etc/hosts
		wait "$client"
	END
	echo >hosts
	serve_start 127.0.0.1 0
	run timeout -s KILL 60 unshare -Urm bash mine "$SERVER_PORT" 3>&-
	assert_success
	server_wait
	assert_equal "$(cat "$SERVER_STDOUT")" found
	run nsk tcp-connect --retry 0.2 nsk-never.invalid 1
	assert_failure 3
}

@test "what no later try can mend is final: a bad port, a service, an option of the socket" {
	run timeout -s KILL 10 "$NSK" tcp-connect --retry 60 127.0.0.1 99999 3>&-
	assert_failure 2
	run timeout -s KILL 10 "$NSK" tcp-connect --retry 60 127.0.0.1 no-such-service 3>&-
	assert_failure 3
	run timeout -s KILL 10 "$NSK" tcp-connect --retry 60 -O SO_BINDTODEVICE=none0 127.0.0.1 1 3>&-
	[ "$status" -eq 1 ] || [ "$status" -eq 2 ]
	run timeout -s KILL 10 "$NSK" tcp-connect --retry 60 --input missing 127.0.0.1 1 3>&-
	assert_failure 1
}

@test "a connection to oneself counts as refused, and is tried again" {
	closed_port
	run nsk tcp-connect -v --retry 1 -p "$CLOSED" 127.0.0.1 "$CLOSED"
	assert_failure 4
	[ "$(grep -c ": connection refused" <<<"$output")" -ge 3 ]
}

@test "--max-time goes before --retry: 124" {
	run --separate-stderr nsk tcp-connect --retry 20 --max-time 1 127.0.0.1 1
	assert_failure 124
	assert_equal "$stderr" "nsk tcp-connect: 127.0.0.1:1: no connection within 1s (connection refused)"
}

@test "no answer at all: --connect-timeout bounds a try, --retry them all" {
	unshare -Urn true 2>/dev/null || skip "no network namespaces here"
	cat >mine <<-'END'
		ip link set lo up
		nft add table inet t
		nft add chain inet t i '{ type filter hook input priority 0; }'
		nft add rule inet t i tcp dport 81 drop
		"$NSK" tcp-connect --retry 0.3 127.0.0.1 81; echo "status $?"
		"$NSK" tcp-connect -v --retry 1 --connect-timeout 0.2 127.0.0.1 81; echo "status $?"
	END
	run timeout -s KILL 60 unshare -Urnm bash mine 3>&-
	assert_line --index 0 "nsk tcp-connect: 127.0.0.1:81: no connection within 300ms"
	assert_line --index 1 "status 124"
	assert_line "nsk tcp-connect: 127.0.0.1:81: no connection within 200ms"
	assert_line --index -2 "nsk tcp-connect: 127.0.0.1:81: no connection within 1s"
	assert_line --index -1 "status 124"
}

@test "a try that the end cuts short does not hide what the one before met" {
	unshare -Urn true 2>/dev/null || skip "no network namespaces here"
	cat >mine <<-'END'
		ip link set lo up
		nft add table inet t
		nft add chain inet t i '{ type filter hook input priority 0; }'
		"$NSK" tcp-connect -v --retry 1.5 127.0.0.1 81 2>log &
		client=$!
		for ((i = 0; i < 500; i++)); do grep -qs refused log && break; sleep 0.02; done
		nft add rule inet t i tcp dport 81 drop
		wait "$client"; echo "status $?"
		tail -n 1 log
	END
	run timeout -s KILL 60 unshare -Urnm bash mine 3>&-
	assert_line --index 0 "status 4"
	assert_line --index 1 "nsk tcp-connect: 127.0.0.1:81: connection refused"
}

@test "a signal ends it by that signal, quietly" {
	"$NSK" tcp-connect -v --retry 60 127.0.0.1 1 2>log 3>&- &
	client=$!
	background_pids+=("$client")
	until_true grep refused log
	kill -TERM "$client"
	wait_bounded "$client"
	assert_equal "$STATUS_OF_PID" 143
	run grep -Ev 'refused|port 1:' log
	assert_output ""
}

tried() {
	[ "$(grep -c refused log)" -ge "$1" ]
}

@test "tries leave no descriptor behind" {
	"$NSK" tcp-connect -v --retry 60 --input /etc/passwd --output out 127.0.0.1 1 2>log 3>&- &
	client=$!
	background_pids+=("$client")
	until_true tried 2
	before=$(find "/proc/$client/fd" -mindepth 1 ! -lname 'socket:*' | wc -l)
	until_true tried 7
	assert_equal "$(find "/proc/$client/fd" -mindepth 1 ! -lname 'socket:*' | wc -l)" "$before"
	[ "$(find "/proc/$client/fd" -lname 'socket:*' | wc -l)" -le 1 ]
}
