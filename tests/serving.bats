#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# tcp-serve for many clients: -k, -W, -m, --echo, --discard, --allow, --deny, --input and --output for each, and what
# it does when the system has no room for more. Programs are in exec.bats.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154,SC2317 # scripts in quotes, variables of bats, cases called by name

load helpers
load stream_helpers

crowd() {
	timeout -s KILL 60 "$PYTHON" -B "$ROOT/tests/crowd" "$@" 3>&-
}

# CPU seconds, in hundredths, of PID so far
cpu_of() {
	local -a fields

	read -ra fields <"/proc/$1/stat"
	echo $((fields[13] + fields[14]))
}

sockets_of() {
	find "/proc/$1/fd" -lname 'socket:*' | wc -l
}

descriptors_of() {
	find "/proc/$1/fd" -mindepth 1 | wc -l
}

each_poller() {
	local poller

	for poller in $(pollers); do
		export NSK_POLLER=$poller
		rm -rf "${BATS_TEST_TMPDIR:?}/$poller"
		mkdir "$BATS_TEST_TMPDIR/$poller"
		cd "$BATS_TEST_TMPDIR/$poller" || return
		echo "# poller $poller"
		"$@"
	done
	unset NSK_POLLER
}

@test "-k: clients at the same time, until a signal" {
	many_and_a_signal() {
		serve_start -k 0
		peer_connect "$SERVER_PORT" until=go send=first close
		until_true peer_did connected
		printf 'second\n' | nsk tcp-connect "$SERVER_ADDRESS"
		until_true grep -q second "$SERVER_STDOUT"
		touch go
		peer_wait
		until_true grep -q first "$SERVER_STDOUT"
		kill -TERM "$SERVER_PID"
		server_wait
		assert_equal "$SERVER_STATUS" 143
		assert_equal "$(<"$SERVER_STDERR")" ""
		assert_equal "$(<"$SERVER_STDOUT")" $'second\nfirst'
	}
	each_poller many_and_a_signal
}

@test "-k: nothing is said to clients, and stdin is not read" {
	printf 'not for you' >given
	serve_start -k 0 <given
	run nsk tcp-connect "$SERVER_ADDRESS" </dev/null -q 0.2
	assert_success
	assert_output ""
}

@test "--input with -k is sent to each client from its beginning, as it is then" {
	printf 'one' >given
	serve_start -k --input given 0
	run nsk tcp-connect "$SERVER_ADDRESS" </dev/null
	assert_output one
	run nsk tcp-connect "$SERVER_ADDRESS" </dev/null
	assert_output one
	printf 'two' >given
	run nsk tcp-connect "$SERVER_ADDRESS" </dev/null
	assert_success
	assert_output two
	rm given
	run nsk tcp-connect "$SERVER_ADDRESS" -d
	assert_failure # 4 if it was seen while connecting
	assert_output --partial reset
	until_true grep -q '^nsk tcp-serve: given: no such file' "$SERVER_STDERR"
	printf 'three' >given
	run nsk tcp-connect "$SERVER_ADDRESS" </dev/null
	assert_output three
}

@test "--input with -k: a large file to eight clients at once" {
	random_file large 40M
	serve_start -k --input large 0
	for n in 1 2 3 4 5 6 7 8; do
		background tcp-connect "$SERVER_ADDRESS" </dev/null >"got.$n"
		eval "client_$n=$BACKGROUND_PID"
	done
	for n in 1 2 3 4 5 6 7 8; do
		eval "server_wait \$client_$n"
		assert_equal "$SERVER_STATUS" 0
		cmp large "got.$n"
	done
}

@test "--input with -k: a pipe or a terminal is refused" {
	mkfifo pipe
	run nsk tcp-serve -k --input pipe 0
	assert_failure 2
	assert_output --partial "a pipe or a terminal"
	run timeout 10 "$PYTHON" "$ROOT/tests/on_terminal.py" "$NSK" tcp-serve -k --input /proc/self/fd/0 0 </dev/null
	assert_output --partial "a pipe or a terminal"
	run nsk tcp-serve -k --input missing 0
	assert_failure 1
}

@test "--input with -k: /dev/null is an empty input, which half-closes at once" {
	serve_start -k --input /dev/null 0
	peer_connect "$SERVER_PORT" recv send=late close
	peer_wait
	until_true grep -q late "$SERVER_STDOUT"
}

@test "whole lines: pieces from twenty clients at the same time" {
	whole_lines() {
		serve_start -k 0
		crowd lines "$SERVER_PORT" 20 30
		until_true eval '[ "$(wc -l <"$SERVER_STDOUT")" = 600 ]'
		run grep -Evc '^client [0-9]+ line [0-9]+ (a*|b*|c*|d*|e*|f*|g*|h*|i*|j*|k*|l*|m*|n*|o*|p*|q*|r*|s*|t*)$' "$SERVER_STDOUT"
		assert_output 0
		assert_equal "$(sort -u "$SERVER_STDOUT" | wc -l)" 600
		for n in 0 7 19; do # and in order
			run eval "grep '^client $n ' '$SERVER_STDOUT' | cut -d' ' -f4 | uniq | tr '\n' ' '"
			assert_output "$(seq -s' ' 0 29) "
		done
	}
	each_poller whole_lines
}

@test "whole lines through a filter: a terminal's escaping holds lines together too" {
	"$PYTHON" "$ROOT/tests/on_terminal.py" "$NSK" tcp-serve -W 20 --port-file port 0 </dev/null >shown 2>&1 3>&- &
	background_pids+=($!)
	until_true test -s port
	crowd lines "$(<port)" 20 20
	wait_bounded $!
	run grep -Evc $'^client [0-9]+ line [0-9]+ [a-t]+\r?$' shown
	assert_output 2 # where it listens, and how others could come
	assert_equal "$(grep -c line shown)" 400
}

@test "a client that is alone is not held up for want of a newline" {
	serve_start -k 0
	peer_connect "$SERVER_PORT" send=prompt until=go close
	until_true grep -q prompt "$SERVER_STDOUT"
	touch go
	peer_wait
}

@test "a begun line is finished before another client's bytes follow" {
	serve_start -k 0
	peer_connect "$SERVER_PORT" send=begun until=go send=' and ended\n' close
	until_true grep -q begun "$SERVER_STDOUT"
	printf 'other\n' | nsk tcp-connect "$SERVER_ADDRESS" 3>&- &
	background_pids+=($!)
	touch go
	until_true grep -q other "$SERVER_STDOUT"
	assert_equal "$(<"$SERVER_STDOUT")" $'begun and ended\nother'
}

@test "after a second one newline is put behind a begun line, so that the others go on" {
	serve_start -k 0
	peer_connect "$SERVER_PORT" send=begun until=go send='late\n' close
	until_true grep -q begun "$SERVER_STDOUT"
	printf 'other\n' | nsk tcp-connect "$SERVER_ADDRESS"
	until_true grep -q other "$SERVER_STDOUT"
	touch go
	until_true grep -q late "$SERVER_STDOUT"
	assert_equal "$(<"$SERVER_STDOUT")" $'begun\nother\nlate'
}

@test "a signal while a line is begun: what the others have sent is written" {
	serve_start -k 0
	peer_connect "$SERVER_PORT" send=begun until=never
	until_true grep -q begun "$SERVER_STDOUT"
	printf 'whole\nand a part' >given
	peer_connect "$SERVER_PORT" sendfile=given until=never
	until_true peer_did sent 16
	until_true eval "ss -Htn 'sport = :$SERVER_PORT' | awk '\$2 > 0 { waits = 1 } END { exit waits }'" # it was read
	kill -TERM "$SERVER_PID"
	server_wait
	assert_equal "$SERVER_STATUS" 143
	assert_equal "$(<"$SERVER_STDOUT")" $'begun\nwhole\nand a part'
}

@test "a client that ends in mid-line: one newline, and only if something follows" {
	serve_start -k 0
	printf 'no newline' | nsk tcp-connect "$SERVER_ADDRESS"
	until_true grep -q 'no newline' "$SERVER_STDOUT"
	printf 'no newline' >expected
	cmp expected "$SERVER_STDOUT"
	printf 'next' | nsk tcp-connect "$SERVER_ADDRESS"
	until_true grep -q next "$SERVER_STDOUT"
	printf 'no newline\nnext' >expected
	cmp expected "$SERVER_STDOUT"
}

@test "a client that never sends a newline: 64 KiB are held, then all comes" {
	serve_start -k 0
	peer_connect "$SERVER_PORT" until=go close # so that nobody is alone
	until_true peer_did connected
	head -c 300000 /dev/zero | tr '\0' x >long
	nsk tcp-connect "$SERVER_ADDRESS" <long
	until_true eval '[ "$(wc -c <"$SERVER_STDOUT")" = 300000 ]'
	cmp long "$SERVER_STDOUT"
	touch go
	peer_wait
}

@test "one stalled client does not slow the others" {
	random_file given 64M
	serve_start -k --input given 0
	peer_connect "$SERVER_PORT" until=go recv close # reads nothing so far
	until_true peer_did connected
	nsk tcp-connect "$SERVER_ADDRESS" </dev/null >got
	cmp given got
	touch go
	peer_wait
	cmp given peer.out
}

@test "--output %n: a file that is closed before its client ends takes no other client's descriptor along" {
	random_file given 16M
	serve_start -k --input given --output 'out.%n' 0
	peer_connect "$SERVER_PORT" send=first fin until=go close # its output is closed now, and all that is sent waits
	until_true grep -qx first out.1
	first=$PEER_PID
	mkfifo hold
	nsk tcp-connect "$SERVER_ADDRESS" <hold >got 3>&- &
	second=$!
	background_pids+=("$second")
	exec {hold_fd}>hold
	printf 'second' >&"$hold_fd"
	until_true grep -qx second out.2
	touch go
	wait_bounded "$first"
	until_true grep -q 'did not arrive' "$SERVER_STDERR"
	printf ' half' >&"$hold_fd"
	exec {hold_fd}>&-
	wait_bounded "$second"
	assert_equal "$STATUS_OF_PID" 0
	cmp given got
	until_true grep -qx 'second half' out.2
}

@test "stdout's reader gone: the server ends by SIGPIPE, without a word" {
	reader_gone() {
		mkfifo ready
		{ "$NSK" tcp-serve -k --ready-fd 9 0 9>ready 2>err 3>&- || echo $? >status; } 3>&- | head -n 1 >head.out 3>&- &
		read -r address <ready
		printf 'one\n' | nsk tcp-connect "$address" || true # the server may be gone before it has said goodbye
		until_true test -s head.out
		until_true eval 'printf "two\n" | nsk tcp-connect --connect-timeout 1 "$address" 2>/dev/null; test -s status'
		assert_equal "$(<status)" 141
		assert_equal "$(<err)" ""
	}
	each_poller reader_gone
}

@test "stdout full: status 1 and a message, once" {
	serve_start -k 0 >/dev/full
	"$NSK" tcp-serve -k --port-file port 0 >/dev/full 2>err 3>&- </dev/null &
	full=$!
	background_pids+=("$full")
	until_true test -s port
	printf 'x\n' | nsk tcp-connect 127.0.0.1 "$(<port)" || true
	wait_bounded "$full"
	assert_equal "$STATUS_OF_PID" 1
	assert_equal "$(<err)" "nsk tcp-serve: standard output: no space left on device"
}

@test "-W: ends when the Nth client has ended; 1 if one of them failed" {
	serve_start -W 3 0
	for n in 1 2 3; do
		echo "$n" | nsk tcp-connect "$SERVER_ADDRESS"
	done
	server_wait
	assert_equal "$SERVER_STATUS" 0
	assert_equal "$(<"$SERVER_STDOUT")" $'1\n2\n3'
	serve_start -W 2 0
	peer_connect "$SERVER_PORT" send=x reset
	peer_wait
	echo fine | nsk tcp-connect "$SERVER_ADDRESS"
	server_wait
	assert_equal "$SERVER_STATUS" 1
	assert_regex "$(<"$SERVER_STDERR")" '^nsk tcp-serve: 127.0.0.1:[0-9]+: connection reset by peer$'
}

@test "-W: nobody is let in after the Nth" {
	serve_start -W 1 0
	peer_connect "$SERVER_PORT" until=go close
	until_true peer_did connected
	until_true eval '! "$NSK" tcp-connect -z 127.0.0.1 "$SERVER_PORT"'
	touch go
	server_wait
	assert_equal "$SERVER_STATUS" 0
}

@test "-m: at the limit the others wait, without a spin" {
	at_the_limit() {
		serve_start -k -m 2 --echo 0
		local empty
		empty=$(sockets_of "$SERVER_PID")
		rm -f hold
		mkfifo hold
		crowd held "$SERVER_PORT" 5 <hold >crowd.out &
		local pid=$!
		background_pids+=("$pid")
		exec {hold_fd}>hold
		until_true grep -q held crowd.out
		until_true eval '[ "$(sockets_of "$SERVER_PID")" -ge $((empty + 2)) ]'
		local before descriptors
		descriptors=$(sockets_of "$SERVER_PID")
		before=$(cpu_of "$SERVER_PID")
		run nsk tcp-connect "$SERVER_ADDRESS" --max-time 1 -d # one more in the queue: a second passes
		assert_failure 124
		assert [ $(($(cpu_of "$SERVER_PID") - before)) -le 5 ]
		assert_equal "$(sockets_of "$SERVER_PID")" "$descriptors"
		echo >&"$hold_fd"
		exec {hold_fd}>&-
		wait_bounded "$pid"
		assert_equal "$STATUS_OF_PID" 0
		# the one in the queue had gone by then
		assert_equal "$(grep -vc 'reset by peer' "$SERVER_STDERR")" 0
	}
	each_poller at_the_limit
}

# The server may have COUNT descriptors from now on.
limit_descriptors() {
	prlimit --pid "$SERVER_PID" --nofile="$1:$1"
}

@test "R22: out of descriptors with 40 clients: a message a second, no spin, served again when one has gone" {
	out_of_descriptors() {
		serve_start -k --echo 0
		limit_descriptors 16
		mkfifo hold
		crowd held "$SERVER_PORT" 40 <hold >crowd.out &
		local pid=$! before
		background_pids+=("$pid")
		exec {hold_fd}>hold
		until_true grep -q held crowd.out
		until_true grep -q "$(glibc_or_musl "too many open files" "no file descriptors available")" "$SERVER_STDERR"
		before=$(cpu_of "$SERVER_PID")
		run nsk tcp-connect "$SERVER_ADDRESS" --max-time 2 -d # two seconds
		assert_failure 124
		assert [ $(($(cpu_of "$SERVER_PID") - before)) -le 10 ]
		assert [ "$(wc -l <"$SERVER_STDERR")" -le 5 ]
		echo >&"$hold_fd"
		exec {hold_fd}>&-
		wait_bounded "$pid"
		assert_equal "$STATUS_OF_PID" 0
		kill -TERM "$SERVER_PID"
		server_wait
		assert_equal "$SERVER_STATUS" 143
	}
	each_poller out_of_descriptors
}

@test "out of descriptors with --input: each client is sent the file, none is lost" {
	printf 'the file' >given
	cat >all.py <<-'END'
		import socket, sys
		crowd = [socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=20) for _ in range(30)]
		for client in crowd:
		    data = b""
		    while piece := client.recv(100):
		        data += piece
		    assert data == b"the file", data
		    client.close()
	END
	serve_start -k --input given 0
	limit_descriptors 14
	run timeout 30 "$PYTHON" all.py "$SERVER_PORT"
	assert_success
}

@test "out of descriptors with files for each client: each is served, none is lost" {
	printf 'the file' >given
	serve_start -k --input given --output 'out.%n' --log-sent 'sent.%n' --log-received 'received.%n' 0
	limit_descriptors $(($(descriptors_of "$SERVER_PID") + 11)) # 5 for a client: room for two, but not for their next spares
	mkfifo go
	"$PYTHON" -B - "$SERVER_PORT" <<-'END' 3>&- &
		import socket, sys
		crowd = [socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=20) for _ in range(20)]
		open("go").read() # a pipe: until somebody has opened it too
		for client in crowd:
		    client.shutdown(socket.SHUT_WR)
		for client in crowd:
		    data = b""
		    while piece := client.recv(100):
		        data += piece
		    assert data == b"the file", data
	END
	pid=$!
	background_pids+=("$pid")
	until_true grep -q "$(glibc_or_musl "too many open files" "no file descriptors available")" "$SERVER_STDERR"
	: >go
	wait_bounded "$pid"
	assert_equal "$STATUS_OF_PID" 0
	run sort -u "$SERVER_STDERR"
	refute_output --regexp '^nsk tcp-serve: (out|sent|received|given)'
}

@test "--echo: every byte comes back, then the end; -k and one client" {
	echoes() {
		random_file given 3M
		serve_start --echo 0
		nsk tcp-connect "$SERVER_ADDRESS" <given >got
		cmp given got
		server_wait
		assert_equal "$SERVER_STATUS" 0
		serve_start -k --echo 0
		crowd echo "$SERVER_PORT" 50 3 5000
		nsk tcp-connect "$SERVER_ADDRESS" <given >got
		cmp given got
		assert_equal "$(<"$SERVER_STDOUT")" ""
	}
	each_poller echoes
}

@test "--echo: a client that has ended and does not read costs nothing" {
	stalled_echo() {
		local before

		random_file given 300K
		serve_start -k --echo 0
		peer_connect "$SERVER_PORT" rcvbuf=4096 sendfile=given fin until=go recv
		until_true peer_did sent 307200
		before=$(cpu_of "$SERVER_PID")
		sleep 1
		assert [ $(($(cpu_of "$SERVER_PID") - before)) -le 5 ]
		touch go
		peer_wait
		cmp given peer.out
	}
	each_poller stalled_echo
}

@test "--echo: a thousand clients at once, in one process" {
	(
		ulimit -n 4096
		serve_start -k --echo 0
		run crowd echo "$SERVER_PORT" 1000 2 500
		assert_output "1000 answered"
		assert_equal "$(pgrep -c -P "$SERVER_PID" || true)" 0
		kill -TERM "$SERVER_PID"
		server_wait
		assert_equal "$(<"$SERVER_STDERR")" ""
	)
}

# What process PID has in memory, in bytes; what it shares counts in proportion.
# What is its own: its share of the libraries depends on who else runs.
memory_of() {
	awk '/^Anonymous:/ { print $2 * 1024 }' "/proc/$1/smaps_rollup"
}

@test "--echo: a connection that is idle costs at most 256 bytes of memory" {
	[[ $NSK != */asan/* && $NSK != */coverage/* ]] || skip "a sanitizer's memory is not nsk's own, nor are counters"
	(
		ulimit -n 4096
		serve_start -k -m 3000 --echo 0
		before=$(memory_of "$SERVER_PID")
		mkfifo hold
		crowd held "$SERVER_PORT" 3000 <hold >crowd.out &
		pid=$!
		exec {hold_fd}>hold
		until_true grep -q held crowd.out
		until_true eval '[ "$(sockets_of "$SERVER_PID")" -ge 3000 ]'
		after=$(memory_of "$SERVER_PID")
		echo "# $(((after - before) / 3000)) bytes each"
		assert [ $((after - before)) -le $((3000 * 256)) ]
		echo >&"$hold_fd"
		exec {hold_fd}>&-
		wait_bounded "$pid"
		assert_equal "$STATUS_OF_PID" 0
		kill -TERM "$SERVER_PID"
		server_wait
	)
}

@test "the soft limit of descriptors is raised to the hard one" {
	(
		ulimit -Sn 64
		serve_start -k --echo 0
		ulimit -Sn 1024
		run crowd echo "$SERVER_PORT" 200 1 10
		assert_output "200 answered"
		assert_equal "$(<"$SERVER_STDERR")" ""
		kill -TERM "$SERVER_PID"
		server_wait
	)
}

@test "select takes no client past its limit, and goes on" {
	export NSK_POLLER=select
	(
		ulimit -n 4096
		serve_start -k -m 2000 --echo 0
		mkfifo hold
		crowd held "$SERVER_PORT" 1100 <hold >crowd.out &
		pid=$!
		exec {hold_fd}>hold
		until_true grep -q held crowd.out
		until_true grep -q "$(glibc_or_musl "too many open files" "no file descriptors available")" "$SERVER_STDERR"
		echo >&"$hold_fd"
		exec {hold_fd}>&-
		wait_bounded "$pid"
		assert_equal "$STATUS_OF_PID" 0
		kill -TERM "$SERVER_PID"
		server_wait
	)
}

@test "--echo: watched, logged and slowed like any stream" {
	serve_start --echo -x --log-received in --log-sent out 0
	printf 'to and fro' | nsk tcp-connect "$SERVER_ADDRESS"
	server_wait
	assert_equal "$(<in) $(<out)" "to and fro to and fro"
	run cat "$SERVER_STDERR"
	assert_line --regexp '< 000000 746f 2061'
	assert_line --regexp '> 000000 746f 2061'
	serve_start --echo --rate 100k 0
	head -c 100k /dev/zero >given
	SECONDS=0
	start=$EPOCHREALTIME
	nsk tcp-connect "$SERVER_ADDRESS" <given >got
	cmp given got
	assert [ $(((${EPOCHREALTIME/./} - ${start/./}) / 1000)) -ge 700 ]
}

@test "--echo: a client that resets is that client's failure alone" {
	serve_start -k --echo 0
	peer_connect "$SERVER_PORT" send=x reset
	peer_wait
	until_true grep -q 'reset by peer' "$SERVER_STDERR"
	run eval 'printf still | nsk tcp-connect "$SERVER_ADDRESS"'
	assert_output still
}

@test "--discard: everything is taken and nothing written; no early end" {
	random_file given 5M
	serve_start --discard 0
	nsk tcp-connect "$SERVER_ADDRESS" <given
	server_wait
	assert_equal "$SERVER_STATUS" 0
	assert_equal "$(wc -c <"$SERVER_STDOUT")" 0
	serve_start -k --discard 0
	peer_connect "$SERVER_PORT" until=go recv close
	until_true peer_did connected
	run nsk tcp-connect "$SERVER_ADDRESS" --max-time 3 -d # silent for longer than --send-only would listen
	assert_failure 124
	refute peer_did end
	touch go
}

@test "-k --idle-timeout: an idle client only loses its connection" {
	idle_client() {
		serve_start -k "$@" --idle-timeout 1 0
		peer_connect "$SERVER_PORT" recv
		peer_wait || true
		until_true grep -q 'nothing came or went for 1s' "$SERVER_STDERR"
		printf 'next\n' | nsk tcp-connect "$SERVER_ADDRESS"
		kill -TERM "$SERVER_PID"
		server_wait
		assert_equal "$SERVER_STATUS" 143
	}
	idle_client
	idle_client --echo
}

@test "-k --max-time ends everything: 124" {
	serve_start -k --max-time 1 0
	peer_connect "$SERVER_PORT" recv
	server_wait
	assert_equal "$SERVER_STATUS" 124
	assert_equal "$(<"$SERVER_STDERR")" "nsk tcp-serve: not done within 1s"
}

@test "-k -w: no first client in time is 124" {
	run nsk tcp-serve -k -w 0.2 0
	assert_failure 124
	assert_output --partial "no client within"
}

@test "-k: a signal resets the clients that were not done with" {
	signalled() {
		serve_start -k "$@" 0
		local descriptors
		descriptors=$(sockets_of "$SERVER_PID")
		peer_connect "$SERVER_PORT" send=x recv
		until_true peer_did sent
		until_true eval '[ "$(sockets_of "$SERVER_PID")" -gt "$descriptors" ]'
		kill -TERM "$SERVER_PID"
		server_wait
		assert_equal "$SERVER_STATUS" 143
		ended_within 5 "$PEER_PID" || true
		until_true grep -q reset peer.log
	}
	signalled
	signalled --echo
}

@test "--output %n and %p keep clients apart; without them all goes to one file, emptied once" {
	serve_start -W 2 --output 'got.%n.%%' 0
	echo one | nsk tcp-connect "$SERVER_ADDRESS"
	echo two | nsk tcp-connect "$SERVER_ADDRESS"
	server_wait
	assert_equal "$SERVER_STATUS" 0
	assert_equal "$(<got.1.%) $(<got.2.%)" "one two"
	echo old >all
	serve_start -W 2 --output all 0
	assert_equal "$(<all)" old
	echo one | nsk tcp-connect "$SERVER_ADDRESS"
	echo two | nsk tcp-connect "$SERVER_ADDRESS"
	server_wait
	assert_equal "$(<all)" $'one\ntwo'
	serve_start -W 1 --append --output all 0
	echo three | nsk tcp-connect "$SERVER_ADDRESS"
	server_wait
	assert_equal "$(<all)" $'one\ntwo\nthree'
}

@test "--log-received %a.%n and -x with -k: each client has its file, and its name in the view" {
	serve_start -W 2 -x --log-received 'log.%a.%n' 0
	echo one | nsk tcp-connect "$SERVER_ADDRESS"
	echo two | nsk tcp-connect "$SERVER_ADDRESS"
	server_wait
	assert_equal "$(<log.127.0.0.1.1) $(<log.127.0.0.1.2)" "one two"
	assert_equal "$(grep -c '127.0.0.1:[0-9]*' "$SERVER_STDERR")" 2
}

@test "--allow and --deny: others are refused, do not count, and --deny wins" {
	serve_start -W 1 --allow 127.0.0.2 --allow 10.0.0.0/8 0
	crowd turned-away "$SERVER_PORT" 3
	echo from two | nsk tcp-connect -s 127.0.0.2 "$SERVER_ADDRESS"
	server_wait
	assert_equal "$SERVER_STATUS" 0
	assert_equal "$(<"$SERVER_STDOUT")" "from two"
	serve_start --allow 127.0.0.0/8 --deny 127.0.0.1 0 # one client
	crowd turned-away "$SERVER_PORT" 3
	echo let in | nsk tcp-connect -s 127.0.0.3 "$SERVER_ADDRESS"
	server_wait
	assert_equal "$(<"$SERVER_STDOUT")" "let in"
}

@test "a bad range is refused: status 2" {
	local range

	for range in x 1.2.3 1.2.3.4/33 ::1/129 1.2.3.4/ 1.2.3.4/-1 /8 '' 1.2.3.4/8x 01.2.3.4 localhost; do
		run nsk tcp-serve -k --allow "$range" 0
		assert_equal "$range: $status" "$range: 2"
		run nsk tcp-serve -k --deny "$range" 0
		assert_equal "$range: $status" "$range: 2"
	done
}

@test "R24: a thousand refused clients: descriptors and memory flat" {
	serve_start -k --deny 127.0.0.1 0
	crowd turned-away "$SERVER_PORT" 20
	until_true eval 'descriptors=$(descriptors_of "$SERVER_PID")'
	memory=$(grep VmRSS "/proc/$SERVER_PID/status" | tr -dc 0-9)
	crowd turned-away "$SERVER_PORT" 1000
	assert_equal "$(descriptors_of "$SERVER_PID")" "$descriptors"
	case $NSK in
	*asan*) return ;; # which keeps what was freed
	esac
	assert [ "$(grep VmRSS "/proc/$SERVER_PID/status" | tr -dc 0-9)" -le $((memory + 300)) ]
}

@test "a thousand clients one after the other: descriptors and memory flat" {
	flat() {
		serve_start -k "$@" 0
		local descriptors memory
		crowd turns "$SERVER_PORT" 1
		until_true eval 'descriptors=$(descriptors_of "$SERVER_PID")'
		crowd turns "$SERVER_PORT" 50
		memory=$(grep VmRSS "/proc/$SERVER_PID/status" | tr -dc 0-9)
		crowd turns "$SERVER_PORT" 1000
		until_true eval '[ "$(descriptors_of "$SERVER_PID")" -le "$descriptors" ]'
		case $NSK in
		*asan*) return ;;
		esac
		assert [ "$(grep VmRSS "/proc/$SERVER_PID/status" | tr -dc 0-9)" -le $((memory + 300)) ]
	}
	flat
	flat --echo
	flat --discard
}

@test "R23: what goes wrong with accept is no reason to end" {
	command -v strace >/dev/null || skip "no strace"
	for error in ECONNABORTED EPROTO EPERM ENOBUFS EMFILE; do
		rm -f port
		ASAN_OPTIONS=detect_leaks=0 strace -qq -f -o /dev/null -e trace=accept4,?accept -e "inject=accept4,?accept:error=$error:when=1" \
			"$NSK" tcp-serve -W 1 --port-file port 0 >out 2>err </dev/null 3>&- &
		background_pids+=($!)
		until_true test -s port
		echo "$error" | nsk tcp-connect 127.0.0.1 "$(<port)"
		wait_bounded $!
		assert_equal "$STATUS_OF_PID" 0
		assert_equal "$(<out)" "$error"
	done
}

@test "a server that never sleeps hears of signals and of programs that have ended" {
	command -v strace >/dev/null || skip "no strace"
	needs epoll # its waits are tampered with
	awake() { # WHEN ARGS...: waits end at once, and let no signal through; sets SERVER_PID
		local when=$1

		shift
		rm -f port
		ASAN_OPTIONS=detect_leaks=0 strace -D -qq -o /dev/null -e trace=epoll_pwait,epoll_pwait2 \
			-e "inject=epoll_pwait,epoll_pwait2:retval=0:when=$when" \
			"$NSK" tcp-serve --port-file port "$@" 0 </dev/null >out 2>err 3>&- &
		SERVER_PID=$!
		background_pids+=("$SERVER_PID")
		until_true test -s port
	}
	awake 1+ -k --echo
	kill -TERM "$SERVER_PID"
	NSK_TEST_SECONDS=5 server_wait
	assert_equal "$SERVER_STATUS" 143
	awake 2+ -W 1 --sh 'echo served'
	run nsk tcp-connect 127.0.0.1 "$(<port)" </dev/null
	assert_output served
	NSK_TEST_SECONDS=5 server_wait
	assert_equal "$SERVER_STATUS" 0
}

@test "R32: 1,100 inherited descriptors" {
	cat >many.py <<-'END'
		import os, resource, sys
		hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
		resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
		for _ in range(1100):
		    os.set_inheritable(os.open("/dev/null", os.O_RDONLY), True)
		os.execv(sys.argv[1], sys.argv[1:])
	END
	for poller in $(pollers); do
		[ "$poller" = select ] && continue # none past FD_SETSIZE
		rm -f port
		NSK_POLLER=$poller timeout 30 "$PYTHON" many.py "$NSK" tcp-serve -W 2 --port-file port 0 >out 2>err </dev/null 3>&- &
		background_pids+=($!)
		until_true test -s port
		echo one | nsk tcp-connect 127.0.0.1 "$(<port)"
		echo two | nsk tcp-connect 127.0.0.1 "$(<port)"
		wait_bounded $!
		assert_equal "$STATUS_OF_PID" 0
		assert_equal "$(<out)" $'one\ntwo'
	done
}

@test "--background without a descriptor for /dev/null: 4 and a message, and nobody waits" {
	command -v strace >/dev/null || skip "no strace"
	ASAN_OPTIONS=detect_leaks=0 run timeout 10 strace -f -qq -o /dev/null -P /dev/null -e inject=?open,openat:error=EMFILE \
		"$NSK" tcp-serve -k --echo --background 0
	assert_failure 4
	assert_output "nsk tcp-serve: /dev/null: $(glibc_or_musl "too many open files" "no file descriptors available")"
}

@test "--background with a handler" {
	eval "$(nsk tcp-serve -k --echo --background 0)"
	background_pids+=("$NSK_PID")
	run eval 'printf back | nsk tcp-connect "$NSK_HOST" "$NSK_PORT"'
	kill -TERM "$NSK_PID"
	assert_output back
}

@test "options that make no sense with a handler are refused: status 2" {
	local option

	for option in --input=x --output=x --append -C '-i 1' '-q 1' --no-shutdown -d --send-only --raw '--on-peer-eof end' \
		'--exec -- cat' '--sh cat' --discard; do
		# shellcheck disable=SC2086 # words
		run nsk tcp-serve 0 --echo $option
		assert_equal "$option: $status" "$option: 2"
	done
	run nsk tcp-serve 0 --discard --output x
	assert_failure 2
	for option in '-W 0' '-W x' '-m 0' '-m -1'; do
		# shellcheck disable=SC2086
		run nsk tcp-serve $option 0
		assert_equal "$option: $status" "$option: 2"
	done
}
