#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What a session survives, and how it ends: the relay under tcp-connect and tcp-serve, with every poller and every
# pump. The numbers are those of the faults' list; the longer ones are scenarios of tests/faults/score.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154,SC2317 # scripts in quotes, variables of bats, cases called by name

load helpers
load stream_helpers

setup_file() {
	cc -shared -fPIC -O2 -o "$BATS_FILE_TMPDIR/shim.so" "$BATS_TEST_DIRNAME/faults/shim.c" -ldl
	head -c 1000000 /dev/urandom >"$BATS_FILE_TMPDIR/megabyte"
	head -c 50000 /dev/urandom >"$BATS_FILE_TMPDIR/some"
}

setup() {
	common_setup
	MEGABYTE=$BATS_FILE_TMPDIR/megabyte
	SOME=$BATS_FILE_TMPDIR/some
}

# Without the sanitizers: a shim cannot be loaded before them, and their memory says nothing about nsk's.
is_plain_build() {
	! nm -D "$NSK" 2>/dev/null | grep -q __asan_
}

# Ctrl-C while nsk, which has been told of what was typed, is about to read it: NAME STATUS STEPS... -- COMMAND... The terminal
# shows ^C where lines are not edited, after it has thrown away the line.
assert_stops() {
	local name=$1 wanted=$2 steps=()

	shift 2
	[ "$name" = edited ] || steps=('see=^C')
	steps+=("touch=$name.go")
	while [ "$1" != -- ]; do
		steps+=("$1")
		shift
	done
	shift
	run timeout 60 "$PYTHON" -B "$ROOT/tests/typist" 'type=abc\r' "until=$name.held" stop "${steps[@]}" -- \
		env LD_PRELOAD="$BATS_FILE_TMPDIR/shim.so" SHIM_HOLD="$name" "$@"
	assert_equal "$status" "$wanted"
	assert_equal "$(ls "$name".*)" "$name.go"$'\n'"$name.held"
}

@test "Ctrl-C that throws away what was typed is not lost with it" {
	is_plain_build || skip "a shim and a sanitizer do not go together: the plain build is tested so"
	needs proc # a terminal cannot be opened anew there
	needs_preload
	case_stream() {
		peer_listen 'send=go\n' recv
		assert_stops typed 130 -- "$NSK" tcp-connect --no-edit 127.0.0.1 "$PEER_PORT"
	}
	each_engine case_stream
	TERM=xterm
	export TERM
	peer_listen 'send=go\n' recv
	assert_stops edited 130 -- "$NSK" tcp-connect 127.0.0.1 "$PEER_PORT"
	assert_stops datagrams 130 -- "$NSK" udp-send 127.0.0.1 9
	rm edited.*
	assert_stops edited 0 'see=nsk> ' 'see=nsk> ' quit -- "$NSK" repl
	assert_stops step 130 -- "$NSK" demo --step byte-order
	TERM=dumb
	assert_stops lines 0 'see=nsk> ' quit -- "$NSK" repl
}

@test "R01: stdout is /dev/full" {
	case_full() {
		peer_listen send=hello recv
		OUT=/dev/full session_start tcp-connect 127.0.0.1 "$PEER_PORT"
		session_wait 5
		assert_equal "$SESSION_STATUS" 1
		assert_regex "$(<err)" 'nsk tcp-connect: .*: no space left on device'
		until_true peer_did reset
	}
	each_engine case_full
}

@test "R03: a file size limit" {
	case_limit() {
		peer_listen "sendfile=$MEGABYTE" recv
		status=0
		(
			ulimit -f 100
			exec "$NSK" tcp-connect 127.0.0.1 "$PEER_PORT" </dev/null >out 2>err 3>&-
		) || status=$?
		assert_equal "$status" 1
		assert_regex "$(<err)" ': file too large'
		assert_equal "$(stat -c %s out)" 102400
		cmp -n 102400 out "$MEGABYTE"
	}
	each_engine case_limit
}

@test "R04: stdout's reader gone while the peer sends and stdin is open" {
	case_reader_gone() {
		peer_listen send=hello until=gone flood recv
		rm -f reader
		mkfifo reader
		head -c 5 <reader >first 3>&- {STDIN_FD}>&- &
		OUT=reader session_start tcp-connect 127.0.0.1 "$PEER_PORT"
		until_true test -s first
		touch gone
		session_wait 5
		assert_equal "$SESSION_STATUS" $((128 + 13))
		assert_equal "$(<err)" ""
		until_true grep -q reset peer.log
	}
	each_engine case_reader_gone
}

@test "R04: stdout's reader gone while nothing happens" {
	case_reader_gone() {
		peer_listen send=hello recv
		rm -f reader
		mkfifo reader
		head -c 5 <reader >first 3>&- {STDIN_FD}>&- &
		OUT=reader session_start tcp-connect 127.0.0.1 "$PEER_PORT"
		session_wait 3
		assert_equal "$SESSION_STATUS" $((128 + 13))
		assert_equal "$(<err)" ""
		until_true peer_did reset
	}
	each_engine case_reader_gone
}

# nsk as client, stopped when it knows that it is connected, until the peer has sent $SOME and a reset.
stop_until_reset() {
	peer_listen until=stopped "sendfile=$SOME" reset
	session_start tcp-connect -v 127.0.0.1 "$PEER_PORT"
	until_true grep -q connected err
	kill -STOP "$SESSION_PID"
	touch stopped
	until_true peer_did closed
}

@test "R05: a reset after 50 KB" {
	case_reset() {
		peer_listen "sendfile=$SOME" send= until=written reset
		session_start tcp-connect 127.0.0.1 "$PEER_PORT"
		until_true cmp -s out "$SOME"
		touch written
		session_wait
		assert_equal "$SESSION_STATUS" 1
		assert_regex "$(<err)" "nsk tcp-connect: 127.0.0.1:$PEER_PORT: .*reset"
		cmp out "$SOME"
	}
	case_reset_at_once() {
		stop_until_reset
		kill -CONT "$SESSION_PID"
		session_wait
		assert_equal "$SESSION_STATUS" 1
		assert_regex "$(<err)" 'reset'
		cmp out "$SOME"
	}
	each_engine case_reset
	each_engine case_reset_at_once
}

@test "R06: what had come before a reset is written, though sending finds the reset first" {
	case_behind() {
		stop_until_reset
		echo late >&"$STDIN_FD"
		kill -CONT "$SESSION_PID"
		session_wait
		assert_equal "$SESSION_STATUS" 1
		assert_regex "$(<err)" "nsk tcp-connect: 127.0.0.1:$PEER_PORT: .*(reset|closed|broken)"
		cmp out "$SOME"
	}
	each_engine case_behind
}

@test "R06: a reset while sending" {
	case_reset() {
		peer_listen recv=1000 reset
		run nsk tcp-connect 127.0.0.1 "$PEER_PORT" <"$MEGABYTE"
		assert_failure 1
		assert_output --regexp "nsk tcp-connect: 127.0.0.1:$PEER_PORT: .*(reset|closed)"
	}
	each_engine case_reset
}

@test "R08: the answer comes a second after our half-close" {
	case_late() {
		peer_listen recv sleep=1 "sendfile=$MEGABYTE" fin
		nsk tcp-connect 127.0.0.1 "$PEER_PORT" <"$SOME" >out
		cmp out "$MEGABYTE"
		peer_wait
		cmp peer.out "$SOME"
	}
	each_engine case_late
}

@test "R08: a peer that hangs up on a half-close gets none with -q" {
	case_hang_up() {
		printf 'question' >question
		peer_listen recv=8 sleep=0.3 "sendfile=$MEGABYTE" close
		nsk tcp-connect -q 5 127.0.0.1 "$PEER_PORT" <question >out
		cmp out "$MEGABYTE"
	}
	each_engine case_hang_up
}

@test "R09: the peer ends first, and 1 MB is sent to it after that" {
	case_first() {
		peer_listen send=hello fin recv
		session_start tcp-connect 127.0.0.1 "$PEER_PORT"
		until_true grep -q hello out
		cat "$MEGABYTE" >&"$STDIN_FD"
		close_stdin
		session_wait
		assert_equal "$SESSION_STATUS" 0
		peer_wait
		peer_did end
		cmp peer.out "$MEGABYTE"
	}
	each_engine case_first
}

@test "R10: the peer talks while we send and end" {
	case_both() {
		serve_start "$@" 0 <"$MEGABYTE"
		peer_connect "$SERVER_PORT" "sendfile=$MEGABYTE" recv fin
		server_wait
		assert_equal "$SERVER_STATUS" 0
		peer_wait
		cmp peer.out "$MEGABYTE"
		peer_did end
		[ "${1:-}" = --send-only ] || cmp "$SERVER_STDOUT" "$MEGABYTE"
	}
	case_receive_only() {
		serve_start -d 0 <"$MEGABYTE"
		peer_connect "$SERVER_PORT" "sendfile=$MEGABYTE" fin recv
		server_wait
		assert_equal "$SERVER_STATUS" 0
		cmp "$SERVER_STDOUT" "$MEGABYTE"
		peer_wait
		peer_did received 0
	}
	each_engine case_both
	each_engine case_both --send-only
	each_engine case_receive_only
}

@test "R11: a peer that never closes, with -q" {
	case_acknowledged() {
		peer_listen recv=50000 until=never
		nsk tcp-connect -q 300ms 127.0.0.1 "$PEER_PORT" <"$SOME"
		kill "$PEER_PID"
	}
	case_not_acknowledged() {
		peer_listen rcvbuf=4096 until=never
		run nsk tcp-connect -q 500ms 127.0.0.1 "$PEER_PORT" <"$MEGABYTE"
		assert_failure 1
		assert_output --regexp '[0-9]+ bytes'
		kill "$PEER_PID"
	}
	each_engine case_acknowledged
	needs sock_kernel # what is acknowledged
	# what a kernel holds back is the same for all pollers
	case_not_acknowledged
}

@test "R12: pairs of events that end a session" {
	run timeout -k 5 100 "$PYTHON" -B "$BATS_TEST_DIRNAME/faults/endings"
	assert_success
	assert_line "nsk: 160 of 160"
}

@test "twenty-four deliveries" {
	local pump poller

	for poller in $(pollers); do
		for pump in $(pumps); do
			run timeout -k 5 60 "$PYTHON" -B "$BATS_TEST_DIRNAME/faults/deliveries" --poller "$poller" --pump "$pump"
			assert_success
			assert_line "nsk: 24 of 24"
		done
	done
}

@test "R13: a connection that is never answered" {
	local began=$SECONDS

	# A queue of one that is full: the kernel drops what else comes.
	"$PYTHON" -c '
import socket, sys
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(0)
first = socket.create_connection(listener.getsockname())
others = [socket.socket() for _ in range(2)]
for other in others:
    other.setblocking(False)
    other.connect_ex(listener.getsockname())
print(listener.getsockname()[1], flush=True)
sys.stdin.read()
' < <(exec sleep 20 3>&-) >port 3>&- &
	background_pids+=("$!")
	until_true test -s port
	run nsk tcp-connect --connect-timeout 500ms 127.0.0.1 "$(<port)" </dev/null
	assert_failure 124
	assert_output --regexp "nsk tcp-connect: 127.0.0.1:$(<port): .+"
	run nsk tcp-connect -w 500ms 127.0.0.1 "$(<port)" </dev/null
	assert_failure 124
	run nsk tcp-connect --max-time 500ms 127.0.0.1 "$(<port)" </dev/null
	assert_failure 124
	((SECONDS - began < 8))
}

@test "a broken connection: what was lost is counted, and what was never sent is said" {
	peer_listen recv=1000 sleep=0.3 reset
	run nsk tcp-connect 127.0.0.1 "$PEER_PORT" </dev/zero
	assert_failure 1
	assert_output --regexp "^nsk tcp-connect: 127.0.0.1:$PEER_PORT: [a-z ]+ \([1-9][0-9]* bytes of ours did not arrive, and the rest of the input was not sent\)\$"
}

@test "R14: a peer that falls silent, with --idle-timeout" {
	case_silent() {
		peer_listen send=hello until=never
		session_start tcp-connect --idle-timeout 1 127.0.0.1 "$PEER_PORT"
		session_wait 5
		assert_equal "$SESSION_STATUS" 124
		assert_equal "$(<out)" hello
		assert_regex "$(<err)" "nsk tcp-connect: 127.0.0.1:$PEER_PORT: .+"
		kill "$PEER_PID"
	}
	each_engine case_silent
}

# Clock ticks that PID has used.
ticks() {
	awk '{ print $14 + $15 }' "/proc/$1/stat"
}

@test "R15: nobody reads stdout while data comes" {
	case_stalled() {
		local before memory

		rm -f reader
		mkfifo reader
		exec {reader}<>reader
		peer_listen flood until=written recv=6 until=asked close
		OUT=reader session_start tcp-connect 127.0.0.1 "$PEER_PORT"
		until_true grep -q flooded peer.log
		before=$(ticks "$SESSION_PID")
		sleep 1
		(($(ticks "$SESSION_PID") - before <= 5)) # 5 % of a second
		memory=$(awk '/^VmHWM/ { print $2 }' "/proc/$SESSION_PID/status")
		! is_plain_build || ((memory < 8192)) # KiB
		printf 'hello\n' >&"$STDIN_FD"
		touch written
		until_true grep -q hello peer.out
		kill -TERM "$SESSION_PID"
		session_wait 2
		kill "$PEER_PID"
		exec {reader}<&-
	}
	each_engine case_stalled
}

@test "R15: nobody reads stdout, and both have ended already" {
	case_stalled_at_the_end() {
		local before size=$1

		rm -f reader
		mkfifo reader
		exec {reader}<>reader
		random_file given "$size"
		peer_listen sendfile=given fin until=never # the last of it waits in the socket, and the end behind it
		OUT=reader session_start tcp-connect 127.0.0.1 "$PEER_PORT"
		close_stdin
		until_true peer_did sent "$(stat -c %s given)"
		before=$(ticks "$SESSION_PID")
		sleep 1
		(($(ticks "$SESSION_PID") - before <= 5)) # 5 % of a second
		head -c "$(stat -c %s given)" <&"$reader" | cmp given - # now somebody reads
		session_wait 5
		assert_equal "$SESSION_STATUS" 0
		kill "$PEER_PID"
		exec {reader}<&-
	}
	for NSK_POLLER in $(pollers); do
		export NSK_POLLER
		echo "# poller $NSK_POLLER"
		NSK_PUMP=copy case_stalled_at_the_end 600K
		case_stalled_at_the_end 1150K # a pipe of 1 MiB, where splice enlarges it
	done
}

# A bulk is taken in large pieces; what comes behind it is not kept waiting for more.
@test "a small message behind a bulk, from a peer that stays" {
	random_file bulk 64M
	printf 'and a word\n' >word
	case_word() {
		local reading

		ln -s ../bulk ../word .
		mkfifo reader
		cat reader >out 3>&- {STDIN_FD}>&- &
		reading=$!
		peer_listen sendfile=bulk sendfile=word until=seen fin recv
		OUT=reader session_start tcp-connect 127.0.0.1 "$PEER_PORT"
		until_true word_is_there
		touch seen
		close_stdin
		session_wait
		assert_equal "$SESSION_STATUS" 0
		wait "$reading"
		peer_wait
		cat bulk word | cmp - out
		rm out
	}
	word_is_there() {
		[[ $(stat -c %s out) == "$(stat -Lc %s bulk word | awk '{ sum += $1 } END { print sum }')" ]]
	}
	each_engine case_word
}

# A transfer both ways with the shim of SEED under nsk as client, between files or (PIPED=yes) pipes.
assert_whole_through_shim() {
	local seed=$1

	shift
	rm -f report
	peer_listen "sendfile=$SOME" fin recv
	set -- env LD_PRELOAD="$BATS_FILE_TMPDIR/shim.so" SHIM_REPORT="$PWD/report" SHIM_SEED="$seed" SHIM_SHORT=200 "$@" \
		timeout -s KILL 30 "$NSK" tcp-connect 127.0.0.1 "$PEER_PORT"
	if [ "${PIPED:-no}" = yes ]; then
		# shellcheck disable=SC2002 # a pipe is what is wanted
		cat "$SOME" | "$@" 3>&- | cat >out
		assert_equal "${PIPESTATUS[*]}" "0 0 0"
	else
		"$@" <"$SOME" >out 3>&-
	fi
	cmp out "$SOME"
	peer_wait
	cmp peer.out "$SOME"
	awk '{ short += $2 } END { exit short < 500 }' report
}

needs_plain_build() {
	needs_preload
	is_plain_build || skip "a shim and a sanitizer do not go together: the plain build is tested so"
}

@test "R16: short reads and writes" {
	needs_plain_build
	each_engine assert_whole_through_shim 1
	each_engine assert_whole_through_shim 2
}

@test "R17: short reads and writes, EINTR and EAGAIN" {
	needs_plain_build
	each_engine assert_whole_through_shim 1 SHIM_EINTR=1 SHIM_EAGAIN=1
	PIPED=yes each_engine assert_whole_through_shim 2 SHIM_EINTR=1 SHIM_EAGAIN=1
	grep -q 'eintr [1-9]' report
}

@test "R29: stdin, stdout and stderr closed at start, in all combinations" {
	case_closed() {
		local combination input output errors expected seen

		printf 'question' >question
		for combination in {0,1}{0,1}{0,1}; do
			input='<question' output='>out' errors='2>err' expected=0 seen=0
			[ "${combination:0:1}" = 0 ] || input='<&-'
			[ "${combination:1:1}" = 0 ] || output='>&-' expected=1
			[ "${combination:2:1}" = 0 ] || errors='2>&-'
			: >out
			: >err
			peer_listen send=hello fin recv
			timeout -s KILL 10 sh -c "exec \"\$@\" $input $output $errors" sh \
				"$NSK" tcp-connect -v 127.0.0.1 "$PEER_PORT" 3>&- || seen=$?
			assert_equal "closed $combination: $seen" "closed $combination: $expected"
			ended_within 10 "$PEER_PID"
			# not a byte of nsk's own, no echo; what stdin gave is whole unless nsk had to give up
			if [ "$input" = '<question' ] && [ "$expected" = 0 ]; then
				assert_equal "$combination: $(<peer.out)" "$combination: question"
			else
				[ "$(<peer.out)" = question ] || assert_equal "$(<peer.out)" ""
			fi
			[ "$input" = '<question' ] || assert_equal "$combination: $(<peer.out)" "$combination: "
			[ "$output" != '>out' ] || assert_equal "$(<out)" hello
			[ "$errors" != '2>err' ] || [ "$expected" = 0 ] || assert_regex "$(<err)" 'nsk tcp-connect: .*output.*: .+'
		done
	}
	each_engine case_closed
}

@test "R29: a closed stdin ends nothing before the peer does" {
	case_closed() {
		peer_listen sleep=0.3 "sendfile=$SOME" fin recv
		nsk tcp-connect 127.0.0.1 "$PEER_PORT" <&- >out
		cmp out "$SOME"
		peer_wait
		peer_did end
	}
	each_engine case_closed
}

# The flags of PID's descriptor N, octal.
flags() {
	awk '/^flags/ { print $2 }' "/proc/$1/fdinfo/$2"
}

assert_blocking() {
	local number

	for number in 0 1 2; do
		(((0$(flags "$1" "$number") & 04000) == 0))
	done
}

@test "R30: shared stdio never becomes non-blocking" {
	case_flags() {
		local pipe shell

		rm -f shared
		mkfifo shared
		exec {pipe}<>shared
		peer_listen flood until=never
		# One open file for the three, held by this shell too.
		"$NSK" tcp-connect 127.0.0.1 "$PEER_PORT" <&"$pipe" >&"$pipe" 2>&"$pipe" 3>&- &
		SESSION_PID=$!
		background_pids+=("$SESSION_PID")
		until_true grep -q flooded peer.log
		shell=$BASHPID
		assert_blocking "$SESSION_PID"
		(((0$(flags "$shell" "$pipe") & 04000) == 0))
		kill -KILL "$SESSION_PID"
		ended_within 5 "$SESSION_PID"
		(((0$(flags "$shell" "$pipe") & 04000) == 0))
		kill "$PEER_PID"
		exec {pipe}<&-
		# and after an orderly end
		rm -f shared
		mkfifo shared
		exec {pipe}<>shared
		peer_listen send=hello close
		timeout -s KILL 10 "$NSK" tcp-connect 127.0.0.1 "$PEER_PORT" </dev/null >&"$pipe" 3>&-
		(((0$(flags "$shell" "$pipe") & 04000) == 0))
		exec {pipe}<&-
	}
	each_engine case_flags
}

# What the peer sees of an nsk tcp-connect [ARG]... that is killed before its input has ended.
peer_of_killed() {
	local pipe

	rm -f typed
	mkfifo typed
	exec {pipe}<>typed
	peer_listen recv
	"$NSK" tcp-connect "$@" 127.0.0.1 "$PEER_PORT" <&"$pipe" >out 3>&- &
	SESSION_PID=$!
	background_pids+=("$SESSION_PID")
	echo half >typed
	until_true grep -q half peer.out
	kill -KILL "$SESSION_PID"
	exec {pipe}<&-
	until_true grep -qx -e end -e reset peer.log
}

@test "nsk that is killed resets the connection: half a file does not pass for a whole one" {
	case_killed() {
		peer_of_killed
		peer_did reset
		peer_of_killed -O SO_LINGER=off # as asked
		peer_did end
	}
	each_engine case_killed
}

@test "who receives from an nsk that is killed ends with status 1" {
	case_sender_killed() {
		"$NSK" tcp-serve --port-file port --rate 1M 0 </dev/zero >/dev/null 2>&1 3>&- &
		SESSION_PID=$!
		background_pids+=("$SESSION_PID")
		until_true test -s port
		(
			until_true test -s out
			kill -KILL "$SESSION_PID"
		) 3>&- &
		run -1 timeout 20 "$NSK" tcp-connect "$(<port)" </dev/null --output out
		assert_output --regexp '^nsk tcp-connect: 127\.0\.0\.1:[0-9]+: connection reset by peer$'
		wait $!
		rm port out
	}
	each_engine case_sender_killed
}

@test "R30: a stdin and stdout that others made non-blocking serve all the same" {
	case_nonblocking() {
		peer_listen "sendfile=$MEGABYTE" fin recv
		"$PYTHON" -c '
import os, subprocess, sys, threading
into, stdin = os.pipe()
stdout, out = os.pipe()
for end in (into, out):
    os.set_blocking(end, False)
process = subprocess.Popen(sys.argv[1:], stdin=into, stdout=out)
os.close(into), os.close(out)
def feed():
    with open(stdin, "wb") as pipe, open(os.environ["MEGABYTE"], "rb") as file:
        pipe.write(file.read())
threading.Thread(target=feed).start()
with open("out", "wb") as file, open(stdout, "rb") as pipe:
    file.write(pipe.read())
sys.exit(process.wait(20))
' "$NSK" tcp-connect 127.0.0.1 "$PEER_PORT" 3>&-
		cmp out "$MEGABYTE"
		peer_wait
		cmp peer.out "$MEGABYTE"
	}
	export MEGABYTE
	each_engine case_nonblocking
}

# nsk with stdout (and no other stream) on a terminal; what a screen would get is in `screen`.
on_terminal() {
	timeout -s KILL 20 "$PYTHON" -c '
import os, pty, subprocess, sys, tty
master, slave = pty.openpty()
tty.setraw(slave)
process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=slave, stderr=open("err", "wb"))
os.close(slave)
with open("screen", "wb") as screen:
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        screen.write(piece)
sys.exit(process.wait(10))
' "$NSK" "$@" 3>&-
}

@test "R31: control characters reach a terminal escaped, and a pipe as they are" {
	case_escapes() {
		printf 'a\tb\n\033]0;title\007 \000 \177 \302\233x \233 \377\376 \303\251\n' >odd
		peer_listen sendfile=odd close
		on_terminal tcp-connect 127.0.0.1 "$PEER_PORT"
		# nothing below space but tab, newline and carriage return; no DEL; no C1, raw or as UTF-8; valid UTF-8
		run ! env LC_ALL=C grep -qP '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]' screen
		run ! env LC_ALL=C grep -qP '\xc2[\x80-\x9f]' screen
		iconv -f UTF-8 -t UTF-8 screen >/dev/null
		grep -qF '\x1b]0;title\x07' screen
		grep -qF $'a\tb' screen
		grep -qF 'é' screen
		grep -qE 'control characters escaped: [1-9][0-9]*' err

		peer_listen sendfile=odd close
		on_terminal tcp-connect --raw 127.0.0.1 "$PEER_PORT"
		cmp screen odd

		peer_listen sendfile=odd close
		nsk tcp-connect 127.0.0.1 "$PEER_PORT" </dev/null | cat >out
		cmp out odd
	}
	each_engine case_escapes
}

@test "R31: an escape cut in two by the network is still escaped" {
	peer_listen 'send=a\302' sleep=0.1 'send=\233b\303' sleep=0.1 'send=\251c\n' close
	on_terminal tcp-connect 127.0.0.1 "$PEER_PORT"
	run ! env LC_ALL=C grep -qP '\xc2\x9b' screen
	grep -qF 'éc' screen
}

@test "R44: /dev/null and a closed stdin are no early half-close" {
	case_quiet() {
		local input

		for input in '</dev/null' '<&-'; do
			peer_listen silence=0.2 "sendfile=$MEGABYTE" fin recv
			eval "nsk tcp-connect 127.0.0.1 \$PEER_PORT $input >out"
			cmp out "$MEGABYTE"
			# The end came after the peer's, not before.
			peer_wait
			assert_equal "$(sed -n '/^fin/,$p' peer.log | tr '\n' ' ')" "fin received 0 end "
		done
	}
	each_engine case_quiet
}

@test "R45: SIGTERM and SIGINT in mid-transfer" {
	case_signal() {
		local signal options

		# Another word about the end than nsk's own changes nothing: who gives up resets.
		for signal in TERM "TERM -O SO_LINGER=off" INT HUP; do
			# Of a background job of this shell, SIGINT would be ignored: env puts it back.
			options=${signal#"${signal%% *}"}
			signal=${signal%% *}
			peer_listen rcvbuf=65536 recv=100000 until=killed recv
			# shellcheck disable=SC2086 # two words or none
			env --default-signal=INT timeout -s KILL 20 "$NSK" tcp-connect $options 127.0.0.1 "$PEER_PORT" \
				</dev/zero >out 2>err 3>&- &
			SESSION_PID=$!
			background_pids+=("$SESSION_PID")
			until_true peer_did received 100000
			pkill_child "$SESSION_PID" "$signal"
			session_wait 2
			assert_equal "$SESSION_STATUS" $((128 + $(kill -l "$signal")))
			assert_equal "$(<err)" ""
			touch killed
			until_true peer_did reset
			rm killed
		done
	}
	# Signals the one child of PID.
	pkill_child() {
		kill -"$2" "$(<"/proc/$1/task/$1/children")"
	}
	each_engine case_signal
}

@test "a signal that was ignored at start stays ignored" {
	case_ignored() {
		peer_listen send=hello until=told send=bye close
		(
			trap '' TERM HUP
			exec "$NSK" tcp-connect 127.0.0.1 "$PEER_PORT" </dev/null >out 2>err 3>&-
		) &
		SESSION_PID=$!
		background_pids+=("$SESSION_PID")
		until_true grep -q hello out
		kill -TERM "$SESSION_PID"
		kill -HUP "$SESSION_PID"
		touch told
		session_wait
		assert_equal "$SESSION_STATUS" 0
		assert_equal "$(<out)" hellobye
	}
	each_engine case_ignored
}

@test "urgent data are written where they stand, and what follows them is" {
	truncate -s 40M bulk
	case_urgent() {
		local pid sink

		{ cat ../bulk && printf '!' && cat ../bulk && printf 'x!' && printf y; } >wanted
		for sink in file pipe; do
			rm -f port got
			if [ "$sink" = file ]; then
				"$NSK" tcp-serve --port-file port 127.0.0.1 0 </dev/null >got 2>err 3>&- {STDIN_FD}>&- &
			else
				(set -o pipefail && "$NSK" tcp-serve --port-file port 127.0.0.1 0 </dev/null 2>err | cat >got) 3>&- {STDIN_FD}>&- &
			fi
			pid=$!
			background_pids+=("$pid")
			until_true test -s port
			peer_connect "$(<port)" sendfile=../bulk urgent=! sendfile=../bulk send=x urgent=! send=y fin recv
			ended_within 20 "$pid"
			assert_equal "$sink: $STATUS_OF_PID $(<err)" "$sink: 0 "
			peer_wait
			peer_did end
			cmp got wanted
		done
	}
	each_engine case_urgent
	cd "$BATS_TEST_TMPDIR"
	peer_listen send=a urgent=! send=b close # who wants them out of band says so
	run nsk tcp-connect -O SO_OOBINLINE=0 127.0.0.1 "$PEER_PORT" </dev/null
	assert_success
	assert_output ab
}

@test "a bulk into a file: all is written at once, during a pause too, and a signal ends it" {
	truncate -s 64M bulk
	case_bulk() {
		local pid

		rm -f port got
		"$NSK" tcp-serve --port-file port 127.0.0.1 0 </dev/null >got 2>err 3>&- {STDIN_FD}>&- &
		pid=$!
		background_pids+=("$pid")
		until_true test -s port
		peer_connect "$(<port)" sendfile=../bulk until=written send=x until=ended
		until_true sizes got 67108864
		touch written
		until_true sizes got 67108865
		assert_equal "$(tail -c 1 got)" x
		kill -TERM "$pid"
		ended_within 10 "$pid"
		assert_equal "$STATUS_OF_PID" 143
		touch ended
		peer_wait
		rm -f written ended

		rm -f port # while it comes
		"$NSK" tcp-serve --port-file port 127.0.0.1 0 </dev/null >got 2>err 3>&- {STDIN_FD}>&- &
		pid=$!
		background_pids+=("$pid")
		until_true test -s port
		(while cat ../bulk; do :; done | timeout 30 "$NSK" tcp-connect 127.0.0.1 "$(<port)" >/dev/null 2>sender) 3>&- {STDIN_FD}>&- &
		background_pids+=("$!")
		until_true larger got 200000000
		kill -TERM "$pid"
		ended_within 10 "$pid"
		assert_equal "$STATUS_OF_PID" 143
		rm got
		wait_bounded "${background_pids[-1]}"
	}
	larger() {
		[ "$(stat -c %s "$1")" -ge "$2" ]
	}
	sizes() {
		[ "$(stat -c %s "$1")" -eq "$2" ]
	}
	each_engine case_bulk
}

@test "the system calls of a transfer fail one by one" {
	command -v strace >/dev/null || fail "strace is not installed"
	needs_plain_build
	run timeout -k 5 120 "$PYTHON" -B "$BATS_TEST_DIRNAME/faults/sweep" --quick
	assert_success
	assert_output --regexp ' fine, 0 silent, 0 mute, 0 half, 0 hung, 0 crash'
}

@test "the system calls of every command fail one by one" {
	command -v strace >/dev/null || fail "strace is not installed"
	needs_plain_build
	run timeout -k 5 120 "$PYTHON" -B "$BATS_TEST_DIRNAME/faults/sweep-commands" --every 29 --first 2
	assert_success
	assert_output --regexp ' fine, 0 silent, 0 mute, 0 hung, 0 crash'
}
