#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# tcp-connect -z: which ports are open. The open port is a listener of python's that takes nothing by itself.

# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # scripts in quotes, variables of bats

load helpers

# A listener on each of N ports of 127.0.0.1: their numbers in PORTS. With a host, there.
listeners() {
	local n=$1 host=${2:-127.0.0.1}

	mkfifo listening
	python3 - "$n" "$host" 3>&- >listening <<-'END' &
		import socket, sys, signal
		family = socket.AF_INET6 if ":" in sys.argv[2] else socket.AF_INET
		sockets = []
		for i in range(int(sys.argv[1])):
		    s = socket.socket(family)
		    s.bind((sys.argv[2], 0))
		    s.listen(5)
		    sockets.append(s)
		print(*(s.getsockname()[1] for s in sockets), flush=True)
		signal.pause()
	END
	background_pids+=("$!")
	read -r -t 30 -a PORTS <listening
	rm listening
}

# A port of 127.0.0.1 where nobody listens: one that was free a moment ago.
closed_port() {
	CLOSED=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
}

# Runs the bash script $1 in a network of its own, in which its functions `open_port NAME` and `rule NFT...` work.
in_network() {
	unshare -Urn true 2>/dev/null || skip "no network namespaces here"
	command -v nft >/dev/null || skip "nft is not installed"
	timeout -s KILL 60 unshare -Urnm bash -c '
		ip link set lo up
		nft add table inet t && nft add chain inet t i "{ type filter hook input priority 0; }"
		rule() { nft add rule inet t i "$@"; }
		'"$1" 3>&-
}

@test "an open port is told with status 0, a closed one is not told, with 4" {
	listeners 1
	closed_port
	run --separate-stderr nsk tcp-connect -z 127.0.0.1 "${PORTS[0]}"
	assert_success
	assert_output "${PORTS[0]} open -"
	assert_equal "$stderr" ""

	run --separate-stderr nsk tcp-connect --scan 127.0.0.1 "$CLOSED"
	assert_failure 4
	assert_output ""
	assert_equal "$stderr" "nsk tcp-connect: 127.0.0.1:$CLOSED: closed"
}

@test "-v tells of closed ports too, in the order asked, each once" {
	listeners 2
	run nsk tcp-connect -zv -4 localhost "${PORTS[1]},1,${PORTS[0]}" 7-9 "http,1,${PORTS[1]}"
	assert_success
	assert_line --index 0 "nsk tcp-connect: localhost: 127.0.0.1"
	assert_line --index 1 "${PORTS[1]} open -"
	assert_line --index 2 "1 closed tcpmux"
	assert_line --index 3 "${PORTS[0]} open -"
	assert_line --index 4 "7 closed echo"
	assert_line --index 5 "8 closed -"
	assert_line --index 6 "9 closed discard"
	assert_line --index 7 "80 closed http"
	assert_equal "${#lines[@]}" 8
}

@test "-n: services are not named either" {
	run nsk tcp-connect -zvn 127.0.0.1 7
	assert_failure 4
	assert_line "7 closed -"
}

@test "the host may stand before a colon, in brackets, or be left out" {
	listeners 1
	run nsk tcp-connect -z "127.0.0.1:1,${PORTS[0]}"
	assert_success
	assert_output "${PORTS[0]} open -"
	run nsk tcp-connect -z 127.0.0.1:1 "${PORTS[0]}"
	assert_success
	assert_output "${PORTS[0]} open -"
	run nsk tcp-connect -z "${PORTS[0]},1"
	assert_success
	assert_output "${PORTS[0]} open -"
	run nsk tcp-connect -z ":${PORTS[0]}"
	assert_success
	assert_output "${PORTS[0]} open -"
}

@test "IPv6: an address in brackets" {
	has_ipv6 || skip "no IPv6 here"
	listeners 1 ::1
	run nsk tcp-connect -z "[::1]:${PORTS[0]}"
	assert_success
	assert_output "${PORTS[0]} open -"
	run nsk tcp-connect -z ::1 "${PORTS[0]}"
	assert_success
	# A port is open if it is at any address of the host.
	run nsk tcp-connect -z "${PORTS[0]}"
	assert_success
	assert_output "${PORTS[0]} open -"
	run nsk tcp-connect -4 -z "${PORTS[0]}"
	assert_failure 4
}

@test "--json: an object a line, with the host as it was asked" {
	listeners 1
	nsk tcp-connect -z -v --json localhost "${PORTS[0]}" 80 2>/dev/null >json
	run python3 - "${PORTS[0]}" <<-'END'
		import json, sys
		lines = [json.loads(line) for line in open("json")]
		assert lines == [
		    {"host": "localhost", "port": int(sys.argv[1]), "state": "open", "service": ""},
		    {"host": "localhost", "port": 80, "state": "closed", "service": "http"}], lines
	END
	assert_success
}

@test "stdin is not read, and several closed ports get one line" {
	run --separate-stderr nsk tcp-connect -z 127.0.0.1 1-3 <<<"left alone"
	assert_failure 4
	assert_equal "$stderr" "nsk tcp-connect: 127.0.0.1: none of 3 ports is open (3 closed, 0 filtered)"
	mkfifo never
	exec 8<>never
	echo data >&8
	run nsk tcp-connect -z 127.0.0.1 1 <never
	read -r -t 5 line <&8
	assert_equal "$line" data
	exec 8>&-
}

@test "operands and options that make no sense are usage errors" {
	for words in "localhost 20-" "localhost 25-20" "localhost 1,,2" "localhost 65536" "localhost -- -1" "::1:80" "[::1]" \
		"--input f localhost 1" "--output f localhost 1" "-C localhost 1" "-q 1 localhost 1" "-d localhost 1" \
		"--send-only localhost 1" "--no-shutdown localhost 1" "--idle-timeout 1 localhost 1" "--raw localhost 1" "-x localhost 1" \
		"--rate 1k localhost 1" "--log-sent f localhost 1" "--progress localhost 1"; do
		# shellcheck disable=SC2086
		run --separate-stderr nsk tcp-connect -z $words
		assert_failure 2
		assert_output ""
		assert_equal "${#stderr_lines[@]}" 1
	done
	run nsk tcp-connect -z localhost no-such-service
	assert_failure 3
	run nsk tcp-connect -z no-such-host.invalid 1
	assert_failure 3
	run nsk tcp-connect --json localhost 1
	assert_failure 2
}

@test "without -z an extra operand is refused as ever" {
	run nsk tcp-connect localhost 1 2
	assert_failure 2
	assert_output "nsk tcp-connect: extra operand '2': nsk tcp-connect [OPTION]... HOST PORT"
}

@test "1,000 ports of loopback take less than a second" {
	listeners 1
	SECONDS=0
	run timeout -s KILL 20 bash -c 'time "$NSK" tcp-connect -zv 127.0.0.1 1-1000 2>/dev/null' 3>&-
	assert_equal "$(grep -c '^[0-9]* \(open\|closed\) ' <<<"$output")" 1000
	real=$(sed -n 's/^real[[:space:]]*0m\([0-9]*\)\..*/\1/p' <<<"$output")
	assert_equal "$real" 0
}

@test "a port that drops is filtered; one that refuses or rejects is closed" {
	in_network '
		rule tcp dport 81 drop
		rule tcp dport 82 reject with icmp type host-unreachable
		rule tcp dport 83 reject with icmp type admin-prohibited
		rule tcp dport 84 reject with tcp reset
		python3 -c "import socket, signal; s = socket.create_server((\"127.0.0.1\", 80)); print(flush=True); signal.pause()" >f &
		server=$!
		until [ -s f ]; do sleep 0.02; done
		"$NSK" tcp-connect -z -v -w 0.5 127.0.0.1 80-85 >lines; echo "status $?" >>lines
		"$NSK" tcp-connect -z -w 0.3 127.0.0.1 81 2>message; echo "status $?" >>message
		"$NSK" tcp-connect -z -w 0.3 127.0.0.1 81-82 2>>message
		kill "$server"'
	run cut -d' ' -f1,2 lines
	assert_line --index 0 "80 open"
	assert_line --index 1 "81 filtered"
	assert_line --index 2 "82 closed"
	assert_line --index 3 "83 closed"
	assert_line --index 4 "84 closed"
	assert_line --index 5 "85 closed"
	assert_line --index 6 "status 0"
	run cat message
	assert_line --index 0 "nsk tcp-connect: 127.0.0.1:81: filtered (no answer within 300ms)"
	assert_line --index 1 "status 4"
	assert_line --index 2 "nsk tcp-connect: 127.0.0.1: none of 2 ports is open (1 closed, 1 filtered)"
}

@test "filtered ports are waited for at once, 256 of them" {
	in_network '
		rule tcp dport 1000-1300 drop
		SECONDS=0
		"$NSK" tcp-connect -z -w 0.5 127.0.0.1 1000-1300 2>message
		echo "status $? seconds $SECONDS" >>message'
	run cat message
	assert_line --index 0 "nsk tcp-connect: 127.0.0.1: none of 301 ports is open (0 closed, 301 filtered)"
	assert_line --index 1 --regexp "^status 4 seconds [12]$"
}

@test "--max-time ends a scan with 124; what is known is told" {
	in_network '
		rule tcp dport 81 drop
		"$NSK" tcp-connect -z -v --max-time 0.3 127.0.0.1 80-82 >lines 2>message; echo "status $?" >>message'
	run cut -d' ' -f1,2 lines
	assert_output $'80 closed\n82 closed'
	run tail -n 2 message
	assert_line --index 0 "nsk tcp-connect: 1 of 3 ports without an answer within 300ms"
	assert_line --index 1 "status 124"
}

@test "few descriptors: as many at once as there are" {
	listeners 3
	run bash -c 'ulimit -n 12; exec "$NSK" tcp-connect -z 127.0.0.1 "$@"' bash 1-200 "${PORTS[@]}" 3>&-
	assert_success
	assert_output "$(printf '%s open -\n' "${PORTS[@]}")"
}

@test "a connection to oneself is no open port" {
	closed_port
	run nsk tcp-connect -z -v -p "$CLOSED" 127.0.0.1 "$CLOSED"
	assert_failure 4
	assert_line "$CLOSED closed -"
}

@test "with --retry it goes on until a port is open" {
	closed_port
	# The listener takes the port once the checker has been refused there.
	"$NSK" tcp-connect -zv --retry 20 127.0.0.1 1 "$CLOSED" >out 2>/dev/null 3>&- &
	checker=$!
	background_pids+=("$checker")
	run nsk tcp-connect -z 127.0.0.1 "$CLOSED"
	assert_failure 4
	serve_start 127.0.0.1 "$CLOSED"
	wait_bounded "$checker"
	assert_equal "$STATUS_OF_PID" 0
	assert_equal "$(cat out)" "1 closed tcpmux"$'\n'"$CLOSED open -"
}

@test "--retry that passes: the last round is told once, status 4; --max-time makes it 124" {
	run --separate-stderr nsk tcp-connect -z -v --retry 0.3 127.0.0.1 1 2
	assert_failure 4
	assert_output $'1 closed tcpmux\n2 closed -'
	assert_equal "${stderr_lines[-1]}" "nsk tcp-connect: 127.0.0.1: none of 2 ports is open (2 closed, 0 filtered)"
	run --separate-stderr nsk tcp-connect -z --retry 20 --max-time 0.2 127.0.0.1 1
	assert_failure 124
	assert_equal "$stderr" "nsk tcp-connect: no open port within 200ms"
}

@test "a full disk behind stdout is a failure; a reader that is gone ends it quietly" {
	listeners 1
	run --separate-stderr bash -c '"$NSK" tcp-connect -z 127.0.0.1 "$1" >/dev/full' bash "${PORTS[0]}"
	assert_failure 1
	assert_equal "$stderr" "nsk tcp-connect: standard output: no space left on device"
	run bash -c '{ "$NSK" tcp-connect -zv 127.0.0.1 0-65535; echo "$?" >status; } 2>messages | true'
	assert_equal "$(cat status)" 141
	run grep -c broken messages
	assert_output 0
}

@test "this machine is called localhost; the second list of ports is looked at too" {
	closed_port
	run nsk tcp-connect -z -v --json "$CLOSED"
	assert_failure 4
	assert_line --regexp '^\{"host":"localhost","port":'"$CLOSED"',"state":"closed","service":"[^"]*"\}$'
	run nsk tcp-connect -z 127.0.0.1 22 99999
	assert_failure 2
	assert_output "nsk tcp-connect: '99999': not a port (0 to 65535, or a service name)"
}

@test "--retry goes on for a name that is not known, ends with --max-time, and keeps the last failure" {
	closed_port
	run nsk tcp-connect -z --retry 100ms nowhere.invalid 80
	assert_failure 3
	assert_output --partial "nowhere.invalid: "
	run nsk tcp-connect -z --retry 5s --max-time 100ms 127.0.0.1 "$CLOSED"
	assert_failure 124
	assert_output "nsk tcp-connect: no open port within 100ms"
	run nsk tcp-connect -z -s 127.0.0.1 localhost "$CLOSED"
	assert_failure 4
	assert_output --partial ":$CLOSED: closed"
	run nsk tcp-connect -z -s ::1 127.0.0.1 "$CLOSED"
	assert_failure 4
	assert_output --partial "source ::1 "
}
