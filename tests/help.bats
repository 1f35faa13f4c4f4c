#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# nsk help, nsk COMMAND --help, nsk version. What of them is generated is held together in drift.bats.

load helpers

# Runs nsk ARGS on a terminal: stdout of the session without carriage returns.
on_terminal() {
	script -qec "$(printf '%q ' "$NSK" "$@")" /dev/null </dev/null 3>&- | tr -d '\r'
}

@test "help lists every command with its summary, examples first" {
	run --separate-stderr nsk help
	assert_success
	assert_equal "$stderr" ""
	assert_line --index 1 "Examples:"
	assert_line --regexp '^  tcp-connect +connect to a TCP server'
	assert_line --regexp '^  htons +put 16-bit numbers'
	refute_line --regexp '^  describe'
	local said=$output
	run nsk --help
	assert_output "$said"
	run nsk -h
	assert_output "$said"
}

@test "help of a command: examples, usage, options, statuses" {
	run --separate-stderr nsk help tcp-connect
	assert_success
	assert_equal "$stderr" ""
	assert_line --index 0 --partial "nsk tcp-connect: "
	assert_line --index 1 "Examples:"
	assert_line "Usage: nsk tcp-connect [OPTION]... HOST PORT"
	assert_line --regexp '^  -w, --timeout DURATION '
	assert_line --regexp '^  -h, --help '
	assert_line --partial "124"
	assert_line --partial "--color" # in the manual, as --poller is: that nobody needs to see
	refute_output --partial "--poller"
	local said=$output
	run nsk tcp-connect --help
	assert_output "$said"
	run nsk tcp-connect -h
	assert_output "$said"
}

@test "no line of help is wider than 80" {
	nsk help >all
	nsk --describe | awk -F '\t' '$1 == "command" { print $2 }' >commands
	while read -r command; do
		nsk "$command" --help >>all
	done <commands
	run awk 'length > 80' all
	assert_output ""
}

@test "a command without options of its own has an options section" {
	run nsk htons --help
	assert_line "Options:"
	assert_line --regexp '^  -h, --help '
}

@test "help of what is no command: the nearest, status 2" {
	run --separate-stderr nsk help tcp-conect
	assert_failure 2
	assert_equal "$output" ""
	[[ $stderr == *tcp-connect* ]]
}

@test "on a terminal, help of a command opens its man page when there is one" {
	mkdir bin
	cat >bin/man <<-'EOT'
		#!/bin/sh
		echo "$*" >>asked
		case $1 in
		-w) [ "$2" = nsk-htons ] ;;
		*) echo "this is the page $1" ;;
		esac
	EOT
	chmod +x bin/man
	PATH=$PWD/bin:$PATH run on_terminal help htons
	assert_output "this is the page nsk-htons"
	assert_equal "$(cat asked)" $'-w nsk-htons\nnsk-htons'
	PATH=$PWD/bin:$PATH run on_terminal help ntohs
	assert_line --index 0 "nsk ntohs: put 16-bit numbers from network into host byte order"
}

@test "on a terminal without man, help is the text" {
	mkdir bin
	ln -s "$(command -v script)" "$(command -v tr)" "$(command -v sh)" bin/
	PATH=$PWD/bin run on_terminal help htons
	assert_line --index 0 "nsk htons: put 16-bit numbers into network byte order"
}

@test "to a pipe, help is the text although there is a man page" {
	mkdir bin
	printf '#!/bin/sh\necho page\n' >bin/man
	chmod +x bin/man
	PATH=$PWD/bin:$PATH run nsk help htons
	assert_line --index 0 "nsk htons: put 16-bit numbers into network byte order"
}

@test "help knows TCP's states, and the lesson that shows them" {
	run -0 nsk help TIME_WAIT
	assert_output $'TIME_WAIT (state of TCP): 6\n  lesson       nsk demo time-wait'
	run -0 nsk help FIN_WAIT2
	assert_line --index 1 '  lesson       nsk demo tcp-flow'
	nsk demo | grep -q '^time-wait '
	nsk demo | grep -q '^tcp-flow '
	run -2 nsk help TIME_WAI
	assert_output --partial 'did you mean TIME_WAIT?'
}
