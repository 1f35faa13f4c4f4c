#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# wait: until addresses are served, or gone.

# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # scripts in quotes, variables of bats

load helpers

# Starts `nsk wait ARGS...`: its pid in WAITER.
waiter() {
	"$NSK" wait "$@" 2>waiter.stderr 3>&- &
	WAITER=$!
	background_pids+=("$WAITER")
}

@test "an address that is served: 0 at once, and a server of one client keeps it" {
	needs proc # else it connects
	serve_start 127.0.0.1 0
	run nsk wait --max-time 20 "$SERVER_ADDRESS" "$SERVER_PORT" "localhost:$SERVER_PORT"
	assert_success
	assert_output ""
	nsk tcp-connect 127.0.0.1 "$SERVER_PORT" <<<"the one client"
	server_wait
	assert_equal "$SERVER_STATUS" 0
	assert_equal "$(cat "$SERVER_STDOUT")" "the one client"
}

@test "it returns once the last of several is served" {
	closed_port
	serve_start -k --echo 127.0.0.1 0
	waiter --max-time 20 "$SERVER_ADDRESS" "127.0.0.1:$CLOSED"
	run nsk wait --max-time 0.2 "127.0.0.1:$CLOSED"
	assert_failure 124
	kill -0 "$WAITER"
	serve_start -k --echo 127.0.0.1 "$CLOSED"
	wait_bounded "$WAITER"
	assert_equal "$STATUS_OF_PID" 0
}

@test "at the deadline: 124, with the one that is missing" {
	serve_start 127.0.0.1 0
	run nsk wait --max-time 0.2 "$SERVER_PORT" 127.0.0.1:1
	assert_failure 124
	assert_output "nsk wait: 127.0.0.1:1: not served after 200ms"
}

@test "--gone: when the server has ended" {
	serve_start -k --echo 127.0.0.1 0
	run nsk wait --gone --max-time 0.2 1 "$SERVER_PORT"
	assert_failure 124
	assert_output "nsk wait: $SERVER_PORT: still served after 200ms"
	waiter --gone --max-time 20 "$SERVER_PORT"
	kill "$SERVER_PID"
	wait_bounded "$WAITER"
	assert_equal "$STATUS_OF_PID" 0
}

@test "listeners on all interfaces count, IPv6 wildcards for IPv4 too unless they are IPv6 alone" {
	serve_start -k --echo 0.0.0.0:0
	nsk wait --max-time 20 "127.0.0.1:$SERVER_PORT"
	kill "$SERVER_PID"
	has_ipv6 || skip "no IPv6 here"
	serve_start -k --echo "[::]:0"
	nsk wait --max-time 20 "[::1]:$SERVER_PORT"
	nsk wait --max-time 20 "$SERVER_PORT"
	run nsk wait --max-time 0.2 "127.0.0.1:$SERVER_PORT"
	assert_failure 124
	mkfifo listening
	python3 - 3>&- >listening <<-'END' &
		import socket, signal
		s = socket.socket(socket.AF_INET6)
		s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
		s.bind(("::", 0))
		s.listen(1)
		print(s.getsockname()[1], flush=True)
		signal.pause()
	END
	background_pids+=("$!")
	read -r port <listening
	nsk wait --max-time 20 "127.0.0.1:$port"
}

@test "Unix paths: bound is not served, a file left behind is not, a listener is, by whatever path it was bound" {
	needs proc # bound, and not served
	cat >server.py <<-'END'
		import socket, sys, signal
		s = socket.socket(socket.AF_UNIX)
		s.bind(sys.argv[1])
		print("bound", flush=True)
		sys.stdin.readline()
		s.listen(1)
		signal.pause()
	END
	mkfifo go out
	python3 server.py there 3>&- <go >out 2>/dev/null &
	server=$!
	background_pids+=("$server")
	exec 8>go
	read -r line <out
	assert_equal "$line" bound
	run nsk wait --max-time 0.2 "$PWD/there"
	assert_failure 124
	waiter --max-time 20 ./there "$PWD/there"
	echo go >&8
	wait_bounded "$WAITER"
	assert_equal "$STATUS_OF_PID" 0
	waiter --gone --max-time 20 ./there
	kill "$server"
	wait_bounded "$WAITER"
	assert_equal "$STATUS_OF_PID" 0
	exec 8>&-
	[ -S there ]
	run nsk wait --max-time 0.2 ./there
	assert_failure 124
}

@test "a Unix socket of another network namespace counts" {
	unshare -Urn true 2>/dev/null || skip "no network namespaces here"
	serve_start_unix
	run unshare -Urn timeout -s KILL 20 "$NSK" wait --max-time 5 ./elsewhere 3>&-
	assert_success
}

serve_start_unix() {
	mkfifo out
	python3 -c 'import socket, signal; s = socket.socket(socket.AF_UNIX); s.bind("elsewhere"); s.listen(1)
print(flush=True); signal.pause()' 3>&- >out &
	background_pids+=("$!")
	read -r _ <out
}

@test "elsewhere: a connection tells" {
	unshare -Urn true 2>/dev/null || skip "no network namespaces here"
	cat >mine <<-'END'
		# two networks joined by a pair of interfaces; the server is in the other one
		ip link set lo up
		unshare -n bash -c 'echo $$ >pid; exec sleep 60' &
		for ((i = 0; i < 500; i++)); do [ -s pid ] && break; sleep 0.02; done
		other=$(<pid)
		ip link add here type veth peer name there netns "$other"
		ip address add 10.9.8.1/24 dev here
		ip link set here up
		nsenter -t "$other" -n sh -c 'ip link set lo up; ip address add 10.9.8.2/24 dev there; ip link set there up'
		"$NSK" wait --max-time 0.3 10.9.8.2:7000; echo "status $?"
		"$NSK" wait --gone --max-time 5 10.9.8.2:7000; echo "status $?"
		nsenter -t "$other" -n "$NSK" tcp-serve :7000 --ready-fd 1 &
		"$NSK" wait --max-time 20 10.9.8.2:7000; echo "status $?"
		"$NSK" wait --max-time 0.3 10.9.8.3:7000; echo "status $?"
		kill "$other"
	END
	run --separate-stderr timeout -s KILL 60 unshare -Urnmpf --mount-proc bash mine 3>&-
	assert_line --index 0 "status 124"
	assert_line --index 1 "status 0"
	assert_line "status 0"
	assert_line --index -1 "status 124"
	assert_equal "$(grep -c 'status 0' <<<"$output")" 2
}

@test "it costs little: under 5 % of a processor" {
	run bash -c 'TIMEFORMAT="%U %S"; time "$NSK" wait --max-time 2 1 127.0.0.1:1 localhost:1 2>/dev/null' 3>&-
	run awk '{ print ($1 + $2 < 0.1) }' <<<"${lines[-1]}"
	assert_output 1
}

@test "a name that is not known yet is waited for, a bad address is refused" {
	run nsk wait --max-time 0.2 no-such-host.invalid:80
	assert_failure 124
	assert_output "nsk wait: no-such-host.invalid:80: not resolved after 200ms"
	run nsk wait --gone --max-time 0.2 no-such-host.invalid:80
	assert_failure 124
	for word in 99999 host:99999 ::1:80 "[::1]" host: ""; do
		run nsk wait --max-time 5 "$word"
		assert_failure 2
	done
	run nsk wait --max-time 5 no-such-service
	assert_failure 3
	run nsk wait --max-time 5 "/$(printf 'x%.0s' {1..200})"
	assert_failure 4
	run nsk wait
	assert_failure 2
}

@test "a signal ends it quietly" {
	waiter 1
	until_true grep -qx nsk "/proc/$WAITER/comm" # before exec the signal would be bash's
	kill -TERM "$WAITER"
	wait_bounded "$WAITER"
	assert_equal "$STATUS_OF_PID" 143
	assert_equal "$(cat waiter.stderr)" ""
}

@test "another machine's UDP port cannot be seen: 1; an abstract name is a path" {
	run nsk wait --udp --max-time 5 192.0.2.1:53
	assert_failure 1
	assert_output "nsk wait: 192.0.2.1:53: whether another machine's UDP port is served cannot be seen from here"
	run nsk wait --max-time 50ms @nsk-nobody
	assert_failure 124
	assert_output "nsk wait: @nsk-nobody: not served after 50ms"
}
