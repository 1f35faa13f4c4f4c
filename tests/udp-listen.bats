#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# udp-listen: what becomes of datagrams, answers, readiness, ends.

# shellcheck disable=SC1003,SC2016,SC2030,SC2031,SC2154 # scripts in quotes, variables of bats

load helpers

export SERVER_COMMAND=udp-listen

send() {
	nsk udp-send "127.0.0.1:$SERVER_PORT" "$@"
}

finish() {
	server_wait
	assert_equal "status $SERVER_STATUS" "status ${1:-0}"
}

@test "bytes as they are; an empty datagram is data and no end" {
	serve_start -W 4 0
	printf 'a\0b' | nsk udp-send "127.0.0.1:$SERVER_PORT"
	send '' c ''
	finish
	printf 'a\0bc' | cmp - "$SERVER_STDOUT"
}

@test "-L: a newline behind each" {
	serve_start -L -W 3 0
	send a '' b
	finish
	run cat "$SERVER_STDOUT"
	assert_output $'a\n\nb'
}

@test "--json: an object each" {
	serve_start --json -W 3 0
	nsk udp-send -p 0 -e "127.0.0.1:$SERVER_PORT" 'h\xc3\xa9' '\xff' ''
	finish
	python3 - "$SERVER_STDOUT" <<-'END'
		import json, sys, time
		first, second, third = (json.loads(line) for line in open(sys.argv[1]))
		assert abs(first.pop("time") - time.time()) < 60
		assert 0 < first.pop("port") < 65536
		assert first == {"peer": "127.0.0.1", "length": 3, "truncated": False, "dropped": 0, "hex": "68c3a9", "text": "hé"}, first
		assert second["hex"] == "ff" and "text" not in second, second
		assert third["hex"] == "" and third["text"] == "" and third["length"] == 0, third
	END
}

@test "--json: what a terminal could obey is escaped" {
	serve_start --json -W 1 0
	nsk udp-send -e "127.0.0.1:$SERVER_PORT" '\x1b[0m\xc2\x9b31m\x7f"\\'
	finish
	run cat "$SERVER_STDOUT"
	assert_output --partial '"text":"\u001b[0m\u009b31m\u007f\"\\"'
}

@test "-x: the header counts bytes and tells what is cut off" {
	serve_start -x -W 3 --buffer 2 0
	send a bc def
	finish 1
	run cat "$SERVER_STDOUT"
	assert_line --regexp '127\.0\.0\.1:[0-9]+ 1 byte$'
	assert_line --regexp '127\.0\.0\.1:[0-9]+ 2 bytes$'
	! has recv_trunc || assert_line --regexp '127\.0\.0\.1:[0-9]+ 3 bytes, truncated$'
	refute_output --partial 'def'
}

@test "--output to a device that is full: 1 and a message" {
	serve_start --output /dev/full -W 1 0
	send a
	server_wait
	assert_equal "$SERVER_STATUS" 1
	assert_regex "$(cat "$SERVER_STDERR")" '^nsk udp-listen: /dev/full: no space left on device$'
}

@test "--talk without -L: bytes as they are" {
	mkfifo words
	exec {to}<>words
	serve_start --talk -W 2 0 <words
	send a b
	finish
	exec {to}>&-
	printf ab | cmp - "$SERVER_STDOUT"
}

@test "-x: a hex view headed by the peer, on stdout" {
	serve_start -x -W 2 0
	send 'hello, hex viewsx' ''
	finish
	run cat "$SERVER_STDOUT"
	assert_line --index 0 --regexp '^[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3} 127\.0\.0\.1:[0-9]+ 17 bytes$'
	assert_line --index 1 "< 000000 6865 6c6c 6f2c 2068 6578 2076 6965 7773  hello, hex views"
	assert_line --index 2 --regexp '^< 000010 78 +x$'
	assert_line --index 3 --partial " 0 bytes"
	assert_equal "${#lines[@]}" 4
}

@test "--output: to a file, which a port that is taken does not spoil" {
	echo old >file
	serve_start --output file -W 1 0
	assert_equal "$(cat file)" ""
	echo kept >other
	run nsk udp-listen --output other "127.0.0.1:$SERVER_PORT"
	assert_failure 4
	assert_output "nsk udp-listen: 127.0.0.1:$SERVER_PORT: $(glibc_or_musl "address already in use" "address in use")"
	assert_equal "$(cat other)" kept
	send new
	finish
	assert_equal "$(cat file)" new
}

@test "--buffer: a longer datagram is cut, told, and makes the status 1" {
	serve_start --json --buffer 4 -W 2 0
	send fine 'too long'
	finish 1
	run cat "$SERVER_STDOUT"
	assert_line --index 0 --partial '"length":4,"truncated":false,"dropped":0,"hex":"66696e65"'
	assert_line --index 1 --partial '"truncated":true,"dropped":0,"hex":"746f6f20"'
	needs recv_trunc # the true length
	assert_line --index 1 --partial '"length":8,"truncated":true'
	run cat "$SERVER_STDERR"
	assert_output --regexp '^nsk udp-listen: 127\.0\.0\.1:[0-9]+: a datagram of 8 bytes was truncated to 4'
}

@test "-W: N datagrams and no more" {
	serve_start -L -W 2 0
	send a b c || [ $? -eq 4 ] # the third may find nobody
	finish
	assert_equal "$(cat "$SERVER_STDOUT")" $'a\nb'
}

@test "--max-time and --idle-timeout end with 124" {
	run nsk udp-listen --max-time 100ms 127.0.0.1 0
	assert_failure 124
	assert_output --regexp '^nsk udp-listen: 127\.0\.0\.1:[0-9]+: not done within 100ms$'
	serve_start -L --idle-timeout 1 0
	send a
	finish 124
	assert_equal "$(cat "$SERVER_STDOUT")" a
	run cat "$SERVER_STDERR"
	assert_output --partial "nothing came for 1s"
}

@test "--idle-timeout: what --from leaves out does not count, and a program may take its time" {
	serve_start --from 127.0.0.1:1 --idle-timeout 300ms --max-time 5 0
	nsk udp-send -i 50ms --times 100 "127.0.0.1:$SERVER_PORT" x 3>&- 2>/dev/null &
	background_pids+=($!)
	finish 124
	assert_regex "$(cat "$SERVER_STDERR")" 'nothing came for 300ms'
	serve_start -W 1 --idle-timeout 1 0 --sh 'sleep 1.5; echo late'
	run nsk udp-send -r 1 "127.0.0.1:$SERVER_PORT" x
	assert_output late
	finish
}

@test "--buffer: as large as it may be" {
	serve_start --buffer 1G -W 1 0
	send x
	finish
	assert_equal "$(cat "$SERVER_STDOUT")" x
}

@test "a signal ends it, with all that came written" {
	serve_start -L 0
	nsk udp-send "127.0.0.1:$SERVER_PORT" a b
	until_true grep -q b "$SERVER_STDOUT"
	kill -TERM "$SERVER_PID"
	finish 143
	assert_equal "$(cat "$SERVER_STDOUT" "$SERVER_STDERR")" $'a\nb'
}

@test "any number of senders, each told apart" {
	serve_start --json -W 3 0
	python3 -c 'import socket, sys
sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in "abc"]
for number, s in enumerate(sockets):
    s.sendto(b"%d" % number, ("127.0.0.1", int(sys.argv[1])))
print(*(s.getsockname()[1] for s in sockets), sep="\n")' "$SERVER_PORT" >ports
	finish
	run python3 -c 'import json, sys
print(*(json.loads(line)["port"] for line in open(sys.argv[1])), sep="\n")' "$SERVER_STDOUT"
	assert_output "$(cat ports)"
}

@test "--echo: each goes back to its sender, and nothing to stdout" {
	serve_start --echo -W 3 0
	run nsk udp-send -L -r 3 "127.0.0.1:$SERVER_PORT" <<<$'a\n\nb'
	assert_output $'a\n\nb'
	finish
	[ ! -s "$SERVER_STDOUT" ]
}

@test "--reply: a text for each; with --json what came is written" {
	serve_start --reply 'and so on' --json -W 2 0
	run nsk udp-send -r 2 "127.0.0.1:$SERVER_PORT" a b
	assert_output "and so onand so on"
	finish
	assert_equal "$(wc -l <"$SERVER_STDOUT")" 2
}

@test "--exec: the datagram on stdin, stdout is the answer, also of 65507 bytes" {
	serve_start -W 2 0 --exec -- tr a-z A-Z
	run nsk udp-send -r 1 "127.0.0.1:$SERVER_PORT" "hello there"
	assert_output "HELLO THERE"
	head -c 65507 /dev/zero | tr '\0' q >large
	nsk udp-send -r 1 "127.0.0.1:$SERVER_PORT" <large >got
	finish
	tr q Q <large | cmp - got
}

@test "--sh: names about the peer are ours, and descriptors 0, 1, 2 all there is" {
	PROTO=x TCPREMOTEIP=x UDPREMOTEIP=x UDPREMOTEHOST=x UNIXLOCALPATH=x serve_start -W 1 0 --sh \
		'cat; env | grep -E "^(PROTO|(TCP|UDP|UNIX)(LOCAL|REMOTE))" | sort; python3 -c "
import os
for fd in range(50):
    try: os.fstat(fd); print(fd)
    except OSError: pass"; grep -E "Sig(Ign|Blk)" /proc/self/status' 7</dev/null
	port=$(python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	run nsk udp-send -r 1 -p "$port" "127.0.0.1:$SERVER_PORT" $'hi\n'
	finish
	assert_line --index 0 hi
	assert_line --index 1 PROTO=UDP
	assert_line --index 2 UDPLOCALIP=127.0.0.1
	assert_line --index 3 "UDPLOCALPORT=$SERVER_PORT"
	assert_line --index 4 UDPREMOTEIP=127.0.0.1
	assert_line --index 5 "UDPREMOTEPORT=$port"
	assert_equal "${lines[*]:6:3}" "0 1 2"
	assert_line --regexp '^SigBlk:.*0000000000000000$'
	# neither SIGPIPE nor SIGXFSZ, which nsk ignores itself
	[ $((0x${lines[10]#*$'\t'} & 0x1001000)) = 0 ]
}

@test "a program that fails is told and makes the status 1; its output is sent" {
	serve_start -W 1 0 --sh 'echo out; exit 3'
	run nsk udp-send -r 1 "127.0.0.1:$SERVER_PORT" x
	assert_output out
	finish 1
	assert_equal "$(cat "$SERVER_STDERR")" "nsk udp-listen: /bin/sh: ended with status 3"
	serve_start -W 1 0 --exec -- ./nosuch
	nsk udp-send "127.0.0.1:$SERVER_PORT" x
	finish 1
	assert_equal "$(cat "$SERVER_STDERR")" "nsk udp-listen: ./nosuch: no such file or directory"
}

@test "a program that says nothing, or does not read, sends nothing and is no failure" {
	serve_start -W 1 0 --exec -- true
	head -c 65507 /dev/zero >large
	run nsk udp-send -w 200ms "127.0.0.1:$SERVER_PORT" <large
	assert_failure 124
	finish
}

@test "an answer too long for a datagram is told and not sent" {
	serve_start -W 1 0 --sh 'head -c 65508 /dev/zero'
	run nsk udp-send -w 300ms "127.0.0.1:$SERVER_PORT" x
	assert_failure 124
	finish 1
	run cat "$SERVER_STDERR"
	assert_output --partial "more than the 65507 bytes"
}

@test "a program that never stops answering is cut off, and told once" {
	serve_start -W 1 0 --exec -- yes
	nsk udp-send "127.0.0.1:$SERVER_PORT" x
	finish 1
	assert_equal "$(wc -l <"$SERVER_STDERR")" 1
	assert_regex "$(cat "$SERVER_STDERR")" 'more than the 65507 bytes'
}

@test "programs run at the same time, at most 32 of them, and none stays" {
	mkdir running
	serve_start -W 80 0 --sh 'mkdir running/$$; ls running | wc -l >>most; sleep 0.1; rmdir running/$$; cat'
	seq 80 | nsk udp-send -L -r 80 -w 20 "127.0.0.1:$SERVER_PORT" | sort -n >got
	finish
	seq 80 | cmp - got
	most=$(sort -n most | tail -n 1)
	[ "$most" -gt 1 ] && [ "$most" -le 32 ]
}

@test "a program beyond this machine needs --from" {
	run nsk udp-listen :0 --exec -- cat
	assert_failure 2
	assert_output --partial "--from"
	run nsk udp-listen 0.0.0.0:0 --sh cat
	assert_failure 2
	serve_start -W 1 :0 --from 127.0.0.1:9 --exec -- cat
}

@test "--from: from that peer only" {
	port=$(python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	serve_start -L -W 1 --from "127.0.0.1:$port" 0
	send stranger
	nsk udp-send -p "$port" "127.0.0.1:$SERVER_PORT" friend
	finish
	assert_equal "$(cat "$SERVER_STDOUT")" friend
	run nsk udp-listen --from 127.0.0.1 0
	assert_failure 2
}

@test "--talk: lines of stdin go to the latest sender, and wait for one" {
	mkfifo words
	exec {to}<>words
	serve_start -L --talk -W 2 0 <words
	echo first >&"$to"
	run nsk udp-send -r 1 "127.0.0.1:$SERVER_PORT" hello
	assert_output first
	mkfifo spoken
	"$NSK" udp-send -L -r 1 "127.0.0.1:$SERVER_PORT" <spoken >got 3>&- &
	background_pids+=($!)
	exec {line}>spoken
	echo "it is me" >&"$line"
	until_true grep -q "it is me" "$SERVER_STDOUT"
	finish
	exec {line}>&- {to}>&-
	run cat "$SERVER_STDOUT"
	assert_output $'hello\nit is me'
}

@test "--talk answers whoever sent last" {
	mkfifo words
	exec {to}<>words
	serve_start -L --talk 0 <words
	cat >peers.py <<-'END'
		import socket, sys
		port = int(sys.argv[1])
		one, two = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in "ab")
		for s in (one, two):
		    s.settimeout(10)
		one.sendto(b"one", ("127.0.0.1", port))
		two.sendto(b"two", ("127.0.0.1", port))
		print("sent", flush=True)
		print(two.recv(100).decode(), flush=True)
		one.sendto(b"one", ("127.0.0.1", port))
		print("sent", flush=True)
		print(one.recv(100).decode(), flush=True)
	END
	python3 peers.py "$SERVER_PORT" >peers.out 3>&- &
	background_pids+=($!)
	until_true grep -q two "$SERVER_STDOUT"
	echo "to two" >&"$to"
	until_true grep -q "to two" peers.out
	until_true sh -c '[ "$(wc -l <"$1")" = 3 ]' sh "$SERVER_STDOUT"
	echo "to one" >&"$to"
	until_true grep -q "to one" peers.out
	exec {to}>&-
}

@test "readiness: --port-file, --background, with, wait -u" {
	needs proc # wait -u
	"$NSK" udp-listen --port-file port -L -W 1 0 >got 3>&- &
	background_pids+=($!)
	until_true test -s port
	run nsk wait -u --max-time 5 "$(cat port)"
	assert_success
	nsk udp-send ":$(cat port)" here
	wait_bounded "${background_pids[-1]}"
	assert_equal "$(cat got)" here

	eval "$(nsk udp-listen --background --output taken -W 1 0)"
	nsk udp-send "$NSK_HOST" "$NSK_PORT" there
	run nsk wait -u --gone --max-time 5 "$NSK_PORT"
	assert_success
	assert_equal "$(cat taken)" there
	run nsk udp-listen --background 0
	assert_failure 2

	run nsk with udp-listen --echo 0 -- sh -c '"$NSK" udp-send -r 1 "$NSK_HOST" "$NSK_PORT" hello'
	assert_success
	assert_output hello
}

@test "one port for both families; : is all interfaces" {
	python3 -c 'import socket; socket.socket(socket.AF_INET6).bind(("::1", 0))' || skip "no IPv6 here"
	serve_start -v -L -W 2 0
	send four
	nsk udp-send "[::1]:$SERVER_PORT" six
	finish
	assert_equal "$(cat "$SERVER_STDOUT")" $'four\nsix'
	run cat "$SERVER_STDERR"
	assert_line --index 0 "nsk udp-listen: listening on 127.0.0.1:$SERVER_PORT, [::1]:$SERVER_PORT"
	assert_line --index 1 "nsk udp-listen: for this machine only; for all: nsk udp-listen :$SERVER_PORT"
	serve_start -v -L -W 1 :0
	nsk udp-send "127.0.0.2:$SERVER_PORT" x
	finish
	run head -n 1 "$SERVER_STDERR"
	assert_output --partial "0.0.0.0:$SERVER_PORT, [::]:$SERVER_PORT"
}

@test "an answer leaves from the address that was asked" {
	needs datagram_about
	serve_start --echo -W 2 :0
	for address in 127.0.0.3 127.0.0.4; do
		run nsk udp-send --connected -r 1 -w 5 "$address:$SERVER_PORT" x
		assert_success
		assert_output x
	done
	finish
}

@test "a second listener on the port is refused" {
	serve_start 0
	run nsk udp-listen "$SERVER_PORT"
	assert_failure 4
	assert_output --partial "$(glibc_or_musl "address already in use" "address in use")"
}

@test "--join: a bad group is 2, an interface that does not exist 4" {
	for group in 192.0.2.1 ::1 x '' 224.0.0.1.5; do
		run nsk udp-listen --join "$group" 0
		assert_failure 2
		assert_output --partial "not a multicast group"
	done
	run nsk udp-listen --join 224.0.0.251%nosuch0 0
	assert_failure 4
	assert_output "nsk udp-listen: --join 224.0.0.251%nosuch0: no such device"
}

@test "a closed stdout is status 1, its reader's end a quiet SIGPIPE" {
	serve_start -W 1 0
	run bash -c '"$NSK" udp-listen -L -W 1 --port-file p 0 >/dev/full & until [ -s p ]; do sleep 0.02; done; "$NSK" udp-send ":$(cat p)" x; wait $!' 3>&-
	assert_failure 1
	assert_output --partial "no space left"
	rm p
	bash -c '"$NSK" udp-listen -L --port-file p 0 | true; echo "${PIPESTATUS[0]}"' >status 2>err 3>&- &
	background_pids+=($!)
	until_true test -s p
	for _ in {1..100}; do
		nsk udp-send ":$(cat p)" x 2>/dev/null || true
		[ -s status ] && break
		sleep 0.02
	done
	assert_equal "$(cat status err)" 141
}

@test "words that cannot be understood: 2" {
	for words in "" "-L --json 0" "--echo --reply x 0" "--talk --echo 0" "--buffer 0 0" "-W 0 0" "--join" "-l 0" "-k 0" \
		"--echo --output f 0" "--background --talk --output f 0" "a b c" "0 --exec"; do
		# shellcheck disable=SC2086
		run nsk udp-listen $words
		assert_failure 2
		assert_equal "${#lines[@]}" 1
	done
}

@test "-4, -6 and -n" {
	serve_start -4 -v 0
	run head -n 1 "$SERVER_STDERR"
	refute_output --partial "::1"
	run nsk udp-listen -n localhost 0
	assert_failure 3
	run nsk udp-listen -n 127.0.0.1 domain
	assert_failure 3
	python3 -c 'import socket; socket.socket(socket.AF_INET6).bind(("::1", 0))' || skip "no IPv6 here"
	serve_start -6 0
	assert_equal "$SERVER_HOST" "[::1]"
}

@test "--background: messages go to --log" {
	needs proc # wait -u
	eval "$(nsk udp-listen --background --log said --output got --idle-timeout 200ms 0)"
	run nsk wait -u --gone --max-time 10 "$NSK_PORT"
	assert_success
	until_true grep -q "nothing came for 200ms" said
}

@test "-O: a socket option, before bind" {
	run nsk udp-listen -O SO_NOSUCH=1 0
	assert_failure 2
	serve_start 0
	# two may share a port, if both say so
	! has portable || skip "SO_REUSEPORT is not POSIX's"
	run nsk udp-listen -O SO_REUSEPORT=1 "$SERVER_PORT"
	assert_failure 4
	serve_start -O SO_REUSEPORT=1 127.0.0.1 0
	port=$SERVER_PORT
	serve_start -O SO_REUSEPORT=1 "127.0.0.1:$port"
	assert_equal "$SERVER_PORT" "$port"
}

@test "on a terminal control characters are escaped, --raw passes them, lines typed are sent" {
	cat >talk.py <<-'END'
		import os, pty, socket, sys, time
		def run(options):
		    pid, master = pty.fork()
		    if pid == 0:
		        os.execv(sys.argv[1], [sys.argv[1], "udp-listen", "-W", "2", *options, "0"])
		    seen = b""
		    while b"listening on 127.0.0.1:" not in seen or b"\n" not in seen:
		        seen += os.read(master, 1000)
		    port = int(seen.split(b"127.0.0.1:")[1].split(b",")[0].split(b" ")[0])
		    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		    s.settimeout(10)
		    os.write(master, b"typed\n")
		    s.sendto(b"\x1b[31mred", ("127.0.0.1", port))
		    print(s.recv(100))
		    s.sendto(b"end", ("127.0.0.1", port))
		    try:
		        while piece := os.read(master, 1000):
		            seen += piece
		    except OSError:
		        pass
		    os.waitpid(pid, 0)
		    return seen
		print(b"\\x1b[31mred" in (seen := run([])), b"\x1b" in seen, b"control characters escaped: 1 " in seen)
		print(b"\x1b[31mred" in run(["--raw"]))
	END
	run timeout 30 python3 talk.py "$NSK"
	assert_output "b'typed'
True False True
b'typed'
True"
}

@test "Ctrl-C at a terminal: what is said at the end has a line of its own" {
	cat >send.py <<-'END'
		import os, re, socket, sys, time
		limit = time.monotonic() + 20
		while time.monotonic() < limit and not os.path.exists("port"):
		    time.sleep(0.02)
		socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"\x1b[31mred", ("127.0.0.1", int(open("port").read())))
	END
	timeout 60 python3 send.py 3>&- &
	run timeout 60 python3 -B "$ROOT/tests/typist" --screen 'see=red' stop -- "$NSK" udp-listen --port-file port 127.0.0.1 0
	assert_failure 130
	assert_line --regexp '^nsk udp-listen: control characters escaped: 1 '
}

@test "in the background of a terminal it leaves what is typed to others, and is not stopped" {
	cat >job.py <<-'END'
		import os, pty, socket, sys
		pid, master = pty.fork()
		if pid == 0:
		    ready, told = os.pipe()
		    job = os.fork()
		    if job == 0:
		        os.setpgid(0, 0)
		        os.set_inheritable(told, True)
		        os.execv(sys.argv[1], [sys.argv[1], "udp-listen", "-W", "2", "--output", "got", "--ready-fd", str(told), "127.0.0.1", "0"])
		    os.close(told)
		    port = int(os.read(ready, 100).split(b":")[1])
		    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		    s.settimeout(0.3)
		    s.sendto(b"one", ("127.0.0.1", port))
		    print("typed", flush=True)
		    try:
		        print("sent:", s.recv(100))
		    except TimeoutError:
		        pass
		    s.sendto(b"two", ("127.0.0.1", port))
		    state = os.waitpid(job, os.WUNTRACED)[1]
		    print("stopped" if os.WIFSTOPPED(state) else "status %d" % os.waitstatus_to_exitcode(state), flush=True)
		    os._exit(0)
		seen = b""
		try:
		    while piece := os.read(master, 1000):
		        seen += piece
		        if b"typed" in piece:
		            os.write(master, b"a line\n")
		except OSError:
		    pass
		print(seen.decode().replace("\r", ""))
	END
	run timeout 30 python3 job.py "$NSK"
	assert_output --partial "status 0"
	refute_output --partial "sent:"
	assert_equal "$(cat got)" onetwo
}
