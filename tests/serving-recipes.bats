#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The recipes of the README's chapter on servers, run as they stand there but for ports and names.
# shellcheck disable=SC2016,SC2154 # scripts in quotes, variables of bats

load helpers
load stream_helpers

@test "recipe: a log collector" {
	serve_start -k 0
	for n in 1 2 3; do
		seq "$n" 3 300 >"lines.$n"
		background tcp-connect "$SERVER_ADDRESS" <"lines.$n"
	done
	until_true eval '[ "$(wc -l <"$SERVER_STDOUT")" = 300 ]'
	assert_equal "$(sort -n "$SERVER_STDOUT")" "$(seq 300)"
}

@test "recipe: each client into a file of its own" {
	serve_start -k --output 'from-%a-%n' 0
	echo one | nsk tcp-connect "$SERVER_ADDRESS"
	echo two | nsk tcp-connect "$SERVER_ADDRESS"
	until_true grep -q two from-127.0.0.1-2
	assert_equal "$(<from-127.0.0.1-1)" one
}

@test "recipe: a directory with tar" {
	mkdir -p here/below there
	random_file here/below/file 2M
	ln -s below/file here/link
	chmod 640 here/below/file
	rm -f port
	(cd there && "$NSK" tcp-serve --port-file ../port 0 3>&- | tar -xi 3>&-) &
	local receiver=$!
	background_pids+=("$receiver")
	until_true test -s port
	(cd here && tar -c . | nsk tcp-connect 127.0.0.1 "$(<../port)")
	wait_bounded "$receiver"
	assert_equal "$STATUS_OF_PID" 0
	run diff -r here there
	assert_success
	assert_equal "$(stat -c %a there/below/file) $(readlink there/link)" "640 below/file"
}

@test "recipe: a mock HTTP server that records what it was asked" {
	command -v curl >/dev/null || skip "no curl"
	printf 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello\n' >answer
	serve_start -k --input answer 0
	run curl -sS --max-time 10 "http://$SERVER_ADDRESS/one"
	assert_success
	assert_output hello
	run curl -sS --max-time 10 -d form=data "http://$SERVER_ADDRESS/two"
	assert_output hello
	until_true grep -q form=data "$SERVER_STDOUT"
	assert_equal "$(grep -Ec '^(GET /one|POST /two) HTTP/1.1' "$SERVER_STDOUT")" 2
}

@test "recipe: a program for each client" {
	serve_start -k 0 --sh 'echo "you are $TCPREMOTEIP"; date'
	run nsk tcp-connect "$SERVER_ADDRESS" </dev/null
	assert_line --index 0 "you are 127.0.0.1"
	assert_equal "${#lines[@]}" 2
}

@test "recipe: a forwarded port" {
	command -v curl >/dev/null || skip "no curl"
	printf 'HTTP/1.0 200 OK\r\n\r\nfrom behind\n' >answer
	serve_start -k --input answer 0
	behind=$SERVER_PORT
	serve_start -k :0 --allow 127.0.0.0/8 --exec -- "$NSK" tcp-connect 127.0.0.1 "$behind"
	run curl -sS --max-time 10 "http://127.0.0.1:$SERVER_PORT/"
	assert_output "from behind"
}

@test "recipe: a client under test" {
	command -v curl >/dev/null || skip "no curl"
	printf 'HTTP/1.0 200 OK\r\n\r\nhello\n' >answer
	run --separate-stderr nsk with tcp-serve -k --discard --input answer 0 -- \
		sh -c 'curl -s --max-time 10 "http://$NSK_HOST:$NSK_PORT/"'
	assert_success
	assert_output hello
}

@test "recipe: redis by hand" {
	command -v redis-server >/dev/null || skip "no redis-server"
	redis-server --port 0 --unixsocket "$PWD/r" --save '' >redis.log 2>&1 3>&- &
	background_pids+=($!)
	until_true test -S r
	# redis takes no port 0 for the kernel's choice; a program in between has one
	serve_start -k 0 --exec -- "$PYTHON" -c '
import os, select, socket
redis = socket.socket(socket.AF_UNIX)
redis.connect("r")
while True:
    for ready in select.select([0, redis], [], [])[0]:
        data = os.read(0, 4096) if ready == 0 else redis.recv(4096)
        if not data and ready == 0:
            redis.shutdown(socket.SHUT_WR)
            while piece := redis.recv(4096):
                os.write(1, piece)
        if not data:
            raise SystemExit
        redis.sendall(data) if ready == 0 else os.write(1, data)'
	run eval 'printf "PING\r\n" | nsk tcp-connect -q 1 "$SERVER_ADDRESS"'
	assert_success
	assert_output --partial +PONG
}

@test "recipe: ssh through a ProxyCommand" {
	command -v ssh >/dev/null || skip "no ssh"
	printf 'SSH-2.0-nothing\r\n' >banner
	serve_start --input banner --no-shutdown --max-time 20 0
	timeout 20 ssh -v -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
		-o "ProxyCommand=$NSK tcp-connect %h %p" -p "$SERVER_PORT" 127.0.0.1 true >told 2>&1 3>&- </dev/null &
	background_pids+=("$!")
	until_true grep -aq 'remote software version nothing' told
	until_true grep -aq '^SSH-2.0-OpenSSH' "$SERVER_STDOUT"
	kill "$!" # it would wait for more
}
