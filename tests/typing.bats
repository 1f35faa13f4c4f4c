#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Lines typed at a stream command: edited by readline, whole while the peer writes. That the terminal is left as it was
# found is tested everywhere here: typist's status is 97 if not.

load helpers
load stream_helpers

setup() {
	common_setup
	export TERM=xterm PS1='$ '
	unset XDG_STATE_HOME INPUTRC
	nsk --version | grep -q readline || skip "no readline"
}

teardown() {
	[ -z "${PEER_PID:-}" ] || kill -KILL "$PEER_PID" 2>/dev/null || true
	common_teardown
}

typist() {
	run timeout 60 "$PYTHON" -B "$ROOT/tests/typist" "$@"
}

# The same with nsk tcp-connect ARGS... to the peer: connect STEP... [-- ARG...]
connect() {
	local steps=()

	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		steps+=("$1")
		shift
	done
	typist "${steps[@]}" -- "$NSK" tcp-connect "${@:2}" 127.0.0.1 "$PEER_PORT"
}

@test "a line half typed stays whole while the peer writes, and is sent as typed" {
	case_whole() {
		peer_listen 'send=first\n' until=typed 'send=second\nthird\n' recv=13 close
		connect --screen see=first 'type=half a' 'see=half a' touch=typed see=third 'see=half a' 'type= line.\r'
		assert_success
		assert_output $'first\nsecond\nthird\nhalf a line.'
		peer_wait
		assert_equal "$(cat peer.out)" "half a line."
	}
	each_engine case_whole
}

@test "a line of the peer without its newline is seen, stands before what is typed, and goes on with what comes" {
	peer_listen 'send=hello\nlog' until=more 'send=in: ' recv=4 'send=Password: ' until=wait 'send=(really) ' recv=3 close
	connect --screen see=log touch=more 'see=login: ' type=ann 'see=ann' 'type=\r' 'see=Password: ' type=x see=x touch=wait \
		'see=(really) x' 'type=y\r'
	assert_success
	assert_output $'hello\nlogin: ann\nPassword: (really) xy'
	peer_wait
	assert_equal "$(cat peer.out)" $'ann\nxy'
}

@test "a partial line that a carriage return overwrites, with tabs, or longer than the screen" {
	peer_listen 'send=10%\r20%\r' until=one 'send=100%\r\na\tb> ' recv=2 "sendfile=long" close
	printf '%03000d\nend\n' 7 >long
	connect --screen see=20% touch=one 'see=a       b> ' 'type=x\r' see=end
	assert_success
	assert_line -n 0 '100%'
	assert_line -n 1 'a       b> x'
	# 3000 digits, broken where the screen breaks them
	assert_equal "$(grep -c '^[0-9]*$' <<<"$output")" 38
	assert_equal "$(grep '^[0-9]*$' <<<"$output" | tr -d '\n' | wc -c)" 3000
	assert_line 'end'
}

@test "the line is edited: the cursor, a character of several bytes, a line longer than the screen" {
	export LC_ALL=C.UTF-8
	peer_listen 'send=go\n' recv=107 close
	connect see=go 'type=world\x01hello \x05!\r' 'see=!' 'type=a\xc3\xa9\x7fb\r' see=b "type=$(printf '%090d' 1)\\x7f\\x7f23\\r"
	assert_success
	peer_wait
	printf '%s\n' 'hello world!' ab "$(printf '%089d' 0 | head -c 88)23" | cmp - peer.out
}

@test "Tab is a tab, whatever the user's bindings" {
	printf '"\\t": menu-complete\nTAB: complete\n' >inputrc
	export INPUTRC=$PWD/inputrc
	touch taboo
	peer_listen 'send=go\n' recv=10 close
	connect see=go 'type=a\tb\r' 'see=b' 'type=./ta\t\r'
	assert_success
	peer_wait
	assert_equal "$(cat peer.out)" $'a\tb\n./ta\t'
}

@test "the history is at hand, and in memory only" {
	peer_listen 'send=go\n' recv=30 close
	connect see=go 'type=secret one\r' 'see=secret one' 'type=two\r' 'see=two' 'type=\x1b[A\x1b[A\r' 'see=secret one' \
		'type=\x1b[A\x1b[A\r'
	assert_success
	peer_wait
	assert_equal "$(cat peer.out)" $'secret one\ntwo\nsecret one\ntwo'
	run grep -r secret . --include='*' --exclude=peer.out
	assert_output ""
}

@test "--history keeps it in XDG_STATE_HOME, or in HOME, for nobody else, and the next run finds it" {
	for XDG_STATE_HOME in "$PWD/state" relative; do
		export XDG_STATE_HOME
		peer_listen 'send=go\n' recv=6 close
		connect see=go 'type=first\r' -- --history
		assert_success
		peer_listen 'send=go\n' recv=6 close
		connect see=go 'type=\x1b[A\r' 'see=first' -- --history
		assert_success
		peer_wait
		assert_equal "$(cat peer.out)" first
	done
	assert_equal "$(cat state/nsk/history)" $'first\nfirst'
	assert_equal "$(cat .local/state/nsk/history)" $'first\nfirst'
	assert_equal "$(stat -c %a state/nsk state/nsk/history)" $'700\n600'
}

@test "a history that cannot be kept is told" {
	touch file
	export XDG_STATE_HOME=$PWD/file
	peer_listen 'send=go\n' recv
	connect -- --history
	assert_failure 1
	assert_output --partial "$PWD/file/nsk/history: "
	unset XDG_STATE_HOME HOME
	peer_listen 'send=go\n' recv
	connect -- --history
	assert_failure 1
	assert_output --partial "XDG_STATE_HOME"
}

@test "Ctrl-D on an empty line is the end of stdin; what comes is still shown" {
	peer_listen 'send=name: ' recv 'send=bye\nand more' close
	connect --screen 'see=name: ' 'type=abc' see=abc 'type=\r' quit
	assert_success
	assert_output $'name: abc\nbye\nand more'
	peer_wait
	peer_did end
	assert_equal "$(cat peer.out)" abc
}

@test "Ctrl-C, a signal, a deadline, a reset, the peer's end: status, message, and the terminal as it was" {
	local signal

	peer_listen 'send=go\n' recv
	connect see=go 'type=half' 'see=half' stop
	assert_failure 130
	peer_wait
	peer_did reset
	for signal in 1 15; do
		peer_listen 'send=go\n' recv
		connect see=go 'type=half' 'see=half' "signal=$signal"
		assert_failure $((128 + signal))
		peer_wait
	done
	peer_listen 'send=go\n' recv
	connect see=go 'type=half' 'see=half' -- --max-time 3
	assert_failure 124
	assert_output --partial "half"$'\r\n'"nsk tcp-connect: "
	peer_listen 'send=go\n' until=typed reset
	connect see=go 'type=half' 'see=half' touch=typed
	assert_failure 1
	assert_output --partial "half"$'\r\n'"nsk tcp-connect: 127.0.0.1:$PEER_PORT: connection reset"
	peer_listen 'send=go\n' until=over 'send=last' close
	connect --screen see=go 'type=half' 'see=half' touch=over
	assert_success
	assert_output $'go\nlasthalf'
}

@test "Ctrl-C while the history is searched: what is said at the end has a line of its own" {
	local keys

	# keys, and what the search shows when it has read them
	for keys in '\x12b b' 'first\r\x12f first' 'half\x12 :'; do
		peer_listen 'send=login: ' recv
		connect --screen 'see=login: ' "type=${keys% *}" see=search "see=${keys#* }" stop -- -v
		assert_failure 130
		assert_line --index 1 --regexp '^login: *(first)?$'
		assert_line --index 2 --regexp "^nsk tcp-connect: 127.0.0.1:$PEER_PORT: ended: "
		peer_wait
	done
}

@test "Ctrl-Z gives the terminal back; fg shows the line again and goes on with it" {
	peer_listen 'send=go\n' until=stopped 'send=while stopped\n' recv=10 close
	typist --screen 'see=$ ' "type='$NSK' tcp-connect 127.0.0.1 $PEER_PORT\\n" see=go type=half see=half suspend 'see=$ ' \
		'type=stty -a | grep -o " icanon"\n' 'see= icanon' 'see=$ ' 'type=touch stopped; fg\n' 'see=while stopped' see=half \
		'type= line\r' 'see=$ ' quit -- sh -i
	assert_line 'while stopped'
	assert_line --partial 'half line'
	peer_wait
	assert_equal "$(cat peer.out)" "half line"
}

@test "a window of another size: the line is drawn for it" {
	peer_listen 'send=go\n' until=resized 'send=more\n' recv=28 close
	connect see=go 'type=one two three four five' 'see=five' columns=20 touch=resized see=more see=five 'type= six\r'
	assert_success
	# the terminal has 20 columns now: what is drawn again is broken there
	assert_output --partial 'more'
	assert_regex "$output" $'more\r\n.*one two three four f\r?\n?.*ive'
	peer_wait
	assert_equal "$(cat peer.out)" "one two three four five six"
}

@test "a window that becomes wider: nothing above the line is erased" {
	peer_listen 'send=go\n' until=resized 'send=narrow\n' recv
	connect see=go 'type=one two three four five' 'see=five' columns=20 touch=resized see=narrow see=ive columns=80 'type=!' 'see=!' \
		'type=\x01\x0b' quit
	# the rows that a terminal may have joined are below the cursor again before it goes up over the old ones
	[[ ${output##*narrow} == *$'five\r\n\r\E[K\r\E[A\E[K\rone two three four five!'* ]] || fail "${output@Q}"
}

@test "messages, -x and --trace leave the line whole" {
	peer_listen 'send=go> ' until=typed 'send=more> ' recv=5 close
	connect --screen 'see=go> ' type=half see=half touch=typed 'see=more> half' 'type=\r' -- -x --trace
	assert_success
	assert_line 'go> more> half'
	assert_line --regexp '^[0-9:.]+ < 000004 .* more> $|^[0-9:.]+ < 000004 .* more>\.?$'
	refute_line --regexp 'half.*recv|half.* < '
}

@test "with stdout elsewhere the line is edited on stderr, and stdout has the exact bytes" {
	peer_listen 'send=no newline' recv=7 'send=\033[1m' close
	typist 'type=right\x01b\r' -- sh -c "'$NSK' tcp-connect 127.0.0.1 $PEER_PORT >out"
	assert_success
	printf 'no newline\033[1m' | cmp - out
	peer_wait
	assert_equal "$(cat peer.out)" "bright"
}

@test "--raw: what a prompt has of colours takes no room" {
	peer_listen 'send=\033[1mbold>\033[m ' recv=3 close
	connect 'see=bold>' 'type=ab' 'see=ab' 'type=\x01\x05\r' -- --raw
	assert_success
	assert_output --partial $'\033[1mbold>\033[m ab'
	peer_wait
	assert_equal "$(cat peer.out)" "ab"
}

@test "a server with one client edits too" {
	rm -f port
	"$PYTHON" -c '
import pathlib, socket, sys, time
while not pathlib.Path("port").exists(): time.sleep(0.01)
with socket.create_connection(("127.0.0.1", int(pathlib.Path("port").read_text()))) as s:
    s.sendall(b"name: ")
    pathlib.Path("got").write_bytes(s.recv(100))
    s.sendall(b"bye\n")
' 3>&- &
	background_pids+=($!)
	typist 'see=name: ' 'type=orld\x01w\x05!\r' see=bye -- "$NSK" tcp-serve --port-file port 0
	assert_success
	assert_equal "$(cat got)" 'world!'
}

# Writes early.py: a client that comes to the port in "port" when "typed" is there, and then does what stdin says with its socket s.
early_client() {
	cat - >rest.py
	cat - rest.py >early.py <<-'END'
		import os, socket, time
		limit = time.monotonic() + 20
		while time.monotonic() < limit and not os.path.exists("typed"):
		    time.sleep(0.02)
		s = socket.create_connection(("127.0.0.1", int(open("port").read())), 10)
	END
}

@test "lines entered before a client has come are shown once, and sent first" {
	case_early() {
		early_client <<-'END'
			got = b""
			while got.count(b"\n") < 3 and (piece := s.recv(100)):
			    got += piece
			    if got.count(b"\n") == 2:
			        open("came", "w")
			open("got", "wb").write(got)
			s.sendall(b"bye\n")
		END
		rm -f typed came port got
		timeout 60 "$PYTHON" early.py 3>&- &
		typist --screen until=port 'type=one\ntwo\n' see=two touch=typed until=came 'type=three\r' see=bye -- \
			"$NSK" tcp-serve --port-file port 127.0.0.1 0
		assert_success
		assert_equal "$(cat got)" $'one\ntwo\nthree'
		assert_equal "$(grep -c one <<<"$output") $(grep -c two <<<"$output")" "1 1"
	}
	each_engine case_early
}

@test "a line half typed before a client has come stands there once, and is edited on" {
	local begun

	for begun in 'only half' "$(seq -s ' ' 100 130)"; do # one row, and two
		early_client <<-'END'
			s.sendall(b"peer\n")
			open("got", "wb").write(s.recv(1000))
			s.sendall(b"bye\n")
		END
		rm -f typed port got
		timeout 60 "$PYTHON" early.py 3>&- &
		typist --screen until=port "see=for all: " "type=$begun" "see=${begun: -5}" touch=typed see=peer "see=${begun: -5}" 'type=\x08!\r' see=bye -- \
			"$NSK" tcp-serve --port-file port 127.0.0.1 0
		assert_success
		assert_equal "$(cat got)" "${begun%?}!"
		assert_equal "$(grep -c "${begun:0:8}" <<<"$output")" 1
		assert_line peer
	done
}

@test "an end typed before a client has come ends what is sent, exactly" {
	local keys

	case_early_end() {
		early_client <<-'END'
			got = b""
			while piece := s.recv(100):
			    got += piece
			open("got", "wb").write(got)
			s.sendall(b"bye\n")
		END
		for keys in '' 'one\ntwo\n' 'one\nrest\x04'; do
			rm -f typed port got
			timeout 60 "$PYTHON" early.py 3>&- &
			# bye comes behind the half-close alone
			typist --screen until=port "type=$keys" "type=\\x04" touch=typed see=bye -- "$NSK" tcp-serve --port-file port 127.0.0.1 0
			assert_success
			printf %b "${keys%\\x04}" | cmp - got
		done
	}
	each_engine case_early_end
}

# What the terminal itself makes of ^A: nothing but a byte.
not_edited() {
	peer_wait
	assert_equal "$(cat peer.out)" $'b\001a'
}

@test "--no-edit, TERM=dumb, an absent TERM, stty raw: nothing is edited, readline not loaded" {
	peer_listen 'send=go\n' recv=4 close
	connect see=go 'type=b\x01a\r' -- --no-edit
	assert_success
	not_edited
	for TERM in dumb ''; do
		export TERM
		peer_listen 'send=go\n' recv=4 close
		connect see=go 'type=b\x01a\r'
		assert_success
		not_edited
	done
	export TERM=xterm
	peer_listen 'send=go\n' recv=4 close
	typist see=go 'type=b\x01a\n' -- sh -c "stty raw; '$NSK' tcp-connect 127.0.0.1 $PEER_PORT; status=\$?; stty -raw sane; exit \$status"
	not_edited
}

@test "readline is loaded only where a line is edited" {
	command -v strace >/dev/null || skip "no strace"
	export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
	strace -f -o trace -e trace=openat "$NSK" htons 80 3>&-
	run grep -c libreadline trace
	assert_output 0
	peer_listen 'send=go\n' recv=0 close
	strace -f -o trace -e trace=openat "$NSK" tcp-connect 127.0.0.1 "$PEER_PORT" </dev/null 3>&-
	run grep -c libreadline trace
	assert_output 0
	peer_listen 'send=go\n' recv=2 close
	typist see=go 'type=x\r' -- strace -f -o trace -e trace=openat "$NSK" tcp-connect 127.0.0.1 "$PEER_PORT"
	run grep -c 'libreadline.*= [0-9]' trace
	refute_output 0
	peer_listen 'send=go\n' recv=2 close
	typist see=go 'type=x\r' -- strace -f -o trace -e trace=openat "$NSK" tcp-connect --no-edit 127.0.0.1 "$PEER_PORT"
	run grep -c libreadline trace
	assert_output 0
}

@test "pasted lines are sent line by line" {
	peer_listen 'send=go\n' recv=8 'send=got them\n' close
	connect see=go 'type=one\rtwo\r' 'see=got them'
	assert_success
	refute_output --partial $'\033[?2004h'
	peer_wait
	assert_equal "$(cat peer.out)" $'one\ntwo'
}

@test "a terminal stopped by Ctrl-S blocks nothing, and shows all when it goes on" {
	local steps=(see=go type=half see=half 'type=\x13' touch=stopped until=came)

	for end in 'type=\x11 see=one see=half stop' signal=15; do
		rm -f stopped came log
		peer_listen 'send=go\n' until=stopped 'send=one\n' recv
		{ until_true grep -q one log && touch came; } 3>&- &
		background_pids+=($!)
		# shellcheck disable=SC2086
		connect --screen "${steps[@]}" $end -- --log-received log
		assert_failure "$([ "$end" = signal=15 ] && echo 143 || echo 130)"
		[ "$end" = signal=15 ] || assert_output $'go\none\nhalf'
	done
}

@test "a line typed at a stopped terminal is sent; what was typed is seen when it goes on" {
	peer_listen 'send=go\n' recv=10 until=over 'send=last\n' close
	{ until_true grep -q more peer.out && touch arrived; } 3>&- &
	background_pids+=($!)
	connect --screen see=go type=half see=half 'type=\x13' 'type=\r' 'type=more\r' until=arrived 'type=\x11' see=more touch=over see=last
	assert_success
	assert_output $'go\nhalf\nmore\nlast'
	assert_equal "$(cat peer.out)" $'half\nmore'
	rm -f arrived over
	peer_listen 'send=go\n' recv=10 close # the peer's end while it is stopped
	connect see=go 'type=half' see=half 'type=\x13' 'type=\r' 'type=more\r'
	assert_success
}
