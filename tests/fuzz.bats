#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A minute of fuzzing (make fuzz does the hours): every input of the kept corpus, in which each finding is, and some
# seconds of new ones. Needs what `make fuzzers` builds, by clang; once, whichever build of nsk is under test.

load helpers

# Runs the target NAME for its share of the minute.
assert_no_finding() {
	local fuzzer=$ROOT/build/fuzz/fuzz_$1 targets

	[[ $NSK == */release/* ]] || skip "the fuzzers are a build of their own"
	[ -x "$fuzzer" ] || skip "no fuzzers: clang and libclang-rt-dev are not here"
	targets=$(find "$ROOT/tests/fuzz" -name 'fuzz_*.c' | wc -l)
	mkdir new
	# its reports are its own, not nsk's
	ASAN_OPTIONS='' UBSAN_OPTIONS='' run timeout -s KILL 120 "$fuzzer" -max_total_time=$((60 / targets)) -timeout=20 -artifact_prefix="$PWD/" \
		-max_len=512 new "$ROOT/tests/fuzz/corpus/$1" 3>&-
	assert_success
	assert_line --regexp '^Done [0-9]{3,} runs'
}

@test "any FORMAT" {
	assert_no_finding format
}

@test "any line to pack" {
	assert_no_finding pack
}

@test "any record to unpack" {
	assert_no_finding unpack
}

@test "any number" {
	assert_no_finding value
}

@test "any line of the repl" {
	assert_no_finding repl
}

@test "any line of the repl, run" {
	assert_no_finding calls
}

@test "any address" {
	assert_no_finding endpoint
}

@test "any option's argument" {
	assert_no_finding option
}

@test "any bytes as hex, JSON, a table" {
	assert_no_finding show
}

@test "any bytes as text" {
	assert_no_finding text
}

@test "any line begun, as a prompt" {
	assert_no_finding prompt
}

@test "any tables of sockets" {
	assert_no_finding tables
}

@test "any words as a command line" {
	assert_no_finding words
}

@test "any bytes in a trace" {
	assert_no_finding trace
}

@test "streams merged under any schedule" {
	assert_no_finding merge
}

@test "the relay under any schedule" {
	assert_no_finding relay
}

@test "every target has its smoke and a corpus" {
	local name

	for name in "$ROOT"/tests/fuzz/fuzz_*.c; do
		name=${name##*/fuzz_}
		grep -qx "	assert_no_finding ${name%.c}" "$BATS_TEST_FILENAME"
		[ -n "$(ls "$ROOT/tests/fuzz/corpus/${name%.c}")" ]
	done
}
