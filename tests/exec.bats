#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# --exec, --sh, --clean-env: programs on connections, for servers and clients.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154,SC2317 # scripts in quotes, variables of bats, cases called by name

load helpers
load stream_helpers

@test "a program's stdin and stdout are the connection" {
	serve_start 0 --exec -- tr a-z A-Z
	run eval 'printf "shout\n" | nsk tcp-connect "$SERVER_ADDRESS"'
	assert_success
	assert_output SHOUT
	server_wait
	assert_equal "$SERVER_STATUS" 0
	assert_equal "$(<"$SERVER_STDERR")$(<"$SERVER_STDOUT")" ""
}

@test "--sh: a shell command, for clients at the same time" {
	serve_start -k 0 --sh 'read -r line; echo "you said $line"'
	peer_connect "$SERVER_PORT" until=go send='slow\n' fin recv close
	until_true peer_did connected
	run eval 'echo quick | nsk tcp-connect "$SERVER_ADDRESS"'
	assert_output "you said quick"
	touch go
	peer_wait
	assert_equal "$(<peer.out)" "you said slow"
}

@test "curl gets its answer from --input, --sh and --exec: 100 of 100, GET and POST" {
	command -v curl >/dev/null || skip "no curl"
	printf 'HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nanswer' >answer
	hundred() {
		serve_start -k 0 "$@"
		cat >ask <<-'END'
			for n in $(seq 50); do
				[ "$(curl -sS --max-time 10 "http://$1/")" = answer ] || exit 1
				[ "$(curl -sS --max-time 10 -d "some=form&data=$n" "http://$1/")" = answer ] || exit 2
			done
		END
		run timeout 100 bash ask "$SERVER_ADDRESS"
		assert_success
		assert_output ""
		assert_equal "$(<"$SERVER_STDERR")" ""
		kill -TERM "$SERVER_PID"
		server_wait
	}
	hundred --input answer
	hundred --sh 'cat answer'
	hundred --exec -- cat answer
}

@test "ucspi: a program finds the addresses in its environment, ours and not inherited ones" {
	export TCPREMOTEIP=forged TCPREMOTEHOST=forged TCPREMOTEINFO=forged UNIXREMOTEPID=forged PROTO=forged
	serve_start 0 --sh 'env | sort | grep -E "^(PROTO|TCP|UNIX)"; echo "$TCPREMOTEPORT" >port.seen'
	nsk tcp-connect -v "$SERVER_ADDRESS" </dev/null >got 2>told
	port=$(sed -n 's/.* from 127.0.0.1:\([0-9]*\)$/\1/p' told)
	assert_equal "$(<got)" "PROTO=TCP
TCPLOCALIP=127.0.0.1
TCPLOCALPORT=$SERVER_PORT
TCPREMOTEIP=127.0.0.1
TCPREMOTEPORT=$port"
}

# The masks of blocked and ignored signals in /proc/PID/status, but for the C library's own two (32 and 33).
signals_in() {
	local name mask

	while read -r name mask; do
		case $name in
		SigBlk: | SigIgn:) echo "$name $((16#$mask & 0x7fffffff))" ;;
		esac
	done <"$1"
}

@test "R26, R27: what a program gets: a blocking socket, signals as found, descriptors 0, 1, 2, the limit as found" {
	cat >look.py <<-'END'
		import os, resource
		print(os.get_blocking(0), os.get_blocking(1), sorted(int(fd) for fd in os.listdir("/proc/self/fd"))[:-1],
		      resource.getrlimit(resource.RLIMIT_NOFILE)[0])
	END
	(
		ulimit -Sn 200
		exec 7</dev/null 8>other
		serve_start 0 --exec -- "$PYTHON" look.py
		run nsk tcp-connect "$SERVER_ADDRESS" </dev/null
		assert_output "True True [0, 1, 2] 200"
		for _ in default ignored; do
			cat /proc/self/status >found & # as serve_start starts nsk
			wait $!
			serve_start 0 --exec -- cat /proc/self/status
			nsk tcp-connect "$SERVER_ADDRESS" </dev/null >got
			server_wait
			assert_equal "$(signals_in got)" "$(signals_in found)"
			trap '' PIPE
		done
		assert [ "$(signals_in got | sed -n 's/SigIgn: //p')" -ge 4096 ] # SIGPIPE among them
	)
}

@test "--clean-env: none of the parent's secrets" {
	export SECRET=hush LANG=C TERM=dumb
	serve_start 0 --clean-env --exec -- env
	nsk tcp-connect "$SERVER_ADDRESS" </dev/null >got
	server_wait
	assert_equal "$(cut -d= -f1 got | sort | tr '\n' ' ')" \
		"HOME LANG PATH PROTO TCPLOCALIP TCPLOCALPORT TCPREMOTEIP TCPREMOTEPORT TERM "
	serve_start 0 --exec -- env
	nsk tcp-connect "$SERVER_ADDRESS" </dev/null >got
	server_wait
	assert_equal "$(grep -c SECRET=hush got)" 1
}

@test "a program that ends without reading its input does not reset the client" {
	random_file given 2M
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		serve_start 0 --sh 'head -c 10 >/dev/null; seq 20000'
		nsk tcp-connect "$SERVER_ADDRESS" <given >got
		seq 20000 >expected
		cmp expected got
		server_wait
		assert_equal "$SERVER_STATUS" 0
	done
}

@test "a client that never ends is drained for two seconds, then closed" {
	serve_start 0 --exec -- echo 'done'
	peer_connect "$SERVER_PORT" recv until=never
	until_true peer_did end
	SECONDS=0
	server_wait
	assert_equal "$SERVER_STATUS" 0
	assert [ "$SECONDS" -le 4 ]
}

@test "the program's failure is status 1, with a message; with -k the server goes on" {
	serve_start 0 --sh 'exit 7'
	nsk tcp-connect "$SERVER_ADDRESS" </dev/null
	server_wait
	assert_equal "$SERVER_STATUS" 1
	assert_regex "$(<"$SERVER_STDERR")" '^nsk tcp-serve: 127.0.0.1:[0-9]+: exit 7: ended with status 7$'
	serve_start 0 --sh 'kill -KILL $$'
	nsk tcp-connect "$SERVER_ADDRESS" </dev/null
	server_wait
	assert_equal "$SERVER_STATUS" 1
	assert_regex "$(<"$SERVER_STDERR")" 'ended by signal 9'
	serve_start -W 2 0 --sh 'read -r status; exit "$status"'
	echo 3 | nsk tcp-connect "$SERVER_ADDRESS"
	echo 0 | nsk tcp-connect "$SERVER_ADDRESS"
	server_wait
	assert_equal "$SERVER_STATUS" 1
}

@test "a program that does not exist: the client sees an end, the server goes on and says so" {
	serve_start -k 0 --exec -- ./no-such-program
	for _ in 1 2; do
		run eval 'echo hello | nsk tcp-connect "$SERVER_ADDRESS"'
		assert_success
		assert_output ""
	done
	until_true eval '[ "$(grep -c "./no-such-program: no such file or directory" "$SERVER_STDERR")" = 2 ]'
}

@test "forwarding: 64 MiB and both ends of file through --exec -- nsk tcp-connect" {
	random_file given 64M
	peer_listen recv send=thanks close
	serve_start -k 0 --exec -- "$NSK" tcp-connect 127.0.0.1 "$PEER_PORT"
	run eval 'nsk tcp-connect "$SERVER_ADDRESS" <given'
	assert_success
	assert_output thanks
	peer_wait
	cmp given peer.out
	random_file given 64M
	peer_listen sendfile=given recv close
	serve_start -k 0 --exec -- "$NSK" tcp-connect 127.0.0.1 "$PEER_PORT"
	nsk tcp-connect "$SERVER_ADDRESS" </dev/null -q 3 >got # the far end ends when it has read ours
	cmp given got
}

@test "R25: a thousand programs: no zombie, none failed" {
	cat >thousand.py <<-'END'
		import socket, sys
		port = int(sys.argv[1])
		for _ in range(100):
		    crowd = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(10)]
		    for client in crowd:
		        data = b""
		        while piece := client.recv(100):
		            data += piece
		        assert data == b"hi\n", data
		        client.close()
	END
	serve_start -k 0 --exec -- echo hi
	run timeout 120 "$PYTHON" thousand.py "$SERVER_PORT"
	assert_success
	until_true eval '! pgrep -P "$SERVER_PID"'
	assert_equal "$(<"$SERVER_STDERR")" ""
	assert_equal "$(find "/proc/$SERVER_PID/fd" -lname 'socket:*' | wc -l)" "$(nsk wait "$SERVER_ADDRESS" && find "/proc/$SERVER_PID/fd" -lname 'socket:*' | wc -l)"
}

@test "a signal ends the programs too, and resets their clients" {
	serve_start -k 0 --sh 'echo $$ >pid; exec sleep 60'
	peer_connect "$SERVER_PORT" recv
	until_true test -s pid
	kill -TERM "$SERVER_PID"
	server_wait
	assert_equal "$SERVER_STATUS" 143
	until_true eval '! kill -0 "$(<pid)"'
	until_true eval 'peer_did reset || peer_did end'
}

@test "a reset does not wait for what the program has started" {
	serve_start --max-time 1 0 --sh 'sleep 60 & echo $! >kid; echo part; wait'
	peer_connect "$SERVER_PORT" recv
	server_wait
	assert_equal "$SERVER_STATUS" 124
	until_true peer_did reset
	kill "$(<kid)"
	peer_listen recv
	run timeout -s KILL 30 "$NSK" tcp-connect --max-time 1 127.0.0.1 "$PEER_PORT" --sh 'sleep 60 & echo $! >kid; wait' </dev/null 3>&-
	assert_failure 124
	until_true peer_did reset
	kill "$(<kid)"
}

@test "-v tells how a connection with a program, or an echo, has ended" {
	serve_start -v -k 0 --sh 'read -r line; echo "$line"; exit "$line"'
	printf '0\n' | nsk tcp-connect "$SERVER_ADDRESS"
	printf '7\n' | nsk tcp-connect "$SERVER_ADDRESS"
	until_true eval '[ "$(grep -c "ended: the program was done$" "$SERVER_STDERR")" -eq 2 ]'
	serve_start -v -k --echo 0
	printf 'five\n' | nsk tcp-connect "$SERVER_ADDRESS"
	until_true grep -Eq '^nsk tcp-serve: 127\.0\.0\.1:[0-9]+: ended: both sides were done; sent 5 bytes, received 5$' "$SERVER_STDERR"
	head -c 3000000 /dev/zero | nsk tcp-connect "$SERVER_ADDRESS" >/dev/null
	until_true grep -Eq ': ended: both sides were done; sent 3000000 bytes, received 3000000$' "$SERVER_STDERR"
	peer_connect "$SERVER_PORT" send=x reset
	until_true grep -Eq ': ended: the connection broke; sent [01] bytes, received [01]$' "$SERVER_STDERR"
	peer_connect "$SERVER_PORT" send=x recv=1 until=never
	until_true peer_did received 1
	kill -TERM "$SERVER_PID"
	server_wait
	grep -q ': ended: reset by us, for our side was not done; sent 1 bytes, received 1$' "$SERVER_STDERR"
}

@test "--max-time ends a program: 124" {
	serve_start --max-time 2 0 --sh 'echo $$ >pid; exec sleep 60'
	peer_connect "$SERVER_PORT" recv
	server_wait
	assert_equal "$SERVER_STATUS" 124
	assert [ -s pid ] # the program had been started
	until_true eval '! kill -0 "$(<pid)"'
}

@test "a client runs a program: its environment, its failure, both ends" {
	serve_start -k --echo 0
	run nsk tcp-connect "$SERVER_ADDRESS" --sh 'echo ping; exec >&-; read -r line; echo "$line $TCPREMOTEPORT" >got'
	assert_success
	assert_output ""
	assert_equal "$(<got)" "ping $SERVER_PORT"
	run nsk tcp-connect "$SERVER_ADDRESS" --exec -- false
	assert_failure 1
	assert_output "nsk tcp-connect: $SERVER_ADDRESS: false: ended with status 1"
	run nsk tcp-connect "$SERVER_ADDRESS" --exec -- ./no-such-program
	assert_failure 1
	assert_output "nsk tcp-connect: $SERVER_ADDRESS: ./no-such-program: no such file or directory"
}

@test "a server with a program does not listen beyond this machine without --allow: status 2" {
	run nsk tcp-serve :0 --sh cat
	assert_failure 2
	assert_output --partial -- --allow
	run nsk tcp-serve 0.0.0.0 0 --exec -- cat
	assert_failure 2
	serve_start :0 --allow 127.0.0.1 --exec -- cat
	run eval 'echo back | nsk tcp-connect 127.0.0.1 "$SERVER_PORT"'
	assert_output back
}

@test "options that handle bytes are refused with a program: status 2" {
	local option

	for option in -C '-i 1' -x '--hex-file x' '--rate 1k' '--input x' '--output x' '--log-sent x' '--log-received x' \
		--progress -d --send-only '-q 1' --no-shutdown --raw '--on-peer-eof end' '--idle-timeout 1'; do
		for command in 'tcp-serve 0' 'tcp-connect localhost 1'; do
			# shellcheck disable=SC2086 # words
			run nsk $command $option --sh cat
			assert_equal "$command $option: $status" "$command $option: 2"
			assert_output --partial "--sh"
		done
	done
}

@test "bad use: status 2, and the right line in the message" {
	run nsk tcp-serve 0 --exec cat
	assert_failure 2
	assert_output --partial 'nsk tcp-serve 0 --exec -- cat'
	run nsk tcp-serve 0 --exec --
	assert_failure 2
	run nsk tcp-serve 0 --exec
	assert_failure 2
	run nsk tcp-serve 0 --clean-env
	assert_failure 2
	run nsk tcp-serve 0 --sh cat --exec -- cat
	assert_failure 2
	run nsk tcp-connect -z localhost 1 --sh cat
	assert_failure 2
}

@test "R46: an argument of 131,071 bytes, and 10,000 arguments" {
	long=$(head -c 131000 /dev/zero | tr '\0' x)
	serve_start 0 --exec -- printf %s "$long"
	nsk tcp-connect "$SERVER_ADDRESS" </dev/null >got
	assert_equal "$(wc -c <got)" 131000
	# shellcheck disable=SC2046 # words
	serve_start 0 --exec -- echo $(seq 10000)
	nsk tcp-connect "$SERVER_ADDRESS" </dev/null >got
	assert_equal "$(wc -w <got)" 10000
	run nsk tcp-connect "$long" 1
	assert_failure 3
	# shellcheck disable=SC2046
	run nsk tcp-connect $(seq 10000)
	assert_failure 2
}
