#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The faults that are quickly provoked, of the list that `make faults` goes through (tests/faults/score).

load helpers

@test "every fault that is quickly provoked is survived" {
	run timeout -k 5 300 python3 -B "$ROOT/tests/faults/score" --quick 3>&-
	[ "$status" -eq 0 ] || fail "$output"
	assert_line --index -1 --regexp '^nsk: [0-9]+ of [0-9]+ passed, 0 failed, [0-9]+ not run'
	echo "# ${lines[-1]}" >&3
}

@test "a fault that is not survived is found" {
	printf '#!/bin/sh\ncase $* in *--version*) exec "%s" "$@" ;; esac\n"%s" "$@" || exit 0\n' "$NSK" "$NSK" >liar
	chmod +x liar
	NSK=$PWD/liar run timeout -k 5 60 python3 -B "$ROOT/tests/faults/score" --quick --role tcp-connect 'R0[13]' 3>&-
	assert_failure 1
	assert_line --regexp '^R01  FAIL .*silent: tcp-connect: status 0'
	assert_line --index -1 --regexp '^nsk: 0 of 2 passed, 2 failed'
}
