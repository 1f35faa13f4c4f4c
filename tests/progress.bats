#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# --progress, on terminals and elsewhere.

# shellcheck disable=SC2154 # bats sets stderr and stderr_lines
# shellcheck disable=SC2016 # sh expands these

load helpers

on_terminal() {
	timeout -s KILL 60 "$ROOT/tests/on_terminal.py" "$@" 3>&-
}

has_bytes() {
	[ "$(wc -c <"$2")" -gt "$1" ]
}

# Starts a server that takes in everything and answers with standard input.
peer() {
	serve_start 0
}

@test "no terminal: one line at the end, with exact numbers" {
	random_file up 300000
	printf 'answer\n' >reply
	peer <reply
	run --separate-stderr nsk tcp-connect --progress "$SERVER_ADDRESS" <up
	assert_success
	assert_output answer
	[[ $stderr =~ ^"nsk tcp-connect: $SERVER_ADDRESS: sent 300000 bytes, received 7 bytes in "[0-9.]+" s ("[0-9.]+" "[KMG]?i?"B/s)"$ ]]
}

@test "no terminal: the line also comes when the session fails" {
	peer
	run --separate-stderr nsk tcp-connect --progress --max-time 1 "$SERVER_ADDRESS" < <(exec sleep 60 3>&-)
	assert_failure 124
	assert_equal "${#stderr_lines[@]}" 2
	[[ ${stderr_lines[0]} == *": sent 0 bytes, received 0 bytes in "[01].* ]]
}

@test "nothing is told where no connection stood" {
	run --separate-stderr nsk tcp-connect --progress 127.0.0.1 1
	assert_failure 4
	assert_equal "${#stderr_lines[@]}" 1
}

@test "a file on a terminal: a line redrawn, with bar, share and time left" {
	random_file up 1M
	peer
	on_terminal --only 2 "$NSK" tcp-connect --progress --rate 1M "$SERVER_ADDRESS" <up >drawn
	server_wait
	cmp "$SERVER_STDOUT" up
	tr '\r' '\n' <drawn | grep -Eq '^sent [ 0-9.]{4} KiB of 1\.00 MiB +[0-9. ]+ [KM]iB/s  0:00  \[=*> *\]  +[0-9]+%  0:0[0-9] left *$'
	tr '\r' '\n' <drawn | sed '/^ *$/d' | tail -n 1 | grep -Eq '^sent 1\.00 MiB of 1\.00 MiB .*\[=+\]  100% *$'
	# one line on the screen, and then the next one
	assert_equal "$(tr -d '\r' <drawn | wc -l)" 1
	# five times a second, never more than ten
	local drawings
	drawings=$(tr '\r' '\n' <drawn | grep -c '^sent')
	((drawings >= 3 && drawings <= 12))
}

@test "the size is what is left of the file" {
	random_file up 3000
	peer
	{
		dd bs=1000 count=1 of=/dev/null 2>/dev/null
		on_terminal --only 2 --screen "$NSK" tcp-connect --progress "$SERVER_ADDRESS"
	} <up >screen
	grep -q '^sent 1.95 KiB of 1.95 KiB ' screen
	peer
	on_terminal --only 2 --screen "$NSK" tcp-connect --progress --input up "$SERVER_ADDRESS" </dev/null >screen
	grep -q '^sent 2.93 KiB of 2.93 KiB ' screen
}

@test "a pipe, a stdin that is not read, and -C have no known size" {
	random_file up 3000
	peer
	# shellcheck disable=SC2002 # a pipe is wanted
	cat up | on_terminal --only 2 --screen "$NSK" tcp-connect --progress "$SERVER_ADDRESS" >screen
	grep -Eq '^sent 2\.93 KiB +[0-9. ]+ [KM]?i?B/s  0:00$' screen
	peer <up
	on_terminal --only 2 --screen "$NSK" tcp-connect -d --progress --output got "$SERVER_ADDRESS" <up >screen
	cmp got up
	grep -Eq '^received 2\.93 KiB +[0-9. ]+ [KM]?i?B/s  0:00$' screen
	yes '' | head -n 1000 >lines
	peer
	on_terminal --only 2 "$NSK" tcp-connect -C --progress --rate 4k "$SERVER_ADDRESS" <lines >drawn
	tr '\r' '\n' <drawn | grep -q '^sent 1\.95 KiB '
	refute grep -q ' of ' drawn
}

@test "the line never is wider than the terminal" {
	random_file up 500k
	for columns in 20 40 60 200; do
		peer
		on_terminal --columns "$columns" --only 2 "$NSK" tcp-connect --progress --rate 1M "$SERVER_ADDRESS" <up |
			tr '\r' '\n' | awk -v columns="$columns" 'length >= columns { exit 1 }'
	done
}

@test "messages get a line of their own" {
	random_file up 600k
	peer
	on_terminal --columns 200 --only 2 --screen "$NSK" tcp-connect -v --progress --rate 1M "$SERVER_ADDRESS" <up >screen
	grep -q "^nsk tcp-connect: connected to $SERVER_ADDRESS from [0-9.:]*\$" screen
	grep -Eq '^sent  600 KiB of 600 KiB .* 100%$' screen
	grep -q "^nsk tcp-connect: $SERVER_ADDRESS: ended: .* received 0\$" screen
	assert_equal "$(grep -c . screen)" 3
}

@test "data shown on the same terminal stays whole, also a line that is not finished" {
	random_file up 800k
	mkfifo answers
	exec 4<>answers
	serve_start 0 <answers 4>&-
	{
		printf 'first\nunfinished'
		until_true has_bytes 500000 "$SERVER_STDOUT"
		printf ' line\nlast'
	} >answers 3>&- 4>&- &
	exec 4>&-
	on_terminal --only 12 --screen "$NSK" tcp-connect --progress --rate 1M "$SERVER_ADDRESS" <up >screen
	assert_equal "$(sed -n 1,3p screen)" $'first\nunfinished line\nlast'
	sed -n 4p screen | grep -Eq '^sent  800 KiB of 800 KiB, received'
	assert_equal "$(grep -c . screen)" 4
}

@test "the transcript and the progress line share a terminal" {
	yes 0123456789abcdef | head -c 60000 >up
	peer
	on_terminal --only 2 --screen env TERM=dumb "$NSK" tcp-connect -x --progress --rate 100k "$SERVER_ADDRESS" <up >screen
	sed '$d' screen >seen
	run grep -vE '^[0-9:.]{12} > [0-9a-f]{6} [0-9a-f ]{39}  .{1,16}$' seen
	assert_output ""
	sed 's/^.\{22\}\(.\{39\}\).*/\1/' seen | tr -d ' \n' | python3 -c \
		'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))' | cmp - up
	tail -n 1 screen | grep -Eq '^sent 58\.6 KiB of 58\.6 KiB '
}

@test "who types sees no line drawn over it, and one at the end" {
	printf 'hello\n' >reply
	peer <reply
	on_terminal --screen "$NSK" tcp-connect --progress "$SERVER_ADDRESS" >screen
	assert_equal "$(sed -n 1p screen)" hello
	sed -n 2p screen | grep -q "^nsk tcp-connect: $SERVER_ADDRESS: sent 0 bytes, received 6 bytes in"
}

@test "a terminal that takes nothing does not hold up the bytes" {
	random_file up 1M
	peer
	nsk_binary=$NSK timeout -s KILL 60 python3 - "$SERVER_ADDRESS" <<-'PYTHON' 3>&-
		import os, pty, subprocess, sys, termios
		master, slave = pty.openpty()
		termios.tcflow(slave, termios.TCOOFF)
		with open("up") as up:
		    status = subprocess.call([os.environ["nsk_binary"], "tcp-connect", "--progress", "--rate", "2M", sys.argv[1]],
		                             stdin=up, stderr=slave, timeout=30)
		sys.exit(status)
	PYTHON
	server_wait
	cmp "$SERVER_STDOUT" up
}

@test "Ctrl-C leaves nothing of itself behind the last line" {
	mkfifo hold
	exec 4<>hold
	printf 'some bytes' >&4
	peer
	run timeout 60 python3 -B "$ROOT/tests/typist" --screen see=/s stop -- \
		sh -c 'exec "$0" tcp-connect --progress "$1" <hold' "$NSK" "$SERVER_ADDRESS"
	exec 4>&-
	assert_failure 130
	assert_output --regexp '^sent .*/s'
	refute_output --partial '^'
	# a line as wide as the terminal allows, since the size is known
	random_file up 1M
	serve_start 0 </dev/null
	run timeout 60 python3 -B "$ROOT/tests/typist" --screen 'see=%' stop -- \
		"$NSK" tcp-connect --progress --rate 64k --input up "$SERVER_ADDRESS"
	assert_failure 130
	assert_equal "$(grep -c . <<<"$output")" 1
	assert_output --regexp "^sent .*%"
	refute_output --partial '^'
}

@test "a signal leaves the last line on the terminal" {
	mkfifo hold
	exec 4<>hold
	peer
	on_terminal --only 2 --screen sh -c '"$0" tcp-connect --progress "$1" <hold & echo $! >pid; wait $!' "$NSK" \
		"$SERVER_ADDRESS" >screen &
	reader=$!
	until_true test -s pid
	printf 'some bytes' >&4
	until_true grep -q 'some bytes' "$SERVER_STDOUT"
	kill -TERM "$(cat pid)"
	wait "$reader" || true
	grep -q '^sent     10 B' screen
	exec 4>&-
}
