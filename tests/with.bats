#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# with: a server for as long as a command runs.

# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # scripts in quotes, variables of bats

load helpers

@test "the command finds the server, and its status comes back" {
	run --separate-stderr nsk with tcp-serve 0 --output got -- \
		sh -c 'echo hello | "$NSK" tcp-connect "$NSK_HOST" "$NSK_PORT"; echo "$NSK_HOST ${NSK_PATH-unset}"; exit 7'
	assert_failure 7
	assert_output "127.0.0.1 unset"
	assert_equal "$stderr" ""
	assert_equal "$(cat got)" hello
}

@test "an IPv6 host comes without brackets, and old variables do not stay" {
	has_ipv6 || skip "no IPv6 here"
	NSK_PATH=/old NSK_HOST=old run nsk with tcp-serve '[::1]:0' -- sh -c 'echo "$NSK_HOST ${NSK_PATH-unset}"'
	assert_success
	assert_output "::1 unset"
}

@test "the server is gone when it returns, without a zombie" {
	# a file, not a pipe: a server that stays would hold a pipe open
	nsk with tcp-serve 0 -- sh -c 'echo "$NSK_PORT"; pgrep -P "$PPID" | wc -l' >out
	run cat out
	assert_line --index 1 2
	run nsk wait --gone --max-time 5 "${lines[0]}"
	assert_success
}

@test "the command gets descriptors 0, 1, 2 alone, and stdin is its own" {
	cat >look.py <<-'END'
		import os, sys
		print(sys.stdin.read(), end="")
		def is_open(fd):
		    try:
		        return os.fstat(fd)
		    except OSError:
		        return False
		print(*(fd for fd in range(100) if is_open(fd)))
	END
	run nsk with tcp-serve 0 -- python3 look.py 7</dev/null 9>out <<<"for the command"
	assert_line --index 0 "for the command"
	assert_line --index 1 "0 1 2"
}

@test "on a terminal it is told where the server listens, not how to open it" {
	run timeout 60 "$ROOT/tests/on_terminal.py" --only 2 --screen "$NSK" with tcp-serve 127.0.0.1 0 -- true </dev/null
	assert_success
	assert_output --regexp '^nsk tcp-serve: listening on 127.0.0.1:[0-9]+$'
	run timeout 60 "$ROOT/tests/on_terminal.py" --only 2 --screen "$NSK" with udp-listen 127.0.0.1 0 -- true </dev/null
	assert_output --regexp '^nsk udp-listen: listening on 127.0.0.1:[0-9]+$'
}

@test "the server's stdin is /dev/null" {
	run nsk with tcp-serve 0 -- sh -c 'readlink "/proc/$(pgrep -P "$PPID" -o)/fd/0"; cat' <<<"not for the server"
	assert_line --index 0 /dev/null
	assert_line --index 1 "not for the server"
}

@test "a server that cannot start: its message and its status, and the command does not run" {
	serve_start 127.0.0.1 0
	run nsk with tcp-serve 127.0.0.1 "$SERVER_PORT" -- touch ran
	assert_failure 4
	assert_output "nsk tcp-serve: $SERVER_ADDRESS: $(glibc_or_musl "address already in use" "address in use")"
	run nsk with tcp-serve --no-such-option 0 -- touch ran
	assert_failure 2
	assert_output --partial "nsk tcp-serve: unknown option --no-such-option"
	run nsk with tcp-serve no-such-host.invalid 0 -- touch ran
	assert_failure 3
	[ ! -e ran ]
}

@test "what is no server, and what is with's own, is refused" {
	for words in "tcp-connect 0 -- true" "no-such 0 -- true" "tcp-serve 0" "tcp-serve 0 --" "-- true" "" \
		"tcp-serve --background 0 -- true" "tcp-serve --ready-fd 1 0 -- true" "tcp-serve --ready-fd=1 0 -- true"; do
		# shellcheck disable=SC2086
		run --separate-stderr nsk with $words
		assert_failure 2
		assert_output ""
		assert_equal "${#stderr_lines[@]}" 1
	done
}

@test "a command that is not found is 127, one that cannot run 126" {
	run -127 nsk with tcp-serve 0 -- no-such-command
	assert_output "nsk with: no-such-command: no such file or directory"
	echo >plain
	run nsk with tcp-serve 0 -- ./plain
	assert_failure 126
	assert_output "nsk with: ./plain: permission denied"
}

@test "a command that a signal ends: so ends with, with no word" {
	for signal in TERM KILL SEGV; do
		run --separate-stderr python3 - "$NSK" "$signal" <<-'END'
			import subprocess, sys
			done = subprocess.run([sys.argv[1], "with", "tcp-serve", "0", "--", "sh", "-c", "kill -%s $$" % sys.argv[2]])
			print(done.returncode)
		END
		assert_output "-$(kill -l "$signal")"
		assert_equal "$stderr" ""
	done
}

@test "SIGTERM and SIGINT to with end both" {
	for signal in TERM INT; do
		rm -f port
		# python: a shell's background jobs ignore SIGINT
		run timeout -s KILL 30 python3 - "$NSK" "$signal" 3>&- <<-'END'
			import os, signal, subprocess, sys
			signal.signal(signal.SIGINT, signal.default_int_handler)
			p = subprocess.Popen([sys.argv[1], "with", "tcp-serve", "0", "--", "sh", "-c", "echo $$ $NSK_PORT; exec sleep 60"],
			                     stdout=subprocess.PIPE, text=True)
			command, port = p.stdout.readline().split()
			p.send_signal(getattr(signal, "SIG" + sys.argv[2]))
			print(p.wait() == -getattr(signal, "SIG" + sys.argv[2]), p.stdout.read() == "", port,
			      os.path.exists("/proc/" + command))
		END
		assert_output --regexp "^True True [0-9]+ False$"
		nsk wait --gone --max-time 5 "$(cut -d' ' -f3 <<<"$output")"
	done
}

@test "a command that does not heed the signal is killed after 2 s, a stopped server too" {
	"$NSK" with tcp-serve 0 -- sh -c 'trap "" TERM; echo "$NSK_PORT" >port; while :; do sleep 1; done' 3>&- &
	pid=$!
	background_pids+=("$pid")
	until_true test -s port
	kill -TERM "$pid"
	wait_bounded "$pid"
	assert_equal "$STATUS_OF_PID" 143
	nsk wait --gone --max-time 5 "$(cat port)"
	status=0
	nsk with tcp-serve 0 -- sh -c 'echo "$NSK_PORT" >port; kill -STOP "$(pgrep -P "$PPID" -o)"; exit 3' >out 2>&1 ||
		status=$?
	assert_equal "$status" 3
	nsk wait --gone --max-time 5 "$(cat port)"
}

@test "a signal before the server listens ends it too" {
	mkfifo hold
	# the server waits for a reader of its output before it listens
	"$NSK" with tcp-serve 0 --output hold -- touch ran 3>&- &
	pid=$!
	background_pids+=("$pid")
	until_true pgrep -P "$pid"
	kill -TERM "$pid"
	wait_bounded "$pid"
	assert_equal "$STATUS_OF_PID" 143
	[ ! -e ran ]
}

@test "the server handles SIGTERM as it does alone, and no more" {
	run nsk with tcp-serve 0 -- sh -c 'grep SigCgt "/proc/$(pgrep -P "$PPID" -o)/status"'
	caught=$((0x${output##*[[:space:]]}))
	[ $((caught & 1 << (15 - 1))) -ne 0 ]
	[ $((caught & 1 << (17 - 1))) -eq 0 ] # SIGCHLD
}

@test "the command has signals as nsk found them" {
	run nsk with tcp-serve 0 -- sh -c 'grep -E "Sig(Blk|Ign|Cgt)" /proc/self/status'
	with=$output
	run timeout --foreground 60 sh -c 'grep -E "Sig(Blk|Ign|Cgt)" /proc/self/status'
	assert_output "$with"
}
