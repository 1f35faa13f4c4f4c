#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# udp-send: datagrams out of words, lines and pieces; replies; what is refused.

# shellcheck disable=SC1003,SC2016,SC2030,SC2031,SC2154 # scripts and backslashes in quotes, variables of bats

load helpers

export SERVER_COMMAND=udp-listen

# What the listener took, as a line each: length and text.
took() {
	python3 -c 'import json, sys
for line in open(sys.argv[1]):
    datagram = json.loads(line)
    print(datagram["length"], bytes.fromhex(datagram["hex"]).decode("latin-1").encode("unicode_escape").decode())' \
		"$SERVER_STDOUT"
}

# Listens for COUNT datagrams: listen COUNT [ARG]...
listen() {
	local count=$1
	shift
	serve_start --json -W "$count" "$@" 0
}

@test "each TEXT is one datagram, as it stands" {
	listen 4
	run nsk udp-send 127.0.0.1 "$SERVER_PORT" 'a\n' '' 'two words' -- -x
	assert_success
	assert_output ""
	server_wait
	run took
	assert_output $'3 a\\\\n\n0 \n9 two words\n2 -x'
}

@test "-e: the escapes of pack; a bad one is refused before anything is sent" {
	listen 1
	run nsk udp-send -e 127.0.0.1 "$SERVER_PORT" fine '\q'
	assert_failure 1
	assert_output --partial "'\\q'"
	nsk udp-send -e "127.0.0.1:$SERVER_PORT" '\0\x41\n\\'
	server_wait
	run took
	assert_output '4 \x00A\n\\'
}

@test "without TEXT all of stdin is one datagram; an empty stdin sends nothing" {
	listen 2
	printf 'one\ntwo\n' | nsk udp-send "127.0.0.1:$SERVER_PORT"
	nsk udp-send "127.0.0.1:$SERVER_PORT" </dev/null
	printf '' | nsk udp-send "127.0.0.1:$SERVER_PORT"
	nsk udp-send "127.0.0.1:$SERVER_PORT" last
	server_wait
	run took
	assert_output $'8 one\\ntwo\\n\n4 last'
}

@test "-L: one a line, an empty line is empty, a last line needs no newline" {
	listen 4
	printf 'a\n\nbc\nend' | nsk udp-send -L "127.0.0.1:$SERVER_PORT"
	server_wait
	run took
	assert_output $'1 a\n0 \n2 bc\n3 end'
}

@test "--size: one every N bytes, the rest last" {
	listen 4
	printf 'aaabbbcccd' | nsk udp-send --size 3 "127.0.0.1:$SERVER_PORT"
	server_wait
	run took
	assert_output $'3 aaa\n3 bbb\n3 ccc\n1 d'
}

@test "--empty: one datagram of no bytes" {
	listen 1
	nsk udp-send --empty "127.0.0.1:$SERVER_PORT" <<<"not read"
	server_wait
	run took
	assert_output "0 "
}

@test "--times repeats, -i apart" {
	listen 6
	SECONDS=0
	nsk udp-send --times 3 -i 400ms "127.0.0.1:$SERVER_PORT" a b
	server_wait
	[ "$SECONDS" -ge 1 ] # five pauses
	run took
	assert_output $'1 a\n1 b\n1 a\n1 b\n1 a\n1 b'
	python3 -c 'import json, sys
times = [json.loads(line)["time"] for line in open(sys.argv[1])]
# one that is late on a busy machine makes the next pause look shorter, not the sum
sys.exit(not (times[-1] - times[0] > 1.5 and all(b - a > 0.1 for a, b in zip(times, times[1:]))))' "$SERVER_STDOUT"
}

@test "65507 bytes go, 65508 are refused and nothing is sent" {
	listen 2
	head -c 65508 /dev/zero >large
	run nsk udp-send "127.0.0.1:$SERVER_PORT" <large
	assert_failure 1
	assert_output --partial 65507
	run nsk udp-send -e "127.0.0.1:$SERVER_PORT" small "$(printf 'x%.0s' {1..65508})"
	assert_failure 1
	assert_output --partial "65508 bytes"
	run nsk udp-send --size 65508 "127.0.0.1:$SERVER_PORT" <large
	assert_failure 1
	head -c 65507 large | nsk udp-send "127.0.0.1:$SERVER_PORT"
	nsk udp-send "127.0.0.1:$SERVER_PORT" end
	server_wait
	run took
	assert_equal "${lines[0]%% *}" 65507
	assert_equal "${lines[1]}" "3 end"
}

@test "IPv6 takes 65527 bytes" {
	python3 -c 'import socket; socket.socket(socket.AF_INET6).bind(("::1", 0))' || skip "no IPv6 here"
	serve_start --json -W 1 '[::1]:0'
	head -c 65528 /dev/zero >large
	run nsk udp-send "$SERVER_ADDRESS" <large
	assert_failure 1
	assert_output --partial 65527
	head -c 65527 large | nsk udp-send "$SERVER_ADDRESS"
	server_wait
	run took
	assert_equal "${lines[0]%% *}" 65527
}

@test "-s and -p: where it comes from" {
	listen 1
	port=$(python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.2", 0)); print(s.getsockname()[1])')
	nsk udp-send -s 127.0.0.2 -p "$port" "127.0.0.1:$SERVER_PORT" x
	server_wait
	run cat "$SERVER_STDOUT"
	assert_output --partial "\"peer\":\"127.0.0.2\",\"port\":$port,"
}

@test "a source that is not here: 4" {
	run nsk udp-send -s 192.0.2.1 127.0.0.1:9 x
	assert_failure 4
	assert_output --partial "192.0.2.1:0"
}

@test "-r: the replies, and no more than asked for" {
	serve_start --reply ab 0
	run nsk udp-send -r 2 "127.0.0.1:$SERVER_PORT" x y z
	assert_success
	assert_output abab
	seq 100 >sent
	kill "$SERVER_PID"
	serve_start --echo 0
	nsk udp-send -L -r 100 "127.0.0.1:$SERVER_PORT" <sent >got
	cmp sent got
}

@test "too few replies in time: 124, and those that came" {
	serve_start --echo 0
	run --separate-stderr nsk udp-send -r 2 -w 1 "127.0.0.1:$SERVER_PORT" once
	assert_failure 124
	assert_output once
	assert_equal "$stderr" "nsk udp-send: 127.0.0.1:$SERVER_PORT: 1 of 2 replies within 1s"
}

@test "-w alone: what comes in that time; nothing is 124" {
	serve_start --echo 0
	run nsk udp-send -w 1 "127.0.0.1:$SERVER_PORT" a b
	assert_success
	assert_output ab
	serve_start 0 # says nothing
	run nsk udp-send -w 100ms "127.0.0.1:$SERVER_PORT" a
	assert_failure 124
	assert_output "nsk udp-send: 127.0.0.1:$SERVER_PORT: no reply within 100ms"
}

# A server that answers from another port.
answer_from_elsewhere() {
	python3 -c 'import socket
here, other = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in "ab")
here.bind(("127.0.0.1", 0))
open("port.new", "w").write(str(here.getsockname()[1]))
import os; os.rename("port.new", "port")
while True:
    other.sendto(b"from elsewhere", here.recvfrom(100)[1])' 3>&- &
	background_pids+=($!)
	until_true test -s port
}

@test "replies from another address count, but not with --connected" {
	answer_from_elsewhere
	run nsk udp-send -r 1 "127.0.0.1:$(cat port)" x
	assert_success
	assert_output "from elsewhere"
	run nsk udp-send -r 1 -w 200ms --connected "127.0.0.1:$(cat port)" x
	assert_failure 124
}

@test "-L is a conversation: replies come before stdin's end" {
	serve_start --echo 0
	mkfifo words replies
	"$NSK" udp-send -L -w 100ms "127.0.0.1:$SERVER_PORT" <words >replies 3>&- &
	background_pids+=($!)
	exec {to}>words {from}<replies
	for word in one '' three; do
		echo "$word" >&"$to"
		read -r -t 10 reply <&"$from"
		assert_equal "$reply" "$word"
	done
	exec {to}>&-
	wait_bounded "${background_pids[-1]}"
	assert_equal "$STATUS_OF_PID" 0
}

@test "a refused port: message, 4, with replies wanted or not" {
	port=$(python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	for options in "" "-r 1" "-w 5" "--connected -r 1"; do
		# without a queue of errors connected sockets alone are told of it
		[[ $options != -* || $options = --connected* ]] || has errqueue || continue
		# shellcheck disable=SC2086
		run nsk udp-send $options "127.0.0.1:$port" x
		assert_failure 4
		assert_output "nsk udp-send: 127.0.0.1:$port: connection refused"
	done
	needs errqueue
	# told at once, though stdin goes on
	mkfifo held
	exec {held}<>held
	echo one >&"$held"
	run nsk udp-send -L "127.0.0.1:$port" <&"$held"
	assert_failure 4
	exec {held}<&-
}

@test "a broadcast address needs -b" {
	run nsk udp-send 255.255.255.255 9 x
	assert_failure 4
	assert_output --partial "needs -b"
}

@test "a link-local address without its link: 4, and what to write" {
	for address in '[fe80::1]:9' '[ff02::fb]:5353'; do
		run nsk udp-send "$address" x
		assert_failure 4
		assert_output --partial "$address: which link?"
	done
}

@test "an interface that does not exist: 4" {
	run nsk udp-send --interface nosuch0 224.0.0.1 9 x
	assert_failure 4
	assert_output "nsk udp-send: --interface nosuch0: no such device"
}

@test "-O sets a socket option; an unknown --poller is refused" {
	command -v strace >/dev/null || skip "no strace"
	run nsk udp-send -O SO_SNDBUF=x 127.0.0.1:9 x
	assert_failure 2
	listen 1
	ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=setsockopt -o calls "$NSK" udp-send -O SO_SNDBUF=123456 "127.0.0.1:$SERVER_PORT" x 3>&-
	grep -q 'SO_SNDBUF, \[123456\]' calls
	run nsk udp-send --poller nosuch 127.0.0.1:9 x
	assert_failure 2
}

@test "-4, -6 and -n" {
	listen 1
	for option in -4 -6; do
		run nsk udp-send "$option" -v "localhost:$SERVER_PORT" x
		case $option in
		-4) assert_output --partial "127.0.0.1:$SERVER_PORT" ;;
		-6) refute_output --partial "127.0.0.1" ;;
		esac
	done
	run nsk udp-send -4 "[::1]:$SERVER_PORT" x
	assert_failure 3
	run nsk udp-send -6 "127.0.0.1:$SERVER_PORT" x
	assert_failure 3
	run nsk udp-send -n "localhost:$SERVER_PORT" x
	assert_failure 3
}

@test "-s chooses the family: a name's address that fits is taken" {
	python3 -c 'import socket; socket.socket(socket.AF_INET6).bind(("::1", 0))' || skip "no IPv6 here"
	serve_start --json -W 2 0
	nsk udp-send -s 127.0.0.2 localhost "$SERVER_PORT" four
	nsk udp-send -s ::1 :"$SERVER_PORT" six
	server_wait
	run cat "$SERVER_STDOUT"
	assert_line --index 0 --partial '"peer":"127.0.0.2"'
	assert_line --index 1 --partial '"peer":"::1"'
}

@test "-v tells what was sent" {
	listen 2
	run nsk udp-send -v "127.0.0.1:$SERVER_PORT" abc d
	assert_line --partial "sent 2 datagrams, 4 bytes"
}

@test "words that cannot be understood: 2" {
	for words in "5000 hello" "--empty :9 x" "--size 0 :9" "--size 2 -L :9" "-L --times 2 :9" "-r 0 :9 x" \
		"--ttl 256 224.0.0.1:9 x" "-l 9" "-u localhost 9" "-e :9" "::1:9" "127.0.0.1:x:y"; do
		# shellcheck disable=SC2086
		run nsk udp-send $words
		assert_failure 2
		assert_equal "${#lines[@]}" 1
	done
	run nsk udp-send 5000 hello
	assert_output --partial "nsk udp-send :5000 TEXT"
}

@test "on a terminal: lines are sent, replies are escaped" {
	command -v script >/dev/null || skip "no script(1)"
	serve_start --reply $'\e[31m' 0
	printf 'typed\n' >typed
	NSK_TEST_SECONDS=20 run timeout 20 script -qec "'$NSK' udp-send -w 1 127.0.0.1:$SERVER_PORT hello" /dev/null </dev/null
	assert_output --partial '\x1b[31m'
	assert_output --partial "control characters escaped: 1 "
	run timeout 20 script -qec "'$NSK' udp-send --raw -w 1 127.0.0.1:$SERVER_PORT hello" /dev/null </dev/null
	assert_output --partial $'\e[31m'
}

@test "on a terminal each reply has a line of its own; elsewhere its bytes alone" {
	peers_two='import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
s.settimeout(20)
print(s.getsockname()[1], flush=True)
for _ in range(3):
    peer = s.recvfrom(100)[1]
    for text in b"one", b"two\n", b"three": s.sendto(text, peer)'
	mkfifo port
	timeout 60 python3 -c "$peers_two" >port 3>&- &
	read -r number <port
	run timeout 30 "$ROOT/tests/on_terminal.py" --only 12 --screen "$NSK" udp-send -r 3 127.0.0.1 "$number" ping </dev/null
	assert_output $'one\ntwo\nthree'
	nsk udp-send -r 3 127.0.0.1 "$number" ping </dev/null >got
	printf 'onetwo\nthree' | cmp - got
	timeout 30 "$ROOT/tests/on_terminal.py" --only 12 "$NSK" udp-send --raw -r 3 127.0.0.1 "$number" ping </dev/null >got
	printf 'onetwo\r\nthree' | cmp - got # the terminal's own carriage return
}

@test "a terminal on stdin: each line typed is a datagram, replies come as they come, ^D ends it" {
	serve_start --echo 0
	cat >typist.py <<-'END'
		import os, pty, sys, time
		pid, master = pty.fork()
		if pid == 0:
		    os.execv(sys.argv[1], [sys.argv[1], "udp-send", "-v", "127.0.0.1:" + sys.argv[2]])
		seen = b""
		def until(text, count):
		    global seen
		    while seen.count(text) < count:
		        seen += os.read(master, 1000)
		os.write(master, b"typed\n")
		until(b"typed", 2) # by the terminal's echo, and by the other side's
		os.write(master, b"and more\n")
		until(b"and more", 2)
		os.write(master, b"\x04")
		try:
		    while piece := os.read(master, 1000):
		        seen += piece
		except OSError:
		    pass
		print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), b"sent 2 datagrams, 13 bytes; 2 replies" in seen)
	END
	run timeout 30 python3 typist.py "$NSK" "$SERVER_PORT"
	assert_output "0 True"
}

@test "a signal ends the wait for replies, quietly" {
	serve_start 0
	"$NSK" udp-send -r 1 -w 60 "127.0.0.1:$SERVER_PORT" x 2>err 3>&- &
	pid=$!
	background_pids+=("$pid")
	until_true test -s "$SERVER_STDOUT"
	kill -TERM "$pid"
	wait_bounded "$pid"
	assert_equal "$STATUS_OF_PID $(cat err)" "143 "
}

@test "stdin, stdout, stderr closed at start: no byte of nsk's goes into the socket" {
	listen 4
	"$NSK" udp-send "127.0.0.1:$SERVER_PORT" a <&- 3>&-
	"$NSK" udp-send "127.0.0.1:$SERVER_PORT" b >&- 3>&-
	"$NSK" udp-send -v "127.0.0.1:$SERVER_PORT" c 2>&- 3>&-
	"$NSK" udp-send -v "127.0.0.1:$SERVER_PORT" d <&- >&- 2>&- 3>&-
	server_wait
	run took
	assert_output $'1 a\n1 b\n1 c\n1 d'
}

@test "a reply that cannot be written is status 1" {
	serve_start --echo 0
	run bash -c '"$NSK" udp-send -r 1 "$1" x >/dev/full' bash "127.0.0.1:$SERVER_PORT"
	assert_failure 1
	assert_output "nsk udp-send: standard output: no space left on device"
	run bash -c '"$NSK" udp-send -r 1 "$1" x >&-' bash "127.0.0.1:$SERVER_PORT"
	assert_failure 1
}
