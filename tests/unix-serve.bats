#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# unix-serve: clients of a Unix socket, what becomes of its file, and records.

# shellcheck disable=SC2016,SC2030,SC2031,SC2086,SC2094,SC2154 # scripts in quotes, words in variables, variables of bats

load helpers
load unix_helpers

export SERVER_COMMAND=unix-serve

finish() {
	server_wait
	assert_equal "status $SERVER_STATUS" "status ${1:-0}"
}

# A client of CPython's: python CODE, with the connected socket s and the path p
python_client() {
	timeout 30 python3 -c "import socket, sys
p = sys.argv[1]
s = socket.socket(socket.AF_UNIX, socket.SOCK_$1)
s.settimeout(20)
s.connect(p)
$2" "${3:-./s}"
}

@test "64 MiB from and to nsk, nc, socat and ncat, whole" {
	random_file sent 64M
	for client in "$NSK unix-connect ./s" "nc -N -U ./s" "socat -t 30 - UNIX-CONNECT:./s" "ncat -U ./s"; do
		command -v "${client%% *}" >/dev/null || continue
		echo "# $client"
		serve_start ./s
		timeout 60 $client <sent 3>&-
		finish
		cmp sent "$SERVER_STDOUT"
		serve_start --input sent ./s
		timeout 60 $client </dev/null >got 3>&-
		finish
		cmp sent got
	done
}

@test "what nobody wants is taken all the same: 64 MiB to /dev/null" {
	random_file sent 64M
	for NSK_PUMP in copy splice; do
		export NSK_PUMP
		echo "# pump $NSK_PUMP"
		serve_start --input sent ./s
		timeout 60 "$NSK" unix-connect -v ./s </dev/null >/dev/null 2>told 3>&-
		finish
		grep -q 'received 67108864$' told
	done
}

@test "Python's clients are served by --echo, many at a time" {
	serve_start -k --echo ./s
	python_client STREAM '
import os, threading
def one(n):
    c = socket.socket(socket.AF_UNIX); c.settimeout(20); c.connect(p)
    data = os.urandom(200000)
    threading.Thread(target=lambda: (c.sendall(data), c.shutdown(socket.SHUT_WR))).start()
    got = b""
    while True:
        piece = c.recv(65536)
        if not piece: break
        got += piece
    assert got == data
    done.append(n)
done = []
threads = [threading.Thread(target=one, args=(n,)) for n in range(50)]
[t.start() for t in threads]; [t.join() for t in threads]
assert len(done) == 50'
	kill "$SERVER_PID"
	finish 143
	[ ! -e s ]
}

@test "curl is answered by -k --input" {
	command -v curl >/dev/null || skip "no curl"
	printf 'HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello\n' >answer
	serve_start -k --input answer ./s
	for _ in 1 2; do
		run timeout 20 curl -s --unix-socket ./s http://localhost/
		assert_success
		assert_output hello
	done
}

@test "one client is served, then nobody; the file is gone" {
	serve_start ./s
	run nsk unix-connect ./s <<<hello
	assert_success
	finish
	assert_equal "$(cat "$SERVER_STDOUT")" hello
	[ ! -e s ]
	run nsk unix-connect ./s
	assert_failure 4
}

@test "-W, -m, lines of many, --output %n, --discard" {
	serve_start -W 3 -m 1 ./s
	for n in 1 2 3; do
		nsk unix-connect ./s <<<"line $n"
	done
	finish
	assert_equal "$(cat "$SERVER_STDOUT")" $'line 1\nline 2\nline 3'
	serve_start -W 2 --output 'got.%n' ./s
	nsk unix-connect ./s <<<one
	nsk unix-connect ./s <<<two
	finish
	assert_equal "$(cat got.1)-$(cat got.2)" one-two
	serve_start -W 1 --discard ./s
	nsk unix-connect ./s <<<away
	finish
	[ ! -s "$SERVER_STDOUT" ]
}

@test "%n alone has a meaning in file names" {
	for letter in a p x; do
		for option in --output --log-sent --log-received; do
			run nsk unix-serve $option "f.%$letter" ./s
			assert_failure 2
			assert_output --partial "behind % stands n"
		done
	done
	[ ! -e s ]
}

@test "programs find UCSPI's names, and none that was inherited" {
	needs sock_kernel # who the peer is
	export PROTO=x UNIXREMOTEPID=x UNIXREMOTEPATH=x TCPREMOTEIP=x UNIXLOCALPATH=x
	serve_start -W 1 ./s --sh 'env | grep -E "^(PROTO|UNIX|TCP)" | sort'
	python_client STREAM 'import os
s.shutdown(socket.SHUT_WR)
got = b""
while True:
    piece = s.recv(4096)
    if not piece: break
    got += piece
want = "PROTO=UNIX\nUNIXLOCALPATH=./s\nUNIXREMOTEEGID=%d\nUNIXREMOTEEUID=%d\nUNIXREMOTEPID=%d\n" % (os.getegid(), os.geteuid(), os.getpid())
assert got.decode() == want, got'
	finish
}

@test "-v tells process and user; messages call many by number" {
	needs sock_kernel
	serve_start -v -W 2 ./s --sh 'exit 3'
	nsk unix-connect ./s
	nsk unix-connect ./s
	finish 1
	run cat "$SERVER_STDERR"
	assert_line --regexp "^nsk unix-serve: connected to ./s \(client 1\): process [0-9]+ of user $(id -u)$"
	assert_line "nsk unix-serve: ./s (client 2): sh: ended with status 3" ||
		assert_line --regexp '\./s \(client 2\): .*ended with status 3$'
}

@test "abstract names" {
	[ "$(uname)" = Linux ] || skip "Linux alone has them"
	name=@nsk-test-$$-$RANDOM
	serve_start -W 1 --sh 'echo $UNIXLOCALPATH' "$name"
	assert_equal "$SERVER_ADDRESS" "$name"
	run nsk unix-connect "$name"
	assert_output "$name"
	finish
	run nsk unix-connect "$name"
	assert_failure 4
	assert_output "nsk unix-connect: $name: connection refused"
}

@test "the file's mode is 0600, or --mode's, whatever the umask" {
	umask 0
	serve_start ./s
	assert_equal "$(stat -c %a s)" 600
	umask 077
	serve_start --mode 0666 ./t
	assert_equal "$(stat -c %a t)" 666
	for mode in 8 01777 '' x 1000; do
		run nsk unix-serve --mode "$mode" ./u
		assert_failure 2
	done
}

@test "the file goes at the end, by a signal too, if it is still ours" {
	for signal in TERM INT HUP; do
		serve_start ./s
		[ -S s ]
		kill -"$signal" "$SERVER_PID"
		# one that was ignored stays so: background jobs ignore SIGINT
		[ "$signal" != INT ] || kill "$SERVER_PID"
		server_wait
		[ ! -e s ]
	done
	serve_start ./s
	rm s
	hold ./s stream
	kill "$SERVER_PID"
	finish 143
	[ -S s ] # another one's
	serve_start ./t
	mv t moved
	echo precious >t
	kill "$SERVER_PID"
	finish 143
	assert_equal "$(cat t)" precious
	[ -S moved ]
}

@test "an abstract name has one byte more than a path: no NUL is behind it" {
	[ "$(uname)" = Linux ] || skip "no abstract names"
	name=@nsk-$$-$BATS_TEST_NUMBER-
	name+=$(printf "%0$((108 - ${#name}))d" 0)
	serve_start -W 1 --echo "$name"
	run nsk unix-connect "$name" <<<x
	assert_output x
	finish
	run nsk unix-connect "${name}0"
	assert_failure 4
	assert_output --partial "at most 108 bytes, this one has 109"
}

@test "a path of 107 bytes works, from 108 on it is refused" {
	name=$(printf 'a%.0s' {1..107})
	serve_start -W 1 --echo "$name"
	run nsk unix-connect "$name" <<<x
	assert_output x
	finish
	for more in a aa "$(printf 'a%.0s' {1..93})"; do
		run nsk unix-serve "$name$more"
		assert_failure 4
		assert_output --partial "at most 107 bytes"
		run nsk unix-connect "$name$more"
		assert_failure 4
		assert_output --partial "at most 107 bytes"
	done
	for name in a*; do # neither a shorter one
		[ ! -e "$name" ]
	done
}

# What stands at PATH stays as it is, with and without --unlink.
stays() {
	local path=$1 before options

	before=$(stat -c '%d %i %s %Y %F' "$path")
	for options in "" --unlink "--type seqpacket --unlink"; do
		# shellcheck disable=SC2086
		run nsk unix-serve $options --max-time 5 "$path"
		assert_failure 4
		assert_output --regexp "^nsk unix-serve: $path: "
		assert_equal "$(stat -c '%d %i %s %Y %F' "$path")" "$before"
	done
}

@test "a file, a link, a directory, a fifo, a live socket: never removed" {
	echo precious >file
	stale dead stream
	ln -s dead link
	ln -s nowhere dangling
	mkdir folder
	mkfifo fifo
	for path in file link dangling folder fifo; do
		stays "$path"
	done
	assert_equal "$(cat file)" precious
	for kind in stream dgram bound; do
		hold $kind $kind
		stays $kind
	done
	serve_start ours
	stays ours
}

@test "a stale socket is removed by --unlink alone" {
	stale old stream
	run nsk unix-serve old
	assert_failure 4
	assert_output "nsk unix-serve: old: a dead socket is there; --unlink removes it first"
	[ -S old ]
	serve_start --unlink -W 1 --echo old
	run nsk unix-connect old <<<new
	assert_output new
	finish
	serve_start ./s
	kill -KILL "$SERVER_PID"
	wait "$SERVER_PID" || true
	[ -S s ]
	serve_start --unlink ./s
}

@test "readiness: --port-file, --background, with, wait" {
	serve_start --port-file where -W 1 --echo ./s
	assert_equal "$(cat where)" ./s
	run nsk wait --max-time 5 ./s
	assert_success
	run nsk unix-connect ./s <<<x
	assert_output x
	finish
	nsk unix-serve --background --output taken -W 1 ./t >told
	assert_regex "$(<told)" '^NSK_PID=[0-9]+ NSK_PATH=\./t$' # as a host and a port: quoted only where that is needed
	eval "$(<told)"
	[ -S t ]
	assert_equal "$NSK_PATH" ./t
	nsk unix-connect "$NSK_PATH" <<<there
	until_true test ! -e t
	until_true test ! -e "/proc/$NSK_PID"
	assert_equal "$(cat taken)" there
	eval "$(nsk unix-serve --background --discard -k "./it's \$HOME")"
	[ -S "./it's \$HOME" ]
	assert_equal "$NSK_PATH" "./it's \$HOME"
	kill "$NSK_PID"
	until_true test ! -e "$NSK_PATH"
	eval "$(nsk unix-serve --background --discard -k ./t)"
	kill "$NSK_PID"
	until_true test ! -e t
	run nsk with unix-serve --echo ./s -- sh -c 'echo hello | "$NSK" unix-connect "$NSK_PATH"'
	assert_success
	assert_output hello
	[ ! -e s ]
}

@test "seqpacket: boundaries are kept, empty records too, both ways" {
	needs recv_trunc # an empty record is told from the end
	serve_start -k --type seqpacket --echo ./s
	python_client SEQPACKET '
for record in (b"", b"a", b"", b"", b"x" * 150000, b"end", b""):
    s.send(record)
    assert s.recv(1 << 20) == record
for record in (b"", b"a", b""):
    s.send(record)
s.shutdown(socket.SHUT_WR)
s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1) # records have credentials, an end has none
assert [(r[0], len(r[1])) for r in (s.recvmsg(99, 99) for _ in range(4))] == [(b"", 1), (b"a", 1), (b"", 1), (b"", 0)]'
	kill "$SERVER_PID"
	finish 143
	serve_start --type seqpacket ./s
	python_client SEQPACKET '
for record in (b"", b"a", b"", b"b" * 200000, b"", b""):
    s.send(record)
s.close()'
	finish
	python3 -c 'print("a" + "b" * 200000, end="")' | cmp - "$SERVER_STDOUT"
}

@test "seqpacket: one read is one record, of 64 KiB at most" {
	random_file sent 200000
	for mover in "" copy; do
		NSK_PUMP=$mover serve_start --type seqpacket --input sent ./s
		python_client SEQPACKET '
sizes = []
data = b""
while True:
    r = s.recv(1 << 20)
    if not r: break
    sizes.append(len(r)); data += r
assert sizes == [65536, 65536, 65536, 3392], sizes
assert data == open("sent", "rb").read()'
		finish
	done
	serve_start --type seqpacket --rate 1M -W 1 --input sent ./s
	python_client SEQPACKET 'assert len(s.recv(1 << 20)) == 65536
while s.recv(1 << 20): pass'
	finish
	printf 'one\ntwo\nthree' >lines
	serve_start --type seqpacket -C -i 10ms --input lines ./s
	python_client SEQPACKET 'assert [s.recv(99) for _ in range(4)] == [b"one\r\n", b"two\r\n", b"three", b""]'
	finish
}

@test "seqpacket: what came before a reset is written, and the reset is told" {
	needs recv_trunc # an empty record is told from the end
	serve_start --type seqpacket --input /dev/zero ./s
	python_client SEQPACKET 's.send(b"first"); s.send(b""); s.send(b"second")
s.recv(1)
s.close() # without having read all'
	finish 1
	assert_equal "$(cat "$SERVER_STDOUT")" firstsecond
	run cat "$SERVER_STDERR"
	assert_equal "${#lines[@]}" 1
}

@test "seqpacket with a program: a client is drained, empty records and all" {
	needs recv_trunc # an empty record is told from the end
	serve_start --type seqpacket -W 1 ./s --sh 'echo answer'
	python_client SEQPACKET '
for record in (b"x", b"", b"y" * 1000): s.send(record)
assert s.recv(99) == b"answer\n"
assert s.recv(99) == b""'
	finish
}

@test "words that cannot be understood: 2" {
	for words in "" "a b" "-u s" "-l s" "-U s" "-e cat s" "--allow ::1 s" "--deny ::1 s" "-4 s" "-n s" "--type dgram s" \
		"--background s" "--echo --discard s"; do
		# shellcheck disable=SC2086
		run nsk unix-serve $words
		assert_failure 2
		assert_equal "${#lines[@]}" 1
	done
	run nsk unix-serve ''
	assert_failure 2
	run nsk unix-serve -l /run/x
	assert_output --partial "nsk unix-serve /run/x"
}

@test "seqpacket: the records of several clients reach one output in whole lines" {
	needs recv_trunc # an empty record is told from the end
	serve_start -k -W 2 --type seqpacket --output out ./s
	python_client SEQPACKET '
t = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
t.connect("s")
s.send(b"one ")
for record in (b"a", b"", b"b\n", b"c" * 70000 + b"\n"): t.send(record)
for record in (b"two ", b"three\n"): s.send(record)
s.close()
t.close()'
	finish
	python3 -c 'print("ab", "c" * 70000, "one two three", sep="\n")' >wanted
	sort out | cmp - wanted
}
