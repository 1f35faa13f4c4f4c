#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# socketpair: two programs that talk to each other.

# shellcheck disable=SC2016,SC2154 # scripts in quotes, variables of bats

load helpers

@test "each one's output is the other one's input" {
	run nsk socketpair sh -c 'echo question; read -r answer; echo "$answer" >one' -- \
		sh -c 'read -r question; echo "$question" >two; echo answer'
	assert_success
	assert_output ""
	assert_equal "$(cat one two)" $'answer\nquestion'
}

@test "a stream has an end, and 10 MB pass" {
	random_file data 10M
	run nsk socketpair cat data -- sh -c 'cat >copy'
	assert_success
	cmp data copy
}

@test "seqpacket and dgram keep the boundaries, empty ones too" {
	for type in seqpacket dgram; do
		run nsk socketpair --type "$type" python3 -c 'import os
for data in b"ab", b"cde", b"f": os.write(1, data)' -- python3 -c 'import os, sys
print([os.read(0, 100) for _ in range(3)], file=sys.stderr)'
		assert_success
		assert_output "[b'ab', b'cde', b'f']"
	done
	run nsk socketpair python3 -c 'import socket
print(socket.socket(fileno=0).type.name, file=open("kind", "w"))' -- true
	assert_equal "$(cat kind)" SOCK_STREAM
}

@test "both have descriptors 0, 1, 2 alone; the socket blocks; signals are as found" {
	cat >look.py <<-'END'
		import fcntl, os, sys
		with open(sys.argv[1], "w") as out:
		    own = out.fileno()
		    def is_open(fd):
		        try: return os.fstat(fd)
		        except OSError: return False
		    print(*(fd for fd in range(100) if fd != own and is_open(fd)), file=out)
		    print(fcntl.fcntl(0, fcntl.F_GETFL) & os.O_NONBLOCK, file=out)
	END
	run nsk socketpair python3 look.py one -- python3 look.py two 7</dev/null
	assert_success
	for file in one two; do
		assert_equal "$(cat "$file")" $'0 1 2\n0'
	done
	run nsk socketpair sh -c 'grep -E "SigBlk|SigIgn" /proc/self/status >&2' -- true
	assert_line --regexp '^SigBlk:.*0000000000000000$'
	[ $((0x${lines[1]#*$'\t'} & 0x1001000)) = 0 ] # SIGPIPE, SIGXFSZ
}

@test "the status is 0 when both end with 0, else 1, with a message" {
	run nsk socketpair true -- true
	assert_success
	run nsk socketpair true -- sh -c 'exit 7'
	assert_failure 1
	assert_output "nsk socketpair: sh: ended with status 7"
	run nsk socketpair false -- true
	assert_failure 1
	assert_output "nsk socketpair: false: ended with status 1"
	run nsk socketpair sh -c 'kill -KILL $$' -- true
	assert_failure 1
	assert_output "nsk socketpair: sh: ended by signal 9"
}

@test "a program that is not there: 1, and the other one does not wait for ever" {
	run nsk socketpair --type dgram cat -- ./nosuch
	assert_failure 1
	assert_output "nsk socketpair: ./nosuch: no such file or directory"
	run nsk socketpair ./nosuch -- cat
	assert_failure 1
}

@test "a signal ends both, and is nsk's own end" {
	"$NSK" socketpair --type dgram sh -c 'echo $$ >one; exec cat' -- sh -c 'echo $$ >two; exec cat' 3>&- 2>err &
	pid=$!
	background_pids+=("$pid")
	until_true test -s one -a -s two
	kill -TERM "$pid"
	wait_bounded "$pid"
	assert_equal "$STATUS_OF_PID" 143
	assert_equal "$(cat err)" ""
	for file in one two; do
		run kill -0 "$(cat "$file")"
		assert_failure
	done
}

@test "options end at the first program; a -- before it is skipped" {
	run nsk socketpair sh -c 'exit 0' -v -- true
	assert_success
	assert_output ""
	run nsk socketpair -v -- true -- true
	assert_success
	assert_output $'nsk socketpair: true: ended\nnsk socketpair: true: ended'
}

@test "words that cannot be understood: 2" {
	for words in "" "true" "true --" "-- true" "--type raw true -- true"; do
		# shellcheck disable=SC2086
		run nsk socketpair $words
		assert_failure 2
		assert_equal "${#lines[@]}" 1
	done
}
