#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# unpack: sources, counts, forms of output. What random bytes do is tested by pack-differential.py.

# shellcheck disable=SC2016,SC2154 # single quotes are for an inner shell; bats sets stderr
load helpers

# Unpacking the HEX operands "$3"... by FORMAT "$1" prints "$2".
assert_unpacks() {
	run --separate-stderr nsk unpack "$1" "${@:3}"
	assert_success
	assert_output "$2"
	assert_equal "$stderr" ""
}

# `unpack ARGS...` ends with STATUS and TEXT on stderr, and nothing on stdout.
assert_refuses() {
	run --separate-stderr nsk unpack "${@:3}"
	assert_equal "$status" "$1"
	assert_output ""
	assert_regex "$stderr" "^nsk unpack: .*$2"
	assert_equal "${#stderr_lines[@]}" 1
}

@test "unpack: integers" {
	assert_unpacks '!HHI' '80 8080 1' 00501f9000000001
	assert_unpacks '<bBhHiIqQ' '-1 128 -2 32768 -3 2147483649 -4 18446744073709551615' \
		ff80feff0080fdffffff01000080fcffffffffffffffffffffffffffffff
	assert_unpacks '>q' -9223372036854775808 8000000000000000
}

@test "unpack: floats, the shortest text" {
	assert_unpacks '>d' 1.5 3ff8000000000000
	assert_unpacks '>d' 1 3ff0000000000000
	assert_unpacks '>d' 0.1 3fb999999999999a
	assert_unpacks '>f' 0.1 3dcccccd
	assert_unpacks '>e' 0.1 2e66
	assert_unpacks '>d' -0 8000000000000000
	assert_unpacks '>3d' 'inf -inf nan' 7ff0000000000000 fff0000000000000 7ff8000000000000
	assert_unpacks '>d' 5e-324 0000000000000001
	assert_unpacks '>d' 1.7976931348623157e308 7fefffffffffffff
}

@test "unpack: truth values and text" {
	assert_unpacks '???' 'false true true' 000102
	assert_unpacks '3s' '"a\"\\"' 61225c
	assert_unpacks 'cc' '"A" "\x00"' 4100
	assert_unpacks '4p' '"ab"' 0261627a
	assert_unpacks '3p' '"ab"' ff6162
	assert_unpacks '4s' '"\xc3\xa9 ~"' c3a9207e
	assert_unpacks '0s' '""'
	assert_unpacks '2xB' 7 000007
}

@test "unpack: digits in either case, joined, with white space" {
	assert_unpacks '!I' 439041101 1A 2B3c 4D
	assert_unpacks '!I' 439041101 '1a 2b'$'\n''3c4d'
	assert_unpacks '!H' 80 0 050
	assert_refuses 1 "HEX '0g': 'g' at position 2 is no hex digit" B 0g
	assert_refuses 1 'no hex digit' B 0x00
	assert_refuses 1 "HEX '0é': 'é' at position 2 is no hex digit" B 0é
	assert_refuses 1 'odd number of digits' B 0
}

@test "unpack: exactly one record" {
	assert_refuses 1 'requires a buffer of 4 bytes, got 3' '!I' 010203
	assert_refuses 1 'requires a buffer of 4 bytes, got more than 4' '!I' 0102030405
	run --separate-stderr bash -c 'printf abc | "$NSK" unpack "!I"'
	assert_equal "$status" 1
	assert_equal "$stderr" "nsk unpack: standard input: requires a buffer of 4 bytes, got 3"
	run --separate-stderr bash -c 'head -c 1000000 /dev/zero | "$NSK" unpack "!I"'
	assert_equal "$status" 1
	assert_output ''
	assert_equal "$stderr" "nsk unpack: standard input: requires a buffer of 4 bytes, got more than 4"
	assert_refuses 1 'requires a buffer of 1 bytes, got 0' B
	assert_refuses 1 'requires a buffer of 0 bytes, got more than 0' '' 00
	assert_unpacks '' ''
}

@test "unpack -f, and what cannot be opened or read" {
	printf '\0\120' >port
	run nsk unpack -f port '!H'
	assert_output 80
	run bash -c '"$NSK" unpack -f - "!H" <port'
	assert_output 80
	assert_refuses 1 'missing: no such file or directory' -f missing '!H'
	assert_refuses 1 "'': no such file or directory" -f '' '!H'
	assert_refuses 1 '/: is a directory' -f / '!H'
	assert_refuses 2 '-f and HEX' -f port '!H' 0050
}

@test "unpack -n reads not one byte more, from a pipe and from a file" {
	run bash -c 'printf abcdefgh | { "$NSK" unpack -n1 "!I"; cat; }'
	assert_output $'1633837924\nefgh'
	printf abcdefghij >file
	run bash -c '{ "$NSK" unpack -n2 "!H"; cat; } <file'
	assert_output $'24930\n25444\nefghij'
	run bash -c 'printf abcdefgh | { "$NSK" unpack --offset 2 "!H"; cat; }'
	assert_output $'25444\nefgh'
	run bash -c 'printf abcdefgh | { "$NSK" unpack --offset 1 -n 2 "B"; cat; }'
	assert_output $'98\n99\ndefgh'
	run bash -c 'seq 100000 >big; { "$NSK" unpack -n 1000 100s >/dev/null; cat; } <big | cmp - <(tail -c +100001 big)'
	assert_success
}

@test "unpack -n: too few records" {
	run --separate-stderr bash -c 'printf abcde | "$NSK" unpack -n 3 "!H"'
	assert_equal "$status" 1
	assert_output $'24930\n25444'
	assert_equal "$stderr" "nsk unpack: standard input: record 3 requires a buffer of 2 bytes, got 1"
	run nsk unpack -n 0 H </dev/null
	assert_success
	assert_output ''
	run nsk unpack -n 2 0s
	assert_output $'""\n""'
}

@test "unpack --offset past the end" {
	assert_refuses 1 'ends after 2 bytes, before offset 3' --offset 3 B 0102
	assert_refuses 1 'requires a buffer of 1 bytes, got 0' --offset 2 B 0102
	run nsk unpack --offset 1 B 010203
	assert_output 2
	run nsk unpack -r --offset 1 B 010203
	assert_output $'2\n3'
	run nsk unpack --offset 0 B 010203
	assert_output 1
}

@test "unpack -r: until the end, a partial record is an error" {
	run --separate-stderr bash -c 'printf abcdefgh | "$NSK" unpack -r "!H"'
	assert_success
	assert_output $'24930\n25444\n25958\n26472'
	run --separate-stderr bash -c 'printf abcde | "$NSK" unpack -r "!H"'
	assert_equal "$status" 1
	assert_output $'24930\n25444'
	assert_equal "$stderr" "nsk unpack: standard input: record 3 requires a buffer of 2 bytes, got 1"
	run --separate-stderr nsk unpack -r '!H' </dev/null
	assert_success
	assert_output ''
}

@test "unpack: options that exclude each other, or make no sense" {
	assert_refuses 2 'size 0' -r ''
	assert_refuses 2 'size 0' -r 0s
	assert_refuses 2 '-r and -n' -r -n 1 B 00
	assert_refuses 2 '--json and --explain' --json --explain B 00
	assert_refuses 2 '' -n x B 00
	assert_refuses 2 '' -n -1 B 00
	assert_refuses 2 '' --offset -1 B 00
	assert_refuses 2 '' --offset 99999999999999999999 B 00
	assert_refuses 2 '' --rep B 00
}

@test "unpack: options may follow FORMAT" {
	run nsk unpack '!H' -n 1 0050 --json
	assert_output '[80]'
}

@test "unpack --names" {
	run nsk unpack --names a,b,c '!HHs' 0001000241
	assert_output 'a=1 b=2 c="A"'
	run nsk unpack --names größe '!H' 0001
	assert_output 'größe=1'
	run nsk unpack --names ab,a '!HH' 00010002
	assert_output "ab=1 a=2"
	assert_refuses 2 '2 names for 3 values' --names a,b '!HHs' 0001000241
	run -2 nsk unpack --names $'\xff' '!H' 0001
	assert_refuses 2 '3 names for 2 values' --names a,b,c '!HH' 00010002
	assert_refuses 2 'not a name' --names a,,c '!HHH' 000100020003
	assert_refuses 2 'not a name' --names 'a b' B 00
	assert_refuses 2 'not a name' --names 'a=b' B 00
	assert_refuses 2 "'a': stands there twice" --names a,a '!HH' 00010002
	assert_refuses 2 'name' --names a '' ''
}

@test "unpack --json" {
	run nsk unpack --json '<IHB?d' 0100000002000301000000000000f83f
	assert_output '[1,2,3,true,1.5]'
	run nsk unpack --json '>4dQ' 7ff0000000000000 fff0000000000000 7ff8000000000000 4008000000000000 ffffffffffffffff
	assert_output '["inf","-inf","nan",3.0,18446744073709551615]'
	run nsk unpack --json '3s2sc' 410022 ff00 0a
	assert_output '[{"hex":"410022","text":"A\u0000\""},{"hex":"ff00"},{"hex":"0a","text":"\n"}]'
	run nsk unpack --json --names port,text '!H2p' 00500141
	assert_output '{"port":80,"text":{"hex":"41","text":"A"}}'
	run nsk unpack --json -r B 0102
	assert_output $'[1]\n[2]'
	random_file data 1000
	nsk unpack --json 1000s <data >printed
	grep -qF "\"hex\":\"$(xxd -p data | tr -d '\n')\"" printed
	run nsk unpack --json 2x 0000
	assert_output '[]'
}

@test "unpack --explain: offset, size, padding, code, bytes, value and a diagram" {
	run nsk unpack --explain '<IHBxd' 0100000002000300000000000000f83f
	assert_success
	assert_line 'offset  size  padding  code  bytes                    value'
	assert_line '     0     4        0     I  01 00 00 00              1'
	assert_line '     7     1        0     x  00                       (pad)'
	assert_line '     8     8        0     d  00 00 00 00 00 00 f8 3f  1.5'
	assert_line '    0 | 01    00    00    00  | 02    00  | 03  | 00  |'
	assert_line '      |           I           |     H     |  B  |  x  |'
	run nsk unpack --explain -r B 0102
	assert_line 'record 2'
	run nsk unpack --explain --names port '!H' 0050
	assert_line '     0     2        0     H  00 50                    port=80'
	run nsk unpack --explain 40s "$(printf '%080d' 0)"
	assert_line '     0    40        0   40s  00 00 00 00 00 00 00 ..  "\x00\x00\x00\x00\x00\x...'
}

@test "unpack: a record from a pipe is printed at once" {
	local form got

	mkfifo in out
	for form in '' --json --explain; do
		# shellcheck disable=SC2086 # no form is no word
		nsk unpack $form -r '!H' <in >out 3>&- &
		exec 8>in 9<out
		printf '\1\2\3' >&8
		got=
		until [[ $got = *258* ]]; do
			IFS= read -r -t 20 got <&9 || fail "nothing came"
		done
		printf '\4' >&8
		until [[ $got = *772* ]]; do
			IFS= read -r -t 20 got <&9 || fail "nothing came"
		done
		exec 8>&- 9<&-
		wait $!
	done
}

# unpack -r "$1" and pack "$1" give the bytes of file $2 back.
gives_back() {
	nsk unpack -r "$1" <"$2" | nsk pack "$1" >again
	cmp "$2" again || fail "not the same: $1"
}

@test "the law: unpack -r and pack undo each other, for every code, order and random bytes" {
	local order code codes

	random_file data 48000
	head -c 4000 data | od -An -v -tu1 -w1 | awk '{ printf "%c", $1 % 2 + 48 }' | tr 01 '\0\1' >truths
	for order in '' @ = '<' '>' '!'; do
		codes='c b B h H i I l L q Q 7s 300s 3h 5B'
		case $order in
		'' | @) codes+=' n N P bHiq hBxxxxxQ' ;;
		*) codes+=' bHiqQB 3s5hQ' ;;
		esac
		for code in $codes; do
			head -c "$((48000 / $(nsk calcsize "$order$code") * $(nsk calcsize "$order$code")))" data >whole
			if [[ $code = *x* || $order$code = @bHiq || $order$code = bHiq ]]; then
				nsk unpack -r "$order$code" <whole | nsk pack "$order$code" >padded # pad bytes are zero now
				mv padded whole
			fi
			gives_back "$order$code" whole
		done
		gives_back "$order?" truths
	done
}

@test "the law: every float that is a number comes back, bit for bit" {
	local order pair

	random_file data 160000
	for order in @ = '<' '>' '!'; do
		for pair in e:H f:I d:Q; do
			nsk unpack -r "$order${pair%:*}" <data >floats
			nsk unpack -r "$order${pair#*:}" <data >bits
			paste floats bits | grep -v nan | cut -f 2 | nsk pack "$order${pair#*:}" >numbers
			[ "$(wc -c <numbers)" -gt 100000 ]
			gives_back "$order${pair%:*}" numbers
		done
	done
}

@test "the law: what p leaves unused is zero, what is used comes back" {
	local order

	random_file data 30000
	for order in @ = '<' '>' '!'; do
		nsk unpack -r "${order}300p" <data >text
		nsk pack "${order}300p" <text >packed
		assert_equal "$(wc -c <packed)" 30000
		nsk unpack -r "${order}300p" <packed | cmp text -
		gives_back "${order}300p" packed
	done
}

@test "unpack: memory does not grow with the input" {
	[[ $NSK != */asan/* ]] || skip "a sanitizer needs more memory"
	run bash -c 'ulimit -v 30000; head -c 60M /dev/zero | "$NSK" unpack -r "<Id" | wc -l'
	assert_success
	assert_output 5242880
}

@test "unpack: a huge FORMAT needs no more memory than its input" {
	run --separate-stderr bash -c '"$NSK" unpack 9000000000000000x <<<abc'
	assert_equal "$status" 1
	assert_equal "$stderr" "nsk unpack: standard input: requires a buffer of 9000000000000000 bytes, got 4"
}

@test "unpack: a full disk is status 1" {
	local form
	for form in '' --json --explain; do
		# shellcheck disable=SC2016
		run --separate-stderr bash -c '"$NSK" unpack $1 B 01 >/dev/full' - "$form"
		assert_equal "$status" 1
		assert_equal "$stderr" "nsk unpack: standard output: no space left on device"
		# shellcheck disable=SC2016
		run --separate-stderr bash -c 'head -c 1M /dev/zero | "$NSK" unpack $1 -r B >/dev/full' - "$form"
		assert_equal "$status" 1
		assert_equal "$stderr" "nsk unpack: standard output: no space left on device"
	done
}

@test "unpack: a reader that is gone ends it quietly" {
	run --separate-stderr bash -c '"$NSK" unpack -r B </dev/zero | head -n 1'
	assert_output 0
	assert_equal "$stderr" ""
}
