#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# unix-connect: a client of Unix sockets, to every kind of peer.

# shellcheck disable=SC2016,SC2030,SC2031,SC2086,SC2094,SC2154 # scripts in quotes, words in variables, variables of bats

load helpers

export SERVER_COMMAND=unix-serve

# CPython's server in the background: python_server KIND CODE, with the accepted connection c
python_server() {
	timeout 60 python3 -c "import os, socket, sys, time
l = socket.socket(socket.AF_UNIX, socket.SOCK_$1)
l.bind('./p')
l.listen(int(os.environ.get('BACKLOG', 5)))
open('ready', 'w').close()
c = None if 'BACKLOG' in os.environ else l.accept()[0]
$2" 3>&- >python.out &
	PYTHON_PID=$!
	background_pids+=("$PYTHON_PID")
	until_true test -e ready
	rm ready
}

python_wait() {
	wait_bounded "$PYTHON_PID"
	assert_equal "python: $STATUS_OF_PID" "python: 0"
}

@test "CPython's UnixStreamServer answers" {
	timeout 60 python3 -c 'import socketserver
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(self.rfile.read().upper())
with socketserver.UnixStreamServer("./p", Handler) as server:
    open("ready", "w").close()
    server.handle_request()' 3>&- &
	background_pids+=($!)
	until_true test -e ready
	run nsk unix-connect ./p <<<'hello there'
	assert_success
	assert_output 'HELLO THERE'
}

@test "64 MiB to and from nc, socat and ncat as servers, whole" {
	random_file sent 64M
	for server in "nc -l -N -U ./p" "socat -t 30 - UNIX-LISTEN:./p" "ncat -l -U ./p"; do
		command -v "${server%% *}" >/dev/null || continue
		echo "# $server"
		rm -f p
		timeout 60 $server </dev/null >got 3>&- &
		pid=$!
		background_pids+=("$pid")
		run nsk unix-connect --retry 10 ./p <sent
		assert_success
		wait_bounded "$pid"
		cmp sent got
		rm -f p
		timeout 60 $server <sent >/dev/null 3>&- &
		pid=$!
		background_pids+=("$pid")
		nsk unix-connect --retry 10 -d ./p >got
		wait_bounded "$pid"
		cmp sent got
	done
}

@test "a path that is not there yet, or that nobody serves yet: --retry" {
	run nsk unix-connect ./s
	assert_failure 4
	assert_output "nsk unix-connect: ./s: no such file or directory"
	run nsk unix-connect --retry 200ms ./s
	assert_failure 4
	python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("./s")'
	run nsk unix-connect ./s
	assert_failure 4
	assert_output "nsk unix-connect: ./s: connection refused"
	rm s
	nsk unix-connect --retry 20 ./s <<<late >got 3>&- &
	pid=$!
	serve_start --echo ./s
	wait_bounded "$pid"
	assert_equal "$STATUS_OF_PID-$(cat got)" 0-late
	echo file >f
	run nsk unix-connect ./f
	assert_failure 4
}

@test "a socket of another type: 4" {
	serve_start ./s
	run nsk unix-connect --type seqpacket ./s
	assert_failure 4
	assert_equal "${#lines[@]}" 1
	SERVER_COMMAND=unix-listen serve_start ./d
	run nsk unix-connect ./d
	assert_failure 4
}

@test "a full queue is waited for, within --connect-timeout" {
	BACKLOG=0 python_server STREAM '
others = [socket.socket(socket.AF_UNIX)]
others[0].connect("./p")
open("full", "w").close()
while not os.path.exists("go"): time.sleep(0.02)
l.accept()
c = l.accept()[0]
c.sendall(b"welcome")
c.close()'
	until_true test -e full
	run nsk unix-connect --connect-timeout 300ms ./p
	assert_failure 124
	assert_output "nsk unix-connect: ./p: no connection within 300ms"
	nsk unix-connect ./p >got 3>&- &
	pid=$!
	touch go
	wait_bounded "$pid"
	assert_equal "$STATUS_OF_PID-$(cat got)" 0-welcome
}

@test "each direction has an end of its own" {
	python_server STREAM '
data = b""
while True:
    piece = c.recv(65536)
    if not piece: break
    data += piece
c.sendall(b"%d bytes" % len(data)); c.close()'
	head -c 300000 /dev/zero >zeros
	run nsk unix-connect ./p <zeros
	assert_success
	assert_output "300000 bytes"
	python_wait
	rm p
	python_server STREAM '
c.sendall(b"first"); c.shutdown(socket.SHUT_WR)
data = b""
while True:
    piece = c.recv(65536)
    if not piece: break
    data += piece
print(len(data))'
	{ until_true grep -q first got; cat zeros; } | nsk unix-connect ./p >got
	python_wait
	assert_equal "$(cat python.out)" 300000
}

@test "a peer that has closed altogether is found out, though stdin stays open" {
	mkfifo stdin
	for poller in $(pollers); do
		rm -f p
		python_server STREAM 'c.sendall(b"bye"); c.close()'
		NSK_POLLER=$poller "$NSK" unix-connect ./p <stdin >got 3>&- &
		pid=$!
		background_pids+=("$pid")
		exec {hold}>stdin
		wait_bounded "$pid"
		exec {hold}>&-
		assert_equal "$STATUS_OF_PID-$(cat got)" 0-bye
		python_wait
	done
	# with more to say, that is a loss
	rm -f p
	python_server STREAM 'c.sendall(b"bye"); c.close()'
	run nsk unix-connect ./p </dev/zero
	assert_failure 1
	assert_output --partial "nsk unix-connect: ./p: "
}

@test "a peer that closes without having read all: 1" {
	python_server STREAM 'c.recv(10); c.sendall(b"some"); c.close()'
	head -c 100000 /dev/zero >zeros
	run nsk unix-connect ./p <zeros
	assert_failure 1
	assert_output --partial some
	python_wait
}

@test "an ended peer and a reader that is slow: no CPU time is burnt" {
	python_server STREAM '
c.recv(10); c.settimeout(0.5); total = 0
try:
    while True: total += c.send(b"z" * 65536)
except TimeoutError: pass
c.close()
print(total)'
	mkfifo out
	"$NSK" unix-connect ./p --input /dev/null >out 3>&- &
	pid=$!
	background_pids+=("$pid")
	exec {reader}<out
	python_wait
	before=$(awk '{ print $14 + $15 }' "/proc/$pid/stat")
	sleep 1
	after=$(awk '{ print $14 + $15 }' "/proc/$pid/stat")
	[ $((after - before)) -le 5 ]
	assert_equal "$(wc -c <&"$reader")" "$(cat python.out)"
	exec {reader}<&-
	wait_bounded "$pid"
	assert_equal "$STATUS_OF_PID" 0
}

@test "-q, --idle-timeout, --max-time" {
	python_server STREAM 'c.recv(10); c.sendall(b"answer"); time.sleep(30)'
	run nsk unix-connect -q 1 ./p <<<ask
	assert_success
	assert_output answer
	rm p
	python_server STREAM 'time.sleep(30)'
	run nsk unix-connect --idle-timeout 200ms ./p <<<ask
	assert_failure 124
	rm p
	python_server STREAM 'time.sleep(30)'
	run nsk unix-connect --max-time 200ms ./p
	assert_failure 124
}

@test "seqpacket: records to and from CPython" {
	needs recv_trunc # an empty record is told from the end
	python_server SEQPACKET '
sizes = []
while True:
    r = c.recv(1 << 20)
    if not r: break
    sizes.append(len(r))
print(sizes)
for r in (b"", b"one ", b"", b"two"): c.send(r)
c.close()'
	head -c 100000 /dev/zero >zeros
	run nsk unix-connect --type seqpacket ./p <zeros
	assert_success
	assert_output "one two"
	python_wait
	assert_equal "$(cat python.out)" "[65536, 34464]"
}

@test "seqpacket: a record that is too long for the buffer is told: 1" {
	serve_start --type seqpacket ./s
	head -c 60000 /dev/zero >zeros
	run nsk unix-connect --type seqpacket -O SO_SNDBUF=8k ./s <zeros
	assert_failure 1
	assert_output --partial "$(glibc_or_musl "message too long" "message too large")"
}

@test "a program on the connection finds the server's path" {
	serve_start -W 1 --output got ./s
	run nsk unix-connect ./s --sh 'echo "$PROTO $UNIXREMOTEPATH ${UNIXLOCALPATH-none}"'
	assert_success
	server_wait
	assert_equal "$(cat got)" "UNIX ./s none"
}

@test "a service behind a Unix socket, and a distant port as a path" {
	serve_start -k --echo ./s
	SERVER_COMMAND=tcp-serve serve_start -k 0 --exec -- "$NSK" unix-connect ./s
	run nsk tcp-connect "$SERVER_ADDRESS" <<<'through a port'
	assert_success
	assert_output 'through a port'
	serve_start -k ./back --exec -- "$NSK" tcp-connect "$SERVER_ADDRESS"
	run nsk unix-connect ./back <<<'and back'
	assert_success
	assert_output 'and back'
}

@test "words that cannot be understood: 2" {
	for words in "" "a b" "-u s" "-l s" "-U s" "-e cat s" "-4 s" "-z s" "-s x s" "--type dgram s" "--output f.%a s"; do
		# shellcheck disable=SC2086
		run nsk unix-connect $words
		assert_failure 2
		assert_equal "${#lines[@]}" 1
	done
	run nsk unix-connect ''
	assert_failure 2
	run nsk unix-connect -l /run/x
	assert_output --partial "nsk unix-serve /run/x"
}

@test "seqpacket: records are seen on the way, long ones grow the buffer, a slow reader loses none" {
	needs recv_trunc # an empty record is told from the end
	python_server SEQPACKET '
c.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
got = [c.recv(1 << 20)]
for size in (10, 150000, 20, 200000): c.send(b"%d" % (size % 7) * size)
c.shutdown(socket.SHUT_WR)
print(got)'
	printf question >asked
	run --separate-stderr nsk unix-connect --type seqpacket -x --log-sent sent --log-received received ./p <asked
	assert_success
	assert_equal "$(cat sent)" question
	python_wait
	assert_equal "$(cat python.out)" "[b'question']"
	python3 -c 'print("".join(str(s % 7) * s for s in (10, 150000, 20, 200000)), end="")' | cmp - received
	assert_equal "${#output}" 350030
	assert_regex "$stderr" '> .*question'
	assert_regex "$stderr" '< .*3333333333'
	rm p
	python_server SEQPACKET '
for i in range(300): c.send(b"%05d" % i + b"x" * 3995)
c.close()'
	nsk unix-connect --type seqpacket ./p </dev/null | python3 -c '
import sys, time
first = sys.stdin.buffer.read1(100)
time.sleep(0.1) # all that a pipe holds comes meanwhile
whole = first + sys.stdin.buffer.read()
sys.exit(whole != b"".join(b"%05d" % i + b"x" * 3995 for i in range(300)))'
}
