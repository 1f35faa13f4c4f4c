#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What fixed jobs cost, in system calls and instructions, beside what is recorded in bench/counts.tsv: a slow-down
# that no stop-watch would show on a busy machine.

load helpers

check() {
	[[ $NSK == */release/nsk ]] || skip "the counts are those of the release build"
	run "$ROOT/tests/bench/counts" check "$@"
	[ "$status" -ne 77 ] || skip "$output"
	[ -z "$output" ] || printf '# %s\n' "${lines[@]}" >&3
	assert_success
}

@test "fixed jobs make no more system calls than are recorded" {
	check calls
}

@test "fixed jobs take no more instructions than are recorded" {
	check instructions
}

@test "counts: where nothing can be traced or the tools are missing, that is told" {
	local python
	python=$(python3 -c 'import sys; print(sys.executable)')
	mkdir bin
	printf '#!/bin/sh\necho "strace: ptrace(PTRACE_TRACEME, ...): Operation not permitted" >&2\nexit 1\n' >bin/strace
	chmod +x bin/strace
	PATH=$PWD/bin run -77 "$python" -B "$ROOT/tests/bench/counts" check calls
	assert_output "calls are not counted: strace cannot trace here: strace: ptrace(PTRACE_TRACEME, ...): Operation not permitted"
	PATH=$PWD/bin run -77 "$python" -B "$ROOT/tests/bench/counts" check instructions
	assert_output "instructions are not counted: valgrind is not installed"
}
