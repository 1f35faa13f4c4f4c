#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# --trace and --explain of every command that opens sockets: what is shown is what the kernel saw.
# shellcheck disable=SC2030,SC2031 # variables of bats

load helpers
load stream_helpers

# Reads strace's lines or nsk's, prints "CALL DESCRIPTOR RESULT" for each call that both show.
calls() {
	sed -E -e 's/^[0-9]+ +//' -e 's/^\+[0-9.]+ //' "$1" | awk '
		/^(close|splice|poll|epoll_wait|select)\(/ || !/^[a-z0-9]+\(.*\) += -?[0-9]/ { next }
		{
			call = $0
			sub(/\(.*/, "", call)
			sub(/4$/, "", call)
			if (/NULL, (0|NULL)\)/)
				sub(/to$|from$/, "", call)
			first = $0
			sub(/^[a-z0-9]+\(/, "", first)
			sub(/[,)].*/, "", first)
			result = $0
			sub(/.*\) += /, "", result)
			sub(/ \(.*/, "", result)
			print call, first, result
		}'
}

# nsk as strace and --trace see it: files strace.txt and trace.txt.
both() {
	# the leak checker cannot work under strace
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 timeout --foreground -s KILL 60 \
		strace -qq -e trace=network -e signal=none -s 8 -o strace.txt "$NSK" "$@" 2>trace.txt 3>&-
}

assert_same_calls() {
	calls strace.txt >strace.calls
	calls trace.txt >trace.calls
	diff strace.calls trace.calls
	assert [ "$(wc -l <trace.calls)" -ge "$1" ]
}

client_calls() {
	peer_listen recv=6 send=answer recv close
	printf 'sent 1' >given
	both tcp-connect --trace -O TCP_NODELAY=1 127.0.0.1 "$PEER_PORT" <given >got
	peer_wait
	assert_equal "$(<got)" answer
	assert_same_calls 6
	grep -q '^+[0-9]*\.[0-9]\{6\} setsockopt([0-9]*, IPPROTO_TCP, TCP_NODELAY, 1) = 0$' trace.txt
	grep -q "^+[0-9.]* connect([0-9]*, 127\.0\.0\.1:$PEER_PORT) = -1 EINPROGRESS ([a-z ]* in progress)\$" trace.txt
}

@test "tcp-connect --trace shows the calls that strace sees, in their order" {
	command -v strace >/dev/null || skip "no strace"
	each_engine client_calls
}

server_calls() {
	rm -f port
	both tcp-serve --trace --port-file port 127.0.0.1 0 >got <"$ROOT/LICENSE" 3>&- &
	until_true test -s port
	nsk tcp-connect 127.0.0.1 "$(<port)" <<<hello >license
	wait $!
	cmp license "$ROOT/LICENSE"
	assert_equal "$(<got)" hello
	assert_same_calls 6
	grep -q "^+[0-9.]* bind([0-9]*, 127\.0\.0\.1:0) = 0\$" trace.txt
	grep -q "^+[0-9.]* accept([0-9]*, 127\.0\.0\.1:[0-9]*) = [0-9]*\$" trace.txt
	grep -q "^+[0-9.]* shutdown([0-9]*, SHUT_WR) = 0\$" trace.txt
}

@test "tcp-serve --trace shows the calls that strace sees, in their order" {
	command -v strace >/dev/null || skip "no strace"
	each_engine server_calls
}

# An answering mailbox: sets PEER_PORT. What it took, a line each, is in mailbox.out.
mailbox() {
	rm -f mailbox.port
	"$PYTHON" -c '
import os, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
s.settimeout(60)
open("mailbox.new", "w").write(str(s.getsockname()[1]))
os.rename("mailbox.new", "mailbox.port")
for _ in range(int(sys.argv[1])):
    data, sender = s.recvfrom(65536)
    print(len(data), flush=True)
    s.sendto(b"answer", sender)' "$1" >mailbox.out 3>&- &
	background_pids+=($!)
	until_true test -s mailbox.port
	PEER_PORT=$(<mailbox.port)
}

@test "udp-send --trace shows the calls that strace sees, in their order" {
	needs_glibc "its sendmmsg calls sendmsg"
	command -v strace >/dev/null || skip "no strace"
	# words in one batch, with and without an answer; the options' calls; pieces of a file; another address of ours
	mailbox 2
	both udp-send --trace 127.0.0.1 "$PEER_PORT" hello world
	until_true grep -qx 5 mailbox.out
	assert_same_calls 5
	grep -q '^+[0-9.]* connect([0-9]*, 127\.0\.0\.1:'"$PEER_PORT"') = 0$' trace.txt
	assert_regex "$(grep -E ' send(mmsg|msg|to)?\(' trace.txt)" '"hello".*"world"'
	mailbox 1
	both udp-send --trace --ttl 3 -b -s 127.0.0.1 -r 1 127.0.0.1 "$PEER_PORT" hello >got
	assert_equal "$(<got)" answer
	assert_same_calls 7
	grep -q '^+[0-9.]* setsockopt([0-9]*, IPPROTO_IP, IP_TTL, 3) = 0$' trace.txt
	grep -q '^+[0-9.]* bind([0-9]*, 127\.0\.0\.1:0) = 0$' trace.txt
	grep -Eq '^\+[0-9.]* (send|sendto|sendmsg)\([0-9]+, .*"hello"' trace.txt
	grep -Eq '^\+[0-9.]* recv[a-z]*\([0-9]+, .*"answer"' trace.txt
	mailbox 100
	head -c 100000 /dev/zero >zeros
	both udp-send --trace --size 1000 127.0.0.1 "$PEER_PORT" <zeros
	assert_same_calls 4
	until_true test -s mailbox.out
}

unix_client_calls() {
	SERVER_COMMAND=unix-serve serve_start "$@" ./s <"$ROOT/LICENSE"
	echo hello >given
	both unix-connect --trace "$@" ./s <given >got
	server_wait
	cmp got "$ROOT/LICENSE"
	assert_equal "$(<"$SERVER_STDOUT")" hello
	assert_same_calls 3
	grep -q '^+[0-9.]* connect([0-9]*, "\./s") = 0$' trace.txt
	grep -q '^+[0-9.]* shutdown([0-9]*, SHUT_WR) = 0$' trace.txt
}

@test "unix-connect --trace shows the calls that strace sees, in their order" {
	command -v strace >/dev/null || skip "no strace"
	each_engine unix_client_calls
	unix_client_calls --type seqpacket
}

@test "what is moved is sent and received by calls that show it, in both directions, and to /dev/null" {
	printf 'some bytes' >given
	printf 'an answer' >answer
	serve_start --trace --output got 0 <answer
	run --separate-stderr nsk tcp-connect --trace "$SERVER_ADDRESS" <given
	assert_success
	assert_output "an answer"
	server_wait
	assert_equal "$(<got)" "some bytes"
	assert_regex "$stderr" ' send\([0-9]+, "some bytes", 10[,)].* recv\([0-9]+, "an answer", '
	assert_regex "$(<"$SERVER_STDERR")" ' send\([0-9]+, "an answer", 9[,)]'
	assert_regex "$(<"$SERVER_STDERR")" ' recv\([0-9]+, "some bytes", '
	serve_start 0 <answer
	"$NSK" tcp-connect --explain "$SERVER_ADDRESS" </dev/null >/dev/null 2>explained
	grep -q ' recv([0-9]*, "an answer", ' explained
}

@test "closing and splicing are shown by their names too" {
	export NSK_PUMP=splice
	printf 'some bytes' >given
	serve_start 0 </dev/null
	run --separate-stderr nsk tcp-connect --trace "$SERVER_ADDRESS" <given
	assert_success
	assert_regex "$stderr" $'\n\\+[0-9.]+ close\\([0-9]+\\) = 0'
	if nsk --version | grep -q ' splice'; then # from a pipe to the socket, which is the lower number
		assert_regex "$stderr" $'\n\\+[0-9.]+ splice\\([0-9]+, 3, 10\\) = 10'
	fi
}

@test "waiting calls are shown when --trace is given twice, and only then" {
	local poller wanted

	for poller in epoll:epoll_wait poll:poll select:select; do
		wanted=${poller#*:}
		has "${poller%%:*}" || continue
		for times in --trace '--trace --trace'; do
			serve_start 0 </dev/null
			# shellcheck disable=SC2086 # words
			run --separate-stderr nsk tcp-connect $times --poller "${poller%:*}" "$SERVER_ADDRESS" <<<hello
			assert_success
			server_wait
			if [ "$times" = --trace ]; then
				refute_regex "$stderr" ' (poll|select|epoll_wait)\('
			else
				assert_regex "$stderr" $'\n\\+[0-9.]+ '"$wanted"'\(.*\) = [0-9]+'
			fi
		done
	done
}

@test "without --trace and --explain nothing is shown" {
	serve_start 0 </dev/null
	run --separate-stderr nsk tcp-connect "$SERVER_ADDRESS" <<<hello
	assert_success
	assert_equal "$stderr" ""
}

@test "--explain: a sentence under each call, and TCP's state after it" {
	serve_start 0 </dev/null
	run --separate-stderr nsk tcp-connect --explain "$SERVER_ADDRESS" <<<hello
	assert_success
	assert_equal "$(awk '/^\+/ { if ((getline below) < 1 || below !~ /^          [A-Z].*\.$/) print }' <<<"$stderr")" ""
	needs sock_kernel # TCP's states
	# the handshake and the half-close, as RFC 9293 names the states
	assert_regex "$stderr" ' connect\([^
]*
 +The first segment[^
]*
 +TCP state of [0-9]+: (SYN_SENT|ESTABLISHED)'
	assert_regex "$stderr" ' shutdown\([^
]*
 +(Half-close|The peer is told)[^
]*
 +TCP state of [0-9]+: (FIN_WAIT1|FIN_WAIT2|TIME_WAIT|CLOSE)'
}

@test "--explain: who ends first keeps the connection in TIME_WAIT, and who ends last is done" {
	needs sock_kernel # TCP's states
	run --separate-stderr nsk repl --explain -c '
		listener = create_server 127.0.0.1 0
		first = create_connection listener.getsockname()
		last, address = listener.accept
		first.shutdown SHUT_WR
		last.recv 1
		last.close
		n = first.recv 1 # a result that is not shown: nor is how long it took
		first.close'
	assert_success
	assert_regex "$stderr" 'recv[^
]* = 0
[^
]*
 +TCP state of [0-9]+: TIME_WAIT
[^
]* close\([0-9]+\) = 0
[^
]*\(TIME_WAIT\)[^
]*
 +TCP state of [0-9]+: TIME_WAIT'
	run --separate-stderr nsk repl --explain -c '
		listener = create_server 127.0.0.1 0
		first = create_connection listener.getsockname()
		last, address = listener.accept
		first.close
		last.close'
	assert_success
	# after a close too: the one waits for the other, then both are done
	assert_regex "$(grep -A2 ' close(' <<<"$stderr" | sed -nE 's/.*TCP state of [0-9]+: //p' | paste -sd' ')" '^FIN_WAIT[12] CLOSE$'
	for _ in 1 2 3 4 5; do # looking at the state is not the call; a busy machine may be what took long, once
		run --separate-stderr nsk repl --explain -c 'a = create_server 127.0.0.1 0; b = create_connection a.getsockname()
			c, d = a.accept; shutdown b SHUT_WR; n = recv c 1; close c; recv b 1'
		[[ $stderr == *"recv took"* ]] || break
	done
	refute_regex "$stderr" 'recv took'
	serve_start --explain 0 </dev/null
	nsk tcp-connect "$SERVER_ADDRESS" <<<hello
	server_wait
	assert_regex "$(<"$SERVER_STDERR")" 'TCP state of [0-9]+: CLOSE_WAIT.* shutdown[^
]*
[^
]*
 +TCP state of [0-9]+: (LAST_ACK|CLOSE)
'
}

@test "--explain: a refused datagram is an error in the socket's queue, and no message" {
	needs sock_kernel # where such a queue is
	closed_port
	run --separate-stderr nsk udp-send --explain "127.0.0.1:$CLOSED" x
	assert_failure 4
	assert_regex "$stderr" 'ERRQUEUE\) = 0
 +An error is taken from the socket.s queue'
	assert_regex "$stderr" 'SO_ERROR, 0\) = 0
 +No error waits to be told\.'
	refute_regex "$stderr" 'has ended well'
}

@test "a refused connection: the error by its name, and what it means" {
	peer_listen until=never
	kill -KILL "$PEER_PID"
	wait "$PEER_PID" || true
	run --separate-stderr nsk tcp-connect --explain "127.0.0.1:$PEER_PORT" </dev/null
	assert_failure 4
	assert_regex "$stderr" "getsockopt\([0-9]+, SOL_SOCKET, SO_ERROR, 111\) = 0"
	assert_regex "$stderr" "nsk tcp-connect: 127.0.0.1:$PEER_PORT: connection refused"
}

@test "what is sent and received is shown cut short, with control characters escaped" {
	peer_listen 'send=\x1b[31mred and a long line behind it, longer than what is shown' close
	NSK_PUMP=copy run --separate-stderr nsk tcp-connect --trace "127.0.0.1:$PEER_PORT" </dev/null
	assert_success
	assert_regex "$stderr" 'recv\([0-9]+, "\\x1b\[31mred and a long line behind "\.\.\., [0-9]+, '
	refute_regex "$stderr" $'\x1b'
}

@test "--trace of wait, of the port checker and of sockopts" {
	serve_start -k --echo 0 </dev/null # wait may have to connect
	run --separate-stderr nsk wait --trace "$SERVER_ADDRESS"
	assert_success
	assert_regex "$stderr" '^\+[0-9.]+ [a-z]+\('
	run --separate-stderr nsk wait --explain "$SERVER_ADDRESS"
	assert_regex "$stderr" $'\n          A new socket'
	run --separate-stderr nsk tcp-connect -z --trace "$SERVER_ADDRESS"
	assert_output --regexp '^[0-9]+ open'
	assert_regex "$stderr" "\+[0-9.]+ connect\([0-9]+, $SERVER_ADDRESS\) = (0|-1 EINPROGRESS)"
	run --separate-stderr nsk sockopts --trace TCP_NODELAY
	assert_regex "$stderr" '\+[0-9.]+ getsockopt\([0-9]+, IPPROTO_TCP, TCP_NODELAY, 0\) = 0'
	run --separate-stderr nsk sockopts --explain TCP_NODELAY
	needs sock_kernel # TCP's states
	assert_regex "$stderr" 'TCP state of [0-9]+: CLOSE'
}

@test "a trace is coloured when it is wanted" {
	serve_start 0 </dev/null
	run --separate-stderr nsk tcp-connect --color=always --trace "$SERVER_ADDRESS" <<<hello
	assert_success
	assert_regex "$stderr" $'\x1b\\[36mconnect\x1b\\[0m\\('
}

@test "tcp-serve --explain, and --trace in the background" {
	serve_start --explain 0 </dev/null
	run nsk tcp-connect "$SERVER_ADDRESS" <<<hello
	assert_success
	server_wait
	run cat "$SERVER_STDERR"
	assert_output --regexp ' listen\([^
]*
 +Clients can connect'
	eval "$(nsk tcp-serve 0 --background --output got --log log --trace)"
	nsk tcp-connect "$NSK_HOST:$NSK_PORT" <<<hello
	until_true grep -q '^+[0-9.]* close(' log
	assert_equal "$(<got)" hello
	run grep -c '^+[0-9.]* accept(' log
	assert_output 1
}

# The sentence below the last line that begins with CALL of the script's explanation.
sentence() {
	run --separate-stderr nsk repl --explain -c "$2"
	assert_success
	output=$(awk -v call="$1" '/^\+/ { found = index($2, call "(") == 1 } found && /^          [A-Z]/ && !/TCP state/ { text = $0 }
		END { sub(/^ */, "", text); print text }' <<<"$stderr")
}

@test "--explain: what a close and a shutdown tell the peer" {
	local pair='s = create_server 127.0.0.1 0; c = create_connection s.host s.port; p, a = accept s'

	needs sock_kernel # TCP's states
	sentence close "$pair; close c; exit"
	stderr=$(sed -n '/close(/,$p' <<<"$stderr")
	assert_regex "$stderr" '^\+[0-9.]+ close\([0-9]+\) = 0
 +The descriptor is given back; the last one of a connection ends it \(FIN\)[^
]*\.'
	sentence close 's = socketpair; t = s[0]; close t; close s[1]'
	refute_regex "$output" 'FIN'
	sentence close 'u = socket AF_INET SOCK_DGRAM; close u'
	assert_output 'The descriptor is given back; nobody is told, since datagrams have no connection that could end.'
	sentence close 's = create_server 127.0.0.1 0; close s'
	assert_output --partial 'nobody listens'
	refute_output --partial FIN
	sentence close 's = socket; try connect s 127.0.0.1 1; close s'
	assert_output --partial 'no connection'
	refute_output --partial FIN
	sentence close "$pair; close s; detach p; setsockopt c SOL_SOCKET SO_LINGER [1 0]; close c"
	assert_output --partial '(RST)'
	sentence close "$pair; close s; shutdown c SHUT_WR; detach p; close c"
	assert_output --partial 'was told of the end (FIN) before'
	sentence shutdown "$pair; shutdown c SHUT_WR"
	assert_output 'Half-close: the peer is told that no more will come (FIN); receiving goes on.'
	sentence shutdown "$pair; shutdown p SHUT_WR; recv c 1; shutdown c SHUT_WR"
	assert_output 'The peer is told that no more will come (FIN); it has ended too, and the connection is over.'
	sentence shutdown 'a, b = socketpair; shutdown a SHUT_WR'
	assert_output 'Half-close: the peer is told that no more will come; receiving goes on.'
}

@test "--explain: connecting that is over when connect returns, and how it ended" {
	needs sock_kernel # TCP's states
	sentence connect 's = create_server 127.0.0.1 0; c = create_connection s.host s.port'
	assert_output 'The first segment (SYN) is sent, and the answer is here already; elsewhere it takes as long as the way there and back.'
	assert_regex "$stderr" 'SO_ERROR, 0\) = 0
 +What was begun has ended well\.'
	sentence connect 's = socket; try connect s 127.0.0.1 1'
	assert_output 'The first segment (SYN) is sent, and connecting has failed already; SO_ERROR tells why.'
	assert_regex "$stderr" 'SO_ERROR, 111\) = 0
 +What was begun has failed: 111 is ECONNREFUSED \(connection refused\)\.'
}

@test "--explain: the options that nsk sets itself" {
	local name level

	sentence setsockopt 's = socket; setsockopt s SOL_SOCKET SO_LINGER [1 0]'
	assert_output --partial 'killed'
	assert_output --partial 'reset'
	sentence setsockopt 's = socket; setsockopt s SOL_SOCKET SO_LINGER [0 0]'
	assert_output --partial 'orderly again'
	sentence setsockopt 's = socket; setsockopt s SOL_SOCKET SO_LINGER [1 5]'
	assert_output --partial 'waits'
	sentence getsockopt 's = socket; getsockopt s SOL_SOCKET SO_RCVBUF'
	assert_output --partial 'receive buffer'
	sentence getsockopt 's = socket; getsockopt s SOL_SOCKET SO_TYPE'
	assert_output --partial 'datagrams'
	sentence setsockopt 's = socket; setsockopt s IPPROTO_TCP TCP_NODELAY 1'
	assert_output --partial 'at once'
	sentence setsockopt 's = socket; setsockopt s IPPROTO_TCP TCP_NODELAY 0'
	assert_output --partial Nagle
	for name in IP_RECVERR UDP_GRO UDP_SEGMENT; do
		nsk sockopts --type udp "$name" >/dev/null 2>&1 || continue
		level=IPPROTO_${name%%_*}
		sentence setsockopt "s = socket AF_INET SOCK_DGRAM; setsockopt s $level $name 1"
		refute_output --partial 'An option of the socket'
		assert_output --regexp '[a-z]'
	done
}

@test "--explain: a splice of nothing is the peer's end" {
	local got

	nsk --version | grep -q ' splice' || skip "no splice in this build"
	serve_start 0 </dev/null
	printf 'some bytes' >given
	NSK_PUMP=splice run --separate-stderr nsk tcp-connect --explain "$SERVER_ADDRESS" <given
	assert_success
	server_wait
	got=$(grep -A1 -E 'splice\(.* = 0$' <<<"$stderr")
	assert_regex "$got" 'No bytes: the peer has ended, no more will come\.'
}

@test "on a terminal lines are wrapped between words at its width; elsewhere a sentence is a line" {
	local columns script='a, b = socketpair; n = send a "some words, some more words, and then some others"; t = socket; try connect t 127.0.0.1 1'

	for columns in 60 80 132; do
		run "$PYTHON" -B "$ROOT/tests/on_terminal.py" --columns "$columns" --only 2 "$NSK" repl --color=never --explain -c "$script"
		assert_success
		assert_equal "$(tr -d '\r' <<<"$output" | awk -v most="$columns" '/^[+ ]/ && length($0) > most')" ""
		# what is broken goes on below, and nothing is lost
		assert_line --regexp "^          [a-zA-Z].*"
		output=$(tr -d '\r' <<<"$output" | tr -s ' \n' ' ')
		assert_output --partial "send buffer; that the peer has them is another matter. +"
		assert_output --partial '"some words, some more words, and"..., 49'
		assert_output --partial '= -1 EINPROGRESS (operation now in progress)'
	done
	run --separate-stderr nsk repl --explain -c "$script"
	[[ $stderr == *$'\n          The bytes are in the kernel\'s send buffer; that the peer has them is another matter.\n'* ]]
	# a terminal too narrow for that breaks lines where it likes
	run "$PYTHON" -B "$ROOT/tests/on_terminal.py" --columns 20 --only 2 "$NSK" repl --color=never --explain -c "$script"
	assert_output --partial "the kernel's send buffer; that the peer has them is another matter."
	# a backslash before the closing quote is part of the text
	run "$PYTHON" -B "$ROOT/tests/on_terminal.py" --columns 40 --only 2 "$NSK" repl --color=never --trace -c \
		'a, b = socketpair; n = send a "some words, at their end \\"'
	assert_success
	assert_output --partial 'at their end \\"'
	assert_equal "$(tr -d '\r' <<<"$output" | awk '/^\+.* send|^ / && length($0) > 40')" ""
	# colours take no room
	run "$PYTHON" -B "$ROOT/tests/on_terminal.py" --columns 80 --only 2 "$NSK" repl --color=always --explain -c "$script"
	assert_equal "$(tr -d '\r' <<<"$output" | sed 's/\x1b\[[0-9;]*m//g' | awk 'length($0) > 80')" ""
}
