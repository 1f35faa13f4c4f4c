#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# tcp-serve for one client as a command: where it listens, how it says so, its options (each test fails when the
# option is ignored), its statuses. What the relay under it does is in relay.bats.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154,SC2317 # scripts in quotes, variables of bats, cases called by name

load helpers
load stream_helpers

@test "one client, both ways, then it ends" {
	printf 'from the server' >given
	serve_start 0 <given
	peer_connect "$SERVER_PORT" recv send=answer close
	server_wait
	assert_equal "$SERVER_STATUS" 0
	assert_equal "$(<"$SERVER_STDOUT")" answer
	assert_equal "$(<"$SERVER_STDERR")" ""
	peer_wait
	assert_equal "$(<peer.out)" 'from the server'
}

@test "the listener is closed once the client has come" {
	serve_start 0 </dev/null
	peer_connect "$SERVER_PORT" until=refused close
	until_true peer_did connected
	until_true eval '! nsk tcp-connect 127.0.0.1 "$SERVER_PORT" </dev/null'
	run nsk tcp-connect 127.0.0.1 "$SERVER_PORT" </dev/null
	assert_failure 4
	touch refused
	server_wait
	assert_equal "$SERVER_STATUS" 0
}

@test "status 2: operands and options" {
	local -a lines_of_arguments=("" "a b c" "99999" "0x50" "+80" "localhost 99999" "::1:80" "--ready-fd x 0" "--ready-fd -1 0"
		"--backlog x 0" "--backlog -1 0" "-p 8080" "--log file 0 --no-such" "--background 0" "-w 1y 0" "--poller none 0")
	local arguments

	for arguments in "${lines_of_arguments[@]}"; do
		# shellcheck disable=SC2086 # words
		run nsk tcp-serve $arguments </dev/null
		assert_equal "$arguments: $status" "$arguments: 2"
		assert_output --regexp '^nsk( tcp-serve)?: '
	done
}

@test "status 3: a name that cannot be resolved" {
	run nsk tcp-serve no-such-host.invalid 0 </dev/null
	assert_failure 3
	assert_output --partial no-such-host.invalid
}

@test "status 4: taken, or not an address of this machine" {
	peer_listen until=never
	run nsk tcp-serve 127.0.0.1 "$PEER_PORT" </dev/null
	assert_failure 4
	assert_output "nsk tcp-serve: 127.0.0.1:$PEER_PORT: $(glibc_or_musl "address already in use" "address in use")"
	run nsk tcp-serve 192.0.2.1 0 </dev/null
	assert_failure 4
	assert_output --partial 192.0.2.1
}

@test "status 124: no client, a silent client, too long" {
	run nsk tcp-serve --connect-timeout 200ms 0 </dev/null
	assert_failure 124
	assert_output --regexp '^nsk tcp-serve: .+: .+'
	run nsk tcp-serve -w 200ms 0 </dev/null
	assert_failure 124
	run nsk tcp-serve --max-time 200ms 0 </dev/null
	assert_failure 124
	serve_start --idle-timeout 200ms 0 </dev/null
	peer_connect "$SERVER_PORT" until=never
	server_wait
	assert_equal "$SERVER_STATUS" 124
	serve_start --max-time 800ms 0 </dev/null
	peer_connect "$SERVER_PORT" send=1 sleep=0.3 send=2 sleep=0.3 send=3 sleep=0.3 send=4 sleep=0.3 send=5 until=never
	server_wait
	assert_equal "$SERVER_STATUS" 124
}

@test "--connect-timeout is for the first client alone" {
	serve_start --connect-timeout 1 0 </dev/null
	local client

	exec {client}<>"/dev/tcp/127.0.0.1/$SERVER_PORT" # sooner there than a program that has to start first
	sleep 1.5                                        # longer than the timeout
	printf late >&"$client"
	exec {client}>&-
	server_wait
	assert_equal "$SERVER_STATUS" 0
	assert_equal "$(<"$SERVER_STDOUT")" late
}

@test "a signal while waiting for a client" {
	serve_start 0 </dev/null
	kill -TERM "$SERVER_PID"
	server_wait
	assert_equal "$SERVER_STATUS" $((128 + 15))
	assert_equal "$(<"$SERVER_STDERR")" ""
}

@test "a bare PORT is this machine: 127.0.0.1 and ::1 on one port" {
	serve_start 0 </dev/null
	assert_regex "$SERVER_ADDRESS" '^127\.0\.0\.1:[0-9]+$'
	run awk -v port="$(printf '%04X' "$SERVER_PORT")" '$4 == "0A" && $2 ~ ":" port "$" { print substr($2, 1, 8) }' /proc/net/tcp
	assert_output 0100007F
	if has_ipv6; then
		printf six | nsk tcp-connect '[::1]' "$SERVER_PORT"
		server_wait
		assert_equal "$(<"$SERVER_STDOUT")" six
	fi
}

@test ":PORT is all interfaces" {
	serve_start :0 </dev/null
	printf four | nsk tcp-connect 127.0.0.2 "$SERVER_PORT"
	server_wait
	assert_equal "$(<"$SERVER_STDOUT")" four
}

@test ":PORT is both families, [::]:PORT is IPv6 alone" {
	has_ipv6 || skip "no IPv6 here"
	serve_start :0 </dev/null
	printf six | nsk tcp-connect ::1 "$SERVER_PORT"
	server_wait
	assert_equal "$(<"$SERVER_STDOUT")" six
	serve_start '[::]:0' </dev/null
	run nsk tcp-connect 127.0.0.1 "$SERVER_PORT" </dev/null
	assert_failure 4
	printf six | nsk tcp-connect ::1 "$SERVER_PORT"
	server_wait
}

@test "-4, -6" {
	serve_start -4 0 </dev/null
	run nsk tcp-connect ::1 "$SERVER_PORT" </dev/null
	assert_failure 4
	printf '' | nsk tcp-connect 127.0.0.1 "$SERVER_PORT"
	server_wait
	has_ipv6 || return 0
	serve_start -6 0 </dev/null
	assert_equal "$SERVER_HOST" '[::1]'
	run nsk tcp-connect 127.0.0.1 "$SERVER_PORT" </dev/null
	assert_failure 4
	printf '' | nsk tcp-connect ::1 "$SERVER_PORT"
	server_wait
}

@test "-n: no look-ups" {
	run nsk tcp-serve -n localhost 0 </dev/null
	assert_failure 3
}

@test "--ready-fd: one line, then closed unless it is 0, 1 or 2" {
	mkfifo told
	"$NSK" tcp-serve --ready-fd 7 0 </dev/null 7>told >out 2>err 3>&- &
	background_pids+=("$!")
	# reads to the end: nsk has closed it
	timeout 10 cat told >line
	assert_regex "$(<line)" '^127\.0\.0\.1:[0-9]+$'
	assert_equal "$(wc -l <line)" 1
	printf '' | nsk tcp-connect "$(<line)"
	"$NSK" tcp-serve --ready-fd 1 0 </dev/null >out 2>err 3>&- &
	background_pids+=("$!")
	until_true grep -q : out
	printf data | nsk tcp-connect "$(<out)"
	until_true grep -q data out
	assert_equal "$(sed -n 2p out)" data
}

@test "--ready-fd: a descriptor that is not open is an error, not a hang" {
	run nsk tcp-serve --ready-fd 77 0 </dev/null
	assert_failure
	assert_output --regexp '^nsk tcp-serve: .+: .+'
}

@test "--port-file: what is no file stays what it is, and gets the number" {
	mkfifo fifo
	ln -s /dev/stdout standard
	serve_start --port-file standard -W 1 --discard 0
	until_true test -s "$SERVER_STDOUT"
	assert_equal "$(<"$SERVER_STDOUT")" "$SERVER_PORT"
	assert [ -L standard ]
	printf x | nsk tcp-connect "$SERVER_ADDRESS"
	server_wait
	timeout 30 cat fifo >got 3>&- &
	background_pids+=($!)
	reader=$!
	serve_start --port-file fifo 0
	wait_bounded "$reader"
	assert_equal "$(<got)" "$SERVER_PORT"
	assert [ -p fifo ]
}

@test "--port-file: the number alone, written whole" {
	"$NSK" tcp-serve --port-file port 0 </dev/null >out 2>err 3>&- &
	background_pids+=("$!")
	until_true test -e port
	assert_regex "$(<port)" '^[0-9]+$'
	assert_equal "$(wc -l <port)" 1
	printf '' | nsk tcp-connect 127.0.0.1 "$(<port)"
	run nsk tcp-serve --port-file no/such/folder/port 0 </dev/null
	assert_failure
	assert_output --partial no/such/folder
}

@test "-v and a terminal tell where it listens" {
	"$NSK" tcp-serve -v --port-file port 0 </dev/null >out 2>err 3>&- &
	background_pids+=("$!")
	until_true test -e port
	until_true grep -q "127.0.0.1:$(<port)" err
	printf '' | nsk tcp-connect 127.0.0.1 "$(<port)"
}

@test "--background: NSK_PID, NSK_HOST, NSK_PORT, and a session of its own" {
	local NSK_PID='' NSK_HOST='' NSK_PORT=''

	run nsk tcp-serve --background --output got --log log 0
	assert_success
	eval "$output"
	background_pids+=("$NSK_PID")
	assert_equal "$NSK_HOST" 127.0.0.1
	assert_equal "$(ps -o sid= -p "$NSK_PID" | tr -d ' ')" "$NSK_PID"
	printf 'over there' | nsk tcp-connect "$NSK_HOST" "$NSK_PORT"
	until_true grep -q 'over there' got
	until_true eval '! kill -0 "$NSK_PID" 2>/dev/null'
}

@test "--background closes what it inherited" {
	local NSK_PID='' NSK_HOST='' NSK_PORT=''

	# Whoever waits for the end of this pipe must not wait for the server.
	run timeout 10 bash -c '"$NSK" tcp-serve --background --output got 0 5>&1 6>/dev/null | cat'
	assert_success
	eval "$output"
	background_pids+=("$NSK_PID")
	run bash -c 'ls /proc/"$0"/fd' "$NSK_PID"
	refute_line 5
	refute_line 6
	kill "$NSK_PID"
}

@test "--background: what fails is told by the parent" {
	peer_listen until=never
	run nsk tcp-serve --background --output got 127.0.0.1 "$PEER_PORT"
	assert_failure 4
	assert_output --partial "$(glibc_or_musl "address already in use" "address in use")"
	run nsk tcp-serve --background 0
	assert_failure 2
}

@test "--log: with --background messages go there" {
	local NSK_PID='' NSK_HOST='' NSK_PORT=''

	run nsk tcp-serve --background --output got --log log -v 0
	assert_success
	eval "$(printf '%s\n' "$output" | grep -o 'NSK_PID=.*')"
	background_pids+=("$NSK_PID")
	peer_connect "$NSK_PORT" send=x reset
	until_true grep -q reset log
}

@test "--backlog: how many wait" {
	command -v strace >/dev/null || fail "strace is not installed"
	run strace -E ASAN_OPTIONS=detect_leaks=0:exitcode=99 -f -qq -e trace=listen -o trace "$NSK" tcp-serve --backlog 7 --connect-timeout 100ms 0 </dev/null 3>&-
	assert_failure 124
	grep -q 'listen([0-9]*, 7)' trace
}

@test "-O: on the listener and on the client" {
	serve_start -v -O SO_KEEPALIVE=1 -O TCP_NODELAY=1 0 </dev/null
	run strace -E ASAN_OPTIONS=detect_leaks=0:exitcode=99 -f -qq -e trace=setsockopt,listen -o trace "$NSK" tcp-serve -O SO_RCVBUF=64k --connect-timeout 100ms 0 </dev/null 3>&-
	sed '/listen(/q' trace >before
	grep -q 'SO_RCVBUF, \[65536\]' before
	kill "$SERVER_PID"
}

@test "--input, --output, --append" {
	printf 'a file' >given
	printf 'old ' >kept
	serve_start --input given --output kept --append 0 <"$BATS_TEST_FILENAME"
	peer_connect "$SERVER_PORT" recv send=new close
	server_wait
	assert_equal "$SERVER_STATUS" 0
	assert_equal "$(<kept)" 'old new'
	assert_equal "$(<"$SERVER_STDOUT")" ''
	peer_wait
	assert_equal "$(<peer.out)" 'a file'
	serve_start --output kept 0 </dev/null
	peer_connect "$SERVER_PORT" send=short close
	server_wait
	assert_equal "$(<kept)" short
}

@test "--output: what is there is replaced, and a fresh file is not truncated, which would cost ext4 the time to write it out" {
	command -v strace >/dev/null || fail "strace is not installed"
	local wanted

	for wanted in 0 1; do # the second time it has contents
		rm -f port
		strace -E ASAN_OPTIONS=detect_leaks=0 -f -qq -e trace=ftruncate -o trace "$NSK" tcp-serve --port-file port --output got 127.0.0.1 0 </dev/null 2>err 3>&- &
		background_pids+=("$!")
		until_true test -s port
		printf 'some bytes' | timeout 10 "$NSK" tcp-connect 127.0.0.1 "$(<port)"
		wait_bounded "${background_pids[-1]}"
		assert_equal "$STATUS_OF_PID $(<err)" "0 "
		assert_equal "$(<got)" 'some bytes'
		assert_equal "$(grep -c 'ftruncate(' trace)" "$wanted"
	done
}

@test "--output with %n, %a, %p, %%" {
	serve_start --output 'got-%n-%a-%%' 0 </dev/null
	peer_connect "$SERVER_PORT" send=x close
	server_wait
	assert_equal "$SERVER_STATUS" 0
	assert_equal "$(<'got-1-127.0.0.1-%')" x
	run nsk tcp-serve --output 'got-%q' 0 </dev/null
	assert_failure 2
}

@test "-q, -d, --send-only, --no-shutdown, -C, -i" {
	printf 'a\nb\n' >text
	serve_start -q 300ms 0 <text
	peer_connect "$SERVER_PORT" recv=4 send=x until=never
	server_wait
	assert_equal "$SERVER_STATUS" 0

	serve_start -d 0 <text
	peer_connect "$SERVER_PORT" send=x fin recv
	server_wait
	peer_wait
	peer_did received 0

	serve_start --send-only 0 <text
	peer_connect "$SERVER_PORT" send=x recv close
	server_wait
	assert_equal "$(<"$SERVER_STDOUT")" ''
	peer_wait

	serve_start --no-shutdown 0 <text
	peer_connect "$SERVER_PORT" recv=4 sleep=0.2 send=x fin recv
	server_wait
	peer_wait
	assert_equal "$(tr '\n' ' ' <peer.log)" "connected received 4 sent fin received 0 end "

	serve_start -C 0 <text
	peer_connect "$SERVER_PORT" recv close
	server_wait
	peer_wait
	assert_equal "$(od -An -c peer.out | tr -d ' \n')" 'a\r\nb\r\n'

	local began=$EPOCHREALTIME
	serve_start -i 500ms 0 <text
	peer_connect "$SERVER_PORT" recv close
	server_wait
	"$PYTHON" -c "assert $EPOCHREALTIME - $began > 0.45"
}

@test "--poller" {
	local name

	for name in $(pollers); do
		serve_start --poller "$name" 0 <"$BATS_TEST_FILENAME"
		peer_connect "$SERVER_PORT" recv close
		server_wait
		peer_wait
		cmp peer.out "$BATS_TEST_FILENAME"
	done
}

@test "a client that is gone before it is accepted is no end of the server" {
	serve_start 0 </dev/null
	kill -STOP "$SERVER_PID"
	peer_connect "$SERVER_PORT" reset
	peer_wait
	kill -CONT "$SERVER_PID"
	# A reset connection is accepted as such and told, or passed over, and then the next client is served.
	if printf hello | nsk tcp-connect 127.0.0.1 "$SERVER_PORT" 2>/dev/null; then
		server_wait
		assert_equal "$SERVER_STATUS" 0
		assert_equal "$(<"$SERVER_STDOUT")" hello
	else
		server_wait
		assert_equal "$SERVER_STATUS" 1
		assert_regex "$(<"$SERVER_STDERR")" reset
	fi
}
