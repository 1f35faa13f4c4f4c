#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# tcp-connect as a command: its operands, its options (each test fails when the option is ignored), its statuses.
# What the relay under it does is in relay.bats.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154,SC2317 # scripts in quotes, variables of bats, cases called by name

load helpers
load stream_helpers

# A port where nobody listens, and nobody will while $PORT_HOLDER lives.
refused_port() {
	"$PYTHON" -c '
import socket, sys, time
holder = socket.socket()
holder.bind(("127.0.0.1", 0))
print(holder.getsockname()[1], flush=True)
time.sleep(30)
' >refused 2>&1 </dev/null 3>&- &
	background_pids+=("$!")
	until_true test -s refused
	REFUSED_PORT=$(<refused)
}

# ---- statuses ---------------------------------------------------------------------------------------

@test "status 0: both ways whole, and no word" {
	printf 'question' >question
	peer_listen recv send=answer close
	run --separate-stderr nsk tcp-connect 127.0.0.1 "$PEER_PORT" <question
	assert_success
	assert_output answer
	assert_equal "$stderr" ""
	peer_wait
	assert_equal "$(<peer.out)" question
}

@test "status 2: operands" {
	local -a lines_of_arguments=("" "h 1 x" "99999" "localhost 99999" "localhost +80" "localhost -- -1" "localhost 0x50"
		"localhost: 80" "::1:80" "[::1" "localhost:" ":" "localhost 65536" "[::1]80" "127.0.0.1 :80" "127.0.0.1 [::1]:80" "localhost a:b")
	local arguments

	for arguments in "${lines_of_arguments[@]}"; do
		# shellcheck disable=SC2086 # words
		run nsk tcp-connect $arguments </dev/null
		assert_equal "$arguments: $status" "$arguments: 2"
		assert_output --regexp '^nsk( tcp-connect)?: '
	done
	run nsk tcp-connect localhost ' 80' </dev/null
	assert_failure 2
	run nsk tcp-connect localhost '' </dev/null
	assert_failure 2
	run nsk tcp-connect ::1:80 </dev/null
	assert_output --partial '[::1]:80'
}

@test "status 2: bad durations, sizes and words of options" {
	local -a lines_of_arguments=("-w x" "-w -1" "-w 1x" "-w 1e3" "-w 99999999999999999999h" "-w 1.2.3" "-q ms"
		"--idle-timeout 1d" "--max-time +1" "-i ''" "-p 99999" "-p 0x50" "-O TCP_NODELAY"
		"-O NO_SUCH=1" "-O SO_RCVBUF=1Q" "-O SO_RCVBUF=99999999999G" "--poller kqueuex" "--on-peer-eof perhaps"
		"--time 3" "--no-such" "-Z")
	local arguments

	for arguments in "${lines_of_arguments[@]}"; do
		# shellcheck disable=SC2086
		run nsk tcp-connect $arguments 127.0.0.1 9 </dev/null
		assert_equal "$arguments: $status" "$arguments: 2"
		assert_output --regexp '^nsk( tcp-connect)?: '
	done
	run nsk tcp-connect -w ' 1' 127.0.0.1 9 </dev/null
	assert_failure 2
}

@test "status 2: netcat's habits are told what to write" {
	run nsk tcp-connect -l 8080
	assert_failure 2
	assert_output --partial tcp-serve
	run nsk tcp-connect -u 127.0.0.1 53
	assert_failure 2
	assert_output --partial udp
	run nsk tcp-connect -U /tmp/socket
	assert_failure 2
	assert_output --partial unix
	run nsk tcp-connect -e sh 127.0.0.1 9
	assert_failure 2
	run nsk tcp-connect -c sh 127.0.0.1 9
	assert_failure 2
	run nsk tcp-connect -X 5 127.0.0.1 9
	assert_failure 2
}

@test "status 3: a name that cannot be resolved" {
	run nsk tcp-connect no-such-host.invalid 80 </dev/null
	assert_failure 3
	assert_output --regexp 'nsk tcp-connect: .*no-such-host\.invalid.*: .+'
	run nsk tcp-connect 127.0.0.1 no-such-service </dev/null
	assert_failure
	assert_output --regexp 'nsk tcp-connect: .*no-such-service.*'
}

@test "status 4: refused" {
	refused_port
	run nsk tcp-connect 127.0.0.1 "$REFUSED_PORT" </dev/null
	assert_failure 4
	assert_output "nsk tcp-connect: 127.0.0.1:$REFUSED_PORT: connection refused"
}

@test "addresses: HOST:PORT, [V6]:PORT, a bare PORT, :PORT" {
	local address

	for address in "127.0.0.1:%s" "localhost:%s" ":%s" "%s"; do
		peer_listen "send=$address" close
		# shellcheck disable=SC2059
		run nsk tcp-connect "$(printf "$address" "$PEER_PORT")" </dev/null
		assert_success
		assert_output "$address"
	done
	has_ipv6 || return 0
	serve_start '[::1]:0' </dev/null
	printf six | nsk tcp-connect "$SERVER_ADDRESS"
	server_wait
	assert_equal "$(<"$SERVER_STDOUT")" six
}

@test "all addresses of a name are tried" {
	# localhost is ::1 and 127.0.0.1; nobody listens on the first.
	peer_listen send=hello close
	run nsk tcp-connect localhost "$PEER_PORT" </dev/null
	assert_success
	assert_output hello
}

# ---- options ----------------------------------------------------------------------------------------

@test "-w, --timeout: idle" {
	peer_listen until=never
	run nsk tcp-connect -w 300ms 127.0.0.1 "$PEER_PORT" < <(exec sleep 5 3>&-)
	assert_failure 124
	assert_output --regexp "nsk tcp-connect: 127.0.0.1:$PEER_PORT: "
}

@test "--idle-timeout counts from the last byte" {
	peer_listen send=1 sleep=0.4 send=2 sleep=0.4 send=3 sleep=0.4 send=4 close
	run nsk tcp-connect --idle-timeout 2 127.0.0.1 "$PEER_PORT" </dev/null
	assert_success
	assert_output 1234
}

@test "--max-time counts for everything" {
	peer_listen send=1 sleep=0.5 send=2 sleep=0.5 send=3 sleep=0.9 send=4 sleep=5
	run --separate-stderr nsk tcp-connect --max-time 1 127.0.0.1 "$PEER_PORT" </dev/null
	assert_failure 124
	assert_output --partial 1
	refute_output --partial 4
}

@test "--connect-timeout ends nothing that is connected; a timeout of 0 is none" {
	peer_listen sleep=0.6 send=late close
	run nsk tcp-connect --connect-timeout 200ms --max-time 0 -w 0 127.0.0.1 "$PEER_PORT" </dev/null
	assert_success
	assert_output late
}

@test "-q: the sending side stays open after stdin's end" {
	printf 'question' >question
	# Without -q the peer would see the end before it says a word.
	peer_listen recv=8 sleep=0.3 send=answer recv
	run nsk tcp-connect -q 1 127.0.0.1 "$PEER_PORT" <question
	assert_success
	assert_output answer
	peer_wait
	assert_equal "$(tr '\n' ' ' <peer.log)" "connected received 8 sent received 0 end "
}

@test "-q 1 </dev/null reads a banner" {
	peer_listen send=banner recv
	run nsk tcp-connect -q 1 127.0.0.1 "$PEER_PORT" </dev/null
	assert_success
	assert_output banner
}

@test "-q 0: what has come is written, however slowly, before it ends" {
	has_all() {
		[ "$(stat -c %s log)" -eq 30000 ]
	}
	random_file given 30000
	peer_listen sendfile=given recv
	session_start tcp-connect -q 0 --rate 60k --log-received log 127.0.0.1 "$PEER_PORT"
	until_true has_all
	close_stdin
	session_wait
	assert_equal "$SESSION_STATUS" 0
	cmp out given
	peer_wait
}

@test "-q ends when the peer ends, not later" {
	local began=$SECONDS

	peer_listen recv=8 send=answer close
	printf 'question' >question
	nsk tcp-connect -q 20 127.0.0.1 "$PEER_PORT" <question >out
	assert_equal "$(<out)" answer
	((SECONDS - began < 10))
}

@test "--no-shutdown: no half-close at stdin's end" {
	peer_listen recv=8 until=looked send=answer close
	printf 'question' >question
	background tcp-connect --no-shutdown 127.0.0.1 "$PEER_PORT" <question >out
	until_true peer_did received 8
	# our side is still open: the kernel shows the connection as established, not half-closed
	"$PYTHON" - "$BACKGROUND_PID" <<'PROGRAM'
import os, sys, time
folder = f"/proc/{sys.argv[1]}/fd"
links = [os.readlink(f"{folder}/{name}") for name in os.listdir(folder)]
own = [link[len("socket:["):-1] for link in links if link.startswith("socket:[")]
for _ in range(30):
    states = [line.split()[3] for line in open("/proc/net/tcp") if line.split()[9] in own]
    assert states == ["01"], states
    time.sleep(0.01)
PROGRAM
	touch looked
	wait_bounded "$BACKGROUND_PID"
	assert_equal "$STATUS_OF_PID" 0
	assert_equal "$(<out)" answer
}

@test "-N is accepted: half-closing is the default" {
	local option

	printf 'question' >question
	for option in -N -v; do
		peer_listen recv send=answer close
		run --separate-stderr nsk tcp-connect "$option" 127.0.0.1 "$PEER_PORT" <question
		assert_success
		assert_output answer
		peer_did end
	done
}

@test "-d, --recv-only: stdin is not read" {
	local option

	for option in -d --recv-only; do
		peer_listen send=hello fin recv
		run nsk tcp-connect "$option" 127.0.0.1 "$PEER_PORT" <"$BATS_TEST_FILENAME"
		assert_success
		assert_output hello
		peer_wait
		peer_did received 0
	done
	# what was not read is there for the next
	peer_listen close
	printf 'mine\n' | {
		nsk tcp-connect -d 127.0.0.1 "$PEER_PORT"
		cat
	} >rest
	assert_equal "$(<rest)" mine
}

@test "--send-only: nothing is written to stdout, and what comes is drained" {
	head -c 3000000 /dev/zero >zeros
	peer_listen sendfile=zeros recv close
	nsk tcp-connect --send-only 127.0.0.1 "$PEER_PORT" <"$BATS_TEST_FILENAME" >out
	assert_equal "$(stat -c %s out)" 0
	peer_wait
	cmp peer.out "$BATS_TEST_FILENAME"
	peer_did end
}

@test "--send-only ends 2 s after all was acknowledged, or -q's duration" {
	local began

	peer_listen recv=5 until=never
	printf hello >five
	began=$EPOCHREALTIME
	nsk tcp-connect --send-only -q 200ms 127.0.0.1 "$PEER_PORT" <five
	"$PYTHON" -c "assert 0.15 < $EPOCHREALTIME - $began < 1.7"
	peer_listen recv=5 until=never
	began=$EPOCHREALTIME
	nsk tcp-connect --send-only 127.0.0.1 "$PEER_PORT" <five
	"$PYTHON" -c "assert 1.9 < $EPOCHREALTIME - $began < 5"
}

@test "--on-peer-eof end, continue" {
	peer_listen send=hello fin recv
	session_start tcp-connect --on-peer-eof end 127.0.0.1 "$PEER_PORT"
	session_wait 5
	assert_equal "$SESSION_STATUS" 0
	peer_wait
	peer_did end

	peer_listen send=hello fin recv
	session_start tcp-connect --on-peer-eof continue 127.0.0.1 "$PEER_PORT"
	until_true peer_did fin
	until_true grep -q hello out
	printf 'still here' >&"$STDIN_FD"
	until_true grep -q 'still here' peer.out
	close_stdin
	session_wait 5
	assert_equal "$SESSION_STATUS" 0
	peer_wait
	assert_equal "$(<peer.out)" 'still here'
}

@test "--input, --output" {
	printf 'from a file' >given
	printf 'much longer than what comes' >kept
	peer_listen recv send=answer close
	run nsk tcp-connect --input given --output kept 127.0.0.1 "$PEER_PORT" <"$BATS_TEST_FILENAME"
	assert_success
	assert_output ""
	assert_equal "$(<kept)" answer
	peer_wait
	assert_equal "$(<peer.out)" 'from a file'
}

@test "--input that is not there, --output that cannot be: nothing is connected" {
	peer_listen recv
	run nsk tcp-connect --input no-such-file 127.0.0.1 "$PEER_PORT"
	assert_failure 1
	assert_output --regexp 'nsk tcp-connect: .*no-such-file.*: no such file'
	run nsk tcp-connect --output no/such/folder 127.0.0.1 "$PEER_PORT" </dev/null
	assert_failure 1
	assert_output --regexp 'nsk tcp-connect: .*no/such/folder.*: no such file'
	assert_equal "$(<peer.log)" ""
}

@test "--output: a refused connection spoils nothing" {
	refused_port
	printf 'precious' >kept
	run nsk tcp-connect --output kept 127.0.0.1 "$REFUSED_PORT" </dev/null
	assert_failure 4
	assert_equal "$(<kept)" precious
}

@test "--input /dev/null is an empty input: it half-closes at once" {
	peer_listen recv send=answer close
	run nsk tcp-connect --input /dev/null 127.0.0.1 "$PEER_PORT" </dev/null
	assert_success
	assert_output answer
}

@test "--append" {
	printf 'first ' >kept
	peer_listen send=second close
	nsk tcp-connect --output kept --append 127.0.0.1 "$PEER_PORT" </dev/null
	assert_equal "$(<kept)" 'first second'
	# stdout opened for appending likewise
	peer_listen 'send= third' close
	nsk tcp-connect 127.0.0.1 "$PEER_PORT" </dev/null >>kept
	assert_equal "$(<kept)" 'first second third'
}

@test "-C, --crlf: CRLF for LF, not for CRLF, not for what comes" {
	local option

	printf 'a\nb\r\n\nc\r\rd' >text
	printf 'a\r\nb\r\n\r\nc\r\rd' >wanted
	for option in -C --crlf; do
		peer_listen recv 'send=x\ny' close
		nsk tcp-connect "$option" 127.0.0.1 "$PEER_PORT" <text >out
		peer_wait
		cmp peer.out wanted
		assert_equal "$(<out)" $'x\ny'
	done
	# a CR and its LF in two reads
	peer_listen recv
	session_start tcp-connect -C 127.0.0.1 "$PEER_PORT"
	printf 'a\r' >&"$STDIN_FD"
	until_true grep -q a peer.out # and its CR was read with it
	printf '\nb\n' >&"$STDIN_FD"
	close_stdin
	until_true peer_did end
	assert_equal "$(od -An -c peer.out | tr -d ' \n')" 'a\r\nb\r\n'
}

@test "-i, --interval: a wait between lines" {
	local began=$EPOCHREALTIME

	printf 'a\nb\nc\nd\n' >text
	peer_listen recv close
	nsk tcp-connect -i 200ms 127.0.0.1 "$PEER_PORT" <text
	peer_wait
	cmp peer.out text
	"$PYTHON" -c "assert 0.55 < $EPOCHREALTIME - $began < 5"
}

@test "-v tells what happens" {
	local word

	printf 'question' >question
	peer_listen recv send=answer close
	run --separate-stderr nsk tcp-connect -v 127.0.0.1 "$PEER_PORT" <question
	assert_success
	assert_output answer
	for word in connected 127.0.0.1:"$PEER_PORT" ended 8 6; do
		assert_regex "$stderr" "$word"
	done
}

@test "-s, -p: where from" {
	local port

	serve_start -v 0 </dev/null
	printf '' | nsk tcp-connect -s 127.0.0.9 127.0.0.1 "$SERVER_PORT"
	server_wait
	grep -q '127\.0\.0\.9:' "$SERVER_STDERR"

	port=$("$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	serve_start -v 0 </dev/null
	printf '' | nsk tcp-connect -p "$port" 127.0.0.1 "$SERVER_PORT"
	server_wait
	grep -q ":$port\b" "$SERVER_STDERR"
	run nsk tcp-connect -s 192.0.2.1 127.0.0.1 9 </dev/null
	assert_failure 4
	assert_output --partial 192.0.2.1
}

@test "-O, --sockopt: set before connecting, as often as wanted" {
	command -v strace >/dev/null || fail "strace is not installed"
	peer_listen close
	run strace -E ASAN_OPTIONS=detect_leaks=0:exitcode=99 -f -qq -o trace "$NSK" tcp-connect -O TCP_NODELAY=1 --sockopt SO_RCVBUF=1M 127.0.0.1 "$PEER_PORT" </dev/null 3>&-
	assert_success
	grep -E 'setsockopt|connect\(' trace | sed '/connect(/q' >before
	grep -q 'TCP_NODELAY, \[1\]' before
	grep -q 'SO_RCVBUF, \[1048576\]' before
	run nsk tcp-connect -O SO_RCVBUF=-1 127.0.0.1 "$PEER_PORT" </dev/null
	assert_failure 2
}

@test "-4, -6: one family" {
	peer_listen send=four close
	run nsk tcp-connect -4 localhost "$PEER_PORT" </dev/null
	assert_success
	peer_listen send=four close
	run nsk tcp-connect -6 localhost "$PEER_PORT" </dev/null
	assert_regex "$status" '^[34]$' # 3 where localhost has no IPv6 address
	refute_output --partial 127.0.0.1
	run nsk tcp-connect -6 127.0.0.1 "$PEER_PORT" </dev/null
	assert_failure 3
}

@test "-n: no look-ups" {
	peer_listen send=hello close
	run nsk tcp-connect -n localhost "$PEER_PORT" </dev/null
	assert_failure 3
	run nsk tcp-connect -n 127.0.0.1 "$PEER_PORT" </dev/null
	assert_success
	assert_output hello
}

@test "--poller, NSK_POLLER" {
	local name call

	command -v strace >/dev/null || fail "strace is not installed"
	for name in epoll:epoll_ poll:'p?poll\(' select:'p?select'; do
		call=${name#*:} name=${name%%:*}
		has "$name" || continue
		peer_listen sleep=0.1 close
		run strace -E ASAN_OPTIONS=detect_leaks=0:exitcode=99 -f -qq -o trace "$NSK" tcp-connect --poller "$name" 127.0.0.1 "$PEER_PORT" </dev/null 3>&-
		assert_success
		grep -qE "^[0-9]+ +$call" trace
		peer_listen sleep=0.1 close
		NSK_POLLER=$name run strace -E ASAN_OPTIONS=detect_leaks=0:exitcode=99 -f -qq -o trace "$NSK" tcp-connect 127.0.0.1 "$PEER_PORT" </dev/null 3>&-
		grep -qE "^[0-9]+ +$call" trace
	done
	NSK_POLLER=nonsense run nsk tcp-connect 127.0.0.1 9 </dev/null
	assert_failure 2
	assert_line --partial "NSK_POLLER 'nonsense'"
	run nsk tcp-connect --poller '' 127.0.0.1 9 </dev/null
	assert_failure 2
	assert_line --partial "--poller ''"
	NSK_POLLER='' run nsk tcp-connect 127.0.0.1 "$PEER_PORT" </dev/null # unset
	assert_failure 4
}

@test "stdout as a socket gets a half-close at the peer's end" {
	peer_listen send=hello fin recv
	run timeout -s KILL 20 "$PYTHON" -c '
import socket, subprocess, sys
ours, theirs = socket.socketpair()
process = subprocess.Popen(sys.argv[1:], stdin=theirs, stdout=theirs)
theirs.close()
seen = b""
while piece := ours.recv(100):
    seen += piece
ours.sendall(b"more")  # the other direction is alive
ours.shutdown(socket.SHUT_WR)
print(seen.decode(), process.wait(10))
' "$NSK" tcp-connect 127.0.0.1 "$PEER_PORT" 3>&-
	assert_output "hello 0"
	peer_wait
	assert_equal "$(<peer.out)" more
}

# What ss knows of the connection to the peer while "$@" is joined to it.
congestion_control() {
	local pid

	peer_listen until=asked close
	"$@" "$PEER_PORT" <&0 >out 2>err 3>&- &
	pid=$!
	background_pids+=("$pid")
	until_true peer_did connected
	ss -tinH "dport = :$PEER_PORT" >sockets
	touch asked
	peer_wait
	wait_bounded "$pid"
	rm asked
	grep -owE 'reno|bbr|cubic' sockets | sort -u
}

@test "a bulk over loopback is not paced, all else is as the system has it" {
	local default
	default=$(</proc/sys/net/ipv4/tcp_congestion_control)
	[ "$default" = bbr ] || skip "the system's congestion control, $default, does not pace"
	needs splice # POSIX knows nothing of congestion controls either
	command -v ss >/dev/null || fail "ss is not installed"
	truncate -s 64M large
	truncate -s 64K small
	assert_equal "$(congestion_control "$NSK" tcp-connect 127.0.0.1 <large)" reno
	assert_equal "$(congestion_control "$NSK" tcp-connect ::ffff:127.0.0.1 <large)" bbr
	assert_equal "$(congestion_control "$NSK" tcp-connect 127.0.0.1 <small)" bbr
	assert_equal "$(congestion_control "$NSK" tcp-connect --rate 1G 127.0.0.1 <large)" bbr
	assert_equal "$(congestion_control "$NSK" tcp-connect 127.0.0.1 < <(cat small))" reno
	assert_equal "$(congestion_control "$NSK" tcp-connect -O TCP_CONGESTION=bbr 127.0.0.1 <large)" bbr
	assert_equal "$(congestion_control "$NSK" tcp-connect --trace 127.0.0.1 <large)" bbr
}
