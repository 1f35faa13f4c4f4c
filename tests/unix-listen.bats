#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# unix-listen and unix-send: datagrams between Unix sockets, and what becomes of the sockets' files.

# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # scripts in quotes, variables of bats

load helpers
load unix_helpers

export SERVER_COMMAND=unix-listen

finish() {
	server_wait
	assert_equal "status $SERVER_STATUS" "status ${1:-0}"
}

@test "datagrams keep their boundaries, empty ones too" {
	serve_start -L -W 4 ./s
	assert_equal "$SERVER_ADDRESS" ./s
	nsk unix-send ./s one '' 'and two'
	printf 'whole\nstdin' | nsk unix-send ./s
	finish
	run cat "$SERVER_STDOUT"
	assert_output $'one\n\nand two\nwhole\nstdin'
	[ ! -e s ]
}

@test "20,000 lines arrive whole and in order, and come back so" {
	seq 20000 >sent
	serve_start -L -W 20000 ./s
	nsk unix-send -L ./s <sent
	finish
	cmp sent "$SERVER_STDOUT"
	serve_start --echo ./s
	nsk unix-send -L -r 20000 ./s <sent >got
	cmp sent got
}

@test "a datagram of 200,000 bytes; the longest is the system's choice" {
	head -c 200000 /dev/urandom >large
	serve_start --buffer 1M -W 1 ./s
	nsk unix-send ./s <large
	finish
	cmp large "$SERVER_STDOUT"
	head -c 3000000 /dev/zero >huge
	serve_start -L -W 1 ./s
	run nsk unix-send ./s <huge
	assert_failure 1
	assert_output --partial "a datagram has at most"
	nsk unix-send ./s end
	finish
	assert_equal "$(cat "$SERVER_STDOUT")" end
}

@test "--json: peer is the path or empty, and there is no port" {
	serve_start --json -W 2 ./s
	nsk unix-send ./s nameless
	nsk unix-send -s ./me ./s named
	finish
	run cat "$SERVER_STDOUT"
	assert_line --index 0 --regexp '"peer":"","length":8,'
	assert_line --index 1 --regexp '"peer":"./me","length":5,'
	refute_output --partial port
	[ ! -e me ]
}

@test "replies: by an address of the system's, or by -s" {
	serve_start --echo ./s
	run nsk unix-send -r 2 ./s a b
	assert_success
	assert_output ab
	run nsk unix-send -r 1 -s ./me ./s c
	assert_output c
	run nsk unix-send --connected -r 1 ./s d
	assert_output d
	run nsk unix-send -w 1 ./s e
	assert_success
	assert_output e
}

@test "--reply and --exec answer; the program knows both paths" {
	serve_start --reply yes -W 1 ./s
	run nsk unix-send -r 1 ./s a
	assert_output yes
	finish
	serve_start -W 1 ./s --sh 'cat; env | grep -E "^(PROTO|UNIX)" | sort'
	run nsk unix-send -r 1 -s ./me ./s $'x\n'
	assert_output $'x\nPROTO=UNIX\nUNIXLOCALPATH=./s\nUNIXREMOTEPATH=./me'
	finish
}

@test "abstract names" {
	[ "$(uname)" = Linux ] || skip "Linux alone has them"
	name=@nsk-test-$$-$RANDOM
	serve_start -L -W 1 "$name"
	assert_equal "$SERVER_ADDRESS" "$name"
	nsk unix-send "$name" hello
	finish
	assert_equal "$(cat "$SERVER_STDOUT")" hello
	run nsk unix-send "$name" hello
	assert_failure 4
	assert_output "nsk unix-send: $name: connection refused"
}

@test "the mode of the file is 0600 or that of --mode, whatever the umask" {
	umask 0
	serve_start ./s
	assert_equal "$(stat -c %a s)" 600
	umask 077
	serve_start --mode 0666 ./t
	assert_equal "$(stat -c %a t)" 666
	for mode in 8 01777 '' x 1000; do
		run nsk unix-listen --mode "$mode" ./u
		assert_failure 2
	done
}

@test "the file goes at the end, by a signal too, if it is still ours" {
	serve_start ./s
	kill "$SERVER_PID"
	finish 143
	[ ! -e s ]

	serve_start ./s
	rm s
	hold ./s dgram
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

@test "a path of 107 bytes works, from 108 on it is refused" {
	name=$(printf 'a%.0s' {1..107})
	serve_start -L -W 1 "$name"
	nsk unix-send "$name" x
	finish
	for more in a aa "$(printf 'a%.0s' {1..93})"; do
		run nsk unix-listen "$name$more"
		assert_failure 4
		assert_output --partial "at most 107 bytes"
		run nsk unix-send "$name$more" x
		assert_failure 4
		assert_output --partial "at most 107 bytes"
	done
	for name in a*; do # neither a shorter one
		[ ! -e "$name" ]
	done
}

# What stands at PATH stays as it is, with and without --unlink.
stays() {
	local path=$1 before

	before=$(stat -c '%d %i %s %Y %F' "$path")
	for options in "" --unlink; do
		# shellcheck disable=SC2086
		run nsk unix-listen $options --max-time 5 "$path"
		assert_failure 4
		assert_output --regexp "^nsk unix-listen: $path: "
		assert_equal "$(stat -c '%d %i %s %Y %F' "$path")" "$before"
	done
}

@test "a file, a link, a directory, a fifo: never removed" {
	echo precious >file
	stale dead dgram
	ln -s dead link
	ln -s nowhere dangling
	mkdir folder
	mkfifo fifo
	for path in file link dangling folder fifo; do
		stays "$path"
	done
	assert_equal "$(cat file)" precious
	[ -S dead ]
}

@test "a live socket of any kind: never removed" {
	hold dgram dgram
	stays dgram
	hold stream stream
	stays stream
	hold bound bound
	stays bound
	serve_start ours
	stays ours
}

@test "a stale socket is removed by --unlink alone" {
	stale old dgram
	run nsk unix-listen old
	assert_failure 4
	assert_output "nsk unix-listen: old: a dead socket is there; --unlink removes it first"
	[ -S old ]
	serve_start --unlink -L -W 1 old
	nsk unix-send old new
	finish
	assert_equal "$(cat "$SERVER_STDOUT")" new
	stale old stream
	serve_start --unlink -L -W 1 old
	nsk unix-send old new
	finish
}

@test "another user's stale socket is not ours to remove" {
	[ "$(id -u)" = 0 ] || skip "needs root"
	stale other dgram
	chown 12345 other
	run nsk unix-listen --unlink other
	assert_failure 4
	assert_output --partial "another user"
	[ -S other ]
}

@test "after SIGKILL the socket is stale, and --unlink makes it work again" {
	serve_start ./s
	kill -KILL "$SERVER_PID"
	wait "$SERVER_PID" || true
	[ -S s ]
	run nsk unix-send ./s x
	assert_failure 4
	assert_output "nsk unix-send: ./s: connection refused"
	serve_start --unlink -L -W 1 ./s
	nsk unix-send ./s x
	finish
}

@test "nobody there: 4" {
	stale old dgram
	hold stream stream
	for path in nosuch old stream no/such; do
		run nsk unix-send "$path" x
		assert_failure 4
		assert_equal "${#lines[@]}" 1
		run nsk unix-send -r 1 "$path" x
		assert_failure 4
	done
}

@test "-s: a path that is taken is not touched" {
	serve_start -L ./s
	echo precious >me
	run nsk unix-send -s me ./s x
	assert_failure 4
	assert_equal "$(cat me)" precious
}

@test "an answer that cannot be sent is told and makes the status 1" {
	serve_start --sh 'while [ -e me ]; do sleep 0.02; done; echo late' -W 1 ./s
	nsk unix-send -r 1 -w 50ms -s ./me ./s x || true
	finish 1
	run cat "$SERVER_STDERR"
	assert_output "nsk unix-listen: ./me: the answer could not be sent: no such file or directory"
}

@test "a peer that does not read its answers delays the others once, not for each" {
	serve_start --echo ./s
	run timeout 30 python3 -c 'import socket
length = int(open("/proc/sys/net/unix/max_dgram_qlen").read())
lazy = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
lazy.bind("./lazy")
for i in range(length + 20):
    lazy.sendto(b"x", "./s")
keen = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
keen.bind("./keen")
keen.settimeout(5)
keen.sendto(b"y", "./s")
print(keen.recv(9))
for i in range(3):
    lazy.recv(9)
lazy.sendto(b"again", "./s")
keen.sendto(b"z", "./s")
print(keen.recv(9))
while lazy.recv(9) != b"again":
    pass
print("again")'
	assert_success
	assert_output "b'y'
b'z'
again"
	assert_regex "$(cat "$SERVER_STDERR")" '\./lazy: the answer could not be sent'
}

@test "readiness: --port-file, --background, with, wait" {
	serve_start --port-file where -L -W 1 ./s
	assert_equal "$(cat where)" ./s
	run nsk wait --max-time 5 ./s
	assert_success
	nsk unix-send ./s x
	finish
	run nsk wait --gone --max-time 5 ./s
	assert_success
	eval "$(nsk unix-listen --background --output taken -W 1 ./t)"
	[ -S t ]
	nsk unix-send "$NSK_PATH" there
	run nsk wait --gone --max-time 5 ./t
	assert_success
	until_true test ! -e t
	assert_equal "$(cat taken)" there
	run nsk with unix-listen --echo ./s -- sh -c '"$NSK" unix-send -r 1 "$NSK_PATH" hello'
	assert_success
	assert_output hello
	[ ! -e s ]
}

@test "words that cannot be understood: 2" {
	for words in "" "a b" "-u s" "-l s" "--echo --reply x s"; do
		# shellcheck disable=SC2086
		run nsk unix-listen $words
		assert_failure 2
		assert_equal "${#lines[@]}" 1
	done
	for words in "" "-U s x" "-l s" "--empty s x" "-e s"; do
		# shellcheck disable=SC2086
		run nsk unix-send $words
		assert_failure 2
		assert_equal "${#lines[@]}" 1
	done
	run nsk unix-listen ''
	assert_failure 2
}

@test "unix-listen -x, --output, --idle-timeout, --max-time, -v, --buffer, -O" {
	serve_start -x -W 1 ./s
	nsk unix-send ./s hello
	finish
	run cat "$SERVER_STDOUT"
	assert_line --index 0 --partial "a socket without a name 5 bytes"
	assert_line --index 1 --regexp '^< 000000 6865 6c6c 6f +hello$'
	serve_start --output file -v --buffer 3 -W 2 ./s
	nsk unix-send ./s abcdef gh
	finish 1
	assert_equal "$(cat file)" abcgh
	run cat "$SERVER_STDERR"
	assert_line --partial "received 2 datagrams, 5 bytes"
	! has recv_trunc || assert_line --partial "a datagram of 6 bytes was truncated to 3"
	run nsk unix-listen --idle-timeout 100ms ./s
	assert_failure 124
	run nsk unix-listen --max-time 100ms ./s
	assert_failure 124
	run nsk unix-listen -O SO_NOSUCH=1 ./s
	assert_failure 2
	run nsk unix-listen --poller nosuch ./s
	assert_failure 2
}

@test "unix-listen --talk, --raw, --log" {
	mkfifo words
	exec {to}<>words
	serve_start --talk ./s <words
	echo first >&"$to"
	run nsk unix-send -r 1 ./s hello
	assert_output first
	kill "$SERVER_PID"
	finish 143
	exec {to}>&-
	eval "$(nsk unix-listen --background --log said --output got --idle-timeout 200ms ./s)"
	until_true grep -q "nothing came for 200ms" said
	cat >terminal.py <<-'END'
		import os, pty, sys
		def run(*command):
		    pid, master = pty.fork()
		    if pid == 0:
		        os.execv(sys.argv[1], [sys.argv[1], *command])
		    seen = b""
		    try:
		        while piece := os.read(master, 1000):
		            seen += piece
		            if b"listening" in piece:
		                os.spawnv(os.P_WAIT, sys.argv[1], [sys.argv[1], "unix-send", "./t", "\x1b[31m"])
		    except OSError:
		        pass
		    os.waitpid(pid, 0)
		    return b"\x1b[31m" in seen
		print(run("unix-listen", "-W", "1", "./t"), run("unix-listen", "--raw", "-W", "1", "./t"))
		print(run("unix-send", "-r", "1", "./r", "x"), run("unix-send", "--raw", "-r", "1", "./r", "x"))
	END
	serve_start --reply $'\e[31m' ./r
	run timeout 30 python3 terminal.py "$NSK"
	assert_output $'False True\nFalse True'
}

@test "unix-send -w: the replies of that time, and not sooner; none is 124" {
	local began=$EPOCHREALTIME

	serve_start --echo ./s
	run nsk unix-send -w 300ms ./s one two
	assert_success
	assert_output onetwo
	python3 -c "assert $EPOCHREALTIME - $began >= 0.3"
	serve_start ./mute
	run nsk unix-send -w 100ms ./mute one
	assert_failure 124
}

@test "unix-send -e, -i, -L, --times, --size, --empty, -v, -O" {
	serve_start --json -W 9 ./s
	nsk unix-send -e ./s '\x41'
	nsk unix-send --times 2 ./s b
	printf aabbc | nsk unix-send --size 2 ./s
	nsk unix-send --empty ./s
	printf 'l1\nl2\n' | nsk unix-send -L -i 500ms ./s
	finish
	run python3 -c 'import json, sys
all = [json.loads(line) for line in open(sys.argv[1])]
print(*(datagram["text"] for datagram in all), sep="|")
print(all[-1]["time"] - all[-2]["time"] > 0.1)' "$SERVER_STDOUT"
	assert_output $'A|b|b|aa|bb|c||l1|l2\nTrue'
	serve_start ./s
	run nsk unix-send -v ./s abc
	assert_output --partial "sent 1 datagrams, 3 bytes"
	run nsk unix-send -O SO_NOSUCH=1 ./s x
	assert_failure 2
	run nsk unix-send --poller nosuch ./s x
	assert_failure 2
}
