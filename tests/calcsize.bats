#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# calcsize, and the refusals of FORMAT that pack and unpack share with it.

# shellcheck disable=SC2016,SC2154 # single quotes are for an inner shell; bats sets stderr
load helpers

# calcsize of FORMAT is SIZE.
sizes() {
	run --separate-stderr nsk calcsize "$1"
	assert_success
	assert_output "$2"
	assert_equal "$stderr" ""
}

# FORMAT is refused by all three commands, with TEXT in the message and nothing on stdout.
refused() {
	local command

	for command in calcsize pack unpack; do
		run --separate-stderr nsk "$command" "$1"
		assert_equal "$status" 2
		assert_output ""
		assert_regex "$stderr" "^nsk $command: FORMAT .*$2"
		assert_equal "${#stderr_lines[@]}" 1
	done
}

@test "calcsize: standard sizes have no alignment" {
	sizes '<IHBxd' 16
	sizes '!HHI' 8
	sizes '=bhilq' 19
	sizes '<xcbB?hHiIlLqQefdsp' 57
	sizes '>10s3x2h' 17
	sizes '<0s' 0
	sizes '' 0
	sizes '!' 0
}

@test "calcsize: native sizes are aligned, and 0l aligns the end" {
	sizes 'bh' 4
	sizes '@bi' 8
	sizes '@ib' 5
	sizes '@ib0i' 8
	sizes '@b0h' 2
}

@test "calcsize: white space between codes, not within a count" {
	sizes ' h  h ' 4
	sizes $'<h\t2h\n' 6
	refused '<3 h' 'position 3'
	refused '<1 2h' 'position 3'
}

@test "calcsize: a bad code is named with its position" {
	refused '<z' "no such code: 'z' at position 2"
	refused 'hH<h' "'<' at position 3"
	refused '<3' 'at position 2'
	refused '<-1h' "'-' at position 2"
	refused $'h\xc3\xa9' 'position 2'
}

@test "calcsize: n, N and P are native only" {
	sizes 'n' "$(($(getconf LONG_BIT) / 8))"
	refused '<n' 'native only'
	refused '=N' 'native only'
	refused '!P' 'native only'
}

@test "calcsize: counts and sizes that overflow" {
	refused '<9223372036854775808x' 'too large'
	refused '<99999999999999999999999h' 'too large'
	refused '<18446744073709551617b' 'too large' # 1, if it wrapped
	refused '<4611686018427387904h' 'too large'
	refused '<9223372036854775807xh' 'too large'
	refused '@9223372036854775807x0q' 'too large'
}

@test "calcsize: the largest size there is" {
	[ "$(getconf LONG_BIT)" = 64 ] || skip "64-bit machines only"
	sizes '<9223372036854775807x' 9223372036854775807
}

@test "calcsize --order stands in place of the first character" {
	run nsk calcsize --order native 'bh'
	assert_output 4
	run nsk calcsize --order network 'bh'
	assert_output 3
	run nsk calcsize --order little '<bh'
	assert_equal "$status" 2
	assert_output --partial 'given twice'
	run nsk calcsize --order middle 'bh'
	assert_equal "$status" 2
}

@test "calcsize: one FORMAT, no more and no less" {
	run nsk calcsize
	assert_equal "$status" 2
	run nsk calcsize h h
	assert_equal "$status" 2
}

@test "calcsize: a FORMAT of 131,071 bytes and one of 130,000 fields" {
	run nsk calcsize "$(printf '%131071s' h)"
	assert_success
	run nsk calcsize "<$(head -c 130000 /dev/zero | tr '\0' 'h')"
	assert_success
	assert_output 260000
}

@test "calcsize --explain shows padding and draws the bytes" {
	run nsk calcsize --explain '@bhiq0l'
	assert_success
	assert_line '     2     2        1     h  short'
	assert_line '    16     0        0    0l  (no bytes: aligns)'
	assert_line '    0 |  b  | pad |     h     |           i           |'
	assert_line '    8 |                       q                       |'
}

@test "calcsize --explain says what the first character means" {
	local here=big

	[ "$(printf '\1\0' | od -An -tu2 | tr -d ' ')" = 1 ] && here=little
	run nsk calcsize --explain h
	assert_line --index 0 "h: native order ($here-endian), native sizes and alignment"
	run nsk calcsize --explain =h
	assert_line --index 0 "=h: native order ($here-endian), standard sizes, no alignment"
	run nsk calcsize --explain '<h'
	assert_line --index 0 '<h: little-endian, standard sizes, no alignment'
	run nsk calcsize --explain --order big h
	assert_line --index 0 'h: big-endian, standard sizes, no alignment'
	run nsk calcsize --explain $'<h\n\tb'
	assert_line --index 0 "<h  b: little-endian, standard sizes, no alignment"
	run nsk calcsize --explain '!h'
	assert_line --index 0 '!h: network order (big-endian), standard sizes, no alignment'
}

@test "calcsize --explain: an item over two rows is one box" {
	run nsk calcsize --explain '!HQ'
	assert_line --index 5 '        +0    +1    +2    +3    +4    +5    +6    +7'
	assert_line --index 6 '      +-----------+-----------------------------------+'
	assert_line --index 7 '    0 |     H     |                Q..                |'
	assert_line --index 8 '      +-----------+-----------------------------------+'
	assert_line --index 9 '    8 |    ..Q    |'
	assert_line --index 10 '      +-----------+'
}

@test "calcsize --explain: no line is wider than a terminal" {
	local format line
	for format in '@b1000000000000d30sxh?P' '=b1000000000000d30sxh?ppppppp' '!2000000000s'; do
		run nsk calcsize --explain "$format"
		assert_success
		for line in "${lines[@]}"; do
			((${#line} <= 80)) || fail "$line"
		done
	done
}

@test "calcsize: a full disk is status 1" {
	run --separate-stderr bash -c '"$NSK" calcsize h >/dev/full'
	assert_equal "$status" 1
	assert_equal "$stderr" "nsk calcsize: standard output: no space left on device"
}
