#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# tcp-serve: what it is told on the command line, where it listens, and how a script learns that.

load helpers

@test "it takes what a client sends, whole, and ends with 0" {
	random_file sent 3M
	serve_start 0
	nsk tcp-connect "$SERVER_ADDRESS" <sent
	server_wait
	assert_equal "$SERVER_STATUS" 0
	cmp sent "$SERVER_STDOUT"
	assert_equal "$(cat "$SERVER_STDERR")" ""
}

@test "it gives its stdin to the client" {
	random_file sent 3M
	serve_start 0 <sent
	nsk tcp-connect "$SERVER_ADDRESS" >received
	server_wait
	assert_equal "$SERVER_STATUS" 0
	cmp sent received
}

@test "both at once, in different amounts" {
	random_file up 5M
	random_file down 1M
	serve_start 0 <down
	nsk tcp-connect "$SERVER_ADDRESS" <up >received
	server_wait
	assert_equal "$SERVER_STATUS" 0
	cmp down received
	cmp up "$SERVER_STDOUT"
}

@test "a bare port listens on this machine only, :PORT everywhere" {
	serve_start 0
	assert_equal "$SERVER_HOST" 127.0.0.1
	# listening (0A); a connection of others' may have had that port a moment ago
	run grep -c "$(printf ': 0100007F:%04X 00000000:0000 0A ' "$SERVER_PORT")" /proc/net/tcp
	assert_output 1
	serve_start :0
	run grep -c "$(printf ': 00000000:%04X 00000000:0000 0A ' "$SERVER_PORT")" /proc/net/tcp
	assert_output 1
}

@test "the second client is refused" {
	serve_start 0
	exec 8<>"/dev/tcp/127.0.0.1/$SERVER_PORT"
	until_true refused
	exec 8<&-
}

refused() {
	local status=0
	nsk tcp-connect "$SERVER_ADDRESS" || status=$?
	[ "$status" -eq 4 ]
}

@test "a port that is taken: status 4, the address in the message" {
	serve_start 0
	run --separate-stderr nsk tcp-serve "$SERVER_PORT"
	assert_failure 4
	assert_equal "$output" ""
	assert_equal "$stderr" "nsk tcp-serve: 127.0.0.1:$SERVER_PORT: $(glibc_or_musl "address already in use" "address in use")"
}

@test "ports that are none: status 2" {
	local port

	for port in 99999 65536 " 80" +80 -1 0x50 "" 80x; do
		run --separate-stderr nsk tcp-serve -- "$port"
		assert_failure 2
		assert_equal "${#stderr_lines[@]}" 1
	done
	run --separate-stderr nsk tcp-serve ::1:80
	assert_failure 2
	[[ $stderr == *"[::1]:80"* ]]
}

@test "--port-file holds the number once it listens" {
	"$NSK" tcp-serve --port-file port 0 </dev/null >received 3>&- &
	background_pids+=("$!")
	until_true test -s port
	echo hello | nsk tcp-connect "$(cat port)"
	wait_bounded "${background_pids[0]}"
	assert_equal "$STATUS_OF_PID" 0
	assert_equal "$(cat received)" hello
}

@test "--background returns once it listens and tells where" {
	nsk tcp-serve 0 --background --output received >told
	run cat told
	assert_output --regexp '^NSK_PID=[0-9]+ NSK_HOST=127\.0\.0\.1 NSK_PORT=[0-9]+$'
	eval "$(cat told)"
	background_pids+=("$NSK_PID")
	echo hello | nsk tcp-connect "$NSK_HOST" "$NSK_PORT"
	until_true grep -q hello received
}

@test "--background without --output is refused" {
	run --separate-stderr nsk tcp-serve 0 --background
	assert_failure 2
}

@test "--connect-timeout without a client: status 124" {
	run --separate-stderr nsk tcp-serve --connect-timeout 50ms 0
	assert_failure 124
	assert_equal "${#stderr_lines[@]}" 1
}

@test "SIGTERM ends it without a word" {
	serve_start 0
	kill -TERM "$SERVER_PID"
	server_wait
	assert_equal "$SERVER_STATUS" 143
	assert_equal "$(cat "$SERVER_STDERR")" ""
}

@test "-v tells where it listens and who came" {
	serve_start -v 0
	echo hello | nsk tcp-connect "$SERVER_ADDRESS"
	server_wait
	run cat "$SERVER_STDERR"
	assert_output --partial "listening on 127.0.0.1:$SERVER_PORT"
	assert_output --partial "connected to 127.0.0.1:"
}
