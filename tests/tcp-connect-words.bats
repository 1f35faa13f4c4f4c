#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# tcp-connect: what it is told on the command line, how addresses are written, and its statuses.

load helpers

@test "HOST PORT, HOST:PORT, PORT and :PORT reach the same server" {
	local words

	for words in "127.0.0.1 PORT" "127.0.0.1:PORT" "localhost PORT" "localhost:PORT" PORT :PORT; do
		serve_start 0
		# shellcheck disable=SC2086
		echo "$words" | nsk tcp-connect ${words/PORT/$SERVER_PORT}
		server_wait
		assert_equal "$SERVER_STATUS" 0
		assert_equal "$(cat "$SERVER_STDOUT")" "$words"
	done
}

@test "IPv6 in brackets" {
	has_ipv6 || skip "no IPv6 here"
	serve_start '[::1]:0'
	assert_equal "$SERVER_ADDRESS" "[::1]:$SERVER_PORT"
	echo six | nsk tcp-connect "[::1]:$SERVER_PORT"
	server_wait
	assert_equal "$(cat "$SERVER_STDOUT")" six
	run --separate-stderr nsk tcp-connect ::1:80
	assert_failure 2
	[[ $stderr == *"[::1]:80"* ]]
}

# One operand after the other: what is wrong with it.
assert_malformed() {
	while [ $# -gt 0 ]; do
		run --separate-stderr nsk tcp-connect "$1" </dev/null
		assert_failure 2
		assert_equal "$stderr" "nsk tcp-connect: $1: $2"
		shift 2
	done
}

@test "brackets are asked for where they help, and nowhere else" {
	assert_malformed \
		::1:80 "with a port, write [::1]:80; without one, a port is missing" \
		::1 "a port is missing" \
		fe80::1%lo "a port is missing" \
		fe80::1%lo:80 "an IPv6 address stands in brackets: [fe80::1%lo]:80" \
		1:2:3:4:5:6:7:8:80 "an IPv6 address stands in brackets: [1:2:3:4:5:6:7:8]:80" \
		::1:http "an IPv6 address stands in brackets: [::1]:http" \
		'[::1]' "a port is missing ([IPV6]:PORT)" \
		1:2:3 "not an address (HOST:PORT, or [IPV6]:PORT)" \
		http://x:80/ "not an address (HOST:PORT, or [IPV6]:PORT)" \
		http://localhost/ "not an address (HOST:PORT, or [IPV6]:PORT)" \
		::1:80: "not an address (HOST:PORT, or [IPV6]:PORT)"
}

@test "nobody listens: status 4, one line with the address in numbers" {
	serve_start 0
	kill -KILL "$SERVER_PID"
	server_wait
	run --separate-stderr nsk tcp-connect -4 localhost "$SERVER_PORT"
	assert_failure 4
	assert_equal "$output" ""
	assert_equal "$stderr" "nsk tcp-connect: 127.0.0.1:$SERVER_PORT: connection refused"
}

@test "a name that does not resolve: status 3" {
	run --separate-stderr nsk tcp-connect no-such-host.invalid 80
	assert_failure 3
	assert_equal "$output" ""
	[[ $stderr == "nsk tcp-connect: no-such-host.invalid"* ]]
	run --separate-stderr nsk tcp-connect -n localhost 80
	assert_failure 3
}

@test "addresses that cannot do say why" {
	local line
	local -a lines_wanted=(
		"3|-4 ::1 80|::1: an IPv6 address, but -4 allows IPv4 only"
		"3|-6 127.0.0.1 80|127.0.0.1: an IPv4 address, but -6 allows IPv6 only"
		"3|-n localhost 80|localhost: a host name, but -n allows numbers only"
		"3|-n 127.0.0.1 http|http: a service name, but -n allows numbers only"
		"3|[fe80::1%no-such]:80|fe80::1%no-such: there is no interface no-such"
	)

	if has_ipv6; then
		lines_wanted+=("4|[fe80::1]:80|[fe80::1]:80: a link-local address needs its interface, as in [fe80::1%eth0]:80")
	fi
	for line in "${lines_wanted[@]}"; do
		IFS='|' read -r wanted words message <<<"$line"
		# shellcheck disable=SC2086 # several words
		run --separate-stderr nsk tcp-connect $words </dev/null
		assert_equal "$status $stderr" "$wanted nsk tcp-connect: $message"
	done
}

@test "a host alone is no service: the message says that a port is missing, the status is the look-up's" {
	local command

	for command in tcp-connect tcp-serve udp-send udp-listen "wait --max-time 1"; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr nsk $command a-host </dev/null
		assert_failure 3
		assert_equal "$stderr" \
			"nsk ${command%% *}: a-host: no such service (EAI_SERVICE); behind a host, a port is missing"
	done
	run --separate-stderr nsk tcp-connect 127.0.0.1 </dev/null
	assert_equal "$status $stderr" "2 nsk tcp-connect: '127.0.0.1': a port is missing"
	run --separate-stderr nsk tcp-connect 127.0.0.1 no-such </dev/null
	assert_equal "$status $stderr" "3 nsk tcp-connect: no-such: no such service (EAI_SERVICE)"
}

@test "-v names each address that failed, one address only once" {
	serve_start 127.0.0.1 0
	kill -KILL "$SERVER_PID"
	server_wait
	run nsk tcp-connect -v "$SERVER_ADDRESS" </dev/null
	assert_failure 4
	assert_equal "$(grep -c 'connection refused' <<<"$output")" 1
}

@test "-v tells what a name was found to be, of numbers there is nothing to tell" {
	serve_start 127.0.0.1 0
	run --separate-stderr nsk tcp-connect -v -q 0.1 -4 localhost "$SERVER_PORT" </dev/null
	assert_success
	assert_equal "${stderr_lines[0]}" "nsk tcp-connect: localhost port $SERVER_PORT: 127.0.0.1:$SERVER_PORT"
	serve_start 127.0.0.1 0
	run --separate-stderr nsk tcp-connect -v -q 0.1 127.0.0.1 "$SERVER_PORT" </dev/null
	assert_success
	assert_regex "${stderr_lines[0]}" "^nsk tcp-connect: connected to 127.0.0.1:$SERVER_PORT from "
	run --separate-stderr nsk tcp-connect -z -v 127.0.0.1 1 </dev/null
	assert_equal "${#stderr_lines[@]}" 1
}

@test "ports that are none: status 2" {
	local port

	for port in 99999 65536 " 80" +80 0x50 "" 80x; do
		run --separate-stderr nsk tcp-connect -- 127.0.0.1 "$port"
		assert_failure 2
		assert_equal "${#stderr_lines[@]}" 1
	done
}

@test "--idle-timeout with a peer that says nothing: status 124" {
	mkfifo quiet
	exec 8<>quiet
	serve_start 0 <quiet
	run --separate-stderr nsk tcp-connect --idle-timeout 100ms "$SERVER_ADDRESS" <quiet
	assert_failure 124
	exec 8<&-
}

@test "-C sends CRLF for LF" {
	serve_start 0
	printf 'one\ntwo\r\n' | nsk tcp-connect -C "$SERVER_ADDRESS"
	server_wait
	printf 'one\r\ntwo\r\n' | cmp - "$SERVER_STDOUT"
}

@test "--input and --output take the places of stdin and stdout" {
	random_file up 100k
	random_file down 100k
	serve_start 0 <down
	echo "not this" | nsk tcp-connect --input up --output received "$SERVER_ADDRESS" >stdout
	server_wait
	cmp up "$SERVER_STDOUT"
	cmp down received
	assert_equal "$(cat stdout)" ""
}

@test "--append adds, without it --output begins anew" {
	echo first >received
	serve_start 0 < <(echo second)
	nsk tcp-connect --append --output received "$SERVER_ADDRESS"
	assert_equal "$(cat received)" $'first\nsecond'
	serve_start 0 < <(echo third)
	nsk tcp-connect --output received "$SERVER_ADDRESS"
	assert_equal "$(cat received)" third
}

@test "a refused connection spoils no --output file" {
	echo kept >received
	serve_start 0
	kill -KILL "$SERVER_PID"
	server_wait
	run nsk tcp-connect --output received "$SERVER_ADDRESS"
	assert_failure 4
	assert_equal "$(cat received)" kept
}

@test "-s and -p choose where the connection comes from" {
	serve_start -v 0
	echo hello | nsk tcp-connect -s 127.0.0.5 "$SERVER_ADDRESS"
	server_wait
	run cat "$SERVER_STDERR"
	assert_output --partial "connected to 127.0.0.5:"
}

@test "a poller is chosen by name, an unknown one refused" {
	local poller

	for poller in poll select; do
		serve_start --poller "$poller" 0
		echo "$poller" | nsk tcp-connect --poller "$poller" "$SERVER_ADDRESS"
		server_wait
		assert_equal "$(cat "$SERVER_STDOUT")" "$poller"
	done
	run nsk tcp-connect --poller sundial 127.0.0.1 9
	assert_failure 2
	NSK_POLLER=sundial run nsk tcp-connect 127.0.0.1 9
	assert_failure 2
}
