#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# pack: from operands and from lines. What random values do is tested by pack-differential.py.

# shellcheck disable=SC2016,SC2154 # single quotes are for an inner shell; bats sets stderr
load helpers

# Packing "$2" by FORMAT "$1" gives the hex digits "$3".
packs() {
	local -a words=("${@:3}")

	run --separate-stderr nsk pack -x "$1" "${words[@]}"
	assert_success
	assert_output "$2"
	assert_equal "$stderr" ""
}

# Packing is refused with status 1, nothing on stdout and TEXT in the message.
refuses() {
	nsk pack "$2" "${@:3}" >out 2>err && fail "taken: ${*:2}"
	assert_equal "$?" 1
	[ ! -s out ] || fail "something was written"
	run cat err
	assert_output --regexp "^nsk pack: .*$1"
	assert_equal "${#lines[@]}" 1
}

@test "pack: integers of each size and order" {
	packs '<bBhHiIqQ' 'ff80feff0080fdffffff01000080fcffffffffffffffffffffffffffffff' \
		-1 128 -2 32768 -3 0x80000001 -4 18446744073709551615
	packs '>hHiIqQ' 'fffe8000fffffffd80000001fffffffffffffffcffffffffffffffff' \
		-2 32768 -3 0x80000001 -4 18446744073709551615
	packs '!H' 0050 80
	packs '=B' 07 7
}

@test "pack: decimal, 0x, 0o, 0b, signs, leading zeros" {
	packs '!6B' '0a1f1f0805ff' 010 0x1f 0X1F 0o10 0b101 +255
	packs '!b' 'f0' -0x10
	refuses 'not an integer' B 1_0
	refuses 'not an integer' B ' 1'
	refuses 'not an integer' B '1 '
	refuses 'not an integer' B ''
	refuses 'not an integer' B 1.0
	refuses 'not an integer' B 0x
	refuses 'not an integer' B ٣
}

@test "pack: options end at FORMAT, so that values may be negative" {
	packs '<h' fbff -5
	run nsk pack -x '<h' -x
	assert_equal "$status" 1
	run nsk pack -q '<h' 1
	assert_equal "$status" 2
}

@test "pack: out of range names the value, its position, the code and the range" {
	refuses "value 2 '70000' \(code H\): out of range: 0 to 65535" '!BH' 1 70000
	refuses "value 1 '-129' \(code b\): out of range: -128 to 127" b -129
	refuses "value 1 '-1' \(code Q\): out of range: 0 to 18446744073709551615" '<Q' -1
	refuses "out of range: -9223372036854775808 to 9223372036854775807" '<q' 9223372036854775808
	refuses "value 1 '999999999999999999999999' \(code I\): out of range: 0 to 4294967295" '<I' 999999999999999999999999
	refuses "value 1 '65520' \(code e\): out of range: -65504 to 65504" e 65520
	refuses "value 1 '1e39' \(code f\): out of range" f 1e39
	refuses "value 1 '1e309' \(code d\): out of range" d 1e309
}

@test "pack: too few and too many values" {
	refuses 'value 3 \(code I\) is missing: FORMAT takes 3 values, got 2' '!HHI' 1 2
	refuses "value 2 '2': too many: FORMAT takes 1 value, got 3" B 1 2 3
	refuses "too many" '4x' 1
}

@test "pack: floats in decimal and hex, inf and nan" {
	packs '>d' '3ff8000000000000' 1.5
	packs '>d' '3ff8000000000000' 0x1.8p0
	packs '>d' '7ff0000000000000' inf
	packs '>d' 'fff0000000000000' -Infinity
	packs '>d' '7ff8000000000000' nan
	packs '>f' '3dcccccd' 0.1
	packs '>e' '2e66' 0.1
	packs '>e' '7bff' 65519.99
	packs '>d' '8000000000000000' -0
	refuses 'not a number' d one
	refuses 'not a number' d 1,5
	refuses 'not a number' d ''
}

@test "pack: floats do not follow the locale" {
	LC_ALL=de_DE.UTF-8 packs '>d' '3ff8000000000000' 1.5
}

@test "pack: truth values" {
	packs '????' 01000100 true false 1 0
	refuses 'not a truth value' '?' True
	refuses 'not a truth value' '?' 2
	refuses 'not a truth value' '?' ''
}

@test "pack: text is cut or padded, p has its length" {
	packs 5s 6162630000 abc
	packs 2s 6162 abc
	packs 0s '' abc
	packs 5p 0361626300 abc
	packs 3p 026162 abc
	packs p 00 abc
	packs c 41 A
	packs 3s c3a900 é
	packs s 22 '"'
	refuses 'not one byte' c AB
	refuses 'not one byte' c ''
}

@test "pack: escapes" {
	packs 9s 0a0d0907080c0b5c22 '\n\r\t\a\b\f\v\\\"'
	packs 4s 00ff4131 '\0\xffA\061'
	packs 2s 0138 '\18'
	refuses 'unknown escape at character 2' 4s 'a\q'
	refuses 'unknown escape' 4s '\x4'
	refuses 'unknown escape' 4s '\400'
	refuses 'unknown escape' 4s "\\"
}

@test "pack: pad bytes are zero, alignment too" {
	packs '<BxB2x' 0100020000 1 2
	packs '4x' 00000000
	packs '@bh' "$([ "$(printf '\1\0' | od -An -tu2 | tr -d ' ')" = 1 ] && echo 01000200 || echo 01000002)" 1 2
}

@test "pack --order" {
	run nsk pack -x --order network H 80
	assert_output 0050
	run nsk pack -x --order little H 80
	assert_output 5000
	run nsk pack --order big '>H' 80
	assert_equal "$status" 2
}

@test "pack writes bytes, digits only with -x" {
	nsk pack '!HB' 0 10 >out
	run xxd -p out
	assert_output 00000a
}

@test "pack writes digits on a terminal" {
	run script -qec '"$NSK" pack "!H" 80' /dev/null
	assert_output --partial 0050
}

@test "pack: a record from each line of stdin" {
	run bash -c 'printf "1 2\n  3\t4  \n0x5 -6" | "$NSK" pack "!Bb" | xxd -p'
	assert_output 0102030405fa
	run bash -c 'printf "1 2\n3 4\n" | "$NSK" pack -x "!BH"'
	assert_output $'010002\n030004'
}

@test "pack: no line, no record" {
	nsk pack '!Bb' </dev/null >out
	[ ! -s out ]
}

@test "pack: text in lines stands in quotes as unpack prints it" {
	run bash -c 'printf "%s\n" "\"a b\\\"\\x00\" 7" | "$NSK" pack "5sB" | xxd -p'
	assert_output 612062220007
	run bash -c 'echo bare 7 | "$NSK" pack "4sB" | xxd -p'
	assert_output 6261726507
}

# LINES are refused with TEXT in the message after PACKED was written.
refuses_lines() {
	printf '%b' "$3" >lines.in
	nsk pack "$2" <lines.in >out 2>err && fail "taken: $3"
	assert_equal "$?" 1
	run cat err
	assert_output --regexp "^nsk pack: $1"
	run xxd -p out
	assert_output "${4:-}"
}

@test "pack: a bad line is named, those before it are written" {
	refuses_lines "line 2, value 1 '300' \(code B\): out of range: 0 to 255" B '1\n300\n2\n' 01
	refuses_lines 'line 1, value 2 \(code B\) is missing: FORMAT takes 2 values, got 1' BB '1\n'
	refuses_lines "line 1, value 2 '2': one too many: FORMAT takes 1 value" B '1 2\n'
	refuses_lines 'line 2, value 1 \(code B\) is missing' B '1\n\n2\n' 01
	refuses_lines "line 1, value 1 .*: the quotes do not end" 4s '"abc\n'
	refuses_lines "line 1, value 1 .*: the quotes do not end, or a word goes on" 4s '"abc"d\n'
	refuses_lines 'line 1, value 1 .*: not an integer' B '"1"\n'
	refuses_lines 'line 1, value 1 .*: not an integer' B '1\r\n'
	refuses_lines 'line 1, value 1 .*: not an integer' B '1\0\n'
}

@test "pack: a line without an end is refused, not held" {
	[[ $NSK != */asan/* ]] || skip "a sanitizer needs more memory"
	run bash -c 'ulimit -v 100000; tr "\0" 1 </dev/zero | "$NSK" pack B'
	assert_equal "$status" 1
	assert_output --partial 'longer than'
}

@test "pack: a line's record leaves before the next one comes" {
	mkfifo in out
	nsk pack '!H' <in >out 3>&- &
	exec 8>in 9<out
	echo 258 >&8
	IFS= read -r -t 20 -N 2 got <&9
	assert_equal "$got" $'\1\2'
	exec 8>&-
	wait $!
}

@test "pack: memory does not grow with the input" {
	[[ $NSK != */asan/* ]] || skip "a sanitizer needs more memory"
	run bash -c 'ulimit -v 30000; yes "12345 67890" | head -n 3000000 | "$NSK" pack "<HI" | wc -c'
	assert_success
	assert_output 18000000
}

@test "pack: a size that memory cannot hold" {
	[[ $NSK != */asan/* ]] || skip "the sanitizer ends the process"
	run --separate-stderr nsk pack '9000000000000000x'
	assert_equal "$status" 1
	assert_equal "$stderr" "nsk pack: out of memory"
}

@test "pack: a full disk is status 1" {
	run --separate-stderr bash -c '"$NSK" pack B 1 >/dev/full'
	assert_equal "$status" 1
	assert_equal "$stderr" "nsk pack: standard output: no space left on device"
	run --separate-stderr bash -c 'yes 1 | head -n 1000000 | "$NSK" pack B >/dev/full'
	assert_equal "$status" 1
	assert_equal "$stderr" "nsk pack: standard output: no space left on device"
	run --separate-stderr bash -c '"$NSK" pack B 1 >&-'
	assert_equal "$status" 1
	assert_regex "$stderr" '^nsk pack: standard output: '
}

@test "pack: stdin that cannot be read is status 1" {
	run --separate-stderr bash -c '"$NSK" pack B </'
	assert_equal "$status" 1
	assert_equal "$stderr" "nsk pack: standard input: is a directory"
}

@test "pack: a reader that is gone ends it quietly" {
	run --separate-stderr bash -c 'set -o pipefail; yes 1 | "$NSK" pack B | head -c 1 | xxd -p'
	assert_output 01
	assert_equal "$stderr" ""
}

@test "pack: an argument of 131,071 bytes, 10,000 arguments" {
	local long
	long=$(head -c 131071 /dev/zero | tr '\0' 1)

	refuses 'out of range' B "$long"
	nsk pack 131071s "$long" >out
	assert_equal "$(wc -c <out)" 131071
	mapfile -t words < <(seq 10000)
	nsk pack '!10000H' "${words[@]}" >out
	assert_equal "$(wc -c <out)" 20000
	assert_equal "$(tail -c 2 out | xxd -p)" 2710
}

@test "pack, unpack and calcsize agree with Python's struct on random cases" {
	local cases=2000

	command -v python3 >/dev/null || skip "no python3 here: nothing to compare with"
	[[ $NSK == */asan/* ]] && cases=300 # each is three programs, which a sanitizer starts slowly
	run python3 "$ROOT/tests/pack-differential.py" "${PACK_CASES:-$cases}"
	assert_success
	assert_output "${PACK_CASES:-$cases} cases, 0 differences"
}
