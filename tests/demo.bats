#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# demo: every lesson runs and holds what it claims; what is told, shown and drawn.

load helpers
load stream_helpers

lessons='tcp-flow udp-flow close-vs-shutdown blocking select demux byte-order alignment backlog reset partial-send boundaries
	time-wait nagle udp-loss'

@test "the list of lessons, each with what it is about" {
	run nsk demo
	assert_success
	# shellcheck disable=SC2086 # words
	assert_equal "$(awk '{ print $1 }' <<<"$output")" "$(printf '%s\n' $lessons)"
	refute_line --regexp '^[a-z-]+ *$'
}

@test "the list breaks no word at a terminal's edge, and elsewhere has a line for each lesson" {
	run timeout 30 "$ROOT/tests/on_terminal.py" --only 12 --screen "$NSK" demo </dev/null
	assert_success
	assert_line --regexp '^demux +How .* UDP by$'
	assert_line --regexp '^ {19}two$'
	run nsk demo
	assert_equal "${#lines[@]}" 15
}

@test "every lesson runs to its end, without a message" {
	local lesson

	for lesson in $lessons; do
		run --separate-stderr nsk demo "$lesson"
		assert_equal "$lesson: $status" "$lesson: 0"
		assert_equal "$stderr" ""
		assert_line --index 0 --regexp "^$lesson: "
	done
}

@test "every lesson checks what it claims" {
	local lesson

	for lesson in $lessons; do
		run grep -c '^expect ' "$ROOT/demos/$lesson"
		assert [ "$output" -ge 2 ]
	done
}

@test "a lesson whose call does nothing fails: its expectations bite" {
	local pair call lesson pids=()

	command -v strace >/dev/null || skip "no strace"
	export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
	for pair in shutdown:tcp-flow shutdown:close-vs-shutdown bind:udp-flow setsockopt:reset setsockopt:time-wait setsockopt:nagle \
		setsockopt:udp-loss listen:backlog listen:demux listen:boundaries pselect6:select sendto:blocking sendto:partial-send; do
		call=${pair%:*} lesson=${pair#*:}
		timeout -s KILL 60 strace -f -qq -o /dev/null -e trace="$call" -e inject="$call:retval=0" "$NSK" demo "$lesson" \
			</dev/null >"$lesson.out" 2>"$lesson.err" 3>&- &
		pids+=("$lesson:$!")
	done
	for pair in "${pids[@]}"; do
		lesson=${pair%:*}
		wait_bounded "${pair#*:}"
		assert_equal "$lesson: $STATUS_OF_PID" "$lesson: 1"
		assert_regex "$(<"$lesson.err")" "^nsk demo: $lesson:[0-9]+: [A-Za-z]+: "
	done
}

@test "--show prints the script, which nsk repl runs" {
	local lesson

	for lesson in $lessons; do
		nsk demo --show "$lesson" >shown
		cmp shown "$ROOT/demos/$lesson"
	done
	nsk demo --show tcp-flow >script
	run nsk repl script
	assert_success
	assert_line '"Hello, Server!"'
}

@test "a lesson tells, shows calls and results, and draws what goes over the wire, with TCP's states" {
	LC_ALL=C run nsk demo tcp-flow
	assert_success
	assert_line 'Bytes go both ways.'
	assert_line '  nsk> sendall client "Hello, Server!"'
	assert_line '"Hello, Server!"'
	assert_line --regexp '^ +client +server$'
	assert_line --regexp '^ +\| +\| listen$'
	assert_line --regexp '^ +ESTABLISHED \|-+ connect: SYN -+>\| ESTABLISHED$'
	assert_line --regexp '^ +\| +\| accept$'
	assert_line --regexp '^ +\|-+ "Hello, Server!" -+>\|$'
	assert_line --regexp '^ +\| +\| recv "Hello, Server!"$'
	assert_line --regexp '^ +\|<-+ "Hello, Client!" -+\|$'
	assert_line --regexp '^ +recv "Hello, Client!" \| +\|$'
	assert_line --regexp '^ +FIN_WAIT[12] \|-+ shutdown: FIN -+>\| CLOSE_WAIT$'
	assert_line --regexp '^ +(TIME_WAIT|FIN_WAIT2) \|<-+ close: FIN -+\| (CLOSE|LAST_ACK)$'
	assert_line --regexp '^ +close \((TIME_WAIT|FIN_WAIT2)\) \| +\|$' # its FIN is gone already
	refute_line --partial 'expect'
	LC_ALL=C.UTF-8 run nsk demo tcp-flow
	assert_line --regexp '^ +ESTABLISHED │─+ connect: SYN ─+>│ ESTABLISHED$'
	assert_line --regexp '^ +│<─+ "Hello, Client!" ─+│$'
	refute_line --regexp '\||--'
}

@test "what an end puts on the wire: a FIN, a reset, or nothing" {
	export LC_ALL=C
	run nsk demo reset
	assert_equal "$(grep -Ec '^ +CLOSE \|-+ close: RST -+>\| CLOSE$' <<<"$output")" 1
	assert_equal "$(grep -Ec '^ +CLOSE \|<-+ close: RST -+\| CLOSE$' <<<"$output")" 1
	refute_line --regexp '[|].*FIN'
	run nsk demo close-vs-shutdown # the duplicate's close is none on the wire
	assert_equal "$(grep -Ec '\|(<-|--)+.* FIN -' <<<"$output")" 2
	run nsk demo time-wait
	assert_line --regexp '^ +CLOSE_WAIT \|<-+ close: FIN -+\| FIN_WAIT[12]$'
	run nsk demo backlog # nobody answers the third one
	assert_line --regexp '^ +SYN_SENT \|-+ connect: SYN -+>\|$'
}

@test "nagle: what is held back is drawn when it leaves" {
	needs sock_kernel # what is held back cannot be told
	for _ in 1 2 3; do # a pause of 40 ms between two calls, and the acknowledgement has come: nothing is held back
		LC_ALL=C run nsk demo nagle
		assert_success
		[ "$(grep -c 'held back' <<<"$output")" -lt 3 ] || break
	done
	# Nagle's algorithm holds the second piece until the first is acknowledged, TCP_NODELAY none, a cork all
	assert_equal "$(grep -E '^ .*[|]|^Nagle|^TCP_' <<<"$output" | sed -n '/^Nagle/,$p' | tr -s ' -' | sed 's/^ //; s/ *$//')" \
		"$(printf '%s\n' "Nagle's algorithm: a small piece waits while an earlier one is not" '|- "one " ->|' \
			'"two" held back | |' '| | recv "one "' '|- "two" ->|' '| | recv "two"' \
			'TCP_NODELAY sends each at once.' '|- "one " ->|' '|- "two" ->|' '| | recv "one two"' \
			'TCP_CORK (Linux) holds a piece back that fills no segment, for 0.2 seconds' '"head " held back | |' \
			'"and body" held back | |' '|- "head and body" ->|' '| | recv "head and body"')"
}

@test "udp-loss: all six reads are seen, and fewer datagrams than were sent" {
	local read lost

	LC_ALL=C run nsk demo udp-loss
	assert_success
	assert_equal "$(grep -c '|-- "x' <<<"$output")" 6
	read=$(sed -n '/^The server/,$p' <<<"$output" | grep -c '^"x*"$')
	lost=$(grep -c '^EAGAIN' <<<"$output")
	assert_equal "$((read + lost))" 6
	assert [ "$read" -ge 1 ]
	assert [ "$lost" -ge 1 ]
}

@test "blocking: to send waits as well as to receive" {
	run nsk demo blocking
	assert_success
	assert_equal "$(grep -oE '^E[A-Z]+' <<<"$output" | tr '\n' ' ')" 'EAGAIN ETIMEDOUT EAGAIN ETIMEDOUT '
}

@test "every lesson fits a terminal of 80 columns and 24 rows, in UTF-8 and in ASCII" {
	local lesson

	for lesson in $lessons; do
		for LC_ALL in C C.UTF-8; do
			export LC_ALL
			nsk demo "$lesson" >all
			nsk demo --step "$lesson" < <(yes '') >steps
			echo "# $lesson, $LC_ALL"
			LC_ALL=C.UTF-8 wc -L all steps | awk '$1 > 80 { exit 1 }'
			# a part, the row it waits in, and the one where Enter leaves the cursor
			awk 'BEGIN { RS = "[[]Enter[]] " } { if (gsub(/\n/, "\n") > 22) exit 1 }' steps
			assert [ "$(grep -c 'Enter' steps)" -ge 2 ]
			[ "$LC_ALL" != C ] || ! grep -q '[^ -~]' all
			sed 1q steps | grep -q "^$lesson: "
		done
	done
}

@test "every lesson begins with words, so that --step stops before its first call" {
	local lesson

	for lesson in $lessons; do
		sed -n 2p "$ROOT/demos/$lesson" | grep -q '^# '
	done
}

@test "--step waits for Enter before each part; the end of stdin lets the rest run" {
	session_start demo --step tcp-flow
	until_true grep -q 'Enter' out
	run grep -c 'nsk>' out
	assert_output 0
	echo >&"$STDIN_FD"
	until_true grep -q 'nsk> listen server' out
	run grep -c 'nsk> connect' out
	assert_output 0
	close_stdin
	session_wait
	assert_equal "$SESSION_STATUS" 0
	assert_equal "$(tail -n 2 out | head -n 1)" '  nsk> close server'
}

@test "--trace and --explain show the socket calls in place of the picture" {
	run nsk demo --trace reset
	assert_success
	assert_line --regexp '^\+[0-9.]+ connect\([0-9]+, 127\.0\.0\.1:[0-9]+\) = '
	refute_line --regexp 'connect: SYN'
	needs sock_kernel # TCP's states
	run nsk demo --explain reset
	assert_success
	assert_line --regexp '^ +TCP state of [0-9]+: LISTEN$'
}

@test "a claim that does not hold is an error" {
	# without IPv4's loopback address nothing of it can be
	unshare -Urn true 2>/dev/null || skip "no network namespaces here"
	run --separate-stderr unshare -Urn "$NSK" demo tcp-flow 3>&-
	assert_failure 1
	assert_regex "$stderr" '^nsk demo: tcp-flow:[0-9]+: E[A-Z]+: '
}

@test "an unknown lesson, options without one" {
	run nsk demo tcp-flaw
	assert_failure 2
	assert_output "nsk demo: tcp-flaw: no such lesson; did you mean tcp-flow?"
	run nsk demo --show
	assert_failure 2
	run nsk demo --step
	assert_failure 2
	run nsk demo a b
	assert_failure 2
}

@test "--color=always: what is said is bold, arrows are colored, and nothing else changes" {
	nsk demo --color=always udp-flow >colored 2>/dev/null
	nsk demo udp-flow >plain 2>/dev/null
	grep -q $'\e\[1m' colored
	grep -q $'\e\[36m.*\e\[0m' colored
	! grep -q $'\e' plain || fail "color in a pipe"
	# but for ports, and what is aligned by their width
	diff <(sed $'s/\e\\[[0-9;]*m//g; s/[0-9]*//g; s/  *//g' colored) <(sed 's/[0-9]*//g; s/  *//g' plain)
}

@test "stdout that is full, or whose reader is gone" {
	local lesson

	for lesson in tcp-flow byte-order; do
		run --separate-stderr bash -c '"$NSK" demo "$1" >/dev/full' - "$lesson"
		assert_failure 1
		assert_equal "$stderr" "nsk demo: standard output: no space left on device"
		# the reader ends before anything is written
		run --separate-stderr bash -c 'mkfifo "pipe.$1"; exec 4<>"pipe.$1" 5>"pipe.$1" 4<&-
			timeout 60 "$NSK" demo "$1" >&5 5>&-; echo "$?"' - "$lesson"
		assert_output 141
		assert_equal "$stderr" ""
	done
}
