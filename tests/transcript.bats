#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What is seen of a session's bytes: -x, --hex-file, --log-sent, --log-received, --color; and --rate.

# shellcheck disable=SC2154 # bats sets stderr and stderr_lines
# shellcheck disable=SC2016 # sh expands these

load helpers

time='[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\.[0-9]{3}'

# Lines of a transcript without their times.
without_time() {
	sed -E "s/^$time //" "$@"
}

# What the lines of direction $1 in the transcript $2 hold, as bytes.
bytes_of() {
	without_time "$2" | sed -n "s/^$1 [0-9a-f]* \(.\{39\}\).*/\1/p" | tr -d ' \n' | python3 -c \
		'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))'
}

on_terminal() {
	timeout -s KILL 60 "$ROOT/tests/on_terminal.py" "$@" 3>&-
}

@test "-x shows both directions on stderr, and stdout holds the data alone" {
	printf 'answer\n' >reply
	serve_start 0 <reply
	printf 'Hello world!\n\0\177\377' >request
	nsk tcp-connect -x "$SERVER_ADDRESS" <request 2>seen >got
	cmp got reply
	grep -Eq "^$time > 000000 4865 6c6c 6f20 776f 726c 6421 0a00 7fff  Hello world!....\$" seen
	grep -Eq "^$time < 000000 616e 7377 6572 0a  {23}answer\.\$" seen
	assert_equal "$(wc -l <seen)" 2
}

@test "the offsets count for each direction, and all bytes are there" {
	random_file up 300000
	random_file down 200001
	serve_start 0 <down
	nsk tcp-connect --hex-file seen "$SERVER_ADDRESS" <up >got
	cmp got down
	bytes_of '>' seen | cmp - up
	bytes_of '<' seen | cmp - down
	without_time seen | grep '^>' | tail -n 1 | grep -q "^> 0493"
	without_time seen | grep '^<' | tail -n 1 | grep -q "^< 030d4"
	# each line begins where the one before it ended
	without_time seen | python3 -c '
import sys
at = {}
for line in sys.stdin:
    direction, offset = line.split()[:2]
    assert int(offset, 16) == at.get(direction, 0), line
    at[direction] = int(offset, 16) + len(line[9:49].replace(" ", "")) // 2
'
}

@test "a line fits into 80 columns" {
	random_file up 100000
	serve_start 0
	nsk tcp-connect -x "$SERVER_ADDRESS" <up 2>seen
	run awk 'length > 79 { print; exit 1 }' seen
	assert_success
	assert_output ""
}

@test "the transcript and the log show what goes over the wire: after -C" {
	serve_start 0
	printf 'a\nb\n' | nsk tcp-connect -C -x --log-sent sent "$SERVER_ADDRESS" 2>seen
	server_wait
	grep -q ' 610d 0a62 0d0a ' seen
	printf 'a\r\nb\r\n' | cmp - sent
	cmp sent "$SERVER_STDOUT"
}

@test "the transcript and the log show what came over the wire: before a terminal's escapes" {
	printf 'a\033[31mb\n' >reply
	serve_start 0 <reply
	on_terminal --only 1 "$NSK" tcp-connect --hex-file seen --log-received log "$SERVER_ADDRESS" </dev/null >screen 2>told
	grep -q '^a\\x1b\[31mb' screen
	grep -q ' 611b 5b33 316d 620a ' seen
	cmp log reply
}

@test "--hex-file writes to its file alone; with -x stderr has it too" {
	serve_start -k 0 2>/dev/null || serve_start 0
	printf abc | nsk tcp-connect --hex-file seen "$SERVER_ADDRESS" 2>told
	assert_equal "$(cat told)" ""
	grep -q '> 000000 6162 63' seen
	serve_start 0
	printf abc | nsk tcp-connect -x --hex-file seen "$SERVER_ADDRESS" 2>told
	cmp told seen
}

@test "--send-only: the transcript shows what is thrown away" {
	printf thrown >reply
	serve_start 0 <reply
	printf x | nsk tcp-connect --send-only -x --log-received log "$SERVER_ADDRESS" 2>seen >out
	assert_equal "$(cat out)" ""
	grep -q '< 000000 7468 726f 776e' seen
	cmp log reply
}

@test "--log-sent and --log-received copy each direction exactly, on both sides" {
	random_file up 3M
	random_file down 2M
	serve_start --log-sent server.sent --log-received server.received 0 <down
	nsk tcp-connect --log-sent client.sent --log-received client.received "$SERVER_ADDRESS" <up >got
	server_wait
	assert_equal "$SERVER_STATUS" 0
	for file in got server.sent client.received; do
		cmp "$file" down
	done
	for file in "$SERVER_STDOUT" server.received client.sent; do
		cmp "$file" up
	done
}

@test "a log's name may hold the number, the peer's address and port, and a percent sign" {
	serve_start --log-received 'got.%n.%a.%p.%%' --log-sent '100%%' 0
	printf x | nsk tcp-connect --log-sent 'sent.%a_%p' -v "$SERVER_ADDRESS" 2>told
	server_wait
	port=$(sed -n 's/.* from 127.0.0.1:\([0-9]*\)$/\1/p' told)
	assert_equal "$(cat "got.1.127.0.0.1.$port.%")" x
	assert_equal "$(cat "sent.127.0.0.1_$SERVER_PORT")" x
	assert_exists '100%'
}

@test "another letter in a log's name is refused before anything is done" {
	for name in '%x' 'a%' '%%%' '%1n'; do
		for option in --log-sent --log-received; do
			run --separate-stderr nsk tcp-connect "$option" "$name" 127.0.0.1 9
			assert_failure 2
			[[ $stderr == "nsk tcp-connect: $option '$name': behind % stands"* ]]
		done
	done
	assert_equal "$(find . -type f ! -name "separate-stderr-*")" ""
}

@test "a log is emptied when the connection stands, and a refused one spoils nothing" {
	echo 'a long line of old' >log
	cp log hex
	serve_start 0
	nsk tcp-connect -d "$SERVER_ADDRESS" >/dev/null 3>&- &
	kill -KILL "$SERVER_PID"
	wait "$SERVER_PID" || true
	wait "$!" || true
	echo 'a long line of old' >log
	cp log hex
	run --separate-stderr nsk tcp-connect --log-received log --log-sent log --hex-file hex "$SERVER_ADDRESS"
	assert_failure 4
	assert_equal "$(cat log hex | sort -u)" 'a long line of old'
	serve_start 0
	printf new | nsk tcp-connect --log-sent log --hex-file hex "$SERVER_ADDRESS"
	assert_equal "$(cat log)" new
	assert_equal "$(wc -l <hex)" 1
}

@test "a log that cannot be opened is told before connecting" {
	serve_start 0
	for option in --log-sent --log-received --hex-file; do
		run --separate-stderr nsk tcp-connect "$option" missing/log "$SERVER_ADDRESS" </dev/null
		assert_failure 1
		assert_equal "$stderr" "nsk tcp-connect: missing/log: no such file or directory"
	done
	# nobody has come yet
	printf first | nsk tcp-connect "$SERVER_ADDRESS"
	server_wait
	assert_equal "$(cat "$SERVER_STDOUT")" first
}

@test "a log, or a transcript, on a full disk ends the session: message, status 1" {
	random_file up 1M
	random_file down 1M
	for option in --log-sent --log-received --hex-file; do
		serve_start 0 <down
		run --separate-stderr nsk tcp-connect "$option" /dev/full "$SERVER_ADDRESS" <up
		assert_failure 1
		assert_equal "$stderr" "nsk tcp-connect: /dev/full: no space left on device"
		server_wait
		assert_equal "$SERVER_STATUS" 1 # not a whole file: the connection was reset
	done
	serve_start 0 <down
	status=0
	nsk tcp-connect -x "$SERVER_ADDRESS" <up 2>/dev/full >got || status=$?
	assert_equal "$status" 1
}

@test "a log that fails at the very last byte is no success" {
	serve_start 0
	run --separate-stderr nsk tcp-connect --log-sent /dev/full "$SERVER_ADDRESS" <<<last
	assert_failure 1
	assert_equal "$stderr" "nsk tcp-connect: /dev/full: no space left on device"
}

@test "what came before a log failed is still written out" {
	printf 'all of it' >reply
	serve_start 0 <reply
	run --separate-stderr nsk tcp-connect --log-received /dev/full "$SERVER_ADDRESS" </dev/null
	assert_failure 1
	assert_output 'all of it'
}

@test "a transcript whose reader is gone ends the session: message, status 1" {
	random_file up 1M
	mkfifo reader
	head -c 100 reader >/dev/null 3>&- &
	serve_start 0
	run --separate-stderr nsk tcp-connect --hex-file reader "$SERVER_ADDRESS" <up
	assert_failure 1
	assert_equal "$stderr" "nsk tcp-connect: reader: broken pipe"
}

@test "a transcript that nobody reads keeps out neither signal nor deadline" {
	random_file up 1M
	mkfifo stalled
	exec 4<>stalled
	for poller in $(pollers); do
		serve_start 0
		background tcp-connect --poller "$poller" -x "$SERVER_ADDRESS" <up 2>stalled
		until_true grep -q . "$SERVER_STDOUT"
		kill -TERM "$BACKGROUND_PID"
		wait_bounded "$BACKGROUND_PID"
		assert_equal "$STATUS_OF_PID" 143
		serve_start 0
		status=0
		nsk tcp-connect --poller "$poller" --max-time 0.2 --hex-file stalled "$SERVER_ADDRESS" <up || status=$?
		assert_equal "$status" 124
	done
	exec 4>&-
}

@test "a slow reader of the transcript gets all of it" {
	random_file up 200000
	mkfifo slow
	serve_start 0
	python3 -c '
import sys, time
with open("slow", "rb", buffering=0) as source, open("seen", "wb") as sink:
    while piece := source.read(3000):
        sink.write(piece)
        time.sleep(0.0005)
' 3>&- &
	reader=$!
	nsk tcp-connect -x "$SERVER_ADDRESS" <up 2>slow
	wait "$reader"
	bytes_of '>' seen | cmp - up
}

@test "stderr keeps its flags: never non-blocking for others" {
	serve_start 0
	printf x | on_terminal --only 2 sh -c '"$0" tcp-connect -x --progress "$1"
		python3 -c "import fcntl, os; print(fcntl.fcntl(2, fcntl.F_GETFL) & os.O_NONBLOCK)"' \
		"$NSK" "$SERVER_ADDRESS" >seen
	grep -q '^0' seen || grep -q '^0' <(tr '\r' '\n' <seen) || fail "$(cat seen)"
}

@test "the transcript is colored on a terminal, and plain elsewhere" {
	local escape=$'\033'

	printf 'a\n\0\001\377' >bytes
	serve_start 0
	on_terminal --only 2 env TERM=xterm "$NSK" tcp-connect -x "$SERVER_ADDRESS" <bytes >seen
	for color in 36m61 32m0a 2m00 35m01 33mff; do
		grep -qF "${escape}[$color" seen
	done
	for setting in TERM=dumb TERM= NO_COLOR=1; do
		serve_start 0
		on_terminal --only 2 env TERM=xterm "$setting" "$NSK" tcp-connect -x "$SERVER_ADDRESS" <bytes >seen
		grep -q 610a seen
		refute grep -qF "$escape" seen
	done
	serve_start 0
	on_terminal --only 2 env TERM=xterm NO_COLOR= "$NSK" tcp-connect -x "$SERVER_ADDRESS" <bytes >seen
	grep -qF "$escape" seen
	serve_start 0
	on_terminal --only 2 env TERM=xterm "$NSK" tcp-connect -x --color=never "$SERVER_ADDRESS" <bytes >seen
	refute grep -qF "$escape" seen
	serve_start 0
	TERM=xterm nsk tcp-connect -x "$SERVER_ADDRESS" <bytes 2>seen
	refute grep -qF "$escape" seen
	serve_start 0
	NO_COLOR=1 nsk tcp-connect -x --color=always "$SERVER_ADDRESS" <bytes 2>seen
	grep -qF "${escape}[36m61" seen
}

@test "color is decided for stdout and stderr by themselves" {
	local escape=$'\033'

	on_terminal --only 1 env TERM=xterm "$NSK" help 2>/dev/null >seen
	grep -qF "${escape}[1mExamples:${escape}[0m" seen
	on_terminal --only 2 env TERM=xterm "$NSK" tcp-connect --help >seen
	grep -q Examples: seen
	refute grep -qF "$escape" seen
	# stderr's transcript is plain although stdout is a terminal
	serve_start 0
	printf x | on_terminal --only 1 env TERM=xterm "$NSK" tcp-connect -x "$SERVER_ADDRESS" 2>seen
	grep -q ' 78 ' seen
	refute grep -qF "$escape" seen
}

@test "--color stands before or behind --help, and another word is refused" {
	local escape=$'\033'

	run nsk tcp-connect --color=always --help
	assert_output --partial "${escape}[1mBytes:${escape}[0m"
	run nsk tcp-connect --help --color=always
	assert_output --partial "${escape}[1mBytes:${escape}[0m"
	run nsk htons --color=always --help
	assert_output --partial "${escape}[1mOptions:${escape}[0m"
	run nsk htons --color always 80
	assert_success
	run --separate-stderr nsk htons --color=red 80
	assert_failure 2
	assert_equal "$stderr" "nsk htons: --color 'red': not one of auto|always|never"
}

@test "--rate holds each direction back, and loses nothing" {
	random_file up 64k
	random_file down 64k
	serve_start 0 <down
	SECONDS=0
	local begun=${EPOCHREALTIME/./}
	nsk tcp-connect --rate 128k "$SERVER_ADDRESS" <up >got
	local passed=$((${EPOCHREALTIME/./} - begun))
	cmp got down
	server_wait
	cmp "$SERVER_STDOUT" up
	# half a second, less the tenth that may go at once
	[ "$passed" -gt 390000 ]
}

@test "--rate refuses what is no rate" {
	for rate in 0 x -1 1T ''; do
		run nsk tcp-connect --rate "$rate" 127.0.0.1 9
		assert_failure 2
	done
}
