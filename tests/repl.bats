#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# repl: its language, its modes, its errors. What each call does is in repl-calls.bats.
# shellcheck disable=SC2016 # scripts in quotes

load helpers
load stream_helpers

# `nsk repl -c CODE`, its messages apart; all of them in $told, without those on time in $stderr.
code() {
	run --separate-stderr nsk repl "${@:2}" -c "$1"
	told=$stderr
	# on a busy machine any call may take more than a millisecond, and is told of then
	stderr=$(grep -v ' took [0-9.]* m\?s$' <<<"$stderr" || true)
}

# CODE fails with one message, which holds TEXT, and status 1.
assert_refused() {
	code "$1"
	assert_equal "$1: $status" "$1: 1"
	assert_equal "$(wc -l <<<"$stderr")" 1
	[[ $stderr == "nsk repl: -c:1: "*"$2"* ]] || fail "$1: $stderr"
}

# The lines of section "nsk repl" that everybody meets first.
lesson() {
	cat <<-'EOT'
		server = create_server 127.0.0.1 0
		client = create_connection server.host server.port
		conn, peer = accept server
		sendall client "Hello, Server!"
		recv conn 1024                     # prints "Hello, Server!"
		shutdown client SHUT_WR
		recv conn 1024                     # prints "": end of file
		close conn
	EOT
}

@test "a server, a client and a connection in one process" {
	lesson >script
	run --separate-stderr nsk repl script
	assert_success
	assert_output $'"Hello, Server!"\n""'
}

@test "a script comes from a file, from a pipe, from - and from -c" {
	echo 'htons 80' >script
	run --separate-stderr nsk repl script # on stderr: the time that a call took, on a busy machine
	assert_output 20480
	run --separate-stderr nsk repl <script
	assert_output 20480
	run --separate-stderr nsk repl - <script
	assert_output 20480
	code 'htons 80'
	assert_output 20480
	run --separate-stderr nsk repl --code $'htons 80\nhtons 80'
	assert_output $'20480\n20480'
	printf 'htons 80' >script # no newline at its end
	run --separate-stderr nsk repl script
	assert_output 20480
}

@test "a script stops at its first error, with its name and its line, status 1" {
	printf 'print 20480\n\n# a comment\ns = socket\nconnect s 127.0.0.1 1\nhtons 80\n' >script
	run --separate-stderr nsk repl script
	assert_failure 1
	assert_output 20480
	assert_equal "$stderr" "nsk repl: script:5: ECONNREFUSED: connection refused"
	run --separate-stderr nsk repl <script
	assert_failure 1
	assert_equal "$stderr" "nsk repl: standard input:5: ECONNREFUSED: connection refused"
	code 'foo; htons 80'
	assert_failure 1
	assert_output ""
}

@test "a file that is not there, and too many operands" {
	run --separate-stderr nsk repl nothing
	assert_failure 1
	assert_equal "$stderr" "nsk repl: nothing: no such file or directory"
	run --separate-stderr nsk repl a b
	assert_failure 2
	run --separate-stderr nsk repl -c 'htons 1' script
	assert_failure 2
	run --separate-stderr nsk repl -x
	assert_failure 2
}

@test "try shows an error, goes on, and its name is the result" {
	code 's = socket; try connect s 127.0.0.1 1; expect "ECONNREFUSED"; expect ECONNREFUSED; print on'
	assert_success
	assert_output $'ECONNREFUSED: connection refused\non'
	code 's = socket; why = try connect s 127.0.0.1 1; print why'
	assert_success
	assert_output ECONNREFUSED
	code 'try nonsense; expect NameError'
	assert_success
}

@test "expect compares numbers, text, addresses, lists and what is shown" {
	code 'htons 80; expect 20480; expect 0x5000; "a\x00b"; expect "a\x00b"; [1 "x" [2]]; expect [1 "x" [2]]'
	assert_success
	code 's = create_server 127.0.0.1 0; p = s.port; close s; s = socket; n = s.fd; s; expect "socket fd {}".format(n)'
	assert_success
	code 'htons 80; expect 20481'
	assert_failure 1
	assert_equal "$stderr" "nsk repl: -c:1: AssertionError: expected 20481, got 20480"
	code '"a"; expect "b"'
	assert_failure 1
	code '[1 2]; expect [1 3]'
	assert_failure 1
	code 'len "abc"; print x; expect 3' # print leaves the result alone
	assert_success
}

@test "values are shown as Python's are" {
	code '3; "a\n\"\x1b"; "\t\x0d\x0a\x07\\n"; 0.5; 2e0; True; None; [1 "b" AF_INET]; AF_INET6; -7; x = 5; x'
	assert_success
	assert_output $'3\n"a\\n\\"\\x1b"\n"\\t\\r\\n\\x07\\\\n"\n0.5\n2.0\nTrue\n[1, "b", AF_INET]\nAF_INET6\n-7\n5'
	code 'a, b = socketpair; send a "x\r\n"; recv b 9' --trace
	assert_output $'3\n"x\\r\\n"'
	assert_regex "$stderr" 'recv\([0-9]+, "x\\r\\n", 9, 0\) = 3'
	code 'a, b = socketpair; a; close a; a; getsockname b'
	assert_line --index 0 --regexp '^socket fd [0-9]+$'
	assert_line --index 1 'socket closed'
	assert_line --index 2 '""'
	code 'POLLIN | POLLOUT; MSG_PEEK | MSG_DONTWAIT; 1 | 6; "a" + "b"; 1 + 2'
	assert_output $'POLLIN|POLLOUT\nMSG_PEEK|MSG_DONTWAIT\n7\n"ab"\n3'
	code '"ab" * 3; b"x"*2; "ab" * 0; "ab" * -1; 6 * 7; n = 2; "a\x00" * n; len("x" * 100000); create_server *:0 x=1'
	assert_output $'"ababab"\n"xx"\n""\n""\n42\n"a\\x00a\\x00"\n100000'
	assert_regex "$stderr" 'create_server takes no x='
	assert_refused '"x" * 2000000000' 'OverflowError'
	assert_refused '5 * "x"' 'TypeError'
	assert_refused '"x" * "y"' 'TypeError'
}

@test "variables: several at once, by \$name, their attributes and items" {
	code 'a, b = socketpair; print a.family a.type a.proto; x = [7 8 9]; print x[1] x[-1]; host, port = ["h" 5]; print host $port'
	assert_success
	assert_output $'AF_UNIX SOCK_STREAM 0\n8 9\nh 5'
	code 's = create_server 127.0.0.1 0; here = getsockname s; print s.host here.host here[0]; here.port; expect $s.port; here[1]; expect s.port'
	assert_success
	assert_line --index 0 '127.0.0.1 127.0.0.1 127.0.0.1'
	code 'x = hello; print x xx "x"' # a bare word that is no variable stands for itself
	assert_output 'hello xx x'
	assert_refused 'print $nothing' 'NameError: nothing: no such variable'
	assert_refused 'a, b, c = socketpair' '3 names for 2 values'
	assert_refused 'x = [1]; x[1]' IndexError
	assert_refused 'x = 5; x.host' 'AttributeError'
	assert_refused '5x = 3' 'no name for a variable'
	assert_refused "$(printf 'x%.0s' {1..64}) = 3" 'at most 63 characters'
}

@test "text has the escapes of pack, in either quotes" {
	code $'print "a\\tb\\x41\\102\\\\"; print \'it\\\'s "so"\'; len b"\\x00\\xff"; len \'\''
	assert_success
	assert_output $'a\tbAB\\\nit\'s "so"\n2\n0'
	assert_refused 'print "\q"' "'\\q' is no escape"
	assert_refused 'print "\x1"' 'is no escape'
	assert_refused 'print "abc' 'a closing " is missing'
}

@test "; and # separate and comment, but not within text" {
	code 'print "a;b#c" ; print d # print e; print f'
	assert_success
	assert_output $'a;b#c\nd'
}

@test "Python's spelling means the same" {
	code 'import socket, select; from struct import pack; s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", 0)); s.listen(backlog=3); s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)'
	assert_success
	assert_output 1
	code 'c = socket.create_connection(("127.0.0.1", 1), timeout=0.5)'
	assert_failure 1
	code 'print(struct.unpack("!H", struct.pack("!H", 80))[0], len("abc"), repr("a"), str("a", "utf-8"))'
	assert_output '80 3 "a" a'
	code '>>> print("in", "a", "prompt")'
	assert_output 'in a prompt'
	code 'with socket.create_server(("127.0.0.1", 0)) as s: s.getsockname()[0]'
	assert_output '"127.0.0.1"'
	code $'with socket.create_server(("127.0.0.1", 0)) as s, socket.socket() as t:\n\tt.connect(s.getsockname())
		with s.accept()[0] as c, \\\n t as u: u.sendall(b"x")\n\t\tc.recv(5)'
	assert_success
	assert_output '"x"'
	code 'a, b = socket.socketpair(); a.sendall("Sent: {}, {}".format("x", 5).encode("utf-8")); b.recv(100).decode()'
	assert_output '"Sent: x, 5"'
	code 'recv (socket, 5'
	assert_failure 1
	code 'htons(80))'
	assert_output 20480
}

@test "behind = words joined by commas are a tuple" {
	code 'HOST, PORT = "localhost", 9999; print HOST PORT; addr = "127.0.0.1", 80; addr; x = HOST, addr[1]; x; x = 5,; x'
	assert_success
	assert_output $'localhost 9999\n("127.0.0.1", 80)\n("localhost", 80)\n(5,)'
	code 's = create_server 127.0.0.1 0; here, n = s.getsockname(), 5; print here.host n
		c = socket; there = "127.0.0.1", s.port; c.connect(there); x, y = s.accept(), len("ab"); print y len(x)
		a, b = 1, 2; a, b = b, a; print a, b'
	assert_success
	assert_output $'127.0.0.1 5\n2 2\n2 1'
	assert_refused 'a, b = 1, 2, 3' '2 names for 3 values'
	assert_refused 'a = "x", 2 3' "SyntaxError: '3' is one word too many"
}

@test "a backslash at a line's end and an open bracket join the next lines" {
	cat >script <<-'EOT'
		a, b = socket.socketpair()
		a.sendall(b"x")
		ready_to_read, ready_to_write, in_error = \
		               select.select(
		                  [b],       # (who is read from
		                  [a, b],
		                  [],
		                  60)
		print len(ready_to_read) len(ready_to_write) len(in_error)
		print(1,
		    2) ; print \
		  3 # not joined: \
		nothing.recv(
		    5)
	EOT
	run --separate-stderr nsk repl script
	assert_failure 1
	assert_output $'1 2 0\n1 2\n3'
	assert_equal "$(grep -v ' took ' <<<"$stderr")" "nsk repl: script:13: NameError: nothing: no such variable"
	sed 's/$/\r/' script >windows
	run --separate-stderr nsk repl - <windows
	assert_failure 1
	assert_output $'1 2 0\n1 2\n3'
	sed 's/^/... /; s/^... \([a-z]\)/>>> \1/' script >prompts
	code "$(<prompts)"
	assert_failure 1
	assert_output $'1 2 0\n1 2\n3'
	assert_equal "$stderr" "nsk repl: -c:13: NameError: nothing: no such variable"
}

@test "a bracket that nothing closes, and a backslash with no line behind it, are syntax errors" {
	assert_refused 'print [1 2' 'SyntaxError: a closing ] is missing'
	assert_refused 'print ((((1)))' 'SyntaxError: a closing ) is missing'
	assert_refused 'htons (80' 'SyntaxError: a closing ) is missing'
	assert_refused $'print (1\nprint 2\n' 'SyntaxError: a closing ) is missing'
	assert_refused 'print (1; print 2' 'SyntaxError: a closing ) is missing'
	assert_refused 'from socket import (socket' 'SyntaxError: a closing bracket is missing'
	assert_refused "print 1 \\" "SyntaxError: a line is missing behind \\"
	assert_refused $'print (1,\n"a' 'SyntaxError: a closing " is missing'
	assert_equal "$output" ""
	printf 'print 5\nprint [\n1\n\n' >script
	run --separate-stderr nsk repl script
	assert_failure 1
	assert_output 5
	assert_equal "$stderr" "nsk repl: script:2: SyntaxError: a closing ] is missing"
}

@test "a string's letters: r is raw, b and u say nothing, f and % are refused" {
	code 'print(r"\n", rb"\x00", BR"a\"b", u"\x41", b"\x42"); len r"\n"; len b"\n"'
	assert_success
	assert_output $'\\n \\x00 a\\"b A B\n2\n1'
	assert_refused 's = 5; print(f"x {s}")' 'SyntaxError: f"{NAME}" is not understood here; "{}".format(NAME) is'
	assert_refused 'print(fr"x")' 'SyntaxError: f"{NAME}"'
	assert_refused 'print("%s" % "x")' 'SyntaxError: % is not understood here; "{}".format(NAME) is'
	assert_refused 'x = "%s %s"%("x", 5)' 'SyntaxError: % is not understood here'
	assert_equal "$output" ""
	code 'print 50% %x a%b'
	assert_output '50% %x a%b'
}

@test "a block gets one message" {
	local line

	for line in 'while True:' 'for x in y:' 'def f(x):' 'if not data: break' 'class X:' 'try:' 'else:' 'return x' 'break'; do
		assert_refused "$line" 'each line is one call'
	done
	assert_refused 'with open' 'each line is one call'
}

@test "bad input: one message, status 1" {
	assert_refused 'sokcet' 'no such call; did you mean socket?'
	assert_refused 'frobnicate 1 2' 'frobnicate: no such call'
	assert_refused 'socket AF_INTE' 'AF_INTE: no such constant'
	assert_refused 'recv nothing 5' 'nothing: no such variable'
	assert_refused 'nothing.recv(5)' 'nothing: no such variable'
	assert_refused 'a, b = socketpair; recv a' 'too few words: recv SOCKET SIZE [FLAGS]'
	assert_refused 'a, b = socketpair; recv a 1 2 3' 'too many words: recv SOCKET SIZE [FLAGS]'
	assert_refused 'a, b = socketpair; recv a -1' '-1 is not a number, 0 or more'
	assert_refused 'a, b = socketpair; close a; recv a 5' 'EBADF: bad file descriptor'
	assert_refused 'a, b = socketpair; close a; select [a] [] [] 0' 'EBADF: bad file descriptor'
	assert_refused 's = socket; getpeername s' 'ENOTCONN: '
	assert_refused 'a, b = socketpair; recv a 5 size=3' 'recv was given size twice'
	assert_refused 'a, b = socketpair; recv a bufsiz=3' 'recv takes no bufsiz='
	assert_refused 'htons x=' "value is missing"
	assert_refused 'htons |' "a value is missing"
	assert_refused 'htons (+ 1)' "'+' stands where a word is wanted"
	assert_refused 'bind' 'too few words: bind SOCKET ADDRESS'
	assert_refused 's = socket; bind s 127.0.0.1' "ValueError: '127.0.0.1'"
	assert_refused 's = socket; bind s 127.0.0.1 99999' '0 to 65535'
	assert_refused 's = socket; bind s no-such-host.invalid 0' 'no-such-host.invalid'
	assert_refused 's = socket; connect s "" ' "not a port"
	assert_refused '(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((' 'too deep'
}

@test "a result that took long is told of, beside the data" {
	code 'a, b = socketpair; settimeout a 0.05; try recv a 1; expect ETIMEDOUT; 5'
	assert_success
	assert_output $'ETIMEDOUT: timed out\n5'
	code 'a, b = socketpair; select [a] [] [] 0.05'
	assert_success
	assert_output '([], [], [])'
	assert_regex "$told" '^nsk repl: select took [0-9]+\.[0-9] ms$'
	code 'a, b = socketpair; x = select [a] [] [] 0.05' # not shown, so its time is not either
	assert_equal "$told" ""
}

@test "a call that blocks for a second says so" {
	code 'a, b = socketpair; settimeout a 1.3; try recv a 1'
	assert_success
	assert_equal "$(head -n 1 <<<"$stderr")" "nsk repl: recv waits (Ctrl-C ends the wait)"
	code 'a, b = socketpair; settimeout a 0.7; try recv a 1'
	assert_success
	assert_equal "$stderr" ""
}

@test "a look-up that blocks for a second says so, once, and can be ended" {
	local status=0 call

	"$ROOT/tests/dns/namespace" true 3>&- || status=$?
	[ "$status" -ne 77 ] || skip "no namespaces here"
	for call in 'gethostbyname silent.test' 's = socket; connect s silent.test 80'; do
		rm -f err # the words of the call before are not this one's
		run timeout 60 "$ROOT/tests/dns/namespace" bash -c '
			"$NSK" repl -c "$1" >out 2>err &
			until grep -qs waits err; do sleep 0.02; done # the wait is the thing tested; timeout bounds it
			kill -TERM $!
			wait $!' bash "$call" 3>&-
		assert_failure 143
		assert_equal "$(<err)" "nsk repl: $(sed 's/.*; //; s/ .*//' <<<"$call") waits (Ctrl-C ends the wait)"
	done
}

@test "a signal ends a script by that signal" {
	background repl -c 'a, b = socketpair; print ready; recv a 1' >out 2>err
	until_true grep -q waits err
	kill -TERM "$BACKGROUND_PID"
	wait_bounded "$BACKGROUND_PID"
	assert_equal "$STATUS_OF_PID" $((128 + 15))
	assert_equal "$(<out)" ready
	session_start repl # between lines
	until_true grep -q 'SigCgt:.*4...$' "/proc/$SESSION_PID/status"
	kill -TERM "$SESSION_PID"
	session_wait
	assert_equal "$SESSION_STATUS" $((128 + 15))
}

@test "stdout that is full, or whose reader is gone" {
	run --separate-stderr bash -c '"$NSK" repl -c "print 20480" >/dev/full'
	assert_failure 1
	assert_equal "$stderr" "nsk repl: standard output: no space left on device"
	run bash -c 'yes "print a" | timeout 60 "$NSK" repl | head -n 1; echo "${PIPESTATUS[1]}"'
	assert_output $'a\n141'
	# what is closed at the end does not hide the reason
	run --separate-stderr bash -c '"$NSK" repl -c "s = create_server 127.0.0.1 0; print s.port" >/dev/full'
	assert_failure 1
	assert_equal "$stderr" "nsk repl: standard output: no space left on device"
}

# ---- a terminal ------------------------------------------------------------------------------------

typist() {
	run "$PYTHON" -B "$ROOT/tests/typist" "$@" -- "$NSK" repl
}

@test "interactively an error is shown and the prompt comes back; exit and Ctrl-D end" {
	for TERM in xterm dumb; do
		export TERM
		typist 'see=nsk> ' 'type=foo 5\r' 'see=NameError: foo: no such call' 'see=nsk> ' \
			'type=s = socket; connect s 127.0.0.1 1; htons 80\r' 'see=ECONNREFUSED: connection refused' 'see=nsk> ' \
			'type=htons 80\r' 'see=20480' 'see=nsk> ' quit
		assert_success
		typist 'see=nsk> ' 'type=exit\r'
		assert_success
		typist 'see=nsk> ' 'type=quit()\r'
		assert_success
	done
}

@test "Ctrl-C ends a call that blocks, and every socket is alive" {
	for TERM in xterm dumb; do
		export TERM
		typist 'see=nsk> ' 'type=a, b = socketpair\r' 'see=nsk> ' 'type=recv a 10\r' 'see=waits' stop 'see=nsk> ' \
			'type=sendall b "still here"; recv a 10\r' 'see="still here"' 'see=nsk> ' \
			'type=sleep 60\r' stop 'see=nsk> ' 'type=select [a] [] []\r' 'see=waits' stop 'see=nsk> ' \
			'type=accept create_server("127.0.0.1", 0)\r' 'see=waits' stop 'see=nsk> ' quit
		assert_success
	done
}

@test "Ctrl-C gives up the line that is being typed" {
	export TERM=xterm
	has readline || has libedit || skip "no line is edited"
	typist 'see=nsk> ' 'type=print wrong' 'see=wrong' stop 'see=nsk> ' 'type=print right\r' 'see=right' 'see=nsk> ' quit
	assert_success
}

@test "Ctrl-Z gives the terminal back; fg shows the line again and goes on with it" {
	export TERM=xterm PS1='$ '
	needs readline # libedit draws otherwise: builds.bats
	run "$PYTHON" -B "$ROOT/tests/typist" 'see=$ ' "type='$NSK' repl\n" 'see=nsk> ' 'type=a, b = socketpair\r' 'see=nsk> ' \
		'type=sendall a "left' 'see="left' suspend 'see=$ ' 'type=stty -a | grep -o " icanon"\n' 'see= icanon' 'see=$ ' \
		'type=fg\n' 'see=nsk> sendall a "left' 'type= and taken"; recv b 99\r' 'see="left and taken"' 'see=nsk> ' \
		'type=settimeout a 3; recv a 9\r' 'see=waits' suspend 'see=$ ' 'type=stty -a | grep -o " echo "\n' 'see= echo' 'see=$ ' 'type=fg\n' \
		'see=ETIMEDOUT' 'see=nsk> ' quit 'see=$ ' quit -- sh -i
	assert_success
}

@test "Tab completes calls, constants, variables, methods and hosts; the history is at hand" {
	export TERM=xterm
	needs readline # libedit draws otherwise: builds.bats
	typist 'see=nsk> ' 'type=getprotob\ttcp\r' 'see=6' 'see=nsk> ' \
		'type=socket AF_INET SOCK_SEQP\t\r' 'see=SOCK_SEQPACKET' 'see=nsk> ' \
		'type=listener = socketpair\r' 'see=nsk> ' 'type=len listene\t\r' 'see=len listener' 'see=2' 'see=nsk> ' \
		'type=sock = socket\r' 'see=nsk> ' 'type=sock.getsockn\t\r' 'see=sock.getsockname' 'see=0.0.0.0:0' 'see=nsk> ' \
		'type=print localh\t\r' 'see=print localhost' 'see=localhost' 'see=nsk> ' \
		'type=\x1b[A\x1b[A\r' 'see=sock.getsockname' 'see=0.0.0.0:0' 'see=nsk> ' quit
	assert_success
	assert_equal "$(find "$HOME" -name '*history*')" ""
}

@test "the terminal goes away: that is the end" {
	export TERM=xterm
	typist 'see=nsk> ' hang
	# by SIGHUP, or by the end that the terminal shows an instant before; 98 if it did not end
	[[ $status =~ ^(129|0)$ ]] || fail "status $status"
	run "$PYTHON" -B "$ROOT/tests/typist" 'see=nsk> ' hang -- sh -c "trap '' HUP; exec '$NSK' repl"
	[[ $status == [01] ]] # ended; 1 where something of ours was still to be written there
}

@test "text pasted as a whole is run line by line" {
	export TERM=xterm
	has readline || has libedit || skip "no line is edited"
	typist 'see=nsk> ' 'type=\x1b[200~a, b = socketpair\nsend a "xyz"\nrecv b 10\x1b[201~\r' 'see="xyz"' 'see=nsk> ' quit
	assert_success
}

@test "at the prompt a line that goes on is asked for; Ctrl-C gives it up, the end tells of it" {
	for TERM in xterm dumb; do
		export TERM
		typist 'see=nsk> ' 'type=htons(\r' 'see=...> ' 'type=80\r' 'see=...> ' 'type=)\r' 'see=20480' 'see=nsk> ' \
			'type=x = \\\r' 'see=...> ' 'type=htons 80\r' 'see=nsk> ' 'type=ntohs(x\r' 'see=...> ' stop 'see=nsk> ' \
			'type=x\r' 'see=20480' 'see=nsk> ' 'type=htons (\r' 'see=...> ' quit
		assert_success
		assert_output --partial 'SyntaxError: a closing ) is missing'
	done
	has readline || has libedit || skip "no line is edited"
	TERM=xterm typist 'see=nsk> ' 'type=\x1b[200~x = \\\nhtons(\n80)\nx\x1b[201~\r' 'see=20480' 'see=nsk> ' quit
	assert_success
}

@test "control characters of a peer never reach the terminal raw" {
	export TERM=dumb
	typist 'see=nsk> ' 'type=a, b = socketpair; sendall a "\\x1b[31m\\x07red\\x9b2J"; recv b 100 MSG_PEEK; print recv(b, 100)\r' \
		'see=red' 'see=red' 'see=nsk> ' quit
	assert_success
	refute_output --partial $'\x1b['
	refute_output --partial $'\a'
	assert_output --partial '\x1b[31m\x07red\x9b2J'
	# a pipe gets the exact bytes that print was given
	nsk repl -c 'print "\x1b[31m\x07"' >out
	printf '\033[31m\007\n' | cmp - out
}

@test "readline is not loaded where no line is edited" {
	command -v strace >/dev/null || skip "no strace"
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 strace -f -o trace -e trace=openat "$NSK" repl -c 'htons 80' 3>&-
	run grep -c libreadline trace
	assert_output 0
}

# ---- tracing ---------------------------------------------------------------------------------------

@test "nsk repl --trace and --explain show the socket calls of a script" {
	code 's = create_server 127.0.0.1 0' --trace
	assert_success
	assert_regex "$stderr" $'^\\+0\\.000000 socket\\(AF_INET, SOCK_STREAM, 0\\) = [0-9]+\n'
	assert_regex "$stderr" $'\n\\+[0-9.]+ bind\\([0-9]+, 127\\.0\\.0\\.1:0\\) = 0\n'
	assert_regex "$stderr" $'\n\\+[0-9.]+ listen\\([0-9]+, [0-9]+\\) = 0\n'
	code 's = create_server 127.0.0.1 0' --explain
	assert_success
	assert_regex "$stderr" $' listen\\([0-9]+, [0-9]+\\) = 0\n +Clients can connect'
	! has sock_kernel || assert_regex "$stderr" $'\n +Clients can connect.*\n +TCP state of [0-9]+: LISTEN'
	code 'a, b = socketpair; send a "x"; recv b 5' --trace --trace
	assert_regex "$stderr" $'\n\\+[0-9.]+ poll\\(\\[[0-9]+ POLLIN -> POLLIN\\], 1, [0-9-]+\\) = 1\n'
	code 'a, b = socketpair; send a "x"; recv b 5' --trace
	refute_regex "$stderr" ' poll\('
}

@test "results and traces stand in the order they came" {
	run nsk repl --trace -c 'print before; s = socket; print behind'
	assert_success
	assert_line --index 0 before
	assert_line --index 1 --regexp 'socket\('
	assert_line --index 2 behind
}

# ---- Python's documentation ------------------------------------------------------------------------

@test "the TCP server and client of Python's documentation, pasted, their loops unrolled" {
	cat >server <<-'EOT'
		# Echo server program
		import socket

		HOST = '127.0.0.1'
		PORT = 0
		with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
		    s.bind((HOST, PORT))
		    s.listen(1)
		    s.getsockname()[1]
		    conn, addr = s.accept()
		    with conn:
		        print('Connected by', addr)
		        data = conn.recv(1024)
		        conn.sendall(data)
	EOT
	background repl server >server.out 2>server.err
	until_true test -s server.out
	cat >client <<-EOT
		# Echo client program
		import socket

		HOST = '127.0.0.1'    # The remote host
		PORT = $(head -n 1 server.out)
		with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
		    s.connect((HOST, PORT))
		    s.sendall(b'Hello, world')
		    data = s.recv(1024)
		print('Received', repr(data))
	EOT
	run --separate-stderr nsk repl client
	assert_success
	assert_output 'Received "Hello, world"'
	wait_bounded "$BACKGROUND_PID"
	assert_equal "$STATUS_OF_PID" 0
	assert_regex "$(tail -n 1 server.out)" '^Connected by 127\.0\.0\.1:[0-9]+$'
}

@test "the UDP server and client of Python's documentation, pasted, their loops unrolled" {
	cat >server <<-'EOT'
		import socket
		sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		sock.bind(("localhost", 0))
		print(sock.getsockname()[1])
		data, address = sock.recvfrom(1024)
		print("{} wrote:".format(address[0]))
		print(data)
		sock.sendto(data.upper(), address)
	EOT
	background repl server >server.out 2>server.err
	until_true test -s server.out
	cat >client <<-EOT
		import socket
		import sys

		HOST, PORT = ["localhost", $(head -n 1 server.out)]
		data = "hello there"

		# SOCK_DGRAM is the socket type to use for UDP sockets
		sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

		# As you can see, there is no connect() call; UDP has no connections.
		sock.sendto(bytes(data + "\n", "utf-8"), (HOST, PORT))
		received = str(sock.recv(1024), "utf-8")

		print("Sent:     {}".format(data))
		print("Received: {}".format(received))
	EOT
	run --separate-stderr nsk repl client
	assert_success
	assert_line 'Sent:     hello there'
	assert_line 'Received: HELLO THERE'
	wait_bounded "$BACKGROUND_PID"
	assert_equal "$STATUS_OF_PID" 0
	assert_equal "$(sed -n 2,3p server.out)" $'127.0.0.1 wrote:\nhello there'
}

# ---- help ------------------------------------------------------------------------------------------

@test "help tells of each call what it does, its C and its Python" {
	code 'help recv'
	assert_success
	assert_line --index 0 'recv SOCKET SIZE [FLAGS]'
	assert_output --partial 'ssize_t recv(int sockfd, void *buf, size_t len, int flags)'
	assert_output --partial 'socket.recv(bufsize[, flags])'
	assert_output --partial 'ECONNRESET'
	code 'help socket.accept'
	assert_line --index 0 'accept SOCKET'
	assert_refused 'help frobnicate' 'no such call'
	code help
	assert_success
	nsk --describe | awk -F '\t' '$1 == "call" { print "  " $3 }' >usages
	assert [ "$(wc -l <usages)" -ge 70 ]
	while read -r line; do
		assert_output --partial "$line"
	done <usages
}

@test "on a terminal help is a screen with every call on it; text without quotes gets a hint" {
	TERM=dumb typist 'see=nsk> ' 'type=help\r' 'see=quit' 'see=nsk> ' quit
	assert_success
	assert [ "$(tr -d '\r' <<<"$output" | sed -n '/^A line is/,/quit$/p' | wc -l)" -le 23 ] # and the prompt
	assert [ "$(tr -d '\r' <<<"$output" | wc -L)" -le 80 ]
	assert_equal "$(nsk --describe | awk -F '\t' '$1 == "call" { print $2 }' | while read -r name; do
		tr -d '\r' <<<"$output" | grep -qw -- "$name" || echo "$name"
	done)" ""
	assert_refused 'a, b = socketpair; sendall a hello there' 'text of several words stands in quotes'
}

@test "what nsk help says of a name in nsk repl is a call there" {
	nsk --describe | awk -F '\t' '
		$1 == "call" { known[$2] = 1 }
		$1 == "api" && $5 != "-" { calls[++count] = $5 }
		END {
			for (i = 1; i <= count; i++) {
				words = split(calls[i], word, " ")
				for (first = 1; first <= words && (word[first] == "try" || word[first] ~ /[,=]$/ || word[first + 1] == "="); first++)
					;
				if (!(word[first] in known))
					print calls[i]
			}
		}' >unknown
	assert_equal "$(<unknown)" ""
}
